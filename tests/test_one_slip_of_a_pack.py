"""One slip in a pack is told once, in one line with what to type, and what follows from it is not (docs/packs.md)."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import SERVICE, WINDOW, edit, invoked, own_pack

from bayang.engine.authoring.examples import base_report, bases, dump
from bayang.engine.authoring.lint import lint
from bayang.engine.judging.check import Checker
from bayang.engine.judging.compile import Compiled
from bayang.engine.judging.telling import Style
from bayang.engine.judging.world import World
from bayang.engine.packs.pack import load_pack

QZ = "families/QZ.yaml"
SENTENCE = "  - must: status in ('done', 'closed')\n"
CHECKING = "start: 2024-03-01, end: 2024-06-30"
MENDING = "start: 2024-07-01, end: 2024-10-31"
STATION = "- {id: station, name: 服务站}"
RULE = "family: ZZ\ntitle: 试\nrules:\n- id: ZZ01\n  title: 甲\n  who: [unit]\n  must: 已兑现 <= 奖补资金\n" \
    "  basis: {practice: 试}\n  remedy: 请改。\n"

# pack, file, what stands there, what in its place, line, what is said in both languages
SLIPS = [
    (SERVICE, "plan.yaml", CHECKING, "start: 2024-06-30, end: 2024-03-01", 15,
     "阶段 checking 的结束早于开始；请核对这两天，写反了的应为 start: 2024-03-01, end: 2024-06-30",
     "phase checking ends before it begins; look at both days; where they are swapped write start: 2024-03-01, "
     "end: 2024-06-30"),
    (SERVICE, "plan.yaml", f"- {{id: checking, name: 自查, {CHECKING}}}\n- {{id: mending, name: 整改, {MENDING}}}",
     f"- {{id: mending, name: 整改, {MENDING}}}\n- {{id: checking, name: 自查, {CHECKING}}}", 14,
     "各阶段没有按时间先后写；请调整次序，应为 checking、mending",
     "the phases do not stand in the order of their days; write them so: checking, mending"),
    (SERVICE, "plan.yaml", "{start: 2024-03-01, end: 2024-10-31}", "{start: 2024-10-31, end: 2024-03-01}", 8,
     "活动的结束早于开始；请核对这两天，写反了的应为 campaign: {start: 2024-03-01, end: 2024-10-31}",
     "the campaign ends before it starts; look at both days; where they are swapped write campaign: "
     "{start: 2024-03-01, end: 2024-10-31}"),
    (SERVICE, "themes/1-visit.yaml", "clause: 二（一）", "clause: 九（一）", 4,
     "“走访行动。重点解决：”不在 九（一），在 二（一）；应为 clause: 二（一）",
     "“走访行动。重点解决：” does not stand in 九（一） but in 二（一）; write clause: 二（一）"),
    (SERVICE, "plan.yaml", "- {clause: 一, quote: 为把", "- {clause: 三, quote: 为把", 35,
     "不在 三，在 一；应为 clause: 一", "does not stand in 三 but in 一; write clause: 一"),
    (SERVICE, "themes/2-speed.yaml", "seq: 2", "seq: 1", 2,
     "seq: 1 已在 themes/1-visit.yaml:2 用过；请换一个没有用过的，例如 seq: 6",
     "seq: 1 is already used at themes/1-visit.yaml:2; choose one that is not, e.g. seq: 6"),
    (SERVICE, "themes/2-speed.yaml", "name: 提速", "name: 走访", 3,
     "走访 已在 themes/1-visit.yaml:3 用过；请换一个没有用过的，例如 走访-2",
     "走访 is already used at themes/1-visit.yaml:3; choose one that is not, e.g. 走访-2"),
    (SERVICE, "plan.yaml", STATION, f"{STATION}\n{STATION}", 21,
     "层级“station”在第 20 行已经写过；请删去重复的一项，或者换一个没有用过的代号和名称，例如 station2",
     "the level “station” stands in line 20 already; delete one of the two, or choose an ID and a name that are not "
     "used, e.g. station2"),
    (SERVICE, "plan.yaml", "id: mending, name: 整改", "id: mending, name: 自查", 16,
     "阶段“自查”在第 15 行已经写过；", "the phase “自查” stands in line 15 already; "),
    (WINDOW, "plan.yaml", "- {id: headquarters,", "- {ident: headquarters,", 22,
     "/levels/0/id：这里缺少 id，而“ident”不是这里的字段；请把“ident”改成 id，或者删去它、补上 id，例如 id: branch",
     "/levels/0/id: id is missing here, and “ident” is none of its fields; change “ident” to id, or delete it an"
      "d add id, "
     "e.g. id: branch"),
    (SERVICE, "families/FW.yaml", "every: {季度: visits.date, 至少: 3, 不同: 企业, start: mending.start}",
     "every: {至少: 3}", 109,
     "规则 FW06 的 every 第 1 个字起：every 要写一种时期，只写一种，后面是看哪些日期；可以写 日、周、月、季度、"
      "半年，例如 every: {月: 学习教育.日期}",
     "Rule FW06, every, from character 1 on: every has one kind of period and no more, followed by the dates to look "
     "at: day, week, month, quarter or half, e.g. every: {month: activities.date}"),
]


@pytest.mark.parametrize(("of", "file", "old", "new", "line", "zh", "en"), SLIPS, ids=[one[3][:30] for one in SLIPS])
def test_one_slip_is_one_line(tmp_path: Path, of: Path, file: str, old: str, new: str, line: int, zh: str,
                              en: str) -> None:
    [found] = lint(own_pack(tmp_path, {file: (old, new)}, of))
    assert (found.file, found.line) == (file, line)
    assert zh in found.text("zh")
    assert en in found.text("en")


def showing(tmp_path: Path, lines: str) -> Path:
    """A pack with a rule of which some lines are these."""
    return own_pack(tmp_path, {"families/ZZ.yaml": RULE.replace("  must: 已兑现 <= 奖补资金\n", lines)}, SERVICE)


@pytest.mark.parametrize(("must", "let", "message", "name"), [
    ("备注 is given", "{字数: 字数(备注)}", "{{ 字数 }}", "字数"),
    ("备注 is given", "{字数: 字数(备注)}", "现在{{ 字数 }}字。", "字数"),
    ("字数(备注) <= 9 or 已兑现 <= 奖补资金", "{甲: 已兑现, 乙: 满意率}", "是{{ 甲 }}、{{ 乙 }}。", "乙"),
    ("已兑现 <= 奖补资金 or 备注 is given", "{多: 已兑现 / 奖补资金}", "{% if 多 > 3 %}多{% endif %}试。", "多"),
    ("个数(走访企业) >= 3", "{日: 最晚(走访企业.日期)}", "最近是{{ 日 }}。", "日"),
])
def test_what_may_be_nothing_is_not_shown_without_asking(tmp_path: Path, must: str, let: str, message: str,
                                                         name: str) -> None:
    folder = showing(tmp_path, f"  must: {must}\n  let: {let}\n  message: '{message}'\n")
    [found] = [one for one in lint(folder) if one.file == "families/ZZ.yaml"]
    assert (found.check, found.line) == ("template", 9)
    assert f"{name} 不一定有：没有填或者算不出的时候是空的，句子就缺了一块；" \
        f"请写成 {{% if {name} %}}……" in found.text("zh")
    assert f"{name} may be nothing, where it is not filled in or can't be worked out" in found.text("en")


@pytest.mark.parametrize(("must", "let", "message"), [
    ("字数(备注) <= 9", "{字数: 字数(备注)}", "现在{{ 字数 }}字。"),
    ("备注 is not given or 已兑现 <= 奖补资金", "{甲: 字数(备注), 乙: 已兑现 - 奖补资金}", "是{{ 甲 }}、{{ 乙 }}。"),
    ("备注 is given", '{甲: "首个(奖补资金, 3)", 乙: 奖补资金}', "是{{ 甲 }}{% if 乙 %}、{{ 乙 }}{% endif %}。"),
    ("备注 is given", "{乙: 奖补资金}", "{% if 乙 and 乙 > 3 %}多{% else %}{{ 9 if not 乙 else 乙 }}{% endif %}"),
    ("全部(走访企业.日期 <= 交表日期)", "{日: 最晚(走访企业.日期)}", "最近是{{ 日 }}。"),
    ("个数(走访企业.打分) <= 3", "{分: 最大(走访企业.打分)}", "最高{{ 分 }}分。"),
])
def test_what_is_always_there_is_shown(tmp_path: Path, must: str, let: str, message: str) -> None:
    folder = showing(tmp_path, f"  must: {must}\n  let: {let}\n  message: '{message}'\n")
    assert "template" not in [one.check for one in lint(folder)]


def test_a_message_that_comes_out_empty_is_the_rules_title(tmp_path: Path) -> None:
    folder = showing(tmp_path, "  must: 备注 is given\n  let: {钱: 奖补资金}\n"
                               "  message: '{% if 钱 %}钱{% endif %}'\n")
    pack = load_pack(folder)
    report = base_report(pack, "station", None)
    report.pop("remarks", None)
    report.pop("grants", None)
    checker = Checker(Compiled(pack), World("2024-12-31"), Style("zh"))
    found = [one for one in checker.check(dump(report), "a.yaml").findings if one.rule == "ZZ01"]
    assert [one.message for one in found] == ["甲"]


@pytest.mark.parametrize(("who", "name"), [("[unit, unit]", "unit"), ("[服务站, station]", "station")])
def test_what_stands_twice_in_a_list_is_told(tmp_path: Path, who: str, name: str) -> None:
    folder = own_pack(tmp_path, {"families/ZZ.yaml": RULE.replace("[unit]", who)}, SERVICE)
    [found] = [one for one in lint(folder) if one.file == "families/ZZ.yaml"]
    assert (found.line, found.text("zh"), found.text("en")) == (
        6, f"/rules/0/who 里“{name}”写了两次；请删去一个，例如 [{name}]",
        f"/rules/0/who has “{name}” twice; delete one, e.g. [{name}]")
    edit(folder / "families/ZZ.yaml", who, f"[{name}]")
    assert "ZZ.yaml" not in invoked("rules", "lint", folder).output


@pytest.mark.parametrize(("line", "column", "zh", "en"), [
    ("  who:[unit]", 6, "第 6 列：字段名的英文冒号“:”后面少了一个空格，请补上",
     "column 6: A space is missing after the colon"),
    ("  who: [unit", 8, "第 8 列：从这里的“[”开始的一组内容没有正确结束；",
     "column 8: What begins with the \"[\" here"),
    ("\twho: [unit]", 1, "第 1 列：行首用了 Tab 键缩进，", "column 1: "),
    ("  who: 'unit", 8, "第 8 列：从这里开始的引号（'）没有在该结束的地方结束，", "column 8: "),
    ("  who: unit\n  who: unit", 3, "第 3 列：同一个字段写了两次：第 6 行和第 7 行", "column 3: "),
])
def test_what_yaml_refuses_is_told_with_its_column(tmp_path: Path, line: str, column: int, zh: str, en: str) -> None:
    text = RULE.replace("  who: [unit]", line)
    [found] = lint(own_pack(tmp_path, {"families/ZZ.yaml": text}, SERVICE))
    assert zh in found.text("zh") and en in found.text("en"), (found.text("zh"), found.text("en"))
    typed = line.split("\n")[-1]
    assert found.line == 6 + line.count("\n") and typed[column - 1] in ":['\tw"


def test_where_the_whole_file_is_at_fault_no_column_is_told(tmp_path: Path) -> None:
    folder = own_pack(tmp_path, {}, SERVICE)
    (folder / "families/ZZ.yaml").write_bytes(RULE.encode("gb18030"))
    [found] = lint(folder)
    assert "列" not in found.text("zh") and "column" not in found.text("en")


@pytest.mark.parametrize(("file", "old", "new", "line", "said"), [
    ("bases/personal.yaml", "  mending:", "  repair:", 26,
     "方案里没有阶段“repair”，写在它下面的都不会用到；plan.yaml 里有：checking、mending"),
    ("bases/headquarters.yaml", "level: headquarters\nph", "level: 总行\nph", 2,
     "方案里没有层级“总行”，这份底稿不会用到；plan.yaml 里有：headquarters、branch-office，例如 level: headquarters"),
    (QZ, "phase: checking, remove: [/themes/warmth],", "phase: 查摆, remove: [/themes/warmth],", 0,
     "套不出来：方案里没有阶段“查摆”"),
    (QZ, "remove: [/themes/warmth],", "remove: [themes/warmth/x],", 0,
     "套不出来：底稿里到不了 themes/warmth/x；位置以 / 开头"),
    (QZ, "remove: [/themes/warmth],", "set: {/remarks: {text: 字, times: 三千}},", 0,
     "套不出来：times 应为数字，写的是“三千”"),
])
def test_what_no_base_has_is_told_in_plain_words(tmp_path: Path, file: str, old: str, new: str, line: int,
                                                 said: str) -> None:
    """A phase that was renamed in plan.yaml alone left a base without all that it says there, and nobody was told."""
    folder = own_pack(tmp_path, {file: (old, new)})
    found = [one for one in lint(folder) if said in one.text("zh")]
    assert [one.file for one in found] == [file] and line in (0, found[0].line)
    assert not any("Error" in one.text(language) for one in lint(folder) for language in ("zh", "en"))


def test_a_phase_and_a_level_of_a_base_may_be_written_in_chinese(tmp_path: Path) -> None:
    folder = own_pack(tmp_path, {"bases/personal.yaml": ("  mending:", "  整改:"),
                                 "bases/headquarters.yaml": ("level: headquarters\nph", "level: 总部\nph"),
                                 QZ: ("- {base: personal, phase: checking}", "- {base: personal, phase: 自查}")})
    assert lint(folder) == lint(WINDOW)
    plain, own = load_pack(WINDOW), load_pack(folder)
    assert base_report(own, "personal", "整改") == base_report(plain, "personal", "mending")
    assert [*bases(own)] == [*bases(plain)]


@pytest.mark.parametrize(("must", "at", "said"), [
    ("任一(学习教育.形式 in ['走访' '座谈会'])", 21, "这里两段引号挨着，会被连成一个词；是两个词的，中间写半角逗号"),
    ("含(备注, '甲''乙')", 10, "这里两段引号挨着，会被连成一个词"),
    ("not 同方案(备注, 0.8)", 13, "这里写的是百分之几，应为 1 到 100 的整数：百分之八十写 80"),
    ("填报日期 <= 集中整改.结束", 9,
     "没有叫“集中整改”的阶段；plan.yaml 里有：自查、整改，例如 自查.结束；整个活动写 活动.结束"),
    ("月(填报日期) == 3", 12, "月份、季度、半年连年份一起写，加引号，例如 '2023-03'"),
    ("半年(填报日期) <= 2", 13, "月份、季度、半年连年份一起写，加引号，例如 '2023-H1'"),
    ("not 同方案(备注, 120)", 13, "这里写的是百分之几"),
])
def test_what_would_be_taken_for_something_else_is_refused(tmp_path: Path, must: str, at: int, said: str) -> None:
    """Two words without a comma between them were one that stands nowhere, 0.8 was eight in a thousand."""
    folder = own_pack(tmp_path, {QZ: (SENTENCE, f"  - must: {must}\n")})
    found = [one.text("zh") for one in lint(folder)]
    assert len(found) == 1 and f"第 {at} 个字起：{said}" in found[0], found


@pytest.mark.parametrize(("file", "text", "line", "said"), [
    ("words.yaml", "words:\n  own: [高度重视，狠抓落实]\n", 2, "“高度重视，狠抓落实”在这里是一个词：全角的标点隔不开；"
     "是几个词的，请用半角逗号隔开，例如 [高度重视, 狠抓落实]"),
    ("words.yaml", "words:\n  synonyms: {动员大会: 动员会}\n", 2,
     "动员大会 应是 1 到 2000 个词的列表；例如 动员大会: [甲, 乙]"),
    ("calendar.yaml", "days_off:\n- {name: 五一, from: 2023-05-03, to: 2023-05-01}\nworking_weekends: []\n", 2,
     "放假的最后一天早于第一天，这几天都不算放假；请核对，写反了的应为 2023-05-01 到 2023-05-03"),
    ("fields.yaml", "增加:\n- {字段: 等次, 类型: 选项, 可选值: [好，中，差]}\n", 2, "例如 [好, 中, 差]"),
])
def test_what_was_taken_as_it_stood_and_did_nothing_is_told(tmp_path: Path, file: str, text: str, line: int,
                                                            said: str) -> None:
    found = [one for one in lint(own_pack(tmp_path, {file: text})) if said in one.text("zh")]
    assert [(one.file, one.line) for one in found] == [(file, line)]


def test_a_rule_that_is_to_be_left_out_is_one_that_is_taken_over(tmp_path: Path) -> None:
    """Two IDs that 、 keeps together left out neither, and both went on speaking."""
    folder = own_pack(tmp_path, {"plan.yaml": (
        "inherit: [IN, FM, TX]", "inherit: [IN, FM, {rules: [TX], without: [TX01、TX02]}]")})
    found = [(one.file, one.line, one.text("zh")) for one in lint(folder)]
    assert [(file, line) for file, line, _ in found] == [("plan.yaml", 27)]
    assert "without 里的“TX01、TX02”没有去掉一条规则：这一项的 rules（TX）里没有这个编号；编号一个一个写" in found[0][2]


def test_words_that_are_not_the_plans_are_told_at_their_own_line(tmp_path: Path) -> None:
    """Not at the first line of the rule that cites them."""
    text = (WINDOW / QZ).read_text(encoding="utf-8")
    written = "quote: 问题全部改完"
    folder = own_pack(tmp_path, {QZ: (written, "quote: 问题都改完了")})
    assert [(one.file, one.line) for one in lint(folder) if one.check == "astray"] == [
        (QZ, text[:text.index(written)].count("\n") + 1)]


@pytest.mark.parametrize(("every", "line", "zh"), [
    ("every: {半月: 走访企业.日期}", 8, "这里没有字段“半月”；例如 every: {月: 学习教育.日期, 至少: 2}"),
    ("every: {两周: 走访企业.日期}", 8, "这里没有字段“两周”；例如 every: {月: 学习教育.日期, 至少: 2}"),
    ("every: {旬: 走访企业.日期}", 8, "这里没有字段“旬”；例如 every: {月: 学习教育.日期, 至少: 3}"),
    ("every: {年: 走访企业.日期}", 8, "这里没有字段“年”；例如 must: 个数(学习教育) >= 1"),
    ("every: {月: 走访企业.日期, 起: 明天}", 8, "规则 ZZ01 的 every.起 第 1 个字起：没有叫“明天”的字段；这里有："),
    ("every: {月: 走访企业.日期, start: 明天}", 8, "规则 ZZ01 的 every.start 第 1 个字起："),
    ("每期: {月: 走访企业.日期, 起: 明天}", 8, "规则 ZZ01 的 每期.起 第 1 个字起："),
    ("要求: 走访企业 is given and 明天", 8, "规则 ZZ01 的 要求 第 "),
])
def test_what_is_proposed_may_be_meant_and_is_called_as_typed(tmp_path: Path, every: str, line: int, zh: str) -> None:
    folder = showing(tmp_path, f"  check:\n  - {every}\n")
    [found] = [one for one in lint(folder) if one.file == "families/ZZ.yaml"]
    assert (found.line, zh in found.text("zh"), "是不是" in found.text("zh")) == (line, True, False), found.text("zh")


def test_an_id_of_a_theme_that_stands_twice_is_one_line(tmp_path: Path) -> None:
    [found] = lint(own_pack(tmp_path, {"themes/2-speed.yaml": ("id: speed\n", "id: visit\n")}, SERVICE))
    assert (found.check, found.file, found.line) == ("repeated-id", "themes/2-speed.yaml", 1)


def test_a_rule_that_never_speaks_is_one_line(tmp_path: Path) -> None:
    examples = "  examples:\n    pass: [{base: person}]\n    fail: [{base: person, expect: [/paid]}]\n"
    folder = own_pack(tmp_path, {"families/ZZ.yaml": RULE + examples}, SERVICE)
    assert [one.check for one in lint(folder) if one.file == "families/ZZ.yaml" and one.facts["rule"] == "ZZ01"
            and one.check != "example-trips"] == ["never-fires"]


@pytest.mark.parametrize(("old", "new", "line", "zh", "en"), [
    ("  must: 已兑现 <= 奖补资金\n", "  must: 已兑现 <= 奖补资金\n  level: {服务站: 必须补正, 个人: 建议完善}\n", 8,
     "level 里写了“个人”，而 who 里没有，写了不起作用；请删去它，或者在 who 里加上 个人",
     "level names “personal”, which who does not"),
    ("已兑现 <= 奖补资金", "已兑现 == 已兑现", 7, "的 must：有一处拿同一个内容与自己比较，答案总是一样",
     "must: something is compared with itself"),
    ("已兑现 <= 奖补资金", "备注 is given or 交表日期 < handed_in", 7, "与自己比较", "compared with itself"),
    ("family: ZZ", "family: ZB", 1,
     "family 写的是 ZB，而这个文件里没有一条规则是这一族的（头一条是 ZZ01）；请改成 family: ZZ",
     "write family: ZZ"),
    ("  must: 已兑现 <= 奖补资金\n", "  check: {every: {月: 走访企业.日期, 至少: 2, 至多: 1}}\n", 7,
     "至少 2 次和至多 1 次不会同时做到", "At least 2 and at most 1 can't both be"),
])
def test_what_does_nothing_is_told(tmp_path: Path, old: str, new: str, line: int, zh: str, en: str) -> None:
    folder = own_pack(tmp_path, {"families/ZZ.yaml": RULE.replace(old, new)}, SERVICE)
    [found] = [one for one in lint(folder) if one.check in ("idle-level", "itself", "other-family", "sentence")]
    assert (found.file, found.line) == ("families/ZZ.yaml", line)
    assert zh in found.text("zh") and en in found.text("en")


def test_a_behaviour_that_stands_twice_in_a_theme_is_told(tmp_path: Path) -> None:
    folder = own_pack(tmp_path, {"themes/1-visit.yaml": ("到了企业不问难处", "长年不到企业")}, SERVICE)
    found = [one for one in lint(folder) if one.check == "repeated-item"]
    assert [(one.file, one.line) for one in found] == [("themes/1-visit.yaml", 8)]
    assert "“长年不到企业”写了两次" in found[0].text("zh")
