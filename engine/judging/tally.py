"""What a report leaves behind for the totals of a run."""

from __future__ import annotations

from typing import Any

from ..reading.report import Doc, Items
from ..reading.roles import Roles
from .case import Case


def tally(case: Case) -> dict[str, Any]:
    """What a report leaves behind for the totals of a run; small, since every file does.

    `problems`: (theme, source, status, last day) of each; `answered`: the themes that are; `institutions`: the kind of
    each. None stands for what is absent or can't be read.
    """
    doc, roles = case.report.doc, case.pack.roles
    themes = doc.get(roles.themes)
    answers = [(theme, one) for theme, one in themes.items() if one.__class__ is Doc] \
        if themes.__class__ is Doc else []
    problems: list[tuple[str, str | None, str | None, str | None]] = []
    answered: list[str] = []
    for theme, answer in answers:
        listed = answer.get(roles.problems)
        if listed.__class__ is Items:
            problems += [(theme, _text(one, roles.source), _text(one, roles.state), _last_day(one, roles))
                         for one in listed if one.__class__ is Doc]
        if listed.__class__ is Items or answer.get(roles.none_found).__class__ is Doc:
            answered.append(theme)
    tally: dict[str, Any] = {"problems": problems, "answered": answered}
    institutions = doc.get(roles.institutions)
    if institutions.__class__ is Items:
        tally["institutions"] = [_text(one, roles.institution_kind) for one in institutions if one.__class__ is Doc]
    return tally


def _text(node: Doc, name: str) -> str | None:
    value = node.get(name)
    return value if value.__class__ is str else None


def _last_day(problem: Doc, roles: Roles) -> str | None:
    """The day by which a problem is to be put right: the last of its measures', or what it is deferred to.

    None where a measure has no day that can be read: then nobody knows which is the last.
    """
    deferral, measures = problem.get(roles.deferral), problem.get(roles.measures)
    until = _text(deferral, roles.until) if deferral.__class__ is Doc else None
    typed = [one.get(roles.due) if one.__class__ is Doc else None for one in measures] if measures.__class__ is Items \
        else [None]
    days = [day for day in typed if day.__class__ is str]
    if until:
        return max([*days, until])
    return max(days) if days and len(days) == len(typed) else None
