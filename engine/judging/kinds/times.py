"""Check kinds on dates: their order, their limits, and the rhythm of a campaign."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ...language.sentence import Part
from ...packs.pack import Pack
from ...reading.paths import Field, Scope
from ...reading.report import Doc
from ...records import Route
from ..case import Case, Hit, compile_limit
from .fields import Check
from .kind import Kind, Look, Options


def is_date(options: Options, pack: Pack) -> Check:
    """A field that is there is a date; speaks in place of the form rule for dates."""
    wanted = Field(options["field"])

    def check(case: Case, scope: Scope) -> Iterable[Hit]:
        if not case.slips:
            return ()
        path = wanted.path(scope)
        typed = tuple(position_of(case, path))
        at = case.slip_at("not-a-date", typed)
        if at is None or case.slips[at].hint == "years":       # a date all the same
            return []
        case.claimed.add(at)
        return [Hit(path, facts={"value": case.slips[at].value})]

    return check


def position_of(case: Case, path: Route) -> Iterator[Any]:
    """The segments of a path with list positions as typed."""
    node: Any = case.report.doc
    for segment in path:
        yield node.position(segment) if isinstance(segment, int) else segment
        node = node[segment] if isinstance(segment, int) else node.get(segment) if node.__class__ is Doc else None


def cadence(options: Options, pack: Pack) -> Check:
    """Every whole week, month, quarter or half between two dates, ended in time before a report, has an entry.

    `every`: week, month, quarter or half. A week without a working day (pack data) is left out. One finding that
    lists the gaps.
    """
    every = options["every"]
    entries = Part(options["field"], pack, "date" if every == "week" else every, options["home"])
    home = Field(options["home"])
    start, end = (compile_limit(options[edge], pack) for edge in ("start", "end"))
    before = compile_limit(options["before"], pack)
    grace = options.get("days", 1)

    def check(case: Case, scope: Scope) -> list[Hit]:
        known = len(case.skipped)
        first, last, filed = [limit(case, scope)[0] for limit in (start, end, before)]
        values = entries.values(case)
        if first is None or last is None or filed is None or len(case.skipped) > known:
            return []
        latest = (datetime.date.fromisoformat(filed) - datetime.timedelta(days=grace)).isoformat()
        gaps = [name for name, opens, closes in periods(every, first, last)
                if closes <= latest and not _met(every, name, opens, closes, values)
                and not (every == "week" and not pack.has_working_day(opens, closes))]
        return [Hit(home.path(scope), facts={"gaps": gaps, "count": len(gaps)})] if gaps else []

    return check


def _met(every: str, name: str, opens: str, closes: str, values: list[str]) -> bool:
    return any(opens <= one <= closes if every == "week" else one == name for one in values)


def periods(every: str, start: str, end: str) -> Iterator[tuple[str, str, str]]:
    """(name, first day, last day) of each whole week (Mon..Sun), month, quarter or half inside [start, end]."""
    first, last = datetime.date.fromisoformat(start), datetime.date.fromisoformat(end)
    day = datetime.timedelta(days=1)
    if every == "week":
        opens = first + day * (-first.weekday() % 7)
        while opens + day * 6 <= last:
            yield opens.isoformat(), opens.isoformat(), (opens + day * 6).isoformat()
            opens += day * 7
        return
    months = {"month": 1, "quarter": 3, "half": 6}[every]
    year, number = first.year, 0
    while datetime.date(year, 1, 1) <= last:
        opens = datetime.date(year, number * months + 1, 1)
        after = number * months + 1 + months
        closes = (datetime.date(year, after, 1) if after <= 12 else datetime.date(year + 1, 1, 1)) - day
        if opens >= first and closes <= last:
            name = {"month": f"{year}-{opens.month:02d}", "quarter": f"{year}-Q{number + 1}",
                    "half": f"{year}-H{number + 1}"}[every]
            yield name, opens.isoformat(), closes.isoformat()
        number += 1
        if number * months == 12:
            year, number = year + 1, 0


def fixed_limit(typed: Any, pack: Pack) -> Callable[[Case], Any] | None:
    """The date of a limit that does not depend on the scope."""
    choices = typed if isinstance(typed, list) else [typed]
    known = pack.date_named(choices[0])
    if len(choices) == 1 and known:
        return lambda case: known
    if len(choices) == 1 and choices[0] in ("phase.start", "phase.end"):
        return lambda case: pack.phase_date(case.report.phase, choices[0].removeprefix("phase."))
    if all(one.startswith("/") for one in choices):
        paths = [one.strip("/") for one in choices]
        return lambda case: next((value for one in paths for value in case.nodes[one]), None)
    return None


def _quick_is_date(options: Options, pack: Pack, each: str | None) -> Look:
    """A report of good form has no date that is none."""
    return lambda case: True


CHECK_KINDS = {
    "is_date": Kind(make=is_date, raises={None: ""}, quick=_quick_is_date),
    "cadence": Kind(make=cadence, raises={None: "gaps count"}),
}
