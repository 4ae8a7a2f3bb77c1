"""A file broken by known slips: each is told at its line, and what remains once they are right, in one round (contract
§9.13).
"""

from __future__ import annotations

import json
import time
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import COMPILED, PACK
from running import ROOT, output_of

from bayang.engine.authoring.examples import base_report, dump
from bayang.engine.batch.run import Options, run
from bayang.engine.judging.check import Checker, World
from bayang.engine.reading.intake import BREAK, read
from bayang.engine.reading.mending import MOST, mend
from bayang.engine.reading.schema import plain
from bayang.engine.reading.typed import as_typed, in_chinese
from bayang.engine.records import Finding, Unreadable

CHECKER = Checker(COMPILED, World("2022-04-28"))

NONE = "    未发现问题:\n      排查方式: 翻看登记本\n      依据: 登记本里没有\n    逐条对照: 全部\n"
BASE = """\
报告类型: 个人
活动方案: 八扬八治
所处阶段: 调查研究和问题查摆
填报日期: 2022-04-18
填报人: 沈棠
审核人: 乔越
个人:
  # 名册上的人员编号，例如 DL-003。
  人员编号: K-17
  姓名: 沈棠
  单位编号: W-05
  职务: 三级主任科员
  党员: 是
学习情况:
  - 形式: 主题党日
    主题: 讨论窗口怎样少跑一趟
    日期: 2022-01-12
自我剖析:
  自己: 接电话时常常不耐烦。
  思想: 觉得照章办就行。
  职责: 我管的窗口有四件没有一次说清。
  工作: 去年有一件超了期。
八个方面:
  实干:
    问题清单:
      - 编号: KT-01
        对应表现: shigan-03
        问题表现: 答应三天回话的事拖到第九天
        典型事例: 去年八月收的一件延期申请，第九天才回话，
          后来又补了一次件
        问题来源: 群众反映
        发现日期: 2022-03-09
        思想根源: 总以为急的不是自己
        文化影响: 等着上面来催
        整改目标: 三个工作日内回话，每月公布
        整改措施:
          - 措施: 设一个回话登记本，每周五对一次
            责任人: 本人
            整改时限: 2022-06-24
    逐条对照: 全部
""" + "".join(f"  {theme}:\n{NONE}" for theme in "担当 公仆 拼搏 严谨 创优 斗争 廉洁".split()) + """\
附件:
  -
备注:
"""
LINES = BASE.split("\n")


def at(start: str) -> int:
    """The 1-based number of the only line that begins so, blanks aside."""
    found = [number for number, line in enumerate(LINES, 1) if line.strip().startswith(start)]
    return found[0]


def edited(**edits: str) -> str:
    """The base with lines put in place of others: the begin of a line -> what is typed there."""
    lines = list(LINES)
    for start, typed in edits.items():
        lines[at(start) - 1] = typed
    return "\n".join(lines)


def found(text: str) -> list[Finding]:
    return CHECKER.check(text.encode(), "K-17.yaml").findings


def told(text: str) -> list[tuple[str, str | None, int, int, bool]]:
    return [(one.rule, one.hint, one.line, one.column, one.provisional) for one in found(text)]


def test_the_base_is_clean() -> None:
    assert told(BASE) == []


# the begin of the line, what is typed instead, hint, column
SLIPS = [
    ("姓名", "  姓名：沈棠", "wide-colon", 5),
    ("报告类型", "报告类型：个人", "wide-colon", 5),
    ("姓名", "  姓名:沈棠", "tight-colon", 5),
    ("姓名", "\t姓名: 沈棠", "tab", 1),
    ("姓名", "\u3000姓名: 沈棠", "wide-indent", 1),
    ("- 措施", "          －措施: 设一个回话登记本，每周五对一次", "wide-dash", 11),
    ("- 措施", "          1、措施: 设一个回话登记本，每周五对一次", "number-mark", 11),
    ("- 措施", "          -措施: 设一个回话登记本，每周五对一次", "tight-dash", 11),
    ("- 编号", "      ① 编号: KT-01", "number-mark", 7),
    ("问题表现", '        问题表现: "答应"三天回话的事拖到第九天', "after-quote", 15),
    ("问题表现", '        问题表现: "答应三天回话的事拖到第九天', "unclosed-quote", 15),
    ("填报人", '填报人: "沈棠"，', "quote-comma", 10),
    ("问题表现", "        问题表现: *答应三天回话的事拖到第九天", "sign", 15),
    ("问题表现", "        问题表现: @窗口 答应三天回话的事拖到第九天", "sign", 15),
    ("问题表现", "        问题表现: 去年: 答应三天回话的事拖到第九天", "second-colon", 17),
    ("问题表现", "        问题表现: [去年]答应三天回话的事拖到第九天", "bracket", 15),
    ("文化影响", '        文化影响: "等着\\上面来催"', "escape", 18),
]


@pytest.mark.parametrize("start, typed, hint, column", SLIPS)
def test_9_13_each_slip_is_told_at_its_line_and_nothing_else(start: str, typed: str, hint: str, column: int) -> None:
    assert told(edited(**{start: typed})) == [("IN05", hint, at(start), column, False)]


def test_9_13_guidance_without_its_sign_is_known_by_its_words() -> None:
    text = edited(**{"# 名册上的人员编号": "  名册上的人员编号，例如 DL-003。"})
    assert told(text) == [("IN05", "guidance", at("# 名册上的人员编号"), 3, False)]
    other = edited(**{"# 名册上的人员编号": "  这一行是我自己另外写的话"})
    assert told(other) == [("IN05", "no-colon", at("# 名册上的人员编号"), 3, False)]
    assert "改好以前" in found(other)[0].remedy         # whose line it is is not known: not mended


def test_9_13_a_line_carried_on_without_blanks() -> None:
    text = edited(后来又补了="后来又补了一次件")
    assert told(text) == [("IN05", "no-colon", at("后来又补了"), 1, False)]
    assert "改好以前" not in found(text)[0].remedy


def test_9_13_a_block_copied_to_a_wrong_column() -> None:
    where = at("整改时限")
    text = "\n".join([*LINES[:where], "        - 编号: KT-02", "      问题表现: 有一次忘了回话", *LINES[where:]])
    listed = told(text)
    assert listed[0][:4] == ("IN05", "indentation", where + 1, 9)
    assert ("IN05", "indentation", where + 2, 7, False) in listed
    assert {one[0] for one in listed if one[4]} == {"PB01", "PB03", "PB04", "PB16"}
    assert "6 个" in found(text)[0].message


MANY = {
    "填报日期": "填报日期: 2022.4.18", "姓名": "  姓名：沈棠", "单位编号": "\t单位编号: W-05",
    "职务": "  职务:三级主任科员",
    "党员": "\u3000党员: 中共党员", "问题表现": '        问题表现: "答应"三天回话的事拖到第九天',
    "后来又补了": "后来又补了一次件", "问题来源": "        问题来源: 群众",
    "- 措施": "          －措施: 设一个回话登记本",
    "整改时限": "            整改时限: 年底前",
}


def test_9_13_many_at_once_are_told_in_one_round() -> None:
    listed = told(edited(**MANY))
    broken = ("姓名", "单位编号", "职务", "党员", "问题表现", "后来又补了", "- 措施")
    assert [one[2] for one in listed if one[0] == "IN05"] == [at(start) for start in broken]
    assert not any(one[4] for one in listed if one[0] == "IN05")
    assert [(one[0], one[2]) for one in listed if one[4]] == [
        ("FM06", at("填报日期")), ("FM04", at("党员")), ("FM04", at("问题来源")), ("PB09", at("整改时限"))]
    assert {one.subject.id for one in found(edited(**MANY))} == {"K-17"}


def test_9_13_columns_are_those_of_the_file_as_typed() -> None:
    assert ("FM04", None, at("党员"), 2, True) in told(edited(**MANY))


def test_9_13_two_slips_on_a_line_are_one_finding_that_says_both() -> None:
    one, = found(edited(姓名="\t姓名：沈棠"))
    assert (one.hint, one.line, one.column) == ("tab", at("姓名"), 1)
    assert "Tab" in one.message and "中文冒号" in one.message


def test_9_13_all_colons_full_width() -> None:
    listed = found(BASE.replace(": ", "：").replace(":\n", "：\n"))
    assert {one.rule for one in listed} == {"IN05"}
    assert len(listed) == MOST + 1 and listed[-1].hint == "more"
    rest = sum(":" in line and not line.strip().startswith("#") for line in LINES) - MOST
    assert str(rest) in listed[-1].message


@pytest.mark.parametrize("text", [
    edited(姓名="  外号：小沈"),                                        # no field of the form
    edited(姓名="  姓名: {沈棠"),
    edited(备注="备注: &a 一段\n附言: *a"),
    edited(姓名="  姓名：沈棠", 备注="备注: !!python/object:os.system x"),
    edited(姓名="  姓名：沈棠", 备注="备注: &x [*x]"),
])
def test_9_13_what_is_in_doubt_stays_one_finding(text: str) -> None:
    listed = told(text)
    assert len(listed) == 1 and listed[0][0].startswith("IN") and not listed[0][4]


def test_9_13_slips_and_fields_given_twice_are_told_in_one_round() -> None:
    listed = found(edited(姓名="  姓名: 沈棠\n 单位编号: W-05\n  姓名：沈棠"))
    where = at("姓名")
    assert [(one.rule, one.hint, one.line, one.column, one.provisional) for one in listed] == [
        ("IN05", "indentation", where + 1, 2, False), ("IN07", None, where + 2, 3, False),
        ("IN05", "wide-colon", where + 2, 5, False)]
    assert listed[1].message == (f"同一个字段写了两次：第 {where} 行和第 {where + 2} 行。"
                                 f"同一个字段写了两次：第 {where + 1} 行和第 {where + 3} 行。")
    assert "其余内容都没有检查" in listed[0].remedy and "照改好的样子核查过" not in listed[0].remedy


def test_9_13_a_field_given_twice_far_above_a_slip() -> None:
    """The reading ends at the field that is given twice, and never sees the slip below it."""
    text = edited(填报人="填报人: 沈棠\n填报人: 沈棠", 职务="  职务:三级主任科员")
    assert told(text) == [("IN07", None, at("填报人") + 1, 1, False),
                          ("IN05", "tight-colon", at("职务") + 1, 5, False)]


@pytest.mark.parametrize("start, typed, column", [
    ("问题清单", "    问题清单: 无", 11), ("整改措施", "        整改措施: {措施：登记，责任人：本人}", 15),
    ("学习情况", "学习情况：有", 5), ("个人", "个人: 沈棠   # 见下", 5),
])
def test_9_13_content_after_a_colon_whose_own_stands_below(start: str, typed: str, column: int) -> None:
    one, = found(edited(**{start: typed}))
    wide = "：" in typed[:column]
    assert (one.rule, one.hint, one.line) == ("IN05", "wide-colon" if wide else "content-below", at(start))
    assert (one.column, one.provisional) == (column, False)
    assert "请把冒号后面的内容删去" in one.message and "已照改好的样子核查过" in one.remedy


def test_9_13_a_text_is_no_field_with_something_below() -> None:
    """What stands further right under a text goes on with it; nothing is taken out of it."""
    text = edited(自己="  自己: 接电话时不耐烦，\n    后来改了", 姓名="  姓名：沈棠")
    assert told(text) == [("IN05", "wide-colon", at("姓名"), 5, False)]
    mended = mend(text, tuple(PACK.shapes.values()), PACK.fields)
    assert plain(read(mended.text.encode()))["自我剖析"]["自己"] == "接电话时不耐烦， 后来改了"


def test_9_13_an_item_in_braces_with_full_width_signs() -> None:
    start = at("- 形式")

    def listed(typed: str) -> list[Finding]:
        return found("\n".join([*LINES[:start - 1], typed, *LINES[start + 2:]]))

    one, = listed("  -{形式: 主题党日，主题: 讨论窗口，怎样少跑， 日期: 2022-01-12}")
    assert (one.rule, one.hint, one.line, one.column) == ("IN05", "tight-dash", start, 3)
    assert "花括号和它里面的冒号、逗号都要用英文的" in one.message and "已照改好的样子核查过" in one.remedy
    one, = listed("  -{形式：主题党日，主题：讨论窗口，日期：2022-01-12}")
    assert (one.rule, one.hint, one.line) == ("FM03", "tight-braces", at("学习情况"))
    assert one.remedy.startswith("请在短横线后面补一个空格；花括号里的冒号、逗号都改成英文的")


@pytest.mark.parametrize(("olds", "news"), [([": "], ["："]), ([": "], [":"]), ([": ", ", "], ["：", "，"]),
                                            ([": ", ", ", "{", "}"], ["：", "，", "｛", "｝"])])
def test_9_13_groups_in_braces_with_signs_that_are_not_plain(olds: list[str], news: list[str]) -> None:
    """Also of groups in groups; commas in texts are left."""
    right = (ROOT / "docs" / "report.zh-CN.md").read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    text = right
    for old, new in zip(olds, news, strict=True):
        text = text.replace(old, new)
    made = mend(text, tuple(PACK.shapes.values()), PACK.fields)
    assert made is not None
    assert plain(read(made.text.encode())) == plain(read(right.encode()))
    assert {one.rule for one in found(text)} == {"IN05"}


@pytest.mark.parametrize("title", ["附件2：自查自纠报告", "个人自查自纠报告\n\n（二〇二二年四月）", "```yaml"])
def test_9_13_a_title_above_the_first_field(title: str) -> None:
    lines = [number for number, line in enumerate(title.split("\n"), 1) if line]
    assert told(f"{title}\n{BASE}") == [("IN05", "heading", line, 1, False) for line in lines]
    one = found(f"{title}\n{BASE}")[0]
    assert one.message == "这一行在第一个字段的前面，不是填报表的一栏，请删去，或者在行首加上“# ”。"
    assert found(f"# {title}".replace("（", "# （") + f"\n{BASE}") == []


@pytest.mark.parametrize(("first", "hint"), [("报告类型 个人", "no-colon"), ("报告类型；个人", "wide-colon")])
def test_9_13_a_first_field_without_its_colon_is_no_title(first: str, hint: str) -> None:
    one, = found(BASE.replace("报告类型: 个人", first))
    assert (one.rule, one.hint, one.line) == ("IN05", hint, 1)
    assert "已照改好的样子核查过" in one.remedy


@pytest.mark.parametrize("blanks", ["", "  ", "    "])
def test_9_13_a_field_in_the_middle_that_lost_its_blanks(blanks: str) -> None:
    """The field itself is told, not the next one, which stands where it belongs."""
    text = edited(发现日期=f"{blanks}发现日期: 2022-03-09")
    assert told(text) == [("IN05", "indentation", at("发现日期"), len(blanks) + 1, False)]
    assert "行首空格改成 8 个" in found(text)[0].message


@pytest.mark.parametrize(("start", "blanks", "right"), [
    ("整改时限", 0, 12),         # the last of its map
    ("自己", 0, 2), ("自己", 3, 2), ("自己", 1, 2),         # the first
    ("公仆", 0, 2), ("公仆", 3, 2), ("公仆", 4, 2),         # one with others below it
    ("学习情况", 1, 0), ("报告类型", 2, 0), ("报告类型", 1, 0)])
def test_9_13_a_field_that_was_moved_is_told_itself(start: str, blanks: int, right: int) -> None:
    text = edited(**{start: " " * blanks + LINES[at(start) - 1].strip()})
    one, = found(text)
    assert (one.rule, one.hint, one.line, one.column) == ("IN05", "indentation", at(start), blanks + 1)
    assert f"行首空格改成 {right} 个" in one.message and "冒号后面的内容删去" not in one.message
    assert "已照改好的样子核查过" in one.remedy
    assert told(text.replace(" " * blanks + LINES[at(start) - 1].strip(), LINES[at(start) - 1])) == []


def test_9_13_a_field_left_blank_that_lost_its_blanks() -> None:
    """It holds nothing below it, though what follows stands further right."""
    text = edited(典型事例="典型事例: ", 后来又补了="        # 后来")
    assert told(text)[0] == ("IN05", "indentation", at("典型事例"), 1, False)


def test_9_13_a_field_of_a_form_in_which_another_form_has_fewer_fields() -> None:
    """What stands below 组织生活 is more in the form of a unit than in that of a person."""
    text = as_typed(in_chinese(plain(read(dump(base_report(PACK, "bureau", "consolidation")))), PACK.shapes["unit"]))
    line = next(at for at, line in enumerate(text.split("\n"), 1) if line.startswith("  三会一课"))
    typed = text.replace("  三会一课", "三会一课")
    one, = Checker(COMPILED, World("2023-01-15")).check(typed.encode(), "U.yaml").findings
    assert (one.rule, one.hint, one.line) == ("IN05", "indentation", line) and "改成 2 个" in one.message


@pytest.mark.parametrize(("start", "typed"), [
    ("报告类型", "报告类型 个人"), ("自己", "  自己；接电话时常常不耐烦。"), ("职责", "  职责=我管的窗口"),
    ("姓名", "  姓名 沈棠")])
def test_9_13_another_sign_in_the_place_of_a_colon_is_told_with_all_other_slips(start: str, typed: str) -> None:
    listed = told(edited(**{start: typed, "职务": "  职务：三级主任科员"}))
    assert [(one[0], one[2]) for one in listed] == [("IN05", line) for line in sorted([at(start), at("职务")])]


@pytest.mark.parametrize("mark", ["·", "•", "1、", "－"])
def test_9_13_an_item_in_braces_with_another_mark(mark: str) -> None:
    right = (ROOT / "docs" / "report.zh-CN.md").read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    one, = found(right.replace("  - {形式", f"  {mark} {{形式"))
    assert (one.rule, one.hint) == ("IN05", "number-mark" if mark == "1、" else "wide-dash")
    assert "已照改好的样子核查过" in one.remedy


def test_9_13_blanks_between_braces_are_no_slip() -> None:
    right = (ROOT / "docs" / "report.zh-CN.md").read_text(encoding="utf-8").split("```yaml\n")[1].split("```")[0]
    one, = found(right.replace("担当: {逐条对照: 全部, ", "担当：{ 逐条对照:  全部 ,  "))
    assert (one.rule, one.hint) == ("IN05", "wide-colon") and "花括号" not in one.message


def test_9_13_text_is_left_as_it_is() -> None:
    """Lines of a text on several lines look like fields and are none."""
    text = edited(备注="备注: |\n  姓名：甲\n  1、措施: 乙\n  \t党员:丙", 姓名="  姓名：沈棠")
    assert told(text) == [("IN05", "wide-colon", at("姓名"), 5, False)]
    mended = mend(text, tuple(PACK.shapes.values()), PACK.fields)
    assert plain(read(mended.text.encode()))["备注"] == "姓名：甲\n1、措施: 乙\n\t党员:丙\n"


def test_9_13_mended_files_are_unreadable_to_the_batch(tmp_path: Path) -> None:
    (tmp_path / "K-17.yaml").write_text(edited(**MANY), encoding="utf-8")
    result = run([str(tmp_path)], Options(as_of="2022-04-28"), COMPILED)
    total = result.summary
    assert (total["reports"], total["unreadable"], total["subjects"]) == (0, 1, 0)
    assert (total["error"], total["warning"], total["provisional"]) == (7, 0, 4)
    assert sum(one.gates for one in result.findings) == 7


def test_9_13_what_remains_stands_under_its_heading_everywhere(tmp_path: Path) -> None:
    from bayang.engine.output.findings.setting import Setting

    (tmp_path / "K-17.yaml").write_text(edited(**MANY), encoding="utf-8")
    result = run([str(tmp_path)], Options(as_of="2022-04-28"), COMPILED)
    setting = Setting(COMPILED)
    made = {name: output_of(name, result, setting) for name in ("text", "json", "markdown", "html", "sarif", "csv")}
    made = {name: one.decode("utf-8-sig") if isinstance(one, bytes) else one for name, one in made.items()}
    text = made["text"]
    assert text.index("IN05") < text.index("照此改好以后还要改的") < text.index("PB09")
    assert [one["provisional"] for one in json.loads(made["json"])["findings"]].count(True) == 4
    for name in ("markdown", "html"):
        assert made[name].index("照此改好以后还要改的（") < made[name].index("PB09")
    assert {one["ruleId"] for one in json.loads(made["sarif"])["runs"][0]["results"]} == {"IN05"}
    assert made["csv"].count("改好以后还要改") == 4


def test_9_13_cost_is_linear() -> None:
    """A slip on each of many lines of the largest file."""
    text = BASE + "".join(f"  姓名：第{number}行\n" for number in range(40_000))
    assert len(text.encode()) <= 1 << 20
    begun = time.process_time()
    assert len(found(text)) == 1        # given twice: not mended
    assert time.process_time() - begun < 3      # well under a second on a machine of its own


@settings(max_examples=200, derandomize=True)
@given(st.lists(st.sampled_from([
    ("姓名", "  姓名：沈棠"), ("职务", "  职务:三级主任科员"), ("党员", "\t党员: 是"),
    ("单位编号", "\u3000\u3000单位编号: W-05"),
    ("- 形式", "  －形式: 主题党日"), ("- 措施", "          1、措施: 登记"), ("责任人", "\t\t\t责任人：本人"),
    ("填报人", '填报人: "沈棠",'), ("思想根源", "        思想根源: '总以为'急的不是自己"), ("自己", "  自己: %都急"),
]), unique_by=lambda one: one[0]), st.sampled_from(["\n", "\r\n", "\r"]))
def test_9_13_mending_keeps_lines_and_what_was_meant(slips: list[tuple[str, str]], ending: str) -> None:
    text = edited(**dict(slips)).replace("\n", ending)
    mended = mend(text, tuple(PACK.shapes.values()), PACK.fields)
    assert (mended is None) == (not slips)
    if mended:
        assert len(BREAK.split(mended.text)) == len(BREAK.split(text))
        assert sorted(one.line for one in mended.slips) == sorted(at(start) for start, _ in slips)
        data, meant = plain(read(mended.text.encode())), plain(read(BASE.encode()))
        assert data.keys() == meant.keys() and data["个人"].keys() == meant["个人"].keys()
        assert data["个人"] == meant["个人"]


@settings(max_examples=200, derandomize=True)
@given(st.data())
def test_9_13_nothing_but_findings_ever_comes_out(data: st.DataObject) -> None:
    """Whatever is typed, put anywhere: one finding of reading, or findings of which IN05 and IN07 gate, or a report."""
    text = list(edited(**MANY))
    for _ in range(data.draw(st.integers(1, 5))):
        where = data.draw(st.integers(0, len(text) - 1))
        text[where] = data.draw(st.sampled_from(list("：:　\t-－\"'[]{}#*&!|>\n\r,，、1x ")))
    listed = found("".join(text))
    lines = BREAK.split("".join(text))
    for one in listed:
        assert 1 <= one.line <= len(lines)
    gating = {one.rule for one in listed if one.gates}
    assert gating in ({"IN05"}, {"IN05", "IN07"}) or len(listed) == 1 or not any(one.startswith("IN") for one in gating)
    try:
        read("".join(text).encode(), fields=PACK.fields)
    except Unreadable:
        assert any(one.rule.startswith("IN") for one in listed)


# -- what stands in the way of mending -----------------------------------------------------------------------------

def test_9_13_what_can_be_told_is_told_with_what_stands_in_the_way() -> None:
    colons = {name: next(line for line in LINES if line.startswith(name)).replace(": ", "：")
              for name in ("报告类型", "活动方案", "所处阶段", "填报日期", "填报人")}
    listed = found(edited(姓名="  姓名: 沈棠\n- 单位: [", 职务="  职务：三级主任科员", **colons))
    where = at("姓名")
    assert [(one.rule, one.hint, one.line, one.provisional) for one in listed] == [
        *(("IN05", "wide-colon", line, False) for line in range(1, 6)), ("IN05", "mixed", where + 1, False),
        ("IN05", "wide-colon", where + 3, False)]
    assert all("其余内容都没有检查" in one.remedy for one in listed)


def test_9_13_each_line_that_stands_in_the_way_is_told() -> None:
    listed = found(edited(姓名="  姓名：沈棠\n  随手写的", 自己='  自己: 不\n  "耐烦" 时'))
    assert [(one.hint, one.line) for one in listed] == [
        ("wide-colon", at("姓名")), ("no-colon", at("姓名") + 1), ("no-colon", at("自己") + 2)]


def test_9_13_a_text_on_the_line_below_its_name_is_joined_to_it() -> None:
    thought = at("思想")
    listed = found(edited(思想="  思想:\n觉得照章办就行。"))
    assert [(one.rule, one.hint, one.line) for one in listed] == [("IN05", "no-colon", thought + 1)]
    assert not any(one.provisional for one in listed)


def test_9_13_a_text_further_in_on_the_line_below_its_name_is_no_slip() -> None:
    listed = found(edited(姓名="  姓名：沈棠", 思想="  思想:\n    觉得照章办就行。"))
    assert [(one.rule, one.hint, one.line) for one in listed] == [("IN05", "wide-colon", at("姓名"))]


def test_9_13_a_word_for_nothing_above_its_own_lines() -> None:
    listed = found(edited(公仆="  公仆:没有发现问题", 日期="    日期：2022年1月14", 思想="  思想:\n觉得照章办就行。"))
    assert [one.hint for one in listed if not one.provisional] == ["wide-colon", "no-colon", "tight-colon"]
    assert [one.rule for one in listed if one.provisional] == ["FM06"]


# -- two slips of different kinds on one line that can't be mended --------------------------------------------------

@pytest.mark.parametrize(("line", "hint"), [
    ("- 单位: [", "mixed"), ("- 单位: {编号: U-1", "mixed")])
def test_9_13_a_bracket_that_never_closes_is_told_with_what_else_is_wrong_on_its_line(line: str, hint: str) -> None:
    text = BASE.partition("附件:")[0].replace(": ", "：", 3) + line + "\n"
    *colons, last = found(text)
    assert [one.hint for one in colons] == ["wide-colon"] * 3
    assert (last.rule, last.line, last.hint) == ("IN05", text.count("\n"), hint)
    assert f"从这里的“{line[line.index(': ') + 2]}”开始的一组内容没有正确结束" in last.message


def test_9_13_a_bracket_that_closes_is_no_fault() -> None:
    *_, last = found(BASE.partition("附件:")[0].replace(": ", "：", 1) + "- 单位: [甲]\n")
    assert (last.hint, "没有正确结束" in last.message) == ("mixed", False)
