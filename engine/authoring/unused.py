"""What is written in a pack and does nothing: a name that no message shows, a file that nobody reads."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator
from pathlib import Path

from ..judging.strict import Flaw
from ..packs.loading import Loader
from ..packs.pack_files import shown
from ..reading.intake import Map, Seq, Value
from ..text.wording import nearest

FOLDERS = ("themes", "families", "bases")
FILES = ("plan.yaml", "fields.yaml", "words.yaml", "calendar.yaml")
_STEM = 4       # letters
_LET = "let"
_APART = ("basis", "examples")      # of a rule, where no name that it gives can stand


def lets(file: str, rule: Map, line: int) -> Iterator[Flaw]:
    """Names that a rule gives to what its messages show, and that none shows."""
    said = "\n".join(_texts(rule))
    for node in _lets(rule):
        for name, mark in node.at.items():
            if not re.search(rf"(?<!\w){re.escape(name)}(?!\w)", said):
                yield Flaw("unused-let", file, mark.line + 1 if mark else line,
                           {"rule": str(rule.entries.get("id")), "name": name})


def _lets(node: Value) -> Iterator[Map]:
    for key, one in node.entries.items() if isinstance(node, Map) else ():
        if key == _LET and isinstance(one, Map):
            yield one
        elif key not in _APART:
            yield from _lets(one)
    for one in node.items if isinstance(node, Seq) else ():
        yield from _lets(one)


def _texts(node: Value) -> Iterator[str]:
    """What a rule says; of the names that it gives what they stand for, not the names."""
    if isinstance(node, Map):
        for key, one in node.entries.items():
            if key not in _APART:
                yield from _texts(one)
    elif isinstance(node, Seq):
        for one in node.items:
            yield from _texts(one)
    elif isinstance(node, str):
        yield node


def strays(loader: Loader) -> Iterator[Flaw]:
    """Files that look as if they belonged to the pack and are not read: called otherwise, or in another folder."""
    folder = loader.folder
    read = {shown(path, folder) for path in loader.files}
    for place in ("", *_beside(folder)):
        for name in sorted(_files(folder / place)):
            file = f"{place}/{name}" if place else name
            known = place in FOLDERS and name.endswith(".yaml")
            if file not in read and not known and file not in FILES:
                yield Flaw("stray", file, 1, {"near": _meant(place, name)})


def _beside(folder: Path) -> list[str]:
    """The folders of a pack, and those whose names are nearly theirs."""
    found = sorted(one.name for one in os.scandir(folder) if one.is_dir())
    return [name for name in found if _home(name)]


def _files(place: Path) -> list[str]:
    """The YAML files in a folder, whatever they end in."""
    return [one.name for one in os.scandir(place)
            if one.name.lower().endswith((".yaml", ".yml")) and not one.name.startswith(".")]


def _home(name: str) -> str | None:
    """The folder of a pack that a folder is, or is nearly called after: theme, family, base."""
    return next((one for one in FOLDERS if name.lower()[:_STEM] == one[:_STEM]), None)


def _meant(place: str, name: str) -> str | None:
    """Where it would be read, if that is plain."""
    stem = Path(name).stem
    if not place:
        return nearest(f"{stem}.yaml", list(FILES))
    return f"{_home(place)}/{stem}.yaml"
