"""The Python of a sentence: a function that is made when it is first wanted, and that another run can have ready."""

from __future__ import annotations

import marshal
from collections.abc import Iterator, Mapping
from types import CodeType, FunctionType
from typing import Any


class Program:
    """One function as text, with what the names in it stand for."""

    __slots__ = ("_code", "_space")

    def __init__(self, text: str, space: Mapping[str, Any]) -> None:
        """`text` defines the function and nothing else."""
        made = compile(text, "<sentence>", "exec")
        self._code: CodeType | bytes = next(one for one in made.co_consts if isinstance(one, CodeType))
        named = set(_names(self._code))
        self._space = {name: one for name, one in space.items() if name in named}

    def made(self) -> Any:
        """The function."""
        code = self._code
        if isinstance(code, bytes):
            code = self._code = marshal.loads(code)     # noqa: S302 - of a file that is nobody else's: judging/ready.py
        return FunctionType(code, self._space)

    def __getstate__(self) -> tuple[bytes, dict[str, Any]]:
        """The function as another run of the same Python and program can have it."""
        return self._code if isinstance(self._code, bytes) else marshal.dumps(self._code), self._space

    def __setstate__(self, state: tuple[bytes, dict[str, Any]]) -> None:
        self._code, self._space = state


def _names(code: CodeType) -> Iterator[str]:
    """The names that a function and those within it look up."""
    yield from code.co_names
    for one in code.co_consts:
        if isinstance(one, CodeType):
            yield from _names(one)
