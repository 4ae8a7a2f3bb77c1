"""Reads the main sheet of a form: a row a field, its name, the answer and what the form says of it."""

from __future__ import annotations

from ..recording import dataclass
from ..text.wording import slip_of
from .form_cells import FormCells
from .form_match import NOTE, FoundSheet, named
from .form_prints import Prints
from .form_tree import ReportTree
from .intake import Blind
from .layout import Layout, comparable
from .workbook import Cell


@dataclass(frozen=True, slots=True)
class MainSheet:
    """What its rows are read with."""

    layout: Layout
    cells: FormCells
    prints: Prints
    tree: ReportTree

    def read(self, found: FoundSheet) -> None:
        """The rows of the main sheet: a name, and beside it the answer."""
        table, cells, root, told = self.layout.main, found.sheet.cells, self.tree.root, self.cells
        known = table.known()
        names, answers = found.unknown[0], found.key or 0
        written = {comparable(cell.text) for at, cell in cells.items() if at[1] == names}
        chinese, english = ({comparable(one) for one in table.labels(way)} for way in (True, False))
        self.tree.chinese = len(written & (chinese - english)) >= len(written & (english - chinese))
        self.prints.tell_head(found, table, found.heading + 1)
        rows: dict[int, list[int]] = {}
        for row, column in sorted(at for at in cells if at[0] > found.heading):
            rows.setdefault(row, []).append(column)
        for row, columns in rows.items():
            name, answer = cells.get((row, names)), cells.get((row, answers))
            merged = _spans(found, row, names, answers)
            strays = self._beside(found, row, name, columns)
            if name is None:
                if answer is not None:
                    told.lost("name", found, row, answers)
                continue
            entry, pin, slip = known.get(named(name.text, known)), told.pin(found.number, row, answers), None
            if entry is None and answer is not None:
                meant = slip_of(comparable(name.text), [one for one in known if one not in written])
                entry, slip = (known[meant], name.text.strip()) if meant else (None, None)
            if entry is not None:
                given = answer or (Blind() if strays else None)
                if not self.tree.put(root, entry, entry.shape, given, pin, slip):
                    told.lost("twice", found, row, answers)
            elif answer is not None and not merged and not (
                    answer.text.startswith(NOTE) and (answer in self.prints or not self.prints.whole)):
                parted, sheet = self.layout.parts(name.text)
                told.lost("parts" if parted else "name", found, row, answers, sheet)
            elif self.prints.whole:
                self.prints.told(found, row, names)

    def _beside(self, found: FoundSheet, row: int, name: Cell | None, columns: list[int]) -> bool:
        """Tell what stands in a row of the main sheet beside name and answer; whether anything was told."""
        return any([self.cells.lost("beside" if column != found.numbers else "printed", found, row, column)
                    for column in columns
                    if column not in (found.unknown[0], found.key) and found.sheet.cells[row, column] not in self.prints
                    and (column != found.numbers or self.prints.knows(found, name))])


def _spans(found: FoundSheet, row: int, first: int, last: int) -> bool:
    """Whether the cells from one column to another are one."""
    return any(top <= row <= bottom and left <= first and last <= right
               for top, left, bottom, right in found.sheet.merged)
