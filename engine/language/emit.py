"""Sentences as Python: the tree of one becomes an expression, in which only names that are made here stand.

Program twice, by the same rules: for a look over a whole report of good form, where a field is a plain lookup, and for
one scope, where each read can tell the case what can't be read. Nothing that a rule or a report says is ever part of
the Python text; words and dates are constants that it refers to by number.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from itertools import chain
from typing import Any

from ..packs.pack import Pack
from ..reading.paths import EACH, ITEM, spread
from ..text.regex import alternation
from ..text.wording import id_key, name_key, text_key
from . import reads, values
from .leaving import path_text
from .nodes import Below, Both, Call, Compare, Const, Edge, Filled, Keep, Negated, Node, Read, Sum
from .program import Program
from .reaching import is_shared, kept_free, reads_in
from .scopes import Level
from .types import ID, MAP, PERSON, SPAN, TEXT, TRUTH, Steps

GIVEN = -99     # the level of an item of which is asked whether something in it is given
_PLAIN = {name: getattr(module, name) for module in (reads, values) for name in vars(module)
          if not name.startswith("_") and callable(getattr(module, name))}


class ReadWriter:
    """Writes what a sentence reads. `exact`: for one scope, else for a whole report of good form."""

    def __init__(self, levels: Sequence[Level], pack: Pack, exact: bool) -> None:
        self.levels, self.pack, self.exact = levels, pack, exact
        self.globals: dict[str, Any] = _PLAIN | {"spread": spread, "id_key": id_key, "text_key": text_key, "pack": pack}
        self.used: set[int] = set()         # levels that are read
        self.repeats = len(levels) > 1      # whether what is written now is asked of each of many items
        self.heads: dict[str, str] | None = None    # what is read of the report once, before its items, by its code
        self._numbers = iter(range(1_000_000))

    def program(self, head: str, lines: Iterable[str]) -> Program:
        """The function that some lines make, in which the names stand for what they do here."""
        return Program("\n".join([head, *lines]), {"nothing": {}, **self.globals})

    def named(self, value: Any) -> str:
        """A name for a constant."""
        name = f"k{next(self._numbers)}"
        self.globals[name] = value
        return name

    def temporary(self) -> str:
        return f"t{next(self._numbers)}"

    def scope(self, level: int) -> str:
        """The name of a scope."""
        if level < 0:
            return f"v{-level}"
        self.used.add(level)
        return f"s{level}"

    def read(self, node: Read) -> str:
        if node.steps and node.type.many:
            return self.listed(node.level, node.steps, node.type.form == MAP)
        return self.single(node.level, node.steps)

    def single(self, level: int, steps: Steps) -> str:
        scope = self.scope(level)
        if (not steps and level < 0) or (not self.exact and not steps):
            return scope
        if self.exact:
            return f"one(case, {scope}, {self.named(steps)})"
        code = scope
        for step in steps[:-1]:
            code = f"({code}.get({step!r}) or nothing)"
        code = f"{code}.get({steps[-1]!r})"
        return code if level or self.heads is None else self.heads.setdefault(code, f"h{len(self.heads)}")

    def listed(self, level: int, steps: Steps, whole: bool) -> str:
        """What stands in a list; in an exact reading, maps as scopes."""
        if self.exact:
            return f"{'maps' if whole else 'values'}(case, [{self.scope(level)}], {self.named(steps)})"
        if level == 0:
            return f"case.nodes[{path_text(steps)!r}]"
        return f"spread([{self.scope(level)}], {self.named(steps)})"

    def from_each(self, maps: str, steps: Steps, whole: bool) -> str:
        if self.exact:
            return f"{'maps' if whole else 'values'}(case, {maps}, {self.named(steps)})"
        return f"spread({maps}, {self.named(steps)})"


class Writer(ReadWriter):
    """Writes the sentences of one rule as Python."""

    def below(self, node: Below) -> str:
        return self.from_each(self.of(node.maps), node.steps, node.type.form == MAP)

    def repeated(self, node: Node) -> str:
        """A part that is asked of each of some items."""
        before, self.repeats = self.repeats, True
        code = self.of(node)
        self.repeats = before
        return code

    def of(self, node: Node) -> str:
        """A part as an expression."""
        code = _WRITTEN[type(node)](self, node)
        return self.once(node, code) if self.is_dear(node) else code

    def once(self, node: Node, code: str) -> str:
        """What is the same for all of a report, or of a run, worked out once for it."""
        return f"remembered({'case.run' if is_shared(node) else 'case'}, {self.named(object())}, lambda: {code})"

    def is_dear(self, node: Node) -> bool:
        """Whether it goes through a list of the report though it is asked of each of many items."""
        return isinstance(node, Call | Keep | Filled | Compare) and (is_shared(node) or (
            self.repeats and any(one.level == 0 and one.type.many for one in reads_in(node)) and _is_of_all(node)))

    def keep(self, node: Keep) -> str:
        return _kept(self.of(node.items), f"v{-node.level}", self.repeated(node.test))

    def given(self, node: Filled) -> str:
        part = node.part
        if isinstance(part, Read) and not part.lists:
            return f"({self.single(part.level, part.home)} is not None)"
        steps = part.home if isinstance(part, Read) else part.steps     # type: ignore[attr-defined]
        cut = max((at + 1 for at, step in enumerate(steps) if step is ITEM or step is EACH), default=0)
        if isinstance(part, Read):
            maps = self.listed(part.level, steps[:cut], True)
        else:
            assert isinstance(part, Below)
            maps = self.of(part.maps) if not cut else self.from_each(self.of(part.maps), steps[:cut], True)
        return f"lifted(lambda v{-GIVEN}: {self.single(GIVEN, steps[cut:])} is not None, {maps})"

    # --- conditions

    def compare(self, node: Compare) -> str:
        left, right = node.left, node.right
        if node.sign == "in":
            return self.held_in(node)
        if left.type.many or right.type.many:
            many = left if left.type.many else right
            x = self.temporary()
            sides = [x if one is many else self.repeated(one) for one in (left, right)]
            return f"lifted(lambda {x}: {self.signed(node.sign, left, right, *sides)}, {self.of(many)})"
        return self.signed(node.sign, left, right, self.of(left), self.of(right))

    def signed(self, sign: str, left: Node, right: Node, *codes: str) -> str:
        """Two values with a sign between; None where one is missing."""
        names, checks = self.sides(left, right, *codes)
        return _unless(checks, f"{names[0]} {sign} {names[1]}")

    def sides(self, left: Node, right: Node, *codes: str) -> tuple[list[str], list[str]]:
        """Names for two values that are compared, and what gives None where one is missing."""
        names, checks = [], []
        for side, code in zip((left, right), codes, strict=True):
            name, check = self.held(side, code)
            names.append(f"id_key({name})" if left.type.form == ID and right.type.form == ID else name)
            checks += check
        return names, checks

    def held(self, side: Node, code: str) -> tuple[str, list[str]]:
        """A name for a value, and what asks whether it is missing; of a constant neither is needed."""
        if isinstance(side, Const):
            return code, []
        name = self.temporary()
        return name, [f"({name} := {code})"]

    def held_in(self, node: Compare) -> str:
        left, right = node.left, node.right
        if right.type.form == PERSON:
            x, names = self.temporary(), self.of(right)
            if left.type.many and left.type.form == TEXT:
                names = self.once(right, names) if _is_of_all(right) else names
                return f"lifted(lambda {x}: shared(people(case, [{x}]), {names}), {self.of(left)})"
            return f"shared({self.people(left)}, {names})"
        key = "id_key" if left.type.form == ID else ""
        if isinstance(right, Const):
            listed = self.named(frozenset(map(id_key, right.value) if key else right.value))
        else:
            listed = f"set(map(id_key, {self.of(right)}))" if key else f"set({self.of(right)})"
            if is_shared(right) or ((self.repeats or left.type.many) and _is_of_all(right)):
                listed = self.once(right, listed)
        x = self.temporary()
        asked = f"{key}({x}) in {listed}"
        if left.type.many:
            return f"lifted(lambda {x}: {asked}, {self.of(left)})"
        return f"(None if ({x} := {self.of(left)}) is None else {asked})"

    def both(self, node: Both) -> str:
        ends, goes = ("False", "True") if node.every else ("True", "False")
        code = self.of(node.parts[-1])
        for part in reversed(node.parts[:-1]):
            x, y = self.temporary(), self.temporary()
            code = f"({x} if ({x} := {self.of(part)}) is {ends} else ({y} if ({y} := {code}) is not {goes} else {x}))"
        return code

    def negated(self, node: Negated) -> str:
        x = self.temporary()
        if node.type.many:
            return f"lifted(lambda {x}: None if {x} is None else not {x}, {self.of(node.part)})"
        return f"(None if ({x} := {self.of(node.part)}) is None else not {x})"

    # --- numbers, dates, functions

    def const(self, node: Const) -> str:
        return self.named(list(node.value) if node.type.many else node.value)

    def edge(self, node: Edge) -> str:
        return f"pack.phase_date(case.report.phase, {node.edge!r})"

    def sum(self, node: Sum) -> str:
        left, checks = self.held(node.left, self.of(node.left))
        span = node.right if node.right.type.form == SPAN else None
        part = span.parts[0] if isinstance(span, Call) else node.right
        right, more = self.held(part, self.of(part))
        if isinstance(span, Call):
            sign = "-" if node.sign == "-" else ""
            made = {"days": f"later({left}, {sign}{right})", "months": f"months_later({left}, {sign}{right})",
                    "workdays": f"workdays_later({left}, {sign}{right}, pack.is_working_day)"}[span.name]
        else:
            made = {"days": f"days_between({left}, {right})", "/": f"ratio({left}, {right})"}.get(
                node.sign, f"{left} {node.sign} {right}")
        return _unless([*checks, *more], made)

    def call(self, node: Call) -> str:
        way = _CALLS.get(node.name)
        if way is not None:
            return way(self, node)
        parts = ", ".join(self.of(part) for part in node.parts)
        return _GATHERED[node.name].format(f"row({parts})")

    def people(self, node: Node) -> str:
        """The names in a text, or in several."""
        return self.of(node) if node.type.form == PERSON else f"people(case, row({self.of(node)}))"

    def field(self, node: Call) -> str:
        """The path of the first of some fields that is given, else of the first."""
        reads_ = [part for part in node.parts if isinstance(part, Read)]
        tried = ", ".join(f"({self.scope(one.level)}, {self.named(one.home)})" for one in reads_)
        return f"field_of(case, {tried})"


def listed_words(writer: Writer, node: Call) -> str:
    """A pattern of the words of the lists that a call names."""
    return writer.named(alternation(chain(*_lists(writer, node))))


def plan_words(writer: Writer) -> str:
    """The words of all behaviours, in their comparable form, one a line."""
    return writer.named("\n".join(text_key(one.text) for one in writer.pack.behaviours.values()))


def _lists(writer: Writer, node: Call) -> list[list[str]]:
    """The words of each list that a call names, in their comparable form."""
    return [[*map(text_key, writer.pack.words(part.value))] for part in node.parts[1:] if isinstance(part, Const)]


def alone(writer: Writer, node: Node) -> str:
    """Pairs of each value of a list and nothing."""
    return f"lifted(lambda v: (v, None), {writer.of(node)})"


def pairs(writer: Writer, items: Node, steps: Steps, others: Steps) -> str:
    """Pairs of what stands at some steps, and at others, from each of some items."""
    sides = [f"one(case, v, {writer.named(one)})" for one in (steps, others)]
    return f"lifted(lambda v: ({', '.join(sides)}), {writer.of(items)})"


def _kept(items: str, name: str, test: str) -> str:
    if ":=" in items:       # which Python has not where a comprehension gets its items
        return f"kept({items}, lambda {name}: {test})"
    return f"[{name} for {name} in {items} if ({test}) is True]"


def _unless(checks: Sequence[str], made: str) -> str:
    return f"(None if {' or '.join(f'{one} is None' for one in checks)} else {made})" if checks else f"({made})"


def _is_of_all(node: Node) -> bool:
    """Whether it is the same for all of a report."""
    return all(one.level <= 0 for one in reads_in(node)) and not kept_free(node)


def _first(writer: Writer, node: Call) -> str:
    """The first of several values, or of lists, that is there; those behind it are not read."""
    codes = [f"first_of({writer.of(part)})" if part.type.many else writer.of(part) for part in node.parts]
    code = codes.pop()
    for one in reversed(codes):
        name = writer.temporary()
        code = f"({name} if ({name} := {one}) is not None else {code})"
    return code


def _over_text(made: str) -> Callable[[Writer, Call], str]:
    """A function of one value: None where it is missing; {} is the value."""
    def write(writer: Writer, node: Call) -> str:
        name, checks = writer.held(node.parts[0], writer.of(node.parts[0]))
        return _unless(checks, made.format(name))

    return write


def _count(writer: Writer, node: Call) -> str:
    listed = node.parts[0]
    return f"{'count_true' if listed.type.form == TRUTH else 'len'}({writer.of(listed)})"


def _distinct(writer: Writer, node: Call) -> str:
    listed = node.parts[0]
    key = {TEXT: "map(pack.plan_word, {})", ID: "map(id_key, {})"}.get(listed.type.form, "{}")
    return f"list(dict.fromkeys({key.format(writer.of(listed))}))"


def _same(writer: Writer, node: Call) -> str:
    left, right = node.parts
    if isinstance(right, Const):
        words = right.value if right.type.many else (right.value,)
        asked = f"text_key({{}}) in {writer.named(frozenset(map(text_key, writer.pack.with_synonyms(words))))}"
        if left.type.many:
            name = writer.temporary()
            return f"lifted(lambda {name}: {asked.format(name)}, {writer.of(left)})"
        name, checks = writer.held(left, writer.of(left))
        return _unless(checks, asked.format(name))
    name, checks = writer.held(left, writer.of(left))
    other, more = writer.held(right, writer.of(right))
    return _unless([*checks, *more], f"text_key({name}) == text_key({other})")


def _holds(writer: Writer, node: Call) -> str:
    words = [part.value for part in node.parts[1:] if isinstance(part, Const)]
    keys = writer.named([text_key(one) for one in writer.pack.with_synonyms(words)])
    name, x = writer.temporary(), writer.temporary()
    asked = f"any([{x} in text_key({name}) for {x} in {keys}])"
    if node.parts[0].type.many:
        return f"lifted(lambda {name}: {asked}, {writer.of(node.parts[0])})"
    return f"(None if ({name} := {writer.of(node.parts[0])}) is None else {asked})"


def _left(writer: Writer, node: Call) -> str:
    lists = _lists(writer, node)
    needed, removed = (alternation(word for word in some if len(word) > 1) for some in (lists[0], chain(*lists)))
    single = frozenset(word for word in chain(*lists) if len(word) == 1)
    return _over_text(f"left({{}}, {', '.join(map(writer.named, (needed, removed, single)))})")(writer, node)


def _from_plan(writer: Writer, node: Call) -> str:
    (text, checks), (percent, more) = (writer.held(part, writer.of(part)) for part in node.parts)
    return _unless([*checks, *more], f"from_plan({text}, {percent}, {plan_words(writer)})")


def _named(writer: Writer, node: Call) -> str:
    (text, checks), (entry, more) = (writer.held(part, writer.of(part)) for part in node.parts)
    return _unless([*checks, *more], f"case.is_named({text}, {entry})")


def _off_roster(writer: Writer, node: Call) -> str:
    spared = [name_key(word) for part in node.parts[1:] if isinstance(part, Const)
              for word in writer.pack.words(part.value)]
    return f"off_roster(case, {writer.of(node.parts[0])}, {writer.named(alternation(spared))})"


_Write = Callable[[Writer, Any], str]
_CALLS: dict[str, _Write] = {
    "any": lambda writer, node: f"any_of({writer.of(node.parts[0])})",
    "all": lambda writer, node: f"all_of({writer.of(node.parts[0])})",
    "count": _count, "distinct": _distinct, "same": _same, "holds": _holds, "first": _first, "field": Writer.field,
    "month": _over_text("month_of({})"), "quarter": _over_text("quarter_of({})"), "half": _over_text("half_of({})"),
    "length": _over_text("len({})"),
    "share": lambda writer, node: _over_text(f"share({{}}, {listed_words(writer, node)})")(writer, node),
    "left": _left, "from_plan": _from_plan,
    "names": lambda writer, node: f"people(case, row({', '.join(map(writer.of, node.parts))}))",
    "named": _named, "off_roster": _off_roster,
    "same_person": lambda writer, node: f"shared({', '.join(map(writer.people, node.parts))})",
}
_GATHERED = {"sum": "sum({})", "earliest": "least({})", "min": "least({})", "latest": "most({})", "max": "most({})",
             "last": "last_of({})"}
_WRITTEN: dict[type[Node], _Write] = {
    Const: Writer.const, Read: Writer.read, Keep: Writer.keep, Below: Writer.below, Edge: Writer.edge,
    Compare: Writer.compare, Both: Writer.both, Negated: Writer.negated, Filled: Writer.given, Sum: Writer.sum,
    Call: Writer.call,
}
