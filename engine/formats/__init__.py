"""The outputs of a check: each is a plain function (result, language) -> text."""

from __future__ import annotations

from collections.abc import Callable

from ..batch import Result
from .document import as_json
from .terminal import as_text

FORMATS: dict[str, Callable[[Result, str], str]] = {
    "text": as_text,
    "json": as_json,
}
