"""The findings of a text under way as an editor marks them: where, how grave, and in which words."""

from __future__ import annotations

from collections.abc import Sequence

from ...batch.workers import Alarm, OutOfTime
from ...judging.check import Checker
from ...reading.files import OWN, is_own
from ...recording import dataclass
from ...records import Finding
from ...text.lines import safe
from ...text.messages import say
from ...text.regex import regex

_WORD = regex(r"""-[ \t]+|"[^"]*"|'[^']*'|[^\s:：#][^:：#]*?(?=[ \t]*(?:[:：]|$|[ \t]#))""")
SECONDS = 5.0       # that a check may take of the processor while somebody types


@dataclass(frozen=True, slots=True)
class EditorMark:
    """A finding. Line and columns count from 0, in characters."""

    line: int
    start: int
    end: int
    level: str
    rule: str
    text: str


def marks_of(checker: Checker, text: str, lines: Sequence[str], file: str, folder: str | None) -> list[EditorMark]:
    """What is found in a text as in a file of this name in this folder; nothing of a file that is no report."""
    language = checker.style.language
    if is_own(file, OWN):
        return []
    try:
        with Alarm(SECONDS):
            result = checker.check(text.encode("utf-8", "surrogatepass"), file, folder)
    except (Exception, OutOfTime) as fault:     # a fault of ours: told by its kind alone, and nothing passes
        error = "time" if isinstance(fault, OutOfTime) else type(fault).__name__
        return [_mark(1, 1, lines, "error", "", say("run.crash", language, file=safe(file), rule="*", error=error))]
    found = [_mark(one.line, one.column, lines, one.level, one.rule, _words(one, language)) for one in result.findings]
    return [*found, *(_mark(1, 1, lines, "error", rule, say("run.crash", language, file=safe(file), rule=rule,
                                                             error=error)) for rule, error in result.crashes)]


def _words(one: Finding, language: str) -> str:
    parts = [say("finding.provisional", language)] if one.provisional else []
    parts += [one.message, say("finding.remedy", language, text=one.remedy)]
    if one.clause:
        parts.append(say("finding.clause", language, clause=one.clause))
    return "\n".join(map(safe, "\n".join(parts).split("\n")))


def _mark(line: int, column: int, lines: Sequence[str], level: str, rule: str, text: str) -> EditorMark:
    """A mark on what stands at a place, counted from 1: its key, else all up to the end of the line."""
    number = min(line, len(lines)) - 1
    here = lines[number]
    start = min(column - 1, len(here))
    word = _WORD.match(here, start)
    end = word.end() if word and word.end() > start else len(here.rstrip())
    return EditorMark(number, start, max(start, end), level, rule, text)


