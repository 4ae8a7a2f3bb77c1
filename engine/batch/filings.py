"""Who filed what, and which report counts: of each subject the one of its latest phase. No findings."""

from __future__ import annotations

from functools import cached_property
from itertools import groupby

from ..packs.pack import KINDS
from .store import Filed, Store

_CHOSEN = "UPDATE files SET best = ?, counted = ?, superseded = ? WHERE at = ?"
_SEVERAL = ("inside AND (kind, key) IN (SELECT kind, key FROM files WHERE inside AND key IS NOT NULL "
            "GROUP BY kind, key HAVING count(*) > 1)")


class Filings:
    """The files of a run as filings of subjects."""

    def __init__(self, store: Store, phase: str | None) -> None:
        """Reports that declare a later phase than `phase` are left out."""
        self.store, self.pack = store, store.pack
        limit = self.pack.order(phase) if phase else len(self.pack.phases)
        store.write("UPDATE files SET inside = 0 WHERE inside AND rank > ?", limit)
        for same in self._same():
            self._choose(same)
        self.displaced: set[int] = set()        # reports that would count, were it plain whose they are
        [[self.unreadable, self.inside, self.later, self.subjects]] = store.read(
            "SELECT count(nullif(readable, 1)), count(nullif(inside, 0)), count(nullif(readable AND NOT inside, 0)), "
            "count(nullif(inside AND counted AND key IS NOT NULL, 0)) FROM files")

    def prefer(self, own: list[Filed], same: list[Filed]) -> None:
        """Of the files of a subject take one of its `own`; the others are doubtful."""
        best = self._choose(own)
        for one in same:
            if one.counts and one not in own:
                self.store.later("UPDATE files SET counted = 0 WHERE at = ?", (one.at,))
                self.displaced.add(one.at)
        if best.kind == KINDS[1]:
            self.units[best.key or ""] = best.at
        self.__dict__.pop("several", None)

    def _choose(self, same: list[Filed]) -> Filed:
        """Of some files of a subject that of the latest phase; of duplicates the latest filed, then the first path."""
        order = self.pack.order
        best = max(same, key=lambda one: (order(one.phase), one.corrected or one.submitted or ""))
        for one in same:
            self.store.later(_CHOSEN, (best.at, one is best,
                                       one.phase is not None and order(best.phase) > order(one.phase), one.at))
        return best

    @cached_property
    def units(self) -> dict[str, int]:
        """Of each unit the current report."""
        return dict(self.store.read("SELECT key, at FROM files WHERE inside AND counted AND kind = ?", KINDS[1]))

    @cached_property
    def several(self) -> list[list[Filed]]:
        """The files of each subject with more than one."""
        return self._same()

    def _same(self) -> list[list[Filed]]:
        found = sorted(self.store.filed(_SEVERAL), key=lambda one: (one.kind or "", one.key or "", one.at))
        return [list(same) for _, same in groupby(found, key=lambda one: (one.kind, one.key))]

    def phases(self) -> dict[str | None, int]:
        """How many current reports declare each phase."""
        return dict(self.store.read("SELECT phase, count(*) FROM files WHERE inside AND counted GROUP BY phase"))

    def left_out(self) -> set[str]:
        """The comparable IDs of the subjects of reports that declare a later phase than the one asked for."""
        return {one.key for one in self.store.filed("readable AND NOT inside") if one.key}

    def doubt(self, at: int) -> None:
        """Note a report of which nobody can tell whose it is."""
        self.store.later("UPDATE files SET doubtful = 1 WHERE at = ?", (at,))

    def days(self) -> dict[tuple[str, str], dict[str, str | None]]:
        """Of each subject the phases of which a report is plainly its own, and the first day on which one of each was
        filed.
        """
        found: dict[tuple[str, str], dict[str, str | None]] = {}
        for kind, key, phase, day, _ in self.store.read(
                "SELECT kind, key, phase, min(submitted), min(at) AS first FROM files "
                "WHERE key IS NOT NULL AND NOT doubtful GROUP BY kind, key, phase ORDER BY first"):
            if phase in self.pack.phases:
                found.setdefault((kind or "", key), {})[phase] = day
        return found
