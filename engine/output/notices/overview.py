"""The office's list of a delivery: who gets what, what went into no notice and why. IDs and counts, no words."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ...batch.outcome import Result
from ...text.messages import joined, say, shown_date
from ...text.wording import mask_numbers, visible
from ..findings import filing
from ..findings.terminal import trail
from .content import Notices
from .delivery import Dispatch
from .letters import ASKING, is_pointer
from .templates import KINDS

APART = ("info", "waived", "baselined", "superseded", "provisional", "not_assessed")


def overview(notices: Notices, result: Result, language: str, register: Path | None = None) -> dict[str, Any]:
    """Plain data for the template of the list. `register` is the register's file, if there is one."""
    facts = {"date": shown_date(result.as_of, language), **_totals(notices)}
    names = ("title", "none", "sent", "subject", "kind", "letter", "number", "errors", "warnings", "files", "lost_head",
             "lost", "place", "fact", "repair", "apart_head", "name", "of_unit", "ignored_head", "ignored", "what")
    words = {name: say(f"overview.{name}", language) for name in names}
    words |= {"intro": say("overview.intro", language, **facts),
              "deadline": say("overview.deadline", language, deadline=notices.deadline)
              if notices.asking or not notices.listed else "",
              "register": say("overview.register", language, file=visible(register.name)) if register else "",
              "apart": say("overview.apart", language, **{name: result.summary[name] for name in APART})}
    warnings = list(_doubts(notices, language))
    if result.crashes:
        warnings.append(say("overview.crashed", language, count=len(result.crashes)))
    pointers = sorted({one.file for one in result.findings if is_pointer(one)})
    if pointers:
        warnings.append(say("overview.pointers", language, files=[visible(mask_numbers(file)) for file in pointers]))
    silent = _silent_units(notices)
    if silent:
        warnings.append(say("overview.silent_units", language, units=[
            say("overview.silent_unit", language, unit=unit, count=count) for unit, count in silent.items()]))
    filed = filing.sheet(result, language)
    return {
        "language": language, "words": words, "warnings": warnings,
        "filing": {"title": filed.name, "columns": [column.title for column in filed.columns],
                   "rows": [[visible(str(cell)) for cell in row] for row in filed.rows],
                   "notes": list(filing.notes(result, language))} if filed else None,
        "notices": [{"kind": say(f"overview.{'unit' if one.kind == 'unit' else 'person'}", language),
                     "letter": joined([say(f"overview.{letter}", language) for letter in one.kinds], language),
                     "ident": one.ident, "number": one.number,
                     "name": one.subject, "unit": one.unit,
                     "error": one.error, "warning": one.warning, "path": one.path} for one in notices.listed],
        "lost": [{"place": say("notice.at_file", language, file=visible(one.file), line=one.line,
                               cell=one.cell, trail=visible(trail(one, language))),
                  "fact": f"{one.rule} {visible(one.message)}", "repair": visible(one.remedy)}
                 for one in notices.lost],
        "ignored": [{"file": visible(mask_numbers(one.file)), "what": one.what, "ident": one.ident}
                    for one in filing.ignored(result, language)],
    }


def summary_lines(notices: Notices, dispatch: Dispatch, entered: int) -> Iterator[str]:
    """What was written, in a few lines for the terminal. `entered` letters are new in the register."""
    language = dispatch.language
    file = say("overview.file", language)
    yield say("noticed.written", language, folder=str(dispatch.folder), overview=file, **_totals(notices))
    if dispatch.register and notices.listed:
        yield say("noticed.registered", language, file=str(dispatch.register), count=entered)
    if notices.lost:
        yield say("noticed.lost", language, count=len(notices.lost), overview=file)
    if notices.asking and not notices.known_day:
        yield say("noticed.no_day", language)
    yield from _doubts(notices, language)


def _silent_units(notices: Notices) -> dict[str, int]:
    """Units that get no letter themselves, and how many of their people do: nobody else tells them."""
    told = {one.home for one in notices.listed if one.kind == "unit"}
    return Counter(unit for unit, _ in dict.fromkeys((one.unit, one.ident) for one in notices.listed
                                                     if one.unit and one.home not in told))


def _totals(notices: Notices) -> dict[str, int]:
    """How many letters there are, of each kind, and how many items they hold, at how many places."""
    kinds = Counter(one.letter for one in notices.listed)
    places: Counter[str] = Counter()
    for one in notices.listed:
        for item in one.data["items"]:
            places[item["level"]] += 0 if item["later"] else item["count"]
    return {"count": len(notices.listed), **{kind: kinds[kind] for kind in KINDS},
            **{level: sum(getattr(one, level) for one in notices.listed) for level in ASKING},
            **{f"{level}_places": places[level] for level in ASKING}}


def _doubts(notices: Notices, language: str) -> Iterator[str]:
    """What the office should look at in the deadline."""
    if not notices.sure and (notices.asking or not notices.listed):
        yield say("overview.unsure", language)
    elif notices.asking and notices.day_off:
        yield say("overview.day_off", language, deadline=notices.deadline)
