"""What a sentence means: its names become fields of the form, its parts get their types, its words are checked.

A name is a field of the scope; else of the items around it, innermost first; else of the report; else an item around
it by its noun; else the only field of that name anywhere in the form. `value` is a scope that is no map.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from decimal import Decimal
from itertools import pairwise
from math import inf
from typing import Any

from jinja2 import nodes

from ..packs.pack import Pack
from ..reading.paths import EACH, ITEM
from ..reading.schema import MapShape, Shape
from ..text.dates import SAMPLES, parse_date, parse_half, parse_month, parse_quarter
from ..text.messages import LANGUAGES, catalogue, say
from ..text.wording import nearest, sharing
from .beyond import ROSTER
from .functions import BY_NAME, FUNCTIONS, NAMES, Function, either, result_of
from .nodes import Below, Both, Call, Compare, Const, Edge, Filled, Keep, Negated, Node, Read, Sum
from .reaching import is_all_pairs, whole
from .samples import hidden
from .scopes import Level, away, deep_names, places_of
from .slips import SLIPS, is_number
from .syntax import MOST_DEPTH, parse
from .types import (
    CHOICE,
    COUNT,
    DATE,
    HALF,
    ID,
    MAP,
    MONTH,
    ORDERED,
    PERSON,
    QUARTER,
    SHOWN,
    SPAN,
    TEXT,
    TRUTH,
    Fault,
    Steps,
    Type,
    fields_of,
    is_alike,
    names_in,
    type_of,
)

_PERIODS = {form: SAMPLES[form] for form in (QUARTER, HALF)} | {MONTH: "2022-03"}     # what a number may have meant
# What may be named only over the batch -> over what.
_OVER = {written: over for name, of in (("people", "units"), ("unit", "people"), ("earlier", "reports"),
                                        ("reports", "reports"))
         for written, over in ((name, of), (NAMES["beyond"][name], NAMES["over"][of]))}
SIGNS = {"eq": "==", "ne": "!=", "lt": "<", "lteq": "<=", "gt": ">", "gteq": ">=", "in": "in", "notin": "not in"}
_SUMS = {nodes.Add: "+", nodes.Sub: "-", nodes.Mul: "*", nodes.Div: "/"}
_DATES: dict[str, Callable[[str], tuple[str, bool] | None]] = {
    DATE: parse_date, MONTH: parse_month, QUARTER: parse_quarter, HALF: parse_half,
}
_EDGES = {written: edge for edge in ("start", "end") for written in either(edge)}
VALUE, GIVEN, THEMES, CAMPAIGN, PHASE = map(either, ("value", "given", "themes", "campaign", "phase"))


def understood(text: str, levels: Sequence[Level], pack: Pack) -> Node:
    """The tree of any part of the language. Raises Fault."""
    return _Meaning(levels, pack).of(_parsed(text, pack), 0)


def condition(text: str, levels: Sequence[Level], pack: Pack, inherited: bool = False) -> Node:
    """The tree of a sentence that is true or false. Raises Fault.

    Of listed values in brackets an inherited sentence may name some that this plan has not: nothing is one of them.
    """
    run = _Meaning(levels, pack)
    run.inherited = inherited
    return run.truth(_parsed(text, pack), 0)


def with_items(text: str, levels: Sequence[Level], pack: Pack) -> tuple[Node, Node | None, str]:
    """The tree of a part that names a field of items, the items alone, and the field; None where it names no such."""
    tree, run = _parsed(text, pack), _Meaning(levels, pack)
    found = run.of(tree, 0)
    if not isinstance(tree, nodes.Getattr):
        return found, None, ""
    items = run.items(tree.node, 0)
    known = fields_of(items.type.shapes, tree.attr) if items.type.many else None
    return (found, items, known[0]) if known else (found, None, "")


def shown(text: str, levels: Sequence[Level], pack: Pack) -> Node:
    """The tree of what a message shows. Raises Fault where that would be a text of the report."""
    found = understood(text, levels, pack)
    several_ids = found.type.form == ID and found.type.many and not (
        isinstance(found, Read | Below) and whole(found, {}).steps[:1] == (ROSTER,))
    if found.type.form not in SHOWN or several_ids:
        raise Fault("not-shown", 0, is_=found.type)
    return found


def _parsed(text: str, pack: Pack) -> nodes.Expr:
    """The tree of a text, in which a dash in a phase's ID is no minus. Raises Fault."""
    for ident in pack.phases:
        if "-" in ident:
            text = re.sub(rf"(?<![\w.-]){re.escape(ident)}(?=\.(?:{'|'.join(_EDGES)})\b)", _dashless(ident), text)
    return parse(text)


def _dashless(ident: str) -> str:
    return ident.replace("-", "_")


def other_kind(name: str | dict[str, str], at: int, kind: str) -> Fault:
    """Why a name is none: only reports of another kind have such a field."""
    return Fault("other-kind", at, name=name, kind={"zh": say(f"reference.{kind}", "zh"), "en": kind})


class _Names:
    """What the names of a sentence stand for."""

    def __init__(self, levels: Sequence[Level], pack: Pack) -> None:
        self.levels, self.plan, self.inherited = levels, pack, False
        self.kept: list[Type] = []          # what the item between each [ ] around is, the innermost last

    def name(self, one: nodes.Name, depth: int) -> Node:
        name, at = one.name, one.lineno
        for number in range(len(self.kept), 0, -1):
            found_kept = self.in_kept(name, at, number)
            if found_kept:
                return found_kept
        for number in range(len(self.levels) - 1, -1, -1):
            found = fields_of(self.levels[number].shapes, name)
            if found:
                return self.read(number, (found[0],), found[1], at)
        inner = self.levels[-1]
        if name in VALUE and inner.steps and type_of(inner.shapes, at).form != MAP:
            return self.read(len(self.levels) - 1, (), inner.shapes, at)
        for number, level in enumerate(self.levels):
            if name in level.nouns:
                return self.read(number, (), level.shapes, at)
        if name in self.levels[0].beyond:
            step, shape = self.levels[0].beyond[name]
            return self.read(0, (step,), [shape], at)
        places = places_of(self.levels[0].shapes, name)
        if len(places) == 1:
            return self.read(0, *places[0], at)
        if places:
            raise Fault("ambiguous", at, name=name, ways=[".".join(s for s in steps if s not in (EACH, ITEM))
                                                          for steps, _ in places[:4]])
        raise self.unknown(name, at)

    def in_kept(self, name: str, at: int, number: int) -> Read | None:
        """A field of the item between some [ ]; of a whole report, also the only one of that name in it."""
        kept = self.kept[number - 1]
        found = fields_of(kept.shapes, name)
        if found:
            return self.read(-number, (found[0],), found[1], at)
        if name in VALUE and number == len(self.kept):
            return Read(kept, at, -number, ())
        whole = any(isinstance(shape, MapShape) and shape.form for shape in kept.shapes)
        places = places_of(kept.shapes, name) if whole else []
        return self.read(-number, *places[0], at) if len(places) == 1 else None

    def unknown(self, name: str, at: int) -> Fault:
        """Why a name is none: something else was meant, or the names like it, else those that there are."""
        if name in SLIPS["empty"]:
            return Fault("empty", at)
        if is_number(name):
            return Fault("number-word", at, name=name)
        if name in _OVER:
            return Fault("needs-over", at, name=name, over=_OVER[name])
        kind = away(name, self.levels[0].shapes, self.plan.shapes)
        if kind:
            return other_kind(name, at, kind)
        here = [one for level in reversed(self.levels) for one in (*names_in(level.shapes), *level.nouns)]
        gone, other = hidden(self.plan), self.plan.titles
        known = [*({name} & {*gone}), *here, *gone, *other]
        found = SLIPS["names"].get(name) or nearest(name, known) or _with_piece(name, here)
        if found in gone:
            return Fault("hidden", at, name=name, near=found)
        if found:
            return Fault("unknown-name", at, name=name, near=[found if found in here else other.get(found, found)])
        whole = self.levels[0].shapes
        found = nearest(name, [one for one in deep_names(whole) if len(places_of(whole, one)) == 1])
        if found:
            return Fault("unknown-name", at, name=name, near=[found])
        listed = next(filter(None, (names_in(level.shapes) for level in reversed(self.levels))))
        return Fault("no-such-name", at, name=name, known=_some(listed, name))

    def read(self, level: int, steps: Steps, shapes: Iterable[Shape], at: int) -> Read:
        """A field as it is read; of a list, its items."""
        shapes = list(shapes)
        typed = type_of(shapes, at)
        wide = ITEM in steps or EACH in steps
        if typed.many:
            steps = (*steps, ITEM)
        return Read(typed.listed if wide else typed, at, level, steps)

    def edge(self, one: nodes.Getattr) -> Node | None:
        """The first or last day of the campaign, of the report's phase, or of a phase."""
        edge, owner = _EDGES.get(one.attr), one.node
        if edge is None and one.attr not in THEMES and isinstance(owner, nodes.Name) and self.is_period(owner.name):
            raise Fault("no-edge", owner.lineno, name=one.attr)
        if isinstance(owner, nodes.Name) and owner.name in CAMPAIGN and one.attr in THEMES:
            return Const(Type(TEXT, many=True), owner.lineno, tuple(self.plan.themes))
        if edge is None or not isinstance(owner, nodes.Name):
            return None
        if owner.name in PHASE:
            return Edge(Type(DATE), owner.lineno, edge)
        day = getattr(self.plan, edge) if owner.name in CAMPAIGN \
            else self.plan.phase_date(self.phase(owner.name), edge)
        if day is None and not any(places_of(level.shapes, owner.name) for level in self.levels):
            whole, known = CAMPAIGN[not one.attr.isascii()], [phase.name["zh"] for phase in self.plan.phases.values()]
            raise Fault("unknown-period", owner.lineno, name=owner.name, known=known, whole=f"{whole}.{one.attr}",
                        sample=f"{known[0]}.{one.attr}")
        return Const(Type(DATE), owner.lineno, day) if day else None

    def phase(self, name: str) -> str | None:
        """The phase of a name in either language."""
        return next((ident for ident, phase in self.plan.phases.items()
                     if name in (_dashless(ident), phase.name["zh"])), None)

    def is_period(self, name: str) -> bool:
        """Whether a name is that of the campaign or of a phase, and of no map of the form."""
        named = name in (*CAMPAIGN, *PHASE) or self.phase(name) is not None
        return named and not any(type_of(found[1], 0).form == MAP for level in self.levels
                                 if (found := fields_of(level.shapes, name)))


class _Meaning(_Names):
    """Goes through the tree of one sentence."""

    def of(self, one: nodes.Node, depth: int) -> Node:
        """Any part."""
        if depth > MOST_DEPTH:
            raise Fault("deep", one.lineno, most=MOST_DEPTH)
        way = _WAYS.get(type(one))
        if way is None:
            raise Fault("not-here", one.lineno, what=say_construct(type(one).__name__.lower()))
        return way(self, one, depth + 1)

    def truth(self, one: nodes.Node, depth: int) -> Node:
        """A part that is true or false."""
        found = self.of(one, depth)
        if found.type != Type(TRUTH):
            raise Fault("listed-truth" if found.type.form == TRUTH else "no-truth", start_of(one), is_=found.type)
        return found

    # --- values and names

    def constant(self, one: nodes.Const, depth: int) -> Node:
        value = one.value
        if value is None or (isinstance(value, str) and not value.strip()):
            raise Fault("empty", one.lineno)
        if isinstance(value, bool) or value in (inf, -inf):
            raise Fault("not-here", one.lineno, what=say_construct(str(value).lower()))
        value = Decimal(repr(value)) if isinstance(value, float) else value     # as numbers of reports are
        return Const(Type(COUNT if isinstance(value, int | Decimal) else TEXT), one.lineno, value)

    def row(self, one: nodes.Tuple | nodes.List, depth: int) -> Node:
        parts = [self.of(item, depth) for item in one.items]
        if not parts or not all(isinstance(part, Const) and part.type == parts[0].type for part in parts):
            raise Fault("mixed-row" if parts or self.kept is None else "no-brackets", start_of(one))
        return Const(parts[0].type.listed, one.lineno, tuple(part.value for part in parts if isinstance(part, Const)))

    def part(self, one: nodes.Getattr, depth: int) -> Node:
        """`a.b`: a field below another, of each where there are several; or a day of the plan."""
        edge = self.edge(one)
        if edge is not None:
            return edge
        below, name, at = self.of(one.node, depth), one.attr, start_of(one)
        if below.type.form != MAP:
            raise Fault("no-part", at, name=name, is_=below.type)
        shapes = list(below.type.shapes)
        steps: list[str] = []
        found = fields_of(shapes, name)
        if found is None and is_alike(shapes):      # of each theme
            steps.append(EACH)
            shapes = [field for shape in shapes if isinstance(shape, MapShape) for _, field in shape.fields.values()]
            found = fields_of(dict.fromkeys(shapes), name)
        if found is None:
            known = names_in(shapes)
            near = nearest(name, known)
            near = near or _with_piece(name, known)
            raise Fault("unknown-part", at, name=name, near=[near]) if near else \
                Fault("no-such-part", at, name=name, known=_some(known, name))
        typed = type_of(dict.fromkeys(found[1]), at)
        steps.append(found[0])
        if typed.many:
            steps.append(ITEM)
        many = typed.many or below.type.many or EACH in steps
        typed = typed.listed if many else typed
        if isinstance(below, Read):
            return Read(typed, at, below.level, (*below.steps, *steps))
        return Below(typed, at, below, tuple(steps))

    def items(self, one: nodes.Node, depth: int) -> Node:
        """A part, a map of like maps as the list of them."""
        found = self.of(one, depth)
        if isinstance(found, Read) and found.type.form == MAP and not found.type.many and is_alike(found.type.shapes):
            shapes = [below for shape in found.type.shapes if isinstance(shape, MapShape)
                      for _, below in shape.fields.values()]
            return Read(type_of(dict.fromkeys(shapes), found.at).listed, found.at, found.level, (*found.steps, EACH))
        return found

    def keep(self, one: nodes.Getitem, depth: int) -> Node:
        """`list[condition]`."""
        items = self.items(one.node, depth)
        _check_list(items, one)
        self.kept.append(items.type.one)
        level = -len(self.kept)
        try:
            test = self.truth(one.arg, depth)
        finally:
            self.kept.pop()
        found = Keep(items.type, items.at, items, test, level)
        if is_all_pairs(found):
            raise Fault("all-pairs", start_of(one))
        return found

    # --- conditions

    def compare(self, one: nodes.Compare, depth: int) -> Node:
        """One comparison, or several in a row that must all hold."""
        sides = _sides(self, [one.expr, *(other.expr for other in one.ops)], depth)
        parts = []
        for number, other in enumerate(one.ops):
            sign = SIGNS[other.op]
            held = _comparison(sign.removeprefix("not "), sides[number], sides[number + 1], self.inherited)
            parts.append(Negated(held.type, held.at, held) if sign == "not in" else held)
        return parts[0] if len(parts) == 1 else Both(Type(TRUTH), parts[0].at, True, tuple(parts))

    def both(self, one: nodes.And | nodes.Or, depth: int) -> Node:
        every = isinstance(one, nodes.And)
        parts: list[Node] = []
        for side in (one.left, one.right):
            found = self.truth(side, depth)
            parts += found.parts if isinstance(found, Both) and found.every == every else [found]
        return Both(Type(TRUTH), parts[0].at, every, tuple(parts))

    def negated(self, one: nodes.Not, depth: int) -> Node:
        part = self.of(one.node, depth)
        if part.type.form != TRUTH:
            raise Fault("no-truth", start_of(one.node), is_=part.type)
        return Negated(part.type, part.at, part)

    def given(self, one: nodes.Test, depth: int) -> Node:
        if one.name not in GIVEN:
            raise Fault("unknown-test", one.lineno, name=one.name)
        if one.args or one.kwargs:
            raise Fault("not-here", one.lineno, what=say_construct("call"))
        return _given(self.of(one.node, depth), start_of(one.node))

    # --- numbers, dates, functions

    def sum(self, one: nodes.BinExpr, depth: int) -> Node:
        left, right = self.of(one.left, depth), self.of(one.right, depth)
        return _together(_SUMS[type(one)], left, right, start_of(one))

    def minus(self, one: nodes.Neg, depth: int) -> Node:
        part = self.of(one.node, depth)
        if not isinstance(part, Const) or part.type != Type(COUNT):
            raise Fault("not-here", one.lineno, what=say_construct("neg"))
        return Const(part.type, one.lineno, -part.value)

    def call(self, one: nodes.Call, depth: int) -> Node:
        name = one.node.name if isinstance(one.node, nodes.Name) else None
        function = BY_NAME.get(name or "")
        if one.kwargs or one.dyn_args or one.dyn_kwargs or name is None:
            raise Fault("not-here", start_of(one), what=say_construct("call"))
        if function is None and name in GIVEN and len(one.args) == 1:
            return self.given(nodes.Test(one.args[0], GIVEN[0], [], [], None, None, lineno=one.lineno), depth)
        if function is None:
            raise _no_function(name, start_of(one), self.levels[0])
        parts = _fitted_dates([self.items(part, depth) for part in one.args])
        typed = result_of(function, parts, start_of(one))
        _check_parts(function, parts, self.plan)
        return Call(typed, start_of(one), function.name, parts)


def _check_list(items: Node, one: nodes.Getitem) -> None:
    """Before [ ] there is a list, and no position in it. Raises Fault."""
    if isinstance(one.arg, nodes.Const) and isinstance(one.arg.value, int):
        raise Fault("no-index", one.arg.lineno)
    if not items.type.many:
        raise Fault("no-list", start_of(one), is_=items.type)


def _sides(run: _Meaning, ones: Sequence[nodes.Expr], depth: int) -> list[Node]:
    """What is compared; a word of a list that lacks its quotation marks is told so."""
    for name, other in (*pairwise(ones), *pairwise(reversed(ones))):
        if isinstance(name, nodes.Name) and isinstance(other, nodes.Name | nodes.Getattr):
            try:
                typed = run.of(other, depth).type
                unquoted = typed.form == CHOICE and name.name in typed.values
                unquoted = unquoted and run.of(name, depth).type.form != CHOICE
            except Fault as fault:
                unquoted = fault.key in ("unknown-name", "no-such-name") and fault.at == name.lineno
            if unquoted:
                raise Fault("unquoted", name.lineno, value=name.name)
    return [run.of(each, depth) for each in ones]


def _no_function(name: str, at: int, root: Level) -> Fault:
    """Why a name before brackets is no function: something else was meant, or the names like it, else all."""
    word = name.lower()         # as spreadsheets have it
    if word in SLIPS["conditions"]:
        return Fault("no-if", at, found=name)
    if word in SLIPS["dates"]:
        return Fault("bare-date", at)
    if word in root.beyond or word in SLIPS["names"]:
        return Fault("no-call", at, name=SLIPS["names"].get(word, word))
    if word in SLIPS["instead"]:
        return Fault("other-way", at, name=name, sample=SLIPS["instead"][word])
    found = SLIPS["functions"].get(word) or nearest(word if word in BY_NAME else name, [*BY_NAME])
    chinese = [each.chinese for each in FUNCTIONS.values()]
    sample = BY_NAME.get(found or "", FUNCTIONS["count"]).sample
    return Fault("unknown-function", at, name=name, sample=sample, near=[found] if found else
                 chinese if not name.isascii() else [*FUNCTIONS])


def say_construct(name: str) -> dict[str, str]:
    """What something of Jinja is, that the language has not, in each language."""
    key = f"construct.{name}"
    return {language: say(key if key in catalogue(language) else "construct.else", language) for language in LANGUAGES}


def _with_piece(name: str, known: Iterable[str]) -> str | None:
    """The one Chinese name that has a piece of another in it."""
    return None if name.isascii() else sharing(name, dict.fromkeys(known))


def _some(known: Sequence[str], name: str) -> list[str]:
    """Some of the names that there are, in the language of another."""
    listed = [one for one in known if one.isascii() == name.isascii()]
    return [*listed[:10], *(["…"] if len(listed) > 10 else [])]


def _together(sign: str, left: Node, right: Node, at: int) -> Node:
    """Two numbers, or a date and days. Raises Fault where they can't be put together."""
    forms = left.type.form, right.type.form
    if left.type.many or right.type.many:
        raise Fault("list-counted", at, is_=left.type if left.type.many else right.type)
    if forms == (COUNT, COUNT):
        return Sum(Type(COUNT), left.at, sign, left, right)
    if forms == (DATE, SPAN) and sign in "+-":
        return Sum(Type(DATE), left.at, sign, left, right)
    if forms == (DATE, DATE) and sign == "-":
        return Sum(Type(COUNT), left.at, "days", left, right)
    if forms == (DATE, COUNT) and sign in "+-":
        raise Fault("plain-days", right.at)
    raise Fault("no-sum", at, sign=sign, is_=left.type, other=right.type)


def _given(part: Node, at: int) -> Filled:
    """Whether a field is filled in. Raises Fault of what is none."""
    if isinstance(part, Read):
        return Filled(Type(TRUTH, many=part.lists), part.at, part)
    if isinstance(part, Below) and not (part.steps[-1] is ITEM or EACH in part.steps):
        return Filled(Type(TRUTH, many=True), part.at, part)
    raise Fault("given-of", at)


def _check_parts(function: Function, parts: tuple[Node, ...], pack: Pack) -> None:
    """Words are those of the sentence, never of the report; only fields have a name; what makes do is of one list."""
    for part in parts[1:] if function.name == "first" else ():
        _check_choices(parts[0], part, parts[0].at)
    if function.words and not all(isinstance(part, Const) and part.type == Type(TEXT) for part in parts[1:]):
        raise Fault("not-words", parts[-1].at, name=function.chinese, sample=function.sample)
    for part in parts[1:] if function.name == "holds" else ():
        with suppress(KeyError):
            pack.words(part.value)      # type: ignore[attr-defined]
            raise Fault("list-word", part.at, name=part.value)      # type: ignore[attr-defined]
    for part in parts[1:] if function.lists else ():
        try:
            pack.words(part.value)      # type: ignore[attr-defined]
        except KeyError as fault:
            raise Fault("no-words", part.at, name=fault.args[0]) from None
    percent = parts[1] if function.name == "from_plan" else None
    if isinstance(percent, Const) and not (type(percent.value) is int and 1 <= percent.value <= 100):
        raise Fault("percent-part", percent.at)
    if function.name == "field" and not all(isinstance(part, Read) and not part.lists for part in parts):
        raise Fault("not-words", parts[-1].at, name=function.chinese, sample=function.sample)


_Way = Callable[[_Meaning, Any, int], Node]
_WAYS: dict[type[nodes.Node], _Way] = {
    nodes.Const: _Meaning.constant, nodes.Tuple: _Meaning.row, nodes.List: _Meaning.row, nodes.Name: _Meaning.name,
    nodes.Getattr: _Meaning.part, nodes.Getitem: _Meaning.keep, nodes.Compare: _Meaning.compare,
    nodes.And: _Meaning.both, nodes.Or: _Meaning.both, nodes.Not: _Meaning.negated, nodes.Test: _Meaning.given,
    nodes.Add: _Meaning.sum, nodes.Sub: _Meaning.sum, nodes.Mul: _Meaning.sum, nodes.Div: _Meaning.sum,
    nodes.Neg: _Meaning.minus, nodes.Call: _Meaning.call,
}


def start_of(one: nodes.Node) -> int:
    """Where a part begins: the first character of its leftmost name or value."""
    leaves = (nodes.Name, nodes.Const)
    return one.lineno if isinstance(one, leaves) else min(part.lineno for part in (one, *one.find_all(leaves)))


def _comparison(sign: str, left: Node, right: Node, inherited: bool) -> Node:
    """A comparison of two values, or of each of a list with one. Raises Fault where they can't be compared."""
    if sign == "in":
        if not right.type.many:
            raise Fault("in-text" if right.type.form == TEXT and left.type.form == TEXT else "in-what", right.at,
                        is_=right.type)
        if right.type.form == PERSON and left.type.form in (TEXT, PERSON):
            return Compare(Type(TRUTH, many=left.type.many and left.type.form == TEXT), left.at, sign, left, right)
        left, right = _fitted(left, right), _fitted(right, left, inherited)
        if left.type.form == right.type.form == TEXT:
            return _same_text(sign, left, right)
        if left.type.form != right.type.form or left.type.form in (MAP, TRUTH):
            raise _unlike(left, right)
        _check_choices(left, right, left.at)
        return Compare(Type(TRUTH, many=left.type.many), left.at, sign, left, right)
    left, right = _fitted(left, right), _fitted(right, left)
    if PERSON in (left.type.form, right.type.form):
        raise Fault("persons", left.at)
    if left.type.many and right.type.many:
        raise Fault("two-lists", left.at)
    if left.type.form != right.type.form or left.type.form in (MAP, TRUTH, SPAN):
        raise _unlike(left, right)
    _check_choices(left, right, left.at)
    if left.type.form == TEXT:
        return _same_text(sign, left, right)
    if sign not in ("==", "!=") and left.type.form not in ORDERED:
        raise Fault("no-order", left.at, is_=left.type)
    return Compare(Type(TRUTH, many=left.type.many or right.type.many), left.at, sign, left, right)


def _same_text(sign: str, left: Node, right: Node) -> Node:
    """A text, or each of several, and a word of the sentence, or one of several, the same or not as `same` has it.

    Raises Fault of two texts of reports.
    """
    text, words = (right, left) if isinstance(left, Const) and sign != "in" else (left, right)
    if sign not in ("==", "!=", "in") or isinstance(text, Const) or not isinstance(words, Const):
        raise Fault("in-names" if sign == "in" else "texts", left.at)
    found = Call(Type(TRUTH, many=text.type.many), left.at, "same", (text, words))
    return Negated(found.type, found.at, found) if sign == "!=" else found


def _unlike(left: Node, right: Node) -> Fault:
    if {left.type.form, right.type.form} == {COUNT, SPAN}:
        return Fault("span-number", (left if left.type.form == SPAN else right).at)
    if left.type.form in _PERIODS and right.type == Type(COUNT):
        return Fault("bare-period", right.at, sample=_PERIODS[left.type.form])
    if left.type.form in _DATES and isinstance(right, Const | Sum) and right.type.form == COUNT:
        return Fault("bare-date", right.at)
    if right.type == Type(COUNT):
        if left.type.many:
            return Fault("list-number", left.at, is_=left.type)
        if left.type.form == TEXT:
            return Fault("text-number", left.at)
    return Fault("unlike", left.at, is_=left.type, other=right.type)


def _check_choices(left: Node, right: Node, at: int) -> None:
    """Fields of listed values are put beside each other where one may have what the other may. Raises Fault."""
    listed = [set(one.type.values.values()) for one in (left, right)]
    if left.type.form == CHOICE and not (listed[0] <= listed[1] or listed[1] <= listed[0]):
        raise Fault("other-values", at)


def _fitted(one: Node, other: Node, inherited: bool = False) -> Node:
    """Words of the sentence as a value of the form with which they are compared."""
    form = other.type.form
    if not isinstance(one, Const) or one.type.form != TEXT or form == TEXT:
        return one
    values = one.value if one.type.many else (one.value,)
    if inherited and form == CHOICE:
        values = [value for value in values if value in other.type.values]
    made = tuple(_value(str(value), other.type, one.at) for value in values)
    return Const(Type(form, one.type.many, other.type.values), one.at, made if one.type.many else made[0])


def _fitted_dates(parts: Sequence[Node]) -> tuple[Node, ...]:
    """The arguments of a function, words among dates as dates."""
    dated = next((part for part in parts if part.type.form in _DATES), None)
    return tuple(_fitted(part, dated) if dated else part for part in parts)


def _value(text: str, typed: Type, at: int) -> Any:
    if typed.form == COUNT:
        raise Fault("quoted-number", at, value=text)
    if typed.form == CHOICE:
        if text not in typed.values:
            near = nearest(text, [*typed.values])
            raise Fault("no-value", at, value=text, near=[near] if near else [*typed.values])
        return typed.values[text]
    if typed.form in _DATES:
        found = _DATES[typed.form](text)
        if found is None:
            raise Fault("no-date", at, value=text, is_=Type(typed.form), sample=SAMPLES[typed.form])
        return found[0]
    return text
