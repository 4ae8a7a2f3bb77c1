"""A plan as records: its themes and their behaviours, its phases and days, in the plan's own words."""

from __future__ import annotations

import datetime
from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import Any

from ..recording import dataclass, field


@dataclass(frozen=True, slots=True)
class Behaviour:
    """One named behaviour: the plan's own segment."""

    id: str
    text: str
    leaning: str        # unit, personal or both: an editor's opinion
    english: str


@dataclass(frozen=True, slots=True)
class Theme:
    """One theme; of many plans it has a virtue to uphold and a habit to cure."""

    id: str
    name: dict[str, str]
    virtue: str | None
    habit: str | None
    clause: str
    heading: str
    upholds: tuple[str, ...]
    sensitive: bool
    behaviours: tuple[Behaviour, ...]


@dataclass(frozen=True, slots=True)
class Phase:
    """One phase and its first and last day (ISO text)."""

    id: str
    name: dict[str, str]
    start: str
    end: str


@dataclass(kw_only=True, eq=False)
class Plan:
    """What a plan says, without the rules that hold reports against it. Dates are ISO text."""

    id: str
    name: dict[str, str]
    title: dict[str, str]
    report_title: dict[str, str]    # what reports are called
    timezone: str
    start: str
    end: str
    roll: str
    phases: dict[str, Phase]
    levels: dict[str, dict[str, str]]
    themes: dict[str, Theme]
    other: str
    parts: dict[str, str]
    uncheckable: list[Any]
    common: Mapping[str, int] = field(default_factory=dict)     # how often each Chinese character stands in its text
    _calendar: dict[str, Any] = field(default_factory=dict)

    @cached_property
    def behaviours(self) -> dict[str, Behaviour]:
        """Every named behaviour by ID, in the order of the plan."""
        return {one.id: one for theme in self.themes.values() for one in theme.behaviours}

    def own_words(self, parts: Iterable[str]) -> list[str]:
        """The plan's text of some parts; a part that themes belong to is the text of its themes."""
        texts = []
        for part in parts:
            if part in self.parts:
                texts.append(self.parts[part])
            for theme in self.themes.values():
                if theme.clause.split(".")[0] == part:
                    texts.extend([theme.heading, *theme.upholds, *(one.text for one in theme.behaviours)])
        return texts

    def leaning(self, theme: str, kind: str) -> list[str]:
        """The behaviours of a theme that lean to this kind of report; `both` leans to either."""
        return [one.id for one in self.themes[theme].behaviours if one.leaning in (kind, "both")]

    def sensitive(self, theme: str | None) -> bool:
        """Whether what is written under this theme is never printed."""
        return theme in self.themes and self.themes[theme].sensitive

    @property
    def sample_day(self) -> str:
        """A day, to show how one is written: the last one of the second phase."""
        return list(self.phases.values())[:2][-1].end

    def phase_date(self, phase: str | None, edge: str) -> str | None:
        """The first (`start`) or last (`end`) day of a phase."""
        found = self.phases.get(phase or "")
        return getattr(found, edge) if found else None

    @cached_property
    def _orders(self) -> dict[str | None, int]:
        return {phase: at for at, phase in enumerate(self.phases)}

    def order(self, phase: str | None) -> int:
        """The place of a phase among the phases, from 0; -1 for none."""
        return self._orders.get(phase, -1)

    def phase_named(self, said: object) -> str | None:
        """The ID of a phase, by it or by the phase's Chinese name."""
        return next((one.id for one in self.phases.values() if said in (one.id, one.name["zh"])), None)

    def level_named(self, said: object) -> str | None:
        """The ID of a level, by it or by the level's Chinese name."""
        return next((one for one, name in self.levels.items() if said in (one, name["zh"])), None)

    def has_working_day(self, first: str, last: str) -> bool:
        """Whether any day of [first, last] is a working day by the pack's calendar."""
        day, end = datetime.date.fromisoformat(first), datetime.date.fromisoformat(last)
        while day <= end:
            if self.is_working_day(day.isoformat()):
                return True
            day += datetime.timedelta(days=1)
        return False

    def is_working_day(self, iso: str) -> bool:
        """Monday to Friday but for days off, and the weekends that are worked."""
        if iso in self._calendar.get("working_weekends", ()):
            return True
        if any(one["from"] <= iso <= one["to"] for one in self._calendar.get("days_off", ())):
            return False
        return datetime.date.fromisoformat(iso).weekday() < 5
