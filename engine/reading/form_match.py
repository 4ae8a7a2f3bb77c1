"""Finds on which sheet of a workbook which part of a form stands, and in which columns: by names and headings."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection

from ..recording import dataclass, field
from ..text.messages import LANGUAGES, say
from ..text.wording import is_invisible, slip_of, without_remark
from .form_marks import MARK, NOTE
from .layout import FormField, Keys, Layout, Table, comparable
from .workbook import SheetCells

ADDED = "*＊★:： \n"       # what people put before or after a name
REACH = 30                  # rows in which the headings are looked for


@dataclass(slots=True)
class FoundSheet:
    """A sheet that was found to be one of the form's, and how it lies."""

    sheet: SheetCells
    number: int
    heading: int                        # row of the headings
    columns: dict[int, FormField]           # of a sheet filled in by rows
    slips: set[int] = field(default_factory=set)            # those of them whose headings are plainly a slip
    maybe: dict[int, FormField] = field(default_factory=dict)       # what columns with other headings may be
    key: int | None = None              # the column that says to what a row belongs
    numbers: int | None = None          # the column with a number of its own for each row
    unknown: list[int] = field(default_factory=list)        # columns with other headings; of the main sheet the names
    notes: list[int] = field(default_factory=list)          # columns that only tell people something


def unnumbered(text: str) -> str:
    """A text without the number that somebody put before it, with a mark behind that or in a circle."""
    end, numbered = 0, False
    for at, char in enumerate(text):
        kind = unicodedata.category(char)
        if char in (NOTE, *"*＊") or not (char.isnumeric() or char.isspace() or kind.startswith("P")):
            break
        numbered |= char.isnumeric()
        if kind == "No" or (numbered and kind.startswith("P")):
            end = at + 1
    return text[end:]


def named(text: str, known: Collection[str]) -> str:
    """A name as it is compared; without the number, star, colon or remark in brackets that was added to a known one."""
    name = comparable(text)
    bare = name if name in known else comparable(without_remark(unnumbered(text).strip(ADDED)).strip(ADDED))
    return bare if bare in known else name


def is_note(text: str) -> bool:
    """Whether a cell is one of those that say how to fill in a column."""
    return NOTE in text and comparable(text).startswith(NOTE)


def mark_of(sheet: SheetCells) -> str | None:
    """The kind of report that the hidden cell of a sheet names; None of any other sheet."""
    words = "".join(char for char in sheet.cells[1, 1].text if not is_invisible(char)).split() \
        if (1, 1) in sheet.cells else []
    return words[3] if words[:1] == [MARK] and len(words) > 3 else None


def is_kept(sheet: SheetCells) -> bool:
    """Whether a sheet is the hidden one of a form, be it that somebody cleared its mark."""
    return mark_of(sheet) is not None or (sheet.hidden and (1, 1) not in sheet.cells and sheet.name.strip() in (
        say("workbook.lists", one) for one in LANGUAGES))


def printed(sheets: Collection[SheetCells]) -> dict[str, str]:
    """What a form says on its sheets in its order, as names are compared and as it is: it stands below the mark."""
    return {comparable(cell.text): cell.text for sheet in sheets if is_kept(sheet)
            for (row, column), cell in sheet.cells.items() if column == 1 and row > 1}


class Matcher:
    """Matches the sheets of one workbook with one layout; `matched` holds what each sheet was found to be."""

    def __init__(self, sheets: list[SheetCells], layout: Layout) -> None:
        self.sheets, self.layout = sheets, layout
        self.printed = printed(sheets)
        self.own = {name: table for table in layout.tables for name in table.name.values()}
        self.matched: dict[int, tuple[Table, FoundSheet]] = {}
        self.spare: dict[int, tuple[Table, FoundSheet]] = {}        # sheets like one that is there
        self._match()
        self._part()
        for table, found in self.matched.values() if self.printed else ():
            self._uncounted(table, found)

    def _match(self) -> None:
        """Each sheet by its name, else, where its headings are those of a sheet that is not there, by these."""
        for number, sheet in enumerate(self.sheets):
            table = self.own.get(sheet.name.strip())
            found = self._heading(table, sheet, number) if table else None
            if table and found:
                self.matched[number] = table, found
        for number, sheet in enumerate(self.sheets):
            if number in self.matched or is_kept(sheet):
                continue
            fits = [((any(sheet.name.startswith(name) for name in table.name.values()), len(found.columns),
                      len(found.columns) - len(table.entries), -at), table, found)
                    for at, table in enumerate(self.layout.tables)
                    if (found := self._heading(table, sheet, number))
                    and len(found.columns) >= min(3, (len(table.entries) + 1) // 2)]
            taken = [one for one in fits if not sheet.hidden and self._may_be(one[1], sheet)]
            alike = [one for one in fits if len(one[2].columns) >= min(3, len(one[1].entries))]
            if taken or alike:
                _, table, found = max(taken or alike, key=lambda one: one[0])
                (self.matched if taken else self.spare)[number] = table, found

    def _part(self) -> None:
        """Set another whole form apart: from a second main sheet on, with answers to the same fields, all sheets but
        those that bear the form's own names.
        """
        mains = [number for number, (table, _) in self.matched.items() if table is self.layout.main]
        own = [number for number in self.matched if self.sheets[number].name.strip() in self.own]
        first = min(mains, key=lambda one: (one not in own, one), default=None)
        others = [one for one in mains if one != first and first is not None
                  and self._answered(one) & self._answered(first)]
        for number in [one for one in self.matched if others and one >= min(others) and one not in own]:
            if number != first:
                self.spare[number] = self.matched.pop(number)

    def _answered(self, number: int) -> set[Keys]:
        """The fields with an answer on a main sheet."""
        found, known = self.matched[number][1], self.layout.main.known()
        cells = found.sheet.cells
        names = ((row, named(cell.text, known)) for (row, column), cell in cells.items() if column == found.unknown[0])
        return {known[name].path for row, name in names
                if name in known and (at := cells.get((row, found.key or 0))) and at.text.strip()}

    def _uncounted(self, table: Table, found: FoundSheet) -> None:
        """Without a column in which an office numbered the rows: it says nothing. Where the IDs have no column it may
        be these.
        """
        cells, main = found.sheet.cells, table is self.layout.main
        if not main and table.ident is not None and table.ident not in found.columns.values():
            return
        heads = {comparable(say("workbook.number", one)) for one in LANGUAGES}
        columns = {column for row, column in cells if row == found.heading} - {found.key, found.numbers}
        for column in columns - {*found.unknown} if main else columns & {*found.unknown}:
            below = [cell.text.strip() for (row, at), cell in cells.items() if at == column and row > found.heading]
            if comparable(cells[found.heading, column].text) in heads and all(
                    text.isdecimal() and len(text) < 5 for text in below if text):
                for at in [at for at in cells if at[0] >= found.heading and at[1] == column]:
                    del cells[at]
                found.unknown = [one for one in found.unknown if one != column]

    def _may_be(self, table: Table, sheet: SheetCells) -> bool:
        """Whether a sheet of another name may be one of the form's: it goes on with that, or takes its place."""
        named = any(one is table and self.sheets[number].name.strip() in self.own for number, (one, _)
                    in self.matched.items())
        return not named or any(sheet.name.startswith(name) for name in table.name.values())

    def _heading(self, table: Table, sheet: SheetCells, number: int) -> FoundSheet | None:
        """How the form's sheet lies here: the row with the most of its headings."""
        if table is self.layout.main:
            return self._main_heading(sheet, number)
        known = table.known()
        keys = {comparable(label) for one in LANGUAGES if (label := table.key_label(one))}
        numbers = {comparable(say("workbook.number", one)) for one in LANGUAGES} if table.numbered else set()
        rows: dict[int, list[tuple[int, str]]] = {}
        for (row, column), cell in sheet.cells.items():
            if row <= REACH:
                rows.setdefault(row, []).append((column, named(cell.text, {*known, *keys, *numbers})))
        best: FoundSheet | None = None
        for row, cells in sorted(rows.items()):
            found = FoundSheet(sheet, number, row, {})
            for column, name in sorted(cells):
                entry = known.get(name)
                if name in keys and found.key is None:
                    found.key = column
                elif name in numbers and found.numbers is None:
                    found.numbers = column
                elif entry is None or entry in found.columns.values():
                    (found.notes if unnumbered(name).startswith(NOTE) else found.unknown).append(column)
                else:
                    found.columns[column] = entry
            if found.columns and (best is None or len(found.columns) > len(best.columns)):
                best = found
        return best and self._with_slips(best, known)

    def _with_slips(self, found: FoundSheet, known: dict[str, FormField]) -> FoundSheet:
        """The sheet with the columns whose headings are plainly slips, each of one heading that is not there."""
        absent = {name: one for name, one in known.items() if one not in found.columns.values()
                  and (not self.printed or name in self.printed)}
        for column in list(found.unknown):
            typed = comparable(found.sheet.cells[found.heading, column].text)
            meant = slip_of(typed, absent)
            if meant is not None and not slip_of(typed, [
                    name for name, one in absent.items() if one is not absent[meant]]):
                found.columns[column] = known[meant]
                absent = {name: one for name, one in absent.items() if one is not known[meant]}
                found.slips.add(column)
                found.unknown.remove(column)
        return found

    def _main_heading(self, sheet: SheetCells, number: int) -> FoundSheet | None:
        """The main sheet is the one with most of its fields' names in a column; `key` is where answers stand."""
        known = self.layout.main.known()
        names: dict[int, set[str]] = {}
        for (_, column), cell in sheet.cells.items():
            name = named(cell.text, known)
            if name in known:
                names.setdefault(column, set()).add(name)
        if not names:
            return None
        column = max(sorted(names), key=lambda one: len(names[one]))
        answers = {comparable(say("workbook.answer", one)) for one in LANGUAGES}
        guidance = {comparable(say("workbook.guidance", one)) for one in LANGUAGES}
        found = FoundSheet(sheet, number, 0, {})
        for (row, other), cell in sorted(sheet.cells.items()):
            name = comparable(cell.text)
            if row <= REACH and other != column and name in answers and found.key is None:
                found.key, found.heading = other, row
            elif row <= REACH and name in guidance and found.numbers is None:
                found.numbers = other
        if found.key is None:
            found.key = column + 1
        found.columns = {at: known[name] for at, name in enumerate(sorted(names[column]))}
        found.unknown = [column]
        return found
