"""Patterns that a pack brings: compiled with care, and passed at a glance where no match is possible.

A pattern that could take more than linear time is refused when the pack loads.
"""

from __future__ import annotations

import re
from re import _constants as codes  # the parsed form has no public name
from re import _parser as parser
from typing import Any

from .records import OptionError

_REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)
_MOST = 64      # how large a repeat may be before it counts as unbounded


class Pattern:
    """Several patterns as one; each also has sets of characters of which any match holds some."""

    __slots__ = ("regex", "parts")

    def __init__(self, texts: list[str]) -> None:
        """Raises ValueError when a pattern is broken or could run away."""
        self.parts = [_part(text) for text in texts]
        self.regex = re.compile("|".join(f"(?:{text})" for text in texts))

    def occurs(self, text: str, held: dict[str, bool]) -> bool:
        """Whether a text holds a match; `held` keeps which characters it has. Most texts are passed at a glance."""
        for needs, regex in self.parts:
            for needed in needs:
                for char in needed:
                    if char not in held:
                        held[char] = char in text
                    if held[char]:
                        break
                else:
                    break
            else:
                if regex.search(text):
                    return True
        return False


def _part(text: str) -> tuple[list[frozenset[str]], re.Pattern[str]]:
    try:
        tree = parser.parse(text)
        regex = re.compile(text)
    except re.error as fault:
        raise OptionError("pack.pattern", pattern=text, fault=fault) from None
    if _runs_away(tree, 0):
        raise OptionError("pack.endless-pattern", pattern=text)
    return _needs(tree), regex


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
