"""A sentence of a rule, ready to run: compiled once, from its texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from ..reading.paths import Scope
from ..reading.report import printable_id
from ..recording import dataclass
from ..text.wording import mask_numbers
from .later import LaterSentence
from .types import CHOICE, COUNT, ID, Type

if TYPE_CHECKING:
    from ..packs.pack import Pack
    from ..reading.schema import Shape
    from ..records import Route
    from .program import Program
    from .reads import Examined
    from .understanding import Understood


@dataclass(frozen=True, slots=True)
class SentenceTexts:
    """One sentence as its rule has it: of which items, under which conditions, and what must be."""

    must: str | None                # None: of a check of another kind, which only has conditions
    each: str | None = None
    when: tuple[str, ...] = ()      # of the report
    where: str | None = None        # of the item
    at: str | None = None
    let: Mapping[str, str] | None = None
    over: str | None = None         # of a rule over the batch: what it is about
    mixed: bool = False             # the rule has checks that are not over people or units
    inherited: bool = False         # the rule is another plan's


class RuleSentence:
    """A compiled sentence with its conditions, or the conditions of a check of another kind alone.

    Its functions are written when they are first wanted. Where it is kept for another run all of them go with it, and
    what its texts mean does not.
    """

    def __init__(self, texts: SentenceTexts, roots: Sequence[Shape], pack: Pack) -> None:
        """Raises Fault, of which `part` says in which of the texts it stands."""
        from . import understanding  # which a pack that is ready needs not

        self.pack = pack
        understood = understanding.understand(texts, roots, pack)
        self._understood: Understood | None = understood
        self.over = understood.over
        self.place = understood.place
        self.steps = [level.steps for level in understood.levels]       # to the report, and to each item around
        self.of_texts, self.of_texts_alone = understood.of_texts, understood.of_texts_alone
        self.each = understanding.path_text(self.steps[-1])
        self.types = {name: node.type for name, node in understood.let.items()}     # of the facts for its message
        self.always = understood.must is None and not understood.conditions     # there is neither condition nor demand
        self._needed = [understanding.path_text(steps) for steps in understood.strict]
        self._looks = understood.look is not None
        # what more than the report must answer
        self.later = LaterSentence(self, understood) if understood.later else None
        # the kinds of reports that may hold what it looks at, and can't be told without
        self.kinds = self.later.kinds if self.later and self.later.of_batch else understood.kinds(pack)
        self._programs: dict[str, Program] = {}
        self._look: Callable[[Examined], bool] | None = None
        self._exact: Callable[[Examined, Scope], bool] | None = None
        self._early: Callable[[Examined, Scope], bool] | None = None
        self._facts: Callable[[Examined, Scope], dict[str, Any]] | None = None

    @property
    def understood(self) -> Understood:
        """What its texts mean; of one that was kept nobody asks."""
        assert self._understood is not None
        return self._understood

    def __getstate__(self) -> dict[str, Any]:
        for name in ("exact", *(["early"] if self.later else ()), *(["facts"] if self.types else ()),
                     *(["look"] if self._looks else ())):
            self._program(name)
        return self.__dict__ | dict.fromkeys(("_understood", "_look", "_exact", "_early", "_facts"))

    def scopes(self, case: Examined) -> list[Scope]:
        """What it is asked of in a report."""
        return case.scopes(self.each) if self.each else [Scope(case.report.doc, ())]

    def _program(self, name: str) -> Program:
        """One of its functions: `exact`, `early` and `facts` of a case and a scope, `look` of a case."""
        if name not in self._programs:
            self._programs[name] = self.understood.program(name, self.pack)
        return self._programs[name]

    def speaks(self, case: Examined, scope: Scope) -> bool:
        """Whether its conditions are true of a scope and what must be is false. Raises Unassessed."""
        if self._exact is None:
            self._exact = self._program("exact").made()
        return self._exact(case, scope)

    def asks(self, case: Examined, scope: Scope) -> bool:
        """Whether it is asked at all, as far as the report tells by itself; over the batch, as far as is known.

        Raises Unassessed.
        """
        if self._early is None:
            self._early = self._program("early").made()
        return self._early(case, scope)

    def facts(self, case: Examined, scope: Scope) -> dict[str, Any]:
        """What its message may show: of an ID what is fit to be printed, of a number none that may be somebody's."""
        if not self.types:
            return {}
        if self._facts is None:
            self._facts = self._program("facts").made()
        return {name: _fit(one, self.types[name], self.pack) for name, one in self._facts(case, scope).items()}

    def path(self, scope: Scope) -> Route:
        """Where a finding stands."""
        level, steps = self.place
        above = scope.path if level == len(self.steps) - 1 else scope.path[:len(self.steps[level])]
        return (*above, *steps)

    def look(self, case: Examined) -> bool:
        """Whether nothing in a whole report of good form breaks the sentence."""
        if self._look is None:
            self._look = self._program("look").made()
        return self._look(case)

    @property
    def quick(self) -> Callable[[Examined], bool] | None:
        """A look that may pass a report over, of a sentence that is asked later too; None where there is none."""
        return self.look if self._looks else self.lacks if self.later and self._needed else None

    def lacks(self, case: Examined) -> bool:
        """Whether a report has not all that the sentence can't be told without."""
        return not all([case.nodes[path] for path in self._needed])


class Dated:
    """A part of a sentence that names dates, months, quarters or half-years in the items of a list."""

    def __init__(self, text: str, pack: Pack, forms: Sequence[str], beside: str | None,
                 sample: dict[str, str]) -> None:
        """`beside` is a field of the same items. Raises Fault, also where the values are of none of the forms."""
        from . import understanding

        self.form, self.home, self._program = understanding.dated(text, pack, forms, beside, sample)

    def values(self, case: Examined) -> list[tuple[str, Any]]:
        """(date or period, what stands beside it) of each item that has one. Raises Unassessed."""
        found: list[tuple[str, Any]] = self._program.made()(case, Scope(case.report.doc, ()))
        return [pair for pair in found if pair[0] is not None]


class Day:
    """A part of a sentence that is one date of the plan or of the report."""

    def __init__(self, text: str, pack: Pack, part: str) -> None:
        """Raises Fault, which knows that `part` is the option with the text."""
        from . import understanding

        self._program = understanding.day(text, pack, part)

    def of(self, case: Examined) -> str | None:
        """The date, if it is there. Raises Unassessed."""
        found: str | None = self._program.made()(case, Scope(case.report.doc, ()))
        return found


def _fit(fact: Any, typed: Type, pack: Pack) -> Any:
    if isinstance(fact, list):
        return [_fit(one, typed.one, pack) for one in fact]
    if typed.form == ID:
        return printable_id(fact)
    if typed.form == CHOICE and fact is not None:       # as people know it, in each language
        if pack.phases.keys() >= {*typed.values.values()}:
            return pack.phases[fact].name
        titles = [written for written, one in typed.values.items() if one == fact != written]
        return {"zh": titles[0] if titles else fact, "en": fact}
    return mask_numbers(str(fact)) if typed.form == COUNT and fact is not None and abs(fact) >= 10 ** 10 else fact
