"""The office's list of a delivery: who gets what, what went into no notice and why. IDs and counts, no words."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ..batch import Result
from ..formats.terminal import trail
from ..messages import say, shown_date
from ..wording import visible
from .content import Notices

APART = ("info", "waived", "baselined", "superseded", "provisional", "not_assessed")


def overview(notices: Notices, result: Result, language: str) -> dict[str, Any]:
    """Plain data for the template of the list."""
    total = {level: sum(getattr(one, level) for one in notices.listed) for level in ("error", "warning")}
    facts = {"date": shown_date(result.as_of, language), "count": len(notices.listed), **total}
    names = ("title", "none", "sent", "subject", "kind", "number", "errors", "warnings", "files", "lost_head", "lost",
             "place", "fact", "repair", "apart_head")
    words = {name: say(f"overview.{name}", language) for name in names}
    words |= {"intro": say("overview.intro", language, **facts),
              "deadline": say("overview.deadline", language, deadline=notices.deadline),
              "apart": say("overview.apart", language, **{name: result.summary[name] for name in APART})}
    warnings = [] if notices.sure else [say("overview.unsure", language)]
    if result.crashes:
        warnings.append(say("overview.crashed", language, count=len(result.crashes)))
    return {
        "language": language, "words": words, "warnings": warnings,
        "notices": [{"kind": say(f"overview.{'unit' if one.kind == 'unit' else 'person'}", language),
                     "ident": one.ident, "number": one.number, "error": one.error, "warning": one.warning,
                     "folder": one.folder} for one in notices.listed],
        "lost": [{"place": say("notice.at_file", language, file=visible(one.file), line=one.line,
                               trail=visible(trail(one, language))),
                  "fact": f"{one.rule} {visible(one.message)}", "repair": visible(one.remedy)}
                 for one in notices.lost],
    }


def summary_lines(notices: Notices, folder: Path, language: str) -> Iterator[str]:
    """What was written, in a few lines for the terminal."""
    file = say("overview.file", language)
    total = {level: sum(getattr(one, level) for one in notices.listed) for level in ("error", "warning")}
    yield say("noticed.written", language, count=len(notices.listed), folder=str(folder), overview=file, **total)
    if notices.lost:
        yield say("noticed.lost", language, count=len(notices.lost), overview=file)
    if notices.listed and not notices.known_day:
        yield say("noticed.no_day", language)
    if not notices.sure:
        yield say("overview.unsure", language)
