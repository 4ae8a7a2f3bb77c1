"""Reads the bytes of one report into a tree of text with positions, or says why it cannot be read.

It knows YAML and nothing of schemas, packs or files. One pass over libyaml's events with a stack of its own:
the stock composer recurses in C and can be made to crash, and it drops duplicate keys and positions.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import islice
from typing import Any, Protocol, TypeAlias, cast

from yaml import MarkedYAMLError
from yaml._yaml import CParser
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceStartEvent,
)

from ..records import Limits, Unreadable
from ..text.regex import regex

LIMITS = Limits()

# YAML 1.1's words for "nothing here"; every other plain word stays the text that was typed.
NULLS = frozenset({"", "~", "null", "Null", "NULL"})

# Control characters, line separators that only YAML 1.1 knows, the BOM inside, two noncharacters, surrogates,
# and Unicode's Bidi_Control.
FORBIDDEN = regex(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069"
    "\ud800-\udfff\ufeff\ufffe\uffff]"
)
# An escape in a double-quoted scalar, and what the short ones stand for (those that may be forbidden).
ESCAPE = regex(r"\\(?:x([0-9A-Fa-f]{2})|u([0-9A-Fa-f]{4})|U([0-9A-Fa-f]{8})|(.))", re.DOTALL)
SHORT = {
    "0": "\x00", "a": "\x07", "b": "\x08", "v": "\x0b", "f": "\x0c", "e": "\x1b",
    "N": "\x85", "L": "\u2028", "P": "\u2029",
}  # fmt: skip

# What Chinese input methods and word processors put in place of a blank and of `- `.
WIDE_SPACES = "\xa0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000"
WIDE_DASHES = (
    "\uff0d\u2014\u2013\u2012\u2015\u2212\u2010\u2011"  # full-width hyphen, dashes, minus, hyphens
    "\u2022\u00b7\u25cf\u25cb\u25a0\u25a1\u25c6\u25c7\u25aa\u2605\u2606\u203b"  # bullets
)
# A key begins with one of these only by a slip.
ODD = frozenset("-" + WIDE_SPACES + WIDE_DASHES)

OTHERS = 20         # places of further ones that are told
COMMENT = regex(r"[ \t]+#")
BREAK = regex(r"\r\n|\r|\n")
# What looks like a further field on the line of another.
NEXT = regex(f"[，,；;、 \t{WIDE_SPACES}]([^\\s，,；;、。：:]{{1,40}})[ \t\u3000]*[：:]")
# The begin of a folded line that looks like a field of its own.
FIELD = regex(
    f"[ \t{WIDE_SPACES}]*(?:[-{WIDE_DASHES}][ \t{WIDE_SPACES}]*)?([^\\s:：]{{1,40}})[ \t\u3000]*[:：]"
)
# The begin of one that looks like an item.
ITEM = regex(f"[ \t{WIDE_SPACES}]*[-{WIDE_DASHES}][ \t{WIDE_SPACES}]")


class Pin(Protocol):
    """A mark of PyYAML's: line and column from 0, and the index in characters."""

    index: int
    line: int
    column: int


class Event(Protocol):
    """An event of PyYAML's on a node; of a scalar also its value and style."""

    anchor: str | None
    tag: str | None
    value: str
    style: str | None
    start_mark: Pin
    end_mark: Pin


class Suspect(str):
    """A scalar about which there is a doubt; `slip` says which: "cut-value", "swallowed-line", "swallowed-item" or
    "same-line".
    """

    __slots__ = ("slip",)
    slip: str

    def __new__(cls, text: str, slip: str) -> Suspect:
        made = super().__new__(cls, text)
        made.slip = slip
        return made

    def __reduce__(self) -> tuple[Any, ...]:
        return Suspect, (str(self), self.slip)


class Blind(str):
    """What stands in the place of something that could not be read, as was told already."""

    __slots__ = ()


class Map:
    """A YAML map: `entries` in the order written, `at` the mark of each key, `mark` its own begin, `flow` in braces."""

    __slots__ = ("at", "entries", "flow", "mark")
    flow: bool
    entries: dict[str, Value]
    at: dict[str, Pin]
    mark: Pin


class Seq:
    """A YAML list: `items`, `at` the mark of each item's first character, `mark` its own begin, `flow` in brackets."""

    __slots__ = ("at", "flow", "items", "mark")
    flow: bool
    items: list[Value]
    at: list[Pin]
    mark: Pin


def begins_of_lines(text: str) -> list[int]:
    """After how many characters each line of a text begins."""
    return [0, *(found.end() for found in BREAK.finditer(text))]


def line_in(typed: Map | Seq, *steps: str | int) -> int:
    """The line (from 1) of a place in what was typed, or of the nearest place above it."""
    line, node = typed.mark.line + 1, cast(Value, typed)
    for step in steps:
        if isinstance(node, Map) and isinstance(step, str) and step in node.entries:
            line, node = node.at[step].line + 1, node.entries[step]
        elif isinstance(node, Seq) and isinstance(step, int) and step < len(node.items):
            line, node = node.at[step].line + 1, node.items[step]
        else:
            break
    return line


Value: TypeAlias = str | None | Map | Seq | Suspect


class Source:
    """The bytes of one file without the BOM, and its text, which only few files are asked for."""

    __slots__ = ("_text", "data", "typed")

    def __init__(self, typed: bytes) -> None:
        self.typed = typed
        self.data = typed.removeprefix(BOM)
        self._text: str | None = None

    @property
    def text(self) -> str:
        """Unreadable for another encoding or kind of file."""
        if self._text is None:
            self._text = decode(self.typed).removeprefix("\ufeff")
        return self._text


def read(data: bytes, limits: Limits = LIMITS, fields: frozenset[str] = frozenset()) -> Map:
    """The top map of one report, or Unreadable. `fields` are the schemas' field names in both languages.

    Each scalar is looked at with care only where the file holds what must be found; what is too much in a small file is
    seen when all is read.
    """
    source = Source(data)
    refuse_kind(source)
    data = source.data
    if not (b"&" in data or b"!" in data or b"\\" in data or len(data) > limits.characters):
        try:
            top, nodes = tree(source, limits, fields, False)
            if nodes <= limits.nodes:
                return top
        except Unreadable:
            if most_nodes(data) <= limits.nodes:
                raise
    return tree(source, limits, fields, True)[0]


def tree(source: Source, limits: Limits, fields: frozenset[str], careful: bool) -> tuple[Map, int]:
    """The top map and how many nodes there are; `careful` says whether any may be refused for what it holds."""
    data, deepest = source.data, limits.depth
    comments = b"#" in data and (b" #" in data or b"\t#" in data)
    scalar, map_start, list_start = ScalarEvent, MappingStartEvent, SequenceStartEvent
    nulls, cut = NULLS, COMMENT.match

    stack: list[tuple[Any, Any, Any]] = []  # the collections around the innermost
    entries: Any = None  # of the innermost open collection, if it is a map
    items: Any = None  # the same, if it is a list
    at: Any = None
    top: Any = None
    documents = nodes = 0
    held = 1  # nodes in collections that are closed, and the top one
    node: Any
    event: Any = None
    fault: Exception | None = None
    try:
        get_event: Callable[[], Any] = CParser(data).get_event
        while (event := get_event()) is not None:
            kind = type(event)
            key = None
            if kind is scalar and entries is not None:  # a key, and then its value
                key = event.value
                if careful:
                    nodes += 1
                    check_scalar(event, source, limits, nodes, event)
                if key not in fields and not event.style:
                    refuse_key(key, event.start_mark, fields)
                if key in at:
                    raise duplicate(key, at, event.start_mark)
                at[key] = event.start_mark
                event = get_event()
                kind = type(event)
            if kind is scalar:
                value = event.value
                if careful:
                    nodes += 1
                    check_scalar(event, source, limits, nodes, event if key is None else at[key])
                if not event.style:
                    if len(value) < 5 and value in nulls:
                        value = None
                    elif (" " in value or "\n" in value) and (
                            swallowed := swallows(source, event, fields, key is None)):
                        value = Suspect(value, swallowed)
                    elif (":" in value or "：" in value) and any(
                            found[1] in fields for found in NEXT.finditer(value)):
                        value = Suspect(value, "same-line")
                    if comments and cut(source.text, event.end_mark.index):
                        value = Suspect(value or "", "cut-value")
                if entries is not None:
                    entries[key] = value
                elif items is not None:
                    items.append(value)
                    at.append(event.start_mark)
                else:
                    top = value
            elif kind is map_start or kind is list_start:
                if careful:
                    nodes += 1
                    check_node(event, source, limits, nodes)
                if len(stack) == deepest:
                    raise too_large("depth", deepest, event)
                node = Map() if kind is map_start else Seq()
                node.mark = event.start_mark
                node.flow = event.flow_style
                if entries is not None:
                    if key is None:
                        raise refuse_complex_key(source.text, event)
                    entries[key] = node
                elif items is not None:
                    items.append(node)
                    at.append(event.start_mark)
                else:
                    top = node
                stack.append((entries, items, at))
                if kind is map_start:
                    items = None
                    entries = node.entries = {}
                    at = node.at = {}
                else:
                    entries = None
                    items = node.items = []
                    at = node.at = []
            elif stack and kind is not AliasEvent:  # the end of the innermost collection
                held += len(at) if entries is None else 2 * len(at)
                entries, items, at = stack.pop()
            elif kind is AliasEvent:
                from .slips import unknown_alias

                raise unknown_alias(event.start_mark)
            elif kind is DocumentStartEvent:
                documents += 1
                if documents > 1:
                    raise SecondDocument
    except MemoryError:
        raise
    except Exception as error:  # Unreadable, libyaml's errors, and whatever else its binding raises
        fault = error
    if fault is None and type(top) is Map:
        return top, held
    refuse_forbidden(source.text)  # which comes before all other faults
    if not isinstance(fault, Unreadable):
        raise refusal(source.text, fault, top, event, limits, data)
    if fault.name == "duplicate-key":
        from .slips import duplicates

        fault.also = duplicates(data)
    raise fault


def most_nodes(source: bytes) -> int:
    """More nodes than these a file can't have: all but the top one come with signs, of which none makes more than three
    (`?,` in a list: a map, a key, a value).
    """
    return 1 + 3 * (len(source) - len(source.translate(None, b":-,?[{")))


def check_node(event: Event, source: Source, limits: Limits, nodes: int) -> None:
    """Raises for an anchor, a tag, or one node too many."""
    if event.anchor is not None or event.tag is not None:
        raise refuse_mark(event, source.text)
    if nodes > limits.nodes:
        raise too_large("nodes", limits.nodes, event)


def check_scalar(event: Event, source: Source, limits: Limits, nodes: int, place: Event | Pin) -> None:
    """The same, and for too many characters or a forbidden escape; `place` is where a long value is shown."""
    check_node(event, source, limits, nodes)
    if len(event.value) > limits.characters:
        raise too_large("characters", limits.characters, place)
    if event.style == '"' and FORBIDDEN.search(event.value):
        raise forbidden_escape(source.text, event)


class SecondDocument(Exception):
    """A second document begins; whether that or broken YAML is the fault shows only after reading on."""


def refusal(
    text: str, fault: Exception | None, top: Value, event: Event, limits: Limits, source: bytes
) -> Unreadable:
    """Why the file is not one form: empty, broken, two documents, or no map. Slow and rare."""
    from . import slips

    if slips.is_empty(text):
        return Unreadable("empty-file")
    if isinstance(fault, MarkedYAMLError) and fault.problem_mark and too_deep(fault):
        try:        # libyaml looks far ahead: what stands before its limit is over ours
            read(text[:fault.problem_mark.index].encode(), limits)
        except Unreadable as found:
            return found
    if isinstance(fault, SecondDocument):
        fault, last = after(source, limits)
        if fault is None:
            mark = event.start_mark
            return Unreadable("forbidden-yaml", mark.line + 1, mark.column + 1, "second-document")
        event = last
    if fault is not None:
        return slips.broken(text, fault, event)
    return slips.no_form(text, top)


def too_deep(fault: Exception | None) -> bool:
    """Whether libyaml itself gave up at its own limit of nesting, which older versions do not have."""
    return "nesting depth" in str(getattr(fault, "problem", ""))


def after(source: bytes, limits: Limits) -> tuple[Exception | None, Any]:
    """Reads a file of several documents to its end, within the limits, only to see whether it is broken."""
    depth = nodes = 0
    event: Any = None
    try:
        for event in iter(CParser(source).get_event, None):
            kind = type(event)
            if kind is MappingStartEvent or kind is SequenceStartEvent:
                depth += 1
            elif kind.__name__ in ("MappingEndEvent", "SequenceEndEvent"):
                depth -= 1
            nodes += 1
            if depth > limits.depth or nodes > 2 * limits.nodes:
                break
    except MemoryError:
        raise
    except Exception as error:
        return (None if too_deep(error) else error), event
    return None, event


def decode(data: bytes) -> str:
    """The text; Unreadable for another encoding or kind of file."""
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        text = None
    if text is None or data[:1] in BEGINS or b"\0" in data:
        from . import slips

        found = slips.other_kind(data, text is not None)
        if found is not None:
            raise found
    assert text is not None
    return text


def refuse_kind(source: Source) -> None:
    """Raises for another kind of file, or a forbidden character, that the parser would let pass; it refuses all others
    by itself, and then it is asked which they are.
    """
    data = source.data
    if source.typed[:1] in BEGINS or b"\0" in data:
        decode(source.typed)
    if BOM in data or may_be_forbidden(data):
        refuse_forbidden(source.text)


def may_be_forbidden(data: bytes) -> bool:
    """Whether a forbidden character stands there that the parser would let pass."""
    for lead, others in TAKEN.items():
        at = data.find(lead)
        while at >= 0:
            if data.startswith(others, at + 1):
                return True
            at = data.find(lead, at + 1)
    return False


def refuse_forbidden(text: str) -> None:
    """Raises for the first forbidden character."""
    if not text.replace("\n", "").isprintable():  # a quick test first: nearly every file passes it
        bad = FORBIDDEN.search(text)
        if bad is not None:
            line, column = place(text, bad.start())
            fault = Unreadable("forbidden-character", line, column, kind_of(bad[0]), {"character": code(bad[0])})
            rest = [place(text, one.start()) for one in islice(FORBIDDEN.finditer(text, bad.end()), OTHERS)]
            if rest and fault.hint != "nul":        # of which there are thousands, if there is one
                fault.facts["rest"] = " ".join(f"{line}:{column}" for line, column in rest)
            raise fault


BOM = b"\xef\xbb\xbf"
# First bytes of files that are valid UTF-8 by chance and yet no text of ours: zip, PDF, RTF, RAR, 7z, GIF; and of
# UTF-16, which libyaml reads too.
BEGINS = frozenset({b"P", b"%", b"{", b"R", b"7", b"G", b"\xff", b"\xfe"})
# The forbidden characters that libyaml takes, in UTF-8: the first byte, and the others.
TAKEN = {
    b"\xc2": (b"\x85",),
    b"\xd8": (b"\x9c",),
    b"\xe2": (b"\x80\x8e", b"\x80\x8f", *(b"\x80%c" % last for last in range(0xA8, 0xAF)),
              *(b"\x81%c" % last for last in range(0xA6, 0xAA))),
}


def place(text: str, index: int) -> tuple[int, int]:
    """Line and column, from 1, of a character; lines end at LF, CR LF or CR as libyaml counts them."""
    line, start = 1, 0
    for found in BREAK.finditer(text, 0, index):
        if found.end() > index:
            break
        line, start = line + 1, found.end()
    return line, index - start + 1


def code(character: str) -> str:
    return f"U+{ord(character):04X}"


def forbidden_escape(text: str, event: Event) -> Unreadable:
    """The first escape of a double-quoted scalar that stands for a forbidden character."""
    for found in ESCAPE.finditer(text, event.start_mark.index, event.end_mark.index):
        digits = found[1] or found[2] or found[3]
        character = chr(int(digits, 16)) if digits else SHORT.get(found[4], " ")
        if FORBIDDEN.match(character):
            line, column = place(text, found.start())
            return Unreadable("forbidden-character", line, column, "escape", {"character": code(character)})
    mark = event.start_mark  # not reached while ESCAPE agrees with libyaml
    return Unreadable("forbidden-character", mark.line + 1, mark.column + 1, "escape", {"character": "U+"})


def kind_of(character: str) -> str:
    """The hint for a raw forbidden character."""
    if character == "\0":
        return "nul"
    if character == "\ufeff":
        return "bom"
    if character in "\x85\u2028\u2029":
        return "line-separator"
    if character < "\xa0":
        return "control"
    return "noncharacter" if character > "\ufeff" else "direction"


def refuse_mark(event: Event, text: str) -> Unreadable:
    """An anchor or a tag; both are most often text that merely begins with & or !."""
    mark = event.start_mark
    hint = "tag" if event.anchor is None else "anchor"
    sign = text[mark.index : mark.index + 1]
    if hint == "anchor" and sign == "!":  # `!tag &anchor`: what stands first is named
        hint = "tag"
    return Unreadable("forbidden-yaml", mark.line + 1, mark.column + 1, hint)


def refuse_complex_key(text: str, event: Event) -> Unreadable:
    """A list or map as key; `{{...}}` is a placeholder that nobody filled in."""
    mark = event.start_mark
    before = text[mark.index - 1 : mark.index + 1] if mark.index else ""
    if before == "{{":
        return Unreadable("forbidden-yaml", mark.line + 1, mark.column, "placeholder")
    return Unreadable("forbidden-yaml", mark.line + 1, mark.column + 1, "complex-key")


def refuse_key(value: str, mark: Pin, fields: frozenset[str]) -> None:
    """Raises for a plain key that libyaml accepts and that is plainly a slip, or a merge key."""
    first = value[:1]
    if value == "<<":
        raise Unreadable("forbidden-yaml", mark.line + 1, mark.column + 1, "merge-key")
    if first in ODD:
        from .slips import odd_key

        found = odd_key(value, mark, fields)
        if found is not None:
            raise found


def duplicate(value: str, at: dict[str, Pin], mark: Pin) -> Unreadable:
    facts = {"first": at[value].line + 1, "second": mark.line + 1}
    return Unreadable("duplicate-key", mark.line + 1, mark.column + 1, None, facts)


def too_large(hint: str, most: int, where: Event | Pin) -> Unreadable:
    mark: Any = getattr(where, "start_mark", where)
    return Unreadable("too-large-inside", mark.line + 1, mark.column + 1, hint, {"most": most})


def swallows(source: Source, event: Event, fields: frozenset[str], listed: bool) -> str | None:
    """The slip of a plain value of which a further line begins like a field of the form or, in a list, like an item."""
    start, end = event.start_mark, event.end_mark
    if start.line == end.line:
        return None
    for line in BREAK.split(source.text[start.index : end.index])[1:]:
        found = FIELD.match(line)
        if found is not None and found[1] in fields:
            return "swallowed-line"
        if listed and ITEM.match(line):
            return "swallowed-item"
    return None
