"""The names that fields for names hold, with what the roster knows of people and units."""

from __future__ import annotations

from collections.abc import Collection, Iterable

from ..packs.pack import Pack
from ..reading.report import Doc
from ..text.wording import Names, name_key
from .world import World


def unit_in(doc: Doc, pack: Pack, parts: Iterable[str]) -> list[str]:
    """The name of a report's own unit, where one of some name_parts has it: it may have to be cut off there."""
    unit = doc.get(pack.roles.identity["unit"][0])
    name = unit.get(pack.roles.unit_name) if type(unit) is Doc else None
    key = name_key(name) if type(name) is str else ""
    return [key] if key and any(key in part for part in parts) else []


def names_in(parts: Iterable[str], units: Collection[str], world: World, names: Names) -> list[str]:
    """The names that some name_parts hold; an alias is the name itself."""
    roster = world.roster
    if roster is None:
        return names.bare(parts, units)
    known = roster.unit_names if roster.unit_names.issuperset(units) else roster.unit_names.union(units)
    return list(map(world.same_name, names.bare(parts, known, roster.knows_name)))
