"""Writes files whole: a temporary name beside each, then renames, so that a killed run leaves no half file."""

from __future__ import annotations

import contextlib
import io
import os
import stat
import tempfile
from collections.abc import Generator, Iterable
from pathlib import Path


def write_all(files: Iterable[tuple[Path, bytes]]) -> None:
    """Put all of the data at their paths, or leave everything as it was. Raises OSError with `filename` set."""
    staged: list[tuple[str, Path]] = []
    try:
        for path, data in files:
            with _named(path):
                if _is_device(path):
                    path.write_bytes(data)
                    continue
                descriptor, temporary = tempfile.mkstemp(prefix=".bayang-", suffix=".tmp", dir=path.parent)
                staged.append((temporary, path))
                with os.fdopen(descriptor, "wb") as file:
                    file.write(data)
                    file.flush()
                    os.fsync(file.fileno())
        while staged:
            temporary, path = staged[0]
            with _named(path):
                os.replace(temporary, path)
            staged.pop(0)
    finally:
        for temporary, _ in staged:
            with contextlib.suppress(OSError):
                os.unlink(temporary)


def gathered(parts: Iterable[str]) -> bytes:
    """The parts of a text in one piece, as UTF-8, without holding a second copy of it."""
    whole = io.BytesIO()
    for part in parts:
        whole.write(part.encode("utf-8"))
    return whole.getvalue()


def _is_device(path: Path) -> bool:
    """Whether something other than a file stands there: a pipe, /dev/stdout. A folder is an error."""
    try:
        mode = os.stat(path).st_mode
    except FileNotFoundError:
        return False
    if stat.S_ISDIR(mode):
        raise IsADirectoryError(21, "Is a directory", str(path))
    return not stat.S_ISREG(mode)


@contextlib.contextmanager
def _named(path: Path) -> Generator[None, None, None]:
    try:
        yield
    except OSError as fault:
        fault.filename = str(path)
        raise
