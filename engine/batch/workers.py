"""Checks the listed files, in this process or shared out to workers: one result a file, in the order of the list.

A worker that dies (a signal, no memory) costs the one file that it had in hand: nothing of that file passes, a fresh
worker goes on with the others. So does a file that takes too long, or at which a worker stops: that is told as `time`.
Workers read files and nothing else; they end when the pipe to them closes.

The pool is our own: that of `concurrent.futures` breaks as a whole when one worker dies and does not say over which
file, ends no worker that stands still, and leaves its workers behind when the process that started them is killed.
"""

from __future__ import annotations

import contextlib
import copyreg
import gc
import os
import signal
import sys
import threading
import time
from array import array
from collections import deque
from collections.abc import Callable, Container, Generator, Iterator, Mapping, Sequence
from errno import errorcode
from typing import TYPE_CHECKING, Any, TypeVar
from zlib import crc32

from ..judging.check import Checker
from ..judging.results import FileResult, as_bytes, to_lines
from ..judging.telling import Style
from ..judging.world import World
from ..reading.files import STDIN, Files, Listed, names_of, read_bytes
from ..recording import dataclass, field
from ..records import Limits, NotAssessed, Unreadable
from ..writing import uninterrupted

if TYPE_CHECKING:       # not loaded for a few files
    from ctypes import c_int
    from multiprocessing.connection import Connection
    from multiprocessing.process import BaseProcess

    from .cache import Cache, Sealing

FEW = 200       # files for which starting workers does not pay
LATE = "time"   # in place of the kind of an error: it took too long
MOST = 60       # workers; Windows can't wait for many more
SHARE = 64      # files that make a batch at most
SENT = 48       # results that are sent together
SENT_AWAY = 128 # files that are sent elsewhere together

TICK = 1.0      # seconds after which the parent looks whether a worker still moves
LONGEST = 10 ** 8       # seconds that a clock of the system is set to at most
STARTING = 60   # seconds that a worker may take before it is ready
JUDGED = 10     # times the limit of a file, for which a long judgement may say nothing

Sent = TypeVar("Sent")      # what a task beside sends
# Position of a file, its result as lines; if there is a cache, what it is to keep of the file.
Answer = tuple[int, bytes, bytes | None]
Put = Callable[..., None]               # with an answer, or with the first two of it
Tell = Callable[[int, int], None]       # (done, total)
Brought = tuple[Listed, bytes | None]   # a file, and what stands in it if that was read elsewhere


@dataclass(slots=True)
class Batch:
    """Neighbours that are checked in a row."""

    files: Sequence[int]
    held: Mapping[int, bytes] | None = None     # by position, their entries in the cache; None where nothing is kept
    brought: Mapping[int, Brought] = field(default_factory=dict)    # by position, to whoever does not have the files

    def of(self, at: int, files: Sequence[Listed]) -> Brought:
        return self.brought.get(at) or (files[at], None)


Elsewhere = Callable[[deque[Batch], Sequence[Listed], Checker, Put], None]      # what has batches checked, all of them


def check_files(files: Sequence[Listed], checker: Checker, put: Put, jobs: int = 1,
                progress: Tell = lambda done, total: None, cache: Cache | None = None,
                elsewhere: Elsewhere | None = None) -> None:
    """Give `put` the result of every file, the same for any number of jobs (0: as many as pay), with or without cache,
    here or `elsewhere`.

    `progress` is told after each file how many of how many are done.
    """
    done = 0

    def put_one(at: int, lines: bytes, entry: bytes | None = None) -> None:
        nonlocal done
        done += 1
        put(at, lines)
        if cache and entry:
            cache.keep(files[at].name, entry)
        progress(done, len(files))

    jobs = workers_for(jobs, len(files))
    batches, own = _batches(files, jobs, SENT_AWAY if elsewhere else SHARE)
    left = deque(batches)
    if elsewhere:
        elsewhere(left, files, checker, put_one)
    elif jobs > 1:
        _share_out(left, files, checker, cache, min(jobs, len(left), MOST), put_one)
    settings = cache.settings if cache else b""
    for batch in left:
        for answer in _check_batch(_with_entries(batch, files, cache), files, checker, settings):
            put_one(*answer)
    for answer in _check_batch(Batch(own), files, checker):
        put_one(*answer)
    if cache:
        cache.keep_only(lambda: names_of(files), len(files))


def _batches(files: Sequence[Listed], jobs: int, most: int) -> tuple[list[Batch], list[int]]:
    """All files in batches, of few files small ones, so that all workers end together; and apart from them those that
    only this process has: standard input.
    """
    own = files.on_stdin() if isinstance(files, Files) else [at for at, one in enumerate(files) if one.given == STDIN]
    places = array("I", [at for at in range(len(files)) if at not in own] if own else range(len(files)))
    size = min(most, len(places) // (4 * jobs) + 1)
    return [Batch(places[at:at + size]) for at in range(0, len(places), size)], own


def _with_entries(batch: Batch, files: Sequence[Listed], cache: Cache | None) -> Batch:
    """A batch and what the cache has of its files."""
    if cache is None:
        return batch
    names = {at: files[at].name for at in batch.files}
    found = cache.held(list(names.values()))
    return Batch(batch.files, {at: found[name] for at, name in names.items() if name in found}, batch.brought)


def workers_for(jobs: int, files: int) -> int:
    """How many processes check so many files; 0 jobs: as many as pay."""
    return jobs or (cores() if files >= FEW else 1)


def cores() -> int:
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def _check_batch(batch: Batch, files: Sequence[Listed], checker: Checker, settings: bytes = b"",
                 mark: Callable[[int], None] = lambda at: None) -> Iterator[Answer]:
    """What comes of each file of a batch; `mark` is told which is taken in hand."""
    with Alarm(checker.limits.seconds) as alarm:
        for at in batch.files:
            mark(at)
            listed, data = batch.of(at, files)
            entry = None if batch.held is None else _sealing(settings, batch.held.get(at))
            try:
                alarm.start()
                lines = check_one(listed, checker, entry, data)
                alarm.stop()
            except OutOfTime:
                lines, entry = crashed(listed, checker, LATE), None
            yield at, lines, entry.made if entry else None


def _sealing(settings: bytes, held: bytes | None) -> Sealing:
    from .cache import Sealing  # not loaded for a few files

    return Sealing(settings, held)


def check_one(listed: Listed, checker: Checker, entry: Sealing | None = None, data: bytes | None = None) -> bytes:
    """The result of one listed file, as lines; `data` is what stands in it, where that was read.

    Of one that was read the checksum of its bytes is one line more, with a cache the key of its entry another.
    """
    name, folder = listed.name, listed.folder
    try:
        if data is None:
            data = read_bytes(listed, checker.limits)
        if entry is None:
            return _summed(checker.lines(data, name, folder, keep=False)[0], data)
        kept = entry.opened(name, data)
        lines = checker.recall(kept, name, folder) if kept else None
        if lines is None:
            lines, kept = checker.lines(data, name, folder)
            if kept:
                entry.keep(kept)
        return _summed(lines, data) + b"\n" + entry.key.hex().encode()
    except Unreadable as fault:
        told = as_bytes(to_lines(checker.teller.unreadable(fault, name)))
        return told if data is None else _summed(told, data)
    except Exception as fault:      # a fault of ours must not take the batch with it, and nothing of the file passes
        return crashed(listed, checker, errorcode.get(getattr(fault, "errno", 0), type(fault).__name__))


class OutOfTime(BaseException):
    """What is done takes too long. No Exception, so that no fault of a rule hides it."""


class Alarm:
    """A block that takes longer than so many seconds ends with OutOfTime; in it the time can be started anew.

    The time is that of the processor, so that a process which is stopped or starved is not blamed for it, or with
    `wall` that of the clock. It does nothing where the system can't (Windows), outside the main thread, and where
    somebody else waits for the same signal.
    """

    def __init__(self, seconds: float, wall: bool = False) -> None:
        self.seconds = min(seconds, LONGEST)
        self.waits = self.armed = False         # whether the signal is waited for, and whether it would end the block
        name = "ALRM" if wall else "PROF"
        self.number: int = getattr(signal, f"SIG{name}", 0)
        self.timer: int = getattr(signal, "ITIMER_REAL" if wall else "ITIMER_PROF", -1)
        self.usable = self.timer >= 0 and threading.current_thread() is threading.main_thread()

    def __enter__(self) -> Alarm:
        if self.usable and signal.getsignal(self.number) is signal.SIG_DFL:
            signal.signal(self.number, self._ring)
            self.waits = True
            self.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.stop()
        if self.waits:
            self.waits = False
            signal.setitimer(self.timer, 0)
            signal.signal(self.number, signal.SIG_DFL)

    def start(self) -> None:
        """So many seconds from now."""
        if self.waits:
            self.armed = True
            signal.setitimer(self.timer, self.seconds)

    def stop(self) -> None:
        """What follows may take as long as it likes."""
        self.armed = False

    def _ring(self, *told: object) -> None:
        if self.armed:          # not when it was just about to be switched off
            self.armed = False
            raise OutOfTime


def _summed(lines: bytes, data: bytes) -> bytes:
    return b"%b\n%d" % (lines, crc32(data))


def crashed(listed: Listed, checker: Checker, error: str) -> bytes:
    """What a file gives that could not be checked for a fault of ours: no rule is assessed."""
    reason = LATE if error == LATE else "crash"
    left = [NotAssessed(rule, listed.name, 1, None, None, reason) for rule in checker.pack.rules]
    return as_bytes(to_lines(FileResult([], left, None, [("*", error)])))


@dataclass(slots=True)
class _Worker:
    """A process, the pipe to it, where it says what it has in hand, and what it was given and has not answered.

    It is given nothing before it has answered all: two that send to each other, and neither reads, wait for ever.
    """

    process: BaseProcess
    pipe: Connection
    in_hand: c_int
    ready: bool = False
    given: Batch | None = None
    last: int = -1          # what it had in hand when it was last looked at
    still: float = 0        # seconds for which that has been so

    def hear(self, seconds: float) -> Sequence[Answer] | None:
        """What it says, which is there; None where it died or stops in the middle."""
        try:
            with Alarm(seconds, wall=True):
                answers: Sequence[Answer] = self.pipe.recv()
                return answers
        except (EOFError, OSError):
            return None
        except OutOfTime:
            self.still = seconds
            return None

    def wait(self, waited: float) -> None:
        """Note that so many seconds were waited for it, unless it has gone on or has nothing to do."""
        at = self.in_hand.value
        idle = self.ready and not self.given
        self.last, self.still = at, 0 if idle or at != self.last else self.still + waited

    def answered(self, files: Container[int]) -> None:
        """Strike these out of what it was given."""
        if self.given:
            self.given.files = [at for at in self.given.files if at not in files]
            self.given = self.given if self.given.files else None

    def end(self) -> str:
        """End the process if it has not ended, and say how it did."""
        self.pipe.close()
        self.process.join(0.2)
        code = _killed(self.process)
        if code is None:
            return LATE
        known = [one.name for one in signal.Signals if one == -code]
        return known[0] if known else f"exit {code}"


def _killed(process: BaseProcess) -> int | None:
    """The exit code of a process that is over now. None where even that does not end it, since it waits for a disk:
    nobody waits for it any more, not even Python at its own end.
    """
    from multiprocessing.process import _children  # type: ignore[attr-defined]  # there is no other way to say so

    process.kill()
    process.join(TICK)
    code = process.exitcode
    if code is None:
        _children.discard(process)
    else:
        process.close()
    return code


def _share_out(left: deque[Batch], files: Sequence[Listed], checker: Checker, cache: Cache | None, jobs: int,
               put: Put) -> None:
    """Have workers check what is left. What stays in `left` is what no worker could be had for."""
    crew = Crew(files, checker, cache)
    try:
        crew.check(left, jobs, put)
    finally:
        crew.let_go()


class Crew:
    """Workers, hired when there is something to do; they stay until they are let go."""

    def __init__(self, files: Sequence[Listed], checker: Checker, cache: Cache | None = None) -> None:
        """`files` are those of batches that bring none."""
        self.files, self.checker, self.cache = files, checker, cache
        self.workers: list[_Worker] = []

    def check(self, left: deque[Batch], jobs: int, put: Put) -> None:
        """Have so many workers check what is left. What stays in `left` is what no worker could be had for."""
        from multiprocessing.connection import wait  # not loaded for a few files

        crew, seconds = self.workers, self.checker.limits.seconds
        while left or any(one.given for one in crew):
            while left and len(crew) < jobs:
                if not self._hire():
                    jobs = len(crew)
            if not crew:
                return
            for one in crew:
                self._hand_out(one, left)
            began = time.monotonic()
            speaking = wait([one.pipe for one in crew], min(TICK, seconds))
            waited = min(time.monotonic() - began, TICK)        # more if all were stopped together
            for one in tuple(crew):
                if one.pipe in speaking:
                    answers = one.hear(seconds)
                else:
                    one.wait(waited)
                    if one.still < (seconds if one.ready else max(seconds, STARTING)):
                        continue
                    answers = None
                if answers is None:
                    jobs -= not self._bury(one, left, put)      # others would not get further either
                    continue
                one.ready, one.still = True, 0
                one.answered({answer[0] for answer in answers})
                self._hand_out(one, left)       # it goes on while its answers are put away
                for answer in answers:
                    put(*answer)

    def let_go(self) -> None:
        """End the workers: either they have nothing to do or nobody wants it any more."""
        for one in self.workers:
            one.process.kill()
        while self.workers:
            self.workers.pop().end()

    def _hand_out(self, one: _Worker, left: deque[Batch]) -> None:
        """Give a worker that waits for it the next batch."""
        if left and one.ready and not one.given:
            with contextlib.suppress(OSError):      # it has died; its pipe tells
                one.pipe.send(_with_entries(left[0], self.files, self.cache))
                one.given = left.popleft()

    def _bury(self, one: _Worker, left: deque[Batch], put: Put) -> bool:
        """Let a worker go that died or stands still; says whether a file is to blame."""
        self.workers.remove(one)
        late = one.still >= self.checker.limits.seconds
        at, error = one.in_hand.value, one.end()
        given = one.given or Batch(())
        is_blamed = at in given.files
        one.answered({at})
        if one.given:
            left.appendleft(one.given)
        if is_blamed:
            put(at, crashed(given.of(at, self.files)[0], self.checker, LATE if late else error))
        return is_blamed

    def _hire(self) -> bool:
        """Start one more worker, if the system lets us."""
        import multiprocessing

        fork, settings = can_fork(), self.cache.settings if self.cache else b""
        context: Any = multiprocessing.get_context("fork" if fork else "spawn")
        with uninterrupted(), _unnamed():      # and it never gets Ctrl-C and the like: it ends when we do
            try:
                ours, theirs = context.Pipe()
                in_hand = context.RawValue("i", -1)
                inherited = [ours, *(one.pipe for one in self.workers)] if fork else []
                process = context.Process(
                    target=_work, args=(theirs, in_hand, inherited, self.files, self.checker, settings), daemon=True)
                process.start()
            except (OSError, AssertionError):       # no room for more; a daemon's child may have no children
                return False
            theirs.close()
            self.workers.append(_Worker(process, ours, in_hand))
        return True


@contextlib.contextmanager
def _unnamed() -> Generator[None]:
    """A block in which nobody can tell which program this process runs: what is spawned would load that too."""
    main = sys.modules["__main__"]
    named: dict[str, Any] = {name: vars(main)[name] for name in ("__spec__", "__file__") if name in vars(main)}
    vars(main).update(dict.fromkeys(named))
    try:
        yield
    finally:
        vars(main).update(named)


def can_fork() -> bool:
    """Whether a new process can have all that this one has."""
    import multiprocessing

    return "fork" in multiprocessing.get_all_start_methods() and threading.active_count() == 1


class ProcessEnded(Exception):
    """A process ended before it was through."""


@contextlib.contextmanager
def beside(task: Callable[[Callable[[Sent], None]], None], wanted: bool,
           seconds: float) -> Generator[Callable[[], Sent] | None, None, None]:
    """Have a task done in a process of its own while the block goes on; None where that is not wanted or can't be.

    The task is given a function that sends; what it sent comes, one after the other, from the function that the block
    is given, which waits, and raises ProcessEnded when nothing will come any more, or nothing has for so many seconds.
    """
    def do(pipe: Connection, other: Connection) -> None:
        signal.signal(signal.SIGINT, signal.SIG_IGN)
        gc.disable()
        other.close()
        with contextlib.suppress(OSError):      # nobody is there any more
            task(pipe.send)

    process = None
    if wanted and can_fork():
        import multiprocessing

        context: Any = multiprocessing.get_context("fork")
        with uninterrupted(), contextlib.suppress(OSError, AssertionError):
            ours, theirs = context.Pipe(duplex=False)
            begun = context.Process(target=do, args=(theirs, ours), daemon=True)
            begun.start()
            theirs.close()
            process = begun

    def receive() -> Sent:
        still = 0.0
        try:
            while not ours.poll(TICK):
                still += TICK
                if still >= seconds:
                    raise ProcessEnded
            sent: Sent = ours.recv()
            return sent
        except (EOFError, OSError):
            raise ProcessEnded from None

    try:
        yield receive if process else None
    finally:
        if process:
            ours.close()
            _killed(process)


def _work(pipe: Connection, in_hand: c_int, inherited: Sequence[Connection], files: Sequence[Listed], checker: Checker,
          settings: bytes) -> None:
    """A worker: says that it is ready, then answers each batch with the results of its files, some at a time."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    gc.disable()
    for other in inherited:         # else no worker would see the pipe of another close
        other.close()

    def mark(at: int) -> None:
        in_hand.value = at

    with contextlib.suppress(EOFError, OSError):        # nobody is there any more
        pipe.send([])
        while True:
            answers = []
            for answer in _check_batch(pipe.recv(), files, checker, settings, mark):
                answers.append(answer)
                if len(answers) == SENT:
                    pipe.send(answers)
                    answers = []
            pipe.send(answers)


def _sent(checker: Checker) -> tuple[Callable[..., Checker], tuple[Any, ...]]:
    """How a process that does not inherit a checker has the same; compiled rules can't be sent as they are."""
    from ..judging.ready import packed

    return _arrived, (packed(checker.compiled), checker.world, checker.style, checker.limits)


def _arrived(data: bytes, world: World, style: Style, limits: Limits) -> Checker:
    from ..judging.ready import unpacked

    return Checker(unpacked(data), world, style, limits)


copyreg.pickle(Checker, _sent)
