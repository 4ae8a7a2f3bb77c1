"""Check kinds on dates: their order, their limits, and the rhythm of a campaign."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ...packs.pack import Pack
from ...reading.paths import Field, Scope
from ...reading.report import BAD, Doc
from ...records import Route
from ..case import Case, Hit, Unassessed, breaches, compile_limit, compile_tests
from .fields import Check, node_at
from .kind import Kind, Look, Options, Raises, whole_path

_WAYS = ("not_before", "not_after", "before", "after")


def dates(options: Options, pack: Pack) -> Check:
    """Dates keep to limits and, with `in_order`, to the order in which the rule names them.

    `covered_by` is the path of a date up to which a breach is excused. Absent dates are silent. One finding a place.
    """
    wanted = [Field(name) for name in options["fields"]]
    limits = [(way, compile_limit(options[way], pack)) for way in _WAYS if way in options]
    in_order = options.get("in_order", False)
    cover = Field(options["covered_by"]) if "covered_by" in options else None
    only = compile_tests(options.get("when"), pack)

    def check(case: Case, scope: Scope) -> Iterable[Hit]:
        if only and not only(case, scope):
            return ()
        found = wanted[0].read(case, scope) if len(wanted) == 1 else \
            [pair for one in wanted for pair in one.read(case, scope)]
        if not found:
            return ()
        hits: dict[Route, Hit] = {}
        for way, limit in limits:
            try:
                edge, shown = limit(case, scope)
            except Unassessed:      # the case has been told; the other limits can still be judged
                continue
            if edge is None:
                continue
            for path, value in found:
                if breaches(value, edge, way) and path not in hits:
                    if cover and _covered(cover, case, scope, max(value, edge)):
                        continue
                    hits[path] = Hit(path, way.replace("_", "-"), {"limit": shown})
        if in_order:
            latest: tuple[Route, str] | None = None
            for path, value in found:
                if latest and value < latest[1] and path not in hits:
                    hits[path] = Hit(path, "order", {"limit": latest[0]})
                if latest is None or value > latest[1]:
                    latest = path, value
        return list(hits.values())

    return check


def _covered(cover: Field, case: Case, scope: Scope, until: str) -> bool:
    value = cover.first(case, scope)
    if value is BAD:
        raise Unassessed
    return value is not None and value >= until


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
    entries = Field(options["field"])
    home = Field(options["home"])
    start, end = (compile_limit(options[edge], pack) for edge in ("start", "end"))
    before = compile_limit(options["before"], pack)
    grace = options.get("days", 1)
    where = compile_tests(options.get("where"), pack)

    def check(case: Case, scope: Scope) -> list[Hit]:
        known = len(case.skipped)
        first, last, filed = [limit(case, scope)[0] for limit in (start, end, before)]
        values = [one for path, one in entries.read(case, scope)
                  if where is None or where(case, Scope(node_at(case, path[:-1]), path[:-1]))]
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


def _quick_dates(options: Options, pack: Pack, each: str | None) -> Look | None:
    """No date passes a limit that is the same for the whole report."""
    fields = [whole_path(each, name) for name in options["fields"]]
    limits: list[tuple[str, Callable[[Case], Any]]] = []
    for way in ("not_before", "not_after", "before", "after"):
        if way in options:
            limit = fixed_limit(options[way], pack)
            if limit is None:
                return None
            limits.append((way, limit))
    if options.get("in_order"):
        return lambda case: not any([case.nodes[name] for name in fields])

    tops = [(name.partition(".")[0].removesuffix("[]"), name) for name in fields]

    def look(case: Case) -> bool:
        doc = case.report.doc
        values = [value for top, name in tops if top in doc for value in case.nodes[name]]
        if not values:
            return True
        first, last = min(values), max(values)
        for way, limit in limits:
            edge = limit(case)
            if edge is not None and (breaches(first, edge, way) or breaches(last, edge, way)):
                return False
        return True

    return look


def _quick_is_date(options: Options, pack: Pack, each: str | None) -> Look:
    """A report of good form has no date that is none."""
    return lambda case: True


def _ways_given(raises: Raises, options: Options) -> Raises:
    """Of the limits that a date may pass only those that are given."""
    return {hint: facts for hint, facts in raises.items()
            if (hint or "").replace("-", "_") in options or (hint == "order" and options.get("in_order"))}


CHECK_KINDS = {
    "dates": Kind(make=dates,
        raises={"not-before": "limit", "not-after": "limit", "before": "limit", "after": "limit", "order": "limit"},
        quick=_quick_dates, narrow=_ways_given, maybe_spots=frozenset({"limit"})),
    "is_date": Kind(make=is_date, raises={None: ""}, quick=_quick_is_date),
    "cadence": Kind(make=cadence, raises={None: "gaps count"}),
}
