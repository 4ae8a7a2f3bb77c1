"""What comes next as plain data, unit by unit in the order of the roster. No words, and nothing that was submitted but
IDs and dates.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from ...batch.outcome import Result
from ...batch.standing import doubtful_files, is_doubtful
from ...judging.results import FileFacts
from ...packs.pack import Pack
from ...reading.report import printable_id
from ...recording import dataclass
from ...text.dates import days_between
from ..ledger.rows import UNREAD, LedgerRow, order_of, rows_of


@dataclass(frozen=True, slots=True)
class Filer:
    """One who has still to file."""

    unit: str               # code
    kind: str               # personal or unit
    ident: str              # as it may be printed
    state: str              # of standing.STATES: missing, or what came instead
    phase: str
    day: str                # ISO date of the last day
    left: int               # days until then; 0 on the day itself


@dataclass(frozen=True, slots=True)
class Measure:
    """One measure that is not known to be done."""

    unit: str
    kind: str
    ident: str
    problem: str | None     # ID of its problem, where that may be printed
    number: int             # of the measure in its problem, from 1
    theme: str
    day: str                # ISO date: what is later of its day and that to which the problem is deferred
    deferred: bool          # it is the latter
    left: int               # days until then; negative once it has passed
    outside: bool           # its subject is not on the roster


@dataclass(frozen=True, slots=True)
class Agenda:
    """What comes next, as of the day of a result."""

    result: Result
    pack: Pack
    language: str
    within: int                         # days
    filers: tuple[Filer, ...]           # however far their day is
    measures: tuple[Measure, ...]       # that fall due within those days, or have passed
    gone: int                           # reports that were checked, and can't be read once more
    doubtful: int                       # those of which nobody can tell whose they are

    @property
    def left_out(self) -> dict[str, int]:
        """Reports whose measures are not listed, by the reason; also where none of them would fall due."""
        return {"gone": self.gone, "doubtful": self.doubtful, "unreadable": self.result.summary["unreadable"],
                "unsigned": len(self.result.unsigned)}

    @property
    def overdue(self) -> tuple[Measure, ...]:
        return tuple(one for one in self.measures if one.left < 0)

    @property
    def coming(self) -> tuple[Measure, ...]:
        return tuple(one for one in self.measures if one.left >= 0)


def agenda(result: Result, pack: Pack, within: int, language: str,
           progress: Callable[[int, int], None] = lambda done, total: None) -> Agenda:
    """What comes next; reads once more the reports in which a measure may fall due. A measure counts as the ledger has
    it: not where its problem is put right, also step by step, or where its day can't be told.
    """
    filers = [Filer(one.standing.entry.unit, one.standing.entry.kind, one.standing.entry.id, one.standing.state,
                    one.phase, one.day, days_between(result.as_of, one.day)) for one in result.upcoming()]
    files = {one.file for one in result.reports if _may_be_due(one, result.as_of, within) and not is_doubtful(
        one.file, one.about.kind, one.about.key, result.roster)}
    settled, place = {*pack.roles.done, pack.roles.lasting, UNREAD}, order_of(result, pack)
    themes, roster = {one: at for at, one in enumerate(pack.themes)}, result.roster
    found: list[tuple[tuple[Any, int], Measure]] = []
    gone = 0
    for done, one in enumerate(result.reopened(files), 1):
        entry = roster.entry(one.about.kind, one.about.key) if roster else None
        at = place(entry, one.about)
        gone += one.case is None
        found += (((at, themes[row.theme]), measure) for row in rows_of(one, entry, pack.roles)
                  if row.state not in settled for measure in _measures(row, result) if measure.left <= within)
        progress(done, len(files))
    found.sort(key=lambda one: one[0])
    return Agenda(result, pack, language, within, tuple(filers), tuple(measure for _, measure in found), gone,
                  len(doubtful_files(result.standing)))


def _may_be_due(report: FileFacts, as_of: str, within: int) -> bool:
    day = report.data.get("", {}).get("next")
    return day is not None and days_between(as_of, day) <= within


def _measures(row: LedgerRow, result: Result) -> Iterator[Measure]:
    about = row.about
    unit = row.entry.unit if row.entry else (about.subject.unit if about.subject else None) or ""
    ident = (row.entry.id if row.entry else about.subject.id if about.subject else None) or row.file
    for number, (step, day) in enumerate(zip(row.steps, row.days, strict=True), 1):
        if day:
            yield Measure(unit, about.kind or "", ident, printable_id(row.ident), number, row.theme, day,
                          step.due != day, days_between(result.as_of, day), bool(result.roster and not row.entry))
