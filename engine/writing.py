"""Writes a file whole: a temporary name beside it, then a rename, so that a killed run leaves no half file."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path


def write_whole(path: Path, data: bytes) -> None:
    """Put `data` at `path`, or leave what was there. Raises OSError."""
    descriptor, temporary = tempfile.mkstemp(prefix=".bayang-", suffix=".tmp", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, path)
    except BaseException:
        os.unlink(temporary)
        raise
