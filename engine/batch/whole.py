"""What a run over all files found, kept until the next: over the same files that only reads and hashes them.

Like an entry of the cache it is a hint and never a source of truth. It is sealed with a key made of every file's own
bytes and name and of all that the run depends on, so that it opens for the same run only. Whatever the run saw beside
the reports is looked at again, or keeps it from being kept.
"""

from __future__ import annotations

import contextlib
import hashlib
import os
import stat
import zlib
from collections.abc import Callable, Iterator, Mapping, Set
from itertools import chain, count
from json import dumps
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ..judging.results import as_bytes, as_text, of_line
from ..reading.files import Listing, attachment_mark, read_bytes
from ..records import Limits, Unreadable
from .cache import Cache, key_of, sealed, unsealed
from .store import Store
from .workers import Alarm, OutOfTime, ProcessEnded, Tell, beside

if TYPE_CHECKING:
    from ..packs.pack import Pack

_MARK = 8               # bytes of a file's key that mark it and open nothing; those of all files are the first piece
_COUNT = 4
MANY = 1_000            # files of which it is worth while
SHARED = 5_000          # files from which on two processes read them
_READ = 64              # files that are read between two looks at the clock


class Unlike(Exception):
    """A file is another than it was."""


class Whole:
    """The run over some files, done in one way."""

    def __init__(self, cache: Cache, listing: Listing, depends: object, limits: Limits, jobs: int = 1) -> None:
        """`depends` is all that the run depends on beside files and settings; it is told apart by how it is shown."""
        self.cache, self.limits, self.listing, self.jobs = cache, limits, listing, jobs
        self._depends = repr((depends, listing.ignored)).encode()
        self._shapes = self._beside()

    def recalled(self, pack: Pack, tell: Tell) -> tuple[Store, dict[str, Any]] | None:
        """The store of such a run and what was kept beside; None unless it is the same run over the same bytes."""
        marks = self.cache.piece(0)
        if marks is None or len(marks) != _MARK * len(self.listing.files):
            return None
        key = self._key_if(marks, tell)
        if key is None:
            return None
        store = Store(self.listing.files, pack)
        for number in count(1):
            held = self.cache.piece(number)
            piece = unsealed(held, _of_piece(key, number)) if held else None
            if piece is None:
                return None
            what, rows = zlib.decompress(piece).split(b"\n", 1)
            if not what:        # the last
                beside: dict[str, Any] = of_line(as_text(rows))
                return store, beside
            store.load(as_text(what), rows)
        return None

    def keep(self, store: Store, attached: Mapping[str, Set[str]], beside: dict[str, Any]) -> None:
        """Keep a run for the next; not where one may not look the same though all files are: beside attachments that
        are not there, or are no plain files, or with files that could not be read.
        """
        if store.all_read() and self._there(attached) and self._shapes == self._beside():
            whole, marks = self._begun(), bytearray()
            for key in store.cache_keys():
                whole.update(key)
                marks += key[:_MARK]
            beside["attached"] = {folder: sorted(marks) for folder, marks in attached.items()}
            pieces = chain(store.dumped(), [("", as_bytes(dumps(beside)))])
            self.cache.keep_whole(chain([bytes(marks)], (
                sealed(zlib.compress(as_bytes(what) + b"\n" + rows, 1), _of_piece(whole.digest(), number))
                for number, (what, rows) in enumerate(pieces, 1))))

    def _key_if(self, marks: bytes, tell: Tell) -> bytes | None:
        """The key if the files are those of which these are marks."""
        total, whole = len(self.listing.files), self._begun()

        def keys_of_half(send: Callable[[bytes], None]) -> None:
            with contextlib.suppress(Unlike, Unreadable, OutOfTime):
                send(b"".join(self._keys(range(total // 2, total), marks)))

        try:
            with beside(keys_of_half, self.jobs > 1 and total >= SHARED, self.limits.seconds) as receive:
                mine = total // 2 if receive else total
                for done, keys in enumerate(self._keys(range(mine), marks), 1):
                    whole.update(keys)
                    tell(min(done * _READ * total // mine, total), total)
                if receive:
                    whole.update(receive())
        except (Unlike, Unreadable, OutOfTime, ProcessEnded):
            return None
        return whole.digest()

    def _keys(self, places: range, marks: bytes) -> Iterator[bytes]:
        """The keys of some files, a few at once. Raises Unlike where one is another than it was."""
        files, settings = self.listing.files, self.cache.settings
        for first in places[::_READ]:
            some = range(first, min(first + _READ, places.stop))
            with Alarm(self.limits.seconds, wall=True):     # on a disk that stands still workers are to wait
                keys = [key_of(settings, as_bytes(one.name), read_bytes(one, self.limits))
                        for one in map(files.__getitem__, some)]
            if b"".join([key[:_MARK] for key in keys]) != marks[_MARK * some.start:_MARK * some.stop]:
                raise Unlike
            yield b"".join(keys)

    def _begun(self) -> hashlib._Hash:
        """The digest that becomes the key, before the keys of the files are put into it."""
        return hashlib.sha256(self.cache.settings + hashlib.sha256(self._depends + self._shapes).digest())

    def _beside(self) -> bytes:
        """What became of the files that are no reports."""
        return repr([_shape(one.path) for one in self.listing.others.values()]).encode()

    def _there(self, attached: Mapping[str, Set[str]]) -> bool:
        """Whether all that reports list lies there as a plain file, so that what becomes of it is seen."""
        left = {(folder, mark) for folder, marks in attached.items() for mark in marks}
        for name, one in self.listing.others.items() if left else ():
            folder = name
            while folder:
                folder = folder.rpartition("/")[0]
                if folder in attached and _shape(one.path):
                    left.discard((folder, attachment_mark(name.removeprefix(folder))))
        return not left


def _of_piece(key: bytes, number: int) -> bytes:
    """What one of the pieces is sealed with: none can be left out, nor stand in the place of another."""
    return hashlib.sha256(key + number.to_bytes(_COUNT, "big")).digest()


def _shape(path: str | Path) -> str:
    """Whether a plain file has anything in it; nothing of what is none."""
    try:
        found = os.lstat(path)
    except (OSError, ValueError):
        return ""
    return ("full" if found.st_size else "blank") if stat.S_ISREG(found.st_mode) else ""
