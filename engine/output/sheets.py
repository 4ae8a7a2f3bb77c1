"""Tables as files for spreadsheet programs, CSV and XLSX: every text stays a text, whatever it begins with."""

from __future__ import annotations

import contextlib
import csv
import datetime
import io
import unicodedata
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from functools import lru_cache
from itertools import chain, islice
from typing import TYPE_CHECKING, Generic, TypeAlias, TypeVar, overload

from ..recording import dataclass
from ..records import UsageError
from ..text.messages import NONE
from ..text.wording import visible, width
from ..writing import own_folder

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

CHARACTERS = 32_767         # most UTF-16 units that a cell of XLSX holds
ROWS = 1_048_576            # most rows that a sheet of XLSX holds
_NARROWEST, WIDEST = 6, 60     # columns, in characters of Western text
_A4, _A3 = 9, 8         # as XLSX calls them
_MOST_LINES = 25    # of a row; a program refuses rows over 409 points
_LINE = 15                      # points of a row of one line

_width = lru_cache(maxsize=16384)(width)      # most cells say what others say


@dataclass(frozen=True, slots=True)
class Rate:
    """A part of a whole. Shown as a percentage with one decimal, rounded half up; 0 of 0 has none."""

    part: int
    whole: int

    def __str__(self) -> str:
        if not self.whole:
            return NONE
        tenths = (self.part * 2000 + self.whole) // (self.whole * 2)
        return f"{tenths // 10}.{tenths % 10}%"


Cell = str | int | Decimal | Rate | None
One = TypeVar("One")
Formats: TypeAlias = "dict[tuple[str, bool], Format]"       # by what a cell holds, and whether its row stands apart


@dataclass(frozen=True, slots=True)
class SheetColumn:
    """One column: what stands above it and what its cells hold."""

    title: str
    # text: str; count: int; number: Decimal; date: ISO date; rate: Rate; in each None for what can't be told
    kind: str = "text"
    pattern: str = ""       # of a count: how spreadsheet programs show the number, if not plainly


@dataclass(frozen=True, slots=True)
class Colour:
    """How the cells of a column look that hold a text; programs keep to it when the text is changed. XLSX only."""

    column: int
    text: str
    background: str     # as #RRGGBB
    ink: str


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table."""

    name: str                           # at most 31 characters, none of [ ] : * ? / \
    columns: tuple[SheetColumn, ...]
    rows: Sequence[Sequence[Cell]]
    notes: tuple[str, ...] = ()         # lines above the table, in XLSX only
    tail: int = 0                       # so many rows at the end are not like the others: sums, what is counted apart
    colours: tuple[Colour, ...] = ()
    widest: int = WIDEST                # characters of a column; of many columns, so that a page can be read
    large: bool = False                 # printed on A3


class RowsOf(Sequence[Sequence[Cell]], Generic[One]):
    """A row of each of some records, made anew each time they are gone through."""

    def __init__(self, records: Sequence[One], row: Callable[[One], Sequence[Cell]]) -> None:
        self._records, self._row = records, row

    def __len__(self) -> int:
        return len(self._records)

    @overload
    def __getitem__(self, at: int) -> Sequence[Cell]: ...
    @overload
    def __getitem__(self, at: slice) -> list[Sequence[Cell]]: ...
    def __getitem__(self, at: int | slice) -> Sequence[Cell] | list[Sequence[Cell]]:
        return list(map(self._row, self._records[at])) if isinstance(at, slice) else self._row(self._records[at])

    def __iter__(self) -> Iterator[Sequence[Cell]]:
        return map(self._row, self._records)


def as_csv(sheet: Sheet) -> bytes:
    """The table in UTF-8."""
    return "".join(csv_lines(sheet.columns, sheet.rows)).encode()


def csv_lines(columns: Sequence[SheetColumn], rows: Iterable[Sequence[Cell]]) -> Iterator[str]:
    """RFC 4180 with a BOM, by which spreadsheet programs know Chinese text; lines end in CR LF."""
    yield "\ufeff"
    out = io.StringIO()
    writer = csv.writer(out, quoting=csv.QUOTE_ALL)     # so that no program parts a text at its own separator
    for row in chain([[column.title for column in columns]], rows):
        writer.writerow([guarded(value) if isinstance(value, str) else NONE if value is None else str(value)
                         for value in row])
        yield out.getvalue()
        out.seek(out.truncate(0))


def guarded(text: str) -> str:
    """A text that no spreadsheet program takes for a formula: one that would begin one gets an apostrophe before it."""
    text = visible(text)
    first = unicodedata.normalize("NFKC", text.lstrip()[:1])    # ＝ and its like are taken for = by some
    return "'" + text if first and first in "=+-@" else text


def as_xlsx(sheets: Sequence[Sheet], day: str) -> bytes:
    """A workbook of these sheets, the same bytes for the same sheets and `day` (ISO date, its date of creation).

    Its rows pass through a folder of this process; what no disk takes goes on in memory.
    """
    def write(book: Workbook) -> None:
        formats = _formats(book, {column.pattern for sheet in sheets for column in sheet.columns if column.pattern})
        for sheet in sheets:
            _write(book, sheet, formats)

    created = datetime.datetime.fromisoformat(day)
    with contextlib.suppress(OSError), own_folder() as folder:
        return workbook(write, {"constant_memory": True, "tmpdir": folder}, created=created)
    return workbook(write, {"in_memory": True}, created=created)


def workbook(write: Callable[[Workbook], None], options: dict[str, object], **properties: object) -> bytes:
    """A workbook as a file. Needs XlsxWriter; without it UsageError says how to get it."""
    try:
        import xlsxwriter
    except ImportError:
        raise UsageError("office.missing", package="XlsxWriter") from None

    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, options)
    book.set_properties(properties)
    write(book)
    try:
        book.close()
    except xlsxwriter.exceptions.FileCreateError as fault:
        raise fault.args[0] from None       # of the system
    return out.getvalue()


def _formats(book: Workbook, patterns: Iterable[str] = ()) -> Formats:
    """How a cell looks, by what it holds or its pattern, and whether its row stands apart from the others."""
    cell: dict[str, object] = {"valign": "top", "border": 1, "border_color": "#BFBFBF"}
    looks: dict[str, dict[str, object]] = {
        "text": {"text_wrap": True}, "count": {"num_format": "0"}, "number": {},
        "date": {"num_format": "yyyy-mm-dd"},
        "rate": {"num_format": "0.0%"}, "none": {"align": "right"},
        "head": {"bold": True, "text_wrap": True, "align": "center", "valign": "vcenter", "bg_color": "#E7E6E6"},
    }
    looks.update({pattern: {"num_format": pattern} for pattern in sorted(patterns)})
    made = {(name, apart): book.add_format({**cell, **look, "bold": apart or name == "head"})
            for name, look in looks.items() for apart in (False, True)}
    return made | {("note", False): book.add_format({"valign": "top", "text_wrap": True})}


def _write(book: Workbook, sheet: Sheet, formats: Formats) -> None:
    """The sheet, or where it has more rows than a sheet holds, as many as it takes."""
    total, sizes = _measured(sheet)
    rows, room = iter(sheet.rows), ROWS - len(sheet.notes) - 1
    for number in range(max(1, -(-total // room))):
        count = min(room, total - number * room)
        name = sheet.name if not number else f"{sheet.name} ({number + 1})"
        _page(book, sheet, formats, name, sizes, islice(rows, count), count)


def _measured(sheet: Sheet) -> tuple[int, list[int]]:
    """How many rows it has, and how wide each column must be for its longest cell, within reason."""
    count, most = 0, sheet.widest
    widths = [max(_NARROWEST, _width(column.title[:most])) for column in sheet.columns]
    for values in sheet.rows:
        count += 1
        for at, value in enumerate(values):
            if widths[at] < most:
                widths[at] = max(widths[at], _width(str(value)[:most]))
    return count, [one + 2 if one < most else most for one in widths]


def _page(book: Workbook, sheet: Sheet, formats: Formats, name: str, sizes: list[int], rows: Iterable[Sequence[Cell]],
          count: int) -> None:
    from xlsxwriter.utility import xl_range

    page = book.add_worksheet(name)
    top, last, right = len(sheet.notes), len(sheet.notes) + count, len(sheet.columns) - 1
    for at, size in enumerate(sizes):
        page.set_column(at, at, size)
    for at, note in enumerate(sheet.notes):
        page.set_row(at, _LINE * -(-_width(note) // sum(sizes)))
        if right:
            page.merge_range(at, 0, at, right, "", formats["note", False])
        page.write_string(at, 0, _held(note), formats["note", False])
    for at, column in enumerate(sheet.columns):
        page.write_string(top, at, _held(column.title), formats["head", False])
    for row, values in enumerate(rows, top + 1):
        apart = row > last - sheet.tail
        lines = max(-(-_width(value) // (size - 4)) if isinstance(value, str) and len(value) * 2 >= size else 1
                    for value, size in zip(values, sizes, strict=True))
        if lines > 1:       # not every program makes a row as high as what stands in it
            page.set_row(row, _LINE * min(lines, _MOST_LINES))
        for at, (column, value) in enumerate(zip(sheet.columns, values, strict=True)):
            _put(page, row, at, column, value, formats, apart)
    page.freeze_panes(top + 1, 0)
    page.autofilter(top, 0, max(top, last - sheet.tail), right)
    for look in sheet.colours if count else ():
        page.conditional_format(top + 1, look.column, last, look.column, {
            "type": "cell", "criteria": "==", "value": '"' + look.text.replace('"', '""') + '"',
            "format": book.add_format({"bg_color": look.background, "font_color": look.ink})})
    page.ignore_errors({"number_stored_as_text": xl_range(0, 0, last, right)})
    page.set_landscape()
    page.set_paper(_A3 if sheet.large else _A4)
    page.fit_to_pages(1, 0)
    page.repeat_rows(top)
    page.set_footer("&C&P / &N")


def _put(page: Worksheet, row: int, at: int, column: SheetColumn, value: Cell, formats: Formats, apart: bool) -> None:
    """One cell, by what it holds; what can't be told, and a date that is none, is text."""
    day = _day(value) if column.kind == "date" and not isinstance(value, int | Decimal | Rate) else None
    if value is None or (isinstance(value, Rate) and not value.whole):
        page.write_string(row, at, NONE, formats["none", apart])
    elif isinstance(value, Rate):
        page.write_number(row, at, value.part / value.whole, formats["rate", apart])
    elif isinstance(value, Decimal):
        page.write_number(row, at, float(value), formats["number", apart])
    elif isinstance(value, int):
        page.write_number(row, at, value, formats[column.pattern or "count", apart])
    elif day:
        page.write_datetime(row, at, day, formats["date", apart])
    else:
        page.write_string(row, at, _held(value), formats["text", apart])


def _day(value: str | None) -> datetime.date | None:
    """The date, if it is one that spreadsheet programs know."""
    try:
        day = datetime.date.fromisoformat(value or "")
    except ValueError:
        return None
    return day if day.year >= 1900 else None


@lru_cache(maxsize=16384)       # most cells say what others say
def _held(text: str) -> str:
    """The text as one cell holds it: unseen characters shown, cut with a mark that says how much is left out."""
    text = visible(text)
    units = text.encode("utf-16-le")
    if len(units) > CHARACTERS * 2:
        kept = units[:(CHARACTERS - 20) * 2].decode("utf-16-le", "ignore")
        text = f"{kept}…（+{len(text) - len(kept)}）"
    # XlsxWriter takes what stands between <r> and </r> for markup of its own; the blank keeps it a text
    return text + " " if text.startswith("<r>") and text.endswith("</r>") else text
