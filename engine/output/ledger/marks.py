"""What a problem is on a day: overdue, due soon, to be closed, closed. Dates and states in, one mark out; no words."""

from __future__ import annotations

import datetime
from collections.abc import Sequence

from ...reading.roles import Roles
from ...text.dates import days_between

SOON = 30       # days within which a measure is due soon

# The marks, each problem has one: a day has passed; a day of this week, of the next SOON days or of later is the next;
# nobody can tell; it is put right step by step; put right and not yet closed; closed.
OVERDUE, WEEK, MONTH, AHEAD, UNCLEAR, LASTING, TO_CLOSE, CLOSED = MARKS = (
    "overdue", "week", "month", "ahead", "unclear", "lasting", "to-close", "closed")
# What `--only` takes, and the marks that it leaves.
ONLY = {"overdue": (OVERDUE,), "due-soon": (WEEK, MONTH), "to-close": (TO_CLOSE,), "closed": (CLOSED,)}


def mark(state: str | None, days: Sequence[str | None], as_of: str, roles: Roles) -> tuple[str, int | None]:
    """The mark of a problem in a state, and where a day matters how many days are left, less than 0 of what is overdue.

    `days` are those of its measures, None for what nobody can tell.
    """
    if state in roles.done:
        return CLOSED if state in roles.closed else TO_CLOSE, None
    if state == roles.lasting:
        return LASTING, None
    known = [day for day in days if day is not None]
    left = days_between(as_of, min(known)) if known else None
    if left is not None and left <= SOON:
        return OVERDUE if left < 0 else WEEK if min(known) <= sunday_of(as_of) else MONTH, left
    return (AHEAD, left) if known and len(known) == len(days) else (UNCLEAR, None)


def sunday_of(as_of: str) -> str:
    """The last day of the week of a day; weeks begin on Monday."""
    day, last = datetime.date.fromisoformat(as_of), datetime.date.max
    return (day + datetime.timedelta(days=min(6 - day.weekday(), (last - day).days))).isoformat()
