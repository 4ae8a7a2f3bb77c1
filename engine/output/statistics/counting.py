"""Counts, unit by unit, what a run's reports and roster say. Knows no words, no table and no person's ID."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any, TypeVar

from ...batch.outcome import Result, subject_of
from ...batch.standing import (
    DOUBTFUL,
    FILED,
    OTHER_FORMAT,
    TO_CORRECT,
    UNREADABLE,
    UNSURE,
    beside_doubtful,
    doubtful_files,
    is_doubtful,
)
from ...judging.results import FileFacts
from ...packs.pack import Pack
from ...packs.roster import Entry, Roster
from ...reading.roles import Roles
from ...recording import dataclass, field, fields
from ...records import Finding
from ...text.dates import days_between
from ...text.wording import id_key
from ..findings.filing import unit_name

FEW = 5                         # fewer personal reports than this are never counted by themselves: one could tell whose


@dataclass(slots=True)
class Filing:
    """Who had to report, and who did. `late` and `missing` follow; `overdue` are the late and the missing overdue."""

    due: int = 0
    received: int = 0       # of those due
    on_time: int = 0
    overdue: int = 0        # filed after the day, or not filed and the day has passed
    longest: int = 0        # the most days beyond the day, as far as the clock goes
    undated: int = 0        # of those received: nobody can read on which day, or for which phase
    excused: int = 0        # not due
    unread: int = 0         # of those not received: their file can't be read, so nobody knows when it was filed
    aside: int = 0          # of those not received: what came is no report

    @property
    def late(self) -> int:
        return self.received - self.on_time - self.undated

    @property
    def missing(self) -> int:
        return self.due - self.received

    @property
    def nothing(self) -> int:
        return self.missing - self.unread - self.aside

    @property
    def waiting(self) -> int:
        """Not filed, but there is still time."""
        return self.late + self.missing - self.unread - self.overdue


@dataclass(slots=True)
class Review:
    """What the check found in the current reports that declare the phase or a later one."""

    reports: int = 0
    passed: int = 0         # as first filed, without anything that must be corrected
    faulty: int = 0         # reports in which something must be corrected
    errors: int = 0
    warnings: int = 0
    waived: int = 0         # counted apart
    answered: int = 0       # themes, over the reports that had to answer them
    asked: int = 0


class Sums(dict[str, Decimal]):
    """Numbers by what they are of. Of what nobody gives there is none."""

    def __add__(self, other: Mapping[str, Decimal]) -> Sums:
        return Sums({key: self.get(key, Decimal()) + other.get(key, Decimal()) for key in {**self, **other}})


@dataclass(slots=True)
class Problems:
    """Problems, institutions and figures that reports list. The states sum to the total, and so do the days."""

    reports: int = 0
    total: int = 0
    themes: Counter[str] = field(default_factory=Counter)
    sources: Counter[str | None] = field(default_factory=Counter)       # None: not said
    states: Counter[str | None] = field(default_factory=Counter)        # None: not said
    done: int = 0           # put right
    due: int = 0            # the last day has passed
    due_done: int = 0
    due_lasting: int = 0
    ahead: int = 0          # the last day is still to come
    undated: int = 0        # no last day that can be read
    institutions: Counter[str | None] = field(default_factory=Counter)  # None: not said whether new or revised
    figures: Sums = field(default_factory=Sums)         # of the pack's own fields

    @property
    def overdue(self) -> int:
        return self.due - self.due_done - self.due_lasting

    @property
    def instituted(self) -> int:
        return self.institutions.total()


@dataclass(slots=True)
class UnitRow:
    """One unit: its own report, and those of its people."""

    code: str
    name: str
    level: str | None = None
    unit: Filing = field(default_factory=Filing)
    people: Filing = field(default_factory=Filing)
    review: Review = field(default_factory=Review)
    own: Problems = field(default_factory=Problems)
    personal: Problems = field(default_factory=Problems)


@dataclass(slots=True)
class Statistics:
    """All figures of a run."""

    as_of: str
    phase: str
    expected: bool          # whether it is known who had to report: there is a roster, and the batch is whole
    rows: list[UnitRow]         # in the order of the roster
    outside: UnitRow            # not on the roster
    result: Result


Sum = TypeVar("Sum", Filing, Review, Problems)


def added(parts: Iterable[Sum], empty: Sum) -> Sum:
    """The sum of Filing, Review or Problems, put into `empty`; of what is longest the longest."""
    for part in parts:
        for one in fields(part):
            value, other = getattr(empty, one.name), getattr(part, one.name)
            setattr(empty, one.name, max(value, other) if one.name == "longest" else value + other)
    return empty


@dataclass(slots=True)
class Publishable:
    """Problems as they may be published: none of fewer than FEW people by themselves."""

    rows: list[tuple[UnitRow, Problems]]
    joint: Problems | None      # the people of units in which too few filed
    outside: Problems
    left: int                   # personal reports that no figure here holds


def publishable(found: Statistics) -> Publishable:
    """Each unit's problems with those of its people, or where these are few, without: they are put together."""
    few = [row.personal for row in found.rows if row.personal.reports < FEW]
    together = added(few, Problems())
    enough = together.reports >= FEW
    joint, left = (together, 0) if enough else (None, together.reports)
    outside = found.outside.own
    if found.outside.personal.reports < FEW:
        left += found.outside.personal.reports
    else:
        outside = added([outside, found.outside.personal], Problems())
    return Publishable([(row, row.own if row.personal.reports < FEW else added([row.own, row.personal], Problems()))
                        for row in found.rows], joint, outside, left)


def count(result: Result, pack: Pack) -> Statistics:
    """The figures of a run, in one pass over its reports."""
    roster, phase = result.roster, result.phase
    rows = {key: UnitRow(entry.id, unit_name(key, roster), entry.level)
            for key, entry in roster.units.items()} if roster else {}
    found = Statistics(result.as_of, phase, roster is not None and result.whole, [], UnitRow("", ""), result)
    states = {(one.entry.kind, one.entry.key): one.state for one in result.standing}
    for entry in (*roster.units.values(), *roster.people.values()) if roster else ():
        row = rows.setdefault(id_key(entry.unit), UnitRow(entry.unit, ""))
        _expect(entry, row.unit if entry.kind == "unit" else row.people, result, states, pack.phases[phase].end)
    apart = _beside_doubtful(result, pack)

    def counted(level: str) -> Counter[str]:
        return Counter(one.file for one in result.findings
                       if one.gates and one.level == level and (one.rule, one.file) not in apart)

    errors, warnings = counted("error"), counted("warning")
    waived = Counter(one.file for one in result.findings if one.waived is not None and not one.superseded)
    asking = asking_from(pack)
    for one in result.reports:
        if is_doubtful(one.file, one.about.kind, one.about.key, roster):
            continue
        row = _row_of(one, rows, found.outside, roster)
        facts, about = one.data.get("", {}), one.about
        filing = row.unit if about.kind == "unit" else row.people
        if row is found.outside or roster is None:
            _receive(filing, result, subject_of(one), pack.phases[phase].end)
        order = pack.order(about.phase)
        if order >= pack.order(phase):
            seen = row.review
            seen.reports += 1
            seen.passed += not errors[one.file] and about.corrected is None
            seen.faulty += errors[one.file] > 0
            seen.errors += errors[one.file]
            seen.warnings += warnings[one.file]
            seen.waived += waived[one.file]
            if order >= asking:
                seen.answered += len(facts.get("answered", ()))
                seen.asked += len(pack.themes)
        _tell(row.own if about.kind == "unit" else row.personal, facts, result.as_of, pack.roles)
    found.rows = list(rows.values()) if roster else sorted(rows.values(), key=lambda row: _by_level(row, pack))
    return found


def _beside_doubtful(result: Result, pack: Pack) -> set[tuple[str, str]]:
    """Rule and file of each finding that is asked of nobody, since it may be another's report that brings it about."""
    found: dict[tuple[str, str], list[Finding]] = {
        (one.entry.kind, one.entry.key): [] for one in result.standing if one.doubtful}
    doubtful = doubtful_files(result.standing)
    for one in result.findings if found else ():
        if one.gates and one.subject and one.file not in doubtful and (one.subject.kind, one.owner) in found:
            found[one.subject.kind, one.owner].append(one)
    return {(one.rule, one.file) for own in found.values() for one in beside_doubtful(own, pack)}


def asking_from(pack: Pack) -> int:
    """The place of the first phase whose reports have to answer every theme; beyond the last one if none has to."""
    return min((pack.order(rule.first) for rule in pack.rules.values()
                if rule.of_every_theme(pack.roles.themes)), default=len(pack.phases))


def _expect(entry: Entry, filing: Filing, result: Result, states: dict[tuple[str, str], str], end: str) -> None:
    """Count one on the roster; who is excused and files all the same, be it what can't be read, counts as due."""
    key = entry.kind, entry.key
    state, roster = states.get(key), result.roster
    if key not in result.filed() and state != UNREADABLE and roster and roster.excused(entry, end):
        filing.excused += 1
        return
    filing.due += 1
    day = max((roster.extended(entry.key, result.phase) if roster else None) or "", end)
    if key in result.filed():
        _receive(filing, result, key, day)
        return
    if state in (TO_CORRECT, FILED, UNSURE, DOUBTFUL):      # a report came, and not plainly for the phase, or from it
        filing.received += 1
        filing.undated += 1
        return
    filing.unread += state == UNREADABLE
    filing.aside += state == OTHER_FORMAT
    if day < result.as_of and state != UNREADABLE:
        filing.overdue += 1
        filing.longest = max(filing.longest, days_between(day, result.as_of))


def _receive(filing: Filing, result: Result, key: tuple[str | None, str | None], day: str) -> None:
    """Count one who filed for the phase, by the first day on which it was; without one neither on time nor late."""
    kind, ident = key
    if ident is None or (kind, ident) not in result.filed():
        return
    filing.received += 1
    first = result.filed()[kind, ident]
    if first is None:
        filing.undated += 1
    elif first <= day:
        filing.on_time += 1
    else:
        filing.overdue += 1
        filing.longest = max(filing.longest, days_between(day, min(first, result.as_of)))


def _row_of(one: FileFacts, rows: dict[str, UnitRow], outside: UnitRow, roster: Roster | None) -> UnitRow:
    """The row of a report: by the roster, or without one by the unit that the report names."""
    about = one.about
    if roster is not None:
        entry = roster.entry(about.kind, about.key)
        return rows[id_key(entry.unit)] if entry else outside
    code = about.subject.unit if about.subject else None
    row = rows.setdefault(about.unit_key if code and about.unit_key else "", UnitRow(code or "", ""))
    row.level = row.level or (about.level if about.kind == "unit" else None)
    return row


def _by_level(row: UnitRow, pack: Pack) -> tuple[int, str]:
    levels = list(pack.levels)
    return levels.index(row.level) if row.level in levels else len(levels), row.code


def _tell(problems: Problems, facts: dict[str, Any], as_of: str, roles: Roles) -> None:
    """Count what one report lists."""
    problems.reports += 1
    for theme, source, state, day in facts.get("problems", ()):
        problems.total += 1
        problems.themes[theme] += 1
        problems.sources[source] += 1
        problems.states[state] += 1
        problems.done += state in roles.done
        if day is None:
            problems.undated += 1
        elif day >= as_of:
            problems.ahead += 1
        else:
            problems.due += 1
            problems.due_done += state in roles.done
            problems.due_lasting += state == roles.lasting
    problems.institutions.update(facts.get("institutions", ()))
    problems.figures += {key: Decimal(one) for key, one in facts.get("figures", {}).items()}
