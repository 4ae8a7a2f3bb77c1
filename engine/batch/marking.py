"""What is said of findings once all are there: that they are waived, what they are known by, which would come again."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any

from ..judging.results import as_bytes
from ..text.wording import id_key

if TYPE_CHECKING:
    from ..packs.roster import Waivers
    from ..records import NotAssessed, Subject
    from .baseline import Known
    from .filings import Filings
    from .found import Findings


def waive(findings: Findings, waivers: Waivers | None, as_of: str) -> None:
    """Mark the findings that a waiver in force waives; of several waivers the first."""
    live = {(one.rule, one.subject): one for one in reversed(waivers.listed if waivers else ()) if one.until >= as_of}
    findings.waive({place: {"reason": one.reason, "by": one.by, "until": one.until} for place, one in live.items()})


def looked_at(filings: Filings, whole: bool, idle: set[str],
              not_assessed: Iterable[NotAssessed]) -> Callable[[Known], bool]:
    """Tells whether this run would have found something again: its rule was judged there, and the report is here.

    `whole` says that no PATH is a part of the batch, `idle` are the IDs of the rules that were not asked for.
    It takes an entry of a baseline.
    """
    everything = whole and not filings.unreadable and not filings.later
    idle = idle | {one.rule for one in not_assessed if one.file is None}
    unsure = {(one.rule, *_place(one.subject, one.file)) for one in not_assessed}
    here = set() if everything else {
        (*_place(about.subject, filings.store.name(one.at)), about.phase)
        for one in filings.store.filed("inside") for about in [filings.store.about(one.at)] if about}

    def looked_at(one: Known) -> bool:
        place = _place(one.subject, one.file)
        return (one.rule not in idle and (one.rule, *place) not in unsure
                and (everything or (*place, one.phase) in here))

    return looked_at


def _place(subject: Subject | None, file: str | None) -> tuple[str, str]:
    """Who it is about or, where nobody knows, which file."""
    return (subject.kind, id_key(subject.id)) if subject and subject.id else ("", file or "")


def _digest(key: bytes) -> Any:
    from hashlib import sha256  # which a clean batch does not need

    return sha256(key)


def with_fingerprints(findings: Findings) -> None:
    """Give findings their fingerprints; equal ones are numbered in order."""
    seen: Counter[bytes] = Counter()
    for number, rule, kind, ident, file, phase, stable in findings.numbered(
            "rule", "kind", "ident", "file", "phase", "stable"):
        owner = [part for part in ((kind, id_key(ident)) if ident else (file,)) if part]
        key = "\0".join([rule, *owner, phase or "", stable])
        mark = _digest(as_bytes(key))
        seen[mark.digest()[:12]] += 1
        mark.update(f"\0{seen[mark.digest()[:12]]}".encode())
        findings.set_fingerprint(number, mark.hexdigest()[:32])
