"""What a cell says: its place, its text as a value or a list, and what in it can't be taken over."""

from __future__ import annotations

from collections.abc import Collection, Mapping

from ..recording import dataclass
from ..records import Unreadable
from ..text.dates import BLANK_DAY
from ..text.messages import LANGUAGES, say
from ..text.regex import regex
from ..text.wording import private_numbers, text_key
from .form_match import FoundSheet
from .intake import FORBIDDEN, Blind, Map, Pin, Seq, Value, code, kind_of
from .layout import Table, listed_in
from .schema import BehaviourShape, ChoiceShape, DateShape, EitherShape, ListShape, Shape, TextShape
from .workbook import Cell, SheetCells, cell_name

# a day as programs count them, 1982 to 2036, where it is not shown as one
SERIAL = regex(r"[34][0-9]{4}(?:\.[0-9]+)?")
# names with a colon and a place to write behind each, such as for a signature; and where the seal goes
_LABELS = regex(rf"(?:(?:^|[\s_＿]+)[^\s：:_＿]{{1,20}}[：:](?:{BLANK_DAY})?)+[\s_＿]*"
                r"(?:[（(](?:[^\s（()）]{0,4}章|签[字名])[）)])?")
DASH = "- "                 # begins each item of a list in a cell where lines alone do not tell them apart


@dataclass(eq=False, slots=True)
class CellPin:
    """The place of a node: line 1 of the file for what knows lines, and the cell."""

    cell: str                   # 问题清单!D7
    order: tuple[int, int, int]     # number of the sheet, row, column
    index: int = 0
    line: int = 0
    column: int = 0

    @property
    def sheet(self) -> int:
        return self.order[0]


@dataclass(frozen=True, slots=True)
class Stray:
    """Something in a cell that can't be taken over."""

    hint: str                   # one of VALUES or PLACES
    pin: CellPin
    nearest: str | None = None  # the sheet on which it belongs, or the heading that is meant
    private: bool = False       # whether there is a number in it that belongs into no report


class FormCells:
    """The cells of a workbook while it is read, and what is to be told of them."""

    def __init__(self, sheets: list[SheetCells], names: Mapping[str, Table], absent: Collection[str]) -> None:
        """`names` are those of the form's sheets, with what they are; any other is somebody's words and is not shown.

        `absent` are words for nothing: where they stand nothing is lost.
        """
        self.sheets, self.names, self.absent = sheets, names, absent
        self.strays: list[Stray] = []
        self.adorned: list[CellPin] = []    # titles to which something was added
        self.private: dict[int, set[tuple[int, int]]] = {}      # of each sheet the cells with numbers of persons

    def pin(self, number: int, row: int, column: int) -> CellPin:
        name = self.sheets[number].name.strip()
        shown = name if name in self.names else say("workbook.sheet-at", LANGUAGES[0], at=number + 1)
        return CellPin(f"{shown}!{cell_name(row, column)}", (number, row, column))

    def tell(self, hint: str, pin: CellPin, nearest: str | None = None) -> None:
        number, *place = pin.order
        if number not in self.private:
            self.private[number] = {at for at, cell in self.sheets[number].cells.items() if private_numbers(cell.text)}
        cells = self.private[number]
        private = tuple(place) in cells or (
            hint in ("column", "heading") and any(column == place[1] for _, column in cells))
        self.strays.append(Stray(hint, pin, nearest, private))

    def stray(self, hint: str, found: FoundSheet, row: int, column: int, nearest: str | None = None) -> None:
        self.tell(hint, self.pin(found.number, row, column), nearest)

    def lost(self, hint: str, found: FoundSheet, row: int, column: int, sheet: str | None = None) -> bool:
        """A stray that is nothing but one cell; whether anything stands in it."""
        cell = found.sheet.cells.get((row, column))         # none below the first of merged ones
        is_lost = cell is None or bool(cell.fault) or not (
            cell.text.strip() in ("", *self.absent) or says_nothing(cell.text))
        if is_lost:
            self.tell(hint, self.pin(found.number, row, column), sheet)
        return is_lost

    def text(self, cell: Cell, pin: CellPin) -> str:
        """The text of a cell; what can't be taken as it is, is told. Raises Unreadable for a forbidden character."""
        bad = None if cell.text.isascii() and cell.text.isprintable() else FORBIDDEN.search(cell.text)
        if bad is not None:
            fault = Unreadable("forbidden-character", hint=kind_of(bad[0]), facts={"character": code(bad[0])})
            fault.cell = pin.cell
            raise fault
        if cell.fault is not None:
            self.tell(cell.fault, pin)
        return cell.text

    def value(self, shape: Shape, cell: Cell, pin: CellPin) -> Value:
        """What a cell says in the place of such a field."""
        text = self.text(cell, pin)
        if cell.fault in ("error", "formula", "picture"):
            return Blind(text)
        if cell.day is not None and isinstance(shape, DateShape):
            return cell.day[:len("2022-04")] if shape.format == "month" else cell.day
        if isinstance(shape, DateShape) and SERIAL.fullmatch(text.strip()):
            self.tell("serial", pin)
            return Blind(text)
        return cell_value(shape, text, pin)


def says_nothing(text: str) -> bool:
    """Whether there are but names in a cell with nothing behind their colons."""
    return _LABELS.fullmatch(text.strip()) is not None


def spread(found: FoundSheet) -> dict[tuple[int, int], Cell]:
    """The cells below the headings, where what stands in a merged cell stands in all its rows."""
    cells = dict(found.sheet.cells)
    for top, left, bottom, _ in found.sheet.merged:
        cell = found.sheet.cells.get((top, left))
        if cell is not None and top > found.heading:
            rows = {row for row, _ in found.sheet.cells if top < row <= bottom}
            cells.update({(row, left): cell for row in rows})
    return cells


def cell_value(shape: Shape, text: str, pin: Pin) -> Value:
    """The text of a cell as it would stand in YAML: one value, or a list whose items stand in lines."""
    listed = listed_in(shape)
    if listed is None or not text.strip():
        return _chosen(shape, text)
    items = items_of(text)
    if items is None:
        if isinstance(shape, EitherShape) and _is_single(shape, text.strip()):
            return text
        items = listed.parts(text) if isinstance(listed.item, TextShape) else [text]
    seq = new_list(pin)
    seq.items = [_chosen(listed.item, one) for one in items]
    seq.at = [pin] * len(items)
    return seq


def _is_single(shape: EitherShape, text: str) -> bool:
    """Whether a text on one line is the value of a field that may also hold a list."""
    single = next((one for one in shape.ways if not isinstance(one, ListShape)), None)
    if isinstance(single, ChoiceShape):
        return text in single.values or single.meant(text) is not None
    return single is not None


def _chosen(shape: Shape, text: str) -> str:
    """A behaviour chosen from the list of a cell, where its words follow its ID, as its ID."""
    if isinstance(shape, BehaviourShape):
        ident, *words = text.split(maxsplit=1) or [""]
        if words and any(text_key(words[0]) == one.get(ident) for one in shape.names.by_theme.values()):
            return ident
    return text


def items_of(text: str) -> list[str] | None:
    """The items in the lines of a cell; None where there is one line and nothing says that it is one item."""
    lines = text.split("\n")
    if not lines[0].startswith(DASH):
        items = [line.strip() for line in lines if line.strip()]
        return items if len(items) > 1 else None
    found: list[str] = []
    for line in lines:
        if line.startswith(DASH):
            found.append(line[len(DASH):])
        else:
            found[-1] += "\n" + line.removeprefix(" " * len(DASH))
    return found


def new_map(pin: Pin) -> Map:
    made = Map()
    made.entries, made.at, made.mark, made.flow = {}, {}, pin, False
    return made


def new_list(pin: Pin) -> Seq:
    made = Seq()
    made.items, made.at, made.mark, made.flow = [], [], pin, False
    return made
