"""Sentences that more than one report must answer, as checks: with the roster and the clock, or over the batch."""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from ..language.beyond import EARLIER, OVERS, PEOPLE, RECEIVED, REPORTS, ROSTER, TODAY, UNIT, Beyond
from ..language.later import EARLIER_PHASE
from ..language.leaving import made_of
from ..language.reads import Unassessed, maps, remembered
from ..packs.pack import KINDS, Pack
from ..reading.paths import Nodes, Scope
from ..reading.report import Doc, Items, Report
from ..recording import dataclass, field
from ..text.wording import id_key, name_key, name_parts, split_names
from .kinds.batch import BatchCheck, File, Judge, Mark, Sight, Take
from .kinds.late import LateCheck, Verdict
from .naming import names_in, unit_in
from .receiving import received

if TYPE_CHECKING:
    import re

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
    nodes: Nodes = field(default_factory=lambda: _NO_NODES)     # little that is asked later reads columns
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
        name = person.get(pack.roles.person_name) if type(person) is Doc else None
        if type(name) is not str or self._selves.isdisjoint(found):
            return frozenset(found)
        return frozenset(found).difference(self._selves).union(names_in(name_parts(name), (), self.run, pack.names))

    def off_roster(self, parts: Sequence[str], spared: re.Pattern[str]) -> frozenset[str]:
        """The names in some name_parts that the roster does not know, without words for several and for oneself."""
        roster = self.run.roster
        if roster is None:
            raise Unassessed
        if all(map(roster.knows_name, parts)):
            return frozenset()
        named = [one for one in parts if roster.knows_name(one) or not spared.search("".join(split_names(one)))]
        found = names_in(named, unit_in(self.report.doc, self.pack, parts), self.run, self.pack.names)
        selves = self._selves if self.report.kind == "personal" else ()
        return frozenset(one for one in found if one not in selves and not roster.knows_name(one))

    @property
    def _selves(self) -> set[str]:
        """The words by which people name themselves."""
        words: set[str] = remembered(self.run, "selves", lambda: set(map(name_key, self.pack.words("self"))))
        return words

    def is_named(self, text: str, entry: Doc) -> bool:
        """Whether a name is that of an entry of the roster or an alias, of a person with posts and brackets too."""
        names = {name_key(one) for one in (entry["name"], *entry.get("aliases", ()))}
        return name_key(text) in names or ("id" in entry and names.issuperset(
            names_in(name_parts(text), (), self.run, self.pack.names)))


def asked(doc: Doc, kind: str | None, phase: str | None, pack: Pack, world: World,
          beside: dict[Beyond, Any]) -> AskedReport:
    """A report made of what it left behind, with what stands beside it."""
    doc.update((step, one) for step, one in beside.items() if one is not None)
    return AskedReport(Report(doc, kind, phase, None, [], True), pack, world)


def known_beside(later: LaterSentence, kind: str | None, key: str | None, unit_key: str | None, phase: str | None,
                 world: World) -> dict[Beyond, Any]:
    """The clock, and what the roster says of all and of one, as far as a sentence reads it."""
    found: dict[Beyond, Any] = {TODAY: world.as_of} if later.asks_today else {}
    roster = world.roster
    if roster is None or not later.asks_roster:
        return found
    parts = found[ROSTER] = Doc()
    for name in later.of_roster:
        part: Any
        if name == "entry":
            part = entry.doc if (entry := roster.entry(kind, key)) else None
        elif name == "unit":
            part = unit.doc if (unit := roster.units.get(unit_key or "")) else None
        elif name == "extended":
            part = roster.extended(key, phase) if key else None
        elif name == "staff":
            part = Items(one.doc for one in roster.members(unit_key or ""))
        else:
            part = roster.doc.get(name)
        if part:
            parts[name] = part
    return found


def told(sentence: RuleSentence, case: AskedReport, scopes: Iterable[Scope]) -> Iterator[tuple[Scope, dict[str, Any]]]:
    """Where a sentence is false, and what its message may show there."""
    for scope in scopes:
        try:
            if sentence.speaks(case, scope):
                yield scope, sentence.facts(case, scope)
        except Unassessed:      # of a place that was told when the report left it behind
            continue


def late_check(sentence: RuleSentence, hint: str | None) -> LateCheck:
    """A sentence that the roster or the clock must answer."""
    later, pack = sentence.later, sentence.pack
    assert later is not None

    def collect(case: Case, scope: Scope) -> list[tuple[Route, Any]]:
        items = later.items(case)
        return [((), {"at": items, "left": later.left(case)})] if items else []

    def judge(fact: Any, about: About, world: World) -> Iterator[Verdict]:
        if later.asks_today and world.declared:
            yield Verdict(path=sentence.path(Scope(None, tuple(fact["at"][0][0]))), unjudged="declared")
            return
        beside = known_beside(later, about.kind, about.key, about.unit_key, about.phase, world)
        case = asked(later.made(fact["left"], about.kind), about.kind, about.phase, pack, world, beside)
        doc = case.report.doc
        scopes = [Scope(made_of(item) if path else doc, tuple(path)) for path, item in fact["at"]]
        for scope, facts in told(sentence, case, scopes):
            yield Verdict(hint, facts, sentence.path(scope))

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
        self.kinds, self.of_all = OVERS[sentence.over or ""], sentence.over == "reports"
        self.steps = {steps[0] for steps in self.later.far}
        self.wanted = {steps[0] for steps in self.later.far if len(steps) > 1}    # of which something is read
        # Files by their numbers: what thousands left behind is read again where it is asked for.
        self.own = array("I")
        self.left = bytearray()                                 # 1: it left something behind
        self.people: dict[str | None, array[int]] = defaultdict(lambda: array("I"))
        self.reports = array("I")
        self._unsure: set[str | None] | None = None
        self._earlier: dict[int, list[File]] | None = None
        self._known: tuple[list[File], list[Doc | None]] = [], []       # earlier reports that were asked for last

    def take(self, one: File, fact: Any) -> None:
        """Note that a report left something behind, and whom that is needed for."""
        self.left.extend(bytes(one.at + 1 - len(self.left)))
        self.left[one.at] = 1
        if one.kind in self.kinds and (one.counts or self.of_all) and self.view.applies(one):
            self.own.append(one.at)
        if not one.counts:
            return
        if PEOPLE in self.steps and one.kind == KINDS[0]:
            self.people[one.unit_key].append(one.at)
        if REPORTS in self.steps:
            self.reports.append(one.at)

    def owners(self) -> Iterator[tuple[File | None, Entry | None]]:
        """Whom the sentence is asked of: also a unit of which no report came, where only its people are asked about."""
        asks_before = EARLIER in self.wanted    # without one what would stand in it is nothing to ask
        own = filter(set(self.own).__contains__, self.earlier) if asks_before else self.own
        yield from ((self.view.one(at), None) for at in own)
        roster = self.view.world.roster
        if not asks_before and self.sentence.over == "units" and roster and not self.later.near:
            for key in self.people:
                if self.view.unit(key) is None and key in roster.units:
                    yield None, roster.units[key]

    def marks(self, one: File | None, entry: Entry | None, hint: str | None) -> Iterator[Mark]:
        """What the sentence says of one of them."""
        key, unit_key = (one.key, one.unit_key) if one else (entry.key, entry.key) if entry else (None, None)
        kind, phase = (one.kind, one.phase) if one else (KINDS[1], None)
        beside, unsure = self._beside(key, unit_key)
        if not unsure and UNIT in self.wanted and beside[UNIT] is None:
            return      # the same
        beside |= known_beside(self.later, kind, key, unit_key, phase, self.view.world)
        if self.later.counts_received and one and ROSTER in beside:
            count, why = received(one, self.view, self.sentence.pack)
            beside[ROSTER].update({} if count is None else {RECEIVED[1]: count})
            unsure = unsure or why
        spoken: set[tuple[Route, str]] = set()
        for before in self._before(one) if EARLIER in self.steps else [None]:
            case = asked(self._made(one), kind, phase, self.sentence.pack, self.view.world, {**beside, EARLIER: before})
            scopes = maps(case, [Scope(case.report.doc, ())], self.sentence.steps[-1])
            if unsure or before is _NOTHING:    # nobody knows what is in a report that stands beside it
                case.nodes = Nodes(case.report.doc)
                asks = [] if self.sentence.lacks(case) else [at for at in scopes if self.sentence.asks(case, at)]
                why = unsure or "type"
                yield from (Mark(one.at, self.sentence.path(scope), unjudged=why) for scope in asks[:1] if one)
                continue
            for scope, facts in told(self.sentence, case, scopes):
                said = self.sentence.path(scope), id_key(scope.node) if type(scope.node) is str else ""
                if said not in spoken or not said[1]:       # which several reports may hold, or one twice
                    yield Mark(one.at if one else None, said[0] if one else (), hint, facts, entry)
                spoken.add(said)

    def _beside(self, key: str | None, unit_key: str | None) -> tuple[dict[Beyond, Any], str | None]:
        """The other reports that stand beside one, and why nobody knows what is in one of them."""
        found: dict[Beyond, Any] = {}
        unsure = False
        if PEOPLE in self.steps:
            found[PEOPLE] = self._listed(self.people.get(key, ()))
            unsure |= key in self.unsure
        if UNIT in self.steps:
            own = self.view.unit(unit_key)
            found[UNIT] = self._made(own) if own and self._has_left(own) else None
            unsure |= found[UNIT] is None and (own is not None or unit_key in self.unsure)
        if REPORTS in self.steps:
            memo = self.view.world.memo
            if self not in memo:
                memo[self] = self._listed(self.reports)
            found[REPORTS] = memo[self]
        return found, "type" if unsure else None

    def _made(self, one: File | None) -> Doc:
        """A report of what it left behind."""
        return self.later.made(fact, one.kind) if one and (fact := self.view.fact(one)) else Doc()

    def _listed(self, files: Iterable[int]) -> Items | None:
        """The reports of files; None for none. Those that left nothing of note are one."""
        return Items(self._made(self.view.one(at)) or _NOTHING for at in files) or None

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
    def earlier(self) -> dict[int, list[File]]:
        """Of each report that has such those of its subject's nearest earlier phase."""
        if self._earlier is None:
            self._earlier = {}
            for group in self.view.several():
                phases: dict[int, list[File]] = defaultdict(list)
                for one in group:
                    if one.phase and not one.doubtful:
                        phases[self.sentence.pack.order(one.phase)].append(one)
                for nearest, at in pairwise(sorted(phases)):
                    self._earlier |= dict.fromkeys([one.at for one in phases[at]], phases[nearest])
        return self._earlier

    def _before(self, one: File | None) -> list[Doc | None]:
        """The reports of the nearest earlier phase, each of which is asked; of equal ones one, None for none."""
        files = self.earlier.get(one.at) if one else None
        if not files:
            return [None]
        if self._known[0] is not files:
            made: dict[str, Doc | None] = {}
            for fact in map(self.view.fact, files):
                if repr(fact) not in made:
                    doc = made[repr(fact)] = _NOTHING if fact is None else self.later.made(fact, files[0].kind)
                    if fact is not None:
                        doc[EARLIER_PHASE[1]] = files[0].phase
            self._known = files, [*made.values()]
        return self._known[1]
