"""Small inputs that once went wrong, each with what is right of it; and those of a folder beside the project, where
there is one (contract §9).
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from making import COMPILED, PACK

from bayang.engine.authoring.examples import base_report
from bayang.engine.judging.check import Checker, World
from bayang.engine.reading.typed import as_typed, in_chinese


def told(data: bytes, as_of: str) -> list[tuple[str, str | None, int]]:
    return [(one.rule, one.hint, one.line) for one in Checker(COMPILED, World(as_of)).check(data, "a.yaml").findings]


# -- of our own -----------------------------------------------------------------------------------------------------

TEXT = as_typed(in_chinese(base_report(PACK, "personal", "inspection"), PACK.shapes["personal"]))
LINES = TEXT.split("\n")


def line_of(start: str) -> int:
    return next(at for at, line in enumerate(LINES, 1) if line.strip().startswith(start))


# the begin of the line, what is typed instead (after its blanks), rule and hint
ROWS = [
    ("填报日期:", "填报日期: 2022.4.20", ("FM06", None)),
    ("填报日期:", "填报日期: ２０２２-04-20", ("FM06", None)),
    ("填报日期:", "填报日期: 2022-04-20。", ("FM06", "mark")),
    ("填报日期:", "填报日期: 4月20日", ("FM05", "date")),
    ("填报日期:", "填报日期: 0001-01-01", ("FM05", "years")),
    ("所处阶段:", "所处阶段: 第二阶段", ("FM04", None)),
    ("逐条对照:", "逐条对照: √", ("FM06", "value")),
    ("逐条对照:", "逐条对照: 是", ("FM06", "value")),
    ("问题来源:", "问题来源: 群众", ("FM04", None)),
    ("责任人:", "责任人: 各科室", ("PB12", None)),
    ("整改时限:", "整改时限: 年底前", ("PB09", None)),
    ("姓名:", "姓名: {郑禾}", ("FM03", "braces")),
    ("姓名:", "姓名：郑禾", ("IN05", "wide-colon")),
    ("姓名:", '姓名: "郑禾",', ("IN05", "quote-comma")),
    ("姓名:", "#姓名: 郑禾", ("FM01", "behind-hash")),
]


@pytest.mark.parametrize(("start", "typed", "right"), ROWS)
def test_a_line_typed_otherwise(start: str, typed: str, right: tuple[str, str | None]) -> None:
    where = line_of(start)
    was = LINES[where - 1]
    text = "\n".join([*LINES[:where - 1], was[:len(was) - len(was.lstrip(" "))] + typed, *LINES[where:]])
    new = set(told(text.encode(), "2022-05-08")) - set(told(TEXT.encode(), "2022-05-08"))
    assert right in {(rule, hint) for rule, hint, _ in new}
    if right[1] != "behind-hash":
        assert (*right, where) in new


# -- of the folder --------------------------------------------------------------------------------------------------

# the file, the clock, and rule, hint and line of all its findings
FILES: list[tuple[str, str, list[tuple[str, str | None, int]]]] = [
    ("bracename", "2022-05-08", [("FM03", "braces", 7)]), ("braceowner", "2022-05-08", [("FM03", "braces", 29)]),
    ("dash_flow", "2022-05-08", [("IN05", "tight-dash", 29)]), ("listmap", "2022-05-08", [("IN05", "mixed", 12)]),
    ("maplist", "2022-05-08", [("IN05", "mixed", 39)]), ("qcomma", "2022-05-08", [("IN05", "quote-comma", 5)]),
    ("longq", "2022-05-08", [("IN05", "long-key", 1)]), ("attach_dash", "2022-05-08", [("FM03", "tight-dash", 37)]),
    ("lfs", "2022-05-08", [("IN06", "pointer", 1)]), ("zwj", "2022-05-08", []),
    ("text-04-or03-comrade", "2022-01-31", []),
]
# the slip, rule, hint and line of all its findings
SLIPS: dict[str, list[tuple[str, str | None, int]]] = {
    "01": [("IN05", "wide-colon", 52)], "04": [("IN05", "tab", 52)], "16": [], "20": [("IN05", "content-below", 150)],
    "21": [("IN05", "number-mark", 125)], "28": [("FM02", "slip", 109)], "30": [("FM08", "many", 104)],
    "33": [("IN05", "guidance", 51)], "34": [("FM06", "list", 358)], "37": [("FM01", "behind-hash", 48)],
    "39": [("FM06", "mark", 130)], "40": [("FM06", None, 33)], "41": [("FM06", "value", 140)],
    "42": [("FM06", "value", 140)], "45": [("IN05", "content-below", 123)],
    "multi": [("FM06", None, 33), ("IN05", "wide-colon", 52), ("IN05", "tab", 54), ("IN05", "tight-colon", 56),
              ("IN05", "wide-indent", 58), ("FM04", None, 58), ("FM07", None, 65), ("FM08", "elsewhere", 104),
              ("IN05", "after-quote", 107), ("FM04", None, 112), ("IN05", "wide-dash", 125), ("PB09", None, 130),
              ("IN05", "no-colon", 251), ("CV01", None, 305)],
}


def slipped(folder: Path, name: str) -> tuple[bytes, str]:
    """The base of the slips with one of them made, and its clock."""
    listed = json.loads((folder / "slips.json").read_text(encoding="utf-8"))
    lines = (folder / listed["base"]).read_text(encoding="utf-8").split("\n")
    for edit in sorted(listed["slips"][name]["edits"], key=lambda one: -one["from"]):
        lines[edit["from"] - 1:max(edit["to"], edit["from"] - 1)] = edit["lines"]
    return "\n".join(lines).encode(), listed["as_of"]


def test_the_rows_of_the_folder(shared: Path | None) -> None:
    if shared is None or not (shared / "cases").is_dir():
        pytest.skip("no folder of cases beside the project")
    cases = shared / "cases"
    wrong = [name for name, as_of, right in FILES if told((cases / f"{name}.yaml").read_bytes(), as_of) != right]
    wrong += [name for name, right in SLIPS.items() if told(*slipped(cases / "slips", name)) != right]
    assert wrong == []
