"""Many reports with one text, or with the same IDs: each is told, none names a thousand others, and all end soon
(contract §7, BT01 and BT03; 8.6).
"""

from __future__ import annotations

from pathlib import Path

import pytest

from bayang.engine.batch.outcome import Result
from bayang.engine.batch.run import Options, run
from bayang.engine.judging.alike import candidates, hashes, sketch
from bayang.engine.judging.compile import Compiled
from bayang.engine.reading.columns import Rows
from bayang.engine.text.messages import NAMED

SAMPLE = Path(__file__).resolve().parent.parent / "samples/市局/整改落实/P-001.yaml"


@pytest.fixture(scope="module")
def result(compiled: Compiled, tmp_path_factory: pytest.TempPathFactory) -> Result:
    """Sixty people who filed one and the same report."""
    folder = tmp_path_factory.mktemp("clones")
    text = SAMPLE.read_text(encoding="utf-8")
    assert "P-001" in text
    for number in range(60):
        (folder / f"{number:02}.yaml").write_text(text.replace("P-001", f"P-1{number:02}"), encoding="utf-8")
    return run([str(folder)], Options(as_of="2022-08-08"), compiled)


def told(result: Result, rule: str) -> list[str]:
    return [one.message for one in result.findings if one.rule == rule]


def test_each_clone_is_told_and_names_no_more_than_a_person_reads(result: Result) -> None:
    messages = told(result, "BT01")
    assert len(messages) == 60
    assert all(one.endswith("等。") and one.count(" 100%") == NAMED for one in messages)
    assert "P-100 100%" in messages[59] and "P-100 100%" not in messages[0]


def test_an_id_that_all_have_names_the_first_others(result: Result) -> None:
    clashes = told(result, "BT03")
    assert clashes and len(clashes) % 60 == 0
    first = "、".join(f"P-1{number:02}" for number in range(1, NAMED + 1))
    assert f"：{first}等。" in clashes[0]


def test_a_subject_with_many_files_names_some(compiled: Compiled, tmp_path: Path) -> None:
    for number in range(NAMED + 2):
        (tmp_path / f"{number:02}.yaml").write_bytes(SAMPLE.read_bytes())
    first, *_, last = told(run([str(tmp_path)], Options(as_of="2022-08-08"), compiled), "RO04")
    assert first.endswith("：" + "、".join(f"{number:02}.yaml" for number in range(1, NAMED + 1)) + "等。")
    assert last.endswith("：" + "、".join(f"{number:02}.yaml" for number in range(NAMED)) + "等。")


def rows_of(texts: list[str]) -> Rows:
    rows = Rows()
    for at, text in enumerate(texts):
        rows.add(at, sketch(hashes(text, 5)))
    return rows


def test_of_few_alike_every_pair_is_found() -> None:
    """A text, two that are like it, and one of its own: all that are alike meet."""
    ground = "".join(chr(0x4E00 + at * 7 % 9000) for at in range(400))
    like = ground[:380] + "".join(chr(0x6000 + at) for at in range(20))
    other = "".join(chr(0x9000 - at * 5 % 3000) for at in range(400))
    texts = [ground, like, other, ground[20:] + like[380:]]
    pairs = set(candidates(rows_of(texts), bytearray(len(texts)), lambda done, total: None))
    assert pairs == {(0, 1), (0, 3), (1, 3)}


def test_of_many_alike_not_every_pair_is_looked_at() -> None:
    """Two thousand texts that differ in one character would make two million pairs."""
    ground = "".join(chr(0x4E00 + at * 7 % 9000) for at in range(400))
    rows = rows_of([ground[:200] + chr(0x4E00 + at) + ground[200:] for at in range(2000)])
    full, partners, pairs = bytearray(2000), [0] * 2000, 0
    for one, other in candidates(rows, full, lambda done, total: None):
        pairs += 1
        for row in (one, other):
            partners[row] += 1
            full[row] = partners[row] > NAMED
    assert pairs < 2000 * (NAMED + 2) and min(partners) > NAMED // 4
