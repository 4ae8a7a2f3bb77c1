"""All files of a run put together: the rules over the batch, waivers, fingerprints, totals."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from functools import partial
from typing import Any

from ..judging.case import Case, Hit
from ..judging.check import Checker
from ..judging.compile import Check
from ..judging.kinds.batch import Judge, Mark, Take
from ..judging.kinds.kind import BATCH
from ..judging.telling import NOBODY, Teller
from ..packs.roster import Entry
from ..reading.report import locate
from ..recording import replace
from ..records import Finding, NotAssessed, Unreadable
from .arrivals import Arrivals, Reread
from .attribution import Aside
from .filings import Filings
from .gathering import Found, Gathering, Takers, of_owner
from .ledger import Ledger
from .marking import waive, with_fingerprints
from .standing import Key, count_findings
from .view import View
from .workers import JUDGED, beside

Tell = Callable[..., None]      # (done, total), and while rules over the batch are judged the rule's ID


Survey = tuple[Take | None, Judge]      # of a check over the batch: what takes the facts, if they matter; the judge
# From another process: how far a check has come; or its marks with the numbers of their files, and what kind of
# exception there was.
Sent = tuple[tuple[int, int, str] | None, list[tuple[int | None, Mark]] | None, str | None]


class JudgedInVain(Exception):
    """A check failed in another process; the argument is the kind of exception."""


class Assembly:
    """Puts the results of files together. `reread` gives the bytes and the folder of a file, to find a place in it."""

    def __init__(self, checker: Checker, ledger: Ledger, reread: Reread,
                 asked: Callable[[str], bool], phase: str | None,
                 tell: Tell = lambda done, total, rule="": None, several_jobs: bool = False,
                 aside: Mapping[Key, Sequence[Aside]] | None = None) -> None:
        """`asked` says of a rule's ID whether it is asked for. With `several_jobs` a check that takes long is judged in
        a process of its own. `aside` are the files of subjects that are no reports.
        """
        self.checker, self.world, self.ledger, self.reread = checker, checker.world, ledger, reread
        self.asked, self.tell, self.several_jobs = asked, tell, several_jobs
        self.filings = Filings(ledger, checker.pack, phase)
        self.arrivals = Arrivals(self.filings, checker.world, checker.pack, reread, aside or {})
        self.found = Found()
        self.gathering = Gathering(checker, self.filings, self.arrivals.owned, asked, self.found)
        self.lost = False       # a file that was read could not be read again

    def named(self) -> set[str]:
        """The comparable IDs of those who filed or have a finding."""
        filed = {key for key in map(self.ledger.keys.__getitem__, self.filings.order) if key}
        return filed | {one.owner for one in self.found.findings if one.owner}

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
                surveys |= {check.number: (None, lambda: self._received(receive)) for check in long}
            takers: Takers = {check.rule.id: (check, take) for check in checks
                              for take in [surveys[check.number][0]] if take}
            self.gathering.go_through(takers)
            broken = {rule for rule, (check, _) in takers.items() if check is None}
            takers.clear()
            before = len(self.found.findings)
            # what takes long or needs most room comes late, what looks at all findings at the end
            for check in sorted(checks, key=lambda check: (check.kind.at_end, check.kind.long)):
                if check.rule.id not in broken:
                    self._judge(check, surveys[check.number][1])
                    surveys.pop(check.number)       # and what it kept
        _tell_order(self.found.findings, before, self.checker.teller)
        if self.lost:
            self.found.findings.extend(_vanished(self.filings, self.checker.teller, self.reread))
        waive(self.found.findings, self.world.waivers, self.world.as_of)
        counted = Counter((one.subject.kind, one.owner) for one in self.found.findings if one.subject and one.owner
                          and one.level != "info" and not (one.waived or one.superseded or one.provisional))
        count_findings(self.arrivals.standing, counted, frozenset(file for file, _, _ in self.found.crashes))
        self.found.findings.sort(key=lambda finding: finding.order)
        with_fingerprints(self.found.findings)
        self.found.not_assessed.sort(key=lambda one: (one.file or "", one.line or 0, one.rule, one.pointer or ""))
        self.found.not_assessed = list(dict.fromkeys(self.found.not_assessed))
        return self.found

    def _judge_alone(self, checks: list[Check], surveys: dict[int, Survey], send: Callable[[Sent], None]) -> None:
        """Judge some checks in a process of its own.

        Sends for each its marks, with files as numbers, or the kind of exception; before that how far it has come.
        """
        self.tell = lambda *far: send((far, None, None))
        for check in checks:
            try:
                marks, error = list(surveys[check.number][1]()), None
            except Exception as fault:
                marks, error = [], type(fault).__name__
            send((None, [(mark.file.at if mark.file else None, replace(mark, file=None)) for mark in marks], error))

    def _received(self, receive: Callable[[], Sent]) -> list[Mark]:
        """The marks of the next check that another process judged."""
        far, marks, error = receive()
        while far:
            self.tell(*far)
            far, marks, error = receive()
        if error:
            raise JudgedInVain(error)
        return [replace(mark, file=None if at is None else self.ledger.one(at)) for at, mark in marks or ()]

    def _judge(self, check: Check, judge: Callable[[], Iterable[Mark]]) -> None:
        try:
            self._place(check, list(judge()))
        except Exception as fault:          # a broken rule must not take the batch with it
            error = fault.args[0] if isinstance(fault, JudgedInVain) else type(fault).__name__
            if error == Unreadable.__name__:        # no fault of the rule: a file was there, and is gone
                self.lost = True
                self.found.unjudged(check.rule.id, "partial")
            else:
                self.found.crashed(check.rule.id, error)
            return
        self.found.not_assessed.extend(self.gathering.unread.get(check.rule.id, ()))

    def _place(self, check: Check, marks: list[Mark]) -> None:
        """Findings of marks, reading each file again once to find the places in it."""
        at, case = None, None
        for mark in sorted(marks, key=lambda mark: self.ledger.files[mark.file.at].name if mark.file else ""):
            if mark.file is None:
                table = self.world.roster if isinstance(mark.entry, Entry) else self.world.waivers
                self.found.findings.append(self.checker.teller.of_entry(check, mark, table.file if table else ""))
                continue
            if at != mark.file.at:
                at, case = mark.file.at, self.open_again(mark.file.at)
                about = self.ledger.about(at) or NOBODY
                name, own = self.ledger.files[at].name, self.arrivals.owned.get(at)
                old = (self.filings.superseded(at) or (own is not None and own.superseded)) \
                    and check.rule.id not in self.checker.compiled.of_earlier
            if case is None:
                self.found.not_assessed.append(NotAssessed(check.rule.id, name, 1, None, about.subject, "partial"))
                continue
            if mark.unjudged:
                place = locate(case.report, mark.path)
                self.found.not_assessed.append(NotAssessed(check.rule.id, name, place.line, place.pointer,
                                                           about.subject, mark.unjudged))
                continue
            finding = self.checker.teller.of_hit(check, Hit(mark.path, mark.hint, mark.facts), case, about, name)
            if own:
                finding = of_owner(finding, own)
            self.found.findings.append(replace(finding, superseded=old))

    def open_again(self, at: int) -> Case | None:
        """The report in a file, read anew; None where that can't be done any more."""
        try:
            return self.checker.opener.open(*self.reread(at))[0]
        except Unreadable:
            self.lost = True
            return None

    def summary(self, ignored: int) -> dict[str, Any]:
        """The totals of a run."""
        gating = Counter(one.level for one in self.found.findings if one.gates)
        return {
            "files": len(self.ledger), "reports": len(self.filings.files), "unreadable": self.filings.unreadable,
            "later": self.filings.later, "ignored": ignored, "subjects": self.filings.subjects,
            "error": gating["error"], "warning": gating["warning"], "info": gating["info"],
            "waived": sum(one.waived is not None for one in self.found.findings),
            "baselined": sum(one.baselined for one in self.found.findings),
            "superseded": sum(one.superseded for one in self.found.findings),
            "provisional": sum(one.provisional for one in self.found.findings),
            "not_assessed": len(self.found.not_assessed),
            "statistics": self.gathering.totals.statistics(map(self.filings.phase, self.filings.counted)),
        }


def _tell_order(findings: list[Finding], judged: int, teller: Teller) -> None:
    """Where findings from number `judged` on offer something to type, all of their files say in which order."""
    places: dict[str, list[int]] = {one.file: [] for one in findings[judged:] if one.insert}
    for at, one in enumerate(findings if places else ()):
        if one.insert and one.file in places:
            places[one.file].append(at)
    for some in places.values():
        own = [findings[at] for at in some]
        teller.offers.tell_order(own)
        for at, one in zip(some, own, strict=True):
            findings[at] = one


def _vanished(filings: Filings, teller: Teller, reread: Reread) -> Iterator[Finding]:
    """A finding for each file that was read, and can't be read again."""
    for at in filings.files:
        try:
            reread(at)
        except Unreadable as fault:
            about = filings.ledger.about(at)
            for finding in teller.unreadable(fault, filings.ledger.files[at].name).findings:
                yield replace(finding, subject=about.subject if about else None)
