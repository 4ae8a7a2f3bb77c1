"""The ledger as tables in the reader's language: the problems, their totals, and what it does not hold."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator

from ...batch import reopening
from ...batch.outcome import Result
from ...packs.pack import Pack
from ...recording import dataclass
from ...text.lines import tame
from ...text.messages import joined, say, shown_date
from ..findings import filing
from ..sheets import Cell, Colour, RowsOf, Sheet, SheetColumn
from .cells import Cells
from .marks import CLOSED, MARKS, MONTH, ONLY, OVERDUE, SOON, TO_CLOSE, UNCLEAR, WEEK, sunday_of
from .rows import PARTLY, Gap, Gathered, LedgerRow
from .words import Ask

# How a marked cell looks in a spreadsheet: background, ink.
_COLOURS = {OVERDUE: ("#F8D7D4", "#7A120C"), WEEK: ("#FCE4B8", "#5F3B00"), MONTH: ("#FFF6D6", "#5F4100"),
            UNCLEAR: ("#E6DDF2", "#43276B"), TO_CLOSE: ("#D6E8F7", "#0B3D66"), CLOSED: ("#DDEFDD", "#1D4A20")}
_RELAPSED = ("#F3C6DF", "#6B1145")
_WIDEST = 20        # characters of a column of the ledger, which has so many
RELAPSED = "relapsed"
# States of a gap that are no standings of subjects.
_OWN = (reopening.SECOND, reopening.LATER, reopening.UNSIGNED, reopening.GONE, PARTLY)


@dataclass(frozen=True, slots=True)
class LedgerTables:
    """What every output shows."""

    title: str
    plan: str
    notes: tuple[str, ...]          # above the tables
    main: Sheet
    marks: tuple[tuple[str, bool], ...]     # of each row of `main`: its mark, and whether it is a relapse
    sums: tuple[Sheet, ...]
    gaps: Sheet
    no_gaps: str                    # said where there are none
    figures: tuple[tuple[str, str, int], ...]   # a mark, its name, and how many problems have it; relapses at the end
    problems: int                   # all, those too that are not in `main`


def tables(found: Gathered, result: Result, pack: Pack, ask: Ask) -> LedgerTables:
    """The tables of what was gathered."""
    cells = Cells(pack, result.roster, ask)
    rows = [row for row in found.rows if ask.only is None or row.mark in ONLY[ask.only]]
    columns = list(cells.columns())
    main = Sheet(cells.say("main"), tuple(column for column, _ in columns),
                 RowsOf(rows, lambda row: [read(row) for _, read in columns]), colours=(
                     *(Colour(0, cells.labels[name], *look) for name, look in _COLOURS.items()),
                     Colour(2, cells.say("relapsed"), *_RELAPSED)), widest=_WIDEST, large=True)
    units = _sums(found.rows, cells, "unit", cells.unit, map(cells.unit, found.rows))
    themes = _sums(found.rows, cells, "theme", lambda row: cells.theme(row.theme), map(cells.theme, pack.themes))
    totals = Counter(row.mark for row in found.rows)
    relapses = sum(row.relapsed for row in found.rows)
    return LedgerTables(
        cells.say("title", name=pack.name), pack.title[ask.language], tuple(_notes(found, rows, result, cells)), main,
        tuple((row.mark, row.relapsed) for row in rows), (units, themes), _gaps(found.gaps, cells),
        cells.say("gaps_none" if result.roster and result.whole else "gaps_unknown"),
        (*((name, label, totals[name]) for name, label in cells.labels.items()),
         (RELAPSED, cells.say("relapsed"), relapses)), len(found.rows))


def told(made: LedgerTables, found: Gathered, file: str, language: str) -> Iterator[str]:
    """What is said once the ledger is written."""
    yield say("ledger.wrote", language, file=file, problems=len(made.main.rows), reports=found.reports)
    if made.problems:
        yield _counted([(label, count) for _, label, count in made.figures if count], language)
    if found.gaps:
        states = Counter(say("ledger.gap_short", language) if gap.state in _OWN else filing.label(gap.state, language)
                         for gap in found.gaps)
        yield say("ledger.gaps_told", language, count=len(found.gaps), states=_counted(states.items(), language))


def _counted(counts: Iterable[tuple[str, int]], language: str) -> str:
    return joined([say("ledger.count", language, label=label, count=count) for label, count in counts], language)


def _sums(rows: Iterable[LedgerRow], cells: Cells, name: str, of: Callable[[LedgerRow], str],
          keys: Iterable[str]) -> Sheet:
    """How many problems there are of each mark, by what `of` says of them; and in all."""
    counts: dict[str, Counter[str]] = {key: Counter() for key in keys}
    for row in rows:
        counts[of(row)].update([row.mark, "all", *([RELAPSED] if row.relapsed else [])])
    whole = sum(counts.values(), Counter[str]())
    titles = (cells.say("column_problems"), *cells.labels.values(), cells.say("relapsed"))
    columns = (SheetColumn(cells.say(f"column_{name}")), *(SheetColumn(title, "count") for title in titles))
    listed: list[list[Cell]] = [[key, *(one[each] for each in ("all", *MARKS, RELAPSED))]
                                for key, one in (*counts.items(), (cells.say("total"), whole))]
    return Sheet(cells.say(f"by-{name}"), columns, listed, tail=1)


def _gaps(gaps: Iterable[Gap], cells: Cells) -> Sheet:
    columns = tuple(SheetColumn(cells.say(f"column_{name}"))
                    for name in ("unit", "subject", "reason", "held", "files"))
    rows = [[cells.unit(gap), cells.subject(gap), cells.say(f"gap_{gap.state}", count=gap.count)
             if gap.state in _OWN else filing.label(gap.state, cells.language),
             cells.phase(gap.phase) or cells.say("held_none"),
             joined([tame(file) for file in gap.files], cells.language)] for gap in gaps]
    return Sheet(cells.say("gaps"), columns, rows)


def _notes(found: Gathered, rows: list[LedgerRow], result: Result, cells: Cells) -> Iterator[str]:
    """What the tables must be read with."""
    ask, language = cells.ask, cells.language
    yield cells.say("as_of", date=shown_date(result.as_of, language),
                    sunday=shown_date(sunday_of(result.as_of), language))
    if ask.only:
        yield cells.say("only_note", kinds=[cells.labels[name] for name in ONLY[ask.only]], count=len(rows),
                        total=len(found.rows))
    yield cells.say("with_values" if ask.values else "without_values")
    if not result.roster:
        yield cells.say("no_roster")
    elif not result.whole:
        yield say("filing.partial", language)
    yield cells.say("marks_note", soon=SOON)
