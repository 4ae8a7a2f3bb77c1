"""The rules of a pack: those of its own family files, and those that it takes over from the pack that comes along."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

from ..reading.intake import line_in
from ..reading.report import Doc, Items
from ..records import PackError
from .loading import Loader
from .pack_files import BUNDLED, listed, shown
from .rule import Defaults, Rule, rule_of


class Families:
    """Gathers the rules of one pack. What is wrong with a rule is noted in the loader, and the rule left out."""

    def __init__(self, loader: Loader, plan: Doc | None) -> None:
        self.loader = loader
        self.plan = plan
        self.broken = False         # whether more than single rules is at fault
        first = plan["phases"][0]["id"] if plan else ""
        self.defaults = Defaults(first, loader.written.languages, lambda clause: "")

    def rules(self) -> dict[str, Rule]:
        """The rules by ID; one of the pack's own takes the place of the one taken over."""
        rules = {rule.id: rule for path in self._inherited_files() for rule in self._of(path)}
        rules = {ident: self._inherited(rule) for ident, rule in rules.items()}
        for path in self.loader.listed("families"):
            for rule in self._of(path):
                if rule.id in rules and rules[rule.id].inherited:
                    del rules[rule.id]
                if rule.id in rules or any(rule.name == other.name for other in rules.values()):
                    self._fault(PackError(rule.file, rule.line, "pack.rule-twice", rule=rule.id, name=rule.name))
                else:
                    rules[rule.id] = rule
        if not rules and not self.loader.faults:
            self._fault(PackError("families", 1, "pack.no-rules"), broken=True)
        return rules

    def _fault(self, fault: PackError, broken: bool = False) -> None:
        self.loader.faults.append(fault)
        self.broken |= broken

    def _of(self, path: Path) -> Iterator[Rule]:
        """The rules of one family file that are not at fault."""
        bound, slips = self.loader.bind(path, "rules", self.loader.tree(path, "rules"))
        faulty = {slip.path[1] for slip in slips if slip.path[:1] == ("rules",) and len(slip.path) > 1}
        if bound is None or any(slip.path[:1] != ("rules",) or len(slip.path) < 2 for slip in slips):
            self.broken = True
        entries = bound.get("rules") if isinstance(bound, Doc) else None
        file = shown(path, self.loader.folder)
        for at, one in enumerate(entries if isinstance(entries, Items) else ()):
            place = entries.position(at)
            if place in faulty or not isinstance(one, Doc):
                continue
            try:
                yield rule_of(one, file, entries.src.at[place].line + 1, self.defaults)
            except PackError as fault:
                self._fault(fault)

    def _inherited_files(self) -> Iterator[Path]:
        """The families of the bundled pack that the plan takes over, each once."""
        known = {path.stem: path for path in listed(BUNDLED, "families")}
        for at, name in enumerate(self.plan.get("inherit", ()) if self.plan else ()):
            if name in known:
                yield known.pop(name)
            else:
                assert self.plan is not None
                line = line_in(self.plan.src, "inherit", at)
                self._fault(PackError("plan.yaml", line, "pack.no-family", known=list(known)), broken=True)

    def _inherited(self, rule: Rule) -> Rule:
        """A rule taken over: its reason from practice goes with it, the quotes of the plan do not.

        Its examples stay behind too: they are made of the bundled pack's reports and run there.
        """
        if not rule.practice:
            self._fault(PackError("plan.yaml", 1, "pack.not-inheritable", rule=rule.id))
        return replace(rule, bases=(), examples={"pass": [], "fail": []}, inherited=True)
