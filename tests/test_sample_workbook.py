"""The sample that was filled in as a workbook is what `new` makes today, filled in; `UPDATE_GOLDEN=1` makes it anew."""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest
from running import SAMPLES, bayang
from test_check_workbooks import pack

from bayang.engine.output.forms import Order
from bayang.engine.output.workbooks.book import book
from bayang.engine.output.workbooks.content import content
from bayang.engine.reading.intake import read
from bayang.engine.reading.workbook import read_cells
from bayang.engine.records import Limits

SAMPLE = SAMPLES / "砚川分局" / "整改落实" / "P-006.xlsx"


def made_again(folder: Path) -> bytes:
    """The form filled in with what `import` takes out of the sample."""
    assert bayang("import", SAMPLE, "--to", folder).returncode == 0
    typed = read((folder / "P-006.yaml").read_bytes(), Limits(), pack().fields)
    return book(content(pack(), Order(("personal",), "rectification", None), "personal", None, report=typed))


def test_10_1_the_sample_is_a_form_of_today_filled_in(tmp_path: Path) -> None:
    again = made_again(tmp_path)
    if os.environ.get("UPDATE_GOLDEN"):
        SAMPLE.write_bytes(again)
    assert texts(SAMPLE.read_bytes()) == texts(again)


def texts(data: bytes) -> list[tuple[str, dict[tuple[int, int], str]]]:
    return [(one.name, {at: cell.text for at, cell in one.cells.items()}) for one in read_cells(data, Limits())]


@pytest.mark.parametrize("page", ["excel.md", "excel.zh-CN.md"])
def test_10_3_the_cells_that_the_docs_name_are_those_that_are_told(page: str) -> None:
    said = bayang("check", SAMPLE, "--roster", SAMPLES / "roster.yaml", "--as-of", "2022-08-08", "--format", "json")
    cells = [one["cell"] for one in json.loads(said.stdout)["findings"]]
    assert cells == ["整改措施!D4", "问题清单!R5"]
    text = (SAMPLES.parent / "docs" / page).read_text(encoding="utf-8")
    assert all(f"`{cell}`" in text for cell in cells)
