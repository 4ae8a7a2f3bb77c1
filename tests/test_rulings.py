"""The contract's rulings, one by one: small cases made from the pack's compliant reports (contract §7, 8).

A change is `{pointer: value}`, or `GONE` for a field taken away. A finding is written as `RULE pointer`. What the
examples of a rule prove, bounds and that no other rule speaks among it, stands in `rules/families` and not here.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from making import UNITS

from bayang.cli import bayang
from bayang.engine.authoring.examples import base_report, change, dump
from bayang.engine.batch.outcome import Result
from bayang.engine.batch.run import Options, run
from bayang.engine.judging.check import Checker, World
from bayang.engine.judging.compile import Compiled
from bayang.engine.judging.results import FileResult
from bayang.engine.judging.telling import Style
from bayang.engine.records import Limits, PackError

GONE = object()
END = "2022-12-31"          # the clock, unless a case sets it
YANJIN = "/themes/yanjin/problems"

PERSON = {"id": "P-001", "name": "韩雪松", "unit": "U-002"}


def report(compiled: Compiled, base: str, phase: str | None = None, changes: dict[str, Any] | None = None) -> bytes:
    """A compliant report with changes, as YAML."""
    changes = changes or {}
    data = base_report(compiled.pack, base, phase)
    change(data, {at: value for at, value in changes.items() if value is not GONE},
           [at for at, value in changes.items() if value is GONE])
    return dump(data)


Look = Callable[..., FileResult]


@pytest.fixture
def look(compiled: Compiled) -> Look:
    """Check one report without a roster: (base, phase, changes) or bytes."""

    def of(what: str | bytes, phase: str | None = None, changes: dict[str, Any] | None = None, as_of: str = END,
           style: Style | None = None) -> FileResult:
        data = what if isinstance(what, bytes) else report(compiled, what, phase, changes)
        result = Checker(compiled, World(as_of), style or Style(), Limits()).check(data, "report.yaml", "nowhere")
        assert result.crashes == []
        return result

    return of


def found(result: FileResult | Result, *rules: str) -> list[str]:
    """The findings as `RULE pointer`, sorted; only of some rules if any are named."""
    return sorted(f"{one.rule} {one.pointer}" for one in result.findings if not rules or one.rule in rules)


def unjudged(result: FileResult | Result) -> set[tuple[str, str]]:
    return {(one.rule, one.reason) for one in result.not_assessed}


class Folder:
    """A folder of reports under way, and runs over it."""

    def __init__(self, path: Path, compiled: Compiled) -> None:
        self.path = path
        self.compiled = compiled

    def put(self, name: str, base: str, phase: str | None = None, changes: dict[str, Any] | None = None) -> Path:
        return self.write(name, report(self.compiled, base, phase, changes))

    def person(self, name: str, ident: str, phase: str, changes: dict[str, Any] | None = None) -> Path:
        """The personal report under another ID; its problems' IDs are plain numbers, local to it."""
        local = {f"{YANJIN}/0/id": "1", f"{YANJIN}/1/id": "2", "/themes/chuangyou/problems/0/id": "3"}
        changes = {"/person/id": ident, **(local if phase != "education" else {}), **(changes or {})}
        return self.put(name, "personal", phase, changes)

    def roster(self, units: list | None = None, people: list | None = None, extensions: list | None = None) -> Path:
        data = {"units": units or [], "people": people or [], "extensions": extensions or []}
        return self.write("roster.yaml", dump(data))

    def waive(self, rule: str, subject: str, until: str = END) -> Path:
        entry = {"rule": rule, "subject": subject, "reason": "已说明情况", "by": "市局活动办", "until": until}
        return self.write("waivers.yaml", dump({"waivers": [entry]}))

    def write(self, name: str, data: bytes) -> Path:
        file = self.path / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(data)
        return file

    def run(self, *paths: Path | str, as_of: str = END, **options: Any) -> Result:
        result = run([str(one) for one in paths] or [str(self.path)], Options(as_of=as_of, **options), self.compiled)
        assert result.crashes == []
        return result


@pytest.fixture
def folder(tmp_path: Path, compiled: Compiled) -> Folder:
    path = tmp_path / "报送"
    path.mkdir()
    return Folder(path, compiled)


def placed(result: Result, *rules: str) -> list[str]:
    """The findings as `RULE file#pointer`, in the order of the result."""
    return [f"{one.rule} {one.file}#{one.pointer}" for one in result.findings if not rules or one.rule in rules]


# --- 8.1 time -------------------------------------------------------------------------------------


@pytest.mark.parametrize(("as_of", "missing"), [
    ("2022-01-31", None), ("2022-02-01", "education"), ("2022-04-30", "education"), ("2022-05-01", "inspection"),
    ("2022-07-31", "inspection"), ("2022-08-01", "rectification"), ("2022-12-31", "rectification"),
    ("2023-01-01", "consolidation"),
])
def test_8_1_a_phase_is_closed_after_its_last_day(folder: Folder, as_of: str, missing: str | None) -> None:
    folder.roster(people=[PERSON])
    assert [one.phase for one in folder.run(as_of=as_of).findings] == ([missing] if missing else [])


@pytest.mark.parametrize(("phase", "as_of"), [
    ("education", "2022-02-01"), ("inspection", "2022-05-01"), ("rectification", "2022-08-01"),
    ("consolidation", "2023-01-01"), ("调查研究和问题查摆", "2022-05-01"),
])
def test_8_1_a_phase_sets_the_clock_to_the_day_after(folder: Folder, phase: str, as_of: str) -> None:
    assert folder.run(phase=phase, as_of="2030-01-01").as_of == as_of


def test_8_1_later_reports_are_left_out_but_count_for_ro01_and_ro06(folder: Folder) -> None:
    folder.roster(units=UNITS[2:], people=[PERSON])
    folder.person("a.yaml", "P-001", "rectification", {"/submitted": "2022-04-20", "/person/name": "无名"})
    folder.put("d.yaml", "department", "inspection", {"/collected": {"due": 1, "received": 1}})
    result = folder.run(phase="inspection")
    assert found(result, "RO01", "RO06", "ID01", "ID03", "RO03") == []
    assert {one.file for one in result.findings} <= {"d.yaml"}
    assert (result.summary["files"], result.summary["reports"], result.summary["later"]) == (2, 1, 1)


def test_8_1_given_both_the_clock_is_as_of_and_the_phase_leaves_out(folder: Folder) -> None:
    folder.put("a.yaml", "personal", "education", {"/submitted": "2022-01-31"})
    folder.put("b.yaml", "personal", "inspection")
    result = folder.run(phase="education", as_of="2022-01-30", clock_given=True)
    assert (result.as_of, result.summary["later"]) == ("2022-01-30", 1)
    assert placed(result, "ID02") == ["ID02 a.yaml#/submitted"]
    assert ("ID02", "declared") not in unjudged(result)


def test_8_1_a_correction_within_the_phase_is_no_filing_within_it(look: Look) -> None:
    changes = {"/submitted": "2022-01-31", "/corrected": "2022-04-20"}
    assert found(look("personal", "inspection", changes), "ID01", "ID03") == ["ID03 /submitted"]


# --- 8.2 one cause, one finding -------------------------------------------------------------------


@pytest.mark.parametrize(("base", "phase", "changes", "rule", "named"), [
    ("branch", "education", {"/leading_group/established": GONE, "/leading_group/head": GONE}, "OR01",
     ["established", "head"]),
    ("department", "inspection", {"/research/report": {"title": "无"}}, "PH21", ["title", "date"]),
    ("bureau", "inspection", {"/research/taskforce/deputy": GONE, "/research/taskforce/members": GONE}, "PH23",
     ["deputy", "members"]),
    ("bureau", "rectification", {"/annual_plan": GONE}, "ME93", ["document", "date"]),
    ("department", "inspection", {"/column/title": GONE, "/column/items": GONE}, "ME11", ["title", "items"]),
])
def test_8_2_one_finding_lists_several_parts(
    look: Look, base: str, phase: str, changes: dict[str, Any], rule: str, named: list[str]
) -> None:
    result = look(base, phase, changes, style=Style("en"))
    assert [one.rule for one in result.findings] == [rule]
    assert [name for name in named if name not in result.findings[0].message] == []


def test_8_2_an_unknown_behaviour_that_was_examined_is_fm08_alone(look: Look) -> None:
    examined = ["pinbo-01", "pinbo-02", "pinbo-03", "pinbo-04", "pinbo-05", "pinbo-77"]
    assert found(look("personal", "inspection", {"/themes/pinbo/examined": examined})) == [
        "FM08 /themes/pinbo/examined/5"]


def test_8_2_of_another_plan_only_the_form_is_checked(look: Look) -> None:
    """Whatever else is wrong with it, and the rules that did not run are listed."""
    changes = {"/plan": "主题教育", "/themes": GONE, "/person/post": "XX县", "/submitted": "昨天", "/remark": "字"}
    result = look("personal", "inspection", changes)
    assert sorted(one.rule for one in result.findings) == ["FM02", "FM05", "FM09"]
    assert {"CV01", "TX01", "ID01", "SE01"} <= {rule for rule, reason in unjudged(result) if reason == "type"}


@pytest.mark.parametrize("kind", ["学校", GONE])
def test_8_2_without_a_valid_report_only_form_and_texts_are_checked(look: Look, kind: Any) -> None:
    result = look("personal", "inspection", {
        "/report": kind, "/themes/pinbo": GONE, "/submitted": "2022-05-09", "/person/post": "XX县"})
    assert [one.rule for one in result.findings] == ["FM01" if kind is GONE else "FM04", "TX01"]
    assert {"CV01", "ID01"} <= {rule for rule, _ in unjudged(result)}


@pytest.mark.parametrize("phase", ["开头", GONE])
def test_8_2_without_a_valid_phase_only_rules_from_any_run(look: Look, phase: Any) -> None:
    result = look("personal", "inspection", {
        "/phase": phase, "/themes/pinbo": GONE, "/corrected": "2022-04-01", "/person/post": "XX县"})
    assert sorted(one.rule for one in result.findings) == ["FM01" if phase is GONE else "FM04", "ID03", "TX01"]
    assert "CV01" in {rule for rule, _ in unjudged(result)}


def test_8_2_the_level_comes_from_the_report_else_from_the_roster(folder: Folder) -> None:
    folder.put("b.yaml", "branch", "education", {"/leading_group": GONE, "/unit/level": GONE})
    assert found(folder.run()) == ["FM01 /unit/level"]
    folder.roster(units=UNITS)
    assert found(folder.run(), "FM01", "OR01") == ["FM01 /unit/level", "OR01 /leading_group"]
    folder.put("b.yaml", "branch", "education", {"/leading_group": GONE, "/unit/level": "department"})
    assert found(folder.run(), "FM01", "OR01", "RO03") == ["RO03 /unit/level"]


# --- 8.3 absent -----------------------------------------------------------------------------------

ABSENT = ["无", "暂无", "没有", "不涉及", "/", "／", "—", "——", "－", "-", "", "  ", None, [], {}]


@pytest.mark.parametrize("value", ABSENT, ids=repr)
def test_8_3_what_says_nothing_is_absent(look: Look, value: Any) -> None:
    field = f"{YANJIN}/0/cause"
    assert found(look("personal", "inspection", {field: value})) == [f"PB01 {field}"]


@pytest.mark.parametrize("value", [
    {"self": "无", "thought": None, "duty": "", "work": "—"}, {"self": " 暂无 "}, {}])
def test_8_3_a_map_of_absent_values_is_absent(look: Look, value: Any) -> None:
    assert len(found(look("personal", "inspection", {"/reflection": value}), "SE01")) == 4
    assert found(look("bureau", "education", {"/leading_group": {"head": "无", "office": {"location": "/"}}})) == [
        "OR01 /leading_group"]


def test_8_3_a_list_of_absent_values_is_absent(look: Look) -> None:
    assert found(look("personal", "education", {"/study": ["无", {"form": "无"}, None]})) == ["PH13 /study"]


@pytest.mark.parametrize("value", ["无", "不涉及", "/"])
def test_8_3_remarks_may_say_nothing(compiled: Compiled, value: str) -> None:
    case, _ = Checker(compiled, World(END)).opener.open(report(compiled, "personal", None, {
        "/remarks": value, "/person/post": value}))
    assert case.report.doc["remarks"] == value
    assert "post" not in case.report.doc["person"]


@pytest.mark.parametrize(("base", "phase", "changes", "expected"), [
    # handled over received, but received is absent
    ("department", "rectification", {"/oversight": {"handled": 5}}, []),
    ("department", "rectification", {"/oversight": {"handled": 5, "received": 4}}, ["ME82 /oversight/handled"]),
    # completed before it was found, but found is absent
    ("personal", "rectification", {f"{YANJIN}/1/completed": "2022-01-05", f"{YANJIN}/1/found": GONE}, []),
    ("personal", "rectification", {f"{YANJIN}/1/completed": "2022-01-05"}, [f"RC04 {YANJIN}/1/completed"]),
    ("personal", "education", {"/submitted": GONE, "/corrected": "2022-01-14"}, ["FM01 /submitted"]),
])
def test_8_3_a_comparison_with_an_absent_field_is_silent(
    look: Look, base: str, phase: str, changes: dict[str, Any], expected: list[str]
) -> None:
    result = look(base, phase, changes)
    assert found(result) == expected
    assert result.not_assessed == []


@pytest.mark.parametrize(("base", "phase", "changes", "expected", "listed"), [
    ("department", "rectification", {"/oversight": {"handled": "五", "received": 4}},
     ["FM03 /oversight/handled"], ("ME82", "/oversight/handled", "type")),
    ("personal", "education", {"/submitted": "昨天"}, ["FM05 /submitted"], ("ID01", "/submitted", "type")),
    ("personal", "inspection", {"/themes/shigan": "都对照了"}, ["FM03 /themes/shigan"],
     ("CV01", "/themes/shigan", "parent")),
])
def test_8_3_a_wrong_type_makes_not_assessed(
    look: Look, base: str, phase: str, changes: dict[str, Any], expected: list[str], listed: tuple
) -> None:
    result = look(base, phase, changes)
    assert found(result) == expected
    assert listed in {(one.rule, one.pointer, one.reason) for one in result.not_assessed}


def test_8_3_blanks_at_either_end_are_dropped(look: Look) -> None:
    changes = {"/submitted": " 2022-04-22 ", "/phase": "inspection\u3000", "/person/id": " P-001",
               f"{YANJIN}/0/measures/0/due": "2022-05-31\t", f"{YANJIN}/0/behaviour": "\u3000yanjin-02 ",
               "/reviewed_by": " 沈雨桐 "}
    assert found(look("personal", "inspection", changes)) == []
    assert found(look("personal", "inspection", {"/reviewed_by": "  韩雪松\u3000"})) == ["ID04 /reviewed_by"]


@pytest.mark.parametrize(("phase", "changes"), [
    # due after rectification; overdue; unresolved: each covered by an `until` without a reason
    ("rectification", {f"{YANJIN}/0/measures/0/due": "2022-08-15", f"{YANJIN}/0/deferral": {"until": "2022-08-15"}}),
    ("rectification", {f"{YANJIN}/0/status": "partial", f"{YANJIN}/0/completed": GONE, f"{YANJIN}/0/acceptance": GONE,
                       f"{YANJIN}/0/deferral": {"until": "2022-08-15"}}),
    ("consolidation", {f"{YANJIN}/0/status": "partial", f"{YANJIN}/0/completed": GONE, f"{YANJIN}/0/acceptance": GONE,
                       f"{YANJIN}/0/deferral": {"until": "2022-12-31"}}),
])
def test_8_3_a_deferral_counts_by_its_until_alone(look: Look, phase: str, changes: dict[str, Any]) -> None:
    found_ = found(look("personal", phase, changes))
    assert found_ == [f"RC07 {YANJIN}/0/deferral/reason"]
    bare = {at: value for at, value in changes.items() if not at.endswith("deferral")}
    assert {one.rule for one in look("personal", phase, bare).findings} & {"PB11", "RC05", "RC11"}


def test_8_3_only_attachments_are_looked_for(look: Look) -> None:
    result = look("branch", "consolidation", {
        "/summary/text": GONE, "/summary/file": "没有/总结.docx", f"{YANJIN}/0/evidence": ["没有/照片.jpg"],
        "/attachments": ["没有/清单.xlsx"]})
    assert found(result) == ["TX06 /attachments/0"]


@pytest.mark.parametrize(("field", "value"), [
    ("/cadence/monthly/0/month", "2022-13"), ("/cadence/monthly/0/month", "三月"),
    ("/cadence/quarterly/0/quarter", "2022-Q5"), ("/cadence/half_yearly/0/half", "2022-H3"),
])
def test_8_3_a_malformed_month_quarter_or_half_is_fm05(look: Look, field: str, value: str) -> None:
    assert found(look("bureau", "rectification", {field: value}), "FM05", "FM06", "FM04") == [f"FM05 {field}"]


# --- 8.4 several files of a subject ---------------------------------------------------------------


def counts(result: Result) -> tuple[int, int]:
    """Problems in the statistics, and findings that are superseded."""
    return result.summary["statistics"]["problems"], result.summary["superseded"]


@pytest.mark.parametrize(("first", "second", "problems"), [
    # (submitted, corrected) of a report with one problem under the theme and of one with both
    (("2022-04-20", None), ("2022-04-21", None), 3),
    (("2022-04-21", None), ("2022-04-20", None), 2),
    (("2022-04-20", "2022-04-25"), ("2022-04-21", None), 2),
    (("2022-04-20", "2022-04-25"), ("2022-04-21", "2022-04-26"), 3),
    (("2022-04-20", None), ("2022-04-20", None), 2),        # then the first path
])
def test_8_4_of_duplicates_the_latest_filed_is_current(
    folder: Folder, first: tuple, second: tuple, problems: int
) -> None:
    for name, (submitted, corrected), fewer in (("a.yaml", first, {f"{YANJIN}/1": GONE}), ("b.yaml", second, {})):
        dates = {"/submitted": submitted} | ({"/corrected": corrected} if corrected else {})
        folder.put(name, "personal", "inspection", dates | fewer)
    result = folder.run()
    assert counts(result) == (problems, 0)
    assert placed(result, "RO04") == ["RO04 a.yaml#", "RO04 b.yaml#"]


def test_8_4_ro03_uses_current_reports(folder: Folder) -> None:
    folder.roster(people=[PERSON])
    folder.put("a.yaml", "personal", "inspection", {"/person/name": "韩雪"})
    folder.put("b.yaml", "personal", "rectification", {"/person/name": "韩松"})
    assert placed(folder.run(), "RO03") == ["RO03 b.yaml#/person/name"]


def test_8_4_ro03_looks_at_one_of_duplicates(folder: Folder) -> None:
    folder.roster(people=[PERSON])
    folder.put("a.yaml", "personal", "inspection", {"/person/name": "韩雪", "/submitted": "2022-04-20"})
    folder.put("b.yaml", "personal", "inspection", {"/submitted": "2022-04-21"})
    assert placed(folder.run(), "RO03") == []


def test_8_4_reading_duplicates_and_clashes_are_not_superseded(folder: Folder) -> None:
    folder.put("a.yaml", "personal", "inspection")
    folder.put("b.yaml", "personal", "inspection")
    folder.put("c.yaml", "personal", "rectification")
    folder.put("d.yaml", "department", "inspection", {f"{YANJIN}/0/id": "P001-2"})
    folder.write("e.yaml", b"- 1")
    result = folder.run()
    assert {one.rule for one in result.findings} == {"RO04", "BT03", "IN06", "BT02"} - {"BT02"}
    assert not any(one.superseded for one in result.findings)
    assert placed(result, "BT03") == [
        f"BT03 a.yaml#{YANJIN}/1/id", f"BT03 b.yaml#{YANJIN}/1/id", f"BT03 c.yaml#{YANJIN}/1/id",
        f"BT03 d.yaml#{YANJIN}/0/id"]


@pytest.mark.parametrize(("changes", "missing"), [
    ({}, 0),
    ({f"{YANJIN}/1": GONE}, 1),
    ({YANJIN: GONE, "/themes/yanjin/none_found": {"method": "核对", "basis": "无误"}}, 2),
    ({f"{YANJIN}/1/fact": "审稿时发现两处旧数字"}, 0),                    # reworded
    ({f"{YANJIN}/1/id": "p001-2"}, 0),
])
def test_8_4_a_vanished_problem_is_found_by_its_id(folder: Folder, changes: dict[str, Any], missing: int) -> None:
    folder.put("a.yaml", "personal", "inspection")
    folder.put("b.yaml", "personal", "rectification", changes)
    assert placed(folder.run(), "RC10") == ["RC10 b.yaml#/themes"] * missing


def test_8_4_a_problem_entered_by_mistake_stays_closed_with_progress(folder: Folder) -> None:
    """It stays in the list; only taking it away is a finding."""
    folder.put("a.yaml", "personal", "inspection")
    folder.put("b.yaml", "personal", "rectification", {
        f"{YANJIN}/1/status": "closed", f"{YANJIN}/1/progress": "误填，并入第一个问题",
        f"{YANJIN}/1/acceptance": {"by": "沈雨桐", "on": "2022-07-12"}})
    assert placed(folder.run()) == []


def test_8_4_the_excused_may_still_file(folder: Folder) -> None:
    folder.roster(people=[PERSON | {"excused": {"reason": "长期病假"}}])
    folder.put("a.yaml", "personal", "education")
    assert placed(folder.run(as_of="2022-02-01")) == []


EXTENDED = [{"subject": "U-001", "phase": "consolidation", "until": "2023-01-10", "by": "市局活动办"}]


def test_8_4_an_extension_moves_three_dates(folder: Folder) -> None:
    """ID01, RO01 and PH43 of that subject and phase."""
    late = {"/submitted": "2023-01-05", "/summary/date": "2022-12-31",
            "/themes/yanjin/problems/0/next_check": GONE}
    folder.put("b.yaml", "branch", "consolidation", late)
    rules = ("ID01", "PH43", "RO01")
    folder.roster(units=UNITS[1:2])
    assert found(folder.run(as_of="2023-01-08"), *rules) == ["ID01 /submitted", "PH43 /summary/date"]
    folder.roster(units=UNITS[1:2], extensions=EXTENDED)
    assert found(folder.run(as_of="2023-01-08"), *rules) == []
    (folder.path / "b.yaml").unlink()
    assert found(folder.run(as_of="2023-01-10"), "RO01") == ["RO01 /units/0"]     # of the phase before
    assert [one.phase for one in folder.run(as_of="2023-01-10").findings] == ["rectification"]
    assert [one.phase for one in folder.run(as_of="2023-01-11").findings] == ["consolidation"]


def test_8_4_an_extension_moves_nothing_else(folder: Folder) -> None:
    """A due after rectification, an overdue measure and a date before its phase stay what they are."""
    folder.roster(people=[PERSON], extensions=[
        {"subject": "P-001", "phase": phase, "until": "2022-09-30", "by": "市局活动办"}
        for phase in ("inspection", "rectification")])
    folder.put("a.yaml", "personal", "rectification", {
        "/submitted": "2022-04-30", f"{YANJIN}/1/status": "partial", f"{YANJIN}/1/measures/0/due": "2022-04-29",
        f"{YANJIN}/0/measures/0/due": "2022-08-15"})
    assert found(folder.run(), "ID03", "PB11", "RC05") == [
        "ID03 /submitted", f"PB11 {YANJIN}/0/measures/0/due", f"RC05 {YANJIN}/1/measures/0/due"]


def test_8_4_ro06_counts_reports_of_the_units_phase_or_later(folder: Folder) -> None:
    folder.roster(units=UNITS[2:], people=[PERSON, PERSON | {"id": "P-003", "name": "罗子谦"}])
    folder.put("u.yaml", "department", "inspection", {"/collected": {"due": 2, "received": 1}})
    folder.person("a.yaml", "P-001", "rectification", {"/submitted": "2022-04-26"})
    folder.person("b.yaml", "P-003", "education")
    assert found(folder.run(), "RO06") == []


def test_8_4_cv06_and_bt02_use_current_reports(folder: Folder) -> None:
    """Five answered everything with nothing found, but one of them has filed for the next phase since."""
    for number in range(1, 6):
        folder.put(f"p{number}.yaml", "personal", "inspection", NOTHING | {"/person/id": f"P-00{number}"})
    folder.put("u.yaml", "department", "inspection", {f"{YANJIN}/1/fact": "早晨七点到楼顶读风速"})
    assert placed(folder.run(), "CV06", "BT02") == ["CV06 u.yaml#/themes"]
    folder.person("q.yaml", "P-001", "rectification", {FACT: "早晨七点到楼顶读风速"})
    assert placed(folder.run(), "CV06", "BT02") == [f"BT02 q.yaml#{FACT}"]
    folder.put("v.yaml", "department", "rectification")
    assert placed(folder.run(), "CV06", "BT02") == []


# --- 8.5 part of a batch --------------------------------------------------------------------------

WHOLE = {"RO01", "RO06", "CV06", "WV01", "PH45"}


def fill(folder: Folder) -> Path:
    """A batch in which each rule that needs all of it has something to judge."""
    folder.roster(units=UNITS, people=[PERSON])
    folder.waive("ID04", "P-001")
    folder.put("a.yaml", "personal", "inspection")
    folder.put("d.yaml", "department", "inspection")
    return folder.put("u.yaml", "bureau", "consolidation")


def test_8_5_a_file_is_a_part(folder: Folder) -> None:
    bureau = fill(folder)
    tables = {"roster": str(folder.path / "roster.yaml"), "waivers": str(folder.path / "waivers.yaml")}
    result = folder.run(bureau, folder.path / "a.yaml", folder.path / "d.yaml", **tables)
    assert {(rule, "partial") for rule in WHOLE} <= unjudged(result)


def test_8_5_a_stale_waiver_of_a_rule_that_did_not_run(folder: Folder) -> None:
    folder.put("a.yaml", "personal", "education")
    folder.waive("ID04", "P-001")
    assert placed(folder.run(), "WV01") == ["WV01 waivers.yaml#/waivers/0"]
    assert placed(folder.run(ignore=("ID04",)), "WV01") == []
    assert placed(folder.run(select=("ID03", "WV01")), "WV01") == []


@pytest.mark.parametrize(("spoil", "idle"), [
    (lambda text: text, True),
    (lambda text: text.replace(": ", "：", 1), False),                      # a file that can't be read
    (lambda text: text.replace("report: personal", "report: 个人报告"), False),
    (lambda text: text.replace("        owner:", "        owners:"), False),   # what the rule asks for stands misspelt
])
def test_8_5_a_waiver_of_what_nobody_could_look_at_is_not_called_idle(
        folder: Folder, spoil: Callable[[str], str], idle: bool) -> None:
    folder.roster(people=[PERSON])
    folder.put("P-001.yaml", "personal", "inspection")
    path = folder.path / "P-001.yaml"
    text = path.read_text(encoding="utf-8")
    path.write_text(spoil(text), encoding="utf-8")
    assert idle == (path.read_text(encoding="utf-8") == text)
    folder.waive("PB08", "P-001", until="2022-12-31")
    assert placed(folder.run(as_of="2022-05-05"), "WV01") == (["WV01 waivers.yaml#/waivers/0"] if idle else [])


# more than 60 characters of one's own
LONG = ("早晨七点到楼顶读风速午后核对台账傍晚给居民回电周末清点滤膜"
        "月底换算表格把每次偏差记在蓝皮本里交给值班同志逐行签字再送档案室锁好")


def test_8_5_only_current_reports_are_compared(folder: Folder) -> None:
    problem = {"id": "1", "behaviour": "other", "fact": LONG, "cause": "怕", "measures": []}
    for name, ident in (("a.yaml", "P-001"), ("b.yaml", "P-003")):
        folder.put(name, "personal", "inspection", {
            "/person/id": ident, YANJIN: [problem], "/themes/chuangyou/problems": GONE})
    assert placed(folder.run(), "BT01") == ["BT01 a.yaml#/themes", "BT01 b.yaml#/themes"]
    folder.person("c.yaml", "P-001", "rectification")
    assert placed(folder.run(), "BT01", "BT02") == []


NOTHING = {"/themes": {theme: {"examined": "all", "none_found": {"method": "核对", "basis": "无误"}} for theme in (
    "shigan", "dandang", "gongpu", "pinbo", "yanjin", "chuangyou", "douzheng", "lianjie")}}


@pytest.mark.parametrize(("unit", "roster", "expected"), [
    (True, True, ["CV06 u.yaml#/themes"]),
    (False, True, ["CV06 roster.yaml#/units/0"]),
    (False, False, []),
])
def test_8_5_where_cv06_stands(folder: Folder, unit: bool, roster: bool, expected: list[str]) -> None:
    for number in range(1, 6):
        folder.put(f"p{number}.yaml", "personal", "inspection", NOTHING | {"/person/id": f"P-00{number}"})
    if unit:
        folder.put("u.yaml", "department", "inspection")
    if roster:
        folder.roster(units=UNITS[2:])
    assert placed(folder.run(), "CV06") == expected


# --- 8.6 words and names --------------------------------------------------------------------------

FACT = f"{YANJIN}/0/fact"
OWNER = f"{YANJIN}/0/measures/0/owner"
LIANJIE = {"/themes/lianjie/none_found": GONE}


@pytest.mark.parametrize(("changes", "expected"), [
    ({"/filled_by": "买买提·艾力", "/reviewed_by": "买买提‧艾力（科长）"}, ["ID04 /reviewed_by"]),
    ({"/filled_by": "张三A", "/reviewed_by": "张 三\u3000Ａ"}, ["ID04 /reviewed_by"]),
    ({"/remarks": "成立由XX为组长的工作专班"}, ["TX01 /remarks"]),        # of the plan's part four
    ({"/remarks": "学习东发[2021]第3号"}, []),                  # no 号 right after
    ({"/remarks": "卡622000000000000008"}, []),                 # no card has 18 digits
    ({"/remarks": "号41111111111111110"}, []),                  # a card within a longer number
    ({"/remarks": "号2111111111111113"}, []),                   # a card begins with 3 to 6
])
def test_8_6_words_and_names(look: Look, changes: dict[str, Any], expected: list[str]) -> None:
    assert found(look("personal", "education", changes)) == expected


def test_8_6_words_of_two_segments_name_both(look: Look) -> None:
    problem = base_problem(behaviour="权钱交易")
    result = look("personal", "inspection", LIANJIE | {"/themes/lianjie/problems": [problem]})
    assert found(result) == ["FM08 /themes/lianjie/problems/0/behaviour"]
    text = result.findings[0].message + result.findings[0].remedy
    assert "lianjie-02" in text and "lianjie-05" in text


def base_problem(**given: Any) -> dict[str, Any]:
    return {"id": "9", "behaviour": "other", "fact": "两次替人问过进度", "instance": "四月替熟人问件一次",
            "cause": "抹不开情面", "culture": "熟人好办事", "standard": "不再过问他人办件",
            "measures": [{"action": "有人打听时当面登记并报科长", "owner": "本人", "due": "2022-06-30"}]} | given


def test_8_6_words_within_one_segment_of_the_theme(look: Look) -> None:
    """以权谋私、权钱交易 runs on in lianjie-05 alone."""
    changes = LIANJIE | {"/themes/lianjie/problems": [base_problem(behaviour="以权谋私、权钱交易")]}
    assert found(look("personal", "inspection", changes)) == []


def test_8_6_other_examines_nothing(look: Look) -> None:
    cited = {"/themes/pinbo": {"problems": [base_problem()]}}
    listed = {"/themes/pinbo": {"problems": [base_problem()], "examined": ["other"]}}
    whole = {"/themes/pinbo": {"problems": [base_problem()], "examined": "all"}}
    assert found(look("personal", "inspection", cited)) == ["CV04 /themes/pinbo/examined"]
    assert found(look("personal", "inspection", listed)) == ["CV04 /themes/pinbo/examined"]
    assert found(look("personal", "inspection", whole)) == []


@pytest.mark.parametrize("owner", [
    "韩雪松、罗子谦", "韩雪松，罗子谦", "韩雪松,罗子谦", "韩雪松；罗子谦", "韩雪松;罗子谦", "韩雪松/罗子谦",
    "韩雪松 罗子谦",
    "韩雪松（科员）、罗子谦(副科长)", "本人", "我", "自己", "罗 子谦", "老罗",
])
def test_8_6_owners_are_split_and_known(folder: Folder, owner: str) -> None:
    """Every name is on the roster, 老罗 as an alias; a stranger beside them is not."""
    folder.roster(people=[PERSON, PERSON | {"id": "P-003", "name": "罗子谦", "aliases": ["老罗"]}])
    folder.put("a.yaml", "personal", "inspection", {OWNER: owner})
    assert placed(folder.run(), "RO05", "PB12") == []
    folder.put("a.yaml", "personal", "inspection", {OWNER: f"{owner}、钱小满"})
    assert placed(folder.run(), "RO05", "PB12") == [f"RO05 a.yaml#{OWNER}"]


def test_8_6_aliases_count_in_every_comparison(folder: Folder) -> None:
    """Owner and acceptor, head and leader of the group: one by name, the other by an alias."""
    folder.roster(units=UNITS, people=[
        PERSON | {"id": "P-003", "name": "罗子谦", "aliases": ["老罗"]},
        PERSON | {"id": "P-009", "name": "顾长林", "aliases": ["顾局"], "unit": "U-000"}])
    folder.put("d.yaml", "department", "rectification", {f"{YANJIN}/0/acceptance/by": "老罗"})
    folder.put("u.yaml", "bureau", "education", {"/leading_group/head": "顾局"})
    assert placed(folder.run(), "RC08", "OR03") == [f"RC08 d.yaml#{YANJIN}/0/acceptance/by"]


@pytest.mark.parametrize(("on_disk", "typed"), [("cafe\u0301", "caf\u00e9"), ("caf\u00e9", "cafe\u0301")])
def test_8_6_names_of_attachments_in_nfc(folder: Folder, on_disk: str, typed: str) -> None:
    folder.write(f"{on_disk}.txt", b"x")
    folder.put("a.yaml", "personal", "education", {"/attachments": [f"{typed}.txt"]})
    assert placed(folder.run()) == []


BARE = """\
report: personal
plan: bayang-bazhi
phase: education
submitted: 2022-01-20
person: {id: P-001, name: 韩雪松, unit: U-002}
study: [{form: 主题党日, title: 学习方案, date: 2022-01-14}]
"""


def test_8_6_a_comment_where_something_follows_cuts_nothing(look: Look) -> None:
    """The value begins on the next line: the comment is a comment."""
    text = BARE.replace("study: [", "study: # 两次\n  [").replace("person: {", "person: # 本人\n  {")
    assert found(look(text.encode())) == []


# --- 8.7 places and fingerprints ------------------------------------------------------------------

PLACES = [
    # a list item: the first after its dash, or where it begins in brackets
    ("study: [", "attachments:\n-   没有.txt\nstudy: [", ("TX06", 7, 5, "/attachments/0")),
    ("study: [", "attachments: [没有.txt]\nstudy: [", ("TX06", 6, 15, "/attachments/0")),
    # what is missing in the document: its first key
    ("report: personal\n", "# 报告\n\n", ("FM01", 3, 1, "/report")),
]


@pytest.mark.parametrize(("old", "new", "expected"), PLACES, ids=[one[1].splitlines()[0] for one in PLACES])
def test_8_7_places(look: Look, old: str, new: str, expected: tuple) -> None:
    assert BARE.count(old) == 1
    result = look(BARE.replace(old, new).encode())
    assert [(one.rule, one.line, one.column, one.pointer) for one in result.findings] == [expected]


def prints(result: FileResult | Result, *rules: str) -> list[str]:
    return [one.fingerprint for one in result.findings if not rules or one.rule in rules]


def test_8_7_a_fingerprint_holds_when_problems_change_places(folder: Folder, compiled: Compiled) -> None:
    """Nor does it depend on the file's name and lines."""
    data = base_report(compiled.pack, "personal", "inspection")
    problems = data["themes"]["yanjin"]["problems"]
    del problems[1]["cause"], problems[0]["standard"]
    folder.write("a.yaml", dump(data))
    before = {one.rule: one for one in folder.run().findings}
    problems.reverse()
    (folder.path / "a.yaml").unlink()
    folder.write("b.yaml", b"# 1\n# 2\n" + dump({"remarks": "另报", **data}))
    after = {one.rule: one for one in folder.run().findings}
    assert set(before) == set(after) == {"PB01", "PB16"}
    for rule in before:
        assert before[rule].pointer != after[rule].pointer
        assert before[rule].fingerprint == after[rule].fingerprint


def test_8_7_of_what_a_fingerprint_is_made(folder: Folder) -> None:
    """Rule, subject, phase and place: each of them makes another one."""
    late = {"/submitted": "2022-12-30"}
    folder.put("a.yaml", "personal", "education", late | {"/reviewed_by": "韩雪松"})
    folder.put("b.yaml", "personal", "inspection", late)
    folder.put("c.yaml", "personal", "education", late | {"/person/id": "P-003"})
    folder.put("d.yaml", "department", "education", late | {"/unit/code": "P-001"})
    result = folder.run()
    assert len(placed(result, "ID01", "ID04")) == 5
    assert len(set(prints(result))) == len(result.findings)
    assert all(one.fingerprint for one in result.findings)


def test_8_7_ids_of_a_fingerprint_are_compared_ids(folder: Folder) -> None:
    folder.put("a.yaml", "personal", "education", {"/submitted": "2022-02-01"})
    first = prints(folder.run(), "ID01")
    folder.put("a.yaml", "personal", "education", {"/submitted": "2022-02-01", "/person/id": "p-001"})
    assert prints(folder.run(), "ID01") == first


def test_8_7_without_a_subject_the_path_counts(folder: Folder) -> None:
    folder.write("a.yaml", b"- 1")
    folder.write("b.yaml", b"- 1")
    first = folder.run()
    assert len(set(prints(first))) == 2
    folder.write("a.yaml", b"- 1\n- 2\n")
    assert prints(folder.run()) == prints(first)


def test_8_7_equal_fingerprints_are_numbered(look: Look, folder: Folder) -> None:
    """Two unknown keys stand at one pointer: that of their parent."""
    folder.put("a.yaml", "personal", "education", {"/甲某乙某丙": "1", "/丁某戊某己": "2"})
    result = folder.run()
    assert placed(result) == ["FM02 a.yaml#", "FM02 a.yaml#"]
    assert len(set(prints(result))) == 2


def test_8_7_the_phase_is_the_declared_one(folder: Folder) -> None:
    folder.roster(people=[PERSON])
    folder.put("a.yaml", "personal", "education", {"/submitted": "2022-02-01"})
    result = folder.run(as_of="2022-08-01")
    assert {(one.rule, one.phase) for one in result.findings} == {("ID01", "education"), ("RO01", "rectification")}


def test_8_7_how_a_file_is_named(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    """Relative to the folder given; a file by its own name; with several PATHs behind the PATH as typed."""
    late = {"/submitted": "2022-02-01"}
    folder.put("甲/a.yaml", "personal", "education", late)
    folder.put("乙/b.yaml", "personal", "education", late | {"/person/id": "P-003"})
    monkeypatch.chdir(folder.path)

    def names(*paths: str) -> list[str]:
        return [one.file for one in folder.run(*paths).findings]

    assert names(".") == ["乙/b.yaml", "甲/a.yaml"]
    assert names(str(folder.path)) == ["乙/b.yaml", "甲/a.yaml"]
    assert names("甲") == ["a.yaml"]
    assert names("甲/a.yaml") == ["a.yaml"]
    assert names("甲", "./乙") == ["./乙/b.yaml", "甲/a.yaml"]
    assert names("甲/a.yaml", "乙") == ["乙/b.yaml", "甲/a.yaml"]
    assert names("甲", "甲/a.yaml") == ["甲/a.yaml"]


def test_8_7_a_roster_outside_is_named_as_typed(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    folder.put("收/a.yaml", "personal", "education")
    folder.roster(people=[PERSON, PERSON | {"id": "P-003", "name": "罗子谦"}])
    monkeypatch.chdir(folder.path)
    result = folder.run("收", as_of="2022-02-01", roster="./收/../roster.yaml")
    assert placed(result) == ["RO01 ./收/../roster.yaml#/people/1"]
    assert result.sources["roster"]["file"] == "./收/../roster.yaml"


# --- 8.8 what is shown ----------------------------------------------------------------------------


@pytest.mark.parametrize(("key", "pointer", "named"), [
    ("remarkz", "/remarkz", True), ("remark", "/remark", True), ("备住事项", "", False), ("韩雪松", "", False),
    ("remarks_of_nobody", "", False), ("remarksremarksremarksr", "", False),
])
def test_8_8_which_keys_are_named(look: Look, key: str, pointer: str, named: bool) -> None:
    result = look("personal", "education", {f"/{key}": "内容不外传"})
    assert found(result) == [f"FM02 {pointer}"]
    text = result.findings[0].message + result.findings[0].remedy + result.findings[0].trail
    assert (f"“{key}”" in text) is named
    assert "内容不外传" not in text


def test_8_8_an_unknown_value_is_given_by_its_nearest(look: Look) -> None:
    result = look("personal", "inspection", {"/phase": "inspektion"})
    assert found(result) == ["FM04 /phase"]
    text = result.findings[0].message + result.findings[0].remedy
    assert "inspektion" not in text and ("inspection" in text or "调查研究和问题查摆" in text)


@pytest.mark.parametrize(("show", "seen"), [(False, False), (True, True)])
def test_8_8_values_are_shown_only_when_asked_for(look: Look, show: bool, seen: bool) -> None:
    style = Style(show_values=show)
    result = look("personal", "education", {"/person/post": "XX县科员"}, style=style)
    assert ["XX县科员" in one.message for one in result.findings] == [seen]
    result = look("personal", "education", {"/phase": "什么阶段"}, style=style)
    assert ["什么阶段" in one.message for one in result.findings] == [seen]


def test_8_8_a_masked_id_is_still_the_same_subject(folder: Folder) -> None:
    """Its report is not missing, its unit counts it, and a missing one is shown masked."""
    mobile = PERSON | {"id": "13800138000", "unit": "13900139000"}
    other = PERSON | {"id": "13700137000", "unit": "13900139000"}
    folder.roster(units=[UNITS[2] | {"code": "13900139000"}], people=[mobile, other])
    folder.person("a.yaml", "13800138000", "inspection", {"/person/unit": "13900139000"})
    folder.put("u.yaml", "department", "inspection", {
        "/unit/code": "13900139000", "/collected": {"due": 2, "received": 1}})
    result = folder.run(as_of="2022-05-01", select=("RO*",))
    assert [(one.rule, one.subject.id, one.subject.unit) for one in result.findings if one.rule != "RO05"] == [
        ("RO01", "137********", "139********")]


def test_8_8_paths_are_printed_as_they_are(folder: Folder) -> None:
    folder.put("13800138000 韩雪松/报 告.yaml", "personal", "education", {"/submitted": "2022-02-01"})
    assert [one.file for one in folder.run().findings] == ["13800138000 韩雪松/报 告.yaml"]


# --- 8.9 the run ----------------------------------------------------------------------------------

Command = Callable[..., tuple[int, str, str]]


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """`bayang check` -> exit code, standard output, standard error."""

    def of(*args: Any, as_of: str | None = END) -> tuple[int, str, str]:
        clock = ["--as-of", as_of] if as_of else []
        with pytest.raises(SystemExit) as stopped:
            bayang.main(["check", *clock, *map(str, args)], prog_name="bayang")
        said = capsys.readouterr()
        return int(stopped.value.code or 0), said.out, said.err

    return of


def test_8_9_three_where_there_is_neither_report_nor_roster(folder: Folder, command: Command) -> None:
    (folder.path / "说明.txt").write_text("x", encoding="utf-8")
    code, _, err = command(folder.path)
    assert (code, err.count("\n")) == (3, 1)
    folder.roster()
    assert command(folder.path)[0] == 0
    folder.roster(people=[PERSON])
    assert command(folder.path)[0] == 1
    (folder.path / "roster.yaml").unlink()
    folder.put("a.yaml", "personal", "education")
    assert command(folder.path)[0] == 0


@pytest.mark.parametrize(("changes", "fail_on", "code"), [
    ({"/reviewed_by": "韩雪松"}, None, 0), ({"/reviewed_by": "韩雪松"}, "warning", 1),
    ({"/submitted": "2022-02-01"}, None, 1), ({"/submitted": "2022-02-01"}, "never", 0),
    ({"/remarks": "走访" * 1501}, None, 0), ({"/remarks": "走访" * 1501}, "warning", 0),
    ({"/remarks": "走访" * 1501}, "info", 1), ({"/submitted": "2022-02-01"}, "info", 1),
])
def test_8_9_fail_on_is_error_unless_given(
    folder: Folder, command: Command, changes: dict[str, Any], fail_on: str | None, code: int
) -> None:
    folder.put("a.yaml", "personal", "education", changes)
    assert command(folder.path, *(["--fail-on", fail_on] if fail_on else []))[0] == code


@pytest.mark.parametrize(("case", "code", "written"), [
    ("nothing wrong", 0, True), ("a finding", 1, True), ("a bad roster", 2, False), ("no report", 3, True),
])
def test_8_9_files_are_written_whole_or_left_untouched(
    folder: Folder, command: Command, tmp_path: Path, case: str, code: int, written: bool
) -> None:
    file = tmp_path / "out.json"
    file.write_text("as before", encoding="utf-8")
    if case != "no report":
        folder.put("a.yaml", "personal", "education", {"/submitted": "2022-02-01"} if code == 1 else {})
    if code == 2:
        folder.write("roster.yaml", b"people: 1\n")
    assert command("--format", f"json={file}", folder.path)[0] == code
    text = file.read_bytes().decode("utf-8")
    assert (json.loads(text)["format"] == "bayang/1") if written else text == "as before"


def test_8_9_json_is_unescaped_utf8_with_one_newline(folder: Folder, command: Command) -> None:
    folder.put("甲.yaml", "personal", "education", {"/submitted": "2022-02-01"})
    _, out, _ = command("--format", "json", folder.path)
    assert out.endswith("}\n") and not out.endswith("\n\n")
    assert "甲.yaml" in out and "\\u" not in out and "\r" not in out


def test_8_9_no_config_turns_off_finding_tables(folder: Folder, command: Command) -> None:
    """A roster and waivers given by name still count."""
    folder.put("a.yaml", "personal", "education", {"/submitted": "2022-02-01"})
    roster = folder.roster(people=[PERSON | {"id": "P-077"}])
    waivers = folder.waive("ID01", "P-001")

    def rules(*args: Any) -> list[tuple]:
        _, out, _ = command("--format", "json", *args, folder.path)
        return sorted((one["rule"], one["waived"] is not None) for one in json.loads(out)["findings"])

    assert rules() == [("ID01", True), ("RO01", False), ("RO02", False)]
    assert rules("--no-config") == [("ID01", False)]
    assert rules("--no-config", "--waivers", waivers) == [("ID01", True)]
    assert rules("--no-config", "--roster", roster) == [("ID01", False), ("RO01", False), ("RO02", False)]


def test_8_9_an_option_switches_finding_off_for_that_file(
    folder: Folder, command: Command, tmp_path: Path
) -> None:
    """Even a broken roster in the folder is left alone when another is given."""
    folder.put("a.yaml", "personal", "education")
    folder.write("roster.yaml", b"people: 1\n")
    given = tmp_path / "office.yaml"
    given.write_bytes(dump({"people": [PERSON]}))
    assert command(folder.path, as_of="2022-02-01")[0] == 2
    assert command("--roster", given, folder.path, as_of="2022-02-01")[0] == 0


@pytest.mark.parametrize(("changes", "good"), [
    ({}, True), ({"rule": "IN05"}, False), ({"rule": "broken-yaml"}, False), ({"rule": "ID99"}, False),
    ({"rule": None}, False), ({"subject": None}, False), ({"reason": None}, False), ({"by": None}, False),
    ({"until": None}, False), ({"until": "年底"}, False), ({"until": "2022-02-30"}, False),
])
def test_8_9_what_a_waiver_must_hold(folder: Folder, changes: dict[str, Any], good: bool) -> None:
    entry = {"rule": "ID01", "subject": "P-001", "reason": "已说明情况", "by": "市局活动办", "until": END} | changes
    folder.write("waivers.yaml", dump({"waivers": [{key: one for key, one in entry.items() if one is not None}]}))
    folder.put("a.yaml", "personal", "education", {"/submitted": "2022-02-01"})
    if good:
        assert folder.run().findings[0].waived
        return
    with pytest.raises(PackError) as fault:
        folder.run()
    assert fault.value.file == "waivers.yaml"
    assert fault.value.line == (6 if changes.get("until") else 2)      # the fifth key of the entry in line 2, or it


@pytest.mark.parametrize(("units", "people"), [
    (["U-001", "u-001"], []), ([], ["P-001", "P-001"]), (["X-001"], ["x-001"]), (["X-001"], ["Ｘ-001"]),
])
def test_8_9_ids_are_unique_over_a_roster(folder: Folder, units: list[str], people: list[str]) -> None:
    folder.roster(units=[UNITS[1] | {"code": code} for code in units],
                  people=[PERSON | {"id": ident} for ident in people])
    with pytest.raises(PackError):
        folder.run()


def test_8_9_a_broken_roster_is_said_with_file_line_field_and_repair(folder: Folder, command: Command) -> None:
    folder.put("a.yaml", "personal", "education")
    folder.write("roster.yaml", (
        "人员:\n- 人员编号: P-001\n  姓名: 韩雪松\n  单位编号: U-002\n"
        "  免报:\n    理由: 借调\n    至: 年底\n").encode())
    code, out, err = command(folder.path)
    assert (code, out) == (2, "")
    assert "roster.yaml" in err and "7" in err and "至" in err and "2022-04-30" in err


@pytest.mark.parametrize(("base", "changes", "kept"), [
    ("personal", {"/plan": "another"}, "SE01 RC01 PB01 TX01"),
    ("department", {"/plan": "another"}, "OR04 RC13 PB13"),
    ("department", {"/report": "another"}, "OR04 SE01 RC13"),
    ("department", {"/unit/level": "another"}, "ME81 OR01"),
], ids=["plan-personal", "plan-unit", "report", "level"])
def test_8_2_only_rules_that_could_apply_are_not_assessed(
        compiled: Compiled, base: str, changes: dict[str, str], kept: str) -> None:
    """Of another plan's report, or one of an unknown kind or level: none for the other kind or for other phases."""
    result = Checker(compiled, World(END)).check(report(compiled, base, "rectification", changes), "x.yaml")
    assert "/plan" not in changes or [one.rule for one in result.findings] == ["FM09"]
    left = {one.rule for one in result.not_assessed if one.reason == "type"}
    assert set(kept.split()) <= left
    rules, order, own = compiled.pack.rules, compiled.pack.order, compiled.pack.order("rectification")
    for rule in (rules[one] for one in left):
        assert rule.first == "any" or order(rule.first) <= own, rule.id
        assert not rule.last or own <= order(rule.last), rule.id
        if "/report" not in changes:
            assert "personal" in rule.who if base == "personal" else set(rule.who) != {"personal"}, rule.id


@pytest.mark.parametrize("text", [
    "示 例", "示　例", "示 \u00a0　例：", "示_例", "在 此 填 写", "此　处填写。",
    "请填 写佐证材料的名称或文件路径", "请\t填写", "⽰例"])
def test_8_6_text_of_the_form_is_seen_whatever_blanks_and_marks_stand_in_it(look: Look, text: str) -> None:
    found = look("personal", "education", {"/remarks": text})
    assert ("TX02", "/remarks") in {(one.rule, one.pointer) for one in found.findings}
    assert look("personal", "education", {"/remarks": f"表上的{text}一栏"}).findings == []
