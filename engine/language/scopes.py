"""Where a rule looks: the report, and the items around the one that it looks at, with the names that each offers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from ..packs.paths_written import spread
from ..reading.paths import EACH, ITEM, split
from ..reading.schema import EitherShape, ListShape, MapShape, Shape, TextShape, maps_in
from ..recording import dataclass, field
from ..text.wording import nearest, sharing
from .functions import either
from .reads import TEXTS
from .types import Fault, Steps, fields_of, is_alike, names_in

Offered = Mapping[str, tuple[str, Shape]]       # as written -> the step, and what stands there


@dataclass(frozen=True, slots=True)
class Level:
    """The report or an item around: its shapes, the steps to it, and the nouns by which it is called."""

    shapes: tuple[Shape, ...]
    steps: Steps
    nouns: tuple[str, ...] = ()
    beyond: Offered = field(default_factory=dict)       # of the report: what may be named beside it


def levels_of(roots: Sequence[Shape], each: str | None, beyond: Offered | None = None) -> list[Level]:
    """The report and every item on the way of a path, which may be written in either language. Raises Fault."""
    if is_texts(roots, each) and "reports" not in (beyond or ()):      # over the batch no text may be left
        return [Level(tuple(roots), (), either("own"), beyond or {}), Level((TextShape(""),), (TEXTS,))]
    levels = [Level(tuple(roots), (), either("own"), beyond or {})]
    shapes, done = list(roots), list[str]()
    nouns: tuple[str, ...] = ()
    try:
        steps = split(each or "")
    except ValueError as fault:
        raise Fault("broken-path", 0, path=each, part=fault.args[0]) from None
    fixed = spread(roots, each or "")
    if fixed and split(fixed) != steps:
        raise Fault("wants-items", 0, path=each, fixed=fixed)
    for number, step in enumerate(steps):
        aside = levels[0].beyond.get(step) if number == 0 and not fields_of(shapes, step) else None
        shapes, key, nouns = ([aside[1]], aside[0], nouns_of([aside[1]])) if aside else _step(
            shapes, step, each or "", nouns)
        done.append(key)
        if step is EACH or step is ITEM or number == len(steps) - 1:
            levels.append(Level(tuple(shapes), tuple(done), nouns))
    if steps and all(isinstance(one, ListShape) and isinstance(one.item, MapShape) for one in shapes):
        raise Fault("wants-items", 0, path=each, fixed=f"{each}[]")
    return levels


def is_texts(roots: Sequence[Shape], each: str | None) -> bool:
    """Whether a path means every text of the report: `texts[]`, unless the form has a field of that name."""
    name = (each or "").removesuffix("[]")
    return name in either("texts") and not fields_of(list(roots), name)


def _step(shapes: list[Shape], step: str, path: str, nouns: tuple[str, ...]) -> tuple[list[Shape], str,
                                                                                       tuple[str, ...]]:
    """What is reached by a step, the step as the reports have it, and the nouns of a list's items. Raises Fault."""
    ways = _ways(shapes)
    known, reached = _below(ways, step)
    if not reached:
        raise _no_such(ways, str(step), path)
    return reached, known, nouns if step is ITEM or step is EACH else nouns_of(reached)


def _ways(shapes: list[Shape]) -> list[Shape]:
    return [way for shape in shapes for way in (shape.ways if isinstance(shape, EitherShape) else [shape])]


def _below(ways: list[Shape], step: str) -> tuple[str, list[Shape]]:
    """A step as the reports have it, and what it leads to; nothing where it leads nowhere."""
    if step is ITEM:
        return step, [one.item for one in ways if isinstance(one, ListShape)]
    if step is EACH:
        return step, [one for way in ways if isinstance(way, MapShape) for one in
                      dict.fromkeys(shape for _, shape in way.fields.values())]
    return fields_of(ways, step) or (step, [])


def _no_such(ways: Sequence[Shape], step: str, path: str) -> Fault:
    """Why a step of a path leads nowhere: it is like another, else those that there are."""
    also = either("texts") if path.startswith(step) and step not in either("texts") else ()
    known = [name for name in names_in(ways) if name.isascii() == step.isascii()] or names_in(ways)
    near = nearest(step, [*known, *also]) or sharing(step, known)
    return Fault("no-such-path", 0, path=path, part=step, near=near, known=known[:12])


def away(name: str, roots: Sequence[Shape], kinds: Mapping[str, MapShape]) -> str | None:
    """The kind of report that has a field of this name, where those that a rule looks at have none."""
    there = [kind for kind, shape in kinds.items() if name in deep_names([shape])]
    return there[0] if there and name not in deep_names(roots) else None


def leads(shapes: list[Shape], steps: Steps) -> bool:
    """Whether some steps lead to anything from some maps."""
    for step in steps:
        _, shapes = _below(_ways(shapes), step)
    return bool(shapes)


def leads_to_lists(shapes: Iterable[Shape], key: str) -> bool:
    """Whether a field of some maps is a list wherever there is such a field, never one text in place of a list."""
    found = fields_of(shapes, key)
    return found is not None and all(isinstance(one, ListShape) for one in found[1])


def nouns_of(shapes: Iterable[Shape]) -> tuple[str, ...]:
    """What an item of a list is called."""
    return next((one.nouns for one in shapes if isinstance(one, ListShape) and one.nouns), ())


def deep_names(roots: Iterable[Shape]) -> list[str]:
    """The names of all fields of some maps and below them, in both languages."""
    return list(dict.fromkeys(name for shape in maps_in(roots) for name in shape.fields))


def places_of(roots: Iterable[Shape], written: str) -> list[tuple[Steps, list[Shape]]]:
    """Every way from the report to a field of this name, in either language; a map of like maps is one step."""
    found: dict[Steps, list[Shape]] = {}
    rest: list[tuple[Steps, Shape]] = [((), root) for root in roots]
    while rest:
        steps, shape = rest.pop()
        if isinstance(shape, ListShape):
            rest.append(((*steps, ITEM), shape.item))
        elif isinstance(shape, MapShape) and steps and is_alike([shape]):
            rest.append(((*steps, EACH), next(one for _, one in shape.fields.values())))
        elif isinstance(shape, MapShape):
            for name, (key, below) in shape.fields.items():
                if name == written:
                    found.setdefault((*steps, key), []).append(below)
                if name == key:
                    rest.append(((*steps, key), below))
    return list(found.items())
