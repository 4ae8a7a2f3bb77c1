"""The command for workbooks that were filled in: they become YAML."""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

import click

from ..authoring.published import KEYS
from ..batch.outcome import Result
from ..reading.files import STDIN, list_files, read_bytes
from ..records import Limits, Unreadable
from ..text.lines import safe
from ..text.messages import say
from ..writing import Place
from .checking import Given, pack_of
from .errors import writing
from .options import PLACE, in_language, of_pack, option
from .progress import Progress
from .settings import Command
from .streams import echo, echo_all


def marked(batch: Given, result: Result) -> tuple[list[tuple[Place, bytes]], list[str]]:
    """A copy of each workbook of a batch in which something was found, with the findings in it, as files to write; and
    how they are told.
    """
    from ..output.workbooks.marking import beside, copies, mark

    limits, lang, names = Limits(), batch.lang, []
    made: list[tuple[Place, bytes]] = []
    for listed, found in copies(list_files([path for path in batch.paths if path != STDIN], batch.exclude),
                                result.findings):
        try:
            copy = beside(Path(listed.path), lang)
            made.append((copy, mark(read_bytes(listed, limits), found, lang)))
            names.append(Path(listed.name).with_name(copy.name).as_posix())     # as findings name files
        except (Unreadable, ValueError, KeyError, TypeError, AttributeError, IndexError, zipfile.BadZipFile):
            # what could not be read, or holds what openpyxl has no place for
            echo(safe(say("workbook.not-marked", lang, file=listed.name)), err=True)
    return made, [safe(say("workbook.copy", lang, file=name)) for name in names]


@click.command("import", cls=Command, help="command.import")
@click.argument("paths", nargs=-1, required=True, type=PLACE, metavar="PATH…")
@option("--to", required=True, type=PLACE, metavar="DIR", help="option.import-to")
@option("--as", "kind", type=click.Choice(["report", "roster"]), default="report", show_default=True,
        help="option.import-as")
@option("--keys", type=click.Choice(KEYS), default="zh", show_default=True, help="option.keys")
@option("--overwrite", is_flag=True, help="option.import-overwrite")
@of_pack
@in_language
def import_forms(paths: tuple[str, ...], to: str, kind: str, keys: str, overwrite: bool, folder: str | None,
                 lang: str) -> None:
    from ..output.importing import Wanted, import_workbooks, told

    wanted = Wanted(Path(to), keys, lang, kind == "roster", overwrite)
    pack = pack_of(folder, examples=False)
    with Progress("auto", lang, "workbook.progress") as progress:
        made = import_workbooks(pack, paths, wanted, Limits(), progress)
    for line in made.told:
        echo(safe(line), err=True)
    with writing(lang):
        made.write(lambda: echo_all(told(made, wanted, pack)))
    sys.exit(1 if made.failed else 0)
