"""A field's name with something written around it is that field: nothing asks for a second one (contract §9.8)."""

from __future__ import annotations

from pathlib import Path

import pytest
from making import found

SAMPLE = (Path(__file__).parents[1] / "samples/苇江分局/整改落实/P-008.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(("typed", "right", "line"), [
    ("八个方面（见附件）:", "八个方面:", 15),           # the remark names another field that is missing
    ("  扬实干治空喊:", "  实干:", 16),                # the plan's own title of the theme
    ("  一、实 干:", "  实干:", 16),
    ("责 任 人: 江", "责任人: 江", 29),
    ("        整改目标和要求:", "        整改目标:", 27),
    ("个人自我剖析材料:", "自我剖析:", 10),
])
def test_9_8_a_name_with_more_around_it_is_one_finding(typed: str, right: str, line: int) -> None:
    before = {one.rule for one in found(SAMPLE)}
    [new] = [one for one in found(SAMPLE.replace(right, typed, 1)) if one.rule not in before]
    assert (new.rule, new.line) == ("FM02", line)
    assert f"最接近的是“{right.partition(':')[0].strip()}”" in new.message


def test_9_8_two_names_in_one_are_neither() -> None:
    """Both are still asked for."""
    lines = [line for line in SAMPLE.splitlines(keepends=True) if "典型事例:" not in line]
    text = "".join(lines).replace("问题表现:", "问题表现及典型事例:")
    assert {"PB01", "PB04", "FM02"} <= {one.rule for one in found(text)}
