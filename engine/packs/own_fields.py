"""The form of a pack: the shared schemas with what its `fields.yaml` hides, changes and adds.

Plain schemas in, plain schemas out. What is wrong in the file is a PackError at the line of its entry.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, NoReturn

import yaml

from ..reading.intake import line_in
from ..reading.paths import EACH, ITEM, split
from ..reading.report import Doc, Items
from ..reading.roles import defaults, keys
from ..reading.schema import Binding, Schema, shape_of, target
from ..records import PackError
from ..text.dates import SAMPLES
from ..text.messages import say
from ..text.numbers import MONEY
from ..text.regex import regex
from ..text.wording import nearest
from .inheriting import others_end
from .written import name_in_chinese, on_one_line, sample_of, titled

FILE = "fields.yaml"
_KEY = regex(r"[a-z][a-z0-9_]*")
_FORMATS = ("date", "month", "quarter", "half", "id", "name")       # the types that are texts of a format
_FITTING = SAMPLES | {"id": "A-01", "integer": "12", "number": "12.5", "percent": "85%", "money": "3.5"}   # in a field
_SAMPLE = regex("例如 [^，。；]+")
_DAY = regex(r"(?<!\d)(20\d\d)-([QH]\d|\d\d(?:-\d\d)?)(?!\d)|〔(20\d\d)〕")
_DAYS = {"Q1": "02-15", "Q2": "05-15", "Q3": "08-15", "Q4": "11-15", "H1": "03-31", "H2": "09-30"}   # within each
_PLAIN = 4              # characters of a name that means a field wherever it stands
_LONGEST = 20           # characters of a field's name
_NUMERALS = "一两三四五六七八九"      # as they count things
_LAST = ("attachments", "remarks")      # what is added to a report stands before these


def own_form(kinds: tuple[str, ...], plan: Doc, themes: int, edits: Doc | None, chinese: bool,
             faults: list[PackError]) -> dict[str, Schema]:
    """The schemas of a pack's reports by file name. What is wrong is noted, with samples in Chinese if the file is.

    What holds the themes is called by their number where the plan does not say how.
    """
    title = plan.get("themes_title") or say("own.themes", "zh", count=themes)
    if not is_name(title):
        faults.append(PackError("plan.yaml", line_in(plan.src, "themes_title"), "own.title", title=title, unit=None,
                                description=None, sample=None))
        edits = None        # paths in them may be written with it
    form = _Form({kind: _inlined({"$ref": f"{kind}.json"}, "") for kind in kinds}, _moved(plan.get("form", {})))
    for schema in form.kinds.values():
        _retitle(next(one for one in schema["properties"].values() if one.get("x-names") == "themes"), title)
    for name, do in (("hide", form.hide), ("change", form.change), ("add", form.add), ("add", form.hold_filled)):
        whole = len(faults)
        for entry in _entries(edits, name, chinese) if edits is not None else ():
            try:
                do(entry)
            except PackError as fault:
                faults.append(fault)
        if len(faults) > whole:     # what follows builds on it
            break
    schemas = {f"{kind}.json": schema for kind, schema in form.kinds.items()}
    made, days = in_own_titles(own_titles(schemas, plan)), in_own_days(plan["plan"]["campaign"])
    for schema in schemas.values():
        _describe(schema, lambda text: days(made(text)))
    return schemas


def in_own_titles(titles: Mapping[str, str]) -> Callable[[str], str]:
    """What puts a form's own titles into a text in place of the shared ones that mean a field wherever they stand."""
    names = {old: new for old, new in titles.items() if len(old) >= _PLAIN}
    found = re.compile("|".join(map(re.escape, sorted(names, key=len, reverse=True))))
    return (lambda text: found.sub(lambda match: names[match[0]], text)) if names else str


def in_own_days(campaign: Mapping[str, str]) -> Callable[[str], str]:
    """What puts days, periods and years in a text into a campaign: those of the year in which the other one ends into
    the year in which this one does, none before its first day or after its last.
    """
    first, last = campaign["start"], campaign["end"]

    def own(match: re.Match[str]) -> str:
        year = int(last[:4]) - int(others_end()[:4]) + int(match[1] or match[3])
        if match[3]:
            return f"〔{max(int(first[:4]), min(year, int(last[:4])))}〕"
        day = max(first, min(f"{year}-{_DAYS.get(match[2], match[2])}", last))
        months = {"Q": 3, "H": 6}.get(match[2][0])
        return f"{day[:5]}{match[2][0]}{(int(day[5:7]) - 1) // months + 1}" if months else day[:len(match[0])]

    return lambda text: _DAY.sub(own, text)


def _describe(schema: Any, made: Callable[[str], str]) -> None:
    """Have what the descriptions in a schema tell people made anew."""
    if isinstance(schema, dict):
        for name in ("description", "x-en"):
            if isinstance(schema.get(name), str):
                schema[name] = made(schema[name])
        for below in schema.values():
            _describe(below, made)
    elif isinstance(schema, list):
        for below in schema:
            _describe(below, made)


def _moved(said: Mapping[str, Any]) -> dict[str, str]:
    """The fields of the shared form whose role another has, and that one."""
    try:
        return {keys(defaults()[role])[-1]: keys(path)[-1] for role, path in said.items()
                if isinstance(path, str) and isinstance(defaults()[role], str)}
    except (ValueError, IndexError):    # no path: that is said where the roles are made
        return {}


def renamed(titles: Mapping[str, str]) -> dict[str, str]:
    """What rules that are taken over call otherwise than this form: a name as texts have it -> as it is here.

    Short names stand in quotation marks, in brackets or before a colon; long ones mean a field wherever they stand.
    """
    return {before + old + after: before + new + after for old, new in titles.items()
            for before, after in ([("", "")] if len(old) >= _PLAIN else ("“”", "（）", "()", " :"))}


def own_titles(schemas: Mapping[str, Schema], plan: Mapping[str, Any]) -> dict[str, str]:
    """What each title of the shared form is in a pack's own, where it is another and one."""
    found: dict[str, set[str]] = {}
    moved = _moved(plan.get("form", {}))
    for file, schema in schemas.items():
        _compare(_inlined({"$ref": file}, ""), schema, moved, found)
    return {old: new for old, (new, *more) in found.items() if not more and new != old}


def _compare(shared: Schema, own: Schema, moved: Mapping[str, str], found: dict[str, set[str]]) -> None:
    """Note for each title of a shared schema, and of all below it, what it is in a pack's own."""
    if "title" in shared and "title" in own:
        found.setdefault(shared["title"], set()).add(own["title"])
    for key, below in shared.get("properties", {}).items():
        here = own.get("properties", {})
        if key in here or moved.get(key) in here:
            _compare(below, here.get(key) or here[moved[key]], moved, found)
    for word in ("items", "additionalProperties"):
        if isinstance(shared.get(word), dict) and isinstance(own.get(word), dict):
            _compare(shared[word], own[word], moved, found)
    listed = {one["const"]: one for one in own.get("oneOf", ()) if "const" in one}
    for one in shared.get("oneOf", ()):
        if one.get("const") in listed:
            _compare(one, listed[one["const"]], moved, found)


def is_name(title: str) -> bool:
    """Whether people can write it as the name of a field, and a path can hold it."""
    return title.replace("_", "").isalnum() and len(title) <= _LONGEST


def _inlined(schema: Any, file: str) -> Any:
    """A schema with what its references mean in place of them, so that one place can be changed alone, and without
    words of the plan that comes along.
    """
    if isinstance(schema, list):
        return [_inlined(one, file) for one in schema]
    if not isinstance(schema, dict):
        return schema
    if "$ref" not in schema:
        return _of_others({key: _inlined(one, file) for key, one in schema.items() if key != "definitions"})
    found, home, _ = target(schema, file)
    return _of_others(_inlined(found, home) | {key: one for key, one in schema.items() if key != "$ref"})


def _of_others(schema: Schema) -> Schema:
    """A schema with what it tells people of other plans."""
    return schema | {"description": schema.pop("x-others")} if "x-others" in schema else schema


def _sample(part: str) -> dict[str, Any]:
    """A part of a valid new field, as its schema shows it."""
    found: dict[str, Any] = yaml.load(sample_of("fields", ("add", 0, part)) or "", Loader=yaml.CBaseLoader)
    return found


def _list_of(kind: str) -> dict[str, str]:
    return {"type": "list", "of": kind}


class _Entry:
    """One entry of `fields.yaml`: a field, and what is to become of it."""

    def __init__(self, said: dict[str, Any], line: int, chinese: bool) -> None:
        self.said, self.line, self.chinese = said, line, chinese
        self.path: str = said["field"]

    def fail(self, key: str, part: str = "field", **facts: Any) -> NoReturn:
        """Raise what is wrong, at the line of one of the entry's parts. Facts that are maps are samples."""
        typed = self.said.written(part) if isinstance(self.said, Doc) else None
        line = self.said.src.at[typed].line + 1 if isinstance(self.said, Doc) and typed else self.line
        shown = {name: self.shown(one) if isinstance(one, dict) else one for name, one in facts.items()}
        raise PackError(FILE, line, f"own.{key}", **{"path": self.path, "key": self.called(part), **shown})

    def called(self, part: str) -> str:
        """What the author calls a part of an entry."""
        return name_in_chinese(part, "fields", ("add", 0)) if self.chinese else part

    def shown(self, sample: dict[str, Any]) -> str:
        """A part of a valid entry, or of a file, as the author would write it."""
        if self.chinese:
            sample = titled(sample, "fields", () if sample.keys() <= {"hide", "change", "add"} else ("add", 0))
        line = on_one_line(sample)
        return f"{{{line}}}" if len(sample) > 1 else line

    def called_anew(self, title: str) -> dict[str, Any]:
        """How a field with a title is called otherwise."""
        return {"change": [{"field": self.path, "title": f"{title}2"}]}

    @property
    def steps(self) -> list[str]:
        """The way to the field; its last step is the field's name."""
        try:
            steps = split(self.path)
        except ValueError:
            steps = []
        if not steps or steps[-1] in (EACH, ITEM) or self.path.startswith("/"):
            self.fail("path")
        return steps

    @property
    def type(self) -> str:
        """What the field takes; of a list, what each of its items takes."""
        kind: str = self.said.get("type", "text")
        item: str = self.said.get("of", "text")
        return item if kind == "list" else kind

    def schema(self, title: str) -> Schema:
        """The schema of a new field. Raises PackError for parts that don't go together."""
        said, kind = self.said, self.type
        if "values" in said and kind != "choice":
            self.fail("values-of", "values", sample={"type": "choice"}, several=_list_of("choice"))
        if "unit" in said and kind not in ("number", "money"):
            self.fail("unit-of", "unit", sample={"type": "money", **_sample("unit")})
        if "of" in said and said.get("type") != "list":
            self.fail("of-list", "of", sample=_list_of("date"))
        made = self.made(kind)
        if said.get("type") == "list":
            made = {"type": "array", "items": {"title": title, **made}}
        guides = {name: say(f"own.write-{kind.replace('_', '-')}", language, unit=said.get("unit", ""))
                  for name, language in (("description", "zh"), ("x-en", "en"))}
        return {"title": title, **guides, **made, "x-own": True}

    def made(self, kind: str) -> Schema:
        """The schema of one type, without title and guidance."""
        if kind == "map":
            return {"type": "object", "additionalProperties": False, "properties": {}}
        if kind == "yes_no":
            return {"oneOf": _choices({one: say(f"own.{one}", "zh") for one in ("yes", "no")})}
        if kind == "choice":
            return {"oneOf": self.listed()}
        if kind == "count":
            return {"type": "integer", "minimum": 0}
        unit = self.said.get("unit", "")
        if kind == "money" and unit not in MONEY:
            self.fail("money", "unit", known=list(MONEY), sample=_sample("unit"))
        if kind in ("number", "percent", "money"):
            return {"type": "number", "format": kind, **({"x-unit": unit} if unit else {})}
        return {"type": "string", "format": kind} if kind in _FORMATS else {"type": "string"}

    def listed(self) -> list[dict[str, str]]:
        """The listed values; each name stands for one of them."""
        values = self.said.get("values", ())
        pairs = values if isinstance(values, dict) else dict(zip(values, values, strict=True))
        written = [word for pair in pairs.items() for word in dict.fromkeys(pair)]
        if not pairs:
            shorter = {"values": list(_sample("values")["values"].values())}
            self.fail("no-choice", "type", values=self.called("values"), sample=_sample("values"), shorter=shorter)
        if len(set(written)) < len(written) or len(pairs) < len(values):
            self.fail("value-twice", "values", sample=_sample("values"))
        return _choices(pairs)

    def describe(self, schema: Schema) -> None:
        """Guidance and an example, as the entry gives them. Where there is no English, the Chinese stands in both."""
        given = self.said.get("description")
        if given is not None:
            zh, en = (given["zh"], given.get("en")) if isinstance(given, dict) else (given, None)
            schema["description"], schema["x-en"] = zh, en or zh
        if "sample" in self.said:
            self.hold_sample(schema)
            sample, text = self.said["sample"], schema["description"]
            schema["description"] = _SAMPLE.sub(lambda _: f"例如 {sample}", text, count=1) if _SAMPLE.search(text) \
                else say("own.with-sample", "zh", text=text.rstrip("。"), sample=sample)

    def hold_sample(self, schema: Schema) -> None:
        """What is printed as an example may be filled in as it is; of a list it is one item or several on one line."""
        one = schema.get("items", schema)
        if not one.keys() & {"oneOf", "type"} or one.keys() & {"x-names", "properties"}:
            return      # what people fill in there has names of its own
        run, sample = Binding(frozenset()), str(self.said["sample"])
        shape_of(schema).bind(sample, run, None, yaml.Mark("", 0, 0, 0, None, 0), None)
        wrong = [slip for slip in run.slips if slip.hint != "list"]
        if wrong:
            typed = wrong[0].told[1].get("typed") if len(run.slips) == 1 else None
            listed = [value["title"] for value in one.get("oneOf", ())]
            fitting = typed or next(iter(listed), None) or _FITTING[one.get("format", one["type"])]
            self.fail("no-sample", "sample", typed=sample, known=listed, sample={"sample": fitting})


def _entries(edits: Doc, name: str, chinese: bool) -> Iterator[_Entry]:
    listed = edits.get(name, Items())
    for at, said in enumerate(listed):
        yield _Entry(said if isinstance(said, dict) else {"field": said}, listed.src.at[listed.position(at)].line + 1,
                     chinese)


class _Form:
    """The schemas of the kinds of report while they are changed."""

    def __init__(self, kinds: dict[str, Schema], moved: dict[str, str]) -> None:
        """`moved` are fields for which the plan names others that do the same."""
        self.kinds, self.moved = kinds, moved

    def hide(self, entry: _Entry) -> None:
        """Leave a field out."""
        for holder, key in self.there(entry):
            required = holder.get("required", [])
            if key in required and key not in self.moved:
                title = holder["properties"][key]["title"]
                entry.fail("kept", title=title, sample=entry.called_anew(title))
            holder["required"] = [self.moved[key] if name == key else name for name in required]
            title = holder["properties"].pop(key)["title"]
            self.name_anew(entry, title, None)
            sample = f"，例如 {title}。"         # of a field that names fields
            for kind in self.meant(entry):
                _describe(self.kinds[kind], lambda text, sample=sample: text.replace(sample, "。"))    # type: ignore[misc]
            for kind in self.meant(entry):
                for above in _way(self.kinds[kind], entry.steps[:-1]):
                    above["x-en"] = _without(above.get("x-en", ""), key.replace("_", " "))

    def change(self, entry: _Entry) -> None:
        """Give a field another name, other listed values, other guidance."""
        for holder, key in self.there(entry):
            schema = holder["properties"][key]
            if entry.said.keys() <= {"field", "report"}:
                parts = list(map(entry.called, ("title", "values", "description", "sample")))
                entry.fail("no-change", parts=parts, sample=entry.called_anew(schema["title"]))
            if "title" in entry.said:
                if schema.get("x-names") == "themes":
                    entry.fail("themes-title", "title", title=entry.said["title"])
                self.hold_title(entry, entry.said["title"], holder, key)
                self.name_anew(entry, schema["title"], entry.said["title"])
                _retitle(schema, entry.said["title"])
            if "values" in entry.said:
                inner = schema.get("items", schema)
                if "oneOf" not in inner:
                    entry.fail("no-values", "values", title=schema["title"], sample={"hide": [entry.path]},
                               other={"type": "choice"})
                inner["oneOf"] = listed = entry.listed()
                schema["description"] = _SAMPLE.sub(f"例如 {listed[0]['title']}", schema["description"], count=1)
            entry.describe(schema)

    def add(self, entry: _Entry) -> None:
        """A new field, at its place."""
        key = entry.steps[-1]
        for holder in self.holders(entry):
            if known := _key_in(holder, key):
                entry.fail("there", name=key, sample=entry.called_anew(holder["properties"][known]["title"]))
            if key.isascii() and not _KEY.fullmatch(key):
                entry.fail("key", name=key, sample={"field": _sample("title")["title"]})
            if key.isascii() and "title" not in entry.said:
                entry.fail("no-title", missing=entry.called("title"), sample=_sample("title"))
            title = entry.said.get("title", key)
            self.hold_title(entry, title, holder, key)
            schema = entry.schema(title)
            entry.describe(schema)
            self.put(entry, holder, key, schema)

    def name_anew(self, entry: _Entry, title: str, new: str | None) -> None:
        """Call a field otherwise, or no more, where what it stands in is described by listing its fields."""
        for kind in self.meant(entry):
            for above in _way(self.kinds[kind], entry.steps[:-1]):
                above["description"] = _listing(above.get("description", ""), title, new)

    def put(self, entry: _Entry, holder: Schema, key: str, schema: Schema) -> None:
        """A new field at its place among the others."""
        fields: dict[str, Schema] = holder["properties"]
        after, order = entry.said.get("after"), list(fields)
        if after is not None:
            before = _key_in(holder, after) or self.astray(entry, holder, after, "after")
            at = order.index(before) + 1
        else:
            at = min((order.index(name) for name in _LAST if name in fields), default=len(order))
        pairs = list(fields.items())
        holder["properties"] = dict([*pairs[:at], (key, schema), *pairs[at:]])

    def hold_filled(self, entry: _Entry) -> None:
        """A new map has fields of its own."""
        if entry.type != "map":
            return
        for holder, key in self.there(entry):
            schema = holder["properties"][key]
            if not schema.get("items", schema)["properties"]:
                inner = f"{entry.path}{'[]' if 'items' in schema else ''}.{_sample('field')['field']}"
                entry.fail("no-fields", sample={"field": inner, **_sample("title"), **_sample("type")})

    @staticmethod
    def hold_title(entry: _Entry, title: str, holder: Schema, key: str) -> None:
        """A name that people write is a plain word, and no other field beside it has it."""
        part = "title" if "title" in entry.said else "field"
        if not is_name(title):
            entry.fail("title", part, title=title, unit=entry.called("unit"), description=entry.called("description"),
                       sample={**_sample("title"), "type": "number", **_sample("unit")})
        if _key_in(holder, title) not in (None, key):
            entry.fail("title-there", part, title=title, sample={"title": f"{title}2"})

    def there(self, entry: _Entry) -> list[tuple[Schema, str]]:
        """The map and the key of the field that an entry names, in each report that has it."""
        name = entry.steps[-1]
        holders = self.holders(entry)
        found = [(holder, key) for holder in holders if (key := _key_in(holder, name))]
        if not found:
            self.astray(entry, holders[-1], name)
        return found

    def meant(self, entry: _Entry) -> list[str]:
        """The kinds of report of which an entry speaks."""
        return [entry.said["report"]] if "report" in entry.said else list(self.kinds)

    def holders(self, entry: _Entry) -> list[Schema]:
        """The maps that an entry's field stands in or belongs into, one of each report that has it."""
        ways = [_follow(self.kinds[kind], entry.steps[:-1]) for kind in self.meant(entry)]
        found = [schema for schema, step, _ in ways if step is None]
        if not found:
            schema, step, way = ways[-1]
            self.astray(entry, schema, step or "", way=way)
        return found

    @staticmethod
    def astray(entry: _Entry, schema: Schema, step: str, part: str = "field", way: str = "") -> NoReturn:
        """Raise why a path goes no further: `step` leads nowhere from here."""
        if schema.get("x-names") == "themes":
            entry.fail("wants-star", part, way=way)
        if "properties" in schema.get("items", {}):
            entry.fail("wants-items", part, way=way, title=schema["title"])
        if "properties" not in schema:
            entry.fail("no-map", part, title=schema["title"], sample={"type": "map"}, several=_list_of("map"))
        known = [name for key, one in schema["properties"].items() for name in (key, one["title"])]
        entry.fail("no-field", part, name=step, near=nearest(step, known), known=known[1::2])


def _follow(schema: Schema, steps: list[str]) -> tuple[Schema, str | None, str]:
    """How far a path leads: the schema there, the step that leads nowhere from it (None: to a map), and the way."""
    way = ""
    for step in steps:
        key = _key_in(schema, step)
        if step is ITEM and "items" in schema:
            schema, way = schema["items"], f"{way}[]"
        elif step is EACH and schema.get("x-names") == "themes":
            schema, way = schema["additionalProperties"], f"{way}.*"
        elif key:
            schema, way = schema["properties"][key], f"{way}.{step}" if way else step
        else:
            return schema, step, way
    return schema, None if "properties" in schema else "", way


def _way(schema: Schema, steps: list[str]) -> Iterator[Schema]:
    """The schemas on the way to a map, and its own."""
    for at in range(len(steps) + 1):
        found, step, _ = _follow(schema, steps[:at])
        yield from () if step else (found,)


def _listing(text: str, title: str, new: str | None) -> str:
    """A description with another name in its list of fields; without it the list is shorter, and so is its count."""
    found = re.search(rf"(?<=[、和，：]){title}(?=[、和，。；]|[{_NUMERALS}]样)", text)
    before, after = (text[:found.start()], text[found.end():]) if found else ("", "")
    if before[-1:] not in ("、", "和") and after[:1] != "、":
        return text
    if new is not None:
        return before + new + after
    rest = before + after[1:] if after[0] == "、" else before[:-1] + after
    return re.sub(f"[{_NUMERALS}](?=样)", lambda one: _NUMERALS[_NUMERALS.index(one[0]) - 1], rest, count=1)


def _without(text: str, name: str) -> str:
    """An English description without a field in the list that it ends with; English names stay what they are."""
    head, colon, listed = text.rstrip(".").partition(": ")
    parts = re.split(", and |, | and ", listed)
    rest = [one for one in parts if not f" {one} ".startswith(f" {name} ") and not one.endswith(f" {name}")]
    if not colon or not rest or len(rest) == len(parts):
        return text
    last = " and " if " and " in listed and len(rest) > 1 else ", "
    return f"{head}: {', '.join(rest[:-1])}{last if rest[:-1] else ''}{rest[-1]}."


def _key_in(holder: Schema, name: str) -> str | None:
    """The English name of a field of a map, None where it has none of this name."""
    fields: dict[str, Schema] = holder.get("properties", {})
    return name if name in fields else next((key for key, one in fields.items() if one["title"] == name), None)


def _choices(pairs: dict[str, str]) -> list[dict[str, str]]:
    return [{"const": key, "title": title} for key, title in pairs.items()]


def _retitle(schema: Schema, title: str) -> None:
    """Another name for a field, in its guidance too."""
    schema["description"] = schema.get("description", "").replace(schema["title"], title)
    schema["title"] = title
