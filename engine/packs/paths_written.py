"""Paths of fields as a pack writes them: Chinese names in them become the English ones where these can mean one thing.

A path that leads nowhere, or in ways that differ, stays as typed, for the rules' own check to refuse.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from ..reading.paths import EACH, ITEM, split
from ..reading.schema import EitherShape, ListShape, MapShape, Shape, maps_in
from ..recording import dataclass


@dataclass(frozen=True, slots=True)
class FieldPaths:
    """Puts paths into English by the form of the reports, which is looked at when the first Chinese one comes."""

    form: Callable[[], Iterable[Shape]]
    each: str = ""          # what a rule looks at, in English

    def below(self, each: str) -> FieldPaths:
        """For the paths of a rule that looks at `each`."""
        return FieldPaths(self.form, self.english(f"/{each.strip('/')}").strip("/"))

    def beside(self, field: str) -> FieldPaths:
        """For fields of the same items as one whose path is in English."""
        home = "" if field.startswith("/") else self.each
        return FieldPaths(self.form, ".".join(filter(None, (home, field.strip("/").rpartition(".")[0]))))

    def english(self, text: str) -> str:
        """A path in English: from the report where it says so, else from what the rule looks at or from below it."""
        if text.isascii():
            return text
        try:
            steps = split(text)
            scopes = list(self.form())
            if not text.startswith("/"):
                scopes = [shape for root in scopes for shape in _reached(root, split(self.each))[0]]
        except ValueError:
            return text
        found = {path for one in scopes if (path := _reached(one, steps)[1])} \
            or {path for one in maps_in(scopes) if (path := _reached(one, steps)[1])}
        return ("/" if text.startswith("/") else "") + found.pop() if len(found) == 1 else text


def spread(starts: Iterable[Shape], text: str) -> str:
    """A path that leads nowhere with the `[]` behind lists and the `*` behind the themes without which it does; empty
    where it leads nowhere with them.
    """
    shapes, out = list(starts), ""
    try:
        steps = split(text)
    except ValueError:
        return ""
    for step in steps:
        for way in (ITEM, EACH, None):
            found = _step(shapes, step)[0]
            if found or way is None:
                break
            between = _step(shapes, way)[0]
            if between and (way is ITEM or all(isinstance(one, MapShape) for one in between)):
                shapes, out = between, _longer(out, way)
        if not found:
            return ""
        shapes, out = found, _longer(out, step)
    return ("/" if text.startswith("/") else "") + out


def _longer(path: str, step: str) -> str:
    """A path with one step more."""
    return f"{path}[]" if step is ITEM else ".".join(filter(None, (path, "*" if step is EACH else step)))


def _reached(start: Shape, steps: list[str]) -> tuple[list[Shape], str]:
    """Where the steps from a shape lead, and the steps in English; nothing where they lead nowhere."""
    shapes, out = [start], ""
    for step in steps:
        shapes, key = _step(shapes, step)
        if not shapes:
            return [], ""
        out = _longer(out, key)
    return shapes, out


def _step(shapes: Iterable[Shape], step: str) -> tuple[list[Shape], str]:
    """Where one step from some shapes leads, and the step in English."""
    ways = [way for one in shapes for way in (one.ways if isinstance(one, EitherShape) else [one])]
    if step is ITEM:
        return [one.item for one in ways if isinstance(one, ListShape)], step
    fields = [one.fields for one in ways if isinstance(one, MapShape)]
    if step is EACH:
        return [shape for known in fields for _, shape in known.values()], step
    named = [known[step] for known in fields if step in known]
    return [shape for _, shape in named], named[0][0] if named else ""
