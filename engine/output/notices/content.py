"""What the letters say, as plain data: made from a result, the pack, the roster, the office's settings and register.

Nothing here knows a format. Every text is the program's own or the pack's, but for paths and for names from the roster
and the settings; what can't be seen in those is written as U+XXXX, so that a template may put them anywhere. A sentence
stands in a letter only where what came is as it says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

from ...batch.outcome import Result
from ...judging.compile import Compiled
from ...recording import dataclass
from ...records import Finding, UsageError
from ...text.messages import say, shown_date
from ...text.naming import file_names
from ...text.wording import id_key, mask_numbers, visible
from . import body, register, reminding
from .annexes import annexes
from .checked import checked
from .data import ContactData, NoticeData, Section
from .deadline import after_working_days, is_day_off
from .desk import Desk, Draft, Issue, plain
from .letters import MISSING, REMINDER, Letter, letters_of
from .settings import Settings, Terms

UNLISTED = 3        # so few items need no list of their own: all stand in the body
ONE_LINE = 18       # characters of a title that need no second line
FULL_LINE = 19      # and that a line of it can hold


@dataclass(frozen=True, slots=True)
class Notice:
    """One letter."""

    letter: str                 # one of templates.KINDS
    kinds: tuple[str, ...]      # all of them that it is
    kind: str                   # personal or unit
    ident: str                  # as it may be printed
    subject: str                # its name on the roster, or nothing
    unit: str                   # what a person's unit is called there, or nothing
    home: str                   # comparable code of the unit, a person's or its own, or nothing
    folder: str                 # its subject's own
    name: str                   # of its files, without the extension
    error: int                  # items
    warning: int
    number: str                 # document number, or nothing
    data: NoticeData            # what a template sees

    @property
    def path(self) -> str:
        """Where its files lie, without the extension; no other letter has the same."""
        return f"{self.folder}/{self.name}"


@dataclass(frozen=True, slots=True)
class Notices:
    """All letters of a run, and what went into none."""

    listed: list[Notice]
    lost: list[Finding]         # deficiencies that are nobody's
    deadline: str               # as people read it
    sure: bool                  # China's days off were known up to the deadline
    known_day: bool             # there is a deadline
    day_off: bool               # and it is no working day

    @property
    def asking(self) -> bool:
        """Whether any letter wants an answer by that deadline; a reminder has its own."""
        return any(one.letter != REMINDER for one in self.listed)


def compose(result: Result, compiled: Compiled, settings: Settings, terms: Terms,
            book: register.Register | None = None) -> Notices:
    """The letters: units first, then people, each in the order of the roster. Raises UsageError for a past deadline.

    With a register each letter is entered there and has its number from it; the caller keeps it locked.
    """
    letters, lost = letters_of(result, compiled.pack, terms.within, terms.kinds)
    day, sure = _deadline(result, compiled, settings, terms)
    idents = dict.fromkeys((one.kind, one.key) for one in letters)
    folders = dict(zip(idents, file_names({(one.kind, one.key): one.ident for one in letters}.values()), strict=True))
    desk = Desk(result, compiled, settings, terms, day, letters, book)
    notices: list[Notice] = []
    for one in letters:
        if one.letter in terms.kinds:
            draft = _draft(desk, one, _issue(desk, one, book))
            number = _number(desk, draft, book, len(notices))
            folder, counts, data = folders[one.kind, one.key], draft.counts, _notice(desk, draft, number)
            name = say("notice.name", terms.language, letter=one.letter, ident=folder, round=draft.issue.round)
            notices.append(Notice(one.letter, tuple(one.told), one.kind, one.ident, data["subject"]["name"],
                                  desk.unit(one), id_key(one.entry.unit) if one.entry else "", folder, name,
                                  counts["error"], counts["warning"], number, data))
    return Notices(notices, lost, desk.deadline, sure, day is not None,
                   day is not None and is_day_off(day, compiled.pack))


def _deadline(result: Result, compiled: Compiled, settings: Settings, terms: Terms) -> tuple[str | None, bool]:
    if terms.reply_by:
        if terms.reply_by < result.as_of:
            raise UsageError("noticed.past", day=terms.reply_by, as_of=result.as_of)
        return terms.reply_by, True
    if settings.working_days:
        return after_working_days(result.as_of, settings.working_days, compiled.pack)
    return None, True


def _issue(desk: Desk, one: Letter, book: register.Register | None) -> Issue:
    """Which letter of its kind it is for its subject in this phase, and which went before it."""
    earlier = desk.earlier(one, book)
    alike = {row.date for row in earlier if (row.letter, row.phase) == (one.letter, desk.phase_of(one))}
    compared = desk.compared[id(one)]
    told_before = bool(compared and compared.before)        # perhaps before there was a register
    number = desk.terms.round or desk.settings.round or 1 + max(len(alike), told_before)
    last = max(earlier, key=lambda row: (row.date, row.letter == one.letter), default=None)
    return Issue(number, last)


def _draft(desk: Desk, one: Letter, issue: Issue) -> Draft:
    items = desk.items(one)
    counts = Counter(item["level"] for item in items if not item["later"])
    listed = len(items) > UNLISTED
    name = _name(one)
    called = "person" if one.kind == "personal" else "unnamed" if not one.entry or _has_namesake(desk, one) else "unit"
    who = desk.say(called, name=name, blank=desk.blank, ident=one.ident)
    return Draft(one, issue, items, counts, listed, who, desk.say("you", unit=one.kind == "unit"),
                 desk.say("form", number=2 if listed else 0))


def _has_namesake(desk: Desk, one: Letter) -> bool:
    """Whether another unit has the name of this one."""
    return desk.result.roster is not None and one.key in desk.result.roster.namesakes


def _name(one: Letter) -> str:
    """The subject's name on the roster, or nothing."""
    return visible(mask_numbers(one.entry.name)) if one.entry else ""


def _number(desk: Desk, draft: Draft, book: register.Register | None, at: int) -> str:
    """The document number of a letter, or nothing: from the register, without one counted on."""
    one, result, settings = draft.letter, desk.result, desk.settings
    year = settings.year or int(result.as_of[:4])
    if book is None:
        return desk.say("number", series=settings.series, year=year, number=settings.next + at) \
            if settings.series else ""
    fingerprints = sorted(f"{item.fingerprint} {item.level}" for item in (*one.findings, *one.later))
    mark = register.mark_of(desk.pack.id, (
        one.letter, one.kind, one.ident, str(draft.issue.round), result.as_of, desk.day_of(one) or "", *fingerprints,
        *sorted(aside.file for aside in one.aside), *(file for _, file in one.whose),
        *([one.coming.phase, one.coming.day] if one.coming and not one.upcoming else [])))
    phase = desk.pack.phases[desk.phase_of(one)]
    entered = register.Issued(
        (one.kind, one.ident), tuple(one.told), phase.name["zh"] if desk.language == "zh" else phase.id,
        draft.issue.round, result.as_of, desk.day_of(one) or "", len(draft.items) + len(one.whose), mark)
    return visible(book.number(entered, settings.series, year, settings.next))


def _sections(desk: Desk, draft: Draft) -> list[Section]:
    """The parts of the body in their order, numbered."""
    coming = draft.letter.upcoming
    own = [reminding.facts(desk, draft, coming), reminding.asks(desk, draft, coming)] if coming else [
        (desk.say("checked_head", letter=draft.letter.letter), plain(checked(desk, draft))),
        *body.items(desk, draft), body.asks(desk, draft)]
    if draft.letter.coming and not coming:
        own.insert(-1, reminding.beside(desk, draft, draft.letter.coming))
    parts = [*own, body.contact(desk)]
    return [{"heading": desk.say("heading", number=at, text=heading), "paragraphs": paragraphs,
             "last": at == len(parts) - 1} for at, (heading, paragraphs) in enumerate(parts)]


def _title(desk: Desk, draft: Draft) -> list[str]:
    """The title in the lines on which it looks well."""
    one, language = draft.letter, desk.language
    lines = desk.say(f"title_{one.letter}", who=draft.who, campaign=desk.pack.name[language],
                     error=draft.counts["error"], warning=draft.counts["warning"], round=draft.issue.round).split("\n")
    title = "".join(lines)
    if len(title) <= ONE_LINE:
        return [title]
    if language == "zh" and len(lines[0]) > FULL_LINE:      # a name in quotation marks stays whole
        who_first, mark, rest = title.partition("“")
        return [who_first, mark + rest]
    return lines


def _contact(given: Mapping[str, str]) -> ContactData:
    return {"name": given.get("name", ""), "phone": given.get("phone", ""), "email": given.get("email", ""),
            "address": given.get("address", "")}


def _notice(desk: Desk, draft: Draft, number: str) -> NoticeData:
    one, language, title = draft.letter, desk.language, _title(desk, draft)
    basis = reminding.basis(desk, one, one.upcoming) if one.upcoming else body.basis(desk, one, draft.you)
    return {
        "language": language, "head": desk.settings.head, "round": draft.issue.round, "letter": one.letter,
        "issuer": desk.settings.issuer or desk.blank, "number": number or desk.blank, "numbered": bool(number),
        "title": "".join(title), "title_lines": title,
        "addressee": desk.say("addressee", who=draft.who), "basis": basis,
        "sections": _sections(desk, draft), "attached": "" if one.upcoming else desk.say("attached"),
        "seal": desk.say("seal"), "date": shown_date(desk.result.as_of, language), "annexes": annexes(desk, draft),
        "subject": {"kind": one.kind, "id": one.ident, "name": _name(one)}, "items": draft.items,
        "listed": draft.listed,
        "counts": {"error": draft.counts["error"], "warning": draft.counts["warning"]},
        "missing": one.letter == MISSING, "deadline": desk.deadline_of(one), "contact": _contact(desk.settings.contact),
        "plan": desk.pack.title[language], "campaign": desk.pack.name[language], "as_of": desk.result.as_of,
    }
