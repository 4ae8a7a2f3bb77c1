"""What is offered in place of a word that is none is what may have been meant (engine/text/wording.py)."""

from __future__ import annotations

import pytest

from bayang.engine.text.wording import nearest, offered


@pytest.mark.parametrize(("typed", "known", "near"), [
    ("today", ["total", "people"], None), ("titel", ["table", "title"], "title"), ("nummer", ["number"], "number"),
    ("due", ["due_date"], None), ("dat", ["date"], "date"), ("今天", ["每天", "总数"], None), ("件数", ["个数"], None),
    ("今日", ["今天"], "今天"), ("整改时现", ["整改目标", "整改时限"], "整改时限"),
    ("问题清单表", ["问题清单"], "问题清单"),
])
def test_a_word_is_near_if_more_of_it_is_the_same_than_is_not(typed: str, known: list[str], near: str | None) -> None:
    assert nearest(typed, known) == near


def test_two_letters_in_common_are_no_reason_to_offer_a_word() -> None:
    assert offered("map", ["escape", "upper"])["near"] is None
    assert offered("检查次数", ["安全检查", "演练"])["near"] == "安全检查"
