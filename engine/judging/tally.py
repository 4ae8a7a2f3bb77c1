"""What a report leaves behind for the totals of a run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ..packs.pack import Pack
from ..reading.paths import EACH, ITEM, Node
from ..reading.report import BAD, Doc, Items
from ..reading.roles import Roles
from .case import Case

if TYPE_CHECKING:
    from decimal import Decimal

MANY = 10 ** 10         # a number of so many digits may be one of a telephone or a card


def tally(case: Case) -> dict[str, Any]:
    """What a report leaves behind for the totals of a run; small, since every file does.

    `problems`: (theme, source, status, last day) of each; `answered`: the themes that are; `next`: the first day of a
    measure that is not known to be done, or an earlier one; `institutions`: the kind of each; `figures`: the numbers of
    the pack's own fields, by place. None stands for what is absent or can't be read.
    """
    doc, roles = case.report.doc, case.pack.roles
    themes = doc.get(roles.themes)
    answers = [(theme, one) for theme, one in themes.items() if type(one) is Doc] \
        if type(themes) is Doc else []
    problems: list[tuple[str, str | None, str | None, str | None]] = []
    answered: list[str] = []
    first, settled = "", {*roles.done, roles.lasting}
    for theme, answer in answers:
        listed = answer.get(roles.problems)
        for one in listed if type(listed) is Items else ():
            if type(one) is Doc:
                days, last = _days(one, roles)
                state = _text(one, roles.state)
                problems.append((theme, _text(one, roles.source), state,
                                 None if one.get(roles.state) is BAD else last))      # who knows whether it is overdue
                if days and state not in settled:
                    first = min([first, *days] if first else days)
        if type(listed) is Items or type(answer.get(roles.none_found)) is Doc:
            answered.append(theme)
    tally: dict[str, Any] = {"problems": problems, "answered": answered}
    if first:
        tally["next"] = first
    institutions = doc.get(roles.institutions)
    if type(institutions) is Items:
        tally["institutions"] = [_text(one, roles.institution_kind) for one in institutions if type(one) is Doc]
    figures = _figures(case) if case.pack.figures else {}
    return tally | ({"figures": figures} if figures else {})


def _figures(case: Case) -> dict[str, str]:
    """The numbers of the pack's own fields, by place."""
    import decimal

    from ..text.numbers import shown

    return {one.key: shown(sum(map(decimal.Decimal, values), decimal.Decimal())) for one in case.pack.figures
            if (values := list(_numbers(case.report.doc, one.steps, case.pack))) and (one.summed or len(values) == 1)}


def _numbers(node: Node, steps: Sequence[str], pack: Pack) -> Iterator[int | Decimal]:
    """The numbers at a place: none under a theme whose text is never printed, none that may be somebody's."""
    if not steps:
        import decimal

        if isinstance(node, int | decimal.Decimal) and -MANY < node < MANY:
            yield node
    elif steps[0] is ITEM:
        for one in node if type(node) is Items else ():
            yield from _numbers(one, steps[1:], pack)
    elif type(node) is Doc:
        for key, one in node.items():
            if key == steps[0] or (steps[0] is EACH and not pack.sensitive(key)):
                yield from _numbers(one, steps[1:], pack)


def _text(node: Doc, name: str) -> str | None:
    value = node.get(name)
    return value if type(value) is str else None


def _days(problem: Doc, roles: Roles) -> tuple[list[str], str | None]:
    """The days of a problem's measures, and that by which it is to be put right: the last of them, or what it is
    deferred to; None where a measure has no day that can be read: then nobody knows which is the last.
    """
    deferral, measures = problem.get(roles.deferral), problem.get(roles.measures)
    until = _text(deferral, roles.until) if type(deferral) is Doc else None
    typed = [one.get(roles.due) if type(one) is Doc else None for one in measures] if type(measures) is Items \
        else [None]
    days = [day for day in typed if type(day) is str]
    if until:
        last = max([*days, until])
        return [max(day, until) for day in days] if len(days) == len(typed) else [until], last
    return days, max(days) if days and len(days) == len(typed) else None
