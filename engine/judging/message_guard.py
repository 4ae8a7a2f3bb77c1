"""Whether a message of a pack may be used: read as a syntax tree before anything is rendered.

A message says which words stand where: variables, constants, if/elif/else, comparisons, and/or/not. There is nothing
in it that repeats, computes or calls, so that it ends at once whatever it is given, and no variable in it that the
rule's checks do not bring. It never renders.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from functools import cache, lru_cache
from typing import Any

import jinja2
from jinja2 import nodes

from ..text.messages import template
from ..text.regex import regex
from ..text.templates import TemplateError
from ..text.wording import offered
from .kinds.kind import MAYBE, NUMBER, SPOT, TEXT, TRUTH

MOST_CHARACTERS = 4_000     # of one text
MOST_NODES = 400            # of its tree
MOST_DEPTH = 20

_SPOT_PARTS = {"line": NUMBER, "problem": TEXT, "field": TEXT}
_BROKEN = {"unknown tag": "no-tag", "following tags": "no-endif", "end of template": "open", "end of comment": "open"}
_ORDERS = frozenset({"lt", "lteq", "gt", "gteq"})
_HELD = frozenset({"in", "notin"})


_WIDE = regex("｛[｛%％][^｝}]*[｝}%％]+[｝}]|[{%]｝|｛[{%]")      # what is a part of a message to those who write it


def _single(text: str, known: Mapping[str, str]) -> re.Match[str] | None:
    """A variable in braces of which there is one on each side."""
    names = "|".join(map(re.escape, known))
    return re.search(rf"(?<!\{{)\{{ *(?:{names}) *\}}(?!\}})", text) if names else None


class MessageFault(Exception):
    """What is wrong with a message: the name of a text of the section `template`, its variables, the line inside."""

    def __init__(self, key: str, line: int, **facts: Any) -> None:
        super().__init__(key, line)
        self.key = key
        self.line = line        # 1-based
        self.facts = facts


@cache
def _environment() -> jinja2.Environment:
    return jinja2.Environment()


@lru_cache(maxsize=2048)        # a rule's message is held for each of its checks and hints
def _tree(text: str) -> nodes.Template:
    return _environment().parse(text)


def check_message(text: str, known: Mapping[str, str], others: frozenset[str] = frozenset(),
                  lacking: frozenset[str] = frozenset()) -> None:
    """Raises MessageFault. `known` are the variables that come with it and what each is (`kinds.type_of`).

    `others` come with some variants only: they may be used where the message has made sure that they are there. Those
    in `lacking` may be nothing: they may be shown where it has made sure that they are not.
    """
    if wide := _WIDE.search(text) or _single(text, known):
        raise MessageFault("braces", text.count("\n", 0, wide.start()) + 1, typed=wide[0])
    if "{" not in text:
        return
    if len(text) > MOST_CHARACTERS:
        raise MessageFault("long", 1, most=MOST_CHARACTERS)
    try:
        tree = _tree(text)
    except jinja2.TemplateSyntaxError as fault:
        raise MessageFault(_why(fault.message or ""), fault.lineno) from None
    except RecursionError:
        raise MessageFault("deep", 1, most=MOST_DEPTH) from None
    _Reader(others).read(tree, {**known, **{_lacks(name): MAYBE for name in lacking}})
    try:
        template(text)
    except TemplateError:      # Jinja's, but nothing that is used of it
        raise MessageFault("broken", 1) from None


def _why(said: str) -> str:
    """Of what Jinja says in English, the text of ours."""
    return next((key for words, key in _BROKEN.items() if words in said), "broken")


def _lacks(name: str) -> str:
    """What stands among the variables as long as one of them may be nothing."""
    return f"?{name}"


class _Reader:
    """Goes through one tree; `known` is what is certain to be there at each place."""

    def __init__(self, others: frozenset[str]) -> None:
        self.others = others
        self.count = 0

    def read(self, tree: nodes.Template, known: dict[str, str]) -> None:
        self.body(tree.body, known, 0)

    def body(self, listed: list[nodes.Node], known: dict[str, str], depth: int) -> None:
        for one in listed:
            self._counted(one, depth)
            if isinstance(one, nodes.Output):
                for part in one.nodes:
                    if not isinstance(part, nodes.TemplateData):
                        self.kind(part, known, depth + 1)
                        self.shown(part, known)
            elif isinstance(one, nodes.If):
                self.choice(one, known, depth + 1)
            else:
                raise MessageFault("not-here", one.lineno, what=type(one).__name__.lower())

    def choice(self, one: nodes.If, known: dict[str, str], depth: int) -> None:
        for branch in (one, *one.elif_):
            self.kind(branch.test, known, depth)
            always = _always(branch.test, known)
            if always is not False:
                self.body(branch.body, known | self.proven(branch.test, True), depth)
            if always:
                return      # no other branch is ever read
            known = known | self.proven(branch.test, False)
        self.body(one.else_, known, depth)

    def kind(self, one: nodes.Node, known: dict[str, str], depth: int) -> str:
        """What an expression is."""
        self._counted(one, depth)
        if isinstance(one, nodes.Const):
            return TRUTH if one.value is None or isinstance(one.value, bool) else \
                NUMBER if isinstance(one.value, int | float) else TEXT
        if isinstance(one, nodes.Name):
            if one.name not in known:
                near = offered(one.name, [name for name in known if name[0] != "?"])["near"]
                raise MessageFault("unknown", one.lineno, name=one.name, near=near)
            return known[one.name]
        read = self.forms.get(type(one))
        if read is None:
            raise MessageFault("not-here", one.lineno, what=type(one).__name__.lower())
        return read(self, one, known, depth + 1)

    def shown(self, one: nodes.Node, known: dict[str, str]) -> None:
        """What is shown is not nothing."""
        if isinstance(one, nodes.Filter) and one.node is not None:
            self.shown(one.node, known)
        elif isinstance(one, nodes.CondExpr):
            self.shown(one.expr1, known | self.proven(one.test, True))
            if one.expr2 is not None:
                self.shown(one.expr2, known | self.proven(one.test, False))
        elif isinstance(one, nodes.Name) and known.get(_lacks(one.name)) is MAYBE:
            raise MessageFault("lacking", one.lineno, name=one.name)

    def _part(self, one: nodes.Getattr, known: dict[str, str], depth: int) -> str:
        """`other.line` of a Spot; of what may be a text, only where it was asked whether it is defined."""
        of = self.kind(one.node, known, depth)
        if of is not SPOT or one.attr not in _SPOT_PARTS:
            raise MessageFault("no-part", one.lineno, name=getattr(one.node, "name", ""), part=one.attr)
        return _SPOT_PARTS[one.attr]

    def _both(self, one: nodes.BinExpr, known: dict[str, str], depth: int) -> str:
        self.kind(one.left, known, depth)
        self.kind(one.right, known | self.proven(one.left, isinstance(one, nodes.And)), depth)
        return TRUTH

    def _not(self, one: nodes.Not, known: dict[str, str], depth: int) -> str:
        self.kind(one.node, known, depth)
        return TRUTH

    def _either(self, one: nodes.CondExpr, known: dict[str, str], depth: int) -> str:
        self.kind(one.test, known, depth)
        first = self.kind(one.expr1, known | self.proven(one.test, True), depth)
        if one.expr2 is None:
            raise MessageFault("no-else", one.lineno)
        second = self.kind(one.expr2, known | self.proven(one.test, False), depth)
        return first if first == second else TRUTH

    def _compared(self, one: nodes.Compare, known: dict[str, str], depth: int) -> str:
        left = self.kind(one.expr, known, depth)
        for operand in one.ops:
            if operand.op in _HELD and isinstance(operand.expr, nodes.List | nodes.Tuple):
                for item in operand.expr.items:
                    self.kind(item, known, depth)
                continue
            right = self.kind(operand.expr, known, depth)
            fits = left is right is NUMBER if operand.op in _ORDERS else \
                left is right is TEXT if operand.op in _HELD else True
            if not fits:
                raise MessageFault("compared", one.lineno)
            if operand.op in _ORDERS:
                self.shown(one.expr, known)
                self.shown(operand.expr, known)
            left = right
        return TRUTH

    def _test(self, one: nodes.Test, known: dict[str, str], depth: int) -> str:
        """Only whether something is defined."""
        if one.name not in ("defined", "undefined") or one.args or one.kwargs:
            raise MessageFault("not-here", one.lineno, what=f"is {one.name}")
        if isinstance(one.node, nodes.Name) and one.node.name in self.others:
            return TRUTH
        if not (isinstance(one.node, nodes.Getattr) and one.node.attr in _SPOT_PARTS
                and self.kind(one.node.node, known, depth) in (SPOT, MAYBE)):
            self.kind(one.node, known, depth)
        return TRUTH

    def _filtered(self, one: nodes.Filter, known: dict[str, str], depth: int) -> str:
        """Only the length of a text, and names in quotation marks."""
        if one.name not in ("length", "quoted") or one.node is None or one.args or one.kwargs:
            raise MessageFault("not-here", one.lineno, what=f"|{one.name}")
        of = self.kind(one.node, known, depth)
        if of is not TEXT and not (of is SPOT and one.name == "quoted"):
            raise MessageFault("compared", one.lineno)
        return NUMBER if one.name == "length" else TEXT

    def proven(self, test: nodes.Node, holds: bool) -> dict[str, str]:
        """What is there where a test holds, or where it does not."""
        if isinstance(test, nodes.Not):
            return self.proven(test.node, not holds)
        if isinstance(test, nodes.And if holds else nodes.Or):
            return self.proven(test.left, holds) | self.proven(test.right, holds)
        if isinstance(test, nodes.Name) and holds:
            return {_lacks(test.name): TEXT}
        if isinstance(test, nodes.Test) and (test.name == "defined") is holds:
            if isinstance(test.node, nodes.Name) and test.node.name in self.others:
                return {test.node.name: TEXT}
            if isinstance(test.node, nodes.Getattr) and isinstance(test.node.node, nodes.Name):
                return {test.node.node.name: SPOT}
        return {}

    def _counted(self, one: nodes.Node, depth: int) -> None:
        self.count += 1
        if depth > MOST_DEPTH:
            raise MessageFault("deep", one.lineno, most=MOST_DEPTH)
        if self.count > MOST_NODES:
            raise MessageFault("large", one.lineno, most=MOST_NODES)

    forms: dict[type[nodes.Node], Callable[..., str]] = {
        nodes.Getattr: _part, nodes.And: _both, nodes.Or: _both, nodes.Not: _not, nodes.CondExpr: _either,
        nodes.Compare: _compared, nodes.Test: _test, nodes.Filter: _filtered}


def _always(test: nodes.Node, known: Mapping[str, str]) -> bool | None:
    """Whether a test holds whatever comes: one that asks whether something is defined that always is."""
    if isinstance(test, nodes.Not):
        settled = _always(test.node, known)
        return None if settled is None else not settled
    if isinstance(test, nodes.Test) and isinstance(test.node, nodes.Name) and test.node.name in known:
        return test.name == "defined"
    return None
