"""What people see before they read: how each phase's reports stand, and where in the plan the findings lie."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from ...batch.outcome import Result
from ...batch.standing import MISSING, OTHER_FORMAT, UNREADABLE
from ...packs.pack import Pack
from ...packs.roster import Roster
from ...recording import dataclass, field
from ...records import LEVELS
from .accounts import Account
from .filing import unit_name

NOT_FILED = UNREADABLE, OTHER_FORMAT, MISSING
STANDINGS = ("clean", "warning", "error", *NOT_FILED)
MOST_SUBJECTS = 150     # rows that people still look through; beyond, a row is a unit


@dataclass(slots=True)
class MapRow:
    """A row of the map: a subject, or a unit with all of its subjects. `cells` goes by theme, None for no theme."""

    name: str
    unit: str
    subjects: int = 0
    cells: dict[str | None, Counter[str]] = field(default_factory=dict)      # theme -> findings by level
    target: int | None = None       # position of the only subject among all


def phase_bars(found: Iterable[Account], pack: Pack, result: Result) -> dict[str, Counter[str]]:
    """Phase ID -> number of subjects: of those who filed for it, by the gravest that was found in their files; of those
    whose report of it is missing, by their state in the table of who has filed.
    """
    bars: dict[str, Counter[str]] = {phase: Counter() for phase in pack.phases}
    for one in found:
        filed = one.report.phase if one.report else None
        if filed in bars:
            came = {hit.level for hit in one.gating if result.roster is None or hit.file != result.roster.file} \
                if one.counted else ()
            bars[filed][next((level for level in LEVELS if level in came and level in STANDINGS), STANDINGS[0])] += 1
    for stands in result.standing:
        if stands.phase in bars and stands.state in NOT_FILED:
            bars[stands.phase][stands.state] += 1
    return bars


def theme_map(found: Sequence[Account], language: str, roster: Roster | None = None,
              most: int = MOST_SUBJECTS) -> list[MapRow]:
    """The rows with something that counts, in order: a row a subject, or where these are many, a row a unit."""
    faulty = [(at, one) for at, one in enumerate(found) if one.counted]
    by_unit = len(faulty) > most
    rows: dict[object, MapRow] = {}
    for at, one in faulty:
        unit = one.unit or (one.id if one.kind == "unit" else None) or ""
        key: object = (unit,) if by_unit else at
        row = rows.setdefault(key, MapRow("" if by_unit else one.name(language), unit_name(unit, roster),
                                          target=None if by_unit else at))
        row.subjects += 1
        for (_, level, theme), count in one.counted.items():
            row.cells.setdefault(theme, Counter())[level] += count
    return list(rows.values())
