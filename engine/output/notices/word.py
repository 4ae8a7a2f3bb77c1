"""Notices as Word files, from a template that the office can edit in WPS or Word."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping
from functools import lru_cache

from ...records import UsageError
from .templates import MOST, TooMuch, environment

_EPOCH = (1980, 1, 1, 0, 0, 0)
_FIRST = "[Content_Types].xml"


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
        out = io.BytesIO()
        document.save(out)
        return settled(out.getvalue(), most)

    return render


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
