"""Reports in many hands, styles and phases that have nothing wrong: no rule may say that they do (contract §9)."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from bayang.engine.batch.run import Options, run
from bayang.engine.judging.check import Checker, World
from bayang.engine.judging.compile import Compiled
from bayang.engine.judging.opening import Opener
from bayang.engine.records import Limits

FOLDER = Path(__file__).parent / "compliant"
FILES = sorted(FOLDER.glob("*.yaml"))

# A report whose eight themes all found nothing is told so: a remark that is true and never a deficiency.
TRUE_REMARKS = {"04-mixed.yaml": ["CV05"], "09-windows.yaml": ["CV05"]}


TEXTS = {file.name: file.read_bytes().decode("utf-8-sig") for file in FILES}
# how reports differ, each with a sign by which it is known
STYLES = {
    "on one line": r"\A\S.*\n\Z",
    "as JSON": r"\A\{\"",
    "in flow style": r"(?m)^[^\n:#]+: \{[^\n]*\{",
    "Windows lines": r"\r\n",
    "no last line end": r"[^\n]\Z",
    "in English": r"\Areport: unit\nplan: bayang-bazhi\nphase: education",
    "both languages": r"(?s)\Areport: 单位.*方式: .*opinions: ",
    "quoted keys": r"(?m)^'报告类型': ",
    "kept lines": r": \|\n",
    "kept lines, stripped": r": \|-\n",
    "folded lines": r": >\n",
    "folded lines, stripped": r": >-\n",
    "single quotes": r": '[^'\n]+''",
    "a plain text on two lines": r"，\n +过了",
    "a name with a middle dot": r"填报人: 阿依古丽·买买提",
    "a long one": r"head: 阿卜杜克热木·阿卜杜热合曼江",
    "two dots": r"艾比布拉·卡德尔",
    "a family name of two characters": r"欧阳修远",
    "a rare character": r"𠮷",
    "a title behind": r"审核人: 欧阳修远副科长",
    "in brackets": r"单于飞（科长）",
    "two before": r"组长: 局党组书记、局长诸葛明亮同志",
    "with what one does": r"司徒静（牵头）",
    "a masked place": r"××小区",
    "a masked firm": r"某某饲料公司",
    "grouped digits": r"6217 8801 与",
    "an hour": r"2022 03 15 09 30",
    "sixteen digits": r"3601-2022-0315-0008",
    "a telephone": r"\(0790\) 555 0000 转 8",
}


def test_there_are_ten_and_more() -> None:
    assert len(FILES) >= 10


@pytest.mark.parametrize("style", STYLES)
def test_they_differ_as_reports_do(style: str) -> None:
    assert [name for name, text in TEXTS.items() if re.search(STYLES[style], text)]


def test_all_phases_and_all_kinds_are_among_them(compiled: Compiled) -> None:
    opener = Opener(compiled.pack, None, Limits())
    forms = {(one.report.kind, one.report.level, one.report.phase)
             for one in (opener.open(text.encode())[0] for text in TEXTS.values())}
    phases = set(compiled.pack.phases)
    assert {phase for kind, _, phase in forms if kind == "personal"} == phases
    assert {phase for kind, _, phase in forms if kind == "unit"} == phases
    assert {level for kind, level, _ in forms if kind == "unit"} == set(compiled.pack.levels)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_nothing_is_found_in_a_compliant_report(file: Path, language: str, compiled: Compiled) -> None:
    result = run([str(file)], Options(as_of="2023-01-05", language=language), compiled)
    assert [one.rule for one in result.findings] == TRUE_REMARKS.get(file.name, [])
    assert not [one for one in result.not_assessed if one.reason not in ("partial", "roster")]


def test_nothing_is_found_in_them_as_one_batch(compiled: Compiled) -> None:
    result = run([str(FOLDER)], Options(as_of="2023-01-05"), compiled)
    assert {one.file: one.rule for one in result.findings} == {name: rule for name, (rule,) in TRUE_REMARKS.items()}


@pytest.mark.parametrize(("typed", "found"), [
    ("到某某饲料公司", []), ("到××涂装有限公司", []), ("到某某有限责任公司", []),
    ("请某某到公司来", ["TX01"]), ("某某饲料", ["TX01"])])
def test_a_firm_is_masked_with_its_trade(typed: str, found: list[str], compiled: Compiled) -> None:
    text = TEXTS["07-department-education.yaml"] + f"remarks: {typed}\n"
    checker = Checker(compiled, World("2023-01-05"))
    assert [one.rule for one in checker.check(text.encode(), "x.yaml").findings] == found
