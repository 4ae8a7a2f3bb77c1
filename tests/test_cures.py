"""What a finding tells people to do: true for its cause, all of it at once, said once, and with the names of fields as
the report writes them (contract §8.2, 9.4, 9.8, 9.10, 9.14).
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from making import COMPILED, PACK, found, only, report, write
from running import ROOT, invoked

from bayang.engine.authoring.examples import base_report, dump
from bayang.engine.authoring.fragments import unfilled
from bayang.engine.batch.run import Options, run
from bayang.engine.judging.check import Checker, World
from bayang.engine.judging.kinds.kind import TEXT
from bayang.engine.judging.message_guard import MessageFault, check_message
from bayang.engine.output.findings import Setting
from bayang.engine.output.findings.terminal import as_text
from bayang.engine.records import Finding
from bayang.engine.text.messages import Row, render

ID_CARD, BANK_CARD, MOBILE = "11010519491231002X", "4111111111111111", "13800138000"


def write_roster(folder: Path, people: dict[str, str], unit: str = "U-1") -> None:
    """A branch and its people, names by IDs."""
    write(folder / "roster.yaml", dump({
        "units": [{"code": unit, "name": "云岭科", "level": "branch", "head": "沈川"}],
        "people": [{"id": ident, "name": name, "unit": unit} for ident, name in people.items()]}))


# -- 8.1: reports left out as later --------------------------------------------------------------------------------

def waived(folder: Path, phase: str | None, report_phase: str) -> list[str]:
    write(folder / "P-001.yaml", report("personal", report_phase))
    write(folder / "waivers.yaml", dump({"waivers": [
        {"rule": "PB04", "subject": base_report(PACK, "personal", report_phase)["person"]["id"], "reason": "另案",
         "by": "办公室", "until": "2023-12-31"}]}))
    result = run([str(folder)], Options(as_of="2022-08-08", phase=phase))
    return [one.rule for one in result.findings if one.rule == "WV01"]


def test_8_1_a_waiver_of_a_report_left_out_as_later_is_not_unused(tmp_path: Path) -> None:
    assert waived(tmp_path, "inspection", "rectification") == []


def test_8_1_a_waiver_of_a_report_that_was_looked_at_is(tmp_path: Path) -> None:
    assert waived(tmp_path, "rectification", "rectification") == ["WV01"]
    assert waived(tmp_path, None, "rectification") == ["WV01"]


# -- 9.2: private numbers ------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("text", "message"), [
    (f"卡号{BANK_CARD}，身份证{ID_CARD}，手机{MOBILE}", "“备注”里有身份证号码、银行卡号、手机号码。"),
    (f"手机{MOBILE}，身份证{ID_CARD}", "“备注”里有身份证号码、手机号码。"),
    (f"手机{MOBILE}，卡号{BANK_CARD}", "“备注”里有银行卡号、手机号码。"),
    (f"手机{MOBILE}，手机{MOBILE}", "“备注”里有手机号码。"),
])
def test_9_2_all_kinds_of_private_numbers_in_a_text_are_named(text: str, message: str) -> None:
    assert only(found(report("personal", "education", {"/remarks": text})), "TX03").message == message


@pytest.mark.parametrize(("pointer", "is_id"), [
    ("/person/id", True), ("/person/unit", True), ("/person/post", False), ("/remarks", False)])
def test_9_2_in_the_place_of_an_id_the_one_of_the_roster_is_asked_for(pointer: str, is_id: bool) -> None:
    one = only(found(report("personal", "education", {pointer: MOBILE})), "TX03")
    assert ("请把号码删去，在这里填写名册上的编号。" == one.remedy) is is_id


def test_9_2_a_tab_between_groups_of_a_private_number() -> None:
    text = report("personal", "education") + '备注: "手机 138\\t0013\\t8000"\n'
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
    text = report("personal", "inspection", removed=(f"/themes/yanjin/problems/0/{name}",))
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


def test_9_12_a_photograph_is_told_to_be_a_picture(tmp_path: Path) -> None:
    write_roster(tmp_path, {"P-059": "林一东"})
    write(tmp_path / "U-1.yaml", "报告类型: 单位\n")
    write(tmp_path / "P-059.jpg", b"\xff\xd8\xff" + bytes(40))
    result = run([str(tmp_path)], Options(as_of="2022-02-10"))
    [one] = [one for one in result.findings if one.rule == "RO01" and one.subject.id == "P-059"]
    assert "收到的文件 P-059.jpg 是图片，不能当作报告核查" in one.message
    assert one.remedy == "请在填报表（Excel 工作簿或者 .yaml 文件）上填写后重报，只改文件名不能变成报告。"
    assert [(one.file, one.hint) for one in result.ignored] == [("P-059.jpg", "picture"), ("roster.yaml", "other")]


@pytest.mark.parametrize("ending", ["xls", "et", "ods", "xlsx", "csv", "numbers"])
def test_9_12_a_form_saved_in_another_format_is_to_be_saved_as_xlsx(tmp_path: Path, ending: str) -> None:
    """A form that was filled in need not be filled in anew, nor one with a password."""
    write_roster(tmp_path, {"P-059": "林一东"})
    write(tmp_path / f"P-059.{ending}", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(40))
    result = run([str(tmp_path)], Options(as_of="2022-02-10"))
    [one] = [one for one in result.findings if one.rule == "RO01" and one.subject.id == "P-059"]
    assert f"收到的文件 P-059.{ending} 是 Excel 一类的表格，不能当作报告核查" in one.message
    assert one.remedy == ("是填好的填报表，只是加了密码或者存成了别的格式（.xls、.et、.ods 等）的，"
                          "请用原来的程序打开它，不加密码，另存为 .xlsx 工作簿再报（"
                          ".csv 里只有一张表，要打开的是原来的工作簿）；"
                          "不是的，请在填报表（Excel 工作簿或者 .yaml 文件）上填写后重报，"
                          "只改文件名不能变成报告。")


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

def text_of(path: Path, text: str, clock: str) -> str:
    return "".join(as_text(run([str(write(path, text))], Options(as_of=clock)), Setting(COMPILED)))


def test_9_13_the_repair_of_many_slips_of_a_file_is_printed_once(tmp_path: Path) -> None:
    text = report("personal", "rectification")
    shown = text_of(tmp_path / "P-001.yaml", text.replace(": ", "："), "2022-08-08")
    assert shown.count("IN05") > 10
    assert shown.count("请照说明改正；其余内容已照改好的样子核查过") == 1
    assert shown.count("补正：同上一处。") >= 10


def test_9_14_the_repair_of_silent_themes_is_printed_once_and_each_has_its_own_lines(tmp_path: Path) -> None:
    text = report("personal", "inspection", removed=("/themes/douzheng", "/themes/lianjie", "/themes/yanjin"))
    shown = text_of(tmp_path / "P-001.yaml", text, "2022-05-08")
    assert shown.count("CV01") == 3
    assert shown.count("查出问题的，请照填报表填写问题清单") == 1
    for theme in ("斗争", "廉洁", "严谨"):
        assert shown.count(f"\n  {theme}:\n    未发现问题:\n      排查方式:\n      依据:\n") == 1


# -- what the tool writes ------------------------------------------------------------------------------------------

def test_9_2_a_form_made_from_the_roster_shows_no_private_number(tmp_path: Path) -> None:
    write_roster(tmp_path, {MOBILE: "林一东", "P-2": f"林二东{MOBILE}"})
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


# -- which of several faults it is (contract §8.2, 9.10) -----------------------------------------------------------

def of_unit(folder: Path, collected: dict | None, chinese: bool) -> list[Finding]:
    """What RO06 says of a branch with two people, neither of whom has filed."""
    write(folder / "b.yaml", report("branch", "inspection", {"/collected": collected} if collected else {},
                                    [] if collected else ["/collected"], chinese))
    write_roster(folder, {"P-0": "林一东", "P-1": "林二东"}, "U-001")
    return [one for one in run([str(folder)], Options(as_of="2022-05-08")).findings if one.rule == "RO06"]


@pytest.mark.parametrize(("chinese", "due", "received"), [
    (True, "应报", "实报"), (False, "due", "received")])
def test_ro06_says_of_a_figure_that_it_differs(tmp_path: Path, chinese: bool, due: str, received: str) -> None:
    first, second = of_unit(tmp_path, {"due": 5, "received": 1}, chinese)
    assert first.message == f"“{due}”与名册不符，名册上本单位应报个人报告 2 份。"
    assert first.remedy.startswith(f"请按名册和本单位收到的个人报告核对，把“{due}”改成 2：应报是")
    assert second.message == f"“{received}”与实际不符，到本报告的填报日期，本单位写到这一阶段的个人报告有 0 份。"
    assert second.remedy.startswith(f"请按名册和本单位收到的个人报告核对，改正“{received}”：应报是")


def test_ro06_of_who_has_filed_is_not_judged_where_nobody_can_tell(tmp_path: Path) -> None:
    """P-0.yaml holds the ID of P-1: whose of the two it is, and whether the other has filed, nobody can tell."""
    write(tmp_path / "P-0.yaml", report("personal", "inspection", {
        "/person/id": "P-1", "/person/name": "林二东", "/person/unit": "U-001", "/submitted": "2022-04-10"}))
    assert [one.hint for one in of_unit(tmp_path, {"due": 2, "received": 1}, False)] == []
    result = run([str(tmp_path)], Options(as_of="2022-05-08"))
    assert [(one.file, one.pointer, one.reason) for one in result.not_assessed if one.rule == "RO06"] == [
        ("b.yaml", "/collected/received", "type")]
    (tmp_path / "P-0.yaml").rename(tmp_path / "P-1.yaml")
    [one] = of_unit(tmp_path, {"due": 2, "received": 2}, False)
    assert "本单位写到这一阶段的个人报告有 1 份" in one.message


@pytest.mark.parametrize(("chinese", "due", "received"), [
    (True, "应报", "实报"), (False, "due（应报）", "received（实报）")])
def test_ro06_says_of_a_figure_that_it_is_missing(tmp_path: Path, chinese: bool, due: str, received: str) -> None:
    [one] = of_unit(tmp_path, {"received": 0}, chinese)
    assert one.message == f"没有填写“{due}”，名册上本单位应报个人报告 2 份。"
    assert one.remedy.startswith(f"请按名册和本单位收到的个人报告核对，填写“{due}”：")
    [one] = of_unit(tmp_path, {"due": 2}, chinese)
    assert one.message == f"没有填写“{received}”，到本报告的填报日期，本单位写到这一阶段的个人报告有 0 份。"


def test_ro06_says_that_both_figures_are_missing(tmp_path: Path) -> None:
    [one] = of_unit(tmp_path, None, False)
    assert one.message == "没有填写“collected（个人清单汇总）”，名册上本单位应报个人报告 2 份。"
    assert one.remedy.startswith("请按名册和本单位收到的个人报告核对，填写其中的应报和实报：")
    assert one.insert and one.insert.text == "collected:\n  due: \n  received: "
    assert one.remedy.endswith(
        "“collected:”（行首不空格）、“due: ”（行首空 2 格）、“received: ”（行首空 2 格）；冒号后面空一格再填。")


def test_ro06_says_in_which_order_it_is_typed_with_others(tmp_path: Path) -> None:
    """What the batch asks for is no other than what the report itself asks for."""
    def of(*left_out: str) -> dict[str, Finding]:
        write(tmp_path / "b.yaml", report("branch", "inspection", removed=("/collected", *left_out)))
        return {one.rule: one for one in run([str(tmp_path)], Options(as_of="2022-05-08")).findings if one.insert}

    of_unit(tmp_path, None, True)       # and its roster
    assert "最后一处" not in of()["RO06"].remedy
    order = "要加好几处的，从最后一处加起；同一行后面同样的几行只加一次。"
    two = of("/contact/phone")
    assert sorted(two) == ["OR04", "RO06"]
    assert [one.remedy.count(order) for one in two.values()] == [1, 1]
    three = of("/contact/phone", "/column/location")
    assert [one.remedy.count(order) for one in three.values()] == [1, 1, 1]
    assert all(one.insert and one.insert.several for one in three.values())


# -- names of fields in quotation marks, each by itself ------------------------------------------------------------

# what a message says, not what is to be typed as it stands
NAMES = re.compile(r"(?<!“)\{\{ *(?:missing|field|places|themes|[a-z_]+\.field|one|other) *\}\}(?!”)")
TYPED = re.compile(r"写成 \{\{ field \}\}:|written as \{\{ field \}\}:")
FAMILIES = sorted((ROOT / "rules/families").glob("*.yaml"))


@pytest.mark.parametrize("path", FAMILIES, ids=lambda path: path.stem)
def test_no_name_of_a_field_stands_bare(path: Path) -> None:
    assert not NAMES.findall(TYPED.sub("", path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(("removed", "rule", "chinese", "zh", "en"), [
    ("/column/location /column/opened", "ME11", True, "活动专栏没有填全，缺少“位置”、“开设日期”。",
     "The column is not reported in full; missing “位置”, “开设日期”."),
    ("/column/location", "ME11", False, "活动专栏没有填全，缺少“location（位置）”。",
     "The column is not reported in full; missing “location（位置）”."),
    ("/contact/phone", "OR04", True, "联系人信息没有填全，缺少“办公电话”。",
     "The contact is not complete; missing “办公电话”."),
    ("/research/report/date", "PH21", True, "调研报告没有填全，缺少“日期”。",
     "The research report is not reported in full; missing “日期”."),
    ("/incentives/tolerance", "ME61", True, "考核激励没有填全，“容错纠错”缺少“文号”、“日期”。",
     "The incentives are not reported in full; “容错纠错” lacks “文号”, “日期”."),
])
def test_each_name_of_several_is_quoted(removed: str, rule: str, chinese: bool, zh: str, en: str) -> None:
    text = report("bureau", "consolidation", removed=tuple(removed.split()), chinese=chinese)
    assert [one.message for one in found(text) if one.rule == rule][0] == zh
    assert [one.message for one in found(text, "en") if one.rule == rule][0] == en


def test_a_rule_of_ones_own_may_quote_names() -> None:
    row = Row(["题目", "日期"], "zh")
    assert render("缺少{{ missing|quoted }}。", {"missing": row}) == "缺少“题目”、“日期”。"
    assert render("缺少{{ missing }}。", {"missing": row}) == "缺少题目、日期。"
    assert render("“{{ field }}”或{{ field|quoted }}", {"field": "日期"}) == "“日期”或“日期”"
    check_message("{{ missing|quoted }}{% if missing|quoted == missing %}x{% endif %}", {"missing": TEXT})
    with pytest.raises(MessageFault):
        check_message("{{ missing|quoted|upper }}", {"missing": TEXT})
    with pytest.raises(MessageFault):
        check_message("{{ count|quoted }}", {"count": "number"})


@pytest.mark.parametrize(("language", "shown"), [("zh", "“甲”、“乙”等"), ("en", "“甲”, “乙” and others")])
def test_that_there_are_more_is_told(language: str, shown: str) -> None:
    assert render("{{ names|quoted }}", {"names": Row(["甲", "乙"], language, more=True)}) == shown


# -- names of fields in a report in English keys -------------------------------------------------------------------

REPORT = """\
report: personal
plan: bayang-bazhi
phase: rectification
submitted: 2022-07-20
person: {id: DL-003, name: 张三, unit: DL}
themes:
  shigan:
    problems:
      - id: SG-01
        measures:
          - {action: 建立咨询登记本, owner: 张三, due: 2022-06-30}
"""
CHINESE = """\
报告类型: 个人
活动方案: 八扬八治
所处阶段: 监督检查和整改落实
填报日期: 2022-07-20
个人: {人员编号: DL-003, 姓名: 张三, 单位编号: DL}
"""


def test_a_remedy_names_fields_by_their_keys_where_the_report_has_keys() -> None:
    wanted = "请在“{}”中填写参加过的学习活动"
    assert only(found(REPORT), "PH13").remedy.startswith(wanted.format("study（学习情况）"))
    assert only(found(CHINESE), "PH13").remedy.startswith(wanted.format("学习情况"))


def test_what_is_told_as_the_nearest_is_not_asked_for() -> None:
    listed = found(REPORT.replace("due:", "整改完成时间:"))
    assert "最接近的是“整改时限”" in only(listed, "FM02").message
    assert not [one for one in listed if one.rule == "PB08"]


def test_a_nearest_key_is_named_as_it_is_to_be_typed() -> None:
    """Nobody types “due（整改时限）”."""
    remedy = only(found(REPORT.replace("due:", "整改完成时间:")), "FM02").remedy
    assert "如果就是“整改时限”，请照此改写字段名" in remedy and "“remarks（备注）”" in remedy
    assert "“closed（" not in "".join(one.remedy for one in found(REPORT))      # a value is no field


# -- what is told of a date that can't be read asks for what the field takes ---------------------------------------

SAMPLES = {"2022-04-30", "2022-03", "2022-Q1", "2022-H1"}


@pytest.mark.parametrize(("given", "sample"), [
    ({"activities": [{"form": "动员大会", "title": "动员", "date": "2022年1月"}]}, "2022-04-30"),    # a month is no day
    ({"cadence": {"monthly": [{"month": "春天", "theme": "纪律"}]}}, "2022-03"),
    ({"cadence": {"quarterly": [{"quarter": "春天", "date": "2022-04-08"}]}}, "2022-Q1"),
    ({"cadence": {"half_yearly": [{"half": "春天", "date": "2022-07-08"}]}}, "2022-H1"),
])
def test_the_sample_of_what_is_no_date_is_one_for_this_field(given: dict[str, object], sample: str) -> None:
    text = dump(base_report(PACK, "bureau", "education") | given)
    for language in ("zh", "en"):
        remedy = only(found(text, language), "FM05").remedy
        assert {one for one in SAMPLES if one in remedy.replace("2022-04-30", "" if one != "2022-04-30" else one)} == {
            sample}


# -- a key with a character wrong is told once (contract §9.8) -----------------------------------------------------

@pytest.mark.parametrize(("base", "key", "typed", "nearest", "rule", "pointer"), [
    ("personal", "  斗争:", "  斗挣:", "斗争", "CV01", "/themes/douzheng"),
    ("branch", "  - 措施:", "  - 措拖:", "措施", "PB08", "/themes/dandang/problems/0/measures/0/action"),
    ("branch", "\n单位:", "\n单拉:", "单位", "FM01", "/unit"),
])
def test_9_8_a_short_name_with_a_wrong_character_is_fm02_alone(base: str, key: str, typed: str, nearest: str,
                                                              rule: str, pointer: str) -> None:
    text = report(base, "rectification")
    assert key in text
    result = Checker(COMPILED, World("2023-01-15")).check(text.replace(key, typed, 1).encode(), "x.yaml")
    assert [(one.rule, one.message) for one in result.findings] == [
        ("FM02", f"这一行的字段名不是此处应有的字段，最接近的是“{nearest}”。")]
    assert (rule, pointer, "slip") in {(one.rule, one.pointer, one.reason) for one in result.not_assessed}


# -- a name with something written around it is that field (contract §9.8) -----------------------------------------

SAMPLE = (ROOT / "samples/苇江分局/整改落实/P-008.yaml").read_text(encoding="utf-8")


@pytest.mark.parametrize(("typed", "right", "line"), [
    ("八个方面（见附件）:", "八个方面:", 15),           # the remark names another field that is missing
    ("  扬实干治空喊:", "  实干:", 16),                # the plan's own title of the theme
    ("  一、实 干:", "  实干:", 16),
    ("责 任 人: 江", "责任人: 江", 29),
    ("        整改目标和要求:", "        整改目标:", 27),
    ("个人自我剖析材料:", "自我剖析:", 10),
])
def test_9_8_a_name_with_more_around_it_is_one_finding(typed: str, right: str, line: int) -> None:
    before = {one.rule for one in found(SAMPLE)}
    [new] = [one for one in found(SAMPLE.replace(right, typed, 1)) if one.rule not in before]
    assert (new.rule, new.line) == ("FM02", line)
    assert f"最接近的是“{right.partition(':')[0].strip()}”" in new.message


def test_9_8_two_names_in_one_are_neither() -> None:
    """Both are still asked for."""
    lines = [line for line in SAMPLE.splitlines(keepends=True) if "典型事例:" not in line]
    text = "".join(lines).replace("问题表现:", "问题表现及典型事例:")
    assert {"PB01", "PB04", "FM02"} <= {one.rule for one in found(text)}
