"""Runs the passing and failing examples that stand in a pack's rules, alone and inside whole reports.

An example is a base report (`bases/*.yaml`) with changes, a whole file as typed, or a batch of such files with a
roster, waivers and a clock. A failing one names the pointers of all findings of its rule.
"""

from __future__ import annotations

import base64
import copy
import os
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml

from ..batch.assembly import Assembly
from ..batch.store import Store
from ..judging.check import Checker
from ..judging.compile import Compiled
from ..judging.telling import Style
from ..judging.world import World
from ..packs.loading import bind_file, read_typed
from ..packs.pack import KINDS, Pack
from ..packs.pack_files import is_there, listed, read_file, shown
from ..packs.roster import load_roster, load_waivers
from ..packs.rule import Rule
from ..reading.intake import line_in
from ..reading.report import segments_of
from ..reading.schema import AnyShape
from ..recording import dataclass
from ..records import Finding, Limits, PackError
from ..text.dates import day_after
from ..text.messages import say

ROSTER, WAIVERS = "roster.yaml", "waivers.yaml"
UNBUILT = (LookupError, ValueError, TypeError, AttributeError)     # what comes of pointers and values that don't fit
_STEP = (("report", dict), ("set", dict), ("remove", list))     # what a base does at a phase
Example = dict[str, Any]        # as a rule's file gives it; its form was checked when the pack was read
_GONE = object()    # in place of a value that is taken away
PLAIN = "-"         # as `hint` of an example: the message has no variant
Write = Callable[[Example, str], bytes]     # data of a `report`, the `roster` or the `waivers` as a file


class UnbuiltError(KeyError):
    """Why an example can't be made: the name of a text of the section `example`, and what it is about."""

    def __init__(self, key: str, text: str) -> None:
        super().__init__(key, text)
        self.key, self.text = key, text


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one example gave. `fault` is empty when it gave what it says."""

    rule: str
    side: str           # pass or fail
    number: int         # from 1
    fault: str


def run_examples(compiled: Compiled, rules: Iterable[Rule] | None = None, language: str = "en") -> Iterator[Outcome]:
    """The outcome of each example of the rules (all of the pack unless given)."""
    for rule in rules if rules is not None else compiled.pack.rules.values():
        for side in ("pass", "fail"):
            for number, example in enumerate(rule.examples[side], 1):
                yield Outcome(rule.id, side, number, judge(compiled, rule, side, example, language=language))


def judge(compiled: Compiled, rule: Rule, side: str, example: Example, alone: bool = False,
          language: str = "en") -> str:
    """What is wrong with an example in words, or nothing. `alone`: without looking at what other rules say."""
    wrong = fault_of(compiled, rule, side, example, alone)
    return say(f"example.{wrong[0]}", language, **wrong[1]) if wrong else ""


def fault_of(compiled: Compiled, rule: Rule, side: str, example: Example,
             alone: bool = False) -> tuple[str, dict[str, Any]] | None:
    """What is wrong with an example: the name of a text of the section `example`, and its variables."""
    if "tested" in example:
        return None
    try:
        findings = findings_of(compiled, example)
    except UnbuiltError as fault:
        return fault.key, {"text": fault.text}
    except PackError as fault:      # the example's own roster or waivers
        return "unbuilt", {"text": fault}
    except UNBUILT as fault:
        return "unbuilt", {"text": f"{type(fault).__name__} {fault}"}
    own = [one for one in findings if one.rule == rule.id]
    others = sorted({one.rule for one in findings if one.rule != rule.id})
    if side == "pass":
        wrong = ("loud", {"found": _in_brackets(shown_in(one, example) for one in own)}) if own else None
    else:
        wrong = _mismatch(own, example)
    if not wrong and not alone and not {"text", "base64"} & set(example) and others != sorted(example.get("also", ())):
        wrong = "others", {"found": _in_brackets(others), "said": _in_brackets(example.get("also", ()))}
    return wrong


def shown_in(one: Finding, example: Example) -> str:
    """Where a finding stands, as `expect` says it."""
    place = one.pointer if one.pointer is not None else f"{one.line}:{one.column}"
    return f"{one.file}#{place}" if "files" in example else place or "."


def _in_brackets(words: Iterable[object]) -> str:
    return "[" + ", ".join(sorted(map(str, words))) + "]"


def _mismatch(own: list[Finding], example: Example) -> tuple[str, dict[str, str]] | None:
    """How the findings of a failing example differ from what it names."""
    if not own:
        return "silent", {}
    if "expect" in example and sorted(shown_in(one, example) for one in own) != sorted(example["expect"]):
        return "differs", {"found": _in_brackets(shown_in(one, example) for one in own),
                           "said": _in_brackets(example["expect"])}
    for name in ("line", "column", "level", "hint"):
        if name in example and [getattr(one, name) or PLAIN for one in own] != [example[name]] * len(own):
            found = _in_brackets(getattr(one, name) for one in own)
            return "other", {"name": name, "found": found, "said": str(example[name])}
    return None


def findings_of(compiled: Compiled, example: Example, language: str = "zh") -> list[Finding]:
    """All findings on an example that could gate. Raises KeyError, IndexError or ValueError where it can't be built."""
    return findings_in(compiled, batch_of(compiled.pack, example), language)


@dataclass(frozen=True, slots=True)
class Trial:
    """The files that an example stands for, as bytes."""

    files: dict[str, bytes]
    roster: bytes | None
    waivers: bytes | None
    as_of: str


def dump(data: object, what: str = "") -> bytes:
    """Plain data as YAML in UTF-8, with English names whatever it is."""
    text: str = yaml.dump(data, Dumper=yaml.CSafeDumper, allow_unicode=True, sort_keys=False, width=4096)
    return text.encode()


def batch_of(pack: Pack, example: Example, write: Write = dump) -> Trial:
    files = {one["name"]: bytes_of(pack, one, write) for one in example.get("files") or [
        {"name": "report.yaml", **example}]}
    waivers = write({"waivers": list(example["waivers"])}, "waivers") if "waivers" in example else None
    last = list(pack.phases.values())[-1]
    return Trial(files, _roster(pack, example, write), waivers, example.get("as_of") or day_after(last.end))


def findings_in(compiled: Compiled, batch: Trial, language: str = "zh", show_values: bool = False) -> list[Finding]:
    """All findings on a batch that could gate. Raises ValueError where a rule crashes."""
    pack, data = compiled.pack, batch.files
    roster = load_roster(batch.roster, ROSTER, pack) if batch.roster else None
    waivers = load_waivers(batch.waivers, WAIVERS, pack) if batch.waivers else None
    world = World(batch.as_of, roster=roster, waivers=waivers, whole=True)
    folder = os.path.join(pack.folder, "bases")
    checker = Checker(compiled, world, Style(language, show_values), Limits())
    results = [(name, checker.check(one, name, folder)) for name, one in data.items()]
    store = Store.of(results, folder, pack)
    crashed = [crash for _, result in results for crash in result.crashes]
    assembly = Assembly(checker, store, lambda at: (data[store.name(at)], folder), lambda rule: True, None)
    found = assembly.assemble()
    findings = [one for one in found.findings if one.gates]
    store.let_go()
    if crashed or found.crashes:
        raise ValueError(f"crashed: {crashed or found.crashes}")
    return findings


def bytes_of(pack: Pack, example: Example, write: Write = dump) -> bytes:
    """The file that an example stands for."""
    if "base64" in example:
        return base64.b64decode(example["base64"])
    if "text" in example:
        text: str = example["text"]
        return f"{text}\n".encode(example.get("encoding", "utf-8"))
    report = base_report(pack, example["base"], example.get("phase"))
    change(report, example.get("set", {}), example.get("remove", ()))
    return write(report, "report")


def bases(pack: Pack) -> Iterator[tuple[str, str, str | None]]:
    """Name, kind and level of each compliant report of a pack. Raises PackError for a file that can't be one."""
    for path in listed(pack.folder, "bases"):
        if path.name != ROSTER:
            head = _base(pack, path.stem)
            yield path.stem, head["kind"], head.get("level")


def _base(pack: Pack, name: str) -> dict[str, Any]:
    """A file of `bases`: kind, level, and by phase what stands there from then on. Raises PackError."""
    path = Path(pack.folder, "bases", f"{name}.yaml")
    base: dict[str, Any] = _load(path, pack.folder)
    steps = base.get("phases") if isinstance(base, dict) else None
    if not isinstance(steps, dict) or base.get("kind") not in KINDS \
            or not all(isinstance(step, dict) and all(isinstance(step.get(key, form()), form) for key, form in _STEP)
                       for step in steps.values()):
        raise PackError(shown(path, pack.folder), 1, "pack.no-base")
    phases = {phase: pack.phase_named(phase) for phase in steps}
    level = pack.level_named(base["level"]) if "level" in base else None
    lost: list[tuple[str, str, tuple[str, ...]]] = [
        ("phases", one, ("phases", one)) for one, known in phases.items() if known is None]
    if "level" in base and level is None:
        lost.append(("levels", base["level"], ("level",)))
    for what, said, place in lost:
        typed = read_typed(read_file(path, pack.folder), shown(path, pack.folder))
        raise PackError(shown(path, pack.folder), line_in(typed, *place), f"pack.base-{what}", name=said,
                        known=[*getattr(pack, what)], sample=next(iter(getattr(pack, what))))
    return {**base, "level": level, "phases": {phases[one]: step for one, step in steps.items()}}


def base_report(pack: Pack, name: str, phase: str | None) -> dict[str, Any]:
    """A compliant report of the pack, as it stands at a phase (the last unless given). Raises UnbuiltError."""
    if not is_there(Path(pack.folder, "bases", f"{name}.yaml")):
        raise UnbuiltError("no-base", f"bases/{name}.yaml")
    base = _base(pack, name)
    last = pack.phase_named(phase) if phase is not None else None
    if phase is not None and last is None:
        raise UnbuiltError("no-phase", phase)
    report: dict[str, Any] = {}
    for ident in pack.phases:
        step = base["phases"].get(ident, {})
        if "report" in step:
            report = copy.deepcopy(step["report"])
        change(report, step.get("set", {}), step.get("remove", ()))
        if ident == last:
            break
    return report


@lru_cache(maxsize=64)
def _load(path: Path, folder: Path) -> Any:
    return bind_file(read_file(path, folder), shown(path, folder), AnyShape(""))


def change(data: Example, settings: Mapping[str, object], removals: Iterable[str]) -> None:
    """Set and take away values at JSON pointers; maps on the way are made, `/list/-` appends. Raises UnbuiltError."""
    made = [(pointer, _value(value)) for pointer, value in settings.items()]
    for pointer, value in (*made, *((one, _GONE) for one in sorted(removals, reverse=True))):
        try:
            _put(data, pointer, value)
        except UNBUILT:
            raise UnbuiltError("pointer", pointer) from None


def _put(data: Example, pointer: str, value: object) -> None:
    """One value set at a pointer, or taken away."""
    node, last = _parent(data, pointer, make=value is not _GONE)
    if value is _GONE:
        del node[int(last) if isinstance(node, list) else last]
    elif isinstance(node, list) and last == "-":
        node.append(value)
    else:
        node[int(last) if isinstance(node, list) else last] = value


def _value(said: Any) -> Any:
    """What an example says to stand somewhere; {text, times} is the text so many times."""
    if isinstance(said, dict):
        if said.keys() == {"text", "times"}:
            if not str(said["times"]).isdecimal():
                raise UnbuiltError("times", str(said["times"]))
            return str(said["text"]) * int(said["times"])
        return {key: _value(one) for key, one in said.items()}
    return [_value(one) for one in said] if isinstance(said, list) else said


def _parent(node: Example, pointer: str, make: bool) -> tuple[Any, str]:
    data: Any = node
    parts = segments_of(pointer)
    for part in parts[:-1]:
        if isinstance(data, list):
            data = data[int(part)]
        else:
            data = data.setdefault(part, {}) if make else data[part]
    return data, parts[-1]


def _roster(pack: Pack, example: Example, write: Write) -> bytes | None:
    if "roster" not in example:
        return None
    roster = copy.deepcopy(_load(Path(pack.folder, "bases", ROSTER), pack.folder))
    settings = {key: value for key, value in example["roster"].items() if key != "remove"}
    change(roster, settings, example["roster"].get("remove", ()))
    return write(roster, "roster")
