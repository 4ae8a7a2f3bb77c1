"""What compiled sentences read of a report: a field below a scope, what stands in a list, the items around.

In a report of good form a look reads columns and plain maps. Else each read tells the case of what can't be read, and
the sentence is not assessed: it ends in Unassessed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from ..reading.paths import Found, Nodes, Scope, reader
from ..reading.report import BAD, Doc, Report
from ..text.wording import name_parts

if TYPE_CHECKING:
    import re

    from ..records import Route
    from .types import Steps

TEXTS = "@texts"        # the one step to every text of a report, whatever field holds it
Kept = TypeVar("Kept")


class Unassessed(Exception):
    """A check can't tell, since a field that it needs is not of the right form; the case has been told where."""


class Examined(Protocol):
    """A report under examination, as far as a sentence looks at it."""

    report: Report
    memo: dict[Any, Any]
    nodes: Nodes

    @property
    def slips(self) -> Sequence[object]: ...

    def skip(self, path: Route, reason: str) -> None: ...

    def scopes(self, text: str) -> list[Scope]: ...


class Left(Examined, Protocol):
    """A report under examination that leaves something behind."""

    def values(self, text: str) -> list[Any]: ...


class Run(Protocol):
    """What is the same for all reports of a run, worked out once."""

    @property
    def memo(self) -> dict[Any, Any]: ...


class Answered(Examined, Protocol):
    """A report that is asked later: with the roster, the clock or other reports beside it."""

    run: Run

    def people(self, parts: Sequence[str]) -> frozenset[str]: ...
    def is_named(self, text: str, entry: Doc) -> bool: ...
    def off_roster(self, parts: Sequence[str], spared: re.Pattern[str]) -> frozenset[str]: ...


class _Heard:
    """Passes on what can't be read, and remembers that there was something."""

    def __init__(self, case: Examined) -> None:
        self.case, self.report, self.found = case, case.report, False

    def skip(self, path: Route, reason: str) -> None:
        self.found = True
        self.case.skip(path, reason)

    def scopes(self, text: str) -> list[Scope]:
        return self.case.scopes(text)


def one(case: Examined, scope: Scope, steps: Steps) -> Any:
    """The one value at the end of some steps; None where there is none."""
    node = scope.node
    for at, step in enumerate(steps):
        if type(node) is not Doc:
            break
        node = node.get(step)
        if node is BAD:
            case.skip((*scope.path, *steps[:at + 1]), "type" if at == len(steps) - 1 else "parent")
            raise Unassessed
    if node is BAD:
        case.skip(scope.path, "type")
        raise Unassessed
    return node


def maps(case: Examined, scopes: Iterable[Scope], steps: Steps) -> list[Scope]:
    """What stands at the end of some steps from each of some scopes, with its path."""
    found: Found = []
    heard, read = _Heard(case), reader(steps)
    for scope in scopes:
        read(scope.node, scope.path, heard, found)
    if heard.found:
        raise Unassessed
    return [Scope(node, path) for path, node in found]


def values(case: Examined, scopes: Iterable[Scope], steps: Steps) -> list[Any]:
    """The same without paths."""
    return [scope.node for scope in maps(case, scopes, steps)]


def around(case: Examined, scope: Scope, depth: int) -> Scope:
    """The item around a scope whose path has so many segments."""
    node: Any = case.report.doc
    for segment in scope.path[:depth]:
        node = node[segment]
    return Scope(node, scope.path[:depth])


def kept(items: Iterable[Kept], test: Callable[[Kept], bool | None]) -> list[Kept]:
    """The items of which a condition holds."""
    return [item for item in items if test(item) is True]


def remembered(case: Examined | Run, key: object, made: Callable[[], Any]) -> Any:
    """What is the same for the whole report, worked out once."""
    if key not in case.memo:
        case.memo[key] = made()
    return case.memo[key]


def people(case: Answered, texts: Iterable[str]) -> frozenset[str]:
    """The names in some texts."""
    parts = [part for text in texts for part in name_parts(text)]
    return case.people(parts) if parts else frozenset()


def off_roster(case: Answered, text: str | None, spared: re.Pattern[str]) -> frozenset[str]:
    """The names in a text that the roster does not know."""
    return case.off_roster(name_parts(text), spared) if text else frozenset()


def shared(some: frozenset[str], others: frozenset[str]) -> bool | None:
    """Whether somebody is among both; None where there is nobody on one side."""
    return not some.isdisjoint(others) if some and others else None


def field_of(case: Examined, *tried: tuple[Scope, Steps]) -> Route:
    """The path of the first of some fields that is given, else of the first."""
    found = next((each for each in tried if one(case, *each) is not None), tried[0])
    return (*found[0].path, *found[1])
