"""The command that puts together what the office hands out for double-clicking."""

from __future__ import annotations

from pathlib import Path

import click

from ..reading.inputs import refuse_inputs
from ..records import UsageError
from ..text.lines import safe
from ..text.messages import say
from ..writing import drafted
from .checking import pack_of
from .errors import writing
from .options import PLACE, in_language, of_pack, option
from .settings import Command
from .streams import echo


@click.command("desk", cls=Command, help="desk.command")
@option("--to", required=True, type=PLACE, metavar="FILE.zip", help="desk.to")
@option("--python", type=PLACE, metavar="FILE.zip", help="desk.python")
@option("--wheels", type=PLACE, metavar="DIR", help="desk.wheels")
@of_pack
@in_language
def desk(to: str, python: str | None, wheels: str | None, folder: str | None, lang: str) -> None:
    from ..output.desk import desk_zip

    if not to.lower().endswith(".zip"):
        raise UsageError("desk.zip-wanted", file=to)
    pack = pack_of(folder) if folder else None
    refuse_inputs([to], lambda: [*filter(None, [python]), *(Path(wheels).glob("*") if wheels else ()),
                                 *(pack.files if pack else ())])
    data = desk_zip(python, wheels, pack)
    with writing(lang), drafted([(to, data)]) as put:
        echo(safe(say("desk.written", lang, file=to, size=f"{len(data) / (1 << 20):.1f}")))
        put()
