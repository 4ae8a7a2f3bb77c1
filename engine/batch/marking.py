"""What is said of findings once all are there: that they are waived, what they are known by, which would come again."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Callable, Iterable

from ..packs.roster import Waivers
from ..recording import replace
from ..records import Finding, NotAssessed, Subject
from ..text.wording import id_key
from .baseline import Known
from .filings import Filings


def waive(findings: list[Finding], waivers: Waivers | None, as_of: str) -> None:
    """Mark the findings that a waiver in force waives; of several waivers the first."""
    if waivers is None:
        return
    live = {(one.rule, one.subject): one for one in reversed(waivers.listed)
            if one.until >= as_of}
    for at, finding in enumerate(findings):
        waiver = live.get((finding.rule, finding.owner))
        if waiver and finding.subject and finding.subject.id and not finding.provisional:
            findings[at] = replace(
                finding, waived={"reason": waiver.reason, "by": waiver.by, "until": waiver.until})


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
        (*_place(about.subject, filings.ledger.files[at].name), about.phase)
        for at in filings.files for about in [filings.ledger.about(at)] if about}

    def looked_at(one: Known) -> bool:
        place = _place(one.subject, one.file)
        return (one.rule not in idle and (one.rule, *place) not in unsure
                and (everything or (*place, one.phase) in here))

    return looked_at


def _place(subject: Subject | None, file: str | None) -> tuple[str, str]:
    """Who it is about or, where nobody knows, which file."""
    return (subject.kind, id_key(subject.id)) if subject and subject.id else ("", file or "")


def with_fingerprints(findings: list[Finding]) -> None:
    """Give findings their fingerprints; equal ones are numbered in order."""
    seen: Counter[str] = Counter()
    for at, one in enumerate(findings):         # in place: there may be many
        owner = [part for part in _place(one.subject, one.file) if part]
        key = "\0".join([one.rule, *owner, one.phase or "", one.stable])
        seen[key] += 1
        mark = hashlib.sha256(f"{key}\0{seen[key]}".encode("utf-8", "surrogatepass")).hexdigest()[:32]
        findings[at] = replace(one, fingerprint=mark)
