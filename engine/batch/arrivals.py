"""What came of each on the roster: whose the files are that can't be read, where each stands, who is not on it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from ..judging.world import World
from ..packs.pack import Pack
from ..recording import dataclass, field, replace
from ..records import Unreadable
from .filings import Filings
from .standing import (
    ANOTHERS,
    MISSING,
    OFF_ROSTER,
    OTHER_KIND,
    Came,
    Declared,
    Key,
    Standing,
    Upcoming,
    beside_doubtful,
    called_after,
    called_otherwise,
    count_findings,
    in_order,
    is_number,
    standings,
    upcoming,
)

if TYPE_CHECKING:
    from ..packs.roster import Entry, Roster
    from .attribution import Aside, Attribution, Owned
    from .found import Findings
    from .stages import Stage

Reread = Callable[[int], tuple[bytes, str | None]]      # position of a file -> its bytes and its folder


@dataclass(slots=True)
class Misnamed:
    """Reports that are called after one on the roster and do not hold its ID."""

    places: set[int] = field(default_factory=set)           # those with another ID, be it on the roster or not
    perhaps: list[Owned] = field(default_factory=list)      # of each with one of the roster both whose it may be
    by_name: dict[Key, list[str]] = field(default_factory=dict)     # the names of these, by whom they are called after
    # the first of all, by whom it is called after, and why it is no report of theirs
    strays: dict[Key, tuple[str, str]] = field(default_factory=dict)


class Arrivals:
    """What came in a run, as far as the roster tells."""

    def __init__(self, filings: Filings, world: World, pack: Pack, reread: Reread,
                 aside: Mapping[Key, Sequence[Aside]]) -> None:
        """`reread` gives bytes and folder of a file; `aside` are the files of subjects that are no reports."""
        self.filings, self.store, self.world, self.pack, self.reread = filings, filings.store, world, pack, reread
        self.aside = aside
        self.misnamed = _misnamed(filings, world.roster) if world.roster else Misnamed()
        for same in self.filings.several if self.misnamed.perhaps else ():
            own = [one for one in same if not one.doubtful]
            if own and len(own) < len(same):
                self.filings.prefer(own, same)
        self._unsigned = [*self.store.filed("inside AND key IS NULL")]      # reports without an ID
        self.owned = self._attributed()         # of a file that can't be read, or that has no ID, whose it is
        self.nobodys = [self.store.name(one.at) for one in self.store.filed("NOT readable") if one.at not in self.owned]
        self.strangers: list[str] = []                  # reports of whose IDs the roster has none
        self.standing = self._standings()

    def count_findings(self, findings: Findings, crashed: frozenset[str]) -> None:
        """Put in how many findings each on the roster has: of those in what may be another's report none."""
        found, unsettled = findings.by_subject(), set()
        for one in self.standing:
            if one.doubtful:
                key = one.entry.kind, one.entry.key
                own = [finding for finding in findings.asked_of(*key) if finding.file not in one.doubtful]
                found[key] = len(own) - len(beside_doubtful(own, self.pack))
                if own:
                    unsettled.add(key)
        count_findings(self.standing, found, unsettled, crashed)

    def _attributed(self) -> dict[int, Owned]:
        """The files that can't be read, and the reports without an ID, whose subject is plain."""
        if self.world.roster is None or not (self.filings.unreadable or self._unsigned):
            return {}
        attribution, found = self._attribution, {}
        for one in (*self.store.filed("NOT readable"), *self._unsigned):
            own = attribution.of(self.store.name(one.at), self._bytes_again(one.at))
            if own and one.kind in (None, own.entry.kind):
                found[one.at] = replace(own, phase=one.phase or own.phase)
        return found

    def _bytes_again(self, at: int) -> bytes | None:
        """The bytes of a file that could not be read as a report; None where there are none to be had."""
        if self.store.files[at].folder is None:        # met while listing, or standard input
            return None
        try:
            return self.reread(at)[0]
        except Unreadable:
            return None

    def _standings(self) -> list[Standing]:
        """Where each on the roster stands, as far as what came tells; their findings are not known yet."""
        if self.world.roster is None:
            return []
        came = self._came()
        found = standings(self.world.roster, self.pack, self.world.as_of, came)
        declared = {(one.kind, one.key): Declared(one.phase, one.submitted, one.corrected)
                    for one in self.store.filed("inside AND counted AND NOT doubtful")}
        for entered in found:
            key = entered.entry.kind, entered.entry.key
            entered.report = declared.get(key)
            entered.doubtful = tuple(name for _, name in came.doubtful.get(key, ()))
            entered.misnamed = tuple(self.misnamed.by_name.get(key, ()))
        return found if self.world.whole else [one for one in found if one.files and one.state != MISSING]

    def upcoming(self) -> list[Upcoming]:
        """Those who have still to file for the phase whose end comes next; nobody can tell of a part of a batch."""
        if self.world.roster is None or not self.world.whole:
            return []
        return upcoming(self.world.roster, self.world.waivers, self.pack, self.world.as_of, self._came())

    def stages(self) -> dict[Key, tuple[Stage, ...]]:
        """Where each on the roster, and each other who filed, stands at each phase."""
        from .stages import CAME, UNDATED, stages

        roster, came = self.world.roster, self._came() if self.world.roster else Came({}, {}, {}, {}, {}, {}, {})
        found = stages(roster, self.pack, self.world.as_of, came, self.days(), self.world.whole)
        for key, doubtful in came.doubtful.items():     # by the ID in it there is a report
            reached = max(place for place, _ in doubtful)
            found[key] = tuple(replace(one, state=UNDATED, day=None) if at <= reached and one.state not in CAME else one
                               for at, one in enumerate(found[key]))
        return found

    def unsigned(self) -> dict[str, Entry | None]:
        """The reports without an ID that no later report of their subject supersedes, and whose each plainly is."""
        owners = {self.store.name(one.at): self.owned.get(one.at) for one in self._unsigned}
        return {name: own.entry if own else None for name, own in owners.items() if not (own and own.superseded)}

    def days(self) -> dict[Key, dict[str, str | None]]:
        """Of each subject the phases of which a report is plainly its own, and the first day on which one was filed."""
        found = self.filings.days()
        for one in self._unsigned:
            if one.at in self.owned and one.phase:
                entry = self.owned[one.at].entry
                known = found.setdefault((entry.kind, entry.key), {})
                known[one.phase] = min(filter(None, (known.get(one.phase), one.submitted)), default=None)
        return found

    def filed(self, phase: str) -> dict[tuple[str | None, str], str | None]:
        """Who has a report declaring this phase or a later one, and the first day on which one was filed."""
        found: dict[tuple[str | None, str], str | None] = {}
        least = self.pack.order(phase)
        for key, known in self.days().items():
            days = [day for one, day in known.items() if self.pack.order(one) >= least]
            if days:
                found[key] = min(filter(None, days), default=None)
        return found

    def _came(self) -> Came:
        """What came of each, read anew: it takes room that the rest of a run needs."""
        assert self.world.roster is not None        # nobody asks without one
        self.strangers.clear()
        reports: dict[Key, tuple[int, str]] = {}
        unread: dict[Key, list[tuple[str, Owned]]] = {}
        unphased: dict[Key, str] = {}
        unsigned: dict[Key, list[tuple[str, Owned]]] = {}
        doubtful: dict[Key, list[tuple[int, str]]] = {}
        for one in self.store.filed():
            name = self.store.name(one.at)
            if one.readable:
                key, place = (one.kind or "", one.key or ""), self.pack.order(one.phase)
                if one.doubtful:
                    doubtful.setdefault(key, []).append((place, name))
                elif one.key:
                    if place >= reports.get(key, (-1, ""))[0]:
                        reports[key] = place, name if one.superseded else self.store.name(one.best)
                    if not self.world.roster.entry(*key):
                        self.strangers.append(name)
                    elif one.phase is None:
                        unphased.setdefault(key, name)
            if one.at in self.owned:
                own = self.owned[one.at]
                (unsigned if one.readable else unread).setdefault(
                    (own.entry.kind, own.entry.key), []).append((name, own))
        for at, own in self.owned.items():
            reached = reports.get((own.entry.kind, own.entry.key), (-1, ""))[0]
            self.owned[at] = replace(own, superseded=own.phase is not None and self.pack.order(own.phase) < reached)
        return Came(reports, unread, self.aside, unphased, unsigned, self.misnamed.strays, doubtful)

    @cached_property
    def _attribution(self) -> Attribution:
        from . import attribution  # which without a roster nobody asks

        assert self.world.roster is not None
        return attribution.Attribution(self.world.roster, self.pack)


def _misnamed(filings: Filings, roster: Roster) -> Misnamed:
    """The reports that are called after one on the roster and hold another ID, or none and are of the other kind; those
    of another on the roster are noted as doubtful.
    """
    from .attribution import Owned

    roster.counted = _are_counted(filings, roster)
    found = Misnamed()
    for one in filings.store.filed("readable"):
        name, key = filings.store.name(one.at), (one.kind or "", one.key or "")
        named, meant = called_otherwise(name, *key, roster), roster.entry(*key)
        if named is None:
            continue
        if one.key:
            found.places.add(one.at)
        if meant:
            filings.doubt(one.at)
            found.perhaps += [Owned(who, one.phase) for who in (named, meant)]
            found.by_name.setdefault((named.kind, named.key), []).append(name)
        if one.key or one.kind not in (None, named.kind):
            why = ANOTHERS if meant else OFF_ROSTER if one.key else OTHER_KIND
            found.strays.setdefault((named.kind, named.key), (name, why))
    return found


def _are_counted(filings: Filings, roster: Roster) -> bool:
    """Whether reports called by a plain number are so called in the order in which they came: of most of those whose
    number is an ID on the roster, the ID in the report is another.
    """
    own = other = 0
    for one in filings.store.filed("readable AND key IS NOT NULL") if any(map(is_number, in_order(roster))) else ():
        named = called_after(filings.store.name(one.at), roster, one.kind)
        if named and is_number(named):
            own += (named.kind, named.key) == (one.kind, one.key)
            other += (named.kind, named.key) != (one.kind, one.key)
    return own < other
