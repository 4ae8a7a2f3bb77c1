"""What PyYAML makes of a file, beside what is read of it here: both as plain data, scalars as typed."""

from __future__ import annotations

from typing import Any

import yaml

from bayang.engine.reading.intake import Map, Seq


def plain(value: Any) -> Any:
    """The tree as plain Python data."""
    if isinstance(value, Map):
        return {key: plain(one) for key, one in value.entries.items()}
    if isinstance(value, Seq):
        return [plain(one) for one in value.items]
    return value if value is None else str(value)


def stock(data: bytes) -> Any:
    """What PyYAML's own composer makes of a file, scalars as typed."""

    def convert(node: Any) -> Any:
        if isinstance(node, yaml.MappingNode):
            return {key.value: convert(value) for key, value in node.value}
        if isinstance(node, yaml.SequenceNode):
            return [convert(item) for item in node.value]
        nothing = not node.style and node.value in ("", "~", "null", "Null", "NULL")
        return None if nothing and not commented(node) else "" if nothing else node.value

    def commented(node: Any) -> bool:
        rest = text[node.end_mark.index :]
        return rest.lstrip(" \t").startswith("#") and not rest.startswith("#")

    text = data.decode("utf-8-sig")
    return convert(yaml.compose(text, Loader=yaml.CSafeLoader))
