"""Packs of other campaigns, in YAML alone, work with the same engine: one with a form of its own, in Chinese, is read,
checked, asked for, written about and counted; nothing of the first plan stands in Python (docs/packs.md).
"""

from __future__ import annotations

import csv
import json
import re
import shutil
import zipfile
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import Result
from jsonschema import Draft7Validator
from making import write
from running import ROOT, SERVICE, WINDOW, edit, invoked, own_pack

from bayang.engine.authoring.examples import base_report, change, dump
from bayang.engine.authoring.published import publish
from bayang.engine.packs.pack import Pack, load_pack
from bayang.engine.reading.typed import as_typed, in_chinese
from bayang.engine.records import PackError
from bayang.engine.text.messages import told

AS_OF = "2024-11-04"


def run(*arguments: str) -> Result:
    return invoked(*arguments, "--rules", SERVICE)


def report(pack: Pack, phase: str, settings: dict[str, Any], removals: tuple[str, ...] = ()) -> str:
    """A report as people type it, in Chinese."""
    data = base_report(pack, "station", phase)
    change(data, settings, removals)
    return as_typed(in_chinese(data, pack.shapes["unit"]))


def found(folder: Path, text: str, *more: str) -> list[tuple[str, str]]:
    write(folder / "站.yaml", text)
    done = run("check", str(folder), "--as-of", AS_OF, "--format", "json", *more)
    return [(one["rule"], one["pointer"]) for one in json.loads(done.stdout)["findings"]]


@pytest.mark.parametrize("command", [["rules", "test"], ["rules", "lint"], ["rules", "list"]])
@pytest.mark.parametrize("folder", [WINDOW, SERVICE], ids=["window", "service"])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_packs_are_in_order(folder: Path, command: list[str], lang: str) -> None:
    done = invoked(*command, "--rules", folder, "--lang", lang)
    assert done.exit_code == 0, done.output


def test_rules_that_are_taken_over_call_things_as_this_plan_does(tmp_path: Path) -> None:
    more = ("{rules: [CV05, ID03, PB01], basis: {CV05: [{clause: 一}], ID03: [{clause: 一}], PB01: [{clause: 一}]}, "
            "phases: {inspection: 自查, rectification: 整改, consolidation: 整改}}")
    own = own_pack(tmp_path, {"plan.yaml": ("[IN, FM, TX]", f"[IN, FM, TX, {more}]")}, SERVICE)
    rules = {ident: rule for ident, rule in load_pack(own).rules.items() if rule.inherited}
    assert rules["CV05"].message["zh"] == "五项行动填写的都是未发现问题。"
    assert "如 交表日期: 2024-10-31。" in rules["IN06"].remedy["zh"]
    assert "交表日期写第一次报送的日期，重报日期写后来再报的日期" in rules["ID03"].remedy["zh"]
    assert "写表现的编号（如 visit-1）" in rules["PB01"].remedy["zh"]
    assert "an ID such as visit-1, " in rules["PB01"].remedy["en"]
    assert "日期如 2024-10-31，月份如 2024-10，季度如 2024-Q4，半年如 2024-H2，" in rules["FM06"].remedy["zh"]
    texts = repr([(rule.title, rule.message, rule.remedy, rule.hints, rule.checks) for rule in rules.values()])
    others = ("八个方面", "填报日期", "补正日期", "八扬八治", "活动办", "2022", "shigan")
    assert not [word for word in others if word in texts]


@pytest.mark.parametrize("phase", ["checking", "mending"])
def test_compliant_reports_are_clean_in_chinese(service: Pack, tmp_path: Path, phase: str) -> None:
    text = report(service, phase, {})
    assert "交表日期:" in text
    assert "五项行动:" in text
    assert "填报日期" not in text
    assert "八个方面" not in text
    assert found(tmp_path, text) == []


def test_what_is_wrong_is_found_by_its_own_fields(service: Pack, tmp_path: Path) -> None:
    text = report(service, "mending", {
        "/satisfaction": "九成", "/paid": "120.5万元", "/visits/0/grade": "９．５", "/填报日期": "2024-10-20",
        "/themes/visit/problems/0/stage": "已改"}, ("/themes/visit/problems/0/clue", "/handed_in"))
    assert sorted(found(tmp_path, text)) == sorted([
        ("FM01", "/handed_in"), ("FM02", "/填报日期"), ("FM03", "/satisfaction"),
        ("FM04", "/themes/visit/problems/0/stage"), ("FM06", "/visits/0/grade"),
        ("FW02", "/themes/visit/problems/0/clue"), ("FW04", "/paid")])


def test_a_list_of_values_that_is_taken_over_leaves_out_what_this_plan_has_not(service: Pack, tmp_path: Path) -> None:
    """Of FM04, which names a level and a field that are not here; with `==` they would be asked for."""
    text = report(service, "checking", {"/not_applicable": [
        {"item": "case_lessons", "reason": "由区局统一开展"}, {"item": "visits", "reason": "由区局统一走访"},
        {"item": "corrected", "reason": "没有重报过"}]})
    assert found(tmp_path, text) == [("FM04", "/not_applicable/1/item"), ("FM04", "/not_applicable/2/item")]


def test_a_path_that_leads_nowhere_is_told_with_one_that_holds_here(tmp_path: Path) -> None:
    family, shown = "families/FW.yaml", "五项行动.*.问题清单[].整改措施[]"
    own = own_pack(tmp_path / "a", {family: ("each: themes.*.problems[]\n", "each: 没有的.*.问题清单[]\n")}, SERVICE)
    said = invoked("rules", "lint", "--rules", own).output
    assert f"写法例如 {shown}" in said and "八个方面" not in said
    own = own_pack(tmp_path / "b", {family: ("五项行动.*.问题清单[].整改措施[]\n", f"{shown}\n")}, SERVICE)
    assert invoked("rules", "lint", "--rules", own).exit_code == 0


def test_a_field_that_is_missing_comes_with_lines_to_paste(service: Pack, tmp_path: Path) -> None:
    write(tmp_path / "站.yaml", report(service, "mending", {}, ("/visits",)))
    done = run("check", str(tmp_path), "--as-of", AS_OF)
    assert "没有填写“走访企业”" in done.stdout
    assert "走访企业:" in done.stdout


def test_when_it_was_filed_is_read_from_its_own_field(service: Pack, tmp_path: Path) -> None:
    write(tmp_path / "站.yaml", report(service, "mending", {"/handed_in": "2024-11-20"}))
    shutil.copy(SERVICE / "bases" / "roster.yaml", tmp_path)
    done = run("stats", str(tmp_path), "--as-of", "2024-12-02", "--format", "markdown")
    [filing] = [part for part in done.stdout.split("## ") if "单位报告报送情况" in part]
    [head] = [line.split(" | ") for line in filing.splitlines() if "迟报" in line]
    [station] = [line.split(" | ") for line in filing.splitlines() if "城北服务站" in line]
    row = dict(zip(head, station, strict=True))
    assert (row["迟报"], row["最长逾期天数 |"]) == ("1", "20 |")       # 20 days after 31 October


def test_forms_ask_for_what_the_plan_asks_for(tmp_path: Path) -> None:
    text = run("new", "unit", "--level", "服务站", "--phase", "整改").stdout
    lines = text.splitlines()
    assert "# 企业服务五项行动单位（服务站）报告填报表，" in text
    for field in ("交表日期: ", "满意率: ", "奖补资金: ", "已兑现: ", "得分:", "  总分: ", "走访企业:", "五项行动:",
                  "        线索: ", "        办理情况: "):
        assert field in lines, field
    assert "可选：企业反映、走访发现、自己查出。" in text
    assert all(one not in text for one in ("八个方面", "填报日期", "问题来源", "制度建设", "文化影响"))
    early = run("new", "unit", "--level", "服务站", "--phase", "自查").stdout.splitlines()
    assert "满意率: " not in early          # compliant reports have it from the second phase on
    assert "满意率说明: " in early          # none says when


def test_the_editor_schema_takes_its_reports(service: Pack) -> None:
    for keys, shape in (("en", None), ("zh", service.shapes["unit"])):
        schema = publish(service, "unit", keys)
        Draft7Validator.check_schema(schema)
        data = base_report(service, "station", "mending")
        assert list(Draft7Validator(schema).iter_errors(in_chinese(data, shape) if shape else data)) == []


def test_what_describes_the_findings_speaks_its_words(service: Pack) -> None:
    for name in ("findings", "due", "diff", "unit", "personal"):
        text = json.dumps(publish(service, name, "zh"), ensure_ascii=False)
        words = ("八个方面", "填报日期", "补正日期", "八扬八治", "活动办", "shigan", "x-names")
        assert [word for word in words if word in text] == [], name
    text = json.dumps(publish(service, "findings"), ensure_ascii=False)
    assert "五项行动中的哪一个，例如 visit；" in text
    assert "报告声明的阶段、交表日期、重报日期；" in text


def test_letters_and_tables_speak_its_words(service: Pack, tmp_path: Path) -> None:
    write(tmp_path / "S-01.yaml", report(service, "mending", {"/themes/visit/problems/0/stage": "长期坚持"},
                                         ("/satisfaction",)))
    shutil.copy(SERVICE / "bases" / "roster.yaml", tmp_path)
    letters = tmp_path / "letters"
    done = run("notice", str(tmp_path), "--as-of", AS_OF, "--reply-by", "2024-11-11", "--to", str(letters),
               "--register", str(tmp_path / "reg.csv"), "--format", "md", "--kind", "correct")
    assert done.exit_code in (0, 1), done.output
    [letter] = [path.read_text(encoding="utf-8") for path in letters.rglob("*.md") if "S-01" in str(path)]
    assert "满意率" in letter
    assert "“交表日期”" in letter
    assert "“重报日期”" in letter
    assert "《企业服务五项行动工作方案》" in letter and "2024年11月11日（星期一）" in letter
    assert "填报日期" not in letter and "八扬八治" not in letter
    stats = run("stats", str(tmp_path), "--as-of", AS_OF, "--format", "markdown").stdout
    assert "# “企业服务五项行动”活动报告报送和整改情况统计表" in stats and "阶段：整改" in stats
    for words in ("走访", "提速", "减负", "兑现", "评价", "企业反映", "走访发现", "已办结", "长期坚持"):
        assert words in stats, words
    assert all(words not in stats for words in ("制度建设", "主动查找", "整改到位", "八个方面"))


def test_the_state_that_counts_as_done_is_the_plans(service: Pack, tmp_path: Path) -> None:
    write(tmp_path / "S-01.yaml", report(service, "mending", {}))
    stats = run("stats", str(tmp_path), "--as-of", AS_OF, "--format", "markdown").stdout
    [states] = [part for part in stats.split("## ") if "问题办理情况" in part]
    assert "| 1 | 0 | 0 | 1 | 0 | 100\\.0% |" in states
    done = run("stats", str(tmp_path), "--as-of", AS_OF, "--format", f"docx={tmp_path / '通报.docx'}")
    assert done.exit_code == 0, done.output
    assert (tmp_path / "通报.docx").stat().st_size > 5000


def test_its_own_numbers_are_added_up(service: Pack, tmp_path: Path) -> None:
    for code, settings in (("S-01", {}), ("S-02", {
            "/unit/code": "S-02", "/grants": "35000元", "/satisfaction": "88%", "/得分/总分": "12.5",
            "/得分/走访": "4.5", "/paid": "13800138000"})):      # looks like a telephone's
        write(tmp_path / f"{code}.yaml", report(service, "mending", settings))
    shutil.copy(SERVICE / "bases/roster.yaml", tmp_path)
    edit(tmp_path / "roster.yaml", "people:", "- {code: S-02, name: 城南服务站, level: station, head: 秦望}\npeople:")
    rows = [["临川区企业服务局", *["—"] * 7], ["城北服务站", "92.5", "120", "118.5", "9.5", "8", "17.5", "27"],
            ["城南服务站", "88", "3.5", "—", "4.5", "8", "12.5", "27"],
            ["合计", "—", "123.5", "118.5", "14", "16", "30", "54"]]      # 9 + 9.5 + 8.5 of each station's visits
    said = run("stats", str(tmp_path), "--as-of", AS_OF, *(f"--format={one}" for one in (
        "markdown", f"csv={tmp_path / 'a.csv'}", f"xlsx={tmp_path / 'a.xlsx'}", f"docx={tmp_path / 'a.docx'}"))).stdout
    table = said.partition("## 表8 本方案增加的数")[2].replace("\\", "").splitlines()
    assert table[2] == ("| 序号 | 单位 | 满意率（%） | 奖补资金（万元） | 已兑现（万元） | 得分·走访 | 得分·提速 | "
                        "得分·总分 | 走访企业·打分（分） |")
    assert [row.strip("| ").split(" | ")[-8:] for row in table[4:8]] == rows
    assert "百分数不相加" in said and "13800138000" not in said
    with (tmp_path / "a.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row[-7:] for row in csv.reader(file)][1:] == [row[1:] for row in rows]
    with zipfile.ZipFile(tmp_path / "a.docx") as parts:
        text = re.sub("<[^>]+>", "", parts.read("word/document.xml").decode())
    assert "按报告所填合计：奖补资金（万元）123.5、已兑现（万元）118.5" in text
    english = run("stats", str(tmp_path), "--as-of", AS_OF, "--lang", "en", "--format", "markdown").stdout
    assert "## Table 8 figures of this plan" in english and "| satisfaction (%) | grants (万元) |" in english


def test_no_word_of_it_stands_in_python(service: Pack) -> None:
    words = [*service.themes, *(one["field"].rpartition(".")[2] for one in yaml.safe_load(
        (SERVICE / "fields.yaml").read_text(encoding="utf-8"))["增加"] if "field" in one), "handed_in", "satisfaction"]
    code = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "engine").rglob("*.py"))
    assert [word for word in words if f'"{word}"' in code] == []


# -- a pack with the form that comes along -------------------------------------------------------------------------

CHINESE = """\
报告类型: 个人
活动方案: 窗口三提升
所处阶段: 自查
填报日期: 2023-05-20
个人: {人员编号: G-01, 姓名: 蓝秋水, 单位编号: W-01}
三个方面:
  提速:
    逐条对照: 全部
    问题清单:
    - 编号: G01-1
      对应表现: 材料齐全仍让人多次往返
      问题表现: 四月有两位客户因为我漏看清单多跑了一趟。
      思想根源: 我没有先核对清单就让客户回去。
      整改措施:
      - {措施: 受理前照清单逐项打勾, 责任人: 本人, 整改时限: 2023-07-10}
  明白:
    逐条对照: [clarity-1, 别的, 同一事项前后说法不一]
    未发现问题: {排查方式: 翻看告知单, 依据: 均写明所缺材料}
  热情:
    逐条对照: [低头玩手机, 对老年人催促]
    未发现问题: {排查方式: 调看监控, 依据: 均有应答}
"""


def check(folder: Path, *more: str) -> Result:
    return invoked("check", folder, "--rules", WINDOW, "--as-of", "2023-09-05", "--format", "json", *more)


def findings_of(result: Result) -> list[tuple[str, str]]:
    return [(one["rule"], one["pointer"]) for one in json.loads(result.output)["findings"]]


@pytest.mark.parametrize("phase", ["checking", "mending"])
def test_compliant_reports_are_clean(window: Pack, tmp_path: Path, phase: str) -> None:
    for base in ("personal", "headquarters", "branch-office"):
        write(tmp_path / f"{base}.yaml", dump(base_report(window, base, phase)))
    result = check(tmp_path)
    assert findings_of(result) == []
    assert result.exit_code == 0
    document = json.loads(result.output)
    assert document["pack"] == "window-2023"
    assert list(document["summary"]["statistics"]["reports_by_phase"]) == ["checking", "mending"]
    assert list(document["summary"]["statistics"]["problems_by_theme"]) == ["speed", "clarity", "warmth"]


def test_a_report_in_chinese_is_clean(tmp_path: Path) -> None:
    write(tmp_path / "蓝秋水.yaml", CHINESE)
    result = check(tmp_path)
    assert findings_of(result) == [] and result.exit_code == 0


def test_faults_are_found_with_the_words_of_this_plan(window: Pack, tmp_path: Path) -> None:
    personal = base_report(window, "personal", "checking")
    change(personal, {"/submitted": "2023-06-01", "/themes/speed/problems/0/behaviour": "态度生硬"}, ["/themes/warmth"])
    write(tmp_path / "personal.yaml", dump(personal))
    unit = base_report(window, "branch-office", "mending")
    change(unit, {"/unit/level": "分理处", "/phase": "整改"}, ["/summary"])
    write(tmp_path / "unit.yaml", dump(unit))
    write(tmp_path / "other.yaml", CHINESE.replace("窗口三提升", "八扬八治"))
    result = check(tmp_path)
    assert result.exit_code == 1
    assert set(findings_of(result)) == {
        ("FM09", "/plan"),
        ("FM08", "/themes/speed/problems/0/behaviour"),
        ("QZ01", "/themes/warmth"),
        ("QZ04", "/submitted"),
        ("QZ07", "/summary/date"),
    }
    said = {one["rule"]: one["message"] + one["remedy"] for one in json.loads(result.output)["findings"]}
    assert "speed-1" in said["FM08"] and "窗口三提升" in said["FM09"] and "热情" in said["QZ01"]
    assert not re.search("八扬八治|shigan|市局", "".join(said.values()))
    english = {one["rule"]: one["message"] for one in json.loads(check(tmp_path, "--lang", "en").output)["findings"]}
    assert "warmth" in english["QZ01"] and "checking" in english["QZ04"]


def test_phases_of_this_plan_are_chosen_in_both_languages(window: Pack, tmp_path: Path) -> None:
    write(tmp_path / "personal.yaml", dump(base_report(window, "personal", "mending")))
    for name in ("checking", "自查"):
        result = check(tmp_path, "--phase", name)
        assert json.loads(result.output)["summary"]["later"] == 1
    assert check(tmp_path, "--phase", "inspection").exit_code == 2


def test_its_roster_and_waivers_know_its_levels_and_rules(window: Pack, tmp_path: Path) -> None:
    shutil.copy(WINDOW / "bases/roster.yaml", tmp_path)
    write(tmp_path / "waivers.yaml",
          "waivers:\n- {rule: QZ07, subject: W-01, reason: 合并报送, by: 关山月, until: 2023-12-31}\n")
    unit = base_report(window, "branch-office", "mending")
    change(unit, {}, ["/summary"])
    write(tmp_path / "unit.yaml", dump(unit))
    result = check(tmp_path)
    assert [(one["rule"], one["waived"]["by"]) for one in json.loads(result.output)["findings"]] == [("QZ07", "关山月")]
    assert result.exit_code == 0


def test_inherited_rules_leave_their_plan_behind(window: Pack) -> None:
    taken = [rule for rule in window.rules.values() if rule.inherited]
    assert {rule.id[:2] for rule in taken} == {"IN", "FM", "TX"}
    assert all(not rule.bases and rule.practice for rule in taken)
    assert not window.rules["FM04"].inherited        # the pack's own takes its place


def test_a_rule_that_rests_on_its_plan_alone_cant_be_inherited(tmp_path: Path) -> None:
    own = own_pack(tmp_path, {"plan.yaml": ("[IN, FM, TX]", "[IN, FM, CA]")})
    with pytest.raises(PackError) as fault:
        load_pack(own)
    assert "CA01" in told(fault.value, "en")


def test_no_name_of_the_first_plan_stands_in_the_engine(pack: Pack) -> None:
    names = [*pack.themes, *pack.phases, *pack.levels, pack.id, *(one.virtue for one in pack.themes.values())]
    names = [name for name in names if name not in ("branch", "department")] + ["八扬", "市局", "分局"]
    pattern = re.compile("|".join(rf"\b{name}\b" if name.isascii() else name for name in names))
    for path in sorted((ROOT / "engine").rglob("*.py")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            assert not pattern.search(line.split("#")[0]), f"{path.name}:{number}: {line.strip()}"
