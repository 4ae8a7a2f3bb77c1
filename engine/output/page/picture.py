"""What a page shows before anything is read: units by phases, and subjects by themes. Knows no HTML and no words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from ...batch.outcome import Result
from ...batch.stages import CAME, UNKNOWN, Stage
from ...batch.standing import EXCUSED, FILED, MISSING, OTHER_FORMAT, TO_CORRECT, UNREADABLE, in_order
from ...packs.pack import Pack
from ...reading.report import printable_id
from ...recording import dataclass, field
from ...records import Subject
from ...text.wording import id_key
from ..findings.accounts import Account
from ..findings.filing import unit_name

# Of a theme in a report: problems are listed; it says that there are none; nothing is said; its phase asks for nothing.
ANSWERS = LISTED, NONE_FOUND, SILENT, EARLY = "listed", "none-found", "silent", "early"
OUTSTANDING = UNREADABLE, OTHER_FORMAT, MISSING


@dataclass(slots=True)
class PhaseCell:
    """A unit at one phase: the stage of its own report, and how many of its people are at which."""

    own: Stage | None = None
    people: Counter[str] = field(default_factory=Counter)

    @property
    def came(self) -> int:
        """Reports of its people."""
        return sum(self.people[state] for state in CAME)

    @property
    def due(self) -> int:
        return self.people.total() - self.people[EXCUSED]

    @property
    def known(self) -> bool:
        """Whether all who had to report are known."""
        return not self.people[UNKNOWN]

    @property
    def outstanding(self) -> int:
        """Reports that are over their day and did not come, or can't be used, its own too."""
        return sum(self.people[state] for state in OUTSTANDING) + (self.own is not None
                                                                    and self.own.state in OUTSTANDING)


@dataclass(slots=True)
class PhaseRow:
    """A unit; `code` is None for those who are not on the roster."""

    code: str | None
    name: str
    cells: list[PhaseCell]


def phase_rows(result: Result, pack: Pack, found: Sequence[Account]) -> list[PhaseRow]:
    """The units in the order of the roster, or as they come, then those who are not on it together."""
    units = {(one.kind or "", one.key): one.unit or (one.id if one.kind == "unit" else None) for one in found}
    rows: dict[str | None, PhaseRow] = {}
    for key, stages in result.stages().items():
        entry = result.roster.entry(*key) if result.roster else None
        code = entry.unit if entry else None if result.roster else units.get(key) or ""
        name = unit_name(code, result.roster) if code else ""
        row = rows.setdefault(None if code is None else id_key(code), PhaseRow(
            code and printable_id(code), name, [PhaseCell() for _ in pack.phases]))
        for cell, stage in zip(row.cells, stages, strict=True):
            if key[0] == "unit" and code is not None:
                cell.own = stage
            else:
                cell.people[stage.state] += 1
    outside = rows.pop(None, None)
    return [*rows.values(), *([outside] if outside else [])]


@dataclass(slots=True)
class ThemeCell:
    """A theme in a subject's report, or None where there is no report; and what counts there, by level."""

    answer: str | None
    hits: Counter[str] = field(default_factory=Counter)


@dataclass(slots=True)
class ThemeRow:
    """A subject with its state in the table of who has filed."""

    subject: Subject
    state: str
    account: Account
    place: int | None           # of the account among all; None where nothing came and nothing was found


def theme_rows(result: Result, found: Sequence[Account]) -> list[ThemeRow]:
    """Who is on the roster, in its order, and who filed or has a finding without being on it."""
    places = {(one.kind or "", one.key): at for at, one in enumerate(found) if one.kind}
    states = {(one.entry.kind, one.entry.key): one.state for one in result.standing}
    rows = []
    for entry in in_order(result.roster) if result.roster else ():
        key = entry.kind, entry.key
        place = places.pop(key, None)
        if key in states or place is not None:
            one = found[place] if place is not None else Account(entry.kind, entry.id, entry.unit, "", key=entry.key)
            subject = Subject(entry.kind, entry.id or None, printable_id(entry.unit))
            rows.append(_theme_row(one, place, subject, states.get(key)))
    for key, place in places.items():
        one = found[place]
        rows.append(_theme_row(one, place, Subject(one.kind or "", one.id, one.unit), states.get(key)))
    return rows


def _theme_row(one: Account, place: int | None, subject: Subject, state: str | None) -> ThemeRow:
    """The row of an account; without a state of the roster it goes by what was found."""
    return ThemeRow(subject, state or (TO_CORRECT if one.worst in ("error", "warning") else FILED), one, place)


def theme_cells(one: Account, pack: Pack, asking: int) -> list[ThemeCell]:
    """A cell a theme, the last for all else; `asking` is the place of the first phase that asks for every theme."""
    hits: dict[str | None, Counter[str]] = {}
    for (_, level, theme), count in one.counted.items():
        hits.setdefault(theme, Counter())[level] += count
    told = one.report
    return [*(ThemeCell(None if told is None else LISTED if theme in told.listed else NONE_FOUND
                        if theme in told.answered else SILENT if pack.order(told.phase) >= asking else EARLY,
                        hits.get(theme, Counter())) for theme in pack.themes),
            ThemeCell(None, hits.get(None, Counter()))]
