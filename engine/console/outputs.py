"""The outputs of a run: to standard output and into files, all or none; and the summary of a pipeline."""

from __future__ import annotations

import errno
import itertools
import os
import sys
from collections.abc import Callable, Container, Iterable, Sequence

from ..batch.outcome import Result
from ..output.findings.setting import Setting
from ..reading.files import REPORTS, STDIN, lies_in, real_path
from ..text.lines import safe
from ..text.messages import of_system, say
from ..writing import Output, Place, drafted, named, pieces
from .errors import Stop, writing
from .options import Chosen
from .streams import echo, echo_all, forget_stdout
from .surroundings import summary_file

MOST_IN_SUMMARY = 200       # findings; GitHub refuses a step's summary over 1 MiB


def put(make: Callable[[str, bool], Output], formats: Chosen, language: str, code: int,
        others: Sequence[tuple[Place, bytes]] = (), private: bool | Container[Place] = False) -> None:
    """Write the outputs whole: to standard output first, then those for files, and others, all or none.

    `make` gives an output by its format, and by whether it goes to standard output.
    """
    made = ((file, make(name, False)) for name, file in formats if file)
    with writing(language), drafted(itertools.chain(made, others), private) as put_all:
        for name, file in formats:
            if file is None:
                with named("stdout"):
                    _show(pieces(make(name, True)), language, None if others or len(formats) > 1 else code)
        put_all()


def put_files(files: Iterable[tuple[Place, bytes]], lines: Iterable[str], language: str) -> None:
    """Write files whole, and the folders that they need, told on standard output: all or none."""
    with writing(language), drafted(files, folders=0o777) as put_all:
        echo_all(lines)
        put_all()


def files_of(formats: Chosen) -> list[str]:
    """The files that are written for these formats."""
    return [file for _, file in formats if file]


def tell_of_next_time(paths: Sequence[str], outputs: Iterable[str], language: str) -> None:
    """What is written among the reports under the name of one will be read as one the next time."""
    folders = [real_path(path) for path in paths if path != STDIN and os.path.isdir(path)]
    for file in outputs:
        if file.lower().endswith(REPORTS) and any(lies_in(real_path(file), folder) for folder in folders):
            echo(say("run.next-time", language, file=safe(file)), err=True)


def summarise(result: Result, setting: Setting) -> None:
    """Append a summary where GitHub Actions shows it beside the run; without it the run is what it is."""
    file = summary_file()
    if not file:
        return
    from ..output.findings.pages import as_markdown

    try:
        with open(file, "ab", opener=_opened_at_once) as summary:
            summary.writelines(pieces(as_markdown(result, setting, MOST_IN_SUMMARY)))
    except OSError as fault:
        echo(say("run.unwritable", setting.language, file=safe(file), text=of_system(fault)), err=True)


def _opened_at_once(path: str, flags: int) -> int:
    """Opened without waiting for somebody who reads from a pipe: where nobody does that is an error."""
    file = os.open(path, flags | getattr(os, "O_NONBLOCK", 0), 0o666)
    if os.name == "posix":
        os.set_blocking(file, True)
    return file


def _show(output: Iterable[bytes], language: str, code: int | None) -> None:
    """Give standard output its part; a reader who has seen enough is no fault if there is a `code` to end with."""
    try:
        for piece in output:
            sys.stdout.buffer.write(piece)
        sys.stdout.flush()
    except (OSError, AttributeError) as fault:      # AttributeError: there is no standard output
        forget_stdout()
        if isinstance(fault, BrokenPipeError) and code is not None:
            sys.exit(code)
        raise Stop(2, say("run.unwritable", language, file="stdout",
                          text=of_system(fault if isinstance(fault, OSError) else OSError(errno.EBADF, "")))) from None
