"""The roles of a form: by which fields the engine finds whose a report is, when it was filed, and its problems.

The paths are data: `form` in a pack's `plan.yaml`, else the defaults beside each role in `schemas/plan.json`.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from .paths import EACH, ITEM, split
from .schema import schema_file

Paths = Mapping[str, Any]       # role -> its path, or a list of values or of paths


@cache
def defaults() -> Paths:
    """The roles of the form that all plans share."""
    listed = schema_file("plan.json")["properties"]["form"]["properties"]
    return {role: one["default"] for role, one in listed.items()}


def keys(path: str) -> tuple[str, ...]:
    """The names of the fields on a path, without `*` and `[]`."""
    return tuple(step for step in split(path) if step is not EACH and step is not ITEM)


class Roles:
    """Names of fields by what they are for. Of what stands inside another, the name in there alone."""

    def __init__(self, paths: Paths) -> None:
        at = {role: keys(path) for role, path in paths.items() if isinstance(path, str)}
        (self.filed,), (self.refiled,), (self.themes,) = at["filed"], at["refiled"], at["themes"]
        # kind of report -> the map that says who it is about, and the field with the ID in that map
        self.identity: dict[str, tuple[str, str]] = {
            "personal": (at["person"][0], at["person"][-1]), "unit": (at["unit"][0], at["unit"][-1])}
        self.person_name = at["person_name"][-1]
        self.person_unit = at["person_unit"][-1]
        self.unit_name = at["unit_name"][-1]
        self.level = at["level"][-1]
        self.problems, self.none_found = at["problems"][-1], at["none_found"][-1]
        self.examined = at["examined"][-1]
        self.source, self.state = at["source"][-1], at["state"][-1]
        self.problem, self.behaviour, self.fact = at["problem"][-1], at["behaviour"][-1], at["fact"][-1]
        self.found, self.completed = at["found"][-1], at["completed"][-1]
        self.measures, self.due = at["due"][-2:]
        self.action, self.owner = at["action"][-1], at["owner"][-1]
        self.deferral, self.until = at["until"][-2:]
        self.acceptance, self.accepted = at["accepted"][-2:]
        self.accepted_by = at["accepted_by"][-1]
        self.spared, self.spared_item = at["spared"]
        self.spared_reason = at["spared_reason"][-1]
        self.institutions, self.institution_kind = at["institutions"]
        self.done: frozenset[str] = frozenset(paths["done"])
        self.closed: frozenset[str] = self.done.intersection(paths["closed"]) or self.done
        self.relapsed: frozenset[str] = frozenset(paths["relapsed"])
        self.lasting: str = paths["lasting"]
        self.names: tuple[str, ...] = tuple(paths["names"])

    @property
    def level_path(self) -> tuple[str, str]:
        """Where a unit's report says its level."""
        return self.identity["unit"][0], self.level
