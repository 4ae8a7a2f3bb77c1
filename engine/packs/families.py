"""The rules of a pack: those of its own family files, and those that it takes over from the pack that comes along."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from ..reading.intake import Map, Seq, line_in
from ..reading.report import Doc, Items
from ..reading.roles import defaults
from ..reading.schema import Binding
from ..recording import replace
from ..records import PackError
from ..text.messages import Some
from .inheriting import Inheritance, families, in_own_words, matches, names_of_others
from .loading import Loader
from .pack_files import BUNDLED, listed, shown
from .plan_text import PlanText
from .rule import Defaults, Rule, rule_of

_WHOLE = {"phases": ("any",), "levels": ("personal", "unit", "batch")}      # what stands for all, in every plan


class Families:
    """Gathers the rules of one pack. What is wrong with a rule is noted in the loader, and the rule left out."""

    def __init__(self, loader: Loader, plan: Doc | None, text: PlanText | None,
                 own: Callable[[str], str] = str) -> None:
        """`own` puts what rules that are taken over say in the words of this pack."""
        self.own = own
        self.loader = loader
        self.plan = plan
        self.broken = False         # whether more than single rules is at fault
        self.entries = [Inheritance.of(one) for one in plan.get("inherit", ())] if plan else []
        self.by: dict[str, int] = {}                        # rule taken over -> its entry
        self.bare: dict[int, list[str]] = {}                # entry -> rules that rest on the other plan alone
        self.lost: dict[tuple[int, str], dict[str, list[str]]] = {}   # entry, what -> name not in this plan -> rules
        self.misnamed: set[tuple[int, str]] = set()         # entry, what -> a name in its map is none
        first = plan["phases"][0]["id"] if plan else ""
        form = {**defaults(), **(plan.get("form") or {} if plan else {})}
        self.defaults = Defaults(first, loader.written.languages, text.words_of if text else lambda clause: "",
                                 loader.clause, form["filed"])

    def rules(self) -> dict[str, Rule]:
        """The rules by ID; one of the pack's own takes the place of the one taken over."""
        rules = self._inherited()
        for path in self.loader.listed("families"):
            for rule in self._of(path):
                if rule.id in rules and rules[rule.id].inherited:
                    del rules[rule.id]
                same = next((other for other in rules.values() if other.name == rule.name), None)
                if same is not None and same.inherited:     # the pack's own has the name, the other goes by its ID
                    rules[same.id], same = replace(same, name=same.id.lower()), None
                if rule.id in rules or same is not None:
                    self._fault(PackError(rule.file, rule.line, "pack.rule-twice", rule=rule.id, name=rule.name))
                else:
                    rules[rule.id] = rule
        self._hold_inherited(rules)
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
        if not isinstance(entries, Items):
            return
        for at, one in enumerate(entries):
            place = entries.position(at)
            if place in faulty or not isinstance(one, Doc):
                continue
            try:
                rule = rule_of(one, file, entries.src.at[place].line + 1, self.defaults)
                yield replace(rule, raw=(self.loader.typed[file], self.loader.trees[file], ("rules", place)))
            except PackError as fault:
                self._fault(fault)

    def _inherited(self) -> dict[str, Rule]:
        """The rules that the plan takes over, each by the first entry that asks for it."""
        known = listed(BUNDLED, "families")
        shape = self.loader.shapes.load("rules").fields["rules"][1].item
        taken: dict[str, Rule] = {}
        there: list[str] = []
        for path in families(self.entries, known):
            tree = self.loader.tree(path, "rules")
            if tree is None:
                continue
            for one in items_of(tree, "rules"):
                there.append(str(one.entries["id"]))
                at = next((at for at, entry in enumerate(self.entries) if entry.takes(str(one.entries["id"]))), None)
                if at is not None:
                    own = in_own_words(self.entries[at].rewritten(one), self.own)
                    bound = shape.bind(own, Binding(frozenset()), None, one.mark, None)
                    self._take(bound, one, at, taken)
        for at, entry in enumerate(self.entries):
            self._hold_names(at, entry)
            for key, name, steps in entry.idle(there):
                self._wrong(at, key, *steps, name=name, rules=Some(list(entry.rules)))
            first = next((pattern for pattern in entry.rules if not any(
                matches(pattern, ident) and self.by[ident] == at for ident in self.by)), None)
            if first is not None:
                self._wrong(at, "no-family", name=first, known=[path.stem for path in known])
                self.broken = True
        return taken

    def _hold_names(self, at: int, entry: Inheritance) -> None:
        """Say which names in an entry's maps are none: left stand those of the plan that comes along, right its own."""
        for what, given in (("phases", entry.phases), ("levels", entry.levels)):
            own = self.loader.written.names[what]
            for name, known in _misnamed(what, given, own):
                self.misnamed.add((at, what))       # of the same nothing is said to be missing in the map
                self._wrong(at, f"no-{what}", what, name=name, known=known, own=next(iter(own), name),
                            other=next(iter(names_of_others(what).values())))
                self.broken = True

    def _take(self, bound: Doc, one: Map, at: int, taken: dict[str, Rule]) -> None:
        """Note a rule that an entry takes over.

        Its reason from practice goes with it, the clauses of the other plan do not. Its examples stay behind too: they
        are made of the bundled pack's reports and run there.
        """
        ident = bound["id"]
        self.by[ident] = at
        names = self.loader.written.names
        own = {what: {*whole, *names[what].values()} for what, whole in _WHOLE.items()}
        bound["who"] = [who for who in bound["who"] if who in own["levels"]]
        if isinstance(bound["level"], dict):
            bound["level"] = {who: level for who, level in bound["level"].items() if who in own["levels"]}
        lost = [("phases", phase) for phase in sorted({bound["from"], bound.get("until", "any")} - own["phases"])]
        if not bound["who"] or not bound["level"]:
            lost += [("levels", name) for name in texts_at(one, "who") if name not in own["levels"]]
        if lost:
            for what, name in lost:
                self.lost.setdefault((at, what), {}).setdefault(name, []).append(ident)
        elif "basis" not in bound:
            self.bare.setdefault(at, []).append(ident)
        else:
            try:
                rule = rule_of(bound, "plan.yaml", self._line(at), self.defaults)
                taken[ident] = replace(rule, examples={"pass": [], "fail": []}, inherited=True)
            except PackError as fault:      # a clause without words, at the entry that gives it
                self._fault(PackError("plan.yaml", self._line(at), fault.key, **fault.facts))

    def _hold_inherited(self, rules: dict[str, Rule]) -> None:
        """Say which rules can't be taken over as they are; one of the pack's own in its place will do."""
        for (at, names), lost in sorted(self.lost.items()):
            for name, idents in lost.items() if (at, names) not in self.misnamed else ():
                left = [ident for ident in idents if ident not in rules]
                if left:
                    own = [*self.loader.written.names[names]]
                    self._wrong(at, f"unmapped-{names}", name=name, rules=Some(left), own=own[:1] or [name])
        for at, idents in sorted(self.bare.items()):
            left = [ident for ident in idents if ident not in rules]
            if left:
                self._wrong(at, "not-inheritable", rules=Some(left), first=left[0], clause=self.defaults.clause)

    def _wrong(self, at: int, key: str, *steps: str, **facts: object) -> None:
        """Note what is wrong with an entry of `inherit`, at a place in it."""
        self._fault(PackError("plan.yaml", self._line(at, *steps), f"pack.{key}", **facts))

    def _line(self, at: int, *steps: str) -> int:
        """The line of an entry of `inherit`, or of a place in it."""
        assert self.plan is not None
        return line_in(self.plan.src, "inherit", at, *steps)


def _misnamed(what: str, given: dict[str, tuple[str, ...]], own: dict[str, str]) -> Iterator[tuple[str, list[str]]]:
    """Each name in a map that is none on its side, and the names that there are on it."""
    others = names_of_others(what)
    yield from ((name, list(others)) for name in given if name not in others.values())
    right = {*own.values(), *_WHOLE[what]}
    yield from ((name, list(own)) for row in given.values() for name in row if name not in right)


def items_of(tree: Map, key: str) -> list[Map]:
    """The maps in a list of a file as typed."""
    found = tree.entries.get(key)
    return [one for one in found.items if isinstance(one, Map)] if isinstance(found, Seq) else []


def texts_at(one: Map, key: str) -> list[str]:
    """The texts in a list of a map as typed."""
    found = one.entries.get(key)
    return [text for text in found.items if isinstance(text, str)] if isinstance(found, Seq) else []
