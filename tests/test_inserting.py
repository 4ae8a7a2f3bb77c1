"""What a remedy offers for a missing field can be pasted as it stands, and cures what it is offered for."""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from functools import cache
from typing import Any

import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bayang.engine.check import Checker, World, hollow
from bayang.engine.compile import Compiled
from bayang.engine.examples import base_report, bases
from bayang.engine.pack import load_pack
from bayang.engine.records import Finding
from bayang.engine.typed import as_typed, in_chinese

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
