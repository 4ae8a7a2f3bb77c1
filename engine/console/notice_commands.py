"""The command for letters."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path

import click

from ..output.notices.templates import FORMATS as NOTICE_FORMATS
from ..text.lines import safe
from ..text.messages import say
from .batch_options import of_batch
from .checking import Given, checked
from .due_commands import within
from .errors import exit_code, writing
from .options import PLACE, date, letter_kinds, notice_formats, option
from .progress import Progress
from .settings import Command
from .streams import echo, echo_all


@click.command("notice", cls=Command, help="command.notice")
@of_batch
@option("--to", required=True, type=PLACE, metavar="DIR", help="option.notice-to")
@option("--format", "formats", multiple=True, callback=notice_formats, metavar="FORMAT", help="option.notice-format",
        facts={"formats": " ".join(NOTICE_FORMATS)})
@option("--kind", "kinds", multiple=True, callback=letter_kinds, metavar="KIND", help="option.kinds")
@within
@option("--config", type=PLACE, metavar="FILE", help="option.notice-config")
@option("--register", type=PLACE, metavar="FILE", help="option.register")
@option("--reply-by", callback=date, metavar="DATE", help="option.reply-by")
@option("--previous", type=PLACE, metavar="FILE", help="option.previous")
@option("--round", "turn", type=click.IntRange(min=1), metavar="N", help="option.round")
@option("--templates", type=PLACE, metavar="DIR", help="option.templates")
@option("--overwrite", is_flag=True, help="option.overwrite")
def notice(batch: Given, to: str, formats: tuple[str, ...], kinds: tuple[str, ...], within: int, config: str | None,
           register: str | None, reply_by: str | None, previous: str | None, turn: int | None, templates: str | None,
           overwrite: bool) -> None:
    from ..batch.workers import cores
    from ..output.notices.content import compose  # what only notices need is not loaded for a check
    from ..output.notices.delivery import Dispatch, deliver
    from ..output.notices.office import Office
    from ..output.notices.overview import overview, summary_lines
    from ..output.notices.register import register_of, registered
    from ..output.notices.rounds import load_previous
    from ..output.notices.settings import Settings, Terms, find_settings, load_settings

    lang = batch.lang
    compiled, result = checked(batch)
    if result.empty:
        sys.exit(exit_code(result, "never"))
    config = config or (None if batch.no_config else find_settings(batch.paths))
    settings = load_settings(config, compiled.pack) if config else Settings()
    terms = Terms(lang, reply_by, turn, load_previous(previous, result) if previous else None, kinds, within)
    program, jobs = shutil.which("soffice") or shutil.which("libreoffice"), batch.jobs or cores()
    dispatch = Dispatch(Path(to), formats, lang, Path(templates) if templates else None, overwrite,
                        Office(program, dict(os.environ), processes=jobs) if program else None,
                        lambda: (*result.inputs(), *filter(None, (config, previous))), register_of(register, config),
                        jobs)
    with (writing(lang), Progress(batch.progress, lang, "noticed.writing") as made,
          Progress(batch.progress, lang, "noticed.converting") as converted,
          registered(dispatch.register, compiled.pack, lang) as book):
        progress = {"writing": made, "converting": converted}
        notices = compose(result, compiled, settings, terms, book)
        delivery = deliver(notices, overview(notices, result, lang, dispatch.register), dispatch,
                           lambda part, done, total: progress[part](done, total),
                           lambda: echo_all(summary_lines(notices, dispatch, len(book.added) if book else 0)),
                           book.data() if book else None)
    for key, facts in delivery.said:
        echo(safe(say(key, lang, **facts)), err=True)
    sys.exit(4 if delivery.failed else exit_code(result, "never"))
