"""The ledger as a file: XLSX, CSV, HTML or Markdown, by the ending of its name. The same bytes for the same tables."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from functools import lru_cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

from .... import __version__
from ...recording import replace
from ...text.lines import tame
from ...text.messages import say
from ...text.wording import visible, width
from ...writing import Output
from ..findings.pages import embedded, environment, markdown
from ..sheets import Cell, Sheet, csv_lines
from ..sheets import as_xlsx as xlsx_of
from .tables import RELAPSED, LedgerTables

if TYPE_CHECKING:
    from jinja2 import Template

MOST = 10_000       # problems that a page lists; a browser gets slow beyond, and the other formats have them all
SHORT = 10          # columns of an ID, a date, a state, which are not broken
_FOLDER = Path(__file__).parent / "templates"


def as_xlsx(made: LedgerTables, language: str, day: str) -> bytes:
    """A sheet for the problems, for each of the totals and for what is not listed, each with what it rests on."""
    said = (made.title, *made.notes)
    return xlsx_of([replace(sheet, notes=said) for sheet in _sheets(made)], day)


def as_csv(made: LedgerTables, language: str, day: str) -> Iterator[str]:
    """One table: the problems, then what is not listed, whose mark says why."""
    columns = made.main.columns
    at = {name: next((number for number, column in enumerate(columns) if column.title == title), None)
          for name in ("unit", "subject", "file") for title in [say(f"ledger.column_{name}", language)]}
    rows: list[list[Cell]] = []
    for unit, subject, reason, _, files in made.gaps.rows:
        row: list[Cell] = [reason, *[""] * (len(columns) - 1)]
        for name, value in (("unit", unit), ("subject", subject), ("file", files)):
            row[at[name] or 0] = value
        rows.append(row)
    return csv_lines(columns, chain(made.main.rows, rows))


def as_markdown(made: LedgerTables, language: str, day: str) -> bytes:
    lines = [f"# {markdown(made.title)}", "", *(f"- {markdown(note)}" for note in made.notes)]
    for sheet in _sheets(made):
        lines += ["", f"## {markdown(sheet.name)}", "", *_rows(sheet, language)]
    return ("\n".join(lines) + "\n").encode("utf-8", "backslashreplace")


def as_html(made: LedgerTables, language: str, day: str) -> bytes:
    """One file that asks for no other; what is shown of the rows is chosen without a script."""
    main = [(mark, relapsed, [(text, len(text) <= SHORT and width(text) <= SHORT) for at, cell in enumerate(row)
                              for text in [_shown_cell(made.main, at, cell, language)]])
            for (mark, relapsed), row in zip(made.marks[:MOST], made.main.rows[:MOST], strict=True)]
    counts = Counter(mark for mark, _ in made.marks[:MOST])
    counts[RELAPSED] = sum(relapsed for _, relapsed in made.marks[:MOST])
    page = _template().render(made=made, rows=main, language=language, day=day, version=__version__,
                              more=max(0, len(made.marks) - MOST),
                              shown=[(mark, label, counts[mark]) for mark, label, _ in made.figures if counts[mark]],
                              say=lambda key, **facts: say(key, language, **facts))
    return page.encode("utf-8", "backslashreplace")


FORMATS: dict[str, Callable[[LedgerTables, str, str], Output]] = {
    ".xlsx": as_xlsx, ".csv": as_csv, ".html": as_html, ".md": as_markdown}


def _sheets(made: LedgerTables) -> Iterator[Sheet]:
    """All tables; one that would be empty says so."""
    yield made.main
    yield from made.sums
    yield made.gaps if made.gaps.rows else replace(
        made.gaps, rows=[[made.no_gaps, *[""] * (len(made.gaps.columns) - 1)]])


def _rows(sheet: Sheet, language: str) -> Iterator[str]:
    titles = [markdown(column.title) for column in sheet.columns]
    yield f"| {' | '.join(titles)} |"
    yield "|" + "|".join(":---" if column.kind != "count" else "---:" for column in sheet.columns) + "|"
    for row in sheet.rows:
        yield f"| {' | '.join(markdown(_shown_cell(sheet, at, cell, language)) for at, cell in enumerate(row))} |"


def _shown_cell(sheet: Sheet, at: int, cell: Cell, language: str) -> str:
    """A cell as people read it: numbers of days in words."""
    days = sheet.columns[at].pattern and isinstance(cell, int)
    return say("ledger.left_days", language, left=cell) if days else str(cell)


@lru_cache(maxsize=1)
def _template() -> Template:
    from markupsafe import Markup

    made = environment(_FOLDER, _harmless)
    style, digest = embedded(_FOLDER / "ledger.css")
    made.globals |= {"style": Markup(style), "style_digest": digest, "whole": Markup(' class="w"')}
    return made.get_template("ledger.html.j2")


@lru_cache(maxsize=65536)       # most cells of a ledger say what others say
def _harmless(text: str) -> str:
    return tame(visible(text))
