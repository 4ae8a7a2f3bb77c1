"""What a report leaves behind for a sentence that is asked later: just the places that the sentence reads.

As plain data of JSON. A report that is made of it again has these places alone, without positions in a file.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any

from ..reading.paths import EACH, ITEM
from ..reading.report import BAD, Doc, Items

if TYPE_CHECKING:
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


def path_text(steps: Steps) -> str:
    """Some steps as the path language writes them."""
    text = ""
    for step in steps:
        text += "[]" if step is ITEM else f".{step}" if text else step
    return text


Leaver = Callable[[Any], Any]


def leaver(trees: Sequence[Tree]) -> Leaver:
    """What gives of a node all that some trees read.

    What can't be read is left out, in a list it stands as None; of a list of which only is asked whether it is there,
    no item is left. Made once, since it runs for every report.
    """
    if not any(trees):
        return _left
    each = leaver([tree[EACH] for tree in trees if EACH in tree]) if any(EACH in tree for tree in trees) else None
    item = leaver([tree[ITEM] for tree in trees if ITEM in tree]) if any(ITEM in tree for tree in trees) else None
    named = {step: leaver([tree[key] for tree in trees for key in (step, EACH) if key in tree])
             for step in sorted({step for tree in trees for step in tree} - {EACH, ITEM})}

    def left(node: Any) -> Any:
        kind = type(node)
        if kind is Doc:
            if each is not None:
                return {step: named.get(step, each)(value) for step, value in node.items() if value is not BAD}
            return {step: below(node[step]) for step, below in named.items()
                    if step in node and node[step] is not BAD}
        if kind is Items and item is not None:
            return [None if value is BAD else item(value) for value in node]
        return _left(node)

    return left


def _left(node: Any) -> Any:
    """What is left of a node below which nothing is read."""
    kind = type(node)
    if kind is str:         # the commonest
        return node
    if kind is Items:
        return []
    if kind is Doc:
        return {}
    return {_NUMBER: str(node)} if kind.__module__ == "decimal" else node


def made_of(left: Any) -> Any:
    """A report, or a part of one, of what was left of it."""
    kind = type(left)
    if kind is dict:
        if _NUMBER in left:
            from decimal import Decimal

            return Decimal(left[_NUMBER])
        return Doc([(key, value if type(value) is str else made_of(value)) for key, value in left.items()])
    return Items([BAD if value is None else made_of(value) for value in left]) if kind is list else left


def of_values(steps: Steps, values: Sequence[Any]) -> Any:
    """What a report would have left that has these values at the end of some steps, each in an item of its own."""
    if not steps or not values:
        return values[0] if values else {}
    step, rest = steps[0], steps[1:]
    if step is not ITEM and step is not EACH:
        return {step: of_values(rest, values)}
    apart = [values] if ITEM in rest or EACH in rest else [[one] for one in values]
    items = [of_values(rest, some) for some in apart]
    return items if step is ITEM else dict(zip(map(str, range(len(items))), items, strict=True))
