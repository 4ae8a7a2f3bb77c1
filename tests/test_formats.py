"""Every output of a check: of the form its readers demand, harmless whatever a report holds, the same bytes again
(contract §5, 8.7, 8.9; docs/formats.md).
"""

from __future__ import annotations

import contextlib
import csv
import gc
import gzip
import io
import json
import os
import shutil
import subprocess
import sys
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import jsonschema
import pytest
import running
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree, html
from running import COMMAND, FAULTY, PATIENCE, ROOT, SAMPLES, Said, output_of, scrubbed

from bayang.engine.authoring.examples import base_report, change, dump
from bayang.engine.batch.outcome import Result
from bayang.engine.batch.run import Options, run
from bayang.engine.console.outputs import MOST_IN_SUMMARY
from bayang.engine.judging.compile import Compiled
from bayang.engine.output.findings import FORMATS, Setting
from bayang.engine.output.findings.accounts import accounts
from bayang.engine.output.findings.document import dumped
from bayang.engine.output.findings.overview import theme_map
from bayang.engine.output.findings.pages import as_markdown
from bayang.engine.output.findings.repository import paths_in_repository
from bayang.engine.packs.pack import load_pack

CLOCK = "2022-08-08"


@pytest.fixture(scope="module")
def samples(compiled: Compiled) -> Result:
    return run([str(SAMPLES)], Options(as_of=CLOCK), compiled)


def written(name: str, result: Result, compiled: Compiled, **more: Any) -> str:
    """What a format that is text says."""
    return output_of(name, result, Setting(compiled, **more)).decode("utf-8")


@pytest.mark.parametrize("name", [name for name in FORMATS if name != "xlsx"])
def test_every_output_names_the_clock(name: str, samples: Result, compiled: Compiled) -> None:
    for language, day in (("zh", "2022年8月8日"), ("en", "2022-08-08")):
        said = written(name, samples, compiled, language=language)
        assert "2022-08-08" in said or day in said


@pytest.mark.parametrize("name", FORMATS)
def test_the_same_result_is_the_same_bytes(name: str, samples: Result, compiled: Compiled) -> None:
    again = run([str(SAMPLES)], Options(as_of=CLOCK), compiled)
    assert output_of(name, again, Setting(compiled)) == output_of(name, samples, Setting(compiled))


# -- what is set apart ---------------------------------------------------------------------------------------------

@pytest.fixture
def apart(tmp_path: Path, compiled: Compiled) -> Result:
    """One finding that counts, one waived, one superseded and one in the baseline."""
    for name, phase, changes in (("a", "inspection", {"/person/id": "A-1", "/themes/pinbo": None}),
                                 ("b", "inspection", {"/person/id": "B-1", "/themes/pinbo": None}),
                                 ("b2", "rectification", {"/person/id": "B-1"}),
                                 ("c", "inspection", {"/person/id": "C-1", "/themes/pinbo": None}),
                                 ("d", "inspection", {"/person/id": "D-1", "/themes/pinbo": None})):
        report = base_report(compiled.pack, "personal", phase)
        gone = [path for path, value in changes.items() if value is None]
        change(report, {path: value for path, value in changes.items() if value is not None}, gone)
        (tmp_path / f"{name}.yaml").write_bytes(dump(report))
    waiver = {"rule": "CV01", "subject": "C-1", "reason": "已说明", "by": "市局活动办", "until": "2022-12-31"}
    (tmp_path / "waivers.yaml").write_bytes(dump({"waivers": [waiver]}))
    result = run([str(tmp_path)], Options(as_of="2022-08-08", select=("CV01",)), compiled)
    result.findings = [replace(one, baselined=True) if one.file == "d.yaml" else one for one in result.findings]
    result.summary |= {"baselined": 1, "error": 1}
    assert [(one.file, one.gates) for one in result.findings] == [
        ("a.yaml", True), ("b.yaml", False), ("c.yaml", False), ("d.yaml", False)]
    return result


def test_set_apart_in_text_and_github(apart: Result, compiled: Compiled) -> None:
    for name in ("text", "github"):
        said = written(name, apart, compiled)
        assert "必须补正 1 处" in said
        assert "已免责 1 处（另计）\n基线内 1 处（另计）\n已被同一对象后一阶段报告取代 1 处（另计）\n" in said
    assert [line.split(",")[0] for line in said.splitlines() if line.startswith("::")] == ["::error file=a.yaml"]


def test_set_apart_in_json_and_jsonl(apart: Result, compiled: Compiled) -> None:
    document = json.loads(written("json", apart, compiled))
    lines = [json.loads(line) for line in written("jsonl", apart, compiled).splitlines()]
    assert [one["record"] for one in lines] == ["run", *["finding"] * 4, *["not_assessed"] * len(apart.not_assessed),
                                                  *["ignored"] * len(apart.ignored)]
    lists = dict.fromkeys(("findings", "not_assessed", "ignored", "standing"), 0)
    assert lines[0] | lists == {"record": "run", **document, **lists}
    assert [one for one in lines if one.pop("record") == "finding"] == document["findings"]
    assert [(one["waived"] is not None, one["superseded"], one["baselined"]) for one in document["findings"]] == [
        (False, False, False), (False, True, False), (True, False, False), (False, False, True)]
    assert {name: document["summary"][name] for name in ("error", "waived", "superseded", "baselined")} == {
        "error": 1, "waived": 1, "superseded": 1, "baselined": 1}


def test_set_apart_in_sarif(apart: Result, compiled: Compiled) -> None:
    [sarif] = json.loads(written("sarif", apart, compiled))["runs"]
    assert [uri_of(one) for one in sarif["results"]] == ["a.yaml"]
    assert {name: sarif["properties"]["summary"][name] for name in ("waived", "superseded", "baselined")} == {
        "waived": 1, "superseded": 1, "baselined": 1}


def test_set_apart_in_junit(apart: Result, compiled: Compiled) -> None:
    tree = etree.fromstring(written("junit", apart, compiled).encode())
    shown = {suite.get("name"): [(case.get("name"), *(one.tag for one in case), *(one.get("type") for one in case))
                                 for case in suite.iter("testcase") if case.get("name")[:2] != "IN"]
             for suite in tree.iter("testsuite")}
    rule = "CV01 有的方面没有回答"
    assert shown == {"个人 A-1": [(rule, "failure", "error")], "个人 B-1": [(rule, "skipped", "superseded")],
                     "个人 C-1": [(rule, "skipped", "waived")], "个人 D-1": [(rule, "skipped", "baselined")],
                     "整批": []}
    assert [(one.get("tests"), one.get("failures"), one.get("skipped")) for one in tree.iter("testsuite")] == [
        ("11", "1", "0"), *[("11", "0", "1")] * 3, ("0", "0", "0")]     # ten rules on reading cannot be switched off
    assert {"waived": "1", "superseded": "1", "baselined": "1"}.items() <= {
        one.get("name"): one.get("value") for one in tree.iter("property")}.items()


def test_set_apart_in_gitlab(apart: Result, compiled: Compiled) -> None:
    counted, rest = json.loads(written("gitlab", apart, compiled))
    assert (counted["check_name"], counted["severity"], counted["location"]["path"]) == ("CV01", "major", "a.yaml")
    assert (rest["check_name"], rest["severity"]) == ("apart", "info")
    assert rest["description"] == (
        "已免责 1 处（另计）、基线内 1 处（另计）、已被同一对象后一阶段报告取代 1 处（另计） （时点 2022-08-08）")


# -- SARIF ---------------------------------------------------------------------------------------------------------

def uri_of(one: dict[str, Any]) -> str:
    return one["locations"][0]["physicalLocation"]["artifactLocation"]["uri"]


def check_sarif(document: dict[str, Any], shared: Path | None) -> dict[str, Any]:
    """What code scanning demands of a log; its only run."""
    if shared is not None:
        schema = json.loads((shared / "formats/sarif-schema-2.1.0.json").read_text(encoding="utf-8"))
        checker = jsonschema.Draft7Validator.FORMAT_CHECKER
        assert "uri-reference" in checker.checkers
        jsonschema.Draft7Validator(schema, format_checker=checker).validate(document)
    assert document["version"] == "2.1.0" and document["$schema"].endswith("sarif-2.1.0.json")
    [run_] = document["runs"]
    rules = run_["tool"]["driver"]["rules"]
    assert len({one["id"] for one in rules}) == len(rules)
    for rule in rules:
        assert all(rule[name]["text"].strip() for name in ("shortDescription", "fullDescription", "help")), rule
        assert not any(sign in rule["help"]["text"] for sign in ("{{", "{%"))
    assert run_["columnKind"] == "unicodeCodePoints"
    assert run_["automationDetails"]["id"].endswith("/")
    for one in run_["results"]:
        assert rules[one["ruleIndex"]]["id"] == one["ruleId"]
        assert one["level"] in ("error", "warning", "note") and one["message"]["text"]
        [location] = one["locations"]
        region = location["physicalLocation"]["region"]
        assert region["startLine"] >= 1 and region["endColumn"] == region["startColumn"] + 1
        assert not uri_of(one).startswith("/") and uri_of(one).isascii() and " " not in uri_of(one)
    return run_


@pytest.mark.parametrize(("language", "code"), [("zh", "zh-CN"), ("en", "en-US")])
def test_sarif_of_the_samples(language: str, code: str, samples: Result, compiled: Compiled,
                              shared: Path | None) -> None:
    run_ = check_sarif(json.loads(written("sarif", samples, compiled, language=language)), shared)
    assert run_["language"] == code
    counted = [one for one in samples.findings if one.gates]
    assert [(one["ruleId"], unquote(uri_of(one))) for one in run_["results"]] == [
        (one.rule, one.file) for one in counted]
    assert [one["partialFingerprints"]["primaryLocationLineHash"] for one in run_["results"]] == [
        one.fingerprint for one in counted]
    assert {one["id"] for one in run_["tool"]["driver"]["rules"]} == set(compiled.pack.rules)


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False).map(lambda one: one or 0.0)      # never -0.0
    | st.text("表a#[\"\\\n\x1b\u200b"),
    lambda one: st.lists(one, max_size=3) | st.dictionaries(st.text(max_size=3), one, max_size=3))


@given(_JSON)
def test_json_over_several_lines_is_what_the_library_writes(value: object) -> None:
    plain = json.dumps(value, ensure_ascii=False, indent=1)
    assert json.loads(dumped(value, 2)) == value
    if plain.replace("\n", "").isprintable() and "##" not in plain:
        assert dumped(value, 2) == plain.replace("\n", "\n  ")


def test_what_is_written_as_json_leaves_no_cycles_behind() -> None:
    gc.collect()
    for _ in range(20):
        dumped({"a": [1, {"b": None}]}, 1)
    assert gc.collect() < 20


def test_sarif_says_how_many_are_left_out(samples: Result, compiled: Compiled, shared: Path | None,
                                          monkeypatch: pytest.MonkeyPatch) -> None:
    """The gravest stay."""
    counts = Counter(one.level for one in samples.findings if one.gates)
    monkeypatch.setattr("bayang.engine.output.findings.sarif.MOST_RESULTS", counts["error"] + 2)
    run_ = check_sarif(json.loads(written("sarif", samples, compiled)), shared)
    *kept, last = run_["results"]
    assert Counter(one["level"] for one in kept) == {"error": counts["error"], "warning": 1}
    assert last["ruleId"] == "more"
    assert last["message"]["text"].startswith(f"另有 {counts['warning'] - 1} 条没有列在这里")
    assert run_["properties"]["cut"] == counts["warning"] - 1


def test_sarif_is_cut_where_it_would_be_too_large(samples: Result, compiled: Compiled,
                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    many = [replace(one, fingerprint=f"{hash((at, one.fingerprint)):032x}", message=f"{one.message}{at}")
            for at in range(100) for one in samples.findings if one.gates]
    monkeypatch.setattr("bayang.engine.output.findings.sarif.MOST_BYTES", 50_000)
    output = written("sarif", replace(samples, findings=many), compiled)
    [run_] = json.loads(output)["runs"]
    assert run_["results"][-1]["ruleId"] == "more"
    assert len(run_["results"]) - 1 + run_["properties"]["cut"] == len(many)
    assert 100 < len(run_["results"]) < len(many) and len(gzip.compress(output.encode())) < 100_000


# -- JUnit ---------------------------------------------------------------------------------------------------------

def check_junit(text: str, shared: Path | None) -> Any:
    """What those who show JUnit demand of a document; its tree."""
    tree = etree.fromstring(text.encode("utf-8"))
    if shared is not None:
        known = etree.fromstring(text.encode("utf-8"))
        for case in known.iter("testcase"):     # which that schema has for suites only, and many read here
            case.attrib.pop("file", None)
        etree.XMLSchema(etree.parse(str(shared / "formats/junit-10.xsd"))).assertValid(known)
    cases = [(one.get("classname"), one.get("name")) for one in tree.iter("testcase")]
    assert all(all(case) for case in cases) and len(set(cases)) == len(cases)
    for suite in tree.iter("testsuite"):
        assert suite.get("name") and suite.get("time") is not None
        inside = Counter(one.tag for case in suite.iter("testcase") for one in case)
        assert [int(suite.get(name)) for name in ("tests", "failures", "errors", "skipped")] == [
            len(suite.findall("testcase")), inside["failure"], inside["error"], inside["skipped"]]
    for tag in ("failure", "error", "skipped"):
        assert all(one.get("message") and one.get("type") for one in tree.iter(tag))
    return tree


def outcome(tree: Any, subject: str, rule: str) -> tuple | None:
    """The outcome of a rule for a subject and its type; None where there is no such case."""
    for case in tree.iter("testcase"):
        if case.get("classname") == subject and case.get("name").startswith(rule):
            return tuple((one.tag, one.get("type")) for one in case)
    return None


def test_junit_of_the_samples(samples: Result, compiled: Compiled, shared: Path | None) -> None:
    tree = check_junit(written("junit", samples, compiled), shared)
    assert outcome(tree, "个人 P-003", "CV01") == (("failure", "error"),)
    assert outcome(tree, "个人 P-003", "SE01") == (("failure", "warning"),)
    assert outcome(tree, "个人 P-003", "CV03") == ()                    # passed
    assert outcome(tree, "个人 P-003", "OR01") is None                  # speaks of units
    assert outcome(tree, "个人 P-016", "PB01") == (("skipped", "not-yet-due"),)
    assert outcome(tree, "整批", "WV01") == ()
    failed = [one for one in samples.findings if one.gates and one.level != "info"]
    assert sum(int(one.get("failures")) for one in tree.iter("testsuite")) == len(
        {(one.subject and one.subject.kind, one.owner or one.file, one.rule) for one in failed})
    [missing] = [one for one in samples.findings if one.rule == "RO01"]
    assert outcome(tree, f"个人 {missing.subject.id}", "RO01") == (("failure", "error"),)


def test_junit_names_what_only_part_of_a_batch_can_not_tell(compiled: Compiled, shared: Path | None) -> None:
    result = run([str(SAMPLES / "市局/整改落实/P-003.yaml")], Options(as_of=CLOCK), compiled)
    tree = check_junit(written("junit", result, compiled), shared)
    assert outcome(tree, "整批", "CV06") == (("skipped", "not-assessed-partial"),)
    assert outcome(tree, "整批", "RO01") == (("skipped", "not-assessed-roster"),)       # there is none
    assert outcome(tree, "个人 P-003", "RO02") == (("skipped", "not-assessed-roster"),)


def test_junit_shows_a_crash_as_an_error(samples: Result, compiled: Compiled, shared: Path | None) -> None:
    crashed = replace(samples, crashes=[("市局/整改落实/P-003.yaml", "CV03", "ValueError")])
    tree = check_junit(written("junit", crashed, compiled), shared)
    assert outcome(tree, "个人 P-003", "CV03") == (("error", "ValueError"),)
    assert outcome(tree, "个人 P-003", "CV01") == (("failure", "error"),)
    [run_] = json.loads(written("sarif", crashed, compiled))["runs"]
    assert run_["invocations"][0]["executionSuccessful"] is False
    assert "检查程序出错 1 处" in written("github", crashed, compiled)


# -- GitHub and GitLab ---------------------------------------------------------------------------------------------

def test_github_shows_ten_of_a_kind_the_gravest_first(samples: Result, compiled: Compiled) -> None:
    said = written("github", samples, compiled).splitlines()
    commands = [line for line in said if line.startswith("::")]
    assert [line.split(" ")[0] for line in commands] == ["::error"] * 10 + ["::warning"] * 6
    assert said[16] == "上面标注了 16 处，另有 32 处没有标注；全部结果请用 --format json 或 xlsx 查看"
    assert any(line.startswith("共 30 份文件") for line in said[17:]) and said[-1].startswith("时点 2022年8月8日")


def test_github_escapes_as_the_runner_wants(samples: Result, compiled: Compiled) -> None:
    one = replace(next(one for one in samples.findings if one.gates), message="99%\r\n::error::x" + "长" * 5000)
    only = replace(samples, findings=[one])
    line = output_of("github", only, Setting(compiled, place=lambda file: "a 甲,b:c%.yaml")).decode().splitlines()[0]
    assert line.startswith("::error file=a 甲%2Cb%3Ac%25.yaml,line=")
    message = line.split("::", 2)[2]
    assert message.startswith("99%25%0A: :error::x长") and len(message) < 4096 + 20


def check_gitlab(text: str) -> list[dict[str, Any]]:
    """What the documentation of Code Quality demands of a report."""
    entries = json.loads(text)
    for one in entries:
        assert set(one) == {"description", "check_name", "fingerprint", "severity", "location"}
        assert one["severity"] in ("info", "minor", "major", "critical", "blocker")
        assert one["description"] and "\n" not in one["description"]
        path, begin = one["location"]["path"], one["location"]["lines"]["begin"]
        assert path and not path.startswith(("/", "./")) and begin >= 1
    assert len({one["fingerprint"] for one in entries}) == len(entries)
    return entries


def test_gitlab_of_the_samples(samples: Result, compiled: Compiled) -> None:
    text = written("gitlab", samples, compiled)
    assert not text.startswith("\ufeff")
    *entries, apart = check_gitlab(text)
    assert [(one["check_name"], one["location"]["path"], one["location"]["lines"]["begin"]) for one in entries] == [
        (one.rule, one.file, one.line) for one in samples.findings if one.gates]
    assert all(one["description"].startswith(one["check_name"]) for one in entries)
    assert apart["description"] == (
        "已被同一对象后一阶段报告取代 27 处（另计） （时点 2022-08-08）")
    assert all(one["description"].endswith(" （时点 2022-08-08）") for one in entries)


PATHS = ["报告/一 科室.yaml", "a:b,c%25.yaml", "a#b?c=d&e.yaml", "::x.yaml", "<x>'\".yaml", "a\nb.yaml",
         "[x]|{y}^`.yaml", "é\\ü.yaml", "𠮷.yaml", "-"]


def test_any_path_keeps_the_form(samples: Result, compiled: Compiled, shared: Path | None) -> None:
    one = next(one for one in samples.findings if one.gates)
    result = replace(samples, not_assessed=[], reports=[], roster=None, findings=[
        replace(one, file=file, subject=None, owner="", fingerprint=f"{at:032x}") for at, file in enumerate(PATHS)])
    run_ = check_sarif(json.loads(written("sarif", result, compiled)), shared)
    assert [unquote(uri_of(one)) for one in run_["results"]] == PATHS
    assert uri_of(run_["results"][1]) == "a%3Ab%2Cc%2525.yaml"
    assert [one["location"]["path"] for one in check_gitlab(written("gitlab", result, compiled))] == PATHS
    tree = check_junit(written("junit", result, compiled), shared)
    assert len(list(tree.iter("failure"))) == len(PATHS)
    github = [line for line in written("github", result, compiled).splitlines() if line.startswith("::")]
    assert github[1].startswith("::error file=a%3Ab%2Cc%2525.yaml,line=") and len(github) == len(PATHS)


# -- where files lie -----------------------------------------------------------------------------------------------

def test_paths_from_the_top_of_the_repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "库"
    inner = home / "报 送" / "一科"
    inner.mkdir(parents=True)
    (home / ".git").mkdir()
    (inner / "a.yaml").touch()
    monkeypatch.chdir(home)
    assert paths_in_repository(["报 送"])("一科/a.yaml") == "报 送/一科/a.yaml"
    assert paths_in_repository([str(inner)])("a.yaml") == "报 送/一科/a.yaml"
    assert paths_in_repository([str(inner / "a.yaml")])("a.yaml") == "报 送/一科/a.yaml"
    assert paths_in_repository(["报 送/一科", "./报 送"])("报 送/一科/a.yaml") == "报 送/一科/a.yaml"
    assert paths_in_repository(["-"])("-") == "-"
    monkeypatch.chdir(inner)
    assert paths_in_repository(["."])("a.yaml") == "报 送/一科/a.yaml"
    assert paths_in_repository(["../一科", "."])("../一科/a.yaml") == "报 送/一科/a.yaml"


def test_the_pipeline_says_where_its_repository_begins(tmp_path: Path) -> None:
    top = tmp_path / "w"
    (top / "sub/.git").mkdir(parents=True)
    (top / "sub/r").mkdir()
    paths = [str(top / "sub/r")]
    assert paths_in_repository(paths)("a.yaml") == "r/a.yaml"
    assert paths_in_repository(paths, str(top))("a.yaml") == "sub/r/a.yaml"
    assert paths_in_repository(paths, str(tmp_path / "elsewhere"))("a.yaml") == "r/a.yaml"


def test_a_roster_given_by_name_lies_where_it_was_typed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "库/.git").mkdir(parents=True)
    (tmp_path / "库/r").mkdir()
    monkeypatch.chdir(tmp_path / "库")
    place = paths_in_repository(["r"], None, ("名册.yaml", "../外/名册.yaml", str(tmp_path / "w.yaml")))
    assert [place(one) for one in ("名册.yaml", "a.yaml", "../外/名册.yaml", str(tmp_path / "w.yaml"))] == [
        "名册.yaml", "r/a.yaml", "名册.yaml", "w.yaml"]


def test_without_a_repository_paths_are_those_of_the_findings(tmp_path: Path) -> None:
    assert paths_in_repository([str(tmp_path)])("一科/a.yaml") == "一科/a.yaml"


def test_a_worktree_is_a_repository(tmp_path: Path) -> None:
    (tmp_path / "w/r").mkdir(parents=True)
    (tmp_path / "w/.git").write_text("gitdir: elsewhere\n", encoding="utf-8")
    assert paths_in_repository([str(tmp_path / "w/r")])("a.yaml") == "r/a.yaml"


# -- pages and tables ----------------------------------------------------------------------------------------------

def test_a_page_shows_first_what_people_look_at(samples: Result, compiled: Compiled) -> None:
    tree = html.document_fromstring(written("html", samples, compiled))
    assert [one.text_content().strip() for one in tree.iter("h2")] == [
        "谁报了，谁没有报", "各单位各阶段报送情况", "对象和方面一览", "逾期和 30 天内到期的整改措施",
        "各条规则查出多少处", "问题清单", "不是报告的文件",
        "另计的（已免责、基线内、已被取代）", "未能判断的（不等于通过）", "合计"]
    rows = {row[0].text_content(): [" ".join(cell.text_content().split()) for cell in row[1:]]
            for row in tree.findall(".//table[@class='map']/tbody/tr") if len(row) > 1}
    assert rows["个人 P-003"] == ["已报待补正", "有", "无", "无", "无", "有", "无", "未答1", "无", "1"]
    assert rows["个人 P-002"] == ["已报合格", "有", "无", "无", "无", "无", "有", "无", "无", ""]
    for link in tree.iter("a"):
        assert tree.get_element_by_id(link.get("href")[1:]) is not None
    names = [row.get("id") for row in tree.get_element_by_id("long-findings").iter("tr") if row.get("id")]
    named = {name for name in names if name.startswith("f")}
    assert len(named) == sum(one.gates for one in samples.findings) == sum(name.startswith("f") for name in names)


def test_a_page_can_be_used_without_eyes_or_mouse(samples: Result, compiled: Compiled) -> None:
    """Language, headings in steps, tables with headers and captions, what scrolls can be reached by key."""
    tree = html.document_fromstring(written("html", samples, compiled, language="en"))
    assert tree.get("lang") == "en" and tree.find(".//title").text
    levels = [int(one.tag[1]) for one in tree.iter("h1", "h2", "h3")]
    assert levels[0] == 1 and all(later <= earlier + 1 for earlier, later in zip(levels, levels[1:], strict=False))
    assert all(one.get("scope") in ("row", "col", "rowgroup") for one in tree.iter("th"))
    assert all(one.get("tabindex") == "0" and (one.get("aria-labelledby") or one.get("aria-label"))
               for one in tree.iter("div") if "scroll" in (one.get("class") or "").split())
    assert all(one.get("aria-hidden") == "true" for one in tree.iter("svg"))
    assert next(tree.iter("a")).get("href") == "#findings"


@pytest.mark.parametrize("name", ["html", "markdown"])
def test_pages_say_how_many_they_leave_out(name: str, samples: Result, compiled: Compiled,
                                           monkeypatch: pytest.MonkeyPatch) -> None:
    samples = replace(samples, findings=[replace(one, superseded=one.superseded and not one.provisional)
                                         for one in samples.findings])
    counted = sum(one.gates for one in samples.findings)
    assert "没有列在这里" not in written(name, samples, compiled)
    if name == "html":
        monkeypatch.setattr("bayang.engine.output.page.html.MOST", 3)
        monkeypatch.setattr("bayang.engine.output.page.html.MOST_BESIDE", 3)
        said = written(name, samples, compiled)
    else:
        said = "".join(as_markdown(samples, Setting(compiled), 3))
    assert f"另有 {counted - 3} 条没有列在这里" in said
    rest = [sum(one.provisional for one in samples.findings), sum(
        one.superseded and not one.provisional for one in samples.findings)]
    assert sum(rest) + counted == len(samples.findings)
    for count in rest:          # what remains once a file is mended, and what is set apart
        assert f"另有 {count - 3} 条没有列在这里" in said


def test_where_subjects_are_many_a_row_of_the_map_is_a_unit(samples: Result, compiled: Compiled) -> None:
    rows = theme_map(accounts(samples), "zh", most=3)
    assert [(row.unit, row.subjects, row.target) for row in rows] == [
        ("U-000", 2, None), ("U-101", 1, None), ("U-102", 3, None), ("U-201", 1, None), ("U-202", 4, None)]
    assert sum(cell.total() for row in rows for cell in row.cells.values()) == sum(
        one.gates for one in samples.findings)


def test_markdown_of_the_samples(samples: Result, compiled: Compiled) -> None:
    said = written("markdown", samples, compiled)
    assert "| 监督检查和整改落实 | 9 | 0 | 9 | 0 | 0 | 1 |\n" in said
    assert "| 澄岚市生态环境局 | 个人 P-003 |  |  |  |  |  |  | 1 |  | 1 |\n" in said
    assert ("\n### 个人 P-003（澄岚市生态环境局）\n\n- **建议完善 SE01** “四个摆进去”缺项\\\n"
            "  市局/整改落实/P-003.yaml 第 11 行") in said


def test_csv_of_the_samples(samples: Result, apart: Result, compiled: Compiled) -> None:
    rows = list(csv.DictReader(io.StringIO(output_of("csv", samples, Setting(compiled)).decode("utf-8-sig"))))
    assert [(row["文件"], int(row["行"]), row["规则"], row["标识"]) for row in rows] == [
        (one.file, one.line, one.rule, one.fingerprint) for one in samples.findings]
    assert {row["时点"] for row in rows} == {"2022-08-08"}
    rows = list(csv.DictReader(io.StringIO(output_of("csv", apart, Setting(compiled)).decode("utf-8-sig"))))
    assert [row["是否计入"] for row in rows] == ["计入", "已被取代", "已免责", "基线内"]


def test_xlsx_of_the_samples(samples: Result, apart: Result, compiled: Compiled, tmp_path: Path) -> None:
    openpyxl = pytest.importorskip("openpyxl", reason="openpyxl is not installed")
    book = openpyxl.load_workbook(io.BytesIO(output_of("xlsx", samples, Setting(compiled))))
    assert book.sheetnames == ["谁报了，谁没有报", "问题", "对象", "统计", "不是报告的文件"]
    findings, subjects, figures = ([list(row) for row in book[name].values] for name in ("问题", "对象", "统计"))
    assert all(book[name].freeze_panes == "A3" and book[name].auto_filter.ref for name in ("问题", "对象", "统计"))
    assert "2022年8月8日" in findings[0][0]
    assert len(findings) == 2 + len(samples.findings)
    assert isinstance(findings[2][6], int) and findings[1][-1] == "所处阶段"
    assert ["个人", "P-003", "U-000", "监督检查和整改落实", "必须补正", 1, 1, 0, 0, 0, 0, 0, 0,
            "市局/整改落实/P-003.yaml"] in subjects
    errors = sum(one.level == "error" and one.gates for one in samples.findings)
    assert ["必须补正", "", errors] in figures and ["各阶段报告", "监督检查和整改落实", 18] in figures
    book = openpyxl.load_workbook(io.BytesIO(output_of("xlsx", apart, Setting(compiled))))
    assert {tuple(row[1:2] + row[4:11]) for row in book["对象"].iter_rows(min_row=3, values_only=True)} == {
        ("A-1", "必须补正", 1, 0, 0, 0, 0, 0), ("B-1", "没有要补正的", 0, 0, 0, 0, 0, 1),
        ("C-1", "没有要补正的", 0, 0, 0, 1, 0, 0), ("D-1", "没有要补正的", 0, 0, 0, 0, 1, 0)}


def test_pages_set_apart(apart: Result, compiled: Compiled) -> None:
    said = written("markdown", apart, compiled)
    assert [line.split(" | ")[:3] for line in said.splitlines() if " | CV01 | " in line] == [
        ["| 已被取代", "B-1", "b.yaml"], ["| 已免责", "C-1", "c.yaml"], ["| 基线内", "D-1", "d.yaml"]]
    tree = html.document_fromstring(written("html", apart, compiled))
    assert [row.find("td").text for row in tree.findall(".//section[@data-part='apart']//tbody/tr")] == [
        "已被取代", "已免责", "基线内"]
    assert len(tree.findall(".//div[@id='long-findings']//tbody")) == 1


# -- another pack --------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("name", FORMATS)
def test_another_pack(name: str, tmp_path: Path, shared: Path | None) -> None:
    """Its themes, phases and rules, none of which the program knows."""
    compiled = Compiled(load_pack(ROOT / "tests/packs/window"))
    phase = list(compiled.pack.phases)[-1]
    report = {"report": "personal", "plan": compiled.pack.id, "phase": phase, "submitted": "2001-01-01",
              "person": {"id": "W-1", "name": "甲", "unit": "U-1"}, "nonsense": "x"}
    (tmp_path / "w.yaml").write_bytes(dump(report))
    result = run([str(tmp_path)], Options(as_of="2030-01-01"), compiled)
    assert result.findings
    output = output_of(name, result, Setting(compiled))
    if name == "sarif":
        run_ = check_sarif(json.loads(output), shared)
        assert {one["id"] for one in run_["tool"]["driver"]["rules"]} == set(compiled.pack.rules)
    elif name == "junit":
        check_junit(output.decode("utf-8"), shared)
    elif name in ("html", "markdown"):
        said = output.decode("utf-8")
        assert all(one.name["zh"] in said for one in (*compiled.pack.themes.values(), *compiled.pack.phases.values()))
    assert output


# -- the real command ----------------------------------------------------------------------------------------------

def bayang(*arguments: object, cwd: Path, **environment: str) -> Said:
    return running.bayang("check", *arguments, f"--as-of={CLOCK}", cwd=cwd, **environment)


def test_several_formats_in_one_run(tmp_path: Path) -> None:
    files = [name for name in FORMATS if name not in ("text", "csv")]
    said = bayang(FAULTY, "--format=csv", *(f"--format={name}=报告.{name}" for name in files), cwd=tmp_path)
    assert (said.returncode, said.stderr) == (1, b"")
    assert said.stdout.startswith(b"\xef\xbb\xbf") and said.stdout.count(b"\r\n") == 3
    assert {file.name for file in tmp_path.iterdir()} == {f"报告.{name}" for name in files}
    assert b"CV01" in (tmp_path / "报告.sarif").read_bytes()
    assert (tmp_path / "报告.xlsx").read_bytes().startswith(b"PK")


@pytest.mark.parametrize("variable", ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"])
def test_paths_as_the_pipeline_wants_them(variable: str, tmp_path: Path) -> None:
    folder = tmp_path / "仓库/报 送"
    folder.mkdir(parents=True)
    shutil.copyfile(FAULTY, folder / "P-003.yaml")
    said = bayang("报 送", "--format=gitlab", cwd=tmp_path / "仓库", **{variable: str(tmp_path)})
    assert {one["location"]["path"] for one in json.loads(said.stdout)} == {"仓库/报 送/P-003.yaml"}
    said = bayang("报 送", "--format=sarif", cwd=tmp_path / "仓库", **{variable: str(tmp_path)})
    assert {uri_of(one) for one in json.loads(said.stdout)["runs"][0]["results"]} == {
        "%E4%BB%93%E5%BA%93/%E6%8A%A5%20%E9%80%81/P-003.yaml"}
    said = bayang("报 送", "--format=github", cwd=tmp_path / "仓库", **{variable: str(tmp_path)})
    assert said.stdout.decode().startswith("::error file=仓库/报 送/P-003.yaml,line=15,col=1,")


def test_the_summary_of_a_step_is_appended(tmp_path: Path) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n", encoding="utf-8")
    said = bayang(FAULTY, "--format=json", cwd=tmp_path, GITHUB_STEP_SUMMARY=str(summary))
    assert (said.returncode, said.stderr) == (1, b"") and json.loads(said.stdout)
    text = summary.read_text(encoding="utf-8")
    assert text.startswith("before\n# 自查自纠报告形式审核结果\n") and "**必须补正 CV01**" in text
    bad = bayang(FAULTY, "--phase=nowhere", cwd=tmp_path, GITHUB_STEP_SUMMARY=str(summary))
    assert bad.returncode == 2 and summary.read_text(encoding="utf-8") == text


def test_a_summary_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    said = bayang(FAULTY, cwd=tmp_path, GITHUB_STEP_SUMMARY=str(tmp_path / "no/such/folder.md"))
    assert said.returncode == 1 and "写不出" in said.stderr.decode() and "no/such/folder.md" in said.stderr.decode()


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs a pipe with a name")
def test_a_summary_that_is_a_pipe_is_waited_for_only_where_somebody_reads(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    said = bayang(FAULTY, "--format=json", cwd=tmp_path, GITHUB_STEP_SUMMARY=str(tmp_path / "pipe"))
    assert (said.returncode, said.stderr.decode()) == (1, f"写不出 {tmp_path / 'pipe'}：没有程序在读这个管道\n")
    with subprocess.Popen(["cat", tmp_path / "pipe"], stdout=subprocess.PIPE) as reader:
        end = time.monotonic() + PATIENCE
        while bayang(FAULTY, "--format=json", cwd=tmp_path, GITHUB_STEP_SUMMARY=str(tmp_path / "pipe")).stderr:
            assert time.monotonic() < end       # it is not there yet
        assert "**必须补正 CV01**" in reader.communicate()[0].decode()


def test_the_summary_stays_under_what_github_takes(samples: Result, compiled: Compiled) -> None:
    """1 MiB; the longest message of the samples in every place."""
    longest = max(samples.findings, key=lambda one: len(one.message + one.remedy))
    many = [replace(longest, file=f"{at}/{'长' * 80}.yaml") for at in range(5000)]
    apart = [replace(one, superseded=True) for one in many]
    skipped = [replace(samples.not_assessed[0], file=one.file) for one in many]
    result = replace(samples, findings=many + apart, not_assessed=skipped)
    assert len("".join(as_markdown(result, Setting(compiled), MOST_IN_SUMMARY)).encode()) < 1 << 20


@pytest.mark.skipif(os.name == "nt", reason="there are no pseudo-terminals on Windows")
@pytest.mark.parametrize(("environment", "coloured"), [
    ({"TERM": "xterm"}, True), ({"TERM": "dumb"}, False), ({"TERM": "xterm", "NO_COLOR": "1"}, False)])
def test_colours_only_on_a_terminal_that_wants_them(environment: dict[str, str], coloured: bool) -> None:
    import pty

    master, slave = pty.openpty()
    shown = subprocess.Popen([*COMMAND, "check", FAULTY, f"--as-of={CLOCK}"], stdout=slave, stderr=slave,
                             env=scrubbed(**environment))
    os.close(slave)
    said = b""
    with contextlib.suppress(OSError):          # the end of a terminal is an error on Linux
        while part := os.read(master, 65536):
            said += part
    os.close(master)
    assert shown.wait(timeout=60) == 1
    assert (b"\x1b[31m" in said) is coloured and (b"\x1b" in said) is coloured
    assert "CV01" in said.decode()
    piped = bayang(FAULTY, cwd=ROOT, **environment)
    assert b"\x1b" not in piped.stdout


def test_without_the_library_xlsx_says_what_to_do(tmp_path: Path) -> None:
    code = ("import sys; sys.modules['xlsxwriter'] = None; sys.argv = ['bayang', 'check', sys.argv[1], '--format', "
            "'xlsx=out.xlsx']; from bayang.cli import main; main()")
    said = subprocess.run([sys.executable, "-c", code, FAULTY], capture_output=True, cwd=tmp_path, timeout=60)
    assert said.returncode == 2 and "XlsxWriter" in said.stderr.decode() and "[office]" in said.stderr.decode()
    assert "Traceback" not in said.stderr.decode() and list(tmp_path.iterdir()) == []
