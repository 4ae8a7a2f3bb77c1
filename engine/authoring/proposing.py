"""Proposes the examples of a rule: what its compliant reports become when one thing in them is changed.

Only fields that the rule names are changed: taken away, set to another listed value, and dates, counts and lists moved
to the last place where the rule is silent and one step beyond it. What each gives is what the rule really says there;
whether that is what the plan wants is for its author to read.
"""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator
from typing import Any

import yaml

from ..judging.compile import Compiled
from ..judging.kinds import CHECK_KINDS
from ..packs.rule import Rule
from ..reading.intake import Map, Seq, Value
from ..reading.schema import ChoiceShape, maps_in
from ..recording import dataclass, field
from ..records import UsageError
from ..text.dates import parse_date
from ..text.messages import say
from ..text.regex import regex
from .examples import UNBUILT, Example, base_report, bases, findings_of

_NAME = regex(r"[a-z_]+|[\u4e00-\u9fff]+")
_FARTHEST = 1024        # days or units from where a value stands
_LONGEST = 4096         # characters of a text
_MOST = 12              # failing examples of a rule
_SAID = frozenset({"each", "check", "checks", "must", "when", "where", "let", "at", "every", "required", "over"})

Plain = Any             # of a report as plain data


@dataclass(frozen=True, slots=True)
class _Base:
    """A compliant report at one phase."""

    name: str
    kind: str
    phase: str

    def example(self, **more: object) -> Example:
        return {"base": self.name, "phase": self.phase, **more}


@dataclass
class Proposal:
    """The examples of one rule, as a family file has them."""

    compiled: Compiled
    rule: Rule
    language: str
    passing: list[Example] = field(default_factory=list)
    failing: list[Example] = field(default_factory=list)
    loud: list[_Base] = field(default_factory=list)     # of which the rule has something to say as they are

    def text(self) -> str:
        """The examples, ready to paste into the rule. Raises UsageError for a rule that none can be made for."""
        if "batch" in self.rule.who:
            raise UsageError("propose.batch", rule=self.rule.id)
        named = self._named()
        for base in self._bases(named):
            self.passing.append(base.example())
            self._of_base(base, named)
        if not self.failing and self.loud:
            raise UsageError("propose.loud", rule=self.rule.id, base=self.loud[0].name,
                             phase=self.compiled.pack.phases[self.loud[0].phase].name)
        if not self.passing:
            raise UsageError("propose.no-base", rule=self.rule.id)
        if not self.failing:
            raise UsageError("propose.silent", rule=self.rule.id)
        rows = [f"    {side}:\n" + "".join(f"    - {_flow(one)}\n" for one in listed)
                for side, listed in (("pass", self.passing), ("fail", self.failing))]
        return "  examples:\n" + "".join(rows)

    def _bases(self, named: set[str]) -> Iterator[_Base]:
        """Of each compliant report the first phase in which the rule speaks, finds its fields and is silent."""
        for name, kind, level in bases(self.compiled.pack):
            for phase in self.compiled.pack.phases:
                base = _Base(name, kind, phase)
                report = base_report(self.compiled.pack, name, phase)
                if not self.compiled.applies(self.rule, kind, level, phase) \
                        or not any(_field(pointer) in named for pointer, _ in _places(report, "")):
                    continue
                if not self._found(base.example()):
                    yield base
                    break
                self.loud.append(base)

    def _of_base(self, base: _Base, named: set[str]) -> None:
        """What the changes of one base give; each kind of change once for a field, wherever it stands."""
        report = base_report(self.compiled.pack, base.name, base.phase)
        themes = self.compiled.pack.roles.themes
        seen: set[tuple[str, str]] = {(one["note"], _pattern(_pointer(one), themes)) for one in self.failing}
        for pointer, value in _places(report, ""):
            if _field(pointer) not in named:
                continue
            for note, passing, failing in self._changes(base, pointer, value):
                if len(self.failing) < _MOST and (note, _pattern(pointer, themes)) not in seen:
                    seen.add((note, _pattern(pointer, themes)))
                    self.passing += [passing] if passing else []
                    self.failing.append(failing)

    def _named(self) -> set[str]:
        """The fields that the rule names, in English."""
        texts = [text for key, one in self.rule.typed.entries.items() if key in _SAID for text in _texts(one)]
        words = {word for text in texts for word in _NAME.findall(text)}
        titles = {written: key for shape in self.compiled.pack.shapes.values() for one in maps_in([shape])
                  for written, (key, _) in one.fields.items()}
        return {titles.get(word, word) for word in words}

    def _changes(self, base: _Base, pointer: str, value: Plain) -> Iterator[tuple[str, Example | None, Example]]:
        """(note, an example on the bound, the one beyond it) of each change of a field that makes the rule speak."""
        yield from self._told(base, "gone", {"remove": [pointer]})
        if isinstance(value, list) and len(value) > 1:
            yield from self._to_bound(base, "fewer", len(value), lambda gone: {
                "remove": [f"{pointer}/{at}" for at in range(len(value) - gone, len(value))]})
        if not isinstance(value, str):
            return
        if len(value) == 10 and parse_date(value):
            day = datetime.date.fromisoformat(value)
            yield from self._to_bound(base, "later", _FARTHEST, lambda days: {"set": {pointer: _moved(day, days)}})
            yield from self._to_bound(base, "earlier", _FARTHEST, lambda days: {"set": {pointer: _moved(day, -days)}})
        elif value.isdigit() and len(value) < 6:
            yield from self._to_bound(base, "more", _FARTHEST, lambda more: {"set": {pointer: str(int(value) + more)}})
            yield from self._to_bound(base, "less", int(value), lambda less: {"set": {pointer: str(int(value) - less)}})
        else:
            for other in self._choices(base.kind, pointer):
                if other != value:
                    yield from self._told(base, "value", {"set": {pointer: other}})
            yield from self._to_bound(base, "longer", _LONGEST - len(value), lambda more: {
                "set": {pointer: value + "…" * more}})

    def _told(self, base: _Base, note: str, change: Example) -> Iterator[tuple[str, Example | None, Example]]:
        failing = self._failing(base, note, change)
        if failing:
            yield self._note(note), None, failing

    def _to_bound(self, base: _Base, note: str, most: int,
                  change: Callable[[int], Example]) -> Iterator[tuple[str, Example | None, Example]]:
        """Halves the way between a step without a finding and one with it."""
        silent, step = 0, 1
        while step <= most and not self._found(base.example(**change(step))):
            silent, step = step, step * 2 if step * 2 <= most or step == most else most
        if step > most:
            return
        while step - silent > 1:
            middle = (silent + step) // 2
            silent, step = (silent, middle) if self._found(base.example(**change(middle))) else (middle, step)
        failing = self._failing(base, note, change(step))
        if failing:
            passing = base.example(**change(silent), **self._also(base.example(**change(silent)))) if silent else None
            yield self._note(note), {"note": self._note("bound"), **passing} if passing else None, failing

    def _found(self, example: Example) -> list[str]:
        """The pointers of the rule's findings on an example; none where it can't be built."""
        try:
            return [str(one.pointer) for one in findings_of(self.compiled, example) if one.rule == self.rule.id]
        except UNBUILT:
            return []

    def _also(self, example: Example) -> Example:
        """What other rules say of an example, as it says it."""
        others = sorted({one.rule for one in findings_of(self.compiled, example)} - {self.rule.id})
        return {"also": others} if others else {}

    def _failing(self, base: _Base, note: str, change: Example) -> Example | None:
        example = base.example(**change)
        expect = self._found(example)
        if not expect:
            return None
        return {"note": self._note(note), **example, "expect": expect, **self._also(example)}

    def _note(self, name: str) -> str:
        return say(f"propose.{name}", self.language)

    def _choices(self, kind: str, pointer: str) -> list[str]:
        """The values that a field may have, if they are listed."""
        shape: Any = self.compiled.pack.shapes[kind]
        for step in pointer.split("/")[1:]:
            ways = getattr(shape, "ways", [shape])
            inner = [way.item if step.isdigit() and hasattr(way, "item") else way.fields[step][1]
                     for way in ways if hasattr(way, "item") or step in getattr(way, "fields", {})]
            if not inner:
                return []
            shape = inner[0]
        return list(dict.fromkeys(shape.values.values())) if isinstance(shape, ChoiceShape) else []


def _moved(day: datetime.date, days: int) -> str:
    return (day + datetime.timedelta(days)).isoformat()


def _texts(node: Value) -> Iterator[str]:
    """The texts and keys in a part of a rule as typed."""
    if isinstance(node, Map):
        for key, one in node.entries.items():
            if key not in CHECK_KINDS:
                yield key
            yield from _texts(one)
    elif isinstance(node, Seq):
        for one in node.items:
            yield from _texts(one)
    elif isinstance(node, str):
        yield node


def _places(data: Plain, pointer: str) -> Iterator[tuple[str, Plain]]:
    """(pointer, value) of everything in a report."""
    inner = data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ()
    for key, one in inner:
        yield f"{pointer}/{key}", one
        yield from _places(one, f"{pointer}/{key}")


def _field(pointer: str) -> str:
    """The field that a pointer leads to, or of which it leads to an item."""
    return re.sub(r"/\d+$", "", pointer).rpartition("/")[2]


def _pattern(pointer: str, themes: str) -> str:
    """A pointer without the theme and the positions in it."""
    return re.sub(r"/\d+(?=/|$)", "/0", re.sub(f"^/{themes}/[^/]+", f"/{themes}/*", pointer))


def _pointer(example: Example) -> str:
    return next(iter((*example.get("remove", ()), *example.get("set", {}))), "")


def _flow(example: Example) -> str:
    text: str = yaml.safe_dump(example, allow_unicode=True, default_flow_style=True, sort_keys=False, width=1 << 20)
    return text.strip()
