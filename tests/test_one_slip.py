"""A key that is likely a field's name with a character wrong is told once; nothing asks for that field beside it
(contract §9.8).
"""

from __future__ import annotations

import pytest
from making import COMPILED, PACK

from bayang.engine.authoring.examples import base_report, bases
from bayang.engine.judging.check import Checker, World
from bayang.engine.reading.typed import as_typed, in_chinese

CHECKER = Checker(COMPILED, World("2023-01-15"))
SHAPES = {name: PACK.shapes[kind] for name, kind, _ in bases(PACK)}


@pytest.mark.parametrize(("base", "key", "typed", "nearest", "rule", "pointer"), [
    ("personal", "  斗争:", "  斗挣:", "斗争", "CV01", "/themes/douzheng"),
    ("branch", "  - 措施:", "  - 措拖:", "措施", "PB08", "/themes/dandang/problems/0/measures/0/action"),
    ("branch", "\n单位:", "\n单拉:", "单位", "FM01", "/unit"),
])
def test_9_8_a_short_name_with_a_wrong_character_is_fm02_alone(base: str, key: str, typed: str, nearest: str,
                                                              rule: str, pointer: str) -> None:
    text = as_typed(in_chinese(base_report(PACK, base, "rectification"), SHAPES[base]))
    assert key in text
    result = CHECKER.check(text.replace(key, typed, 1).encode(), "x.yaml")
    assert [(one.rule, one.message) for one in result.findings] == [
        ("FM02", f"这一行的字段名不是此处应有的字段，最接近的是“{nearest}”。")]
    assert (rule, pointer, "slip") in {(one.rule, one.pointer, one.reason) for one in result.not_assessed}
