"""What a person typed in a workbook where the form asks for nothing is told by its cell, and what the form says itself
never is (contract 10.2).
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import PACK, found
from openpyxl import Workbook
from running import SERVICE, WINDOW, invoked
from test_check_workbooks import answer, cell_of, compliant, filled, saved

from bayang.engine.output.forms import Order
from bayang.engine.output.workbooks.book import book
from bayang.engine.output.workbooks.content import content
from bayang.engine.packs.pack import load_pack
from bayang.engine.reading import form_sheets
from bayang.engine.reading.form_sheets import read_form
from bayang.engine.reading.schema import plain
from bayang.engine.reading.workbook import Cell, read_cells
from bayang.engine.records import Limits

CLOCK = "2022-04-25"
PRINTED = "这一格是放标题、栏目名称或者说明的位置，不是填写的地方；里面另外写的内容没有核对。"


def told(one: Workbook) -> list[tuple[str, str | None, str | None]]:
    return [(each.rule, each.hint, each.cell) for each in found(saved(one), clock=CLOCK)]


def printed(*cells: str) -> list[tuple[str, str, str]]:
    return [("FM02", "stray-printed", cell) for cell in cells]


def old(one: Workbook) -> Workbook:
    """The same form as it was made before it held what it says."""
    hidden = one["选项"]
    for row in range(2, hidden.max_row + 1):
        hidden.cell(row, 1).value = None
    return one


def guidance(one: Workbook, name: str) -> str:
    return answer(one, name).replace("B", "C")


@pytest.mark.parametrize("made", [lambda one: one, old], ids=["new", "old"])
def test_an_answer_typed_over_the_guidance_is_told_and_the_field_is_not_missing(made) -> None:
    one = made(compliant())
    date, name = answer(one, "填报日期"), guidance(one, "填报人")
    one["填报"][guidance(one, "填报日期")], one["填报"][date] = "2022-04-20", None
    one["填报"][name], one["填报"][answer(one, "填报人")] = f"{one['填报'][name].value}张三", None
    assert told(one) == printed("填报!C7", "填报!C9")
    first = found(saved(one), clock=CLOCK)[0]
    assert first.message == PRINTED
    assert first.remedy == ("请把填写的内容移到填报表的浅黄色格子里，这一格改回原来的文字，或者清空；"
                            "表中确实没有的内容，写进“备注”，或者删去。")


@pytest.mark.parametrize("made", [lambda one: one, old], ids=["new", "old"])
def test_guidance_that_was_cleared_moved_or_lost_its_heading_is_not_told(made) -> None:
    one = made(compliant())
    sheet = one["填报"]
    sheet[guidance(one, "填报日期")] = None
    for row in range(8, 12):
        sheet.cell(row, 4).value, sheet.cell(row, 3).value = sheet.cell(row, 3).value, None
    one["学习情况"].insert_rows(3)
    assert told(one) == []


def test_what_is_typed_among_titles_names_and_guidance_is_told() -> None:
    one = compliant()
    main, study, themes = one["填报"], one["学习情况"], one["八个方面"]
    main["A2"], main["D1"], main["A30"] = "另见附页", "东岭分局", "姓名：张三"
    link = answer(one, "学习情况")
    main[link] = f"{main[link].value} 三次"
    study["C1"], study["B3"] = "共两次", study["B3"].value.replace("学习活动方案", "读报")
    themes["E2"], themes["E6"] = f"{themes['E2'].value} 见附件", "都对照过"
    main[answer(one, "八个方面").replace("B", "A")] = "八个方面都答了"
    assert told(one) == [*printed("填报!D1", "填报!A2"), ("FM02", "stray-parts", f"填报!{link}"), *printed(
        "填报!A24", "填报!A30"), ("FM02", "stray-aside", "学习情况!C1"), *printed(
        "学习情况!B3", "八个方面!E2", "八个方面!E6")]


@pytest.mark.parametrize("typed", [
    "云岭市东岭分局{}", "{}（东岭分局）", "{}\n填报单位：东岭分局  2022年4月20日前报活动办", "东岭分局  {}\n第一批"])
def test_what_an_office_adds_to_a_title_is_no_answer(typed: str, tmp_path: Path) -> None:
    one = compliant()
    places = [(one["填报"], "A1"), (one["填报"], "A2"), (one["学习情况"], "A1"), (one["整改措施"], "A1")]
    for sheet, cell in places:
        sheet[cell] = typed.format(sheet[cell].value)
    assert told(one) == []
    one.save(tmp_path / "P-1.xlsx")
    said = invoked("import", tmp_path / "P-1.xlsx", "--to", tmp_path / "out")
    for sheet, cell in places:
        assert f"P-1.xlsx：{sheet.title}!{cell} 除了填报表原来的文字，还写了别的内容，另写的没有导入。" in said.output
    assert said.exit_code == 0


@pytest.mark.parametrize("typed", [
    "{}  姓名：张三", "{} 填报日期 4月20日", "{}填报人：张三", "东岭分局填报表", "{} 13800000000"])
def test_an_answer_in_a_title_and_another_title_are_told(typed: str) -> None:
    one = compliant()
    one["填报"]["A1"] = typed.format(one["填报"]["A1"].value)
    one["学习情况"]["A1"] = typed.format(one["学习情况"]["A1"].value)
    assert told(one) == printed("填报!A1", "学习情况!A1")


def test_a_row_typed_over_the_guidance_of_a_list_is_a_row() -> None:
    """Guidance that was left in its other cells is no part of it."""
    one = compliant()
    one["学习情况"]["A3"], one["学习情况"]["C3"] = "主题党日", "4月20日"
    assert told(one) == [("FM05", "date", "学习情况!C3")]
    taken = read_form(saved(one), PACK.shapes, Limits())
    assert taken is not None
    assert taken.root.entries["学习情况"].items[0].entries == {"形式": "主题党日", "主题": None, "日期": "4月20日"}


def test_blanks_beside_an_answer_are_nothing() -> None:
    one = compliant()
    one["填报"]["D9"], one["填报"]["E9"], one["学习情况"]["C1"] = " ", "　", "  "
    assert told(one) == []


@pytest.mark.parametrize(("before", "after"), [
    ("“”‘’", "\"\"''"), ("“”", "「」"), ("，。；：（）！？", ",.;:()!?"), (",.;:()!?", "，。；：（）！？"),
    ("-", "–"), ("…", ".")], ids=["straight", "corner", "narrow", "wide", "dash", "dots"])
def test_punctuation_that_a_program_puts_into_another_form_is_not_told(before: str, after: str) -> None:
    one = compliant()
    guided = [one["填报"].cell(row, 3) for row in range(4, one["填报"].max_row + 1)]
    guided += [cell for sheet in one.worksheets[:-1] for row in sheet for cell in row if "※" in str(cell.value)]
    for cell in filter(lambda cell: cell.value, [one["填报"]["A2"], *guided]):
        cell.value = cell.value.translate(str.maketrans(before, after))
    assert told(one) == []
    themes = one["八个方面"]
    themes["E4"], themes["E5"] = f"√{themes['E4'].value}", f"* {themes['E5'].value}"
    assert told(one) == printed("八个方面!E4", "八个方面!E5")


@pytest.mark.parametrize("keys", ["zh", "en"])
@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("folder", [None, WINDOW, SERVICE], ids=["rules", "window", "service"])
def test_what_a_form_says_itself_is_never_told(folder: Path | None, keys: str, language: str) -> None:
    pack = load_pack(folder) if folder else PACK
    for kind in pack.shapes:
        for level in pack.levels if kind == "unit" else [None]:
            for phase in pack.phases:
                made = book(content(pack, Order((kind,), phase, level, keys, language), kind, level))
                taken = read_form(made, pack.shapes, Limits())
                assert taken is not None and taken.strays == []
    before = read_form(saved(old(openpyxl.load_workbook(io.BytesIO(made)))) if keys == "zh" else made,
                       pack.shapes, Limits())
    assert before is not None and before.strays == []


def test_import_tells_it_too(tmp_path: Path) -> None:
    one = compliant()
    one["填报"][guidance(one, "填报日期")] = "2022-04-20"
    one.save(tmp_path / "P-1.xlsx")
    said = invoked("import", tmp_path / "P-1.xlsx", "--to", tmp_path / "out")
    assert said.exit_code == 1
    assert "P-1.xlsx：填报!C7 是放标题、栏目名称或者说明的位置，里面另外写的内容没有导入。" in said.output


# --- lines of an office's own ------------------------------------------------------------------------------------


def levels(one: Workbook) -> list[tuple[str | None, str, str | None]]:
    return [(each.hint, each.level, each.cell) for each in found(saved(one), clock=CLOCK)]


@pytest.mark.parametrize("typed", [
    "单位负责人（签字）：", "单位负责人（签字）：____", "填表人：     审核人：     （公章）", "填表日期：  年  月  日",
    "经办人: \n复核人:", "填报单位：（盖章）"])
def test_a_name_with_nothing_behind_its_colon_says_nothing(typed: str, tmp_path: Path) -> None:
    one = compliant()
    last = one["填报"].max_row
    one["填报"].cell(last + 2, 1).value = one["填报"].cell(last + 3, 3).value = typed
    for sheet in ("学习情况", "八个方面", "问题清单", "整改措施"):
        one[sheet].cell(20, 1).value = one[sheet].cell(20, 3).value = typed
    assert told(one) == []
    one.save(tmp_path / "P-1.xlsx")
    said = invoked("import", tmp_path / "P-1.xlsx", "--to", tmp_path / "out")
    assert said.exit_code == 0
    assert "签字" not in (tmp_path / "out" / "P-1.yaml").read_text(encoding="utf-8-sig")


@pytest.mark.parametrize("typed", ["填表人：张三审核人：", "填表人：张三", "填表日期： 4月8日", "公章", "人：（张三）"])
def test_a_name_with_something_behind_its_colon_is_told(typed: str) -> None:
    one = compliant()
    one["填报"].cell(one["填报"].max_row + 2, 1).value = typed
    assert [level for _, level, _ in levels(one)] == ["error" if "审核人" in typed or "日期" in typed else "info"]


def test_what_stands_below_all_fields_and_names_none_is_a_note(tmp_path: Path) -> None:
    one = compliant()
    main, last = one["填报"], one["填报"].max_row
    main.cell(last + 2, 1).value, main.cell(last + 2, 2).value = "单位负责人（签字）：", "王五"
    main.cell(last + 3, 1).value = "注：本表一式两份"
    main.cell(last + 4, 1).value = "姓名：张三"
    main.cell(last + 5, 1).value, main.cell(last + 5, 2).value = "电话", "13800000000"
    assert levels(one) == [
        ("stray-aside", "info", f"填报!B{last + 2}"), ("stray-aside", "info", f"填报!A{last + 3}"),
        ("stray-printed", "error", f"填报!A{last + 4}"), ("stray-name", "error", f"填报!B{last + 5}")]
    first = found(saved(one), clock=CLOCK)[0]
    assert first.message + first.remedy == (
        "这里是填报表各栏之外另写的内容，没有核对。不是要报的内容，不用改动；是要报的内容，请移到填报表的浅黄色格子里，"
        "表中确实没有的，写进“备注”。")
    for row in (last + 4, last + 5):
        main.cell(row, 1).value = main.cell(row, 2).value = None
    one.save(tmp_path / "P-1.xlsx")
    said = invoked("import", tmp_path / "P-1.xlsx", "--to", tmp_path / "out")
    assert f"P-1.xlsx：填报!B{last + 2} 是填报表各栏之外另写的内容，没有导入。" in said.output and said.exit_code == 0
    assert invoked("check", tmp_path / "P-1.xlsx", "--as-of", CLOCK).exit_code == 0


def test_what_stands_beside_the_titles_and_names_no_field_is_a_note() -> None:
    one = compliant()
    for sheet in ("填报", "学习情况"):
        one[sheet].insert_rows(2, 2)
        one[sheet]["A2"], one[sheet]["A3"] = "填报单位：东岭分局", "填报日期：    年  月  日"
    assert levels(one) == [("stray-aside", "info", "填报!A2"), ("stray-aside", "info", "学习情况!A2")]
    one["填报"]["A2"], one["学习情况"]["A2"] = "姓名：张三", "13800000000"
    assert levels(one) == [("stray-printed", "error", "填报!A2"), ("stray-printed", "error", "学习情况!A2")]
    one["填报"]["A2"], one["填报"]["A4"], one["学习情况"]["A2"] = "东岭分局", "见附页", None    # over its own words
    assert levels(one) == [("stray-printed", "error", "填报!A2"), ("stray-printed", "error", "填报!A4")]


@pytest.mark.parametrize(("word", "beside"), [
    ("合计", "3"), ("总计：", "３ 个"), ("小计", None), ("Total", "=COUNTA(A4:A6)")])
def test_a_row_that_counts_those_above_is_no_item(word: str, beside: str | None) -> None:
    one = compliant()
    before = read_form(saved(one), PACK.shapes, Limits())
    for sheet in ("学习情况", "问题清单"):
        one[sheet].cell(7, 1).value, one[sheet].cell(7, 2).value = word, beside
    assert levels(one) == [("stray-aside", "info", f"{sheet}!A7") for sheet in ("学习情况", "问题清单")]
    taken = read_form(saved(one), PACK.shapes, Limits())
    assert before is not None and taken is not None and plain(taken.root) == plain(before.root)
    one["学习情况"].cell(7, 2).value = "讨论合计怎样填"
    taken = read_form(saved(one), PACK.shapes, Limits())
    assert taken is not None and len(taken.root.entries["学习情况"].items) == 4


def test_a_remark_added_to_guidance_is_a_note_where_the_field_is_answered() -> None:
    one = compliant()
    date, head = guidance(one, "填报日期"), one["学习情况"]["B3"]
    one["填报"][date] = f"{one['填报'][date].value}（请于4月20日前报活动办）"
    head.value += "（写全称）"
    assert levels(one) == [("stray-aside", "info", f"填报!{date}"), ("stray-aside", "info", "学习情况!B3")]
    one["填报"][answer(one, "填报日期")] = None
    assert levels(one)[0] == ("stray-printed", "error", f"填报!{date}")


# --- a form that lost its hidden sheet ---------------------------------------------------------------------------


def test_a_hidden_sheet_whose_mark_was_cleared_is_still_that() -> None:
    one = compliant()
    one["选项"]["A1"] = None
    assert told(one) == []
    one["填报"]["D9"] = "另见附页"
    assert told(one) == [("FM02", "stray-beside", "填报!D9")]


def test_sheets_copied_into_another_workbook_are_a_form_in_a_folder_too(tmp_path: Path) -> None:
    """As values alone, so that nobody can tell what was typed over the guidance: that is noted."""
    one, other = compliant(), Workbook()
    other.remove(other.active)
    for sheet in one.worksheets[:-1]:
        copy = other.create_sheet(sheet.title)
        for row in sheet:
            for cell in row:
                copy.cell(cell.row, cell.column).value = cell.value
    assert levels(other) == [("stray-unknown", "info", "填报!C3")]
    other["填报"]["C7"] = "2022年4月8日"
    assert levels(other) == [("stray-unknown", "info", "填报!C3")]
    (tmp_path / "forms").mkdir()
    other.save(tmp_path / "forms" / "P-1.xlsx")
    said = invoked("check", tmp_path / "forms", "--as-of", CLOCK)
    assert said.exit_code == 0 and "报告 1 份" in said.output
    for column in "C":
        for row in range(3, 40):
            other["填报"][f"{column}{row}"] = None
    assert levels(other) == []


@pytest.mark.parametrize("unseen", ["\ufeff", "\u200b", "\u202a"])
def test_a_character_that_nobody_sees_before_what_the_form_says_is_nothing(unseen: str) -> None:
    one = compliant()
    for sheet, cell in (("填报", "A7"), ("填报", "C7"), ("学习情况", "A2"), ("学习情况", "A3"), ("八个方面", "E2"),
                        ("问题清单", "A4"), ("选项", "A1")):
        one[sheet][cell].value = unseen + one[sheet][cell].value
    assert told(one) == []


# --- headings ----------------------------------------------------------------------------------------------------


def with_heading(sheet: str, name: str, typed: str) -> tuple[Workbook, str]:
    one = compliant()
    cell = cell_of(one, sheet, 2, name)
    one[sheet][cell] = typed
    return one, f"{sheet}!{cell}"


@pytest.mark.parametrize("typed", ["*编号", "编号＊", "编号（必填）", "编号：", " 编 号 "])
def test_a_heading_with_a_mark_added_is_that_heading(typed: str) -> None:
    one, _ = with_heading("问题清单", "编号", typed)
    one["填报"]["A7"] = "填报日期（必填）"
    assert told(one) == []


@pytest.mark.parametrize("number", ["{}.", "{}、", "（{}） ", "({})"])
def test_a_form_whose_rows_and_columns_an_office_numbered_is_that_form(number: str) -> None:
    for one in (compliant(), compliant("unit", "bureau", "consolidation")):
        before = read_form(saved(one), PACK.shapes, Limits())
        names = [one["填报"].cell(row, 1) for row in range(4, one["填报"].max_row + 1)]
        names += [cell for sheet in one.worksheets[1:-1] for cell in sheet[2]]
        for cell in filter(lambda cell: cell.value, names):
            cell.value = number.format(cell.row * cell.column) + cell.value
        taken = read_form(saved(one), PACK.shapes, Limits())
        assert before is not None and taken is not None
        assert (plain(taken.root), taken.strays) == (plain(before.root), [])


@pytest.mark.parametrize("sheet", ["填报", "学习情况", "八个方面", "问题清单", "整改措施"])
def test_a_column_in_which_an_office_numbered_the_rows_is_nothing(sheet: str) -> None:
    one = compliant()
    head = 3 if sheet == "填报" else 2
    one[sheet].insert_cols(1)
    one[sheet].cell(head, 1).value = "序号"
    for row in range(head + 1, head + 9):
        one[sheet].cell(row, 1).value = row - head
    assert told(one) == []
    one[sheet].cell(head + 4, 1).value = "每周核对"
    assert told(one) != []


def test_a_slip_in_a_heading_is_told_once_and_the_column_is_checked() -> None:
    one, cell = with_heading("整改措施", "整改时限", "整改时间")
    one["整改措施"][cell_of(one, "整改措施", 5, "整改时间")] = "长期坚持"
    assert told(one) == [("FM02", "stray-spelling", cell), ("PB09", None, "整改措施!D5")]
    first = found(saved(one), clock=CLOCK)[0]
    assert first.message == "这一列的栏目名称应当是“整改时限”，写得不一样；里面的内容已经照“整改时限”核对。"
    assert first.remedy == "请把这一格的栏目名称改成“整改时限”。"


@pytest.mark.parametrize(("name", "typed"), [
    ("问题表现", "问题描述"), ("典型事例", "案例"), ("编号", "序号"), ("发现日期", "何时发现")])
def test_another_heading_is_told_with_the_one_it_may_be_which_is_not_missing(name: str, typed: str) -> None:
    one, cell = with_heading("问题清单", name, typed)
    assert told(one) == [("FM02", "stray-heading", cell)]
    first = found(saved(one), clock=CLOCK)[0]
    assert first.message == f"这一列的栏目名称不是填报表里的，可能是“{name}”；这一列里填的内容没有核对。"
    assert first.remedy == (f"这一列填的就是“{name}”的，请把栏目名称改成“{name}”；不是的，请把内容移到填报表的"
                            "浅黄色格子里，这一列删去；表中确实没有的内容，写进“备注”。")


def test_the_heading_of_what_rows_belong_to() -> None:
    one, cell = with_heading("整改措施", "问题编号", "所属问题")
    other, theme = with_heading("问题清单", "方面", "类别")
    assert (told(one), told(other)) == ([("FM02", "stray-spelling", cell)], [("FM02", "stray-spelling", theme)])


def test_headings_of_ones_own() -> None:
    one = compliant()
    one["学习情况"]["D2"], one["学习情况"]["E2"], one["学习情况"]["E4"] = "学时", "日期", "2022-01-01"
    one["学习情况"]["F5"] = "没有名称的列"
    assert told(one) == [("FM02", "stray-heading", "学习情况!D2"), ("FM02", "stray-heading", "学习情况!E2"),
                         ("FM02", "stray-column", "学习情况!F5")]
    [first, *_] = found(saved(one), clock=CLOCK)
    assert first.message == "这一列的栏目名称不是填报表里的，或者与前面的一列重复；这一列里填的内容没有核对。"


def test_what_names_no_problem_is_told_if_nothing_else_stands_in_the_row() -> None:
    one = compliant()
    one["整改措施"]["A30"], one["整改措施"]["A31"], one["整改措施"]["B32"] = "每周核对", "无", "  "
    one["八个方面"]["A12"], one["八个方面"]["A13"] = "填表人：张三", "无"
    assert told(one) == [("FM02", "stray-theme", "八个方面!A12"), ("FM02", "stray-parent", "整改措施!A30")]


@pytest.mark.parametrize(("sheet", "row"), [("八个方面", 4), ("问题清单", 4)])
def test_what_is_written_around_the_name_of_a_theme_is_told(sheet: str, row: int, tmp_path: Path) -> None:
    one = compliant()
    name = one[sheet].cell(row, 1).value
    one[sheet].cell(row, 1).value = f"{name}：推诿三次"
    assert told(one) == [("FM02", "stray-around", f"{sheet}!A{row}")]
    [first] = found(saved(one), clock=CLOCK)
    assert first.message == f"这一格只写方面的名称；“{name}”之外另写的内容没有核对。"
    assert first.remedy == (f"请让这一格只留“{name}”；另写的内容，移到填报表的浅黄色格子里；"
                            "表中确实没有的内容，写进“备注”，或者删去。")
    one.save(tmp_path / "P-1.xlsx")
    said = invoked("import", tmp_path / "P-1.xlsx", "--to", tmp_path / "out")
    assert f"P-1.xlsx：{sheet}!A{row} 在方面的名称“{name}”之外另写了内容，没有导入。" in said.output
    assert said.exit_code == 1


@pytest.mark.parametrize("blank", ["\u00a0", "\u3000", "  ", "\n"])
def test_a_behaviour_that_was_chosen_is_that_with_any_blank_in_it(blank: str) -> None:
    """As a copy out of a page or another program has it."""
    one = compliant()
    chosen = one["问题清单"][cell_of(one, "问题清单", 4, "对应表现")]
    assert chosen.value.startswith("yanjin-02 ")
    chosen.value = chosen.value.replace(" ", blank)
    assert told(one) == []


def test_import_takes_a_slip_in_a_heading_over_and_says_so(tmp_path: Path) -> None:
    one, cell = with_heading("整改措施", "整改时限", "整改时间")
    one.save(tmp_path / "P-1.xlsx")
    said = invoked("import", tmp_path / "P-1.xlsx", "--to", tmp_path / "out")
    assert said.exit_code == 0
    assert f"P-1.xlsx：{cell} 的栏目名称应当是“整改时限”，已经照“整改时限”导入，请核对。" in said.output
    carried = invoked("new", "个人", "--from", tmp_path / "P-1.xlsx", "--phase", "rectification",
                      "--to", tmp_path / "next.xlsx")
    assert carried.exit_code == 0, carried.output


# --- sheets ------------------------------------------------------------------------------------------------------


def without(sheet: str) -> Workbook:
    one = compliant()
    del one[sheet]
    return one


def back(sheet: str) -> str:
    return (f"工作簿里没有找到“{sheet}”表：请从这个阶段的填报表（没有的用 bayang new 做一份）里把它复制到这个工作簿里，"
            "再填写。")


def test_what_is_missing_with_its_sheet_says_how_to_get_the_sheet_back() -> None:
    for sheet, rule in (("整改措施", "PB01"), ("学习情况", "PH13"), ("八个方面", "CV01")):
        missing = [each for each in found(saved(without(sheet)), clock=CLOCK) if each.rule == rule]
        assert missing and all(each.remedy.endswith(back(sheet)) for each in missing), sheet
    [first, *_] = found(saved(without("整改措施")), "en", CLOCK)
    assert first.remedy.endswith(" The sheet “整改措施” was not found in the workbook: copy it into it from a form"
                                 " of this phase (bayang new makes one), then fill it in.")


def test_a_sheet_on_which_others_depend_is_told_alone() -> None:
    assert told(without("问题清单")) == [("FM02", "stray-gone", "整改措施!A4")]
    assert told(without("填报")) == [("FM02", "stray-gone", "学习情况!A1")]
    first = found(saved(without("问题清单")), clock=CLOCK)[0]
    assert first.message == "工作簿里没有找到“问题清单”表，属于它的内容没有核对。"


@pytest.mark.parametrize("sheet", ["学习情况", "八个方面", "问题清单", "整改措施"])
def test_a_sheet_without_its_headings_is_told_alone(sheet: str) -> None:
    one = compliant()
    one[sheet].delete_rows(2)
    assert told(one) == [("FM02", "stray-heads", f"{sheet}!A1")]
    if sheet == "整改措施":
        one[sheet].delete_rows(2, 30)       # nothing stands there but the title
        assert {each[:2] for each in told(one)} == {("PB01", None)}


@pytest.mark.parametrize("state", ["visible", "hidden", "veryHidden"])
def test_a_sheet_like_another_is_told(state: str, tmp_path: Path) -> None:
    one = compliant()
    copy, own = one.copy_worksheet(one["问题清单"]), one.create_sheet("我的台账")
    copy.title, copy.sheet_state, own["A1"], own.sheet_state = "草稿", state, "记一笔", state
    assert told(one) == [("FM02", "stray-spare", "第7张表!A1")]
    one.save(tmp_path / "P-1.xlsx")
    said = invoked("import", tmp_path / "P-1.xlsx", "--to", tmp_path / "out").output
    assert "草稿!A1：这张表与“问题清单”表一样" in said and "工作表“我的台账”不是填报表的" in said
    assert said.count("草稿") == 1


def joined(one: Workbook, other: Workbook, called: str) -> Workbook:
    """A workbook with the sheets of another behind its own."""
    for sheet in other.worksheets:
        copy = one.create_sheet(called.format(sheet.title))
        copy.sheet_state = sheet.sheet_state
        for row in sheet:
            for cell in row:
                copy.cell(cell.row, cell.column).value = cell.value
    return one


@pytest.mark.parametrize("called", ["{} (2)", "李四{}"])
def test_the_form_of_another_in_the_same_workbook_is_told_sheet_by_sheet_and_read_into_nothing(called: str) -> None:
    one = compliant()
    before = read_form(saved(one), PACK.shapes, Limits())
    both = joined(one, compliant(), called)
    assert told(both) == [("FM02", "stray-spare", f"第{at}张表!A1") for at in range(7, 12)]
    taken = read_form(saved(both), PACK.shapes, Limits())
    assert before is not None and taken is not None and plain(taken.root) == plain(before.root)
    first = found(saved(both), clock=CLOCK)[0]
    assert first.remedy == ("是另一份填报表的，请连同那一份的其他表单独存成一个工作簿报送；"
                            "是同一份的，要报的内容请移到“填报”表里；这里再删去这张表（看不到的，先右击别的表名，取消隐藏）。")
    for sheet in both.worksheets[:6]:
        sheet.title = f"张三{sheet.title}"
    assert told(both) == [("FM02", "stray-spare", f"第{at}张表!A1") for at in range(7, 12)]


def test_the_form_of_a_unit_behind_that_of_a_person() -> None:
    both = joined(compliant(), compliant("unit", "bureau", "consolidation"), "{} (2)")
    found_ = found(saved(both), clock=CLOCK)
    assert {(each.rule, each.hint) for each in found_} == {("FM02", "stray-spare")}
    assert found_[-1].message == "工作簿里还有另一份填报表，这张表排在它的主表后面，这张表没有核对。"


def test_a_copy_of_the_main_sheet_is_told_once_and_one_that_goes_on_with_it_is_read() -> None:
    one = compliant()
    copy = one.copy_worksheet(one["填报"])
    assert told(one) == [("FM02", "stray-spare", "第7张表!A1")]
    for row in range(4, copy.max_row + 1):
        for sheet, part in ((one["填报"], row < 15), (copy, row >= 15)):
            if not part and sheet.cell(row, 2).value and not str(sheet.cell(row, 2).value).startswith("※"):
                sheet.cell(row, 2).value = None
    assert told(one) == []


@pytest.mark.parametrize("state", ["hidden", "veryHidden"])
def test_what_is_hidden_is_read(state: str) -> None:
    one = compliant()
    due = cell_of(one, "整改措施", 5, "整改时限")
    one["整改措施"][due] = "长期坚持"
    one["整改措施"].sheet_state = state
    one["整改措施"].row_dimensions[5].hidden = one["整改措施"].column_dimensions["D"].hidden = True
    assert told(one) == [("PB09", None, f"整改措施!{due}")]


@pytest.mark.parametrize("called", ["{}1", "{} (2)", "表{}"])
def test_sheets_that_are_all_called_otherwise_are_still_those(called: str) -> None:
    """Several lists have headings alike: the one whose headings are all there, and whose name it begins with."""
    one = compliant("unit", "bureau", "consolidation")
    before = read_form(saved(one), PACK.shapes, Limits())
    for at, sheet in enumerate(one.worksheets[:-1]):
        sheet.title = called.format(sheet.title if called != "表{}" else at)
    taken = read_form(saved(one), PACK.shapes, Limits())
    assert before is not None and taken is not None
    assert (plain(taken.root), taken.strays) == (plain(before.root), [])


# --- any cell at all ---------------------------------------------------------------------------------------------

TYPED = "记号甲乙丙"
KINDS = {"personal": "personal", "bureau": "unit"}


@pytest.mark.parametrize("name", KINDS)
@settings(max_examples=300)
@given(data=st.data())
def test_what_is_typed_into_any_cell_is_read_or_told_by_its_row_or_column(name: str, data: st.DataObject) -> None:
    """Over what stands there or after it."""
    book_ = filled(KINDS[name], name, "rectification")
    sheets = read_cells(book_, Limits())
    number = data.draw(st.sampled_from([at for at, sheet in enumerate(sheets) if not sheet.hidden]))
    cells = sheets[number].cells
    row = data.draw(st.integers(1, max(row for row, _ in cells) + 3))
    column = data.draw(st.integers(1, max(column for _, column in cells) + 2))
    before = cells[row, column].text if (row, column) in cells and data.draw(st.booleans()) else ""
    cells[row, column] = Cell(before + TYPED)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(form_sheets, "read_cells", lambda *_: sheets)
        taken = form_sheets.read_form(book_, PACK.shapes, Limits(), PACK.absent)
    assert taken is not None
    told_of = [one for one in taken.strays if one.pin.sheet == number and (
        one.pin.order[1] == row or (one.hint in ("column", "heading", "spelling") and one.pin.order[2] == column))]
    adorned = any(pin.order == (number, row, column) for pin in taken.adorned)
    assert told_of or adorned or TYPED in repr(plain(taken.root))


def test_9_1_nobody_is_told_to_move_a_private_number_into_the_remarks() -> None:
    one = compliant()
    one["填报"]["D9"], one["填报"][guidance(one, "填报日期")] = "13800000000", "13800000000"
    one["学习情况"]["E2"], one["学习情况"]["E5"], one["学习情况"]["F6"] = "手机", "13800000000", "13800000000"
    found_ = found(saved(one), clock=CLOCK)
    assert [each.hint for each in found_] == ["stray-printed", "stray-beside", "stray-heading", "stray-column"]
    assert all("身份证号、银行卡号或者手机号，表中没有这样的内容，请删去" in each.remedy and "备注" not in each.remedy
               for each in found_)


def rewritten(data: bytes, change: Callable[[bytes], bytes]) -> bytes:
    """A workbook with each of its parts changed."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w") as new:
        for name in old.namelist():
            new.writestr(name, change(old.read(name)))
    return out.getvalue()


def test_a_picture_in_a_cell_is_no_text(tmp_path: Path) -> None:
    """As WPS puts it there: a formula whose stored result is its own text."""
    one = compliant()
    cell = cell_of(one, "学习情况", 4, "主题")
    one["学习情况"][cell] = '=_xlfn.DISPIMG("ID_1",1)'
    data = rewritten(saved(one), lambda part: re.sub(rb'><f>_xlfn.(DISPIMG\("ID_1",1\))</f><v ?(/>|></v>)',
                                                     rb' t="str"><f>_xlfn.\1</f><v>=\1</v>', part))
    [first] = found(data, clock=CLOCK)
    assert (first.rule, first.hint, first.cell) == ("FM03", "cell-picture", f"学习情况!{cell}")
    assert first.message + first.remedy == "这一格里是图片，不是文字，读不出内容。请写成文字；图片作为附件报送。"
    (tmp_path / "P-1.xlsx").write_bytes(data)
    said = invoked("import", tmp_path / "P-1.xlsx", "--to", tmp_path / "out")
    assert f"学习情况!{cell} 里是图片，没有导入" in said.output and said.exit_code == 1
    assert "DISPIMG" not in (tmp_path / "out" / "P-1.yaml").read_text(encoding="utf-8-sig")


def test_a_picture_that_excel_put_into_a_cell_is_no_error_of_a_formula() -> None:
    one = compliant()
    cell = cell_of(one, "学习情况", 4, "主题")
    one["学习情况"][cell] = "#VALUE!"
    data = rewritten(saved(one), lambda part: part.replace(b't="e"', b't="e" vm="1"'))
    assert [(each.hint, each.cell) for each in found(saved(one), clock=CLOCK)] == [("cell-error", f"学习情况!{cell}")]
    assert [(each.hint, each.cell) for each in found(data, clock=CLOCK)] == [
        ("cell-picture", f"学习情况!{cell}")]


@pytest.mark.parametrize("typed", [44671, "44671", 44671.4375])
def test_the_number_of_a_day_in_a_cell_that_shows_no_dates_is_told_as_that(typed: object) -> None:
    """A date that was pasted into a cell for text shows the number by which the program counts it."""
    one = compliant()
    date, due = answer(one, "填报日期"), cell_of(one, "整改措施", 4, "整改时限")
    for sheet, cell in (("填报", date), ("整改措施", due)):
        one[sheet][cell], one[sheet][cell].number_format = typed, "@"
    assert told(one) == [("FM03", "cell-serial", f"填报!{date}"), ("FM03", "cell-serial", f"整改措施!{due}")]
    first = found(saved(one), clock=CLOCK)[0]
    assert first.message == "这一格里是日期的序号（表格程序给每一天编的数），不是日期。"
    assert first.remedy == "请把格子的格式设成日期，或者照 2022-04-30 的样子重新填写。"


@pytest.mark.parametrize(("sheet", "name"), [("问题清单", "方面"), ("整改措施", "问题编号"), ("八个方面", "方面")])
def test_the_column_of_what_rows_belong_to_is_told_alone_where_it_is_gone(sheet: str, name: str) -> None:
    one = compliant()
    one[sheet].delete_cols(1)
    assert told(one) == [("FM02", "stray-keyless", f"{sheet}!A2")]
    first = found(saved(one), clock=CLOCK)[0]
    assert first.message == f"这张表里没有找到“{name}”这一列，不知道各行属于哪一项，没有核对。"
    assert first.remedy == f"请插入一列，栏目名称写“{name}”，给每一行填上。"
