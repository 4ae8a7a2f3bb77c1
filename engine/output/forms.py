"""Fill-in forms: a report with blank values, made of the schemas, for one kind, phase and level of unit.

Which fields belong to it is what the pack's compliant reports of that kind and level hold at that phase (`bases/`).
Guidance stands in comments on lines of their own: after a value, ` #` would cut it. Nothing but the kind, the plan,
the phase and what the roster knows stands as a value, so that a form as it was made only lacks things.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from ..authoring.examples import base_report, bases, dump
from ..authoring.published import Publisher
from ..packs.pack import KINDS, Pack
from ..packs.plan import Theme
from ..packs.roster import Roster
from ..reading.files import OWN, REPORTS, WORKBOOKS, lies_in
from ..reading.intake import read
from ..reading.report import pointer_of
from ..reading.schema import Binding, Schema, target, title_of
from ..reading.typed import quoted
from ..recording import dataclass, field
from ..records import Limits, UsageError
from ..text.lines import wrap
from ..text.messages import say
from ..text.naming import file_names
from ..text.regex import regex
from ..text.wording import id_key, mask_numbers, offered
from ..writing import drafted

ALL = "all"
WIDTH = 88          # columns of a line of guidance
Branch = dict[str, Any]             # field -> its own fields as another such map; None: all that there are
Tree = Branch | None
Steps = tuple[str | int, ...]       # to a field: names, and 0 for any item of a list
_NUMBER = regex(r" *(\d\. )?")


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a form; with a pointer, the line of that value."""

    text: str
    pointer: str | None = None


@dataclass(frozen=True, slots=True)
class Form:
    """The form of one kind, phase and level, still without an owner."""

    lines: tuple[Line, ...]
    values: dict[str, str]          # pointer -> value that is the same for everyone
    words: dict[str, dict[str, str]]        # pointer -> listed value -> as the form writes it

    def text(self, identity: dict[str, str] | None = None) -> str:
        """The form as text, with the values known (pointer -> canonical value) in it."""
        values = self.values | (identity or {})
        written = []
        for line in self.lines:
            value = values.get(line.pointer or "", "")
            word = self.words.get(line.pointer or "", {}).get(value, value)
            written.append(line.text + (quoted(word) if word else ""))
        return "\n".join(written) + "\n"


def for_notepad(text: str) -> bytes:
    """A form as every editor of an office opens it: UTF-8 with its mark, and line ends that old ones break at too."""
    return text.replace("\n", "\r\n").encode("utf-8-sig")


@dataclass(frozen=True, slots=True)
class Order:
    """What forms are asked for."""

    kinds: tuple[str, ...]
    phase: str
    level: str | None = None        # of a unit without a roster
    keys: str = "zh"
    language: str = "zh"
    format: str = "yaml"            # or xlsx, a workbook


def form(pack: Pack, order: Order) -> Form:
    """The one form without an owner that is asked for. Raises UsageError."""
    if len(order.kinds) > 1:
        raise UsageError("usage.form-owner")
    kind = order.kinds[0]
    if kind == "unit" and order.level is None:
        raise UsageError("usage.level-needed", known=levels_of(pack))
    return sheet(pack, order, kind, order.level if kind == "unit" else None)


def sheet(pack: Pack, order: Order, kind: str, level: str | None) -> Form:
    return FormWriter(pack, order, kind, level).sheet()


def kinds_of(pack: Pack, typed: str) -> tuple[str, ...]:
    """The kinds of report that a word asks for, in English or Chinese. Raises UsageError with the nearest."""
    names = pack.shapes[KINDS[0]].fields["report"][1].values
    if typed == ALL:
        return KINDS
    if typed not in names:
        known = [*names, ALL]
        raise UsageError("usage.no-kind", typed=typed, **offered(typed, known))
    return (names[typed],)


def level_of(pack: Pack, typed: str | None) -> str | None:
    """A level of unit by its English or Chinese name. Raises UsageError with the nearest."""
    if typed is None:
        return None
    names = pack.vocabulary.levels
    if typed not in names:
        raise UsageError("usage.no-level", typed=typed, **offered(typed, names, levels_of(pack)))
    return names[typed]


def levels_of(pack: Pack) -> dict[str, list[str]]:
    """The levels of unit as they may be typed, by language."""
    return {"zh": [f"{name['zh']}（{ident}）" for ident, name in pack.levels.items()], "en": list(pack.levels)}


def phase_at(pack: Pack, day: str) -> str:
    """The phase that a day (ISO text) falls in: the first before the campaign, the last after it."""
    begun = [one.id for one in pack.phases.values() if one.start <= day]
    return begun[-1] if begun else next(iter(pack.phases))


@dataclass(frozen=True, slots=True)
class Handout:
    """What is to be handed out: the forms to write, those that are there already, and who is excused."""

    to: Path
    forms: tuple[tuple[Path, str, str | None, dict[str, str]], ...]     # path, kind, level, identity
    kept: tuple[Path, ...] = ()
    excused: tuple[str, ...] = ()       # IDs as they may be printed
    carried: Mapping[Path, bytes] = field(default_factory=dict)     # of some the last phase's report as their form

    def write(self, pack: Pack, order: Order,
              progress: Callable[[int, int], None] = lambda done, total: None,
              ready: Callable[[], None] = lambda: None) -> None:
        """Write the forms, all or none, and the folders that they need. Raises OSError.

        `progress` is told after each form how many of how many are made, `ready` when only renaming is left.
        """
        def made() -> Iterator[tuple[Path, bytes]]:
            make = _makers(pack, order)
            for done, (path, kind, level, identity) in enumerate(self.forms, 1):
                yield path, self.carried.get(path) or make(kind, level, identity)
                progress(done, len(self.forms))

        with drafted(made(), folders=0o777) as put:
            ready()
            put()

    def told(self, pack: Pack, order: Order) -> Iterator[str]:
        """What was done, line by line."""
        language = order.language
        if self.forms:
            yield say("form.written", language, count=len(self.forms), to=self.to, phase=pack.phases[order.phase].name)
        if self.kept:
            yield say("form.kept", language, count=len(self.kept))
            yield from (say("form.kept-one", language, path=path) for path in self.kept)
        if self.excused:
            yield say("form.excused", language, count=len(self.excused), idents=self.excused)
        yield say("form.next" if self.forms or self.kept else "form.nobody", language, to=self.to,
                  rules=None if pack.bundled else pack.folder)


def _makers(pack: Pack, order: Order) -> Callable[[str, str | None, dict[str, str]], bytes]:
    """Makes the file of a form for one owner; what is the same for several owners is made once."""
    if order.format == "yaml":
        of = cache(lambda kind, level: sheet(pack, order, kind, level))
        return lambda kind, level, identity: for_notepad(of(kind, level).text(identity))
    from .workbooks.book import workbooks

    return workbooks(pack, order)


def for_one(pack: Pack, order: Order, to: Path) -> Handout:
    """One form without an owner, at a file (a name that ends like a report's) or in a folder. Raises UsageError."""
    form(pack, order)
    kind, level = order.kinds[0], order.level
    path = to if to.suffix.lower() in (*REPORTS, *WORKBOOKS) else to / f"{kind}.{order.format}"
    return _handout(to, [(path, kind, level if kind == "unit" else None, {})])


def for_roster(pack: Pack, order: Order, roster: Roster, to: Path | None) -> Handout:
    """A form for everyone on the roster who must report, each in the folder of the unit. Raises UsageError."""
    if to is None:
        raise UsageError("usage.form-to")
    if to.suffix.lower() in (*REPORTS, *WORKBOOKS):
        raise UsageError("usage.form-folder", path=str(to))
    units, people = roster.units.values(), roster.people.values()
    shown = {one.key: one.id for one in units}
    shown |= {id_key(one.unit): mask_numbers(one.unit) for one in people if id_key(one.unit) not in shown}
    shown |= {one.key: one.id for one in people}
    own = {ident: f"{ident}-" for ident in shown.values() if ident.lower() in OWN}      # roster.yaml is no report
    names = dict(zip(shown, file_names(own.get(one, one) for one in shown.values()), strict=True))
    forms, excused = [], []
    for one in [*units, *people]:
        if one.kind not in order.kinds:
            continue
        if roster.excused(one, pack.phases[order.phase].end):
            excused.append(one.id)
            continue
        folder = to / names[id_key(one.unit)]
        if not lies_in(os.path.realpath(folder), os.path.realpath(to)):
            raise UsageError("usage.form-link", path=str(folder))
        owner, _ = pack.roles.identity[one.kind]
        identity = {f"/{owner}/{key}": mask_numbers(value) for key, value in one.doc.items()
                    if type(value) is str}
        forms.append((folder / f"{names[one.key]}.{order.format}", one.kind, one.level, identity))
    return _handout(to, forms, tuple(excused))


def _handout(to: Path, forms: list[tuple[Path, str, str | None, dict[str, str]]],
             excused: tuple[str, ...] = ()) -> Handout:
    """What is there already is never written over."""
    there = {path for path, *_ in forms if os.path.lexists(path)}
    return Handout(to, tuple(one for one in forms if one[0] not in there),
                   tuple(path for path, *_ in forms if path in there), excused)


class FormWriter:
    """Writes one form; guidance on a field stands where the field comes first."""

    def __init__(self, pack: Pack, order: Order, kind: str, level: str | None) -> None:
        self.pack = pack
        self.kind, self.phase, self.level = kind, order.phase, level
        self.chinese = order.keys == "zh"
        self.language = order.language
        self.publisher = Publisher(pack, self.chinese)
        self.publisher.root = pack.schema(f"{kind}.json")
        self.held = held_anywhere(pack, kind) if pack.schemas else {}
        self.guided: set[tuple[str, ...]] = set()
        self.words: dict[str, dict[str, str]] = {}

    def sheet(self) -> Form:
        root = self.publisher.root
        file = f"{self.kind}.json"
        tree = self.tree()
        head = self._say("head", plan=self.pack.name, report=self.pack.report_title,
                         kind=say(f"reference.{self.kind}", self.language),
                         level=self.pack.levels[self.level] if self.level else "",
                         phase=self.pack.phases[self.phase].name, day=self.pack.sample_day)
        lines = [*self._comment(head, 0), *self._fields(root, file, tree, 0, False, (), None)]
        values = {"/report": self.kind, "/plan": self.pack.id, "/phase": self.phase,
                  pointer_of(self.pack.roles.level_path): self.level or ""}
        return Form(tuple(lines), values, self.words)

    def tree(self) -> Tree:
        """The fields that belong to the form."""
        tree = outline(self.pack, self.kind, self.phase, self.level)
        if tree is not None:        # what is never wrong to have: plain fields, and what does not concern the unit
            tree |= {key: None for key, one in self.publisher.root["properties"].items() if key not in tree and (
                key == self.pack.roles.spared or self._plain(one, f"{self.kind}.json"))}
        return tree

    def _say(self, key: str, **facts: Any) -> str:
        return say(f"form.{key}", self.language, **facts)

    def resolved(self, schema: Schema, file: str) -> tuple[Schema, str]:
        return target(schema, file)[:2] if "$ref" in schema else (schema, file)

    def _plain(self, schema: Schema, file: str) -> bool:
        found, _ = self.resolved(schema, file)
        return found.get("type") == "string" or found.get("items", {}).get("type") == "string"

    def _fields(self, schema: Schema, file: str, tree: Tree, indent: int, dashed: bool, path: Steps,
                theme: str | None) -> Iterator[Line]:
        """The lines of a map's fields; `dashed` before the first of a list's item."""
        for key, one in schema["properties"].items():
            if tree is not None and key not in tree and not self.new(one, (*path, key), theme):
                continue
            if not path:
                yield Line("")
            found, home = self.resolved(one, file)
            yield from self._guidance(one, found, indent - 2 if dashed else indent, (*path, key), theme)
            name = title_of(key, one, file) if self.chinese else key
            lead = " " * (indent - 2) + "- " if dashed else " " * indent
            dashed = False
            yield from self._field(found, home, tree and tree.get(key), lead + name, indent, (*path, key), theme)

    def new(self, schema: Schema, path: Steps, theme: str | None) -> bool:
        """Whether it is a field of the pack's own of which no compliant report says when it is asked for."""
        held: Tree = self.held
        for step in path:
            if held is not None and step != 0:
                held = held.get("*" if step == theme else str(step))
        return "x-own" in schema and held is None

    def _field(self, schema: Schema, file: str, tree: Tree, head: str, indent: int, path: Steps,
               theme: str | None) -> Iterator[Line]:
        inner = " " * (indent + 2)
        if schema.get("x-names") == "themes":
            yield Line(head + ":")
            for one in self.pack.themes.values():
                yield Line("")
                yield from self._theme(one, indent + 2)
                answer, _ = self.resolved(schema["additionalProperties"], file)
                yield from self._guidance(answer, answer, indent + 2, (*path, one.id), one.id)
                yield Line(f"{inner}{one.name['zh'] if self.chinese else one.id}:")
                yield from self._fields(*self.resolved(schema["additionalProperties"], file), tree, indent + 4, False,
                                        (*path, one.id), one.id)
        elif "properties" in schema:
            yield Line(head + ":")
            yield from self._fields(schema, file, tree, indent + 2, False, path, theme)
        elif schema.get("type") == "array":
            yield Line(head + ":")
            item, home = self.resolved(schema["items"], file)
            if "properties" in item:
                yield from self._fields(item, home, tree, indent + 4, True, (*path, 0), theme)
                yield from self._comment(self._say("another"), indent + 2)
            else:
                yield Line(inner + "- ", pointer_of((*path, 0)))
        else:
            yield Line(head + ": ", pointer_of(path))

    def _guidance(self, schema: Schema, found: Schema, indent: int, path: Steps,
                  theme: str | None) -> Iterator[Line]:
        """What to write in a field, and the values to choose from, where the field comes first."""
        listed = self._listed(found)
        if theme is None and listed:
            self.words[pointer_of(path)] = listed
        place = tuple("*" if step == theme else str(step) for step in path)
        if place in self.guided:
            return
        self.guided.add(place)
        text = self.told_of(schema, found, theme)
        if len(listed) > 1:
            text += self._say("choices", words=list(listed.values()))
        if text:
            yield from self._comment(text, indent)

    def told_of(self, schema: Schema, found: Schema, theme: str | None) -> str:
        """What to write in a field, without the values to choose from."""
        if self.language != "zh":
            return str(schema.get("x-en", ""))
        if found.get("x-names", "fields") != "fields":
            return self.publisher.described(schema["description"], found["x-names"], theme)
        return str(schema.get("description", ""))

    def _listed(self, schema: Schema) -> dict[str, str]:
        """Listed values: canonical -> as the form writes them."""
        names = schema.get("x-names")
        if names in (None, "themes", "behaviours", "fields") and "oneOf" not in schema:
            return {}
        listed = self.publisher.choices(names) if names else self.publisher.plain(schema, "", None)["oneOf"]
        return {one["title"] if self.chinese else one["const"]: one["const"] for one in listed}

    def _theme(self, theme: Theme, indent: int) -> Iterator[Line]:
        head = self._say("theme", name=theme.name, heading=theme.heading.rstrip("。"), clause=theme.clause)
        yield from self._comment(head, indent)
        for one in theme.behaviours:
            yield from self._comment(f"  {one.id} {one.text if self.language == 'zh' else one.english}", indent)
        yield from self._comment(f"  {self.pack.other_word if self.chinese else self.pack.other}", indent)

    def _comment(self, text: str, indent: int) -> Iterator[Line]:
        """Each line of a text as a comment; what must be broken goes on under its first word, past a number."""
        for paragraph in text.rstrip("\n").split("\n"):
            found = _NUMBER.match(paragraph)
            number = found[0] if found else ""
            first = " " * indent + "# " + number
            yield from (Line(line.rstrip()) for line in wrap(paragraph[len(number):], first,
                                                             " " * indent + "# " + " " * len(number), WIDTH))


def outline(pack: Pack, kind: str, phase: str, level: str | None) -> Tree:
    """The fields that a compliant report has at a phase, as nested maps; a list as its items, the themes as one.

    None stands for all fields that there are: for a pack without such a report, and for a field that the compliant
    report leaves out by saying that it does not concern the unit.
    """
    tree: Branch = {}
    answer: Branch = {}
    roles = pack.roles
    for name, its_kind, its_level in bases(pack):
        if its_kind != kind:
            continue
        doc = _bound(pack, kind, dump(base_report(pack, name, phase)))
        fields = _outline(doc)
        for one in fields.get(roles.themes, {}).values():
            _merge(answer, one)
        if its_level == level:
            spared = [one[roles.spared_item] for one in doc.get(roles.spared, ())]
            _merge(tree, dict.fromkeys(spared) | fields)
    if roles.themes in tree:
        tree[roles.themes] = {roles.problems: None, roles.none_found: None, roles.examined: None} | answer
    return tree or None


def held_anywhere(pack: Pack, kind: str) -> Branch:
    """The fields that any compliant report of a kind has, at any phase; the themes as one, `*`."""
    tree: Branch = {}
    for name, its_kind, _ in bases(pack):
        for phase in pack.phases if its_kind == kind else ():
            fields = _outline(_bound(pack, kind, dump(base_report(pack, name, phase))))
            for one in fields.pop(pack.roles.themes, {}).values():
                _merge(fields.setdefault("*", {}), one)
            _merge(tree, {pack.roles.themes: {"*": fields.pop("*", {})}} | fields)
    return tree


def _bound(pack: Pack, kind: str, data: bytes) -> Any:
    typed = read(data, Limits(), frozenset())
    return pack.shapes[kind].bind(typed, Binding(pack.absent), None, typed.mark, None)


def _outline(data: object) -> Branch:
    if isinstance(data, list):
        merged: Branch = {}
        for one in data:
            _merge(merged, _outline(one))
        return merged
    return {key: _outline(one) for key, one in data.items()} if isinstance(data, dict) else {}


def _merge(tree: Branch, other: Branch) -> None:
    for key, one in other.items():
        if one is None or tree.get(key, {}) is None:
            tree[key] = None
        else:
            _merge(tree.setdefault(key, {}), one)
