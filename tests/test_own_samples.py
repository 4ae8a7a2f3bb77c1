"""What lint says of a pack with a form of its own: its samples name fields that this form has (docs/packs.md)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from running import SERVICE, invoked, own_pack

from bayang.engine.authoring.lint import lint
from bayang.engine.language.functions import BY_NAME, FUNCTIONS, NAMES
from bayang.engine.language.samples import hidden, in_own_fields
from bayang.engine.language.syntax import parse
from bayang.engine.packs.pack import load_pack
from bayang.engine.text.messages import LANGUAGES, catalogue

RULE = "family: ZZ\ntitle: 试\nrules:\n- id: ZZ01\n  title: 甲\n  who: {who}\n{lines}" \
    "  basis: {{practice: 试}}\n  remedy: 请改。\n"
PROBLEMS = "  each: 五项行动.*.问题清单[]\n"


def told(folder: Path, lines: str, who: str = "单位") -> tuple[str, str]:
    """What lint says of a rule with these lines, in Chinese and in English."""
    pack = own_pack(folder, {"families/ZZ.yaml": RULE.format(who=who, lines=lines),
                             "fields.yaml": ("不用:\n", "不用:\n- column\n")}, SERVICE)
    [found] = [one for one in lint(pack) if one.file == "families/ZZ.yaml"]
    return found.text("zh"), found.text("en")


@pytest.mark.parametrize(("lines", "zh", "en"), [
    ("  must: 活动栏目 is given\n",
     "“活动栏目”最像“活动专栏”，而“活动专栏”在 fields.yaml 里写了不用，报告里没有这个字段；要用的，请从“不用”里"
      "去掉它，写法例如 交表日期 <= 所处阶段.结束",
     "“活动栏目” is most like “活动专栏”, which is hidden in fields.yaml, so that no report has it; to use it, t"
      "ake it out of "
     "hide there. E.g. handed_in <= phase.end."),
    (PROBLEMS + "  must: 文化影响 is given\n", "“文化影响”在 fields.yaml 里写了不用，",
     "“文化影响” is hidden in fields.yaml, "),
    (PROBLEMS + "  must: 问题来原 is given\n", "没有叫“问题来原”的字段；是不是 线索？", "is 线索 meant?"),
    (PROBLEMS + "  must: 责任领导 is given\n", "没有叫“责任领导”的字段；是不是 包联领导？", "is 包联领导 meant?"),
    ("  must: 填报日期 <= 活动.结束\n", "没有叫“填报日期”的字段；是不是 交表日期？", "is 交表日期 meant?"),
    ("  must: paid\n", "例如 整改时限 <= 所处阶段.结束、思想根源 is given、个数(问题清单) >= 1",
     "write e.g. due <= phase.end or cause is given or count(problems) >= 1."),
    ("  must: paid = 1\n", "例如 个数(问题清单) == 1", "e.g. count(problems) == 1."),
    ("  must: COUNTIF(visits.grade, '>3') >= 1\n",
     "没有叫“COUNTIF”的函数，这个意思写成例如 个数(问题清单[线索 == '…']) >= 1",
     "There is no function “COUNTIF”; that is written e.g. count(problems[clue == '…']) >= 1."),
])
def test_what_the_form_has_not_is_said_so_and_no_sample_names_it(tmp_path: Path, lines: str, zh: str, en: str) -> None:
    for said, words in zip(told(tmp_path, lines), (zh, en), strict=True):
        assert words in said


@pytest.mark.parametrize(("typed", "zh", "en"), [
    ("SUM(grants)", "没有叫“SUM”的函数；有：sum，例如 合计(", "there are: sum; e.g. sum("),
    ("IF(paid > 1, 1, 0)", "“IF”不写在句子里：什么时候才核对，写在 where",
     "“IF” has no place in a sentence; when it is asked"),
    ("AVERAGE(visits.grade) > 3",
     "没有叫“AVERAGE”的函数，这个意思写成例如 合计(监督检查.发现问题数) >= 个数(监督检查) * 3",
     "that is written e.g. sum(inspections.found) >= count(inspections) * 3."),
    ("平均值(visits.grade) > 3", "没有叫“平均值”的函数，这个意思写成例如 合计(", "that is written e.g. sum("),
    ("AND(paid > 1, grants > 1)", "这个意思写成例如 填报人 is given and 审核人 is given",
     "e.g. filled_by is given and"),
    ("COUNTA(visits.date) > 1", "没有叫“COUNTA”的函数；有：count，", "there are: count;"),
    ("TODAY() > handed_in", "today 后面不写括号，例如 交表日期 <= today", "e.g. handed_in <= today."),
    ("DATE(2024, 1, 1) < handed_in", "日期要写成引号括起来的", "A date stands in quotation marks"),
    ("ROUND(paid) > 1", "没有叫“ROUND”的函数；有：any、all、", "there are: any, all, "),
])
def test_functions_of_spreadsheets(tmp_path: Path, typed: str, zh: str, en: str) -> None:
    for said, words in zip(told(tmp_path, f"  must: {typed}\n"), (zh, en), strict=True):
        assert words in said


@pytest.mark.parametrize(("lines", "zh", "en"), [
    ("  check: {unique: {of: visits.date}}\n",
     "规则 ZZ01 的 of：visits.date 要走过列表或者各个方面，列表的各项写 []，逐个方面写 *；应为 of: 'visits[].date'",
     "rule ZZ01, of: visits.date goes through a list or the themes, where [] stands for each item and * for each"
      " theme; "
     "write of: 'visits[].date'"),
    ("  check: {unique: {of: 走访企业.日期, beside: [企业]}}\n", "应为 of: '走访企业[].日期'",
     "write of: '走访企业[].日期'"),
    ("  check: {unique: {of: 五项行动.问题清单.编号}}\n", "应为 of: '五项行动.*.问题清单[].编号'",
     "'五项行动.*.问题清单[].编号'"),
    ("  check: {required: {fields: [visits.date]}}\n", "应为 each: 'visits[]'，这里只写 date",
     "write each: 'visits[]' and here date alone"),
    ("  check: {unique: {of: visits}}\n", "例如 visits[].firm", "e.g. visits[].firm"),
    ("  each: visits.date\n  must: 值 is given\n",
     "路径 visits.date 里，列表的各项写 []，逐个方面写 *，应为 visits[].date",
     "[] stands for each item of a list and * for each theme: write visits[].date."),
    ("  check: {required: {fields: [活动方按]}}\n", "“活动方按”不是字段；是不是：活动方案。",
     "did you mean: 活动方案."),
    ("  check: {required: {fields: [甲乙丙]}}\n", "是不是：报告类型、活动方案、", "did you mean: 报告类型, "),
])
def test_a_path_through_a_list_is_told_with_the_line_to_type(tmp_path: Path, lines: str, zh: str, en: str) -> None:
    for said, words in zip(told(tmp_path, lines), (zh, en), strict=True):
        assert words in said


def test_whom_a_rule_over_the_batch_asks_is_said_with_both_ways_out(tmp_path: Path) -> None:
    assert told(tmp_path, "  over: 单位\n  must: 填报人 is given\n", "个人") == (
        "规则 ZZ01：over 写的是“单位”，只问单位的报告，而 who 里没有单位，一份也问不到；请改其中一处，例如 who: "
         "单位，或者 over: 个人",
        "rule ZZ01: over is “units”, so only unit reports are asked, and who does not name unit; mend one of the two, "
        "e.g. who: unit, or over: people")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_sample_can_be_read_and_names_no_field_that_is_hidden(language: str) -> None:
    pack = load_pack(SERVICE)
    gone = {*hidden(pack), "填报日期", "问题来源", "整改状态", "责任领导"}
    texts = [text for key, text in catalogue(language).items() if key.startswith("language.")]
    texts += [f"⟨{one['sample'][language]}⟩" for one in NAMES["functions"].values()]
    texts += [f"⟨{one[language]}⟩" for one in NAMES["slips"]["instead"].values()]
    samples = [one for text in texts for found in re.findall("⟨(.*?)⟩", text) for one in re.split(r"\|+", found)]
    assert len(samples) > 70
    for sample in samples:
        if "[]" not in sample and "{{" not in sample:
            parse(sample.removeprefix("where: ").removeprefix("when: ").removeprefix("at: "))
        assert not gone & {*re.findall(r"\w+", in_own_fields(f"⟨{sample}⟩", language, pack))}, sample
    assert BY_NAME.keys() >= FUNCTIONS.keys()


@pytest.mark.parametrize(("old", "new", "check", "zh", "en"), [
    ("      phase: checking", "      phase: checking\n      hobby: 下棋", "fires-on-base",
     "规则 FM02 对合格报告 bases/station.yaml（自查）也提出（/：这一行的字段名不是此处应有的字段。（填写内容：ho"
      "bby）；",
     "rule FM02 fires on the compliant report bases/station.yaml (checking; /: The name on this line is not a fi"
      "eld that "
     "belongs here. (as written: hobby); "),
    ("            fact: 三月走访两家企业，只看了车间，没有问用工上的难处。\n            clue: visit\n",
     "            fact: 三月走访两家企业，只看了车间，没有问用工上的难处。\n", "always-fires",
     "（如 bases/station.yaml，自查，五项行动 › 走访 › 问题清单 › #1(S01-1) › 线索：“走访”行动的一个问题没有填写"
      "“线索”）；",
     "(such as bases/station.yaml, checking, themes › visit › problems › #1(S01-1) › clue（线索）: "),
])
def test_a_base_in_english_is_told_in_chinese_to_readers_of_it(tmp_path: Path, old: str, new: str, check: str, zh: str,
                                                             en: str) -> None:
    found = [one for one in lint(own_pack(tmp_path, {"bases/station.yaml": (old, new)}, SERVICE)) if one.check == check]
    assert zh in found[0].text("zh") and "前提: 交表日期 is given" in found[0].text("zh")
    assert en in found[0].text("en") and "when: handed_in is given" in found[0].text("en")


@pytest.mark.parametrize(("basis", "zh", "en"), [
    ("", "缺少 basis；例如 basis: {plan: [{clause: 一}]}", "basis is missing; e.g. basis: {plan: [{clause: 一}]}"),
    ("  basis: {plan: []}\n", "缺少 basis；例如 basis: {plan: [{clause: 一}]}", "e.g. basis: {plan: [{clause: 一}]}"),
    ("  basis: {plan: 二}\n", "例如 plan: [{clause: 一}]", "e.g. plan: [{clause: 一}]"),
    ("  basis: {practice: 试}\n  until: {a: b}\n", "例如 until: 整改", "e.g. until: 整改"),
    ("  basis: {practice: 试}\n  when: [{a: b}]\n", "例如 - phase == 'checking'", "e.g. - phase == 'checking'"),
    ("  basis: {plan: [{clause: 三（一）, level: {a: b}}]}\n", "例如 level: [服务站]", "e.g. level: [服务站]"),
])
def test_samples_name_clauses_phases_and_levels_of_the_pack(tmp_path: Path, basis: str, zh: str, en: str) -> None:
    text = RULE.format(who="单位", lines="  must: 已兑现 <= 奖补资金\n").replace("  basis: {practice: 试}\n", basis)
    [found] = lint(own_pack(tmp_path, {"families/ZZ.yaml": text}, SERVICE))
    assert zh in found.text("zh") and en in found.text("en"), (found.text("zh"), found.text("en"))


@pytest.mark.parametrize(("what", "typed", "zh"), [
    ("phases", "{inspektion: 自查}",
     "没有叫“inspektion”的阶段；左边是自带方案的，右边是本方案的，这一边有：学习教育和动员部署、"
     "调查研究和问题查摆、监督检查和整改落实、成果转化和总结提高，例如 phases: {education: 自查}"),
    ("levels", "{bureau: 区居}",
     "没有叫“区居”的层级；左边是自带方案的，右边是本方案的，这一边有：区局、服务站，例如 levels: {bureau: 区局}"),
])
def test_a_wrong_name_in_what_stands_for_what_is_one_line(tmp_path: Path, what: str, typed: str, zh: str) -> None:
    phases = "" if what == "phases" else "phases: {inspection: 自查, rectification: 整改, consolidation: 整改}, "
    entry = f"{{rules: [PB01], {phases}{what}: {typed}, basis: {{PB01: [{{clause: 一}}]}}}}"
    [found] = lint(own_pack(tmp_path, {"plan.yaml": ("[IN, FM, TX]", f"[IN, FM, TX, {entry}]")}, SERVICE))
    assert zh in found.text("zh")


@pytest.mark.parametrize(("lines", "who", "name", "other"), [
    ("  must: 个人.姓名 is given\n", "单位", "个人", "个人"),
    ("  must: 走访企业 is given\n", "个人", "走访企业", "单位"),
    ("  each: 个人.姓名\n  must: 值 is given\n", "单位", "个人", "个人")])
def test_a_field_of_the_other_kind_of_report_is_told_as_such(tmp_path: Path, lines: str, who: str, name: str,
                                                             other: str) -> None:
    zh, en = told(tmp_path, lines, who)
    assert f"“{name}”只有{other}报告才有，这条规则看的报告里没有；要看的，另写一条 who: {other} 的规则" in zh
    assert f"is a field only of the report “{'unit' if other == '单位' else 'personal'}”" in en


def test_a_path_to_a_field_of_the_other_kind_is_told_as_such(tmp_path: Path) -> None:
    zh, en = told(tmp_path, "  check: {required: {fields: [个人.姓名]}}\n")
    assert "只有个人报告才有，这条规则看的报告里没有；要看的，另写一条 who: 个人 的规则" in zh
    assert "路径 个人.姓名 里的“个人”" in zh
    assert "is a field only of the report “personal”" in en


def test_a_rule_taken_over_on_a_field_that_is_hidden_may_be_left_out(tmp_path: Path) -> None:
    folder = own_pack(tmp_path, {"plan.yaml": ("inherit: [IN, FM, TX]", (
        "inherit:\n- IN\n- FM\n- TX\n- {rules: [RC09], "
        "phases: {inspection: 自查, rectification: 整改, consolidation: 整改}, "
        "basis: {RC09: [{clause: 一}]}}"))}, SERVICE)
    found = [one for one in lint(folder) if one.check == "inherited"]
    assert found and all(one.file == "plan.yaml" for one in found)
    assert "在 fields.yaml 里写了不用" in found[0].text("zh")
    assert found[0].text("zh").endswith("（不要这条沿用的规则的，在 plan.yaml 的 inherit 里写 without: [RC09]）")
    assert found[0].text("en").endswith(
        "(to leave this inherited rule out, write without: [RC09] in inherit of plan.yaml)")


def test_the_dates_of_a_period_are_shown_in_the_words_of_the_form(tmp_path: Path) -> None:
    zh, en = told(tmp_path, "  check:\n  - every: {月: 交表日期}\n")
    assert zh.endswith("例如 学习教育.日期") and "activities.date" in en and "activities" not in zh


def test_the_list_of_rules_is_in_the_readers_language() -> None:
    said = invoked("rules", "list", "--rules", SERVICE).output
    assert re.search("IN01  必须补正 *  各阶段 *  unreadable-file", said)
    assert not re.search(r"\b(error|warning|info|any)\b", said)
