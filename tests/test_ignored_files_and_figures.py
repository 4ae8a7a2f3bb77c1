"""Ruling 9.19: beside a person's file that is no report, the number of reports that a unit received is not judged."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from making import COMPILED, PACK, write

from bayang.engine.authoring.examples import base_report, change, dump
from bayang.engine.batch.outcome import Result
from bayang.engine.batch.run import Options, run
from bayang.engine.output.findings import FORMATS, Setting

RECEIVED = "/collected/received"


def folder(home: Path, received: int, files: dict[str, str | bytes], filed: bool = False) -> Result:
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


def told(result: Result) -> tuple[list[str | None], list[tuple[str | None, str]]]:
    """What RO06 finds, and what it does not judge and why."""
    return ([one.pointer for one in result.findings if one.rule == "RO06"],
            [(one.pointer, one.reason) for one in result.not_assessed if one.rule == "RO06"])


@pytest.mark.parametrize("name", ["P-72.yaml.txt", "乙科/P-72.docx", "乙科/调查研究和问题查摆/p-72.YML.TXT",
                                  "乙科/整改落实/P-72.xlsx", "P-72.pdf"])
def test_9_19_what_was_received_is_not_judged_beside_a_file_that_is_no_report(tmp_path: Path, name: str) -> None:
    result = folder(tmp_path, 1, {name: "报告类型: 个人\n"})
    assert told(result) == ([], [(RECEIVED, "ignored")])
    assert "P-72" in [one.subject.id for one in result.findings if one.rule == "RO01" and one.subject]   # that stays
    assert result.summary["not_assessed"] == len(result.not_assessed)


@pytest.mark.parametrize(("name", "filed"), [
    ("乙科/学习教育和动员部署/P-72.docx", False),    # of an earlier phase
    ("P-79.docx", False),                            # nobody's
    ("乙科/P-71.docx", True),                        # of one who filed in time
])
def test_9_19_other_files_change_nothing(tmp_path: Path, name: str, filed: bool) -> None:
    assert told(folder(tmp_path, 2, {name: "报告类型: 个人\n"}, filed)) == ([RECEIVED], [])
    assert told(folder(tmp_path, int(filed), {}, filed)) == ([], [])


def test_9_19_a_file_that_cannot_be_read_is_the_reason_that_is_told_first(tmp_path: Path) -> None:
    result = folder(tmp_path, 1, {"P-71.yaml": "报告类型: 个人\n\t\x01", "P-72.docx": "文字"})
    assert told(result) == ([], [(RECEIVED, "type")])


@pytest.mark.parametrize("language", ["zh", "en"])
def test_9_19_every_format_can_tell_the_reason(tmp_path: Path, language: str) -> None:
    result = folder(tmp_path, 1, {"P-72.docx": "文字"})
    for name, output in FORMATS.items():
        assert output(result, Setting(COMPILED, language)), name
