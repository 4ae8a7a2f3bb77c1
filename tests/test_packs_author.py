"""What happened to the author of a new plan who wrote a pack by its guide: nothing is unused in silence, every fault is
told where it is and in the author's words, and its consequences are held back.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from openpyxl import load_workbook
from running import SERVICE, WINDOW, bayang, edit, invoked, own_pack

from bayang.engine.authoring.lint import lint
from bayang.engine.packs.own_fields import in_own_days
from bayang.engine.text.regex import regex

FAMILY = "families/FW.yaml"
MESSAGE = "message: “{{ field }}”要写一个人的姓名。"


def flaws(folder: Path) -> list[str]:
    return [f"{one.file}:{one.line} {one.text('zh')}" for one in lint(folder)]


def changed(to: Path, file: str, old: str, new: str) -> Path:
    return own_pack(to, {file: (old, new)}, SERVICE)


@pytest.mark.parametrize(("written", "said"), [
    ("“｛｛ field ｝｝”要写一个人的姓名。", "“｛｛ field ｝｝”会照样显示出来；变量的花括号用半角，两边各两个"),
    ("“{ field }”要写一个人的姓名。", "“{ field }”会照样显示出来；变量的花括号用半角，两边各两个"),
])
def test_braces_that_would_be_shown_as_they_are_are_told(tmp_path: Path, written: str, said: str) -> None:
    [flaw] = flaws(changed(tmp_path / "a", FAMILY, MESSAGE, f"message: '{written}'"))
    assert flaw.startswith(f"{FAMILY}:158 规则 FW08 的文字") and said in flaw


def test_a_variable_that_is_none_is_told_with_the_one_that_is_meant(tmp_path: Path) -> None:
    [flaw] = flaws(changed(tmp_path / "a", FAMILY, MESSAGE, "message: '“{{ feild }}”要写一个人的姓名。'"))
    assert "规则 FW08 的文字套不出来：没有变量 feild，或者不是每种情形都有它；是不是 field；" in flaw
    assert "可用的变量：cell、field、hint、phase、problem、theme，例如" in flaw


def test_braces_that_are_no_variable_stay(tmp_path: Path) -> None:
    assert flaws(changed(tmp_path / "a", FAMILY, MESSAGE, "message: '“{{ field }}”要写一个人的姓名（{姓名}）。'")) == []


def test_a_name_that_nothing_shows_is_told(tmp_path: Path) -> None:
    folder = changed(tmp_path / "a", FAMILY, "  must: 个数(姓名(责任人)) == 1\n",
                     "  must: 个数(姓名(责任人)) == 1\n  let: {n: 个数(姓名(责任人))}\n")
    [flaw] = flaws(folder)
    assert flaw == (f"{FAMILY}:156 规则 FW08 的 let 里起了名字“n”，而 message、remedy、hints 都没有显示它；"
                    "请删去，或者在文字里写上，例如 {{ n }}")
    family = folder / FAMILY
    text = family.read_text(encoding="utf-8")
    family.write_text(text.replace("要写一个人的姓名", "写了 {{ n }} 个人"), encoding="utf-8")
    assert flaws(folder) == []


@pytest.mark.parametrize(("name", "near"), [
    ("families/ZB.yml", "改名为 families/ZB.yaml，或者"), ("family/ZB.yaml", "改名为 families/ZB.yaml，或者"),
    ("rules.yaml", ""),
    ("field.yaml", "改名为 fields.yaml，或者"), ("words.yml", "改名为 words.yaml，或者")])
def test_a_file_that_is_not_read_is_told(tmp_path: Path, name: str, near: str) -> None:
    folder = own_pack(tmp_path / "a", {}, SERVICE)
    (folder / name).parent.mkdir(exist_ok=True)
    (folder / name).write_text("family: ZB\n", encoding="utf-8")
    [flaw] = flaws(folder)
    assert flaw.startswith(f"{name}:1 没有读这个文件") and flaw.endswith(f"；请{near}移到别处")


def test_files_of_others_are_let_alone(tmp_path: Path) -> None:
    folder = own_pack(tmp_path / "a", {}, SERVICE)
    for name in ("方案说明.txt", "通知模板/notice.md", "报告/U-01.yaml", ".vscode/settings.yaml"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_text("甲\n", encoding="utf-8")
    assert flaws(folder) == []


def test_a_basis_for_a_rule_that_is_not_taken_over_is_told(tmp_path: Path) -> None:
    flaw = flaws(changed(tmp_path / "a", "plan.yaml", "inherit: [IN, FM, TX]", (
        "inherit:\n- IN\n- FM\n- TX\n- rules: [BT03]\n  basis:\n    BT04: [{clause: 一}]")))[-1]
    assert flaw.startswith("plan.yaml:38 basis 里的“BT04”不是这一项沿用的规则（rules：BT03）")
    assert "在 rules 里加上 BT04" in flaw


def test_of_a_rule_at_fault_its_fault_alone_is_told(tmp_path: Path) -> None:
    """Its clause is misspelt: nothing is said of a clause None, nor of what plan.yaml says to be uncheckable."""
    [flaw] = flaws(changed(tmp_path / "a", FAMILY, "{clause: 三（一）, quote: 写明线索从哪里来}",
                           "{条款: 三（一）, quote: 写明线索从哪里来}"))
    assert flaw.startswith(f"{FAMILY}:35 /rules/1/basis/plan/0：这里没有字段“条款”，是不是 条款号？")


def test_a_listed_value_that_a_field_left_out_is_called_too_stays_in_samples(tmp_path: Path) -> None:
    """The statistics of the shared form have a field 整改到位; without these it is a value all the same."""
    folder = tmp_path / "a"
    invoked("rules", "init", folder, "--plan", Path(__file__).parent / "plans" / "archives.txt")
    fields = folder / "fields.yaml"
    text = fields.read_text("utf-8") + "- {字段: 问题统计, 报告: 单位}\n增加:\n- {字段: 带头, 类型: 是否}\n"
    fields.write_text(text, encoding="utf-8")
    family = folder / "families" / "ZA.yaml"
    family.write_text(family.read_text("utf-8") + (
        "- id: ZA99\n  title: 没有带头\n  who: 单位\n  must: 带头 == 是\n  basis: {practice: 试。}\n"
        "  remedy: 请带头。\n"),
        encoding="utf-8")
    [flaw] = [one for one in flaws(folder) if "ZA99" in one]
    assert "“是”是列定的值，要用引号括起来，例如 整改状态 == '整改到位'" in flaw


def test_two_themes_of_one_id_are_one_fault(tmp_path: Path) -> None:
    """The fields of the form are named after how many themes there are: none of them is said to be missing."""
    [flaw] = flaws(changed(tmp_path / "a", "themes/2-speed.yaml", "id: speed\n", "id: visit\n"))
    assert flaw.startswith("themes/2-speed.yaml:1 visit 已在 themes/1-visit.yaml:1 用过")


def test_a_title_that_can_be_none_is_one_fault(tmp_path: Path) -> None:
    [flaw] = flaws(changed(tmp_path / "a", "plan.yaml", "themes_title: 五项行动", "themes_title: 五项 行动"))
    assert flaw.startswith("plan.yaml:12 ") and "“五项 行动”只能用汉字、字母和数字" in flaw


def test_a_role_that_is_no_field_is_told_with_those_there_are(tmp_path: Path) -> None:
    flaw = flaws(changed(tmp_path / "a", "plan.yaml", "filed: handed_in", "filed: 报送日"))[-1]
    assert "form.filed：报告里没有这个字段；那里有：报告类型、活动方案、所处阶段、交表日期、" in flaw
    flaw = flaws(changed(tmp_path / "b", "plan.yaml", "filed: handed_in", "filed: 交表日"))[-1]
    assert "form.filed：报告里没有这个字段；是不是 交表日期？自带的是 submitted" in flaw


def test_a_path_of_a_check_is_told_as_it_is_written(tmp_path: Path) -> None:
    [flaw] = flaws(changed(tmp_path / "a", FAMILY, 'unique: {of: "visits[].date", beside: [firm]}',
                           'unique: {of: "五项行动.*.问题清单[].编码"}'))
    assert "路径 五项行动.*.问题清单[].编码 里的“编码”不是字段；是不是：编号。写法例如 五项行动.*.问题清单[]" in flaw


def test_who_forgets_where_the_pack_is_is_told_so(tmp_path: Path) -> None:
    folder = own_pack(tmp_path / "a", {}, SERVICE)
    for command in (("rules", "test"), ("rules", "examples"), ("explain",)):
        said = invoked(*command, "FW99").output
        assert "这是自带的规则包，全部规则见 bayang rules list；自己写的规则包，加 --rules 和它的文件夹" in said
        said = invoked(*command, "FW99", "--rules", folder).output
        assert f"没有规则“FW99”；是不是 FW09？全部规则见 bayang rules list --rules {folder}" in said
        said = invoked(*command, folder / FAMILY).output
        assert "是文件；规则包的文件夹写在 --rules 后面，例如 bayang rules test ZA01 --rules 规则包" in said
    said = bayang("schema", folder).stderr.decode()
    assert f"规则包的文件夹要写在 --rules 后面，例如 --rules \"{folder}\"" in said


def test_the_notes_of_examples_have_no_counts_of_money(tmp_path: Path) -> None:
    folder = own_pack(tmp_path / "a", {}, SERVICE)
    said = invoked("rules", "examples", "FW04", "--rules", folder).stdout
    assert "note: 再大 1" in said and "少一个" not in said and "多一个" not in said


def test_a_large_number_in_a_configuration_is_told_as_such(tmp_path: Path) -> None:
    (tmp_path / "bayang.yaml").write_text("jobs: 99999999999999999999\n", encoding="utf-8")
    said = invoked("check", tmp_path).output
    assert "第 1 行：jobs 要写整数，只用数字，最多 18 位，例如 5" in said


# -- nothing of the plan that comes along shows through in what is made for another ------------------------------------

OTHERS = regex("八个方面|八扬八治|自查自纠|东岭|生态环境|环[发通党]|SG-0|最差服务窗口|2021[-〕]|2022[-〕]")


def cells(file: Path) -> str:
    return "\n".join(str(cell) for sheet in load_workbook(file) for row in sheet.iter_rows(values_only=True)
                     for cell in row if cell is not None)


def test_forms_and_schemas_of_another_plan_are_in_its_own_words_and_days(tmp_path: Path) -> None:
    for rules, level in ((SERVICE, "服务站"), (WINDOW, "分理处")):
        for kind in (("unit", "--level", level), ("personal",)):
            made = invoked("new", *kind, "--rules", rules, "--to", tmp_path / f"{kind[0]}-{rules.name}.xlsx")
            assert made.exit_code == 0, made.output
            for text in (invoked("new", *kind, "--rules", rules).stdout,
                         invoked("new", *kind, "--rules", rules, "--lang", "en").stdout,
                         cells(tmp_path / f"{kind[0]}-{rules.name}.xlsx"),
                         invoked("schema", kind[0], "--keys", "zh", "--rules", rules).stdout):
                assert not OTHERS.findall(text), (rules, kind)
    assert "例如 2024-04-28；第一次报送时不填。" in invoked("new", "personal", "--rules", SERVICE).stdout


def test_days_of_samples_lie_within_the_campaign() -> None:
    own = in_own_days({"start": "2025-07-01", "end": "2026-06-30"})
    said = "2022-04-30、2021-12-20、2022-09-30、2022-Q1、2022-Q4、2022-H2、2022-03、〔2021〕3号、2000人"
    assert own(said) == "2026-04-30、2025-12-20、2026-06-30、2026-Q1、2026-Q2、2026-H1、2026-03、〔2025〕3号、2000人"
    same = in_own_days({"start": "2021-12-01", "end": "2022-12-31"})
    assert same(said) == said


def test_reports_are_called_as_the_plan_calls_them(tmp_path: Path) -> None:
    folder = changed(tmp_path / "a", "plan.yaml", "languages: [zh]", "languages: [zh]\n报告名称: 自评报告")
    assert lint(folder) == []
    for rules, called in ((folder, "自评报告"), (SERVICE, "报告")):
        form = invoked("new", "unit", "--level", "服务站", "--rules", rules).stdout
        assert f"企业服务五项行动单位（服务站）{called}填报表，写到" in form
        book = tmp_path / f"{called}.xlsx"
        assert invoked("new", "unit", "--level", "服务站", "--rules", rules, "--to", book).exit_code == 0
        assert f"企业服务五项行动单位（服务站）{called}填报表" in cells(book)
        given = tmp_path / called
        (given / "报告").mkdir(parents=True)
        (given / "报告" / "S-01.yaml").write_text(form.replace("单位编号: ", "单位编号: S-01"), encoding="utf-8")
        roster = given / "roster.yaml"
        roster.write_text("units:\n- {code: S-01, name: 城北服务站, level: station, head: 林晚舟}\n"
                          "- {code: S-02, name: 城南服务站, level: station, head: 秦远}\n", encoding="utf-8")
        common = given / "报告", "--rules", rules, "--roster", roster, "--as-of", "2024-06-25"
        assert invoked("notice", *common, "--to", given / "to", "--format", "md").exit_code == 0
        letter = (given / "to/S-02/报送提醒-S-02.md").read_text("utf-8")
        assert f"按期报送“企业服务五项行动”{called}的提醒" in letter and f"按期报送{called}的事项" in letter
        assert f"# {called}形式审核结果" in invoked("check", *common, "--format", "markdown").stdout


def test_the_samples_of_a_schema_for_rules_are_of_the_plan_at_hand() -> None:
    for keys, phase in (("zh", "phase == '自查'"), ("en", "phase == 'checking'")):
        said = invoked("schema", "rules", "--keys", keys, "--rules", SERVICE).stdout
        assert phase in said and "2022-" not in said
        assert not regex(r"\b(?:education|inspection|consolidation|branch|department)\b").findall(said)


def test_tables_are_called_after_the_fields_of_the_plan(tmp_path: Path) -> None:
    """One that calls 问题来源 otherwise has no table of 问题来源."""
    folder = changed(tmp_path / "a", "fields.yaml", '- "五项行动.*.问题清单[].问题来源"\n', "")
    edit(folder / "fields.yaml", "改动:\n", '改动:\n- {字段: "五项行动.*.问题清单[].问题来源", 名称: 线索渠道}\n')
    edit(folder / "plan.yaml", '  source: "themes.*.problems[].clue"\n', "")
    (tmp_path / "空").mkdir()
    roster = tmp_path / "roster.yaml"
    roster.write_text("units:\n- {code: S-01, name: 城北服务站, level: station, head: 林晚舟}\n", encoding="utf-8")
    said = invoked("stats", tmp_path / "空", "--rules", folder, "--roster", roster, "--as-of", "2024-06-25").output
    assert "线索渠道情况" in said and "问题来源" not in said
