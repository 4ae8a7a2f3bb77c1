"""A whole run: PATHs in, one result out. It reads files and nothing else: no clock, no environment, no printing."""

from __future__ import annotations

import gc
import os
from collections.abc import Callable, Generator, Sequence, Set
from contextlib import contextmanager
from fnmatch import fnmatchcase
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, TypeVar

from ..judging.check import Checker
from ..judging.compile import Compiled
from ..judging.results import as_bytes, to_lines
from ..judging.telling import Style
from ..judging.world import World
from ..packs.pack import KINDS, Pack, load_pack
from ..reading.files import (
    STDIN,
    Files,
    Listed,
    Listing,
    as_named,
    list_files,
    names_of,
    read_own,
    real_path,
)
from ..reading.inputs import read_by, refuse_inputs
from ..recording import dataclass, field
from ..records import Limits, UsageError
from ..text.dates import day_after
from ..text.wording import offered
from .assembly import Assembly, Tell
from .marking import looked_at
from .outcome import Result
from .store import Reports, Store
from .workers import FEW, check_files, workers_for

if TYPE_CHECKING:
    from ..packs.roster import Roster, Waivers
    from ..records import Ignored
    from .attribution import Aside
    from .cache import Cache
    from .standing import Key
    from .totals import Kept
    from .whole import Whole

_TABLES = Limits(bytes=64 << 20)
Table = TypeVar("Table")


@dataclass(frozen=True, slots=True)
class Options:
    """What a run was asked to do."""

    as_of: str                              # ISO date; the office's clock
    phase: str | None = None                # judge as if this phase had just closed
    clock_given: bool = False               # `as_of` was given, so that `phase` only leaves reports out
    roster: str | None = None               # a file; None looks for one in the PATHs
    waivers: str | None = None
    called: Callable[[str], str] = str      # how the path of a table is shown
    find_tables: bool = True                # look for roster and waivers in the PATHs
    baseline: str | None = None             # a file; findings in it don't count
    config: dict[str, str] | None = None    # file and digest of the configuration that these options come from
    partial: bool = False                   # the PATHs are only a part of the batch
    exclude: tuple[str, ...] = ()
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    language: str = "zh"
    show_values: bool = False
    limits: Limits = field(default_factory=Limits)
    jobs: int = 1                           # processes that check files; 0: as many as pay
    cache: str | None = None                # a folder that keeps what files gave for the next run
    outputs: tuple[str, ...] = ()           # files that will be written; none of them may be one that is read
    new_baseline: str | None = None         # the one among them that may be `baseline`
    cache_always: bool = False              # also for so few files that it does not pay
    stdin_name: str = STDIN                 # the file that stands on standard input
    on: str | None = None                   # dask://HOST:PORT, a cluster whose workers check the files


def run(paths: Sequence[str], options: Options, pack: Pack | Compiled | None = None,
        progress: Tell = lambda done, total, rule="": None) -> Result:
    """Check everything under `paths`. Raises UsageError and PackError; a report that can't be read is a finding.

    Without a pack it is the bundled one; one that is compiled serves several runs.
    `progress` is told after each file how many of how many are done, then by a rule over the batch that takes long.
    """
    compiled = pack if isinstance(pack, Compiled) else Compiled(pack or load_pack())
    pack = compiled.pack
    rules = choose_rules(pack, options.select, options.ignore)
    phase = choose_phase(pack, options.phase)
    as_of, declared = options.as_of, False
    if phase and not options.clock_given:
        as_of, declared = day_after(pack.phases[phase].end), True
    config = options.config["file"] if options.config else None
    tables = [*filter(None, (options.roster, options.waivers, config))]
    listing = listed(paths, options, pack)
    inputs = partial(read_by, as_named(paths, options.stdin_name), listing, [*tables, *pack.files])
    refuse_inputs(options.outputs, inputs, options.baseline, options.new_baseline)
    table = partial(_table, pack=pack, called=options.called)
    roster = table(listing.rosters, options.roster, options.find_tables, "roster")
    waivers = table(listing.waivers, options.waivers, options.find_tables, "waivers")
    baseline = table([], options.baseline, False, "baseline")
    world = World(as_of, declared, roster, waivers, listing.whole and not options.partial)
    checker = Checker(compiled, world, Style(options.language, options.show_values), options.limits)
    cache, cache_fault = _cache(options, paths, checker, len(listing.files))
    with _uncollected():
        whole = _whole(cache, listing, checker, rules, phase, workers_for(options.jobs, len(listing.files)))
        store, attached, (ignored, aside), kept = _stored(
            whole, partial(_set_aside, listing, roster, options, compiled),
            lambda: check_all(listing, checker, progress, options.jobs, cache, options.on),
            {check.rule.id for check in compiled.checks if check.kind.leaves} if listing.others or whole else set(),
            pack, progress)
        assembly = Assembly(checker, store,
                            lambda at: (store.again(at, options.limits), store.files[at].folder),
                            rules.__contains__, phase, progress, workers_for(options.jobs, len(store)) > 1, aside)
        found, compared = assembly.assemble() if kept is None else assembly.recall(kept), None
        if whole and kept is None and not (assembly.lost or found.crashes):
            whole.keep(store, attached, {"totals": assembly.gathering.totals.kept(), "aside": repr((ignored, aside))})
        if baseline:
            from .baseline import compare

            compared = compare(baseline, found.findings, looked_at(
                assembly.filings, world.whole, pack.rules.keys() - rules, found.not_assessed))
        summary = assembly.summary(len(ignored))
    due = phase or last_closed(pack, as_of)
    filings, arrivals = assembly.filings, assembly.arrivals
    return Result(
        found.findings, found.not_assessed, found.crashes, summary, pack.id, pack.digest, as_of,
        {"roster": _source(roster), "waivers": _source(waivers), "config": options.config,
         "pack": {"file": os.path.basename(pack.folder), "digest": pack.digest},
         "baseline": compared and baseline.as_source(compared)},
        ignored, arrivals.standing, arrivals.nobodys, arrivals.strangers, arrivals.unsigned(),
        len(rules) == len(pack.rules), Reports(store), roster, whole=world.whole, phase=due,
        filed=lru_cache(lambda: arrivals.filed(due)), upcoming=lru_cache(arrivals.upcoming),
        stages=lru_cache(arrivals.stages), rules=rules, left_out=frozenset(pack.rules) - rules, compared=compared,
        cache_fault=cache_fault,
        bare=tuple(listing.bare), inputs=inputs, names=lambda: (*names_of(store.files), *listing.ignored),
        reopened=partial(_reopened, filings, arrivals, assembly.open_again), came=partial(_what_came, filings),
        own=_own(options, listing, [roster, waivers, baseline]))


def listed(paths: Sequence[str], options: Options, pack: Pack) -> Listing:
    """What a run finds under the PATHs."""
    config = options.config["file"] if options.config else None
    return list_files(paths, options.exclude, skip=[*([pack.folder] if pack.bundled else pack.files), *filter(None, (
        options.roster, options.waivers, config, options.baseline))], stdin=options.stdin_name,
        urls=options.on is not None)


def _own(options: Options, listing: Listing, used: list[Any]) -> dict[str, str]:
    """Where the files of ours lie that a run used: roster, waivers, baseline, configuration."""
    found = options.roster or _first(listing.rosters), options.waivers or _first(listing.waivers), options.baseline
    own = {name: path for name, path, table in zip(("roster", "waivers", "baseline"), found, used, strict=True)
           if path and table}
    return own | ({"config": options.config["file"]} if options.config else {})


def _first(listed: list[Listed]) -> str | None:
    return listed[0].path if listed else None


@contextmanager
def _uncollected() -> Generator[None, None, None]:
    """Without the search for cycles: a run's trees have none, and looking for them costs a tenth of its time."""
    collecting = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collecting:
            gc.enable()


def check_all(listing: Listing, checker: Checker, progress: Tell, jobs: int = 1,
              cache: Cache | None = None, on: str | None = None) -> Store:
    """The results of every listed file, from here or from the cluster at an address, and of every fault met while
    listing.
    """
    faults = [(Listed(name, name, None), fault) for name, fault in listing.faults]
    every = sorted([*((one, None) for one in listing.files), *faults], key=lambda one: one[0].name) if faults else []
    store = Store(Files([one for one, _ in every]) if faults else listing.files, checker.pack)
    places = [at for at, (_, fault) in enumerate(every) if fault is None]

    def put(at: int, lines: bytes) -> None:
        store.put(places[at] if faults else at, lines)

    if on:
        from .cluster import check_on  # few have one

        check_files(listing.files, checker, put, 1, progress, None, partial(check_on, on))
    else:
        check_files(listing.files, checker, put, jobs, progress, cache)
    for at, (one, fault) in enumerate(every):
        if fault:
            store.put(at, as_bytes(to_lines(checker.teller.unreadable(fault, one.name))))
    return store


def _cache(options: Options, paths: Sequence[str], checker: Checker, files: int) -> tuple[Cache | None, OSError | None]:
    """The cache if it is wanted and pays, and why nothing can be kept in it."""
    pays = files >= FEW or options.cache_always
    if options.on or options.cache is None or "\0" in options.cache or options.show_values or not pays:
        return None, None
    from .cache import open_cache

    return open_cache(options.cache, paths, checker)


def choose_phase(pack: Pack, typed: str | None) -> str | None:
    """A phase by its English or Chinese name. Raises UsageError with the nearest."""
    if typed is None:
        return None
    names = pack.vocabulary.phases
    if typed not in names:
        known = {"zh": [f"{one.name['zh']}（{one.id}）" for one in pack.phases.values()], "en": list(pack.phases)}
        facts = offered(typed, names, known)
        facts["near"] = facts["near"] or pack.shapes[KINDS[0]].fields["phase"][1].nearest(typed)     # by its number
        raise UsageError("usage.no-phase", typed=typed, **facts)
    return names[typed]


def last_closed(pack: Pack, as_of: str) -> str:
    """The last phase that had closed at a day; the first phase when none had."""
    closed = [phase.id for phase in pack.phases.values() if phase.end < as_of]
    return closed[-1] if closed else next(iter(pack.phases))


def choose_rules(pack: Pack, select: Sequence[str], ignore: Sequence[str]) -> frozenset[str]:
    """The IDs of the rules asked for, by ID, name or glob; `ignore` wins; rules on reading can't be switched off."""
    taken = [_matching(pack, pattern) for pattern in select]
    left = [_matching(pack, pattern) for pattern in ignore]
    chosen = set().union(*taken) if taken else set(pack.rules)
    chosen -= set().union(*left) if left else set()
    chosen |= {rule.id for rule in pack.rules.values() if rule.reads}
    return frozenset(chosen)


def _matching(pack: Pack, pattern: str) -> set[str]:
    found = {rule.id for rule in pack.rules.values()
             if fnmatchcase(rule.id, pattern.upper()) or fnmatchcase(rule.name, pattern)}
    if not found:
        near = offered(pattern, [*pack.rules, *(rule.name for rule in pack.rules.values())])["near"]
        raise UsageError("usage.no-rule-matches", typed=pattern, near=near)
    return found


Attached = dict[str, set[str]]      # by folder the marks of what reports list
Around = tuple["list[Ignored]", "dict[Key, list[Aside]]"]


def _set_aside(listing: Listing, roster: Roster | None, options: Options, compiled: Compiled, store: Store,
               attached: Attached) -> Around:
    """The ignored files as records, and those of each subject."""
    if not listing.ignored:
        return [], {}
    from .attribution import Attribution, set_aside

    return set_aside(
        listing.ignored, listing.others, Attribution(roster, compiled.pack) if roster else None, options.limits,
        {name.rpartition("/")[0] for name in names_of(store.files)}, attached, store.subjects() if attached else set())


def _whole(cache: Cache | None, listing: Listing, checker: Checker, rules: frozenset[str],
           phase: str | None, jobs: int) -> Whole | None:
    """What is kept of such a run as a whole, if anything is."""
    if cache is None or not listing.whole or listing.faults or listing.stores or not Store.can_dump:
        return None
    from .whole import MANY, Whole

    world, tables = checker.world, (_source(checker.world.roster), _source(checker.world.waivers))
    depends = world.as_of, world.declared, world.whole, tables, sorted(rules), phase
    return Whole(cache, listing, depends, checker.limits, jobs) if len(listing.files) >= MANY else None


def _stored(whole: Whole | None, around: Callable[[Store, Attached], Around], check: Callable[[], Store],
            listing: Set[str], pack: Pack, tell: Tell) -> tuple[Store, Attached, Around, Kept | None]:
    """The results of all files, what they list, by the rules `listing`, and what lies around them; the totals too where
    a run is recalled as a whole.
    """
    recalled = whole.recalled(pack, tell) if whole else None
    if recalled:
        store, beside = recalled
        attached = {folder: set(marks) for folder, marks in beside["attached"].items()}
        there = around(store, attached)
        if beside["aside"] == repr(there):
            return store, attached, there, beside["totals"]
    store = check()
    attached = store.attached(listing)
    return store, attached, around(store, attached), None


def _reopened(*given: Any) -> Any:
    from .reopening import reopened  # not for one who only wants to know what is wrong

    return reopened(*given)


def _what_came(*given: Any) -> Any:
    from .reopening import what_came

    return what_came(*given)


def _table(found: list[Listed], given: str | None, look: bool, name: str, pack: Pack,
           called: Callable[[str], str] = str) -> Any:
    """The roster, the waivers or the baseline: the file given, or the one that lies at the top of a folder."""
    if given is None and (not look or not found):
        return None
    from ..packs.roster import load_roster, load_waivers
    from .baseline import load_baseline

    loaders: dict[str, Callable[[bytes, str, Pack], Any]] = {
        "roster": load_roster, "waivers": load_waivers, "baseline": load_baseline}
    load = loaders[name]
    if given is None and len(found) > 1:
        raise UsageError(f"usage.several-{name}", names=[one.name for one in found])
    return _loaded(found[0], load, pack) if given is None else load_table(given, load, pack, called)


def load_table(file: str, load: Callable[[bytes, str, Pack], Table], pack: Pack,
               called: Callable[[str], str] = str) -> Table:
    """The roster, the waivers or the baseline in a file; `called` tells how its path is shown. Raises PackError."""
    return _loaded(Listed(called(file), real_path(file), None), load, pack)


def _loaded(listed: Listed, load: Callable[[bytes, str, Pack], Table], pack: Pack) -> Table:
    return load(read_own(listed, _TABLES), listed.name, pack)


def _source(table: Roster | Waivers | None) -> dict[str, str] | None:
    return {"file": table.file, "digest": table.digest} if table else None
