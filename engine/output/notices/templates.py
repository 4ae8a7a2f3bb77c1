"""Templates and what they may do: plain data in, text out, nothing else in reach.

A template is the office's to edit, so it is held as half trusted: no attribute of an object, no other file, no function
but `range`, a short list of filters. What a value holds is text in every format, never markup.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from ...text.regex import regex

FOLDER = Path(__file__).parent / "templates"
FORMATS = ("docx", "pdf", "html", "md")
HEADS = ("none", "letter", "red")
REMINDER = "reminder"
KINDS = (REMINDER, "missing", "mend", "correct", "verify")      # of letters, in the order in which they are listed
MOST = 5_000_000        # characters that one template may give
_FILTERS = ("default", "escape", "e", "first", "join", "last", "length", "count", "list", "lower", "replace",
            "reverse", "round", "sort", "string", "sum", "trim", "upper")
_TESTS = ("defined", "undefined", "none", "string", "number", "sameas", "eq", "ne", "lt", "le", "gt", "ge", "in",
          "even", "odd")
_IDENT = regex(r"(?<![\w-])(?=[\w-]{3,20}(?![\w-]))[A-Z0-9]+(?:-[A-Z0-9]+)+", re.ASCII | re.IGNORECASE)
_MARKDOWN = regex(r"[\\`*_\[\]<>|~&#]|(?<=:)(?=//)|^(?=[-+=])|(?<=^\d)(?=[.)])|(?<=^\d\d)(?=[.)])")


class TooMuch(Exception):
    """A template gave more than a notice can be."""


def template_name(form: str, head: str, letter: str = "") -> str:
    """The file that holds the template of a format; Word has one for each style of head, and reminders, to which
    nothing is attached, have some of their own.
    """
    if form not in ("docx", "pdf"):
        return f"notice.{form}"
    return f"{REMINDER if letter == REMINDER else 'notice'}.{head}.docx"


def known_names() -> list[str]:
    """Every template's file name."""
    return [*(template_name("docx", head, letter) for letter in ("", REMINDER) for head in HEADS), "notice.html",
            "notice.md"]


def markdown(value: object) -> str:
    """A value as Markdown that shows it as it is."""
    return _MARKDOWN.sub(lambda found: "\\" + found[0], str(value).replace("\n", " "))


def unbroken(value: object) -> Any:
    """A value as HTML in which no line breaks within an ID."""
    from markupsafe import Markup, escape

    return Markup(_IDENT.sub(r'<span class="id">\g<0></span>', str(escape(value))))


def environment(form: str) -> Any:
    """The environment in which a template of a format runs."""
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    made = ImmutableSandboxedEnvironment(
        undefined=StrictUndefined, autoescape=form != "md", finalize=markdown if form == "md" else None,
        optimized=False,        # else an endless sum is reckoned when the template is read
        trim_blocks=form != "docx", lstrip_blocks=form != "docx", keep_trailing_newline=True)
    made.globals = {"range": made.globals["range"]}
    made.filters = {name: made.filters[name] for name in _FILTERS}
    if form == "html":
        made.filters["unbroken"] = unbroken
    made.tests = {name: made.tests[name] for name in _TESTS}
    return made


def text_renderer(form: str, template: bytes,
                  shape: type | None = None) -> Callable[[Mapping[str, object]], bytes]:
    """Notices from a template for HTML or Markdown. Raises jinja2.TemplateError, and UnicodeDecodeError for no text.

    One of the office's own is held against `shape`, the TypedDict that it is given: TemplateSlip says what is wrong.
    """
    rules, text = environment(form), template.decode("utf-8-sig")
    if shape is not None:
        from .template_slips import hold

        hold(text, rules, shape)
    compiled = rules.from_string(text)

    def render(data: Mapping[str, object]) -> bytes:
        parts, size = [], 0
        for part in compiled.generate(data):
            size += len(part)
            if size > MOST:
                raise TooMuch
            parts.append(part)
        return "".join(parts).encode("utf-8")

    return render
