"""Folders and files that a URL names (s3://, gs://, …), through fsspec: what stands there, the bytes of many at once.

Nothing here looks into a report. A store knows no links. `file://` is no store: it is a path of this machine.
"""

from __future__ import annotations

import functools
from collections.abc import Sequence
from typing import Any

from ..records import UsageError
from ..text.regex import regex

_URL = regex(r"[A-Za-z][A-Za-z0-9+.-]+://")        # one letter is a drive of Windows
_LOCAL = "file://"


def is_url(path: str) -> bool:
    return "://" in path and _URL.match(path) is not None


def local(path: str) -> str:
    """The path that a `file://` means; any other as it is."""
    if not path.startswith(_LOCAL):
        return path
    from urllib.parse import unquote  # few have one

    return unquote(path.removeprefix(_LOCAL))


@functools.lru_cache(maxsize=8)
def _system(scheme: str) -> Any:        # of a library without types
    """What speaks with the stores of a scheme. Raises UsageError if that is not installed."""
    import fsspec

    try:
        return fsspec.filesystem(scheme, use_listings_cache=False)
    except (ImportError, ValueError):
        raise UsageError("cluster.no-scheme", scheme=scheme) from None


def _split(url: str) -> tuple[Any, str]:
    scheme, _, path = url.partition("://")
    return _system(scheme), path


def is_folder(url: str) -> bool:
    """Whether what stands at a URL is a folder. Raises UsageError if nothing does, or it can't be reached."""
    system, path = _split(url)
    try:
        return bool(system.info(path)["type"] == "directory")
    except FileNotFoundError:
        raise UsageError("usage.no-path", path=url) from None
    except Exception as fault:      # each library has its own
        raise UsageError("cluster.no-url", path=url, error=type(fault).__name__) from None


def entries(url: str) -> dict[str, int | None]:
    """Name -> size in bytes, None of a folder, of what stands in a folder: one may have no name, as no disk has it.

    Raises UsageError if it can't be listed.
    """
    system, path = _split(url)
    try:
        listed = system.ls(path, detail=True)
    except Exception as fault:      # it was there a moment ago: no fault of who filed
        raise UsageError("cluster.no-url", path=url, error=type(fault).__name__) from None
    found: dict[str, int | None] = {}
    for one in listed:
        name, inside = system._strip_protocol(one["name"]).rstrip("/"), one["type"] == "directory"
        if name != system._strip_protocol(path).rstrip("/"):
            found[name.rpartition("/")[2]] = None if inside else one["size"] or 0
        elif inside:            # else it is the mark of the folder itself
            found[""] = None
    return found


def fetched(urls: Sequence[str], most: int) -> list[bytes | Exception]:
    """The first so many bytes of each file, or what came instead; all are asked for side by side."""
    if not urls:
        return []
    system = _split(urls[0])[0]
    paths = [_split(url)[1] for url in urls]
    found = system.cat_ranges(paths, 0, most, on_error="return")
    return [_empty(system, path, data) if isinstance(data, Exception) else data
            for path, data in zip(paths, found, strict=True)]


def _empty(system: Any, path: str, fault: Exception) -> bytes | Exception:
    """Nothing, where a file is empty and therefore has no first byte to give; else the fault."""
    if isinstance(fault, FileNotFoundError | PermissionError):
        return fault
    try:
        return fault if system.info(path)["size"] else b""
    except Exception as other:
        return other
