"""A command of ours: its help, its boundary for errors, and where the values of options come from."""

from __future__ import annotations

import click

from .errors import explained
from .help import Helped
from .settings import SettingsOption


class Command(Helped):
    """A command whose options may also stand in the environment and, where it reads a batch, in a configuration."""

    settings = SettingsOption()

    def get_params(self, ctx: click.Context) -> list[click.Parameter]:
        return [*super().get_params(ctx), self.settings]

    def invoke(self, ctx: click.Context) -> object:
        with explained(ctx.params["lang"]):
            return super().invoke(ctx)


class Group(Helped, click.Group):
    """A group of such commands."""

    command_class = Command
    group_class = type
