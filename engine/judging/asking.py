"""Sentences that more than one report must answer, as checks: with the roster and the clock, or over the batch."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ..language.beyond import EARLIER, OVERS, PEOPLE, REPORTS, ROSTER, TODAY, UNIT, Beyond
from ..language.leaving import made_of
from ..language.reads import Unassessed, maps
from ..packs.pack import KINDS, Pack
from ..reading.paths import Nodes, Scope
from ..reading.report import Doc, Items, Report
from ..recording import dataclass, field
from ..text.wording import id_key, name_key
from .kinds.batch import BatchCheck, File, Judge, Mark, Sight, Take
from .kinds.late import LateCheck, Verdict
from .naming import names_in, unit_in
from .places import node_at

if TYPE_CHECKING:
    from ..language.later import LaterSentence
    from ..language.sentence import RuleSentence
    from ..packs.roster import Entry
    from ..records import Route
    from .case import Case
    from .results import About
    from .world import World

_NO_NODES, _NOTHING = Nodes(Doc()), Doc()


@dataclass(slots=True)
class AskedReport:
    """What a report left behind, and what stands beside it, as a sentence reads them."""

    report: Report
    pack: Pack
    run: World
    memo: dict[Any, Any] = field(default_factory=dict)
    nodes: Nodes = field(default_factory=lambda: _NO_NODES)     # nothing that is asked later reads columns
    slips: Sequence[object] = ()    # what could not be read was not left behind

    def skip(self, path: Route, reason: str) -> None:
        """What can't be read was told when the report left it behind."""

    def scopes(self, text: str) -> list[Scope]:
        raise NotImplementedError

    def people(self, parts: list[str]) -> frozenset[str]:
        """Who is meant by some name_parts: in a personal report the word for oneself means its person."""
        pack, doc = self.pack, self.report.doc
        found = names_in(parts, unit_in(doc, pack, parts), self.run, pack.names)
        person = doc.get(pack.roles.identity["personal"][0]) if self.report.kind == "personal" else None
        name = person.get(pack.roles.person_name) if person.__class__ is Doc else None
        if name.__class__ is not str:
            return frozenset(found)
        selves = {name_key(word) for word in pack.words("self")}
        return frozenset(self.run.same_name(name_key(name)) if one in selves else one for one in found)


def asked(left: Any, kind: str | None, phase: str | None, pack: Pack, world: World,
          beside: dict[Beyond, Any]) -> AskedReport:
    """A report of what it left behind, with what stands beside it."""
    doc: Doc = made_of(left)
    doc.update((step, one) for step, one in beside.items() if one is not None)
    return AskedReport(Report(doc, kind, phase, None, [], True), pack, world)


def known_beside(later: LaterSentence, kind: str | None, key: str | None, unit_key: str | None, phase: str | None,
                 world: World) -> dict[Beyond, Any]:
    """The clock, and what the roster says of all and of one, as far as a sentence reads it."""
    found: dict[Beyond, Any] = {TODAY: world.as_of} if later.asks_today else {}
    wanted = {steps[1:2] for steps in later.far if steps[0] == ROSTER}
    roster = world.roster
    if roster is None or not wanted:
        return found
    parts: dict[str, Any] = {name: roster.doc.get(name) for name in ("units", "people") if (name,) in wanted}
    if ("entry",) in wanted and (entry := roster.entry(kind, key)):
        parts["entry"] = entry.doc
    if ("unit",) in wanted and (unit := roster.units.get(unit_key or "")):
        parts["unit"] = unit.doc
    if ("extended",) in wanted and key:
        parts["extended"] = roster.extended(key, phase)
    if ("staff",) in wanted:
        parts["staff"] = Items(one.doc for one in roster.members(unit_key or ""))
    found[ROSTER] = Doc((name, part) for name, part in parts.items() if part)
    return found


def told(sentence: RuleSentence, case: AskedReport, scopes: Iterable[Scope]) -> Iterator[tuple[Route, dict[str, Any]]]:
    """Where a sentence is false, and what its message may show there."""
    for scope in scopes:
        try:
            if sentence.speaks(case, scope):
                yield sentence.path(scope), sentence.facts(case, scope)
        except Unassessed:      # of a place that was told when the report left it behind
            continue


def late_check(sentence: RuleSentence, hint: str | None) -> LateCheck:
    """A sentence that the roster or the clock must answer."""
    later, pack = sentence.later, sentence.pack
    assert later is not None

    def collect(case: Case, scope: Scope) -> list[tuple[Route, Any]]:
        paths = later.scopes(case)
        return [((), {"at": paths, "left": later.left(case)})] if paths else []

    def judge(fact: Any, about: About, world: World) -> Iterator[Verdict]:
        if later.asks_today and world.declared:
            yield Verdict(path=sentence.path(Scope(None, tuple(fact["at"][0]))), unjudged="declared")
            return
        beside = known_beside(later, about.kind, about.key, about.unit_key, about.phase, world)
        case = asked(fact["left"], about.kind, about.phase, pack, world, beside)
        scopes = [Scope(node_at(case.report, path), tuple(path)) for path in fact["at"]]
        for path, facts in told(sentence, case, scopes):
            yield Verdict(hint, facts, path)

    return LateCheck(collect, judge)


def batch_check(sentence: RuleSentence, hint: str | None) -> BatchCheck:
    """A sentence over the batch."""
    later = sentence.later
    assert later is not None

    def collect(case: Case, about: About) -> Any:
        return later.left(case) if about.key and (not case.slips or later.is_readable(case)) else None

    def survey(view: Sight) -> tuple[Take, Judge]:
        batch = _Neighbours(sentence, view)

        def judge() -> Iterator[Mark]:
            for one, entry in batch.owners():
                yield from batch.marks(one, entry, hint)

        return batch.take, judge

    return BatchCheck(collect, survey)


class _Neighbours:
    """What the reports of a run left behind for one sentence."""

    def __init__(self, sentence: RuleSentence, view: Sight) -> None:
        assert sentence.later is not None
        self.sentence, self.later, self.view = sentence, sentence.later, view
        self.steps = {steps[0] for steps in self.later.far}
        self.wanted = [step for step in (UNIT, EARLIER)
                       if any(steps[0] == step and len(steps) > 1 for steps in self.later.far)]
        # Files by their numbers: what thousands left behind is read again where it is asked for.
        self.own = array("I")
        self.left = bytearray()                                 # 1: it left something behind
        self.people: dict[str | None, array[int]] = defaultdict(lambda: array("I"))
        self.reports = array("I")
        self._unsure: set[str | None] | None = None
        self._earlier: dict[int, File] | None = None

    def take(self, one: File, fact: Any) -> None:
        """Note that a report left something behind, and whom that is needed for."""
        self.left.extend(bytes(one.at + 1 - len(self.left)))
        self.left[one.at] = 1
        if not one.counts:
            return
        if one.kind in OVERS[self.sentence.over or ""] and self.view.applies(one):
            self.own.append(one.at)
        if PEOPLE in self.steps and one.kind == KINDS[0]:
            self.people[one.unit_key].append(one.at)
        if REPORTS in self.steps:
            self.reports.append(one.at)

    def owners(self) -> Iterator[tuple[File | None, Entry | None]]:
        """Whom the sentence is asked of: also a unit of which no report came, where only its people are asked about."""
        yield from ((self.view.one(at), None) for at in self.own)
        roster = self.view.world.roster
        if self.sentence.over == "units" and roster and not self.later.near:
            for key in self.people:
                if self.view.unit(key) is None and key in roster.units:
                    yield None, roster.units[key]

    def marks(self, one: File | None, entry: Entry | None, hint: str | None) -> Iterator[Mark]:
        """What the sentence says of one of them."""
        key, unit_key = (one.key, one.unit_key) if one else (entry.key, entry.key) if entry else (None, None)
        kind, phase = (one.kind, one.phase) if one else (KINDS[1], None)
        beside, unsure = self._beside(one, key, unit_key)
        if not unsure and any(beside[step] is None for step in self.wanted):
            return      # no such report: what would stand in it is nothing to be asked
        beside |= known_beside(self.later, kind, key, unit_key, phase, self.view.world)
        case = asked(self.view.fact(one) if one else {}, kind, phase, self.sentence.pack, self.view.world, beside)
        scopes = maps(case, [Scope(case.report.doc, ())], self.sentence.steps[-1])
        if unsure:      # nobody knows what is in a report that stands beside it
            asks = [scope for scope in scopes if self.sentence.asks(case, scope)]
            yield from (Mark(one, self.sentence.path(scope), unjudged="type") for scope in asks[:1] if one)
            return
        for path, facts in told(self.sentence, case, scopes):
            yield Mark(one, path if one else (), hint, facts, entry)

    def _beside(self, one: File | None, key: str | None, unit_key: str | None) -> tuple[dict[Beyond, Any], bool]:
        """The other reports that stand beside one, and whether one of them is there and not known."""
        found: dict[Beyond, Any] = {}
        unsure = False
        if PEOPLE in self.steps:
            found[PEOPLE] = self._made(self.people.get(key, ()))
            unsure |= key in self.unsure
        if UNIT in self.steps:
            own = self.view.unit(unit_key)
            found[UNIT] = made_of(self.view.fact(own)) if own and self._has_left(own) else None
            unsure |= found[UNIT] is None and (own is not None or unit_key in self.unsure)
        if EARLIER in self.steps:
            before = self.earlier.get(one.at) if one else None
            found[EARLIER] = made_of(self.view.fact(before)) if before and self._has_left(before) else None
            unsure |= before is not None and found[EARLIER] is None
        if REPORTS in self.steps:
            memo = self.view.world.memo
            if self not in memo:
                memo[self] = self._made(self.reports)
            found[REPORTS] = memo[self]
        return found, unsure

    def _made(self, files: Iterable[int]) -> Items | None:
        """The reports of files, of what they left behind; None for none. Those that left nothing of note are one."""
        facts = (self.view.fact(self.view.one(at)) for at in files)
        return Items(made_of(fact) if fact else _NOTHING for fact in facts) or None

    def _has_left(self, one: File) -> bool:
        return one.at < len(self.left) and self.left[one.at] == 1

    @property
    def unsure(self) -> set[str | None]:
        """The units of whom, or of whose people, something is there that is not known."""
        if self._unsure is None:
            wanted = KINDS[0] if PEOPLE in self.steps else KINDS[1]
            self._unsure = {one.unit_key for one in self.view.everything()
                            if one.kind == wanted and not self._has_left(one) and one.counts}
            self._unsure |= {id_key(lost.entry.unit) for lost in self.view.unread() if lost.entry.kind == wanted}
        return self._unsure

    @property
    def earlier(self) -> dict[int, File]:
        """Of each current report the one of its subject's nearest earlier phase."""
        if self._earlier is None:
            self._earlier = {}
            order = self.sentence.pack.order
            for group in self.view.several():
                current = next((one for one in group if one.counts), None)
                before = [one for one in group if current and one.phase and order(one.phase) < order(current.phase)]
                if current and before:
                    self._earlier[current.at] = max(before, key=lambda one: (order(one.phase), one.submitted or ""))
        return self._earlier
