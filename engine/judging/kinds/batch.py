"""Check kinds over all reports of a run. They see only the small facts that each file leaves behind.

Each is a `BatchCheck`: `collect` takes its fact from one report; `survey` gives two functions for one run: one is
handed the facts file by file, in order of path, and keeps as little of them as it can; one judges when all were there.
"""

from __future__ import annotations

from array import array
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from ...recording import dataclass, field
from ...text.messages import Some
from ..alike import Tables
from ..results import About
from .kind import BATCH, Kind, Options

if TYPE_CHECKING:
    from ...packs.pack import Pack
    from ...packs.roster import Entry, Waiver
    from ...records import Ignored, Route
    from ..case import Case
    from ..world import World


class File(Protocol):
    """A file as it is filed in a run."""

    @property
    def at(self) -> int: ...                    # position among the files

    @property
    def form(self) -> tuple[str | None, ...]: ...       # kind, unit level, phase

    @property
    def kind(self) -> str | None: ...

    @property
    def level(self) -> str | None: ...

    @property
    def phase(self) -> str | None: ...

    @property
    def key(self) -> str | None: ...            # comparable ID of the subject

    @property
    def unit_key(self) -> str | None: ...

    @property
    def submitted(self) -> str | None: ...

    @property
    def counts(self) -> int: ...                # 1: it is its subject's current report

    @property
    def doubtful(self) -> int: ...              # 1: nobody can tell whose it is


class Absent(Protocol):
    """One on the roster of whom no report came."""

    @property
    def entry(self) -> Entry: ...

    @property
    def phase(self) -> str | None: ...

    @property
    def aside(self) -> Ignored | None: ...


class Other(Protocol):
    """A file that could not be judged as a report, and the phase that it may be of; None: of any."""

    @property
    def phase(self) -> str | None: ...


class Unread(Other, Protocol):
    """Whose a file is, or may be, that can't be read or is not plainly anybody's."""

    @property
    def entry(self) -> Entry: ...


class Sight(Protocol):
    """What a check over the batch may see of a run."""

    @property
    def kinds(self) -> Sequence[str]: ...

    @property
    def world(self) -> World: ...

    @property
    def files(self) -> int: ...

    @property
    def unreadable(self) -> int: ...

    @property
    def missing(self) -> Sequence[Absent]: ...

    @property
    def ran(self) -> set[str]: ...

    @property
    def unread(self) -> Callable[[], Iterable[Unread]]: ...

    @property
    def aside(self) -> Mapping[tuple[str, str], Sequence[Other]]: ...      # by kind and comparable ID

    @property
    def phase_name(self) -> Callable[[str | None], str]: ...

    def everything(self) -> Iterator[File]: ...
    def several(self) -> Sequence[Sequence[File]]: ...
    def unit(self, key: str | None, /) -> File | None: ...
    def applies(self, one: File, /) -> bool: ...
    def fact(self, one: File, /) -> Any: ...
    def rows(self) -> Iterator[tuple[File, array[int]]]: ...
    def rest(self, at: int, /) -> array[int]: ...
    def tables(self, named: str, /) -> Tables: ...
    def bind(self, one: File, /) -> Case: ...
    def shown(self, at: int, /) -> str: ...
    def one(self, at: int, /) -> File: ...
    def name(self, one: File, /) -> str: ...
    def subjects(self) -> set[str]: ...
    def waives(self, waiver: Waiver, /) -> bool: ...
    def tell(self, done: int, total: int, /) -> None: ...


@dataclass(frozen=True, slots=True)
class Mark:
    """What a batch check found: in one file at a path, or at an entry of the roster or the waivers."""

    at: int | None                      # the file, by its position; None when `entry` is given
    path: Route = ()
    hint: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    entry: Entry | Waiver | None = None
    phase: str | None = None            # of a roster entry: the phase that is missing
    unjudged: str | None = None         # nothing was found there, it could not be judged; why, as in `not_assessed`


Take = Callable[[File, Any], None]      # (a file, its fact)
Judge = Callable[[], Iterable[Mark]]


class BatchCheck(NamedTuple):
    """A check in two steps."""

    collect: Callable[[Case, About], Any]
    survey: Callable[[Sight], tuple[Take | None, Judge]]    # what takes the facts, if they matter, and the judge


def _nothing(case: Case, about: About) -> None:
    return None


def report_missing(options: Options, pack: Pack) -> BatchCheck:
    """Every subject on the roster that is not excused has a report declaring its last closed phase or later, be it one
    that can't be read.
    """

    def survey(view: Sight) -> tuple[None, Judge]:
        def judge() -> Iterator[Mark]:
            roster = view.world.roster
            for one in view.missing:
                yield Mark(None, entry=one.entry, phase=one.phase, hint=one.aside.hint if one.aside else None, facts={
                    "ident": one.entry.id, "phase_name": view.phase_name(one.phase),
                    "closed": (roster and roster.extended(one.entry.key, one.phase))
                    or pack.phase_date(one.phase, "end"),
                    "file": one.aside.file if one.aside else "", "unreadable": view.unreadable})

        return None, judge

    return BatchCheck(_nothing, survey)


def report_repeated(options: Options, pack: Pack) -> BatchCheck:
    """One report per subject and phase; a finding on each file of several."""

    def survey(view: Sight) -> tuple[None, Judge]:
        def judge() -> Iterator[Mark]:
            for group in view.several():
                by_phase: dict[str | None, list[File]] = defaultdict(list)
                for one in group:
                    by_phase[one.phase].append(one)
                for one in group:
                    others = Some(view.name(other) for other in by_phase[one.phase] if other is not one)
                    if one.phase and others:
                        yield Mark(one.at, (), facts={"others": others})

        return None, judge

    return BatchCheck(_nothing, survey)


def stale_waiver(options: Options, pack: Pack) -> BatchCheck:
    """Every waiver is unexpired and waives something; only those whose rule ran and whose subject is here."""

    def survey(view: Sight) -> tuple[None, Judge]:
        def judge() -> Iterator[Mark]:
            waivers = view.world.waivers
            if waivers is None or not waivers.listed:
                return
            subjects = view.subjects()
            for waiver in waivers.listed:
                if waiver.rule not in view.ran or waiver.subject not in subjects:
                    continue
                if waiver.until < view.world.as_of:
                    yield Mark(None, entry=waiver, hint="expired", facts={"until": waiver.until, "rule": waiver.rule})
                elif not view.waives(waiver):
                    yield Mark(None, entry=waiver, hint="idle", facts={"rule": waiver.rule})

        return None, judge

    return BatchCheck(_nothing, survey)


CHECK_KINDS = {
    "report_missing": Kind(make=report_missing,
        raises=dict.fromkeys((None, "hidden-extension", "word", "excel", "pdf", "picture", "archive", "other",
         "earlier", "earlier-unread", "earlier-report", "anothers", "off-roster", "other-kind"),
        "ident phase_name closed file unreadable"),
        stage=BATCH, whole=True, on_roster=True),
    "report_repeated": Kind(make=report_repeated, raises={None: "others"}, stage=BATCH, of_earlier=True),
    "stale_waiver": Kind(make=stale_waiver, raises={"expired": "until rule", "idle": "rule"}, stage=BATCH, whole=True,
        at_end=True),
}
