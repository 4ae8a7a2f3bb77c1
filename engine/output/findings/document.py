"""The findings document: JSON of format `bayang/1`, whole or line by line; the same bytes for the same result."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from typing import Any

from ...batch.outcome import Result
from ...batch.standing import Standing
from ...records import Finding, Ignored, Insert, NotAssessed, Subject
from ...writing import gathered
from .setting import Setting

FORMAT = "bayang/1"

# What a terminal or the log of a pipeline would obey: control, format and separating characters, and `##[`, `##vso[`;
# and what is no character at all.
_OBEYED = re.compile("[\x7f-\x9f\u00ad\u061c\u180e\u200b-\u200f\u2028-\u202e\u2060-\u206f\ud800-\udfff"
                     r"\ufeff\ufff9-\ufffb\ufffe\uffff]|#(?=#\w*\[)")


def as_json(result: Result, setting: Setting | None = None) -> bytes:
    """The whole document: UTF-8, unescaped but for what a log would obey, LF, one final newline."""
    return gathered(_document(result))


def as_jsonl(result: Result, setting: Setting | None = None) -> bytes:
    """A line for the run, then one for each finding, rule not assessed, ignored file and subject on the roster.

    `record` says which it is.
    """
    return gathered(f"{dumped(one)}\n" for one in _records(result))


def dumped(value: object, depth: int | None = None) -> str:
    """A value as JSON: on one line, or, given its depth in a document, over several."""
    text = json.dumps(value, ensure_ascii=False, indent=None if depth is None else 1)
    if depth:
        text = text.replace("\n", "\n" + " " * depth)
    return _OBEYED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def dumped_list(values: Iterable[object], depth: int) -> Iterator[str]:
    """A list of a document that is so deep, item by item."""
    sign = "["
    for value in values:
        yield f"{sign}\n{' ' * (depth + 1)}{dumped(value, depth + 1)}"
        sign = ","
    yield "[]" if sign == "[" else f"\n{' ' * depth}]"


def _document(result: Result) -> Iterator[str]:
    sign = "{"
    for name, value in _head(result).items():
        yield f'{sign}\n "{name}": {dumped(value, 1)}'
        sign = ","
    yield ',\n "findings": '
    yield from dumped_list(map(_finding, result.findings), 1)
    yield ',\n "not_assessed": '
    yield from dumped_list(map(_not_assessed, result.not_assessed), 1)
    yield ',\n "ignored": '
    yield from dumped_list(map(_ignored, result.ignored), 1)
    yield ',\n "standing": '
    yield from dumped_list(map(_standing, result.standing), 1)
    yield f',\n "sources": {dumped(result.sources, 1)}\n}}\n'


def _records(result: Result) -> Iterator[dict[str, Any]]:
    yield {"record": "run"} | _head(result) | {"sources": result.sources}
    for one in result.findings:
        yield {"record": "finding"} | _finding(one)
    for skipped in result.not_assessed:
        yield {"record": "not_assessed"} | _not_assessed(skipped)
    for aside in result.ignored:
        yield {"record": "ignored"} | _ignored(aside)
    for stands in result.standing:
        yield {"record": "standing"} | _standing(stands)


def _head(result: Result) -> dict[str, Any]:
    return {"format": FORMAT, "pack": result.pack, "pack_digest": result.pack_digest, "as_of": result.as_of,
            "summary": result.summary}


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "rule": one.rule, "name": one.name, "level": one.level, "file": one.file, "line": one.line,
        "column": one.column, "pointer": one.pointer, "subject": _subject(one.subject), "theme": one.theme,
        "phase": one.phase, "clause": one.clause, "message": one.message, "remedy": one.remedy,
        "waived": one.waived, "superseded": one.superseded, "baselined": one.baselined,
        "provisional": one.provisional, "insert": _insert(one.insert), "fingerprint": one.fingerprint,
    }


def _insert(one: Insert | None) -> dict[str, Any] | None:
    if one is None:
        return None
    clear = {"line": one.clear[0], "column": one.clear[1]} if one.clear else None
    return {"line": one.line, "column": one.column, "text": one.text, "clear": clear}


def _subject(one: Subject | None) -> dict[str, Any] | None:
    return {"kind": one.kind, "id": one.id, "unit": one.unit} if one else None


def _ignored(one: Ignored) -> dict[str, Any]:
    return {"file": one.file, "hint": one.hint, "subject": _subject(one.subject)}


def _standing(one: Standing) -> dict[str, Any]:
    return {"subject": _subject(one.entry.subject), "state": one.state, "phase": one.phase,
            "files": list(one.files), "findings": one.findings}


def _not_assessed(one: NotAssessed) -> dict[str, Any]:
    return {"rule": one.rule, "file": one.file, "line": one.line, "pointer": one.pointer,
            "subject": _subject(one.subject), "reason": one.reason}
