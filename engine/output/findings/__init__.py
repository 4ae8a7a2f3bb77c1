"""The outputs of a check: each is a plain function (result, setting) -> bytes or pieces of text, in one table."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from ..later import Later
from .setting import Setting

if TYPE_CHECKING:
    from ...batch.outcome import Result
    from ...writing import Output

__all__ = ["FORMATS", "Setting"]

FORMATS: dict[str, Callable[[Result, Setting], Output]] = {
    "text": Later(f"{__name__}.terminal", "as_text"),
    "json": Later(f"{__name__}.document", "as_json"),
    "jsonl": Later(f"{__name__}.document", "as_jsonl"),
    "sarif": Later(f"{__name__}.sarif", "as_sarif"),
    "junit": Later(f"{__name__}.junit", "as_junit"),
    "github": Later(f"{__name__}.github", "as_github"),
    "gitlab": Later(f"{__name__}.gitlab", "as_gitlab"),
    "csv": Later(f"{__name__}.table", "as_csv"),
    "xlsx": Later(f"{__name__}.workbook", "as_xlsx"),
    "markdown": Later(f"{__name__}.pages", "as_markdown"),
    "html": Later("bayang.engine.output.page.html", "as_html"),
}
