"""What a form says itself on its sheets, in titles, names and guidance: what somebody typed in their places is told."""

from __future__ import annotations

from collections.abc import Collection

from .form_cells import FormCells
from .form_marks import MARK
from .form_match import NOTE, FoundSheet
from .layout import comparable
from .workbook import HINT, Cell, SheetCells


class Prints:
    """What the form of one workbook says: it holds all of it on its hidden sheet, below the mark.

    A form that was made before it did so says what is known of it as the hints of cells that are filled in.
    """

    def __init__(self, sheets: Collection[SheetCells], cells: FormCells) -> None:
        self.cells = cells
        kept = [cell.text for sheet in sheets if mark_of(sheet) for (row, column), cell in sheet.cells.items()
                if column == 1 and row > 1]
        hints = [text for sheet in sheets for text in sheet.hints.values()]
        self.whole = bool(kept)             # whether all that it says is known
        self.words = {comparable(text) for text in (*kept, *hints, *(NOTE + one for one in hints))}

    def __contains__(self, cell: Cell) -> bool:
        return comparable(cell.text) in self.words

    def knows(self, found: FoundSheet, name: Cell | None) -> bool:
        """Whether it is known what is said of a field, by its name on the main sheet."""
        return self.whole or (name is not None and 0 < len(found.sheet.hints.get(name.text.strip(), "")) < HINT)

    def told(self, found: FoundSheet, row: int, column: int) -> bool:
        """Tell a cell in which the form says something, unless it is that which it says; whether it was told."""
        return found.sheet.cells[row, column] not in self and self.cells.lost("printed", found, row, column)

    def tell_head(self, found: FoundSheet, named: Collection[int | None]) -> None:
        """Tell what was typed above the headings, and between them but in the columns named by the form."""
        for row, column in sorted(found.sheet.cells) if self.whole else ():
            if row < found.heading or (row == found.heading and column not in named):
                self.told(found, row, column)

    def guidance(self, found: FoundSheet) -> set[tuple[int, int]]:
        """The cells below the headings of a list in which it says something; what was typed in them is told."""
        first, places = found.heading + 1, set()
        below = {at: cell for at, cell in sorted(found.sheet.cells.items()) if at[0] >= first}
        alone = all(cell.text.startswith(NOTE) for at, cell in below.items()
                    if at[0] == first and at[1] not in found.notes)
        for at, cell in below.items():
            if at[1] in found.notes or (cell.text.startswith(NOTE) and (
                    cell in self or (at[0] == first and (alone or self.whole)))):
                places.add(at)
                if self.whole:
                    self.told(found, *at)
        return places


def mark_of(sheet: SheetCells) -> str | None:
    """The kind of report that the hidden cell of a sheet names; None of any other sheet."""
    words = sheet.cells[1, 1].text.split() if (1, 1) in sheet.cells else []
    return words[3] if words[:1] == [MARK] and len(words) > 3 else None
