"""The outputs of a check: each is a plain function (result, setting) -> text or bytes, in one table."""

from __future__ import annotations

from collections.abc import Callable

from ..batch import Result
from .document import as_json, as_jsonl
from .github import as_github
from .gitlab import as_gitlab
from .junit import as_junit
from .pages import as_html, as_markdown
from .sarif import as_sarif
from .setting import Setting
from .table import as_csv
from .terminal import as_text
from .workbook import as_xlsx

FORMATS: dict[str, Callable[[Result, Setting], str | bytes]] = {
    "text": as_text,
    "json": as_json,
    "jsonl": as_jsonl,
    "sarif": as_sarif,
    "junit": as_junit,
    "github": as_github,
    "gitlab": as_gitlab,
    "csv": as_csv,
    "xlsx": as_xlsx,
    "markdown": as_markdown,
    "html": as_html,
}
