"""GitHub workflow commands: the gravest findings as annotations, then the totals in words."""

from __future__ import annotations

from collections.abc import Iterator

from ...batch.outcome import Result
from ...records import LEVELS, Finding
from ...text.lines import safe, tame
from ...text.messages import say
from .setting import Setting
from .terminal import ignored_lines, quiet_end, totals

_COMMANDS = {"error": "error", "warning": "warning", "info": "notice"}
MOST = 10               # annotations of a kind that a step shows
MOST_CHARACTERS = 4096  # of a message


def as_github(result: Result, setting: Setting) -> Iterator[str]:
    """A command a finding, at most ten of each level; what does not gate is only counted."""
    return (f"{line}\n" for line in _lines(result, setting))


def _lines(result: Result, setting: Setting) -> Iterator[str]:
    first: dict[str, list[Finding]] = {level: [] for level in LEVELS}
    left = 0
    for one in setting.shown(result.findings):
        if one.gates and len(first[one.level]) < MOST:
            first[one.level].append(one)
        else:
            left += one.gates
    for some in first.values():
        yield from (_command(one, setting) for one in some)
    shown = sum(map(len, first.values()))
    if left:
        yield say("output.annotations", setting.language, shown=shown, left=left)
    if not setting.quiet:
        yield from (tame(line) for line in ignored_lines(result, setting.language))
    end = quiet_end(result, setting, bool(shown)) if setting.quiet else totals(result, setting)
    yield from (tame(line) for line in end)


def _command(one: Finding, setting: Setting) -> str:
    title = f"{one.rule} {setting.compiled.pack.rules[one.rule].title[setting.language]}"
    places = {"file": setting.place(one.file), "line": one.line, "col": one.column, "endLine": one.line,
              "endColumn": one.column + 1, "title": title}
    message = f"{one.placed}\n{say('finding.remedy', setting.language, text=one.remedy)}"
    properties = ",".join(f"{name}={_property(str(value))}" for name, value in places.items())
    return f"::{_COMMANDS[one.level]} {properties}::{_data(message)}"


def _data(text: str) -> str:
    """A message, each of its lines harmless, cut where the runner would cut it."""
    text = "\n".join(map(safe, text.splitlines()))[:MOST_CHARACTERS]
    return text.replace("%", "%25").replace("\n", "%0A")


def _property(text: str) -> str:
    return safe(text).replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
