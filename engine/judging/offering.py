"""Says in a finding where what is missing is to be typed, or that it stands behind a `#`."""

from __future__ import annotations

import re
from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Any

from ..reading.report import BAD, Doc, field_name
from ..recording import replace
from ..records import Finding, Insert, Route
from ..text.messages import LANGUAGES, NAMED, joined, say
from .case import Case, Hit
from .compile import Compiled
from .places import node_at

if TYPE_CHECKING:
    from ..reading.layout import Table
    from .inserting import Forms


class Offers:
    """What is offered to those who left something out."""

    def __init__(self, compiled: Compiled, language: str) -> None:
        self.compiled, self.language = compiled, language

    @cached_property
    def forms(self) -> Forms:
        """What may be typed where; a clean file needs none of it."""
        from .inserting import Forms

        return Forms(self.compiled)

    def add(self, finding: Finding, missing: list[Route], case: Case) -> Finding:
        """The finding with where to type what is missing, if anything is and the answer does not stand behind a `#`."""
        missing = [path for path in missing if node_at(case.report, path) in (None, BAD)]
        if case.in_cells:
            return self._in_cells(finding, missing, case)
        told = self._behind_hash(finding, missing, case)
        if told is not finding:
            return told
        insert = self.forms.insert(case, missing)
        lines = sorted({pin.line + 1 for pin in self.forms.blanks(case, missing)}) if insert is None else []
        if lines and lines != [finding.line] and len(lines) <= NAMED:
            return replace(finding, remedy=finding.remedy + say("insert.blanks", self.language, lines=[
                str(line) for line in lines], count=len(lines)))
        return self.offered(finding, insert)

    def offered(self, finding: Finding, insert: Insert | None) -> Finding:
        """The finding with what is to be typed where, if anything is."""
        if insert is None:
            return finding
        return replace(finding, insert=insert, remedy=finding.remedy + typing(insert, self.language))

    def _in_cells(self, finding: Finding, missing: list[Route], case: Case) -> Finding:
        """The finding with the cells of a workbook that are to be filled in, or the sheet, if it names others."""
        from ..reading.form_cells import CellPin

        language = LANGUAGES[0] if case.report.chinese else LANGUAGES[1]
        tables = [self._table(path, case) for path in missing]
        gone = {table.name[language] for table, _ in tables if table and table.way not in case.memo["sheets"]}
        if gone:
            return replace(finding, remedy=finding.remedy + say("insert.gone", self.language, names=sorted(gone)))
        cells = [pin.cell for pin in self.forms.blanks(case, missing) if isinstance(pin, CellPin)]
        table, whole = tables[0] if len(missing) == 1 and not cells else (None, False)
        sheet = table.name[language] if table and whole else ""
        if cells in ([], [finding.cell]) and (not sheet or (finding.cell or "").startswith(f"{sheet}!")):
            return finding
        return replace(finding, remedy=finding.remedy + say(
            "insert.cells", self.language, cells=cells[:NAMED], sheet=sheet))

    def _table(self, path: Route, case: Case) -> tuple[Table | None, bool]:
        """The list whose sheet holds what is at a path, if one does, and whether it is that list."""
        from ..reading.layout import layout_of

        layout = layout_of(case.report.doc.shape)
        fields = tuple(one for one in path if isinstance(one, str))
        if fields[:1] == (layout.themes,):
            fields = fields[:1] + fields[2:]
        holding = [one for one in layout.within() if fields[:len(one.way)] == one.way]
        table = max(holding, key=lambda one: len(one.way), default=None)
        return table, table is not None and table.way == fields

    def _behind_hash(self, finding: Finding, paths: list[Route], case: Case) -> Finding:
        """A finding on missing fields also says in which line the answer to one stands behind a `#`."""
        if b"#" not in case.data:
            return finding
        from ..reading.hidden import answer_to, hidden_answers

        if "hidden" not in case.memo:       # what stands behind a `#` and looks like an answer
            case.memo["hidden"] = hidden_answers(case.data)
        for path in paths:
            parent = node_at(case.report, path[:-1])
            key = str(path[-1]) if path else ""
            if key and type(parent) is Doc and key not in parent:
                line = answer_to(case.memo["hidden"], parent, key)
                if line is not None:
                    said = say("finding.behind-hash", self.language, line=line,
                               name=field_name(case.report, parent.shape, key))
                    return replace(finding, message=finding.message + said, hint=finding.hint or "behind-hash")
        return finding

    def tell_order(self, findings: list[Finding]) -> None:
        """Where something is to be typed at several places of a file, each finding says in which order.

        What they have said of that already gives way to it.
        """
        offers = {at: one.insert for at, one in enumerate(findings) if one.insert}
        if len(offers) < 2:
            return
        blanks: dict[int, set[int]] = {}        # before what goes after a line
        for one in offers.values():
            if one.column is None:
                blanks.setdefault(one.line, set()).add(leading(one.text))
        for at, offer in offers.items():
            stacked = offer.column is None and len(blanks[offer.line]) > 1
            insert = replace(offer, several=True, stacked=stacked)
            said = say("insert.several", self.language, stacked=offer.stacked) if offer.several else ""
            findings[at] = replace(findings[at], insert=insert, remedy=findings[at].remedy.removesuffix(said) + say(
                "insert.several", self.language, stacked=stacked))


def typing(insert: Insert, language: str, told: bool = False) -> str:
    """Where to type what, in words; of lines that were told already, no more than that."""
    lines = insert.text.count("\n") + 1
    if told and lines > 1:
        return say("insert.same", language, line=insert.line, count=lines)
    several = say("insert.several", language, stacked=insert.stacked) if insert.several else ""
    if insert.column is not None:
        name = "insert.instead" if insert.clear else "insert.braces"
        if insert.clear and not insert.text.startswith(":"):
            name = "insert.item"
        return say(name, language, line=insert.line, column=insert.column, text=insert.text,
                   blank=blank_in(insert.text)) + several
    return clearing(insert, language) + say(
        "insert.lines", language, line=insert.line, **block(insert.text, language)) + several


@lru_cache(maxsize=256)         # fields that are left out are left out in many files
def block(text: str, language: str) -> dict[str, Any]:
    """What is said of lines to type, wherever they go."""
    lines = text.split("\n")
    above, first, *rest = alike(lines)
    listed, others = (joined([one_line(line, language) for line in some], language)
                      for some in (above + first, [part[0] for part in rest]))
    return {"count": len(lines), "listed": listed, "hollow": hollow(lines), "rest": others,
            "first": first[0].strip(" "), "below": len(first) - 1, "blank": blank_in(text)}


@lru_cache(maxsize=4096)        # a line is a field's name and blanks: few, and asked for in many files
def one_line(line: str, language: str) -> str:
    """A line to type, in words."""
    return say("insert.one", language, blanks=leading(line), text=line.lstrip(" "))


def clearing(insert: Insert, language: str) -> str:
    """What is to be deleted before lines are added, in words."""
    return say("insert.clear", language, line=insert.line, last=insert.clear[1],
               dash=insert.dash) if insert.clear else ""


def blank_in(text: str) -> str:
    """After what something is to be typed in what is offered: a colon, a dash, nothing."""
    blank = [line.rstrip(" ")[-1:] for line in re.split(r"[\n,\[\]{}]", text.removeprefix(":"))]
    return next((mark for mark in ":-" if mark in blank), "")


def alike(lines: list[str]) -> list[list[str]]:
    """A block in parts under headings with the same lines below each; in one part where they differ.

    Before them comes the line over all of them, if there is one.
    """
    for above in (0, 1):
        parts: list[list[str]] = []
        for line in lines[above:]:
            if not parts or leading(line) == leading(parts[0][0]):
                parts.append([])
            parts[-1].append(line)
        if len(parts) > 1 < len(parts[0]) and all(part[1:] == parts[0][1:] for part in parts) and all(
                leading(line) > leading(lines[0]) for line in lines[1:] if above):
            return [lines[:above], *parts]
    return [[], lines]


def hollow(lines: list[str]) -> bool:
    """Whether a field in a block has others under it that the block leaves out."""
    depths = [len(line) - len(line.lstrip(" -")) for line in lines] + [0]
    return any(line.endswith(":") and below <= depth
               for line, depth, below in zip(lines, depths, depths[1:], strict=False))


def leading(text: str) -> int:
    """The blanks before a line, or before the first of several."""
    return len(text) - len(text.lstrip(" "))


def missing_of(hit: Hit) -> list[Route]:
    """The paths at which something may be missing."""
    missing = hit.facts.get("missing")
    return missing if isinstance(missing, list) else [hit.path]
