"""Quick looks: whether a check surely finds nothing in a report of good form. Only ever asked of such reports.

A quick look reads a field once for the whole report and shares what it read. It may say no to a clean report, and
then the check itself runs; it never says yes where the check would find something. It leaves `when` aside.
Each is (options, pack, each) -> look(case) -> bool, or None where there is no quicker way.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cache
from typing import Any

from ..case import Case, breaches
from ..report import Doc
from ..wording import text_key
from .words import alternation, is_vague_for

Look = Callable[[Case], bool]


@cache
def _chinese() -> Callable[[str], Any]:
    return re.compile("[\u4e00-\u9fa5]*").fullmatch


def _whole(each: str | None, path: str) -> str:
    """A path of a rule's scope as one from the report."""
    return path.strip("/") if path.startswith("/") or not each else f"{each}.{path}"


def _stands(node: Any, steps: list[str]) -> bool:
    """Whether there is something at the end of the steps."""
    for step in steps:
        if node.__class__ is not Doc or step not in node:
            return False
        node = node[step]
    return True


def required(options: dict[str, Any], pack: Any, each: str | None) -> Look | None:
    """Every field of every scope is there."""
    names = options["fields"]
    if options.get("zero_is_gap") or options.get("at_least") or not all(isinstance(name, str) for name in names):
        return None
    if not each:
        steps = [name.strip("/").split(".") for name in names]
        return lambda case: all([_stands(case.report.doc, one) for one in steps])
    if not all(name.isidentifier() for name in names):
        return None

    wanted = [f"{each}.{name}" for name in names]

    def look(case: Case) -> bool:
        nodes = case.nodes
        count = len(nodes[each])
        for name in wanted:
            if len(nodes[name]) < count:
                return False
        return True

    return look


def exclusive(options: dict[str, Any], pack: Any, each: str | None) -> Look | None:
    """No scope has two of the fields."""
    if not each or len(options["fields"]) != 2:
        return None
    first, second = options["fields"]
    return lambda case: not any([first in one and second in one for one in case.nodes[each]])


def examined(options: dict[str, Any], pack: Any, each: str | None) -> Look | None:
    """Everything was examined everywhere."""
    wanted = f"{each}.{options['examined']}"
    return lambda case: case.nodes[wanted].count("all") == len(case.nodes[each])


def each_theme(options: dict[str, Any], pack: Any, each: str | None) -> Look:
    """Every theme has one of the fields."""
    names, themes = frozenset(options["any"]), list(pack.themes)

    def look(case: Case) -> bool:
        answers = case.report.doc.get("themes", ())
        return all([theme in answers and not names.isdisjoint(answers[theme]) for theme in themes])

    return look


def dates(options: dict[str, Any], pack: Any, each: str | None) -> Look | None:
    """No date passes a limit that is the same for the whole report."""
    fields = [_whole(each, name) for name in options["fields"]]
    limits: list[tuple[str, Callable[[Case], Any]]] = []
    for way in ("not_before", "not_after", "before", "after"):
        if way in options:
            limit = _limit(options[way], pack)
            if limit is None:
                return None
            limits.append((way, limit))
    if options.get("in_order"):
        return lambda case: not any([case.nodes[name] for name in fields])

    tops = [(name.partition(".")[0].removesuffix("[]"), name) for name in fields]

    def look(case: Case) -> bool:
        doc = case.report.doc
        values = [value for top, name in tops if top in doc for value in case.nodes[name]]
        if not values:
            return True
        first, last = min(values), max(values)
        for way, limit in limits:
            edge = limit(case)
            if edge is not None and (breaches(first, edge, way) or breaches(last, edge, way)):
                return False
        return True

    return look


def _limit(typed: Any, pack: Any) -> Callable[[Case], Any] | None:
    """The date of a limit that does not depend on the scope."""
    choices = typed if isinstance(typed, list) else [typed]
    known = pack.date_named(choices[0])
    if len(choices) == 1 and known:
        return lambda case: known
    if len(choices) == 1 and choices[0] in ("phase.start", "phase.end"):
        return lambda case: pack.phase_date(case.report.phase, choices[0].removeprefix("phase."))
    if all(one.startswith("/") for one in choices):
        paths = [one.strip("/") for one in choices]
        return lambda case: next((value for one in paths for value in case.nodes[one]), None)
    return None


def deadline(options: dict[str, Any], pack: Any, each: str | None) -> Look | None:
    """No date passes the limit; an extension could only move it on."""
    wanted, limit = _whole(each, options["field"]), _limit(options["limit"], pack)
    if limit is None:
        return None

    def look(case: Case) -> bool:
        values, edge = case.nodes[wanted], limit(case)
        return edge is None or not values or max(values) <= edge

    return look


def is_date(options: dict[str, Any], pack: Any, each: str | None) -> Look:
    """A report of good form has no date that is none."""
    return lambda case: True


def unique(options: dict[str, Any], pack: Any, each: str | None) -> Look:
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
            if len(heads) == len(values) and _chinese()("".join(heads)):
                return True         # Chinese characters at their heads are compared as they are
            keys = case.keys(wanted)
            return len(set(keys)) == len(keys)

    return look


def nothing_there(options: dict[str, Any], pack: Any, each: str | None) -> Look:
    """The field is nowhere in the report."""
    wanted = _whole(each, options["field"])
    return lambda case: not case.nodes[wanted]


def value(options: dict[str, Any], pack: Any, each: str | None) -> Look | None:
    """Every value is one of those listed."""
    wanted = _whole(each, options["field"])
    listed = frozenset(options.get("in", ()))
    return lambda case: listed.issuperset(case.nodes[wanted])


def residue(options: dict[str, Any], pack: Any, each: str | None) -> Look:
    """Every text says enough."""
    wanted = _whole(each, options["field"])
    is_vague = is_vague_for(options, pack)

    def look(case: Case) -> bool:
        personal = case.report.kind == "personal"
        for one in set(case.nodes[wanted]):
            if is_vague(one, personal):
                return False
        return True

    return look


def share_of_words(options: dict[str, Any], pack: Any, each: str | None) -> Look:
    """No text holds a word of the list."""
    wanted = _whole(each, options["field"])
    words = pack.words(options["words"])

    @cache
    def search() -> Callable[[str], Any]:       # not compiled where all reports are known already
        return re.compile(alternation(text_key(word) for word in words)).search

    return lambda case: not search()(case.joined_keys(wanted))


def copied(options: dict[str, Any], pack: Any, each: str | None) -> Look | None:
    """No text has the plan's words in its middle."""
    wanted, percent = _whole(each, options["field"]), options["percent"]
    plan = "\n".join(text_key(one.text) for one in pack.behaviours.values())

    def look(case: Case) -> bool:
        for key in case.keys(wanted):
            run = -(-len(key) * percent // 100)
            if key[len(key) - run:run] in plan:
                return False
        return True

    return look if percent > 50 else None


QUICK: dict[str, Callable[[Any, Any, str | None], Look | None]] = {
    "required": required, "exclusive": exclusive, "examined": examined, "each_theme": each_theme, "dates": dates,
    "is_date": is_date, "unique": unique, "refers": nothing_there, "value": value, "residue": residue,
    "share_of_words": share_of_words, "copied": copied, "names_differ": nothing_there, "names_agree": nothing_there,
    "only_where": nothing_there, "attachments": nothing_there, "deadline": deadline,
}


def quick_look(kind: str, options: dict[str, Any], pack: Any, each: str | None) -> Look | None:
    """The quick look of a kind, if it has one for these options."""
    make = QUICK.get(kind)
    return make(options, pack, each) if make else None
