"""The table that every output for people begins with: by unit who has not filed, whose file can't be read, and so on.

Each one on the roster stands in it once, by its ID. Without a roster nobody knows who had to file: there is no table.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator
from typing import TYPE_CHECKING

from ...batch.standing import APART, MISSING, ORDINARY, STATES, doubtful_files
from ...recording import dataclass, field
from ...text.messages import NONE, joined, say
from ...text.wording import id_key, mask_numbers

if TYPE_CHECKING:
    from ...batch.outcome import Result
    from ...packs.roster import Roster
    from ...records import Ignored
    from ..sheets import Sheet

MOST_IGNORED = 20       # files that are no reports and that a text for a terminal names


@dataclass(slots=True)
class Unit:
    """A unit as the roster calls it, and who of it is in which state; a unit's own report goes by its code."""

    name: str
    idents: dict[str, list[str]] = field(default_factory=dict)      # state -> IDs in the order of the roster

    def of(self, state: str) -> list[str]:
        return self.idents.get(state, [])


def units(result: Result) -> list[Unit]:
    """The rows of the table, in the order of the roster; people of no unit on it stand under its code."""
    found: dict[str, Unit] = {}
    for one in result.standing:
        key = id_key(one.entry.unit)
        if key not in found:
            found[key] = Unit(unit_name(one.entry.unit, result.roster))
        found[key].idents.setdefault(one.state, []).append(one.entry.id)
    return list(found.values())


def unit_name(code: str, roster: Roster | None) -> str:
    """What people call a unit: its name on the roster, with the code where others have that name; else the code."""
    entry = roster.units.get(id_key(code)) if roster else None
    if not entry or not roster:
        return mask_numbers(code)
    return mask_numbers(f"{entry.name} {entry.id}" if entry.key in roster.namesakes else entry.name)


def shown_states(rows: list[Unit]) -> list[str]:
    """The states that the table tells: its five, and of those told apart the ones that occur."""
    return [*STATES, *(state for state in APART if any(row.of(state) for row in rows))]


def label(state: str, language: str) -> str:
    return say(f"filing.{state.replace('-', '_')}", language)


def known(state: str, result: Result) -> bool:
    """Whether it can be told who is in a state: who has not filed shows only in the whole batch."""
    return result.whole or state != MISSING


def sheet(result: Result, language: str) -> Sheet | None:
    """The table with IDs in its cells and a last row of sums; None without a roster."""
    from ..sheets import Sheet, SheetColumn  # which a text for a terminal does not need

    if not result.roster:
        return None
    rows = units(result)
    states = shown_states(rows)
    cells = [[row.name, *(joined(row.of(state), language) if known(state, result) else NONE for state in states)]
             for row in rows]
    sums = [say("filing.total", language), *(str(sum(len(row.of(state)) for row in rows)) if known(state, result)
                                             else NONE for state in states)]
    columns = (SheetColumn(say("filing.unit", language)), *(SheetColumn(label(state, language)) for state in states))
    return Sheet(say("filing.title", language), columns, [*cells, sums], tail=1)


def notes(result: Result, language: str) -> Iterator[str]:
    """What the table can't hold, or must be read with."""
    if result.roster and not result.whole:
        yield say("filing.partial", language)
    if result.roster and not result.all_rules:
        yield say("filing.some_rules", language)
    if result.roster and result.nobodys:
        yield say("filing.nobodys", language, count=len(result.nobodys))
    if doubtful := sorted(doubtful_files(result.standing).items()):
        yield say("filing.doubtful_files", language, count=len(doubtful), files=joined(
            [say("filing.doubtful_file", language, file=file, ident=ident) for file, ident in doubtful[:MOST_IGNORED]],
            language), more=max(0, len(doubtful) - MOST_IGNORED))
    if result.strangers:
        names = joined(result.strangers[:MOST_IGNORED], language)
        yield say("filing.strangers", language, count=len(result.strangers), files=names,
                  more=max(0, len(result.strangers) - MOST_IGNORED))


@dataclass(frozen=True, slots=True)
class OtherFile:
    """A file that is no report, or a folder of such files: what it is and, where that is known, whose."""

    file: str
    what: str
    ident: str = ""


def ignored(result: Result, language: str, plain: bool = False) -> list[OtherFile]:
    """The files that are no reports by their form alone: somebody's, those beside reports of which it is plain what
    they are, other files; then each folder without a report, with the number of its files, and each folder with more
    files of one form beside its reports than anybody reads.

    With `plain` what lies beside reports and may be anything is left out, unless there are no reports at all.
    """
    listed: list[Ignored] = []
    folders: dict[tuple[str, str], list[Ignored]] = defaultdict(list)       # (folder, form where reports lie in it)
    for one in result.ignored:
        if one.by_form and one.subject:
            listed.append(one)
        elif one.by_form and not (plain and one.hint in ORDINARY and one.beside and not result.empty):
            folders[one.file.rpartition("/")[0], one.hint if one.beside or result.empty else ""].append(one)
    rows = []
    for (folder, form), some in sorted(folders.items()):
        if len(some) <= (MOST_IGNORED if form else 1):
            listed += (one for one in some if not (plain and one.hint in ORDINARY and not result.empty))
        else:
            what = what_it_is(some[0], language) if form else ""
            told = say("filing.folder", language, count=len(some), what=what)
            rows.append(OtherFile(f"{folder or '.'}/", told))
    listed.sort(key=lambda one: (one.subject is None, one.hint in ORDINARY, one.file))
    return [*(OtherFile(one.file, what_it_is(one, language), (one.subject and one.subject.id) or "") for one in listed),
            *rows]


def what_it_is(one: Ignored, language: str) -> str:
    return say(f"filing.hint_{one.hint.replace('-', '_')}", language)


def nothing(result: Result) -> str:
    """The name of the text where there is nothing to correct: that, or that nothing was checked."""
    return "run.nothing" if result.empty else "totals.nothing_else" if has_apart(result) else "totals.nothing"


def has_apart(result: Result) -> bool:
    """Whether anything was found that is counted apart."""
    return any(result.summary[name] for name in ("waived", "baselined", "superseded", "provisional"))
