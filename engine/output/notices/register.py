"""The office's register of letters: which number went to whom and when, what was asked, by when.

A table (CSV) that the office keeps in a spreadsheet program: it writes there who signed and who answered, adds columns
and rows, and all of it is kept as it stands; we only put rows at the end. It is no archive of letters and not what
decides who gets one. Beside it lies a small file that remembers the highest numbers, so that a row that was deleted
does not give its number to somebody else; while a run writes letters, that file is locked against all others.
"""

from __future__ import annotations

import csv
import errno
import hashlib
import io
import os
import sys
import time
import unicodedata
from collections import defaultdict
from collections.abc import Generator, Iterable
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import IO

from ...packs.pack import KINDS, Pack
from ...reading.files import Listed, read_own
from ...recording import dataclass, field
from ...records import Limits, PackError, UsageError
from ...text.dates import parse_date
from ...text.messages import LANGUAGES, joined, say
from ...text.regex import regex
from ...text.wording import id_key
from ...writing import named
from ..sheets import guarded
from .templates import KINDS as LETTERS

FILE = "发文登记.csv"        # the same in all languages: two registers would give numbers twice
COLUMNS = ("number", "date", "subject", "letter", "phase", "round", "items", "deadline", "receipt", "answer", "mark")
NEEDED = ("number", "date", "subject", "letter", "phase", "round", "deadline", "mark")
WAIT = 120.0                # seconds for another run that writes letters
ROOM = 4096                 # bytes that what is remembered of a run never needs
_LIMITS = Limits(bytes=64 << 20)
_ENCODINGS = ("utf-8-sig", "gb18030")       # the second is what Excel writes in China as plain CSV
_NUMBER = regex(r"(.*?)[〔\[(【]([0-9]{1,6})[〕\])】]第?0*([0-9]{1,9})号?")
_FURTHER = regex("[、,]")        # after the first kind of a letter, as `_plain` has it
_SUBJECT = regex(r"'?(.+)\(([^()]+)\)")


@dataclass(frozen=True, slots=True)
class Issued:
    """What is entered of one letter. Dates are ISO; an empty deadline is one that the office fills in by hand."""

    subject: tuple[str, str]        # kind and ID as it may be printed
    letters: tuple[str, ...]        # the kinds of letters that it is, the one by which it is called first
    phase: str
    round: int
    date: str
    deadline: str
    items: int
    mark: str                       # by which the same letter is known again


@dataclass(frozen=True, slots=True)
class Entered:
    """One row of the register, as far as it says so."""

    line: int
    number: str
    date: str | None
    subject: tuple[str, str] | None     # kind and comparable ID
    letter: str | None                  # the first of its kinds
    phase: str | None
    deadline: str
    mark: str


def mark_of(plan: str, parts: Iterable[str]) -> str:
    """What tells the letter of a plan from any other; a text that no spreadsheet program takes for a number."""
    return f"{plan}-{hashlib.sha256(chr(0).join(parts).encode('utf-8', 'surrogatepass')).hexdigest()[:12]}"


def number_parts(text: str) -> tuple[str, int, int] | None:
    """(series, year, number) of a document number, whatever brackets and widths it was typed in, or None."""
    found = _NUMBER.fullmatch(_plain(text))
    return (found[1], int(found[2]), int(found[3])) if found else None


def _plain(text: str) -> str:
    return "".join(unicodedata.normalize("NFKC", text).split())


@dataclass(slots=True)
class Register:
    """The rows of a register by subject, those that this run adds, and the highest number of each series and year."""

    plan: str
    language: str
    columns: list[str]                      # the names of the columns, of ours by COLUMNS, of others ""
    text: str                               # the file as it is, without a BOM
    whose: dict[tuple[str, str] | None, list[Entered]] = field(default_factory=lambda: defaultdict(list))
    marked: dict[str, list[Entered]] = field(default_factory=lambda: defaultdict(list))     # the same rows by mark
    delimiter: str = ","
    highest: dict[tuple[str, int], int] = field(default_factory=dict)
    added: list[list[str]] = field(default_factory=list)
    used: set[int] = field(default_factory=set)         # lines of the rows that letters of this run have

    def earlier(self, subject: tuple[str, str], before: str) -> list[Entered]:
        """The rows of a subject before a day, oldest first. Nobody knows whose they are where the ID is masked."""
        found = [row for row in self.whose.get((subject[0], id_key(subject[1])), ()) if row.date and row.date < before
                 and (not row.mark or row.mark.rpartition("-")[0] == self.plan)]
        return [] if "*" in subject[1] else sorted(found, key=lambda row: row.date or "")

    def number(self, letter: Issued, series: str | None, year: int, first: int) -> str:
        """The document number of a letter: that of its row, else the next, which is entered; none without series."""
        for row in self.marked.get(letter.mark, ()):
            if row.line not in self.used and bool(row.number) == bool(series):
                self.used.add(row.line)
                return row.number
        number = ""
        if series:
            key = _plain(series), year
            self.highest[key] = max(self.highest.get(key, 0), first - 1) + 1
            number = say("notice.number", self.language, series=series, year=year, number=self.highest[key])
        kind, ident = letter.subject
        kinds = [say(f"register.{one}", self.language) for one in letter.letters]
        cells = {"number": number, "date": letter.date, "letter": joined(kinds, self.language),
                 "subject": say("register.whose", self.language, ident=ident, kind=say(
                     f"register.{kind}", self.language)),
                 "phase": letter.phase, "round": str(letter.round), "items": str(letter.items),
                 "deadline": letter.deadline, "mark": letter.mark}
        self.added.append([guarded(cells.get(name, "")) for name in self.columns])
        return number

    def data(self) -> bytes | None:
        """The whole file with the new rows, in UTF-8 with a BOM; None where there are none."""
        if not self.added:
            return None
        out = io.StringIO()
        writer = csv.writer(out, delimiter=self.delimiter, quoting=csv.QUOTE_ALL)
        if not self.text:
            writer.writerow([say(f"register.column_{name}", self.language) for name in self.columns])
        writer.writerows(self.added)
        parted = self.text and not self.text.endswith(("\n", "\r"))
        return (self.text + ("\r\n" if parted else "") + out.getvalue()).encode("utf-8-sig", "surrogatepass")


def register_of(given: str | None, settings: str | None) -> Path | None:
    """Where the register lies: the file given, else beside the office's settings; None without either."""
    if given:
        return Path(given)
    return Path(settings).with_name(FILE) if settings else None


@contextmanager
def registered(file: Path | None, pack: Pack, language: str,
               wait: float = WAIT) -> Generator[Register | None, None, None]:
    """The register, locked; None without a file. What it was given is remembered unless the block ends in an exception.

    Raises PackError with line and repair for a table that can't be used, UsageError when another run holds it for
    longer than `wait` seconds, and OSError.
    """
    if file is None:
        yield None
        return
    with _locked(file.with_name(f".{file.name}.numbers"), wait) as numbers:
        register = _read(file, pack.id, pack.vocabulary.phases, language)
        known = dict(register.highest)
        text = numbers.read().rstrip(b"\n")
        for line in text.decode("utf-8", "replace").splitlines():
            _count(register.highest, line)
        remembered = dict(register.highest)
        lines = ["\n"] if text else []
        try:
            with named(file):           # a disk that is full says so before letters are written
                _put(numbers, len(text), b"\n" * ROOM)
            yield register
            if register.added or known != remembered:
                lines += [f"{series}〔{year}〕{high}\n" for (series, year), high in register.highest.items()]
        finally:
            with suppress(OSError):     # it has its room; and the register itself knows the numbers of this run
                _put(numbers, len(text), "".join(lines).encode("utf-8", "surrogatepass"))


def _put(file: IO[bytes], at: int, data: bytes) -> None:
    """Have a file end with these bytes from a place on."""
    file.seek(at)
    if file.write(data) != len(data):
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))
    file.truncate()
    os.fsync(file.fileno())


def _count(highest: dict[tuple[str, int], int], text: str) -> None:
    found = number_parts(text)
    if found:
        highest[found[:2]] = max(highest.get(found[:2], 0), found[2])


@contextmanager
def _locked(file: Path, wait: float) -> Generator[IO[bytes], None, None]:
    """The file, opened and held by nobody else; gone afterwards if nothing was written to it."""
    until = time.monotonic() + wait
    while True:
        held = os.fdopen(os.open(file, os.O_RDWR | os.O_CREAT | getattr(os, "O_BINARY", 0), 0o666), "r+b", buffering=0)
        try:
            if _lock(held) and _same(held, file):
                break
        except OSError:
            held.close()
            raise UsageError("register.no_lock", folder=str(file.parent)) from None
        except BaseException:
            held.close()
            raise
        held.close()
        if time.monotonic() > until:
            raise UsageError("register.busy", file=str(file))
        time.sleep(0.05)
    with held:
        held.seek(0)
        try:
            yield held
        finally:
            if os.fstat(held.fileno()).st_size == 0:
                with suppress(OSError):
                    os.unlink(file)


def _same(held: IO[bytes], file: Path) -> bool:
    """Whether the file that was locked is still the one of that name."""
    try:
        return os.path.samestat(os.fstat(held.fileno()), os.stat(file))
    except FileNotFoundError:
        return False


if sys.platform == "win32":
    import msvcrt

    def _lock(held: IO[bytes]) -> bool:
        held.seek(1 << 30)              # beyond anything that is read
        try:
            msvcrt.locking(held.fileno(), msvcrt.LK_NBLCK, 1)
        except PermissionError:
            return False
        return True
else:
    import fcntl

    def _lock(held: IO[bytes]) -> bool:
        try:
            fcntl.flock(held, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True


def _read(file: Path, plan: str, phases: dict[str, str], language: str) -> Register:
    """The register in a file; a new one where there is none."""
    name = str(file)
    if not os.path.lexists(file):
        return Register(plan, language, list(COLUMNS), "")
    text = _decoded(read_own(Listed(name, name, None), _LIMITS), name)
    if not text.strip():
        return Register(plan, language, list(COLUMNS), "")
    delimiter, columns = _head(text, name)
    register = Register(plan, language, columns, text, delimiter=delimiter)
    first: dict[str, int] = {}
    for line, cells in _lines(text, delimiter, name):
        row = _row(line, dict(zip(columns, cells, strict=False)), phases, name)
        register.whose[row.subject].append(row)
        register.marked[row.mark].append(row)
        key = _plain(row.number)
        if key and key in first:
            raise PackError(name, line, "register.twice", other=first[key])
        first[key] = line
        _count(register.highest, row.number)
    return register


def _decoded(data: bytes, name: str) -> str:
    for encoding in ("utf-16",) if data[:2] in (b"\xff\xfe", b"\xfe\xff") else _ENCODINGS:
        with suppress(UnicodeDecodeError):
            return data.decode(encoding)
    raise PackError(name, 1, "register.encoding")


def _titles(column: str) -> dict[str, str]:
    return {language: say(f"register.column_{column}", language) for language in LANGUAGES}


def _head(text: str, name: str) -> tuple[str, list[str]]:
    """What parts the cells, and which column is which. Raises PackError naming the one that is missing."""
    known = {_plain(title).casefold(): column for column in COLUMNS for title in _titles(column).values()}
    best: tuple[str, list[str]] = ",", []
    for delimiter in ",\t;":
        cells = next(csv.reader(io.StringIO(text, newline=""), delimiter=delimiter), [])
        columns = [known.get(_plain(cell).casefold(), "") for cell in cells]
        if len(set(columns)) > len(set(best[1])):
            best = delimiter, columns
    ours = [column for column in best[1] if column]
    for column in NEEDED:
        if ours.count(column) != 1:
            raise PackError(name, 1, "register.column", title=_titles(column), twice=column in ours)
    return best


def _lines(text: str, delimiter: str, name: str) -> Generator[tuple[int, list[str]], None, None]:
    """(line, cells) of every row below the head that holds something."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    line = 1
    try:
        for at, cells in enumerate(reader):
            if at and any(cell.strip() for cell in cells):
                yield line, cells
            line = reader.line_num + 1
    except csv.Error:
        raise PackError(name, line, "register.quotes") from None


def _row(line: int, cells: dict[str, str], phases: dict[str, str], name: str) -> Entered:
    """One row. Raises PackError at a day that can't be read."""
    days = {}
    for column in ("date", "deadline"):
        typed = cells.get(column, "").strip().removeprefix("'")
        found = parse_date(typed) if typed else None
        if typed and not found:
            raise PackError(name, line, "register.date", title=_titles(column))
        days[column] = found[0] if found else ""
    names = {_plain(say(f"register.{one}", language)): one for one in (*KINDS, *LETTERS)
             for language in LANGUAGES}
    whose = _SUBJECT.fullmatch(unicodedata.normalize("NFKC", cells.get("subject", "").strip()))
    kind = names.get(_plain(whose[2])) if whose else None
    number, (letter, *_) = cells.get("number", "").strip(), _FURTHER.split(_plain(cells.get("letter", "")))
    return Entered(line, number.removeprefix("'"), days["date"] or None,
                   (kind, id_key(whose[1].strip())) if whose and kind else None,
                   names.get(letter), phases.get(cells.get("phase", "").strip()),
                   days["deadline"], cells.get("mark", "").strip())
