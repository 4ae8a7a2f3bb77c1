"""The results of a run's files, in its database: who each is about, what it leaves behind, what was found in it.

Files are numbered in the order in which they are given, which is that of their paths.
"""

from __future__ import annotations

import _pickle as pickle  # the rest of `pickle` takes long to load
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence, Set
from typing import Any, NamedTuple
from zlib import crc32

from ..judging.kinds.batch import Mark
from ..judging.results import (
    About,
    FileFacts,
    FileResult,
    about_of,
    as_bytes,
    as_text,
    from_lines,
    of_line,
    pairs_of,
    to_lines,
)
from ..packs.pack import Pack
from ..reading.files import Listed, read_bytes, unreadable
from ..records import Limits
from . import unjudged
from .database import Copied
from .found import TABLES, Findings

_TABLES = TABLES + unjudged.TABLES + """
CREATE TABLE marks (place INTEGER PRIMARY KEY, mark);
CREATE TABLE files (at INTEGER PRIMARY KEY, kind, level, phase, key, unit, submitted, corrected, readable INTEGER,
    inside INTEGER, counted INTEGER, superseded INTEGER, best INTEGER, rank INTEGER, doubtful INTEGER);
CREATE INDEX subjects ON files (kind, key);
CREATE TABLE results (at INTEGER PRIMARY KEY, about, collected, body, problems, tally, checksum INTEGER, sealed);
CREATE TABLE numbers (rule, at INTEGER, packed, PRIMARY KEY (rule, at)) WITHOUT ROWID;
CREATE TABLE further (at INTEGER PRIMARY KEY, apart);
"""
_FILE = ("INSERT INTO files VALUES (?1, ?2, ?3, ?4, CAST(?5 AS TEXT), CAST(?6 AS TEXT), ?7, ?8, ?9, ?9, "
         "?5 IS NOT NULL, 0, ?1, ?10, 0)")
_RESULT = "INSERT INTO results VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
_NUMBERS = "INSERT INTO numbers VALUES (?, ?, ?)"
_FURTHER = "INSERT INTO further VALUES (?, ?)"
_MARK = "INSERT INTO marks VALUES (?, ?)"
_FILED = ("f.at, kind, level, phase, key, unit, submitted, corrected, readable, inside, counted, superseded, best, "
          "doubtful")

SMALL = 8       # files of which nobody need put anything on a disk


class Filed(NamedTuple):
    """What a file is to the run."""

    at: int                     # position among the files of the run
    kind: str | None
    level: str | None
    phase: str | None
    key: str | None             # comparable ID of the subject; None where it has none
    unit_key: str | None        # comparable code of the unit
    submitted: str | None
    corrected: str | None
    readable: int               # 1: it is a report
    inside: int                 # 1: a report, and not of a later phase than the one asked for
    counts: int                 # 1: its subject's current report
    superseded: int             # 1: that is one of a later phase
    best: int                   # the current report of its subject
    doubtful: int               # 1: nobody can tell whose it is, by its ID or its name

    @property
    def form(self) -> tuple[str | None, ...]:
        """Kind, unit level, phase."""
        return self[1:4]


class Store(Copied):
    """The results of the listed files, by their positions."""

    # What a run over the same needs: nobody judges anew what was collected.
    kept = {"files": "*", "results": "at, about, body, problems, tally, checksum", "findings": "*", "in_order": "*",
            "unassessed": "*", "once": "*"}

    def __init__(self, files: Sequence[Listed], pack: Pack) -> None:
        super().__init__(_TABLES, small=len(files) <= SMALL)
        self.files, self.pack = files, pack
        self.findings, self.unassessed = Findings(self), unjudged.Unjudged(self)

    @classmethod
    def of(cls, results: Iterable[tuple[str, FileResult]], folder: str | None, pack: Pack) -> Store:
        """A store of results that are at hand, by the names of their files."""
        results = sorted(results, key=lambda one: one[0])
        store = cls([Listed(name, name, folder) for name, _ in results], pack)
        for at, (_, result) in enumerate(results):
            store.put(at, as_bytes(to_lines(result)))
        return store

    def __len__(self) -> int:
        return len(self.files)

    def put(self, at: int, lines: bytes) -> None:
        """Keep a result, as lines; one more is the checksum of the file, the next the key of what the cache keeps."""
        about, collected, apart, body, problems, tally, *more = lines.split(b"\n")
        checksum, sealed = (*more, None, None)[:2]
        self.later(_RESULT, (at, about, collected, body, problems, tally, checksum and int(checksum), sealed))
        kind, key, _, unit_key, level, phase, submitted, corrected = of_line(as_text(about)) or [None] * 8
        self.later(_FILE, (at, kind, level, phase, as_bytes(key) if key else None,
                           as_bytes(unit_key) if unit_key else None, submitted, corrected, about != b"null",
                           self.pack.order(phase)))
        if apart:
            further = []
            for rule, packed in pairs_of(as_text(apart)):
                first, _, rest = packed.partition(".")
                self.later(_NUMBERS, (rule, at, first))
                further += [rule, rest] if rest else []
            if further:
                self.later(_FURTHER, (at, " ".join(further)))

    def filed(self, where: str = "true") -> Iterator[Filed]:
        """Files in order of path."""
        return map(Filed._make, self.pages(f"SELECT {_FILED} FROM files f WHERE f.at > ? AND {where} ORDER BY f.at"))

    def one(self, at: int) -> Filed:
        return Filed._make(self.read(f"SELECT {_FILED} FROM files f WHERE at = ?", at)[0])

    def with_results(self) -> Iterator[tuple[Filed, tuple[bytes, ...]]]:
        """Each file with the lines of its result but the third."""
        columns = len(Filed._fields)
        return ((Filed._make(row[:columns]), row[columns:]) for row in self.pages(
            f"SELECT {_FILED}, about, collected, body, problems, tally FROM files f JOIN results USING (at) "
            "WHERE f.at > ? ORDER BY f.at"))

    def again(self, at: int, limits: Limits) -> bytes:
        """The bytes of a file once more, which must be those that were checked; else Unreadable."""
        data = read_bytes(self.files[at], limits)
        [[checksum]] = self.read("SELECT checksum FROM results WHERE at = ?", at)
        if checksum not in (None, crc32(data)):
            raise unreadable("changing")
        return data

    def name(self, at: int) -> str:
        return self.files[at].name

    def facts(self, at: int) -> FileFacts | None:
        """What a report left behind, without what rules over the batch collected."""
        [lines] = self.read("SELECT about, '{}', '', body, problems, tally FROM results WHERE at = ?", at)
        one = self.files[at]
        text = "\n".join(as_text(line) if type(line) is bytes else line for line in lines)
        return from_lines(text, one.name, one.folder, self.pack.rules).facts

    def about(self, at: int) -> About | None:
        return about_of(of_line(as_text(self.read("SELECT about FROM results WHERE at = ?", at)[0][0])),
                        self.files[at].folder)

    def collected(self, at: int) -> dict[str, Any]:
        """By rule over the batch what it collected from a report."""
        found: dict[str, Any] = of_line(as_text(self.read("SELECT collected FROM results WHERE at = ?", at)[0][0]))
        return found

    def numbers(self, rule: str) -> Iterator[tuple[Filed, str]]:
        """The reports of which a rule collected numbers, and the first row of these, packed."""
        return ((Filed._make(row[:-1]), row[-1]) for row in self.pages(
            f"SELECT {_FILED}, packed FROM numbers n JOIN files f ON f.at = n.at "
            "WHERE n.at > ? AND rule = ? AND inside ORDER BY n.at", rule))

    def numbers_of(self, rule: str, at: int) -> str:
        """The further rows of numbers that a rule collected from a report, packed."""
        return dict(pairs_of(self.read("SELECT apart FROM further WHERE at = ?", at)[0][0]))[rule]

    def in_order(self, marks: Iterable[Mark]) -> Iterator[Mark]:
        """What a check over the batch found, all of it, in order of path; first what stands in no file."""
        number = -1
        for number, mark in enumerate(marks):
            if number == 0:         # most checks find nothing, and write nothing
                self.write("DELETE FROM marks")
            self.later(_MARK, ((-1 if mark.at is None else mark.at) + 1 << 32 | number, pickle.dumps(mark)))
        if number < 0:
            return iter(())
        every = self.pages("SELECT place, mark FROM marks WHERE place > ? ORDER BY place")
        return (pickle.loads(mark) for _, mark in every)

    def all_read(self) -> bool:
        """Whether every file could be read and checked, and has a key for the cache."""
        return bool(self.read("SELECT count(sealed) FROM results")[0][0] == len(self))

    def cache_keys(self) -> Iterator[bytes]:
        """The key of what the cache keeps of each file, in order."""
        return (bytes.fromhex(key.decode())
                for _, key in self.pages("SELECT at, sealed FROM results WHERE at > ? ORDER BY at"))

    def keys(self) -> set[str]:
        """The comparable IDs of those who filed."""
        return {key for [key] in self.read("SELECT DISTINCT key FROM files WHERE key IS NOT NULL")}

    def subjects(self) -> set[tuple[str, str]]:
        """Kind and comparable ID of each who has a report."""
        every = self.read("SELECT DISTINCT kind, key FROM files WHERE kind IS NOT NULL AND key IS NOT NULL")
        return {(kind, key) for kind, key in every}

    def attached(self, rules: Set[str]) -> dict[str, set[str]]:
        """By folder of reports the marks of the files that they list, as these rules collected them."""
        found: dict[str, set[str]] = defaultdict(set)
        for rule in sorted(rules):
            for at, line in self.pages(
                    "SELECT at, collected FROM results WHERE at > ? AND instr(collected, ?) ORDER BY at",
                    f'"{rule}":'.encode()):
                found[self.name(at).rpartition("/")[0]].update(of_line(as_text(line)).get(rule, ()))
        return dict(found)


class Reports:
    """The facts of each subject's current report, read anew each time they are gone through, in order of path."""

    def __init__(self, store: Store) -> None:
        self.store = store

    def __iter__(self) -> Iterator[FileFacts]:
        return (facts for one in self.store.filed("inside AND counted") if (facts := self.store.facts(one.at)))
