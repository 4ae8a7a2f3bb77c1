"""Finds what makes a pack wrong in silence: it loads, yet a rule never speaks, always speaks or says the wrong thing.

What keeps a pack from loading at all is a PackError, told here as one flaw. Everything else is looked for in the loaded
pack and in its files as typed, which give the lines: field paths, listed values, phases, themes, translations, hints
and variables of messages, word lists, patterns, examples. Rules inherited from the bundled pack are checked there.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import jinja2
from jsonschema import Draft7Validator, validators
from jsonschema.exceptions import SchemaError
from referencing import Registry, Resource

from .compile import Compiled
from .dates import day_after, parse_date
from .examples import bases, fault_of, findings_of
from .intake import Map, Seq, read
from .kinds import BUILT_IN
from .kinds.raises import ALWAYS, raises
from .messages import LANGUAGES, Spot, render, say
from .pack import KINDS, Pack, load_pack
from .paths import EACH, ITEM, split
from .patterns import Pattern
from .records import Limits, PackError, UsageError
from .schema import (
    FOLDER,
    AnyShape,
    BehaviourShape,
    ChoiceShape,
    CountShape,
    DateShape,
    EitherShape,
    ListShape,
    MapShape,
    OpenMapShape,
    plain,
)
from .wording import nearest

_LIMITS = Limits(bytes=4 << 20, nodes=400_000)
_HAN = re.compile(r"[\u4e00-\u9fff]")
_BESIDE = ("each", "when", "level")     # keys of a check that are no kind


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


class Typed:
    """The files of a pack as typed, to name a line."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        names = ["plan.yaml", "words.yaml", "calendar.yaml"]
        paths = [folder / name for name in names if (folder / name).is_file()]
        paths += sorted((folder / "themes").glob("*.yaml")) + sorted((folder / "families").glob("*.yaml"))
        self.files: dict[str, Any] = {path.relative_to(folder).as_posix(): read(path.read_bytes(), _LIMITS, frozenset())
                      for path in paths}
        self.rules = {one.entries["id"]: (name, at) for name, tree in self.files.items()
                      if name.startswith("families/") for at, one in enumerate(tree.entries["rules"].items)}

    def line(self, file: str, *steps: Any) -> int:
        """The line of a place in a file, or of the nearest place above it."""
        node: Any = self.files[file]
        line = node.mark.line + 1
        for step in steps:
            if isinstance(node, Map) and step in node.entries:
                line, node = node.at[step].line + 1, node.entries[step]
            elif isinstance(node, Seq) and isinstance(step, int) and step < len(node.items):
                line, node = node.at[step].line + 1, node.items[step]
            else:
                break
        return line

    def rule_line(self, rule: str, *steps: Any) -> tuple[str, int]:
        """File and line of a place inside a rule."""
        file, at = self.rules[rule]
        return file, self.line(file, "rules", at, *steps)


def lint(folder: Path) -> list[Flaw]:
    """Every flaw of the pack in a folder, in the order of its files. Raises UsageError when there is no pack."""
    if not (folder / "plan.yaml").is_file():
        raise UsageError("usage.no-pack", folder=folder)
    recorder = Recorder()
    try:
        pack = load_pack(folder)
        recorder.take(pack)
        compiled = Compiled(pack)
    except PackError as fault:
        return [Flaw("broken", fault.file, fault.line, {"text": fault})]
    typed = Typed(folder)
    flaws = [flaw for look in LOOKS for flaw in look(pack, typed)]
    flaws += list(unused_lists(pack, typed, recorder))
    if not any(flaw.check == "template" for flaw in flaws):     # such a rule stops all examples in which it speaks
        flaws += list(running(compiled, typed))
    flaws = list({repr(one): one for one in flaws}.values())
    return sorted(flaws, key=lambda one: (one.file, one.line, one.check))


class Recorder(dict):
    """The word lists of a pack; notes which of them are asked for."""

    def __init__(self) -> None:
        super().__init__()
        self.asked: set[str] = set()

    def take(self, pack: Pack) -> None:
        """Stand in for the word lists of a pack."""
        self.update(pack._words)
        pack._words = self

    def __getitem__(self, name: str) -> Any:
        self.asked.add(name)
        return super().__getitem__(name)

    def get(self, name: str, default: Any = None) -> Any:
        self.asked.add(name)
        return super().get(name, default)


# --- the files against their schemas ---------------------------------------------------------------


def referee(pack: Pack, typed: Typed) -> Iterator[Flaw]:
    """The schemas are schemas, and jsonschema finds nothing in a file that the engine accepts."""
    schemas = {path.name: json.loads(path.read_text(encoding="utf-8")) for path in sorted(FOLDER.glob("*.json"))}
    for name, schema in schemas.items():
        try:
            Draft7Validator.check_schema(schema)
        except SchemaError as fault:
            yield Flaw("schema", f"schemas/{name}", 1, {"text": fault.message})
    registry: Any = Registry().with_resources((name, Resource.from_contents(one)) for name, one in schemas.items())
    for file, tree in typed.files.items():
        name = {"families": "rules.json", "themes": "theme.json"}.get(
            file.split("/")[0], file.replace(".yaml", ".json"))
        for error in as_typed(schemas[name], registry).iter_errors(plain(tree)):
            yield Flaw("referee", file, typed.line(file, *error.absolute_path),
                       {"place": "/" + "/".join(map(str, error.absolute_path)), "rule": str(error.validator)})


def as_typed(schema: dict[str, Any], registry: Any) -> Any:
    """A draft-07 validator for data whose scalars are the text that was typed."""
    checker = Draft7Validator.TYPE_CHECKER.redefine_many({
        "integer": lambda _, one: isinstance(one, str) and one.isascii() and one.isdigit(),
        "boolean": lambda _, one: one in ("true", "false") if isinstance(one, str) else False,
    })
    return validators.extend(Draft7Validator, type_checker=checker)(schema, registry=registry)


# --- phases, themes, translations ------------------------------------------------------------------


def phases(pack: Pack, typed: Typed) -> Iterator[Flaw]:
    """The phases follow one another without gap or overlap, from the first to the last day of the campaign."""
    listed = list(pack.phases.values())
    for at, phase in enumerate(listed):
        line = typed.line("plan.yaml", "phases", at)
        before = day_after(listed[at - 1].end) if at else pack.start
        if phase.start != before:
            yield Flaw("phase-gap" if phase.start > before else "phase-overlap", "plan.yaml", line,
                       {"phase": phase.id, "start": phase.start, "wanted": before})
        if phase.end < phase.start:
            yield Flaw("phase-backwards", "plan.yaml", line, {"phase": phase.id})
    if listed and listed[-1].end != pack.end:
        yield Flaw("campaign-end", "plan.yaml", typed.line("plan.yaml", "phases", len(listed) - 1, "end"),
                   {"phase": listed[-1].id, "end": listed[-1].end, "wanted": pack.end})
    for rule in own(pack, typed):
        if rule.last and rule.first != "any" and pack.order(rule.last) < pack.order(rule.first):
            yield Flaw("unreachable-phase", *typed.rule_line(rule.id, "until"),
                       {"rule": rule.id, "first": rule.first, "last": rule.last})


def themes(pack: Pack, typed: Typed) -> Iterator[Flaw]:
    """No ID of a theme or behaviour stands twice, and each behaviour is rendered in English."""
    seen: dict[str, str] = {}
    for file, tree in typed.files.items():
        if not file.startswith("themes/"):
            continue
        listed = tree.entries["behaviours"].items
        idents = [(tree.entries["id"], typed.line(file, "id"))]
        idents += [(one.entries["id"], typed.line(file, "behaviours", at, "id")) for at, one in enumerate(listed)]
        for ident, line in idents:
            if ident in seen:
                yield Flaw("repeated-id", file, line, {"ident": ident, "first": seen[ident]})
            seen.setdefault(ident, f"{file}:{line}")
        for at, one in enumerate(listed):
            if not one.entries.get("en"):
                yield Flaw("translation", file, typed.line(file, "behaviours", at), {"place": one.entries["id"]})


def translations(pack: Pack, typed: Typed) -> Iterator[Flaw]:
    """Every text for people is there in Chinese and in English, and the two differ."""
    for file, tree in typed.files.items():
        rest: list[tuple[tuple, Any]] = [((), tree)]
        while rest:
            path, node = rest.pop()
            if isinstance(node, Seq):
                rest += [((*path, at), one) for at, one in enumerate(node.items)]
            elif isinstance(node, Map):
                rest += [((*path, key), one) for key, one in node.entries.items()]
                if set(node.entries) == set(LANGUAGES) and "examples" not in path:
                    zh, en = (str(node.entries[one] or "").strip() for one in LANGUAGES)
                    if not zh or not en or zh == en or not _HAN.search(zh):
                        yield Flaw("translation", file, typed.line(file, *path),
                                   {"place": "/" + "/".join(map(str, path))})


# --- the texts of rules ------------------------------------------------------------------------------


def messages(pack: Pack, typed: Typed) -> Iterator[Flaw]:
    """A rule has texts only for hints that its checks raise, and these use only the variables that come with them."""
    for rule in own(pack, typed):
        made = [(hint, names.split()) for check in rule.checks for kind in check.keys() - set(_BESIDE)
                for hint, names in raises(kind, check[kind]).items()]
        known = {hint for hint, _ in made if hint}
        for hint in rule.hints.keys() - known:
            yield Flaw("unknown-hint", *typed.rule_line(rule.id, "hints", hint),
                       {"rule": rule.id, "hint": hint, "known": ", ".join(sorted(known)) or "-"})
        for hint, names in made:
            texts: list[tuple[tuple, dict[str, str]]] = [(("remedy",), rule.remedy)]
            texts.append((("hints", hint), rule.hints[hint]) if hint in rule.hints else (("message",), rule.message))
            for place, text in texts:
                for language in LANGUAGES:
                    what = _template_flaw(text[language], names, hint)
                    if what:
                        yield Flaw("template", *typed.rule_line(rule.id, *place, language),
                                   {"rule": rule.id, "hint": hint or "-", "text": what,
                                    "known": ", ".join(sorted({*names, *ALWAYS.split()}))})


def _template_flaw(text: str, names: list[str], hint: str | None) -> str:
    """Why a text can't be rendered with these facts, or nothing; tried with facts that say something and blank ones."""
    for shown, number in (("X", 2), ("", 0)):
        facts = {name: number if name in _NUMBERS else Spot(number, shown, shown) if name in _SPOTS else shown
                 for name in (*ALWAYS.split(), *names)}
        try:
            render(text, {**facts, "hint": hint or ""})
        except jinja2.TemplateError as fault:
            return fault.message or type(fault).__name__
    return ""


_NUMBERS = frozenset({"count", "least", "most", "percent", "lines", "unreadable", "first", "second"})
_SPOTS = frozenset({"other", "limit"})


# --- word lists and patterns -------------------------------------------------------------------------


def patterns(pack: Pack, typed: Typed) -> Iterator[Flaw]:
    """No pattern, used or not, is broken or may run away."""
    for name, listed in _own_lists(typed).items():
        for at, one in enumerate(_items(listed)):
            if isinstance(one, Map):
                try:
                    Pattern([str(one.entries.get("pattern"))])
                except ValueError as fault:
                    yield Flaw("pattern", "words.yaml", typed.line("words.yaml", "words", name, at),
                               {"name": name, "text": fault})


def unused_lists(pack: Pack, typed: Typed, recorder: Recorder) -> Iterator[Flaw]:
    """Every word list is asked for by a rule or by the engine."""
    asked = recorder.asked | {"absent", "synonyms", "other"}
    for name in _own_lists(typed):
        if name not in asked:
            yield Flaw("unused-list", "words.yaml", typed.line("words.yaml", "words", name), {"name": name})


def _own_lists(typed: Typed) -> dict[str, Any]:
    tree = typed.files.get("words.yaml")
    return tree.entries["words"].entries if tree is not None else {}


# --- field paths, listed values, conditions -----------------------------------------------------------


def own(pack: Pack, typed: Typed) -> Iterable[Any]:
    """The rules that stand in the pack's own families."""
    return [rule for rule in pack.rules.values() if rule.id in typed.rules]


def fields(pack: Pack, typed: Typed) -> Iterator[Flaw]:
    """Every path of a rule leads to a field of those it speaks of, of the right form, and listed values are listed."""
    schema = json.loads((FOLDER / "rules.json").read_text(encoding="utf-8"))["definitions"]
    for rule in own(pack, typed):
        file, at = typed.rules[rule.id]
        tree = typed.files[file].entries["rules"].items[at]
        roots = [pack.shapes[kind] for kind in KINDS
                 if kind in rule.who or "batch" in rule.who or (kind == "unit" and set(rule.who) & set(pack.levels))]
        paths = Paths(pack, rule.id, typed, schema, roots)
        checks = tree.entries["check"]
        parts: list[tuple[int | None, Any]] = list(enumerate(_items(checks))) or [(None, checks)]
        yield from paths.path(tree.entries.get("each"), "each", roots, None, ("each",))
        outer = paths.scopes(tree.entries.get("each"), roots)
        yield from paths.tests(tree.entries.get("when"), outer, ("when",))
        for number, part in parts:
            place: tuple = ("check",) if number is None else ("check", number)
            each = part.entries.get("each")
            if each is not None:
                yield from paths.path(each, "each", roots, None, (*place, "each"))
            scopes = paths.scopes(each, roots) if each is not None else outer
            yield from paths.tests(part.entries.get("when"), scopes, (*place, "when"))
            for kind in part.entries.keys() - set(_BESIDE) - set(BUILT_IN):
                options = schema["check"]["properties"][kind].get("properties", {})
                yield from paths.options(part.entries[kind], options, scopes, (*place, kind))
        for check in rule.checks:
            for field, why in contradictions(check["when"]):
                yield Flaw("contradiction", *typed.rule_line(rule.id, "when"),
                           {"rule": rule.id, "field": field, "why": why})


class Paths:
    """Follows the paths of one rule through the shapes of the reports that it speaks of."""

    def __init__(self, pack: Pack, rule: str, typed: Typed, schema: dict[str, Any], roots: list[Any]) -> None:
        self.pack, self.rule, self.typed, self.schema, self.roots = pack, rule, typed, schema, roots

    def scopes(self, each: Any, roots: list[Any]) -> list[Any]:
        """The shapes of the nodes at `each`: where it leads nowhere, that was said already."""
        return [shape for root in roots for shape in follow([root], split(each or ""))[0]] or roots

    def options(self, given: Any, known: dict[str, Any], scopes: list[Any], place: tuple) -> Iterator[Flaw]:
        """The options of one kind, as their schema marks them."""
        if not isinstance(given, Map):
            return
        for name, one in given.entries.items():
            option = known.get(name, {})
            base = self.base(option.get("x-path", ""), given, scopes)
            if "x-path" in option and option.get("items", {}).get("$ref") == "#/definitions/test":
                yield from self.tests(one, base, (*place, name))
            elif "x-path" in option:
                for text, at in _texts(one):
                    yield from self.path(text, name, base, option.get("x-holds"), (*place, name, *at))
            elif "x-values" in option:
                yield from self.values(one, option["x-values"], given, scopes, (*place, name))
            else:
                for number, item in enumerate(_items(one)):
                    yield from self.options(item, option.get("items", {}).get("properties", {}), scopes,
                                            (*place, name, number))

    def base(self, said: str, given: Map, scopes: list[Any]) -> list[Any]:
        """The shapes from which a path of an option starts: scope, report, theme, or a neighbour's items or parent."""
        if said == "report":
            return self.roots
        if said == "theme":
            return follow(self.roots, split("themes.*"))[0]
        way, _, other = said.partition(" of ") if " of " in said else said.partition(" ")
        if not other:
            return scopes
        text = str(given.entries.get(other, ""))
        steps = split(text)
        start = self.roots if text.startswith("/") else scopes
        if way == "beside":
            while steps and steps[-1] is ITEM:
                steps = steps[:-1]
            return follow(start, steps[:-1])[0]
        return follow(start, steps)[0]

    def path(self, text: Any, name: str, base: list[Any], holds: str | None, place: tuple) -> Iterator[Flaw]:
        """One path, and whether it leads to a date or a count where one is wanted."""
        if not isinstance(text, str):
            return
        if holds == "limit" and (self.pack.date_named(text) or text in ("phase.start", "phase.end")):
            return
        found, siblings, missed = follow(self.roots if text.startswith("/") else base, split(text))
        if not found:
            near = nearest(str(missed), siblings)
            yield Flaw("unknown-field", *self.typed.rule_line(self.rule, *place),
                       {"rule": self.rule, "option": name, "path": text, "field": str(missed),
                        "near": near or ", ".join(siblings[:12])})
        elif holds and not any(_holds(shape, holds) for shape in found):
            yield Flaw("wrong-form", *self.typed.rule_line(self.rule, *place),
                       {"rule": self.rule, "path": text,
                        "wanted": {"count": "count"}.get(holds, "date")})

    def tests(self, listed: Any, base: list[Any], place: tuple) -> Iterator[Flaw]:
        """The conditions of a rule or a check."""
        for at, one in enumerate(_items(listed)):
            text = one.entries.get("field")
            wanted = {"over": "count", "before": "date", "after": "date", "not_before": "date", "not_after": "date"}
            holds = next((form for way, form in wanted.items() if way in one.entries), None)
            yield from self.path(text, "field", base, holds, (*place, at, "field"))
            for way in ("in", "not_in"):
                if way in one.entries:
                    found = follow(self.roots if str(text).startswith("/") else base, split(str(text)))[0]
                    yield from self.listed(one.entries[way], found, str(text), (*place, at, way))
            for way in ("before", "after", "not_before", "not_after"):
                for limit, at_limit in _texts(one.entries.get(way)):
                    yield from self.path(limit, way, base, "limit", (*place, at, way, *at_limit))

    def values(self, one: Any, said: str, given: Map, scopes: list[Any], place: tuple) -> Iterator[Flaw]:
        """An option that lists values: levels, phases, or those of a neighbour's field."""
        if said.startswith("value of "):
            text = str(given.entries.get(said.removeprefix("value of "), ""))
            found = follow(self.roots if text.startswith("/") else scopes, split(text))[0]
            yield from self.listed(one, found, text, place)
            return
        known = list(self.pack.levels if said.startswith("levels") else self.pack.phases)
        names = one.entries if isinstance(one, Map) else [text for text, _ in _texts(one)]
        for value in names:
            if value not in known:
                yield self.unknown(value, said, known, place)
        if said == "levels, value of field" and isinstance(one, Map):
            for level, listed in one.entries.items():
                if isinstance(listed, Seq):
                    yield from self.values(listed, "value of field", given, scopes, (*place, level))

    def listed(self, one: Any, shapes: list[Any], field: str, place: tuple) -> Iterator[Flaw]:
        """Values of a field that has a list of them."""
        known: list[str] = []
        for shape in shapes:
            if isinstance(shape, ChoiceShape):
                known += [value for value in dict.fromkeys(shape.values.values()) if value not in known]
            elif isinstance(shape, BehaviourShape):
                known += [*self.pack.behaviours, self.pack.other]
            elif not isinstance(shape, CountShape):
                return
        for text, at in _texts(one):
            if shapes and text not in known:
                yield self.unknown(text, field, known, (*place, *at))

    def unknown(self, value: str, field: str, known: list[str], place: tuple) -> Flaw:
        near = nearest(value, known) or ", ".join(known[:12])
        return Flaw("unknown-value", *self.typed.rule_line(self.rule, *place),
                    {"rule": self.rule, "field": field, "value": value, "near": near})


def _items(node: Any) -> list[Any]:
    """The items of a list as typed; of anything else, none."""
    return node.items if isinstance(node, Seq) else []


def _texts(one: Any) -> Iterator[tuple[str, tuple]]:
    """The texts of an option that is a text, a list of texts or of {any: texts}, or a map with texts as keys."""
    if isinstance(one, str):
        yield one, ()
    elif isinstance(one, Map):
        for key, value in one.entries.items():
            if key == "any":
                yield from ((text, (key, *at)) for text, at in _texts(value))
            else:
                yield key, (key,)
    elif isinstance(one, Seq):
        for number, item in enumerate(one.items):
            yield from ((text, (number, *at)) for text, at in _texts(item))


def follow(shapes: list[Any], steps: list[Any]) -> tuple[list[Any], list[str], Any]:
    """The shapes that a path reaches; where it reaches none, the fields that stand there and the step that failed."""
    for step in steps:
        ways = [way for shape in shapes for way in (shape.ways if isinstance(shape, EitherShape) else [shape])]
        reached: list[Any] = []
        for shape in ways:
            if step is ITEM:
                reached += [shape.item] if isinstance(shape, ListShape) else []
            elif isinstance(shape, OpenMapShape | AnyShape):
                reached.append(getattr(shape, "item", shape))
            elif isinstance(shape, MapShape):
                reached += [shape.fields[key][1] for key in (shape.titles if step is EACH else [step])
                            if key in shape.titles]
        if not reached:
            known = [key for shape in ways for key in shape.titles]
            return [], list(dict.fromkeys(known)), "[]" if step is ITEM else "*" if step is EACH else step
        shapes = reached
    return shapes, [], None


def _holds(shape: Any, form: str) -> bool:
    ways = shape.ways if isinstance(shape, EitherShape) else [shape]
    return any(isinstance(one, CountShape if form == "count" else DateShape) for one in ways)


def contradictions(tests: list[dict[str, Any]]) -> Iterator[tuple[str, str]]:
    """Conditions on one field that can't hold together: (field, the ways that clash)."""
    by_field: dict[str, list[dict[str, Any]]] = {}
    for test in tests:
        by_field.setdefault(test["field"], []).append(test)
    for field, same in by_field.items():
        absent = any(test.get("given") is False for test in same)
        needing = [way for test in same for way in test if way not in ("field", "given", "not_in")]
        if absent and (needing or any(test.get("given") is True for test in same)):
            yield field, "given: false + " + ", ".join(needing or ["given: true"])
        allowed = [set(test["in"]) for test in same if "in" in test]
        barred = {value for test in same for value in test.get("not_in", ())}
        if allowed and not set.intersection(*allowed) - barred:
            yield field, "in + " + ("not_in" if len(allowed) == 1 else "in")
        dates = {way: day[0] for test in same
                 for way in ("after", "not_before", "before", "not_after")
                 if isinstance(test.get(way), str) and (day := parse_date(test[way]))}
        low = max((dates[way] for way in ("after", "not_before") if way in dates), default="")
        high = min((dates[way] for way in ("before", "not_after") if way in dates), default="9")
        if low > high or (low == high and {"after", "before"} & dates.keys()):
            yield field, f"{low} .. {high}"


# --- what the rules do --------------------------------------------------------------------------------


def running(compiled: Compiled, typed: Typed) -> Iterator[Flaw]:
    """Every rule fires on some failing example, on no compliant report, and on no other rule's example."""
    pack = compiled.pack
    for rule in own(pack, typed):
        silent = 0
        for side in ("pass", "fail"):
            for number, example in enumerate(rule.examples[side]):
                fault = fault_of(compiled, rule, side, example)
                if not fault:
                    continue
                alone = fault_of(compiled, rule, side, example, alone=True)
                silent += side == "fail" and alone is not None and alone[0] == "silent"
                words = {language: say(f"example.{fault[0]}", language, **fault[1]) for language in LANGUAGES}
                yield Flaw("example" if alone else "example-trips", *typed.rule_line(rule.id, "examples", side, number),
                           {"rule": rule.id, "side": side, "number": number + 1, "fault": words})
        if silent and silent == len(rule.examples["fail"]):
            yield Flaw("never-fires", *typed.rule_line(rule.id), {"rule": rule.id})
    yield from _on_bases(compiled, typed)


def _on_bases(compiled: Compiled, typed: Typed) -> Iterator[Flaw]:
    """A rule that fires on a compliant report: on every one to which it applies, it always fires."""
    pack = compiled.pack
    fired: dict[str, list[str]] = {}
    heard: dict[str, int] = {}
    for name, kind, level in bases(pack):
        for phase in pack.phases:
            for rule in pack.rules.values():
                heard[rule.id] = heard.get(rule.id, 0) + compiled.applies(rule, kind, level, phase)
            try:
                found = {one.rule for one in findings_of(compiled, {"base": name, "phase": phase})}
            except (KeyError, IndexError, ValueError, TypeError) as fault:
                yield Flaw("base", f"bases/{name}.yaml", 1,
                           {"phase": phase, "fault": f"{type(fault).__name__} {fault}"})
                continue
            for ident in found:
                fired.setdefault(ident, []).append(f"bases/{name}.yaml {phase}")
    for ident, places in fired.items():
        where = typed.rule_line(ident) if ident in typed.rules else (pack.rules[ident].file, pack.rules[ident].line)
        yield Flaw("always-fires" if len(places) == heard[ident] else "fires-on-base", *where,
                   {"rule": ident, "place": places[0], "count": len(places)})


# --- what the rules rest on ---------------------------------------------------------------------------


def grounds(pack: Pack, typed: Typed) -> Iterator[Flaw]:
    """Where a rule speaks one clause fits best: none is left out, no two are narrowed alike, none is never cited."""
    for rule in own(pack, typed):
        if not any(one.narrowness for one in rule.bases):
            continue
        used: set[int] = set()
        told: set[str] = set()
        for phase in _phases_of(rule, pack):
            for level in _levels_of(rule, pack):
                fitting = [(one.narrowness, at) for at, one in enumerate(rule.bases) if one.fits(phase, level)]
                used.update(at for _, at in fitting)
                most = max(fitting, default=(0, 0))[0]
                best = [at for narrowness, at in fitting if narrowness == most]
                where = phase + (f", {level}" if level else "")
                if not fitting and "basis-gap" not in told:
                    told.add("basis-gap")
                    yield Flaw("basis-gap", *typed.rule_line(rule.id, "basis", "plan"),
                               {"rule": rule.id, "where": where, "phase": phase})
                elif most and len(best) > 1 and "basis-overlap" not in told:
                    told.add("basis-overlap")
                    yield Flaw("basis-overlap", *typed.rule_line(rule.id, "basis", "plan", best[1]),
                               {"rule": rule.id, "where": where, "phase": phase, "first": rule.bases[best[0]].clause})
        for at in sorted(set(range(len(rule.bases))) - used):
            yield Flaw("basis-idle", *typed.rule_line(rule.id, "basis", "plan", at),
                       {"rule": rule.id, "clause": rule.bases[at].clause})


def _phases_of(rule: Any, pack: Pack) -> list[str]:
    """The phases in whose reports a rule speaks."""
    first = 0 if rule.first == "any" else pack.order(rule.first)
    return list(pack.phases)[first:pack.order(rule.last) + 1 if rule.last else None]


def _levels_of(rule: Any, pack: Pack) -> list[str | None]:
    """The levels of those of whom a rule speaks; None for persons, and for a unit whose level nobody gives."""
    some = [level for level in pack.levels if level in rule.who]
    return [*(pack.levels if {"unit", "batch"} & set(rule.who) else some),
            *([None] if {*KINDS, "batch"} & set(rule.who) else [])]


LOOKS: tuple[Callable[[Pack, Typed], Iterable[Flaw]], ...] = (
    referee, phases, themes, translations, messages, patterns, fields, grounds)
