"""What a plan takes over from the pack that comes along: rules by pattern, put in the phases and levels of this plan.

An inherited rule is rewritten as typed, before it is bound: where it names a phase or a level of the other plan, the
name of this plan stands, and the clauses that it rests on are those that this plan gives it.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from pathlib import Path
from typing import Any

import yaml

from ..reading.intake import Map, Seq, Value
from ..reading.report import Doc
from ..recording import dataclass, field
from ..text.regex import regex
from .pack_files import BUNDLED, listed
from .rule import several

# Keys of a rule that hold words for people, or what is replaced whole: no name of a phase or level is meant there.
_WORDS = frozenset({"id", "name", "title", "message", "remedy", "hints", "basis", "examples"})
_SAID = frozenset({"title", "message", "remedy", "hints"})     # what is said to people
_DASH = regex("[－—–~～至]+")
_RANGE = regex(r"([A-Z]+)(\d+)-([A-Z]*)(\d+)")
_FAMILY = regex("[A-Z]+")


@dataclass(frozen=True, slots=True)
class Inheritance:
    """One entry of `inherit`: which rules, which of them not, and what stands for what."""

    rules: tuple[str, ...]
    without: tuple[str, ...] = ()
    phases: dict[str, tuple[str, ...]] = field(default_factory=dict)    # of the other plan -> of this one
    levels: dict[str, tuple[str, ...]] = field(default_factory=dict)
    basis: Map | None = None                                            # rule -> clauses, as typed

    @classmethod
    def of(cls, entry: str | Doc) -> Inheritance:
        """An entry as bound: a pattern alone, or a map."""
        if isinstance(entry, str):
            return cls((entry,))
        basis = entry.src.entries.get("basis")
        return cls(tuple(entry["rules"]), tuple(entry.get("without", ())), _names(entry, "phases"),
                   _names(entry, "levels"), basis if isinstance(basis, Map) else None)

    def takes(self, ident: str) -> bool:
        """Whether it takes over the rule of this ID."""
        return any(matches(one, ident) for one in self.rules) and not any(matches(one, ident) for one in self.without)

    def idle(self, there: Collection[str]) -> Iterator[tuple[str, str, tuple[str, ...]]]:
        """What does nothing in it, of the rules that there are: the text that says so, the name, and where it stands.

        It is the first pattern of those not taken over that leaves none out, and clauses of rules not taken over.
        """
        asked = [ident for ident in there if any(matches(one, ident) for one in self.rules)]
        for name in [one for one in self.without if not any(matches(one, ident) for ident in asked)][:1]:
            yield "no-without", name, ("without",)
        for name in map(str, self.basis.entries if self.basis is not None else ()):
            if name not in there or not self.takes(name):
                yield "idle-basis", name, ("basis", name)

    def may_take(self, family: str) -> bool:
        """Whether rules of a family can be among those it takes."""
        leads = [_FAMILY.match(_tidy(one)) for one in self.rules]
        return any(lead is None or family.startswith(lead[0][:len(family)]) for lead in leads)

    def has_basis(self, ident: str) -> bool:
        """Whether the plan gives the rule a clause of its own to rest on."""
        return self.basis is not None and ident in self.basis.entries

    def rewritten(self, rule: Map) -> Map:
        """A rule as its family has it, in the names of this plan."""
        out = _like(rule, {key: one if key in _WORDS else self._value(one) for key, one in rule.entries.items()})
        ident = str(rule.entries["id"])
        basis = rule.entries["basis"]
        assert isinstance(basis, Map)       # its form is held by the tests
        rest = {key: one for key, one in basis.entries.items() if key != "plan"}
        if self.basis is not None and self.has_basis(ident):
            rest["plan"] = self.basis.entries[ident]
        out.entries["basis"] = _like(basis, rest)
        return out

    def _value(self, one: Value) -> Value:
        if isinstance(one, Map):
            return _like(one, {name: self._value(value) for key, value in one.entries.items()
                               for name in self._named(key)})
        if isinstance(one, Seq):
            parts = [(name, mark) for item, mark in zip(one.items, one.at, strict=True)
                     for name in (self._named(item) if isinstance(item, str) else [self._value(item)])]
            out = Seq()
            out.items, out.at = [name for name, _ in parts], [mark for _, mark in parts]
            out.mark, out.flow = one.mark, one.flow
            return out
        return self._named(one)[0] if isinstance(one, str) else one

    def _named(self, text: str) -> tuple[str, ...]:
        """A text with the names of this plan: of one that is a name alone, all that stand for it."""
        for known in (self.phases, self.levels):
            if text in known:
                return known[text]
        for name, own in (*self.phases.items(), *self.levels.items()):
            text = re.sub(rf"(?<![\w.]){re.escape(name)}(?=\.(?:start|end)\b)|(?<=['\"]){re.escape(name)}(?=['\"])",
                          own[0], text)
        return (text,)


def own_words(names: Mapping[str, str], behaviour: str, day: str) -> Callable[[str], str]:
    """What puts a text for people in the words of this plan: its names of fields, listed values and the themes, one of
    its behaviours and one of its days, or what that day is in, in place of those that show how one is written.
    """
    themes = "|".join(path.stem.partition("-")[2] for path in listed(BUNDLED, "themes"))
    month = int(day[5:7])
    spans = {"Q": f"{day[:5]}Q{(month + 2) // 3}", "H": f"{day[:5]}H{(month + 5) // 6}"}
    found = re.compile("|".join((*map(re.escape, sorted(names, key=len, reverse=True)), rf"(?:{themes})-\d\d",
                                 r"(?<!\d)20\d\d-(?:[QH]\d|\d\d(?:-\d\d)?)(?!\d)")))

    def own(match: re.Match[str]) -> str:
        text = match[0]
        return names.get(text) or (behaviour if not text[0].isdigit() else spans.get(text[5]) or day[:len(text)])

    return lambda text: found.sub(own, text)


def in_own_words(rule: Map, made: Callable[[str], str]) -> Map:
    """A rule whose texts for people are made anew."""
    reworded: Map = _reworded(rule, made, False)
    return reworded


def _reworded(one: Any, made: Callable[[str], str], worded: bool) -> Any:
    if isinstance(one, Map):
        return _like(one, {key: _reworded(value, made, worded or key in _SAID) for key, value in one.entries.items()
                           if key not in ("examples", "basis")} | {
                               key: value for key, value in one.entries.items() if key in ("examples", "basis")})
    if isinstance(one, Seq):
        out = Seq()
        out.items, out.at = [_reworded(item, made, worded) for item in one.items], one.at
        out.mark, out.flow = one.mark, one.flow
        return out
    return made(one) if worded and isinstance(one, str) else one


def matches(pattern: str, ident: str) -> bool:
    """Whether a pattern means the rule of this ID: RO or RO* (all of a family), PB01-PB17, RC10."""
    pattern = _tidy(pattern)
    found = _RANGE.fullmatch(pattern)
    if found:
        family, digits = ident.rstrip("0123456789"), ident[len(ident.rstrip("0123456789")):]
        return family == found[1] and found[3] in ("", family) and int(found[2]) <= int(digits or -1) <= int(found[4])
    if _FAMILY.fullmatch(pattern):
        return ident.startswith(pattern)
    return fnmatchcase(ident, pattern)


def families(patterns: Iterable[Inheritance], files: Iterable[Path]) -> list[Path]:
    """The family files that rules may be taken from, in the order in which they are asked for."""
    files = list(files)
    return list(dict.fromkeys(path for one in patterns for path in files if one.may_take(path.stem)))


def _tidy(pattern: str) -> str:
    return _DASH.sub("-", pattern.strip().upper())


def _names(entry: Doc, key: str) -> dict[str, tuple[str, ...]]:
    """A map of names, whose keys may be the Chinese names of the plan that comes along."""
    return {names_of_others(key).get(name, name): several(own) for name, own in entry.get(key, {}).items()}


@cache
def _plan_of_others() -> dict[str, Any]:
    """The plan that comes along."""
    found: dict[str, Any] = yaml.load(Path(BUNDLED, "plan.yaml").read_bytes(), Loader=yaml.CBaseLoader)
    return found


@cache
def names_of_others(listed: str) -> dict[str, str]:
    """Chinese name -> ID of the phases or levels of the plan that comes along."""
    return {one["name"]["zh"]: one["id"] for one in _plan_of_others()[listed]}


def others_end() -> str:
    """The last day of the campaign that comes along."""
    found: str = _plan_of_others()["plan"]["campaign"]["end"]
    return found


def _like(one: Map, entries: dict[str, Value]) -> Map:
    """A map in the place of another."""
    out = Map()
    out.entries, out.mark, out.flow = entries, one.mark, one.flow
    out.at = {key: one.at.get(key, one.mark) for key in entries}
    return out
