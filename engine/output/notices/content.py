"""What the letters say, as plain data: made from a result, the pack, the roster, the office's settings and register.

Nothing here knows a format. Every text is the program's own or the pack's, but for paths and for names from the roster
and the settings; what can't be seen in those is written as U+XXXX, so that a template may put them anywhere. A sentence
stands in a letter only where what came is as it says.
"""

from __future__ import annotations

import datetime
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Any

from ...batch.outcome import Result
from ...judging.compile import Compiled
from ...judging.kinds.kind import LATE, REPORT
from ...judging.results import FileFacts
from ...records import Finding, UsageError
from ...text.messages import joined, say, shown_date
from ...text.naming import file_names
from ...text.wording import id_key, mask_numbers, visible
from . import register
from .deadline import after_working_days, is_day_off
from .items import WHOLE, Itemiser, Point, is_whole, quoted
from .letters import CORRECT, LEVELS, MEND, MISSING, Letter, kind_of, letters_of
from .rounds import Comparison, Item, Previous, compare
from .settings import Settings
from .templates import KINDS

IN_BODY = 5         # items that the body writes out where there is a list of all of them, and places of one item
UNLISTED = 3        # so few items need no list of their own: all stand in the body
ONE_LINE = 18       # characters of a title that need no second line
FULL_LINE = 19      # and that a line of it can hold


@dataclass(frozen=True, slots=True)
class Terms:
    """What one command says of its letters."""

    language: str = "zh"
    reply_by: str | None = None         # ISO date; None: by the settings' working days, or a blank
    round: int | None = None            # None: by what a subject was sent before
    previous: Previous | None = None
    kinds: tuple[str, ...] = KINDS      # the kinds of letters that are wanted


@dataclass(frozen=True, slots=True)
class Notice:
    """One letter."""

    letter: str                 # missing, mend or correct
    kind: str                   # personal or unit
    ident: str                  # as it may be printed
    subject: str                # its name on the roster, or nothing
    unit: str                   # the name of a person's unit there, or nothing
    folder: str                 # its subject's own
    name: str                   # of its files, without the extension
    error: int                  # items
    warning: int
    number: str                 # document number, or nothing
    data: dict[str, Any]        # plain data: what a template sees

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


@dataclass(frozen=True, slots=True)
class _Issue:
    """What one letter is among those of its subject."""

    round: int
    earlier: register.Entered | None        # the last letter that it was sent before


def compose(result: Result, compiled: Compiled, settings: Settings, terms: Terms,
            book: register.Register | None = None) -> Notices:
    """The letters: units first, then people, each in the order of the roster. Raises UsageError for a past deadline.

    With a register each letter is entered there and has its number from it; the caller keeps it locked.
    """
    letters, lost = letters_of(result, compiled.pack)
    day, sure = _deadline(result, compiled, settings, terms)
    idents = dict.fromkeys((one.kind, one.key) for one in letters)
    folders = dict(zip(idents, file_names({(one.kind, one.key): one.ident for one in letters}.values()), strict=True))
    writer = _Writer(result, compiled, settings, terms, day, letters)
    notices = []
    for one in letters:
        if one.letter in terms.kinds:
            issue = writer.issue(one, book)
            items = writer.items(one)
            number = writer.number(one, issue, items, book, len(notices))
            counts = Counter(item["level"] for item in items if not item["later"])
            name = say("notice.name", terms.language, letter=one.letter, ident=folders[one.kind, one.key],
                       round=issue.round)
            data = writer.notice(one, issue, items, number)
            notices.append(Notice(one.letter, one.kind, one.ident, data["subject"]["name"], writer.unit(one),
                                  folders[one.kind, one.key], name, counts["error"], counts["warning"], number, data))
    return Notices(notices, lost, writer.deadline, sure, day is not None,
                   day is not None and is_day_off(day, compiled.pack))


def _deadline(result: Result, compiled: Compiled, settings: Settings, terms: Terms) -> tuple[str | None, bool]:
    if terms.reply_by:
        if terms.reply_by < result.as_of:
            raise UsageError("noticed.past", day=terms.reply_by, as_of=result.as_of)
        return terms.reply_by, True
    if settings.working_days:
        return after_working_days(result.as_of, settings.working_days, compiled.pack)
    return None, True


class _Writer:
    """Words one letter after the other."""

    def __init__(self, result: Result, compiled: Compiled, settings: Settings, terms: Terms, day: str | None,
                 letters: list[Letter]) -> None:
        self.result, self.compiled, self.pack = result, compiled, compiled.pack
        self.settings = replace(settings, contact={name: visible(text) for name, text in settings.contact.items()},
                                **{name: visible(text) for name in ("issuer", "series", "time", "reply")
                                   if (text := getattr(settings, name))})
        self.terms, self.language = terms, terms.language
        self.blank = self.say("blank")
        self.day, self.deadline = day, self._by_day(day)
        self.itemiser = Itemiser(result, self.pack, self.language, day or self.blank)
        self.compared = {id(one): compare(terms.previous, one, self.phase_of(one), result, compiled)
                         if terms.previous else None for one in letters}
        self.letters: dict[str, dict[str, Letter]] = {kind: {} for kind in KINDS}      # kind -> person -> letter
        for one in letters:
            if one.kind == "personal":
                self.letters[one.letter][one.key] = one
        self.nobodys = len({one.file for one in result.findings if one.gates and one.subject is None
                            and self.pack.rules[one.rule].reads})
        self.unread: dict[tuple, set[str]] = defaultdict(set)   # subject -> rules that could not be judged on it
        for one in result.not_assessed:
            if one.subject and one.subject.id:
                self.unread[one.subject.kind, one.subject.id].add(one.rule)

    def say(self, key: str, **facts: Any) -> str:
        return say(f"notice.{key}", self.language, **facts)

    def unit(self, one: Letter) -> str:
        """The name of a person's unit, or nothing."""
        found = self.result.roster.entry("unit", id_key(one.entry.unit or "")) \
            if one.entry and one.kind == "personal" else None
        return visible(mask_numbers(found.name or "")) if found else ""

    def issue(self, one: Letter, book: register.Register | None) -> _Issue:
        """Which letter of its kind it is for its subject in this phase, and which went before it."""
        earlier = book.earlier((one.kind, one.ident), self.result.as_of) if book else []
        alike = {row.date for row in earlier if (row.letter, row.phase) == (one.letter, self.phase_of(one))}
        compared = self.compared[id(one)]
        told_before = bool(compared and compared.before)        # perhaps before there was a register
        number = self.terms.round or self.settings.round or 1 + max(len(alike), told_before)
        last = max(earlier, key=lambda row: (row.date, row.letter == one.letter), default=None)
        return _Issue(number, last)

    def phase_of(self, one: Letter) -> str:
        """The phase that a letter is about: the latest that its findings name, else that of the day."""
        named = (item.phase for item in one.findings if item.phase in self.pack.phases)
        return max(named, key=self.pack.order, default=self.result.phase)

    def items(self, one: Letter) -> list[dict[str, Any]]:
        """The items of a letter."""
        compared = self.compared[id(one)]
        own = self._not_filed(one) if one.letter == MISSING else None
        return self.itemiser.items(one, compared.states if compared else {}, own)

    def number(self, one: Letter, issue: _Issue, items: list[dict[str, Any]], book: register.Register | None,
               at: int) -> str:
        """The document number of a letter, or nothing: from the register, without one counted on."""
        settings = self.settings
        year = settings.year or int(self.result.as_of[:4])
        if book is None:
            return self.say("number", series=settings.series, year=year, number=settings.next + at) \
                if settings.series else ""
        fingerprints = sorted(f"{item.fingerprint} {item.level}" for item in (*one.findings, *one.later))
        mark = register.mark_of(self.pack.id, (
            one.letter, one.kind, one.ident, str(issue.round), self.result.as_of, self.day or "", *fingerprints,
            *sorted(aside.file for aside in one.aside)))
        phase = self.pack.phases[self.phase_of(one)]
        entered = register.Issued(
            (one.kind, one.ident), one.letter, phase.name["zh"] if self.language == "zh" else phase.id, issue.round,
            self.result.as_of, self.day or "", len(items), mark)
        return visible(book.number(entered, settings.series, year, settings.next))

    def notice(self, one: Letter, issue: _Issue, items: list[dict[str, Any]], number: str) -> dict[str, Any]:
        """What a template sees. Plain data only."""
        name = visible(mask_numbers(one.entry.name)) if one.entry else ""
        who = self.say("person", name=name, blank=self.blank, ident=one.ident) if one.kind == "personal" else \
            self.say("unit" if one.entry else "unnamed", name=name, blank=self.blank, ident=one.ident)
        you = self.say("you", unit=one.kind == "unit")
        counts = Counter(item["level"] for item in items if not item["later"])
        listed = len(items) > UNLISTED
        form = self.say("form", number=2 if listed else 0)
        sections = [{"heading": self.say("checked_head", letter=one.letter),
                     "paragraphs": _plain(self._checked(one, issue, you, form, counts, items))},
                    *self._items(one, items, listed), self._asks(one, you, form), self._contact()]
        for at, section in enumerate(sections):
            section |= {"heading": self.say("heading", number=at, text=section["heading"]),
                        "last": at == len(sections) - 1}
        lines = self.say(f"title_{one.letter}", who=who, campaign=self.pack.name[self.language],
                         error=counts["error"], warning=counts["warning"], round=issue.round).split("\n")
        title = "".join(lines)
        if self.language == "zh" and len(lines[0]) > FULL_LINE:     # a name in quotation marks stays whole
            who_first, mark, rest = title.partition("“")
            lines = [who_first, mark + rest]
        return {
            "language": self.language, "head": self.settings.head, "round": issue.round, "letter": one.letter,
            "issuer": self.settings.issuer or self.blank, "number": number or self.blank, "numbered": bool(number),
            "title": title, "title_lines": lines if len(title) > ONE_LINE else [title],
            "addressee": self.say("addressee", who=who), "basis": self._basis(one, you),
            "sections": sections, "attached": self.say("attached"), "seal": self.say("seal"),
            "date": shown_date(self.result.as_of, self.language),
            "annexes": [self._list(who, items, listed), self._reply(one, who, items, listed)],
            # for templates of the office's own
            "subject": {"kind": one.kind, "id": one.ident, "name": name}, "items": items, "listed": listed,
            "counts": {"error": counts["error"], "warning": counts["warning"]}, "missing": one.letter == MISSING,
            "deadline": self.deadline, "contact": dict(self.settings.contact), "plan": self.pack.title[self.language],
            "campaign": self.pack.name[self.language], "as_of": self.result.as_of,
        }

    def _by_day(self, day: str | None) -> str:
        if day is None:
            return self.say("no_day")
        weekday = self.say("weekday", number=datetime.date.fromisoformat(day).weekday())
        return self.say("by_day", date=shown_date(day, self.language), weekday=weekday, time=self.settings.time)

    def _phase(self, phase: str | None) -> str:
        """A phase's name, or nothing."""
        return self.pack.phases[phase].name[self.language] if phase in self.pack.phases else ""

    def _not_filed(self, one: Letter) -> Point:
        """That nothing was filed, to the subject itself, and what is there that may be taken for it."""
        first, you = one.findings[0], self.say("you", unit=one.kind == "unit")
        closed = self.result.roster.extended(one.key, first.phase) or self.pack.phases[first.phase].end
        facts = [self.say("not_filed", phase=self._phase(first.phase), closed=shown_date(closed, self.language),
                          date=shown_date(self.result.as_of, self.language), you=you, ident=one.ident,
                          aside=bool(one.aside))]
        if one.report:
            facts.append(self.say("filed_other", file=self.itemiser.hide(one.report.file, one),
                                  phase=self._phase(one.report.about.phase)))
        facts += [self.say(f"aside_{beside.hint.replace('-', '_')}", file=self.itemiser.hide(beside.file, one), you=you,
                           ident=one.ident, phase=self._phase(first.phase)) for beside in one.aside]
        if self.nobodys:
            facts.append(self.say("nobodys", count=self.nobodys, you=you))
        return Point(self.say("gap").join(facts), self.say(
            "file_it", phase=self._phase(first.phase), you=you, aside=bool(one.aside)), one.findings)

    def _basis(self, one: Letter, you: str) -> str:
        most = self.itemiser.cited(one)
        facts = {"plan": self.pack.title[self.language], "clause": most.clause if most else "",
                 "quote": quoted(most.quote, self.language) if most else "", "you": you,
                 "date": shown_date(self.result.as_of, self.language)}
        if one.letter == MISSING:
            return self.say("basis_missing", phase=self._phase(one.findings[0].phase),
                            ident=one.ident,
                            aside=next((beside.hint for beside in one.aside), ""), **facts)
        files = [self.itemiser.hide(file, one) for file in one.files]
        if one.letter == MEND:
            return self.say("basis_mend", files=files, ident=one.ident, **facts)
        if not self._of_one_report(one):
            return self.say("basis_several", files=files, ident=one.ident, strange=bool(one.strange), **facts)
        about = one.report.about
        return self.say("basis", filed=shown_date(about.corrected or about.submitted, self.language),
                        again=bool(about.corrected), phase=self._phase(about.phase), file=files[0], **facts)

    @staticmethod
    def _of_one_report(one: Letter) -> bool:
        """Whether all items stand in its current report, and that says when and for which phase it was filed."""
        about = one.report.about if one.report else None
        return about is not None and bool(about.submitted and about.phase) and one.files == [one.report.file]

    def _checked(self, one: Letter, issue: _Issue, you: str, form: str, counts: Counter,
                 items: list[dict[str, Any]]) -> Iterator[str]:
        """What was looked at and how it came out."""
        facts = {"date": shown_date(self.result.as_of, self.language), "total": counts.total(),
                 "places": sum(item["count"] for item in items if not item["later"]),
                 "error": counts["error"], "warning": counts["warning"]}
        if one.letter == MEND:
            mended = {finding.file for finding in one.findings if finding.slips}
            yield self.say("checked_mend", count=len(one.files), later=any(item["later"] for item in items),
                           mended=len(mended) == len(one.files), **facts)
            if one.report:
                yield self.say("filed_too", you=you, file=self.itemiser.hide(one.report.file, one),
                               phase=self._phase(one.report.about.phase))
        elif one.letter == CORRECT and self._of_one_report(one):
            rules = self._rules(one.report)
            unread = self.unread[one.kind, one.report.about.subject.id] & rules
            told = {item.rule for item in one.findings}
            yield self.say("checked", rules=len(rules), passed=len(rules - told - unread), beyond=len(told - rules),
                           unassessed=len(unread - told), **facts)
        elif one.letter == CORRECT:
            unread = self.unread[one.kind, one.findings[0].subject.id]
            yield self.say("checked_several", unassessed=len(unread), **facts)
        if one.strange:
            yield self.say("strange", files=[self.itemiser.hide(file, one) for file in one.strange], you=you, form=form,
                           ident=one.ident)
        yield self.say("form_only")
        if one.kind == "unit" and self.result.roster:
            yield from self._people(one, you)
        if issue.earlier:
            yield self.say("earlier", number=visible(issue.earlier.number), date=shown_date(
                issue.earlier.date, self.language), deadline=shown_date(issue.earlier.deadline, self.language))
        compared = self.compared[id(one)]
        if compared:
            yield from self._compared(one, compared, items, issue, you)
        elif issue.round > 1:
            yield self.say("round_bare", round=issue.round)

    def _rules(self, report: FileFacts) -> set[str]:
        """The rules that look at this report by itself."""
        about, roster = report.about, self.result.roster
        active = self.compiled.active(about.kind, about.level, about.phase)
        rules = {check.rule.id for check in active if check.kind.stage == REPORT or check.kind.stage == LATE and not (
            roster is None and check.kind.on_roster)}
        return (rules | {rule.id for rule in self.compiled.form.values()}) & self.result.rules

    def _people(self, one: Letter, you: str) -> Iterable[str]:
        """A unit hears of its people's reports by ID and number of items alone."""
        members = [person for person in self.result.roster.members(one.key) if person.id]
        for kind in KINDS:
            found = [(person.id, self.letters[kind][person.key]) for person in members
                     if person.key in self.letters[kind]]
            if found:
                listed = [self.say("people_item", ident=ident, count=len(self.items(letter)) if kind == CORRECT else 0)
                          for ident, letter in found]
                yield self.say(f"people_{kind}", you=you, count=len(found), people=joined(listed, self.language))

    def _compared(self, one: Letter, compared: Comparison, items: list[dict[str, Any]], issue: _Issue,
                  you: str) -> Iterable[str]:
        states: Counter = Counter()
        for item in items:
            states[item["state"]] += item["count"] if not item["later"] else 0
        yield self.say("round", round=issue.round, date=shown_date(self.terms.previous.as_of, self.language),
                       cured=len(compared.cured), open=states["open"], new=states.total() - states["open"] - states[""],
                       elsewhere=compared.elsewhere)
        if compared.cured:
            yield self.say("cured", items=joined([self._cured(item, one) for item in compared.cured], self.language))
        for state, key in (("late_", "late"), ("ruled_", "ruled")):
            numbers = [str(item["number"]) for item in items if item["state"] == state]
            if numbers:
                yield self.say(key, numbers=joined(numbers, self.language), you=you)

    def _cured(self, item: Item, one: Letter) -> str:
        rule, roster = self.pack.rules.get(item.rule), self.result.roster
        return self.say("cured_item", rule=visible(item.rule), title=rule.title[self.language] if rule else "",
                        filed=rule is not None and kind_of(rule) == MISSING,
                        line=0 if rule and rule.name in WHOLE and item.line == 1 else item.line,
                        roster=roster is not None and item.file == roster.file,
                        file=self.itemiser.hide(item.file, one))

    def _items(self, one: Letter, items: list[dict[str, Any]], listed: bool) -> Iterator[dict[str, Any]]:
        """The items by what they ask for: with a list of all of them only the first are written out."""
        shown = items[:IN_BODY] if listed else items
        groups = [(name, [item for item in items if not item["later"] and item["level"] == level])
                  for level, name in zip(LEVELS, ("must_head", "should_head"), strict=True)]
        groups.append(("later_head", [item for item in items if item["later"]]))
        for name, all_of in groups:
            if not all_of:
                continue
            written = [item for item in all_of if item in shown]
            paragraphs = [paragraph for item in written for paragraph in self._written(item, listed)]
            rest = len(all_of) - len(written)
            if rest:
                paragraphs += _plain([self.say("rest" if written else "all_listed", count=rest)])
            if name == "later_head":
                levels = Counter(item["level"] for item in all_of)
                paragraphs = _plain([self.say("later", error=levels["error"], warning=levels["warning"])]) + paragraphs
            yield {"heading": self.say(name, letter=one.letter), "paragraphs": paragraphs}

    def _written(self, item: dict[str, Any], listed: bool) -> Iterator[dict[str, str]]:
        """One item as the body writes it out: what is said of several places, once; each place that differs below."""
        lead = f"{item['number']}. "
        if len(item["told"]) == 1:
            [told] = item["told"]
            yield {"lead": lead, "text": self.say("item", place="" if item["roster"] else told["spot"],
                                                  fact=told["fact"], repair=told["repair"])}
            return
        yield {"lead": lead, "text": self.say("item_head", title=item["title"], count=item["count"],
                                              repair=item["common"])}
        told = item["told"][:IN_BODY] if listed else item["told"]
        for at, entry in enumerate(told, 1):
            yield {"lead": self.say("place_lead", number=at), "text": self.say(
                "item", place=entry["spot"], fact=entry["fact"], repair=entry["repair"])}
        if len(told) < len(item["told"]):
            yield from _plain([self.say("rest_places", number=item["number"])])

    def _asks(self, one: Letter, you: str, form: str) -> dict[str, Any]:
        fields = self.pack.shapes["personal"].titles
        titles = {key: fields[key] if self.language == "zh" else f"{fields[key]} ({key})"    # either may be typed
                  for key in ("submitted", "corrected")}
        way = self.say(f"way_{one.letter}", reply=self.settings.reply, form=form,
                       whole=any(map(is_whole, one.findings)), **titles)
        inserted = _several(one)
        if inserted:
            way = self.say("gap").join((way, say("insert.several", self.language, stacked=any(
                finding.insert.stacked for finding in inserted)).strip()))
        asks = [("deadline", self.say("deadline", deadline=self.deadline)), ("way", way), ("delay", self.say("delay")),
                ("objection", self.say("objection", column=self.say("reason"), form=form))]
        return {"heading": self.say("asks_head", letter=one.letter), "paragraphs": [
            {"lead": self.say("sub", number=at, text=self.say(f"{name}_lead")), "text": text}
            for at, (name, text) in enumerate(asks)]}

    def _contact(self) -> dict[str, Any]:
        known = {name: self.settings.contact.get(name) for name in ("name", "phone", "email", "address")}
        return {"heading": self.say("contact_head"), "paragraphs": _plain([
            self.say("contact", blank=self.blank, **known)])}

    def _list(self, who: str, items: list[dict[str, Any]], listed: bool) -> dict[str, Any]:
        columns = [self.say(name) for name in ("number_", "place", "rule", "clause", "fact", "repair", "level", "due")]
        rows = []
        for item in items:      # a row for each thing that is said; what holds for all of an item stands in its first
            for at, entry in enumerate(item["told"], 1):
                number = str(item["number"]) if len(item["told"]) == 1 else f"{item['number']}-{at}"
                whole = [[item["rule"]], item["basis"], [item["label"]], [item["deadline"]]] if at == 1 else [[""]] * 4
                repair = self.say("gap").join(filter(None, (item["common"] if at == 1 else "", entry["repair"])))
                rows.append([[number], entry["places"], *whole[:2], [entry["fact"]], [repair], *whole[2:]])
        return {"label": self.say("attachment", number=1), "title": self.say("list_title"), "notes": [self._of(who)],
                "columns": columns, "rows": rows, "signing": "", "shown": listed}

    def _reply(self, one: Letter, who: str, items: list[dict[str, Any]], listed: bool) -> dict[str, Any]:
        columns = [self.say(name, letter=one.letter) for name in ("number_", "item_", "answer", "changed", "reason")]
        rows = [[[str(item["number"])], [self.say("item_name", rule=item["rule"], title=item["title"],
                                                  count=item["count"])], [""], [""], [""]] for item in items]
        return {"label": self.say("attachment", number=2 if listed else 0),
                "title": self.say("reply_title", letter=one.letter),
                "notes": [self._of(who), self.say("fill", listed=listed)], "columns": columns, "rows": rows,
                "signing": self.say("signing"), "shown": True}

    def _of(self, who: str) -> str:
        return self.say("of", who=who, date=shown_date(self.result.as_of, self.language))


def _several(one: Letter) -> list[Finding]:
    """What asks for lines to be added to files in which there are several such places."""
    inserted = [finding for finding in (*one.findings, *one.later) if finding.insert]
    counts = Counter(finding.file for finding in inserted)
    return [finding for finding in inserted if counts[finding.file] > 1]


def _plain(texts: Iterable[str]) -> list[dict[str, str]]:
    return [{"lead": "", "text": text} for text in texts]
