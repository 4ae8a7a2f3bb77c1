"""What may be chosen and typed in the cells of a form's workbook, and the hidden sheet with the lists for it."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from typing import TYPE_CHECKING, Any

from ...reading.schema import BehaviourShape, ChoiceShape, CountShape, DateShape, NumberShape, Shape
from ...reading.workbook import HINT
from ...text.messages import say
from .content import Content, FormColumn, FormPage, choices
from .filling import FIRST

if TYPE_CHECKING:
    from xlsxwriter.worksheet import Worksheet

LAST = 1000         # the last row for which drop-down lists and the like are set up


class Validity:
    """Sets up what cells take; `sheet` is the hidden one."""

    def __init__(self, sheet: Worksheet, made: Content) -> None:
        self.options, self.made, self.language = sheet, made, made.language
        self.lists: dict[tuple[str, ...], str] = {}
        self.column = 1
        self.behaviours = self._behaviours()

    def _behaviours(self) -> tuple[str, str, str] | None:
        """The mark, and for each theme the behaviours to choose from: their number, the theme, and below it they.

        Where the numbers stand, the themes, and the first behaviour; None where there are no themes.
        """
        self.options.hide()
        self.options.protect()
        self.options.write_string(0, 0, self.made.mark)
        for theme, words in self.made.behaviours.items():
            self.options.write_number(1, self.column, len(words))
            self._list([theme, *words], 2)
        count = len(self.made.behaviours)
        if not count:
            return None
        return (area(self.options, 1, 1, 1, count), area(self.options, 2, 1, 2, count), area(self.options, 3, 1, 3, 1))

    def remember(self, words: Iterable[str]) -> None:
        """Put what the form itself says on its sheets below the mark, by which what is typed over it is known."""
        for row, text in enumerate(filter(None, words), 1):
            self.options.write_string(row, 0, text)

    def _list(self, words: list[str], row: int) -> int:
        for at, word in enumerate(words):
            self.options.write_string(row + at, self.column, word)
        self.column += 1
        return self.column - 1

    def _listed(self, words: list[str]) -> str:
        """The cells in which some words stand to be chosen from."""
        key = tuple(words)
        if key not in self.lists:
            column = self._list(words, 3)
            self.lists[key] = "=" + area(self.options, 3, column, 2 + len(words), column)
        return self.lists[key]

    def choose(self, sheet: Worksheet, at: int, column: FormColumn, page: FormPage) -> None:
        """What may be chosen in a column."""
        first, last = FIRST - 1, LAST - 1
        table = page.table
        if column.entry is not None:
            self.valid(sheet, first, at, last, column.entry.shape, column.name, column.guidance)
        elif table.by_theme:
            words = [self.made.layout.names[one] if self.made.chinese else one for one in self.made.layout.names]
            self._validation(sheet, first, at, last, {"validate": "list", "source": self._listed(words)}, column.name,
                             column.guidance)
        elif table.above is not None and column is page.columns[0]:
            above = next((one for one in self.made.pages if one.table is table.above), None)
            place = next((number for number, one in enumerate(above.columns) if one.entry is table.above.ident), 0) \
                if above else 0
            letter, name = letter_of(place), above.name if above else ""
            area = f"'{name}'!${letter}${FIRST}"
            count = f"MAX(1,COUNTA({area}:${letter}${LAST}))"
            self._validation(sheet, first, at, last, {
                "validate": "list", "source": f"=OFFSET({area},0,0,{count},1)", "error_type": "information"},
                column.name, column.guidance)

    def valid(self, sheet: Worksheet, first: int, column: int, last: int, shape: Shape, name: str,
               guidance: str) -> None:
        """What may be typed in cells for a shape: a choice, a date, a number; other texts as they are."""
        words = choices(shape, self.made.chinese)
        rule: dict[str, Any] = {"validate": "any"}
        if isinstance(shape, BehaviourShape) and self.behaviours:
            counts, themes, begin = self.behaviours
            at = f"MATCH($A{first + 1},{themes},0)"
            rule = {"validate": "list", "source": f"=OFFSET({begin},0,{at}-1,INDEX({counts},{at}),1)",
                    "error_type": "information"}
        elif words:
            rule = {"validate": "list", "source": self._listed(words),
                    "error_type": "stop" if isinstance(shape, ChoiceShape) else "information"}
        elif isinstance(shape, DateShape) and shape.format == "date":
            first_year, last_year = shape.years or (1900, 2200)
            rule = {"validate": "date", "criteria": "between", "minimum": datetime.date(max(first_year, 1900), 1, 1),
                    "maximum": datetime.date(last_year, 12, 31),
                    "error_message": say("workbook.as-date", self.language)}
        elif isinstance(shape, CountShape) and not isinstance(shape, NumberShape):
            rule = {"validate": "integer", "criteria": ">=", "value": 0,
                    "error_message": say("workbook.as-count", self.language)}
        self._validation(sheet, first, column, last, rule, name, guidance)

    def _validation(self, sheet: Worksheet, first: int, column: int, last: int, rule: dict[str, Any], name: str,
                    guidance: str) -> None:
        """A rule for cells, with their guidance as it is shown when one of them is chosen."""
        if rule.get("validate") == "list":
            rule.setdefault("error_message", say("workbook.as-listed", self.language))
        sheet.data_validation(first, column, last, column, {
            **rule, "error_title": say("workbook.wrong", self.language)[:32], "input_title": name[:32],
            "input_message": guidance[:HINT] or name})

    def shown(self, value: str) -> str:
        """A behaviour's ID as it stands in the list to choose from."""
        words = (word for listed in self.made.behaviours.values() for word in listed)
        return next((word for word in words if word.partition(" ")[0] == value), value)


def area(sheet: Worksheet, top: int, left: int, bottom: int, right: int) -> str:
    return f"'{sheet.name}'!${letter_of(left)}${top + 1}:${letter_of(right)}${bottom + 1}"


def letter_of(column: int) -> str:
    from xlsxwriter.utility import xl_col_to_name

    name: str = xl_col_to_name(column)
    return name
