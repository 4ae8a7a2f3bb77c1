"""Reads the main sheet of a form: a row a field, its name, the answer and what the form says of it."""

from __future__ import annotations

from ..recording import dataclass
from ..text.wording import private_numbers, slip_of
from .form_cells import FormCells
from .form_match import FoundSheet, is_note, named
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
        self.prints.tell_unknown(found)
        last = max(row for (row, column), cell in cells.items() if column == names and named(cell.text, known) in known)
        rows: dict[int, list[int]] = {}
        for row, column in sorted(at for at in cells if at[0] > found.heading):
            rows.setdefault(row, []).append(column)
        for row, columns in rows.items():
            name, answer = cells.get((row, names)), cells.get((row, answers))
            if row > last and self._aside(found, row, columns):
                continue
            merged = _spans(found, row, names, answers)
            strays = self._beside(found, row, name, columns, answer is not None)
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
                    is_note(answer.text) and (answer in self.prints or not self.prints.whole)):
                parted, sheet = self.layout.parts(name.text)
                told.lost("parts" if parted else "name", found, row, answers, sheet)
            elif self.prints.whole:
                self.prints.told(found, row, names)

    def _aside(self, found: FoundSheet, row: int, columns: list[int]) -> bool:
        """Note a row below all fields in which none is named; whether it is one."""
        texts = [found.sheet.cells[row, column].text for column in columns]
        if any(found.sheet.cells[row, column] in self.prints for column in columns) or any(
                self.prints.answers(text) or private_numbers(text) for text in texts):
            return False
        return any(self.cells.lost("aside", found, row, column) for column in columns) or True

    def _beside(self, found: FoundSheet, row: int, name: Cell | None, columns: list[int], answered: bool) -> bool:
        """Tell what stands in a row of the main sheet beside name and answer; whether anything was told that may be the
        answer.
        """
        if answered and (found.numbers or 0) in columns and self.prints.remarked(
                found.sheet.cells[row, found.numbers or 0].text):
            self.cells.lost("aside", found, row, found.numbers or 0)
            columns = [one for one in columns if one != found.numbers]
        return any([self.cells.lost("beside" if column != found.numbers else "printed", found, row, column)
                    for column in columns
                    if column not in (found.unknown[0], found.key) and found.sheet.cells[row, column] not in self.prints
                    and (column != found.numbers or self.prints.knows(found, name))])


def _spans(found: FoundSheet, row: int, first: int, last: int) -> bool:
    """Whether the cells from one column to another are one."""
    return any(top <= row <= bottom and left <= first and last <= right
               for top, left, bottom, right in found.sheet.merged)
