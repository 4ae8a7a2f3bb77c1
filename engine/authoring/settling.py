"""Makes reports in which a rule has something to say and nothing against them, from which its examples begin.

Fields that the rule reads and a base report has not are filled in from the form; where the rule then speaks, or can't
tell, what it reads is changed step by step until it holds. No examples are made here.
"""

from __future__ import annotations

import json
from collections.abc import Iterator

from ..judging.compile import Compiled
from ..judging.kinds.built_in import BUILT_IN
from ..language.beyond import EARLIER, OVERS, REPORTS_BESIDE, Beyond
from ..language.types import Steps
from ..packs.pack import KINDS, Pack
from ..packs.rule import Rule
from ..reading.paths import ITEM, split
from ..reading.schema import ChoiceShape, CountShape, NameShape
from ..recording import dataclass, replace
from ..text.messages import say
from ..text.regex import regex
from .examples import UNBUILT, Example, base_report, bases, findings_of
from .growing import GONE, Choices, Plain, PlainPlace, Sampler, difference, is_at, places, put
from .rule_reads import Reads

_FULL_NAME = regex("[\u4e00-\u9fff]{3}")
_CONTRARY = "!"         # the rule that demands the contrary, to see whether the rule can be told at all
_IN_VAIN = 1 << 20      # in place of how often a rule speaks, which is never so often: nothing could be built
_ENOUGH = 1000          # trials of one rule, some five seconds
_ROUNDS = 6             # changes one after the other until a rule holds


@dataclass(frozen=True, slots=True)
class TriedReport:
    """One report of a trial: a base at a phase, and what it was changed to."""

    base: str
    kind: str
    phase: str
    before: Plain
    data: Plain
    reads: tuple[Steps, ...]        # what the rule reads of it
    people: frozenset[Steps]        # of that, where names stand
    name: str = ""                  # of a file of a batch

    def example(self) -> Example:
        """It as an example says it."""
        settings, removals = difference(self.before, self.data)
        return {**({"name": self.name} if self.name else {}), "base": self.base, "phase": self.phase,
                **({"set": settings} if settings else {}), **({"remove": removals} if removals else {})}


@dataclass(frozen=True, slots=True)
class TriedReports:
    """The reports of a trial; several only of a rule over the batch, the one that is judged first."""

    sheets: tuple[TriedReport, ...]
    roster: bool = False

    def example(self) -> Example:
        """It as an example says it."""
        files = [one.example() for one in self.sheets]
        beside: Example = {"roster": {}} if self.roster else {}
        return {**files[0], **beside} if not self.sheets[0].name else {"files": files, **beside}

    def places(self, pack: Pack) -> list[tuple[int, PlainPlace]]:
        """Everything in its reports that the rule reads, as it reads it, with the number of the report."""
        return [(number, replace(place, shape=NameShape("")) if wanted in sheet.people else place)
                for number, sheet in enumerate(self.sheets)
                for known in [list(places(sheet.data, pack.shapes[sheet.kind]))]
                for wanted in sheet.reads for place in known if is_at(place.steps, wanted)]

    def put(self, number: int, place: PlainPlace, value: Plain) -> TriedReports:
        """It with another value at one place."""
        listed = list(self.sheets)
        listed[number] = replace(listed[number], data=put(listed[number].data, place.route, value))
        return replace(self, sheets=tuple(listed))


class Verdicts:
    """What a rule says of reports."""

    def __init__(self, compiled: Compiled, rule: Rule) -> None:
        pack = compiled.pack
        demands = tuple({**check, "must": f"not ({check['must']})"} for check in rule.checks if "must" in check)
        rules = {ident: one for ident, one in pack.rules.items()
                 if any(BUILT_IN.keys() & check.keys() for check in one.checks)} | {rule.id: rule}
        if demands:
            plain = dict.fromkeys(rule.message, "")
            rules[_CONTRARY] = replace(rule, id=_CONTRARY, checks=demands, sources=(None,) * len(demands), hints={},
                                       message=plain, remedy=plain)
        self._always = not demands
        self._rule, self._alone = rule.id, Compiled(replace(pack, rules=rules), whole=False)
        self._known: dict[str, tuple[int, bool]] = {}

    def of(self, setting: TriedReports) -> tuple[int, bool]:
        """How often the rule speaks, and whether it can't be told; more than ever where nothing can be built."""
        example = setting.example()
        key = json.dumps(example, ensure_ascii=False)
        if key not in self._known:
            try:
                found = [one.rule for one in findings_of(self._alone, example)]
                self._known[key] = (found.count(self._rule), not (self._always or _CONTRARY in found))
            except UNBUILT:
                self._known[key] = (_IN_VAIN, True)
        return self._known[key]

    @property
    def enough(self) -> bool:
        """Whether so much was tried that whoever asked for the examples should wait no longer."""
        return len(self._known) > _ENOUGH

    def speaks(self, setting: TriedReports) -> bool:
        """Whether the rule has something against it."""
        return 0 < self.of(setting)[0] < _IN_VAIN

    def holds(self, setting: TriedReports) -> bool:
        """Whether the rule can be told and has nothing against it."""
        return self.of(setting) == (0, False)


class Settler:
    """Makes the reports from which the examples of one rule begin."""

    def __init__(self, compiled: Compiled, rule: Rule) -> None:
        self.pack, self.rule, self._compiled = compiled.pack, rule, compiled
        self.reads, self.verdicts = Reads(compiled.pack, rule), Verdicts(compiled, rule)
        self.needs_roster = any(one.later is not None and one.later.needs_roster for one in self.reads.sentences)
        named = [split(path)[-1] for path in self.pack.roles.names]
        self.applied = False        # whether there is a base to which the rule applies
        self.loud: list[tuple[str, str]] = []       # bases and phases against which the rule has something as they are
        self._names = sorted({place.value for name, kind, _ in bases(self.pack)
                              for place in places(base_report(self.pack, name, None), self.pack.shapes[kind])
                              if isinstance(place.value, str) and place.steps[-1] in named
                              and _FULL_NAME.fullmatch(place.value)})

    def starts(self) -> Iterator[Iterator[TriedReports]]:
        """Of each base report what the examples may begin with, first of the phase that has most of what is read."""
        kinds = OVERS[self.reads.over] if self.reads.over else KINDS
        for name, kind, level in bases(self.pack):
            phases = [one for one in self.pack.phases if self._compiled.applies(self.rule, kind, level, one)]
            self.applied |= bool(phases)
            if kind in kinds and (self.reads.of(kind) or self.reads.beside):
                yield self._of_base(name, kind, phases)

    def others(self, start: TriedReports) -> Iterator[TriedReports]:
        """What also holds when one thing in a start is changed."""
        known = start.places(self.pack)
        for number, place in known:
            tried = self._choices(start.sheets[number]).of(place, [one for _, one in known]) \
                if isinstance(place.shape, CountShape | ChoiceShape) else [GONE]
            for value in tried if place.steps[-1] is not ITEM else ():
                other = start.put(number, place, value)
                if value != place.value and self.verdicts.holds(other):
                    yield other

    def sampler(self, sheet: TriedReport) -> Sampler:
        """What makes up values for a report."""
        return Sampler(self.pack, sheet.data.get(self.pack.roles.filed, self.pack.end), self._names)

    def _of_base(self, name: str, kind: str, phases: list[str]) -> Iterator[TriedReports]:
        made = [one for phase in phases if (one := self._made(name, kind, phase))]
        dated = any("every" in check for check in self.rule.checks)     # a later report has more weeks and months
        for setting in sorted(made, key=lambda one: (-len({place.steps for _, place in one.places(self.pack)}),
                                                     -len(one.places(self.pack)) * dated)):
            if self.verdicts.speaks(setting):
                self.loud.append((name, setting.sheets[0].phase))
            settled = self._settled(setting if self.verdicts.holds(setting) and self._is_whole(setting)
                                    else self._filled(setting))
            if settled:
                yield settled

    def _is_whole(self, setting: TriedReports) -> bool:
        """Whether all that the rule reads is there already."""
        return all(any(is_at(place.steps, wanted) for at, place in setting.places(self.pack) if at == number)
                   for number, sheet in enumerate(setting.sheets) for wanted in sheet.reads)

    def _made(self, name: str, kind: str, phase: str) -> TriedReports | None:
        """A base report, and those that must stand beside it."""
        sheets = [self._sheet(name, kind, phase, None)]
        for away in self.reads.beside:
            found = self._beside(sheets[0], away)
            if found is None:
                return None
            sheets.append(found)
        if self.reads.over is not None:
            unit = next((one for one in sheets if one.kind != KINDS[0]), None)
            sheets = [replace(one, data=self._joined(one, unit), name=say(
                f"propose.file-{one.kind if one.phase == phase else 'earlier'}", "zh")) for one in sheets]
        return TriedReports(tuple(sheets), self.needs_roster)

    def _joined(self, sheet: TriedReport, unit: TriedReport | None) -> Plain:
        """A person's report, of the unit whose report stands beside."""
        if sheet.kind != KINDS[0] or unit is None:
            return sheet.data
        (person, _), (home, code) = (self.pack.roles.identity[one] for one in KINDS)
        return {**sheet.data, person: {**sheet.data[person], self.pack.roles.person_unit: unit.data[home][code]}}

    def _sheet(self, name: str, kind: str, phase: str, away: Beyond | None) -> TriedReport:
        report = base_report(self.pack, name, phase)
        return TriedReport(name, kind, phase, report, report, self.reads.of(kind, away), self.reads.people)

    def _beside(self, own: TriedReport, away: Beyond) -> TriedReport | None:
        """A report that stands beside another: of the unit, of one of its people, of the phase before."""
        if away == EARLIER:
            before = [one for one in self.pack.phases if self.pack.order(one) < self.pack.order(own.phase)]
            return self._sheet(own.base, own.kind, before[-1], away) if before else None
        kind = REPORTS_BESIDE[away][1] or next(one for one in KINDS if one != own.kind)
        name = next((base for base, its_kind, _ in bases(self.pack) if its_kind == kind), None)
        return self._sheet(name, kind, own.phase, away) if name else None

    def _filled(self, setting: TriedReports) -> TriedReports:
        """It with something at every place that the rule reads."""
        sheets = []
        for sheet in setting.sheets:
            sampler, data, shape = self.sampler(sheet), sheet.data, self.pack.shapes[sheet.kind]
            for wanted in sheet.reads:
                if not any(is_at(place.steps, wanted) for place in places(data, shape)):
                    name = not sheet.people.isdisjoint((wanted, (*wanted, ITEM)))
                    data = sampler.filled(data, shape, wanted, name)
            sheets.append(replace(sheet, data=data))
        return replace(setting, sheets=tuple(sheets))

    def _choices(self, sheet: TriedReport) -> Choices:
        return Choices(self.pack, self.sampler(sheet), self.reads.texts, self.reads.wordings)

    def _settled(self, setting: TriedReports) -> TriedReports | None:
        """It changed until the rule holds; where that can't be told of it, also from what the rule speaks against."""
        found = self._improved(setting)
        if found is None and self.verdicts.of(setting) == (0, True):
            other = next((one for one in self._near(setting) if self.verdicts.speaks(one)), None)
            found = self._improved(other) if other else None
        return found

    def _improved(self, setting: TriedReports) -> TriedReports | None:
        """It changed place by place until the rule holds: each time what leaves it the least to say."""
        for _ in range(_ROUNDS):
            best, here = self.verdicts.of(setting), setting
            for other in self._near(here):
                if best == (0, False):
                    return setting
                if self.verdicts.enough:
                    return None
                said = self.verdicts.of(other)
                if said < best:
                    best, setting = said, other
            if setting is here:     # no single change helps; with one item each there is less to change
                setting = self._short(here)
            if setting.example() == here.example():
                break
        return setting if self.verdicts.holds(setting) else None

    def _short(self, setting: TriedReports) -> TriedReports:
        """It with one item in each list that the rule reads, the inner ones first."""
        for number, place in sorted(setting.places(self.pack), key=lambda one: -len(one[1].route)):
            if isinstance(place.value, list):
                setting = setting.put(number, place, place.value[:1])
        return setting

    def _near(self, setting: TriedReports) -> Iterator[TriedReports]:
        """It with one thing changed, lists last."""
        known = setting.places(self.pack)
        for number, place in sorted(known, key=lambda one: isinstance(one[1].value, list)):
            choices = self._choices(setting.sheets[number])
            for value in choices.of(place, [one for _, one in known]):
                if value != place.value:
                    yield setting.put(number, place, value)
