"""The commands for the office's week: the ledger of problems, and what changed between two checks."""

from __future__ import annotations

import os
import sys

import click

from ..batch.run import load_table
from ..judging.compile import Compiled
from ..output.changes import CHANGES
from ..output.ledger.marks import ONLY
from ..packs.roster import load_roster
from ..reading.files import STDIN
from ..reading.inputs import refuse_inputs
from ..records import UsageError
from ..text.lines import safe
from ..writing import drafted
from .batch_options import config_file_of_batch, of_batch
from .checking import Given, checked, pack_of
from .errors import exit_code, writing
from .options import OFFICE, PLACE, Chosen, formats_of, in_language, needs, of_pack, option
from .outputs import files_of, put
from .progress import Progress
from .settings import Command
from .streams import echo_all
from .usage import BadValue

ENDINGS = (".xlsx", ".csv", ".html", ".md")


def _ending(context: click.Context, one: click.Parameter, value: str) -> str:
    """The file to write, once it is plain in which format."""
    ending = os.path.splitext(value)[1].lower()
    if ending not in ENDINGS:
        raise BadValue("ledger.ending", file=value, endings=list(ENDINGS))
    if ending[1:] in OFFICE:
        needs(OFFICE[ending[1:]])
    return value


@click.command("ledger", cls=Command, help="ledger.command")
@of_batch
@option("--to", required=True, type=PLACE, callback=_ending, metavar="FILE", help="ledger.to",
        facts={"endings": " ".join(ENDINGS)})
@option("--only", type=click.Choice(list(ONLY)), help="ledger.only", facts={"kinds": " ".join(ONLY)})
@option("--show-values", is_flag=True, help="ledger.show-values")
@config_file_of_batch
def ledger(batch: Given, to: str, only: str | None, show_values: bool, config_file: str | None) -> None:
    from ..output.ledger.outputs import FORMATS
    from ..output.ledger.rows import gather
    from ..output.ledger.tables import tables, told
    from ..output.ledger.words import Ask

    if STDIN in batch.paths:
        raise UsageError("ledger.stdin")
    compiled, result = checked(batch, [to])
    ask = Ask(batch.lang, show_values, only)
    with Progress(batch.progress, batch.lang, "ledger.reading") as progress:
        found = gather(result, compiled.pack, progress)
    made = tables(found, result, compiled.pack, ask)
    data = FORMATS[os.path.splitext(to)[1].lower()](made, batch.lang, result.as_of)
    with writing(batch.lang), drafted([(to, data)], show_values) as put:
        echo_all(map(safe, told(made, found, to, batch.lang)))
        put()
    sys.exit(exit_code(result, "never"))


@click.command("diff", cls=Command, help="diff.command")
@click.argument("results", nargs=-1, required=True, type=PLACE, metavar="BEFORE… AFTER")
@formats_of(CHANGES)
@option("--roster", type=PLACE, metavar="FILE", help="diff.roster")
@of_pack
@in_language
def diff(results: tuple[str, ...], formats: Chosen, roster: str | None, folder: str | None, lang: str) -> None:
    from ..output.changes.comparing import changes
    from ..output.changes.tables import tables as tables_of_changes
    from ..output.findings.earlier import read_result

    if len(results) < 2:
        raise UsageError("diff.few")
    refuse_inputs(files_of(formats), lambda: [*results, *filter(None, (roster,))])
    pack = pack_of(folder, examples=False)
    named = load_table(roster, load_roster, pack) if roster else None
    made = tables_of_changes(changes([read_result(file) for file in results], Compiled(pack)), pack, lang, named)
    put(lambda name, shown: CHANGES[name](made, pack, lang), formats, lang, 0)
