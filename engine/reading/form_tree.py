"""The tree of a report while it grows from rows and cells, with the names of its fields in the workbook's language."""

from __future__ import annotations

from .form_cells import CellPin, FormCells, new_list, new_map
from .intake import Blind, Map, Seq
from .layout import FormField, Layout, Table
from .schema import Shape
from .workbook import Cell


class ReportTree:
    """One report; `themes` says of each answer, and of each item in one, to which theme it belongs."""

    def __init__(self, layout: Layout, cells: FormCells) -> None:
        self.layout, self.cells = layout, cells
        self.root = new_map(cells.pin(0, 1, 1))
        self.chinese = True
        self.themes: dict[int, str] = {}

    def answer(self, theme: str, pin: CellPin) -> Map:
        """The answer for a theme."""
        themes = self.layout.themes
        top = self._inner(self.root, themes, self.layout.root.titles[themes], pin)
        answer = self._inner(top, theme, self.layout.names[theme], pin)
        self.themes[id(answer)] = theme
        return answer

    def _inner(self, home: Map, key: str, title: str, pin: CellPin) -> Map:
        """The map under a name, made where it is not there yet."""
        name = title if self.chinese else key
        found = home.entries.get(name)
        if not isinstance(found, Map):
            found = home.entries[name] = new_map(pin)
            home.at[name] = pin
        return found

    def _place(self, home: Map, one: Table | FormField, pin: CellPin) -> tuple[Map, str]:
        """The map below another in which a field or a list stands, and its name there."""
        for key, title in zip(one.path[:-1], one.titles[:-1], strict=True):
            home = self._inner(home, key, title, pin)
        return home, one.titles[-1] if self.chinese else one.path[-1]

    def blank(self, table: Table, pin: CellPin) -> None:
        """A list of the report as a field that is left blank, until its first row comes."""
        home, name = self._place(self.root, table, pin)
        if name not in home.entries:
            home.entries[name], home.at[name] = None, pin

    def doubt(self, home: Map, one: Table | FormField, pin: CellPin) -> None:
        """Nothing is known of a field or list: it may be in what could not be taken over, so it is not missing."""
        name = (one.titles if self.chinese else one.path)[0]
        if name not in home.entries:
            home.entries[name], home.at[name] = Blind(), pin

    def item(self, home: Map, table: Table, pin: CellPin) -> Map:
        """A new item of a row's list."""
        holder, name = self._place(home, table, pin)
        listed = holder.entries.get(name)
        if not isinstance(listed, Seq):
            listed = holder.entries[name] = new_list(pin)
            holder.at[name] = pin
        item = new_map(pin)
        theme = self.themes.get(id(home))
        if theme:
            self.themes[id(item)] = theme
        listed.items.append(item)
        listed.at.append(pin)
        return item

    def put(self, home: Map, entry: FormField, shape: Shape, cell: Cell | Blind | None, pin: CellPin,
            slip: str | None = None) -> bool:
        """Put the value of a cell at its place below a map, a blank one as a field that is there and left blank.

        False where something stands there already. `slip` is how the field is called, where that is not its name.
        Blind is what was told already.
        """
        if slip is not None and cell is None:
            return True
        home, name = self._place(home, entry, pin)
        name = slip or name
        if name in home.entries and home.entries[name] is not None:
            return not isinstance(cell, Cell)
        home.at[name] = pin
        home.entries[name] = self.cells.value(shape, cell, pin) if isinstance(cell, Cell) else cell
        return True
