"""What stands above on the page: figures, who has filed, units by phases; as the template asks for it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from markupsafe import Markup

from ...batch.outcome import Result
from ...batch.stages import CAME, IN_TIME, LATE, STAGES, UNKNOWN
from ...batch.standing import EXCUSED, WAITING
from ...records import LEVELS
from ...text.dates import days_between
from ...text.messages import catalogue, say, shown_date, weekday
from ...text.regex import regex
from ...text.wording import mask_numbers
from ..due.agenda import agenda
from ..findings import filing
from ..findings.accounts import accounts
from ..findings.setting import Setting
from ..sheets import Sheet
from .listing import Words, label_of, shown
from .picture import OUTSTANDING, PhaseCell, phase_rows, theme_rows

FEW = 12                # IDs in a cell that stand there at once; more are folded behind their number
SOON = 30               # days within which a measure is due soon

_IDENT = regex(r"(?<![\w&#;-])[A-Za-z0-9]{1,8}(?:-[A-Za-z0-9]{1,12}){1,2}(?![\w-])[、，。；：）]?", re.ASCII)


def whole(value: str) -> Markup:
    """A text on the page whose IDs never break at a hyphen; a long name must be able to."""
    return Markup(_IDENT.sub(r'<span class="whole">\g<0></span>', str(shown(value))))


class Looks:
    """A result as the upper part of the page shows it."""

    def __init__(self, result: Result, setting: Setting) -> None:
        self.result, self.pack, self.language = result, setting.compiled.pack, setting.language
        pack, language = self.pack, self.language
        self.words = Words(pack, language)
        self.accounts = accounts(result)
        self.phases = phase_rows(result, pack, self.accounts)
        self.themes = theme_rows(result, self.accounts)
        with setting.reading() as told:
            self.agenda = agenda(result, pack, SOON, language, told)

    def say(self, key: str, **facts: Any) -> str:
        return say(key, self.language, **facts)

    def unit(self, code: str | None) -> str:
        """What people call a unit."""
        return filing.unit_name(code, self.result.roster) if code else self.say("board.no_unit")

    @property
    def as_of(self) -> str:
        return shown_date(self.result.as_of, self.language)

    def day(self, iso: str) -> str:
        """A day with its weekday."""
        return self.say("board.day", date=shown_date(iso, self.language), weekday=weekday(iso, self.language))

    def left(self, iso: str) -> int:
        """Days until a day, less than 0 once it has passed."""
        return days_between(self.result.as_of, iso)

    def filing(self) -> Sheet | None:
        """The table of who has filed."""
        return filing.sheet(self.result, self.language)

    def filing_units(self) -> list[str]:
        """The codes of the units in that table, in its order."""
        codes: dict[str, str] = {}
        for one in self.result.standing:
            codes.setdefault(one.entry.unit, mask_numbers(one.entry.unit))
        return [*codes.values(), ""]

    def idents(self, cell: str) -> Markup:
        """The IDs in a cell of that table; many are folded."""
        listed = Markup("<bdi>{}</bdi>").format(whole(cell))
        count = cell.count(catalogue(self.language)["words.comma"]) + 1
        return listed if count <= FEW else Markup("<details><summary>{}</summary>{}</details>").format(count, listed)

    def filing_notes(self) -> list[str]:
        return list(filing.notes(self.result, self.language))

    def state(self, name: str) -> str:
        """The word for a state of a subject or a stage of a phase."""
        key = f"board.stage_{name.replace('-', '_')}"
        return self.say(key if key in catalogue(self.language) else label_of(name))

    def people(self, cell: PhaseCell) -> list[tuple[str, float]]:
        """The stages of a unit's people, as shares of 100."""
        whole = cell.people.total()
        return [(name, round(cell.people[name] * 100 / whole, 1)) for name in STAGES if cell.people[name]]

    def parts(self, cell: PhaseCell) -> str:
        """How many of a unit's people are at which stage, but for those who filed in time or still have time."""
        return " · ".join(f"{self.state(name)} {cell.people[name]}" for name in STAGES
                          if cell.people[name] and name not in (IN_TIME, WAITING))

    def totals(self, at: int, enrolled: bool = False) -> list[tuple[str, int]]:
        """How many subjects are at which stage of the phase at this place, or only those on the roster."""
        found: Counter[str] = Counter()
        for row in self.phases:
            if enrolled and row.code is None:
                continue
            cell = row.cells[at]
            found.update(cell.people)
            found.update([cell.own.state] if cell.own else [])
        return [(name, found[name]) for name in STAGES if found[name] and name != UNKNOWN]

    def figures(self) -> Iterator[tuple[str, str, str, str]]:
        """A name, a number, what it is of, and how grave it is, of what one looks at first."""
        at = list(self.pack.phases).index(self.result.phase) if self.result.phase in self.pack.phases else 0
        stages = dict(self.totals(at, enrolled=self.result.roster is not None))
        came = sum(stages.get(name, 0) for name in CAME)
        if self.result.roster and self.result.whole:
            due = sum(count for name, count in stages.items() if name != EXCUSED)
            yield self.say("board.figure_filed"), str(came), self.say("board.of", count=due), "calm"
            yield (self.say("board.figure_outstanding"), str(sum(stages.get(name, 0) for name in OUTSTANDING)),
                   self.say("board.late", count=stages.get(LATE, 0)), "error")
        else:
            yield self.say("board.figure_reports"), str(self.result.summary["reports"]), "", "calm"
        if self.result.empty:       # nothing was checked, so nothing can be told
            return
        for level in LEVELS[:2]:
            faulty = Counter(account.kind is None for account in self.accounts if level in account.levels)
            yield (self.say(f"level.{level}"), str(self.result.summary[level]),
                   self.say("board.subjects", count=faulty[False], files=faulty[True]), level)
        yield (self.say("board.figure_overdue"), str(len(self.agenda.overdue)),
               self.say("board.coming", count=len(self.agenda.coming), days=SOON), "error")
