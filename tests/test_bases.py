"""9.17: the clause that a finding cites is the one of its phase and of its level."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
import yaml
from running import WINDOW, invoked, own_pack

from bayang.engine.authoring.examples import base_report, change
from bayang.engine.authoring.lint import lint
from bayang.engine.packs.pack import Pack, load_pack
from bayang.engine.packs.rule import Basis
from bayang.engine.records import PackError
from bayang.engine.text.messages import told

LATE = {"education": ("2022-02-05", "五.3", "学习教育和动员部署阶段（2022年1月31日前）"),
        "inspection": ("2022-05-05", "五.3", "调查研究和问题查摆阶段（2022年2月1日至4月30日）"),
        "rectification": ("2022-08-05", "五.3", "监督检查和整改落实阶段（2022年5月1日至7月31日）"),
        "consolidation": ("2023-01-05", "二", "活动从2021年12月开始至2022年12月结束")}


def filed(pack: Pack, folder: Path, phase: str, day: str, base: str = "personal") -> Path:
    report = base_report(pack, base, phase)
    change(report, {"/submitted": day}, ())
    (folder / "a.yaml").write_text(yaml.safe_dump(report, allow_unicode=True), encoding="utf-8")
    return folder


@pytest.mark.parametrize("phase", LATE)
def test_9_17_a_late_report_is_told_the_clause_of_its_own_phase(pack: Pack, tmp_path: Path, phase: str) -> None:
    day, clause, quote = LATE[phase]
    filed(pack, tmp_path, phase, day)
    for _ in ("cold", "warm"):      # from the cache too
        result = invoked("check", tmp_path, "--as-of", "2023-01-31", "--format", "json", "--cache", "--cache-dir",
                         tmp_path / "cache")
        assert [one["clause"] for one in json.loads(result.output)["findings"] if one["rule"] == "ID01"] == [clause]
    to = tmp_path / "letters"
    invoked("notice", tmp_path, "--to", to, "--as-of", "2023-01-31", "--format", "md", "--reply-by", "2023-02-28")
    text = next(to.rglob("*.md")).read_text(encoding="utf-8")
    assert [other for other, (_, _, words) in LATE.items() if words in text] == [phase], quote


ROSTER = """\
units:
- {code: U-001, name: 市局, level: bureau}
- {code: U-002, name: 云岭分局, level: branch}
- {code: U-003, name: 法规科, level: department}
people:
- {id: P-001, name: 韩雪松, unit: U-003}
"""


@pytest.mark.parametrize(("day", "clauses"), [
    ("2022-02-05", {"U-001": "五.3", "U-002": "五.3", "U-003": "五.3", "P-001": "五.3"}),
    ("2023-01-05", {"U-001": "五.4", "U-002": "五.4", "U-003": "五.4", "P-001": "五.3"}),
])
def test_9_17_who_has_not_filed_is_told_the_clause_of_the_phase_and_level(
        tmp_path: Path, day: str, clauses: dict[str, str]) -> None:
    (tmp_path / "roster.yaml").write_text(ROSTER, encoding="utf-8")
    result = invoked("check", tmp_path, "--as-of", day, "--format", "json")
    found = json.loads(result.output)["findings"]
    assert {one["subject"]["id"]: one["clause"] for one in found if one["rule"] == "RO01"} == clauses


def test_9_17_the_words_fit_phase_and_level(pack: Pack) -> None:
    rule = pack.rules["RO01"]
    assert [one.quote for one in rule.bases_for("consolidation", "bureau")] == [
        "市局活动办汇总后向市委活动办专题书面报告", "成果转化和总结提高阶段（2022年8月1日以后），积极运用活动成果"]
    assert rule.bases_for("consolidation", "branch")[0].quote.startswith("各县级生态环境（分）局、局属各科室")
    assert "自查自纠" in rule.bases_for("inspection", None)[0].quote
    assert rule.bases_for(None, None) == [] and rule.clause_for(None, None) is None
    heads = pack.rules["OR03"]
    assert [heads.bases_for("education", level)[0].quote[:5] for level in ("bureau", "branch", None)] == [
        "由市局党组", "各县级生态", "压实主体责"]


def test_9_17_without_phase_and_level_the_first_is_cited(pack: Pack) -> None:
    first = {one.id: (one.bases[0].clause if one.bases else None)
             for one in pack.rules.values() if not any(basis.narrowness for basis in one.bases)}
    assert first == {ident: pack.rules[ident].clause_for("rectification", "branch") for ident in first}
    assert Basis("五.3", "x").fits(None, None)


def changed(folder: Path, basis: str) -> Path:
    lines = (WINDOW / "families/QZ.yaml").read_text(encoding="utf-8").splitlines()
    at = next(at for at, line in enumerate(lines) if line == "- id: QZ03")
    start = next(number for number in range(at, len(lines)) if lines[number].startswith("  basis:"))
    end = next(number for number in range(start, len(lines)) if lines[number].startswith("  message:"))
    lines[start:end] = ["  basis:", "    plan:", *basis.splitlines()]
    return own_pack(folder, {"families/QZ.yaml": "\n".join(lines) + "\n"})


@pytest.mark.parametrize(("basis", "check", "line", "words"), [
    ("    - {clause: 三.1, phase: checking, quote: 甲}", "basis-gap", "    plan:", "mending"),
    ("    - {clause: 三.1, quote: 甲}\n    - {clause: 三.2, phase: mending, quote: 乙}\n"
     "    - {clause: 三.3, phase: [checking, mending], quote: 丙}", "basis-overlap", "    - {clause: 三.3", "三.2"),
    ("    - {clause: 三.1, quote: 甲}\n    - {clause: 三.2, level: branch-office, quote: 乙}\n"
     "    - {clause: 三.3, level: headquarters, phase: mending, quote: 丙}", "", "", ""),
])
def test_lint_tells_gaps_and_overlaps(tmp_path: Path, basis: str, check: str, line: str, words: str) -> None:
    folder = changed(tmp_path, basis)
    found = [flaw for flaw in lint(folder) if flaw.check.startswith("basis-")]
    assert [flaw.check for flaw in found] == ([check] if check else [])
    for flaw in found:
        typed = (folder / flaw.file).read_text(encoding="utf-8").splitlines()[flaw.line - 1]
        assert typed.startswith(line)
        assert words in flaw.text("zh") and words in flaw.text("en")


def test_a_clause_for_a_phase_in_which_the_rule_never_speaks(tmp_path: Path) -> None:
    folder = changed(tmp_path, "    - {clause: 三.1, quote: 甲}\n    - {clause: 三.2, phase: checking, quote: 乙}")
    path = folder / "families" / "QZ.yaml"
    before, mark, after = path.read_text(encoding="utf-8").partition("- id: QZ03")
    path.write_text(before + mark + after.replace("from: checking", "from: mending", 1), encoding="utf-8")
    found = [flaw for flaw in lint(folder) if flaw.check == "basis-idle"]
    assert [flaw.facts for flaw in found] == [{"rule": "QZ03", "clause": "三.2"}]


@pytest.mark.parametrize("entry", ["phase: repairing", "level: branch_office", "phase: [checking, repairing]"])
def test_phases_and_levels_of_a_basis_are_those_of_the_plan(tmp_path: Path, entry: str) -> None:
    folder = changed(tmp_path, "    - {clause: 三.1, " + entry + ", quote: 甲}")
    with pytest.raises(PackError) as fault:
        from bayang.engine.judging.compile import Compiled
        Compiled(load_pack(folder))
    assert entry.split()[-1].strip("[]") in told(fault.value, "zh")
