"""A rule is a sentence: what is refused and with which words, the three answers, and rules of a pack of one's own."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from running import invoked, own_pack

from bayang.engine.authoring.examples import base_report, dump
from bayang.engine.judging.opening import Opener
from bayang.engine.judging.strict import fault_text
from bayang.engine.language.reads import Unassessed
from bayang.engine.language.sentence import RuleSentence, SentenceTexts
from bayang.engine.language.types import Fault
from bayang.engine.packs.pack import Pack, load_pack
from bayang.engine.records import Limits
from bayang.engine.text.messages import LANGUAGES

PROBLEMS, MEASURES = "themes.*.problems[]", "themes.*.problems[].measures[]"
CASE = "写法例如 填报日期 <= 所处阶段.结束"


def sentence(pack: Pack, must: str, each: str | None = None, kind: str = "unit", **more: Any) -> RuleSentence:
    return RuleSentence(SentenceTexts(must, each, **more), [pack.shapes[kind]], pack)


def refused(pack: Pack, must: str, each: str | None = None, kind: str = "unit", **more: Any) -> tuple[str, int, str]:
    """In which text a sentence is refused, how many characters stand before, and what is said."""
    with pytest.raises(Fault) as caught:
        sentence(pack, must, each, kind, **more)
    fault = caught.value
    texts = [fault_text(fault, language, pack) for language in LANGUAGES]
    assert all(texts)
    return fault.part, fault.at, texts[0]


# --- what is refused ---------------------------------------------------------------------------------

# a sentence, the items that it looks at, the characters before the fault, how the text begins
FAULTS: dict[str, tuple[str, str | None, int, str]] = {
    "full-width sign": ("submitted ＜= phase.end", None, 10, f"这里的 ＜ 是全角的，请改成半角的 <，{CASE}"),
    "full-width bracket": ("count（problems) >= 1", None, 5, f"这里的 （ 是全角的，请改成半角的 (，{CASE}"),
    "one equals sign": ("status = 'done'", PROBLEMS, 7, "判断相等要写两个等号，例如 整改状态 == '整改到位'"),
    "unfinished": ("submitted <= phase.end and", None, 26, "句子没有写完，例如 填报日期 <="),
    "nothing": ("", None, 0, "句子没有写完，例如 填报日期 <="),
    "nonsense": ("submitted ~ phase.end", None, 0, "句子里不能用 ~"),
    "too much": ("submitted is given phase", None, 10, "句子里不能用 这样的括号"),
    "empty brackets": ("count(activities[].date) >= 1", None, 16, "句子里穿过列表不写 []，直接写下面的字段"),
    "a filter": ("submitted | upper == 'x'", None, 12, "句子里不能用 竖线 |"),
    "a conditional": ("submitted is given if phase is given", None, 19, "“if”不写在句子里：什么时候才核对，写在 where"),
    "a power": ("count(problems) ** 2 > 1", None, 0, "句子里不能用 乘方 **"),
    "a number past all": ("count(problems) < 1e999", None, 18, "句子里不能用 这么大的数"),
    "an empty text": ("contact.name != ''", None, 16, "有没有填写，用 is given 来问，例如 "),
    "an empty text in a text": ("holds(remarks, ' ')", None, 15, "有没有填写，用 is given 来问，例如 "),
    "a truth": ("submitted == true", None, 13, "句子里不能用 true（是否类的字段写 ==，如 专题报告 == '是'）"),
    "a keyword": ("count(problems, of=1) > 0", None, 0, "句子里不能用 这样的括号"),
    "too deep": ("not " * 40 + "submitted is given", None, 124, "括号和条件套得太深（最多 30 层），请拆成几句"),
    "too long": ("submitted is given" + " " * 990, None, 1000, "一句话最多 1000 个字符，请拆成几句"),
    "a name that is none": ("sumbitted <= phase.end", None, 0, "没有叫“sumbitted”的字段；是不是 submitted？"),
    "a name without a near one": ("value is given", "themes.*", 0, "没有叫“value”的字段"),
    "a name of several": ("date > '2022-01-01'", None, 0, "“date”在表里有好几处，请写明是哪一处："),
    "a field below that is none": ("problems.fuond is given", "themes.*", 0, "下面没有“fuond”；是不是 found？"),
    "a field below a date": ("submitted.day == 1", None, 0, "“day”前面的是日期，下面没有字段"),
    "another report": ("单位报告 is given", None, 0, "“单位报告”是别的报告，只有写着 over: 个人 的整批规则能用"),
    "a function that is none": ("cuont(problems) > 1", None, 0, "没有叫“cuont”的函数；有：count"),
    "a list wanted": ("count(submitted) > 1", None, 0, "函数“个数”不能用在日期上，例如 个数(问题清单) >= 1"),
    "a map from a list": ("last(problems).found <= phase.end", None, 0,
                          "函数“末个”不能用在好几处一组字段上，例如 末个(整改措施.整改时限)"),
    "a stretch of time from several": ("submitted <= phase.end + first(days(1), days(2))", None, 25,
                                       "函数“首个”不能用在一段时间、一段时间上，例如 首个(补正日期, 填报日期)"),
    "too few arguments": ("same(filled_by)", None, 0, "函数“相同”括号里要有 2 个内容，现在有 1 个，例如 相同("),
    "words from the report": ("holds(remarks, filled_by)", None, 15, "函数“含”这里的写法不对，例如 含("),
    "a word list that is none": ("share(remarks, 'stock_phrase') < 30", None, 15, "没有叫“stock_phrase”的词表"),
    "no word list": ("share(remarks, remarks) < 30", None, 15, "函数“占比”这里的写法不对，例如 占比("),
    "no answer": ("submitted", None, 0, "这里要能回答“是不是”，而“submitted”是日期"),
    "several answers": ("problems.found <= phase.end", "themes.*", 0, "这里有好几处，要说清是任一处还是每一处"),
    "two lists": ("any(problems.found <= problems.completed)", "themes.*", 4, "两边都是好几处，无法比较"),
    "a date and a number": ("due <= 30", MEASURES, 7, "日期要写成引号括起来的"),
    "a bare date": ("due <= 2022-12-10", MEASURES, 7, "日期要写成引号括起来的"),
    "no such day": ("due <= '2022-13-10'", MEASURES, 7, "“2022-13-10”不是日期，应为例如 '2022-04-30'"),
    "no such value": ("status == 'doen'", PROBLEMS, 10, "这个字段没有“doen”这个值；最接近的是：done"),
    "no order": ("status > 'done'", PROBLEMS, 0, "“status”是列定的值，没有先后大小，只能用 ==、!= 或者 in"),
    "texts compared": ("fact == cause", PROBLEMS, 0, "文字不用等号比较，请写 相同(甲, 乙)"),
    "unlike things": ("status == count(measures)", PROBLEMS, 0, "“status”是列定的值，不能与数字比较"),
    "in one": ("status in 'done'", PROBLEMS, 10, "in 后面要是一串值或者列表，而“'done'”是文字"),
    "a mixed row": ("status in ('done', 1)", PROBLEMS, 11, "一串值要都是词或者都是数，例如 ('整改到位', '已销号')"),
    "plain days": ("due <= problem.found + 30", MEASURES, 23, "日期加减要写明是天、工作日还是月"),
    "two dates added": ("submitted + submitted <= phase.end", None, 0, f"日期和日期不能用 + 放在一起，{CASE}"),
    "a list added": ("problems.found + days(1) <= phase.end", "themes.*", 0, "“problems.found”是好几处日期，不能"),
    "another test": ("submitted is odd", None, 10, "is 后面只能写 given，例如 思想根源 is given"),
    "a day as given": ("phase.start is given", None, 0, "is given 前面要是字段，例如 思想根源 is given"),
    "brackets behind one": ("submitted[value is given] is given", None, 0, "方括号前面要是列表，而“submitted”是日期"),
}


@pytest.mark.parametrize("name", FAULTS)
def test_a_sentence_that_means_nothing_is_refused_at_its_place(pack: Pack, name: str) -> None:
    must, each, at, text = FAULTS[name]
    part, found, said = refused(pack, must, each)
    assert (part, found) == ("must", at), said
    assert said.startswith(text), said
    assert "例如" in said


def test_a_fault_knows_in_which_text_of_its_check_it_stands(pack: Pack) -> None:
    for each, said in (("themes.*.problem[]", "是不是 problems？"), ("文本[]", "里没有 文本；是不是 文字？"),
                       ("themes.problems[]", "应为 themes.*.problems[]"), ("themes.*.things[]", "这里有：problems、"),
                       ("themes.*.problems", "列表的各项写 []，逐个方面写 *，应为 themes.*.problems[]"),
                       ("activities.date", "应为 activities[].date")):
        part, _, told = refused(pack, "submitted is given", each)
        assert part == "each" and said in told, told
    assert refused(pack, "submitted is given", "themes[0]")[2].startswith("路径 themes[0] 写法不对（themes[0]），例如")
    assert refused(pack, "submitted is given", when=("submited is given",))[:2] == ("when", 0)
    assert refused(pack, "submitted is given", PROBLEMS, where="status = 'done'")[:2] == ("where", 7)
    assert refused(pack, "submitted is given", at="count(problems)")[::2] == (
        "at", "at 要写一个字段，或者 本项，例如 at: 整改措施")


# --- what a message may show -------------------------------------------------------------------------


@pytest.mark.parametrize(("let", "what"), [
    ("filled_by", "文字"), ("unit.name", "文字"), ("remarks", "文字"), ("first(filled_by, reviewed_by)", "文字"),
    ("leading_group.members", "好几处文字"), ("distinct(leading_group.members)", "好几处文字"),
    ("last(leading_group.members)", "文字"), ("leading_group.members[holds(value, '一')]", "好几处文字"),
    ("problems.id", "好几处编号"), ("unit", "一组字段"), ("days(1)", "一段时间"), ("'一'", "文字")])
def test_no_text_or_name_of_a_report_can_be_shown(pack: Pack, let: str, what: str) -> None:
    assert refused(pack, "submitted is given", let={"it": let}) == (
        "let", 0, f"{what}不能显示在消息里：报告里的文字和姓名不出报告；"
                  "可以显示日期、数、列定的值和字段名，例如 个数(问题清单)、字段(填报日期)")


def facts_of(pack: Pack, let: str, **fields: Any) -> Any:
    data = base_report(pack, "department", None) | {"submitted": "2022-12-06"} | fields
    case, _ = Opener(pack, None, Limits()).open(dump(data))
    made = sentence(pack, "submitted is not given", let={"it": let})
    return made.facts(case, made.scopes(case)[0])["it"]


def test_what_a_message_shows_holds_no_number_of_a_person(pack: Pack) -> None:
    unit = {"code": "13800138000", "name": "大气环境科", "level": "department", "head": "沈雨桐"}
    assert facts_of(pack, "unit.code", unit=unit) == "138********"
    assert facts_of(pack, "unit.code", unit=unit | {"code": "U-002"}) == "U-002"
    oversight = {"received": 13800138000, "handled": 3}
    assert facts_of(pack, "oversight.received", oversight=oversight) == "138********"
    assert facts_of(pack, "oversight.handled", oversight=oversight) == 3
    assert facts_of(pack, "sum(oversight.received, 0)", oversight={"received": 41}) == 41
    assert facts_of(pack, "unit.level", unit=unit) == {"zh": "科室单位", "en": "department"}
    assert facts_of(pack, "submitted") == "2022-12-06"
    assert facts_of(pack, "field(corrected, submitted)") == ("submitted",)
    assert facts_of(pack, "field(corrected, submitted)", corrected="2022-12-08") == ("corrected",)


# --- three answers -----------------------------------------------------------------------------------


def answers(pack: Pack, must: str, each: str | None = None, base: str = "department",
            **fields: Any) -> list[bool | None]:
    """Of each item whether the sentence speaks; None where it is not assessed."""
    data = base_report(pack, base, None) | {"submitted": "2022-12-06"} | fields
    data = {key: one for key, one in data.items() if one is not ...}
    case, _ = Opener(pack, None, Limits()).open(dump(data))
    made, found = sentence(pack, must, each, "personal" if base == "personal" else "unit"), []
    for scope in made.scopes(case):
        try:
            found.append(made.speaks(case, scope))
        except Unassessed:
            found.append(None)
    if not case.slips:
        assert made.look is not None and made.look(case) is not any(found)
    return found


@pytest.mark.parametrize(("must", "said"), [
    ("submitted < '2022-12-06'", [True, True, True]), ("share(remarks, 'stock_phrases') < 30", [False, False, True]),
    ("share(remarks, 'stock_phrases') < 0", [True, True, True]),
    ("share(remarks, 'intensifiers') < 20", [False, True, True]),        # 认真 is 2 of 10, 深入 2 of 6
    ("share(remarks, 'stock_phrases') < count(activities)", [False, False, True]),
    ("not from_plan(remarks, 60)", [False, True, False]), ("not from_plan(remarks, 61)", [False, False, False]),
    ("left(remarks, 'intensifiers') >= 5", [False, False, True])])
def test_texts_held_against_words_alone_and_at_a_look(pack: Pack, must: str, said: list[bool]) -> None:
    texts = "三月走访两次", "认真，对党纪国法缺三次", "学习不够深入"
    assert [answers(pack, must, remarks=text) for text in texts] == [[one] for one in said]


def test_what_is_absent_is_silent_and_what_cant_be_read_is_not_assessed(pack: Pack) -> None:
    must = "corrected >= submitted"
    assert answers(pack, must, corrected="2022-12-05") == [True]
    assert answers(pack, must, corrected="2022-12-06") == [False]
    assert answers(pack, must) == [False]
    assert answers(pack, must, corrected="明天") == [None]
    assert answers(pack, f"not ({must})") == [False], "the contrary of what can't be told can't be told"
    assert answers(pack, f"{must} or submitted is given", corrected=...) == [False]
    assert answers(pack, f"{must} and submitted is not given") == [True]
    assert answers(pack, "corrected is given") == [True]
    assert answers(pack, "corrected is not given") == [False]
    assert answers(pack, "submitted is given or corrected >= submitted", corrected="明天") == [False]


def test_counts_and_sums_take_what_is_there(pack: Pack) -> None:
    some = [{"kind": "supervision", "date": "2022-05-18", "found": 4}, {"kind": "unannounced", "date": "2022-06-22"}]
    assert answers(pack, "sum(inspections.found) == 4", inspections=some) == [False]
    assert answers(pack, "count(inspections) == 2 and count(inspections.found) == 1", inspections=some) == [False]
    assert answers(pack, "sum(inspections.found) == 0", inspections=...) == [False]
    assert answers(pack, "max(inspections.found) > 9", inspections=...) == [False], "of none there is no greatest"
    assert answers(pack, "all(inspections.found > 3)", inspections=some) == [False]
    assert answers(pack, "count(inspections.found > 3) == 2", inspections=some) == [True]
    assert answers(pack, "count(inspections[found is given]) == 1", inspections=some) == [False]
    assert answers(pack, "any(inspections.found is not given)", inspections=some) == [False]
    assert answers(pack, "sum(inspections.found) == 4", inspections=[some[0], some[1] | {"found": "许多"}]) == [None]


def test_a_text_is_compared_with_a_word_as_same_does(pack: Pack) -> None:
    some = [{"form": "走 访", "date": "2022-05-18"}, {"form": "动员大会", "date": "2022-06-22"}, {"date": "2022-06-23"}]
    for written in ("form == '走访'", "'走访' == 形式", "same(form, '走访')"):
        assert answers(pack, f"count(activities[{written}]) == 1", activities=some) == [False], written
    assert answers(pack, "count(activities[form != '走访']) == 1", activities=some) == [False]
    assert answers(pack, "form == '走访'", "activities[]", activities=some) == [False, True, False]
    assert answers(pack, "count(activities[form in ('走访', '动员大会')]) == 2", activities=some) == [False]
    assert answers(pack, "form not in ['走访', '座谈会']", "activities[]", activities=some) == [True, False, False]
    for must, said in (("any(activities.form == '动员大会')", False), ("all(activities.form == '走访')", True),
                       ("any(activities.form in ('座谈会', '主题党日'))", True)):
        assert answers(pack, must, activities=some) == [said], must


def test_both_languages_and_the_words_of_the_form(pack: Pack) -> None:
    for must in ("due <= problem.found + days(400)",
                 "整改时限 <= 问题.发现日期 + 天(400)", "整改时限 <= problem.发现日期 + days(400)"):
        assert set(answers(pack, must, MEASURES)) == {False}, must
    for must in ("status == 'done'", "整改状态 == '整改到位'", "status == '整改到位'"):
        assert answers(pack, must, PROBLEMS) == answers(pack, "status == 'done'", PROBLEMS)
    assert answers(pack, "submitted == '2022年12月6日'") == [False]
    assert answers(pack, "phase.end == '2022-12-31' and campaign.start == '2021-12-01'") == [False]
    assert answers(pack, "所处阶段.结束 == 成果转化和总结提高.结束 and education.end == '2022-01-31'") == [False]


def test_days_months_and_working_days(pack: Pack) -> None:
    for day, span, end in (("2022-01-31", "months(1)", "2022-02-28"), ("2022-12-06", "days(1.9)", "2022-12-07"),
                           ("2022-01-28", "workdays(1)", "2022-01-29"), ("2022-01-29", "workdays(2)", "2022-02-07"),
                           ("2022-01-30", "workdays(1)", "2022-02-07"), ("2022-12-31", "months(14)", "2024-02-29")):
        assert answers(pack, f"submitted + {span} == '{end}'", submitted=day) == [False], (day, span)
    assert answers(pack, "submitted - phase.start == 127") == [False]      # 30 of August, 97 to 6 December
    for span in ("days(99999999999999)", "months(99999999999999)", "months(-99999)", "workdays(0)"):
        assert answers(pack, f"submitted + {span} >= '9999-12-31' or submitted is given") == [False]


@pytest.mark.parametrize(("must", "each"), [
    ("due <= problem.found + days(30)", MEASURES), ("deferral.until <= latest(measures.due) + days(60)", PROBLEMS),
    ("any(themes.problems.source == 'public')", None),
    ("statistics.total == sum(statistics.done, statistics.partial, statistics.not_started, statistics.continuing,"
     " statistics.closed)", None),
    ("oversight.handled * 100 >= oversight.received * 95", None),
    ("count(case_lessons) == oversight.received - oversight.handled", None),
    ("count(themes.problems[status == 'closed']) * 100 >= count(themes.problems) * 80", None),
    ("count(distinct(activities[quarter(date) == '2022-Q1'].title)) >= 3", None), ("length(remarks) <= 1500", None)])
def test_what_plans_ask_is_one_line(pack: Pack, must: str, each: str | None) -> None:
    assert sentence(pack, must, each).look is not None
    assert None not in answers(pack, must, each)


# --- rules of a pack of one's own --------------------------------------------------------------------

SIX = """\
family: ZA
title: {zh: 试, en: Try}
rules:
- id: ZA12
  title: 措施超过30日
  who: [个人, 单位]
  each: themes.*.问题清单[].整改措施[]
  must: 整改时限 <= 问题.发现日期 + 天(30)
  basis: {plan: [{clause: 三.1}]}
  remedy: 请把“整改时限”改到发现之日起30天以内。
"""


@pytest.mark.parametrize(("due", "found"), [("2023-05-31", 0), ("2023-06-01", 1)])
def test_a_whole_rule_of_six_lines_is_checked_by_the_command(tmp_path: Path, due: str, found: int) -> None:
    pack = own_pack(tmp_path, {"families/ZA.yaml": SIX, "plan.yaml": ("plan:\n", "languages: [zh]\nplan:\n")})
    data = base_report(load_pack(pack), "personal", "checking")
    problem = data["themes"]["speed"]["problems"][0]
    problem["found"], problem["measures"][0]["due"] = "2023-05-01", due
    (tmp_path / "report.yaml").write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    done = invoked("check", tmp_path / "report.yaml", "--rules", pack, "--format", "json", "--as-of", "2023-09-01")
    own = [one for one in json.loads(done.stdout)["findings"] if one["rule"] == "ZA12"]
    assert len(own) == found, done.output
    assert all(one["pointer"].endswith("/problems/0/measures/0/due") for one in own)
