"""Where each subject stands at each phase of the plan: filed in time, late, unreadable, missing, not yet due.

It looks at all phases, where the standings of standing.py look at the last one that is over.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

from ..recording import dataclass
from .standing import EXCUSED, MISSING, OTHER_FORMAT, UNREADABLE, WAITING, Came, Key, in_order

if TYPE_CHECKING:
    from ..packs.pack import Pack
    from ..packs.roster import Entry, Roster

# A report of the phase came: by its day; after it; nobody can read when, or of which phase it is. `later`: only one of
# a later phase, which covers this one too.
IN_TIME, LATE, UNDATED, LATER = CAME = "in-time", "late", "undated", "later"
UNKNOWN = "unknown"     # who is missing shows only with a roster and in the whole batch
STAGES = (*CAME, UNREADABLE, OTHER_FORMAT, MISSING, WAITING, EXCUSED, UNKNOWN)

Days = Mapping[str, str | None]         # phase of which somebody has a report -> the first day on which it was filed


@dataclass(frozen=True, slots=True)
class Stage:
    """One subject at one phase."""

    state: str              # one of STAGES
    deadline: str           # the last day for this subject
    day: str | None = None  # on which its report of the phase was first filed


def stages(roster: Roster | None, pack: Pack, as_of: str, came: Came, days: Mapping[Key, Days],
           whole: bool) -> dict[Key, tuple[Stage, ...]]:
    """Each on the roster, in its order, then each other who filed: a Stage for each phase of the pack."""
    found: dict[Key, tuple[Stage, ...]] = {}
    if roster:
        for entry in in_order(roster):
            key = entry.kind, entry.key
            found[key] = tuple(_of_entry(entry, roster, pack, as_of, came, days.get(key, {}), whole))
    for key, known in days.items():
        if key not in found:
            found[key] = tuple(_of_filed(phase.end, pack, known, at) or Stage(UNKNOWN, phase.end)
                               for at, phase in enumerate(pack.phases.values()))
    return found


def _of_entry(entry: Entry, roster: Roster, pack: Pack, as_of: str, came: Came, days: Days,
              whole: bool) -> Iterator[Stage]:
    for at, phase in enumerate(pack.phases.values()):
        deadline = max(roster.extended(entry.key, phase.id) or "", phase.end)
        over = deadline < as_of
        filed = _of_filed(deadline, pack, days, at)
        if filed:
            yield filed
        elif state := _unread((entry.kind, entry.key), pack, came, at, over):
            yield Stage(state, deadline)
        elif roster.excused(entry, phase.end):
            yield Stage(EXCUSED, deadline)
        elif any(_reaches(one.phase, pack, at, over) for one in came.aside.get((entry.kind, entry.key), ())):
            yield Stage(OTHER_FORMAT, deadline)
        else:
            yield Stage(WAITING if not over else MISSING if whole else UNKNOWN, deadline)


def _unread(key: Key, pack: Pack, came: Came, at: int, over: bool) -> str | None:
    """Of files that came and don't say plainly whose they are or of which phase, or can't be read at all."""
    if (over and key in came.unphased) or any(_reaches(own.phase, pack, at, over)
                                              for _, own in came.unsigned.get(key, ())):
        return UNDATED
    return UNREADABLE if any(_reaches(own.phase, pack, at, over) for _, own in came.unread.get(key, ())) else None


def _reaches(named: str | None, pack: Pack, at: int, over: bool) -> bool:
    """Whether a file of a phase is one for the phase at this place; one of nobody knows which is for what is over."""
    return over if named is None else pack.order(named) >= at


def _of_filed(deadline: str, pack: Pack, days: Days, at: int) -> Stage | None:
    """Of a report that came for the phase at this place, or of one of a later phase."""
    phase = list(pack.phases)[at]
    if phase in days:
        day = days[phase]
        return Stage(UNDATED if day is None else IN_TIME if day <= deadline else LATE, deadline, day)
    return Stage(LATER, deadline) if any(pack.order(one) > at for one in days) else None
