"""What letters cost: python benchmarks/letters.py [COUNT]   (200 unless given)

Reports with some twelve faults each, and the real command: letters as Word files by one process and by as many as there
are cores, and as PDF (where LibreOffice is installed), beside checking the same reports alone. Not on Windows.
"""

from __future__ import annotations

import os
import shutil
import sys
import tempfile
from pathlib import Path

from costs import Cost, cost
from page import make

from bayang.engine.packs.pack import load_pack


def run(home: Path, *arguments: str | Path) -> Cost:
    """One run of a command over the reports."""
    shutil.rmtree(home / "letters", ignore_errors=True)
    used, status, _ = cost([sys.executable, "-m", "bayang", *arguments, home / "reports", "--as-of", "2022-05-20",
                            "--no-cache"])
    assert status in (0, 1), status
    return used


def main(count: int) -> None:
    """Measure and print."""
    ways = [("Word, one process", "docx", 1), ("Word, all cores", "docx", os.cpu_count() or 1)]
    if shutil.which("soffice"):
        ways.append(("PDF, all cores", "pdf", os.cpu_count() or 1))
    with tempfile.TemporaryDirectory() as name:
        home = Path(name)
        (home / "reports").mkdir()
        make(home / "reports", load_pack(examples=False), count)
        alone = run(home, "check")
        for what, form, jobs in ways:
            used = run(home, "notice", "--to", home / "letters", "--format", form, "--jobs", str(jobs))
            made = sum(1 for path in (home / "letters").rglob(f"*.{form}"))
            print(f"{what}: {made} letters, {used.wall - alone.wall:.1f} s by the clock beyond the check, "
                  f"{(used.wall - alone.wall) / made:.3f} s each; {(used.cpu - alone.cpu) / made:.3f} s of CPU")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 200)
