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
_OF_A_FILE = FileNotFoundError, PermissionError


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


def entries(url: str) -> tuple[dict[str, int], set[str]]:
    """What stands in a folder: by its name the bytes of each file, and the names of folders. One may have no name, and
    there may be a file and a folder of one name, as no disk has it. Raises UsageError if it can't be listed.
    """
    system, path = _split(url)
    try:
        listed = system.ls(path, detail=True)
    except Exception as fault:      # it was there a moment ago: no fault of who filed
        raise UsageError("cluster.no-url", path=url, error=type(fault).__name__) from None
    files, folders = {}, set()
    for one in listed:
        name, is_folder = system._strip_protocol(one["name"]).rstrip("/"), one["type"] == "directory"
        own = "" if name == system._strip_protocol(path).rstrip("/") else name.rpartition("/")[2]
        if is_folder:
            folders.add(own)
        elif own:       # else it is the mark of the folder itself
            files[own] = one["size"] or 0
    return files, folders


def fetched(urls: Sequence[str], most: int) -> list[bytes | OSError]:
    """The first so many bytes of each file, or why there are none; all are asked for side by side.

    Raises UsageError for what is no fault of a file: the store does not answer, or has too much to do.
    """
    if not urls:
        return []
    system = _split(urls[0])[0]
    paths = [_split(url)[1] for url in urls]
    found = system.cat_ranges(paths, 0, most, on_error="return")
    return [data if isinstance(data, bytes) else _instead(system, url, path, data)
            for url, path, data in zip(urls, paths, found, strict=True)]


def _instead(system: Any, url: str, path: str, fault: Exception) -> bytes | OSError:
    """Nothing, where a file is empty and therefore has no first byte to give; else the fault of the file."""
    if not isinstance(fault, _OF_A_FILE):
        try:
            if not system.info(path)["size"]:
                return b""
        except Exception as other:
            fault = other
    if isinstance(fault, _OF_A_FILE):
        return fault
    raise UsageError("cluster.no-url", path=url, error=type(fault).__name__) from None
