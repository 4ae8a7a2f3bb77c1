"""The pages for authors of packs name every function of the language, in both languages, with a use that is valid."""

from __future__ import annotations

from pathlib import Path

import pytest

from bayang.engine.language.functions import FUNCTIONS, NAMES
from bayang.engine.language.meaning import understood
from bayang.engine.language.scopes import levels_of
from bayang.engine.packs.pack import Pack

ROOT = Path(__file__).parents[1]


@pytest.mark.parametrize("page", ["packs.md", "packs.zh-CN.md"])
def test_every_function_stands_in_the_table(page: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    for name, one in FUNCTIONS.items():
        assert f"| `{name}` | {one.chinese} | `{one.sample}` |" in text


def test_the_language_has_a_name_in_chinese_for_each_and_no_other() -> None:
    assert list(NAMES["functions"]) == list(FUNCTIONS)


@pytest.mark.parametrize("name", FUNCTIONS)
def test_its_sample_is_valid(pack: Pack, name: str) -> None:
    roots = list(pack.shapes.values())
    each = "themes.*.problems[].measures[]" if FUNCTIONS[name].sample.startswith("due ") else None
    assert understood(FUNCTIONS[name].sample, levels_of(roots, each), pack)
