"""The findings document: JSON of format `bayang/1`, one total order, the same bytes for the same result."""

from __future__ import annotations

import json
from typing import Any

from ..batch import Result
from ..records import Finding, NotAssessed, Subject

FORMAT = "bayang/1"


def as_json(result: Result, language: str) -> str:
    """The whole document: UTF-8, unescaped, LF, one final newline."""
    return json.dumps(document(result), ensure_ascii=False, indent=1) + "\n"


def document(result: Result) -> dict[str, Any]:
    """The document as plain data, keys in their fixed order."""
    return {
        "format": FORMAT, "pack": result.pack, "pack_digest": result.pack_digest, "as_of": result.as_of,
        "summary": result.summary,
        "findings": [_finding(one) for one in result.findings],
        "not_assessed": [_not_assessed(one) for one in result.not_assessed],
        "sources": result.sources,
    }


def _finding(one: Finding) -> dict[str, Any]:
    return {
        "rule": one.rule, "name": one.name, "level": one.level, "file": one.file, "line": one.line,
        "column": one.column, "pointer": one.pointer, "subject": _subject(one.subject), "theme": one.theme,
        "phase": one.phase, "clause": one.clause, "message": one.message, "remedy": one.remedy,
        "waived": one.waived, "superseded": one.superseded, "baselined": one.baselined,
        "fingerprint": one.fingerprint,
    }


def _subject(one: Subject | None) -> dict[str, Any] | None:
    return {"kind": one.kind, "id": one.id, "unit": one.unit} if one else None


def _not_assessed(one: NotAssessed) -> dict[str, Any]:
    return {"rule": one.rule, "file": one.file, "line": one.line, "pointer": one.pointer,
            "subject": _subject(one.subject), "reason": one.reason}
