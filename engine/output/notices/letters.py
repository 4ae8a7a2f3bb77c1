"""Who gets a letter, and what for: that a report will be due, that nothing was filed, to mend a file that can't be
read, to correct a report, to say whose one is. A subject is told all of it in one.

Nothing here words anything; it sorts what a run found by subject and kind of letter.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable

from ...batch.outcome import Result, subject_of
from ...batch.standing import EARLIER_REPORT, OTHER_FORMAT, Standing, Upcoming, beside_doubtful, is_doubtful
from ...batch.standing import MISSING as NOTHING
from ...judging.results import FileFacts
from ...packs.pack import Pack
from ...packs.roster import Entry, Roster
from ...packs.rule import Rule
from ...recording import dataclass, field
from ...records import Finding, Ignored
from ...text.dates import days_between
from .templates import KINDS

REMINDER, MISSING, MEND, CORRECT, VERIFY = KINDS
ORDER = MISSING, CORRECT, MEND, VERIFY, REMINDER    # in which one letter tells things of several kinds
ASKING = ("error", "warning")        # the levels of what a letter asks for
HOLDS, NAMED = "holds_id", "named_after"        # how a report that may be another's points to a subject


@dataclass(slots=True)
class Letter:
    """What one letter tells a subject."""

    letter: str                 # the first of ORDER that it is
    kind: str                   # personal or unit
    key: str                    # comparable ID
    told: dict[str, list[Finding]]      # what it says, by kind in ORDER
    later: list[Finding] = field(default_factory=list)      # what remains once the file is mended
    entry: Entry | None = None  # its line on the roster
    report: FileFacts | None = None     # its current report that can be read
    unread: bool = False        # a file of its own can't be read
    aside: tuple[Ignored, ...] = ()     # what came in its stead, and why each is no report of it
    others: frozenset[str] = frozenset()    # the kinds that are not asked for
    coming: Upcoming | None = None      # what it has still to file, where it is reminded of that
    doubtful: tuple[str, ...] = ()      # reports with its ID, called after another: nothing in them is asked for
    whose: tuple[tuple[str, str], ...] = ()     # of which it is asked whose they are: HOLDS or NAMED, and the file

    @property
    def findings(self) -> list[Finding]:
        """All that it asks for."""
        return [one for found in self.told.values() for one in found]

    @property
    def upcoming(self) -> Upcoming | None:
        """What it has still to file, of a reminder that is nothing else."""
        return self.coming if self.letter == REMINDER else None

    @property
    def several(self) -> bool:
        """Whether it asks for things of several of KINDS to be filed or put right."""
        return len(self.told.keys() - {REMINDER, VERIFY}) > 1

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
        """Its current report, where all to correct stands in that and it says when and for which phase it was filed."""
        about = self.report.about if self.report else None
        dated = about is not None and bool(about.submitted and about.phase)
        return self.report if self.report and dated and self.files_of(CORRECT) == [self.report.file] else None

    @property
    def pointers(self) -> bool:
        """Whether all files to mend are pointers of Git LFS: the reports themselves are elsewhere."""
        return all(map(is_pointer, self.told.get(MEND, ())))

    @property
    def files(self) -> list[str]:
        """The files in which something stands, in their order."""
        return sorted({one.file for one in (*self.findings, *self.later)})

    def files_of(self, letter: str) -> list[str]:
        """Those in which something of one of KINDS stands."""
        return sorted({one.file for one in self.told.get(letter, ())})


def kind_of(rule: Rule) -> str:
    """Which letter tells what a rule finds."""
    if rule.reads:
        return MEND
    return MISSING if any("report_missing" in check for check in rule.checks) else CORRECT


def is_pointer(finding: Finding) -> bool:
    """Whether a file is a pointer of Git LFS."""
    return finding.hint == "pointer"


def letters_of(result: Result, pack: Pack, within: int, kinds: Collection[str]) -> tuple[list[Letter], list[Finding]]:
    """The letters, units first, in the order of the roster, and the deficiencies that are nobody's.

    What is of one of `kinds` stands in one letter of each subject, what is of another of KINDS in one of its own.
    Those are reminded who have at most so many days left.
    """
    made: dict[tuple[str, str], dict[str, list[Finding]]] = defaultdict(dict)
    coming: dict[tuple[str, str], Upcoming] = {}
    later: dict[str, list[Finding]] = defaultdict(list)
    doubtful: set[tuple[str, str]] = set()
    lost = []
    for one in result.findings:
        if one.remains and one.level in ASKING:
            later[one.file].append(one)
        if not one.gates or one.level not in ASKING:
            continue
        if not one.owner or one.subject is None or one.subject.id is None or (
                result.roster and result.roster.entry(one.subject.kind, one.owner) is None):
            lost.append(one)
            continue
        letter, key = kind_of(pack.rules[one.rule]), (one.subject.kind, one.owner)
        if is_doubtful(one.file, *key, result.roster):
            doubtful.add(key)
            lost.append(one)
            continue
        made[key].setdefault(letter, []).append(one)
    for key in doubtful & made.keys():
        found = made[key].pop(CORRECT, [])
        alone = beside_doubtful(found, pack)
        lost += alone
        if rest := [one for one in found if one not in alone]:
            made[key][CORRECT] = rest
    for due in result.upcoming():
        standing = due.standing
        if standing.state in (NOTHING, OTHER_FORMAT) and days_between(result.as_of, due.day) <= within:
            key = standing.entry.kind, standing.entry.key
            made[key][REMINDER], coming[key] = [], due
    whose = {key: files for one in result.standing if (files := _whose(one, coming.get(
        key := (one.entry.kind, one.entry.key))))}
    for key in whose:
        made[key][VERIFY] = []
    listed = []
    for key in _ordered(made, result.roster):
        told = {letter: sorted(made[key][letter], key=_place) for letter in ORDER if letter in made[key]}
        asked = [letter for letter in told if letter in kinds]
        for group in filter(None, (asked, *([letter] for letter in told if letter not in kinds))):
            listed.append(Letter(
                group[0], *key, {letter: told[letter] for letter in group}, others=frozenset(told).difference(group),
                coming=coming.get(key) if REMINDER in group else None, unread=MEND in told,
                whose=whose[key] if VERIFY in group else ()))
    _complete(listed, later, result)
    return listed, lost


def _whose(one: Standing, coming: Upcoming | None) -> tuple[tuple[str, str], ...]:
    """The reports that may be its or another's; where it is told that none has come it is told of the first that is
    called after it in that place.
    """
    missing = one if one.state == NOTHING else coming.standing if coming else None
    told = missing.aside.file if missing and missing.aside else None
    return *((HOLDS, file) for file in one.doubtful), *((NAMED, file) for file in one.misnamed if file != told)


def _complete(letters: list[Letter], later: dict[str, list[Finding]], result: Result) -> None:
    """Put to each letter what else is known of its subject."""
    wanted = {(one.kind, one.key) for one in letters}
    reports = {who: one for one in result.reports if (who := subject_of(one)) in wanted
               and not is_doubtful(one.file, one.about.kind, one.about.key, result.roster)}
    hints = {one.file: one for one in result.ignored}
    standing = {(one.entry.kind, one.entry.key): one for one in result.standing}
    for one in letters:
        key = one.kind, one.key
        one.entry = result.roster.entry(*key) if result.roster else None
        own = standing.get(key)
        one.doubtful = own.doubtful if own else ()
        one.report = reports.get(key)
        if MEND in one.told:
            one.later = sorted((item for file in one.files for item in later[file]), key=_place)
        beside = own if MISSING in one.told else one.coming.standing if one.coming else None
        if beside and beside.aside and beside.aside.hint != EARLIER_REPORT:     # which is its `report`
            one.aside = beside.aside, *(
                hints[file] for file in beside.files if file in hints and file != beside.aside.file)


def _place(one: Finding) -> tuple[int, tuple[str, int, int, str, str, str]]:
    return ASKING.index(one.level), one.order


def _ordered(made: Iterable[tuple[str, str]], roster: Roster | None) -> list[tuple[str, str]]:
    """Units, then people, each as the roster has them, then those whom it does not have."""
    places = {}
    if roster:
        entries = [("unit", key) for key in roster.units] + [("personal", key) for key in roster.people]
        places = {key: at for at, key in enumerate(entries)}
    return sorted(made, key=lambda key: (key[0] != "unit", places.get(key, len(places)), key[1]))
