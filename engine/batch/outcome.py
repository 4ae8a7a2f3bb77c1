"""What a run gives: its findings in order, and all that the outputs say beside them."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..recording import dataclass, field

if TYPE_CHECKING:
    from ..judging.results import FileFacts
    from ..packs.roster import Entry, Roster
    from ..reading.files import Listed
    from ..records import Finding, Ignored, NotAssessed
    from .baseline import Unmatched
    from .reopening import Reopened
    from .stages import Stage
    from .standing import Standing, Upcoming
    from .store import Reports


@dataclass(slots=True)
class Result:
    """What a run found, in its total order."""

    findings: Sequence[Finding]
    not_assessed: Sequence[NotAssessed]
    crashes: list[tuple[str, str, str]]     # (file, rule ID, kind of exception)
    summary: dict[str, Any]
    pack: str
    pack_digest: str
    as_of: str
    sources: dict[str, Any]
    ignored: list[Ignored] = field(default_factory=list)
    # of each on the roster, a unit before its people; in a part of a batch only of those of whom something came
    standing: list[Standing] = field(default_factory=list)
    nobodys: list[str] = field(default_factory=list)        # files that can't be read and whose subject is not known
    strangers: list[str] = field(default_factory=list)      # reports whose ID is not on the roster
    # reports without an ID that count for their subject, and whose each plainly is
    unsigned: Mapping[str, Entry | None] = field(default_factory=dict)
    all_rules: bool = True                                  # no rule was left out
    reports: Reports | list[FileFacts] = field(default_factory=list)    # each subject's current one, in order of path
    roster: Roster | None = None            # the roster of the run, if there was one
    whole: bool = True                      # every PATH is a folder, none only a part of the batch
    phase: str = ""                         # the phase asked for, else the last that had closed, else the first
    # (kind, key) of who filed for it -> first day
    filed: Callable[[], Mapping[tuple[str | None, str], str | None]] = dict
    upcoming: Callable[[], Sequence[Upcoming]] = tuple      # who has still to file for a phase that is not over
    # (kind, key) of each on the roster, then of each other who filed -> where it stands at each phase
    stages: Callable[[], Mapping[tuple[str, str], tuple[Stage, ...]]] = dict
    rules: frozenset[str] = frozenset()     # IDs of the rules that were asked for
    left_out: frozenset[str] = frozenset()  # and of the others
    compared: Unmatched | None = None       # of a baseline: entries that match no finding any more
    cache_fault: OSError | None = None      # why nothing could be kept in the cache that was asked for
    bare: tuple[str, ...] = ()              # folders given that hold neither report nor table
    inputs: Callable[[], Iterable[str | os.PathLike[str]]] = tuple      # the files that the run reads
    names: Callable[[], Iterable[str]] = tuple      # of all files under the PATHs, those that are no reports too
    # every file, or those of the names given; current and earlier reports opened once more
    reopened: Callable[..., Iterable[Reopened]] = lambda only=None: ()
    came: Callable[[], Iterable[tuple[Listed, str]]] = tuple    # every file and what it is to the run, none opened
    own: Mapping[str, str] = field(default_factory=dict)        # roster, waivers, baseline, config -> where it lies

    @property
    def empty(self) -> bool:
        """Whether there was neither a report file nor a roster: nothing was checked, so nothing passed."""
        return not self.summary["files"] and not self.sources.get("roster")


def subject_of(one: FileFacts) -> tuple[str | None, str | None]:
    """The key of the subject of a file."""
    return one.about.kind, one.about.key
