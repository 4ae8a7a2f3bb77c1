"""The examples that are proposed for a rule: on each bound and one step beyond it, and right when they are pasted."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
import yaml
from click.testing import CliRunner

from bayang.cli import bayang
from bayang.engine.authoring.examples import run_examples
from bayang.engine.judging.compile import Compiled
from bayang.engine.packs.pack import load_pack

WINDOW = Path(__file__).parent / "packs" / "window"
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
  - dates: {fields: [due], not_after: 2023-07-31}
  basis: {practice: {zh: 试, en: try it}}
  message: {zh: 措施不全。, en: The measure is not whole.}
  remedy: {zh: 请改。, en: Mend it.}
"""


def pack_with(folder: Path, text: str) -> Path:
    shutil.copytree(WINDOW, folder / "pack")
    (folder / "pack" / "families" / "ZZ.yaml").write_text(text, encoding="utf-8")
    return folder / "pack"


def test_proposed_examples_are_right_when_pasted(tmp_path: Path) -> None:
    folder = pack_with(tmp_path, RULE)
    result = CliRunner().invoke(bayang, ["rules", "examples", "ZZ01", "--rules", str(folder)])
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
    tested = CliRunner().invoke(bayang, ["rules", "test", "ZZ01", "--rules", str(folder)])
    assert (tested.exit_code, tested.output) == (0, "样例 4 个符合，0 个不符\n")


@pytest.mark.parametrize(("rule", "words"), [("RO01", "整批"), ("ZZ02", "都没有提出"), ("XX99", "没有规则")])
def test_what_can_not_be_proposed_is_said(tmp_path: Path, rule: str, words: str) -> None:
    text = RULE.replace("ZZ01", "ZZ02").replace("  - required: {fields: [owner]}\n", "")
    text = text.replace("2023-07-31", "2033-07-31")     # out of reach
    folder = pack_with(tmp_path, text)
    where = [] if rule == "RO01" else ["--rules", str(folder)]
    result = CliRunner().invoke(bayang, ["rules", "examples", rule, *where])
    assert result.exit_code == 2 and words in result.output
