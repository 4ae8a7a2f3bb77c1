"""Reads the sheets of a form as the tree that is read from YAML, with a cell as the place of each node.

Names of sheets, headings and fields lead, not their order: sheets, rows and columns may be moved, added and inserted.
What stands where it belongs to nothing becomes a `Stray`; nothing is passed over in silence but sheets without any
heading of the form (`Taken.passed`).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping

from ..recording import dataclass, field
from ..records import Limits
from ..text import dates
from ..text.messages import LANGUAGES, say
from ..text.regex import regex
from ..text.wording import id_key
from .form_cells import CellPin, FormCells, Stray, says_nothing, spread
from .form_losses import Losses
from .form_main import MainSheet
from .form_match import ADDED, FoundSheet, Matcher, is_kept, mark_of
from .form_prints import Prints
from .form_tree import ReportTree
from .intake import Blind, Map
from .layout import Keys, Layout, Table, comparable, is_row_name, layout_of, row_name
from .schema import MapShape
from .workbook import Cell, SheetCells, cell_name, read_cells

_COUNT = regex(r"[0-9.,]{1,9} ?\w{0,2}")        # a number, be it with what is counted


@dataclass(slots=True)
class Taken:
    """What was read from a workbook."""

    root: Map
    kind: str
    strays: list[Stray] = field(default_factory=list)
    passed: list[str] = field(default_factory=list)     # sheets that are none of the form and hold something
    adorned: list[CellPin] = field(default_factory=list)        # titles to which something was added
    names: list[str] = field(default_factory=list)      # of all sheets, as they are called in the workbook
    ways: frozenset[Keys] = frozenset()                 # keys to the lists whose sheets are there

    def cell(self, pin: CellPin) -> str:
        """A cell for those whose workbook it is."""
        number, row, column = pin.order
        return f"{self.names[number]}!{cell_name(row, column)}"


def read_form(data: bytes, shapes: Mapping[str, MapShape], limits: Limits,
              absent: Collection[str] = ()) -> Taken | None:
    """The report in a workbook of a form, None where the workbook is none; `absent` are words for nothing.

    Raises Unreadable.
    """
    sheets = read_cells(data, limits)
    said = next(filter(None, map(mark_of, sheets)), None)
    readers = [_FormReader(sheets, kind, layout_of(shape), absent) for kind, shape in shapes.items()
               if kind == said or said not in shapes]
    best = max(readers, key=_FormReader.fitting)
    if said is None and not best.fitting():
        return None
    return best.taken()


def read_table(data: bytes, shape: MapShape, limits: Limits) -> Taken | None:
    """What stands in a workbook that is no report, such as a roster; None where no sheet is one of its lists."""
    reader = _FormReader(read_cells(data, limits), "", layout_of(shape))
    return reader.taken() if reader.fitting() else None


class _FormReader:
    """Reads a workbook by the layout of one kind of report."""

    def __init__(self, sheets: list[SheetCells], kind: str, layout: Layout, absent: Collection[str] = ()) -> None:
        self.kind, self.layout = kind, layout
        matcher = Matcher(sheets, layout)
        self.matched = matcher.matched
        self.cells = FormCells(sheets, matcher.own, absent)
        self.prints = Prints(matcher.printed, self.cells, layout)
        self.tree = ReportTree(layout, self.cells)
        self.rows: dict[int, dict[str, Map]] = {}      # of each table, items by how rows of others name them
        self.losses = Losses(matcher, self.cells, self.prints, self.tree)

    def fitting(self) -> int:
        """How many of the form's fields are on the sheets."""
        return sum(len(found.columns) for _, found in self.matched.values())

    def taken(self) -> Taken:
        for table, found in self.matched.values():
            if table is self.layout.main:
                MainSheet(self.layout, self.cells, self.prints, self.tree).read(found)
        self.losses.sheets(self.kind)
        for table in self.layout.within():
            for one, found in self.matched.values():
                if one is table:
                    self._rows(table, found)
        self.losses.doubt(self.rows)
        passed = [sheet.name for number, sheet in enumerate(self.cells.sheets)
                  if sheet.cells and not is_kept(sheet) and number not in self.matched
                  and all(one.pin.sheet != number for one in self.cells.strays)]
        return Taken(self.tree.root, self.kind, sorted(self.cells.strays, key=lambda one: one.pin.order), passed,
                     self.cells.adorned, [sheet.name for sheet in self.cells.sheets], frozenset(
                         table.way for table, _ in self.matched.values()))

    def _rows(self, table: Table, found: FoundSheet) -> None:
        """The rows of a sheet, each put into the list, or the answer, that it belongs to."""
        told, tree = self.cells, self.tree
        self.prints.tell_head(found, table, found.heading)
        self.prints.headings(found, table)
        guidance = self.prints.guidance(found)
        cells = {at: cell for at, cell in spread(found).items() if at not in guidance}
        if table.holder is self.layout.main and not table.is_themes:
            tree.blank(table, told.pin(found.number, found.heading + 2, min(found.columns)))
        columns, last = {*found.columns, *found.maybe}, None
        for row, filled in self._filled(found, guidance):
            filled &= {*columns, found.key, found.numbers}
            if not filled or (filled == {found.key} and cells[row, found.key or 0].text.strip() in told.absent):
                continue
            home = self._home(table, found, cells, row, last)
            if home is None:
                self.losses.row(table, found, row, found.key or min(filled))
                last = None     # nor is it known to what a row below belongs that names nothing
                continue
            last, theme = home, tree.themes.get(id(home))
            if not filled & columns and not table.tables:
                continue
            if not table.is_themes:
                home = tree.item(home, table, told.pin(found.number, row, min(found.columns)))
                self._remember(table, found, home, cells, row)
            for column, entry in found.columns.items():
                shape, cell = self.layout.shape_of(table, entry, theme), cells.get((row, column))
                if not tree.put(home, entry, shape, cell, told.pin(found.number, row, column)):
                    told.lost("twice", found, row, column)
            for column, entry in found.maybe.items():
                if (row, column) in cells:
                    tree.put(home, entry, entry.shape, Blind(), told.pin(found.number, row, column))

    def _filled(self, found: FoundSheet, guidance: set[tuple[int, int]]) -> Iterator[tuple[int, set[int]]]:
        """The rows below the headings in which something stands, and in which columns; a column of its own is told."""
        columns = {*found.columns, *found.unknown, found.key, found.numbers}
        rows: dict[int, set[int]] = {}
        for (row, column), cell in found.sheet.cells.items():
            if row > found.heading and (row, column) not in guidance and (cell.text.strip() or cell.fault):
                rows.setdefault(row, set()).add(column)
        said: set[int] = set()
        cells, head, first = found.sheet.cells, found.heading, found.heading + 2
        for row, filled in sorted(rows.items()):
            if all((head, one) in cells and comparable(cells[row, one].text) == comparable(cells[head, one].text)
                   for one in filled) and len(filled) > 1:
                continue        # the headings once more
            if row - 1 not in rows and row > first and all(says_nothing(cells[row, one].text) for one in filled):
                continue        # names beside which people sign
            if self._is_total([cells[row, one] for one in sorted(filled)]):
                self.cells.stray("aside", found, row, min(filled))
                continue
            for column in sorted(filled - columns - said):      # told once a column
                said.add(column)
                self.cells.stray("column", found, row, column)
            yield row, filled

    def _is_total(self, cells: list[Cell]) -> bool:
        """Whether a row only counts those above: a word for that, and numbers."""
        words = {comparable(word) for one in LANGUAGES for word in say("workbook.totals", one).split()}
        return comparable(cells[0].text.strip(ADDED)) in words and all(
            one.fault == "formula" or _COUNT.fullmatch(dates.narrow(one.text)) for one in cells[1:])

    def _home(self, table: Table, found: FoundSheet, cells: dict[tuple[int, int], Cell], row: int,
              last: Map | None) -> Map | None:
        """The map in which a row's list stands: the report, a theme's answer, an item; None where none is named.

        A row that names none belongs with the one above.
        """
        if not table.by_theme and table.above is None:
            return self.tree.root
        cell = cells.get((row, found.key)) if found.key is not None else None
        if cell is None or not cell.text.strip():
            return None if table.is_themes else last
        if table.by_theme:
            theme = self.layout.theme_of(cell.text)
            pin = self.cells.pin(found.number, row, found.key or 1)
            if theme and (row, found.key) in found.sheet.cells and self.layout.more_than(theme, cell.text):
                self.cells.tell("around", pin, self.layout.names[theme] if self.tree.chinese else theme)
            return self.tree.answer(theme, pin) if theme else None
        assert table.above is not None
        known = self.rows.get(id(table.above), {})
        return known.get(comparable(cell.text)) if is_row_name(cell.text) else known.get(id_key(cell.text))

    def _remember(self, table: Table, found: FoundSheet, item: Map, cells: dict[tuple[int, int], Cell],
                  row: int) -> None:
        """A row by its ID or number, by which rows of other sheets name it; one of several alike by its row alone."""
        if not table.tables:
            return
        known = self.rows.setdefault(id(table), {})
        for language in LANGUAGES:
            known[comparable(row_name(row, language))] = item
        column = found.numbers if table.numbered else next(
            (at for at, entry in {**found.columns, **found.maybe}.items() if entry is table.ident), None)
        cell = cells.get((row, column)) if column else None
        if cell is not None and id_key(cell.text):
            known.setdefault(id_key(cell.text), item)
