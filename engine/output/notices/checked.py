"""What a letter says of the check: what was looked at, how it came out, and what became of the letter before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from ...judging.kinds.kind import LATE, REPORT
from ...judging.results import FileFacts
from ...packs.roster import Roster
from ...text.messages import joined, shown_date
from ...text.wording import visible
from ..findings.earlier import Item
from .data import ItemData
from .desk import Desk, Draft
from .items import WHOLE
from .letters import CORRECT, MEND, MISSING, REMINDER, Letter, kind_of
from .rounds import GONE, OTHERS, UNASSESSED, UNREAD, Comparison
from .templates import KINDS


def checked(desk: Desk, draft: Draft) -> Iterator[str]:
    """What was looked at and how it came out."""
    one, issue, you = draft.letter, draft.issue, draft.you
    own = _to_correct(desk, draft.items)
    counts = Counter(item["level"] for item in own)
    facts = {"date": shown_date(desk.result.as_of, desk.language), "total": counts.total(),
             "places": sum(item["count"] for item in own), "error": counts["error"], "warning": counts["warning"],
             "files": [desk.itemiser.hide(file, one) for file in one.files_of(CORRECT) if one.several]}
    if CORRECT in one.told and (report := one.one_report):
        rules = _rules(desk, report)
        unread = desk.unread(one.kind, report.about.subject) & rules
        told = {item.rule for item in one.told[CORRECT]}
        yield desk.say("checked", rules=len(rules), passed=len(rules - told - unread), beyond=len(told - rules),
                       unassessed=len(unread - told), **facts)
    elif CORRECT in one.told:
        unread = desk.unread(one.kind, one.findings[0].subject)
        yield desk.say("checked_several", unassessed=len(unread), **facts)
    if MEND in one.told:
        broken = [desk.itemiser.hide(file, one) for file in one.files_of(MEND)]
        yield desk.say("checked_mend", count=len(broken), named=broken if one.letter != MEND else [],
                       later=any(item["later"] for item in draft.items), pointer=one.pointers,
                       mended=all(finding.slips for finding in one.told[MEND]) and desk.replaced.isdisjoint(
                           one.files_of(MEND)), **facts)
        if one.report and one.letter == MEND and not one.coming:        # what else is told names it
            yield desk.say("filed_too", you=you, file=desk.itemiser.hide(one.report.file, one),
                           phase=desk.phase_name(one.report.about.phase))
    yield desk.say("form_only")
    if one.kind == "unit" and desk.result.roster:
        kinds = [kind for kind in KINDS if kind != REMINDER or REMINDER not in one.others]      # which tells of them
        yield from people(desk, one, you, desk.result.roster, kinds)
    if issue.earlier:
        yield desk.say("earlier", number=visible(issue.earlier.number), letter=issue.earlier.letter, date=shown_date(
            issue.earlier.date or "", desk.language), deadline=shown_date(issue.earlier.deadline, desk.language))
    compared = desk.compared[id(one)]
    if compared:
        yield from _compared(desk, draft, compared)
    elif issue.round > 1:
        yield desk.say("round_bare", round=issue.round)


def _to_correct(desk: Desk, items: Iterable[ItemData]) -> list[ItemData]:
    """The items of reports that can be read."""
    return [item for item in items if desk.letter_of(item) == CORRECT and not item["later"]]


def _rules(desk: Desk, report: FileFacts) -> set[str]:
    """The rules that look at this report by itself."""
    about, roster = report.about, desk.result.roster
    active = desk.compiled.active(about.kind, about.level, about.phase)
    rules = {check.rule.id for check in active if check.kind.stage == REPORT or (check.kind.stage == LATE and not (
        roster is None and check.kind.on_roster))}
    return (rules | {rule.id for rule in desk.compiled.form.values()}) & desk.result.rules


def people(desk: Desk, one: Letter, you: str, roster: Roster, kinds: Iterable[str]) -> Iterator[str]:
    """A unit hears of its people's letters of some kinds by ID and number of items alone."""
    members = [person for person in roster.members(one.key) if person.id]
    for kind in kinds:
        found = [(person.id, desk.letters[kind][person.key]) for person in members
                 if person.key in desk.letters[kind]]
        if kind == MISSING:
            yield from _missing_people(desk, you, found)
        elif found:
            listed = [desk.say("people_item", ident=ident, count=len(_to_correct(desk, desk.items(letter)))
                               if kind == CORRECT else 0) for ident, letter in found]
            yield desk.say(f"people_{kind}", you=you, count=len(found), people=joined(listed, desk.language))


def _missing_people(desk: Desk, you: str, found: list[tuple[str, Letter]]) -> Iterator[str]:
    """Those of whom no report came, those whose file is no answer, and those whose report is not there any more."""
    groups: dict[str, list[str]] = {"missing": [], "aside": [], "gone": []}
    for ident, letter in found:
        groups["gone" if desk.came(letter) else "aside" if letter.aside else "missing"].append(ident)
    for name, idents in groups.items():
        if idents:
            yield desk.say(f"people_{name}", you=you, count=len(idents), people=idents)


def _compared(desk: Desk, draft: Draft, compared: Comparison) -> Iterator[str]:
    one, items = draft.letter, draft.items
    states: Counter[str] = Counter()
    for item in items:
        states["later" if item["later"] else item["state"]] += item["count"]
    new = states.total() - states["open"] - states["later"]
    since, why = shown_date(compared.since, desk.language), compared.unjudged
    cured = sum(item.places for item in compared.cured)
    yield desk.say("round", round=draft.issue.round, date=since, cured=cured, open=states["open"], new=new,
                   later=states["later"], apart=compared.apart, gone=why[GONE], unread=why[UNREAD],
                   unassessed=why[UNASSESSED], others=why[OTHERS])
    if one.letter == MEND and (gone := desk.gone(one)):
        yield gone
    if compared.unread:
        yield desk.say("unread_now", date=since, files=[desk.itemiser.hide(file, one) for file in compared.unread])
    if compared.cured:
        named: dict[tuple[tuple[str, Any], ...], list[Item]] = {}
        for found in compared.cured:
            named.setdefault(_cured_facts(desk, found, one), []).append(found)
        yield desk.say("cured", items=joined([desk.say(
            "cured_item", count=sum(item.places for item in alike), **dict(facts), lines=_where(desk, alike))
            for facts, alike in named.items()], desk.language))
    for state, key in (("late_", "late"), ("ruled_", "ruled")):
        numbers = [str(item["number"]) for item in draft.items if item["state"] == state]
        if numbers:
            yield desk.say(key, numbers=joined(numbers, desk.language), you=draft.you)


def _where(desk: Desk, alike: list[Item]) -> str:
    """Where items of one file stood: in which cells, or on which lines."""
    if cells := [*dict.fromkeys(item.cell for item in alike if item.cell)]:
        return desk.say("at_cells", file="", cells=cells)
    return desk.itemiser.on_lines("", {item.line for item in alike})


def _cured_facts(desk: Desk, item: Item, one: Letter) -> tuple[tuple[str, Any], ...]:
    """What is said of an item that was put right; several may be alike in that."""
    rule, roster = desk.pack.rules.get(item.rule), desk.result.roster
    return tuple({
        "rule": visible(item.rule), "title": rule.title[desk.language] if rule else "",
        "filed": rule is not None and kind_of(rule) == MISSING,
        "whole": rule is not None and rule.name in WHOLE and item.line == 1,
        "roster": roster is not None and item.file == roster.file, "file": desk.itemiser.hide(item.file, one)}.items())
