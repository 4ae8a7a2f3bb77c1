"""Where each one on the roster stands: whether something came, whether it can be read, whether it must be corrected.

Nothing here reads a file; it is told what came. The same records are behind the rule on missing reports, every output
for people, letters and statistics, so that they can't say different things of the same subject.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence, Set
from typing import TYPE_CHECKING

from ..packs.pack import KINDS
from ..recording import dataclass
from ..records import Ignored, Subject
from ..text.wording import id_key

if TYPE_CHECKING:
    from ..packs.pack import Pack
    from ..packs.plan import Phase
    from ..packs.roster import Entry, Roster, Waivers
    from ..packs.rule import Rule
    from ..records import Finding
    from .attribution import Aside, Owned

ORDINARY = ("picture", "other")     # ignored files of these kinds are what reports have as attachments
MISSING, UNREADABLE, OTHER_FORMAT, TO_CORRECT, FILED = STATES = (
    "missing", "unreadable", "other-format", "to-correct", "filed")
# Told apart from the table: excused; still in time; a rule failed on the report, so that nobody knows; all that holds
# its ID, or stands in the way of its own report, is called after another, so that nobody can tell whose it is.
EXCUSED, WAITING, UNSURE, DOUBTFUL = APART = "excused", "waiting", "unsure", "doubtful"

# Why a file of somebody who filed nothing does not answer: it is no report, and of an earlier phase; it is of one, and
# can't be read; it is a report of one; the ID in it is another's on the roster, or none of the roster;
# it says of itself that it is of the other kind, a unit's or a person's.
EARLIER, EARLIER_UNREAD, EARLIER_REPORT = "earlier", "earlier-unread", "earlier-report"
ANOTHERS, OFF_ROSTER, OTHER_KIND = "anothers", "off-roster", "other-kind"

Key = tuple[str, str]       # kind and comparable ID


@dataclass(frozen=True, slots=True)
class Declared:
    """What the current report of a subject says of itself; None for what can't be read."""

    phase: str | None
    filed: str | None       # the day of its first filing
    refiled: str | None     # and of the last one, corrected


@dataclass(slots=True)
class Standing:
    """One entry of the roster and its state, one of STATES or APART."""

    entry: Entry
    state: str
    phase: str | None               # the phase that is over for it and of which it has no report that can be read
    files: tuple[str, ...] = ()     # its current report, else what can't be read, else what is no report of its phase
    findings: int = 0               # what is to be corrected or completed in its files
    aside: Ignored | None = None    # of other-format and missing: the first such file, and what is wrong with it
    report: Declared | None = None  # its current report, of whatever phase
    doubtful: tuple[str, ...] = ()  # reports that hold its ID and are called after another
    misnamed: tuple[str, ...] = ()  # reports that are called after it and hold the ID of another on the roster

    @property
    def subject(self) -> Subject:
        return self.entry.subject

    @property
    def is_only_doubtful(self) -> bool:
        """Whether it has no report that is plainly its own, but one that may be another's."""
        return self.state == DOUBTFUL and set(self.files) <= set(self.doubtful)


@dataclass(frozen=True, slots=True)
class Upcoming:
    """One who has still to file for a phase that is not over for it."""

    standing: Standing      # as if it was over
    phase: str
    day: str                # ISO date of its last day, for this subject


@dataclass(frozen=True, slots=True)
class Came:
    """What came of each subject."""

    reports: Mapping[Key, tuple[int, str]]              # the latest phase reported (its place), and in which file
    unread: Mapping[Key, Sequence[tuple[str, Owned]]]   # files that can't be read, with their names
    aside: Mapping[Key, Sequence[Aside]]
    unphased: Mapping[Key, str]                         # a report whose phase can't be told, by its file
    unsigned: Mapping[Key, Sequence[tuple[str, Owned]]]     # reports without an ID that are plainly its own
    strays: Mapping[Key, tuple[str, str]]               # a report called after it, and whose ID stands in it: a reason
    # reports that hold its ID and are called after another: their places, names
    doubtful: Mapping[Key, Sequence[tuple[int, str]]]


def called_after(name: str, roster: Roster, kind: str | None = None) -> Entry | None:
    """Whom a file is called after: its name, without folders and as many extensions as need be, is an ID; or, of a
    person's report, the last folder around it that is called after a person.
    """
    stem = name.rpartition("/")[2]
    while stem:
        key = id_key(stem)
        for one in KINDS:
            if found := roster.entry(one, key):
                return found
        stem = stem.rpartition(".")[0]
    folders = reversed(name.split("/")[:-1]) if kind == KINDS[0] else ()
    return next((person for folder in folders if (person := roster.people.get(id_key(folder)))), None)


def is_doubtful(name: str, kind: str | None, key: str | None, roster: Roster | None) -> bool:
    """Whether a report that holds the ID of one on the roster is called after another, or lies in another's folder.

    Perhaps its author typed a wrong ID, perhaps its name is wrong: all that people read tells them so, as nobody's.
    """
    return bool(roster and roster.entry(kind, key) and called_otherwise(name, kind, key, roster))


def called_otherwise(name: str, kind: str | None, key: str | None, roster: Roster) -> Entry | None:
    """After whom a report is called, if that is another than the one whose ID it holds."""
    named = called_after(name, roster, kind)
    if not named or (named.kind, named.key) == (kind, key) or (roster.counted and is_number(named)):
        return None
    return named


def is_number(entry: Entry) -> bool:
    """Whether an ID is a plain number, as files and folders are called too that are counted."""
    return entry.key.isdecimal()


def doubtful_files(standing: Iterable[Standing]) -> dict[str, str]:
    """The reports of which nobody can tell whose they are, and the ID that stands in each."""
    return {file: one.entry.id for one in standing for file in one.doubtful}


def standings(roster: Roster, pack: Pack, as_of: str, came: Came) -> list[Standing]:
    """A record for each unit and person, a unit before its people, in the order of the roster."""
    phases = list(pack.phases.values())
    last = max((at for at, phase in enumerate(phases) if phase.end < as_of), default=0)
    found = []
    for entry in in_order(roster):
        closed = [at for at, phase in enumerate(phases) if day_of(entry, phase, roster) < as_of]
        found.append(_standing(entry, roster, pack, closed[-1] if closed else None, last, came))
    return found


def upcoming(roster: Roster, waivers: Waivers | None, pack: Pack, as_of: str, came: Came) -> list[Upcoming]:
    """Those who have still to file for the phase whose end comes next, in the order of `standings`.

    With an extension that still runs, that is the phase which is extended. Who is excused is left out, also by a waiver
    of what would be found the day after.
    """
    phases = list(pack.phases.values())
    last = min((at for at, phase in enumerate(phases) if phase.end >= as_of), default=len(phases) - 1)
    missing = {rule.id for rule in pack.rules.values() if any("report_missing" in check for check in rule.checks)}
    waived = {(one.subject, one.until) for one in waivers.listed if one.rule in missing} if waivers else set()
    found = []
    for entry in in_order(roster):
        reached, _ = came.reports.get((entry.kind, entry.key), (-1, ""))
        days = ((at, day_of(entry, phases[at], roster)) for at in range(reached + 1, last + 1))
        due, day = next((one for one in days if one[1] >= as_of), (None, ""))
        if due is None or any(subject == entry.key and until > day for subject, until in waived):
            continue
        standing = _standing(entry, roster, pack, due, due, came)
        if standing.state not in (FILED, EXCUSED):
            found.append(Upcoming(standing, phases[due].id, day))
    return found


def day_of(entry: Entry, phase: Phase, roster: Roster) -> str:
    """The last day on which somebody may file for a phase."""
    return roster.extended(entry.key, phase.id) or phase.end


def in_order(roster: Roster) -> list[Entry]:
    """Units and people: each unit, then its people, in the order of the roster; people of no unit on it at the end."""
    places = {key: at for at, key in enumerate(roster.units)}
    entries = (*roster.units.values(), *roster.people.values())
    return sorted(entries, key=lambda one: (places.get(id_key(one.unit), len(places)), one.kind != "unit"))


def _standing(entry: Entry, roster: Roster, pack: Pack, due: int | None, last: int, came: Came) -> Standing:
    """Where one stands when the phase at `due` was the last to close for it, and that at `last` the last of all."""
    key, phases = (entry.kind, entry.key), list(pack.phases.values())
    excused = roster.excused(entry, phases[last if due is None else due].end)
    reached, file = came.reports.get(key, (-1, ""))
    if reached >= last:
        return Standing(entry, FILED, None, (file,))
    phase = phases[due].id if due is not None and reached < due and not excused else None
    if phase and key in came.unphased:
        return Standing(entry, TO_CORRECT, phase, (came.unphased[key],))
    # what came for a phase that does not matter any more is no answer to the one that does
    least = last if due is None or reached >= due else due
    unsigned, unread = ([name for name, own in some.get(key, ()) if own.phase is None or pack.order(own.phase) >= least]
                        for some in (came.unsigned, came.unread))
    if unsigned:
        return Standing(entry, TO_CORRECT, phase, tuple(unsigned))
    if unread:
        return Standing(entry, UNREADABLE, phase, tuple(unread))
    doubtful = tuple(name for place, name in came.doubtful.get(key, ()) if place >= least or place < 0)
    if doubtful:
        return Standing(entry, DOUBTFUL, None, doubtful)
    aside = [one.ignored for one in came.aside.get(key, ()) if one.phase is None or pack.order(one.phase) >= least]
    if aside and not excused:
        return Standing(entry, OTHER_FORMAT, phase, tuple(one.file for one in aside), aside=aside[0])
    if excused:
        return Standing(entry, EXCUSED, phase, (file,) if file else ())
    if phase:
        beside = _beside(key, came, file)
        return Standing(entry, MISSING, phase, tuple(file for file, _ in beside), aside=next(
            (Ignored(file, why, entry.subject) for file, why in beside), None))
    return Standing(entry, WAITING, None, (file,) if file else ())


def _beside(key: Key, came: Came, reported: str) -> list[tuple[str, str]]:
    """The files that came of somebody who has no report of the phase, and why each is no answer.

    `reported` is its report of an earlier phase, if there is one: beside that what is no report of that phase either
    says nothing.
    """
    return [*([came.strays[key]] if key in came.strays else ()),
            *((one.ignored.file, EARLIER) for one in came.aside.get(key, ()) if not reported),
            *([(reported, EARLIER_REPORT)] if reported else ()),
            *((name, EARLIER_UNREAD) for name, _ in came.unread.get(key, ()))]


def is_missing(one: Standing) -> bool:
    """Whether no report that covers the last phase that is over has come, not even one that can't be read."""
    return one.phase is not None and one.state in (MISSING, OTHER_FORMAT)


def beside_doubtful(found: Sequence[Finding], pack: Pack) -> list[Finding]:
    """Of what was found in a subject's own reports that there is another one of the phase, where nobody can tell of any
    whether it is its own.
    """
    repeated = [one for one in found if is_repeated(pack.rules[one.rule])]
    times = Counter((one.rule, one.phase) for one in repeated)
    return [one for one in repeated if times[one.rule, one.phase] == 1]


def is_repeated(rule: Rule) -> bool:
    """Whether it finds that a subject has several reports of one phase."""
    return any("report_repeated" in check for check in rule.checks)


def count_findings(standing: Sequence[Standing], found: Mapping[Key, int], unsettled: Set[Key],
                   crashed: frozenset[str]) -> None:
    """Put in how many findings each has, and what follows for its state.

    Of the `unsettled` only something was found that another's report may bring about. `crashed` are files on which a
    rule or the whole check failed: nobody knows whether they are in order.
    """
    for one in standing:
        key = one.entry.kind, one.entry.key
        one.findings = found.get(key, 0)
        came = one.state in (FILED, EXCUSED, WAITING) and one.files
        if came and one.findings:
            one.state = TO_CORRECT
        elif came and key in unsettled:
            one.state = DOUBTFUL
        elif (came or one.state == UNREADABLE) and not crashed.isdisjoint(one.files):
            one.state = UNSURE
