"""What a remedy offers for a missing field can be pasted as it stands, and cures what it is offered for (contract
§9.14).
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from making import COMPILED, PACK

from bayang.engine.authoring.examples import Trial, base_report, bases, findings_in
from bayang.engine.judging.case import Case
from bayang.engine.judging.check import Checker, World
from bayang.engine.judging.inserting import MOST_LINES, _block, _on_its_own, layout, lines_of
from bayang.engine.judging.offering import hollow
from bayang.engine.reading.intake import Map, Seq, read
from bayang.engine.reading.report import Doc, Report
from bayang.engine.reading.typed import as_typed, in_chinese
from bayang.engine.records import Finding, Insert

CHECKER = Checker(COMPILED, World("2023-01-15"))
REPORTS = [(name, phase) for name, _, _ in bases(PACK) for phase in PACK.phases]
SHAPES = {name: PACK.shapes[kind] for name, kind, _ in bases(PACK)}
ANSWER = "查阅全年督办单和来信登记"
FLOW = {"default_flow_style": True, "allow_unicode": True, "sort_keys": False, "width": 1 << 30}


@cache
def report(name: str, phase: str, chinese: bool) -> Any:
    data = base_report(PACK, name, phase)
    return in_chinese(data, SHAPES[name]) if chinese else data


def paths(data: Any, path: tuple = ()) -> Iterator[tuple]:
    """Every key of a map at any depth."""
    for key, one in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        if isinstance(data, dict):
            yield (*path, key)
        yield from paths(one, (*path, key))


def without(data: Any, path: tuple) -> Any:
    data = copy.deepcopy(data)
    node = data
    for step in path[:-1]:
        node = node[step]
    del node[path[-1]]
    return data


def written(data: Any, flow: str) -> str:
    """The report on lines, as one group in braces, or with braces from the second level on."""
    if flow == "none":
        return as_typed(data)
    if flow == "all":
        return yaml.dump(_strings(data), Dumper=yaml.CSafeDumper, **FLOW)
    return "".join(f"{key}: {_flow(one)}\n" for key, one in data.items())


def _flow(data: Any) -> str:
    return yaml.dump(_strings(data), Dumper=yaml.CSafeDumper, **FLOW).removesuffix("...\n").rstrip("\n")


def _strings(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _strings(one) for key, one in data.items()}
    return [_strings(one) for one in data] if isinstance(data, list) else "" if data is None else str(data)


@cache
def found(text: str) -> dict[tuple, Finding]:
    return {(one.rule, one.pointer): one for one in CHECKER.check(text.encode(), "x.yaml").findings}


def paste(text: str, one: Finding, filling: str | None = None) -> str:
    """The text with what a finding offers at the place that it names."""
    offer = one.insert
    if offer.clear:
        return put_instead(text, offer, filling)
    lines = text.split("\n")
    if offer.column is not None:
        line = lines[offer.line - 1]
        assert line[offer.column - 1] == "}"
        lines[offer.line - 1] = line[:offer.column - 1] + (filling or offer.text) + line[offer.column - 1:]
    else:
        lines[offer.line:offer.line] = (filling or offer.text).split("\n")
    return "\n".join(lines)


def put_instead(text: str, offer: Insert, filling: str | None = None) -> str:
    """The text with what is offered in the place of what stands after a colon."""
    lines = text.split("\n")
    begin, last, end = offer.clear
    line, rest = lines[offer.line - 1], lines[last - 1][end:].strip("\r")
    if offer.column is not None:
        assert begin == offer.column
        new = [line[:begin - 1] + (filling or offer.text) + rest]
    else:
        assert not rest.strip() or rest.lstrip().startswith("#")
        assert line[:begin - 1].rstrip(" ").endswith("-" if offer.dash else ":")
        new = [line[:begin - 1] + rest, *(filling or offer.text).split("\n")]
    lines[offer.line - 1:last] = new
    return "\n".join(lines)


def filled(offer: str, whole: Any, pointer: tuple) -> str:
    """The lines on offer with the values that a report has there; `pointer` is where the first line stands."""
    stack: list[tuple[int, Any]] = []
    lines = []
    for line in offer.split("\n"):
        dash, key = re.fullmatch(r" *(- )?([^:]*):? ?", line).groups()
        indent = len(line) - len(line.lstrip(" "))
        while stack and stack[-1][0] >= indent + (2 if dash else 0):
            stack.pop()
        above = stack[-1][1] if stack else whole
        if isinstance(above, list):
            above = above[0] if above else {}
        if dash:
            stack.append((indent, above))
        value = above.get(key) if isinstance(above, dict) else None
        if value is None and key in ("排查方式", "依据", "method", "basis"):
            value = ANSWER      # the theme has problems: that none was found is what is offered
        stack.append((indent + (2 if dash else 0), value))
        plain = line.endswith(": ") and value is not None
        lines.append(line + _flow(value) if plain else line)
    return "\n".join(lines)


def has_several(data: Any) -> bool:
    """Whether there is a list of several items in it: one item is offered."""
    if isinstance(data, dict):
        return any(map(has_several, data.values()))
    return isinstance(data, list) and (len(data) > 1 or any(map(has_several, data)))


@settings(max_examples=100, derandomize=True)
@given(st.data())
def test_9_14_what_is_offered_can_be_pasted_and_cures(data: st.DataObject) -> None:
    name, phase = data.draw(st.sampled_from(REPORTS))
    chinese, flow = data.draw(st.booleans()), data.draw(st.sampled_from(["none", "part", "all"]))
    whole = report(name, phase, chinese)
    path = data.draw(st.sampled_from(list(paths(whole))))
    ending = data.draw(st.sampled_from(["\n", "\r\n", ""]))
    text = written(without(whole, path), flow)
    text = text.rstrip("\n") if not ending else text.replace("\n", ending)
    before, clean = found(text), found(written(whole, flow))
    assert not any(one.rule.startswith("IN") for one in before.values())
    holder = whole
    for step in path[:-1]:
        holder = holder[step]
    for key, one in before.items():
        if key in clean or one.insert is None:
            continue
        assert str(one.insert.line) in one.remedy
        first = one.insert.text.split("\n")[0].strip(" ")
        assert first in one.remedy
        pasted = found(paste(text, one))
        assert pasted.keys() <= before.keys() | clean.keys(), (one, path)
        assert one.insert.column is not None or one.insert.text.count("\n") < MOST_LINES
        if one.insert.column is None and path[-1] in first and not has_several(holder[path[-1]]) \
                and not hollow(one.insert.text.split("\n")):
            cured = found(paste(text, one, filled(one.insert.text, holder, path)))
            assert key not in cured, (one, path)
            assert cured.keys() <= before.keys() | clean.keys(), (one, path)


def paste_all(text: str, offers: list[Insert]) -> Iterator[str]:
    """The text after each place at which something goes, from the last one on; what is further in stands above."""
    lines = text.split("\n")
    for line in sorted({one.line for one in offers}, reverse=True):
        blocks = sorted((one.text for one in offers if (one.line, one.column, one.clear) == (line, None, None)),
                        key=lambda block: -(len(block) - len(block.lstrip(" "))))
        lines[line:line] = "\n".join(blocks).split("\n") if blocks else []
        for one in [one for one in offers if one.line == line and one.clear and one.column is None]:
            lines = put_instead("\n".join(lines), one).split("\n")
        braces = [one for one in offers if one.line == line and one.column is not None]
        for one in sorted(braces, key=lambda one: -one.column):
            begin, _, end = one.clear or (one.column, line, one.column - 1)
            lines[line - 1] = lines[line - 1][:begin - 1] + one.text + lines[line - 1][end:]
        yield "\n".join(lines)


@settings(max_examples=100, derandomize=True)
@given(st.data())
def test_9_14_all_that_is_offered_can_be_pasted_at_once(data: st.DataObject) -> None:
    name, phase = data.draw(st.sampled_from(REPORTS))
    chinese, flow = data.draw(st.booleans()), data.draw(st.sampled_from(["none", "part", "all"]))
    whole = left = report(name, phase, chinese)
    for _ in range(data.draw(st.integers(2, 6))):
        left = without(left, data.draw(st.sampled_from(list(paths(left)))))
    text = written(left, flow)
    before, clean = found(text), found(written(whole, flow))
    if any(one.rule.startswith("IN") for one in before.values()):
        return      # nothing was left
    assert_order_told(list(before.values()))
    offers = list(dict.fromkeys(replace(one.insert, several=False, stacked=False)
                                for one in before.values() if one.insert))
    for pasted in paste_all(text, offers):
        assert found(pasted).keys() <= before.keys() | clean.keys()


def assert_order_told(findings: list[Finding]) -> None:
    """The order is told where there are several offers, and what stands above where some go after the same line."""
    offering = [one for one in findings if one.insert]
    for one in offering:
        depths = {re.match(" *", other.insert.text)[0] for other in offering
                  if other.insert.line == one.insert.line and other.insert.column is None}
        stacked = one.insert.column is None and len(depths) > 1
        assert ("要加好几处的，从最后一处加起" in one.remedy) is (len(offering) > 1)
        assert ("都加在同一行后面的，行首空格多的放在上面" in one.remedy) is stacked


def test_9_14_what_goes_after_the_same_line_is_one_block_where_it_is_of_one_field() -> None:
    bureau = without(report("bureau", "education", False), ("cadence",))
    of_cadence = {one.insert.text for one in found(as_typed(bureau)).values()
                  if one.rule in ("CA01", "CA02") and one.insert}
    assert of_cadence == {"cadence:\n  weekly:\n    - \n  monthly:\n    - month: \n      theme: "}


def test_9_14_two_offers_after_the_same_line_say_which_stands_above() -> None:
    branch = without(without(report("branch", "education", True), ("学习教育",)), ("领导小组", "办公室"))
    text = as_typed(branch)
    offers = {one.rule: one for one in found(text).values() if one.rule in ("PH11", "OR06")}
    assert offers["PH11"].insert.line == offers["OR06"].insert.line
    assert offers["PH11"].insert.text.startswith("学习教育:")
    assert offers["OR06"].insert.text.startswith("  办公室:")
    for one in offers.values():
        assert one.remedy.endswith("；都加在同一行后面的，行首空格多的放在上面；同一行后面同样的几行只加一次。")
    *_, pasted = paste_all(text, [one.insert for one in offers.values()])
    assert not any(rule.startswith(("IN", "FM")) for rule, _ in found(pasted))


def test_9_14_one_offer_alone_says_nothing_of_an_order() -> None:
    text = as_typed(without(report("department", "education", True), ("联系人",)))
    offers = [one for one in found(text).values() if one.insert]
    assert len(offers) == 1
    assert "最后一处" not in offers[0].remedy


# -- what stands in the place of what is asked for -------------------------------------------------------------------

NOTHING = ["无", None, "", [], {}, [None]]      # what is typed where there is nothing to say


def in_its_place(whole: Any, path: tuple, value: Any) -> Any:
    data = copy.deepcopy(whole)
    node = data
    for step in path[:-1]:
        node = node[step]
    node[path[-1]] = value
    return data


def groups(data: Any) -> Iterator[tuple]:
    """Every key of a map below which there are fields, be it as items of a list."""
    for path in paths(data):
        node = data
        for step in path:
            node = node[step]
        if isinstance(node, dict) or (isinstance(node, list) and isinstance(node[0], dict)):
            yield path


@settings(max_examples=100, derandomize=True)
@given(st.data())
def test_9_14_what_stands_in_the_place_of_fields_gives_way_to_them(data: st.DataObject) -> None:
    name, phase = data.draw(st.sampled_from(REPORTS))
    chinese, flow = data.draw(st.booleans()), data.draw(st.sampled_from(["none", "part", "all"]))
    whole = report(name, phase, chinese)
    path = data.draw(st.sampled_from(list(groups(whole))))
    value = data.draw(st.sampled_from([*NOTHING, "没有问题"]))
    text = written(in_its_place(whole, path, value), flow)
    before, clean = found(text), found(written(whole, flow))
    assert not any(rule.startswith("IN") for rule, _ in before)
    holder = whole
    for step in path[:-1]:
        holder = holder[step]
    for key, one in before.items():
        if key in clean or one.insert is None:
            continue
        pasted = found(paste(text, one))
        new = pasted.keys() - before.keys() - {("FM01", key[1])}       # what is a must stands there empty
        assert not any(rule.startswith(("IN", "FM")) for rule, _ in new), (one, path)
        if one.insert.clear and one.insert.column is None and not has_several(holder[path[-1]]):
            block = f"{path[-1]}:\n" + re.sub("(?m)^", "  ", one.insert.text)
            filling = filled(block, holder, path).split("\n", 1)[1]
            cured = found(paste(text, one, re.sub("(?m)^  ", "", filling)))
            assert key not in cured, (one, path)
            assert {new for new in cured if new[1].startswith(key[1])} <= clean.keys(), (one, path)


@pytest.mark.parametrize("typed", ["八个方面: 没有问题", "八个方面: 无", "八个方面: null", "八个方面:", "八个方面: []",
                                   "八个方面: 无    # 都没有", "八个方面:\n- "])
def test_9_14_all_themes_get_the_lines_of_an_answer(typed: str) -> None:
    text = as_typed(without(report("personal", "inspection", True), ("八个方面",))) + typed + "\n"
    at = next(at for at, line in enumerate(text.split("\n"), 1) if line.startswith("八个方面"))
    offers = {one.insert for one in found(text).values()}
    [offer] = {replace(one, several=False) for one in offers}
    assert (offer.line, offer.column, offer.clear is None) == (at, None, typed == "八个方面:")
    names = [theme.name["zh"] for theme in PACK.themes.values()]
    assert offer.text == "\n".join(
        f"  {name}:\n    未发现问题:\n      排查方式: \n      依据: \n    逐条对照: " for name in names)
    filling = re.sub("(?m)^(.*(排查方式|依据): )$", rf"\1{ANSWER}", offer.text).replace("逐条对照: ", "逐条对照: 全部")
    cured = found(paste(text, next(iter(found(text).values())), filling))
    assert {rule for rule, _ in cured} == {"CV05"}      # that all themes have the same words, which are ours here


def test_9_14_the_lines_of_all_themes_in_words() -> None:
    text = as_typed(without(report("personal", "inspection", True), ("八个方面",))) + "八个方面: 没有问题\n"
    [one] = found(text).values()
    assert one.remedy == (
        "请把原来写的删去，每个方面分别填写：查出问题的，照填报表填写“问题清单”；没有查出的，填写“未发现问题”的“排查方式”和"
        "“依据”。请先把第 28 行冒号后面的内容删去。请在第 28 行后面加 40 行："
        "“实干:”（行首空 2 格）、“未发现问题:”（行首空 4 格）、“排查方式: ”（行首空 6 格）、“依据: ”（行首空 6 格）、"
        "“逐条对照: ”（行首空 4 格）；接着是“担当:”（行首空 2 格）、“公仆:”（行首空 2 格）、“拼搏:”（行首空 2 格）、"
        "“严谨:”（行首空 2 格）、“创优:”（行首空 2 格）、“斗争:”（行首空 2 格）、“廉洁:”（行首空 2 格），"
        "各自下面照写“实干:”下面的 4 行；冒号后面空一格再填。")


@pytest.mark.parametrize("typed", ["column: 无", "column: []", "column:\n- ", "column: null", "column:",
                                   "column: \n  无", "column: 大厅的宣传栏"])
def test_9_14_a_field_with_nothing_in_it_gets_its_lines_in_the_language_of_its_keys(typed: str) -> None:
    whole = report("department", "inspection", False)
    text = as_typed(without(whole, ("column",))) + typed + "\n"
    [one] = found(text).values()
    assert one.insert.text == "  title: \n  location: \n  opened: \n  items: "
    filling = "\n".join(f"  {key}: {whole['column'][key]}" for key in ("title", "location", "opened", "items"))
    assert found(paste(text, one, filling)) == {}


def test_9_14_between_braces_a_group_takes_the_place_of_what_stands_there() -> None:
    text = ("{报告类型: 个人, 活动方案: 八扬八治, 所处阶段: 学习教育和动员部署, 填报日期: 2022-01-20, "
            "个人: {人员编号: P-001, 姓名: 林一东, 单位编号: U-001}, 学习情况: 参加了}\n")
    [one] = found(text).values()
    assert one.remedy.endswith(
        "请把第 1 行第 104 列的冒号连同这一栏原有的内容换成“: [{形式: , 主题: , 日期: }]”，在里面的冒号后面填写。")
    assert paste(text, one) == text.replace("学习情况: 参加了", "学习情况: [{形式: , 主题: , 日期: }]")


@pytest.mark.parametrize("problems", ["[id: P-001]", "[id: {a: b}]", "[{id: P-001, measures: [action: a]}]"])
def test_9_14_a_field_alone_in_brackets_has_no_braces_to_which_others_could_go(problems: str) -> None:
    whole = copy.deepcopy(report("personal", "inspection", False))
    whole["themes"]["yanjin"]["problems"] = []
    text = as_typed(whole).replace("problems: []", f"problems: {problems}")
    asked = [one for one in found(text).values() if one.pointer.startswith("/themes/yanjin/problems/0/")]
    alone = [one for one in asked if "{id" not in problems or "/measures/0/" in one.pointer]
    assert alone
    assert not any(one.insert for one in alone)
    assert all(one.insert for one in asked if one not in alone)


@pytest.mark.parametrize("end", ["\n", "", "\n\n# 完\n"])
@pytest.mark.parametrize("last", ["{method: a, basis: b}", "[a]", "|\n      a\n      b", "a\n      b", ""])
def test_9_14_a_line_after_which_something_goes_is_one_of_the_file(last: str, end: str) -> None:
    """Also where the last one is cut short or ends in braces."""
    text = as_typed(without(report("personal", "inspection", False), ("themes",))) + \
        f"themes:\n  shigan:\n    none_found: {last}{end}"
    offers = [one.insert for one in found(text).values() if one.insert and one.insert.text.startswith("  dandang")]
    assert [one.line for one in offers] == [text.removesuffix(end).count("\n") + 1]


ODD = """# 先看说明
"report": personal
phase: >-

  education

  # 不是注释


# 是注释
person: {id: P-001, 'name' : 林, # 名
unit: [a, {b: c
}, [d: e], ]
  }
study:
- title: "一
行"
  date: |+
    2022


  form: a
    b

- - x
  -   y: z
      w:
      - v
- 文字
- '文
字'
-
  里面
themes:
    shigan:   \t
      examined: [a,
b]
    dandang:
    gongpu: |2

        x
      y
"""


@pytest.mark.parametrize("end", ["", "\n", "\n\n", "\n...\n"])
@pytest.mark.parametrize("between", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("begin", ["", "\ufeff", "---\n"])
def test_what_is_parsed_from_a_field_on_stands_where_it_does_in_the_whole(begin: str, between: str, end: str) -> None:
    data = (begin + ODD.rstrip("\n") + end).replace("\n", between).encode()
    empty = Report(Doc(), None, None, None, [], False)
    whole = dict(layout(lines_of(Case(empty, PACK, [], (), data))))
    met, rest = 0, [read(data)]
    while rest:
        node = rest.pop()
        block = whole[node.mark.line, node.mark.column]
        for key, one in node.entries.items() if isinstance(node, Map) else enumerate(node.items):
            rest += [one] if isinstance(one, Map | Seq) else []
            case = Case(empty, PACK, [], (), data)
            if not _on_its_own(case, node) or (isinstance(node, Seq) and isinstance(one, Map | Seq)):
                continue
            part = _block(case, node, key)
            if node.flow:
                assert part == block
            elif isinstance(node, Map):
                assert (part.values, part.ends) == ({key: block.values[key]}, {key: block.ends[key]})
            else:
                assert part.items == [block.items[key]]
            met += 1
    assert met == 26


def test_a_text_of_several_lines_is_not_told_to_be_deleted() -> None:
    text = as_typed(without(report("department", "inspection", True), ("活动专栏",))) + "活动专栏:\n  大厅\n  宣传栏\n"
    [one] = found(text).values()
    assert (one.rule, one.insert) == ("FM03", None)


def test_9_14_where_nothing_is_missing_no_blank_field_is_named() -> None:
    """RC10 and others stand at the themes, which are there; what a form has left blank in them is another matter."""
    form = (Path(__file__).parent / "slips" / "QY-31.yaml").read_text(encoding="utf-8")
    later = form.replace("FXM-1", "FXN-1").replace("所处阶段: 调查研究和问题查摆", "所处阶段: 监督检查和整改落实")
    trial = Trial({"a.yaml": form.encode(), "b.yaml": later.encode()}, None, None, "2022-08-25")
    [gone] = [one for one in findings_in(COMPILED, trial) if one.rule == "RC10"]
    assert gone.remedy.endswith("在整改进展里说明。")
