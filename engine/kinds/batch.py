"""Check kinds over all reports of a run. They see only the small facts that each file leaves behind.

Each is a `Batch`: `collect` takes its fact from one report, `judge` sees all of them in a `View`.
"""

from __future__ import annotations

import re
from array import array
from binascii import a2b_base64, b2a_base64
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cache
from hashlib import blake2b
from typing import Any, NamedTuple
from zlib import crc32

from ..case import Case
from ..paths import Field, Scope, split
from ..report import BAD, printable_id
from ..wording import id_key, joined_keys, split_names, text_key
from .fields import all_themes_are


@dataclass(frozen=True, slots=True)
class Mark:
    """What a batch check found: in one file at a path, or at an entry of the roster or the waivers."""

    file: Any                           # FileFacts, or None when `entry` is given
    path: tuple = ()
    hint: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    entry: Any = None                   # a roster Entry or a Waiver
    phase: str | None = None            # of a roster entry: the phase that is missing


class Batch(NamedTuple):
    """A check in two steps."""

    collect: Callable[[Case, Any], Any]
    judge: Callable[[Any, Callable[[Any], Any]], Iterable[Mark]]    # (view, fact of a file) -> marks
    whole: bool = False         # it can't be judged on a part of the batch
    on_roster: bool = False     # there is nothing to judge without a roster


def _nothing(case: Case, about: Any) -> None:
    return None


def report_missing(options: dict[str, Any], pack: Any) -> Batch:
    """Every subject on the roster that is not excused has a report declaring its last closed phase or later."""

    def judge(view: Any, fact: Callable) -> Iterator[Mark]:
        roster = view.world.roster
        if roster is None:
            return
        reached: dict[tuple, int] = {}
        for one in view.everything:
            key = one.about.kind, one.about.key
            reached[key] = max(reached.get(key, -1), pack.order(one.about.phase))
        for entry in (*roster.units.values(), *roster.people.values()):
            key = entry.key
            closed = [phase for phase in pack.phases.values()
                      if (roster.extended(key, phase.id) or phase.end) < view.world.as_of]
            if not closed or roster.excused(entry, closed[-1].end):
                continue
            if reached.get((entry.kind, key), -1) < pack.order(closed[-1].id):
                yield Mark(None, entry=entry, phase=closed[-1].id, facts={
                    "phase_name": view.phase_name(closed[-1].id),
                    "closed": roster.extended(key, closed[-1].id) or closed[-1].end, "unreadable": view.unreadable})

    return Batch(_nothing, judge, whole=True, on_roster=True)


def report_repeated(options: dict[str, Any], pack: Any) -> Batch:
    """One report per subject and phase; a finding on each file of several."""

    def judge(view: Any, fact: Callable) -> Iterator[Mark]:
        for same in _by_subject(view.files, lambda one: one.about.phase).values():
            for one in same if len(same) > 1 else ():
                yield Mark(one, (), facts={"others": [other.file for other in same if other is not one]})

    return Batch(_nothing, judge)


def _listed(case: Case, path: str) -> str:
    """The IDs at a path in a row, with unit separators between; small, since every file leaves them behind."""
    if ("ids", path) not in case.memo:
        case.memo["ids", path] = "\x1f".join(case.values(path))
    return case.memo["ids", path]


def _ids(listed: str) -> list[str]:
    return listed.split("\x1f") if listed else []


def _by_subject(files: Iterable[Any], also: Callable[[Any], Any]) -> dict[tuple, list[Any]]:
    groups: dict[tuple, list[Any]] = defaultdict(list)
    for one in files:
        if one.about.key and also(one) is not None:
            groups[one.about.kind, one.about.key, also(one)].append(one)
    return groups


def collected_agrees(options: dict[str, Any], pack: Any) -> Batch:
    """A unit with people on the roster says how many reports were due and received, as roster and batch have it."""
    due, received = Field(options["due"]), Field(options["received"])

    def collect(case: Case, about: Any) -> Any:
        if about.kind != "unit":
            return None
        scope = Scope(case.report.doc, ())
        figures = [one.first(case, scope) for one in (due, received)]
        return None if BAD in figures else {"figures": figures}

    def judge(view: Any, fact: Callable) -> Iterator[Mark]:
        roster = view.world.roster
        if roster is None:
            return
        units = [one for one in view.current
                 if fact(one) and view.applies(one) and roster.members(one.about.key or "")]
        for unit in units:
            at = pack.order(unit.about.phase)
            members = roster.members(unit.about.key)
            end = pack.phase_date(unit.about.phase, "end")
            keys = {person.key for person in members}
            filed = {one.about.key for one in view.everything
                     if one.about.kind == "personal" and one.about.key in keys
                     and pack.order(one.about.phase) >= at and one.about.submitted and unit.about.submitted
                     and one.about.submitted <= unit.about.submitted}
            wanted = [sum(not roster.excused(person, end) for person in members), len(filed)]
            if fact(unit)["figures"] == [None, None]:
                yield Mark(unit, tuple(due.steps[:-1]), "absent", {"count": wanted[0]})
                continue
            for name, field_, figure, count in zip(("due", "received"), (due, received), fact(unit)["figures"], wanted,
                                                   strict=True):
                if figure != count:
                    yield Mark(unit, tuple(field_.steps), name, {"count": count})

    return Batch(collect, judge, whole=True, on_roster=True)


def unit_all_none(options: dict[str, Any], pack: Any) -> Batch:
    """Not all personal reports of a unit, so many or more, answer every theme by one field alone."""
    name, least = options["field"], options["at_least"]

    def collect(case: Case, about: Any) -> Any:
        if about.kind != "personal" or not about.unit_key:
            return None
        return {"none": all_themes_are(case.report.doc, name, pack, case)}

    def judge(view: Any, fact: Callable) -> Iterator[Mark]:
        groups: dict[str, list[Any]] = defaultdict(list)
        for one in view.current:
            if fact(one):
                groups[one.about.unit_key].append(one)
        found = {unit: len(people) for unit, people in groups.items()
                 if len(people) >= least and all(fact(one)["none"] for one in people)}
        for unit, count in found.items():
            own = next((one for one in view.current if one.about.kind == "unit" and one.about.key == unit), None)
            entry = view.world.roster.units.get(unit) if view.world.roster else None
            if own or entry:
                yield Mark(own, ("themes",) if own else (), facts={"count": count}, entry=None if own else entry)

    return Batch(collect, judge, whole=True)


def carried_over(options: dict[str, Any], pack: Any) -> Batch:
    """Every ID of the report of the subject's nearest earlier phase stands in the later one."""
    wanted = Field(options["of"])

    def collect(case: Case, about: Any) -> Any:
        if case.slips:
            wanted.read(case, Scope(case.report.doc, ()))       # tells the case of what can't be read
        return _listed(case, wanted.text)

    def judge(view: Any, fact: Callable) -> Iterator[Mark]:
        groups = _by_subject(view.files, lambda one: "" if one.about.phase else None)
        applies = view.applies
        for same in groups.values():
            for later in same:
                at = pack.order(later.about.phase)
                before = [one for one in same if pack.order(one.about.phase) < at]
                if not before or fact(later) is None or not applies(later):
                    continue
                nearest = max(pack.order(one.about.phase) for one in before)
                kept = set(map(id_key, _ids(fact(later))))
                gone: dict[str, tuple[Any, str]] = {}
                for earlier in before:
                    if pack.order(earlier.about.phase) == nearest and fact(earlier):
                        for ident in _ids(fact(earlier)):
                            if id_key(ident) not in kept:
                                gone.setdefault(id_key(ident), (printable_id(ident), earlier.about.phase))
                for shown, phase in gone.values():
                    yield Mark(later, (split(options["of"])[0],),
                               facts={"missing_id": shown or "", "earlier_phase": view.phase_name(phase)})

    return Batch(collect, judge)


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

    def judge(view: Any, fact: Callable) -> Iterator[Mark]:
        owners = [one for one in view.current if fact(one) and fact(one)["own"] and one.about.level not in levels
                  and view.applies(one)]
        dates = [fact(one)["other"] for one in view.current
                 if fact(one) and fact(one)["other"] and one.about.level in levels]
        for one in owners:
            if dates and fact(one)["own"] < max(dates):
                yield Mark(one, tuple(wanted.steps), "before-last")

    return Batch(collect, judge, whole=True)


def id_clash(options: dict[str, Any], pack: Any) -> Batch:
    """An ID belongs to one subject; plain numbers are local to their report."""
    wanted = Field(options["of"])

    def collect(case: Case, about: Any) -> Any:
        return _listed(case, wanted.text) if about.key else None

    def judge(view: Any, fact: Callable) -> Iterator[Mark]:
        first: dict[str, Any] = {}
        shared: dict[str, dict[tuple, Any]] = {}        # by ID and subject, the first file of each
        holders = [one for one in view.files if fact(one) and view.applies(one)]
        for one in holders:
            subject = one.about.kind, one.about.key
            for ident in _ids(fact(one)):
                key = id_key(ident)
                other = first.setdefault(key, one)
                if other is not one and not ident.isdigit() and (other.about.kind, other.about.key) != subject:
                    held = shared.setdefault(key, {(other.about.kind, other.about.key): other})
                    held.setdefault(subject, one)
        for one in holders if shared else ():
            ids = _ids(fact(one))
            same = [at for at, ident in enumerate(ids) if id_key(ident) in shared]
            places = wanted.read(view.bind(one.file), Scope(None, ())) if same else []
            for at in same:
                others = [other for subject, other in shared[id_key(ids[at])].items()
                          if subject != (one.about.kind, one.about.key)]
                yield Mark(one, places[at][0], facts={"others": _subjects(others)})

    return Batch(collect, judge)


def _subjects(files: Iterable[Any]) -> list[str]:
    """The printable IDs of the subjects of some files, in order, each once."""
    shown = [one.about.subject.id if one.about.subject and one.about.subject.id else one.file for one in files]
    return sorted(set(shown))


def stale_waiver(options: dict[str, Any], pack: Any) -> Batch:
    """Every waiver is unexpired and waives something; only those whose rule ran and whose subject is here."""

    def judge(view: Any, fact: Callable) -> Iterator[Mark]:
        waivers = view.world.waivers
        if waivers is None or not waivers.listed:
            return
        for waiver in waivers.listed:
            if waiver.rule not in view.ran or waiver.subject not in view.subjects:
                continue
            if waiver.until < view.world.as_of:
                yield Mark(None, entry=waiver, hint="expired", facts={"until": waiver.until, "rule": waiver.rule})
            elif not view.waives(waiver):
                yield Mark(None, entry=waiver, hint="idle", facts={"rule": waiver.rule})

    return Batch(_nothing, judge, whole=True)


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
        if case.memo["quoted"]:
            return joined_keys([self.QUOTES.sub("", text) for text in case.values(wanted)])
        return case.joined_keys(wanted)

    def prepare(self, wanted: str, case: Case) -> tuple[str, str]:
        """What `strip` needs of the texts at a path: their comparable forms and the report's names, each in a row."""
        names = {name for one in _NAMES for name in case.values(one) if name.__class__ is str}
        return self.keys(wanted, case), "\x1f".join(sorted(names))

    def strip(self, prepared: tuple[str, str]) -> list[str]:
        """The comparable form of what is the writer's own, of each text."""
        keys, typed = prepared
        names = {text_key(name) for one in typed.split("\x1f") for name in split_names(one)}
        for name in sorted(names, key=lambda name: (-len(name), name)):
            if len(name) > 1 and name in keys:
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
        return "".join(text for one in wanted for text in stripper.strip(stripper.prepare(one, case)))

    def collect(case: Case, about: Any) -> Any:
        if not about.key:
            return None
        text = "".join([stripper.keys(one, case) for one in wanted]).replace("\x1f", "")
        return b2a_base64(sketch(text, size, plans), newline=False).decode() if len(text) >= size + least - 1 else None

    def judge(view: Any, fact: Callable) -> Iterator[Mark]:
        for kind in view.kinds:
            files = [one for one in view.current if one.about.kind == kind and fact(one) and view.applies(one)]
            texts = Reread(lambda at, files=files: text_of(view.bind(files[at].file)))
            shares: dict[int, dict[int, int]] = defaultdict(dict)
            for left, right in candidates([a2b_base64(fact(one)) for one in files]):
                one, other = (shingles(texts[at], size) for at in (left, right))
                if min(len(one), len(other)) < least:
                    continue
                common, whole = len(one & other), len(one | other)
                if common * 100 >= whole * percent:
                    shares[left][right] = shares[right][left] = common * 100 // whole
            for at in sorted(shares):
                others = sorted((_subjects([files[other]])[0], share) for other, share in shares[at].items())
                yield Mark(files[at], ("themes",), facts={"others": [f"{ident} {share}%" for ident, share in others]})

    return Batch(collect, judge)


class Reread(dict):
    """Texts by number, each fetched when it is first asked for; holds no more than a few."""

    def __init__(self, fetch: Callable[[int], str]) -> None:
        super().__init__()
        self.fetch = fetch

    def __missing__(self, at: int) -> str:
        if len(self) > 256:
            self.clear()
        self[at] = text = self.fetch(at)
        return text


def shingles(text: str, size: int) -> set[str]:
    """The runs of so many characters in a text."""
    return {text[at:at + size] for at in range(len(text) - size + 1)}


SKETCH = 16     # hashes in a sketch
ALIKE = 3       # hashes that two sketches of texts 80 % alike share; fewer happens in one of 10^6 such pairs


def sketch(text: str, size: int, left: frozenset[int] = frozenset()) -> bytes:
    """SKETCH hashes of a comparable text's runs of `size` Chinese characters, 4 bytes each, but those in `left`: the
    smallest of those that begin with one character in twenty; where these are too few, of one in five, then of all
    runs of any characters. The same text has the same sketch whatever stands around it.
    """
    chosen: list[int] = []
    for step in (20, 5, 1):
        found = _runs(size, step).findall(text) if step > 1 else shingles(text, size)
        chosen += sorted({crc32(part.encode()) for part in found}.difference(chosen) - left)[:SKETCH - len(chosen)]
        if len(chosen) == SKETCH:
            break
    return array("I", chosen).tobytes()


@cache
def _runs(size: int, step: int) -> re.Pattern[str]:
    first = "".join(map(chr, range(0x4E00, 0x9FA6, step)))
    return re.compile(f"[{first}][\u4e00-\u9fa5]{{{size - 1}}}")


def candidates(sketches: list[bytes]) -> Iterator[tuple[int, int]]:
    """Pairs of positions whose sketches share ALIKE hashes (of short ones, as large a part), each pair once.

    Two such sketches meet within the first few of their hashes, whatever the order; rare hashes come first, so that
    stock phrases bring nobody together.
    """
    mask = (1 << min(24, max(12, (len(sketches) * SKETCH * 16).bit_length()))) - 1
    seen = bytearray(mask + 1)      # how many sketches hold a hash, by its last bits
    for one in sketches:
        for value in array("I", one):
            at = value & mask
            if seen[at] < 255:
                seen[at] += 1
    holders: dict[int, list[int]] = defaultdict(list)
    for at, one in enumerate(sketches):
        own = set(array("I", one))
        met = sorted([(seen[value & mask], value) for value in own if seen[value & mask] > 1])
        few = met[:len(met) - len(own) * ALIKE // SKETCH + 1]
        if len(met) * SKETCH < len(own) * ALIKE:
            continue            # too much of it stands nowhere else
        for other in sorted({other for _, value in few for other in holders.get(value, ())}):
            least = min(len(own), len(sketches[other]) // 4) * ALIKE // SKETCH
            if len(own.intersection(array("I", sketches[other]))) >= least:
                yield other, at
        for _, value in few:
            holders[value].append(at)


def copied_from_unit(options: dict[str, Any], pack: Any) -> Batch:
    """A personal text is not word for word one of the unit's own."""
    wanted, least = options["field"], options["least"]
    paths = Field(wanted)
    stripper = Stripper(pack)

    def collect(case: Case, about: Any) -> Any:
        if not about.unit_key or not case.values(wanted):
            return None
        texts = stripper.strip(stripper.prepare(wanted, case))
        return "".join(_digest(text) if len(text) >= least else _NO_DIGEST for text in texts)

    def judge(view: Any, fact: Callable) -> Iterator[Mark]:
        units = {one.about.key: set(_digests(fact(one))) - {_NO_DIGEST}
                 for one in view.current if one.about.kind == "unit" and fact(one)}
        for one in view.current:
            if one.about.kind == "personal" and fact(one) and view.applies(one) and one.about.unit_key in units:
                same = [at for at, text in enumerate(_digests(fact(one))) if text in units[one.about.unit_key]]
                places = paths.read(view.bind(one.file), Scope(None, ())) if same else []
                yield from (Mark(one, places[at][0]) for at in same)

    return Batch(collect, judge)


_NO_DIGEST = "-" * 8


def _digest(text: str) -> str:
    """Eight characters that stand for a text: equal only for equal ones, and none of its words can be read in them."""
    return b2a_base64(blake2b(text.encode(), digest_size=6).digest(), newline=False).decode()


def _digests(row: str) -> list[str]:
    return [row[at:at + 8] for at in range(0, len(row), 8)]
