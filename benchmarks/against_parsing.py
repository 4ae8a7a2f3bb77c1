"""How a whole check compares with merely parsing the same files: benchmarks/against_parsing.py [COUNT [ROUNDS]]

Prints the ratio of `yaml.load(..., CSafeLoader)` on the same bytes to a whole check (pack, listing, reading,
schema, all rules, batch) of personal reports in one process: of clean reports, of reports of which one in ten has a
finding, and of reports that all have one, with short texts and with texts ten times as long in folded blocks. The
compiled pack is taken from where a command before left it, as every command does. Measured in turns, in CPU seconds;
over 1 the check is faster.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

import yaml
from reports import make

from bayang.engine.batch.run import Options, run
from bayang.engine.judging.ready import compiled
from bayang.engine.packs.pack_files import BUNDLED


def spoil(files: list[Path]) -> None:
    """Take a required field out of the first problem of each file."""
    for file in files:
        lines = file.read_bytes().split(b"\n")
        lines.remove(next(line for line in lines if line.startswith(b"      cause: ")))
        file.write_bytes(b"\n".join(lines))


def compare(folder: Path, files: list[Path], rounds: int, faulty: int, home: str) -> None:
    """Measure and print."""
    parsing, checking = [], []
    for _ in range(rounds):
        start = time.process_time()
        for file in files:
            yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader)
        parsing.append(time.process_time() - start)
        start = time.process_time()
        result = run([str(folder)], Options(as_of="2022-05-06"), compiled(BUNDLED, home))
        checking.append(time.process_time() - start)
    assert len(result.findings) == faulty, result.findings[:5]
    ratio = statistics.median(b / a for a, b in zip(checking, parsing, strict=True))
    print(f"{faulty:6d} with a finding: parsing only {statistics.median(parsing):7.3f} s, "
          f"the whole check {statistics.median(checking):7.3f} s, ratio {ratio:5.2f}")


def main(count: int, rounds: int) -> None:
    """Compare all kinds of folders."""
    for times in (1, 10):
        compare_all(count, rounds, times)


def compare_all(count: int, rounds: int, times: int) -> None:
    """Compare folders of clean and of faulty reports, with texts so many times as long."""
    with tempfile.TemporaryDirectory() as name, tempfile.TemporaryDirectory() as home:
        folder = Path(name)
        compiled(BUNDLED, home)
        size = make(folder, count, times)
        files = sorted(folder.glob("*.yaml"))
        print(f"{count} files of {size // count} bytes, {rounds} rounds, medians")
        compare(folder, files, rounds, 0, home)
        spoil(files[::10])
        compare(folder, files, rounds, len(files[::10]), home)
        spoil([file for at, file in enumerate(files) if at % 10])
        compare(folder, files, rounds, count, home)


if __name__ == "__main__":
    main(*(int(value) for value in (sys.argv[1:] + ["2000", "5"][len(sys.argv) - 1:])[:2]))
