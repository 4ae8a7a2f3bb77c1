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
import stat
import struct
import sys
import tempfile
import unicodedata
from collections.abc import Iterable, Sequence
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import BinaryIO
from zlib import crc32

from ... import __version__
from ..judging.check import Checker
from ..judging.results import as_bytes, as_text
from ..reading.files import FLAGS, real_path
from ..recording import dataclass
from ..text.regex import regex
from ..writing import clear_drafts, draft_prefix

SHELVES = 256       # files that the entries of a folder of reports lie in, each written as a whole
KEPT = 8            # folders of reports whose entries stay
_NAME, _NONCE, _SEAL, _COUNT = 16, 16, 16, 4
# A shelf on disk: this, the number of entries, a digest of the name and the size of each, then the sealed entries.
_HEAD = b"bayang cache 2\n"
_ENTRY = struct.Struct(f">{_NAME}sI")
Ticket = tuple[bytes, bytes]        # a digest of a file's name, and the key that its entry is sealed with
_PLACE = regex("[0-9a-f]{16}")
# https://bford.info/cachedir/: programs that make backups leave such folders out
_TAG = ("CACHEDIR.TAG", b"Signature: 8a477f597d28d172789f06886806bc55\n")


@dataclass(frozen=True, slots=True)
class Cache:
    """The entries of one folder of reports, checked in one way."""

    place: Path
    settings: bytes     # a digest of all that an entry depends on beside the file
    draft: str          # how the names of this run's unfinished files begin

    def number(self, name: str) -> int:
        """The number of the shelf on which a file's entry stands."""
        return crc32(as_bytes(name)) % SHELVES

    def shelf(self, number: int) -> Shelf:
        """The entries of some of the files."""
        return Shelf(self.place / f"{number:02x}", self.settings, self.draft)

    @property
    def whole(self) -> Path:
        """Where that lies which a run over all files found (whole.py)."""
        return self.place / "whole"

    def tidy(self) -> None:
        """Remove what workers that died or were stopped left unfinished."""
        for path in self.place.glob(f"{self.draft}*.tmp"):
            with contextlib.suppress(OSError):
                path.unlink()


def open_cache(home: str, paths: Sequence[str], checker: Checker) -> tuple[Cache, OSError | None]:
    """The cache for a run, and what is wrong when nothing can be kept in it; what is there is used even then."""
    whose = hashlib.sha256("\0".join(sorted(map(real_path, paths))).encode("utf-8", "surrogatepass"))
    folder = Path(home)
    place = folder / whose.hexdigest()[:16]
    cache = Cache(place, settings_of(checker), draft_prefix())
    try:
        if not place.is_dir():
            place.mkdir(mode=0o700, parents=True)
            (folder / _TAG[0]).write_bytes(_TAG[1])
            _forget(folder)
        clear_drafts(place)
        os.utime(place)         # the folders used last are those that stay
        with tempfile.TemporaryFile(dir=place):
            return cache, None
    except OSError as fault:
        return cache, fault


def _forget(folder: Path) -> None:
    """Remove the entries of the folders of reports that were checked longest ago."""
    places = [path for path in folder.iterdir() if _PLACE.fullmatch(path.name) and path.is_dir()]
    for path in sorted(places, key=lambda path: path.stat().st_mtime_ns, reverse=True)[KEPT:]:
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
    key = hashlib.sha256(settings)
    key.update(name + b"\0")
    key.update(data)
    return key.digest()


class Shelf:
    """The entries of some files while these are being checked."""

    def __init__(self, path: Path, settings: bytes, draft: str) -> None:
        self.path = path
        self.draft = draft
        self.settings = settings
        self.kept = _entries(path)      # by a digest of the file's name
        self.seen: set[bytes] = set()
        self.changed = False

    def find(self, name: str, data: bytes) -> tuple[Ticket, str | None]:
        """A ticket for `keep`, and what was kept of a file with this name and these bytes."""
        typed = as_bytes(name)
        ticket = hashlib.blake2b(typed, digest_size=_NAME).digest(), key_of(self.settings, typed, data)
        self.seen.add(ticket[0])
        held = self.kept.get(ticket[0])
        return ticket, unsealed(held, ticket[1]) if held else None

    def keep(self, ticket: Ticket, kept: str) -> None:
        name, key = ticket
        self.kept[name] = sealed(as_bytes(kept), key)
        self.changed = True

    def save(self, whole: bool) -> None:
        """Write the entries if they have changed; only those of the files seen, if these are all that there are."""
        kept = {name: sealed for name, sealed in self.kept.items() if name in self.seen} if whole else self.kept
        if self.changed or len(kept) < len(self.kept):
            with contextlib.suppress(OSError):
                _write(self.path, kept, self.draft)


def _write(path: Path, kept: dict[bytes, bytes], draft: str) -> None:
    """Put entries in place of those on disk."""
    heads = (_ENTRY.pack(name, len(held)) for name, held in kept.items())
    put(path, draft, chain([_HEAD + len(kept).to_bytes(_COUNT, "big")], heads, kept.values()))


def put(path: Path, draft: str, pieces: Iterable[bytes]) -> None:
    """Put pieces in place of what is on disk, whole; nobody ever reads a part."""
    handle, temporary = tempfile.mkstemp(prefix=draft, suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(handle, "wb") as file:
            file.writelines(pieces)
        os.replace(temporary, path)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(temporary)
        raise


def opened(path: Path) -> BinaryIO:
    """A file of the cache to be read. Raises OSError; also for a pipe, which nobody waits for, and for a link."""
    file = open(path, "rb", opener=lambda name, _: os.open(name, FLAGS))
    if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
        file.close()
        raise OSError(path)
    return file


def _entries(path: Path) -> dict[bytes, bytes]:
    """Digest of a name -> sealed entry, of what is on disk; what is damaged there opens for nobody."""
    try:
        with opened(path) as file:
            data = file.read()
    except OSError:
        return {}
    start = len(_HEAD) + _COUNT
    at = start + _ENTRY.size * int.from_bytes(data[len(_HEAD):start], "big")
    if not data.startswith(_HEAD) or at > len(data):
        return {}
    kept = {}
    for name, size in _ENTRY.iter_unpack(data[start:at]):
        kept[name] = data[at:at + size]
        at += size
    return kept


def sealed(text: bytes, key: bytes) -> bytes:
    """A text that only the key opens: a number used once, the text under a pad made of both, a seal over all."""
    nonce = os.urandom(_NONCE)
    body = nonce + _padded(text, key + nonce)
    return body + _seal(body, key)


def unsealed(held: bytes, key: bytes) -> str | None:
    """The text; None where the seal is not that of this key and this text."""
    body, seal = held[:-_SEAL], held[-_SEAL:]
    if len(body) < _NONCE or _seal(body, key) != seal:
        return None
    return as_text(_padded(body[_NONCE:], key + body[:_NONCE]))


def _seal(body: bytes, key: bytes) -> bytes:
    return hashlib.sha256(key + body).digest()[:_SEAL]


def _padded(text: bytes, secret: bytes) -> bytes:
    pad = hashlib.shake_128(secret).digest(len(text))
    return (int.from_bytes(text, "little") ^ int.from_bytes(pad, "little")).to_bytes(len(text), "little")
