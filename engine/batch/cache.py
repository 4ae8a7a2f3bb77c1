"""What single files gave, kept between runs: a hint that saves work, never a source of truth.

An entry holds what one file gives without roster, waivers, clock and neighbours. It is sealed with a key made of the
file's own bytes, its name and all that the entry depends on: it opens only for the same file checked in the same way,
nothing can be read in it without the report itself, and whatever else has become of it opens for nobody and is made
anew. No fault of the cache is ever a fault of the run.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import shutil
import sqlite3
import stat
import sys
import tempfile
import unicodedata
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, TypeVar

from ... import __version__
from ..judging.check import Checker
from ..judging.results import as_bytes, as_text
from ..reading.files import FLAGS, real_path
from ..text.regex import regex

KEPT = 8            # folders of reports whose entries stay
_NONCE, _SEAL, _NAME = 16, 16, 16
_PLACE = regex("[0-9a-f]{16}")
_PIECE = 256        # entries that are written together
_BUSY = 2           # seconds for which another run that writes is waited for
# https://bford.info/cachedir/: programs that make backups leave such folders out
_TAG = ("CACHEDIR.TAG", b"Signature: 8a477f597d28d172789f06886806bc55\n")
# Sealed entries by a digest of the file's name; what a run over all files found, in pieces (whole.py).
_TABLES = """
CREATE TABLE IF NOT EXISTS entries (name BLOB PRIMARY KEY, sealed BLOB);
CREATE TABLE IF NOT EXISTS whole (number INTEGER PRIMARY KEY, piece BLOB);
"""
_MADE = [line.replace("IF NOT EXISTS ", "").rstrip(";") for line in _TABLES.split("\n") if line]
_DAMAGED = sqlite3.DatabaseError, UnicodeDecodeError, MemoryError       # in what is said of it; in what it asks for
Given = TypeVar("Given")


class Cache:
    """The entries of one folder of reports, checked in one way: a file of SQLite, of the process that started the run.

    What can't be read there is not there, and what can't be written is not kept; a file that is damaged gives way to a
    new one.
    """

    def __init__(self, place: Path, settings: bytes) -> None:
        """`settings` is a digest of all that an entry depends on beside the file."""
        self.path, self.settings = place / "entries.db", settings
        self._waiting: list[tuple[bytes, bytes]] = []
        self._reads = self._writes = True       # until that can't be done: nothing is waited for twice
        self._db = self._opened()

    def __del__(self) -> None:
        if db := getattr(self, "_db", None):
            db.close()

    def _opened(self) -> sqlite3.Connection | None:
        db = None
        try:
            handle = os.open(self.path, FLAGS | os.O_CREAT, 0o600)
            os.close(handle)
            if stat.S_ISREG(os.lstat(self.path).st_mode):       # nobody waits for a pipe
                db = sqlite3.connect(self.path, timeout=_BUSY, isolation_level=None, check_same_thread=False)
                for setting in ("synchronous=OFF", "trusted_schema=OFF", "cache_size=-1000"):
                    db.execute(f"PRAGMA {setting}")
                db.executescript(_TABLES)
                made = db.execute("SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY name")
                if [sql for [sql] in made] != _MADE:        # a view or a trigger may never come to an end
                    return self._anew(db)
        except (OSError, sqlite3.OperationalError):
            if db:      # what could not be looked at is not asked either
                db.close()
            return None
        except _DAMAGED:
            return self._anew(db)
        return db

    def _anew(self, damaged: sqlite3.Connection | None) -> sqlite3.Connection | None:
        if damaged:
            damaged.close()
        try:
            for ending in ("-journal", ""):
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(f"{self.path}{ending}")
        except OSError:
            return None
        return self._opened()

    def held(self, files: Sequence[str]) -> dict[str, bytes]:
        """The sealed entries of some files, by their names."""
        names = {_digest(file): file for file in files}
        query = f"SELECT name, sealed FROM entries WHERE name IN ({', '.join('?' * len(names))})"
        found = self._read(query, *names)
        return {names[name]: sealed for name, sealed in found if isinstance(sealed, bytes)}

    def keep(self, file: str, entry: bytes) -> None:
        """Keep the sealed entry of a file."""
        self._waiting.append((_digest(file), entry))
        if len(self._waiting) >= _PIECE:
            self._settle()

    def _settle(self) -> None:
        waiting, self._waiting = self._waiting, []
        self._write(lambda db: db.executemany("REPLACE INTO entries VALUES (?, ?)", waiting) if waiting else None)

    def keep_only(self, files: Callable[[], Iterable[str]], count: int) -> None:
        """Let go of the entries of all but some files, of which there are so many."""
        self._settle()
        if (found := self._read("SELECT count(*) FROM entries")) and found[0][0] > count:
            self._write(lambda db: [
                db.execute("CREATE TEMP TABLE named (name BLOB PRIMARY KEY)"),
                db.executemany("INSERT INTO named VALUES (?)", ((_digest(file),) for file in files())),
                db.execute("DELETE FROM entries WHERE name NOT IN (SELECT name FROM named)"),
                db.execute("DROP TABLE named")])

    def piece(self, number: int) -> bytes | None:
        """A piece of what a run over all files found."""
        found = self._read("SELECT piece FROM whole WHERE number = ?", number)
        return found[0][0] if found and isinstance(found[0][0], bytes) else None

    def keep_whole(self, pieces: Iterable[bytes]) -> None:
        """Put pieces in the place of those there: all or none."""
        self._write(lambda db: [db.execute("DELETE FROM whole"),
                                db.executemany("INSERT INTO whole VALUES (?, ?)", enumerate(pieces))])

    def _read(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        found = self._tried(lambda db: db.execute(query, values).fetchall(), None) if self._reads else None
        self._reads = found is not None
        return found or []

    def _write(self, work: Callable[[sqlite3.Connection], object]) -> None:
        def whole(db: sqlite3.Connection) -> bool:
            db.execute("BEGIN IMMEDIATE")
            try:
                work(db)
                db.execute("COMMIT")
            except BaseException:
                if db.in_transaction:
                    db.execute("ROLLBACK")
                raise
            return True

        if self._writes:
            self._writes = self._tried(whole, False)

    def _tried(self, work: Callable[[sqlite3.Connection], Given], otherwise: Given) -> Given:
        """What a piece of work gives; something else where it can't be done."""
        try:
            return work(self._db) if self._db else otherwise
        except sqlite3.OperationalError:        # no right, no room, or another run that writes for long
            pass
        except _DAMAGED:
            self._db = self._anew(self._db)
        return otherwise


def open_cache(home: str, paths: Sequence[str], checker: Checker) -> tuple[Cache, OSError | None]:
    """The cache for a run, and what is wrong when nothing can be kept in it; what is there is used even then."""
    whose = hashlib.sha256("\0".join(sorted(map(real_path, paths))).encode("utf-8", "surrogatepass"))
    folder = Path(home)
    place, wrong = folder / whose.hexdigest()[:16], None
    try:
        if not place.is_dir():
            for one in (folder, place):     # whatever the umask
                one.mkdir(mode=0o700, parents=True, exist_ok=True)
            (folder / _TAG[0]).write_bytes(_TAG[1])
            with contextlib.suppress(OSError):      # another run may do the same
                _forget(folder, place)
        os.utime(place)         # the folders used last are those that stay
        with tempfile.TemporaryFile(dir=place):
            pass
    except OSError as fault:
        wrong = fault
    return Cache(place, settings_of(checker)), wrong


def _forget(folder: Path, but: Path) -> None:
    """Remove the entries of the folders of reports that were checked longest ago; but one, whatever the clock says."""
    places = [path for path in folder.iterdir() if path != but and _PLACE.fullmatch(path.name) and path.is_dir()]
    for path in sorted(places, key=lambda path: path.stat().st_mtime_ns, reverse=True)[KEPT - 1:]:
        shutil.rmtree(path, ignore_errors=True)


def settings_of(checker: Checker) -> bytes:
    """A digest of all that an entry depends on beside the file: program, pack, limits, language."""
    return hashlib.sha256(repr((
        __version__, program(), sys.version, unicodedata.unidata_version, checker.pack.digest, checker.limits,
        checker.style.language, checker.world.roster is not None)).encode()).digest()


@lru_cache(maxsize=1)
def program() -> str:
    """A digest of the program's own files: an entry of other code is not believed."""
    import yaml

    top, digest = Path(__file__).parents[2], hashlib.sha256(yaml.__version__.encode())
    for path in sorted(path for ending in ("engine/**/*.py", "engine/text/texts/*.yaml", "schemas/*.json")
                       for path in top.glob(ending)):
        digest.update(f"\n{path.relative_to(top).as_posix()} {path.stat().st_size}\n".encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def key_of(settings: bytes, name: bytes, data: bytes) -> bytes:
    """What the entry of a file with this name and these bytes is sealed with."""
    return hashlib.sha256(b"%b%b\0%b" % (settings, name, data)).digest()


def _digest(file: str) -> bytes:
    return hashlib.blake2b(as_bytes(file), digest_size=_NAME).digest()


class Sealing:
    """What is kept of one file, while that is checked; in whatever process."""

    def __init__(self, settings: bytes, held: bytes | None) -> None:
        """`held` is the sealed entry that there is."""
        self.settings, self.held = settings, held
        self.key = b""
        self.made: bytes | None = None      # the sealed entry that there is to be

    def opened(self, name: str, data: bytes) -> str | None:
        """What was kept of a file with this name and these bytes."""
        self.key = key_of(self.settings, as_bytes(name), data)
        found = unsealed(self.held, self.key) if self.held else None
        return None if found is None else as_text(found)

    def keep(self, kept: str) -> None:
        self.made = sealed(as_bytes(kept), self.key)


def sealed(text: bytes, key: bytes) -> bytes:
    """A text that only the key opens: a number used once, the text under a pad made of both, a seal over all."""
    nonce = os.urandom(_NONCE)
    body = nonce + _padded(text, key + nonce)
    return body + _seal(body, key)


def unsealed(held: bytes, key: bytes) -> bytes | None:
    """The text; None where the seal is not that of this key and this text."""
    body, seal = held[:-_SEAL], held[-_SEAL:]
    if len(body) < _NONCE or _seal(body, key) != seal:
        return None
    return _padded(body[_NONCE:], key + body[:_NONCE])


def _seal(body: bytes, key: bytes) -> bytes:
    return hashlib.sha256(key + body).digest()[:_SEAL]


def _padded(text: bytes, secret: bytes) -> bytes:
    pad = hashlib.shake_128(secret).digest(len(text))
    return (int.from_bytes(text, "little") ^ int.from_bytes(pad, "little")).to_bytes(len(text), "little")
