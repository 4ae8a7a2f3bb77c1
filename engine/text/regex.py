"""Regular expressions that are compiled when they are first used.

The program knows more than a hundred, and one command uses a few of them; to compile them all takes longer than to
check a report. What they are compiled to can also be had ready from a run before (`codes`, `Codes`).
"""

from __future__ import annotations

import _sre  # type: ignore[import-not-found]  # nor has what takes it
import re
from array import array
from collections.abc import Iterable
from functools import cache
from re import _compiler, _parser  # type: ignore[attr-defined]  # what is compiled has no public name
from typing import TYPE_CHECKING, Any
from weakref import WeakSet

__all__ = ["Codes", "alternation", "codes", "known", "regex"]

Wanted = tuple[str | bytes, int]        # text and flags
Codes = dict[Wanted, tuple[Any, ...]]   # what `re` makes of each: true of one version of Python alone

known: Codes = {}       # those that need not be compiled any more

_every: WeakSet[Any] = WeakSet()

if TYPE_CHECKING:
    from re import compile as regex
else:
    class regex:    # noqa: N801 - it stands where `re.compile` would
        """What `re.compile` makes of a text, made at its first use."""

        def __init__(self, text: str | bytes, flags: int = 0) -> None:
            self._wanted = text, int(flags)
            _every.add(self)

        def __getattr__(self, name: str) -> Any:
            """A method or attribute of the pattern, which from then on is this object's own."""
            if name == "pattern":
                return self._wanted[0]
            made = self.__dict__.get("_made")
            if made is None:
                code = known.get(self._wanted)
                made = self._made = re.compile(*self._wanted) if code is None else _of_code(self._wanted[0], *code)
            found = self.__dict__[name] = getattr(made, name)
            return found

        def __reduce__(self) -> tuple[Any, ...]:
            return regex, self._wanted


def alternation(words: Iterable[str]) -> re.Pattern[str]:
    """A pattern of any of the words, the longest first."""
    listed = sorted(words, key=lambda one: (-len(one), one))
    return regex("|".join(re.escape(word) for word in listed if word) or "(?!)")


def codes() -> Codes:
    """What all that are there now are compiled to."""
    return {one._wanted: _code_of(*one._wanted) for one in [*_every]}


@cache
def _code_of(text: str | bytes, flags: int) -> tuple[Any, ...]:
    """What `re.compile` puts together, as plain data."""
    tree = _parser.parse(text, flags)
    names = [None] * tree.state.groups
    for name, at in tree.state.groupdict.items():
        names[at] = name
    return (flags | tree.state.flags, array("I", _compiler._code(tree, flags)).tobytes(), tree.state.groups - 1,
            tree.state.groupdict, tuple(names))


def _of_code(text: str | bytes, flags: int, code: bytes, groups: int, index: dict[str, int], names: Any) -> Any:
    return _sre.compile(text, flags, array("I", code).tolist(), groups, index, names)
