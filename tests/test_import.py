"""Forms as workbooks, and what was filled in there as YAML (contract 10.1, 10.2)."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path

import openpyxl
import pytest
import xlsxwriter
from click.testing import Result
from openpyxl import Workbook
from openpyxl.comments import Comment
from running import invoked

from bayang.engine.reading.workbook import remarks
from bayang.engine.records import Limits

ROSTER = """\
units:
- {code: U-1, name: 青溪分局, level: branch, head: 何川}
people:
- {id: P-1, name: 郑禾, unit: U-1, post: 科员, party_member: yes}
"""


def form(folder: Path, *more: str) -> Path:
    path = folder / "P-1.xlsx"
    said = invoked("new", "个人", "--phase", "inspection", "--to", path, *more)
    assert said.exit_code == 0, said.output
    return path


def answer(book: Workbook, name: str, value: object) -> None:
    """Fill in a field of the main sheet."""
    sheet = book["填报"]
    row = next(row for row in range(1, sheet.max_row + 1) if sheet.cell(row, 1).value == name)
    sheet.cell(row, 2).value = value


def fill(book: Workbook, sheet: str, row: int, **values: object) -> None:
    """Fill in a row by the headings in row 2."""
    heads = {cell.value: cell.column for cell in book[sheet][2]}
    for name, value in values.items():
        book[sheet].cell(row, heads[name]).value = value


def imported(folder: Path, book: Workbook, *more: str) -> tuple[str, Result]:
    path = folder / "P-1.xlsx"
    book.save(path)
    said = invoked("import", path, "--to", folder / "out", "--overwrite", *more)
    target = folder / "out" / "P-1.yaml"
    return target.read_text(encoding="utf-8-sig") if target.exists() else "", said


def test_10_1_a_form_says_whose_it_is_and_is_the_same_each_time(tmp_path: Path) -> None:
    first, second = form(tmp_path).read_bytes(), form(tmp_path / "again").read_bytes()
    assert first == second
    book = openpyxl.load_workbook(io.BytesIO(first))
    assert book.sheetnames == ["填报", "学习情况", "八个方面", "问题清单", "整改措施", "选项"]
    hidden = book["选项"]
    assert (hidden.sheet_state, hidden["A1"].value) == ("hidden", "bayang-form 1 bayang-bazhi personal inspection")
    main = book["填报"]
    assert main.protection.sheet and not main.protection.password
    assert main.freeze_panes == "B4"
    assert [main.cell(row, 2).value for row in (4, 5, 6)] == ["个人", "八扬八治", "调查研究和问题查摆"]
    assert main["B4"].protection.locked and not main["B7"].protection.locked and main["A7"].protection.locked


def test_10_1_each_of_a_roster_gets_a_workbook(tmp_path: Path) -> None:
    (tmp_path / "roster.yaml").write_text(ROSTER, encoding="utf-8")
    said = invoked("new", "all", "--roster", tmp_path / "roster.yaml", "--to", tmp_path / "forms", "--format", "xlsx")
    assert said.exit_code == 0, said.output
    book = openpyxl.load_workbook(tmp_path / "forms" / "U-1" / "P-1.xlsx")
    shown = {row[0].value: row[1].value for row in book["填报"].iter_rows(min_row=4)}
    assert [shown[name] for name in ("人员编号", "姓名", "单位编号", "党员")] == ["P-1", "郑禾", "U-1", "是"]
    assert (tmp_path / "forms" / "U-1" / "U-1.xlsx").exists()
    again = invoked("new", "all", "--roster", tmp_path / "roster.yaml", "--to", tmp_path / "forms", "--format", "xlsx")
    assert "已经有" in again.output or "2" in again.output


@pytest.mark.parametrize(("value", "typed"), [
    (7, "7"), (0.5, "0.5"), (1e3, "1000"), ("  前后有空格 ", "'  前后有空格 '"), (True, "TRUE")])
def test_10_2_numbers_and_texts_are_read_as_people_see_them(tmp_path: Path, value: object, typed: str) -> None:
    book = openpyxl.load_workbook(form(tmp_path))
    answer(book, "备注", value)
    text, said = imported(tmp_path, book)
    assert said.exit_code == 0, said.output
    assert f"备注: {typed}\n" in text


def test_10_2_what_cannot_be_read_is_told_by_sheet_and_cell(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(form(tmp_path))
    answer(book, "备注", "=1+1")        # openpyxl stores no result
    fill(book, "问题清单", 4, 方面="实干", 编号="SG-1", 问题表现="咨询没有回访")
    book["问题清单"]["Z5"].value = "旁边的话"
    fill(book, "问题清单", 6, 方面="空谈", 编号="SG-2")
    fill(book, "整改措施", 4, 问题编号="SG-9", 措施="建立登记本")
    book["学习情况"]["B4"].value = "主题党日"
    text, said = imported(tmp_path, book)
    assert said.exit_code == 1
    lines = said.output.splitlines()
    remarks = next(row for row in range(1, 60) if book["填报"].cell(row, 1).value == "备注")
    for cell in (f"填报!B{remarks} 的公式", "问题清单!Z5 所在的列", "问题清单!A6 没有写明", "整改措施!A4 没有指明"):
        assert any(f"P-1.xlsx：{cell}" in line for line in lines), (cell, said.output)
    assert "SG-1" in text and "SG-2" not in text and "主题: 主题党日" in text


def test_10_2_a_file_that_is_there_is_kept(tmp_path: Path) -> None:
    path = form(tmp_path)
    assert invoked("import", path, "--to", tmp_path / "out").exit_code == 0
    said = invoked("import", path, "--to", tmp_path / "out")
    assert said.exit_code == 2 and "P-1.yaml" in said.output
    assert invoked("import", path, "--to", tmp_path / "out", "--overwrite").exit_code == 0


def test_10_2_a_roster(tmp_path: Path) -> None:
    book = Workbook()
    book.active.title = "人员名单"
    for row in (("青溪分局人员名单",), ("序号", "人员编号", "姓名", "单位编号", "职务"),
                (1, "P-1", "郑禾", "U-1", "科员")):
        book.active.append(row)
    units = book.create_sheet("单位")
    for row in (("单位编号", "单位名称", "层级", "主要负责人"), ("U-1", "青溪分局", "县级分局", "何川")):
        units.append(row)
    book.save(tmp_path / "名册.xlsx")
    said = invoked("import", tmp_path / "名册.xlsx", "--as", "roster", "--to", tmp_path)
    assert "人员名单!A2 的栏目名称不是表里的" in said.output        # the column 序号 is not of the roster
    assert said.exit_code == 1
    made = invoked("new", "all", "--roster", tmp_path / "roster.yaml", "--to", tmp_path / "forms")
    assert made.exit_code == 0, made.output
    assert (tmp_path / "forms" / "U-1" / "P-1.yaml").exists()


OLD = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600)       # how .xls begins, and what has a password


def ods() -> bytes:
    data = io.BytesIO()
    with zipfile.ZipFile(data, "w") as file:
        file.writestr("mimetype", "application/vnd.oasis.opendocument.spreadsheet")
    return data.getvalue()


def test_10_2_sheets_in_formats_that_are_not_read_are_told_with_what_to_do(tmp_path: Path) -> None:
    """Also of a whole folder, in which they would be passed over."""
    form(tmp_path)
    for name, data in {"甲.xls": OLD, "乙.et": OLD, "丙.ods": ods(), "丁.xlsx": OLD}.items():
        (tmp_path / name).write_bytes(data)
    said = invoked("import", tmp_path, "--to", tmp_path / "out")
    text = ("这不是 .xlsx 工作簿，或者加了密码，没有导入；"
            "要导入的，请用原来的程序打开，不加密码，另存为 .xlsx 工作簿再导入。")
    assert [line for line in said.output.splitlines() if "没有导入" in line] == [
        f"{name}：{text}" for name in ("丁.xlsx", "丙.ods", "乙.et", "甲.xls")]
    assert said.exit_code == 1 and (tmp_path / "out" / "P-1.yaml").exists()


@pytest.mark.parametrize(("name", "data", "told"), [
    ("丙.ods", ods(), "这是一个 ODS 表格（LibreOffice 一类的程序保存的），不是 .xlsx 工作簿。"),
    ("甲.xls", OLD, "这是一个旧版或者加了密码的 Word、Excel 或 WPS 文档，不是文本文件。")], ids=["ods", "xls"])
def test_10_3_a_form_in_another_format_is_to_be_saved_anew(tmp_path: Path, name: str, data: bytes, told: str) -> None:
    (tmp_path / name).write_bytes(data)
    [found] = json.loads(invoked("check", tmp_path / name, "--format", "json").stdout)["findings"]
    assert (found["rule"], found["message"]) == ("IN03", told)
    assert found["remedy"].startswith("是填好的填报表的，请用原来的程序打开它，")
    assert "另存为 .xlsx 工作簿再报" in found["remedy"]


def test_10_2_what_lies_upon_the_sheets_is_told_but_for_our_own_comments(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(form(tmp_path))
    answer(book, "备注", "见批注")
    book["填报"]["B26"].comment = Comment("另有三人参加", "张三")
    book["填报"]["B25"].comment, book["填报"]["B24"].comment = Comment("张三", "bayang"), Comment("", "bayang")
    _, said = imported(tmp_path, book)
    assert [line for line in said.output.splitlines() if "不是填写的内容" in line] == [
        "P-1.xlsx：工作表“填报”里有批注（B26），这些不是填写的内容，没有导入。"]
    assert said.exit_code == 0
    data = io.BytesIO()
    with xlsxwriter.Workbook(data) as drawn:
        drawn.add_worksheet("甲").insert_textbox("B5", "另有三人参加")
        drawn.add_worksheet("乙").write_comment("C3", "说明", {"author": "李四"})
        drawn.add_worksheet("丙")
    assert remarks(data.getvalue(), Limits()) == [("甲", [], True), ("乙", ["C3"], False)]


@pytest.mark.parametrize(("value", "form_", "typed"), [(7, "0000", "0007"), (12345, "0000", "12345"), (7, "0", "7")])
def test_10_2_a_number_has_the_digits_that_are_shown(tmp_path: Path, value: int, form_: str, typed: str) -> None:
    book = openpyxl.load_workbook(form(tmp_path))
    answer(book, "人员编号", value)
    row = next(row for row in range(1, 40) if book["填报"].cell(row, 1).value == "人员编号")
    book["填报"].cell(row, 2).number_format = form_
    assert f"人员编号: {typed}\n" in imported(tmp_path, book)[0].replace("'", "")


def test_10_2_headings_that_come_once_more_are_no_row(tmp_path: Path) -> None:
    book = openpyxl.load_workbook(form(tmp_path))
    fill(book, "学习情况", 4, 形式="主题党日", 主题="学习方案")
    fill(book, "学习情况", 9, 形式="形式", 主题="主题", 日期="日期")
    fill(book, "学习情况", 10, 形式="专题讲座", 主题="读书")
    text, said = imported(tmp_path, book)
    assert said.exit_code == 0 and text.count("- 形式:") == 2 and "日期: 日期" not in text


def test_10_2_a_slip_in_an_english_roster_is_told_in_english_headings(tmp_path: Path) -> None:
    """One that may be of two headings (unit, until) is taken for none."""
    book = Workbook()
    for row in (("id", "name", "unti", "psot"), ("P-1", "郑禾", "U-1", "科员")):
        book.active.append(row)
    book.save(tmp_path / "roster.xlsx")
    said = invoked("import", tmp_path / "roster.xlsx", "--as", "roster", "--to", tmp_path, "--lang", "en")
    assert "Sheet!D1 should read “post”; the column was imported as that, please check it." in said.output
    assert "Sheet!C1 is no heading of the form" in said.output
    assert "科员" in (tmp_path / "roster.yaml").read_text(encoding="utf-8-sig")
