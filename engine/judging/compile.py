"""A pack's rules compiled once: the checks that a report of one kind, level and phase must meet."""

from __future__ import annotations

from collections.abc import Callable, Set
from itertools import takewhile
from typing import Any

from ..language.sentence import RuleSentence
from ..language.types import Fault
from ..packs.pack import KINDS, Pack
from ..packs.rule import Rule
from ..reading.paths import Scope
from ..recording import dataclass, replace
from ..records import PackError
from ..text.messages import say
from ..text.wording import nearest
from .asking import batch_check, late_check
from .case import Case, Hit, report_scope
from .kinds.kind import BATCH, LATE, SENTENCE, Kind
from .places import typed_path


@dataclass(frozen=True, slots=True)
class Check:
    """One compiled check of a rule."""

    number: int                                 # its position among all of the pack
    rule: Rule
    kind: Kind
    scopes: Callable[[Case], list[Scope]]
    when: Callable[[Case, Scope], bool] | None
    run: Any
    level: str | None
    quick: Callable[[Case], bool] | None        # says at a glance that it finds nothing in a report of good form
    message: dict[str, str] | None = None       # its own, in place of the rule's
    is_sentence: bool = False
    kinds: frozenset[str] = frozenset(KINDS)    # of which it may find anything
    key: str = ""                               # by which a run knows what it collects
    of_texts: bool = False      # it looks at texts alone, so that `quick` may say so of any report


class Compiled:
    """The compiled rules of a pack, and which of them apply to whom."""

    def __init__(self, pack: Pack, faults: dict[str, PackError] | None = None, whole: bool = True) -> None:
        """Raises PackError at the first fault; with `faults`, one of each faulty rule is put there by the rule's ID.

        Of a pack that is not `whole` rules were left out, so that none is missed.
        """
        from .kinds.built_in import BUILT_IN
        from .strict import hold  # which a pack that is ready needs not

        self.pack = pack
        self.intake: dict[str, Rule] = {}       # fault's name -> rule
        self.form: dict[str, Rule] = {}
        self.checks: list[Check] = []
        for rule in pack.rules.values():
            try:
                self._names(rule)
                if faults is not None or not (rule.inherited or pack.bundled):
                    hold(rule, pack)
                for part in rule.checks:
                    self._add(rule, part)
            except PackError as fault:
                needed = any(BUILT_IN.keys() & check.keys() for check in rule.checks)
                told = fault if needed or not rule.inherited else PackError(
                    fault.file, fault.line, "lint.inherited", rule=rule.id, text=fault)
                if faults is None:
                    raise told from None
                faults[rule.id] = told
        # rules that judge a subject's current report alone, those that hold it against the reports of others, and those
        # whose findings in an earlier one still count
        self.of_current = frozenset(check.rule.id for check in self.checks if check.kind.of_current)
        self.of_others = frozenset(check.rule.id for check in self.checks if check.kind.of_others)
        self.of_earlier = frozenset({check.rule.id for check in self.checks if check.kind.of_earlier}
                                    | {rule.id for rule in self.intake.values()})
        self._active: dict[tuple[str | None, str | None, str | None], list[Check]] = {}
        self._asked: dict[tuple[str, str | None, str | None, bool], list[Check]] = {}
        for kind, names in BUILT_IN.items():
            for name in names if whole and not faults else ():
                if name not in getattr(self, kind):
                    raise PackError("plan.yaml", 1, "pack.no-built-in", kind=kind, name=name)

    def _names(self, rule: Rule) -> None:
        """The phases, levels and kinds that a rule names are those of the plan."""
        phases = ["any", *self.pack.phases]
        known = [*KINDS, *self.pack.levels, "batch"]
        levels = rule.level if isinstance(rule.level, dict) else {}
        for part, value, listed in (
                ("from", rule.first, phases), ("until", rule.last or "any", phases),
                *(("who", who, known) for who in rule.who), *(("level", who, known) for who in levels),
                *(("basis", phase, phases[1:]) for one in rule.bases for phase in one.phases),
                *(("basis", level, list(self.pack.levels)) for one in rule.bases for level in one.levels)):
            if value not in listed:
                from .strict import rule_place

                named = {"zh": [self._called(one) for one in listed], "en": listed}
                near = nearest(value, [*named["zh"], *listed])
                raise PackError(*rule_place(rule, part), "pack.not-of-the-plan", rule=rule.id, value=value,
                                known=[near] if near else named)

    def _called(self, name: str) -> str:
        """What a phase, a level or a kind that a rule names is called in Chinese."""
        phase, level = self.pack.phases.get(name), self.pack.levels.get(name)
        return phase.name["zh"] if phase else level["zh"] if level else say(f"reference.{name}", "zh")

    def _add(self, rule: Rule, part: dict[str, Any]) -> None:
        from .kinds import CHECK_KINDS
        from .kinds.built_in import BUILT_IN
        from .strict import BESIDE, sentence_of, told_fault

        kind = next(key for key in part if key not in BESIDE)
        options = part[kind]
        if kind in BUILT_IN and "at" not in part:
            (self.intake if kind == "intake" else self.form)[options] = rule
            return
        sentence = sentence_of(rule, part, self.pack)
        when = None if sentence.always else sentence.speaks
        if kind in BUILT_IN:
            self._put(rule, part, sentence, SENTENCE, sentence.scopes, when,
                      _Claimed(sentence, options, frozenset(rule.hints)), lambda case: True)
            return
        record = CHECK_KINDS[kind]
        if record is SENTENCE:
            self._put(rule, part, sentence, *_as_check(sentence, part.get("hint")))
            return
        try:
            run = record.make(options, self.pack)
            quick = record.quick(options, self.pack, part.get("each")) if record.quick else None
        except Fault as fault:
            raise told_fault(fault, rule, part, self.pack, kind).error() from None
        except KeyError as fault:
            raise PackError(rule.file, rule.line, "pack.no-list", rule=rule.id, kind=kind,
                            name=fault.args[0]) from None
        except (ValueError, ArithmeticError, AttributeError, TypeError, IndexError) as fault:
            text = fault if isinstance(fault, ValueError) else type(fault).__name__
            raise PackError(rule.file, rule.line, "pack.option", rule=rule.id, kind=kind, text=text) from None
        self._put(rule, part, sentence, record, sentence.scopes, when, run, quick)

    def _put(self, rule: Rule, part: dict[str, Any], sentence: RuleSentence, kind: Kind,
             scopes: Callable[[Case], list[Scope]], when: Callable[[Case, Scope], bool] | None, run: Any,
             quick: Callable[[Case], bool] | None) -> None:
        own = takewhile(lambda check: check.rule is rule, reversed(self.checks))
        before = sum(check.kind.stage == BATCH for check in own)
        self.checks.append(Check(len(self.checks), rule, kind, scopes, when, run, part.get("level"), quick,
                                 part.get("message"), "must" in part, sentence.kinds,
                                 f"{rule.id}/{before}" if before else rule.id, sentence.of_texts_alone))

    def active(self, kind: str | None, level: str | None, phase: str | None) -> list[Check]:
        """The checks for a report of this kind, unit level and declared phase; those of batch rules are always in."""
        key = kind, level, phase
        if key not in self._active:
            self._active[key] = [check for check in self.checks
                                 if check.kind.stage == BATCH or self.applies(check.rule, kind, level, phase)]
        return self._active[key]

    def asked(self, kind: str, level: str | None, phase: str | None, has_roster: bool) -> list[Check]:
        """Those of them that may find anything in such a report."""
        key = kind, level, phase, has_roster
        if key not in self._asked:
            self._asked[key] = [check for check in self.active(kind, level, phase)
                                if (kind in check.kinds or (check.kind.stage == BATCH and not check.is_sentence))
                                and (has_roster or not check.kind.on_roster)]
        return self._asked[key]

    def applies(self, rule: Rule, kind: str | None, level: str | None, phase: str | None) -> bool:
        """Whether a rule speaks of a report of this kind, unit level and declared phase."""
        return self.reaches(rule, phase) and (
            "batch" in rule.who or kind in rule.who or (kind == "unit" and level in rule.who))

    def reaches(self, rule: Rule, phase: str | None) -> bool:
        """Whether a rule speaks of reports that declare this phase."""
        order = self.pack.order
        return (rule.first == "any" or order(phase) >= order(rule.first)) and (
            not rule.last or order(phase) <= order(rule.last))

    def level_of(self, rule: Rule, check_level: str | None, kind: str | None, level: str | None) -> str:
        """The level of a finding of the rule for a report of this kind and unit level."""
        if check_level:
            return check_level
        if isinstance(rule.level, dict):
            return rule.level.get(level or "") or rule.level.get(kind or "") or next(iter(rule.level.values()))
        return rule.level


def _as_check(sentence: RuleSentence, hint: str | None) -> tuple[
        Kind, Callable[[Case], list[Scope]], None, Any, Callable[[Case], bool] | None]:
    """A sentence as a check: its kind, what it looks at, no condition of its own, what is run, and its quick look."""
    later = sentence.later
    if later is None:
        kind = replace(SENTENCE, any_report=sentence.of_texts)
        return kind, sentence.scopes, None, _Said(sentence, hint), sentence.quick
    stage, made = (BATCH, batch_check) if later.of_batch else (LATE, late_check)
    kind = replace(SENTENCE, stage=stage, on_roster=later.needs_roster, whole=later.needs_all,
                   of_current=stage == LATE and sentence.over is not None)
    quick = sentence.quick if stage == LATE else None
    return kind, lambda case: [report_scope(case)], None, made(sentence, hint), quick


class _Said:
    """A sentence as a check."""

    def __init__(self, sentence: RuleSentence, hint: str | None) -> None:
        self.sentence, self.hint = sentence, hint

    def __call__(self, case: Case, scope: Scope) -> list[Hit]:
        """One hit where it is false."""
        sentence = self.sentence
        return [Hit(sentence.path(scope), self.hint, sentence.facts(case, scope))] if sentence.speaks(case, scope) \
            else []


class _Claimed:
    """A fault of the form that a rule words at one field, in place of the rule that words it everywhere else."""

    def __init__(self, sentence: RuleSentence, fault: str, hints: Set[str]) -> None:
        self.sentence, self.fault, self.hints = sentence, fault, hints

    def __call__(self, case: Case, scope: Scope) -> list[Hit]:
        """One hit where the fault is; a date that is only too far away is none."""
        path = self.sentence.path(scope)
        at = case.slip_at(self.fault, typed_path(case.report, path))
        if at is None or case.slips[at].hint == "years":
            return []
        case.claimed.add(at)
        hint, facts = case.slips[at].told
        return [Hit(path, hint if hint in self.hints else None, facts)]
