"""Whether what a sentence gives its message may be nothing where the sentence is broken: a field that is not filled in,
what can't be worked out.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import reduce
from typing import Any

from .beyond import TODAY
from .nodes import Both, Call, Compare, Const, Edge, Filled, Negated, Node, Read, Sum
from .possible import impossible, same
from .types import COUNT, TRUTH, Type
from .understanding import Understood

_PHASE = "phase"     # which every report has that is judged
_ANY = frozenset({"first", "last", "earliest", "latest", "min", "max"})     # one that is there will do
_ALWAYS = frozenset({"count", "sum", "field"})      # never nothing
_STRICT = frozenset({"holds", "same", "from_plan", "named"})    # true or false only of what is there


def lacking(sentence: Understood) -> frozenset[str]:
    """The names in `let` that may stand for nothing."""
    if not sentence.let or sentence.must is None:
        return frozenset()
    asked = [*sentence.conditions, Negated(sentence.must.type, 0, sentence.must)]
    there = {key for node in asked for key in _proven(node, True)}
    return frozenset(name for name, node in sentence.let.items() if _may_lack(node, asked, there))


def _proven(node: Node, holds: bool) -> set[Any]:
    """What is there where a condition holds, or where it does not."""
    if isinstance(node, Negated):
        return _proven(node.part, not holds)
    if isinstance(node, Both):
        found = [_proven(one, holds) for one in node.parts]
        return set.union(*found) if node.every == holds else reduce(set.__and__, found)
    if isinstance(node, Filled):
        return {same(node.part)} if holds else set()
    if isinstance(node, Compare):
        sides = [node.left] if node.sign == "in" else [node.left, node.right]
        return {key for one in sides for key in _there(one)}
    if isinstance(node, Call) and node.name == ("any" if holds else "all"):
        return _proven(node.parts[0], holds)
    if isinstance(node, Call) and node.name in _STRICT:
        return {key for one in node.parts for key in _there(one)}
    return set()


def _there(node: Node) -> Iterator[Any]:
    """What is there where a value is."""
    yield same(node)
    if isinstance(node, Sum):
        yield from (*_there(node.left), *_there(node.right))
    elif isinstance(node, Call) and node.name not in _ALWAYS and (node.name not in _ANY or len(node.parts) == 1):
        yield from _there(node.parts[0])


def _may_lack(node: Node, asked: list[Node], there: set[Any]) -> bool:
    """Whether a value may be nothing where all that is asked holds."""
    if same(node) in there or isinstance(node, Const | Edge):
        return False
    if node.type.many:
        number = Type(COUNT)
        none = Compare(Type(TRUTH), 0, "==", Call(number, 0, "count", (node,)), Const(number, 0, 0))
        return impossible([*asked, none], {}) is None
    if isinstance(node, Read):
        return bool(node.steps) and node.steps[0] != TODAY and node.steps[-1] != _PHASE
    if isinstance(node, Sum):
        divided = node.sign == "/" and not isinstance(node.right, Const)
        return divided or any(_may_lack(one, asked, there) for one in (node.left, node.right))
    if isinstance(node, Call) and node.name not in _ALWAYS:
        lacks = [_may_lack(one, asked, there) for one in node.parts]
        return all(lacks) if node.name in _ANY else any(lacks) or node.name == "left"
    return not isinstance(node, Call)
