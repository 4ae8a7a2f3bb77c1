"""The circular as a Word file: what the figures say in sentences, room for the office's own words, and the tables."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path
from typing import Any, TypedDict

from ...records import UsageError
from ...text.messages import joined, say, shown_date
from ...text.wording import width
from ..notices.data import Paragraph, Section
from ..notices.guard import Guarded, Overrun, TemplateFault
from ..notices.word import packed, unpacked, word_renderer
from ..sheets import Rate
from .tables import Summary, cell_text, shown_name

TEMPLATE = "circular.docx"
FOLDER = Path(__file__).parent / "templates"
FIXED = (11, 52)        # millimetres that the first two columns of a table take; the others share the rest
PAGE = 400              # points of a page laid across that a table may take
MOST = 100_000_000      # bytes of a circular unpacked: thousands of units
SECONDS = 60.0          # that a template of the office's own may take
_MILLIMETRE = 1440 / 25.4       # in twentieths of a point, as Word counts
_HALF, _MARGIN = 105, 120       # half a character of a cell, and what a cell leaves free, in the same
_DOCUMENT = "word/document.xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"


def to_docx(found: Summary, language: str) -> bytes:
    """The circular by the template that comes along. Needs docxtpl; without it UsageError says how to get it."""
    return fitted(_renderer("docx", (FOLDER / TEMPLATE).read_bytes())(content(found, language)))


def circular(templates: str) -> Callable[[Summary, str], bytes]:
    """A function that makes the circular by a template in a folder of the office's own.

    Raises UsageError where the folder holds no such template; the function does where the template can't be used.
    """
    own = Path(templates) / TEMPLATE
    if not own.is_file():
        raise UsageError("circular.no_template", folder=templates, name=TEMPLATE)

    def make(found: Summary, language: str) -> bytes:
        try:
            guarded = Guarded(_own_renderer, "docx", own.read_bytes(), SECONDS)
            try:
                [made] = guarded.each([content(found, language)])
            finally:
                guarded.close()
            if isinstance(made, bytes):
                return fitted(made)
            why = made.told
        except TemplateFault as fault:
            why = fault.told or UsageError("circular.unread")
        except Overrun:
            why = UsageError("circular.slow")
        raise UsageError("circular.bad", name=TEMPLATE, why=why)

    return make


def _renderer(form: str, template: bytes) -> Callable[[Mapping[str, object]], bytes]:
    return word_renderer(template, MOST)


def _own_renderer(form: str, template: bytes) -> Callable[[Mapping[str, object]], bytes]:
    return word_renderer(template, MOST, CircularData)


class _Table(TypedDict):
    name: str
    columns: list[str]
    rows: list[list[str]]


class _Annex(TypedDict):
    label: str
    title: str
    head: list[str]
    remarks: str
    notes: list[str]
    tables: list[_Table]


class CircularData(TypedDict):
    """What a template sees of a circular."""

    title_lines: list[str]
    addressee: str
    basis: str
    sections: list[Section]
    attached: str
    issuer: str
    date: str
    annex: _Annex
    as_of: str
    campaign: str
    plan: str
    language: str


def _word(language: str, key: str, /, **facts: Any) -> str:
    return say(f"circular.{key}", language, **facts)


def content(found: Summary, language: str) -> CircularData:
    """What the template may show: text, and lists and maps of text."""
    word = partial(_word, language)

    def section(number: int, name: str, paragraphs: list[Paragraph]) -> Section:
        heading = word("heading", number=number, text=word(name))
        return {"heading": heading, "paragraphs": paragraphs or [{"lead": "", "text": word("blank", name=word(name))}],
                "last": number == len(_OWN)}

    return {
        "title_lines": word("title", name=found.campaign, report=found.reports).split("|"),
        "addressee": word("addressee"),
        "basis": word("basis", plan=found.plan, report=found.reports, date=shown_date(found.found.as_of, language),
                      phase=found.phase),
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


def _facts(found: Summary, language: str) -> list[Paragraph]:
    """What the totals say, in sentences."""
    word = partial(_word, language)

    def listed(name: str, first: int = 3, kind: str = "count") -> str:
        """The figures of a table's total that are not 0, each with its title; the first of most sums them up."""
        if name not in found.tables:        # the plan's form has no such field
            return ""
        table = found.tables[name]
        [row] = [row for row in table.rows if row[1] == say("statistics.total", language)]
        return joined([word(kind, title=column.title, count=value)
                       for column, value in zip(table.columns[first:], row[first:], strict=True)
                       if value and column.kind == kind], language)

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
    if problems.total and "states" in found.tables:
        texts.append(("mending", word(
            "mended", states=listed("states"), rate=Rate(problems.done, problems.total), due=problems.due,
            done=problems.due_done, due_rate=Rate(problems.due_done, problems.due), lasting=problems.due_lasting,
            overdue=problems.overdue)))
    if problems.institutions:
        texts.append(("institutions", word("instituted", count=problems.institutions.total(),
                                           kinds=listed("institutions"))))
    if figures := listed("figures", 2, "number"):
        texts.append(("figures", word("figured", figures=figures)))
    return [{"lead": word("sub", number=number, text=word(name)), "text": text}
            for number, (name, text) in enumerate(texts)]


def fitted(file: bytes) -> bytes:
    """The Word file with the columns of its wide tables as wide as need be, and those that fit on a page on one.

    Written on the file's own XML, since a table has thousands of cells.
    """
    from lxml import etree

    parts = unpacked(file)
    document = etree.fromstring(parts[_DOCUMENT])
    for table in document.iter(f"{_W}tbl"):
        grid = table.findall(f"{_W}tblGrid/{_W}gridCol")
        figures = len(grid) - len(FIXED)
        if figures > 1:
            room = sum(int(one.get(f"{_W}w")) for one in grid)
            fixed = [round(one * _MILLIMETRE) for one in FIXED]
            _fit(table, grid, [*fixed, *[(room - sum(fixed)) // figures] * figures])
    parts[_DOCUMENT] = etree.tostring(document, encoding="UTF-8", standalone=True)
    return packed(parts, MOST)


def _fit(table: Any, grid: list[Any], widths: list[int]) -> None:
    """Set the widths of a table's columns, and keep the rows of one that fits on a page together."""
    for column, size in zip(grid, widths, strict=True):         # some programs go by the grid, some by cells
        column.set(f"{_W}w", str(size))
    rows = [row.findall(f"{_W}tc") for row in table.findall(f"{_W}tr")]
    texts = [["".join(cell.itertext(f"{_W}t")) for cell in row] for row in rows]
    fits = sum(_height(row, widths) for row in texts) < PAGE
    for at, row in enumerate(rows, 1):
        for cell, size in zip(row, widths, strict=True):
            for held in cell.iterfind(f"{_W}tcPr/{_W}tcW"):
                held.set(f"{_W}w", str(size))
            for style in cell.iter(f"{_W}pStyle") if fits and at < len(rows) else ():
                if style.getparent().find(f"{_W}keepNext") is None:
                    style.addnext(style.makeelement(f"{_W}keepNext"))


def _height(texts: list[str], widths: list[int]) -> int:
    """About how many points a row takes."""
    return 5 + 14 * max(-(-width(text) * _HALF // (room - _MARGIN)) for text, room in zip(texts, widths, strict=True))
