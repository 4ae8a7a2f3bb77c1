"""Mends in memory what a person's keyboard did to a report, so that all of it can be told at once.

It looks at the lines of a text that YAML refuses and puts right only slips of known kinds at fields that the form has
at that place: lines stay lines, and what people wrote as text stays as it is. Nothing is judged here and nothing is
written; whoever asks reads the mended text again, and where that fails too, or where there is doubt, it counts for
nothing.
"""

from __future__ import annotations

import re
from functools import cache
from typing import Any

from ..recording import dataclass, field
from ..records import Unreadable
from ..text.messages import LANGUAGES, catalogue
from ..text.regex import regex
from ..text.wording import slip_of, text_key
from .intake import BREAK, WIDE_DASHES, WIDE_SPACES
from .schema import EitherShape, ListShape, MapShape, Shape, TextShape, field_names, schema_file
from .slips import BLOCK, COLONS, MOST, NUMBER_MARK, REACH, SIGNS, fault, quotable

BLANK = f"[ \t{WIDE_SPACES}]"
_BLANKS = " \t" + WIDE_SPACES
_MARK = regex(rf"(?:(?P<dash>-)|(?P<wide>[{WIDE_DASHES}])|(?P<number>{NUMBER_MARK})){BLANK}*")
_PAIR = regex(rf"([\"']?)([^\s:{COLONS}\"'#{{}}\[\],]{{1,40}})\1([ \t\u3000]*)([:{COLONS}])({BLANK}*)(.*)")
_NO_PAIR = regex(rf"({BLANK}*)([;；=＝]?)({BLANK}*)(.+)")       # behind the name of a field, in the place of its colon
_DOUBLE = regex(r'"(?:[^"\\]|\\.)*"')
_SINGLE = regex(r"'(?:[^']|'')*'")
_ESCAPE = regex(r"\\(?![0abt\tnvfre \"/\\N_LPxuU])")
_MARKED = regex(r"&[\w-]+(?:[ \t]|$)|![!-~]*(?:[ \t]|$)", re.ASCII)      # which YAML takes, and a report may not hold
_CUT = regex(r"[ \t]+#")
_COLON = regex(r":(?=[ \t]|$)")
_ANY_COLON = regex(f"[:{COLONS}]")
_EXAMPLE = regex(r"(?:例如|e\.g\.)[ ]*([^。；;\n]+)")
_NUMBERED = regex(rf"{NUMBER_MARK}|[(（][一二三四五六七八九十]{{1,2}}[)）]")
# what no name of a field holds that stands before a colon
_PROSE = regex(rf"^[-{WIDE_DASHES}]|{NUMBER_MARK}|[一二三四五六七八九十]是|[，。；！？]|.{{13}}")
_BRACES = str.maketrans("｛｝［］", "{}[]")
_AHEAD = 40         # lines that are looked through for a neighbour
LONGEST = 20_000    # lines of a text that is mended; one with so many fields could not be read anyway
CERTAIN = frozenset({"wide-colon", "tight-colon", "wide-dash", "tab", "wide-indent", "guidance", "heading"})    # always
FEWEST = 8          # characters of a line that is known by its words
HEADING = 20        # characters of a heading with a number
DRAWN = 3           # signs in a row that are a line between parts
STEP = 2            # blanks by which a form goes further in
TOP = 8             # lines above the first field that may be a title

_Told = tuple[int, str, str | None, dict[str, Any]]     # column (0-based), hint, mark, facts


@dataclass(slots=True)
class Mended:
    """A text that can perhaps be read, as many lines as were typed, and what was put right in it, in order."""

    text: str
    slips: list[Unreadable]     # one a line; what else is wrong there hangs on it
    moved: dict[int, int]       # line (1-based) -> columns that its key stood further right as typed

    def told(self, ways: list[Unreadable] | None = None) -> list[Unreadable]:
        """The slips that are told one by one, and the number of the rest. `ways` is what still stands in the way of
        reading the mended text: then it is told too, and only what is certain of the lines below the first.
        """
        slips, read = self.slips, not ways
        for one in ways or ():
            one.column = max(1, one.column + self.moved.get(one.line, 0))
        if ways:
            first = min((one.line for one in ways if one.name == "broken-yaml"), default=LONGEST)
            slips = [one for one in slips if one.line < first or one.hint in CERTAIN]
            lines = {(one.line, one.name): one for one in slips}
            for one in ways:
                if (one.line, one.name) in lines:
                    lines[one.line, one.name].also.append(one)
            slips = sorted([*slips, *(one for one in ways if (one.line, one.name) not in lines)],
                           key=lambda one: one.line)
        told, rest = slips[:MOST], slips[MOST:]
        if rest:
            told.append(fault(rest[0].line - 1, rest[0].column - 1, "more", count=len(rest)))
        for one in told:
            one.mended = read
        return told


def without(text: str, line: int) -> str | None:
    """The text with a line (1-based) left empty; None where there is nothing on it, or others stand under it."""
    lines, ends = BREAK.split(text), [*BREAK.findall(text), ""]
    depth = [len(one) - len(one.lstrip(" ")) for one in lines]
    below_it = next((at for at in range(line, len(lines)) if lines[at].strip() and lines[at][depth[at]] != "#"), None)
    if not lines[line - 1].strip() or (below_it is not None and depth[below_it] > depth[line - 1]):
        return None
    lines[line - 1] = ""
    return "".join(one + end for one, end in zip(lines, ends, strict=True))


def mend(text: str, kinds: tuple[MapShape, ...], fields: frozenset[str]) -> Mended | None:
    """The text with the known slips of a report's lines put right; None where there is none.

    `kinds` are the forms that it may be, `fields` all names in them.
    """
    parts = BREAK.split(text)
    if len(parts) > LONGEST:
        return None
    ends = BREAK.findall(text)
    page = _Page(parts)
    _Scan(page, page.likely(kinds), fields).run()
    if not page.slips:
        return None
    whole = "".join(line + end for line, end in zip(page.lines, [*ends, ""], strict=True))
    return Mended(whole, [page.slips[at] for at in sorted(page.slips)], page.moved)


@dataclass(slots=True)
class _Level:
    """A map that is open: the column of its keys, the maps that it may be, the column of the dash that begins it."""

    column: int
    maps: tuple[MapShape, ...]
    dash: int | None = None
    given: set[str] = field(default_factory=set)

    def shape(self, key: str) -> Shape | None:
        return next((one.fields[key][1] for one in self.maps if key in one.fields), None)

    def name(self, key: str) -> str:
        return next((one.fields[key][0] for one in self.maps if key in one.fields), key)


@dataclass(slots=True)
class _Last:
    """The field that was read last: its line and column, its shape, and whether anything follows its colon."""

    line: int           # the last line of its value so far
    column: int
    shape: Shape | None
    bare: bool
    plain: bool         # a text without quotes or brackets that further lines may go on with
    begin: int          # its own line
    listed: bool = False        # whether what follows is items of a list of texts without their dashes


@dataclass(slots=True)
class _Typed:
    """A line that holds a field, in its parts."""

    lead: str
    mark: str           # a list's mark with the blanks after it
    kind: str | None    # of the mark: dash, wide, number
    key: str            # with its quotation marks
    name: str
    gap: str
    colon: str
    space: str
    value: str

    @property
    def at(self) -> int:
        """The column (0-based) of the key."""
        return len(self.lead) + len(self.mark)


def lead_of(line: str) -> str:
    """The blanks of every kind at its begin."""
    return line[:len(line) - len(line.lstrip(_BLANKS))]


def typed(line: str) -> _Typed | None:
    """The parts of a line that holds a name, a colon and perhaps a value."""
    if not _ANY_COLON.search(line):
        return None
    lead = lead_of(line)
    mark = _MARK.match(line, len(lead))
    for found in (mark, None) if mark else (None,):
        begin = found.end() if found else len(lead)
        pair = _PAIR.match(line, begin)
        if pair and not (pair[2][0] == "-" and found is None):
            kind = found.lastgroup if found else None
            return _Typed(lead, found[0] if found else "", kind, pair[1] + pair[2] + pair[1], pair[2], pair[3], pair[4],
                          pair[5], pair[6])
    return None


def below(shape: Shape | None) -> tuple[tuple[MapShape, ...], bool, bool]:
    """What may stand under a field: the maps, whether as items of a list, and whether as a list of texts."""
    if isinstance(shape, MapShape):
        return (shape,), False, False
    if isinstance(shape, ListShape):
        maps = (shape.item,) if isinstance(shape.item, MapShape) else ()
        return maps, bool(maps), not maps
    if isinstance(shape, EitherShape):
        return (), False, any(isinstance(way, ListShape) for way in shape.ways)
    return (), False, False


class _Page:
    """The lines of a text, and what was put right in them."""

    def __init__(self, lines: list[str]) -> None:
        self.lines = lines
        self.typed_lines = tuple(lines)
        self.slips: dict[int, Unreadable] = {}
        self.moved: dict[int, int] = {}
        self.last = {sign: max((at for at, line in enumerate(lines) if sign in line), default=-1) for sign in "]}"}
        self._seen: dict[int, _Typed | None] = {}    # the parts of lines that were looked at, as typed

    def typed(self, at: int) -> _Typed | None:
        """The parts of a line as typed."""
        if at not in self._seen:
            self._seen[at] = typed(self.lines[at])
        return self._seen[at]

    def likely(self, kinds: tuple[MapShape, ...]) -> tuple[MapShape, ...]:
        """Of the forms that it may be those that have the most of the names at the begins of lines."""
        names = [found.name for at in range(len(self.lines)) if (found := self.typed(at)) and not found.lead]
        counts = [sum(name in one.fields for name in names) for one in kinds]
        return tuple(one for one, count in zip(kinds, counts, strict=True) if count == max(counts))

    def tell(self, at: int, line: str, told: list[_Told]) -> None:
        """Put a line in the place of the one typed, and say what was wrong with it, the first of it at its place."""
        self.lines[at] = line
        first, *also = [fault(at, column, hint, mark, **facts)
                        for column, hint, mark, facts in sorted(told, key=lambda one: one[0])]
        first.also = also
        for one in (first, *also):
            quotable(one, self.typed_lines[at])
        self.slips[at] = first

    def follows(self, at: int, last: int) -> bool:
        """Whether nothing but blanks stands between two lines."""
        return not any(line.strip() for line in self.lines[last + 1:at])

    def indent_after(self, at: int) -> int | None:
        """How many blanks stand before the next line that holds anything."""
        rest = (line for line in self.lines[at + 1:at + 1 + _AHEAD] if line.strip(" ") and line.lstrip(" ")[0] != "#")
        return next((len(line) - len(line.lstrip(" ")) for line in rest), None)

    def goes_back(self, at: int, column: int, fields: frozenset[str]) -> bool:
        """Whether the next field of the form below a line stands in a column."""
        for below_it in range(at + 1, min(at + 1 + _AHEAD, len(self.lines))):
            found = self.typed(below_it)
            if found and found.name in fields:
                return found.at == column and not found.mark
        return False

    def text_below(self, at: int, column: int) -> bool:
        """Whether text stands on the next line, further right than a column."""
        line = self.lines[at + 1] if at + 1 < len(self.lines) else ""
        return bool(line.strip()) and len(line) - len(line.lstrip(" ")) > column and line.lstrip()[0] != "#"

    def indent_within(self, at: int, column: int, fields: frozenset[str]) -> int:
        """How many blanks stand before the lines of the text below a field in a column, or ought to."""
        for below_it in range(at + 1, min(at + 1 + _AHEAD, len(self.lines))):
            line, found = self.lines[below_it], self.typed(below_it)
            indent = len(line) - len(line.lstrip(" "))
            if line.strip() and indent > column:
                return indent
            if found and found.name in fields:
                break
        return column + 2

    def ahead(self, at: int, maps: tuple[MapShape, ...], over: int) -> int | None:
        """The column of the next field of these maps further in than `over`, among lines that need no mending."""
        for below_it in range(at + 1, min(at + 1 + _AHEAD, len(self.lines))):
            found = self.typed(below_it)
            if found and not found.mark and odd_blank(found.lead) is None:
                if len(found.lead) <= over:
                    return None
                if any(found.name in one.fields for one in maps):
                    return len(found.lead)
        return None

    def next_at(self, at: int, over: int, maps: tuple[MapShape, ...], dashed: bool) -> int | None:
        """The column of the next field, or item that begins with one, of these maps further in than `over`."""
        for below_it in range(at + 1, min(at + 1 + _AHEAD, len(self.lines))):
            found = self.typed(below_it)
            if found and len(found.lead) <= over:
                return None
            if found and bool(found.mark) == dashed and any(found.name in one.fields for one in maps):
                return len(found.lead)
        return None

    def goes_over(self, at: int, closing: str, fields: frozenset[str]) -> bool:
        """Whether what begins on this line may end on a later one: no field comes before its closing sign."""
        for below_it in range(at + 1, min(at + 1 + _AHEAD, len(self.lines))):
            found, line = self.typed(below_it), self.lines[below_it]
            if found and found.name in fields:
                return False
            if closing in line and not line.lstrip().startswith("#"):
                return True
        return False

    def is_below(self, at: int, column: int, shape: Shape | None) -> bool:
        """Whether the next line that holds anything stands under a field of this shape, as the form has it."""
        maps, listed, texts = below(shape)
        for below_it in range(at + 1, min(at + 1 + _AHEAD, len(self.lines))):
            line = self.lines[below_it].lstrip(" ")
            if not line or line[0] == "#":
                continue
            indent, found = len(self.lines[below_it]) - len(line), self.typed(below_it)
            dashed = line.startswith("- ")
            if indent < column or (indent == column and not dashed):
                return False
            if texts:
                return dashed
            return found is not None and listed == dashed and any(found.name in one.fields for one in maps)
        return False


class _Open:
    """What is open at a line: the maps around it, innermost last, and the field that was read last."""

    def __init__(self, page: _Page, kinds: tuple[MapShape, ...]) -> None:
        self.page, self.kinds = page, kinds
        self.levels: list[_Level] = []
        self.last: _Last | None = None
        self.texts: int | None = None       # the column of the dashes of a list of texts

    def fits(self, column: int, dashed: bool) -> bool:
        """Whether YAML can take a field, or an item that begins with one, at a column here."""
        last = self.last
        if not self.levels:
            return not dashed
        if last and last.bare and (column > last.column or (dashed and column == last.column)):
            return True
        return any((level.dash if dashed else level.column) == column for level in self.levels)

    def is_astray(self, at: int, found: _Typed) -> bool:
        """Whether a field is none of the map at its column and is missing in another.

        If that is further right, so is the next line: than the field, to which YAML can add no more, or than where it
        belongs, if it is below it. If that is further left, the next line is between the two: it is below the field.
        """
        level = next((one for one in self.levels if one.column == found.at), None)
        place, below_it = self.place(at, found.name, False), self.page.indent_after(at)
        if level is None or level.shape(found.name) or place is None or below_it is None:
            return False
        if place <= found.at:
            return not found.value and place < below_it <= found.at
        inner = next((one.shape(found.name) for one in self.levels if one.column == place), None)
        whole = one_line(found.value) or (not found.value and not isinstance(inner, MapShape | ListShape | EitherShape))
        return below_it > (found.at if whole else place)

    def without_colon(self, line: str, lead: str) -> _Typed | None:
        """A field that is missing in the map at its column, with a blank or another sign in the place of its colon."""
        last, column = self.last, len(lead)
        level = next((one for one in self.levels if one.column == column), None)
        if last and last.bare and column > last.column and not below(last.shape)[1]:
            level = _Level(column, below(last.shape)[0])        # the first of its map
        elif not self.levels and not lead:
            level = _Level(0, self.kinds)
        if level is None or odd_blank(lead) is not None:
            return None
        for name in (name for one in level.maps for name in one.fields if line.startswith(name, column)):
            found = _NO_PAIR.match(line, column + len(name))
            if found and (found[1] or found[2]) and level.name(name) not in level.given \
                    and not isinstance(level.shape(name), MapShape | ListShape):
                return _Typed(lead, "", None, name, name, "", found[2], found[1] + found[3], found[4])
        return None

    def place(self, at: int, key: str, dashed: bool) -> int | None:
        """The column where a field belongs by its name: under the field above, else in the nearest map without it."""
        last = self.last
        if not self.levels:
            return None if dashed else 0
        if last and last.bare:
            maps, listed, _ = below(last.shape)
            if listed == dashed and any(key in one.fields for one in maps):
                return last.column + 2 if dashed else self.page.ahead(at, maps, last.column) or last.column + 2
        for level in reversed(self.levels):
            if level.shape(key):
                if dashed:
                    return level.dash
                if level.name(key) not in level.given:
                    return level.column
        return None

    def enter(self, at: int, found: _Typed, place: int) -> _Level | None:
        """The map that a field at a column belongs to; those further in are left."""
        last, dashed = self.last, bool(found.mark)
        maps: tuple[MapShape, ...] = self.kinds
        if last and last.bare and (place > last.column or (dashed and place == last.column)):
            maps = below(last.shape)[0]
        else:
            while self.levels and (self.levels[-1].dash if dashed else self.levels[-1].column) != place:
                self.levels.pop()
            if self.levels:
                if not dashed:
                    return self.levels[-1]
                maps = self.levels.pop().maps
            elif last:
                return None
        self.texts = None
        column = place
        if dashed:
            whole = found.kind == "dash" and len(found.mark) > 1 and odd_blank(found.mark[1:]) is None
            column = place + (len(found.mark) if whole else
                              (self.page.ahead(at, maps, place) or place + 2) - place)
        self.levels.append(_Level(column, maps, place if dashed else None))
        return self.levels[-1]

    def leave(self, column: int) -> None:
        """Leave the maps whose keys stand further right."""
        while len(self.levels) > 1 and self.levels[-1].column > column:
            self.levels.pop()


class _Values:
    """What follows a colon or a dash."""

    def __init__(self, page: _Page, fields: frozenset[str]) -> None:
        self.page, self.fields = page, fields

    def mended(self, at: int, value: str, shape: Shape | None,
               column: int = LONGEST) -> tuple[str, tuple[int, str, str | None] | None]:
        """A value as YAML takes it for the text that was typed, and its slip: where, which, the sign.

        `column` is that of its field.
        """
        straight = straightened(value, shape) if isinstance(shape, MapShape | ListShape) else value
        if straight != value:
            return straight, (0, "in-braces", None)
        first = value[:1]
        if not value or first == "#":
            return value, None
        if first in "\"'":
            return self._in_quotes(at, value)
        cut = _CUT.search(value)
        body, tail = (value[:cut.start()], value[cut.start():]) if cut else (value.rstrip(), "")
        text = not isinstance(shape, MapShape | ListShape)
        sign = None
        if first in "%@`]},*" or (first in "&!" and not _MARKED.match(body)):
            sign = 0, "sign", first
        elif first in "|>":
            if not BLOCK.match(value) and text and self.page.text_below(at, column):
                return value[1:].lstrip(), (0, "beside-bar", first)
            sign = None if BLOCK.match(value) else (0, "sign", first)
        elif first in "-?" and text and value[1:2] in (" ", "\t", ""):
            sign = 0, "sign", first
        elif first in "[{":
            closing = "]" if first == "[" else "}"
            whole = body.endswith(closing) and body.count(closing) == body.count(first)
            if text and not whole and not self.page.goes_over(at, closing, self.fields):
                sign = 0, "bracket", first
        elif first not in "&!":
            colon = _COLON.search(body)
            if colon and text and typed_name(body[:colon.start()]) not in self.fields:
                sign = colon.start(), "second-colon", ":"
        return (quoted(body) + tail, sign) if sign else (value, None)

    def _in_quotes(self, at: int, value: str) -> tuple[str, tuple[int, str, str | None] | None]:
        """The same of a value that begins with a quotation mark."""
        sign = value[0]
        found = (_DOUBLE if sign == '"' else _SINGLE).match(value)
        if found is None:
            if sign in value[1:] or self.page.goes_over(at, sign, self.fields):
                return value, None
            return quoted(value[1:].rstrip()), (0, "unclosed-quote", sign)
        rest = value[found.end():]
        after = rest.strip()
        if not after or (rest[0] in " \t" and after[0] == "#"):
            bad = _ESCAPE.search(found[0]) if sign == '"' else None
            return (quoted(found[0][1:-1]) + rest, (bad.start(), "escape", "\\")) if bad else (value, None)
        if after in (",", "，", ";", "；", "、"):
            return found[0], (found.end() + rest.index(after), "quote-comma", after)
        if after[0] in ":：":
            return value, None
        return quoted(value.rstrip()), (0, "after-quote", sign)


class _Loose:
    """Lines without a field: items of a list of texts, guidance of the form, text that goes on."""

    def __init__(self, page: _Page, open_: _Open, values: _Values) -> None:
        self.page, self.open, self.values = page, open_, values

    def item(self, at: int, line: str, lead: str) -> bool:
        """An item of a list of texts, or one in braces."""
        mark, last = _MARK.match(line, len(lead)), self.open.last
        if mark is None or last is None or self._is_bullet(lead, mark):
            return False
        value = line[mark.end():]
        maps, listed, texts = below(last.shape) if last.bare else ((), False, self.open.texts is not None)
        if listed and value[:1] in ("{", "｛") and odd_blank(lead) is None:
            return self.in_braces(at, lead, mark, value, maps)
        if not texts or not value:
            return mark.lastgroup == "dash" and line[mark.end() - 1] == " "
        odd = odd_blank(lead)
        column = len(lead) if odd is None else self.open.texts if self.open.texts is not None else last.column + 2
        if last.bare:
            self.open.texts = column
        mended, slip = self.values.mended(at, value, None)
        told: list[_Told] = [] if odd is None else [blank_slip(lead, odd, blanks=column)]
        told += slips_of_mark(len(lead), mark.lastgroup, mark[0])
        if slip:
            told.append((mark.end() + slip[0], slip[1], slip[2], {}))
        if told:
            self.page.tell(at, f"{' ' * column}- {mended}", told)
        self.open.last = _Last(at, column, None, False, is_plain(value), at)
        return True

    def _is_bullet(self, lead: str, mark: re.Match[str]) -> bool:
        """Whether a dash in the column of a text, or further left, begins a part of that text."""
        last = self.open.last
        return mark.lastgroup == "dash" and last is not None and last.plain and type(last.shape) is TextShape \
            and len(lead) <= last.column and all(level.dash != len(lead) for level in self.open.levels)

    def in_braces(self, at: int, lead: str, mark: re.Match[str], value: str, maps: tuple[MapShape, ...]) -> bool:
        """An item that is written in braces on its line."""
        mended, told = straightened(value, *maps), slips_of_mark(len(lead), mark.lastgroup, mark[0])
        begin = "- " if told else mark[0]
        if mended != value:
            told.append((mark.end(), "in-braces", None, {}))
        if told:
            self.page.tell(at, f"{lead}{begin}{mended}", told)
        return bool(told) or mark[0][1] == " "

    def goes_on(self, at: int, line: str, lead: str) -> bool:
        """A line of the form's guidance without its sign, or one that goes on with the text above."""
        text, last = line[len(lead):].rstrip(), self.open.last
        begins = last is not None and last.bare and type(last.shape) is TextShape     # under the colon
        if last is not None and odd_blank(lead) is None and len(lead) > last.column \
                and (last.plain or (begins and not is_guidance(text))):
            last.line, last.plain, last.bare = at, last.plain or is_plain(text), False
            return True
        if is_guidance(text):
            self.page.tell(at, f"{' ' * len(lead)}# {text}", [(len(lead), "guidance", None, {})])
            return True
        if not self.open.levels or last is None:
            return False
        if not self.page.follows(at, last.line) or self._is_field(text, lead):
            return self._is_heading(at, lead, text)
        if self._is_item(last, text):
            told: _Told = len(lead), "no-dash", None, {"above": last.begin + 1, "blanks": last.column + 2}
            self.page.tell(at, f"{' ' * (last.column + 2)}- {text}", [told])
            last.line, last.bare, last.listed = at, False, True
            return True
        if type(last.shape) is not TextShape or not (last.plain or (begins and text[0] not in SIGNS)):
            return self._is_heading(at, lead, text)
        self.page.tell(at, " " * (last.column + 2) + text, [
            (len(lead), "no-colon", None, {"above": last.line + 1, "blanks": last.column + 2})])
        last.line, last.plain, last.bare = at, True, False
        return True

    def between(self, at: int, line: str, found: _Typed) -> bool:
        """A line with a colon of its own under a text, or between one and a field of its map: YAML can't take it."""
        last, page = self.open.last, self.page
        if last is None or not last.plain or type(last.shape) is not TextShape or not page.follows(at, last.line) \
                or found.mark or found.at == last.column or not _COLON.search(line) or _CUT.search(line) \
                or slip_of(found.name, self.values.fields) or (
                    found.at < last.column and not page.goes_back(at, last.column, self.values.fields)):
            return False
        text = _COLON.sub("：", line.strip())
        page.tell(at, " " * (last.column + 2) + text, [(found.at, "between", None, {"above": last.line + 1})])
        last.line = at
        return True

    def _is_field(self, text: str, lead: str) -> bool:
        """Whether a line may be meant as a field, or YAML would not take it for text."""
        if text[0] == "#" or _CUT.search(text) or _COLON.search(text):
            return True
        head, colon, _ = text.partition("：")
        return any(begins(text, name) for one in self.open.levels for part in one.maps for name in part.fields) \
            or (bool(colon) and odd_blank(lead) is None and _PROSE.search(head) is None)

    def _is_heading(self, at: int, lead: str, text: str) -> bool:
        """Pass over a heading between two fields, or a line that is drawn."""
        bare = text.rstrip("：:")
        if (len(bare) > HEADING or not _NUMBERED.match(bare) or _ANY_COLON.search(bare)) if any(
                map(str.isalnum, bare)) else len(bare) < DRAWN:
            return False
        self.page.tell(at, f"{' ' * len(lead)}# {text}", [(len(lead), "no-colon", None, {})])
        return True

    def _is_item(self, last: _Last, text: str) -> bool:
        """Whether a line is an item of the list of texts above, by all but its dash."""
        texts = below(last.shape)[2] if last.bare else last.listed
        return texts and text[0] not in SIGNS and "：" not in text


class _Scan:
    """Goes through the lines once, from the first to the last."""

    def __init__(self, page: _Page, kinds: tuple[MapShape, ...], fields: frozenset[str]) -> None:
        self.page, self.fields = page, fields
        self.open = _Open(page, kinds)
        self.values = _Values(page, fields)
        self.loose = _Loose(page, self.open, self.values)
        self.block: tuple[int, int] | None = None   # columns of the key whose text is written below it, and of that
        self.closing: str | None = None     # what ends a text or group over several lines
        # the first line that holds a field, where it is near the top
        self.first = next((at for at in range(min(TOP + 1, len(page.lines)))
                           if (one := page.typed(at)) and one.name in fields), 0)

    def run(self) -> None:
        for at, line in enumerate(self.page.lines):
            bare = line.strip()
            if not bare:
                continue
            if self.block is not None:
                if len(line) - len(line.lstrip(" ")) > self.block[0] or self.below_bar(at, line, self.block[1]):
                    continue
                self.block = None
            if self.closing is not None:
                if self.closing in line:
                    self.closing = None
                continue
            lead = lead_of(line)
            if line.startswith("#", len(lead)):
                self.comment(at, lead)
            elif line[:3] not in ("---", "...") and line[:1] != "%":
                self.content(at, line)

    def below_bar(self, at: int, line: str, blanks: int) -> bool:
        """Put in its place a line of a text that belongs below a `|` and does not stand further right."""
        lead = lead_of(line)
        text, found = line[len(lead):].rstrip(), self.page.typed(at)
        if text[0] == "#" or line[:3] in ("---", "...") or _COLON.search(text) or is_guidance(text) or (
                found and (found.name in self.fields or slip_of(found.name, self.fields))):
            return False
        self.page.tell(at, " " * blanks + text, [(len(lead), "below-bar", None, {"blanks": blanks})])
        return True

    def comment(self, at: int, lead: str) -> None:
        odd = next((index for index, one in enumerate(lead) if one in WIDE_SPACES), None)
        if odd is not None:
            self.page.tell(at, self.page.lines[at].replace(lead, " " * len(lead), 1), [blank_slip(lead, odd)])

    def content(self, at: int, line: str) -> None:
        found = self.page.typed(at)
        known = found is not None and found.name in self.fields
        if at < self.first and self.heading(at, line.strip(), found):
            return
        if found and known and self.known(at, line, found):
            return
        lead = lead_of(line)
        if not known and (other := self.open.without_colon(line, lead)) and self.known(at, line, other):
            return
        if found and not known and self.loose.between(at, line, found):
            return
        if self.loose.item(at, line, lead) or self.loose.goes_on(at, line, lead):
            return
        if found and not known:
            self.unknown(at, found)

    def heading(self, at: int, text: str, found: _Typed | None) -> bool:
        """Take a line above all fields that is none of them, such as a title."""
        name = next((one for one in self.fields if begins(text, one) and not text[len(one):][:1].isalnum()), None)
        if name or _COLON.search(text) or (found and slip_of(found.name, self.fields)):
            return False
        self.page.tell(at, f"# {text}", [(0, "heading", None, {})])
        return True

    def known(self, at: int, line: str, found: _Typed) -> bool:
        """Take a line with a name of the form; False where it is no field after all."""
        dashed, odd = bool(found.mark), odd_blank(found.lead)
        column = None if odd is not None else len(found.lead)
        last = self.open.last
        firm = found.colon == ":" and (bool(found.space) or not found.value) and found.kind in (None, "dash")
        if not firm and column is not None and last and last.plain and column > last.column:
            return True     # goes on with the text above
        place = column
        if place is None or not self.open.fits(place, dashed) or (not dashed and self.open.is_astray(at, found)):
            place = self.open.place(at, found.name, dashed)
        elif last and last.bare and place > last.column and place != last.column + STEP and self.page.next_at(
                at, last.column, below(last.shape)[0], dashed) == last.column + STEP:
            place = last.column + STEP      # the first of its kind, which stands apart from the next
        elif last is None and place:
            place = min(place, self.page.next_at(at, -1, self.open.kinds, False) or 0)      # the first of all
        level = None if place is None else self.open.enter(at, found, place)
        if place is None or level is None:
            return False
        self.write(at, line, found, place, level, odd)
        level.given.add(level.name(found.name))
        return True

    def write(self, at: int, line: str, found: _Typed, place: int, level: _Level, odd: int | None) -> None:
        """Put the line right, and say what was wrong with it."""
        told = [*slips_of_lead(found, place, odd), *slips_of_mark(len(found.lead), found.kind, found.mark),
                *slips_of_colon(found)]
        shape = level.shape(found.name)
        value, slip = self.values.mended(at, found.value, shape, level.column)
        if isinstance(shape, MapShape | ListShape) and one_line(value) and self.page.is_below(at, level.column, shape):
            value, slip = comment_of(value), (0, "content-below", None)
        if slip:
            offset, hint, mark = slip
            told.append((len(line) - len(found.value) + offset, hint, mark, {}))
        if told:
            head = " " * place + ("-" + " " * (level.column - place - 1) if found.mark else "")
            self.page.moved[at + 1] = found.at - len(head)
            self.page.tell(at, f"{head}{found.key}:{' ' + value if value else ''}", told)
        self.open.last = _Last(at, level.column, shape, not value or value[0] == "#",
                               is_plain(value), at)
        self.below_line(at, value, level.column)

    def below_line(self, at: int, value: str, column: int) -> None:
        """Whether the lines that follow are still of this value."""
        if BLOCK.match(value):
            self.block = column, self.page.indent_within(at, column, self.fields)
        elif value[:1] in ("'", '"') and not (_DOUBLE if value[0] == '"' else _SINGLE).match(value):
            self.closing = value[0]
        elif value[:1] in ("[", "{"):
            closing = "]" if value[0] == "[" else "}"
            if value.count(closing) < value.count(value[0]) and at < self.page.last[closing]:
                self.closing = closing

    def unknown(self, at: int, found: _Typed) -> None:
        """A name that the form does not have: only where it stands counts."""
        column = found.at
        self.open.leave(column)
        self.open.last = _Last(at, column, None, not found.value, is_plain(found.value), at)
        self.below_line(at, found.value, column)


def slips_of_lead(found: _Typed, place: int, odd: int | None) -> list[_Told]:
    """The slip of what stands before a field that belongs at column `place`; `odd` is where no plain space stands."""
    if odd is not None:
        return [blank_slip(found.lead, odd, blanks=place)]
    return [(len(found.lead), "indentation", None, {"above": 0, "blanks": place})] if len(found.lead) != place else []


def slips_of_mark(begin: int, kind: str | None, mark: str) -> list[_Told]:
    """The slip of a list's mark with the blanks after it, which stands at a column."""
    blank = odd_blank(mark)
    if kind == "wide":
        return [(begin, "wide-dash", mark[0], {})]
    if kind == "number":
        return [(begin, "number-mark", None, {})]
    if mark == "-":
        return [(begin, "tight-dash", "-", {})]
    if blank is not None and mark[blank] != "\t":
        return [(begin + blank, "wide-indent", None, {"character": f"U+{ord(mark[blank]):04X}"})]
    return []


def slips_of_colon(found: _Typed) -> list[_Told]:
    """The slip of the colon and of the blank after it."""
    colon, blank = found.at + len(found.key) + len(found.gap), odd_blank(found.space)
    if not found.colon:
        return [(found.at, "no-colon", None, {})]
    if found.colon != ":":
        return [(colon, "wide-colon", found.colon, {})]
    if (found.value and not found.space) or (blank is not None and found.space[blank] != "\t"):
        return [(colon, "tight-colon", ":", {})]
    return []


def one_line(value: str) -> bool:
    """Whether there is a value, and it ends on its line."""
    if not value or value[0] in "#|>&*!":
        return False
    if value[0] in "\"'":
        return (_DOUBLE if value[0] == '"' else _SINGLE).match(value) is not None
    closing = {"[": "]", "{": "}"}.get(value[0])
    return closing is None or value.count(closing) >= value.count(value[0])


def straightened(value: str, *shapes: Shape) -> str:
    """A group in braces, and what stands in it, with plain braces, and plain colons and commas around the names of
    fields.
    """
    plain = value.rstrip().translate(_BRACES)
    if plain[:1] not in ("{", "[") or plain[-1] not in "}]" or "'" in value or '"' in value:
        return value
    names = "|".join(sorted(map(re.escape, field_names(shapes)), key=len, reverse=True))
    if not names:
        return value

    def right(found: re.Match[str]) -> str:
        if found[1] != "，" and found[3] == ": ":
            return found[0]
        return f"{'{' if found[1] == '{' else ', '}{found[2]}: "

    straight = re.sub(rf"([{{，,]){BLANK}*({names}){BLANK}*([:：] ?){BLANK}*", right, plain)
    return straight if straight != plain or value[0] in "｛［" else value


def comment_of(value: str) -> str:
    """The comment behind a value."""
    cut = _CUT.search(value)
    return value[cut.start():].lstrip() if cut else ""


def blank_slip(lead: str, at: int, **blanks: int) -> _Told:
    """The slip of a line that begins with something else than plain spaces; `blanks` belong there, where it counts."""
    if lead[at] == "\t":
        return at, "tab", None, blanks
    return at, "wide-indent", None, {"character": f"U+{ord(lead[at]):04X}", **blanks}


@cache
def form_words() -> tuple[str, str]:
    """The comparable form of what fill-in forms say of their fields, and of the examples in it."""
    texts = [catalogue(language)[f"form.{name}"] for language in LANGUAGES for name in ("head", "another")]
    rest: list[Any] = [schema_file(name) for name in ("personal.json", "unit.json", "common.json")]
    while rest:
        one = rest.pop()
        if isinstance(one, dict):
            texts += [one[name] for name in ("description", "x-en") if isinstance(one.get(name), str)]
            rest += one.values()
        elif isinstance(one, list):
            rest += one
    return "\n".join(map(text_key, texts)), "\n".join(map(text_key, _EXAMPLE.findall("\n".join(texts))))


def is_guidance(text: str) -> bool:
    """Whether a line begins with words of the fill-in form, be it a piece of them, but for what may be typed as it
    stands there.
    """
    words = text_key(text.removeprefix("↑").partition("。")[0][:REACH])
    said, typed_so = form_words()
    return len(words) >= FEWEST and words in said and words not in typed_so


def odd_blank(blanks: str) -> int | None:
    """Where the first character stands that is no plain space."""
    return next((at for at, one in enumerate(blanks) if one in "\t" + WIDE_SPACES), None)


def begins(text: str, name: str) -> bool:
    """Whether a text begins with the name of a field; of an English one not with a longer word."""
    return text.startswith(name) and not (name.isascii() and re.match(r"[\w.-]", text[len(name):], re.ASCII))


def is_plain(value: str) -> bool:
    """Whether further lines may go on with a value as it was typed."""
    return bool(value) and value[0] not in "\"'[{|>#&*!" and not _CUT.search(value)


def typed_name(text: str) -> str:
    """The last word of a text, which may be the name of a field."""
    return text.replace("，", " ").replace(",", " ").split()[-1] if text.split() else ""


def quoted(text: str) -> str:
    """A text in quotation marks that change nothing in it."""
    return "'" + text.replace("'", "''") + "'"
