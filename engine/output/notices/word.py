"""Notices as Word files, from a template that the office can edit in WPS or Word."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from copy import deepcopy
from functools import lru_cache
from typing import Any

from ...records import UsageError
from ...text.regex import regex
from .templates import MOST, TooMuch, environment

_EPOCH = (1980, 1, 1, 0, 0, 0)
_FIRST = "[Content_Types].xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
# Of the types of a template's parts, the ends of those in which there may be something to fill in.
_FILLED = "document.main+xml", "header+xml", "footer+xml", "footnotes+xml", "core-properties+xml"
# What becomes more than text where a value holds it.
_BREAKS = regex("[\t\n\a\f]")
# Marks that are Chinese and Latin alike: after a Latin letter, a digit or a blank LibreOffice draws them narrow.
_MARKS = regex("(?<=[ -~])([“”‘’…]+)")


def word_renderer(template: bytes, most: int = MOST,
                  shape: type | None = None) -> Callable[[Mapping[str, object]], bytes]:
    """Word files from a .docx template. Raises jinja2.TemplateError, and others for no Word file.

    The function raises TooMuch for one that unpacks to more than `most` bytes. What all files share is made once.
    One of the office's own is held against `shape`, the TypedDict that it is given: TemplateSlip says what is wrong.
    """
    try:
        from docxtpl import DocxTemplate
    except ImportError:
        raise UsageError("office.missing", package="docxtpl") from None
    from lxml import etree

    rules = environment("docx")
    rules.from_string = lru_cache(maxsize=64)(rules.from_string)
    document = DocxTemplate(io.BytesIO(template))
    document.render_init()
    with_breaks = document.resolve_listing
    document.resolve_listing = lambda xml: with_breaks(xml) if _BREAKS.search(xml) else xml
    main, shared, fonts = document.docx.part, unpacked(template), _style_fonts(document.docx)
    filled = {part: document.patch_xml(etree.tostring(etree.fromstring(part.blob), encoding="unicode"))
              for part in main.package.iter_parts() if part.content_type.endswith(_FILLED)}
    if shape is not None:
        from .template_slips import hold

        hold("".join(filled.values()), rules, shape, lines=False)

    def render(data: Mapping[str, object]) -> bytes:
        document.render_init()      # numbers what is drawn from the start
        made = {}
        for part, text in filled.items():
            xml = document.render_xml_part(text, part, data, rules)
            tree = document.fix_tables(xml) if part is main else etree.fromstring(xml)
            if part is main:
                document.fix_docpr_ids(tree)
                if data.get("language") == "zh":
                    _widen(tree, fonts)
            made[part.partname.membername] = etree.tostring(tree, encoding="UTF-8", standalone=True)
        return packed(shared | made, most)

    return render


def _widen(document: Any, fonts: Mapping[str | None, str | None]) -> None:
    """Give the marks of a Chinese text that would be drawn as Latin ones a run of their own, in the Chinese font.

    `fonts` holds the font of each style; that of None is for what has no style.
    """
    for text in [*document.iter(f"{_W}t")]:
        parts, run = _MARKS.split(text.text or ""), text.getparent()
        if len(parts) == 1 or len(run) > 1 + (run.find(f"{_W}rPr") is not None):        # more than a text
            continue
        style = next(run.iterancestors(f"{_W}p")).find(f"{_W}pPr/{_W}pStyle")
        font = _own_font(run) or fonts.get(style.get(f"{_W}val") if style is not None else None, fonts[None])
        if font is None:
            continue
        text.set(_SPACE, "preserve")
        after = run
        for number, part in enumerate(parts):
            new = deepcopy(run) if number else run
            new[-1].text = part
            if number % 2:
                _set_font(new, font)
            if number and part:
                after.addnext(new)
                after = new


def _set_font(run: Any, font: str) -> None:
    """The font of all that a run holds."""
    properties = run.find(f"{_W}rPr")
    if properties is None:
        properties = run.makeelement(f"{_W}rPr")
        run.insert(0, properties)
    fonts = properties.find(f"{_W}rFonts")
    if fonts is None:
        fonts = run.makeelement(f"{_W}rFonts")
        properties.insert(0 if properties.find(f"{_W}rStyle") is None else 1, fonts)
    for name, value in (("ascii", font), ("hAnsi", font), ("eastAsia", font), ("hint", "eastAsia")):
        fonts.set(f"{_W}{name}", value)


def _own_font(element: Any) -> str | None:
    """The Chinese font that a run or a style names itself."""
    fonts = element.find(f"{_W}rPr/{_W}rFonts")
    return None if fonts is None else fonts.get(f"{_W}eastAsia")


def _style_fonts(document: Any) -> dict[str | None, str | None]:
    """The Chinese font of each style by its ID, or of what that is based on; under None that of the usual style."""
    from docx.enum.style import WD_STYLE_TYPE

    usual = document.styles.default(WD_STYLE_TYPE.PARAGRAPH)
    found: dict[str | None, str | None] = {}
    for name, style in [(None, usual), *((style.style_id, style) for style in document.styles)]:
        while style is not None and _own_font(style.element) is None:
            style = getattr(style, "base_style", None)      # lists have none
        found[name] = _own_font(style.element) if style is not None else None
    return found


def unpacked(file: bytes) -> dict[str, bytes]:
    """The parts of a Word file, by name."""
    with zipfile.ZipFile(io.BytesIO(file)) as found:
        return {name: found.read(name) for name in found.namelist() if not name.endswith("/")}


def packed(parts: Mapping[str, bytes], most: int = MOST) -> bytes:
    """A Word file of these parts with nothing in it of the hour or the system: fixed times, fixed order.

    Raises TooMuch for more than `most` bytes.
    """
    if sum(map(len, parts.values())) > most:
        raise TooMuch
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as made:
        for name in sorted(parts, key=lambda name: (name != _FIRST, name)):
            entry = zipfile.ZipInfo(name, _EPOCH)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3
            entry.external_attr = 0o600 << 16
            made.writestr(entry, parts[name])
    return out.getvalue()
