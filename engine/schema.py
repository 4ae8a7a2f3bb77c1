"""JSON Schemas become shapes, and shapes bind what was typed to canonical data: names, values, dates, counts.

A shape translates Chinese and English keys and listed values, converts typed text, drops what is absent and
yields the form slips it meets (`Slip`), each by the name of its rule. It reads no files but the schemas.
The keywords in use: type, properties, required, additionalProperties, items, oneOf of const and title, anyOf,
$ref, format (date, month, quarter, half, id), minimum, and our own x-names, x-literal, x-instead.
x-en, the description in English, is for fill-in forms.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from . import dates
from .intake import Map, Seq, Suspect
from .records import Unreadable
from .report import BAD, Doc, Items
from .wording import is_id, is_slip_of, nearest, text_key

FOLDER = Path(__file__).parent.parent / "schemas"
KNOWN = 4096        # texts that a shape keeps in mind

_PARSERS: dict[str, Callable[[str], tuple[str, bool] | None]] = {
    "date": dates.parse_date, "month": dates.parse_month, "quarter": dates.parse_quarter, "half": dates.parse_half,
}


@dataclass(frozen=True, slots=True)
class Slip:
    """Something wrong with the form of one field, found while binding."""

    name: str                   # the rule's name, e.g. "unknown-field"
    path: tuple                 # keys and positions as typed; of an unknown key, its parent's
    mark: Any                   # where it stands (0-based line and column)
    field: str | None           # the key as written, if it may be shown
    hint: str | None = None
    facts: dict = field(default_factory=dict)
    value: str | None = None    # what was typed, shown only on request


class Binding:
    """What one binding gathers beside the data: slips, texts, and whether Chinese keys are in use."""

    __slots__ = ("absent", "slips", "texts", "chinese")

    def __init__(self, absent: frozenset[str]) -> None:
        self.absent = absent
        self.slips: list[Slip] = []
        self.texts: list[str] = []
        self.chinese = 0

    def slip(self, name: str, path: tuple | None, mark: Any, written: str | None, hint: str | None = None,
             value: str | None = None, **facts: Any) -> None:
        self.slips.append(Slip(name, unlink(path), mark, written, hint, facts, value))


def unlink(path: tuple | None) -> tuple:
    """A path linked from its end, (parent, segment), as a plain tuple of segments."""
    segments: list = []
    while path is not None:
        path, segment = path
        segments.append(segment)
    return tuple(reversed(segments))


def is_absent(value: Any, absent: frozenset[str]) -> bool:
    """Null, blank text, a word for nothing, or a map or list with nothing else in it. Not recursive."""
    rest = [value]
    while rest:
        one = rest.pop()
        if one.__class__ is Map:
            rest.extend(one.entries.values())
        elif one.__class__ is Seq:
            rest.extend(one.items)
        elif one is not None and one.strip() and one.strip() not in absent:
            return False
    return True


class Shape:
    """What all shapes have in common."""

    __slots__ = ()
    titles: dict[str, str] = {}     # of its fields, if it has any
    takes_text = False              # whether a text in which there is something need only be converted


class TextShape(Shape):
    """Free text. Its subclasses convert the text or compare it with a list."""

    __slots__ = ("takes_text", "title", "known")

    def __init__(self, title: str, literal: bool = False) -> None:
        self.title = title
        self.takes_text = not literal
        self.known: dict[str, Any] = {}     # texts that were converted without a slip, and their values

    def bind(self, value: Any, run: Binding, path: tuple | None, mark: Any, written: str | None) -> Any:
        """The canonical value, None when absent, BAD when it is not of this shape."""
        if value.__class__ is Suspect:
            return self.bind_suspect(value, run, path, mark, written)
        if value.__class__ is not str:
            if value is None:
                return None
            if is_absent(value, run.absent):
                return None
            run.slip("wrong-type", path, mark, written, self.wants, expected=self.title)
            return BAD
        text = value.strip()
        if not text or (text in run.absent and self.takes_text):
            return None
        return self.convert(text, run, path, mark, written)

    wants = "want-text"
    is_open = True      # any text will do, so that none can be said to be whole

    def bind_suspect(self, value: Suspect, run: Binding, path: tuple | None, mark: Any, written: str | None) -> Any:
        """The same of a text in doubt. What was cut and yet is a listed value, a date, a count or an ID is whole."""
        before = len(run.slips)
        bound = self.bind(str(value), run, path, mark, written)
        sound = all(slip.name == "date-spelling" for slip in run.slips[before:])
        if value.slip != "cut-value" or self.is_open or bound is None or not sound:
            run.slip(value.slip, path, mark, written)
        return bound

    def convert(self, text: str, run: Binding, path: tuple | None, mark: Any, written: str | None) -> Any:
        run.texts.append(text)
        return text

    def keep(self, text: str, value: Any) -> Any:
        """The value, kept in mind: dates, choices and behaviours come again and again."""
        if len(self.known) < KNOWN:
            self.known[text] = value
        return value


class IdShape(TextShape):
    """An identifier: kept as typed, even when its form is odd."""

    __slots__ = ()
    is_open = False

    def convert(self, text: str, run: Binding, path: tuple | None, mark: Any, written: str | None) -> Any:
        if not is_id(text):
            run.slip("odd-id", path, mark, written, value=text)
        run.texts.append(text)
        return text


class DateShape(TextShape):
    """A date, month, quarter or half, kept as ISO text."""

    __slots__ = ("parse", "format")
    is_open = False

    def __init__(self, title: str, form: str) -> None:
        super().__init__(title)
        self.format = form
        self.parse = _PARSERS[form]

    def convert(self, text: str, run: Binding, path: tuple | None, mark: Any, written: str | None) -> Any:
        found = self.parse(text)
        if found is None:
            run.texts.append(text)
            run.slip("not-a-date", path, mark, written, self.format, value=text)
            return BAD
        if not found[1]:
            run.slip("date-spelling", path, mark, written, value=text, iso=found[0])
            return found[0]
        return self.keep(text, found[0])


class CountShape(TextShape):
    """A whole number, not negative, in plain digits."""

    __slots__ = ()
    is_open = False
    wants = "want-count"

    def convert(self, text: str, run: Binding, path: tuple | None, mark: Any, written: str | None) -> Any:
        if text.isascii() and text.isdigit() and len(text) <= 18:
            if len(text) > 10:      # long enough to be somebody's number
                run.texts.append(text)
            return int(text)
        run.texts.append(text)
        run.slip("wrong-type", path, mark, written, "want-count", text, expected=self.title)
        return BAD


class ChoiceShape(TextShape):
    """One of a list of values, each written in English or Chinese."""

    __slots__ = ("values", "slip")
    is_open = False

    def __init__(self, title: str, values: dict[str, str], slip: str = "unknown-value") -> None:
        super().__init__(title)
        self.values = values            # as written -> canonical
        self.slip = slip

    def convert(self, text: str, run: Binding, path: tuple | None, mark: Any, written: str | None) -> Any:
        found = self.values.get(text)
        if found is None:
            run.texts.append(text)
            run.slip(self.slip, path, mark, written, None, text,
                     nearest=nearest(text, list(self.values)), english=list(dict.fromkeys(self.values.values())),
                     values=[word for word, value in self.values.items() if word != value] or list(self.values))
            return BAD
        return self.keep(text, found)


class BehaviourShape(TextShape):
    """A named behaviour of one theme: its ID, `other`, or four or more characters in a row of the plan's words."""

    __slots__ = ("names", "theme")
    is_open = False

    def __init__(self, title: str, names: BehaviourNames, theme: str) -> None:
        super().__init__(title)
        self.names = names
        self.theme = theme

    def convert(self, text: str, run: Binding, path: tuple | None, mark: Any, written: str | None) -> Any:
        found = self.names.find(text, self.theme)
        if len(found) == 1:
            return self.keep(text, found[0])
        run.texts.append(text)
        sample = next(iter(self.names.by_theme[self.theme]), "")
        if found:
            run.slip("unknown-behaviour", path, mark, written, "several", text, choices=found, sample=sample)
            return BAD
        elsewhere = self.names.elsewhere(text, self.theme)
        if elsewhere:
            run.slip("unknown-behaviour", path, mark, written, "elsewhere", text, themes=elsewhere, sample=sample)
        else:
            run.slip("unknown-behaviour", path, mark, written, None, text,
                     nearest=self.names.nearest(text, self.theme), sample=sample)
        return BAD


@dataclass(frozen=True)
class BehaviourNames:
    """The named behaviours of a pack, found by ID or by words."""

    by_theme: dict[str, dict[str, str]]     # theme -> behaviour ID -> text_key of the plan's segment
    other: dict[str, str]                   # as written -> canonical

    def find(self, text: str, theme: str) -> list[str]:
        """The IDs in `theme` that `text` names: none, one, or several when its words stand in several segments."""
        if text in self.other:
            return [self.other[text]]
        segments = self.by_theme[theme]
        if text in segments:
            return [text]
        key = text_key(text)
        whole = [ident for ident, segment in segments.items() if segment == key]
        if whole or len(key) < 4:
            return whole
        return [ident for ident, segment in segments.items() if key in segment]

    def elsewhere(self, text: str, theme: str) -> list[str]:
        """The other themes in which `text` names a behaviour."""
        return [other for other in self.by_theme if other != theme and self.find(text, other)]

    def nearest(self, text: str, theme: str) -> str | None:
        """The behaviour of the theme whose ID or words are nearest to `text`."""
        segments = self.by_theme[theme]
        ident = nearest(text, list(segments))
        if ident:
            return ident
        parts = set(text_key(text))
        best = max(segments, key=lambda one: len(parts & set(segments[one])))
        return best if len(parts & set(segments[best])) * 2 > len(parts) else None


class ListShape(Shape):
    """A list of one shape."""

    __slots__ = ("item", "title", "instead")

    def __init__(self, title: str, item: Any, instead: str | None) -> None:
        self.title = title
        self.item = item
        self.instead = instead

    def bind(self, value: Any, run: Binding, path: tuple | None, mark: Any, written: str | None) -> Any:
        """The items that are not absent, None when there are none, BAD when it is no list."""
        if value.__class__ is not Seq:
            if value is None or (self.instead is None or not isinstance(value, str)) and is_absent(value, run.absent):
                return None
            if isinstance(value, str) and not value.strip():
                return None
            instead = self.instead if isinstance(value, str) and value.strip() in run.absent else None
            run.slip("wrong-type", path, mark, written, f"want-{instead}" if instead else "want-list",
                     value if isinstance(value, str) else None, expected=self.title)
            if isinstance(value, str):
                run.texts.append(value)
            return BAD
        out = Items()
        out.src = value
        kept = []
        bind = self.item.bind
        for at, (one, its_mark) in enumerate(zip(value.items, value.at, strict=True)):
            bound = bind(one, run, (path, at), its_mark, written)
            if bound is not None:
                out.append(bound)
                kept.append(at)
        out.kept = None if len(kept) == len(value.items) else kept
        return out or None


class MapShape(Shape):
    """A map with known fields."""

    __slots__ = ("fields", "titles", "title", "required")

    def __init__(self, title: str) -> None:
        self.title = title
        self.fields: dict[str, tuple[str, Any]] = {}    # as written -> (canonical, shape)
        self.titles: dict[str, str] = {}                # canonical -> Chinese
        self.required: tuple[str, ...] = ()

    def add(self, key: str, title: str, shape: Any) -> None:
        self.fields[key] = self.fields[title] = (key, shape)
        self.titles[key] = title

    def bind(self, value: Any, run: Binding, path: tuple | None, mark: Any, written: str | None) -> Any:
        """A Doc without its absent fields, None when nothing is left, BAD when it is no map."""
        if value.__class__ is not Map:
            if is_absent(value, run.absent):
                return None
            run.slip("wrong-type", path, mark, written, "want-map", value if isinstance(value, str) else None,
                     expected=self.title)
            if isinstance(value, str):
                run.texts.append(value)
            return BAD
        out = Doc()
        out.src = value
        out.shape = self
        fields, marks, texts, absent = self.fields, value.at, run.texts, run.absent
        for key, one in value.entries.items():
            known = fields.get(key)
            if known is None:
                self.unknown(key, value.entries, run, path, marks[key])
                continue
            name, shape = known
            if name != key:
                run.chinese += 1
                if name in value.entries:
                    first, second = sorted((marks[key], marks[name]), key=lambda at: (at.line, at.column))
                    raise Unreadable("duplicate-key", second.line + 1, second.column + 1, "two-names",
                                     {"first": first.line + 1})
            if one.__class__ is str and shape.takes_text:
                text = one.strip()      # the commonest case, kept short: the same as TextShape.bind
                if not text or text in absent:
                    continue
                if shape.__class__ is TextShape:
                    texts.append(text)
                    out[name] = text
                    continue
                bound = shape.known.get(text)
                if bound is None:
                    bound = shape.convert(text, run, (path, name), marks[key], key)
            else:
                bound = shape.bind(one, run, (path, name), marks[key], key)
            if bound is not None:
                out[name] = bound
        if not out and fields and is_absent(value, run.absent):
            return None
        for name in self.required:
            if name not in out:
                self.missing(name, out, run, path, mark)
        return out

    def unknown(self, key: str, entries: dict[str, Any], run: Binding, path: tuple | None, mark: Any) -> None:
        known = list(self.fields)
        shown, near, hint = key if is_slip_of(key, known) else None, None, None
        if entries[key] is None:    # between braces, a name and its content or a piece of text may be read as a name
            head, colon, _ = key.replace("：", ":").partition(":")
            if colon and head.strip() in self.fields:
                shown, near, hint = None, head.strip(), "tight-colon" if key[len(head)] == ":" else "wide-colon"
        if hint is None:
            given = {self.fields[one][0] for one in entries if one in self.fields}
            # of two that are as near, the one that is not given yet
            near = nearest(key, sorted(known, key=lambda one: self.fields[one][0] in given))
            hint = "no-value" if entries[key] is None and near is None else None
        run.slip("unknown-field", path, mark, shown, hint, key, nearest=near)

    def missing(self, name: str, out: Doc, run: Binding, path: tuple | None, mark: Any) -> None:
        typed = out.written(name)
        run.slip("missing-field", (path, name), out.src.at[typed] if typed else mark, typed,
                 missing=name, title=self.titles[name])


class EitherShape(Shape):
    """One of several shapes: whichever fits the form of what was typed, else the first."""

    __slots__ = ("ways", "title", "fitting")

    def __init__(self, title: str, ways: list[Any]) -> None:
        self.title = title
        self.ways = ways
        self.fitting = {form: next((way for way in ways if isinstance(way, shapes)), ways[0])
                        for form, shapes in _FORMS.items()}

    def bind(self, value: Any, run: Binding, path: tuple | None, mark: Any, written: str | None) -> Any:
        """What the fitting shape makes of it."""
        shape, items = self.fitting[value.__class__], self.fitting[Seq]
        if isinstance(shape, ChoiceShape) and isinstance(value, str) and value.strip() not in shape.values \
                and isinstance(items, ListShape) and isinstance(items.item, BehaviourShape):
            # one behaviour without a dash: an unknown one is reported as such, a known one needs the list
            known = items.item.bind(value, run, path, mark, written)
            return known if known is BAD or known is None else items.bind(value, run, path, mark, written)
        return shape.bind(value, run, path, mark, written)


class OpenMapShape(Shape):
    """A map whose keys are free, of one shape of value; rule files only."""

    __slots__ = ("item", "title")

    def __init__(self, title: str, item: Any) -> None:
        self.title = title
        self.item = item

    def bind(self, value: Any, run: Binding, path: tuple | None, mark: Any, written: str | None) -> Any:
        """A plain dict, None when absent, BAD when it is no map."""
        if value.__class__ is not Map:
            if is_absent(value, run.absent):
                return None
            run.slip("wrong-type", path, mark, written, "want-map", expected=self.title)
            return BAD
        bound = {key: self.item.bind(one, run, (path, key), value.at[key], key)
                 for key, one in value.entries.items()}
        return {key: one for key, one in bound.items() if one is not None}


class AnyShape(Shape):
    """Plain data of any form, scalars as the text that was typed; rule files only."""

    __slots__ = ("title",)

    def __init__(self, title: str) -> None:
        self.title = title

    def bind(self, value: Any, run: Binding, path: tuple | None, mark: Any, written: str | None) -> Any:
        """The data as dicts, lists and text; null stays None."""
        return plain(value)


def plain(value: Any) -> Any:
    """What was typed as dicts, lists, text and None. Depth is bounded by the intake's limit."""
    if value.__class__ is Map:
        return {key: plain(one) for key, one in value.entries.items()}
    if value.__class__ is Seq:
        return [plain(one) for one in value.items]
    return None if value is None else str(value)


class PassedOver(Shape):
    """A field that this reading has no use for."""

    def bind(self, value: Any, run: Binding, path: tuple | None, mark: Any, written: str | None) -> Any:
        """Always an empty map."""
        return {}


class TruthShape(TextShape):
    """true or false; rule files only."""

    __slots__ = ()
    is_open = False

    def convert(self, text: str, run: Binding, path: tuple | None, mark: Any, written: str | None) -> Any:
        if text not in ("true", "false"):
            run.slip("unknown-value", path, mark, written, None, text, nearest="true", values=["true", "false"])
            return BAD
        return text == "true"


# What was typed -> the shapes that take it.
_FORMS = {Map: (MapShape, OpenMapShape), Seq: (ListShape,), str: (TextShape,), Suspect: (TextShape,),
          None.__class__: (TextShape,)}


@dataclass(frozen=True)
class Vocabulary:
    """The names that a pack gives to the schema's `x-names` places: each a map from what may be written to its ID."""

    plans: dict[str, str]
    phases: dict[str, str]
    levels: dict[str, str]
    themes: dict[str, str]              # theme ID -> Chinese name
    behaviours: BehaviourNames


class Shapes:
    """Shapes made from the schema files, for one vocabulary."""

    def __init__(self, words: Vocabulary | None = None, folder: Path = FOLDER,
                 passed_over: tuple[str, ...] = ()) -> None:
        """`passed_over` are fields that are neither bound nor checked."""
        self.passed_over = passed_over
        self.words = words
        self.folder = folder
        self._files: dict[str, dict] = {}
        self._loaded: dict[str, Any] = {}
        self._fields: dict[str, str] = {}
        self._made: dict[tuple[str, str, str | None], Any] = {}

    def load(self, name: str) -> Any:
        """The shape of `NAME.json`. Raises KeyError on a keyword it does not know how to bind."""
        if name in self._loaded:
            return self._loaded[name]
        schema = self._file(f"{name}.json")
        self._fields = {
            written: key for key, one in schema.get("properties", {}).items() for written in (key, one["title"])}
        self._loaded[name] = self._shape(schema, f"{name}.json", None)
        return self._loaded[name]

    def _file(self, name: str) -> dict:
        if name not in self._files:
            self._files[name] = json.loads((self.folder / name).read_text(encoding="utf-8"))
        return self._files[name]

    def _shape(self, schema: dict, file: str, theme: str | None) -> Any:
        if "$ref" in schema:
            target, _, fragment = schema["$ref"].partition("#")
            file = target or file
            key = file, fragment, theme
            if key not in self._made:
                found: Any = self._file(file)
                for part in fragment.strip("/").split("/"):
                    found = found[part]
                self._made[key] = self._shape(found, file, theme)
            return self._made[key]
        title = schema.get("title", "")
        names = schema.get("x-names")
        if not schema.keys() - {"title", "description"}:
            return AnyShape(title)
        if "anyOf" in schema:
            return EitherShape(title, [self._shape({"title": title, **one}, file, theme) for one in schema["anyOf"]])
        if "oneOf" in schema:
            return ChoiceShape(title, {
                written: one["const"] for one in schema["oneOf"] for written in (one["const"], one["title"])})
        kind = schema["type"]
        if names == "themes":
            shape = MapShape(title)
            for ident, name in self.words.themes.items():
                shape.add(ident, name, self._shape(schema["additionalProperties"], file, ident))
            return shape
        if names == "behaviours":
            return BehaviourShape(title, self.words.behaviours, theme)
        if names:
            values = self._fields if names == "fields" else getattr(self.words, names)
            return ChoiceShape(title, values, "other-plan" if names == "plans" else "unknown-value")
        if kind == "boolean":
            return TruthShape(title)
        if kind == "object" and isinstance(schema.get("additionalProperties"), dict):
            return OpenMapShape(title, self._shape(schema["additionalProperties"], file, theme))
        if kind == "object":
            shape = MapShape(title)
            for key, one in schema.get("properties", {}).items():
                if key in self.passed_over:
                    shape.add(key, one.get("title", key), PassedOver())
                    continue
                shape.add(key, one.get("title") or self._title_of(one, file), self._shape(one, file, theme))
            shape.required = tuple(name for name in schema.get("required", ()) if name not in self.passed_over)
            return shape
        if kind == "array":
            return ListShape(title, self._shape(schema["items"], file, theme), schema.get("x-instead"))
        if kind == "integer":
            return CountShape(title)
        if isinstance(kind, list):
            return EitherShape(title, [
                TextShape(title), ListShape(title, self._shape(schema["items"], file, theme), None)])
        form = schema.get("format")
        if form == "id":
            return IdShape(title)
        if form:
            return DateShape(title, form)
        return TextShape(title, schema.get("x-literal", False))

    def _title_of(self, schema: dict, file: str) -> str:
        target, _, fragment = schema["$ref"].partition("#")
        found: Any = self._file(target or file)
        for part in fragment.strip("/").split("/"):
            found = found[part]
        return found["title"]


def field_names(shapes: Iterable[Any]) -> frozenset[str]:
    """Every key, English and Chinese, that any of the shapes knows at any depth."""
    names: set[str] = set()
    rest, seen = list(shapes), set()
    while rest:
        shape = rest.pop()
        if id(shape) in seen:
            continue
        seen.add(id(shape))
        if isinstance(shape, MapShape):
            names.update(shape.fields)
            rest.extend(one for _, one in shape.fields.values())
        elif isinstance(shape, EitherShape):
            rest.extend(shape.ways)
        elif isinstance(shape, ListShape):
            rest.append(shape.item)
    return frozenset(names)
