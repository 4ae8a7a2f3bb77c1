"""What the office decides about its notices: issuer, head, numbers, days and contact, from a `notice.yaml`; and what
one command says of its letters.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

from ...packs.pack import Pack
from ...packs.roster import bind_table
from ...reading.files import Listed, read_own
from ...recording import dataclass, field
from ...records import Limits, PackError, UsageError
from ..findings.earlier import Earlier
from .templates import KINDS

NAMES = ("notice.yaml", "notice.yml")
MOST_DAYS = 1000        # working days: more is a slip, and would be counted for long


@dataclass(frozen=True, slots=True)
class Settings:
    """None where the office said nothing: the notice then has a blank to fill in by hand."""

    issuer: str | None = None
    head: str = "none"                  # none, letter or red
    series: str | None = None           # the office's part of the document number; None: no numbers
    year: int | None = None             # None: that of the notice
    next: int = 1                       # the first notice's number
    working_days: int | None = None
    time: str | None = None             # hour of the last day, as people write it
    reply: str | None = None            # how to file again
    contact: dict[str, str] = field(default_factory=dict)   # name, phone, email, address
    round: int | None = None


@dataclass(frozen=True, slots=True)
class Terms:
    """What one command says of its letters."""

    language: str = "zh"
    reply_by: str | None = None         # ISO date; None: by the settings' working days, or a blank
    round: int | None = None            # None: by what a subject was sent before
    previous: Earlier | None = None
    kinds: tuple[str, ...] = KINDS      # the kinds of letters that are wanted
    within: int = 14                    # days before a phase ends in which there are reminders


def find_settings(paths: tuple[str, ...]) -> str | None:
    """The `notice.yaml` at the top of a folder among the PATHs, or None. Raises UsageError when there are several."""
    found = [str(Path(path) / name) for path in dict.fromkeys(paths) if path != "-" and Path(path).is_dir()
             for name in NAMES if (Path(path) / name).is_file()]
    if len(found) > 1:
        raise UsageError("usage.several-settings", names=found)
    return found[0] if found else None


def load_settings(file: str, pack: Pack) -> Settings:
    """The settings in a file. Raises PackError naming file, line, field and repair."""
    data = read_own(Listed(file, file, None), Limits())
    bound = bind_table(data, file, "notice", pack.vocabulary, pack.absent)
    number: Any = bound.get("number") or {}
    for owner, key in ((bound, "working_days"), (bound, "round"), (number, "year"), (number, "next")):
        if owner.get(key) == 0:
            written = owner.written(key)
            raise PackError(file, owner.src.at[written].line + 1, "table.from-one", field=written)
    if (bound.get("working_days") or 0) > MOST_DAYS:
        written = bound.written("working_days")
        raise PackError(file, bound.src.at[written].line + 1, "table.up-to", field=written, most=MOST_DAYS)
    contact = bound.get("contact") or {}
    return Settings(
        issuer=bound.get("issuer"), head=bound.get("head") or "none", series=number.get("series"),
        year=number.get("year"), next=number.get("next", 1), working_days=bound.get("working_days"),
        time=bound.get("time"), reply=bound.get("reply"), contact={key: contact[key] for key in contact},
        round=bound.get("round"))
