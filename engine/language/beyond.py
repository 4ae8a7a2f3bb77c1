"""What a sentence may name beside its own report: today, the roster, and of a rule over the batch the other reports.

Each is a field of the report by a name that no form can have (`Beyond`), so that all else goes on as with other
fields. A sentence that reads one is asked later: the report leaves behind just what the sentence reads of it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache
from typing import TYPE_CHECKING

from ..packs.pack import KINDS, Pack
from ..reading.schema import CountShape, DateShape, ListShape, MapShape, Shape

if TYPE_CHECKING:
    from .scopes import Offered


class Beyond(str):
    """A step that leads out of the report."""

    __slots__ = ()


TODAY, ROSTER = Beyond("@today"), Beyond("@roster")
PEOPLE, UNIT, EARLIER, REPORTS = Beyond("@people"), Beyond("@unit"), Beyond("@earlier"), Beyond("@reports")
RECEIVED = (ROSTER, "received")     # of a unit: how many of its people have filed by the day of its report
# What the roster has of a unit's people: over units a sentence that reads it is asked when all reports are there.
OF_PEOPLE: tuple[tuple[str, ...], ...] = ((ROSTER, "staff"), RECEIVED)
# What is the same for every report of a run.
SHARED: tuple[tuple[str, ...], ...] = ((TODAY,), (ROSTER, "people"), (ROSTER, "units"), (REPORTS,))

# What a rule over the batch is about -> the kinds of report.
OVERS = {"people": KINDS[:1], "units": KINDS[1:], "reports": KINDS}
# Where other reports stand -> how many steps lead to one of them, and of what kind it is, where that is fixed.
REPORTS_BESIDE = {PEOPLE: (2, KINDS[0]), UNIT: (1, KINDS[1]), EARLIER: (1, None), REPORTS: (2, None)}


def over_of(written: str) -> str:
    """What a rule is over, as its `over` says in either language. Raises Fault."""
    from .functions import NAMES  # what runs later needs no names
    from .types import Fault

    overs = {name: over for over in OVERS for name in (over, NAMES["over"][over])}
    if written not in overs:
        fault = Fault("no-over", 0, name=written, near=[one for one in overs if one.isascii() == written.isascii()])
        fault.part = "over"
        raise fault
    return overs[written]


def offered(pack: Pack, over: str | None) -> Offered:
    """What a sentence may name beside its report."""
    return _offered(over, pack.roster_shape, *map(pack.shapes.__getitem__, KINDS))


@lru_cache(maxsize=8)
def _offered(over: str | None, roster: MapShape, person: MapShape, unit: MapShape) -> Offered:
    from .functions import NAMES

    steps: dict[Beyond, Shape] = {TODAY: DateShape("", "date", None), ROSTER: _roster(roster, over)}
    if over is not None:
        own = [shape for kind, shape in zip(KINDS, (person, unit), strict=True) if kind in OVERS[over]]
        steps |= {EARLIER: together(own), REPORTS: ListShape("", together([person, unit]), None)}
        steps |= {PEOPLE: ListShape("", person, None)} if over == "units" else {}
        steps |= {UNIT: unit} if over == "people" else {}
    names = {step: (step[1:], NAMES["beyond"][step[1:]]) for step in steps}
    return {written: (step, shape) for step, shape in steps.items() for written in names[step]}


def _roster(roster: MapShape, over: str | None) -> MapShape:
    """The roster: all of it, what it says of the one whose report it is, and of a unit how many of its people filed."""
    from .functions import NAMES

    units, people = (roster.fields[name][1] for name in ("units", "people"))
    shape = MapShape("")
    for key, part in (("entry", together([units.item, people.item])), ("unit", units.item), ("staff", people),
                      ("extended", DateShape("", "date", None)),
                      *([(RECEIVED[1], CountShape("", ()))] if over == "units" else ())):
        shape.add(key, NAMES["roster"][key], part)
    for key, part in (("units", units), ("people", people)):
        shape.add(key, roster.titles[key], part)
    return shape


def together(shapes: Sequence[Shape]) -> Shape:
    """One map with the fields of several."""
    if len(shapes) == 1:
        return shapes[0]
    shape = MapShape("")
    for one in shapes:
        if isinstance(one, MapShape):
            for key, title in one.titles.items():
                if key not in shape.titles:
                    shape.add(key, title, one.fields[key][1])
    return shape
