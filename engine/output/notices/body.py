"""The body of a letter: on what it rests, its items, what it asks for and whom to ask."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ...packs.pack import KINDS
from ...records import Insert
from ...text.messages import say, shown_date
from .data import ItemData, Paragraph
from .desk import Desk, Draft, Part, plain
from .items import IN_BODY, is_whole, quoted
from .letters import ASKING, CORRECT, MEND, MISSING, VERIFY, Letter


def basis(desk: Desk, one: Letter, you: str) -> str:
    """On what it is sent: the plan, and what was filed or was not."""
    most = desk.itemiser.cited(one)
    facts = {"plan": desk.pack.title[desk.language], "clause": most.clause if most else "",
             "quote": quoted(most.quote, desk.language) if most else "", "you": you,
             "date": shown_date(desk.result.as_of, desk.language)}
    if one.letter == MISSING:
        return desk.say("basis_missing", phase=desk.phase_name(one.findings[0].phase), ident=one.ident,
                        aside=next((beside.hint for beside in one.aside), ""),
                        gone=desk.came(one), **facts)
    if one.letter == VERIFY:
        return desk.say("basis_verify", **facts)
    files = [desk.itemiser.hide(file, one) for file in one.files_of(one.letter)]
    if one.letter == MEND:
        return desk.say("basis_mend", files=files, ident=one.ident, pointer=one.pointers, **facts)
    if one.one_report is None:
        return desk.say("basis_several", files=files, ident=one.ident, unsigned=one.report is None, **facts)
    about, roles = one.one_report.about, desk.pack.roles
    return desk.say("basis", filed=shown_date(about.corrected or about.submitted or "", desk.language),
                    named=_field(desk, roles.refiled if about.corrected else roles.filed),
                    phase=desk.phase_name(about.phase), file=files[0], **facts)


def _field(desk: Desk, key: str) -> str:
    """A field's name as the form has it; in English both names, since either may be typed."""
    title = desk.pack.shapes[KINDS[0]].titles[key]
    return title if desk.language == "zh" or title == key else f"{title} ({key})"


def items(desk: Desk, draft: Draft) -> Iterator[Part]:
    """The items by what they ask for: with a list of all of them only the first are written out."""
    items, listed = draft.items, draft.listed
    shown = items[:IN_BODY] if listed else items
    groups = [(name, letter, [item for item in items if not item["later"] and (
        item["level"], desk.letter_of(item)) == (level, letter)]) for letter in draft.letter.told
        for level, name in zip(ASKING, ("must_head", "should_head"), strict=True)]
    groups.append(("later_head", MEND, [item for item in items if item["later"]]))
    for name, letter, all_of in groups:
        if not all_of:
            continue
        written = [item for item in all_of if item in shown]
        paragraphs = [paragraph for item in written for paragraph in _written(desk, item, listed)]
        rest = len(all_of) - len(written)
        if rest:
            paragraphs += plain([desk.say("rest" if written else "all_listed", count=rest)])
        if name == "later_head":
            levels = Counter(item["level"] for item in all_of)
            paragraphs = plain([desk.say("later", error=levels["error"], warning=levels["warning"])]) + paragraphs
        yield desk.say(name, letter=letter), paragraphs
    if draft.letter.whose:
        yield desk.say("whose_head"), [
            {"lead": f"{at}. ", "text": desk.say(how, file=desk.itemiser.hide(file, draft.letter), you=draft.you,
                                                 ident=draft.letter.ident, form=draft.form)}
            for at, (how, file) in enumerate(draft.letter.whose, len(items) + 1)]


def _written(desk: Desk, item: ItemData, listed: bool) -> Iterator[Paragraph]:
    """One item as the body writes it out: what is said of several places, once; each place that differs below."""
    lead = f"{item['number']}. "
    if len(item["told"]) == 1:
        [only] = item["told"]
        yield {"lead": lead, "text": desk.say("item", place="" if item["roster"] else only["spot"],
                                              fact=only["fact"], repair=only["repair"])}
        return
    yield {"lead": lead, "text": desk.say("item_head", title=item["title"], count=item["count"],
                                          repair=item["common"])}
    told = item["told"][:IN_BODY] if listed else item["told"]
    for at, entry in enumerate(told, 1):
        yield {"lead": desk.say("place_lead", number=at), "text": desk.say(
            "item", place=entry["spot"], fact=entry["fact"], repair=entry["repair"])}
    if len(told) < len(item["told"]):
        yield from plain([desk.say("rest_places", number=item["number"])])


def asks(desk: Desk, draft: Draft) -> Part:
    """What is to be done, by when and how."""
    one = draft.letter
    roles = desk.pack.roles
    way = desk.say(f"way_{'several' if one.several else one.letter}", reply=desk.settings.reply, form=draft.form,
                   **{letter: letter in one.told for letter in (MISSING, MEND, CORRECT)}, spared=any(
                       desk.replaces(item.phase, one) for item in one.told.get(MISSING, ())[:1]),
                   whole=any(map(is_whole, one.told.get(MEND, ()))), pointer=one.pointers,
                   gone=desk.came(one), filed=_field(desk, roles.filed), refiled=_field(desk, roles.refiled))
    inserted = _several(one)
    if inserted:
        way = desk.say("gap").join((way, say("insert.several", desk.language, stacked=any(
            insert.stacked for insert in inserted)).strip()))
    asks = [("deadline", desk.say("deadline", deadline=desk.deadline)), ("way", way), ("delay", desk.say("delay"))]
    if one.letter != VERIFY:
        asks.append(("objection", desk.say("objection", column=desk.say("reason", letter=one.letter), form=draft.form)))
    return desk.say("asks_head", letter=one.letter), [
        {"lead": desk.say("sub", number=at, text=desk.say(f"{name}_lead")), "text": text}
        for at, (name, text) in enumerate(asks)]


def contact(desk: Desk) -> Part:
    """Whom to ask."""
    known = {name: desk.settings.contact.get(name) for name in ("name", "phone", "email", "address")}
    return desk.say("contact_head"), plain([desk.say("contact", blank=desk.blank, **known)])


def _several(one: Letter) -> list[Insert]:
    """What asks for lines to be added to files in which there are several such places."""
    inserted = [(finding.file, finding.insert) for finding in (*one.findings, *one.later) if finding.insert]
    counts = Counter(file for file, _ in inserted)
    return [insert for file, insert in inserted if counts[file] > 1]
