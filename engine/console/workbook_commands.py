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
from ..writing import drafted
from .checking import Given, pack_of
from .errors import writing
from .options import PLACE, in_language, of_pack, option
from .progress import Progress
from .settings import Command
from .streams import echo, echo_all


def write_marked(batch: Given, result: Result) -> None:
    """Write a copy of each workbook of a batch in which something was found, with the findings in it."""
    from ..output.workbooks.marking import beside, copies, mark

    limits, lang, made, names = Limits(), batch.lang, [], []
    for listed, found in copies(list_files([path for path in batch.paths if path != STDIN], batch.exclude),
                                result.findings):
        try:
            made.append((beside(Path(listed.path), lang), mark(read_bytes(listed, limits), found, lang)))
            names.append(Path(listed.name).with_name(made[-1][0].name).as_posix())      # as findings name files
        except (Unreadable, ValueError, KeyError, TypeError, AttributeError, IndexError, zipfile.BadZipFile):
            # what could not be read, or holds what openpyxl has no place for
            echo(safe(say("workbook.not-marked", lang, file=listed.name)), err=True)
    with writing(lang), drafted(made, private=True) as put:
        put()
    for name in names:
        echo(safe(say("workbook.copy", lang, file=name)), err=True)


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
