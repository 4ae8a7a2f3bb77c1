"""What changed as text for a terminal, Markdown, XLSX and JSON."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from ...packs.pack import Pack
from ...recording import replace
from ...text.lines import tame, wrap
from ...text.messages import say
from ..findings.document import dumped
from ..findings.pages import markdown
from ..sheets import Sheet, as_xlsx
from ..statistics.outputs import blocks, in_markdown
from .comparing import FATES, MOVES, OPEN
from .tables import ChangeTables, count_by_unit, results_told

FORMAT = "bayang-diff/1"
MOST = 20       # items of a kind that a terminal shows; whoever wants all takes another format


def to_text(made: ChangeTables, pack: Pack, language: str) -> str:
    """Plain text of 80 columns: how much by unit, then who, then what, the oldest that is open first."""
    lines = [line for one in (made.title, *results_told(made.changes.results, language))
             for line in wrap(one, "", "  ")]
    lines += ["", *(line for note in made.notes for line in wrap(note, "· ", "  "))]
    lines += ["", made.units.name, *(line for block in blocks(made.units) for line in block)]
    for name in MOVES:
        told = [say("diff.with_phase", language, ident=row[2], phase=row[3]) if row[3] else str(row[2])
                for row in made.moves.rows if row[0] == say(f"diff.move_{name}", language)]
        if told:
            lines += ["", *wrap(say("diff.who", language, what=say(f"diff.move_{name}", language), who=told), "", "  ")]
    for fate in FATES:
        lines += _listed(made, fate, language)
    return "\n".join(tame(line.rstrip()) for line in lines) + "\n"


def _listed(made: ChangeTables, fate: str, language: str) -> Iterator[str]:
    label = say(f"diff.fate_{fate}", language)
    rows = [row for row in made.items.rows if row[0] == label]
    if not rows:
        return
    yield ""
    yield say("diff.kind", language, what=label, count=len(rows))
    for _, _, subject, rule, title, age, _, file, line, cell in rows[:MOST]:
        text = say("diff.item", language, subject=subject, rule=rule, title=title, age=age, file=file, line=line,
                   cell=cell)
        yield from wrap(text, "  ", "    ")
    if len(rows) > MOST:
        yield say("diff.more", language, count=len(rows) - MOST)


def to_markdown(made: ChangeTables, pack: Pack, language: str) -> str:
    lines = [f"# {markdown(made.title)}", "", *(f"- {markdown(one)}" for one in results_told(
        made.changes.results, language)), *(f"- {markdown(note)}" for note in made.notes)]
    for sheet in _sheets(made):
        lines += in_markdown(sheet)
    return "\n".join(lines) + "\n"


def to_xlsx(made: ChangeTables, pack: Pack, language: str) -> bytes:
    said = (made.title, *results_told(made.changes.results, language), *made.notes)
    return as_xlsx([replace(sheet, notes=said) for sheet in _sheets(made)], made.changes.now.as_of)


def _sheets(made: ChangeTables) -> tuple[Sheet, ...]:
    return made.units, made.moves, made.items


def to_json(made: ChangeTables, pack: Pack, language: str) -> str:
    """One document of format `bayang-diff/1`; the same bytes for the same results."""
    found, counts = made.changes, count_by_unit(made.changes)
    total = sum(counts.values(), Counter[str]())

    def figures(one: Counter[str]) -> dict[str, int]:
        return {name: one[name] for name in (*MOVES, *FATES)}

    document: dict[str, Any] = {
        "format": FORMAT, "pack": pack.id,
        "results": [{"file": one.file, "as_of": one.as_of, "pack_digest": one.pack_digest} for one in found.results],
        "notes": list(made.notes), "summary": figures(total),
        "units": [{"unit": unit, **figures(counts.get(unit, Counter()))} for unit in found.units],
        "moves": [{"move": one.move, "subject": {"kind": one.kind, "id": one.ident, "unit": one.unit},
                   "phase": one.phase} for one in found.moves],
        "items": [{"fate": one.fate, "rule": one.item.rule, "subject": {
            "kind": one.item.kind, "id": one.item.ident, "unit": one.item.unit} if one.item.kind else None,
            "file": one.item.file, "line": one.item.line, "cell": one.item.cell,
            "fingerprint": one.item.fingerprint,
            "rounds": one.rounds if one.fate == OPEN else None, "since": one.since or None,
            "at_least": one.at_least if one.fate == OPEN else None, "before": one.before} for one in found.items]}
    return dumped(document, 0) + "\n"

