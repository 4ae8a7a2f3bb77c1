"""How far a sentence reaches: what of its report it reads, what beside it, and what is the same for a whole run."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..recording import replace
from .beyond import REPORTS, ROSTER, SHARED, TODAY, Beyond
from .nodes import Below, Both, Call, Compare, Filled, Keep, Negated, Node, Read, Sum

_ELSE = ("first", "latest", "earliest")     # what makes do with what there is
_PARTS: dict[type[Node], tuple[str, ...]] = {
    Keep: ("items", "test"), Below: ("maps",), Compare: ("left", "right"), Sum: ("left", "right"), Negated: ("part",),
    Filled: ("part",)}
_NAMED = ("names", "same_person")       # what finds names needs the roster, if there is one


def parts_of(node: Node) -> Iterator[Node]:
    """A node and everything below it."""
    rest = [node]
    while rest:
        one = rest.pop()
        yield one
        rest.extend(reversed(_below(one)))


def reads_in(node: Node) -> list[Read]:
    """Every place that a node reads from a scope."""
    return [one for one in parts_of(node) if isinstance(one, Read)]


def is_beyond(read: Read) -> bool:
    """Whether a place lies beside the report."""
    return bool(read.steps) and isinstance(read.steps[0], Beyond)


def finds_names(node: Node) -> bool:
    """Whether a node finds names in texts."""
    return any((isinstance(one, Call) and one.name in _NAMED) or one.type.form == "person" for one in parts_of(node))


def is_late(node: Node) -> bool:
    """Whether more than the report is needed."""
    return finds_names(node) or any(map(is_beyond, reads_in(node)))


def is_shared(node: Node) -> bool:
    """Whether it is the same for every report of a run, and goes through a list."""
    free = kept_free(node)
    reads = [one for one in reads_in(node) if one.level >= 0]
    return not free and not finds_names(node) and any(one.type.many for one in reads) and all(
        any(one.steps[:len(shared)] == shared for shared in SHARED) for one in reads)


def kept_free(node: Node) -> bool:
    """Whether it reads the item between some [ ] around it, so that it can't be worked out apart."""
    bound = {one.level for one in parts_of(node) if isinstance(one, Keep)}
    return any(one.level < 0 and one.level not in bound for one in reads_in(node))


def is_all_pairs(node: Keep) -> bool:
    """Whether each report, or each person, would be held against all others: the work would grow with their square."""
    all_of = [one for one in reads_in(node.items) if one.steps[:1] == (REPORTS,) or one.steps[:2] == (ROSTER, "people")]
    return bool(all_of) and any(one.level >= 0 and one.steps[:1] != (TODAY,) for one in reads_in(node.test))


def needs_roster(node: Node) -> bool:
    """Whether there is nothing to judge without a roster: it is read, and not only beside what there may be else."""
    if isinstance(node, Read):
        return node.steps[:1] == (ROSTER,)
    if isinstance(node, Filled):
        return False
    if isinstance(node, Call) and node.name == "off_roster":
        return True
    either = (isinstance(node, Both) and not node.every) or (isinstance(node, Call) and node.name in _ELSE)
    return (all if either else any)(map(needs_roster, _below(node)))


def _below(node: Node) -> list[Node]:
    """What a node is made of."""
    if isinstance(node, Both | Call):
        return [*node.parts]
    return [getattr(node, name) for name in _PARTS.get(type(node), ())]


def strict_in(node: Node) -> list[Read]:
    """Places of the report without which a condition can't be told, whatever stands beside the report."""
    if isinstance(node, Negated):
        return strict_in(node.part)
    if isinstance(node, Compare):
        sides = [node.left] if node.sign == "in" else [node.left, node.right]
    elif isinstance(node, Call) and node.name in ("same_person", "named"):
        sides = [*node.parts]
    else:
        return []
    return [one for one in sides if isinstance(one, Read) and one.level >= 0 and not is_beyond(one)]


def early_part(node: Node) -> Node | None:
    """What of a condition the report alone can tell, and where that does not fail the whole does not either."""
    if isinstance(node, Both) and not node.every:
        early = tuple(part for part in node.parts if not is_late(part))
        return replace(node, parts=early) if early else None
    return None


def places_in(node: Node, kept: Mapping[int, Read] | None = None) -> Iterator[Read]:
    """Every place that a node reads, from a scope of the rule: also what it reads of a kept item."""
    kept = kept or {}
    if isinstance(node, Filled) and isinstance(node.part, Read):    # whether a list is there its items don't say
        yield whole(replace(node.part, steps=node.part.home), kept)
    elif isinstance(node, Read | Below):
        yield whole(node, kept)
        if isinstance(node, Below):
            yield from places_in(node.maps, kept)
    elif isinstance(node, Keep):
        yield from places_in(node.items, kept)
        yield from places_in(node.test, {**kept, node.level: whole(node.items, kept)})
    else:
        for one in _below(node):
            yield from places_in(one, kept)


def whole(node: Node, kept: Mapping[int, Read]) -> Read:
    """A place below a kept item, or below a list, as one from a scope of the rule."""
    if isinstance(node, Keep):
        return whole(node.items, kept)
    if isinstance(node, Below):
        home = whole(node.maps, kept)
        return replace(home, type=node.type, steps=(*home.steps, *node.steps))
    assert isinstance(node, Read)
    if node.level >= 0:
        return node
    home = kept[node.level]
    return replace(home, type=node.type, steps=(*home.steps, *node.steps))
