"""What changed between two results of a check: who filed, what was put right, what is still open. No names, no text."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..later import Later

if TYPE_CHECKING:
    from ...packs.pack import Pack
    from .tables import ChangeTables

CHANGES: dict[str, Callable[[ChangeTables, Pack, str], str | bytes]] = {
    name: Later(f"{__name__}.outputs", f"to_{name}") for name in ("text", "markdown", "xlsx", "json")}
