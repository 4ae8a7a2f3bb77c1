"""A sentence of a rule, ready to run: compiled once, from its texts."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from itertools import takewhile
from typing import Any

from ..packs.pack import Pack
from ..reading.paths import Scope
from ..reading.report import printable_id
from ..reading.schema import Shape
from ..recording import dataclass
from ..records import Route
from ..text.regex import regex
from ..text.wording import mask_numbers
from .beyond import offered, over_of
from .emit import Writer, alone, pairs, path_text
from .functions import either
from .later import LaterSentence
from .looking import look_of
from .program import Program
from .reaching import early_part, is_beyond, is_late, parts_of, strict_in, whole
from .reads import Examined
from .scopes import Level, leads, levels_of
from .types import CHOICE, COUNT, ID, Fault, Node, Read, Steps, Type, fields_of, names_in

_WRITTEN = regex(r"'[^']{0,20}'?|\w+(\.\w+)*")
OWN = either("item")       # as `at`: the item that is looked at itself


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


@dataclass(frozen=True, slots=True)
class Understood:
    """What the texts of a sentence mean: of this its functions are written."""

    levels: list[Level]
    when: list[Node]
    where: Node | None
    must: Node | None
    let: dict[str, Node]
    over: str | None

    @property
    def later(self) -> bool:
        """Whether more than the report must answer."""
        nodes = (*self.conditions, *self.let.values(), *([self.must] if self.must else ()))
        return self.over is not None or any(map(is_late, nodes))

    @property
    def early(self) -> list[Node]:
        """Of a sentence that is asked later, the conditions that the report alone can tell."""
        return [one for one in self.conditions if not is_late(one)] if self.later and self.over is None else []

    @property
    def conditions(self) -> list[Node]:
        """What must hold for it to be asked at all."""
        return [*self.when, *([self.where] if self.where else ())]


class RuleSentence:
    """A compiled sentence with its conditions, or the conditions of a check of another kind alone.

    Its functions are written when they are first wanted. Where it is kept for another run all of them go with it, and
    what its texts mean does not.
    """

    def __init__(self, texts: SentenceTexts, roots: Sequence[Shape], pack: Pack) -> None:
        """Raises Fault, of which `part` says in which of the texts it stands."""
        self.pack = pack
        with _in("over", texts.over):
            self.over = over_of(texts.over) if texts.over is not None else None
        with _in("each", texts.each):
            levels = levels_of(roots, texts.each, offered(pack, self.over))
            self.each = path_text(levels[-1].steps)
        understood = self._understood = _understood(texts, levels, self.over, pack)
        must = understood.must
        with _in("at", texts.at):
            self.place = _place(texts.at, levels, must, pack)
        self.steps = [level.steps for level in levels]          # to the report, and to each item around
        self.types = {name: node.type for name, node in understood.let.items()}     # of the facts for its message
        self.always = must is None and not understood.conditions        # there is neither condition nor demand
        self._strict = [(*levels[one.level].steps, *one.steps) for one in (strict_in(must) if must else ())]
        self.kinds = self._kinds(levels)
        # what more than the report must answer
        self.later = LaterSentence(self, understood) if understood.later else None
        self._looks = must is not None and (self.later is None or early_part(must) is not None)
        self._programs: dict[str, Program] = {}
        self._look: Callable[[Examined], bool] | None = None
        self._exact: Callable[[Examined, Scope], bool] | None = None
        self._early: Callable[[Examined, Scope], bool] | None = None
        self._facts: Callable[[Examined, Scope], dict[str, Any]] | None = None

    def __getstate__(self) -> dict[str, Any]:
        for name in ("exact", *(["early"] if self.later else ()), *(["facts"] if self.types else ()),
                     *(["look"] if self._looks else ())):
            self._program(name)
        return self.__dict__ | dict.fromkeys(("_understood", "_look", "_exact", "_early", "_facts"))

    def _kinds(self, levels: Sequence[Level]) -> frozenset[str]:
        """The kinds of report that may hold what it looks at, and what it can't be told without."""
        wanted = [levels[-1].steps, *(self._strict if self.over is None else ())]
        return frozenset(kind for kind, shape in self.pack.shapes.items()
                         if all(leads([shape], steps) for steps in wanted))

    def scopes(self, case: Examined) -> list[Scope]:
        """What it is asked of in a report."""
        return case.scopes(self.each) if self.each else [Scope(case.report.doc, ())]

    def _program(self, name: str) -> Program:
        """One of its functions: `exact`, `early` and `facts` of a case and a scope, `look` of a case."""
        if name not in self._programs:
            assert self._understood is not None
            self._programs[name] = _written(name, self._understood, self.pack)
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
        return {name: _fit(one, self.types[name]) for name, one in self._facts(case, scope).items()}

    def path(self, scope: Scope) -> Route:
        """Where a finding stands."""
        level, steps = self.place
        return (*scope.path[:len(self.steps[level])], *steps)

    def look(self, case: Examined) -> bool:
        """Whether nothing in a whole report of good form breaks the sentence."""
        if self._look is None:
            self._look = self._program("look").made()
        return self._look(case)

    @property
    def quick(self) -> Callable[[Examined], bool] | None:
        """A look that may pass a report over, of a sentence that is asked later too; None where there is none."""
        return self.look if self._looks else self._lacks if self.later and self._strict else None

    def _lacks(self, case: Examined) -> bool:
        """Whether a report has not all that the sentence can't be told without."""
        return not all([case.nodes[path_text(steps)] for steps in self._strict])


def _understood(texts: SentenceTexts, levels: list[Level], over: str | None, pack: Pack) -> Understood:
    """What the texts mean. Raises Fault, of which `part` says in which of them it stands."""
    from . import meaning  # which needs jinja2

    when, let = [], {}
    for text in texts.when:
        with _in("when", text):
            when.append(meaning.condition(text, levels[:1], pack))
    with _in("where", texts.where):
        where = meaning.condition(texts.where, levels, pack) if texts.where is not None else None
    with _in("must", texts.must):
        must = meaning.condition(texts.must, levels, pack) if texts.must is not None else None
    for name, text in (texts.let or {}).items():
        with _in("let", text):
            let[name] = meaning.shown(text, levels, pack)
    return Understood(levels, when, where, must, let, over)


def _place(text: str | None, levels: Sequence[Level], must: Node | None, pack: Pack) -> tuple[int, Route]:
    """The level of a place and the steps to it: as the rule says, or the first field that the sentence reads."""
    inner = len(levels) - 1
    if text in OWN:
        return inner, ()
    if text is not None:
        found = shown_place(text, levels, pack)
        return found.level, _until_wide(found.home)
    reads = [one for one in (parts_of(must) if must else ()) if isinstance(one, Read)]
    first = min((one for one in reads if one.level == inner and not is_beyond(one)), key=lambda one: one.at,
                default=None)
    return inner, _until_wide(first.home) if first else ()


def _written(name: str, understood: Understood, pack: Pack) -> Program:
    """One of the functions of a sentence."""
    levels, must = understood.levels, understood.must
    if name == "look":
        assert must is not None
        told = (early_part(must) if understood.later else None) or must     # what the report alone can tell
        return look_of(levels, understood.when, understood.where, told, pack)
    writer = Writer(levels, pack, exact=True)
    if name == "facts":
        code = ", ".join(f"{fact!r}: {writer.of(node)}" for fact, node in understood.let.items())
        return _program(writer, f"{{{code}}}", levels)
    conditions = [one for one in understood.conditions if one not in understood.early]
    if name == "early":
        conditions = understood.early if understood.over is None else understood.conditions
    asked = [f"({writer.of(part)}) is True" for part in conditions]
    asked += [f"({writer.of(must)}) is False"] if must and name == "exact" else []
    return _program(writer, " and ".join(asked) or "True", levels)


class Dated:
    """A part of a sentence that names dates, months, quarters or half-years in the items of a list."""

    def __init__(self, text: str, pack: Pack, forms: Sequence[str], beside: str | None, sample: str) -> None:
        """`beside` is a field of the same items. Raises Fault, also where the values are of none of the forms."""
        from . import meaning

        levels = levels_of(list(pack.shapes.values()), None)
        node, items, last = meaning.with_items(text, levels, pack)
        if node.type.form not in forms or not node.type.many:
            raise Fault("wants", 0, wanted=Type(forms[0], many=True), is_=node.type, sample=sample)
        self.form = node.type.form
        self.home = _until_wide(whole(node, {}).steps)
        writer = Writer(levels, pack, exact=True)
        code = alone(writer, node)
        if beside is not None:
            found = fields_of(items.type.shapes, beside) if items else None
            if items is None or found is None:
                raise Fault("unknown-part", 0, name=beside, near=names_in(items.type.shapes) if items else [sample])
            code = pairs(writer, items, (last,), (found[0],))
        self._program = _program(writer, code, levels)

    def values(self, case: Examined) -> list[tuple[str, Any]]:
        """(date or period, what stands beside it) of each item that has one. Raises Unassessed."""
        found: list[tuple[str, Any]] = self._program.made()(case, Scope(case.report.doc, ()))
        return [pair for pair in found if pair[0] is not None]


def _until_wide(steps: Steps) -> Route:
    """The steps to a field, as far as there is one of it."""
    return tuple(takewhile(lambda step: step.__class__ is str, steps))


def shown_place(text: str, levels: Sequence[Level], pack: Pack) -> Read:
    """The field that `at` names. Raises Fault where it is none."""
    from . import meaning

    found = meaning.understood(text, levels, pack)
    if not isinstance(found, Read) or found.level < 0:
        raise Fault("no-place", 0)
    return found


def _fit(fact: Any, typed: Type) -> Any:
    if isinstance(fact, list):
        return [_fit(one, typed.one) for one in fact]
    if typed.form == ID:
        return printable_id(fact)
    if typed.form == CHOICE and fact is not None:       # as people know it, in each language
        titles = [written for written, one in typed.values.items() if one == fact != written]
        return {"zh": titles[0] if titles else fact, "en": fact}
    return mask_numbers(str(fact)) if typed.form == COUNT and fact is not None and abs(fact) >= 10 ** 10 else fact


def _program(writer: Writer, code: str, levels: Sequence[Level]) -> Program:
    """A function of a case and a scope that gives an expression; first it finds the items around that are read."""
    last = len(levels) - 1
    heads = [f"    s{level} = " + ("scope" if level == last else f"around(case, scope, {len(levels[level].steps)})")
             for level in sorted(writer.used)]
    return writer.program("def made(case, scope):", [*heads, f"    return {code}"])


@contextmanager
def _in(part: str, text: str | None) -> Iterator[None]:
    """A fault in one of the texts knows in which, and what is written at its place."""
    try:
        yield
    except Fault as fault:
        fault.part = part
        found = _WRITTEN.match(text or "", fault.at)
        fault.facts["here"] = found[0] if found else (text or "")[fault.at:fault.at + 20]
        raise
