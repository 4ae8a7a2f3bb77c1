"""Check kinds on which fields are there, which values they have, and whether they agree."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from ...packs.pack import KINDS, Pack
from ...reading.paths import EACH, Field, Scope, is_given, split
from ...reading.report import BAD, Doc, Items
from ...records import Route
from ...text.regex import regex
from ...text.wording import id_key, text_key
from ..case import Case, Hit
from ..places import node_at
from .kind import Kind, Look, Options, stands

Check = Callable[[Case, Scope], Iterable[Hit]]


def required(options: Options, pack: Pack) -> Check:
    """Fields that must be there, `themes.*.x` in every theme of the plan. `report: each` makes one finding a missing
    field, which stands where all stand that would do; `together` one that lists them.
    """
    wanted = _ways(options, pack)
    zero_is_gap = frozenset(options.get("zero_is_gap", ()))
    least = {name: (Field(f"{name}[]"), count) for name, count in options.get("at_least", {}).items()}
    each = options.get("report", "together") == "each"
    names = [choice[0].name for choice in wanted if choice[0].name and len(choice) == 1]
    simple = names if len(names) == len(wanted) and not zero_is_gap and not least else None

    def missing_from(case: Case, scope: Scope, choice: list[Field]) -> bool:
        if len(choice) > 1 and any(
                stands(case.report.doc if one.absolute else scope.node, one.steps) for one in choice):
            return False        # whatever the others are
        for one in choice:
            value = one.first(case, scope)
            if value is BAD:
                return False
            if value is not None and not (value == 0 and one.text in zero_is_gap) \
                    and not (one.text in least and too_few(case, scope, *least[one.text])):
                return False
        return True

    def too_few(case: Case, scope: Scope, items: Field, wanted: int) -> bool:
        before = len(case.skipped)
        kinds = {pack.plan_word(item) for _, item in items.read(case, scope)}
        return len(kinds) < wanted and len(case.skipped) == before

    def check(case: Case, scope: Scope) -> Iterable[Hit]:
        if simple and is_given(scope.node, simple):
            return ()
        missing = [choice for choice in wanted if missing_from(case, scope, choice)]
        if not missing:
            return []
        if each:
            hits = []
            for choice in missing:
                paths = [one.path(scope) for one in choice]
                path = _common(paths, scope.path)
                hits.append(Hit(path, facts={"missing": paths, "key": path[-1] if path else ""}))
            return hits
        return [Hit(_common([choice[0].path(scope) for choice in missing], scope.path),
                    facts={"missing": [one.path(scope) for choice in missing for one in choice], "key": ""})]

    return check


def _ways(options: Options, pack: Pack) -> list[list[Field]]:
    """Of each field that must be there those of which one is enough."""
    ways = []
    for one in options["fields"]:
        paths = {name: split(name) for name in (one["any"] if isinstance(one, dict) else [one])}
        wide = any(steps[:2] == [pack.roles.themes, EACH] for steps in paths.values())
        ways += [[Field(name, [theme if step is EACH else step for step in steps]) for name, steps in paths.items()]
                 for theme in (pack.themes if wide else [EACH])]
    return ways


def _common(paths: list[Route], least: Route) -> Route:
    """The longest path that all begin with; never above the scope."""
    common = paths[0]
    for path in paths[1:]:
        while path[:len(common)] != common:
            common = common[:-1]
    return common if len(common) >= len(least) else least


def examined(options: Options, pack: Pack) -> Check:
    """Every named behaviour that leans to this kind of report is cited by a problem or listed as examined."""
    cited = Field(options["cited"])
    listed = Field(options["examined"] + "[]")
    home = options["examined"]
    answers = [Field(name) for name in options["answered_by"]]
    leanings: dict[tuple[str | int, str], list[str]] = {
        (theme, kind): pack.leaning(theme, kind) for theme in pack.themes for kind in KINDS}

    def check(case: Case, scope: Scope) -> Iterable[Hit]:
        if type(scope.node) is Doc and scope.node.get(home) == "all":
            return ()
        before = len(case.skipped)
        if case.report.kind is None or not any(one.first(case, scope) is not None for one in answers):
            return []
        leaning = leanings[scope.path[-1], case.report.kind]
        if not leaning:
            return []
        seen = {one for field in (cited, listed) for _, one in field.read(case, scope)}
        if len(case.skipped) > before:
            return []
        left = [behaviour for behaviour in leaning if behaviour not in seen]
        return [Hit((*scope.path, home), facts={"behaviours": left, "count": len(left)})] if left else []

    return check


def unique(options: Options, pack: Pack) -> Check:
    """No two of some values are the same, compared as IDs or as texts; the later ones are named, in the plan's order of
    themes, since the order of keys says nothing.

    `beside` names fields beside the value that must be the same too.
    `across` is the path of what the values belong to: within one of them repeats are allowed. `unless` names a
    field beside the value that lists the IDs of those with which it is shared.
    """
    wanted = Field(options["of"])
    key = id_key if options.get("as", "text") == "id" else text_key
    depth = len(split(options["across"])) if "across" in options else None
    unless, beside = options.get("unless"), [Field(name) for name in options.get("beside", ())]
    ranks = {theme: rank for rank, theme in enumerate(pack.themes)}

    def in_order(found: tuple[Route, Any]) -> list[int | str]:
        return [ranks.get(segment, 0) if isinstance(segment, str) else segment for segment in found[0]]

    def check(case: Case, scope: Scope) -> Iterable[Hit]:
        found = [(path, key(one)) for path, one in wanted.read(case, scope)]
        if beside:
            found = [(path, whole) for path, one in found if (whole := _with_others(case, path, one, beside))]
        if len({one for _, one in found}) == len(found):
            return ()
        seen: dict[str, _Same] = defaultdict(_Same)
        hits = []
        for path, one in sorted(found, key=in_order):
            owner, listed = _shared(case, path, depth, unless) if unless else (None, frozenset())
            first = seen[one].rival(path[:depth], owner, listed)
            if first:
                hits.append(Hit(path, facts={"other": first}))
            seen[one].add(path, path[:depth], owner, listed)
        return hits

    return check


def _with_others(case: Case, path: Route, value: str, beside: list[Field]) -> str | None:
    """A value with those of some fields beside it; None where one of them is not there."""
    home = Scope(node_at(case.report, path[:-1]), path[:-1])
    others = [one.first(case, home) for one in beside]
    return None if None in others or BAD in others else "\x1f".join([value, *[text_key(str(one)) for one in others]])


class _Same:
    """Places of one value, by what they belong to; looked through without going over any of them again and again."""

    def __init__(self) -> None:
        self.homes: dict[Route, tuple[str | None, list[tuple[Route, frozenset[str]]]]] = {}
        # of a home, how many say that they are shared with an ID
        self.passed: dict[tuple[Route, str | None], int] = defaultdict(int)

    def add(self, path: Route, home: Route, owner: str | None, listed: frozenset[str]) -> None:
        """Note a place: what it belongs to, the ID of that, and the IDs with which it says that it is shared."""
        self.homes.setdefault(home, (owner, []))[1].append((path, listed))

    def rival(self, home: Route, owner: str | None, listed: frozenset[str]) -> Route | None:
        """The first place that belongs to something else, where neither says that it is shared with the other."""
        for other, (their, places) in self.homes.items():
            if other == home or their in listed:
                continue
            at = self.passed[other, owner]
            while at < len(places) and owner in places[at][1]:
                at += 1
            self.passed[other, owner] = at
            if at < len(places):
                return places[at][0]
        return None


def _shared(case: Case, path: Route, depth: int | None, name: str) -> tuple[str | None, frozenset[str]]:
    """The ID of what a value belongs to, and the IDs with which it says that it is shared."""
    owner, listed = (node.get(key) if type(node) is Doc else None for node, key in (
        (node_at(case.report, path[:depth]), "id"), (node_at(case.report, path[:-1]), name)))
    known = [one for one in listed if type(one) is str] if type(listed) is Items else ()
    return id_key(owner) if type(owner) is str else None, frozenset(map(id_key, known))


def _quick_required(options: Options, pack: Pack, each: str | None) -> Look | None:
    """Every field of every scope is there."""
    ways = [[one.steps for one in way] for way in _ways(options, pack)]
    if options.get("zero_is_gap") or options.get("at_least") or (each and "/" in str(options["fields"])) \
            or any(steps[:-1] != way[0][:-1] for way in ways for steps in way):
        return None
    plain = [way[0][0] for way in ways if len(way) == len(way[0]) == 1]
    others = [(way[0][:-1], frozenset(steps[-1] for steps in way)) for way in ways if not len(way) == len(way[0]) == 1]

    def look(case: Case) -> bool:
        for node in case.nodes[each or ""]:
            if type(node) is not Doc:
                return False
            for name in plain:
                if name not in node:
                    return False
            for home, names in others:
                below: Any = node
                for step in home:
                    below = below.get(step)
                    if type(below) is not Doc:
                        return False
                if below.keys().isdisjoint(names):
                    return False
        return True

    return look

def _quick_examined(options: Options, pack: Pack, each: str | None) -> Look | None:
    """Everything was examined everywhere."""
    wanted = f"{each}.{options['examined']}"
    return lambda case: case.nodes[wanted].count("all") == len(case.nodes[each or ""])


_CHINESE = regex("[\u4e00-\u9fa5]*")


def _quick_unique(options: Options, pack: Pack, each: str | None) -> Look:
    """No two of the values are alike."""
    wanted = options["of"]
    if options.get("as") == "id":
        def look(case: Case) -> bool:
            keys = case.id_keys(wanted)
            return len(set(keys)) == len(keys)
    else:
        def look(case: Case) -> bool:
            values = case.nodes[wanted]
            heads = {value[:3] for value in values}
            if len(heads) == len(values) and _CHINESE.fullmatch("".join(heads)):
                return True         # Chinese characters at their heads are compared as they are
            keys = case.keys(wanted)
            return len(set(keys)) == len(keys)

    return look


CHECK_KINDS = {
    "required": Kind(make=required, raises={None: "missing key"}, quick=_quick_required),
    "examined": Kind(make=examined, raises={None: "behaviours count"}, quick=_quick_examined, quotes=True),
    "unique": Kind(make=unique, raises={None: "other"}, quick=_quick_unique, spots=frozenset({"other"})),
}
