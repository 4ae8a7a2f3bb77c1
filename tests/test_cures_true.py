"""A cure that is done as it is told mends the file: none names what would break it, and all of it is told at once
(contract §9.8, 9.14).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from making import PACK, found, line_of, only, report

from bayang.engine.authoring.examples import base_report, change, dump
from bayang.engine.output import page
from bayang.engine.records import Finding


def pasted(text: str, one: Finding, answer: str | None = None) -> str:
    """The text with what a finding offers, or the answer in its form, at the place that it names."""
    offer, lines = one.insert, text.split("\n")
    assert offer
    typed = offer.text if answer is None else answer
    if offer.clear:
        begin, last, end = offer.clear
        before, rest = lines[offer.line - 1][:begin - 1], lines[last - 1][end:]
        lines[offer.line - 1:last] = [before + (typed if offer.column else "") + rest]
    if offer.column is None:
        lines[offer.line:offer.line] = typed.split("\n")
    return "\n".join(lines)


# -- FM02: a field that is there already -----------------------------------------------------------------------------

@pytest.mark.parametrize(("key", "chinese"), [("填写人", True), ("审阅人", True), ("phone", False), ("remarkz", False)])
def test_9_8_a_field_that_is_there_is_not_named_as_the_nearest(key: str, chinese: bool) -> None:
    text = report("personal", "education", {"/filled_by": "林一东", "/reviewed_by": "林二东", "/remarks": "另附笔记"},
                  chinese=chinese)
    one = only(found(f"{text}{key}: 林三东\n"), "FM02")
    for name in ("填报人", "审核人", "phase", "remarks"):
        assert f"“{name}”" not in one.message + one.remedy.replace("写进“备注”", "")


@pytest.mark.parametrize("key", ["填报入", "填报员"])
def test_9_8_a_slip_of_a_field_that_stands_there_empty_is_moved_into_it(key: str) -> None:
    text = report("personal", "education", removed=("/filled_by",)) + f"填报人: \n{key}: 林一东\n"
    line = line_of(text, "填报人")
    one = only(found(text), "FM02")
    assert one.remedy == (f"“填报人”在第 {line} 行已经有了，不要再写一个："
                          f"请把这里的内容移到第 {line} 行的“填报人”里，再删去这里的。")
    assert "改成“填报人”" not in one.remedy
    assert f"“填报人” is in line {line} already" in only(found(text, "en"), "FM02").remedy
    mended = text.replace("填报人: \n", "填报人: 林一东\n").replace(f"{key}: 林一东\n", "")
    assert not any(one.rule.startswith(("IN", "FM")) for one in found(mended))


def test_9_8_a_full_width_colon_between_braces_of_a_field_that_is_there() -> None:
    text = report("personal", "education", removed=("/study",)) \
        + "学习情况:\n- {形式: 主题党日, 形式：集中宣讲, 主题: 学习方案, 日期: 2022-01-14}\n"
    line = line_of(text, "- {形式")
    assert f"“形式”在第 {line} 行已经有了" in only(found(text), "FM02").remedy


# -- FM04: phases by their number or a part of their name ------------------------------------------------------------

@pytest.mark.parametrize(("typed", "meant"), [
    ("整改落实阶段", "监督检查和整改落实"), ("查摆阶段", "调查研究和问题查摆"), ("第三阶段", "监督检查和整改落实"),
    ("第1阶段", "学习教育和动员部署"), ("阶段四", "成果转化和总结提高"), ("学习教育阶段", "学习教育和动员部署"),
    ("总结阶段", "成果转化和总结提高"), ("phase 2", "inspection"),
])
def test_fm04_names_the_phase_that_is_meant(typed: str, meant: str) -> None:
    one = only(found(report("personal", "education", {"/phase": typed})), "FM04")
    assert one.message == f"“所处阶段”填的内容不在可选范围内，最接近的是“{meant}”。"


@pytest.mark.parametrize("typed", ["第五阶段", "2022年3月", "第十一阶段", "阶段", "其他阶段", "研究教育"])
def test_fm04_names_no_phase_where_none_or_several_are_meant(typed: str) -> None:
    assert "最接近的是" not in only(found(report("personal", "education", {"/phase": typed})), "FM04").message


def test_fm04_only_phases_have_numbers() -> None:
    one = only(found(report("department", "education", {"/unit/level": "第二级"})), "FM04")
    assert "最接近的是" not in one.message


# -- IN06: a pointer of Git LFS --------------------------------------------------------------------------------------

def test_a_pointer_tells_office_and_submitter_what_is_theirs() -> None:
    one = only(found("version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 12\n"), "IN06")
    assert one.hint == "pointer"
    assert one.message == "这是版本库里的一个指针文件（“Git LFS”），不是报告本身，报告的内容不在里面。"
    assert one.remedy == ("整理报送文件的，请用“git lfs pull”取回报告，再检查；"
                          "取不回来的，由报送的人重报原来的报告文件，这个指针文件里没有要改的。")


# -- IDs on the page -------------------------------------------------------------------------------------------------

def test_the_cells_of_the_table_of_units_do_not_break_ids() -> None:
    style = (Path(page.__file__).parent / "templates" / "page.css").read_text(encoding="utf-8")
    [cells] = [line for line in style.splitlines() if line.startswith("th, td {")]
    assert "overflow-wrap: break-word;" in cells        # `anywhere` would part them


# -- FM06: a list on one line ----------------------------------------------------------------------------------------

LISTED = "八个方面:\n  实干:\n    逐条对照: shigan-01、shigan-03\n"


def test_9_4_a_list_on_one_line_gets_the_lines_of_its_items() -> None:
    text = report("personal", "education") + LISTED
    one, line = only(found(text), "FM06"), line_of(text, "    逐条对照")
    assert one.remedy == (
        f"请把各项分开，每项写一行。请先把第 {line} 行冒号后面的内容删去。请在第 {line} 行后面加 2 行："
        "“- shigan-01”（行首空 6 格）、“- shigan-03”（行首空 6 格）。")
    assert not any(one.rule.startswith(("IN", "FM")) for one in found(pasted(text, one)))
    assert only(found(text, "en"), "FM06").remedy == (
        f"Give each item a line of its own. First delete what stands after the colon in line {line}."
        f" Add 2 lines after line {line}: \"- shigan-01\" (after 6 spaces), \"- shigan-03\" (after 6 spaces).")


@pytest.mark.parametrize("theme", ["实干", "廉洁"])
def test_9_4_what_may_not_be_printed_is_a_dash(theme: str) -> None:
    """A way of research is free text; under 廉洁 nothing that was typed is shown."""
    if theme == "实干":
        text = report("bureau", "inspection", removed=("/research/methods",)).replace(
            "调查研究:\n", "调查研究:\n  方式: 个别访谈、发放问卷，入户走访\n")
        lines, blanks = ["    - "] * 3, 4
    else:
        text = report("personal", "education") + LISTED.replace("实干", "廉洁").replace("shigan", "lianjie")
        lines, blanks = ["      - "] * 2, 6
    one = only(found(text), "FM06")
    assert one.insert and one.insert.text.split("\n") == lines
    assert one.remedy.endswith("、".join([f"“- ”（行首空 {blanks} 格）"] * len(lines))
                               + "；短横线后面空一格，把原来的各项分别写上。")
    assert not any(one.rule.startswith(("IN", "FM")) for one in found(pasted(text, one)))


def test_9_4_a_list_on_one_line_between_braces_is_put_in_brackets() -> None:
    text = report("personal", "education") + "八个方面: {实干: {逐条对照: shigan-01、shigan-03}}\n"
    one, line = only(found(text), "FM06"), line_of(text, "八个方面")
    assert one.remedy == (f"请把各项分开，每项写一行。请把第 {line} 行第 17 列的冒号连同这一栏原有的内容换成"
                          "“: [shigan-01, shigan-03]”。")
    mended = text.replace("shigan-01、shigan-03", "[shigan-01, shigan-03]")
    assert pasted(text, one) == mended
    assert not any(one.rule.startswith(("IN", "FM")) for one in found(mended))


def test_9_4_free_text_between_braces_is_put_in_brackets() -> None:
    text = report("department", "education") + "调查研究: {方式: 个别访谈、发放问卷}\n"
    one = only(found(text), "FM06")
    assert (one.insert, one.remedy) == (None, (
        "请用一对英文方括号把“方式”的内容括起来，各项之间用英文逗号加一个空格隔开，原有的引号去掉。"))


# -- FM03: a word for nothing where a list belongs, a text where an item has fields ----------------------------------

@pytest.mark.parametrize("typed", ["无", " 暂无", '"没有"', "\n      无", "/"])
def test_9_14_a_theme_without_problems_gets_the_lines_of_its_answer(typed: str) -> None:
    text = report("personal", "inspection", removed=("/themes/shigan",)).replace(
        "八个方面:\n", f"八个方面:\n  实干:\n    问题清单: {typed}\n")
    one = only(found(text), "FM03")
    assert one.insert and one.insert.text == "    未发现问题:\n      排查方式: \n      依据: \n    逐条对照: "
    said = "请把“问题清单”冒号后面的内容删去，填写“未发现问题”的“排查方式”和“依据”。请先把第 "
    assert said in one.remedy
    answer = one.insert.text.replace("方式: ", "方式: 查阅督办单").replace("依据: ", "依据: 件件办结").replace(
        "对照: ", "对照: 全部")
    assert found(pasted(text, one, answer)) == []


def test_9_14_a_theme_without_problems_between_braces() -> None:
    text = report("personal", "education") + "八个方面: {实干: {问题清单: 无}}\n"
    one = only(found(text), "FM03")
    assert pasted(text, one).endswith("八个方面: {实干: {问题清单: , 未发现问题: {排查方式: , 依据: }}}\n")
    assert found(pasted(text, one)) == []       # before 问题查摆 nothing is asked for


@pytest.mark.parametrize("block", [True, False])
def test_9_14_where_the_answer_stands_already_only_the_word_is_deleted(block: bool) -> None:
    text = report("personal", "education") + (
        "八个方面:\n  实干:\n    问题清单: 无\n    未发现问题: {排查方式: 查阅台账, 依据: 台账齐全}\n" if block else
        "八个方面: {实干: {问题清单: 无, 未发现问题: {排查方式: 查阅台账, 依据: 台账齐全}}}\n")
    one = only(found(text), "FM03")
    assert (one.insert, "请把“问题清单”冒号后面的内容删去" in one.remedy) == (None, True)
    assert found(text.replace("问题清单: 无", "问题清单: ")) == []


def test_9_14_fields_behind_a_dash_are_not_denied() -> None:
    """Nobody says that there are no fields; with a blank for the dash all is in order."""
    text = report("personal", "education") + "自我剖析:\n  - 自己: 答复慢了\n    思想: 怕麻烦\n"
    one = only(found(text), "FM03")
    assert one.message == "“自我剖析”下面的各栏前面多写了短横线，没有读成一栏一栏。"
    assert one.remedy == "请把“自我剖析”下面各栏前面的短横线改成空格，别的不动。"
    assert not found(text.replace("  - 自己", "    自己"))


def test_9_14_themes_behind_dashes_are_not_to_be_deleted() -> None:
    head, themes = report("personal", "inspection").split("八个方面:\n")
    lines = themes.split("\n")
    end = next((at for at, line in enumerate(lines) if line and line[0] != " "), len(lines))
    dashed = [f"  - {line[2:]}" if line[2:3] not in ("", " ") else f"  {line}" for line in lines[:end]]
    one = only(found("\n".join([head + "八个方面:", *dashed, *lines[end:]])), "FM03")
    assert one.remedy == "请把“八个方面”下面各栏前面的短横线改成空格，别的不动。"


@pytest.mark.parametrize("typed", ["二〇二二年四月二十日", "2022-04-20 10:30", "2022年4月20日前", "4月20日"])
def test_fm05_says_what_can_be_read_and_not_what_was_written(typed: str) -> None:
    one = only(found(report("personal", "education", removed=("/submitted",)) + f"填报日期: {typed}\n"), "FM05")
    assert one.message == "“填报日期”里读不出确定的一天。"
    assert "汉字写的数字改成阿拉伯数字，时刻、星期和“前”“之前”一类的字不写" in one.remedy


@pytest.mark.parametrize(("typed", "item"), [
    ("- 开会了", "- \n  形式: \n  主题: \n  日期: "),
    ("  -   '开: 会'", "  -   \n      形式: \n      主题: \n      日期: "),
    ("- 开会了  # 备注", "-   # 备注\n  形式: \n  主题: \n  日期: "),
    ("  [开会了]", "  [{形式: , 主题: , 日期: }]")])
def test_9_14_an_item_that_is_a_text_gives_way_to_fields(typed: str, item: str) -> None:
    text = report("personal", "education", removed=("/study",)) + f"学习情况:\n{typed}\n"
    one = only(found(text), "FM03")
    assert one.message == "“学习情况”的每一项应当分字段填写，这一项不是这样写的。"
    assert "请分字段填写，原来写的内容要留的，写进相应的字段。请" in one.remedy
    done = pasted(text, one)
    assert done.endswith(f"学习情况:\n{item}\n")
    assert {one.rule for one in found(done)} == {"PH13"}
    above, _, below = done.partition("学习情况:")
    for key, answer in {"形式": "主题党日", "主题": "学习方案", "日期": "2022-01-14"}.items():
        below = below.replace(f"{key}: ", f"{key}: {answer}")
    assert found(f"{above}学习情况:{below}") == []


def test_9_14_each_of_two_items_gets_its_lines() -> None:
    text = report("personal", "education", removed=("/study",)) + "学习情况:\n- 开会了\n- 听了一课\n"
    first, second = (one for one in found(text) if one.rule == "FM03")
    line = line_of(text, "- 开会了")
    assert (f"请先把第 {line} 行短横线后面的内容删去。请在第 {line} 行后面加 3 行："
            "“形式: ”（行首空 2 格）") in first.remedy
    for one in (first, second):
        assert one.remedy.endswith("要加好几处的，从最后一处加起；同一行后面同样的几行只加一次。")
    assert {one.rule for one in found(pasted(pasted(text, second), first))} == {"PH13"}


def test_9_14_an_item_on_several_lines_is_not_told_to_be_deleted() -> None:
    text = report("personal", "education", removed=("/study",)) + "学习情况:\n- 开会了，\n  听了一课\n"
    assert only(found(text), "FM03").insert is None


# -- fields that stand there already, empty --------------------------------------------------------------------------

def test_9_14_fields_that_stand_there_empty_are_named_by_their_lines() -> None:
    text = report("department", "education", removed=("/column", "/contact")) \
        + "活动专栏:\n  名称: \n  位置: 大厅\n  开设日期:\n联系人: {姓名: , 办公电话: }\n"
    column, contact = (only(found(text), rule) for rule in ("ME11", "OR04"))
    line = line_of(text, "活动专栏")
    assert column.insert is contact.insert is None
    assert column.remedy.endswith(f"要填的几栏已经有了，空在第 {line + 1}、{line + 3} 行，请接着冒号后面的空格填写。")
    assert "已经有了" not in contact.remedy         # they stand on the line that is named
    assert only(found(text, "en"), "ME11").remedy.endswith(
        f" The fields to fill in stand in lines {line + 1}, {line + 3} already; write after the colon and a space.")


def test_9_14_a_theme_of_the_form_is_not_told_to_be_deleted() -> None:
    text = report("personal", "inspection", removed=("/themes/shigan",)).replace(
        "八个方面:\n", "八个方面:\n  实干:\n    问题清单:\n      - 编号: \n        整改措施:\n          - 措施: \n"
        "    未发现问题:\n      排查方式: \n      依据: \n    逐条对照: \n")
    one, line = only(found(text), "CV01"), line_of(text, "  实干")
    assert one.insert is None
    assert f"空在第 {line + 6}、{line + 7}、{line + 8} 行" in one.remedy


# -- FM04: what a unit may say that does not concern it --------------------------------------------------------------

def not_applicable(level: str, typed: str) -> str:
    return report(level, "education", {"/not_applicable": [{"item": typed, "reason": "由市局统一开展"}]})


@pytest.mark.parametrize("typed", ["宣传橱窗", "领导班子", "单位名"])
def test_all_that_a_unit_may_leave_out_is_listed(typed: str) -> None:
    """And whatever is listed, or said to be the nearest, is taken when it is typed."""
    listed = only(found(not_applicable("department", typed)), "FM04").remedy.partition("选填一种：")[2].rstrip("。")
    assert listed.split("、")[:3] == ["领导小组", "学习教育", "活动专栏"] and "单位" not in listed.split("、")
    assert listed.count("、") == 16
    for one in listed.split("、"):
        assert "FM04" not in {finding.rule for finding in found(not_applicable("department", one))}
    english = only(found(not_applicable("department", typed), "en"), "FM04").remedy
    assert english.endswith("upward_report, annual_plan.")


def test_a_bureau_is_proposed_what_a_bureau_may_leave_out() -> None:
    one = only(found(not_applicable("bureau", "领导班子")), "FM04")
    assert "最接近的" not in one.message and one.remedy == "请从填报表列出的几种填法里选填一种：以案促改。"
    assert "最接近的是“以案促改”" in only(found(not_applicable("bureau", "以案促该")), "FM04").message


# -- FM02, FM04: fields of the other kind of report ----

def test_8_2_a_report_that_says_the_wrong_kind_is_told_so_and_nothing_that_follows_from_it() -> None:
    """What it has for that kind is not missing, and none of its fields is to be moved into the remarks."""
    text = report("personal", "rectification", {"/report": "unit"})
    [one] = found(text)
    assert (one.rule, one.hint, one.line) == ("FM04", "contrary", line_of(text, "报告类型:"))
    assert one.message == "“报告类型”与填写的内容不符，内容是按“个人”的报告填写的；其余内容没有全部核查。"
    assert one.remedy.startswith("填错了的，请把“报告类型”改成“个人”；")
    assert found(text.replace("报告类型: 单位", "报告类型: 个人")) == []


def test_8_2_a_field_of_the_other_kind_in_a_report_of_the_right_one() -> None:
    text = report("personal", "rectification", {"/annual_plan": {"document": "云环〔2022〕1号"}})
    one = only(found(text.replace("annual_plan", "年度要点")), "FM02")
    assert (one.hint, one.message) == ("other-kind", "“年度要点”只有另一种报告才有，这种报告没有这一栏。")
    assert "备注" not in one.remedy


def test_8_2_without_a_kind_nobody_says_that_it_does_not_fit() -> None:
    text = report("personal", "rectification", {"/unit": {"code": "U-1"}}, removed=("/report", "/person"))
    assert {one.hint for one in found(text) if one.rule == "FM02"} == {"other-kind"}


# -- IN03: nothing is said of a name -----------------------------------------------------------------------------------

@pytest.mark.parametrize("begin", [b"\x89PNG\r\n\x1a\n", b"%PDF-1.4\n"])
def test_a_file_that_is_no_text_is_not_said_to_have_been_renamed(begin: bytes) -> None:
    """It may be given by its own name, such as a picture.png."""
    for language, never in (("zh", "扩展名"), ("en", "extension")):
        one = only(found(begin + b"\0" * 40, language), "IN03")
        assert never not in one.message


@pytest.mark.parametrize(("field", "typed", "meant"), [
    ("活动方案", "开展“八扬八治”深化作风建设活动实施方案", "八扬八治"), ("活动方案", "“八扬八治”活动", "八扬八治"),
    ("活动方案", "《八扬八治》活动方案。", "八扬八治"), ("报告类型", "“个人”", "个人")])
def test_9_4_a_value_in_quotation_marks_and_the_full_name_of_the_plan(field: str, typed: str, meant: str) -> None:
    """The plan's own title is not said to be another plan's."""
    one = only(found(report("personal", "education").replace(f"{field}: {meant}\n", f"{field}: {typed}\n")), "FM06")
    assert one.remedy == f"请改写成 {meant}。"


@pytest.mark.parametrize("typed", ["八扬八治2023", "三严三实", "新八扬八治"])
def test_9_4_a_plan_of_another_name_is_another_plan(typed: str) -> None:
    one = only(found(report("personal", "education").replace("活动方案: 八扬八治\n", f"活动方案: {typed}\n")), "FM09")
    assert one.message == "“活动方案”填的不是本次活动方案的简称；只看了填写的格式，内容没有检查。"


# -- FM03: what takes one value ----------------------------------------------------------------------------------------

def wrong_types(**values: Any) -> dict[str | None, Finding]:
    """What FM03 finds in a compliant report with other values at some places, by pointer."""
    data = base_report(PACK, "personal", "rectification")
    change(data, values, ())
    return {one.pointer: one for one in found(dump(data)) if one.rule == "FM03"}


@pytest.mark.parametrize(("place", "value"), [
    ("/submitted", ["2022-07-22"]), ("/phase", {"整改": "到位"}), ("/person/id", ["P-001"]),
    ("/themes/yanjin/problems/0/source", ["self", "peer"]),
    ("/themes/yanjin/problems/0/behaviour", ["yanjin-01", "yanjin-02"])])
def test_9_9_what_takes_one_date_id_or_listed_value_is_not_said_to_take_a_text(place: str, value: Any) -> None:
    [one] = wrong_types(**{place: value}).values()
    assert "一段文字" not in one.message + one.remedy
    assert one.remedy.endswith("这一栏只能填一个内容，请只留一个，直接写在冒号后面，照填报表的说明写。")


def test_9_9_in_an_item_of_a_list_there_is_no_colon_after_which_to_write() -> None:
    told = wrong_types(**{"/themes/yanjin/examined": [["yanjin-01", "yanjin-02"]], "/attachments": [["甲", "乙"]]})
    assert {pointer: "冒号后面" in one.remedy for pointer, one in told.items()} == {
        "/themes/yanjin/examined/0": False, "/attachments/0": False}
