"""One value for each of many files, in few bytes: an object for each would take most of a run's memory."""

from __future__ import annotations

from array import array
from collections.abc import Callable, Iterable
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
        size, start = self.sizes[at], self.starts[at]
        return self.row[start:start + size].decode("utf-8", "surrogatepass") if size else None

    def __setitem__(self, at: int, text: str | None) -> None:
        data = (text or "").encode("utf-8", "surrogatepass")
        self.starts[at], self.sizes[at] = len(self.row), len(data)
        self.row += data


def holders(rows: int, count: int) -> Callable[[Iterable[int], int], list[int]]:
    """Which rows hold numbers of four bytes: give some and a row, and get the rows that held one of them before,
    once for each number.

    It takes few bytes for each, and is meant for about `count` numbers that few rows hold.
    """
    slots = 1 << min(18, max(16, count.bit_length()))
    mask, last = slots - 1, array("I", bytes(4 * slots))    # by the number's last bits; 0: none
    halves, before, held = array("H", [0]), array("I", [0]), array("H" if rows < 1 << 16 else "I", [0])

    def add(numbers: Iterable[int], row: int) -> list[int]:
        found = []
        for number in numbers:
            slot, half = number & mask, number >> 16
            at = last[slot]
            last[slot] = len(held)
            halves.append(half)
            held.append(row)
            before.append(at)
            while at:
                if halves[at] == half:
                    found.append(held[at])
                at = before[at]
        return found

    return add
