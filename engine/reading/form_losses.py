"""Rows and sheets of a workbook that can't be taken over: they are told, and what they may hold is not missing."""

from __future__ import annotations

from collections.abc import Mapping

from ..text.messages import LANGUAGES
from .form_cells import CellPin, FormCells
from .form_match import FoundSheet, Matcher
from .form_prints import Prints
from .form_tree import ReportTree
from .intake import Map
from .layout import Table


class Losses:
    """What was lost of one workbook."""

    def __init__(self, matcher: Matcher, cells: FormCells, prints: Prints, tree: ReportTree) -> None:
        self.matcher, self.cells, self.prints, self.tree = matcher, cells, prints, tree
        self.lost: list[tuple[Table, CellPin]] = []
        self.keyless: set[int] = set()      # tables whose sheets don't say to what their rows belong

    def doubt(self, rows: Mapping[int, dict[str, Map]]) -> None:
        """Nothing that may stand in what was lost is missing; `rows` are the items of each table, by their names."""
        for table, pin in self.lost:
            self._doubt(table, pin, rows)

    def _called(self, table: Table) -> str:
        """The name of its sheet."""
        return table.name[LANGUAGES[not self.tree.chinese]]

    def _is_there(self, table: Table) -> bool:
        return any(one is table for one, _ in self.matcher.matched.values())

    def sheets(self, kind: str) -> None:
        """Tell sheets that are there twice, those without their headings, and the main one where it is gone."""
        cells, main = self.cells, self.matcher.layout.main
        for number, sheet in enumerate(cells.sheets):
            pin, named = cells.pin(number, 1, 1), cells.names.get(sheet.name.strip())
            table, found = self.matcher.spare.get(number, (named, None))
            if table is None or number in self.matcher.matched or all(
                    cell in self.prints for at, cell in sheet.cells.items() if not found or at[0] > found.heading):
                continue
            if found:
                cells.tell("spare", pin, self._called(table) if self._is_there(table) else None)
            else:
                cells.tell("heads", pin, self._called(table))
                self.lost.append((table, pin))
        if kind and not self._is_there(main):
            pin = cells.pin(next(iter(self.matcher.matched), 0), 1, 1)
            if all(table is not main for table, _ in self.lost):
                cells.tell("gone", pin, self._called(main))
                self.lost.append((main, pin))

    def row(self, table: Table, found: FoundSheet, row: int, column: int) -> None:
        """Tell a row that belongs to nothing; where the sheet or the column for that is gone, that alone."""
        above, pin = table.above, self.cells.pin(found.number, row, column)
        if found.key is None:
            if id(table) not in self.keyless:
                pin = self.cells.pin(found.number, found.heading, 1)
                self.cells.tell("keyless", pin, table.key_label(LANGUAGES[not self.tree.chinese]))
                self.keyless.add(id(table))
                self.lost.append((table, pin))
        elif above is None or (self._is_there(above) and id(above) not in self.keyless):
            self.cells.tell("theme" if table.by_theme else "parent", pin)
            self.lost.append((table, pin))
        elif all(one is not above for one, _ in self.lost):
            self.cells.tell("gone", pin, self._called(above))
            self.lost.append((above, pin))

    def _doubt(self, table: Table, pin: CellPin, rows: Mapping[int, dict[str, Map]]) -> None:
        """What a row that belongs to nothing may have been about is not missing."""
        if table.holder in (None, self.matcher.layout.main) and not table.is_themes:
            for one in [table] if table.holder else table.entries:
                self.tree.doubt(self.tree.root, one, pin)
            return
        if table.above is not None:
            for item in rows.get(id(table.above), {}).values():
                self.tree.doubt(item, table, pin)
            return
        for theme in self.matcher.layout.names:
            answer = self.tree.answer(theme, pin)
            if table.is_themes or not any(isinstance(one, Map) and any(one.entries.values())
                                          for one in answer.entries.values()):      # it is answered in another way
                for part in table.entries if table.is_themes else [table]:
                    self.tree.doubt(answer, part, pin)
