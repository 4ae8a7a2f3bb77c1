"""Commands of ours: their boundary for errors, and what their options default to where they are not typed.

The environment and, for a batch, the configuration become click's own default values before any option is looked at,
so that a command line is parsed once.
"""

from __future__ import annotations

import fnmatch
import os
from collections.abc import Iterator, Mapping, MutableMapping
from importlib import import_module
from typing import TYPE_CHECKING, Any

import click

from ..records import PackError, UsageError
from ..text.lines import safe
from ..text.messages import both, say
from ..text.wording import edits
from .errors import explained
from .help import Helped
from .streams import echo
from .surroundings import called
from .usage import VARIABLE, complaint, language_of

if TYPE_CHECKING:
    from .config import Config

SHORT = 5           # characters of a variable's own name of which two are too many to be a slip
PLATFORMS = ("BAYANG_PORT*", "BAYANG_*SERVICE*")        # variables that container platforms set on their own
ALONE = ("lang", "rules")       # what a command that reads no batch takes from the environment

Typed = Mapping[str, Any]       # what was typed, by the names of parameters, before any of it is looked at


class SettingsOption(click.Option):
    """No option to be typed: its turn comes after `--help` and before all others, to settle what those default to."""

    def __init__(self) -> None:
        super().__init__(["--settings"], hidden=True, expose_value=False, is_eager=True)

    def add_to_parser(self, parser: Any, ctx: click.Context) -> None:
        """Nobody can type it."""

    def handle_parse_result(self, ctx: click.Context, opts: Typed, args: list[str]) -> tuple[None, list[str]]:
        if not ctx.resilient_parsing:
            with explained(language_of(opts.get("lang"))):
                ctx.default_map = _defaults(ctx, opts)
        return None, args


class Command(Helped):
    """A command whose options may also stand in the environment and, where it reads a batch, in a configuration."""

    settings = SettingsOption()

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        return [*super().get_params(ctx), self.settings]

    def invoke(self, ctx: click.Context) -> object:
        with explained(ctx.params["lang"]):
            return super().invoke(ctx)


class Group(Helped, click.Group):
    command_class = Command
    group_class = type

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The commands with their help, none of which is loaded for it."""
        keys = self.commands.keys_of_help if isinstance(self.commands, Commands) else \
            {name: one.key for name, one in self.commands.items() if isinstance(one, Helped)}
        with formatter.section("Commands"):
            formatter.write_dl([(name, both(key)) for name, key in sorted(keys.items()) if key])


class Commands(MutableMapping[str, click.Command]):
    """Commands by name, each loaded when it is asked for."""

    def __init__(self, table: Mapping[str, tuple[str, str]]) -> None:
        """Name -> the key of its help, and the module of this package in which it is."""
        self.keys_of_help = {name: key for name, (key, _) in table.items()}
        self._modules = {name: module for name, (_, module) in table.items()}
        self._loaded: dict[str, click.Command] = {}

    def __getitem__(self, name: str) -> click.Command:
        if name not in self._loaded:
            module = import_module(f"{__package__}.{self._modules[name]}")
            self._loaded[name] = next(one for one in vars(module).values()
                                      if isinstance(one, click.Command) and one.name == name)
        return self._loaded[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self._modules)

    def __len__(self) -> int:
        return len(self._modules)

    def __contains__(self, name: object) -> bool:
        return name in self._modules

    def __setitem__(self, name: str, command: click.Command) -> None:
        raise TypeError(name)       # all are in the table

    def __delitem__(self, name: str) -> None:
        raise TypeError(name)


def config_of(context: click.Context) -> Config | None:
    """The configuration that a run's options come from."""
    config: Config | None = context.meta["config"]
    return config


def options(command: click.Command) -> dict[str, click.Option]:
    """The options of a command by the names that they have in a configuration."""
    return {max(one.opts, key=len).lstrip("-"): one for one in command.params
            if isinstance(one, click.Option) and not one.hidden}


def _defaults(context: click.Context, typed: Typed) -> dict[str, Any]:
    """What the configuration and the environment say of the options of a command, the environment winning."""
    known = options(context.command)
    batch = "no-config" in known
    values: dict[str, Any] = {}
    origins: dict[str, str] = {}        # of these values, by the names of parameters
    environment = _environment(context, batch, language_of(typed.get("lang")))
    config = _config(known, context, typed, environment) if batch else None
    context.meta.update(config=config, origins=origins)
    if config:
        for name, value in config.values.items():
            if name in known:
                try:
                    known[name].process_value(context, value)
                except click.BadParameter as fault:
                    raise PackError(config.file, config.lines[name], "config.value", key=name,
                                    text=complaint(fault)) from None
                values[known[name].name or ""] = value
                origins[known[name].name or ""] = f"{config.file}:{config.lines[name]}"
    for name, value in environment.items():
        if name in known and (batch or name in ALONE):
            values[known[name].name or ""] = _of_environment(known[name], name, value, context)
            origins[known[name].name or ""] = _variable(name)
    return values


def _environment(context: click.Context, batch: bool, language: str) -> dict[str, str]:
    """The variables BAYANG_… by the options that they stand for; for a batch, others are told, once.

    Raises UsageError at one that is nearly such a name: it would be left out in silence.
    """
    if not any(name.startswith(VARIABLE) for name in os.environ):
        return {}
    root = context.find_root().command
    commands = root.commands.values() if isinstance(root, click.Group) else [root]
    batches = [known for one in commands if "no-config" in (known := options(one))]
    names = {_variable(name): name for known in batches for name in known}
    others = [name for name, value in os.environ.items() if name.startswith(VARIABLE) and value and name not in names
              and not any(fnmatch.fnmatchcase(name, one) for one in PLATFORMS)]
    for name in others:
        near = next((one for one in names if edits(name, one, 2) <= _slips(one)), None)
        if near:
            raise UsageError("config.no-variable", name=name, near=near)
    if others and batch:
        echo(say("config.other-variables", language, names=[safe(name) for name in sorted(others)]), err=True)
    return {option: os.environ[name] for name, option in names.items() if os.environ.get(name)}


def _variable(option: str) -> str:
    return VARIABLE + option.upper().replace("-", "_")


def _slips(variable: str) -> int:
    """How many edits from a variable's name are plainly a slip: of a short one, two would make another word."""
    return 1 if len(variable) - len(VARIABLE) <= SHORT else 2


def _of_environment(option: click.Option, name: str, value: str, context: click.Context) -> Any:
    """The value of a variable, several values parted by commas or line breaks."""
    from .config import listed

    given = listed(value) if option.multiple else value
    try:
        made = option.process_value(context, given)
    except click.BadParameter as fault:
        raise UsageError("config.environment", name=_variable(name), text=complaint(fault)) from None
    return made if option.is_flag else given


def _config(known: dict[str, click.Option], context: click.Context, typed: Typed,
            environment: dict[str, str]) -> Config | None:
    """The configuration that is named, or else the one that lies above the PATHs, unless nobody shall look."""
    from ..reading.files import as_named
    from .config import find_config, load_config

    named = typed.get("config_file") or environment.pop("config", None)
    if named:
        return load_config(named, called(typed.get("shown_as")))
    quiet = environment.get("no-config")
    if typed.get("no_config") is True or (quiet and _of_environment(known["no-config"], "no-config", quiet, context)):
        return None
    paths = typed.get("paths")
    if isinstance(paths, tuple) and (stdin := typed.get("stdin_name") or environment.get("stdin-name")):
        paths = tuple(as_named(paths, stdin))
    strange: dict[str, None] = {}
    found = find_config(paths, strange.setdefault) if isinstance(paths, tuple) else None
    for file in strange:
        echo(say("config.strange", language_of(typed.get("lang")), file=safe(file)), err=True)
    return load_config(found) if found else None
