"""What a finding tells people to do: true for its cause, all of it at once, and said once (contract §8.2, 9.4, 9.8,
9.14).
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from making import COMPILED, PACK, found, only
from running import invoked

from bayang.engine.authoring.examples import base_report, change, dump
from bayang.engine.authoring.fragments import unfilled
from bayang.engine.batch.run import Options, run
from bayang.engine.output.findings import Setting
from bayang.engine.output.findings.terminal import as_text
from bayang.engine.reading.typed import as_typed, in_chinese

ID_CARD, BANK_CARD, MOBILE = "11010519491231002X", "4111111111111111", "13800138000"


def report(base: str, phase: str, sets: dict | None = None, removed: tuple[str, ...] = ()) -> str:
    data = base_report(PACK, base, phase)
    change(data, sets or {}, list(removed))
    return dump(data).decode()


# -- 8.1: reports left out as later --------------------------------------------------------------------------------

def waived(folder: Path, phase: str | None, report_phase: str) -> list[str]:
    (folder / "P-001.yaml").write_text(report("personal", report_phase), encoding="utf-8")
    (folder / "waivers.yaml").write_text(yaml.safe_dump({"waivers": [
        {"rule": "PB04", "subject": base_report(PACK, "personal", report_phase)["person"]["id"], "reason": "另案",
         "by": "办公室", "until": "2023-12-31"}]}, allow_unicode=True), encoding="utf-8")
    result = run([str(folder)], Options(as_of="2022-08-08", phase=phase))
    return [one.rule for one in result.findings if one.rule == "WV01"]


def test_8_1_a_waiver_of_a_report_left_out_as_later_is_not_unused(tmp_path: Path) -> None:
    assert waived(tmp_path, "inspection", "rectification") == []


def test_8_1_a_waiver_of_a_report_that_was_looked_at_is(tmp_path: Path) -> None:
    assert waived(tmp_path, "rectification", "rectification") == ["WV01"]
    assert waived(tmp_path, None, "rectification") == ["WV01"]


# -- 9.2: private numbers ------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("text", "message"), [
    (f"卡号{BANK_CARD}，身份证{ID_CARD}，手机{MOBILE}", "“remarks”里有身份证号码、银行卡号、手机号码。"),
    (f"手机{MOBILE}，身份证{ID_CARD}", "“remarks”里有身份证号码、手机号码。"),
    (f"手机{MOBILE}，卡号{BANK_CARD}", "“remarks”里有银行卡号、手机号码。"),
    (f"手机{MOBILE}，手机{MOBILE}", "“remarks”里有手机号码。"),
])
def test_9_2_all_kinds_of_private_numbers_in_a_text_are_named(text: str, message: str) -> None:
    assert only(found(report("personal", "education", {"/remarks": text})), "TX03").message == message


@pytest.mark.parametrize(("pointer", "is_id"), [
    ("/person/id", True), ("/person/unit", True), ("/person/post", False), ("/remarks", False)])
def test_9_2_in_the_place_of_an_id_the_one_of_the_roster_is_asked_for(pointer: str, is_id: bool) -> None:
    one = only(found(report("personal", "education", {pointer: MOBILE})), "TX03")
    assert ("请把号码删去，在这里填写名册上的编号。" == one.remedy) is is_id


def test_9_2_a_tab_between_groups_of_a_private_number() -> None:
    text = report("personal", "education") + 'remarks: "手机 138\\t0013\\t8000"\n'
    assert only(found(text), "TX03").hint == "mobile"


# -- repairs that are true for the cause ---------------------------------------------------------------------------

def test_a_date_that_is_told_to_be_later_than_today_has_no_example_of_another_phase() -> None:
    one = only(found(report("personal", "consolidation", {"/submitted": "2022-12-20"}), clock="2022-12-01"), "ID02")
    assert one.remedy == "请核对年份和月份，改成实际报送的那一天。"


@pytest.mark.parametrize(("name", "repair"), [
    ("id", "请补填“编号”：自定一个编号，如 SG-01，定了以后不再改。"),
    ("fact", "请补填“问题表现”：写具体的事。"),
    ("cause", "请补填“思想根源”：从思想上找原因。"),
    ("measures", "请补填“整改措施”：至少一条，写明措施、责任人、整改时限。"),
])
def test_a_missing_field_is_explained_and_no_other(name: str, repair: str) -> None:
    data = base_report(PACK, "personal", "inspection")
    del data["themes"]["yanjin"]["problems"][0][name]
    text = as_typed(in_chinese(data, PACK.shapes["personal"]))
    assert only(found(text), "PB01").remedy.startswith(repair)


@pytest.mark.parametrize(("begin", "hint", "wanted", "unwanted"), [
    (b"\xff\xd8\xff", "image", "请在填报表上填写后重报", "记事本"),
    (b"\x89PNG\r\n\x1a\n", "image", "请在填报表上填写后重报", "记事本"),
    (b"PK\x03\x04word/", "word", "用填好的这一份代替现在的文件", "图片"),
])
def test_what_a_file_of_another_kind_is_told(begin: bytes, hint: str, wanted: str, unwanted: str) -> None:
    [one] = found(begin + bytes(40))
    assert (one.rule, one.hint) == ("IN03", hint)
    assert wanted in one.remedy and unwanted not in one.remedy


def test_a_pointer_of_git_lfs_is_not_told_to_fill_in_a_form() -> None:
    [one] = found("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n")
    assert (one.rule, one.hint) == ("IN06", "pointer")
    assert "填报表" not in one.remedy


def test_9_12_a_photograph_is_told_to_be_a_picture(tmp_path: Path) -> None:
    (tmp_path / "roster.yaml").write_text(yaml.safe_dump({
        "units": [{"code": "U-1", "name": "云岭科", "level": "department", "head": "沈川"}],
        "people": [{"id": "P-059", "name": "林一东", "unit": "U-1"}]}, allow_unicode=True), encoding="utf-8")
    (tmp_path / "U-1.yaml").write_text("报告类型: 单位\n", encoding="utf-8")
    (tmp_path / "P-059.jpg").write_bytes(b"\xff\xd8\xff" + bytes(40))
    result = run([str(tmp_path)], Options(as_of="2022-02-10"))
    [one] = [one for one in result.findings if one.rule == "RO01" and one.subject.id == "P-059"]
    assert "收到的文件 P-059.jpg 是图片，不能当作报告核查" in one.message
    assert one.remedy == "请在填报表（Excel 工作簿或者 .yaml 文件）上填写后重报，只改文件名不能变成报告。"
    assert [(one.file, one.hint) for one in result.ignored] == [("P-059.jpg", "picture"), ("roster.yaml", "other")]


# -- all of it in one round ----------------------------------------------------------------------------------------

def test_in07_tells_all_repeated_keys_in_one_round() -> None:
    text = "报告类型: 个人\n" \
        "个人:\n  姓名: 林一东\n  职务: 科员\n  姓名: 林一东\n  职务: 科员\n报告类型: 个人\n附件: {a: 1, a: 2}\n"
    [one] = found(text)
    assert (one.rule, one.line, one.column) == ("IN07", 5, 3)
    assert one.message == "".join(f"同一个字段写了两次：第 {first} 行和第 {second} 行。"
                                  for first, second in ((3, 5), (4, 6), (1, 7), (8, 8)))
    assert found(text, language="en")[0].message.startswith(
        "The same field is given twice, in line 3 and in line 5. The same field is given twice, in line 4")


def test_in07_tells_all_fields_of_a_map_that_have_both_names() -> None:
    [one] = found("报告类型: 个人\n活动方案: 八扬八治\nreport: personal\nplan: bayang-bazhi\n")
    assert one.message == ("同一个字段用中文名和英文名各写了一次：第 1 行和第 3 行。"
                           "同一个字段用中文名和英文名各写了一次：第 2 行和第 4 行。")


def test_in07_of_many_tells_twenty_and_the_number_of_the_rest() -> None:
    [one] = found("".join(f"k{number}: 1\n" for number in range(30)) * 2)
    assert one.message.count("同一个字段写了两次") == 20
    assert one.message.endswith("这样的还有 10 处，不再一一列出。")


# -- said once -----------------------------------------------------------------------------------------------------

def text_of(folder: Path, name: str, text: str, clock: str) -> str:
    (folder / name).write_text(text, encoding="utf-8")
    return "".join(as_text(run([str(folder / name)], Options(as_of=clock)), Setting(COMPILED)))


def test_9_13_the_repair_of_many_slips_of_a_file_is_printed_once(tmp_path: Path) -> None:
    text = as_typed(in_chinese(base_report(PACK, "personal", "rectification"), PACK.shapes["personal"]))
    shown = text_of(tmp_path, "P-001.yaml", text.replace(": ", "："), "2022-08-08")
    assert shown.count("IN05") > 10
    assert shown.count("请照上面说的改正；其余内容已照改好的样子核查过") == 1
    assert shown.count("补正：同上一处。") >= 10


def test_9_14_the_repair_of_silent_themes_is_printed_once_and_each_has_its_own_lines(tmp_path: Path) -> None:
    data = base_report(PACK, "personal", "inspection")
    for theme in ("douzheng", "lianjie", "yanjin"):
        del data["themes"][theme]
    shown = text_of(tmp_path, "P-001.yaml", as_typed(in_chinese(data, PACK.shapes["personal"])), "2022-05-08")
    assert shown.count("CV01") == 3
    assert shown.count("查出问题的，请照填报表填写问题清单") == 1
    for theme in ("斗争", "廉洁", "严谨"):
        assert shown.count(f"\n  {theme}:\n    未发现问题:\n      排查方式:\n      依据:\n") == 1


# -- what the tool writes ------------------------------------------------------------------------------------------

def test_9_2_a_form_made_from_the_roster_shows_no_private_number(tmp_path: Path) -> None:
    (tmp_path / "roster.yaml").write_text(yaml.safe_dump({
        "units": [{"code": "U-1", "name": "云岭科", "level": "department", "head": "沈川"}],
        "people": [{"id": MOBILE, "name": "林一东", "unit": "U-1"},
                   {"id": "P-2", "name": f"林二东{MOBILE}", "unit": "U-1"}]}, allow_unicode=True), encoding="utf-8")
    made = invoked("new", "personal", "--roster", tmp_path / "roster.yaml", "--to", tmp_path / "forms")
    assert made.exit_code == 0
    forms = sorted((tmp_path / "forms").rglob("*.yaml"))
    assert len(forms) == 2
    assert all(MOBILE not in f"{form}{form.read_text(encoding='utf-8')}" for form in forms)


def test_the_ways_of_a_repair_stand_apart_where_no_report_chooses() -> None:
    repair = unfilled(PACK.rules["PB01"].remedy["zh"])
    assert repair.startswith("请补填“…”：自定一个编号，如 SG-01，定了以后不再改 / 写表现的编号")
    assert repair.endswith(" / 写具体的事 / 从思想上找原因 / 至少一条，写明措施、责任人、整改时限。")


@pytest.mark.parametrize(("typed", "meant"), [("群众", "群众反映"), ("巡察", "巡察审计"), ("上级点", "上级点明")])
def test_a_piece_of_a_listed_value_is_told_which_one_it_is_of(typed: str, meant: str) -> None:
    text = report("personal", "inspection", {"/themes/yanjin/problems/0/source": typed})
    assert f"最接近的是“{meant}”" in only(found(text), "FM04").message
