"""What an output needs to know beside the result; no output looks for any of it by itself."""

from __future__ import annotations

from collections.abc import Callable

from ...judging.compile import Compiled
from ...recording import dataclass


@dataclass(frozen=True, slots=True)
class Setting:
    """The rules that were applied, the reader's language, and where the output will be read."""

    compiled: Compiled
    language: str = "zh"
    place: Callable[[str], str] = str       # a finding's `file` -> its path from the top of the repository
    colour: bool = False                    # the text goes to a terminal that shows colours
