"""Wrong use of the command line in our own words: what click says is English, and no place for people's languages."""

from __future__ import annotations

import itertools
import os
import re
from typing import Any

import click

from ..text.messages import LANGUAGES, say
from ..text.wording import offered

VARIABLE = "BAYANG_"        # what the names of environment variables begin with


class BadValue(click.BadParameter):
    """A value of an option that can't be used; `key` names the text, `facts` are what it shows."""

    def __init__(self, key: str, **facts: Any) -> None:
        super().__init__(key)
        self.key = key
        self.facts = facts


def language_of(typed: str | None) -> str:
    """The language that was typed, else that of the environment, else the first, as long as no option is settled."""
    return next((one for one in (typed, os.environ.get(VARIABLE + "LANG")) if one in LANGUAGES), LANGUAGES[0])


def language_in(arguments: list[str]) -> str:
    """The same of a command line that could not be parsed."""
    typed = [value for option, value in itertools.pairwise(arguments) if option == "--lang"]
    typed += [option.removeprefix("--lang=") for option in arguments if option.startswith("--lang=")]
    return language_of(next((one for one in typed if one in LANGUAGES), None))


def wrong_use(fault: click.UsageError) -> dict[str, Any]:
    """The facts of the text `usage.typed`: which option, of which command, and what is wrong with it."""
    param = fault.param if isinstance(fault, click.BadParameter) else None
    option = (param.metavar if isinstance(param, click.Argument) else max(param.opts, key=len)) if param else ""
    return {"option": option, "text": complaint(fault), "command": fault.ctx.command_path if fault.ctx else "bayang"}


def complaint(fault: click.UsageError) -> dict[str, str]:
    """What is wrong with the command line, in the languages we speak."""
    return {language: _worded(fault, language) for language in LANGUAGES}


def _worded(fault: click.UsageError, language: str) -> str:
    command = fault.ctx.command if fault.ctx else None
    params = command.params if command else []
    quoted = re.search(r"""(['"])(.*?)\1""", fault.message)     # what was typed, as click cites it
    typed = quoted[2] if quoted else ""
    if isinstance(fault, BadValue):
        return say(fault.key, language, **fault.facts)
    if isinstance(fault, click.NoSuchOption):
        names = {name.lstrip("-"): name for one in params if isinstance(one, click.Option)
                 for name in (*one.opts, *one.secondary_opts)}
        near = offered(fault.option_name.lstrip("-"), names)["near"]
        return say("usage.no-option", language, name=fault.option_name, near=names[near] if near else None)
    if isinstance(fault, click.BadOptionUsage):
        flag = any(fault.option_name in one.opts and getattr(one, "is_flag", False) for one in params)
        return say("usage.flag" if flag else "usage.no-value", language, name=fault.option_name)
    if isinstance(fault, click.MissingParameter):
        return say("usage.missing", language)
    if isinstance(fault, click.BadParameter):
        kind = fault.param.type if fault.param else None
        if isinstance(kind, click.Choice):
            return say("usage.choice", language, typed=typed, **offered(typed, map(str, kind.choices)))
        return say("usage.number", language)
    if isinstance(command, click.Group):
        return say("usage.no-command", language, typed=typed, **offered(typed, command.commands))
    extra = fault.message[fault.message.find("(") + 1:-1]      # click cites it so
    if any(one.name == "folder" for one in params) and os.path.lexists(os.path.join(extra, "plan.yaml")):
        return say("usage.folder", language, typed=extra)
    return say("usage.too-many", language)
