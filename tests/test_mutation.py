"""Every rule's examples hold it to its words: a rule changed in one small way is caught by its own examples (contract
§7).

A mutant drops a condition, a part of the check or a member of a list, shifts a number or a date bound by one, turns a
switch, swaps a field for a sibling of its form, or moves `who`, `from` and `until`; a sentence is changed token by
token (`mutating`), and what then makes no sense is passed over. `SURVIVORS` lists the only mutants that no report can
tell from the rule, each with the reason. Checks of a rule that speak at one place are told apart by their messages.
"""

from __future__ import annotations

import copy
import datetime
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from typing import Any

import pytest
from mutating import sentence_mutants

from bayang.engine.authoring import examples
from bayang.engine.authoring.examples import findings_of, judge
from bayang.engine.judging import opening, strict
from bayang.engine.judging.compile import Compiled
from bayang.engine.judging.kinds import BUILT_IN, CHECK_KINDS
from bayang.engine.judging.strict import BESIDE, Paths, follow, roots_of
from bayang.engine.language.beyond import offered
from bayang.engine.language.scopes import levels_of
from bayang.engine.language.sentence import RuleSentence, SentenceTexts
from bayang.engine.language.types import Fault
from bayang.engine.language.types import type_of as form_of
from bayang.engine.packs.pack import KINDS, Pack
from bayang.engine.packs.rule import Rule
from bayang.engine.reading.paths import ITEM, split
from bayang.engine.reading.schema import ListShape, MapShape, Shape
from bayang.engine.records import PackError

# "rule: mutation" -> why no report can show the difference
_UNIT_ALONE = "it reads only fields that a personal report does not have, and an absent field is silent"
_AT_ANY_PHASE = "the kind compares phases itself, and asks no rule from which phase on"
_SAID_BEFORE = "what is after the campaign is after rectification too, and the first check has said so"
SURVIVORS: dict[str, str] = {
    "CA01: every/days dropped": "it says 1, which also counts when nothing is said",
    "CA02: every/days dropped": "it says 1, which also counts when nothing is said",
    "ME11: from any": "both checks ask for the phase, which is absent before any has begun",
    **{f"PB11: 1.where{change}": _SAID_BEFORE for change in (" dropped", ": 1 > as another", ": 4 end as another")},
    **{f"{rule}: who with personal": _UNIT_ALONE for rule in (
        "ME82", "ME83", "ME92", "OR02", "OR03", "OR05", "OR06", "PH11", "PH12", "PH43", "PH44", "RC13", "RO06")},
    **{f"{rule}: from inspection": _AT_ANY_PHASE for rule in ("CV06", "RO01", "RO04", "WV01")},
}

PATHS = {"field", "fields", "list", "of", "to", "any", "cited", "examined", "distinct", "by", "due", "received", "as",
         "limit", "from", "covered_by"}
SWITCH = {"each": "together", "together": "each", "id": "text", "text": "id", "week": "month", "month": "week",
          "quarter": "half", "half": "quarter", "speak": "silent", "silent": "speak"}
BOUND = {"before": "not_after", "not_after": "before", "after": "not_before", "not_before": "after"}

Mutant = tuple[str, Rule]


def mutants(rule: Rule, pack: Pack) -> Iterator[Mutant]:
    """Every mutant of a rule, named after what was done to it."""
    built = tuple(check for check in rule.checks if is_built_in(check))
    if built:
        checks = tuple(check for check in rule.checks if check not in built)
        for name, changed in in_checks(checks, rule, pack):
            yield name, replace(rule, checks=built + changed)
        return
    yield from moves(rule, pack)
    for name, changed in in_checks(rule.checks, rule, pack):
        yield name, replace(rule, checks=changed)


def is_built_in(check: dict[str, Any]) -> bool:
    """Whether a check words a fault of reading or form wherever it is."""
    return bool(set(BUILT_IN) & set(check)) and "at" not in check


def moves(rule: Rule, pack: Pack) -> Iterator[Mutant]:
    """Who, from when, until when."""
    order = list(pack.phases)
    if rule.first != "any":
        at = order.index(rule.first)
        yield f"from {order[at - 1] if at else 'any'}", replace(rule, first=order[at - 1] if at else "any")
        if at + 1 < len(order):
            yield f"from {order[at + 1]}", replace(rule, first=order[at + 1])
    else:
        yield f"from {order[1]}", replace(rule, first=order[1])
    if rule.last:
        at = order.index(rule.last)
        yield "until dropped", replace(rule, last=None)
        if at:
            yield f"until {order[at - 1]}", replace(rule, last=order[at - 1], first="any")
    if rule.who == ("batch",):
        return
    if len(rule.who) > 1:
        for one in rule.who:
            yield f"who without {one}", replace(rule, who=tuple(other for other in rule.who if other != one))
    levels = list(pack.levels)
    named = [one for one in levels if one in rule.who]
    for one in levels:
        if named and one not in named:
            yield f"who with {one}", replace(rule, who=(*rule.who, one))
            for other in named:
                yield f"who {other} as {one}", replace(
                    rule, who=tuple(one if who == other else who for who in rule.who))
    for one in KINDS:
        if one not in rule.who and not (one == "unit" and named):
            yield f"who with {one}", replace(rule, who=(*rule.who, one))
    if isinstance(rule.level, dict):
        for key, level in rule.level.items():
            other = next(one for one in rule.level.values() if one != level)
            yield f"level of {key}", replace(rule, level={**rule.level, key: other})


def in_checks(checks: tuple[dict[str, Any], ...], rule: Rule, pack: Pack) -> Iterator[tuple[str, tuple]]:
    """Each part of the check left out or changed."""
    for at, check in enumerate(checks):
        def put(changed: Any, at: int = at) -> tuple:
            return (*checks[:at], changed, *checks[at + 1:])

        label = f"{at}." if len(checks) > 1 else ""
        beside = {key: one for key, one in check.items() if key in BESIDE and key != "each"}
        if len(checks) > 1:
            yield f"{label} dropped", (*checks[:at], *checks[at + 1:])
        if check.get("level"):
            yield f"{label}level dropped", put({key: one for key, one in check.items() if key != "level"})
        if check.get("message"):
            yield f"{label}message dropped", put({key: one for key, one in check.items() if key != "message"})
        options = {key: one for key, one in check.items() if key not in beside}
        for path, changed in changes(options, sibling_of(rule, check, pack)):
            yield label + path, put({**changed, **beside})
        for name, changed in in_sentences(check, rule, pack):
            yield label + name, put(changed)


def in_sentences(check: dict[str, Any], rule: Rule, pack: Pack) -> Iterator[tuple[str, dict[str, Any]]]:
    """Each sentence of a check changed or left out, so that it still makes sense."""
    for name in ("where", "at"):
        if name in check:
            yield f"{name} dropped", {key: one for key, one in check.items() if key != name}
    for number, text in enumerate(check["when"]):
        def put(changed: tuple[str, ...], number: int = number) -> dict[str, Any]:
            return {**check, "when": (*check["when"][:number], *changed, *check["when"][number + 1:])}

        yield f"when {text} dropped", put(())
        for what, tried in sentence_mutants(text, names_beside(rule, None, pack)):
            yield from sensible(f"when: {what}", [put((one,)) for one in tried], rule, pack)
    for name in ("must", "where", "at"):
        beside = names_beside(rule, check["each"], pack, check.get("over"))
        for what, tried in sentence_mutants(check.get(name) or "", beside):
            yield from sensible(f"{name}: {what}", [{**check, name: one} for one in tried], rule, pack)
    if "every" in check:
        options = check["every"]
        period = next(iter(options))
        for what, tried in sentence_mutants(options[period], names_beside(rule, None, pack)):
            yield from sensible(f"{period}: {what}", [{**check, "every": {**options, period: one}} for one in tried],
                                rule, pack)


def sensible(name: str, tried: list[dict[str, Any]], rule: Rule, pack: Pack) -> Iterator[tuple[str, dict[str, Any]]]:
    """The first of some checks whose sentences mean something, if any."""
    for check in tried:
        try:
            strict.RuleSentence(SentenceTexts(check.get("must"), check["each"], check["when"], check.get("where"),
                                       check.get("at"), check.get("let"), check.get("over")),
                                roots_of(rule, pack, check.get("over")), pack)
            if "every" in check:
                CHECK_KINDS["every"].make(check["every"], pack)
        except Fault:
            continue
        yield name, check
        return


def names_beside(rule: Rule, each: str | None, pack: Pack, over: str | None = None) -> Callable[[str], Iterator[str]]:
    """A function that gives for a field those beside it of its form, of the innermost map first."""
    rest = [shape for level in levels_of(roots_of(rule, pack, over), each, offered(pack, over))
            for shape in level.shapes]
    maps: list[MapShape] = []
    while rest:
        shape = rest.pop()
        if isinstance(shape, ListShape):
            rest.append(shape.item)
        elif isinstance(shape, MapShape) and shape not in maps:
            maps.append(shape)
            rest[:0] = [one for _, one in shape.fields.values()]

    def beside(name: str) -> Iterator[str]:
        for shape in maps:
            if name in shape.titles:
                own = shape.fields[name][1]
                yield from (other for other in shape.titles
                            if other != name and form_of([shape.fields[other][1]], 0) == form_of([own], 0))

    return beside


def changes(node: Any, sibling: Callable[[str, str], str | None], path: str = "",
            key: str = "") -> Iterator[tuple[str, Any]]:
    """Every small change of a value, with its path."""
    if isinstance(node, dict):
        for name, one in node.items():
            where = f"{path}/{name}" if path else name
            if name in BOUND and (name != "before" or "every" not in node) and BOUND[name] not in node:
                yield f"{where} -> {BOUND[name]}", {BOUND[name] if other == name else other: value
                                                    for other, value in node.items()}
            for what, changed in changes(one, sibling, where, name):
                yield what, {**node, name: changed}
            if name in ("unless", "covered_by", "where", "spared", "self", "days", "zero_is_gap", "at_least", "also",
                        "holding", "allowed", "phase", "across"):
                yield f"{where} dropped", {other: value for other, value in node.items() if other != name}
    elif isinstance(node, list):
        for at, one in enumerate(node):
            named = one if isinstance(one, str) else str(at)
            if len(node) > 1 or key in ("when", "zero_is_gap", "spared"):
                yield f"{path} without {named}", node[:at] + node[at + 1:]
            for what, changed in changes(one, sibling, f"{path}/{at}", key):
                yield what, node[:at] + [changed] + node[at + 1:]
    elif isinstance(node, bool):
        yield f"{path} turned", not node
    elif isinstance(node, int):
        yield f"{path} {node - 1}", node - 1
        yield f"{path} {node + 1}", node + 1
    elif isinstance(node, str):
        if key in SWITCH.keys() | {"report", "as", "every", "when_absent"} and node in SWITCH and key != "from":
            yield f"{path} {SWITCH[node]}", SWITCH[node]
        try:
            day = datetime.date.fromisoformat(node)
        except ValueError:
            pass
        else:
            for step in (-1, 1):
                moved = (day + datetime.timedelta(days=step)).isoformat()
                yield f"{path} {moved}", moved
        if node.endswith((".start", ".end")):
            other = node.replace(".start", ".end") if node.endswith(".start") else node.replace(".end", ".start")
            yield f"{path} {other}", other
        elif key in PATHS or key == "each":
            other = sibling(node, path)
            if other:
                yield f"{path} {other}", other


def sibling_of(rule: Rule, check: dict[str, Any], pack: Pack) -> Callable[[str, str], str | None]:
    """A function that gives for a path a field beside it of the same form."""
    roots = roots_of(rule, pack)
    scopes = Paths(pack, rule, roots).scopes(check.get("each"))
    kind = next((one for one in check if one not in BESIDE), "")
    options = check.get(kind)
    lists = [follow(scopes, split(options[name]))[0] for name in ("list", "items")
             if isinstance(options, dict) and name in options]
    themes = follow(roots, split("themes.*"))[0]

    def sibling(text: str, where: str) -> str | None:
        if where.startswith("every/"):      # which is a part of a sentence
            return None
        steps = split(text)
        while steps and steps[-1] is ITEM:
            steps = steps[:-1]
        if not steps or not isinstance(steps[-1], str):
            return None
        for base in (roots,) if text.startswith("/") else (scopes, *lists, themes):
            own = follow(base, steps)[0]
            if own:
                homes = follow(base, steps[:-1])[0]
                for home in homes:
                    for name in getattr(home, "titles", ()):
                        if name != steps[-1] and type(home.fields[name][1]) is type(own[0]):
                            head, found, tail = text.rpartition(steps[-1])
                            return head + name + tail
        return None

    return sibling


def with_rules(pack: Pack, rules: dict[str, Rule]) -> Pack:
    """The pack with other rules; what it knows of its form and words stays, since no rule changes that."""
    other = copy.copy(pack)
    other.rules = rules
    return other


def caught(mutant: Rule, pack: Pack, built_in: dict[str, Rule], sides: list[tuple[str, dict[str, Any]]]) -> bool:
    """Whether an example is no longer what the rule says, or is told in other words where checks have their own.

    `sides` are the rule's examples; the one that catches a mutant is the first to be tried on the next.
    """
    try:
        waived = any("waivers" in one for one in mutant.examples["fail"])     # these name other rules
        compiled = Compiled(with_rules(pack, {**(pack.rules if waived else built_in), mutant.id: mutant}))
    except PackError:
        return True
    for at, (side, one) in enumerate(sides):
        if judge(compiled, mutant, side, one, alone=True):
            sides.insert(0, sides.pop(at))
            return True
    if not any("message" in check for check in pack.rules[mutant.id].checks):
        return False
    whole = Compiled(with_rules(pack, {**compiled.pack.rules, mutant.id: pack.rules[mutant.id]}))
    return any(texts_on(compiled, mutant, one) != texts_on(whole, mutant, one) for one in mutant.examples["fail"])


def texts_on(compiled: Compiled, rule: Rule, example: dict[str, Any]) -> list[str]:
    """What a rule says on an example; nothing where it breaks."""
    try:
        return [one.message for one in findings_of(compiled, example) if one.rule == rule.id]
    except (ValueError, LookupError):
        return []


def test_every_mutant_is_caught_by_the_examples_of_its_rule(
        pack: Pack, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    made: dict[str, bytes] = {}
    make = examples.bytes_of

    def once(pack: Pack, example: dict[str, Any], write: examples.Write) -> bytes:
        key = repr(example)
        if key not in made:
            made[key] = make(pack, example, write)
        return made[key]

    monkeypatch.setattr(examples, "bytes_of", once)
    monkeypatch.setattr(opening, "read", cache(opening.read))
    meant: dict[str, RuleSentence] = {}     # what does not change from mutant to mutant is compiled once

    def known(texts: SentenceTexts, roots: list[Shape], pack: Pack) -> RuleSentence:
        key = f"{texts}{[*map(id, roots)]}"
        if key not in meant:
            meant[key] = RuleSentence(texts, roots, pack)
        return meant[key]

    monkeypatch.setattr(strict, "RuleSentence", known)
    built_in = {rule.id: replace(rule, checks=tuple(filter(is_built_in, rule.checks)))
                for rule in pack.rules.values() if any(map(is_built_in, rule.checks))}
    assert pack.fields and pack.key_of      # known from here on to every copy of the pack
    total, alive = 0, []
    for rule in pack.rules.values():
        sides = [(side, one) for side in ("fail", "pass") for one in rule.examples[side]]
        for name, mutant in mutants(rule, pack):
            total += 1
            if not caught(mutant, pack, built_in, sides):
                alive.append(f"{rule.id}: {name}")
    with capsys.disabled():
        print(f"\nmutants: {total}, caught {total - len(alive)}, equivalent {len(SURVIVORS)}")
    assert not set(alive) - set(SURVIVORS), "\n".join(sorted(set(alive) - set(SURVIVORS)))
    assert sorted(set(SURVIVORS) - set(alive)) == []
