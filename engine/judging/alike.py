"""Which of many texts are alike, and how much of two is the same: on hashes alone. No reports, no rules.

A text is the set of its runs of a few characters, each a hash of four bytes. Of a set a few of the smallest hashes are
enough to see that nobody shares any (`marks`), some more to find partners (`sketch`), and all to tell the share.
"""

from __future__ import annotations

from _blake2 import blake2b  # `hashlib`, of which it is a part, takes long to load
from array import array
from codecs import utf_32_le_encode  # nor is a module of codecs looked for
from collections.abc import Callable, Iterator
from functools import cache

from ..reading.columns import Rows
from ..text.messages import NAMED

HEAD = 16       # hashes by which a text is seen to share nothing with any other
MET = 5         # of these, so many are shared by texts 80 % alike; fewer happens in one of 10^5 such pairs
SKETCH = 64     # hashes by which partners are found
ALIKE = 40      # of these, so many are shared by texts 80 % alike; fewer happens in one of 10^3 such pairs, and far
#                 more rarely where none of the two texts is much longer than the other
TREES = 10      # orders in which texts are laid side by side
ORDERED = 32    # hashes of which
DEPTH = 12      # so many order them
NEAR = 4        # neighbours that a text is compared with on each side, in each order


def hashes(text: str, size: int) -> array[int]:
    """A hash of four bytes of each run of so many characters (at most 8), in no order, repeats too.

    Each is the middle of a sum of the characters times large numbers. All sums are one product of two numbers, of which
    one has the characters for its digits.
    """
    runs = len(text) - size + 1
    if runs < 1:
        return array("I")
    typed, digits = utf_32_le_encode(text, "surrogatepass")[0], bytearray(8 * len(text))
    for byte in range(3):
        digits[byte::8] = typed[byte::4]
    sums = (int.from_bytes(digits, "little") * _factor(size)) >> (64 * (size - 1) + 8)
    return array("I", sums.to_bytes(8 * len(text) + 8, "little"))[:2 * runs:2]


@cache
def _factor(size: int) -> int:
    parts = (int.from_bytes(blake2b(bytes([at]), digest_size=5).digest(), "little") | 1 for at in range(size))
    return sum(part << 64 * (size - 1 - at) for at, part in enumerate(parts))


def marks(numbers: array[int]) -> array[int]:
    """What stays in memory of a text's hashes: eight bytes that only the same text has, and its smallest hashes."""
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


def groups(marked: Rows) -> Iterator[list[int]]:
    """Rows of `marks` whose texts are the same, of those that may have partners at all."""
    seen, mask = marked.occurrences()
    same: dict[bytes, list[int]] = {}
    for at in range(len(marked)):
        row = marked[at]
        met = sum([seen[number & mask] > 1 for number in row])
        if met * HEAD >= (len(row) - 2) * MET:
            same.setdefault(row[:2].tobytes(), []).append(at)
    return iter(same.values())


def candidates(sketches: Rows, full: bytearray, tell: Callable[[int, int], None]) -> Iterator[tuple[int, int]]:
    """Pairs of rows whose sketches are alike, each once; of `full` rows, to which the caller adds, no more are needed.

    However many texts have the same parts, a row is compared with few others: rows are laid in several orders, in each
    by other hashes first, and in one of them those that have most in common stand side by side (an LSH forest). Of
    these only such are looked at that begin with the same hash, as texts 80 % alike do in three of four orders.
    """
    size = len(sketches)
    forest = []
    for tree in range(TREES):
        tell(0, size)
        forest.append(_in_order(sketches, (0x9E3779B1 + 2 * 0x2545F491 * tree) & 0xFFFFFFFF))
    for at in range(size):
        if at % 64 == 0:
            tell(at, size)
        near: set[int] = set()
        for order, place, begins in forest:
            here = place[at]
            near.update([other for other in order[max(0, here - NEAR):here + NEAR + 1] if begins[other] == begins[at]])
        mine, best = set(sketches[at]), []
        for other in near:
            if other < at and not (full[at] and full[other]):
                their = sketches[other]
                common = len(mine.intersection(their))
                if common * SKETCH >= max(len(mine), len(their)) * ALIKE:
                    best.append((-common, other))
        for _, other in sorted(best)[:2 * NAMED]:
            if not (full[at] and full[other]):
                yield other, at


def _in_order(sketches: Rows, factor: int) -> tuple[array[int], array[int], array[int]]:
    """The rows in the order of the smallest of their hashes times a number, the place of each there, and how it begins.

    All products of a row are one product of two numbers, of which one has the hashes for its digits.
    """
    keys, begins = [], array("I")
    for at in range(len(sketches)):
        row = sketches[at][:ORDERED]
        products = (int.from_bytes(array("Q", row).tobytes(), "little") * factor).to_bytes(8 * len(row) + 8, "little")
        key = array("I", sorted(array("I", products)[:2 * len(row):2])[:DEPTH])
        begins.append(key[0])
        keys.append(key.tobytes())
    order = array("I", sorted(range(len(keys)), key=keys.__getitem__))
    places = array("I", bytes(4 * len(order)))
    for place, at in enumerate(order):
        places[at] = place
    return order, places, begins
