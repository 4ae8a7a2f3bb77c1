"""How the form of a report lies on the sheets of a workbook: one sheet for its single fields, one for the themes, one
for each list that is filled in by rows. Made of the form's shape alone; it reads and writes no files.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator
from functools import lru_cache

from ..recording import dataclass, field
from ..text.messages import LANGUAGES, say
from ..text.wording import is_invisible
from .schema import EitherShape, IdShape, ListShape, MapShape, Shape

DOT = "·"       # between the names of a field that stands inside another
LONGEST = 31    # characters of a sheet's name
_UNNAMED = str.maketrans(dict.fromkeys("[]:*?/\\'", "_"))       # what a sheet's name can't hold
Keys = tuple[str, ...]


@dataclass(frozen=True, slots=True)
class FormField:
    """One field that is filled in in one cell: a row of the main sheet, a column of any other."""

    path: Keys                      # canonical keys, from the report or from the row's own map
    titles: Keys                    # the same in Chinese
    shape: Shape

    def named(self, chinese: bool) -> Keys:
        return self.titles if chinese else self.path


@dataclass(slots=True)
class Table:
    """One sheet. A row is an item of a list, or the answer for one theme; of the main sheet it is a field."""

    path: Keys                      # of the list: keys from the report, from the answer, or from the item it stands in
    titles: Keys
    shape: MapShape                 # of the map that a row is
    holder: Table | None = None     # the sheet whose rows this list stands in
    is_themes: bool = False         # whether a row is the answer for a theme
    entries: list[FormField] = field(default_factory=list)
    tables: list[Table] = field(default_factory=list)       # lists inside this one
    groups: list[tuple[Keys, Keys]] = field(default_factory=list)   # maps whose fields stand on this sheet
    name: dict[str, str] = field(default_factory=dict)      # of the sheet, by language
    _known: dict[str, FormField] = field(default_factory=dict)

    @property
    def by_theme(self) -> bool:
        """Whether a row belongs to a theme."""
        return self.is_themes or (self.holder is not None and self.holder.is_themes)

    @property
    def above(self) -> Table | None:
        """The list in whose items this list stands."""
        return self.holder if self.holder and self.holder.holder and not self.holder.is_themes else None

    @property
    def way(self) -> Keys:
        """The keys from the report, without the theme."""
        return (*(self.holder.way if self.holder else ()), *self.path)

    @property
    def ident(self) -> FormField | None:
        """The field by whose value rows of sheets below name a row of this one."""
        return next((one for one in self.entries if isinstance(one.shape, IdShape)), None)

    @property
    def numbered(self) -> bool:
        """Whether rows of sheets below name a row of this one by a number, for want of an ID."""
        return bool(self.tables) and self.holder is not None and not self.is_themes and self.ident is None

    def key_label(self, language: str) -> str | None:
        """What stands above the column that says to what a row belongs: to a theme, or to a row of another sheet."""
        if self.by_theme:
            return say("workbook.theme", language)
        if self.above is None:
            return None
        ident, chinese = self.above.ident, language == "zh"
        if ident is None:
            return say("workbook.number-of", language, name=self.above.name[language])
        noun = self.above.shape.title if chinese else self.above.path[-1]
        return say("workbook.ident-of", language, noun=noun, name=ident.named(chinese)[-1])

    def labels(self, chinese: bool) -> list[str]:
        """The name of each entry on the sheet: as short as tells it from the others."""
        names = [one.named(chinese) for one in self.entries]
        every = names + [titles if chinese else path for path, titles in self.groups]
        return [_shortest(one, every) for one in names]

    def known(self) -> dict[str, FormField]:
        """Every name by which an entry may go, in either language, comparable -> the entry."""
        for chinese in () if self._known else (True, False):
            for one, label in zip(self.entries, self.labels(chinese), strict=True):
                self._known.setdefault(comparable(label), one)
                self._known.setdefault(comparable(DOT.join(one.named(chinese))), one)
        return self._known


@dataclass(frozen=True, slots=True)
class Layout:
    """All sheets of one kind of report, the main one first."""

    tables: tuple[Table, ...]
    root: MapShape
    themes: str                         # the key of the themes in the report
    names: dict[str, str]               # theme -> its Chinese name

    @property
    def main(self) -> Table:
        return self.tables[0]

    def within(self) -> Iterator[Table]:
        """The sheets that are filled in by rows."""
        return iter(self.tables[1:])

    def shape_of(self, table: Table, entry: FormField, theme: str | None) -> Shape:
        """The shape of a field where it belongs to a theme, each of which has its own behaviours."""
        if theme is None or not self._ways(table):
            return entry.shape
        shape: Shape = self.root
        for key in (*self._ways(table)[0], theme, *self._ways(table)[1], *entry.path):
            listed = listed_in(shape)
            shape = listed.item if listed is not None else shape
            assert isinstance(shape, MapShape)
            shape = shape.fields[key][1]
        return shape

    def _ways(self, table: Table) -> tuple[Keys, ...]:
        """The way to the themes and from there to a table; nothing for a table that belongs to no theme."""
        if table.is_themes:
            return table.path, ()
        above = self._ways(table.holder) if table.holder else ()
        return (above[0], (*above[1], *table.path)) if above else ()

    def theme_of(self, text: str) -> str | None:
        """The theme that a cell names, be it with words around its name, such as its number or what it is to cure."""
        bare = comparable(text)
        exact = [ident for ident, name in self.names.items() if bare in (comparable(ident), comparable(name))]
        found = exact or [ident for ident, name in self.names.items() if comparable(name) in bare]
        return found[0] if len(found) == 1 else None

    def more_than(self, theme: str, text: str) -> bool:
        """Whether a cell that names a theme says more than its name, its number and the plan's own words for it."""
        bare, name = comparable(text), comparable(self.names[theme])
        headings = self.root.form.headings if self.root.form is not None else {}
        plain = comparable("".join([headings.get(theme, ""), *(say("workbook.around", one) for one in LANGUAGES)]))
        return bare != comparable(theme) and any(
            char.isalnum() and not char.isnumeric() and char not in plain for char in bare.replace(name, "", 1))

    def parts(self, name: str) -> tuple[bool, str | None]:
        """Whether a name on the main sheet is that of fields or of a list filled in elsewhere, and on which sheet."""
        bare, language = comparable(name), LANGUAGES[name.isascii()]
        tables = [one for one in self.tables if one is not self.main and one.holder is self.main
                  and bare in map(comparable, (one.titles[-1], one.path[-1]))]
        grouped = any(bare in map(comparable, (path[-1], titles[-1])) for path, titles in self.main.groups)
        return bool(tables or grouped), tables[0].name[language] if len(tables) == 1 and not grouped else None


def comparable(text: str) -> str:
    """A name as it is compared: without blanks, wide signs, capitals and characters that nobody sees."""
    bare = "".join(unicodedata.normalize("NFKC", text).casefold().split())
    return bare if bare.isprintable() else "".join(char for char in bare if not is_invisible(char))


def row_name(row: int, language: str) -> str:
    """How a row is named that has no name of its own."""
    return say("workbook.row", language, row=row)


def is_row_name(text: str) -> bool:
    """Whether a text names a row by its place."""
    bare = comparable(text)
    digits = "".join(char for char in bare if char.isdecimal())     # ⓵ is a digit, but no part of a number
    return 0 < len(digits) < 10 and any(bare == comparable(row_name(int(digits), language)) for language in LANGUAGES)


@lru_cache(maxsize=8)
def layout_of(root: MapShape) -> Layout:
    """The sheets for the form of a report, or for another table of ours, which has no themes."""
    themes = root.form.roles.themes if root.form is not None else ""
    main = Table((), (), root)
    tables = [main]
    shape = root.fields[themes][1] if themes in root.titles else None
    names = dict(shape.titles) if isinstance(shape, MapShape) else {}
    for key in root.titles:
        if key == themes and isinstance(shape, MapShape):
            answer = next(shape.fields[ident][1] for ident in names)
            table = Table((themes,), (root.titles[themes],), answer, main, is_themes=True)
            tables.append(table)
            _gather(answer, (), (), table, tables)
        else:
            _field(root, key, (), (), main, tables)
    _name(tables)
    return Layout(tuple(tables), root, themes, names)


def listed_in(shape: Shape) -> ListShape | None:
    """The list that a shape is or may be."""
    ways = shape.ways if isinstance(shape, EitherShape) else (shape,)
    return next((one for one in ways if isinstance(one, ListShape)), None)


def _gather(shape: MapShape, path: Keys, titles: Keys, table: Table, tables: list[Table]) -> None:
    for key in shape.titles:
        _field(shape, key, path, titles, table, tables)


def _field(shape: MapShape, key: str, path: Keys, titles: Keys, table: Table, tables: list[Table]) -> None:
    """One field of a map: a cell, further fields, or a sheet of its own."""
    below, way, named = shape.fields[key][1], (*path, key), (*titles, shape.titles[key])
    if isinstance(below, MapShape):
        table.groups.append((way, named))
        _gather(below, way, named, table, tables)
        return
    listed = listed_in(below)
    if listed is None or not isinstance(listed.item, MapShape):
        table.entries.append(FormField(way, named, below))
        return
    inner = Table(way, named, listed.item, table)
    table.tables.append(inner)
    tables.append(inner)
    _gather(listed.item, (), (), inner, tables)


def _name(tables: list[Table]) -> None:
    """Each sheet's name in each language: its list's, with what it stands in where two would be alike."""
    for language in LANGUAGES:
        tables[0].name[language] = say("workbook.main", language)
        names = [one.titles if language == "zh" else one.path for one in tables[1:]]
        for table, name in zip(tables[1:], names, strict=True):
            whole = _shortest(name, [*names, (tables[0].name[language],)])
            table.name[language] = whole.translate(_UNNAMED)[-LONGEST:]


def _shortest(name: Keys, every: list[Keys]) -> str:
    """The end of a name that no other name ends with."""
    for length in range(1, len(name)):
        if sum(one[-length:] == name[-length:] for one in every) == 1:
            return DOT.join(name[-length:])
    return DOT.join(name)
