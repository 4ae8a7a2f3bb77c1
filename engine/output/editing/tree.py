"""The form of a report as an editor needs it: what may stand at a place, in both languages, and what it is for.

Made of the documents that `authoring.published` prints for editors, so that both say the same.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...authoring.published import publish
from ...packs.pack import Pack
from ...reading.schema import Schema
from ...recording import dataclass
from ...records import Route
from ...text.messages import LANGUAGES

Both = tuple[Schema, ...]       # the same part of the document in each of the languages


@dataclass(frozen=True, slots=True)
class FieldHere:
    """What may stand at one place. Names and values are pairs, one of each of the languages."""

    documents: Both
    parts: Both
    names: tuple[str, ...] = ()
    path: Route = ()            # canonical, with 0 for any item

    @property
    def description(self) -> str:
        return str(self.parts[0].get("description", ""))

    def fields(self) -> Iterator[FieldHere]:
        """The fields of a map, in the order of the form; none of anything else."""
        for ways in self._ways():
            listed = [one.get("properties", {}) for one in ways]
            for names in zip(*listed, strict=True):
                parts = tuple(some[name] for some, name in zip(listed, names, strict=True))
                yield FieldHere(self.documents, parts, names, (*self.path, names[-1]))

    def item(self) -> FieldHere | None:
        """What an item of a list may be."""
        return next((FieldHere(self.documents, tuple(one["items"] for one in ways), (), (*self.path, 0))
                     for ways in self._ways() if "items" in ways[0]), None)

    def values(self) -> list[tuple[str, ...]]:
        """The values to choose from."""
        return [tuple(str(one["const"]) for one in ways) for ways in self._ways() if "const" in ways[0]]

    @property
    def is_map(self) -> bool:
        return next(self.fields(), None) is not None

    def find(self, path: Route) -> FieldHere | None:
        """What may stand at a path below, its keys in either language."""
        found: FieldHere | None = self
        for step in path:
            if found is None:
                return None
            found = found.item() if isinstance(step, int) else next(
                (one for one in found.fields() if step in one.names), None)
        return found

    def _ways(self) -> list[Both]:
        return list(zip(*(_ways(part, document) for part, document in zip(self.parts, self.documents, strict=True)),
                        strict=True))


def _ways(part: Schema, document: Schema) -> list[Schema]:
    """The ways to write a part, references followed."""
    if "$ref" in part:
        return _ways(document["definitions"][part["$ref"].rpartition("/")[2]], document)
    several: list[Schema] = [*part.get("allOf", ()), *part.get("anyOf", ()), *part.get("oneOf", ())]
    own = [part] if {"properties", "items", "const"} & part.keys() else []
    return own + [way for one in several for way in _ways(one, document)]


def form_of(pack: Pack, kind: str, language: str) -> FieldHere:
    """The whole form of a kind of report, told of in a language."""
    documents: tuple[dict[str, Any], ...] = tuple(publish(pack, kind, keys, language) for keys in LANGUAGES)
    return FieldHere(documents, documents)
