"""A report called after one on the roster that holds the ID of another: nobody can tell whose it is, and all that
people read agrees in that.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from letters import body, checked, kept, letters
from running import edit, here, output_of

from bayang.engine.judging.compile import Compiled
from bayang.engine.output.changes.comparing import changes
from bayang.engine.output.due.agenda import agenda
from bayang.engine.output.due.outputs import to_json, to_text
from bayang.engine.output.findings import Setting
from bayang.engine.output.findings.accounts import accounts
from bayang.engine.output.findings.earlier import read_result
from bayang.engine.output.ledger.rows import gather
from bayang.engine.output.statistics.counting import count


@pytest.fixture
def swapped(office: Any) -> Any:
    """P-001's file holds P-002's ID and problems; P-002 has filed nothing."""
    for ident in ("U-002", "P-001", "P-003"):
        office.report(ident, phase="inspection", submitted="2022-04-20")
    (office.reports / "P-002.yaml").unlink()
    path = office.reports / "P-001.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("id: P-001", "id: P-002"), encoding="utf-8")
    return office


def test_9_12_of_a_file_with_anothers_id_all_outputs_say_that_nobody_can_tell(swapped: Any, compiled: Compiled) -> None:
    """The finding goes by the ID in the file; whatever people read says that it may be either's, and asks neither."""
    result = checked(swapped, compiled, "2022-05-03")
    assert {one.subject and one.subject.id for one in result.findings if one.file == "P-001.yaml"} == {"P-002"}
    stands = {one.entry.id: one for one in result.standing}
    assert (stands["P-001"].state, stands["P-001"].files) == ("missing", ("P-001.yaml",))
    assert (stands["P-002"].state, stands["P-002"].files, stands["P-002"].findings) == ("doubtful", ("P-001.yaml",), 0)
    text, english, rows = (output_of(name, result, Setting(compiled, language)).decode() for name, language in (
        ("text", "zh"), ("text", "en"), ("markdown", "zh")))
    page = output_of("html", result, Setting(compiled)).decode()
    assert "2 个对象，不知道是谁的文件 1 个" in page       # of which P-001 has filed nothing
    text, rows = "".join(text.split()), rows.replace("\\", "").split("## 对象和方面一览")[1].split("\n## ")[0]
    assert "已报待补正：U-002、P-003归属待核：P-002合计" in text
    assert "看不出是谁的，其中查出的事项不列入任何人的通知，请活动办核实：P-001.yaml（里面写的是P-002）" in text
    assert "Nobody can tell whose these reports are" in " ".join(english.split())
    assert "个人 P-002" not in rows and "| P-001.yaml |" in rows
    assert {letter for ident, letter in letters(result, compiled) if ident == "P-002"} == {"verify"}
    ledger = gather(result, compiled.pack)
    assert {row.file for row in ledger.rows} == {"U-002.yaml", "P-003.yaml"}
    assert [(gap.entry and gap.entry.id, gap.state, gap.files) for gap in ledger.gaps] == [
        ("P-001", "missing", ("P-001.yaml",)), ("P-002", "doubtful", ("P-001.yaml",))]
    figures = count(result, compiled.pack).rows[0]
    assert (figures.people.due, figures.people.received, figures.people.undated, figures.review.reports) == (3, 2, 1, 2)
    due = agenda(result, compiled.pack, 90, "zh")
    assert ({one.ident for one in due.measures}, due.doubtful) == ({"U-002", "P-003"}, 1)
    assert result.stages()["personal", "p-002"][1].state == "undated"


def test_9_12_a_file_with_anothers_id_takes_no_place_of_a_report(swapped: Any, compiled: Compiled) -> None:
    """P-002 has filed for the phase before: that still counts, with what was found in it, and P-002 hears of it."""
    swapped.report("P-002", phase="education", plan=None)
    result = checked(swapped, compiled, "2022-05-03")
    assert [(one.rule, one.superseded) for one in result.findings if one.file == "P-002.yaml"] == [("FM01", False)]
    assert [one.entry.id for one in result.standing if one.state == "doubtful"] == ["P-002"]
    text = body(letters(result, compiled)["P-002", "correct"])
    assert "对你报送的“学习教育和动员部署”阶段自查自纠报告（P-002.yaml，" in text and "2. 收到 P-001.yaml，" in text
    # of one phase RO04 alone tells of the other, and is asked of nobody
    swapped.report("P-002", phase="inspection", submitted="2022-04-19")
    result = checked(swapped, compiled, "2022-05-03")
    own = [one for one in result.findings if one.file == "P-002.yaml" and one.rule in ("RO03", "RO04")]
    assert [one.rule for one in own] == ["RO04"]
    assert {row.file for row in gather(result, compiled.pack).rows} == {"U-002.yaml", "P-002.yaml", "P-003.yaml"}


def test_9_12_a_folder_called_after_a_person_says_whose_too(office: Any, compiled: Compiled) -> None:
    """A person's folder, of whoever's report has no name of its own there; a unit's folder holds its people's."""
    (office.reports / "P-002.yaml").unlink()
    (office.reports / "P-001.yaml").unlink()
    office.report("P-002", "U-002/P-001/自查.yaml")
    result = checked(office, compiled)
    stands = {one.entry.id: one for one in result.standing}
    assert (stands["P-002"].state, stands["P-002"].files) == ("doubtful", ("U-002/P-001/自查.yaml",))
    assert stands["P-001"].aside and stands["P-001"].aside.hint == "anothers"
    text = body(letters(result, compiled)["P-001", "missing"])
    assert "收到的文件 U-002/P-001/自查.yaml，文件名或者文件夹名是你的编号，其中写的却是名册上另一个编号：" in text
    (office.reports / "U-002/P-001/自查.yaml").rename(office.reports / "U-002/P-001/P-002.yaml")
    assert {one.entry.id: one.state for one in checked(office, compiled).standing}["P-002"] == "filed"


def test_9_12_beside_a_copy_a_report_is_counted_as_it_is(office: Any, compiled: Compiled) -> None:
    """P-001's file is a copy of P-003's, which has nothing to correct: in figures and ledger too."""
    text = (office.reports / "P-003.yaml").read_text(encoding="utf-8")
    (office.reports / "P-001.yaml").write_text(text, encoding="utf-8")
    result = checked(office, compiled)
    assert [one.file for one in result.findings if one.rule == "RO04"] == ["P-001.yaml", "P-003.yaml"]
    assert {one.entry.id: one.state for one in result.standing}["P-003"] == "doubtful"
    assert [(gap.entry and gap.entry.id, gap.files) for gap in gather(result, compiled.pack).gaps] == [
        ("P-001", ("P-001.yaml",)), (None, ("P-001.yaml",))]
    review = count(result, compiled.pack).rows[0].review
    assert (review.reports, review.faulty, review.errors) == (3, 0, 0)


def test_10_6_what_changed_in_it_is_nobodys(office: Any, compiled: Compiled, tmp_path: Path) -> None:
    """P-001's file holds P-003's ID: neither has to correct it, nor P-003 that there are two."""
    text = (office.reports / "P-001.yaml").read_text(encoding="utf-8")
    (office.reports / "P-001.yaml").write_text(text.replace("id: P-001", "id: P-003"), encoding="utf-8")
    files = [kept(checked(office, compiled, day), tmp_path / f"{day}.json") for day in ("2022-02-05", "2022-02-15")]
    found = changes([read_result(file) for file in files], compiled)
    assert [(one.fate, one.item.rule, one.item.ident, one.item.unit) for one in found.items] == [
        ("open", "RO01", "P-001", "U-002"), ("open", "RO04", None, None), ("open", "RO03", None, None),
        ("open", "RO04", None, None)]
    assert found.moves == () and found.units == ("U-002", None)
    (office.reports / "P-001.yaml").write_text(text, encoding="utf-8")
    files.append(kept(checked(office, compiled, "2022-02-25"), tmp_path / "third.json"))
    found = changes([read_result(file) for file in files[1:]], compiled)
    assert [(one.fate, one.item.rule, one.item.ident) for one in found.items] == [
        ("gone", "RO01", "P-001"), ("gone", "RO04", None), ("gone", "RO03", None), ("gone", "RO04", None)]
    assert [(one.ident, one.move) for one in found.moves] == [("P-001", "filed")]


def test_rc10_no_problem_of_anothers_report_has_vanished(office: Any, compiled: Compiled) -> None:
    """P-001's report of an earlier phase holds P-002's ID: what stands in it is not looked for in P-002's own."""
    def vanished() -> list[str]:
        return [one.file for one in checked(office, compiled, "2022-08-02").findings if one.rule == "RC10"]

    path = office.report("P-001", phase="inspection", submitted="2022-04-20")
    text = path.read_text(encoding="utf-8").replace("id: P-001", "id: P-002").replace("P001-", "Q001-")
    path.write_text(text, encoding="utf-8")
    office.report("P-002", phase="rectification", submitted="2022-07-20")
    assert vanished() == []
    path.rename(office.reports / "查摆.yaml")        # it is plainly P-002's then
    assert vanished() == ["P-002.yaml"] * 3


def test_only_what_is_plainly_somebodys_is_carried_on_for_them(office: Any, tmp_path: Path) -> None:
    """P-001's report says that it is a unit's, P-002's has no phase, and U-002's file holds P-003's ID."""
    edit(office.reports / "P-001.yaml", "report: personal", "report: unit")
    edit(office.reports / "P-002.yaml", "phase: education\n", "")
    (office.reports / "P-003.yaml").rename(office.reports / "U-002.yaml")
    said = here("new", "all", "--roster", office.office / "roster.yaml", "--from", office.reports, "--phase",
                "inspection", "--to", tmp_path / "to")
    assert said.returncode == 0, said.stderr.decode()
    told = said.stdout.decode()
    assert "没有填对，没有做的 2 份：P-001、P-002；" in told and "已经报到" not in told and "接着写的" not in told
    assert "有 1 份写的编号与文件名（或者文件夹名）不符，看不出是谁的，没有接着写" in told
    assert {path.stem for path in (tmp_path / "to").rglob("*.yaml")} == {"U-002", "P-003"}


@pytest.mark.parametrize(("language", "words"), [("zh", "看不出是谁的报告 1 份，其中的整改措施没有列"), (
    "en", "1 report of which nobody can tell whose it is, since ID and name of file or folder differ: the measures in "
    "it are not listed")])
def test_10_5_that_measures_are_left_out_is_said(swapped: Any, compiled: Compiled, language: str, words: str) -> None:
    """It is not said that nothing falls due: something does, and nobody can tell with whom."""
    for ident in ("U-002", "P-003"):
        (swapped.reports / f"{ident}.yaml").unlink()
    result = checked(swapped, compiled, "2022-05-25")
    found = agenda(result, compiled.pack, 14, language)
    assert found.measures == () and json.loads(to_json(found))["doubtful"] == 1
    for text in (to_text(found), output_of("html", result, Setting(compiled, language)).decode()):
        assert words.replace(" ", "") in "".join(text.split())
        assert "\n没有 14 天内到期" not in text and "No measure falls due" not in " ".join(text.split())


def test_10_5_each_report_that_may_be_anothers_is_counted(swapped: Any, compiled: Compiled) -> None:
    """Its measures are not listed, be it that the one whose ID is in it has a report of its own, which counts."""
    swapped.report("P-002", phase="inspection", submitted="2022-04-19")
    result = checked(swapped, compiled, "2022-05-25")
    assert agenda(result, compiled.pack, 14, "zh").doubtful == 1


def test_fm09_a_report_of_another_plan_is_listed_and_counted_alike(office: Any, compiled: Compiled) -> None:
    """Perhaps the name of the plan alone is wrong: ledger, figures, what falls due and page hold its problems."""
    office.report("P-001", phase="inspection", submitted="2022-04-20", plan="作风整顿")
    result = checked(office, compiled, "2022-05-03")
    assert [one.rule for one in result.findings if one.file == "P-001.yaml"] == ["FM09"]
    assert len(gather(result, compiled.pack).rows) == 3
    row = count(result, compiled.pack).rows[0]
    assert (row.personal.total, row.review.answered, row.review.asked) == (3, 8, 8)
    assert {one.ident for one in agenda(result, compiled.pack, 90, "zh").measures} == {"P-001"}
    [told] = [one for one in accounts(result) if one.id == "P-001"]
    assert told.report and (len(told.report.answered), len(told.report.listed)) == (8, 2)


@pytest.mark.parametrize("typed", ["P-002", "P-901"])
def test_bt03_nobody_clashes_with_a_report_that_may_be_its_own(office: Any, compiled: Compiled, typed: str) -> None:
    """In its next report P-001 typed an ID that is P-002's, or nobody's: the problems, and their IDs, are its own."""
    office.report("P-001", phase="inspection", submitted="2022-04-20")
    office.report("P-001", "整改/P-001.yaml", phase="rectification", submitted="2022-07-20")
    edit(office.reports / "整改/P-001.yaml", "id: P-001", f"id: {typed}")
    result = checked(office, compiled, "2022-07-25")
    assert {one.rule for one in result.findings if one.file == "整改/P-001.yaml"} >= {
        "P-002": {"RO03"}, "P-901": {"RO02"}}[typed]
    assert not {one.rule for one in result.findings} & {"BT01", "BT03"}


@pytest.mark.parametrize(("names", "doubtful"), [
    (("2", "3", "1"), []),                          # the order in which they came
    (("1", "2", "4"), ["3"]),                       # called after the ID, but for one
    (("收/2", "收/3", "收/1"), []), (("2/自查", "3/自查", "1/自查"), [])])
def test_9_12_numbers_by_which_files_are_counted_are_no_ids(bureau: Any, compiled: Compiled, names: tuple[str, ...],
                                                            doubtful: list[str]) -> None:
    """Of IDs that are plain numbers it is told by most of the files whether these are called after them."""
    office = bureau(4)
    office.people = ["1", "2", "3", "4"]
    office.enrol()
    office.report("U-002")
    for ident, name in zip(office.people, names, strict=False):
        office.report(ident, f"{name}.yaml")
    result = checked(office, compiled)
    assert [one.entry.id for one in result.standing if one.state == "doubtful"] == doubtful
    assert {one.entry.id for one in result.standing if one.state == "filed"} == {"U-002", "1", "2", "3"} - {*doubtful}
    made = letters(result, compiled)
    assert {ident for ident, letter in made if letter == "verify"} == {*doubtful}
    assert ("没有收到你应报的" in body(made["4", "missing"])) == (not doubtful)


def test_10_5_a_reminder_tells_of_a_file_once(office: Any, compiled: Compiled) -> None:
    """P-001's report of the phase that ends next holds P-002's ID: what to do with it is said where it is reminded."""
    for ident in ("P-001", "P-002"):
        office.report(ident, phase="inspection", submitted="2022-04-20")
    office.report("P-002", "整改/P-001.yaml", phase="rectification", submitted="2022-07-20")
    made = letters(checked(office, compiled, "2022-07-25"), compiled)
    [(_, one)] = [(key, one) for key, one in made.items() if key[0] == "P-001"]
    assert one.kinds[-1] == "reminder" and "verify" not in one.kinds
    assert "收到的文件 整改/P-001.yaml，文件名或者文件夹名是你的编号，其中写的却是名册上另一个编号" in body(one)


def test_9_12_of_a_counted_file_that_can_not_be_read_the_text_says_whose_it_is(bureau: Any, compiled: Compiled) -> None:
    office = bureau(4)
    office.people = ["1", "2", "3", "4"]
    office.enrol()
    for ident, name in zip(office.people, "2341", strict=True):
        office.report(ident, f"{name}.yaml")
    edit(office.reports / "2.yaml", "plan: ", "plan：")
    result = checked(office, compiled)
    assert {one.entry.id: one.files for one in result.standing if one.state == "unreadable"} == {"1": ("2.yaml",)}
    assert {ident for ident, letter in letters(result, compiled) if letter == "mend"} == {"1"}


# --- both are asked whose it is (verify) ---------------------------------------------------------------------------

HOLDS = ("收到 {file}，文件名或者文件夹名是别的编号，里面写的却是你的编号（{ident}），看不出是谁的，其中如有事项，"
         "没有列入这份通知。请在附件里写明是不是你报的，报告不用改。")
NAMED = ("收到 {file}，文件名或者文件夹名是你的编号（{ident}），里面写的却是名册上另一个编号，看不出是谁的，"
         "其中如有事项，没有列入这份通知。请在附件里写明是不是你报的；是的，请把里面的编号改成 {ident} 后重报。")


@pytest.fixture
def crossed(office: Any) -> Any:
    """P-001's file holds P-002's ID and name, and the other way round."""
    one, other = (office.reports / f"{ident}.yaml" for ident in ("P-001", "P-002"))
    one.rename(office.reports / "-.yaml")
    other.rename(one)
    (office.reports / "-.yaml").rename(other)
    return office


def test_9_17_both_are_asked_whose_a_report_is(crossed: Any, compiled: Compiled) -> None:
    """Nobody is told to have filed it, or to have filed nothing."""
    result = checked(crossed, compiled)
    made = letters(result, compiled)
    assert set(made) == {("P-001", "verify"), ("P-002", "verify")}
    one = made["P-001", "verify"]
    text = body(one)
    assert one.data["title"] == f"关于请{one.subject}同志核实“八扬八治”自查自纠报告归属的通知"
    assert "1. " + HOLDS.format(file="P-002.yaml", ident="P-001") in text
    assert "2. " + NAMED.format(file="P-001.yaml", ident="P-001") in text
    other = made["P-002", "verify"].subject
    assert not any(word in text for word in ("你报送的", "没有收到", "补报", "补正", "异议", other))
    [_, reply] = one.data["annexes"]
    assert reply["title"] == "核实情况反馈单" and reply["columns"] == ["序号", "事项", "是、不是", "报送日期", "说明"]
    assert [row[:2] for row in reply["rows"]] == [
        [["1"], ["P-002.yaml 是不是你报的"]], [["2"], ["P-001.yaml 是不是你报的"]]]
    assert reply["notes"][1] == "按正文的序号逐项填写。"


def test_9_17_whoever_has_a_report_of_its_own_is_asked_too(office: Any, compiled: Compiled) -> None:
    """P-001's second file is U-002's by the ID in it; the unit has something to correct, and hears of its people."""
    office.report("U-002", "旧/P-001.yaml")
    office.report("U-002", plan=None)
    made = letters(checked(office, compiled), compiled)
    assert set(made) == {("U-002", "correct"), ("P-001", "verify")}
    assert "1. " + NAMED.format(file="旧/P-001.yaml", ident="P-001") in body(made["P-001", "verify"])
    unit = made["U-002", "correct"]
    assert "2. " + HOLDS.format(file="旧/P-001.yaml", ident="U-002").replace("你", "你单位") in body(unit)
    assert "你单位所属人员中，请其核实报告归属的 1 人：P-001。" in body(unit)
    assert unit.kinds == ("correct", "verify")


def test_9_17_whoever_filed_nothing_hears_of_a_file_once(office: Any, compiled: Compiled) -> None:
    """A letter that the report is missing tells already what to do with the file."""
    path = office.reports / "P-001.yaml"
    edit(path, "id: P-001", "id: P-002")
    (office.reports / "P-002.yaml").unlink()
    office.report("P-003", "旧/P-001.yaml")
    made = letters(checked(office, compiled), compiled)
    assert made["P-001", "missing"].kinds == ("missing", "verify")
    text = body(made["P-001", "missing"])
    assert text.count("收到的文件 P-001.yaml") == 1 and "收到 P-001.yaml" not in text
    assert "2. " + NAMED.format(file="旧/P-001.yaml", ident="P-001") in text
    assert "1. " + HOLDS.format(file="P-001.yaml", ident="P-002") in body(made["P-002", "verify"])


def test_10_5_only_those_who_are_asked_whose_a_report_is(crossed: Any, tmp_path: Path) -> None:
    """It has a kind of its own, a number, and the same again in a rerun."""
    edit(crossed.reports / "P-003.yaml", "plan: ", "方案: ")
    said = [crossed.notice(tmp_path / str(at), "2022-02-10", "--kind", "verify", "--reply-by", "2022-02-18")
            for at in range(2)]
    assert said[0].exit_code == 0, said[0].output
    assert "写出通知 2 份：补报 0 份，改文件 0 份，补正 0 份，核实 2 份（必须补正 0 项" in said[0].output
    assert "新登记 2 份" in said[0].output and "新登记 0 份" in said[1].output
    assert sorted(path.relative_to(tmp_path).as_posix() for path in tmp_path.glob("0/*/*.md")) == [
        "0/P-001/核实通知-P-001.md", "0/P-002/核实通知-P-002.md"]
    rows = (crossed.office / "发文登记.csv").read_text(encoding="utf-8-sig").splitlines()
    assert [row.split('","')[2:7] for row in rows[1:]] == [
        [f"{ident}（个人）", "核实", "学习教育和动员部署", "1", "2"] for ident in ("P-001", "P-002")]
