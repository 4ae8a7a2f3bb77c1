"""A pack is drafted from a plan's text, can be used at once, and lint says sentence by sentence what is left
(docs/packs.md).
"""

from __future__ import annotations

import re
from datetime import date, timedelta
from pathlib import Path

import pytest
import yaml
from running import BUNDLED, invoked

from bayang.engine.authoring.examples import base_report, change
from bayang.engine.authoring.lint import lint
from bayang.engine.authoring.reading_plans import PlanReader, Span
from bayang.engine.packs.pack import load_pack
from bayang.engine.packs.plan_text import PlanText, sentences, within

PLAN = Path(__file__).parent / "plans" / "archives.txt"
SIX = """\
- id: ZA01
  title: 没有确定联系人
  who: 单位
  must: 联系人.姓名 is given
  basis: {plan: [{clause: 五（二）}]}
  remedy: 请补填“联系人”，例如 姓名：某某。
"""
TWO = """\
关于开展“两查”行动的方案
一、内容
（一）查作风。重点解决：遇事推给别人；以自我为中心。
（二）查服务。重点解决：答复慢；态度生硬。
二、步骤
"""


def drafted(folder: Path, *more: str) -> str:
    result = invoked("rules", "init", folder, "--plan", PLAN, *more)
    assert result.exit_code == 0, result.output
    return result.output


def test_what_is_read_out_of_a_plan() -> None:
    plan = PlanReader(PLAN.read_text(encoding="utf-8"))
    assert plan.name == "三查三改"
    assert plan.campaign == ("2024-03-01", "2024-11-30")
    assert plan.phases == [Span("动员部署", "2024-03-01", "2024-04-15"), Span("自查自改", "2024-04-16", "2024-08-31"),
                           Span("总结巩固", "2024-09-01", "2024-11-30")]
    assert [(one.clause, one.halves, len(one.behaviours)) for one in plan.themes] == [
        ("三（一）", ("查责任", "改敷衍"), 3), ("三（二）", ("查规矩", "改随意"), 4),
        ("三（三）", ("查服务", "改冷硬"), 3)]
    assert plan.themes[0].behaviours[2] == "交办事项不催不办，过了时限也不说明"
    assert [one.text for one in plan.signed] == ["云水市档案局", "2024年2月26日"]


def test_the_plan_that_comes_along_is_read_as_its_pack_has_it() -> None:
    plan, pack = PlanReader((BUNDLED / "plan.txt").read_text(encoding="utf-8")), load_pack(BUNDLED)
    assert [(one.name, one.start, one.end) for one in plan.phases] == [
        (one.name["zh"], one.start, one.end) for one in pack.phases.values()]
    assert [one.behaviours for one in plan.themes] == [
        [behaviour.text for behaviour in theme.behaviours] for theme in pack.themes.values()]
    assert [one.halves for one in plan.themes] == [(one.virtue, one.habit) for one in pack.themes.values()]


def test_a_list_after_a_colon_and_what_describes_a_theme() -> None:
    """The colon is no part of the first behaviour, and no rule rests on words that describe what is to be cured."""
    plan = PlanReader("""关于开展“两项攻坚”的方案
一、攻坚内容
（一）攻坚流程繁。重点解决：材料重复提交、环节层层加码；一次性告知不到位。
（二）攻坚责任虚。重点解决：任务没有责任人；完成时限一拖再拖。
二、方法步骤
（一）集中整改阶段（2025年4月16日至9月30日）。对查出的问题制定整改措施，明确责任人。
""")
    assert [one.behaviours for one in plan.themes] == [
        ["材料重复提交、环节层层加码", "一次性告知不到位"], ["任务没有责任人", "完成时限一拖再拖"]]
    assert plan.first_with("责任人") == (plan.said[-1], "明确责任人")
    assert plan.first_with("材料") is None


def test_whether_there_is_and_from_when_on() -> None:
    """What is asked for as 是否存在 is a behaviour without these words; a plan may hold 自…起 as well as 从…开始."""
    plan = PlanReader("""某局关于开展“两纠”行动的方案
一、内容
（一）纠推诿。主要看是否存在首问不负责、来回跑；是否存在超时办结不说明原因的问题。
（二）纠粗放。着重看是否检查走过场；是否同类处罚轻重不一。
二、时间
行动自2024年3月1日起施行，至2024年11月30日结束。集团总部、分公司、项目部三级分别查摆问题。
""")
    assert [one.behaviours for one in plan.themes] == [
        ["首问不负责、来回跑", "超时办结不说明原因"], ["检查走过场", "同类处罚轻重不一"]]
    assert plan.campaign == ("2024-03-01", "2024-11-30")
    assert plan.levels == ["总部", "分公司", "项目部"]


def test_a_plan_of_measures_alone(tmp_path: Path) -> None:
    """Where no behaviours are named each measure is a theme, its sentence is still to be written, and a problem's
    behaviour is 其他.
    """
    plan, pack = tmp_path / "plan.txt", tmp_path / "pack"
    plan.write_text("""某医院2024年行风建设工作方案
一、工作目标
使患者满意度达到92%以上。
二、工作措施
（一）规范诊疗行为（责任单位：医务科）。每季度末组织一次病历抽查。
（二）优化预约挂号（责任单位：门诊部）。3月底前实现分时段预约。
三、时间安排
本方案自2024年1月1日起施行，至2024年12月31日结束。
""", encoding="utf-8")
    done = invoked("rules", "init", pack, "--plan", plan)
    assert "方面 2 个（具体表现 0 条）" in done.output
    assert (pack / "plan.yaml").read_text("utf-8").count("themes_title: 工作措施\n") == 1
    assert [(one.name["zh"], one.heading) for one in load_pack(pack).themes.values()] == [
        ("规范诊疗行为", "（一）规范诊疗行为（责任单位：医务科）。"),
        ("优化预约挂号", "（二）优化预约挂号（责任单位：门诊部）。")]
    flaws = lint(pack)
    assert {one.check for one in flaws} == {"uncited"}
    assert [one.facts["clause"] for one in flaws] == ["一", "二（一）", "二（二）", "三"]
    report = base_report(load_pack(pack), "unit", None)
    change(report, {"/themes/theme-1/problems/0/behaviour": "病历抽查不到位"}, ())
    (tmp_path / "U-002.yaml").write_text(yaml.safe_dump(report, allow_unicode=True), encoding="utf-8")
    told = invoked("check", tmp_path / "U-002.yaml", "--rules", pack, "--as-of", "2025-01-01").output
    assert "FM08" in told and "补正：方案没有给这个方面列出表现，请填“其他”；" in told.replace("\n      ", "")
    for more in (["schema", "unit", "--rules", pack], ["new", "unit", "--level", "level-1", "--rules", pack, "--to",
                                                      tmp_path / "form.xlsx"]):
        assert invoked(*more).exit_code == 0


def test_who_has_not_filed_is_told_the_words_of_that_phase(tmp_path: Path) -> None:
    """Not a day of another phase: a letter on the last phase cited 于4月底前报局作风办."""
    plan, pack = tmp_path / "plan.txt", tmp_path / "pack"
    plan.write_text(TWO + """\
（一）自查阶段（2024年3月1日至6月30日）。各单位形成问题清单，于4月底前报局作风办。
（二）整改阶段（2024年7月1日至11月30日）。整改情况报局作风办。
""", encoding="utf-8")
    done = invoked("rules", "init", pack, "--plan", plan)
    assert "RO01 应报未报 ← “整改阶段（2024年7月1日至11月30日）”" in done.output
    assert "quote: 各单位形成问题清单，于4月底前报局作风办。" not in (pack / "plan.yaml").read_text("utf-8")
    assert "于4月底前报局作风办" in (pack / "families/ZA.yaml").read_text("utf-8")
    assert not [one.text("zh") for one in lint(pack) if one.check != "uncited"]
    rule = load_pack(pack).rules["RO01"]
    cited = [one for phase in ("phase-1", "phase-2") for one in rule.bases if one.fits(phase, None)]
    assert [(one.clause, one.quote) for one in cited] == [
        ("二（一）", "自查阶段（2024年3月1日至6月30日）"), ("二（二）", "整改阶段（2024年7月1日至11月30日）")]


def test_an_appendix_has_clauses_of_its_own() -> None:
    """Its numbering begins anew: no rule is to rest on its second part for what stands in part two of the plan."""
    text = TWO + """\
附件：1.问题清单（样表）
2.填报说明
某局
2024年2月26日
附件1
一、问题清单
（一）单位名称
附件2
填报说明
一、个人
问题清单签字后报单位。
（二）单位
每月5日前汇总。
"""
    found = [(one.clause, one.text) for one in sentences(text) if not one.heading][4:]
    assert found == [("附件2.一", "问题清单签字后报单位。"), ("附件2.一（二）", "每月5日前汇总。")]
    assert within("附件2.一（二）", "附件2.一") and within("附件2.一", "附件2") and not within("附件2.一", "一")
    assert PlanText(text).words_of("一") == PlanText(TWO).words_of("一")


@pytest.mark.parametrize("between", ["\n", "。"])
def test_a_list_that_begins_with_the_bare_word(between: str) -> None:
    """Below the heading or behind it; within a sentence the bare word begins no list."""
    plan = PlanReader(f"""关于开展“两查”行动的方案
一、内容
（一）查落实、改拖沓{between}整治上级部署的事项超过时限不办结；会议定了的事项没有人跟进。
（二）查服务、改推诿{between}整治群众来访没有首问登记；审批事项超过承诺时限等问题。
（三）有关说明{between}本次整治不设指标；不排名次。
""")
    assert [(one.halves, one.behaviours) for one in plan.themes] == [
        (("查落实", "改拖沓"), ["上级部署的事项超过时限不办结", "会议定了的事项没有人跟进"]),
        (("查服务", "改推诿"), ["群众来访没有首问登记", "审批事项超过承诺时限"])]


def test_behaviours_each_on_a_numbered_line(tmp_path: Path) -> None:
    """As plans list them below a heading; steps that are numbered too are no themes."""
    plan = tmp_path / "plan.txt"
    plan.write_text("""关于开展“两查”行动的方案
一、自查内容
（一）服务不主动。
1.不走访企业，不了解企业难处；
2.对企业反映的问题推诿扯皮。
（二）效率不高。
1.办理许可超过承诺时限；
2.窗口无人值守；
3.重复收取材料。
二、步骤
（一）自查阶段（2025年3月1日至4月15日）。
1.学习动员。各单位开会动员。
2.逐项查摆。各单位对照两个方面逐项查摆。
（二）整改阶段（2025年4月16日至9月30日）。
1.制定措施。逐条制定整改措施。
2.抓好整改。整改情况在单位内部公示。
""", encoding="utf-8")
    found = PlanReader(plan.read_text(encoding="utf-8")).themes
    assert [(one.clause, one.halves, one.behaviours) for one in found] == [
        ("一（一）", ("服务不主动", "服务不主动"), ["不走访企业，不了解企业难处", "对企业反映的问题推诿扯皮"]),
        ("一（二）", ("效率不高", "效率不高"), ["办理许可超过承诺时限", "窗口无人值守", "重复收取材料"])]
    done = invoked("rules", "init", tmp_path / "pack", "--plan", plan)
    assert done.exit_code == 0, done.output
    assert not any("重复收取材料" in one.text("zh") for one in lint(tmp_path / "pack"))
    assert not any("重复收取材料" in basis.quote for rule in load_pack(tmp_path / "pack").rules.values()
                   for basis in rule.bases)


def test_levels_in_a_list_and_a_sentence_of_which_a_rule_takes_a_part(tmp_path: Path) -> None:
    """A level that stands beside another is one too; what no rule rests on of a sentence is still to be written."""
    plan = tmp_path / "plan.txt"
    plan.write_text(TWO + """\
（一）动员阶段（2025年3月1日至4月15日）。党组理论学习中心组带头学，处室、中心和直属单位的负责人为第一责任人。
（二）整改阶段（2025年4月16日至9月30日）。逐条制定整改措施，每月走访一次企业。
""", encoding="utf-8")
    done = invoked("rules", "init", str(tmp_path / "pack"), "--plan", str(plan))
    assert "方案还有 1 句没有规则，另有 1 句只有一部分有规则" in done.output
    pack = load_pack(tmp_path / "pack")
    assert [name["zh"] for name in pack.levels.values()] == ["处室", "中心", "直属单位"]
    assert [(one.clause, one.quote) for one in pack.rules["PB08"].bases] == [("二（二）", "逐条制定整改措施")]
    todo = (tmp_path / "pack" / "families" / "ZA.yaml").read_text(encoding="utf-8")
    assert todo.count("- id:") == 2
    assert "每月走访一次企业。（其中一部分由 PB08 核对）" in todo
    assert '{clause: 二（二）, quote: "每月走访一次企业"}' in todo


def test_a_draft_is_sound_but_for_the_sentences_left(tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    said = drafted(folder, "--id", "archives-2024")
    flaws = lint(folder)
    assert {(one.file, one.check) for one in flaws} == {("plan.txt", "uncited")}
    assert f"还有 {len(flaws)} 句没有规则" in said
    assert any("不超过60日" in one.text("zh") for one in flaws)
    assert not any("深入查摆问题。" in one.text("zh") for one in flaws)       # a heading
    todo = (folder / "families" / "ZA.yaml").read_text(encoding="utf-8")
    assert all(f"plan.txt 第 {one.line} 行" in todo for one in flaws)
    pack = load_pack(folder)
    assert pack.id == "archives-2024"
    assert pack.languages == ("zh",)
    assert (pack.rules["PB01"].first, pack.rules["RC01"].first) == ("phase-2", "phase-2")


def test_reports_of_a_draft_are_compliant_and_can_be_filled_in(tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    drafted(folder)
    assert sorted(path.stem for path in folder.glob("bases/*.yaml")) == ["personal", "unit"]
    form = invoked("new", "personal", "--rules", folder, "--phase", "自查自改")
    assert form.exit_code == 0
    assert "查责任" in form.output and "三个方面" in form.output


def test_a_first_rule_is_six_lines(tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    drafted(folder)
    before = {one.text("zh") for one in lint(folder)}
    with (folder / "families" / "ZA.yaml").open("a", encoding="utf-8") as file:
        file.write(SIX)
    after = {one.text("zh") for one in lint(folder)}
    gone = before - after
    assert after < before and len(gone) == 1 and "各单位确定1名联系人" in gone.pop()


def test_a_phase_is_named_in_chinese_or_by_an_id_with_a_dash(tmp_path: Path) -> None:
    """Also in sentences that are taken over."""
    folder = tmp_path / "pack"
    drafted(folder)
    plan = (folder / "plan.yaml").read_text(encoding="utf-8")
    plan = plan.replace("  - CV02\n", "  - CV02\n  - PB11\n").replace(
        "  basis:\n", "  basis:\n    PB11: [{clause: 四（二）1}]\n")
    (folder / "plan.yaml").write_text(plan, encoding="utf-8")
    with (folder / "families" / "ZA.yaml").open("a", encoding="utf-8") as file:
        file.write("""\
- id: ZA03
  title: 填报太早
  who: 单位
  起始阶段: 自查自改
  截止阶段: 总结巩固
  must: 填报日期 >= phase-2.start and 填报日期 >= 自查自改.开始 - 天(1)
  basis: {plan: [{clause: 四（二）1, 阶段: 自查自改}, {clause: 四, 阶段: 总结巩固}]}
  remedy: 请按时填报。
""")
    rule = load_pack(folder).rules["ZA03"]
    assert (rule.first, rule.last, [one.phases for one in rule.bases]) == (
        "phase-2", "phase-3", [("phase-2",), ("phase-3",)])
    assert not [one.text("zh") for one in lint(folder) if one.check != "uncited"]


SENTENCE = """\
- id: ZA02
  title: 措施超过30日
  who: [个人, 单位]
  from: 自查自改
  each: 三个方面.*.问题清单[].整改措施[]
  must: 整改时限 <= 问题.发现日期 + 天(30)
  basis: {plan: [{clause: 四（二）1, quote: 整改时限自问题发现之日起一般不超过30日}]}
  remedy: 请把“整改时限”改到发现之日起30天以内。
"""


def test_the_examples_of_a_sentence_are_proposed_and_right(tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    drafted(folder)
    family = folder / "families" / "ZA.yaml"
    family.write_text(family.read_text(encoding="utf-8") + SENTENCE, encoding="utf-8")
    base = folder / "bases" / "personal.yaml"       # its measures may be due later than this plan allows
    data = yaml.safe_load(base.read_text(encoding="utf-8"))
    found = []
    for step in data["phases"].values():
        for problem in step["report"].get("themes", {}).get("theme-1", {}).get("problems", ()):
            found.append(date.fromisoformat(problem["found"]))
            for measure in problem["measures"]:
                measure["due"] = (found[-1] + timedelta(20)).isoformat()
    base.write_text(yaml.safe_dump(data, allow_unicode=True), encoding="utf-8")
    (folder / "bases" / "unit.yaml").unlink()
    proposed = invoked("rules", "examples", "ZA02", "--rules", folder)
    assert proposed.exit_code == 0, proposed.output
    examples = yaml.safe_load(proposed.stdout)["examples"]
    place = "/themes/theme-1/problems/0/measures/0/due"
    assert [one["set"][place] for one in examples["pass"] if place in one.get("set", {})] == [
        (found[0] + timedelta(30)).isoformat()]
    assert [one["set"][place] for one in examples["fail"] if place in one.get("set", {})] == [
        (found[0] + timedelta(31)).isoformat()]
    family.write_text(family.read_text(encoding="utf-8") + proposed.stdout, encoding="utf-8")
    tested = invoked("rules", "test", "ZA02", "--rules", folder)
    assert tested.exit_code == 0, tested.output


def test_nothing_is_written_over_a_pack_or_made_of_no_plan(tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    drafted(folder)
    again = invoked("rules", "init", folder, "--plan", PLAN)
    assert again.exit_code == 2 and "已经有规则包" in again.output
    plan = tmp_path / "plan.txt"
    for text, words in (("为改进作风，制定本方案。\n", "从哪天开始"),
                        ("活动从2024年3月1日开始至6月30日结束。\n", "具体表现")):
        plan.write_text(text, encoding="utf-8")
        result = invoked("rules", "init", tmp_path / "x", "--plan", plan)
        assert result.exit_code == 2 and words in result.output and "例如" in result.output
        assert not (tmp_path / "x").exists()


@pytest.mark.parametrize(("line", "spans"), [
    ("第一阶段：宣传发动（2024年3月）。第二阶段：集中整改（4月1日至5月10日）。",
     [("宣传发动", "2024-03-01", "2024-03-31"), ("集中整改", "2024-04-01", "2024-05-10")]),
    ("动员阶段（2024年3月底前），查改阶段（4月至10月），总结阶段（11月1日以后）。活动从2024年2月5日开始至2024年12月31日结束。",
     [("动员", "2024-02-05", "2024-03-31"), ("查改", "2024-04-01", "2024-10-31"),
      ("总结", "2024-11-01", "2024-12-31")]),
])
def test_days_of_phases(line: str, spans: list[tuple[str, str, str]]) -> None:
    assert [(one.name, one.start, one.end) for one in PlanReader(f"一、安排\n{line}\n").phases] == spans


def test_clauses_of_three_steps() -> None:
    text = "一、甲\n（一）乙。\n1.丙。丁。\n（二）戊。己。\n"
    assert [(one.clause, one.text, one.heading) for one in sentences(text)] == [
        ("一", "一、甲", True), ("一（一）", "（一）乙。", True), ("一（一）1", "1.丙。", True),
        ("一（一）1", "丁。", False),
        ("一（二）", "（二）戊。", True), ("一（二）", "己。", False)]
    assert PlanText(text).words_of("一（一）") == "丁。"
    assert within("一（一）1", "一.一") and within("一（一）1", "一.（一）.1") and not within("一（十一）", "一（十）")


@pytest.mark.parametrize("page", ["packs.md", "packs.zh-CN.md"])
def test_the_rules_shown_in_the_guide_hold_in_a_draft(tmp_path: Path, page: str) -> None:
    text = (BUNDLED.parent / "docs" / page).read_text(encoding="utf-8")
    shown = [block for block in re.findall(r"```yaml\n(.*?)```", text, re.DOTALL) if block.startswith("- id: ")]
    assert len(shown) == 3
    folder = tmp_path / "pack"
    drafted(folder)
    before = len(lint(folder))
    family = folder / "families" / "ZA.yaml"
    family.write_text(family.read_text(encoding="utf-8") + "".join(shown), encoding="utf-8")
    found = lint(folder)
    assert {one.check for one in found} <= {"uncited", "fires-on-base"}
    assert sum(one.check == "uncited" for one in found) == before - 2


def test_no_rule_rests_on_a_sentence_that_speaks_of_something_else(tmp_path: Path) -> None:
    """What rules rest on is told, and which were left out, since letters cite it."""
    plan = tmp_path / "plan.txt"
    plan.write_text(TWO + """\
（一）自查阶段（2025年3月1日至4月15日）。对照两个方面逐项查摆。个人所在单位应当一并报送。
（二）整改阶段（2025年4月16日至9月30日）。每条措施只能明确一名责任人。企业反映事项办结率要达到95%以上。各单位总结材料不超过1500字。
""", encoding="utf-8")
    done = invoked("rules", "init", tmp_path / "pack", "--plan", plan)
    assert '  PB01 问题要素不全 ← “对照两个方面逐项查摆”\n' in done.output
    assert "没有沿用的：" in done.output
    left_out = {"RO01", "PB08", "RC01", "RC02", "RC03"}
    assert all(f"{rule} " in done.output.partition("没有沿用的：")[2] for rule in left_out)
    assert not left_out & load_pack(tmp_path / "pack").rules.keys()
    flaws = "".join(one.text("zh") for one in lint(tmp_path / "pack"))
    assert all(text in flaws for text in ("只能明确一名责任人", "95%以上", "不超过1500字", "应当一并报送"))


def test_examples_are_proposed_though_a_base_holds_what_the_form_has_not(tmp_path: Path) -> None:
    folder = tmp_path / "pack"
    drafted(folder)
    (folder / "fields.yaml").write_text("不用: ['themes.*.问题清单[].文化影响']\n增加:\n"
                                        "- {字段: 'themes.*.问题清单[].延期至', 类型: 日期}\n", encoding="utf-8")
    with (folder / "families" / "ZA.yaml").open("a", encoding="utf-8") as file:
        file.write(SIX.replace("must: 联系人.姓名 is given", "each: themes.*.问题清单[]\n  must: 延期至 <= 活动.结束"))
    said = invoked("rules", "examples", "ZA01", "--rules", folder)
    assert said.exit_code == 0, said.output
    assert "延期至" in said.output


def test_reports_of_a_draft_speak_of_no_other_plan(tmp_path: Path) -> None:
    """Their days are those of this plan, and their texts name neither a day nor an office of another."""
    folder = tmp_path / "pack"
    drafted(folder)
    for name in ("personal", "unit"):
        text = (folder / "bases" / f"{name}.yaml").read_text(encoding="utf-8")
        assert all("2024-03-01" <= day <= "2024-11-30" for day in re.findall(r"\d{4}-\d\d-\d\d", text))
        assert not re.findall(r"\d+年|\d月|大气|臭氧|投诉|20(?!24)\d\d-", text)


def test_levels_of_other_names_and_whom_a_sentence_is_about(tmp_path: Path) -> None:
    """Units are levels where they are said to file, or the plan goes to them; a team that studies is none."""
    plan = tmp_path / "plan.txt"
    plan.write_text(TWO.replace("一、内容", "各市场监管所、执法大队，局机关各科室：\n一、内容") + """\
（一）自查阶段（2025年3月1日至4月15日）。各市场监管所和投诉举报中心于4月10日前报送台账。党组理论学习中心组带头学。
（二）整改阶段（2025年4月16日至9月30日）。每名干部写出心得。各经营场所每月自查一次。各单位确定1名联系人。工作要细致。
""", encoding="utf-8")
    assert PlanReader(plan.read_text(encoding="utf-8")).levels == ["市场监管所", "执法大队", "科室", "投诉举报中心"]
    done = invoked("rules", "init", tmp_path / "pack", "--plan", plan)
    assert done.exit_code == 0, done.output
    todo = (tmp_path / "pack" / "families" / "ZA.yaml").read_text(encoding="utf-8")
    whom = {said: re.search(rf"{said}[^\n]*\n(?:#[^\n]*\n)*?#   who: (.*)", todo)[1]      # type: ignore[index]
            for said in ("每名干部", "各经营场所", "各单位确定", "工作要细致")}
    assert whom == {"每名干部": "[个人]", "各经营场所": "[个人, 单位]", "各单位确定": "[单位]", "工作要细致": "["
     "个人, 单位]"}


def test_a_draft_does_without_what_its_plan_says_no_word_of(tmp_path: Path) -> None:
    """Else forms would ask for what another plan asks for; to have a part again its line is taken away."""
    plan, pack = tmp_path / "plan.txt", tmp_path / "pack"
    plan.write_text(TWO + """\
（一）自查阶段（2025年3月1日至4月15日）。各车间、科室成立领导小组，逐项自查。
（二）整改阶段（2025年4月16日至9月30日）。开展监督检查，9月20日前报送总结报告。
""", encoding="utf-8")
    done = invoked("rules", "init", pack, "--plan", plan)
    assert done.exit_code == 0, done.output
    fields = (pack / "fields.yaml").read_text("utf-8")
    assert fields.endswith("}\n") and (pack / "families" / "ZA.yaml").read_text("utf-8").endswith("\n")
    assert "- {字段: 作风评议, 报告: 单位}\n" in fields and "- {字段: 自我剖析, 报告: 个人}\n" in fields
    assert not any(title in fields for title in ("领导小组", "监督检查", "总结报告", "问题统计"))
    assert "方案没有提到、规则也不看的栏目，先不用：学习情况、" in done.output
    assert {one.check for one in lint(pack)} == {"uncited"}
    for level in ("车间", "科室"):      # there is a base for one of them alone
        form = invoked("new", "unit", "--level", level, "--rules", pack).stdout
        assert "五个方面" not in form and "\n作风评议:" not in form and "\n年度要点:" not in form
    assert "\n监督检查:" in form and "\n领导小组:" in form
    (pack / "fields.yaml").write_text(fields.replace("- {字段: 作风评议, 报告: 单位}\n", ""), encoding="utf-8")
    assert "\n作风评议:" in invoked("new", "unit", "--level", "科室", "--rules", pack).stdout


def test_a_theme_is_called_without_the_word_for_a_theme() -> None:
    plan = PlanReader("""某局“强基”方案
一、内容
（一）责任落实方面。重点整治：责任制不健全；责任书一签了之。
（二）隐患排查方面。重点整治：台账缺项；整改超期。
二、实施范围
机关各部室、各分馆。
""")
    assert [one.name for one in plan.themes] == ["责任落实", "隐患排查"]
    assert plan.levels == ["部室", "分馆"]
