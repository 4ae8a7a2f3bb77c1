"""The command that tries the yaml-test-suite: what its signs mean, what it counts, and that a difference is told."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml_suite

SUITE = """---
- yaml: |
    a:␣
    - b:———»c
- yaml: |
    a: ∎
- fail: true
- yaml: |
    - a
    ...
- yaml: |
    ⇔a: &x 1←
"""


def test_its_cases_are_read_or_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str],
                                       monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "src/X1.yaml").write_text(SUITE, encoding="utf-8")
    assert [text for _, text in yaml_suite.cases(tmp_path)] == [
        "a: \n- b:\tc\n", "备注:\n  a: \n  - b:\tc\n", "a: ", "备注:\n  a: ", "a: ", "备注:\n  a: ", "- a\n...\n",
        "\ufeffa: &x 1\r\n"]
    assert yaml_suite.main([str(tmp_path)]) == 0
    assert capsys.readouterr().out == "8 cases: 1 IN06, 1 IN08, 6 read\n"
    monkeypatch.setattr(yaml_suite, "stock", lambda data: None)
    assert yaml_suite.main([str(tmp_path)]) == 1
    assert "X1/0 in a field: read otherwise\n" in capsys.readouterr().out
    assert yaml_suite.main([str(tmp_path / "src")]) == 1      # no cases are no proof
