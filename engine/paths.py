"""The path language of the rules: `themes.*.problems[].measures[].due`, read from bound reports.

A dot goes into a map, `*` takes each field of a map, `[]` each item of a list. A path that begins with `/` starts
at the report, any other at the rule's scope. Reading tells absent (nothing comes) from BAD (`case.skip` is told).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from .report import BAD, Doc, Items

EACH = object()     # `*`
ITEM = object()     # `[]`


class Scope:
    """One node that a rule looks at, and the path to it from the report."""

    __slots__ = ("node", "path")

    def __init__(self, node: Any, path: tuple) -> None:
        self.node = node
        self.path = path


def split(text: str) -> list[Any]:
    """A path's steps. Raises ValueError when it is not of the language."""
    steps: list[Any] = []
    if not text.strip("/"):
        return steps
    for part in text.strip("/").replace("/", ".").split("."):
        bare = part.removesuffix("[]")
        if bare == "*":
            steps.append(EACH)
        elif bare.replace("_", "").isalnum():
            steps.append(bare)
        else:
            raise ValueError(part)
        if part.endswith("[]"):
            steps.append(ITEM)
    return steps


def walk(node: Any, path: tuple, steps: list[Any], case: Any) -> Iterator[tuple[tuple, Any]]:
    """(path, value) of every present value at `steps` below `node`; tells `case` of those it can't read."""
    if node is BAD:
        case.skip(path, "parent" if steps else "type")
    elif not steps:
        if node is not None:
            yield path, node
    else:
        step, rest = steps[0], steps[1:]
        if step is EACH:
            if node.__class__ is Doc:
                for key, value in node.items():
                    yield from walk(value, (*path, key), rest, case)
        elif step is ITEM:
            if node.__class__ is Items:
                for at, value in enumerate(node):
                    yield from walk(value, (*path, at), rest, case)
            elif node is not None and not rest:
                yield path, node            # a field that takes one text or a list of them
        elif node.__class__ is Doc:
            value = node.get(step)
            if value is not None:
                yield from walk(value, (*path, step), rest, case)


class Field:
    """A compiled path of a field, relative to a rule's scope or absolute."""

    __slots__ = ("text", "absolute", "steps", "single")

    def __init__(self, text: str) -> None:
        self.text = text
        self.absolute = text.startswith("/")
        self.steps = split(text)
        self.single = not any(step is EACH or step is ITEM for step in self.steps)

    def base(self, case: Any, scope: Scope) -> tuple[Any, tuple]:
        return (case.report.doc, ()) if self.absolute else (scope.node, scope.path)

    def read(self, case: Any, scope: Scope) -> list[tuple[tuple, Any]]:
        """Every (path, value) that is there."""
        node, path = self.base(case, scope)
        if len(self.steps) == 1 and self.single and node.__class__ is Doc:
            value = node.get(self.steps[0])
            if value is None:
                return []
            if value is not BAD:
                return [((*path, self.steps[0]), value)]
        return list(walk(node, path, self.steps, case))

    def first(self, case: Any, scope: Scope) -> Any:
        """The one value there, None when absent; BAD is passed on after `case` was told."""
        node, path = self.base(case, scope)
        for at, step in enumerate(self.steps):
            if node is BAD or node.__class__ is not Doc:
                break
            node = node.get(step)
            path = (*path, step)
            if node is BAD:
                case.skip(path, "type" if at == len(self.steps) - 1 else "parent")
        return node

    def path(self, scope: Scope) -> tuple:
        """The path of the field whether it is there or not (only for paths without `*` and `[]`)."""
        return tuple(self.steps) if self.absolute else (*scope.path, *self.steps)


def selector(text: str) -> Callable[[Any], list[Scope]]:
    """A function that lists a report's scopes at `text`."""
    steps = split(text)

    def select(case: Any) -> list[Scope]:
        return [Scope(node, path) for path, node in walk(case.report.doc, (), steps, case)]

    return select
