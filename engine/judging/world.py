"""What a judgement may know beside the report: the clock, the roster, the waivers, the folders of attachments."""

from __future__ import annotations

import os
import unicodedata
from typing import TYPE_CHECKING, Any

from ..reading.files import real_path
from ..reading.stores import entries, is_url
from ..recording import dataclass, field

if TYPE_CHECKING:
    from ..packs.roster import Roster, Waivers


class Folders:
    """What stands in the folders that were looked into last, each listed once."""

    MOST = 256

    def __init__(self) -> None:
        self.known: dict[str, tuple[str, dict[str, str]]] = {}
        self.sizes: dict[str, int | None] = {}      # of what stands in folders of stores

    def look(self, folder: str) -> tuple[str, dict[str, str]]:
        """A folder without links, and what is in it, by its name as a report would write it. Raises OSError."""
        if folder not in self.known:
            if len(self.known) >= self.MOST:
                self.known.clear()
                self.sizes.clear()
            files, folders = entries(folder) if is_url(folder) else ({}, set())
            there = files.keys() | folders if is_url(folder) else os.listdir(folder)
            names: dict[str, str] = {}
            for name in sorted(there, reverse=True):    # of several the first
                names[_as_typed(name)] = name
            self.known[folder] = real_path(folder), names
            self.sizes |= {f"{folder}/{name}": size for name, size in files.items()}
        return self.known[folder]

    def size(self, url: str) -> int | None:
        """The bytes of what stands in a folder of a store that was looked into; None of another folder."""
        return self.sizes.get(url)


def _as_typed(name: str) -> str:
    """A name in a folder as a report would write it, whatever the locale reads file names as."""
    return unicodedata.normalize("NFC", os.fsencode(name).decode("utf-8", "replace"))


@dataclass(frozen=True, slots=True)
class World:
    """What a judgement may know beside the report."""

    as_of: str                      # the office's clock, ISO date
    declared: bool = False          # the clock was set by a phase, not by a date
    roster: Roster | None = None
    waivers: Waivers | None = None
    whole: bool = True              # every PATH is a folder
    memo: dict[Any, Any] = field(default_factory=dict, compare=False, repr=False)   # the same for all reports of a run
    folders: Folders = field(default_factory=Folders, compare=False, repr=False)    # where attachments are looked for

    def same_name(self, name: str) -> str:
        """The one form of a comparable name: an alias becomes the name it stands for."""
        return self.roster.aliases.get(name, name) if self.roster else name
