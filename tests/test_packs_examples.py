"""The examples that are proposed for a rule: on each bound and one step beyond it, and right when they are pasted
(docs/packs.md).
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from running import ROOT, WINDOW, invoked, own_pack

from bayang.engine.authoring.examples import run_examples
from bayang.engine.authoring.inherited import Moved, run_inherited
from bayang.engine.authoring.proposing import Proposal
from bayang.engine.authoring.varying import _numbers
from bayang.engine.judging.compile import Compiled
from bayang.engine.packs.inheriting import Inheritance
from bayang.engine.packs.pack import load_pack
from bayang.engine.recording import replace

ZZ = "families/ZZ.yaml"
RULE = """\
family: ZZ
title: {zh: 自定, en: Rules of our own}
rules:
- id: ZZ01
  title: {zh: 措施要素, en: What a measure needs}
  who: [personal]
  each: themes.*.problems[].measures[]
  check:
  - required: {fields: [owner]}
  - must: due <= '2023-07-31'
  basis: {practice: {zh: 试, en: try it}}
  message: {zh: 措施不全。, en: The measure is not whole.}
  remedy: {zh: 请改。, en: Mend it.}
"""


def test_proposed_examples_are_right_when_pasted(tmp_path: Path) -> None:
    folder = own_pack(tmp_path, {ZZ: RULE})
    result = invoked("rules", "examples", "ZZ01", "--rules", folder)
    assert result.exit_code == 0, result.output
    proposed = result.stdout
    assert proposed.startswith("  examples:\n    pass:\n")
    shown = yaml.safe_load(proposed)["examples"]
    first = "/themes/speed/problems/0/measures/0"
    assert {(one["note"], *one.get("remove", ()), *one.get("set", {}).values()) for one in shown["fail"]} == {
        ("没有填写", f"{first}/owner"), ("晚一天", "2023-08-01")}
    assert {"note": "正好在界上", "base": "personal", "phase": "checking", "set": {f"{first}/due": "2023-07-31"}} \
        in shown["pass"]
    (folder / "families" / "ZZ.yaml").write_text(RULE + proposed, encoding="utf-8")
    pack = load_pack(folder)
    outcomes = list(run_examples(Compiled(pack), [pack.rules["ZZ01"]]))
    assert len(outcomes) == 4 and not any(one.fault for one in outcomes)
    tested = invoked("rules", "test", "ZZ01", "--rules", folder)
    assert (tested.exit_code, tested.output) == (0, "样例 4 个符合，0 个不符\n")


@pytest.mark.parametrize(("rule", "words"), [("RO01", "整批"), ("ZZ02", "都没有提出"), ("XX99", "没有规则")])
def test_what_can_not_be_proposed_is_said(tmp_path: Path, rule: str, words: str) -> None:
    text = RULE.replace("ZZ01", "ZZ02").replace("  - required: {fields: [owner]}\n", "")
    text = text.replace("2023-07-31", "2033-07-31")     # out of reach
    folder = own_pack(tmp_path, {ZZ: text})
    where = [] if rule == "RO01" else ["--rules", str(folder)]
    result = invoked("rules", "examples", rule, *where)
    assert result.exit_code == 2 and words in result.output


def test_examples_of_inherited_rules_run_on_the_packs_own_reports(tmp_path: Path) -> None:
    entry = "{rules: [PB02], phases: {inspection: checking, rectification: mending, consolidation: mending}}"
    folder = own_pack(tmp_path, {ZZ: RULE, "plan.yaml": ("[IN, FM, TX]", f"[IN, FM, TX, {entry}]")})
    compiled = Compiled(load_pack(folder))
    held, unmade = run_inherited(compiled, [compiled.pack.rules["PB02"]])
    assert held > 0 and unmade >= 0
    said = invoked("rules", "test", "PB02", "--rules", folder, "--lang", "en")
    assert said.exit_code == 0 and f"{held} hold on the reports of this pack, {unmade} can't be made" in said.output


def test_themes_and_behaviours_of_an_example_are_those_of_the_pack() -> None:
    pack = load_pack(WINDOW)
    entry = Inheritance(("PB01",), phases={"inspection": ("checking",)}, levels={"bureau": ("headquarters",)})
    moved = Moved(pack, entry)
    example = {"base": "bureau", "phase": "inspection", "set": {"/themes/dandang/problems/0/behaviour": "dandang-02"},
               "expect": ["/themes/shigan"]}
    assert moved.example(example) == {
        "base": "headquarters", "phase": "checking", "set": {"/themes/clarity/problems/0/behaviour": "clarity-2"},
        "expect": ["/themes/speed"]}
    assert moved.example({"files": []}) is None


def test_watch_checks_again_when_a_file_is_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = own_pack(tmp_path, {ZZ: RULE})
    turns = iter([folder / "families" / "ZZ.yaml", None])

    def save(seconds: float) -> None:
        path = next(turns)
        if path is None:
            raise KeyboardInterrupt
        path.write_text(RULE.replace("who: [personal]", "who: [persons]"), encoding="utf-8")

    monkeypatch.setattr("bayang.engine.console.watching.time.sleep", save)
    result = invoked("rules", "watch", folder)
    assert result.exit_code == 0
    first, second = result.output.split("Ctrl-C")[:2]
    assert "规则包没有发现问题" in first
    assert "families/ZZ.yaml 第 6 行" in second and "persons" in second


# -- rules of an officer's new plan, whose base reports have none of its own fields --------------------------------

PLAN = ROOT / "tests/plans/archives.txt"
FIELDS = """\
改动:
- 字段: "三个方面.*.问题清单[].问题来源"
  可选值: {self: 主动查找, superior: 上级点明, public: 群众反映, firm: 企业反映}
增加:
- {字段: 得分, 类型: 一组, 报告: 单位}
- {字段: 得分.责任, 类型: 数}
- {字段: 得分.规矩, 类型: 数}
- {字段: 得分.服务, 类型: 数}
- {字段: 得分.效率, 类型: 数}
- {字段: 得分.廉洁, 类型: 数}
- {字段: 得分.总分, 类型: 数}
- {字段: 满意率, 类型: 百分数, 报告: 单位}
- {字段: 满意率说明, 报告: 单位}
- {字段: 改进办法, 报告: 单位}
- {字段: 受理件数, 类型: 个数, 报告: 单位}
- {字段: 办结件数, 类型: 个数, 报告: 单位}
- {字段: 未办结原因, 类型: 列表, 报告: 单位}
- {字段: 走访企业, 类型: 列表, 每项: 一组, 报告: 单位}
- {字段: "走访企业[].企业", 类型: 文字}
- {字段: "走访企业[].日期", 类型: 日期}
- {字段: 推进会, 类型: 列表, 每项: 一组, 报告: 单位}
- {字段: "推进会[].主持人", 类型: 姓名}
"""
MEASURES, PROBLEMS = "  each: 三个方面.*.问题清单[].整改措施[]\n", "  each: 三个方面.*.问题清单[]\n"
FIRST = "/themes/theme-1/problems/0"
SCORES = dict.fromkeys(("责任", "规矩", "服务", "效率", "廉洁"), "20")
# who a rule is for, what it says -> what is set at the last place where it is silent, and one step beyond it
RULES = [
    ("个人, 单位", MEASURES + "  must: 整改时限 <= 问题.发现日期 + 天(30)",
     {f"{FIRST}/found": "2024-07-08"}, {f"{FIRST}/found": "2024-07-07"}),      # the last is due on 7 August
    ("个人, 单位", PROBLEMS + "  must: 延期.延期至 <= 最晚(整改措施.整改时限) + 天(60)",
     {f"{FIRST}/deferral": {"until": "2024-10-06"}}, {f"{FIRST}/deferral": {"until": "2024-10-07"}}),
    ("单位", "  must: 任一(三个方面.问题清单.问题来源 == '企业反映')",
     {f"{FIRST}/source": "firm"}, {f"{FIRST}/source": "self"}),
    ("单位", "  must: 得分.总分 == 合计(得分.责任, 得分.规矩, 得分.服务, 得分.效率, 得分.廉洁)",
     {"/得分": SCORES | {"总分": "100"}}, {"/得分": SCORES | {"总分": "101"}}),
    ("单位", "  must: 满意率 >= 90 or (满意率说明 is given and 改进办法 is given)",
     {"/满意率": "90", "/改进办法": "改进办法丙"}, {"/满意率": "89", "/改进办法": "改进办法丙"}),
    ("单位", "  must: 办结件数 * 100 >= 受理件数 * 95",
     {"/受理件数": "20", "/办结件数": "19"}, {"/受理件数": "20", "/办结件数": "18"}),
    ("单位", "  must: 个数(未办结原因) == 受理件数 - 办结件数",
     {"/受理件数": "21", "/办结件数": "20", "/未办结原因": ["未办结原因乙"]}, {"/受理件数": "21", "/办结件数": "20"}),
    ("单位", "  must: 个数(三个方面.问题清单[整改状态 == '已销号']) * 100 >= 个数(三个方面.问题清单) * 80",
     None, {f"{FIRST}/status": "not_started"}),
    ("单位", "  check: {every: {月: 走访企业.日期}}",
     {"/走访企业": [{"企业": "企业丙", "日期": "2024-03-31"}]},
     {"/走访企业": [{"企业": "企业丙", "日期": "2024-04-01"}]}),
    ("单位", "  check: {every: {季度: 走访企业.日期, 至少: 3, 不同: 企业}}",
     {"/走访企业": [{"企业": f"企业{one}", "日期": f"2024-{day}"} for one, day in (
         ("庚", "03-16"), ("辛", "04-15"), ("壬", "05-15"), ("癸", "06-14"))]},
     {"/走访企业": [{"企业": f"企业{one}", "日期": f"2024-{day}"} for one, day in (
         ("庚", "03-16"), ("辛", "04-15"), ("壬", "05-15"))]}),     # two in the second quarter
    ("单位", '  check: {unique: {of: "走访企业[].日期", beside: [企业]}}',
     {"/走访企业": [{"企业": "企业丙", "日期": "2024-04-11"}]},
     {"/走访企业": [{"企业": "企业丙", "日期": "2024-04-11"}] * 2}),
    ("个人, 单位", MEASURES + "  must: 个数(姓名(责任人)) == 1", None, {f"{FIRST}/measures/0/owner": "本人、沈雨桐"}),
    ("单位", "  must: 领导小组.组长 in 姓名(领导小组.成员)",
     {"/leading_group": {"head": "罗子谦", "members": ["罗子谦"]}},
     {"/leading_group": {"head": "沈雨桐", "members": ["罗子谦"]}}),
    ("个人", "  over: 个人\n  must: 全部(三个方面.问题清单.编号 in 单位报告.三个方面.问题清单.编号)",
     {f"{FIRST}/id": "U002-1"}, {f"{FIRST}/id": "N-1"}),
    ("单位", "  must: 字数(备注) <= 1500",
     {"/remarks": {"text": "字", "times": 1500}}, {"/remarks": {"text": "字", "times": 1501}}),
    # 6 of 21 characters, 28 percent, then 6 of 20
    ("个人, 单位", PROBLEMS + "  must: 占比(问题表现, 'stock_phrases') < 30",
     {f"{FIRST}/fact": "学习不够深入承办的两件事项比承诺的期限晚了"},
     {f"{FIRST}/fact": "学习不够深入承办的两件事项比承诺的期限晚"}),
    ("个人, 单位", MEASURES + "  must: 剩余字数(措施, 'intensifiers') >= 6",
     {f"{FIRST}/measures/0/action": "进一步事项到手当天"}, {f"{FIRST}/measures/0/action": "进一步事项到手当"}),
    # 19 of 24 characters, 79 percent, then 19 of 23
    ("个人, 单位", PROBLEMS + "  must: not 同方案(问题表现, 80)",
     {f"{FIRST}/fact": "接待查档推三阻四，一次能办的让群众跑多次承办的两件"},
     {f"{FIRST}/fact": "接待查档推三阻四，一次能办的让群众跑多次承办的两"}),
    ("个人", "  each: 文字[]\n  must: not 含(值, '大概')", {"/remarks": "备注甲"}, {"/remarks": "大概备注"}),
    ("个人, 单位", PROBLEMS + "  where: 延期 is given\n  must: 延期.延期理由 is given",
     {f"{FIRST}/deferral": {"reason": "延期理由乙"}}, {f"{FIRST}/deferral": {"until": "2024-08-24"}}),
    ("个人, 单位", PROBLEMS + "  where: 整改状态 == '未启动'\n  must: 最晚(整改措施.整改时限) >= 今天",
     {f"{FIRST}/measures/0/due": "2024-12-01", f"{FIRST}/status": "not_started"},
     {f"{FIRST}/measures/0/due": "2024-11-30", f"{FIRST}/status": "not_started"}),
    ("单位", "  each: 推进会[]\n  must: 同一人(主持人, 单位.主要负责人)", None, None),
    ("个人", "  over: 个人\n  must: 单位报告 is given\n  at: 个人.单位编号", None, None),
]


def rule(at: int, own: str = "") -> str:
    who, said, *_ = RULES[at]
    return (f"- id: ZB{at + 1:02}\n  title: 第{at + 1}条\n  who: [{who}]\n{said}\n"
            f"  basis: {{plan: [{{clause: 五（二）}}]}}\n  remedy: 请改。\n{own}")


@pytest.fixture(scope="module")
def drafted(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("officer") / "pack"
    made = invoked("rules", "init", folder, "--plan", PLAN, "--id", "archives-2024")
    assert made.exit_code == 0, made.output
    (folder / "fields.yaml").write_text(FIELDS, encoding="utf-8")
    (folder / "families" / "ZB.yaml").write_text(
        "family: ZB\ntitle: 试\nrules:\n" + "".join(map(rule, range(len(RULES)))), encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def compiled(drafted: Path) -> Compiled:
    return Compiled(load_pack(drafted))


@pytest.mark.parametrize("at", range(len(RULES)))
def test_examples_of_an_officers_rule_are_proposed_and_right(compiled: Compiled, at: int) -> None:
    proposal = Proposal(compiled, compiled.pack.rules[f"ZB{at + 1:02}"], "zh")
    text = proposal.text()
    examples = yaml.safe_load(text)["examples"]
    *_, silent, loud = RULES[at]
    sets = {side: [sorted(one.get("files", [one])[0].get("set", {}).items()) for one in examples[side]]
            for side in ("pass", "fail")}
    assert silent is None or sorted(silent.items()) in sets["pass"], text
    assert loud is None or sorted(loud.items()) in sets["fail"], text
    assert all(len(line) < 300 for line in text.splitlines()), text
    judged = run_examples(compiled, [replace(proposal.rule, examples=examples)], "zh")
    assert [one.fault for one in judged if one.fault] == []


def test_a_number_is_changed_as_it_is_written() -> None:
    assert [(note, step(2)) for note, _, step in _numbers("91.5%", ("up", "down"))] == [
        ("up", "93%"), ("down", "90%")]


def test_they_are_right_when_pasted(drafted: Path) -> None:
    family = drafted / "families" / "ZB.yaml"
    before = family.read_text(encoding="utf-8")
    proposed = invoked("rules", "examples", f"ZB{len(RULES)}", "--rules", drafted)
    assert proposed.exit_code == 0, proposed.output
    family.write_text(before + proposed.stdout, encoding="utf-8")
    tested = invoked("rules", "test", f"ZB{len(RULES)}", "--rules", drafted)
    family.write_text(before, encoding="utf-8")
    assert (tested.exit_code, tested.output) == (0, "样例 2 个符合，0 个不符\n")
    assert "另一份报告没有报" in proposed.stdout
