"""Rules of the pack that comes along in another plan: by pattern, in its phases and levels, on its clauses
(docs/packs.md).
"""

from __future__ import annotations

from pathlib import Path

import pytest
from running import edit, own_pack

from bayang.engine.authoring.examples import Trial, base_report, dump, findings_in
from bayang.engine.authoring.lint import lint
from bayang.engine.judging.compile import Compiled
from bayang.engine.packs.inheriting import matches
from bayang.engine.packs.pack import load_pack
from bayang.engine.records import PackError
from bayang.engine.text.messages import told

MAPPED = """\
inherit:
- IN
- FM
- TX
- rules: [PB01-PB04, PB11, RO01, RO03, ID01, ID04, OR04, OR01]
  without: [PB03]
  phases: {调查研究和问题查摆: 自查, education: 自查, rectification: mending}
  levels: {branch: 分理处}
  basis:
    PB01: [{clause: 三.1}]
    PB11: [{clause: 三.2}]
    RO01: [{clause: 三.1, quote: 自查阶段}]
    ID01:
    - {clause: 三.1, phase: 自查, quote: 2023年5月31日前}
    - {clause: 三.2, phase: 整改, quote: 2023年8月31日前}
    OR01: [{clause: 三, quote: 总部编制问题汇总}]
"""


def inheriting(folder: Path, text: str) -> Path:
    """The small pack with another `inherit`."""
    return own_pack(folder, {"plan.yaml": ("inherit: [IN, FM, TX]\n", text)})


@pytest.mark.parametrize(("pattern", "yes", "no"), [
    ("RO", "RO01", "RC01"), ("ro*", "RO06", "RC01"), ("PB01-PB17", "PB17", "PB18"), ("PB01－17", "PB02", "PB18"),
    ("PB01至PB03", "PB03", "PC02"), ("RC10", "RC10", "RC1"), ("R?01", "RO01", "PB01")])
def test_patterns_of_rules(pattern: str, yes: str, no: str) -> None:
    assert matches(pattern, yes) and not matches(pattern, no)


def test_inherited_rules_are_put_in_this_plan(tmp_path: Path) -> None:
    pack = load_pack(inheriting(tmp_path, MAPPED))
    taken = {rule.id: rule for rule in pack.rules.values() if rule.inherited and rule.id[:2] not in ("IN", "FM", "TX")}
    assert sorted(taken) == ["ID01", "ID04", "OR01", "OR04", "PB01", "PB02", "PB04", "PB11", "RO01", "RO03"]
    assert (taken["PB01"].first, taken["OR01"].first) == ("checking", "checking")
    assert (taken["PB01"].who, taken["PB01"].name) == (("personal", "unit"), "pb01")    # QZ03 has its name
    assert taken["OR01"].who == ("branch-office",)          # the level that is not mapped has no units here
    musts = [check["must"] for check in taken["PB11"].checks]
    assert any("mending.end" in must for must in musts) and not any("rectification" in must for must in musts)
    words = "2023年5月31日前，个人列出问题，写明原因和措施，措施要有责任人和期限。总部编制问题汇总。"
    assert taken["PB01"].bases[0].quote == words            # of the plan.txt in the pack
    assert [(one.clause, one.phases) for one in taken["ID01"].bases] == [
        ("三.1", ("checking",)), ("三.2", ("mending",))]
    report = base_report(pack, "personal", "checking")
    del report["themes"]["speed"]["problems"][0]["cause"]
    report["submitted"] = "2023-06-05"
    found = findings_in(Compiled(pack), Trial({"G-01.yaml": dump(report)}, None, None, "2023-06-06"))
    assert {(one.rule, one.clause, one.level) for one in found} >= {
        ("PB01", "三.1", "error"), ("ID01", "三.1", "error")}


def test_what_this_plan_has_not_is_asked_for_in_one_line_each(tmp_path: Path) -> None:
    folder = inheriting(tmp_path, "inherit: [IN, FM, TX, {rules: [PB01-PB04, ME61, ID01]}]\n")
    with pytest.raises(PackError) as fault:
        load_pack(folder)
    listed = [fault.value, *fault.value.also]
    assert {(one.file, one.line) for one in listed} == {("plan.yaml", 27)}
    texts = [told(one, "zh") for one in listed]
    assert len(texts) == 4
    assert "PB01、PB02、PB03、PB04" in texts[2] and "phases: {inspection: " in texts[2]
    assert any("ME61" in text and "levels: {bureau: " in text for text in texts)
    assert "basis: {ID01: [" in texts[3]


def test_a_rule_of_the_packs_own_needs_no_basis_for_the_other(tmp_path: Path) -> None:
    folder = inheriting(tmp_path, "inherit: [IN, FM, TX, {rules: [ID01]}]\n")
    edit(folder / "families" / "QZ.yaml", "QZ04", "ID01")
    assert not load_pack(folder).rules["ID01"].inherited


def test_lint_of_inherited_rules_names_the_line_of_the_words(tmp_path: Path) -> None:
    text = MAPPED.replace("quote: 自查阶段", "quote: 自查时段").replace("clause: 三, q", "clause: 七, q")
    folder = inheriting(tmp_path, text)
    found = [(flaw.check, flaw.file, flaw.line) for flaw in lint(folder) if flaw.check == "astray"]
    assert found == [("astray", "plan.yaml", 38), ("astray", "plan.yaml", 42)]


@pytest.mark.parametrize(("named", "known"), [
    ("phases: {consolidation: 整治}", "自查"), ("levels: {branch: 支行}", "分理处"),
    ("phases: {查摆: checking}", "调查研究和问题查摆"), ("levels: {县局: branch-office}", "县级分局")])
def test_a_name_that_neither_plan_has_is_told(tmp_path: Path, named: str, known: str) -> None:
    folder = inheriting(tmp_path, f"inherit: [IN, FM, TX, {{rules: [RO02], {named}}}]\n")
    [flaw] = lint(folder)
    assert (flaw.check, flaw.file, flaw.line) == ("broken", "plan.yaml", 27)
    assert known in flaw.text("zh") and "左边是自带方案的" in flaw.text("zh")


def test_a_clause_that_is_none_is_told_once(tmp_path: Path) -> None:
    folder = inheriting(tmp_path, "inherit: [IN, FM, TX]\n")
    edit(folder / "families" / "QZ.yaml", "clause: 三.2, quote: 问题全部改完", "clause: 九.9")
    assert [(flaw.check, flaw.file) for flaw in lint(folder)] == [("broken", "families/QZ.yaml")]


def test_a_rule_at_fault_leaves_no_sentence_uncited(tmp_path: Path) -> None:
    folder = inheriting(tmp_path, "inherit: [IN, FM, TX]\n")
    path = folder / "families" / "QZ.yaml"
    text = path.read_text(encoding="utf-8")
    at = text.index("- id: QZ07")
    path.write_text(text[:at] + text[at:].replace("  level: error\n", "  level: errors\n", 1), encoding="utf-8")
    assert [flaw.check for flaw in lint(folder)] == ["broken"]
