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
from .looking import look_of, run_of
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


class RuleSentence:
    """A compiled sentence with its conditions, or the conditions of a check of another kind alone."""

    def __init__(self, texts: SentenceTexts, roots: Sequence[Shape], pack: Pack) -> None:
        """Raises Fault, of which `part` says in which of the texts it stands."""
        from . import meaning  # which needs jinja2

        self.pack = pack
        with _in("over", texts.over):
            self.over = over_of(texts.over) if texts.over is not None else None
        with _in("each", texts.each):
            self.levels = levels_of(roots, texts.each, offered(pack, self.over))
            self.each = path_text(self.levels[-1].steps)
        self.when = []
        for text in texts.when:
            with _in("when", text):
                self.when.append(meaning.condition(text, self.levels[:1], pack))
        with _in("where", texts.where):
            self.where = meaning.condition(texts.where, self.levels, pack) if texts.where is not None else None
        with _in("must", texts.must):
            self.must = meaning.condition(texts.must, self.levels, pack) if texts.must is not None else None
        self.let = {}
        for name, text in (texts.let or {}).items():
            with _in("let", text):
                self.let[name] = meaning.shown(text, self.levels, pack)
        with _in("at", texts.at):
            self.place = self._place(texts.at)
        nodes = (*self.conditions, *self.let.values(), *([self.must] if self.must else ()))
        # what more than the report must answer
        self.later = LaterSentence(self) if self.over is not None or any(map(is_late, nodes)) else None
        self._looked: Callable[[Examined], bool] | None = None
        self._exact: Callable[[Examined, Scope], bool] | None = None
        self._early: Callable[[Examined, Scope], bool] | None = None
        self._facts: Callable[[Examined, Scope], dict[str, Any]] | None = None

    @property
    def types(self) -> dict[str, Type]:
        """What the facts for its message are."""
        return {name: node.type for name, node in self.let.items()}

    def scopes(self, case: Examined) -> list[Scope]:
        """What it is asked of in a report."""
        return case.scopes(self.each) if self.each else [Scope(case.report.doc, ())]

    @property
    def kinds(self) -> frozenset[str]:
        """The kinds of report that may hold what it looks at, and what it can't be told without."""
        wanted = [self.levels[-1].steps]
        if self.over is None and self.must is not None:
            wanted += [(*self.levels[one.level].steps, *one.steps) for one in strict_in(self.must)]
        return frozenset(kind for kind, shape in self.pack.shapes.items()
                         if all(leads([shape], steps) for steps in wanted))

    @property
    def always(self) -> bool:
        """Whether there is neither condition nor demand."""
        return not self.when and self.where is None and self.must is None

    def speaks(self, case: Examined, scope: Scope) -> bool:
        """Whether its conditions are true of a scope and what must be is false. Raises Unassessed."""
        if self._exact is None:
            early = self.later.early if self.later else []
            self._exact = self._asking([one for one in self.conditions if one not in early], self.must)
        return self._exact(case, scope)

    def asks(self, case: Examined, scope: Scope) -> bool:
        """Whether it is asked at all, as far as the report tells by itself; over the batch, as far as is known.

        Raises Unassessed.
        """
        assert self.later is not None
        if self._early is None:
            self._early = self._asking(self.later.early if self.over is None else self.conditions, None)
        return self._early(case, scope)

    def _asking(self, conditions: Sequence[Node], must: Node | None) -> Callable[[Examined, Scope], bool]:
        """A function of a case and a scope: whether some conditions are true and what must be is false."""
        writer = Writer(self.levels, self.pack, exact=True)
        asked = [f"({writer.of(part)}) is True" for part in conditions]
        asked += [f"({writer.of(must)}) is False"] if must else []
        asking: Callable[[Examined, Scope], bool] = _made(writer, [f"    return {' and '.join(asked) or 'True'}"],
                                                          self.levels)
        return asking

    @property
    def conditions(self) -> list[Node]:
        """What must hold for it to be asked at all."""
        return [*self.when, *([self.where] if self.where else ())]

    def facts(self, case: Examined, scope: Scope) -> dict[str, Any]:
        """What its message may show: of an ID what is fit to be printed, of a number none that may be somebody's."""
        if not self.let:
            return {}
        if self._facts is None:
            writer = Writer(self.levels, self.pack, exact=True)
            code = ", ".join(f"{name!r}: {writer.of(node)}" for name, node in self.let.items())
            self._facts = _made(writer, [f"    return {{{code}}}"], self.levels)
        found = self._facts(case, scope)
        return {name: _fit(one, self.let[name].type) for name, one in found.items()}

    def path(self, scope: Scope) -> Route:
        """Where a finding stands."""
        level, steps = self.place
        return (*scope.path[:len(self.levels[level].steps)], *steps)

    def _place(self, text: str | None) -> tuple[int, Route]:
        """The level of a place and the steps to it: as the rule says, or the first field that the sentence reads."""
        inner = len(self.levels) - 1
        if text in OWN:
            return inner, ()
        if text is not None:
            found = shown_place(text, self.levels, self.pack)
            return found.level, _until_wide(found.home)
        reads = [one for one in (parts_of(self.must) if self.must else ()) if isinstance(one, Read)]
        first = min((one for one in reads if one.level == inner and not is_beyond(one)), key=lambda one: one.at,
                    default=None)
        return inner, _until_wide(first.home) if first else ()

    def look(self, case: Examined) -> bool:
        """Whether nothing in a whole report of good form breaks the sentence."""
        if self._looked is None:
            assert self.must is not None
            self._looked = look_of(self, early_part(self.must) or self.must if self.later else self.must)
        return self._looked(case)

    @property
    def quick(self) -> Callable[[Examined], bool] | None:
        """A look that may pass a report over, of a sentence that is asked later too; None where there is none."""
        if self.later is None or (self.must and early_part(self.must)):
            return self.look
        wanted = [path_text((*self.levels[one.level].steps, *one.steps)) for one in strict_in(self.must)] \
            if self.must else []
        return (lambda case: not all([case.nodes[path] for path in wanted])) if wanted else None


class Dated:
    """A part of a sentence that names dates, months, quarters or half-years in the items of a list."""

    def __init__(self, text: str, pack: Pack, forms: Sequence[str], beside: str | None, sample: str) -> None:
        """`beside` is a field of the same items. Raises Fault, also where the values are of none of the forms."""
        from . import meaning

        self.pack, self.levels = pack, levels_of(list(pack.shapes.values()), None)
        node, items, last = meaning.with_items(text, self.levels, pack)
        if node.type.form not in forms or not node.type.many:
            raise Fault("wants", 0, wanted=Type(forms[0], many=True), is_=node.type, sample=sample)
        self.form = node.type.form
        self.home = _until_wide(whole(node, {}).steps)
        self._writer = Writer(self.levels, pack, exact=True)
        self._code = alone(self._writer, node)
        if beside is not None:
            found = fields_of(items.type.shapes, beside) if items else None
            if items is None or found is None:
                raise Fault("unknown-part", 0, name=beside, near=names_in(items.type.shapes) if items else [sample])
            self._code = pairs(self._writer, items, (last,), (found[0],))
        self._values: Callable[[Examined, Scope], Any] | None = None

    def values(self, case: Examined) -> list[tuple[str, Any]]:
        """(date or period, what stands beside it) of each item that has one. Raises Unassessed."""
        if self._values is None:
            self._values = _made(self._writer, [f"    return {self._code}"], self.levels)
        found: list[tuple[str, Any]] = self._values(case, Scope(case.report.doc, ()))
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


def _made(writer: Writer, lines: list[str], levels: Sequence[Level]) -> Callable[[Examined, Scope], Any]:
    """A function of a case and a scope, which first finds the items around that are read."""
    last = len(levels) - 1
    heads = [f"    s{level} = " + ("scope" if level == last else f"around(case, scope, {len(levels[level].steps)})")
             for level in sorted(writer.used)]
    made: Callable[[Examined, Scope], Any] = run_of("def made(case, scope):", [*heads, *lines], writer)
    return made


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
