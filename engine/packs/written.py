"""A pack file in the words of the schemas: its Chinese keys and listed values become the English ones, and one text
where two languages are wanted becomes the Chinese one. Positions stay. It judges nothing: what it does not know it
leaves as it was typed, for the schema to refuse.

The schemas say what is meant: `title` of a key and of a listed value, and our own `x-words` (names of the plan: its
phases or levels, with `x-also` beside them), of the keys of a map in `propertyNames`.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

import yaml

from ..reading.intake import Map, Pin, Seq, Value
from ..reading.schema import Schema, schema_file, target
from ..recording import dataclass, field, replace
from ..records import Route
from ..text.messages import LANGUAGES, catalogue
from ..text.wording import split_list
from .paths_written import FieldPaths

EACH = "each"       # the key of a rule that is a path wherever it stands


@dataclass(frozen=True, slots=True)
class Written:
    """How a pack writes: the names of its plan, by the list's name and as written, and its languages."""

    names: dict[str, dict[str, str]] = field(default_factory=dict)
    languages: tuple[str, ...] = LANGUAGES
    paths: FieldPaths = field(default_factory=lambda: FieldPaths(tuple))   # a form without fields: none is known yet

    def file(self, tree: Map, shape: str) -> Map:
        """A file as its schema has it."""
        found = self._value(tree, schema_file(f"{shape}.json"), f"{shape}.json", tree.mark)
        assert isinstance(found, Map)
        return found

    def _value(self, one: Value, schema: Schema, file: str, mark: Pin) -> Value:
        schema, file = _meant(schema, file)
        found = self._plain_value(one, schema, file, mark)
        return self._paths(found) if "x-path" in schema and "$ref" not in schema.get("items", ()) else found

    def _paths(self, one: Value) -> Value:
        """Paths of fields, each by itself, in a list, or below {any: ...}."""
        if isinstance(one, Seq):
            one.items = [self._paths(item) for item in one.items]
        elif isinstance(one, Map):
            one.entries = {key: self._paths(value) for key, value in one.entries.items()}
        return self.paths.english(one) if isinstance(one, str) else one

    def _plain_value(self, one: Value, schema: Schema, file: str, mark: Pin) -> Value:
        if "anyOf" in schema:
            schema, file = _fitting(one, schema, file)
        if isinstance(one, Map):
            return self._map(one, schema, file)
        if isinstance(one, Seq):
            return self._list(one, schema, file)
        if one is None:
            return None
        if schema.get("type") == "array" and _words(schema) and one.strip():
            return self._list(_on_one_line(one, mark), schema, file)
        if "x-bilingual" in schema:
            return self._map(_beside(mark, zh=one), schema, file)
        return self._text(one, schema)

    def _map(self, one: Map, schema: Schema, file: str) -> Map:
        properties = schema.get("properties", {})
        titles = {_title(part, file): key for key, part in properties.items()}
        each = next((value for key, value in one.entries.items() if titles.get(key, key) == EACH), None)
        if isinstance(each, str):
            return replace(self, paths=self.paths.below(each))._entries(one, schema, file, titles)
        return self._entries(one, schema, file, titles)

    def _entries(self, one: Map, schema: Schema, file: str, titles: dict[str, str]) -> Map:
        properties, others = schema.get("properties", {}), schema.get("additionalProperties") or {}
        out = Map()
        out.entries, out.at, out.mark, out.flow = {}, {}, one.mark, one.flow
        for typed, value in one.entries.items():
            key = titles.get(typed) or self._name(typed, schema)
            if key in one.entries or key in out.entries:
                key = typed             # given under both its names, which the schema refuses
            out.at[key] = one.at[typed]
            here = self._beside_of(out, key, properties)
            found = here._value(value, properties.get(key, others), file, one.at[typed])
            out.entries[key] = replace(self, paths=self.paths.below(""))._paths(found) if key == EACH else found
        if "x-bilingual" in schema and "zh" in out.entries:
            for language in LANGUAGES:
                if language not in self.languages and language not in out.entries:
                    out.entries[language], out.at[language] = out.entries["zh"], out.at["zh"]
        return out

    def _beside_of(self, entries: Map, key: str, properties: Schema) -> Written:
        """How the fields are written that stand beside another, which was named before them."""
        way, _, other = str(properties.get(key, {}).get("x-path", "")).partition(" ")
        named = entries.entries.get(other)
        return replace(self, paths=self.paths.beside(named)) if way == "beside" and isinstance(named, str) else self

    def _list(self, one: Seq, schema: Schema, file: str) -> Seq:
        inner = schema.get("items") or {}
        out = Seq()
        out.items = [self._value(text, inner, file, mark) for text, mark in zip(one.items, one.at, strict=True)]
        out.at, out.mark, out.flow = one.at, one.mark, one.flow
        return out

    def _text(self, one: str, schema: Schema) -> str:
        if schema.get("type") == "boolean":
            words = catalogue("zh")
            return {words["words.is-so"]: "true", words["words.is-not"]: "false"}.get(one.strip(), one)
        found = {choice["title"]: choice["const"] for choice in schema.get("oneOf", ())}.get(one.strip())
        return found or self._name(one, schema)

    def _name(self, text: str, schema: Schema) -> str:
        """A name of the plan as an ID, where the schema asks for one."""
        asked = _words(schema)
        if asked is None:
            return text
        also = {one["title"]: one["const"] for one in asked.get("x-also", ())}
        return self.names.get(asked["x-words"], {}).get(text.strip()) or also.get(text.strip(), text)


def written_as(tree: Map) -> Written:
    """How a pack writes, as its plan.yaml says: read before anything of that file is held against its schema."""
    plan = Written().file(tree, "plan")
    said = plan.entries.get("languages")
    listed = said.items if isinstance(said, Seq) else [said]
    languages = tuple(one for one in LANGUAGES if one in listed)
    if said is not None and any(one not in LANGUAGES for one in listed):
        languages = LANGUAGES[:1]       # which is told; of no text is said besides that it lacks the other
    names: dict[str, dict[str, str]] = {}
    for part in ("phases", "levels"):
        found = plan.entries.get(part)
        names[part] = {}
        for one in found.items if isinstance(found, Seq) else ():
            entries = one.entries if isinstance(one, Map) else {}
            name, ident = entries.get("name"), entries.get("id")
            name = name.entries.get("zh") if isinstance(name, Map) else None
            if isinstance(name, str) and isinstance(ident, str):
                names[part][name.strip()] = ident.strip()
    return Written(names, languages if "zh" in languages else LANGUAGES)


def path_as_typed(typed: Value, tree: Value, path: Route) -> Route:
    """A path in a tree of ours, with the keys of the file as typed that it was made of."""
    out: list[str | int] = []
    for step in path:
        key: str | int = step
        if isinstance(tree, Map) and isinstance(typed, Map) and isinstance(step, str):
            key = next((one for one, mark in typed.at.items() if mark is tree.at.get(step)), step)
            typed, tree = typed.entries.get(str(key)), tree.entries.get(step)
        elif isinstance(tree, Seq) and isinstance(typed, Seq) and isinstance(step, int) and step < len(typed.items):
            typed, tree = typed.items[step], tree.items[step]
        out.append(key)
    return tuple(out)


def sample_of(shape: str, path: Route) -> str | None:
    """A valid line for the field or item at a path of a file in the words of its schema, if the schema has one."""
    schema, _ = _at(shape, path)
    if "examples" not in schema:
        return None
    lead = "" if not path else "- " if isinstance(path[-1], int) else f"{path[-1]}: "
    return f"{lead}{schema['examples'][0]}"


def in_chinese(sample: str, shape: str, path: Route) -> str:
    """A sample for a path of a file with the Chinese names of keys and listed values."""
    held = yaml.load(sample, Loader=yaml.CBaseLoader)
    found = titled(held, shape, path[:-1])
    return sample if found == held else on_one_line(found)


def titled(one: Any, shape: str, path: Route) -> Any:
    """Plain data at a path of a file with the Chinese names of keys and listed values."""
    return _titled(one, *_at(shape, path))


def name_in_chinese(key: str, shape: str, path: Route) -> str:
    """What a file in Chinese calls a key of the map at a path."""
    return str(*titled({key: ""}, shape, path))


def _titled(one: Any, schema: Schema, file: str) -> Any:
    schema, file = _meant(schema, file)
    if "anyOf" in schema:
        schema, file = _fitting(one, schema, file)
    if isinstance(one, list):
        return [_titled(item, schema.get("items") or {}, file) for item in one]
    if isinstance(one, dict):
        parts, others = schema.get("properties", {}), schema.get("additionalProperties") or {}
        return {_title(parts.get(key, {}), file) or key: _titled(value, parts.get(key, others), file)
                for key, value in one.items()}
    return {choice["const"]: choice["title"] for choice in schema.get("oneOf", ()) if "const" in choice}.get(one, one)


def on_one_line(found: Any) -> str:
    """A map of one field, or a list of one item, as a line of a file."""
    line = yaml.dump(found, allow_unicode=True, Dumper=yaml.CSafeDumper, default_flow_style=True, sort_keys=False,
                     width=1_000).strip()[1:-1]
    line = re.sub(r"'([0-9]+)'", r"\1", line)      # read as text, which it is not
    return f"- {line}" if isinstance(found, list) else line


def wanted_at(shape: str, path: Route) -> list[str]:
    """The types that the value at a path of a file may have."""
    named = [way.get("type", "string" if "oneOf" in way else ()) for way, _ in _ways(*_at(shape, path))]
    return [one for way in named for one in ([way] if isinstance(way, str) else way)]


def names_at(shape: str, path: Route, chinese: bool) -> list[str]:
    """The fields that may stand in the map at a path of a file."""
    way, file = next((one for one in _ways(*_at(shape, path)) if "properties" in one[0]), ({}, ""))
    return [(_title(part, file) if chinese else "") or key for key, part in way.get("properties", {}).items()]


def keys_of(shape: str) -> Iterator[tuple[str, str, set[str]]]:
    """Every key of a file wherever it may stand, its Chinese name, and the types of what may stand behind it; of a text
    for people none.
    """
    file = f"{shape}.json"
    rest = [schema_file(file)]
    while rest:
        one = rest.pop()
        for key, part in one.get("properties", {}).items():
            ways = [way for way, _ in _ways(*_meant(part, file))]
            named = [way.get("type", ()) for way in ways if "x-bilingual" not in way]
            yield key, _title(part, file) or key, {
                one for way in named for one in ([way] if isinstance(way, str) else way)}
        inner = [*one.values(), *(item for part in one.values() if isinstance(part, list) for item in part)]
        rest += [part for part in inner if isinstance(part, dict)]


def instead_of(shape: str, path: Route, gone: str | None) -> str | None:
    """What is written in place of a field that was one once, below a path of a file in the words of its schema."""
    ways = _ways(*_at(shape, path))
    return next((str(way["x-gone"][gone]) for way, _ in ways if gone in way.get("x-gone", ())), None)


def home_of(shape: str, names: list[str]) -> tuple[str | None, bool]:
    """The one field at the top of a file below which all these names may stand, and whether it is a list of maps."""
    homes = []
    for key in schema_file(f"{shape}.json")["properties"]:
        schema, file = _at(shape, (key,))
        inner, home = _meant(schema.get("items", schema), file)
        known = {word for name, part in inner.get("properties", {}).items() for word in (name, _title(part, home))}
        if inner.get("type") == "object" and (inner.get("additionalProperties") == {} or known.issuperset(names)):
            homes.append((key, "items" in schema))
    return homes[0] if names and len(homes) == 1 else (None, False)


def _at(shape: str, path: Route) -> tuple[Schema, str]:
    """The schema of a path of a file, and the file in which it stands; an empty one of what is not there."""
    file = f"{shape}.json"
    schema = schema_file(file)
    for step in path:
        inner = [((way.get("items") if isinstance(step, int) else way.get("properties", {}).get(step)) or {}, home)
                 for way, home in _ways(schema, file)]
        schema, file = next((_meant(*one) for one in inner if one[0]), ({}, file))
    return schema, file


def _meant(schema: Schema, file: str) -> tuple[Schema, str]:
    """A schema with what it refers to, and the file in which that stands."""
    if "$ref" not in schema:
        return schema, file
    found, home, _ = target(schema, file)
    return found | {key: one for key, one in schema.items() if key != "$ref"}, home


def _fitting(one: Any, schema: Schema, file: str) -> tuple[Schema, str]:
    """The one of several ways that has the form of what was typed."""
    forms = ("object",) if isinstance(one, Map | dict) else ("array",) if isinstance(one, Seq | list) \
        else ("string", None)
    ways = _ways(schema, file)
    return next((way for way in ways if way[0].get("type") in forms), ways[0])


def _ways(schema: Schema, file: str) -> list[tuple[Schema, str]]:
    """What a schema lets stand, each with the file in which it stands: one of several, or itself."""
    return [_meant(way, file) for way in schema.get("anyOf", ())] or [(schema, file)]


def _words(schema: Schema) -> Schema | None:
    """Where a schema says which names of the plan it takes: itself, its items or its keys."""
    places = (schema, schema.get("items") or {}, schema.get("propertyNames") or {})
    return next((place for place in places if "x-words" in place), None)


def _title(schema: Schema, file: str) -> str:
    title: str = _meant(schema, file)[0].get("title", "")
    return title


def _beside(mark: Pin, **entries: Value) -> Map:
    out = Map()
    out.entries, out.at, out.mark, out.flow = entries, dict.fromkeys(entries, mark), mark, True
    return out


def _on_one_line(text: str, mark: Pin) -> Seq:
    out = Seq()
    out.items = list(split_list(text))
    out.at, out.mark, out.flow = [mark] * len(out.items), mark, True
    return out
