"""Options and their types: what may follow a name on the command line, and what is made of it."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

import click

from ..reading.files import real_path
from ..text.dates import parse_date
from ..text.wording import offered
from .help import Option
from .usage import BadValue

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem

OFFICE = {"docx": "docxtpl", "xlsx": "XlsxWriter"}      # formats that no terminal shows, and what they need

Chosen = list[tuple[str, str | None]]       # formats, each with the file to write; None is standard output
Action = TypeVar("Action", bound=Callable[..., None])

option = partial(click.option, cls=Option)

class PathType(click.ParamType):  # type: ignore[type-arg]
    """A file or folder, there or not. click's own type asks for translations when it is made, which takes long."""

    name = "path"

    def shell_complete(self, context: click.Context, one: click.Parameter, start: str) -> list[CompletionItem]:
        """Shells complete it."""
        from click.shell_completion import CompletionItem

        return [CompletionItem(start, type="file")]


PLACE = PathType()

# of many commands
of_pack = option("--rules", "folder", type=PLACE, metavar="DIR", help="option.rules")
in_language = option("--lang", type=click.Choice(["zh", "en"]), default="zh", show_default=True, help="option.lang")


def _offer(name: str) -> Callable[[click.Context, click.Parameter, str], list[Any]]:
    """What a shell offers, by a function of `completing`."""
    def offer(context: click.Context, one: click.Parameter, start: str) -> list[Any]:
        from . import completing

        found: list[Any] = getattr(completing, name)(context, start)
        return found

    return offer


offer_phases, offer_rules = _offer("phases"), _offer("rules")


def date(context: click.Context, one: click.Parameter, value: str | None) -> str | None:
    """A date in ISO form, however it is typed."""
    if value is None:
        return None
    found = parse_date(value)
    if found is None:
        raise BadValue("usage.date")
    return found[0]


def split(context: click.Context, one: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """Values that may stand in one, with commas between them."""
    return tuple(part.strip() for value in values for part in value.split(",") if part.strip())


def formats_of(formats: Iterable[str]) -> Callable[[Action], Action]:
    """The option `--format FORMAT[=FILE]` of a command that knows these."""
    known = tuple(formats)

    def chosen(context: click.Context, one: click.Parameter, values: tuple[str, ...]) -> Chosen:
        pairs = [_format(value, known) for value in values or ("text",)]
        if sum(file is None for _, file in pairs) > 1:
            raise BadValue("usage.two-formats")
        files = [real_path(file) for _, file in pairs if file]
        if len(set(files)) < len(files):
            raise BadValue("usage.same-file")
        return pairs

    def complete(context: click.Context, one: click.Parameter, start: str) -> list[Any]:
        from .completing import formats

        return formats(known, start)

    return option("--format", "formats", multiple=True, callback=chosen, metavar="FORMAT[=FILE]",
                  shell_complete=complete, help="option.format", facts={"formats": " ".join(known)})


def _format(value: str, known: tuple[str, ...]) -> tuple[str, str | None]:
    name, sign, file = value.partition("=")
    if name not in known:
        raise BadValue("usage.no-format", typed=name, **offered(name, known))
    if (sign or name in OFFICE) and not file:
        raise BadValue("usage.no-format-file", name=name)
    if name in OFFICE:
        needs(OFFICE[name])
    return name, file or None


def notice_formats(context: click.Context, one: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """The formats of letters, each once; Word unless given."""
    from ..output.notices.templates import FORMATS

    chosen = dict.fromkeys(split(context, one, values) or ("docx",))
    for name in chosen:
        if name not in FORMATS:
            raise BadValue("usage.no-format", typed=name, **offered(name, FORMATS))
        if name in ("docx", "pdf"):
            needs(OFFICE["docx"])
    return tuple(chosen)


def letter_kinds(context: click.Context, one: click.Parameter, values: tuple[str, ...]) -> tuple[str, ...]:
    """The kinds of letters; all unless given."""
    from ..output.notices.templates import KINDS

    chosen = split(context, one, values) or KINDS
    for name in chosen:
        if name not in KINDS:
            raise BadValue("usage.choice", typed=name, **offered(name, KINDS))
    return tuple(chosen)


def for_marking(context: click.Context, one: click.Parameter, value: bool) -> bool:
    """Whether workbooks are marked, which needs a package of its own."""
    if value:
        needs("openpyxl")
    return value


def cluster_address(context: click.Context, one: click.Parameter, value: str | None) -> str | None:
    """The address of a cluster, and that there is what speaks with it."""
    if value is not None:
        if not re.fullmatch(r"dask(\+tls)?://[^/\s]+:[0-9]+", value):
            raise BadValue("cluster.address")
        needs("distributed", "cluster.missing")
    return value


def needs(package: str, text: str = "office.missing") -> None:
    """Said before the work."""
    import importlib.util

    if importlib.util.find_spec(package.lower()) is None:
        raise BadValue(text, package=package)
