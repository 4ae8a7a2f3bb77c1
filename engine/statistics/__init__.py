"""Figures for a circular: what each unit filed, what was found in it, and how far its problems are put right."""

from __future__ import annotations

from collections.abc import Callable

from .outputs import to_csv, to_markdown, to_text, to_xlsx
from .tables import Report

STATISTICS: dict[str, Callable[[Report, str], str | bytes]] = {
    "text": to_text,
    "markdown": to_markdown,
    "csv": to_csv,
    "xlsx": to_xlsx,
}
