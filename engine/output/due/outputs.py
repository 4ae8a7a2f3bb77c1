"""What comes next as text for a terminal, Markdown, CSV, XLSX and JSON. IDs, days and the roster's names of units."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import groupby

from ...batch.standing import MISSING
from ...recording import replace
from ...text.lines import safe, tame, wrap
from ...text.messages import joined, say, shown_date, weekday
from ...text.wording import id_key, mask_numbers, visible
from ..findings import filing
from ..findings.document import dumped
from ..findings.pages import markdown
from ..findings.terminal import filing_lines
from ..sheets import Cell, Sheet, SheetColumn, as_csv
from ..statistics.outputs import in_markdown
from .agenda import Agenda, Filer, Measure

FORMAT = "bayang-due/1"
_FILERS = {"unit": "text", "kind": "text", "subject": "text", "phase": "text", "day": "date", "left": "count",
           "state": "text"}
_MEASURES = {"unit": "text", "kind": "text", "subject": "text", "theme": "text", "problem": "text", "measure": "text",
             "day": "date", "left": "count", "state": "text"}


def to_text(found: Agenda) -> str:
    """Who has filed and who has not, then by unit who is still to file and what falls due."""
    language = found.language
    lines = [*filing_lines(found.result, language), *wrap(_title(found), "", "  "), ""]
    for head, filers in _by_day(found):
        lines += wrap(head, "", "  ")
        for _, some in groupby(filers, key=lambda one: id_key(one.unit)):
            own = [*some]
            idents = joined([_filer(one, language) for one in own], language)
            lines += wrap(safe(say("filing.of_state", language, state=_unit(own[0].unit, found), idents=idents)),
                          "  ", "    ")
        lines.append("")
    for head, measures in _by_state(found):
        lines += wrap(head, "", "  ")
        for (_, outside), group in groupby(measures, key=lambda one: (id_key(one.unit), one.outside)):
            listed = [*group]
            lines += wrap(safe(_unit(listed[0].unit, found, outside)), "  ", "    ")
            for measure in listed:
                lines += wrap(safe(_measure(measure, language)), "    ", "      ")
        lines.append("")
    lines += (line for note in _notes(found) for line in wrap(safe(note), "", "  "))
    return "\n".join(tame(line.rstrip()) for line in lines) + "\n"


def to_markdown(found: Agenda) -> str:
    lines = [f"# {markdown(_title(found))}"]
    for table in (filing.sheet(found.result, found.language), *_sheets(found)):
        if table and table.rows:
            lines += in_markdown(table)
    return "\n".join([*lines, "", *(f"- {markdown(one)}" for one in _notes(found))]) + "\n"


def to_csv(found: Agenda) -> bytes:
    """One table of both: what has still to be filed, and what falls due."""
    filers, measures = _sheets(found)
    rows: list[list[Cell]] = [[*row[:3], row[3], None, None, None, *row[4:], found.result.as_of] for row in filers.rows]
    rows += [[*row[:3], None, *row[3:], found.result.as_of] for row in measures.rows]
    names = {"unit": "text", "kind": "text", "subject": "text", "phase": "text", **_MEASURES, "as_of": "date"}
    return as_csv(Sheet(_title(found), _columns(names, found.language), [
        ["" if value is None else value for value in row] for row in rows]))


def to_xlsx(found: Agenda) -> bytes:
    from ..sheets import as_xlsx

    notes = (_title(found), *_notes(found))
    filed = filing.sheet(found.result, found.language)
    tables = [*([filed] if filed else []), *_sheets(found)]
    return as_xlsx([replace(one, notes=notes) for one in tables], found.result.as_of)


def to_json(found: Agenda) -> str:
    """A document of format `bayang-due/1`."""
    result = found.result
    document = {
        "format": FORMAT, "pack": result.pack, "as_of": result.as_of, "within": found.within, "whole": result.whole,
        "roster": result.sources["roster"],
        "to_file": [{"subject": _subject(one), "phase": one.phase, "day": one.day, "left": one.left,
                     "state": one.state} for one in found.filers],
        "fall_due": [{"subject": _subject(one), "theme": one.theme, "problem": one.problem, "measure": one.number,
                      "day": one.day, "deferred": one.deferred, "left": one.left} for one in found.measures],
        **found.left_out}
    return dumped(document, 0) + "\n"


def _subject(one: Filer | Measure) -> dict[str, str]:
    return {"kind": one.kind, "id": one.ident, "unit": mask_numbers(one.unit)}


def _title(found: Agenda) -> str:
    return say("due.title", found.language, name=found.pack.name, date=shown_date(found.result.as_of, found.language))


def _by_day(found: Agenda) -> Iterator[tuple[str, list[Filer]]]:
    """A head and those who have still to file by then, the next day first."""
    for (day, phase), some in groupby(sorted(found.filers, key=lambda one: (one.day, found.pack.order(one.phase))),
                                      key=lambda one: (one.day, one.phase)):
        filers = list(some)
        yield say("due.to_file", found.language, phase=found.pack.phases[phase].name, day=_day(day, found.language),
                  left=filers[0].left, count=len(filers)), filers


def _by_state(found: Agenda) -> Iterator[tuple[str, Sequence[Measure]]]:
    """A head and the measures under it: those whose day has passed, then those that fall due."""
    for name, measures in (("overdue", found.overdue), ("coming", found.coming)):
        if measures:
            yield say(f"due.{name}", found.language, count=len(measures), within=found.within), measures


def _notes(found: Agenda) -> Iterator[str]:
    """What can't be told, and what the lists rest on."""
    language, result = found.language, found.result
    if not result.roster:
        yield say("due.no_roster", language)
    elif not result.whole:
        yield say("due.partial", language)
    elif not found.filers:
        yield say("due.nobody", language)
    yield from (say(f"due.{name}", language, count=count) for name, count in found.left_out.items() if count)
    if not found.measures:
        yield say("due.no_measures", language, within=found.within, reports=result.summary["reports"],
                  some=any(found.left_out.values()))
    yield say("due.rests", language)


def _day(day: str, language: str) -> str:
    return say("due.day", language, date=shown_date(day, language), weekday=weekday(day, language))


def _unit(code: str, found: Agenda, outside: bool = False) -> str:
    """What people call a unit; of a subject that is not on the roster the code that it gives, as in the ledger."""
    if outside and code:
        return say("ledger.outside", found.language, unit=mask_numbers(code))
    return filing.unit_name(code, found.result.roster) or say("due.no_unit", found.language)


def _filer(one: Filer, language: str) -> str:
    return say("due.filer", language, ident=one.ident,
               state="" if one.state == MISSING else filing.label(one.state, language))


def _problem(one: Measure, language: str) -> str:
    return say("due.problem", language, ident=one.problem or "")


def _measure(one: Measure, language: str) -> str:
    return say("due.measure", language, ident=one.ident, problem=_problem(one, language), number=one.number,
               day=_day(one.day, language), left=one.left, deferred=one.deferred)


def _sheets(found: Agenda) -> tuple[Sheet, Sheet]:
    """The two tables."""
    language, pack = found.language, found.pack
    filers: list[list[Cell]] = [
        [*_who(one, found), pack.phases[one.phase].name[language], one.day, one.left,
         say("due.to_come", language) if one.state == MISSING else filing.label(one.state, language)]
        for one in found.filers]
    measures: list[list[Cell]] = [
        [*_who(one, found), pack.themes[one.theme].name[language], _problem(one, language),
         say("due.number", language, number=one.number), one.day, one.left,
         say("due.state", language, overdue=one.left < 0, deferred=one.deferred)] for one in found.measures]
    return (Sheet(say("due.filers", language), _columns(_FILERS, language), filers),
            Sheet(say("due.measures", language), _columns(_MEASURES, language), measures))


def _who(one: Filer | Measure, found: Agenda) -> list[str]:
    kind = say(f"overview.{'unit' if one.kind == 'unit' else 'person'}", found.language)
    return [visible(_unit(one.unit, found, isinstance(one, Measure) and one.outside)), kind, one.ident]


def _columns(names: dict[str, str], language: str) -> tuple[SheetColumn, ...]:
    return tuple(SheetColumn(say(f"due.column_{name}", language), kind) for name, kind in names.items())

