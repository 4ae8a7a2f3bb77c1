"""All files of a run: which report of a subject is current, the rules over the batch, waivers, totals, fingerprints."""

from __future__ import annotations

import hashlib
import os
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from itertools import pairwise
from typing import Any
from zlib import crc32

from .attribution import Aside, Attribution, Owned
from .case import Case, Hit
from .check import Checker
from .columns import Holders, unpacked
from .compile import Check
from .files import names_of
from .kinds.batch import Mark
from .kinds.kind import BATCH
from .ledger import Filed, Ledger, Reports
from .pack import KINDS
from .records import Finding, Ignored, NotAssessed, Subject, Unreadable
from .report import locate
from .results import (
    NOTHING,
    About,
    FileFacts,
    about_of,
    as_text,
    findings_of,
    not_assessed_of,
    of_line,
)
from .standing import ANOTHERS, MISSING, OFF_ROSTER, Came, Key, Standing, count_findings, standings
from .wording import id_key
from .workers import JUDGED, beside

Tell = Callable[..., None]      # (done, total), and while rules over the batch are judged the rule's ID


class View:
    """What a rule over the batch may see. A file is given as it is filed; its facts and its report are read anew."""

    kinds = KINDS

    def __init__(self, assembly: Assembly, check: Check) -> None:
        self._assembly, self._ledger, self._rule = assembly, assembly.ledger, check.rule
        self._applies: dict[Any, bool] = {}
        self.world = assembly.world
        self.unreadable = len(assembly.nobodys)     # files that can't be read and that are nobody's
        self.standing = assembly.standing
        self.unread = assembly.owned.values             # whose each of the other files is that can't be read
        self.ran = {rule.id for rule in assembly.pack.rules.values() if assembly.wanted(rule)}
        self.phase_name = assembly.checker.teller.phase_name

    def everything(self) -> Iterator[Filed]:
        """The reports, in order of path; also those left out as later than --phase."""
        return (self._ledger.one(at) for at in self._assembly.order if self._ledger.readable[at])

    def several(self) -> Iterator[list[Filed]]:
        """The files of each subject that has more than one of this run's phases, in order of path."""
        return ([self._ledger.one(at) for at in group] for group in self._assembly.several)

    def counts(self, one: Filed) -> bool:
        """Whether it is its subject's current report."""
        return self._assembly.counts(one.at)

    def unit(self, key: str | None) -> Filed | None:
        """The current report of a unit."""
        at = self._assembly.units.get(key or "")
        return None if at is None else self._ledger.one(at)

    def applies(self, one: Filed) -> bool:
        """Whether the rule speaks of such a report."""
        form = one.form
        if form not in self._applies:
            self._applies[form] = self._assembly.checker.compiled.applies(self._rule, *form)
        return self._applies[form]

    def fact(self, one: Filed) -> Any:
        """What the rule collected from a file; None where that was nothing."""
        return self._ledger.line(one.at, 1).get(self._rule.id)

    def rows(self) -> Iterator[tuple[Filed, Sequence[int]]]:
        """The numbers that the rule collected from each file, in order of path."""
        held = self._ledger.rows[self._rule.id]
        rows = array("I", bytes(4 * len(self._ledger)))     # of each file, the number of its row
        for row, at in enumerate(held.files, 1):
            rows[at] = row
        return ((self._ledger.one(at), held[rows[at] - 1]) for at in self._assembly.files if rows[at])

    def rest(self, one: Filed) -> Sequence[int]:
        """The further numbers that the rule collected from a file, which are not kept in memory."""
        return unpacked(self._ledger.line(one.at, 2)[self._rule.id], 1)

    def bind(self, one: Filed) -> Case:
        """A file's report once more, for what its facts leave out."""
        return self._assembly.checker.opener.open(*self._assembly.reread(one.at))[0]

    def shown(self, one: Filed) -> str:
        """The subject's ID as it may be printed, else the file."""
        about = self._ledger.about(one.at)
        return about.subject.id if about and about.subject and about.subject.id else self.name(one)

    def one(self, at: int) -> Filed:
        """A file as it is filed, by its position."""
        return self._ledger.one(at)

    def name(self, one: Filed) -> str:
        """The file's name."""
        return self._ledger.files[one.at].name

    def subjects(self) -> set[str]:
        """The comparable IDs of those who filed or have a finding."""
        return self._assembly.named()

    def waives(self, waiver: Any) -> bool:
        """Whether a waiver waives something, or may do so in a report that is left out as later."""
        return (waiver.rule, waiver.subject) in self._found or waiver.subject in self._left_out

    @cached_property
    def _left_out(self) -> set[str]:
        """The comparable IDs of those of whom a report is left out as later."""
        return self._assembly.left_out()

    @cached_property
    def _found(self) -> set[tuple[str, str]]:
        """Rule and comparable ID of the subject of each finding that a waiver may waive."""
        return {(one.rule, one.owner) for one in self._assembly.findings if one.subject and one.subject.id}

    def tell(self, done: int, total: int) -> None:
        """Say how far a long judgement has come."""
        self._assembly.tell(done, total, self._rule.id)


class LateMapping(Mapping):
    """A mapping that is made when it is first looked into: most runs never do."""

    def __init__(self, make: Callable[[], dict]) -> None:
        self._make = make
        self._made: dict | None = None

    def _all(self) -> dict:
        if self._made is None:
            self._made = self._make()
        return self._made

    def __getitem__(self, key: Any) -> Any:
        return self._all()[key]

    def __iter__(self) -> Iterator:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())


@dataclass(slots=True)
class Result:
    """What a run found, in its total order."""

    findings: list[Finding]
    not_assessed: list[NotAssessed]
    crashes: list[tuple[str, str, str]]     # (file, rule ID, kind of exception)
    summary: dict[str, Any]
    pack: str
    pack_digest: str
    as_of: str
    sources: dict[str, Any]
    ignored: list[Ignored] = field(default_factory=list)
    # of each on the roster, a unit before its people; in a part of a batch only of those of whom something came
    standing: list[Standing] = field(default_factory=list)
    nobodys: list[str] = field(default_factory=list)        # files that can't be read and whose subject is not known
    strangers: list[str] = field(default_factory=list)      # reports whose ID is not on the roster
    all_rules: bool = True                                  # no rule was left out
    reports: Reports | list[FileFacts] = field(default_factory=list)    # each subject's current one, in order of path
    roster: Any = None                      # the roster of the run, if there was one
    whole: bool = True                      # every PATH is a folder, none only a part of the batch
    phase: str = ""                         # the phase asked for, else the last that had closed, else the first
    filed: Mapping[tuple, str | None] = field(default_factory=dict)     # (kind, key) of who filed for it -> first day
    rules: frozenset[str] = frozenset()     # IDs of the rules that were asked for
    compared: Any = None                    # a baseline's Comparison: entries that match no finding any more
    cache_fault: str | None = None          # why nothing could be kept in the cache that was asked for
    bare: tuple[str, ...] = ()              # folders given that hold neither report nor table
    inputs: Callable[[], Iterable[str | os.PathLike[str]]] = tuple      # the files that the run reads

    @property
    def empty(self) -> bool:
        """Whether there was neither a report file nor a roster: nothing was checked, so nothing passed."""
        return not self.summary["files"] and not self.sources.get("roster")


class JudgedInVain(Exception):
    """A check failed in another process; the argument is the kind of exception."""


def subject_of(one: FileFacts) -> tuple[str | None, str | None]:
    """The key of the subject of a file."""
    return one.about.kind, one.about.key


class Assembly:
    """Puts the results of files together. `reread` gives the bytes and the folder of a file, to find a place in it."""

    def __init__(self, checker: Checker, ledger: Ledger, reread: Callable[[int], tuple],
                 wanted: Callable[[Any], bool], phase: str | None,
                 tell: Tell = lambda done, total, rule="": None, several_jobs: bool = False,
                 aside: Mapping[Key, Sequence[Aside]] | None = None) -> None:
        """With `several_jobs` a check that takes long is judged in a process of its own. `aside` are the files of
        subjects that are no reports.
        """
        self.several_jobs = several_jobs
        self.checker, self.pack, self.world = checker, checker.pack, checker.world
        self.ledger = ledger
        self.reread = reread
        self.wanted = wanted
        self.tell = tell
        self.order = self._by_name()
        limit = self.pack.order(phase) if phase else len(self.pack.phases)
        forms = ledger.form
        inside = [self.pack.order(form and form[2]) <= limit for form in forms.values]
        self.files = array("I", [at for at in self.order if ledger.readable[at] and inside[forms.codes[at]]])
        self.unreadable = len(ledger) - sum(ledger.readable)
        self.later = len(ledger) - self.unreadable - len(self.files)
        self.several: list[list[int]] = []              # of each subject with more than one file
        self.subjects = 0
        self.current = array("I", range(len(ledger)))   # of each file, the report that counts for its subject
        self._counting = bytearray(size > 0 for size in ledger.keys.sizes)     # whether a file is that report
        self.units: dict[str, int] = {}                 # of each unit, the report that counts
        self._choose_current()
        self.owned = self._attributed()                 # of a file that can't be read, whose it is
        self.nobodys = [at for at in self.order if not ledger.readable[at] and at not in self.owned]
        self.strangers: list[str] = []                  # reports of whose IDs the roster has none
        self.standing = self._standings(aside or {})
        self.findings: list[Finding] = []
        self.not_assessed: list[NotAssessed] = []
        self.crashes: list[tuple[str, str, str]] = []
        self.lost = False       # a file that was read could not be read again
        self._unread: dict[str, list[NotAssessed]] = {}     # rule over the batch -> where it could not read a file
        self._tallies: dict[bytes, int] = {}                # theme, source and state of each problem -> so many reports
        self._totals = Counter(), Counter(), Counter()
        self._words: dict[str, str] = {}

    @property
    def counted(self) -> Sequence[int]:
        """The current reports, in order of path."""
        return array("I", [at for at in self.files if self.counts(at)])

    def counts(self, at: int) -> bool:
        """Whether a file is its subject's current report."""
        return self._counting[at] == 1

    def subject(self, at: int) -> tuple[str, str]:
        """Kind and comparable ID of the subject of a file that has one."""
        return self.ledger.form[at][0], self.ledger.keys[at]

    def named(self) -> set[str]:
        """The comparable IDs of those who filed or have a finding."""
        filed = {key for key in map(self.ledger.keys.__getitem__, self.order) if key}
        return filed | {one.owner for one in self.findings if one.owner}

    def left_out(self) -> set[str]:
        """The comparable IDs of the subjects of reports that declare a later phase than the one asked for."""
        seen = set(self.files)
        return {self.ledger.keys[at] for at in self.order if self.ledger.readable[at] and at not in seen} - {None, ""} \
            if self.later else set()

    def _phase(self, at: int) -> str | None:
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
        self.units = {keys[at]: at for at in self.files if kinds[forms.codes[at]] == unit and self.counts(at)}

    def _attributed(self) -> dict[int, Owned]:
        """The files that can't be read whose subject is plain."""
        if self.world.roster is None or not self.unreadable:
            return {}
        attribution, found = self._attribution, {}
        for at in self.order:
            if not self.ledger.readable[at]:
                own = attribution.of(self.ledger.files[at].name, self._bytes_again(at))
                if own:
                    found[at] = own
        return found

    def _bytes_again(self, at: int) -> bytes | None:
        """The bytes of a file that could not be read as a report; None where there are none to be had."""
        if self.ledger.files[at].folder is None:        # met while listing, or standard input
            return None
        try:
            return self.reread(at)[0]
        except Unreadable:
            return None

    def _standings(self, aside: Mapping[Key, Sequence[Aside]]) -> list[Standing]:
        """Where each on the roster stands, as far as what came tells; their findings are not known yet."""
        if self.world.roster is None:
            return []
        reports: dict[Key, tuple[int, str]] = {}
        unread: dict[Key, list[tuple[str, Owned]]] = {}
        unphased: dict[Key, str] = {}
        strays: dict[Key, tuple[str, str]] = {}
        for at in self.order:
            if self.ledger.readable[at]:
                one = self.ledger.one(at)
                key, place = (one.kind or "", one.key or ""), self.pack.order(one.phase)
                if one.key and place >= reports.get(key, (-1, ""))[0]:
                    best = self.current[at] if self._phase(self.current[at]) == one.phase else at
                    reports[key] = place, self.ledger.files[best].name
                if one.key and not self.world.roster.entry(*key):
                    self.strangers.append(self.ledger.files[at].name)
                elif one.key and one.phase is None:
                    unphased.setdefault(key, self.ledger.files[at].name)
                self._stray(at, key, strays)
            elif at in self.owned:
                own = self.owned[at]
                unread.setdefault((own.entry.kind, own.entry.key), []).append((self.ledger.files[at].name, own))
        found = standings(self.world.roster, self.pack, self.world.as_of, Came(
            reports, unread, aside, unphased, strays))
        return found if self.world.whole else [one for one in found if one.files and one.state != MISSING]

    def _stray(self, at: int, key: Key, strays: dict[Key, tuple[str, str]]) -> None:
        """Note a report that is called after one on the roster and holds the ID of another, or of none on it."""
        named, name = self._attribution.named(self.ledger.files[at].name), self.ledger.files[at].name
        if named and key[1] and (named.kind, named.key) != key:
            strays.setdefault((named.kind, named.key), (
                name, ANOTHERS if self.world.roster.entry(*key) else OFF_ROSTER))

    @cached_property
    def _attribution(self) -> Attribution:
        return Attribution(self.world.roster, self.pack)

    def _by_name(self) -> Sequence[int]:
        """The positions of the files in order of path."""
        names, positions = names_of(self.ledger.files), range(len(self.ledger))
        if all(one <= other for one, other in pairwise(names)):
            return positions            # as they are listed
        return array("I", sorted(positions, key=lambda at: self.ledger.files[at].name))

    def _rank(self, at: int) -> tuple[int, str]:
        return self.pack.order(self._phase(at)), self.ledger.corrected[at] or self.ledger.submitted[at] or ""

    def assemble(self) -> tuple[list[Finding], list[NotAssessed], list[tuple[str, str, str]]]:
        """All findings in order, with waivers, supersession and fingerprints; what was not assessed; crashes."""
        checks = [check for check in self.checker.compiled.checks
                  if check.kind.stage == BATCH and self._asked(check.rule.id)]
        blocked = {check.rule.id: "roster" for check in self.checker.compiled.checks
                   if check.kind.on_roster and self.world.roster is None
                   and self._asked(check.rule.id)}
        blocked = {check.rule.id: "partial" for check in checks
                   if check.kind.whole and not self.world.whole} | blocked
        self.not_assessed.extend(NotAssessed(rule, None, None, None, None, why) for rule, why in blocked.items())
        checks = [check for check in checks if check.rule.id not in blocked]
        surveys = {check.number: check.run.survey(View(self, check)) for check in checks}
        long = [check for check in checks if check.kind.long and check.number in surveys]
        with beside(lambda send: self._judge_alone(long, surveys, send), self.several_jobs and bool(long),
                    JUDGED * self.checker.limits.seconds) as receive:
            if receive:
                surveys |= {check.number: (None, lambda: self._received(receive)) for check in long}
            takers = {check.rule.id: (check, surveys[check.number][0]) for check in checks
                      if surveys.get(check.number, (None,))[0]}
            self._go_through(takers)
            broken = {rule for rule, (check, _) in takers.items() if check is None}
            takers.clear()
            # what takes long or needs most room comes late, what looks at all findings at the end
            for check in sorted(checks, key=lambda check: (check.kind.at_end, check.kind.long)):
                if check.rule.id not in broken:
                    self._judge(check, surveys[check.number][1])
                    surveys.pop(check.number)       # and what it kept
        if self.lost:
            self.findings.extend(self._vanished())
        self._waive()
        self._count_findings()
        self.findings.sort(key=lambda finding: finding.order)
        self.findings = with_fingerprints(self.findings)
        self.not_assessed.sort(key=lambda one: (one.file or "", one.line or 0, one.rule, one.pointer or ""))
        self.not_assessed = list(dict.fromkeys(self.not_assessed))
        return self.findings, self.not_assessed, self.crashes

    def _count_findings(self) -> None:
        """Say of each on the roster how much is to be put right in what came, and what follows for its state."""
        found = Counter((one.subject.kind, one.owner) for one in self.findings if one.subject and one.owner
                        and one.level != "info" and not (one.waived or one.superseded or one.provisional))
        count_findings(self.standing, found, frozenset(file for file, _, _ in self.crashes))

    def _judge_alone(self, checks: list[Check], surveys: dict[int, tuple], send: Callable[[tuple], None]) -> None:
        """Judge some checks in a process of its own.

        Sends for each its marks, with files as numbers, or the kind of exception; before that how far it has come.
        """
        self.tell = lambda *far: send((far, None, None))
        for check in checks:
            try:
                marks, error = list(surveys[check.number][1]()), None
            except Exception as fault:
                marks, error = [], type(fault).__name__
            send((None, [replace(mark, file=mark.file and mark.file.at) for mark in marks], error))

    def _received(self, receive: Callable[[], tuple]) -> list[Mark]:
        """The marks of the next check that another process judged."""
        far, marks, error = receive()
        while far:
            self.tell(*far)
            far, marks, error = receive()
        if error:
            raise JudgedInVain(error)
        return [replace(mark, file=None if mark.file is None else self.ledger.one(mark.file)) for mark in marks]

    def _go_through(self, takers: dict[str, tuple[Check | None, Any]]) -> None:
        """Read each result once: findings are kept, facts are given to the rules over the batch that ask for them."""
        ledger, inside = self.ledger, bytearray(len(self.ledger))
        for at in self.files:
            inside[at] = 1
        for at in self.order:
            first, collected, _, body, problems, _ = ledger.lines(at)
            skipped, findings, not_assessed, crashes, *whose = of_line(as_text(body)) if body != NOTHING else ((),) * 4
            if crashes:
                self.crashes.extend((ledger.files[at].name, rule, error) for rule, error in crashes)
            if ledger.readable[at] and not inside[at]:
                continue
            if findings or not_assessed or skipped:
                self._keep(at, of_line(as_text(first)), findings, not_assessed, skipped, *whose)
            if problems and self.counts(at):
                self._tallies[problems] = self._tallies.get(problems, 0) + 1
                if len(self._tallies) > 500:
                    self._add_up()
            one = ledger.one(at)
            for rule, fact in of_line(as_text(collected)).items():
                check, take = takers.get(rule, (None, None))
                if check is not None:
                    try:
                        take(one, fact)
                    except Exception as fault:      # a broken rule must not take the batch with it
                        takers[rule] = None, None
                        self._crashed(rule, type(fault).__name__)

    def _keep(self, at: int, about: Any, findings: list, not_assessed: list, skipped: dict[str, Any],
              whose: list | None = None) -> None:
        """The findings of a file that were asked for, and what was not assessed.

        `whose` is who a file that can't be read is about, where that is known.
        """
        name, rules, current = self.ledger.files[at].name, self.pack.rules, not about or self.counts(at)
        compiled = self.checker.compiled
        about = about_of(about, None)
        old = about is not None and self._superseded(at)
        word = self._words.setdefault       # most texts occur often
        kept = [[rule, *some, word(message, message), word(remedy, remedy), *rest]
                for rule, *some, message, remedy, stable, hint, trail, insert, provisional in findings
                for rest in [(stable, hint, trail, insert, provisional)]
                if self._asked(rule) and (current or rule not in compiled.of_current)]
        found = findings_of(kept, name, about or self._told_by(about_of(whose, None)), rules)
        if at in self.owned:
            found = self._of_owner(found, self.owned[at])
        self.findings.extend(replace(one, superseded=True) if old and one.rule not in compiled.of_earlier else one
                             for one in found)
        self.not_assessed.extend(one for one in not_assessed_of(not_assessed, name, about) if self._asked(one.rule))
        for rule, (pointer, line) in skipped.items():
            if self._asked(rule):
                self._unread.setdefault(rule, []).append(
                    NotAssessed(rule, name, line, pointer, about.subject, "type"))

    def _told_by(self, whose: About | None) -> About | None:
        """Who the mended text of a file says it is about: one on the roster only if the file is plainly that one's."""
        roster = self.world.roster
        return None if whose and roster and roster.entry(whose.kind, whose.key) else whose

    @staticmethod
    def _of_owner(found: Iterable[Finding], own: Owned) -> Iterator[Finding]:
        """The findings of a file that can't be read, as those of its subject."""
        return (replace(one, subject=own.entry.subject, owner=own.entry.key, phase=own.phase) for one in found)

    def _asked(self, rule: str) -> bool:
        return self.wanted(self.pack.rules[rule])

    def _superseded(self, at: int) -> bool:
        phase, best = self._phase(at), self._phase(self.current[at])
        return bool(phase and self.pack.order(best) > self.pack.order(phase))

    def _crashed(self, rule: str, error: str) -> None:
        self.crashes.append(("", rule, error))
        self.not_assessed.append(NotAssessed(rule, None, None, None, None, "crash"))

    def _judge(self, check: Check, judge: Callable[[], Iterable[Mark]]) -> None:
        try:
            self._place(check, list(judge()))
        except Exception as fault:          # a broken rule must not take the batch with it
            error = fault.args[0] if isinstance(fault, JudgedInVain) else type(fault).__name__
            if error == Unreadable.__name__:        # no fault of the rule: a file was there, and is gone
                self.lost = True
                self.not_assessed.append(NotAssessed(check.rule.id, None, None, None, None, "partial"))
            else:
                self._crashed(check.rule.id, error)
            return
        self.not_assessed.extend(self._unread.get(check.rule.id, ()))

    def _place(self, check: Check, marks: list[Mark]) -> None:
        """Findings of marks, reading each file again once to find the places in it."""
        at, case = None, None
        for mark in sorted(marks, key=lambda mark: self.ledger.files[mark.file.at].name if mark.file else ""):
            if mark.file is None:
                self.findings.append(self.checker.teller.of_entry(
                    check, mark, (self.world.waivers if check.kind.at_end else self.world.roster).file))
                continue
            if at != mark.file.at:
                at, case, about = mark.file.at, self._bind_again(mark.file.at), self.ledger.about(mark.file.at)
                name, old = self.ledger.files[at].name, \
                    self._superseded(at) and check.rule.id not in self.checker.compiled.of_earlier
            if case is None:
                self.not_assessed.append(NotAssessed(check.rule.id, name, 1, None, about.subject, "partial"))
                continue
            if mark.unjudged:
                place = locate(case.report, mark.path)
                self.not_assessed.append(NotAssessed(check.rule.id, name, place.line, place.pointer, about.subject,
                                                     mark.unjudged))
                continue
            finding = self.checker.teller.of_hit(check, Hit(mark.path, mark.hint, mark.facts), case, about, name)
            self.findings.append(replace(finding, superseded=old))

    def _bind_again(self, at: int) -> Case | None:
        try:
            return self.checker.opener.open(*self.reread(at))[0]
        except Unreadable:
            self.lost = True
            return None

    def _vanished(self) -> Iterator[Finding]:
        """A finding for each file that was read, and can't be read again."""
        for at in self.files:
            try:
                self.reread(at)
            except Unreadable as fault:
                about = self.ledger.about(at)
                for finding in self.checker.teller.unreadable(fault, self.ledger.files[at].name).findings:
                    yield replace(finding, subject=about.subject if about else None)

    def _waive(self) -> None:
        if self.world.waivers is None:
            return
        live = {(one.rule, one.subject): one for one in reversed(self.world.waivers.listed)
                if one.until >= self.world.as_of}       # of several the first
        for at, finding in enumerate(self.findings):
            waiver = live.get((finding.rule, finding.owner))
            if waiver and finding.subject and finding.subject.id and not finding.provisional:
                self.findings[at] = replace(
                    finding, waived={"reason": waiver.reason, "by": waiver.by, "until": waiver.until})

    def looked_at(self) -> Callable[[Any], bool]:
        """Tells whether this run would have found something again: its rule was judged there, and the report is here.

        It takes what has rule, subject, phase and file, such as an entry of a baseline.
        """
        everything = self.world.whole and not self.unreadable and not self.later
        idle = {rule.id for rule in self.pack.rules.values() if not self.wanted(rule)}
        idle |= {one.rule for one in self.not_assessed if one.file is None}
        unsure = {(one.rule, *_place(one.subject, one.file)) for one in self.not_assessed}
        here = set() if everything else {
            (*_place(about.subject, self.ledger.files[at].name), about.phase)
            for at in self.files for about in [self.ledger.about(at)]}

        def looked_at(one: Any) -> bool:
            place = _place(one.subject, one.file)
            return (one.rule not in idle and (one.rule, *place) not in unsure
                    and (everything or (*place, one.phase) in here))

        return looked_at

    def summary(self, ignored: int) -> dict[str, Any]:
        """The totals of a run."""
        gating = Counter(one.level for one in self.findings if one.gates)
        return {
            "files": len(self.ledger), "reports": len(self.files), "unreadable": self.unreadable,
            "later": self.later, "ignored": ignored, "subjects": self.subjects,
            "error": gating["error"], "warning": gating["warning"], "info": gating["info"],
            "waived": sum(one.waived is not None for one in self.findings),
            "baselined": sum(one.baselined for one in self.findings),
            "superseded": sum(one.superseded for one in self.findings),
            "provisional": sum(one.provisional for one in self.findings),
            "not_assessed": len(self.not_assessed),
            "statistics": self._statistics(),
        }

    def _add_up(self) -> None:
        """Add the tallies kept so far to the totals."""
        for problems, reports in self._tallies.items():
            for found in of_line(as_text(problems)):
                for total, name in zip(self._totals, found, strict=True):
                    total[name] += reports
        self._tallies.clear()

    def _statistics(self) -> dict[str, Any]:
        """Reports per phase and problems per theme, source and status, of current reports."""
        self._add_up()
        phases = Counter(map(self._phase, self.counted))
        themes, sources, states = self._totals
        return {
            "reports_by_phase": {phase: phases[phase] for phase in self.pack.phases},
            "problems": sum(themes.values()),
            "problems_by_theme": {theme: themes[theme] for theme in self.pack.themes},
            "problems_by_source": {name: sources[name] for name in sorted(filter(None, sources))},
            "problems_by_status": {name: states[name] for name in sorted(filter(None, states))},
        }

    def filed(self, phase: str) -> dict[tuple, str | None]:
        """Who has a report declaring this phase or a later one, and the first day on which one was filed."""
        first: dict[tuple, str | None] = {}
        for at in self.order:
            one = self.ledger.one(at)
            if one.key and self.pack.order(one.phase) >= self.pack.order(phase):
                key = one.kind, one.key
                days = [day for day in (first.get(key), one.submitted) if day]
                first[key] = min(days) if days else None
        return first


def _place(subject: Subject | None, file: str | None) -> tuple[str, str]:
    """Who it is about or, where nobody knows, which file."""
    return (subject.kind, id_key(subject.id)) if subject and subject.id else ("", file or "")


def with_fingerprints(findings: list[Finding]) -> list[Finding]:
    """Findings with their fingerprints; equal ones are numbered in order."""
    seen: Counter = Counter()
    for at, one in enumerate(findings):         # in place: there may be many
        owner = [part for part in _place(one.subject, one.file) if part]
        key = "\0".join([one.rule, *owner, one.phase or "", one.stable])
        seen[key] += 1
        mark = hashlib.sha256(f"{key}\0{seen[key]}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
        findings[at] = replace(one, fingerprint=mark)
    return findings
