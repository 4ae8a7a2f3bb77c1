"""Letters and tables say nothing that is not so (contract §9.12, 9.17): whose a file is, what came of it, what is asked
and of whom.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bayang.engine.batch.outcome import Result
from bayang.engine.batch.run import Options, run
from bayang.engine.judging.compile import Compiled
from bayang.engine.output.findings.document import as_json
from bayang.engine.output.notices.content import Notice, compose
from bayang.engine.output.notices.rounds import load_previous
from bayang.engine.output.notices.settings import Settings, Terms

DAY = "2022-02-05"          # the first phase has closed
LATER = "2022-05-06"        # the second one too


def checked(office: Any, compiled: Compiled, as_of: str = DAY, **options: Any) -> Result:
    return run([str(office.reports)], Options(as_of, roster=str(office.office / "roster.yaml"), **options), compiled)


def letters(result: Result, compiled: Compiled, language: str = "zh", **terms: Any) -> dict[tuple[str, str], Notice]:
    made = compose(result, compiled, Settings(), Terms(reply_by=result.as_of, language=language, **terms))
    return {(one.ident, one.letter): one for one in made.listed}


def body(one: Notice) -> str:
    """What a letter says, without its annexes."""
    return "\n".join([one.data["basis"], *(part for section in one.data["sections"] for part in (
        section["heading"], *(line["lead"] + line["text"] for line in section["paragraphs"])))])


def unsigned(office: Any, ident: str, name: str | None = None, **fields: Any) -> Path:
    """A report of a person in which no ID stands."""
    path: Path = office.report(ident, name, **fields)
    path.write_text(path.read_text(encoding="utf-8").replace(f"  id: {ident}\n", ""), encoding="utf-8")
    return path


def standing(result: Result) -> dict[str, tuple[str, tuple[str, ...]]]:
    return {one.entry.id: (one.state, one.files) for one in result.standing}


@pytest.fixture
def office(bureau: Callable[[int], Any]) -> Any:
    """Three people, whose reports and the unit's are compliant."""
    made = bureau(3)
    for ident in ["U-002", *made.people]:
        made.report(ident)
    return made


def test_9_12_a_report_without_an_id_belongs_to_whom_it_is_called_after(office: Any, compiled: Compiled) -> None:
    unsigned(office, "P-001")
    result = checked(office, compiled)
    [found] = [one for one in result.findings if one.gates and one.level == "error"]
    assert (found.rule, found.subject and found.subject.id, found.file) == ("FM01", "P-001", "P-001.yaml")
    assert standing(result)["P-001"] == ("to-correct", ("P-001.yaml",))
    made = letters(result, compiled)
    assert list(made) == [("P-001", "correct")]
    text = body(made["P-001", "correct"])
    assert "对标有你编号（P-001）的自查自纠报告（P-001.yaml）进行了形式审核" in text
    assert "第 7 行（person › id（人员编号））：没有填写必填项“id（人员编号）”。" in text


def test_9_12_a_report_without_an_id_of_an_earlier_phase(office: Any, compiled: Compiled) -> None:
    """It is no answer to the phase that is over since; beside a later report nothing is asked of it."""
    unsigned(office, "P-001")
    office.report("P-002", phase="inspection")
    unsigned(office, "P-002", "学习教育/P-002.yaml")
    result = checked(office, compiled, LATER)
    assert standing(result)["P-001"][0] == "missing"
    found = {(one.subject and one.subject.id, one.superseded) for one in result.findings if one.rule == "FM01"}
    assert found == {("P-001", False), ("P-002", True)}
    made = letters(result, compiled)
    assert ("P-001", "missing") in made and ("P-001", "correct") in made
    assert "FM01" not in [item["rule"] for key, one in made.items() if key[0] == "P-002" for item in one.data["items"]]


@pytest.mark.parametrize("name", ["韩某.yaml", "U-002.yaml"])
def test_9_12_a_report_without_an_id_is_nobodys_where_its_name_says_nothing(office: Any, compiled: Compiled,
                                                                          name: str) -> None:
    """A unit's ID on a person's report is no person's."""
    (office.reports / "U-002.yaml").unlink()
    (office.reports / "P-001.yaml").unlink()
    unsigned(office, "P-001", name)
    result = checked(office, compiled)
    assert {one.subject and one.subject.id for one in result.findings if one.rule == "FM01"} == {None}
    assert standing(result)["P-001"][0] == "missing"


def test_9_17_nothing_is_asked_of_a_file_that_is_called_after_another(office: Any, compiled: Compiled,
                                                                      tmp_path: Path) -> None:
    """P-002 has two reports, and P-001's file holds P-002's ID: P-002 hears of its own two alone."""
    def two() -> tuple[Result, Notice]:
        result = checked(office, compiled, days[0])
        return result, letters(result, compiled, **more)["P-002", "correct"]

    days, more = [DAY], {}
    office.report("P-002", "P-002补报.yaml")
    path = office.reports / "P-001.yaml"
    own = path.read_text(encoding="utf-8")
    path.write_text(own.replace("id: P-001", "id: P-002"), encoding="utf-8")
    result, one = two()
    [item] = one.data["items"]
    assert (item["rule"], item["count"]) == ("RO04", 2)
    assert [told["fact"] for told in item["told"]] == [
        "同一对象、同一阶段的报告不止这一份，另有：P-002补报.yaml。",
        "同一对象、同一阶段的报告不止这一份，另有：P-002.yaml。"]
    lost = compose(result, compiled, Settings(), Terms(reply_by=DAY)).lost
    assert {(found.rule, found.file) for found in lost} == {("RO04", "P-001.yaml"), ("RO03", "P-001.yaml")}

    # what is gone in the next round is P-001's alone, though all three were alike
    first = tmp_path / "first.json"
    first.write_bytes(as_json(result))
    path.write_text(own, encoding="utf-8")
    days[0] = "2022-02-20"
    more["previous"] = load_previous(str(first), checked(office, compiled, days[0]))
    _, again = two()
    text = body(again)
    assert "RO04 重复报送（P-001.yaml 第 1 行）" in text
    assert "RO04 重复报送（P-002" not in text and [item["count"] for item in again.data["items"]] == [2]


def test_9_17_a_file_of_another_form_is_filed_again_and_not_anew_too(office: Any, compiled: Compiled) -> None:
    (office.reports / "P-001.yaml").rename(office.reports / "P-001.yaml.txt")
    text = body(letters(checked(office, compiled), compiled)["P-001", "missing"])
    assert "把末尾的 .txt 删去后重报。重报或者补报的所处阶段至少写到“学习教育和动员部署”；" in text
    assert "请补报" not in text


def test_9_17_in_a_pointer_nothing_is_to_be_corrected(office: Any, compiled: Compiled) -> None:
    (office.reports / "P-001.yaml").write_text(
        "version https://git-lfs.github.com/spec/v1\noid sha256:" + "4d" * 32 + "\nsize 12\n", encoding="utf-8")
    text = body(letters(checked(office, compiled), compiled)["P-001", "mend"])
    assert "请照上面写的办法改好" in text and "请在原来的文件上改正" not in text and "第 1 行" not in text
