"""Runs a template of the office's own in a process of its own, with a limit on time and memory.

What goes wrong in a template costs the notice in hand; one that takes too long or too much is not used again.
"""

from __future__ import annotations

import contextlib
import signal
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ...batch.workers import can_fork
from .templates import TooMuch

if TYPE_CHECKING:       # loaded where a template of the office's own is run
    from multiprocessing.connection import Connection

START = 10.0        # seconds for the libraries to load and the template to compile
SECONDS = 5.0       # for one notice
MEMORY = 256 << 20  # bytes beyond what the process holds before it has read the template

Renderer = Callable[[Mapping[str, object]], bytes]
Maker = Callable[[str, bytes], Renderer]


class TemplateFault(Exception):
    """A template that can't be used at all: `line` (0 where there is none), and the library's words on its writing."""

    def __init__(self, line: int, text: str) -> None:
        super().__init__(line, text)
        self.line = line
        self.text = text


class NoticeFault(Exception):
    """A template failed on one notice; the argument says how."""


class Overrun(Exception):
    """A template took too much time or memory, or its process died."""


class Guarded:
    """A template in a process of its own. `maker` makes the renderer there; close it when done.

    `seconds` is how long one notice may take, SECONDS unless given.
    """

    def __init__(self, maker: Maker, form: str, template: bytes, seconds: float | None = None) -> None:
        import multiprocessing

        self.seconds = seconds
        context: Any = multiprocessing.get_context("fork" if can_fork() else "spawn")
        self.pipe, theirs = context.Pipe()
        self.process = context.Process(target=_work, args=(theirs, maker, form, template), daemon=True)
        self.process.start()
        theirs.close()
        try:
            answer = self._answer(START)
        except Overrun:
            raise TemplateFault(0, "") from None
        if answer is not None:
            self.close()
            raise TemplateFault(*answer)

    def __call__(self, data: Mapping[str, object]) -> bytes:
        """One notice. Raises NoticeFault; after Overrun there is no second."""
        with contextlib.suppress(OSError):
            self.pipe.send(data)
        done, value = self._answer(self.seconds or SECONDS)
        if not done:
            raise NoticeFault(value)
        made: bytes = value
        return made

    def _answer(self, seconds: float) -> Any:
        try:
            if self.pipe.poll(seconds):
                return self.pipe.recv()
        except (EOFError, OSError):
            pass
        self.close()
        raise Overrun

    def close(self) -> None:
        self.process.kill()
        self.process.join()
        self.pipe.close()


def why(fault: Exception) -> str:
    """What may be told of a fault: the library's words where they speak of the template, else its kind."""
    from jinja2 import TemplateSyntaxError, UndefinedError

    return str(fault) if isinstance(fault, TemplateSyntaxError | UndefinedError) else type(fault).__name__


def _work(pipe: Connection, maker: Maker, form: str, template: bytes) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    import jinja2.sandbox

    _limit_memory()
    try:
        renderer = maker(form, template)
    except jinja2.TemplateError as fault:
        pipe.send((getattr(fault, "lineno", None) or 0, why(fault)))
        return
    except Exception:       # no file of this format
        pipe.send((0, ""))
        return
    pipe.send(None)
    with contextlib.suppress(EOFError, OSError):        # nobody is there any more
        while True:
            data = pipe.recv()
            try:
                answer: tuple[bool, bytes | str] = True, renderer(data)
            except (MemoryError, RecursionError, TooMuch):
                return
            except Exception as fault:
                answer = False, why(fault)
            pipe.send(answer)


def _limit_memory() -> None:
    """Give the process so much memory and no more, where the system can."""
    try:
        import resource

        with open("/proc/self/statm", encoding="ascii") as file:
            held = int(file.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (held + MEMORY, held + MEMORY))
    except (ImportError, OSError, ValueError):
        pass
