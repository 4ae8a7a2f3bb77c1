"""Plain data as people type it in YAML: quotes only where they are needed, one line a value, names in one language."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import yaml

from .schema import ChoiceShape, EitherShape, ListShape, MapShape, Shape


class _Dumper(yaml.SafeDumper):
    """Knows no numbers and dates, since every scalar is the text that was typed; lists stand further in."""

    yaml_implicit_resolvers = {
        first: [one for one in known if one[0].endswith((":null", ":merge"))]
        for first, known in yaml.SafeDumper.yaml_implicit_resolvers.items()}

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def as_typed(data: object) -> str:
    """Maps, lists and scalars as a document."""
    return yaml.dump(_texts(data), Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=1 << 30)


def quoted(text: str) -> str:
    """A text as a value on one line, in quotes where it needs them."""
    style = '"' if "\n" in text else None
    written = yaml.dump({"": text}, Dumper=_Dumper, allow_unicode=True, width=1 << 30, default_style=style)
    return written.partition(": ")[2][:-1]


def in_chinese(data: Any, shape: Shape | None) -> Any:
    """Plain data with the Chinese names of fields and listed values, fields in the order of the schema."""
    return _renamed(data, shape, lambda form, name: form.titles[name], lambda choice, text: next(
        (word for word, value in choice.values.items() if value == text != word), text))


def in_english(data: Any, shape: Shape | None) -> Any:
    """Plain data with the English names of fields and listed values, fields in the order of the schema."""
    return _renamed(data, shape, lambda form, name: name, lambda choice, text: choice.values.get(text, text))


def _renamed(data: Any, shape: Shape | None, key: Callable[[MapShape, str], str],
             value: Callable[[ChoiceShape, str], str]) -> Any:
    """Plain data with other names of fields and listed values; what is no field keeps its name and stands last."""
    if isinstance(data, dict) and isinstance(shape, MapShape):
        order = list(shape.titles)
        known = {shape.fields[name][0]: name for name in data if name in shape.fields}
        named = {key(shape, name): _renamed(data[known[name]], shape.fields[name][1], key, value)
                 for name in sorted(known, key=order.index)}
        return named | {name: one for name, one in data.items() if name not in shape.fields}
    if isinstance(shape, EitherShape):
        fitting = [way for way in shape.ways if isinstance(way, ListShape) == isinstance(data, list)]
        return _renamed(data, fitting[0], key, value) if fitting else data
    if isinstance(data, list) and isinstance(shape, ListShape):
        return [_renamed(one, shape.item, key, value) for one in data]
    return value(shape, data) if isinstance(data, str) and isinstance(shape, ChoiceShape) else data


def _texts(data: object) -> Any:
    if isinstance(data, dict):
        return {str(key): _texts(one) for key, one in data.items()}
    if isinstance(data, list):
        return [_texts(one) for one in data]
    return "" if data is None else str(data)
