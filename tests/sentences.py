"""A grammar of rules' sentences over a form: makes random ones, as text and as a tree of the tests' own.

Most make sense; some are put together at random, or have a piece of the text spoilt.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from evaluating import Tree, alike, field_of, form_of, spread_shapes

from bayang.engine.judging.strict import follow
from bayang.engine.packs.pack import Pack
from bayang.engine.reading.paths import ITEM, split
from bayang.engine.reading.schema import EitherShape, ListShape, MapShape

CHINESE = {"any": "任一", "all": "全部", "count": "个数", "sum": "合计", "earliest": "最早", "latest": "最晚",
           "min": "最小", "max": "最大", "distinct": "不同", "first": "首个", "last": "末个", "days": "天",
           "workdays": "工作日", "months": "个月", "month": "月", "quarter": "季度", "half": "半年", "length": "字数",
           "same": "相同", "holds": "含", "share": "占比", "left": "剩余字数", "from_plan": "同方案", "names": "姓名",
           "same_person": "同一人", "named": "名为", "off_roster": "名册外"}
DATES = ("date", "month", "quarter", "half")
FORMS = (*DATES, "count", "choice", "id", "text")
SIGNS = ("==", "!=", "<", "<=", ">", ">=")
PIECES = ("", "（", "，", "‘", "=", "(", ")", "[", "]", "'", " is ", ".", " and ", "|", "%", "**", "~", "{", "}}", "∮",
          "\n", "\\", "#", "if", " none ", "1e999", "True", "-", "x" * 1100, "(" * 40, "not " * 60, "1" * 900)
WORDS = ("说明", "市局活动办", "民主生活会", "一", "检查")
LISTS = ("stock_phrases", "intensifiers", "posts", "surnames", "collective")
LITERALS = {"date": ("2022-01-31", "2022-07-31", "2021-12-15", "2022-12-05", "2022-05-31", "2022-02-29", "9999-12-31"),
            "month": ("2022-01", "2022-07"), "quarter": ("2022-Q1", "2022-Q3"), "half": ("2022-H1", "2022-H2"),
            "id": ("P-001", "u-000", "U000-1", "Ｐ-001"), "text": WORDS}


@dataclass
class Sentence:
    """A part of a sentence: its text and its tree."""

    text: str
    tree: Tree


@dataclass
class Offer:
    """The paths that a scope offers, by what they lead to: (form, whether to several) -> trees of names."""

    paths: dict[tuple[str, bool], list[tuple[tuple[str, ...], tuple[Any, ...]]]] = field(default_factory=dict)

    def add(self, names: tuple[str, ...], shapes: tuple[Any, ...], many: bool) -> None:
        if not shapes or len(names) > 5:
            return
        lists = [one for one in shapes if isinstance(one, ListShape)]
        several = many or bool(lists) or any(isinstance(one, EitherShape) for one in shapes)
        below = tuple(one.item for one in lists) if lists else shapes
        form = form_of(below)
        self.paths.setdefault((form, several), []).append((names, below))
        if form != "map":
            return
        if alike(below):
            below, several = spread_shapes(below, "*"), True
        for key in keys_of(below):
            self.add((*names, key), field_of(below, key)[1], several)


def keys_of(shapes: Sequence[Any]) -> list[str]:
    """The names of the fields of some maps, half of them in Chinese."""
    return list({key: written for one in shapes if isinstance(one, MapShape)
                 for written, (key, _) in one.fields.items() if written == key or len(key) % 2}.values())


Levels = list[tuple[tuple[Any, ...], tuple[str, ...]]]


def levels_of(pack: Pack, kinds: Sequence[str], each: str | None) -> Levels | None:
    """The shapes of the reports and of each item around what a rule is asked of, with their nouns; None where the form
    has no such items.
    """
    roots, steps = [pack.shapes[kind] for kind in kinds], []
    levels: Levels = [(tuple(roots), ())]
    nouns: tuple[str, ...] = ()
    for step in split(each or ""):
        steps.append(step)
        found = [one for root in roots for one in follow([root], steps)[0]]
        if not found:
            return None
        nouns = nouns if step is ITEM else next((one.nouns for one in found if isinstance(one, ListShape)), ())
        if step in ("*", "[]") or len(steps) == len(split(each or "")):
            levels.append((tuple(dict.fromkeys(found)), nouns))
    return levels


class Grammar:
    """Makes the sentences of one scope: `levels` are the shapes of the report and of each item around, with nouns.

    `beside` are the names of what stands beside the report, with their shapes: each is taken as often as a field of it.
    """

    def __init__(self, pack: Pack, levels: Levels, beside: dict[str, tuple[Any, ...]] | None = None) -> None:
        self.pack, self.offer, self.beside = pack, Offer(), [Offer() for _ in beside or ()]
        for offer, (name, shapes) in zip(self.beside, (beside or {}).items(), strict=True):
            offer.add((name,), shapes, False)
        for shapes, nouns in levels:
            for noun in nouns:
                self.offer.add((noun,), shapes, False)
            for key in keys_of(shapes):
                self.offer.add((key,), field_of(shapes, key)[1], False)
        if form_of(levels[-1][0]) != "map":
            self.offer.add(("value",), levels[-1][0], False)


class Writer:
    """Writes one random sentence."""

    def __init__(self, grammar: Grammar, chance: random.Random) -> None:
        self.grammar, self.chance, self.offers = grammar, chance, [grammar.offer]

    # --- paths and literals

    def path(self, form: str, many: bool) -> tuple[Sentence, tuple[Any, ...]] | None:
        """A path to one or several values of a form."""
        offer = self.offers[-1] if len(self.offers) == 1 or self.chance.random() < 0.7 else self.offers[0]
        if self.grammar.beside and self.chance.random() < 0.4:
            offer = self.chance.choice(self.grammar.beside)
        known = offer.paths.get((form, many)) or self.offers[0].paths.get((form, many))
        if not known:
            return None
        names, shapes = self.chance.choice(known)
        return Sentence(".".join(names), ("path", *names)), shapes

    def literal(self, form: str, shapes: Sequence[Any] = ()) -> Sentence:
        if form == "count":
            number = self.chance.choice((0, 1, 2, 3, 8, 30, 100, 0.5, 10 ** 12))
            return Sentence(str(number), ("const", number))
        text = self.chance.choice(self.values(shapes) or ("done",)) if form == "choice" else \
            self.chance.choice(LITERALS[form])
        return Sentence(repr(text), ("const", text))

    def lists(self) -> list[Sentence]:
        """The names of one or two word lists that hold what the base reports say."""
        some = self.chance.sample(LISTS, self.chance.choice((1, 1, 2)))
        return [Sentence(repr(name), ("const", name)) for name in some]

    def values(self, shapes: Sequence[Any]) -> list[str]:
        found: list[str] = []
        for shape in shapes:
            for one in shape.ways if isinstance(shape, EitherShape) else [shape]:
                found += getattr(getattr(one, "item", one), "values", {})
        return found

    # --- values

    def one(self, form: str, depth: int) -> tuple[Sentence, tuple[Any, ...]]:
        """One value."""
        ways: list[Callable[[], tuple[Sentence, tuple[Any, ...]] | None]] = [lambda: self.path(form, False)] * 4
        if depth > 0:
            ways += [lambda: self.call(self.chance.choice(("first", "last")), form, depth)]
            if form in (*DATES, "count"):
                ways += [lambda: self.call(self.chance.choice(("min", "max")), form, depth)]
            if form in DATES:
                ways += [lambda: self.call(self.chance.choice(("earliest", "latest")), form, depth)] * 2
            if form == "date":
                ways += [lambda: (self.edge(), ()), lambda: (self.shifted(depth), ())] * 2
            if form in DATES[1:]:
                ways += [lambda: (self.function(form, self.one("date", depth - 1)[0]), ())] * 2
            if form == "count":
                ways += [lambda: (self.counted(depth), ()), lambda: (self.arithmetic(depth), ())] * 2
                ways += [lambda: (self.function("length", self.one("text", depth - 1)[0]), ())]
                ways += [lambda: (self.function(self.chance.choice(("share", "left")), self.one("text", depth - 1)[0],
                                                *self.lists()), ())]
        for _ in range(4):
            found = self.chance.choice(ways)()
            if found:
                return found
        return self.literal(form), ()

    def several(self, form: str, depth: int) -> tuple[Sentence, tuple[Any, ...]] | None:
        """Several values."""
        found = self.path(form, True)
        if found and depth > 0 and self.chance.random() < 0.3:
            return self.keep(*found, depth), found[1]
        if found and depth > 0 and form != "map" and self.chance.random() < 0.2:
            return self.function("distinct", found[0]), found[1]
        if depth > 0 and self.chance.random() < 0.3:
            maps = self.path("map", True)
            if maps:
                inner = Offer()
                for key in keys_of(maps[1]):
                    inner.add((key,), field_of(maps[1], key)[1], True)
                known = inner.paths.get((form, True))
                if known:
                    kept, (names, shapes) = self.keep(*maps, depth), self.chance.choice(known)
                    return Sentence(f"{kept.text}.{'.'.join(names)}", ("below", kept.tree, *names)), shapes
        return found

    def keep(self, items: Sentence, shapes: tuple[Any, ...], depth: int) -> Sentence:
        if len(self.offers) > 1 and self.chance.random() < 0.9:
            return items
        inner = Offer()
        for key in keys_of(shapes):
            inner.add((key,), field_of(shapes, key)[1], False)
        if form_of(shapes) != "map":
            inner.paths[form_of(shapes), False] = [(("value",), shapes)]
        self.offers.append(inner)
        test = self.truth(min(depth - 1, 2))
        self.offers.pop()
        return Sentence(f"{items.text}[{test.text}]", ("keep", items.tree, test.tree))

    def edge(self) -> Sentence:
        phases = [one for key, phase in self.grammar.pack.phases.items() for one in (key, phase.name["zh"])]
        owner = self.chance.choice(("campaign", "phase", "活动", "所处阶段", *phases))
        which = self.chance.choice(("start", "end", "开始", "结束"))
        return Sentence(f"{owner}.{which}", ("edge", owner, which))

    def shifted(self, depth: int) -> Sentence:
        left, sign = self.one("date", depth - 1)[0], self.chance.choice("+-")
        number = self.one("count", depth - 2)[0] if self.chance.random() < 0.2 else self.literal("count")
        span = self.function(self.chance.choice(("days", "workdays", "months")), number)
        if self.chance.random() < 0.05:
            span = self.function("first", span, self.function("days", self.literal("count")))
        return Sentence(f"{left.text} {sign} {span.text}", ("sum", sign, left.tree, span.tree))

    def arithmetic(self, depth: int) -> Sentence:
        sign = self.chance.choice("+-*/")
        form = "date" if sign == "-" and self.chance.random() < 0.4 else "count"
        left, right = self.one(form, depth - 1)[0], self.one(form, depth - 1)[0]
        return Sentence(f"({left.text} {sign} {right.text})", ("sum", sign, left.tree, right.tree))

    def counted(self, depth: int) -> Sentence:
        if self.grammar.beside and self.chance.random() < 0.2:
            return self.function("count", self.persons(depth))
        if self.chance.random() < 0.3:
            found = [self.several("count", depth - 1) or self.one("count", depth - 1)
                     for _ in range(self.chance.randint(1, 3))]
            return self.function("sum", *(one for one, _ in found))
        return self.function("count", self.anything(depth))

    def anything(self, depth: int) -> Sentence:
        """Several of anything."""
        if self.chance.random() < 0.3:
            return self.truths(depth - 1)
        found = self.several(self.chance.choice((*FORMS, "map", "map")), depth - 1)
        return found[0] if found else Sentence("themes", ("path", "themes"))

    def call(self, name: str, form: str, depth: int) -> tuple[Sentence, tuple[Any, ...]] | None:
        if name in ("first", "min", "max") and self.chance.random() < 0.5:
            found = [self.one(form, depth - 1) for _ in range(self.chance.randint(1, 3))]
            return self.function(name, *(one for one, _ in found)), found[0][1]
        many = self.several(form, depth - 1)
        if many is None:
            return None
        if name == "first" and self.chance.random() < 0.1:
            return self.function(name, many[0], (self.several(form, 0) or many)[0]), many[1]
        return self.function(name, many[0]), many[1]

    def function(self, name: str, *parts: Sentence) -> Sentence:
        written = CHINESE[name] if self.chance.random() < 0.3 else name
        return Sentence(f"{written}({', '.join(one.text for one in parts)})",
                        ("call", name, *(one.tree for one in parts)))

    # --- conditions

    def truth(self, depth: int) -> Sentence:
        """One answer."""
        way = self.chance.random()
        if depth > 0 and way < 0.25:
            left, right = self.truth(depth - 1), self.truth(depth - 1)
            every = self.chance.random() < 0.5
            return Sentence(f"({left.text} {'and' if every else 'or'} {right.text})",
                            ("both", every, left.tree, right.tree))
        if depth > 0 and way < 0.35:
            part = self.truth(depth - 1)
            return Sentence(f"not ({part.text})", ("not", part.tree))
        if depth > 0 and way < 0.6:
            return self.function(self.chance.choice(("any", "all")), self.truths(depth - 1))
        if way < 0.7:
            return self.given(False)
        if way < 0.8:
            return self.worded(False, depth)
        return self.comparison(depth)

    def truths(self, depth: int) -> Sentence:
        """An answer for each of several."""
        way = self.chance.random()
        if way < 0.2:
            return self.given(True)
        if way < 0.35:
            return self.worded(True, depth)
        form = self.chance.choice(FORMS[:-1])
        many = self.several(form, depth)
        if many is None:
            return self.given(True)
        if way < 0.55:
            return self.member(*many, form)
        sign = self.chance.choice(SIGNS if form in (*DATES, "count") else SIGNS[:2])
        plain = self.chance.random() < (0.9 if form == "choice" else 0.5)      # few lists have the same values
        other = self.literal(form, many[1]) if plain else self.one(form, depth - 1)[0]
        left, right = (other, many[0]) if self.chance.random() < 0.2 else (many[0], other)
        return Sentence(f"{left.text} {sign} {right.text}", ("compare", (left.tree, right.tree), (sign,)))

    def member(self, one: Sentence, shapes: tuple[Any, ...], form: str) -> Sentence:
        sign, many = self.chance.choice(("in", "not in")), self.several(form, 0)
        if many and self.chance.random() < 0.4:
            other = many[0]
        else:
            parts = [self.literal(form, shapes) for _ in range(self.chance.randint(2, 3))]
            other = Sentence(f"({', '.join(part.text for part in parts)})",
                             ("const", tuple(part.tree[1] for part in parts)))
        return Sentence(f"{one.text} {sign} {other.text}", ("compare", (one.tree, other.tree), (sign,)))

    def comparison(self, depth: int) -> Sentence:
        form = self.chance.choice(FORMS[:-1])
        left, shapes = self.one(form, depth)
        if self.chance.random() < 0.2:
            return self.member(left, shapes, form)
        count = 2 if form in DATES and self.chance.random() < 0.2 else 1
        signs = [self.chance.choice(SIGNS if form in (*DATES, "count") else SIGNS[:2]) for _ in range(count)]
        sides = [left, *(self.literal(form, shapes) if self.chance.random() < (0.9 if form == "choice" else 0.4)
                         else self.one(form, depth - 1)[0] for _ in signs)]
        text = sides[0].text + "".join(f" {sign} {side.text}" for sign, side in zip(signs, sides[1:], strict=True))
        return Sentence(text, ("compare", tuple(one.tree for one in sides), tuple(signs)))

    def given(self, many: bool) -> Sentence:
        found = self.path(self.chance.choice((*FORMS, "map")), many) or self.path("map", True)
        if found is None:
            return Sentence("submitted is given", ("given", ("path", "submitted")))
        if self.chance.random() < 0.3:
            return Sentence(f"{found[0].text} is not given", ("not", ("given", found[0].tree)))
        return Sentence(f"{found[0].text} is {self.chance.choice(('given', '已填'))}", ("given", found[0].tree))

    def worded(self, many: bool, depth: int) -> Sentence:
        found = (self.several if many else self.one)("text", depth)
        if found is None or found[0].tree[0] == "const":
            return self.given(many)
        if self.grammar.beside and self.chance.random() < 0.6:
            return self.person(found[0], many, depth)
        words = [self.literal("text") for _ in range(self.chance.randint(1, 2))]
        if many or self.chance.random() < 0.6:
            return self.function("holds", found[0], *words)
        if self.chance.random() < 0.3:
            return self.function("from_plan", found[0], self.one("count", 0)[0])
        return self.function("same", found[0], words[0] if self.chance.random() < 0.6 else self.one("text", 0)[0])


    def persons(self, depth: int) -> Sentence:
        """Who is meant by one to three texts, or whom of one the roster does not know."""
        if self.grammar.beside and self.chance.random() < 0.2:
            return self.function("off_roster", self.one("text", 0)[0], *self.lists()[:self.chance.randrange(2)])
        found = [(self.several("text", 0) if self.chance.random() < 0.5 else None) or self.one("text", 0)
                 for _ in range(self.chance.choice((1, 1, 2, 3)))]
        return self.function("names", *(one for one, _ in found))

    def person(self, text: Sentence, many: bool, depth: int) -> Sentence:
        """Whether somebody is meant by two texts, or by one and the roster."""
        if not many and self.grammar.beside and self.chance.random() < 0.3:
            names = self.chance.choice((("roster", "entry"), ("roster", "unit"), ("名册", "对象")))
            return self.function("named", text, Sentence(".".join(names), ("path", *names)))
        if not many and self.chance.random() < 0.5:
            other = self.persons(depth) if self.chance.random() < 0.3 else self.one("text", 0)[0]
            return self.function("same_person", text, other)
        sign, other = self.chance.choice(("in", "in", "not in")), self.persons(depth)
        text = self.persons(depth) if not many and self.chance.random() < 0.2 else text
        return Sentence(f"{text.text} {sign} {other.text}", ("compare", (text.tree, other.tree), (sign,)))


def spoilt(text: str, chance: random.Random) -> str:
    """The same with a piece that a person gets wrong."""
    at = chance.randrange(len(text) + 1)
    piece = chance.choice(PIECES)
    return text[:at] + piece + text[at + chance.randrange(4):]
