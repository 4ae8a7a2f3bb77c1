"""Records and errors that pass between the parts; this module imports nothing of ours."""

from __future__ import annotations

from typing import Any

from .recording import dataclass

Route = tuple[str | int, ...]       # the way from a report to a place in it: canonical keys, and positions from 0


class Told(Exception):
    """An error that people read. `key` names its text in the catalogues, `facts` are what the text shows.

    A fact without a language of its own is a map from language to text, a list of words, or another such error.
    `messages.told` gives the words.
    """

    def __init__(self, key: str, /, **facts: Any) -> None:
        super().__init__(key)
        self.key = key
        self.facts = facts


class UsageError(Told):
    """The command was used wrongly."""


class OptionError(Told, ValueError):
    """An option of a rule can't be used: a condition, a pattern."""


class Unreadable(Exception):
    """A file could not be taken in. Never carries text of the file.

    `name` is the intake rule's name, `line` and `column` count from 1, `hint` chooses a variant of the
    rule's message, and `facts` are the safe words that the message may print (code points, numbers).
    """

    def __init__(
        self,
        name: str,
        line: int = 1,
        column: int = 1,
        hint: str | None = None,
        facts: dict[str, Any] | None = None,
    ) -> None:
        super().__init__(name, line, column, hint, facts)
        self.name = name
        self.line = line
        self.column = column
        self.hint = hint
        self.facts = facts or {}
        self.mended = False                 # told of a text that could be read once it was mended
        self.also: list[Unreadable] = []    # further slips on the same line
        self.cell: str | None = None        # of a workbook: sheet and cell

    @property
    def variables(self) -> dict[str, Any]:
        """What its message may use."""
        return {"hint": self.hint or "", "mended": self.mended, **self.facts}

LEVELS = ("error", "warning", "info")       # of a finding, the gravest first


@dataclass(frozen=True, slots=True)
class Limits:
    """What one report file may hold, more of which is refused while it is being read; and how long it may take."""

    bytes: int = 1 << 20
    depth: int = 32  # open collections
    nodes: int = 20_000  # scalars (keys too) and collections
    characters: int = 65_536  # in one scalar
    told: int = 50  # findings of one rule in one file; of more, the number is told
    seconds: float = 30  # of the processor; after that it is not assessed


class PackError(Told):
    """Rules, roster, waivers or configuration are broken: in which file and line, and what to do."""

    def __init__(self, file: str, line: int, key: str, /, **facts: Any) -> None:
        super().__init__(key, **facts)
        self.args = file, line, key
        self.file = file
        self.line = line
        self.also: list[PackError] = []     # further faults of the same pack


@dataclass(frozen=True, slots=True)
class Subject:
    """Who a finding is about."""

    kind: str               # personal or unit
    id: str | None          # as typed, private numbers masked; None when it is not fit to print
    unit: str | None        # the unit's code


@dataclass(frozen=True, slots=True)
class Insert:
    """What to type for a missing field, and where: pasting it never breaks the file.

    Whole lines go after `line` (0: before all). In braces there is a `column`: the text goes right before it on `line`.
    Where there is a `clear`, that is deleted first: from a column of `line` (in braces it is `column`) up to a line and
    column. Columns and lines count from 1, and both ends belong to it.
    """

    line: int
    column: int | None      # of the closing brace, or of the first character that is deleted
    text: str               # field names, listed values and blanks; newlines part lines, and the last has none
    several: bool = False   # the file has more places to which something goes
    stacked: bool = False   # also after the same line, less or further in: what is further in stands above
    clear: tuple[int, int, int] | None = None
    dash: bool = False      # what is deleted stands after a dash, not after a colon


def cell_order(sheet: int, cell: str) -> str:
    """A cell as it is sorted: by the place of its sheet in the book, row and column."""
    name = cell.rpartition("!")[2]
    letters = name.rstrip("0123456789")
    return f"{sheet:04}!{name[len(letters):]:0>7}{letters:>3}"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing to put right, at one place. Knows nothing of any output."""

    rule: str               # PB08
    name: str               # measure-incomplete
    level: str              # error, warning, info
    file: str               # relative to the path given, `/` on every system
    line: int               # 1-based
    column: int             # 1-based, in characters
    pointer: str | None     # RFC 6901, canonical English keys; None for a file that can't be read
    subject: Subject | None
    theme: str | None       # theme ID
    phase: str | None       # declared phase
    clause: str | None      # the plan's numbering
    message: str
    remedy: str
    waived: dict[str, str] | None = None      # reason, by, until
    superseded: bool = False        # in a report that a later phase of the same subject replaces
    baselined: bool = False
    provisional: bool = False       # found only in a text mended in memory
    insert: Insert | None = None    # what to type where, if a missing field is asked for
    fingerprint: str = ""
    stable: str = ""                # pointer with item IDs, from which the fingerprint is made
    hint: str | None = None         # which variant of the rule's message it is
    trail: str = ""                 # the way to the field in words, for people
    shared: str = ""                # of a rule on the roster: the message as it stands above a list of several subjects
    owner: str = ""                 # comparable ID of the subject, numbers not masked; compared, never printed
    slips: int = 0                  # how many places it stands for: those left of very many, a slip of a mended file
    cell: str | None = None         # of a workbook: sheet and cell
    sheet: int = 0                  # and which of its sheets that is

    @property
    def order(self) -> tuple[str, int, int, str, str, str]:
        """The total order of findings."""
        return (self.file, self.line, self.column, cell_order(self.sheet, self.cell) if self.cell else "",
                self.rule, self.pointer or "")

    @property
    def at(self) -> str:
        """The place in the file, for people: sheet and cell, else line and column."""
        return self.cell or f"{self.line}:{self.column}"

    @property
    def placed(self) -> str:
        """The message, after the cell where there is one: for outputs that only know lines."""
        return f"{self.cell} {self.message}" if self.cell else self.message

    @property
    def remains(self) -> bool:
        """Whether it has still to be put right once its file is mended."""
        return self.provisional and not self.superseded

    @property
    def gates(self) -> bool:
        """Whether it counts against `--fail-on`."""
        return self.waived is None and not (self.superseded or self.baselined or self.provisional)


@dataclass(frozen=True, slots=True)
class Ignored:
    """A file under the PATHs that is no report, and whose it is, as far as that is plain."""

    file: str                   # relative to the path given, `/` on every system
    hint: str                   # what it is: hidden-extension, word, excel, pdf, picture, archive or other
    subject: Subject | None
    by_form: bool = True        # for its form alone: neither hidden nor excluded nor a table of ours
    beside: bool = True         # a report lies in its folder


@dataclass(frozen=True, slots=True)
class NotAssessed:
    """A rule that could not be judged at one place, and why.

    type, ignored, parent, slip, partial, declared, roster, crash or time.
    """

    rule: str
    file: str | None
    line: int | None
    pointer: str | None
    subject: Subject | None
    reason: str
