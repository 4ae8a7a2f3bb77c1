"""Standard output and standard error: what goes there, tamed, and what to do when nobody takes it any more."""

from __future__ import annotations

import contextlib
import errno
import io
import os
import sys
from collections.abc import Iterable

import click

from ..text.lines import safe, tame


def in_utf8() -> None:
    """Both in UTF-8 with plain line ends, whatever the locale."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")


def echo(text: str, err: bool = False, nl: bool = True) -> None:
    """Print lines that no pipeline's log takes for commands, whatever paths and packs hold."""
    click.echo("\n".join(map(tame, text.split("\n"))), err=err, nl=nl)


def echo_all(lines: Iterable[str]) -> None:
    """Lines for standard output, which is told of files before they are put in their places: they follow at once."""
    if sys.stdout is None:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    for line in lines:
        echo(safe(line))


def has_colours(when: str = "auto") -> bool:
    """Whether standard output gets colours: as the option says (auto, always, never), else as the environment does by
    NO_COLOR or FORCE_COLOR (no-color.org, force-color.org), else if it is a terminal that shows any.
    """
    if when != "auto":
        return when == "always"
    if os.environ.get("NO_COLOR") or os.environ.get("FORCE_COLOR"):
        return not os.environ.get("NO_COLOR")
    return (sys.stdout is not None and sys.stdout.isatty() and os.environ.get("TERM") != "dumb"
            and (os.name != "nt" or "WT_SESSION" in os.environ))


def forget_stdout() -> None:
    """What is still to be flushed goes nowhere, so that leaving says nothing about it."""
    if sys.stdout is not None:
        with contextlib.suppress(OSError):      # no file more can be opened
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
