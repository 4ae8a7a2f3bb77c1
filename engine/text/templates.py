"""Texts with variables, each compiled once to a function of them.

They are written as Jinja's are, of which they use what says which words stand where: `{{ expression }}`, `{% if %}`
with `elif` and `else`, `{% raw %}`, comments. There is nothing in an expression that calls, repeats or reaches into an
object; what it may hold is what is written down here, and all else is refused.
"""

from __future__ import annotations

import ast
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from .regex import regex

Written = Callable[[Mapping[str, Any]], str]

PARTS = frozenset({"line", "problem", "field"})     # of a place in a report
_PIECE = regex(r"""\{\{-?(?P<shown>(?:[^"'}]|"[^"]*"|'[^']*'|\}(?!\}))*?)-?\}\}
                        |\{%-?\s*raw\s*-?%\}(?P<raw>.*?)\{%-?\s*endraw\s*-?%\}
                        |\{%-?\s*(?P<word>\w+)(?P<test>(?:[^"'%]|"[^"]*"|'[^']*'|%(?!\}))*?)-?%\}
                        |\{\#.*?\#\}""", re.DOTALL | re.VERBOSE)
_CONSTANTS = {"true": True, "false": False, "none": None, "True": True, "False": False, "None": None}
_FORMS = (ast.BoolOp, ast.And, ast.Or, ast.UnaryOp, ast.Not, ast.USub, ast.IfExp, ast.Compare, ast.Eq, ast.NotEq,
          ast.Lt, ast.LtE, ast.Gt, ast.GtE, ast.In, ast.NotIn, ast.BinOp, ast.Add, ast.Sub, ast.Mult, ast.FloorDiv,
          ast.List, ast.Tuple, ast.Subscript, ast.Slice, ast.Constant, ast.Load)


class TemplateError(ValueError):
    """A text that is more than a text, or broken."""


def compiled(text: str, filters: Mapping[str, Callable[[Any], Any]]) -> Written:
    """A function of the variables. Raises TemplateError; the function KeyError at a variable that is not there."""
    pieces = _pieces(text.removesuffix("\n"))
    body, end = _body(pieces)
    if end is not None:
        raise TemplateError(end[0])
    args = ast.arguments([], [ast.arg("given")], None, [], [], None, [])
    tree = ast.fix_missing_locations(ast.Expression(ast.Lambda(args, body)))
    made: Written = eval(compile(tree, "<text>", "eval"), {"__builtins__": {}, "hasattr": hasattr, **filters})  # noqa: S307 - of forms listed above
    return made


Piece = tuple[str, str]     # what it is ("" for plain text, "shown", "if", ...), and its text


def _pieces(text: str) -> Iterator[Piece]:
    """A text in its pieces. Blanks beside a sign with a dash go, as in Jinja."""
    at, cut = 0, False
    for found in _PIECE.finditer(text):
        yield "", _plain(text[at:found.start()], cut, found[0][2] == "-")
        at, cut = found.end(), found[0][-3] == "-"
        if found["raw"] is not None:
            yield "", found["raw"]
        elif found["shown"] is not None:
            yield "shown", found["shown"]
        elif found["word"]:
            yield found["word"], found["test"]
    yield "", _plain(text[at:], cut, False)


def _plain(text: str, cut: bool, cut_end: bool) -> str:
    if any(sign in text for sign in ("{{", "{%", "{#")):
        raise TemplateError(text)
    text = text.lstrip() if cut else text
    return text.rstrip() if cut_end else text


def _body(pieces: Iterator[Piece]) -> tuple[ast.expr, Piece | None]:
    """What stands up to the next sign that ends a part, as an expression, and that sign."""
    values: list[ast.expr] = []
    for word, text in pieces:
        if word == "":
            values.append(ast.Constant(text))
        elif word == "shown":
            values.append(ast.FormattedValue(expression(text), -1))
        elif word == "if":
            values.append(ast.FormattedValue(_choice(text, pieces), -1))
        else:
            return ast.JoinedStr(values), (word, text)
    return ast.JoinedStr(values), None


def _choice(test: str, pieces: Iterator[Piece]) -> ast.expr:
    body, end = _body(pieces)
    other: ast.expr = ast.Constant("")
    if end and end[0] == "elif":
        return ast.IfExp(expression(test), body, _choice(end[1], pieces))
    if end and end[0] == "else":
        other, end = _body(pieces)
    if end is None or end[0] != "endif":
        raise TemplateError(test)
    return ast.IfExp(expression(test), body, other)


def expression(text: str) -> ast.expr:
    """An expression as Python's, of which each name is looked up among what is given. Raises TemplateError."""
    text = text.strip()
    try:
        try:
            tree = ast.parse(text, mode="eval")
        except SyntaxError:
            tree = ast.parse(f"{text} else ''", mode="eval")        # an `if` without an `else` shows nothing then
        return _Translator().visit(tree.body)       # type: ignore[no-any-return]
    except (SyntaxError, ValueError, RecursionError, MemoryError) as fault:
        raise TemplateError(text) from fault


class _Translator(ast.NodeTransformer):
    """Makes of an expression in Jinja's words one of Python's, of known forms alone."""

    def generic_visit(self, node: ast.AST) -> ast.AST:
        if not isinstance(node, _FORMS):
            raise TemplateError(type(node).__name__)
        return super().generic_visit(node)

    def visit_Name(self, node: ast.Name) -> ast.expr:
        if node.id in _CONSTANTS:
            return ast.Constant(_CONSTANTS[node.id])
        return ast.Subscript(ast.Name("given", ast.Load()), ast.Constant(node.id), ast.Load())

    def visit_Attribute(self, node: ast.Attribute) -> ast.expr:
        if node.attr not in PARTS:
            raise TemplateError(node.attr)
        return ast.Attribute(self.visit(node.value), node.attr, ast.Load())

    def visit_Compare(self, node: ast.Compare) -> ast.AST:
        if not isinstance(node.ops[0], ast.Is | ast.IsNot):
            return self.generic_visit(node)
        last = node.comparators[0]
        if len(node.ops) > 1 or not isinstance(last, ast.Name) or last.id not in ("defined", "undefined"):
            raise TemplateError("is")
        there = (last.id == "defined") is isinstance(node.ops[0], ast.Is)
        given = ast.Name("given", ast.Load())
        if isinstance(node.left, ast.Name):
            sign = ast.In() if there else ast.NotIn()
            return ast.Compare(ast.Constant(node.left.id), [sign], [given])
        if not isinstance(node.left, ast.Attribute):
            raise TemplateError("defined")
        node.left = ast.Attribute(self.visit(node.left.value), node.left.attr, ast.Load())
        asked = ast.Call(ast.Name("hasattr", ast.Load()), [node.left.value, ast.Constant(node.left.attr)], [])
        return asked if there else ast.UnaryOp(ast.Not(), asked)

    def visit_BinOp(self, node: ast.BinOp) -> ast.AST:
        if not isinstance(node.op, ast.BitOr):
            return self.generic_visit(node)
        if not isinstance(node.right, ast.Name) or isinstance(node.left, ast.UnaryOp) or (
                isinstance(node.left, ast.BinOp) and not isinstance(node.left.op, ast.BitOr)):
            raise TemplateError("|")        # in Jinja a filter is of the last value alone
        return ast.Call(ast.Name(node.right.id, ast.Load()), [self.visit(node.left)], [])
