"""The baseline: findings known from an earlier run, by fingerprint. They are counted apart and never gate.

A baseline says which findings they were (rule, subject, phase, file) and holds no word of a report. What can't be read
(IN) is never in it: nobody knows yet what such a file lacks.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterable
from dataclasses import asdict
from typing import Any

from ..packs.pack import Pack
from ..reading.intake import Seq, read
from ..recording import dataclass
from ..records import Finding, Limits, PackError, Subject, Unreadable
from .found import Findings

FORMAT = "bayang-baseline/1"
_LIMITS = Limits(bytes=64 << 20, nodes=20_000_000)


@dataclass(frozen=True, slots=True)
class Known:
    """One finding of an earlier run."""

    fingerprint: str
    rule: str
    subject: Subject | None
    phase: str | None
    file: str               # where it stood; a file may have moved since

    @property
    def order(self) -> tuple[str, ...]:
        """What belongs to one subject stands together, whatever its files are called."""
        who = (self.subject.kind, self.subject.id or "") if self.subject else ("", self.file)
        return *who, self.rule, self.phase or "", self.fingerprint


@dataclass(frozen=True, slots=True)
class Baseline:
    """A baseline file."""

    entries: tuple[Known, ...]
    file: str
    digest: str

    def as_source(self, comparison: Unmatched) -> dict[str, Any]:
        """What a result says of it: its file, its digest, and the entries that are gone."""
        return {"file": self.file, "digest": self.digest, "gone": [asdict(one) for one in comparison.gone]}


@dataclass(frozen=True, slots=True)
class Unmatched:
    """What came of the entries that match no finding any more."""

    gone: list[Known]       # put right, or no longer asked for
    beyond: list[Known]     # of reports or rules that this run did not look at


def load_baseline(data: bytes, file: str, pack: Pack) -> Baseline:
    """The baseline in a file's bytes. Raises PackError with line and repair."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError) as fault:
        raise PackError(file, getattr(fault, "lineno", 1), "baseline.broken") from None
    if not isinstance(found, dict) or found.get("format") != FORMAT or not isinstance(found.get("entries"), list):
        raise PackError(file, 1, "baseline.other-format", format=FORMAT)
    if found.get("pack") != pack.id:
        raise PackError(file, _line(data, "pack"), "baseline.other-plan", plan=pack.id)
    entries = []
    for at, one in enumerate(found["entries"]):
        entry = _entry(one)
        if entry is None:
            raise PackError(file, _line(data, "entries", at), "baseline.entry")
        if entry.rule in pack.rules and pack.rules[entry.rule].reads:
            raise PackError(file, _line(data, "entries", at), "baseline.reading")
        entries.append(entry)
    return Baseline(tuple(entries), file, hashlib.sha256(data).hexdigest())


def _entry(one: object) -> Known | None:
    if not isinstance(one, dict):
        return None
    try:
        subject = one["subject"]
        who = Subject(subject["kind"], subject["id"], subject["unit"]) if subject is not None else None
        entry = Known(one["fingerprint"], one["rule"], who, one["phase"], one["file"])
    except (KeyError, TypeError):
        return None
    texts = (entry.fingerprint, entry.rule, entry.file)
    others = (entry.phase, *((who.kind, who.id, who.unit) if who else ()))
    whole = all(isinstance(text, str) for text in texts) and all(isinstance(one, str | None) for one in others)
    return entry if whole else None


def _line(data: bytes, key: str, at: int | None = None) -> int:
    """The line of a key, or of an item of its list; 1 where JSON is no YAML."""
    try:
        typed = read(data, _LIMITS)
        listed = typed.entries[key]
        line: int = (listed.at[at] if at is not None and isinstance(listed, Seq) else typed.at[key]).line
        return line + 1
    except (Unreadable, KeyError):
        return 1


def compare(baseline: Baseline, findings: Findings, looked_at: Callable[[Known], bool]) -> Unmatched:
    """Mark the findings of the baseline; gives what came of the other entries.

    What is waived or superseded counts as that and is not marked. `looked_at` says whether the run would have found
    an entry again if it were still there.
    """
    known = {one.fingerprint for one in baseline.entries}
    met = findings.mark_known(known)
    comparison = Unmatched([], [])
    for entry in sorted(baseline.entries, key=lambda one: one.order):
        if entry.fingerprint not in met:
            (comparison.gone if looked_at(entry) else comparison.beyond).append(entry)
    return comparison


def as_baseline(findings: Iterable[Finding], pack: Pack, comparison: Unmatched | None = None) -> str:
    """A baseline of everything found that is neither waived nor superseded, as JSON, one entry a line.

    Entries of what the run did not look at are kept.
    """
    entries = [Known(one.fingerprint, one.rule, one.subject, one.phase, one.file) for one in findings
               if (one.gates or one.baselined) and not pack.rules[one.rule].reads]
    entries += comparison.beyond if comparison else []
    rows = [json.dumps(asdict(one), ensure_ascii=False) for one in sorted(entries, key=lambda one: one.order)]
    listed = "\n  " + ",\n  ".join(rows) + "\n " if rows else ""
    head = f' "format": {json.dumps(FORMAT)},\n "pack": {json.dumps(pack.id, ensure_ascii=False)},\n'
    return "{\n" + head + f' "entries": [{listed}]\n}}\n'


