"""Two results compared, with those before them to tell how old is what is still open. Knows no words and no table.

A deficiency is the same in both where its fingerprint is. That one is not found any more does not mean that it was put
right: whatever kept anybody from looking is counted apart.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from itertools import pairwise

from ...batch.standing import (
    DOUBTFUL,
    EXCUSED,
    FILED,
    MISSING,
    OTHER_FORMAT,
    TO_CORRECT,
    UNREADABLE,
    UNSURE,
    WAITING,
)
from ...judging.compile import Compiled
from ...packs.pack import Pack
from ...recording import dataclass, replace
from ...records import UsageError
from ..findings.earlier import NOWHERE, Earlier, Item, Stood
from ..notices.letters import MISSING as UNFILED
from ..notices.letters import kind_of
from ..notices.rounds import alone, by_place, nobodys

Key = tuple[str, str]           # kind and comparable ID

# What became of a deficiency: found now alone; found in both; not found any more; set apart now (waived, known, of an
# earlier phase); nobody could look.
NEW, OPEN, GONE, APART, UNJUDGED = FATES = "new", "open", "gone", "apart", "unjudged"
# What became of a subject: it filed, for a phase of which it had no report; its report was filed again or something in
# it is not found any more; a phase has ended and it has not filed; what it filed can't be read any more.
NEWLY_FILED, MENDED, LAPSED, LOST = MOVES = "filed", "mended", "lapsed", "lost"

_CAME = FILED, TO_CORRECT, UNSURE


@dataclass(frozen=True, slots=True)
class ItemChange:
    """One deficiency."""

    item: Item
    fate: str
    rounds: int = 1             # of what is open: in how many results it was in a row, this one counted
    since: str = ""             # the day of the first of them
    at_least: bool = False      # it was in the oldest of all results, and may be older
    before: bool = False        # of what is new: it was in an older one


@dataclass(frozen=True, slots=True)
class SubjectMove:
    """What became of one subject on the roster; one may have several."""

    kind: str
    ident: str
    unit: str | None
    move: str
    phase: str | None           # of its report, or the one of which none can be read


@dataclass(frozen=True, slots=True)
class Changes:
    """All that changed."""

    results: tuple[Earlier, ...]        # the oldest first; the last two are compared
    items: tuple[ItemChange, ...]
    moves: tuple[SubjectMove, ...]
    units: tuple[str | None, ...]       # all codes, in the order of the roster; None for what is nobody's

    @property
    def then(self) -> Earlier:
        return self.results[-2]

    @property
    def now(self) -> Earlier:
        return self.results[-1]


def changes(results: Sequence[Earlier], compiled: Compiled) -> Changes:
    """What changed from the last but one to the last. Raises UsageError where they can't be compared."""
    pack = compiled.pack
    if results[-1].pack != pack.id:
        raise UsageError("diff.rules", file=results[-1].file, pack=results[-1].pack, known=pack.id)
    for one, after in pairwise(results):
        if one.pack != after.pack:
            raise UsageError("diff.packs", file=one.file, pack=one.pack, other=after.file, another=after.pack)
        if one.as_of > after.as_of:
            raise UsageError("diff.order", file=one.file, then=one.as_of, other=after.file, now=after.as_of)
    then, now = results[-2], results[-1]
    lost = nobodys(then, pack) | nobodys(now, pack)
    items = tuple(_of_nobody(one) if (one.item.rule, one.item.file, one.item.key) in lost else one
                  for one in _items(results, {rule.id for rule in pack.rules.values() if kind_of(rule) == UNFILED}))
    # what a rule found by the clock, the roster or other reports may be gone without a change in the report
    cured = {(one.item.kind, one.item.key) for one in items if one.fate == GONE and alone(one.item.rule, compiled)}
    moves = tuple(move for key, stood in (now.stood.items() if then.stood else ())
                  for move in _moves(key, then.stood.get(key, NOWHERE), stood, cured, then, pack))
    units = dict.fromkeys([one.unit for result in (now, then) for one in result.stood.values()])
    units |= dict.fromkeys(sorted({one.item.unit for one in items if one.item.unit}))
    units |= dict.fromkeys([None] if any(one.item.unit is None for one in items) else [])
    places = {unit: at for at, unit in enumerate(units)}
    return Changes(tuple(results), tuple(sorted(items, key=lambda one: (
        FATES.index(one.fate), -one.rounds if one.fate == OPEN else 0, places[one.item.unit], one.item.kind != "unit",
        one.item.key or "", one.item.file, one.item.line, one.item.rule, one.item.fingerprint))), moves, tuple(units))


def _of_nobody(one: ItemChange) -> ItemChange:
    return replace(one, item=replace(one.item, kind=None, key=None, ident=None, unit=None))


def _items(results: Sequence[Earlier], unfiled: set[str]) -> Iterable[ItemChange]:
    """`unfiled` are the rules that ask for a report: of a later phase where one of an earlier phase has not come."""
    told = [{one.fingerprint for one in result.items if one.told} for result in results]
    now = _beside(results[-1], results[-2])
    then = _beside(results[-2], now)
    known = {one.fingerprint for one in now.items}
    older = set().union(*told[:-2])
    asked = {(one.rule, one.kind, one.key) for one in now.items if one.told and one.rule in unfiled}
    for one in now.items:
        if one.told and one.fingerprint not in told[-2]:
            yield ItemChange(one, NEW, before=one.fingerprint in older)
        elif one.told:
            rounds = next((at for at, held in enumerate(reversed(told)) if one.fingerprint not in held), len(told))
            yield ItemChange(one, OPEN, rounds, results[-rounds].as_of, rounds == len(results))
    for one in then.items:
        if one.told and one.fingerprint not in told[-1] and (one.rule, one.kind, one.key) not in asked:
            yield ItemChange(one, APART if one.fingerprint in known else UNJUDGED if _is_unjudged(
                one, then, now, one.rule in unfiled) else GONE)


def _beside(one: Earlier, other: Earlier) -> Earlier:
    """A result in which what is alike in several files has in each file the fingerprint that it has in another."""
    return replace(one, items=tuple(by_place(one.items, {item.fingerprint for item in other.items},
                                             {(item.rule, item.file) for item in other.items})))


def _is_unjudged(item: Item, then: Earlier, now: Earlier, unfiled: bool) -> bool:
    """Whether nobody can say what became of a deficiency that is not found any more; `unfiled`: it is that there was no
    report.
    """
    if item.rule in (now.left_out or ()) or (item.rule, None) in now.unread or (item.rule, item.key) in now.unread:
        return True
    key = (item.kind or "", item.key or "")
    stood, before = now.stood.get(key), then.stood.get(key)
    if stood is None:       # of a part of a batch, or of another roster, only some are there
        return now.whole is False or (before is not None and bool(now.stood))
    nothing = stood.state in (MISSING, OTHER_FORMAT)
    away = (nothing and before is not None and before.state not in (MISSING, OTHER_FORMAT)) or (
        not unfiled and not stood.report and (nothing or stood.state in (EXCUSED, WAITING)))
    return stood.state in (UNREADABLE, UNSURE, DOUBTFUL) or away


def _moves(key: Key, before: Stood, stood: Stood, cured: set[tuple[str | None, str | None]], then: Earlier,
           pack: Pack) -> Iterable[SubjectMove]:
    """What became of one subject."""
    phase = stood.report.phase if stood.report else None

    def move(name: str) -> SubjectMove:
        return SubjectMove(key[0], stood.ident, stood.unit, name, stood.owed if name in (LAPSED, LOST) else phase)

    if stood.report and then.phase is not None:
        reported = pack.order(before.report.phase) if before.report else -2
        if reported < pack.order(phase):
            yield move(NEWLY_FILED)
        elif before.report and reported == pack.order(phase) and (
                stood.report.refiled not in (None, before.report.refiled) or key in cured):
            yield move(MENDED)
    elif stood.state in _CAME:
        if before.state not in _CAME:
            yield move(NEWLY_FILED)
        elif key in cured:
            yield move(MENDED)
    if stood.state in (MISSING, OTHER_FORMAT) and before.state not in (MISSING, OTHER_FORMAT):
        yield move(LAPSED)
    if stood.state == UNREADABLE and before.state != UNREADABLE:
        yield move(LOST)
