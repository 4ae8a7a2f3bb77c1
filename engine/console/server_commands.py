"""The command `bayang server`, which editors start."""

from __future__ import annotations

import importlib.util

import click

from ..batch.run import load_table
from ..judging.check import Checker
from ..judging.compile import Compiled
from ..judging.telling import Style
from ..judging.world import World
from ..packs.roster import load_roster
from ..records import UsageError
from .checking import pack_of
from .options import PLACE, date, in_language, of_pack, option
from .settings import Command
from .surroundings import today


@click.command("server", cls=Command, help="server.command")
@of_pack
@option("--roster", type=PLACE, metavar="FILE", help="server.roster")
@option("--as-of", callback=date, metavar="DATE", help="option.as-of")
@option("--stdio", is_flag=True, help="server.stdio")
@in_language
def server(folder: str | None, roster: str | None, as_of: str | None, stdio: bool, lang: str) -> None:
    if importlib.util.find_spec("pygls") is None:
        raise UsageError("server.missing")
    from .editor_session import Session

    compiled = Compiled(pack_of(folder))
    known = load_table(roster, load_roster, compiled.pack) if roster else None

    def checker() -> Checker:       # made for each check: the day may have changed
        return Checker(compiled, World(as_of or today(compiled.pack.timezone), roster=known, whole=False), Style(lang))

    Session(compiled, checker).serve()
