"""What a rule looks like in a report: a piece of a file that fails, what is said of it, and the same piece when right.

The piece is cut from a whole file that is really checked, so that its line numbers are those of the message.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from functools import lru_cache

from ..judging.check import Checker
from ..judging.compile import Compiled
from ..judging.world import World
from ..packs.rule import Rule
from ..reading.report import Report, locate, segments_of
from ..reading.schema import Shapes
from ..reading.typed import as_typed, in_chinese
from ..recording import dataclass, field
from ..records import Unreadable
from ..text.regex import regex
from ..text.wording import visible
from .examples import ROSTER, WAIVERS, Example, Write, batch_of, bytes_of, findings_in

_MOST = 3           # findings that are marked
_BELOW = 8          # lines of a map or list that are shown
_WIDE = 200          # characters of a line of a report
_HEAD = 5           # lines at the top of a report that say what it is
_KEY = regex(r"^( *)(- +)?")


@dataclass(frozen=True, slots=True)
class Excerpt:
    """Lines of a file with their numbers; an arrow before those that a finding points at."""

    name: str
    lines: list[str]


@dataclass
class Shown:
    """A rule as its first failing example brings it out; without one, its bare texts."""

    compiled: Compiled
    rule: Rule
    language: str
    said: str = ""
    remedy: str = ""
    bad: Excerpt | None = None
    good: Excerpt | None = None
    _write: Write = field(init=False)

    def __post_init__(self) -> None:
        self._write = _writer(self.compiled, self.language)
        self.said = unfilled(self.rule.message[self.language])
        self.remedy = unfilled(self.rule.remedy[self.language])
        example = next((one for one in self.rule.examples["fail"] if "tested" not in one), None)
        if example is not None:
            self._show(example)
        if self.bad and not self.good:
            text = next((one for one in self.rule.examples["pass"] if "text" in one), None)
            self.good = Excerpt("", _numbered(text["text"].splitlines(), None, set())) if text else None

    def _show(self, example: Example) -> None:
        batch = batch_of(self.compiled.pack, example, self._write)
        found = [one for one in findings_in(self.compiled, batch, self.language) if one.rule == self.rule.id]
        if not found:
            return
        self.said, self.remedy = found[0].message, found[0].remedy
        file = found[0].file
        found = [one for one in found if one.file == file][:_MOST]
        data = {ROSTER: batch.roster, WAIVERS: batch.waivers, **batch.files}[file] or b""
        several = len(batch.files) > 1 or file in (ROSTER, WAIVERS)
        name = file if several else ""
        part: Example = next((one for one in example.get("files", [example]) if one.get("name", file) == file), {})
        marked = {one.line for one in found}
        lines = self._lines(data)
        if "base" not in part or file in (ROSTER, WAIVERS):
            shown = None if "base" not in part and file not in (ROSTER, WAIVERS) else _around(lines, marked)
            self.bad = Excerpt(name, _numbered(lines, shown, marked))
            return
        pointers = [*(one.pointer for one in found), *part.get("set", ()), *part.get("remove", ())]
        self.bad = Excerpt(name, _numbered(lines, self._wanted(data, lines, pointers) | _around(lines, marked), marked))
        data = _right(self.compiled, part["base"], part.get("phase"), self.language)
        lines = self._lines(data)
        good = Excerpt(name, _numbered(lines, self._wanted(data, lines, pointers), set()))
        self.good = good if {one[2:] for one in good.lines} - {one[2:] for one in self.bad.lines} else None

    @staticmethod
    def _lines(data: bytes) -> list[str]:
        return data.decode("utf-8", "replace").splitlines()

    def _wanted(self, data: bytes, lines: list[str], pointers: Iterable[str | None]) -> set[int]:
        """The lines of some places and of what they stand in."""
        try:
            case, _ = Checker(self.compiled, World("2000-01-01")).opener.open(data)
        except Unreadable:
            return set()
        routes = [tuple(int(part) if part.isdecimal() else part for part in segments_of(pointer) if part != "-")
                  for pointer in pointers if pointer is not None]
        return _around(lines, {_line(case.report, route) for route in routes})


def _line(report: Report, path: tuple[str | int, ...]) -> int:
    """The line of a place, or of the nearest above it that there is."""
    try:
        return locate(report, path).line
    except (IndexError, TypeError):
        return _line(report, path[:-1])


@lru_cache(maxsize=2)
def _writer(compiled: Compiled, language: str) -> Write:
    """Writes reports, rosters and waivers as people type them, with Chinese or English names."""
    pack = compiled.pack
    tables = {name: Shapes(pack.vocabulary).load(name) for name in ("roster", "waivers")}

    def write(data: Example, what: str) -> bytes:
        shape = tables.get(what) or pack.shapes["unit" if "unit" in data else "personal"]
        return as_typed(in_chinese(data, shape) if language == "zh" else data).encode()

    return write


@lru_cache(maxsize=64)
def _right(compiled: Compiled, base: str, phase: str | None, language: str) -> bytes:
    """A report without faults, which many rules show."""
    return bytes_of(compiled.pack, {"base": base, "phase": phase}, _writer(compiled, language))


def _column(line: str) -> tuple[int, int | None]:
    """Where a line's key begins, and where its dash does if it has one."""
    found = _KEY.match(line)
    assert found
    return found.end(), found.end(1) if found[2] else None


def _around(lines: list[str], places: set[int]) -> set[int]:
    """The lines of some places (from 1), of what they stand in, and the first of what stands in them."""
    wanted = {at for at, line in enumerate(lines[:_HEAD], 1) if line[:1].strip() and not line.endswith(":")}
    for place in places:
        column, dash = _column(lines[place - 1])
        wanted.add(place)
        below = 0
        for at in range(place, len(lines)):
            inner, its_dash = _column(lines[at])
            if (its_dash if its_dash is not None and dash is None else inner) <= column and not (
                    dash is not None and inner == column and its_dash is None):
                break
            below += 1
            if below <= _BELOW:
                wanted.add(at + 1)
        if dash is not None:
            column = dash
        for at in range(place - 2, -1, -1):
            inner, its_dash = _column(lines[at])
            if inner < column or (its_dash is not None and inner == column):
                wanted.add(at + 1)
                column = its_dash if its_dash is not None else inner
    return wanted


def _numbered(lines: list[str], wanted: set[int] | None, marked: set[int]) -> list[str]:
    """Lines with their numbers; all of them, or those wanted with dots for what is left out."""
    shown = sorted(wanted) if wanted is not None else range(1, len(lines) + 1)
    out, last = [], 0
    for number in shown:
        if number > last + 1:
            out.append("       …")
        out.append(f"{'→' if number in marked else ' '} {number:>4}  {_clipped(visible(lines[number - 1]))}".rstrip())
        last = number
    return out + (["       …"] if last < len(lines) else [])


def _clipped(line: str) -> str:
    """A line of which nobody reads more than its beginning."""
    return line if len(line) <= _WIDE else line[:_WIDE] + "…"


def unfilled(text: str) -> str:
    """A rule's text as it is without any report: a mark where something would be filled in, of two ways the second.

    More ways stand apart by strokes.
    """
    text = re.sub(r"{% if [^%]*%}[^{%]*{% else %}", "", text)
    text = re.sub(r"{%\s*(?:elif|else)[^%]*%}", "\0", text)
    text = re.sub(r"{{.*?}}", "…", re.sub(r"{%.*?%}", "", text, flags=re.DOTALL))
    return " / ".join(way for part in text.split("\0") if (way := " ".join(part.split()).lstrip("：，；:,; ")))
