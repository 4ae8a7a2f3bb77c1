"""A compiled pack kept ready for the next command: to read and to compile it takes longer than to check ten reports.

It is kept as Python keeps its own `__pycache__`: what lies there is run, so it must be nobody else's.

- It lies in the folder for such things of the user who runs the command, never in one that an option names.
- That folder is opened once, and files only within what was opened; both must belong to this user, and nobody else may
  write them. Where the system can't say so (Windows), nothing is kept.
- A file is put there whole, under a name made of all that goes into it: the bytes of the pack's files, the program's
  own files with the pack that comes along, Python.
- Whatever is wrong (another's folder, a full disk, a damaged file, one of another version), the pack is read and
  compiled as without it, and nobody need be told.
- It holds nothing of any report: it is put away before the first one is read. A pack with faults never gets here.

It is a pickle, in which functions that were made while compiling stand as places in this program's modules, with what
the regular expressions of the program and of the pack are compiled to.
"""

from __future__ import annotations

import _pickle as pickle  # the rest of `pickle` takes longer to load than the pack
import contextlib
import functools
import importlib
import io
import os
import stat
import sys
from collections.abc import Iterator
from types import CellType, CodeType, FunctionType
from typing import Any
from zlib import crc32

from ..packs.pack import load_pack
from ..packs.pack_files import BUNDLED, LIMITS, MOST_FILES
from ..packs.rule import Rule
from ..reading.report import Doc, Items
from ..text.regex import codes, known
from ..writing import Place
from .compile import Compiled

KEPT = 8            # packs, or versions of one, that stay
DEEP = 3            # folders that may be made: that of all programs, ours, that of packs
_HEAD = b"bayang pack 2\n"
_CHECK = 4          # bytes of a sum over what follows
_SIZE = 4           # bytes of the length of the first of two pickles
_PARTS = ("", "themes", "families", "unicode", "bases")      # folders of a pack
_PROGRAM = ("engine", "engine/text", "engine/text/texts", "engine/reading", "engine/packs", "engine/language",
            "engine/judging", "engine/judging/kinds", "schemas",
            *(os.path.normpath(f"rules/{one}") for one in _PARTS))      # folders of all that goes into a compiled pack
_ENDINGS = (".py", ".yaml", ".json", ".txt")
_TOP = os.path.normpath(f"{__file__}/../../..")


def compiled(folder: Place, home: str | None) -> Compiled:
    """The compiled pack in a folder, without its examples; kept in the user's own `home` for the next time.

    Without a home nothing is kept. Raises PackError.
    """
    folder, place = os.fspath(folder), _opened(home) if home else None
    if place is None:
        return Compiled(load_pack(folder, examples=False))
    try:
        name = _name(folder)
        found = _taken(place, name) if name else None
        if found is None:
            found = Compiled(load_pack(folder, examples=False))
            if name and name == _name(folder):      # nothing was changed while it was read
                with contextlib.suppress(Exception):
                    _keep(place, home or "", name, found)
        return found
    finally:
        os.close(place)


def _opened(home: str) -> int | None:
    """The folder of what is kept, made if it is not there; None where it is not this user's alone."""
    if os.name != "posix":
        return None
    folder = os.path.join(home, "packs")
    try:
        if not os.path.lexists(folder) and _may_make(folder):
            for one in (home, folder):      # whatever the umask
                os.makedirs(one, mode=0o700, exist_ok=True)
        place = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except (OSError, ValueError):
        return None
    if _is_ours(os.fstat(place)):
        return place
    os.close(place)
    return None


def _may_make(folder: str) -> bool:
    """Whether a folder would stand in one of this user's, not far below: no home is made, no other's filled."""
    above = folder
    for _ in range(DEEP):
        above = os.path.dirname(above)
        if os.path.lexists(above):
            return os.stat(above).st_uid == os.geteuid()
    return False


def _is_ours(status: os.stat_result) -> bool:
    """Whether a file or folder belongs to this user, and nobody else may write it."""
    return status.st_uid == os.geteuid() and not status.st_mode & (stat.S_IWGRP | stat.S_IWOTH)


def _name(folder: str) -> str | None:
    """The name of what is kept of a pack; None where its files can't be read like any others."""
    from _blake2 import blake2b  # `hashlib` alone takes as long to load as all of this takes

    digest = blake2b(digest_size=16)
    try:
        digest.update(repr((sys.modules["bayang"].__version__, sys.version, sys.flags.optimize, _TOP, folder,
                            [*_sources()])).encode("utf-8", "surrogatepass"))
        for path in () if folder == BUNDLED else _pack_files(folder):
            data = _read(path)
            digest.update(f"{path}\0{len(data)}\0".encode("utf-8", "surrogatepass") + data)
    except (OSError, ValueError):
        return None
    return digest.hexdigest()


def _sources() -> Iterator[tuple[str, int, int]]:
    """Our own files that go into a compiled pack, by size and time of change, as Python knows its own."""
    for folder in _PROGRAM:
        with os.scandir(os.path.join(_TOP, folder)) as entries:
            found = [(f"{folder}/{one.name}", one.stat()) for one in entries if one.name.endswith(_ENDINGS)]
        yield from sorted((name, status.st_size, status.st_mtime_ns) for name, status in found)


def _pack_files(top: str) -> list[str]:
    """All files of a pack that may be read, in order."""
    found = []
    for folder in _PARTS:
        with contextlib.suppress(FileNotFoundError), os.scandir(os.path.join(top, folder)) as entries:
            names = [one.name for one in entries if one.name.endswith(".yaml") or one.name == "plan.txt"]
            found += [os.path.join(top, folder, name) for name in sorted(names)]
    if len(found) > MOST_FILES:
        raise OSError(top)
    return found


def _read(path: str) -> bytes:
    """What a file of a pack holds. Raises OSError."""
    with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as opened:
        status = os.fstat(opened.fileno())
        if not stat.S_ISREG(status.st_mode) or status.st_size > LIMITS.bytes:
            raise OSError(path)
        return opened.read()


def _taken(place: int, name: str) -> Compiled | None:
    """What is kept under a name; None where it is not there or not whole."""
    try:
        file = os.open(name, os.O_RDONLY | os.O_NONBLOCK | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=place)
        with os.fdopen(file, "rb") as opened:
            status = os.fstat(file)
            kept = opened.read() if stat.S_ISREG(status.st_mode) and _is_ours(status) else b""
        start = len(_HEAD) + _CHECK
        if not kept.startswith(_HEAD) or crc32(kept[start:]) != int.from_bytes(kept[len(_HEAD):start], "big"):
            return None
        return unpacked(memoryview(kept)[start:])
    except Exception:       # whatever it is, the pack itself is there
        return None


def unpacked(data: bytes | memoryview) -> Compiled:
    """What `packed` made bytes of."""
    data = memoryview(data)
    end = _SIZE + int.from_bytes(data[:_SIZE], "big")
    found = pickle.loads(data[_SIZE:end])
    known.update(pickle.loads(data[end:]))
    if not isinstance(found, Compiled):
        raise TypeError(type(found))
    return found


def packed(found: Compiled) -> bytes:
    """A compiled pack as bytes, for the same program."""
    _ = found.pack.signs, found.pack.fields, found.pack.key_of      # which the first report and finding would make
    packed = io.BytesIO()
    _Packer(packed, -1).dump(found)
    size = packed.tell().to_bytes(_SIZE, "big")
    return size + packed.getvalue() + pickle.dumps(codes(), -1)     # also of the functions that were made just now


def _keep(place: int, home: str, name: str, found: Compiled) -> None:
    """Put a compiled pack away, whole, and remove the oldest of the others."""
    from ..writing import clear_drafts, draft_prefix

    data = packed(found)
    clear_drafts(os.path.join(home, "packs"))
    draft = f"{draft_prefix()}{os.urandom(4).hex()}.tmp"
    try:
        file = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600, dir_fd=place)
        with os.fdopen(file, "wb") as opened:
            opened.write(_HEAD + crc32(data).to_bytes(_CHECK, "big") + data)
        os.replace(draft, name, src_dir_fd=place, dst_dir_fd=place)
    except BaseException:
        with contextlib.suppress(OSError):
            os.unlink(draft, dir_fd=place)
        raise
    others = [one for one in os.listdir(place) if len(one) == len(name) and not one.startswith(".")]
    for old in sorted(others, key=lambda one: os.stat(one, dir_fd=place).st_mtime_ns, reverse=True)[KEPT:]:
        os.unlink(old, dir_fd=place)


class _Packer(pickle.Pickler):
    """Packs what was compiled: without where it stood in the files, functions within functions by where they stand."""

    def reducer_override(self, one: Any) -> Any:
        kind = type(one)
        if kind is Doc:
            return Doc, (), None, None, iter(one.items())
        if kind is Items:
            return Items, (), None, iter(one)
        if kind is Rule:
            made, args, (_, fields), *_ = one.__reduce_ex__(2)
            return made, args, (None, fields | {"typed": None, "raw": None})
        if kind is FunctionType and "<locals>" in one.__qualname__:
            cells = one.__closure__ or ()
            return (_function, (one.__module__, *_place_of(one), len(cells)),
                    ([cell.cell_contents for cell in cells], one.__defaults__, one.__kwdefaults__), None, None, _fill)
        if kind is functools._lru_cache_wrapper and "<locals>" in one.__qualname__:
            return _cached, (one.__wrapped__, one.cache_parameters())
        return NotImplemented


def _place_of(function: FunctionType) -> tuple[str, tuple[int, ...]]:
    """The function of a module in which another was made, and the way from its code to the other's."""
    outer = function.__qualname__.partition(".<locals>")[0]
    way = _way(_code_of(function.__module__, outer), function.__code__)
    if way is None:
        raise pickle.PicklingError(function.__qualname__)
    return outer, way


def _way(code: CodeType, wanted: CodeType) -> tuple[int, ...] | None:
    if code is wanted:
        return ()
    for at, one in enumerate(code.co_consts):
        if isinstance(one, CodeType) and (way := _way(one, wanted)) is not None:
            return at, *way
    return None


def _code_of(module: str, name: str) -> CodeType:
    """The code of a function or method of a module."""
    found: Any = importlib.import_module(module)
    for part in name.split("."):
        found = getattr(found, part)
    code: CodeType = getattr(found, "__wrapped__", found).__code__
    return code


def _function(module: str, outer: str, way: tuple[int, ...], cells: int) -> FunctionType:
    """A function within another one, whose cells are still empty."""
    code, space = _within(module, outer, way)
    return FunctionType(code, space, code.co_name, None, tuple([CellType() for _ in range(cells)]))


@functools.cache
def _within(module: str, outer: str, way: tuple[int, ...]) -> tuple[CodeType, dict[str, Any]]:
    """The code at the end of a way, and what its names stand for; of one function many are made."""
    code = _code_of(module, outer)
    for at in way:
        code = code.co_consts[at]
    return code, vars(sys.modules[module])


def _fill(function: FunctionType, state: tuple[list[Any], Any, Any]) -> None:
    """Put into a function what it holds."""
    contents, function.__defaults__, function.__kwdefaults__ = state
    for cell, one in zip(function.__closure__ or (), contents, strict=True):
        cell.cell_contents = one


def _cached(function: Any, how: dict[str, Any]) -> Any:
    return functools.lru_cache(**how)(function)
