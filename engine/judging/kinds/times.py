"""The check kind on the rhythm of a campaign."""

from __future__ import annotations

import datetime
from collections import defaultdict
from collections.abc import Iterator
from typing import Any

from ...language.sentence import Dated, Day
from ...language.types import Fault
from ...language.values import half_of, month_of, quarter_of
from ...packs.pack import Pack
from ...reading.paths import Scope
from ...text.messages import LANGUAGES, say
from ..case import Case, Hit
from .fields import Check
from .kind import Kind, Options

# A period -> the form of a value that names one.
PERIODS = {"day": "date", "week": "date", "month": "month", "quarter": "quarter", "half": "half"}
_NAMED = {"month": month_of, "quarter": quarter_of, "half": half_of}


def every(options: Options, pack: Pack) -> Check:
    """Every whole day, week, month, quarter or half between two dates, ended in time before a report, has so many
    entries, with `distinct` of so many different ones by a field beside; `at_most` bounds those of one period.

    A week or day without a working day (pack data) is left out. One finding that lists the periods.
    """
    named = [one for one in PERIODS if one in options]
    if len(named) != 1:
        raise Fault("no-period", 0)
    period, own = named[0], PERIODS[named[0]]
    entries = Dated(options[period], pack, (own, "date") if own != "date" else ("date",), options.get("distinct"),
                    {one: say("language.dates", one) for one in LANGUAGES})
    start, end, before = (Day(options.get(edge, usual), pack, edge) for edge, usual in (
        ("start", "campaign.start"), ("end", "campaign.end"), ("before", pack.roles.filed)))
    most = options.get("at_most")
    least, grace = options.get("at_least", 0 if most else 1), options.get("days", 1)
    if most and least > most:
        raise Fault("least-most", 0, least=least, most=most)

    def check(case: Case, scope: Scope) -> list[Hit]:
        known = len(case.skipped)
        first, last, filed = [day.of(case) for day in (start, end, before)]
        there: dict[str, list[Any]] = defaultdict(list)
        for value, beside in entries.values(case):
            there[value if entries.form != "date" else period_of(period, value)].append(beside)
        if first is None or last is None or filed is None or len(case.skipped) > known:
            return []
        latest = (datetime.date.fromisoformat(filed) - datetime.timedelta(days=grace)).isoformat()
        gaps = [name for name in there if most and len(there[name]) > most] if most else []
        if least:
            gaps += [name for name, opens, closes in periods(period, first, last)
                     if closes <= latest and _entries(there[name], "distinct" in options, pack) < least
                     and not (period in ("day", "week") and not pack.has_working_day(opens, closes))]
        gaps = sorted(set(gaps))
        return [Hit(entries.home, facts={"gaps": gaps, "count": len(gaps)})] if gaps else []

    return check


def _entries(found: list[Any], distinct: bool, pack: Pack) -> int:
    """How many entries a period has; by what stands beside them, how many different ones."""
    return len({pack.plan_word(one) for one in found if type(one) is str}) if distinct else len(found)


def period_of(period: str, day: str) -> str:
    """The period in which a date lies, by its name; a week is called by its Monday."""
    if period == "week":
        date = datetime.date.fromisoformat(day)
        return (date - datetime.timedelta(days=date.weekday())).isoformat()
    return _NAMED[period](day) if period in _NAMED else day


def periods(every: str, start: str, end: str) -> Iterator[tuple[str, str, str]]:
    """(name, first day, last day) of each day, whole week (Mon..Sun), month, quarter or half inside [start, end]."""
    first, last = datetime.date.fromisoformat(start), datetime.date.fromisoformat(end)
    day = datetime.timedelta(days=1)
    if every in ("day", "week"):
        size = 7 if every == "week" else 1
        opens = first + day * (-first.weekday() % 7 if size == 7 else 0)
        while opens + day * (size - 1) <= last:
            yield opens.isoformat(), opens.isoformat(), (opens + day * (size - 1)).isoformat()
            opens += day * size
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


CHECK_KINDS = {"every": Kind(make=every, raises={None: "gaps count"})}
