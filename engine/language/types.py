"""What the values in a sentence are: their types, from the form of the reports."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any, TypeAlias

from ..reading.schema import (
    BehaviourShape,
    ChoiceShape,
    CountShape,
    DateShape,
    EitherShape,
    IdShape,
    ListShape,
    MapShape,
    Shape,
    TextShape,
    TruthShape,
)
from ..recording import dataclass, field, replace

# The forms of values. Each is also the name of a text of the section `holds`.
TEXT, CHOICE, ID, COUNT, TRUTH, MAP, EITHER = "text", "choice", "id", "count", "truth", "map", "either"
PERSON = "person"       # somebody's name, found in a text
DATE, MONTH, QUARTER, HALF, SPAN = "date", "month", "quarter", "half", "span"
ORDERED = frozenset({DATE, MONTH, QUARTER, HALF, COUNT})
SHOWN = frozenset({DATE, MONTH, QUARTER, HALF, COUNT, CHOICE, ID, "field"})     # what a message may show

Steps: TypeAlias = "tuple[str, ...]"


class Fault(Exception):
    """What is wrong with a sentence: the name of a text of the section `language`, the place in it, its variables."""

    def __init__(self, key: str, at: int, **facts: Any) -> None:
        super().__init__(key, at)
        self.key = key
        self.at = at        # characters before it
        self.facts = facts
        self.part = ""      # in which text of its check: must, when, where, each, let, at


@dataclass(frozen=True, slots=True)
class Type:
    """What a value is. `values` are those of a choice, as written -> canonical; `shapes` what a map or a number may
    be.
    """

    form: str
    many: bool = False              # a list of such values
    values: Mapping[str, str] = field(default_factory=dict, compare=False)
    shapes: tuple[Shape, ...] = field(default=(), compare=False)

    @property
    def one(self) -> Type:
        """An item of the list."""
        return replace(self, many=False)

    @property
    def listed(self) -> Type:
        """A list of such."""
        return replace(self, many=True)


_TRUTH = Type(TRUTH)


def type_of(shapes: Iterable[Shape], at: int) -> Type:
    """The type of what has one of some shapes, which must agree. Raises Fault where they don't."""
    found: list[Type] = []
    for shape in shapes:
        one = _of(shape)
        if one.form == MAP and found and found[0].form == MAP and found[0].many == one.many:
            found[0] = replace(found[0], shapes=(*found[0].shapes, *one.shapes))
        elif one.form == CHOICE and found and found[0] == one:
            found[0] = replace(found[0], values={**found[0].values, **one.values})
        elif not found:
            found.append(one)
        elif found[0] != one:
            raise Fault("several-forms", at, one=found[0].form, other=one.form)
    return found[0]


def _of(shape: Shape) -> Type:
    if isinstance(shape, ListShape):
        return replace(_of(shape.item), many=True)
    if isinstance(shape, MapShape):
        return Type(MAP, shapes=(shape,))
    if isinstance(shape, DateShape):
        return Type(shape.format)
    if isinstance(shape, TruthShape):
        return _TRUTH
    if isinstance(shape, BehaviourShape):
        segments = shape.names.by_theme[shape.theme]
        return Type(CHOICE, values={**dict(zip(segments, segments, strict=True)), **shape.names.other})
    if isinstance(shape, ChoiceShape):
        return Type(CHOICE, values=shape.values)
    if isinstance(shape, EitherShape):
        ways = [_of(way) for way in shape.ways]
        values = {written: one for way in ways for written, one in way.values.items()}
        return Type(CHOICE if values else TEXT, many=True, values=values) if values or ways[0].form == TEXT \
            else Type(EITHER)
    form = next((form for kind, form in _FORMS if isinstance(shape, kind)), TEXT)
    return Type(form, shapes=(shape,) if form == COUNT else ())


_FORMS = ((CountShape, COUNT), (IdShape, ID), (TextShape, TEXT))


def fields_of(shapes: Iterable[Shape], written: str) -> tuple[str, list[Shape]] | None:
    """The canonical key and the shapes of a field, as written in either language; None where there is none."""
    found = [shape.fields[written] for shape in shapes if isinstance(shape, MapShape) and written in shape.fields]
    return (found[0][0], [shape for _, shape in found]) if found else None


def names_in(shapes: Iterable[Shape]) -> list[str]:
    """Every name of a field right below some maps, in both languages."""
    return list(dict.fromkeys(name for shape in shapes if isinstance(shape, MapShape) for name in shape.fields))


def is_alike(shapes: Iterable[Shape]) -> bool:
    """Whether each field of some maps is a map with the same fields, so that `*` makes sense: the themes."""
    for shape in shapes:
        ways = [one for _, one in shape.fields.values()] if isinstance(shape, MapShape) else []
        if not ways or not all(isinstance(one, MapShape) and one.titles == ways[0].titles for one in ways):
            return False
    return True
