"""What a sentence of a rule means, said a second time and slowly: a walk over a tree of the tests' own and plain data.

It shares no code with `engine/language`; of the engine it takes the shapes of the form, the comparable forms of texts
and IDs, and the plan. Trees are made by `sentences`; it need not know which of them make no sense, since it is asked
only about those that the engine has accepted.
"""

from __future__ import annotations

import calendar
import datetime
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Any

from bayang.engine.packs.pack import Pack
from bayang.engine.reading.report import BAD
from bayang.engine.reading.schema import (
    BehaviourShape,
    ChoiceShape,
    CountShape,
    DateShape,
    EitherShape,
    IdShape,
    ListShape,
    MapShape,
    TruthShape,
)
from bayang.engine.text.dates import parse_date, parse_half, parse_month, parse_quarter
from bayang.engine.text.wording import id_key, name_key, name_parts, split_names, text_key

PARSE = {"date": parse_date, "month": parse_month, "quarter": parse_quarter, "half": parse_half}
Tree = tuple[Any, ...]      # (what, parts…); see `sentences`


class Unreadable(Exception):
    """Something is needed that is not of the right form."""


@dataclass(frozen=True)
class Value:
    """A value, or a list of them, with the shapes that it may have; `form` is what kind of thing it is."""

    data: Any
    form: str
    many: bool = False
    shapes: tuple[Any, ...] = ()


@dataclass(frozen=True)
class Item:
    """A map or a value of the report that is looked at, and the nouns by which it is called."""

    data: Any
    shapes: tuple[Any, ...]
    nouns: tuple[str, ...] = ()


@dataclass
class World:
    """What names may stand for: the report, the items around, the item between brackets."""

    pack: Pack
    phase: str | None
    around: list[Item]
    kept: Item | None = field(default=None)
    beside: dict[str, Item] = field(default_factory=dict)       # what may be named beside the report
    people: Callable[..., frozenset[str]] = frozenset   # who is meant by some texts; with False, whoever writes them;
                                                        # with None, 本人 nobody


def plain(data: Any) -> Any:
    """A bound report as plain data; what can't be read stays BAD."""
    if isinstance(data, dict):
        return {key: plain(one) for key, one in data.items()}
    return [plain(one) for one in data] if isinstance(data, list) else data


def outcomes(tree: Tree, each: Sequence[str], pack: Pack, data: Any, phase: str | None, shapes: tuple[Any, ...],
             beside: dict[str, Item] | None = None, people: Callable[..., frozenset[str]] = frozenset,
             ) -> list[bool | None]:
    """For each item of a path whether the sentence speaks there, None where that can't be assessed.

    `tree` is (when trees, where tree or None, must tree). Conditions that ask for nothing beside the report come first.
    """
    found: list[bool | None] = []
    when, where, must = tree
    for around in items(list(each), [Item(data, shapes)]):
        world = World(pack, phase, around, None, beside or {}, people)
        asked = [(one, replace(world, around=around[:1])) for one in when] + ([(where, world)] if where else [])
        asked.sort(key=lambda one: goes_beyond(one[0], world.beside))
        try:
            found.append(all(ask(*one) is True for one in asked) and ask(must, world) is False)
        except Unreadable:
            found.append(None)
    return found


def goes_beyond(tree: Any, beside: dict[str, Item]) -> bool:
    """Whether a part names what stands beside the report, or asks who is meant."""
    return isinstance(tree, tuple) and (
        tree[:1] == ("path",) and tree[1] in beside
        or tree[:1] == ("call",) and tree[1] in ("names", "same_person", "named", "off_roster")
        or any(goes_beyond(one, beside) for one in tree))


def items(steps: list[str], around: list[Item]) -> Iterator[list[Item]]:
    """Every readable item at a path, each with those around it."""
    if not steps:
        yield around
        return
    here, way, nouns = around[-1].data, around[-1].shapes, ()
    used = 0
    while used < len(steps) and steps[used] not in ("*", "[]"):
        key, way = field_of(way, steps[used])
        here = here.get(key) if isinstance(here, dict) else BAD if here is BAD else None
        nouns = next((one.nouns for one in way if isinstance(one, ListShape)), ())
        used += 1
    if used < len(steps):
        below = spread_shapes(way, steps[used])
        ones = [] if here is None or here is BAD else list(here.values()) if steps[used] == "*" else \
            here if isinstance(here, list) else [here]
        used += 1
    else:
        below, ones = way, [] if here is None else [here]
    for one in ones:
        if one is not BAD:
            yield from items(steps[used:], [*around, Item(one, below, nouns)])


def field_of(shapes: Sequence[Any], written: str) -> tuple[str, tuple[Any, ...]]:
    """The field of this name in some maps, in either language; no shapes where there is none."""
    found = [one.fields[written] for one in shapes if isinstance(one, MapShape) and written in one.fields]
    return (found[0][0], tuple(dict.fromkeys(one for _, one in found))) if found else (written, ())


def spread_shapes(shapes: Sequence[Any], step: str) -> tuple[Any, ...]:
    """The shapes of the items of lists, or of the fields of maps of like maps."""
    ways = [way for one in shapes for way in (one.ways if isinstance(one, EitherShape) else [one])]
    if step == "[]":
        lists = tuple(dict.fromkeys(one.item for one in ways if isinstance(one, ListShape)))
        return lists or tuple(ways)
    return tuple(dict.fromkeys(one for way in ways for _, one in way.fields.values()))


def alike(shapes: Sequence[Any]) -> bool:
    """Whether they are maps of maps that all have the same fields, such as the themes."""
    for one in shapes:
        below = [shape for _, shape in one.fields.values()] if isinstance(one, MapShape) else []
        if not below or not all(isinstance(two, MapShape) and two.titles == below[0].titles for two in below):
            return False
    return bool(shapes)


def form_of(shapes: Sequence[Any]) -> str:
    """What kind of thing has one of some shapes."""
    for one in shapes:
        if isinstance(one, EitherShape):
            return form_of([way.item if isinstance(way, ListShape) else way for way in one.ways])
        for kind, form in ((MapShape, "map"), (TruthShape, "truth"), (BehaviourShape, "choice"),
                           (ChoiceShape, "choice"), (CountShape, "count"), (IdShape, "id"), (ListShape, "list")):
            if isinstance(one, kind):
                return form
        if isinstance(one, DateShape):
            return one.format
    return "text"


def canonical(text: str, shapes: Sequence[Any], form: str) -> Any:
    """What a word of the sentence stands for beside a value of some form."""
    if form in PARSE:
        return PARSE[form](text)[0]
    if form == "choice":
        for one in shapes:
            for way in one.ways if isinstance(one, EitherShape) else [one]:
                way = way.item if isinstance(way, ListShape) else way
                if isinstance(way, BehaviourShape) and text in way.names.by_theme[way.theme]:
                    return text
                known = way.names.other if isinstance(way, BehaviourShape) else way.values
                if text in known:
                    return known[text]
    return id_key(text) if form == "id" else text


# --- values ------------------------------------------------------------------------------------------


def ask(tree: Tree, world: World) -> Any:
    """The value of a part; a list as a list."""
    return value(tree, world).data


def value(tree: Tree, world: World) -> Value:
    """The value of a part and what it is."""
    return _WAYS[tree[0]](world, *tree[1:])


def path(world: World, *names: str) -> Value:
    """`a.b.c`: the first is a name, the others are below."""
    found, rest = named(world, names[0]), list(names[1:])
    return walked(found, rest)


def below(world: World, tree: Tree, *names: str) -> Value:
    return walked(value(tree, world), list(names))


def named(world: World, name: str) -> Value:
    """What a name stands for."""
    if world.kept is not None:
        found = inside(world.kept, name)
        if found is not None:
            return found
        if name in ("value", "值"):
            return Value(world.kept.data, form_of(world.kept.shapes), False, world.kept.shapes)
    for one in reversed(world.around):
        found = inside(one, name)
        if found is not None:
            return found
    inner = world.around[-1]
    if name in ("value", "值") and len(world.around) > 1 and form_of(inner.shapes) != "map":
        return held(inner.data, inner.shapes)
    for one in world.around:
        if name in one.nouns:
            return held(one.data, one.shapes)
    report = world.around[0]
    if name in world.beside:
        return held(world.beside[name].data, world.beside[name].shapes)
    for way in ways_to(report.shapes, name):
        return walked(held(report.data, report.shapes), way)
    raise AssertionError(name)


def ways_to(shapes: Sequence[Any], name: str, way: tuple[str, ...] = ()) -> Iterator[list[str]]:
    """The way to every field of this name below some maps, by canonical keys."""
    for shape in shapes:
        if isinstance(shape, ListShape):
            yield from ways_to([shape.item], name, way)
        elif isinstance(shape, MapShape) and alike([shape]) and way:
            yield from ways_to(spread_shapes([shape], "*")[:1], name, way)
        elif isinstance(shape, MapShape):
            for key, one in dict(shape.fields.values()).items():
                if name in (key, *(other for other, (same, _) in shape.fields.items() if same == key)):
                    yield [*way, key]
                yield from ways_to([one], name, (*way, key))


def inside(item: Item, name: str) -> Value | None:
    key, shapes = field_of(item.shapes, name)
    return got([item.data], key, shapes, many=False) if shapes else None


def held(data: Any, shapes: tuple[Any, ...]) -> Value:
    if data is BAD:
        raise Unreadable
    lists = [one for one in shapes if isinstance(one, ListShape)]
    if lists:
        return Value(listed([data]), form_of([lists[0].item]), True, tuple(one.item for one in lists))
    if any(isinstance(one, EitherShape) for one in shapes):
        return Value(listed([data]), form_of(shapes), True, shapes)
    return Value(data, form_of(shapes), False, shapes)


def listed(found: list[Any]) -> list[Any]:
    """The items of some lists; a text that stands for a list of one."""
    items_ = [one for each in found if each is not None for one in (each if isinstance(each, list) else [each])]
    if any(one is BAD for one in items_):
        raise Unreadable
    return items_


def got(maps: list[Any], key: str, shapes: tuple[Any, ...], many: bool) -> Value:
    """A field of one map, or of each of several."""
    if any(one is BAD for one in maps):
        raise Unreadable
    found = [one[key] for one in maps if isinstance(one, dict) and key in one]
    if any(one is BAD for one in found):
        raise Unreadable
    if not many:
        return held(found[0] if found else None, shapes)
    if any(isinstance(one, ListShape | EitherShape) for one in shapes):
        return held(listed(found), shapes)
    return Value(found, form_of(shapes), True, shapes)


def walked(found: Value, names: list[str]) -> Value:
    """What is below, of each where there are several."""
    for name in names:
        key, shapes = field_of(found.shapes, name)
        if not shapes and alike(found.shapes):
            found = each_of(found)
            key, shapes = field_of(found.shapes, name)
        maps = found.data if found.many else [] if found.data is None else [found.data]
        found = got(maps, key, shapes, found.many)
    return found


def each_of(found: Value) -> Value:
    """The fields of a map of like maps as a list."""
    maps = found.data if found.many else [] if found.data is None else [found.data]
    ones = [one for each in maps if isinstance(each, dict) for one in each.values()]
    if any(one is BAD for one in ones):
        raise Unreadable
    return Value(ones, "map", True, spread_shapes(found.shapes, "*"))


def counted(tree: Tree, world: World) -> Value:
    """A part as an argument or before [ ]: a map of like maps is the list of them."""
    found = value(tree, world)
    return each_of(found) if not found.many and found.form == "map" and alike(found.shapes) else found


def constant(world: World, text: Any) -> Value:
    if isinstance(text, tuple):
        return Value(list(text), "words" if isinstance(text[0], str) else "count", True)
    if isinstance(text, float):
        return Value(Decimal(str(text)), "count")
    return Value(text, "words" if isinstance(text, str) else "count")


def edge(world: World, owner: str, which: str) -> Value:
    """The first or last day of the campaign, of the report's phase, or of a phase."""
    plan = world.pack
    which = {"开始": "start", "结束": "end"}.get(which, which)
    if owner in ("campaign", "活动"):
        return Value(getattr(plan, which), "date")
    phase = world.phase if owner in ("phase", "所处阶段") else next(
        key for key, one in plan.phases.items() if owner in (key, one.name["zh"]))
    return Value(getattr(plan.phases[phase], which) if phase else None, "date")


def kept(world: World, base: Tree, test: Tree) -> Value:
    found = counted(base, world)
    held_ = [one for one in found.data if ask(test, replace(world, kept=Item(one, found.shapes))) is True]
    return replace(found, data=held_)


# --- conditions --------------------------------------------------------------------------------------


def compared(world: World, sides: Sequence[Tree], signs: Sequence[str]) -> Value:
    """One comparison, or several in a row."""
    truth: Any = True
    for at, sign in enumerate(signs):
        found = pair(world, sides[at], sign, sides[at + 1])
        if len(signs) == 1:
            return found
        truth = joined(True, truth, found.data)
        if truth is False:
            break
    return Value(truth, "truth")


def joined(every: bool, left: Any, right: Any) -> Any:
    """Two of three answers put together by and, or by or."""
    ends = not every
    if left is ends or right is ends:
        return ends
    return None if left is None or right is None else every


def pair(world: World, left: Tree, sign: str, right: Tree) -> Value:
    """Two values with a sign between; what can no longer matter is not read: the list of two comes first."""
    if sign in ("in", "not in"):
        return among(world, left, right, sign == "not in")
    bare = hollow(world)
    types = value(left, bare), value(right, bare)
    form = next((one.form for one in types if one.form != "words"), "words")
    if types[0].many or types[1].many:
        several, other = (left, right) if types[0].many else (right, left)
        items_ = fitted(value(several, world), types[1 if types[0].many else 0]).data
        if not items_:
            return Value([], "truth", True)
        one = fitted(value(other, world), types[0 if types[0].many else 1]).data
        return Value([three(each, sign, one, form) if types[0].many else three(one, sign, each, form)
                      for each in items_], "truth", True)
    one = fitted(value(left, world), types[1]).data
    if one is None:
        return Value(None, "truth")
    return Value(three(one, sign, fitted(value(right, world), types[0]).data, form), "truth")


def hollow(world: World) -> World:
    """The same around a report in which nothing is filled in: what is of which form, and what is a list."""
    return replace(world, around=[replace(one, data=None) for one in world.around],
                   people=lambda texts, own=True: frozenset(),
                   beside={name: replace(one, data=None) for name, one in world.beside.items()},
                   kept=replace(world.kept, data=None) if world.kept is not None else None)


def three(left: Any, sign: str, right: Any, form: str) -> bool | None:
    if left is None or right is None:
        return None
    if form == "id":
        left, right = id_key(left), id_key(right)
    return {"==": left == right, "!=": left != right}[sign] if sign in ("==", "!=") else \
        {"<": left < right, "<=": left <= right, ">": left > right, ">=": left >= right}[sign]


def fitted(one: Value, other: Value) -> Value:
    """Words of the sentence as values of the other's form."""
    if one.form != "words" or other.form == "words":
        return one
    made = [canonical(text, other.shapes, other.form) for text in (one.data if one.many else [one.data])]
    return Value(made if one.many else made[0], other.form, one.many)


def among(world: World, left: Tree, right: Tree, negated: bool) -> Value:
    """`in`: whether a value, or each of several, is one of a row or a list."""
    one = value(left, world)
    if not one.many and one.data is None:
        return Value(None, "truth")
    if one.many and not one.data and one.form != "person":
        return Value([], "truth", True)
    other = value(right, world)
    if other.form == "person":
        meant = (lambda text: world.people([text])) if one.form != "person" else None
        if meant and one.many:
            return Value([none_less(shared(meant(text), other.data), negated) for text in one.data], "truth", True)
        some = meant(one.data) if meant else one.data
        return Value(none_less(shared(some, other.data), negated), "truth")
    other, one = fitted(other, one), fitted(one, other)
    key = id_key if one.form == "id" else lambda plain_: plain_
    row = [key(each) for each in other.data]
    if one.many:
        return Value([(key(each) in row) is not negated for each in one.data], "truth", True)
    return Value((key(one.data) in row) is not negated, "truth")


def shared(some: frozenset[str], others: frozenset[str]) -> bool | None:
    """Whether somebody is on both sides; None where nobody is on one."""
    return bool(some & others) if some and others else None


def none_less(truth: bool | None, negated: bool) -> bool | None:
    return None if truth is None else truth is not negated


def texts_of(world: World, parts: Sequence[Tree]) -> frozenset[str]:
    """Who is meant by some parts."""
    found = [value(part, world) for part in parts]
    if found and found[0].form == "person":
        return found[0].data
    return world.people([one for each in found for one in (each.data if each.many else [each.data]) if one is not None])


def _names(world: World, *parts: Tree) -> Value:
    return Value(texts_of(world, parts), "person", True)


def _same_person(world: World, left: Tree, right: Tree) -> Value:
    return Value(shared(texts_of(world, [left]), texts_of(world, [right])), "truth")


def _named(world: World, text: Tree, entry: Tree) -> Value:
    typed, entered = value(text, world).data, value(entry, world).data
    if typed is None or entered is None:
        return Value(None, "truth")
    known = {name_key(one) for one in (entered["name"], *entered.get("aliases", ()))}
    return Value(name_key(typed) in known or ("id" in entered and world.people([typed], False) <= known), "truth")


def _off_roster(world: World, text: Tree, *lists: Tree) -> Value:
    typed, listed = value(text, world).data, world.beside["roster"].data
    if typed is None:
        return Value(frozenset(), "person", True)
    if not listed:
        raise Unreadable
    known = {name_key(one) for entry in listed["people"] for one in (entry["name"], *entry.get("aliases", ()))}
    known |= {name_key(entry["head"]) for entry in listed["units"]}
    words = [name_key(word) for one in lists for word in world.pack.words(one[1])]
    own = {name_key(word) for word in world.pack.words("self")} if "person" in world.around[0].data else set()
    parts = [part for part in name_parts(typed)
             if part in known or not any(word in name for name in split_names(part) for word in words)]
    return Value(frozenset(world.people(parts, None) - known - own), "person", True)


def both(world: World, every: bool, left: Tree, right: Tree) -> Value:
    first = ask(left, world)
    if first is (not every):
        return Value(first, "truth")
    return Value(joined(every, first, ask(right, world)), "truth")


def negated(world: World, tree: Tree) -> Value:
    found = value(tree, world)
    turn = lambda one: None if one is None else not one     # noqa: E731
    return replace(found, data=[turn(one) for one in found.data] if found.many else turn(found.data))


def given(world: World, tree: Tree) -> Value:
    """Whether a field is filled in; through lists of each item of the last, be there anything of it or not."""
    names = list(tree[2:] if tree[0] == "below" else tree[1:])
    if tree[0] == "path" and len(names) == 1:
        return named_home(world, names[0])
    base = value(tree[1], world) if tree[0] == "below" else named(world, names.pop(0))
    while wide(base, names):
        base = widened(base, names)
    if base.many:
        return Value([there(replace(base, data=one, many=False), names) for one in base.data], "truth", True)
    return Value(there(base, names), "truth")


def wide(found: Value, names: list[str]) -> bool:
    """Whether the way through some fields to the last goes through a list, or a map of like maps."""
    here = replace(found, data=None, many=False)
    for name in names:
        if alike(here.shapes) and not field_of(here.shapes, name)[1]:
            return True
        if name is names[-1]:
            return False
        here = walked(here, [name])
        if here.many:
            return True
    return False


def widened(found: Value, names: list[str]) -> Value:
    """One step of such a way."""
    if alike(found.shapes) and not field_of(found.shapes, names[0])[1]:
        return each_of(found)
    return walked(found, [names.pop(0)])


def there(found: Value, names: list[str]) -> bool:
    """Whether something is at the end of some fields, none of which but the last is a list."""
    node = found.data
    for name in names:
        if node is BAD:
            raise Unreadable
        if not isinstance(node, dict):
            break
        key, shapes = field_of(found.shapes, name)
        node, found = node.get(key), replace(found, shapes=shapes)
    if node is BAD:
        raise Unreadable
    return node is not None


def named_home(world: World, name: str) -> Value:
    """Whether what a bare name stands for is there."""
    homes = ([world.kept] if world.kept is not None else []) + list(reversed(world.around))
    for one in homes:
        key, shapes = field_of(one.shapes, name)
        if shapes:
            return Value(there(Value(one.data, "map", False, one.shapes), [key]), "truth")
        if one is world.kept and name in ("value", "值"):
            return Value(True, "truth")
    if name in world.beside and not any(name in one.nouns for one in world.around):
        return Value(world.beside[name].data is not None, "truth")
    for way in ways_to(world.around[0].shapes, name):
        if len(world.around) > 1 and name in ("value", "值"):
            break
        if any(name in one.nouns for one in world.around):
            break
        return given(replace(world, around=world.around[:1], kept=None), ("path", *way))
    return Value(True, "truth")     # the item itself, or one around it


# --- numbers, dates, functions -----------------------------------------------------------------------


def arithmetic(world: World, sign: str, left: Tree, right: Tree) -> Value:
    one = value(left, world)
    if one.data is None:
        return Value(None, one.form if right[0] == "call" else "count")
    other = value(right, world)
    if other.data is None:
        return Value(None, one.form)
    if other.form == "span":
        unit, number = other.data
        return Value(moved(world.pack, one.data, unit, number if sign == "+" else -number), "date")
    if one.form == "date":
        return Value((day_of(one.data) - day_of(other.data)).days, "count")
    if sign == "/":
        return Value(None if other.data == 0 else Decimal(one.data) / Decimal(other.data), "count")
    return Value({"+": one.data + other.data, "-": one.data - other.data, "*": one.data * other.data}[sign], "count")


def day_of(iso: str) -> datetime.date:
    return datetime.date.fromisoformat(iso)


def moved(pack: Pack, iso: str, unit: str, number: Any) -> str | None:
    """A date some whole days, working days or months later; None past the first and last day that there is."""
    number, day = int(number), day_of(iso)
    try:
        if unit == "days":
            return (day + datetime.timedelta(days=number)).isoformat()
        if unit == "months":
            months = day.year * 12 + day.month - 1 + number
            year, month = months // 12, months % 12 + 1
            if not 1 <= year <= 9999:
                return None
            last = calendar.monthrange(year, month)[1]
            return day.replace(year=year, month=month, day=min(day.day, last)).isoformat()
        for _ in range(min(abs(number), 4000)):
            day += datetime.timedelta(days=1 if number > 0 else -1)
            while not pack.is_working_day(day.isoformat()):
                day += datetime.timedelta(days=1 if number > 0 else -1)
        return day.isoformat()
    except OverflowError:
        return None


def called(world: World, name: str, *parts: Tree) -> Value:
    return _CALLED[name](world, *parts)


def _any(world: World, part: Tree) -> Value:
    truth: Any = False
    for one in ask(part, world):
        truth = joined(False, truth, one)
    return Value(truth, "truth")


def _all(world: World, part: Tree) -> Value:
    truth: Any = True
    for one in ask(part, world):
        truth = joined(True, truth, one)
    return Value(truth, "truth")


def _count(world: World, part: Tree) -> Value:
    found = counted(part, world)
    return Value(sum(one is True for one in found.data) if found.form == "truth" else len(found.data), "count")


def gathered(world: World, parts: Sequence[Tree]) -> Value:
    """All values of some parts in one row, without those that are missing."""
    found = [counted(part, world) for part in parts]
    row = [one for each in found for one in (each.data if each.many else [each.data]) if one is not None]
    return Value(row, found[0].form, True, found[0].shapes)


def _sum(world: World, *parts: Tree) -> Value:
    return Value(sum(gathered(world, parts).data), "count")


def _least(world: World, *parts: Tree) -> Value:
    found = gathered(world, parts)
    return replace(found, data=min(found.data) if found.data else None, many=False)


def _most(world: World, *parts: Tree) -> Value:
    found = gathered(world, parts)
    return replace(found, data=max(found.data) if found.data else None, many=False)


def _first(world: World, *parts: Tree) -> Value:
    """The first that is there; what stands behind it is not read."""
    typed = counted(parts[0], hollow(world))
    for part in parts:
        found = counted(part, world)
        row = [one for one in (found.data if found.many else [found.data]) if one is not None]
        if row:
            return replace(typed, data=row[0], many=False)
    return replace(typed, data=None, many=False)


def _last(world: World, part: Tree) -> Value:
    found = gathered(world, [part])
    return replace(found, data=found.data[-1] if found.data else None, many=False)


def _distinct(world: World, part: Tree) -> Value:
    found = counted(part, world)
    key = {"text": world.pack.plan_word, "words": world.pack.plan_word, "id": id_key}.get(found.form, lambda one: one)
    return replace(found, data=list(dict.fromkeys(map(key, found.data))))


def _span(unit: str) -> Any:
    def span(world: World, part: Tree) -> Value:
        number = ask(part, world)
        return Value(None if number is None else (unit, number), "span")

    return span


def _month(iso: str) -> str:
    return f"{day_of(iso).year:04}-{day_of(iso).month:02}"


def _quarter(iso: str) -> str:
    return f"{day_of(iso).year:04}-Q{(day_of(iso).month - 1) // 3 + 1}"


def _half(iso: str) -> str:
    return f"{day_of(iso).year:04}-H{(day_of(iso).month - 1) // 6 + 1}"


def _of_one(form: str, made: Any) -> Any:
    def of_one(world: World, part: Tree) -> Value:
        found = ask(part, world)
        return Value(None if found is None else made(found), form)

    return of_one


def _same(world: World, left: Tree, right: Tree) -> Value:
    one = ask(left, world)
    if one is None:
        return Value(None, "truth")
    if right[0] == "const":
        keys = {text_key(other) for other in (right[1], *world.pack.synonyms.get(right[1], ()))}
        return Value(text_key(one) in keys, "truth")
    other = ask(right, world)
    return Value(None if other is None else text_key(one) == text_key(other), "truth")


def _holds(world: World, text: Tree, *words: Tree) -> Value:
    found = value(text, world)
    keys = [text_key(other) for word in words for other in (word[1], *world.pack.synonyms.get(word[1], ()))]
    asked = lambda one: None if one is None else any(key in text_key(one) for key in keys)      # noqa: E731
    return Value([asked(one) for one in found.data] if found.many else asked(found.data), "truth", found.many)


def _share(world: World, text: Tree, *lists: Tree) -> Value:
    """Character by character: of the words that begin at one, the longest counts, and what it covers is passed."""
    found = ask(text, world)
    key = text_key(found or "")
    words = sorted((text_key(word) for one in lists for word in world.pack.words(one[1])), key=len, reverse=True)
    at = held = 0
    while at < len(key):
        size = next((len(word) for word in words if word and key.startswith(word, at)), 0)
        held, at = held + size, at + (size or 1)
    return Value(None if found is None else held * 100 // len(key) if key else 0, "count")


def _left(world: World, text: Tree, *lists: Tree) -> Value:
    """Between marks piece by piece, without the longest word that begins at a place; single ones go by whole pieces."""
    found = ask(text, world)
    words = [[text_key(word) for word in world.pack.words(one[1])] for one in lists]
    if found is None or not any(len(word) > 1 and word in text_key(found) for word in words[0]):
        return Value(None, "count")
    listed_ = sorted((word for some in words for word in some), key=len, reverse=True)
    for mark in "，,；;/（）()、":
        found = found.replace(mark, " ")
    pieces: list[str] = []
    for part in map(text_key, found.split()):
        at, piece = 0, ""
        while at < len(part):
            size = next((len(word) for word in listed_ if len(word) > 1 and part.startswith(word, at)), 0)
            pieces, piece = ([*pieces, piece], "") if size else (pieces, piece + part[at])
            at += size or 1
        pieces.append(piece)
    return Value(sum(len(piece) for piece in pieces if not set(piece) <= set(listed_)), "count")


def _from_plan(world: World, text: Tree, percent: Tree) -> Value:
    found = ask(text, world)
    least = None if found is None else ask(percent, world)      # of no text nobody asks how much of it
    if found is None or least is None:
        return Value(None, "truth")
    key, longest = text_key(found), 0
    for one in world.pack.behaviours.values():
        for at in range(len(key)):
            while at + longest < len(key) and key[at:at + longest + 1] in text_key(one.text):
                longest += 1
    return Value(longest > 0 and longest * 100 >= least * len(key), "truth")


_CALLED = {
    "any": _any, "all": _all, "count": _count, "sum": _sum, "earliest": _least, "latest": _most, "min": _least,
    "max": _most, "first": _first, "last": _last, "distinct": _distinct, "days": _span("days"),
    "workdays": _span("workdays"), "months": _span("months"), "month": _of_one("month", _month),
    "quarter": _of_one("quarter", _quarter), "half": _of_one("half", _half), "length": _of_one("count", len),
    "same": _same, "holds": _holds, "share": _share, "left": _left, "from_plan": _from_plan,
    "names": _names, "same_person": _same_person, "named": _named, "off_roster": _off_roster,
}
_WAYS = {
    "path": path, "below": below, "const": constant, "edge": edge, "keep": kept, "compare": compared, "both": both,
    "not": negated, "given": given, "sum": arithmetic, "call": called,
}
