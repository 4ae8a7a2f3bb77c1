"""Packs are held as strictly as letters' templates: what can't run is refused at load, with file and line
(docs/packs.md).
"""

from __future__ import annotations

import os
import random
import re
import shutil
import time
from pathlib import Path

import pytest
import yaml
from running import BUNDLED, WINDOW, invoked, own_pack

from bayang.engine.authoring.examples import Trial, base_report, bases, dump, findings_in, findings_of
from bayang.engine.authoring.lint import lint
from bayang.engine.judging.compile import Compiled
from bayang.engine.judging.message_guard import MessageFault, check_message
from bayang.engine.judging.strict import hold, ways_from
from bayang.engine.packs.loading import bind_file, in_use
from bayang.engine.packs.pack import Pack, load_pack
from bayang.engine.packs.patterns import MOST_STEPS, Pattern
from bayang.engine.packs.rule import Defaults, rule_of
from bayang.engine.packs.written import sample_of
from bayang.engine.reading.schema import Shapes
from bayang.engine.records import OptionError, PackError
from bayang.engine.text.messages import render, told

RULE = """\
family: ZZ
title: {zh: 试, en: Try}
rules:
- id: ZZ01
  name: try-it
  title: {zh: 试, en: try}
  who: [unit]
  from: mending
  level: info
  check: {required: {fields: [remarks]}}
  basis: {practice: {zh: 试, en: try it}}
  message:
    zh: 试。
    en: try it.
  remedy: {zh: 请改。, en: mend it.}
  examples:
    pass: [{base: branch-office, phase: mending}]
    fail: [{base: branch-office, phase: mending, tested: tests/x.py}]
"""
CHECK = "  check: {required: {fields: [remarks]}}\n"


def with_rule(folder: Path, text: str) -> Path:
    """The small pack with one more rule."""
    return own_pack(folder, {"families/ZZ.yaml": text})


def loaded(folder: Path) -> Compiled:
    return Compiled(load_pack(folder))


# -- paths ----------------------------------------------------------------------------------------------------------

# what stands in place of the check, the line, what the path is, what would do
PATHS: dict[str, tuple[str, int, str, str]] = {
    "ids-of-a-list": ("  check: {id_clash: {of: themes}}\n", 10, "一组字段", "report"),
    "a-map-as-text": ("  check: {attachments: {field: summary}}\n", 10, "一组字段",
                      "summary.to"),
    "a-count-as-text": ("  check: {attachments: {field: research.opinions}}\n", 10, "数字", "research."),
}


@pytest.mark.parametrize("name", PATHS)
def test_a_path_of_the_wrong_kind_is_refused_with_what_it_is_and_what_is_wanted(tmp_path: Path, name: str) -> None:
    check, line, is_, example = PATHS[name]
    folder = with_rule(tmp_path, RULE.replace(CHECK, check))
    flaws = lint(folder)
    assert [(flaw.check, flaw.file, flaw.line) for flaw in flaws] == [("wrong-form", "families/ZZ.yaml", line)]
    said = flaws[0].text("zh")
    assert f" 是{is_}，" in said and "例如 " in said and example in said.partition("例如 ")[2]
    assert " is wanted; e.g. " in flaws[0].text("en")
    (tmp_path / "a.yaml").write_text("报告类型: 个人\n", encoding="utf-8")
    result = invoked("check", tmp_path / "a.yaml", "--rules", folder)
    assert (result.exit_code, result.stdout) == (2, "")
    assert f"families/ZZ.yaml 第 {line} 行" in result.stderr and is_ in result.stderr


def test_the_example_of_a_refusal_is_itself_right(tmp_path: Path) -> None:
    folder = with_rule(tmp_path, RULE.replace(CHECK, PATHS["a-map-as-text"][0]))
    path = folder / "families" / "ZZ.yaml"
    path.write_text(path.read_text(encoding="utf-8").replace("field: summary}", "field: summary.to}"),
                    encoding="utf-8")
    assert lint(folder) == []


def test_every_path_option_says_what_it_wants() -> None:
    import json

    from bayang.engine.judging.strict import _FITS
    from bayang.engine.reading.schema import FOLDER
    kinds = json.loads(Path(FOLDER, "rules.json").read_text(encoding="utf-8"))["definitions"]["check"]["properties"]
    for kind, one in kinds.items():
        for name, option in one.get("properties", {}).items():
            if "x-path" in option and option.get("items", {}).get("$ref") != "#/definitions/test":
                assert option["x-holds"] in {*_FITS, "list", "period"}, (kind, name)


# -- messages -------------------------------------------------------------------------------------------------------

KNOWN = {"field": "text", "count": "number", "missing": "text", "other": "spot", "limit": "maybe"}
REFUSED = [
    "{% for a in field %}{% for b in field %}{{ a }}{% endfor %}{% endfor %}", "{{ 'a' * 3000000000 }}",
    "{{ count + 1 }}",
    "{{ range(10) }}", "{{ field.upper() }}", "{{ field[0] }}", "{{ field.__class__ }}", "{% set a = 1 %}",
    "{{ nothing }}",
    "{% include 'x' %}", "{% import 'x' as y %}", "{% macro m() %}{% endmacro %}", "{{ field|join }}",
    "{{ field ~ field }}",
    "{{ -count }}", "{{ count is divisibleby 0 }}", "{% if field > 3 %}x{% endif %}", "{{ field if count }}",
    "{{ (1, 2) }}",
    "{% if count in field %}x{% endif %}", "{{ limit.line }}", "{{ count|length }}", "{% if more %}x{% endif %}",
    "{% if more is not defined %}{{ more }}{% endif %}", "{% call field() %}{% endcall %}",
    "{% filter upper %}x{% endfilter %}",
    "{{", "{% if field %}", "{{ field }", "{" * 5000, "{{ " + "(" * 1000 + "field" + ")" * 1000 + " }}",
    "{% if field %}" * 30 + "x" + "{% endif %}" * 30, "{{ field }}" * 401,
    "{{ " + " or ".join(["field"] * 200) + " }}", "{{ super() }}", "{{ self }}", "{{ lipsum() }}",
    "{{ field }}" + "字" * 4000,
]
SOUND = [
    "没有变量", "{{ field }}", "{% if count == 1 %}a{% elif count > 3 %}b{% else %}c{% endif %}",
    "{{ other }} {{ other.line }}",
    "{% if 'x' in missing or missing in ('a', 'b') %}x{% endif %}", "{{ field if count else missing }}",
    "{% if limit.line is defined %}{{ limit.line }}{% else %}{{ limit }}{% endif %}",
    "{% if field|length < 120 %}x{% endif %}",
    "{% if more is defined and more|length < 9 %}{{ more }}{% endif %}",
    "{% if more is not defined %}{% else %}{{ more }}{% endif %}",
    "{% if field is defined %}{{ field }}{% else %}{{ nothing }}{% endif %}", "{% if not field %}x{% endif %}",
    "{# a remark #}x", "{% raw %}{{ x }}{% endraw %}",
]


@pytest.mark.parametrize("text", REFUSED)
def test_what_is_more_than_a_message_is_refused(text: str) -> None:
    begun = time.monotonic()
    with pytest.raises(MessageFault) as fault:
        check_message(text, KNOWN, frozenset({"more"}))
    assert fault.value.line == 1
    assert time.monotonic() - begun < 2


@pytest.mark.parametrize("text", SOUND)
def test_a_message_is_rendered_with_and_without_what_may_be_missing(text: str) -> None:
    check_message(text, KNOWN, frozenset({"more"}))

    class Place:
        line, problem, field = 3, "P1", "甲"

    facts = {"field": "甲", "count": 2, "missing": "甲、乙", "other": Place()}
    for limit in ("2022-01-01", Place()):
        for more in ({}, {"more": "丙"}):
            render(text, {**facts, "limit": limit, **more})


@pytest.mark.parametrize(("old", "new", "line", "words"), [
    ("    zh: 试。\n", "    zh: 试{{ mising }}。\n", 13, "没有变量 mising"),
    ("    en: try it.\n", "    en: \"{% for a in missing %}x{% endfor %}\"\n", 14, "用了“for”"),
    ("  remedy: {zh: 请改。, en: mend it.}\n", "  remedy:\n    zh: 请改。\n    en: \"{{ 'a' * 3000000000 }}\"\n", 17,
    "用了“mul”"),
    ("    zh: 试。\n", "    zh: |\n      试\n      {% if %}。\n", 13, "写法不对"),
])
def test_a_broken_message_is_exit_2_with_its_line(tmp_path: Path, old: str, new: str, line: int, words: str) -> None:
    assert old in RULE
    folder = with_rule(tmp_path, RULE.replace(old, new))
    assert [(flaw.check, flaw.line) for flaw in lint(folder)] == [("template", line)]
    result = invoked("check", WINDOW / "bases", "--rules", folder)
    assert result.exit_code == 2
    assert f"families/ZZ.yaml 第 {line} 行" in result.stderr and words in result.stderr


@pytest.mark.parametrize(("text", "zh"), [
    ("{{ field }", "变量写成 {{ field }}，条件写成 {% if problem %}……{% endif %}"),
    ("{% if %}", "变量写成 {{ field }}，"),
    ("{{ field 甲 }}", "变量写成 {{ field }}，"), ("{{ ， }}", "花括号里的符号用半角"),
    ("{{", "花括号没有写完，两边要成对"),
    ("{# x", "花括号没有写完，两边要成对"), ("{% if field %}x", "有一个 {% if …… %} 后面没有 {% endif %}"),
    ("x{% endif %}", "后三样前面要先有 {% if …… %}"), ("{% foo %}", "{% %} 里只写 if、elif、else、endif"),
])
def test_a_broken_message_is_told_in_the_readers_language(tmp_path: Path, text: str, zh: str) -> None:
    [flaw] = lint(with_rule(tmp_path, RULE.replace("    zh: 试。\n", f"    zh: '{text}'\n")))
    told = flaw.text("zh").partition("；可用的变量")[0]
    assert f"写法不对：{zh}" in told or zh in told
    assert not re.search("[Uu]nexpected|[Ee]xpected|Jinja|Encountered|Missing|token|template", told)
    assert "it is not well formed: " in flaw.text("en")


def test_the_bundled_rules_are_held_too(pack: Pack) -> None:
    for rule in pack.rules.values():
        hold(rule, pack)


# -- patterns -------------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("pattern", [
    "(?:啊{1,60}){1,60}x", ".*.*！$", "(a+)+b", "(a|a)*b", "(?:a|a){1,30}b", "(?:ab?){1,30}c", r"(a)\1", "(?P<x>a)",
    "x*", "",
    "(?i)a", "a{99999999999}", "(" * 400, "a)(b", "[", ".{0,60}.{0,60}x", "某+(?!a)", "(?>a+)b", "(?=a+)b",
    "(?:a+|b)c",
    "(?:a?){20}", "(?<=a+)b", "a" * 501, "(a)(?(1)b|c)", "(?:(?:a{1,4}){1,4}){1,4}b", "x.*y", "(?:ab)+",
])
def test_a_pattern_that_may_run_away_is_refused(pattern: str) -> None:
    with pytest.raises(OptionError) as fault:
        Pattern([pattern])
    assert told(fault.value, "zh") != told(fault.value, "en")


def own_patterns() -> list[str]:
    words = yaml.load((BUNDLED / "words.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)["words"]
    return [one["pattern"] for listed in words.values() if isinstance(listed, list)
            for one in listed if isinstance(one, dict)]


@pytest.mark.parametrize("pattern", [
    *own_patterns(), "a.{0,60}b", "某{2,5}", r"\d{4}年", "(?:x{2}){1,40}y", "(?:甲|乙丙){1,3}丁", "某+",
    "(?:a{1,9}|b)c{1,9}d"])
def test_a_pattern_that_is_let_in_is_linear_on_the_worst_text(pattern: str) -> None:
    assert Pattern([pattern]).steps <= MOST_STEPS
    found = Pattern([pattern]).regex
    chars = sorted({char for char in pattern if char.isalnum() or char in "×_＿（(○"})[:6] or ["a"]
    for unit in (*chars, "".join(chars), "".join(chars[:2])):
        short, long = unit * (8_000 // len(unit)), unit * (32_000 // len(unit))
        begun = time.process_time()
        found.search("1" + short + "!")
        middle = time.process_time()
        found.search("1" + long + "!")
        assert time.process_time() - middle < 0.1 + 10 * (middle - begun), unit


def test_a_pattern_is_refused_with_its_line(tmp_path: Path) -> None:
    folder = with_rule(tmp_path, RULE)
    words = folder / "words.yaml"
    text = words.read_text(encoding="utf-8")
    words.write_text(text + "  spare:\n  - 备用\n  - {pattern: '.*.*！$'}\n", encoding="utf-8")
    line = len(words.read_text(encoding="utf-8").splitlines())
    flaws = lint(folder)
    assert [(flaw.check, flaw.file, flaw.line) for flaw in flaws] == [("pattern", "words.yaml", line)]
    with pytest.raises(PackError) as fault:
        load_pack(folder)
    assert (fault.value.file, fault.value.line) == ("words.yaml", line)


# -- files ----------------------------------------------------------------------------------------------------------

PLACES = ["plan.yaml", "words.yaml", "calendar.yaml", "themes/9.yaml", "families/AA.yaml", "bases/z.yaml"]


@pytest.mark.skipif(os.name != "posix", reason="pipes and devices are files on POSIX alone")
@pytest.mark.parametrize("what", ["pipe", "device", "link-to-device", "loop", "folder"])
@pytest.mark.parametrize("place", PLACES)
def test_what_is_no_quiet_file_is_refused_and_never_waited_for(tmp_path: Path, place: str, what: str) -> None:
    shutil.copytree(WINDOW, tmp_path / "pack")
    path = tmp_path / "pack" / place
    path.unlink(missing_ok=True)
    if what == "pipe":
        os.mkfifo(path)
    elif what == "folder":
        path.mkdir()
    else:
        path.symlink_to({"device": "/dev/zero", "link-to-device": "link", "loop": path.name}[what])
        (path.parent / "link").symlink_to("/dev/zero")
    begun = time.monotonic()
    flaws = lint(tmp_path / "pack") if place == "bases/z.yaml" else None
    if flaws is None:
        with pytest.raises(PackError) as fault:
            load_pack(tmp_path / "pack")
        assert (fault.value.file, fault.value.line, fault.value.key) == (place, 1, "pack.not-a-file")
    else:
        assert [(one.file, one.line) for one in flaws] == [(place, 1)]
    assert time.monotonic() - begun < 20


def test_a_link_to_a_plain_file_will_do(tmp_path: Path) -> None:
    shutil.copytree(WINDOW, tmp_path / "pack")
    (tmp_path / "pack" / "words.yaml").rename(tmp_path / "words.yaml")
    try:
        (tmp_path / "pack" / "words.yaml").symlink_to(tmp_path / "words.yaml")
    except OSError:
        pytest.skip("no links here")
    assert loaded(tmp_path / "pack").pack.rules


def test_too_many_and_too_large_files(tmp_path: Path) -> None:
    shutil.copytree(WINDOW, tmp_path / "pack")
    for number in range(201):
        (tmp_path / "pack" / "families" / f"A{number}.yaml").write_text("", encoding="utf-8")
    with pytest.raises(PackError) as fault:
        load_pack(tmp_path / "pack")
    assert (fault.value.file, fault.value.key) == ("families", "pack.many-files")
    shutil.rmtree(tmp_path / "pack" / "families")
    (tmp_path / "pack" / "families").write_text("", encoding="utf-8")
    with pytest.raises(PackError) as fault:
        load_pack(tmp_path / "pack")
    assert (fault.value.file, fault.value.key) == ("families", "pack.no-folder")
    with open(tmp_path / "pack" / "words.yaml", "ab") as file:
        file.truncate(5 << 20)
    with pytest.raises(PackError) as fault:
        load_pack(tmp_path / "pack")
    assert (fault.value.file, fault.value.key) == ("words.yaml", "pack.oversized")


@pytest.mark.parametrize("inherit", ["[IN, FM, TX, IN]", "[IN, FM, TX, ../../plan]", "[IN, FM, TX, ZZ]"])
def test_what_is_inherited_comes_along_and_stands_once(tmp_path: Path, inherit: str) -> None:
    folder = own_pack(tmp_path, {"plan.yaml": ("inherit: [IN, FM, TX]", "inherit: " + inherit)})
    line = (folder / "plan.yaml").read_text(encoding="utf-8").splitlines().index("inherit: " + inherit) + 1
    with pytest.raises(PackError) as fault:
        load_pack(folder)
    assert (fault.value.file, fault.value.line, fault.value.key) == ("plan.yaml", line, "pack.no-family")


# -- slips and chance -----------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("old", "new"), [
    ("  who: [unit]\n", "  who: no\n"), ("  who: [unit]\n", "  who:\n"), ("  from: mending\n",
    "  from: 2023-06-01\n"),
    ("  level: info\n", "  level: {}\n"), ("  level: info\n", "  level: 3\n"), (CHECK, "  check:\n"), (CHECK,
    "  check: []\n"),
    (CHECK, "  check: [[]]\n"), (CHECK, "  check:\n  -\n  - required: {fields: [remarks]}\n"),
    (CHECK, "  check: {required: remarks}\n"), (CHECK, "  check: {required: {fields: remarks}}\n"),
    (CHECK, "  check: {required: {fields: {any: remarks}}}\n"), (CHECK, "  when: no\n" + CHECK),
    (CHECK, "  when: [no]\n" + CHECK),
    (CHECK, "  when: [{field: no, given: no}]\n" + CHECK), (CHECK, "  each: [remarks]\n" + CHECK),
    (CHECK, "\tcheck: x\n"),
    ("  basis: {practice: {zh: 试, en: try it}}\n", "  basis: []\n"), ("    zh: 试。\n", "    zh: [试]\n"),
    ("rules:\n", "rules: {}\nx:\n"), ("  name: try-it\n", "  name: [try]\n"), ("    zh: 试。\n", "    zh: no\n"),
    (CHECK, "  check: {cadence: {every: month, field: \"cadence.monthly[].month\", home: cadence, "
            "start: phase.start, end: summary.date, before: /submitted, days: 99999999999999999}}\n"),
])
def test_slips_of_yaml_are_told_and_never_crash(tmp_path: Path, old: str, new: str) -> None:
    assert old in RULE
    folder = with_rule(tmp_path, RULE.replace(old, new, 1))
    flaws = lint(folder)
    for flaw in flaws:
        assert flaw.line >= 1 and flaw.text("zh") and flaw.text("en")
    try:
        loaded(folder)
    except PackError as fault:
        assert fault.file == "families/ZZ.yaml" and fault.line > 1 and told(fault, "zh")
        assert flaws


@pytest.mark.parametrize("text", ["", "no", "[]", "kind: personal", "kind: personal\nphases: no",
"kind: x\nphases: {}",
                                  "kind: unit\nphases: {checking: }", "kind: unit\nphases: {checking: {set: no}}",
                                  "kind: unit\nphases: {checking: {report: no}}", "a: b: c", "\tx"])
def test_slips_in_a_base_are_told(tmp_path: Path, text: str) -> None:
    folder = with_rule(tmp_path, RULE)
    (folder / "bases" / "z.yaml").write_text(text, encoding="utf-8")
    assert {flaw.file for flaw in lint(folder)} == {"bases/z.yaml"}


def test_rules_changed_by_chance_are_refused_or_run(tmp_path: Path, pack: Pack) -> None:
    """Each rule of the bundled pack in turn with one path or value replaced, on reports that are whole and damaged."""
    chance = random.Random(20220401)
    shutil.copytree(BUNDLED, tmp_path / "pack")
    own = load_pack(tmp_path / "pack")
    built_in = {rule.id: rule for rule in pack.rules.values()
                if any({"intake", "form"} & check.keys() for check in rule.checks)}
    shapes = [own.shapes[kind] for kind in ("personal", "unit")]
    pool = [*ways_from(shapes, "any", "all"), "/submitted", "phase.end", "no", "-1", "themes.*",
    "99999999999999999999"]
    shape = Shapes().load("rules")
    reports = {f"{name}-{phase}.yaml": dump(base_report(own, name, phase))
               for name, _, _ in bases(own) for phase in own.phases}
    refused = ran = 0
    for path in sorted((BUNDLED / "families").glob("*.yaml")):
        for rule in yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)["rules"]:
            spots = [spot for key in ("check", "when", "each") if key in rule
                     for spot in [(rule, key), *_spots(rule[key])]]
            texts = [(home, key) for home, key in spots if isinstance(home[key], str)] or [(rule["title"], "zh")]
            home, key = chance.choice(texts)
            home[key] = chance.choice(pool)
            rule["examples"] = {side: [{"base": "personal"}] for side in ("pass", "fail")}
            data = dump({"family": "ZZ", "title": {"zh": "试", "en": "try"}, "rules": [rule]})
            try:
                bound = bind_file(data, "families/ZZ.yaml", shape)["rules"][0]
                defaults = Defaults("education", ("zh", "en"), lambda clause: "", "一", "submitted")
                changed = rule_of(bound, "families/ZZ.yaml", 4, defaults)
                own.rules = {**built_in, changed.id: changed}
                compiled = Compiled(own)
            except PackError as fault:
                assert fault.line >= 1 and told(fault, "zh") and told(fault, "en")
                refused += 1
                continue
            few = dict(chance.sample(sorted(reports.items()), 4))
            findings_in(compiled, Trial(few, None, None, "2022-09-01"))     # raises where a rule crashes
            ran += 1
    assert refused > 20 and ran > 20


def _spots(node: object) -> list[tuple]:
    """(container, key) of everything below a node."""
    if isinstance(node, dict):
        return [spot for key in node for spot in [(node, key), *_spots(node[key])]]
    if isinstance(node, list):
        return [spot for at in range(len(node)) for spot in [(node, at), *_spots(node[at])]]
    return []


def test_a_kind_may_look_at_several_lists_one_by_one(tmp_path: Path) -> None:
    """Its fields are looked for below each of the paths, not below the report."""
    check = "  each: [\"activities[]\", \"organisation_life.meetings[]\"]\n  check: {required: {fields: [date]}}\n"
    loaded(with_rule(tmp_path, RULE.replace(CHECK, check)))
    wrong = check.replace("[date]", "[heading]")
    flaws = lint(with_rule(tmp_path / "wrong", RULE.replace(CHECK, wrong)))
    assert [(one.check, one.line) for one in flaws] == [("unknown-field", 11)]


def test_what_every_theme_must_have_is_asked_for_whatever_its_id_is(tmp_path: Path) -> None:
    """A theme that the report leaves out is missed; of two ways one that can be read is enough."""
    shutil.copytree(WINDOW, tmp_path / "pack")
    for file in (tmp_path / "pack").rglob("*.yaml"):
        file.write_text(file.read_text(encoding="utf-8").replace("clarity", "cla.rity"), encoding="utf-8")
    compiled = loaded(tmp_path / "pack")
    base = {"base": "personal", "phase": "checking"}
    found = findings_of(compiled, base | {"remove": ["/themes/cla.rity"]})
    assert [one.pointer for one in found if one.rule == "QZ01"] == ["/themes/cla.rity"]
    both = base | {"set": {"/themes/cla.rity": {"problems": "x", "none_found": {"method": "甲", "basis": "乙"}}}}
    assert "QZ01" not in {one.rule for one in findings_of(compiled, both)}


@pytest.mark.parametrize(("file", "text", "wanted"), [
    ("words.yaml", "excuses: [甲]\n", "第 1 行：[broken] excuses 写在文件的最外层，应当在“words:”的下面；"
                                     "请在前面加一行“words:”，各行前面空两格"),
    ("words.yaml", "excuses: [甲]\nothers: [乙]\nthird: [丙]\n", "第 1 行：[broken] excuses、others、third 写在"),
    ("words.yaml", "words:\n  excuses: [甲]\nothers: [乙]\nthird: [丙]\n", "第 3 行：[broken] others、third 写在"),
    ("families/ZZ.yaml", "id: ZZ01\nmust: remarks is given\n", "应当在“rules:”的下面；请在前面加一行“rules:”，"
                                                              "各行前面空两格，第一行写成“- id: ……”，其余各行再空两格"),
    ("calendar.yaml", "名称: 元旦\n起: 2022-01-01\n止: 2022-01-03\n", "应当在“放假:”的下面"),
    ("words.yaml", "words:\n", "文件是空的；请写上内容，例如 words: {excuses: "),
    ("words.yaml", "- 甲\n", "第 1 行：[broken] 文件的最外层不是“字段名: 内容”"),
])
def test_what_stands_at_the_top_in_place_of_below_a_field_is_one_fault(
        tmp_path: Path, file: str, text: str, wanted: str) -> None:
    said = invoked("rules", "lint", own_pack(tmp_path, {file: text}))
    lines = [line for line in said.output.splitlines() if line.startswith(file)]
    assert len(lines) == 1 and wanted in lines[0], said.output


@pytest.mark.parametrize(("check", "place", "wanted", "english"), [
    ("{similar_text: {percent: [1, 2], shingle: 5, least: 50, fields: [remarks]}}", "similar_text/percent",
     "一个整数；例如 percent: 80", "a whole number; e.g. percent: 80"),
    ("{required: {fields: remarks}}", "required/fields", "列表；例如 fields: [", "a list; e.g. fields: ["),
    ("{required: [remarks]}", "required", "一组“名称: 内容”；例如 required: {fields: [",
     "a map of names and contents; e.g. required: {fields: ["),
    ("{unique: {of: [remarks, summary]}}", "unique/of", "一段文字；例如 of: ", "a text; e.g. of: "),
])
def test_a_value_of_a_wrong_type_is_told_what_is_wanted_with_an_example(
        tmp_path: Path, check: str, place: str, wanted: str, english: str) -> None:
    folder = with_rule(tmp_path, RULE.replace("{required: {fields: [remarks]}}", check))
    for language, said in (("zh", f"/rules/0/check/{place}：写法不对，应为{wanted}"),
                           ("en", f"/rules/0/check/{place}: this is not of the right form; it is to be {english}")):
        told_ = invoked("rules", "lint", folder, "--lang", language).output
        assert told_.startswith("families/ZZ.yaml") and said in told_, told_
        assert len(told_.splitlines()) == 2, told_


def test_the_example_for_a_wrong_type_is_what_the_pack_that_comes_along_says() -> None:
    """So it is a valid one, and no option of a check that it uses goes without."""
    asked = {("rules", 0, "check", kind, option) for rule in load_pack().rules.values() for check in rule.checks
             for kind, options in check.items() if isinstance(options, dict) and kind not in ("let", "message")
             for option in options}
    lacking = {path for path in asked if sample_of("rules", path) is None and in_use("rules", path) is None}
    assert len(asked) > 30 and not lacking


@pytest.mark.parametrize(("ident", "sample"), [
    ("ZZ-12", "ZZ12"), ("ＺＺ１２", "ZZ12"), ("zz12", "ZZ12"), ("ZZ 12", "ZZ12"), ("ZZ,12", "ZZ12"), ("ZZ*", "ZA01"),
    ("规则12", "ZA01"), ("ZZ١٢", "ZA01")])
def test_an_id_of_a_rule_that_no_pattern_could_choose_is_refused_in_one_line(
        tmp_path: Path, ident: str, sample: str) -> None:
    said = invoked("rules", "lint", with_rule(tmp_path, RULE.replace("id: ZZ01", f"id: '{ident}'"))).output
    assert said.splitlines()[1:] == ["规则包有 1 处要改"], said
    assert said.startswith(f"families/ZZ.yaml 第 4 行：[broken] 规则编号“{ident}”不合写法；编号是两个大写英文字母加"
                           f"两位或更多数字，例如 {sample}"), said
