"""The page of a run (docs/page.md): its two matrices, what falls due, findings; contract 10.7. Counts are by hand."""

from __future__ import annotations

import re
import shutil
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import html
from making import COMPILED, PACK, write
from running import SAMPLES, bayang, output_of

from bayang.engine.authoring.examples import base_report, change, dump
from bayang.engine.batch.outcome import Result
from bayang.engine.batch.run import Options, run
from bayang.engine.judging.compile import Compiled
from bayang.engine.output.findings.setting import Setting
from bayang.engine.output.page.listing import anchors
from bayang.engine.output.page.texts import GAP, Shared
from bayang.engine.packs.pack import load_pack
from bayang.engine.reading.typed import as_typed, in_chinese
from bayang.engine.records import Finding

DAY = "2022-05-10"      # after the second phase, in the third
ROSTER = """
units:
- {code: U-1, name: 云岭甲科, level: department}
- {code: U-2, name: 云岭乙科, level: department}
people:
- {id: P-11, name: 甲一, unit: U-1}
- {id: P-12, name: 甲二, unit: U-1}
- {id: P-13, name: 甲三, unit: U-1, excused: {reason: 病假, until: 2022-04-30}}
- {id: P-21, name: 乙一, unit: U-2}
- {id: P-22, name: 乙二, unit: U-2}
- {id: P-23, name: 乙三, unit: U-2}
extensions:
- {subject: P-12, phase: inspection, until: 2022-05-31, by: 活动办}
"""
# Of each subject, where it stands at each of the four phases.
STAGES = {
    "U-1": "in-time late waiting waiting",
    "P-11": "later in-time waiting waiting",
    "P-12": "in-time waiting waiting waiting",         # extended to 31 May
    "P-13": "excused excused waiting waiting",
    "U-2": "missing missing waiting waiting",
    "P-21": "unreadable unreadable waiting waiting",   # a file of the second phase
    "P-22": "other-format other-format waiting waiting",
    "P-23": "undated undated waiting waiting",         # a report whose phase nobody can tell
    "P-99": "in-time unknown unknown unknown",         # not on the roster
}


def report(ident: str, phase: str, submitted: str, settings: dict[str, Any] | None = None,
           removals: tuple[str, ...] = (), unit: str = "") -> bytes:
    """A report in order of a person or a unit, changed."""
    whole = ident.startswith("U")
    data = base_report(PACK, "department" if whole else "personal", phase)
    own = {"/unit/code": ident} if whole else {"/person/id": ident, "/person/unit": unit or f"U-{ident[2]}"}
    change(data, {"/submitted": submitted, **own, **(settings or {})}, removals)
    return dump(data)


def problem(number: str, due: str, status: str = "partial") -> dict[str, Any]:
    return {"id": number, "behaviour": "other", "fact": f"第{number}件事没有办完", "instance": f"三月办{number}的时候",
            "source": "self", "found": "2022-03-01", "cause": "没有上心", "culture": "怕麻烦", "standard": "按时办完",
            "status": status, "progress": "已经办了一半",
            "measures": [{"action": f"每周核对{number}的进度", "owner": "本人", "due": due}]}


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A bureau of two units in which each stands somewhere else."""
    home = tmp_path_factory.mktemp("bureau")
    write(home / "roster.yaml", ROSTER)
    write(home / "甲科/一/U-1.yaml", report("U-1", "education", "2022-01-31"))
    write(home / "甲科/二/U-1.yaml", report("U-1", "inspection", "2022-05-02"))
    due = [problem("甲-1", "2022-05-09"), problem("甲-2", "2022-05-10"), problem("甲-3", "2022-05-17"),
           problem("甲-4", "2022-06-09"), problem("甲-5", "2022-06-10"), problem("甲-6", "2022-05-01", "done"),
           problem("甲-7", "2022-05-01", "continuing")]
    write(home / "甲科/二/P-11.yaml", report("P-11", "inspection", "2022-04-30", {
        "/themes/shigan": {"examined": "all", "problems": due},
        "/themes/lianjie": {"examined": "all", "none_found": {"method": "查阅台账", "basis": "没有发现"}},
    }, ("/themes/pinbo",)))
    write(home / "甲科/一/P-12.yaml", report("P-12", "education", "2022-01-31"))
    write(home / "乙科/问题查摆/P-21.yaml", report("P-21", "inspection", "2022-04-30").replace(b": ", "：".encode(), 3)
          + b"\t\xff")
    write(home / "乙科/P-22.docx", b"PK\x03\x04")
    write(home / "乙科/P-23.yaml", report("P-23", "education", "2022-01-31", {"/phase": "第五阶段"}))
    write(home / "其他/P-99.yaml", report("P-99", "education", "2022-01-20", unit="U-9"))
    return home


@pytest.fixture(scope="module")
def result(bureau: Path) -> Result:
    return run([str(bureau)], Options(as_of=DAY), COMPILED)


@pytest.fixture(scope="module")
def page(result: Result) -> Any:
    return html.document_fromstring(output_of("html", result, Setting(COMPILED)).decode())


def text(node: Any) -> str:
    return " ".join(node.text_content().split())


def rows_of(page: Any, part: str) -> list[list[str]]:
    """The rows of the first table of a part of the page."""
    table = next(page.xpath(f"//section[@data-part='{part}']")[0].iter("table"))
    return [[text(cell) for cell in row] for row in table.iter("tr")]


def test_10_7_where_each_stands_at_each_phase(result: Result) -> None:
    assert {key.upper(): " ".join(one.state for one in stages)
            for (_, key), stages in result.stages().items()} == STAGES
    assert result.stages()["personal", "p-12"][1].deadline == "2022-05-31"
    assert result.stages()["unit", "u-1"][1].day == "2022-05-02"


def test_10_7_units_by_phases(page: Any) -> None:
    head, *rows = rows_of(page, "phases")
    assert head == [
        "所在单位", "学习教育和动员部署 2022年1月31日（星期一） 已截止",
        "调查研究和问题查摆 2022年4月30日（星期六） 已截止",
        "监督检查和整改落实 2022年7月31日（星期日） 还有 82 天",
        "成果转化和总结提高 2022年12月31日（星期六） 还有 235 天"]
    assert rows == [
        ["云岭甲科", "单位 按期报送 2022-01-31个人 2/2后面阶段已报 1 · 免报 1",
         "单位 迟报 2022-05-02个人 1/2免报 1",
         "单位 没有到期 2022-07-31 截止个人 0/3", "单位 没有到期 2022-12-31 截止个人 0/3"],
        ["云岭乙科", "单位 未报个人 1/3已报，日期、编号等看不清 1 · 读不出 1 · 不是报告格式 1",
         "单位 未报个人 1/3已报，日期、编号等看不清 1 · 读不出 1 · 不是报告格式 1",
         "单位 没有到期 2022-07-31 截止个人 0/3", "单位 没有到期 2022-12-31 截止个人 0/3"],
        ["名册以外的", "个人 1/1", *["个人 0不知道有没有报 1"] * 3],
        ["合计",
         "按期报送 3 · 已报，日期、编号等看不清 1 · 后面阶段已报 1 · 读不出 1 · 不是报告格式 1 · 未报 1 · 免报 1",
         "按期报送 1 · 迟报 1 · 已报，日期、编号等看不清 1 · 读不出 1 · 不是报告格式 1 · 未报 1 · 没有到期 1 · 免报 1",
         "没有到期 8", "没有到期 8"]]


def test_10_7_subjects_by_themes(page: Any) -> None:
    _, *rows = rows_of(page, "map")
    found = {row[0]: row[1:] for row in rows if len(row) > 1}
    assert found["个人 P-11"][4].startswith("未答")                 # 拼搏 is left out
    assert found["个人 P-11"][1].startswith("有")
    assert found["个人 P-11"][8] == "无"
    assert {sign.rstrip("0123456789") for sign in found["单位 U-1"][1:9]} == {"有", "无"}
    assert found["个人 P-12"][:9] == ["已报待补正", *["–"] * 8]       # the first phase asks for no answers
    assert found["单位 U-2"][:2] == ["未报", "—"]
    assert found["个人 P-13"][:2] == ["免报", "—"]
    assert [row[0] for row in rows if len(row) == 1] == ["云岭甲科", "云岭乙科", "名册以外的"]


def test_10_7_what_is_overdue_and_what_falls_due(page: Any, result: Result) -> None:
    """9 May has passed; today and 17 May are within a week; 9 June is the thirtieth day, 10 June is not.

    A person's report in order has a measure of 31 May, a unit's one of 25 May.
    """
    own = [row for row in rows_of(page, "due") if row[0] == "云岭甲科"]
    assert own == [["云岭甲科", "1", "2", "3"]]
    listed = [[text(cell) for cell in row] for row in page.xpath("//div[@id='long-due']//tbody/tr")
              if "P-11" in text(row)]
    assert listed == [
        ["云岭甲科", "个人 P-11", "实干", "甲-1", "1", "2022-05-09", "逾期 1 天"],
        ["云岭甲科", "个人 P-11", "实干", "甲-2", "1", "2022-05-10", "今天"],
        ["云岭甲科", "个人 P-11", "实干", "甲-3", "1", "2022-05-17", "还有 7 天"],
        ["云岭甲科", "个人 P-11", "严谨", "P001-1", "1", "2022-05-31", "还有 21 天"],
        ["云岭甲科", "个人 P-11", "实干", "甲-4", "1", "2022-06-09", "还有 30 天"]]


def test_10_7_figures(page: Any, result: Result) -> None:
    """For the phase that has closed: U-1 and P-11 filed and a report of P-23 came, of eight one of whom is excused."""
    found = [[text(part) for part in figure] for figure in page.xpath("//dl/div")]
    assert found[0] == ["已报", "3", "应报 7"]
    assert found[1] == ["未报、读不出", "3", "迟报 1"]
    assert found[2][:2] == ["必须补正", str(result.summary["error"])]
    assert found[4] == ["逾期措施", "1", "30 天内到期 5"]


def test_10_7_who_is_not_on_the_roster_is_not_due(bureau: Path, tmp_path: Path) -> None:
    shutil.copytree(bureau, tmp_path / "more")
    write(tmp_path / "more/P-98.yaml", report("P-98", "inspection", "2022-04-20"))
    found = run([str(tmp_path / "more")], Options(as_of=DAY), COMPILED)
    page = html.document_fromstring(output_of("html", found, Setting(COMPILED)).decode())
    assert [text(part) for part in page.xpath("//dl/div")[0]] == ["已报", "3", "应报 7"]


def test_10_7_totals_of_rules_are_those_of_the_findings(page: Any, result: Result) -> None:
    _, *rows = rows_of(page, "rules")
    assert {row[0].split()[0]: int(row[2]) for row in rows} == {
        rule: sum(one.rule == rule and one.gates for one in result.findings)
        for rule in {one.rule for one in result.findings if one.gates}}


def test_10_7_without_a_roster_nobody_is_missing(bureau: Path) -> None:
    found = run([str(bureau / "甲科")], Options(as_of=DAY), COMPILED)
    assert {stage.state for stages in found.stages().values() for stage in stages} == {
        "in-time", "late", "later", "unknown"}
    page = html.document_fromstring(output_of("html", found, Setting(COMPILED)).decode())
    assert "未报" not in text(page.xpath("//section[@data-part='phases']//tbody")[0])
    assert [text(part) for part in page.xpath("//dl/div")[0]][:2] == ["收到报告", "4"]


def test_10_7_of_a_part_of_a_batch_nobody_is_missing(bureau: Path) -> None:
    found = run([str(bureau)], Options(as_of=DAY, partial=True), COMPILED)
    assert "missing" not in {stage.state for stages in found.stages().values() for stage in stages}
    assert found.stages()["unit", "u-2"][0].state == "unknown"


def test_10_7_nothing_is_told_of_what_was_not_looked_at(tmp_path: Path) -> None:
    """With nothing to check there are no figures."""
    page = html.document_fromstring(output_of("html",
        run([str(tmp_path)], Options(as_of=DAY), COMPILED), Setting(COMPILED)).decode())
    assert [text(part) for part in page.xpath("//dl/div/dt")] == ["收到报告"]


def test_10_7_another_plan_has_its_own_themes_phases_and_fields(tmp_path: Path) -> None:
    service = load_pack(Path(__file__).parent / "packs" / "service")
    data = base_report(service, "station", "mending")
    change(data, {}, ("/themes/speed",))
    write(tmp_path / "站.yaml", as_typed(in_chinese(data, service.shapes["unit"])))
    write(tmp_path / "roster.yaml", Path(service.folder, "bases", "roster.yaml").read_bytes())
    compiled = Compiled(service)
    found = run([str(tmp_path)], Options(as_of="2024-11-04"), compiled)
    page = html.document_fromstring(output_of("html", found, Setting(compiled)).decode())
    head, *rows = rows_of(page, "map")
    assert head == ["对象", "报送状态", *(theme.name["zh"] for theme in service.themes.values()), "其他内容"]
    assert len(service.themes) == 5
    [own] = [row for row in rows if row[0] == "单位 S-01"]
    assert own[2:7].count("有") + own[2:7].count("无") + sum(one.startswith("未答") for one in own[2:7]) == 5
    assert sum(one.startswith("未答") for one in own[2:7]) == 1
    assert [cell.split()[0] for cell in rows_of(page, "phases")[0][1:]] == ["自查", "整改"]


# -- what is told once ---------------------------------------------------------------------------------------------

texts = st.text("ab第号1-2。 ", max_size=12)


@given(st.lists(st.tuples(texts, texts), max_size=30), st.integers(1, 4))
def test_what_is_told_once_and_what_fills_it_give_the_text(told: list[tuple[str, str]], many: int) -> None:
    shared = Shared(told, many)
    for parts in told:
        found = shared.of(parts)
        if found:
            note, fills = found
            assert tuple(GAP.sub(lambda gap, fills=fills: fills[int(gap[1]) - 1], part) for part in note.parts) == parts
            assert note.count >= many
    assert sum(note.count for note in shared.notes.values()) == sum(
        shared.of(parts) is not None for parts in told)


def test_what_always_fills_a_gap_stands_in_the_note() -> None:
    told = [(f"问题（P-{number}）在第 {number} 行，行首空 4 格",) for number in range(25)]
    shared = Shared(told, 20)
    [note] = shared.notes.values()
    assert note.parts == ("问题（\x001\x00）在第 \x002\x00 行，行首空 4 格",)
    assert shared.of(told[7]) == (note, ["P-7", "7"])


def test_each_finding_has_a_name_of_its_own() -> None:
    made = [Finding("PB01", "x", "error", "a.yaml", 1, 1, None, None, None, None, None, "", "", fingerprint=mark)
            for mark in ("0123456789ab", "0123456700cd", "ffff00001111")]
    anchor = anchors(made)
    assert [anchor(one) for one in made] == ["f01234567", "f012345670", "fffff0000"]


def test_10_7_that_reports_are_read_once_more_is_told(tmp_path: Path) -> None:
    said = bayang("check", SAMPLES / "市局", "--as-of", "2022-08-08", "--format", f"html={tmp_path / 'out.html'}",
                  "--progress", "always")
    assert re.search("已取 (\\d+)/\\1 份报告", said.stderr.decode())
