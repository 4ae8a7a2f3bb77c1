"""Check kinds on one report that need more than the report: the roster, the clock, the folder it lies in.

Each is a `LateCheck`: `collect` takes from the report what it needs (a fact at a path), `judge` decides later. A fact
is plain data, so that it can be kept apart from the report.
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from collections.abc import Callable, Collection, Iterable, Sequence
from typing import Any, NamedTuple

from ...packs.pack import KINDS, Pack
from ...reading.files import attachment_mark
from ...reading.paths import Field, Scope
from ...reading.report import BAD, Doc
from ...records import Route
from ...text.wording import Names, id_key, name_key, name_parts, split_names
from ..case import Case, compile_limit
from ..results import About
from ..world import Folders, World
from .kind import LATE, Fact, Kind, Look, Options, Raises, nothing_there, whole_path
from .times import fixed_limit
from .words import alternation

Named = tuple[Sequence[str], list[str]]          # the parts of fields for names, and the unit's name if they hold it
Verdict = tuple[str | None, dict[str, Any]]     # (hint, facts of the message)


class Unjudged(Exception):
    """The world lacks what a judgement needs; the argument is the reason for `not_assessed`."""


class LateCheck(NamedTuple):
    """A check in two steps."""

    collect: Callable[[Case, Scope], Iterable[tuple[Route, Any]]]
    judge: Callable[[Any, About, World], Iterable[Verdict]]     # (fact, about, world)


def _parts(case: Case, scope: Scope, fields: Iterable[Field]) -> list[str] | None:
    """What some fields for names hold, as it was typed but for its spelling; None when one of them can't be read."""
    before = len(case.skipped)
    parts = [part for one in fields for _, text in one.read(case, scope) for part in name_parts(text)]
    return None if len(case.skipped) > before else parts


def _unit_in(case: Case, parts: Iterable[str]) -> list[str]:
    """The name of the report's own unit, where one of the parts has it: it may have to be cut off there."""
    roles = case.pack.roles
    unit = case.report.doc.get(roles.identity["unit"][0])
    name = unit.get(roles.unit_name) if unit.__class__ is Doc else None
    key = name_key(name) if name.__class__ is str else ""
    return [key] if key and any(key in part for part in parts) else []


def _judged(parts: Iterable[str], units: Collection[str], world: World, names: Names) -> list[str]:
    """The names that some parts hold, with what the roster knows of people and units; an alias is the name itself."""
    roster = world.roster
    if roster is None:
        return names.bare(parts, units)
    known = roster.unit_names if roster.unit_names.issuperset(units) else roster.unit_names.union(units)
    return list(map(world.same_name, names.bare(parts, known, roster.knows_name)))


def names_differ(options: Options, pack: Pack) -> LateCheck:
    """A name in a field is none of those in other fields; aliases of the roster count.

    `self`: the field with the person's name, which 本人 and the like mean in a personal report.
    """
    words = pack.names
    wanted = Field(options["field"])
    others = [Field(name) for name in options["from"]]
    self_field = Field(options["self"]) if "self" in options else None
    self_words = {name_key(word) for word in pack.words("self")} if self_field else set()

    def collect(case: Case, scope: Scope) -> list[tuple[Route, Fact]]:
        found = wanted.read(case, scope)
        if not found:
            return []
        barred = _parts(case, scope, others)
        if not barred:
            return []
        own = self_field.first(case, scope) if self_field and case.report.kind == "personal" else None
        person = name_key(own) if own.__class__ is str else None
        return [(path, {"names": parts, "others": barred, "person": person, "units": _unit_in(case, (*parts, *barred))})
                for path, text in found if (parts := name_parts(text))]

    def judge(fact: Fact, about: About, world: World) -> list[Verdict]:
        def meant(parts: Iterable[str]) -> set[str]:
            person = fact["person"] and world.same_name(fact["person"])
            return {person if person and name in self_words else name
                    for name in _judged(parts, fact["units"], world, words)}

        return [] if meant(fact["names"]).isdisjoint(meant(fact["others"])) else [(None, {})]

    return LateCheck(collect, judge)


def names_agree(options: Options, pack: Pack) -> LateCheck:
    """One of the names in a field is the name in another, or else the head on the roster."""
    words = pack.names
    wanted, other = Field(options["field"]), Field(options["as"])
    from_roster = options.get("else_roster_head", False)

    def collect(case: Case, scope: Scope) -> list[tuple[Route, Fact]]:
        parts = _parts(case, scope, [wanted])
        head = other.first(case, scope)
        if not parts or head is BAD:
            return []
        heads = name_parts(head) if head else ()
        return [(wanted.path(scope), {"names": parts, "heads": heads, "units": _unit_in(case, (*parts, *heads))})]

    def judge(fact: Fact, about: About, world: World) -> list[Verdict]:
        heads = fact["heads"]
        if not heads and from_roster and world.roster:
            unit = world.roster.units.get(about.key or "")
            heads = [unit.head] if unit and unit.head else []
        if not heads:
            return []
        names, heads = (set(_judged(parts, fact["units"], world, words)) for parts in (fact["names"], heads))
        return [(None, {})] if names.isdisjoint(heads) else []

    return LateCheck(collect, judge)


def deadline(options: Options, pack: Pack) -> LateCheck:
    """A date is not after a limit, which the roster's extension for the subject and phase moves."""
    wanted = Field(options["field"])
    limit = compile_limit(options["limit"], pack)
    phase = options.get("phase")

    def collect(case: Case, scope: Scope) -> list[tuple[Route, Fact]]:
        edge = limit(case, scope)[0]
        return [(path, {"date": value, "limit": edge, "phase": phase or case.report.phase})
                for path, value in wanted.read(case, scope) if edge]

    def judge(fact: Fact, about: About, world: World) -> list[Verdict]:
        moved = world.roster.extended(about.key, fact["phase"]) if world.roster and about.key else None
        edge = max(moved or "", fact["limit"])
        return [("extended" if moved else None, {"limit": edge})] if fact["date"] > edge else []

    return LateCheck(collect, judge)


def not_in_future(options: Options, pack: Pack) -> LateCheck:
    """The latest of some dates is not after the office's clock."""
    wanted = [Field(name) for name in options["fields"]]

    def collect(case: Case, scope: Scope) -> list[tuple[Route, str]]:
        found = [(value, path) for one in wanted for path, value in one.read(case, scope)]
        if not found:
            return []
        value, path = max(found, key=lambda one: one[0])
        return [(path, value)]

    def judge(fact: str, about: About, world: World) -> list[Verdict]:
        if world.declared:
            raise Unjudged("declared")
        return [(None, {"limit": world.as_of})] if fact > world.as_of else []

    return LateCheck(collect, judge)


def attachments(options: Options, pack: Pack) -> LateCheck:
    """Each path names a file that exists, is not empty and lies inside the report's folder."""
    wanted = Field(options["field"])

    def collect(case: Case, scope: Scope) -> list[tuple[Route, Any]]:
        return wanted.read(case, scope)

    def judge(fact: str, about: About, world: World) -> list[Verdict]:
        if about.folder is None:
            raise Unjudged("partial")
        hint = _attachment_fault(about.folder, fact, world.folders)
        return [(hint, {})] if hint else []

    return LateCheck(collect, judge)


def _attachment_fault(folder: str, typed: str, folders: Folders) -> str | None:
    """What is wrong with an attachment: missing, empty, outside; None when nothing is."""
    parts = typed.replace("\\", "/").split("/")
    if typed.startswith(("/", "\\", "~")) or ":" in parts[0] or ".." in parts or "\0" in typed:
        return "outside"
    found = folder
    try:
        for part in parts:
            if part in ("", "."):
                continue
            name = folders.look(found)[1].get(unicodedata.normalize("NFC", part))
            if name is None:
                return "missing"
            found = os.path.join(found, name)
        home = folders.look(folder)[0]
        if not os.path.join(os.path.realpath(found), "").startswith(os.path.join(home, "")):
            return "outside"
        state = os.stat(found)
    except (OSError, ValueError):
        return "missing"
    if not stat.S_ISREG(state.st_mode):
        return "missing"
    return None if state.st_size else "empty"


def on_roster(options: Options, pack: Pack) -> LateCheck:
    """The subject is on the roster."""

    def judge(fact: str, about: About, world: World) -> list[Verdict]:
        return [(None, {})] if world.roster and not world.roster.entry(about.kind, about.key) else []

    return LateCheck(_identity, judge)


def _identity(case: Case, scope: Scope) -> list[tuple[tuple[str, str], str]]:
    key, ident = case.pack.roles.identity[case.report.kind or KINDS[0]]
    owner = case.report.doc.get(key)
    if owner.__class__ is not Doc or owner.get(ident).__class__ is not str:
        return []
    return [((key, ident), owner[ident])]


def same_identity(options: Options, pack: Pack) -> LateCheck:
    """Name (or alias), unit and level agree with the roster; one finding a field."""
    words = pack.names
    fields = options["fields"]

    def collect(case: Case, scope: Scope) -> list[tuple[Route, Fact]]:
        facts: list[tuple[Route, Fact]] = []
        for (key, _), _ in _identity(case, scope):
            for name in fields:
                value = case.report.doc[key].get(name)
                if value is BAD:
                    case.skip((key, name), "type")
                elif value is not None:
                    facts.append(((key, name), {"field": name, "value": value}))
        return facts

    def judge(fact: Fact, about: About, world: World) -> list[Verdict]:
        entry = world.roster.entry(about.kind, about.key) if world.roster else None
        if entry is None:
            return []
        value, name = fact["value"], fact["field"]
        if name == "name":
            agrees = name_key(value) in entry.names or (about.kind == "personal" and entry.names.issuperset(
                _judged(name_parts(value), (), world, words)))
        elif name == "unit":
            agrees = id_key(value) == id_key(entry.unit)
        else:
            agrees = value == entry.level
        return [] if agrees else [(name, {})]

    return LateCheck(collect, judge)


def owner_on_roster(options: Options, pack: Pack) -> LateCheck:
    """Every name in a field is a person or a head on the roster; collectives and the person's self are spared."""
    words = pack.names
    wanted = Field(options["field"])
    collective = alternation(name_key(word) for name in options["collective"] for word in pack.words(name))
    self_words = {name_key(word) for name in options["self"] for word in pack.words(name)}

    def collect(case: Case, scope: Scope) -> list[tuple[Route, Named]]:
        found = [(path, name_parts(text)) for path, text in wanted.read(case, scope)]
        return [(path, (parts, _unit_in(case, parts))) for path, parts in found if parts]

    def judge(fact: Named, about: About, world: World) -> list[Verdict]:
        parts, units = fact
        if not world.roster or all(map(world.roster.knows_name, parts)):
            return []
        spared = self_words if about.kind == "personal" else ()
        named = [part for part in parts if world.roster.knows_name(part)
                 or not re.search(collective, "".join(split_names(part)))]
        unknown = [name for name in _judged(named, units, world, words)
                   if name not in spared and not world.roster.knows_name(name)]
        return [(None, {"count": len(unknown)})] if unknown else []

    return LateCheck(collect, judge)


def heads_included(options: Options, pack: Pack) -> LateCheck:
    """With a roster: every head of a unit of some levels stands in one of the fields."""
    words = pack.names
    wanted = [Field(name) for name in options["fields"]]
    levels = frozenset(options["levels"])

    def collect(case: Case, scope: Scope) -> list[tuple[Route, Named]]:
        parts = _parts(case, scope, wanted)
        return [] if not parts else [(tuple(wanted[-1].steps[:-1]), (parts, _unit_in(case, parts)))]

    def judge(fact: Named, about: About, world: World) -> list[Verdict]:
        if not world.roster:
            return []
        parts, units = fact
        held = set(_judged(parts, units, world, words))
        left = [unit.id for unit in world.roster.units.values()
                if unit.level in levels and unit.head and world.same_name(unit.head) not in held]
        return [(None, {"units": left, "count": len(left)})] if left else []

    return LateCheck(collect, judge)


def _quick_deadline(options: Options, pack: Pack, each: str | None) -> Look | None:
    """No date passes the limit; an extension could only move it on."""
    wanted, limit = whole_path(each, options["field"]), fixed_limit(options["limit"], pack)
    if limit is None:
        return None

    def look(case: Case) -> bool:
        values, edge = case.nodes[wanted], limit(case)
        return edge is None or not values or max(values) <= edge

    return look


def _fields_given(raises: Raises, options: Options) -> Raises:
    """Only the fields that are compared can differ."""
    return {hint: facts for hint, facts in raises.items() if hint in options["fields"]}


CHECK_KINDS = {
    "names_differ": Kind(make=names_differ, raises={None: ""}, stage=LATE, quick=nothing_there),
    "names_agree": Kind(make=names_agree, raises={None: ""}, stage=LATE, quick=nothing_there),
    "deadline": Kind(make=deadline, raises={None: "limit", "extended": "limit"}, stage=LATE, quick=_quick_deadline),
    "not_in_future": Kind(make=not_in_future, raises={None: "limit"}, stage=LATE, of_whom=False),
    "attachments": Kind(make=attachments, raises={"missing": "", "empty": "", "outside": ""}, stage=LATE,
        quick=nothing_there, any_report=True, leaves=attachment_mark),
    "on_roster": Kind(make=on_roster, raises={None: ""}, stage=LATE, on_roster=True),
    "same_identity": Kind(make=same_identity, raises={"name": "", "unit": "", "level": ""}, stage=LATE,
        narrow=_fields_given, on_roster=True, of_current=True),
    "owner_on_roster": Kind(make=owner_on_roster, raises={None: "count"}, stage=LATE, on_roster=True),
    "heads_included": Kind(make=heads_included, raises={None: "units count"}, stage=LATE, on_roster=True),
}
