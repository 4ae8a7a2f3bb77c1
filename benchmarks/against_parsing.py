"""How a whole check compares with merely parsing the same files: python benchmarks/against_parsing.py [COUNT [ROUNDS]]

Prints the ratio of a whole check (listing, reading, schema, all rules, batch) of clean personal reports in one process
to `yaml.load(..., CSafeLoader)` on the same bytes, measured in turns, in CPU seconds. Under 1 the check is faster.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from pathlib import Path

import yaml
from reports import make

from bayang.engine.compile import Compiled
from bayang.engine.pack import load_pack
from bayang.engine.run import Options, run


def main(count: int, rounds: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        size = make(Path(folder), count)
        files = sorted(Path(folder).glob("*.yaml"))
        parsing, checking = [], []
        for _ in range(rounds):
            start = time.process_time()
            for file in files:
                yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader)
            parsing.append(time.process_time() - start)
            start = time.process_time()
            result = run([folder], Options(as_of="2022-05-06"), Compiled(load_pack(examples=False)))
            checking.append(time.process_time() - start)
        found = [(one.rule, one.pointer) for one in result.findings]
        assert not found, found[:5]
    print(f"{count} files of {size // count} bytes, {rounds} rounds, medians")
    print(f"CSafeLoader, parsing only  {statistics.median(parsing):7.3f} s")
    print(f"bayang, the whole check    {statistics.median(checking):7.3f} s")
    print(f"ratio                      {statistics.median(a / b for a, b in zip(checking, parsing, strict=True)):7.2f}")


if __name__ == "__main__":
    main(*(int(value) for value in (sys.argv[1:] + ["2000", "5"][len(sys.argv) - 1:])[:2]))
