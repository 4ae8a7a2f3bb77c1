"""What the office hands out to those who never open a terminal: one zip with the files to double-click, and for Windows
a Python that needs no installation.

It puts together what lies on this machine; it fetches nothing itself.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from pathlib import Path

from ..packs.pack import Pack
from ..records import UsageError
from ..text.regex import regex

PACKAGE = Path(__file__).resolve().parents[2]
_SHIPPED = ("*.py", "py.typed", "engine/**/*", "rules/**/*", "schemas/*.json", "desk/*")
_TIME = (1980, 1, 1, 0, 0, 0)       # the same bytes for the same files
_PATHS = regex(r"python(\d)(\d+)\._pth")       # where an embedded Python looks for modules
_SITE = "python/Lib/site-packages/"
_MOST = 1 << 30     # bytes of all that is unpacked


def desk_zip(python: str | None, wheels: str | None, pack: Pack | None = None) -> bytes:
    """The zip: the files to double-click, a pack by which they check if it is not the one that comes along; with an
    embedded Python's zip and a folder of wheels, all that they need.

    Raises UsageError where these are none, OSError where they can't be read.
    """
    files = {path.name: path.read_bytes() for path in sorted((PACKAGE / "desk").iterdir()) if path.is_file()}
    if pack is not None:
        own = [path for path in map(Path, pack.files) if path.is_relative_to(pack.folder)]
        files |= {f"pack/{path.relative_to(pack.folder).as_posix()}": path.read_bytes() for path in own}
    if python is not None:
        files |= dict(_embedded(python))
        files |= {f"{_SITE}{name}": data for name, data in _wheels(wheels)}
        files |= {f"{_SITE}bayang/{name}": data for name, data in _own()}
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as made:
        for name, data in sorted(files.items()):
            entry = zipfile.ZipInfo(f"bayang/{name}", _TIME)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = (0o755 if name.endswith(".command") else 0o644) << 16
            made.writestr(entry, data)
    return out.getvalue()


def _embedded(python: str) -> Iterator[tuple[str, bytes]]:
    """The files of an embedded Python, told to look into its folder for packages too."""
    found = False
    for name, data in _unpacked(Path(python)):
        if _PATHS.fullmatch(name):
            found = True
            data = b"\r\n".join([*data.split(b"#")[0].split(), b"Lib\\site-packages", b""])
        yield f"python/{name}", data
    if not found:
        raise UsageError("desk.no-python", file=python)


def _wheels(folder: str | None) -> Iterator[tuple[str, bytes]]:
    """The files of the packages that bayang needs."""
    listed = sorted(Path(folder).glob("*.whl")) if folder else []
    if not listed:
        raise UsageError("desk.no-wheels", folder=folder or "")
    for wheel in listed:
        if not wheel.name.startswith("bayang-"):
            yield from _unpacked(wheel)


def _unpacked(path: Path) -> Iterator[tuple[str, bytes]]:
    """The files of a zip that stay inside the folder into which they go."""
    try:
        with zipfile.ZipFile(path) as archive:
            left = _MOST
            for entry in archive.infolist():
                parts = entry.filename.split("/")
                left -= entry.file_size
                if entry.is_dir() or ".." in parts or parts[0] in ("", "."):
                    continue
                if left < 0:
                    raise zipfile.BadZipFile
                yield entry.filename, archive.read(entry)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, EOFError):
        raise UsageError("desk.no-zip", file=str(path)) from None


def _own() -> Iterator[tuple[str, bytes]]:
    """The files of this package."""
    for pattern in _SHIPPED:
        for path in PACKAGE.glob(pattern):
            if path.is_file() and "__pycache__" not in path.parts and path.name != "conftest.py":
                yield path.relative_to(PACKAGE).as_posix(), path.read_bytes()
