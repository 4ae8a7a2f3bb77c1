"""All files of a run put together: the rules over the batch, waivers, fingerprints, totals."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Any

from ..judging.case import Case, Hit
from ..judging.kinds.batch import Judge, Mark, Take
from ..judging.kinds.kind import BATCH
from ..judging.telling import NOBODY, Teller
from ..reading.report import locate
from ..recording import replace
from ..records import Finding, NotAssessed, Unreadable
from .arrivals import Arrivals, Reread
from .filings import Filings
from .gathering import Found, Gathering, Takers, of_owner
from .marking import waive, with_fingerprints
from .standing import Key
from .view import View
from .workers import JUDGED, beside

if TYPE_CHECKING:
    from ..judging.check import Checker
    from ..judging.compile import Check
    from ..records import Route
    from .attribution import Aside
    from .found import Findings
    from .store import Store
    from .totals import Kept

Tell = Callable[..., None]      # (done, total), and while rules over the batch are judged the rule's ID


Survey = tuple[Take | None, Judge]      # of a check over the batch: what takes the facts, if they matter; the judge
# From another process: how far a check has come, or some of its marks; neither at the end of each check, with the kind
# of exception if there was one.
Sent = tuple[tuple[int, int, str] | None, list[Mark], str | None]
_PIECE = 64     # marks that are sent together


class JudgedInVain(Exception):
    """A check failed in another process; the argument is the kind of exception."""


class Assembly:
    """Puts the results of files together. `reread` gives the bytes and the folder of a file, to find a place in it."""

    def __init__(self, checker: Checker, store: Store, reread: Reread,
                 asked: Callable[[str], bool], phase: str | None,
                 tell: Tell = lambda done, total, rule="": None, several_jobs: bool = False,
                 aside: Mapping[Key, Sequence[Aside]] | None = None) -> None:
        """`asked` says of a rule's ID whether it is asked for. With `several_jobs` a check that takes long is judged in
        a process of its own. `aside` are the files of subjects that are no reports.
        """
        self.checker, self.world, self.store, self.reread = checker, checker.world, store, reread
        self.asked, self.tell, self.several_jobs = asked, tell, several_jobs
        self.filings = Filings(store, phase)
        self.arrivals = Arrivals(self.filings, checker.world, checker.pack, reread, aside or {})
        self.found = Found(store.findings, store.unassessed)
        self.gathering = Gathering(checker, self.filings, self.arrivals.owned, asked, self.found)
        self.spoken: dict[tuple[str, int, Route], Check] = {}      # by rule, file and path the sentence that was false
        self.lost = False       # a file that was read could not be read again

    def named(self) -> set[str]:
        """The comparable IDs of those who filed or have a finding."""
        return self.store.keys() | self.found.findings.owners()

    def assemble(self) -> Found:
        """All findings in order, with waivers, supersession and fingerprints; what was not assessed; crashes."""
        checks = [check for check in self.checker.compiled.checks
                  if check.kind.stage == BATCH and self.asked(check.rule.id)]
        lacking = self.world.roster is None
        judged = {check.rule.id for check in self.checker.compiled.checks if not (lacking and check.kind.on_roster)}
        blocked = {check.rule.id: "partial" for check in checks if check.kind.whole and not self.world.whole}
        blocked |= {check.rule.id: "roster" for check in self.checker.compiled.checks
                    if check.rule.id not in judged and self.asked(check.rule.id)}
        for rule, why in blocked.items():
            self.found.unjudged(rule, why)
        checks = [check for check in checks if check.rule.id not in blocked and not (lacking and check.kind.on_roster)]
        surveys: dict[int, Survey] = {check.number: check.run.survey(View(self, check)) for check in checks}
        long = [check for check in checks if check.kind.long and check.number in surveys]
        with beside(partial(self._judge_alone, long, surveys), self.several_jobs and bool(long),
                    JUDGED * self.checker.limits.seconds) as receive:
            if receive:
                surveys |= {check.number: (None, lambda: _received(receive, self.tell)) for check in long}
            takers: Takers = {check.key: (check, take) for check in checks
                              for take in [surveys[check.number][0]] if take}
            self.gathering.go_through(takers)
            broken = {rule for rule, (check, _) in takers.items() if check is None}
            takers.clear()
            before = self.found.findings.last()
            # what takes long or needs most room comes late, what looks at all findings at the end
            for check in sorted(checks, key=lambda check: (check.kind.at_end, check.kind.long)):
                if check.key not in broken:
                    self._judge(check, surveys[check.number][1])
                    surveys.pop(check.number)       # and what it kept
        _tell_order(self.found.findings, before, self.checker.teller)
        if self.lost:
            self.found.findings.extend(_vanished(self.filings, self.checker.teller, self.reread))
        waive(self.found.findings, self.world.waivers, self.world.as_of)
        self._count_findings()
        self.found.findings.arrange()
        with_fingerprints(self.found.findings)
        self.found.not_assessed.arrange()
        return self.found

    def recall(self, totals: Kept) -> Found:
        """The same as `assemble` where the store already holds what that found, and these are the totals."""
        self.gathering.totals.take(totals)
        self._count_findings()
        return self.found

    def _count_findings(self) -> None:
        if self.arrivals.standing:
            self.arrivals.count_findings(self.found.findings, frozenset(file for file, _, _ in self.found.crashes))

    def _judge_alone(self, checks: list[Check], surveys: dict[int, Survey], send: Callable[[Sent], None]) -> None:
        """Judge some checks in a process of its own; what it sends is told at `Sent`."""
        self.tell = lambda *far: send((far, [], None))
        self.store.go_on_alone()
        for check in checks:
            error = None
            try:
                marks = iter(surveys[check.number][1]())
                while piece := list(islice(marks, _PIECE)):
                    send((None, piece, None))
            except Exception as fault:
                error = type(fault).__name__
            send((None, [], error))

    def _judge(self, check: Check, judge: Callable[[], Iterable[Mark]]) -> None:
        try:
            self._place(check, self.store.in_order(judge()))
        except Exception as fault:          # a broken rule must not take the batch with it
            error = fault.args[0] if isinstance(fault, JudgedInVain) else type(fault).__name__
            if error == Unreadable.__name__:        # no fault of the rule: a file was there, and is gone
                self.lost = True
                self.found.unjudged(check.rule.id, "partial")
            else:
                self.found.crashed(check.rule.id, error)
            return
        self.found.not_assessed.extend(self.gathering.unread.pop(check.rule.id, ()))

    def _place(self, check: Check, marks: Iterator[Mark]) -> None:
        """Findings of marks, reading each file again once to find the places in it."""
        at, case = None, None
        for mark in marks:
            if mark.at is None:
                from ..packs.roster import Waiver  # of the roster, or of the waivers, nothing else

                table = self.world.waivers if isinstance(mark.entry, Waiver) else self.world.roster
                self.found.findings.add(self.checker.teller.of_entry(check, mark, table.file if table else ""))
                continue
            if at != mark.at:
                at, case = mark.at, self.open_again(mark.at)
                about = self.store.about(at) or NOBODY
                name, own = self.store.name(at), self.arrivals.owned.get(at)
                old = bool(self.store.one(at).superseded or (own is not None and own.superseded)) \
                    and check.rule.id not in self.checker.compiled.of_earlier
            if case is None:
                self.found.not_assessed.add(NotAssessed(check.rule.id, name, 1, None, about.subject, "partial"))
                continue
            if mark.unjudged:
                place = locate(case.report, mark.path)
                self.found.not_assessed.add(NotAssessed(check.rule.id, name, place.line, place.pointer,
                                                           about.subject, mark.unjudged))
                continue
            where = check.rule.id, at, mark.path
            if check.is_sentence and len(check.rule.checks) > 1 and self.spoken.setdefault(where, check) is not check:
                continue        # the first sentence of a rule that is false at a place says enough
            finding = self.checker.teller.of_hit(check, Hit(mark.path, mark.hint, mark.facts), case, about, name)
            if own:
                finding = of_owner(finding, own)
            self.found.findings.add(replace(finding, superseded=old))

    def open_again(self, at: int) -> Case | None:
        """The report in a file, read anew; None where that can't be done any more."""
        try:
            return self.checker.opener.open(*self.reread(at))[0]
        except Unreadable:
            self.lost = True
            return None

    def summary(self, ignored: int) -> dict[str, Any]:
        """The totals of a run."""
        return {
            "files": len(self.store), "reports": self.filings.inside, "unreadable": self.filings.unreadable,
            "later": self.filings.later, "ignored": ignored, "subjects": self.filings.subjects,
            **self.found.findings.totals(), "not_assessed": len(self.found.not_assessed),
            "statistics": self.gathering.totals.statistics(self.filings.phases()),
        }


def _received(receive: Callable[[], Sent], tell: Tell) -> Iterator[Mark]:
    """The marks of the next check that another process judged."""
    while True:
        far, marks, error = receive()
        yield from marks
        if far:
            tell(*far)
        elif error:
            raise JudgedInVain(error)
        elif not marks:
            return


def _tell_order(findings: Findings, judged: int, teller: Teller) -> None:
    """Where findings after number `judged` offer something to type, all of their files say in which order."""
    for places in findings.offering(judged):
        own = [one for _, one in places]
        teller.offers.tell_order(own)
        for (number, _), one in zip(places, own, strict=True):
            findings.add(one, number)


def _vanished(filings: Filings, teller: Teller, reread: Reread) -> Iterator[Finding]:
    """A finding for each file that was read, and can't be read again."""
    for one in filings.store.filed("inside"):
        try:
            reread(one.at)
        except Unreadable as fault:
            about = filings.store.about(one.at)
            for finding in teller.unreadable(fault, filings.store.name(one.at)).findings:
                yield replace(finding, subject=about.subject if about else None)
