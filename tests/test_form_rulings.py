"""The contract's rulings on form: spellings, braces, misspelt and misplaced keys, odd years, and what they cost
(contract §9.4, 9.5, 9.8, 9.9, 9.10).
"""

from __future__ import annotations

import datetime
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from making import COMPILED

from bayang.engine.batch.run import Options, run
from bayang.engine.judging.check import Checker, World
from bayang.engine.judging.results import FileResult
from bayang.engine.judging.telling import Style
from bayang.engine.output.forms import Order, form
from bayang.engine.records import Finding
from bayang.engine.text.dates import parse_date, parse_half, parse_month, parse_quarter

CLOCK = "2022-04-25"

PERSON = """\
报告类型: 个人
活动方案: 八扬八治
所处阶段: 学习教育和动员部署
填报日期: 2022-01-20
个人:
  人员编号: P-102
  姓名: 周敏
  单位编号: U-301
  党员: 是
学习情况:
- 形式: 主题党日
  主题: 学习活动方案
  日期: 2022-01-14
"""
ENGLISH = """\
report: personal
plan: bayang-bazhi
phase: education
submitted: 2022-01-20
person:
  id: P-102
  name: 周敏
  unit: U-301
  party_member: yes
study:
- form: 主题党日
  title: 学习活动方案
  date: 2022-01-14
"""
THEME = PERSON + """\
八个方面:
  实干:
    问题清单:
    - 编号: ZM-01
      对应表现: shigan-03
      典型事例: 三月十四日受理的一件第九天才答复
      整改措施:
      - 措施: 建登记本
        责任人: 周敏
        整改时限: 2022-06-30
    逐条对照: 全部
"""
UNIT = """\
报告类型: 单位
活动方案: 八扬八治
所处阶段: 学习教育和动员部署
填报日期: 2022-01-27
单位: {单位编号: U-2, 单位名称: 青溪分局, 层级: 县级分局, 主要负责人: 赵立新}
学习教育:
- 形式: 动员大会
  日期: 2021-12-17
  参加人数: 46
"""


def check(text: str, language: str = "zh", clock: str = CLOCK) -> FileResult:
    result = Checker(COMPILED, World(clock), Style(language)).check(text.encode(), "报告.yaml", "nowhere")
    assert result.crashes == []
    return result


def changed(text: str, old: str, new: str) -> str:
    assert text.count(old) == 1, old
    return text.replace(old, new)


def of(result: FileResult, *rules: str) -> list[tuple[str, int, str | None]]:
    return [(one.rule, one.line, one.hint) for one in result.findings if not rules or one.rule in rules]


def the_one(result: FileResult, rule: str) -> Finding:
    [found] = [one for one in result.findings if one.rule == rule]
    return found


# -- 9.4 ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", [
    "2022 年 1 月 14 日", "２０２２-０１-１４", "2022年1月14号", "2022、1、14", "2022·1·14", "20220114", "2022-01-14。",
    "2022-01-14，", "2022.1.14;", "2022 - 01 - 14", "2022／1／14", "2022-0 1-14", "2022 1 14"])
@pytest.mark.parametrize("text", [PERSON, ENGLISH], ids=["zh", "en"])
def test_9_4_a_date_is_understood_and_reported_with_the_text_to_type(text: str, typed: str) -> None:
    result = check(changed(text, "2022-01-14", typed))
    found = the_one(result, "FM06")
    assert [one.rule for one in result.findings] == ["FM06"]
    assert (found.line, found.level, found.pointer) == (13, "warning", "/study/0/date")
    assert found.remedy == "请改写成 2022-01-14。"
    assert check(changed(text, "2022-01-14", "2022-01-14")).findings == []


@pytest.mark.parametrize("typed", ["2022-02-30", "4月20日", "2022-1-1 2022-1-2", "2022年1月", "2022111", "2022-4/30",
                                   "2022.6.30前", "6月底前", "2022-01-14 17:00"])
def test_9_4_an_impossible_or_ambiguous_date_stays_fm05(typed: str) -> None:
    assert of(check(changed(PERSON, "2022-01-14", typed))) == [("FM05", 13, "date")]


SEPARATED = st.sampled_from(["-", "/", ".", "、", "·", "－", "／", "．"])
FULL_WIDTH = str.maketrans("0123456789", "０１２３４５６７８９")


@st.composite
def spelled(draw: st.DrawFn) -> tuple[str, str]:
    """(ISO date, one of the ways to write it that are understood)."""
    day = draw(st.dates(datetime.date(1900, 1, 1), datetime.date(2100, 12, 31)))
    wide = draw(st.booleans())
    month, number = (f"{one:02d}" if draw(st.booleans()) else str(one) for one in (day.month, day.day))
    year = f"{day.year:04d}"
    blank = st.sampled_from(["", " ", "  ", "　"])
    kind = draw(st.sampled_from(["words", "signs", "digits"]))
    if kind == "words":
        parts = [year, "年", month, "月", number, draw(st.sampled_from(["日", "号", ""]))]
        text = "".join(part + draw(blank) for part in parts)
    elif kind == "signs":
        sign = draw(SEPARATED)
        text = draw(blank).join([year, sign, month, sign, number])
    else:
        text = day.strftime("%Y%m%d")
    text = (text.translate(FULL_WIDTH) if wide else text).strip() + draw(
        st.sampled_from(["", "。", "，", "；", ",", ";", "."]))
    return day.isoformat(), text


@given(spelled())
def test_9_4_every_accepted_spelling_gives_the_day(pair: tuple[str, str]) -> None:
    iso, text = pair
    assert parse_date(text) == (iso, text == iso)
    assert parse_date(iso) == (iso, True)


@pytest.mark.parametrize(("parse", "typed", "value"), [
    (parse_month, "2022 年 3 月", "2022-03"), (parse_month, "２０２２-３", "2022-03"),
    (parse_month, "202203", "2022-03"),
    (parse_month, "2022-03。", "2022-03"), (parse_quarter, "2022 年一季度", "2022-Q1"),
    (parse_quarter, "２０２２Ｑ２；", "2022-Q2"), (parse_half, "2022 上半年", "2022-H1"),
    (parse_half, "2022-H2。", "2022-H2")])
def test_9_4_months_quarters_and_halves_likewise(parse, typed: str, value: str) -> None:
    assert parse(typed) == (value, False)
    assert parse(value) == (value, True)


@pytest.mark.parametrize("typed", ["４６", "46人", "46 名", "４６个", "46。"])
def test_9_4_a_count_with_a_unit_or_in_full_width_digits(typed: str) -> None:
    result = check(changed(UNIT, "人数: 46", f"人数: {typed}"))
    assert of(result, "FM03", "FM06") == [("FM06", 9, "count")]
    assert typed not in the_one(result, "FM06").message + the_one(result, "FM06").remedy
    assert of(check(changed(UNIT, "人数: 46", "人数: 约46人")), "FM03", "FM06") == [("FM03", 9, "want-count")]


def test_9_4_a_list_on_one_line_is_read_as_its_items() -> None:
    research = UNIT.replace("学习教育和动员部署", "调查研究和问题查摆").replace("2022-01-27", "2022-04-20") + (
        "调查研究:\n  方式: 个别访谈、发放问卷（两轮，共一百份）\n  意见建议数: 3\n")
    result = check(research)
    assert of(result, "FM06", "FM03", "PH22") == [("FM06", 11, "list")]
    shown = the_one(result, "FM06")
    assert "问卷" not in shown.message + shown.remedy
    assert of(check(changed(research, "个别访谈、发放问卷（两轮，共一百份）", "个别访谈")), "FM06", "PH22") == [
        ("FM06", 11, "list"), ("PH22", 11, None)]


def test_9_4_ph22_is_not_assessed_where_the_methods_are_of_another_kind() -> None:
    result = check(UNIT.replace("学习教育和动员部署", "调查研究和问题查摆").replace("2022-01-27", "2022-04-20") + (
        "调查研究:\n  方式:\n    a: 个别访谈\n  意见建议数: 3\n"))
    assert of(result, "FM03", "PH22") == [("FM03", 11, "want-list")]
    assert ("PH22", "/research/methods", "type") in {(one.rule, one.pointer, one.reason) for one in result.not_assessed}


@pytest.mark.parametrize(("old", "typed", "line", "shown"), [
    ("党员: 是", "党员: 是。", 9, "是"), ("党员: 是", "党员: 是（2009年入党）", 9, "是"),
    ("逐条对照: 全部", "逐条对照: √", 24, "全部"), ("逐条对照: 全部", "逐条对照: ✓", 24, "全部"),
    ("逐条对照: 全部", "逐条对照: 是", 24, "全部"), ("逐条对照: 全部", "逐条对照: 全", 24, "全部"),
    ("逐条对照: 全部", "逐条对照: 都", 24, "全部"), ("对应表现: shigan-03", "对应表现: 其它", 18, "其他"),
    ("对应表现: shigan-03", "对应表现: shigan-03 重招商轻落地，重承诺轻兑现", 18, "shigan-03"),
    ("对应表现: shigan-03", "对应表现: 3.重招商轻落地", 18, "shigan-03"),
    ("对应表现: shigan-03", "对应表现: Shigan－０３。", 18, "shigan-03")])
def test_9_4_listed_values_are_read(old: str, typed: str, line: int, shown: str) -> None:
    result = check(changed(THEME, old, typed))
    assert of(result) == [("FM06", line, "value")]
    assert the_one(result, "FM06").remedy == f"请改写成 {shown}。"


@pytest.mark.parametrize("typed", ["shigan-03 学风漂浮", "shigan-031", "走过场", "shigan-03、dandang-01"])
def test_9_4_what_is_in_doubt_is_no_behaviour(typed: str) -> None:
    assert [one.rule for one in check(changed(THEME, "对应表现: shigan-03", f"对应表现: {typed}")).findings] == ["FM08"]


def test_9_4_several_behaviours_of_one_problem() -> None:
    found = the_one(check(changed(THEME, "对应表现: shigan-03", "对应表现: shigan-03、shigan-05")), "FM08")
    assert (found.line, found.hint) == (18, "many")
    assert "shigan-03、shigan-05" in found.message and "单独的问题" in found.remedy
    listed = changed(THEME, "逐条对照: 全部", "逐条对照: shigan-03、学风漂浮、文风不实、粉饰成绩；其他")
    assert of(check(listed)) == [("FM06", 24, "list")]


def test_9_4_nothing_is_shown_under_a_sensitive_theme() -> None:
    found = the_one(check(THEME.replace("实干", "廉洁").replace("shigan", "lianjie").replace(
        "2022-06-30", "2022年6月30日")), "FM06")
    assert "06-30" not in found.message + found.remedy.replace("2022-04-30", "")


# -- years ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("typed", "good"), [("0001-01-01", False), ("9999-12-31", False), ("1899-12-31", False),
                                             ("2101-01-01", False), ("1900-01-01", True), ("2100-12-31", True)])
def test_dates_outside_the_years_of_the_pack_are_fm05(typed: str, good: bool) -> None:
    result = check(changed(PERSON, "2022-01-20", typed), clock="2101-01-01")
    assert ("FM05", 4, "years") in of(result) or good
    if not good:
        found = the_one(result, "FM05")
        assert "1900 年至 2100 年" in found.message
        due = check(changed(THEME, "2022-06-30", typed).replace("学习教育和动员部署", "调查研究和问题查摆"))
        assert of(due, "FM05", "PB09") == [("FM05", 23, "years")]       # it is a date, if of no year that can be meant


def test_one_file_with_an_odd_year_leaves_the_others_alone(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text(UNIT, encoding="utf-8")
    alone = run([str(tmp_path)], Options(as_of=CLOCK))
    (tmp_path / "b.yaml").write_text(UNIT.replace("2022-01-27", "0001-01-01").replace("U-2", "U-3"), encoding="utf-8")
    both = run([str(tmp_path)], Options(as_of=CLOCK))
    assert both.crashes == []
    assert [one for one in both.findings if one.file == "a.yaml"] == alone.findings
    assert [one.rule for one in both.findings if one.file == "b.yaml" and one.line == 4] == ["FM05"]


# -- 9.5 ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("entry", "refused"), [
    ("{事项: 活动专栏, 理由: 用市局专栏}", "FM04"), ("{事项: 领导小组, 理由: 用市局的}", "FM04"),
    ("{事项: 以案促改}", "FM01")])
def test_9_5_a_refused_entry_spares_nothing(entry: str, refused: str) -> None:
    text = UNIT.replace("学习教育和动员部署", "监督检查和整改落实").replace("2022-01-27", "2022-07-20")
    without = check(text).findings
    result = check(text + f"不涉及:\n- {entry}\n")
    assert [one for one in result.findings if one.rule != refused] == without
    assert refused in {one.rule for one in result.findings}
    spared = check(text + "不涉及:\n- {事项: 以案促改, 理由: 由市局统一开展}\n").findings
    assert [one.rule for one in without if one not in spared] == ["ME51"]


# -- 9.8 ----------------------------------------------------------------------------------------------------


def test_9_8_a_slip_of_a_missing_field_is_fm02_alone() -> None:
    text = THEME.replace("学习教育和动员部署", "调查研究和问题查摆")
    before = of(check(text))
    result = check(changed(text, "典型事例", "典型事列"))
    assert [one for one in of(result) if one not in before] == [("FM02", 19, "slip")]
    assert ("PB04", 19, "/themes/shigan/problems/0/instance", "slip") in {
        (one.rule, one.line, one.pointer, one.reason) for one in result.not_assessed}
    required = check(changed(PERSON, "人员编号", "人员编码"))
    assert of(required) == [("FM02", 6, "slip")]
    assert ("FM01", "/person/id", "slip") in {(one.rule, one.pointer, one.reason) for one in required.not_assessed}


def test_9_8_not_where_the_field_is_there() -> None:
    assert of(check(changed(THEME, "典型事例: ", "典型事列: x\n      典型事例: "))) == [("FM02", 19, None)]


@pytest.mark.parametrize(("language", "message", "remedy"), [
    ("zh", "“整改时限”不是此处的字段，它是“八个方面 › 实干 › 问题清单 › 整改措施”里的字段。", "整改时限: 内容"),
    ("en", "“整改时限” is no field here; it is a field of “八个方面 › 实干 › 问题清单 › 整改措施”.",
     "整改时限: content")])
def test_9_8_a_field_of_another_place_is_told_where_it_belongs(language: str, message: str, remedy: str) -> None:
    text = changed(THEME, "      典型事例: ", "      整改时限: 2022-05-20\n      典型事例: ")
    found = the_one(check(text, language), "FM02")
    assert (found.hint, found.message) == ("elsewhere", message)
    assert remedy in found.remedy and "备注" not in found.remedy and "2022-05-20" not in found.remedy


def test_9_8_a_field_of_the_outermost_level() -> None:
    found = the_one(check(changed(THEME, "      典型事例: ", "      填报人: 某人\n      典型事例: ")), "FM02")
    assert found.message == "“填报人”不是此处的字段，它是“最外一层”里的字段。"


# -- 9.9 ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("old", "new", "line"), [
    ("姓名: 周敏", "姓名: {周敏}", 7), ("姓名: 周敏", "姓名: [周敏]", 7), ("姓名: 周敏", "姓名: {甲: 乙}", 7),
    ("责任人: 周敏", "责任人: {周敏}", 22), ("整改时限: 2022-06-30", "整改时限: {2022-06-30}", 23)])
def test_9_9_text_in_braces_is_never_absent(old: str, new: str, line: int) -> None:
    result = check(changed(THEME, old, new).replace("学习教育和动员部署", "调查研究和问题查摆"))
    assert of(result, "FM01", "FM03", "PB08", "PB09") == [("FM03", line, "braces")]


def test_9_9_fields_in_braces_in_the_place_of_a_list() -> None:
    text = THEME[:THEME.index("      整改措施")] + "      整改措施: {措施：登记，责任人：本人}\n    逐条对照: 全部\n"
    result = check(text.replace("学习教育和动员部署", "调查研究和问题查摆"))
    assert ("FM03", 20, "braces") in of(result)
    assert "/themes/shigan/problems/0/measures" not in {one.pointer for one in result.findings if one.rule == "PB01"}


def test_9_9_an_empty_form_stays_absent() -> None:
    assert of(check(changed(PERSON, "- 形式: 主题党日\n  主题: 学习活动方案\n  日期: 2022-01-14\n",
                            "  形式: \n  主题: \n  日期: \n")), "FM03") == []


# -- answers behind a # ----------------------------------------------------------------------------------------


@pytest.mark.parametrize("typed", ["  #姓名: 周敏", "  # 姓名: 周敏", "#  姓名: 周敏"])
def test_an_answer_behind_a_hash_is_pointed_out(typed: str) -> None:
    found = the_one(check(changed(PERSON, "  姓名: 周敏", typed)), "FM01")
    assert (found.line, found.pointer, found.hint) == (5, "/person/name", "behind-hash")
    assert found.message.startswith("没有填写必填项“姓名”。第 7 行") and "周敏" not in found.message


@pytest.mark.parametrize("typed", ["  # 姓名", "  #姓名:", "# 备注: 姓名", "      # 姓名: 周敏"])
def test_other_comments_are_not(typed: str) -> None:
    assert the_one(check(changed(PERSON, "  姓名: 周敏", typed)), "FM01").hint is None


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("keys", ["zh", "en"])
@pytest.mark.parametrize(("kind", "level"), [("personal", None), ("unit", "bureau"), ("unit", "department")])
def test_the_guidance_of_a_form_is_no_answer(kind: str, level: str | None, keys: str, language: str) -> None:
    text = form(COMPILED.pack, Order((kind,), "consolidation", level, keys, language)).text()
    findings = check(text, language).findings
    assert findings and not [one for one in findings if one.hint == "behind-hash"]


# -- 9.10 -----------------------------------------------------------------------------------------------------


def test_9_10_ph14_judges_what_it_can() -> None:
    text = changed(changed(PERSON, "2022-01-20", "1月20日"), "2022-01-14", "2021-10-08")
    result = check(text)
    assert of(result) == [("FM05", 4, "date"), ("PH14", 13, None)]
    assert result.findings[1].message == "日期早于活动开始的2021年12月1日。"
    assert ("PH14", "/submitted") in {(one.rule, one.pointer) for one in result.not_assessed}


ROSTER = """\
单位:
- {单位编号: U-301, 单位名称: 审批科, 层级: 科室单位, 主要负责人: 何川}
人员:
- {人员编号: P-102, 姓名: 周敏, 单位编号: U-301, 党员: 是}
"""
COLLECTING = UNIT.replace("U-2", "U-301").replace("青溪分局", "审批科").replace("县级分局", "科室单位").replace(
    "赵立新", "何川").replace("学习教育和动员部署", "调查研究和问题查摆").replace("2022-01-27", "2022-04-20") + (
    "个人清单汇总: {应报: 2, 实报: 0}\n")


@pytest.mark.parametrize(("unit_date", "person_date", "found", "reasons"), [
    ("2022-04-20", "2022-04-18", ["/collected/due", "/collected/received"], []),
    ("4月20日", "2022-04-18", ["/collected/due"], ["/collected/received"]),
    ("2022-04-20", "4月18日", ["/collected/due"], ["/collected/received"]),
    ("2022-04-20", "", ["/collected/due"], []),
    ("", "2022-04-18", ["/collected/due"], [])])
def test_9_10_ro06_needs_the_days_of_filing(tmp_path: Path, unit_date: str, person_date: str, found: list[str],
                                            reasons: list[str]) -> None:
    (tmp_path / "roster.yaml").write_text(ROSTER, encoding="utf-8")
    (tmp_path / "U-301.yaml").write_text(COLLECTING.replace("2022-04-20", unit_date), encoding="utf-8")
    (tmp_path / "P-102.yaml").write_text(THEME.replace("学习教育和动员部署", "调查研究和问题查摆").replace(
        "2022-01-20", person_date), encoding="utf-8")
    result = run([str(tmp_path)], Options(as_of="2022-05-02"))
    assert [one.pointer for one in result.findings if one.rule == "RO06"] == found
    assert [one.pointer for one in result.not_assessed if one.rule == "RO06"] == reasons


# -- cost ---------------------------------------------------------------------------------------------------------

HEAD = "report: personal\nplan: bayang-bazhi\nphase: consolidation\nsubmitted: 2022-12-20\n" \
       "person: {id: P-1, name: 周敏, unit: U-1}\n"
SHIGAN = HEAD + "themes:\n  shigan:\n"
WORST = {
    "unknown keys": HEAD + "".join(f"k{at}: x\n" for at in range(9_900)),
    "keys near a field": HEAD + "".join(f"attachmen{at}: x\n" for at in range(9_900)),
    "unknown behaviours": SHIGAN + "    examined:\n" + "".join(f"    - 走过场{at}次\n" for at in range(17_000)),
    "items of another kind": SHIGAN + "    problems:\n" + "".join(f"    - {at}\n" for at in range(17_000)),
    "no dates": HEAD + "study:\n" + "".join(f"- {{date: 年底前{at}}}\n" for at in range(4_900)),
    "dates spelled": HEAD + "study:\n" + "".join(f"- {{date: 2022 年 1 月 {at % 28 + 1} 日}}\n" for at in range(4_900)),
    "dues": SHIGAN + "    problems:\n    - measures:\n" + "".join(
        f"      - {{due: 年底{at}}}\n" for at in range(6_000)),
    "one action": SHIGAN + "    problems:\n" + "".join(
        f"    - {{id: a{at}, measures: [{{action: 每周五核对登记本}}]}}\n" for at in range(2_200)),
    "shared actions": SHIGAN + "    problems:\n" + "".join(
        f"    - {{id: a{at}, measures: [{{action: 每周五核对登记本, shared_with: [a{at + 1}]}}]}}\n"
        for at in range(1_600)),
    "comments": HEAD + "".join("#filled_by: x\n#study: y\n" for _ in range(15_000)) + "remarks: y\n",
}


@pytest.mark.parametrize("name", WORST)
def test_no_file_takes_long(name: str) -> None:
    """A second is asked for; this machine may be busy, and what grew with the square took many times as long."""
    begun = time.process_time()
    result = check(WORST[name])
    assert time.process_time() - begun < 3
    assert len(result.findings) < 600


def test_many_of_one_rule_are_told_with_their_number() -> None:
    found = [one for one in check(WORST["unknown keys"]).findings if one.rule == "FM02"]
    assert len(found) == 51
    assert [one.line for one in found] == list(range(6, 57))
    assert (found[-1].hint, found[-1].level) == ("more", "error")
    assert "还有 9850 处" in found[-1].message          # 9,900 less the 50 that are told


def test_few_of_one_rule_are_all_told() -> None:
    found = [one for one in check(HEAD + "".join(f"k{at}: x\n" for at in range(50))).findings if one.rule == "FM02"]
    assert len(found) == 50 and all(one.hint != "more" for one in found)


# -- a full-width colon between braces -----------------------------------------------------------------------------


@pytest.mark.parametrize(("person", "columns"), [
    ("{人员编号: P-102, 姓名：周敏, 单位编号: U-301}", [19]),
    ("{人员编号：P-102, 姓名：周敏, 单位编号：U-301}", [6, 18, 25]),
])
def test_9_8_a_full_width_colon_between_braces_is_told_alone(person: str, columns: list[int]) -> None:
    start, end = PERSON.index("个人:\n"), PERSON.index("学习情况")
    result = check(PERSON[:start] + f"个人: {person}\n" + PERSON[end:])
    assert [(one.rule, one.line, one.column, one.hint) for one in result.findings] == [
        ("FM02", 5, column, "wide-colon") for column in columns]
    assert "slip" in {one.reason for one in result.not_assessed}
