"""Finds what makes a pack wrong in silence: it loads, yet a rule never speaks, always speaks or says the wrong thing.

What keeps a pack from loading at all is a PackError, told here as one flaw; so is the first fault of each rule that
can't be used (`strict`). Everything else is looked for in the loaded pack and in its files as typed, which give the
lines: phases, themes, translations, hints, bases, word lists, examples. Rules inherited from the bundled pack are
checked there.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path
from typing import Any

from jsonschema import Draft7Validator, validators
from jsonschema.exceptions import SchemaError
from referencing import Registry, Resource

from ..judging.compile import Compiled
from ..judging.kinds.kind import BATCH
from ..judging.strict import (
    Flaw,
    check_typed,
    items_of,
    place_of,
    rule_place,
    sentence_of,
)
from ..language.beyond import OVERS, over_of
from ..language.functions import FUNCTIONS, NAMES
from ..language.nodes import Call, Compare, Negated, Read
from ..language.possible import impossible, is_bounded, most_of, same
from ..language.reaching import parts_of, reads_in
from ..language.types import COUNT
from ..language.understanding import Understood
from ..packs.assembling import assemble
from ..packs.loading import Loader
from ..packs.own_fields import FILE as FIELDS
from ..packs.pack import KINDS, Pack
from ..packs.pack_files import is_there, shown
from ..packs.plan import Phase
from ..packs.rule import IDENT, Rule
from ..reading.intake import Map, Seq, line_in
from ..reading.paths import EACH, ITEM
from ..reading.schema import FOLDER, maps_in, plain, schema_file
from ..reading.typed import as_typed, in_chinese
from ..records import Finding, PackError, UsageError
from ..text.dates import day_after
from ..text.messages import LANGUAGES, say
from ..text.regex import regex
from .examples import UNBUILT, base_report, bases, batch_of, dump, fault_of, findings_in, findings_of
from .trace import Cite, trace
from .unused import lets, strays

Steps = tuple[str | int, ...]       # to a place in a file
_LISTING = ("words.yaml", FIELDS)       # where a list is of words
_APART = regex("[，、；]")
_HAN = regex(r"[\u4e00-\u9fff]")


class TypedPack:
    """The pack's own files in the words of the schemas, to name a line."""

    def __init__(self, loader: Loader, pack: Pack) -> None:
        own = {shown(path, pack.folder) for path in loader.files if path.is_relative_to(pack.folder)}
        self.files: dict[str, Any] = {name: tree for name, tree in loader.trees.items() if name in own
                                      and not name.startswith("unicode/")}
        self.rules: dict[str, tuple[str, int]] = {}
        for rule in pack.rules.values():
            if not rule.inherited:
                listed = self.files[rule.file].entries["rules"]
                self.rules[rule.id] = rule.file, next(at for at, one in enumerate(listed.items) if one is rule.typed)

    def is_left_out(self, file: str, path: Sequence[str | int], pack: Pack) -> bool:
        """Whether a place stands in a rule that is not in the pack, since it is at fault: that was told already."""
        sound = {place for ident, place in self.rules.items() if ident in pack.rules}
        return len(path) > 1 and path[0] == "rules" and (file, path[1]) not in sound

    def line(self, file: str, *steps: Any) -> int:
        return line_in(self.files[file], *steps)

    def rule_line(self, rule: str, *steps: Any) -> tuple[str, int]:
        """File and line of a place inside a rule."""
        file, at = self.rules[rule]
        return file, self.line(file, "rules", at, *steps)


def lint(folder: Path) -> list[Flaw]:
    """Every flaw of the pack in a folder, in the order of its files. Raises UsageError when there is no pack."""
    if not is_there(folder / "plan.yaml"):
        raise UsageError("usage.no-pack", folder=folder)
    loader = Loader(folder, examples=True)
    pack = assemble(loader)
    flaws = [*map(_of_fault, loader.faults), *strays(loader)]
    if pack is not None:
        flaws += _of_pack(pack, loader)
    flaws = list({repr(one): one for one in flaws}.values())
    return sorted(flaws, key=lambda one: (one.file, one.line, one.check))


def _of_pack(pack: Pack, loader: Loader) -> list[Flaw]:
    """The flaws of a pack that could be put together; rules that could not be read are not in it."""
    recorder, typed = Recorder(), TypedPack(loader, pack)
    recorder.take(pack)
    faults: dict[str, PackError] = {}
    try:
        compiled = Compiled(pack, faults, whole=not loader.faults)
    except PackError as fault:
        return [_of_fault(fault)]
    flaws = [_of_fault(fault) for fault in faults.values()]
    for ident in faults:        # one line a faulty rule: what else is wrong in it may follow from that
        del pack.rules[ident]
    flaws += [flaw for look in LOOKS for flaw in look(pack, typed)]
    twice = any(one.check == "repeated-id" for one in flaws)    # one of the two is not there, and what it holds
    flaws = [one for one in flaws if not (twice and one.check == "uncited")]
    sound = not faults and not loader.faults and not twice and not any(
        one.check.startswith(("phase-", "campaign-")) for one in flaws)
    if sound:       # no list counts as unused, no example as failed, for a rule that can't run, or runs on other days
        told = {one.facts["rule"] for one in flaws if one.check == "contradiction"}     # from which the rest follows
        flaws += unused_lists(pack, typed, recorder)
        flaws += [one for one in running(compiled, typed) if one.facts.get("rule") not in told]
    return flaws


def _of_fault(fault: PackError) -> Flaw:
    """What stops a run as a flaw of its own name, if it has one."""
    section, _, name = fault.key.partition(".")
    if section == "lint":
        return Flaw(name, fault.file, fault.line, fault.facts)
    return Flaw("broken", fault.file, fault.line, {"text": fault})


class Recorder(dict[str, Any]):
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

    def get(self, name: str, default: object = None) -> Any:
        self.asked.add(name)
        return super().get(name, default)


# --- the files against their schemas ---------------------------------------------------------------


def referee(pack: Pack, typed: TypedPack) -> Iterator[Flaw]:
    """The schemas are schemas, and jsonschema finds nothing in a file that the engine accepts."""
    schemas = {path.name: schema_file(path.name) for path in sorted(Path(FOLDER).glob("*.json"))}
    for name in schemas:
        if text := _fault_of_schema(name):
            yield Flaw("schema", f"schemas/{name}", 1, {"text": text})
    registry: Registry[Any] = Registry().with_resources(
        (name, Resource.from_contents(one)) for name, one in schemas.items())
    for file, tree in typed.files.items():
        name = {"families": "rules.json", "themes": "theme.json"}.get(
            file.split("/")[0], file.replace(".yaml", ".json"))
        for error in AS_TYPED(schemas[name], registry=registry).iter_errors(plain(tree)):
            if error.instance is None or typed.is_left_out(file, error.absolute_path, pack):
                continue
            yield Flaw("referee", file, typed.line(file, *error.absolute_path),
                       {"place": "/" + "/".join(map(str, error.absolute_path)), "rule": str(error.validator)})


@cache
def _fault_of_schema(name: str) -> str:
    """Why a schema is none; empty for one in order."""
    try:
        Draft7Validator.check_schema(schema_file(name))
    except SchemaError as fault:
        return fault.message
    return ""


# a draft-07 validator for data whose scalars are the text that was typed
AS_TYPED = validators.extend(       # type: ignore[no-untyped-call]  # of a library
    Draft7Validator, type_checker=Draft7Validator.TYPE_CHECKER.redefine_many({
        "integer": lambda _, one: isinstance(one, str) and one.isascii() and one.isdigit(),
        "boolean": lambda _, one: one in ("true", "false") if isinstance(one, str) else False,
    }))


# --- phases, themes, translations ------------------------------------------------------------------


def phases(pack: Pack, typed: TypedPack) -> Iterator[Flaw]:
    """The phases follow one another without gap or overlap, from the first to the last day of the campaign. What
    follows from days that are the wrong way round is not told beside it.
    """
    listed = list(pack.phases.values())
    ordered = sorted(listed, key=lambda one: one.start)
    turned = [one for one in listed if one.end < one.start]
    for one in turned:
        yield Flaw("phase-backwards", "plan.yaml", typed.line("plan.yaml", "phases", listed.index(one)),
                   {"phase": one.id, "start": one.end, "end": one.start})
    if pack.end < pack.start:
        yield Flaw("campaign-backwards", "plan.yaml", typed.line("plan.yaml", "plan", "campaign"),
                   {"start": pack.end, "end": pack.start})
    elif not turned and ordered != listed:
        yield Flaw("phase-order", "plan.yaml", typed.line("plan.yaml", "phases"),
                   {"ordered": [one.id for one in ordered]})
    elif not turned:
        yield from _gaps(pack, typed, listed)
    for rule in own(pack, typed):
        if rule.last and rule.first != "any" and pack.order(rule.last) < pack.order(rule.first):
            yield Flaw("unreachable-phase", *typed.rule_line(rule.id, "until"),
                       {"rule": rule.id, "first": rule.first, "last": rule.last})


def _gaps(pack: Pack, typed: TypedPack, listed: list[Phase]) -> Iterator[Flaw]:
    """Where phases in their order leave days out, or have them twice."""
    for at, phase in enumerate(listed):
        before = day_after(listed[at - 1].end) if at else pack.start
        if phase.start != before:
            yield Flaw("phase-gap" if phase.start > before else "phase-overlap", "plan.yaml",
                       typed.line("plan.yaml", "phases", at),
                       {"phase": phase.id, "start": phase.start, "wanted": before})
    if listed and listed[-1].end != pack.end:
        yield Flaw("campaign-end", "plan.yaml", typed.line("plan.yaml", "phases", len(listed) - 1, "end"),
                   {"phase": listed[-1].id, "end": listed[-1].end, "wanted": pack.end})


def days_off(pack: Pack, typed: TypedPack) -> Iterator[Flaw]:
    """Days off begin before they end: else none of them is one."""
    for at, one in enumerate(pack._calendar.get("days_off", ())):
        if one["to"] < one["from"]:
            yield Flaw("days-backwards", "calendar.yaml", typed.line("calendar.yaml", "days_off", at),
                       {"start": one["to"], "end": one["from"]})


def lists(pack: Pack, typed: TypedPack) -> Iterator[Flaw]:
    """No text stands twice in a list of a file, but for lists of words, which people may copy; and where words or
    values are listed no text is several that a full-width sign keeps together.
    """
    for file, tree in typed.files.items():
        rest: list[tuple[Steps, Any]] = [((), tree)]
        while rest:
            path, node = rest.pop()
            if isinstance(node, Map):
                rest += [((*path, key), one) for key, one in node.entries.items() if key != "examples"]
            elif isinstance(node, Seq):
                rest += [((*path, at), one) for at, one in enumerate(node.items)]
                twice = [at for at, one in enumerate(node.items) if isinstance(one, str) and one in node.items[:at]]
                if twice and file != "words.yaml" and not typed.is_left_out(file, path, pack):
                    yield Flaw("repeated-item", file, typed.line(file, *path, twice[0]), {
                        "place": "/" + "/".join(map(str, path)), "value": node.items[twice[0]]})
                joined = node.items[0] if node.flow and len(node.items) == 1 and file in _LISTING else None
                if isinstance(joined, str) and len(parts := _APART.split(joined)) > 1 and all(parts):
                    yield Flaw("joined-item", file, typed.line(file, *path, 0), {
                        "value": joined, "sample": f"[{', '.join(parts)}]"})


def themes(pack: Pack, typed: TypedPack) -> Iterator[Flaw]:
    """No ID of a theme or behaviour stands twice, no place or name of a theme, each behaviour is rendered in English,
    and where one theme has behaviours all have.
    """
    seen: dict[tuple[str, str], str] = {}
    free = str(1 + max(int(tree.entries["seq"]) for file, tree in typed.files.items() if file.startswith("themes/")))
    for file, tree in typed.files.items():
        if not file.startswith("themes/"):
            continue
        behaviours = tree.entries.get("behaviours")
        listed = behaviours.items if behaviours else []
        if not listed and pack.behaviours:
            yield Flaw("no-behaviours", file, typed.line(file), {"sample": f"{tree.entries['id']}-01"})
        idents = [("id", tree.entries["id"], typed.line(file, "id"))]
        idents += [("id", one.entries["id"], typed.line(file, "behaviours", at, "id")) for at, one in enumerate(listed)]
        idents += [("name", tree.entries["name"].entries["zh"], typed.line(file, "name")),
                   ("seq", f"seq: {tree.entries['seq']}", typed.line(file, "seq"))]
        for of, ident, line in idents:
            if (of, ident) in seen:
                yield Flaw("repeated-id", file, line, {"ident": ident, "first": seen[of, ident], "sample":
                           f"seq: {free}" if of == "seq" else f"{ident}-2"})
            seen.setdefault((of, ident), f"{file}:{line}")
        texts = [one.entries.get("text") for one in listed]
        for at in (at for at, text in enumerate(texts) if text in texts[:at]):
            yield Flaw("repeated-item", file, typed.line(file, "behaviours", at), {
                "place": "/behaviours", "value": texts[at]})
        for at, one in enumerate(listed):
            if "en" in pack.languages and not one.entries.get("en"):
                yield Flaw("translation", file, typed.line(file, "behaviours", at), {"place": one.entries["id"]})


def translations(pack: Pack, typed: TypedPack) -> Iterator[Flaw]:
    """Every text for people is there in Chinese and in English, and the two differ; a faulty rule has its own flaw.

    A pack in Chinese alone has no English to hold against it.
    """
    if "en" not in pack.languages:
        return
    for file, tree in typed.files.items():
        rest: list[tuple[Steps, Any]] = [((), tree)]
        while rest:
            path, node = rest.pop()
            if len(path) == 2 and typed.is_left_out(file, path, pack):
                continue
            if isinstance(node, Seq):
                rest += [((*path, at), one) for at, one in enumerate(node.items)]
            elif isinstance(node, Map):
                rest += [((*path, key), one) for key, one in node.entries.items()]
                if set(node.entries) == set(LANGUAGES) and "examples" not in path:
                    zh, en = (str(node.entries[one] or "").strip() for one in LANGUAGES)
                    if not zh or not en or zh == en or not _HAN.search(zh):
                        yield Flaw("translation", file, typed.line(file, *path),
                                   {"place": "/" + "/".join(map(str, path))})


# --- word lists -------------------------------------------------------------------------------------


def unused_lists(pack: Pack, typed: TypedPack, recorder: Recorder) -> Iterator[Flaw]:
    """Every word list is asked for by a rule or by the engine."""
    asked = recorder.asked | {"absent", "synonyms", "other", "years", "count_units", "written_also", "posts", "duties",
                              "organs", "surnames", "self"}
    lists = typed.files.get("words.yaml")
    for name in lists.entries["words"].entries if lists else ():
        if name not in asked:
            yield Flaw("unused-list", "words.yaml", typed.line("words.yaml", "words", name), {"name": name})


# --- what the rules do --------------------------------------------------------------------------------


def own(pack: Pack, typed: TypedPack) -> list[Rule]:
    """The rules that stand in the pack's own families."""
    return [rule for rule in pack.rules.values() if rule.id in typed.rules]


def running(compiled: Compiled, typed: TypedPack) -> Iterator[Flaw]:
    """Every rule fires on some failing example, on no compliant report, and on no other rule's example."""
    pack = compiled.pack
    try:
        list(bases(pack))
    except PackError as fault:      # of which all else would be a consequence
        yield _of_fault(fault)
        return
    for rule in own(pack, typed):
        found: list[Flaw] = []
        silent: list[Flaw] = []
        for side in ("pass", "fail"):
            for number, example in enumerate(rule.examples[side]):
                wrong = fault_of(compiled, rule, side, example)
                if not wrong:
                    continue
                alone = fault_of(compiled, rule, side, example, alone=True)
                words = {language: say(f"example.{wrong[0]}", language, **wrong[1]) for language in LANGUAGES}
                place = typed.rule_line(rule.id, "examples", side, number)
                flaw = Flaw("example" if alone else "example-trips", *place,
                           {"rule": rule.id, "side": side, "number": number + 1, "fault": words,
                            "filed": pack.roles.filed})
                (silent if side == "fail" and alone and alone[0] == "silent" else found).append(flaw)
        yield from found
        if not silent or len(silent) < len(rule.examples["fail"]):
            yield from silent
        else:
            yield Flaw("never-fires", *typed.rule_line(rule.id), {"rule": rule.id})
    yield from _on_bases(compiled, typed)


def _on_bases(compiled: Compiled, typed: TypedPack) -> Iterator[Flaw]:
    """A rule that fires on a compliant report: on every one to which it applies, it always fires."""
    pack = compiled.pack
    fired: dict[str, list[dict[str, str]]] = {}
    heard: dict[str, int] = {}
    over = {check.rule.id for check in compiled.checks if check.kind.stage == BATCH}    # which want others beside it
    for name, kind, level in bases(pack):
        for phase in pack.phases:
            for rule in pack.rules.values():
                heard[rule.id] = heard.get(rule.id, 0) + compiled.applies(rule, kind, level, phase)
            try:
                found = {one.rule for one in findings_of(compiled, {"base": name, "phase": phase})}
            except UNBUILT as fault:
                yield Flaw("base", f"bases/{name}.yaml", 1,
                           {"phase": phase, "fault": f"{type(fault).__name__} {fault}"})
                continue
            for ident in found - over:
                fired.setdefault(ident, []).append({"base": name, "phase": phase})
    for ident, places in fired.items():
        said = {language: next(one for one in _as_people_read(
                    compiled, places[0], language, pack.rules[ident]) if one.rule == ident) for language in LANGUAGES}
        filed = pack.roles.filed
        where = typed.rule_line(ident) if ident in typed.rules else (pack.rules[ident].file, pack.rules[ident].line)
        yield Flaw("always-fires" if len(places) == heard[ident] else "fires-on-base", *where,
                   {"rule": ident, "count": len(places), "base": places[0]["base"],
                    "phase": {"zh": pack.phases[places[0]["phase"]].name["zh"], "en": places[0]["phase"]},
                    "filed": {"zh": next(iter(pack.shapes.values())).titles[filed], "en": filed},
                    "at": {language: one.trail or "/" for language, one in said.items()},
                    "said": {language: one.message.rstrip("。.") for language, one in said.items()}})


def _as_people_read(compiled: Compiled, place: dict[str, str], language: str, rule: Rule) -> list[Finding]:
    """The findings on a base at a phase, for readers of Chinese with Chinese names of its fields, whatever it has; of a
    rule on names that are none with these.
    """
    pack, base = compiled.pack, place["base"]
    report = base_report(pack, base, place["phase"])
    kind = next(kind for name, kind, _ in bases(pack) if name == base)
    text = as_typed(in_chinese(report, pack.shapes[kind])) if language == "zh" else dump(report).decode()
    batch = batch_of(pack, {**place, "text": text})
    return findings_in(compiled, batch, language, any(check.get("form") == "unknown-field" for check in rule.checks))


# --- what the rules rest on ---------------------------------------------------------------------------


def grounds(pack: Pack, typed: TypedPack) -> Iterator[Flaw]:
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
                               {"rule": rule.id, "where": where, "phase": phase, "clause": rule.bases[-1].clause})
                elif most and len(best) > 1 and "basis-overlap" not in told:
                    told.add("basis-overlap")
                    yield Flaw("basis-overlap", *typed.rule_line(rule.id, "basis", "plan", best[1]),
                               {"rule": rule.id, "where": where, "phase": phase, "first": rule.bases[best[0]].clause})
        for at in sorted(set(range(len(rule.bases))) - used):
            yield Flaw("basis-idle", *typed.rule_line(rule.id, "basis", "plan", at),
                       {"rule": rule.id, "clause": rule.bases[at].clause})


def traced(pack: Pack, typed: TypedPack) -> Iterator[Flaw]:
    """Where the plan's text lies in the pack: each sentence is cited or said to be uncheckable, each quote is in it."""
    if pack.text is None:
        return
    found = trace(pack, pack.text.text, list(left_out(pack, typed)))
    for one in found.uncited:
        yield Flaw("uncited", "plan.txt", one.line, {"clause": one.clause, "text": one.text})
    told = set[tuple[str, str]]()
    for cite, stands in found.astray:
        if not cite.by and cite.file != "plan.yaml":
            continue        # of a rule that is at fault, which is told
        theme = cite.file.startswith("themes/")
        wrong = cite.clause if stands else cite.quote
        if theme and (cite.file, wrong) in told:
            continue        # all that stands in a theme has its clause, and several rules read it
        told.add((cite.file, wrong))
        yield Flaw("astray", cite.file, _line_of(cite, typed, bool(stands)), {
            "rule": cite.by or "uncheckable", "clause": cite.clause, "quote": cite.quote, "stands": stands,
            "theme": theme})


def _line_of(cite: Cite, typed: TypedPack, elsewhere: bool) -> int:
    """The line of the words that a theme, a rule, or what is said of a rule taken over, cites; the clause of a theme,
    where the words stand elsewhere.
    """
    if not cite.by:
        return cite.line
    node: Any = typed.files[cite.file]
    within: Steps = ()
    theme = cite.file.startswith("themes/")
    if cite.by in typed.rules and not theme:
        within = "rules", typed.rules[cite.by][1]
        node = node.entries["rules"].items[within[1]]
    steps = ("clause",) if elsewhere and theme else _steps_to(node, cite.quote)
    return typed.line(cite.file, *within, *steps) if steps else cite.line


def _steps_to(node: Map | Seq, text: str) -> tuple[Any, ...]:
    """The way to a text in a file."""
    for step, one in node.entries.items() if isinstance(node, Map) else enumerate(items_of(node)):
        if one == text:
            return (step,)
        if isinstance(one, Map | Seq) and (found := _steps_to(one, text)):
            return step, *found
    return ()


def left_out(pack: Pack, typed: TypedPack) -> Iterator[Cite]:
    """What the rules at fault cite: of them no sentence is called uncited, whatever else is wrong."""
    assert pack.text is not None
    for file, tree in typed.files.items():
        for at, rule in enumerate(items_of(tree.entries.get("rules"))):
            basis = rule.entries.get("basis") if isinstance(rule, Map) else None
            if not isinstance(basis, Map) or not typed.is_left_out(file, ("rules", at), pack):
                continue
            for one in items_of(basis.entries.get("plan")):
                clause = str(one.entries.get("clause")) if isinstance(one, Map) else ""
                quote = str(one.entries.get("quote") or "") if isinstance(one, Map) else ""
                words = quote or pack.text.words_of(clause)
                if words and words in pack.text.text:
                    yield Cite("", clause, words, file, 1)


def _phases_of(rule: Any, pack: Pack) -> list[str]:
    """The phases in whose reports a rule speaks."""
    first = 0 if rule.first == "any" else pack.order(rule.first)
    return list(pack.phases)[first:pack.order(rule.last) + 1 if rule.last else None]


def _levels_of(rule: Any, pack: Pack) -> list[str | None]:
    """The levels of those of whom a rule speaks; None for persons, and for a unit whose level nobody gives."""
    some = [level for level in pack.levels if level in rule.who]
    return [*(pack.levels if {"unit", "batch"} & set(rule.who) else some),
            *([None] if {*KINDS, "batch"} & set(rule.who) else [])]


def contradictions(pack: Pack, typed: TypedPack) -> Iterator[Flaw]:
    """What a sentence asks can be so, and can be otherwise, in the reports that its rule is for."""
    titles = {key: title for one in maps_in(pack.shapes.values()) for key, title in one.titles.items()}
    for rule in own(pack, typed):
        for check in rule.checks:
            found = _contradiction(sentence_of(rule, check, pack).understood, rule, pack)
            if found is not None:
                field, part, why = found
                place = place_of(rule, check)
                within = place if part in check_typed(rule, place) else ()
                yield Flaw("contradiction", *rule_place(rule, *within, part), {
                    "rule": rule.id, "part": rule.called(*within, part)[-1], "always": why == "broken",
                    "field": _named(field, titles), "number": field.type.form == COUNT,
                    "bounded": is_bounded(field), "most": most_of(field), "called": isinstance(field, Call),
                    "why": {one: say(f"contradiction.{why}", one) for one in LANGUAGES}})


def _named(one: Read | Call, titles: dict[str, str]) -> dict[str, str]:
    """What people call a field, or what is counted of it."""
    read = one if isinstance(one, Read) else next(iter(reads_in(one)), None)
    last = next((step for step in reversed(read.steps) if step not in (EACH, ITEM)), "") if read else ""
    words = {"zh": titles.get(last, last), "en": last}
    if isinstance(one, Read):
        return words
    return {"zh": f"{FUNCTIONS[one.name].chinese}({words['zh']})", "en": f"{one.name}({last})"}


def idle(pack: Pack, typed: TypedPack) -> Iterator[Flaw]:
    """What does nothing: a level of findings for those a rule is not for, what is compared with itself, a family of
    which no rule is.
    """
    for rule in own(pack, typed):
        who = {*rule.who, *(pack.levels if {"unit", "batch"} & {*rule.who} else ()),
               *(KINDS if "batch" in rule.who else ()), *(["unit"] if {*pack.levels} & {*rule.who} else ())}
        for name in rule.level if isinstance(rule.level, dict) else ():
            if name not in who:
                said = {"zh": pack.levels[name]["zh"] if name in pack.levels else say(f"reference.{name}", "zh"),
                        "en": name}
                yield Flaw("idle-level", *rule_place(rule, "level"), {"rule": rule.id, "name": said})
        for check in rule.checks:
            asked = sentence_of(rule, check, pack).understood
            parts = [*(("when", one) for one in asked.when), ("where", asked.where), ("must", asked.must)]
            part = next((part for part, one in parts if one for node in parts_of(one) if isinstance(node, Compare)
                         and same(node.left) == same(node.right)), None)
            if part:
                place = place_of(rule, check)
                within = place if part in check_typed(rule, place) else ()
                yield Flaw("itself", *rule_place(rule, *within, part),
                           {"rule": rule.id, "part": rule.called(*within, part)[-1], "filed": pack.roles.filed})
    for file, tree in typed.files.items():
        idents = [str(one.entries.get("id")) for one in items_of(tree.entries.get("rules")) if isinstance(one, Map)]
        family = tree.entries.get("family")
        if family and idents and IDENT.fullmatch(idents[0]) and not any(one.startswith(str(family)) for one in idents):
            yield Flaw("other-family", file, typed.line(file, "family"),
                       {"rule": idents[0], "family": family, "letters": idents[0].rstrip("0123456789")})


def unshown(pack: Pack, typed: TypedPack) -> Iterator[Flaw]:
    """A name that a rule gives is shown in what it says."""
    for rule in own(pack, typed):
        yield from lets(rule.file, rule.typed, rule.line)


def overs(pack: Pack, typed: TypedPack) -> Iterator[Flaw]:
    """A rule over the units or over the people is for some of them: else it is asked of nobody."""
    for rule in own(pack, typed):
        for check in rule.checks:
            over = check.get("over") and over_of(check["over"])
            if over and not {"batch", *(pack.levels if KINDS[1] in OVERS[over] else ()), *OVERS[over]} & set(rule.who):
                place = place_of(rule, check)
                within = place if "over" in check_typed(rule, place) else ()
                yield Flaw("over-whom", *rule_place(rule, *within, "over"), {
                    "rule": rule.id, "over": _in_both(over),
                    "other": _in_both(next(one for one in OVERS if one != over)),
                    "wanted": {one: say(f"reference.{OVERS[over][0]}", one) for one in LANGUAGES}})


def _in_both(over: str) -> dict[str, str]:
    """What a rule may be over, in both languages."""
    return {"zh": NAMES["over"][over], "en": over}


def _contradiction(sentence: Understood, rule: Rule, pack: Pack) -> tuple[Read | Call, str, str] | None:
    """The field, or what is counted, that can't be as a sentence asks, the part that asks it, and what follows."""
    known: dict[tuple[str, ...], frozenset[str]] = {("phase",): frozenset(_phases_of(rule, pack))}
    levels = frozenset(pack.levels) & frozenset(rule.who)
    if levels and KINDS[1] not in rule.who:
        known[pack.roles.level_path] = levels
    asked = sentence.conditions
    if field := impossible(asked, known):
        return field, "when" if impossible(sentence.when, known) else "where", "asked"
    if sentence.must is None:
        return None
    contrary = Negated(sentence.must.type, 0, sentence.must)
    return next(((field, "must", why) for part, why in ((sentence.must, "met"), (contrary, "broken"))
                 if (field := impossible([*asked, part], known))), None)


LOOKS: tuple[Callable[[Pack, TypedPack], Iterable[Flaw]], ...] = (
    referee, phases, days_off, lists, themes, translations, grounds, contradictions, idle, unshown, overs,
    traced)
