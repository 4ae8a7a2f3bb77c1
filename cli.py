"""The command `bayang`: parses options, calls the engine, prints, exits. Only here are clock and environment known."""

from __future__ import annotations

import contextlib
import datetime
import errno
import fnmatch
import importlib.util
import itertools
import json
import math
import os
import re
import shutil
import signal
import sys
import time
import traceback
import zoneinfo
from collections.abc import Callable, Iterable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, NoReturn

import click

from bayang import __version__
from bayang.engine.authoring.published import KEYS, NAMES
from bayang.engine.batch.baseline import as_baseline
from bayang.engine.batch.outcome import Result
from bayang.engine.batch.run import Options, choose_phase, choose_rules, read_table, run
from bayang.engine.console.config import Config, find_config, listed, load_config
from bayang.engine.judging.compile import Compiled
from bayang.engine.output.findings import FORMATS, Setting
from bayang.engine.output.findings.repository import paths_in_repository
from bayang.engine.output.findings.terminal import safe, tame, wrap
from bayang.engine.output.notices.templates import FORMATS as NOTICE_FORMATS
from bayang.engine.output.notices.templates import KINDS as LETTERS
from bayang.engine.output.statistics import STATISTICS
from bayang.engine.packs.pack import BUNDLED, Pack, load_pack
from bayang.engine.packs.roster import load_roster
from bayang.engine.reading.files import REPORTS, STDIN, lies_in, real_path
from bayang.engine.reading.inputs import refuse_inputs
from bayang.engine.records import PackError, UsageError
from bayang.engine.text.dates import parse_date
from bayang.engine.text.messages import LANGUAGES, both, say, told
from bayang.engine.text.wording import edits, nearest, width
from bayang.engine.writing import drafted

LEVELS = ("error", "warning", "info")
MOST_IN_SUMMARY = 200       # findings; GitHub refuses a step's summary over 1 MiB
VARIABLE = "BAYANG_"        # what the names of environment variables begin with
SHORT = 5           # characters of a variable's own name of which two are too many to be a slip
PLATFORMS = ("BAYANG_PORT*", "BAYANG_*SERVICE*")        # variables that container platforms set on their own
MOST_GONE = 10      # entries of a baseline that are named one by one on standard error
PLACE = click.Path(readable=False)     # a file or folder, there or not: so shells complete it
OFFICE = {"docx": "docxtpl", "xlsx": "XlsxWriter"}      # formats that no terminal shows, and what they need

Chosen = list[tuple[str, str | None]]       # formats, each with the file to write; None is standard output


class Stop(Exception):
    """Ends a command with an exit code, after saying one line on standard error."""

    def __init__(self, code: int, line: str) -> None:
        super().__init__(line)
        self.code = code
        self.line = line


def _echo(text: str, err: bool = False, nl: bool = True) -> None:
    """Print lines that no pipeline's log takes for commands, whatever paths and packs hold."""
    click.echo("\n".join(map(tame, text.split("\n"))), err=err, nl=nl)


def _echo_all(lines: Iterable[str]) -> None:
    """Lines for standard output, which is told of files before they are put in their places: they follow at once."""
    if sys.stdout is None:
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    for line in lines:
        _echo(safe(line))


class BadValue(click.BadParameter):
    """A value of an option that can't be used; `key` names the text, `facts` are what it shows."""

    def __init__(self, key: str, **facts: Any) -> None:
        super().__init__(key)
        self.key = key
        self.facts = facts


class Help(click.HelpFormatter):
    """Help pages with headings in Chinese, wrapped as terminals show them: a Chinese character takes two columns."""

    HEADINGS = {"Options": "help.options", "Commands": "help.commands"}

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        super().write_usage(prog, args, prefix or both("help.usage") + ": ")

    def write_heading(self, heading: str) -> None:
        super().write_heading(both(self.HEADINGS[heading]) if heading in self.HEADINGS else heading)

    def write_text(self, text: str) -> None:
        indent = " " * self.current_indent
        self.write("".join(f"{line}\n" for line in wrap(text, indent, indent)))

    def write_dl(self, rows: Any, col_max: int = 30, col_spacing: int = 2) -> None:
        rows = list(rows)
        column = min(max(width(term) for term, _ in rows), col_max) + col_spacing + self.current_indent
        for term, text in rows:
            head = " " * self.current_indent + term
            if width(head) > column - col_spacing:
                self.write(head + "\n")
                head = ""
            text = text.replace("[default", "[" + both("help.default"))
            self.write("".join(f"{line}\n" for line in wrap(text, head.ljust(column), " " * column)))


class Worded:
    """Its help is given as the key of a text, which is read only when the help is shown."""

    facts: dict[str, Any] = {}
    key: str | None = None

    @property
    def help(self) -> str | None:
        return both(self.key, **self.facts) if self.key else None

    @help.setter
    def help(self, key: str | None) -> None:
        self.key = key


class Option(Worded, click.Option):
    """An option of a command; `facts` are what the text of its help shows."""

    def __init__(self, *names: Any, facts: dict[str, Any] | None = None, **given: Any) -> None:
        super().__init__(*names, **given)
        self.facts = facts or {}


_option = partial(click.option, cls=Option)


class Helped(Worded):
    """A command or group whose help is such a page."""

    class context_class(click.Context):
        formatter_class = Help

    help_option: click.Parameter | None = None

    def get_help_option(self, context: click.Context) -> click.Parameter | None:
        if self.help_option is None:
            click.help_option(*self.get_help_option_names(context), cls=Option, help="option.help")(self)
            self.help_option = self.params.pop()
        return self.help_option

    def get_short_help_str(self, limit: int = 0) -> str:
        return self.help or ""


class Command(Helped, click.Command):
    """A command whose options may also stand in the environment and, where it reads a batch, in a configuration."""

    def parse_args(self, context: click.Context, args: list[str]) -> list[str]:
        try:
            typed, _, _ = self.make_parser(context).parse_args(list(args))
        except click.UsageError as fault:
            fault.ctx = fault.ctx or context
            raise
        if not context.resilient_parsing and self.get_help_option(context).name not in typed:
            with _explained(_language(args)):
                context.default_map = _defaults(self, context, typed)
        return super().parse_args(context, args)


class Group(Helped, click.Group):
    """A group of such commands."""

    command_class = Command
    group_class = type


def _language(args: list[str]) -> str:
    """The language asked for, as long as nothing else is known of the options."""
    typed = [value for option, value in itertools.pairwise(args) if option == "--lang"]
    typed += [option.removeprefix("--lang=") for option in args if option.startswith("--lang=")]
    return next((one for one in (*typed, os.environ.get(VARIABLE + "LANG")) if one in LANGUAGES), LANGUAGES[0])


def _defaults(command: click.Command, context: click.Context, typed: dict[str, Any]) -> dict[str, Any]:
    """What the configuration and the environment say of the options of a command, the environment winning."""
    options = _options(command)
    batch = "no-config" in options
    values = {}
    environment = _environment(context, batch, _language(["--lang", typed.get("lang") or ""]))
    config = _config(options, context, typed, environment) if batch else None
    context.meta["config"] = config
    for name, value in config.values.items() if config else ():
        if name in options:
            try:
                options[name].process_value(context, value)
            except click.BadParameter as fault:
                raise PackError(config.file, config.lines[name], "config.value", key=name,
                                text=_complaint(fault)) from None
            values[options[name].name] = value
    for name, value in environment.items():
        if name in options and (batch or name in ("lang", "rules")):
            values[options[name].name] = _of_environment(options[name], name, value, context)
    return values


def _options(command: click.Command) -> dict[str, click.Option]:
    """The options of a command by the names that they have in a configuration."""
    return {max(one.opts, key=len).lstrip("-"): one for one in command.params
            if isinstance(one, click.Option) and not one.hidden}


def _environment(context: click.Context, batch: bool, language: str) -> dict[str, str]:
    """The variables BAYANG_… by the options that they stand for; for a batch, others are told, once.

    Raises UsageError at one that is nearly such a name: it would be left out in silence.
    """
    batches = [one for one in context.find_root().command.commands.values() if "no-config" in _options(one)]
    known = {VARIABLE + name.upper().replace("-", "_"): name for one in batches for name in _options(one)}
    others = [name for name, value in os.environ.items() if name.startswith(VARIABLE) and value and name not in known
              and not any(fnmatch.fnmatchcase(name, one) for one in PLATFORMS)]
    for name in others:
        near = next((one for one in known if edits(name, one, 2) <= _slips(one)), None)
        if near:
            raise UsageError("config.no-variable", name=name, near=near)
    if others and batch:
        _echo(say("config.other-variables", language, names=[safe(name) for name in sorted(others)]), err=True)
    return {option: os.environ[name] for name, option in known.items() if os.environ.get(name)}


def _slips(variable: str) -> int:
    """How many edits from a variable's name are plainly a slip: of a short one, two would make another word."""
    return 1 if len(variable) - len(VARIABLE) <= SHORT else 2


def _of_environment(option: click.Option, name: str, value: str, context: click.Context) -> Any:
    """The value of a variable, several values parted by commas or line breaks."""
    given = listed(value) if option.multiple else value
    try:
        made = option.process_value(context, given)
    except click.BadParameter as fault:
        raise UsageError("config.environment", name=VARIABLE + name.upper().replace("-", "_"),
                         text=_complaint(fault)) from None
    return made if option.is_flag else given


def _config(options: dict[str, click.Option], context: click.Context, typed: dict[str, Any],
            environment: dict[str, str]) -> Config | None:
    """The configuration that is named, or else the one that lies above the PATHs, unless nobody shall look."""
    named = typed.get("config_file") or environment.pop("config", None)
    if named:
        return load_config(named, _called(typed))
    quiet = environment.get("no-config")
    if typed.get("no_config") is True or quiet and _of_environment(options["no-config"], "no-config", quiet, context):
        return None
    paths = typed.get("paths")
    language = _language(["--lang", typed.get("lang") or ""])
    strange: dict[str, None] = {}
    found = find_config(paths, lambda file: strange.setdefault(file)) if isinstance(paths, tuple) else None
    for file in strange:
        _echo(say("config.strange", language, file=safe(file)), err=True)
    return load_config(found) if found else None


def _complaint(fault: click.UsageError) -> dict[str, str]:
    """What is wrong with the command line, in the languages we speak."""
    return {language: _worded(fault, language) for language in LANGUAGES}


def _worded(fault: click.UsageError, language: str) -> str:
    command = fault.ctx.command if fault.ctx else bayang
    quoted = re.search(r"""(['"])(.*?)\1""", fault.message)     # what was typed, as click cites it
    typed = quoted[2] if quoted else ""
    if isinstance(fault, BadValue):
        return say(fault.key, language, **fault.facts)
    if isinstance(fault, click.NoSuchOption):
        names = [name for one in command.params for name in (*one.opts, *one.secondary_opts)]
        return say("usage.no-option", language, name=fault.option_name, near=nearest(fault.option_name, names))
    if isinstance(fault, click.BadOptionUsage):
        flag = any(fault.option_name in one.opts and getattr(one, "is_flag", False) for one in command.params)
        return say("usage.flag" if flag else "usage.no-value", language, name=fault.option_name)
    if isinstance(fault, click.MissingParameter):
        return say("usage.missing", language)
    if isinstance(fault, click.BadParameter):
        kind = fault.param.type if fault.param else None
        if isinstance(kind, click.Choice):
            return say("usage.choice", language, typed=typed, values=list(kind.choices))
        return say("usage.number", language)
    if isinstance(command, click.Group):
        return say("usage.no-command", language, typed=typed, near=nearest(typed, list(command.commands)),
                   known=list(command.commands))
    return say("usage.too-many", language)


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]}, help="command.bayang")
@click.version_option(__version__, prog_name="bayang", cls=Option, help="option.version")
def bayang() -> None:
    """All commands."""


def _date(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    found = parse_date(value)
    if found is None:
        raise BadValue("usage.date")
    return found[0]


def _format(formats: Iterable[str]) -> Any:
    """The option `--format FORMAT[=FILE]` of a command that knows these."""
    known = tuple(formats)

    def chosen(context: click.Context, option: click.Parameter, values: tuple[str, ...]) -> Chosen:
        pairs = []
        for value in values or ("text",):
            name, sign, file = value.partition("=")
            if name not in known:
                raise BadValue("usage.no-format", name=name, formats=" ".join(known))
            if (sign or name in OFFICE) and not file:
                raise BadValue("usage.no-format-file", name=name)
            if name in OFFICE and importlib.util.find_spec(OFFICE[name].lower()) is None:   # said before the work
                raise BadValue("office.missing", package=OFFICE[name])
            pairs.append((name, file or None))
        if sum(file is None for _, file in pairs) > 1:
            raise BadValue("usage.two-formats")
        files = [real_path(file) for _, file in pairs if file]
        if len(set(files)) < len(files):
            raise BadValue("usage.same-file")
        return pairs

    return _option("--format", "formats", multiple=True, callback=chosen, metavar="FORMAT[=FILE]",
                   shell_complete=lambda context, option, start: [name for name in known if name.startswith(start)],
                   help="option.format", facts={"formats": " ".join(known)})


def _notice_formats(context: click.Context, option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    chosen = dict.fromkeys(_split(context, option, values)) or {"docx": None}
    for name in chosen:
        if name not in NOTICE_FORMATS:
            raise BadValue("usage.no-format", name=name, formats=" ".join(NOTICE_FORMATS))
        if name in ("docx", "pdf") and importlib.util.find_spec("docxtpl") is None:     # said before the work
            raise BadValue("office.missing", package="docxtpl")
    return tuple(chosen)


def _letter_kinds(context: click.Context, option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    chosen = _split(context, option, values) or LETTERS
    for name in chosen:
        if name not in LETTERS:
            raise BadValue("usage.choice", typed=name, values=list(LETTERS))
    return tuple(chosen)


def _split(context: click.Context, option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


_folder = _option("--rules", "folder", type=PLACE, metavar="DIR", help="option.rules")
_lang = _option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True,
                     help="option.lang")

# Not for commands whose --config is a file of their own; they find a bayang.yaml all the same.
_config_file = _option("--config", "config_file", type=PLACE, metavar="FILE", help="option.config")

# What every command that reads a batch takes.
_BATCH = (
    click.argument("paths", nargs=-1, required=True, type=PLACE, metavar="PATH…"),
    _option("--roster", type=PLACE, metavar="FILE", help="option.roster"),
    _option("--waivers", type=PLACE, metavar="FILE", help="option.waivers"),
    _option("--no-config", is_flag=True, help="option.no-config"),
    _option("--as-of", callback=_date, metavar="DATE",
                 help="option.as-of"),
    _option("--phase", metavar="PHASE", help="option.phase"),
    _option("--partial", is_flag=True, help="option.partial"),
    _option("--exclude", multiple=True, metavar="GLOB", help="option.exclude"),
    _folder,
    _option("--select", multiple=True, callback=_split, metavar="RULES", help="option.select"),
    _option("--ignore", multiple=True, callback=_split, metavar="RULES", help="option.ignore"),
    _option("--jobs", type=click.IntRange(min=1), metavar="N",
                 help="option.jobs"),
    _option("--cache/--no-cache", default=None, help="option.cache"),
    _option("--cache-dir", type=PLACE, metavar="DIR", help="option.cache-dir"),
    _option("--progress", type=click.Choice(["auto", "always", "never"]), default="auto", show_default=True,
                 help="option.progress"),
    _lang,
)


def _batch(command: Any) -> Any:
    """The options of a command that reads a batch."""
    for option in reversed(_BATCH):
        command = option(command)
    return command


def _held_to(config: Config, pack: Pack, given: dict[str, Any]) -> None:
    """The phase and the rules that a configuration names are in the pack. Raises PackError with their line."""
    for name in ("phase", "select", "ignore"):
        value = config.values.get(name)
        if value and (value == given[name] or tuple(value) == given[name]):
            try:
                if name == "phase":
                    choose_phase(pack, value)
                else:
                    choose_rules(pack, value, ())
            except UsageError as fault:
                raise PackError(config.file, config.lines[name], "config.value", key=name, text=fault) from None


def _checked(paths: tuple[str, ...], given: dict[str, Any]) -> tuple[Compiled, Result]:
    """Check the batch as the options say: the compiled pack and the result; crashes and emptiness are told."""
    language = given["lang"]
    compiled = Compiled(_pack(given["folder"], examples=False))
    config = click.get_current_context().meta["config"]
    if config:
        _held_to(config, compiled.pack, given)
    options = Options(
        as_of=given["as_of"] or _today(compiled.pack.timezone), phase=given["phase"],
        clock_given=given["as_of"] is not None, roster=given["roster"], waivers=given["waivers"],
        find_tables=not given["no_config"], partial=given["partial"], exclude=given["exclude"],
        select=given["select"], ignore=given["ignore"], language=language, called=_called(given),
        show_values=given.get("show_values", False), jobs=given["jobs"] or 0, baseline=given.get("baseline"),
        cache=None if given["cache"] is False else given["cache_dir"] or _cache_folder(),
        cache_always=bool(given["cache"] or given["cache_dir"]), outputs=_outputs(given),
        new_baseline=given.get("write_baseline"),
        config={"file": config.file, "digest": config.digest} if config else None)
    progress = Progress(given["progress"], language)
    try:
        result = run(paths, options, compiled, progress)
    except KeyboardInterrupt as fault:
        if not progress.total:
            raise
        raise Stop(_code_of(fault), say("run.stopped", language, done=progress.done, total=progress.total)) from None
    finally:
        progress.clear()
    if result.cache_fault:
        _echo(say("run.cache", language, text=result.cache_fault), err=True)
    for file, rule, error in result.crashes:
        _echo(say("run.crash", language, file=safe(file), rule=rule, error=error), err=True)
    gone = result.compared.gone if result.compared else []
    for one in gone[:MOST_GONE]:
        _echo(say("baseline.gone", language, rule=safe(one.rule), phase=safe(one.phase or ""),
                       place=safe((one.subject and one.subject.id) or one.file)), err=True)
    if len(gone) > MOST_GONE:
        _echo(say("baseline.more", language, count=len(gone) - MOST_GONE), err=True)
    if result.empty:
        _echo(say("run.nothing", language), err=True)
    elif result.bare:
        _echo(say("run.bare", language, paths=[safe(path) for path in result.bare]), err=True)
    return compiled, result


def _called(given: dict[str, Any]) -> Callable[[str], str]:
    """How the path of a table is shown: as it is, or one in a folder that is no place for people by that one's name."""
    folder, _, name = (given.get("shown_as") or "").partition("=")
    return lambda path: name + path.removeprefix(folder) if folder and path.startswith(folder) else path


def _outputs(given: dict[str, Any]) -> tuple[str, ...]:
    """The files that a command will write by name."""
    files = [one[1] for one in given["formats"] if isinstance(one, tuple)]
    if "write_baseline" in given:
        files += [given["write_baseline"], os.environ.get("GITHUB_STEP_SUMMARY")]
    return tuple(filter(None, files))


def _tell_of_next_time(paths: tuple[str, ...], outputs: Iterable[str], language: str) -> None:
    """What is written among the reports under the name of one will be read as one the next time."""
    folders = [real_path(path) for path in paths if path != STDIN and os.path.isdir(path)]
    for file in outputs:
        if file.lower().endswith(REPORTS) and any(lies_in(real_path(file), folder) for folder in folders):
            _echo(say("run.next-time", language, file=safe(file)), err=True)


@bayang.command(help="command.check")
@_batch
@_format(FORMATS)
@_option("--fail-on", type=click.Choice([*LEVELS, "never"]), default="error", show_default=True,
              help="option.fail-on")
@_option("--show-values", is_flag=True, help="option.show-values")
@_config_file
@_option("--shown-as", hidden=True, metavar="FOLDER=NAME", help="option.shown-as")
@_option("--baseline", type=PLACE, metavar="FILE", help="option.baseline")
@_option("--write-baseline", type=PLACE, metavar="FILE", help="option.write-baseline")
def check(paths: tuple[str, ...], **given: Any) -> None:
    """Check the reports under PATH."""
    language = given["lang"]
    with _explained(language):
        into = given["write_baseline"]
        if into and real_path(into) in [real_path(file) for _, file in given["formats"] if file]:
            raise UsageError("usage.baseline-file", file=into)
        compiled, result = _checked(paths, given)
        code = exit_code(result, given["fail_on"])
        setting = Setting(compiled, language, _places(paths, given))
        baseline = as_baseline(result.findings, compiled.pack, result.compared) if into else ""
        _put(lambda name, shown: FORMATS[name](result, replace(setting, colour=shown and _colours())),
             given["formats"], language, code, [(Path(into), baseline.encode())] if into else [],
             given["show_values"])
        _tell_of_next_time(paths, _outputs(given), language)
        _summarise(result, setting)
        sys.exit(code)


@bayang.command(help="command.stats")
@_batch
@_config_file
@_format(STATISTICS)
@_option("--templates", metavar="DIR", help="option.circular-templates")
def stats(paths: tuple[str, ...], **given: Any) -> None:
    """Count what was filed, found and put right, unit by unit."""
    language = given["lang"]
    with _explained(language):
        from bayang.engine.output.statistics.circular import circular
        from bayang.engine.output.statistics.counting import count
        from bayang.engine.output.statistics.tables import report

        outputs = STATISTICS | ({"docx": circular(given["templates"])} if given["templates"] else {})
        compiled, result = _checked(paths, given)
        if given["templates"]:
            refuse_inputs(_outputs(given), lambda: Path(given["templates"]).glob("*"))
        code = exit_code(result, "never")
        found = report(count(result, compiled.pack), compiled.pack, language)
        _put(lambda name, shown: outputs[name](found, language), given["formats"], language, code)
        _tell_of_next_time(paths, _outputs(given), language)
        sys.exit(code)


@bayang.command("new", help="command.new")
@click.argument("kind", metavar="personal|unit|all")
@_option("--phase", metavar="PHASE", help="option.form-phase")
@_option("--level", metavar="LEVEL", help="option.form-level")
@_option("--roster", type=PLACE, metavar="FILE", help="option.form-roster")
@_option("--to", type=PLACE, metavar="FILE|DIR", help="option.form-to")
@_option("--keys", type=click.Choice(KEYS), default="zh", show_default=True, help="option.keys")
@_folder
@_lang
def new_form(kind: str, roster: str | None, to: str | None, keys: str, folder: str | None, lang: str,
             **given: str | None) -> None:
    """Make fill-in forms."""
    with _explained(lang):
        from bayang.engine.output.forms import Order, for_one, for_roster, form, kinds_of, level_of, phase_at

        pack = _pack(folder)
        phase = choose_phase(pack, given["phase"]) or phase_at(pack, _today(pack.timezone))
        order = Order(kinds_of(pack, kind), phase, level_of(pack, given["level"]), keys, lang)
        if roster:
            listed = read_table([], roster, False, load_roster, pack, "roster")
            handout = for_roster(pack, order, listed, Path(to) if to else None)
        elif to:
            handout = for_one(pack, order, Path(to))
        else:
            _echo(form(pack, order).text(), nl=False)
            return
        progress = Progress("auto", lang, "form.progress")
        try:
            handout.write(pack, order, progress, lambda: _echo_all(handout.told(pack, order)))
        except OSError as fault:
            raise _unwritable(fault, lang) from None
        finally:
            progress.clear()


@bayang.command(help="command.notice")
@_batch
@_option("--to", required=True, type=PLACE, metavar="DIR", help="option.notice-to")
@_option("--format", "formats", multiple=True, callback=_notice_formats, metavar="FORMAT",
              help="option.notice-format", facts={"formats": " ".join(NOTICE_FORMATS)})
@_option("--kind", "kinds", multiple=True, callback=_letter_kinds, metavar="KIND", help="option.kinds")
@_option("--config", type=PLACE, metavar="FILE", help="option.notice-config")
@_option("--register", type=PLACE, metavar="FILE", help="option.register")
@_option("--reply-by", callback=_date, metavar="DATE", help="option.reply-by")
@_option("--previous", type=PLACE, metavar="FILE", help="option.previous")
@_option("--round", type=click.IntRange(min=1), metavar="N", help="option.round")
@_option("--templates", type=PLACE, metavar="DIR", help="option.templates")
@_option("--overwrite", is_flag=True, help="option.overwrite")
def notice(paths: tuple[str, ...], **given: Any) -> None:
    """Write notices of deficiencies."""
    from bayang.engine.output.notices.content import compose  # what only notices need is not loaded for a check
    from bayang.engine.output.notices.delivery import Dispatch, deliver
    from bayang.engine.output.notices.office import Office
    from bayang.engine.output.notices.overview import overview, summary_lines
    from bayang.engine.output.notices.register import register_of, registered
    from bayang.engine.output.notices.rounds import load_previous
    from bayang.engine.output.notices.settings import Settings, Terms, find_settings, load_settings

    language = given["lang"]
    with _explained(language):
        compiled, result = _checked(paths, given)
        if result.empty:
            sys.exit(exit_code(result, "never"))
        config = given["config"] or (None if given["no_config"] else find_settings(paths))
        settings = load_settings(config, compiled.pack) if config else Settings()
        previous = load_previous(given["previous"], result) if given["previous"] else None
        terms = Terms(language, given["reply_by"], given["round"], previous, given["kinds"])
        program = shutil.which("soffice") or shutil.which("libreoffice")
        dispatch = Dispatch(Path(given["to"]), given["formats"], language,
                            Path(given["templates"]) if given["templates"] else None, given["overwrite"],
                            Office(program, dict(os.environ)) if program else None,
                            lambda: (*result.inputs(), *filter(None, (config, given["previous"]))),
                            register_of(given["register"], config))
        progress = {key: Progress(given["progress"], language, f"noticed.{key}") for key in ("writing", "converting")}
        try:
            with registered(dispatch.register, compiled.pack, language) as book:
                notices = compose(result, compiled, settings, terms, book)
                delivery = deliver(notices, overview(notices, result, language, dispatch.register), dispatch,
                                   lambda part, done, total: progress[part](done, total),
                                   lambda: _echo_all(summary_lines(notices, dispatch, len(book.added) if book else 0)),
                                   book and book.data())
        except OSError as fault:
            raise _unwritable(fault, language) from None
        finally:
            for one in progress.values():
                one.clear()
        for key, facts in delivery.said:
            _echo(safe(say(key, language, **facts)), err=True)
        sys.exit(4 if delivery.failed else exit_code(result, "never"))


@bayang.group(help="command.rules")
def rules() -> None:
    """What is for the writers of a pack."""


@rules.command("list", help="command.rules-list")
@_folder
@_lang
def rules_list(folder: str | None, lang: str) -> None:
    """List the rules."""
    with _explained(lang):
        for rule in _pack(folder).rules.values():
            levels = "/".join(level for level in LEVELS if level in rule.levels)
            _echo(f"{rule.id}  {levels:<14} {rule.first:<14} {rule.name:<26} {rule.title[lang]}")


@rules.command("test", help="command.rules-test")
@_folder
@_lang
def rules_test(folder: str | None, lang: str) -> None:
    """Run the examples of the rules."""
    with _explained(lang):
        from bayang.engine.authoring.examples import run_examples

        passed = failed = 0
        for outcome in run_examples(Compiled(_pack(folder)), language=lang):
            passed, failed = passed + (not outcome.fault), failed + bool(outcome.fault)
            if outcome.fault:
                _echo(f"{outcome.rule} {outcome.side} {outcome.number}: {outcome.fault}")
        _echo(say("run.examples", lang, passed=passed, failed=failed))
        sys.exit(1 if failed else 0)


@rules.command("trace", help="command.rules-trace")
@click.argument("plan", type=PLACE, metavar="PLAN.txt")
@_folder
@_lang
def rules_trace(plan: str, folder: str | None, lang: str) -> None:
    """Hold a plan's text against the rules."""
    with _explained(lang):
        from bayang.engine.authoring.trace import read_plan, show_trace, trace

        found = trace(_pack(folder), read_plan(Path(plan)))
        for line in show_trace(found, lang):
            _echo(line)
        sys.exit(1 if found.uncited or found.astray else 0)


@rules.command("lint", help="command.rules-lint")
@_folder
@_lang
def rules_lint(folder: str | None, lang: str) -> None:
    """Check a pack for what makes it wrong in silence."""
    with _explained(lang):
        from bayang.engine.authoring.lint import lint  # jsonschema takes long to load

        flaws = lint(Path(folder) if folder else BUNDLED)
        for flaw in flaws:
            _echo(safe(say("lint.line", lang, file=flaw.file, line=flaw.line, check=flaw.check,
                                text=flaw.text(lang))))
        _echo(say("lint.totals" if flaws else "lint.clean", lang, count=len(flaws)))
        sys.exit(1 if flaws else 0)


@rules.command("docs", help="command.rules-docs")
@_option("--to", default="docs", show_default=True, type=PLACE, metavar="DIR", help="option.docs-to")
@_option("--check", "only_check", is_flag=True, help="option.only-check")
@_folder
@_lang
def rules_docs(to: str, only_check: bool, folder: str | None, lang: str) -> None:
    """Make the manual of the rules."""
    with _explained(lang):
        from bayang.engine.authoring.reference import FILES, reference

        compiled = Compiled(_pack(folder))
        pages = [(Path(to) / name, reference(compiled, language).encode()) for language, name in FILES.items()]
        if only_check:
            stale = [path for path, data in pages if not path.is_file() or path.read_bytes() != data]
            for path, _ in pages:
                _echo(say("reference.stale" if path in stale else "reference.current", lang, file=path))
            sys.exit(1 if stale else 0)
        refuse_inputs([path for path, _ in pages], lambda: compiled.pack.files)
        try:
            Path(to).mkdir(parents=True, exist_ok=True)
            with drafted(pages) as put:
                _echo_all(say("reference.written", lang, file=path) for path, _ in pages)
                put()
        except OSError as fault:
            raise _unwritable(fault, lang) from None


@bayang.command("explain", help="command.explain")
@click.argument("rule", metavar="RULE")
@_folder
@_lang
def explain_rule(rule: str, folder: str | None, lang: str) -> None:
    """Explain a rule."""
    with _explained(lang):
        from bayang.engine.authoring.reference import explain

        _echo(explain(Compiled(_pack(folder)), rule, lang), nl=False)


@bayang.command("schema", help="command.schema")
@click.argument("name", type=click.Choice(NAMES), metavar="|".join(NAMES))
@_option("--keys", type=click.Choice(KEYS), default="en", show_default=True,
              help="option.keys")
@_folder
@_lang
def print_schema(name: str, keys: str, folder: str | None, lang: str) -> None:
    """Print a schema for editors."""
    with _explained(lang):
        from bayang.engine.authoring.published import publish

        _echo(json.dumps(publish(_pack(folder), name, keys), ensure_ascii=False, indent=2))


def _places(paths: tuple[str, ...], given: dict[str, Any]) -> Callable[[str], str]:
    """Where findings' files lie in the repository; a pipeline says where that begins."""
    root = os.environ.get("GITHUB_WORKSPACE") or os.environ.get("CI_PROJECT_DIR")
    called = _called(given)
    return paths_in_repository(paths, root, [called(one) for one in (given["roster"], given["waivers"]) if one])


def _colours() -> bool:
    """Whether standard output is a terminal that shows colours to someone who wants them."""
    return (sys.stdout is not None and sys.stdout.isatty() and not os.environ.get("NO_COLOR")
            and os.environ.get("TERM") != "dumb" and (os.name != "nt" or "WT_SESSION" in os.environ))


def _pack(folder: str | None, examples: bool = True) -> Pack:
    return load_pack(Path(folder) if folder else BUNDLED, examples=examples)


def exit_code(result: Any, fail_on: str) -> int:
    """4 a rule crashed, 1 findings at or above `fail_on`, 3 nothing to check, 0 else; in this precedence."""
    if result.crashes:
        return 4
    if fail_on != "never":
        levels = LEVELS[:LEVELS.index(fail_on) + 1]
        if any(one.level in levels and one.gates for one in result.findings):
            return 1
    return 3 if result.empty else 0


def _today(timezone: str) -> str:
    return datetime.datetime.now(zoneinfo.ZoneInfo(timezone)).date().isoformat()


def _cache_folder() -> str | None:
    """Where this system has programs keep what they can make again; None where it is not said."""
    home, windows = os.path.expanduser("~"), os.name == "nt"
    if windows:
        top = os.environ.get("LOCALAPPDATA") or os.path.join(home, "AppData", "Local")
    elif sys.platform == "darwin":
        top = os.path.join(home, "Library", "Caches")
    else:
        top = os.environ.get("XDG_CACHE_HOME") or os.path.join(home, ".cache")
    return os.path.join(top, "bayang", *(["Cache"] if windows else [])) if os.path.isabs(top) else None


class Progress:
    """Tells standard error how far a long run is: one line on a terminal, a line at every tenth elsewhere."""

    WAIT = 0.5          # seconds before the first word, so that short runs stay quiet
    PAUSE = 0.1

    def __init__(self, when: str, language: str, text: str = "run.progress") -> None:
        self.text = text
        self.terminal = sys.stderr is not None and sys.stderr.isatty()
        self.wanted = when == "always" or (when == "auto" and self.terminal and not os.environ.get("CI"))
        self.language = language
        self.begun = time.monotonic()
        self.next = self.begun + (0 if when == "always" else self.WAIT)
        self.tenths = 0
        self.size = 0
        self.done = self.total = 0

    def __call__(self, done: int, total: int, rule: str = "") -> None:
        if not rule:
            self.done, self.total = done, total
        if not self.wanted:
            return
        if not self.terminal:
            if not rule and done * 10 // total > self.tenths:
                self.tenths = done * 10 // total
                _echo(say(self.text, self.language, done=done, total=total, rate=0), err=True)
        elif (now := time.monotonic()) >= self.next:
            self.next = now + self.PAUSE
            rate = done / (now - self.begun or 1)
            self._show(say("run.judging", self.language, rule=rule, done=done, total=total) if rule else
                       say(self.text, self.language, done=done, total=total, rate=max(1, round(rate)),
                           left=math.ceil((total - done) / rate)))

    def _show(self, line: str) -> None:
        """Put a line in place of the last one."""
        size = width(line)
        sys.stderr.write("\r" + line + " " * (self.size - size))
        sys.stderr.flush()
        self.size = size

    def clear(self) -> None:
        """Leave no trace on a terminal."""
        if self.size:
            sys.stderr.write("\r" + " " * self.size + "\r")
            sys.stderr.flush()


def _put(make: Callable[[str, bool], str | bytes], formats: Chosen, language: str, code: int,
         others: Iterable[tuple[Path, bytes]] = (), private: bool = False) -> None:
    """Write the outputs whole: to standard output first, then those for files, and others, all or none.

    `make` gives an output by its format, and by whether it goes to standard output.
    """
    made = ((Path(file), _bytes(make(name, False))) for name, file in formats if file)
    try:
        with drafted(itertools.chain(made, others), private) as put:
            for name, file in formats:
                if file is None:
                    _show(_bytes(make(name, True)), language, None if others or len(formats) > 1 else code)
            put()
    except OSError as fault:
        raise _unwritable(fault, language) from None


def _show(output: bytes, language: str, code: int | None) -> None:
    """Give standard output its part; a reader who has seen enough is no fault if there is a `code` to end with."""
    try:
        sys.stdout.buffer.write(output)
        sys.stdout.flush()
    except (OSError, AttributeError) as fault:      # AttributeError: there is no standard output
        _forget_stdout()
        if isinstance(fault, BrokenPipeError) and code is not None:
            sys.exit(code)
        raise Stop(2, say("run.unwritable", language, file="stdout",
                          text=getattr(fault, "strerror", None) or "closed")) from None


def _summarise(result: Result, setting: Setting) -> None:
    """Append a summary where GitHub Actions shows it beside the run; without it the run is what it is."""
    file = os.environ.get("GITHUB_STEP_SUMMARY")
    if not file:
        return
    try:
        with open(file, "ab") as summary:
            summary.write(FORMATS["markdown"](result, setting, MOST_IN_SUMMARY))
    except OSError as fault:
        _echo(say("run.unwritable", setting.language, file=safe(file), text=fault.strerror or ""), err=True)


def _bytes(output: str | bytes) -> bytes:
    return output.encode("utf-8", "backslashreplace") if isinstance(output, str) else output


def _unwritable(fault: OSError, language: str) -> Stop:
    if not fault.filename:
        _forget_stdout()
    return Stop(2, say("run.unwritable", language, file=fault.filename or "stdout",
                       text=fault.strerror or type(fault).__name__))


def _forget_stdout() -> None:
    """What is still to be flushed goes nowhere, so that leaving says nothing about it."""
    if sys.stdout is not None:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


@contextlib.contextmanager
def _explained(language: str) -> Any:
    """The one boundary at which errors become a line on standard error and an exit code."""
    try:
        yield
    except UsageError as fault:
        _stop(2, say("run.usage", language, text=safe(told(fault, language))))
    except PackError as fault:
        _stop(2, say("run.broken", language, file=safe(fault.file), line=fault.line,
                     text=safe(told(fault, language))))
    except Stop as stop:
        _stop(stop.code, safe(stop.line))
    except BrokenPipeError:
        _forget_stdout()
        sys.exit(1)
    except KeyboardInterrupt as fault:
        _stop(_code_of(fault), say("run.interrupted", language))
    except OSError as fault:        # the system's doing, not ours
        _stop(2, say("run.system", language, file=safe(os.fspath(fault.filename or "")),
                     text=fault.strerror or type(fault).__name__))
    except Exception as fault:      # a fault of ours: its kind and place, never its text, which may hold values
        last = traceback.extract_tb(fault.__traceback__)[-1]
        place = f"{Path(last.filename).name}:{last.lineno}"
        _stop(4, say("run.internal", language, error=type(fault).__name__, place=place))


class Terminated(KeyboardInterrupt):
    """The system asks the program to end (SIGTERM): it ends as when a person does."""


def _terminate(number: int, frame: Any) -> NoReturn:
    raise Terminated


def _code_of(interruption: BaseException) -> int:
    """The exit code after an interruption: 128 and the number of the signal."""
    return 143 if isinstance(interruption, Terminated) else 130


def _stop(code: int, line: str) -> NoReturn:
    with contextlib.suppress(OSError):
        _echo(line, err=True)
    sys.exit(code)


def main() -> None:
    """The entry point: streams in UTF-8 whatever the locale, then the command."""
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
    signal.signal(signal.SIGTERM, _terminate)
    language = _language(sys.argv[1:])
    try:
        sys.exit(bayang(prog_name="bayang", standalone_mode=False))
    except click.UsageError as fault:
        if isinstance(fault, getattr(click.exceptions, "NoArgsIsHelpError", ())):
            fault.show()
            sys.exit(2)
        param = fault.param if isinstance(fault, click.BadParameter) else None
        option = (param.metavar if isinstance(param, click.Argument) else max(param.opts, key=len)) if param else ""
        text = say("usage.typed", language, option=option, text=_complaint(fault),
                   command=fault.ctx.command_path if fault.ctx else "bayang")
        _stop(2, say("run.usage", language, text=safe(text)))
    except BrokenPipeError:
        _forget_stdout()
        sys.exit(1)
    except (KeyboardInterrupt, click.Abort) as fault:   # outside of any command's own boundary
        sys.exit(_code_of(fault))
