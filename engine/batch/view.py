"""What a rule over the batch may see of a run."""

from __future__ import annotations

from array import array
from collections.abc import Iterator
from functools import cached_property
from typing import TYPE_CHECKING, Any

from ..judging.case import Case
from ..judging.compile import Check
from ..judging.kinds.batch import File
from ..packs.pack import KINDS
from ..packs.roster import Waiver
from ..reading.columns import unpacked
from .ledger import Filed
from .standing import Standing, is_missing

if TYPE_CHECKING:
    from .assembly import Assembly


class View:
    """What a rule over the batch may see. A file is given as it is filed; its facts and its report are read anew."""

    kinds = KINDS

    def __init__(self, assembly: Assembly, check: Check) -> None:
        self._assembly, self._rule = assembly, check.rule
        self._filings, self._ledger, arrivals = assembly.filings, assembly.filings.ledger, assembly.arrivals
        self._applies: dict[Any, bool] = {}
        self.world = assembly.checker.world
        self.unreadable = len(arrivals.nobodys)     # files that can't be read and that are nobody's
        self.unread = arrivals.owned.values             # whose each other file is: it can't be read or has no ID
        self.aside = arrivals.aside                     # by subject what is no report
        self.ran = {rule.id for rule in assembly.checker.pack.rules.values() if assembly.asked(rule.id)}
        self.phase_name = assembly.checker.teller.phase_name

    def everything(self) -> Iterator[Filed]:
        """The reports, in order of path; also those left out as later than --phase."""
        return (self._ledger.one(at) for at in self._filings.order if self._ledger.readable[at])

    def several(self) -> Iterator[list[Filed]]:
        """The files of each subject that has more than one of this run's phases, in order of path."""
        return ([self._ledger.one(at) for at in group] for group in self._filings.several)

    def counts(self, one: File) -> bool:
        """Whether it is its subject's current report."""
        return self._filings.counts(one.at)

    def unit(self, key: str | None) -> Filed | None:
        at = self._filings.units.get(key or "")
        return None if at is None else self._ledger.one(at)

    def applies(self, one: File) -> bool:
        """Whether the rule speaks of such a report."""
        form = one.form
        if form not in self._applies:
            self._applies[form] = self._assembly.checker.compiled.applies(self._rule, *form)
        return self._applies[form]

    def fact(self, one: File) -> Any:
        """What the rule collected from a file; None where that was nothing."""
        return self._ledger.line(one.at, 1).get(self._rule.id)

    def rows(self) -> Iterator[tuple[Filed, array[int]]]:
        """The numbers that the rule collected from each file, in order of path."""
        held = self._ledger.rows[self._rule.id]
        rows = array("I", bytes(4 * len(self._ledger)))     # of each file, the number of its row
        for row, at in enumerate(held.files, 1):
            rows[at] = row
        return ((self._ledger.one(at), held[rows[at] - 1]) for at in self._filings.files if rows[at])

    def rest(self, one: File) -> array[int]:
        """The further numbers that the rule collected from a file, which are not kept in memory."""
        return unpacked(self._ledger.line(one.at, 2)[self._rule.id], 1)

    def bind(self, one: File) -> Case:
        """A file's report once more, for what its facts leave out."""
        return self._assembly.checker.opener.open(*self._assembly.reread(one.at))[0]

    def shown(self, one: File) -> str:
        """The subject's ID as it may be printed, else the file."""
        about = self._ledger.about(one.at)
        return about.subject.id if about and about.subject and about.subject.id else self.name(one)

    def one(self, at: int) -> Filed:
        return self._ledger.one(at)

    def name(self, one: File) -> str:
        return self._ledger.files[one.at].name

    def subjects(self) -> set[str]:
        """The comparable IDs of those who filed or have a finding."""
        return self._assembly.named()

    def waives(self, waiver: Waiver) -> bool:
        """Whether a waiver waives something, or may do so in a report that is left out as later."""
        return (waiver.rule, waiver.subject) in self._found or waiver.subject in self._left_out

    @cached_property
    def missing(self) -> list[Standing]:
        """Those on the roster of whom nothing came that answers."""
        return [one for one in self._assembly.arrivals.standing if is_missing(one)]

    @cached_property
    def _left_out(self) -> set[str]:
        """The comparable IDs of those of whom a report is left out as later."""
        return self._filings.left_out()

    @cached_property
    def _found(self) -> set[tuple[str, str]]:
        """Rule and comparable ID of the subject of each finding that a waiver may waive."""
        return {(one.rule, one.owner) for one in self._assembly.found.findings if one.subject and one.subject.id}

    def tell(self, done: int, total: int) -> None:
        """Say how far a long judgement has come."""
        self._assembly.tell(done, total, self._rule.id)
