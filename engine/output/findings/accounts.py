"""A result by subject: each with its current report and what was found about it; and the files that are nobody's.

What was found is not held: it is read where it is gone through, so that there may be much of it.
"""

from __future__ import annotations

from array import array
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import Generic, NamedTuple, TypeVar

from ...batch.outcome import Result
from ...batch.standing import in_order, is_doubtful
from ...judging.results import FileFacts
from ...reading.report import printable_id
from ...recording import dataclass, field
from ...records import LEVELS, Finding, NotAssessed
from ...text.messages import say

One = TypeVar("One")


class Reported(NamedTuple):
    """What a report says; most say the same as others, which is then held once."""

    kind: str | None
    level: str | None
    phase: str | None
    listed: frozenset[str]      # themes with problems
    answered: frozenset[str]    # those, and the ones of which it says that there are none

    @classmethod
    def of(cls, report: FileFacts) -> Reported:
        about, tally = report.about, report.data.get("", {})
        return cls(about.kind, about.level, about.phase, frozenset(theme for theme, *_ in tally.get("problems", ())),
                   frozenset(tally.get("answered", ())))


class Selection(Generic[One]):
    """Some of many records, by their places; they are read each time they are gone through."""

    __slots__ = ("_every", "_places")

    def __init__(self, every: Sequence[One]) -> None:
        self._every, self._places = every, array("I")

    def add(self, place: int) -> None:
        """Add the one at a place after all that were added."""
        self._places.append(place)

    def __len__(self) -> int:
        return len(self._places)

    def __iter__(self) -> Iterator[One]:
        for _, places in groupby(enumerate(self._places), key=lambda one: one[1] - one[0]):     # neighbours together
            first, *others = (place for _, place in places)
            yield from self._every[first:first + 1 + len(others)]


@dataclass(slots=True)
class Account:
    """A subject, or a file (`kind` is None) whose subject is not known."""

    kind: str | None
    id: str | None              # as it may be printed
    unit: str | None
    file: str                   # of the current report; else where the first finding stands
    report: Reported | None = None
    findings: Selection[Finding] | tuple[()] = ()
    not_assessed: Selection[NotAssessed] | tuple[()] = ()
    # by rule, level and theme how many findings count, by the reason how many are set apart
    counted: Counter[tuple[str, str, str | None]] = field(default_factory=Counter)
    apart: Counter[str] = field(default_factory=Counter)
    key: str = ""               # comparable ID

    def name(self, language: str) -> str:
        """What people call it."""
        return f"{say(f'output.{self.kind}', language)} {self.id}" if self.id else self.file

    @property
    def gating(self) -> Iterator[Finding]:
        return (one for one in self.findings if one.gates)

    @property
    def levels(self) -> Counter[str]:
        """How many findings of each level count."""
        found: Counter[str] = Counter()
        for (_, level, _), count in self.counted.items():
            found[level] += count
        return found

    @property
    def worst(self) -> str | None:
        """The gravest level among the findings that count."""
        found = self.levels
        return next((level for level in LEVELS if level in found), None)


Whose = tuple[str | None, str | None]       # kind and comparable ID of a subject; None and a file that is nobody's
Accounts = dict[Whose, Account]


def state(one: Finding) -> str:
    """Whether a finding counts, or why it is set apart."""
    if one.waived:
        return "waived"
    return next((name for name in ("baselined", "superseded", "provisional") if getattr(one, name)), "counted")


def accounts(result: Result) -> list[Account]:
    """Every subject and every nobody's file, in the order of the roster, then of units and IDs, then of files."""
    found: Accounts = {}
    of_file: dict[str, Account] = {}
    told: dict[Reported, Reported] = {}
    for report in result.reports:
        about = report.about
        subject, says = about.subject, Reported.of(report)
        says = told.setdefault(says, says)
        if is_doubtful(report.file, about.kind, about.key, result.roster):
            of_file[report.file] = found[None, report.file] = Account(None, None, None, report.file, says)
        else:
            of_file[report.file] = found[about.kind, about.key] = Account(
                about.kind, subject.id if subject else None, subject.unit if subject else None, report.file, says)
    for at, one in enumerate(result.findings):
        known = one.subject and not is_doubtful(one.file, one.subject.kind, one.owner, result.roster)
        account = _account(one, one.owner if known else "", found, of_file)
        account.findings = account.findings or Selection(result.findings)
        account.findings.add(at)
        if one.gates:
            account.counted[one.rule, one.level, one.theme] += 1
        else:
            account.apart[state(one)] += 1
    for at, skipped in enumerate(result.not_assessed):
        if skipped.file is not None:
            account = of_file.get(skipped.file) or _account(skipped, "", found, of_file)
            account.not_assessed = account.not_assessed or Selection(result.not_assessed)
            account.not_assessed.add(at)
    for key, account in found.items():
        entry = result.roster.entry(*key) if result.roster and key[0] else None
        account.key = key[1] or "" if key[0] else ""
        if entry:       # as the roster spells it, and under its unit there
            account.id, account.unit = printable_id(entry.id), printable_id(entry.unit)
    entries = in_order(result.roster) if result.roster else []
    places: dict[Whose, int] = {(one.kind, one.key): at for at, one in enumerate(entries)}
    return [found[key] for key in sorted(found, key=lambda key: _order(key, found[key], places))]


def _account(one: Finding | NotAssessed, owner: str, found: Accounts, of_file: dict[str, Account]) -> Account:
    """The account that a finding belongs to: its subject's, or its file's."""
    subject = one.subject if owner and one.subject and one.subject.id else None
    key: Whose = (subject.kind, owner) if subject else (None, one.file)
    if key not in found:
        found[key] = Account(subject.kind, subject.id, subject.unit, one.file or "") if subject else Account(
            None, None, None, one.file or "")
    of_file.setdefault(one.file or "", found[key])
    return found[key]


def _order(key: Whose, one: Account, places: dict[Whose, int]) -> tuple[bool, int, str, bool, str, str]:
    unit = one.unit or (one.id if one.kind == "unit" else None)
    return (one.id is None, places.get(key, len(places)), unit or "", one.kind != "unit", one.id or "", one.file)
