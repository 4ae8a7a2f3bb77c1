"""The findings document: JSON of format `bayang/1`, whole or line by line; the same bytes for the same result."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache
from json import dumps
from json.encoder import encode_basestring
from typing import Any

from ...batch.outcome import Result
from ...batch.standing import Declared, Standing
from ...records import Finding, Ignored, Insert, NotAssessed, Subject
from ...text.regex import regex
from .setting import Setting

FORMAT = "bayang/1"

# What a terminal or the log of a pipeline would obey: control, format and separating characters, and `##[`, `##vso[`;
# and what is no character at all.
_OBEYED = regex("[\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff"
                     r"\ufeff\ufff9-\ufffb\ufffe\uffff]|#(?=#\w*\[)")


def as_jsonl(result: Result, setting: Setting | None = None) -> Iterator[str]:
    """A line for the run, then one for each finding, rule not assessed, ignored file and subject on the roster.

    `record` says which it is.
    """
    return (f"{dumped(one)}\n" for one in _records(result))


def dumped(value: object, depth: int | None = None) -> str:
    """A value as JSON: on one line, or, given its depth in a document, over several."""
    text = dumps(value, ensure_ascii=False) if depth is None else _laid_out(value, "\n" + " " * depth)
    if text.replace("\n", "").isprintable() and "##" not in text:       # as nearly all are, which is soon seen
        return text
    return _OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _laid_out(value: object, margin: str) -> str:
    """A value over several lines. The library's own way leaves behind what only a search for cycles finds."""
    if isinstance(value, str):
        return encode_basestring(value)
    inner = margin + " "
    if isinstance(value, dict):
        parts = [f"{inner}{encode_basestring(name)}: {_laid_out(one, inner)}" for name, one in value.items()]
        return f"{{{','.join(parts)}{margin}}}" if parts else "{}"
    if isinstance(value, (list, tuple)):
        parts = [inner + _laid_out(one, inner) for one in value]
        return f"[{','.join(parts)}{margin}]" if parts else "[]"
    return _number(value)


_number = lru_cache(maxsize=1024, typed=True)(dumps)      # or a truth, or nothing


def dumped_list(values: Iterable[object], depth: int) -> Iterator[str]:
    """A list of a document that is so deep, item by item."""
    sign = "["
    for value in values:
        yield f"{sign}\n{' ' * (depth + 1)}{dumped(value, depth + 1)}"
        sign = ","
    yield "[]" if sign == "[" else f"\n{' ' * depth}]"


# What the document holds in lists, by the name of a line's record.
_LISTS = {"finding": "findings", "not_assessed": "not_assessed", "ignored": "ignored", "standing": "standing"}
# What is shown of the records in them.
_SHOWN: dict[type, tuple[str, ...]] = {
    Finding: ("rule", "name", "level", "file", "line", "column", "pointer", "subject", "theme", "phase", "clause",
              "message", "remedy", "waived", "superseded", "baselined", "provisional", "insert", "fingerprint"),
    Ignored: ("file", "hint", "subject"),
    Insert: ("line", "column", "text", "clear"),
    NotAssessed: ("rule", "file", "line", "pointer", "subject", "reason"),
    Declared: ("phase", "filed", "refiled"),
    Standing: ("subject", "state", "phase", "files", "doubtful", "findings", "report"),
    Subject: ("kind", "id", "unit"),
}


def as_json(result: Result, setting: Setting | None = None) -> Iterator[str]:
    """The whole document: UTF-8, unescaped but for what a log would obey, LF, one final newline."""
    sign = "{"
    for name, value in _head(result).items():
        yield f'{sign}\n "{name}": {dumped(value, 1)}'
        sign = ","
    for name in _LISTS.values():
        yield f',\n "{name}": '
        yield from dumped_list(map(_plain, getattr(result, name)), 1)
    for name, value in _rest(result).items():
        yield f',\n "{name}": {dumped(value, 1)}'
    yield "\n}\n"


def _records(result: Result) -> Iterator[dict[str, Any]]:
    yield {"record": "run"} | _head(result) | _rest(result)
    for record, name in _LISTS.items():
        for one in getattr(result, name):
            yield {"record": record} | _plain(one)


def _head(result: Result) -> dict[str, Any]:
    return {"format": FORMAT, "pack": result.pack, "pack_digest": result.pack_digest, "as_of": result.as_of,
            "summary": result.summary}


def _rest(result: Result) -> dict[str, Any]:
    return {"scope": {"phase": result.phase, "whole": result.whole, "left_out": sorted(result.left_out)},
            "sources": result.sources}


def _plain(one: object) -> Any:
    """A record as a map of what is shown of it; any other value as it is."""
    shown = _SHOWN.get(type(one))
    if shown is None:
        return one
    plain = {name: _plain(getattr(one, name)) for name in shown}
    if isinstance(one, Finding) and one.cell:
        plain["cell"] = one.cell
    if isinstance(one, Finding) and one.slips > 1:
        plain["slips"] = one.slips
    if isinstance(one, Insert) and one.clear:
        plain["clear"] = dict(zip(("from", "line", "column"), one.clear, strict=True))
    return plain
