"""Plain reports changed for a rule: what it reads of them filled in from the form, and what may stand there instead."""

from __future__ import annotations

import copy
import datetime
import re
from collections.abc import Iterator, Mapping, Sequence
from itertools import count
from typing import Any

from ..language.types import Steps
from ..language.values import half_of, quarter_of
from ..packs.pack import Pack
from ..reading.paths import EACH, ITEM
from ..reading.report import pointer_of
from ..reading.schema import (
    BehaviourShape,
    ChoiceShape,
    CountShape,
    DateShape,
    EitherShape,
    IdShape,
    ListShape,
    MapShape,
    NameShape,
    NumberShape,
    Shape,
    TextShape,
)
from ..recording import dataclass
from ..records import Route
from ..text.messages import say

Plain = Any                     # of a report as plain data
GONE = object()                 # in place of a value: it is taken away
_FARTHEST = 10                  # a date is tried moved by so many powers of two of days
_COUNT, _PERCENT = "20", "95"   # what stands in a field for numbers unless the rule says otherwise
_RUN = 40                       # characters of one kind in a row that are written as such


@dataclass(frozen=True, slots=True)
class PlainPlace:
    """What stands in a report at one place. `steps` are those of the form."""

    route: Route
    steps: Steps
    value: Plain
    shape: Shape


def places(value: Plain, shape: Shape, route: Route = (), steps: Steps = ()) -> Iterator[PlainPlace]:
    """Everything in a report that is of its form, from the top; what is not is passed over."""
    shape = fitting(shape, value)
    if isinstance(shape, MapShape) and isinstance(value, dict):
        inner = [(key, *shape.fields[key], one) for key, one in value.items() if key in shape.fields]
    elif isinstance(shape, ListShape) and isinstance(value, list):
        inner = [(at, ITEM, shape.item, one) for at, one in enumerate(value)]
    else:
        return
    for key, step, below, one in inner:
        yield PlainPlace((*route, key), (*steps, step), one, below)
        yield from places(one, below, (*route, key), (*steps, step))


def is_at(place: Steps, wanted: Steps) -> bool:
    """Whether a place is one of those that some steps of a rule lead to."""
    return len(place) == len(wanted) and all(
        there == step or step is EACH for there, step in zip(place, wanted, strict=True))


def fitting(shape: Shape, value: Plain) -> Shape:
    """Of a field that takes a text or a list the one that was written; a list where nothing is."""
    if not isinstance(shape, EitherShape):
        return shape
    form = TextShape if isinstance(value, str) else MapShape if isinstance(value, dict) else ListShape
    return next((way for way in shape.ways if isinstance(way, form)), shape.ways[0])


class Sampler:
    """Makes up what may stand in a field: of numbers, dates and names what is easily read, each text another one."""

    def __init__(self, pack: Pack, filed: str, names: Sequence[str]) -> None:
        self.marks = say("propose.marks", "zh")
        self.pack, self.filed, self.names = pack, filed, names or list(self.marks)
        self._numbers = count()

    def of(self, shape: Shape) -> Plain:
        """A value for a field."""
        shape, number = fitting(shape, None), next(self._numbers)
        if isinstance(shape, ListShape):
            return [self.of(shape.item)]
        if isinstance(shape, MapShape):
            key = next(iter(shape.titles))
            return {key: self.of(shape.fields[key][1])}
        if isinstance(shape, DateShape):
            return {"month": self.filed[:7], "quarter": quarter_of(self.filed), "half": half_of(self.filed)}.get(
                shape.format, self.filed)
        if isinstance(shape, BehaviourShape):
            return next(iter(shape.names.by_theme[shape.theme]))
        if isinstance(shape, ChoiceShape):
            return next(iter(shape.values.values()))
        if isinstance(shape, CountShape):
            return _PERCENT if isinstance(shape, NumberShape) and shape.form == "percent" else _COUNT
        if isinstance(shape, NameShape):
            return self.names[number % len(self.names)]
        if isinstance(shape, IdShape):
            return f"N-{number + 1}"
        return f"{getattr(shape, 'title', '')}{self.mark(number)}"

    def mark(self, number: int) -> str:
        """A number in the characters that tell made-up texts apart."""
        more, last = divmod(number, len(self.marks))
        return (self.mark(more - 1) if more else "") + self.marks[last]

    def filled(self, value: Plain, shape: Shape, steps: Steps, name: bool) -> Plain:
        """A value in which there is something at the end of some steps: what there was, else made up, or a name."""
        if not steps:
            return value if value not in (None, "", [], {}) else self.of(_names(shape) if name else shape)
        shape = fitting(shape, value if value is not None else {} if steps[0] is not ITEM else [])
        if isinstance(shape, ListShape) and steps[0] is ITEM:
            items = list(value or [])
            items[:1] = [self.filled(items[0] if items else None, shape.item, steps[1:], name)]
            return items
        if not isinstance(shape, MapShape):
            return value
        held = dict(value or {})
        key = _key(shape, held, steps)
        held[key] = self.filled(held.get(key), shape.fields[key][1], steps[1:], name)
        order = list(shape.titles)
        return dict(sorted(held.items(), key=lambda one: (      # what the form has not comes last
            order.index(shape.fields[one[0]][0]) if one[0] in shape.fields else len(order))))

    def another(self, value: Plain, shape: Shape) -> Plain:
        """An item like one of a list, with other words; dates, numbers and listed values stay."""
        shape = fitting(shape, value)
        if isinstance(value, dict) and isinstance(shape, MapShape):
            return {key: self.another(one, shape.fields[key][1]) if key in shape.fields else one
                    for key, one in value.items()}
        if isinstance(value, list) and isinstance(shape, ListShape):
            return [self.another(one, shape.item) for one in value]
        kept = isinstance(shape, DateShape | CountShape | ChoiceShape | BehaviourShape)
        if kept or not isinstance(shape, TextShape):
            return value
        made = self.of(shape)
        return made if made != value else self.of(shape)


def _names(shape: Shape) -> Shape:
    """A field for text as one for names."""
    shape = fitting(shape, None)
    return ListShape("", _names(shape.item), None) if isinstance(shape, ListShape) else NameShape("")


def _key(shape: MapShape, held: Mapping[str, Plain], steps: Steps) -> str:
    """The key of a step in a map as it is written there; of `*` the first below which the next one is."""
    if steps[0] is not EACH:
        known = {shape.fields[key][0]: key for key in held if key in shape.fields}
        return known.get(steps[0], steps[0])
    return next((key for key, one in held.items() if isinstance(one, dict) and steps[1:2] and steps[1] in one),
                next(iter(held), next(iter(shape.titles))))


def put(data: Plain, route: Route, value: Plain) -> Plain:
    """The same data with another value at one place, or without it."""
    if not route:
        return value
    changed = copy.copy(data)
    if value is GONE and len(route) == 1:
        del changed[route[0]]
    else:
        changed[route[0]] = put(data[route[0]], route[1:], value)
    return changed


def moved(day: str, days: int) -> str:
    """A date so many days later."""
    return (datetime.date.fromisoformat(day) + datetime.timedelta(days)).isoformat()


def is_date(place: PlainPlace) -> bool:
    """Whether a date stands there."""
    return isinstance(place.shape, DateShape) and place.shape.format == "date"


class Choices:
    """What may be tried at each place that a rule reads, so that the rule has nothing to say."""

    def __init__(self, pack: Pack, sampler: Sampler, texts: Sequence[str], wordings: Sequence[str]) -> None:
        """`texts` are those of the rule: its numbers and words are worth trying; so are `wordings` before a text."""
        self.pack, self.sampler, self.wordings = pack, sampler, wordings
        found = " ".join(texts)
        self.numbers = [int(one) for one in re.findall(r"(?<![\w-])\d{1,6}(?![\w-])", found)]
        self.words = re.findall(r"'([^']+)'", found)

    def of(self, place: PlainPlace, others: Sequence[PlainPlace]) -> list[Plain]:
        """The values worth trying at a place; `others` are all that the rule reads."""
        return [*self._instead(place, others), *([] if place.steps[-1] is ITEM else [GONE])]

    def _instead(self, place: PlainPlace, others: Sequence[PlainPlace]) -> Iterator[Plain]:
        shape, value = fitting(place.shape, place.value), place.value
        alike = [one.value for one in others if type(one.shape) is type(shape) and isinstance(one.value, str)]
        if isinstance(value, list) and isinstance(shape, ListShape):
            yield from self._lists(value, shape.item)
        elif not isinstance(value, str) or isinstance(shape, BehaviourShape):
            return
        elif is_date(place):
            yield from alike
            yield from (moved(value, sign * 2 ** power) for power in range(_FARTHEST) for sign in (-1, 1))
        elif isinstance(shape, CountShape):
            yield from map(str, self._numbers(place, others))
        elif isinstance(shape, ChoiceShape):
            yield from dict.fromkeys(shape.values.values())
        elif isinstance(shape, TextShape):
            yield from (*alike, *self.words, *(word + value for word in self.wordings))

    def _numbers(self, place: PlainPlace, others: Sequence[PlainPlace]) -> list[int]:
        there = [int(one.value) for one in others if one.route != place.route and isinstance(one.value, str)
                 and isinstance(one.shape, CountShape) and one.value.isdigit()]
        near = [one + step for one in (*self.numbers, *there) for step in (0, -1, 1)]
        return [one for one in dict.fromkeys([*([sum(there)] if there else []), *near, *range(6)]) if one >= 0]

    def _lists(self, value: list[Plain], item: Shape) -> Iterator[Plain]:
        yield from (value[:length] for length in range(len(value) - 1, 0, -1))
        grown = list(value)
        for _ in range(3):
            grown = [*grown, self.sampler.another(value[-1], item)]
            yield grown
        yield from self._spread(value[-1], item)

    def _spread(self, one: Plain, item: Shape) -> Iterator[Plain]:
        """Items like one, spread over the days from the start of the campaign to the filing of the report."""
        dated = [place for place in places([one], ListShape("", item, None)) if is_date(place)]
        for step in (91, 30, 7) if dated else ():
            day, days = moved(self.pack.start, step // 2), list[str]()
            while day <= self.sampler.filed and len(days) < 40:
                days.append(day)
                day = moved(day, step)
            yield [put([self.sampler.another(one, item)], dated[0].route, day)[0] for day in days]


def difference(before: Plain, after: Plain, route: Route = ()) -> tuple[dict[str, Plain], list[str]]:
    """What an example sets and takes away, by pointers, to make one report of another."""
    if isinstance(before, dict) and isinstance(after, dict):
        inner = [(key, before.get(key, GONE), after.get(key, GONE)) for key in {**before, **after}]
    elif isinstance(before, list) and isinstance(after, list) and after and len(after) <= len(before) + 1:
        inner = [(at, before[at] if at < len(before) else GONE, after[at] if at < len(after) else GONE)
                 for at in range(max(len(before), len(after)))]
    else:
        return ({}, []) if before == after else ({pointer_of(route): _short(after)}, [])
    settings: dict[str, Plain] = {}
    removals: list[str] = []
    for key, old, new in inner:
        place = (*route, "-") if old is GONE and isinstance(key, int) else (*route, key)
        if new is GONE:
            removals.append(pointer_of(place))
        elif old is GONE:
            settings[pointer_of(place)] = _short(new)
        else:
            more, gone = difference(old, new, place)
            settings |= more
            removals += gone
    return settings, removals


def _short(value: Plain) -> Plain:
    """A value as an example writes it: a long text of one character by its length."""
    if isinstance(value, dict):
        return {key: _short(one) for key, one in value.items()}
    if isinstance(value, list):
        return [_short(one) for one in value]
    long = isinstance(value, str) and len(value) > _RUN and len(set(value)) == 1
    return {"text": value[0], "times": len(value)} if long else value

