"""One value for each of many files, in few bytes: an object for each would take most of a run's memory."""

from __future__ import annotations

from array import array
from binascii import a2b_base64, b2a_base64
from collections.abc import Iterator, Sequence, Set
from itertools import accumulate
from typing import Any


class Column:
    """A value for each file, of which most occur often: numbers in place of values."""

    def __init__(self, size: int) -> None:
        self.codes = array("I", bytes(4 * size))
        self.values: list[Any] = [None]
        self._code = {None: 0}

    def __getitem__(self, at: int) -> Any:
        return self.values[self.codes[at]]

    def __setitem__(self, at: int, value: Any) -> None:
        code = self._code.get(value)
        if code is None:
            code = self._code[value] = len(self.values)
            self.values.append(value)
        self.codes[at] = code


class Texts:
    """A short text for some of the files, all in one row of bytes."""

    def __init__(self, size: int) -> None:
        self.row = bytearray()
        self.starts, self.sizes = array("I", bytes(4 * size)), array("H", bytes(2 * size))

    def __len__(self) -> int:
        return len(self.sizes)

    def __getitem__(self, at: int) -> str | None:
        return self.raw(at).decode("utf-8", "surrogatepass") if self.sizes[at] else None

    def raw(self, at: int) -> bytearray:
        """The text in UTF-8, nothing where there is none."""
        start = self.starts[at]
        return self.row[start:start + self.sizes[at]]

    def fill(self, texts: Sequence[str]) -> None:
        """Set a text for every file at once."""
        encoded = [text.encode("utf-8", "surrogatepass") for text in texts]
        self.row, self.sizes = bytearray(b"".join(encoded)), array("H", map(len, encoded))
        self.starts = array("I", accumulate(self.sizes, initial=0))

    def __setitem__(self, at: int, text: str | None) -> None:
        data = (text or "").encode("utf-8", "surrogatepass")
        self.starts[at], self.sizes[at] = len(self.row), len(data)
        self.row += data


def packed(numbers: array[int], *more: array[int]) -> str:
    """Rows of numbers of four bytes as text that JSON can hold."""
    return ".".join([b2a_base64(one.tobytes(), newline=False).decode() for one in (numbers, *more)])


def unpacked(text: str, row: int = 0) -> array[int]:
    """One of the rows again."""
    return array("I", a2b_base64(text.split(".", row + 1)[row]))


class Rows:
    """A row of numbers for each of many files, all in one array."""

    def __init__(self) -> None:
        self.files, self.ends, self.numbers = array("I"), array("I"), array("I")

    def __len__(self) -> int:
        return len(self.files)

    def add(self, at: int, row: array[int]) -> None:
        self.numbers.extend(row)
        self.files.append(at)
        self.ends.append(len(self.numbers))

    def __getitem__(self, row: int) -> array[int]:
        return self.numbers[self.ends[row - 1] if row else 0:self.ends[row]]

    def occurrences(self) -> tuple[bytearray, int]:
        """How often a number occurs in all rows, at most 255, by its last bits, and the mask of these.

        Now and then the count is too high, never too low.
        """
        mask = (1 << min(23, max(12, (len(self.numbers) * 8).bit_length()))) - 1
        seen = bytearray(mask + 1)
        for number in self.numbers:
            at = number & mask
            if seen[at] < 255:
                seen[at] += 1
        return seen, mask

    def holding(self, wanted: Set[int]) -> Iterator[tuple[int, list[int]]]:
        """(file, those of its numbers that are wanted) of each file that has any."""
        for row, at in enumerate(self.files) if wanted else ():
            if not wanted.isdisjoint(numbers := self[row]):
                yield at, [number for number in numbers if number in wanted]
