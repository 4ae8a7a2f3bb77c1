"""Every text of a report as it was typed, at its own line, whatever the form makes of it. No rules, no findings."""

from __future__ import annotations

from collections.abc import Iterator

from ..recording import dataclass
from ..records import Route
from ..text.wording import slip_of
from .intake import Map, Pin, Seq, Value
from .schema import Shape


@dataclass(frozen=True, slots=True)
class Typed:
    """One scalar, or one key that is no field there."""

    text: str
    path: Route         # canonical keys and positions as typed; of an unknown key and all under it, its parent's
    mark: Pin         # of the item, else of the key (0-based line and column)
    unknown: Pin | None = None    # the mark of the outermost key that is no field, if it is that or stands under it
    key: str = ""                   # the unknown key whose value it is, or that it is
    siblings: tuple[str, ...] = ()  # the fields that may stand where that key does

    @property
    def name(self) -> str | None:
        """The unknown key, if it is plainly a slip of a field and may be shown."""
        return self.key if slip_of(self.key, self.siblings) else None


def typed_texts(root: Map, shape: Shape) -> Iterator[Typed]:
    """Every text with something in it, unknown keys too, in the order of the file. `shape` is the form's."""
    rest: list[tuple[Value, Shape | None, Typed]] = [(root, shape, Typed("", (), root.mark))]
    while rest:
        value, form, at = rest.pop()
        if isinstance(value, Map):
            rest.extend(reversed(list(_entries(value, _fitting(form, value), at))))
        elif isinstance(value, Seq):
            item = getattr(_fitting(form, value), "item", None)
            rest.extend((value.items[number], item, Typed("", (*at.path, number) if at.unknown is None else at.path,
                                                          value.at[number], at.unknown))
                        for number in range(len(value.items) - 1, -1, -1))
        elif value is not None and (text := value.strip()):
            yield Typed(text, at.path, at.mark, at.unknown, at.key, at.siblings)


def bare_texts(root: Map, shape: Shape) -> list[str]:
    """The same texts in any order, without their places."""
    found: list[str] = []
    rest: list[tuple[Value, Shape | None]] = [(root, shape)]
    while rest:
        value, form = rest.pop()
        if isinstance(value, Map):
            fields = getattr(_fitting(form, value), "fields", {})
            found += [key.strip() for key in value.entries if key not in fields]
            rest += [(one, fields[key][1] if key in fields else None) for key, one in value.entries.items()]
        elif isinstance(value, Seq):
            item = getattr(_fitting(form, value), "item", None)
            rest += [(one, item) for one in value.items]
        elif value is not None:
            found.append(value.strip())
    return [text for text in found if text]


def _entries(value: Map, shape: Shape | None, at: Typed) -> Iterator[tuple[Value, Shape | None, Typed]]:
    """What stands in a map: the values of its fields, and each other key with its value."""
    fields = getattr(shape, "fields", {})
    siblings = tuple(fields)
    for key, one in value.entries.items():
        known, mark = fields.get(key), value.at[key]
        if known:
            yield one, known[1], Typed("", (*at.path, known[0]), mark)
        else:
            here = Typed("", at.path, mark, at.unknown or mark, key, siblings)
            yield key, None, here
            yield one, None, here


def _fitting(shape: Shape | None, value: Map | Seq) -> Shape | None:
    """The shape itself, or of several ways to write a field the one that was chosen."""
    ways = getattr(shape, "fitting", None)
    return ways[type(value)] if ways else shape
