"""What grows with a file or a batch grows no faster than it: counted, not timed (docs/performance.md)."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any

import pytest

from bayang.engine.authoring.examples import base_report, change, dump
from bayang.engine.batch.run import Options, run
from bayang.engine.batch.view import View
from bayang.engine.judging.check import Checker, World
from bayang.engine.judging.compile import Compiled
from bayang.engine.judging.kinds import fields
from bayang.engine.judging.results import FileResult
from bayang.engine.packs.pack import Pack
from bayang.engine.records import Limits

CLOCK = "2022-08-08"


def result_of(compiled: Compiled, problems: list[dict]) -> FileResult:
    report = base_report(compiled.pack, "personal", "inspection")
    change(report, {"/themes/yanjin": {"problems": problems}}, ())
    return Checker(compiled, World(CLOCK), limits=Limits(told=10_000)).check(dump(report), "a.yaml")


def problem(ident: str, *shared: str) -> dict[str, Any]:
    measure: dict[str, Any] = {"action": "每周五下午逐条核对台账", "owner": "本人", "due": "2022-06-30"}
    if shared:
        measure["shared_with"] = list(shared)
    return {"id": ident, "fact": f"{ident}号台账有三处漏填", "cause": "图省事", "measures": [measure]}


def actions_told(result: FileResult) -> list[str]:
    return [one.pointer.split("/")[4] for one in result.findings if one.rule == "PB07"]


def test_each_repeated_action_is_told_beside_the_first_that_is_not_shared(compiled: Compiled) -> None:
    assert actions_told(result_of(compiled, [problem("a"), problem("b"), problem("c", "a", "b")])) == ["1"]
    assert actions_told(result_of(compiled, [problem("a", "b"), problem("b"), problem("c", "a")])) == ["2"]
    assert actions_told(result_of(compiled, [problem("a", "b", "c"), problem("b", "c"), problem("c")])) == []
    assert actions_told(result_of(compiled, [problem("a"), problem("b"), problem("c")])) == ["1", "2"]


def test_of_many_places_with_one_value_few_are_looked_at() -> None:
    """Two problems share an action in a thousand measures each, and all of the one say so."""
    looked = 0

    class Counted(frozenset):
        def __contains__(self, one: object) -> bool:
            nonlocal looked
            looked += 1
            return super().__contains__(one)

    same = fields._Same()
    for at in range(1000):
        same.add(("a", at), ("a",), "a", Counted({"b"}))
    for at in range(1000):
        assert same.rival(("b",), "b", Counted()) is None
        same.add(("b", at), ("b",), "b", Counted())
    assert looked < 5000


def test_a_folder_is_listed_once_a_run(pack: Pack, compiled: Compiled, tmp_path: Path,
                                       monkeypatch: pytest.MonkeyPatch) -> None:
    for number in range(30):
        report = base_report(pack, "personal", "education")
        change(report, {"/person/id": f"B-{number}", "/attachments": [f"{number}.pdf", f"b{number}.pdf"]}, ())
        (tmp_path / f"{number:02}.yaml").write_bytes(dump(report))
        (tmp_path / f"{number}.pdf").write_bytes(b"x")
    listed: list[str] = []
    plain = os.listdir

    def listdir(folder: str) -> list[str]:
        listed.append(str(folder))
        return plain(folder)

    monkeypatch.setattr(os, "listdir", listdir)
    found = run([str(tmp_path)], Options(as_of=CLOCK, select=("TX06",)), compiled)
    assert [one.pointer for one in found.findings] == ["/attachments/1"] * 30
    assert listed == [str(tmp_path)]


def write(folder: Path, pack: Pack, name: str, ident: str, phase: str, numbers: list[str]) -> None:
    report = base_report(pack, "personal", phase)
    problems = [{"id": number, "fact": f"{number}的台账漏填"} for number in numbers]
    change(report, {"/person/id": ident, "/themes": {"yanjin": {"problems": problems}}}, ())
    (folder / name).write_bytes(dump(report))


def test_many_files_of_one_subject_are_each_read_again_no_more_than_a_few_times(
        pack: Pack, compiled: Compiled, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Duplicates of two phases: each of the later lacks one ID of each of the earlier."""
    for number in range(15):
        write(tmp_path, pack, f"a{number:02}.yaml", "B-1", "inspection", [f"X-{number}", "X-all"])
        write(tmp_path, pack, f"b{number:02}.yaml", "B-1", "rectification", ["X-all", "X-0"])
    bound, plain = [], View.bind

    def bind(view: View, one: Any) -> Any:
        bound.append(one.at)
        return plain(view, one)

    monkeypatch.setattr(View, "bind", bind)
    found = run([str(tmp_path)], Options(as_of=CLOCK, select=("RC10", "RO04")), compiled)
    assert not found.crashes
    gone = [one for one in found.findings if one.rule == "RC10"]
    assert len(gone) == 15 * 14 and not any("X-all" in one.message or "X-0" in one.message for one in gone)
    assert len(bound) <= 30
    assert len([one for one in found.findings if one.rule == "RO04"]) == 30
