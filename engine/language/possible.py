"""Whether some conditions can all be true of one report, as far as listed values, dates and numbers in them tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product
from typing import Any

from .nodes import Both, Compare, Const, Filled, Negated, Node, Read
from .types import CHOICE, ORDERED, Steps

_MOST = 256         # ways in which conditions with `or` can be true that are looked at
_CONTRARY = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">", "in": "not in", "not in": "in"}
_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_GIVEN, _ABSENT = "given", "absent"
Asked = tuple[Read, str, Any]       # a field, a sign, and what the rule says it is held against
Place = tuple[int, Steps]


def impossible(conditions: Sequence[Node], known: Mapping[Steps, frozenset[str]]) -> Read | None:
    """The field for which no value is left, if the conditions can't all be true; `known` are the values that fields of
    the report have in the reports that the rule is for.
    """
    ways = list(islice(product(*(list(_ways(one, True)) for one in conditions)), _MOST + 1))
    if len(ways) > _MOST:
        return None
    fields = [_emptied([asked for part in way for asked in part], known) for way in ways]
    return None if None in fields else fields[0]


def _ways(node: Node, true: bool) -> Iterator[list[Asked]]:
    """What must hold of fields for a condition to be true, or false; for each way in which it can be."""
    if isinstance(node, Negated):
        yield from _ways(node.part, not true)
    elif isinstance(node, Both) and node.every == true:
        for way in islice(product(*(list(_ways(one, true)) for one in node.parts)), _MOST + 1):
            yield [asked for part in way for asked in part]
    elif isinstance(node, Both):
        for one in node.parts:
            yield from _ways(one, true)
    else:
        yield _asked(node, true)


def _asked(node: Node, true: bool) -> list[Asked]:
    """What one comparison asks of a field with one value, or whether it is there; nothing where that can't be told from
    the rule alone.
    """
    if isinstance(node, Filled) and isinstance(node.part, Read) and node.part.level >= 0 and not node.type.many:
        return [(node.part, _GIVEN if true else _ABSENT, None)]
    if not isinstance(node, Compare):
        return []
    left, right, sign = node.left, node.right, node.sign
    if isinstance(left, Const):
        left, right, sign = right, left, _TURNED.get(sign, sign)
    if not isinstance(left, Read) or not isinstance(right, Const) or left.level < 0 or left.type.many \
            or left.type.form not in (CHOICE, *ORDERED):
        return []
    return [(left, sign if true else _CONTRARY[sign], right.value)] if sign in _CONTRARY else []


def _emptied(asked: Sequence[Asked], known: Mapping[Steps, frozenset[str]]) -> Read | None:
    """The first field of which all that is asked can't be so."""
    by_place: dict[Place, list[Asked]] = {}
    for one in asked:
        by_place.setdefault((one[0].level, one[0].steps), []).append(one)
    return next((listed[0][0] for (level, steps), listed in by_place.items()
                 if not _left(listed, known.get(steps) if level == 0 else None)), None)


def _left(asked: Sequence[Asked], values: frozenset[str] | None) -> bool:
    """Whether anything is left for a field to be: a value, or to be absent, of which nothing else can be true."""
    held = [one for one in asked if one[1] not in (_GIVEN, _ABSENT)]
    if any(sign == _ABSENT for _, sign, _ in asked):
        return all(sign == _ABSENT for _, sign, _ in asked)
    return not held or bool(_choice_left(held, values) if held[0][0].type.form == CHOICE else _between(held))


def _choice_left(asked: Sequence[Asked], values: frozenset[str] | None) -> set[str]:
    """The listed values that are left."""
    left = set(asked[0][0].type.values.values() if values is None else values)
    for _, sign, said in asked:
        named = set(said) if sign in ("in", "not in") else {said}
        left = left & named if sign in ("==", "in") else left - named
    return left


def _between(asked: Sequence[Asked]) -> bool:
    """Whether a date or a number is left."""
    least = max(((said, sign == ">") for _, sign, said in asked if sign in (">", ">=", "==")), default=None)
    most = min(((said, sign != "<") for _, sign, said in asked if sign in ("<", "<=", "==")), default=None)
    if least is None or most is None:
        return True
    if least[0] != most[0]:
        return bool(least[0] < most[0])
    return not least[1] and most[1] and not any(sign == "!=" and said == least[0] for _, sign, said in asked)
