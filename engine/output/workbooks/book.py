"""Writes the workbook of a form: fonts, widths, drop-down lists, protection, and how it prints. Needs XlsxWriter."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable
from functools import cache
from typing import TYPE_CHECKING, Any

from ...packs.pack import Pack
from ...reading.form_marks import NOTE
from ...reading.layout import listed_in
from ...reading.schema import BehaviourShape, ChoiceShape, CountShape, DateShape, IdShape, Shape
from ...text.messages import say
from ...text.wording import width
from ..forms import Order
from ..sheets import workbook
from .content import Content, ContentWriter, FormColumn, FormLine, FormPage
from .filling import FIRST
from .validity import LAST, Validity, letter_of

if TYPE_CHECKING:
    from xlsxwriter import Workbook
    from xlsxwriter.format import Format
    from xlsxwriter.worksheet import Worksheet

ACROSS = 190        # characters that are still read easily on the width of a page
WIDE = (24, 44, 72)         # columns of the main sheet
TALLEST = 400       # points of a row; programs refuse more than 409
EMPTY = 12          # rows that look as if they waited to be filled in
CREATED = datetime.datetime.fromisoformat("2000-01-01")     # the same bytes for the same form
FONT = "Microsoft YaHei"
_DARK, _LIGHT, _PALE, _INPUT, _LINE = "#1F4E79", "#D9E6F2", "#F2F5F9", "#FFFDF0", "#A6B4C2"
_LOOKS: dict[str, dict[str, Any]] = {
    "title": {"bold": True, "font_size": 16, "font_color": "#FFFFFF", "bg_color": _DARK, "valign": "vcenter",
              "indent": 1},
    "beside": {"font_color": "#FFFFFF"},
    "how": {"font_size": 10, "bg_color": _PALE, "text_wrap": True, "valign": "vcenter", "indent": 1},
    "head": {"bold": True, "bg_color": _LIGHT, "text_wrap": True, "align": "center", "valign": "vcenter", "border": 1},
    "band": {"bold": True, "bg_color": _LIGHT, "valign": "vcenter", "border": 1},
    "band-note": {"font_size": 9, "font_color": "#44546A", "bg_color": _LIGHT, "text_wrap": True, "valign": "vcenter",
                  "border": 1},
    "name": {"bold": True, "bg_color": _PALE, "text_wrap": True, "valign": "vcenter", "border": 1, "indent": 1},
    "note": {"font_size": 9, "font_color": "#595959", "bg_color": _PALE, "text_wrap": True, "valign": "vcenter",
             "border": 1},
    "fixed": {"bg_color": "#EDEDED", "text_wrap": True, "valign": "vcenter", "border": 1},
    "link": {"bg_color": _PALE, "font_color": "#0563C1", "underline": 1, "valign": "vcenter", "border": 1},
}
_KINDS: dict[str, dict[str, Any]] = {
    "text": {"num_format": "@"}, "date": {"num_format": "yyyy-mm-dd", "align": "left"},
    "number": {"num_format": "General", "align": "left"},
}


def book(made: Content) -> bytes:
    """The workbook as a file, the same bytes for the same content. Without XlsxWriter UsageError says how to get it."""
    return workbook(lambda file: _BookWriter(file, made).write(), {"in_memory": True},
                    created=CREATED, title=made.title)


def workbooks(pack: Pack, order: Order) -> Callable[[str, str | None, dict[str, str]], bytes]:
    """Makes the workbook of one owner: kind, level, values known beforehand."""
    writer = cache(lambda kind, level: ContentWriter(pack, order, kind, level))
    return lambda kind, level, identity: book(writer(kind, level).content(identity))


class _BookWriter:
    """Writes one workbook."""

    def __init__(self, file: Workbook, made: Content) -> None:
        self.file, self.made, self.language = file, made, made.language
        self.formats: dict[str, Format] = {
            name: file.add_format({"font_name": FONT, "font_size": 10, "border_color": _LINE, **look})
            for name, look in _LOOKS.items()}
        for kind, look in _KINDS.items():
            for name, more in (("cell", {"border": 1, "bg_color": _INPUT}), ("below", {})):
                self.formats[f"{name}-{kind}"] = file.add_format(
                    {"font_name": FONT, "font_size": 10, "border_color": _LINE, "text_wrap": True, "valign": "top",
                     "locked": False, **look, **more})
        self.ruled = file.add_format({"border": 1, "border_color": _LINE})
        self.printed: dict[str, None] = {}      # titles, names and guidance, as they stand on the sheets

    def write(self) -> None:
        made = self.made
        main = self.file.add_worksheet(made.name)
        pages = [(self.file.add_worksheet(page.name), page) for page in made.pages]
        hidden = self.file.add_worksheet(say("workbook.lists", "zh" if made.chinese else "en"))
        self.validity = Validity(hidden, made)
        self._main(main)
        for sheet, page in pages:
            self._page(sheet, page)
        self.validity.remember(self.printed)
        main.activate()

    def _print(self, sheet: Worksheet, row: int, column: int, text: str, look: str) -> None:
        """What the form says in a cell that nobody fills in."""
        self.printed[text] = None
        sheet.write_string(row, column, text, self.formats[look])

    def _main(self, sheet: Worksheet) -> None:
        names = "zh" if self.made.chinese else "en"
        heads = [say(f"workbook.{one}", names) for one in ("field", "answer", "guidance")]
        for column, wide in enumerate(WIDE):
            sheet.set_column(column, column, wide)
        self._head(sheet, self.made.title, self.made.guidance, 2, sum(WIDE))
        for column, head in enumerate(heads):
            self._print(sheet, FIRST - 2, column, head, "head")
        for row, line in enumerate(self.made.lines, FIRST - 1):
            self._line(sheet, row, line)
        _set_up(sheet, FIRST - 1, 1)

    def _line(self, sheet: Worksheet, row: int, line: FormLine) -> None:
        _heighten(sheet, row, ((line.value, WIDE[1]), (line.guidance, WIDE[2] * 10 // 9)))
        look = "name" if line.entry or line.link else "band"
        self._print(sheet, row, 0, line.name, look)
        self._print(sheet, row, 2, line.guidance, "note" if line.entry or line.link else "band-note")
        if line.link:
            text = NOTE + say("workbook.on-sheet", self.language, name=line.link)
            self.printed[text] = None
            sheet.write_url(row, 1, f"internal:'{line.link}'!A1", self.formats["link"], text)
        elif line.entry is None:
            sheet.write_blank(row, 1, None, self.formats["band"])
        elif line.locked:
            sheet.write_string(row, 1, line.value or "", self.formats["fixed"])
        else:
            shape = line.entry.shape
            self._cell(sheet, row, 1, line.value, shape)
            self.validity.valid(sheet, row, 1, row, shape, line.name, line.guidance)

    def _page(self, sheet: Worksheet, page: FormPage) -> None:
        wide = [self._wide(one) for one in page.columns]
        shown = len(page.rows) if page.table.is_themes else len(page.rows) + EMPTY
        self._head(sheet, page.title, page.guidance, len(page.columns) - 1, sum(wide))
        lines = 1
        for at, column in enumerate(page.columns):
            kind = _kind(column.entry.shape if column.entry else None)
            sheet.set_column(at, at, wide[at], self.formats[f"below-{kind}"])
            self._print(sheet, 1, at, column.name, "head")
            self._print(sheet, 2, at, NOTE + column.guidance if column.guidance else "", "note")
            lines = max(lines, -(-width(NOTE + column.guidance) * 9 // (10 * (wide[at] - 1))))
            for row in range(FIRST - 1, FIRST - 1 + shown):
                values = page.rows[row - FIRST + 1] if row - FIRST + 1 < len(page.rows) else None
                value = values[at] if values else None
                if column.locked:
                    self._print(sheet, row, at, value or "", "note" if at else "name")
                else:
                    self._cell(sheet, row, at, value, column.entry.shape if column.entry else None)
            if not column.locked:
                self.validity.choose(sheet, at, column, page)
        sheet.set_row(2, min(15 * lines, 200))
        for row, values in enumerate(page.rows, FIRST - 1):
            _heighten(sheet, row, zip(values, wide, strict=True))
        last = len(page.columns) - 1
        if not page.table.is_themes:
            sheet.conditional_format(FIRST - 1 + shown, 0, LAST - 1, last, {
                "type": "formula", "criteria": f"=COUNTA($A{FIRST + shown}:{letter_of(last)}{FIRST + shown})>0",
                "format": self.ruled})
        _set_up(sheet, 2, 2 if page.columns[0].entry is None else 1, sum(wide))
        sheet.repeat_columns(0, 1)

    def _cell(self, sheet: Worksheet, row: int, column: int, value: str | None, shape: Shape | None) -> None:
        look = self.formats[f"cell-{_kind(shape)}"]
        if not value:
            sheet.write_blank(row, column, None, look)
        elif _kind(shape) == "date" and (day := _day(value)):
            sheet.write_datetime(row, column, day, look)
        elif _kind(shape) == "number" and _is_number(value):
            sheet.write_number(row, column, float(value), look)
        else:
            shown = self.validity.shown(value) if isinstance(shape, BehaviourShape) else value
            # XlsxWriter takes what stands between <r> and </r> for markup of its own; the blank keeps it a text
            marked = shown.startswith("<r>") and shown.endswith("</r>")
            sheet.write_string(row, column, shown + " " if marked else shown, look)

    def _head(self, sheet: Worksheet, title: str, guidance: str, last: int, wide: int) -> None:
        sheet.set_row(0, 30)
        if sheet.name == self.made.name:
            sheet.merge_range(0, 0, 0, last, title, self.formats["title"])
            lines = sum(-(-width(line) // (wide - 4)) for line in guidance.split("\n"))
            sheet.set_row(1, 16 * lines + 8)
            self.printed |= {title: None, guidance: None}
            sheet.merge_range(1, 0, 1, last, guidance, self.formats["how"])
            return
        for column in range(last + 1):
            sheet.write_blank(0, column, None, self.formats["title"])
        self.printed[f"{title}   {guidance}" if guidance else title] = None
        if guidance:
            sheet.write_rich_string(0, 0, self.formats["title"], title, self.formats["beside"], "   " + guidance,
                                    self.formats["title"])
        else:
            sheet.write_string(0, 0, title, self.formats["title"])

    def _wide(self, column: FormColumn) -> int:
        """How wide a column is, in characters of Western text."""
        if column.entry is None:
            return 70 if column.name.startswith(NOTE) else 12
        shape = column.entry.shape
        if isinstance(shape, BehaviourShape):
            return 34
        if isinstance(shape, IdShape):
            return 16
        if isinstance(shape, DateShape | CountShape):
            return 13
        if isinstance(shape, ChoiceShape):
            return 14
        return 30 if listed_in(shape) or width(column.guidance) > 50 else 18


def _set_up(sheet: Worksheet, rows: int, columns: int, wide: int = 0) -> None:
    """What stays in sight, what may be changed, and how it prints."""
    sheet.freeze_panes(rows, columns)
    sheet.hide_gridlines(2)
    sheet.protect("", {"format_cells": True, "format_columns": True, "format_rows": True, "insert_rows": True,
                       "delete_rows": True, "sort": True, "autofilter": True, "insert_hyperlinks": True})
    if wide:
        sheet.set_landscape()
    sheet.set_paper(9)      # A4
    sheet.set_margins(0.4, 0.4, 0.5, 0.6)
    sheet.fit_to_pages(-(-wide // ACROSS) or 1, 0)
    sheet.repeat_rows(rows - 1)
    sheet.set_footer("&L&A&R&P / &N")


def _heighten(sheet: Worksheet, row: int, cells: Iterable[tuple[str | None, int]]) -> None:
    """Make a row as high as what stands in it; a row of one line is left to the program, which lets it grow."""
    lines = max(sum(-(-width(line) // (wide - 2)) or 1 for line in (text or "").split("\n")) for text, wide in cells)
    if lines > 1:
        sheet.set_row(row, min(15 * lines, TALLEST))


def _kind(shape: Shape | None) -> str:
    if isinstance(shape, DateShape) and shape.format == "date":
        return "date"
    return "number" if isinstance(shape, CountShape) else "text"


def _day(value: str) -> datetime.date | None:
    """The date of an ISO text, if spreadsheet programs agree with the calendar on it."""
    try:
        day = datetime.date.fromisoformat(value)
    except ValueError:
        return None
    return day if day.isoformat() == value and day.year > 1900 else None


def _is_number(value: str) -> bool:
    """Whether a text is a number that is read again as the same text."""
    try:
        return value.isascii() and (format(float(value), ".15g") == value) and len(value) < 15 and value[0] not in "-+"
    except ValueError:
        return False
