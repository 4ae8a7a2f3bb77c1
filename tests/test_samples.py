"""The samples and their expected findings, and the laws of a run: what must never change a finding (contract §5, 7).

The laws are checked on the compliant reports of the pack with random faults typed into them.
"""

from __future__ import annotations

import contextlib
import copy
import json
import os
import random
import shutil
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st
from making import COMPILED, PACK
from running import BUNDLED, ROOT, SAMPLES, as_json

from bayang.engine.authoring.examples import base_report, change, dump
from bayang.engine.batch.assembly import Assembly
from bayang.engine.batch.outcome import Result
from bayang.engine.batch.run import Options, run
from bayang.engine.batch.store import Store
from bayang.engine.judging.check import Checker, World
from bayang.engine.judging.compile import Compiled
from bayang.engine.packs.roster import load_roster
from bayang.engine.records import Finding, Unreadable
from bayang.engine.text.wording import id_key, id_keys

ROSTER = SAMPLES / "roster.yaml"
CLOCK = "2022-08-08"
COLUMNS = "rule level line column pointer superseded".split()

OVER_FILES = {check.rule.id for check in COMPILED.checks if check.kind.stage == "batch"}

TABLES = (ROSTER, SAMPLES / "notice.yaml")
REPORTS = [path.relative_to(SAMPLES).as_posix() for path in sorted(SAMPLES.rglob("*"))
           if path.suffix in (".yaml", ".xlsx") and path not in TABLES]


def expectation_of(name: str) -> Path:
    return (SAMPLES / name).with_suffix(".expected.tsv")


def rows_of(path: Path) -> list[list[str]]:
    """The lines of an expectation below its header."""
    header, *rows = [line.split("\t") for line in path.read_text(encoding="utf-8").splitlines()]
    assert header == COLUMNS, path
    return rows


def check_samples(paths: list[str], compiled: Compiled = COMPILED, **options: Any) -> Result:
    return run(paths, Options(as_of=CLOCK, **options), compiled)


# --- the expected findings ------------------------------------------------------------------------


@pytest.fixture(scope="module")
def whole() -> Result:
    return check_samples([str(SAMPLES)])


@pytest.mark.parametrize("name", [*REPORTS, "roster.yaml"])
def test_the_findings_are_the_expected_ones(whole: Result, name: str) -> None:
    found = [[one.rule, one.level, str(one.line), str(one.column), one.pointer or "", "yes" if one.superseded else "no"]
             for one in whole.findings if one.file == name and not one.provisional]
    assert sorted(found) == sorted(rows_of(expectation_of(name)))


def test_every_finding_stands_in_a_file_with_an_expectation(whole: Result) -> None:
    assert {one.file for one in whole.findings} <= {*REPORTS, "roster.yaml"}
    assert whole.crashes == []


def test_reports_and_expectations_go_together() -> None:
    expected = {path.relative_to(SAMPLES).as_posix() for path in SAMPLES.rglob("*.expected.tsv")}
    assert expected == {expectation_of(name).relative_to(SAMPLES).as_posix() for name in [*REPORTS, "roster.yaml"]}


def test_the_totals_are_those_of_the_expectations(whole: Result) -> None:
    rows = [row for name in [*REPORTS, "roster.yaml"] for row in rows_of(expectation_of(name))]
    count = {level: sum(row[1] == level and row[5] == "no" for row in rows) for level in ("error", "warning", "info")}
    assert {level: whole.summary[level] for level in count} == count
    mended = [one for one in whole.findings if one.provisional]     # all of a phase before the last one reported
    assert whole.summary["superseded"] == sum(row[5] == "yes" for row in rows) + len(mended)
    assert mended and all(one.superseded for one in mended) and whole.summary["provisional"] == 0
    assert whole.summary["files"] == len(REPORTS) == whole.summary["reports"] + whole.summary["unreadable"]


@pytest.mark.parametrize("name", [name for name in REPORTS if not rows_of(expectation_of(name))])
def test_a_compliant_report_gives_nothing_at_all(whole: Result, name: str) -> None:
    """No error, warning or info in the whole run or alone, and no field that could not be assessed."""
    alone = check_samples([str(SAMPLES / name)], roster=str(ROSTER), partial=True)
    assert [one for one in whole.findings if one.file == name] == alone.findings == []
    assert {one.reason for one in alone.not_assessed} <= {"partial"}
    assert not any(one.file == name for one in whole.not_assessed)


def test_the_readme_names_every_report_with_its_rules() -> None:
    told: dict[str, set[str]] = {}
    for line in (SAMPLES / "README.md").read_text(encoding="utf-8").splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split("|")]
        names = cells[0].split(", ")
        if line.startswith("|") and names[0].endswith((".yaml", ".xlsx")):
            names = [name if "/" in name else f"{Path(names[0]).parent.as_posix()}/{name}" for name in names]
            rules = {word for word in cells[1].split() if word in PACK.rules}
            told |= {name.removeprefix("./"): rules for name in names}
    assert told == {name: {row[0] for row in rows_of(expectation_of(name))} for name in [*REPORTS, "roster.yaml"]}


# --- the same bytes again -------------------------------------------------------------------------


def test_the_order_of_the_paths_changes_no_byte() -> None:
    folders = sorted(str(path) for path in SAMPLES.iterdir() if path.is_dir())
    files = [str(SAMPLES / name) for name in REPORTS]
    for paths in (folders, files):
        straight = as_json(check_samples(paths, roster=str(ROSTER)))
        for seed in range(3):
            shuffled = random.Random(seed).sample(paths, len(paths))
            assert as_json(check_samples(shuffled, roster=str(ROSTER))) == straight
        assert as_json(check_samples(paths[::-1] + paths[:2], roster=str(ROSTER))) == straight


# --- neighbours -----------------------------------------------------------------------------------


def own(findings: list[Finding], file: str) -> list[Finding]:
    """The findings of one file that do not come from the batch, without what other files may change."""
    return [replace(one, file="", superseded=False, fingerprint="" if one.subject is None else one.fingerprint)
            for one in findings if one.file == file and one.rule not in OVER_FILES]


@pytest.mark.parametrize("name", REPORTS)
def test_neighbours_change_nothing(whole: Result, name: str) -> None:
    alone = check_samples([str(SAMPLES / name)], roster=str(ROSTER), partial=True)
    assert own(alone.findings, Path(name).name) == own(whole.findings, name)


def test_broken_files_change_nothing_beside_them(whole: Result, tmp_path: Path) -> None:
    """The broken samples taken away, and then more than there were: the others' findings stay as they are."""
    folder = tmp_path / "samples"
    shutil.copytree(SAMPLES, folder)
    broken = {one.file for one in whole.findings if one.rule.startswith("IN")}
    assert len(broken) == whole.summary["unreadable"] == 3

    def others(result: Result) -> list[tuple[Any, ...]]:
        return [(one.order, one.level, one.superseded, one.fingerprint) for one in result.findings
                if one.file not in broken and not one.file.startswith("坏/")]

    for name in broken:
        (folder / name).unlink()
    assert others(check_samples([str(folder)])) == others(whole)
    (folder / "坏").mkdir()
    for number, data in enumerate((b"", b"\0", b"a: [", b"- a", b"\xff\xfe", "报告类型：个人".encode(), b"&a b: *a",
                                   b"x" * (2 << 20), b"[" * 5000)):
        (folder / "坏" / f"{number}.yaml").write_bytes(data)
    crowded = check_samples([str(folder)])
    assert crowded.summary["unreadable"] == 9
    assert others(crowded) == others(whole)


# --- reports with random faults -------------------------------------------------------------------


SCHEMAS = {name: json.loads((ROOT / "schemas" / f"{name}.json").read_text(encoding="utf-8"))
           for name in ("common", "personal", "unit")}
PLAN = yaml.load((BUNDLED / "plan.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
THEMES = [yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
          for path in sorted((BUNDLED / "themes").glob("*.yaml"))]
BEHAVIOURS = {one["id"]: {each["id"]: each["text"] for each in one["behaviours"]} for one in THEMES}
NAMES = {
    "plans": {PLAN["plan"]["id"]: PLAN["plan"]["name"]["zh"]},
    "phases": {one["id"]: one["name"]["zh"] for one in PLAN["phases"]},
    "levels": {one["id"]: one["name"]["zh"] for one in PLAN["levels"]},
    "themes": {one["id"]: one["name"]["zh"] for one in THEMES},
}


class Chinese:
    """Writes a report's English keys and listed values in Chinese, by the schemas alone.

    `written` keeps, for each pointer, the key that stands in the file.
    """

    def __init__(self, kind: str) -> None:
        self.kind = kind
        titles = {key: self.title(one, kind) for key, one in SCHEMAS[kind]["properties"].items()}
        # 不涉及 alone is no value (contract 8.3), so this one title can't be written as one
        self.fields = {key: title for key, title in titles.items() if title not in PACK.absent}
        self.written: dict[str, str] = {}

    def of(self, report: Any) -> Any:
        return self.value(report, SCHEMAS[self.kind], self.kind, "", None)

    def target(self, schema: dict, file: str) -> tuple[dict, str]:
        while "$ref" in schema:
            name, _, fragment = schema["$ref"].partition("#")
            file = name.removesuffix(".json") or file
            schema = SCHEMAS[file]
            for part in fragment.strip("/").split("/"):
                schema = schema[part]
        return schema, file

    def title(self, schema: dict, file: str) -> str:
        return schema["title"] if "title" in schema else self.target(schema, file)[0]["title"]

    def value(self, value: Any, schema: dict, file: str, pointer: str, theme: str | None) -> Any:
        schema, file = self.target(schema, file)
        for one in schema.get("anyOf", ()):
            if (one.get("type") == "array") == isinstance(value, list):
                return self.value(value, one, file, pointer, theme)
        if isinstance(value, dict):
            return self.map(value, schema, file, pointer, theme)
        if isinstance(value, list):
            return [self.value(one, schema.get("items", {}), file, f"{pointer}/{at}", theme)
                    for at, one in enumerate(value)]
        if not isinstance(value, str):
            return value
        return self.listed(schema, theme).get(value, value)

    def map(self, value: dict, schema: dict, file: str, pointer: str, theme: str | None) -> dict:
        themes = schema.get("x-names") == "themes"
        known = schema.get("properties", {})
        if themes:
            known = {one: schema["additionalProperties"] | {"title": name} for one, name in NAMES["themes"].items()}
        out = {}
        for key, one in value.items():
            written = self.title(known[key], file) if key in known else key
            if written in value and written != key:
                written = key
            self.written[f"{pointer}/{key}"] = written
            out[written] = self.value(one, known.get(key, {}), file, f"{pointer}/{key}", key if themes else theme)
        return out

    def listed(self, schema: dict, theme: str | None) -> dict[str, str]:
        """English -> Chinese of the values that may stand here."""
        names = schema.get("x-names")
        if names == "behaviours":
            return {**BEHAVIOURS.get(theme or "", {}), PLAN["other"]["id"]: PLAN["other"]["name"]["zh"]}
        if names == "fields":
            return self.fields
        return NAMES[names] if names else {one["const"]: one["title"] for one in schema.get("oneOf", ())}


def shuffled(value: Any, chance: random.Random) -> Any:
    """The same data with the keys of every map in another order."""
    if isinstance(value, dict):
        return {key: shuffled(value[key], chance) for key in chance.sample(list(value), len(value))}
    return [shuffled(one, chance) for one in value] if isinstance(value, list) else value


def nodes_of(value: Any, path: tuple = ()) -> Iterator[tuple]:
    """The paths of everything below a value."""
    for key, one in value.items() if isinstance(value, dict) else enumerate(value):
        yield (*path, key)
        if isinstance(one, dict | list):
            yield from nodes_of(one, (*path, key))


def at(value: Any, path: tuple) -> Any:
    for segment in path:
        value = value[segment]
    return value


BASES = [(kind, phase) for kind in ("personal", "bureau", "branch", "department") for phase in PACK.phases]
FAULTS = [
    None, "", " ", "无", "/", "0", "-1", "03", "1.5", "abc", "yes", "否", "self", "主动查找", "done", "closed",
    "continuing", "partial", "未启动", "all", "other", "其他", "shigan-01", "lianjie-05", "权钱交易", "空泛表态",
    "market", "2021-01-01", "2022-3-1", "2022年6月30日", "2022-07-31", "2022-08-01", "2023-02-29", "2099-01-01",
    "2022-13", "2022Q5", "年底前", "长期坚持", "各科室", "本人", "大家、全体", "张三", "加强学习，进一步提高",
    "学习不够深入，有待加强", "XX单位", "×××", "王某某", "（姓名）", "待填", "烫烫烫", "a\u200bb", "办发[2021]5号",
    "13812345678", "../x.txt", "没有的文件.docx", "education", "personal", "单位", "bureau", "department", "P-777",
    "张 三", "x" * 70, "长" * 3001, [], {}, [""], ["张三"], [{}], {"id": "无"}, {"x": "y"}, {"fact": "z"},
    "不作为、慢作为、乱作为", "重招商轻落地，重承诺轻兑现，服务企业措施不具体、行动不积极",
]
KEYS = ["measure", "fcat", "remark", "reviewer", "something", "statuss", "x", "phase", "id", "fact", "shigan",
        "审核人员"]


# The faults that the rules themselves show: (base, phase, set, remove) of their failing examples.
SHOWN = [
    (one["base"], one.get("phase") or list(PACK.phases)[-1], one.get("set", {}), one.get("remove", ()))
    for rule in PACK.rules.values() for one in rule.examples["fail"] if "base" in one]


@st.composite
def faulty_reports(draw: st.DrawFn) -> tuple[str, dict[str, Any]]:
    """(base, report): a compliant report, cut to a phase, with some faults: shown ones, then any at all."""
    base, phase = draw(st.sampled_from(BASES))
    report = base_report(PACK, base, phase)
    shown = [(patch, removals) for kind, until, patch, removals in SHOWN if (kind, until) == (base, phase)]
    for patch, removals in draw(st.lists(st.sampled_from(shown), max_size=3)) if shown else ():
        with contextlib.suppress(KeyError, IndexError, ValueError, TypeError, AttributeError):
            change(report, patch, removals)
    for _ in range(draw(st.integers(0, 4))):
        paths = list(nodes_of(report))
        leaves = [path for path in paths if not isinstance(at(report, path), dict | list)]
        if not leaves:
            break
        path = draw(st.sampled_from(draw(st.sampled_from([paths, leaves]))))
        holder, last = at(report, path[:-1]), path[-1]
        way = draw(st.sampled_from(["remove", "set", "set", "copy", "again", "key"]))
        if way == "remove":
            del holder[last]
        elif way == "set":
            holder[last] = copy.deepcopy(draw(st.sampled_from(FAULTS)))
        elif way == "copy":
            holder[last] = copy.deepcopy(at(report, draw(st.sampled_from(paths))))
        elif way == "again" and isinstance(holder, list):
            holder.append(copy.deepcopy(holder[last]))
        elif way == "key" and isinstance(holder, dict):
            holder.setdefault(draw(st.sampled_from(KEYS)), copy.deepcopy(holder[last]))
    return base, report


ROSTER_OF_BASES = load_roster((BUNDLED / "bases" / "roster.yaml").read_bytes(), "roster.yaml", PACK)
FOLDER = str(BUNDLED / "bases")


def judge(files: dict[str, bytes], roster: Any = ROSTER_OF_BASES) -> Result:
    """A run over files in memory that are the whole batch, after the campaign."""
    checker = Checker(COMPILED, World("2023-01-05", roster=roster, whole=True))
    results = [(name, checker.check(data, name, FOLDER)) for name, data in files.items()]
    store = Store.of(results, FOLDER, PACK)
    assembly = Assembly(checker, store, lambda at: (files[store.name(at)], FOLDER), lambda rule: True, None)
    found = assembly.assemble()
    assert found.crashes == []
    return Result(found.findings, found.not_assessed, [], assembly.summary(0), PACK.id, PACK.digest, "2023-01-05", {})


class Shown(NamedTuple):
    """What two same results have in common, contract 8.7: all keys but message, remedy, line and column."""

    findings: list[str]
    rest: str


def comparable(result: Result) -> Shown:
    data = json.loads(as_json(result))
    for one in (*data["findings"], *data["not_assessed"]):
        for key in ("message", "remedy", "insert", "line", "column"):
            one.pop(key, None)
    findings = sorted(json.dumps(one, ensure_ascii=False) for one in data.pop("findings"))
    skipped = sorted(json.dumps(one, ensure_ascii=False) for one in data.pop("not_assessed"))
    return Shown(findings, json.dumps([skipped, data], ensure_ascii=False))


def kind_of(report: dict[str, Any]) -> str:
    """The kind whose keys the report is read with: what it says, else what its identity field tells."""
    said = str(report.get("report")).strip()
    return {"personal": "personal", "unit": "unit", "单位": "unit", "个人": "personal"}.get(
        said, "unit" if "unit" in report and "person" not in report else "personal")


LAW = settings(max_examples=int(os.environ.get("BAYANG_EXAMPLES", "60")),
               derandomize="BAYANG_EXAMPLES" not in os.environ)


@given(faulty_reports(), st.integers(0, 2**32))
@LAW
def test_chinese_keys_and_their_order_change_nothing(made: tuple[str, dict], seed: int) -> None:
    _, report = made
    chance = random.Random(seed)
    english = comparable(judge({"a.yaml": dump(report)}))
    chinese = Chinese(kind_of(report)).of(report)
    assert comparable(judge({"a.yaml": dump(chinese)})) == english
    assert comparable(judge({"a.yaml": dump(shuffled(report, chance))})) == english
    assert comparable(judge({"a.yaml": dump(shuffled(chinese, chance))})) == english


def is_empty(value: Any) -> bool:
    """Whether a value counts as absent (contract 8.3)."""
    if isinstance(value, dict | list):
        return all(is_empty(one) for one in (value.values() if isinstance(value, dict) else value))
    return value is None or str(value).strip() in {"", *PACK.absent}


def landmark(report: Any, pointer: str, names: dict[str, str]) -> str:
    """What stands at the place of a pointer: the key as written, `- ` right before a list item, or the first key.

    An empty map holds no field: what is missing in it stands at the map's own key.
    """
    mark, node, reached = names[f"/{next(iter(report))}"] + ":", report, ""
    for part in pointer.split("/")[1:]:
        if isinstance(node, list) and part.isdigit():
            node, mark = node[int(part)], "- "
        elif isinstance(node, dict) and part in node:
            node, mark = node[part], names[f"{reached}/{part}"] + ":"
        else:
            break
        reached += f"/{part}"
        if is_empty(node):
            break
    return mark


@given(faulty_reports(), st.booleans())
@LAW
def test_every_line_holds_its_field(made: tuple[str, dict], in_chinese: bool) -> None:
    _, report = made
    chinese = Chinese(kind_of(report))
    typed = chinese.of(report)
    names = chinese.written if in_chinese else {pointer: pointer.rpartition("/")[2] for pointer in chinese.written}
    data = dump(typed if in_chinese else report)
    lines = data.decode().split("\n")
    for one in judge({"a.yaml": data}).findings:
        if one.file != "a.yaml" or one.pointer is None:
            continue
        line, start = lines[one.line - 1], one.column - 1
        mark = landmark(report, one.pointer, names)
        if PACK.rules[one.rule].name == "unknown-field":    # it stands at the key, its pointer may stop at the parent
            assert not line[start:].startswith(" ") and ":" in line[start:] and line[:start].strip(" -") == "", one
        elif mark == "- ":
            assert line[:start].endswith(mark), one
        else:
            assert line[start:].startswith((mark, f"'{mark[:-1]}':")), one


GOOD = {name: data for name in REPORTS if not rows_of(expectation_of(name))
        for data in [(SAMPLES / name).read_bytes()] if not judge({name: data}, None).findings}


@given(faulty_reports(), st.lists(st.sampled_from(sorted(GOOD)), min_size=1, max_size=4, unique=True))
@LAW
def test_a_good_file_adds_no_finding(made: tuple[str, dict], names: list[str]) -> None:
    """Good reports of other subjects, whose texts and problem IDs are their own, beside a faulty one."""
    _, report = made
    good = {name: GOOD[name] for name in names if Path(name).stem not in str(report)}
    alone = judge({"a.yaml": dump(report)}, None)
    assert judge({"a.yaml": dump(report)} | good, None).findings == alone.findings


def test_there_are_good_files_of_both_kinds() -> None:
    assert {Path(name).stem[0] for name in GOOD} == {"P", "U"} and len(GOOD) > 8


def paths_in(options: Any) -> Iterator[str]:
    """Every text in a check's options that may be a path."""
    if isinstance(options, str):
        yield options
    for one in options.values() if isinstance(options, dict) else options if isinstance(options, list) else ():
        yield from paths_in(one)


PATHS = sorted({
    f"{home}{path}".strip("/") for rule in PACK.rules.values() for check in rule.checks for path in paths_in(check)
    for home in ("", "themes.*.", "themes.*.problems[].", "themes.*.problems[].measures[].")
    if all(part.removesuffix("[]") == "*" or part.removesuffix("[]").isidentifier() for part in path.split("."))})


def test_a_quick_reading_finds_what_the_careful_one_finds() -> None:
    """Nodes are read without paths, in reports in which all can be read; of each path that the pack may ask for."""
    checker, read, found = Checker(COMPILED, World(CLOCK)), 0, set()
    for name in REPORTS:
        with contextlib.suppress(Unreadable):
            case, _ = checker.opener.open((SAMPLES / name).read_bytes())
            for path in () if case.slips else PATHS:
                careful = [one.node for one in case.scopes(path)]
                assert case.nodes[path] == careful, (name, path)
                found |= {path} if careful else set()
            read += not case.slips
    assert read > 10 and {"themes.*.problems[].measures[].due", "study[].date", "themes.*.none_found",
                          "not_applicable[]", "reflection.self"} <= found


@given(st.lists(st.text(st.sampled_from("aZ1-_. \t\nＡ甲ß\u3000\u200b\x1f"), min_size=1).filter(str.strip), max_size=6))
def test_ids_are_compared_together_as_they_are_one_by_one(idents: list[str]) -> None:
    assert id_keys(idents) == [id_key(one) for one in idents]
