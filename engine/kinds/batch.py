"""Check kinds over all reports of a run. They see only the small facts that each file leaves behind.

Each is a `Batch`: `collect` takes its fact from one report; `survey` gives two functions for one run: one is handed the
facts file by file, in order of path, and keeps as little of them as it can; one judges when all were there.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache, lru_cache
from itertools import islice
from typing import Any, NamedTuple
from zlib import crc32

from ..case import Case
from ..columns import Rows, holders, packed, unpacked
from ..messages import NAMED, Some
from ..paths import Field, Scope, split
from ..report import BAD, printable_id
from ..standing import is_missing
from ..wording import id_key, joined_keys, split_names, text_key
from .fields import all_themes_are


@dataclass(frozen=True, slots=True)
class Mark:
    """What a batch check found: in one file at a path, or at an entry of the roster or the waivers."""

    file: Any                           # as filed, or None when `entry` is given
    path: tuple = ()
    hint: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    entry: Any = None                   # a roster Entry or a Waiver
    phase: str | None = None            # of a roster entry: the phase that is missing
    unjudged: str | None = None         # nothing was found there, it could not be judged; why, as in `not_assessed`


Take = Callable[[Any, Any], None]       # (a file as filed, its fact)
Judge = Callable[[], Iterable[Mark]]


class Batch(NamedTuple):
    """A check in two steps."""

    collect: Callable[[Case, Any], Any]
    survey: Callable[[Any], tuple[Take | None, Judge]]      # (view) -> what takes the facts, if they matter; the judge
    whole: bool = False         # it can't be judged on a part of the batch
    on_roster: bool = False     # there is nothing to judge without a roster
    long: bool = False          # of many reports it takes long; its facts are numbers (`packed`), held as rows


def _nothing(case: Case, about: Any) -> None:
    return None


def report_missing(options: dict[str, Any], pack: Any) -> Batch:
    """Every subject on the roster that is not excused has a report declaring its last closed phase or later, be it one
    that can't be read.
    """

    def survey(view: Any) -> tuple[None, Judge]:
        def judge() -> Iterator[Mark]:
            roster = view.world.roster
            for one in filter(is_missing, view.standing):
                yield Mark(None, entry=one.entry, phase=one.phase, hint=one.aside.hint if one.aside else None, facts={
                    "ident": one.entry.id, "phase_name": view.phase_name(one.phase),
                    "closed": roster.extended(one.entry.key, one.phase) or pack.phases[one.phase].end,
                    "file": one.aside.file if one.aside else "", "unreadable": view.unreadable})

        return None, judge

    return Batch(_nothing, survey, whole=True, on_roster=True)


def report_repeated(options: dict[str, Any], pack: Any) -> Batch:
    """One report per subject and phase; a finding on each file of several."""

    def survey(view: Any) -> tuple[None, Judge]:
        def judge() -> Iterator[Mark]:
            for group in view.several():
                for one in group if len(group) > 1 else ():
                    same = (view.name(other) for other in group if other.phase == one.phase and other is not one)
                    others = Some(same)
                    if one.phase and others:
                        yield Mark(one, (), facts={"others": others})

        return None, judge

    return Batch(_nothing, survey)


def collected_agrees(options: dict[str, Any], pack: Any) -> Batch:
    """A unit with people on the roster says how many reports were due and received, as roster and batch have it."""
    due, received = Field(options["due"]), Field(options["received"])

    def collect(case: Case, about: Any) -> Any:
        if about.kind != "unit":
            return None
        scope = Scope(case.report.doc, ())
        figures = [one.first(case, scope) for one in (due, received)]
        return None if BAD in figures else {"figures": figures}

    def survey(view: Any) -> tuple[Take, Judge]:
        roster = view.world.roster
        units: list[tuple[Any, list]] = []

        def take(one: Any, fact: Any) -> None:
            if roster and view.counts(one) and view.applies(one) and roster.members(one.key or ""):
                units.append((one, fact["figures"]))

        def judge() -> Iterator[Mark]:
            filed: dict[str, list[Any]] = defaultdict(list)      # person's key -> what came that can be read
            for one in view.everything() if units else ():
                if one.kind == "personal" and one.key:
                    filed[one.key].append(one)
            unread: dict[str, list[int]] = defaultdict(list)     # and of what can't, the phases that it may be of
            for own in view.unread():
                unread[own.entry.key].append(pack.order(own.phase) if own.phase else len(pack.phases))
            for unit, figures in units:
                at, end = pack.order(unit.phase), pack.phase_date(unit.phase, "end")
                members = roster.members(unit.key)
                came = {person.key for person in members
                        if any(pack.order(one.phase) >= at and one.submitted and unit.submitted
                               and one.submitted <= unit.submitted for one in filed.get(person.key, ()))}
                unsure = any(person.key not in came and max(unread.get(person.key, (-1,))) >= at for person in members)
                wanted = [sum(not roster.excused(person, end) for person in members), len(came)]
                if figures == [None, None]:
                    yield Mark(unit, tuple(due.steps[:-1]), "absent", {"count": wanted[0]})
                    continue
                for name, field_, figure, count in zip(("due", "received"), (due, received), figures, wanted,
                                                       strict=True):
                    if name == "received" and unsure:       # it may have come in time
                        yield Mark(unit, tuple(field_.steps), unjudged="type")
                    elif figure != count:
                        yield Mark(unit, tuple(field_.steps), name, {"count": count})

        return take, judge

    return Batch(collect, survey, whole=True, on_roster=True)


def unit_all_none(options: dict[str, Any], pack: Any) -> Batch:
    """Not all personal reports of a unit, so many or more, answer every theme by one field alone."""
    name, least = options["field"], options["at_least"]

    def collect(case: Case, about: Any) -> Any:
        if about.kind != "personal" or not about.unit_key:
            return None
        return {"none": all_themes_are(case.report.doc, name, pack, case)}

    def survey(view: Any) -> tuple[Take, Judge]:
        people, none = Counter(), Counter()     # by unit

        def take(one: Any, fact: Any) -> None:
            if view.counts(one):
                people[one.unit_key] += 1
                none[one.unit_key] += bool(fact["none"])

        def judge() -> Iterator[Mark]:
            for unit, count in people.items():
                own = view.unit(unit)
                entry = view.world.roster.units.get(unit) if view.world.roster else None
                if least <= count == none[unit] and (own or entry):
                    yield Mark(own, ("themes",) if own else (), facts={"count": count}, entry=None if own else entry)

        return take, judge

    return Batch(collect, survey, whole=True)


def carried_over(options: dict[str, Any], pack: Any) -> Batch:
    """Every ID of the report of the subject's nearest earlier phase stands in the later one.

    Each file leaves a hash of each of its IDs; an earlier report of which one is gone is read once more.
    """
    wanted = Field(options["of"])

    def collect(case: Case, about: Any) -> Any:
        if case.slips:
            wanted.read(case, Scope(case.report.doc, ()))       # tells the case of what can't be read
        return packed(array("I", case.id_hashes(wanted.text)))

    def survey(view: Any) -> tuple[None, Judge]:
        def judge() -> Iterator[Mark]:
            for group in view.several():
                same = [(one, view.fact(one)) for one in group if one.phase]
                for later, own in same:
                    at = pack.order(later.phase)
                    before = [(one, hashes) for one, hashes in same if pack.order(one.phase) < at]
                    if not before or own is None or not view.applies(later):
                        continue
                    nearest = max(pack.order(one.phase) for one, _ in before)
                    kept = set(unpacked(own))
                    gone: dict[str, tuple[Any, str]] = {}
                    for earlier, hashes in before:
                        if pack.order(earlier.phase) == nearest and not kept.issuperset(unpacked(hashes or "")):
                            case = view.bind(earlier)
                            for ident, number in zip(case.values(wanted.text), case.id_hashes(wanted.text),
                                                     strict=True):
                                if number not in kept:
                                    gone.setdefault(id_key(ident), (printable_id(ident), earlier.phase))
                    for shown, phase in gone.values():
                        yield Mark(later, (split(options["of"])[0],),
                                   facts={"missing_id": shown or "", "earlier_phase": view.phase_name(phase)})

        return None, judge

    return Batch(collect, survey)


def after_last(options: dict[str, Any], pack: Any) -> Batch:
    """A date is not before the latest of some dates in the batch."""
    wanted, others = Field(options["field"]), Field(options["of"])
    levels = frozenset(options["levels"])

    def collect(case: Case, about: Any) -> Any:
        if about.kind != "unit":
            return None
        scope = Scope(case.report.doc, ())
        own, other = wanted.first(case, scope), others.first(case, scope)
        return {"own": own, "other": other} if (own or other) and BAD not in (own, other) else None

    def survey(view: Any) -> tuple[Take, Judge]:
        owners: list[tuple[Any, str]] = []
        dates: list[str] = []

        def take(one: Any, fact: Any) -> None:
            if not view.counts(one):
                return
            if one.level in levels:
                dates.extend(filter(None, [fact["other"]]))
            elif fact["own"] and view.applies(one):
                owners.append((one, fact["own"]))

        def judge() -> Iterator[Mark]:
            for one, own in owners:
                if dates and own < max(dates):
                    yield Mark(one, tuple(wanted.steps), "before-last")

        return take, judge

    return Batch(collect, survey, whole=True)


def id_clash(options: dict[str, Any], pack: Any) -> Batch:
    """An ID belongs to one subject; plain numbers are local to their report.

    Each file leaves a hash of each of its IDs; where two subjects share one, their reports are read once more.
    """
    wanted = Field(options["of"])

    def keys_in(case: Case) -> list[tuple[tuple, str]]:
        return [(path, id_key(ident)) for path, ident in wanted.read(case, Scope(case.report.doc, ()))
                if not ident.isdigit()]

    def collect(case: Case, about: Any) -> Any:
        if not about.key:
            return None
        typed, known = case.values(wanted.text), case.id_hashes(wanted.text)
        hashes = {number for ident, number in zip(typed, known, strict=True) if not ident.isdigit()}
        return packed(array("I", sorted(hashes))) if hashes else None

    def survey(view: Any) -> tuple[Take, Judge]:
        rows = Rows()

        def take(one: Any, fact: Any) -> None:
            if view.applies(one):
                rows.add(one.at, unpacked(fact))

        def judge() -> Iterator[Mark]:
            (seen, mask), earlier = rows.occurrences(), holders(len(rows), len(rows.numbers))
            shared: set[int] = set()
            for row, at in enumerate(rows.files):
                values = [value for value in rows[row] if seen[value & mask] > 1 and value not in shared]
                for before in set(earlier(values, row)) if values else ():
                    one, other = view.one(at), view.one(rows.files[before])
                    if (other.kind, other.key) != (one.kind, one.key):
                        shared.update(set(values).intersection(rows[before]))
            places: list[tuple[Any, list[tuple[tuple, str]]]] = []
            first: dict[str, dict[tuple, Any]] = {}         # by ID and subject, the first file of each
            for at, _ in rows.holding(shared):
                one = view.one(at)
                found = [(path, key) for path, key in keys_in(view.bind(one)) if crc32(key.encode()) in shared]
                places.append((one, found))
                for _, key in found:
                    first.setdefault(key, {}).setdefault((one.kind, one.key), one)
            holding = {key: sorted((view.shown(other), subject) for subject, other in subjects.items())
                       for key, subjects in first.items()}
            for one, found in places:
                for path, key in found:
                    others = Some(dict.fromkeys(  # once each, though two subjects may show the same
                        shown for shown, subject in islice(holding[key], NAMED + 2) if subject != (one.kind, one.key)))
                    if others:
                        yield Mark(one, path, facts={"others": others})

        return take, judge

    return Batch(collect, survey)


def stale_waiver(options: dict[str, Any], pack: Any) -> Batch:
    """Every waiver is unexpired and waives something; only those whose rule ran and whose subject is here."""

    def survey(view: Any) -> tuple[None, Judge]:
        def judge() -> Iterator[Mark]:
            waivers = view.world.waivers
            if waivers is None or not waivers.listed:
                return
            subjects = view.subjects()
            for waiver in waivers.listed:
                if waiver.rule not in view.ran or waiver.subject not in subjects:
                    continue
                if waiver.until < view.world.as_of:
                    yield Mark(None, entry=waiver, hint="expired", facts={"until": waiver.until, "rule": waiver.rule})
                elif not view.waives(waiver):
                    yield Mark(None, entry=waiver, hint="idle", facts={"rule": waiver.rule})

        return None, judge

    return Batch(_nothing, survey, whole=True)


class Stripper:
    """Takes the plan's and the form's words, names and quotations out of a text before texts are compared."""

    RUN = 6         # characters in a row that make a run of the plan's words
    ANCHOR = 3      # a run holds an anchor of this length that begins at a multiple of RUN - ANCHOR + 1
    OPENING = "“「『《〈"
    QUOTES = re.compile("[“「『《〈][^“”「」『』《》〈〉]{0,200}[”」』》〉]")

    def __init__(self, pack: Any) -> None:
        texts = [one.text for one in pack.behaviours.values()]
        texts += [text for theme in pack.themes.values() for text in (theme.heading, *theme.upholds)]
        texts += [*pack.parts.values(), *pack.words("form_texts")]
        self.texts = keys = list(map(text_key, texts))
        self.own = {key[at:at + self.RUN] for key in keys for at in range(len(key) - self.RUN + 1)}
        self.anchors = {key[at:at + self.ANCHOR] for key in keys for at in range(len(key) - self.ANCHOR + 1)}

    def keys(self, wanted: str, case: Case) -> str:
        """The comparable forms of the texts at a path, without quotations, in a row."""
        if "quoted" not in case.memo:
            case.memo["quoted"] = any(mark in case.joined for mark in self.OPENING)
        if not case.memo["quoted"]:
            return case.joined_keys(wanted)
        found = case.memo.get(("unquoted", wanted))
        if found is None:
            found = joined_keys([self.QUOTES.sub("", text) for text in case.values(wanted)])
            case.memo["unquoted", wanted] = found
        return found

    def own_texts(self, wanted: str, case: Case) -> list[str]:
        """The comparable form of what is the writer's own, of each text at a path."""
        keys = self.keys(wanted, case)
        typed = {name for one in _NAMES for name in case.values(one) if name.__class__ is str}
        names = {name for one in typed for name in _name_keys(one) if name in keys}
        for name in sorted(names, key=lambda name: (-len(name), name)):
            keys = keys.replace(name, "")
        step, size = self.RUN - self.ANCHOR + 1, self.ANCHOR
        if not self.anchors.isdisjoint([keys[at:at + size] for at in range(0, len(keys), step)]):
            keys = self._without_plan(keys)
        return keys.split("\x1f")

    def _without_plan(self, key: str) -> str:
        kept, at, run, own = [], 0, self.RUN, self.own
        while at < len(key):
            if key[at:at + run] in own:
                end = at + run
                while key[end - run + 1:end + 1] in own and end < len(key):
                    end += 1
                at = end
            else:
                kept.append(key[at])
                at += 1
        return "".join(kept)


_NAMES = ("person.name", "unit.name", "unit.head", "themes.*.problems[].leader", "themes.*.problems[].measures[].owner")


@lru_cache(maxsize=4096)
def _name_keys(typed: str) -> list[str]:
    """The comparable forms of the names in a field for names, as they may stand in a text."""
    return [key for name in split_names(typed) if len(key := text_key(name)) > 1]


def similar_text(options: dict[str, Any], pack: Any) -> Batch:
    """The texts of two subjects of a kind overlap under so many percent (shingles of so many characters, Jaccard).

    Each file leaves a sketch of a few shingles, the same few for the same text. Files whose sketches are alike are
    candidates; of these the plan's words, names and quotations are taken out, and all shingles are compared.
    """
    wanted = options["fields"]
    percent, size, least = options["percent"], options["shingle"], options["least"]
    stripper = Stripper(pack)
    plans = frozenset(crc32(part.encode()) for key in stripper.texts for part in shingles(key, size))

    def text_of(case: Case) -> str:
        return "".join(text for one in wanted for text in stripper.own_texts(one, case))

    def collect(case: Case, about: Any) -> Any:
        if not about.key:
            return None
        text = "".join([stripper.keys(one, case) for one in wanted]).replace("\x1f", "")
        return packed(sketch(text, size, plans)) if len(text) >= size + least - 1 else None

    def survey(view: Any) -> tuple[None, Judge]:
        def judge() -> Iterator[Mark]:
            sketches = {kind: Rows() for kind in view.kinds}
            for one, row in view.rows():
                if view.counts(one) and view.applies(one):
                    sketches[one.kind].add(one.at, row)
            for rows in sketches.values():
                texts = Reread(lambda row, rows=rows: text_of(view.bind(view.one(rows.files[row]))))
                shares: dict[int, dict[int, int]] = defaultdict(dict)
                full = bytearray(len(rows))     # rows of which more partners are known than a message names
                for left, right in candidates(rows, full, view.tell):
                    one, other = (shingles(texts[row], size) for row in (left, right))
                    if min(len(one), len(other)) < least:
                        continue
                    common, whole = len(one & other), len(one | other)
                    if common * 100 >= whole * percent:
                        for row, partner in ((left, right), (right, left)):
                            if not full[row]:
                                shares[row][partner] = common * 100 // whole
                                full[row] = len(shares[row]) > NAMED
                for row in sorted(shares):
                    others = sorted((view.shown(view.one(rows.files[other])), share)
                                    for other, share in shares[row].items())
                    yield Mark(view.one(rows.files[row]), ("themes",),
                               facts={"others": Some(f"{ident} {share}%" for ident, share in others)})

        return None, judge

    return Batch(collect, survey, long=True)


class Reread(dict):
    """Texts of files, fetched when they are first asked for; holds no more than a few."""

    def __init__(self, fetch: Callable[[Any], Any]) -> None:
        super().__init__()
        self.fetch = fetch

    def __missing__(self, key: Any) -> Any:
        if len(self) > 256:
            self.clear()
        self[key] = texts = self.fetch(key)
        return texts


def shingles(text: str, size: int) -> set[str]:
    """The runs of so many characters in a text."""
    return {text[at:at + size] for at in range(len(text) - size + 1)}


SKETCH = 16     # hashes in a sketch
ALIKE = 3       # hashes that two sketches of texts 80 % alike share; fewer happens in one of 10^7 such pairs
HEAD = 12       # hashes at the head of a sketch, by which others are found
MET = 2         # hashes that two heads of texts 80 % alike share; fewer happens in one of 10^6 such pairs


def sketch(text: str, size: int, left: frozenset[int] = frozenset()) -> array:
    """SKETCH hashes of a comparable text's runs of `size` Chinese characters, 4 bytes each, but those in `left`: the
    smallest of those that begin with one character in eight; where these are too few, of all runs of any characters.
    The same text has the same sketch whatever stands around it.
    """
    chosen = sorted({crc32(part.encode()) for part in _runs(size).findall(text)} - left)[:SKETCH]
    if len(chosen) < SKETCH:
        others = {crc32(part.encode()) for part in shingles(text, size)} - left
        chosen += sorted(others.difference(chosen))[:SKETCH - len(chosen)]
    return array("I", chosen)


@cache
def _runs(size: int) -> re.Pattern[str]:
    first = "".join(map(chr, range(0x4E00, 0x9FA6, 8)))
    return re.compile(f"[{first}][\u4e00-\u9fa5]{{{size - 1}}}")


COMMON = 16     # rows that make a hash a common one


def candidates(sketches: Rows, full: bytearray, tell: Callable[[int, int], None]) -> Iterator[tuple[int, int]]:
    """Pairs of rows that share ALIKE hashes, and MET of those at their heads (of short ones, as large a part), each
    pair once; of `full` rows, to which the caller adds, no pair is needed any more.

    Two such heads meet within the first few of their hashes, whatever the order; rare hashes come first, so that stock
    phrases bring nobody together. Rows with one sketch are a group, of which only the first looks for others.
    """
    seen, mask = sketches.occurrences(HEAD)
    earlier, common = holders(len(sketches), HEAD * len(sketches)), defaultdict(lambda: array("I"))
    usual = MET if len(sketches.numbers) == SKETCH * len(sketches) else 1   # what a pair of heads shares at least
    groups: dict[bytes, list[int]] = {}     # by their sketch
    led: dict[int, list[int]] = {}          # the same groups by their first rows
    near: dict[int, list[int]] = defaultdict(list)      # first rows with which a first row makes pairs
    for at in range(len(sketches)):
        if at % 64 == 0:
            tell(at, len(sketches))
        row = sketches[at]
        head = row[:HEAD]
        met = [value for value in head if seen[value & mask] > 1]
        if len(met) * HEAD < len(head) * MET or not met:
            continue            # too much of it stands nowhere else
        if len(met) == len(head):
            group = groups.setdefault(row.tobytes(), [])
            for first in (group[0], *near[group[0]]) if group else ():
                yield from _open_pairs(led.get(first, [first]), at, full)
            led.setdefault(at, group)
            group.append(at)
            if len(group) > 1:
                continue
        rare = [value for value in met if seen[value & mask] < COMMON]
        others: set[int] = set()
        if len(rare) < len(met):
            by_count = sorted(met, key=lambda value: (seen[value & mask], value))
            for value in by_count[len(rare):len(met) - len(head) * MET // HEAD + 1]:
                others.update(common[value])
                common[value].append(at)
        least = usual if len(rare) == len(met) else 1
        found = earlier(rare, at)
        if len(found) - len(set(found)) >= least - 1:       # else nobody has as many of them
            others.update([other for other, hashes in Counter(found).items() if hashes >= least])
        for other in sorted(others):
            their = sketches[other]
            if not (full[at] and full[other]) \
                    and len(set(row).intersection(their)) >= min(len(row), len(their)) * ALIKE // SKETCH:
                near[at].append(other)
                near[other].append(at)
                yield from _open_pairs(led.get(other, [other]), at, full)


def _open_pairs(group: list[int], at: int, full: bytearray) -> Iterator[tuple[int, int]]:
    """A row with each row of a group, as far as one of the two still wants partners."""
    for one in group:
        if not (full[one] and full[at]):
            yield one, at
    if len(group) > 4 * NAMED:      # the first ones are partners enough for whoever comes
        group[NAMED + 1:] = [one for one in group[NAMED + 1:] if not full[one]]


def copied_from_unit(options: dict[str, Any], pack: Any) -> Batch:
    """A personal text is not word for word one of the unit's own.

    Each file leaves a hash of each of its texts, 0 for a short one; where a person's is one of the unit's, both reports
    are read once more.
    """
    wanted, least = options["field"], options["least"]
    paths = Field(wanted)
    stripper = Stripper(pack)

    def collect(case: Case, about: Any) -> Any:
        if not about.unit_key or not case.values(wanted):
            return None
        texts = stripper.own_texts(wanted, case)
        return packed(array("I", [crc32(text.encode()) if len(text) >= least else 0 for text in texts]))

    def survey(view: Any) -> tuple[Take, Judge]:
        units: dict[str, frozenset[int]] = {}
        found: list[tuple[Any, list[int]]] = []

        def of_unit(key: str) -> frozenset[int]:
            if key not in units:
                own = view.unit(key)
                units[key] = frozenset(unpacked(own and view.fact(own) or "")) - {0}
            return units[key]

        def take(one: Any, fact: Any) -> None:
            if (hashes := of_unit(one.unit_key)) and one.kind == "personal" and view.counts(one) and view.applies(one):
                same = [at for at, number in enumerate(unpacked(fact)) if number in hashes]
                if same:
                    found.append((one, same))

        def judge() -> Iterator[Mark]:
            own = Reread(lambda key: set(stripper.own_texts(wanted, view.bind(view.unit(key)))))
            for one, same in found:
                case = view.bind(one)
                texts, places = stripper.own_texts(wanted, case), paths.read(case, Scope(None, ()))
                yield from (Mark(one, places[at][0]) for at in same if texts[at] in own[one.unit_key])

        return take, judge

    return Batch(collect, survey)
