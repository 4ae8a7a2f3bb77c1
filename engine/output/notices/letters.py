"""Who gets which letters: one that a report will be due, one that nothing was filed, one to mend a file that can't be
read, one to correct a report.

Nothing here words anything; it sorts what a run found by subject and kind of letter.
"""

from __future__ import annotations

from collections import Counter, defaultdict

from ...batch.attribution import Attribution
from ...batch.outcome import Result, subject_of
from ...batch.standing import EARLIER_REPORT, OTHER_FORMAT, Upcoming
from ...batch.standing import MISSING as NOTHING
from ...judging.results import FileFacts
from ...packs.pack import Pack
from ...packs.roster import Entry, Roster
from ...packs.rule import Rule
from ...recording import dataclass, field
from ...records import Finding, Ignored
from ...text.dates import days_between
from .templates import KINDS

REMINDER, MISSING, MEND, CORRECT = KINDS
ASKING = ("error", "warning")        # the levels of what a letter asks for


@dataclass(slots=True)
class Letter:
    """What one letter tells a subject."""

    letter: str                 # one of KINDS
    kind: str                   # personal or unit
    key: str                    # comparable ID
    findings: list[Finding] = field(default_factory=list)
    later: list[Finding] = field(default_factory=list)      # what remains once the file is mended
    entry: Entry | None = None  # its line on the roster
    report: FileFacts | None = None     # its current report that can be read
    unread: bool = False        # a file of its own can't be read
    aside: tuple[Ignored, ...] = ()     # what came in its stead, and why each is no report of it
    others: frozenset[str] = frozenset()    # the kinds of its other letters
    upcoming: Upcoming | None = None    # of a reminder: what it has still to file
    strange: tuple[str, ...] = ()       # files with its ID, called after somebody else: nothing is asked

    @property
    def ident(self) -> str:
        """Its ID as it may be printed."""
        first = self.findings[0].subject if self.findings else None
        return (self.entry.id if self.entry else None) or (first.id if first else None) or ""

    @property
    def level(self) -> str | None:
        """The level of a unit, as its report has it, else the roster."""
        return (self.report.about.level if self.report else None) or (self.entry.level if self.entry else None)

    @property
    def one_report(self) -> FileFacts | None:
        """Its current report, where all items stand in that and it says when and for which phase it was filed."""
        about = self.report.about if self.report else None
        dated = about is not None and bool(about.submitted and about.phase)
        return self.report if self.report and dated and self.files == [self.report.file] else None

    @property
    def pointers(self) -> bool:
        """Whether all its files are pointers of Git LFS: the reports themselves are elsewhere."""
        return all(is_pointer(item) for item in self.findings)

    @property
    def files(self) -> list[str]:
        """The files in which something stands, in their order."""
        return sorted({one.file for one in (*self.findings, *self.later)})


def kind_of(rule: Rule) -> str:
    """Which letter tells what a rule finds."""
    if rule.reads:
        return MEND
    return MISSING if any("report_missing" in check for check in rule.checks) else CORRECT


def is_pointer(finding: Finding) -> bool:
    """Whether a file is a pointer of Git LFS."""
    return finding.hint == "pointer"


def is_repeated(rule: Rule) -> bool:
    """Whether it finds that a subject has several reports of one phase."""
    return any("report_repeated" in check for check in rule.checks)


def letters_of(result: Result, pack: Pack, within: int) -> tuple[list[Letter], list[Finding]]:
    """The letters, units first, in the order of the roster and of KINDS, and the deficiencies that are nobody's.

    Reminders go to those who have at most so many days left.
    """
    made: dict[tuple[str, str], dict[str, Letter]] = defaultdict(dict)
    later: dict[str, list[Finding]] = defaultdict(list)
    strange: dict[tuple[str, str], list[str]] = defaultdict(list)
    lost = []
    called = Attribution(result.roster, pack).named if result.roster else lambda file: None
    for one in result.findings:
        if one.provisional and one.level in ASKING:
            later[one.file].append(one)
        if not one.gates or one.level not in ASKING:
            continue
        if not one.owner or one.subject is None or one.subject.id is None or (
                result.roster and result.roster.entry(one.subject.kind, one.owner) is None):
            lost.append(one)
            continue
        letter, key = kind_of(pack.rules[one.rule]), (one.subject.kind, one.owner)
        if (named := called(one.file)) and (named.kind, named.key) != key:      # perhaps its author typed a wrong ID
            strange[key].append(one.file)
            lost.append(one)
            continue
        made[key].setdefault(letter, Letter(letter, *key)).findings.append(one)
    for key in strange.keys() & made.keys():
        lost += _drop_alone(made[key], pack)
    for coming in result.upcoming():
        standing = coming.standing
        if standing.state in (NOTHING, OTHER_FORMAT) and days_between(result.as_of, coming.day) <= within:
            key = standing.entry.kind, standing.entry.key
            made[key][REMINDER] = Letter(REMINDER, *key, upcoming=coming)
    _complete(made, later, strange, result, pack)
    listed = [made[key][letter] for key in _ordered(made, result.roster) for letter in KINDS if letter in made[key]]
    return listed, lost


def _drop_alone(letters: dict[str, Letter], pack: Pack) -> list[Finding]:
    """Take out that there are several reports of a phase where all others are called after somebody else."""
    one = letters.get(CORRECT)
    if one is None:
        return []
    repeated = [item for item in one.findings if is_repeated(pack.rules[item.rule])]
    times = Counter(item.phase for item in repeated)
    alone = [item for item in repeated if times[item.phase] == 1]
    one.findings = [item for item in one.findings if item not in alone]
    if not one.findings:
        del letters[CORRECT]
    return alone


def _complete(made: dict[tuple[str, str], dict[str, Letter]], later: dict[str, list[Finding]],
              strange: dict[tuple[str, str], list[str]], result: Result, pack: Pack) -> None:
    """Put to each letter what else is known of its subject."""
    reports = {subject_of(one): one for one in result.reports}
    hints = {one.file: one for one in result.ignored}
    aside = {(one.entry.kind, one.entry.key): (one.aside, *(
        hints[file] for file in one.files if file in hints and file != one.aside.file))
             for one in result.standing if one.aside and one.aside.hint != EARLIER_REPORT}      # which is its `report`
    for key, letters in made.items():
        for letter, one in letters.items():
            one.entry = result.roster.entry(*key) if result.roster else None
            one.strange = tuple(dict.fromkeys(strange.get(key, ())))
            report = reports.get(key)
            one.report, one.unread = None if report and report.file in one.strange else report, MEND in letters
            one.others = frozenset(letters) - {letter}
            one.findings.sort(key=_place)
            if letter == MEND:
                one.later = sorted((item for file in one.files for item in later[file]), key=_place)
            if letter == MISSING:
                one.aside = aside.get(key, ())
            if one.upcoming:
                beside = one.upcoming.standing
                one.aside = tuple(dict.fromkeys((beside.aside, *(
                    hints[file] for file in beside.files if file in hints)))) if beside.aside and (
                        beside.aside.hint != EARLIER_REPORT) else ()


def _place(one: Finding) -> tuple[int, tuple[str, int, int, str, str, str]]:
    return ASKING.index(one.level), one.order


def _ordered(made: dict[tuple[str, str], dict[str, Letter]], roster: Roster | None) -> list[tuple[str, str]]:
    """Units, then people, each as the roster has them, then those whom it does not have."""
    places = {}
    if roster:
        entries = [("unit", key) for key in roster.units] + [("personal", key) for key in roster.people]
        places = {key: at for at, key in enumerate(entries)}
    return sorted(made, key=lambda key: (key[0] != "unit", places.get(key, len(places)), key[1]))
