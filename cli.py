"""The command `bayang`: the table of its commands. They, and what they share, lie in engine/console/."""

from __future__ import annotations

import os
import signal
import sys

import click

from . import __version__
from .engine.console.errors import code_of, stop, terminate
from .engine.console.help import Option
from .engine.console.settings import Commands, Group
from .engine.console.streams import forget_stdout, in_utf8
from .engine.console.usage import language_in, wrong_use
from .engine.text.lines import safe
from .engine.text.messages import say

# name -> the key of its help, and the module of engine/console/ in which it is
COMMANDS = {
    "check": ("command.check", "check_commands"),
    "stats": ("command.stats", "check_commands"),
    "notice": ("command.notice", "notice_commands"),
    "archive": ("archive.command", "archive_commands"),
    "ledger": ("ledger.command", "ledger_commands"),
    "due": ("command.due", "due_commands"),
    "diff": ("diff.command", "ledger_commands"),
    "fix": ("fix.command", "fix_commands"),
    "new": ("command.new", "form_commands"),
    "import": ("command.import", "workbook_commands"),
    "desk": ("desk.command", "desk_commands"),
    "rules": ("command.rules", "pack_commands"),
    "explain": ("command.explain", "pack_commands"),
    "schema": ("command.schema", "pack_commands"),
    "server": ("server.command", "server_commands"),
}


def _show_version(context: click.Context, one: click.Parameter, value: bool) -> None:
    if value and not context.resilient_parsing:
        from .engine.console.streams import echo

        echo(f"bayang, version {__version__}")
        context.exit()


@click.group(cls=Group, context_settings={"help_option_names": ["-h", "--help"]}, help="command.bayang")
@click.option("--version", cls=Option, is_flag=True, expose_value=False, is_eager=True, callback=_show_version,
              help="option.version")      # click's own looks for translations of a text that is not shown
def bayang() -> None:
    """All commands."""


bayang.commands = Commands(COMMANDS)


def main() -> None:
    """The entry point: streams in UTF-8 whatever the locale, then the command."""
    in_utf8()
    signal.signal(signal.SIGTERM, terminate)
    if hasattr(signal, "SIGHUP") and signal.getsignal(signal.SIGHUP) is not signal.SIG_IGN:     # as under nohup
        signal.signal(signal.SIGHUP, terminate)
    if "_BAYANG_COMPLETE" in os.environ:
        from .engine.console.completing import speak_shells

        speak_shells()
    try:
        sys.exit(bayang(prog_name="bayang", standalone_mode=False))
    except click.UsageError as fault:
        if isinstance(fault, click.exceptions.NoArgsIsHelpError):
            fault.show()
            sys.exit(2)
        language = language_in(sys.argv[1:])
        stop(2, say("run.usage", language, text=safe(say("usage.typed", language, **wrong_use(fault)))))
    except BrokenPipeError:
        forget_stdout()
        sys.exit(1)
    except (KeyboardInterrupt, click.Abort) as fault:   # outside of any command's own boundary
        sys.exit(code_of(fault))
