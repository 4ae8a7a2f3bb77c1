"""The command for workbooks that were filled in: they become YAML."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from ..authoring.published import KEYS
from ..output.findings.terminal import safe
from ..records import Limits
from .checking import pack_of
from .errors import writing
from .options import PLACE, in_language, of_pack, option
from .progress import Progress
from .settings import Command
from .streams import echo, echo_all


@click.command("import", cls=Command, help="command.import")
@click.argument("paths", nargs=-1, required=True, type=PLACE, metavar="PATH…")
@option("--to", required=True, type=PLACE, metavar="DIR", help="option.import-to")
@option("--as", "kind", type=click.Choice(["report", "roster"]), default="report", show_default=True,
        help="option.import-as")
@option("--keys", type=click.Choice(KEYS), default="zh", show_default=True, help="option.keys")
@option("--overwrite", is_flag=True, help="option.overwrite")
@of_pack
@in_language
def import_forms(paths: tuple[str, ...], to: str, kind: str, keys: str, overwrite: bool, folder: str | None,
                 lang: str) -> None:
    from ..output.importing import Wanted, import_workbooks, told

    wanted = Wanted(Path(to), keys, lang, kind == "roster", overwrite)
    with Progress("auto", lang, "workbook.progress") as progress:
        made = import_workbooks(pack_of(folder, examples=False), paths, wanted, Limits(), progress)
    for line in made.told:
        echo(safe(line), err=True)
    with writing(lang):
        made.write(lambda: echo_all(told(made, wanted)))
    sys.exit(1 if made.failed else 0)
