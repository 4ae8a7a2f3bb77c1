"""Who filed what, and which report counts: of each subject the one of its latest phase. No findings."""

from __future__ import annotations

from array import array
from collections.abc import Sequence
from itertools import pairwise
from zlib import crc32

from ..packs.pack import KINDS, Pack
from ..reading.columns import Holders
from ..reading.files import names_of
from .ledger import Ledger


class Filings:
    """The files of a run in order of path, and what of them counts."""

    def __init__(self, ledger: Ledger, pack: Pack, phase: str | None) -> None:
        """Reports that declare a later phase than `phase` are left out."""
        self.ledger, self.pack = ledger, pack
        self.order = self._by_name()
        limit = pack.order(phase) if phase else len(pack.phases)
        forms = ledger.form
        inside = [pack.order(form and form[2]) <= limit for form in forms.values]
        self.files = array("I", [at for at in self.order if ledger.readable[at] and inside[forms.codes[at]]])
        self.unreadable = len(ledger) - sum(ledger.readable)
        self.later = len(ledger) - self.unreadable - len(self.files)
        self.several: list[list[int]] = []              # of each subject with more than one file
        self.subjects = 0
        self.current = array("I", range(len(ledger)))   # of each file, the report that counts for its subject
        self._counting = bytearray(size > 0 for size in ledger.keys.sizes)     # whether a file is that report
        self.units: dict[str, int] = {}                 # of each unit, the report that counts
        self._choose_current()

    @property
    def counted(self) -> Sequence[int]:
        """The current reports, in order of path."""
        return array("I", [at for at in self.files if self.counts(at)])

    def counts(self, at: int) -> bool:
        """Whether a file is its subject's current report."""
        return self._counting[at] == 1

    def subject(self, at: int) -> tuple[str, str]:
        """Kind and comparable ID of the subject of a file that has one."""
        return self.ledger.form[at][0], self.ledger.keys[at] or ""

    def left_out(self) -> set[str]:
        """The comparable IDs of the subjects of reports that declare a later phase than the one asked for."""
        seen = set(self.files)
        return {key for at in self.order if self.ledger.readable[at] and at not in seen
                if (key := self.ledger.keys[at])} if self.later else set()

    def phase(self, at: int) -> str | None:
        form = self.ledger.form[at]
        return form[2] if form else None

    def _choose_current(self) -> None:
        """Of each subject the report of its latest phase; of duplicates the latest filed, then the first path."""
        keys, forms = self.ledger.keys, self.ledger.form
        kinds = [KINDS.index(form[0]) if form and form[0] else 0 for form in forms.values]
        first = Holders(len(self.ledger))       # of the files of each subject the first alone
        groups: dict[int, list[int]] = {}       # files of one subject, by the first of them
        for at in self.files:
            if keys.sizes[at]:
                number = crc32(keys.raw(at), kinds[forms.codes[at]])
                same = [other for other in first.find(number) if self.subject(other) == self.subject(at)]
                if same:
                    groups.setdefault(same[0], [same[0]]).append(at)
                else:
                    first.add(number, at)
                    self.subjects += 1
        self.several = list(groups.values())
        for same in self.several:
            best = max(same, key=self._rank)    # of equal ones the first
            for at in same:
                self.current[at] = best
                self._counting[at] = at == best
        unit = KINDS.index("unit")
        self.units = {keys[at] or "": at for at in self.files if kinds[forms.codes[at]] == unit and self.counts(at)}

    def _by_name(self) -> Sequence[int]:
        """The positions of the files in order of path."""
        names, positions = names_of(self.ledger.files), range(len(self.ledger))
        if all(one <= other for one, other in pairwise(names)):
            return positions            # as they are listed
        return array("I", sorted(positions, key=lambda at: self.ledger.files[at].name))

    def _rank(self, at: int) -> tuple[int, str]:
        return self.pack.order(self.phase(at)), self.ledger.corrected[at] or self.ledger.submitted[at] or ""

    def superseded(self, at: int) -> bool:
        phase, best = self.phase(at), self.phase(self.current[at])
        return bool(phase and self.pack.order(best) > self.pack.order(phase))

    def days(self) -> dict[tuple[str, str], dict[str, str | None]]:
        """Of each subject the phases of which it has a report, and the first day on which one of each was filed."""
        found: dict[tuple[str, str], dict[str, str | None]] = {}
        for at in self.order:
            one = self.ledger.one(at)
            if one.key and one.phase in self.pack.phases:
                known = found.setdefault((one.kind or "", one.key), {})
                known[one.phase] = min(filter(None, (known.get(one.phase), one.submitted)), default=None)
        return found

    def filed(self, phase: str) -> dict[tuple[str | None, str], str | None]:
        """Who has a report declaring this phase or a later one, and the first day on which one was filed."""
        found: dict[tuple[str | None, str], str | None] = {}
        least = self.pack.order(phase)
        for key, known in self.days().items():
            days = [day for one, day in known.items() if self.pack.order(one) >= least]
            if days:
                found[key] = min(filter(None, days), default=None)
        return found
