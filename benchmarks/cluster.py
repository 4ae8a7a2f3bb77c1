"""What a Dask cluster costs: python benchmarks/cluster.py [COUNT COUNT [WORKERS]]   (2000 20000 1 unless given)

For each COUNT it makes that many personal reports, one in ten with findings, starts a scheduler and WORKERS workers on
this machine, and runs the command with `--on`, and beside it with one process and without a cache. Prints seconds of
CPU by whom they were used, the peak memory of the command, the bytes of a result and of the store a result.
Not on Windows; needs the extra `dask`.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psutil
from costs import cost
from reports import make
from scale import spoil

from bayang.engine.batch.run import check_all
from bayang.engine.batch.workers import SENT_AWAY
from bayang.engine.judging.check import Checker
from bayang.engine.judging.compile import Compiled
from bayang.engine.judging.world import World
from bayang.engine.packs.pack import load_pack
from bayang.engine.reading.files import list_files

DAY = "2022-05-06"


def used(process: psutil.Process) -> float:
    """Seconds of CPU of a process, its children, and those that have ended."""
    return sum(sum(one.cpu_times()[:4]) for one in (process, *process.children(recursive=True)))


@contextmanager
def cluster(home: Path, workers: int) -> Iterator[tuple[str, psutil.Process, psutil.Process]]:
    """The address of a scheduler, its process, and that of the workers' nanny."""
    file = home / "scheduler.json"
    plain = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}

    def start(program: str, *arguments: str) -> psutil.Popen:
        return psutil.Popen([sys.executable, "-m", f"distributed.cli.dask_{program}", "--scheduler-file", str(file),
                             "--no-dashboard", *arguments], stderr=subprocess.DEVNULL, env=plain, cwd=home)

    begun = [start("scheduler", "--host", "127.0.0.1", "--port", "0")]
    try:
        while not file.exists():
            time.sleep(0.1)
        begun.append(start("worker", "--nworkers", str(workers), "--nthreads", "1"))
        address = json.loads(file.read_text(encoding="utf-8"))["address"].replace("tcp://", "dask://")
        yield address, *begun
    finally:
        for one in begun:
            one.terminate()
            one.wait()


def sizes(folder: Path) -> tuple[float, float]:
    """Bytes of a result, and of the store a result, in a run over a folder."""
    store = check_all(list_files([str(folder)]), Checker(Compiled(load_pack()), World(DAY)), lambda *told: None)
    total = sum(store.read(f"SELECT sum({of}) FROM {table}")[0][0] for table, of in (
        ("results", "length(about || collected || body || problems || tally)"), ("numbers", "length(packed)")))
    [[pages]], [[page]] = store.read("PRAGMA page_count"), store.read("PRAGMA page_size")
    return total / len(store), pages * page / len(store)


def main(counts: list[int], workers: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as home, cluster(Path(home), workers) as (address, scheduler, nanny):
        for count in (100, *counts):        # the first is for starting
            folder = Path(home) / f"reports-{count}"
            make(folder, count)
            spoil(folder, count, 10)
            command = [sys.executable, "-m", "bayang", "check", str(folder), "--as-of", DAY, "--format", "json"]
            alone, _, here = cost([*command, "--no-cache", "--jobs", "1"])
            if count == 100:
                cost([*command, "--on", address])
                continue
            before = used(scheduler), used(nanny)
            on, _, there = cost([*command, "--on", address])
            time.sleep(1)
            steered, checked = used(scheduler) - before[0], used(nanny) - before[1]
            assert here == there, "another result"
            tasks = -(-count // SENT_AWAY)
            result, stored = sizes(folder)
            print(f"{count:6d} reports here      {alone.wall:7.1f} s  {alone.cpu:7.1f} s CPU  {alone.peak:6.1f} MiB\n"
                  f"               on {workers}      {on.wall:7.1f} s  {on.cpu:7.1f} s CPU of the command "
                  f"{on.peak:6.1f} MiB, {steered:.1f} of the scheduler, {checked:.1f} of the workers\n"
                  f"               {count / checked:.0f} files per CPU second of the workers, "
                  f"{1e3 * steered / tasks:.1f} ms of the scheduler a task of {SENT_AWAY}, "
                  f"{1e3 * on.cpu / count:.2f} ms of the command a file\n"
                  f"               a result has {result:.0f} bytes, the store {stored:.0f}", flush=True)


if __name__ == "__main__":
    given = [int(value) for value in sys.argv[1:]]
    main(given[:2] or [2000, 20000], given[2] if len(given) > 2 else 1)
