"""One value for each of many files, in few bytes: an object for each would take most of a run's memory."""

from __future__ import annotations

from array import array
from binascii import a2b_base64, b2a_base64
from collections.abc import Sequence
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
