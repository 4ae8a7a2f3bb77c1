"""What many tests make and look at: files with their folders, and the findings of one report on the bundled pack."""

from __future__ import annotations

from pathlib import Path

from bayang.engine.judging.check import Checker, Style, World
from bayang.engine.judging.compile import Compiled
from bayang.engine.packs.pack import load_pack
from bayang.engine.records import Finding

PACK = load_pack()
COMPILED = Compiled(PACK)


def write(path: Path, data: str | bytes) -> Path:
    """A file, with the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def found(text: str | bytes, language: str = "zh", clock: str = "2023-01-15") -> list[Finding]:
    """What is found in a report, without roster and neighbours."""
    data = text if isinstance(text, bytes) else text.encode()
    return Checker(COMPILED, World(clock), Style(language)).check(data, "x.yaml").findings


def only(findings: list[Finding], rule: str) -> Finding:
    """The one finding of a rule."""
    [one] = [one for one in findings if one.rule == rule]
    return one
