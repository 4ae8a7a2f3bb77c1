"""What comes next: who has still to file for the phase whose end comes next, and which measures fall due."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..later import Later

if TYPE_CHECKING:
    from .agenda import Agenda

AGENDAS: dict[str, Callable[[Agenda], str | bytes]] = {
    name: Later(f"{__name__}.outputs", f"to_{name}") for name in ("text", "markdown", "csv", "xlsx", "json")}
