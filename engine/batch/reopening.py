"""The reports of a run opened once more, for outputs that show what stands in them; and what every other file is.

Nothing of a report stays in memory beyond its turn.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ..judging.case import Case
from ..judging.results import About
from ..judging.telling import NOBODY
from ..packs.roster import Entry
from ..reading.files import Listed
from ..recording import dataclass
from .arrivals import Arrivals
from .filings import Filings

# What a file is to the run: its subject's current report; one of an earlier phase; another one of the current phase;
# one of a later phase than the one asked for; without an ID; not to be read; or read, but not a second time.
CURRENT, EARLIER, SECOND, LATER, UNSIGNED, UNREADABLE, GONE = (
    "current", "earlier", "second", "later", "unsigned", "unreadable", "gone")


@dataclass(frozen=True, slots=True)
class Reopened:
    """One file; `case` is there for current reports and those of earlier phases."""

    file: str
    what: str
    about: About
    case: Case | None = None
    owner: Entry | None = None      # whose a file without an ID is, or one that can't be read, where that is plain


def what_came(filings: Filings) -> Iterator[tuple[Listed, str]]:
    """Each file of a run and what it is to it, in order of path; nothing is read."""
    inside = set(filings.files)
    for at in filings.order:
        yield filings.ledger.files[at], _what(at, filings, inside)


def _what(at: int, filings: Filings, inside: set[int]) -> str:
    ledger = filings.ledger
    return UNREADABLE if not ledger.readable[at] else LATER if at not in inside else UNSIGNED \
        if not ledger.keys.sizes[at] else CURRENT if filings.counts(at) else EARLIER if filings.superseded(at) \
        else SECOND


def reopened(filings: Filings, arrivals: Arrivals, open_again: Callable[[int], Case | None]) -> Iterator[Reopened]:
    """Each file of a run, in order of path."""
    ledger, inside = filings.ledger, set(filings.files)
    for at in filings.order:
        name, about, own = ledger.files[at].name, ledger.about(at) or NOBODY, arrivals.owned.get(at)
        what = _what(at, filings, inside)
        case = open_again(at) if what in (CURRENT, EARLIER) else None
        if case is None and what in (CURRENT, EARLIER):
            what = GONE
        yield Reopened(name, what, about, case, own.entry if own else None)
