"""What letters quote of a plan is a sentence of it, not a part (contract §9.17)."""

from __future__ import annotations

from bayang.engine.output.notices.items import QUOTED, quoted
from bayang.engine.text.messages import say


def test_a_whole_part_of_a_plan_is_named_and_not_quoted() -> None:
    """A basis without a quote is the whole clause, as a drafted pack has it for its themes."""
    assert quoted("把“XX案”办好", "zh") == "把‘……案’办好"
    whole = quoted("重点解决：材料重复提交。" * (QUOTED // 12 + 1), "zh")
    facts = {"plan": "方案", "clause": "二", "quote": whole, "date": "2025年10月10日"}
    assert "根据《方案》（二）的要求，现将" in say("notice.basis_reminder", "zh", **facts)
    assert "Under “方案” (二), this" in say("notice.basis_reminder", "en", **facts)
    facts = {"clause": "二", "quote": whole}
    assert say("notice.quoted", "zh", **facts) == "方案二"
    assert say("notice.quoted", "en", **facts) == "plan 二"
