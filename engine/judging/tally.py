"""What a report leaves behind for the totals of a run."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from ..packs.pack import Pack
from ..reading.paths import EACH, ITEM, Node
from ..reading.report import Doc, Items
from ..reading.roles import Roles
from .case import Case

if TYPE_CHECKING:
    from decimal import Decimal

MANY = 10 ** 10         # a number of so many digits may be one of a telephone or a card


def tally(case: Case) -> dict[str, Any]:
    """What a report leaves behind for the totals of a run; small, since every file does.

    `problems`: (theme, source, status, last day) of each; `answered`: the themes that are; `institutions`: the kind of
    each; `figures`: the numbers of the pack's own fields, by place. None stands for what is absent or can't be read.
    """
    doc, roles = case.report.doc, case.pack.roles
    themes = doc.get(roles.themes)
    answers = [(theme, one) for theme, one in themes.items() if type(one) is Doc] \
        if type(themes) is Doc else []
    problems: list[tuple[str, str | None, str | None, str | None]] = []
    answered: list[str] = []
    for theme, answer in answers:
        listed = answer.get(roles.problems)
        if type(listed) is Items:
            problems += [(theme, _text(one, roles.source), _text(one, roles.state), _last_day(one, roles))
                         for one in listed if type(one) is Doc]
        if type(listed) is Items or type(answer.get(roles.none_found)) is Doc:
            answered.append(theme)
    tally: dict[str, Any] = {"problems": problems, "answered": answered}
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


def _last_day(problem: Doc, roles: Roles) -> str | None:
    """The day by which a problem is to be put right: the last of its measures', or what it is deferred to.

    None where a measure has no day that can be read: then nobody knows which is the last.
    """
    deferral, measures = problem.get(roles.deferral), problem.get(roles.measures)
    until = _text(deferral, roles.until) if type(deferral) is Doc else None
    typed = [one.get(roles.due) if type(one) is Doc else None for one in measures] if type(measures) is Items \
        else [None]
    days = [day for day in typed if type(day) is str]
    if until:
        return max([*days, until])
    return max(days) if days and len(days) == len(typed) else None
