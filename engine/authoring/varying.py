"""Changes what a rule reads of a report that it has nothing against, until it has: one thing at a time, on each bound
and one step beyond it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from decimal import Decimal
from itertools import count
from math import ceil, floor

from ..language.types import Steps
from ..reading.paths import ITEM
from ..reading.schema import (
    BehaviourShape,
    ChoiceShape,
    CountShape,
    IdShape,
    ListShape,
    MapShape,
    NameShape,
    NumberShape,
    Shape,
    TextShape,
)
from ..recording import dataclass, replace
from ..text.messages import say
from ..text.regex import regex
from .growing import GONE, Plain, PlainPlace, fitting, is_date, moved
from .settling import Settler, TriedReports

_FARTHEST = 1024        # days or units from where a value stands
_LONGEST = 4096         # characters of a text
_LONGER = 12            # items more
_ONWARDS = ("longer", "more", "up", "items")      # what is too much stays so
_FEW = 4                # fields of an item that is written a second time
_SAME = 2               # fields of which the same kind of change is shown
_NUMBER = regex(r"(\d+(?:\.\d+)?)(\D*)")     # and what it is written with: 85%, 3万元
Step = Callable[[int], Plain]       # a number of steps -> what then stands at a place


@dataclass(frozen=True, slots=True)
class Variant:
    """A change that makes the rule speak, from what, and the last before it that does not."""

    note: str
    start: TriedReports
    bound: TriedReports | None
    failing: TriedReports


class Varying:
    """The changes of one rule's starts; each kind of change is shown once for a field, wherever it stands."""

    def __init__(self, settler: Settler) -> None:
        self._settler, self._verdicts = settler, settler.verdicts
        self.seen: set[tuple[str, Steps]] = set()
        self.tried = False

    def of(self, start: TriedReports) -> list[Variant]:
        """What the changes of a start give that others did not; of what is changed too where there are several ways."""
        self.tried = True
        found = list(self._changes(start))
        if self._settler.reads.has_ways or not self.seen:
            for other in self._settler.others(start):
                if self._verdicts.enough:
                    break
                found += self._changes(other)
        return found

    def _changes(self, start: TriedReports) -> Iterator[Variant]:
        for number in range(1, len(start.sheets)):
            yield from self._told("alone", (), start, _without(start, number))
        for number, place in start.places(self._settler.pack):
            for note, most, step in self._steps(start, number, place):
                if (note, place.steps) not in self.seen:
                    yield from self._to_bound(note, start, number, place, most, step)

    def _told(self, note: str, steps: Steps, start: TriedReports, failing: TriedReports,
              bound: TriedReports | None = None) -> Iterator[Variant]:
        if (note, steps) not in self.seen and self._verdicts.speaks(failing):
            self.seen.add((note, steps))
            if [one for one, _ in self.seen].count(note) <= _SAME:
                yield Variant(note, start, bound, failing)

    def _to_bound(self, note: str, start: TriedReports, number: int, place: PlainPlace, most: int,
                  step: Step) -> Iterator[Variant]:
        """Halves the way between a step without a finding and one with it."""
        def at(steps: int) -> TriedReports:
            return start.put(number, place, step(steps))

        if note in _ONWARDS and not self._verdicts.speaks(at(most)):
            return
        silent, loud = 0, 1
        while loud <= most and not self._verdicts.speaks(at(loud)):
            silent, loud = loud, loud * 2 if loud * 2 <= most or loud == most else most
        if loud > most:
            return
        while loud - silent > 1:
            middle = (silent + loud) // 2
            silent, loud = (silent, middle) if self._verdicts.speaks(at(middle)) else (middle, loud)
        yield from self._told(note, place.steps, start, at(loud), at(silent) if silent else None)

    def _steps(self, start: TriedReports, number: int, place: PlainPlace) -> Iterator[tuple[str, int, Step]]:
        """(note, how many steps at most, what stands there after so many) of each way to change a place."""
        value, shape = place.value, fitting(place.shape, place.value)
        sampler = self._settler.sampler(start.sheets[number])
        if place.steps[-1] is not ITEM:
            yield "gone", 1, lambda _: GONE
            key = _beside(value, shape)
            if key and isinstance(shape, MapShape):
                yield "gone", 1, lambda _: {key: sampler.of(shape.fields[key][1])}
        if isinstance(value, list) and isinstance(shape, ListShape):
            item, last = shape.item, value[-1]
            yield "fewer", len(value) - 1, lambda gone: value[:len(value) - gone]
            if not isinstance(last, dict) or len(last) <= _FEW:
                yield "again", 1, lambda _: [*value, last]
                others = [sampler.another(last, item) for _ in range(_LONGER)]
                yield "items", _LONGER, lambda more: [*value, *others[:more]]
        elif not isinstance(value, str):
            return
        elif is_date(place):
            yield "later", _FARTHEST, lambda days: moved(value, days)
            yield "earlier", _FARTHEST, lambda days: moved(value, -days)
        elif isinstance(shape, CountShape):
            yield from _numbers(value, ("up", "down") if isinstance(shape, NumberShape) else ("more", "less"))
        elif isinstance(shape, ChoiceShape) and not isinstance(shape, BehaviourShape):
            for other in dict.fromkeys(shape.values.values()):
                if other != shape.values.get(value):
                    yield "value", 1, lambda _, other=other: other     # type: ignore[misc]
        elif isinstance(shape, NameShape | IdShape) or type(shape) is TextShape:
            other = next(one for one in (sampler.of(shape) for _ in count()) if one != value)
            yield "other", 1, lambda _: other
            if isinstance(shape, NameShape):
                yield "two", 1, lambda _: f"{value}、{other}"
            elif not isinstance(shape, IdShape):
                for word in self._settler.reads.wordings:
                    yield "worded", len(value), \
                        lambda cut, word=word: word + value[:len(value) - cut]     # type: ignore[misc]
                yield "longer", _LONGEST, lambda more: say("propose.filler", "zh") * more


def _beside(value: Plain, shape: Shape) -> str | None:
    """Of a map in which one field is filled in, another: without the one it would be no map."""
    one = isinstance(value, dict) and isinstance(shape, MapShape) and len(value) == 1
    return next((key for key in shape.titles if key not in value), None) if one else None


def _numbers(value: str, notes: tuple[str, str]) -> Iterator[tuple[str, int, Step]]:
    found = _NUMBER.fullmatch(value)
    if found is None:
        return
    number, unit = Decimal(found[1]), found[2]
    yield notes[0], _FARTHEST, lambda more: f"{floor(number) + more}{unit}"
    yield notes[1], ceil(number), lambda less: f"{ceil(number) - less}{unit}"


def _without(setting: TriedReports, number: int) -> TriedReports:
    return replace(setting, sheets=(*setting.sheets[:number], *setting.sheets[number + 1:]))
