"""One value for each of many files, in few bytes: an object for each would take most of a run's memory."""

from __future__ import annotations

from array import array
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


class Holders:
    """Which rows hold a number of four bytes; takes few bytes for each, and is meant for what few rows hold."""

    def __init__(self, rows: int) -> None:
        self.last = array("I", bytes(4 << 16))                  # by the number's lower half; 0: none
        self.halves, self.before = array("H", [0]), array("I", [0])
        self.rows = array("H" if rows < 1 << 16 else "I", [0])

    def add(self, number: int, row: int) -> list[int]:
        """The rows that held the number before this one."""
        found, slot, half = [], number & 0xFFFF, number >> 16
        at = self.last[slot]
        self.last[slot] = len(self.rows)
        self.halves.append(half)
        self.rows.append(row)
        self.before.append(at)
        while at:
            if self.halves[at] == half:
                found.append(self.rows[at])
            at = self.before[at]
        return found
