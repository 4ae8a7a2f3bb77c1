"""The command that puts together what the office hands out for double-clicking."""

from __future__ import annotations

from pathlib import Path

import click

from ..reading.inputs import refuse_inputs
from ..records import UsageError
from ..text.lines import safe
from ..text.messages import say
from ..writing import drafted
from .errors import writing
from .options import PLACE, in_language, option
from .settings import Command
from .streams import echo


@click.command("desk", cls=Command, help="desk.command")
@option("--to", required=True, type=PLACE, metavar="FILE.zip", help="desk.to")
@option("--python", type=PLACE, metavar="FILE.zip", help="desk.python")
@option("--wheels", type=PLACE, metavar="DIR", help="desk.wheels")
@in_language
def desk(to: str, python: str | None, wheels: str | None, lang: str) -> None:
    from ..output.desk import desk_zip

    if not to.lower().endswith(".zip"):
        raise UsageError("desk.zip-wanted", file=to)
    refuse_inputs([to], lambda: [*filter(None, [python]), *(Path(wheels).glob("*") if wheels else ())])
    data = desk_zip(python, wheels)
    with writing(lang), drafted([(to, data)]) as put:
        echo(safe(say("desk.written", lang, file=to, size=f"{len(data) / (1 << 20):.1f}")))
        put()
