"""Builds the Word templates of notices and of the circular, by GB/T 9704-2012: `python docs/scripts/word_templates.py`.

Only whoever changes the design needs this; the templates it makes are kept in the program, to be edited in WPS or Word.
Lengths are millimetres or points as their names say. A page has 22 lines of 28 characters: a line is 28.9 pt, a
character 16 pt less 0.25 pt, and the page's grid is one of lines, since a grid of characters is not laid out alike by
all programs.
"""

from __future__ import annotations

import io
from datetime import UTC, datetime
from typing import Any

from docx import Document
from docx.document import Document as WordFile
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.style import WD_STYLE_TYPE
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.section import Section
from docx.shared import Mm, Pt, RGBColor
from docx.table import _Cell
from docx.text.paragraph import Paragraph

from bayang.engine.output.notices.fonts import fonts
from bayang.engine.output.notices.templates import FOLDER, HEADS, REMINDER, template_name
from bayang.engine.output.notices.word import packed, unpacked
from bayang.engine.output.statistics import circular

TOP, BOTTOM, LEFT, RIGHT = 37, 35, 28, 26       # margins; the type area is 156 x 225 mm
LINE, TIGHT = 28.9, -5                          # points a line; twentieths of a point between characters
DROP = 5.5                                      # how much lower a letter's foot stands than its page numbers
CHARACTER = 15.75                               # points from one character to the next
# Of the library's own empty document, what a letter needs; the rest, for other looks, costs each letter time and room.
STYLES = "Normal", "Default Paragraph Font", "Normal Table", "No List", "Table Grid"
NEEDLESS = "stylesWithEffects", "numbering", "webSettings", "customXml", "thumbnail"
RED, BLACK = RGBColor(0xE6, 0x00, 0x12), RGBColor(0, 0, 0)
LIST = (10, 38, 13, 35, 34, 56, 18, 21)         # columns of annex 1, on a page laid across
REPLY = (12, 36, 42, 26, 40)                    # columns of annex 2
WIDE = 297 - BOTTOM - TOP                       # between the margins of a page laid across


def notice(head: str) -> bytes:
    """The template of notices for one style of head: none, letter or red."""
    drop = DROP if head == "letter" else 0
    document = begun(drop)
    _head(document, document.sections[0], head)
    repeated(document, "line in title_lines", "Notice Title", "{{ line }}")
    add(document, "Normal", "")
    main_text(document)
    add(document, "Normal", "{%p if listed %}")
    add(document, "Notice Kept", "{{ attached }}1. {{ annexes[0].title }}")
    add(document, "Notice Kept", "2. {{ annexes[1].title }}").paragraph_format.left_indent = Pt(3 * CHARACTER)
    add(document, "Normal", "{%p else %}")
    add(document, "Notice Kept", "{{ attached }}{{ annexes[1].title }}")
    add(document, "Normal", "{%p endif %}")
    signature(document)
    _annexes(document, drop)
    return saved(document)


def reminder(head: str) -> bytes:
    """The template of reminders for one style of head: a letter to which nothing is attached."""
    document = begun(DROP if head == "letter" else 0)
    _head(document, document.sections[0], head)
    repeated(document, "line in title_lines", "Notice Title", "{{ line }}")
    add(document, "Normal", "")
    main_text(document)
    signature(document)
    return saved(document)


def office_circular() -> bytes:
    """The template of the circular, with a table of figures laid across."""
    document = begun()
    add(document, "Normal", "")
    repeated(document, "line in title_lines", "Notice Title", "{{ line }}")
    add(document, "Normal", "")
    main_text(document)
    add(document, "Notice Kept", "{{ attached }}")
    signature(document)
    page(document.add_section(WD_SECTION.NEW_PAGE), True, 0)
    add(document, "Notice Annex", "{{ annex.label }}")
    add(document, "Notice Title", "{{ annex.title }}")
    repeated(document, "line in annex.head", "Notice Cell", "{{ line }}").alignment = WD_ALIGN_PARAGRAPH.CENTER
    add(document, "Notice Cell", "{{ annex.remarks }}").paragraph_format.space_before = Pt(10)
    repeated(document, "line in annex.notes", "Notice Cell", "{{ line }}")
    add(document, "Normal", "{%p for table in annex.tables %}")
    add(document, "Notice Annex", "{{ table.name }}").paragraph_format.space_before = Pt(10)
    _figures(document)
    add(document, "Normal", "{%p endfor %}")
    return saved(document)


def begun(drop: float = 0) -> WordFile:
    """A document with the styles, page and page numbers of all templates, and of no hour or person."""
    document = Document()
    core = document.core_properties
    core.author = core.title = core.comments = core.last_modified_by = ""
    core.created = core.modified = datetime(2022, 1, 1, tzinfo=UTC).replace(tzinfo=None)
    core.revision = 1
    for needless in [style for style in document.styles if style.name not in STYLES]:
        needless.delete()
    for owner in (document.part, document.part.package):
        for key in [key for key, one in owner.rels.items() if one.reltype.rpartition("/")[2] in NEEDLESS]:
            del owner.rels[key]
    styles(document)
    page(document.sections[0], False, drop)
    page_numbers(document, document.sections[0], drop)
    return document


def saved(document: WordFile) -> bytes:
    out = io.BytesIO()
    document.save(out)
    return packed(unpacked(out.getvalue()))


def element(tag: str, *inside: Any, **values: object) -> Any:
    """An element of Word's XML with its attributes."""
    made = OxmlElement(f"w:{tag}")
    for name, value in values.items():
        made.set(qn(f"w:{name}"), str(value))
    made.extend(inside)
    return made


def set_fonts(owner: Any, part: str) -> None:
    """The official fonts on a style or a run, in place of those of a theme."""
    properties = owner.element.get_or_add_rPr() if hasattr(owner.element, "get_or_add_rPr") else owner._element.rPr
    found = properties.find(qn("w:rFonts"))
    if found is not None:
        properties.remove(found)
    latin = fonts()["page" if part == "page" else "latin"][0]
    properties.insert(0, element("rFonts", ascii=latin, hAnsi=latin, cs=latin, eastAsia=fonts()[part][0],
                                 hint="eastAsia"))


def _style(document: WordFile, name: str, part: str, size: float, line: float, *,
           align: WD_ALIGN_PARAGRAPH | None = None, indent: float = 0, after: float = 0, next_too: bool = False,
           tight: int = TIGHT, grid: bool = True, color: RGBColor = BLACK) -> Any:
    """A paragraph style; `line` in points, exact."""
    known = [style.name for style in document.styles]
    style = document.styles[name] if name in known else document.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH)
    if name != "Normal":
        style.base_style = document.styles["Normal"]
        style.quick_style = True
    set_fonts(style, part)
    style.font.size, style.font.bold, style.font.italic = Pt(size), False, False
    style.font.color.rgb = color
    layout = style.paragraph_format
    layout.line_spacing_rule, layout.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(line)
    layout.space_before, layout.space_after = Pt(0), Pt(after)
    layout.first_line_indent = Pt(indent)
    layout.alignment = align
    layout.keep_with_next, layout.keep_together, layout.widow_control = next_too, next_too, False
    style.element.rPr.insert_element_before(element("spacing", val=tight), "w:sz", "w:lang")
    paragraph = style.element.get_or_add_pPr()
    if not grid:
        paragraph.insert_element_before(element("snapToGrid", val=0), "w:spacing", "w:ind", "w:jc")
    if name == "Normal":
        # a mark may hang at a line's end, as is the default; said in so many words, since LibreOffice takes silence for
        # a way of hanging by which it loses the mark on the page
        paragraph.insert_element_before(element("overflowPunct", val=1), "w:snapToGrid", "w:spacing", "w:ind", "w:jc")
    return style


def styles(document: WordFile) -> None:
    centre, right, both = WD_ALIGN_PARAGRAPH.CENTER, WD_ALIGN_PARAGRAPH.RIGHT, WD_ALIGN_PARAGRAPH.JUSTIFY
    _style(document, "Normal", "body", 16, LINE)
    _style(document, "Notice Text", "body", 16, LINE, indent=2 * CHARACTER, align=both)
    _style(document, "Notice Heading", "heading", 16, LINE, indent=2 * CHARACTER, next_too=True)
    _style(document, "Notice Title", "title", 22, 36, align=centre, next_too=True, tight=0)
    _style(document, "Notice Mark", "title", 30, 42, align=centre, tight=0, color=RED)
    _style(document, "Notice Number", "body", 16, LINE, align=centre)
    _style(document, "Notice Kept", "body", 16, LINE, indent=2 * CHARACTER, next_too=True)
    _style(document, "Notice Signature", "body", 16, LINE, align=centre, next_too=True) \
        .paragraph_format.left_indent = Pt(212)
    _style(document, "Notice Annex", "heading", 16, LINE, next_too=True)
    _style(document, "Notice Note", "body", 12, 20, align=centre, after=4, next_too=True, tight=0)
    _style(document, "Notice Cell", "body", 10.5, 14, tight=0, grid=False) \
        .paragraph_format.widow_control = True      # no single line of a row on a page
    _style(document, "Notice Cell Head", "heading", 10.5, 14, align=centre, tight=0, grid=False, next_too=True)
    _style(document, "Notice Page", "page", 14, 17, align=right, tight=0, grid=False)
    language = document.styles.element.find(qn("w:docDefaults")).find(f".//{qn('w:lang')}")
    language.set(qn("w:eastAsia"), "zh-CN")


def page(section: Section, across: bool, drop: float) -> None:
    """A4; laid across, the margins turn with the paper."""
    section.page_width, section.page_height = (Mm(297), Mm(210)) if across else (Mm(210), Mm(297))
    section.orientation = WD_ORIENT.LANDSCAPE if across else WD_ORIENT.PORTRAIT
    top, bottom, left, right = (LEFT, RIGHT, BOTTOM, TOP) if across else (TOP, BOTTOM, LEFT, RIGHT)
    section.top_margin, section.bottom_margin = Mm(top), Mm(bottom)
    section.left_margin, section.right_margin = Mm(left), Mm(right)
    section.header_distance, section.footer_distance = Mm(15), Mm(bottom - 10 - drop)
    setting = section._sectPr
    for old in setting.findall(qn("w:docGrid")):
        setting.remove(old)
    setting.append(element("docGrid", type="lines", linePitch=579))


def page_numbers(document: WordFile, section: Section, drop: float) -> None:
    """Outside below the type area: odd pages right, even pages left; a letter has none on its first page."""
    document.settings.odd_and_even_pages_header_footer = True
    for footer, right in ((section.footer, True), (section.even_page_footer, False)):
        footer.is_linked_to_previous = False
        paragraph = footer.paragraphs[0]
        paragraph.style = document.styles["Notice Page"]
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT if right else WD_ALIGN_PARAGRAPH.LEFT
        paragraph.paragraph_format.right_indent = Pt(14 if right else 0)
        paragraph.paragraph_format.left_indent = Pt(0 if right else 14)
        paragraph.paragraph_format.space_after = Mm(drop)
        field = element("instrText")
        field.text = "PAGE"
        paragraph.add_run("— ")
        for part in (element("fldChar", fldCharType="begin"), field, element("fldChar", fldCharType="separate")):
            paragraph.add_run()._element.append(part)
        paragraph.add_run("1")
        paragraph.add_run()._element.append(element("fldChar", fldCharType="end"))
        paragraph.add_run(" —")
    section.different_first_page_header_footer = drop > 0


def _line(paragraph: Paragraph, kind: str, eighths: int, space: int) -> None:
    """A red line under a paragraph; `eighths` of a point thick, `space` points away."""
    properties = paragraph._element.get_or_add_pPr()
    properties.insert(0 if properties.find(qn("w:pStyle")) is None else 1, element(
        "pBdr", element("bottom", val=kind, sz=eighths, space=space, color="E60012")))


def _head(document: WordFile, section: Section, head: str) -> None:
    """What stands above the title."""
    if head == "letter":
        section.header_distance = Mm(30)
        for part, style in ((section.first_page_header, "Notice Mark"), (section.first_page_footer, "Notice Page")):
            part.is_linked_to_previous = False
            paragraph = part.paragraphs[0]
            paragraph.style = document.styles[style]
            # 170 mm wide: the type area and 8 and 6 mm beside it
            paragraph.paragraph_format.left_indent, paragraph.paragraph_format.right_indent = Mm(-8), Mm(-6)
        mark, foot = section.first_page_header.paragraphs[0], section.first_page_footer.paragraphs[0]
        mark.add_run("{{ issuer }}")
        _line(mark, "thickThinSmallGap", 24, 11)
        foot.paragraph_format.line_spacing = Pt(1)
        _line(foot, "thinThickSmallGap", 24, 1)
        add(document, "Notice Number", "{{ number }}").alignment = WD_ALIGN_PARAGRAPH.RIGHT
    elif head == "red":
        add(document, "Notice Mark", "{{ issuer }}").paragraph_format.space_before = Mm(35)
        for _ in range(2):
            add(document, "Notice Number", "")
        _line(add(document, "Notice Number", "{{ number }}"), "single", 12, 11)
        add(document, "Normal", "")
    else:
        add(document, "Normal", "{%p if numbered %}")
        add(document, "Notice Number", "{{ number }}").alignment = WD_ALIGN_PARAGRAPH.RIGHT
        add(document, "Normal", "{%p endif %}")
    add(document, "Normal", "")


def add(where: WordFile | _Cell, style: str, text: str) -> Any:
    return where.add_paragraph(text, style=style)


def repeated(document: WordFile, each: str, style: str, text: str) -> Any:
    """A paragraph for each of a list."""
    add(document, "Normal", f"{{%p for {each} %}}")
    made = add(document, style, text)
    add(document, "Normal", "{%p endfor %}")
    return made


def main_text(document: WordFile) -> None:
    """Whom it is for, the basis, and each section: the text of a notice and of a circular."""
    add(document, "Normal", "{{ addressee }}").paragraph_format.keep_with_next = True
    add(document, "Notice Text", "{{ basis }}")
    add(document, "Normal", "{%p for section in sections %}")
    add(document, "Notice Heading", "{{ section.heading }}")
    add(document, "Normal", "{%p for paragraph in section.paragraphs %}")
    add(document, "Normal", "{%p if section.last %}")      # no signature without text above it
    for style, after in (("Notice Kept", "{%p else %}"), ("Notice Text", "{%p endif %}")):
        paragraph = add(document, style, "")
        set_fonts(paragraph.add_run("{{ paragraph.lead }}"), "lead")
        paragraph.add_run("{{ paragraph.text }}")
        add(document, "Normal", after)
    add(document, "Normal", "{%p endfor %}")
    add(document, "Normal", "{%p endfor %}")
    add(document, "Notice Kept", "")


def signature(document: WordFile) -> None:
    """Who issues it and the day, under room for the seal."""
    for text in ("", "", "{{ issuer }}"):
        add(document, "Notice Signature", text)
    add(document, "Notice Signature", "{{ date }}").paragraph_format.keep_with_next = False


def _annexes(document: WordFile, drop: float) -> None:
    """The list of items, which a letter of few items is without, and the reply form, each on pages of its own."""
    for at, (across, widths) in enumerate(((True, LIST), (False, REPLY))):
        section = document.add_section(WD_SECTION.NEW_PAGE)
        page(section, across, drop)
        section.different_first_page_header_footer = False
        add(document, "Normal", "{%p endif %}" if at else "{%p if listed %}")
        annex = f"annexes[{at}]"
        add(document, "Notice Annex", f"{{{{ {annex}.label }}}}")
        add(document, "Notice Title", f"{{{{ {annex}.title }}}}")
        repeated(document, f"note in {annex}.notes", "Notice Note", "{{ note }}")
        if at == 1:     # above the table: below it, the line might stand on a page by itself
            signing = add(document, "Notice Cell", f"{{{{ {annex}.signing }}}}").paragraph_format
            signing.space_after, signing.keep_with_next = Pt(6), True
        row = table(document, widths, f"row in {annex}.rows").rows
        if at == 1:
            row[2].height = Mm(14)
        for number, cell in enumerate(row[0].cells):
            fill(document, cell, "Notice Cell Head", f"{{{{ {annex}.columns[{number}] }}}}")
        for number, cell in enumerate(row[2].cells):
            fill(document, cell, "Notice Cell", f"{{%p for line in row[{number}] %}}", "{{ line }}", "{%p endfor %}")
    add(document, "Notice Cell", "").paragraph_format.line_spacing = Pt(1)


def _figures(document: WordFile) -> None:
    """Number and name, and a column for each figure; the columns are set right after rendering (`circular.fitted`)."""
    rows = table(document, (*circular.FIXED, 1, WIDE - sum(circular.FIXED) - 2, 1), "row in table.rows").rows
    for row, cells, cell in ((rows[0], "table.columns", "title"), (rows[2], "row", "figure")):
        for at, text in enumerate((f"{{{{ {cells}[0] }}}}", f"{{{{ {cells}[1] }}}}",
                                   f"{{%tc for {cell} in {cells}[2:] %}}", f"{{{{ {cell} }}}}", "{%tc endfor %}")):
            fill(document, row.cells[at], "Notice Cell", text)
            if at != 1:
                row.cells[at].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER


def table(document: WordFile, widths: tuple[int, ...], each: str) -> Any:
    """A table of four rows: a head that is repeated, one that opens a loop, one that is looped, one that closes it."""
    made = document.add_table(rows=4, cols=len(widths))
    made.style = document.styles["Table Grid"]
    made.autofit = False
    for column, width in zip(made.columns, widths, strict=True):        # some programs go by the grid, some by cells
        column.width = Mm(width)
        for cell in column.cells:
            cell.width = Mm(width)
    made._tbl.tblPr.insert_element_before(element("tblCellMar", *(
        element(side, w=margin, type="dxa") for side, margin in (("top", 40), ("left", 60), ("bottom", 40),
                                                                 ("right", 60)))), "w:tblLook")
    for name in ("tblHeader", "cantSplit"):     # the other rows may be taller than a page
        made.rows[0]._tr.get_or_add_trPr().append(element(name))
    fill(document, made.rows[1].cells[0], "Notice Cell", f"{{%tr for {each} %}}")
    fill(document, made.rows[3].cells[0], "Notice Cell", "{%tr endfor %}")
    return made


def fill(document: WordFile, cell: _Cell, style: str, *texts: str) -> None:
    for at, text in enumerate(texts):
        paragraph = cell.paragraphs[0] if at == 0 else cell.add_paragraph()
        paragraph.style = document.styles[style]
        paragraph.add_run(text)


if __name__ == "__main__":
    for style in HEADS:
        (FOLDER / template_name("docx", style)).write_bytes(notice(style))
        (FOLDER / template_name("docx", style, REMINDER)).write_bytes(reminder(style))
    (circular.FOLDER / circular.TEMPLATE).write_bytes(office_circular())
