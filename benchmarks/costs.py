"""What a command costs as a whole process, for the benchmarks beside this file. Not on Windows."""

from __future__ import annotations

import os
import subprocess
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import NamedTuple


class Cost(NamedTuple):
    """What one run took."""

    wall: float     # seconds
    cpu: float      # seconds, of all processes
    peak: float     # MiB, of the largest process


def cost(command: Sequence[str | Path]) -> tuple[Cost, int, bytes]:
    """One run of the command, its exit status, and what it said. Python may keep its compiled modules."""
    settings = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    with tempfile.TemporaryFile() as said:
        start = time.monotonic()
        begun = subprocess.Popen(command, stdout=said, stderr=subprocess.DEVNULL, env=settings)
        _, status, used = os.wait4(begun.pid, 0)
        wall = time.monotonic() - start
        begun.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        return Cost(wall, used.ru_utime + used.ru_stime, used.ru_maxrss / 1024), begun.returncode, said.read()
