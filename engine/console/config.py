"""The configuration: options written down in `bayang.yaml`, or in the section [bayang] of a setup.cfg.

Its keys are the names of the options, and paths in it are relative to the file. What is shown and which files are
written (`--format`, `--quiet`, `--show-values`, `--write-baseline`) is no key: who runs bayang asks
for it.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Sequence
from typing import Any

from ..reading.files import STDIN, Listed, read_bytes, read_own, real_path
from ..reading.intake import Map, Seq, Suspect
from ..reading.schema import Shapes
from ..reading.stores import is_url, local
from ..recording import dataclass
from ..records import Limits, PackError, Unreadable, UsageError
from ..text.regex import regex
from ..text.wording import nearest
from .surroundings import from_here

NAMES = ("bayang.yaml", "bayang.yml")
SHARED = "setup.cfg"        # a file of several tools
PATHS = frozenset({"roster", "waivers", "baseline", "rules"})
LISTS = frozenset({"exclude", "select", "ignore"})
TYPED = frozenset({"cache-dir", "color", "config", "counts", "format", "mark", "min-level", "no-config", "on", "quiet",
                   "show-files", "show-settings", "show-values", "stdin-name", "verbose", "watch",
                   "write-baseline"})        # never in a file
_LIMITS = Limits()
_SAYS = regex(rb"^[ \t]*[^ \t\r\n#]", re.MULTILINE)       # a line that is neither blank nor a comment
_SECTION = regex(r"^\[bayang\][ \t]*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Config:
    """A configuration file: option (`as-of`) -> value, and the line of each."""

    values: dict[str, Any]
    lines: dict[str, int]
    file: str
    digest: str


def find_config(paths: Sequence[str], strange: Callable[[str], None] = lambda file: None) -> str | None:
    """The configuration nearest above the PATHs, None without one. Raises UsageError unless they all share it.

    One that belongs to another user, and not to the system's, could be a trap: `strange` is told, and it is none.
    """
    found = {path: _nearest(path, strange) for path in paths}
    if len(set(found.values())) > 1:
        raise UsageError("config.several", names=[file for file in dict.fromkeys(found.values()) if file],
                         bare=[path for path, file in found.items() if not file])
    return next(iter(found.values()), None)


def _nearest(path: str, strange: Callable[[str], None]) -> str | None:
    if is_url(path := local(path)):
        return None
    folder = os.path.abspath("." if path == STDIN else path.replace("\0", ""))
    if not os.path.isdir(folder):
        folder = os.path.dirname(folder)
    while True:
        here = [os.path.join(folder, name) for name in (*NAMES, SHARED)]
        here = [file for file in here if os.path.isfile(file)
                and (not file.endswith(SHARED) or _SECTION.search(_text(file)))]
        for file in [file for file in here if not _is_trusted(file)]:
            strange(from_here(file))
            here.remove(file)
        if len(here) > 1:
            raise UsageError("config.several", names=here, bare=[])
        if here:
            return from_here(here[0])
        above = os.path.dirname(folder)
        if above == folder:
            return None
        folder = above


def _is_trusted(file: str) -> bool:
    """Whether it belongs to who runs this or to root, as far as the system knows owners."""
    if not hasattr(os, "geteuid"):
        return True
    try:
        return os.stat(file).st_uid in (0, os.geteuid())
    except OSError:
        return False


def _text(file: str) -> str:
    """A file of several tools, as far as it can be read; what can't be is none of ours."""
    try:
        return read_bytes(Listed(file, real_path(file), None), _LIMITS).decode("utf-8-sig", "replace")
    except Unreadable:
        return ""


def load_config(path: str, called: Callable[[str], str] = str) -> Config:
    """A configuration file; `called` tells how paths are shown. Raises PackError with line, nearest key and repair."""
    file = called(path)
    data = read_own(Listed(file, real_path(path), None), _LIMITS)
    import hashlib

    digest = hashlib.sha256(data).hexdigest()
    if not file.endswith(".cfg") and not _SAYS.search(data):
        return Config({}, {}, file, digest)
    from ..packs.roster import bind_typed, read_typed

    typed = _section(data, file) if file.endswith(".cfg") else _without_comments(read_typed(data, file))
    lines = {key: mark.line + 1 for key, mark in typed.at.items()}
    known = list(Shapes().load("config").titles)
    for key in typed.entries:
        if key in TYPED:
            raise PackError(file, lines[key], "config.typed", key=key)
        if key not in known:
            raise PackError(file, lines[key], "config.no-key", key=key, near=nearest(key, known), known=known)
    values = bind_typed(typed, file, "config", None, frozenset())
    for key in values:
        if key in PATHS:
            values[key] = os.path.join(os.path.dirname(path), values[key])
            if not os.path.exists(values[key]):
                raise PackError(file, lines[key], "config.no-file", key=key, path=called(values[key]))
        elif key in LISTS:
            values[key] = listed(values[key])
    return Config(values, lines, file, digest)


def listed(value: Any) -> list[str]:
    """Several values, as a list or as one text with commas or line breaks between them."""
    parts = re.split(r"[,\n]", value) if isinstance(value, str) else value
    return [part.strip() for part in parts if part.strip()]


def _without_comments(typed: Map) -> Map:
    """A ` #` after a value cuts it off in a report by mistake, and here on purpose."""
    def text(value: Any) -> Any:
        return str(value) if isinstance(value, Suspect) and value.slip == "cut-value" else value

    for key, value in typed.entries.items():
        if isinstance(value, Seq):
            value.items = [text(one) for one in value.items]
        typed.entries[key] = text(value)
    return typed


@dataclass(slots=True)
class Position:
    """Where a key stands, counting from 0."""

    line: int
    column: int = 0
    index: int = 0


def _section(data: bytes, file: str) -> Map:
    """The section [bayang] as a map of texts."""
    import configparser  # few have one

    parser = configparser.RawConfigParser(delimiters=("=", ":"))
    parser.optionxform = str    # type: ignore[assignment, method-assign]  # as its documentation says
    try:
        text = data.decode("utf-8-sig")
        parser.read_string(text)
    except UnicodeDecodeError:
        raise PackError(file, 1, "config.encoding") from None
    except configparser.Error as fault:
        [(line, *_)] = getattr(fault, "errors", None) or [(getattr(fault, "lineno", 1),)]
        raise PackError(file, line or 1, "config.section") from None
    if not parser.has_section("bayang"):
        raise PackError(file, 1, "config.no-section")
    lines: dict[str, int] = {}
    inside = False
    for number, line in enumerate(text.splitlines()):
        if line.startswith("["):
            inside = bool(_SECTION.match(line))
        elif inside and not line[:1].isspace():
            lines.setdefault(re.split("[=:]", line)[0].strip(), number)
    typed = Map()
    typed.entries, typed.mark = dict(parser.items("bayang")), Position(0)
    typed.at = {key: Position(lines.get(key, 0)) for key in typed.entries}
    return typed
