"""Runs templates in processes of their own: one of the office's own with a limit on time and memory, and any in several
at once where there are many notices.

What goes wrong in a template of the office's own costs the notice in hand; one that takes too long or too much is not
used again. Where the process of another dies its notices are made here.
"""

from __future__ import annotations

import contextlib
import signal
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, ClassVar

from ...batch.workers import can_fork
from ...records import UsageError
from .templates import TooMuch

if TYPE_CHECKING:       # loaded where a process is begun
    from multiprocessing.connection import Connection

START = 10.0        # seconds for the libraries to load and the template to compile
SECONDS = 5.0       # for one notice
MEMORY = 256 << 20  # bytes beyond what the process holds before it has read the template

Data = Mapping[str, object]
Renderer = Callable[[Data], bytes]
Maker = Callable[[str, bytes], Renderer]


class TemplateFault(Exception):
    """A template that can't be used at all; `told` is why, where that is known."""

    def __init__(self, told: UsageError | None) -> None:
        super().__init__(told)
        self.told = told


class NoticeFault(Exception):
    """A template failed on one notice: its line, 0 where there is none to tell, and the kind of the fault."""

    def __init__(self, line: int, kind: str) -> None:
        super().__init__(line, kind)
        self.line, self.kind = line, kind

    @property
    def told(self) -> UsageError:
        """The same for people."""
        return UsageError("templates.run", line=self.line, kind=self.kind)


class Overrun(Exception):
    """A template took too much time or memory, or its process died."""


Made = bytes | NoticeFault


class Apart:
    """A template in a process of its own, which makes the renderer there and says None, or why it can't.

    It ends when this process does, however that ends: it holds none of the pipes' ends that are ours.
    """

    ours: ClassVar[list[Connection]] = []

    def __init__(self, maker: Maker, form: str, template: bytes, limited: bool) -> None:
        import multiprocessing

        fork = can_fork()
        context: Any = multiprocessing.get_context("fork" if fork else "spawn")
        self.pipe, theirs = context.Pipe()
        self.ours.append(self.pipe)
        inherited = [*self.ours] if fork else []
        self.process = context.Process(target=_work, args=(theirs, inherited, maker, form, template, limited),
                                       daemon=True)
        self.process.start()
        theirs.close()

    def ask(self, data: Data) -> None:
        """Have one notice made; its answer is to be taken before the next is asked for."""
        with contextlib.suppress(OSError):
            self.pipe.send(data)

    def answer(self, seconds: float | None) -> Any:
        """What it says. Raises Overrun if it says nothing for so long, or died."""
        try:
            if self.pipe.poll(seconds):
                return self.pipe.recv()
        except (EOFError, OSError):
            pass
        self.close()
        raise Overrun

    def made(self, seconds: float | None) -> Made:
        """The notice that was asked for."""
        done, value = self.answer(seconds)
        return value if done else NoticeFault(*value)

    def close(self) -> None:
        self.process.kill()
        self.process.join()
        if self.pipe in self.ours:      # it is closed a second time after an Overrun
            self.ours.remove(self.pipe)
        self.pipe.close()


def _in_turn(crew: Sequence[Apart], notices: Iterable[Data], made: Callable[[Apart, Data], Made]) -> Iterator[Made]:
    """Each in its order, as many at once as there are processes."""
    asked: deque[tuple[Apart, Data]] = deque()
    for at, data in enumerate(notices):
        if len(asked) == len(crew):
            yield made(*asked.popleft())
        one = crew[at % len(crew)]
        one.ask(data)
        asked.append((one, data))
    while asked:
        yield made(*asked.popleft())


class Guarded:
    """A template of the office's own; `maker` makes its renderer. Close it when done.

    `seconds` is how long one notice may take, SECONDS unless given. Raises TemplateFault.
    """

    def __init__(self, maker: Maker, form: str, template: bytes, seconds: float | None = None,
                 processes: int = 1) -> None:
        self.seconds = seconds
        self.crew = [Apart(maker, form, template, True) for _ in range(processes)]
        for one in self.crew:
            try:
                fault = one.answer(START)
            except Overrun:
                fault = [None]
            if fault:
                self.close()
                raise TemplateFault(*fault)

    def each(self, notices: Iterable[Data]) -> Iterator[Made]:
        """Notices one by one, or what went wrong with one. Raises Overrun, after which there is no more."""
        return _in_turn(self.crew, notices, lambda one, data: one.made(self.seconds or SECONDS))

    def close(self) -> None:
        for one in self.crew:
            one.close()


class Trusted:
    """A template that comes along; `maker` makes its renderer. Close it when done."""

    def __init__(self, maker: Maker, form: str, template: bytes, processes: int = 1) -> None:
        self.renderer = maker(form, template)
        self.crew = [Apart(maker, form, template, False) for _ in range(processes)] if processes > 1 else []
        for one in self.crew:
            with contextlib.suppress(Overrun):
                one.answer(None)

    def each(self, notices: Iterable[Data]) -> Iterator[Made]:
        """Notices one by one."""
        if not self.crew:
            return map(self.renderer, notices)
        return _in_turn(self.crew, notices, self._made)

    def _made(self, one: Apart, data: Data) -> Made:
        with contextlib.suppress(Overrun):
            made = one.made(None)
            if isinstance(made, bytes):
                return made
        return self.renderer(data)

    def close(self) -> None:
        for one in self.crew:
            one.close()


def _line(fault: Exception) -> int:
    """The line of a template in which a fault came up, 0 where none is known: where the last of its frames stands."""
    import traceback

    return next((frame.lineno or 0 for frame in reversed(traceback.extract_tb(fault.__traceback__))
                 if frame.filename == "<template>"), 0)


def _work(pipe: Connection, inherited: Sequence[Connection], maker: Maker, form: str, template: bytes,
          limited: bool) -> None:
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    for one in inherited:
        one.close()
    import jinja2.sandbox  # noqa: F401 - before memory is limited

    from .template_slips import TemplateSlip

    if limited:
        _limit_memory()
    try:
        renderer = maker(form, template)
    except TemplateSlip as slip:
        pipe.send([slip.told])
        return
    except Exception:       # no file of this format
        pipe.send([None])
        return
    pipe.send([])
    with contextlib.suppress(EOFError, OSError):        # nobody is there any more
        while True:
            data = pipe.recv()
            try:
                answer: tuple[bool, bytes | tuple[int, str]] = True, renderer(data)
            except (MemoryError, RecursionError, TooMuch):
                return
            except Exception as fault:
                answer = False, (_line(fault) if form != "docx" else 0, type(fault).__name__)
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
