"""What comes next: who has still to file for the phase whose end comes next, and which measures fall due."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..later import Later

if TYPE_CHECKING:
    from .agenda import Agenda

AGENDAS: dict[str, Callable[[Agenda], str | bytes]] = {
    "text": Later(f"{__name__}.outputs", "to_text"),
    "markdown": Later(f"{__name__}.outputs", "to_markdown"),
    "csv": Later(f"{__name__}.outputs", "to_csv"),
    "xlsx": Later(f"{__name__}.outputs", "to_xlsx"),
    "json": Later(f"{__name__}.outputs", "to_json"),
}
