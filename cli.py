"""The command `bayang`: its commands and the table of their options. What they share lies in engine/console/."""

from __future__ import annotations

import functools
import json
import os
import shutil
import signal
import sys
from collections.abc import Callable
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

import click

from . import __version__
from .engine.authoring.published import KEYS, NAMES
from .engine.batch.baseline import as_baseline
from .engine.batch.run import choose_phase, load_table
from .engine.console.checking import Given, checked, pack_of
from .engine.console.errors import code_of, exit_code, stop, terminate, writing
from .engine.console.help import Option
from .engine.console.options import (
    PLACE,
    Chosen,
    date,
    formats_of,
    in_language,
    letter_kinds,
    notice_formats,
    of_pack,
    option,
    split,
)
from .engine.console.outputs import files_of, put, summarise, tell_of_next_time
from .engine.console.pack_commands import rules
from .engine.console.progress import Progress
from .engine.console.settings import Group
from .engine.console.streams import echo, echo_all, forget_stdout, has_colours, in_utf8
from .engine.console.surroundings import called, places, summary_file, today
from .engine.console.usage import language_in, wrong_use
from .engine.judging.compile import Compiled
from .engine.output.findings import FORMATS
from .engine.output.findings.setting import Setting
from .engine.output.findings.terminal import safe
from .engine.output.notices.templates import FORMATS as NOTICE_FORMATS
from .engine.output.statistics import STATISTICS
from .engine.packs.roster import load_roster
from .engine.reading.files import real_path
from .engine.reading.inputs import refuse_inputs
from .engine.records import LEVELS, UsageError
from .engine.text.messages import say


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]}, help="command.bayang")
@click.version_option(__version__, prog_name="bayang", cls=Option, help="option.version")
def bayang() -> None:
    """All commands."""



# Not for commands whose --config is a file of their own; they find a bayang.yaml all the same.
_config_file = option("--config", "config_file", type=PLACE, metavar="FILE", help="option.config")

# What every command that reads a batch takes: the fields of a Given.
_BATCH = (
    click.argument("paths", nargs=-1, required=True, type=PLACE, metavar="PATH…"),
    option("--roster", type=PLACE, metavar="FILE", help="option.roster"),
    option("--waivers", type=PLACE, metavar="FILE", help="option.waivers"),
    option("--no-config", is_flag=True, help="option.no-config"),
    option("--as-of", callback=date, metavar="DATE", help="option.as-of"),
    option("--phase", metavar="PHASE", help="option.phase"),
    option("--partial", is_flag=True, help="option.partial"),
    option("--exclude", multiple=True, metavar="GLOB", help="option.exclude"),
    of_pack,
    option("--select", multiple=True, callback=split, metavar="RULES", help="option.select"),
    option("--ignore", multiple=True, callback=split, metavar="RULES", help="option.ignore"),
    option("--jobs", type=click.IntRange(min=1), metavar="N", help="option.jobs"),
    option("--cache/--no-cache", default=None, help="option.cache"),
    option("--cache-dir", type=PLACE, metavar="DIR", help="option.cache-dir"),
    option("--progress", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True,
           help="option.progress"),
    in_language,
)


def _batch(command: Callable[..., None]) -> Callable[..., None]:
    """The options of a command that reads a batch, given to it as one record."""
    @functools.wraps(command)
    def given_batch(**given: Any) -> None:
        batch = Given(**{one.name: given.pop(one.name) for one in fields(Given)})
        command(batch, **given)

    for one in reversed(_BATCH):
        given_batch = one(given_batch)
    return given_batch


@bayang.command(help="command.check")
@_batch
@formats_of(FORMATS)
@option("--fail-on", type=click.Choice([*LEVELS, "never"]), default="error", show_default=True, help="option.fail-on")
@option("--show-values", is_flag=True, help="option.show-values")
@_config_file
@option("--shown-as", hidden=True, metavar="FOLDER=NAME", help="option.shown-as")
@option("--baseline", type=PLACE, metavar="FILE", help="option.baseline")
@option("--write-baseline", type=PLACE, metavar="FILE", help="option.write-baseline")
def check(batch: Given, formats: Chosen, fail_on: str, show_values: bool, config_file: str | None,
          shown_as: str | None, baseline: str | None, write_baseline: str | None) -> None:
    if write_baseline and real_path(write_baseline) in map(real_path, files_of(formats)):
        raise UsageError("usage.baseline-file", file=write_baseline)
    outputs = [*files_of(formats), *filter(None, (write_baseline, summary_file()))]
    compiled, result = checked(batch, outputs, show_values=show_values, baseline=baseline,
                               new_baseline=write_baseline, called=called(shown_as))
    code = exit_code(result, fail_on)
    setting = Setting(compiled, batch.lang, places(batch.paths, (batch.roster, batch.waivers), called(shown_as)))
    known = as_baseline(result.findings, compiled.pack, result.compared) if write_baseline else ""
    put(lambda name, shown: FORMATS[name](result, replace(setting, colour=shown and has_colours())), formats,
        batch.lang, code, [(Path(write_baseline), known.encode())] if write_baseline else [], show_values)
    tell_of_next_time(batch.paths, outputs, batch.lang)
    summarise(result, setting)
    sys.exit(code)


@bayang.command(help="command.stats")
@_batch
@_config_file
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


@bayang.command("new", help="command.new")
@click.argument("kind", metavar="personal|unit|all")
@option("--phase", metavar="PHASE", help="option.form-phase")
@option("--level", metavar="LEVEL", help="option.form-level")
@option("--roster", type=PLACE, metavar="FILE", help="option.form-roster")
@option("--to", type=PLACE, metavar="FILE|DIR", help="option.form-to")
@option("--keys", type=click.Choice(KEYS), default="zh", show_default=True, help="option.keys")
@of_pack
@in_language
def new_form(kind: str, phase: str | None, level: str | None, roster: str | None, to: str | None, keys: str,
             folder: str | None, lang: str) -> None:
    from .engine.output.forms import Order, for_one, for_roster, form, kinds_of, level_of, phase_at

    pack = pack_of(folder)
    due = choose_phase(pack, phase) or phase_at(pack, today(pack.timezone))
    order = Order(kinds_of(pack, kind), due, level_of(pack, level), keys, lang)
    if roster:
        handout = for_roster(pack, order, load_table(roster, load_roster, pack), Path(to) if to else None)
    elif to:
        handout = for_one(pack, order, Path(to))
    else:
        echo(form(pack, order).text(), nl=False)
        return
    with writing(lang), Progress("auto", lang, "form.progress") as progress:
        handout.write(pack, order, progress, lambda: echo_all(handout.told(pack, order)))


@bayang.command(help="command.notice")
@_batch
@option("--to", required=True, type=PLACE, metavar="DIR", help="option.notice-to")
@option("--format", "formats", multiple=True, callback=notice_formats, metavar="FORMAT", help="option.notice-format",
        facts={"formats": " ".join(NOTICE_FORMATS)})
@option("--kind", "kinds", multiple=True, callback=letter_kinds, metavar="KIND", help="option.kinds")
@option("--config", type=PLACE, metavar="FILE", help="option.notice-config")
@option("--register", type=PLACE, metavar="FILE", help="option.register")
@option("--reply-by", callback=date, metavar="DATE", help="option.reply-by")
@option("--previous", type=PLACE, metavar="FILE", help="option.previous")
@option("--round", "turn", type=click.IntRange(min=1), metavar="N", help="option.round")
@option("--templates", type=PLACE, metavar="DIR", help="option.templates")
@option("--overwrite", is_flag=True, help="option.overwrite")
def notice(batch: Given, to: str, formats: tuple[str, ...], kinds: tuple[str, ...], config: str | None,
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
    terms = Terms(lang, reply_by, turn, load_previous(previous, result) if previous else None, kinds)
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
