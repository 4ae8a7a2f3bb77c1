"""Patterns that a pack brings: compiled with care, and passed at a glance where no match is possible.

A pattern that could take more than MOST_STEPS steps at any character of a text is refused when the pack loads.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from functools import partial
from re import _constants as codes  # type: ignore[attr-defined]  # the parsed form has no public name
from re import _parser as parser  # type: ignore[attr-defined]  # nor has what parses
from types import MappingProxyType
from typing import Any, TypeAlias

from ..records import OptionError
from ..text.regex import regex
from ..text.wording import text_key

# The characters that Chinese reports are written with, first and last of each span. Normal forms (NFKC) change none of
# them but marks.
_COMMON = ("\t-\n", " -~", "\u00b7-\u00b7", "\u00d7-\u00d7", "\u2014-\u2014", "\u2018-\u2019", "\u201c-\u201d",
           "\u2026-\u2026", "\u3001-\u3011", "\u3014-\u3015", "\u4e00-\u9fa5", "\uff01-\uff0f", "\uff1a-\uff20",
           "\uff3b-\uff40", "\uff5b-\uff5e")
QUOTING = frozenset("“「『《〈")
_REPEATS = (codes.MAX_REPEAT, codes.MIN_REPEAT, codes.POSSESSIVE_REPEAT)
_CHARACTERS = (codes.LITERAL, codes.NOT_LITERAL, codes.IN, codes.ANY)
_SINGLE = (*_CHARACTERS, codes.AT)
# A pattern as `re` parses it: a row of (code, value); the standard library has no types for it.
Parsed: TypeAlias = Any
Code: TypeAlias = Any
MOST_STEPS = 1_000      # that a pattern may take at one character of a text, whatever the text
MOST_WAYS = 16          # of a repeat inside a repeat
MOST_CHARACTERS = 500   # of one pattern
_HEAD = 3               # characters of a word by which a look finds out whether it may stand in a report
_WIDER = 0xFEE0         # by which the code of a full-width letter or digit is larger


def uncommon(also: Iterable[str] = ()) -> str:
    """A pattern of one character that reports are not commonly written with, or that is one of `also`."""
    spans = []
    for start, last in ((span[0], span[-1]) for span in _COMMON):
        for char in sorted(char for char in also if start <= char <= last):
            if start < char:
                spans.append((start, chr(ord(char) - 1)))
            start = chr(ord(char) + 1)
        if start <= last:
            spans.append((start, last))
    return "[^" + "".join(f"{re.escape(start)}-{re.escape(last)}" for start, last in spans) + "]"


class Signs:
    """The characters to look for in a report before any pattern is tried: what patterns need, marks that begin a
    quotation, and uncommon ones.
    """

    def __init__(self, patterns: Iterable[Pattern]) -> None:
        self.needed = QUOTING.union(*(need for one in patterns for needs, _ in one.parts for need in needs))
        self.regex = regex(uncommon(self.needed))       # one of those characters

    def of(self, text: str) -> frozenset[str]:
        """Those that a text holds."""
        return frozenset(self.regex.findall(text))


class Pattern:
    """Several patterns and words as one; each also has sets of characters of which any match holds some."""

    def __init__(self, patterns: Iterable[str], words: Iterable[str] = (), heads: Iterable[str] = (),
                 common: Mapping[str, int] = MappingProxyType({})) -> None:
        """Raises ValueError when a pattern is broken or could run away. `heads` are words that may
        have blanks and punctuation between their characters, and wide letters and digits; `common` tells how common
        Chinese characters are in the plan.
        """
        self.texts = [*patterns]
        held = [_part(text, common) for text in self.texts]
        self.steps = sum(steps for *_, steps in held)       # that they take together at one character, at most
        self.parts = [(needs, stands_in) for needs, stands_in, _ in held]
        for word in words:
            self.texts.append(re.escape(word))
            self.parts.append((_telling([frozenset(char) for char in word], common), partial(_holds, word)))
        for head in heads:
            letters = [frozenset((char, chr(ord(char) + _WIDER)) if char.isascii() else char) for char in head]
            self.texts.append(r"[\W_]*".join(f"[{''.join(sorted(one))}]" for one in letters))
            self.parts.append((_telling(letters, common), partial(_matches, regex(self.texts[-1]))))
        first = [needs[0] for needs, _ in self.parts if needs]
        # some of these stand wherever any of the patterns matches; None where that can't be said
        self.first = frozenset().union(*first) if len(first) == len(self.parts) else None
        self.regex = regex("|".join(f"(?:{text})" for text in self.texts))      # all, to find where they stand

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


def pattern_of(listed: Iterable[Any], heads: bool, common: Mapping[str, int]) -> Pattern:
    """A list of {pattern: ...} or of plain words as one, or how its words begin, without blanks and punctuation."""
    if heads:
        return Pattern((), heads=sorted({text_key(one)[:_HEAD] for one in listed if isinstance(one, str)}),
                       common=common)
    return Pattern([one["pattern"] for one in listed if isinstance(one, dict)],
                   [one for one in listed if not isinstance(one, dict)], common=common)


def _matches(pattern: re.Pattern[str], text: str) -> bool:
    return pattern.search(text) is not None


def _holds(word: str, text: str) -> bool:
    return word in text


def _part(text: str, common: Mapping[str, int]) -> tuple[list[frozenset[str]], Callable[[str], Any], int]:
    if len(text) > MOST_CHARACTERS:
        raise OptionError("pack.long-pattern", most=MOST_CHARACTERS)
    try:
        tree = parser.parse(text)
        parser.parse(f"(?:{text})")     # as one of several: flags for the whole stand at the begin alone
        if "(?<" in text:
            re.compile(text)            # only then is it told whether a look-behind can be used
    except (re.error, OverflowError, RecursionError) as fault:
        raise OptionError("pack.pattern", pattern=text, fault=str(fault)) from None
    if tree.state.groupdict or tree.getwidth()[0] == 0:
        raise OptionError("pack.named-pattern" if tree.state.groupdict else "pack.blank-pattern", pattern=text)
    try:
        steps = _cost(tree, at_end=True)[1]
    except _Endless:
        raise OptionError("pack.endless-pattern", pattern=text, most=MOST_STEPS) from None
    if steps > MOST_STEPS:
        raise OptionError("pack.endless-pattern", pattern=text, most=MOST_STEPS)
    return _telling(_needs(tree), common), partial(_matches, regex(text)), steps


def _telling(needs: list[frozenset[str]], common: Mapping[str, int]) -> list[frozenset[str]]:
    """Two of the sets of characters, which is enough, of those that are rarest in the plan, and so in reports; digits
    tell nothing.
    """
    telling = [(sum(common.get(char, 0) for char in need), need) for need in needs if not any(map(str.isdigit, need))]
    rarest = min((count for count, _ in telling), default=0)
    return list(dict.fromkeys(need for count, need in telling if count == rarest))[:2]


class _Endless(Exception):
    """A part of a pattern has no bound, or what can't be reckoned."""


def _cost(tree: Parsed, at_end: bool) -> tuple[int, int]:
    """(ways, steps): in how many ways a pattern may match at one place, and what it takes to try them all, at most.

    At each character of a text no more than these steps are taken, so that a search is linear in the text. A repeat
    without a bound is nothing but one character or set of them at the very end of the pattern, where nothing that
    follows can fail and send it back. Raises _Endless.
    """
    ways, steps = 1, 0
    items = list(tree)
    for at, (code, value) in enumerate(items):
        more, work = _cost_of(code, value, at_end and at == len(items) - 1)
        steps += ways * work
        ways *= more
        if steps > MOST_STEPS:
            raise _Endless
    return ways, steps


def _cost_of(code: Code, value: Parsed, at_end: bool) -> tuple[int, int]:
    if code in _REPEATS:
        least, most, inner = value
        return _cost_of_repeat(least, most, inner, at_end)
    if code is codes.SUBPATTERN:
        return _cost(value[-1], at_end)
    if code is codes.BRANCH:
        parts = [_cost(one, at_end) for one in value[1]]
        ways = max if _apart(value[1]) else sum     # of branches that begin differently only one is ever gone into
        return ways(one for one, _ in parts), len(parts) + ways(work for _, work in parts)
    if code in (codes.ASSERT, codes.ASSERT_NOT):
        return 1, 1 + _cost(value[1], False)[1]
    if code in _SINGLE:
        return 1, 1
    raise _Endless      # a reference to a group, a condition on one


def _cost_of_repeat(least: int, most: int, inner: Parsed, at_end: bool) -> tuple[int, int]:
    ways, work = _cost(inner, False)
    if most == codes.MAXREPEAT:
        if not at_end or len(inner) != 1 or inner[0][0] not in _CHARACTERS:
            raise _Endless
        return 1, least + 1
    if most > MOST_STEPS or (ways > 1 and most > 1 and (ways > MOST_WAYS or most > MOST_WAYS)):
        raise _Endless
    total = sum(ways ** count for count in range(least, most + 1))
    return total, work * sum(ways ** count for count in range(most + 1))


def _apart(branches: Parsed) -> bool:
    """Whether each branch begins with characters of its own, so that one character tells which may match."""
    seen: set[int] = set()
    for one in branches:
        begins = _begins(one)
        if begins is None or seen & begins:
            return False
        seen |= begins
    return True


def _begins(tree: Parsed) -> set[int] | None:
    """The characters with which a match begins; None where they are not listed one by one."""
    if not tree:
        return None
    code, value = tree[0]
    if code is codes.LITERAL:
        return {value}
    if code is codes.IN and all(kind is codes.LITERAL for kind, _ in value):
        return {one for _, one in value}
    if code is codes.SUBPATTERN and not value[1] & re.IGNORECASE:
        return _begins(value[-1])
    return _begins(value[2]) if code in _REPEATS and value[0] > 0 else None


def _needs(tree: Parsed) -> list[frozenset[str]]:
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
