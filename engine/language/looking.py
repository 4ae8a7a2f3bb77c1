"""A sentence as a look over a whole report of good form: whether nothing in it breaks the sentence.

In such a report all can be read, so that what can no longer matter need not be; an exact reading is `sentence`'s.
"""

from __future__ import annotations

from collections.abc import Sequence

from ..packs.pack import Pack
from ..reading.paths import ITEM
from .emit import Writer, listed_words, plan_words
from .leaving import path_text
from .nodes import Both, Call, Compare, Const, Filled, Negated, Node, Read
from .program import Program
from .reaching import is_late, parts_of
from .reads import TEXTS
from .scopes import Level, leads_to_lists


def look_of(levels: Sequence[Level], when: Sequence[Node], where: Node | None, must: Node, pack: Pack) -> Program:
    """The look, where `must` is what the report alone can tell of what must be: `made(case) -> bool`."""
    writer = Writer(levels, pack, exact=False)
    asked = [_answered(writer, part, True) for part in when if not is_late(part)] + _is_any(writer, must)
    writer.heads = {} if len(levels) > 1 else None
    inner = [_answered(writer, where, True)] if where and not is_late(where) else []
    inner.append(_answered(writer, must, False))
    if not any(one.type.many or (isinstance(one, Call) and one.name == "left") for one in parts_of(must)):
        # cheap, and mostly what must be is so
        inner.reverse()
    lines = ["    s0 = case.report.doc", *([f"    if not ({' and '.join(asked)}): return True"] if asked else [])]
    lines += [f"    {name} = {code}" for code, name in (writer.heads or {}).items()]
    last, blanks, above = len(levels) - 1, "    ", 0
    for level in range(1, last + 1):
        if level != last and level not in writer.used:
            continue
        lines.append(f"{blanks}for s{level} in {_items(writer, above, level)}:")
        blanks, above = blanks + "    ", level
    lines += [f"{blanks}if {' and '.join(inner)}: return False", "    return True"]
    return writer.program("def made(case):", lines)


def _items(writer: Writer, above: int, level: int) -> str:
    """The items of a level below one around it."""
    steps = writer.levels[level].steps
    if steps == (TEXTS,):
        return "case.texts"
    if not above:
        return f"case.nodes[{path_text(steps)!r}]"
    steps = steps[len(writer.levels[above].steps):]
    if len(steps) == 2 and steps[1] is ITEM and leads_to_lists(writer.levels[above].shapes, steps[0]):
        return f"(s{above}.get({steps[0]!r}) or ())"
    return f"spread([s{above}], {writer.named(steps)})"


def _is_any(writer: Writer, must: Node) -> list[str]:
    """What is asked at once of all texts: whether any is too long, holds a word of the lists, or may be the plan's."""
    sign = must.sign if isinstance(must, Compare) else ""
    call = must.left if isinstance(must, Compare) else getattr(must, "part", None)
    read = call.parts[0] if isinstance(call, Call) else None
    if not isinstance(call, Call) or not isinstance(read, Read) or read.type.many:
        return []
    path, most = path_text((*writer.levels[read.level].steps, *read.steps)), getattr(must, "right", call.parts[-1])
    if not isinstance(most, Const):
        return []
    if call.name == "length" and sign in ("<", "<="):
        limit = writer.of(most)
        if path == TEXTS:
            return [f"not len(case.joined) {sign} {limit}", f"not max(map(len, case.texts), default=-1) {sign} {limit}"]
        return [f"not max(map(len, case.nodes[{path!r}]), default=-1) {sign} {limit}"]
    if call.name == "share" and sign == "<" and most.value > 0:
        return [f"{listed_words(writer, call)}.search(case.joined_keys({path!r}))"]
    if call.name == "from_plan" and not sign:
        return [f"is_any_near(case.keys({path!r}), {writer.of(most)}, {plan_words(writer)})"]
    return []


def _answered(writer: Writer, node: Node, wanted: bool) -> str:
    """Whether the answer is this one of the three: plain truth, without the third."""
    if isinstance(node, Both):
        sign = " and " if node.every is wanted else " or "
        return f"({sign.join(_answered(writer, one, wanted) for one in node.parts)})"
    if isinstance(node, Negated):
        return _answered(writer, node.part, not wanted)
    if not writer.is_dear(node):
        if isinstance(node, Filled):
            return writer.given(node) if wanted else f"not {writer.given(node)}"
        if isinstance(node, Compare) and node.sign != "in":
            left, right = node.left, node.right
            names, checks = writer.sides(left, right, writer.of(left), writer.of(right))
            there = "".join(f"{check} is not None and " for check in checks)
            return f"({there}{'' if wanted else 'not '}{names[0]} {node.sign} {names[1]})"
    return f"({writer.of(node)}) is {wanted}"
