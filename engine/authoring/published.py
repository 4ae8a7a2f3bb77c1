"""The schemas as one self-contained draft-07 document each, for editors and for other programs.

What the engine fills in from the pack (phases, levels, themes, behaviours, the plan's name) stands in them as lists;
references into other files become definitions of their own; our own keywords are gone. With Chinese keys, the names
of fields and the listed values are the Chinese ones. A behaviour may also be words of the plan, so beside the list any
text of four characters or more will do; whether it names one behaviour is for `bayang check` to say. A field that may
be left out may be null. Scalars may be text, as bayang takes them, or the numbers that other programs make of them.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from ..packs.inheriting import names_of_others
from ..packs.own_fields import in_own_days, in_own_titles
from ..packs.pack import Pack
from ..reading.schema import Schema, schema_file, target, title_of
from ..text.regex import regex

NAMES = ("personal", "unit", "roster", "waivers", "config", "notice", "plan", "theme", "rules", "words", "calendar",
         "fields", "findings", "due", "diff")
WRITTEN = frozenset({"findings", "due", "diff"})     # which the program writes, and nobody else
KEYS = ("zh", "en")

_PATTERNS = {
    "date": r"^\d{4}-\d{2}-\d{2}$", "month": r"^\d{4}-\d{2}$", "quarter": r"^\d{4}-Q[1-4]$", "half": r"^\d{4}-H[12]$",
    "id": r"^[^\s/\\:#@]{1,64}$", "name": r"^.+$",
}
_SHOWING = ("rules.json", "theme.json")     # whose samples name what another plan has
_SAMPLE = regex("例如 [^，。；]+")
_KEPT = ("title", "description", "examples", "const", "enum", "minimum", "minLength")


def publish(pack: Pack, name: str, keys: str = "en", language: str = "zh") -> dict[str, Any]:
    """The schema of a form with the pack's names in it. What the program writes is always in English keys. Fields are
    described in Chinese, or in another language as far as the schemas do.
    """
    if name in WRITTEN:
        made: dict[str, Any] = _written(schema_file(f"{name}.json"), pack, in_own_titles(pack.titles))
        return made
    told_in = "description" if language == "zh" else f"x-{language}"
    return Publisher(pack, keys == "zh", told_in).document(f"{name}.json")


def _written(schema: Any, pack: Pack, own: Callable[[str], str]) -> Any:
    """A schema of what the program writes, which speaks of fields, themes and phases in the words of a pack."""
    if isinstance(schema, list):
        return [_written(one, pack, own) for one in schema]
    if not isinstance(schema, dict):
        return schema
    made = {key: own(one) if key in ("title", "description") and isinstance(one, str) else _written(one, pack, own)
            for key, one in schema.items() if key != "x-names"}
    if isinstance(schema.get("x-names"), str):
        made["description"] = _SAMPLE.sub(f"例如 {next(iter(getattr(pack, schema['x-names'])))}", made["description"])
    return made


def _in_own_names(pack: Pack, chinese: bool) -> Callable[[str], str]:
    """What puts a sample of a rule into the phases, levels and days of a pack, each of those in the same place."""
    own: dict[str, str] = {}
    listed = {"phases": [(one.id, one.name["zh"]) for one in pack.phases.values()],
              "levels": [(ident, name["zh"]) for ident, name in pack.levels.items()]}
    for what, mine in listed.items():
        for at, (title, ident) in enumerate(names_of_others(what).items()):
            here = mine[min(at, len(mine) - 1)]
            own |= {title: here[1], ident: here[chinese]}
    found, days = regex(rf"(?<![\w.])(?:{'|'.join(own)})(?!\w)"), in_own_days({"start": pack.start, "end": pack.end})
    return lambda text: days(found.sub(lambda match: own[match[0]], text))


class Publisher:
    """Makes one document; `definitions` gathers what it refers to, once for each theme where themes differ."""

    def __init__(self, pack: Pack, chinese: bool, told_in: str = "description") -> None:
        self.pack = pack
        self.told_in = told_in      # the keyword with what a field is for
        self.chinese = chinese
        self.definitions: dict[str, Any] = {}
        self.root: dict[str, Any] = {}
        self.own: Callable[[str], str] = str        # puts samples in the words of the pack

    def document(self, file: str) -> dict[str, Any]:
        self.root = self.pack.schema(file)
        if file in _SHOWING and self.pack.schemas:
            self.own = _in_own_names(self.pack, self.chinese)
        body = self.plain(self.root, file, None)
        head = {"$schema": self.root["$schema"], "title": body.pop("title", ""),
                "description": body.pop("description", "")}
        document = {**head, **body}
        if self.definitions:
            document["definitions"] = dict(sorted(self.definitions.items()))
        return document

    def plain(self, schema: Schema, file: str, theme: str | None) -> dict[str, Any]:
        """One schema without our own keywords."""
        if "$ref" in schema:
            return self.reference(schema, file, theme)
        out = {key: schema[key] for key in _KEPT if key in schema} | self.told(schema)
        if "examples" in out:
            out["examples"] = [self.own(one) if isinstance(one, str) else one for one in out["examples"]]
        if "description" in out:
            out["description"] = self.own(out["description"])
        if "x-words" in schema:
            also = [_choice(one["const"], one["title"], self.chinese) for one in schema.get("x-also", ())]
            one = {"oneOf": [*self.choices(schema["x-words"]), *also]}
            several = {"anyOf": [one, {"type": "array", "items": one}]}
            return out | (several if isinstance(schema["type"], list) else one)
        if "x-bilingual" in schema and "en" not in self.pack.languages:
            both = self.object({**schema, "required": ["zh"]}, file, theme)
            return out | {"anyOf": [{"type": ["string", "number"]}, both]}
        names = schema.get("x-names")
        if names and "description" in out:
            out["description"] = self.described(out["description"], names, theme)
        if names == "themes":
            properties = {(one.name["zh"] if self.chinese else one.id):
                          self.plain({**schema["additionalProperties"], "title": one.name["zh"]}, file, one.id)
                          for one in self.pack.themes.values()}
            return out | {"type": "object", "additionalProperties": False,
                          "properties": {key: _or_null(one) for key, one in properties.items()}}
        if names == "behaviours":
            return out | self.behaviours(theme)
        if names:
            return out | {"oneOf": self.choices(names)}
        if "oneOf" in schema:
            return out | {"oneOf": [_choice(one["const"], one.get("title", ""), self.chinese)
                                    for one in schema["oneOf"]]}
        if "anyOf" in schema:
            return out | {"anyOf": [self.plain(one, file, theme) for one in schema["anyOf"]]}
        return out | self.typed(schema, file, theme)

    def typed(self, schema: Schema, file: str, theme: str | None) -> dict[str, Any]:
        kind = schema.get("type")
        if kind == "object":
            return self.object(schema, file, theme)
        out: dict[str, Any] = {}
        if isinstance(kind, list) or kind == "array":
            out = {"type": kind}
            if "items" in schema:
                out["items"] = self.plain(schema["items"], file, theme)
        elif kind == "integer":
            out = {"type": ["integer", "string"], "pattern": "^[0-9]+$"}
        elif kind == "number":
            out = {"type": ["number", "string"], "pattern": "^-?[0-9]+([.][0-9]+)?[^0-9]*$"}
        elif kind == "boolean":
            out = {"enum": [True, False, "true", "false"]}
        elif kind == "string":
            form = schema.get("format")
            out = {"type": "string"} if form else {"type": ["string", "number"]}
            if form:
                out["pattern"] = _PATTERNS[form]
        return out

    def object(self, schema: Schema, file: str, theme: str | None) -> dict[str, Any]:
        """A map with its fields under the wanted names."""
        others = schema.get("additionalProperties", True)
        out: dict[str, Any] = {"type": "object", "additionalProperties":
                               self.plain(others, file, theme) if isinstance(others, dict) else others}
        required = schema.get("required", [])
        names = {key: title_of(key, one, file) if self.chinese else key
                 for key, one in schema.get("properties", {}).items()}
        if names:
            made = {key: self.plain(one, file, theme) for key, one in schema["properties"].items()}
            out["properties"] = {names[key]: one if key in required else _or_null(one) for key, one in made.items()}
        if required:
            out["required"] = [names.get(key, key) for key in required]
        return out

    def reference(self, schema: Schema, file: str, theme: str | None) -> dict[str, Any]:
        """A reference into this document. Draft-07 ignores what stands beside it, so the title goes into an allOf."""
        found, home, name = target(schema, file)
        known = name if theme is None else f"{name}-{theme}"
        if known not in self.definitions:
            self.definitions[known] = {}        # a definition may refer to itself
            self.definitions[known] = self.plain(found, home, theme)
        beside: dict[str, Any] = {key: schema[key] for key in ("title", "description") if key in schema}
        beside |= self.told(schema)
        if "description" in beside and "x-names" in found:
            beside["description"] = self.described(beside["description"], found["x-names"], theme)
        link = {"$ref": f"#/definitions/{known}"}
        return {**beside, "allOf": [link]} if beside else link

    def told(self, schema: Schema) -> dict[str, str]:
        """What a field is for, where it is described in another language."""
        return {"description": schema[self.told_in]} if self.told_in in schema else {}

    def described(self, text: str, names: str, theme: str | None) -> str:
        """A description with an example from this pack in it."""
        if names == "behaviours":
            sample = next((one.id for one in self.pack.themes[theme or ""].behaviours), self.pack.other_word)
        elif names == "themes":
            sample = next(iter(self.pack.themes.values())).name["zh"]
        else:
            choice = self.choices(names)[0]
            sample = choice["const"] if self.chinese else choice["title"]
        return _SAMPLE.sub(f"例如 {sample}", text, count=1)

    def choices(self, names: str) -> list[dict[str, str]]:
        """The names of a pack for plans, phases, levels, or the fields of the form itself."""
        pack = self.pack
        if names == "fields":
            listed = [(key, title_of(key, one, "unit.json")) for key, one in self.root["properties"].items()]
        elif names == "plans":
            listed = [(pack.id, pack.name["zh"])]
        elif names == "phases":
            listed = [(one.id, one.name["zh"]) for one in pack.phases.values()]
        else:
            listed = [(ident, name["zh"]) for ident, name in pack.levels.items()]
        return [_choice(ident, title, self.chinese) for ident, title in listed]

    def behaviours(self, theme: str | None) -> dict[str, Any]:
        """The named behaviours of a theme, the word for others, or words of the plan."""
        named = [(one.id, one.text) for one in self.pack.themes[theme or ""].behaviours]
        listed = {"oneOf": [_choice(ident, text, self.chinese) for ident, text in (
            *named, (self.pack.other, self.pack.other_word))]}
        return {"anyOf": [listed, {"type": "string", "minLength": 4}]} if named else listed


def _choice(ident: str, title: str, chinese: bool) -> dict[str, str]:
    return {"const": title, "title": ident} if chinese and title else {"const": ident, "title": title}


def _or_null(schema: Schema) -> dict[str, Any]:
    """The same, or nothing: what is left out may also be left empty."""
    kind = schema.get("type")
    if isinstance(kind, str | list):
        return {**schema, "type": [*([kind] if isinstance(kind, str) else kind), "null"]}
    if "enum" in schema:
        return {**schema, "enum": [*schema["enum"], None]}
    for key in ("oneOf", "anyOf"):
        if key in schema:
            return {**schema, key: [*schema[key], {"type": "null"}]}
    beside: dict[str, Any] = {key: schema[key] for key in ("title", "description") if key in schema}
    rest = {key: one for key, one in schema.items() if key not in beside}
    return {**beside, "anyOf": [rest, {"type": "null"}]} if rest else schema
