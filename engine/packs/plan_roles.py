"""The roles that a plan names otherwise than the shared form: held against the form of the pack."""

from __future__ import annotations

from collections.abc import Mapping

from ..reading.intake import line_in
from ..reading.paths import EACH, ITEM, split
from ..reading.report import Doc
from ..reading.roles import Roles, defaults
from ..reading.schema import ChoiceShape, ListShape, MapShape, Shape
from ..records import PackError
from ..text.wording import nearest

_LISTED = ("done", "closed", "relapsed")    # roles that are values of a problem's state, several of them
_VALUES = (*_LISTED, "lasting")             # and one
# The role inside whose field another's stands.
_WITHIN = {"person_name": "person", "person_unit": "person", "unit_name": "unit", "level": "unit",
           "problems": "themes", "none_found": "themes", "examined": "themes", "source": "problems",
           "state": "problems", "due": "problems", "until": "problems", "problem": "problems",
           "behaviour": "problems", "fact": "problems", "found": "problems", "action": "due", "owner": "due",
           "completed": "problems", "accepted": "problems", "accepted_by": "accepted", "spared_reason": "spared"}


def roles_of(plan: Doc, shapes: Mapping[str, MapShape], faults: list[PackError]) -> Roles:
    """The roles of a pack: those that its plan names, else those of the shared form. What is wrong is noted."""
    said: Doc = plan["form"]
    found = dict(defaults())
    for role, given in said.items():
        if role not in _VALUES:
            try:
                found[role] = [_path(one, role, one, shapes) for one in given] if isinstance(given, list) \
                    else _path(given, role, found[role], shapes)
            except _Astray as fault:
                faults.append(_fault(plan, role, *fault.args))
        else:
            found[role] = list(given) if isinstance(given, list) else given
    for role, outer in _WITHIN.items():
        if not _inside(found[role], found[outer]):
            faults.append(_fault(plan, role if role in said else outer, "role-within", f"{found[outer]} › …"))
    listed = _values(found["state"], shapes)
    for role in ("done", "lasting", *(role for role in ("closed", "relapsed") if role in said)) if listed else ():
        values = found[role] if role in _LISTED else [found[role]]
        if not set(listed).issuperset(values):
            faults.append(_fault(plan, role if role in said else "state", "role-value", ", ".join(listed)))
    return Roles(found)


class _Astray(Exception):
    """A path that will not do: the text that says so, what to write, and what may be written."""


def _fault(plan: Doc, role: str, key: str, example: str | None,
           known: Mapping[str, list[str]] | None = None) -> PackError:
    written = plan["form"].written(role) or role
    return PackError("plan.yaml", line_in(plan.src, plan.written("form") or "form", written), f"own.{key}",
                     role=written, example=example, known=known, sample=defaults()[role])


def _path(text: str, role: str, like: str, shapes: Mapping[str, MapShape]) -> str:
    """A path in English names; of the shape of the one that it stands for, and leading somewhere."""
    try:
        steps = split(text)
    except ValueError:
        raise _Astray("role-path", like) from None
    if [step if step is EACH or step is ITEM else "" for step in steps] != [
            step if step is EACH or step is ITEM else "" for step in split(like)]:
        raise _Astray("role-path", like)
    ways = [_walk(shape, steps) for shape in shapes.values()]
    found = next((way for way in ways if isinstance(way, str)), None)
    if found is None:
        known = max((way for way in ways if isinstance(way, dict)), key=len)
        raise _Astray("role-nowhere", nearest(steps[-1], [*known, *known.values()]),
                      {"zh": [*known.values()], "en": [*known]})
    return found


def _walk(shape: Shape, steps: list[str]) -> str | dict[str, str]:
    """The path in English names, or the names, with their titles, that stand where it goes astray."""
    text = ""
    for step in steps:
        if step is ITEM and isinstance(shape, ListShape):
            shape, text = shape.item, f"{text}[]"
        elif isinstance(shape, MapShape) and (step is EACH or step in shape.fields):
            key, below = shape.fields[step if step is not EACH else next(iter(shape.titles))]
            shape, text = below, (f"{text}." if text else "") + ("*" if step is EACH else key)
        else:
            return shape.titles if isinstance(shape, MapShape) else {}
    return text


def _inside(path: str, outer: str) -> bool:
    """Whether a field stands beside or below another: in the same map, or under it."""
    home = outer if outer.endswith("[]") or "." not in outer else outer.rpartition(".")[0]
    return path.startswith(home)


def _values(path: str, shapes: Mapping[str, MapShape]) -> list[str]:
    """The values that are listed for a field."""
    for root in shapes.values():
        shape: Shape = root
        for step in split(path):
            if step is ITEM and isinstance(shape, ListShape):
                shape = shape.item
            elif isinstance(shape, MapShape) and (step is EACH or step in shape.fields):
                shape = shape.fields[step if step is not EACH else next(iter(shape.titles))][1]
        if isinstance(shape, ChoiceShape):
            return list(dict.fromkeys(shape.values.values()))
    return []
