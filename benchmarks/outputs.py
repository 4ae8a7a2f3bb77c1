"""What each output of many findings costs: python benchmarks/outputs.py [COUNT]   (20000 unless given)

Makes that many personal reports, of which one in three has five findings, checks them once with an empty cache, then
writes each format to a file with a warm one. Prints seconds, the peak memory of the largest process and the size of the
file, all but that also of the first check, which only counts. Not on Windows.
"""

from __future__ import annotations

import sys
import tempfile
from pathlib import Path

from costs import cost
from reports import make, plain_report

from bayang.engine.authoring.examples import change, dump
from bayang.engine.output.findings import FORMATS
from bayang.engine.packs.pack import load_pack


def spoil(folder: Path, count: int) -> None:
    """Leave three causes and two due dates out of one report in three."""
    pack = load_pack()
    for number in range(0, count, 3):
        report = plain_report(pack, number)
        first, second, third, *_ = (f"/themes/{theme}/problems/0" for theme in pack.themes)
        change(report, {}, [*(f"{one}/cause" for one in (first, second, third)),
                            *(f"{one}/measures/0/due" for one in (first, second))])
        (folder / f"B-{number:06d}.yaml").write_bytes(dump(report))


def main(count: int) -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as name:
        folder, home = Path(name) / "reports", Path(name)
        make(folder, count)
        spoil(folder, count)
        command = [sys.executable, "-m", "bayang", "check", folder, "--as-of", "2022-05-06", "--cache-dir", home / "c"]
        for form in ("first", *FORMATS):
            file = home / form
            used, status, _ = cost([*command, *(["--counts"] if form == "first" else ["--format", f"{form}={file}"])])
            assert status == 1, status
            size = f"{file.stat().st_size / 2**20:6.1f} MiB" if file.exists() else ""
            print(f"{form:8s}  {used.wall:6.2f} s  {used.peak:6.1f} MiB  {size}", flush=True)


if __name__ == "__main__":
    main(int((sys.argv[1:] or ["20000"])[0]))
