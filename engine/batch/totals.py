"""The totals of a run, added up from what each current report left behind."""

from __future__ import annotations

from collections import Counter
from typing import Any

from ..judging.results import as_text, of_line
from ..packs.pack import Pack

Kept = list[list[tuple[str, int]]]      # by theme, source and state


class Totals:
    """How many problems there are, by theme, source and state."""

    def __init__(self, pack: Pack) -> None:
        self.pack = pack
        self._tallies: dict[bytes, int] = {}                # theme, source and state of each problem -> so many reports
        self._totals: tuple[Counter[str], ...] = (Counter(), Counter(), Counter())

    def add(self, problems: bytes) -> None:
        """Add the problems of a report, as its result holds them."""
        self._tallies[problems] = self._tallies.get(problems, 0) + 1
        if len(self._tallies) > 500:
            self._add_up()

    def _add_up(self) -> None:
        for problems, reports in self._tallies.items():
            for found in of_line(as_text(problems)):
                for total, name in zip(self._totals, found, strict=True):
                    total[name] += reports
        self._tallies.clear()

    def kept(self) -> Kept:
        """All that was added."""
        self._add_up()
        return [[*total.items()] for total in self._totals]

    def take(self, kept: Kept) -> None:
        """Add what another `kept`."""
        for total, more in zip(self._totals, kept, strict=True):
            total.update(dict(more))

    def statistics(self, phases: dict[str | None, int]) -> dict[str, Any]:
        """Reports per phase, as counted, and problems per theme, source and status, of current reports."""
        self._add_up()
        themes, sources, states = self._totals
        return {
            "reports_by_phase": {phase: phases.get(phase, 0) for phase in self.pack.phases},
            "problems": sum(themes.values()),
            "problems_by_theme": {theme: themes[theme] for theme in self.pack.themes},
            "problems_by_source": {name: sources[name] for name in sorted(filter(None, sources))},
            "problems_by_status": {name: states[name] for name in sorted(filter(None, states))},
        }
