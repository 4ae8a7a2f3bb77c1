"""The circular as a Word file: what the figures say in sentences, room for the office's own words, and the tables."""

from __future__ import annotations

import io
from collections.abc import Callable
from pathlib import Path
from typing import Any

from ..messages import joined, say, shown_date
from ..notices.guard import Guarded, NoticeFault, Overrun, TemplateFault
from ..notices.word import settled, word_renderer
from ..records import UsageError
from ..sheets import Rate
from ..wording import width
from .tables import Report, cell_text, shown_name

TEMPLATE = "circular.docx"
FOLDER = Path(__file__).parent / "templates"
FIXED = (11, 52)        # millimetres that the first two columns of a table take; the others share the rest
PAGE = 400              # points of a page laid across that a table may take
HALF, MARGIN = 66_675, 76_200   # half a character of a cell, and what a cell leaves free, in EMU


def to_docx(found: Report, language: str) -> bytes:
    """The circular by the template that comes along. Needs docxtpl; without it UsageError says how to get it."""
    return fitted(word_renderer((FOLDER / TEMPLATE).read_bytes())(content(found, language)))


def circular(templates: str) -> Callable[[Report, str], bytes]:
    """A function that makes the circular by a template in a folder of the office's own.

    Raises UsageError where the folder holds no such template; the function does where the template can't be used.
    """
    own = Path(templates) / TEMPLATE
    if not own.is_file():
        raise UsageError("circular.no_template", folder=templates, name=TEMPLATE)

    def make(found: Report, language: str) -> bytes:
        try:
            guarded = Guarded(_renderer, "docx", own.read_bytes())
            try:
                return fitted(guarded(content(found, language)))
            finally:
                guarded.close()
        except TemplateFault as fault:
            why: Any = fault.text or UsageError("circular.unread")
        except NoticeFault as fault:
            why = str(fault)
        except Overrun:
            why = UsageError("circular.slow")
        raise UsageError("circular.bad", name=TEMPLATE, why=why)

    return make


def _renderer(form: str, template: bytes) -> Callable[[dict[str, Any]], bytes]:
    return word_renderer(template)


def content(found: Report, language: str) -> dict[str, Any]:
    """What the template may show: text, and lists and maps of text."""
    def word(key: str, /, **facts: Any) -> str:
        return say(f"circular.{key}", language, **facts)

    def section(number: int, name: str, paragraphs: list[dict[str, str]]) -> dict[str, Any]:
        heading = word("heading", number=number, text=word(name))
        return {"heading": heading, "paragraphs": paragraphs or [{"lead": "", "text": word("blank", name=word(name))}],
                "last": number == len(_OWN)}

    return {
        "title_lines": word("title", name=found.campaign).split("|"), "addressee": word("addressee"),
        "basis": word("basis", plan=found.plan, date=shown_date(found.found.as_of, language), phase=found.phase),
        "sections": [section(0, "facts", _facts(found, language)),
                     *(section(number, name, []) for number, name in enumerate(_OWN, 1))],
        "attached": word("attached"), "issuer": word("issuer"), "date": word("day"),
        "annex": {
            "label": word("annex"), "title": found.title, "head": list(found.head), "remarks": word("remarks"),
            "notes": list(found.notes),
            "tables": [{"name": table.name, "columns": [column.title for column in table.columns],
                        "rows": [[cell_text(value) for value in row] for row in table.rows]}
                       for table in found.tables.values()]},
        # for templates of the office's own
        "as_of": found.found.as_of, "campaign": found.campaign, "plan": found.plan, "language": language,
    }


_OWN = ("deeds", "faults", "asks")      # sections that the office writes


def _facts(found: Report, language: str) -> list[dict[str, str]]:
    """What the totals say, in sentences."""
    def word(key: str, /, **facts: Any) -> str:
        return say(f"circular.{key}", language, **facts)

    def listed(name: str) -> str:
        """The figures of a table's total that are not 0, each with its title, without the first, which sums them up."""
        table = found.tables[name]
        [row] = [row for row in table.rows if row[1] == say("statistics.total", language)]
        return joined([word("count", title=column.title, count=value)
                       for column, value in zip(table.columns[3:], row[3:], strict=True)
                       if value and column.kind == "count"], language)

    total, known = found.total, found.found.expected
    seen, problems = total.review, total.own
    filed = word("date", date=shown_date(found.found.as_of, language)) + "".join(
        word(f"filed_{name}", known=known, due=one.due, received=one.received, rate=Rate(one.received, one.due),
             on_time=one.on_time, on_time_rate=Rate(one.on_time, one.due), overdue=one.overdue)
        for name, one in (("unit", total.unit), ("people", total.people)))
    behind = [word("behind", unit=shown_name(row, language), own=row.unit.overdue, people=row.people.overdue)
              for row in found.found.rows if row.unit.overdue or row.people.overdue] if known else []
    if behind:
        filed += word("overdue", units=joined(behind, language))
    texts = [("filing", filed), ("review", word(
        "reviewed", reports=seen.reports, passed=seen.passed, rate=Rate(seen.passed, seen.reports), faulty=seen.faulty,
        errors=seen.errors, warnings=seen.warnings, waived=seen.waived, answered=Rate(seen.answered, seen.asked)))]
    if problems.total:
        texts.append(("search", word("searched", count=problems.total, themes=listed("themes"),
                                     sources=listed("sources"))))
        texts.append(("mending", word(
            "mended", states=listed("states"), rate=Rate(problems.done, problems.total), due=problems.due,
            done=problems.due_done, due_rate=Rate(problems.due_done, problems.due), lasting=problems.due_lasting,
            overdue=problems.overdue)))
    if problems.institutions:
        texts.append(("institutions", word("instituted", count=problems.institutions.total(),
                                           kinds=listed("institutions"))))
    return [{"lead": word("sub", number=number, text=word(name)), "text": text}
            for number, (name, text) in enumerate(texts)]


def _height(texts: list[str], widths: list[int]) -> int:
    """About how many points a row takes."""
    return 5 + 14 * max(-(-width(text) * HALF // (room - MARGIN)) for text, room in zip(texts, widths, strict=True))


def fitted(packed: bytes) -> bytes:
    """The Word file with the columns of its wide tables as wide as need be, and those that fit on a page on one."""
    from docx import Document
    from docx.shared import Mm

    document = Document(io.BytesIO(packed))
    for table in document.tables:
        columns, rows = list(table.columns), list(table.rows)
        if len(columns) > len(FIXED) + 1:
            room = sum(column.width or 0 for column in columns) - sum(map(Mm, FIXED))
            widths = [*map(Mm, FIXED), *[room // (len(columns) - len(FIXED))] * (len(columns) - len(FIXED))]
            for column, size in zip(columns, widths, strict=True):        # some programs go by the grid, some by cells
                column.width = size
            texts = [[cell.text for cell in row.cells] for row in rows]
            fits = sum(_height(one, widths) for one in texts) < PAGE
            for at, row in enumerate(rows, 1):
                for cell, size in zip(row.cells, widths, strict=True):
                    cell.width = size
                    for paragraph in cell.paragraphs:
                        paragraph.paragraph_format.keep_with_next = fits and at < len(rows)
    out = io.BytesIO()
    document.save(out)
    return settled(out.getvalue())
