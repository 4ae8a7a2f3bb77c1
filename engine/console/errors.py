"""How a command ends: the one boundary at which errors become a line on standard error and an exit code.

0 nothing to say, 1 findings, 2 wrong use or what the system refuses, 3 nothing to check, 4 a fault of ours or a rule's,
130, 143 and 129 after an interruption. What click finds wrong with a command line is worded in `usage`.
"""

from __future__ import annotations

import contextlib
import os
import signal
import sys
from collections.abc import Generator
from types import FrameType
from typing import TYPE_CHECKING, NoReturn

from ..records import LEVELS, PackError, UsageError
from ..text.lines import safe
from ..text.messages import of_system, say, told
from .streams import echo, forget_stdout

if TYPE_CHECKING:
    from ..batch.outcome import Result

MOST_FAULTS = 20        # of a pack that are told at once; `bayang rules lint` tells all


class Stop(Exception):
    """Ends a command with an exit code, after saying one line on standard error."""

    def __init__(self, code: int, line: str) -> None:
        super().__init__(line)
        self.code = code
        self.line = line


class Terminated(KeyboardInterrupt):
    """The system asks the program to end (SIGTERM, or SIGHUP when a terminal goes): it ends as when a person does."""


def terminate(number: int, frame: FrameType | None) -> NoReturn:
    raise Terminated(number)


def code_of(interruption: BaseException) -> int:
    """The exit code after an interruption, or what click makes of one: 128 and the number of the signal."""
    one = interruption.__cause__ or interruption
    return 128 + int(one.args[0] if isinstance(one, Terminated) else signal.SIGINT)


def exit_code(result: Result, fail_on: str) -> int:
    """4 a rule crashed, 1 findings at or above `fail_on`, 3 nothing to check, 0 else; in this precedence."""
    if result.crashes:
        return 4
    if fail_on != "never":
        levels = LEVELS[:LEVELS.index(fail_on) + 1]
        if any(one.level in levels and one.gates for one in result.findings):
            return 1
    return 3 if result.empty else 0


@contextlib.contextmanager
def explained(language: str) -> Generator[None, None, None]:
    """The boundary: nothing but SystemExit leaves the block."""
    try:
        yield
    except UsageError as fault:
        stop(2, say("run.usage", language, text=safe(told(fault, language))))
    except PackError as fault:
        lines = [say("run.broken", language, file=safe(one.file), line=one.line, text=safe(told(one, language)))
                 for one in (fault, *fault.also[:MOST_FAULTS - 1])]
        stop(2, "\n".join(lines))
    except Stop as fault:
        stop(fault.code, safe(fault.line))
    except BrokenPipeError:
        forget_stdout()
        sys.exit(1)
    except KeyboardInterrupt as fault:
        stop(code_of(fault), say("run.interrupted", language))
    except OSError as fault:        # the system's doing, not ours
        if not fault.filename and _is_nowhere():
            stop(2, say("run.nowhere", language))
        stop(2, say("run.system", language, file=safe(os.fspath(fault.filename or "")),
                    text=of_system(fault)))
    except Exception as fault:      # a fault of ours: its kind and place, never its text, which may hold values
        import traceback

        last = traceback.extract_tb(fault.__traceback__)[-1]
        place = f"{os.path.basename(last.filename)}:{last.lineno}"
        stop(4, say("run.internal", language, error=type(fault).__name__, place=place))


def _is_nowhere() -> bool:
    """Whether the folder that the command runs in was removed."""
    try:
        os.getcwd()
    except OSError:
        return True
    return False


@contextlib.contextmanager
def writing(language: str) -> Generator[None, None, None]:
    """A block that writes files: what can't be written is named."""
    try:
        yield
    except OSError as fault:
        if not fault.filename:
            forget_stdout()
        raise Stop(2, say("run.unwritable", language, file=fault.filename or "stdout",
                          text=of_system(fault))) from None


def stop(code: int, line: str) -> NoReturn:
    with contextlib.suppress(OSError):
        echo(line, err=True)
    sys.exit(code)
