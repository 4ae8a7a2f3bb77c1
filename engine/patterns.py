"""Patterns that a pack brings: compiled with care, and passed at a glance where no match is possible.

A pattern that could take more than linear time is refused when the pack loads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import cached_property, partial
from re import _constants as codes  # the parsed form has no public name
from re import _parser as parser
from typing import Any

from .records import OptionError

# The characters that Chinese reports are written with, first and last of each span.
_COMMON = ("\t-\n", " -~", "\u00b7-\u00b7", "\u00d7-\u00d7", "\u2014-\u2014", "\u2018-\u2019", "\u201c-\u201d",
           "\u2026-\u2026", "\u3001-\u3011", "\u3014-\u3015", "\u4e00-\u9fa5", "\uff01-\uff0f", "\uff1a-\uff5e")
_REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)
_MOST = 64      # how large a repeat may be before it counts as unbounded


def uncommon(also: Iterable[str] = ()) -> str:
    """A pattern of one character that reports are not commonly written with, or that is one of `also`."""
    spans = []
    for start, _, last in _COMMON:
        for char in sorted(char for char in also if start <= char <= last):
            if start < char:
                spans.append((start, chr(ord(char) - 1)))
            start = chr(ord(char) + 1)
        if start <= last:
            spans.append((start, last))
    return "[^" + "".join(f"{re.escape(start)}-{re.escape(last)}" for start, last in spans) + "]"


class Signs:
    """The characters to look for in a report before any pattern is tried: what patterns need, and uncommon ones."""

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self.needed = frozenset(char for one in patterns for needs, _ in one.parts for need in needs for char in need)

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """One of those characters; not needed where all reports are known already."""
        return re.compile(uncommon(self.needed))

    def of(self, text: str) -> frozenset[str]:
        """Those that a text holds."""
        return frozenset(self.regex.findall(text))


class Pattern:
    """Several patterns and words as one; each also has sets of characters of which any match holds some."""

    def __init__(self, patterns: Iterable[str], words: Iterable[str] = ()) -> None:
        """Raises ValueError when a pattern is broken or could run away."""
        self.texts = [*patterns]
        self.parts = [_part(text) for text in self.texts]
        for word in words:
            self.texts.append(re.escape(word))
            self.parts.append((_telling([frozenset(char) for char in word]), partial(_holds, word)))
        first = [needs[0] for needs, _ in self.parts if needs]
        # some of these stand wherever any of the patterns matches; None where that can't be said
        self.first = frozenset().union(*first) if len(first) == len(self.parts) else None

    @cached_property
    def regex(self) -> re.Pattern[str]:
        """All of them, to find where they stand; most runs never ask."""
        return re.compile("|".join(f"(?:{text})" for text in self.texts))

    def occurs(self, text: str, signs: frozenset[str]) -> bool:
        """Whether a text holds a match; `signs` are those that it holds. Most texts are passed at a glance."""
        if self.first is not None and signs.isdisjoint(self.first):
            return False
        for needs, stands_in in self.parts:
            for need in needs:
                if signs.isdisjoint(need):
                    break
            else:
                if stands_in(text):
                    return True
        return False


def _holds(word: str, text: str) -> bool:
    return word in text


def _part(text: str) -> tuple[list[frozenset[str]], Callable[[str], Any]]:
    try:
        tree = parser.parse(text)
        if "(?<" in text:
            re.compile(text)        # only then is it told whether a look-behind can be used
    except re.error as fault:
        raise OptionError("pack.pattern", pattern=text, fault=fault) from None
    if _runs_away(tree, 0):
        raise OptionError("pack.endless-pattern", pattern=text)
    return _telling(_needs(tree)), partial(re.search, text)     # which is compiled when it is first looked for


def _telling(needs: list[frozenset[str]]) -> list[frozenset[str]]:
    """Two of the sets of characters, which is enough; digits stand everywhere and tell nothing."""
    return [need for need in needs if not any(map(str.isdigit, need))][:2]


def _runs_away(tree: Any, inside: int) -> bool:
    """Whether an unbounded repeat stands inside another, or two neighbours of a repeat may take the same text."""
    unbounded = 0
    for code, value in tree:
        if code in _REPEATS:
            least, most, sub = value
            if most > _MOST or most == codes.MAXREPEAT:
                unbounded += 1
                if inside or unbounded > 2 or _runs_away(sub, inside + 1):
                    return True
            elif _runs_away(sub, inside):
                return True
        elif code is codes.SUBPATTERN and _runs_away(value[-1], inside):
            return True
        elif code is codes.BRANCH and (inside or any(_runs_away(one, inside) for one in value[1])):
            return True
        elif code in (codes.ASSERT, codes.ASSERT_NOT) and _runs_away(value[1], inside):
            return True
        elif code is codes.GROUPREF:
            return True
    return False


def _needs(tree: Any) -> list[frozenset[str]]:
    """Sets of characters of each of which every match holds at least one."""
    sets: list[frozenset[str]] = []
    for code, value in tree:
        if code is codes.LITERAL:
            sets.append(frozenset(chr(value)))
        elif code is codes.IN and all(kind is codes.LITERAL for kind, _ in value):
            sets.append(frozenset(chr(one) for _, one in value))
        elif code in _REPEATS and value[0] > 0:
            sets += _needs(value[2])
        elif code is codes.SUBPATTERN and not (value[1] & re.IGNORECASE):
            sets += _needs(value[-1])
        elif code is codes.BRANCH:
            parts = [_needs(one) for one in value[1]]
            if all(parts):
                sets.append(frozenset().union(*(min(part, key=len) for part in parts)))
    return sets
