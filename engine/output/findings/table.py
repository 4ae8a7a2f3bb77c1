"""CSV: a row a finding, what is set apart too, each with its state."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...batch.outcome import Result
from ...records import Finding
from ...text.lines import tame
from ...text.messages import say
from .. import sheets
from .accounts import state
from .setting import Setting

_COLUMNS = {"level": "text", "state": "text", "kind": "text", "subject": "text", "unit": "text", "file": "text",
            "line": "count", "theme": "text", "rule": "text", "title": "text", "message": "text", "remedy": "text",
            "clause": "text", "phase": "text", "column": "count", "pointer": "text", "fingerprint": "text",
            "as_of": "date"}
FOR_PEOPLE = 14     # columns; what comes after them is for programs, and would make a printed page too small to read


def as_csv(result: Result, setting: Setting) -> Iterator[str]:
    """With a BOM, RFC 4180; no cell is a formula."""
    return sheets.csv_lines(columns(_COLUMNS, setting), ([*_row(one, setting), result.as_of]
                                                         for one in result.findings))


def findings_sheet(result: Result, setting: Setting, notes: tuple[str, ...]) -> sheets.Sheet:
    """All findings as a table of the columns for people."""
    return sheets.Sheet(say("output.findings", setting.language), columns(_COLUMNS, setting)[:FOR_PEOPLE],
                        sheets.RowsOf(result.findings, lambda one: _row(one, setting)[:FOR_PEOPLE]), notes)


def columns(kinds: dict[str, str], setting: Setting) -> tuple[sheets.SheetColumn, ...]:
    """The columns of these names and kinds, titled in the reader's language."""
    return tuple(sheets.SheetColumn(say(f"output.column_{name}", setting.language), kind)
                 for name, kind in kinds.items())


def _row(one: Finding, setting: Setting) -> list[Any]:
    pack, language = setting.compiled.pack, setting.language
    subject = one.subject
    texts = [
        say(f"level.{one.level}", language), say(f"output.{state(one)}", language),
        say(f"output.{subject.kind}", language) if subject else "", (subject and subject.id) or "",
        (subject and subject.unit) or "", one.file, one.line,
        pack.themes[one.theme].name[language] if one.theme else "", one.rule, pack.rules[one.rule].title[language],
        one.placed, one.remedy, one.clause or "", pack.phases[one.phase].name[language] if one.phase else "",
        one.column, one.pointer or "", one.fingerprint]
    return [tame(value) if isinstance(value, str) else value for value in texts]
