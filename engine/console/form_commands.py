"""The commands for those who fill in reports: forms to fill in."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from ..authoring.published import KEYS
from ..batch.run import Options, choose_phase, load_table, run
from ..judging.compile import Compiled
from ..packs.pack import Pack
from ..packs.roster import load_roster
from ..reading.files import WORKBOOKS
from ..records import UsageError
from ..text.messages import say
from .checking import pack_of
from .errors import writing
from .options import OFFICE, PLACE, in_language, needs, of_pack, offer_phases, option
from .progress import Progress
from .settings import Command
from .streams import echo, echo_all
from .surroundings import today

if TYPE_CHECKING:
    from ..output.carrying import CarriedOver
    from ..output.forms import Handout, Order


@click.command("new", cls=Command, help="command.new")
@click.argument("kind", metavar="personal|unit|all")
@option("--phase", metavar="PHASE", shell_complete=offer_phases, help="option.form-phase")
@option("--level", metavar="LEVEL", help="option.form-level")
@option("--roster", type=PLACE, metavar="FILE", help="option.form-roster")
@option("--from", "last", type=PLACE, metavar="LAST", help="carry.from")
@option("--to", type=PLACE, metavar="FILE|DIR", help="option.form-to")
@option("--format", "form", type=click.Choice(["yaml", "xlsx"]), metavar="yaml|xlsx", help="option.form-format")
@option("--keys", type=click.Choice(KEYS), default="zh", show_default=True, help="option.keys")
@of_pack
@in_language
def new_form(kind: str, phase: str | None, level: str | None, roster: str | None, last: str | None, to: str | None,
             form: str | None, keys: str, folder: str | None, lang: str) -> None:
    from ..output.forms import Handout, Order, for_one, for_roster, kinds_of, level_of, phase_at
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
    elif last:
        handout = Handout(Path(to or ""), ())
    elif to:
        handout = for_one(pack, order, Path(to))
    else:
        echo(form_of(pack, order).text(), nl=False)
        return
    said: Sequence[tuple[str, dict[str, Any]]] = ()
    if last:
        over = _carried_over(pack, order, handout, last, roster, to)
        if over is None:
            return
        handout, said = over.handout, over.said
    with writing(lang), Progress("auto", lang, "form.progress") as progress:
        handout.write(pack, order, progress, lambda: echo_all([
            *handout.told(pack, order), *(say(key, lang, **facts) for key, facts in said)]))


def _carried_over(pack: Pack, order: Order, handout: Handout, last: str, roster: str | None,
                  to: str | None) -> CarriedOver | None:
    """The reports of the last phase as the forms of the next; one without a place to go is shown."""
    from ..output.carrying import Carrier, of_file, of_folder

    if os.path.isdir(last) != bool(roster):
        raise UsageError("carry.folder-of-roster", last=last)
    compiled = Compiled(pack)
    carrier = Carrier(compiled, order)
    if roster:
        options = Options(today(pack.timezone), roster=roster, find_tables=False, language=order.language, jobs=0)
        with Progress("auto", order.language) as progress:
            return of_folder(carrier, handout, run([last], options, compiled, progress))
    if to:
        return of_file(carrier, last, Path(to))
    echo(carrier.one(last), nl=False)
    return None
