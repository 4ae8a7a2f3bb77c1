"""The reports of a run opened once more, for outputs that show what stands in them; and what every other file is.

Nothing of a report stays in memory beyond its turn.
"""

from __future__ import annotations

from collections.abc import Callable, Container, Iterator

from ..judging.case import Case
from ..judging.results import About
from ..judging.telling import NOBODY
from ..packs.roster import Entry
from ..reading.files import Listed
from ..recording import dataclass
from .arrivals import Arrivals
from .filings import Filings
from .store import Filed

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
    return ((filings.store.files[one.at], _what(one)) for one in filings.store.filed())


def _what(one: Filed) -> str:
    return UNREADABLE if not one.readable else LATER if not one.inside else UNSIGNED if not one.key \
        else CURRENT if one.counts else EARLIER if one.superseded else SECOND


def reopened(filings: Filings, arrivals: Arrivals, open_again: Callable[[int], Case | None],
             only: Container[str] | None = None) -> Iterator[Reopened]:
    """Each file of a run, or those of these names, in order of path."""
    for one in filings.store.filed():
        if only is not None and filings.store.name(one.at) not in only:
            continue
        about, own, what = filings.store.about(one.at) or NOBODY, arrivals.owned.get(one.at), _what(one)
        case = open_again(one.at) if what in (CURRENT, EARLIER) else None
        if case is None and what in (CURRENT, EARLIER):
            what = GONE
        yield Reopened(filings.store.name(one.at), what, about, case, own.entry if own else None)
