"""Checks the listed files, in this process or shared out to workers: one result a file, in the order of the list.

A worker that dies (a signal, no memory) costs the one file that it had in hand: nothing of that file passes, a fresh
worker goes on with the others. Workers read files and nothing else; they end when the pipe to them closes.
"""

from __future__ import annotations

import contextlib
import copyreg
import gc
import os
import pickle
import signal
import threading
from collections import deque
from collections.abc import Callable, Generator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path
from typing import Any

from .check import Checker, FileResult, Style, World
from .compile import Compiled
from .files import STDIN, Listed, read_bytes
from .pack import load_pack
from .records import Limits, NotAssessed, Unreadable

FEW = 200       # files for which starting workers does not pay
MOST = 60       # workers; Windows can't wait for many more
SHARE = 16      # files that a worker is given ahead

Put = Callable[[int, FileResult], None]


def check_files(files: Sequence[Listed], checker: Checker, jobs: int = 1,
                progress: Callable[[int, int], None] = lambda done, total: None) -> list[FileResult]:
    """The result of every file, in the order of the files, the same for any number of jobs (0: as many as pay).

    `progress` is told after each file how many of how many are done.
    """
    results: dict[int, FileResult] = {}

    def put(at: int, result: FileResult) -> None:
        results[at] = result
        progress(len(results), len(files))

    jobs = jobs or (cores() if len(files) >= FEW else 1)
    if jobs > 1:
        left = deque(at for at, one in enumerate(files) if one.path != STDIN)      # which only this process has
        _share_out(left, files, checker, min(jobs, len(left), MOST), put)
    for at, one in enumerate(files):
        if at not in results:
            put(at, check_one(one, checker))
    return [results[at] for at in range(len(files))]


def cores() -> int:
    """How many cores this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def check_one(listed: Listed, checker: Checker) -> FileResult:
    """The result of one listed file."""
    try:
        return checker.check(read_bytes(listed, checker.limits), listed.name, listed.folder)
    except Unreadable as fault:
        return checker.unreadable(fault, listed.name)
    except Exception as fault:      # a fault of ours must not take the batch with it, and nothing of the file passes
        return crashed(listed, checker, type(fault).__name__)


def crashed(listed: Listed, checker: Checker, error: str) -> FileResult:
    """What a file gives that could not be checked for a fault of ours: no rule is assessed."""
    left = [NotAssessed(rule, listed.name, 1, None, None, "crash") for rule in checker.pack.rules]
    return FileResult([], left, None, [("*", error)])


@dataclass(slots=True)
class _Worker:
    """A process, the pipe to it, and the positions of the files that it was given, in its order of work."""

    process: Any
    pipe: Any
    ready: bool = False
    given: deque[int] = field(default_factory=deque)

    def end(self) -> str:
        """End the process if it has not ended, and say how it did."""
        self.pipe.close()
        self.process.join(0.2)
        self.process.kill()
        self.process.join()
        code = self.process.exitcode
        self.process.close()
        known = [one.name for one in signal.Signals if one == -code]
        return known[0] if known else f"exit {code}"


def _share_out(left: deque[int], files: Sequence[Listed], checker: Checker, jobs: int, put: Put) -> None:
    """Have workers check what is left. What stays in `left` is what no worker could be had for."""
    from multiprocessing.connection import wait  # not loaded for a few files

    crew: list[_Worker] = []
    try:
        while left or any(one.given for one in crew):
            while left and len(crew) < jobs:
                if not _hire(crew, files, checker):
                    jobs = len(crew)
            if not crew:
                return
            for one in crew:
                _hand_out(one, left, jobs)
            speaking = wait([one.pipe for one in crew])
            for one in [one for one in crew if one.pipe in speaking]:
                try:
                    result = one.pipe.recv()
                except (EOFError, OSError):     # it died
                    crew.remove(one)
                    jobs -= not one.ready       # others would not get further either
                    error = one.end()
                    if one.given:
                        at = one.given.popleft()
                        put(at, crashed(files[at], checker, error))
                        left.extendleft(reversed(one.given))
                    continue
                if one.ready:
                    put(one.given.popleft(), result)
                one.ready = True
    finally:
        for one in crew:
            one.process.kill()      # either it has nothing to do or nobody wants it any more
        for one in crew:
            one.end()


def _hire(crew: list[_Worker], files: Sequence[Listed], checker: Checker) -> bool:
    """Start one more worker, if the system lets us."""
    import multiprocessing

    fork = "fork" in multiprocessing.get_all_start_methods() and threading.active_count() == 1
    context: Any = multiprocessing.get_context("fork" if fork else "spawn")
    with _uninterrupted():
        try:
            ours, theirs = context.Pipe()
            inherited = [ours, *(one.pipe for one in crew)] if fork else []
            process = context.Process(target=_work, args=(theirs, inherited, files, checker), daemon=True)
            process.start()
        except (OSError, AssertionError):       # no room for more; a daemon's child may have no children
            return False
        theirs.close()
        crew.append(_Worker(process, ours))
    return True


def _hand_out(one: _Worker, left: deque[int], jobs: int) -> None:
    """Give a worker more files before it runs out of them; fewer towards the end, so that all end together."""
    share = min(SHARE, len(left) // (2 * jobs) + 1) if left else 0
    if one.ready and 2 * len(one.given) < share:
        more = list(islice(left, share))
        with contextlib.suppress(OSError):      # it has died; its pipe tells
            one.pipe.send(more)
            one.given.extend(more)
            for _ in more:
                left.popleft()


@contextlib.contextmanager
def _uninterrupted() -> Generator[None, None, None]:
    """Ctrl-C waits, and a process that starts meanwhile never gets it."""
    if not hasattr(signal, "pthread_sigmask"):
        yield
        return
    before = signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGINT])
    try:
        yield
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)


def _work(pipe: Any, inherited: Sequence[Any], files: Sequence[Listed], checker: Checker) -> None:
    """A worker: says that it is ready, then answers each position with the result of that file."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    for other in inherited:         # else no worker would see the pipe of another close
        other.close()
    with contextlib.suppress(EOFError, OSError):        # nobody is there any more
        pipe.send(None)
        while True:
            for at in pipe.recv():
                result = check_one(files[at], checker)
                try:
                    answer = pickle.dumps(result, pickle.HIGHEST_PROTOCOL)
                except Exception as fault:
                    answer = pickle.dumps(crashed(files[at], checker, type(fault).__name__))
                pipe.send_bytes(answer)


def _recipe(checker: Checker) -> tuple:
    """How a process that does not inherit a checker makes the same: compiled rules can't be sent."""
    return _rebuilt, (checker.pack.folder, checker.pack.digest, checker.world, checker.style, checker.limits)


def _rebuilt(folder: Path, digest: str, world: World, style: Style, limits: Limits) -> Checker:
    pack = load_pack(folder, examples=False)
    if pack.digest != digest:
        raise RuntimeError("the pack has changed meanwhile")
    return Checker(Compiled(pack), world, style, limits)


copyreg.pickle(Checker, _recipe)
