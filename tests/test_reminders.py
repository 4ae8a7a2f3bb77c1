"""Contract 10.5, 9.19: reminders are letters to those who have still to file, so many days before the end."""

from __future__ import annotations

import json
import re
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from letters import body, checked, letters, rounds

from bayang.engine.judging.compile import Compiled

DAY = "2022-01-25"      # six days before the first phase ends
SPRING = "2022-04-25"   # and the second


@pytest.fixture
def office(bureau: Callable[[int], Any]) -> Any:
    """Three people, of whom two have filed for the first phase, and their unit, which has not."""
    made = bureau(3)
    for ident in made.people[1:]:
        made.report(ident)
    return made


def test_10_5_who_has_still_to_file_is_reminded(office: Any, compiled: Compiled) -> None:
    found = letters(checked(office, compiled, DAY), compiled)
    assert list(found) == [("U-002", "reminder"), ("P-001", "reminder")]
    one = found["P-001", "reminder"]
    assert (one.name, one.error, one.warning) == ("报送提醒-P-001", 0, 0)
    text = body(one)
    assert text.startswith("关于请韩甲一同志按期报送“八扬八治”自查自纠报告的提醒\n韩甲一同志：\n根据《开展“八扬八治”")
    assert "（五.3）“学习教育和动员部署阶段（2022年1月31日前）" in one.data["basis"]
    assert ("“学习教育和动员部署”阶段的报告应于2022年1月31日（星期一）前（含当日）报送，"
            "自2022年1月25日起还有 6 天。") in text
    assert "截至2022年1月25日，没有收到写有你编号（P-001）、写到这一阶段的报告。" in text
    assert "（一）时限。请于2022年1月31日（星期一）前（含当日）报送。" in text
    assert "形式审核" in text
    for untrue in ("补正", "必须", "附件", "通知", "你单位", "对象"):
        assert untrue not in text
    assert (one.data["items"], one.data["attached"], [annex["shown"] for annex in one.data["annexes"]]) == (
        [], "", [False, False])


def test_10_5_a_unit_hears_of_its_people(office: Any, compiled: Compiled) -> None:
    text = body(letters(checked(office, compiled, DAY), compiled)["U-002", "reminder"])
    assert "没有收到写有你单位编号（U-002）、写到这一阶段的报告。" in text
    assert "你单位所属人员中，快到期限、报告还没有收到的 1 人：P-001。" in text
    office.report("U-002", contact=None)        # which is to be completed
    found = letters(checked(office, compiled, DAY), compiled)
    assert list(found) == [("U-002", "correct"), ("P-001", "reminder")]
    assert "快到期限、报告还没有收到的 1 人：P-001。" in body(found["U-002", "correct"])


IN_IT = "补正期限届满以前报来这份报告的，在里面一并改好的，原来的报告里不用再改。"


def test_8_4_what_is_to_be_corrected_may_be_put_right_in_the_report_that_is_due(
        office: Any, compiled: Compiled, tmp_path: Path) -> None:
    """It takes the place of the one that was filed; and once it is there nothing of that is asked for any more."""
    office.report("P-002", study=None)
    result = checked(office, compiled, SPRING)
    one = letters(result, compiled)["P-002", "correct"]
    assert one.kinds == ("correct", "reminder")
    assert "请按期报送，所处阶段写“调查研究和问题查摆”。" + IN_IT in body(one)
    assert "what it has right need not be corrected in the earlier report any more." in body(
        letters(result, compiled, language="en")["P-002", "correct"])
    assert office.notice(tmp_path / "to", SPRING, "--format", "docx", "--format", "html").exit_code == 0
    file = tmp_path / "to/P-002/补正通知-P-002"
    with zipfile.ZipFile(file.with_suffix(".docx")) as packed:
        in_word = packed.read("word/document.xml").decode()
    for text in (in_word, *(file.with_suffix(f".{form}").read_text(encoding="utf-8") for form in ("html", "md"))):
        assert IN_IT in re.sub("<[^>]+>", "", text)
    office.report("P-002", "查摆/P-002.yaml", "inspection", submitted="2022-04-24")
    later = letters(checked(office, compiled, SPRING), compiled)["P-002", "correct"]
    assert [item["rule"] for item in (*one.data["items"], *later.data["items"])] == ["PH13", "RO05"]


def test_8_4_what_the_report_that_is_due_does_not_replace_is_to_be_put_right(office: Any, compiled: Compiled) -> None:
    """There are several reports of a phase."""
    for name in ("P-002.yaml", "旧/P-002.yaml"):
        office.report("P-002", name, study=None)
    one = letters(checked(office, compiled, SPRING), compiled)["P-002", "correct"]
    assert one.kinds == ("correct", "reminder") and {item["rule"] for item in one.data["items"]} == {"RO04", "PH13"}
    assert IN_IT not in body(one)


@pytest.mark.parametrize(("as_of", "within", "kinds"), [
    ("2022-01-16", 14, []), ("2022-01-17", 14, ["reminder"]), ("2022-01-17", 13, []),
    ("2022-01-31", 0, ["reminder"]), ("2022-02-01", 14, ["missing"]), ("2022-02-01", 100, ["missing"])])
def test_9_19_only_within_so_many_days(
        office: Any, compiled: Compiled, as_of: str, within: int, kinds: list[str]) -> None:
    found = letters(checked(office, compiled, as_of), compiled, within=within)
    assert [kind for ident, kind in found if ident == "P-001"] == kinds


def test_10_5_the_last_day_is_said_so(office: Any, compiled: Compiled) -> None:
    text = body(letters(checked(office, compiled, "2022-01-31"), compiled)["P-001", "reminder"])
    assert "报送，2022年1月31日是最后一天。" in text and "还有" not in text


def test_10_5_who_missed_the_phase_before_is_told_that_too(office: Any, compiled: Compiled) -> None:
    found = letters(checked(office, compiled, "2022-04-20"), compiled, kinds=("reminder",))
    assert ("前面“学习教育和动员部署”阶段的报告也没有收到；写到“调查研究和问题查摆”阶段的报告，包括前面各阶段的内容。"
            in body(found["P-001", "reminder"]))
    text = body(found["P-002", "reminder"])
    assert "也没有收到" not in text
    (office.reports / "P-001.docx").write_bytes(b"PK\3\4")      # perhaps that is the one of the phase before
    assert "也没有收到" not in body(letters(
        checked(office, compiled, "2022-04-20"), compiled, kinds=("reminder",))["P-001", "reminder"])
    assert "收到的报告（P-002.yaml）写到的是“学习教育和动员部署”阶段。" in text


def test_10_5_who_sent_what_can_be_mended_is_told_that_alone(office: Any, compiled: Compiled) -> None:
    (office.reports / "P-001.yaml").write_text("报告类型: [个人\n人员编号: P-001\n", encoding="utf-8")
    found = letters(checked(office, compiled, DAY), compiled)
    assert [kind for ident, kind in found if ident == "P-001"] == ["mend"]


def test_10_5_what_is_no_report_is_named(office: Any, compiled: Compiled) -> None:
    (office.reports / "P-001.docx").write_bytes(b"PK\3\4")
    text = body(letters(checked(office, compiled, DAY), compiled)["P-001", "reminder"])
    assert ("你（编号 P-001）写到这一阶段、能够核查的报告还没有收到。"
            "收到的文件 P-001.docx 是 Word 文档，不是报告格式") in text
    assert "没有收到写有" not in text and "已经另外报送的，请核对" in text


def test_10_5_a_file_that_is_nobodys_may_be_the_report(office: Any, compiled: Compiled) -> None:
    (office.reports / "张三.yaml").write_text("a：b\n", encoding="utf-8")
    text = body(letters(checked(office, compiled, DAY), compiled)["P-001", "reminder"])
    assert "收到的文件里还有 1 个读不出来、也看不出是谁报的，你的报告可能就在其中。" in text


def test_10_5_the_hour_of_reply_is_not_that_of_the_phase(office: Any, tmp_path: Path) -> None:
    """A phase is open until the end of its last day; `time` is the hour of answers."""
    (office.office / "notice.yaml").write_text("截止时刻: \"12:00\"\n工作日数: 5\n", encoding="utf-8")
    assert office.notice(tmp_path / "to", DAY).exit_code == 0
    text = (tmp_path / "to/P-001/报送提醒-P-001.md").read_text(encoding="utf-8")
    assert "12:00" not in text and "2022年1月31日（星期一）前（含当日）" in text


# -- register, files, templates ----------------------------------------------------------------------------


def test_10_5_a_reminder_has_a_number_and_the_phases_deadline(office: Any, tmp_path: Path) -> None:
    assert office.notice(tmp_path / "one", DAY).exit_code == 0
    register = (office.office / "发文登记.csv").read_text(encoding="utf-8-sig")
    assert ('"云作风办〔2022〕1号","2022-01-25","U-002（单位）","提醒","学习教育和动员部署","1","0",'
            '"2022-01-31"') in register
    assert office.notice(tmp_path / "two", DAY).exit_code == 0
    assert (office.office / "发文登记.csv").read_text(encoding="utf-8-sig") == register
    assert office.notice(tmp_path / "three", "2022-01-28").exit_code == 0
    assert '"云作风办〔2022〕4号","2022-01-28","P-001（个人）","提醒","学习教育和动员部署","2"' in (
        office.office / "发文登记.csv").read_text(encoding="utf-8-sig")
    assert (tmp_path / "three/P-001/报送提醒-P-001-第2次.md").exists()


def test_10_5_what_is_told_beside_something_else_is_part_of_that_letter(office: Any, tmp_path: Path) -> None:
    """One row and one number, the same when made again; without the reminder it is another letter."""
    office.report("P-002", study=None)
    for name, options in (("one", ()), ("two", ()), ("three", ("--within", "0"))):
        assert office.notice(tmp_path / name, "2022-04-25", *options).exit_code == 0
    table = (office.office / "发文登记.csv").read_text(encoding="utf-8-sig")
    rows = [row for row in table.splitlines() if "P-002" in row]
    assert ['"补正、提醒"' in row for row in rows] == [True, False] == ['"补正"' not in row for row in rows]
    assert len({row.partition(",")[0] for row in rows}) == 2
    text = (tmp_path / "one/P-002/补正通知-P-002.md").read_text(encoding="utf-8")
    assert text == (tmp_path / "two/P-002/补正通知-P-002.md").read_text(encoding="utf-8") and "快到期限的报告" in text
    assert "快到期限的报告" not in (tmp_path / "three/P-002/补正通知-P-002.md").read_text(encoding="utf-8")


def test_10_5_only_the_kinds_asked_for(office: Any, tmp_path: Path) -> None:
    office.report("P-003", filled_by=None, study=None)     # a warning
    for kind, names in (("reminder", {"P-001", "U-002"}), ("correct", {"P-003"}), ("missing", set()), ("mend", set())):
        said = office.notice(tmp_path / kind, DAY, "--kind", kind)
        assert said.exit_code == 0
        assert {path.parent.name for path in (tmp_path / kind).rglob("*.md")} == names
    assert "写出通知 3 份：提醒 2 份，补报 0 份，改文件 0 份，补正 1 份" in office.notice(tmp_path / "all", DAY).output


def test_10_5_no_word_of_a_reply_where_there_are_only_reminders(office: Any, tmp_path: Path) -> None:
    said = office.notice(tmp_path / "to", DAY)
    assert "没有给出期限" not in said.output
    overview = (tmp_path / "to/发送清单.html").read_text(encoding="utf-8")
    assert "期限：" not in overview and "报送提醒-P-001.md" in overview


def test_10_5_an_earlier_result_says_nothing_of_a_reminder(office: Any, compiled: Compiled, tmp_path: Path) -> None:
    found = rounds(office, compiled, tmp_path, lambda: None, ("2022-01-24", DAY))
    assert "上一次" not in body(found["P-001", "reminder"])
    assert json.loads((tmp_path / "first.json").read_text(encoding="utf-8"))["findings"] == []


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("form", ["docx", "html", "md"])
def test_10_5_every_format_has_all_of_it_and_no_annex(office: Any, tmp_path: Path, form: str, language: str) -> None:
    said = office.notice(tmp_path / "to", DAY, "--format", form, "--lang", language, "--kind", "reminder")
    assert said.exit_code == 0, said.output
    [file] = (tmp_path / "to/P-001").glob(f"*.{form}")
    if form == "docx":
        with zipfile.ZipFile(file) as packed:
            text = re.sub("<[^>]*>", "", packed.read("word/document.xml").decode())
    else:
        text = file.read_text(encoding="utf-8")
    for words in {"zh": ("还有 6 天", "请于2022年1月31日", "云溪局活动办"), "en": (
            "there are 6 days left", "Please file it by", "check of form only")}[language]:
        assert words in text
    assert not any(word in text for word in ("附件", "Annex", "{{", "{%", "None"))
