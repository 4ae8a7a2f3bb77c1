"""Runs the examples of inherited rules on the pack's own compliant reports, as far as they can be made there.

An example of the pack that comes along names its reports, phases, themes and days. The reports, phases and themes are
put in those of this pack; where a day, a field or a count is another here, the example can't be made, which is no fault
of the rule: how many could is told.
"""

from __future__ import annotations

from functools import cache
from typing import Any

from ..judging.compile import Compiled
from ..packs.inheriting import Inheritance
from ..packs.pack import Pack, load_pack
from ..packs.pack_files import BUNDLED
from ..packs.rule import Rule
from ..recording import dataclass
from ..text.regex import regex
from .examples import Example, bases, fault_of

_POINTER = regex(r"(?<=/themes/)[^/]+")


@cache
def _other() -> Pack:
    return load_pack(BUNDLED)


def run_inherited(compiled: Compiled, rules: list[Rule]) -> tuple[int, int]:
    """How many examples of these rules hold on the pack's own reports, and how many can't be made of them."""
    held = unmade = 0
    for rule in rules:
        if rule.inherited:
            moved = Moved(compiled.pack, compiled.pack.taken[rule.id])
            for side, listed in _other().rules[rule.id].examples.items():
                for example in listed:
                    own = None if "tested" in example else moved.example(example)
                    fits = own is not None and fault_of(compiled, rule, side, own) is None
                    held, unmade = held + fits, unmade + (not fits)
    return held, unmade


@dataclass(frozen=True, slots=True)
class Moved:
    """Examples of the pack that comes along in the names of another."""

    pack: Pack
    entry: Inheritance

    def example(self, example: Example) -> Example | None:
        """One example; None where it looks at several files or there is no report like its own."""
        if "files" in example:
            return None
        if "base" not in example:
            return example
        base = self.base(example["base"])
        phase = self.entry.phases.get(example.get("phase") or list(_other().phases)[-1], ("",))[0]
        phase = phase if phase in self.pack.phases else example.get("phase", list(self.pack.phases)[-1])
        if base is None or phase not in self.pack.phases:
            return None
        moved = {key: self.named(one) for key, one in example.items() if key not in ("base", "phase")}
        return {**moved, "base": base, "phase": phase}

    def base(self, name: str) -> str | None:
        """The report of this pack that is of the kind and, if any is, of the level of one there."""
        kind, level = next((kind, level) for other, kind, level in bases(_other()) if other == name)
        levels = self.entry.levels.get(level or "", (level,))
        same = [(own_level in levels, own) for own, own_kind, own_level in bases(self.pack) if own_kind == kind]
        return max(same, key=lambda one: one[0])[1] if same else None

    def named(self, value: Any) -> Any:
        """A part of an example with the themes and behaviours of this pack, by their place in the plan."""
        if isinstance(value, dict):
            return {self.named(key): self.named(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self.named(one) for one in value]
        if not isinstance(value, str):
            return value
        theirs, ours = _other(), self.pack
        themes = dict(zip(theirs.themes, ours.themes, strict=False))
        if value in themes:
            return themes[value]
        theme = next((one for one in theirs.themes.values() if value in [other.id for other in one.behaviours]), None)
        if theme is not None and theme.id in themes:
            own = ours.themes[themes[theme.id]].behaviours
            at = [other.id for other in theme.behaviours].index(value)
            return own[min(at, len(own) - 1)].id if own else value
        return _POINTER.sub(lambda match: themes.get(match[0], match[0]), value)
