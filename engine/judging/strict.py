"""What makes a rule of a pack unusable, found before it runs: paths that lead nowhere or to something of another form
than its check can read, and messages that are more than messages.

What an option of a check kind wants stands beside it in `schemas/rules.json`: `x-path` (where its path starts),
`x-holds` (what it must lead to) and `x-reach` (one place, the items of one list, all of them, or a field right below);
`x-scope` of a kind says what a rule that uses it may look at. A path is followed through the shapes of the reports
that the rule speaks of, and all of them must fit. One fault a rule: the rest may follow from it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from ..language.beyond import OVERS, over_of
from ..language.functions import NAMES
from ..language.samples import in_own_fields
from ..language.scopes import away
from ..language.sentence import RuleSentence, SentenceTexts
from ..language.types import COUNT, Fault, Type
from ..packs.pack import KINDS, Pack
from ..packs.paths_written import spread
from ..packs.rule import Rule
from ..reading.intake import Map, Seq, Value, line_in
from ..reading.paths import EACH, ITEM, split
from ..reading.schema import (
    AnyShape,
    BehaviourShape,
    ChoiceShape,
    CountShape,
    DateShape,
    EitherShape,
    IdShape,
    ListShape,
    MapShape,
    NumberShape,
    OpenMapShape,
    Schema,
    Shape,
    TextShape,
    TruthShape,
    schema_file,
)
from ..recording import dataclass
from ..records import PackError, Route
from ..text.messages import LANGUAGES, catalogue, joined, say, worded
from ..text.wording import edits, nearest
from .kinds import raises, type_of
from .kinds.built_in import BUILT_IN
from .kinds.kind import ALWAYS, NUMBER, SPOT, TEXT
from .kinds.times import PERIODS

# Keys of a check that are no kind.
BESIDE = ("over", "each", "when", "where", "let", "at", "level", "hint", "message")
_SUBJECTS = {name for over in ("people", "units") for name in (over, NAMES["over"][over])}     # of `over`
_DEEPEST = 6        # steps of a path that is looked for as an example


@dataclass(frozen=True, slots=True)
class Flaw:
    """One thing wrong in a pack. `check` names what was looked for; the text is that of `lint.CHECK`."""

    check: str
    file: str
    line: int
    facts: dict[str, Any]

    def text(self, language: str) -> str:
        """What is wrong, what to do, and a valid example."""
        return say(f"lint.{self.check}", language, **self.facts)

    def error(self) -> PackError:
        """The same as what stops a run."""
        return PackError(self.file, self.line, f"lint.{self.check}", **self.facts)


def rule_place(rule: Rule, *steps: str | int) -> tuple[str, int]:
    """File and line of a place inside a rule; of one taken over, of the entry that does."""
    return rule.file, line_in(rule.typed, *steps) if steps and not rule.inherited else rule.line


def hold(rule: Rule, pack: Pack) -> None:
    """Raises PackError for the first fault that makes a rule unusable."""
    for flaw in kinds(rule, pack):
        raise flaw.error()
    for check in rule.checks:
        sentence_of(rule, check, pack)
    for look in (paths, hints, messages):
        for flaw in look(rule, pack):
            raise flaw.error()


def kinds(rule: Rule, pack: Pack) -> Iterator[Flaw]:
    """A check is of one kind; a built-in one names a fault that there is."""
    for check in rule.checks:
        place = place_of(rule, check)
        names = [key for key in check if key not in BESIDE]
        if len(names) != 1:
            yield Flaw("one-kind", *rule_place(rule, *place), {"rule": rule.id, "kinds": names})
        elif names[0] in BUILT_IN and check[names[0]] not in (known := BUILT_IN[names[0]]):
            yield Flaw("no-such-fault", *rule_place(rule, *place, names[0]),
                       {"rule": rule.id, "kind": names[0], "near": nearest(check[names[0]], [*known]) or [*known]})


# --- messages ----------------------------------------------------------------------------------------


def hints(rule: Rule, pack: Pack) -> Iterator[Flaw]:
    """A rule has texts only for hints that its checks raise."""
    known = {hint for check in rule.checks for kind in check.keys() - set(BESIDE)
             for hint in (*raises(kind, check[kind]), check.get("hint")) if hint}
    for hint in rule.hints:
        if hint not in known:
            yield Flaw("unknown-hint", *rule_place(rule, "hints", hint),
                       {"rule": rule.id, "hint": hint, "known": ", ".join(sorted(known)) or "-"})


def messages(rule: Rule, pack: Pack) -> Iterator[Flaw]:
    """Every text that a check of the rule may show is no more than a message, and uses what comes with it."""
    from ..language.lacking import lacking
    from .message_guard import MessageFault, check_message  # which needs jinja2

    made = [(hint or check.get("hint"), kind, check, names.split()) for check in rule.checks
            for kind in check.keys() - set(BESIDE) for hint, names in raises(kind, check[kind]).items()]
    for hint, kind, check, names in made:
        known = {name: type_of(kind, name) for name in (*ALWAYS, *names)} | facts_of(rule, check, pack)
        others = frozenset(name for _, _, other, more in made for name in (*more, *other.get("let", ()))) - known.keys()
        lacks = lacking(sentence_of(rule, check, pack).understood) if "let" in check else frozenset()
        shown: Route = ("hints", hint) if hint in rule.hints else ("message",)
        if "message" in check:
            shown = (*place_of(rule, check), "message")
        text = check.get("message") or rule.hints.get(hint or "", rule.message)
        for place, texts in ((shown, text), (("remedy",), rule.remedy)):
            for language in LANGUAGES:
                try:
                    check_message(texts[language], known, others, lacks)
                except MessageFault as fault:
                    words = {one: say(f"template.{fault.key}", one, **fault.facts) for one in LANGUAGES}
                    yield Flaw("template", *rule_place(rule, *place, language),
                               {"rule": rule.id, "hint": hint, "text": words, "known": sorted(known)})


# --- sentences -----------------------------------------------------------------------------------


def sentence_of(rule: Rule, check: dict[str, Any], pack: Pack) -> RuleSentence:
    """The sentence of a check with its conditions; of a check of a kind its conditions. Raises PackError."""
    mixed = any(one.get("over") not in _SUBJECTS for one in rule.checks)
    texts = SentenceTexts(check.get("must"), check["each"], check["when"], check.get("where"), check.get("at"),
                          check.get("let"), check.get("over"), mixed, rule.inherited)
    try:
        return RuleSentence(texts, roots_of(rule, pack, texts.over), pack)
    except Fault as fault:
        raise told_fault(fault, rule, check, pack).error() from None


def told_fault(fault: Fault, rule: Rule, check: dict[str, Any], pack: Pack, *kind: str) -> Flaw:
    """A fault of a sentence of a check, or in an option of its kind that is a part of one, at its line."""
    steps = [*kind, *([fault.part] if fault.part else ())]
    place = place_of(rule, check)
    own = place if steps[0] in check_typed(rule, place) else ()
    return Flaw("sentence", *rule_place(rule, *own, *steps), {
        "rule": rule.id, "part": ".".join(map(str, rule.called(*own, *steps)[len(own):])), "column": fault.at + 1,
        "text": {language: fault_text(fault, language, pack) for language in LANGUAGES}})


def fault_text(fault: Fault, language: str, pack: Pack) -> str:
    """What is wrong with a sentence, with samples that hold in the pack's form."""
    facts = {name: spoken(one) for name, one in fault.facts.items()}
    facts = {name: one[language] if isinstance(one, dict) else one for name, one in facts.items()}
    if "sample" in facts:
        facts["sample"] = in_own_fields(f"⟨{facts['sample']}⟩", language, pack)
    return worded(in_own_fields(catalogue(language)[f"language.{fault.key}"], language, pack), language, facts)


def spoken(fact: Any) -> Any:
    """What a fault shows: of a type, what it is in words."""
    if isinstance(fact, list) and any(isinstance(one, Type) for one in fact):
        return {one: joined([spoken(each)[one] for each in fact], one) for one in LANGUAGES}
    if isinstance(fact, Type):
        return {one: say("path.several" if fact.many else "path.one", one, form=say(f"holds.{fact.form}", one))
                for one in LANGUAGES}
    return fact


def place_of(rule: Rule, check: dict[str, Any]) -> Route:
    """Where a check stands in its rule."""
    at = rule.sources[[one is check for one in rule.checks].index(True)]
    return () if at is None else ("check", at) if items_of(rule.typed.entries["check"]) else ("check",)


def check_typed(rule: Rule, place: Route) -> dict[str, Value]:
    """A check as its file has it."""
    node = rule.typed
    for segment in place:
        node = node.entries[segment] if isinstance(segment, str) else node.items[segment]
    entries: dict[str, Value] = node.entries
    return entries


def checks_of(rule: Rule) -> Iterator[tuple[Route, Map]]:
    """The checks that a rule lists, with their places; none of one that is a sentence itself."""
    checks = rule.typed.entries.get("check")
    listed = list(enumerate(items_of(checks)))
    places: list[tuple[Route, Value]] = [(("check", at), one) for at, one in listed] or [(("check",), checks)]
    yield from ((place, one) for place, one in places if isinstance(one, Map))


def facts_of(rule: Rule, check: dict[str, Any], pack: Pack) -> dict[str, str]:
    """What the names that a sentence gives are in its message."""
    if "must" not in check:
        return {}
    types = sentence_of(rule, check, pack).types
    return {name: SPOT if one.form == "field" else NUMBER if one.form == COUNT else TEXT for name, one in types.items()}


# --- paths -------------------------------------------------------------------------------------------


def _kind_schema(kind: str) -> Schema:
    found: Schema = schema_file("rules.json")["definitions"]["check"]["properties"][kind]
    return found


def paths(rule: Rule, pack: Pack) -> Iterator[Flaw]:
    """Every path of a rule leads, in all reports of which it speaks, to what its check can read."""
    roots = roots_of(rule, pack)
    looking = Paths(pack, rule, roots)
    entries = rule.typed.entries
    outer = looking.scopes(entries.get("each"))
    for place, part in checks_of(rule):
        each = part.entries.get("each")
        scopes = looking.scopes(each) if each is not None else outer
        for kind in part.entries.keys() - set(BESIDE) - set(BUILT_IN) - {"must"}:
            yield from looking.scope(kind, each if each is not None else entries.get("each"), (*place, kind))
            options = _kind_schema(kind).get("properties", {})
            yield from looking.options(part.entries[kind], options, scopes, (*place, kind))


def roots_of(rule: Rule, pack: Pack, over: str | None = None) -> list[Shape]:
    """The shapes of the reports of which a rule speaks, one over the batch of whom it is about. Raises Fault."""
    kinds = KINDS if over is None else OVERS[over_of(over)]
    return [pack.shapes[kind] for kind in kinds
            if kind in rule.who or "batch" in rule.who or (kind == "unit" and set(rule.who) & set(pack.levels))] \
        or [pack.shapes[kind] for kind in kinds]


class Paths:
    """Follows the paths of one rule through the shapes of the reports that it speaks of."""

    def __init__(self, pack: Pack, rule: Rule, roots: list[Shape]) -> None:
        self.pack, self.rule, self.roots = pack, rule, roots

    @property
    def sample(self) -> dict[str, str]:
        """A path through the themes, in the words of the form."""
        return {one: in_own_fields(say("path.sample", one), one, self.pack) for one in LANGUAGES}

    def scopes(self, each: Value) -> list[Shape]:
        """The shapes of the nodes at `each`: where it leads nowhere, that was said already."""
        if isinstance(each, Seq):
            return [shape for one in each.items for shape in self.scopes(one)]
        if not isinstance(each, str):
            return self.roots
        steps = steps_of(each) or []
        return [shape for root in self.roots for shape in follow([root], steps)[0]] or self.roots

    def scope(self, kind: str, each: Value, place: Route) -> Iterator[Flaw]:
        """A kind that looks at the whole report, or at one theme, has such a scope."""
        wanted, themes = _kind_schema(kind).get("x-scope"), self.pack.roles.themes
        if wanted == "report" and each is not None:
            yield Flaw("wrong-scope", *rule_place(self.rule, *place),
                       {"rule": self.rule.id, "kind": kind, "each": each, "wanted": ""})
        elif wanted == "theme" and (not isinstance(each, str) or steps_of(each) != [themes, EACH]):
            yield Flaw("wrong-scope", *rule_place(self.rule, *place),
                       {"rule": self.rule.id, "kind": kind, "each": each or "", "wanted": f"{themes}.*"})

    def options(self, given: Value, known: Schema, scopes: list[Shape], place: Route) -> Iterator[Flaw]:
        """The options of one kind, as their schema marks them."""
        if not isinstance(given, Map):
            return
        for name, one in given.entries.items():
            option = known.get(name, {})
            if "x-needs" in option and option["x-needs"] not in given.entries:
                yield Flaw("needs-option", *rule_place(self.rule, *place, name),
                           {"rule": self.rule.id, "option": name, "needs": option["x-needs"], "sample": self.sample})
            if "x-path" in option:
                base = self.base(option["x-path"], given, scopes)
                holds, reach = option["x-holds"], option.get("x-reach", "one")
                if holds == "scalar" and "text_in" in given.entries:
                    holds = "text"
                for text, at in texts_of(one):
                    yield from self.path(text, name, base, holds, reach, (*place, name, *at))
            elif "maximum" in option:
                yield from self.number(one, name, option, (*place, name))
            else:
                for number, item in enumerate(items_of(one)):
                    yield from self.options(item, option.get("items", {}).get("properties", {}), scopes,
                                            (*place, name, number))

    def number(self, one: Value, name: str, option: Schema, place: Route) -> Iterator[Flaw]:
        """A number between the bounds of its option."""
        least, most = option["minimum"], option["maximum"]
        if isinstance(one, str) and one.strip().isascii() and one.strip().isdigit() \
                and not least <= int(one.strip()[:18]) <= most:
            yield Flaw("out-of-bounds", *rule_place(self.rule, *place),
                       {"rule": self.rule.id, "option": name, "least": least, "most": most})

    def base(self, said: str, given: Map, scopes: list[Shape]) -> list[Shape]:
        """The shapes from which a path of an option starts: scope, report, or a neighbour's items or parent."""
        if said == "report":
            return self.roots
        way, _, other = said.partition(" of ") if " of " in said else said.partition(" ")
        if not other:
            return scopes
        text = str(given.entries.get(other, ""))
        steps = steps_of(text) or []
        start = self.roots if text.startswith("/") else scopes
        if way == "beside":
            while steps and steps[-1] is ITEM:
                steps = steps[:-1]
            return follow(start, steps[:-1])[0]
        return follow(start, steps)[0]

    def path(self, text: Value, name: str, base: list[Shape], holds: str, reach: str, place: Route) -> Iterator[Flaw]:
        """One path: it leads somewhere, to what is wanted, and reaches as far as it may."""
        if not isinstance(text, str):
            return
        steps = steps_of(text)
        if steps is None:
            yield Flaw("broken-path", *rule_place(self.rule, *place),
                       {"rule": self.rule.id, "option": name, "path": text, "sample": self.sample})
            return
        start = self.roots if text.startswith("/") else base
        found, siblings, missed = follow(start, steps)
        if reach == "themes" and steps[:2] == [self.pack.roles.themes, EACH]:
            steps = steps[2:]
        if not found and (fixed := spread(start, text)):
            each, _, rest = ("", "", fixed) if reaches(fixed, split(fixed), reach) else fixed.rpartition("[]")
            yield Flaw("wants-items", *rule_place(self.rule, *place), {
                "rule": self.rule.id, "option": name, "path": text, "fixed": fixed, "each": each and f"{each}[]",
                "rest": rest.strip(".")})
        elif not found:
            typed = self.rule.written(*place)
            said = typed if isinstance(typed, str) and steps_of(typed) else text
            reached, titles, step = follow(start, steps_of(said) or steps, True)
            siblings, missed = (siblings, missed) if reached else (titles, step)
            known = list(siblings if missed.isascii() else siblings.values())
            yield Flaw("unknown-field", *rule_place(self.rule, *place),
                       {"rule": self.rule.id, "option": name, "path": said, "field": str(missed),
                        "kind": away(str(missed), self.roots, self.pack.shapes), "sample": self.sample,
                        "near": nearest(str(missed), known) or known[:12]})
        elif not (reaches(text, steps, reach) and all(fits(shape, holds) for shape in found)):
            yield Flaw("wrong-form", *rule_place(self.rule, *place), {
                "rule": self.rule.id, "option": name, "path": text, "is_": self.what_is(found, steps),
                "wanted": in_words(f"wanted.{holds}"), "reach": in_words(f"reach.{reach}"),
                "example": self.example(text, base, holds, reach)})

    @staticmethod
    def what_is(found: list[Shape], steps: list[str]) -> dict[str, str]:
        """What a path leads to, in words."""
        form = form_of(found[0])
        several = EACH in steps or ITEM in steps
        return {one: say("path.several" if several else "path.one", one, form=say(f"holds.{form}", one))
                for one in LANGUAGES}

    def example(self, text: str, base: list[Shape], holds: str, reach: str) -> str:
        """A path that would do, the nearest to the one typed; from the report where none does from the scope."""
        starts = [(base, ""), (self.roots, "/")]
        for start, lead in reversed(starts) if text.startswith("/") else starts:
            listed = [lead + one for one in ways_from(start, holds, reach)]
            if listed:
                below = (one for one in listed if one.startswith(f"{text}[]"))
                near = [(count, one) for one in listed if (count := edits(text, one, len(text) // 2)) <= len(text) // 2]
                return next(below, None) or min(near, default=(0, listed[0]), key=lambda pair: pair[0])[1]
        return ""


def in_words(key: str) -> dict[str, str]:
    """A text in every language."""
    return {language: say(key, language) for language in LANGUAGES}


def steps_of(text: str) -> list[str] | None:
    """A path's steps; None where it is no path."""
    try:
        return split(text)
    except ValueError:
        return None


def items_of(node: Value) -> list[Value]:
    """The items of a list as typed; of anything else, none."""
    return node.items if isinstance(node, Seq) else []


def texts_of(one: Value) -> Iterator[tuple[str, Route]]:
    """The texts of an option that is a text, a list of texts or of {any: texts}, or a map with texts as keys."""
    if isinstance(one, str):
        yield one, ()
    elif isinstance(one, Map):
        for key, value in one.entries.items():
            if key == "any":
                yield from ((text, (key, *at)) for text, at in texts_of(value))
            else:
                yield key, (key,)
    elif isinstance(one, Seq):
        for number, item in enumerate(one.items):
            yield from ((text, (number, *at)) for text, at in texts_of(item))


def follow(shapes: Iterable[Shape], steps: list[str], titled: bool = False) -> tuple[list[Shape], dict[str, str], str]:
    """The shapes that a path reaches; where it reaches none, the fields that stand there with their titles, and the
    step that failed. With `titled` its steps may be titles too.
    """
    shapes = list(shapes)
    for step in steps:
        ways = [way for shape in shapes for way in ways_of(shape)]
        reached: list[Shape] = []
        for shape in ways:
            if step is ITEM:
                reached += [shape.item] if isinstance(shape, ListShape) else []
            elif isinstance(shape, OpenMapShape | AnyShape):
                reached.append(getattr(shape, "item", shape))
            elif isinstance(shape, MapShape):
                reached += [shape.fields[key][1] for key in (shape.titles if step is EACH else [step])
                            if key in (shape.fields if titled else shape.titles)]
        if not reached:
            known = {key: title for shape in ways for key, title in shape.titles.items()}
            return [], known, "[]" if step is ITEM else "*" if step is EACH else step
        shapes = reached
    return shapes, {}, ""


def ways_of(shape: Shape) -> list[Shape]:
    """The shapes that a field may have: several where it takes one text or a list."""
    return shape.ways if isinstance(shape, EitherShape) else [shape]


def form_of(shape: Shape) -> str:
    """What a shape holds: the name of a text of the section `holds`."""
    ways = ways_of(shape)
    if len(ways) > 1:
        return "either"
    one = ways[0]
    if isinstance(one, DateShape):
        return one.format
    if isinstance(one, NumberShape):
        return one.form
    return next((name for kind, name in _NAMES if isinstance(one, kind)), "any")


_NAMES = ((ListShape, "list"), (MapShape, "map"), (OpenMapShape, "map"), (CountShape, "count"), (TruthShape, "truth"),
          (ChoiceShape, "choice"), (BehaviourShape, "behaviour"), (IdShape, "id"), (TextShape, "text"))


def fits(shape: Shape, holds: str) -> bool:
    """Whether what a shape holds can be read as what is wanted, whatever of it stands there."""
    ways = ways_of(shape)
    if holds == "list":
        return any(isinstance(one, ListShape) and fits(one.item, "text") for one in ways) \
            and all(isinstance(one, ListShape) or fits(one, "text") for one in ways)
    return all(_FITS[holds](one) for one in ways)


def _of(form: str) -> Callable[[Shape], bool]:
    return lambda one: isinstance(one, DateShape) and one.format == form


_FITS: dict[str, Callable[[Shape], bool]] = {
    "any": lambda one: True,
    "scalar": lambda one: isinstance(one, TextShape),
    "text": lambda one: isinstance(one, TextShape) and not isinstance(one, CountShape | TruthShape),
    "count": lambda one: isinstance(one, CountShape),
    "map": lambda one: isinstance(one, MapShape),
    **{form: _of(form) for form in set(PERIODS.values())},
}


def reaches(text: str, steps: list[str], reach: str) -> bool:
    """Whether a path reaches as far as it may: one place, items of one list, one or such items, a field, or all."""
    wide = [step for step in steps if step is EACH or step is ITEM]
    if reach == "field":
        return len(steps) == 1 and not wide and not text.startswith("/")
    if reach in ("items", "one_or_items"):
        return (wide == [ITEM] and steps[-1] is ITEM) or (reach == "one_or_items" and not wide and bool(steps))
    return reach == "all" or not wide


def ways_from(shapes: list[Shape], holds: str, reach: str) -> list[str]:
    """Paths below some shapes that lead to what is wanted, the shortest first."""
    found: list[str] = []
    rest: list[tuple[list[Shape], str]] = [(list(shapes), "")]
    while rest:
        level, rest = rest, []
        for at, text in level:
            steps = split(text)
            if text and reaches(text, steps, reach) and all(fits(one, holds) for one in at):
                found.append(text)
            if len(steps) < _DEEPEST:
                rest += _below(at, text)
    return found


def _below(shapes: list[Shape], text: str) -> Iterator[tuple[list[Shape], str]]:
    """What stands one step below some shapes, with its path. Themes have one form: they are one step, `*`."""
    ways = [way for shape in shapes for way in ways_of(shape)]
    if any(isinstance(one, ListShape) for one in ways) and text:
        yield follow(shapes, [ITEM])[0], text + "[]"
    fields = dict.fromkeys(key for one in ways if isinstance(one, MapShape) for key in one.titles)
    themes = {one.form.roles.themes for one in ways if isinstance(one, MapShape) and one.form}
    for key in ("*",) if text in themes else fields:
        below = follow(shapes, [EACH if key == "*" else key])[0]
        if below:
            yield below, f"{text}.{key}" if text else key
