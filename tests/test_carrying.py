"""`bayang new … --from LAST --phase NEXT`: problems go on with their IDs, what the new phase asks for stands blank."""

from __future__ import annotations

import copy
import re
import shutil
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from making import SERVICE_REPORT, write
from running import SAMPLES, SERVICE, complaint, here
from test_inserting import COMPILED, PACK, SHAPES, report, written

from bayang.engine.authoring.examples import bases
from bayang.engine.batch.run import Options, run
from bayang.engine.judging.opening import Opener
from bayang.engine.output.carrying import Carrier, beyond
from bayang.engine.output.forms import Order, outline
from bayang.engine.packs.pack import Pack
from bayang.engine.records import Limits

PAIRS = [(name, kind, level, old, new) for name, kind, level in bases(PACK) for old, new in pairwise(PACK.phases)]
LAST = SAMPLES / "砚川分局/问题查摆/P-004.yaml"
CARRIERS = {(kind, phase): Carrier(COMPILED, Order((kind,), phase))
            for kind in ("personal", "unit") for phase in PACK.phases}


def opened(text: str, pack: Pack = PACK) -> dict[str, Any]:
    return Opener(pack, None, Limits()).open(text.encode())[0].report.doc


def carried(text: str, kind: str, phase: str) -> str:
    case, _ = Opener(PACK, None, Limits()).open(text.encode())
    return CARRIERS[kind, phase].carried(case)


def filled(blank: Any, whole: Any) -> Any:
    """What was carried over with the values of a whole report in its blanks."""
    if isinstance(blank, dict):
        inside = whole if isinstance(whole, dict) else {}
        return {key: inside[key] if key == "下次检查日期" and key in inside else filled(one, inside.get(key))
                for key, one in blank.items()}
    if isinstance(blank, list):
        inside = whole if isinstance(whole, list) else []
        if len(blank) == 1 and not any(leaves(blank)):
            return inside
        grown = inside[len(blank):]         # what happened since is put to what had happened
        return [*(filled(one, inside[at] if at < len(inside) else None) for at, one in enumerate(blank)), *grown]
    return whole if blank in ("", None) and whole is not None else blank


def leaves(data: Any) -> list[str]:
    if isinstance(data, dict | list):
        return [one for part in (data.values() if isinstance(data, dict) else data) for one in leaves(part)]
    return [data] if data else []


# -- the law -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize("chinese", [True, False], ids=["zh", "en"])
@pytest.mark.parametrize("flow", ["none", "part", "all"])
@pytest.mark.parametrize(("name", "kind", "level", "old", "new"), PAIRS, ids=str)
def test_what_was_written_stays_and_the_new_stands_blank(
        name: str, kind: str, level: str | None, old: str, new: str, flow: str, chinese: bool) -> None:
    text = written(report(name, old, chinese), flow)
    made = carried(text, kind, new)
    before, after = opened(text), opened(made)
    assert after.pop("phase") == new
    before.pop("phase")
    assert before.pop("submitted") and "submitted" not in after
    assert after == before
    if flow == "none":      # every line that was there is there still, in its order
        rest = iter(made.splitlines())
        changed = ("phase:", "所处阶段:", "submitted:", "填报日期:")
        kept = [line for line in text.splitlines() if not line.startswith(changed)]
        assert all(line in rest for line in kept)
        fresh = beyond(outline(PACK, kind, new, level), outline(PACK, kind, old, level))
        typed = yaml.load(made, Loader=yaml.CBaseLoader)
        names = SHAPES[name].titles
        assert fresh.keys() <= {key for key in names if key in typed or names[key] in typed}


@pytest.mark.parametrize(("name", "kind", "level", "old", "new"), PAIRS, ids=str)
def test_filled_in_it_is_a_compliant_report(
        name: str, kind: str, level: str | None, old: str, new: str, tmp_path: Path) -> None:
    """The pack's compliant report of the next phase has an answer for every blank."""
    last = written(report(name, old, True), "none")
    whole = yaml.load(written(report(name, new, True), "none"), Loader=yaml.CBaseLoader)
    now = filled(yaml.load(carried(last, kind, new), Loader=yaml.CBaseLoader), whole)
    write(tmp_path / "one/last.yaml", last)
    write(tmp_path / "two/now.yaml", written(now, "none"))
    found = run([str(tmp_path)], Options("2023-01-15"), COMPILED).findings
    assert [(one.rule, one.pointer) for one in found if one.file == "two/now.yaml" and one.gates] == []


IDENTS = st.lists(st.from_regex(r"[A-Z]{1,3}-[0-9]{1,3}", fullmatch=True, alphabet=st.characters(max_codepoint=127)),
                  min_size=1, max_size=6, unique=True)


@settings(max_examples=60, derandomize=True)
@given(IDENTS, st.sampled_from(["none", "part", "all"]), st.booleans(), st.sampled_from(
    ["inspection", "rectification"]))
def test_no_problem_vanishes(idents: list[str], flow: str, chinese: bool, old: str) -> None:
    data = copy.deepcopy(report("personal", old, False))
    theme, answer = next((theme, one) for theme, one in data["themes"].items() if "problems" in one)
    data["themes"] = {theme: {"problems": [answer["problems"][0] | {"id": ident} for ident in idents]}}
    if chinese:
        from bayang.engine.reading.typed import in_chinese

        data = in_chinese(data, SHAPES["personal"])
    new = {"inspection": "rectification", "rectification": "consolidation"}[old]
    text = written(data, flow)
    made = opened(carried(text, "personal", new))
    assert [one["id"] for one in made["themes"][theme]["problems"]] == idents


# -- what it looks like ------------------------------------------------------------------------------------


def test_guidance_stands_where_a_field_comes_first() -> None:
    made = here("new", "personal", "--from", LAST, "--phase", "rectification").stdout.decode()
    assert made.count("\n        整改状态: \n") == 2
    assert made.count("# 填报时改到了哪一步") == 1 and "↑" not in made.replace(LAST.read_text(encoding="utf-8"), "")
    assert "phase: rectification\n填报日期: \n" in made      # the keys and the values stay in their language


def test_days_of_filing_are_blank_and_other_days_are_kept(tmp_path: Path) -> None:
    text = LAST.read_text(encoding="utf-8").replace(
        "填报日期: 2022-04-27", "填报日期: 2022-04-27   # 第一次\n补正日期: 2022-05-06")
    made = here("new", "personal", "--from", write(tmp_path / "last.yaml", text), "--phase", "rectification")
    said = made.stdout.decode()
    assert "填报日期:    # 第一次\n补正日期: \n" in said
    assert re.findall("发现日期: .*|found: .*", said) == re.findall("发现日期: .*|found: .*", text)


def test_what_does_not_concern_a_unit_is_not_asked_for(tmp_path: Path) -> None:
    last = SAMPLES / "法规与执法科/整改落实/U-201.yaml"
    text = last.read_text(encoding="utf-8")
    assert "不涉及:" in text
    said = here("new", "unit", "--from", last, "--phase", "consolidation").stdout.decode()
    assert "\n活动专栏:" not in said and "\n总结报告:" in said


def test_another_plan_with_fields_of_its_own(service: Pack, tmp_path: Path) -> None:
    text = SERVICE_REPORT.replace("五项行动", "重报日期: 2024-06-25\n五项行动")
    last = write(tmp_path / "S-1.yaml", text)
    said = here("new", "unit", "--from", last, "--phase", "整改", "--rules", SERVICE)
    assert said.returncode == 0, said.stderr.decode()
    text = said.stdout.decode()
    assert "所处阶段: 整改\n" in text and "交表日期: \n重报日期: \n" in text
    assert opened(text, service)["themes"]["visit"]["problems"][0]["id"] == "甲-1"


def test_a_workbook_goes_on_as_yaml(tmp_path: Path) -> None:
    book = tmp_path / "P-1.xlsx"
    assert here("new", "personal", "--phase", "education", "--to", book).returncode == 0
    to = tmp_path / "to"
    said = here("new", "personal", "--from", book, "--phase", "inspection", "--to", to)
    assert said.returncode == 0, said.stderr.decode()
    text = (to / "P-1.yaml").read_text(encoding="utf-8-sig")
    assert opened(text)["phase"] == "inspection" and "八个方面:" in text
    folder = here("new", "personal", "--from", tmp_path, "--roster", SAMPLES / "roster.yaml", "--phase", "inspection",
                    "--to", tmp_path / "all")
    assert folder.returncode == 0, folder.stderr.decode()


def test_a_report_goes_on_as_a_workbook(tmp_path: Path) -> None:
    """The problems are there, what the new phase asks is blank; taken back it is what goes on as YAML."""
    book, text = tmp_path / "P-1.xlsx", tmp_path / "P-1.yaml"
    for target in (book, text):
        said = here("new", "personal", "--from", LAST, "--phase", "rectification", "--to", target)
        assert said.returncode == 0, said.stderr.decode()
    taken = here("import", book, "--to", tmp_path / "back")
    assert taken.returncode == 0, taken.stderr.decode()
    assert opened((tmp_path / "back/P-1.yaml").read_text(encoding="utf-8-sig")) == opened(
        text.read_text(encoding="utf-8-sig"))


# -- files -------------------------------------------------------------------------------------------------


def test_a_file_is_written_once_and_never_over_another(tmp_path: Path) -> None:
    to = tmp_path / "整改/P-004.yaml"
    said = here("new", "personal", "--from", LAST, "--phase", "rectification", "--to", to)
    assert said.returncode == 0 and "由上一阶段的报告接着写的 1 份" in said.stdout.decode()
    made = to.read_bytes()
    assert made.startswith(b"\xef\xbb\xbf") and made.count(b"\r\n") == made.count(b"\n")
    assert opened(made.decode("utf-8-sig"))["phase"] == "rectification"
    again = here("new", "personal", "--from", LAST, "--phase", "rectification", "--to", to)
    assert again.returncode == 0 and "已经有" in again.stdout.decode() and to.read_bytes() == made
    own = shutil.copy(LAST, tmp_path / "P-004.yaml")
    here("new", "personal", "--from", own, "--phase", "rectification", "--to", own)
    assert Path(own).read_bytes() == LAST.read_bytes()


def test_a_roster_has_each_report_carried_over(tmp_path: Path) -> None:
    last = tmp_path / "问题查摆"
    for ident in ("P-004", "U-101"):
        shutil.copy(SAMPLES / f"砚川分局/问题查摆/{ident}.yaml", write(last / f"{ident}.yaml", ""))
    shutil.copy(SAMPLES / "生态环境监测科/问题查摆/P-012.yaml", last / "P-012.yaml")        # GBK
    shutil.copy(SAMPLES / "市局/整改落实/P-001.yaml", last / "P-001.yaml")                 # of the next phase already
    shutil.copy(SAMPLES / "市局/学习教育/P-016.yaml", last / "P-016.yaml")                 # on no roster
    said = here("new", "all", "--from", last, "--roster", SAMPLES / "roster.yaml", "--phase", "rectification",
                  "--to", tmp_path / "填报")
    assert said.returncode == 0, said.stderr.decode()
    told = said.stdout.decode()
    for words in ("接着写的 2 份", "所处阶段、编号没有填对，没有做的 1 份：P-012", "已经报到这个阶段、没有做的 1 份",
                  "有 1 份不是名册上的"):
        assert words in told
    made = {path.stem: path for path in (tmp_path / "填报").rglob("*.yaml")}
    assert len(made) == 5 + 15 - 1 - 2      # units and people but for the excused, P-012 and P-001
    assert "P-012" not in made and "P-001" not in made
    before = opened((last / "P-004.yaml").read_text(encoding="utf-8"))["themes"]
    assert opened(made["P-004"].read_text(encoding="utf-8-sig"))["themes"] == before
    assert "themes" not in opened(made["P-005"].read_text(encoding="utf-8-sig"))


def test_the_batch_of_both_phases_misses_no_problem(tmp_path: Path) -> None:
    """RC10 looks at both; PH45 has nothing to ask."""
    for kind, ident in (("personal", "P-004"), ("unit", "U-101")):
        shutil.copy(SAMPLES / f"砚川分局/问题查摆/{ident}.yaml", write(tmp_path / f"查摆/{ident}.yaml", ""))
        here("new", kind, "--from", tmp_path / f"查摆/{ident}.yaml", "--phase", "rectification",
               "--to", tmp_path / f"整改/{ident}.yaml")
    said = here("check", tmp_path, "--as-of", "2022-08-08", "--select", "RC10,PH45,FM*", "--format", "json")
    rules = set(re.findall(r'"rule": "(\w+)"', said.stdout.decode()))
    assert rules <= {"FM01", "RO01"} and "RC10" not in said.stdout.decode().partition('"findings"')[2].partition(
        '"not_assessed"')[0]


@pytest.mark.parametrize(("arguments", "words"), [
    (["unit", "--from", LAST, "--phase", "rectification"], "报告类型"),
    (["personal", "--from", LAST, "--phase", "inspection"], "--phase"),
    (["personal", "--from", SAMPLES / "生态环境监测科/问题查摆/P-012.yaml", "--phase", "rectification"], "读不出来"),
    (["personal", "--from", SAMPLES / "砚川分局", "--phase", "rectification"], "--roster"),
    (["personal", "--from", LAST, "--roster", SAMPLES / "roster.yaml", "--to", "x"], "--roster"),
    (["personal", "--from", "nowhere.yaml", "--phase", "rectification"], "nowhere.yaml"),
])
def test_what_cannot_be_carried_over_is_told(arguments: list[object], words: str, tmp_path: Path) -> None:
    assert words in complaint(here("new", *arguments, cwd=tmp_path))
