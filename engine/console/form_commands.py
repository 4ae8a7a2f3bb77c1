"""The commands for those who fill in reports: forms to fill in."""

from __future__ import annotations

from pathlib import Path

import click

from ..authoring.published import KEYS
from ..batch.run import choose_phase, load_table
from ..packs.roster import load_roster
from ..reading.files import WORKBOOKS
from ..records import UsageError
from .checking import pack_of
from .errors import writing
from .options import OFFICE, PLACE, in_language, needs, of_pack, option
from .progress import Progress
from .settings import Command
from .streams import echo, echo_all
from .surroundings import today


@click.command("new", cls=Command, help="command.new")
@click.argument("kind", metavar="personal|unit|all")
@option("--phase", metavar="PHASE", help="option.form-phase")
@option("--level", metavar="LEVEL", help="option.form-level")
@option("--roster", type=PLACE, metavar="FILE", help="option.form-roster")
@option("--to", type=PLACE, metavar="FILE|DIR", help="option.form-to")
@option("--format", "form", type=click.Choice(["yaml", "xlsx"]), metavar="yaml|xlsx", help="option.form-format")
@option("--keys", type=click.Choice(KEYS), default="zh", show_default=True, help="option.keys")
@of_pack
@in_language
def new_form(kind: str, phase: str | None, level: str | None, roster: str | None, to: str | None, form: str | None,
             keys: str, folder: str | None, lang: str) -> None:
    from ..output.forms import Order, for_one, for_roster, kinds_of, level_of, phase_at
    from ..output.forms import form as form_of

    pack = pack_of(folder)
    due = choose_phase(pack, phase) or phase_at(pack, today(pack.timezone))
    written = form or ("xlsx" if to and Path(to).suffix.lower() in WORKBOOKS else "yaml")
    if written == "xlsx":
        needs(OFFICE["xlsx"])
        if to is None:
            raise UsageError("usage.form-to")
    order = Order(kinds_of(pack, kind), due, level_of(pack, level), keys, lang, written)
    if roster:
        handout = for_roster(pack, order, load_table(roster, load_roster, pack), Path(to) if to else None)
    elif to:
        handout = for_one(pack, order, Path(to))
    else:
        echo(form_of(pack, order).text(), nl=False)
        return
    with writing(lang), Progress("auto", lang, "form.progress") as progress:
        handout.write(pack, order, progress, lambda: echo_all(handout.told(pack, order)))
