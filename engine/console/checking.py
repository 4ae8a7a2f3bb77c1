"""A batch is checked as the options say, and what the run has to tell beside its outputs is told."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import click

from ..batch.outcome import Result
from ..batch.run import Options, choose_phase, choose_rules, run
from ..judging import ready
from ..judging.compile import Compiled
from ..packs.pack import Pack, load_pack
from ..packs.pack_files import BUNDLED
from ..recording import dataclass
from ..records import Limits, PackError, UsageError
from ..text.lines import safe
from ..text.messages import of_system, say
from .config import Config
from .errors import Stop, code_of
from .progress import Progress
from .settings import config_of
from .streams import echo
from .surroundings import cache_folder, today

MOST_GONE = 10      # entries of a baseline that are named one by one on standard error


@dataclass(frozen=True, slots=True)
class Given:
    """What every command that reads a batch was told."""

    paths: tuple[str, ...]
    roster: str | None
    waivers: str | None
    no_config: bool
    as_of: str | None
    phase: str | None
    partial: bool
    exclude: tuple[str, ...]
    folder: str | None              # of the pack
    select: tuple[str, ...]
    ignore: tuple[str, ...]
    jobs: int | None
    time_limit: int                 # seconds a file
    cache: bool | None
    cache_dir: str | None
    progress: str
    lang: str


def pack_of(folder: str | None, examples: bool = True) -> Pack:
    """The pack in a folder, else our own."""
    return load_pack(folder or BUNDLED, examples=examples)


def checked(batch: Given, outputs: Sequence[str] = (), **more: Any) -> tuple[Compiled, Result]:
    """Check the batch as the options say: the compiled pack and the result; crashes and emptiness are told.

    `outputs` are the files that will be written by name; `more` are Options beside those of every batch.
    """
    compiled = ready.compiled(batch.folder or BUNDLED,
                              None if batch.cache is False else cache_folder())
    options = options_of(batch, compiled.pack, outputs=tuple(outputs), **more)
    with Progress(batch.progress, batch.lang) as progress:
        try:
            result = run(batch.paths, options, compiled, progress)
        except KeyboardInterrupt as fault:
            if not progress.total:
                raise
            raise Stop(code_of(fault), say("run.stopped", batch.lang, done=progress.done,
                                           total=progress.total)) from None
    _tell(result, batch.lang)
    return compiled, result


def options_of(batch: Given, pack: Pack, **more: Any) -> Options:
    """What a run is asked to do; `more` are Options beside those of every batch."""
    config = config_of(click.get_current_context())
    if config:
        _held_to(config, pack, batch)
    return Options(
        as_of=batch.as_of or today(pack.timezone), phase=batch.phase, clock_given=batch.as_of is not None,
        roster=batch.roster, waivers=batch.waivers, find_tables=not batch.no_config, partial=batch.partial,
        exclude=batch.exclude, select=batch.select, ignore=batch.ignore, language=batch.lang, jobs=batch.jobs or 0,
        limits=Limits(seconds=batch.time_limit),
        cache=None if batch.cache is False else batch.cache_dir or cache_folder(),
        cache_always=bool(batch.cache or batch.cache_dir),
        config={"file": config.file, "digest": config.digest} if config else None, **more)


def _held_to(config: Config, pack: Pack, batch: Given) -> None:
    """The phase and the rules that a configuration names are in the pack. Raises PackError with their line."""
    for name, given in (("phase", batch.phase), ("select", batch.select), ("ignore", batch.ignore)):
        value = config.values.get(name)
        if value and (value == given or tuple(value) == given):
            try:
                if name == "phase":
                    choose_phase(pack, value)
                else:
                    choose_rules(pack, value, ())
            except UsageError as fault:
                raise PackError(config.file, config.lines[name], "config.value", key=name, text=fault) from None


def _tell(result: Result, language: str) -> None:
    """What a run has to say on standard error."""
    if result.cache_fault:
        echo(say("run.cache", language, text=of_system(result.cache_fault)), err=True)
    for file, rule, error in result.crashes:
        echo(say("run.crash", language, file=safe(file), rule=rule, error=error), err=True)
    gone = result.compared.gone if result.compared else []
    for one in gone[:MOST_GONE]:
        echo(say("baseline.gone", language, rule=safe(one.rule), phase=safe(one.phase or ""),
                 place=safe((one.subject and one.subject.id) or one.file)), err=True)
    if len(gone) > MOST_GONE:
        echo(say("baseline.more", language, count=len(gone) - MOST_GONE), err=True)
    if result.empty:
        echo(say("run.nothing", language), err=True)
    elif result.bare:
        echo(say("run.bare", language, paths=[safe(path) for path in result.bare]), err=True)
