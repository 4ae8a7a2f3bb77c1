"""The files of a pack, read within limits: quiet regular files alone, so many of them, so large, never waited for."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from ..reading.files import Listed, read_bytes
from ..records import Limits, PackError, Unreadable
from ..writing import Place

if TYPE_CHECKING:
    from pathlib import Path

BUNDLED = os.path.normpath(f"{__file__}/../../../rules")     # the pack that comes with bayang
LIMITS = Limits(bytes=4 << 20, depth=32, nodes=400_000)    # of one file
MOST_FILES = 200        # in one folder of a pack
MOST_BYTES = 16 << 20   # of all files of a pack together


def shown(path: Path, folder: Place) -> str:
    """The name of a file of a pack, relative to it."""
    return path.relative_to(folder).as_posix() if path.is_relative_to(folder) else path.name


def listed(folder: Place, name: str) -> list[Path]:
    """The YAML files in a folder of a pack, in order of name; none where there is no such folder. Raises PackError."""
    from pathlib import Path

    place, found = Path(folder, name), []
    try:
        with os.scandir(place) as entries:
            for entry in entries:
                if entry.name.endswith(".yaml"):
                    found.append(place / entry.name)
                    if len(found) > MOST_FILES:
                        raise PackError(name, 1, "pack.many-files", most=MOST_FILES)
    except (FileNotFoundError, NotADirectoryError):
        if os.path.lexists(place):
            raise PackError(name, 1, "pack.no-folder") from None
    except OSError:
        raise PackError(name, 1, "pack.unopened") from None
    return sorted(found)


def is_there(path: Place) -> bool:
    """Whether there is anything of that name, be it a file or not."""
    return os.path.lexists(path)


class PackReader:
    """Reads the files of one pack and counts what they hold."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.left = MOST_BYTES

    def read(self, path: Path) -> bytes:
        """The bytes of a file; a link is followed to a regular file. Raises PackError."""
        data = read_file(path, self.folder)
        self.left -= len(data)
        if self.left < 0:
            raise PackError(shown(path, self.folder), 1, "pack.large", most=MOST_BYTES >> 20)
        return data


def read_file(path: Path, folder: Place) -> bytes:
    """The bytes of one file of a pack; a link is followed to a regular file. Raises PackError."""
    try:
        return read_bytes(Listed(str(path), os.path.realpath(path), None), LIMITS)
    except Unreadable as fault:
        key = "pack.oversized" if fault.name == "oversized-file" else \
            "pack.not-a-file" if fault.hint in ("not-a-file", "link-out") else "pack.unopened"
        raise PackError(shown(path, folder), 1, key, most=LIMITS.bytes >> 20) from None
