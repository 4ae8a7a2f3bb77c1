"""The command for what comes next: who has still to file, and which measures fall due."""

from __future__ import annotations

import re
import sys

import click

from ..output.due import AGENDAS
from ..reading.files import STDIN
from ..records import UsageError
from ..text.messages import say
from .batch_options import config_file_of_batch, of_batch
from .checking import Given, checked
from .errors import exit_code
from .options import Chosen, formats_of, option
from .outputs import files_of, put, tell_of_next_time
from .progress import Progress
from .settings import Command
from .streams import echo
from .usage import BadValue

WITHIN = 14         # days, unless said otherwise
MOST_DAYS = 3660    # more is a slip


def days(context: click.Context, one: click.Parameter, value: str) -> int:
    """A number of days, with or without `d` after it."""
    found = re.fullmatch(r"\s*(\d{1,4})\s*d?\s*", value, re.ASCII | re.IGNORECASE)
    if not found or int(found[1]) > MOST_DAYS:
        raise BadValue("due.days", most=MOST_DAYS)
    return int(found[1])


within = option("--within", callback=days, default=str(WITHIN), metavar="DAYS", help="option.within")


@click.command("due", cls=Command, help="command.due")
@of_batch
@config_file_of_batch
@formats_of(AGENDAS)
@within
def due(batch: Given, config_file: str | None, formats: Chosen, within: int) -> None:
    from ..output.due.agenda import agenda

    if STDIN in batch.paths:
        raise UsageError("due.stdin")
    outputs = files_of(formats)
    compiled, result = checked(batch, outputs)
    code = exit_code(result, "never")
    with Progress(batch.progress, batch.lang, "ledger.reading") as progress:
        found = agenda(result, compiled.pack, within, batch.lang, progress)
    for name, count in found.left_out.items():
        if count and any(form == "csv" for form, _ in formats):
            echo(say(f"due.{name}", batch.lang, count=count), err=True)
    put(lambda name, shown: AGENDAS[name](found), formats, batch.lang, code)
    tell_of_next_time(batch.paths, outputs, batch.lang)
    sys.exit(code)
