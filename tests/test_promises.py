"""Each promise of docs/reliability and SECURITY.md names a test that is there, the same in both languages."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent


def named(text: str) -> list[tuple[str, str]]:
    """(file, test or nothing) in the order in which a page names them."""
    return re.findall(r"`(?:\.venv/bin/python )?(tests/[\w/]+\.py)(?:::(\w+))?", text)


def test_every_promise_has_its_test() -> None:
    english, chinese = (named((ROOT / f"docs/reliability{ending}").read_text(encoding="utf-8"))
                        for ending in (".md", ".zh-CN.md"))
    first, second = (ROOT / "SECURITY.md").read_text(encoding="utf-8").split("\n# 安全\n")
    assert english == chinese and len(english) > 30
    assert named(first) == named(second) and len(named(first)) > 20
    for file, test in {*english, *named(first)}:
        text = (ROOT / file).read_text(encoding="utf-8")
        assert not test or f"def {test}(" in text, (file, test)
