"""Which of many texts are alike, and how much of two is the same: on hashes alone. No reports, no rules.

A text is the set of its runs of a few characters, each a hash of four bytes. Of a set a few of the smallest hashes are
enough to see that no other is alike (`marks`), some more to find partners (`sketch`), and all to tell the share.
What is held of each text lies in tables, so that few of many texts are in memory.
"""

from __future__ import annotations

from _blake2 import blake2b  # `hashlib`, of which it is a part, takes long to load
from array import array
from codecs import utf_32_le_encode  # nor is a module of codecs looked for
from collections import deque
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from itertools import groupby, pairwise
from operator import itemgetter
from typing import Any, Protocol

from ..text.messages import NAMED

MARK = 2        # numbers that only the same text has
HEAD = 24       # hashes by which a text is seen to be like no other
MET = 4         # of neighbours among these, so many are shared by texts 80 % alike; fewer happens in one of 10^4 such
#                 pairs
SKETCH = 64     # hashes by which partners are found
ALIKE = 40      # of these, so many are shared by texts 80 % alike; fewer happens in one of 10^3 such pairs, and far
#                 more rarely where none of the two texts is much longer than the other
# of the orders in which texts are laid side by side; each by the products of hashes with one of these
FACTORS = [(0x9E3779B1 + 2 * 0x2545F491 * tree) & 0xFFFFFFFF for tree in range(10)]
ORDERED = 32    # hashes of which
DEPTH = 12      # so many order them
NEAR = 4        # neighbours that a text is compared with on each side, in each order

# Files by the mark of their text; the different texts, numbered from 0; where each stands in every order, and how it
# begins there; texts that met, with how much less than nothing their sketches have in common, then each once, in order.
TABLES = """
CREATE TABLE owners (file INTEGER PRIMARY KEY, mark);
CREATE INDEX same ON owners (mark, file);
CREATE TABLE firsts (file INTEGER PRIMARY KEY, mark, owners INTEGER);
CREATE TABLE texts (text INTEGER PRIMARY KEY, mark, sketch);
CREATE TABLE keys (key, text INTEGER);
CREATE TABLE lined (place INTEGER PRIMARY KEY, text INTEGER, begins);
CREATE TABLE met (text INTEGER, common INTEGER, other INTEGER);
CREATE TABLE pairs (place INTEGER PRIMARY KEY, text INTEGER, other INTEGER);
"""
_LINE_UP = "INSERT INTO lined (text, begins) SELECT text, substr(key, 1, 5) FROM keys ORDER BY key, text"
_IN_LINE = "SELECT place, text, begins, sketch FROM lined JOIN texts USING (text) WHERE place > ? ORDER BY place"
_PAIR = """INSERT INTO pairs (text, other) SELECT text, other FROM met GROUP BY text, common, other
    ORDER BY text, common, other"""


class Tables(Protocol):
    """Of a run's database: tables that are written and read in pieces."""

    def later(self, statement: str, row: tuple[Any, ...], /) -> None: ...
    def write(self, statement: str, /, *values: Any) -> None: ...
    def read(self, query: str, /, *values: Any) -> list[tuple[Any, ...]]: ...
    def pages(self, query: str, /, *values: Any) -> Iterator[tuple[Any, ...]]: ...


# Primes of which no five with small digits add up to nothing, so that dates and numbers have hashes of their own.
_WEIGHTS = (23297, 24691, 24509, 26141, 26041, 25057, 23773, 25589)
_SPREAD = 20251     # odd: times this, fifteen bits are others, and near ones far apart


def hashes(text: str, size: int) -> array[int]:
    """A hash of four bytes of each run of so many characters (at most 8), in no order, repeats too.

    Each is a sum of the characters, of fifteen bits, times numbers that are too small for it to exceed four bytes; its
    lower half is then added to the upper, which would else be seldom very large or small. All sums are one product of
    two numbers, of which one has the characters for its digits.
    """
    count = len(text)
    if count < size:
        return array("I")
    low = _low((count + size).bit_length())
    typed = int.from_bytes(utf_32_le_encode(text, "surrogatepass")[0], "little")
    sums = ((typed & low) * _SPREAD & low) * _factor(size)
    sums ^= (sums & low) << 17
    return array("I", sums.to_bytes(4 * (count + size), "little"))[size - 1:count]


@cache
def _low(bits: int) -> int:
    """Fifteen bits of each of so many digits of four bytes."""
    return int.from_bytes(b"\xff\x7f\0\0" * (1 << bits), "little")


@cache
def _factor(size: int) -> int:
    return sum((weight * 5 // size | 1) << 32 * at for at, weight in enumerate(_WEIGHTS[:size]))


def marks(numbers: array[int]) -> array[int]:
    """Of a text's hashes eight bytes that only the same text has, as two numbers, then the smallest."""
    return array("I", blake2b(numbers.tobytes(), digest_size=8).digest()) + _smallest(numbers, HEAD)


def sketch(numbers: array[int]) -> array[int]:
    """The smallest of a text's hashes."""
    return _smallest(numbers, SKETCH)


def _smallest(numbers: array[int], wanted: int) -> array[int]:
    """So many of them, each once."""
    highest = min(255, 2 * wanted * 256 // max(1, len(numbers)))    # of the last bytes: about twice as many as wanted
    low, small, at = numbers.tobytes()[3::4].translate(_up_to(highest)) if highest < 255 else b"", set(), -1
    while (at := low.find(1, at + 1)) >= 0:
        small.add(numbers[at])
    return array("I", sorted(small if len(small) >= wanted else set(numbers))[:wanted])


@cache
def _up_to(highest: int) -> bytes:
    return bytes(byte <= highest for byte in range(256))


def repeated(rows: Iterable[Iterable[int]], most: int) -> Callable[[int], int]:
    """A function that says of a number whether it occurs more than once in the rows, which have `most` or a few more.

    Now and then it says so of one that does not, of millions more often: bits say which were seen, 16 million at most.
    """
    mask = (1 << min(21, (4 * most).bit_length())) - 1
    once, more = bytearray(mask + 1), bytearray(mask + 1)
    for row in rows:
        for number in row:
            at, bit = number >> 3 & mask, 1 << (number & 7)
            if once[at] & bit:
                more[at] |= bit
            else:
                once[at] |= bit
    return lambda number: more[number >> 3 & mask] >> (number & 7) & 1


def neighbours(row: array[int]) -> list[int]:
    """Of a text's `marks` each hash with the next, as one number."""
    return [3 * one + other for one, other in pairwise(row[MARK:])]


def may_be_alike(row: array[int], met: int) -> bool:
    """Whether a text with these `marks`, so many neighbours of which another text has too, may have partners at all."""
    return met * (HEAD - 1) >= (len(row) - MARK - 1) * MET


def candidates(tables: Tables, full: bytearray, tell: Callable[[int, int], None]) -> Iterator[tuple[int, int]]:
    """Pairs of texts whose sketches are alike, each once; of `full` texts, to which the caller adds, no more are
    needed.

    However many texts have the same parts, one is compared with few others: they are laid in several orders, in each by
    other hashes first, and in one of them those that have most in common stand side by side (an LSH forest). Of these
    only such are looked at that begin with the same hash, as texts 80 % alike do in three of four orders.
    """
    for text, held in tables.pages("SELECT text, sketch FROM texts WHERE text > ? ORDER BY text"):
        for key in _keys(array("I", held)):
            tables.later("INSERT INTO keys VALUES (?, ?)", (key, text))
        if text % 64 == 0:
            tell(text, len(full))
    tables.write(_LINE_UP)
    _meet(tables)
    tables.write(_PAIR)
    every = tables.pages("SELECT place, text, other FROM pairs WHERE place > ? ORDER BY place")
    for text, some in groupby(every, key=itemgetter(1)):
        tell(len(full), len(full))
        best = [other for _, _, other in some if not (full[text] and full[other])]
        for other in best[:2 * NAMED]:
            if not (full[text] and full[other]):
                yield other, text


def _meet(tables: Tables) -> None:
    """Note which of the texts that stand side by side, as they are lined up, have much in common."""
    before: deque[tuple[int, bytes, bytes]] = deque(maxlen=NEAR)
    for _, text, begins, held in tables.pages(_IN_LINE):
        mine: set[int] = set()
        for other, began, their in before:
            if began == begins:
                mine = mine or set(array("I", held))
                common = len(mine.intersection(array("I", their)))
                if common * SKETCH * 4 >= max(len(held), len(their)) * ALIKE:
                    tables.later("INSERT INTO met VALUES (?, ?, ?)", (max(text, other), -common, min(text, other)))
        before.append((text, begins, held))


def _keys(row: array[int]) -> Iterator[bytes]:
    """By what a text is lined up in each order: the number of the order, then the smallest of its hashes times another.

    All products of a row are one product of two numbers, of which one has the hashes for its digits.
    """
    row = row[:ORDERED]
    digits, size = int.from_bytes(array("Q", row).tobytes(), "little"), 8 * len(row) + 8
    for tree, factor in enumerate(FACTORS):
        products = array("I", (digits * factor).to_bytes(size, "little"))[:2 * len(row):2]
        yield bytes([tree]) + array("I", sorted(products)[:DEPTH]).tobytes()
