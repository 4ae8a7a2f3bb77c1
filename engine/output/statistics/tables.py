"""The figures as tables for people, in the order of the roster and with a total: never by who has most."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from typing import Any

from ...batch.standing import doubtful_files
from ...packs.own_fields import in_own_titles
from ...packs.own_figures import OwnFigure
from ...packs.pack import Pack
from ...reading.paths import EACH
from ...reading.schema import shape_at
from ...recording import dataclass
from ...text.lines import safe
from ...text.messages import NONE, joined, say, shown_date
from ...text.numbers import shown as plain_number
from ...text.wording import mask_numbers
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
    reports: str                # what reports are called
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
    make = _Tables(found, language, in_own_titles(pack.titles))
    for name in ("unit", "people"):
        make.add(name, _figures(_FILING, language, found.expected), [getattr(row, name) for row in found.rows],
                 getattr(total, name), getattr(out, name), _figures(_FILING, language, False))
    make.add("review", _figures(_REVIEW, language), [row.review for row in found.rows], total.review, out.review)
    for name, figures in _by_problem(pack, language).items():
        make.add(name, figures, [one for _, one in shown.rows], total.own, shown.outside,
                 joint=shown.joint if name != "institutions" else None)
    if pack.figures:
        make.add("figures", _own(pack, language), [one for _, one in shown.rows], total.own, shown.outside,
                 joint=shown.joint, total_figures=_own(pack, language, together=True))
    return Summary(say("statistics.title", language, name=pack.name), _head(found, pack, language), make.tables,
                   (*_notes_on_figures(pack, language), *_notes(found, shown, language)), pack.name[language],
                   pack.report_title[language], pack.title[language], pack.phases[found.phase].name[language],
                   found, total)


def cell_text(value: Cell) -> str:
    return NONE if value is None else str(value)


class _Tables:
    """Makes the tables one after another."""

    def __init__(self, found: Statistics, language: str, own: Callable[[str], str]) -> None:
        """`own` puts the names of fields in a title into those of the pack."""
        self.found, self.language, self.own = found, language, own
        self.names = [shown_name(row, language) for row in found.rows]
        self.tables: dict[str, Sheet] = {}

    def add(self, name: str, figures: list[Figure], units: Sequence[Counted], total: Counted, outside: Counted,
            outside_figures: list[Figure] | None = None, joint: Problems | None = None,
            total_figures: list[Figure] | None = None) -> None:
        """A table: the units in order, what is put together, the total, and apart from it what is on no roster."""
        summed = total_figures or figures

        def row(number: int | str, label: str, one: Counted, columns: list[Figure] = figures) -> list[Cell]:
            return [number, label, *(read(one) for _, read in columns)]

        language = self.language
        rows = [row(number, label, one) for number, (label, one) in enumerate(zip(self.names, units, strict=True), 1)]
        tail = [row("", say("statistics.joint", language, few=FEW), joint, summed)] if joint else []
        tail.append(row("", say("statistics.total", language), total, summed))
        apart = row("", say("statistics.outside", language), outside, outside_figures or summed)
        if any(isinstance(value, int | Decimal) and value for value in apart):
            tail.append(apart)
        columns = (SheetColumn(say("statistics.number", language), "count"),
                   SheetColumn(say("statistics.unit", language)),
                   *(column for column, _ in figures))
        title = say("statistics.table", language, number=len(self.tables) + 1,
                    title=self.own(say(f"statistics.of_{name}", language)))
        self.tables[name] = Sheet(title, columns, rows + tail, tail=len(tail))


def shown_name(row: UnitRow, language: str) -> str:
    """A unit as the roster calls it, else its code."""
    return safe(mask_numbers(row.name)) or row.code or say("statistics.nameless", language)


# The figures of a table: each the name of its title's text, which is also what it reads, or that follows after "=", of
# a rate as part/whole. "?" stands before those that are left open where nobody knows who had to report.
_FILING = ("?due", "received", "?received_rate=received/due", "on_time", "?on_time_rate=on_time/due", "late",
           "no_day=undated", "?missing=nothing", "?unread", "?aside", "?overdue", "?longest")
_REVIEW = ("reports", "passed", "passed_rate=passed/reports", "faulty", "errors", "warnings", "waived",
           "answered_rate=answered/asked")
_DAYS = ("problems=total", "day_passed=due", "day_done=due_done", "day_done_rate=due_done/due",
         "day_lasting=due_lasting", "day_overdue=overdue", "day_ahead=ahead", "undated")


def _figures(listed: Iterable[str], language: str, expected: bool = True) -> list[Figure]:
    return [_figure(one.lstrip("?"), language, not expected and one[0] == "?") for one in listed]


def _figure(text: str, language: str, left_open: bool = False) -> Figure:
    title, _, read = text.partition("=")
    part, _, whole = (read or title).partition("/")

    def cell(one: Counted) -> Cell:
        value: int = getattr(one, part)
        return None if left_open else Rate(value, getattr(one, whole)) if whole else value

    return SheetColumn(say(f"statistics.{title}", language), "rate" if whole else "count"), cell


def _by(field: str, named: Iterable[tuple[str | None, str]]) -> list[Figure]:
    """A figure for each of some values, with their titles, that are counted in a field."""
    def read(value: str | None) -> Callable[[Counted], Cell]:
        return lambda one: getattr(one, field)[value]

    return [(SheetColumn(title, "count"), read(value)) for value, title in named]


def _by_problem(pack: Pack, language: str) -> dict[str, list[Figure]]:
    """The figures of each table on problems."""
    problems = _figures(_DAYS[:1], language)
    themes = [(theme.id, theme.name[language]) for theme in pack.themes.values()]
    roles = pack.roles
    sources, states, institutions = (_listed(pack, path, language) for path in (
        (roles.themes, None, roles.problems, roles.source), (roles.themes, None, roles.problems, roles.state),
        (roles.institutions, roles.institution_kind)))
    return {"themes": problems + _by("themes", themes)} | ({
        "sources": problems + _by("sources", sources)} if sources else {}) | ({
        "states": [*problems, *_by("states", states), _figure("done_rate=done/total", language)],
        "days": _figures(_DAYS, language)} if states else {}) | ({
        "institutions": [_figure("institutions=instituted", language), *_by("institutions", institutions)],
    } if institutions else {})


def _own(pack: Pack, language: str, together: bool = False) -> list[Figure]:
    """The numbers of the pack's own fields; of several reports `together` none that can't be summed."""
    def read(figure: OwnFigure) -> Callable[[Any], Cell]:
        left_open = together and not figure.summed
        return lambda one: None if left_open or figure.key not in one.figures else Decimal(
            plain_number(one.figures[figure.key]))

    return [(SheetColumn(own_title(figure, language), "number"), read(figure)) for figure in pack.figures]


def own_title(figure: OwnFigure, language: str) -> str:
    """What a field of the pack's own is called; it has no English name but its key."""
    names = figure.titles if language == "zh" else [
        name.replace("_", " ") if name.isascii() else title
        for name, title in zip(figure.names, figure.titles, strict=True)]
    return say("statistics.figure", language, name=say("statistics.between", language).join(names), unit=figure.unit)


def _listed(pack: Pack, path: tuple[str | None, ...], language: str) -> list[tuple[str | None, str]]:
    """The values that a field of a unit's report may have, with their names, and None for a field left empty.

    Nothing where the form of the pack has no such field.
    """
    shape = shape_at(pack.shapes["unit"], path)
    if shape is None:
        return []
    titles = {value: word for word, value in shape.values.items()}      # of its names, the Chinese one comes last
    named = [(value, word if language == "zh" else value.replace("_", " ")) for value, word in titles.items()]
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


def _notes_on_figures(pack: Pack, language: str) -> list[str]:
    """What the numbers of the pack's own fields are, and what is not among them."""
    secret = [theme.name[language] for theme in pack.themes.values() if theme.sensitive]
    hidden = secret if any(EACH in one.steps for one in pack.figures) else []
    return [say("statistics.note_figures", language, rates=not all(one.summed for one in pack.figures),
                themes=joined(hidden, language))] if pack.figures else []


def _notes(found: Statistics, shown: Publishable, language: str) -> tuple[str, ...]:
    """What a reader must know to read the tables rightly."""
    result, summary = found.result, found.result.summary
    counts = {
        "partial": int(not result.whole), "unreadable": len(result.nobodys),
        "unsigned": len(result.unsigned), "doubtful": len(doubtful_files(result.standing)),
        "later": summary["later"],
        "outside": found.outside.own.reports + found.outside.personal.reports if result.roster else 0,
        "excused": sum(row.unit.excused + row.people.excused for row in found.rows),
        "waiting": sum(row.unit.waiting + row.people.waiting for row in found.rows) if found.expected else 0,
        "few": int(shown.joint is not None), "left": shown.left, "crashes": len(result.crashes),
    }
    owned = sum(one is not None for one in result.unsigned.values())
    notes = [say(f"statistics.note_{name}", language, count=number, few=FEW, owned=owned)
             for name, number in counts.items() if number]
    small = [row for row in found.rows if 0 < row.personal.reports < FEW]
    if small and shown.joint:
        notes.append(say("statistics.note_small", language,
                         units=joined([shown_name(row, language) for row in small], language)))
    return (*notes, say("statistics.note_order", language), say("statistics.note_form", language))
