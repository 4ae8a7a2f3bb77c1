"""Reads the cells of a workbook (.xlsx) as people see them, within limits, or says why it can't be read.

It knows the file format and nothing of forms. Only the standard library: no macro is run, no link followed, no
document type taken, and no more is unpacked than the limits allow, whatever the file says of itself.
"""

from __future__ import annotations

import datetime
import io
import os
import posixpath
import re
import stat
import zipfile
import zlib
from collections.abc import Callable, Sequence
from decimal import Decimal, InvalidOperation
from typing import IO

from ..recording import dataclass, field
from ..records import Limits, Unreadable
from ..text.regex import regex
from .files import reason
from .form_marks import AUTHOR, ZIP

EPOCH = "1899-12-30"    # day 0 of most programs
UNPACKED = 8 << 20      # bytes of all parts that are read
SHEETS = 100
HINT = 255          # characters that a cell's hint may have
ROWS, COLUMNS = 1 << 20, 1 << 14        # of any program's sheet
_PICTURE = "=DISPIMG("      # of a picture that WPS puts into a cell
_ESCAPE = regex("_x([0-9A-Fa-f]{4})_")
_REFERENCE = regex("([A-Z]{1,3})([0-9]{1,7})")
# What is no code in a number's format: quoted words, what stands in brackets, single characters, fillers.
_NO_CODE = regex(r'"[^"]*"|\[[^\]]*\]|\\.|_.|\*.|general', re.IGNORECASE)
# The formats with a number of their own that show dates or times (of East Asia too); of those without a day.
_DATES = frozenset([*range(14, 23), *range(27, 37), *range(45, 48), *range(50, 59)])
_TIMES = frozenset([*range(18, 22), *range(45, 48)])
_PERCENTS = frozenset([9, 10])
_BROKEN = (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, KeyError, IndexError, RuntimeError,
           NotImplementedError, InvalidOperation, OverflowError, StopIteration)
Attributes = dict[str, str]
Sink = Callable[[str], None]


@dataclass(slots=True)
class Cell:
    """What stands in one cell."""

    text: str                   # as people read it
    day: str | None = None      # of a date, ISO text
    # error: a formula gave one; formula: no result is stored; digits: too many for a number; picture: that, no text
    fault: str | None = None


@dataclass(slots=True)
class SheetCells:
    """The cells of one sheet in which something stands, by row and column from 1."""

    name: str
    hidden: bool = False
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)      # first row, column, last row, column
    hints: dict[str, str] = field(default_factory=dict)     # what is shown when a cell is chosen: title -> text


def cell_name(row: int, column: int) -> str:
    """As programs name a cell: D7."""
    letters = ""
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return f"{letters}{row}"


def read_cells(data: bytes, limits: Limits) -> list[SheetCells]:
    """The sheets in their order. Raises Unreadable, for whatever is wrong with the file."""
    try:
        return _Package(io.BytesIO(data), limits).sheets()
    except _BROKEN:
        raise Unreadable("wrong-encoding", hint="workbook") from None


def remarks(data: bytes, limits: Limits) -> list[tuple[str, list[str], bool]]:
    """What lies upon the sheets: of each with any the cells with comments, but for those that we wrote, and
    whether there are pictures or boxes with text. Raises Unreadable.
    """
    try:
        package = _Package(io.BytesIO(data), limits)
        return [(name, cells, drawn) for name, _, part in package.listed()
                for cells, drawn in [package.remarks(part)] if cells or drawn]
    except _BROKEN:
        raise Unreadable("wrong-encoding", hint="workbook") from None


def holds(path: str, words: Sequence[bytes]) -> bool:
    """Whether a cell of the workbook at a path holds any of these words, without reading it as one.

    Nothing of the file is raised, no link is followed, and what is no quiet file is not waited for.
    """
    flags = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_BINARY", 0)
    try:
        with os.fdopen(os.open(path, flags), "rb") as file:
            return stat.S_ISREG(os.fstat(file.fileno()).st_mode) and holds_in(file, words)
    except OSError as error:
        reason(error)
        return False


def holds_in(file: IO[bytes], words: Sequence[bytes]) -> bool:
    """The same of a workbook that is open."""
    try:
        if file.read(len(ZIP)) != ZIP:
            return False
        package = _Package(file, Limits())
        names = sorted(package.zip.namelist(), key=lambda name: "haredStrings" not in name)
        return any(word in part for part in (package.part(name) for name in names
                                             if name.startswith("xl/") and name.endswith(".xml")) for word in words)
    except (*_BROKEN, Unreadable):
        return False


class _Package:
    """The parts of one file."""

    def __init__(self, file: IO[bytes], limits: Limits) -> None:
        self.zip = zipfile.ZipFile(file)
        self.limits = limits
        self.left = UNPACKED
        self.nodes = 0
        self.strings: list[str] = []
        self.formats: list[str] = []        # of each style of cells: date, time, percent or nothing
        self.epoch = datetime.datetime.fromisoformat(EPOCH)

    def part(self, name: str) -> bytes:
        """The bytes of a part, as far as the limit goes."""
        entry = self.zip.getinfo(name)
        if entry.compress_type not in (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED):
            raise zipfile.BadZipFile
        with self.zip.open(entry) as file:
            data = file.read(self.left + 1)
        self.left -= len(data)
        if self.left < 0:
            raise Unreadable("too-large-inside", hint="unpacked", facts={"most": f"{UNPACKED >> 20} MiB"})
        return data

    def linked(self, name: str) -> dict[str, tuple[str, str]]:
        """What a part refers to: ID -> (kind, name of the part)."""
        folder, own = posixpath.split(name)
        found: dict[str, tuple[str, str]] = {}

        def start(tag: str, given: Attributes) -> None:
            if tag == "Relationship" and given.get("TargetMode") != "External":
                target = posixpath.normpath(posixpath.join("/", folder, given["Target"])).lstrip("/")
                found[given["Id"]] = given["Type"].rpartition("/")[2], target

        parse(self.part(posixpath.join(folder, "_rels", own + ".rels")), start)
        return found

    def sheets(self) -> list[SheetCells]:
        sheets = [self.sheet(*one) for one in self.listed()]
        if not sheets:
            raise zipfile.BadZipFile
        return sheets

    def listed(self) -> list[tuple[str, bool, str]]:
        """The name of each sheet with cells, whether it is hidden, and its part; what its cells need is read."""
        top = next(target for kind, target in self.linked("").values() if kind == "officeDocument")
        linked = self.linked(top)
        listed: list[tuple[str, str, bool]] = []

        def start(tag: str, given: Attributes) -> None:
            if tag == "sheet":
                ident = next(value for key, value in given.items() if key.rpartition(":")[2] == "id")
                listed.append((given["name"], ident, given.get("state", "visible") != "visible"))
            elif tag == "workbookPr" and given.get("date1904") in ("1", "true"):
                self.epoch = datetime.datetime.fromisoformat("1904-01-01")

        parse(self.part(top), start)
        for kind, target in linked.values():
            if kind == "sharedStrings":
                self.strings = _strings(self.part(target))
            elif kind == "styles":
                self.formats = _formats(self.part(target))
        if len(listed) > SHEETS:
            raise Unreadable("too-large-inside", hint="sheets", facts={"most": SHEETS})
        return [(name, hidden, linked[ident][1]) for name, ident, hidden in listed if linked[ident][0] == "worksheet"]

    def sheet(self, name: str, hidden: bool, part: str) -> SheetCells:
        sheet = SheetCells(name, hidden)
        reader = _SheetReader(self, sheet)
        parse(self.part(part), reader.start, reader.end, reader.text)
        return sheet

    def remarks(self, part: str) -> tuple[list[str], bool]:
        """The cells of a sheet with comments of others, and whether anything is drawn on it."""
        folder, name = posixpath.split(part)
        if posixpath.join(folder, "_rels", name + ".rels") not in self.zip.namelist():
            return [], False
        cells: list[str] = []
        authors: list[str] = []
        drawn = inside = False

        def start(tag: str, given: Attributes) -> None:
            nonlocal drawn, inside
            inside, drawn = tag == "author", drawn or tag in ("pic", "txBody")
            if inside:
                authors.append("")
            elif tag == "comment" and authors[int(given.get("authorId", 0))].strip() != AUTHOR:
                cells.append(given["ref"])

        def text(text: str) -> None:
            if inside:
                authors[-1] += text

        for kind, target in self.linked(part).values():
            if kind in ("comments", "drawing"):
                parse(self.part(target), start, None, text)
        return cells, drawn

    def cell(self, kind: str, style: int, value: str | None, inline: str | None, formula: bool) -> Cell | None:
        """What stands in a cell of this type: None for nothing."""
        if kind == "inlineStr":
            return Cell(_unescaped(inline)) if inline else None
        if value is None or value == "":
            return Cell("", fault="formula") if formula and kind != "str" else None
        if kind == "s":
            text = self.strings[int(value)]
            return Cell(text) if text else None
        if kind == "str":
            return Cell("", fault="picture") if formula and value.startswith(_PICTURE) else Cell(_unescaped(value))
        if kind == "b":
            return Cell("TRUE" if value.strip() == "1" else "FALSE")
        if kind == "e":
            return Cell(value, fault="error")
        if kind == "d":
            return Cell(value.replace("T", " ").removesuffix(" 00:00:00"), value[:10])
        return self.number(Decimal(value.strip()), self.formats[style] if style < len(self.formats) else "")

    def number(self, number: Decimal, form: str) -> Cell:
        """A number as its format shows it, as far as that changes what it says."""
        if form in ("date", "time") and 0 <= number < 2_958_466:
            return self.date(float(number), form)
        rounded = Decimal(format(float(number), ".15g"))
        if form[:1] == "0" and rounded == rounded.to_integral_value() and rounded >= 0:
            return Cell(_plain(rounded).zfill(len(form)))
        if form == "percent":
            return Cell(_plain(rounded * 100) + "%")
        many = abs(rounded) >= 10 ** 15
        return Cell(_plain(rounded), fault="digits" if many else None)

    def date(self, serial: float, form: str) -> Cell:
        if self.epoch.isoformat().startswith(EPOCH) and serial < 60:
            serial += 1     # before the day that spreadsheet programs believe in and the calendar does not
        moment = self.epoch + datetime.timedelta(seconds=round(serial * 86400))
        time = f"{moment:%H:%M:%S}".removesuffix(":00")
        if form == "time" and serial < 1:
            return Cell(time)
        day = moment.date().isoformat()
        return Cell(day if time == "00:00" else f"{day} {time}", day)


class _SheetReader:
    """Takes the cells of a sheet out of its events."""

    def __init__(self, package: _Package, sheet: SheetCells) -> None:
        self.package, self.sheet = package, sheet
        self.row = self.column = 0
        self.given: Attributes = {}
        self.value: str | None = None
        self.inline: list[str] = []
        self.formula = False
        self.gathered: list[str] | None = None
        self.phonetic = 0

    def start(self, tag: str, given: Attributes) -> None:
        if tag == "row":
            self.row = int(given.get("r", self.row + 1))
            self.column = 0
        elif tag == "c":
            self.given, self.value, self.inline, self.formula = given, None, [], False
            at = _REFERENCE.fullmatch(given.get("r", ""))
            self.column = _column(at[1]) if at else self.column + 1
            if at:
                self.row = int(at[2])
            if not (0 < self.row <= ROWS and 0 < self.column <= COLUMNS):
                raise ValueError
        elif tag == "rPh":
            self.phonetic += 1
        elif tag in ("v", "t"):
            self.gathered = []
        elif tag == "f":
            self.formula = True
        elif tag == "dataValidation" and given.get("prompt"):
            self.sheet.hints[given.get("promptTitle", "")] = _unescaped(given["prompt"])
        elif tag == "mergeCell":
            first, _, last = given["ref"].partition(":")
            one, other = _REFERENCE.fullmatch(first), _REFERENCE.fullmatch(last or first)
            if one and other:
                self.sheet.merged.append((int(one[2]), _column(one[1]), int(other[2]), _column(other[1])))

    def text(self, text: str) -> None:
        if self.gathered is not None:
            self.gathered.append(text)

    def end(self, tag: str) -> None:
        if tag in ("v", "t") and self.gathered is not None:
            text, self.gathered = "".join(self.gathered), None
            if tag == "v":
                self.value = text
            elif not self.phonetic:
                self.inline.append(text)
        elif tag == "rPh":
            self.phonetic -= 1
        elif tag == "c":
            self.keep()

    def keep(self) -> None:
        given, package = self.given, self.package
        cell = package.cell(given.get("t", "n"), int(given.get("s", 0)), self.value, "".join(self.inline), self.formula)
        if cell is not None and cell.fault == "error" and "vm" in given and not self.formula:
            cell = Cell("", fault="picture")        # as Excel puts one into a cell: an error with a value of its own
        if cell is None:
            return
        package.nodes += 1
        if package.nodes > package.limits.nodes:
            raise Unreadable("too-large-inside", hint="cells", facts={"most": package.limits.nodes})
        self.sheet.cells[self.row, self.column] = cell


def parse(data: bytes, start: Callable[[str, Attributes], None], end: Sink | None = None,
          text: Sink | None = None) -> None:
    """The events of an XML part, by names without prefixes. A document type, by which a few bytes could become
    many, is refused.
    """
    from xml.parsers import expat  # which only workbooks need

    def refused(*_: object) -> None:
        raise Unreadable("forbidden-yaml", hint="document-type")

    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = lambda tag, given: start(tag.rpartition(":")[2], given)
    if end is not None:
        parser.EndElementHandler = lambda tag: end(tag.rpartition(":")[2])
    if text is not None:
        parser.CharacterDataHandler = text
    parser.StartDoctypeDeclHandler = refused
    try:
        parser.Parse(data, True)
    except expat.ExpatError:
        raise zipfile.BadZipFile from None


def _strings(data: bytes) -> list[str]:
    """The texts that the sheets share, without marks of how they are pronounced."""
    strings: list[str] = []
    parts: list[str] = []
    inside = phonetic = False

    def start(tag: str, _: Attributes) -> None:
        nonlocal inside, phonetic
        if tag == "si":
            parts.clear()
        elif tag == "rPh":
            phonetic = True
        inside = tag == "t" and not phonetic

    def end(tag: str) -> None:
        nonlocal inside, phonetic
        inside = False
        if tag == "rPh":
            phonetic = False
        elif tag == "si":
            strings.append(_unescaped("".join(parts)))

    parse(data, start, end, lambda text: parts.append(text) if inside else None)
    return strings


def _formats(data: bytes) -> list[str]:
    """What the number format of each style shows."""
    own: dict[int, str] = {}
    styles: list[str] = []
    inside = False

    def start(tag: str, given: Attributes) -> None:
        nonlocal inside
        if tag == "numFmt":
            own[int(given["numFmtId"])] = given["formatCode"]
        elif tag == "cellXfs":
            inside = True
        elif tag == "xf" and inside:
            number = int(given.get("numFmtId", 0))
            styles.append(_shows(number, own.get(number)))

    def end(tag: str) -> None:
        nonlocal inside
        inside = inside and tag != "cellXfs"

    parse(data, start, end)
    return styles


def _shows(number: int, code: str | None) -> str:
    """What a number format shows: date, time, percent, a number of so many digits, or just the number."""
    if code is None:
        return "time" if number in _TIMES else "date" if number in _DATES else "percent" if number in _PERCENTS else ""
    if 1 < len(code) <= 20 and not code.strip("0"):
        return code         # 0000: digits in front of the number
    bare = _NO_CODE.sub("", code.partition(";")[0]).lower()
    if "y" in bare or "d" in bare or ("m" in bare and "h" not in bare and "s" not in bare):
        return "date"
    return "time" if "h" in bare or "s" in bare else "percent" if "%" in bare else ""


def _column(letters: str) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + ord(letter) - 64
    return number


def _plain(number: Decimal) -> str:
    """A number in digits, without an exponent or zeros that say nothing."""
    text = format(number, "f")
    return text.rstrip("0").rstrip(".") if "." in text else text


def _unescaped(text: str | None) -> str:
    """A text with the characters that the format writes by their numbers; lines end in LF."""
    if not text:
        return ""
    if "_x" in text:
        text = _ESCAPE.sub(lambda found: chr(int(found[1], 16)), text)
    return text.replace("\r\n", "\n").replace("\r", "\n")
