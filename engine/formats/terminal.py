"""The text that people read in a terminal: file by file, then totals. Widths are East Asian widths."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from functools import lru_cache
from itertools import groupby

from ..batch import Result
from ..messages import joined, say, shown_date
from ..records import Finding
from ..wording import visible, width
from .setting import Setting

WIDTH = 80
_NO_BREAK_BEFORE = "，。；：、！？）】》〉〕”’」』,.;:!?)]}…"
_NO_BREAK_AFTER = "（【《〈〔“‘「『([{"


_COLOURS = {"error": "31", "warning": "33", "info": "36", "file": "1"}     # red, yellow, cyan, bold


def as_text(result: Result, setting: Setting) -> str:
    """The findings that count, file by file, what remains once a file is mended, and the totals."""
    lines: list[str] = []
    shown = [one for one in result.findings if one.gates or one.provisional]
    for file, findings in groupby(shown, key=lambda one: one.file):
        lines += _file(file, list(findings), setting)
    lines += totals(result, setting.language)
    return "\n".join(tame(line.rstrip()) for line in lines) + "\n"


def _file(file: str, findings: list[Finding], setting: Setting) -> Iterator[str]:
    language = setting.language
    subject = next((one.subject for one in findings if one.subject and one.subject.id), None)
    who = f"  {subject.id}" if subject else ""
    for line in wrap(safe(file + who), "", "  "):
        yield _coloured(line, line, "file", setting)
    provisional = False
    for one in sorted(findings, key=lambda one: one.provisional):
        if one.provisional and not provisional:
            provisional = True
            yield from wrap(say("finding.provisional", language), "  ", "  ")
        head = f"{one.line}:{one.column}"
        label = say(f"level.{one.level}", language)
        for line in wrap(f"  {head}  {label} {one.rule}  {safe(trail(one, language))}", "", "      "):
            yield _coloured(line, f"{label} {one.rule}", one.level, setting)
        yield from _paragraph(one.message)
        yield from _paragraph(say("finding.remedy", language, text=one.remedy))
        if one.clause:
            yield f"      {say('finding.clause', language, clause=one.clause)}"
    yield ""


@lru_cache(maxsize=4096)
def _paragraph(text: str) -> tuple[str, ...]:
    """A text under a finding in lines; what many findings say is broken once."""
    return tuple(wrap(safe(text), "      ", "      "))


def _coloured(line: str, words: str, colour: str, setting: Setting) -> str:
    """The line with its words in a colour, on a terminal that shows any."""
    return line.replace(words, f"\x1b[{_COLOURS[colour]}m{words}\x1b[0m", 1) if setting.colour else line


_ITEM = re.compile(r"#(\d+)(?:\(([^)]*)\))?")


def trail(one: Finding, language: str) -> str:
    """The way to a finding's field, with the positions in it, `#2(P-1)`, as people say them."""
    return _ITEM.sub(lambda item: say("finding.item", language, number=item[1], ident=item[2] or ""), one.trail)


def totals(result: Result, language: str) -> Iterator[str]:
    """The summary in lines for a terminal."""
    yield "─" * (WIDTH // 2)
    for row in summary(result, language):
        yield from wrap(row, "", "  ")


def summary(result: Result, language: str) -> list[str]:
    """What was looked at and what came of it, a sentence each."""
    total = result.summary
    rows = [say("totals.files", language, **total)]
    if total["error"] or total["warning"] or total["info"]:
        rows.append(say("totals.findings", language, **total))
        tables = {source["file"] for source in result.sources.values() if source}
        faulty = {one.file for one in result.findings if one.gates and one.level != "info"} - tables
        clean = total["files"] - total["later"] - len(faulty)
        rows.append(say("totals.clean", language, faulty=len(faulty), clean=clean))
    else:
        rows.append(say("totals.nothing", language))
    for name in ("waived", "baselined", "superseded", "provisional", "later", "ignored"):
        if total[name]:
            rows.append(say(f"totals.{name}", language, count=total[name]))
    baseline = result.sources.get("baseline")
    if baseline and baseline["gone"]:
        rows.append(say("totals.gone", language, count=len(baseline["gone"])))
    partial = sorted({one.rule for one in result.not_assessed if one.reason == "partial" and one.file is None})
    if partial:
        rows.append(say("totals.partial", language, rules=joined(partial, language)))
    elif total["files"] and result.sources.get("roster") is None:
        rows.append(say("totals.no_roster", language))
    if total["not_assessed"] > len(partial):
        rows.append(say("totals.not_assessed", language, count=total["not_assessed"] - len(partial)))
    if result.crashes:
        rows.append(say("totals.crashes", language, count=len(result.crashes)))
    config = result.sources.get("config")
    if config:
        rows.append(say("totals.config", language, file=safe(config["file"])))
    rows.append(say("totals.as_of", language, date=shown_date(result.as_of, language)))
    return rows


_COMMAND = re.compile(r"##(?=\w*\[)")                                  # ##[error], ##vso[, ##teamcity[: anywhere
_OPENING = re.compile(r"^(\s*)(?:(:):|(section_(?:start|end)):)")       # of a line, blanks before it or not


def safe(text: str) -> str:
    """Text from a path or a report that no terminal and no log reader obeys."""
    return tame(visible(text))


def tame(line: str) -> str:
    """A line of text that is no command to the log of a pipeline (GitHub, Azure, TeamCity, GitLab)."""
    return _OPENING.sub(r"\1\2\3 :", _COMMAND.sub("# #", line))


def wrap(text: str, first: str, rest: str, columns: int = WIDTH) -> Iterator[str]:
    """A text in lines of at most `columns`; Latin words stay whole, punctuation stays with what it opens or closes."""
    line, used = first, width(first)
    for word in _unbroken(text):
        size = width(word)
        if used + size > columns and line.strip():
            yield line
            word = word.lstrip()
            line, used, size = rest, width(rest), width(word)
        while used + size > columns and len(word) > 1:      # longer than a line of its own
            cut = next((at for at in range(1, len(word)) if used + width(word[:at + 1]) > columns), len(word))
            yield line + word[:cut]
            word, line, used = word[cut:], rest, width(rest)
            size = width(word)
        line, used = line + word, used + size
    yield line


def _unbroken(text: str) -> Iterator[str]:
    """Words with the punctuation that no line may begin or end with, when it is torn from them."""
    whole = ""
    for word in _words(text):
        if whole and word[0] not in _NO_BREAK_BEFORE and whole[-1] not in _NO_BREAK_AFTER:
            yield whole
            whole = ""
        whole += word
    if whole:
        yield whole


def _words(text: str) -> Iterator[str]:
    """Runs of narrow characters with the blank before them, and single wide characters."""
    word = ""
    for char in text:
        if unicodedata.east_asian_width(char) in "WF":
            if word:
                yield word
                word = ""
            yield char
        elif char == " ":
            if word.strip():
                yield word
                word = ""
            word += char
        else:
            word += char
    if word:
        yield word
