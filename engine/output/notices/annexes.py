"""The tables after a letter: the list of its items, and the form on which its subject answers."""

from __future__ import annotations

from ...text.messages import shown_date
from .data import Annex
from .desk import Desk, Draft
from .letters import MISSING


def annexes(desk: Desk, draft: Draft) -> list[Annex]:
    """Both tables; nothing is attached to a reminder."""
    if draft.letter.upcoming:
        return [{"label": "", "title": "", "notes": [], "columns": [], "rows": [], "signing": "", "shown": False}] * 2
    return [list_of_items(desk, draft), form_of_reply(desk, draft)]


def list_of_items(desk: Desk, draft: Draft) -> Annex:
    """Every item with its places, each thing that is said in a row of its own."""
    columns = [desk.say(name) for name in ("number_", "place", "rule", "clause", "fact", "repair", "level", "due")]
    rows = []
    for item in draft.items:      # a row for each thing that is said; what holds for all of an item stands in its first
        for at, entry in enumerate(item["told"], 1):
            number = str(item["number"]) if len(item["told"]) == 1 else f"{item['number']}-{at}"
            whole = [[item["rule"]], item["basis"], [item["label"]], [item["deadline"]]] if at == 1 else [[""]] * 4
            repair = desk.say("gap").join(filter(None, (item["common"] if at == 1 else "", entry["repair"])))
            rows.append([[number], entry["places"], *whole[:2], [entry["fact"]], [repair], *whole[2:]])
    return {"label": desk.say("attachment", number=1), "title": desk.say("list_title"), "notes": [_of(desk, draft.who)],
            "columns": columns, "rows": rows, "signing": "", "shown": draft.listed}


def form_of_reply(desk: Desk, draft: Draft) -> Annex:
    """What the subject fills in and sends back: a row for each item."""
    letter = "several" if draft.letter.several and draft.letter.letter == MISSING else draft.letter.letter
    columns = [desk.say(name, letter=letter) for name in ("number_", "item_", "answer", "changed", "reason")]
    rows = [[[str(item["number"])], [desk.say("item_name", rule=item["rule"], title=item["title"],
                                              count=item["count"])], [""], [""], [""]] for item in draft.items]
    rows += ([[str(at)], [desk.say("whose", file=desk.itemiser.hide(file, draft.letter), you=draft.you)], [""], [""],
              [""]] for at, (_, file) in enumerate(draft.letter.whose, len(rows) + 1))
    fill = desk.say("fill", letter=letter, listed=draft.listed, whose=bool(draft.letter.whose))
    return {"label": desk.say("attachment", number=2 if draft.listed else 0),
            "title": desk.say("reply_title", letter=letter), "notes": [_of(desk, draft.who), fill],
            "columns": columns, "rows": rows, "signing": desk.say("signing"), "shown": True}


def _of(desk: Desk, who: str) -> str:
    return desk.say("of", who=who, date=shown_date(desk.result.as_of, desk.language))
