"""What changed between checks: who filed, what is new, still open and for how long, what is gone and what only seems to
be (contract 10.6; docs/diff.md).
"""

from __future__ import annotations

import json
import zipfile
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, FormatChecker
from making import COMPILED, write
from running import SAMPLES, here
from test_leaks import all_of, leaked, some_of
from test_leaks import planted as reports_with_canaries
from test_ledger import report

from bayang.engine.output.changes.comparing import Changes, changes
from bayang.engine.output.findings.earlier import read_result
from bayang.engine.reading.schema import schema_file
from bayang.engine.text.wording import width

planted = reports_with_canaries      # a fixture

ROSTER = """\
units: [{code: U-1, name: 月牙区分局, level: branch}]
people:
- {id: P-1, name: 郑禾, unit: U-1}
- {id: P-2, name: 文川, unit: U-1}
- {id: P-3, name: 柳岸, unit: U-1}
"""
WEEKS = ("2022-08-01", "2022-08-08", "2022-08-15")
Report = Callable[..., str]


def problems(*states: str) -> list[tuple[str, str, str | None, list[str], str | None]]:
    return [("shigan", f"S-{number}", state, ["2022-06-01"], None) for number, state in enumerate(states, 1)]


@pytest.fixture
def office(tmp_path: Path) -> Path:
    """P-1 has filed with two overdue measures, P-2 what can't be read, P-3 nothing; the unit nothing."""
    write(tmp_path / "in" / "roster.yaml", ROSTER)
    write(tmp_path / "in" / "P-1.yaml", report("P-1", problems("partial", "partial")))
    write(tmp_path / "in" / "P-2.yaml", b"\xff\xfe\x00")
    return tmp_path


def checked(office: Path, week: int, *more: str) -> Path:
    """The result of a week, kept."""
    file = office / f"w{week}.json"
    said = here("check", office / "in", "--as-of", WEEKS[week], "--fail-on=never", f"--format=json={file}", *more)
    assert said.returncode == 0, said.stderr.decode()
    return file


def compared(*files: Path) -> Changes:
    return changes([read_result(str(file)) for file in files], COMPILED)


def moves(found: Changes) -> set[tuple[str, str]]:
    return {(one.ident, one.move) for one in found.moves}


def fates(found: Changes, rule: str) -> list[tuple[str, int, bool]]:
    return sorted((one.fate, one.rounds, one.at_least) for one in found.items if one.item.rule == rule)


def test_10_6_three_weeks_of_an_office(office: Path) -> None:
    first = checked(office, 0)
    write(office / "in" / "P-2.yaml", report("P-2", problems("partial")))
    write(office / "in" / "P-3.yaml", report("P-3", problems("partial")))
    second = checked(office, 1)
    write(office / "in" / "P-1.yaml", report("P-1", problems("partial", "continuing")))
    write(office / "in" / "P-3.yaml", b"\xff\xfe\x00")
    third = checked(office, 2)

    found = compared(first, second)
    assert moves(found) == {("P-2", "filed"), ("P-3", "filed")}
    assert fates(found, "RC05") == [("new", 1, False), ("new", 1, False), ("open", 2, True), ("open", 2, True)]
    assert fates(found, "RO01") == [("gone", 1, False), ("open", 2, True)]      # P-3 filed; the unit has not

    found = compared(first, second, third)
    assert moves(found) == {("P-1", "mended"), ("P-3", "lost")}
    # P-1's first since the oldest, P-2's since last week; its second is gone; of P-3's nobody can tell
    assert fates(found, "RC05") == [("gone", 1, False), ("open", 2, False), ("open", 3, True), ("unjudged", 1, False)]
    [mine] = [one for one in found.items if one.item.rule == "RC05" and one.rounds == 2]
    assert (mine.item.ident, mine.since) == ("P-2", WEEKS[1])


def test_10_6_nothing_changes_where_nothing_changed(office: Path) -> None:
    found = compared(checked(office, 0), checked(office, 1))
    assert Counter(one.fate for one in found.items).keys() == {"open"}
    assert not found.moves


def test_10_6_a_report_of_a_later_phase_is_newly_filed(office: Path) -> None:
    write(office / "in" / "P-3.yaml", report("P-3", problems("partial"), "inspection"))
    first = checked(office, 0)
    write(office / "in" / "later" / "P-3.yaml", report("P-3", problems("continuing")))
    assert moves(compared(first, checked(office, 1))) == {("P-3", "filed")}


def test_10_6_who_is_missing_since_a_phase_has_ended(office: Path) -> None:
    for name in ("P-1", "P-2", "P-3"):
        write(office / "in" / f"{name}.yaml", report(name, problems("partial"), "inspection"))
    before, after = office / "b.json", office / "a.json"
    for file, day in ((before, "2022-07-31"), (after, "2022-08-01")):
        here("check", office / "in", "--as-of", day, "--fail-on=never", f"--format=json={file}")
    found = compared(before, after)
    assert moves(found) == {("P-1", "lapsed"), ("P-2", "lapsed"), ("P-3", "lapsed")}
    assert {one.phase for one in found.moves} == {"rectification"}      # which they owe, not that of their reports


def test_10_6_who_is_asked_for_a_later_phase_has_not_filed_for_the_one_before(office: Path) -> None:
    """P-3 filed for neither: that is no longer found of the first is no change for the better."""
    files = []
    for day in ("2022-07-20", WEEKS[0]):
        files.append(office / f"{day}.json")
        said = here("check", office / "in", "--as-of", day, "--fail-on=never", f"--format=json={files[-1]}")
        assert said.returncode == 0, said.stderr.decode()
    found = [(one.fate, one.item.phase) for one in compared(*files).items
             if (one.item.rule, one.item.key) == ("RO01", "p-3")]
    assert found == [("new", "rectification")]


def test_10_6_what_can_no_longer_be_read_is_of_the_phase_that_is_owed(office: Path) -> None:
    write(office / "in" / "P-3.yaml", report("P-3", problems("partial"), "inspection"))
    write(office / "in" / "later" / "P-3.yaml", report("P-3", problems("continuing")))
    first = checked(office, 0)
    write(office / "in" / "later" / "P-3.yaml", b"\xff\xfe\x00")
    found = compared(first, checked(office, 1))
    assert [(one.ident, one.move, one.phase) for one in found.moves] == [("P-3", "lost", "rectification")]


def test_10_6_people_are_counted_in_the_unit_of_the_roster(office: Path) -> None:
    write(office / "in" / "P-3.yaml", report("P-3", problems("partial")).replace("U-1", "U-9"))
    found = compared(checked(office, 0), checked(office, 1))
    assert {one.item.rule for one in found.items} >= {"RO03"} and found.units == ("U-1",)


@pytest.mark.parametrize(("change", "fate"), [
    (lambda office: (office / "in" / "P-1.yaml").unlink(), "unjudged"),         # a report that went away cures nothing
    (lambda office: write(office / "in" / "P-1.yaml", report("P-1", problems("continuing"))), "gone"),
    (lambda office: write(office / "in" / "P-1.yaml", report("P-1", problems("partial")).replace(
        "due: 2022-06-01", "due: 年底前")), "unjudged"),
    (lambda office: write(office / "in" / "waivers.yaml", "waivers: [{rule: RC05, subject: P-1, reason: 缘故, "
                          "by: 某甲, until: 2022-12-31}]\n"), "apart"),
])
def test_10_6_gone_is_only_what_was_looked_at(office: Path, change: Callable[[Path], Any], fate: str) -> None:
    write(office / "in" / "P-1.yaml", report("P-1", problems("partial")))
    first = checked(office, 0)
    change(office)
    assert [one[0] for one in fates(compared(first, checked(office, 1)), "RC05")] == [fate]


@pytest.mark.parametrize(("ident", "rule", "excused"), [("P-2", "IN03", ""), ("P-3", "CV01", ""), (
    "P-1", "RC05", ", excused: {reason: 借调}")], ids=["unread", "earlier", "excused"])
def test_10_6_a_file_that_went_away_cures_nothing(office: Path, ident: str, rule: str, excused: str) -> None:
    """Not one that could not be read, nor a report of somebody who has not filed for the last phase, or need not."""
    write(office / "in" / "roster.yaml", ROSTER.replace("郑禾, unit: U-1", f"郑禾, unit: U-1{excused}"))
    write(office / "in" / "P-3.yaml", report("P-3", problems("partial"), "inspection"))
    first = checked(office, 0)
    (office / "in" / f"{ident}.yaml").unlink()
    found = compared(first, checked(office, 1))
    assert {one.fate for one in found.items if (one.item.ident, one.item.rule) == (ident, rule)} == {"unjudged"}


def test_10_6_of_what_is_alike_in_several_files_the_one_that_came_or_went_is_named(office: Path) -> None:
    """P-2 has a second file that can't be read, which comes before the first; the week after it is gone again."""
    second = office / "in" / "A" / "P-2.yaml"
    results = [read_result(str(checked(office, 0)))]
    write(second, b"\xff\xfe\x00")
    results.append(read_result(str(checked(office, 1))))
    second.unlink()
    results.append(read_result(str(checked(office, 2))))

    def fates(found: Changes) -> set[tuple[str, str, int]]:
        return {(one.fate, one.item.file, one.rounds) for one in found.items if one.item.rule == "IN03"}

    assert fates(changes(results[:2], COMPILED)) == {("open", "P-2.yaml", 2), ("new", "A/P-2.yaml", 1)}
    assert {one[:2] for one in fates(changes(results, COMPILED))} == {("open", "P-2.yaml"), ("unjudged", "A/P-2.yaml")}


def test_10_6_what_a_rule_left_out_finds_no_more_is_not_gone(office: Path) -> None:
    first = checked(office, 0)
    second = checked(office, 1, "--ignore", "RC05")
    assert [one[0] for one in fates(compared(first, second), "RC05")] == ["unjudged"] * 2
    said = here("diff", first, second).stdout.decode()
    assert "两次用的规则不同（RC05）" in said


def test_10_6_what_changed_but_the_reports_is_told(office: Path) -> None:
    first = checked(office, 0)
    write(office / "in" / "roster.yaml", ROSTER + "- {id: P-4, name: 高远, unit: U-1}\n")
    document = json.loads(checked(office, 1).read_text(encoding="utf-8"))
    document["pack_digest"] = "0" * 64
    second = write(office / "w1.json", json.dumps(document))
    said = here("diff", first, second).stdout.decode().replace("\n  ", "")
    assert "两次之间规则包改过" in said
    assert "两次之间名册改过" in said


def test_10_6_a_result_of_an_earlier_version_is_read(office: Path) -> None:
    """It says neither which rules were used nor for which phase each subject reported."""
    first, second = checked(office, 0), checked(office, 1)
    for file in (first, second):
        document = json.loads(file.read_text(encoding="utf-8"))
        del document["scope"]
        for one in document["standing"]:
            del one["report"]
            if file == first and one["subject"]["id"] == "P-1":
                one["state"] = "missing"
        write(file, json.dumps(document))
    assert moves(compared(first, second)) == {("P-1", "filed")}
    assert "没有记下用了哪些规则" in here("diff", first, second).stdout.decode().replace("\n  ", "")


@pytest.mark.parametrize(("arguments", "words"), [
    (("w0.json",), "两份或者更多"), (("w1.json", "w0.json"), "请先写旧的"), (("w0.json", "broken.json"), "读不出来"),
    (("w0.json", "list.json"), "读不出来"), (("w0.json", "none.json"), "读不出来"),
    (("other.json", "w1.json"), "规则包 other"), (("w1.json", "other.json"), "请用 --rules"),
    (("w0.json", "w1.json", "--format", "json=w1.json"), "这次要读的文件"),
    (("w0.json", "w1.json", "--format", "csv"), "没有格式 csv"),
])
def test_10_6_wrong_use_is_told(office: Path, arguments: tuple[str, ...], words: str) -> None:
    checked(office, 0)
    document = json.loads(checked(office, 1).read_text(encoding="utf-8"))
    write(office / "other.json", json.dumps(document | {"pack": "other"}))
    write(office / "broken.json", '{"format": "bayang/1", ')
    write(office / "list.json", "[1]")
    before = (office / "w1.json").read_bytes()
    said = here("diff", *arguments, cwd=office)
    assert (said.returncode, said.stdout) == (2, b"")
    assert words in said.stderr.decode()
    assert (office / "w1.json").read_bytes() == before


@pytest.mark.parametrize("language", ["zh", "en"])
def test_10_6_every_format_says_the_same_in_the_same_bytes(office: Path, language: str) -> None:
    files = [checked(office, week).name for week in (0, 1)]
    outputs = []
    for number in (1, 2):
        out = office / f"out{number}"
        out.mkdir()
        said = here("diff", *files, "--lang", language, "--format=text", *(
            f"--format={name}={out / name}" for name in ("markdown", "xlsx", "json")), cwd=office)
        assert said.returncode == 0, said.stderr.decode()
        outputs.append([said.stdout, *((out / name).read_bytes() for name in ("markdown", "xlsx", "json"))])
    assert outputs[0] == outputs[1]
    document = json.loads(outputs[0][3])
    Draft7Validator(schema_file("diff.json"), format_checker=FormatChecker()).validate(document)
    assert document.keys() == schema_file("diff.json")["properties"].keys()
    assert document["summary"] == {name: sum(one[name] for one in document["units"]) for name in document["summary"]}
    assert document["summary"]["open"] == sum(one["fate"] == "open" for one in document["items"])
    assert max(map(width, outputs[0][0].decode().splitlines())) <= 80
    assert zipfile.is_zipfile(office / "out1" / "xlsx")


def test_10_6_with_the_roster_units_go_by_name_and_code_and_people_by_their_ids(office: Path) -> None:
    files = [checked(office, week) for week in (0, 1)]
    said = here("diff", *files, "--format", "markdown").stdout.decode()
    assert "月牙区分局" not in said
    said = here("diff", *files, "--format", "markdown", "--roster", office / "in" / "roster.yaml").stdout.decode()
    assert "月牙区分局（U-1）" in said
    assert not any(name in said for name in ("郑禾", "文川", "柳岸"))
    roster = office / "in" / "roster.yaml"
    refused = here("diff", *files, "--roster", roster, f"--format=json={roster}")
    assert refused.returncode == 2


def test_10_6_no_name_and_no_word_of_a_report(planted: Path, tmp_path: Path) -> None:
    """Even where the results hold what was written."""
    some_of(planted, tmp_path / "in")
    files = []
    for week, more in enumerate(([], ["--show-values"])):
        files.append(tmp_path / f"w{week}.json")
        here("check", tmp_path / "in", "--as-of", WEEKS[week], "--fail-on=never", f"--format=json={files[week]}",
               *more)
        for file in sorted((tmp_path / "in").glob("free-*"))[:3]:
            file.unlink()
    out = tmp_path / "out"
    out.mkdir()
    for language in ("zh", "en"):
        said = here("diff", *files, "--lang", language, "--format=text", *(
            f"--format={name}={out / f'{language}.{name}'}" for name in ("markdown", "xlsx", "json")))
        assert said.returncode == 0, said.stderr.decode()
        assert leaked(said.stdout + said.stderr + all_of(out)) == []


def test_10_6_the_samples_with_nothing_between(tmp_path: Path) -> None:
    """Whatever is open is open in all, and nothing else is told."""
    files = [tmp_path / f"{number}.json" for number in (1, 2, 3)]
    for file in files:
        here("check", SAMPLES, "--as-of", "2022-08-08", "--fail-on=never", f"--format=json={file}")
    found = compared(*files)
    document = json.loads(files[0].read_text(encoding="utf-8"))
    assert {(one.fate, one.rounds, one.at_least) for one in found.items} == {("open", 3, True)}
    assert len(found.items) == document["summary"]["error"] + document["summary"]["warning"]
    assert not found.moves
