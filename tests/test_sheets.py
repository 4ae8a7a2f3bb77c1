"""Cells of CSV and XLSX: what is text stays text, numbers and dates are such, and nothing is lost unseen (contract §5;
docs/formats.md).
"""

from __future__ import annotations

import csv
import io
import sys
import tempfile
import zipfile
from pathlib import Path
from xml.etree import ElementTree

import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bayang.engine.output import sheets
from bayang.engine.output.sheets import CHARACTERS, Rate, Sheet, SheetColumn, as_csv, as_xlsx
from bayang.engine.records import UsageError
from bayang.engine.text import messages
from bayang.engine.text.messages import LANGUAGES

MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
FORMULAS = ["=1+1", "+1", "-2+3", "@SUM(A1)", "＝1+1", "＋1", "－1", "＠a", "﹦1", "⁼1", " =1",
            "=HYPERLINK(\"http://x\")", "=cmd|' /C calc'!A0", "-", "+8613"]
HARMLESS = ["—", "一=1", "1-2", "'=1", "http://x.invalid", "mailto:a@x.invalid", "#N/A", "1e5", "00012", "", "“=1”"]


def table(*texts: str) -> Sheet:
    return Sheet("表", (SheetColumn("内容"),), [[text] for text in texts])


def cells(data: bytes, number: int = 1) -> dict[str, tuple[str | None, str]]:
    """(type, value) of each cell of a sheet, read without the library that wrote it; `s` for a text."""
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        page = ElementTree.fromstring(book.read(f"xl/worksheets/sheet{number}.xml"))
    found = {}
    for cell in page.iter(f"{MAIN}c"):
        text, value = cell.find(f"{MAIN}is"), cell.findtext(f"{MAIN}v")
        if text is not None:
            assert cell.get("t") == "inlineStr"
            found[cell.get("r", "")] = "s", "".join(text.itertext())
        elif value is not None:
            found[cell.get("r", "")] = cell.get("t"), value
    return found


def parts(data: bytes) -> dict[str, str]:
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        return {name: book.read(name).decode() for name in book.namelist()}


def test_a_csv_is_utf8_with_a_bom_crlf_and_every_cell_quoted() -> None:
    columns = (SheetColumn("单位"), SheetColumn("问题数", "count"), SheetColumn("提交率", "rate"),
               SheetColumn("日期", "date"))
    data = as_csv(Sheet("表", columns, [["砚川\"分局\"", 12, Rate(2, 3), "2022-04-30"],
                                       ["a,b;c", None, Rate(0, 0), None]]))
    assert data == ('\ufeff"单位","问题数","提交率","日期"\r\n'
                    '"砚川""分局""","12","66.7%","2022-04-30"\r\n'
                    '"a,b;c","—","—","—"\r\n').encode()


@pytest.mark.parametrize("text", FORMULAS)
def test_what_would_begin_a_formula_is_text_in_csv(text: str) -> None:
    rows = list(csv.reader(io.StringIO(as_csv(table(text)).decode("utf-8-sig"))))
    assert rows[1] == ["'" + text]


@pytest.mark.parametrize("text", HARMLESS)
def test_other_text_is_left_alone_in_csv(text: str) -> None:
    assert list(csv.reader(io.StringIO(as_csv(table(text, "x")).decode("utf-8-sig"))))[1] == [text]


@pytest.mark.parametrize(("text", "shown"), [
    ("\t=1", "<U+0009>=1"), ("\r=1", "<U+000D>=1"), ("\n=1", "<U+000A>=1"), ("a\x00b", "a<U+0000>b"),
    ("a\u202eb", "a<U+202E>b"), ("a\u2028b", "a<U+2028>b"), ("\ud800", "<U+D800>"), ("\uffff", "<U+FFFF>"),
    ("\u200b=1", "<U+200B>=1"), ("\u3000＝1", "<U+3000>＝1"),
])
def test_what_is_not_seen_is_shown(text: str, shown: str) -> None:
    assert list(csv.reader(io.StringIO(as_csv(table(text)).decode("utf-8-sig"))))[1] == [shown]
    assert cells(as_xlsx([table(text)], "2022-08-08"))["A2"] == ("s", shown)


@pytest.mark.parametrize("text", FORMULAS + HARMLESS[:-2] + [
    "<b>&", "<r><t>x</t></r>", "_x000D_", "]]>", "{{7*7}}", "堃䶮𬍡"])
def test_every_text_is_a_text_in_xlsx(text: str) -> None:
    data = as_xlsx([table(text)], "2022-08-08")
    kind, value = cells(data)["A2"]
    assert (kind, value.rstrip(" ").replace("_x005F_", "_")) == ("s", text)
    assert not any(mark in part for part in parts(data).values() for mark in ("<hyperlink", "/hyperlink\"", "<f>"))


@given(st.text(st.characters(exclude_categories=["Cs"]), max_size=40))
def test_no_text_breaks_a_file_or_becomes_anything_else(text: str) -> None:
    assert len(list(csv.reader(io.StringIO(as_csv(table(text)).decode("utf-8-sig"))))) == 2
    found = cells(as_xlsx([table("前" + text)], "2022-08-08"))
    assert set(found) == {"A1", "A2"}
    assert found["A2"][0] == "s"


def test_cells_of_xlsx_have_the_type_of_their_column() -> None:
    columns = (SheetColumn("编号"), SheetColumn("数", "count"), SheetColumn("率", "rate"), SheetColumn("日", "date"))
    rows = [["007", 12, Rate(1, 8), "2022-04-30"], ["", None, Rate(0, 0), "0001-01-01"]]
    found = cells(as_xlsx([Sheet("表", columns, rows)], "2022-08-08"))
    assert found["A2"] == ("s", "007")
    assert found["B2"] == (None, "12")
    assert found["C2"] == (None, "0.125")
    assert found["D2"] == (None, "44681")       # days since 1899-12-30
    assert [found[cell] for cell in ("B3", "C3", "D3")] == [("s", "—"), ("s", "—"), ("s", "0001-01-01")]


def test_the_header_is_frozen_filtered_and_repeated_and_notes_stand_above_it() -> None:
    columns = (SheetColumn("单位"), SheetColumn("数", "count"))
    page = parts(as_xlsx([Sheet("表", columns, [["甲", 1], ["合计", 1]], ("时点 2022-08-08",), 1)], "2022-08-08"))
    sheet = page["xl/worksheets/sheet1.xml"]
    assert '<pane ySplit="2" topLeftCell="A3"' in sheet
    assert '<autoFilter ref="A2:B3"/>' in sheet         # the total row is not filtered with the others
    assert "表!$2:$2" in page["xl/workbook.xml"].replace("'", "")
    assert 'orientation="landscape"' in sheet


def test_columns_are_as_wide_as_chinese_text() -> None:
    sheet = parts(as_xlsx([Sheet("表", (SheetColumn("单位"), SheetColumn("备注"), SheetColumn("数", "count")),
                                 [["生态环境监测科", "字" * 200, 1]])], "2022-08-08"))["xl/worksheets/sheet1.xml"]
    widths = [float(one.get("width", "")) for one in ElementTree.fromstring(sheet).iter(f"{MAIN}col")]
    assert [round(one) for one in widths] == [17, 61, 9]     # 14, at most 60, at least 6, and some room


@pytest.mark.parametrize(("text", "kept", "left"), [
    ("字" * (CHARACTERS + 1), CHARACTERS - 20, 21), ("𬍡" * CHARACTERS, (CHARACTERS - 20) // 2, None)])
def test_a_cell_that_is_too_long_is_cut_where_one_sees_it(text: str, kept: int, left: int | None) -> None:
    value = cells(as_xlsx([table(text)], "2022-08-08"))["A2"][1]
    assert value == text[:kept] + f"…（+{len(text) - kept if left is None else left}）"
    assert len(value.encode("utf-16-le")) // 2 <= CHARACTERS


def test_a_cell_that_just_fits_is_whole() -> None:
    assert cells(as_xlsx([table("字" * CHARACTERS)], "2022-08-08"))["A2"][1] == "字" * CHARACTERS


def test_rows_beyond_what_a_sheet_holds_go_to_another(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "ROWS", 3)
    data = as_xlsx([table("一", "二", "三")], "2022-08-08")
    assert [value for _, value in cells(data).values()] == ["内容", "一", "二"]
    assert [value for _, value in cells(data, 2).values()] == ["内容", "三"]
    assert "表 (2)" in parts(data)["xl/workbook.xml"]


def test_what_no_disk_takes_goes_on_in_memory(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """And nothing of a table stays where it passed through."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    found = cells(as_xlsx([table("一", "二")], "2022-08-08"))
    assert found == {"A1": ("s", "内容"), "A2": ("s", "一"), "A3": ("s", "二")}
    assert list(tmp_path.iterdir()) == []
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "no such folder"))
    book = openpyxl.load_workbook(io.BytesIO(as_xlsx([table("一", "二")], "2022-08-08")))
    assert list(book["表"].values) == [("内容",), ("一",), ("二",)]


def test_the_same_sheets_give_the_same_bytes() -> None:
    assert as_xlsx([table("一")], "2022-08-08") == as_xlsx([table("一")], "2022-08-08")
    assert "2022-08-08T00:00:00Z" in parts(as_xlsx([table("一")], "2022-08-08"))["docProps/core.xml"]


@pytest.mark.parametrize(("part", "whole", "shown"), [
    (0, 0, "—"), (0, 3, "0.0%"), (2, 3, "66.7%"), (1, 16, "6.3%"), (3, 16, "18.8%"), (3, 3, "100.0%"), (1, 3, "33.3%")])
def test_a_rate_has_one_decimal_rounded_half_up(part: int, whole: int, shown: str) -> None:
    assert str(Rate(part, whole)) == shown


def test_without_the_library_one_is_told_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "xlsxwriter", None)
    with pytest.raises(UsageError) as told:
        as_xlsx([table("一")], "2022-08-08")
    for language in LANGUAGES:
        assert "XlsxWriter" in messages.told(told.value, language)
        assert "pip install -e '.[office]'" in messages.told(told.value, language)
