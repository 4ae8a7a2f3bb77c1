"""A copy of a workbook that was checked, its cells coloured and the findings written beside them as comments.

Needs openpyxl, which keeps the rest of the workbook. Only workbooks that were read within the limits come here.
"""

from __future__ import annotations

import io
import itertools
import os
import warnings
import zipfile
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ...reading.files import WORKBOOKS, Listed, Listing, original
from ...reading.form_marks import AUTHOR
from ...reading.workbook import SheetCells, read_cells
from ...records import LEVELS, Finding, Limits
from ...text.messages import LANGUAGES, say
from ...text.regex import regex
from ...text.wording import visible

_COLOURS = {"error": "FFC7CE", "warning": "FFEB9C", "info": "DDEBF7"}
_WIDTH, _LINE, _MOST = 360, 18, 400     # of a comment, in pixels
_CHANGED = regex(rb"(<dcterms:modified[^>]*>)[^<]*")
_TIME = (1980, 1, 1, 0, 0, 0)


def copies(listing: Listing, findings: Iterable[Finding]) -> Iterator[tuple[Listed, list[Finding]]]:
    """Each workbook of a listing in which something was found, and what."""
    by_file: dict[str, list[Finding]] = {}
    for one in findings:
        by_file.setdefault(one.file, []).append(one)
    for listed in listing.files:
        if listed.name in by_file and listed.path.lower().endswith(WORKBOOKS):
            yield listed, by_file[listed.name]


def beside(path: Path, language: str) -> Path:
    """Where a marked copy goes: beside the workbook, over nothing that is there."""
    stem = original(path.stem) + say("workbook.marked", language)
    names = itertools.chain([stem], (f"{stem}-{number}" for number in itertools.count(2)))
    return next(found for name in names if not os.path.lexists(found := path.with_name(name + path.suffix)))


def mark(data: bytes, findings: Iterable[Finding], language: str) -> bytes:
    """The workbook with its findings in it, the same bytes for the same of both. Findings of no cell stand in A1."""
    import openpyxl
    from openpyxl.comments import Comment
    from openpyxl.styles import PatternFill

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")     # in words of its own
        book = openpyxl.load_workbook(io.BytesIO(data), keep_vba=b"vbaProject" in data)
    read = read_cells(data, Limits())
    _put_back(book, read)
    called = {say("workbook.sheet-at", LANGUAGES[0], at=at): one.name for at, one in enumerate(read, 1)}
    called |= {one.name.strip(): one.name for one in read}
    notes: dict[tuple[str, str], list[Finding]] = {}
    for one in findings:
        sheet, _, cell = (one.cell or "").rpartition("!")
        notes.setdefault((called[sheet], cell) if sheet in called else (book.sheetnames[0], "A1"), []).append(one)
    for (sheet, name), found in notes.items():
        text = "\n\n".join(_told(one, language) for one in found)
        place = _top_left(book[sheet], name)
        level = min((one.level for one in found), key=LEVELS.index)
        if any(one.cell for one in found):
            place.fill = PatternFill("solid", fgColor=_COLOURS[level])
        height = _LINE * sum(2 + len(line) // 22 for line in text.split("\n"))
        place.comment = Comment(text, AUTHOR, width=_WIDTH, height=min(height, _MOST))
    out = io.BytesIO()
    book.save(out)
    return _settled(out.getvalue())


def _told(one: Finding, language: str) -> str:
    label = say(f"level.{one.level}", language)
    return f"{label} {one.rule} {visible(one.message)}\n{visible(say('finding.remedy', language, text=one.remedy))}"


def _put_back(book: Any, read: Iterable[SheetCells]) -> None:
    """What openpyxl takes for an error and is none, such as a number too large for the date that its cell is for."""
    for sheet in read:
        for (row, column), cell in sheet.cells.items() if sheet.name in book.sheetnames else ():
            place = book[sheet.name].cell(row, column)
            if place.data_type == "e" and cell.fault is None:
                place.value, place.number_format = cell.text, "@"


def _top_left(sheet: Any, name: str) -> Any:
    """The cell itself, or the one that shows for it where cells are merged."""
    for area in sheet.merged_cells.ranges:
        if name in area:
            return sheet.cell(area.min_row, area.min_col)
    return sheet[name]


def _settled(data: bytes) -> bytes:
    """The same file without the time at which it was made."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for entry in old.infolist():
            part = old.read(entry)
            if entry.filename == "docProps/core.xml":
                part = _CHANGED.sub(rb"\g<1>2000-01-01T00:00:00Z", part)
            fixed = zipfile.ZipInfo(entry.filename, _TIME)
            fixed.compress_type = zipfile.ZIP_DEFLATED
            new.writestr(fixed, part)
    return out.getvalue()
