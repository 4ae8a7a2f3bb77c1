"""Reports in ten hands, styles and phases that have nothing wrong: no rule may say that they do (contract §9)."""

from __future__ import annotations

from pathlib import Path

import pytest

from bayang.engine.batch.run import Options, run
from bayang.engine.judging.compile import Compiled

FOLDER = Path(__file__).parent / "compliant"
FILES = sorted(FOLDER.glob("*.yaml"))

# A report whose eight themes all found nothing is told so: a remark that is true and never a deficiency.
TRUE_REMARKS = {"04-mixed.yaml": ["CV05"], "09-windows.yaml": ["CV05"]}


def test_there_are_ten() -> None:
    assert len(FILES) == 10


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("file", FILES, ids=lambda file: file.name)
def test_nothing_is_found_in_a_compliant_report(file: Path, language: str, compiled: Compiled) -> None:
    result = run([str(file)], Options(as_of="2023-01-05", language=language), compiled)
    assert [one.rule for one in result.findings] == TRUE_REMARKS.get(file.name, [])
    assert not [one for one in result.not_assessed if one.reason not in ("partial", "roster")]


def test_nothing_is_found_in_them_as_one_batch(compiled: Compiled) -> None:
    result = run([str(FOLDER)], Options(as_of="2023-01-05"), compiled)
    assert {one.file: one.rule for one in result.findings} == {name: rule for name, (rule,) in TRUE_REMARKS.items()}
