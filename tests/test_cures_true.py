"""A cure that is done as it is told mends the file: none names what would break it, and all of it is told at once
(contract §9.8, 9.14).
"""

from __future__ import annotations

from pathlib import Path

import pytest
from making import PACK, found, only

from bayang.engine.authoring.examples import base_report, change
from bayang.engine.output import findings
from bayang.engine.reading.typed import as_typed, in_chinese


def report(base: str, phase: str, sets: dict | None = None, removed: tuple[str, ...] = (), chinese: bool = True) -> str:
    data = base_report(PACK, base, phase)
    change(data, sets or {}, list(removed))
    return as_typed(in_chinese(data, PACK.shapes["personal" if base == "personal" else "unit"]) if chinese else data)


def line_of(text: str, start: str) -> int:
    return next(at for at, line in enumerate(text.split("\n"), 1) if line.startswith(start))


# -- FM02: a field that is there already -----------------------------------------------------------------------------

@pytest.mark.parametrize(("key", "chinese"), [("填写人", True), ("审阅人", True), ("phone", False), ("remarkz", False)])
def test_9_8_a_field_that_is_there_is_not_named_as_the_nearest(key: str, chinese: bool) -> None:
    text = report("personal", "education", {"/filled_by": "林一东", "/reviewed_by": "林二东", "/remarks": "另附笔记"},
                  chinese=chinese)
    one = only(found(f"{text}{key}: 林三东\n"), "FM02")
    for name in ("填报人", "审核人", "phase", "remarks"):
        assert f"“{name}”" not in one.message + one.remedy.replace("写进“备注”", "")


@pytest.mark.parametrize("key", ["填报入", "填报员"])
def test_9_8_a_slip_of_a_field_that_stands_there_empty_is_moved_into_it(key: str) -> None:
    text = report("personal", "education", removed=("/filled_by",)) + f"填报人: \n{key}: 林一东\n"
    line = line_of(text, "填报人")
    one = only(found(text), "FM02")
    assert one.remedy == (f"“填报人”在第 {line} 行已经有了，不要再写一个："
                          f"请把这里的内容移到第 {line} 行的“填报人”里，再删去这里的。")
    assert "改成“填报人”" not in one.remedy
    assert f"“填报人” is in line {line} already" in only(found(text, "en"), "FM02").remedy
    mended = text.replace("填报人: \n", "填报人: 林一东\n").replace(f"{key}: 林一东\n", "")
    assert not any(one.rule.startswith(("IN", "FM")) for one in found(mended))


def test_9_8_a_full_width_colon_between_braces_of_a_field_that_is_there() -> None:
    text = report("personal", "education", removed=("/study",)) \
        + "学习情况:\n- {形式: 主题党日, 形式：集中宣讲, 主题: 学习方案, 日期: 2022-01-14}\n"
    line = line_of(text, "- {形式")
    assert f"“形式”在第 {line} 行已经有了" in only(found(text), "FM02").remedy


# -- FM04: phases by their number or a part of their name ------------------------------------------------------------

@pytest.mark.parametrize(("typed", "meant"), [
    ("整改落实阶段", "监督检查和整改落实"), ("查摆阶段", "调查研究和问题查摆"), ("第三阶段", "监督检查和整改落实"),
    ("第1阶段", "学习教育和动员部署"), ("阶段四", "成果转化和总结提高"), ("学习教育阶段", "学习教育和动员部署"),
    ("总结阶段", "成果转化和总结提高"), ("phase 2", "inspection"),
])
def test_fm04_names_the_phase_that_is_meant(typed: str, meant: str) -> None:
    one = only(found(report("personal", "education", {"/phase": typed})), "FM04")
    assert one.message == f"“所处阶段”填的内容不在可选范围内，最接近的是“{meant}”。"


@pytest.mark.parametrize("typed", ["第五阶段", "2022年3月", "第十一阶段", "阶段", "其他阶段", "研究教育"])
def test_fm04_names_no_phase_where_none_or_several_are_meant(typed: str) -> None:
    assert "最接近的是" not in only(found(report("personal", "education", {"/phase": typed})), "FM04").message


def test_fm04_only_phases_have_numbers() -> None:
    one = only(found(report("department", "education", {"/unit/level": "第二级"})), "FM04")
    assert "最接近的是" not in one.message


# -- IN06: a pointer of Git LFS --------------------------------------------------------------------------------------

def test_a_pointer_tells_office_and_submitter_what_is_theirs() -> None:
    one = only(found("version https://git-lfs.github.com/spec/v1\noid sha256:" + "0" * 64 + "\nsize 12\n"), "IN06")
    assert one.message == "这是版本库里的一个指针文件（“Git LFS”），不是报告本身，报告的内容不在里面。"
    assert one.remedy == ("整理报送文件的，请用“git lfs pull”取回报告，再检查；"
                          "取不回来的，由报送的人重报原来的报告文件，这个指针文件里没有要改的。")


# -- what stands around a name and an ID -----------------------------------------------------------------------------

def test_ph13_quotes_the_field() -> None:
    text = report("personal", "education", removed=("/study",), chinese=False)
    assert only(found(text), "PH13").message == "没有填写“study（学习情况）”。"


def test_the_cells_of_the_table_of_units_do_not_break_ids() -> None:
    style = (Path(findings.__file__).parent / "templates" / "findings.css").read_text(encoding="utf-8")
    assert ".rows th[scope=row], .rows td { overflow-wrap: break-word; }" in style     # `anywhere` would part them


# -- FM06: a list on one line ----------------------------------------------------------------------------------------

def test_9_4_a_list_on_one_line_is_told_how_far_in_its_items_stand() -> None:
    text = report("personal", "education") + "八个方面:\n  实干:\n    逐条对照: shigan-01、shigan-03\n"
    one = only(found(text), "FM06")
    assert one.remedy == ("请把“逐条对照”冒号后面的内容删去，在它下面每项写一行："
                          "行首空 6 格，接着是英文短横线、一个空格和这一项的内容。")
    mended = text.replace(": shigan-01、shigan-03\n", ":\n      - shigan-01\n      - shigan-03\n")
    assert not any(one.rule.startswith(("IN", "FM")) for one in found(mended))


def test_9_4_a_list_on_one_line_between_braces_is_put_in_brackets() -> None:
    text = report("personal", "education") + "八个方面: {实干: {逐条对照: shigan-01、shigan-03}}\n"
    one = only(found(text), "FM06")
    assert one.remedy == (
        "请用一对英文方括号把“逐条对照”的内容括起来，各项之间用英文逗号加一个空格隔开，原有的引号去掉。")
    mended = text.replace("shigan-01、shigan-03", "[shigan-01, shigan-03]")
    assert not any(one.rule.startswith(("IN", "FM")) for one in found(mended))
