"""Rulings 9.6, 9.11, 9.12 and 9.19: who has filed and who has not, in every output; whose an unreadable file is.

A made bureau of six units with nine people each; what they sent, or did not send, is written out below.
"""

from __future__ import annotations

import html
import io
import json
import re
from collections import Counter
from pathlib import Path
from typing import Any

import openpyxl
import pytest
import yaml
from letters import body, letters
from lxml import etree
from making import COMPILED, PACK, write
from running import invoked, output_of

from bayang.engine.authoring.examples import base_report, change, dump
from bayang.engine.batch.attribution import hint_of
from bayang.engine.batch.outcome import Result
from bayang.engine.batch.run import Options, run
from bayang.engine.judging.compile import Compiled
from bayang.engine.output.due.agenda import agenda
from bayang.engine.output.due.outputs import to_text
from bayang.engine.output.findings import FORMATS, Setting
from bayang.engine.output.notices.content import compose
from bayang.engine.output.notices.overview import overview
from bayang.engine.output.notices.settings import Settings, Terms
from bayang.engine.output.statistics import STATISTICS
from bayang.engine.output.statistics.counting import count
from bayang.engine.output.statistics.tables import report as tables
from bayang.engine.text.wording import width

DAY = "2022-02-10"                      # the first phase closed on 2022-01-31
NAMES = {"missing": "未报", "unreadable": "读不出", "other-format": "不是报告格式", "to-correct": "已报待补正",
         "filed": "已报合格", "excused": "免报", "waiting": "没有到期"}
UNITS = {f"U-{number}": f"云岭{name}科" for number, name in zip(range(1, 7), "甲乙丙丁戊己", strict=True)}
PEOPLE = {f"P-{unit}{number}": f"U-{unit}" for unit in range(1, 7) for number in range(1, 10)}

STATES = dict.fromkeys((*UNITS, *PEOPLE), "filed") | {
    **dict.fromkeys(("U-6", "P-61", "P-62", "P-63", "P-11", "P-12", "P-29"), "missing"),
    **dict.fromkeys(("P-13", "P-14", "P-15", "P-16", "U-2", "P-17"), "unreadable"),
    **dict.fromkeys(("P-21", "P-22", "P-23", "P-24"), "other-format"),
    **dict.fromkeys(("P-31", "P-41"), "to-correct"),
    **dict.fromkeys(("P-51", "P-52"), "excused"), "P-53": "waiting"}


def personal(compiled: Compiled, ident: str, day: str = "2022-01-20") -> str:
    data = base_report(compiled.pack, "personal", "education")
    change(data, {"/person": {"id": ident, "name": name_of(ident), "unit": PEOPLE[ident]}, "/submitted": day,
                  "/filled_by": name_of(ident)}, [])
    return dump(data).decode()


def unit(compiled: Compiled, code: str) -> str:
    data = base_report(compiled.pack, "department", "education")
    change(data, {"/unit": {"code": code, "name": UNITS[code], "level": "department", "head": head_of(code)}}, [])
    return dump(data).decode()


def name_of(ident: str) -> str:
    """A name that nobody else has."""
    return "林" + "一二三四五六七八九"[int(ident[2]) - 1] + "东南西北春夏秋冬云"[int(ident[3]) - 1]


def head_of(code: str) -> str:
    return "沈" + "一二三四五六"[int(code[2]) - 1] + "川"


def roster() -> str:
    excused = {"P-51": {"excused": {"reason": "长期病假"}},
               "P-52": {"excused": {"reason": "借调", "until": "2022-01-31"}}}
    return yaml.safe_dump({
        "units": [{"code": code, "name": name, "level": "department", "head": head_of(code)}
                  for code, name in UNITS.items()],
        "people": [{"id": ident, "name": name_of(ident), "unit": code} | excused.get(ident, {})
                   for ident, code in PEOPLE.items()],
        "extensions": [{"subject": "P-53", "phase": "education", "until": "2022-02-10", "by": "顾长林"}],
    }, allow_unicode=True)


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory, compiled: Compiled) -> Path:
    home = tmp_path_factory.mktemp("报送")
    write(home / "roster.yaml", roster())
    for ident, state in STATES.items():
        if state in ("filed", "to-correct"):
            late = "2022-02-05" if ident == "P-41" else "2022-01-20"
            text = unit(compiled, ident) if ident in UNITS else personal(compiled, ident, late)
            write(home / f"{PEOPLE.get(ident, ident)}/{ident}.yaml", text)
    write(home / "U-3/P-31.yaml", personal(compiled, "P-31").replace("P-31", "P-31 ").replace(
        "submitted: '2022-01-20'", "submitted: 二十号").replace("submitted: 2022-01-20", "submitted: 二十号"))
    # read by nobody: GBK, a full-width colon, a key twice, an ID in the text alone, UTF-16, nothing at all
    chinese = "报告类型: 个人\n所处阶段: 学习教育和动员部署\n个人:\n  人员编号: {0}\n  单位编号: U-1\n"
    write(home / "U-1/P-13.yaml", chinese.format("P-13").encode("gb18030"))
    write(home / "U-1/P-14.yaml", chinese.format("P-14").replace(": ", "："))
    write(home / "U-1/p-15.yaml", chinese.format("P-15") + "报告类型: 个人\n")
    write(home / "U-1/我的报告.yaml", chinese.format("Ｐ－１６") + "\t备注: [\n")
    write(home / "U-1/报告2.yaml", chinese.format("P-17").encode("utf-16"))
    write(home / "U-2/单位报告.yaml", "报告类型：单位\n单位：\n  单位编号：U-2\n联系人: [\n")
    # no reports: an extension that hides, Word, Excel, and an ID in the text alone
    write(home / "U-2/P-21.yaml.txt", personal(compiled, "P-21"))
    write(home / "U-2/P-22.docx", b"PK\x03\x04" + bytes(40))
    write(home / "U-2/P-23.xlsx", b"PK\x03\x04" + bytes(40))
    write(home / "U-2/自查.yml.txt", chinese.format("P-24"))
    write(home / "U-2/影像.jpg", b"\xff\xd8\xff" + bytes(4000) + b"id: P-29")
    # of an earlier or another one's nothing is said: two IDs, name against text
    write(home / "合并.yaml", "person: {id: P-61}\nother: {id: P-62}\n\t")
    write(home / "P-63.yaml", "报告类型：个人\n人员编号：P-62\n")
    return home


@pytest.fixture(scope="module")
def result(bureau: Path, compiled: Compiled) -> Result:
    return run([str(bureau)], Options(as_of=DAY), compiled)


def told(name: str, result: Result, compiled: Compiled, language: str = "zh") -> str:
    output = output_of(name, result, Setting(compiled, language))
    return output.decode() if isinstance(output, bytes) else output


def by_columns(rows: list[list[str]]) -> dict[str, str]:
    """ID -> title of its column, of a table whose first row holds the titles and the last the sums."""
    titles, *body, _ = rows
    found = [(ident, title) for row in body for title, cell in zip(titles[1:], row[1:], strict=True)
             for ident in cell.replace(",", "、").split("、") if ident.strip()]
    assert len(dict(found)) == len(found), "somebody stands there twice"
    return {ident.strip(): title for ident, title in found}


RIGHT = {ident: NAMES[state] for ident, state in STATES.items()}


# -- the records ---------------------------------------------------------------------------------------------------

def test_9_12_each_on_the_roster_is_in_one_state(result: Result) -> None:
    assert {one.entry.id: one.state for one in result.standing} == STATES
    assert [one.entry.id for one in result.standing[:11]] == ["U-1", *(f"P-1{at}" for at in range(1, 10)), "U-2"]
    found = {one.entry.id: one for one in result.standing}
    assert found["P-16"].files == ("U-1/我的报告.yaml",) and found["P-24"].files == ("U-2/自查.yml.txt",)
    assert found["P-41"].findings == 1 and found["U-1"].findings == 0


def test_9_12_who_sent_what_cannot_be_read_is_not_missing(result: Result) -> None:
    missing = {one.subject.id for one in result.findings if one.rule == "RO01"}
    assert missing == {ident for ident, state in STATES.items() if state in ("missing", "other-format")}
    unread = {one.file: one.subject and one.subject.id for one in result.findings if one.rule.startswith("IN")}
    assert unread == {
        "U-1/P-13.yaml": "P-13", "U-1/P-14.yaml": "P-14", "U-1/p-15.yaml": "P-15", "U-1/我的报告.yaml": "P-16",
        "U-1/报告2.yaml": "P-17", "U-2/单位报告.yaml": "U-2", "合并.yaml": None, "P-63.yaml": None}
    assert {one.phase for one in result.findings if one.file == "U-1/P-13.yaml"} == {"education"}


def test_9_12_ro01_names_the_id_and_only_what_is_nobodys(result: Result) -> None:
    messages = {one.subject.id: one.message for one in result.findings if one.rule == "RO01"}
    assert all(f"还没有收到 {ident} 写到这一阶段的报告" in text for ident, text in messages.items())
    assert all("另有 2 个读不出来的文件不知道是谁的" in text for text in messages.values())


def test_9_19_beside_an_ignored_file_ro01_stays_and_names_it(result: Result) -> None:
    messages = {one.subject.id: one.message for one in result.findings if one.rule == "RO01"}
    for ident, words in (("P-21", "U-2/P-21.yaml.txt 文件名末尾多了 .txt"), ("P-22", "U-2/P-22.docx 是 Word 文档"),
                         ("P-23", "U-2/P-23.xlsx 是 Excel 一类的表格"),
                         ("P-24", "U-2/自查.yml.txt 文件名末尾多了 .txt")):
        assert words in messages[ident]
    assert "收到的文件" not in messages["P-29"]


def test_9_12_ignored_files_are_listed_with_what_they_are(result: Result, compiled: Compiled) -> None:
    document = json.loads(told("json", result, compiled))
    assert [(one["file"], one["hint"], one["subject"] and one["subject"]["id"]) for one in document["ignored"]] == [
        ("U-2/P-21.yaml.txt", "hidden-extension", "P-21"), ("U-2/P-22.docx", "word", "P-22"),
        ("U-2/P-23.xlsx", "excel", "P-23"), ("U-2/影像.jpg", "picture", None),
        ("U-2/自查.yml.txt", "hidden-extension", "P-24"), ("roster.yaml", "other", None)]
    assert Counter(one["state"] for one in document["standing"]) == Counter(STATES.values())
    assert document["summary"]["ignored"] == 6


@pytest.mark.parametrize(("name", "hint"), [
    ("a.YAML.TXT", "hidden-extension"), ("a.yml.txt", "hidden-extension"), ("a.txt", "other"), ("a.wps", "word"),
    ("a.doc", "word"), ("a.et", "excel"), ("a.pdf", "pdf"), ("a.7z", "archive"), ("a", "other"), ("a.JPG", "picture"),
    ("a.yml.bak", "other")])
def test_9_12_what_a_file_is_shows_in_its_name(name: str, hint: str) -> None:
    assert hint_of(name) == hint


# -- what people see -----------------------------------------------------------------------------------------------

@pytest.mark.parametrize("language", ["zh", "en"])
def test_9_12_text_begins_with_the_table(result: Result, compiled: Compiled, language: str) -> None:
    lines = told("text", result, compiled, language).splitlines()
    assert max(map(width, lines)) <= 80
    end = lines.index("")
    table = "\n".join(lines[2:end])
    names = dict(re.findall(r"(?m)^  (\S[^：:\n]*)[：:] ?([^\n]*(?:\n    [^\n]*)*)", table)).keys()
    found: dict[str, str] = {}
    for state, idents in re.findall(r"(?m)^  (\S[^：:\n]*)[：:] ?([^\n]*(?:\n    [^\n]*)*)", table):
        for ident in re.findall("[UP]-[0-9]+", idents):
            assert ident not in found
            found[ident] = state
    assert len(names) == 7
    if language == "zh":
        assert found == RIGHT
    assert set(found) == set(STATES)
    assert [name for name in UNITS.values() if table.count(name) == 1] == list(UNITS.values())


def test_9_12_text_groups_ro01_by_unit(result: Result, compiled: Compiled) -> None:
    """One sentence and one remedy for all who sent nothing, one for each kind of file; then the IDs, unit by unit."""
    text = told("text", result, compiled)
    said = "".join(text.split())
    assert said.count("还没有收到下列对象写到这一阶段的报告") == 4
    assert said.count("请补报，所处阶段至少写到") == 1
    assert "      云岭甲科：P-11、P-12\n      云岭乙科：P-29\n      云岭己科：U-6、P-61、P-62、P-63\n" in text
    assert "      云岭乙科：P-21（U-2/P-21.yaml.txt）、P-24（U-2/自查.yml.txt）\n" in text


def test_9_12_units_of_one_name_are_told_apart(tmp_path: Path, compiled: Compiled) -> None:
    """Each branch has an office of its own; people write a unit's code as they like."""
    roster = write(tmp_path / "roster.yaml", "units:\n- {code: U-1, name: 办公室, level: department}\n"
                   "- {code: U-2, name: 办公室, level: department}\n- {code: U-3, name: 甲科, level: department}\n"
                   "people:\n- {id: P-1, name: 甲, unit: U-2}\n- {id: P-2, name: 乙, unit: u-2}\n"
                   "extensions: [{subject: U-2, phase: education, until: 2022-12-31, by: 某}]\n")
    result = run([str(tmp_path)], Options(as_of="2022-02-10", roster=str(roster)), compiled)
    text = output_of("text", result, Setting(compiled, "zh")).decode()
    assert "      办公室 U-1：U-1\n      办公室 U-2：P-1、P-2\n      甲科：U-3\n" in text
    assert [row.name for row in count(result, compiled.pack).rows] == ["办公室 U-1", "办公室 U-2", "甲科"]
    assert "  办公室 U-2：P-1、P-2\n" in to_text(agenda(result, compiled.pack, 14, "zh"))
    made = compose(result, compiled, Settings(), Terms(reply_by="2022-02-10"))
    assert [one.data["addressee"] for one in made.listed[:3]] == ["办公室（编号 U-1）：", "甲科：", "甲同志："]
    assert any("请另行告知：办公室 U-2（2 人）" in one for one in overview(made, result, "zh")["warnings"])


def test_9_12_told_once_ro01_has_the_clauses_of_all(tmp_path: Path, compiled: Compiled) -> None:
    """Units owe the last report by another clause than people."""
    roster = write(tmp_path / "roster.yaml", "units: [{code: U-1, name: 甲科, level: department}]\n"
                   "people: [{id: P-1, name: 甲, unit: U-1}]\n")
    result = run([str(tmp_path)], Options(as_of="2023-01-15", roster=str(roster)), compiled)
    text = output_of("text", result, Setting(compiled, "zh")).decode()
    assert text.count("必须补正 RO01") == 1 and "      依据：方案 五.4、五.3\n      甲科：U-1、P-1\n" in text


def test_9_12_units_off_the_roster_are_called_by_their_own_codes(tmp_path: Path, compiled: Compiled) -> None:
    write(tmp_path / "roster.yaml", "people:\n- {id: P-11, name: 林一东, unit: U-1}\n"
          "- {id: P-12, name: 林一南, unit: U-2}\n")
    text = told("text", run([str(tmp_path)], Options(as_of=DAY), compiled), compiled)
    assert "      U-1：P-11\n      U-2：P-12\n" in text


def test_9_12_markdown_and_html_begin_with_the_table(result: Result, compiled: Compiled) -> None:
    first = told("markdown", result, compiled).split("\n## ")[1]
    rows = [[cell.strip().replace("\\", "") for cell in line.strip("|").split("|")]
            for line in first.splitlines() if line.startswith("|")]
    assert by_columns([rows[0], *rows[2:]]) == RIGHT
    page = etree.HTML(told("html", result, compiled))
    assert next(page.iter("h2")).text == "谁报了，谁没有报"
    table = [["".join(cell.itertext()) for cell in row.iter("th", "td")] for row in next(page.iter("table")).iter("tr")]
    assert by_columns(table) == RIGHT


def sheet_of(data: bytes) -> list[list[str]]:
    """The rows of the first sheet of a workbook, without its notes."""
    rows = [["" if value is None else str(value) for value in row]
            for row in openpyxl.load_workbook(io.BytesIO(data)).worksheets[0].values]
    at = next(at for at, row in enumerate(rows) if row[0] == "单位")
    return rows[at:]


def test_9_12_a_workbook_begins_with_the_table(result: Result, compiled: Compiled) -> None:
    assert by_columns(sheet_of(output_of("xlsx", result, Setting(compiled)))) == RIGHT


def test_9_12_statistics_begin_with_the_table(result: Result, compiled: Compiled) -> None:
    found = tables(count(result, compiled.pack), compiled.pack, "zh")
    assert by_columns(sheet_of(STATISTICS["xlsx"](found, "zh"))) == RIGHT
    first = STATISTICS["markdown"](found, "zh").split("\n## ")[1]
    rows = [[cell.strip() for cell in line.strip("|").split("|")]
            for line in first.splitlines() if line.startswith("|")]
    assert by_columns([rows[0], *rows[2:]]) == RIGHT
    text = STATISTICS["text"](found, "zh")
    assert text.index("谁报了，谁没有报") < text.index("表1")
    filing = [added for row in found.found.rows for added in (row.unit, row.people)]
    assert sum(one.unread for one in filing) == 6 and sum(one.aside for one in filing) == 4
    assert sum(one.missing - one.unread - one.aside for one in filing) == 8      # the missing, and one still in time


def test_9_12_the_office_sees_the_table_beside_its_letters(bureau: Path, tmp_path: Path) -> None:
    said = invoked("notice", bureau, "--as-of", DAY, "--to", tmp_path / "o", "--format", "md",
                   "--reply-by", "2022-02-20")
    assert said.exit_code == 0, said.output
    page = etree.HTML((tmp_path / "o/发送清单.html").read_bytes().decode())
    table = [[html.unescape("".join(cell.itertext())) for cell in row.iter("th", "td")]
             for row in next(page.iter("table")).iter("tr")]
    assert by_columns(table) == RIGHT


def test_9_12_a_part_of_a_batch_says_nobody_is_missing(bureau: Path, compiled: Compiled) -> None:
    part = run([str(bureau / "U-1")], Options(as_of=DAY, partial=True, roster=str(bureau / "roster.yaml")), compiled)
    text = told("text", part, compiled)
    assert "未报：" not in text and "谁没有报没有判断" in text
    assert {one.state for one in part.standing} == {"filed", "unreadable"}


# -- no roster, nothing to check -----------------------------------------------------------------------------------

NEED_IT = ["OR05", "RO01", "RO02", "RO03", "RO05", "RO06"]


def test_9_11_without_a_roster_its_rules_are_not_assessed(tmp_path: Path, compiled: Compiled) -> None:
    write(tmp_path / "a.yaml", personal(compiled, "P-11"))
    found = run([str(tmp_path)], Options(as_of=DAY), compiled)
    assert [(one.rule, one.reason) for one in found.not_assessed] == [(rule, "roster") for rule in NEED_IT]
    tree = etree.fromstring(output_of("junit", found, Setting(compiled)))
    cases = [(one.get("name")[:4], one.find("skipped").get("type")) for one in tree.iter("testcase")
             if one.get("name")[:4] in NEED_IT]
    assert {rule for rule, why in cases if why == "not-assessed-roster"} == set(NEED_IT)
    assert {why for _, why in cases} == {"not-assessed-roster", "not-yet-due"}      # of the first phase
    assert "谁没有报" in told("text", found, compiled) and not told("text", found, compiled).startswith("谁报了")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_9_11_with_nothing_to_check_nothing_passed(tmp_path: Path, compiled: Compiled, language: str) -> None:
    for name in ("真.docx", "真.xlsx", "P-102.yml.bak"):
        write(tmp_path / name, b"PK\x03\x04" + bytes(10))
    found = run([str(tmp_path)], Options(as_of=DAY, language=language), compiled)
    assert found.empty
    for name in FORMATS:
        if name not in ("xlsx", "sarif"):       # SARIF holds the texts of the rules
            said = told(name, found, compiled, language)
            assert "没有发现" not in said and "nothing to correct" not in said, name
    text = told("text", found, compiled, language)
    assert all(name in text for name in ("真.docx  Word", "真.xlsx  Excel", "P-102.yml.bak"))
    tree = etree.fromstring(output_of("junit", found, Setting(compiled)))
    assert all(one.find("skipped") is not None for one in tree.iter("testcase"))
    [log] = json.loads(told("sarif", found, compiled))["runs"]
    assert (log["results"], log["invocations"][0]["executionSuccessful"]) == ([], False)


# -- duplicates, kinds, counts -------------------------------------------------------------------------------------

def test_9_6_duplicates_keep_their_findings_and_stand_at_the_first_key(tmp_path: Path, compiled: Compiled) -> None:
    for name, head in (("a.yaml", "# 说明\n\n"), ("b.yaml", "---\n")):
        write(tmp_path / name, head + personal(compiled, "P-11", "2022-02-03"))
    found = run([str(tmp_path)], Options(as_of=DAY), compiled).findings
    assert [(one.rule, one.file, one.line, one.superseded) for one in found if one.rule in ("ID01", "RO04")] == [
        ("RO04", "a.yaml", 3, False), ("ID01", "a.yaml", 6, False),
        ("RO04", "b.yaml", 2, False), ("ID01", "b.yaml", 5, False)]


@pytest.mark.parametrize("typed", ["个入", "", "[个人]"])
def test_9_19_a_report_of_no_valid_kind_is_its_subjects_all_the_same(
        tmp_path: Path, compiled: Compiled, typed: str) -> None:
    write(tmp_path / "roster.yaml", "people: [{id: P-11, name: 林一东, unit: U-1}]\n")
    write(tmp_path / "a.yaml", re.sub("report: .*", f"report: {typed}", personal(compiled, "P-11")))
    found = run([str(tmp_path)], Options(as_of=DAY), compiled)
    assert {one.rule for one in found.findings} <= {"FM01", "FM03", "FM04"} and found.findings
    assert {one.subject.id for one in found.findings} == {"P-11"}
    assert [one.state for one in found.standing] == ["to-correct"]


def test_9_12_the_phase_is_the_folders_or_the_texts(tmp_path: Path, compiled: Compiled) -> None:
    """An unreadable report of an earlier phase does not stand for the one that is due."""
    write(tmp_path / "roster.yaml", "people: [{id: P-11, name: 林一东, unit: U-1}]\n")
    cases: list[tuple[str, str, Any]] = [
        ("学习教育/P-11.yaml", "x\n", "missing"), ("问题查摆/P-11.yaml", "x\n", "unreadable"),
        ("监督检查科/P-11.yaml", "x\n", "unreadable"),
        ("P-11.yaml", "所处阶段：学习教育和动员部署\n", "missing"), ("P-11.yaml", "phase：inspection\n", "unreadable"),
        ("education/P-11.yaml", "所处阶段：调查研究和问题查摆\n", "unreadable"), ("P-11.yaml", "x\n", "unreadable")]
    for name, text, state in cases:
        write(tmp_path / name, text)
        found = run([str(tmp_path)], Options(as_of="2022-05-01"), compiled)
        assert [one.state for one in found.standing] == [state], name
        assert [one.rule for one in found.findings if one.rule == "RO01"] == ["RO01"] * (state == "missing")
        (tmp_path / name).unlink()


@pytest.mark.parametrize("text", [
    "人员编号: P-11\n人员编号: P-12\n\t", "# 人员编号: P-11\n\t", "责任人员编号: P-11\n\t",
    "人员编号: P-99\n单位编号: U-1\n\t",
    "person：{unit： U-1}\n单位编号：U-1\n"])
def test_9_12_in_doubt_a_file_is_nobodys(tmp_path: Path, compiled: Compiled, text: str) -> None:
    write(tmp_path / "roster.yaml", "units: [{code: U-1, name: 云岭甲科, level: department, head: 沈一川}]\n"
          "people: [{id: P-11, name: 林一东, unit: U-1}, {id: P-12, name: 林一南, unit: U-1}]\n")
    write(tmp_path / "报告.yaml", text)
    found = run([str(tmp_path)], Options(as_of=DAY), compiled)
    assert found.nobodys == ["报告.yaml"]
    assert {one.entry.id: one.state for one in found.standing} == dict.fromkeys(("U-1", "P-11", "P-12"), "missing")


# -- a report that is there is never said not to have come ---------------------------------------------------------

FOUR = "people: [{id: P-11, name: 林一东, unit: U-1}, {id: P-12, name: 林一南, unit: U-1}]\n"


@pytest.mark.parametrize("phase", [None, "第三阶段"])
def test_9_12_a_report_without_a_readable_phase_is_there(tmp_path: Path, compiled: Compiled, phase: str | None) -> None:
    write(tmp_path / "roster.yaml", "people: [{id: P-11, name: 林一东, unit: U-1}]\n")
    text = re.sub("(?m)^phase: .*\n", f"phase: {phase}\n" if phase else "", personal(compiled, "P-11"))
    assert text != personal(compiled, "P-11")
    write(tmp_path / "a.yaml", text)
    found = run([str(tmp_path)], Options(as_of=DAY), compiled)
    assert [one.rule for one in found.findings if one.gates] == ["FM04" if phase else "FM01"]
    assert [(one.state, one.files) for one in found.standing] == [("to-correct", ("a.yaml",))]


@pytest.mark.parametrize(("typed", "words"), [("P-12", "是名册上另一个对象的"), ("P-O11", "不在名册上"),
                                              ("P-11 P-12", "不在名册上")])
def test_9_12_a_file_called_after_somebody_with_another_id_is_named(
        tmp_path: Path, compiled: Compiled, typed: str, words: str) -> None:
    write(tmp_path / "roster.yaml", FOUR)
    write(tmp_path / "U-1/p-11.yaml", personal(compiled, "P-11").replace("P-11", typed))
    found = run([str(tmp_path)], Options(as_of=DAY), compiled)
    [own] = [one for one in found.findings if one.rule == "RO01" and one.subject and one.subject.id == "P-11"]
    assert f"收到文件名或者文件夹名是该编号的文件 U-1/p-11.yaml，其中写的编号{words}" in own.message
    assert own.remedy.startswith("这份报告是该对象的，请把其中的编号改成名册上该对象的编号")
    stands = next(one for one in found.standing if one.entry.id == "P-11")
    assert (stands.state, stands.files) == ("missing", ("U-1/p-11.yaml",))
    assert stands.aside and stands.aside.hint == ("anothers" if typed == "P-12" else "off-roster")
    text = "".join(told("text", found, compiled).split())
    assert ("名册外：写的编号不在名册上、没有列入表内的报告1份：U-1/p-11.yaml" in text) is (typed != "P-12")
    assert "文件（列在后面的括号里），其中" in text and "P-11（U-1/p-11.yaml）" in text


def test_9_12_beside_a_report_of_its_own_a_file_with_its_name_says_nothing(tmp_path: Path, compiled: Compiled) -> None:
    write(tmp_path / "roster.yaml", FOUR)
    write(tmp_path / "P-11.yaml", personal(compiled, "P-12"))
    write(tmp_path / "a.yaml", personal(compiled, "P-11"))
    found = run([str(tmp_path)], Options(as_of=DAY), compiled)
    assert [one.state for one in found.standing] == ["filed", "doubtful"] and not found.findings


@pytest.mark.parametrize(("name", "hint", "words"), [
    ("学习教育和动员部署/P-11.yaml.txt", "earlier", "也不是可以核查的报告"),
    ("学习教育和动员部署/P-11.yaml", "earlier-unread", "也读不出来")])
def test_9_12_a_file_of_an_earlier_phase_is_named_too(
        tmp_path: Path, compiled: Compiled, name: str, hint: str, words: str) -> None:
    write(tmp_path / "roster.yaml", "people: [{id: P-11, name: 林一东, unit: U-1}]\n")
    write(tmp_path / name, "x\n")
    found = run([str(tmp_path)], Options(as_of="2022-05-01"), compiled)
    [own] = [one for one in found.findings if one.rule == "RO01"]
    assert f"收到的文件 {name} 是前面阶段的，{words}" in own.message and own.remedy.startswith("请补报")
    assert [(one.state, one.files, one.aside and one.aside.hint) for one in found.standing] == [
        ("missing", (name,), hint)]


@pytest.mark.parametrize("name", ["P-11.yaml", "问题查摆/P-11.yaml"])
def test_9_12_a_report_of_an_earlier_phase_is_named_too(tmp_path: Path, compiled: Compiled, name: str) -> None:
    """In a text for the terminal by its ID alone, in a group of its own: most who are late have one."""
    write(tmp_path / "roster.yaml", FOUR)
    write(tmp_path / name, personal(compiled, "P-11"))
    found = run([str(tmp_path)], Options(as_of="2022-05-01"), compiled)
    messages = {one.subject.id: one.message for one in found.findings if one.rule == "RO01" and one.subject}
    assert f"还没有收到 P-11 写到这一阶段的报告；收到的报告（{name}）写到的是前面的阶段。" in messages["P-11"]
    assert "写到的是前面的阶段" not in messages["P-12"]
    assert [one["files"] for one in json.loads(told("json", found, compiled))["standing"]][0] == [name]
    text = "".join(told("text", found, compiled).split())
    assert "还没有收到下列对象写到这一阶段的报告；收到的报告写到的是前面的阶段。" in text
    assert f"P-11（{name}）" not in text


@pytest.mark.parametrize("form", ["html", "markdown"])
def test_9_12_both_tables_of_a_page_count_the_same(result: Result, compiled: Compiled, form: str) -> None:
    """Who has not filed, whose file can't be read and whose is no report: above by unit, below by phase."""
    said = " ".join(re.sub("<[^>]*>", " ", html.unescape(told(form, result, compiled))).split())
    counts = Counter(STATES.values())
    if form == "html":
        assert " · ".join(
            f"{NAMES[state]} {counts[state]}" for state in ("unreadable", "other-format", "missing")) in said
    else:
        assert f"| {counts['unreadable']} | {counts['other-format']} | {counts['missing']} | |" in said


# -- lists for people -----------------------------------------------------------------------------------------------

def test_9_12_a_folder_without_reports_is_one_line_and_what_is_somebodys_comes_first(
        tmp_path: Path, compiled: Compiled) -> None:
    write(tmp_path / "roster.yaml", FOUR)
    write(tmp_path / "甲/P-11.yaml", personal(compiled, "P-11"))
    for at in range(1, 301):
        write(tmp_path / f"甲/佐证/{at}.pdf", b"%PDF-")
    for name in ("甲/自查报告.docx", "甲/汇总.zip", "甲/照片.jpg", "乙/P-12.xlsx", "丙/某某.docx"):
        write(tmp_path / name, b"PK\x03\x04" + bytes(9))
    found = run([str(tmp_path)], Options(as_of=DAY), compiled)
    assert len(found.ignored) == 306                    # a machine is told of every file, and of the roster
    text = told("text", found, compiled).split("不是报告、没有检查的文件：\n")[1].split("\n\n")[0]
    assert text.splitlines() == [
        "  乙/P-12.xlsx  Excel 一类的表格（P-12）", "  丙/某某.docx  Word 文档", "  甲/汇总.zip  压缩包",
        "  甲/自查报告.docx  Word 文档", "  甲/佐证/  没有报告的文件夹，内有这样的文件 300 个"]
    rows = told("markdown", found, compiled).split("## 不是报告的文件")[1].split("\n## ")[0]
    assert rows.count("\n| ") == 1 + 6 and "照片" in rows


def test_9_12_pages_show_people_under_the_units_of_the_roster(tmp_path: Path, compiled: Compiled) -> None:
    write(tmp_path / "roster.yaml", "units: [{code: U-1, name: 云岭甲科, level: department, head: 沈一川}]\n" + FOUR)
    write(tmp_path / "a.yaml", personal(compiled, "P-11").replace("P-11", "p-11").replace("U-1", "U-9"))
    found = run([str(tmp_path)], Options(as_of=DAY, select=("RO03",)), compiled)
    assert [one.rule for one in found.findings] == ["RO03"]
    rows = told("markdown", found, compiled).split("## 对象和方面一览")[1].split("\n## ")[0].replace("\\", "")
    assert "| 云岭甲科 | 个人 P-11 |" in rows


def test_9_12_a_file_called_after_somebody_that_calls_itself_one_of_the_other_kind(tmp_path: Path,
                                                                                  compiled: Compiled) -> None:
    """Nothing else in it says whose it is: what is wrong is the kind, and that is what is told."""
    write(tmp_path / "roster.yaml", FOUR)
    text = personal(compiled, "P-11").replace("report: personal", "report: unit")
    write(tmp_path / "U-1/P-11.yaml", text.replace("person:", "person: 无\nperson_:"))
    found = run([str(tmp_path)], Options(as_of=DAY), compiled)
    [own] = [one for one in found.findings if one.rule == "RO01" and one.subject and one.subject.id == "P-11"]
    assert "收到以该编号命名的文件 U-1/P-11.yaml，其中写的报告类型与该对象不符" in own.message
    assert own.remedy == "这份报告是该对象的，请改正其中的报告类型；不是的，请补报该对象自己的报告。"
    made = letters(found, compiled)["P-11", "missing"]
    assert "没有收到写有你编号" not in body(made)
    assert "其中的报告类型写的却是单位：这份报告是你的，请把报告类型改成个人后重报" in body(made)


@pytest.mark.parametrize("name", ["U-1/P-11.yaml", "自查报告.yaml"])
def test_9_12_a_report_that_calls_itself_one_of_the_other_kind_is_of_whom_it_is_about(
        tmp_path: Path, compiled: Compiled, name: str) -> None:
    """Whatever it is called: nobody is told that nothing came, nor of what only follows from the wrong kind."""
    write(tmp_path / "roster.yaml", FOUR)
    write(tmp_path / name, personal(compiled, "P-11").replace("report: personal", "report: unit"))
    found = run([str(tmp_path)], Options(as_of=DAY), compiled)
    [own] = [one for one in found.findings if one.subject and one.subject.id == "P-11"]
    assert (own.rule, own.hint, own.pointer, own.file) == ("FM04", "contrary", "/report", name)
    made = {kind: body(one) for (ident, kind), one in letters(found, compiled).items() if ident == "P-11"}
    assert list(made) == ["correct"] and "请把“report”改成“personal”" in made["correct"]


# -- beside a file that is no report, what a unit received is not judged -------------------------------------------

RECEIVED = "/collected/received"


def of_branch(home: Path, received: int, files: dict[str, str | bytes], filed: bool = False) -> Result:
    """A branch with two people, of whom one has filed, or nobody; beside its report these files."""
    unit = base_report(PACK, "branch", "inspection")
    change(unit, {"/collected": {"due": 2, "received": received}, "/unit/code": "U-7"}, [])
    write(home / "乙科/调查研究和问题查摆/U-7.yaml", dump(unit))
    if filed:
        person = base_report(PACK, "personal", "inspection")
        change(person, {"/person/id": "P-71", "/person/unit": "U-7", "/submitted": unit["submitted"]}, [])
        write(home / "乙科/调查研究和问题查摆/P-71.yaml", dump(person))
    for name, data in files.items():
        write(home / name, data)
    write(home / "roster.yaml", yaml.safe_dump({
        "units": [{"code": "U-7", "name": "云岭市青溪生态环境分局", "level": "branch", "head": "贺建平"}],
        "people": [{"id": "P-71", "name": "林一东", "unit": "U-7"}, {"id": "P-72", "name": "林二东", "unit": "U-7"}],
    }, allow_unicode=True))
    return run([str(home)], Options(as_of="2022-05-08"), COMPILED)


def ro06(result: Result) -> tuple[list[str | None], list[tuple[str | None, str]]]:
    """What RO06 finds, and what it does not judge and why."""
    return ([one.pointer for one in result.findings if one.rule == "RO06"],
            [(one.pointer, one.reason) for one in result.not_assessed if one.rule == "RO06"])


@pytest.mark.parametrize("name", ["P-72.yaml.txt", "乙科/P-72.docx", "乙科/调查研究和问题查摆/p-72.YML.TXT",
                                  "乙科/整改落实/P-72.xlsx", "P-72.pdf"])
def test_9_19_what_was_received_is_not_judged_beside_a_file_that_is_no_report(tmp_path: Path, name: str) -> None:
    result = of_branch(tmp_path, 1, {name: "报告类型: 个人\n"})
    assert ro06(result) == ([], [(RECEIVED, "ignored")])
    assert "P-72" in [one.subject.id for one in result.findings if one.rule == "RO01" and one.subject]   # that stays
    assert result.summary["not_assessed"] == len(result.not_assessed)


@pytest.mark.parametrize(("name", "filed"), [
    ("乙科/学习教育和动员部署/P-72.docx", False),    # of an earlier phase
    ("P-79.docx", False),                            # nobody's
    ("乙科/P-71.docx", True),                        # of one who filed in time
])
def test_9_19_other_files_change_nothing(tmp_path: Path, name: str, filed: bool) -> None:
    assert ro06(of_branch(tmp_path, 2, {name: "报告类型: 个人\n"}, filed)) == ([RECEIVED], [])
    assert ro06(of_branch(tmp_path, int(filed), {}, filed)) == ([], [])


def test_9_19_a_file_that_cannot_be_read_is_the_reason_that_is_told_first(tmp_path: Path) -> None:
    result = of_branch(tmp_path, 1, {"P-71.yaml": "报告类型: 个人\n\t\x01", "P-72.docx": "文字"})
    assert ro06(result) == ([], [(RECEIVED, "type")])


@pytest.mark.parametrize(("name", "text", "told"), [
    ("P-71.yaml", "人员编号：P-71\n", "type"), ("学习教育/P-71.yaml", "人员编号：P-71\n", None),  # of an earlier phase
    ("P-71.yaml", "report: personal\nplan: bayang-bazhi\nperson: {id: P-71, unit: U-7}\n", "type")])
def test_9_19_what_came_and_tells_no_phase_leaves_the_units_count_open(tmp_path: Path, name: str, text: str,
                                                                       told: str | None) -> None:
    """A report without a phase, and what can't be read and lies in no folder of an earlier phase."""
    assert ro06(of_branch(tmp_path, 1, {name: text})) == (([], [(RECEIVED, told)]) if told else ([RECEIVED], []))


@pytest.mark.parametrize("language", ["zh", "en"])
def test_9_19_every_format_can_tell_the_reason(tmp_path: Path, language: str) -> None:
    result = of_branch(tmp_path, 1, {"P-72.docx": "文字"})
    for name, output in FORMATS.items():
        assert output(result, Setting(COMPILED, language)), name
