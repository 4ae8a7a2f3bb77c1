"""What an output needs to know beside the result; no output looks for any of it by itself."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from contextlib import AbstractContextManager, nullcontext
from typing import TYPE_CHECKING

from ...recording import dataclass
from ...records import LEVELS, Finding

if TYPE_CHECKING:
    from ...judging.compile import Compiled

Reading = AbstractContextManager[Callable[[int, int], None]]     # is told how many reports were read, and of how many


def silent() -> Reading:
    """Nobody is told."""
    return nullcontext(lambda done, total: None)


@dataclass(frozen=True, slots=True)
class Setting:
    """The rules that were applied, the reader's language, and where the output will be read."""

    compiled: Compiled
    language: str = "zh"
    place: Callable[[str], str] = str       # a finding's `file` -> its path from the top of the repository
    colour: bool = False                    # the text goes to a terminal that shows colours
    # of what people read from top to bottom; what is counted, and what programs read, is whole all the same
    quiet: bool = False                     # findings and nothing around them
    verbose: bool = False                   # with what is only counted otherwise, one by one
    least: str = LEVELS[-1]                 # findings of this level and graver ones
    counts: bool = False                    # how many findings a rule has, in their place
    reading: Callable[[], Reading] = silent     # what is told while an output reads the reports once more

    @property
    def levels(self) -> tuple[str, ...]:
        """Those that are shown."""
        return LEVELS[:LEVELS.index(self.least) + 1]

    def shown(self, findings: Iterable[Finding]) -> Iterator[Finding]:
        """Those that are grave enough to be shown."""
        levels = self.levels
        return (one for one in findings if one.level in levels)
