"""The command `bayang`: its commands and the table of their options. What they share lies in engine/console/."""

from __future__ import annotations

import json
import os
import shutil
import signal
import sys
from pathlib import Path

import click

from . import __version__
from .engine.authoring.published import KEYS, NAMES
from .engine.batch.baseline import as_baseline
from .engine.console.archive_commands import archive
from .engine.console.batch_options import config_file_of_batch, of_batch
from .engine.console.checking import Given, checked, pack_of
from .engine.console.desk_commands import desk
from .engine.console.due_commands import due, within
from .engine.console.errors import code_of, exit_code, stop, terminate, writing
from .engine.console.fix_commands import fix
from .engine.console.form_commands import new_form
from .engine.console.help import Option
from .engine.console.ledger_commands import diff, ledger
from .engine.console.options import (
    PLACE,
    Chosen,
    date,
    for_marking,
    formats_of,
    in_language,
    letter_kinds,
    notice_formats,
    of_pack,
    option,
)
from .engine.console.outputs import files_of, put, summarise, tell_of_next_time
from .engine.console.pack_commands import rules
from .engine.console.progress import Progress
from .engine.console.server_commands import server
from .engine.console.settings import Group
from .engine.console.showing import Showing, of_showing
from .engine.console.streams import echo, echo_all, forget_stdout, in_utf8
from .engine.console.surroundings import called, places, summary_file
from .engine.console.usage import language_in, wrong_use
from .engine.console.watching import watched
from .engine.console.workbook_commands import import_forms, write_marked
from .engine.judging.compile import Compiled
from .engine.output.findings import FORMATS
from .engine.output.findings.setting import Setting
from .engine.output.findings.terminal import safe
from .engine.output.notices.templates import FORMATS as NOTICE_FORMATS
from .engine.output.statistics import STATISTICS
from .engine.reading.files import STDIN, as_named, real_path
from .engine.reading.inputs import refuse_inputs
from .engine.records import LEVELS, UsageError
from .engine.text.messages import say


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]}, help="command.bayang")
@click.version_option(__version__, prog_name="bayang", cls=Option, help="option.version")
def bayang() -> None:
    """All commands."""


@bayang.command(help="command.check")
@of_batch
@formats_of(FORMATS)
@option("--fail-on", type=click.Choice([*LEVELS, "never"]), default="error", show_default=True, help="option.fail-on")
@option("--show-values", is_flag=True, help="option.show-values")
@config_file_of_batch
@option("--shown-as", hidden=True, metavar="FOLDER=NAME", help="option.shown-as")
@option("--baseline", type=PLACE, metavar="FILE", help="option.baseline")
@option("--write-baseline", type=PLACE, metavar="FILE", help="option.write-baseline")
@option("--watch", is_flag=True, help="watch.option")
@option("--mark", is_flag=True, callback=for_marking, help="option.mark")
@of_showing
def check(batch: Given, formats: Chosen, fail_on: str, show_values: bool, config_file: str | None,
          shown_as: str | None, baseline: str | None, write_baseline: str | None, watch: bool, mark: bool,
          showing: Showing) -> None:
    if write_baseline and real_path(write_baseline) in map(real_path, files_of(formats)):
        raise UsageError("usage.baseline-file", file=write_baseline)
    if watch and mark:
        raise UsageError("workbook.mark-watch")
    outputs = [*files_of(formats), *filter(None, (write_baseline, summary_file()))]
    stdin = showing.stdin_name or STDIN

    def look() -> int:
        compiled, result = checked(batch, outputs, show_values=show_values, baseline=baseline,
                                   new_baseline=write_baseline, called=called(shown_as), stdin_name=stdin)
        code = exit_code(result, fail_on)
        setting = Setting(compiled, batch.lang, places(as_named(batch.paths, stdin), (batch.roster, batch.waivers),
                                                       called(shown_as)),
                          reading=lambda: Progress(batch.progress, batch.lang, "ledger.reading"))
        known = as_baseline(result.findings, compiled.pack, result.compared) if write_baseline else ""
        put(lambda name, shown: FORMATS[name](result, showing.of(setting, shown)), formats, batch.lang,
            code, [(Path(write_baseline), known.encode())] if write_baseline else [], show_values)
        tell_of_next_time(batch.paths, outputs, batch.lang)
        summarise(result, showing.of(setting, False))
        if mark:
            write_marked(batch, result)
        return code

    if watch:
        watched([*batch.paths, *filter(None, (batch.roster, batch.waivers, baseline, batch.folder))], look, batch.lang,
                outputs)
    else:
        sys.exit(look())


@bayang.command(help="command.stats")
@of_batch
@config_file_of_batch
@formats_of(STATISTICS)
@option("--templates", metavar="DIR", help="option.circular-templates")
def stats(batch: Given, config_file: str | None, formats: Chosen, templates: str | None) -> None:
    from .engine.output.statistics.circular import circular
    from .engine.output.statistics.counting import count
    from .engine.output.statistics.tables import report

    makers = STATISTICS | ({"docx": circular(templates)} if templates else {})
    outputs = files_of(formats)
    compiled, result = checked(batch, outputs)
    if templates:
        refuse_inputs(outputs, lambda: Path(templates).glob("*"))
    code = exit_code(result, "never")
    found = report(count(result, compiled.pack), compiled.pack, batch.lang)
    put(lambda name, shown: makers[name](found, batch.lang), formats, batch.lang, code)
    tell_of_next_time(batch.paths, outputs, batch.lang)
    sys.exit(code)


@bayang.command(help="command.notice")
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
    from .engine.output.notices.content import compose  # what only notices need is not loaded for a check
    from .engine.output.notices.delivery import Dispatch, deliver
    from .engine.output.notices.office import Office
    from .engine.output.notices.overview import overview, summary_lines
    from .engine.output.notices.register import register_of, registered
    from .engine.output.notices.rounds import load_previous
    from .engine.output.notices.settings import Settings, Terms, find_settings, load_settings

    lang = batch.lang
    compiled, result = checked(batch)
    if result.empty:
        sys.exit(exit_code(result, "never"))
    config = config or (None if batch.no_config else find_settings(batch.paths))
    settings = load_settings(config, compiled.pack) if config else Settings()
    terms = Terms(lang, reply_by, turn, load_previous(previous, result) if previous else None, kinds, within)
    program = shutil.which("soffice") or shutil.which("libreoffice")
    dispatch = Dispatch(Path(to), formats, lang, Path(templates) if templates else None, overwrite,
                        Office(program, dict(os.environ)) if program else None,
                        lambda: (*result.inputs(), *filter(None, (config, previous))), register_of(register, config))
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


bayang.add_command(archive)
bayang.add_command(ledger)
bayang.add_command(due)
bayang.add_command(diff)
bayang.add_command(fix)
bayang.add_command(new_form)
bayang.add_command(import_forms)
bayang.add_command(desk)
bayang.add_command(server)
bayang.add_command(rules)


@bayang.command("explain", help="command.explain")
@click.argument("rule", metavar="RULE")
@of_pack
@in_language
def explain_rule(rule: str, folder: str | None, lang: str) -> None:
    from .engine.authoring.reference import explain

    echo(explain(Compiled(pack_of(folder)), rule, lang), nl=False)


@bayang.command("schema", help="command.schema")
@click.argument("name", type=click.Choice(NAMES), metavar="|".join(NAMES))
@option("--keys", type=click.Choice(KEYS), default="en", show_default=True, help="option.keys")
@of_pack
@in_language
def print_schema(name: str, keys: str, folder: str | None, lang: str) -> None:
    from .engine.authoring.published import publish

    echo(json.dumps(publish(pack_of(folder), name, keys), ensure_ascii=False, indent=2))


def main() -> None:
    """The entry point: streams in UTF-8 whatever the locale, then the command."""
    in_utf8()
    signal.signal(signal.SIGTERM, terminate)
    try:
        sys.exit(bayang(prog_name="bayang", standalone_mode=False))
    except click.UsageError as fault:
        if isinstance(fault, getattr(click.exceptions, "NoArgsIsHelpError", ())):
            fault.show()
            sys.exit(2)
        language = language_in(sys.argv[1:])
        stop(2, say("run.usage", language, text=safe(say("usage.typed", language, **wrong_use(fault)))))
    except BrokenPipeError:
        forget_stdout()
        sys.exit(1)
    except (KeyboardInterrupt, click.Abort) as fault:   # outside of any command's own boundary
        sys.exit(code_of(fault))
