"""How a row of the ledger reads: the columns, and what stands in each cell. What people wrote, and their names, stand
there only where that was asked for; what stands under a sensitive theme never.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator

from ...reading.report import printable_id
from ...text.lines import tame
from ...text.messages import joined
from ...text.wording import mask_numbers, one_line
from ..sheets import Cell, SheetColumn
from .rows import UNREAD, LedgerRow
from .words import LedgerWords

Columns = Iterator[tuple[SheetColumn, Callable[[LedgerRow], Cell]]]


class Cells(LedgerWords):
    """Reads the cells of a row."""

    def columns(self) -> Columns:
        """The columns of the ledger, and how a row is read for each; without those for which the form has no field."""
        roles, values = self.roles, self.ask.values

        def column(name: str, read: Callable[[LedgerRow], Cell], *path: str, kind: str = "text",
                   pattern: str = "") -> Columns:
            if not path or self.field(*path):
                yield SheetColumn(self._titled(name, path), kind, pattern), read

        def field(name: str, *path: str, kind: str = "text") -> Columns:
            return column(name, lambda row: self._cell(getattr(row, name)), *path, kind=kind)

        yield from column("mark", lambda row: self.labels[row.mark])
        yield from column("left", lambda row: "" if row.left is None else row.left, kind="count",
                          pattern=self.say("left"))
        yield from column("relapsed", lambda row: self.again("relapsed") if row.relapsed else "")
        yield from column("unit", self.unit)
        yield from column("subject", self.subject)
        yield from column("theme", lambda row: self.theme(row.theme))
        yield from column("problem", self._problem)
        if values:
            yield from column("fact", self._fact, roles.fact)
        yield from column("behaviour", self._behaviour, roles.behaviour)
        yield from column("source", lambda row: self._choice(roles.source, row.source), roles.source)
        yield from field("found", roles.found, kind="date")
        yield from column("actions", self._actions, roles.measures, roles.action)
        yield from column("owners", self._owners, roles.measures, roles.owner)
        yield from column("due", self._due, roles.measures, roles.due)
        yield from field("until", roles.deferral, roles.until, kind="date")
        yield from column("state", lambda row: self._choice(roles.state, row.state), roles.state)
        yield from field("finished", roles.completed, kind="date")
        yield from column("accepted", self._accepted, roles.acceptance, roles.accepted)
        yield from column("doubts", lambda row: joined([self.again(f"doubt_{one}") for one in row.doubts],
                                                       self.language))
        yield from column("phase", lambda row: self.phase(row.about.phase))
        yield from column("file", lambda row: tame(row.file))

    def _titled(self, name: str, path: tuple[str, ...]) -> str:
        """A column is called as the form calls its field, in Chinese."""
        if not path or self.language != "zh":
            return self.say(f"column_{name}")
        whole = name in ("accepted", "actions")        # the column holds more than one of its fields
        titled: str = self.field().titles[path[0]] if whole else self.field(*path[:-1]).titles[path[-1]]
        return titled

    def _cell(self, value: str | None) -> str:
        """A value that holds nothing that people wrote: a date, an ID."""
        return "" if value is None else self.again("unread") if value == UNREAD else tame(value)

    def _problem(self, row: LedgerRow) -> str:
        if row.ident in (None, UNREAD):
            return self._text(row.ident)
        return printable_id(row.ident) or self.again("odd")

    def _choice(self, name: str, value: str | None) -> str:
        return self.again("unfilled") if value is None else self._cell(value) if value == UNREAD else \
            self.listed(name, value)

    def _text(self, value: str | None) -> str:
        """What people wrote, as it may be shown."""
        return self.again("unfilled") if value is None else self._cell(value) if value == UNREAD else tame(
            mask_numbers(one_line(value)))

    def _shown(self, row: LedgerRow) -> bool:
        """Whether what people wrote in a row is shown."""
        return self.ask.values and not self.pack.sensitive(row.theme)

    def _fact(self, row: LedgerRow) -> str:
        return self._text(row.fact) if self._shown(row) else self.again("hidden")

    def _behaviour(self, row: LedgerRow) -> str:
        ident = row.behaviour
        if self.pack.sensitive(row.theme):
            return self.again("hidden")
        if ident is None or ident == UNREAD:
            return self.again("unfilled" if ident is None else "unread")
        if ident in self.pack.behaviours:
            one = self.pack.behaviours[ident]
            return f"{ident} {one.text if self.language == 'zh' else one.english or one.text}"
        return self.pack.vocabulary.behaviours.named(ident, self.again("column_behaviour"))

    def _actions(self, row: LedgerRow) -> str:
        if self._shown(row):
            return self._numbered([self._text(step.action) for step in row.steps])
        return self.again("steps", count=len(row.steps)) if row.steps else self.again("unfilled")

    def _owners(self, row: LedgerRow) -> str:
        owners = [step.owner for step in row.steps]
        if self._shown(row):
            return self._numbered([self._text(owner) for owner in owners])
        if UNREAD in owners:
            return self.again("unread")
        return self.again("filled", filled=len(owners) - owners.count(None), count=max(1, len(owners)))

    def _due(self, row: LedgerRow) -> str:
        return self._numbered([self._cell(step.due) or self.again("unfilled") for step in row.steps])

    def _numbered(self, texts: list[str]) -> str:
        if len(texts) < 2:
            return "".join(texts)
        return self.again("steps_join").join(
            self.say("step", number=number, text=text) for number, text in enumerate(texts, 1))

    def _accepted(self, row: LedgerRow) -> str:
        day = self._cell(row.accepted)
        if not self._shown(row) or row.accepted_by is None:
            return day
        return self.say("accepted_by", name=self._text(row.accepted_by), day=day).strip()
