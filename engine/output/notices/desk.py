"""What all letters of a run share: the run, the office's settings, the day of reply, and the words for these."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from typing import Any

from ...batch.outcome import Result
from ...judging.compile import Compiled
from ...recording import dataclass, replace
from ...records import Subject
from ...text.messages import say, shown_date, weekday
from ...text.wording import id_key, visible
from ..findings.filing import unit_name
from . import register
from .data import ItemData, Paragraph
from .items import Itemiser, Point
from .letters import CORRECT, MEND, MISSING, REMINDER, VERIFY, Letter, kind_of
from .rounds import REPORT, UNREAD, Rounds
from .settings import Settings, Terms
from .templates import KINDS

Part = tuple[str, list[Paragraph]]      # of a letter's body: its heading without the number, its paragraphs


@dataclass(frozen=True, slots=True)
class Issue:
    """What one letter is among those of its subject."""

    round: int
    earlier: register.Entered | None    # the last letter that it was sent before


@dataclass(frozen=True, slots=True)
class Draft:
    """One letter while it is worded."""

    letter: Letter
    issue: Issue
    items: list[ItemData]
    counts: Counter[str]        # items by level, those aside that show only once a file is mended
    listed: bool                # a list of all items is attached
    who: str                    # its subject by name and ID
    you: str                    # as a letter addresses it
    form: str                   # the form of reply, as the body names it


class Desk:
    """What is known of all letters of a run. `day` is the ISO date of reply, None for a blank; `book` the register."""

    def __init__(self, result: Result, compiled: Compiled, settings: Settings, terms: Terms, day: str | None,
                 letters: list[Letter], book: register.Register | None) -> None:
        self.result, self.compiled, self.pack = result, compiled, compiled.pack
        self.settings = replace(
            settings, contact={name: visible(text) for name, text in settings.contact.items()},
            issuer=_seen(settings.issuer), series=_seen(settings.series), time=_seen(settings.time),
            reply=_seen(settings.reply))
        self.terms, self.language = terms, terms.language
        self.blank = self.say("blank")
        self.day, self.deadline = day, self.by_day(day, self.settings.time)
        self.itemiser = Itemiser(result, self.pack, self.language, day or self.blank)
        rounds = Rounds(terms.previous, result, compiled) if terms.previous else None
        self.compared = {id(one): rounds.compare(one, self.phase_of(one)) if rounds and one.letter not in (
            REMINDER, VERIFY) else None for one in letters}
        self.letters: dict[str, dict[str, Letter]] = {kind: {} for kind in KINDS}      # kind -> person -> letter
        for one in letters:
            if one.kind == "personal":
                for letter in one.told:
                    self.letters[letter][one.key] = one
        # letters of whose subject a file of the same phase had come, as letters of the register say
        self._received = {id(one): UNREAD if row.letter == MEND else REPORT for one in letters
                          for row in self.earlier(one, book)
                          if row.letter in (MEND, CORRECT) and row.phase == self.phase_of(one)}
        self.nobodys = len({one.file for one in result.findings if one.gates and one.subject is None
                            and self.pack.rules[one.rule].reads})
        # files of which something remained once they are mended, had not a later report taken their place
        self.replaced = {one.file for one in result.findings if one.provisional and one.superseded}
        self._unread: dict[tuple[str, str], set[str]] = defaultdict(set)
        for aside in result.not_assessed:
            if aside.subject and aside.subject.id:
                self._unread[aside.subject.kind, aside.subject.id].add(aside.rule)

    def say(self, key: str, **facts: Any) -> str:
        return say(f"notice.{key}", self.language, report=self.pack.report_title[self.language], **facts)

    def earlier(self, one: Letter, book: register.Register | None) -> list[register.Entered]:
        """The letters that its subject was sent before this day."""
        return book.earlier((one.kind, one.ident), self.result.as_of) if book else []

    def unread(self, kind: str, subject: Subject | None) -> set[str]:
        """The rules that could not be judged on a subject, by its ID as it may be printed."""
        return self._unread.get((kind, subject.id or ""), set()) if subject else set()

    def unit(self, one: Letter) -> str:
        """What people call a person's unit, or nothing where the roster does not have it."""
        roster = self.result.roster
        code = one.entry.unit if one.entry and one.kind == "personal" else None
        return visible(unit_name(code, roster)) if code and roster and id_key(code) in roster.units else ""

    def phase_of(self, one: Letter) -> str:
        """The phase that a letter is about: the latest that its findings name, else that of the day."""
        if one.upcoming:
            return one.upcoming.phase
        named = (item.phase for item in one.findings if item.phase in self.pack.phases)
        return max(named, key=self.pack.order, default=self.result.phase)

    def replaces(self, phase: str | None, one: Letter) -> bool:
        """Whether nothing has to be corrected any more once a report of a phase is there: that takes its place."""
        order = self.pack.order
        return all(item.phase and order(item.phase) < order(phase) and item.rule not in self.compiled.of_earlier
                   for item in one.told.get(CORRECT, ()))

    def phase_name(self, phase: str | None) -> str:
        found = self.pack.phases.get(phase or "")
        return found.name[self.language] if found else ""

    def letter_of(self, item: ItemData) -> str:
        """Which letter tells an item where that is told alone."""
        return kind_of(self.pack.rules[item["rule"]])

    def items(self, one: Letter) -> list[ItemData]:
        compared = self.compared[id(one)]
        own = self._not_filed(one) if one.letter == MISSING else None
        return self.itemiser.items(one, compared.states if compared else {}, own)

    def day_of(self, one: Letter) -> str | None:
        """The ISO date by which a letter wants something: the day of reply, or of a reminder the phase's last."""
        return one.upcoming.day if one.upcoming else self.day

    def deadline_of(self, one: Letter) -> str:
        """The same as people read it; a phase is open until the end of its last day."""
        return self.by_day(one.upcoming.day) if one.upcoming else self.deadline

    def by_day(self, day: str | None, time: str | None = None) -> str:
        if day is None:
            return self.say("no_day")
        return self.say("by_day", date=shown_date(day, self.language), weekday=weekday(day, self.language), time=time)

    def came(self, one: Letter) -> str:
        """What had come for the phase of a letter that nothing was filed, and is gone: report, unread or nothing."""
        compared = self.compared[id(one)]
        if one.letter != MISSING:
            return ""
        return compared.came if compared and compared.gone else self._received.get(id(one), "")

    def gone(self, one: Letter) -> str:
        """Which files had come and are not there any more, or nothing."""
        compared = self.compared[id(one)]
        return self.say("gone", date=shown_date(compared.since, self.language), files=[
            self.itemiser.hide(file, one) for file in compared.gone]) if compared and compared.gone else ""

    def _not_filed(self, one: Letter) -> Point:
        """That nothing was filed, to the subject itself, and what is there that may be taken for it."""
        first, you, roster = one.findings[0], self.say("you", unit=one.kind == "unit"), self.result.roster
        moved = roster.extended(one.key, first.phase) if roster else None
        gone = self.came(one)
        closed = moved or self.pack.phases[first.phase or ""].end
        facts = [self.say("not_filed", phase=self.phase_name(first.phase), closed=shown_date(closed, self.language),
                          date=shown_date(self.result.as_of, self.language), you=you, ident=one.ident,
                          aside=bool(one.aside), gone=gone)]
        facts += filter(None, [self.gone(one) or (self.say("gone_before", you=you) if gone else "")])
        facts += self.beside(one, you)
        return Point(self.say("gap").join(facts), self.say("file_it", phase=self.phase_name(
            first.phase), you=you, aside=bool(one.aside), gone=gone), one.told[MISSING])

    def beside(self, one: Letter, you: str) -> Iterator[str]:
        """What is there that its subject may take for the report that is asked for."""
        if one.report:
            yield self.say("filed_other", file=self.itemiser.hide(one.report.file, one),
                           phase=self.phase_name(one.report.about.phase))
        for beside in one.aside:
            yield self.say(f"aside_{beside.hint.replace('-', '_')}", file=self.itemiser.hide(beside.file, one), you=you,
                           unit=one.kind == "unit", ident=one.ident, phase=self.phase_name(self.phase_of(one)))
        if self.nobodys:
            yield self.say("nobodys", count=self.nobodys, you=you)


def plain(texts: Iterable[str]) -> list[Paragraph]:
    return [{"lead": "", "text": text} for text in texts]


def _seen(text: str | None) -> str | None:
    return visible(text) if text else text
