"""Writes files whole: a draft beside each, then renames, so that a killed run leaves no half file; and holds back what
would cut in two what must not be cut.

A file that is there keeps its mode, a link the file that it names. Drafts that a killed run left are removed by the
next one that writes beside them. Which files may be written over is not asked here.
"""

from __future__ import annotations

import contextlib
import errno
import os
import re
import signal
import stat
import time
from collections.abc import Callable, Container, Generator, Iterable
from functools import lru_cache
from typing import TypeAlias
from zlib import crc32

from .recording import dataclass, field

Output = bytes | Iterable[str]
Place: TypeAlias = "str | os.PathLike[str]"
_DRAFT = r"\.bayang-([0-9a-f]{8})-(\d+)-[0-9a-z_]+\.tmp"      # the machine, the process, a word by chance
STALE = 24 * 3600       # seconds after which a draft is nobody's any more, wherever its maker runs


@contextlib.contextmanager
def uninterrupted() -> Generator[None, None, None]:
    """Ctrl-C, SIGTERM and SIGHUP wait until the block is through; a process that starts in it never gets them."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT, signal.SIGTERM, signal.SIGHUP])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


@contextlib.contextmanager
def drafted(files: Iterable[tuple[Place, Output]], private: bool | Container[Place] = False,
            folders: int | None = None) -> Generator[Callable[[], None], None, None]:
    """All of the data in drafts while the block runs; the function that it is given puts them at their paths.

    It puts all of them or leaves everything as it was; only where files can't have a second name, what was replaced
    before a fault stays so. Raises OSError with `filename` set. New files get the mode that the umask says; private
    ones (all, or those at some paths) are for their owner alone. With a mode for `folders`, missing ones are made; one
    in which nothing comes to lie goes again. An interruption after all was put comes too late, and is none.
    """
    drafts = _Drafts(private if not isinstance(private, bool) else _ALL if private else (), folders)
    try:
        try:
            for path, data in files:
                with named(path):
                    drafts.add(path, data)
            yield drafts.put
        finally:
            with uninterrupted():
                drafts.drop()
    except KeyboardInterrupt:
        if not drafts.placed:
            raise


class _All:
    def __contains__(self, path: object) -> bool:
        return True


_ALL = _All()


@dataclass(slots=True)
class _Drafts:
    """Files that are written and not yet in their places."""

    private: Container[Place]
    folders: int | None
    made: list[str] = field(default_factory=list)           # folders that were not there, the outermost first
    staged: list[tuple[str, str, Place]] = field(default_factory=list)       # draft, where it goes, as it was named
    cleared: set[str] = field(default_factory=set)
    before: dict[str, str] = field(default_factory=dict)    # by the place of a file: a second name of what was there
    placed: bool = False        # all of them

    def add(self, path: Place, data: Output) -> None:
        mode = _mode_of(path)
        if mode is not None and not stat.S_ISREG(mode):
            with open(path, "wb") as device:     # or a pipe: nothing to replace
                device.writelines(pieces(data))
            return
        target = os.path.realpath(path)
        folder = os.path.dirname(target)
        if folder not in self.cleared:
            self.cleared.add(folder)
            if self.folders is not None:
                self._make(folder, self.folders)
            clear_drafts(folder)
        with uninterrupted():
            draft = _draft_in(folder)
            descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL | getattr(os, "O_BINARY", 0),
                                 0o600 if path in self.private or mode is not None else 0o666)
            self.staged.append((draft, target, path))
        with os.fdopen(descriptor, "wb") as file:
            file.writelines(pieces(data))
            file.flush()
            if mode is not None and hasattr(os, "fchmod"):
                os.fchmod(file.fileno(), stat.S_IMODE(mode))
            os.fsync(file.fileno())

    def _make(self, folder: str, mode: int) -> None:
        """Make a folder, and those that it lies in."""
        if os.path.isdir(folder):
            return
        self._make(os.path.dirname(folder), mode)
        with uninterrupted(), contextlib.suppress(FileExistsError):
            os.mkdir(folder, mode)
            self.made.append(folder)

    def put(self) -> None:
        placed = []
        with uninterrupted():       # all or none
            try:
                for _, target, path in self.staged if len(self.staged) > 1 else ():
                    with named(path):
                        self._keep(target)
                for draft, target, path in self.staged:
                    with named(path):
                        os.replace(draft, target)
                    placed.append(target)
                self.placed = True
            except OSError:
                for target in placed:
                    self._take_back(target)
                raise

    def _keep(self, target: str) -> None:
        """Give what stands there a second name, so that it can be put back."""
        if target in self.before:
            return
        aside = _draft_in(os.path.dirname(target))
        try:
            os.link(target, aside)
        except FileNotFoundError:
            self.before[target] = ""
        except OSError as fault:
            if fault.errno in (errno.ENOSPC, errno.EDQUOT):
                raise
        else:
            self.before[target] = aside

    def _take_back(self, target: str) -> None:
        """Have what stood there before stand there again."""
        with contextlib.suppress(OSError):
            if self.before.get(target):
                os.replace(self.before[target], target)
            elif target in self.before:
                os.unlink(target)

    def drop(self) -> None:
        """Remove what is left of drafts and second names, and folders that were made and hold nothing."""
        for draft in (*(draft for draft, _, _ in self.staged), *filter(None, self.before.values())):
            with contextlib.suppress(OSError):
                os.unlink(draft)
        for folder in reversed(self.made):
            with contextlib.suppress(OSError):
                os.rmdir(folder)


def _mode_of(path: Place) -> int | None:
    """The mode of what stands there, None for nothing. What /dev names is no file to replace. A folder is an error."""
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        return None
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(errno.EISDIR, "Is a directory", str(path))
    return stat.S_IFCHR if os.path.abspath(path).startswith("/dev/") else mode


@lru_cache(maxsize=1)
def _machine() -> str:
    """Where numbers of processes mean the same: this machine, and on it this container."""
    try:
        name, space = os.uname().nodename, os.readlink("/proc/self/ns/pid")
    except (AttributeError, OSError):
        import platform

        name, space = platform.node(), ""
    return f"{crc32(f'{name} {space}'.encode()):08x}"


def _draft_in(folder: str) -> str:
    return os.path.join(folder, f"{draft_prefix()}{os.urandom(4).hex()}.tmp")


def draft_prefix() -> str:
    """How the names of this process's drafts begin."""
    return f".bayang-{_machine()}-{os.getpid()}-"


def clear_drafts(folder: Place) -> None:
    """Remove the drafts in a folder whose maker has ended: ours, of this machine, or a day old."""
    for path in _abandoned(folder, stat.S_ISREG):
        with contextlib.suppress(OSError):
            os.unlink(path)


@contextlib.contextmanager
def own_folder() -> Generator[str, None, None]:
    """A folder that is there for the block and for this user alone, where the system keeps what is not to stay.

    What killed runs left of theirs goes too.
    """
    import shutil
    import tempfile

    for path in _abandoned(tempfile.gettempdir(), stat.S_ISDIR):
        shutil.rmtree(path, ignore_errors=True)
    with tempfile.TemporaryDirectory(prefix=draft_prefix(), suffix=".tmp", ignore_cleanup_errors=True) as name:
        yield name


def _abandoned(folder: Place, kind: Callable[[int], bool]) -> list[str]:
    """The paths of drafts in a folder whose maker has ended, which are of this kind."""
    try:
        with os.scandir(folder) as entries:
            return [entry.path for entry in entries
                    if (made := re.fullmatch(_DRAFT, entry.name)) and _left(entry, kind, made[1], int(made[2]))]
    except OSError:
        return []


def _left(entry: os.DirEntry[str], kind: Callable[[int], bool], machine: str, process: int) -> bool:
    try:
        status = entry.stat(follow_symlinks=False)
    except OSError:
        return False
    if not kind(status.st_mode) or (hasattr(os, "geteuid") and status.st_uid != os.geteuid()):
        return False
    return time.time() - status.st_mtime > STALE or (machine == _machine() and not _runs(process))


def _runs(process: int) -> bool:
    """Whether a process of this machine runs, as far as the system lets us ask."""
    if os.name == "nt":         # to ask would be to end it
        return True
    try:
        os.kill(process, 0)
    except (ProcessLookupError, OverflowError):
        return False
    except OSError:
        return True
    return True


def pieces(output: Output) -> Iterable[bytes]:
    """An output piece by piece, texts as UTF-8: of a large one nobody holds the whole."""
    return (output,) if isinstance(output, bytes) else (part.encode("utf-8", "backslashreplace") for part in output)


@contextlib.contextmanager
def named(path: Place) -> Generator[None, None, None]:
    """A block whose faults of the system name the file."""
    try:
        yield
    except OSError as fault:
        fault.filename = str(path)
        raise
    except ValueError:      # a NUL in the name
        raise OSError(errno.EINVAL, os.strerror(errno.EINVAL), str(path)) from None
