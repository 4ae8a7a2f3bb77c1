"""Names of fields stand in quotation marks wherever a message names them, each by itself, in both languages."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from making import PACK, found

from bayang.engine.authoring.examples import base_report, change
from bayang.engine.judging.kinds.kind import TEXT
from bayang.engine.judging.message_guard import MessageFault, check_message
from bayang.engine.reading.typed import as_typed, in_chinese
from bayang.engine.text.messages import Row, render

# what a message says, not what is to be typed as it stands
NAMES = re.compile(r"(?<!“)\{\{ *(?:missing|field|places|themes|[a-z_]+\.field|one|other) *\}\}(?!”)")
TYPED = re.compile(r"写成 \{\{ field \}\}:|written as \{\{ field \}\}:")
FAMILIES = sorted((Path(__file__).resolve().parent.parent / "rules/families").glob("*.yaml"))


def report(base: str, phase: str, sets: dict | None = None, removed: tuple[str, ...] = (), chinese: bool = True) -> str:
    data = base_report(PACK, base, phase)
    change(data, sets or {}, list(removed))
    return as_typed(in_chinese(data, PACK.shapes["personal" if base == "personal" else "unit"]) if chinese else data)


@pytest.mark.parametrize("path", FAMILIES, ids=lambda path: path.stem)
def test_no_name_of_a_field_stands_bare(path: Path) -> None:
    assert not NAMES.findall(TYPED.sub("", path.read_text(encoding="utf-8")))


@pytest.mark.parametrize(("removed", "rule", "chinese", "zh", "en"), [
    ("/column/location /column/opened", "ME11", True, "活动专栏没有填全，缺少“位置”、“开设日期”。",
     "The column is not reported in full; missing “位置”, “开设日期”."),
    ("/column/location", "ME11", False, "活动专栏没有填全，缺少“location（位置）”。",
     "The column is not reported in full; missing “location（位置）”."),
    ("/contact/phone", "OR04", True, "联系人信息没有填全，缺少“办公电话”。",
     "The contact is not complete; missing “办公电话”."),
    ("/research/report/date", "PH21", True, "调研报告没有填全，缺少“日期”。",
     "The research report is not reported in full; missing “日期”."),
    ("/incentives/tolerance", "ME61", True, "考核激励没有填全，“容错纠错”缺少“文号”、“日期”。",
     "The incentives are not reported in full; “容错纠错” lacks “文号”, “日期”."),
])
def test_each_name_of_several_is_quoted(removed: str, rule: str, chinese: bool, zh: str, en: str) -> None:
    text = report("bureau", "consolidation", removed=tuple(removed.split()), chinese=chinese)
    assert [one.message for one in found(text) if one.rule == rule][0] == zh
    assert [one.message for one in found(text, "en") if one.rule == rule][0] == en


def test_a_rule_of_ones_own_may_quote_names() -> None:
    row = Row(["题目", "日期"], "zh")
    assert render("缺少{{ missing|quoted }}。", {"missing": row}) == "缺少“题目”、“日期”。"
    assert render("缺少{{ missing }}。", {"missing": row}) == "缺少题目、日期。"
    assert render("“{{ field }}”或{{ field|quoted }}", {"field": "日期"}) == "“日期”或“日期”"
    check_message("{{ missing|quoted }}{% if missing|quoted == missing %}x{% endif %}", {"missing": TEXT})
    with pytest.raises(MessageFault):
        check_message("{{ missing|quoted|upper }}", {"missing": TEXT})
    with pytest.raises(MessageFault):
        check_message("{{ count|quoted }}", {"count": "number"})


@pytest.mark.parametrize(("language", "shown"), [("zh", "“甲”、“乙”等"), ("en", "“甲”, “乙” and others")])
def test_that_there_are_more_is_told(language: str, shown: str) -> None:
    assert render("{{ names|quoted }}", {"names": Row(["甲", "乙"], language, more=True)}) == shown
