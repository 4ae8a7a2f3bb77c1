"""Contract 10.5: `bayang due` says who has still to file for the phase that ends next, and which measures fall due."""

from __future__ import annotations

import csv
import io
import json
import re
import shlex
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, FormatChecker
from making import SERVICE_REPORT, write
from running import SAMPLES, SERVICE, complaint, edit, here, invoked

from bayang.engine.batch.run import Options, run
from bayang.engine.judging.compile import Compiled
from bayang.engine.output.due.agenda import agenda
from bayang.engine.output.due.outputs import to_json, to_text
from bayang.engine.output.findings import Setting
from bayang.engine.output.ledger.rows import UNREAD, gather
from bayang.engine.output.page.html import as_html
from bayang.engine.reading.report import printable_id
from bayang.engine.reading.schema import schema_file
from bayang.engine.text.dates import days_between

DOCS = Path(__file__).parent.parent / "docs"


@pytest.fixture
def office(bureau: Callable[[int], Any]) -> Any:
    """Four people; of them and of their unit there are reports of the first phase."""
    return bureau(4).filed()


def due(office: Any, as_of: str, *options: object) -> dict[str, Any]:
    said = here("due", office.reports, "--roster", office.office / "roster.yaml", "--as-of", as_of,
                  "--format", "json", *options)
    assert (said.returncode, said.stderr) == (0, b"")
    found: dict[str, Any] = json.loads(said.stdout)
    Draft7Validator(schema_file("due.json"), format_checker=FormatChecker()).validate(found)
    return found


def filers(found: dict[str, Any]) -> dict[str, tuple[str, int, str]]:
    return {one["subject"]["id"]: (one["phase"], one["left"], one["state"]) for one in found["to_file"]}


# -- who has still to file ---------------------------------------------------------------------------------


def test_10_5_all_who_have_no_report_of_the_phase_that_ends_next(office: Any) -> None:
    (office.reports / "P-001.yaml").unlink()
    assert filers(due(office, "2022-01-20")) == {"P-001": ("education", 11, "missing")}
    # after its end the next phase counts, and whoever missed this one has that to file too
    assert filers(due(office, "2022-02-01")) == dict.fromkeys(["U-002", *office.people], ("inspection", 88, "missing"))
    assert [one["subject"]["id"] for one in due(office, "2022-02-01")["to_file"]] == ["U-002", *office.people]


@pytest.mark.parametrize(("language", "said", "never"), [
    ("zh", "没有能读出的报告，整改措施到没到期看不出来", "没有 14 天内到期"),
    ("en", "nobody can tell which", "No measure falls due")])
def test_9_11_without_a_report_nothing_is_said_of_measures(office: Any, language: str, said: str, never: str) -> None:
    shutil.rmtree(office.reports)
    office.reports.mkdir()
    told = here("due", office.reports, "--roster", office.office / "roster.yaml", "--as-of", "2022-05-01",
                  "--lang", language).stdout.decode()
    told = " ".join(told.split())
    assert said in told and never not in told


def test_10_5_the_last_day_counts(office: Any) -> None:
    (office.reports / "P-001.yaml").unlink()
    assert filers(due(office, "2022-01-31")) == {"P-001": ("education", 0, "missing")}
    said = here("due", office.reports, "--roster", office.office / "roster.yaml", "--as-of", "2022-01-31")
    text = said.stdout.decode()
    assert "“学习教育和动员部署”阶段报告，2022年1月31日（星期一）截止，今天是最后一天；" in text.replace("\n  ", "")
    assert text.count("\n  大气环境科：P-001\n") == 1


def test_10_5_an_extension_is_the_day(office: Any) -> None:
    for ident in ("P-001", "P-002"):
        (office.reports / f"{ident}.yaml").unlink()
    office.enrol(extensions=[{"subject": "P-002", "phase": "education", "until": "2022-02-10", "by": "沈雨桐"},
                             {"subject": "P-003", "phase": "education", "until": "2022-02-10", "by": "沈雨桐"}])
    found = filers(due(office, "2022-02-05"))
    assert found["P-002"] == ("education", 5, "missing")
    assert found["P-003"] == ("inspection", 84, "missing")      # has filed for the one that was extended
    assert found["P-001"] == ("inspection", 84, "missing")


def test_10_5_who_is_excused_or_waived_is_not_named(office: Any, tmp_path: Path) -> None:
    for ident in ("P-001", "P-002", "P-003"):
        (office.reports / f"{ident}.yaml").unlink()
    roster = office.office / "roster.yaml"
    roster.write_text(roster.read_text(encoding="utf-8").replace(
        "- id: P-001\n", "- id: P-001\n  excused: {reason: 借调}\n"), encoding="utf-8")
    waivers = tmp_path / "waivers.yaml"
    waiver = "- {{rule: RO01, subject: {}, reason: 封闭培训, by: 沈雨桐, until: {}}}\n"
    waivers.write_text("waivers:\n" + waiver.format("P-002", "2022-02-28") + waiver.format("P-003", "2022-01-31"),
                       encoding="utf-8")
    # the waiver of P-003 has run out when it would be missed
    assert filers(due(office, "2022-01-20", "--waivers", waivers)) == {"P-003": ("education", 11, "missing")}


def test_10_5_what_came_and_is_no_report_is_said(office: Any) -> None:
    for ident in ("P-001", "P-002", "P-003"):
        (office.reports / f"{ident}.yaml").unlink()
    (office.reports / "P-001.yaml").write_text("报告类型: [个人\n", encoding="utf-8")
    (office.reports / "P-002.docx").write_bytes(b"PK\3\4")
    assert filers(due(office, "2022-01-20")) == {
        "P-001": ("education", 11, "unreadable"), "P-002": ("education", 11, "other-format"),
        "P-003": ("education", 11, "missing")}
    said = here("due", office.reports, "--roster", office.office / "roster.yaml", "--as-of", "2022-01-20")
    assert "大气环境科：P-001（读不出）、P-002（不是报告格式）、P-003\n" in said.stdout.decode()


def test_10_5_a_later_report_is_one(office: Any) -> None:
    (office.reports / "P-001.yaml").unlink()
    office.report("P-001", phase="inspection", submitted="2022-01-24")
    assert "P-001" not in filers(due(office, "2022-01-25")) | filers(due(office, "2022-02-05"))


def test_10_5_nobody_when_all_phases_are_over(office: Any) -> None:
    assert due(office, "2023-01-01")["to_file"] == []
    said = here("due", office.reports, "--roster", office.office / "roster.yaml", "--as-of", "2023-01-01")
    assert "接下来没有要报的" in said.stdout.decode().replace("\n  ", "")
    office.enrol(extensions=[{"subject": "P-002", "phase": "consolidation", "until": "2023-01-10", "by": "沈雨桐"}])
    assert filers(due(office, "2023-01-01")) == {"P-002": ("consolidation", 9, "missing")}


def test_10_5_without_a_roster_or_in_a_part_nobody_can_tell(office: Any) -> None:
    (office.reports / "P-001.yaml").unlink()
    said = here("due", office.reports, "--no-config", "--as-of", "2022-01-20").stdout.decode()
    assert "没有名册，不知道谁还要报" in said and "P-001" not in said
    said = here("due", office.reports / "P-002.yaml", "--roster", office.office / "roster.yaml",
                  "--as-of", "2022-01-20").stdout.decode()
    assert "谁还要报没有判断" in said and "P-001" not in said and "P-003" not in said


# -- measures ----------------------------------------------------------------------------------------------


def problem(ident: str, *days: str, **more: Any) -> dict[str, Any]:
    return {"id": ident, "behaviour": "shigan-01", "fact": "金丝雀甲", "cause": "金丝雀乙", "measures": [
        {"action": "金丝雀丙", "owner": "金丝雀丁", "due": day} for day in days]} | more


@pytest.fixture
def measured(office: Any) -> Any:
    """A report with measures on both sides of 2022-05-10 and of the days after it."""
    office.report("P-001", phase="inspection", submitted="2022-04-20", themes={
        "shigan": {"problems": [
            problem("P001-1", "2022-05-10", "2022-05-09", "年底前", "2022-05-25"),      # today, overdue, no day, later
            problem("P001-2", "2022-05-24", "2022-05-12")]},                            # the 14th day, the 2nd
        "dandang": {"problems": [
            problem("13800138000", "2022-05-01", deferral={"reason": "金丝雀", "until": "2022-05-20"}),
            problem("P001-3", "2022-05-11", status="done"), problem("P001-4", "2022-05-11", status="continuing")]},
        "lianjie": {"problems": [problem("P001-5", "2022-05-13", status="partial")]}})
    return office


def test_10_5_measures_that_fall_due_or_are_overdue(measured: Any) -> None:
    found = [(one["problem"], one["measure"], one["left"], one["deferred"])
             for one in due(measured, "2022-05-10")["fall_due"]]
    assert found == [("P001-1", 1, 0, False), ("P001-1", 2, -1, False), ("P001-2", 1, 14, False),
                     ("P001-2", 2, 2, False), ("138********", 1, 10, True), ("P001-5", 1, 3, False)]
    assert [one["left"] for one in due(measured, "2022-05-10", "--within", "1d")["fall_due"]] == [0, -1]


LATER = {"reason": "金丝雀", "until": "2022-05-20"}
ODD = [
    problem("甲-1", "2022-05-25", "2022-05-12"), problem("甲-1", "年底前", "2022-05-24"), problem("甲-1", "年底前"),
    problem("甲-1"), problem("甲-1") | {"measures": "尽快"}, problem("甲-1", "2022-05-09", "年底前", deferral=LATER),
    problem("甲-1", "2022-06-30", "2022-05-09", deferral=LATER), problem("甲-1", "年底前", deferral=LATER),
    problem("甲-1", deferral=LATER), problem("甲-1", deferral=LATER) | {"measures": "尽快"},
    problem("甲-1", "2022-05-09", deferral=LATER | {"until": "以后"}), problem("甲-1", "2022-05-09", deferral="以后"),
    problem("甲-1", "2022-05-09", status="快了"), problem("甲-1", "2022-05-09", status="done"),
    problem("甲-1", "2022-05-09", status="continuing"), problem("甲-1", "2022-05-25", status="partial"),
    problem("甲-1", "2022-05-09") | {"id": ["甲"]},
]


@pytest.mark.parametrize("one", ODD)
def test_10_5_the_ledger_has_the_same_measures(one: dict[str, Any], office: Any, compiled: Compiled) -> None:
    """Whatever is written: which reports are read once more is told from less than stands in them."""
    office.report("P-001", phase="inspection", submitted="2022-04-20", themes={"shigan": {"problems": [one]}})
    result, pack = run([str(office.reports)], Options(as_of="2022-05-10"), compiled), compiled.pack
    held = [(row.ident, number, day) for row in gather(result, pack).rows
            if row.state not in (*pack.roles.done, pack.roles.lasting, UNREAD)
            for number, day in enumerate(row.days, 1) if day and days_between("2022-05-10", day) <= 14]
    found = agenda(result, pack, 14, "zh").measures
    assert [(printable_id(ident), number, day) for ident, number, day in held] == [
        (each.problem, each.number, each.day) for each in found]


def test_10_5_what_has_no_measure_that_falls_due_is_not_read_once_more(
        measured: Any, compiled: Compiled, monkeypatch: pytest.MonkeyPatch) -> None:
    result = run([str(measured.reports)], Options(as_of="2022-04-24"), compiled)
    opened: list[str] = []
    again = result.reopened
    monkeypatch.setattr(result, "reopened", lambda only=None: (
        opened.append(one.file) or one for one in again(only)))
    assert agenda(result, compiled.pack, 6, "zh").measures == () and opened == []
    assert len(agenda(result, compiled.pack, 15, "zh").measures) == 1 and opened == ["P-001.yaml"]


def test_10_5_that_a_report_is_gone_is_said_and_not_that_nothing_falls_due(measured: Any, compiled: Compiled) -> None:
    result = run([str(measured.reports)], Options(as_of="2022-05-10"), compiled)
    (measured.reports / "P-001.yaml").unlink()
    found = agenda(result, compiled.pack, 14, "zh")
    assert (found.measures, found.gone) == ((), 1)
    document = json.loads(to_json(found))
    Draft7Validator(schema_file("due.json"), format_checker=FormatChecker()).validate(document)
    assert (document["gone"], document["fall_due"]) == (1, [])
    said = to_text(found)
    gone = "核查以后变了，或者又读不出来的报告 1 份，其中的整改措施没有列"
    assert gone in said and "\n其余的报告里没有 14 天内到期" in said
    page = "".join(as_html(result, Setting(compiled)))
    assert gone in page and ">其余的报告里没有 30 天内到期" in page


def test_10_5_measures_of_what_is_not_read_or_nobodys_are_said_to_be_left_out(measured: Any) -> None:
    edit(measured.reports / "P-001.yaml", "plan: ", "plan：")
    edit(measured.reports / "U-002.yaml", "code: U-002", "code: ''")
    found = due(measured, "2022-05-10")
    assert (found["fall_due"], found["unreadable"], found["unsigned"]) == ([], 1, 1)
    said = here("due", measured.reports, "--as-of", "2022-05-10", "--lang", "en").stdout.decode()
    assert "1 report that can't be read: the measures in it are not listed\n" in said
    assert "1 report without an ID that can be read: the measures in it are not listed\nIn the other reports no" in said


def test_10_5_that_a_report_is_gone_is_told_beside_a_csv(measured: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def gone(*given: Any) -> Any:
        (measured.reports / "P-001.yaml").unlink()
        return agenda(*given)

    monkeypatch.setattr("bayang.engine.output.due.agenda.agenda", gone)
    said = invoked("due", measured.reports, "--as-of", "2022-05-10", "--format", "csv")
    assert "核查以后变了，或者又读不出来的报告 1 份，其中的整改措施没有列" in said.stderr and said.exit_code == 0


def test_10_5_the_page_says_what_lists_the_measures_that_it_has_no_room_for(
        measured: Any, compiled: Compiled, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bayang.engine.output.page.html.MOST_BESIDE", 2)
    result = run([str(measured.reports)], Options(as_of="2022-05-10"), compiled)
    assert "另有 5 条没有列在这里；用 bayang due --within 30 全部列出" in "".join(as_html(result, Setting(compiled)))
    assert len(due(measured, "2022-05-10", "--within", "30")["fall_due"]) == 7


def test_10_5_measures_in_text_by_unit(measured: Any) -> None:
    said = here("due", measured.reports, "--roster", measured.office / "roster.yaml", "--as-of", "2022-05-10",
                  "--within", "2").stdout.decode()
    assert """\
整改措施已经过了时限、按最近一份报告没有写明整改到位的 1 条：
  大气环境科
    P-001  问题 P001-1 第 2 条措施  2022年5月9日（星期一），已过 1 天

整改措施 2 天内到期的 2 条：
  大气环境科
    P-001  问题 P001-1 第 1 条措施  2022年5月10日（星期二），今天到期
    P-001  问题 P001-2 第 2 条措施  2022年5月12日（星期四），还有 2 天
""" in said


def test_10_5_who_is_not_on_the_roster_stands_apart(measured: Any) -> None:
    """Under the code that the report gives, as in the ledger, and not as people of the roster's unit."""
    edit(measured.reports / "P-001.yaml", "id: P-001", "id: P-901")
    given = (measured.reports, "--roster", measured.office / "roster.yaml", "--as-of", "2022-05-10", "--within", "1")
    said = here("due", *given).stdout.decode()
    assert "  U-002（名册外）\n    P-901  问题 P001-1 第 2 条措施" in said
    rows = list(csv.reader(io.StringIO(here("due", *given, "--format", "csv").stdout.decode("utf-8-sig"))))
    assert {row[0] for row in rows if row[2] == "P-901"} == {"U-002（名册外）"}


def test_10_5_a_later_report_takes_the_place_of_the_earlier(measured: Any) -> None:
    measured.report("P-001", "P-001-3.yaml", phase="rectification", submitted="2022-05-09", themes={
        "shigan": {"problems": [problem("P001-1", "2022-05-12", status="partial")]}})
    assert [(one["problem"], one["left"]) for one in due(measured, "2022-05-10")["fall_due"]] == [("P001-1", 2)]


def test_10_5_the_table_holds_both(measured: Any) -> None:
    said = here("due", measured.reports, "--roster", measured.office / "roster.yaml", "--as-of", "2022-04-28",
                  "--format", "csv").stdout
    rows = list(csv.reader(io.StringIO(said.decode("utf-8-sig"))))
    assert rows[0] == ["单位", "类别", "对象", "阶段", "方面", "问题", "措施", "到期日期", "剩余天数", "情况", "时点"]
    assert ["大气环境科", "个人", "P-002", "调查研究和问题查摆", "", "", "", "2022-04-30", "2", "还没有报",
            "2022-04-28"] in rows
    assert ["大气环境科", "个人", "P-001", "", "实干", "P001-1", "第 1 条", "2022-05-10", "12", "将要到期",
            "2022-04-28"] in rows


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("form", ["text", "markdown", "csv", "json", "xlsx"])
def test_10_5_nothing_submitted_leaves_and_bytes_are_the_same(
        measured: Any, form: str, language: str, tmp_path: Path) -> None:
    outputs = []
    for name in ("one", "two"):
        file = tmp_path / f"{name}.out"
        said = here("due", measured.reports, "--roster", measured.office / "roster.yaml", "--as-of", "2022-05-10",
                      "--format", f"{form}={file}", "--lang", language)
        assert (said.returncode, said.stdout, said.stderr) == (0, b"", b"")
        outputs.append(file.read_bytes())
    assert outputs[0] == outputs[1]
    if form != "xlsx":
        assert "金丝雀" not in outputs[0].decode() and "韩甲" not in outputs[0].decode()
        assert "13800138000" not in outputs[0].decode()


# -- the command -------------------------------------------------------------------------------------------


def test_10_5_another_plan_with_fields_of_its_own(tmp_path: Path) -> None:
    """By the roles of its form: the day of filing, the state and the states that are settled are called otherwise."""
    write(tmp_path / "S-1.yaml", SERVICE_REPORT)
    write(tmp_path / "roster.yaml", "单位:\n- {单位编号: S-1, 单位名称: 东站, 层级: 服务站}\n"
                                    "- {单位编号: S-2, 单位名称: 西站, 层级: 服务站}\n人员: []\n")
    said = here("due", tmp_path, "--rules", SERVICE, "--as-of", "2024-06-25", "--format", "json")
    found = json.loads(said.stdout)
    assert filers(found) == {"S-2": ("checking", 5, "missing")}
    assert [(one["problem"], one["left"]) for one in found["fall_due"]] == [("甲-1", 6)]


def test_10_5_wrong_use_is_told(tmp_path: Path) -> None:
    for typed in ("soon", "-1", "14w", "99999"):
        assert "--within" in complaint(here("due", SAMPLES, f"--within={typed}"))
    assert here("due", tmp_path).returncode == 3


def test_10_5_the_samples_before_the_third_deadline() -> None:
    """Counted by hand in samples/: four problems are 部分到位 or partial, none is 未启动."""
    found = json.loads(here("due", SAMPLES, "--as-of", "2022-07-20", "--format", "json").stdout)
    Draft7Validator(schema_file("due.json"), format_checker=FormatChecker()).validate(found)
    assert found.keys() == schema_file("due.json")["properties"].keys()
    assert [(one["subject"]["id"], one["left"]) for one in found["to_file"]] == [("P-011", 11)]
    assert [(one["subject"]["id"], one["problem"], one["left"]) for one in found["fall_due"]] == [
        ("U-000", "市局-02", 11), ("P-002", "P002-2", 11), ("P-006", "郁-1", -20), ("U-201", "FZ-2", 11)]


@pytest.mark.parametrize("page", ["reminders.md", "reminders.zh-CN.md"])
def test_10_5_the_page_runs(page: str, tmp_path: Path) -> None:
    shutil.copytree(SAMPLES, tmp_path / "samples")
    blocks = re.findall("^```sh\n(.*?)^```$", (DOCS / page).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
    for command in "".join(blocks).splitlines():
        said = here(*shlex.split(command)[1:], cwd=tmp_path)
        assert said.returncode == 0, said.stderr.decode()
    assert len(list(tmp_path.glob("*/P-011/*.md"))) == 1 and len(list(tmp_path.glob("*.csv"))) == 2
