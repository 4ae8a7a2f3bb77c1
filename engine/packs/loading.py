"""Reads and binds the files of a pack one by one, and gathers what is wrong in them, so that it is told at once."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator
from functools import cache, cached_property
from os import PathLike
from pathlib import Path
from typing import Any

from ..reading.intake import Map, Seq, Value, read
from ..reading.report import BAD, Doc
from ..reading.schema import Binding, Shape, Shapes, Slip
from ..recording import replace
from ..records import PackError, Route, Unreadable
from ..text.messages import LANGUAGES, catalogue, render
from ..text.regex import regex
from .inheriting import names_of_others
from .pack_files import BUNDLED, LIMITS, PackReader, is_there, listed, shown
from .plan_text import FIRST, PlanText, decoded
from .written import (
    Written,
    home_of,
    in_chinese,
    instead_of,
    name_in_chinese,
    names_at,
    on_one_line,
    path_as_typed,
    sample_of,
    wanted_at,
    written_as,
)

# The examples of a rule, where they stand as every family file here has them: two blanks before the key, more before
# what belongs to it. More than half of a family is examples, and a check has no use for them; lines keep their numbers.
_EXAMPLES = regex(rb"^  examples:[ ]*\n(?:(?:   [^\n]*)?\n)*", re.MULTILINE)

_PLACED = "broken-yaml", "forbidden-yaml", "forbidden-character", "duplicate-key"     # faults at one character
_CLAUSE = regex(r"(?<=clause: )[^,}\]]+")
_LONG = 80      # characters of a line that shows how it is done


class Loader:
    """The files of one pack: what was read, how it is written, and every fault so far."""

    def __init__(self, folder: str | PathLike[str], examples: bool) -> None:
        self.folder = Path(folder)
        self.examples = examples
        self.reader = PackReader(self.folder)
        self.digest = hashlib.sha256()
        self.files: list[Path] = []
        self.faults: list[PackError] = []
        self.typed: dict[str, Map] = {}     # its files by name, as typed
        self.trees: dict[str, Map] = {}     # the same in the words of the schemas
        self.written = Written()
        self.shapes = Shapes(passed_over=() if examples else ("examples",))

    def listed(self, folder: str) -> list[Path]:
        """The YAML files in a folder of the pack; what is wrong with it is noted."""
        try:
            return listed(self.folder, folder)
        except PackError as fault:
            self.faults.append(fault)
            return []

    def bytes(self, path: Path) -> bytes:
        """What a file holds, which counts for the pack's digest. Raises PackError."""
        data = self.reader.read(path)
        self.files.append(path)
        self.digest.update(path.name.encode() + b"\0" + data + b"\0")
        return data

    def tree(self, path: Path, shape: str) -> Map | None:
        """A file as typed, in the words of its schema; None where it can't be read, which is noted."""
        # what comes along is written in English
        own = self.folder != Path(BUNDLED) and path.is_relative_to(self.folder)
        try:
            data = self.bytes(path)
            if not self.examples:
                data = _EXAMPLES.sub(lambda cut: b"\n" * cut[0].count(b"\n"), data)
            typed = read_typed(data, shown(path, self.folder), shape)
            if own:
                _hold_read(typed, data, shown(path, self.folder), shape)
        except PackError as fault:
            self.faults += [fault, *fault.also]
            if shape == "plan":     # nobody knows in which languages it is written: of none is said that it is missing
                self.written = Written(languages=LANGUAGES[:1])
            return None
        if shape == "plan":
            self.written = written_as(typed)
        tree = self.written.file(typed, shape) if own else typed
        self.typed[shown(path, self.folder)], self.trees[shown(path, self.folder)] = typed, tree
        return tree

    def bind(self, path: Path, shape: str, tree: Map | None) -> tuple[Doc | None, list[Slip]]:
        """What a file says and the slips in it; nothing where it can't be read or is empty, which is noted."""
        if tree is None:
            return None, []
        file = shown(path, self.folder)
        try:
            bound, slips = bind(tree, file, self.shapes.load(shape), sample_of(shape, ()))
        except PackError as fault:
            self.faults.append(fault)
            return None, []
        for slip in _as_one(self._framed(slips, file, shape, tree)):
            place = path_as_typed(self.typed[file], tree, slip.path)
            self.faults.append(_several(file, slip, shape, place, tree) or slip_error(
                file, slip, shape, place, self.is_chinese(file), self.own_sample))
        return bound, slips

    def is_chinese(self, file: str) -> bool:
        """Whether keys of a file are written in Chinese."""
        return file in self.typed and not all(map(str.isascii, self.typed[file].entries))

    def _framed(self, slips: list[Slip], file: str, shape: str, tree: Map) -> list[Slip]:
        """The slips of a file without those that follow from fields that stand at its top and belong below one of them;
        that is one fault, which is noted.
        """
        top = [slip for slip in slips
               if not slip.path and slip.name == "unknown-field" and not slip.told[1].get("nearest")]
        names = [str(slip.value) for slip in top]
        home, of_items = home_of(shape, names)
        if not home:
            return slips
        if self.is_chinese(file):
            home = name_in_chinese(home, shape, ())
        self.faults.append(PackError(
            file, top[0].mark.line + 1, "pack.at-the-top", names=names, home=home,
            there=home in tree.entries, item=names[0] if of_items else ""))
        return [slip for slip in slips
                if slip not in top and not (slip.name == "missing-field" and len(slip.path) == 1)]

    @cached_property
    def text(self) -> PlanText | None:
        """The plan's own text, if it lies in the pack; what is wrong with it is noted."""
        path = self.folder / "plan.txt"
        if not is_there(path):
            return None
        try:
            text = decoded(self.bytes(path))
        except PackError as fault:
            self.faults.append(fault)
            return None
        if not text or not text.strip():
            self.faults.append(PackError("plan.txt", 1, "pack.plan-text"))
            return None
        return PlanText(text)

    @cached_property
    def clause(self) -> str:
        """A clause of the plan, to show how one is written."""
        return self.text.sample if self.text else FIRST

    def own_sample(self, sample: str, shape: str) -> str:
        """A sample of a file with a clause of this plan and, in a rule, its phases and levels, each for the one in the
        same place of the plan that comes along.
        """
        own: dict[str, str] = {}
        for what in ("phases", "levels") if shape == "rules" else ():
            for others, ours in zip(zip(*names_of_others(what).items(), strict=True),
                                    zip(*self.written.names[what].items(), strict=True), strict=False):
                own |= {other: ours[min(at, len(ours) - 1)] for at, other in enumerate(others)}
        words = re.compile("|".join(map(re.escape, sorted(own, key=len, reverse=True))) or "(?!)")
        return _CLAUSE.sub(self.clause, words.sub(lambda found: own[found[0]], sample))

    def sound(self, path: Path, shape: str) -> Doc | None:
        """What a file says; None where anything in it is wrong, which is noted."""
        bound, slips = self.bind(path, shape, self.tree(path, shape))
        return None if slips else bound

    def stop(self) -> PackError:
        """The first fault, with all others in `also`."""
        return _first(self.faults)


def in_use(shape: str, path: Route) -> str | None:
    """What stands at such a path of a file in the pack that comes along, on one line; nothing where that is long."""
    files = {"rules": "families/*.yaml", "theme": "themes/*.yaml"}.get(shape, f"{shape}.yaml")
    for file in _bundled(files) if path else ():
        for found in _found(file, path):
            line = on_one_line([found] if isinstance(path[-1], int) else {path[-1]: found})
            if len(line) <= _LONG:
                return line
    return None


@cache
def _bundled(files: str) -> list[Any]:
    import yaml

    return [yaml.load(file.read_bytes(), Loader=yaml.CBaseLoader) for file in sorted(Path(BUNDLED).glob(files))]


def _found(value: Any, path: Route) -> Iterator[Any]:
    """What stands at a path, in any items of its lists; a list of one may stand for the one."""
    if not path:
        yield value
    elif isinstance(value, list):
        for one in value:
            yield from _found(one, path[1:] if isinstance(path[0], int) else path)
    elif isinstance(path[0], int):
        yield from _found(value, path[1:])
    elif isinstance(value, dict) and path[0] in value:
        yield from _found(value[path[0]], path[1:])


def read_typed(data: bytes, file: str, shape: str | None = None) -> Map:
    """A pack file as typed; `shape` names its schema. Raises PackError."""
    try:
        return read(data, LIMITS, frozenset())
    except Unreadable as fault:
        from .unquoted import unquoted_lines

        raise _first(unquoted_lines(data, file, shape, fault) or [unreadable(file, fault)]) from None


def _hold_read(typed: Map, data: bytes, file: str, shape: str) -> None:
    """Raises PackError where YAML made something else of a line than its author means."""
    from .unquoted import misread_lines

    faults = misread_lines(typed, data, file, shape)
    if faults:
        raise _first(faults)


def _first(faults: list[PackError]) -> PackError:
    """The first of some faults of a file, with all others in `also`."""
    first, *first.also = faults
    return first


def bind(tree: Map, file: str, shape: Shape, sample: str | None = None) -> tuple[Any, list[Slip]]:
    """What was typed bound to a shape, and the slips in it, by place. Raises PackError where there is nothing."""
    run = Binding(frozenset())
    try:
        bound = shape.bind(tree, run, None, tree.mark, None)
    except Unreadable as fault:
        raise unreadable(file, fault) from None
    slips = [slip for slip in run.slips if slip.name != "cut-value"]
    if not slips and (bound is None or bound is BAD):
        raise PackError(file, 1, "pack.empty", sample=sample)
    return bound, sorted(slips, key=lambda slip: (slip.mark.line, slip.mark.column))


def bind_file(data: bytes, file: str, shape: Shape) -> Any:
    """A pack file's data bound to a shape, as it was typed. Raises PackError at its first fault."""
    tree = read_typed(data, file)
    bound, slips = bind(tree, file, shape)
    if slips:
        raise slip_error(file, slips[0], None, slips[0].path)
    return bound


def _as_one(slips: list[Slip]) -> Iterator[Slip]:
    """The slips of a file; where one name that is none and one field that is missing stand in a map, that is one."""
    for slip in slips:
        place = slip.path if slip.name == "unknown-field" else slip.path[:-1]
        unknown = [one for one in slips if one.name == "unknown-field" and one.path == place]
        missing = [one for one in slips if one.name == "missing-field" and one.path[:-1] == place]
        alone = len(unknown) == len(missing) == 1 and not unknown[0].told[1].get("nearest")
        if alone and slip is unknown[0]:
            yield replace(slip, name="renamed-field", facts=slip.facts | missing[0].told[1], path=missing[0].path)
        elif not (alone and slip is missing[0]):
            yield slip


def unreadable(file: str, fault: Unreadable) -> PackError:
    """Why a pack file can't be read, at its line and, of what can be told from its text, column."""
    column = fault.column if fault.name in _PLACED else None
    return PackError(file, fault.line, "pack.unreadable", column=column, text=why_unreadable(fault))


def why_unreadable(fault: Unreadable) -> dict[str, str]:
    """Why a roster, waivers or rule file can't be read, in every language: the words used of a report."""
    import yaml

    bundled = yaml.load(Path(BUNDLED, "families", "IN.yaml").read_bytes(), Loader=yaml.CSafeLoader)["rules"]
    rule = next(one for one in bundled if one["name"] == fault.name)
    of_reports = fault.hint == "list"       # what it says of a list is about fields of a report
    text = rule["message"] if of_reports else rule.get("hints", {}).get(fault.hint or "", rule["message"])
    return {language: render(one, fault.variables).rstrip("。.") for language, one in text.items()}


def _several(file: str, slip: Slip, shape: str, place: Route, value: Value) -> PackError | None:
    """A slip that is a list of sentences in place of one, with the line that says the same; None of any other."""
    if shape != "rules" or slip.name != "wrong-type":
        return None
    from .unquoted import of_several

    for step in slip.path:
        value = value.entries.get(str(step)) if isinstance(value, Map) else \
            value.items[int(step)] if isinstance(value, Seq) else None
    text = of_several(str(slip.path[-1]), value)
    return PackError(file, slip.mark.line + 1, "lint.several", key=place[-1], text=text) if text else None


def slip_error(file: str, slip: Slip, shape: str | None, place: Route, chinese: bool = False,
               own_sample: Callable[[str, str], str] = lambda sample, shape: sample) -> PackError:
    """A slip of a pack file as an error, at its line; `shape` names the schema of what is valid, `place` is the path as
    typed. Of a file in Chinese what is missing and what is valid is shown so too, samples in the words of its plan.
    """
    (hint, facts), name = slip.told, slip.name
    if name == "date-spelling" and hint in ("count", "list", "value"):
        name = "wrong-form"
    key = f"pack.{name}" if f"pack.{name}" in catalogue("zh") else "pack.wrong-form"
    gone = instead_of(shape, slip.path, slip.value) if shape and name == "unknown-field" else None
    values = {"zh": facts["values"], "en": facts["english"]} if name == "unknown-value" and "english" in facts else ()
    sample = shape and (gone or sample_of(shape, slip.path) or in_use(shape, slip.path))
    missing = facts.get("missing")
    if shape and sample and not gone:
        sample = own_sample(sample, shape)
    if chinese and shape and sample and not gone:
        sample = in_chinese(sample, shape, slip.path)
    if chinese and missing and missing != "en":
        missing = facts["title"]
        place = (*place[:-1], missing)
    known = names_at(shape, slip.path, chinese) if shape and name == "unknown-field" else ()
    wanted = wanted_at(shape, slip.path) if shape and key == "pack.wrong-form" else ()
    return PackError(file, slip.mark.line + 1, key, place="/" + "/".join(map(str, place)), value=slip.value,
                     near=None if gone else facts.get("nearest"), values=values, missing=missing,
                     sample=sample, wanted=" ".join(wanted), known=known)
