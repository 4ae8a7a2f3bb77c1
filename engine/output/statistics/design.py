"""Builds the Word template of the circular, like the notices': `python -m bayang.engine.output.statistics.design`.

Only whoever changes the design needs this; the template it makes is kept beside it and can be edited in WPS or Word.
"""

from __future__ import annotations

import io

from docx import Document
from docx.document import Document as WordFile
from docx.enum.section import WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Pt

from ...writing import write_all
from ..notices.design import add, fill, main_text, page, page_numbers, properties, signature, styles, table
from ..notices.word import settled
from .circular import FIXED, FOLDER, TEMPLATE

_WIDE = 297 - 35 - 37       # millimetres between the margins of a page laid across


def design() -> bytes:
    """The template."""
    document = Document()
    properties(document)
    styles(document)
    section = document.sections[0]
    page(section, False, 0)
    page_numbers(document, section, 0)
    _body(document)
    page(document.add_section(WD_SECTION.NEW_PAGE), True, 0)
    _annex(document)
    out = io.BytesIO()
    document.save(out)
    return settled(out.getvalue())


def _body(document: WordFile) -> None:
    add(document, "Normal", "")
    add(document, "Normal", "{%p for line in title_lines %}")
    add(document, "Notice Title", "{{ line }}")
    add(document, "Normal", "{%p endfor %}")
    add(document, "Normal", "")
    main_text(document)
    add(document, "Notice Kept", "{{ attached }}")
    signature(document)


def _annex(document: WordFile) -> None:
    add(document, "Notice Annex", "{{ annex.label }}")
    add(document, "Notice Title", "{{ annex.title }}")
    add(document, "Normal", "{%p for line in annex.head %}")
    add(document, "Notice Cell", "{{ line }}").alignment = WD_ALIGN_PARAGRAPH.CENTER
    add(document, "Normal", "{%p endfor %}")
    add(document, "Notice Cell", "{{ annex.remarks }}").paragraph_format.space_before = Pt(10)
    add(document, "Normal", "{%p for line in annex.notes %}")
    add(document, "Notice Cell", "{{ line }}")
    add(document, "Normal", "{%p endfor %}")
    add(document, "Normal", "{%p for table in annex.tables %}")
    add(document, "Notice Annex", "{{ table.name }}").paragraph_format.space_before = Pt(10)
    _table(document)
    add(document, "Normal", "{%p endfor %}")


def _table(document: WordFile) -> None:
    """Number and name, and a column for each figure; the columns are set right after rendering (`circular.fitted`)."""
    widths = (*FIXED, 1, _WIDE - sum(FIXED) - 2, 1)
    table_ = table(document, widths)
    for row, number, name, cells, cell in (
            (table_.rows[0], "table.columns[0]", "table.columns[1]", "table.columns[2:]", "title"),
            (table_.rows[2], "row[0]", "row[1]", "row[2:]", "figure")):
        style = "Notice Cell Head" if row is table_.rows[0] else "Notice Cell"
        for at, text in enumerate((f"{{{{ {number} }}}}", f"{{{{ {name} }}}}", f"{{%tc for {cell} in {cells} %}}",
                                   f"{{{{ {cell} }}}}", "{%tc endfor %}")):
            fill(document, row.cells[at], style, text)
            if at != 1:
                row.cells[at].paragraphs[0].alignment = WD_ALIGN_PARAGRAPH.CENTER
    fill(document, table_.rows[1].cells[0], "Notice Cell", "{%tr for row in table.rows %}")
    fill(document, table_.rows[3].cells[0], "Notice Cell", "{%tr endfor %}")


def main() -> None:
    """Write the template."""
    write_all([(FOLDER / TEMPLATE, design())])


if __name__ == "__main__":
    main()
