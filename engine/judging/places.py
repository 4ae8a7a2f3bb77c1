"""What stands at a path of a bound report, and at which place of its file."""

from __future__ import annotations

from typing import Any

from ..reading.intake import Pin
from ..reading.report import BAD, Doc, Items, Place, Report, escape, locate, pointer_of
from ..recording import replace
from ..records import Route


def place_at(report: Report, path: Route, mark: Pin, key: str | None) -> Place:
    """The place of what was typed at a mark. `path` has positions as typed; `key` is one below it that is no field
    and may be shown.
    """
    around = locate(report, bound_path(report, path))
    pointer = pointer_of(path) + (f"/{escape(key)}" if key else "")
    theme = path[1] if len(path) > 1 and path[0] == report.roles.themes else None
    return replace(
        around, pointer=pointer, line=mark.line + 1, column=mark.column + 1, cell=getattr(mark, "cell", None),
        sheet=getattr(mark, "sheet", 0), theme=theme if type(theme) is str else None, field=key or around.field,
        stable=around.stable + pointer[len(around.pointer):])


def bound_path(report: Report, path: Route) -> Route:
    """A path with positions as typed -> the same with positions in the bound lists, as far as they exist."""
    node: Any = report.doc
    bound: list[str | int] = []
    for segment in path:
        if isinstance(segment, int):
            kept = getattr(node, "kept", None)
            at = kept.index(segment) if kept and segment in kept else segment
            if node is BAD or node is None or at >= len(node) or (kept and segment not in kept):
                break
            bound.append(at)
            node = node[at]
        else:
            if type(node) is not Doc:
                break
            bound.append(segment)
            node = node.get(segment)
    return tuple(bound)


def typed_path(report: Report, path: Route) -> Route:
    """The same the other way round."""
    node: Any = report.doc
    typed: list[str | int] = []
    for segment in path:
        typed.append(node.position(segment) if isinstance(segment, int) else segment)
        node = node[segment] if isinstance(segment, int) else node.get(segment) if type(node) is Doc else None
    return tuple(typed)


def node_at(report: Report, path: Route) -> Any:
    """What is bound at a path, None where nothing is."""
    node: Any = report.doc
    for segment in path:
        if not (segment in node if type(node) is Doc else
                type(node) is Items and isinstance(segment, int) and segment < len(node)):
            return None
        node = node[segment]
    return node


def value_at(report: Report, path: Route) -> Any:
    """What was written at a path; where it is not of the form asked for, the text as typed."""
    node: Any = report.doc
    for segment in path:
        above, key = node, str(segment)
        if isinstance(above, Doc) and key in above:
            node = above[key]
            if node is BAD:
                node = above.src.entries[above.written(key) or ""]
        elif isinstance(above, Items) and isinstance(segment, int):
            node = above[segment]
        else:
            return None
    return node if isinstance(node, str | int) else None
