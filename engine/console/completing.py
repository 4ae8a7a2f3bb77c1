"""What a Tab offers beside options: formats, phases and rules; and how `--option=value` is completed in each shell.

Loaded when a shell asks. A pack that can't be loaded offers nothing.
"""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

import click
from click import shell_completion
from click.shell_completion import CompletionItem

from ..packs.pack import Pack
from ..records import PackError, UsageError
from .checking import pack_of
from .usage import VARIABLE, language_of

if TYPE_CHECKING:       # of a click that knows what an item holds
    Items = list[CompletionItem[str]]


def formats(known: Sequence[str], start: str) -> Items:
    """Formats, and after `FORMAT=` files."""
    name, sign, file = start.partition("=")
    if not sign:
        return [CompletionItem(one) for one in known if one.startswith(start)]
    found = sorted(glob.glob(glob.escape(file) + "*"))
    return [CompletionItem(f"{name}={one}{os.sep if os.path.isdir(one) else ''}") for one in found]


def phases(context: click.Context, start: str) -> Items:
    """The phases of the pack: by ID with their names, or by their names for those who began so."""
    pack, language = _pack(context), _language(context)
    listed = pack.phases.values() if pack else ()
    return [CompletionItem(one.id, help=one.name[language]) for one in listed if one.id.startswith(start)] or [
        CompletionItem(one.name["zh"], help=one.id) for one in listed if one.name["zh"].startswith(start)]


def rules(context: click.Context, start: str) -> Items:
    """The rules of the pack by ID or name, with their titles; of a list with commas the last."""
    before, comma, start = start.rpartition(",")
    return [CompletionItem(before + comma + word, help=title) for word, title in _rules(context, start)]


def _rules(context: click.Context, start: str) -> Iterator[tuple[str, str]]:
    pack, language = _pack(context), _language(context)
    listed = list(pack.rules.values()) if pack else []
    named = [(one.id, one.title[language]) for one in listed if one.id.startswith(start.upper())]
    yield from named or ((one.name, one.title[language]) for one in listed if one.name.startswith(start))


def _pack(context: click.Context) -> Pack | None:
    """The pack that is typed, or named by the environment, else our own."""
    try:
        return pack_of(context.params.get("folder") or os.environ.get(VARIABLE + "RULES"), examples=False)
    except (PackError, UsageError, OSError):
        return None


def _language(context: click.Context) -> str:
    return language_of(context.params.get("lang"))


class _Joined(shell_completion.ShellComplete):
    """A shell that takes `--option=value` for one word, so that what it is offered is the whole of it."""

    def get_completions(self, args: list[str], incomplete: str) -> Items:
        found = super().get_completions(args, incomplete)
        name, sign, _ = incomplete.partition("=")
        if sign and name.startswith("--"):
            for one in found:
                one.value = f"{name}={one.value}"
        return found


class Bash(shell_completion.BashComplete):
    """It takes `--option=value` for three words."""

    def get_completions(self, args: list[str], incomplete: str) -> Items:
        if args[-1:] == ["="] and args[-2:-1] and args[-2].startswith("--"):
            args = args[:-1]
        return super().get_completions(args, incomplete)


class Zsh(_Joined, shell_completion.ZshComplete):
    """Zsh, of which each word is whole."""


class Fish(_Joined, shell_completion.FishComplete):
    """Fish, of which each word is whole; click's script would part a word at its commas."""

    source_template = shell_completion.FishComplete.source_template.replace('split ","', 'split -m 1 ","')


def speak_shells() -> None:
    """Have click complete for these."""
    for one in (Bash, Zsh, Fish):
        shell_completion.add_completion_class(one)
