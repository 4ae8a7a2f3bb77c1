"""The roster and the waivers: who must report, whose date is moved, and what is excused. Checked like reports."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import Any

from ..reading.intake import Map, read
from ..reading.report import BAD, Doc, printable_id
from ..reading.schema import Binding, Shapes, Slip, Vocabulary
from ..recording import dataclass
from ..records import Limits, PackError, Subject, Unreadable
from ..text.messages import catalogue
from ..text.wording import id_key, is_id, mask_numbers, name_key
from .loading import why_unreadable
from .pack import Pack

_LIMITS = Limits(bytes=16 << 20, depth=32, nodes=2_000_000)


@dataclass(frozen=True, slots=True)
class Entry:
    """One unit or person on the roster."""

    kind: str                   # unit or personal
    key: str                    # comparable ID
    id: str                     # as it may be printed
    name: str
    names: frozenset[str]       # comparable forms of name and aliases
    unit: str                   # a person's unit; a unit's own code
    level: str | None
    head: str | None            # comparable form
    excused: bool
    excused_until: str | None
    pointer: str
    line: int
    column: int
    doc: Doc                    # all that the roster says of it

    @property
    def subject(self) -> Subject:
        """As findings name it."""
        return Subject(self.kind, self.id or None, printable_id(self.unit))


@dataclass(slots=True)
class Roster:
    """Units and people in the order of the file, by comparable ID."""

    units: dict[str, Entry]
    people: dict[str, Entry]
    extensions: dict[tuple[str, str], str]      # (comparable ID, phase) -> ISO date
    aliases: dict[str, str]                     # comparable alias -> comparable name
    known: frozenset[str]                       # comparable names of people and heads
    of_unit: dict[str, list[Entry]]             # people by the comparable code of their unit
    unit_names: frozenset[str]                  # comparable names and aliases of units
    namesakes: frozenset[str]                   # comparable codes of units that are called like another
    doc: Doc                                    # all of it
    file: str
    digest: str
    counted: bool = False       # plain numbers in names of files and folders say in which order those came, and no ID

    def entry(self, kind: str | None, key: str | None) -> Entry | None:
        """The entry of a subject, by its comparable ID."""
        return (self.people if kind == "personal" else self.units).get(key or "")

    def extended(self, key: str, phase: str | None) -> str | None:
        """The date to which a subject's phase is extended."""
        return self.extensions.get((key, phase or ""))

    def knows_name(self, name: str) -> bool:
        """Whether a comparable name is a person's, a head's or an alias."""
        return name in self.known or name in self.aliases

    def excused(self, entry: Entry, phase_end: str) -> bool:
        """Whether a person need not report for a phase that closes on `phase_end`."""
        return entry.excused and (entry.excused_until is None or phase_end <= entry.excused_until)

    def members(self, unit_key: str) -> list[Entry]:
        """The people of a unit."""
        return self.of_unit.get(unit_key, [])


def read_typed(data: bytes, file: str) -> Map:
    """What was typed, or PackError at what can't be read."""
    try:
        return read(data, _LIMITS, frozenset())
    except Unreadable as fault:
        raise PackError(file, fault.line, "table.unreadable", text=why_unreadable(fault)) from None


def bind_table(data: bytes, file: str, shape: str, vocabulary: Vocabulary, absent: frozenset[str]) -> Any:
    """The bound data of a file of ours, or PackError at the first fault."""
    return bind_typed(read_typed(data, file), file, shape, vocabulary, absent)


def bind_typed(typed: Map, file: str, shape: str, vocabulary: Vocabulary | None, absent: frozenset[str]) -> Any:
    """The same of what was read already; a cut value is a fault here too, a date's spelling none."""
    run = Binding(absent)
    try:
        bound = Shapes(vocabulary).load(shape).bind(typed, run, None, typed.mark, None)
    except Unreadable as fault:
        raise PackError(file, fault.line, "table.unreadable", text=why_unreadable(fault)) from None
    faults = [slip for slip in run.slips if slip.name != "date-spelling"]
    if faults:
        astray = {slip.path for slip in faults if slip.name == "unknown-field"}     # likely the missing one, misspelt
        faults = [slip for slip in faults if slip.name != "missing-field" or slip.path[:-1] not in astray]
        first = min(faults, key=lambda slip: (slip.mark.line, slip.mark.column))
        raise _table_error(file, first)
    if bound is BAD:
        raise PackError(file, 1, "table.no-form")
    return bound or {}


def _table_error(file: str, slip: Slip) -> PackError:
    hint, facts = slip.told
    keys = (f"table.{hint}", f"table.{slip.name}")
    key = next((one for one in keys if one in catalogue("zh")), "table.wrong-form")
    if hint in ("wide-colon", "tight-colon"):
        key = "table.colon"
    return PackError(file, slip.mark.line + 1, key, field=slip.field or "", near=facts.get("nearest"),
                     title=facts.get("title"), missing=facts.get("missing"),
                     values={"zh": facts.get("values", ()), "en": facts.get("english") or facts.get("values", ())})


def load_roster(data: bytes, file: str, pack: Pack) -> Roster:
    """The roster in a file's bytes. Raises PackError with line, field and repair."""
    bound = bind_table(data, file, "roster", pack.vocabulary, pack.absent)
    units: dict[str, Entry] = {}
    people: dict[str, Entry] = {}
    aliases: dict[str, str] = {}
    for kind, listed, store in (("unit", "units", units), ("personal", "people", people)):
        for at, one in enumerate(bound.get(listed, ())):
            ident = one["code" if kind == "unit" else "id"]
            key = id_key(ident)
            mark = bound[listed].src.at[bound[listed].position(at)]
            if key in units or key in people:
                raise PackError(file, mark.line + 1, "table.id-twice")
            name = name_key(one["name"])
            also = frozenset(name_key(alias) for alias in one.get("aliases", ()))
            aliases |= dict.fromkeys(also, name) if kind == "personal" else {}
            excused = one.get("excused")
            store[key] = Entry(
                kind, key, mask_numbers(ident) if is_id(ident) else "", one["name"], also | {name},
                one["unit"] if kind == "personal" else ident, one.get("level"),
                name_key(one["head"]) if one.get("head") else None, excused is not None,
                excused.get("until") if excused else None, f"/{listed}/{bound[listed].position(at)}",
                mark.line + 1, mark.column + 1, one)
    extensions = {}
    for at, one in enumerate(bound.get("extensions", ())):
        key = id_key(one["subject"])
        if key not in units and key not in people:
            mark = bound["extensions"].src.at[bound["extensions"].position(at)]
            raise PackError(file, mark.line + 1, "table.extension")
        extensions[key, one["phase"]] = one["until"]
    known = {name for one in (*units.values(), *people.values()) if one.kind == "personal" for name in one.names}
    known |= {one.head for one in units.values() if one.head}
    of_unit: dict[str, list[Entry]] = {}
    for person in people.values():
        of_unit.setdefault(id_key(person.unit), []).append(person)
    unit_names = frozenset(name for one in units.values() for name in one.names)
    times = Counter(name_key(one.name) for one in units.values())
    namesakes = frozenset(key for key, one in units.items() if times[name_key(one.name)] > 1)
    return Roster(units, people, extensions, aliases, frozenset(known), of_unit, unit_names, namesakes, bound, file,
                  hashlib.sha256(data).hexdigest())


@dataclass(frozen=True, slots=True)
class Waiver:
    """One finding, or all of a rule, excused for one subject until a day."""

    rule: str
    subject: str        # comparable ID
    reason: str
    by: str
    until: str
    line: int
    column: int
    pointer: str


@dataclass(frozen=True, slots=True)
class Waivers:
    """The waivers of a file, in its order."""

    listed: tuple[Waiver, ...]
    file: str
    digest: str


def load_waivers(data: bytes, file: str, pack: Pack) -> Waivers:
    """The waivers in a file's bytes. Raises PackError with line, field and repair."""
    bound = bind_table(data, file, "waivers", pack.vocabulary, pack.absent)
    listed = []
    for at, one in enumerate(bound.get("waivers", ())):
        mark = bound["waivers"].src.at[bound["waivers"].position(at)]
        rule = pack.rules.get(one["rule"]) or next((r for r in pack.rules.values() if r.name == one["rule"]), None)
        if rule is None:
            raise PackError(file, mark.line + 1, "table.no-rule")
        if rule.reads:
            raise PackError(file, mark.line + 1, "table.intake-waived")
        listed.append(Waiver(rule.id, id_key(one["subject"]), one["reason"], one["by"], one["until"],
                             mark.line + 1, mark.column + 1, f"/waivers/{bound['waivers'].position(at)}"))
    return Waivers(tuple(listed), file, hashlib.sha256(data).hexdigest())
