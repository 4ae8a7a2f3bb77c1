"""What a check kind is: one record with everything that the other parts ask of it, and what quick looks share.

A quick look says whether a check surely finds nothing in a report of good form; it is only ever asked of such reports.
It reads a field once for the whole report and shares what it read. It may say no to a clean report, and then the check
itself runs; it never says yes where the check would find something. It leaves `when` aside.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from ...packs.pack import Pack
from ...reading.report import BAD, Doc
from ...recording import dataclass
from ..case import Case

Options = dict[str, Any]            # of a check, as its rule gives them; their form was checked when the pack was read
Raises = dict[str | None, str]      # hint, None for the plain message -> names of the facts with it, apart by blanks
Look = Callable[[Case], bool]
# (options, pack, each) -> a quick look, or None where there is none for such options
Quick = Callable[[Options, Pack, str | None], Look | None]

# What a check looks at, and with it what `make` gives: a report alone, `check(case, scope) -> hits`; a report and the
# roster, the clock or the folder, `LateCheck`; all reports of a run, `BatchCheck`.
REPORT, LATE, BATCH = "report", "late", "batch"


# What every message may use beside the facts. `hint` is the variant itself; `cell` is empty but in a workbook.
ALWAYS = ("field", "theme", "phase", "problem", "hint", "cell")

# What a fact is in a message: a number, a place (`other.line`), a text or a place, or else a text.
NUMBER, TEXT, SPOT, MAYBE, TRUTH = "number", "text", "spot", "maybe", "truth"
NUMBERS = frozenset({"count", "least", "most", "percent", "lines", "unreadable", "first", "second"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One check kind."""

    make: Callable[[Options, Pack], Any]      # (options, pack) -> the check
    raises: Raises                      # the texts of a rule are held against this before any report is checked
    stage: str = REPORT
    quick: Quick | None = None
    spots: frozenset[str] = frozenset()     # facts that are a place in the report (`other.line`)
    maybe_spots: frozenset[str] = frozenset()   # facts that are a place or a text
    on_roster: bool = False     # there is nothing to judge without a roster
    of_whom: bool = True        # a late one: the judgement depends on who the report is about
    leaves: Callable[[Any], Any] | None = None  # a late one: what a fact of it leaves behind for the run
    whole: bool = False         # one over the batch: it can't be judged on a part of it
    rows: bool = False          # the same: its facts are rows of numbers, held apart
    long: bool = False          # the same: of many reports it takes long
    at_end: bool = False        # the same: it looks at what all others found
    of_others: bool = False     # the same: it holds a report against those of others, who may mend what it finds too
    any_report: bool = False    # it looks at texts and files wherever they stand, whatever the report is
    of_current: bool = False    # it judges a subject's current report alone
    of_earlier: bool = False    # what it finds in an earlier report still counts
    quotes: bool = False        # it asks for the behaviours of the themes


def _nothing(options: Options, pack: Pack) -> None:
    """A sentence is made of its own texts."""


# A sentence of the language is a check of its own kind: what it shows stands beside it (`let`).
SENTENCE = Kind(make=_nothing, raises={None: ""})


def whole_path(each: str | None, path: str) -> str:
    """A path of a rule's scope as one from the report."""
    return path.strip("/") if path.startswith("/") or not each else f"{each}.{path}"


def stands(node: object, steps: Sequence[str]) -> bool:
    """Whether there is something at the end of the steps that can be read."""
    for step in steps:
        if type(node) is not Doc or step not in node:
            return False
        node = node[step]
    return node is not BAD


def nothing_there(options: Options, pack: Pack, each: str | None) -> Look:
    """A quick look: the field is nowhere in the report."""
    wanted = whole_path(each, options["field"])
    return lambda case: not case.nodes[wanted]
