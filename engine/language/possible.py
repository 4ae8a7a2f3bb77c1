"""Whether some conditions can all be true of one report, as far as listed values, dates and numbers in them tell."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import islice, product
from typing import Any

from ..reading.schema import NumberShape
from ..recording import fields
from .nodes import Both, Call, Compare, Const, Filled, Negated, Node, Read
from .types import CHOICE, COUNT, ORDERED, Steps

_MOST = 256         # ways in which conditions with `or` can be true that are looked at
_CONTRARY = {"==": "!=", "!=": "==", "<": ">=", ">=": "<", ">": "<=", "<=": ">", "in": "not in", "not in": "in"}
_TURNED = {"<": ">", ">": "<", "<=": ">=", ">=": "<="}
_GIVEN, _ABSENT = "given", "absent"
_PERCENT = "share"
_NUMBERS = frozenset({"count", "length", "left", _PERCENT})     # functions of which none gives less than 0
Asked = tuple[Read | Call, str, Any]        # a field or what is counted, a sign, and what it is held against


def impossible(conditions: Sequence[Node], known: Mapping[Steps, frozenset[str]]) -> Read | Call | None:
    """The field, or what is counted, for which no value is left, if the conditions can't all be true; `known` are the
    values that fields of the report have in the reports that the rule is for.
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
    if not isinstance(right, Const) or sign not in _CONTRARY or left.type.many \
            or left.type.form not in (CHOICE, *ORDERED):
        return []
    if not (left.level >= 0 if isinstance(left, Read) else isinstance(left, Call) and left.name in _NUMBERS):
        return []
    assert isinstance(left, (Read, Call))
    return [(left, sign if true else _CONTRARY[sign], right.value)]


def _emptied(asked: Sequence[Asked], known: Mapping[Steps, frozenset[str]]) -> Read | Call | None:
    """The first of which all that is asked can't be so."""
    by_place: dict[Any, list[Asked]] = {}
    for one in asked:
        by_place.setdefault(same(one[0]), []).append(one)
    for listed in by_place.values():
        what = listed[0][0]
        if not _left(listed, known.get(what.steps) if isinstance(what, Read) and what.level == 0 else None):
            return what
    return None


def same(node: Any) -> Any:
    """What is equal for parts of a sentence that say the same, wherever they stand."""
    if isinstance(node, Node):
        return type(node), *(same(getattr(node, one.name)) for one in fields(node) if one.name not in ("type", "at"))
    return tuple(map(same, node)) if isinstance(node, tuple) else node


def _left(asked: Sequence[Asked], values: frozenset[str] | None) -> bool:
    """Whether anything is left for a field to be: a value, or to be absent, of which nothing else can be true."""
    held = [one for one in asked if one[1] not in (_GIVEN, _ABSENT)]
    if any(sign == _ABSENT for _, sign, _ in asked):
        return all(sign == _ABSENT for _, sign, _ in asked)
    return not held or bool(_choice_left(held, values) if held[0][0].type.form == CHOICE else _between([
        *held, *_bounds(held[0][0])]))


def most_of(one: Read | Call) -> int | None:
    """What a number never exceeds."""
    return 100 if isinstance(one, Call) and one.name == _PERCENT else None


def is_bounded(one: Read | Call) -> bool:
    """Whether it is a number that is never less than 0."""
    return isinstance(one, Call) or (one.type.form == COUNT and not any(
        isinstance(shape, NumberShape) for shape in one.type.shapes))


def _bounds(one: Read | Call) -> Iterator[Asked]:
    """Between what a number always is."""
    if is_bounded(one):
        yield one, ">=", 0
    if most := most_of(one):
        yield one, "<=", most


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
