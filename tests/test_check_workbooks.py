"""Workbooks are checked like YAML, and what is found is told by sheet and cell (contract 10.3)."""

from __future__ import annotations

import errno
import io
import json
import os
import stat
import time
import zipfile
from functools import cache
from pathlib import Path

import openpyxl
import pytest
from jsonschema import Draft7Validator
from making import PACK, found, write
from openpyxl import Workbook
from running import ROOT, bayang, invoked

from bayang.engine.authoring.examples import base_report, dump
from bayang.engine.output.forms import Order
from bayang.engine.output.workbooks.book import book
from bayang.engine.output.workbooks.content import content
from bayang.engine.reading.intake import read
from bayang.engine.reading.schema import plain, schema_file
from bayang.engine.reading.typed import as_typed, in_chinese
from bayang.engine.reading.workbook import read_cells
from bayang.engine.records import Finding, Limits

SAMPLES = sorted((ROOT / "samples").glob("*/*/*.yaml"))
CLOCK = "2023-01-15"
SAMPLE = ROOT / "samples" / "砚川分局" / "整改落实" / "P-006.xlsx"


def as_workbook(data: bytes, kind: str, level: str | None = None) -> bytes:
    """A report in YAML as its form's workbook."""
    typed = read(data, Limits(), PACK.fields)
    order = Order((kind,), next(iter(PACK.phases)), level)
    return book(content(PACK, order, kind, level, report=typed))


@cache
def filled(kind: str, name: str, phase: str) -> bytes:
    report = in_chinese(plain(read(dump(base_report(PACK, name, phase)), Limits())), PACK.shapes[kind])
    return as_workbook(as_typed(report).encode(), kind)


def compliant(kind: str = "personal", name: str = "personal", phase: str = "inspection") -> Workbook:
    """The workbook of a report in which nothing is to be found."""
    return openpyxl.load_workbook(io.BytesIO(filled(kind, name, phase)))


def saved(one: Workbook) -> bytes:
    out = io.BytesIO()
    one.save(out)
    return out.getvalue()


def cell_of(one: Workbook, sheet: str, row: int, name: str) -> str:
    column = next(cell.column_letter for cell in one[sheet][2] if cell.value == name)
    return f"{column}{row}"


def answer(one: Workbook, name: str) -> str:
    """The cell of an answer on the main sheet."""
    return next(f"B{row}" for row in range(4, one["填报"].max_row + 1) if one["填报"].cell(row, 1).value == name)


def told(findings: list[Finding]) -> set[tuple[str, str | None]]:
    return {(one.rule, one.cell) for one in findings}


# --- the same as in YAML -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", SAMPLES, ids=lambda path: "-".join(path.parts[-3:]))
def test_10_3_a_workbook_gives_what_its_yaml_gives(path: Path) -> None:
    """Every sample: the same rules at the same fields; and each has a cell."""
    data = path.read_bytes()
    one = found(data, clock=CLOCK)
    if any(finding.rule.startswith("IN") or finding.name in ("cut-value", "swallowed-line", "unknown-field")
           for finding in one):
        return      # what only YAML knows
    text = data.decode("utf-8-sig")
    kind = "unit" if "单位报告" in text or "报告类型: 单位" in text or "report: unit" in text else "personal"
    other = found(as_workbook(data, kind), clock=CLOCK)
    skipped = {"date-spelling"}     # a list on one line is one in a cell
    assert [(finding.rule, finding.pointer) for finding in other if finding.name not in skipped and finding.pointer] \
        == sorted(((finding.rule, finding.pointer) for finding in one if finding.name not in skipped
                   and finding.pointer), key=lambda pair: [*map(key_of, other)].index(pair)
                  if pair in [*map(key_of, other)] else -1)
    assert all(finding.cell and (finding.line, finding.column) == (1, 1) for finding in other)
    assert not [finding for finding in other if finding.insert]


def key_of(one: Finding) -> tuple[str, str | None]:
    return one.rule, one.pointer


@pytest.mark.parametrize("phase", ["education", "inspection", "rectification", "consolidation"])
@pytest.mark.parametrize(("kind", "name"), [("personal", "personal"), ("unit", "bureau"), ("unit", "branch"),
                                            ("unit", "department")])
def test_10_3_a_compliant_report_is_clean(kind: str, name: str, phase: str) -> None:
    assert found(saved(compliant(kind, name, phase)), clock=CLOCK) == []


# --- where things stand --------------------------------------------------------------------------------------------


def test_10_3_another_place_is_named_by_its_cell() -> None:
    one = compliant()
    sheet = one["问题清单"]
    for cell in sheet[4]:
        sheet.cell(5, cell.column).value = cell.value
    [repeated] = [finding for finding in found(saved(one), clock="2022-04-25") if finding.rule == "PB02"]
    assert repeated.cell == f"问题清单!{cell_of(one, '问题清单', 5, '编号')}"
    facts = [finding for finding in found(saved(one), clock="2022-04-25") if finding.rule == "PB06"]
    assert facts and "第" not in facts[0].message.replace("第一", "") and "问题清单!" in facts[0].message


def test_10_3_what_belongs_to_nothing_is_told() -> None:
    one = compliant()
    one["问题清单"]["AA4"] = "旁注"
    one["整改措施"]["A25"], one["整改措施"]["B25"] = "没有的编号", "建立登记本"
    one["问题清单"]["A26"], one["问题清单"]["B26"] = "空谈", "SG-9"
    one["填报"]["E9"] = "旁边"
    one["填报"][answer(one, "职务")] = "=VLOOKUP(1,A1:A9,1)"
    findings = [finding for finding in found(saved(one), clock="2022-04-25") if finding.rule in ("FM02", "FM03")]
    assert told(findings) == {("FM03" if name.startswith("填报!B") else "FM02", name) for name in (
        "问题清单!AA4", "整改措施!A25", "问题清单!A26", "填报!E9", f"填报!{answer(one, '职务')}")}
    assert len({finding.message for finding in findings}) == 5
    assert all("旁" not in finding.message and "空谈" not in finding.message for finding in findings)


@pytest.mark.parametrize("first", ["填报", "问题清单", "整改措施", "八个方面"])
def test_10_3_findings_stand_in_the_order_of_the_sheets(first: str, tmp_path: Path) -> None:
    """As they stand in the book, whatever they are called; also when the result comes from the cache."""
    one = compliant()
    one.move_sheet(first, -one.sheetnames.index(first))
    named = ("填报", "问题清单", "整改措施", "八个方面")
    for name in named:
        one[name]["AA4"] = one[name]["AB4"] = "旁注"
    write(tmp_path / "P-1.xlsx", saved(one))
    expected = [name for name in one.sheetnames if name in named]
    for _ in "12":
        document = json.loads(invoked("check", tmp_path, "--format", "json", "--as-of", "2022-04-25", "--cache",
                                      "--cache-dir", tmp_path / "cache").stdout)
        cells = [each["cell"] for each in document["findings"] if each["rule"] == "FM02"]
        assert cells == [f"{name}!{cell}" for name in expected for cell in ("AA4", "AB4")]


def findings_of(one: Workbook, clock: str = "2022-04-25") -> list[tuple[str, str | None, str, str]]:
    return [(each.rule, each.cell, each.message, each.remedy) for each in found(saved(one), clock=clock)]


def test_10_3_a_cell_that_cant_be_read_is_told_once() -> None:
    one = compliant()
    ident, cause = (cell_of(one, "问题清单", 4, name) for name in ("编号", "思想根源"))
    one["问题清单"][cell_of(one, "问题清单", 4, "发现日期")] = "=TODAY()"
    one["问题清单"][cause] = "#REF!"
    one["问题清单"][cause].data_type = "e"
    assert [each[:2] for each in findings_of(one)] == [
        ("FM03", f"问题清单!{cell_of(one, '问题清单', 4, '发现日期')}"), ("FM03", f"问题清单!{cause}")]
    one["问题清单"][ident] = "=A1"      # then its measures can't be found either
    assert {each[:2] for each in findings_of(one)} - {("FM02", f"整改措施!A{row}") for row in range(4, 30)} == {
        ("FM03", f"问题清单!{cell}") for cell in (cell_of(one, "问题清单", 4, "发现日期"), cause, ident)}


@pytest.mark.parametrize(("kind", "name", "typed", "meant"), [
    ("personal", "personal", "单位", "个人"), ("unit", "department", "个人", "单位")])
def test_8_2_a_form_that_says_the_wrong_kind_is_told_that_alone(kind: str, name: str, typed: str, meant: str) -> None:
    """As YAML is: nothing is asked of the form of the other kind, which has other sheets."""
    one = compliant(kind, name)
    one["填报"][answer(one, "报告类型")] = typed
    [finding] = found(saved(one), clock="2022-04-28")
    assert (finding.rule, finding.cell) == ("FM04", f"填报!{answer(one, '报告类型')}")
    assert finding.message == f"“报告类型”与填写的内容不符，内容是按“{meant}”的报告填写的；其余内容没有全部核查。"


@pytest.mark.parametrize("typed", ["严瑾", None])
def test_10_3_a_row_of_no_theme_is_told_so_whether_one_was_typed_or_not(typed: str | None) -> None:
    one = compliant()
    one["问题清单"]["A4"] = typed
    [finding] = [each for each in found(saved(one), clock="2022-04-25") if each.cell == "问题清单!A4"]
    assert finding.message == "这一格没有写明是方案的哪个方面，整行没有核对。"


def test_10_2_a_row_without_a_name_belongs_with_no_other_row_than_the_one_above() -> None:
    """Not with the one before that, where the one above belongs to nothing."""
    one = compliant()
    sheet, row = one["整改措施"], one["整改措施"].max_row + 1
    sheet.cell(row, 1).value, sheet.cell(row, 2).value = "没有的编号", "每天登记"
    sheet.cell(row + 1, 2).value = "每周五核对"
    assert [each[:2] for each in findings_of(one)] == [("FM02", f"整改措施!A{row}"), ("FM02", f"整改措施!A{row + 1}")]


def test_10_3_nothing_is_missing_that_may_stand_in_a_row_which_belongs_to_nothing() -> None:
    measures, problems, themes = compliant(), compliant(), compliant()
    for row in range(4, measures["整改措施"].max_row + 1):
        if measures["整改措施"].cell(row, 2).value:
            measures["整改措施"].cell(row, 1).value = "第9个问题"
    assert {each[0] for each in findings_of(measures)} == {"FM02"}
    problems["问题清单"]["A4"] = "思想"
    assert {each[0] for each in findings_of(problems)} == {"FM02"}
    for row in range(4, 12):
        themes["八个方面"].cell(row, 1).value = None
    assert {each[:2] for each in findings_of(themes)} == {("FM02", f"八个方面!A{row}") for row in range(4, 12)}


@pytest.mark.parametrize("typed", [
    "扬实干治空喊", "一、实干", "实干方面", " 实 干 ", "shigan",
    "（1）“实干”", "1.扬“实干”正气、治“空喊”习气。", "①实干/空喊",
    "实干方面的问题"])
def test_10_3_a_theme_is_read_with_words_around_its_name(typed: str) -> None:
    one = compliant()
    assert one["八个方面"]["A4"].value == "实干"
    one["八个方面"]["A4"] = typed
    for row in range(4, one["问题清单"].max_row + 1):
        if one["问题清单"].cell(row, 1).value == "实干":
            one["问题清单"].cell(row, 1).value = typed
    assert findings_of(one) == []


def test_10_3_what_stands_in_a_cell_that_is_not_filled_in_is_told_as_it_is() -> None:
    one = compliant()
    one["填报"][answer(one, "学习情况")] = "三次"
    one["填报"][answer(one, "自我剖析")] = "如下"
    one["八个方面"]["A12"], one["八个方面"]["D12"] = "实干", "全部"
    one["填报"]["D9"], one["填报"][answer(one, "八个方面")] = "无", "无"
    assert findings_of(one) == [
        ("FM02", f"填报!{answer(one, '学习情况')}", "这一栏不在这一格填写，里面的内容没有核对。",
         "请把内容填到“学习情况”表里，这一格清空。"),
        ("FM02", f"填报!{answer(one, '自我剖析')}", "这一栏不在这一格填写，里面的内容没有核对。",
         "请把内容填到下面的各栏里，这一格清空。"),
        ("FM02", "八个方面!D12", "同一栏在别处已经填过，这一格里的内容没有核对。",
         "请把内容并到先填的那一格里，这一格清空。")]


def test_8_8_the_name_of_a_sheet_of_ones_own_is_not_shown() -> None:
    one = compliant()
    one["学习情况"].title = "周敏的学习"
    one["周敏的学习"][cell_of(one, "周敏的学习", 4, "日期")] = "去年"
    [late] = [finding for finding in found(saved(one), clock="2022-04-25") if finding.rule == "FM05"]
    assert late.cell is not None
    assert late.cell.startswith("第2张表!")


# --- in a batch --------------------------------------------------------------------------------------------------


def test_10_3_in_a_folder_forms_are_reports_and_other_workbooks_are_ignored(tmp_path: Path) -> None:
    write(tmp_path / "P-1.xlsx", saved(compliant()))
    Workbook().save(tmp_path / "台账.xlsx")
    write(tmp_path / "坏的.xlsx", b"PK\x03\x04 xl/ nothing more")
    said = invoked("check", tmp_path, "--format", "json", "--as-of", "2022-04-25")
    document = json.loads(said.stdout)
    assert [(one["file"], one["hint"]) for one in document["ignored"]] == [
        ("台账.xlsx", "excel"), ("坏的.xlsx", "excel")]
    assert document["summary"]["files"] == 1


def test_10_3_json_has_the_cell_and_other_files_have_none(tmp_path: Path) -> None:
    one = compliant()
    one["填报"][answer(one, "填报日期")] = None
    write(tmp_path / "P-1.xlsx", saved(one))
    write(tmp_path / "P-2.yaml", "报告类型: 个人\n")
    document = json.loads(invoked("check", tmp_path, "--format", "json", "--as-of", "2022-04-25").stdout)
    Draft7Validator(schema_file("findings.json")).validate(document)
    cells = {one["file"]: one.get("cell") for one in document["findings"] if one["rule"] == "FM01"}
    assert cells == {"P-1.xlsx": f"填报!{answer(one, '填报日期')}", "P-2.yaml": None}


@pytest.mark.parametrize("form", ["text", "csv", "github", "gitlab", "junit", "sarif", "markdown", "html"])
def test_10_3_every_format_names_the_cell(tmp_path: Path, form: str) -> None:
    one = compliant()
    one["填报"][answer(one, "填报日期")] = None
    write(tmp_path / "P-1.xlsx", saved(one))
    said = invoked("check", tmp_path / "P-1.xlsx", "--format", form, "--as-of", "2022-04-25")
    assert said.exit_code == 1
    assert f"填报!{answer(one, '填报日期')}" in said.stdout.replace("\\!", "!")


def test_10_3_a_letter_names_the_cell(tmp_path: Path) -> None:
    one = compliant()
    one["填报"][answer(one, "填报日期")] = None
    one["问题清单"][cell_of(one, "问题清单", 4, "思想根源")] = None
    write(tmp_path / "in" / "P-1.xlsx", saved(one))
    said = invoked("notice", tmp_path / "in", "--to", tmp_path / "out", "--format", "md", "--as-of", "2022-04-25")
    assert said.exit_code == 0, said.output
    letters = "".join(path.read_text(encoding="utf-8") for path in (tmp_path / "out").rglob("*.md"))
    assert f"填报!{answer(one, '填报日期')}" in letters.replace("\\", "")
    assert "第 1 行" not in letters


def test_10_3_workers_and_cache_change_nothing(tmp_path: Path) -> None:
    for number in range(6):
        one = compliant()
        one["填报"][answer(one, "人员编号")] = f"P-{number}"
        one["填报"][answer(one, "填报日期")] = None
        write(tmp_path / f"P-{number}.xlsx", saved(one))
    options = ["check", tmp_path, "--format", "json", "--as-of", "2022-04-25"]
    first = invoked(*options, "--no-cache").stdout
    assert invoked(*options, "--cache", "--cache-dir", tmp_path.parent / "cache").stdout == first
    assert invoked(*options, "--cache", "--cache-dir", tmp_path.parent / "cache", "--jobs", "2").stdout == first


# --- marked copies -----------------------------------------------------------------------------------------------


def test_10_3_mark_writes_a_copy_with_colours_and_comments(tmp_path: Path) -> None:
    one = compliant()
    cell = cell_of(one, "整改措施", 4, "整改时限")
    one["整改措施"][cell] = "长期坚持"
    path = tmp_path / "P-1.xlsx"
    write(path, saved(one))
    before = path.read_bytes()
    assert invoked("check", path, "--mark", "--as-of", "2022-04-25").exit_code == 1
    assert path.read_bytes() == before
    copy = openpyxl.load_workbook(tmp_path / "P-1（核查）.xlsx")
    marked = copy["整改措施"][cell]
    assert marked.fill.fgColor.rgb == "00FFC7CE"
    assert marked.comment.text.startswith("必须补正 PB09 ")
    assert "\n补正：请改填日期，如 2022-06-30" in marked.comment.text and "<U+" not in marked.comment.text
    assert copy["问题清单"].protection.sheet and copy["问题清单"].data_validations.dataValidation
    listed = json.loads(invoked("check", tmp_path, "--format", "json", "--as-of", "2022-04-25").stdout)
    assert listed["summary"]["files"] == 1        # the copy beside its workbook is no report
    again = tmp_path / "again"
    write(again / "P-1.xlsx", before)
    invoked("check", again / "P-1.xlsx", "--mark", "--as-of", "2022-04-25")
    assert (again / "P-1（核查）.xlsx").read_bytes() == (tmp_path / "P-1（核查）.xlsx").read_bytes()
    invoked("check", path, "--mark", "--as-of", "2022-04-25")
    assert (tmp_path / "P-1（核查）-2.xlsx").exists()     # never over what is there


def test_10_3_marked_copies_are_written_with_the_outputs_or_neither(tmp_path: Path) -> None:
    """One that can't be put in its place leaves all as it was; they alone are for their owner."""
    home, out = tmp_path / "in", tmp_path / "out.json"
    write(home / "P-1.xlsx", saved(compliant()))
    options = ["check", home, "--mark", "--as-of", "2022-01-01", "--format", f"json={out}"]
    with pytest.MonkeyPatch.context() as patch:
        replaced = os.replace

        def replace(draft: str, target: str) -> None:
            if target.endswith(".xlsx"):
                raise OSError(errno.ENOSPC, "full")
            replaced(draft, target)

        patch.setattr(os, "replace", replace)
        said = invoked(*options)
    assert said.exit_code == 2 and "P-1（核查）.xlsx：磁盘满了" in said.stderr
    assert [path.name for path in tmp_path.rglob("*")] == ["in", "P-1.xlsx"]
    assert invoked(*options).exit_code == 1
    assert stat.S_IMODE((home / "P-1（核查）.xlsx").stat().st_mode) == 0o600
    assert stat.S_IMODE(out.stat().st_mode) == 0o666 & ~umask()


def umask() -> int:
    now = os.umask(0o22)
    os.umask(now)
    return now


def test_10_3_a_marked_copy_holds_what_the_workbook_holds(tmp_path: Path) -> None:
    """A number that is no date, in a cell for dates, is no error; a sheet that was renamed is marked too."""
    one = compliant()
    date, due = cell_of(one, "学习情况", 4, "日期"), cell_of(one, "整改措施", 4, "整改时限")
    one["学习情况"][date], one["整改措施"][due] = 20220121, "长期坚持"
    assert one["学习情况"][date].is_date
    one["整改措施"].title = "我的措施"
    write(tmp_path / "P-1.xlsx", saved(one))
    assert invoked("check", tmp_path / "P-1.xlsx", "--mark", "--as-of", "2022-04-25").exit_code == 1
    copy = openpyxl.load_workbook(tmp_path / "P-1（核查）.xlsx")
    assert copy["学习情况"][date].value == "20220121"
    assert copy["学习情况"][date].comment.text.startswith("建议完善 FM06 ")
    assert copy["我的措施"][due].comment.text.startswith("必须补正 PB09 ")
    assert copy["填报"]["A1"].comment is None
    told_of = [[(each.rule, each.message) for each in found(path.read_bytes(), clock="2022-04-25")]
               for path in (tmp_path / "P-1.xlsx", tmp_path / "P-1（核查）.xlsx")]
    assert told_of[0] == told_of[1] != []


def test_10_3_marked_copies_are_named_with_their_folders(tmp_path: Path) -> None:
    one = compliant()
    one["整改措施"][cell_of(one, "整改措施", 4, "整改时限")] = "长期坚持"
    for folder in ("甲科", "乙科"):
        write(tmp_path / folder / "P-1.xlsx", saved(one))
    said = invoked("check", tmp_path, "--mark", "--as-of", "2022-04-25").stderr
    assert [line.partition("：")[2] for line in said.splitlines() if "副本" in line] == [
        "乙科/P-1（核查）.xlsx", "甲科/P-1（核查）.xlsx"]


# --- hostile workbooks -------------------------------------------------------------------------------------------


def rezipped(data: bytes, **parts: bytes) -> bytes:
    """A workbook with other parts in it: `sheet1` is the first sheet."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as old, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as new:
        for name in old.namelist():
            new.writestr(name, parts.get(Path(name).stem, old.read(name)))
    return out.getvalue()


def part(data: bytes, stem: str) -> bytes:
    with zipfile.ZipFile(io.BytesIO(data)) as file:
        return file.read(next(name for name in file.namelist() if Path(name).stem == stem))


def bomb(size: int) -> bytes:
    return b"<worksheet><sheetData>" + (b"<row>" + b"<c><v>1</v></c>" * 15 + b"</row>") * (size // 240)


HOSTILE = {
    "a zip bomb": ("IN09", lambda data: rezipped(data, sheet1=b"<worksheet>" + b" " * (900 << 20 >> 4))),
    "too many cells": ("IN09", lambda data: rezipped(data, sheet1=bomb(4 << 20))),
    "entities": ("IN08", lambda data: rezipped(data, sheet1=b'<!DOCTYPE a [<!ENTITY b "' + b"x" * 999 + b'">]>'
                                               b"<worksheet><c><v>&b;&b;</v></c></worksheet>")),
    "broken XML": ("IN03", lambda data: rezipped(data, sheet1=b"<worksheet><sheetData>")),
    "a cell beyond all": ("IN03", lambda data: rezipped(
        data, sheet1=b'<worksheet><sheetData><row r="9999999"><c r="A9999999"><v>1</v></c></row></sheetData>'
                     b"</worksheet>")),
    "a number that is none": ("IN03", lambda data: rezipped(
        data, sheet1=b'<worksheet><sheetData><row r="1"><c r="A1"><v>x</v></c></row></sheetData></worksheet>')),
    "a string that is not there": ("IN03", lambda data: rezipped(
        data, sheet1=b'<worksheet><sheetData><c r="A1" t="s"><v>9999</v></c></sheetData></worksheet>')),
    "cut off": ("IN03", lambda data: data[:len(data) // 2]),
    "no parts": ("IN03", lambda data: rezipped(data, workbook=b"<workbook/>")),
    "an old workbook renamed": ("IN03", lambda data: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(4000)),
    "a control character": ("IN04", lambda data: rezipped(data, sheet1=part(data, "sheet1").replace(
        b"ZHOU MIN", b"ZHOU_x0000_MIN"))),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_10_3_a_hostile_workbook_is_told_within_a_second(tmp_path: Path, name: str) -> None:
    rule, make = HOSTILE[name]
    one = compliant()
    one["填报"][answer(one, "填报人")] = "ZHOU MIN"
    path = tmp_path / "P-1.xlsx"
    write(path, make(saved(one)))
    began = time.process_time()
    said = invoked("check", path, "--format", "json", "--as-of", "2022-04-25", "--no-cache")
    spent = time.process_time() - began
    assert said.exit_code == 1, said.output
    assert [one["rule"] for one in json.loads(said.stdout)["findings"]][:1] == [rule]
    assert spent < 3        # most of it loads the pack


# --- the sample: `UPDATE_GOLDEN=1` makes it anew -----------------------------------------------------------------


def made_again(folder: Path) -> bytes:
    """The form filled in with what `import` takes out of the sample."""
    assert bayang("import", SAMPLE, "--to", folder).returncode == 0
    typed = read((folder / "P-006.yaml").read_bytes(), Limits(), PACK.fields)
    return book(content(PACK, Order(("personal",), "rectification", None), "personal", None, report=typed))


def test_10_1_the_sample_is_a_form_of_today_filled_in(tmp_path: Path) -> None:
    again = made_again(tmp_path)
    if os.environ.get("UPDATE_GOLDEN"):
        SAMPLE.write_bytes(again)
    assert texts(SAMPLE.read_bytes()) == texts(again)


def texts(data: bytes) -> list[tuple[str, dict[tuple[int, int], str]]]:
    return [(one.name, {at: cell.text for at, cell in one.cells.items()}) for one in read_cells(data, Limits())]


@pytest.mark.parametrize("page", ["excel.md", "excel.zh-CN.md"])
def test_10_3_the_cells_that_the_docs_name_are_those_that_are_told(page: str) -> None:
    said = bayang("check", SAMPLE, "--roster", ROOT / "samples/roster.yaml", "--as-of", "2022-08-08", "--format=json")
    cells = [one["cell"] for one in json.loads(said.stdout)["findings"]]
    assert cells == ["问题清单!R5", "整改措施!D4"]
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    assert all(f"`{cell}`" in text for cell in cells)
