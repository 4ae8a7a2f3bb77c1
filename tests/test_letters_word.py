"""Chinese quotation marks in Word files: drawn in the Chinese font also after a Latin letter, a digit or a blank
(contract §9.17).
"""

from __future__ import annotations

import io
from typing import Any

import pytest

pytest.importorskip("docxtpl")

from docx import Document
from docx.oxml.ns import qn

from bayang.engine.output.notices.word import word_renderer

TEXT = "例如“应报: 5”“实报: 5”：加“due: ”（行首空 2 格）"


def made(language: str) -> Any:
    template = Document()
    template.styles["Normal"].element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "仿宋_GB2312")
    template.add_paragraph("{{ text }}")
    template.add_table(1, 1).rows[0].cells[0].paragraphs[0].add_run("{{ text }}").bold = True
    out = io.BytesIO()
    template.save(out)
    document = Document(io.BytesIO(word_renderer(out.getvalue())({"language": language, "text": TEXT})))
    return [document.paragraphs[0], document.tables[0].rows[0].cells[0].paragraphs[0]]


def test_9_17_quotation_marks_after_digits_are_in_the_chinese_font() -> None:
    for paragraph in made("zh"):
        assert paragraph.text == TEXT
        runs = [(run.text, run.font.name) for run in paragraph.runs]
        assert runs == [("例如“应报: 5", None), ("”“", "仿宋_GB2312"), ("实报: 5", None), ("”", "仿宋_GB2312"),
                        ("：加“due: ", None), ("”", "仿宋_GB2312"), ("（行首空 2 格）", None)]
    assert all(run.bold for run in paragraph.runs)


def test_marks_of_an_english_text_stay_as_they_are() -> None:
    assert [len(paragraph.runs) for paragraph in made("en")] == [1, 1]
