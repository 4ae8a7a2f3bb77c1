"""A result by subject: each with its current report and what was found about it; and the files that are nobody's."""

from __future__ import annotations

from ...batch.outcome import Result
from ...batch.standing import in_order
from ...judging.results import FileFacts
from ...reading.report import printable_id
from ...recording import dataclass, field
from ...records import LEVELS, Finding, NotAssessed
from ...text.messages import say


@dataclass(slots=True)
class Account:
    """A subject, or a file (`kind` is None) whose subject is not known."""

    kind: str | None
    id: str | None              # as it may be printed
    unit: str | None
    file: str                   # of the current report; else where the first finding stands
    report: FileFacts | None = None
    findings: list[Finding] = field(default_factory=list)
    not_assessed: list[NotAssessed] = field(default_factory=list)
    key: str = ""               # comparable ID

    def name(self, language: str) -> str:
        """What people call it."""
        return f"{say(f'output.{self.kind}', language)} {self.id}" if self.id else self.file

    @property
    def gating(self) -> list[Finding]:
        return [one for one in self.findings if one.gates]

    @property
    def worst(self) -> str | None:
        """The gravest level among the findings that count."""
        found = {one.level for one in self.findings if one.gates}
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
    for report in result.reports:
        about = report.about
        subject = about.subject
        of_file[report.file] = found[about.kind, about.key] = Account(
            about.kind, subject.id if subject else None, subject.unit if subject else None, report.file, report)
    for one in result.findings:
        _account(one, one.owner, found, of_file).findings.append(one)
    for skipped in result.not_assessed:
        if skipped.file is not None:
            account = of_file.get(skipped.file) or _account(skipped, "", found, of_file)
            account.not_assessed.append(skipped)
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
