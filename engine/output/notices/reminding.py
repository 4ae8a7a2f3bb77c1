"""What a reminder says: which report is due by when, what came so far, and what is asked. Nothing in it is a fault."""

from __future__ import annotations

from collections.abc import Iterator

from ...batch.standing import EARLIER_REPORT, MISSING, Upcoming
from ...text.dates import days_between
from ...text.messages import shown_date
from .checked import people
from .desk import Desk, Draft, Part, plain
from .items import quoted
from .letters import CORRECT, REMINDER, Letter
from .letters import MISSING as UNFILED


def basis(desk: Desk, one: Letter, coming: Upcoming) -> str:
    """On what it is sent: what the plan says of the phase, rather than of a level in it, which may have other days."""
    bases = [found for rule in desk.pack.rules.values() if any("report_missing" in check for check in rule.checks)
             for found in rule.bases_for(coming.phase, one.level)]
    cited = min(bases, key=lambda found: (not found.phases, bool(found.levels)), default=None)
    return desk.say("basis_reminder", plan=desk.pack.title[desk.language], clause=cited.clause if cited else "",
                    quote=quoted(cited.quote, desk.language) if cited else "")


def facts(desk: Desk, draft: Draft, coming: Upcoming) -> Part:
    """Until when there is time, and that nothing has come that answers."""
    return desk.say("checked_head", letter=REMINDER), plain(_facts(desk, draft, coming))


def beside(desk: Desk, draft: Draft, coming: Upcoming) -> Part:
    """The same in a letter that is about something else too."""
    spared = [*draft.letter.told] == [CORRECT, REMINDER] and desk.replaces(coming.phase, draft.letter)
    return desk.say("coming_head"), plain([*_came(desk, draft, coming), desk.say(
        "coming_way", phase=desk.phase_name(coming.phase), spared=spared)])


def _facts(desk: Desk, draft: Draft, coming: Upcoming) -> Iterator[str]:
    yield from _came(desk, draft, coming)
    yield desk.say("form_only_reminder")
    if draft.letter.kind == "unit" and desk.result.roster:
        yield from people(desk, draft.letter, draft.you, desk.result.roster, (REMINDER,))


def _came(desk: Desk, draft: Draft, coming: Upcoming) -> Iterator[str]:
    one, day, language = draft.letter, desk.result.as_of, desk.language
    phase = desk.phase_name(coming.phase)
    yield desk.say("coming", phase=phase, deadline=desk.by_day(coming.day), date=shown_date(day, language),
                   left=days_between(day, coming.day))
    if UNFILED in one.told:     # what came is told there
        yield desk.say("holds", phase=phase)
        return
    yield desk.say("gap").join([desk.say("not_come", you=draft.you, ident=one.ident, aside=bool(one.aside),
                                         date=shown_date(day, language)), *desk.beside(one, draft.you)])
    missed = (standing.phase for standing in desk.result.standing if standing.entry is one.entry
              and standing.state == MISSING and (not standing.aside or standing.aside.hint == EARLIER_REPORT))
    before = next(missed, None)
    if before and before != coming.phase:
        yield desk.say("missed_before", before=desk.phase_name(before), phase=phase)


def asks(desk: Desk, draft: Draft, coming: Upcoming) -> Part:
    """What is to be done, by when and how."""
    one, phase = draft.letter, desk.phase_name(coming.phase)
    texts = [("deadline", desk.say("file_by", deadline=desk.deadline_of(one))),
             ("way", desk.say("way_reminder", phase=phase, reply=desk.settings.reply)),
             ("delay", desk.say("delay_reminder")), ("filed", desk.say("filed_already", aside=bool(one.aside)))]
    return desk.say("asks_head", letter=REMINDER), [
        {"lead": desk.say("sub", number=at, text=desk.say(f"{name}_lead")), "text": text}
        for at, (name, text) in enumerate(texts)]
