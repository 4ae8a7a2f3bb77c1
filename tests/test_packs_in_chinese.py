"""A pack is written as its author writes: Chinese keys and values, no English, and little that must be there
(docs/packs.md).
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from running import edit, invoked, own_pack

from bayang.engine.authoring.examples import Trial, base_report, dump, findings_in
from bayang.engine.authoring.lint import lint
from bayang.engine.judging.compile import Compiled
from bayang.engine.packs.pack import load_pack
from bayang.engine.records import PackError
from bayang.engine.text.messages import told

SHORT = """\
规则族: ZZ
规则族标题: 本行自定
规则:
- 规则编号: ZZ01
  规则标题: 措施没有写责任人
  适用对象: 单位、个人
  逐项: themes.*.problems[].measures[]
  检查: {必填: {字段: [owner]}}
  依据: {惯例: 没有责任人，措施落不了地。}
  补正办法: 请补填“责任人”，例如 责任人：本人。
"""
FULL = """\
family: ZZ
title: 本行自定
rules:
- id: ZZ01
  title: 小结没有日期
  who: [分理处, 总部]
  from: 整改
  until: 整改
  level: {分理处: 必须补正, 总部: 建议完善}
  check:
  - required: {fields: [summary.file]}
    级别: 提示
  basis:
    plan: [{clause: 三.2, 阶段: 整改, 层级: [分理处], quote: 分理处向总部报送整改小结}]
    practice: 小结要有日期。
  message: 小结没有写日期。
  remedy: 请补填日期。
"""


def chinese(folder: Path, text: str) -> Path:
    """The small pack, in Chinese alone, with one family more."""
    return own_pack(folder, {"families/ZZ.yaml": text, "plan.yaml": ("plan:\n", "languages: [中文]\nplan:\n")})


def test_a_rule_of_six_lines_has_defaults_for_the_rest(tmp_path: Path) -> None:
    pack = load_pack(chinese(tmp_path, SHORT))
    rule = pack.rules["ZZ01"]
    assert (rule.name, rule.first, rule.level, rule.who) == ("zz01", "checking", "error", ("unit", "personal"))
    report = base_report(pack, "personal", "checking")
    del report["themes"]["speed"]["problems"][0]["measures"][0]["owner"]
    batch = Trial({"G-01.yaml": dump(report)}, None, None, "2023-06-01")
    compiled = Compiled(pack)
    for language in ("zh", "en"):       # without English the Chinese text stands in English outputs too
        found = [one for one in findings_in(compiled, batch, language) if one.rule == "ZZ01"]
        assert [(one.pointer, one.message) for one in found] == [
            ("/themes/speed/problems/0/measures/0/owner", "“owner（责任人）”：措施没有写责任人。")]
        assert found[0].remedy.startswith("请补填“owner（责任人）”，例如 责任人：本人。")


def test_names_of_phases_levels_and_values_may_be_chinese(tmp_path: Path) -> None:
    folder = chinese(tmp_path, FULL)
    pack = load_pack(folder)
    rule = pack.rules["ZZ01"]
    assert rule.who == ("branch-office", "headquarters")
    assert (rule.first, rule.last) == ("mending", "mending")
    assert rule.level == {"branch-office": "error", "headquarters": "warning"}
    assert rule.checks[0]["level"] == "info"
    assert (rule.bases[0].phases, rule.bases[0].levels) == (("mending",), ("branch-office",))
    found = [flaw for flaw in lint(folder) if flaw.file == "families/ZZ.yaml"]
    assert [(flaw.check, flaw.line) for flaw in found] == [("always-fires", 4), ("basis-gap", 14)], found
    Compiled(pack)


def test_english_is_asked_for_where_a_pack_has_it(tmp_path: Path) -> None:
    folder = chinese(tmp_path, SHORT)
    edit(folder / "plan.yaml", "languages: [中文]", "languages: [中文, 英文]")
    with pytest.raises(PackError) as fault:
        load_pack(folder)
    listed = [fault.value, *fault.value.also]
    assert [(one.file, one.line) for one in listed] == [("families/ZZ.yaml", line) for line in (2, 5, 9, 10)]
    text = told(fault.value, "zh")
    assert "/规则族标题" in text and "languages: [zh]" in text


def test_all_slips_of_a_pack_come_at_once(tmp_path: Path) -> None:
    folder = chinese(tmp_path, SHORT.replace("适用对象", "适用对像").replace("惯例: 没", "惯列: 没"))
    with (folder / "themes" / "1-speed.yaml").open("a", encoding="utf-8") as file:
        file.write("colour: red\n")
    found = [(flaw.file, flaw.line) for flaw in lint(folder)]
    assert ("themes/1-speed.yaml", 14) in found
    assert ("families/ZZ.yaml", 6) in found and ("families/ZZ.yaml", 9) in found
    said = invoked("rules", "list", "--rules", folder)
    assert said.exit_code == 2
    assert said.output.count("families/ZZ.yaml") == 2 and said.output.count("themes/1-speed.yaml") == 1


def test_names_that_the_plan_has_not_are_told_in_its_words(tmp_path: Path) -> None:
    text = SHORT + "  起始阶段: 查摆\n" + SHORT.partition("规则:\n")[2].replace("ZZ01", "ZZ02").replace(
        "单位、个人", "车间") + SHORT.partition("规则:\n")[2].replace("ZZ01", "ZZ03") + "  级别: 严重\n"
    found = [(flaw.line, flaw.text("zh")) for flaw in lint(chinese(tmp_path, text)) if flaw.file == "families/ZZ.yaml"]
    for (line, said), (wanted, words) in zip(found, (
            (11, "例如 各阶段、自查、整改"), (14, "个人、单位、"), (26, "可用 必须补正、建议完善、提示")), strict=True):
        assert line == wanted and words in said, found


def test_a_plan_that_cant_be_read_is_one_line(tmp_path: Path) -> None:
    folder = chinese(tmp_path, SHORT)
    edit(folder / "plan.yaml", "  name:", "   name:")
    assert [(flaw.file, flaw.check) for flaw in lint(folder)] == [("plan.yaml", "broken")]


def test_a_rule_at_fault_is_told_once_and_the_others_are_looked_at(tmp_path: Path) -> None:
    second = SHORT.partition("规则:\n")[2].replace("ZZ01", "ZZ02").replace("problems[].measures", "problem[].measures")
    folder = chinese(tmp_path, f"{SHORT}  级别: 必须\n{second}")
    found = [flaw for flaw in lint(folder) if flaw.file == "families/ZZ.yaml"]
    assert [flaw.check for flaw in found] == ["broken", "sentence"]
    assert "必须补正" in found[0].text("zh")


def test_a_field_under_both_its_names_is_told(tmp_path: Path) -> None:
    folder = chinese(tmp_path, SHORT + "  remedy: 请补填。\n")
    found = [flaw for flaw in lint(folder) if flaw.file == "families/ZZ.yaml"]
    assert [(flaw.check, flaw.line) for flaw in found] == [("broken", 11)]


def test_paths_may_be_chinese_where_they_mean_one_thing(tmp_path: Path) -> None:
    text = SHORT.replace("themes.*.problems[].measures[]", "三个方面.*.问题清单[].整改措施[]")
    folder = chinese(tmp_path, text.replace("[owner]", "[责任人, {any: [措施, 整改时限]}, /填报日期]"))
    rule = load_pack(folder).rules["ZZ01"]
    assert rule.checks[0]["each"] == "themes.*.problems[].measures[]"
    assert rule.checks[0]["required"]["fields"] == ["owner", {"any": ["action", "due"]}, "/submitted"]
    (folder / "families" / "ZZ.yaml").write_text(SHORT.replace("[owner]", "[名称]"), encoding="utf-8")
    found = [flaw.text("zh") for flaw in lint(folder) if flaw.file == "families/ZZ.yaml"]       # of several things
    assert len(found) == 1 and "名称" in found[0] and "责任人" in found[0]


@pytest.mark.parametrize(("old", "new", "said"), [
    ("  补正办法: 请补填“责任人”，例如 责任人：本人。\n", "",
     "/规则/0/补正办法：缺少 补正办法；例如 补正办法: 请补填“责任人”。"),
    ("- 规则编号: ZZ01\n  规则标题", "- 规则标题", "/规则/0/规则编号：缺少 规则编号；例如 规则编号: ZA01"),
    ("  适用对象: 单位、个人\n", "", "/规则/0/适用对象：缺少 适用对象；例如 适用对象: [单位, 个人]"),
    ("{惯例: 没有责任人，措施落不了地。}", "没有",
     "/规则/0/依据：写法不对，应为一组“名称: 内容”；例如 依据: {方案: [{条款号: 一}]}"),
    ("惯例:", "条款:", "/规则/0/依据：这里没有字段“条款”；例如 依据: {方案: [{条款号: 一}]}"),
    ("  依据:", "  必须: 填报日期 <= 今天\n  依据:",
     "/规则/0：这里没有字段“必须”；可以写的有 规则编号、规则名、规则标题、适用对象、"),
    ("{必填: {字段: [owner]}}", "必填",
     "/规则/0/检查：写法不对，应为列表或一组“名称: 内容”；例如 检查: {必填: {字段: [owner]}}"),
    ("规则编号: ZZ01", "规则编号: ZZ1", "规则编号“ZZ1”不合写法；编号是两个大写英文字母加两位或更多数字，例如 ZA01"),
])
def test_what_is_wrong_in_chinese_is_shown_in_chinese(tmp_path: Path, old: str, new: str, said: str) -> None:
    assert old in SHORT
    with pytest.raises(PackError) as fault:
        load_pack(chinese(tmp_path, SHORT.replace(old, new)))
    assert told(fault.value, "zh").startswith(said)


def test_what_stands_at_the_top_is_told_where_it_belongs_in_chinese(tmp_path: Path) -> None:
    head, _, rule = SHORT.partition("规则:\n")
    with pytest.raises(PackError) as fault:
        load_pack(chinese(tmp_path, head + rule.replace("- ", "", 1).replace("\n  ", "\n")))
    assert "应当在“规则:”的下面；请在前面加一行“规则:”" in told(fault.value, "zh")


def test_what_is_missing_over_all_themes_is_not_said_to_stand_in_blanks_of_each(tmp_path: Path) -> None:
    """In a form that nobody has filled in: the blanks are those of a theme in which nothing was found."""
    rule = SHORT.replace("  逐项: themes.*.problems[].measures[]\n", "").replace(
        "检查: {必填: {字段: [owner]}}", "要求: 个数(三个方面.问题清单) >= 1")
    folder = chinese(tmp_path / "pack", rule)
    invoked("new", "单位", "--level", "总部", "--phase", "整改", "--rules", folder, "--to", tmp_path / "unit.yaml")
    said = json.loads(invoked("check", tmp_path / "unit.yaml", "--rules", folder, "--as-of", "2023-06-01",
                              "--format", "json").stdout)["findings"]
    remedies = {one["rule"]: one["remedy"] for one in said}
    assert remedies["ZZ01"] == "请补填“责任人”，例如 责任人：本人。"


def test_a_language_that_is_none_is_one_fault(tmp_path: Path) -> None:
    with pytest.raises(PackError) as fault:
        load_pack(own_pack(tmp_path, {"families/ZZ.yaml": SHORT, "plan.yaml": ("plan:\n", "languages: [cn]\nplan:\n")}))
    assert (fault.value.line, fault.value.also) == (2, [])
    assert told(fault.value, "zh").startswith("/languages/0：“cn”不是可选的值")
