"""JSON Schemas become shapes, and shapes bind what was typed to canonical data: names, values, dates, counts.

A shape translates Chinese and English keys and listed values, converts typed text, drops what is absent and
yields the form slips it meets (`Slip`), each by the name of its rule. It reads no files but the schemas.
The keywords in use: type, properties, required, additionalProperties, items, oneOf of const and title, anyOf,
$ref, format (date, month, quarter, half, id, name; of a number percent, money), minimum, and our own x-names,
x-literal, x-instead, x-noun, x-wants, x-unit (of a number).
x-en, the description in English, is for fill-in forms; x-others is the one for forms of other plans.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache, partial
from typing import TYPE_CHECKING, Any, TypeAlias

from .. import recording
from ..recording import dataclass
from ..records import Route, Unreadable
from ..text import dates
from ..text.regex import regex
from ..text.wording import (
    fold,
    held_in,
    is_id,
    mask_numbers,
    nearest,
    sharing,
    slip_of,
    split_list,
    text_key,
    without_remark,
)
from .intake import NEXT, WIDE_DASHES, Blind, Map, Pin, Seq, Suspect, Value
from .report import BAD, Doc, Items

if TYPE_CHECKING:
    from .roles import Roles

FOLDER = os.path.normpath(f"{__file__}/../../../schemas")
KNOWN = 4096        # texts that a shape keeps in mind
_NO_QUOTES = str.maketrans("", "", "“”‘’\"'《》「」")
_DASHED = regex(rf"[-{WIDE_DASHES}]\S")      # a list whose dashes lack their blank
PARTS = 200         # items of a list on one line: what holds more was not typed as a list
COMPARED = 200      # unknown keys of one file that are held against the fields which are missing beside them

Linked: TypeAlias = "tuple[Linked | None, str | int]"     # a path as a chain from its end: (parent, segment)
Facts = dict[str, Any]      # what the text of a slip shows, by name
Schema = dict[str, Any]     # a JSON Schema, as it was read

_PARSERS: dict[str, Callable[[str], tuple[str, bool] | None]] = {
    "date": dates.parse_date, "month": dates.parse_month, "quarter": dates.parse_quarter, "half": dates.parse_half,
}


@dataclass(frozen=True, slots=True)
class Slip:
    """Something wrong with the form of one field, found while binding."""

    name: str                   # the rule's name, e.g. "unknown-field"
    path: Route                 # keys and positions as typed; of an unknown key, its parent's
    mark: Pin                   # where it stands (0-based line and column)
    field: str | None           # the key as written, if it may be shown
    hint: str | None = None
    facts: Facts = recording.field(default_factory=dict)
    value: str | None = None    # what was typed, shown only on request
    # what takes long to find out and only a finding that is told needs: the hint and more facts
    tell: Callable[[], tuple[str | None, Facts]] | None = None

    @property
    def told(self) -> tuple[str | None, Facts]:
        """The hint and all facts."""
        if self.tell is None:
            return self.hint, self.facts
        hint, facts = self.tell()
        return hint, self.facts | facts


class Binding:
    """What one binding gathers beside the data: slips, texts, whether Chinese keys are in use, and misspelt fields."""

    __slots__ = ("absent", "astray", "chinese", "compared", "slips", "texts")

    def __init__(self, absent: frozenset[str]) -> None:
        self.absent = absent
        self.slips: list[Slip] = []
        self.texts: list[str] = []      # of a report without a slip; where there is one they are taken as typed
        self.chinese = 0
        self.compared = 0               # unknown keys so far
        self.astray: list[Route] = []   # paths of fields whose names are misspelt

    def slip(self, name: str, path: Linked | None, mark: Pin, written: str | None, hint: str | None = None,
             value: str | None = None, tell: Callable[[], tuple[str | None, Facts]] | None = None,
             **facts: Any) -> None:
        self.slips.append(Slip(name, unlink(path), mark, written, hint, facts, value, tell))

    def respelt(self, path: Linked | None, mark: Pin, written: str | None, hint: str | None, text: str,
                typed: str | None = None) -> None:
        """Something that was understood and should be written in another way, as `typed`."""
        self.slip("date-spelling", path, mark, written, hint, text, typed=typed)

    def doubt(self, slip: str, path: Linked | None, mark: Pin, written: str | None) -> None:
        """What a Suspect is suspected of."""
        name, hint = ("swallowed-line", "item") if slip == "swallowed-item" else (slip, None)
        self.slip(name, path, mark, written, hint)


def unlink(path: Linked | None) -> Route:
    """A path linked from its end, (parent, segment), as a plain tuple of segments."""
    segments: list[str | int] = []
    while path is not None:
        path, segment = path
        segments.append(segment)
    return tuple(reversed(segments))


def is_absent(value: Value, absent: frozenset[str], fields: frozenset[str] | None = None) -> bool:
    """Null, blank text, a word for nothing, or a map or list with nothing else in it. Not recursive.

    A key that is none of `fields`, if they are given, is something: text that got between braces.
    """
    rest = [value]
    while rest:
        one = rest.pop()
        if isinstance(one, Map):
            if fields is not None and not fields.issuperset(one.entries):
                return False
            rest.extend(one.entries.values())
        elif isinstance(one, Seq):
            rest.extend(one.items)
        elif one is not None and one.strip() and one.strip() not in absent:
            return False
    return True


NO_FIELDS: frozenset[str] = frozenset()


class Shape:
    """What all shapes have in common."""

    __slots__ = ()
    titles: dict[str, str] = {}     # of its fields, if it has any

    def bind(self, value: Value, run: Binding, path: Linked | None, mark: Pin, written: str | None) -> Any:
        """What was typed as canonical data: None when absent, BAD when it is not of this shape."""
        raise NotImplementedError


class TextShape(Shape):
    """Free text. Its subclasses convert the text or compare it with a list."""

    __slots__ = ("known", "takes_text", "title")

    def __init__(self, title: str, literal: bool = False) -> None:
        self.title = title
        self.takes_text = not literal
        self.known: dict[str, Any] = {}     # texts that were converted without a slip, and their values

    def bind(self, value: Value, run: Binding, path: Linked | None, mark: Pin, written: str | None) -> Any:
        """The canonical value, None when absent, BAD when it is not of this shape."""
        if isinstance(value, Suspect):
            return self.bind_suspect(value, run, path, mark, written)
        if not isinstance(value, str):
            if value is None or is_absent(value, run.absent, NO_FIELDS):
                return None
            run.slip("wrong-type", path, mark, written, "braces" if value.flow else self.wants, expected=self.title,
                     wants=self.wants, unit=self.unit)
            return BAD
        text = value.strip()
        if not text or (text in run.absent and self.takes_text):
            return None
        return self.convert(text, run, path, mark, written)

    wants = "want-text"
    unit = ""           # what a number counts, where the field names it
    is_open = True      # any text will do, so that none can be said to be whole

    def bind_suspect(self, value: Suspect, run: Binding, path: Linked | None, mark: Pin, written: str | None) -> Any:
        """The same of a text in doubt. What was cut and yet is a listed value, a date, a count or an ID is whole."""
        before = len(run.slips)
        bound = self.bind(str(value), run, path, mark, written)
        sound = all(slip.name == "date-spelling" for slip in run.slips[before:])
        if value.slip == "same-line":       # which only the map around it can tell
            return bound
        if value.slip != "cut-value" or self.is_open or bound is None or not sound:
            run.doubt(value.slip, path, mark, written)
        return bound

    def convert(self, text: str, run: Binding, path: Linked | None, mark: Pin, written: str | None) -> Any:
        run.texts.append(text)
        return text

    def printable(self, text: str) -> str:
        """A text as it is to be typed, where it may be printed: a listed value or an ID; else nothing."""
        return ""

    def keep(self, text: str, value: Any) -> Any:
        """The value, kept in mind: dates, choices and behaviours come again and again."""
        if len(self.known) < KNOWN:
            self.known[text] = value
        return value


class IdShape(TextShape):
    """An identifier: kept as typed, even when its form is odd."""

    __slots__ = ()
    is_open = False
    wants = "want-one"

    def convert(self, text: str, run: Binding, path: Linked | None, mark: Pin, written: str | None) -> Any:
        if not is_id(text):
            run.slip("odd-id", path, mark, written, value=text)
        run.texts.append(text)
        return text

    def printable(self, text: str) -> str:
        return text if is_id(text) and mask_numbers(text) == text else ""


class DateShape(TextShape):
    """A date, month, quarter or half, kept as ISO text; its year lies in `years`, where any are given."""

    __slots__ = ("format", "parse", "years")
    is_open = False
    wants = "want-one"

    def __init__(self, title: str, form: str, years: tuple[int, int] | None) -> None:
        super().__init__(title)
        self.format = form
        self.parse = _PARSERS[form]
        self.years = years

    def convert(self, text: str, run: Binding, path: Linked | None, mark: Pin, written: str | None) -> Any:
        found = self.parse(text)
        years = self.years
        far = found is not None and years is not None and not years[0] <= int(found[0][:4]) <= years[1]
        if found is None or far:
            facts: Facts = dict(zip(("first", "last"), years, strict=True)) if far and years else {}
            run.slip("not-a-date", path, mark, written, "years" if far else self.format, text, **facts)
            return BAD
        if not found[1]:
            run.respelt(path, mark, written, "mark" if text.rstrip(dates.MARKS) == found[0] else None, text, found[0])
            return found[0]
        return self.keep(text, found[0])


class CountShape(TextShape):
    """A whole number, not negative: plain digits, or also full-width ones and one of some units after them."""

    __slots__ = ("units",)
    is_open = False
    wants = "want-count"

    def __init__(self, title: str, units: tuple[str, ...]) -> None:
        super().__init__(title)
        self.units = units

    def convert(self, text: str, run: Binding, path: Linked | None, mark: Pin, written: str | None) -> Any:
        if text.isascii() and text.isdigit() and len(text) <= 18:
            if len(text) > 10:      # long enough to be somebody's number
                run.texts.append(text)
            return int(text)
        if self.units:
            bare = dates.narrow(text)
            unit = next((one for one in self.units if bare.endswith(one)), "")
            bare = bare.removesuffix(unit).rstrip()
            if bare.isascii() and bare.isdigit() and len(bare) <= 18:
                run.respelt(path, mark, written, "count", text)
                return int(bare)
        run.slip("wrong-type", path, mark, written, "want-count", text, expected=self.title, wants="want-count")
        return BAD


class NumberShape(CountShape):
    """A number, a percentage or a sum of money, kept as a Decimal: exact, since what must add up is added."""

    __slots__ = ("form", "unit", "wants")

    def __init__(self, title: str, form: str, unit: str) -> None:
        super().__init__(title, ())
        self.form = form        # number, percent or money
        self.unit = unit        # of a number, or the one of money in which the field is kept
        self.wants = f"want-{form}"

    def convert(self, text: str, run: Binding, path: Linked | None, mark: Pin, written: str | None) -> Any:
        from ..text import numbers  # which few forms ask for

        found = numbers.parse_percent(text) if self.form == "percent" else \
            numbers.parse_money(text, self.unit) if self.form == "money" else numbers.parse_number(text, self.unit)
        if found is None:
            run.slip("wrong-type", path, mark, written, self.wants, text, expected=self.title, wants=self.wants,
                     unit=self.unit)
            return BAD
        value, typed = found
        if len(text) > 10:      # long enough to be somebody's number
            run.texts.append(text)
        if typed:
            run.respelt(path, mark, written, "number", text, typed)
            return value
        return self.keep(text, value) if len(text) <= 10 else value


class NameShape(TextShape):
    """The name of a person, or several on one line."""

    __slots__ = ()


FREE = (TextShape, IdShape, NameShape)      # in which any text may stand


class ChoiceShape(TextShape):
    """One of a list of values, each written in English or Chinese; `also` are other ways to write them."""

    __slots__ = ("_folded", "also", "ordered", "slip", "values")
    is_open = False
    wants = "want-one"

    def __init__(self, title: str, values: dict[str, str], slip: str = "unknown-value",
                 also: dict[str, str] | None = None, ordered: bool = False) -> None:
        super().__init__(title)
        self.ordered = ordered          # whether people also name them by their number
        self.values = values            # as written -> canonical
        self.slip = slip
        self.also = also or {}          # the same
        self._folded: dict[str, str] = {}

    def convert(self, text: str, run: Binding, path: Linked | None, mark: Pin, written: str | None) -> Any:
        found = self.values.get(text)
        if found is not None:
            return self.keep(text, found)
        found = self.meant(text)
        if found is not None:
            run.respelt(path, mark, written, "value", text, self.named(found, text))
            return found
        run.slip(self.slip, path, mark, written, None, text, lambda: (None, {
            "nearest": self.nearest(text), "english": list(dict.fromkeys(self.values.values())),
            "values": [word for word, value in self.values.items() if word != value] or list(self.values)}))
        return BAD

    def printable(self, text: str) -> str:
        found = self.values.get(text) or self.meant(text)
        return text if text in self.values else self.named(found, text) if found else ""

    def nearest(self, text: str) -> str | None:
        """The one listed value that a text is a piece of, else the one that is nearest to it, that has its number or
        that alone holds as much as half of it.
        """
        words = list(self.values)
        whole = [word for word in words if text in word] if len(text) > 1 else []
        if len(whole) == 1:
            return whole[0]
        alike = [word for word in words if word.isascii() == text.isascii()]
        at = dates.ordinal(text) if self.ordered else None
        return nearest(text, words) or (alike[at - 1] if at and at <= len(alike) else None) or sharing(text, alike)

    def meant(self, text: str) -> str | None:
        """The value that a text plainly means: with a mark or a remark in brackets after it, blanks or quotation marks
        in it, or so.
        """
        if not self._folded:
            self._folded = {_unquoted(word): value for word, value in (self.values | self.also).items()}
        return self._folded.get(_unquoted(text)) or self._folded.get(_unquoted(without_remark(text)))

    def named(self, value: str, text: str) -> str:
        """How a value is written, in the language of a text."""
        return value if text.isascii() else next(
            (word for word, one in self.values.items() if one == value != word), value)


def _unquoted(text: str) -> str:
    """A listed value as it is compared, without quotation marks."""
    return fold(text).translate(_NO_QUOTES)


class BehaviourShape(TextShape):
    """A named behaviour of one theme: its ID, `other`, or four or more characters in a row of the plan's words."""

    __slots__ = ("listed", "names", "theme")
    is_open = False
    wants = "want-one"

    def __init__(self, title: str, names: BehaviourNames, theme: str) -> None:
        super().__init__(title)
        self.names = names
        self.theme = theme
        self.listed = False         # whether it is an item of a list

    def convert(self, text: str, run: Binding, path: Linked | None, mark: Pin, written: str | None) -> Any:
        found = self.names.find(text, self.theme)
        if len(found) == 1:
            return self.keep(text, found[0])
        read = found or self.names.read(text, self.theme)
        if len(read) == 1:
            run.respelt(path, mark, written, "value", text, self.names.named(read[0], text))
            return read[0]
        run.slip("unknown-behaviour", path, mark, written, None, text,
                 lambda: self._why(text, found, read))
        return BAD

    def is_one(self, text: str) -> bool:
        """Whether a text names one behaviour of the theme."""
        return len(self.names.find(text, self.theme) or self.names.read(text, self.theme)) == 1

    def printable(self, text: str) -> str:
        found = self.names.find(text, self.theme) or self.names.read(text, self.theme)
        return self.names.named(found[0], text) if len(found) == 1 else ""

    def _why(self, text: str, found: list[str], read: list[str]) -> tuple[str | None, Facts]:
        sample = next(iter(self.names.by_theme[self.theme]), "")
        if found:
            return "several", {"choices": found, "sample": sample}
        if read:
            return "many-listed" if self.listed else "many", {"choices": read, "sample": sample}
        elsewhere = self.names.elsewhere(text, self.theme)
        if elsewhere:
            return "elsewhere", {"themes": elsewhere, "sample": sample}
        return None, {"nearest": self.names.nearest(text, self.theme), "sample": sample}


LONGEST = 400       # characters of any behaviour, copied with its number and its words
_NUMBERED = regex(r"[（(]?\d{1,2}[)）.、．：:\s]\s*", re.ASCII)


@dataclass(frozen=True)
class BehaviourNames:
    """The named behaviours of a pack, found by ID or by words."""

    by_theme: dict[str, dict[str, str]]     # theme -> behaviour ID -> text_key of the plan's segment
    other: dict[str, str]                   # as written -> canonical
    also: frozenset[str]                    # other words for `other`

    def find(self, text: str, theme: str) -> list[str]:
        """The IDs in `theme` that `text` names: none, one, or several when its words stand in several segments."""
        if text in self.other:
            return [self.other[text]]
        segments = self.by_theme[theme]
        if text in segments:
            return [text]
        key = text_key(text)
        whole = [ident for ident, segment in segments.items() if segment == key]
        if whole or len(key) < 4:
            return whole
        return [ident for ident, segment in segments.items() if key in segment]

    def read(self, text: str, theme: str) -> list[str]:
        """The IDs that `text` plainly means though it is not written as it should be: none, one, or several.

        With a mark or a remark in brackets after it, an ID in other letters, copied with its number or its words, or
        several in a row.
        """
        one = self._one(text, theme)
        if one:
            return [one]
        parts = split_list(text) if len(text) <= LONGEST else []
        found = [self._one(part, theme) for part in parts] if len(parts) > 1 else [None]
        return [] if None in found else list(dict.fromkeys(filter(None, found)))

    def _one(self, text: str, theme: str) -> str | None:
        if len(text) > LONGEST:
            return None
        bare = without_remark(text)
        if bare in self.also:
            return next(iter(self.other.values()))
        for words in (bare, _NUMBERED.sub("", bare)):
            found = self.find(words, theme)
            if len(found) == 1:
                return found[0]
        folded = fold(text)
        for ident, segment in self.by_theme[theme].items():
            if folded.startswith(ident) and not folded[len(ident):len(ident) + 1].isdigit():
                words = text_key(folded[len(ident):])       # what stands after an ID are its own words, or none
                return ident if fold(bare) == ident or words in segment or segment in words else None
        return None

    def named(self, ident: str, text: str) -> str:
        """How a behaviour is written, in the language of a text."""
        words = [word for word, one in self.other.items() if one == ident]
        return words[-1] if words and not text.isascii() else ident

    def elsewhere(self, text: str, theme: str) -> list[str]:
        """The other themes in which `text` names a behaviour."""
        return [other for other in self.by_theme if other != theme and (
            self.find(text, other) or self._one(text, other))]

    def nearest(self, text: str, theme: str) -> str | None:
        """The behaviour of the theme whose ID or words are nearest to `text`."""
        segments = self.by_theme[theme]
        ident = nearest(text, list(segments))
        if ident:
            return ident
        parts = set(text_key(text))
        best = max(segments, key=lambda one: len(parts & set(segments[one])), default="")
        return best if best and len(parts & set(segments[best])) * 2 > len(parts) else None


class ListShape(Shape):
    """A list of one shape."""

    __slots__ = ("instead", "item", "nouns", "title")

    def __init__(self, title: str, item: Shape, instead: str | None, nouns: Iterable[str] = ()) -> None:
        self.title = title
        self.item = item
        self.nouns = tuple(nouns)                 # what one of them is called in the rules
        self.instead = instead
        if isinstance(item, BehaviourShape):
            item.listed = True

    def bind(self, value: Value, run: Binding, path: Linked | None, mark: Pin, written: str | None) -> Any:
        """The items that are not absent, None when there are none, BAD when it is no list."""
        if isinstance(value, str) and value.strip():
            return self.of_text(value, run, path, mark, written)
        if isinstance(value, Map):
            within = field_names([self.item])     # every field that may stand in it
            if is_absent(value, run.absent, within):
                return None
            odd = value.flow and not within.issuperset(value.entries)
            run.slip("wrong-type", path, mark, written, "braces" if odd else "want-list", expected=self.title,
                     wants="want-list")
            return BAD
        if not isinstance(value, Seq):
            return None
        return self.items(value, run, path, written)

    def items(self, value: Seq, run: Binding, path: Linked | None, written: str | None) -> Any:
        out = Items()
        out.src = value
        gone = set()
        bind, marks = self.item.bind, value.at
        for at, one in enumerate(value.items):
            bound = bind(one, run, (path, at), marks[at], written)
            if bound is None:
                gone.add(at)
            else:
                out.append(bound)
        out.kept = [at for at in range(len(value.items)) if at not in gone] if gone else None
        return out or None

    def of_text(self, value: str, run: Binding, path: Linked | None, mark: Pin, written: str | None) -> Any:
        """What stands on one line as its items, where items are texts; a list of maps can't be read so."""
        text = value.strip()
        nothing = text in run.absent
        if nothing and self.instead is None:
            return None
        if isinstance(value, Suspect):
            run.doubt(value.slip, path, mark, written)
        dashed = _DASHED.match(text) is not None
        parts = self.parts(text) if isinstance(self.item, TextShape) and not dashed else []
        if not parts or len(parts) > PARTS:
            wants = f"want-{self.instead}" if nothing else "want-list"
            hint = ("tight-braces" if text[1:2] == "{" else "tight-dash") if dashed else wants
            run.slip("wrong-type", path, mark, written, hint, text, expected=self.title, wants=wants)
            return BAD
        if len(parts) == 1 and isinstance(self.item, BehaviourShape) and not self.item.is_one(text):
            return self.item.bind(text, run, path, mark, written)
        run.respelt(path, mark, written, "list", text)
        listed = Seq()
        listed.items, listed.at, listed.mark, listed.flow = [*parts], [mark] * len(parts), mark, True
        return self.items(listed, run, path, written)

    def typed(self, text: str) -> list[str]:
        """The items of a line as each is to be typed, as far as they may be printed."""
        assert isinstance(self.item, TextShape)
        return [self.item.printable(part) for part in self.parts(text)]

    def parts(self, text: str) -> list[str]:
        """The items of a line; a behaviour whose own words hold the marks between items stays whole."""
        if not isinstance(self.item, BehaviourShape):
            return split_list(text)
        return [part for piece in split_list(text, ";；")
                for part in ([piece] if self.item.is_one(piece) else split_list(piece))]


class MapShape(Shape):
    """A map with known fields. `form` is what a report's schema knows of all its fields, `wants` how people are told
    what belongs in its place.
    """

    __slots__ = ("fields", "form", "required", "title", "titles", "wants", "ways")

    def __init__(self, title: str, wants: str | None = None) -> None:
        self.title = title
        self.wants = wants or "want-map"
        self.fields: dict[str, tuple[str, Any]] = {}    # as written -> (canonical, shape)
        # the same with the texts that the shape knows, None where it takes no text, and whether it takes any text
        self.ways: dict[str, tuple[str, Any, dict[str, Any] | None, bool]] = {}
        self.titles: dict[str, str] = {}                # canonical -> Chinese
        self.required: tuple[str, ...] = ()
        self.form: FormFields | None = None

    def add(self, key: str, title: str, shape: Shape) -> None:
        self.fields[key] = self.fields[title] = (key, shape)
        known = shape.known if isinstance(shape, TextShape) and shape.takes_text else None
        self.ways[key] = self.ways[title] = (key, shape, known, type(shape) is TextShape)
        self.titles[key] = title

    def bind(self, value: Value, run: Binding, path: Linked | None, mark: Pin, written: str | None) -> Any:
        """A Doc without its absent fields, None when nothing is left, BAD when it is no map."""
        if not isinstance(value, Map):
            if is_absent(value, run.absent):
                return None
            run.slip("wrong-type", path, mark, written, "dashed" if is_dashed(value, self.fields) else "want-map",
                     value if isinstance(value, str) else None, expected=self.title, wants=self.wants)
            return BAD
        out = Doc()
        out.src = value
        out.shape = self
        out.misspelt = None
        ways, marks, texts, absent = self.ways, value.at, run.texts, run.absent
        unknown: list[str] = []
        joined: list[str] | None = None
        entries: dict[str, Any] = value.entries     # of what class each is, is asked in the loop
        for key, one in entries.items():
            try:
                name, shape, known, is_free = ways[key]
            except KeyError:
                unknown.append(key)
                continue
            if name != key:
                run.chinese += 1
                if name in entries:
                    raise two_names(self, value)
            if known is not None and type(one) is str:
                text = one.strip()      # the commonest case, kept short: the same as TextShape.bind
                if not text or text in absent:
                    continue
                if is_free:
                    texts.append(text)
                    out[name] = text
                    continue
                bound = known.get(text)
                if bound is None:
                    bound = shape.convert(text, run, (path, name), marks[key], key)
            else:
                if type(one) is Suspect and one.slip == "same-line":
                    joined = [*(joined or ()), key]
                    one = str(one)
                bound = BAD if type(one) is Blind else shape.bind(one, run, (path, name), marks[key], key)
            if bound is not None:
                out[name] = bound
        for key in joined or ():
            tell_joined(self, key, value, out, run, path)
        if unknown:
            self.unknown(unknown, value, out, run, path)
        if not out and ways and is_absent(value, run.absent):
            return None
        for name in self.required:
            if name not in out:
                self.missing(name, out, run, path, mark)
        return out

    def unknown(self, keys: list[str], value: Map, out: Doc, run: Binding, path: Linked | None) -> None:
        """Report keys that are no field here; one that is plainly a slip of a field which is missing stands for it.

        Then what the field holds can't be known: BAD. So it is for any key of which a missing field is the nearest: it
        is told, and the key not shown, since somebody's name may stand there; nothing asks for the field beside it.
        """
        if path is None and self.form is not None and any(key in self.form.others for key in keys):
            for key in keys:
                if key in self.form.others:
                    run.slip("unknown-field", path, value.at[key], None, "other-kind", key, nearest=None, places=[],
                             there=None)
            keys = [key for key in keys if key not in self.form.others]
        missing = [written for written, (name, _) in self.fields.items() if name not in out]
        for key in keys:
            meant, plainly = None, False
            held = self.held_by(key, value.entries)
            if run.compared < COMPARED and not (self.form and key in self.form.places):
                run.compared += 1
                meant = slip_of(key, missing)
                plainly = meant is not None
                meant = meant or slip_of(key, missing, half=True) or held_in(key, missing)
                if meant is None and held is None:
                    meant = nearest(key, missing)
            if meant is None and held in missing:
                meant = held
            if meant is not None:
                name = self.fields[meant][0]
                out[name] = BAD
                out.misspelt = (out.misspelt or {}) | {name: key}
                run.astray.append((*unlink(path), name))
                missing = [one for one in missing if self.fields[one][0] != name]
            if plainly:
                run.slip("unknown-field", path, value.at[key], key, "slip", key, nearest=meant, places=[],
                         there=self.line_of(meant, value))
                continue
            known = run.compared < COMPARED and slip_of(key, list(self.fields)) is not None
            run.slip("unknown-field", path, value.at[key], key if known else None, None, key,
                     partial(self.why_unknown, key, value, path, meant))

    def line_of(self, written: str | None, value: Map) -> int | None:
        """The line in which a field stands already, by either of its names: a second one would break the file."""
        name = self.fields[written][0] if written else None
        return next((mark.line + 1 for key, mark in value.at.items() if key in self.fields
                     and self.fields[key][0] == name), None)

    def held_by(self, key: str, entries: dict[str, Value]) -> str | None:
        """The field whose name, colon and content were read as one name, as may happen between braces."""
        head, colon, _ = key.replace("：", ":").partition(":")
        return head.strip() if entries[key] is None and colon and head.strip() in self.fields else None

    def why_unknown(self, key: str, value: Map, path: Linked | None, meant: str | None) -> tuple[str | None, Facts]:
        """The hint and the facts of a key that is no field here; `meant` is the missing field that it stands for."""
        held = self.held_by(key, value.entries)
        if held is not None:
            colon = key[len(key.replace("：", ":").partition(":")[0])]
            return ("tight-colon" if colon == ":" else "wide-colon",
                    {"nearest": held, "places": [], "there": self.line_of(held, value)})
        places = self.form.where(key, unlink(path)) if self.form is not None else []
        if places:
            return "elsewhere", {"nearest": None, "places": places, "there": None}
        return ("no-value" if value.entries[key] is None and meant is None else None,
                {"nearest": meant, "places": [], "there": self.line_of(meant, value)})

    def missing(self, name: str, out: Doc, run: Binding, path: Linked | None, mark: Pin) -> None:
        typed = out.written(name)
        run.slip("missing-field", (path, name), out.src.at[typed] if typed else mark, typed,
                 missing=name, title=self.titles[name])


def tell_joined(shape: MapShape, key: str, value: Map, out: Doc, run: Binding, path: Linked | None) -> None:
    """Report missing fields of which it looks as if they stood on the line of another."""
    name = shape.fields[key][0]
    typed = dict.fromkeys(found[1] for found in NEXT.finditer(str(value.entries[key])))
    others = [one for one in typed if one in shape.fields and shape.fields[one][0] not in out]
    if others and out.get(name) is not BAD:
        run.slip("swallowed-line", (path, name), value.at[key], key, "same-line", others=others, braces=value.flow)


def two_names(shape: MapShape, value: Map) -> Unreadable:
    """Of the fields given under both their names the first in the file; the others are said with it."""
    pairs = [sorted((value.at[written], value.at[key]), key=lambda at: (at.line, at.column))
             for written, (key, _) in shape.fields.items() if written != key and {written, key} <= value.at.keys()]
    one, *also = [Unreadable("duplicate-key", second.line + 1, second.column + 1, "two-names",
                             {"first": first.line + 1, "second": second.line + 1})
                  for first, second in sorted(pairs, key=lambda pair: (pair[1].line, pair[1].column))]
    one.also = also
    return one


def is_dashed(value: Value, fields: Collection[str]) -> bool:
    """Whether fields of a map were written as items of a list, each of them once."""
    items = value.items if isinstance(value, Seq) and not value.flow else []
    keys = [key for one in items if isinstance(one, Map) and not one.flow for key in one.entries]
    return bool(keys) and len(set(keys)) == len(keys) and set(keys).issubset(fields) \
        and all(isinstance(one, Map) for one in items)


class FormFields:
    """Where in a form a field stands: its name as written -> the ways there, as titles or keys."""

    def __init__(self, root: MapShape, roles: Roles, headings: dict[str, str], others: frozenset[str]) -> None:
        self.roles = roles
        self.headings = headings    # theme -> how the plan heads it
        self.others = others        # top fields that only other kinds have, as written
        self.places: dict[str, list[tuple[tuple[str, str], ...]]] = {}      # each step is (key, title)
        self._gather(root, ())

    def _gather(self, shape: Shape, way: tuple[tuple[str, str], ...]) -> None:
        for one in shape.ways if isinstance(shape, EitherShape) else (shape,):
            inner = one.item if isinstance(one, ListShape) else one
            if isinstance(inner, MapShape):
                inner.form = self
                for written, (key, below) in inner.fields.items():
                    self.places.setdefault(written, []).append(way)
                    if written == key:
                        self._gather(below, (*way, (key, inner.titles[key])))

    def where(self, written: str, path: Route) -> list[str]:
        """Up to three ways to the maps in which a field of this name stands, those nearest to a path first."""
        chinese = not written.isascii()
        keys = [segment for segment in path if isinstance(segment, str)]

        def shared(way: tuple[tuple[str, str], ...]) -> int:
            return next((at for at, (step, key) in enumerate(zip(way, keys, strict=False)) if step[0] != key),
                        min(len(way), len(keys)))

        ways = sorted(self.places.get(written, ()), key=lambda way: (-shared(way), len(way)))
        named = [" › ".join(step[chinese] for step in way) for way in ways]
        # of the themes, which all hold the same, the one that the path goes through speaks for all
        first = {tuple(step[0] for step in way[2:]) if way[:1] and way[0][0] == self.roles.themes else way: name
                 for way, name in reversed(list(zip(ways, named, strict=True)))}
        return [name for name in dict.fromkeys(named) if name in first.values()][:3]


def know_each_other(shapes: dict[str, MapShape], roles: Roles, headings: dict[str, str]) -> None:
    """The shapes of the kinds of report know their forms, and which fields only the others have."""
    for shape in shapes.values():
        FormFields(shape, roles, headings, frozenset(
            written for one in shapes.values() for written in one.fields if written not in shape.fields))


class EitherShape(Shape):
    """One of several shapes: whichever fits the form of what was typed, else the first."""

    __slots__ = ("fitting", "title", "ways")

    def __init__(self, title: str, ways: list[Shape]) -> None:
        self.title = title
        self.ways = ways
        self.fitting = {form: next((way for way in ways if isinstance(way, shapes)), ways[0])
                        for form, shapes in _FORMS.items()}

    def bind(self, value: Value, run: Binding, path: Linked | None, mark: Pin, written: str | None) -> Any:
        """What the fitting shape makes of it."""
        shape, items = self.fitting[type(value)], self.fitting[Seq]
        if isinstance(shape, ChoiceShape) and isinstance(value, str) and isinstance(items, ListShape) \
                and value.strip() and value.strip() not in shape.values and shape.meant(value.strip()) is None:
            shape = items
        return shape.bind(value, run, path, mark, written)


class OpenMapShape(Shape):
    """A map whose keys are free, of one shape of value; rule files only."""

    __slots__ = ("item", "title")

    def __init__(self, title: str, item: Shape) -> None:
        self.title = title
        self.item = item

    def bind(self, value: Value, run: Binding, path: Linked | None, mark: Pin, written: str | None) -> Any:
        """A plain dict, None when absent, BAD when it is no map."""
        if not isinstance(value, Map):
            if is_absent(value, run.absent):
                return None
            run.slip("wrong-type", path, mark, written, "want-map", expected=self.title)
            return BAD
        bound = {key: self.item.bind(one, run, (path, key), value.at[key], key)
                 for key, one in value.entries.items()}
        return {key: one for key, one in bound.items() if one is not None}


class AnyShape(Shape):
    """Plain data of any form, scalars as the text that was typed; rule files only."""

    __slots__ = ("title",)

    def __init__(self, title: str) -> None:
        self.title = title

    def bind(self, value: Value, run: Binding, path: Linked | None, mark: Pin, written: str | None) -> Any:
        """The data as dicts, lists and text; null stays None."""
        return plain(value)


def plain(value: Value) -> Any:
    """What was typed as dicts, lists, text and None. Depth is bounded by the intake's limit."""
    if isinstance(value, Map):
        return {key: plain(one) for key, one in value.entries.items()}
    if isinstance(value, Seq):
        return [plain(one) for one in value.items]
    return None if value is None else str(value)


class PassedOver(Shape):
    """A field that this reading has no use for."""

    def bind(self, value: Value, run: Binding, path: Linked | None, mark: Pin, written: str | None) -> Any:
        """Always an empty map."""
        return {}


class TruthShape(TextShape):
    """true or false; rule files only."""

    __slots__ = ()
    is_open = False

    def convert(self, text: str, run: Binding, path: Linked | None, mark: Pin, written: str | None) -> Any:
        if text not in ("true", "false"):
            run.slip("unknown-value", path, mark, written, None, text, nearest="true", values=["true", "false"])
            return BAD
        return text == "true"


# What was typed -> the shapes that take it.
_FORMS = {Map: (MapShape, OpenMapShape), Seq: (ListShape,), str: (TextShape,), Suspect: (TextShape,),
          type(None): (TextShape,)}


@dataclass(frozen=True)
class Vocabulary:
    """The names that a pack gives to the schema's `x-names` places: each a map from what may be written to its ID."""

    plans: dict[str, str]
    phases: dict[str, str]
    levels: dict[str, str]
    themes: dict[str, str]              # theme ID -> Chinese name
    behaviours: BehaviourNames
    units: tuple[str, ...]              # what may stand after a count
    also: dict[str, list[str]]          # Chinese name of a listed value -> what else is taken for it


@cache
def schema_file(name: str) -> Schema:
    """A file of `schemas/`, which nobody changes."""
    with open(os.path.join(FOLDER, name), encoding="utf-8") as file:
        found: Schema = json.load(file)
        return found


def target(schema: Schema, file: str) -> tuple[Schema, str, str]:
    """What a reference in a file leads to, the file in which that stands, and its name there."""
    other, _, fragment = schema["$ref"].partition("#")
    found = schema_file(other or file)
    for part in filter(None, fragment.split("/")):
        found = found[part]
    return found, other or file, fragment.rpartition("/")[2]


def title_of(key: str, schema: Schema, file: str) -> str:
    """The title of a field: its own, else that of what it refers to, else its key."""
    title: str = schema.get("title") or (target(schema, file)[0].get("title", key) if "$ref" in schema else key)
    return title


class Shapes:
    """Shapes made from the schema files, for one vocabulary."""

    def __init__(self, words: Vocabulary | None = None, passed_over: tuple[str, ...] = (),
                 years: tuple[int, int] | None = None, schemas: dict[str, Schema] | None = None) -> None:
        """`passed_over` are fields that are neither bound nor checked; `years` the first and last year of any date;
        `schemas` take the place of files of the same name.
        """
        self.passed_over = passed_over
        self.years = years
        self.words = words
        self.schemas = schemas or {}
        self._loaded: dict[str, MapShape] = {}
        self._fields: dict[str, str] = {}
        self._made: dict[tuple[str, str, str | None], Any] = {}

    def load(self, name: str) -> MapShape:
        """The shape of `NAME.json`. Raises KeyError on a keyword it does not know how to bind."""
        if name in self._loaded:
            return self._loaded[name]
        schema = self.schemas.get(f"{name}.json") or schema_file(f"{name}.json")
        self._fields = {
            written: key for key, one in schema.get("properties", {}).items() for written in (key, one["title"])}
        self._loaded[name] = self._shape(schema, f"{name}.json", None)
        return self._loaded[name]

    def _shape(self, schema: Schema, file: str, theme: str | None) -> Any:
        if "$ref" in schema:
            found, home, name = target(schema, file)
            key = home, name, theme
            if key not in self._made:
                self._made[key] = self._shape(found, home, theme)
            return self._made[key]
        title = schema.get("title", "")
        names = schema.get("x-names")
        if not schema.keys() - {"title", "description"}:
            return AnyShape(title)
        if "anyOf" in schema:
            return EitherShape(title, [self._shape({"title": title, **one}, file, theme) for one in schema["anyOf"]])
        if "oneOf" in schema:
            also = self.words.also if self.words else {}
            return ChoiceShape(
                title, {written: one["const"] for one in schema["oneOf"] for written in (one["const"], one["title"])},
                also={word: one["const"] for one in schema["oneOf"] for word in also.get(one["title"], ())})
        kind = schema["type"]
        if names == "themes":
            assert self.words is not None       # only the schemas of reports have themes
            shape = MapShape(title, schema.get("x-wants"))
            for ident, name in self.words.themes.items():
                shape.add(ident, name, self._shape(schema["additionalProperties"], file, ident))
            return shape
        if names == "behaviours":
            assert self.words is not None
            assert theme is not None
            return BehaviourShape(title, self.words.behaviours, theme)
        if names:
            values = self._fields if names == "fields" else getattr(self.words, names)
            also = self.words.also if self.words and names == "plans" else {}
            return ChoiceShape(title, values, "other-plan" if names == "plans" else "unknown-value",
                               {word: value for one, value in values.items() for word in also.get(one, ())},
                               ordered=names == "phases")
        if kind == "boolean":
            return TruthShape(title)
        if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
            return OpenMapShape(title, self._shape(schema["additionalProperties"], file, theme))
        if kind == "object":
            shape = MapShape(title, schema.get("x-wants"))
            for key, one in schema.get("properties", {}).items():
                if key in self.passed_over:
                    shape.add(key, one.get("title", key), PassedOver())
                    continue
                shape.add(key, title_of(key, one, file), self._shape(one, file, theme))
            shape.required = tuple(name for name in schema.get("required", ()) if name not in self.passed_over)
            return shape
        if kind == "array":
            return ListShape(title, self._shape(schema["items"], file, theme), schema.get("x-instead"),
                             schema.get("x-noun", ()))
        if isinstance(kind, list):
            return EitherShape(title, [
                TextShape(title), ListShape(title, self._shape(schema["items"], file, theme), None)])
        return self._scalar(schema, title)

    def _scalar(self, schema: Schema, title: str) -> TextShape:
        """The shape of a number or a text."""
        kind, form = schema["type"], schema.get("format")
        if kind == "integer":
            return CountShape(title, self.words.units if self.words else ())
        if kind == "number":
            return NumberShape(title, form or "number", schema.get("x-unit", ""))
        if form == "id":
            return IdShape(title)
        if form == "name":
            return NameShape(title)
        if form:
            return DateShape(title, form, self.years)
        return TextShape(title, schema.get("x-literal", False))


def shape_of(field: Schema) -> Shape:
    """The shape of one field of a form that knows no plan."""
    made: Shape = Shapes()._shape(field, "", None)
    return made


def maps_in(shapes: Iterable[Shape]) -> Iterator[MapShape]:
    """Every map that stands in some of the shapes or is one, at any depth, each once."""
    rest, seen = list(shapes), set()
    while rest:
        shape = rest.pop()
        if id(shape) in seen:
            continue
        seen.add(id(shape))
        if isinstance(shape, MapShape):
            yield shape
            rest.extend(one for _, one in shape.fields.values())
        elif isinstance(shape, EitherShape):
            rest.extend(shape.ways)
        elif isinstance(shape, ListShape):
            rest.append(shape.item)


def shape_at(shape: Any, path: Iterable[str | None]) -> Any:
    """The shape of a field in a map, or of its items, at the end of a path in which None is any field; None where there
    is no such field.
    """
    for step in path:
        if step is not None and step not in shape.titles:
            return None
        shape = shape.fields[step or next(iter(shape.titles))][1]
        shape = getattr(shape, "item", shape)       # of a list
    return shape


def field_names(shapes: Iterable[Shape]) -> frozenset[str]:
    """Every key, English and Chinese, that any of the shapes knows at any depth."""
    return frozenset(name for one in maps_in(shapes) for name in one.fields)


def keys_by_title(reports: Collection[MapShape]) -> dict[str, str]:
    """The key of each title that means no other field of the reports and no listed value."""
    found: dict[str, set[str]] = {}
    values: set[str] = set()
    tops = {key for shape in reports for key in shape.titles}
    for one in maps_in(reports):
        for key, shape in one.fields.values():
            found.setdefault(one.titles[key], set()).add(key)
            listed = getattr(shape, "values", {})
            values.update(() if tops.issuperset(listed.values()) else listed)     # which may be fields themselves
    return {title: key for title, (key, *more) in found.items()
            if not more and key != title and title not in values}
