"""The manual made from the pack, `explain`, and the published schemas (contract §6)."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft7Validator
from running import BUNDLED, ROOT, WINDOW, invoked

from bayang.engine.authoring.examples import base_report, change
from bayang.engine.authoring.fragments import Shown
from bayang.engine.authoring.published import KEYS, NAMES, publish
from bayang.engine.authoring.reference import explain, reference, rule_called
from bayang.engine.judging.compile import Compiled
from bayang.engine.packs.pack import Pack, load_pack
from bayang.engine.packs.rule import Rule
from bayang.engine.reading.intake import read
from bayang.engine.reading.schema import Shapes, plain
from bayang.engine.reading.typed import in_chinese
from bayang.engine.records import Limits, UsageError
from bayang.engine.text.lines import WIDTH
from bayang.engine.text.messages import told
from bayang.engine.text.wording import width

BASES = [("personal", "personal"), ("bureau", "unit"), ("branch", "unit"), ("department", "unit")]


@pytest.fixture(scope="module", autouse=True)
def shown_once() -> Iterator[None]:
    """The examples of a rule of the pack are run once for the manual and for `explain`."""
    made: dict[tuple[Compiled, str, str], Shown] = {}

    def once(compiled: Compiled, rule: Rule, language: str) -> Shown:
        key = compiled, rule.id, language
        return made[key] if key in made else made.setdefault(key, Shown(compiled, rule, language))

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("bayang.engine.authoring.reference.Shown", once)
        yield


# -- the manual -----------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_manual_has_every_rule_with_all_of_it(compiled: Compiled, language: str) -> None:
    text = reference(compiled, language)
    for rule in compiled.pack.rules.values():
        section = text[text.index(f"## {rule.id} "):].partition("<a id=")[0]
        assert rule.name in section and rule.title[language] in section
        assert all(one.quote in section for one in rule.bases)
        assert rule.practice is None or rule.practice[language] in section
        assert section.count("\n- ") >= 4 or "tested" in rule.examples["fail"][0], rule.id
        assert "{{" not in section.partition("- " + ("不通过" if language == "zh" else "Fails"))[0], rule.id


def test_the_command_writes_both_pages_and_tells_when_they_are_old(tmp_path: Path) -> None:
    command = ["rules", "docs", "--to", tmp_path / "docs", "--rules", WINDOW]
    assert invoked(*command, "--check").exit_code == 1
    assert invoked(*command).exit_code == 0
    assert sorted(path.name for path in (tmp_path / "docs").iterdir()) == ["rules.md", "rules.zh-CN.md"]
    assert invoked(*command, "--check").exit_code == 0
    page = tmp_path / "docs" / "rules.zh-CN.md"
    page.write_text(page.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    result = invoked(*command, "--check", "--lang", "en")
    assert result.exit_code == 1 and "out of date" in result.output and "up to date" in result.output


# -- explain --------------------------------------------------------------------------------------


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_rule_is_explained_and_shown_where_it_fails(compiled: Compiled, language: str) -> None:
    """Each but those on files that can't be opened: a marked line, and only the wanted one where it is right."""
    for rule in compiled.pack.rules.values():
        text = explain(compiled, rule.id.lower(), language)
        assert rule_called(compiled.pack, rule.name) is rule
        assert rule.title[language] in text
        whole = "".join(text.split())
        assert all(one.clause in text and "".join(one.quote.split()) in whole for one in rule.bases)
        assert all(width(line) <= WIDTH for line in text.split("\n")), text
        assert "{{" not in text.split("\n\n")[1]
        assert "tested" in rule.examples["fail"][0] or "\n→ " in text, rule.id


@pytest.mark.parametrize("language", ["zh", "en"])
def test_the_list_of_rules_fits_a_terminal_and_holds_every_title(pack: Pack, language: str) -> None:
    said = invoked("rules", "list", "--lang", language).stdout
    assert all(width(line) <= WIDTH for line in said.split("\n")), said
    entries = re.split(r"(?m)^(?=[A-Z]{2}[0-9]{2} )", said)[1:]
    assert [one[:4] for one in entries] == list(pack.rules)
    for entry, rule in zip(entries, pack.rules.values(), strict=True):
        assert "".join(entry.split()).endswith("".join((
            ("各阶段" if rule.first == "any" and language == "zh" else rule.first) + rule.name + rule.title[language]
        ).split()))


def test_a_rule_is_shown_in_a_report_as_people_write_it(compiled: Compiled) -> None:
    assert explain(compiled, "ｐｂ09", "zh").partition("\n\n不通过")[2] == """：
     1  报告类型: 个人
     2  活动方案: 八扬八治
     3  所处阶段: 调查研究和问题查摆
     4  填报日期: 2022-04-22
     5  填报人: 韩雪松
       …
    28  八个方面:
       …
    49    严谨:
    50      问题清单:
    51        - 编号: P001-1
       …
    60          整改措施:
       …
    64            - 措施: 每周五下午把未办结的投诉逐件报科长核对
       …
→   66              整改时限: 年底前
       …

通过：
     1  报告类型: 个人
     2  活动方案: 八扬八治
     3  所处阶段: 调查研究和问题查摆
     4  填报日期: 2022-04-22
     5  填报人: 韩雪松
       …
    28  八个方面:
       …
    49    严谨:
    50      问题清单:
    51        - 编号: P001-1
       …
    60          整改措施:
       …
    64            - 措施: 每周五下午把未办结的投诉逐件报科长核对
       …
    66              整改时限: 2022-06-30
       …
"""
    assert "→  180    total: 4" in explain(compiled, "statistics-MISMATCH", "en")
    broken = explain(compiled, "IN05", "zh")
    assert "→    3    姓名：张三" in broken and "改成英文冒号“:”" in broken


def test_rules_of_another_plan_are_shown(tmp_path: Path) -> None:
    window = Compiled(load_pack(WINDOW))
    assert "\n→ " in explain(window, "QZ01", "zh") and "窗口三提升" in explain(window, "QZ01", "zh")
    assert explain(window, "FM01", "en").startswith("FM01 ")      # taken over without its examples


def test_an_unknown_rule_names_the_nearest(compiled: Compiled) -> None:
    with pytest.raises(UsageError) as fault:
        explain(compiled, "no-leadr", "zh")
    assert "no-leader" in told(fault.value, "zh")
    for typed, near in (("PB99", "PB09"), ("pb9", "PB09"), ("leaderless", "")):
        result = invoked("explain", typed)
        assert result.exit_code == 2 and f"没有规则“{typed}”" in result.output and near in result.output
    assert invoked("explain", "PB09", "--lang", "en").output.startswith("PB09 ")


# -- the published schemas ------------------------------------------------------------------------


def references(node: Any) -> set[str]:
    if isinstance(node, list):
        return set().union(*map(references, node)) if node else set()
    if not isinstance(node, dict):
        return set()
    own = {node["$ref"]} if isinstance(node.get("$ref"), str) else set()
    return own.union(*map(references, node.values()))


def keywords(node: Any) -> set[str]:
    if isinstance(node, list):
        return set().union(*map(keywords, node)) if node else set()
    return set(node).union(*map(keywords, node.values())) if isinstance(node, dict) else set()


@pytest.mark.parametrize("keys", KEYS)
@pytest.mark.parametrize("name", NAMES)
def test_each_is_one_draft_07_document_that_needs_no_other(name: str, keys: str) -> None:
    for more in ([], ["--rules", str(WINDOW)]):
        result = invoked("schema", name, "--keys", keys, *more)
        assert result.exit_code == 0
        schema = json.loads(result.output)
        assert schema["$schema"] == "http://json-schema.org/draft-07/schema#"
        Draft7Validator.check_schema(schema)
        assert not [word for word in keywords(schema) if word.startswith("x-")]
        for one in references(schema):
            assert one.startswith("#/definitions/") and one.removeprefix("#/definitions/") in schema["definitions"]


def errors(schema: dict[str, Any], report: Any) -> list[str]:
    return [f"/{'/'.join(map(str, one.absolute_path))}: {one.message[:80]}"
            for one in Draft7Validator(schema).iter_errors(report)]


@pytest.mark.parametrize(("base", "kind"), BASES)
def test_compliant_reports_are_valid_in_either_language(pack: Pack, base: str, kind: str) -> None:
    shape = pack.shapes[kind]
    for phase in pack.phases:
        report = base_report(pack, base, phase)
        assert errors(publish(pack, kind, "en"), report) == []
        chinese = in_chinese(report, shape)
        assert "报告类型" in chinese and errors(publish(pack, kind, "zh"), chinese) == []
        assert errors(publish(pack, kind, "zh"), report) and errors(publish(pack, kind, "en"), chinese)


def test_the_clean_samples_are_valid(pack: Pack) -> None:
    seen = 0
    for path in sorted((ROOT / "samples").glob("*/**/*.yaml")):
        expected = path.with_name(f"{path.stem}.expected.tsv")
        if expected.exists() and len(expected.read_text(encoding="utf-8").splitlines()) > 1:
            continue        # a header alone: nothing is found in it
        data = plain(read(path.read_bytes(), Limits(), frozenset()))
        if not any(key.isascii() for key in keywords(data)):     # others mix in English keys, which bayang takes too
            assert errors(publish(pack, "personal" if data["报告类型"] == "个人" else "unit", "zh"), data) == [], path
            seen += 1
    assert seen


@pytest.mark.parametrize(("pointer", "value"), [
    ("/phase", "inspektion"), ("/plan", "another"), ("/submitted", "4月30日"), ("/themes/shigan2", {"examined": "all"}),
    ("/themes/yanjin/problems/0/status", "finished"), ("/themes/yanjin/problems/0/behaviour", "x"),
    ("/themes/yanjin/problems/0/measures", "none"), ("/persn", {}), ("/person/id", "P 001"),
])
def test_slips_are_invalid(pack: Pack, pointer: str, value: Any) -> None:
    report = base_report(pack, "personal", None)
    change(report, {pointer: value}, ())
    assert errors(publish(pack, "personal", "en"), report)


def test_what_is_required_and_what_may_be_empty(pack: Pack) -> None:
    schema = publish(pack, "personal", "en")
    report = base_report(pack, "personal", None)
    change(report, {"/remarks": None, "/approved_by": None, "/themes/yanjin/problems/0/source": None}, ())
    assert errors(schema, report) == []
    change(report, {}, ["/person/id"])
    assert errors(schema, report)


def test_names_come_from_the_pack(pack: Pack) -> None:
    schema = publish(pack, "personal", "zh")
    text = json.dumps(schema, ensure_ascii=False)
    assert all(one.name["zh"] in text for one in pack.phases.values())
    assert all(f'"const": "{one.text}"' in text for one in pack.behaviours.values())
    other = json.dumps(publish(load_pack(WINDOW), "unit", "en"), ensure_ascii=False)
    assert "branch-office" in other and "speed-1" in other and "shigan-01" not in other and '"mending"' in other


def test_roster_and_waivers_are_valid(pack: Pack) -> None:
    roster = plain(read(Path(pack.folder, "bases/roster.yaml").read_bytes(), Limits(), frozenset()))
    assert errors(publish(pack, "roster"), roster) == []
    waivers = {"waivers": [
        {"rule": "PB04", "subject": "U-001", "reason": "台账封存", "by": "顾长林", "until": "2022-12-31"}]}
    assert errors(publish(pack, "waivers"), waivers) == []
    assert errors(publish(pack, "waivers", "zh"), in_chinese(waivers, Shapes(pack.vocabulary).load("waivers"))) == []


def test_the_result_of_a_check_is_valid(pack: Pack, tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("报告类型: 个人\n", encoding="utf-8")
    result = invoked("check", tmp_path, "--format", "json", "--as-of", "2022-08-08")
    assert errors(publish(pack, "findings"), json.loads(result.output)) == []


# -- the editor schemas of pack files ------------------------------------------------------------------------------

FILES = {"plan": "plan.yaml", "theme": "themes/*.yaml", "rules": "families/*.yaml", "words": "words.yaml",
         "calendar": "calendar.yaml"}


@pytest.mark.parametrize("name", FILES)
@pytest.mark.parametrize("folder", [BUNDLED, WINDOW], ids=["bundled", "window"])
def test_sound_pack_files_fit_their_schema(folder: Path, name: str) -> None:
    schema = publish(load_pack(folder), name)
    Draft7Validator.check_schema(schema)
    for path in folder.glob(FILES[name]):
        data = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
        assert errors(schema, data) == [], path


def test_a_pack_in_chinese_alone_has_texts_in_place_of_two_languages(tmp_path: Path) -> None:
    pack = load_pack(WINDOW)
    pack.languages = ("zh",)
    schema = publish(pack, "rules", "zh")
    rule = {"规则编号": "ZZ01", "规则标题": "措施没有写责任人", "适用对象": ["单位", "分理处"], "起始阶段": "整改",
            "级别": "必须补正", "检查": {"必填": {"字段": ["owner"]}},
            "依据": {"方案": [{"条款号": "三"}]}, "补正办法": "请补填。"}
    assert errors(schema, {"规则族": "ZZ", "规则族标题": "自定", "规则": [rule]}) == []
    for key, wrong in (("适用对象", ["分局"]), ("起始阶段", "收尾"), ("级别", "必须")):
        assert errors(schema, {"规则族": "ZZ", "规则族标题": "自定", "规则": [rule | {key: wrong}]}), key
