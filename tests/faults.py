"""What goes wrong outside of a program, at a chosen moment: a disk that takes no more, a process that is killed.

By hand, as long as one likes:

    .venv/bin/python tests/faults.py full           a disk that is full from each write on, and at each write once
    .venv/bin/python tests/faults.py kill 200       so many runs that are killed at a random moment
"""

from __future__ import annotations

import builtins
import errno
import io
import itertools
import os
import random
import shutil
import signal
import sys
import tempfile
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import running
from running import FAULTY, GOOD, SAMPLES, Said

from bayang.engine.text.messages import LANGUAGES, say

DAY = ("--as-of", "2022-08-08")
Tree = dict[str, bytes]
FULL = [say("system.ENOSPC", language) for language in LANGUAGES]


# -- a full disk -----------------------------------------------------------------------------------------------------

class Disk:
    """Counts what would need room on a disk: creating, writing, syncing, renaming. Some of it is refused."""

    def __init__(self, refused: Callable[[int], bool], tally: Path | None = None) -> None:
        self.refused = refused
        self.tally = tally
        self.count = 0

    def use(self) -> None:
        """Every file of this process that is written from here on is on this disk."""
        plain_open = io.open
        if self.tally:
            self.notes = plain_open(self.tally, "wb", buffering=0)

        class Raw(io.FileIO):
            def write(raw, data: Any) -> int | None:  # noqa: N805
                if "a" in raw.mode or raw.tell() + len(data) > os.fstat(raw.fileno()).st_size:
                    self.take("write")      # else it has its room
                return super().write(data)

        def opened(file: Any, mode: str = "r", buffering: int = -1, encoding: str | None = None,
                   errors: str | None = None, newline: str | None = None, closefd: bool = True,
                   opener: Any = None) -> Any:
            if not set(mode) & set("wax+"):
                return plain_open(file, mode, buffering, encoding, errors, newline, closefd, opener)
            if not isinstance(file, int):
                self.take("open", file)
            raw = Raw(file, mode.replace("b", "").replace("t", ""), closefd, opener)
            if buffering == 0:
                return raw
            whole = io.BufferedRandom(raw) if "+" in mode else io.BufferedWriter(raw)
            return whole if "b" in mode else io.TextIOWrapper(whole, encoding, errors, newline)

        io.open = builtins.open = opened
        for name in ("write", "fsync", "replace", "rename", "link", "symlink", "mkdir", "ftruncate", "pwrite"):
            setattr(os, name, self._guarded(name))
        plain = os.open

        def os_open(path: Any, flags: int, *more: Any, **named: Any) -> int:
            if flags & os.O_CREAT or flags & getattr(os, "O_TMPFILE", 0) == getattr(os, "O_TMPFILE", 1):
                self.take("create", path)
            return plain(path, flags, *more, **named)

        os.open = os_open

    def _guarded(self, name: str) -> Callable[..., Any]:
        plain = getattr(os, name)

        def guarded(*given: Any, **named: Any) -> Any:
            if name != "replace" or not os.path.exists(given[1]):       # there it needs no room
                self.take(name, None if isinstance(given[0], int) else given[0])
            return plain(*given, **named)

        return guarded

    def take(self, what: str, file: object = None) -> None:
        self.count += 1
        if self.tally:
            self.notes.write(what[:1].encode())
        if self.refused(self.count):
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), *([os.fspath(file)] if file else []))


@dataclass(frozen=True)
class Job:
    """A command, run in a folder of its own with reports in `in`."""

    arguments: Sequence[object]
    before: Sequence[Sequence[object]] = ()     # commands that are run there first


JOBS = {
    "check": Job(["check", "in", *DAY, "--cache-dir", "cache", "--write-baseline", "out/known.json",
                  *itertools.chain(*(["--format", f"{name}=out/a.{name}"] for name in (
                      "json", "jsonl", "sarif", "junit", "github", "gitlab", "csv", "markdown", "html", "xlsx")))]),
    "check again": Job(["check", "in", *DAY, "--format", "json=out/a.json", "--format", "csv=out/new.csv"],
                       [["check", "in", "--as-of", "2022-05-01", "--format", "json=out/a.json"]]),
    "stats": Job(["stats", "in", *DAY, "--format", "markdown=out/s.md", "--format", "xlsx=out/s.xlsx",
                  "--format", "docx=out/s.docx"]),
    "notice": Job(["notice", "in", *DAY, "--to", "letters", "--format", "docx,html,md", "--register", "out/r.csv",
                   "--reply-by", "2022-09-01"]),
    "notice again": Job(["notice", "in", *DAY, "--to", "letters", "--format", "md", "--register", "out/r.csv",
                         "--reply-by", "2022-09-01", "--overwrite"],
                        [["notice", "in", "--as-of", "2022-07-01", "--to", "letters", "--format", "md", "--register",
                          "out/r.csv", "--reply-by", "2022-08-01"]]),
    "ledger": Job(["ledger", "in", *DAY, "--to", "out/l.xlsx"]),
    "archive": Job(["archive", "in", *DAY, "--to", "out/a.zip"]),
    "new": Job(["new", "personal", "--roster", "in/roster.yaml", "--phase", "rectification", "--to", "forms"]),
    "workbooks": Job(["new", "personal", "--roster", "in/roster.yaml", "--phase", "rectification", "--to", "forms",
                      "--format", "xlsx"]),
    "import": Job(["import", "forms", "--to", "made"], [["new", "personal", "--to", "forms/a.xlsx"]]),
    "mark": Job(["check", "forms/a.xlsx", *DAY, "--mark"], [["new", "personal", "--to", "forms/a.xlsx"]]),
    "fix": Job(["fix", "in/wide.yaml", "--write"]),
    "desk": Job(["desk", "--to", "out/desk.zip"]),
    "draft": Job(["rules", "init", "pack", "--plan", Path(__file__).parent / "plans/archives.txt", "--id", "mine"]),
    "manual": Job(["rules", "docs", "--to", "manual"]),
}


def made(folder: Path, job: Job) -> Path:
    """A folder as a command finds it."""
    (folder / "in").mkdir(parents=True)
    for name in ("out", "forms", "tmp"):
        (folder / name).mkdir()
    for one in (GOOD, FAULTY, SAMPLES / "roster.yaml"):
        shutil.copy(one, folder / "in")
    (folder / "in/wide.yaml").write_text("报告类型：个人\n备注：无\n", encoding="utf-8")
    for arguments in job.before:
        said = ran(folder, arguments)
        assert said.returncode in (0, 1), said.stderr.decode()
    return folder


def ran(folder: Path, arguments: Sequence[object], before: Callable[[], object] | None = None) -> Said:
    def begin() -> None:
        warnings.filterwarnings("ignore", ".encoding. argument not specified", EncodingWarning)      # openpyxl
        if before:
            before()

    return running.bayang(*arguments, cwd=folder, before=begin, TMPDIR=str(folder / "tmp"))


def folders(folder: Path) -> Tree:
    """Every folder, but for those of the cache, as something that holds nothing."""
    return {f"{path.relative_to(folder)}/": b"" for path in sorted(folder.rglob("*"))
            if path.is_dir() and path.relative_to(folder).parts[0] != "cache"}


def tree(folder: Path) -> Tree:
    """Every file, but for the cache, which is nobody's output."""
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*"))
            if path.is_file() and path.relative_to(folder).parts[0] != "cache"}


def full_disks(name: str, home: Path, ways: Sequence[str] = ("from", "only"),
               each: bool = True) -> Iterator[tuple[str, str]]:
    """(moment, what is wrong) of a command on a disk that is full from each write on, or at each write once.

    With `each` false only from the first of those writes on that stand between the same two others.
    """
    job, at = JOBS[name], itertools.count()

    def fresh() -> Path:
        shutil.copytree(template, folder := home / str(next(at)))
        return folder

    template = made(home / "template", job)
    untouched = tree(template) | folders(template)
    folder, notes = fresh(), home / "notes"
    whole = ran(folder, job.arguments, Disk(lambda count: False, notes).use)
    wanted, writes = tree(folder) | folders(folder), notes.read_bytes().decode()
    assert whole.returncode in (0, 1), whole.stderr.decode()
    assert wanted != untouched and len(writes) > 2, name
    around = [f" {writes} "[at:at + 3] for at in range(len(writes))]
    numbers = [at + 1 for at, one in enumerate(around) if each or around.index(one) == at]
    for number, way in itertools.product(numbers, ways):
        folder = fresh()
        disk = Disk({"from": range(number, sys.maxsize), "only": range(number, number + 1)}[way].__contains__)
        said = ran(folder, job.arguments, disk.use)
        fault = wrong(said, whole, tree(folder) | folders(folder), untouched, wanted)
        if fault:
            yield f"{name}: {way} {number} of {len(writes)} ({writes[number - 1]})", fault
        shutil.rmtree(folder)


def wrong(said: Said, whole: Said, found: Tree, untouched: Tree, wanted: Tree) -> str:
    """What is wrong with a run on a full disk: it is refused and nothing has changed, or through and all is there."""
    told = said.stderr.decode()
    if "Traceback" in told:
        return told
    if said.returncode == whole.returncode:
        return differences(found, wanted) or ("said otherwise" if said.stdout != whole.stdout else "")
    if said.returncode != 2:
        return f"exit {said.returncode}: {told}"
    told = "".join(line for line in told.splitlines(keepends=True) if "--no-cache" not in line)
    if told.count("\n") != 1 or not any(word in told for word in FULL) or "stdout" in told:
        return f"said: {told!r}"
    return differences(found, untouched)


def differences(found: Tree, wanted: Tree) -> str:
    return " ".join(f"{path} {'more' if path not in wanted else 'gone' if path not in found else 'other'}"
                    for path in sorted(found.keys() | wanted.keys()) if found.get(path) != wanted.get(path))


# -- a death ---------------------------------------------------------------------------------------------------------

KILLED = {
    "check": ["check", "in", *DAY, "--jobs", "2", "--cache-dir", "cache", "--format", "json=out/a.json",
              "--format", "csv=out/a.csv", "--write-baseline", "out/known.json"],
    "notice": ["notice", "in", *DAY, "--jobs", "2", "--cache-dir", "cache", "--to", "letters", "--format", "md",
               "--config", "notice.yaml", "--register", "out/r.csv", "--overwrite"],
}
OLD = {f"out/{name}": b"old" for name in ("a.json", "a.csv", "known.json")}


def deaths(runs: int, home: Path, job: str = "check", seed: int = 1, reports: int = 30) -> Iterator[str]:
    """What is wrong after each of so many runs that are killed at a random moment, one after the other on one cache,
    while the workers of the one before may still be there: a file that is neither the old nor the new one, or other
    bytes when it is run again.
    """
    chance = random.Random(seed)
    made(home, Job([]))
    (home / "notice.yaml").write_text("issuer: 某局活动办\nnumber: {series: 某局活动办}\n", encoding="utf-8")
    text = FAULTY.read_text(encoding="utf-8").partition("八个方面:")[0]
    for number in range(reports):
        (home / f"in/Q-{number}.yaml").write_text(text.replace("P-003", f"Q-{number}"), encoding="utf-8")
    old = tree(home) | (OLD if job == "check" else {})
    began = time.monotonic()
    whole = ran(home, KILLED[job])
    assert whole.returncode < 2, whole.stderr.decode()
    length, new = time.monotonic() - began, tree(home)
    shutil.rmtree(home / "cache")
    for _ in range(runs):
        for name in tree(home).keys() - old.keys():
            (home / name).unlink()
        for name, data in old.items():
            (home / name).write_bytes(data)
        wait = chance.random() * length * 1.1
        ended = ran(home, KILLED[job], lambda wait=wait: _kill_after(wait)).returncode
        half = [name for name, data in tree(home).items() if data not in (new.get(name), old.get(name))
                and not Path(name).name.startswith((".bayang-", ".r.csv"))]
        if half or ended not in (whole.returncode, -signal.SIGKILL):
            yield f"after {wait:.3f} s, ended with {ended}: {half}"
        said = ran(home, KILLED[job])
        if said.returncode != whole.returncode or said.stderr != whole.stderr or tree(home) != new:
            yield f"after {wait:.3f} s, again: {said.returncode} {said.stderr.decode()} {differences(tree(home), new)}"
        left = list(home.rglob(".bayang-*"))
        if left:
            yield f"after {wait:.3f} s, left: {left}"


def _kill_after(seconds: float) -> None:
    """The process that calls it, and none that it starts, is killed after so many seconds."""
    if not os.fork():
        parent = os.getppid()
        time.sleep(seconds)
        if os.getppid() == parent:
            os.kill(parent, signal.SIGKILL)
        os._exit(0)


def main(arguments: list[str]) -> int:
    if arguments[:1] == ["full"]:
        faults = 0
        for name in arguments[1:] or JOBS:
            with tempfile.TemporaryDirectory() as home:
                for moment, fault in full_disks(name, Path(home)):
                    faults += 1
                    print(f"{moment}: {fault}", flush=True)
            print(f"{name}: through", flush=True)
        return bool(faults)
    if arguments[:1] == ["kill"]:
        faults = 0
        for job in KILLED:
            with tempfile.TemporaryDirectory() as home:
                for fault in deaths(int(arguments[1]), Path(home), job, random.randrange(1 << 32)):
                    faults += 1
                    print(f"{job}: {fault}", flush=True)
            print(f"{job}: {arguments[1]} runs killed", flush=True)
        return bool(faults)
    print(__doc__)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
