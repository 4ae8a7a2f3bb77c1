"""What a remedy offers for a missing field can be pasted as it stands, and cures what it is offered for."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bayang.engine.authoring.examples import base_report, bases
from bayang.engine.judging.check import Checker, World
from bayang.engine.judging.compile import Compiled
from bayang.engine.judging.offering import hollow
from bayang.engine.packs.pack import load_pack
from bayang.engine.reading.typed import as_typed, in_chinese
from bayang.engine.records import Finding, Insert

PACK = load_pack()
COMPILED = Compiled(PACK)
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
    texts = yaml.safe_load(as_typed(data)) if flow == "none" else data
    if flow == "none":
        return as_typed(data)
    if flow == "all":
        return yaml.dump(_strings(texts), Dumper=yaml.CSafeDumper, **FLOW)
    return "".join(f"{key}: {_flow(one)}\n" for key, one in texts.items())


def _flow(data: Any) -> str:
    return yaml.dump(_strings(data), Dumper=yaml.CSafeDumper, **FLOW).removesuffix("...\n").rstrip("\n")


def _strings(data: Any) -> Any:
    if isinstance(data, dict):
        return {key: _strings(one) for key, one in data.items()}
    return [_strings(one) for one in data] if isinstance(data, list) else "" if data is None else str(data)


def found(text: str) -> dict[tuple, Finding]:
    return {(one.rule, one.pointer): one for one in CHECKER.check(text.encode(), "x.yaml").findings}


def paste(text: str, one: Finding, filling: str | None = None) -> str:
    """The text with what a finding offers at the place that it names."""
    offer = one.insert
    lines = text.split("\n")
    if offer.column is not None:
        line = lines[offer.line - 1]
        assert line[offer.column - 1] == "}"
        lines[offer.line - 1] = line[:offer.column - 1] + (filling or offer.text) + line[offer.column - 1:]
    else:
        lines[offer.line:offer.line] = (filling or offer.text).split("\n")
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
        if value is None and line.endswith(": "):
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


@settings(max_examples=150, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
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
        assert one.insert.column is not None or one.insert.text.count("\n") < 12
        if one.insert.column is None and path[-1] in first and not has_several(holder[path[-1]]) \
                and not hollow(one.insert.text.split("\n")):
            cured = found(paste(text, one, filled(one.insert.text, holder, path)))
            assert key not in cured, (one, path)
            assert cured.keys() <= before.keys() | clean.keys(), (one, path)


def paste_all(text: str, offers: list[Insert]) -> Iterator[str]:
    """The text after each place at which something goes, from the last one on; what is further in stands above."""
    lines = text.split("\n")
    for line in sorted({one.line for one in offers}, reverse=True):
        blocks = sorted((one.text for one in offers if one.line == line and one.column is None), key=lambda block: -(
            len(block) - len(block.lstrip(" "))))
        lines[line:line] = "\n".join(blocks).split("\n") if blocks else []
        braces = [one for one in offers if one.line == line and one.column is not None]
        for one in sorted(braces, key=lambda one: -one.column):
            lines[line - 1] = lines[line - 1][:one.column - 1] + one.text + lines[line - 1][one.column - 1:]
        yield "\n".join(lines)


@settings(max_examples=100, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
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
        assert one.remedy.endswith("；都加在同一行后面的，行首空格多的放在上面；同样的几行只加一次。")
    *_, pasted = paste_all(text, [one.insert for one in offers.values()])
    assert not any(rule.startswith(("IN", "FM")) for rule, _ in found(pasted))


def test_9_14_one_offer_alone_says_nothing_of_an_order() -> None:
    text = as_typed(without(report("department", "education", True), ("联系人",)))
    offers = [one for one in found(text).values() if one.insert]
    assert len(offers) == 1
    assert "最后一处" not in offers[0].remedy
