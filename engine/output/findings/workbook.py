"""XLSX for the office: a sheet each for findings, subjects and statistics."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from ...batch.outcome import Result
from ...recording import replace
from ...records import LEVELS
from ...text.lines import tame
from ...text.messages import say, shown_date
from .. import sheets
from . import filing
from .accounts import Account, accounts
from .setting import Setting
from .table import columns, findings_sheet

_SUBJECT = {"kind": "text", "subject": "text", "unit": "text", "phase": "text", "verdict": "text", "error": "count",
            "warning": "count", "info": "count", "waived": "count", "baselined": "count", "superseded": "count",
            "provisional": "count", "not_assessed": "count", "file": "text"}
_ASIDE = {"file": "text", "what": "text", "subject": "text"}
_FIGURE = {"item": "text", "value": "text", "count": "count"}


def as_xlsx(result: Result, setting: Setting) -> bytes:
    """A workbook dated by the clock of the run, so that the same result is the same bytes. Needs XlsxWriter."""
    language = setting.language
    note = say("totals.as_of", language, date=shown_date(result.as_of, language))

    def sheet(name: str, kinds: dict[str, str], rows: Iterable[list[Any]]) -> sheets.Sheet:
        return sheets.Sheet(say(name, language), columns(kinds, setting), list(rows), (note,))

    standing = filing.sheet(result, language)
    aside = [[tame(one.file), one.what, one.ident] for one in filing.ignored(result, language)]
    return sheets.as_xlsx([
        *([replace(standing, notes=(note, *filing.notes(result, language)))] if standing else []),
        findings_sheet(result, setting, (note,)),
        sheet("output.subjects", _SUBJECT, (_subject(one, setting) for one in accounts(result))),
        sheet("output.statistics", _FIGURE, _figures(result, setting)),
        *([sheet("filing.ignored_files", _ASIDE, aside)] if aside else [])], result.as_of)


def _subject(one: Account, setting: Setting) -> list[Any]:
    language = setting.language
    phase, counts = one.report.phase if one.report else None, one.levels + one.apart
    return [say(f"output.{one.kind}", language) if one.kind else "", one.id or "", one.unit or "",
            setting.compiled.pack.phases[phase].name[language] if phase else "",
            say(f"output.verdict_{verdict(one)}", language),
            *(counts[name] for name in (*LEVELS, "waived", "baselined", "superseded", "provisional")),
            len(one.not_assessed), tame(one.file)]


def verdict(one: Account) -> str:
    """What it comes to: error, warning, clean, or missing where there is no report that could be clean."""
    if one.worst in ("error", "warning"):
        return one.worst
    return "clean" if one.report else "none"


def _figures(result: Result, setting: Setting) -> Iterator[list[Any]]:
    pack, language = setting.compiled.pack, setting.language
    for name, count in result.summary.items():
        if isinstance(count, int):
            yield [say(f"output.figure_{name}", language), "", count]
    if result.crashes:
        yield [say("output.figure_crashes", language), "", len(result.crashes)]
    found = result.summary["statistics"]
    for phase, count in found["reports_by_phase"].items():
        yield [say("output.reports_by_phase", language), pack.phases[phase].name[language], count]
    for theme, count in found["problems_by_theme"].items():
        yield [say("output.problems_by_theme", language), pack.themes[theme].name[language], count]
