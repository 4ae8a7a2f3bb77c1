"""The command `bayang`: parses options, calls the engine, prints, exits. Only this module knows clock and environment."""

from __future__ import annotations

import contextlib
import datetime
import os
import sys
import zoneinfo
from pathlib import Path
from typing import Any, NoReturn

import click

from bayang import __version__
from bayang.engine.compile import Compiled
from bayang.engine.dates import parse_date
from bayang.engine.examples import run_examples
from bayang.engine.formats import FORMATS
from bayang.engine.messages import say
from bayang.engine.pack import BUNDLED, Pack, load_pack
from bayang.engine.records import PackError, UsageError
from bayang.engine.run import Options, run
from bayang.engine.writing import write_whole

LEVELS = ("error", "warning", "info")


class Stop(Exception):
    """Ends a command with an exit code, after saying one line on standard error."""

    def __init__(self, code: int, line: str) -> None:
        super().__init__(line)
        self.code = code
        self.line = line


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="bayang")
def bayang() -> None:
    """核查自查自纠报告：只看格式、要素和前后是否一致，不评判任何人。

    Check self-inspection reports for form, completeness and consistency; never judge a person.
    """


def _date(context: click.Context, option: click.Parameter, value: str | None) -> str | None:
    if value is None:
        return None
    found = parse_date(value)
    if found is None:
        raise click.BadParameter("请写成 2022-04-30 / write it as 2022-04-30")
    return found[0]


def _formats(context: click.Context, option: click.Parameter, values: tuple[str, ...]) -> list[tuple[str, str | None]]:
    chosen = []
    for value in values or ("text",):
        name, _, file = value.partition("=")
        if name not in FORMATS:
            raise click.BadParameter(f"{name}: {', '.join(FORMATS)}")
        chosen.append((name, file or None))
    if sum(file is None for _, file in chosen) > 1:
        raise click.BadParameter("只能有一个不带文件的格式 / only one format may go to standard output")
    return chosen


def _split(context: click.Context, option: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


@bayang.command()
@click.argument("paths", nargs=-1, required=True, metavar="PATH…")
@click.option("--roster", metavar="FILE", help="名册；不给时用 PATH 顶层的 roster.yaml。The roster.")
@click.option("--waivers", metavar="FILE", help="免责表；不给时用 PATH 顶层的 waivers.yaml。The waivers.")
@click.option("--no-config", is_flag=True, help="不自动查找名册、免责表和配置。Look for no roster, waivers or config.")
@click.option("--as-of", callback=_date, metavar="DATE", help="时点，默认今天。The office's clock; today unless given.")
@click.option("--phase", metavar="PHASE", help="按此阶段刚结束时核查。Judge as if this phase had just closed.")
@click.option("--partial", is_flag=True, help="PATH 只是一部分。The PATHs are only a part of the batch.")
@click.option("--exclude", multiple=True, metavar="GLOB", help="不看这些文件。Leave these files out.")
@click.option("--rules", "folder", metavar="DIR", help="规则包。The rule pack.")
@click.option("--format", "formats", multiple=True, callback=_formats, metavar="FORMAT[=FILE]",
              help=f"输出格式：{' '.join(FORMATS)}，可重复。Output format, repeatable.")
@click.option("--fail-on", type=click.Choice([*LEVELS, "never"]), default="error", show_default=True,
              help="到这一级即返回 1。Exit 1 at this level.")
@click.option("--select", multiple=True, callback=_split, metavar="RULES", help="只用这些规则。Only these rules.")
@click.option("--ignore", multiple=True, callback=_split, metavar="RULES", help="不用这些规则。Not these rules.")
@click.option("--show-values", is_flag=True, help="显示填写的内容（敏感主题除外）。Show what was written.")
@click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="语言。Language.")
def check(paths: tuple[str, ...], **given: Any) -> None:
    """核查 PATH（文件、文件夹或 -）下的报告。

    Check the reports under PATH: files, folders, or - for standard input.
    """
    language, formats = given["lang"], given["formats"]
    with _explained(language):
        compiled = Compiled(_pack(given["folder"]))
        options = Options(
            as_of=given["as_of"] or _today(compiled.pack.timezone), phase=given["phase"],
            clock_given=given["as_of"] is not None, roster=given["roster"], waivers=given["waivers"],
            find_tables=not given["no_config"], partial=given["partial"], exclude=given["exclude"],
            select=given["select"], ignore=given["ignore"], language=language, show_values=given["show_values"])
        result = run(paths, options, compiled)
        for file, rule, error in result.crashes:
            click.echo(say("run.crash", language, file=file, rule=rule, error=error), err=True)
        for name, file in formats:
            _put(FORMATS[name](result, language), file, language)
        if not result.summary["files"] and not result.sources["roster"]:
            click.echo(say("run.nothing", language), err=True)
        sys.exit(exit_code(result, given["fail_on"]))


@bayang.group()
def rules() -> None:
    """规则包：列出规则、运行规则里的样例。

    The rule pack: list its rules, run the examples that stand in them.
    """


_folder = click.option("--rules", "folder", metavar="DIR", help="规则包。The rule pack.")
_lang = click.option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="语言。Language.")


@rules.command("list")
@_folder
@_lang
def rules_list(folder: str | None, lang: str) -> None:
    """列出规则：编号、级别、起始阶段、名称。List the rules: ID, level, first phase, name."""
    with _explained(lang):
        for rule in _pack(folder).rules.values():
            levels = "/".join(level for level in LEVELS if level in rule.levels)
            click.echo(f"{rule.id}  {levels:<14} {rule.first:<14} {rule.name:<26} {rule.title[lang]}")


@rules.command("test")
@_folder
@_lang
def rules_test(folder: str | None, lang: str) -> None:
    """运行每条规则的通过样例和不通过样例。Run each rule's passing and failing examples."""
    with _explained(lang):
        passed = failed = 0
        for outcome in run_examples(Compiled(_pack(folder))):
            passed, failed = passed + (not outcome.fault), failed + bool(outcome.fault)
            if outcome.fault:
                click.echo(f"{outcome.rule} {outcome.side} {outcome.number}: {outcome.fault}")
        click.echo(say("run.examples", lang, passed=passed, failed=failed))
        sys.exit(1 if failed else 0)


def _pack(folder: str | None) -> Pack:
    return load_pack(Path(folder) if folder else BUNDLED)


def exit_code(result: Any, fail_on: str) -> int:
    """4 a rule crashed, 1 findings at or above `fail_on`, 3 nothing to check, 0 else; in this precedence."""
    if result.crashes:
        return 4
    if fail_on != "never":
        levels = LEVELS[:LEVELS.index(fail_on) + 1]
        if any(one.level in levels and one.gates for one in result.findings):
            return 1
    return 0 if result.summary["files"] or result.sources["roster"] else 3


def _today(timezone: str) -> str:
    return datetime.datetime.now(zoneinfo.ZoneInfo(timezone)).date().isoformat()


def _put(text: str, file: str | None, language: str) -> None:
    """Write an output whole: to its file, or to standard output."""
    if file is None:
        sys.stdout.write(text)
        sys.stdout.flush()
        return
    try:
        write_whole(Path(file), text.encode("utf-8"))
    except OSError as fault:
        raise Stop(2, say("run.unwritable", language, file=file, text=fault.strerror or type(fault).__name__)) from None


@contextlib.contextmanager
def _explained(language: str) -> Any:
    """The one boundary at which errors become a line on standard error and an exit code."""
    try:
        yield
    except UsageError as fault:
        _stop(2, say("run.usage", language, text=fault.zh if language == "zh" else fault.en))
    except PackError as fault:
        _stop(2, say("run.broken", language, file=fault.file, line=fault.line,
                     text=fault.zh if language == "zh" else fault.en))
    except Stop as stop:
        _stop(stop.code, stop.line)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)
    except KeyboardInterrupt:
        _stop(130, say("run.interrupted", language))


def _stop(code: int, line: str) -> NoReturn:
    click.echo(line, err=True)
    sys.exit(code)


def main() -> None:
    """The entry point: streams in UTF-8 whatever the locale, then the command."""
    for stream in (sys.stdout, sys.stderr):
        stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
    bayang(prog_name="bayang")
