"""The numbers that a pack's form adds to the shared one: their places and names, which may be summed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from ..reading.paths import EACH, ITEM
from ..reading.schema import Schema
from ..recording import dataclass


@dataclass(frozen=True, slots=True)
class OwnFigure:
    """One field for numbers. `unit` is what stands behind them, `summed` whether those of several make one."""

    steps: tuple[str, ...]
    names: tuple[str, ...]      # of the field, before it of the map or list of the form's own in which it stands
    titles: tuple[str, ...]     # the same in Chinese
    unit: str
    summed: bool

    @property
    def key(self) -> str:
        """Its place as one text."""
        return ".".join(self.steps)


def own_figures(schemas: Mapping[str, Schema]) -> tuple[OwnFigure, ...]:
    """Of all reports, each place once, in the order of the form."""
    found = {figure.steps: figure for schema in schemas.values() for figure in _in(schema, (), (), ())}
    return tuple(found.values())


def _in(schema: Schema, steps: tuple[str, ...], names: tuple[str, ...], titles: tuple[str, ...]) -> Iterator[OwnFigure]:
    if schema.get("type") in ("integer", "number") and titles:
        percent = schema.get("format") == "percent"
        yield OwnFigure(steps, names, titles, "%" if percent else schema.get("x-unit", ""), not percent)
    for key, below in schema.get("properties", {}).items():
        own = bool(below.get("x-own"))
        yield from _in(below, (*steps, key), (*names, key) if own else (), (*titles, below["title"]) if own else ())
    for word, step in (("items", ITEM), ("additionalProperties", EACH)):
        if isinstance(schema.get(word), dict):
            yield from _in(schema[word], (*steps, step), names, titles)
