"""A sentence that more than its report must answer: what a report leaves behind for it, and what is then asked."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from ..packs.pack import KINDS
from ..reading.paths import EACH, ITEM, Scope
from .beyond import EARLIER, OVERS, RECEIVED, REPORTS_BESIDE, ROSTER, TODAY, Beyond
from .leaving import Tree, leaver, made_of, of_values, path_text, tree_of
from .reads import Examined, Left, Unassessed, around, one, values

if TYPE_CHECKING:
    from ..reading.report import Doc
    from ..records import Route
    from .nodes import Node, Read
    from .sentence import RuleSentence
    from .types import Steps
    from .understanding import Understood

EARLIER_PHASE = (EARLIER, "phase")      # which is known of each file


def _leads_out(steps: Steps) -> bool:
    return bool(steps) and isinstance(steps[0], Beyond)


class LaterSentence:
    """What a sentence takes of a report, and what must stand beside the report then."""

    def __init__(self, sentence: RuleSentence, understood: Understood) -> None:
        from .nodes import Filled
        from .reaching import finds_names, needs_roster, parts_of, places_in
        from .types import ID

        self.sentence, self.over, self.has_early = sentence, sentence.over, bool(understood.early)
        nodes: list[Node] = [*(one for one in understood.conditions if one not in understood.early),
                             *understood.let.values(), *([understood.must] if understood.must else ())]
        self.names = any(map(finds_names, nodes))
        self.needs_roster = any(map(needs_roster, nodes))
        reads = [read for node in nodes for read in places_in(node)]
        # of the report's own places the level and the steps from there
        self.near = [(read.level, read.steps) for read in reads if not _leads_out(self._steps(read))]
        steps = [*map(self._steps, reads), sentence.steps[-1]]      # also of what it is asked
        self.far = list(dict.fromkeys(filter(_leads_out, steps)))      # in the order in which they are told
        self.asks_roster = any(steps[0] == ROSTER for steps in self.far)
        self.of_roster = tuple(dict.fromkeys(steps[1] for steps in self.far if steps[0] == ROSTER and len(steps) > 1))
        self.asks_today = (TODAY,) in self.far
        # over the batch whether a part of it is not enough; what stands in an earlier report is asked if there is one
        beside = [steps for steps in self.far if steps[0] in REPORTS_BESIDE]
        self.of_batch = understood.of_batch
        self.kinds = frozenset(kind for kind in KINDS if kind in OVERS[self.over or "reports"] or any(
            steps[0] != EARLIER and REPORTS_BESIDE[Beyond(steps[0])][1] in (None, kind) for steps in beside))
        self.counts_received = RECEIVED in self.far
        self.needs_all = self.counts_received or any(steps[0] != EARLIER or len(steps) == 1 for steps in beside)
        # What is read of the item itself is left with it, but over the batch, where it may stand in another report.
        last = len(sentence.steps) - 1 if not self.of_batch else 0
        self._item = leaver([tree_of(steps for level, steps in self.near if level == last)]) if last else None
        own = [self._steps(read) for read in reads if read.level != last] if last else steps
        places = {kind: self._places(kind, [one for one in own if not _leads_out(one)]) for kind in KINDS}
        self.trees = {kind: tree_of(listed) for kind, listed in places.items()}
        self._leavers = {kind: leaver([tree]) for kind, tree in self.trees.items()}
        # Where a sentence over the batch reads but one list of IDs of each report, whatever holds them, they go alone.
        parts = [part for node in nodes for part in parts_of(node)]
        alone = self.of_batch and (not sentence.steps[-1] or _leads_out(sentence.steps[-1])) \
            and all(one.type.form == ID for one in reads if self._steps(one) != EARLIER_PHASE) \
            and not any(isinstance(part, Filled) for part in parts)
        self.alone = {kind: listed[0] for kind, listed in places.items() if alone and len({*listed}) == 1}

    def _steps(self, read: Read) -> Steps:
        """The steps to a place from the report."""
        return (*self.sentence.steps[read.level], *read.steps)

    def _places(self, kind: str, own: list[Steps]) -> list[Steps]:
        """What a report of a kind leaves behind: of itself, and as one that stands beside others."""
        roles = self.sentence.pack.roles
        found = list(own) if self.over is None or kind in OVERS[self.over] else []
        for steps in self.far:
            away, other = REPORTS_BESIDE.get(Beyond(steps[0]), (0, None))
            if away and other in (None, kind) and steps != EARLIER_PHASE:
                found.append(steps[away:])
        if self.names:
            found += [(roles.identity["unit"][0], roles.unit_name), (roles.identity["personal"][0], roles.person_name)]
        return [steps for steps in found if steps]

    def items(self, case: Examined) -> list[tuple[Route, Any]]:
        """Of what it is asked, with what that leaves: where the report by itself is so, and all needed can be read."""
        found, leave = self.sentence.scopes(case), self._item
        if self.has_early or case.slips:        # else all can be read
            found = [scope for scope in found if self._is_asked(case, scope)]
        return [(scope.path, leave(scope.node) if leave else None) for scope in found]

    def _is_asked(self, case: Examined, scope: Scope) -> bool:
        levels = self.sentence.steps
        try:
            if not self.sentence.asks(case, scope):
                return False
            for level, steps in self.near:
                home = scope if level == len(levels) - 1 else around(case, scope, len(levels[level]))
                if ITEM in steps or EACH in steps:
                    values(case, [home], steps)
                else:
                    one(case, home, steps)
        except Unassessed:
            return False
        return True

    def is_readable(self, case: Examined, tree: Tree | None = None, home: Steps = ()) -> bool:
        """Whether all that it may need of a report can be read; if not, the case is told."""
        tree = self.trees[case.report.kind or KINDS[0]] if tree is None else tree
        try:
            for step, below in tree.items():
                if below:
                    if not self.is_readable(case, below, (*home, step)):
                        return False
                else:
                    values(case, [Scope(case.report.doc, ())], (*home, step))
        except Unassessed:
            return False
        return True

    def left(self, case: Left) -> Any:
        """What a report leaves behind: plain data of JSON, just what is read of it."""
        if case.report.kind in self.alone:
            return case.values(path_text(self.alone[case.report.kind]))
        return self._leavers[case.report.kind or KINDS[0]](case.report.doc)

    def made(self, left: Any, kind: str | None) -> Doc:
        """The report again of what it left behind."""
        made: Doc = made_of(of_values(self.alone[kind or KINDS[0]], left) if type(left) is list else left)
        return made
