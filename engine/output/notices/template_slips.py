"""What is wrong with a template of the office's own, told before any letter is made of it.

A template is read as a syntax tree and held against what letters bring (`data.py`): a name that is none, a list printed
as it is, a condition that never holds are told with their line, and how to write them. It never renders.
"""

from __future__ import annotations

import contextlib
import re
from collections.abc import Iterator, Mapping
from functools import cache
from typing import Annotated, Any, NoReturn, get_args, get_origin, get_type_hints, is_typeddict

import jinja2
from jinja2 import nodes

from ...records import UsageError
from ...text.regex import regex
from ...text.wording import offered

LOOP = ("index", "index0", "revindex", "revindex0", "first", "last", "length", "depth", "depth0")
_WIDE = regex("｛[｛%％]|[｝%％]｝|\\{ +[{%][^{}]*[%}] +\\}")
_CUT, _CHAR = regex(r"end\s+of\s+(?:template|comment)"), regex(r"char\s+'(.)'")     # of what Jinja says
_ENDS = {word: f"end{word}" for word in "for|if|set|filter|with|macro".split("|")}
_INNER = ("else", "elif", *_ENDS.values())
_SAME = ("reverse", "sort", "list", "default")
_SUMS = (nodes.Add, nodes.Sub, nodes.Mul, nodes.Div, nodes.FloorDiv, nodes.Mod, nodes.Pow)


class TemplateSlip(Exception):
    """What is wrong, as an error of ours; line and column are 0 where there is none to tell."""

    def __init__(self, line: int, column: int, text: UsageError) -> None:
        super().__init__(line, column, text)
        self.told = UsageError("templates.at", line=line, column=column, text=text) if line else text


def hold(text: str, rules: jinja2.Environment, shape: type, lines: bool = True) -> None:
    """Raises TemplateSlip for the first thing that is wrong; `shape` is the TypedDict that the template is given.

    `lines` is false for one in which lines tell nothing.
    """
    try:
        _Statements(text, rules, lines).read(shape)
    except jinja2.TemplateSyntaxError as fault:
        raise _broken(text, rules, fault, lines) from None
    except RecursionError:
        raise TemplateSlip(0, 0, UsageError("templates.deep")) from None


class _Expressions:
    """What the expressions of one template give; in `known` stands what each name is there: a type, None for any."""

    def __init__(self, text: str, rules: jinja2.Environment, lines: bool) -> None:
        self.text, self.rules, self.rows = text, rules, text.split("\n") if lines else []
        self.own: set[str] = set()      # the macros of the template

    def fail(self, line: int, word: str, key: str, **facts: Any) -> NoReturn:
        """Raise what is wrong at a word of a line."""
        row = self.rows[line - 1] if 0 < line <= len(self.rows) else ""
        found = re.search(rf"\{{[{{%].*?(?<!\w)({re.escape(word)})(?!\w)", row) if word[:1].isalnum() else None
        column = found.start(1) + 1 if found else row.find(word) + 1 if word else 0
        raise TemplateSlip(line if self.rows else 0, column, UsageError(key, **facts))

    def kind(self, one: nodes.Node, known: dict[str, Any]) -> Any:
        """What an expression gives: str (annotated with the only ones), int, bool, list of these, a TypedDict, or None
        where that is not known.
        """
        if isinstance(one, nodes.Const | nodes.TemplateData):
            return type(getattr(one, "value", ""))
        if isinstance(one, nodes.Name):
            if one.name not in known:
                self.fail(one.lineno, one.name, "templates.unknown", name=one.name, **offered(one.name, known))
            return known[one.name]
        if isinstance(one, nodes.Getattr):
            return self.part(one, one.attr, known)
        if isinstance(one, nodes.Getitem):
            return self.item(one, known)
        if isinstance(one, nodes.Filter):
            return self.filtered(one, known)
        if isinstance(one, nodes.Compare):
            return self.compared(one, known)
        if isinstance(one, nodes.Call):
            return self.called(one, known)
        if isinstance(one, nodes.Test) and one.name not in self.rules.tests:
            self.fail(one.lineno, one.name, "templates.test", name=one.name, **offered(one.name, self.rules.tests))
        given = [self.kind(below, known) for below in one.iter_child_nodes()]
        if isinstance(one, _SUMS):
            return self.reckoned(one, given)
        if isinstance(one, nodes.And | nodes.Or):
            return given[0] if given[0] == given[1] else None
        if isinstance(one, nodes.CondExpr):
            return given[1] if len(given) > 2 and given[1] == given[2] else None
        return bool if isinstance(one, nodes.Not | nodes.Test) else str if isinstance(one, nodes.Concat) else None

    def part(self, one: nodes.Getattr | nodes.Getitem, name: str, known: dict[str, Any]) -> Any:
        """What a map has under a name."""
        of = self.kind(one.node, known)
        fields = of if isinstance(of, dict) else _fields(of)
        if name.startswith("_") or (of is not None and name not in fields):
            lists = get_origin(of) is list and _fields(get_args(of)[0])
            key = "templates.items" if lists and name in lists else "templates.no-part"
            self.fail(one.lineno, name, key, name=_said(one.node), part=name, **offered(name, fields))
        return fields.get(name) if fields else None

    def item(self, one: nodes.Getitem, known: dict[str, Any]) -> Any:
        if isinstance(one.arg, nodes.Const) and isinstance(one.arg.value, str):
            return self.part(one, one.arg.value, known)
        of = self.kind(one.node, known)
        self.kind(one.arg, known)
        if get_origin(of) is not list:
            return None if of is None else of if of is str else self.fail(
                one.lineno, _last(one.node), "templates.no-list", name=_said(one.node), lists=[])
        return of if isinstance(one.arg, nodes.Slice) else get_args(of)[0]

    def filtered(self, one: nodes.Filter, known: dict[str, Any]) -> Any:
        if one.name not in self.rules.filters:
            self.fail(one.lineno, one.name, "templates.filter", name=one.name,
                      **offered(one.name, self.rules.filters))
        given = [self.kind(below, known) for below in one.iter_child_nodes()]
        of = given[0] if given else str
        if one.name in ("first", "last"):
            return get_args(of)[0] if get_origin(of) is list else of
        if one.name in ("length", "count"):
            return int
        return of if one.name in _SAME else None if one.name in ("sum", "round") else str

    def compared(self, one: nodes.Compare, known: dict[str, Any]) -> type:
        """A value is compared with what it can be."""
        kind = self.kind(one.expr, known)
        for operand in one.ops:
            self.kind(operand.expr, known)
            listed = operand.expr.items if isinstance(operand.expr, nodes.List | nodes.Tuple) else [operand.expr]
            for value in listed:
                if isinstance(value, nodes.Const) and value.value not in (_values(kind) or [value.value]):
                    self.fail(one.lineno, str(value.value), "templates.never", name=_said(one.expr),
                              value=str(value.value), known=_values(kind))
        return bool

    def called(self, one: nodes.Call, known: dict[str, Any]) -> Any:
        if isinstance(one.node, nodes.Name) and one.node.name == "range":
            for below in one.args:
                self.kind(below, known)
            return list[int]
        if isinstance(one.node, nodes.Name) and one.node.name in self.own:
            for below in (*one.args, *(given.value for given in one.kwargs)):
                self.kind(below, known)
            return str
        return self.fail(one.lineno, _last(one.node), "templates.call", name=_said(one.node))

    def reckoned(self, one: nodes.Expr, given: list[Any]) -> Any:
        """Sums of numbers, texts put together; nothing of both."""
        texts = [kind is str or bool(_values(kind)) for kind in given]
        if any(texts) and not (isinstance(one, nodes.Add | nodes.Mul | nodes.Mod) and all(texts) is isinstance(
                one, nodes.Add)):
            self.fail(one.lineno, "", "templates.sum")
        return str if any(texts) else int if given == [int, int] else None


class _Statements(_Expressions):
    """Goes through one template."""

    shown = False       # whether anything is filled in

    def read(self, shape: type) -> None:
        if wide := _WIDE.search(self.text):
            self.fail(self.text.count("\n", 0, wide.start()) + 1, wide[0], "templates.wide", typed=wide[0])
        names = _fields(shape)
        single = re.search(rf"(?<![{{%\w])\{{ *({'|'.join(names)})(\.\w+)? *\}}(?!\}})", self.text)
        if single:
            self.fail(self.text.count("\n", 0, single.start()) + 1, single[0], "templates.single",
                      typed=single[0], name=single[1] + (single[2] or ""))
        self.body(self.rules.parse(self.text).body, names)
        if not self.shown:
            raise TemplateSlip(0, 0, UsageError("templates.bare"))

    def body(self, listed: list[Any], known: dict[str, Any]) -> None:
        for one in listed:
            if isinstance(one, nodes.Output):
                for part in one.nodes:
                    if not isinstance(part, nodes.TemplateData):
                        self.shown = True
                        self.printed(part, known)
            elif isinstance(one, nodes.If):
                for branch in (one, *one.elif_):
                    self.kind(branch.test, known)
                    self.body(branch.body, dict(known))
                self.body(one.else_, dict(known))
            elif isinstance(one, nodes.For):
                self.repeated(one, known)
            elif isinstance(one, nodes.Assign):
                self.bind(one.target, self.kind(one.node, known), known)
            elif isinstance(one, nodes.AssignBlock):
                self.body(one.body, dict(known))
                self.bind(one.target, str, known)
            elif isinstance(one, nodes.With):
                inner = dict(known)
                for target, value in zip(one.targets, one.values, strict=True):
                    self.bind(target, self.kind(value, known), inner)
                self.body(one.body, inner)
            elif isinstance(one, nodes.FilterBlock | nodes.Scope):
                self.body(one.body, dict(known))
            elif isinstance(one, nodes.Macro):
                self.own.add(one.name)
                known[one.name] = None
                self.body(one.body, known | dict.fromkeys(name.name for name in one.args))
            else:
                word = re.sub("(?<=[a-z])(?=[A-Z]).*", "", type(one).__name__).lower()
                self.fail(one.lineno, word, "templates.not-here", what=word)

    def repeated(self, one: nodes.For, known: dict[str, Any]) -> None:
        over = self.kind(one.iter, known)
        if over is not None and get_origin(over) is not list:
            self.fail(one.lineno, _last(one.iter), "templates.no-list", name=_said(one.iter),
                      lists=[name for name, kind in known.items() if get_origin(kind) is list])
        inner = known | {"loop": dict.fromkeys(LOOP, int)}
        self.bind(one.target, get_args(over)[0] if over else None, inner)
        if one.test is not None:
            self.kind(one.test, inner)
        self.body(one.body, inner)
        self.body(one.else_, dict(known))

    def bind(self, target: nodes.Node, kind: Any, known: dict[str, Any]) -> None:
        for name in target.find_all(nodes.Name) if not isinstance(target, nodes.Name) else (target,):
            known[name.name] = kind if name is target else None

    def printed(self, one: nodes.Expr, known: dict[str, Any]) -> None:
        """What is shown has to be a text or a number: all else would stand there as Python writes it."""
        kind = self.kind(one, known)
        if get_origin(kind) is list:
            self.fail(one.lineno, _last(one), "templates.list", name=_said(one))
        if kind is bool:
            self.fail(one.lineno, _last(one), "templates.truth", name=_said(one))
        if _fields(kind):
            self.fail(one.lineno, _last(one), "templates.map", name=_said(one), known=list(_fields(kind)),
                      first=next(iter(_fields(kind))))


def _broken(text: str, rules: jinja2.Environment, fault: jinja2.TemplateSyntaxError, lines: bool) -> TemplateSlip:
    """Of what Jinja says in English, our words, at the tag that is meant."""
    said, line, row = fault.message or "", fault.lineno, text.split("\n")[fault.lineno - 1:fault.lineno]
    if found := _CHAR.search(said):
        slip = UsageError("templates.char", char=found[1])
        return TemplateSlip(line if lines else 0, row[0].find(found[1]) + 1 if row and lines else 0, slip)
    opened: list[tuple[str, int]] = []
    for at, word in _tags(text, rules):
        if word in _ENDS:
            opened.append((word, at))
        elif word.startswith("end") and opened and word == _ENDS[opened[-1][0]]:
            opened.pop()
        elif word.startswith("end") or word not in _INNER:
            key = "templates.end" if word in _INNER else "templates.tag"
            inner, since = opened[-1] if opened else ("", 0)
            return TemplateSlip(at if lines else 0, 0, UsageError(
                key, tag=word, open=inner, line=since if lines else 0, close=_ENDS.get(inner),
                **offered(word, [*_ENDS, *_INNER])))
    if opened and _CUT.search(said):
        word, at = opened[-1]
        return TemplateSlip(at if lines else 0, 0, UsageError("templates.unclosed", tag=word, close=_ENDS[word]))
    key = "open" if _CUT.search(said) else "equals" if "got '='" in said else "broken"
    return TemplateSlip(line if lines else 0, 0, UsageError(f"templates.{key}"))


def _tags(text: str, rules: jinja2.Environment) -> Iterator[tuple[int, str]]:
    """The line and the first word of each tag, as far as a template can be read; a `set` with its value has no end."""
    tokens: list[tuple[int, str, str]] = []
    with contextlib.suppress(jinja2.TemplateSyntaxError):
        for one in rules.lex(text):
            if one[1] != "whitespace":
                tokens.append(one)
    for at, (line, kind, _) in enumerate(tokens[:-1]):
        rest = tokens[at + 1:next((end for end in range(at, len(tokens)) if tokens[end][1] == "block_end"), at + 1)]
        if kind == "block_begin" and not (rest and rest[0][2] == "set" and any(word == "=" for *_, word in rest)):
            yield line, tokens[at + 1][2]


@cache
def _hints(kind: Any) -> Mapping[str, Any]:
    return get_type_hints(kind, include_extras=True)


def _fields(kind: Any) -> dict[str, Any]:
    """What a map holds, by name; nothing of anything else."""
    return dict(_hints(kind)) if is_typeddict(kind) else {}


def _values(kind: Any) -> list[str]:
    """The only texts that a text can be; nothing of any other."""
    return list(kind.__metadata__) if get_origin(kind) is Annotated else []


def _said(one: nodes.Node) -> str:
    """An expression as its author wrote it, as far as it is made of names."""
    if isinstance(one, nodes.Name):
        return one.name
    if isinstance(one, nodes.Getattr):
        return f"{_said(one.node)}.{one.attr}"
    if isinstance(one, nodes.Getitem):
        return f"{_said(one.node)}[…]"
    return f"{_said(one.node)}|{one.name}" if isinstance(one, nodes.Filter) and one.node else "…"


def _last(one: nodes.Node) -> str:
    """The last name of an expression, by which it is found in its line."""
    return one.attr if isinstance(one, nodes.Getattr) else one.name if isinstance(one, nodes.Name) else \
        _last(one.node) if isinstance(one, nodes.Getitem | nodes.Call | nodes.Filter) and one.node else ""
