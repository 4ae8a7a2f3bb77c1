"""One private SQLite file for what a run keeps. Nobody else sees it: it has no name, or goes when it is closed.

What no disk takes goes on in memory.
"""

from __future__ import annotations

import atexit
import contextlib
import os
import sqlite3
from collections import defaultdict
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar, overload

from ..judging.results import as_text
from ..writing import clear_drafts, draft_prefix

One = TypeVar("One")
Row = tuple[Any, ...]       # of a table: numbers, texts, bytes
_EMPTY: dict[str, list[sqlite3.Connection]] = {}        # in memory and let go, by their tables
_BUSY = 60_000              # milliseconds for which a process waits for the other that writes
_PIECE = 512                # rows that are written or read at once


class Database:
    """Tables that are written and read in pieces, so that few rows are in memory."""

    def __init__(self, tables: str, small: bool = False) -> None:
        """A small one holds so little that it lies in memory, where one lay that was let go, if any."""
        self._spare: sqlite3.Connection | None = None       # of a process that goes on beside this one
        self._waiting: dict[str, list[Row]] = defaultdict(list)     # statement -> rows that are not written yet
        self._count = 0
        self._shared = tables if small else None
        if small and _EMPTY.get(tables):
            self._db = _EMPTY[tables].pop()
            return
        try:
            self._db = _connected(":memory:") if small else self._on_disk()
            self._db.executescript(tables)
        except (OSError, sqlite3.OperationalError):
            self._db, self._spare = _connected(":memory:"), None
            self._db.executescript(tables)

    def _on_disk(self) -> sqlite3.Connection:
        import tempfile

        clear_drafts(tempfile.gettempdir())     # of runs that were killed before it had no name any more
        handle, path = tempfile.mkstemp(".tmp", draft_prefix())
        os.close(handle)
        self._path: str | None = path
        try:
            if os.name == "nt":         # what is open there can't be removed
                return _connected(path)
            self._spare = _connected(path)      # a process beside reads while this one writes: they lock it
            return _connected(path)
        finally:
            if os.name != "nt":
                os.unlink(path)
                self._path = None

    def __del__(self) -> None:
        for one in (getattr(self, "_db", None), self._spare):
            if one:
                one.close()
        if getattr(self, "_path", None):
            with contextlib.suppress(OSError):
                os.unlink(self._path or "")

    def let_go(self) -> None:
        """Of a small one that nobody reads any more: the next with such tables is spared to make them."""
        if self._shared is None:
            return
        for [table] in self._db.execute("SELECT name FROM sqlite_schema WHERE type = 'table'").fetchall():
            self._db.execute(f"DELETE FROM {table}")
        if not _EMPTY:
            atexit.register(_close)
        _EMPTY.setdefault(self._shared, []).append(self._db)
        del self._db

    def go_on_alone(self) -> None:
        """In a process that was just forked: what is open here is not shared with the one that it comes from, and what
        waits is written there.
        """
        self._waiting, self._count = defaultdict(list), 0
        if self._spare:
            self._db, self._spare = self._spare, self._db

    def later(self, statement: str, row: Row) -> None:
        """Write a row when there are enough of them, and before anything is read."""
        self._waiting[statement].append(row)
        self._count += 1
        if self._count >= _PIECE:
            self.settle()

    def settle(self) -> None:
        """Write what waits."""
        if self._count:
            waiting, self._waiting, self._count = self._waiting, defaultdict(list), 0
            self._tried(waiting)

    def write(self, statement: str, *values: Any) -> None:
        self.settle()
        self._tried({statement: [values]})

    def read(self, query: str, *values: Any) -> list[Row]:
        self.settle()
        with contextlib.suppress(sqlite3.OperationalError):
            return self._db.execute(query, values).fetchall()
        self._db.text_factory = as_text         # a text may be a name of a file that is no UTF-8
        try:
            return self._db.execute(query, values).fetchall()
        except sqlite3.OperationalError:        # no room to sort
            self._into_memory()
            return self._db.execute(query, values).fetchall()

    def pages(self, query: str, *values: Any) -> Iterator[Row]:
        """The rows of a query of which the first column counts up: `... WHERE first > ? ... ORDER BY first`."""
        last: Any = -1
        while last is not None:
            page = self.read(f"{query} LIMIT {_PIECE}", last, *values)
            yield from page
            last = page[-1][0] if len(page) == _PIECE else None

    def _tried(self, waiting: Mapping[str, list[Row]]) -> None:
        try:
            self._whole(waiting)
        except sqlite3.OperationalError:
            self._into_memory()
            self._whole(waiting)

    def _whole(self, waiting: Mapping[str, list[Row]]) -> None:
        """Write all rows, by statement, or none."""
        self._db.execute("BEGIN")
        try:
            for statement, rows in waiting.items():
                self._db.executemany(statement, rows)
            self._db.execute("COMMIT")
        except BaseException:
            if self._db.in_transaction:
                self._db.execute("ROLLBACK")
            raise

    def _into_memory(self) -> None:
        memory = _connected(":memory:")
        self._db.backup(memory)
        memory.text_factory = self._db.text_factory
        self._db.close()
        self._db = memory
        if self._spare:
            self._spare.close()
            self._spare = None


class Copied(Database):
    """A database of which some tables can be had as bytes, and put into another."""

    kept: dict[str, str]        # by table its columns
    can_dump = hasattr(sqlite3.Connection, "serialize")     # not where SQLite was built without

    def dumped(self) -> Iterator[tuple[str, bytes]]:
        """What of the tables is `kept`, in pieces: the name of one, and some of its rows as a database."""
        for table, columns in self.kept.items():
            first, query = -1, f"SELECT max(rowid) FROM (SELECT rowid FROM {table} WHERE rowid > ? LIMIT {_PIECE})"
            while (last := self.read(query, first)[0][0]) is not None:
                with self._beside() as db:
                    db.execute(f"CREATE TABLE beside.{table} AS SELECT {columns} FROM {table} "
                               "WHERE rowid > ? AND rowid <= ?", (first, last))
                    piece = db.serialize(name="beside")
                yield table, piece
                first = last

    def load(self, table: str, piece: bytes) -> None:
        """Put rows, as `dumped` gives them, into a table."""
        columns = self.kept[table]
        into = table if columns == "*" else f"{table} ({columns})"

        def insert() -> None:
            with self._beside() as db:
                db.deserialize(piece, name="beside")
                db.execute(f"INSERT INTO main.{into} SELECT {columns} FROM beside.{table} ORDER BY rowid")

        try:
            insert()
        except sqlite3.OperationalError:
            self._into_memory()
            insert()

    @contextlib.contextmanager
    def _beside(self) -> Generator[sqlite3.Connection]:
        """The connection, with an empty database in memory beside its own."""
        self._db.execute("ATTACH ':memory:' AS beside")
        try:
            yield self._db
        finally:
            self._db.execute("DETACH beside")


class Stored(Sequence[One]):
    """Records of a table, in order once they were arranged, and made anew each time they are gone through."""

    order: str          # the table of their places; it is filled by `arranging`
    arranging: str
    every: str          # the rows in order, each with its place: `SELECT place, ... WHERE place > ? ORDER BY place`

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, one: One) -> None:
        raise NotImplementedError

    def extend(self, some: Iterable[One]) -> None:
        for one in some:
            self.add(one)

    def made(self, row: Row) -> One:
        """One from what stands in a row after its place."""
        raise NotImplementedError

    def arrange(self) -> None:
        """Bring all in order; none is added after that."""
        self._database.write(self.arranging)

    def some(self, first: int, last: int) -> list[One]:
        """Those from one place up to another, which is not among them."""
        return [self.made(row[1:]) for row in self._database.read(f"{self.every} LIMIT ?", first, last - first)]

    def __iter__(self) -> Iterator[One]:
        return (self.made(row[1:]) for row in self._database.pages(self.every))

    def __len__(self) -> int:
        count: int = self._database.read(f"SELECT count(*) FROM {self.order}")[0][0]
        return count

    @overload
    def __getitem__(self, at: int) -> One: ...
    @overload
    def __getitem__(self, at: slice) -> list[One]: ...
    def __getitem__(self, at: int | slice) -> One | list[One]:
        if isinstance(at, slice) and at.step is None and (at.start or 0) >= 0 and (at.stop or -1) >= 0:
            return self.some(at.start or 0, at.stop)        # there may be many others
        return list(self)[at]

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)


def _close() -> None:
    for some in _EMPTY.values():
        while some:
            some.pop().close()


def _connected(name: str) -> sqlite3.Connection:
    db = sqlite3.connect(name, timeout=0, isolation_level=None, check_same_thread=False)    # nobody locks it yet
    for setting in ("temp_store=MEMORY",) if name == ":memory:" else ("journal_mode=MEMORY", "synchronous=OFF",
                                                                      "cache_size=-1000"):
        db.execute(f"PRAGMA {setting}").fetchall()
    db.execute(f"PRAGMA busy_timeout = {_BUSY}").fetchall()
    return db
