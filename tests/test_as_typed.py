"""9.1, 9.7 and 9.18: every text as it was typed, what is spared, and characters that are made of several."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree
from making import PACK
from running import invoked

from bayang.engine.judging.check import Checker, World
from bayang.engine.judging.compile import Compiled
from bayang.engine.judging.results import FileResult
from bayang.engine.judging.telling import Style
from bayang.engine.reading.intake import read
from bayang.engine.reading.scalars import bare_texts, typed_texts
from bayang.engine.records import Unreadable
from bayang.engine.text.wording import unseen, visible, width

HEAD = """\
报告类型: 个人
活动方案: 八扬八治
所处阶段: 学习教育和动员部署
填报日期: 2022-01-24
个人: {人员编号: P0203, 姓名: 何静, 单位编号: U02, 职务: 二级主任科员, 党员: 否}
填报人: 何静
审核人: 赵立新
学习情况:
  - {形式: 集中宣讲, 主题: 作风建设专题辅导, 日期: 2021-12-24}
"""
MOBILE, CARD = "13800138000", "11010519491231002X"


def look(compiled: Compiled, text: str, values: bool = False, language: str = "zh") -> FileResult:
    result = Checker(compiled, World("2022-12-31"), Style(language, values)).check(text.encode(), "a.yaml")
    assert result.crashes == []
    return result


def found(result: FileResult, *rules: str) -> list[tuple[str, int, int, str | None]]:
    wanted = rules or ("TX01", "TX03", "TX05", "TX07", "TX08")
    return [(one.rule, one.line, one.column, one.pointer) for one in result.findings if one.rule in wanted]


def test_what_is_searched_at_once_is_what_is_shown_place_by_place() -> None:
    files = [one for folder in ("slips", "compliant") for one in (Path(__file__).parent / folder).rglob("*.yaml")]
    met, odd = 0, f"{HEAD}备注: [{{甲: [乙, '  ', ~], 丙: {{形式: 丁}}}}]\n八个方面: {{实干: 没有, 戊: {{己: 庚}}}}\n"
    for data in [odd.encode(), *(one.read_bytes() for one in files)]:
        for shape in PACK.shapes.values():
            try:
                root = read(data)
            except Unreadable:
                continue
            assert sorted(bare_texts(root, shape)) == sorted(one.text for one in typed_texts(root, shape))
            met += 1
    assert met > 20


# --- 9.1 ------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("typed", "expected"), [
    (f"备注:\n  - 电话{MOBILE}\n  - 找XX单位\n  - 好\n", [("TX03", 11, 5, "/remarks/0"),
                                                        ("TX01", 12, 5, "/remarks/1")]),
    (f"备注:\n  甲: 电话{MOBILE}\n", [("TX03", 11, 3, "/remarks")]),
    (f"身份证号: {CARD}\n", [("TX03", 10, 1, "")]),
    (f"其他:\n  - 甲\n  - {{乙: [{CARD}]}}\n", [("TX03", 12, 10, "")]),
    (f"{MOBILE}: 甲\n", [("TX03", 10, 1, "")]),
    (f"{MOBILE}: {MOBILE}\n", [("TX03", 10, 1, "")]),
    (f"备 注: 电话{MOBILE}\n", [("TX03", 10, 1, "")]),
    (f"补正日期: {MOBILE}\n", [("TX03", 10, 1, "/corrected")]),
    ("补正日期: 2022年X月X日\n", [("TX01", 10, 1, "/corrected")]),
    ("附件: 学习东发[2021]3号\n", [("TX05", 10, 1, "/attachments")]),
    ("附件:\n  - {甲: 锟斤拷}\n", [("TX07", 11, 6, "/attachments/0")]),
    ("附件: {甲: 走\u2060访}\n", [("TX08", 10, 6, "/attachments")]),
    (f"组织生活: 电话{MOBILE}\n", [("TX03", 10, 1, "/organisation_life")]),
    ("备注: 无\n附件: []\n自我剖析: {自己: }\n", []),
])
def test_9_1_every_text_as_typed_at_its_own_line(compiled: Compiled, typed: str,
                                                 expected: list[tuple[str, int, int, str]]) -> None:
    assert found(look(compiled, HEAD + typed)) == expected


def test_9_1_a_due_that_is_no_date_is_looked_at_beside_pb09(compiled: Compiled) -> None:
    text = HEAD.replace("学习教育和动员部署", "调查研究和问题查摆") + f"""\
八个方面:
  实干:
    问题清单:
      - 编号: 1
        整改措施:
          - {{措施: 甲, 责任人: 乙, 整改时限: 待填}}
          - {{措施: 甲, 责任人: 乙, 整改时限: 打{MOBILE}问}}
    逐条对照: 全部
"""
    due = "/themes/shigan/problems/0/measures/{}/due"
    assert found(look(compiled, text), "PB09", "TX01", "TX03") == [
        ("PB09", 15, 29, due.format(0)), ("TX01", 15, 29, due.format(0)),
        ("PB09", 16, 29, due.format(1)), ("TX03", 16, 29, due.format(1))]


@pytest.mark.parametrize(("typed", "field"), [
    ("出生地: XX县\n", "第 10 行"), ("审核 人: XX县\n", "审核 人"), ("备注: {甲: XX县}\n", "备注"),
])
def test_9_1_a_key_is_named_only_if_it_may_be(compiled: Compiled, typed: str, field: str) -> None:
    [one] = [one for one in look(compiled, HEAD + typed).findings if one.rule == "TX01"]
    assert one.message.startswith(f"“{field}”里还有")
    assert one.pointer == {"审核 人": "/审核 人", "备注": "/remarks"}.get(field, "")


@pytest.mark.parametrize("typed", [
    f"身份证号: {CARD}\n", f"证件:\n  - 甲\n  - {{乙: {CARD[:6]} {CARD[6:14]} {CARD[14:]}}}\n", f"{MOBILE}: \n",
    f"手机{MOBILE}: 甲\n"])
@pytest.mark.parametrize(("language", "word"), [("zh", "备注"), ("en", "remarks")])
def test_9_1_fm02_never_sends_a_private_number_to_the_remarks(compiled: Compiled, typed: str, language: str,
                                                             word: str) -> None:
    result = look(compiled, HEAD + typed, language=language)
    [remedy] = [one.remedy for one in result.findings if one.rule == "FM02"]
    assert word not in remedy and "{" not in remedy
    assert [one.rule for one in result.findings if one.rule == "TX03"] == ["TX03"]
    other = look(compiled, HEAD + "籍贯: 云岭市\n", language=language)
    assert word in next(one.remedy for one in other.findings if one.rule == "FM02")


def test_9_1_the_contact_s_telephone_may_still_be_a_mobile(compiled: Compiled) -> None:
    unit = """\
报告类型: 单位
活动方案: 八扬八治
所处阶段: 学习教育和动员部署
填报日期: 2022-01-24
单位: {单位编号: U02, 单位名称: 大气科, 层级: 科室单位}
"""
    for phone, expected in ((MOBILE, []), ("138-0013-8000", []), (f"[{MOBILE}]", []), (CARD, ["TX03"])):
        result = look(compiled, unit + f"联系人: {{姓名: 钱小雨, 办公电话: {phone}}}\n")
        assert [one.rule for one in result.findings if one.rule == "TX03"] == expected
    text = unit + f"学习教育:\n  - {{形式: 宣讲, 日期: 2021-12-24, 参加人数: {MOBILE}}}\n"
    assert found(look(compiled, text), "TX03") == [("TX03", 7, 30, "/activities/0/attendance")]


@pytest.mark.parametrize("typed", [
    "八个方面: 廉洁方面XX收了红包\n", "八个方面:\n  - 廉洁: XX收了红包\n",
    "八个方面:\n  廉洁纪律: {问题: XX收了红包}\n",
    "廉洁: {问题: XX收了红包}\n", "八个方面:\n  廉洁: {问题清单: [{问题表现: {甲: XX收了红包}}]}\n",
])
def test_9_1_what_may_be_of_a_theme_that_is_never_shown_is_not(compiled: Compiled, typed: str) -> None:
    result = look(compiled, HEAD + typed, values=True)
    assert [one.rule for one in result.findings if one.rule == "TX01"] == ["TX01"]
    assert not any("红包" in one.message + one.remedy for one in result.findings)


# --- 9.7 ------------------------------------------------------------------------------------------

@pytest.mark.parametrize("text", [
    "走访××公司和某某企业", "××路与某某街交口", "某某小区、××村、××镇、某某乡",
    "某某县××市××区", "××厂、××酒店、某某餐饮",
    "学习《XX市条例》", "读《论XX的作风》", "参加“XX行动”", "回访王某某",
])
def test_9_7_what_hides_a_name_on_purpose_is_no_placeholder(compiled: Compiled, text: str) -> None:
    assert found(look(compiled, HEAD + f"备注: {text}\n"), "TX01") == []


@pytest.mark.parametrize("text", [
    "走访XX公司", "走访××科室", "某某某路", "《XX》", "学习“XX”", "群众说“找XX办事，要等”", "《条例》XX《办法》",
    "《XX市",
    "×××村", "说到“以XX为世”",
])
def test_9_7_other_placeholders_are(compiled: Compiled, text: str) -> None:
    assert found(look(compiled, HEAD + f"备注: {text}\n"), "TX01") == [("TX01", 10, 1, "/remarks")]


@pytest.mark.parametrize(("line", "cut"), [
    ("所处阶段: 学习教育和动员部署 # 第一阶段", False), ("填报日期: 2022-01-24 # 补", False),
    ("填报日期: 2022.1.24 # 补", False), ("补正日期: # 还没有", True), ("备注: 学习 #3号文", True),
    ("填报日期: 月底 # 补", True),
    ("附件: [a.pdf] # 两份", False),
])
def test_9_7_fm07_spares_a_value_that_was_read_whole(compiled: Compiled, line: str, cut: bool) -> None:
    key = line.split(":")[0]
    lines = [one for one in HEAD.splitlines() if not one.startswith(key)]
    result = look(compiled, "\n".join([*lines, line, ""]))
    assert [one.rule for one in result.findings if one.rule == "FM07"] == ["FM07"] * cut


def test_9_7_fm07_spares_an_id_a_count_and_a_listed_value(compiled: Compiled) -> None:
    text = """\
报告类型: 单位 # 不是个人
活动方案: 八扬八治
所处阶段: 学习教育和动员部署
填报日期: 2022-01-24
单位:
  单位编号: U02 # 见名册
  单位名称: 大气科 # 原名
  层级: 科室单位 # 不是分局
学习教育:
  - 形式: 动员大会
    日期: 2021-12-24
    参加人数: 46 # 人
"""
    assert found(look(compiled, text), "FM07") == [("FM07", 7, 3, "/unit/name")]


@pytest.mark.parametrize(("action", "vague"), [
    ("修好水泵", False), ("换新灯", False), ("查台账", False), ("加强学习", True), ("切实提高", True),
    ("进一步加强管理", True), ("修好了泵", False), ("加强夜间巡查并逐户登记噪声", False),
])
def test_9_7_pb15_needs_a_word_of_its_list(compiled: Compiled, action: str, vague: bool) -> None:
    text = HEAD.replace("学习教育和动员部署", "调查研究和问题查摆") + f"""\
八个方面:
  实干:
    问题清单:
      - {{编号: 1, 整改措施: [{{措施: {action}, 责任人: 乙, 整改时限: 2022-06-30}}]}}
"""
    assert [one[0] for one in found(look(compiled, text), "PB15")] == ["PB15"] * vague


# --- joined characters: TX08, and 9.18 ------------------------------------------------------------

WHOLE = ["👨‍👩‍👧", "👩🏽‍🚒", "🏳️‍🌈", "❤️", "👩‍❤️‍👨", "1️⃣", "🏴󠁧󠁢󠁥󠁮󠁧󠁿", "葛\U000e0100", "葛\ufe00", "☀️"]


@pytest.mark.parametrize("text", WHOLE)
def test_tx08_a_joined_emoji_and_a_variant_are_one_character(compiled: Compiled, text: str) -> None:
    assert unseen(f"合影{text}一张") == [] and visible(f"合影{text}一张") == f"合影{text}一张"
    assert found(look(compiled, HEAD + f"备注: 合影{text}一张\n"), "TX08") == []


@pytest.mark.parametrize("text", ["走\u200d访", "👨\u200d访", "走\u200d👨",
                                  "👨\u200d", "\u200d👨", "👨\u200d\u200d👩", "A\ufe0f",
                                  "，\U000e0100", "葛\U000e0100\U000e0100", "走\u200b访", "👨\u200b👩", "1\ufe0f"])
def test_tx08_anywhere_else_they_are_found(compiled: Compiled, text: str) -> None:
    assert unseen(text) and "<U+" in visible(text)
    assert found(look(compiled, HEAD + f"备注: 合影{text}一张\n"), "TX08") == [("TX08", 10, 1, "/remarks")]


@given(st.lists(st.sampled_from([*WHOLE, "\u200d", "\ufe0f", "\U000e0100", "葛", "A", " ", "\u202e", "\x1b",
                                 "👨"])).map("".join))
def test_9_18_what_is_shown_hides_nothing(text: str) -> None:
    shown = visible(text)
    assert unseen(shown) == [] and visible(shown) == shown
    assert not any(char in shown for char in "\u202e\x1b")
    assert 0 <= width(shown) <= 2 * len(shown)


ROSTER = """\
单位:
  - {单位编号: U-1, 单位名称: 葛󠄀山科, 层级: 科室单位, 主要负责人: 李四}
人员:
  - {人员编号: P-1, 姓名: 葛󠄀小明, 单位编号: U-1, 职务: 科员, 党员: 是}
"""


def test_9_18_a_variant_of_a_character_stands_in_every_output(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    (tmp_path / "in/roster.yaml").write_text(ROSTER, encoding="utf-8")
    (tmp_path / "in/葛󠄀.yaml").write_text(HEAD + "备注: XX\n", encoding="utf-8")
    before = ["--as-of", "2022-08-08"]

    def said(*line: str) -> str:
        done = invoked(*line)
        assert done.exit_code in (0, 1), done.output
        return done.output

    for form in ("text", "json", "jsonl", "junit", "gitlab", "csv", "markdown", "html"):
        output = said("check", str(tmp_path / "in"), *before, "--no-cache", "--format", form)
        assert "葛\U000e0100" in output and "E0100" not in output, form
    assert "E0100" not in said("check", str(tmp_path / "in"), *before, "--format", "sarif")
    stats = said("stats", str(tmp_path / "in"), *before)
    assert "葛\U000e0100山科" in stats and "E0100" not in stats
    said("notice", str(tmp_path / "in"), *before, "--reply-by", "2022-08-15", "--to", str(tmp_path / "out"),
         "--format", "md,html")
    said("new", "personal", "--roster", str(tmp_path / "in/roster.yaml"), "--to", str(tmp_path / "forms"))
    letters = [file.read_text(encoding="utf-8") for file in (tmp_path / "out").rglob("P-1/*.*")]
    forms = [file.read_text(encoding="utf-8") for file in (tmp_path / "forms").rglob("P-1.yaml")]
    assert len(letters) == 2 and len(forms) == 1
    assert all("葛\U000e0100小明" in text and "E0100" not in text for text in (*letters, *forms))


def test_9_18_junit_names_the_file_of_a_case_and_sarif_has_addresses(tmp_path: Path) -> None:
    (tmp_path / "甲.yaml").write_text(HEAD + "备注: XX\n", encoding="utf-8")

    def said(form: str) -> str:
        return invoked("check", tmp_path, "--as-of", "2022-08-08", "--format", form).stdout

    tree = etree.fromstring(said("junit").encode())
    suites = [one for one in tree if one.get("file")]
    assert suites and all(case.get("file") == suite.get("file") for suite in suites for case in suite.iter("testcase"))
    assert all(case.get("file") is None for suite in tree if suite not in suites for case in suite.iter("testcase"))
    driver = json.loads(said("sarif"))["runs"][0]["tool"]["driver"]
    assert driver["informationUri"] == "urn:bayang:tool"
    assert {one["id"]: one["helpUri"] for one in driver["rules"]}["TX01"] == "urn:bayang:rule:TX01"
    assert all(one["helpUri"].startswith("urn:bayang:rule:") for one in driver["rules"])
