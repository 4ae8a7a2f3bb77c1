"""What many files cost: python benchmarks/scale.py [COUNT COUNT [FAULTY]]   (2000 20000 10 unless given)

For each COUNT it makes that many personal reports, of which one in FAULTY (0: none) has findings, and runs the real
command on them with its default jobs: first with an empty cache, then with a warm one. Prints seconds, CPU seconds of
all its processes and the peak memory of the largest of them, and the ratios: warm to cold, and second COUNT to first.
Needs a system that tells the use of resources (not Windows).
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from costs import Cost, cost
from reports import make, plain_report

from bayang.engine.authoring.examples import change, dump
from bayang.engine.packs.pack import load_pack


def run(folder: Path, cache: Path) -> tuple[Cost, bytes]:
    """One run of the command, and what it said."""
    used, status, said = cost([sys.executable, "-m", "bayang", "check", folder, "--as-of", "2022-05-06",
                               "--format", "json", "--cache-dir", cache])
    assert status in (0, 1), status
    return used, said


def spoil(folder: Path, count: int, faulty: int) -> None:
    """Leave a cause and a due date out of one report in so many, and name a phase that there is not in a few."""
    pack = load_pack()
    for number in range(0, count, faulty):
        report = plain_report(pack, number)
        theme = list(pack.themes)[number % 3]
        first = f"/themes/{theme}/problems/0"
        change(report, {"/phase": "someday"} if number % 7 == 0 else {f"{first}/measures/0/owner": "各科室"},
               [f"{first}/cause", f"{first}/measures/0/due"])
        (folder / f"B-{number:06d}.yaml").write_bytes(dump(report))


def main(counts: list[int], faulty: int) -> None:
    """Measure and print."""
    costs: list[tuple[Cost, Cost]] = []
    for count in counts:
        with tempfile.TemporaryDirectory() as home:
            folder, cache = Path(home) / "reports", Path(home) / "cache"
            make(folder, count)
            if faulty:
                spoil(folder, count, faulty)
            (cold, said), (warm, again) = run(folder, cache), run(folder, cache)
            assert said == again, "a warm run says something else"
        costs.append((cold, warm))
        for name, took in (("cold", cold), ("warm", warm)):
            print(f"{count:6d} reports {name}  {took.wall:7.2f} s  {took.cpu:7.2f} s CPU  {took.peak:6.1f} MiB",
                  flush=True)
        print(f"       warm to cold        {warm.wall / cold.wall:7.3f}    {warm.cpu / cold.cpu:7.3f}")
    (small, _), (large, _) = costs[0], costs[-1]
    print(f"{counts[-1]} to {counts[0]}: time x{large.wall / small.wall:.1f}, CPU x{large.cpu / small.cpu:.1f}, "
          f"memory x{max(one.peak for one in costs[-1]) / max(one.peak for one in costs[0]):.2f}")


if __name__ == "__main__":
    given = [int(value) for value in sys.argv[1:]]
    main(given[:2] or [2000, 20000], given[2] if len(given) > 2 else 10)
