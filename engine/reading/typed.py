"""Plain data as people type it in YAML: quotes only where they are needed, one line a value, names in one language."""

from __future__ import annotations

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
    if isinstance(data, dict) and isinstance(shape, MapShape):
        order = list(shape.titles)
        known = {shape.fields[key][0]: key for key in data if key in shape.fields}
        named = {shape.titles[name]: in_chinese(data[known[name]], shape.fields[name][1])
                 for name in sorted(known, key=order.index)}
        return named | {key: one for key, one in data.items() if key not in shape.fields}
    if isinstance(shape, EitherShape):
        fitting = [way for way in shape.ways if isinstance(way, ListShape) == isinstance(data, list)]
        return in_chinese(data, fitting[0]) if fitting else data
    if isinstance(data, list) and isinstance(shape, ListShape):
        return [in_chinese(one, shape.item) for one in data]
    if isinstance(data, str) and isinstance(shape, ChoiceShape):
        return next((word for word, value in shape.values.items() if value == data != word), data)
    return data


def in_english(data: Any, shape: Shape | None) -> Any:
    """Plain data with the English names of fields and listed values, fields in the order of the schema."""
    if isinstance(data, dict) and isinstance(shape, MapShape):
        order = list(shape.titles)
        known = {shape.fields[key][0]: key for key in data if key in shape.fields}
        named = {name: in_english(data[known[name]], shape.fields[name][1]) for name in sorted(known, key=order.index)}
        return named | {key: one for key, one in data.items() if key not in shape.fields}
    if isinstance(shape, EitherShape):
        fitting = [way for way in shape.ways if isinstance(way, ListShape) == isinstance(data, list)]
        return in_english(data, fitting[0]) if fitting else data
    if isinstance(data, list) and isinstance(shape, ListShape):
        return [in_english(one, shape.item) for one in data]
    return shape.values.get(data, data) if isinstance(data, str) and isinstance(shape, ChoiceShape) else data


def _texts(data: object) -> Any:
    if isinstance(data, dict):
        return {str(key): _texts(one) for key, one in data.items()}
    if isinstance(data, list):
        return [_texts(one) for one in data]
    return "" if data is None else str(data)
