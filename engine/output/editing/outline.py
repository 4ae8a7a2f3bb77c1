"""A text under way, line by line: which keys stand where, and what is being typed at a place.

It goes by indentation, dashes and colons alone, since what is being typed is seldom whole YAML; what stands on several
lines, in braces or in quotes over lines is no part of it. What a report says is read by `reading.intake`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from ...recording import dataclass
from ...records import Route
from ...text.regex import regex

_DASH = regex(r"-(?:[ \t]+|$)")
_KEY = regex(r"""(?P<key>"[^"]*"|'[^']*'|[^\s#"'\[{:：-][^:：#]*?)[ \t]*(?::(?=\s|$)|：)""")
_BLOCK = regex(r"[|>][-+0-9]*(?:[ \t]+#.*)?$")
_VALUE = regex(r"[ \t]*(?P<value>.*?)[ \t]*(?:(?<=[ \t])#.*)?$")
_PARTS = regex(r"[\[,，、][ \t]*")


@dataclass(frozen=True, slots=True)
class TypedKey:
    """A key with its value on one line, or an item of a list that is a text. Lines and columns count from 0."""

    path: Route             # keys as typed, positions in lists; of a key it ends with the key
    line: int
    column: int             # of the key, or of the item's text
    end: int                # of the key
    value: str
    start: int              # of the value


@dataclass(frozen=True, slots=True)
class Caret:
    """What is being typed at a place: a key of the map, or an item of the list, at `path`; or the value there."""

    path: Route
    is_value: bool
    typed: str              # before the place
    start: int              # columns of what a choice would take the place of
    end: int
    followed: bool = False      # the key has its colon already
    column: int = 0             # at which keys of the same map begin
    entry: TypedKey | None = None      # that stands on the line


class Outline:
    """The keys of a text."""

    def __init__(self, lines: Sequence[str]) -> None:
        self.lines = lines
        self.entries: list[TypedKey] = []
        self._above: list[list[tuple[int, str | int]]] = []     # of each line, what was open when it began
        self._inside: set[int] = set()      # lines of texts that go on from a line above
        self._read()

    def _read(self) -> None:
        stack: list[tuple[int, str | int]] = []     # column, and key or position
        block: int | None = None                    # the column of a key whose text stands below it
        for number, line in enumerate(self.lines):
            self._above.append(list(stack))
            text = line.strip()
            column = len(line) - len(line.lstrip(" "))
            if block is not None and (not text or column > block):
                self._inside.add(number)
                continue
            if not text or text.startswith("#") or text in ("---", "..."):
                continue
            block = None
            column = _dashes(line, column, stack)
            found = _KEY.match(line, column)
            value = _VALUE.match(line, found.end() if found else column)
            assert value
            if found:
                _close(stack, column)
                stack.append((column, found["key"].strip("\"'")))
                block = column if _BLOCK.match(value["value"]) else None
            if found or (stack and isinstance(stack[-1][1], int) and value["value"]):
                self.entries.append(TypedKey(tuple(one for _, one in stack), number, column,
                                          found.end("key") if found else value.end("value"), value["value"],
                                          value.start("value")))

    def top(self) -> dict[str, str]:
        """The keys at the top, each with what stands beside it."""
        return {str(one.path[0]): one.value for one in self.entries if len(one.path) == 1}

    def beside(self, path: Route) -> set[str]:
        """The keys that the map at a path has."""
        return {str(one.path[-1]) for one in self.entries if one.path[:-1] == path}

    def entry(self, line: int) -> TypedKey | None:
        return next((one for one in self.entries if one.line == line), None)

    def spot(self, line: int, column: int) -> Caret | None:
        """What is being typed there; None inside of a text of several lines or a comment."""
        text = self.lines[line] if line < len(self.lines) else ""
        if line in self._inside or re.search(r"(?:^|\s)#", text[:column]):
            return None
        stack = list(self._above[line]) if line < len(self.lines) else []
        entry = self.entry(line)
        if entry and isinstance(entry.path[-1], str) and column > entry.end:
            return self._value(entry, text, column)
        indent = len(text) - len(text.lstrip(" "))
        first = _dashes(text, min(indent, column), stack)
        if first > column:      # before a dash
            return None
        _close(stack, first)
        end = entry.end if entry else len(text.rstrip())
        return Caret(tuple(one for _, one in stack), False, text[first:column], first, max(column, end),
                    bool(entry and isinstance(entry.path[-1], str)), first, entry)

    def _value(self, entry: TypedKey, text: str, column: int) -> Caret:
        start = min(entry.start, column)
        end = max(column, entry.start + len(entry.value))
        if entry.value[:1] == "[":
            for part in _PARTS.finditer(text, entry.start, column):
                start = part.end()
            end = next((one.start() for one in re.finditer(r"[ \t]*[,，、\]]", text) if one.start() >= column), column)
            return Caret((*entry.path, 0), True, text[start:column], start, end, entry=entry)
        lead = "" if text[entry.end:start].endswith((" ", "\t")) else " "       # a colon wants its blank
        return Caret(entry.path, True, text[start:column], start, end, followed=bool(lead), entry=entry)


def _dashes(line: str, column: int, stack: list[tuple[int, str | int]]) -> int:
    """Opens an item for each dash from a column on; where what comes after them begins."""
    while dash := _DASH.match(line, column):
        while stack and (stack[-1][0] > column):
            stack.pop()
        last = stack[-1] if stack else None
        number = 0
        if last and last[0] == column and isinstance(last[1], int):
            number = last[1] + 1
            stack.pop()
        stack.append((column, number))
        column = dash.end()
    return column


def _close(stack: list[tuple[int, str | int]], column: int) -> None:
    """Ends what does not hold a key at this column."""
    while stack and stack[-1][0] >= column:
        stack.pop()


def lines_of(text: str) -> list[str]:
    """The lines of a text as editors count them, without their ends."""
    return re.split(r"\r\n|\n|\r", text)
