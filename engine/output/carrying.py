"""The report of a phase as the next phase's form: what was written stays as it was typed, problems with their IDs, and
the fields that the new phase asks for stand blank in their places.

Blank are also the days of filing: they belong to the report that was filed. Nothing else that anybody wrote is touched.
"""

from __future__ import annotations

import os
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from ..batch.outcome import Result
from ..batch.reopening import CURRENT, GONE, SECOND, UNREADABLE, UNSIGNED
from ..batch.standing import is_doubtful
from ..judging.case import Case
from ..judging.compile import Compiled
from ..judging.inserting import Block, Forms, layout, lines_of
from ..judging.opening import Opener
from ..packs.pack import Pack
from ..reading.files import REPORTS, WORKBOOKS, Listed, read_bytes, real_path
from ..reading.intake import BREAK, begins_of_lines
from ..reading.report import Doc, Items
from ..reading.schema import ListShape, MapShape, Shape
from ..reading.typed import as_typed, in_chinese, in_english, quoted
from ..recording import dataclass, field, replace
from ..records import Insert, Limits, Route, Unreadable, UsageError
from ..text.wording import id_key
from .forms import Branch, Form, Handout, Order, Tree, for_notepad, outline, sheet
from .importing import tidy

Edit = tuple[int, int, str]     # first and last position in a text, and what stands there instead


@dataclass(frozen=True, slots=True)
class CarriedOver:
    """What is to be handed out, and what must be said of it."""

    handout: Handout
    said: tuple[tuple[str, dict[str, Any]], ...] = ()       # names of texts and their facts


class Carrier:
    """Carries reports over to one phase; the forms of kinds and levels are made once."""

    def __init__(self, compiled: Compiled, order: Order) -> None:
        self.compiled, self.pack, self.order = compiled, compiled.pack, order
        self.inserts = Forms(compiled)
        self._sheets: dict[tuple[str, str | None, str], Form] = {}
        self._fresh: dict[tuple[str, str | None, str | None], Branch] = {}

    def one(self, file: str) -> str:
        """The report in a file, carried over. Raises UsageError."""
        try:
            case, _ = Opener(self.pack, None, Limits()).open(read_bytes(Listed(file, real_path(file), None), Limits()))
        except Unreadable:
            raise UsageError("carry.unreadable", file=file) from None
        if case.report.kind not in self.order.kinds:
            raise UsageError("carry.kind", file=file)
        if not self.knows(case):
            raise UsageError("carry.phase-unread", file=file)
        if not self.is_before(case.report.phase):
            raise UsageError("carry.not-before", file=file, phase=self.pack.phases[self.order.phase].name)
        if loses(case):
            raise UsageError("carry.strays", file=file)
        return self.carried(case)

    def as_file(self, text: str) -> bytes:
        """A report that was carried over as a file of the format that is wanted. Raises UsageError."""
        if self.order.format == "yaml":
            return for_notepad(text)
        from .workbooks.book import book
        from .workbooks.content import content

        case, _ = Opener(self.pack, None, Limits()).open(text.encode())
        report = case.report
        return book(content(self.pack, self.order, report.kind or "", report.level, report=report.doc.src))

    def knows(self, case: Case) -> bool:
        """Whether kind, plan and phase of a report can be read, and the plan is this one."""
        report = case.report
        return None not in (report.kind, report.phase) and report.doc.get("plan") == self.pack.id

    def is_before(self, phase: str | None) -> bool:
        return phase is not None and self.pack.order(phase) < self.pack.order(self.order.phase)

    def carried(self, case: Case) -> str:
        """A report that can be read, and is of an earlier phase, as the form of the new one; a workbook as YAML."""
        if case.in_cells:
            named = in_chinese if self.order.keys == "zh" else in_english
            text = as_typed(named(tidy(case.report.doc.src), case.report.doc.shape))
            case, _ = Opener(self.pack, None, Limits()).open(text.encode())
        report, kind = case.report, case.report.kind or ""
        chinese = "zh" if report.chinese else "en"
        key = kind, report.level, report.phase
        if key not in self._fresh:
            self._fresh[key] = beyond(outline(self.pack, kind, self.order.phase, report.level),
                                      outline(self.pack, kind, report.phase or "", report.level))
        if (kind, report.level, chinese) not in self._sheets:
            self._sheets[kind, report.level, chinese] = sheet(
                self.pack, replace(self.order, keys=chinese), kind, report.level)
        chunks = Chunks(self._sheets[kind, report.level, chinese], report.doc.shape)
        source = case.source
        heads = list(_heads(case, self.pack, self.order.phase))
        fields = [*_sections(case, self._fresh[key], chunks), *_blanks(case, self._fresh[key], self.inserts, chunks)]
        made = edited(source, [*heads, *fields])
        return made if self._holds(made, case) else edited(source, heads)

    def _holds(self, made: str, case: Case) -> bool:
        """Whether what was made reads as the report did, but for its phase and its days of filing."""
        try:
            now, _ = Opener(self.pack, None, Limits()).open(made.encode())
        except Unreadable:
            return False
        apart = {"phase", self.pack.roles.filed, self.pack.roles.refiled}
        return {key: one for key, one in now.report.doc.items() if key not in apart} == {
            key: one for key, one in case.report.doc.items() if key not in apart}


def of_file(carrier: Carrier, last: str, to: Path) -> CarriedOver:
    """One report carried over into a file, or under its own name into a folder. Raises UsageError."""
    path = to if to.suffix.lower() in (*REPORTS, *WORKBOOKS) else \
        to / Path(last).with_suffix(f".{carrier.order.format}").name
    text = carrier.one(last)
    forms = ((path, carrier.order.kinds[0], None, dict[str, str]()),)
    if os.path.lexists(path):           # the last phase's own file too: both are needed
        return CarriedOver(Handout(to, (), (path,)))
    return CarriedOver(Handout(to, forms, carried={path: carrier.as_file(text)}), (("carry.told", {"count": 1}),))


def of_folder(carrier: Carrier, handout: Handout, result: Result) -> CarriedOver:
    """A roster's handout with the current report of each one carried over; who has none keeps the blank form.

    Nobody gets a form who has reported the phase already, or of whom what came can't be read.
    """
    texts: dict[tuple[str, str], str] = {}
    reached, unread, strangers, doubtful = set(), set(), 0, 0
    for one in result.reopened():
        entry = one.owner or (result.roster.entry(one.about.kind, one.about.key) if result.roster else None)
        if is_doubtful(one.file, one.about.kind, one.about.key, result.roster):
            doubtful += one.what in (CURRENT, SECOND)
        elif one.what in (UNREADABLE, UNSIGNED, GONE) and entry:
            unread.add((entry.kind, id_key(entry.id)))
        elif one.what != CURRENT or entry is None:
            strangers += one.what == CURRENT
        elif one.case and (not carrier.knows(one.case) or (carrier.is_before(one.about.phase) and loses(one.case))):
            unread.add((entry.kind, id_key(entry.id)))
        elif one.case and carrier.is_before(one.about.phase):
            texts[entry.kind, id_key(entry.id)] = carrier.carried(one.case)
        else:
            reached.add((entry.kind, id_key(entry.id)))
    carried, forms, left = {}, [], []
    for path, kind, level, identity in handout.forms:
        owner, name = carrier.pack.roles.identity[kind]
        key = kind, id_key(identity[f"/{owner}/{name}"])
        if key in texts:
            carried[path] = carrier.as_file(texts[key])
        elif key in unread - reached:
            left.append(identity[f"/{owner}/{name}"])
        if path in carried or key not in reached | unread:
            forms.append((path, kind, level, identity))
    said = (("carry.told", {"count": len(carried)}), ("carry.unread", {"count": len(left), "idents": left}),
            ("carry.reached", {"count": len(handout.forms) - len(forms) - len(left)}),
            ("carry.strangers", {"count": strangers}), ("carry.doubtful", {"count": doubtful}))
    return CarriedOver(replace(handout, forms=tuple(forms), carried=carried),
                       tuple(one for one in said if one[1]["count"]))


def loses(case: Case) -> bool:
    """Whether something in a workbook is taken over by no field of the form."""
    return case.in_cells and any((slip.hint or "").startswith(("stray-", "cell-")) and slip.hint != "stray-spelling"
                                 for slip in case.slips)


def beyond(new: Tree, old: Tree) -> Branch:
    """The fields that a form has and an older one had not; nothing where either has all that there are."""
    found: Branch = {}
    for key, below in (new or {}).items() if old is not None else ():
        if key not in (old or {}):
            found[key] = below
        elif below and (fresh := beyond(below, (old or {})[key])):
            found[key] = fresh
    return found


@dataclass(slots=True)
class Chunks:
    """A form cut into its fields at the top, and what it says beside each field in them."""

    form: Form
    shape: MapShape
    sections: dict[str, list[str]] = field(default_factory=dict)            # field -> its lines with their guidance
    guidance: dict[tuple[str, str], list[str]] = field(default_factory=dict)        # (field, name in it) -> comments

    def __post_init__(self) -> None:
        comments: list[str] = []
        section = ""
        for text in (line.text for line in self.form.lines):
            stripped = text.strip()
            if stripped.startswith("#") or not stripped:
                comments.append(text.rstrip())
                continue
            name = stripped.removeprefix("- ").partition(":")[0]
            if not text.startswith((" ", "-")):
                above = comments.index("")      # a blank line parts sections
                self.sections.setdefault(section, []).extend(comments[:above])
                del comments[:above]
                section = self.shape.fields[name][0]
                self.sections[section] = []
            else:
                mark = text[:len(text) - len(text.lstrip())] + "#"  # what is further in belongs to what is above
                self.guidance.setdefault((section, name), [one.strip() for one in comments if one.startswith(mark)])
            self.sections[section] += [*comments, text.rstrip()]
            comments.clear()


def _heads(case: Case, pack: Pack, phase: str) -> Iterator[Edit]:
    """The new phase, in the language in which the old one stood, and no day of filing."""
    doc, source, values = case.report.doc, case.source, _block(case).values
    starts = begins_of_lines(source)
    for key in ("phase", pack.roles.filed, pack.roles.refiled):
        written = doc.written(key)
        typed = doc.src.entries.get(written or "")
        if written is None or not isinstance(typed, str) or not typed.strip():
            continue
        begin, end = (starts[line] + column for line, column in values[written])
        named = phase if typed.strip() in pack.phases else pack.phases[phase].name["zh"]
        text = quoted(named) if key == "phase" else ""
        yield begin, end, text + "\n" * source[begin:end].endswith("\n")


def _sections(case: Case, fresh: Branch, chunks: Chunks) -> Iterator[Edit]:
    """Fields at the top of the form that are not there at all, with their guidance."""
    doc = case.report.doc
    block = _block(case)
    order = list(doc.shape.titles)
    spared = _spared(doc, case.pack)
    for key in sorted(fresh, key=order.index):
        before = [name for name in doc.src.entries if name in doc.shape.fields
                  and order.index(doc.shape.fields[name][0]) < order.index(key)]
        if key in chunks.sections and doc.written(key) is None and key not in spared and before and not block.flow:
            last = max(before, key=lambda name: order.index(doc.shape.fields[name][0]))
            at = _end_of_line(case.source, block.ends[last])
            yield at, at, "\n" + "\n".join(chunks.sections[key])


def _blanks(case: Case, fresh: Branch, inserts: Forms, chunks: Chunks) -> Iterator[Edit]:
    """Fields that are missing within others; guidance on each stands where it comes first."""
    told: set[tuple[str, str]] = set()
    doc, block = case.report.doc, _block(case)
    for paths in _missing(doc, doc.shape, fresh, (), case.pack):
        wanted = [path for path in paths if block.flow or doc.written(str(path[0])) is not None]    # no whole section
        insert = inserts.insert(case, wanted) if wanted else None
        if insert and not insert.clear:
            yield _edit(case.source, insert, _guided(insert, str(paths[0][0]), chunks, told))


def _guided(insert: Insert, section: str, chunks: Chunks, told: set[tuple[str, str]]) -> str:
    """The lines of an insert, with what the form says of a field before its first line."""
    if insert.column is not None:
        return insert.text
    lines = []
    for line in insert.text.split("\n"):
        key = section, line.strip().removeprefix("- ").partition(":")[0]
        if key not in told and not line.strip().startswith("- "):
            lines += [" " * (len(line) - len(line.lstrip())) + one for one in chunks.guidance.get(key, ())]
            told.add(key)
        lines.append(line)
    return "\n".join(lines)


def _missing(doc: Doc, shape: Shape, fresh: Branch, path: Route, pack: Pack) -> Iterator[list[Route]]:
    """Of each map that is there the paths of what is missing in it: as far as fields go, to the last ones."""
    if not isinstance(shape, MapShape):
        return
    themes = path == (pack.roles.themes,)
    spared = _spared(doc, pack) if not path else frozenset()
    paths: list[Route] = []
    for key, value in doc.items() if themes else ((key, doc.get(key)) for key in fresh):
        below = fresh if themes else fresh[key]
        found = shape.fields[key if not themes else next(iter(shape.fields))][1]
        inside = path[:1] == (pack.roles.themes,) and len(path) == 2        # an answer holds only one of its fields
        if value is None and not inside and key not in spared:
            paths += _leaves(found, below, (*path, key))
        elif isinstance(value, Doc) and below:
            yield from _missing(value, found, below, (*path, key), pack)
        elif isinstance(value, Items) and below and isinstance(found, ListShape):
            for at, one in enumerate(value):
                if isinstance(one, Doc):
                    yield from _missing(one, found.item, below, (*path, key, at), pack)
    if paths:
        yield paths


def _leaves(shape: Shape, below: Any, path: Route) -> Iterator[Route]:
    """The paths of a field, down to those that hold no others."""
    inner = shape.item if isinstance(shape, ListShape) else shape
    if not below or not isinstance(inner, MapShape) or not inner.fields.keys() >= below.keys():
        yield path      # one of the last, or the themes, whose parts a form does not tell apart
        return
    for key, one in below.items():
        home = (*path, 0) if isinstance(shape, ListShape) else path
        yield from _leaves(inner.fields[key][1], one, (*home, key))


def _spared(doc: Doc, pack: Pack) -> frozenset[str]:
    """The fields that a unit says do not concern it."""
    listed = doc.get(pack.roles.spared)
    return frozenset(one.get(pack.roles.spared_item, "") for one in listed if isinstance(one, Doc)) \
        if isinstance(listed, Items) else frozenset()


def _block(case: Case) -> Block:
    """The report's own map as it stands in the text."""
    mark = case.report.doc.src.mark
    return dict(layout(lines_of(case)))[mark.line, mark.column]


def _edit(source: str, insert: Insert, text: str) -> Edit:
    if insert.column is None:
        at = _end_of_line(source, insert.line - 1)
        return at, at, "\n" + text
    at = begins_of_lines(source)[insert.line - 1] + insert.column - 1
    return at, at, text


def _end_of_line(source: str, line: int) -> int:
    found = BREAK.search(source, begins_of_lines(source)[line])
    return found.start() if found else len(source)


def edited(source: str, edits: Iterable[Edit]) -> str:
    """A text with all edits made; of lines that go to one place, those that are further in come first."""
    made = source
    placed = sorted(enumerate(edits), key=lambda one: (-one[1][0], _indent(one[1][2]), -one[0]))
    for _, (begin, end, text) in placed:
        made = made[:begin] + text + made[end:]
    return made


def _indent(text: str) -> int:
    lines = [line for line in text.split("\n") if line.strip()]
    return len(lines[0]) - len(lines[0].lstrip(" ")) if lines else 0
