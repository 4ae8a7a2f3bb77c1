"""Functions that are imported when they are first called, so that a command loads only what it uses."""

from __future__ import annotations

from importlib import import_module
from typing import Any


class Later:
    """The function `name` of a module, given by its full name."""

    def __init__(self, module: str, name: str) -> None:
        self.module = module
        self.name = name

    def __call__(self, *given: Any) -> Any:
        return getattr(import_module(self.module), self.name)(*given)
