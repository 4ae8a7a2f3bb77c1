"""What the notices say, as plain data: made from a result, the pack, the roster and the office's settings.

Nothing here knows a format. Every text is the program's own or the pack's, but for paths and for names from the roster
and the settings; what can't be seen in those is written as U+XXXX, so that a template may put them anywhere.
"""

from __future__ import annotations

import datetime
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from typing import Any

from ..batch import Result, subject_of
from ..check import FileFacts
from ..compile import Compiled
from ..formats.terminal import trail
from ..messages import joined, say, shown_date
from ..naming import file_names
from ..records import Finding, UsageError
from ..wording import id_key, mask_numbers, visible
from .deadline import after_working_days
from .rounds import Comparison, Previous, compare
from .settings import Settings

IN_BODY = 5         # items that the body writes out; all stand in annex 1
MOST_LATER = 20     # items that remain once a file is mended, which no annex lists
ONE_LINE = 18       # characters of a title that need no second line
LEVELS = ("error", "warning")


@dataclass(frozen=True, slots=True)
class Terms:
    """What one command says of its notices."""

    language: str = "zh"
    reply_by: str | None = None         # ISO date; None: by the settings' working days, or a blank
    round: int | None = None
    previous: Previous | None = None


@dataclass(frozen=True, slots=True)
class Notice:
    """One subject's notice."""

    kind: str
    ident: str                  # as it may be printed
    folder: str                 # its own, and the name of its files without the extension
    name: str
    error: int
    warning: int
    number: str                 # document number, or nothing
    data: dict[str, Any]        # plain data: what a template sees


@dataclass(frozen=True, slots=True)
class Notices:
    """All notices of a run, and what went into none."""

    listed: list[Notice]
    lost: list[Finding]         # deficiencies that are nobody's
    deadline: str               # as people read it
    sure: bool                  # China's days off were known up to the deadline
    known_day: bool             # there is a deadline


@dataclass(slots=True)
class Addressee:
    """A subject and what it has to put right."""

    kind: str
    key: str
    findings: list[Finding] = field(default_factory=list)
    entry: Any = None           # its line on the roster
    report: FileFacts | None = None     # its current report
    later: list[Finding] = field(default_factory=list)      # what remains once its file is mended

    @property
    def ident(self) -> str:
        """Its ID as it may be printed."""
        return (self.entry.id if self.entry else None) or self.findings[0].subject.id

    @property
    def level(self) -> str | None:
        """The level of a unit, as its report has it, else the roster."""
        return (self.report.about.level if self.report else None) or (self.entry.level if self.entry else None)


def compose(result: Result, compiled: Compiled, settings: Settings, terms: Terms) -> Notices:
    """The notices: units first, then people, each in the order of the roster. Raises UsageError for a past deadline."""
    subjects, lost = _addressees(result)
    day, sure = _deadline(result, compiled, settings, terms)
    names = file_names(one.ident for one in subjects)
    counts = {(one.kind, one.key): len(one.findings) for one in subjects}
    writer = _Writer(result, compiled, settings, terms, day, counts)
    notices = []
    for at, one in enumerate(subjects):
        levels = Counter(item.level for item in one.findings)
        number = writer.number(at)
        data = writer.notice(one, number)
        name = say("notice.name", terms.language, ident=names[at], round=writer.round)
        notices.append(Notice(one.kind, one.ident, names[at], name, levels["error"], levels["warning"], number, data))
    return Notices(notices, lost, writer.deadline, sure, day is not None)


def _addressees(result: Result) -> tuple[list[Addressee], list[Finding]]:
    """Who has deficiencies, in the order of the roster, and the deficiencies that are nobody's."""
    roster = result.roster
    found: dict[tuple[str, str], Addressee] = {}
    lost = []
    later = defaultdict(list)
    for one in result.findings:
        if one.provisional and one.subject:
            later[one.subject.kind, one.owner].append(one)
        if not one.gates or one.level not in LEVELS:
            continue
        if not one.owner or one.subject is None or one.subject.id is None:
            lost.append(one)
            continue
        key = one.subject.kind, one.owner
        if key not in found:
            found[key] = Addressee(*key, entry=roster.entry(*key) if roster else None)
        found[key].findings.append(one)
    reports = {subject_of(one): one for one in result.reports}
    for key, one in found.items():
        one.report = reports.get(key)
        one.later = [item for item in later[key] if item.level in LEVELS]
        one.findings.sort(key=lambda item: (LEVELS.index(item.level), item.order))
    places = {}
    if roster:
        entries = [("unit", key) for key in roster.units] + [("personal", key) for key in roster.people]
        places = {key: at for at, key in enumerate(entries)}
    order = sorted(found, key=lambda key: (key[0] != "unit", places.get(key, len(places)), key[1]))
    return [found[key] for key in order], lost


def _deadline(result: Result, compiled: Compiled, settings: Settings, terms: Terms) -> tuple[str | None, bool]:
    if terms.reply_by:
        if terms.reply_by < result.as_of:
            raise UsageError("noticed.past", day=terms.reply_by, as_of=result.as_of)
        return terms.reply_by, True
    if settings.working_days:
        return after_working_days(result.as_of, settings.working_days, compiled.pack)
    return None, True


class _Writer:
    """Words one notice after the other."""

    def __init__(self, result: Result, compiled: Compiled, settings: Settings, terms: Terms, day: str | None,
                 counts: dict[tuple[str, str], int]) -> None:
        self.result, self.compiled, self.pack = result, compiled, compiled.pack
        self.settings = replace(settings, contact={name: visible(text) for name, text in settings.contact.items()},
                                **{name: visible(text) for name in ("issuer", "series", "time", "reply")
                                   if (text := getattr(settings, name))})
        self.terms, self.language, self.counts = terms, terms.language, counts
        self.blank = self.say("blank")
        self.day, self.deadline = day, self._by_day(day)
        self.round = terms.round or settings.round or (2 if terms.previous else 1)
        self.names = _roster_names(result.roster)
        self.own: frozenset[str] = frozenset()      # of the subject in hand
        self.unread: dict[tuple, set[str]] = defaultdict(set)   # subject -> rules that could not be judged on it
        for one in result.not_assessed:
            if one.subject and one.subject.id:
                self.unread[one.subject.kind, one.subject.id].add(one.rule)

    def say(self, key: str, **facts: Any) -> str:
        return say(f"notice.{key}", self.language, **facts)

    def number(self, at: int) -> str:
        """The document number of the notice at a place, or nothing."""
        if not self.settings.series:
            return ""
        year = self.settings.year or int(self.result.as_of[:4])
        return self.say("number", series=self.settings.series, year=year, number=self.settings.next + at)

    def notice(self, one: Addressee, number: str) -> dict[str, Any]:
        """What a template sees. Plain data only."""
        self.own = self._own_names(one)
        name = visible(mask_numbers(one.entry.name)) if one.entry else ""
        who = self.say("person", name=name, blank=self.blank, ident=one.ident) if one.kind == "personal" else \
            self.say("unit" if one.entry else "unnamed", name=name, blank=self.blank, ident=one.ident)
        you = self.say("you", unit=one.kind == "unit")
        counts = Counter(item.level for item in one.findings)
        compared = compare(self.terms.previous, one, self.result, self.compiled) if self.terms.previous else None
        items = [self._item(at, item, compared, one.level) for at, item in enumerate(one.findings, 1)]
        missing = all(self._is_missing(item) for item in one.findings)
        sections = [*self._checked(one, you, counts, compared, items, missing), *self._items(items),
                    *self._later(one.later), self._asks(you, missing), self._contact()]
        for at, section in enumerate(sections):
            section |= {"heading": self.say("heading", number=at, text=section["heading"]),
                        "last": at == len(sections) - 1}
        lines = self.say("title_missing" if missing else "title", who=who, campaign=self.pack.name[self.language],
                         error=counts["error"], warning=counts["warning"], round=self.round).split("\n")
        title = "".join(lines)
        return {
            "language": self.language, "head": self.settings.head, "round": self.round,
            "issuer": self.settings.issuer or self.blank, "number": number or self.blank, "numbered": bool(number),
            "title": title, "title_lines": lines if len(title) > ONE_LINE else [title],
            "addressee": self.say("addressee", who=who), "basis": self._basis(one, you, missing),
            "sections": sections, "attached": self.say("attached"), "seal": self.say("seal"),
            "date": shown_date(self.result.as_of, self.language),
            "annexes": [self._list(who, items), self._reply(who, items)],
            # for templates of the office's own
            "subject": {"kind": one.kind, "id": one.ident, "name": name}, "items": items,
            "counts": {"error": counts["error"], "warning": counts["warning"]}, "missing": missing,
            "deadline": self.deadline, "contact": dict(self.settings.contact), "plan": self.pack.title[self.language],
            "campaign": self.pack.name[self.language], "as_of": self.result.as_of,
        }

    def _is_missing(self, item: Finding) -> bool:
        return any("report_missing" in check for check in self.pack.rules[item.rule].checks)

    def _by_day(self, day: str | None) -> str:
        if day is None:
            return self.say("no_day")
        weekday = self.say("weekday", number=datetime.date.fromisoformat(day).weekday())
        return self.say("by_day", date=shown_date(day, self.language), weekday=weekday, time=self.settings.time)

    def _item(self, number: int, item: Finding, compared: Comparison | None, level: str | None) -> dict[str, Any]:
        rule = self.pack.rules[item.rule]
        file = self._hide(item.file)
        repeated = any("report_repeated" in check for check in rule.checks)     # names the subject's other files
        way = visible(trail(item, self.language))
        on_roster = self.result.roster is not None and item.file == self.result.roster.file
        whole = self.say("roster") if on_roster else self.say("at_file", file=file, line=item.line, trail=way)
        own = self.pack.themes[item.theme].clause if item.theme in self.pack.themes else None
        words = [self.say("quoted", clause=cited.clause, quote=_quoted(cited.quote)) for at, cited
                 in enumerate(rule.bases_for(item.phase, level)) if at == 0 or cited.clause == own]
        words = words or ([rule.practice[self.language]] if rule.practice else [])
        state = compared.states[item.fingerprint] if compared else None
        weight = say(f"level.{item.level}", self.language)
        return {
            "number": number, "rule": item.rule, "title": rule.title[self.language], "level": item.level,
            "label": joined([weight, *([self.say(state)] if state else [])], self.language), "state": state or "",
            "file": file, "line": item.line, "place": whole,
            "spot": whole if on_roster else self.say("at", line=item.line, trail=way),
            "clause": item.clause or "", "basis": words,
            "fact": self._hide(item.message) if repeated else visible(item.message),
            "repair": visible(item.remedy), "deadline": self.day or self.blank,
        }

    def _hide(self, text: str) -> str:
        """A path, or a text with paths, without the names of other subjects: files may be called after people."""
        if self.names:
            text = self.names.sub(lambda found: found[0] if found[0] in self.own else self.say("hidden"), text)
        return visible(text)

    def _own_names(self, one: Addressee) -> frozenset[str]:
        """The names that a subject may read: its own and its unit's."""
        unit = self.result.roster.units.get(id_key(one.entry.unit)) if one.entry else None
        return (one.entry.names if one.entry else frozenset()) | (unit.names if unit else frozenset())

    def _basis(self, one: Addressee, you: str, missing: bool) -> str:
        cited = Counter(fitting[0] for item in one.findings
                        if (fitting := self.pack.rules[item.rule].bases_for(item.phase, one.level)))
        most = cited.most_common(1)[0][0] if cited else None
        facts = {"plan": self.pack.title[self.language], "clause": most.clause if most else "",
                 "quote": _quoted(most.quote) if most else "", "you": you,
                 "date": shown_date(self.result.as_of, self.language)}
        if missing:
            return self.say("basis_missing", phase=self._phase(one.findings[0].phase), **facts)
        about = one.report.about if one.report else None
        if about is None or not about.submitted or not about.phase:
            return self.say("basis_unread", **facts)
        return self.say("basis", filed=shown_date(about.corrected or about.submitted, self.language),
                        phase=self._phase(about.phase), file=self._hide(one.report.file), **facts)

    def _phase(self, phase: str | None) -> str:
        return self.pack.phases[phase].name[self.language] if phase in self.pack.phases else self.blank

    def _checked(self, one: Addressee, you: str, counts: Counter, compared: Comparison | None,
                 items: list[dict[str, Any]], missing: bool) -> Iterator[dict[str, Any]]:
        facts = {"date": shown_date(self.result.as_of, self.language), "total": len(one.findings),
                 "error": counts["error"], "warning": counts["warning"]}
        if missing or one.report is None:
            texts = [self.say("checked_missing", **facts)]
        else:
            rules = self._rules(one.report)
            unread = self.unread[one.kind, one.report.about.subject.id] & rules
            told = {item.rule for item in one.findings} & rules - unread
            texts = [self.say("checked", rules=len(rules), passed=len(rules - told - unread), unassessed=len(unread),
                              **facts)]
        texts.append(self.say("form_only"))
        if one.kind == "unit":
            texts += self._people(one, you)
        if compared:
            texts += self._compared(compared, items, you)
        elif self.round > 1:
            texts.append(self.say("round_bare", round=self.round))
        yield {"heading": self.say("checked_head"), "paragraphs": _plain(texts)}

    def _rules(self, report: FileFacts) -> set[str]:
        """The rules that look at this report by itself."""
        about, roster = report.about, self.result.roster
        active = self.compiled.active(about.kind, about.level, about.phase)
        rules = {check.rule.id for check in active if check.stage == "report" or check.stage == "late" and not (
            roster is None and check.run.on_roster)}
        return (rules | {rule.id for rule in self.compiled.form.values()}) & self.result.rules

    def _people(self, one: Addressee, you: str) -> Iterable[str]:
        """A unit hears of its people's reports by ID and number of items alone."""
        if self.result.roster is None:
            return
        people = [(person.id, self.counts["personal", person.key]) for person in self.result.roster.members(one.key)
                  if person.id and ("personal", person.key) in self.counts]
        if people:
            listed = [self.say("people_item", ident=ident, count=count) for ident, count in people]
            yield self.say("people", you=you, count=len(people), people=joined(listed, self.language))

    def _compared(self, compared: Comparison, items: list[dict[str, Any]], you: str) -> Iterable[str]:
        states = Counter(item["state"] for item in items)
        previous = self.terms.previous
        yield self.say("round", round=self.round, date=shown_date(previous.as_of, self.language),
                       cured=len(compared.cured), open=states["open"], new=len(items) - states["open"],
                       elsewhere=compared.elsewhere)
        if compared.cured:
            listed = [self.say("cured_item", rule=visible(one.rule), line=one.line, file=self._hide(one.file))
                      for one in compared.cured]
            yield self.say("cured", items=joined(listed, self.language))
        for state, key in (("late_", "late"), ("ruled_", "ruled")):
            numbers = [str(item["number"]) for item in items if item["state"] == state]
            if numbers:
                yield self.say(key, numbers=joined(numbers, self.language), you=you)

    def _items(self, items: list[dict[str, Any]]) -> Iterator[dict[str, Any]]:
        """What must be corrected, then what is advised: the first few written out, the rest by their number."""
        shown = items[:IN_BODY]
        for level, heading in zip(LEVELS, ("must_head", "should_head"), strict=True):
            all_of, written = ([item for item in some if item["level"] == level] for some in (items, shown))
            if not all_of:
                continue
            paragraphs = [{"lead": f"{item['number']}. ", "text": self.say(
                "item", place=item["spot"], fact=item["fact"], repair=item["repair"])} for item in written]
            rest = len(all_of) - len(written)
            if rest:
                paragraphs += _plain([self.say("rest" if written else "all_listed", count=rest)])
            yield {"heading": self.say(heading), "paragraphs": paragraphs}

    def _later(self, later: list[Finding]) -> Iterator[dict[str, Any]]:
        """What remains once the unreadable lines are put right as said above."""
        if later:
            texts = [self.say("item", place=self.say("at", line=item.line, trail=visible(trail(item, self.language))),
                              fact=visible(item.message), repair=visible(item.remedy)) for item in later[:MOST_LATER]]
            if len(later) > MOST_LATER:
                texts.append(self.say("later_more", count=len(later) - MOST_LATER))
            yield {"heading": self.say("later_head"), "paragraphs": _plain(texts)}

    def _asks(self, you: str, missing: bool) -> dict[str, Any]:
        fields = self.pack.shapes["personal"].titles
        titles = {key: fields[key] if self.language == "zh" else key for key in ("submitted", "corrected")}
        way = self.say("way_missing" if missing else "way", reply=self.settings.reply, **titles)
        asks = [("deadline", self.say("deadline", deadline=self.deadline)), ("way", way), ("delay", self.say("delay")),
                ("objection", self.say("objection", column=self.say("reason")))]
        return {"heading": self.say("asks_head", missing=missing), "paragraphs": [
            {"lead": self.say("sub", number=at, text=self.say(f"{name}_lead")), "text": text}
            for at, (name, text) in enumerate(asks)]}

    def _contact(self) -> dict[str, Any]:
        known = {name: self.settings.contact.get(name) for name in ("name", "phone", "email", "address")}
        return {"heading": self.say("contact_head"), "paragraphs": _plain([
            self.say("contact", blank=self.blank, **known)])}

    def _list(self, who: str, items: list[dict[str, Any]]) -> dict[str, Any]:
        columns = [self.say(name) for name in ("number_", "place", "rule", "clause", "fact", "repair", "level", "due")]
        rows = [[[str(item["number"])], [item["place"]], [item["rule"]], item["basis"], [item["fact"]],
                 [item["repair"]], [item["label"]], [item["deadline"]]] for item in items]
        return {"label": self.say("attachment", number=1), "title": self.say("list_title"), "notes": [self._of(who)],
                "columns": columns, "rows": rows, "signing": ""}

    def _reply(self, who: str, items: list[dict[str, Any]]) -> dict[str, Any]:
        columns = [self.say(name) for name in ("number_", "item_", "answer", "changed", "reason")]
        rows = [[[str(item["number"])], [f"{item['rule']} {item['title']}"], [""], [""], [""]] for item in items]
        return {"label": self.say("attachment", number=2), "title": self.say("reply_title"),
                "notes": [self._of(who), self.say("fill")], "columns": columns, "rows": rows,
                "signing": self.say("signing")}

    def _of(self, who: str) -> str:
        return self.say("of", who=who, date=shown_date(self.result.as_of, self.language))


def _plain(texts: Iterable[str]) -> list[dict[str, str]]:
    return [{"lead": "", "text": text} for text in texts]


def _quoted(text: str) -> str:
    """Words that are set between double quotation marks: those inside are single ones."""
    return text.replace("“", "‘").replace("”", "’")


def _roster_names(roster: Any) -> re.Pattern[str] | None:
    """Finds every name that the roster knows, of units, people and heads, longer ones first."""
    if roster is None:
        return None
    units = {name for unit in roster.units.values() for name in unit.names}
    names = sorted(units | roster.known | set(roster.aliases), key=lambda name: (-len(name), name))
    return re.compile("|".join(map(re.escape, names))) if names else None
