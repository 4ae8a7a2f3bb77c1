"""What a person who types does to a form, told at once, and cured as it is told (contract §9.13, 9.14).

`slips/slips.yaml` says what is typed and all that is right to be told of it, one slip by one and fifteen at once. A
cure is what a remedy says: what it offers is pasted as it stands and filled in, any other line is typed as it was
meant. On the way to a clean check nothing else may be found.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from making import COMPILED

from bayang.engine.judging.check import Checker, World
from bayang.engine.records import Finding, Insert

FOLDER = Path(__file__).parent / "slips"
BASE = (FOLDER / "QY-31.yaml").read_text(encoding="utf-8").split("\n")
SLIPS: dict[str, dict[str, Any]] = yaml.load(
    (FOLDER / "slips.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
CHECKER = Checker(COMPILED, World("2022-04-25"))
ANSWERS = {     # what is filled in where a field is offered
    "编号": "FXM-3", "对应表现": "shigan-01", "典型事例": "3月2日记下的一个号码，过了四天才回",
    "思想根源": "以为别人会回", "文化影响": "事不关己的想法", "整改目标": "记下的号码当天回完",
    "措施": "下班前把没有回的号码念一遍", "责任人": "本人", "整改时限": "2022-06-30",
    "排查方式": "问同组四人", "依据": "四人都没有提出", "逐条对照": "全部",
    "形式": "专题讲座", "主题": "怎样记录", "日期": "2022-01-11"}


def slipped(name: str) -> list[str]:
    """The lines of the base with the edits of a slip."""
    lines = list(BASE)
    for edit in sorted(SLIPS[name]["edits"], key=lambda one: -one["at"][0]):
        lines[edit["at"][0] - 1:edit["at"][1]] = edit["typed"]
    return lines


def found(lines: list[str], encoding: str = "utf-8") -> list[Finding]:
    return CHECKER.check("\n".join(lines).encode(encoding), "QY-31.yaml").findings


def told(findings: list[Finding]) -> list[str]:
    return [f"{one.rule} {one.hint or '-'} {one.line}{' (p)' if one.provisional else ''}" for one in findings]


def kinds(findings: list[Finding]) -> set[tuple[str, str | None]]:
    return {(one.rule, one.pointer) for one in findings}


@pytest.mark.parametrize("name", SLIPS)
def test_9_13_all_of_it_is_told_in_one_round_and_nothing_else(name: str) -> None:
    slip = SLIPS[name]
    assert told(found(slipped(name), slip.get("encoding", "utf-8"))) == slip["right"]


def test_the_base_has_nothing_wrong() -> None:
    assert found(BASE) == []


# -- the cures ------------------------------------------------------------------------------------------------------

def filled(offer: Insert, typed: str) -> list[str]:
    """The lines on offer with answers; `typed` is the line at which they are offered."""
    lines = []
    items = iter(re.split("[、，；,]", typed.partition(": ")[2]))
    for line in offer.text.split("\n"):
        key = re.fullmatch(r" *(?:- )?([^:]*): ?", line)
        blank = re.fullmatch(r" *- ", line) is not None
        lines.append(line + ANSWERS[key[1]] if key and line.endswith(" ") else line + next(items) if blank else line)
    return lines


def pasted(lines: list[str], findings: list[Finding]) -> list[str]:
    """The lines with all that is offered, from the last place to the first."""
    lines = list(lines)
    offers = {(one.insert.line, one.insert.text): one.insert for one in findings if one.insert}
    for _, offer in sorted(offers.items(), key=lambda one: -one[0][0]):
        assert offer.column is None
        new = filled(offer, lines[offer.line - 1])
        if offer.clear:
            begin, last, end = offer.clear
            lines[offer.line - 1:last] = [lines[offer.line - 1][:begin - 1] + lines[last - 1][end:]]
        lines[offer.line:offer.line] = new
    return lines


def in_blanks(lines: list[str], finding: Finding) -> list[str]:
    """The lines with answers where a remedy says that a field stands already with nothing after it."""
    lines = list(lines)
    places = re.search(r"空在第 ([\d、]+) 行", finding.remedy)
    for at in map(int, places[1].split("、")) if places else ():
        key = lines[at - 1].strip().removesuffix(":").strip()
        lines[at - 1] = lines[at - 1].rstrip() + " " + ANSWERS[key]
    return lines


def shifted(lines: list[str], findings: list[Finding]) -> list[str]:
    """The lines with the blanks at their begin that remedies name."""
    lines = list(lines)
    for one in findings:
        blanks = re.search(r"行首空格改成 (\d+) 个", one.message)
        if one.hint == "indentation" and blanks:
            lines[one.line - 1] = " " * int(blanks[1]) + lines[one.line - 1].lstrip(" ")
    return lines


@pytest.mark.parametrize("name", ["34", "46", "47", "48"])
def test_9_14_what_is_offered_is_all_that_is_to_be_done(name: str) -> None:
    lines = slipped(name)
    findings = found(lines)
    assert all(one.insert for one in findings)
    assert found(pasted(lines, findings)) == []


def test_9_14_a_theme_left_out_of_the_form_is_filled_in_where_it_stands() -> None:
    lines = slipped("11")
    [one] = found(lines)
    assert one.insert is None
    assert one.remedy.endswith("要填的几栏已经有了，空在第 322、323、324 行，请接着冒号后面的空格填写。")
    assert found(in_blanks(lines, one)) == []


def test_9_14_a_block_copied_to_a_wrong_column_takes_two_steps_that_are_told_at_once() -> None:
    lines = slipped("23")
    first = found(lines)
    moved = shifted(lines, first)
    second = found(moved)
    assert kinds(second) == kinds([one for one in first if one.provisional])
    assert not any(one.provisional for one in second)
    assert found(pasted(moved, second)) == []


@pytest.mark.parametrize("name", [name for name in SLIPS if name not in ("11", "23", "34", "46", "47", "48", "multi")])
def test_any_other_is_cured_by_the_line_that_was_meant(name: str) -> None:
    """Of those, nothing is offered that is not right, and the line in question is the one that was typed."""
    lines, encoding = slipped(name), SLIPS[name].get("encoding", "utf-8")
    findings = found(lines, encoding)
    if encoding == "utf-8" and name not in ("31", "37"):    # there the cure is at another line, which is named
        edited = {edit["at"][0] + at for edit in SLIPS[name]["edits"] for at in range(len(edit["typed"]))}
        assert {one.line for one in findings} <= edited
    assert not any(one.insert for one in findings)


def test_9_13_fifteen_at_once_take_one_round() -> None:
    """What is told for the mended text is what is found once it is mended, and nothing else."""
    lines = slipped("multi")
    first = found(lines)
    assert first[-1].rule == "CV01"
    mended = in_blanks(lines, first[-1])
    for number, typed in {
            52: "  姓名: 傅小满", 54: "  单位编号: LH-07", 56: "  职务: 二级科员", 58: "  党员: 中共党员",
            107: "        问题表现: “答应”养殖户当天看现场，拖到第三天才去",
            109: "        典型事例: 2021年11月7日接的一件，11月10日才到棚里",
            126: "          - 措施: 把夜班投诉写在值班本第一页，交班时当面点一遍"}.items():
        mended[number - 1] = typed
    del mended[109]
    second = found(mended)
    assert kinds(second) == kinds([one for one in first if one.provisional]) - {("CV01", "/themes/douzheng")}
    assert [one.line for one in second] == [33, 58, 65, 104, 112, 130]
    for one in second:
        mended[one.line - 1] = BASE[one.line - 1]
    assert found(mended) == []
