"""What a form says itself on its sheets, in titles, names and guidance: what somebody typed in their places is told."""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping

from ..text.messages import LANGUAGES
from ..text.regex import regex
from ..text.wording import nearest, private_numbers, sharing
from .form_cells import FormCells
from .form_match import FoundSheet, is_note, unnumbered
from .layout import FormField, Layout, Table, comparable
from .workbook import HINT, Cell

REMARKED = 8        # characters of guidance that are known in a text
_WORD = regex(r"(\w+)\s*(:?)")


def words_of(text: str) -> str:
    """What a form says, as it is compared: without a number before it, and without punctuation, which programs put into
    other forms as they like.
    """
    return "".join(char for char in comparable(unnumbered(text))
                   if char == "*" or not unicodedata.category(char).startswith("P"))


def _words(text: str) -> list[tuple[str, str]]:
    """The words of a text, each with the colon behind it."""
    return [(comparable(word), colon) for word, colon in _WORD.findall(unicodedata.normalize("NFKC", text))]


class Prints:
    """What the form of one workbook says: it holds all of it on its hidden sheet, below the mark.

    A form that was made before it did so says what is known of it as the hints of cells that are filled in.
    """

    def __init__(self, printed: Mapping[str, str], cells: FormCells, layout: Layout) -> None:
        """`printed` is what the hidden sheet holds, as `form_match.printed` gives it."""
        self.cells, self.layout = cells, layout
        hints = [text for sheet in cells.sheets for text in sheet.hints.values()]
        self.kept = list(printed.values())
        self.whole = bool(printed)          # whether all that it says is known
        self.words = {words for one in (*printed, *hints) if (words := words_of(one))}

    def __contains__(self, cell: Cell) -> bool:
        return words_of(cell.text) in self.words

    def knows(self, found: FoundSheet, name: Cell | None) -> bool:
        """Whether it is known what is said of a field, by its name on the main sheet."""
        return self.whole or (name is not None and 0 < len(found.sheet.hints.get(name.text.strip(), "")) < HINT)

    def tell_unknown(self, found: FoundSheet) -> None:
        """Note that nobody can tell what was typed over the guidance of the main sheet, where that is so."""
        guided = any(column == found.numbers and row > found.heading for row, column in found.sheet.cells)
        if guided and not self.whole and not any(found.sheet.hints.values()):
            self.cells.stray("unknown", found, found.heading, found.numbers or 1)

    def told(self, found: FoundSheet, row: int, column: int) -> bool:
        """Tell a cell in which the form says something, unless it is that which it says; whether it was told."""
        return found.sheet.cells[row, column] not in self and self.cells.lost("printed", found, row, column)

    def tell_head(self, found: FoundSheet, table: Table, below: int) -> None:
        """Tell what was typed in the rows above one: those of titles and headings. What stands beside the titles and
        answers nothing, such as an office, is noted.
        """
        head = sorted((at, cell) for at, cell in found.sheet.cells.items() if at[0] < below) if self.whole else []
        own = {table.titles[-1], table.path[-1]} if table.path else set()
        titles = [one for one in self.kept if one.partition("   ")[0] in own] if own else self.kept[:2]
        texts = [words_of(cell.text) for _, cell in head]
        entitled = all(any(words_of(one) in text for text in texts) for one in titles)
        for at, cell in head:
            title = next((one for one in titles if words_of(one) in words_of(cell.text)), "")
            if cell in self or not (entitled or title) or private_numbers(cell.text) or self.answers(cell.text, title):
                self.told(found, *at)
            elif title:
                self.cells.adorned.append(self.cells.pin(found.number, *at))
            else:
                self.cells.lost("aside", found, *at)

    def answers(self, text: str, said: str = "") -> bool:
        """Whether a text names a field, besides what the form says there."""
        names = tuple(name for one in self.layout.tables for name in one.known())
        spared = {word for word, _ in _words(said)}
        return any(word in names or (colon and word.endswith(names)) for word, colon in _words(text)
                   if word not in spared)

    def remarked(self, text: str) -> bool:
        """Whether a cell says what the form does, and something besides that names no field."""
        words = words_of(text)
        if words in self.words:
            return False
        said = next((one for one in self.kept if REMARKED < len(words_of(one)) < len(words) and words_of(one) in words),
                    None)
        return said is not None and not private_numbers(text) and not self.answers(text, said)

    def headings(self, found: FoundSheet, table: Table) -> None:
        """Tell the headings of a list that are none of the form's, with what they may mean, which `found` learns."""
        heads = {comparable(cell.text) for (row, _), cell in found.sheet.cells.items() if row == found.heading}
        of_chinese, of_english = (len(heads & {*map(comparable, table.labels(way))}) for way in (True, False))
        chinese = of_chinese >= of_english
        labels: dict[str, FormField | None] = dict(zip(table.labels(chinese), table.entries, strict=True))
        key = table.key_label(LANGUAGES[not chinese]) if found.key is None else None
        if key:
            labels[key] = None
        said = {column: label for label, entry in labels.items() for column in found.slips
                if entry is found.columns[column]}
        absent = [label for label, entry in labels.items() if entry not in found.columns.values()
                  and (not self.whole or words_of(label) in self.words)]
        used = {column for row, column in found.sheet.cells if row > found.heading}
        unknown = {*found.unknown}
        headed = {column: cell for (row, column), cell in found.sheet.cells.items() if row == found.heading
                  and column in unknown and cell.text.strip() and (
                      (self.whole and cell not in self) or column in used)}
        for column, cell in headed.items():
            meant = nearest(cell.text, absent) or sharing(cell.text, absent)
            if meant and comparable(cell.text) not in table.known():
                said[column] = meant
                absent.remove(meant)
        rest = {column for column, cell in headed.items() if comparable(cell.text) not in table.known()} - said.keys()
        if self.whole and len(rest) == len(absent) == 1:
            said[rest.pop()] = absent[0]
        for column in found.notes if self.whole else ():
            self.told(found, found.heading, column)
        for column in sorted({*said, *headed}):
            meant = said.get(column)
            entry = labels[meant] if meant else None
            if entry is not None and column in headed:
                found.maybe[column] = entry
            elif meant and meant == key:
                found.key = column
            is_taken = meant is not None and column not in found.maybe
            self.cells.stray("spelling" if is_taken else "heading", found, found.heading, column, meant)

    def _noted(self, found: FoundSheet, at: tuple[int, int], below: Mapping[tuple[int, int], Cell]) -> bool:
        """Note guidance above answers to which something was added; whether it is that."""
        answered = at[1] not in found.notes and any(row > at[0] and column == at[1] for row, column in below)
        return answered and self.remarked(below[at].text) and self.cells.lost("aside", found, *at)

    def guidance(self, found: FoundSheet) -> set[tuple[int, int]]:
        """The cells below the headings of a list in which it says something; what was typed in them is told."""
        first, places = found.heading + 1, set()
        below = {at: cell for at, cell in sorted(found.sheet.cells.items()) if at[0] >= first}
        alone = all(is_note(cell.text) for at, cell in below.items()
                    if at[0] == first and at[1] not in found.notes)
        for at, cell in below.items():
            if at[1] in found.notes or (is_note(cell.text) and (
                    cell in self or (at[0] == first and (alone or self.whole)))):
                places.add(at)
                if self.whole and not self._noted(found, at, below):
                    self.told(found, *at)
        return places
