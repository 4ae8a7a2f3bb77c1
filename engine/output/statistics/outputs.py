"""The figures as text for a terminal, Markdown, CSV, XLSX and, in `circular`, as a Word file."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from ...recording import replace
from ...text.lines import WIDTH, tame, wrap
from ...text.messages import say
from ...text.regex import regex
from ...text.wording import width
from ..findings import filing
from ..findings.pages import markdown
from ..findings.terminal import filing_lines
from ..sheets import Sheet, SheetColumn, as_csv, as_xlsx
from .tables import Summary, cell_text

_NAME = 16      # columns that a unit's name takes at least
_LEAST = 4      # and a figure, so that two Chinese characters stand above it
_SHORT = 6      # a title of three Chinese characters is not parted
_LATIN = regex("[!-~]+")


def to_text(found: Summary, language: str) -> str:
    """Plain text of 80 columns; a table that is wider goes on below itself."""
    lines = [*wrap(found.title, "", "  "), *(line for one in found.head for line in wrap(one, "", "  ")), "",
             *filing_lines(found.found.result, language)]
    lines = lines[:-1]      # each table begins with an empty line
    for table in found.tables.values():
        lines += ["", table.name]
        for block in blocks(table):
            lines += block
    lines += ["", *(line for one in found.notes for line in wrap(one, "· ", "  "))]
    return "\n".join(tame(line.rstrip()) for line in lines) + "\n"


def blocks(table: Sheet) -> Iterator[list[str]]:
    """The table as lines, in so many parts beside one another as fit into the width, numbers and names in each."""
    cells = [[cell_text(value) for value in row] for row in table.rows]
    sizes = [_size(column.title, [row[at] for row in cells]) for at, column in enumerate(table.columns)]
    longest = max(map(width, [table.columns[1].title, *(row[1] for row in cells)]))
    room = WIDTH - sizes[0] - 2 - _NAME - 1
    parts: list[list[int]] = [[]]
    for at in range(2, len(sizes)):
        if parts[-1] and sum(sizes[one] + 1 for one in parts[-1]) + sizes[at] + 1 > room:
            parts.append([])
        parts[-1].append(at)
    for part in parts:
        left = WIDTH - sizes[0] - 2 - 1 - sum(sizes[one] + 1 for one in part)
        chosen = [0, 1, *part]
        sizes[1] = max(_NAME, min(longest, left))
        rule = "─" * (sum(sizes[one] + 1 for one in chosen) + 1)
        block = [rule, *_line([table.columns[one].title for one in chosen], [sizes[one] for one in chosen]), rule]
        for number, row in enumerate(cells):
            if number == len(cells) - table.tail:
                block.append(rule)
            block += _line([row[one] for one in chosen], [sizes[one] for one in chosen])
        yield [*block, rule]


def _size(title: str, cells: list[str]) -> int:
    """How wide a column of figures is: its cells, and its title in two lines."""
    short = width(title) if width(title) <= _SHORT else 0
    size = max([_LEAST, short, *map(width, cells), *map(len, _LATIN.findall(title))])
    while len(list(wrap(title, "", "", size))) > 2:
        size += 1
    return size


def _line(cells: Sequence[str], sizes: Sequence[int]) -> Iterator[str]:
    """One row, in as many lines as its longest cell takes: names to the left, figures to the right."""
    parts = [list(wrap(cell, "", "", size)) for cell, size in zip(cells, sizes, strict=True)]
    for at in range(max(map(len, parts))):
        line = ""
        for column, (part, size) in enumerate(zip(parts, sizes, strict=True)):
            text = part[at] if at < len(part) else ""
            gap = " " * (size - width(text))
            line += text + gap + "  " if column == 1 else gap + text + " "
        yield line


def to_markdown(found: Summary, language: str) -> str:
    lines = [f"# {markdown(found.title)}", "", *(f"- {markdown(one)}" for one in found.head)]
    filed = filing.sheet(found.found.result, language)
    if filed:
        notes = (f"- {markdown(note)}" for note in filing.notes(found.found.result, language))
        lines += [*in_markdown(filed), "", *notes]
    for table in found.tables.values():
        lines += in_markdown(table)
    return "\n".join([*lines, "", *(f"- {markdown(one)}" for one in found.notes)]) + "\n"


def in_markdown(table: Sheet) -> Iterator[str]:
    """A table under its name, texts to the left, figures to the right."""
    yield from ("", f"## {markdown(table.name)}", "")
    kinds = [column.kind for column in table.columns]
    rows = [[column.title for column in table.columns], *([cell_text(cell) for cell in row] for row in table.rows)]
    for at, row in enumerate(rows):
        yield "| " + " | ".join(map(markdown, row)) + " |"
        if at == 0:
            yield "|" + "|".join(":---" if kind == "text" else "---:" for kind in kinds) + "|"


def to_csv(found: Summary, language: str) -> bytes:
    """One table of everything, a row for each unit; a column's title says which table it is of."""
    rows: dict[tuple[str, str], dict[str, Any]] = {}
    columns: dict[str, SheetColumn] = {}
    for table in found.tables.values():
        for row in table.rows:
            cells = rows.setdefault((str(row[0]), str(row[1])), {})
            for column, value in zip(table.columns[2:], row[2:], strict=True):
                title = f"{table.name.partition(' ')[2]}·{column.title}"
                columns[title] = SheetColumn(title, column.kind)
                cells[title] = value
    last = [say(f"statistics.{name}", language) for name in ("joint", "total", "outside")]
    order = sorted(rows, key=lambda key: (not key[0], int(key[0] or last.index(key[1]))))
    roster = found.found.result.sources["roster"]
    fixed = (SheetColumn(say("statistics.day", language), "date"),
             SheetColumn(say("statistics.roster_version", language)),
             *found.tables["unit"].columns[:2])
    given = found.found.as_of, roster["digest"] if roster else None
    return as_csv(Sheet(found.title, (*fixed, *columns.values()),
                        [[*given, *key, *map(rows[key].get, columns)] for key in order]))


def to_xlsx(found: Summary, language: str) -> bytes:
    filed, said = filing.sheet(found.found.result, language), (found.title, *found.head)
    first = [replace(filed, notes=(*said, *filing.notes(found.found.result, language)))] if filed else []
    return as_xlsx([*first, *(replace(table, notes=(*said, *found.notes)) for table in found.tables.values())],
                   found.found.as_of)
