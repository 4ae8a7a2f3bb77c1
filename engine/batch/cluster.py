"""Has the workers of a Dask cluster check the files of a run; all else of it stays here (docs/scale.md).

A task is a few files. A worker of the cluster gives them to a process of ours beside it, as on one machine: a file that
kills that process or hangs is told as there. What takes the cluster's worker itself away Dask tries again elsewhere; if
that goes on, each file of the task is tried alone, and one that is alone when the workers die is told.
"""

from __future__ import annotations

import contextlib
import logging
import multiprocessing
import os
import pickle
import sys
import threading
import time
import warnings
from collections import deque
from collections.abc import Callable, Generator, Mapping, Sequence
from concurrent.futures import CancelledError
from functools import cached_property, partial
from queue import Empty, SimpleQueue
from typing import TYPE_CHECKING, Any, TypeVar

from ... import __version__
from ..judging.check import Checker
from ..reading.files import Listed, read_bytes
from ..reading.stores import fetched
from ..recording import replace
from ..records import Unreadable, UsageError
from .cache import program
from .workers import Batch, Brought, Crew, ProcessEnded, Put, check_one, crashed

if TYPE_CHECKING:       # an extra
    from distributed import Client, Future, Scheduler

Given = TypeVar("Given")
AHEAD = 3           # tasks for each thread of the cluster that wait or are under way
PATIENCE = 60.0     # seconds without a result after which it is asked whether there are workers, and for an answer
CONNECTING = 10     # seconds
LEAVING = 2.0       # seconds
TRIES = 2           # a process beside that died while it had nothing in hand is replaced
TLS = "dask+tls://"
_LOGS = ("distributed", "distributed.client", "distributed.core", "distributed.comm", "distributed.utils_comm")

Answers = list[tuple[int, bytes | None]]        # (position of a file, its result); None: it can't be opened there


def check_on(address: str, left: deque[Batch], files: Sequence[Listed], checker: Checker, put: Put) -> None:
    """Have the cluster at an address check what is left. Raises UsageError where it is no cluster for this run."""
    with _connected(address) as client:
        for worker, theirs in _programs(client).items():
            if isinstance(theirs, Exception):
                raise UsageError("cluster.no-program", worker=worker, ours=own_program())
            _hold_alike(worker, theirs, own_program())
        _Errand(client, files, checker, put).run(left)


@contextlib.contextmanager
def _connected(address: str) -> Generator[Client]:
    """The cluster's client. What the cluster says for itself on standard error is left out: what matters is told."""
    from distributed import Client

    for name in _LOGS:
        logging.getLogger(name).setLevel(logging.CRITICAL)
    scheme = "tls://" if address.startswith(TLS) else "tcp://"
    connect = partial(Client, scheme + address.partition("://")[2], timeout=CONNECTING, set_as_default=False)
    with warnings.catch_warnings(action="ignore"):
        try:
            client = _within(CONNECTING + LEAVING, connect)
        except Exception as fault:      # whatever speaks there
            raise UsageError("cluster.unreached", address=address, error=type(fault).__name__) from None
        try:
            yield client
        except (CancelledError, _Gone):
            raise UsageError("cluster.lost", address=address) from None
        finally:
            with contextlib.suppress(Exception):
                _within(LEAVING, client.close)


def _programs(client: Client) -> dict[str, str | Exception]:
    """What each worker has. One that says nothing, or goes, is asked once more when it has a task in hand."""
    try:
        found: dict[str, str | Exception] = _within(CONNECTING, partial(client.run, own_program, on_error="return"))
    except TimeoutError:
        return {}
    except OSError:
        raise _Gone from None
    return {worker: theirs for worker, theirs in found.items() if not isinstance(theirs, OSError)}


def _within(seconds: float, call: Callable[[], Given]) -> Given:
    """What a call of the library gives, which may wait for ever for somebody who stands still: TimeoutError then."""
    try:
        return _result(_begun(call).get(timeout=seconds))
    except Empty:
        raise TimeoutError from None


def _begun(call: Callable[[], Given]) -> SimpleQueue[tuple[Given, None] | tuple[None, BaseException]]:
    """Where what a call gives will come, or what it raises."""
    found: SimpleQueue[tuple[Any, Any]] = SimpleQueue()

    def do() -> None:
        try:
            found.put((call(), None))
        except BaseException as fault:      # it is raised where it is waited for
            found.put((None, fault))

    threading.Thread(target=do, daemon=True).start()
    return found


def _result(found: tuple[Given, None] | tuple[None, BaseException]) -> Given:
    if found[1] is not None:
        raise found[1]
    return found[0]


def own_program() -> str:
    """What has to be the same everywhere for the same result: the program, Python with its tables and codes, and how
    that takes names of files.
    """
    python = f"Python {'.'.join(map(str, sys.version_info[:3]))}{' -O' * sys.flags.optimize}"
    return f"{__version__} ({program()[:12]}, {python}, {sys.getfilesystemencoding()})"


def _hold_alike(worker: str, theirs: str, ours: str) -> None:
    if theirs != ours:
        raise UsageError("cluster.program", worker=worker, theirs=theirs, ours=ours)


class _Gone(Exception):
    """The scheduler does not answer any more."""


class _Errand:
    """The tasks of one run, and what becomes of them."""

    def __init__(self, client: Client, files: Sequence[Listed], checker: Checker, put: Put) -> None:
        self.client, self.files, self.checker, self.put = client, files, checker, put
        self.ended: SimpleQueue[Future] = SimpleQueue()
        self.going: dict[Future, Batch] = {}
        self.most = self.asked = 0.0
        self.team = self._submit(Team, pickle.dumps(checker), own_program())

    def run(self, left: deque[Batch]) -> None:
        """Has all that is left checked."""
        suspects: deque[Batch] = deque()
        while left or self.going:
            while left and len(self.going) < self._most():
                self._send(left.popleft())
            suspects.extend(Batch([at]) for at in self._receive())
        for one in suspects:        # nothing else is under way: when the workers die, it is this file's doing
            self._send(one)
            for at in self._receive():
                self.put(at, crashed(self.files[at], self.checker, "KilledWorker"))

    def _most(self) -> float:
        """How many tasks may be under way; workers come and go."""
        if time.monotonic() > self.asked + 1:
            self.most, self.asked = AHEAD * max(1, self._threads()), time.monotonic()
        return self.most

    def _threads(self) -> int:
        """How many threads of workers take tasks. Raises _Gone where nobody can tell any more."""
        try:
            found: int = _within(PATIENCE, partial(self.client.run_on_scheduler, threads))
            return found
        except (ImportError, AttributeError):       # of another version, or none
            raise UsageError("cluster.no-program", worker=self.client.scheduler.address, ours=own_program()) from None
        except Exception:       # it does not answer, another stands in its place, the client gave it up
            raise _Gone from None

    def _send(self, batch: Batch) -> None:
        """Have a batch checked."""
        brought: dict[int, Brought] = {at: (away(self.files[at]), None) for at in batch.files}
        future = self._submit(_checked, self.team, Batch(list(batch.files), brought=brought))
        self.going[future] = batch
        future.add_done_callback(self.ended.put)

    def _submit(self, task: Callable[..., object], *given: object) -> Future:
        try:
            return self.client.submit(task, *given, pure=False)
        except Exception:
            if self.client.status == "running":
                raise
            raise _Gone from None

    def _receive(self) -> Sequence[int]:
        """Take what one task gave; says which files the workers died of, as far as anybody can tell."""
        from distributed.scheduler import KilledWorker

        future = self._comes(self.ended)
        batch = self.going.pop(future)
        try:
            worker, answers = _result(self._comes(_begun(future.result)))
        except KilledWorker:
            return batch.files
        except (UsageError, CancelledError, _Gone):
            raise
        except Exception as fault:      # its text may hold what nobody shall read here
            raise UsageError("cluster.failed", error=type(fault).__name__) from None
        for at, lines in answers:
            self.put(at, lines if lines is not None else self._seen_from_here(at, worker))
        return ()

    def _comes(self, queue: SimpleQueue[Given]) -> Given:
        """What is waited for, as long as it can come."""
        while True:
            with contextlib.suppress(Empty):
                return queue.get(timeout=PATIENCE)
            if not self._threads():
                raise UsageError("cluster.no-worker", seconds=int(PATIENCE))
            if self.team.cancelled():       # the scheduler forgot it
                raise _Gone

    def _seen_from_here(self, at: int, worker: str) -> bytes:
        """The result of a file that a worker can't open: nobody can, or the worker does not see what lies here."""
        with contextlib.suppress(Unreadable):
            read_bytes(self.files[at], self.checker.limits)
            raise UsageError("cluster.not-seen", worker=worker, file=self.files[at].name)
        return check_one(self.files[at], self.checker)


def threads(dask_scheduler: Scheduler) -> int:
    """On the scheduler: how many threads the workers have that take tasks; those short of memory take none."""
    return sum(int(one.nthreads) for one in dask_scheduler.running)


def away(listed: Listed) -> Listed:
    """A file as one elsewhere finds it: paths count from here."""
    if listed.in_store:
        return replace(listed, given=listed.path)
    return replace(listed, given=os.path.abspath(listed.path), folder=os.path.abspath(listed.folder or ""))


class Team:
    """On a worker of the cluster: the processes beside it for one run. They end when the cluster forgets the run."""

    def __init__(self, packed: bytes, wanted: str) -> None:
        """The run's checker as a pickle, and the program that made it: no other can read it."""
        self.packed, self.wanted = packed, wanted
        self.idle: list[Crew] = []      # each of one process

    def __reduce__(self) -> tuple[type[Team], tuple[bytes, str]]:
        return Team, (self.packed, self.wanted)

    def __del__(self) -> None:
        for crew in self.idle:
            crew.let_go()

    @cached_property
    def checker(self) -> Checker:
        """The checker of the run. Raises UsageError where the program is another one."""
        _hold_alike(_worker(), own_program(), self.wanted)
        # What a nanny starts counts as a daemon, which may have no children; ours end when it does.
        multiprocessing.current_process()._config["daemon"] = False     # type: ignore[attr-defined]
        checker: Checker = pickle.loads(self.packed)        # noqa: S301 - Dask itself unpickles whatever comes
        return checker

    def check(self, batch: Batch) -> Answers:
        """The results of the files of a batch."""
        brought = self._read(batch.brought)
        found: Answers = [(at, None) for at in batch.files if at not in brought]
        left = deque([Batch([*brought], brought=brought)] if brought else [])
        try:
            crew = self.idle.pop()
        except IndexError:
            crew = Crew((), self.checker)
        try:
            for _ in range(TRIES):
                crew.check(left, 1, lambda at, lines, *_: found.append((at, lines)))
            if left:
                raise ProcessEnded
        except BaseException:
            crew.let_go()
            raise
        self.idle.append(crew)
        return found

    def _read(self, given: Mapping[int, Brought]) -> dict[int, Brought]:
        """The files that can be opened here, those of a store with what stands in them.

        Raises UsageError where the store can't be read.
        """
        most = self.checker.limits.bytes
        stored = [(at, listed) for at, (listed, _) in given.items() if listed.in_store]
        try:
            came = fetched([listed.path for _, listed in stored], most + 1)
        except UsageError as fault:
            raise UsageError(fault.key, **fault.facts | {"error": f"{fault.facts['error']}, {_worker()}"}) from None
        found: dict[int, Brought] = {at: (listed, data) for (at, listed), data in zip(stored, came, strict=True)
                                     if isinstance(data, bytes) and len(data) <= most}
        paths = {at: listed.path for at, (listed, _) in given.items() if not listed.in_store}
        return found | {at: given[at] for at in _can_be_opened(paths, self.checker.limits.seconds)}


def _can_be_opened(paths: Mapping[int, str], seconds: float) -> list[int]:
    """Those of some files, by their position. One on a disk that gives no answer in so many seconds is one of them: the
    process beside waits for it in vain too, and is given up.
    """
    seen: dict[int, bool] = {}

    def look(some: Sequence[int]) -> None:
        for at in some:
            seen[at] = os.access(paths[at], os.R_OK)

    while left := [at for at in paths if at not in seen]:
        try:
            _within(seconds, partial(look, left))
        except TimeoutError:
            seen[next(at for at in left if at not in seen)] = True
    return [at for at in paths if seen[at]]


def _checked(team: Team, batch: Batch) -> tuple[str, Answers]:
    """The task: who did it, and what came of it."""
    return _worker(), team.check(batch)


def _worker() -> str:
    from distributed import get_worker

    address: str = get_worker().address
    return address
