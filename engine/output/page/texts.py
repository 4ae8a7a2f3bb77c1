"""What many findings say in the same words is told once: the words with gaps, and of each finding what fills them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence

from ...recording import dataclass
from ...text.regex import regex

Parts = tuple[str, ...]         # the texts of a finding, in a fixed order
MANY = 20                       # findings with the same words, from which on these are told once

# What differs between findings that say the same: numbers, dates and IDs.
_FILL = regex(r"(?<![\w.-])[A-Za-z_.-]*\d[\w.-]*", re.ASCII)
GAP = regex("\x00([0-9]+)\x00")        # in the words of a note: the number of what fills it, from 1
_PART = "\x01"


@dataclass(slots=True)
class Note:
    """Words that many findings share."""

    number: int
    parts: Parts        # with gaps
    count: int


class Shared:
    """The texts of all findings of a page. No text may hold U+0000 or U+0001."""

    def __init__(self, texts: Iterable[Parts], many: int) -> None:
        counts: Counter[str] = Counter()
        fills: dict[str, list[str | None]] = {}     # of words that are shared: what always fills a gap, else None
        for parts in texts:
            words, filled = _split(parts)
            counts[words] += 1
            known = fills.setdefault(words, [*filled])
            for at, fill in enumerate(filled):
                if known[at] != fill:
                    known[at] = None
        self._fills = {words: known for words, known in fills.items() if counts[words] >= many}
        self.notes = {words: Note(number, _with(words, known), counts[words])
                      for number, (words, known) in enumerate(self._fills.items(), 1)}

    def of(self, parts: Parts) -> tuple[Note, list[str]] | None:
        """The note of a finding with these texts and what fills its gaps; None for words of its own."""
        words, filled = _split(parts)
        if words not in self.notes:
            return None
        return self.notes[words], [fill for fill, known in zip(filled, self._fills[words], strict=True)
                                   if known is None]


def _split(parts: Parts) -> tuple[str, list[str]]:
    """The words with a mark for each thing that fills a gap, and these, each once."""
    filled: dict[str, int] = {}

    def put(found: re.Match[str]) -> str:
        return f"\x00{filled.setdefault(found[0], len(filled))}\x00"

    return _FILL.sub(put, _PART.join(parts)), list(filled)


def _with(words: str, known: Sequence[str | None]) -> Parts:
    """The words with what always fills a gap in it; the other gaps are numbered from 1."""
    numbers: dict[int, int] = {}

    def put(found: re.Match[str]) -> str:
        at = int(found[1])
        fill = known[at]
        return fill if fill is not None else f"\x00{numbers[at]}\x00"

    for at, fill in enumerate(known):
        if fill is None:
            numbers[at] = len(numbers) + 1
    return tuple(GAP.sub(put, words).split(_PART))
