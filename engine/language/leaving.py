"""What a report leaves behind for a sentence that is asked later: just the places that the sentence reads.

As plain data of JSON. A report that is made of it again has these places alone, without positions in a file.
"""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from ..reading.paths import EACH, ITEM
from ..reading.report import BAD, Doc, Items
from .types import Steps

Tree = dict[str, "Tree"]        # step -> what is read below it
_NUMBER = ""                    # the key of a number with decimals, which JSON has not


def tree_of(places: Iterable[Steps]) -> Tree:
    """The steps to some places, put together."""
    tree: Tree = {}
    for steps in places:
        below = tree
        for step in steps:
            below = below.setdefault(step, {})
    return tree


def left_of(node: Any, trees: list[Tree]) -> Any:
    """What of a node some trees read; what can't be read is left out, in a list it stands as None."""
    if node.__class__ is str:       # the commonest
        return node
    if node.__class__ is Doc:
        out = {}
        for tree in trees:
            for step in node if EACH in tree else sorted(tree.keys() & node.keys()):
                if node[step] is not BAD:
                    below = [one[key] for one in trees for key in (step, EACH) if key in one]
                    out[step] = left_of(node[step], below)
        return out
    if node.__class__ is Items:
        below = [tree[ITEM] for tree in trees if ITEM in tree]
        return [None if value is BAD else left_of(value, below) for value in node]
    return {_NUMBER: str(node)} if isinstance(node, Decimal) else node


def made_of(left: Any) -> Any:
    """A report, or a part of one, of what was left of it."""
    if isinstance(left, dict):
        return Decimal(left[_NUMBER]) if _NUMBER in left else Doc((key, made_of(value)) for key, value in left.items())
    if isinstance(left, list):
        return Items(BAD if value is None else made_of(value) for value in left)
    return left
