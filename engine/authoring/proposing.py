"""Proposes the examples of a rule: what its compliant reports become when one thing in them is changed.

A base report is first made one in which the rule can be told and has nothing against it (`settling`). Then only what
the rule reads is changed (`varying`). What each change gives is what the rule really says there; whether that is what
the plan wants is for its author to read.
"""

from __future__ import annotations

from pathlib import Path

import yaml

from ..judging.compile import Compiled
from ..packs.pack_files import is_there
from ..packs.rule import Rule
from ..recording import dataclass, field
from ..records import UsageError
from ..text.messages import LANGUAGES, say
from .examples import ROSTER, Example, findings_of, shown_in
from .settling import Settler, TriedReports
from .varying import Variant, Varying

_MOST = 12              # failing examples of a rule
_WIDEST = 112           # characters of an example on one line


@dataclass
class Proposal:
    """The examples of one rule, as a family file has them."""

    compiled: Compiled
    rule: Rule
    language: str
    passing: list[Example] = field(default_factory=list)
    failing: list[Example] = field(default_factory=list)

    def text(self) -> str:
        """The examples, ready to paste into the rule. Raises UsageError for a rule that none can be made for."""
        if "batch" in self.rule.who:
            raise UsageError("propose.batch", rule=self.rule.id)
        settler = Settler(self.compiled, self.rule)
        if settler.needs_roster and not is_there(Path(self.compiled.pack.folder, "bases", ROSTER)):
            raise UsageError("propose.roster", rule=self.rule.id)
        varying = Varying(settler)
        for starts in settler.starts():
            for start in starts:        # of a second base the first will do
                if self._from(varying, start) or self.failing:
                    break
        if not self.failing:
            self._refuse(settler, varying)
        rows = [f"    {side}:\n" + "".join(f"    - {_written(one)}\n" for one in listed)
                for side, listed in (("pass", self.passing), ("fail", self.failing))]
        return "  examples:\n" + "".join(rows)

    def _refuse(self, settler: Settler, varying: Varying) -> None:
        """Raises UsageError: nothing that is worth showing was found."""
        if settler.loud and not varying.tried:
            base, phase = settler.loud[0]
            raise UsageError("propose.loud", rule=self.rule.id, base=base, phase=self.compiled.pack.phases[phase].name,
                             folder=self.compiled.pack.folder)
        if varying.tried or settler.applied:
            raise UsageError("propose.silent" if varying.tried else "propose.unfilled", rule=self.rule.id,
                             folder=self.compiled.pack.folder)
        levels = self.compiled.pack.levels
        level = next((one for one in self.rule.who if one in levels), None)
        raise UsageError("propose.no-base", rule=self.rule.id, level=level, kind="unit" if level else self.rule.who[0],
                         who={language: [levels[one][language] if one in levels else say(f"reference.{one}", language)
                                         for one in self.rule.who] for language in LANGUAGES})

    def _from(self, varying: Varying, start: TriedReports) -> bool:
        """Note what the changes of a start give; whether any gives something new."""
        found = varying.of(start)
        if found or self.failing:
            self._pass(start)
        for one in found:
            if one.start is not start:
                self._pass(one.start)
            if one.bound is not None:
                self._pass(one.bound, note=say("propose.bound", self.language))
            if len(self.failing) < _MOST:
                self._fail(one)
        return bool(found)

    def _pass(self, setting: TriedReports, **note: str) -> None:
        example = {**note, **setting.example()}
        if example not in [{key: one for key, one in known.items() if key != "also"} for known in self.passing]:
            self.passing.append(example | self._also(example))

    def _fail(self, variant: Variant) -> None:
        example = {"note": say(f"propose.{variant.note}", self.language), **variant.failing.example()}
        found = [shown_in(one, example) for one in findings_of(self.compiled, example) if one.rule == self.rule.id]
        self.failing.append({**example, "expect": found, **self._also(example)})

    def _also(self, example: Example) -> Example:
        """What other rules say of an example, as it says it."""
        others = sorted({one.rule for one in findings_of(self.compiled, example)} - {self.rule.id})
        return {"also": others} if others else {}


def _written(example: Example) -> str:
    """An example on one line, or where that is too wide its parts on one each."""
    line = _flow(example)
    if len(line) <= _WIDEST:
        return line
    return "\n      ".join(f"{key}: {_flow(one)}" if key != "files" else "\n      ".join(
        ["files:", *(f"- {_flow(file)}" for file in one)]) for key, one in example.items())


def _flow(data: object) -> str:
    text: str = yaml.safe_dump(data, allow_unicode=True, default_flow_style=True, sort_keys=False, width=1 << 20)
    return text.removesuffix("...\n").strip()
