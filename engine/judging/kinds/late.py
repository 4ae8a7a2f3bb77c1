"""Check kinds on one report that need more than the report: the roster, the clock, the folder it lies in.

Each is a `LateCheck`: `collect` takes from the report what it needs (a fact at a path), `judge` decides later. A fact
is plain data, so that it can be kept apart from the report.
"""

from __future__ import annotations

import os
import stat
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Any, NamedTuple

from ...packs.pack import Pack
from ...reading.files import attachment_mark, reason
from ...reading.paths import Field, Scope
from ...reading.stores import is_url
from ...records import Route
from ..case import Case
from ..results import About
from ..world import Folders, World
from .kind import LATE, Kind, Options, nothing_there


class Verdict(NamedTuple):
    """An answer to a question: what was found, with the variant of the message and its facts, or why nobody can tell.

    `path` is where it stands, unless it is the question's own.
    """

    hint: str | None = None
    facts: Mapping[str, Any] = MappingProxyType({})
    path: Route | None = None
    unjudged: str | None = None     # a reason for `not_assessed`


class LateCheck(NamedTuple):
    """A check in two steps."""

    collect: Callable[[Case, Scope], Iterable[tuple[Route, Any]]]
    judge: Callable[[Any, About, World], Iterable[Verdict]]     # (fact, about, world)


def attachments(options: Options, pack: Pack) -> LateCheck:
    """Each path names a file that exists, is not empty and lies inside the report's folder."""
    wanted = Field(options["field"])

    def collect(case: Case, scope: Scope) -> list[tuple[Route, Any]]:
        return wanted.read(case, scope)

    def judge(fact: str, about: About, world: World) -> list[Verdict]:
        if about.folder is None:
            return [Verdict(unjudged="partial")]
        hint = _attachment_fault(about.folder, fact, world.folders)
        return [Verdict(hint)] if hint else []

    return LateCheck(collect, judge)


def _attachment_fault(folder: str, typed: str, folders: Folders) -> str | None:
    """What is wrong with an attachment: missing, empty, outside; None when nothing is."""
    parts = typed.replace("\\", "/").split("/")
    if typed.startswith(("/", "\\", "~")) or ":" in parts[0] or ".." in parts or "\0" in typed:
        return "outside"
    found = folder
    try:
        for part in parts:
            if part in ("", "."):
                continue
            name = folders.look(found)[1].get(unicodedata.normalize("NFC", part))
            if name is None:
                return "missing"
            found = os.path.join(found, name)
        home = folders.look(folder)[0]
        if is_url(found):       # a store knows no links
            size = folders.size(found)
            return "missing" if size is None else None if size else "empty"
        if not os.path.join(os.path.realpath(found), "").startswith(os.path.join(home, "")):
            return "outside"
        state = os.stat(found)
    except (OSError, ValueError) as error:
        if isinstance(error, OSError):
            reason(error)
        return "missing"
    if not stat.S_ISREG(state.st_mode):
        return "missing"
    return None if state.st_size else "empty"


CHECK_KINDS = {
    "attachments": Kind(make=attachments, raises={"missing": "", "empty": "", "outside": ""}, stage=LATE,
        quick=nothing_there, any_report=True, leaves=attachment_mark),
}
