"""Where a missing field is to be typed and what: lines ready to paste, which never break the file.

What is asked for goes after the field that the form has before it, as far in as its neighbours; in braces it goes
before the closing one. Where something else stands in its place, that is deleted first. The text holds names of
fields and blanks: nothing that anybody wrote, nothing that could pass for an answer.
"""

from __future__ import annotations

import re
from codecs import BOM_UTF8
from collections.abc import Callable, Iterable, Iterator
from itertools import chain, islice
from typing import Any

from yaml._yaml import CParser
from yaml.events import MappingEndEvent, MappingStartEvent, ScalarEvent, SequenceEndEvent, SequenceStartEvent

from ..reading.form_cells import CellPin
from ..reading.intake import Map, Pin, Seq, Value
from ..reading.paths import EACH, ITEM, split
from ..reading.report import BAD, Doc, Items
from ..reading.schema import EitherShape, ListShape, MapShape, Shape, TextShape
from ..recording import dataclass, field
from ..records import Insert, Route
from .case import Case
from .compile import Compiled
from .places import node_at

DEEPEST = 8         # maps and lists in a block; no form has more
FIRST = 20          # items of a list that are looked at for what stands in them
MOST_LINES = 60     # in a block: of a longer one, what is deepest is left to be asked for once the rest is there

Steps = tuple[str, ...]
Place = tuple[int, int]     # line and column (0-based)


@dataclass(slots=True)
class Block:
    """A map or a list as it stands in the text: the last line (0-based) of each value, and where braces close."""

    flow: bool
    ends: dict[str, int] = field(default_factory=dict)
    values: dict[str, tuple[Place, Place]] = field(default_factory=dict)    # their begins and ends
    items: list[tuple[Place, Place]] | None = None      # of a list those of its items
    key: str | None = None
    inner: Place = (0, 0)   # where the last thing in it ended
    close: Place = (0, 0)   # of braces: the place after them


class _Rest:
    """Lines as a parser asks for them, which reads no further than it must."""

    name = ""

    def __init__(self, lines: Iterator[bytes]) -> None:
        self.lines = lines

    def read(self, _: int = 0, /) -> bytes:
        return next(self.lines, b"")


def layout(lines: list[bytes], line: int = 0, first: bytes = b"") -> Iterator[tuple[Place, Block]]:
    """The maps and lists of a text that can be read, by where they begin; each when its end is reached.

    With a text for the first line to read it is the first of them alone, and of one without braces the first value.
    """
    stack: list[tuple[Block, Place]] = []     # and where it begins
    last = 0
    rest = chain([first], islice(lines, line + 1, None)) if first else iter(lines)
    get_event: Callable[[], Any] = CParser(_Rest(rest)).get_event
    while (event := get_event()) is not None:
        kind, mark = type(event), event.start_mark
        begin, mark = (line + mark.line, mark.column), event.end_mark
        end = line + mark.line, mark.column
        if kind is MappingStartEvent or kind is SequenceStartEvent:
            stack.append((Block(bool(event.flow_style), items=None if kind is MappingStartEvent else [], inner=end),
                          begin))
            continue
        if kind is ScalarEvent:
            last = end[0]
            if event.style in ("|", ">"):       # ends where the next line begins
                last -= not lines[last].decode()[:end[1]].strip()
            while last > begin[0] and not lines[last].decode().strip():
                last -= 1
        elif kind is MappingEndEvent or kind is SequenceEndEvent:
            closed, begin = stack.pop()
            if closed.flow:
                closed.close, last = end, max(last, end[0])
            yield begin, closed
        else:
            continue
        if not stack:
            return
        above = stack[-1][0]
        above.inner = end
        if above.items is not None:
            above.items.append((begin, end))
        elif above.key is None:
            above.key = event.value
            above.ends[above.key] = last
            continue
        else:
            above.values[above.key] = begin, end
            above.ends[above.key], above.key = last, None
        if first and len(stack) == 1 and not above.flow:
            yield stack[0][1], above
            return


def lines_of(case: Case) -> list[bytes]:
    """The lines of a file with their breaks, without its BOM, and an empty one after them."""
    if "lines" not in case.memo:
        case.memo["lines"] = [*case.data.removeprefix(BOM_UTF8).splitlines(keepends=True), b""]
    found: list[bytes] = case.memo["lines"]
    return found


def _line(case: Case, at: int) -> str:
    known: dict[int, str] = case.memo.setdefault("texts", {})
    if at not in known:
        known[at] = lines_of(case)[at].decode().rstrip("\r\n")
    return known[at]


def choices(compiled: Compiled) -> list[list[Steps]]:
    """Of a theme, the fields one of which is enough."""
    return [[tuple(split(name)) for name in way]
            for rule in {check.rule.id: check.rule for check in compiled.checks}.values()
            for way in rule.of_every_theme(compiled.pack.roles.themes)]


def demanded(compiled: Compiled, kind: str | None, level: str | None, phase: str | None) -> frozenset[Steps]:
    """The paths of the fields that rules may demand of such a report, be it on conditions, and of all fields above."""
    found: set[Steps] = set()
    for rule in {check.rule.id: check.rule for check in compiled.active(kind, level, phase)}.values():
        for part in rule.checks:
            base = split(part.get("each") or "")
            if "required" in part:
                ways = [one["any"] if isinstance(one, dict) else [one] for one in part["required"]["fields"]]
                found.update((*base, *split(name)) for way in ways for name in way)
            elif "examined" in part:
                found.add((*base, part["examined"]["examined"]))
    return frozenset(steps[:at] for steps in found for at in range(1, len(steps) + 1))


class Forms:
    """What is asked for by the rules of a pack, in the submitter's own language of keys."""

    def __init__(self, compiled: Compiled) -> None:
        self.compiled = compiled
        self._writers: dict[tuple[tuple[str | None, str | None, str | None], bool], _FieldWriter] = {}
        self._choices = choices(compiled)

    def insert(self, case: Case, paths: list[Route]) -> Insert | None:
        """What to type for the fields missing at these paths (as bound), and where; None where none is missing there.

        Of several, those that go to the same place are typed together.
        """
        item = _item(case, paths[0]) if len(paths) == 1 else None
        found = [spot for path in paths if (spot := _spot(case, path))] if item is None else []
        if (item is None and not found) or not _on_its_own(case, (item or found[0]).src):
            return None
        writer, first = self._writer(case, paths), item or found[0]
        if isinstance(first, _Item):
            return _of_item(case, first, writer)
        if first.under is not None:
            return _instead(case, first, first.under, writer)
        names = {spot.rest[0] for spot in found if spot.src is first.src and spot.under == first.under}
        return _beside(case, first, names, writer)

    def blanks(self, case: Case, paths: list[Route]) -> list[Pin]:
        """Where the fields missing at these paths stand already and are left blank, in the order of the file.

        Of what holds all themes nothing: below it stand fields of which each theme asks for some only.
        """
        around = _around(case, paths[0]) if paths and paths[0] not in ((), (case.pack.roles.themes,)) else None
        if around is None:
            return []
        (src, shape), writer, steps = around, self._writer(case, paths), _steps(paths[0], case.pack.roles.themes)[:-1]
        missing = [str(path[-1]) for path in paths if path[:-1] == paths[0][:-1]]
        names = writer.chosen(shape, missing, steps)
        if len(names) < len(missing):       # one of several is enough: with it goes what else is asked for there
            names = writer.fields(shape, steps)
        return list(dict.fromkeys(writer.blank(src, shape, names, steps)))

    def itemised(self, case: Case, path: Route) -> Insert | None:
        """The items of a list that was typed on one line, each on its own; of those that may not be printed the dash.

        Between braces only where all may be printed: there is no place for the others to be seen.
        """
        holder, key = node_at(case.report, path[:-1]), str(path[-1])
        under = holder.written(key) if type(holder) is Doc and not case.in_cells else None
        if under is None or not _on_its_own(case, holder.src):
            return None
        shape = holder.shape.fields[key][1]
        shape = shape.fitting[Seq] if isinstance(shape, EitherShape) else shape
        assert isinstance(shape, ListShape)     # else it would not have been read as one
        hidden = path[0] == case.pack.roles.themes and case.pack.sensitive(str(path[1]))
        items = ["" if hidden else one for one in shape.typed(str(holder.src.entries[under]).strip())]
        if not holder.src.flow:
            column = holder.src.at[under].column + 2
            return _under(case, holder.src, under, [f"{' ' * column}- {one}" for one in items])
        return _in_place(case, holder.src, under, f"[{', '.join(items)}]") if all(items) else None

    def _writer(self, case: Case, paths: list[Route]) -> _FieldWriter:
        """What writes the fields that are asked for at some paths, and all that the file lacks."""
        report, themes = case.report, case.pack.roles.themes
        form = report.kind, report.level, report.phase
        if (form, report.chinese) not in self._writers:
            self._writers[form, report.chinese] = _FieldWriter(
                demanded(self.compiled, *form), report.chinese, self._choices)
        plain = self._writers[form, report.chinese]
        if "asked" not in case.memo:        # by the whole file, so that what goes to one place is the same lines
            case.memo["asked"] = _asked((
                path for path in case.memo.get("missing", ()) if path and isinstance(path[-1], str)
                and _steps(path, themes) not in plain.asked and _spot(case, path)), themes)
        more = case.memo["asked"] | _asked((path for path in paths if _steps(path, themes) not in plain.asked), themes)
        if not more:        # most lack what rules demand
            return plain
        writers: dict[frozenset[Steps], _FieldWriter] = case.memo.setdefault("writers", {})
        if more not in writers:
            writers[more] = _FieldWriter(plain.asked | more, report.chinese, self._choices)
        return writers[more]


def _asked(paths: Iterable[Route], themes: str) -> frozenset[Steps]:
    """The fields at some paths and all above them."""
    return frozenset(
        steps[:at] for path in paths for steps in [_steps(path, themes)] for at in range(1, len(steps) + 1))


@dataclass(slots=True)
class _Spot:
    """Where something is missing: in a map, or beneath a key of it after which nothing of use stands."""

    src: Map
    shape: MapShape
    steps: Steps            # of the map, or of the field
    rest: tuple[str, ...]   # missing keys from there on
    under: str | None       # the key as typed
    is_text: bool = False   # whether a text stands there that people may want to keep
    nothing: str | None = None      # where a word for nothing stands there: the field beside it that says so


@dataclass(slots=True)
class _Item:
    """An item of a list that is a text where fields belong."""

    src: Seq
    shape: MapShape
    steps: Steps
    at: int


def _steps(path: Route, themes: str) -> Steps:
    return tuple(ITEM if isinstance(one, int) else EACH if at == 1 and path[0] == themes else one
                 for at, one in enumerate(path))


def _around(case: Case, path: Route) -> tuple[Map, MapShape] | None:
    """The map in which the last key of a path belongs, be it one with nothing in it."""
    at = len(path) - 1
    while at and type(node_at(case.report, path[:at])) is not Doc:
        at -= 1
    holder = node_at(case.report, path[:at])
    src, shape = holder.src, holder.shape
    for key in path[at:-1]:
        name = next((name for name in (key, shape.titles.get(str(key))) if name in src.entries), None)
        if name is None:
            return None
        src, shape = src.entries[name], shape.fields[name][1]
        if type(src) is not Map or not isinstance(shape, MapShape):
            return None
    return src, shape


def _item(case: Case, path: Route) -> _Item | None:
    """The item at a path, where a text takes the place of its fields."""
    at = path[-1] if path else None
    holder = node_at(case.report, path[:-1]) if isinstance(at, int) else None
    if type(holder) is not Items or not isinstance(at, int) or holder[at] is not BAD:
        return None
    above = node_at(case.report, path[:-2])
    shape = above.shape.fields[str(path[-2])][1] if type(above) is Doc else None
    position = holder.position(at)
    if not (isinstance(shape, ListShape) and isinstance(shape.item, MapShape) and type(holder.src) is Seq
            and isinstance(holder.src.items[position], str)):
        return None
    return _Item(holder.src, shape.item, _steps(path, case.pack.roles.themes), position)


def _spot(case: Case, path: Route) -> _Spot | None:
    node: Any = case.report.doc
    src, shape = node.src, node.shape
    themes = case.pack.roles.themes
    for at, one in enumerate(path):
        if isinstance(one, int):
            if type(node) is not Items or type(src) is not Seq or isinstance(shape, TextShape):
                return None     # or a text that is read as a list
            src, node, shape = src.items[node.position(one)], node[one], getattr(shape, "item", None)
            continue
        if type(src) is not Map or not isinstance(shape, MapShape) or one not in shape.fields:
            return None
        below = shape.fields[one][1]
        name = one if one in src.entries else shape.titles[one]
        if name not in src.entries:
            return _Spot(src, shape, _steps(path[:at], themes), tuple(map(str, path[at:])), None)
        value, node = src.entries[name], node.get(one) if isinstance(node, dict) else None
        last = at == len(path) - 1
        if (last or node is None or node is BAD) and not isinstance(below, TextShape) \
                and _of_no_use(value, node, below):
            nothing = below.instead if isinstance(below, ListShape) and node is BAD \
                and str(value).strip() in case.pack.absent else None
            return _Spot(src, shape, _steps(path[:at + 1], themes), (one,), name, node is BAD, nothing)
        src, shape = value, below
    return None


def _of_no_use(value: Value, bound: Any, shape: Shape) -> bool:
    """Whether what stands after a key gives way to its fields: nothing, a word for it, a text where fields belong."""
    if bound is BAD:
        inner = shape.item if isinstance(shape, ListShape) else shape
        return type(value) is str and isinstance(inner, MapShape)
    if isinstance(value, Map):
        return not value.entries
    # where there is an item with fields they stand there, be they empty; nobody looks through thousands of them
    return bound is None and not (isinstance(value, Seq) and any(
        isinstance(one, Map) and one.entries for one in value.items[:FIRST]))


def _on_its_own(case: Case, src: Map | Seq) -> bool:
    """Whether a map or list stands on lines or in braces: one field in the brackets of a list has neither."""
    mark = src.mark
    return not src.flow or _line(case, mark.line)[mark.column] in "{["


def _block(case: Case, src: Map | Seq, key: str | int) -> Block:
    """A map or list as it stands in the text; of one without braces only what is at a key or position."""
    pin, column = src.mark if src.flow else src.at[key], src.mark.column     # type: ignore[index]
    blocks: dict[Place, Block] = case.memo.setdefault("layout", {})
    if (pin.line, column) not in blocks:
        head = f"{' ' * column}{'-' if type(src) is Seq and not src.flow else ''}".ljust(pin.column)
        blocks |= layout(lines_of(case), pin.line, f"{head}{_line(case, pin.line)[pin.column:]}\n".encode())
    return blocks[pin.line, column]


def _in_place(case: Case, src: Map, under: str, text: str) -> Insert | None:
    """A text in the place of what stands after a key between braces, its colon with it."""
    begin, end = _block(case, src, under).values[under]
    before = _line(case, begin[0])[:begin[1]]
    colon = before.rfind(":")
    if begin[0] != end[0] or colon < 0 or before[colon + 1:].strip(" "):
        return None     # on several lines, or a key alone
    line = begin[0] + 1
    moved = case.memo.get("moved", {}).get(line, 0)
    column = colon + 1 + moved
    return Insert(line, column, f": {text}", clear=(column, line, end[1] + moved if end > begin else column))


def _under(case: Case, src: Map, under: str, text: list[str], keep: bool = False) -> Insert | None:
    """Lines below a key; what stands after its colon is deleted, with `keep` only where it ends on its line."""
    mark = src.at[under]
    head = re.match(rf"[ ]*(?:-[ ]+)*([\"']?){re.escape(under)}\1[ \t]*:", _line(case, mark.line))
    if head is None or not text:
        return None
    block = _block(case, src, under)
    (begin, end), last = block.values[under], block.ends[under]
    if keep and last > mark.line:
        return None
    clear = (head.end() + 1, last + 1, len(_line(case, last))) if end > begin else None
    return Insert(mark.line + 1, None, "\n".join(text), clear=clear)


def _instead(case: Case, spot: _Spot, under: str, writer: _FieldWriter) -> Insert | None:
    """A group in the place of what stands after a key: between braces, or on lines below it."""
    name, shape, src = spot.rest[0], spot.shape.fields[spot.rest[0]][1], spot.src
    above, column = spot.steps[:-1], src.at[under].column
    if spot.nothing:        # nothing stays there, and what says so goes beside it
        beside = [one for one in spot.shape.titles if one not in src.entries and one != name
                  and spot.shape.titles[one] not in src.entries
                  and (one == spot.nothing or one in writer.fields(spot.shape, above))]
        if spot.nothing not in beside:
            return None
        if src.flow:
            text = ", ".join(writer.in_braces(spot.shape, one, above) for one in beside)
            return _in_place(case, src, under, f", {text}")
        return _under(case, src, under, [
            line for one in beside for line in writer.block(spot.shape, one, above, column)])
    if src.flow:
        return _in_place(case, src, under, writer.group(shape, spot.steps))
    return _under(case, src, under, writer.short(
        lambda: list(writer.inside(shape, spot.steps, column + 2)), len(spot.steps)), keep=spot.is_text)


def _of_item(case: Case, item: _Item, writer: _FieldWriter) -> Insert | None:
    """Fields in the place of a text after a dash, or between brackets."""
    begin, end = (_block(case, item.src, item.at).items or [])[item.at if item.src.flow else 0]
    line, moved = begin[0] + 1, case.memo.get("moved", {}).get(begin[0] + 1, 0)
    if end[0] != begin[0]:
        return None
    if item.src.flow:
        column = begin[1] + 1 + moved
        return Insert(line, column, writer.group(item.shape, item.steps), clear=(column, line, end[1] + moved))
    if moved or re.fullmatch(r"[ ]*(?:-[ ]+)+", _line(case, begin[0])[:begin[1]]) is None:
        return None
    text = writer.short(lambda: list(writer.inside(item.shape, item.steps, begin[1])), len(item.steps))
    return Insert(line, None, "\n".join(text), clear=(begin[1] + 1, line, end[1]), dash=True)


def _beside(case: Case, spot: _Spot, missing: set[str], writer: _FieldWriter) -> Insert | None:
    """Fields in a map that has others."""
    src, shape = spot.src, spot.shape
    names = writer.chosen(shape, sorted(missing, key=list(shape.titles).index), spot.steps)
    if src.flow:
        block = _block(case, src, "")
        (line, column), (inner, after) = block.close, block.inner
        between = "\n".join(_line(case, at) for at in range(inner, line + 1))[after:].partition("}")[0]
        if "#" in between:
            return None
        text = ", ".join(writer.in_braces(shape, name, spot.steps) for name in names)
        # either way another field can be put between it and the brace
        return Insert(line + 1, column + case.memo.get("moved", {}).get(line + 1, 0),
                      text + ", " if "," in between or not src.entries else ", " + text)
    columns = {mark.line: mark.column for mark in src.at.values()}
    if {*columns.values()} != {src.mark.column}:
        return None
    below = next(iter(src.entries))
    for key, title in shape.titles.items():
        if key == names[0]:
            break
        below = key if key in src.entries else title if title in src.entries else below
    lines = writer.short(
        lambda: [line for name in names for line in writer.block(shape, name, spot.steps, src.mark.column)],
        len(spot.steps))
    line = src.at[below].line
    last = line if line + 1 in columns else _block(case, src, below).ends[below]    # on the next line is the next field
    return Insert(last + 1, None, "\n".join(lines))


def _every(shape: MapShape, steps: Steps) -> str | None:
    """`*` where a map is the one of the themes, which are written alike."""
    return EACH if shape.form and steps == (shape.form.roles.themes,) else None


class _FieldWriter:
    """Writes fields without values."""

    def __init__(self, asked: frozenset[Steps], chinese: bool, choices: list[list[Steps]]) -> None:
        self.asked = asked
        self.chinese = chinese
        self.choices = choices
        self.deepest = DEEPEST
        self._blocks: dict[tuple[Steps, str, int], list[str]] = {}

    def short(self, write: Callable[[], list[str]], least: int) -> list[str]:
        """The lines of a block that stands so deep, of a long one those that are less deep."""
        self.deepest = DEEPEST
        lines = write()
        while len(lines) > MOST_LINES and self.deepest > least + 1:
            self.deepest -= 1
            lines = write()
        self.deepest = DEEPEST
        return lines

    def chosen(self, shape: MapShape, names: list[str], steps: Steps) -> list[str]:
        """Of fields one of which is enough only the one that takes the fewest lines."""
        spare: set[str] = set()
        for choice in self.choices if len(names) > 1 else ():
            among = [name for name in names if (*steps, name) in choice]
            if len(among) > 1:
                least = min(among, key=lambda name: len(self.block(shape, name, steps, 0)))
                spare.update(name for name in among if name != least)
        return [name for name in names if name not in spare]

    def name(self, shape: MapShape, key: str) -> str:
        return shape.titles[key] if self.chinese else key

    def fields(self, shape: MapShape, steps: Steps) -> list[str]:
        """Those of a map that are asked for; where none is, its plain ones."""
        every = _every(shape, steps)
        wanted = [key for key in shape.titles if (*steps, every or key) in self.asked or key in shape.required]
        plain = [key for key in shape.titles if isinstance(shape.fields[key][1], TextShape)]
        return self.chosen(shape, wanted, steps) or plain

    def blank(self, src: Map, shape: MapShape, names: Iterable[str], steps: Steps) -> Iterator[Pin]:
        """Of the fields of these names, and of those asked for below them, those that stand there empty."""
        for key in names:
            name = next((name for name in (key, shape.titles[key]) if name in src.entries), None)
            if name is None:
                continue
            value, below, way = src.entries[name], shape.fields[key][1], (*steps, _every(shape, steps) or key)
            if isinstance(below, ListShape) and isinstance(value, Seq) and value.items:
                value, below, way = value.items[0], below.item, (*way, ITEM)
            if isinstance(below, MapShape) and isinstance(value, Map):
                yield from self.blank(value, below, self.fields(below, way), way)
            elif value in (None, "") and (isinstance(below, TextShape | EitherShape)
                                          or isinstance(src.at[name], CellPin)):     # a list in one cell
                yield src.at[name]

    def block(self, shape: MapShape, key: str, steps: Steps, column: int) -> list[str]:
        """A field on lines of its own; each is made once, since fields within fields are asked for again and again."""
        known = steps, key, self.deepest
        if known not in self._blocks:
            self._blocks[known] = list(self._written(shape, key, steps))
        return [f"{' ' * column}{line}" for line in self._blocks[known]]

    def _written(self, shape: MapShape, key: str, steps: Steps) -> Iterator[str]:
        below = shape.fields[key][1]
        head = f"{self.name(shape, key)}:"
        steps = (*steps, _every(shape, steps) or key)
        if isinstance(below, TextShape | EitherShape):
            yield head + " "
            return
        yield head
        if len(steps) < self.deepest:
            yield from self.inside(below, steps, 2)

    def inside(self, shape: Shape, steps: Steps, column: int) -> Iterator[str]:
        """What stands under a field."""
        if isinstance(shape, MapShape):
            for key in self.fields(shape, steps):
                yield from self.block(shape, key, steps, column)
        elif isinstance(shape, ListShape):
            if isinstance(shape.item, MapShape):
                first, *rest = self.inside(shape.item, (*steps, ITEM), column + 2)
                yield f"{' ' * column}- {first.lstrip(' ')}"
                yield from rest
            else:
                yield f"{' ' * column}- "

    def in_braces(self, shape: MapShape, key: str, steps: Steps) -> str:
        """A field between others in braces."""
        steps = (*steps, _every(shape, steps) or key)
        return f"{self.name(shape, key)}: {self.group(shape.fields[key][1], steps)}"

    def group(self, shape: Shape, steps: Steps) -> str:
        """What stands after the colon there."""
        if isinstance(shape, MapShape):
            return "{" + ", ".join(self.in_braces(shape, key, steps) for key in self.fields(shape, steps)) + "}"
        if isinstance(shape, ListShape) and isinstance(shape.item, MapShape):
            return "[" + self.group(shape.item, (*steps, ITEM)) + "]"
        return "[]" if isinstance(shape, ListShape) else ""
