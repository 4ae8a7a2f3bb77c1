"""The command for the archive of a phase."""

from __future__ import annotations

import hashlib
import sys
from collections.abc import Iterator
from pathlib import Path

import click

from ..reading.files import STDIN
from ..reading.inputs import refuse_inputs
from ..records import UsageError
from ..text.lines import safe
from ..text.messages import say
from ..writing import drafted
from .batch_options import config_file_of_batch, of_batch
from .checking import Given, checked
from .errors import exit_code, writing
from .options import PLACE, option
from .progress import Progress
from .settings import Command
from .streams import echo, echo_all
from .usage import BadValue


def _zip(context: click.Context, one: click.Parameter, value: str) -> str:
    if not value.lower().endswith(".zip"):
        raise BadValue("archive.ending", file=value)
    return value


@click.command("archive", cls=Command, help="archive.command")
@of_batch
@option("--to", required=True, type=PLACE, callback=_zip, metavar="FILE", help="archive.to")
@option("--letters", type=PLACE, metavar="DIR", help="archive.with-letters")
@option("--register", type=PLACE, metavar="FILE", help="option.register")
@config_file_of_batch
def archive(batch: Given, to: str, letters: str | None, register: str | None, config_file: str | None) -> None:
    from ..output.archive.packing import as_zip, letters_in, packed
    from ..output.notices.register import register_of
    from ..output.notices.settings import find_settings

    lang = batch.lang
    if STDIN in batch.paths:
        raise UsageError("archive.stdin")
    book = register_of(register, None if batch.no_config else find_settings(batch.paths))
    if register and not Path(register).is_file():
        raise UsageError("usage.no-path", path=register)
    sent = letters_in(letters, to) if letters else []
    refuse_inputs([to], lambda: (*sent, *filter(None, (book,))))
    compiled, result = checked(batch, [to])
    if result.empty:
        sys.exit(exit_code(result, "never"))
    with Progress(batch.progress, lang, "archive.progress") as progress:
        found = packed(result, compiled, lang, letters, book, to, progress)
        data = as_zip(found, result, compiled, lang)

    def told() -> Iterator[str]:
        yield say("archive.wrote", lang, file=to, **{
            name: found.kinds[name] for name in ("reports", "tables", "letters", "register")})
        yield say("archive.sum", lang, sum=hashlib.sha256(data).hexdigest())
        if found.missing:
            yield say("archive.left", lang, count=len(found.missing))

    with writing(lang), drafted([(to, data)], private=True) as put:
        echo_all(map(safe, told()))
        put()
    if not letters:
        echo(say("archive.no-letters", lang), err=True)
    sys.exit(exit_code(result, "never"))
