"""The path language of the rules: `themes.*.problems[].measures[].due`, read from bound reports.

A dot goes into a map, `*` takes each field of a map, `[]` each item of a list. A path that begins with `/` starts
at the report, any other at the rule's scope. Reading tells absent (nothing comes) from BAD (`case.skip` is told).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from functools import cache
from typing import Any, Protocol, TypeAlias

from ..recording import dataclass
from ..records import Route
from .report import BAD, Doc, Items, Report


class Wide(str):
    """A step of a path that is no key."""

    __slots__ = ()

    def __reduce__(self) -> str:
        """Also in another process there is only one of each."""
        return "EACH" if self == "*" else "ITEM"


EACH = Wide("*")
ITEM = Wide("[]")
Node: TypeAlias = Any       # what stands in a report: Doc, Items, text, number, BAD; a union would need checks in loops


@dataclass(slots=True, eq=False)
class Scope:
    """One node that a rule looks at, and the path to it from the report."""

    node: Node
    path: Route


class Reading(Protocol):
    """What a path is read for: the report, and who is told of what can't be read in it."""

    report: Report

    def skip(self, path: Route, reason: str) -> None: ...

    def scopes(self, text: str) -> list[Scope]: ...


def split(text: str) -> list[str]:
    """A path's steps. Raises ValueError when it is not of the language."""
    steps: list[str] = []
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


Found = list[tuple[Route, Any]]
Reader = Callable[[Node, Route, Reading, Found], None]


@cache
def reader(steps: tuple[str, ...]) -> Reader:
    """A function (node, path, case, found) that adds (path, value) of every present value at `steps` below a node.

    It tells `case` of those it can't read. Made once per path, when the first report is read by it.
    """
    if not steps:
        def here(node: Node, path: Route, case: Reading, found: Found) -> None:
            if node is BAD:
                case.skip(path, "type")
            elif node is not None:
                found.append((path, node))

        return here
    step, below, last = steps[0], reader(steps[1:]), len(steps) == 1
    if step is EACH:
        def each(node: Node, path: Route, case: Reading, found: Found) -> None:
            if type(node) is Doc:
                for key, value in node.items():
                    below(value, (*path, key), case, found)
            elif node is BAD:
                case.skip(path, "parent")

        return each
    if step is ITEM:
        def item(node: Node, path: Route, case: Reading, found: Found) -> None:
            if type(node) is Items:
                for at, value in enumerate(node):
                    below(value, (*path, at), case, found)
            elif node is BAD:
                case.skip(path, "type" if last else "parent")
            elif node is not None and last:
                found.append((path, node))      # a field that takes one text or a list of them

        return item

    if last:
        def leaf(node: Node, path: Route, case: Reading, found: Found) -> None:
            if type(node) is Doc:
                value = node.get(step)
                if value is BAD:
                    case.skip((*path, step), "type")
                elif value is not None:
                    found.append(((*path, step), value))
            elif node is BAD:
                case.skip(path, "parent")

        return leaf

    def field(node: Node, path: Route, case: Reading, found: Found) -> None:
        if type(node) is Doc:
            value = node.get(step)
            if value is not None:
                below(value, (*path, step), case, found)
        elif node is BAD:
            case.skip(path, "parent")

    return field


class Nodes(dict[str, list[Any]]):
    """What is at each path from a report in which all can be read, as lists without paths; read once."""

    __slots__ = ()

    def __init__(self, doc: Doc) -> None:
        self[""] = [doc]

    def __missing__(self, text: str) -> list[Any]:
        home, _, last = text.rpartition(".")
        nodes = self[home]
        if nodes:
            nodes = spread(nodes, (last,) if last.isidentifier() else steps_of(last))
        self[text] = nodes
        return nodes


def spread(nodes: list[Node], steps: Iterable[str]) -> list[Node]:
    """What stands at the end of some steps from each of some nodes of a report in which all can be read."""
    found = nodes
    for step in steps:
        if step is EACH:
            found = [value for node in found if type(node) is Doc for value in node.values()]
        elif step is ITEM:      # or a field that takes one text or a list of them
            found = [value for node in found for value in (node if type(node) is Items else (node,))]
        else:
            found = [node[step] for node in found if type(node) is Doc and step in node]
    return found


@cache
def steps_of(text: str) -> tuple[str, ...]:
    """The same, of a path that is asked for many times."""
    return tuple(split(text))


class Field:
    """A compiled path of a field, relative to a rule's scope or absolute; `steps` in place of those of the text."""

    __slots__ = ("_home", "_rest", "_top", "absolute", "name", "steps", "text")

    def __init__(self, text: str, steps: Iterable[str] | None = None) -> None:
        self.text = text
        self.absolute = text.startswith("/")
        self.steps = steps_of(text) if steps is None else tuple(steps)
        self._top = self.steps[0] if self.steps and type(self.steps[0]) is str else None
        home, mark, rest = text.strip("/").rpartition("[].")
        self._home = home + "[]" if mark else None      # the nearest list on the way, which other rules read too
        self._rest = steps_of(rest) if mark else None
        one = len(self.steps) == 1 and type(self.steps[0]) is str
        self.name = self.steps[0] if one and not self.absolute else None    # of a field right below the scope

    def read(self, case: Reading, scope: Scope) -> Found:
        """Every (path, value) that is there."""
        found: Found = []
        if self.absolute or not scope.path:
            if self._top and case.report.doc.get(self._top) is None:
                return found
            if self._home and self._rest:
                read = reader(self._rest)
                for one in case.scopes(self._home):
                    read(one.node, one.path, case, found)
            else:
                reader(self.steps)(case.report.doc, (), case, found)
        else:
            reader(self.steps)(scope.node, scope.path, case, found)
        return found

    def first(self, case: Reading, scope: Scope) -> Any:
        """The one value there, None when absent; BAD is passed on after `case` was told."""
        node, path = (case.report.doc, ()) if self.absolute else (scope.node, scope.path)
        for at, step in enumerate(self.steps):
            if type(node) is not Doc:
                break
            node = node.get(step)
            if node is BAD:
                case.skip((*path, *self.steps[:at + 1]), "type" if at == len(self.steps) - 1 else "parent")
        return node

    def path(self, scope: Scope) -> Route:
        """The path of the field whether it is there or not (only for paths without `*` and `[]`)."""
        return self.steps if self.absolute else (*scope.path, *self.steps)


def is_given(node: Node, names: Iterable[str]) -> bool:
    """Whether each of some fields right below a node is there and readable: the quick answer for most reports."""
    if type(node) is not Doc:
        return False
    for name in names:
        value = node.get(name)
        if value is None or value is BAD:
            return False
    return True
