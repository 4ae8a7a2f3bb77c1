"""Notices as Word files, from a template that the office can edit in WPS or Word."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Iterator, Mapping
from copy import deepcopy
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from ...records import UsageError
from ...text.regex import regex
from .templates import MOST, TooMuch, environment

if TYPE_CHECKING:
    from docx.text.paragraph import Paragraph

_EPOCH = (1980, 1, 1, 0, 0, 0)
_FIRST = "[Content_Types].xml"
# Marks that are Chinese and Latin alike: after a Latin letter, a digit or a blank LibreOffice draws them narrow.
_MARKS = regex("(?<=[ -~])([“”‘’…]+)")


def word_renderer(template: bytes, most: int = MOST) -> Callable[[Mapping[str, object]], bytes]:
    """Word files from a .docx template. Raises jinja2.TemplateError, and others for no Word file.

    The function raises TooMuch for one that unpacks to more than `most` bytes.
    """
    try:
        from docxtpl import DocxTemplate
    except ImportError:
        raise UsageError("office.missing", package="docxtpl") from None
    rules = environment("docx")
    rules.from_string = lru_cache(maxsize=64)(rules.from_string)    # the parts of a template are the same each time
    DocxTemplate(io.BytesIO(template)).get_undeclared_template_variables(rules)     # reads and parses all of it

    def render(data: Mapping[str, object]) -> bytes:
        document = DocxTemplate(io.BytesIO(template))
        document.render(data, rules, autoescape=True)
        if data.get("language") == "zh":
            for paragraph in _paragraphs(document.docx):
                _widen(paragraph)
        out = io.BytesIO()
        document.save(out)
        return settled(out.getvalue(), most)

    return render


def _paragraphs(where: Any) -> Iterator[Paragraph]:
    """All paragraphs of a document or a cell, those in tables too."""
    yield from where.paragraphs
    for table in where.tables:
        for row in table.rows:
            for cell in row.cells:
                yield from _paragraphs(cell)


def _widen(paragraph: Paragraph) -> None:
    """Give the marks of a Chinese text that would be drawn as Latin ones a run of their own, in the Chinese font."""
    from docx.oxml.ns import qn

    for run in paragraph.runs:
        parts, at = _MARKS.split(run.text), run._element
        plain = len(at) == 1 + (at.rPr is not None)         # nothing but a text
        font = _chinese_font(run) if len(parts) > 1 and plain else None
        if font is None:
            continue
        run.text = parts[0]
        for number, part in enumerate(parts[1:], 1):
            if not part:
                continue
            new = deepcopy(run._element)
            at.addnext(new)
            at = new
            made = type(run)(new, paragraph)
            made.text = part
            if number % 2:
                fonts = new.get_or_add_rPr().get_or_add_rFonts()
                for name, value in (("ascii", font), ("hAnsi", font), ("eastAsia", font), ("hint", "eastAsia")):
                    fonts.set(qn(f"w:{name}"), value)


def _chinese_font(run: Any) -> str | None:
    """The Chinese font of a run: its own, else that of its paragraph's style or of what that is based on."""
    from docx.oxml.ns import qn

    styles = []
    style = run._parent.style
    while style is not None:
        styles.append(style.element)
        style = style.base_style
    for element in (run._element, *styles):
        fonts = element.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
        if fonts is not None and (name := fonts.get(qn("w:eastAsia"))):
            return str(name)
    return None


def settled(packed: bytes, most: int = MOST, instead: Mapping[str, bytes] | None = None) -> bytes:
    """The same zip file with nothing in it of the hour or the system: fixed times, fixed order.

    `instead` has other bytes for some of its parts. Raises TooMuch for more than `most` bytes unpacked.
    """
    instead = instead or {}
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(packed)) as found, zipfile.ZipFile(out, "w") as made:
        if sum(one.file_size for one in found.infolist()) > most:
            raise TooMuch
        for name in sorted(found.namelist(), key=lambda name: (name != _FIRST, name)):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o600 << 16
            made.writestr(entry, instead.get(name) or found.read(name))
    return out.getvalue()
