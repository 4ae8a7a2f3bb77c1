"""What the texts of a sentence mean, all together, and the functions that are written of it."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from itertools import takewhile

from ..packs.pack import Pack
from ..reading.schema import Shape
from ..recording import dataclass
from ..records import Route
from ..text.dates import parse_date
from ..text.regex import regex
from . import meaning
from .beyond import OF_PEOPLE, OVERS, REPORTS_BESIDE, Beyond, offered, over_of
from .emit import Writer, alone, pairs
from .functions import either
from .leaving import path_text
from .looking import look_of
from .nodes import Call, Const, Node, Read
from .program import Program
from .reaching import early_part, is_beyond, is_late, parts_of, reads_in, strict_in, whole
from .reads import TEXTS
from .scopes import Level, away, leads, levels_of
from .sentence import SentenceTexts
from .types import DATE, Fault, Steps, Type, fields_of, names_in

__all__ = ["Understood", "dated", "path_text", "shown_place", "understand"]

_WRITTEN = regex(r"'[^']{0,20}'?|\w+(\.\w+)*")
OWN = either("item")       # as `at`: the item that is looked at itself


@dataclass(frozen=True, slots=True)
class Understood:
    """What the texts of a sentence mean: of this its functions are written."""

    levels: list[Level]
    when: list[Node]
    where: Node | None
    must: Node | None
    let: dict[str, Node]
    over: str | None
    place: tuple[int, Route]        # where a finding stands: the level, and the steps from there
    mixed: bool

    @property
    def conditions(self) -> list[Node]:
        """What must hold for it to be asked at all."""
        return [*self.when, *([self.where] if self.where else ())]

    @property
    def nodes(self) -> list[Node]:
        """What each of its texts means."""
        return [*self.conditions, *self.let.values(), *([self.must] if self.must else ())]

    @property
    def later(self) -> bool:
        """Whether more than the report must answer."""
        return self.over is not None or any(map(is_late, self.nodes))

    @property
    def of_texts(self) -> bool:
        """Whether it is asked of every text of the report, whatever field holds it."""
        return self.levels[-1].steps == (TEXTS,)

    @property
    def of_texts_alone(self) -> bool:
        """Whether it also reads nothing else."""
        return self.of_texts and all(read.level for node in self.nodes for read in reads_in(node))

    @property
    def of_batch(self) -> bool:
        """Whether other reports must stand beside the one that is asked."""
        read = [self.levels[-1].steps, *((*self.levels[one.level].steps, *one.steps) for node in self.nodes
                                         for one in reads_in(node) if one.level >= 0)]
        beside = (*((one,) for one in REPORTS_BESIDE), *(OF_PEOPLE if self.over == "units" else ()))
        return self.over is not None and (self.mixed or self.over == "reports" or any(
            steps[:len(one)] == one for one in beside for steps in read))

    @property
    def early(self) -> list[Node]:
        """Of a sentence that is asked later, the conditions that the report alone can tell."""
        return [one for one in self.conditions if not is_late(one)] if self.later and not self.of_batch else []

    @property
    def look(self) -> Node | None:
        """What of what must be a look over the report can tell; None where it can't tell anything."""
        return early_part(self.must) if self.must and self.later else self.must

    @property
    def strict(self) -> list[Steps]:
        """The places of the report without which what must be can't be told."""
        places = [(*self.levels[one.level].steps, *one.steps) for one in (strict_in(self.must) if self.must else ())]
        return [steps for steps in places if not (steps and isinstance(steps[0], Beyond))]

    @property
    def calls(self) -> list[Call]:
        """Every function that it calls."""
        return [part for one in self.nodes for part in parts_of(one) if isinstance(part, Call)]

    @property
    def quotes(self) -> bool:
        """Whether it asks for the behaviours of the themes."""
        return any(call.name == "from_plan" for call in self.calls)

    def kinds(self, pack: Pack) -> frozenset[str]:
        """The kinds of report that may hold what it looks at, and what it can't be told without."""
        wanted = [*([] if self.of_texts else [self.levels[-1].steps]), *self.strict]
        return frozenset(kind for kind, shape in pack.shapes.items() if all(leads([shape], steps) for steps in wanted)
                         and (self.over is None or kind in OVERS[self.over]))

    def program(self, name: str, pack: Pack) -> Program:
        """One of its functions: `exact`, `early` and `facts` of a case and a scope, `look` of a case."""
        levels, must = self.levels, self.must
        if name == "look":
            assert self.look is not None
            return look_of(levels, self.when, self.where, self.look, pack)
        writer = Writer(levels, pack, exact=True)
        if name == "facts":
            code = ", ".join(f"{fact!r}: {writer.of(node)}" for fact, node in self.let.items())
            return _program(writer, f"{{{code}}}", levels)
        early = self.early
        conditions = [one for one in self.conditions if one not in early]
        if name == "early":
            conditions = self.conditions if self.of_batch else early
        asked = [f"({writer.of(part)}) is True" for part in conditions]
        asked += [f"({writer.of(must)}) is False"] if must and name == "exact" else []
        return _program(writer, " and ".join(asked) or "True", levels)


def understand(texts: SentenceTexts, roots: Sequence[Shape], pack: Pack) -> Understood:
    """What the texts mean. Raises Fault, of which `part` says in which of them it stands."""
    with _in("over", texts.over):
        over = over_of(texts.over) if texts.over is not None else None
    with _in("each", texts.each):
        try:
            levels = levels_of(roots, texts.each, offered(pack, over))
        except Fault as fault:
            part = str(fault.facts.get("part", ""))
            kind = away(part, roots, pack.shapes)
            title = pack.shapes[kind].titles.get(part, part) if kind else part
            raise meaning.other_kind({"zh": title, "en": part}, fault.at, kind) if kind else fault from None
    when, let = [], {}
    for text in texts.when:
        with _in("when", text):
            when.append(meaning.condition(text, levels[:1], pack, texts.inherited))
    with _in("where", texts.where):
        where = meaning.condition(texts.where, levels, pack, texts.inherited) if texts.where is not None else None
    with _in("must", texts.must):
        must = meaning.condition(texts.must, levels, pack, texts.inherited) if texts.must is not None else None
    for name, text in (texts.let or {}).items():
        with _in("let", text):
            let[name] = meaning.shown(text, levels, pack)
    with _in("at", texts.at):
        place = _place(texts.at, levels, must, pack)
    return Understood(levels, when, where, must, let, over, place, texts.mixed)


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


def dated(text: str, pack: Pack, forms: Sequence[str], beside: str | None,
          sample: dict[str, str]) -> tuple[str, Route, Program]:
    """The form of dates or periods in the items of a list, where the list stands, and what gives them.

    Raises Fault.
    """
    levels = levels_of(list(pack.shapes.values()), None)
    node, items, last = meaning.with_items(text, levels, pack)
    if node.type.form not in forms or not node.type.many:
        raise Fault("wants", 0, wanted=Type(forms[0], many=True), is_=node.type, sample=sample)
    writer = Writer(levels, pack, exact=True)
    code = alone(writer, node)
    if beside is not None:
        found = fields_of(items.type.shapes, beside) if items else None
        if items is None:
            raise Fault("wants", 0, wanted=Type(forms[0], many=True), is_=node.type, sample=sample)
        if found is None:
            raise Fault("unknown-part", 0, name=beside, near=names_in(items.type.shapes))
        code = pairs(writer, items, (last,), (found[0],))
    return node.type.form, _until_wide(whole(node, {}).steps), _program(writer, code, levels)


def day(text: str, pack: Pack, part: str) -> Program:
    """What gives the one date that a part of a sentence is; a date may also stand there as it is. Raises Fault."""
    levels = levels_of(list(pack.shapes.values()), None)
    typed = parse_date(text)
    with _in(part, text):
        node = Const(Type(DATE), 0, typed[0]) if typed else meaning.understood(text, levels, pack)
        if node.type != Type(DATE):
            sample = f"{next(iter(pack.phases.values())).name['zh']}.{either('start')[1]}"
            raise Fault("wants", 0, wanted=Type(DATE), is_=node.type, sample=sample)
    writer = Writer(levels, pack, exact=True)
    return _program(writer, writer.of(node), levels)


def _until_wide(steps: Steps) -> Route:
    """The steps to a field, as far as there is one of it."""
    return tuple(takewhile(lambda step: type(step) is str, steps))


def shown_place(text: str, levels: Sequence[Level], pack: Pack) -> Read:
    """The field that `at` names. Raises Fault where it is none."""
    found = meaning.understood(text, levels, pack)
    if not isinstance(found, Read) or found.level < 0:
        raise Fault("no-place", 0)
    return found


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
