"""A pack's own form: `fields.yaml` adds, hides and changes fields; reports, forms, schemas and findings follow
(docs/packs.md).
"""

from __future__ import annotations

import json
import re
import shutil
from decimal import Decimal
from pathlib import Path

import pytest
from jsonschema import Draft7Validator
from making import write
from openpyxl import load_workbook
from running import WINDOW, invoked, own_pack

from bayang.engine.authoring.draft import draft
from bayang.engine.authoring.published import publish
from bayang.engine.output.forms import Order, form
from bayang.engine.packs.pack import load_pack
from bayang.engine.records import PackError
from bayang.engine.text.messages import LANGUAGES, told
from bayang.engine.text.numbers import parse_money, parse_number, parse_percent

FIELDS = """\
不用:
- 三个方面.*.问题清单[].文化影响
- {字段: research, 报告: 单位}
改动:
- 字段: themes.*.problems[].source
  名称: 从哪里来
  可选值: {self: 自查, firm: 企业反映}
  样例: 企业反映
增加:
- {字段: satisfaction, 名称: 满意率, 类型: 百分数, 报告: 单位, 排在: 联系人}
- {字段: 经费, 类型: 金额, 计量单位: 万元, 报告: 单位, 样例: "3.5"}
- {字段: visits, 名称: 走访企业, 类型: 列表, 每项: 一组, 报告: 单位}
- {字段: "visits[].firm", 名称: 企业}
- {字段: "visits[].date", 名称: 日期, 类型: 日期}
- {字段: "visits[].score", 名称: 得分, 类型: 数, 计量单位: 分}
- {字段: "三个方面.*.problems[].grade", 名称: 等次, 类型: 选项, 可选值: [一般, 较重]}
"""

REPORT = """\
报告类型: 单位
活动方案: 窗口三提升
所处阶段: 自查
填报日期: 2023-05-20
单位: {单位编号: W-01, 单位名称: 总部, 层级: 总部}
"""


def found(folder: Path, tmp_path: Path, text: str) -> list[tuple[str, str, str]]:
    """(rule, pointer, message) of the findings on form."""
    path = tmp_path / "报告.yaml"
    path.write_text(text, encoding="utf-8")
    done = invoked("check", path, "--rules", folder, "--as-of", "2023-05-30", "--no-config", "--format", "json",
                   "--select", "FM*")
    return [(one["rule"], one["pointer"], one["message"]) for one in json.loads(done.stdout)["findings"]]


def test_what_is_added_is_read_and_what_is_hidden_is_no_field(tmp_path: Path) -> None:
    folder = own_pack(tmp_path, {"fields.yaml": FIELDS})
    good = REPORT + """\
满意率: 92.5%
经费: 3.5万元
走访企业:
- {企业: 甲公司, 日期: 2023-04-04, 得分: 12.5}
三个方面:
  提速:
    问题清单:
    - {编号: A-1, 等次: 较重, 从哪里来: 企业反映}
"""
    assert found(folder, tmp_path, good) == []
    wrong = good.replace("92.5%", "0.92").replace("3.5万元", "35000元").replace("12.5", "高").replace(
        "等次: 较重, 从哪里来: 企业反映", "等次: 轻微, 文化影响: 习惯, 问题来源: 主动查找")
    wrong += "调查研究: {意见建议数: 3}\n"
    rules = sorted((rule, pointer) for rule, pointer, _ in found(folder, tmp_path, wrong))
    problem = "/themes/speed/problems/0"
    assert rules == [("FM02", ""), ("FM02", problem), ("FM02", problem), ("FM03", "/satisfaction"),
                     ("FM03", "/visits/0/score"), ("FM04", f"{problem}/grade"), ("FM06", "/经费")]
    told_ = {rule + pointer: message for rule, pointer, message in found(folder, tmp_path, wrong)}
    assert "百分数" in told_["FM03/satisfaction"]


def test_forms_ask_for_it_and_say_how(tmp_path: Path) -> None:
    pack = load_pack(own_pack(tmp_path, {"fields.yaml": FIELDS}))
    text = form(pack, Order(("unit",), "mending", "headquarters")).text()
    lines = text.splitlines()
    assert lines[lines.index("满意率: ") - 1] == "# 写百分数，例如 85%。"
    assert lines[lines.index("经费: ") - 1] == "# 写金额，可以有小数；不写单位的，单位是万元，例如 3.5。"
    at = lines.index("走访企业:")
    assert [line for line in lines[at:at + 8] if "#" not in line] == [
        "走访企业:", "  - 企业: ", "    日期: ", "    得分: "]
    assert "        等次: " in lines
    assert "文化影响" not in text
    assert "调查研究" not in text
    assert "可选：一般、较重。" in text


def test_english_descriptions_list_what_is_left(tmp_path: Path) -> None:
    text = ("hide: ['themes.*.problems[].measures[].due', 'inspections[].found', 'activities[].attendance', "
            "'activities[].title', 'case_lessons[].mechanism']\n")
    pack = load_pack(own_pack(tmp_path, {"fields.yaml": text}))
    fields = pack.schema("unit.json")["properties"]
    said = [fields[name]["items"]["x-en"] for name in ("inspections", "activities", "case_lessons", "evaluation")]
    assert said == ["One item each: kind, date, circular.", "One item each: form, date.", "One item a gap: gap.",
                    "One item each: form, date, result."]
    problem = fields["themes"]["additionalProperties"]["properties"]["problems"]["items"]["properties"]
    assert problem["measures"]["items"]["x-en"] == "One item a measure: action and owner."


def test_no_sample_is_a_hidden_field(tmp_path: Path) -> None:
    pack = load_pack(own_pack(tmp_path, {"fields.yaml": "hide: [column]\n"}))
    item = pack.schema("unit.json")["properties"]["not_applicable"]["items"]["properties"]["item"]
    assert item["description"] == "本表里的哪一栏不涉及，照栏目的名称写。"


def test_who_gets_a_form_is_told_to_check_it_by_its_pack(tmp_path: Path) -> None:
    folder = own_pack(tmp_path, {"fields.yaml": "hide: [column]\n"})
    made = tmp_path / "form.xlsx"
    said = invoked("new", "personal", "--rules", folder, "--to", made).output
    assert f"bayang check {made} --rules {folder}" in said
    said = invoked("import", made, "--rules", folder, "--to", tmp_path / "reports").output
    assert f"bayang check {tmp_path / 'reports'} --rules {folder}" in said


def test_the_editor_schema_follows(tmp_path: Path) -> None:
    pack = load_pack(own_pack(tmp_path, {"fields.yaml": FIELDS}))
    for keys in ("zh", "en"):
        Draft7Validator.check_schema(publish(pack, "unit", keys))
    schema = publish(pack, "unit", "zh")
    assert list(schema["properties"]).index("满意率") == list(schema["properties"]).index("联系人") + 1
    assert "调查研究" not in schema["properties"]
    ok = {"报告类型": "单位", "活动方案": "窗口三提升", "所处阶段": "自查", "填报日期": "2023-05-20",
          "单位": {"单位编号": "W-01", "单位名称": "总部", "层级": "总部"}, "满意率": "92.5%", "经费": 3.5,
          "走访企业": [{"企业": "甲公司", "日期": "2023-04-04", "得分": "12.5"}]}
    assert list(Draft7Validator(schema).iter_errors(ok)) == []
    assert list(Draft7Validator(schema).iter_errors(ok | {"经费": "三万"})) != []


def test_the_themes_are_called_by_their_number_or_as_the_plan_says(tmp_path: Path) -> None:
    assert load_pack(WINDOW).shapes["unit"].titles["themes"] == "三个方面"
    folder = tmp_path / "pack"
    shutil.copytree(WINDOW, folder)
    plan = (folder / "plan.yaml").read_text(encoding="utf-8")
    (folder / "plan.yaml").write_text(plan + "\nthemes_title: 三项提升\n", encoding="utf-8")
    pack = load_pack(folder)
    assert pack.shapes["personal"].titles["themes"] == "三项提升"
    assert "三项提升逐个回答" in form(pack, Order(("personal",), "mending")).text()
    assert load_pack().shapes["unit"].titles["themes"] == "八个方面"
    assert load_pack().schemas == {}


@pytest.mark.parametrize(("fields", "line", "words"), [
    ("add:\n- {field: rate, type: percent}\n", 2, "title: 满意率"),
    ("add:\n- {field: Rate, title: 比率}\n", 2, "field: 满意率"),
    ("add:\n- {field: rate, title: 比率（%）}\n", 2, "unit: 万元"),
    ("add:\n- {field: unit, title: 科室}\n", 2, "change: ["),
    ("add:\n- {field: rate, title: 备注}\n", 2, "title: 备注2"),
    ("add:\n- {field: money, title: 经费, type: money}\n", 2, "unit: 万元"),
    ("add:\n- {field: money, title: 经费, type: money, unit: 美元}\n", 2, "可用 元、千元、万元"),
    ("add:\n- {field: grade, title: 等次, type: choice}\n", 2, "，或者 values: [自查, 企业反映]"),
    ("add:\n- {field: grade, title: 等次, type: choice, values: [好, 好]}\n", 2, "每个值只写一次"),
    ("add:\n- {field: grade, title: 等次, values: [好, 差]}\n", 2, "type: choice"),
    ("add:\n- {field: grade, title: 等次, of: date}\n", 2, "of: date"),
    ("add:\n- {field: grade, title: 等次, unit: 元}\n", 2, "type: money"),
    ("add:\n- {field: visits, title: 走访, type: list, of: map}\n", 2, "{field: 'visits[].satisfaction', title: 满"),
    ("add:\n- {field: activities.place, title: 地点}\n", 2, "activities[].date"),
    ("add:\n- {field: themes.problems, title: 地点}\n", 2, "themes.*.problems[]"),
    ("add:\n- {field: remarks.place, title: 地点}\n", 2, "type: map"),
    ("add:\n- {field: 单位.地址, after: 名字}\n", 2, "单位名称"),
    ("add:\n- title: 等次\n", 2, "缺少 field；例如 field: satisfaction"),
    ("add:\n- {field: grade, title: 等次, type: 打分}\n", 2, "percent"),
    ("hide: [cultur]\n", 1, "那里没有字段“cultur”"),
    ("hide:\n- themes.*.problems[].cultur\n", 2, "是不是 culture"),
    ("hide: [submitted]\n", 1, "change: [{field: submitted, title: 填报日期2}]"),
    ("hide: [八个方面]\n", 1, "是不是 三个方面"),
    ("change:\n- {field: remarks}\n", 2, "change: [{field: remarks, title: 备注2}]"),
    ("change:\n- {field: remarks, values: [好]}\n", 2, "type: choice"),
    ("change:\n- field: themes\n  title: 三项提升\n", 3, "themes_title: 三项提升"),
    ("change:\n- {field: /remarks, title: 说明}\n", 2, "field: themes.*.problems[].source"),
    ("调整:\n- remarks\n", 1, "例如 增加: [{字段: satisfaction, 名称: 满意率, 类型: 百分数}]"),
    ("add: 满意率\n", 1, "写法不对，应为列表；例如"),
])
def test_what_is_wrong_is_said_with_line_and_an_example(tmp_path: Path, fields: str, line: int, words: str) -> None:
    with pytest.raises(PackError) as fault:
        load_pack(own_pack(tmp_path, {"fields.yaml": fields}))
    assert (fault.value.file, fault.value.line) == ("fields.yaml", line)
    assert words in told(fault.value, "zh")
    for language in LANGUAGES:
        assert told(fault.value, language)


@pytest.mark.parametrize(("fields", "said"), [
    ("不用: [填报日期]\n", "写 改动: [{字段: 填报日期, 名称: 填报日期2}]"),
    ("改动:\n- {字段: 备注}\n", "写上 名称、可选值、说明、样例 中的一项，例如 改动: [{字段: 备注, 名称: 备注2}]"),
    ("改动:\n- {字段: 备注, 可选值: [好]}\n",
     "不能写 可选值；要改成选项的，先去掉它（不用: [备注]），再另外增加一个 类型: 选项"),
    ("改动:\n- {字段: /备注, 名称: 说明}\n", "例如 字段: themes.*.problems[].source"),
    ("增加:\n- {字段: 备注}\n", "例如 改动: [{字段: 备注, 名称: 备注2}]"),
    ("增加:\n- {字段: Rate}\n", "例如 字段: 满意率"),
    ("增加:\n- {字段: rate}\n", "缺少 名称（填报的人看到的中文名称），例如 名称: 满意率"),
    ("增加:\n- {字段: rate, 名称: 满意率（%）}\n",
     "计量单位写进“计量单位”，说明写进“说明”，例如 {名称: 满意率, 类型: 数, 计量单位: 万元}"),
    ("增加:\n- {字段: rate, 名称: 备注}\n", "例如 名称: 备注2"),
    ("增加:\n- {字段: grade, 名称: 等次, 可选值: [好, 差]}\n",
     "只有选项才写 可选值，例如 类型: 选项；选项的列表是 {类型: 列表, 每项: 选项}"),
    ("增加:\n- {字段: grade, 名称: 等次, 计量单位: 元}\n", "才写 计量单位，例如 {类型: 金额, 计量单位: 万元}"),
    ("增加:\n- {字段: grade, 名称: 等次, 每项: 日期}\n", "才写 每项，例如 {类型: 列表, 每项: 日期}"),
    ("增加:\n- {字段: grade, 名称: 等次, 类型: 选项}\n",
     "选项要写 可选值，例如 可选值: {self: 自查, firm: 企业反映}，或者 可选值: [自查, 企业反映]"),
    ("增加:\n- {字段: grade, 名称: 等次, 类型: 选项, 可选值: [好, 好]}\n", "例如 可选值: {self: 自查, firm: 企业反映}"),
    ("增加:\n- {字段: money, 名称: 经费, 类型: 金额}\n", "亿元，例如 计量单位: 万元"),
    ("增加:\n- {字段: 备注.地点}\n", "先增加一项 类型: 一组（一组）或者 {类型: 列表, 每项: 一组}（逐项的一组）"),
    ("增加:\n- {字段: visits, 名称: 走访, 类型: 列表, 每项: 一组}\n",
     "例如 {字段: 'visits[].satisfaction', 名称: 满意率, 类型: 百分数}"),
    ("增加:\n- {名称: 等次}\n", "缺少 字段；例如 字段: satisfaction"),
    ("增加:\n- {字段: grade, 名称: 等次, 类型: 打分}\n", "例如 类型: 百分数"),
    ("增加: 满意率\n", "写法不对，应为列表；例如 增加: [{字段: satisfaction, 名称: 满意率, 类型: 百分数}]"),
])
def test_who_writes_chinese_is_shown_chinese_that_is_valid(tmp_path: Path, fields: str, said: str) -> None:
    with pytest.raises(PackError) as fault:
        load_pack(own_pack(tmp_path, {"fields.yaml": fields}))
    assert said in told(fault.value, "zh")


@pytest.mark.parametrize(("field", "fitting"), [
    ("类型: 百分数, 样例: 九成", "样例: 85%"), ("类型: 百分数, 样例: '0.85'", "样例: 85%"),
    ("类型: 日期, 样例: 下个月", "样例: 2022-04-30"), ("类型: 日期, 样例: 2024年6月5日", "样例: 2024-06-05"),
    ("类型: 月份, 样例: 2024-13", "样例: 2022-04"), ("类型: 季度, 样例: 春天", "样例: 2022-Q1"),
    ("类型: 半年, 样例: 前半", "样例: 2022-H1"), ("类型: 个数, 样例: 三五个", "样例: 12"),
    ("类型: 数, 样例: 很多", "样例: 12.5"), ("类型: 金额, 计量单位: 万元, 样例: 三十多万", "样例: 3.5"),
    ("类型: 编号, 样例: 第 1 号", "样例: A-01"), ("类型: 是否, 样例: 看情况", "可用 是、否，例如 样例: 是"),
    ("类型: 选项, 可选值: [好, 差], 样例: 中", "可用 好、差，例如 样例: 好"),
    ("类型: 列表, 每项: 日期, 样例: 六月", "样例: 2022-04-30"),
    ("类型: 列表, 每项: 选项, 可选值: [好, 差], 样例: 好、中", "可用 好、差，例如 样例: 好")])
def test_a_sample_that_would_be_wrong_in_a_report_is_refused(tmp_path: Path, field: str, fitting: str) -> None:
    sample = field.rpartition("样例: ")[2].strip("'")
    with pytest.raises(PackError) as fault:
        load_pack(own_pack(tmp_path, {"fields.yaml": f"增加:\n- 字段: 等次\n- {{字段: 甲, {field}}}\n"}))
    assert (fault.value.file, fault.value.line) == ("fields.yaml", 3)
    said = told(fault.value, "zh")
    assert said.startswith(f"甲：样例“{sample}”照着填是不对的，印在表上会把人带错；")
    assert said.replace("'", "").endswith(fitting)
    assert f"the sample “{sample}” gets it wrong" in told(fault.value, "en")


def test_a_sample_of_a_field_that_is_changed_is_held_to_its_values(tmp_path: Path) -> None:
    fields = "改动:\n- {字段: \"themes.*.problems[].source\", 可选值: [自查, 企业反映], 样例: 群众反映}\n"
    with pytest.raises(PackError) as fault:
        load_pack(own_pack(tmp_path, {"fields.yaml": fields}))
    assert told(fault.value, "zh").endswith("可用 自查、企业反映，例如 样例: 自查")


@pytest.mark.parametrize("field", [
    "类型: 百分数, 样例: 92.5%", "类型: 列表, 每项: 姓名, 样例: 林晚舟、苏见青", "类型: 文字, 样例: 写一段",
    "类型: 列表, 每项: 选项, 可选值: [好, 差], 样例: 好、差", "类型: 金额, 计量单位: 万元, 样例: 3.5",
    "类型: 是否, 样例: 否", "类型: 列表, 样例: 一句"])
def test_a_sample_that_would_be_right_is_taken(tmp_path: Path, field: str) -> None:
    load_pack(own_pack(tmp_path, {"fields.yaml": f"增加:\n- {{字段: 甲, {field}}}\n"}))


@pytest.mark.parametrize(("text", "value", "typed"), [
    ("12.5", "12.5", ""), ("-3", "-3", ""), ("１２．５", "12.5", "12.5吨"), ("1,234", "1234", "1234吨"),
    ("12吨", "12", ""), ("12 吨", "12", "12吨"), ("12。", "12", "12吨"),
    ("约5", None, None), ("12,34", None, None), ("1" * 19, None, None), ("", None, None), ("3、5", None, None),
])
def test_numbers(text: str, value: str | None, typed: str | None) -> None:
    assert parse_number(text, "吨") == ((Decimal(value), typed) if value else None)


@pytest.mark.parametrize(("text", "value", "typed"), [
    ("85%", "85", ""), ("85", "85", ""), ("８５％", "85", "85%"), ("85 %", "85", "85%"), ("百分之85", "85", "85%"),
    ("0.5%", "0.5", ""), ("120%", "120", ""), ("0", "0", ""),
    ("0.85", None, None), ("八成", None, None), ("85%左右", None, None),
])
def test_percentages(text: str, value: str | None, typed: str | None) -> None:
    assert parse_percent(text) == ((Decimal(value), typed) if value else None)


@pytest.mark.parametrize(("text", "value", "typed"), [
    ("3.5", "3.5", ""), ("3.5万元", "3.5", ""), ("35000元", "3.5", "3.5万元"), ("3.5万", "3.5", "3.5万元"),
    ("人民币35000元", "3.5", "3.5万元"), ("2亿", "20000", "20000万元"),
    ("￥3.5", None, None), ("3.5美元", None, None), ("元", None, None),
])
def test_money(text: str, value: str | None, typed: str | None) -> None:
    assert parse_money(text, "万元") == ((Decimal(value), typed) if value else None)


def test_the_schema_of_the_file_itself() -> None:
    schema = publish(load_pack(), "fields", "zh")
    Draft7Validator.check_schema(schema)
    assert list(schema["properties"]) == ["不用", "改动", "增加"]


@pytest.mark.parametrize(("page", "first"), [("packs.md", "hide:"), ("packs.zh-CN.md", "不用:")])
def test_the_example_of_the_page_loads(tmp_path: Path, page: str, first: str) -> None:
    root = WINDOW.parent.parent.parent
    text = (root / "docs" / page).read_text(encoding="utf-8")
    [fields] = [block for block in re.findall("```yaml\n(.*?)```", text, re.DOTALL) if block.startswith(first)]
    shutil.copytree(root / "rules", tmp_path / "pack")
    (tmp_path / "pack" / "fields.yaml").write_text(fields, encoding="utf-8")
    titles = load_pack(tmp_path / "pack").shapes["unit"].titles
    assert {"满意率", "经费", "走访企业"} <= set(titles.values())
    assert "column" not in titles


# -- what counts themes, fields or values says what is true of the pack's own plan ---------------------------------

NUMERALS = "一二三四五六七八"
BUNDLED = ("八扬八治", "四十七", "市局", "市委", "县级分局", "实干", "shigan", "forty-seven", "eight themes")


def plan(count: int) -> str:
    """A plan with so many themes."""
    themes = "".join(f"（{one}）抓{one}事。重点解决：{one}事没人管；{one}事拖着办。\n" for one in NUMERALS[:count])
    return f"""关于开展“抓作风”行动的方案
一、行动内容
{themes}二、方法步骤
（一）动员学习阶段（2025年3月1日至4月15日）。各处室召开动员会。
（二）集中整改阶段（2025年4月16日至9月30日）。对查出的问题制定整改措施，明确责任人和完成时限。抓好整改落实。
"""


def drafted(folder: Path, count: int) -> None:
    """A pack of such a plan, as it is drafted: without a form of its own."""
    for name, data in draft(plan(count), "own-2025").files.items():
        write(folder / name, data)


def run(*arguments: str) -> str:
    done = invoked(*arguments)
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.parametrize("count", [5, 8])
def test_a_pack_without_fields_speaks_of_its_own_plan(tmp_path: Path, count: int) -> None:
    pack = tmp_path / "pack"
    drafted(pack, count)
    title = f"{NUMERALS[count - 1]}个方面"
    shown = {}
    for kind, more in (("personal", ()), ("unit", ("--level", "level-1"))):
        form = ("new", kind, *more, "--phase", "phase-2", "--rules", str(pack))
        shown[kind] = run(*form)
        run(*form, "--to", str(tmp_path / f"{kind}.xlsx"))
        shown[f"{kind}.xlsx"] = "\n".join(
            str(cell) for sheet in load_workbook(tmp_path / f"{kind}.xlsx") for row in sheet.values for cell in row)
        shown[f"schema {kind}"] = run("schema", kind, "--keys", "zh", "--rules", str(pack))
        assert all(title in shown[each] for each in (kind, f"{kind}.xlsx", f"schema {kind}"))
    shown["findings"] = run("schema", "findings", "--rules", str(pack))
    shown["manual"] = "".join(run("explain", rule, "--rules", str(pack), "--lang", language)
                              for rule in ("CV01", "CV04", "RC01") for language in ("zh", "en"))
    for what, text in shown.items():
        wrong = [word for word in (*BUNDLED, *(() if count == 8 else ("八个",))) if word in text]
        assert not wrong, (what, wrong)


def test_descriptions_list_and_count_the_fields_that_are_there(tmp_path: Path) -> None:
    drafted(tmp_path, 5)
    (tmp_path / "fields.yaml").write_text("""\
不用:
- "五个方面.*.问题清单[].整改措施[].整改时限"
- {字段: reflection.duty}
改动:
- {字段: "study[].date", 名称: 学习日}
- {字段: "inspections[].kind", 可选值: {a: 自查, b: 互查, c: 督查}}
- {字段: summary.to, 样例: 行动办公室}
""", encoding="utf-8")
    (tmp_path / "families").joinpath("ZA.yaml").unlink()
    text = "".join(run("schema", kind, "--keys", "zh", "--rules", str(tmp_path)) for kind in ("personal", "unit"))
    for said in ("措施、责任人两样写全", "每项写明措施、责任人。", "自己、思想、工作，三样都写",
                 "一次学习写一项：形式、主题、学习日。", "从列出的几种里选一种，例如 自查。",
                 "写收件单位的名称，例如 行动办公室。"):
        assert said in text, said
