"""What stands on the sheets of a form's workbook: names, guidance, and the values that are known. Not how it looks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ...packs.pack import Pack
from ...reading.form_marks import MARK, NOTE
from ...reading.intake import Map
from ...reading.layout import FormField, Layout, Table, layout_of
from ...reading.report import pointer_of
from ...reading.schema import ChoiceShape, EitherShape, Schema, Shape
from ...recording import dataclass
from ...text.messages import say
from ..forms import FormWriter, Order, Tree
from .filling import FormRows, filled

VERSION = 1         # of the way in which a form lies on its sheets


@dataclass(frozen=True, slots=True)
class FormLine:
    """One row of the main sheet."""

    name: str
    entry: FormField | None = None      # None: a heading, or where else something is filled in
    guidance: str = ""
    value: str | None = None
    link: str | None = None         # the sheet on which it is filled in
    locked: bool = False


@dataclass(frozen=True, slots=True)
class FormColumn:
    """One column of a sheet that is filled in by rows."""

    name: str
    entry: FormField | None             # None: the column that says to what a row belongs, or its number
    guidance: str
    locked: bool = False


@dataclass(slots=True)
class FormPage:
    """A sheet that is filled in by rows."""

    table: Table
    name: str
    title: str
    guidance: str
    columns: list[FormColumn]
    rows: list[list[str | None]]


@dataclass(slots=True)
class Content:
    """A whole workbook."""

    mark: str
    name: str                       # of the main sheet
    title: str
    guidance: str
    lines: list[FormLine]
    pages: list[FormPage]
    layout: Layout
    chinese: bool
    language: str
    behaviours: dict[str, list[str]]        # theme as written -> what can be chosen


def content(pack: Pack, order: Order, kind: str, level: str | None, identity: dict[str, str] | None = None,
            report: Map | None = None) -> Content:
    """The workbook of one kind and level; `identity` are values known beforehand (pointer -> canonical), `report` one
    that was typed already, whose values stand in it. Raises UsageError for a report that no sheet can hold.
    """
    return ContentWriter(pack, order, kind, level).content(identity, report)


def choices(shape: Shape, chinese: bool) -> list[str]:
    """The listed values of a field, as the form writes them."""
    if isinstance(shape, EitherShape):
        return [word for way in shape.ways for word in choices(way, chinese)]
    if not isinstance(shape, ChoiceShape):
        return []
    by = dict.fromkeys(shape.values.values(), "")
    for word, value in shape.values.items():
        if not by[value] or (word != value) == chinese:
            by[value] = word
    return list(by.values())


class ContentWriter:
    """Makes the contents of workbooks of one kind, phase and level."""

    def __init__(self, pack: Pack, order: Order, kind: str, level: str | None) -> None:
        self.pack, self.order, self.kind, self.level = pack, order, kind, level
        self.writer = FormWriter(pack, order, kind, level)
        self.chinese, self.language = order.keys == "zh", order.language
        self.names = "zh" if self.chinese else "en"
        self.layout = layout_of(pack.shapes[kind])
        self.tree = self.writer.tree()
        self.said = {"/report": kind, "/plan": pack.id, "/phase": order.phase,
                     pointer_of(pack.roles.level_path): level or ""}
        self.known = self.said
        self.fixed = {"/report", "/plan"}
        self.held = FormRows({})

    def content(self, identity: dict[str, str] | None = None, report: Map | None = None) -> Content:
        """The content of one owner's. Raises UsageError for a report that no sheet can hold."""
        self.known = {} if report is not None else self.said | (identity or {})
        self.held = filled(report, self.layout, self.chinese) if report is not None else FormRows({})
        pack, main = self.pack, self.layout.main
        title = say("workbook.title", self.language, plan=pack.name, report=pack.report_title,
                    kind=say(f"reference.{self.kind}", self.language),
                    level=pack.levels[self.level] if self.level else "")
        return Content(
            mark=" ".join((MARK, str(VERSION), pack.id, self.kind, self.order.phase)), name=main.name[self.names],
            title=title, guidance=say(
                "workbook.how", self.language, phase=pack.phases[self.order.phase].name, day=pack.sample_day),
            lines=list(self.lines()), pages=[page for one in self.layout.within() if (page := self.page(one))],
            layout=self.layout, chinese=self.chinese, language=self.language, behaviours=self.behaviours())

    def behaviours(self) -> dict[str, list[str]]:
        """Theme as the form writes it -> what can be chosen there."""
        pack = self.pack
        other = pack.other_word if self.chinese else pack.other
        return {self.layout.names[one.id] if self.chinese else one.id:
                [*(f"{behaviour.id} {behaviour.text}" for behaviour in one.behaviours), other]
                for one in pack.themes.values() if one.id in self.layout.names}

    def lines(self) -> Iterator[FormLine]:
        """The rows of the main sheet, in the order of the form; a heading before fields that stand in a map."""
        main = self.layout.main
        labels = dict(zip((one.path for one in main.entries), main.labels(self.chinese), strict=True))
        by_path = {one.path: one for one in main.entries}
        tables = {one.path: one for one in main.tables} | {
            one.path: one for one in self.layout.tables if one.is_themes}
        titles = {path: named[-1] if self.chinese else path[-1] for path, named in main.groups}

        def below(shape: Any, path: tuple[str, ...]) -> Iterator[FormLine]:
            for key in shape.titles:
                way = (*path, key)
                if way in by_path and (self.asked(way) or way in self.held.main):
                    entry = by_path[way]
                    pointer = pointer_of(way)
                    value = self.held.main.get(way, _word(entry, self.known.get(pointer), self.chinese))
                    yield FormLine(labels[way], entry, self.guidance(way), value, locked=pointer in self.fixed)
                elif way in tables and self.page_asked(tables[way]):
                    table = tables[way]
                    name = table.titles[-1] if self.chinese else table.path[-1]
                    yield FormLine(name, None, self.guidance(way), link=table.name[self.names])
                elif way in titles:
                    inner = list(below(shape.fields[key][1], way))
                    if inner:
                        yield FormLine(titles[way], None, self.guidance(way))
                        yield from inner

        yield from below(main.shape, ())

    def page_asked(self, table: Table) -> bool:
        return self.asked(table.way) or bool(self.held.rows.get(id(table)))

    def page(self, table: Table) -> FormPage | None:
        """A sheet that is filled in by rows, None where it does not belong to the form."""
        if not self.page_asked(table):
            return None
        rows = self.held.rows.get(id(table), [])
        used = {entry.path for row in rows for entry in row.cells}
        way = table.way
        entries = [(entry, label) for entry, label in zip(table.entries, table.labels(self.chinese), strict=True)
                   if self.asked((*way, *entry.path)) or entry.path in used]
        columns = [FormColumn(label, entry, self.guidance((*way, *entry.path))) for entry, label in entries]
        if table.numbered:
            help_ = say("workbook.number-help", self.language)
            columns.insert(0, FormColumn(say("workbook.number", self.names), None, help_))
        label = table.key_label(self.names)
        if table.is_themes:
            columns.insert(0, FormColumn(label or "", None, "", locked=True))
            columns.append(FormColumn(NOTE + say("workbook.behaviours", self.names), None, "", locked=True))
        elif label:
            help_ = say("workbook.belongs", self.language, above=table.above.name[self.names]) if table.above else \
                say("workbook.choose", self.language)
            columns.insert(0, FormColumn(label, None, help_))
        cells = [[*(([row.key] if label else []) + ([row.number] if table.numbered else [])),
                  *(row.cells.get(entry) for entry, _ in entries)] for row in rows]
        if table.is_themes:
            there = {row[0]: row for row in cells}
            blank: list[str | None] = [None] * len(entries)
            cells = [[*(there.get(name) or [name, *blank]), "\n".join(listed)]
                     for name, listed in self.behaviours().items()]
        name = table.name[self.names]
        title = table.titles[-1] if self.chinese else table.path[-1]
        return FormPage(table, name, title, self.guidance(way), columns, cells)

    def asked(self, way: tuple[str, ...]) -> bool:
        """Whether a field belongs to the form at its phase."""
        branch: Tree = self.tree
        for at, key in enumerate(way):
            if branch is None:
                return True
            if key not in branch:
                schema, _ = self.schema(way[:at + 1])
                return self.writer.new(schema, self.steps(way[:at + 1]), self.theme(way))
            branch = branch[key]
        return True

    def theme(self, way: tuple[str, ...]) -> str | None:
        return next(iter(self.layout.names)) if way[0] == self.layout.themes and self.layout.names else None

    def steps(self, way: tuple[str, ...]) -> tuple[str | int, ...]:
        """The same way with the theme in it."""
        theme = self.theme(way)
        return (way[0], theme, *way[1:]) if theme else way

    def schema(self, way: tuple[str, ...]) -> tuple[Schema, str]:
        """The schema of a field and the file in which it stands, what it refers to left alone."""
        one, file = self.writer.publisher.root, f"{self.kind}.json"
        for key in way:
            holder, file = self.writer.resolved(one, file)
            while "properties" not in holder:
                holder, file = self.writer.resolved(holder.get("items") or holder["additionalProperties"], file)
            one = holder["properties"][key]
        return one, file

    def guidance(self, way: tuple[str, ...]) -> str:
        """What to write in a field, as it is done on a sheet."""
        schema, file = self.schema(way)
        found, _ = self.writer.resolved(schema, file)
        text = self.writer.told_of(schema, found, self.theme(way))
        return text.replace(say("workbook.in-yaml", self.language), "") if text else ""


def _word(entry: FormField, value: str | None, chinese: bool) -> str | None:
    """A value known beforehand, as the form writes it."""
    shape = entry.shape
    if not value or not isinstance(shape, ChoiceShape):
        return value or None
    return next((word for word in choices(shape, chinese) if shape.values[word] == value), value)
