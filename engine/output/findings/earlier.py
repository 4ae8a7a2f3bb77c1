"""An earlier result of a check, read again from the JSON that was kept of it. Compares nothing."""

from __future__ import annotations

import json
from typing import Any

from ...batch.standing import Declared
from ...reading.files import Listed, read_bytes
from ...recording import dataclass
from ...records import Limits, Unreadable, UsageError
from ...text.dates import parse_date
from ...text.wording import id_key
from .document import FORMAT

JsonMap = dict[str, Any]      # of a result as JSON; whatever does not fit is refused
_LIMITS = Limits(bytes=256 << 20)


@dataclass(frozen=True, slots=True)
class Item:
    """One finding of an earlier result."""

    rule: str
    name: str               # of the rule
    kind: str | None
    key: str | None         # comparable ID of its subject
    ident: str | None       # the same as it was printed
    unit: str | None        # the code of its unit: of whom the roster knows as it stands there
    phase: str | None       # of its report, or the phase that was missing
    file: str
    line: int
    fingerprint: str
    told: bool              # it stood in the notice: a deficiency that was not waived or set apart
    places: int             # for so many it stood
    remains: bool           # it stood there as what would have to be put right once its file was mended
    cell: str | None = None     # of a workbook, with its sheet: the line tells nothing there


@dataclass(frozen=True, slots=True)
class Stood:
    """Where a subject on the roster stood."""

    state: str
    files: tuple[str, ...]
    ident: str = ""
    unit: str | None = None
    report: Declared | None = None      # None too where the document says nothing of it
    owed: str | None = None             # the phase that is over and of which it has no report
    doubtful: tuple[str, ...] = ()      # reports that hold its ID and are called after another


NOWHERE = Stood("", ())


@dataclass(frozen=True, slots=True)
class Earlier:
    """An earlier result."""

    file: str
    pack: str
    pack_digest: str
    as_of: str
    items: tuple[Item, ...]
    stood: dict[tuple[str, str], Stood]         # by kind and comparable ID
    unread: frozenset[tuple[str, str | None]]   # (rule, comparable ID, or None for all) that could not be judged
    sources: dict[str, str | None]              # roster, waivers, baseline: their digests
    phase: str | None           # for which it was asked who had filed; None in documents that do not say
    whole: bool | None
    left_out: frozenset[str] | None             # rules that were not used


def read_result(file: str) -> Earlier:
    """The result in a file. Raises UsageError for anything else than a findings document."""
    try:
        found = json.loads(read_bytes(Listed(file, file, None), _LIMITS))
        if found["format"] != FORMAT or not parse_date(found["as_of"]):
            raise ValueError
        scope = found.get("scope")
        phase, whole, left_out = (scope["phase"], scope["whole"], scope["left_out"]) if scope else (None, None, None)
        if left_out is not None:
            left_out = frozenset(_text(one) for one in left_out)
        stood = dict(map(_stood, found.get("standing", [])))
        return Earlier(
            file, _text(found["pack"]), _text(found["pack_digest"]), found["as_of"],
            tuple(_item(one, stood) for one in found["findings"]), stood,
            frozenset((_text(one["rule"]), _key(one["subject"])) for one in found["not_assessed"]),
            {name: source and _text(source["digest"]) for name in ("roster", "waivers", "baseline")
             for source in [found.get("sources", {}).get(name)]},
            phase and _text(phase), whole and bool(whole), left_out)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError, Unreadable):
        raise UsageError("noticed.previous_read", file=file) from None


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError
    return value


def _maybe(value: Any) -> str | None:
    return None if value is None else _text(value)


def _stood(one: JsonMap) -> tuple[tuple[str, str], Stood]:
    """A subject, and where it stood."""
    subject, report = one["subject"], one.get("report")
    declared = Declared(*(_maybe(report[name]) for name in Declared.__slots__)) if report else None
    return (_text(subject["kind"]), id_key(subject["id"])), Stood(
        _text(one["state"]), tuple(map(_text, one["files"])), _text(subject["id"]), _maybe(subject["unit"]), declared,
        _maybe(one.get("phase")), tuple(map(_text, one.get("doubtful", ()))))


def _key(subject: JsonMap | None) -> str | None:
    return id_key(subject["id"]) if subject and subject["id"] else None


def _item(one: JsonMap, stood: dict[tuple[str, str], Stood]) -> Item:
    if not isinstance(one["line"], int) or not isinstance(one.get("slips", 1), int):
        raise TypeError
    asked = one["level"] != "info" and not (one["waived"] or one["superseded"] or one["baselined"])
    remains = bool(one.get("provisional"))
    subject = one["subject"] or {"kind": None, "id": None, "unit": None}
    key = _key(one["subject"])
    enrolled = stood.get((subject["kind"], key)) if key else None
    return Item(_text(one["rule"]), _text(one["name"]), _maybe(subject["kind"]), key, _maybe(subject["id"]),
                enrolled.unit if enrolled else _maybe(subject["unit"]), one["phase"], _text(one["file"]), one["line"],
                _text(one["fingerprint"]), asked and not remains, one.get("slips", 1), asked and remains,
                _maybe(one.get("cell")))
