"""The examples that are proposed for a rule: on each bound and one step beyond it, and right when they are pasted
(docs/packs.md).
"""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from running import WINDOW, invoked, own_pack

from bayang.engine.authoring.examples import run_examples
from bayang.engine.authoring.inherited import Moved, run_inherited
from bayang.engine.judging.compile import Compiled
from bayang.engine.packs.inheriting import Inheritance
from bayang.engine.packs.pack import load_pack

ZZ = "families/ZZ.yaml"
RULE = """\
family: ZZ
title: {zh: 自定, en: Rules of our own}
rules:
- id: ZZ01
  title: {zh: 措施要素, en: What a measure needs}
  who: [personal]
  each: themes.*.problems[].measures[]
  check:
  - required: {fields: [owner]}
  - must: due <= '2023-07-31'
  basis: {practice: {zh: 试, en: try it}}
  message: {zh: 措施不全。, en: The measure is not whole.}
  remedy: {zh: 请改。, en: Mend it.}
"""


def test_proposed_examples_are_right_when_pasted(tmp_path: Path) -> None:
    folder = own_pack(tmp_path, {ZZ: RULE})
    result = invoked("rules", "examples", "ZZ01", "--rules", folder)
    assert result.exit_code == 0, result.output
    proposed = result.stdout
    assert proposed.startswith("  examples:\n    pass:\n")
    shown = yaml.safe_load(proposed)["examples"]
    first = "/themes/speed/problems/0/measures/0"
    assert {(one["note"], *one.get("remove", ()), *one.get("set", {}).values()) for one in shown["fail"]} == {
        ("没有填写", f"{first}/owner"), ("晚一天", "2023-08-01")}
    assert {"note": "正好在界上", "base": "personal", "phase": "checking", "set": {f"{first}/due": "2023-07-31"}} \
        in shown["pass"]
    (folder / "families" / "ZZ.yaml").write_text(RULE + proposed, encoding="utf-8")
    pack = load_pack(folder)
    outcomes = list(run_examples(Compiled(pack), [pack.rules["ZZ01"]]))
    assert len(outcomes) == 4 and not any(one.fault for one in outcomes)
    tested = invoked("rules", "test", "ZZ01", "--rules", folder)
    assert (tested.exit_code, tested.output) == (0, "样例 4 个符合，0 个不符\n")


@pytest.mark.parametrize(("rule", "words"), [("RO01", "整批"), ("ZZ02", "都没有提出"), ("XX99", "没有规则")])
def test_what_can_not_be_proposed_is_said(tmp_path: Path, rule: str, words: str) -> None:
    text = RULE.replace("ZZ01", "ZZ02").replace("  - required: {fields: [owner]}\n", "")
    text = text.replace("2023-07-31", "2033-07-31")     # out of reach
    folder = own_pack(tmp_path, {ZZ: text})
    where = [] if rule == "RO01" else ["--rules", str(folder)]
    result = invoked("rules", "examples", rule, *where)
    assert result.exit_code == 2 and words in result.output


def test_examples_of_inherited_rules_run_on_the_packs_own_reports(tmp_path: Path) -> None:
    entry = "{rules: [PB02], phases: {inspection: checking, rectification: mending, consolidation: mending}}"
    folder = own_pack(tmp_path, {ZZ: RULE, "plan.yaml": ("[IN, FM, TX]", f"[IN, FM, TX, {entry}]")})
    compiled = Compiled(load_pack(folder))
    held, unmade = run_inherited(compiled, [compiled.pack.rules["PB02"]])
    assert held > 0 and unmade >= 0
    said = invoked("rules", "test", "PB02", "--rules", folder, "--lang", "en")
    assert said.exit_code == 0 and f"{held} hold on the reports of this pack, {unmade} can't be made" in said.output


def test_themes_and_behaviours_of_an_example_are_those_of_the_pack() -> None:
    pack = load_pack(WINDOW)
    entry = Inheritance(("PB01",), phases={"inspection": ("checking",)}, levels={"bureau": ("headquarters",)})
    moved = Moved(pack, entry)
    example = {"base": "bureau", "phase": "inspection", "set": {"/themes/dandang/problems/0/behaviour": "dandang-02"},
               "expect": ["/themes/shigan"]}
    assert moved.example(example) == {
        "base": "headquarters", "phase": "checking", "set": {"/themes/clarity/problems/0/behaviour": "clarity-2"},
        "expect": ["/themes/speed"]}
    assert moved.example({"files": []}) is None


def test_watch_checks_again_when_a_file_is_saved(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = own_pack(tmp_path, {ZZ: RULE})
    turns = iter([folder / "families" / "ZZ.yaml", None])

    def save(seconds: float) -> None:
        path = next(turns)
        if path is None:
            raise KeyboardInterrupt
        path.write_text(RULE.replace("who: [personal]", "who: [persons]"), encoding="utf-8")

    monkeypatch.setattr("bayang.engine.console.watching.time.sleep", save)
    result = invoked("rules", "watch", folder)
    assert result.exit_code == 0
    first, second = result.output.split("Ctrl-C")[:2]
    assert "规则包没有发现问题" in first
    assert "families/ZZ.yaml 第 6 行" in second and "persons" in second
