"""The figures as tables for people, in the order of the roster and with a total: never by who has most."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from ...packs.pack import Pack
from ...text.messages import NONE, joined, say, shown_date
from ...text.wording import mask_numbers
from ..findings.terminal import safe
from ..sheets import Cell, Rate, Sheet, SheetColumn
from .counting import FEW, Filing, Problems, Publishable, Review, Statistics, UnitRow, added, publishable

DIGEST = 12     # characters of a digest, enough for people to compare

Counted = Filing | Review | Problems
Figure = tuple[SheetColumn, Callable[[Any], Cell]]  # a column, and how its cell is read from Filing, Review or Problems


@dataclass(frozen=True, slots=True)
class Summary:
    """What every output shows: a title, what the figures rest on, the tables, and what else must be said."""

    title: str
    head: tuple[str, ...]
    tables: dict[str, Sheet]    # of each the first column is the number of the unit, the second its name
    notes: tuple[str, ...]
    campaign: str
    plan: str
    phase: str
    found: Statistics
    total: UnitRow              # all units of the tables; `own` holds all problems in them


def report(found: Statistics, pack: Pack, language: str) -> Summary:
    """The tables of some figures, in a language."""
    shown, out = publishable(found), found.outside
    total = UnitRow("", "", unit=added([row.unit for row in found.rows], Filing()),
                    people=added([row.people for row in found.rows], Filing()),
                    review=added([row.review for row in found.rows], Review()),
                    own=added([one for _, one in shown.rows] + ([shown.joint] if shown.joint else []), Problems()))
    make = _Tables(found, language)
    for name in ("unit", "people"):
        make.add(name, _filing(found.expected, language), [getattr(row, name) for row in found.rows],
                 getattr(total, name), getattr(out, name), _filing(False, language))
    make.add("review", _review(language), [row.review for row in found.rows], total.review, out.review)
    for name, figures in (("themes", _themes(pack, language)), ("sources", _sources(pack, language)),
                          ("states", _states(pack, language)), ("days", _days(language)),
                          ("institutions", _institutions(pack, language))):
        make.add(name, figures, [one for _, one in shown.rows], total.own, shown.outside,
                 joint=shown.joint if name != "institutions" else None)
    return Summary(say("statistics.title", language, name=pack.name), _head(found, pack, language), make.tables,
                   _notes(found, shown, language), pack.name[language], pack.title[language],
                   pack.phases[found.phase].name[language], found, total)


def cell_text(value: Cell) -> str:
    """A cell as people read it."""
    return NONE if value is None else str(value)


class _Tables:
    """Makes the tables one after another."""

    def __init__(self, found: Statistics, language: str) -> None:
        self.found, self.language = found, language
        self.names = [shown_name(row, language) for row in found.rows]
        self.tables: dict[str, Sheet] = {}

    def add(self, name: str, figures: list[Figure], units: Sequence[Counted], total: Counted, outside: Counted,
            outside_figures: list[Figure] | None = None, joint: Problems | None = None) -> None:
        """A table: the units in order, what is put together, the total, and apart from it what is on no roster."""
        def row(number: int | str, label: str, one: Counted, columns: list[Figure] = figures) -> list[Cell]:
            return [number, label, *(read(one) for _, read in columns)]

        language = self.language
        rows = [row(number, label, one) for number, (label, one) in enumerate(zip(self.names, units, strict=True), 1)]
        tail = [row("", say("statistics.joint", language, few=FEW), joint)] if joint else []
        tail.append(row("", say("statistics.total", language), total))
        apart = row("", say("statistics.outside", language), outside, outside_figures or figures)
        if any(isinstance(value, int) and value for value in apart):
            tail.append(apart)
        columns = (SheetColumn(say("statistics.number", language), "count"),
                   SheetColumn(say("statistics.unit", language)),
                   *(column for column, _ in figures))
        title = say("statistics.table", language, number=len(self.tables) + 1,
                    title=say(f"statistics.of_{name}", language))
        self.tables[name] = Sheet(title, columns, rows + tail, tail=len(tail))


def shown_name(row: UnitRow, language: str) -> str:
    """A unit as the roster calls it, else its code."""
    return safe(mask_numbers(row.name)) or row.code or say("statistics.nameless", language)


def _figure(name: str, kind: str, language: str, read: Callable[..., Cell]) -> Figure:
    return SheetColumn(say(f"statistics.{name}", language), kind), read


def _filing(expected: bool, language: str) -> list[Figure]:
    """Of a Filing; what needs to know who had to report is left open unless that is `expected`."""
    def known(read: Callable[[Filing], Cell]) -> Callable[[Filing], Cell]:
        return read if expected else lambda one: None

    return [_figure(name, kind, language, read) for name, kind, read in (
        ("due", "count", known(lambda one: one.due)),
        ("received", "count", lambda one: one.received),
        ("received_rate", "rate", known(lambda one: Rate(one.received, one.due))),
        ("on_time", "count", lambda one: one.on_time),
        ("on_time_rate", "rate", known(lambda one: Rate(one.on_time, one.due))),
        ("late", "count", lambda one: one.late),
        ("no_day", "count", lambda one: one.undated),
        ("missing", "count", known(lambda one: one.missing - one.unread - one.aside)),
        ("unread", "count", known(lambda one: one.unread)),
        ("aside", "count", known(lambda one: one.aside)),
        ("overdue", "count", known(lambda one: one.overdue)),
        ("longest", "count", known(lambda one: one.longest)))]


def _review(language: str) -> list[Figure]:
    return [_figure(name, kind, language, read) for name, kind, read in (
        ("reports", "count", lambda one: one.reports),
        ("passed", "count", lambda one: one.passed),
        ("passed_rate", "rate", lambda one: Rate(one.passed, one.reports)),
        ("faulty", "count", lambda one: one.faulty),
        ("errors", "count", lambda one: one.errors),
        ("warnings", "count", lambda one: one.warnings),
        ("waived", "count", lambda one: one.waived),
        ("answered_rate", "rate", lambda one: Rate(one.answered, one.asked)))]


def _problems(language: str) -> Figure:
    return _figure("problems", "count", language, lambda one: one.total)


def _themes(pack: Pack, language: str) -> list[Figure]:
    return [_problems(language), *((SheetColumn(theme.name[language], "count"), lambda one, at=theme.id: one.themes[at])
                                   for theme in pack.themes.values())]


def _sources(pack: Pack, language: str) -> list[Figure]:
    listed = _listed(pack, ("themes", None, "problems", "source"), language)
    return [_problems(language), *((SheetColumn(label, "count"), lambda one, at=value: one.sources[at])
                                   for value, label in listed)]


def _states(pack: Pack, language: str) -> list[Figure]:
    listed = _listed(pack, ("themes", None, "problems", "status"), language)
    return [_problems(language), *((SheetColumn(label, "count"), lambda one, at=value: one.states[at])
                                   for value, label in listed),
            _figure("done_rate", "rate", language, lambda one: Rate(one.done, one.total))]


def _days(language: str) -> list[Figure]:
    return [_problems(language), *(_figure(name, kind, language, read) for name, kind, read in (
        ("day_passed", "count", lambda one: one.due),
        ("day_done", "count", lambda one: one.due_done),
        ("day_done_rate", "rate", lambda one: Rate(one.due_done, one.due)),
        ("day_lasting", "count", lambda one: one.due_lasting),
        ("day_overdue", "count", lambda one: one.overdue),
        ("day_ahead", "count", lambda one: one.ahead),
        ("undated", "count", lambda one: one.undated)))]


def _institutions(pack: Pack, language: str) -> list[Figure]:
    listed = _listed(pack, ("institutions", "kind"), language)
    return [_figure("institutions", "count", language, lambda one: one.institutions.total()),
            *((SheetColumn(label, "count"), lambda one, at=value: one.institutions[at]) for value, label in listed)]


def _listed(pack: Pack, path: tuple[str | None, ...], language: str) -> list[tuple[str | None, str]]:
    """The values that a field of a unit's report may have, with their names, and None for a field left empty."""
    shape: Any = pack.shapes["unit"]        # of whatever kind the path leads to
    for step in path:
        shape = getattr(shape, "item", shape)       # of a list
        shape = shape.fields[step or next(iter(shape.titles))][1]
    named = [(value, word if language == "zh" else value.replace("_", " "))
             for word, value in shape.values.items() if word != value]
    return [*named, (None, say("statistics.unsaid", language))]


def _head(found: Statistics, pack: Pack, language: str) -> tuple[str, ...]:
    """What the figures rest on: day, phase, roster, rules."""
    sources = found.result.sources
    roster = sources["roster"]
    return (
        say("statistics.as_of", language, date=shown_date(found.as_of, language), phase=pack.phases[found.phase].name),
        say("statistics.roster", language, file=safe(roster["file"]), digest=roster["digest"][:DIGEST]) if roster
        else say("statistics.no_roster", language),
        say("statistics.pack", language, name=pack.name, digest=found.result.pack_digest[:DIGEST]),
    )


def _notes(found: Statistics, shown: Publishable, language: str) -> tuple[str, ...]:
    """What a reader must know to read the tables rightly."""
    result, summary = found.result, found.result.summary
    counts = {
        "partial": int(not result.whole), "unreadable": len(result.nobodys), "later": summary["later"],
        "outside": found.outside.own.reports + found.outside.personal.reports if result.roster else 0,
        "excused": sum(row.unit.excused + row.people.excused for row in found.rows),
        "waiting": sum(row.unit.waiting + row.people.waiting for row in found.rows) if found.expected else 0,
        "few": int(shown.joint is not None), "left": shown.left, "crashes": len(result.crashes),
    }
    notes = [say(f"statistics.note_{name}", language, count=number, few=FEW)
             for name, number in counts.items() if number]
    small = [row for row in found.rows if 0 < row.personal.reports < FEW]
    if small and shown.joint:
        notes.append(say("statistics.note_small", language,
                         units=joined([shown_name(row, language) for row in small], language)))
    return (*notes, say("statistics.note_order", language), say("statistics.note_form", language))
