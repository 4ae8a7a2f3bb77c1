"""An office of two hundred: each stands once in its right state, and no letter says what is not so (contract §9.12,
9.17, 9.19). Rounds of letters and their numbers are in `test_register.py`.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from running import edit, output_of

from bayang.engine.batch.run import Options, run
from bayang.engine.judging.compile import Compiled
from bayang.engine.output.findings import Setting

FOLDER = {"missing": "补报", "mend": "改文件", "correct": "补正"}
BROKEN: list[Callable[[str], bytes]] = [       # nine files that nobody can read, or only once they are mended
    lambda text: text.encode("gb18030"),
    lambda text: text.replace(": ", "：").encode(),
    lambda text: (text + "phase: education\n").encode(),
    lambda text: b"",
    lambda text: text.encode("utf-16"),
    lambda text: text.replace("submitted: ", "submitted: *").encode(),
    lambda text: (text + "---\n" + text).encode(),
    lambda text: b"PK\x03\x04" + bytes(60),
    lambda text: text.replace("  name:", "\tname:").encode(),
]
ASIDE = [".yaml.txt", ".yml.txt", ".docx", ".xlsx"]


def states(people: list[str]) -> dict[str, str]:
    """Who is in which state before the first round, by hand: the first of the list first."""
    rest = iter(people)
    found = {"U-002": "filed"}
    for state, count in (("missing", 20), ("unreadable", 9), ("other-format", 4), ("excused", 3), ("to-correct", 24)):
        found |= {next(rest): state for _ in range(count)}
    return found | dict.fromkeys(rest, "filed")


@pytest.fixture
def office(bureau: Any) -> Any:
    made = bureau(199)
    made.right = states(made.people)
    of = {state: [ident for ident, one in made.right.items() if one == state] for state in set(made.right.values())}
    made.of = of
    made.enrol()
    for ident in of["excused"]:
        edit(made.office / "roster.yaml", f"- id: {ident}\n", f"- id: {ident}\n  excused: {{reason: 借调}}\n")
    for ident in ("U-002", *of["filed"]):
        made.report(ident)
    for ident in of["to-correct"]:
        made.report(ident, submitted="2022-02-03")          # late
    for ident, spoil in zip(of["unreadable"], BROKEN, strict=True):
        path = made.report(ident)
        path.write_bytes(spoil(path.read_text(encoding="utf-8")))
    for ident, ending in zip(of["other-format"], ASIDE, strict=True):
        path = made.report(ident)
        path.rename(path.with_name(ident + ending))
    return made


def letters(to: Path) -> dict[str, str]:
    """The letters in a folder, by subject."""
    found: dict[str, str] = {}
    for path in sorted(to.rglob("*.md")):
        [ident] = re.findall(r"(?:P-\d{3}|U-002)", path.parent.name)
        assert ident not in found
        found[ident] = path.read_text(encoding="utf-8")
    return found


def test_each_of_two_hundred_stands_once_in_its_state(office: Any, compiled: Compiled) -> None:
    roster = str(office.office / "roster.yaml")
    result = run([str(office.reports)], Options(as_of="2022-02-10", roster=roster), compiled)
    assert Counter(office.right.values()) == {
        "filed": 140, "to-correct": 24, "missing": 20, "unreadable": 9, "other-format": 4, "excused": 3}
    assert {one.entry.id: one.state for one in result.standing} == office.right
    document = json.loads(output_of("json", result, Setting(compiled, "zh")))
    assert {one["subject"]["id"]: one["state"] for one in document["standing"]} == office.right
    for name in ("text", "markdown", "html"):
        made = output_of(name, result, Setting(compiled, "zh"))
        said = made if isinstance(made, str) else made.decode()
        first = said[said.index("谁报了，谁没有报"):]
        first = first[:first.index({"text": "\n\n", "markdown": "\n## ", "html": "</table>"}[name])]
        assert Counter(re.findall(r"P-\d{3}|U-002", re.sub(r"<[^>]*>|\\", "", first))) == Counter(office.right.keys())


def test_no_letter_says_what_is_not_so(office: Any, tmp_path: Path) -> None:
    said = office.notice(tmp_path / "一", "2022-02-10", "--reply-by", "2022-02-18")
    assert said.exit_code == 0, said.output
    sent = letters(tmp_path / "一")
    right = office.right
    assert set(sent) == {ident for ident, state in right.items() if state not in ("filed", "excused")}
    for ident, text in sent.items():
        none_came = "没有收到" in text
        assert none_came == (right[ident] in ("missing", "other-format")), ident
        assert ("读不出" in text or "读不了" in text or "无法读取" in text) == (right[ident] == "unreadable"), ident
        if right[ident] == "other-format":
            assert f"{ident}." in text      # the file that is there is named
        assert "该对象" not in text
