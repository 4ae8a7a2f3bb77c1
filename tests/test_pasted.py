"""Text pasted into a YAML form out of Word, a chat or a table: told line by line in one round, cured by what is said
there taken literally, and never lost (contract §9.13, 10.8).
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from making import COMPILED, PACK

from bayang.engine.judging.check import Checker, World
from bayang.engine.judging.fixing import fix
from bayang.engine.reading.intake import read
from bayang.engine.reading.mending import is_guidance, mend
from bayang.engine.reading.schema import plain
from bayang.engine.records import Finding

BASE = (Path(__file__).parent / "slips" / "QY-31.yaml").read_text(encoding="utf-8").split("\n")
CHECKER = Checker(COMPILED, World("2022-04-25"))
FACT = "        问题表现: "
START = 107     # the line of that field


def typed(*lines: str, at: int = START, to: int | None = None) -> list[str]:
    return [*BASE[:at - 1], *lines, *BASE[to or at:]]


def found(lines: list[str]) -> list[Finding]:
    return CHECKER.check("\n".join(lines).encode(), "QY-31.yaml").findings


def told(lines: list[str]) -> list[tuple[str, str | None, int]]:
    return [(one.rule, one.hint, one.line) for one in found(lines)]


def joined(lines: list[str], findings: list[Finding]) -> list[str]:
    """Each line told joined to the end of that which is named."""
    lines = list(lines)
    for one in reversed(findings):
        above = re.search(r"接着第 (\d+) 行的内容，请并到那一行的末尾", one.message)
        assert above
        text = lines[one.line - 1].strip(" 　\t")
        lines[int(above[1]) - 1] += re.sub(r":(?= |$)", "：", text) if one.hint == "between" else text
        lines[one.line - 1] = ""
    return lines


def moved(lines: list[str], findings: list[Finding]) -> list[str]:
    """Each line told begun after as many blanks as it says, and with what else it says."""
    lines = list(lines)
    for one in findings:
        blanks = re.search(r"行首空格改成 (\d+) 个|行首换成 (\d+) 个空格", one.message)
        assert blanks
        dash = "- " if one.hint == "no-dash" else ""
        lines[one.line - 1] = " " * int(blanks[1] or blanks[2]) + dash + lines[one.line - 1].strip(" 　\t")
    return lines


ON = [
    (["答应当天看现场，", "拖到第三天才去。", "", "　　二是没有回访：只打了电话。", "　　三是登记不全。"], [1, 3, 4]),
    (["", "1、答应当天看现场，拖到第三天；", "2、没有回访；"], [1, 2]),
    (["1、答应当天看现场，", "        2、回访：没有做；", "        3.登记不全。"], [1, 2]),
    (["有两条：", "        - 没有回访", "        - 登记不全：漏三件"], [1, 2]),
    (["有两条：", "- 没有回访", "● 登记不全"], [1, 2]),
    (["序号\t事项\t时间", "1\t看现场\t3月5日", "2\t回访\t3月6日"], [1, 2]),
    (["答应当天看现场，", "          拖到第三天才去，", "也没有说明。"], [2]),
    (["答应当天看现场，", "*重点*是没有说明。"], [1]),
]


@pytest.mark.parametrize(("text", "astray"), ON)
def test_a_text_that_goes_on_is_told_at_its_lines_and_cured_in_one_round(text: list[str], astray: list[int]) -> None:
    lines = typed(FACT + text[0], *text[1:])
    findings = found(lines)
    assert [(one.rule, one.hint, one.line) for one in findings] == [
        ("IN05", "no-colon", START + at) for at in astray]
    assert all("其余内容已照改好的样子核查过" in one.remedy for one in findings)
    assert told(joined(lines, findings)) == told(moved(lines, findings)) == []
    mended = mend("\n".join(lines), tuple(PACK.shapes.values()), PACK.fields)
    assert mended is not None
    value = plain(read(mended.text.encode()))["八个方面"]["实干"]["问题清单"][0]["问题表现"]
    assert "".join(value.split()) == "".join("".join(text).split())
    assert fix("\n".join(lines).encode(), PACK).changes == ()


def test_lines_of_a_chat_are_told_at_their_own_lines() -> None:
    lines = typed(FACT + "李四 3月5日 10:30", "李四: 答应当天看现场", "王五: 拖到第三天才去")
    findings = found(lines)
    assert told(lines) == [("IN05", "between", START + 1), ("IN05", "between", START + 2)]
    assert findings[0].message == (
        f"这一行的冒号前面不是填报表的字段名；如果它接着第 {START} 行的内容，请并到那一行的末尾，"
        "后面带空格的英文冒号改成中文冒号“：”；不是要填的内容，请删去。")
    assert told(joined(lines, findings)) == []


@pytest.mark.parametrize(("text", "astray", "blanks"), [
    (["|", "第一段", "第二段"], [1, 2], 10), (["|", "        第一段：甲", "        第二段"], [1, 2], 10),
    (["|", "        　　第一段", "", "\t\t第二段"], [1, 3], 10), (["|", "            第一段", "第二段"], [2], 12),
    ([">", "          第一段", "        - 第二段"], [2], 10)])
def test_text_below_a_bar_that_does_not_stand_further_in(text: list[str], astray: list[int], blanks: int) -> None:
    lines = typed(FACT + text[0], *text[1:])
    findings = found(lines)
    assert [(one.rule, one.hint, one.line) for one in findings] == [
        ("IN05", "below-bar", START + at) for at in astray]
    assert all(f"请把行首换成 {blanks} 个空格" in one.message for one in findings)
    assert told(moved(lines, findings)) == []


def test_text_beside_a_bar() -> None:
    lines = typed(FACT + "| 第一段", "          第二段")
    assert told(lines) == [("IN05", "beside-bar", START)]
    assert told(typed(FACT + "|", "          第一段", "          第二段")) == told(
        typed(FACT + "第一段", "          第二段")) == []
    assert told(typed(FACT + "|没有回")) == [("IN05", "sign", START)]


@pytest.mark.parametrize(("at", "to", "text", "astray"), [
    (358, 359, ["附件:", "名单.docx", "照片.zip"], [359, 360]),
    (140, 140, ["    逐条对照:", *(f"    shigan-0{number}" for number in range(1, 7))], range(141, 147))])
def test_items_of_a_list_without_their_dashes(at: int, to: int, text: list[str], astray: list[int]) -> None:
    lines = typed(*text, at=at, to=to)
    findings = found(lines)
    assert [(one.rule, one.hint, one.line) for one in findings] == [("IN05", "no-dash", one) for one in astray]
    assert f"第 {at} 行那一栏要一项一行地填" in findings[0].message
    assert told(moved(lines, findings)) == []


def test_fix_never_hides_what_was_typed_as_the_form_shows_it() -> None:
    """A line is guidance by the words around an example, not by the example."""
    assert is_guidance("名册上的人员编号，例如 DL-003。") and not is_guidance("shigan-01")
    assert not is_guidance("建立咨询登记本，每周五核对一次答复情况")
    assert not is_guidance("三月份经手的三件咨询都超过了一周")
    lines = typed("    逐条对照:", "    shigan-01", at=140)
    assert b"# shigan-01" not in fix("\n".join(lines).encode(), PACK).data


def test_items_on_lines_of_their_own_are_not_made_one() -> None:
    lines = typed("附件:", "  名单.docx", "  照片.zip", at=358, to=359)
    assert told(lines) == [("FM06", "list", 358)]
    assert found(lines)[0].message == "“附件”应当每项单独写一行，现在没有分开写；已经当作逐项填写的内容来读。"
    assert fix("\n".join(lines).encode(), PACK).changes == ()


@pytest.mark.parametrize(("line", "hint", "said"), [
    ("  姓名; 傅小满", "wide-colon", "字段名后面的“;”不是英文冒号"), ("  姓名=傅小满", "wide-colon", "“=”不是英文冒号"),
    ("  姓名∶ 傅小满", "wide-colon", "“∶”不是英文冒号"), ("  姓名﹕傅小满", "wide-colon", "“﹕”不是英文冒号"),
    ("  姓名：傅小满", "wide-colon", "用了中文冒号“：”"), ("  姓名 傅小满", "no-colon", "缺少字段名后面的英文冒号")])
def test_what_stands_in_the_place_of_a_colon(line: str, hint: str, said: str) -> None:
    lines = typed(line, at=52)
    [one] = found(lines)
    assert (one.rule, one.hint, one.line) == ("IN05", hint, 52)
    assert said in one.message and "已照改好的样子核查过" in one.remedy
    fixed = fix("\n".join(lines).encode(), PACK)
    assert fixed.readable == (hint == "wide-colon")
    assert ("\n".join(BASE) == fixed.data.decode()) == fixed.readable


@pytest.mark.parametrize("value", ['*他说"好"', 'a: 他说"好"', '[他说]"好"', '@报告\\一'])
def test_what_is_put_into_quotation_marks_as_told_can_be_read(value: str) -> None:
    [one] = found(typed(FACT + value))
    assert "，里面的英文双引号改成中文引号“ ”，“\\”连写两个" in one.message
    cured = re.sub('"([^"]*)"', "“\\1”", value).replace("\\", "\\\\")
    assert told(typed(f'{FACT}"{cured}"')) == []
    assert "里面的英文双引号" not in found(typed(FACT + "*他说好"))[0].message


@pytest.mark.parametrize("value", ["&A座没有人", "& 乙", "!!注意", "!重要 事"])
def test_a_sign_before_a_text_is_told_with_the_other_slips(value: str) -> None:
    lines = typed("  姓名：傅小满", at=52)
    lines[START - 1] = FACT + value
    assert told(lines) == [("IN05", "wide-colon", 52), ("IN05", "sign", START)]
    assert fix("\n".join(lines).encode(), PACK).readable


def test_an_item_further_in_that_yaml_took_for_a_part_of_the_one_above() -> None:
    for mark in ("-", "－", "•"):
        lines = typed("  - 名单.docx", f"    {mark} 照片.zip", at=359)
        [one] = found(lines)
        assert (one.rule, one.hint, one.line, one.level) == ("FM10", "item", 359, "warning")
        assert one.message == "“附件”的一项里有一行以短横线开头，被并进了这一项。"
        assert one.remedy.startswith("那一行如果是另一项，请让它的短横线与上一项的对齐，后面空一格；如果是正文")
    assert told(typed("  - 名单.docx", "  - 照片.zip", at=359)) == []
    assert told(typed('  - "名单.docx', '    - 照片.zip"', at=359)) == []
    assert told(typed(FACT + "有两条：", "          - 没有回访", "          - 登记不全")) == []      # a text of its own


@pytest.mark.parametrize("line", ["二、学习情况", "（二）学习情况：", "2.学习情况", "------", "＝＝＝＝", "****"])
def test_a_heading_between_fields_is_told_with_all_other_slips(line: str) -> None:
    lines = typed(line, at=59)
    lines[51] = "  姓名：傅小满"
    assert told(lines) == [("IN05", "wide-colon", 52), ("IN05", "no-colon", 59)]
    lines[51], lines[58] = BASE[51], f"# {line}"
    assert told(lines) == []


def test_lines_with_colons_of_their_own_below_a_text() -> None:
    lines = typed("备注: 有两点", "  第一: 甲", "  第二: 乙", at=362)
    findings = found(lines)
    assert told(lines) == [("IN05", "between", 363), ("IN05", "between", 364)]
    assert all("冒号后面的内容删去" not in one.message for one in findings)
    assert told(joined(lines, findings)) == []
