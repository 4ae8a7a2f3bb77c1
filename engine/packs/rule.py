"""One rule of a pack as a record, made of what its family file says; what the file leaves out is filled in here."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from ..reading.intake import Map, Seq, line_in
from ..reading.report import Doc, Items
from ..recording import dataclass, field
from ..records import PackError, Route
from ..text.messages import LANGUAGES, say
from ..text.regex import regex

IDENT = regex("[A-Z]{2}[0-9]{2,}")     # as patterns that choose rules, ranges of them and addresses of pages want it

@dataclass(frozen=True, slots=True)
class Basis:
    """A clause of the plan with its exact words, and for whom it is cited: phases and levels of units, none for all."""

    clause: str
    quote: str
    phases: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()

    def fits(self, phase: str | None, level: str | None) -> bool:
        """Whether it is cited in a report of this phase and, of a unit, of this level."""
        return (not self.phases or phase in self.phases) and (not self.levels or level in self.levels)

    @property
    def narrowness(self) -> int:
        """By how many of phase and level it is narrowed."""
        return bool(self.phases) + bool(self.levels)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as its family file has it."""

    id: str
    name: str
    title: dict[str, str]
    who: tuple[str, ...]            # personal, unit, levels of units, or batch
    first: str                      # "any" or a phase ID
    last: str | None
    level: str | dict[str, str]     # a level, or {kind or unit level: level}
    checks: tuple[dict[str, Any], ...]      # each {kind: options} with each, when, level beside
    bases: tuple[Basis, ...]        # of the plan, as the rule lists them
    practice: dict[str, str] | None
    message: dict[str, str]
    remedy: dict[str, str]
    hints: dict[str, dict[str, str]]
    examples: dict[str, list[dict[str, Any]]]
    file: str = ""                  # its family file, relative to the pack
    line: int = 0
    inherited: bool = False         # taken over from the pack that comes with bayang
    typed: Any = field(default=None, repr=False, compare=False)     # as its file has it, for the lines
    # its file as typed and in our words, and the way to the rule in it
    raw: tuple[Any, Any, Route] | None = field(default=None, repr=False, compare=False)
    sources: tuple[int | None, ...] = ()        # of each check, its number in the file; None: the rule itself

    def called(self, *steps: str | int) -> Route:
        """A way in the rule in the words of its author."""
        if self.raw is None:
            return steps
        from .written import path_as_typed  # which a pack that is ready needs not

        typed, tree, way = self.raw
        return path_as_typed(typed, tree, (*way, *steps))[len(way):]

    def written(self, *steps: str | int) -> Any:
        """What stands at a way in the rule as its author typed it: of a key of a map, that key."""
        node = self.raw[0] if self.raw else self.typed
        for step in (*self.raw[2], *self.called(*steps)) if self.raw else steps:
            if isinstance(node, Map):
                node = node.entries.get(str(step), step)
            else:
                node = node.items[step] if isinstance(node, Seq) and isinstance(step, int) else step
        return node

    def bases_for(self, phase: str | None, level: str | None) -> list[Basis]:
        """What of the plan the rule rests on in a report of this phase and level of unit, the narrowest first."""
        return sorted((one for one in self.bases if one.fits(phase, level)), key=lambda one: -one.narrowness)

    def clause_for(self, phase: str | None, level: str | None) -> str | None:
        """The plan's numbering of the clause to cite there; None where the rule names none that fits."""
        fitting = self.bases_for(phase, level)
        return fitting[0].clause if fitting else None

    @property
    def levels(self) -> set[str]:
        """Every level that its findings may have."""
        levels = set(self.level.values()) if isinstance(self.level, dict) else {self.level}
        return levels | {check["level"] for check in self.checks if "level" in check}

    def of_every_theme(self, themes: str) -> list[list[str]]:
        """What it asks for in every theme of the plan: paths, of which one is enough. `themes` is where they stand."""
        ways = [one["any"] if isinstance(one, dict) else [one]
                for check in self.checks for one in check.get("required", {}).get("fields", ())]
        return [way for way in ways if way[0].startswith(f"{themes}.*.")]

    @property
    def reads(self) -> bool:
        """Whether it is one on reading: nobody can switch it off, waive it or take it into a baseline."""
        return any("intake" in check for check in self.checks)


@dataclass(frozen=True, slots=True)
class Defaults:
    """What a simple rule may leave out, as its pack fills it in."""

    first: str                      # the phase from which a rule applies
    languages: tuple[str, ...]      # in which the pack is written
    quote: Callable[[str], str]     # the words of a clause; nothing where the pack has no plan.txt or no such clause
    clause: str                     # one of the plan, to show how it is written
    filed: str                      # the field with the date of filing, for the same


def rule_of(one: Doc, file: str, line: int, defaults: Defaults) -> Rule:
    """The rule that an entry of a family file says. Raises PackError."""
    ident = one["id"]
    if not IDENT.fullmatch(ident):
        raise PackError(file, line_in(one.src, "id"), "pack.rule-id", rule=ident, sample=_near(ident))
    if ("must" in one) == ("check" in one):
        raise PackError(file, line, "pack.check-or-must", rule=ident, filed=defaults.filed)
    if isinstance(one.get("check"), Items) and one["check"].kept is not None:
        raise PackError(file, line_in(one.src, "check"), "pack.blank-check", rule=ident)
    if one.get("level") == {}:
        raise PackError(file, line_in(one.src, "level"), "pack.blank-level", rule=ident)
    if not one["basis"].get("plan") and not one["basis"].get("practice"):
        raise PackError(file, line, "pack.no-basis", rule=ident, clause=defaults.clause)
    sources, checks = zip(*checks_of(one), strict=True)
    return Rule(
        id=ident, name=one.get("name", ident.lower()), title=one["title"], who=tuple(one["who"]),
        first=one.get("from", defaults.first), last=one.get("until"), level=one.get("level", "error"), checks=checks,
        bases=bases_of(one["basis"], ident, file, defaults.quote), practice=one["basis"].get("practice"),
        message=one.get("message") or plain_message(one["title"], defaults.languages), remedy=one["remedy"],
        hints=one.get("hints", {}), examples=one.get("examples", {"pass": [], "fail": []}), file=file, line=line,
        typed=one.src, sources=sources)


def _near(ident: str) -> str:
    """The ID of a rule that is likely meant by what is none."""
    import unicodedata

    found = "".join(one for one in unicodedata.normalize("NFKC", ident).upper() if one.isascii() and one.isalnum())
    return found if IDENT.fullmatch(found) else "ZA01"


def checks_of(one: Doc) -> Iterator[tuple[int | None, dict[str, Any]]]:
    """The checks of a rule, for each of the paths that it looks at one, with their numbers in the file."""
    checked = one.get("check")
    beside = {key: one[key] for key in ("over", "must", "where", "at", "let") if key in one}
    parts: list[Any] = checked if isinstance(checked, list) else [checked or beside]
    for number, part in enumerate(parts):
        for each in several(part.get("each", one.get("each"))) or (None,):
            yield None if checked is None else number, {
                **beside, **part, "each": each, "when": (*several(one.get("when")), *several(part.get("when")))}


def bases_of(basis: Doc, rule: str, file: str, quote: Callable[[str], str]) -> tuple[Basis, ...]:
    """The clauses that a rule lists, with the plan's words where it gives none. Raises PackError."""
    listed = basis.get("plan", ())
    for at, cite in enumerate(listed):
        if not cite.get("quote") and not quote(cite["clause"]):
            raise PackError(file, line_in(basis.src, "plan", at), "pack.no-quote", rule=rule, clause=cite["clause"])
    return tuple(Basis(cite["clause"], cite.get("quote") or quote(cite["clause"]), several(cite.get("phase")),
                       several(cite.get("level"))) for cite in listed)


def plain_message(title: dict[str, str], languages: tuple[str, ...]) -> dict[str, str]:
    """What a rule without a message says: where, and its title."""
    return {one: say("pack.said", one if one in languages else languages[0], title=title) for one in LANGUAGES}


def several(value: str | Sequence[str] | None) -> tuple[str, ...]:
    """One value or a list of them."""
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)
