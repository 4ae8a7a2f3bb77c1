"""What became of an earlier notice's items and files: put right, still open, new, or gone; and what the office should
have told then.

An item is new when the earlier result does not hold its fingerprint. It is *late* when the earlier notice could have
named it: the same pack, a rule that was left out then and looks at nothing but the report, which was not filed again
since (its dates are not after the earlier clock, and none of its earlier items is gone).
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Mapping, Sequence

from ...batch.outcome import Result
from ...batch.standing import EXCUSED, FILED, TO_CORRECT, UNREADABLE, WAITING, is_doubtful, is_repeated
from ...judging.compile import Compiled
from ...judging.kinds.kind import REPORT as ALONE
from ...packs.pack import Pack
from ...packs.roster import Roster
from ...recording import dataclass, replace
from ...records import UsageError
from ...text.wording import id_key
from ..findings.earlier import NOWHERE, Earlier, Item, read_result
from .letters import CORRECT, MEND, MISSING, Letter, kind_of

Names = Mapping[str, Sequence[str]]     # last part of a path -> paths
_READ = FILED, TO_CORRECT, EXCUSED, WAITING     # of whom a file came that could be read, if one came at all
REPORT, UNREAD = "report", "unread"             # what had come: a report, or what could not be read
# why, beside UNREAD, nobody can say what became of an item: its file is gone; it was not assessed; it is not found any
# more, but came of holding the report against those of others, and perhaps one of these is gone, or can't be read
GONE, UNASSESSED, OTHERS = "gone", "unassessed", "others"


@dataclass(frozen=True, slots=True)
class Comparison:
    """One subject's items beside those of the earlier result."""

    states: dict[str, str]      # fingerprint -> open, new, late_ or ruled_: names of texts
    cured: list[Item]
    apart: int                  # earlier items that are waived, in the baseline or superseded now
    unjudged: Counter[str]      # of which nobody can say -> why: gone, unread, unassessed or others
    gone: list[str]             # files that came of its subject then and are not there any more, with no report instead
    came: str                   # what these were that goes up to the letter's phase: report, unread or nothing
    unread: list[str]           # files that could be read then, and can't be now
    since: str                  # ISO date of the earlier result
    before: bool                # whether the earlier result told its subject anything of this kind and phase


def load_previous(file: str, result: Result) -> Earlier:
    """The earlier result in a file. Raises UsageError for anything else than an earlier document of this plan."""
    found = read_result(file)
    if found.pack != result.pack:
        raise UsageError("noticed.previous_pack", file=file, pack=found.pack)
    if found.as_of >= result.as_of:
        raise UsageError("noticed.previous_later", file=file, then=found.as_of, now=result.as_of)
    return found


class Rounds:
    """An earlier result beside a run: what both hold is sorted once, then each letter looks up its subject's."""

    def __init__(self, previous: Earlier, result: Result, compiled: Compiled) -> None:
        self.previous, self.result, self.compiled = previous, result, compiled
        self._here = by_name(result.names())
        self._before: dict[tuple[str | None, str | None], list[Item]] = defaultdict(list)      # by kind and key
        self._nobodys = nobodys(previous, compiled.pack)
        for item in previous.items:
            self._before[item.kind, item.key].append(item)
        self._present: set[str] = set()                 # fingerprints
        self._places: set[tuple[str, str]] = set()      # rules and files
        self._apart: Counter[str] = Counter()           # fingerprints of what is waived, in the baseline or superseded
        for finding in result.findings:
            self._present.add(finding.fingerprint)
            self._places.add((finding.rule, finding.file))
            if not (finding.gates or finding.provisional):
                self._apart[finding.fingerprint] += 1
        self._kept_back: dict[str | None, set[str]] = defaultdict(set)      # rules by key; None: of everybody
        for aside in result.not_assessed:
            if aside.subject is None or aside.subject.id:
                self._kept_back[id_key(aside.subject.id or "") if aside.subject else None].add(aside.rule)

    def compare(self, one: Letter, phase: str) -> Comparison:
        """What became of the earlier items of a letter's subject, and what each present one is.

        `phase` is the one that the letter is about. Of the earlier items those of the letter's own kind count, and
        those of kinds for which there is no letter now. What stood in a file that is called after somebody else was in
        no letter: nothing became of it.
        """
        previous, result, compiled = self.previous, self.result, self.compiled
        key, rules = id_key(one.ident), compiled.pack.rules
        own = self._before.get((one.kind, key), ())
        kinds = {item.rule: kind_of(rules[item.rule]) if item.rule in rules else CORRECT for item in own}
        before = [item for item in own if kinds[item.rule] not in one.others]
        # whoever still has not filed is asked for the report of a later phase, which holds that of the one before
        asked = {finding.rule for finding in one.told.get(MISSING, ())}
        told_of = [item for item in by_place([item for item in before if item.told or item.remains], self._present,
                                             self._places) if not self._is_nobodys(item)]
        missed = [item for item in told_of
                  if item.told and item.fingerprint not in self._present and item.rule not in asked]
        kept_back = self._kept_back[None] | self._kept_back.get(key, set())
        known = {item.fingerprint for item in before}
        places = {(item.rule, item.file) for item in told_of}      # of alike ones the numbers move
        open_ = {item.fingerprint for item in told_of} | {found.fingerprint for found in one.findings if (
            found.rule, found.file) in places and found.fingerprint in known}
        before = [item for item in before if not self._is_nobodys(item)]
        told = any(item.told and kinds[item.rule] == one.letter and item.phase in (None, phase) for item in before)
        closed = compiled.pack.phases[phase].end < previous.as_of
        files = _Files(previous, one, closed, [item for item in before if item.told and kinds[item.rule] == CORRECT],
                       [item.file for item in before if kinds[item.rule] == MEND], self._here, result.roster)
        looked = [item for item in missed if item.rule not in kept_back and item.rule in result.rules and _looked_at(
            item, one, compiled) and not (kinds[item.rule] == MEND and files.is_dropped(item.file))]
        cured = [item for item in looked if item.rule not in compiled.of_others]
        unjudged: Counter[str] = Counter()
        for item in missed:
            unjudged[OTHERS if item in looked else files.fate(item.file)] += 0 if item in cured else item.places
        states = _states(previous, one, known, open_, bool(missed), result, compiled)
        return Comparison(states, cured, sum(map(self._apart.__getitem__, open_)), unjudged, files.gone, files.came,
                          files.unread, previous.as_of, told)

    def _is_nobodys(self, item: Item) -> bool:
        """Whether no letter told of an earlier item."""
        return (item.rule, item.file, item.key) in self._nobodys or is_doubtful(
            item.file, item.kind, item.key, self.result.roster)


def _states(previous: Earlier, one: Letter, known: set[str], open_: set[str], changed: bool, result: Result,
            compiled: Compiled) -> dict[str, str]:
    """What each present finding is beside the earlier ones: all that are `known`, and those that were told."""
    key, states = id_key(one.ident), {}
    refiled = _refiled(one, previous) or changed
    for finding in one.findings:
        if finding.fingerprint in open_:
            states[finding.fingerprint] = "open"
        elif finding.fingerprint in known or refiled or not alone(finding.rule, compiled) or (
                (finding.rule, key) in previous.unread or (finding.rule, None) in previous.unread):
            states[finding.fingerprint] = "new"
        elif previous.pack_digest != result.pack_digest:
            states[finding.fingerprint] = "ruled_"
        else:       # a rule that was used then would have found it, had it been there
            states[finding.fingerprint] = "late_" if finding.rule in (previous.left_out or ()) else "new"
    return states


class _Files:
    """What became of the files that had come of a letter's subject.

    `told` are items that stood in its reports, `broken` files that could not be read; `closed`: the letter's phase was
    over by then, so that who had filed had filed for it.
    """

    def __init__(self, previous: Earlier, one: Letter, closed: bool, told: list[Item], broken: list[str],
                 here: Names, roster: Roster | None) -> None:
        key = one.kind, id_key(one.ident)
        stood = previous.stood.get(key, NOWHERE)
        state, files = stood.state, [file for file in stood.files if not is_doubtful(file, *key, roster)]
        read = dict.fromkeys((*(files if state in _READ else ()), *(item.file for item in told)))
        self._away = {file for file in (*read, *files, *broken) if not _is_among(file, here)}
        self._is_first = one.report is None or not _is_among(one.report.file, by_name(read))    # which came since
        self._is_unread = one.unread
        self.unread = [file for file in one.files_of(MEND) if _is_among(file, by_name(read))]
        self.came = "" if not closed or self._away.isdisjoint(files) else {
            FILED: REPORT, TO_CORRECT: REPORT, UNREADABLE: UNREAD}.get(state, "")
        # beside a report what had another place before is not gone, and is no news where it was no report of the phase
        moved = by_name([] if self.came else [*one.files, *(aside.file for aside in one.aside), *(
            [one.report.file] if one.report else [])])
        needed = one.letter == MISSING or (one.letter == MEND and not one.report)
        self.gone = [file for file in dict.fromkeys((*read, *files))
                     if file in self._away and _last(file) not in moved and needed]

    def fate(self, file: str) -> str:
        """Why nobody can say what became of what stood in a file."""
        return GONE if file in self._away else UNREAD if self._is_unread else UNASSESSED

    def is_dropped(self, file: str) -> bool:
        """Whether a file is not there any more, and no report has come in its place."""
        return file in self._away and not self._is_first


def nobodys(result: Earlier, pack: Pack) -> set[tuple[str, str, str | None]]:
    """Rule, file and subject of what is asked of nobody: it stands in a report of which nobody can tell whose it is, or
    only such a report brings it about.
    """
    repeated = {rule.id for rule in pack.rules.values() if is_repeated(rule)}
    found, times = set(), Counter[tuple[str, tuple[str, str], str | None]]()
    told = [(one, (one.kind or "", one.key or "")) for one in result.items if one.told]
    told = [(one, key) for one, key in told if result.stood.get(key, NOWHERE).doubtful]
    for one, key in told:
        if one.file in result.stood[key].doubtful:
            found.add((one.rule, one.file, one.key))
        else:
            times[one.rule, key, one.phase] += one.rule in repeated
    return found | {(one.rule, one.file, one.key) for one, key in told if times[one.rule, key, one.phase] == 1
                    and one.rule in repeated}


def _last(file: str) -> str:
    return file.rpartition("/")[2]


def by_name(files: Iterable[str]) -> Names:
    """Paths by their last part, to look for one among many."""
    found: dict[str, list[str]] = {}
    for file in files:
        found.setdefault(_last(file), []).append(file)
    return found


def _is_among(file: str, names: Names) -> bool:
    """Whether a file is one of these; either run may have been given a folder further up."""
    return any(f"/{one}".endswith(f"/{file}") or f"/{file}".endswith(f"/{one}") for one in names.get(_last(file), ()))


def by_place(items: Iterable[Item], known: Container[str], places: Container[tuple[str, str]]) -> list[Item]:
    """Items to hold against those of another result, whose fingerprints and places (rule and file) are given.

    What is alike in several files is known by its number among them: where a file comes or goes the numbers move. So
    of those one whose place is known takes the known fingerprint of one whose place is not.
    """
    listed, left = list(items), defaultdict(list)
    for at, item in enumerate(listed):
        if item.fingerprint in known and (item.rule, item.file) not in places:
            left[_alike(item)].append(at)
    for at, item in enumerate(listed):
        if item.fingerprint not in known and (item.rule, item.file) in places and left[_alike(item)]:
            other = left[_alike(item)].pop(0)
            listed[at] = replace(item, fingerprint=listed[other].fingerprint)
            listed[other] = replace(listed[other], fingerprint=item.fingerprint)
    return listed


def _alike(item: Item) -> tuple[str | None, ...]:
    return item.rule, item.kind, item.key, item.phase


def _looked_at(item: Item, one: Letter, compiled: Compiled) -> bool:
    """Whether what an earlier item was about has been read now: nothing is put right by a file that can't be read, or
    by one that is not there any more.
    """
    about = one.report.about if one.report else None
    order = compiled.pack.order
    return about is not None and not one.unread and (item.phase is None or order(about.phase) >= order(item.phase))


def _refiled(one: Letter, previous: Earlier) -> bool:
    """Whether the report was filed, or filed again, after the earlier check, or its dates do not say."""
    about = one.report.about if one.report else None
    if about is None or not about.submitted:
        return True
    return max(about.submitted, about.corrected or "") > previous.as_of


def alone(rule: str, compiled: Compiled) -> bool:
    """Whether a rule looks at nothing but the report: no roster, clock, folder or other reports."""
    return all(check.kind.stage == ALONE for check in compiled.checks if check.rule.id == rule)
