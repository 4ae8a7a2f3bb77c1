"""Helps who types a report: what may stand at a place, and what a field is for, with the plan's words.

All of it comes of the pack: its form, its themes, its rules and their examples, which say where each rule speaks.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator

from ...judging.compile import Compiled
from ...packs.pack import KINDS
from ...packs.plan import Theme
from ...packs.rule import Rule
from ...reading.report import segments_of
from ...reading.typed import quoted
from ...recording import dataclass
from ...records import Route
from ...text.messages import LANGUAGES, say
from ..findings.pages import markdown
from .outline import Caret, Outline
from .tree import FieldHere, form_of

MOST_RULES = 4          # whose clauses are told of one field
MOST_VALUES = 12        # that are told of one field
_INDENT = "  "


@dataclass(frozen=True, slots=True)
class Offer:
    """What may stand at a place. Its text takes the place of the columns from `start` to `end` of the line."""

    label: str
    detail: str
    about: str          # Markdown
    text: str
    start: int
    end: int
    is_value: bool
    sought: str         # by what else than the label it is found


@dataclass(frozen=True, slots=True)
class HoverText:
    """What is told of a place, in Markdown, and the columns that it is about."""

    text: str
    start: int
    end: int


class Assistant:
    """Knows one pack, and tells of it in one language."""

    def __init__(self, compiled: Compiled, language: str) -> None:
        self.compiled, self.pack, self.language = compiled, compiled.pack, language
        self.forms = {kind: form_of(self.pack, kind, language) for kind in KINDS}
        self.spoken: dict[Route, list[Rule]] = defaultdict(list)    # the way to a field -> the rules that speak there
        for rule in self.pack.rules.values():
            for example in rule.examples["fail"] if rule.bases else ():
                for pointer in example.get("expect") or ():
                    way = self._way(tuple(segments_of(pointer)))
                    if rule not in self.spoken[way]:
                        self.spoken[way].append(rule)

    # -- what may stand there ------------------------------------------------------------------------------------------

    def offers(self, outline: Outline, line: int, column: int) -> list[Offer]:
        """The fields or values that may stand at a place, in the order of the form; none twice."""
        spot = outline.spot(line, column)
        found: dict[str, Offer] = {}
        for form in self._forms(outline) if spot else ():
            field = form.find(spot.path) if spot else None
            if spot and field:
                offers = self._values(field, spot, outline) if spot.is_value else self._fields(field, spot, outline)
                for one in offers:
                    found.setdefault(one.label, one)
        return list(found.values())

    def _fields(self, field: FieldHere, spot: Caret, outline: Outline) -> Iterator[Offer]:
        item = None if field.is_map else field.item()
        if item is None and isinstance(spot.path[-1] if spot.path else "", int) and not field.is_map:
            yield from self._values(field, spot, outline)       # an item that is a text
            return
        dash = "- " if item else ""
        if item and not item.is_map:
            yield from self._values(item, spot, outline, dash)
            return
        there = outline.beside(spot.path) - {spot.typed} if item is None else set()
        if spot.entry:
            there.discard(str(spot.entry.path[-1]))
        for one in (item or field).fields():
            if not there.intersection(one.names):
                name = one.names[self._names(outline)]
                text = f"{dash}{name}" + ("" if spot.followed else _after(one, spot.column + len(dash)))
                yield Offer(name, self._other(one.names, outline), self._about(one), text, spot.start, spot.end, False,
                            " ".join(one.names))

    def _values(self, field: FieldHere, spot: Caret, outline: Outline, dash: str = "") -> Iterator[Offer]:
        lead = dash or (" " if spot.followed else "")
        for names in field.values() or (self._item_values(field) if spot.is_value else ()):
            name = names[self._names(outline)]
            yield Offer(name, self._other(names, outline), "", lead + quoted(name), spot.start, spot.end, True,
                        " ".join(names))

    @staticmethod
    def _item_values(field: FieldHere) -> list[tuple[str, ...]]:
        item = field.item()
        return item.values() if item else []

    def _names(self, outline: Outline) -> int:
        """In which language names are typed: that of most keys at the top, else Chinese."""
        tops = list(outline.top())
        english = sum(one.isascii() for one in tops)
        return LANGUAGES.index("en" if english * 2 > len(tops) else "zh")

    def _other(self, names: tuple[str, ...], outline: Outline) -> str:
        return names[1 - self._names(outline)]

    # -- what it is for ------------------------------------------------------------------------------------------------

    def told(self, outline: Outline, line: int, column: int) -> HoverText | None:
        """What the field on a line is for, on what clause of the plan it rests, or of which theme it is."""
        entry = outline.entry(line)
        form = next(iter(self._forms(outline)))
        field = form.find(entry.path) if entry and entry.column <= column <= max(
            entry.end, entry.start + len(entry.value)) else None
        if not entry or not field:
            return None
        if column > entry.end or not field.names:
            return self._value_told(field, entry.value, entry.start)
        head = "**" + "** · `".join(map(markdown, field.names)) + "`"
        parts = [head, self._about(field), *self._theme_told(field), *self._rules_told(field.path, outline)]
        return HoverText("\n\n".join(filter(None, parts)), entry.column, entry.end)

    def _about(self, field: FieldHere) -> str:
        values = [markdown(names[LANGUAGES.index(self.language)]) for names in field.values()]
        more = say("server.values", self.language, values=values) if 1 < len(values) <= MOST_VALUES else ""
        return "\n\n".join(filter(None, (markdown(field.description), more)))

    def _value_told(self, field: FieldHere, value: str, start: int) -> HoverText | None:
        """A value to choose from, by both of its names, with the theme that it belongs to."""
        names = next((one for one in field.values() if value in one), None)
        if names is None:
            return None
        theme = self._theme(field.path)
        clause = say("finding.clause", self.language, clause=theme.clause) if theme else ""
        return HoverText("\n\n".join(filter(None, (*map(markdown, names), clause))), start, start + len(value))

    def _theme_told(self, field: FieldHere) -> Iterator[str]:
        theme = self._theme(field.path)
        if theme and len(field.path) == 2:
            yield say("finding.clause", self.language, clause=theme.clause)
            yield "> " + markdown(theme.heading)
            yield "\n".join(f"- {markdown(one.text)} `{one.id}`" for one in theme.behaviours)

    def _rules_told(self, path: Route, outline: Outline) -> Iterator[str]:
        """The rules that speak of a field, each with the clause on which it rests."""
        kind, phase = self._kind(outline), self._phase(outline)
        rules = [one for one in self.spoken.get(self._way(path), ()) if self._concerns(one, kind, phase)]
        for rule in rules[:MOST_RULES]:
            yield f"**{rule.id}** {markdown(rule.title[self.language])}"
            basis = (rule.bases_for(phase, None) or rule.bases)[0]
            clause = say("finding.clause", self.language, clause=basis.clause)
            yield f"{clause}\n> {markdown(basis.quote)}" if basis.quote else clause

    def _concerns(self, rule: Rule, kind: str | None, phase: str | None) -> bool:
        levels = (None, *self.pack.levels) if kind == "unit" else (None,)
        return kind is None or phase is None or any(self.compiled.applies(rule, kind, level, phase) for level in levels)

    # -- whose it is ---------------------------------------------------------------------------------------------------

    def _forms(self, outline: Outline) -> list[FieldHere]:
        kind = self._kind(outline)
        return [self.forms[kind]] if kind else list(self.forms.values())

    def _kind(self, outline: Outline) -> str | None:
        """The kind of report, as the text says, else as its fields tell."""
        top = outline.top()
        for kind, form in self.forms.items():
            report = form.find(("report",))
            if report and any(top.get(name) in values for name in report.names for values in report.values()):
                return kind
        return self.pack.kind_by_fields(top)

    def _phase(self, outline: Outline) -> str | None:
        phase = self.forms[KINDS[0]].find(("phase",))
        typed = [outline.top().get(name) for name in phase.names] if phase else []
        return next((self.pack.vocabulary.phases[one] for one in typed if one in self.pack.vocabulary.phases), None)

    def _theme(self, path: Route) -> Theme | None:
        return self.pack.themes.get(str(path[1])) if len(path) > 1 and path[0] == self.pack.roles.themes else None

    def _way(self, path: Route) -> Route:
        """A place as all like it are: any item of a list, any theme."""
        return tuple(0 if isinstance(one, int) or one.isdecimal() or one == "-" or (
            at == 1 and path[0] == self.pack.roles.themes) else one for at, one in enumerate(path))


def _after(field: FieldHere, column: int) -> str:
    """What follows a field's name: a blank, or the line on which what it holds begins."""
    item = field.item()
    further = "\n" + " " * column + _INDENT
    if field.is_map:
        return ":" + further
    return f":{further}- " if item and not field.values() else ": "
