"""The rules of a pack run over one report: what they find by themselves, what they ask, what can't be assessed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from itertools import compress, islice

from ..language.reads import Unassessed
from ..packs.pack import KINDS
from ..packs.rule import Rule
from ..reading.report import BAD, Doc, Items, Report, locate, pointer_of
from ..reading.schema import Slip
from ..recording import replace
from ..records import NotAssessed, Route
from .case import Case, Hit
from .compile import Check, Compiled
from .kinds.kind import BATCH, LATE
from .offering import missing_of
from .places import bound_path, node_at
from .results import About, FileFacts, FileResult, Late
from .tally import tally
from .telling import Teller, some_of


def examine(case: Case, about: About, file: str, teller: Teller, has_roster: bool) -> tuple[FileResult, list[Late]]:
    """What a report gives by itself, and the questions that it leaves to roster, clock and folder."""
    run = Examination(case, about, file, teller, has_roster)
    run.run()
    run.tell_slips()
    list_skipped(run)
    for one in run.late:
        check = run.compiled.checks[one.number]
        if check.kind.leaves:
            run.facts.data.setdefault(check.rule.id, []).append(check.kind.leaves(one.fact))
    if about.key:       # of another plan too: perhaps its name alone is wrong, and the ledger lists all problems
        run.facts.data[""] = tally(case)
    teller.offers.tell_order(run.result.findings)
    run.result.findings.sort(key=lambda finding: finding.order)
    return run.result, run.late


class Examination:
    """One report on its way through the rules."""

    def __init__(self, case: Case, about: About, file: str, teller: Teller, has_roster: bool) -> None:
        self.case, self.about, self.teller, self.has_roster = case, about, teller, has_roster
        self.compiled = teller.compiled
        self.facts = FileFacts(file, about)
        self.result = FileResult([], [], self.facts)
        self.late: list[Late] = []
        self.places: set[tuple[str, Route]] = set()     # where sentences have spoken, by rule
        self.of_other_plan = any(slip.name == "other-plan" for slip in case.slips)

    def run(self) -> None:
        """Run the checks of the report; what roster, clock and folder must answer is put to `late`."""
        case, result, teller = self.case, self.result, self.teller
        in_form = not case.slips
        found: dict[str, list[tuple[Check, Hit]]] = {}
        for check in self.asked():
            quick = check.quick
            try:
                if quick is not None and (in_form or check.of_texts) and quick(case):
                    continue
                case.rule = check.rule.id
                if check.kind.stage == BATCH:
                    self._collect(check)
                    continue
                for hit in self._hits(check):
                    if not self._spared(hit) and not self._told(check, hit):
                        found.setdefault(check.rule.id, []).append((check, hit))
            except Exception as fault:      # a broken rule must not take the file, or the batch, with it
                self._crashed(check.rule.id, fault)
        case.memo["missing"] = [path for hits in found.values() for _, hit in hits for path in missing_of(hit)]
        for rule, hits in found.items():
            try:
                result.findings.extend(some_of(
                    hits, lambda one: teller.rank(*one, self.about),
                    lambda one: teller.of_hit(*one, case, self.about, self.facts.file), teller))
            except Exception as fault:
                self._crashed(rule, fault)

    def _hits(self, check: Check) -> Iterator[Hit]:
        """What a check finds; what roster, clock and folder must answer is put to `late`."""
        case = self.case
        for scope in check.scopes(case):
            try:
                if check.when is not None and not check.when(case, scope):
                    continue
                if check.kind.stage == LATE:
                    self.late.extend(Late(check.number, path, fact) for path, fact in check.run.collect(case, scope))
                else:
                    yield from check.run(case, scope)
            except Unassessed:
                continue

    def _told(self, check: Check, hit: Hit) -> bool:
        """Whether a sentence of the rule has spoken at this place already: the first that is false says enough."""
        if not check.is_sentence:
            return False
        place = check.rule.id, hit.path
        told = place in self.places
        self.places.add(place)
        return told

    def _crashed(self, rule: str, fault: Exception) -> None:
        self.result.crashes.append((rule, type(fault).__name__))
        self.case.skipped[rule, ()] = "crash"

    def tell_slips(self) -> None:
        """The findings of what is wrong in form and no other rule spoke for."""
        teller, case, about, file = self.teller, self.case, self.about, self.facts.file
        slips: dict[str, list[Slip]] = {}
        for at, slip in enumerate(case.slips):
            if at not in case.claimed:
                slips.setdefault(slip.name, []).append(slip)
        for found in slips.values():
            self.result.findings.extend(some_of(found, lambda slip: slip.mark.line,
                                                lambda slip: teller.of_slip(self._narrowed(slip), case, about, file),
                                                teller))

    def _narrowed(self, slip: Slip) -> Slip:
        """Of what does not concern a unit only those fields are proposed that no sentence would refuse in turn."""
        case, rule, roles = self.case, self.compiled.form["unknown-value"], self.case.pack.roles
        path = bound_path(case.report, slip.path)
        if slip.name != rule.name or path[:1] != (roles.spared,) or path[-1:] != (roles.spared_item,):
            return slip
        checks = [check for check in self.checks() if check.rule is rule and check.is_sentence]
        entry = node_at(case.report, path[:-1])
        hint, facts = slip.told
        open_ = []
        for value in facts["english"]:
            entry[path[-1]] = value
            open_.append(not any(hit.path[:2] == path[:2] for check in checks for hit in self._hits(check)))
        entry[path[-1]] = BAD
        facts = facts | {name: list(compress(facts[name], open_)) for name in ("english", "values")}
        if facts["nearest"] not in (*facts["english"], *facts["values"]):
            facts["nearest"] = None
        return replace(slip, hint=hint, facts=facts, tell=None)

    def _collect(self, check: Check) -> None:
        case = self.case
        before = len(case.skipped)
        data = check.run.collect(case, self.facts.about)
        if len(case.skipped) > before:
            paths = [path for _, path in islice(case.skipped, before, None)]
            if len(paths) > self.teller.told:
                paths = [min(paths, key=pointer_of)]
            # the order of keys must not decide which of them is told
            place = min((locate(case.report, path) for path in paths), key=lambda one: one.pointer)
            self.facts.skipped[check.rule.id] = place.pointer, place.line
        elif data is not None:
            (self.facts.apart if check.kind.rows else self.facts.data)[check.key] = data

    def checks(self) -> list[Check]:
        """What runs on a report: of another plan only rules on form, of no valid kind only those on form and texts."""
        report, compiled = self.case.report, self.compiled
        if self.of_other_plan:
            return [check for check in compiled.checks if check.rule in compiled.form.values()]
        if report.kind is None:
            return [check for check in compiled.checks if check.kind.any_report]
        return compiled.active(report.kind, report.level, report.phase)

    def asked(self) -> list[Check]:
        """Those of them that may find anything."""
        report, compiled = self.case.report, self.compiled
        if self.of_other_plan or report.kind is None:
            return [check for check in self.checks() if self.has_roster or not check.kind.on_roster]
        return compiled.asked(report.kind, report.level, report.phase, self.has_roster)

    def _spared(self, hit: Hit) -> bool:
        """Whether the finding is on an absent field that the unit says does not concern it."""
        case, doc, spared = self.case, self.case.report.doc, self.case.pack.roles.spared
        if not hit.path or hit.typed or hit.path[0] in doc \
                or type(doc.get(spared)) is not Items:
            return False
        if "spared" not in case.memo:
            case.memo["spared"] = self._spares()
        return hit.path[0] in case.memo["spared"]

    def _spares(self) -> set[str]:
        """The fields that do not concern the unit, as it says, but for entries that are refused themselves."""
        case, roles = self.case, self.case.pack.roles
        home, item = roles.spared, roles.spared_item
        listed = case.report.doc[home]
        refused = {hit.path[:2] for check in self.checks() if check.rule.id == self.compiled.form["unknown-value"].id
                   for hit in self._hits(check)}
        refused |= {(home, at) for at in range(len(listed))
                    if case.slip_at("missing-field", (home, listed.position(at), roles.spared_reason)) is not None}
        return {one[item] for at, one in enumerate(listed)
                if type(one) is Doc and type(one.get(item)) is str and (home, at) not in refused}


def list_skipped(run: Examination) -> None:
    """`not_assessed`: what could not be read, and the rules that an invalid kind, phase or level keeps back."""
    case, result, compiled = run.case, run.result, run.compiled
    file, report = run.facts.file, case.report
    entries = {(rule, path): reason for (rule, path), reason in case.skipped.items()
               if rule not in run.facts.skipped or reason == "crash"}
    blocked = None
    if run.of_other_plan:
        blocked = "plan"
    elif report.kind is None:
        blocked = "report"
    elif report.phase is None:
        blocked = "phase"
    home, level = case.pack.roles.level_path
    unit = report.doc.get(home)
    if blocked or (type(unit) is Doc and unit.get(level) is BAD):
        path: Route = (blocked,) if blocked else (home, level)
        ran = {check.rule.id for check in run.checks()}
        for check in compiled.checks:
            if check.kind.stage != BATCH and check.rule.id not in ran and _might(compiled, check.rule, report):
                entries[check.rule.id, path] = "type"
    astray = {bound_path(report, path) for path in case.astray}
    for path in astray:
        parent = node_at(report, path[:-1])
        if path[-1] in parent.shape.required:
            entries[compiled.form["missing-field"].id, path] = "slip"
    many: Counter[str] = Counter()
    for (rule, path), reason in entries.items():
        many[rule] += 1
        if many[rule] > run.teller.told:
            continue
        if astray and reason != "crash" and any(path[:end] in astray for end in range(1, len(path) + 1)):
            reason = "slip"
        place = locate(report, path)
        result.not_assessed.append(NotAssessed(rule, file, place.line, place.pointer, run.about.subject, reason))


def _might(compiled: Compiled, rule: Rule, report: Report) -> bool:
    """Whether a rule could have applied, had the report said what it does not."""
    levels = {report.level} if report.level is not None else set(compiled.pack.levels)
    kinds = [report.kind] if report.kind is not None else KINDS
    spoken = set(rule.who).intersection(kinds) or ("unit" in kinds and not levels.isdisjoint(rule.who))
    return bool(spoken) and (report.phase is None or compiled.reaches(rule, report.phase))
