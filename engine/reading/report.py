"""What a bound report is: canonical data that remembers where each field stands. No rules, no files."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..recording import dataclass
from ..records import Route
from ..text.wording import is_id, mask_numbers

if TYPE_CHECKING:
    from .intake import Map, Seq
    from .roles import Roles
    from .schema import MapShape, Shape


class _Bad:
    """The one value that stands for "something is here, but not of the form the schema asks for"."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "BAD"

    def __reduce__(self) -> str:
        return "BAD"


BAD = _Bad()

class Doc(dict[str, Any]):
    """A map with canonical English keys; absent values are left out. `src` is what was typed.

    `misspelt` maps fields to the keys as typed that are plainly slips of theirs, None where there are none.
    """

    __slots__ = ("misspelt", "shape", "src")
    src: Map
    shape: MapShape
    misspelt: dict[str, str] | None

    def written(self, key: str) -> str | None:
        """The key as the submitter typed it, or None when it is not there at all."""
        return _written(self.src, self.shape, key, self.misspelt)


class Items(list[Any]):
    """A list without its absent items; `kept` gives each item's position as typed, None if none was dropped."""

    __slots__ = ("kept", "src")
    src: Seq
    kept: list[int] | None

    def position(self, index: int) -> int:
        """The position in the file of the item that has `index` here (both 0-based)."""
        return index if self.kept is None else self.kept[index]


@dataclass(frozen=True, slots=True)
class Place:
    """Where a finding stands."""

    pointer: str            # RFC 6901, canonical English keys
    stable: str             # the pointer with list positions replaced by item IDs, for fingerprints
    line: int               # 1-based
    column: int             # 1-based, in characters
    theme: str | None       # theme ID when inside one
    field: str              # the field's name as the submitter wrote it, else its title
    trail: str              # the way to it in words, for people
    problem: str | None     # ID of the problem it stands in, when it is fit to print
    cell: str | None = None     # of a workbook: sheet and cell
    sheet: int = 0              # and which of its sheets that is
    chinese: bool = True        # the report's keys are Chinese, most of them


@dataclass(slots=True)
class Report:
    """One bound report. `kind` and `phase` are None when the file does not say them validly."""

    doc: Doc
    kind: str | None
    phase: str | None
    level: str | None
    texts: list[str]        # every text value, for rules that look for words anywhere
    chinese: bool           # whether the submitter writes Chinese keys

    @property
    def roles(self) -> Roles:
        """By which fields things are found in it."""
        assert self.doc.shape.form is not None      # a report's shape has one
        return self.doc.shape.form.roles


def escape(segment: str | int) -> str:
    """One segment of an RFC 6901 pointer."""
    return str(segment).replace("~", "~0").replace("/", "~1")


def pointer_of(path: Route) -> str:
    """The RFC 6901 text of a path of keys and positions."""
    return "".join("/" + escape(segment) for segment in path)


def segments_of(pointer: str) -> list[str]:
    """The segments of an RFC 6901 pointer."""
    return [part.replace("~1", "/").replace("~0", "~") for part in pointer.split("/")[1:]]


def printable_id(value: object) -> str | None:
    """An ID fit to be printed: of the right form, with private numbers masked. Else None."""
    if type(value) is str and is_id(value):
        return mask_numbers(value)
    return None


def field_name(report: Report, shape: Shape | None, key: str) -> str:
    """The name of a field that is not in the file: its title, and the key too where the file has English keys."""
    title = shape.titles.get(key, key) if shape is not None else key
    return title if report.chinese or title == key else field_shown(key, title)


def field_shown(key: str, title: str) -> str:
    """A field as a file with English keys is told of it."""
    return f"{key}（{title}）"


def locate(report: Report, path: Route) -> Place:
    """The place of `path` (keys and positions in the bound data); a missing field stands at its nearest ancestor.

    A field that is there and left blank stands where it is.
    """
    node: Any = report.doc
    shape, src = node.shape, node.src
    marks = node.src.at
    mark = next(iter(marks.values())) if marks else node.src.mark
    pointer, stable = [""], [""]
    trail: list[str] = []
    name = ""
    problem, themes = None, report.roles.themes
    for segment in path:
        if isinstance(segment, int) and type(node) is Items:
            position = node.position(segment)
            mark, src = node.src.at[position], node.src.items[position]
            node = node[segment]
            ident = node.get("id") if type(node) is Doc else None
            pointer.append(str(position))
            stable.append(escape(ident) if type(ident) is str else str(position))
            shown = printable_id(ident)
            trail.append(f"#{position + 1}" + (f"({shown})" if shown else ""))
            if shown and path[0] == themes:
                problem = shown
            shape = node.shape if type(node) is Doc else shape
            continue
        key = str(segment)
        written = _written(src, shape, key, node.misspelt if type(node) is Doc else None)
        if written is None:
            name = field_name(report, shape if type(node) is Doc or node is None else None, key)
            node = src = None
        else:
            mark, src = src.at[written], src.entries[written]
            name = written
            node = node.get(key) if type(node) is Doc else None
        pointer.append(escape(key))
        stable.append(pointer[-1])
        trail.append(name)
        shape = node.shape if type(node) is Doc else _below(shape, key)
    theme = str(path[1]) if len(path) > 1 and path[0] == themes else None
    return Place(
        "/".join(pointer), "/".join(stable),
        mark.line + 1, mark.column + 1, theme, name, " › ".join(trail), problem, getattr(mark, "cell", None),
        getattr(mark, "sheet", 0), report.chinese)


def _written(src: Any, shape: Shape | None, key: str, misspelt: dict[str, str] | None = None) -> str | None:
    """A field's name as typed in a map, be it blank, or None when it is not there at all."""
    entries = getattr(src, "entries", ())
    title = shape.titles.get(key) if shape is not None else None
    typed = misspelt.get(key) if misspelt else None
    return key if key in entries else title if title in entries else typed if typed in entries else None


def _below(shape: Shape | None, key: str) -> Shape | None:
    """The shape of a field that the file does not have, so that its parts can still be named."""
    field = getattr(shape, "fields", {}).get(key) if shape is not None else None
    below = field[1] if field else None
    return getattr(below, "item", below)    # of a list, the shape of its items
