"""The figures for a circular: those of the samples counted by hand, the laws they keep, and what they never show
(contract §6; docs/statistics.md).
"""

from __future__ import annotations

import csv
import io
import json
import os
import re
import runpy
import shutil
import subprocess
import zipfile
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from xml.etree import ElementTree

import pytest
from click.testing import Result as Said
from hypothesis import given
from hypothesis import strategies as st
from running import ROOT, SAMPLES, invoked

from bayang.engine.authoring.examples import base_report
from bayang.engine.batch.outcome import Result
from bayang.engine.batch.run import Options, run
from bayang.engine.judging.compile import Compiled
from bayang.engine.judging.results import About, FileFacts
from bayang.engine.output.notices.office import Office, convert
from bayang.engine.output.statistics import STATISTICS
from bayang.engine.output.statistics.circular import to_docx
from bayang.engine.output.statistics.counting import FEW, Statistics, count, publishable
from bayang.engine.output.statistics.tables import Summary, report
from bayang.engine.packs.pack import Pack, load_pack
from bayang.engine.packs.roster import load_roster
from bayang.engine.records import Finding, Subject
from bayang.engine.text.wording import width

CIRCULAR = ROOT / "engine" / "output" / "statistics" / "templates" / "circular.docx"
WORD = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
DAY = "2022-08-08"

# Counted by hand from the YAML files of samples/, report by report. People: P-011 filed for no later phase than the
# first and P-015 is excused; so is nobody else. P-009 filed on 2022-08-05 within an extension.
#                        due filed on-time missing overdue days
UNIT_FILED = {"U-000": (1, 1, 1, 0, 0, 0), "U-101": (1, 1, 1, 0, 0, 0), "U-102": (1, 1, 1, 0, 0, 0),
              "U-201": (1, 1, 1, 0, 0, 0), "U-202": (1, 1, 1, 0, 0, 0)}
PEOPLE_FILED = {"U-000": (3, 3, 3, 0, 0, 0), "U-101": (3, 3, 3, 0, 0, 0), "U-102": (3, 3, 3, 0, 0, 0),
                "U-201": (2, 1, 1, 1, 1, 8), "U-202": (3, 3, 3, 0, 0, 0)}
# From the .expected.tsv of each current report: reports, passed at first, to correct, errors, warnings; themes answered
# and asked for.
REVIEWED = {
    "U-000": (4, 3, 1, 1, 1, 31, 32),   # P-003: SE01, CV01; it leaves one theme out
    "U-101": (4, 3, 1, 2, 0, 32, 32),   # P-006: RC05 RC08
    "U-102": (4, 1, 3, 5, 4, 32, 32),   # U-102: RC13 RC02 PB02, TX05; P-007: RC10, PB04 PB05; P-008: TX01, FM06
    "U-201": (2, 2, 0, 0, 0, 16, 16),
    # P-014: RO04
    "U-202": (4, 0, 4, 9, 1, 32, 32),   # U-202: FM04 PB09 PB12, ME51; P-012: CV03 FM08; P-013: FM02 TX03 PB11
}
# Problems in the unit's own report and, together, in those of the 13 people: 实干 担当 公仆 拼搏 严谨 创优 斗争 廉洁.
THEMES = {"U-000": (1, 1, 1, 0, 1, 1, 0, 0), "U-101": (1, 0, 1, 0, 0, 1, 0, 0), "U-102": (0, 1, 0, 0, 1, 1, 0, 0),
          "U-201": (0, 0, 1, 0, 1, 0, 0, 0), "U-202": (0, 0, 1, 0, 1, 0, 0, 0), "people": (3, 3, 4, 2, 5, 4, 3, 0)}
# 主动查找 互相帮助 上级点明 群众反映 巡察审计, and not said (群众举报 is none of these)
SOURCES = {"U-000": (1, 0, 1, 2, 1, 0), "U-101": (1, 0, 1, 1, 0, 0), "U-102": (0, 0, 2, 1, 0, 0),
           "U-201": (0, 0, 0, 1, 1, 0), "U-202": (0, 0, 0, 1, 0, 1), "people": (7, 7, 6, 2, 2, 0)}
# 未启动 部分到位 整改到位 持续整改 已销号, and not said
STATES = {"U-000": (0, 1, 3, 1, 0, 0), "U-101": (0, 0, 2, 1, 0, 0), "U-102": (0, 0, 2, 1, 0, 0),
          "U-201": (0, 1, 1, 0, 0, 0), "U-202": (0, 0, 1, 1, 0, 0), "people": (0, 2, 18, 2, 2, 0)}
# The day has passed, and of these put right, continuing, overdue; the day is to come; no clear day (年底前).
DAYS = {"U-000": (5, 3, 1, 1, 0, 0), "U-101": (3, 2, 1, 0, 0, 0), "U-102": (3, 2, 1, 0, 0, 0),
        "U-201": (2, 1, 0, 1, 0, 0), "U-202": (1, 1, 0, 0, 0, 1), "people": (23, 20, 1, 2, 1, 0)}


@pytest.fixture(scope="module")
def samples(compiled: Compiled) -> Statistics:
    return count(run([str(SAMPLES)], Options(as_of=DAY), compiled), compiled.pack)


def stats(*arguments: str | Path) -> Said:
    return invoked("stats", *arguments)


def total(rows: Iterator[tuple[int, ...]] | Any) -> tuple[int, ...]:
    return tuple(map(sum, zip(*rows, strict=True)))


def figures(found: Summary, number: int) -> dict[str, tuple]:
    """A table's rows by name, without number and name."""
    return {row[1]: tuple(row[2:]) for row in list(found.tables.values())[number - 1].rows}


def test_who_filed_in_the_samples(samples: Statistics) -> None:
    for kind, wanted in (("unit", UNIT_FILED), ("people", PEOPLE_FILED)):
        filings = {row.code: getattr(row, kind) for row in samples.rows}
        assert {code: (one.due, one.received, one.on_time, one.missing, one.overdue, one.longest)
                for code, one in filings.items()} == wanted
    assert [row.people.excused for row in samples.rows] == [0, 0, 0, 1, 0]


def test_what_was_found_in_the_samples(samples: Statistics) -> None:
    assert {row.code: (row.review.reports, row.review.passed, row.review.faulty, row.review.errors, row.review.warnings,
                       row.review.answered, row.review.asked) for row in samples.rows} == REVIEWED


def test_the_problems_of_the_samples(samples: Statistics, pack: Pack) -> None:
    found = report(samples, pack, "zh")
    names = {row.name: row.code for row in samples.rows} | {"小单位个人报告（合并）": "people"}
    for number, wanted in ((4, THEMES), (5, SOURCES), (6, STATES)):
        rows = figures(found, number)
        for name, code in names.items():
            assert rows[name][:len(wanted[code]) + 1] == (sum(wanted[code]), *wanted[code]), (number, name)
        assert rows["合计"][:7] == (39, *total(wanted.values()))[:7]
    rows = figures(found, 7)
    for name, code in names.items():
        passed, done, lasting, overdue, ahead, undated = DAYS[code]
        assert rows[name][:3] + rows[name][4:] == (
            sum(THEMES[code]), passed, done, lasting, overdue, ahead, undated)
        assert str(rows[name][3]) == f"{done * 100 / passed:.1f}%"
    assert [str(one) for one in rows["合计"]] == ["39", "37", "29", "78.4%", "4", "4", "1", "1"]
    assert [str(one) for one in figures(found, 6)["合计"]] == ["39", "0", "4", "27", "6", "2", "0", "74.4%"]


def test_the_totals_are_those_of_the_check(samples: Statistics, pack: Pack) -> None:
    """What the tables hold, and what they hold back, is what the findings document says."""
    shown, said = publishable(samples), samples.result.summary["statistics"]
    assert shown.left == 1      # P-016, on no roster, alone
    assert report(samples, pack, "zh").total.own.total + shown.outside.total == said["problems"] == 39


# Laws

PACK = load_pack(examples=False)
CODES = ["U-1", "U-2", "U-3"]
ROSTER = load_roster(json.dumps({
    "units": [{"code": code, "name": f"{code}局", "level": "branch"} for code in CODES],
    "people": [{"id": f"{code}-P{number}", "name": "甲", "unit": code, **excused} for code in CODES
               for number, excused in enumerate([*[{}] * 7, {"excused": {"reason": "病"}}])],
    "extensions": [{"subject": "U-1-P1", "phase": "rectification", "until": "2022-09-01", "by": "乙"}],
}).encode(), "roster.yaml", PACK)
days = st.sampled_from([None, "2022-04-20", "2022-07-30", "2022-07-31", "2022-08-01", "2022-08-08", "2022-09-30"])
problems = st.tuples(st.sampled_from(["shigan", "lianjie"]), st.sampled_from([None, "self", "audit"]),
                     st.sampled_from([None, "done", "closed", "partial", "continuing", "not_started"]), days)
filed = st.builds(
    SimpleNamespace, kind=st.sampled_from(["unit", "personal"]), unit=st.sampled_from([*CODES, "U-9"]),
    number=st.integers(0, 9), phase=st.sampled_from(["education", "rectification", "consolidation"]), submitted=days,
    corrected=st.sampled_from([None, "2022-08-02"]), problems=st.lists(problems, max_size=3),
    answered=st.integers(0, 8).map(lambda count: list(PACK.themes)[:count]),
    errors=st.integers(0, 2), kinds=st.lists(st.sampled_from([None, "new", "revised"])))


def invented(reports: list[Any], with_roster: bool, whole: bool) -> Result:
    """A result with these reports, the first of each subject."""
    subjects = {}
    for one in reports:
        ident = one.unit if one.kind == "unit" else f"{one.unit}-P{one.number}"
        subjects.setdefault((one.kind, ident.casefold()), (ident, one))
    facts, findings, first = [], [], {}
    for (kind, key), (ident, one) in subjects.items():
        level = "branch" if kind == "unit" else None
        about = About(kind, key, Subject(kind, ident, one.unit), one.unit.casefold(), level, one.phase, one.submitted,
                      one.corrected, None)
        facts.append(FileFacts(f"{ident}.yaml", about, {"": {
            "problems": one.problems, "answered": one.answered, "institutions": one.kinds if kind == "unit" else []}}))
        if one.phase != "education":
            first[kind, key] = one.submitted
        findings += [Finding("PB01", "x", "error", f"{ident}.yaml", 1, 1, None, about.subject, None, None, None, "", "")
                     ] * one.errors
    return Result(findings, [], [], {"unreadable": 0, "later": 0}, "p", "0" * 64, DAY,
                  {"roster": {"file": "roster.yaml", "digest": "0" * 64} if with_roster else None},
                  reports=facts, roster=ROSTER if with_roster else None, whole=whole, phase="rectification",
                  filed=lambda: first)


@given(st.lists(filed, max_size=40), st.booleans(), st.booleans())
def test_figures_sum_up(reports: list[Any], with_roster: bool, whole: bool) -> None:
    pack = PACK
    result = invented(reports, with_roster, whole)
    found = count(result, pack)
    shown = publishable(found)
    for row in (*found.rows, found.outside):
        for one in (row.own, row.personal):
            assert one.total == one.themes.total() == one.sources.total() == one.states.total()
            assert one.total == one.due + one.ahead + one.undated
            assert one.due == one.due_done + one.due_lasting + one.overdue and one.overdue >= 0
        for filing in (row.unit, row.people) if with_roster and row is not found.outside else ():
            assert 0 <= filing.on_time <= filing.received <= filing.due
            assert 0 <= filing.waiting <= filing.missing
            assert filing.overdue == filing.late + filing.missing - filing.waiting
    assert sum(row.own.reports + row.personal.reports for row in (*found.rows, found.outside)) == len(result.reports)
    parts = [one for _, one in shown.rows] + ([shown.joint] if shown.joint else []) + [shown.outside]
    assert sum(one.reports for one in parts) + shown.left == len(result.reports)
    for language in ("zh", "en"):
        for table in report(found, pack, language).tables.values():
            [of_sum] = [row for row in table.rows if row[1] in ("合计", "total")]
            above = table.rows[:table.rows.index(of_sum)]
            for at, column in enumerate(table.columns[2:], 2):
                if column.title in ("最长逾期天数", "most days overdue"):
                    assert of_sum[at] == (max([row[at] for row in above]) if found.expected else None)
                elif column.kind == "count" and of_sum[at] is not None:
                    assert of_sum[at] == sum(row[at] for row in above), (table.name, column.title)


@given(st.lists(filed, max_size=30))
def test_nobody_is_counted_in_a_small_group(reports: list[Any]) -> None:
    """Every row of problems holds a unit's own report alone, or so many people that none can be told."""
    found = count(invented(reports, True, True), PACK)
    shown = publishable(found)
    for row, one in shown.rows:
        assert one.reports - row.own.reports == 0 or row.personal.reports >= FEW
    assert shown.joint is None or shown.joint.reports >= FEW


@pytest.mark.parametrize(("language", "note"), [
    ("zh", "个人报告不足 5 份的，为避免看出是谁的问题，其问题不列入（各小单位的合起来算，名册外的单独算）："
           "没有列入的有 8 份。"),
    ("en", "Where the personal reports are fewer than 5, one could tell whose a problem is, so theirs are left out "
           "(small units are taken together, reports off the roster by themselves): 8 reports left out.")])
def test_two_groups_left_out_are_not_called_few_together(language: str, note: str) -> None:
    reports = [SimpleNamespace(kind="personal", unit=unit, number=number, phase="rectification",
                               submitted="2022-07-30", corrected=None, problems=[], answered=[], errors=0, kinds=[])
               for unit in ("U-1", "U-9") for number in range(4)]
    assert note in report(count(invented(reports, True, True), PACK), PACK, language).notes


@given(st.lists(filed, max_size=20), st.randoms(use_true_random=False))
def test_the_order_of_reports_changes_nothing(reports: list[Any], random: Any) -> None:
    result = invented(reports, True, True)
    before = report(count(result, PACK), PACK, "zh").tables
    random.shuffle(result.reports)
    assert report(count(result, PACK), PACK, "zh").tables == before


# Time and roster

ONE = {"报告类型": "个人", "活动方案": "八扬八治", "所处阶段": "监督检查和整改落实", "填报日期": "2022-07-20",
       "个人": {"人员编号": "P-1", "姓名": "甲乙丙", "单位编号": "U-1"}}


def write(folder: Path, **files: Any) -> Path:
    for name, data in files.items():
        (folder / f"{name}.yaml").write_text(json.dumps(data, ensure_ascii=False), encoding="utf-8")
    return folder


def roster(*people: dict[str, Any], **more: Any) -> dict[str, Any]:
    return {"units": [{"code": "U-1", "name": "甲县分局", "level": "branch"}], "people": [
        {"name": "甲乙丙", "unit": "U-1", **one} for one in people], **more}


@pytest.mark.parametrize(("submitted", "more", "as_of", "wanted"), [
    # due, filed, on time, not filed, overdue, days
    ("2022-07-31", {}, DAY, (1, 1, 1, 0, 0, 0)),
    ("2022-08-01", {}, DAY, (1, 1, 0, 0, 1, 1)),
    ("2022-08-20", {}, DAY, (1, 1, 0, 0, 1, 8)),        # filed after the clock
    ("2022-08-05", {"extensions": [{"subject": "P-1", "phase": "rectification", "until": "2022-08-05", "by": "丁"}]},
     DAY, (1, 1, 1, 0, 0, 0)),
    ("2022-08-06", {"extensions": [{"subject": "P-1", "phase": "rectification", "until": "2022-08-05", "by": "丁"}]},
     DAY, (1, 1, 0, 0, 1, 1)),
    (None, {}, "2022-08-01", (1, 0, 0, 1, 1, 1)),
    (None, {}, DAY, (1, 0, 0, 1, 1, 8)),
    (None, {"extensions": [{"subject": "P-1", "phase": "rectification", "until": DAY, "by": "丁"}]},
     DAY, (1, 0, 0, 1, 0, 0)),
    ("2022-07-20", {}, "2022-07-31", (1, 1, 0, 0, 1, 81)),      # then the phase before it is the last that had closed
])
def test_when_one_is_on_time(tmp_path: Path, compiled: Compiled, submitted: str | None, more: dict[str, Any],
                             as_of: str, wanted: tuple) -> None:
    write(tmp_path, roster=roster({"id": "P-1"}, **more))
    if submitted:
        write(tmp_path, P={**ONE, "填报日期": submitted})
    [row] = count(run([str(tmp_path)], Options(as_of=as_of), compiled), compiled.pack).rows
    one = row.people
    assert (one.due, one.received, one.on_time, one.missing, one.overdue, one.longest) == wanted


@pytest.mark.parametrize(("wrong", "wanted"), [
    ({"填报日期": "7月20日"}, (1, 1, 0, 1, 0, 0, 0)),
    ({"填报日期": "2022-08-05", "所处阶段": "整改落实阶段的"}, (1, 1, 0, 1, 0, 0, 0)),
    ({"填报日期": "2022-08-05"}, (1, 1, 0, 0, 1, 0, 1)),
])
def test_a_day_or_phase_that_cannot_be_read_is_neither_late_nor_missing(
        tmp_path: Path, compiled: Compiled, wrong: dict[str, str], wanted: tuple) -> None:
    """As the table of who filed says: something came of it, to be corrected."""
    write(tmp_path, roster=roster({"id": "P-1"}), P={**ONE, **wrong})
    result = run([str(tmp_path)], Options(as_of=DAY), compiled)
    [one] = [row.people for row in count(result, compiled.pack).rows]
    assert (one.due, one.received, one.on_time, one.undated, one.late, one.missing, one.overdue) == wanted
    assert [one.state for one in result.standing if one.entry.kind == "personal"] == ["to-correct"]


@pytest.mark.parametrize(("day", "wanted"), [
    ("2022-07-20", (1, 1, 1, 0, 0, 0)), ("2022-08-05", (1, 1, 0, 0, 1, 1)), (None, (1, 1, 0, 1, 0, 0))])
def test_a_report_without_an_id_counts_as_filed_on_its_day_and_the_rest_is_said_to_be_left_out(
        tmp_path: Path, compiled: Compiled, day: str | None, wanted: tuple) -> None:
    """Whose it is shows in its name; nobody calls its day unknown that stands there."""
    data = base_report(compiled.pack, "personal", "rectification") | {"submitted": day}
    del data["person"]["id"]
    write(tmp_path, **{"roster": roster({"id": "P-1"}), "P-1": data, "甲": data})
    result = run([str(tmp_path)], Options(as_of=DAY), compiled)
    [row] = count(result, compiled.pack).rows
    one = row.people
    assert (one.due, one.received, one.on_time, one.undated, one.late, one.overdue) == wanted
    assert (row.review.reports, row.personal.total) == (0, 0)
    [seen] = [stage.state for stage in result.stages()["personal", "p-1"] if stage.deadline == "2022-07-31"]
    assert seen == {"2022-07-20": "in-time", "2022-08-05": "late", None: "undated"}[day]
    [said] = [note for note in report(count(result, compiled.pack), compiled.pack, "zh").notes if "编号" in note]
    assert said == ("编号没有填或者读不出来的报告 2 份，其中看得出是谁的 1 份计入报送；其审核情况和问题都没有计入，"
                    "补填编号后才计入。")


def test_a_report_that_was_corrected_did_not_pass_at_first(tmp_path: Path, compiled: Compiled, pack: Pack) -> None:
    data = base_report(pack, "personal", "rectification")
    write(tmp_path, P=data)
    [row] = count(run([str(tmp_path)], Options(as_of=DAY), compiled), pack).rows
    assert (row.review.reports, row.review.passed) == (1, 1)
    write(tmp_path, P={**data, "corrected": "2022-08-02"})
    [row] = count(run([str(tmp_path)], Options(as_of=DAY), compiled), pack).rows
    assert (row.review.reports, row.review.passed, row.review.faulty) == (1, 0, 0)


def test_a_waived_finding_is_counted_apart(tmp_path: Path, compiled: Compiled, pack: Pack) -> None:
    data = base_report(pack, "personal", "rectification")
    ident = data["person"]["id"]
    del data["reflection"]
    write(tmp_path, P=data)
    [before] = count(run([str(tmp_path)], Options(as_of=DAY), compiled), pack).rows
    write(tmp_path, waivers={"waivers": [{"rule": "SE01", "subject": ident, "reason": "病", "by": "丁", "until": DAY}]})
    [row] = count(run([str(tmp_path)], Options(as_of=DAY), compiled), pack).rows
    assert (before.review.warnings, before.review.waived) == (4, 0)
    assert (row.review.warnings, row.review.waived) == (0, 4)


def test_an_excused_person_is_due_only_if_he_files(tmp_path: Path, compiled: Compiled) -> None:
    people = roster({"id": "P-1", "excused": {"reason": "病"}}, {"id": "P-2"})
    write(tmp_path, roster=people)
    [row] = count(run([str(tmp_path)], Options(as_of=DAY), compiled), compiled.pack).rows
    assert (row.people.due, row.people.received, row.people.excused) == (1, 0, 1)
    write(tmp_path, P=ONE)
    [row] = count(run([str(tmp_path)], Options(as_of=DAY), compiled), compiled.pack).rows
    assert (row.people.due, row.people.received, row.people.excused) == (2, 1, 0)


def test_the_day_of_a_problem(tmp_path: Path, compiled: Compiled) -> None:
    """The last of its measures, or what it is deferred to; none where one of them, or the status, can't be read."""
    def problem(*dues: str, **more: Any) -> dict[str, Any]:
        return {"measures": [{"due": due} if due else {"owner": "本人"} for due in dues], **more}

    write(tmp_path, P={**ONE, "themes": {"shigan": {"problems": [
        problem("2022-08-07"), problem("2022-08-07", status="done"), problem("2022-08-07", status="continuing"),
        problem("2022-08-07", "2022-08-08"), problem("2022-07-01", deferral={"until": "2022-09-01"}),
        problem("2022-07-01", "年底前"), problem("2022-07-01", ""), problem("年底前", deferral={"until": "2022-08-01"}),
        {"status": "partial"}, problem("2022-07-01", status="已整改"),
        problem("2022-09-01", status="已整改")]}}})
    [row] = count(run([str(tmp_path)], Options(as_of=DAY), compiled), compiled.pack).rows
    one = row.personal
    assert (one.total, one.due, one.due_done, one.due_lasting, one.overdue, one.ahead, one.undated) == (
        11, 4, 1, 1, 2, 2, 5)


def test_institutions_by_kind(tmp_path: Path, compiled: Compiled, pack: Pack) -> None:
    data = base_report(pack, "branch", "consolidation")
    data["institutions"] = [{"title": "甲", "kind": "new", "date": "2022-09-01"},
                            {"title": "乙", "kind": "修订", "date": "2022-09-01"},
                            {"title": "丙", "date": "2022-09-01"}]
    write(tmp_path, U=data)
    found = report(count(run([str(tmp_path)], Options(as_of="2023-01-01"), compiled), pack), pack, "zh")
    assert figures(found, 8)["合计"] == (3, 1, 1, 1)
    titles = [column.title for column in found.tables["institutions"].columns]
    assert titles == ["序号", "单位", "制度数", "新建", "修订", "未填或填错"]


def test_without_a_roster_nobody_is_known_to_be_due() -> None:
    said = stats(SAMPLES, "--as-of", DAY, "--no-config", "--format", "csv")
    rows = list(csv.DictReader(io.StringIO(said.stdout_bytes.decode("utf-8-sig"))))
    assert [row["单位"] for row in rows] == [
        "U-000", "U-101", "U-102", "U-201", "U-202", "小单位个人报告（合并）", "合计"]
    assert {row["单位报告报送情况·应报"] for row in rows} == {"—"}
    assert {row["个人报告报送情况·提交率"] for row in rows} == {"—"}
    assert "没有名册" in stats(SAMPLES, "--as-of", DAY, "--no-config").stdout


def test_of_a_part_of_a_batch_nobody_is_known_to_be_due() -> None:
    said = stats(SAMPLES / "市局", "--roster", SAMPLES / "roster.yaml", "--as-of", DAY, "--partial").stdout
    assert "应报数不明" in said
    assert re.search(r"1 澄岚市生态环境局 +— +3 +— +3 +— +0 +0 +— +—$", said, re.MULTILINE)


# Outputs

def bureau(folder: Path, units: int = 15, people: int = 6) -> Path:
    """A bureau of so many units, names as long as they get."""
    kinds = ["done", "partial", "continuing", "closed", "not_started", None]
    names = "甲乙丙丁戊己庚辛壬癸子丑寅卯辰"
    listed = [{"code": f"U-{at:03}", "name": f"澄岚市{names[at % 15]}{'江' * (at % 4)}生态环境保护综合执法局",
               "level": "branch"} for at in range(units)]
    listed[1]["name"] = "=1+1|`<b>_x_"
    listed[4]["name"] = "甲::error file=x::##[error]x ::warning::y"
    write(folder, roster={"units": listed, "people": [
        {"id": f"P-{at:03}-{number}", "name": f"钱{at}号{number}", "unit": f"U-{at:03}"}
        for at in range(units) for number in range(people if at % 3 else 2)]})
    for at in range(units):
        for number in range(people if at % 3 else 2):
            problem = {"fact": f"秘密之事{at}", "source": "self", "measures": [{"due": "2022-07-01"}],
                       "status": kinds[(at + number) % 6]}
            write(folder, **{f"P-{at:03}-{number}": {
                **ONE, "填报人": f"孙{at}", "个人": {"人员编号": f"P-{at:03}-{number}", "姓名": f"钱{at}号{number}",
                                                "单位编号": f"U-{at:03}"},
                "themes": {"shigan": {"problems": [problem] * (number + 1)},
                           "lianjie": {"problems": [{**problem, "fact": f"绝密之事{at}"}]}}}})
    return folder


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return bureau(tmp_path_factory.mktemp("bureau"))


def written(folder: Path, to: Path, *more: str) -> dict[str, Path]:
    """Every format's output."""
    files = {name: to / f"out.{name}" for name in STATISTICS}
    said = stats(folder, "--as-of", DAY, *(f"--format={name}={file}" for name, file in files.items()), *more)
    assert (said.exit_code, said.output) == (0, "")
    return files


def texts(files: dict[str, Path]) -> dict[str, str]:
    """The outputs as text; of office formats their parts."""
    found = {}
    for name, file in files.items():
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as parts:
                found[name] = "".join(parts.read(part).decode() for part in parts.namelist()
                                      if re.search("word/document.xml|(sheets|docProps)/.*xml$|Strings.xml", part))
        else:
            found[name] = file.read_text(encoding="utf-8")
    return found


@pytest.fixture(scope="module")
def first(large: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """The large bureau in Chinese in every format."""
    return written(large, tmp_path_factory.mktemp("out"), "--lang", "zh")


@pytest.fixture(scope="module")
def shown(large: Path, first: dict[str, Path], tmp_path_factory: pytest.TempPathFactory) -> dict[str, dict[str, str]]:
    """The large bureau in every language and format."""
    return {"zh": texts(first), "en": texts(written(large, tmp_path_factory.mktemp("out"), "--lang", "en"))}


@pytest.fixture(scope="module")
def circular(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """That of the samples."""
    file = tmp_path_factory.mktemp("circular") / "通报.docx"
    assert stats(SAMPLES, "--as-of", DAY, "--format", f"docx={file}").exit_code == 0
    return file


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_output_shows_a_name_or_a_word_of_a_report_and_few_ids(
        shown: dict[str, dict[str, str]], language: str) -> None:
    for name, text in shown[language].items():
        assert not re.search("钱|孙|秘密|绝密", text), name
        assert DAY in text or "2022年8月8日" in text, name
        if name in ("csv", "docx"):         # which are handed on, with figures alone
            assert not re.search("[UP]-0", text), name


def test_the_text_keeps_to_80_columns(shown: dict[str, dict[str, str]]) -> None:
    for found in shown.values():
        lines = found["text"].splitlines()
        assert max(map(width, lines)) <= 80
        assert len([line for line in lines if re.match(r" *15 ", line)]) >= 8       # every unit in every table


def test_units_stand_in_the_order_of_the_roster(large: Path, shown: dict[str, dict[str, str]]) -> None:
    names = [one["name"] for one in json.loads((large / "roster.yaml").read_text(encoding="utf-8"))["units"]]
    rows = list(csv.reader(io.StringIO(shown["zh"]["csv"].removeprefix("\ufeff"), newline="")))
    assert [row[3] for row in rows[1:16]] == [
        {"=1+1|`<b>_x_": "'=1+1|`<b>_x_"}.get(name, name).replace("##[", "# #[") for name in names]
    assert [row[3] for row in rows[16:]] == ["小单位个人报告（合并）", "合计"]


def test_a_name_from_the_roster_is_only_text(shown: dict[str, dict[str, str]]) -> None:
    found = shown["zh"]
    assert "\\=1" not in found["text"] and "=1+1|`<b>_x_" in found["text"]
    assert r"| \=1+1\|\`\<b\>\_x\_ |" in found["markdown"]
    assert "<f>" not in found["xlsx"] and "=1+1|`&lt;b&gt;_x_" in found["xlsx"]
    assert "=1+1|`&lt;b&gt;_x_" in found["docx"]


def test_no_line_is_a_command_to_a_log(shown: dict[str, dict[str, str]]) -> None:
    found = shown["zh"]
    for name in ("text", "markdown", "csv"):
        assert "##[" not in found[name]
        assert [line for line in found[name].splitlines() if line.strip().startswith("::")] == []


def test_the_same_reports_give_the_same_bytes(large: Path, first: dict[str, Path], tmp_path: Path) -> None:
    for name, file in written(large, tmp_path).items():
        assert file.read_bytes() == first[name].read_bytes(), name


def test_english_says_all_in_english(tmp_path: Path) -> None:
    nameless = written(SAMPLES, tmp_path, "--lang", "en", "--no-config")        # without the roster's names
    for name, text in texts(nameless).items():
        text = re.sub("<w:rFonts[^>]*>", "", text)      # fonts are called as they are
        assert re.findall("[\u4e00-\u9fff]+", text) == [], name


def test_codes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Findings do not count; what stops a check stops the figures."""
    assert stats(SAMPLES, "--as-of", DAY).exit_code == 0
    assert stats(tmp_path).exit_code == 3
    assert stats(tmp_path / "none").exit_code == 2
    for name in ("xlsx", "docx"):
        assert stats(SAMPLES, "--format", name).exit_code == 2      # no terminal shows it
    assert stats(SAMPLES, "--format", "junit").exit_code == 2
    write(tmp_path, roster={"units": [{"code": "U-1"}]})
    assert stats(tmp_path).exit_code == 2
    monkeypatch.setattr("bayang.engine.judging.compile.Compiled.level_of", lambda *given: 1 / 0)
    said = stats(SAMPLES, "--as-of", DAY, "--jobs", "1")
    assert said.exit_code == 4


# The circular

def paragraphs(file: Path) -> list[str]:
    """The text of a Word file's paragraphs, read without the library that wrote it; those of tables too."""
    with zipfile.ZipFile(file) as parts:
        body = ElementTree.fromstring(parts.read("word/document.xml"))
    return ["".join(text.text or "" for text in one.iter(f"{WORD}t")) for one in body.iter(f"{WORD}p")]


def test_the_circular_says_the_totals_and_leaves_room_for_the_office(circular: Path) -> None:
    said = [text for text in paragraphs(circular) if text]
    assert said[:3] == ["关于“八扬八治”活动", "自查自纠报告报送和整改情况的通报", "各单位："]
    assert said[3].startswith("根据《开展“八扬八治”深化作风建设活动实施方案》，对截至2022年8月8日报送的")
    assert said[5:9] == [
        "（一）报送情况。截至2022年8月8日，单位报告应报5份，实报5份，提交率100.0%；按期5份，按期率100.0%；逾期0份。"
        "个人报告应报14份，实报13份，提交率92.9%；按期13份，按期率92.9%；逾期1份。有逾期的单位：法规与执法科（个人报告1份）。",
        "（二）审核情况。共审核现行报告18份，一次通过9份，一次通过率50.0%；需补正9份，必须补正17处，建议完善6处；"
        "各方面覆盖率99.3%。",
        "（三）问题查摆情况。共列出问题39个。分方面：实干5个、担当5个、公仆8个、拼搏2个、严谨9个、创优7个、斗争3个。"
        "分来源：主动查找9个、互相帮助7个、上级点明10个、群众反映8个、巡察审计4个、未填或填错1个。",
        "（四）问题整改情况。整改状态：部分到位4个、整改到位27个、持续整改6个、已销号2个，整改完成率74.4%。"
        "已到期37个，其中到期已改29个，到期完成率78.4%；到期持续4个，逾期未改4个。"]
    assert said[9:16] == [
        "二、主要做法和成效", "〔主要做法和成效，由活动办填写〕", "三、存在的问题", "〔存在的问题，由活动办填写〕",
        "四、下一步要求", "〔下一步要求，由活动办填写〕", "附件：统计表"]
    assert said[16:18] == ["〔发文机关〕", "〔    年  月  日〕"]
    assert [text for text in said if re.match("表[1-8] ", text)] == [
        "表1 单位报告报送情况", "表2 个人报告报送情况", "表3 形式审核情况", "表4 问题分方面情况", "表5 问题来源情况",
        "表6 问题整改状态", "表7 问题整改到期情况", "表8 制度建设情况"]


def test_the_circular_has_the_official_fonts_and_tables_on_pages_laid_across(circular: Path) -> None:
    with zipfile.ZipFile(circular) as parts:
        body, styles = (ElementTree.fromstring(parts.read(f"word/{name}.xml")) for name in ("document", "styles"))
        assert not [name for name in parts.namelist() if name.startswith("word/media")]     # no seal
    fonts = {style.find(f"{WORD}name").get(f"{WORD}val"): one.get(f"{WORD}eastAsia")
             for style in styles.iter(f"{WORD}style") for one in style.iter(f"{WORD}rFonts")}
    assert (fonts["Notice Title"], fonts["Notice Text"], fonts["Notice Heading"]) == (
        "方正小标宋简体", "仿宋_GB2312", "黑体")
    assert [one.get(f"{WORD}orient") for one in body.iter(f"{WORD}pgSz")][-1] == "landscape"
    tables = list(body.iter(f"{WORD}tbl"))
    assert len(tables) == 8
    for one in tables:
        grid = [int(column.get(f"{WORD}w")) for column in one.iter(f"{WORD}gridCol")]
        for row in one.iter(f"{WORD}tr"):
            assert [int(cell.get(f"{WORD}w")) for cell in row.iter(f"{WORD}tcW")] == grid
        assert abs(sum(grid) - 225 / 25.4 * 1440) < 60      # the width between the margins, in twentieths of a point


@pytest.mark.skipif(not (shutil.which("soffice") and shutil.which("pdftotext")),
                    reason="LibreOffice or poppler is not installed")
def test_the_circular_becomes_pages_without_a_heading_left_alone(circular: Path, tmp_path: Path) -> None:
    [pdf], _ = convert([circular.read_bytes()], Office(shutil.which("soffice") or "", dict(os.environ)))
    assert pdf
    (tmp_path / "out.pdf").write_bytes(pdf)
    text = subprocess.run(["pdftotext", "-layout", tmp_path / "out.pdf", "-"], capture_output=True, check=True).stdout
    pages = text.decode().rstrip("\f").split("\f")
    assert sum(bool(re.search("^ *表 ?[1-8] ", page, re.MULTILINE)) for page in pages) >= 3
    for page in pages:
        lines = [line.strip() for line in page.splitlines() if line.strip()]
        tables = [at for at, line in enumerate(lines) if re.match("表 ?[1-8] ", line)]
        for at in tables:       # its head and its total are on the same page
            rest = lines[at + 1:next((other for other in tables if other > at), len(lines))]
            assert rest[0].startswith("序号") and any(line.startswith("合计") for line in rest), lines[at]


def test_a_circular_of_very_many_units() -> None:
    """More than a notice can be, and all of it is there."""
    units = [{"code": f"U-{at}", "name": f"第{at}分局", "level": "branch"} for at in range(250)]
    result = invented([], True, True)
    result.roster = load_roster(json.dumps({"units": units}).encode(), "roster.yaml", PACK)
    made = to_docx(report(count(result, PACK), PACK, "zh"), "zh")
    with zipfile.ZipFile(io.BytesIO(made)) as parts:
        document = parts.read("word/document.xml").decode()
    assert document.count("第249分局") == 9      # in the sentence on who is overdue, and in each table


def test_a_template_of_the_offices_own(tmp_path: Path) -> None:
    mine, out = tmp_path / "模板", tmp_path / "out.docx"
    mine.mkdir()
    given = "--as-of", DAY, "--format", f"docx={out}", "--templates", str(mine)
    said = stats(SAMPLES, *given)
    assert (said.exit_code, "circular.docx" in said.stderr) == (2, True)        # there is none in it
    with zipfile.ZipFile(CIRCULAR) as parts, zipfile.ZipFile(mine / "circular.docx", "w") as made:
        for name in parts.namelist():
            made.writestr(name, parts.read(name).replace(b"{{ addressee }}", "本局各单位：".encode()))
    assert stats(SAMPLES, *given).exit_code == 0
    assert "本局各单位：" in paragraphs(out) and "各单位：" not in paragraphs(out)
    with zipfile.ZipFile(CIRCULAR) as parts, zipfile.ZipFile(mine / "circular.docx", "w") as made:
        for name in parts.namelist():
            made.writestr(name, parts.read(name).replace(b"{{ addressee }}", b"{{ nobody }}"))
    out.unlink()
    said = stats(SAMPLES, *given)
    assert (said.exit_code, out.exists()) == (2, False)
    assert "circular.docx" in said.stderr and "nobody" in said.stderr
    (mine / "circular.docx").write_bytes(b"no Word file")
    assert stats(SAMPLES, *given).exit_code == 2


def test_the_template_is_the_one_that_is_designed(tmp_path: Path) -> None:
    design = runpy.run_path(str(ROOT / "docs/scripts/word_templates.py"))["office_circular"]
    (tmp_path / "made.docx").write_bytes(design())
    assert paragraphs(tmp_path / "made.docx") == paragraphs(CIRCULAR)
