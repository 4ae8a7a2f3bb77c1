"""The names that stand in the ledger: of units, subjects, themes, phases, listed values and marks."""

from __future__ import annotations

from typing import Any

from ...packs.pack import Pack
from ...packs.roster import Roster
from ...reading.schema import shape_at
from ...recording import dataclass
from ...text.messages import say
from ...text.wording import mask_numbers, one_line
from ..findings import filing
from .marks import CLOSED, MARKS, SOON
from .rows import Gap, LedgerRow


@dataclass(frozen=True, slots=True)
class Ask:
    """What the reader asked for."""

    language: str = "zh"
    values: bool = False            # what was written, and names
    only: str | None = None         # of ONLY


class LedgerWords:
    """Names in the reader's language; a person's only where that was asked for."""

    def __init__(self, pack: Pack, roster: Roster | None, ask: Ask) -> None:
        self.pack, self.roster, self.ask = pack, roster, ask
        self.language, self.roles = ask.language, pack.roles
        self._said: dict[tuple[str | int, ...], str] = {}
        # marks in words; what is closed is called as the form calls the one state in which it is
        self.labels = {name: self.say(f"mark_{name.replace('-', '_')}", soon=SOON) for name in MARKS}
        if len(self.roles.closed) == 1 and self.language == "zh":
            self.labels[CLOSED] = self.listed(self.roles.state, *self.roles.closed)

    def say(self, key: str, **facts: Any) -> str:
        return say(f"ledger.{key}", self.language, **facts)

    def again(self, key: str, **facts: str | int) -> str:
        """The same of what is said of many problems: worded once."""
        known = key, *facts.values()
        if known not in self._said:
            self._said[known] = self.say(key, **facts)
        return self._said[known]

    def field(self, *path: str) -> Any:
        """The shape of a field of a problem, None where the form has no such field."""
        return shape_at(self.pack.shapes["unit"], (self.roles.themes, None, self.roles.problems, *path))

    def listed(self, name: str, value: str) -> str:
        """A listed value of a field of problems in words."""
        shape = self.field(name)
        if self.language != "zh" or not hasattr(shape, "values"):
            return value.replace("_", " ")
        words: str = next((word for word, one in shape.values.items() if one == value != word), value)
        return words

    def theme(self, theme: str) -> str:
        """A theme's name."""
        return self.pack.themes[theme].name[self.language]

    def unit(self, row: LedgerRow | Gap) -> str:
        """What people call the unit."""
        if row.entry:
            return filing.unit_name(row.entry.unit, self.roster)
        code = (row.about.subject and row.about.subject.unit if row.about else None) or ""
        if not code and row.about is None:
            return self.say("nobody")
        return self.say("outside", unit=code) if self.roster else code

    def subject(self, row: LedgerRow | Gap) -> str:
        """The ID, and where names may stand a person's name on the roster."""
        ident = row.entry.id if row.entry else (row.about.subject and row.about.subject.id if row.about else "") or ""
        named = self.ask.values and row.entry and row.entry.kind == "personal"
        return f"{ident} {mask_numbers(one_line(row.entry.name))}" if named and row.entry else ident

    def phase(self, phase: str | None) -> str:
        """A phase's name, or nothing."""
        return self.pack.phases[phase].name[self.language] if phase else ""
