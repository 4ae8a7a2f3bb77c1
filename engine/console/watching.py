"""Looks at files again whenever one of them is saved, until Ctrl-C. What a look tells is the command's own."""

from __future__ import annotations

import contextlib
import os
import time
from collections.abc import Callable, Iterable, Iterator

import click

from ..reading.files import HIDDEN, STDIN, real_path
from ..records import UsageError
from ..text.messages import say
from .errors import code_of, explained
from .streams import echo

EVERY = 0.5         # seconds between two looks at the files, at least
SHARE = 10          # and so many times what a look at them takes

COMPLAINTS = (2, 4)             # exit codes of what a save may put right

Seen = dict[str, tuple[int, int]]       # path -> when it was saved (nanoseconds), and its size


def watched(paths: Iterable[str], look: Callable[[], object], language: str, outputs: Iterable[str] = (),
            err: bool = True) -> None:
    """Look at once, and again after each change under the paths (files or folders); returns at Ctrl-C.

    What the look writes itself, `outputs`, is no change. Once the first look went well, one that stops with a complaint
    is no end: the next save may put it right.
    """
    paths = list(paths)
    if STDIN in paths:
        raise UsageError("watch.stdin")
    own = {real_path(file) for file in outputs}
    seen: Seen | None = None
    try:
        while True:
            begun = time.monotonic()
            now = dict(_files(paths, own))
            took = time.monotonic() - begun
            if now != seen:
                click.clear()
                try:
                    with explained(language):
                        look()
                except SystemExit as end:
                    if seen is None or end.code not in COMPLAINTS:
                        raise
                echo(say("run.watching", language), err=err)
            seen = now
            time.sleep(max(EVERY, SHARE * took))
    except KeyboardInterrupt as fault:
        if code_of(fault) != code_of(KeyboardInterrupt()):      # it is to be ended from outside
            raise


def _files(paths: Iterable[str], own: set[str]) -> Iterator[tuple[str, tuple[int, int]]]:
    """Each file with the time at which it was saved; hidden ones are nobody's reports."""
    for path in paths:
        if not os.path.isdir(path):
            yield from _one(path, own)
            continue
        for folder, folders, names in os.walk(path):
            folders[:] = [name for name in folders if not name.startswith(HIDDEN)]
            for name in names:
                if not name.startswith(HIDDEN):
                    yield from _one(os.path.join(folder, name), own)


def _one(path: str, own: set[str]) -> Iterator[tuple[str, tuple[int, int]]]:
    with contextlib.suppress(OSError):      # gone in between
        status = os.stat(path)
        if not own or real_path(path) not in own:
            yield path, (status.st_mtime_ns, status.st_size)
