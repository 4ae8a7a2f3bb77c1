"""Check kinds over all reports of a run. They see only the small facts that each file leaves behind.

Each is a `Batch`: `collect` takes its fact from one report, `judge` sees all of them in a `View`.
"""

from __future__ import annotations

import re
import unicodedata
from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from ..case import Case
from ..paths import Field, Scope, split
from ..report import BAD, Doc, printable_id
from ..wording import id_key, name_key, split_names, text_key
from .fields import all_themes_are
from .late import Unjudged


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


def _nothing(case: Case, about: Any) -> None:
    return None


def _whole(view: Any) -> None:
    """Raise Unjudged where only a part of the batch is here."""
    if not view.world.whole:
        raise Unjudged("partial")


def report_missing(options: dict[str, Any], pack: Any) -> Batch:
    """Every subject on the roster that is not excused has a report declaring its last closed phase or later."""

    def judge(view: Any, fact: Callable) -> Iterator[Mark]:
        roster = view.world.roster
        if roster is None:
            return
        _whole(view)
        reached: dict[tuple, int] = {}
        for one in view.everything:
            key = one.about.kind, one.about.key
            reached[key] = max(reached.get(key, -1), pack.order(one.about.phase))
        for entry in (*roster.units.values(), *roster.people.values()):
            key = id_key(entry.id) if entry.id else ""
            closed = [phase for phase in pack.phases.values()
                      if (roster.extended(key, phase.id) or phase.end) < view.world.as_of]
            if not closed or roster.excused(entry, closed[-1].end):
                continue
            if reached.get((entry.kind, key), -1) < pack.order(closed[-1].id):
                yield Mark(None, entry=entry, phase=closed[-1].id, facts={
                    "phase_name": view.phase_name(closed[-1].id),
                    "closed": roster.extended(key, closed[-1].id) or closed[-1].end, "unreadable": view.unreadable})

    return Batch(_nothing, judge)


def report_repeated(options: dict[str, Any], pack: Any) -> Batch:
    """One report per subject and phase; a finding on each file of several."""

    def judge(view: Any, fact: Callable) -> Iterator[Mark]:
        for same in _by_subject(view.files, lambda one: one.about.phase).values():
            for one in same if len(same) > 1 else ():
                yield Mark(one, (), facts={"others": [other.file for other in same if other is not one]})

    return Batch(_nothing, judge)


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
        units = [one for one in view.current if fact(one) and roster.members(one.about.key or "")]
        if units:
            _whole(view)
        for unit in units:
            at = pack.order(unit.about.phase)
            members = roster.members(unit.about.key)
            end = pack.phase_date(unit.about.phase, "end")
            keys = {id_key(person.id) for person in members}
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

    return Batch(collect, judge)


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
        if groups:
            _whole(view)
        for unit, count in found.items():
            own = next((one for one in view.current if one.about.kind == "unit" and one.about.key == unit), None)
            entry = view.world.roster.units.get(unit) if view.world.roster else None
            if own or entry:
                yield Mark(own, ("themes",) if own else (), facts={"count": count}, entry=None if own else entry)

    return Batch(collect, judge)


def carried_over(options: dict[str, Any], pack: Any) -> Batch:
    """Every ID of the report of the subject's nearest earlier phase stands in the later one."""
    wanted = Field(options["of"])

    def collect(case: Case, about: Any) -> Any:
        ids = [value for _, value in wanted.read(case, Scope(case.report.doc, ()))]
        return {"ids": [[id_key(one), printable_id(one)] for one in ids]}

    def judge(view: Any, fact: Callable) -> Iterator[Mark]:
        groups = _by_subject(view.files, lambda one: "" if one.about.phase else None)
        applies = view.applies
        for same in groups.values():
            for later in same:
                at = pack.order(later.about.phase)
                before = [one for one in same if pack.order(one.about.phase) < at]
                if not before or not fact(later) or not applies(later):
                    continue
                nearest = max(pack.order(one.about.phase) for one in before)
                kept = {key for key, _ in fact(later)["ids"]}
                gone: dict[str, tuple[Any, str]] = {}
                for earlier in before:
                    if pack.order(earlier.about.phase) == nearest and fact(earlier):
                        for key, shown in fact(earlier)["ids"]:
                            if key not in kept:
                                gone.setdefault(key, (shown, earlier.about.phase))
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
        if owners:
            _whole(view)
        dates = [fact(one)["other"] for one in view.current
                 if fact(one) and fact(one)["other"] and one.about.level in levels]
        for one in owners:
            if dates and fact(one)["own"] < max(dates):
                yield Mark(one, tuple(wanted.steps), "before-last")

    return Batch(collect, judge)


def id_clash(options: dict[str, Any], pack: Any) -> Batch:
    """An ID belongs to one subject; plain numbers are local to their report."""
    wanted = Field(options["of"])

    def collect(case: Case, about: Any) -> Any:
        found = [[list(path), id_key(value)] for path, value in wanted.read(case, Scope(case.report.doc, ()))]
        return {"ids": [one for one in found if not one[1].isdigit()]} if about.key else None

    def judge(view: Any, fact: Callable) -> Iterator[Mark]:
        owners: dict[str, dict[tuple, Any]] = defaultdict(dict)
        holders = [one for one in view.files if fact(one) and view.applies(one)]
        for one in holders:
            for _, key in fact(one)["ids"]:
                owners[key].setdefault((one.about.kind, one.about.key), one)
        for one in holders:
            for path, key in fact(one)["ids"]:
                others = [other for subject, other in owners[key].items()
                          if subject != (one.about.kind, one.about.key)]
                if others:
                    yield Mark(one, tuple(path), facts={"others": _subjects(others)})

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
        _whole(view)
        here = {one.about.key for one in view.everything}
        if view.world.roster:
            here |= set(view.world.roster.units) | set(view.world.roster.people)
        for waiver in waivers.listed:
            if waiver.rule not in view.ran or waiver.subject not in here:
                continue
            if waiver.until < view.world.as_of:
                yield Mark(None, entry=waiver, hint="expired", facts={"until": waiver.until, "rule": waiver.rule})
            elif not view.waives(waiver):
                yield Mark(None, entry=waiver, hint="idle", facts={"rule": waiver.rule})

    return Batch(_nothing, judge)


class Stripper:
    """Takes the plan's and the form's words, names and quotations out of a text before texts are compared."""

    RUN = 6         # characters in a row that make a run of the plan's words
    QUOTES = re.compile("[“「『《〈][^“”「」『』《》〈〉]{0,200}[”」』》〉]")

    def __init__(self, pack: Any) -> None:
        texts = [one.text for one in pack.behaviours.values()]
        texts += [text for theme in pack.themes.values() for text in (theme.heading, *theme.upholds)]
        texts += [*pack.parts.values(), *pack.words("form_texts")]
        self.own = {key[at:at + self.RUN] for key in map(text_key, texts) for at in range(len(key) - self.RUN + 1)}

    def strip(self, text: str, names: Iterable[str]) -> str:
        """The comparable form of what is the writer's own."""
        key = text_key(self.QUOTES.sub("", unicodedata.normalize("NFKC", text)))
        for name in names:
            key = key.replace(name, "")
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


_NAMES = [Field(text) for text in (
    "person.name", "unit.name", "unit.head", "themes.*.problems[].leader", "themes.*.problems[].measures[].owner")]


def _own_names(case: Case) -> list[str]:
    """The names that stand in a report's own name fields, longest first."""
    scope = Scope(case.report.doc, ())
    quiet = Case(case.report, case.pack, case.slips)
    names = {text_key(name) for one in _NAMES for _, value in one.read(quiet, scope) if isinstance(value, str)
             for name in (*split_names(value), name_key(value))}
    return sorted((name for name in names if len(name) > 1), key=lambda name: (-len(name), name))


def similar_text(options: dict[str, Any], pack: Any) -> Batch:
    """The texts of two subjects of a kind overlap under so many percent (shingles of so many characters, Jaccard).

    Candidates come from an exact prefix filter: with shingles in one order for all, rare ones first, two sets that
    reach the share must meet within the first few. Each candidate is then confirmed on the shingles themselves.
    """
    wanted = [Field(name) for name in options["fields"]]
    percent, size, least = options["percent"], options["shingle"], options["least"]
    stripper = Stripper(pack)

    def collect(case: Case, about: Any) -> Any:
        if not about.key:
            return None
        scope = Scope(case.report.doc, ())
        texts = [text for one in wanted for _, text in one.read(case, scope)]
        if sum(map(len, texts)) < size + least - 1:
            return None
        text = stripper.strip("".join(texts), _own_names(case))
        return {"text": text} if len(text) >= size + least - 1 else None

    def judge(view: Any, fact: Callable) -> Iterator[Mark]:
        for kind in ("personal", "unit"):
            files = [one for one in view.current if one.about.kind == kind and fact(one) and view.applies(one)]
            texts = [fact(one)["text"] for one in files]
            pairs: dict[int, dict[int, int]] = defaultdict(dict)
            for left, right, share in similar_pairs(texts, percent, size, least):
                pairs[left][right] = pairs[right][left] = share
            for at, one in enumerate(files):
                if at in pairs:
                    others = sorted((_subjects([files[other]])[0], share) for other, share in pairs[at].items())
                    yield Mark(one, ("themes",), facts={"others": [f"{ident}（{share}%）" for ident, share in others]})

    return Batch(collect, judge)


def similar_pairs(texts: list[str], percent: int, size: int, least: int) -> Iterator[tuple[int, int, int]]:
    """(left, right, share in percent) of every two texts whose shingle sets overlap at `percent` or more."""
    buckets = 1 << 20
    seen_in = array("L", bytes(array("L").itemsize * buckets))
    sizes = []
    for text in texts:
        shingles = {hash(text[at:at + size]) for at in range(len(text) - size + 1)}
        sizes.append(len(shingles))
        for one in shingles:
            seen_in[one % buckets] += 1
    index: dict[int, list[int]] = defaultdict(list)
    for at in sorted(range(len(texts)), key=lambda at: (sizes[at], at)):
        if sizes[at] < least:
            continue
        text = texts[at]
        shingles = {hash(text[to:to + size]) for to in range(len(text) - size + 1)}
        ordered = sorted(shingles, key=lambda one: (seen_in[one % buckets], one))
        prefix = ordered[:sizes[at] - -(-sizes[at] * percent // 100) + 1]
        candidates = {other for one in prefix for other in index.get(one, ())}
        for other in sorted(candidates):
            if sizes[other] * 100 >= sizes[at] * percent:
                share = _share(text, texts[other], size)
                if share[0] * 100 >= share[1] * percent:
                    yield min(at, other), max(at, other), share[0] * 100 // share[1]
        for one in prefix:
            if seen_in[one % buckets] > 1:
                index[one].append(at)


def _share(left: str, right: str, size: int) -> tuple[int, int]:
    """(number of common shingles, number of all) of two texts."""
    one = {left[at:at + size] for at in range(len(left) - size + 1)}
    two = {right[at:at + size] for at in range(len(right) - size + 1)}
    common = len(one & two)
    return common, len(one) + len(two) - common


def copied_from_unit(options: dict[str, Any], pack: Any) -> Batch:
    """A personal text is not word for word one of the unit's own."""
    wanted, least = Field(options["field"]), options["least"]
    stripper = Stripper(pack)

    def collect(case: Case, about: Any) -> Any:
        if not about.unit_key:
            return None
        names = _own_names(case) if case.report.doc.get("themes").__class__ is Doc else []
        texts = [[list(path), stripper.strip(text, names)] for path, text in
                 wanted.read(case, Scope(case.report.doc, ()))]
        texts = [one for one in texts if len(one[1]) >= least]
        return {"texts": texts} if texts else None

    def judge(view: Any, fact: Callable) -> Iterator[Mark]:
        units = {one.about.key: {text for _, text in fact(one)["texts"]} for one in view.current
                 if one.about.kind == "unit" and fact(one)}
        for one in view.current:
            if one.about.kind == "personal" and fact(one) and view.applies(one) and one.about.unit_key in units:
                for path, text in fact(one)["texts"]:
                    if text in units[one.about.unit_key]:
                        yield Mark(one, tuple(path))

    return Batch(collect, judge)
