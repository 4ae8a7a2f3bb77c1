"""Conditions that contradict each other, or the reports that their rule is for, are told by lint (docs/packs.md)."""

from __future__ import annotations

from pathlib import Path

import pytest
from running import SERVICE, own_pack

from bayang.engine.authoring.lint import lint
from bayang.engine.language.nodes import Negated
from bayang.engine.language.possible import impossible
from bayang.engine.language.sentence import SentenceTexts
from bayang.engine.language.understanding import understand
from bayang.engine.packs.pack import Pack, load_pack


@pytest.fixture(scope="module")
def pack() -> Pack:
    return load_pack(SERVICE)


@pytest.mark.parametrize(("text", "field", "contrary"), [
    ("phase == 'checking' and phase == 'mending'", "phase", None),
    ("phase == '自查' and phase != 'checking'", "phase", None),
    ("phase != 'checking' and phase != 'mending'", "phase", None),
    ("phase in ('checking', 'mending')", None, "phase"),
    ("phase in ('checking', 'mending') and not (phase in ('checking', 'mending'))", "phase", None),
    ("(phase == 'checking' or paid < 1) and phase == 'mending' and paid >= 1", "phase", None),
    ("(phase == 'checking' or paid < 1) and phase == 'mending' and paid >= 0", None, None),
    ("handed_in < '2024-05-01' and '2024-06-01' < handed_in", "handed_in", None),
    ("handed_in <= '2024-05-01' and handed_in >= '2024-05-01'", None, None),
    ("handed_in <= '2024-05-01' and handed_in > '2024-05-01'", "handed_in", None),
    ("handed_in <= '2024-05-01' or handed_in > '2024-05-01'", None, "handed_in"),
    ("paid == 3 and paid != 3", "paid", None),
    ("paid > 3 and grants < 3", None, None),
    ("any(visits.grade == 3) and any(visits.grade == 4)", None, None),      # of two visits
    ("unit.level == 'bureau' and unit.level == '服务站'", "level", None),
])
def test_what_no_value_can_be(pack: Pack, text: str, field: str | None, contrary: str | None) -> None:
    must = understand(SentenceTexts(text), [pack.shapes["unit"]], pack).must
    assert must is not None
    found = [impossible([one], {}) for one in (must, Negated(must.type, 0, must))]
    assert [one and one.steps[-1] for one in found] == [field, contrary]


def test_lint_tells_them_at_their_line(tmp_path: Path) -> None:
    rules = [("mending", "unit", "when: phase == 'checking'\n  must: paid <= grants", "when", "一次也不会问"),
             ("checking", "station", "must: unit.level == 'bureau'", "must", "永远达不到"),
             ("checking", "station", "must: unit.level != 'bureau'", "must", "一次也不会提出"),
             ("checking", "unit", "each: visits[]\n  where: grade > 3 and grade < 3\n  must: firm is given", "where",
              "不会问"),
             ("checking", "unit", "when: phase == 'mending'\n  must: paid <= grants", "", "")]
    text = "family: FX\ntitle: 试\nrules:\n" + "".join(
        f"- id: FX0{at}\n  title: 甲\n  who: [{who}]\n  from: {first}\n  {said}\n"
        "  basis: {practice: 试}\n  remedy: 请改。\n"
        for at, (first, who, said, *_) in enumerate(rules, 1))
    folder = own_pack(tmp_path, {"families/FX.yaml": text}, SERVICE)
    lines = text.splitlines()
    found = [one for one in lint(folder) if one.check == "contradiction"]
    assert [one.facts["rule"] for one in found] == ["FX01", "FX02", "FX03", "FX04"]
    for flaw, (*_, part, words) in zip(found, rules, strict=False):
        assert lines[flaw.line - 1].startswith(f"  {part}: ")
        assert words in flaw.text("zh") and "例如" in flaw.text("zh")
