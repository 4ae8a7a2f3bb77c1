"""Goes once through the results of all files: keeps their findings, hands their facts to the rules over the batch."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from ..judging.compile import Check
from ..judging.kinds.batch import Take
from ..judging.results import NOTHING, About, about_of, as_text, findings_of, not_assessed_of, of_line
from ..recording import dataclass, field, replace
from ..records import Finding, NotAssessed
from .totals import Totals

if TYPE_CHECKING:
    from ..judging.check import Checker
    from .attribution import Owned
    from .filings import Filings
    from .found import Findings
    from .store import Filed
    from .unjudged import Unjudged

Held = list[Any]            # a row of JSON, in the order in which judging/results.py lays it out
_EMPTY: Held = [{}, [], [], []]
# key of a check -> it and what takes its facts; None once that has failed
Takers = dict[str, tuple[Check, Take] | tuple[None, None]]


@dataclass(slots=True)
class Found:
    """What a run finds, as far as it has come."""

    findings: Findings
    not_assessed: Unjudged
    crashes: list[tuple[str, str, str]] = field(default_factory=list)       # (file, rule ID, kind of exception)

    def unjudged(self, rule: str, reason: str) -> None:
        """Note that a rule could not be judged at all."""
        self.not_assessed.add(NotAssessed(rule, None, None, None, None, reason))

    def crashed(self, rule: str, error: str) -> None:
        """Note that a rule over the batch crashed."""
        self.crashes.append(("", rule, error))
        self.unjudged(rule, "crash")


class Gathering:
    """The way once through all results."""

    def __init__(self, checker: Checker, filings: Filings, owned: Mapping[int, Owned], asked: Callable[[str], bool],
                 found: Found) -> None:
        """`asked` says of a rule's ID whether it is asked for; `owned` is whose a file is that can't be read."""
        self.checker, self.filings, self.owned, self.asked, self.found = checker, filings, owned, asked, found
        self.totals = Totals(checker.pack)
        self.unread: dict[str, list[NotAssessed]] = {}      # rule over the batch -> where it could not read a file

    def go_through(self, takers: Takers) -> None:
        """Read each result once: findings are kept, facts are given to the rules over the batch that ask for them."""
        for one, (first, collected, body, problems, _) in self.filings.store.with_results():
            held: Held = of_line(as_text(body)) if body != NOTHING else _EMPTY
            skipped, findings, not_assessed, crashes, *whose = held
            if crashes:
                name = self.filings.store.name(one.at)
                self.found.crashes.extend((name, rule, error) for rule, error in crashes)
            if one.readable and not one.inside:
                continue
            if findings or not_assessed or skipped:
                self._keep(one, of_line(as_text(first)), findings, not_assessed, skipped, *whose)
            if problems and one.counts:
                self.totals.add(problems)
            for key, fact in of_line(as_text(collected)).items():
                check, take = takers.get(key, (None, None))
                if check is not None and take is not None:
                    try:
                        take(one, fact)
                    except Exception as fault:      # a broken rule must not take the batch with it
                        takers[key] = None, None
                        self.found.crashed(check.rule.id, type(fault).__name__)

    def _keep(self, one: Filed, listed: Held | None, findings: list[Held], not_assessed: list[Held],
              skipped: dict[str, tuple[str, int]], whose: Held | None = None) -> None:
        """The findings of a file that were asked for, and what was not assessed.

        `whose` is who a file that can't be read is about, where that is known.
        """
        name = self.filings.store.name(one.at)
        current = not listed or one.counts or one.at in self.filings.displaced
        compiled, rules = self.checker.compiled, self.checker.pack.rules
        about = about_of(listed, None)
        own = self.owned.get(one.at)
        old = bool(one.superseded or (own is not None and own.superseded))
        kept = [row for row in findings if self.asked(row[0]) and (current or row[0] not in compiled.of_current)]
        found = findings_of(kept, name, about or self._told_by(about_of(whose, None)), rules)
        unassessed = not_assessed_of(not_assessed, name, about)
        if own:
            found = (of_owner(hit, own) for hit in found)
            unassessed = [replace(left, subject=own.entry.subject) for left in unassessed]
        self.found.findings.extend(
            replace(hit, superseded=True) if old and hit.rule not in compiled.of_earlier else hit for hit in found)
        self.found.not_assessed.extend(left for left in unassessed if self.asked(left.rule))
        for rule, (pointer, line) in skipped.items():
            if self.asked(rule):
                self.unread.setdefault(rule, []).append(
                    NotAssessed(rule, name, line, pointer, about.subject if about else None, "type"))

    def _told_by(self, whose: About | None) -> About | None:
        """Who the mended text of a file says it is about: one on the roster only if the file is plainly that one's."""
        roster = self.checker.world.roster
        return None if whose and roster and roster.entry(whose.kind, whose.key) else whose


def of_owner(finding: Finding, own: Owned) -> Finding:
    """A finding of a file that can't be read or has no ID, as one of its subject."""
    return replace(finding, subject=own.entry.subject, owner=own.entry.key, phase=own.phase)
