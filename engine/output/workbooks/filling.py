"""A report that was typed, as the rows and cells of its form's workbook; it fits whole or is refused."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from ...reading.form_cells import DASH, cell_value
from ...reading.intake import Map, Seq, Value
from ...reading.layout import FormField, Keys, Layout, Table, is_row_name, row_name
from ...reading.schema import EitherShape, Shape, TextShape
from ...recording import dataclass, field
from ...records import UsageError
from ...text.wording import id_key
from ..sheets import CHARACTERS

FIRST = 4       # the first row that is filled in, below title, headings and guidance


@dataclass(slots=True)
class FormRow:
    """One row: what it belongs to, its own number where it has one, and its cells."""

    key: str | None
    number: str | None
    cells: dict[FormField, str]


@dataclass(slots=True)
class FormRows:
    """The cells of the main sheet, and the rows of the others by their table's identity."""

    main: dict[Keys, str]
    rows: dict[int, list[FormRow]] = field(default_factory=dict)


def filled(report: Map, layout: Layout, chinese: bool) -> FormRows:
    """The cells of a report. Raises UsageError where something in it has no place on the sheets."""
    filler = _Filler(report, layout, chinese)
    filler.fill()
    lost = sum(1 for _ in _leaves(report)) - filler.placed
    if lost:
        raise UsageError("workbook.no-place", count=lost)
    return filler.rows


def _leaves(node: Value) -> Iterator[str]:
    """Every text in which there is something."""
    if isinstance(node, Map):
        for one in node.entries.values():
            yield from _leaves(one)
    elif isinstance(node, Seq):
        for one in node.items:
            yield from _leaves(one)
    elif node is not None and node.strip():
        yield node


class _Filler:
    """Puts one report into cells and counts what it has put."""

    def __init__(self, report: Map, layout: Layout, chinese: bool) -> None:
        self.report, self.layout, self.chinese = report, layout, chinese
        self.placed = 0
        self.rows = FormRows({})
        self.idents: dict[int, Counter[str]] = {}

    def fill(self) -> None:
        for entry in self.layout.main.entries:
            text = self.cell(_under(self.report, entry.path, entry.titles), entry.shape)
            if text is not None:
                self.rows.main[entry.path] = text
        for table in self.layout.main.tables:
            self.items(table, self.report, None)
        for table in self.layout.tables:
            if table.is_themes:
                self.themes(table)

    def themes(self, table: Table) -> None:
        themes = _under(self.report, table.path, table.titles)
        rows: list[FormRow] = []
        for ident, name in self.layout.names.items():
            answer = _under(themes, (ident,), (name,))
            if not isinstance(answer, Map):
                continue
            key = name if self.chinese else ident
            cells = self.cells(table, answer, ident)
            if cells:
                rows.append(FormRow(key, None, cells))
            for inner in table.tables:
                self.items(inner, answer, key, ident)
        self.rows.rows[id(table)] = rows

    def items(self, table: Table, home: Value, key: str | None, theme: str | None = None) -> None:
        """The items of a list as rows that belong to `key`, and what stands in them."""
        listed = _under(home, table.path, table.titles)
        rows = self.rows.rows.setdefault(id(table), [])
        for item in listed.items if isinstance(listed, Seq) else ():
            if not isinstance(item, Map) or not any(_leaves(item)):
                continue
            row = FormRow(key, str(len(rows) + 1) if table.numbered else None, self.cells(table, item, theme))
            if not row.cells and key is None and row.number is None:
                continue        # nothing would show that there is a row
            rows.append(row)
            for inner in table.tables:
                self.items(inner, item, self.name(table, row, len(rows) + FIRST - 1), theme)

    def name(self, table: Table, row: FormRow, at: int) -> str:
        """How rows of other sheets name a row: by its ID or number; by its place where that does not tell it apart."""
        if table.numbered:
            return row.number or ""
        ident = row.cells.get(table.ident) if table.ident else None
        if id(table) not in self.idents:
            self.idents[id(table)] = Counter(self.all_idents(table))
        if ident and not is_row_name(ident) and self.idents[id(table)][id_key(ident)] == 1:
            return ident
        return row_name(at, "zh" if self.chinese else "en")

    def all_idents(self, table: Table) -> Iterator[str]:
        """The IDs of all rows of a sheet, also of those to come, as they are compared."""
        for item in self.every(table) if table.ident else ():
            value = _under(item, table.ident.path, table.ident.titles) if table.ident else None
            if isinstance(value, str) and id_key(value):
                yield id_key(value)

    def every(self, table: Table) -> Iterator[Value]:
        """All items of a sheet's list."""
        assert table.holder is not None
        homes: list[Value] = [self.report]
        if table.holder.is_themes:
            themes = _under(self.report, table.holder.path, table.holder.titles)
            homes = [_under(themes, (ident,), (name,)) for ident, name in self.layout.names.items()]
        elif table.above is not None:
            homes = list(self.every(table.above))
        for home in homes:
            listed = _under(home, table.path, table.titles)
            if isinstance(listed, Seq):
                yield from listed.items

    def cells(self, table: Table, home: Map, theme: str | None) -> dict[FormField, str]:
        made: dict[FormField, str] = {}
        for entry in table.entries:
            text = self.cell(_under(home, entry.path, entry.titles), self.layout.shape_of(table, entry, theme))
            if text is not None:
                made[entry] = text
        return made

    def cell(self, node: Value, shape: Shape) -> str | None:
        """A value as the text of one cell from which it can be read again; None for nothing, or what has no place."""
        if isinstance(node, str) and node.strip():
            text = str(node)
            kept = cell_value(shape, text, self.report.mark)
            same = kept == text or (isinstance(kept, Seq) and not _is_open(shape))
        elif isinstance(node, Seq) and node.items and all(isinstance(one, str) and one.strip() for one in node.items):
            text = _in_lines([str(one) for one in node.items], shape, self.report)
            same = True
        else:
            return None
        if not same or len(text.encode("utf-16-le")) > 2 * CHARACTERS:
            return None
        self.placed += sum(1 for _ in _leaves(node))
        return text


def _is_open(shape: Shape) -> bool:
    """Whether a field takes any text as well as a list, so that the two must be told apart."""
    return isinstance(shape, EitherShape) and any(isinstance(way, TextShape) and way.is_open for way in shape.ways)


def _in_lines(items: list[str], shape: Shape, report: Map) -> str:
    """The items of a list as lines of a cell; each after a dash where plain lines would be read in another way."""
    plain = "\n".join(items)
    read = cell_value(shape, plain, report.mark)
    if isinstance(read, Seq) and read.items == items and not plain.startswith(DASH):
        return plain
    return "\n".join(DASH + one.replace("\n", "\n" + " " * len(DASH)) for one in items)


def _under(home: Value, path: Keys, titles: Keys) -> Value:
    """What stands at the end of a way from a map, by either name of each field."""
    for key, title in zip(path, titles, strict=True):
        if not isinstance(home, Map):
            return None
        home = home.entries[key] if key in home.entries else home.entries.get(title)
    return home
