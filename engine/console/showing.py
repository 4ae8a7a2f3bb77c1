"""What a check shows, and how: the options for it; and instead of a check, its files or its settings.

None of it changes what is found, the exit code, or what other commands make of a result.
"""

from __future__ import annotations

import functools
import json
from collections.abc import Callable, Iterator
from typing import Any

import click
from click.core import ParameterSource

from ... import __version__
from ..batch.run import listed
from ..output.findings.setting import Setting
from ..reading.files import STDIN, Listing, shown_name
from ..recording import dataclass, fields, replace
from ..records import LEVELS, UsageError
from ..text.lines import safe
from ..text.messages import say
from ..text.wording import width
from .checking import Given, options_of, pack_of
from .config import TYPED
from .errors import Stop
from .options import Chosen, option
from .settings import config_of, options
from .streams import echo_all, has_colours
from .surroundings import from_here

_COLUMN = 36        # at which it is said where a setting comes from
_INSTEAD = ("show_files", "show_settings")

# The fields of a Showing.
_SHOWING = (
    option("-q", "--quiet", is_flag=True, help="show.quiet"),
    option("-v", "--verbose", is_flag=True, help="show.verbose"),
    option("--min-level", type=click.Choice(LEVELS), default=LEVELS[-1], show_default=True, help="show.min-level"),
    option("--counts", is_flag=True, help="show.counts"),
    option("--color", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True,
           help="show.color"),
    option("--stdin-name", metavar="FILE", help="show.stdin-name"),
    option("--show-files", is_flag=True, help="show.show-files"),
    option("--show-settings", is_flag=True, help="show.show-settings"),
)


@dataclass(frozen=True, slots=True)
class Showing:
    """What a check was told of what it shows."""

    quiet: bool
    verbose: bool
    min_level: str
    counts: bool
    color: str
    stdin_name: str | None
    show_files: bool
    show_settings: bool

    def of(self, setting: Setting, on_stdout: bool) -> Setting:
        """How an output is made: colours are for standard output alone."""
        return replace(setting, quiet=self.quiet, verbose=self.verbose, least=self.min_level, counts=self.counts,
                       colour=on_stdout and has_colours(self.color))


def of_showing(command: Callable[..., None]) -> Callable[..., None]:
    """The options of what is shown, given to a command that reads a batch as one record; or what is asked for instead
    of the command.
    """
    @functools.wraps(command)
    def given_showing(batch: Given, formats: Chosen, **given: Any) -> None:
        showing = Showing(**{one.name: given.pop(one.name) for one in fields(Showing)})
        if showing.quiet and showing.verbose:
            raise UsageError("show.quiet-verbose")
        if showing.counts and not any(name == "text" for name, _ in formats):
            raise UsageError("show.counts-text")
        if showing.stdin_name and STDIN not in batch.paths:
            raise UsageError("show.no-stdin")
        if showing.quiet and batch.progress == "auto":
            batch = replace(batch, progress="never")
        if showing.show_files or showing.show_settings:
            _instead(batch, showing, given["baseline"])
        else:
            command(batch, formats=formats, showing=showing, **given)

    for one in reversed(_SHOWING):
        given_showing = one(given_showing)
    return given_showing


def _instead(batch: Given, showing: Showing, baseline: str | None) -> None:
    """Print the settings or the files of a check; nothing is checked."""
    pack = pack_of(batch.folder, examples=False)
    chosen = options_of(batch, pack, baseline=baseline, stdin_name=showing.stdin_name or STDIN)
    listing = listed(batch.paths, chosen, pack)
    if showing.show_settings:
        found = {} if batch.no_config else {"roster": listing.rosters, "waivers": listing.waivers}
        known = {name: from_here(some[0].path) for name, some in found.items() if some}
        known |= {"as_of": chosen.as_of, "cache_dir": chosen.cache or "", "folder": from_here(str(pack.folder))}
        echo_all([f"# bayang {__version__} · {pack.id} {pack.digest[:12]}", *_settings(known, batch.lang)])
    if showing.show_files:
        echo_all(_files(listing, showing, batch.lang))
        if not (listing.files or listing.faults or batch.roster or (listing.rosters and not batch.no_config)):
            raise Stop(3, say("run.nothing", batch.lang))


def _settings(known: dict[str, str], language: str) -> Iterator[str]:
    """Each option with its value and where that comes from, as a `bayang.yaml` that says the same; what can't stand
    there, and what is not given (`known`: what counts then), as comments.
    """
    context = click.get_current_context()
    origins = context.meta["origins"]
    config = config_of(context)
    yield "# " + say("show.settings", language, file=safe(config.file) if config else "")
    for name, one in sorted(options(context.command).items()):
        value = context.params[one.name or ""]
        if one.name in _INSTEAD:
            continue
        given = value not in (None, (), [])
        source = context.get_parameter_source(one.name or "")
        where = say("show.typed" if source is ParameterSource.COMMANDLINE else "show.default", language)
        if source is ParameterSource.DEFAULT_MAP:
            where = origins[one.name]
        if one.name == "formats":
            value = [kind if file is None else f"{kind}={file}" for kind, file in value]
        shown = value if given else known.get(one.name or "", "")
        line = f"{name}: " + ("" if shown == "" else json.dumps(shown, ensure_ascii=False))
        line = line if given and name not in TYPED else f"# {line}"
        yield safe(f"{line}{' ' * max(2, _COLUMN - width(line))}# {where}")


def _files(listing: Listing, showing: Showing, language: str) -> Iterator[str]:
    """The files that would be checked, a line each; of who wants all also those that would not."""
    for one in listing.files:
        on_stdin = one.given == STDIN
        yield one.name if on_stdin else shown_name(from_here(one.path))
    yield from (name for name, _ in listing.faults)
    if showing.verbose and listing.ignored:
        yield ""
        yield say("show.ignored", language, count=len(listing.ignored))
        yield from (f"  {name}" for name in listing.ignored)
