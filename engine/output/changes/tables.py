"""What changed, as tables in the reader's language. Subjects go by their IDs, units by their codes and, with a roster,
by their names on it too; nothing that anybody wrote.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from typing import Any

from ...packs.pack import Pack
from ...packs.roster import Roster
from ...recording import dataclass
from ...text.lines import safe
from ...text.messages import say, shown_date
from ...text.wording import id_key, mask_numbers
from ..findings.earlier import Earlier
from ..sheets import Cell, Sheet, SheetColumn
from .comparing import FATES, LAPSED, LOST, MENDED, MOVES, NEWLY_FILED, OPEN, Changes, ItemChange

_FIGURES = (NEWLY_FILED, MENDED, LAPSED, LOST, *FATES)


@dataclass(frozen=True, slots=True)
class ChangeTables:
    """What every output shows."""

    title: str
    notes: tuple[str, ...]
    units: Sheet                # of each unit how much; the first column is a number, the last row the total
    moves: Sheet
    items: Sheet
    changes: Changes


def tables(found: Changes, pack: Pack, language: str, roster: Roster | None = None) -> ChangeTables:
    """The tables of what changed. The roster gives the names of units."""
    def told(key: str, **facts: Any) -> str:
        return say(f"diff.{key}", language, **facts)

    def columns(*listed: str) -> tuple[SheetColumn, ...]:
        kinds = {name: kind for name, _, kind in (one.partition(":") for one in listed)}
        return tuple(SheetColumn(told(f"column_{name}"), kind or "text") for name, kind in kinds.items())

    def unit(code: str | None) -> str:
        if code is None:
            return told("nobody")
        entry = roster.units.get(id_key(code)) if roster else None
        name = mask_numbers(entry.name if entry else code)
        return _shown(code) if name == mask_numbers(code) else told("unit", name=safe(name), code=_shown(code))

    moves: list[list[Cell]] = [
        [told(f"move_{one.move}"), unit(one.unit), _shown(one.ident), pack.phases[one.phase].name[language]
         if one.phase in pack.phases else ""]
        for name in MOVES for one in found.moves if one.move == name]
    items: list[list[Cell]] = [
        [told(f"fate_{one.fate}"), unit(one.item.unit), _shown(one.item.ident or ""), one.item.rule
         if one.item.rule in pack.rules else "", _titled(one, pack, language), age(one, language),
         one.since if one.fate == OPEN else "", safe(one.item.file),
         "" if one.item.cell else one.item.line, safe(one.item.cell or "")] for one in found.items]
    return ChangeTables(
        told("title", then=shown_date(found.then.as_of, language), now=shown_date(found.now.as_of, language)),
        tuple(_notes(found, language)), _by_unit(found, unit, columns, language),
        Sheet(told("moves"), columns("move", "unit", "subject", "phase"), moves),
        Sheet(told("items"), columns("fate", "unit", "subject", "rule", "title", "age", "since:date", "file",
                                     "line:count", "cell"), items), found)


def age(one: ItemChange, language: str) -> str:
    """For how many rounds it has been open; of what is new, whether it was there before."""
    if one.fate == OPEN:
        return say("diff.age", language, rounds=one.rounds, least=one.at_least)
    return say("diff.again", language) if one.before else ""


def _titled(one: ItemChange, pack: Pack, language: str) -> str:
    rule = pack.rules.get(one.item.rule)
    return rule.title[language] if rule else say("diff.no-rule", language)


def _shown(ident: str) -> str:
    return safe(mask_numbers(ident))


def _by_unit(found: Changes, unit: Any, columns: Any, language: str) -> Sheet:
    """Of each unit how many subjects and deficiencies changed, and the oldest that is open."""
    counts = count_by_unit(found)
    rows: list[list[Cell]] = []
    for number, code in enumerate(found.units, 1):
        rows.append([number, unit(code), *_figures(counts.get(code, Counter()), _oldest(found, {code}), language)])
    total = sum(counts.values(), Counter[str]())
    rows.append(["", say("diff.total", language), *_figures(total, _oldest(found, set(found.units)), language)])
    figures = [f"{name}:count" for name in (NEWLY_FILED, MENDED, LAPSED, LOST, "new", "open")]
    return Sheet(say("diff.units", language), columns("number:count", "unit", *figures, "oldest", "gone:count",
                                                      "apart:count", "unjudged:count"), rows, tail=1)


def count_by_unit(found: Changes) -> dict[str | None, Counter[str]]:
    """How many of each fate and move a unit has."""
    counts: dict[str | None, Counter[str]] = {}
    for unit, name in (*((one.unit, one.move) for one in found.moves),
                       *((one.item.unit, one.fate) for one in found.items)):
        counts.setdefault(unit, Counter())[name] += 1
    return counts


def _figures(counts: Counter[str], oldest: ItemChange | None, language: str) -> list[Cell]:
    numbers: list[Cell] = [counts[name] for name in _FIGURES]
    at = _FIGURES.index(OPEN) + 1
    return [*numbers[:at], age(oldest, language) if oldest else "", *numbers[at:]]


def _oldest(found: Changes, units: Iterable[str | None]) -> ItemChange | None:
    of = frozenset(units)
    return next((one for one in found.items if one.fate == OPEN and one.item.unit in of), None)    # the oldest first


def _notes(found: Changes, language: str) -> Iterator[str]:
    """What the figures must be read with."""
    then, now = found.then, found.now

    def note(key: str, **facts: Any) -> str:
        return say(f"diff.note_{key}", language, **facts)

    yield note("what")
    yield note("mended")
    yield note("chain", count=len(found.results))
    if then.as_of == now.as_of:
        yield note("same_day")
    if then.pack_digest != now.pack_digest:
        yield note("pack")
    had, has = then.sources["roster"], now.sources["roster"]
    if had != has:
        yield note("roster", had=had is not None, has=has is not None)
    for name in ("waivers", "baseline"):
        if then.sources[name] != now.sources[name]:
            yield note(name)
    if not now.stood or not then.stood:
        yield note("no_roster")
    if any(one.whole is False for one in (then, now)):
        yield note("partial")
    left = [one.left_out for one in (then, now)]
    if None in left:
        yield note("unsaid")
    elif left[0] != left[1]:
        changed = sorted((left[0] or frozenset()) ^ (left[1] or frozenset()))
        yield note("rules", rules=[safe(rule) for rule in changed[:20]], more=max(0, len(changed) - 20))
    if then.phase and now.phase and then.phase != now.phase:
        yield note("phase")


def results_told(results: Iterable[Earlier], language: str) -> Iterator[str]:
    """Which results were read, the oldest first."""
    for one in results:
        yield say("diff.read", language, file=safe(one.file), date=shown_date(one.as_of, language))
