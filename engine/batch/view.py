"""What a rule over the batch may see of a run."""

from __future__ import annotations

from array import array
from collections.abc import Iterator, Sequence
from functools import cached_property
from itertools import chain
from typing import TYPE_CHECKING, Any

from ..judging.results import unpacked
from ..packs.pack import KINDS
from .database import Database
from .standing import Standing, is_missing
from .store import SMALL

if TYPE_CHECKING:
    from ..judging.case import Case
    from ..judging.compile import Check
    from ..judging.kinds.batch import File
    from ..packs.roster import Waiver
    from .assembly import Assembly
    from .store import Filed


class View:
    """What a rule over the batch may see. A file is given as it is filed; its facts and its report are read anew."""

    kinds = KINDS

    def __init__(self, assembly: Assembly, check: Check) -> None:
        self._assembly, self._rule, self._key = assembly, check.rule, check.key
        self._filings, self._store, arrivals = assembly.filings, assembly.filings.store, assembly.arrivals
        self._applies: dict[Any, bool] = {}
        self.world = assembly.checker.world
        self.files = len(self._store)
        self.unreadable = len(arrivals.nobodys)     # files that can't be read and that are nobody's
        # whose each other file is: it can't be read or has no ID; and of one that is doubtful, whose it may be
        self.unread = lambda: chain(arrivals.owned.values(), arrivals.misnamed.perhaps)
        self.aside = arrivals.aside                     # by subject what is no report
        self.phase_name = assembly.checker.teller.phase_name

    @cached_property
    def ran(self) -> set[str]:
        """The rules that were asked for."""
        return {ident for ident in self._assembly.checker.pack.rules if self._assembly.asked(ident)}

    def everything(self) -> Iterator[Filed]:
        """The reports, in order of path; also those left out as later than --phase."""
        return self._store.filed("readable")

    def several(self) -> Sequence[Sequence[Filed]]:
        """The files of each subject that has more than one of this run's phases, in order of path."""
        return self._filings.several

    def unit(self, key: str | None) -> Filed | None:
        """A unit's current report."""
        at = self._filings.units.get(key or "")
        return None if at is None else self._store.one(at)

    def applies(self, one: File) -> bool:
        """Whether the rule speaks of such a report."""
        form = one.form
        if form not in self._applies:
            self._applies[form] = self._assembly.checker.compiled.applies(self._rule, *form)
        return self._applies[form]

    def fact(self, one: File) -> Any:
        """What the rule collected from a file; None where that was nothing."""
        return self._store.collected(one.at).get(self._key)

    def rows(self) -> Iterator[tuple[Filed, array[int]]]:
        """The first numbers that the rule collected from each file, in order of path; but for those called after
        another than the one whose ID they hold: it may be theirs against whose report they were held.
        """
        astray = self._assembly.arrivals.misnamed.places
        return ((one, unpacked(packed)) for one, packed in self._store.numbers(self._key) if one.at not in astray)

    def rest(self, at: int) -> array[int]:
        """The further numbers that the rule collected from a file."""
        return unpacked(self._store.numbers_of(self._key, at))

    def tables(self, named: str) -> Database:
        """Empty tables for what one judgement must hold of each file."""
        return Database(named, small=self.files <= SMALL)

    def bind(self, one: File) -> Case:
        """A file's report once more, for what its facts leave out."""
        return self._assembly.checker.opener.open(*self._assembly.reread(one.at))[0]

    def shown(self, at: int) -> str:
        """The ID of a file's subject as it may be printed, else the file."""
        about = self._store.about(at)
        return about.subject.id if about and about.subject and about.subject.id else self._store.name(at)

    def one(self, at: int) -> Filed:
        return self._store.one(at)

    def name(self, one: File) -> str:
        return self._store.name(one.at)

    def subjects(self) -> set[str]:
        """The comparable IDs of those who filed or have a finding."""
        return self._assembly.named()

    def waives(self, waiver: Waiver) -> bool:
        """Whether a waiver waives something, or may do so where nobody could look."""
        place = (waiver.rule, waiver.subject)
        return (place in self._found or waiver.subject in self._left_out or waiver.subject not in self._legible
                or place in self._unsure)

    @cached_property
    def missing(self) -> list[Standing]:
        """Those on the roster of whom nothing came that answers."""
        return [one for one in self._assembly.arrivals.standing if is_missing(one)]

    @cached_property
    def _left_out(self) -> set[str]:
        """The comparable IDs of those of whom a report is left out as later."""
        return self._filings.left_out()

    @cached_property
    def _legible(self) -> set[str]:
        """The comparable IDs of those of whom a report can be read."""
        return {one.key for one in self.everything() if one.key}

    @cached_property
    def _unsure(self) -> set[tuple[str, str]]:
        """Rule and comparable ID of the subject where the rule could not be assessed."""
        return self._assembly.found.not_assessed.places()

    @cached_property
    def _found(self) -> set[tuple[str, str]]:
        """Rule and comparable ID of the subject of each finding that a waiver may waive."""
        return self._store.findings.waivable()

    def tell(self, done: int, total: int) -> None:
        """Say how far a long judgement has come."""
        self._assembly.tell(done, total, self._rule.id)
