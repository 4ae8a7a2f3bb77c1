"""Regular expressions that are compiled when they are first used.

The program knows more than a hundred, and one command uses a few of them; to compile them all takes longer than to
check a report.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

__all__ = ["regex"]

if TYPE_CHECKING:
    from re import compile as regex
else:
    class regex:    # noqa: N801 - it stands where `re.compile` would
        """What `re.compile` makes of a text, made at its first use."""

        def __init__(self, text: str | bytes, flags: int = 0) -> None:
            self._wanted = text, flags

        def __getattr__(self, name: str) -> Any:
            """A method or attribute of the pattern, which from then on is this object's own."""
            made = self.__dict__.get("_made")
            if made is None:
                made = self._made = re.compile(*self._wanted)
            found = self.__dict__[name] = getattr(made, name)
            return found

        def __reduce__(self) -> tuple[Any, ...]:
            return regex, self._wanted
