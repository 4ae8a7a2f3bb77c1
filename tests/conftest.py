"""What several tests need: the bundled pack, compiled once, and the shared folder when it is at hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from bayang.engine.compile import Compiled
from bayang.engine.pack import Pack, load_pack

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.fixture(scope="session")
def shared() -> Path | None:
    """A folder `shared` beside the project root with the plan and the table of rules; None without one."""
    return SHARED if (SHARED / "plan").is_dir() else None


@pytest.fixture(scope="session")
def pack() -> Pack:
    return load_pack()


@pytest.fixture(scope="session")
def compiled(pack: Pack) -> Compiled:
    return Compiled(pack)
