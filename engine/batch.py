"""All files of a run: which report of a subject is current, the rules over the batch, waivers, totals, fingerprints."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from typing import Any

from .case import Case, Hit
from .check import Checker, FileFacts, FileResult
from .compile import Check
from .kinds.batch import Mark
from .messages import joined, render, shown_date
from .pack import KINDS
from .records import Finding, NotAssessed, Subject, Unreadable
from .report import printable_id
from .wording import id_key


@dataclass(slots=True)
class View:
    """What the rules over the batch may see."""

    world: Any
    files: list[FileFacts]              # those of this run's phases, in order of path
    everything: list[FileFacts]         # also those left out as later than --phase
    current: list[FileFacts]            # of each subject the one that counts
    unreadable: int
    ran: set[str]                       # IDs of the rules that were asked for
    phase_name: Callable[[str | None], str]
    applies: Callable[[FileFacts], bool] = lambda one: True
    waives: Callable[[Any], bool] = lambda waiver: False
    subjects: frozenset[str] = frozenset()      # comparable IDs of those who filed or have a finding
    kinds: tuple[str, ...] = KINDS
    bind: Callable[[str], Case] | None = None   # a file's report once more, for what its facts leave out


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
    ignored: list[str] = field(default_factory=list)
    reports: list[FileFacts] = field(default_factory=list)      # of each subject the current one, in order of path
    roster: Any = None                      # the roster of the run, if there was one
    whole: bool = True                      # every PATH is a folder, none only a part of the batch
    phase: str = ""                         # the phase asked for, else the last that had closed, else the first
    filed: dict[tuple, str | None] = field(default_factory=dict)    # (kind, key) of who filed for it -> first day
    rules: frozenset[str] = frozenset()     # IDs of the rules that were asked for
    compared: Any = None                    # a baseline's Comparison: entries that match no finding any more


def subject_of(one: FileFacts) -> tuple[str | None, str | None]:
    """The key of the subject of a file."""
    return one.about.kind, one.about.key


def choose_current(files: Iterable[FileFacts], order: Callable[[str | None], int]) -> dict[tuple, FileFacts]:
    """Of each subject the report of its latest phase; of duplicates the latest filed, then the first path."""
    current: dict[tuple, FileFacts] = {}
    for one in sorted(files, key=lambda one: one.file):
        key = subject_of(one)
        if one.about.key is None:
            continue
        best = current.get(key)
        if best is None or _rank(one, order) > _rank(best, order):
            current[key] = one
    return current


def _rank(one: FileFacts, order: Callable[[str | None], int]) -> tuple[int, str]:
    return order(one.about.phase), one.about.corrected or one.about.submitted or ""


class Assembly:
    """Puts the results of files together. `reread` gives the bytes of a file again, to find a place in it."""

    def __init__(self, checker: Checker, results: list[tuple[str, FileResult]], reread: Callable[[str], tuple],
                 wanted: Callable[[Any], bool], phase: str | None) -> None:
        self.checker, self.pack, self.world = checker, checker.pack, checker.world
        self.reread = reread
        self.wanted = wanted
        self.results = sorted(results, key=lambda one: one[0])
        facts = [result.facts for _, result in self.results if result.facts]
        limit = self.pack.order(phase) if phase else len(self.pack.phases)
        self.later = {one.file for one in facts if self.pack.order(one.about.phase) > limit}
        self.files = [one for one in facts if one.file not in self.later]
        self.everything = facts
        self.unreadable = sum(result.facts is None for _, result in self.results)
        self.current = choose_current(self.files, self.pack.order)
        self.counted = [one for one in self.files if self.current.get(subject_of(one)) is one]
        self.findings: list[Finding] = []
        self.not_assessed: list[NotAssessed] = []
        self.crashes: list[tuple[str, str, str]] = []

    def assemble(self) -> tuple[list[Finding], list[NotAssessed], list[tuple[str, str, str]]]:
        """All findings in order, with waivers, supersession and fingerprints; what was not assessed; crashes."""
        phase_of = {one.file: one for one in self.files}
        for file, result in self.results:
            self.crashes.extend((file, rule, error) for rule, error in result.crashes)
            if file in self.later:
                continue
            old = result.facts is not None and self._superseded(phase_of[file])
            current = result.facts is None or self.current.get(subject_of(result.facts)) is result.facts
            self.findings.extend(replace(one, superseded=True) if old and not self._spared(one.rule) else one
                                 for one in result.findings
                                 if self._asked(one.rule) and (current or not self._of_current(one.rule)))
            self.not_assessed.extend(one for one in result.not_assessed if self._asked(one.rule))
        checks = [check for check in self.checker.compiled.checks if check.stage == "batch"]
        for check in sorted(checks, key=lambda check: check.kind == "stale_waiver"):
            if self._asked(check.rule.id):
                self._judge(check)
        self._waive()
        self.findings.sort(key=lambda finding: finding.order)
        self.findings = with_fingerprints(self.findings)
        self.not_assessed.sort(key=lambda one: (one.file or "", one.line or 0, one.rule, one.pointer or ""))
        self.not_assessed = list(dict.fromkeys(self.not_assessed))
        return self.findings, self.not_assessed, self.crashes

    def _asked(self, rule: str) -> bool:
        return self.wanted(self.pack.rules[rule])

    def _spared(self, rule: str) -> bool:
        """Rules whose findings in an earlier report still count: reading, duplicates and clashes of IDs."""
        return any(kind in check for check in self.pack.rules[rule].checks
                   for kind in ("intake", "report_repeated", "id_clash"))

    def _of_current(self, rule: str) -> bool:
        """Rules that look at a subject's current report alone: the one on who it is."""
        return any("same_identity" in check for check in self.pack.rules[rule].checks)

    def _superseded(self, one: FileFacts) -> bool:
        best = self.current.get(subject_of(one))
        return bool(best and one.about.phase and self.pack.order(best.about.phase) > self.pack.order(one.about.phase))

    def _judge(self, check: Check) -> None:
        rule = check.rule
        if check.run.whole and not self.world.whole:
            self.not_assessed.append(NotAssessed(rule.id, None, None, None, None, "partial"))
            return
        view = View(self.world, self.files, self.everything, self.counted, self.unreadable,
                    {rule.id for rule in self.pack.rules.values() if self.wanted(rule)}, self.checker.phase_name,
                    lambda one: self.checker.compiled.applies(rule, one.about.kind, one.about.level, one.about.phase),
                    lambda waiver: any(self._matches(waiver, one) for one in self.findings),
                    frozenset({one.about.key for one in self.everything if one.about.key}
                              | {one.owner for one in self.findings if one.owner}),
                    bind=lambda name: self.checker.bind(*self.reread(name))[0])
        try:
            self._place(check, list(check.run.judge(view, lambda one: one.data.get(rule.id))))
        except Exception as fault:          # a broken rule must not take the batch with it
            self.crashes.append(("", rule.id, type(fault).__name__))
            self.not_assessed.append(NotAssessed(rule.id, None, None, None, None, "crash"))
            return
        for one in self.files:
            if one.skipped and rule.id in one.skipped:
                pointer, line = one.skipped[rule.id]
                self.not_assessed.append(NotAssessed(rule.id, one.file, line, pointer, one.about.subject, "type"))

    def _place(self, check: Check, marks: list[Mark]) -> None:
        """Findings of marks, reading each file again once to find the places in it."""
        cases: dict[str, tuple[Case, Any] | None] = {}
        for mark in sorted(marks, key=lambda mark: mark.file.file if mark.file else ""):
            if mark.file is None:
                self.findings.append(self._of_entry(check, mark))
                continue
            name = mark.file.file
            if name not in cases:
                cases.clear()
                cases[name] = self._bind_again(name)
            if cases[name] is None:
                self.not_assessed.append(NotAssessed(check.rule.id, name, 1, None, mark.file.about.subject, "crash"))
                continue
            case, _ = cases[name]
            finding = self.checker.of_hit(check, Hit(mark.path, mark.hint, mark.facts), case, mark.file.about, name)
            old = self._superseded(mark.file) and not self._spared(check.rule.id)
            self.findings.append(replace(finding, superseded=old))

    def _bind_again(self, name: str) -> tuple[Case, Any] | None:
        try:
            return self.checker.bind(*self.reread(name))
        except Unreadable:
            return None

    def _of_entry(self, check: Check, mark: Mark) -> Finding:
        """A finding that stands at a line of the roster or the waivers."""
        rule, entry = check.rule, mark.entry
        on_roster = hasattr(entry, "kind")
        source = self.world.roster if on_roster else self.world.waivers
        subject = Subject(entry.kind, entry.id or None, printable_id(entry.unit)) if on_roster else None
        language = self.checker.style.language
        facts = {name: joined(one, language) if isinstance(one, list) else
                 shown_date(one, language) if isinstance(one, str) else one for name, one in mark.facts.items()}
        variables = {"field": "", "theme": "", "problem": "", "phase": self.checker.phase_name(mark.phase),
                     "hint": mark.hint or "", **facts}
        text = rule.hints.get(mark.hint or "", rule.message)
        return Finding(
            rule=rule.id, name=rule.name,
            level=self.checker.compiled.level_of(rule, check.level, entry.kind if on_roster else None, None),
            file=source.file, line=entry.line, column=entry.column, pointer=entry.pointer, subject=subject, theme=None,
            phase=mark.phase, clause=rule.clause, message=render(text[language], variables),
            remedy=render(rule.remedy[language], variables),
            hint=mark.hint, stable="" if on_roster else f"/waivers/{entry.rule}/{entry.subject}",
            owner=entry.key if on_roster else "")

    def _matches(self, waiver: Any, finding: Finding) -> bool:
        return (finding.rule == waiver.rule and finding.subject is not None and finding.subject.id is not None
                and finding.owner == waiver.subject)

    def _waive(self) -> None:
        if self.world.waivers is None:
            return
        live = [one for one in self.world.waivers.listed if one.until >= self.world.as_of]
        for at, finding in enumerate(self.findings):
            waiver = next((one for one in live if self._matches(one, finding)), None)
            if waiver:
                self.findings[at] = replace(
                    finding, waived={"reason": waiver.reason, "by": waiver.by, "until": waiver.until})

    def looked_at(self) -> Callable[[Any], bool]:
        """Tells whether this run would have found something again: its rule was judged there, and the report is here.

        It takes what has rule, subject, phase and file, such as an entry of a baseline.
        """
        everything = self.world.whole and not self.unreadable and not self.later
        roster = self.world.roster is not None
        idle = {rule.id for rule in self.pack.rules.values() if not self.wanted(rule)}
        judged = {check.rule.id for check in self.checker.compiled.checks
                  if roster or not getattr(check.run, "on_roster", False)}
        idle |= {check.rule.id for check in self.checker.compiled.checks} - judged
        idle |= {one.rule for one in self.not_assessed if one.file is None}
        unsure = {(one.rule, *_place(one.subject, one.file)) for one in self.not_assessed}
        here = {(*_place(one.about.subject, one.file), one.about.phase) for one in self.files}

        def looked_at(one: Any) -> bool:
            place = _place(one.subject, one.file)
            return (one.rule not in idle and (one.rule, *place) not in unsure
                    and (everything or (*place, one.phase) in here))

        return looked_at

    def summary(self, ignored: int) -> dict[str, Any]:
        """The totals of a run."""
        gating = Counter(one.level for one in self.findings if one.gates)
        subjects = {subject_of(one) for one in self.files if one.about.key}
        return {
            "files": len(self.results), "reports": len(self.files), "unreadable": self.unreadable,
            "later": len(self.later), "ignored": ignored, "subjects": len(subjects),
            "error": gating["error"], "warning": gating["warning"], "info": gating["info"],
            "waived": sum(one.waived is not None for one in self.findings),
            "baselined": sum(one.baselined for one in self.findings),
            "superseded": sum(one.superseded for one in self.findings),
            "not_assessed": len(self.not_assessed),
            "statistics": self._statistics(),
        }

    def _statistics(self) -> dict[str, Any]:
        """Reports per phase and problems per theme, source and status, of current reports."""
        phases = Counter(one.about.phase for one in self.counted)
        themes, sources, states = Counter(), Counter(), Counter()
        for one in self.current.values():
            for theme, source, state, _ in one.data.get("", {}).get("problems", ()):
                themes[theme] += 1
                sources[source] += source is not None
                states[state] += state is not None
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
        for one in self.everything:
            if one.about.key and self.pack.order(one.about.phase) >= self.pack.order(phase):
                key = subject_of(one)
                days = [day for day in (first.get(key), one.about.submitted) if day]
                first[key] = min(days) if days else None
        return first


def _place(subject: Subject | None, file: str | None) -> tuple[str, str]:
    """Who it is about or, where nobody knows, which file."""
    return (subject.kind, id_key(subject.id)) if subject and subject.id else ("", file or "")


def with_fingerprints(findings: list[Finding]) -> list[Finding]:
    """Findings with their fingerprints; equal ones are numbered in order."""
    seen: Counter = Counter()
    out = []
    for one in findings:
        owner = [part for part in _place(one.subject, one.file) if part]
        key = "\0".join([one.rule, *owner, one.phase or "", one.stable])
        seen[key] += 1
        mark = hashlib.sha256(f"{key}\0{seen[key]}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
        out.append(replace(one, fingerprint=mark))
    return out
