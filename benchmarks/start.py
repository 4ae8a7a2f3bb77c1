"""What one command costs before it does anything: python benchmarks/start.py [BIN [ROUNDS]]

Prints the CPU seconds (user and system) of `bayang --help` and of `bayang check` of one clean report over those of
`python -c "import yaml, click"`, in turns, as medians. BIN is the folder of the installed commands: those of a plain
install say most, since an editable one looks for every module in another way. Everything is compiled in a first round.
"""

from __future__ import annotations

import statistics
import sys
from pathlib import Path

from costs import cost

REPORT = Path(__file__).resolve().parent.parent / "samples" / "市局" / "整改落实" / "P-002.yaml"


def main(folder: Path, rounds: int) -> None:
    """Measure in turns, and print."""
    commands = {
        "imports": [str(folder / "python"), "-c", "import yaml, click"],
        "--help": [str(folder / "bayang"), "--help"],
        "check": [str(folder / "bayang"), "check", str(REPORT), "--as-of", "2022-08-08"],
    }
    taken = [{name: cost(one)[0].cpu for name, one in commands.items()} for _ in range(rounds + 1)][1:]
    for name in ("--help", "check"):
        print(f"{name:8} {statistics.median(one[name] / one['imports'] for one in taken):5.2f}")


if __name__ == "__main__":
    main(Path(sys.argv[1] if len(sys.argv) > 1 else Path(sys.executable).parent),
         int(sys.argv[2]) if len(sys.argv) > 2 else 15)
