"""The slips of `slips/slips.yaml` typed into the cells of a workbook are told by sheet and cell (contract 10.3).

`slips/cells.yaml` says what is typed where and all that is right to be told, or why a workbook has no such slip. One
workbook is opened once and typed in again and again.
"""

from __future__ import annotations

import io
import re
from functools import cache
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from making import found
from openpyxl import Workbook
from test_check_workbooks import answer, as_workbook, cell_of, saved

from bayang.engine.packs.pack import load_pack
from bayang.engine.records import Finding

FOLDER = Path(__file__).parent / "slips"
IN_TEXT: dict[str, dict[str, Any]] = yaml.load(
    (FOLDER / "slips.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
IN_CELLS: dict[str, dict[str, Any]] = yaml.load(
    (FOLDER / "cells.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
OF_TEXT = re.compile(
    r"第 ?[\d、 至]+ ?行|冒号|短横线|缩进|行首|井号|[方花]括号|双引号|UTF-8|\.yaml|[一-鿿]: |: 内容|: content|"
    r"\bcolon\b|\bdash\b|\bindent|\bbraces\b|square brackets|double quotes|\blines? \d")

_NOT_THERE = re.compile(r"{% if not cell %}.*?{% endif %}|第 {{ \w+\.line }} 行|line {{ \w+\.line }}|{%.*?%}")


@cache
def base() -> Workbook:
    return openpyxl.load_workbook(io.BytesIO(as_workbook((FOLDER / "QY-31.yaml").read_bytes(), "personal")))


def place(one: Workbook, sheet: str, *rest: Any) -> tuple[str, str]:
    """A cell, as a case of the table names it: of the main sheet by its field, of others by row and heading."""
    if sheet == "填报":
        cell = answer(one, rest[0])
        return sheet, cell.replace("B", "A") if rest[-1] == "名称" and len(rest) == 3 else cell
    return sheet, cell_of(one, sheet, rest[0], rest[1])


def typed(name: str, language: str = "zh") -> list[Finding]:
    """What is found once a slip is typed; the workbook is as before afterwards."""
    one, before = base(), []
    edits = IN_CELLS[name]["cells"]
    for edit in edits:
        sheet, cell = place(one, *edit)
        before.append((one[sheet][cell], one[sheet][cell].value))
        before[-1][0].value = edit[2] if sheet == "填报" else edit[3]
    findings = found(saved(one), language, clock="2022-04-25")
    for cell, value in before:
        cell.value = value
    return findings


def test_every_slip_has_its_cell_or_the_reason_why_not() -> None:
    assert {re.sub("b$", "", name) for name in IN_CELLS} == {re.sub("b$", "", name) for name in IN_TEXT}
    assert all(("none" in one) != ("right" in one) for one in IN_CELLS.values())
    assert sum("none" in one for one in IN_CELLS.values()) == 7
    assert found(saved(base()), clock="2022-04-25") == []


@pytest.mark.parametrize("name", [name for name, one in IN_CELLS.items() if "cells" in one])
def test_10_3_a_slip_is_told_by_sheet_and_cell_and_nothing_else_is(name: str) -> None:
    findings = typed(name)
    assert sorted(f"{one.rule} {one.hint or '-'} {one.cell}" for one in findings) == sorted(IN_CELLS[name]["right"])
    assert [one for one in findings if OF_TEXT.search(one.message + one.remedy)] == []


def test_10_3_no_rule_quotes_yaml_but_those_of_what_only_text_can_have() -> None:
    """Of any other rule what is said is right in a workbook too; of FM02 to FM08 the slips above show it."""
    of_lines = {"FM02", "FM03", "FM06", "FM07", "FM08", "FM10", "RO01", "WV01"}
    texts = {(rule.id, text) for rule in load_pack().rules.values()
             if rule.id not in of_lines and rule.id[:2] != "IN"
             for one in (rule.message, rule.remedy, *rule.hints.values()) for text in one.values()}
    said = {(rule, _NOT_THERE.sub("", text)) for rule, text in texts}
    assert len({rule for rule, _ in said}) > 80
    assert [one for one in said if OF_TEXT.search(one[1])] == []


def test_10_3_what_is_missing_is_told_by_the_cells_to_fill_in() -> None:
    one = base()
    [silent] = typed("11")
    assert silent.remedy.endswith("空着的格子：八个方面!B10、八个方面!C10、八个方面!D10。")
    new = typed("23")[0]
    assert new.remedy.endswith("请在“整改措施”表里添行填写。")
    assert one["八个方面"]["B10"].value
