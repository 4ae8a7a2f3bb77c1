"""Sentences that more than one report must answer: names, today, the roster, the other reports (docs/packs.md)."""

from __future__ import annotations

import json
import shutil
from pathlib import Path
from typing import Any

import pytest
from making import write
from running import invoked, own_pack

from bayang.engine.authoring.examples import base_report, dump
from bayang.engine.authoring.lint import lint
from bayang.engine.judging.compile import Compiled
from bayang.engine.language.beyond import offered
from bayang.engine.language.meaning import condition
from bayang.engine.language.scopes import levels_of
from bayang.engine.language.types import Fault
from bayang.engine.packs.pack import Pack, load_pack
from bayang.engine.records import PackError

ROSTER = """
units:
- {code: W-00, name: 汇川储蓄总部, level: headquarters, head: 关山月}
- {code: W-01, name: 城南分理处, level: branch-office, head: 叶知秋}
people:
- {id: G-01, name: 蓝秋水, aliases: [蓝水], unit: W-01}
- {id: G-02, name: 石破天, unit: W-01, excused: {reason: 产假}}
- {id: G-03, name: 向问天, unit: W-00}
extensions:
- {subject: G-01, phase: checking, until: 2023-06-10, by: 关山月}
"""


@pytest.fixture
def pack(window: Pack) -> Pack:
    return window


# The small pack, of which nobody asks for English.
IN_CHINESE = {"plan.yaml": ("plan:\n", "languages: [zh]\nplan:\n")}


def rules_of(folder: Path, *rules: str) -> Path:
    """The small pack with some rules of one's own beside: each who, then the lines of the rule."""
    text = "family: ZZ\ntitle: 本级的规则\nrules:\n"
    for at, rule in enumerate(rules, 1):
        who, *lines = rule.split("\n")
        text += f"- id: ZZ{at:02}\n  title: 不符\n  who: [{who}]\n  from: any\n" + "".join(
            f"  {line}\n" for line in lines) + "  basis: {practice: 说明。}\n  remedy: 请核对后改正。\n"
    return own_pack(folder, IN_CHINESE | {"families/ZZ.yaml": text})


def person(pack: Pack, ident: str = "G-01", name: str = "蓝秋水", unit: str = "W-01", **fields: Any) -> dict[str, Any]:
    data = base_report(pack, "personal", "checking")
    data["person"] |= {"id": ident, "name": name, "unit": unit}
    data["themes"]["speed"]["problems"][0]["id"] = f"{ident}-1"
    return data | fields


def unit(pack: Pack, **fields: Any) -> dict[str, Any]:
    return base_report(pack, "branch-office", "checking") | fields


def check(folder: Path, made: Path, reports: dict[str, Any], roster: str | None = ROSTER, as_of: str = "2023-09-04",
          ) -> tuple[list[tuple[str, str, str]], list[tuple[str, str | None, str]]]:
    """What the rules of one's own find in a batch, and what they could not assess; twice, the second time cached."""
    place = folder / "reports"
    for name, data in reports.items():
        write(place / name, data if isinstance(data, str) else dump(data))
    write(folder / "roster.yaml", roster or "")
    known = ["--roster", str(folder / "roster.yaml")] if roster else []
    told = []
    for _ in range(2):
        done = invoked("check", place, "--rules", made, "--as-of", as_of, "--select", "ZZ*", "--format", "json",
                       "--cache-dir", folder / "cache", "--jobs", "1", *known)
        assert done.exit_code in (0, 1), done.output
        found = json.loads(done.stdout)
        told.append(([(one["rule"], one["file"].rpartition("/")[2], one["pointer"]) for one in found["findings"]],
                     [(one["rule"], (one["file"] or "").rpartition("/")[2] or None, one["reason"])
                      for one in found["not_assessed"]]))
    assert told[0] == told[1]
    found, unassessed = told[0]
    return [row for row in found if row[0] != "IN05"], sorted(row for row in unassessed if row[0] != "IN05")


# --- names (two people, who leads, who is off the roster: examples of ID04, OR03, RC08, RO03, RO05; test_names.py) ---

OWNERS = {
    "石破天": True, "石破天、向问天": False, "石破天（组长）": True, "副主任石破天": True, "": False, "本人": True,
}


@pytest.mark.parametrize("owner", OWNERS)
def test_exactly_one_owner(pack: Pack, tmp_path: Path, owner: str) -> None:
    made = rules_of(tmp_path, "personal\neach: themes.*.problems[].measures[]\nmust: count(names(owner)) == 1")
    report = person(pack)
    report["themes"]["speed"]["problems"][0]["measures"][0]["owner"] = owner or None
    found, _ = check(tmp_path, made, {"a.yaml": report})
    place = ("ZZ01", "a.yaml", "/themes/speed/problems/0/measures/0/owner")
    assert found == ([place] if not OWNERS[owner] else [])


# --- today, the roster -------------------------------------------------------------------------------


def test_a_kept_item_is_held_against_today_too(pack: Pack, tmp_path: Path) -> None:
    made = rules_of(tmp_path, "personal\nmust: count(problems[any(measures.due < today)]) == 0\nat: themes")
    assert check(tmp_path, made, {"a.yaml": person(pack)}, as_of="2023-07-11")[0] == [("ZZ01", "a.yaml", "/themes")]
    assert check(tmp_path, made, {"a.yaml": person(pack)}, as_of="2023-07-10")[0] == []


def test_every_text_of_a_report(pack: Pack, tmp_path: Path) -> None:
    """Wherever a text stands, also in a report of no kind or with a slip; a date is none, nor is a listed value.

    Over the batch no text may be left.
    """
    made = rules_of(tmp_path, "personal, unit\neach: 文字[]\nmust: not 含(值, '大概')",
                    "personal\neach: texts[]\nwhen: filled_by == '蓝秋水'\n"
                    "must: not holds(value, '大概') or reviewed_by in names(value)",
                    "personal\neach: texts[]\nmust: not (holds(value, '2023') or holds(value, 'personal'))")
    report = person(pack, remarks="大概2023", filled_by="蓝秋水", reviewed_by="石破天")
    report["themes"]["speed"]["problems"][0]["fact"] = "大概迟了三天，石破天已查。"
    both = {"/remarks", "/themes/speed/problems/0/fact"}
    for change in ({}, {"report": "人个"}, {"submitted": "5月"}):
        found, _ = check(tmp_path, made, {"a.yaml": report | change})
        assert {at for rule, _, at in found if rule == "ZZ01"} == both
        assert {at for rule, _, at in found if rule == "ZZ02"} == (set() if "report" in change else both)
        assert {at for rule, _, at in found if rule == "ZZ03"} == {"/remarks"}
    with pytest.raises(PackError, match=r"lint\.sentence"):
        Compiled(load_pack(rules_of(tmp_path / "b", "personal\nover: people\neach: texts[]\nmust: length(value) < 9")))


def test_a_unit_is_called_as_on_the_roster_to_the_letter(pack: Pack, tmp_path: Path) -> None:
    made = rules_of(tmp_path, "unit\nmust: named(unit.name, roster.entry)")
    for name, is_found in (("城南分理处", False), ("城南 分理处", False), ("城南分理处（本级）", True)):
        report = unit(pack)
        report["unit"]["name"] = name
        assert check(tmp_path, made, {"u.yaml": report})[0] == ([("ZZ01", "u.yaml", "/unit/name")] if is_found else [])


def test_of_somebody_the_current_report_is_asked(pack: Pack, tmp_path: Path) -> None:
    """A part of the batch will do where no other report is named; beside other checks it is the same."""
    wrong = "must: person.unit == roster.entry.unit"
    made = rules_of(tmp_path, f"personal\nover: people\n{wrong}", f"personal\n{wrong}",
                    f"personal\ncheck:\n- over: people\n  {wrong}\n- must: submitted is given")
    early, late = person(pack, unit="W-00"), base_report(pack, "personal", "mending")
    late["person"] |= {"id": "G-01", "unit": "W-02"}
    found, _ = check(tmp_path, made, {"a.yaml": early, "b.yaml": late, "c.yaml": unit(pack)})
    assert found == [("ZZ02", "a.yaml", "/person/unit"), *((f"ZZ0{at}", "b.yaml", "/person/unit") for at in (1, 2, 3))]
    done = invoked("check", tmp_path / "reports" / "b.yaml", "--rules", made, "--as-of", "2023-09-04", "--roster",
                   tmp_path / "roster.yaml", "--select", "ZZ01", "--format", "json")
    assert len(json.loads(done.stdout)["findings"]) == 1


def test_items_of_which_nothing_is_read_are_asked_all_the_same(pack: Pack, tmp_path: Path) -> None:
    made = rules_of(tmp_path, "personal\neach: themes.*.problems[]\nmust: roster.entry.post is given\nat: item")
    assert check(tmp_path, made, {"a.yaml": person(pack)}) == ([("ZZ01", "a.yaml", "/themes/speed/problems/0")], [])


@pytest.mark.parametrize("over", ["", "over: people\n"])
def test_whether_there_is_a_roster_can_be_asked_alone(pack: Pack, tmp_path: Path, over: str) -> None:
    made = rules_of(tmp_path, f"personal\n{over}when: roster is given\nmust: submitted < campaign.start\nat: submitted")
    reports = {"a.yaml": person(pack)}
    assert check(tmp_path, made, reports) == ([("ZZ01", "a.yaml", "/submitted")], [])
    assert check(tmp_path, made, reports, roster=None)[0] == []


def test_a_place_that_cant_be_read_is_said_and_the_others_are_judged(pack: Pack, tmp_path: Path) -> None:
    made = rules_of(tmp_path, "personal\neach: themes.*.problems[].measures[]\nmust: due >= today")
    report = person(pack)
    measures = report["themes"]["speed"]["problems"][0]["measures"]
    measures += [{"action": "逐项核对", "owner": "本人", "due": day} for day in ("七月底", "2023-07-01")]
    found, unassessed = check(tmp_path, made, {"a.yaml": report}, as_of="2023-07-05")
    assert found == [("ZZ01", "a.yaml", "/themes/speed/problems/0/measures/2/due")]
    assert unassessed == [("ZZ01", "a.yaml", "type")]


# --- over the batch ----------------------------------------------------------------------------------

def test_how_many_of_the_unit_filed_by_the_day_of_its_report(pack: Pack, tmp_path: Path) -> None:
    """Earlier files count too; what nobody knows is not assessed, of a missing day nothing is said."""
    made = rules_of(tmp_path, "unit\nover: 单位\nmust: collected.received == 名册.实报")

    def said(figure: int, *days: str | None) -> tuple[Any, Any]:
        home = tmp_path / f"{figure} {days}"
        files = {f"{at}.yaml": {key: value for key, value in person(pack, submitted=day).items() if value is not None}
                 for at, day in enumerate(days)}
        report = unit(pack, submitted="2023-07-03", collected={"due": 1, "received": figure})
        return check(home, made, {"u.yaml": report, **files})

    wrong, right, unsure = [("ZZ01", "u.yaml", "/collected/received")], ([], []), ([], [("ZZ01", "u.yaml", "type")])
    assert said(1, "2023-07-03") == right
    assert said(1, "2023-07-04") == said(1) == (wrong, [])
    assert said(1, "2023-07-02", "2023-07-05") == right
    assert said(1, None) == said(0, None) == right
    assert said(1, "七月底") == said(0, "七月底") == unsure
    assert said(0, "七月底", "2023-07-02") == (wrong, [])


SUM = "unit\nover: 单位\nmust: collected.received == 个数(个人报告)"
LISTED = "personal\nover: people\nmust: all(themes.problems.id in unit.themes.problems.id)"
THERE = "personal\nover: 个人\nmust: 单位报告 is given\nat: person.unit"


def test_what_a_person_found_stands_in_the_units_list(pack: Pack, tmp_path: Path) -> None:
    made = rules_of(tmp_path, LISTED, THERE)
    own = unit(pack)
    assert check(tmp_path, made, {"a.yaml": person(pack), "u.yaml": own})[0] == [
        ("ZZ01", "a.yaml", "/themes")]
    own["themes"]["clarity"]["problems"][0]["id"] = "g-01-1"
    assert check(tmp_path, made, {"u.yaml": own})[0] == []
    shutil.rmtree(tmp_path / "reports")
    assert check(tmp_path, made, {"a.yaml": person(pack)})[0] == [("ZZ02", "a.yaml", "/person/unit")]


def test_what_cant_be_read_of_the_others_is_not_judged(pack: Pack, tmp_path: Path) -> None:
    made = rules_of(tmp_path, SUM, LISTED, THERE)
    found, unassessed = check(tmp_path, made, {
        "G-01.yaml": person(pack), "G-02.yaml": "姓名: [石破天\n", "W-01.yaml": "a: [\n"})
    assert found == []
    assert unassessed == [("ZZ02", "G-01.yaml", "type"), ("ZZ03", "G-01.yaml", "type")]
    found, unassessed = check(tmp_path, made, {"W-01.yaml": unit(pack, collected={"due": 2, "received": 2})})
    assert (found, unassessed) == ([("ZZ02", "G-01.yaml", "/themes")], [("ZZ01", "W-01.yaml", "type")])


def test_items_of_the_earlier_phase(pack: Pack, tmp_path: Path) -> None:
    made = rules_of(tmp_path, "personal\nover: reports\neach: earlier.themes.*.problems[]\n"
                    "must: problem.id in own.themes.problems.id\nat: themes\n"
                    "let: {gone: problem.id, stage: earlier.phase}\nmessage: 前一阶段“{{ stage }}”的 {{ gone }} 没有了")
    later = base_report(pack, "personal", "mending")
    later["themes"]["speed"]["problems"][0]["id"] = "G-01-2"
    assert check(tmp_path, made, {"a.yaml": person(pack), "b.yaml": later})[0] == [("ZZ01", "b.yaml", "/themes")]
    later["themes"]["speed"]["problems"][0]["id"] = "G-01-1"
    assert check(tmp_path, made, {"b.yaml": later})[0] == []


GONE = ("personal\nover: reports\neach: earlier.themes.*.problems[].id\nmust: value in own.themes.problems.id\n"
        "at: themes\nlet: {gone: value, stage: earlier.phase}\nmessage: 前一阶段“{{ stage }}”的 {{ gone }} 没有了")


def with_ids(pack: Pack, phase: str, *idents: str) -> dict[str, Any]:
    report = base_report(pack, "personal", phase)
    report["themes"]["speed"]["problems"] = [{"id": ident} for ident in idents]
    return report


def test_values_of_the_earlier_phase_are_compared_as_ids_and_each_is_told_once(pack: Pack, tmp_path: Path) -> None:
    """Of several files of the earlier phase each counts, of the later one each is told; a part of the batch will do."""
    made = rules_of(tmp_path, GONE)
    files = {"a.yaml": with_ids(pack, "checking", "甲-1", "甲-2", "Ｂ-3"),
             "b.yaml": with_ids(pack, "checking", "甲-2", "乙-4", "甲-2")}
    whole = with_ids(pack, "mending", "甲-1", "甲-2", "b-3", "乙-4")
    assert check(tmp_path, made, files | {"c.yaml": whole})[0] == []
    less = [("ZZ01", "d.yaml", "/themes")] * 3
    assert check(tmp_path, made, {"d.yaml": with_ids(pack, "mending", "甲-1")})[0] == less
    part = [tmp_path / "reports" / name for name in ("b.yaml", "c.yaml", "d.yaml")]
    done = invoked("check", *part, "--rules", made, "--as-of", "2023-09-04", "--select", "ZZ*", "--format", "json")
    found = json.loads(done.stdout)
    assert [one["message"] for one in found["findings"]] == [
        f"前一阶段“自查”的 {ident} 没有了" for ident in ("甲-2", "乙-4")]
    assert found["not_assessed"] == []


def test_what_is_asked_of_reports_is_asked_of_an_earlier_one_too(pack: Pack, tmp_path: Path) -> None:
    made = rules_of(tmp_path, "personal\nover: reports\nmust: count(themes.problems.id) <= 1\nat: themes",
                    "personal\nover: people\nmust: count(themes.problems.id) <= 1\nat: themes")
    files = {"a.yaml": with_ids(pack, "checking", "1", "2"), "b.yaml": with_ids(pack, "mending", "1", "2")}
    assert check(tmp_path, made, files)[0] == [
        ("ZZ01", "a.yaml", "/themes"), ("ZZ01", "b.yaml", "/themes"), ("ZZ02", "b.yaml", "/themes")]


def test_several_sentences_of_one_rule_over_the_batch(pack: Pack, tmp_path: Path) -> None:
    """Each reads what it leaves behind itself, and what was said at a place is not said again."""
    made = rules_of(tmp_path, "unit\ncheck:\n- over: units\n  must: collected.received == count(people)\n"
                              "- over: units\n  must: collected.due >= count(people.themes.problems)\n"
                              "- over: units\n  must: collected.received >= count(people)\n")
    own = unit(pack, collected={"due": 0, "received": 0})
    assert check(tmp_path, made, {"a.yaml": person(pack), "u.yaml": own})[0] == [
        ("ZZ01", "u.yaml", "/collected/due"), ("ZZ01", "u.yaml", "/collected/received")]


def test_the_latest_of_all_reports(pack: Pack, tmp_path: Path) -> None:
    made = rules_of(tmp_path, "headquarters\nover: units\n"
                              "must: submitted >= latest(reports[unit.level == '分理处'].submitted)")
    head = base_report(pack, "headquarters", "checking")
    assert check(tmp_path, made, {"h.yaml": head, "u.yaml": unit(pack, submitted="2023-05-25")})[0] == []
    assert check(tmp_path, made, {"u.yaml": unit(pack, submitted="2023-05-26")})[0] == [
        ("ZZ01", "h.yaml", "/submitted")]


# --- in every period ---------------------------------------------------------------------------------

VISITS = [("2023-03-06", "甲厂"), ("2023-04-10", "乙厂"), ("2023-04-11", "乙厂"), ("2023-05-31", "丙厂")]
PERIODS = {
    "every: {month: activities.date}": ["2023-06"],             # March to June, which ended the day before
    "every: {月: 'activities[title is given].date', 至少: 2}": ["2023-03", "2023-05", "2023-06"],
    "every: {month: activities.date, at_least: 2, distinct: title}": ["2023-03", "2023-04", "2023-05", "2023-06"],
    "every: {month: activities.date, start: 2023-04-01, end: 2023-05-31}": [],
    "每期: {月: 学习教育.日期, 起: 自查.开始, 止: 活动.结束}": ["2023-06"],
    "every: {月: 学习教育.日期, 起: 所处阶段.开始 + 个月(1), 止: checking.end}": [],
    "every: {月: 学习教育.日期, 起: 2023年3月1日, 至少: 2, 截至: 自查.开始 + 天(45)}": ["2023-03"],
    "every: {月: 学习教育.日期, 起: '首个(补正日期, 整改.开始)'}": ["2023-06"],
    "every: {quarter: activities.date, at_least: 3}": [],       # April to June; the first quarter is not whole
    "every: {quarter: activities.date, at_least: 3, distinct: title}": ["2023-Q2"],
    "every: {quarter: activities.date, at_least: 2, distinct: title}": [],
    "every: {week: activities.date, at_most: 1}": ["2023年4月10日"],
    "every: {day: activities.date, at_most: 1}": [],
}


@pytest.mark.parametrize("every", PERIODS)
def test_each_period_has_so_many(pack: Pack, tmp_path: Path, every: str) -> None:
    made = rules_of(tmp_path, f"unit\ncheck: {{{every}}}\nmessage: '{{{{ gaps }}}}'")
    visits = [{"date": day, "title": title} for day, title in VISITS]
    report = unit(pack, activities=visits, submitted="2023-07-01")
    write(tmp_path / "u.yaml", dump(report))
    done = invoked("check", tmp_path / "u.yaml", "--rules", made, "--as-of", "2023-09-04", "--select", "ZZ*",
                   "--format", "json")
    found = json.loads(done.stdout)["findings"]
    assert [(one["pointer"], one["message"]["zh"] if isinstance(one["message"], dict) else one["message"])
            for one in found] == ([("/activities", "、".join(PERIODS[every]))] if PERIODS[every] else [])


@pytest.mark.parametrize(("start", "column", "said"), [
    ("集中整改.开始", 1, ("“集中整改”",)),
    ("自查.首日", 1, ("“首日”",)),
    ("意见建议数", 1, ("这里要日期", "写的是数字", "自查.开始")),
    ("活动.开始 + 7", 9, ("天(30)",)),
    ("today", 1, ("“today”",)),
    ("2023-13-40", 1, ("写的是数字",)),
])
def test_a_bound_that_is_no_date_is_told_at_its_line(tmp_path: Path, start: str, column: int,
                                                     said: tuple[str, ...]) -> None:
    made = rules_of(tmp_path, f"unit\ncheck:\n  every:\n    月: activities.date\n    起: {start}")
    (flaw,) = lint(made)
    text = flaw.text("zh")
    assert (flaw.check, flaw.file, flaw.line, flaw.facts["column"]) == ("sentence", "families/ZZ.yaml", 11, column)
    assert f"every.起 第 {column} 个字起" in text and "例如" in text and all(one in text for one in said), text


def test_one_firm_once_a_day(pack: Pack, tmp_path: Path) -> None:
    made = rules_of(tmp_path, "unit\ncheck: {unique: {of: '学习教育[].日期', beside: [主题]}}")
    visits = [("2023-04-10", "甲厂"), ("2023-04-10", "乙厂"), ("2023-04-11", "甲厂"), ("2023-04-10", "甲 厂")]
    report = unit(pack, activities=[{"date": day, "title": title} for day, title in visits])
    assert check(tmp_path, made, {"u.yaml": report})[0] == [("ZZ01", "u.yaml", "/activities/3/date")]


# --- what is refused ---------------------------------------------------------------------------------

REFUSED = {
    "count(reports[submitted <= own.submitted]) > 1": ("units", "all-pairs", 6),
    "person.id in roster.people[unit == person.unit].id": (None, "all-pairs", 13),
    "same_person(submitted, filled_by)": (None, "wrong-argument", 0),
    "names(filled_by) == names(reviewed_by)": (None, "persons", 0),
    "people.submitted is given": (None, "needs-over", 0),
    "roster.boss is given": (None, "no-such-part", 0),
    "roster.received is given": (None, "no-such-part", 0),
}


@pytest.mark.parametrize("text", REFUSED)
def test_what_would_never_end_or_means_nothing_is_refused(pack: Pack, text: str) -> None:
    over, key, at = REFUSED[text]
    kind = "unit" if over else "personal"
    with pytest.raises(Fault) as fault:
        condition(text, levels_of([pack.shapes[kind]], None, offered(pack, over)), pack)
    assert (fault.value.key, fault.value.at) == (key, at)


def test_no_name_and_no_text_of_the_roster_can_be_shown(pack: Pack, tmp_path: Path) -> None:
    made = own_pack(tmp_path, IN_CHINESE)
    for let in ("roster.unit.head", "names(filled_by)", "first(names(filled_by))", "roster.people.name"):
        write(made / "families" / "ZZ.yaml",
              "family: ZZ\ntitle: 甲\nrules:\n- id: ZZ01\n  title: 不符\n  who: [personal]\n  must: submitted <= "
              f"today\n  let: {{who: '{let}'}}\n  basis: {{practice: 甲}}\n  remedy: 请核对。\n")
        said = [flaw.text("zh") for flaw in lint(made)]
        assert len(said) == 1 and "不能显示在消息里" in said[0]
