"""A sentence as a tree of Jinja's nodes: the syntax is that of the messages beside it. Nothing of Jinja runs."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache, lru_cache

import jinja2
from jinja2 import nodes
from jinja2.lexer import TokenStream
from jinja2.parser import Parser

from .slips import fault_in
from .types import Fault

MOST_CHARACTERS = 1_000
MOST_DEPTH = 30


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment()


@lru_cache(maxsize=1024)
def parse(text: str) -> nodes.Expr:
    """The tree of a sentence, which nobody changes; the `lineno` of a node is how many characters stand before it.

    Raises Fault.
    """
    if len(text) > MOST_CHARACTERS:
        raise Fault("long", MOST_CHARACTERS, most=MOST_CHARACTERS)
    parser = Parser(_environment(), "")
    try:
        parser.stream = TokenStream(_environment().lexer.wrap(_placed(text)), None, None)
        tree = parser.parse_expression()
    except jinja2.TemplateSyntaxError as fault:
        raise fault_in(text, len(text) if parser.stream.eos else min(fault.lineno, len(text))) from None
    except RecursionError:
        raise Fault("deep", 0, most=MOST_DEPTH) from None
    if not parser.stream.eos:
        raise fault_in(text, parser.stream.current.lineno)
    return tree


def _placed(text: str) -> Iterator[tuple[int, str, str]]:
    """The tokens of a sentence, with the place of each where Jinja has its line. Two texts side by side, which Jinja
    would take as one, are none of the language.
    """
    flat = text.replace("\r", " ").replace("\n", " ")
    at, before = 0, ""
    try:
        for _, kind, value in _environment().lexer.tokeniter(flat, None, state="variable"):
            if kind == before == "string":
                raise Fault("adjacent", at)
            yield at, kind, value
            at += len(value)
            before = before if kind == "whitespace" else kind
    except jinja2.TemplateSyntaxError as fault:
        raise jinja2.TemplateSyntaxError(fault.message or "", at) from None
