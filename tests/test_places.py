"""Where findings stand: rule, level, line and column on literal reports, with English and with Chinese keys (contract
§8.7).

The reports have their line numbers at the left. A change gives a line anew; `LEFT_OUT` turns it into a comment, so
that the numbers stay. Every case names all findings of the report, and the report without the change has none.
"""

from __future__ import annotations

import os
import re
from pathlib import Path

import pytest

from bayang.engine.authoring.examples import base_report, dump
from bayang.engine.batch.run import Options, run
from bayang.engine.judging.check import Checker, World
from bayang.engine.judging.compile import Compiled
from bayang.engine.records import Limits

EDUCATION = """
01| report: personal
02| plan: bayang-bazhi
03| phase: education
04| submitted: 2022-01-20
05| person:
06|   id: DL-003
07|   name: 张三
08|   unit: DL
09| study:
10| - form: 主题党日
11|   title: 学习方案
12|   date: 2022-01-14
13| remarks: 笔记一册
"""

INSPECTION = """
01| report: personal
02| plan: bayang-bazhi
03| phase: inspection
04| submitted: 2022-04-20
05| person: {id: DL-003, name: 张三, unit: DL}
06| study: [{form: 主题党日, title: 学习方案, date: 2022-01-14}]
07| reflection:
08|   self: 遇事总要人催
09|   thought: 怕麻烦
10|   duty: 回访做得少
11|   work: 两件投诉超期
12| themes:
13|   shigan: {examined: all, none_found: {method: 翻看日志, basis: 承诺都有结果}}
14|   dandang: {examined: all, none_found: {method: 翻看日志, basis: 没有推诿的事}}
15|   gongpu: {examined: all, none_found: {method: 电话回访, basis: 没有不满意的}}
16|   pinbo: {examined: all, none_found: {method: 核对考勤, basis: 没有缺勤}}
17|   yanjin:
18|     examined: all
19|     problems:
20|     - id: YJ-01
21|       behaviour: yanjin-02
22|       fact: 三月承办的两件投诉晚了三天才答复
23|       instance: 三月十四日受理的一件第九天才答复
24|       cause: 把期限看成软约束
25|       culture: 习惯等人催办
26|       standard: 投诉件件按期答复
27|       measures:
28|       - action: 每周五逐件核对没有办结的投诉
29|         owner: 张三
30|         due: 2022-06-30
31|     - id: YJ-02
32|       behaviour: yanjin-03
33|       fact: 送审的季度分析引用了上一季度的数字
34|       instance: 四月十一日送审的稿子第二部分
35|       cause: 觉得有人核稿就不再核对
36|       culture: 习惯套用旧稿
37|       standard: 送审稿与导出表逐项一致
38|       measures:
39|       - action: 送审前对照导出表逐项打勾
40|         owner: 李四
41|         due: 2022-06-15
42|   chuangyou: {examined: all, none_found: {method: 与外市比较, basis: 办法都已更新}}
43|   douzheng: {examined: all, none_found: {method: 对照评议, basis: 评议没有提到}}
44|   lianjie: {examined: all, none_found: {method: 对照档案, basis: 档案没有记录}}
"""

UNIT = """
01| report: unit
02| plan: bayang-bazhi
03| phase: inspection
04| submitted: 2022-04-20
05| unit: {code: DL, name: 东岭科, level: department, head: 王五}
06| contact: {name: 赵六, phone: 0700-5550101}
07| activities:
08| - {form: 主题党日, title: 学习方案, date: 2022-01-14, attendance: 9}
09| - {form: 专题讲座, title: 限时办结, date: 2022-01-18, attendance: 9}
10| column: {title: 作风在线, location: 公示栏, opened: 2022-01-05, items: 4}
11| research:
12|   methods: [个别访谈, 网络]
13|   opinions: 7
14|   report: {title: 答复为何迟到, date: 2022-04-12}
15| cadence:
16|   monthly:
17|   - {month: 2021-12, theme: 动员}
18|   - {month: 2022-01, theme: 学习}
19|   - {month: 2022-02, theme: 走访}
20|   - {month: 2022-03, theme: 对照}
21| themes:
22|   shigan: {examined: all, none_found: {method: 翻看台账, basis: 承诺都有结果}}
23|   dandang: {examined: all, none_found: {method: 翻看台账, basis: 没有推诿的事}}
24|   gongpu: {examined: all, none_found: {method: 电话回访, basis: 没有不满意的}}
25|   pinbo: {examined: all, none_found: {method: 核对考勤, basis: 没有缺勤}}
26|   yanjin:
27|     examined: all
28|     problems:
29|     - id: DL-YJ-01
30|       behaviour: yanjin-06
31|       fact: 档案柜里混放着过期的采样管
32|       instance: 二月调阅一份报告用了两天
33|       cause: 觉得环境是小事
34|       culture: 不拘小节
35|       standard: 十分钟内取到案卷
36|       leader: 王五
37|       measures:
38|       - action: 案卷按年编号上架并画出柜位图
39|         owner: 赵六
40|         due: 2022-06-20
41|   chuangyou: {examined: all, none_found: {method: 与外市比较, basis: 办法都已更新}}
42|   douzheng: {examined: all, none_found: {method: 对照评议, basis: 评议没有提到}}
43|   lianjie: {examined: all, none_found: {method: 对照档案, basis: 档案没有记录}}
"""

LEFT_OUT = "#"

# The keys that begin a line of these reports. A Chinese key takes the same place, so no column changes.
CHINESE = {
    "report": "报告类型", "plan": "活动方案", "phase": "所处阶段", "submitted": "填报日期", "corrected": "补正日期",
    "filled_by": "填报人", "reviewed_by": "审核人", "themes": "八个方面", "attachments": "附件", "remarks": "备注",
    "person": "个人", "id": "人员编号", "name": "姓名", "unit": "单位编号", "study": "学习情况", "form": "形式",
    "title": "主题", "date": "日期", "reflection": "自我剖析", "self": "自己", "thought": "思想", "duty": "职责",
    "work": "工作", "examined": "逐条对照", "problems": "问题清单", "none_found": "未发现问题",
    "behaviour": "对应表现", "fact": "问题表现", "instance": "典型事例", "cause": "思想根源", "culture": "文化影响",
    "standard": "整改目标", "measures": "整改措施", "action": "措施", "owner": "责任人", "due": "整改时限",
    "shared_with": "共用问题", "leader": "责任领导", "contact": "联系人", "activities": "学习教育",
    "column": "活动专栏", "research": "调查研究", "methods": "方式", "opinions": "意见建议数",
    "cadence": "工作节奏", "monthly": "每月主题",
    "shigan": "实干", "dandang": "担当", "gongpu": "公仆", "pinbo": "拼搏", "yanjin": "严谨", "chuangyou": "创优",
    "douzheng": "斗争", "lianjie": "廉洁",
}
VALUES = {
    "报告类型: personal": "报告类型: 个人", "报告类型: unit": "报告类型: 单位",
    "活动方案: bayang-bazhi": "活动方案: 八扬八治", "逐条对照: all": "逐条对照: 全部",
    "所处阶段: education": "所处阶段: 学习教育和动员部署",
    "所处阶段: inspection": "所处阶段: 调查研究和问题查摆",
}


def typed(base: str, changes: dict[int, str], chinese: bool) -> str:
    """The report without its numbers, with some lines given anew, and with Chinese keys if asked for."""
    lines = [re.sub(r"^\d\d\| ?", "", line) for line in base.strip().splitlines()]
    for number, line in changes.items():
        lines[number - 1] = line
    text = "\n".join(lines) + "\n"
    if not chinese:
        return text

    def key(found: re.Match[str]) -> str:
        indent, name = found.groups()
        if (name, indent) == ("unit", ""):
            return "单位:"
        if name == "id" and "-" in indent:
            return f"{indent}编号:"
        if name == "report" and indent:
            return f"{indent}调研报告:"
        return f"{indent}{CHINESE.get(name, name)}:"

    text = re.sub(r"(?m)^([ ]*(?:- )?)([a-z_]+):", key, text)
    for english, other in VALUES.items():
        text = text.replace(english, other)
    return text


def places(compiled: Compiled, data: str | bytes, as_of: str = "2022-12-31", folder: str | None = None) -> list[tuple]:
    """(rule, level, line, column) of every finding on one file."""
    checker = Checker(compiled, World(as_of), limits=Limits())
    result = checker.check(data.encode() if isinstance(data, str) else data, "report.yaml", folder)
    assert result.crashes == []
    return [(one.rule, one.level, one.line, one.column) for one in result.findings]


# --- compliant reports ----------------------------------------------------------------------------


@pytest.mark.parametrize("chinese", [False, True], ids=["en", "zh"])
@pytest.mark.parametrize("base", [EDUCATION, INSPECTION, UNIT], ids=["education", "inspection", "unit"])
def test_the_reports_here_have_no_findings(compiled: Compiled, base: str, chinese: bool) -> None:
    text = typed(base, {}, chinese)
    assert places(compiled, text) == []
    assert bool(re.search(r"(?m)^[a-z]", text)) is not chinese


@pytest.mark.parametrize("phase", ["education", "inspection", "rectification", "consolidation"])
@pytest.mark.parametrize("base", ["personal", "bureau", "branch", "department"])
@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_compliant_report_of_each_kind_and_phase(
    compiled: Compiled, tmp_path: Path, base: str, phase: str, language: str
) -> None:
    """No finding and nothing left unjudged but what needs a roster, alone in its folder, in either language."""
    (tmp_path / f"{base}.yaml").write_bytes(dump(base_report(compiled.pack, base, phase)))
    result = run([str(tmp_path)], Options(as_of="2022-12-31", language=language), compiled)
    unjudged = [one for one in result.not_assessed if one.reason != "roster"]
    assert (result.findings, unjudged, result.crashes) == ([], [], [])
    assert (result.summary["reports"], result.summary["subjects"]) == (1, 1)


# --- IN, can it be read ---------------------------------------------------------------------------

# Of each rule one: what else can't be read, and where that stands, is in `test_intake`.
UNREADABLE = [
    ("IN03 a stray byte", b"report: personal\nremarks: a\xffb\n", "IN03", 2, 11),
    ("IN04 in Chinese text", "报告类型: 个人\n备注: 情况\u2028属实\n", "IN04", 2, 7),
    ("IN05 full-width blanks", "报告类型: 个人\n个人:\n\u3000\u3000姓名: 张三\n", "IN05", 3, 1),
    ("IN06 full-width colons", "姓：张\n名：三\n", "IN06", 1, 2),
    ("IN07 in both languages", "个人:\n  姓名: 张三\n  name: 张三\n", "IN07", 3, 3),
    ("IN08 a merge key", "报告类型: 个人\n个人:\n  <<: {}\n", "IN08", 3, 3),
    # the map of the report is level 1, the list at column 10 level 2, so level 33 opens at column 41
    ("IN09 33 levels", "report: personal\nremarks: " + "[" * 40 + "]" * 40 + "\n", "IN09", 2, 41),
    ("IN10 comments", "# 报告\n\n---\n# 完\n", "IN10", 1, 1),
]


@pytest.mark.parametrize("case", UNREADABLE, ids=[one[0] for one in UNREADABLE])
def test_what_cannot_be_read(compiled: Compiled, case: tuple) -> None:
    _, data, rule, line, column = case
    read = [one for one in places(compiled, data) if one[0].startswith("IN")]      # the rest remains once it is mended
    assert read == [(rule, "error", line, column)]


def test_files_that_cannot_be_taken_in(compiled: Compiled, tmp_path: Path) -> None:
    """A link out of the folder, and one byte over 1 MiB; a file of exactly 1 MiB is read."""
    folder = tmp_path / "报送"
    folder.mkdir()
    outside = tmp_path / "outside.yaml"
    outside.write_text(typed(EDUCATION, {}, False), encoding="utf-8")
    report = typed(EDUCATION, {}, True).encode()
    (folder / "c.yaml").write_bytes(report + b"#" * ((1 << 20) + 1 - len(report)))
    (folder / "d.yaml").write_bytes(report + b"#" * ((1 << 20) - len(report)))
    expected = [("c.yaml", "IN02", "error", 1, 1)]
    if os.name == "posix":
        (folder / "a.yaml").symlink_to(outside)
        (folder / "b.yaml").symlink_to("nowhere.yaml")
        expected = [("a.yaml", "IN01", "error", 1, 1), ("b.yaml", "IN01", "error", 1, 1), *expected]
    result = run([str(folder)], Options(as_of="2022-12-31"), compiled)
    assert [(one.file, one.rule, one.level, one.line, one.column) for one in result.findings] == expected
    assert (result.summary["reports"], result.summary["unreadable"]) == (1, len(expected))


# --- FM ID TX on a report of the first phase, CV PB SE on one of the second ---------------------------

# (report, changes, every finding)
CASES: dict[str, tuple[str, dict[int, str], list[tuple]]] = {
    "FM01 a field of the report": (EDUCATION, {4: LEFT_OUT}, [("FM01", "error", 1, 1)]),
    "FM01 a field of the person": (EDUCATION, {7: LEFT_OUT}, [("FM01", "error", 5, 1)]),
    "FM01 an empty field": (EDUCATION, {7: "  name:"}, [("FM01", "error", 7, 3)]),
    "FM02 a slip of a field's name": (EDUCATION, {13: "remarkz: 笔记一册"}, [("FM02", "error", 13, 1)]),
    "FM02 inside the person": (EDUCATION, {8: "  unit: DL\n  电话号码: 无"}, [("FM02", "error", 9, 3)]),
    "FM03 a map for a list": (EDUCATION, {13: "attachments: {a: 笔记}"}, [("FM03", "error", 13, 1)]),
    "FM06 a text for a list": (EDUCATION, {13: "attachments: 有.txt"}, [("FM06", "warning", 13, 1)]),
    "FM03 a list for a text": (EDUCATION, {11: "  title: [学习方案]"}, [("FM03", "error", 11, 3)]),
    "FM04 no such phase": (EDUCATION, {3: "phase: 动员阶段"}, [("FM04", "error", 3, 1)]),
    "FM05 no date": (EDUCATION, {12: "  date: 一月中旬"}, [("FM05", "error", 12, 3)]),
    "FM05 no such day": (EDUCATION, {4: "submitted: 2022-02-30"}, [("FM05", "error", 4, 1)]),
    "FM06 another spelling": (EDUCATION, {4: "submitted: 2022年1月20日"}, [("FM06", "warning", 4, 1)]),
    "FM06 in a list": (EDUCATION, {12: "  date: 2022/1/14"}, [("FM06", "warning", 12, 3)]),
    "FM07 cut at a number sign": (EDUCATION, {11: "  title: 学习 #1 方案"}, [("FM07", "warning", 11, 3)]),
    "FM08 no such behaviour": (INSPECTION, {21: "      behaviour: yanjin-10"}, [("FM08", "error", 21, 7)]),
    "FM08 of another theme": (INSPECTION, {32: "      behaviour: shigan-01"}, [("FM08", "error", 32, 7)]),
    "FM09 another plan": (EDUCATION, {2: "plan: 主题教育"}, [("FM09", "error", 2, 1)]),
    "FM10 a field on the line of another": (EDUCATION, {13: "remarks: 笔记一册，附件：三份"}, [
        ("FM10", "warning", 13, 1)]),
    "FM10 a field on the line of another, with a plain colon": (EDUCATION, {13: "remarks: 笔记一册，附件:三份"}, [
        ("FM10", "warning", 13, 1)]),
    "FM10 a line folded in": (EDUCATION, {13: "remarks: 笔记一册\n  附件：三份"}, [("FM10", "warning", 13, 1)]),
    "FM11 a blank in an ID": (EDUCATION, {6: "  id: DL 003"}, [("FM11", "error", 6, 3)]),
    "FM11 full-width letters": (INSPECTION, {31: "    - id: ＹＪ-02"}, [("FM11", "error", 31, 7)]),

    "ID01 a day late": (EDUCATION, {4: "submitted: 2022-02-01"}, [("ID01", "error", 4, 1)]),
    "ID02 a day ahead of the clock": (
        EDUCATION, {13: "corrected: 2023-01-01"}, [("ID02", "error", 13, 1)]),
    "ID03 corrected before it was filed": (
        EDUCATION, {13: "corrected: 2022-01-19"}, [("ID03", "warning", 13, 1)]),
    "ID03 before its phase": (
        INSPECTION, {4: "submitted: 2022-01-31"}, [("ID03", "warning", 4, 1)]),
    "ID04 by the one who filled it in": (
        EDUCATION, {13: "filled_by: 张三\nreviewed_by: 张三"}, [("ID04", "warning", 14, 1)]),

    "CV01 a theme left out": (INSPECTION, {16: LEFT_OUT}, [("CV01", "error", 12, 1)]),
    "CV01 two themes, one of them empty": (
        INSPECTION, {13: "  shigan: {examined: all}", 44: LEFT_OUT},
        [("CV01", "error", 12, 1), ("CV01", "error", 13, 3)]),
    "CV02 without its basis": (
        INSPECTION, {13: "  shigan:\n    examined: all\n    none_found:\n      method: 翻看日志"},
        [("CV02", "error", 15, 5)]),
    "CV03 two answers": (
        INSPECTION, {18: "    examined: all\n    none_found: {method: 翻看日志, basis: 都已按期}"},
        [("CV03", "error", 17, 3)]),
    "CV04 nothing examined": (INSPECTION, {18: LEFT_OUT}, [("CV04", "warning", 17, 3)]),
    "CV04 not everything examined": (
        INSPECTION, {18: "    examined: [yanjin-01, yanjin-04]"}, [("CV04", "warning", 18, 5)]),
    "CV05 nothing found anywhere": (
        INSPECTION, {17: "  yanjin: {examined: all, none_found: {method: 核对办件, basis: 都已按期}}",
                     **dict.fromkeys(range(18, 42), LEFT_OUT)}, [("CV05", "info", 12, 1)]),

    "PB01 no cause": (INSPECTION, {24: LEFT_OUT}, [("PB01", "error", 20, 7)]),
    "PB01 a cause that says nothing": (INSPECTION, {35: "      cause: 无"}, [("PB01", "error", 35, 7)]),
    "PB01 two things missing": (
        INSPECTION, {32: LEFT_OUT, 33: LEFT_OUT}, [("PB01", "error", 31, 7), ("PB01", "error", 31, 7)]),
    "PB02 an ID twice": (INSPECTION, {31: "    - id: yj-01"}, [("PB02", "error", 31, 7)]),
    "PB03 no culture": (INSPECTION, {25: LEFT_OUT}, [("PB03", "warning", 20, 7)]),
    "PB04 no instance": (INSPECTION, {34: LEFT_OUT}, [("PB04", "warning", 31, 7)]),
    "PB05 the plan's words": (
        INSPECTION, {22: "      fact: 作风拖沓，不重时效"}, [("PB05", "warning", 22, 7)]),
    "PB06 a fact twice": (
        INSPECTION, {33: "      fact: 三月承办的两件投诉，晚了三天才答复。"}, [("PB06", "error", 33, 7)]),
    "PB07 an action twice": (
        INSPECTION, {39: "      - action: 每周五逐件核对没有办结的投诉"}, [("PB07", "warning", 39, 9)]),
    "PB07 shared with nobody": (
        INSPECTION, {41: "        due: 2022-06-15\n        shared_with:\n        - YJ-01\n        - YJ-09"},
        [("PB07", "warning", 44, 11)]),
    "PB08 no owner": (INSPECTION, {29: LEFT_OUT}, [("PB08", "error", 28, 9)]),
    "PB08 no action": (INSPECTION, {39: "      - owner: 李四", 40: LEFT_OUT}, [("PB08", "error", 39, 9)]),
    "PB09 no date to be done by": (INSPECTION, {30: "        due: 长期坚持"}, [("PB09", "error", 30, 9)]),
    "PB10 due before it was filed": (
        INSPECTION, {41: "        due: 2022-04-19"}, [("PB10", "error", 41, 9)]),
    "PB11 due after rectification": (
        INSPECTION, {41: "        due: 2022-08-01"}, [("PB11", "error", 41, 9)]),
    "PB12 everybody": (INSPECTION, {40: "        owner: 各科室"}, [("PB12", "error", 40, 9)]),
    "PB13 no leader": (UNIT, {36: LEFT_OUT}, [("PB13", "warning", 29, 7)]),
    "PB14 the leader does it": (UNIT, {39: "        owner: 赵六、王五"}, [("PB14", "info", 36, 7)]),
    "PB15 an action that says little": (
        INSPECTION, {37: LEFT_OUT, 39: "      - action: 进一步加强学习，切实提高认识"},
        [("PB16", "warning", 31, 7), ("PB15", "warning", 39, 9)]),
    "PB16 no standard": (INSPECTION, {26: LEFT_OUT}, [("PB16", "warning", 20, 7)]),
    "PB17 stock phrases": (
        INSPECTION, {22: "      fact: 学习不够深入，主动性不强"}, [("PB17", "info", 22, 7)]),

    "SE01 one part": (INSPECTION, {10: LEFT_OUT}, [("SE01", "warning", 7, 1)]),
    "SE01 an empty part": (INSPECTION, {9: "  thought: 暂无"}, [("SE01", "warning", 9, 3)]),
    "SE01 no reflection": (
        INSPECTION, dict.fromkeys(range(7, 12), LEFT_OUT), [("SE01", "warning", 1, 1)] * 4),

    "TX01 XX": (EDUCATION, {13: "remarks: 到XX县走访"}, [("TX01", "error", 13, 1)]),
    "TX02 a hint of the form": (EDUCATION, {11: "  title: 请填写"}, [("TX02", "error", 11, 3)]),
    # 11010519491231002X: the example of GB 11643
    "TX03 an identity number": (
        EDUCATION, {11: "  title: 学习，11010519491231002X"}, [("TX03", "error", 11, 3)]),
    "TX04 3,001 characters": (EDUCATION, {13: f"remarks: {'走访' * 1500}三"}, [("TX04", "info", 13, 1)]),
    "TX04 3,000 characters": (EDUCATION, {13: f"remarks: {'走访' * 1500}"}, []),
    "TX05 square brackets": (
        EDUCATION, {11: "  title: 学习东环发[2021]15号"}, [("TX05", "warning", 11, 3)]),
    "TX06 a second attachment": (
        EDUCATION, {13: "attachments:\n- 有.txt\n- 没有.txt"}, [("TX06", "error", 15, 3)]),
    "TX07 garbled": (EDUCATION, {13: "remarks: 锟斤拷企业"}, [("TX07", "error", 13, 1)]),
    "TX08 nothing to be seen": (EDUCATION, {11: "  title: 学习\u200b方案"}, [("TX08", "error", 11, 3)]),
}


@pytest.mark.parametrize("chinese", [False, True], ids=["en", "zh"])
@pytest.mark.parametrize("name", CASES)
def test_where_it_stands(compiled: Compiled, tmp_path: Path, name: str, chinese: bool) -> None:
    base, changes, expected = CASES[name]
    (tmp_path / "有.txt").write_text("笔记", encoding="utf-8")
    assert places(compiled, typed(base, changes, chinese), folder=str(tmp_path)) == expected


@pytest.mark.parametrize(("line", "column"), [
    # two blanks, the theme and `: {` to column 11 or 7, `examined: all, ` 15 or `逐条对照: 全部, ` 10 more
    ("  shigan: {examined: all, none_found: {method: 翻看日志}}", 27),
    ("  实干: {逐条对照: 全部, 未发现问题: {排查方式: 翻看日志}}", 18),
])
def test_a_column_within_a_line_counts_characters(compiled: Compiled, line: str, column: int) -> None:
    assert places(compiled, typed(INSPECTION, {13: line}, False)) == [("CV02", "error", 13, column)]


def test_every_rule_of_these_families_has_a_case(compiled: Compiled) -> None:
    found = {one[0] for _, _, expected in CASES.values() for one in expected} | {one[2] for one in UNREADABLE}
    elsewhere = {"IN01", "IN02", "CV06"}
    families = ("IN", "FM", "ID", "CV", "PB", "SE", "TX")
    assert found | elsewhere == {ident for ident in compiled.pack.rules if ident.startswith(families)}


@pytest.mark.parametrize(("size", "link", "found"), [
    (0, False, [("TX06", "error", 14, 3)]),
    (6, False, []),
    (6, True, [("TX06", "error", 14, 3)]),
], ids=["empty", "filled", "a link out of the folder"])
def test_an_attachment_of_the_folder(
    compiled: Compiled, tmp_path: Path, size: int, link: bool, found: list[tuple]
) -> None:
    folder = tmp_path / "报送"
    folder.mkdir()
    file = (tmp_path if link else folder) / "笔记.txt"
    file.write_bytes(b"x" * size)
    if link:
        if os.name != "posix":
            pytest.skip("needs links")
        (folder / "笔记.txt").symlink_to(file)
    text = typed(EDUCATION, {13: "attachments:\n- 笔记.txt"}, True)
    assert places(compiled, text, folder=str(folder)) == found


@pytest.mark.parametrize("people", [4, 5])
def test_nothing_found_by_anybody_in_a_unit(compiled: Compiled, tmp_path: Path, people: int) -> None:
    """CV06 from five reports on, at the themes of the unit's own report (line 21)."""
    _, changes, _ = CASES["CV05 nothing found anywhere"]
    for number in range(1, people + 1):
        person = {5: f"person: {{id: DL-00{number}, name: 张三, unit: DL}}"}
        (tmp_path / f"p{number}.yaml").write_text(typed(INSPECTION, changes | person, False), encoding="utf-8")
    (tmp_path / "unit.yaml").write_text(typed(UNIT, {}, True), encoding="utf-8")
    result = run([str(tmp_path)], Options(as_of="2022-12-31", select=("CV06",)), compiled)
    found = [(one.file, one.rule, one.level, one.line, one.column) for one in result.findings]
    assert found == ([("unit.yaml", "CV06", "info", 21, 1)] if people == 5 else [])
    assert result.not_assessed == []
