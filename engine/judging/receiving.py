"""How many of a unit's people have filed, as far as the files of a run can tell."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..language.reads import remembered
from ..packs.pack import KINDS
from ..reading.report import BAD

if TYPE_CHECKING:
    from ..packs.pack import Pack
    from .kinds.batch import File, Other, Sight

Places = dict[str, list[int]]       # by a person's key those of the phases that its files may be of


def received(unit: File, view: Sight, pack: Pack) -> tuple[int | None, str | None]:
    """What `_counted` says of a unit; worked out once, since reports without a day are read anew for it."""
    found: tuple[int | None, str | None] = remembered(
        view.world, ("received", unit.at), lambda: _counted(unit, view, pack))
    return found


def _counted(unit: File, view: Sight, pack: Pack) -> tuple[int | None, str | None]:
    """How many of a unit's people have a report of its report's phase or later, filed by the day of its report.

    None where it has no people, or a day of filing is missing that this hangs on. And why nobody can tell: such a day
    or somebody's file can't be read (`type`), or what came of somebody is no report (`ignored`).
    """
    roster = view.world.roster
    assert roster is not None       # else nothing is asked
    members = roster.members(unit.key or "")
    if not members:
        return None, None
    filed, unread, aside = remembered(view.world, "came", lambda: _came(view, pack))
    at = pack.order(unit.phase)
    own = [one for person in members for one in filed.get(person.key, ()) if pack.order(one.phase) >= at]
    timely = {one.key for one in own if one.submitted and unit.submitted and one.submitted <= unit.submitted}
    undated = [unit] if unit.submitted is None else [
        one for one in own if one.submitted is None and one.key not in timely]
    others = [person.key for person in members if person.key not in timely]
    if _reaches(at, others, unread) or any(view.bind(one).report.doc.get(pack.roles.filed) is BAD for one in undated):
        return None, "type"
    if _reaches(at, others, aside):
        return None, "ignored"
    return None if undated else len(timely), None


def _came(view: Sight, pack: Pack) -> tuple[dict[str, list[File]], Places, Places]:
    """By a person's key the reports that can be read; of what can't be read, and of what is no report, the phases."""
    filed: dict[str, list[File]] = defaultdict(list)
    for one in view.everything():
        if one.kind == KINDS[0] and one.key and not one.doubtful:
            filed[one.key].append(one)

    def place(one: Other) -> int:
        return pack.order(one.phase) if one.phase else len(pack.phases)

    unread: Places = defaultdict(list)
    for lost in view.unread():
        unread[lost.entry.key].append(place(lost))
    for person, came in filed.items():
        if any(one.phase is None for one in came):      # it may be of any
            unread[person].append(len(pack.phases))
    return filed, unread, {key: [*map(place, some)] for (kind, key), some in view.aside.items() if kind == KINDS[0]}


def _reaches(at: int, people: Iterable[str], places: Places) -> bool:
    """Whether a file of these people may be of the phase at a place, or of a later one."""
    return any(place >= at for person in people for place in places.get(person, ()))
