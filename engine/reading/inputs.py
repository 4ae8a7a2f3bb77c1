"""Which files a run reads, so that no output is written over one of them: by whatever name, link or letter case."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator, Sequence

from ..records import UsageError
from .files import REPORTS, STDIN, Listing


def refuse_inputs(outputs: Sequence[str | os.PathLike[str]], inputs: Callable[[], Iterable[str | os.PathLike[str]]],
                  baseline: str | None = None, new_baseline: str | None = None) -> None:
    """Raises UsageError if an output is one of the files that are read; a new baseline may take the place of the old.

    `inputs` are asked for only if one of the outputs is there already.
    """
    there = {mark: output for output in outputs if (mark := _identity(output))}
    if not there:
        return
    old = _identity(baseline) if baseline else None
    if old in there and old != (_identity(new_baseline) if new_baseline else None):
        raise UsageError("usage.input-file", file=os.fspath(there[old]))
    for path in inputs():
        if (mark := _identity(path)) in there:
            raise UsageError("usage.input-file", file=os.fspath(there[mark]))


def _identity(path: str | os.PathLike[str]) -> tuple[int, int] | None:
    """What is the same for all names of a file; None where there is none."""
    try:
        status = os.stat(path)
    except (OSError, ValueError):
        return None
    return status.st_dev, status.st_ino


def read_by(paths: Sequence[str], listing: Listing,
            others: Iterable[str | os.PathLike[str]]) -> Iterator[str | os.PathLike[str]]:
    """The files that a run reads: reports, tables, others; and what has the name of a report but is not read, because
    it can't be or is left out.
    """
    for one in (*listing.rosters, *listing.waivers):
        yield one.path
    for one in listing.files:
        if one.given != STDIN:
            yield one.path
    yield from (path for path in paths if path != STDIN)
    yield from others
    several = len(set(paths)) > 1
    for name in (*listing.ignored, *(name for name, _ in listing.faults)):
        if name.lower().endswith(REPORTS):
            yield from (name,) if several else (os.path.join(path, name) for path in paths)
