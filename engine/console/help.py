"""Pages of help: their wording, Chinese first, and how they are set on a terminal."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import click

from ..text.lines import wrap
from ..text.messages import both
from ..text.wording import width
from .streams import echo

HEADINGS = {"Options": "help.options", "Commands": "help.commands"}


class Page(click.HelpFormatter):
    """A page with headings in Chinese, wrapped as terminals show it: a Chinese character takes two columns."""

    def write_usage(self, prog: str, args: str = "", prefix: str | None = None) -> None:
        head = f"{prefix or both('help.usage') + ': '}{prog} "
        self.write("".join(f"{line.rstrip()}\n" for line in wrap(args, head, " " * width(head))))

    def write_heading(self, heading: str) -> None:
        super().write_heading(both(HEADINGS[heading]) if heading in HEADINGS else heading)

    def write_text(self, text: str) -> None:
        indent = " " * self.current_indent
        self.write("".join(f"{line}\n" for line in wrap(text, indent, indent)))

    def write_dl(self, rows: Iterable[tuple[str, str]], col_max: int = 30, col_spacing: int = 2) -> None:
        rows = list(rows)
        column = min(max(width(term) for term, _ in rows), col_max) + col_spacing + self.current_indent
        for term, text in rows:
            head = " " * self.current_indent + term
            if width(head) > column - col_spacing:
                self.write(head + "\n")
                head = ""
            text = text.replace("[default", "[" + both("help.default"))
            self.write("".join(f"{line}\n" for line in wrap(text, head.ljust(column), " " * column)))


class Context(click.Context):
    """Where help is shown in such pages."""

    formatter_class = Page


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


def _show_help(ctx: click.Context, param: click.Parameter, value: bool) -> None:
    if value and not ctx.resilient_parsing:
        echo(ctx.get_help())
        ctx.exit()


class Helped(Worded, click.Command):
    """A command or group whose help is such a page."""

    context_class = Context
    help_option: click.Option | None = None

    def parse_args(self, ctx: click.Context, args: list[str]) -> list[str]:
        try:
            return super().parse_args(ctx, args)
        except click.UsageError as fault:
            fault.ctx = fault.ctx or ctx        # what is wrong is told with the names of this command's options
            raise

    def get_help_option(self, ctx: click.Context) -> click.Option | None:
        if self.help_option is None:
            # as `click.help_option` makes one, which looks for translations of a text that is not shown
            self.help_option = Option([*self.get_help_option_names(ctx)], is_flag=True, expose_value=False,
                                      is_eager=True, help="option.help", callback=_show_help)
        return self.help_option

    def get_short_help_str(self, limit: int = 0) -> str:
        return self.help or ""
