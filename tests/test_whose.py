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
    assert "3 个对象，不知道是谁的文件 1 个" in page       # of which P-001 has filed nothing
    text, rows = "".join(text.split()), rows.replace("\\", "").split("## 对象和方面一览")[1].split("\n## ")[0]
    assert "已报待补正：U-002、P-003归属待核：P-002合计" in text
    assert "看不出是谁的，其中查出的事项不列入任何人的通知，请活动办核实：P-001.yaml" in text
    assert "Nobody can tell whose these reports are" in " ".join(english.split())
    assert "个人 P-002" not in rows and "| P-001.yaml |" in rows
    assert not {ident for ident, _ in letters(result, compiled)} & {"P-002"}
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
    assert "对你报送的“学习教育和动员部署”阶段自查自纠报告（P-002.yaml，" in text and "另收到 P-001.yaml" in text
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
