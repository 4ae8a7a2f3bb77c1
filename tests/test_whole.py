"""A run over unchanged files is recalled as a whole: the same bytes, nothing checked again, nothing overlooked."""

from __future__ import annotations

import contextlib
import os
import random
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from running import as_json
from test_cache import BROKEN, CANARY, CLOCK, ROOT, stored

from bayang.engine.authoring.examples import base_report, change, dump
from bayang.engine.batch import run as running_whole
from bayang.engine.batch import whole, workers
from bayang.engine.batch.baseline import as_baseline
from bayang.engine.batch.run import Options, run
from bayang.engine.judging.compile import Compiled
from bayang.engine.packs.pack import Pack

PHOTO = "附件/照片.jpg"


@pytest.fixture(autouse=True)
def few(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole, "MANY", 2)


@pytest.fixture
def reports(pack: Pack, tmp_path: Path) -> Path:
    """Some samples with their roster, files that can't be read as reports, and one report that lists a picture."""
    folder = tmp_path / "in"
    shutil.copytree(ROOT / "samples", folder, ignore=shutil.ignore_patterns("*分局", "*科"))
    (folder / "waivers.yaml").write_text(
        "waivers:\n  - {rule: CV01, subject: P-003, reason: 公出, by: 陆以宁, until: 2022-12-31}\n", encoding="utf-8")
    for name in ("wide.yaml", "twice.yaml", "kind.yaml"):
        (folder / name).write_bytes(BROKEN[name])
    report = base_report(pack, "personal", "inspection")
    change(report, {"/person/id": "P-900", "/remarks": CANARY, "/attachments": [PHOTO]}, ())
    (folder / "own").mkdir()
    (folder / "own" / "P-900.yaml").write_bytes(dump(report))
    (folder / "own" / "附件").mkdir()
    (folder / "own" / PHOTO).write_bytes(b"\xff\xd8")
    return folder


@pytest.fixture
def checked(reports: Path, compiled: Compiled, tmp_path: Path,
            monkeypatch: pytest.MonkeyPatch) -> Callable[..., tuple[bytes, bool]]:
    """The JSON of a run with a cache, and whether its files were checked; it is that of a run without, which is made
    `beside` it.
    """
    done: list[int] = []
    check_all = running_whole.check_all

    def hook(*given: Any) -> Any:
        done.append(1)
        return check_all(*given)

    monkeypatch.setattr(running_whole, "check_all", hook)

    def once(beside: bool = True, **way: Any) -> tuple[bytes, bool]:
        way = {"as_of": CLOCK} | way
        done.clear()
        found = run([str(reports)], Options(cache=str(tmp_path / "kept"), cache_always=True, **way), compiled)
        was = bool(done)
        if not beside:
            return as_json(found), was
        plain = run([str(reports)], Options(**way), compiled)
        assert as_json(found) == as_json(plain)
        assert [*map(repr, found.reports)] == [*map(repr, plain.reports)]
        assert [(one.state, one.findings, one.files) for one in found.standing] == [
            (one.state, one.findings, one.files) for one in plain.standing]
        assert (found.stages(), found.upcoming(), found.filed()) == (plain.stages(), plain.upcoming(), plain.filed())
        return as_json(found), was

    return once


def kept(tmp_path: Path) -> Path:
    return stored(tmp_path / "kept")


def pieces(tmp_path: Path) -> list[bytes]:
    """What was kept of the run as a whole."""
    with contextlib.closing(sqlite3.connect(kept(tmp_path))) as db:
        return [piece for [piece] in db.execute("SELECT piece FROM whole ORDER BY number")]


def put(tmp_path: Path, some: list[bytes]) -> None:
    with contextlib.closing(sqlite3.connect(kept(tmp_path), isolation_level=None)) as db:
        db.execute("DELETE FROM whole")
        db.executemany("INSERT INTO whole VALUES (?, ?)", enumerate(some))


def test_the_same_again_checks_nothing(checked: Callable[..., tuple[bytes, bool]]) -> None:
    first, was = checked()
    assert was and checked() == (first, False)
    assert checked(language="en")[1] and not checked(language="en")[1]      # the run before is the one that is kept
    assert checked()[1] and not checked(jobs=2)[1]


def test_two_processes_see_what_one_sees(checked: Callable[..., tuple[bytes, bool]], reports: Path,
                                         monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(whole, "SHARED", 2)
    monkeypatch.setattr(whole, "_READ", 2)
    first, was = checked(jobs=2)
    assert was and checked(jobs=2) == (first, False) == checked(jobs=1)
    for file in sorted(reports.rglob("P-*.yaml")):
        file.write_bytes(file.read_bytes() + b"# changed\n")
        assert checked(False, jobs=2)[1] and not checked(False, jobs=2)[1], file
    ours, keys = os.getpid(), whole.Whole._keys
    monkeypatch.setattr(whole.Whole, "_keys", lambda *given: keys(*given) if os.getpid() == ours else os._exit(9))
    assert checked(jobs=2)[1] == workers.can_fork()     # one that dies has seen nothing


def test_a_baseline_is_laid_beside_what_was_recalled(checked: Callable[..., tuple[bytes, bool]], reports: Path,
                                                     compiled: Compiled, tmp_path: Path) -> None:
    checked()
    base = tmp_path / "base.json"
    plain = run([str(reports)], Options(as_of=CLOCK), compiled)
    base.write_text(as_baseline(plain.findings, compiled.pack), encoding="utf-8")
    found, was = checked(baseline=str(base))
    assert not was and b'"baselined": 0' not in found
    assert not checked()[1]


CHANGES: dict[str, Callable[[Path], object]] = {
    "a byte": lambda at: (at / "own/P-900.yaml").write_bytes((at / "own/P-900.yaml").read_bytes() + b"#\n"),
    "a name": lambda at: (at / "own/P-900.yaml").rename(at / "own/P-901.yaml"),
    "one more": lambda at: shutil.copy(at / "own/P-900.yaml", at / "own/P-902.yaml"),
    "one less": lambda at: (at / "wide.yaml").unlink(),
    "the roster": lambda at: (at / "roster.yaml").write_text(
        (at / "roster.yaml").read_text(encoding="utf-8") + "# 一\n", encoding="utf-8"),
    "the waivers": lambda at: (at / "waivers.yaml").unlink(),
    "what is no report": lambda at: (at / "P-007.doc").write_bytes(b"\xd0\xcf\x11\xe0"),
    "what is hidden": lambda at: (at / ".P-007.yaml").write_bytes(b""),
    "a picture gone": lambda at: (at / "own" / PHOTO).unlink(),
    "a picture emptied": lambda at: (at / "own" / PHOTO).write_bytes(b""),
    "a picture that leads out": lambda at: (
        (at / "own" / PHOTO).unlink(), (at / "own" / PHOTO).symlink_to(at.parent / "out.jpg")),
}


@pytest.mark.parametrize("what", CHANGES)
def test_what_has_changed_is_seen(what: str, checked: Callable[..., tuple[bytes, bool]], reports: Path) -> None:
    checked(beside=False)
    assert not checked(beside=False)[1]
    CHANGES[what](reports)
    assert checked()[1]


def test_a_text_beside_that_becomes_somebodys_is_seen(checked: Callable[..., tuple[bytes, bool]],
                                                      reports: Path) -> None:
    (reports / "note.txt").write_text("备注\n", encoding="utf-8")
    checked(beside=False)
    assert not checked(beside=False)[1]
    (reports / "note.txt").write_text("报告类型: 个人\n人员:\n  人员编号: P-009\n", encoding="utf-8")
    assert checked()[1]


@pytest.mark.parametrize("way", [
    {"as_of": "2022-09-30"}, {"phase": "inspection"}, {"select": ("PB*",)}, {"partial": True}, {"find_tables": False}])
def test_another_way_is_another_matter(way: dict[str, Any], checked: Callable[..., tuple[bytes, bool]]) -> None:
    checked(beside=False)
    assert checked(**way)[1]


def test_where_a_picture_is_missing_nothing_is_kept(checked: Callable[..., tuple[bytes, bool]], reports: Path,
                                                    tmp_path: Path) -> None:
    (reports / "own" / PHOTO).unlink()
    checked()
    assert pieces(tmp_path) == []


def test_after_a_crash_nothing_is_kept(checked: Callable[..., tuple[bytes, bool]], compiled: Compiled, tmp_path: Path,
                                       monkeypatch: pytest.MonkeyPatch) -> None:
    [check, *_] = [one for one in compiled.checks if one.rule.id == "BT01"]
    monkeypatch.setattr(check, "run", check.run._replace(survey=lambda view: (None, lambda: 1 / 0)))
    checked()
    assert pieces(tmp_path) == []


def test_no_damage_changes_a_byte(checked: Callable[..., tuple[bytes, bool]], tmp_path: Path) -> None:
    first = checked()[0]
    held, chance = pieces(tmp_path), random.Random(14)
    for number, piece in enumerate(held):
        for damaged in (b"", piece[:10], piece[:-1], piece + b"\0", piece[:len(piece) // 2],
                        piece[:-1] + bytes([piece[-1] ^ 1 << chance.randrange(8)])):
            put(tmp_path, [*held[:number], damaged, *held[number + 1:]])
            assert checked(beside=False) == (first, True)
    put(tmp_path, held)
    assert checked(beside=False) == (first, False)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs POSIX kinds of files")
def test_what_is_no_file_is_not_waited_for(checked: Callable[..., tuple[bytes, bool]], tmp_path: Path) -> None:
    """A pipe lies where entries and the run were kept, or a link to what is none of ours."""
    first, path = checked()[0], kept(tmp_path)
    path.unlink()
    os.mkfifo(path)
    assert checked(beside=False) == (first, True)
    path.unlink()
    (tmp_path / "others").write_bytes(b"")
    path.symlink_to(tmp_path / "others")
    assert checked(beside=False) == (first, True) and (tmp_path / "others").read_bytes() == b""


def test_no_piece_can_be_left_out(checked: Callable[..., tuple[bytes, bool]], tmp_path: Path) -> None:
    first = checked()[0]
    held = pieces(tmp_path)
    assert len(held) > 4
    for number in range(len(held)):
        put(tmp_path, held[:number] + held[number + 1:])
        assert checked(beside=False) == (first, True)
    put(tmp_path, held)
    assert checked(beside=False) == (first, False)


def test_nothing_can_be_read_in_it(checked: Callable[..., tuple[bytes, bool]], tmp_path: Path) -> None:
    checked()
    held = kept(tmp_path).read_bytes()
    for word in (CANARY, "P-900", "P-003", "own/", "CV01", PHOTO):
        assert word.encode() not in held and word.encode("utf-16-le") not in held
    assert kept(tmp_path).stat().st_mode & 0o077 == 0
