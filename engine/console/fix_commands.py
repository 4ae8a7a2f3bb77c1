"""The command that mends what is certain in files of reports."""

from __future__ import annotations

import os
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click

from ..reading.files import REPORTS, STDIN, Listed, read_bytes, real_path
from ..recording import dataclass
from ..records import Limits, Unreadable, UsageError
from ..text.lines import safe, wrap
from ..text.messages import say
from ..writing import drafted, uninterrupted
from .checking import pack_of
from .errors import writing
from .options import PLACE, in_language, of_pack, option
from .settings import Command
from .streams import echo_all

if TYPE_CHECKING:
    from ..judging.fixing import Fixed


TWICE = tuple(f"{ending}.txt" for ending in REPORTS)        # what editors make of a name, and Windows hides


@dataclass(frozen=True, slots=True)
class _Plan:
    """What is to be done with a file."""

    file: str
    to: Path            # where it goes: another name only if it ended in a hidden extension
    old: bytes
    fixed: Fixed

    @property
    def changed(self) -> bool:
        return bool(self.fixed.changes) or str(self.to) != self.file


@click.command("fix", cls=Command, help="fix.command")
@click.argument("files", nargs=-1, required=True, type=PLACE, metavar="FILE…")
@option("--write", is_flag=True, help="fix.write")
@of_pack
@in_language
def fix(files: tuple[str, ...], write: bool, folder: str | None, lang: str) -> None:
    from ..judging.fixing import fix as fixed

    pack = pack_of(folder, examples=False)
    plans = []
    for file in dict.fromkeys(files):
        if file == STDIN or os.path.isdir(file) or not file.lower().endswith((*REPORTS, *TWICE)):
            raise UsageError("fix.file", file=file)
        try:
            old = read_bytes(Listed(file, real_path(file), None), Limits())
        except Unreadable:
            raise UsageError("fix.unreadable", file=file) from None
        plans.append(_Plan(file, _named(file), old, fixed(old, pack)))
    changed = [one for one in plans if one.changed]
    if write and changed:
        backups = {one.file: _backup(one.file) for one in changed}
        files_of = ((path, data) for one in changed for path, data in (
            (backups[one.file], one.old), (one.to, one.fixed.data)))
        with writing(lang), drafted(files_of, private=True) as put:
            echo_all(_told(plans, write, lang))
            put()
            with uninterrupted():
                for one in changed:
                    shutil.copymode(one.file, backups[one.file])
                    if str(one.to) != one.file:
                        shutil.copymode(one.file, one.to)
                        os.unlink(one.file)
    else:
        echo_all(_told(plans, write, lang))
    sys.exit(1 if (changed and not write) or not all(one.fixed.readable for one in plans) else 0)


def _named(file: str) -> Path:
    """The name without a hidden extension. Raises UsageError where another file has it."""
    if not file.lower().endswith(TWICE):
        return Path(file)
    to = Path(file[:file.rindex(".")])
    if os.path.lexists(to):
        raise UsageError("fix.taken", file=file, to=str(to))
    return to


def _backup(file: str) -> Path:
    """A name for a file as it was; no other is written over."""
    at, name = 1, f"{file}.bak"
    while os.path.lexists(name):
        at += 1
        name = f"{file}.bak{at}"
    return Path(name)


def _told(plans: list[_Plan], write: bool, language: str) -> Iterator[str]:
    """File by file what is changed, as a diff of the lines that change, then what came of it."""
    for one in plans:
        yield safe(one.file)
        if str(one.to) != one.file:
            yield safe(say("fix.renamed", language, to=one.to.name))
        for change in one.fixed.changes:
            yield from wrap(say("fix.change", language, line=change.line, what=say(f"fix.{change.what}", language)),
                            "  ", "    ")
            if change.before or change.after:
                yield f"    - {safe(change.before)}"
                yield f"    + {safe(change.after)}"
        if not one.changed:
            yield "  " + say("fix.nothing", language)
        if not one.fixed.readable:
            yield from wrap(say("fix.still", language, file=safe(str(one.to))), "  ", "    ")
        yield ""
    changed = [one for one in plans if one.changed]
    key = "fix.none" if not changed else "fix.done" if write else "fix.would"
    yield from wrap(say(key, language, count=len(changed), backup=safe(f"{changed[0].file}.bak") if changed else ""),
                    "", "  ")
