"""The options of every command that reads a batch."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

import click

from ..recording import fields
from ..records import Limits
from .checking import Given
from .options import PLACE, date, in_language, of_pack, offer_phases, offer_rules, option, split

# Not for commands whose --config is a file of their own; they find a bayang.yaml all the same.
config_file_of_batch = option("--config", "config_file", type=PLACE, metavar="FILE", help="option.config")

# What every command that reads a batch takes: the fields of a Given.
_BATCH = (
    click.argument("paths", nargs=-1, required=True, type=PLACE, metavar="PATH…"),
    option("--roster", type=PLACE, metavar="FILE", help="option.roster"),
    option("--waivers", type=PLACE, metavar="FILE", help="option.waivers"),
    option("--no-config", is_flag=True, help="option.no-config"),
    option("--as-of", callback=date, metavar="DATE", help="option.as-of"),
    option("--phase", metavar="PHASE", shell_complete=offer_phases, help="option.phase"),
    option("--partial", is_flag=True, help="option.partial"),
    option("--exclude", multiple=True, metavar="GLOB", help="option.exclude"),
    of_pack,
    option("--select", multiple=True, callback=split, metavar="RULES", shell_complete=offer_rules,
           help="option.select"),
    option("--ignore", multiple=True, callback=split, metavar="RULES", shell_complete=offer_rules,
           help="option.ignore"),
    option("--jobs", type=click.IntRange(min=1), metavar="N", help="option.jobs"),
    option("--time-limit", type=click.IntRange(min=1), default=int(Limits().seconds), show_default=True,
           metavar="SECONDS", help="option.time-limit"),
    option("--cache/--no-cache", default=None, help="option.cache"),
    option("--cache-dir", type=PLACE, metavar="DIR", help="option.cache-dir"),
    option("--progress", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True,
           help="option.progress"),
    in_language,
)


def of_batch(command: Callable[..., None]) -> Callable[..., None]:
    """The options of a command that reads a batch, given to it as one record."""
    @functools.wraps(command)
    def given_batch(**given: Any) -> None:
        batch = Given(**{one.name: given.pop(one.name) for one in fields(Given)})
        command(batch, **given)

    for one in reversed(_BATCH):
        given_batch = one(given_batch)
    return given_batch
