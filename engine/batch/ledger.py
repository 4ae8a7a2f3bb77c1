"""The results of a run's files, on disk; of each only some bytes stay in memory, by which the batch finds it.

Nobody else sees the file: it has no name any more, or goes when it is closed. What no disk takes stays in memory.
"""

from __future__ import annotations

import os
import tempfile
from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from typing import IO, Any

from ..judging.results import About, FileFacts, FileResult, about_of, as_bytes, as_text, from_lines, of_line, to_lines
from ..packs.rule import Rule
from ..reading.columns import Column, Rows, Texts, unpacked
from ..reading.files import Listed, names_of

_PIECE = 1 << 18        # bytes that are written at once; fewer need no disk


class Filed:
    """What rules over the batch sort a file by, looked up when it is asked for."""

    __slots__ = ("_ledger", "at", "form")

    def __init__(self, at: int, ledger: Ledger) -> None:
        self.at = at                        # position among the files of the run
        self.form: tuple[str | None, ...] = ledger.form[at] or (None, None, None)       # kind, unit level, phase
        self._ledger = ledger

    @property
    def kind(self) -> str | None:
        return self.form[0]

    @property
    def level(self) -> str | None:
        return self.form[1]

    @property
    def phase(self) -> str | None:
        return self.form[2]

    @property
    def key(self) -> str | None:
        """Comparable ID of the subject."""
        return self._ledger.keys[self.at]

    @property
    def unit_key(self) -> str | None:
        """Comparable code of the unit."""
        unit: str | None = self._ledger.unit[self.at]
        return unit

    @property
    def submitted(self) -> str | None:
        day: str | None = self._ledger.submitted[self.at]
        return day


class Ledger:
    """The results of the listed files, by their positions."""

    def __init__(self, files: Sequence[Listed], rules: dict[str, Rule]) -> None:
        self.files = files
        self.rules = rules          # of the pack
        size = len(files)
        self.form = Column(size)   # (kind, level, phase)
        self.unit, self.submitted, self.corrected = Column(size), Column(size), Column(size)
        self.keys = Texts(size)
        self.readable = bytearray(size)
        self.rows: dict[str, Rows] = defaultdict(Rows)  # numbers that a rule over the batch collected
        self._starts, self._sizes = array("Q", bytes(8 * size)), array("I", bytes(4 * size))
        self._store: IO[bytes] | None = None
        self._stored, self._tail = 0, bytearray()       # bytes on disk, and what follows them
        self._most = _PIECE                             # bytes that follow before they go there

    @classmethod
    def of(cls, results: Iterable[tuple[str, FileResult]], folder: str | None, rules: dict[str, Rule]) -> Ledger:
        """A ledger of results that are at hand, by the names of their files."""
        results = list(results)
        ledger = cls([Listed(name, name, folder) for name, _ in results], rules)
        for at, (_, result) in enumerate(results):
            ledger.put(at, as_bytes(to_lines(result)))
        return ledger

    def __del__(self) -> None:
        if self._store:
            self._store.close()

    def __len__(self) -> int:
        return len(self.readable)

    def put(self, at: int, lines: bytes) -> None:
        self._starts[at], self._sizes[at] = self._stored + len(self._tail), len(lines)
        self._tail += lines
        if len(self._tail) > self._most:
            self._write()
        first, _, apart, _ = lines.split(b"\n", 3)
        listed = of_line(as_text(first))
        if listed:
            kind, key, _, unit_key, level, phase, submitted, corrected = listed
            self.readable[at] = 1
            self.keys[at] = key
            self.form[at] = kind, level, phase
            self.unit[at], self.submitted[at], self.corrected[at] = unit_key, submitted, corrected
            for rule, row in of_line(as_text(apart)).items():
                self.rows[rule].add(at, unpacked(row))

    def _write(self) -> None:
        """Put the tail on disk; what the disk does not take stays where it is."""
        try:
            if self._store is None:
                self._store = tempfile.TemporaryFile(prefix="bayang-", buffering=0)
            self._store.seek(self._stored)
            if self._store.write(self._tail) == len(self._tail):
                self._stored += len(self._tail)
                self._tail = bytearray()
                return
        except OSError:
            pass
        self._most *= 2

    def _put_as(self, at: int) -> bytes:
        """The result of a file, as it was put."""
        start, size = self._starts[at], self._sizes[at]
        if self._store is None or start >= self._stored:
            start -= self._stored
            return bytes(self._tail[start:start + size])
        if hasattr(os, "pread"):        # another process may read the same file
            return os.pread(self._store.fileno(), size, start)
        self._store.seek(start)
        return self._store.read(size)

    def lines(self, at: int) -> list[bytes]:
        return self._put_as(at).split(b"\n")

    def line(self, at: int, which: int) -> Any:
        """What a line of the result of a file holds."""
        return of_line(as_text(self.lines(at)[which]))

    def result(self, at: int) -> FileResult:
        one = self.files[at]
        return from_lines(as_text(self._put_as(at)), one.name, one.folder, self.rules)

    def about(self, at: int) -> About | None:
        return about_of(self.line(at, 0), self.files[at].folder)

    def subjects(self) -> set[tuple[str, str]]:
        """Kind and comparable ID of each who has a report."""
        every = ((self.form[at], self.keys[at]) for at in range(len(self)))
        return {(form[0], key) for form, key in every if form and form[0] and key}

    def attached(self, rules: Set[str]) -> dict[str, set[str]]:
        """By folder of reports the marks of the files that they list, as these rules collected them."""
        found: dict[str, set[str]] = defaultdict(set)
        for at, name in enumerate(names_of(self.files)):
            collected = self.line(at, 1) if self.readable[at] and rules else {}
            for rule in rules & collected.keys():
                found[name.rpartition("/")[0]].update(collected[rule])
        return dict(found)

    def one(self, at: int) -> Filed:
        return Filed(at, self)


class Reports:
    """The facts of some files, read anew each time they are gone through."""

    def __init__(self, ledger: Ledger, chosen: Sequence[int]) -> None:
        self.ledger = ledger
        self.chosen = chosen

    def __len__(self) -> int:
        return len(self.chosen)

    def __iter__(self) -> Iterator[FileFacts]:
        return (facts for at in self.chosen if (facts := self.ledger.result(at).facts))
