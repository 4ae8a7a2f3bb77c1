"""Figures for a circular: what each unit filed, what was found in it, and how far its problems are put right."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..later import Later

if TYPE_CHECKING:
    from .tables import Summary

STATISTICS: dict[str, Callable[[Summary, str], str | bytes]] = {
    **{name: Later(f"{__name__}.outputs", f"to_{name}") for name in ("text", "markdown", "csv", "xlsx")},
    "docx": Later(f"{__name__}.circular", "to_docx"),
}
