"""What a rule reads of reports, as steps of the form, so that its examples change just that."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property

from ..judging.kinds import CHECK_KINDS
from ..judging.strict import sentence_of
from ..language.beyond import REPORTS_BESIDE, Beyond
from ..language.functions import FUNCTIONS
from ..language.nodes import Both, Call, Compare, Const
from ..language.reaching import finds_names, parts_of, places_in, reads_in
from ..language.reads import TEXTS
from ..language.scopes import leads
from ..language.types import PERSON, TEXT, TRUTH, Steps, is_alike
from ..language.understanding import Understood
from ..packs.pack import Pack
from ..packs.rule import Rule
from ..reading.intake import Map, Seq, Value
from ..reading.paths import EACH, ITEM
from ..reading.schema import EitherShape, ListShape, MapShape, Shape, TextShape, maps_in
from ..text.regex import regex

_NAME = regex(r"[a-z_]+|[\u4e00-\u9fff]+")
_SAID = frozenset({"each", "check", "checks", "must", "when", "where", "let", "at", "every", "required", "over"})


class Reads:
    """What one rule reads: of its sentences the places in them, of checks of kinds those whose fields they name."""

    def __init__(self, pack: Pack, rule: Rule) -> None:
        self.pack, self.rule = pack, rule
        self.sentences = [sentence_of(rule, check, pack) for check in rule.checks]
        self.meant = [one.understood for one in self.sentences]
        self.over = next((one.over for one in self.sentences if one.over), None)
        self.texts = [text for key, one in rule.typed.entries.items() if key in _SAID for text in _texts(one)]

    @cached_property
    def steps(self) -> list[Steps]:
        """Every place, and every list on the way to it."""
        found = [steps for one in self.sentences for steps in _of_sentence(one.understood) if steps != (TEXTS,)]
        if any(one.of_texts for one in self.sentences):
            found += [_last_text(shape) for shape in self.pack.shapes.values()]
        if any("must" not in check for check in self.rule.checks):
            found += self._named()
        return list(dict.fromkeys(way for steps in found for way in _ways(steps)))

    @cached_property
    def people(self) -> frozenset[Steps]:
        """The places of the report, or of one beside it, in which it finds names."""
        nodes = [(one, part) for one in self.meant if one.must for part in parts_of(one.must)]
        found = {(*one.levels[read.level].steps, *read.steps) for one, node in nodes
                 if isinstance(node, Compare | Call) and finds_names(node) and node.type.form in (TRUTH, PERSON)
                 for read in reads_in(node) if read.level >= 0 and read.type.form == TEXT}
        return frozenset(_own(steps) for steps in found)

    @cached_property
    def wordings(self) -> list[str]:
        """The words, one of each list, and of the plan, against which its sentences hold texts."""
        said = [(FUNCTIONS[call.name], one.value) for each in self.meant for call in each.calls
                for one in call.parts[1:] if isinstance(one, Const)]
        lists = [[word] for function, word in said if function.words and not function.lists]
        lists += map(self.pack.words, dict.fromkeys(word for function, word in said if function.lists))
        plan = [one.text for one in self.pack.behaviours.values() if any(each.quotes for each in self.meant)]
        return [word for words in (*lists, plan) for word in words[:1]]

    @property
    def has_ways(self) -> bool:
        """Whether there are several ways to meet it."""
        return any(isinstance(part, Both) and not part.every for one in self.meant if one.must
                   for part in parts_of(one.must))

    def of(self, kind: str, away: Beyond | None = None) -> tuple[Steps, ...]:
        """What it reads of a report of a kind; `away` is where that stands beside the one that is judged."""
        mine = [_own(steps) for steps in self.steps
                if (steps[0] == away if away else not isinstance(steps[0], Beyond))]
        return tuple(steps for steps in mine if steps and leads([self.pack.shapes[kind]], steps))

    @property
    def beside(self) -> list[Beyond]:
        """Where the other reports stand that it reads."""
        first = dict.fromkeys(steps[0] for steps in self.steps)
        return [one for one in first if isinstance(one, Beyond) and one in REPORTS_BESIDE]

    def _named(self) -> list[Steps]:
        """The places of the form of which the rule names every field; else those of which it names the last."""
        words = {word for text in self.texts for word in _NAME.findall(text)}
        shapes = list(self.pack.shapes.values())
        named = {key for one in maps_in(shapes) for written, (key, _) in one.fields.items() if written in words}
        listed = [steps for shape in shapes for steps in _all_steps(shape)]
        return [steps for steps in listed if all(step in named or step in (EACH, ITEM) for step in steps)] \
            or [steps for steps in listed if steps[-1] in named]


def _last_text(form: Shape) -> Steps:
    """Of the fields of a report that any text may stand in, the last."""
    fields = form.fields.values() if isinstance(form, MapShape) else ()
    return [(key,) for key, shape in fields if type(shape) is TextShape][-1]


def _of_sentence(sentence: Understood) -> Iterator[Steps]:
    for node in (*sentence.conditions, *([sentence.must] if sentence.must else ())):
        for read in places_in(node):
            yield (*sentence.levels[read.level].steps, *read.steps)
    if sentence.must is not None:
        yield sentence.levels[-1].steps


def _ways(steps: Steps) -> Iterator[Steps]:
    """A place and the lists on the way to it, each without the step to its items."""
    yield from (steps[:at] for at, step in enumerate(steps) if step is ITEM and at)
    if steps and steps[-1] is not EACH:
        yield steps


def _own(steps: Steps) -> Steps:
    """The steps within the report in which a place stands."""
    return steps[REPORTS_BESIDE.get(Beyond(steps[0]), (0, None))[0]:] if isinstance(steps[0], Beyond) else steps


def _all_steps(shape: Shape, steps: Steps = ()) -> Iterator[Steps]:
    """Every place of a form; `*` for each of the themes."""
    if isinstance(shape, EitherShape):
        shape = next((way for way in shape.ways if isinstance(way, ListShape)), shape.ways[0])
    if isinstance(shape, ListShape):
        yield from _all_steps(shape.item, (*steps, ITEM))
    elif isinstance(shape, MapShape):
        alike = bool(steps) and is_alike([shape])
        for key in list(shape.titles)[:1] if alike else shape.titles:
            way = (*steps, EACH if alike else key)
            if not alike:
                yield way
            yield from _all_steps(shape.fields[key][1], way)


def _texts(node: Value) -> Iterator[str]:
    """The texts and keys in a part of a rule as typed."""
    if isinstance(node, Map):
        for key, one in node.entries.items():
            if key not in CHECK_KINDS:
                yield key
            yield from _texts(one)
    elif isinstance(node, Seq):
        for one in node.items:
            yield from _texts(one)
    elif isinstance(node, str):
        yield node
