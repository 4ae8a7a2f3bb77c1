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
    first = DocxTemplate(io.BytesIO(template))
    # the parts of a template are the same each time
    rules.from_string, patched = (lru_cache(maxsize=64)(one) for one in (rules.from_string, first.patch_xml))
    first.get_undeclared_template_variables(rules)      # reads and parses all of it

    def render(data: Mapping[str, object]) -> bytes:
        document = DocxTemplate(io.BytesIO(template))
        document.patch_xml = patched
        document.render(data, rules, autoescape=True)
        if data.get("language") == "zh":
            fonts: dict[str | None, str | None] = {}
            for paragraph in _narrow(document.docx):
                _widen(paragraph, fonts)
        out = io.BytesIO()
        document.save(out)
        return settled(out.getvalue(), most)

    return render


def _narrow(document: Any) -> Iterator[Paragraph]:
    """The paragraphs of a document, those in tables too, with marks that may be drawn as Latin ones."""
    from docx.oxml.ns import qn
    from docx.text.paragraph import Paragraph

    for element in document.element.body.iter(qn("w:p")):
        if any(_MARKS.search(one.text or "") for one in element.iter(qn("w:t"))):
            yield Paragraph(element, document)


def _widen(paragraph: Paragraph, fonts: dict[str | None, str | None]) -> None:
    """Give the marks of a Chinese text that would be drawn as Latin ones a run of their own, in the Chinese font.

    `fonts` holds the font of each style, once it is known.
    """
    from docx.oxml.ns import qn

    for run in paragraph.runs:
        at = run._element
        plain = at.t_lst and len(at) == 1 + (at.rPr is not None)        # nothing but a text
        parts = _MARKS.split(at.t_lst[0].text or "") if plain else []
        font = _own_font(at) or _style_font(paragraph, fonts) if len(parts) > 1 else None
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
                own = new.get_or_add_rPr().get_or_add_rFonts()
                for name, value in (("ascii", font), ("hAnsi", font), ("eastAsia", font), ("hint", "eastAsia")):
                    own.set(qn(f"w:{name}"), value)


def _style_font(paragraph: Paragraph, fonts: dict[str | None, str | None]) -> str | None:
    """The Chinese font of a paragraph's style, or of what that is based on."""
    name = paragraph._p.style
    if name not in fonts:
        style: Any = paragraph.style
        while style is not None and _own_font(style.element) is None:
            style = style.base_style
        fonts[name] = _own_font(style.element) if style is not None else None
    return fonts[name]


def _own_font(element: Any) -> str | None:
    """The Chinese font that a run or a style names itself."""
    from docx.oxml.ns import qn

    fonts = element.find(f"{qn('w:rPr')}/{qn('w:rFonts')}")
    return None if fonts is None else fonts.get(qn("w:eastAsia"))


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
