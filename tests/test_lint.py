"""What lint finds: each kind of flaw in a small pack that is broken in one place, and nothing in sound packs (contract
§6; docs/packs.md).
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from referencing import Registry
from running import BUNDLED, SERVICE, WINDOW, invoked, own_pack

from bayang.engine.authoring.lint import AS_TYPED, lint, referee
from bayang.engine.judging.kinds import CHECK_KINDS, raises
from bayang.engine.judging.telling import Teller
from bayang.engine.language.nodes import Call, Negated
from bayang.engine.language.possible import impossible
from bayang.engine.language.sentence import SentenceTexts
from bayang.engine.language.understanding import understand
from bayang.engine.packs.pack import Pack
from bayang.engine.records import UsageError
from bayang.engine.text.messages import catalogue

QZ = "families/QZ.yaml"
ANSWERED = "required: {fields: [{any: [themes.*.problems, themes.*.none_found]}], report: each}"

# what is looked for, the file, what stands there, what stands there instead, words of the finding
CASES: list[tuple[str, str, str, str, str]] = [
    ("broken", QZ, "required: {fields: [{any: [themes", "require: {fields: [{any: [themes", "required"),
    ("broken", QZ, "required: {fields: [{any: [themes", "required: {field: [{any: [themes", "did you mean fields"),
    ("broken", QZ, "id: QZ02", "id: QZ01", "QZ01"),
    ("broken", QZ, "name: late", "name: excuses", "QZ06"),
    ("broken", QZ, "from: mending", "from: repairing", "repairing"),
    ("sentence", "words.yaml", "excuses:", "pretexts:", "excuses"),
    ("years", "words.yaml", "excuses:", "years: [1900]\n  excuses:", "years"),
    ("sentence", QZ, "each: themes.*.problems[]\n  check:\n  - required",
     "each: themes.*.problem[]\n  check:\n  - required", "problems"),
    ("contradiction", QZ, "must: submitted <= latest", "when: phase == 'checking' and phase == 'mending'\n"
     "    must: submitted <= latest", "永远不成立"),
    ("over-whom", QZ, "must: share(cause", "over: units\n    must: share(cause", "QZ06"),
    ("sentence", QZ, "must: share(cause", "over: batch\n    must: share(cause", "people"),
    ("unquoted", QZ, "must: submitted <= latest", "must: [submitted] <= latest", 'must: submitted <= latest'),
    ("several", QZ, "must: submitted <= latest(phase.end, roster.extended)",
     "must:\n    - submitted is given\n    - submitted <= latest(phase.end, roster.extended)",
     "must: submitted is given and submitted <= latest(phase.end, roster.extended)"),
    ("wide", QZ, "{zh: 有一项提升没有作答, en: An", "{zh: 有一项提升没有作答，en: An", "没有作答, en: An"),
    ("unknown-field", QZ, "fields: [fact, cause, measures]", "fields: [fact, causes, measures]", "cause"),
    ("unknown-field", QZ, "fields: [action, owner, due]", "fields: [action, leader, due]", "action"),
    ("unknown-field", QZ, "answered_by: [problems, none_found]", "answered_by: [problems, nothing]", "nothing"),
    ("unknown-field", QZ, "themes.*.none_found]", "themes.*.none_fund]", "none_found"),
    ("wants-items", QZ, ANSWERED, "unique: {of: themes.problems.id}", "of: 'themes.*.problems[].id'"),
    ("sentence", QZ, "must: submitted <= latest", "must: submited <= latest", "submitted"),
    ("sentence", QZ, "each: themes.*.problems[]\n  check:\n    must: share",
     "each: themes.*.problems[]\n  when: person.rank == 'x'\n  check:\n    must: share", "rank"),
    ("wrong-form", QZ, ANSWERED, "unique: {of: 'themes.*.problems[].measures'}", "measures"),
    ("sentence", QZ, "('done', 'closed')", "('done', 'finished')", "finished"),
    ("never-fires", QZ, "must: share(cause, 'excuses') < 50", "must: share(cause, 'excuses') + 1 < 102", "QZ06"),
    ("contradiction", QZ, "'excuses') < 50", "'excuses') < 101", "“share(cause)” is (from 0 to 100), what it asks"),
    ("always-fires", QZ, "required: {fields: [summary.date]}", "required: {fields: [summary.text]}", "QZ07"),
    ("fires-on-base", "bases/personal.yaml", "            cause: 我没有先核对清单就让客户回去。\n", "", "QZ03"),
    ("base", "bases/personal.yaml", "/themes/speed/problems/0/status", "/themes/speed/problems/7/status", "mending"),
    ("unreachable-phase", QZ, "from: mending\n  level: error\n  check:\n    required: {fields: [summary.date]}",
     "from: mending\n  until: checking\n  level: error\n  check:\n    required: {fields: [summary.date]}", "QZ07"),
    ("phase-gap", "plan.yaml", "start: 2023-06-01", "start: 2023-06-02", "2023-06-01"),
    ("phase-overlap", "plan.yaml", "start: 2023-06-01", "start: 2023-05-31", "2023-06-01"),
    ("phase-backwards", "plan.yaml", "end: 2023-05-31", "end: 2023-02-28", "checking"),
    ("campaign-backwards", "plan.yaml", "start: 2023-03-01, end: 2023-08-31}", "start: 2023-08-31, end: 2023-03-01}",
     "{start: 2023-03-01, end: 2023-08-31}"),
    ("phase-order", "plan.yaml", "start: 2023-03-01\n", "start: 2023-12-01\n  end: 2023-12-31\n#", "mending, checking"),
    ("repeated-item", QZ, "fields: [fact, cause, measures]", "fields: [fact, cause, fact]", "fact"),
    ("campaign-end", "plan.yaml", "end: 2023-08-31}", "end: 2023-09-30}", "2023-09-30"),
    ("example-trips", QZ, "remove: [/themes/warmth], expect: [/themes/warmth]}",
     "remove: [/themes/warmth, /themes/speed/problems/0/cause], expect: [/themes/warmth]}", "QZ03"),
    ("example", QZ, "remove: [/themes/warmth], expect: [/themes/warmth]}",
     "remove: [/themes/warmth], expect: [/themes/speed]}", "/themes/warmth"),
    ("no-behaviours", "themes/3-warmth.yaml",
     (WINDOW / "themes/3-warmth.yaml").read_text("utf-8").partition("behaviours:")[2], " []\n", "behaviours"),
    ("broken", QZ,
     "    pass:\n    - {base: personal}\n    fail:\n    - {base: personal, set: {/themes/speed/problems/0/cause",
     "    pass: []\n    fail:\n    - {base: personal, set: {/themes/speed/problems/0/cause", "pass"),
    ("repeated-id", "themes/2-clarity.yaml", "id: clarity-1", "id: speed-1", "speed-1"),
    ("repeated-id", "themes/2-clarity.yaml", "id: clarity\n", "id: speed\n", "speed"),
    ("translation", QZ, "zh: 请补填“{{ missing }}”。", "zh: Please fill in “{{ missing }}”.", "remedy"),
    ("broken", QZ, "en: Put it right and report again.", 'en: ""', "en"),
    ("translation", "themes/2-clarity.yaml", ", en: Different answers on the same matter", "", "clarity-2"),
    ("unknown-hint", "families/FM.yaml", "    not-here:", "    not-there:", "not-there"),
    ("template", QZ, "缺 {{ missing }}", "缺 {{ mising }}", "mising"),
    ("template", QZ, "“{{ field }}”有 {{ percent }}%", "“{{ field }”有 {{ percent }}%", "QZ06"),
    ("template", QZ, "en: In “{{ field }}”, {{ percent }} %", "en: In “{{ field.name }}”, {{ percent }} %", "name"),
    ("basis-gap", QZ, "三.1, quote: 个人列出", "三.1, phase: mending, quote: 个人列出", "checking"),
    ("basis-overlap", QZ, "- {clause: 三.1, quote: 个人列出", "- {clause: 五, level: [branch-office], quote: 甲}\n"
     "    - {clause: 六, level: [branch-office, headquarters], quote: 乙}\n    - {clause: 三.1, quote: 个人列出", "五"),
    ("basis-idle", QZ, "- {clause: 三.2, quote: 问题全部改完", "- {clause: 三.1, phase: checking, quote: 甲}\n"
     "    - {clause: 三.2, quote: 问题全部改完", "QZ08"),
    ("one-kind", QZ, ANSWERED,
     f"{ANSWERED}\n    unique: {{of: remarks}}", "required"),
    ("no-such-fault", QZ, ANSWERED, "form: missing-feild", "missing-field"),
    ("wrong-scope", QZ, f"  check:\n    {ANSWERED}", "  each: themes.*\n  check:\n    mojibake: {words: self}",
     "themes.*"),
    ("wrong-form", QZ, "themes.*.none_found]", "'themes.*.problems[].id']", "themes.*"),
    ("needs-option", QZ, ANSWERED,
     "unique: {of: 'themes.*.problems[].fact', unless: id}", "across"),
    ("out-of-bounds", QZ, ANSWERED,
     "similar_text: {fields: [remarks], percent: 80, shingle: 9, least: 50}", "from 1 to 8"),
    ("broken-path", QZ, "answered_by: [problems,", "answered_by: ['problems[0]',", "problems[0]"),
    ("word-list", "words.yaml", "words:\n", "words:\n  spare: 备用\n", "spare"),
    ("word-map", "words.yaml", "words:\n", "words:\n  synonyms: [备用]\n", "synonyms"),
    ("word", "words.yaml", "words:\n", "words:\n  spare: [备用, {甲: 乙}]\n", "spare"),
    ("many-patterns", "words.yaml", "words:\n", "words:\n  spare:\n"
     + "".join(f"  - {{pattern: '{letter}.{{0,200}}甲'}}\n" for letter in "abcdefghijklm"), "spare"),
    ("joined-item", "words.yaml", "words:\n", "words:\n  spare: [备用、另用]\n", "[备用, 另用]"),
    ("unused-list", "words.yaml", "words:\n", "words:\n  spare: [备用]\n", "spare"),
    ("uncited", "plan.txt", "总部编制问题汇总。", "总部编制问题汇总。每周调度一次。", "每周调度"),
    ("astray", QZ, "quote: 问题全部改完", "quote: 问题都改完了", "plan.txt"),
    ("pattern", "words.yaml", "words:\n", "words:\n  spare:\n  - {pattern: '(a+)+b'}\n", "spare"),
    ("pattern", "words.yaml", "words:\n", "words:\n  spare:\n  - {pattern: '(?<=a+)b'}\n", "spare"),
]


@pytest.mark.parametrize("number", range(len(CASES)), ids=[f"{at}-{case[0]}" for at, case in enumerate(CASES)])
def test_each_flaw_is_found_at_its_line(tmp_path: Path, number: int) -> None:
    check, file, old, new, words = CASES[number]
    folder = own_pack(tmp_path, {file: (old, new)})
    all_found = lint(folder)
    found = [flaw for flaw in all_found if flaw.check == check and words in flaw.text("zh") + flaw.text("en")]
    assert found, [flaw.text("en") for flaw in all_found]
    for flaw in found:
        lines = (folder / flaw.file).read_text(encoding="utf-8").splitlines()
        assert 1 <= flaw.line <= len(lines)
        for language in ("zh", "en"):
            text = flaw.text(language)
            assert re.search("例如|举例|应为|e\\.g\\.|for instance|write ", text, re.IGNORECASE), text


@pytest.mark.parametrize(("line", "written"), [(7, "2.提告知清楚、治含糊。"), (12, "同一事项前后说法不一")])
def test_words_of_a_theme_that_are_not_the_plans_are_told_once_at_their_line(tmp_path: Path, line: int,
                                                                            written: str) -> None:
    """However many rules read them; a theme has no basis that could go without words."""
    folder = own_pack(tmp_path, {"themes/2-clarity.yaml": (written, "另写的一句话")})
    assert [(flaw.file, flaw.line, flaw.text("zh")) for flaw in lint(folder) if flaw.check == "astray"] == [
        ("themes/2-clarity.yaml", line, "这里写的“另写的一句话”不在 plan.txt 里；应为方案的原文，连同标点一字不差")]


def test_the_command_tells_them_and_fails(tmp_path: Path) -> None:
    folder = own_pack(tmp_path, {QZ: ("('done', 'closed')", "('done', 'finished')")})
    result = invoked("rules", "lint", "--rules", folder)
    assert result.exit_code == 1
    assert f"{QZ} 第 " in result.output and "[sentence]" in result.output


def test_every_check_has_a_case_and_a_text() -> None:
    texts = {name.removeprefix("lint.") for name in catalogue("zh") if name.startswith("lint.")}
    elsewhere = {"days-backwards", "inherited", "idle-level", "itself", "other-family", "unused-let", "stray"}
    assert texts - {"line", "totals", "clean", "schema", "referee"} - elsewhere == {case[0] for case in CASES}


def test_the_line_is_the_one_that_was_changed(tmp_path: Path) -> None:
    folder = own_pack(tmp_path, {QZ: ("fields: [fact, cause, measures]", "fields: [fact, causes, measures]")})
    flaw = next(flaw for flaw in lint(folder) if flaw.check == "unknown-field")
    assert "causes" in (folder / QZ).read_text(encoding="utf-8").splitlines()[flaw.line - 1]


def test_no_pack_is_wrong_use(tmp_path: Path) -> None:
    with pytest.raises(UsageError):
        lint(tmp_path)
    assert invoked("rules", "lint", "--rules", tmp_path).exit_code == 2


def test_the_referee_reads_scalars_as_typed() -> None:
    schema = {"type": "object", "properties": {"n": {"type": "integer"}, "b": {"type": "boolean"}}}
    referee_of = AS_TYPED(schema, registry=Registry())
    assert referee_of.is_valid({"n": "3", "b": "true"})
    assert not referee_of.is_valid({"n": "three"})
    assert not referee_of.is_valid({"b": "yes"})
    assert referee.__doc__


def test_the_bundled_pack_has_no_flaws_and_its_checks_raise_what_the_table_says(
        monkeypatch: pytest.MonkeyPatch) -> None:
    """Lint runs every example, and what is raised meanwhile is looked at."""
    raised: list[tuple[str, Any, str | None, set[str]]] = []
    of_hit, of_slip = Teller.of_hit, Teller.of_slip

    def hit_seen(self: Teller, check: Any, hit: Any, *rest: Any) -> Any:
        kind, options = next((kind, options) for part in check.rule.checks for kind, options in part.items()
                             if (kind == "must" if check.is_sentence else kind == "form" and "at" in part
                                  or CHECK_KINDS.get(kind) is check.kind))
        raised.append((kind, options, hit.hint if kind != "must" else None, set(hit.facts)))
        return of_hit(self, check, hit, *rest)

    def slip_seen(self: Teller, slip: Any, *rest: Any) -> Any:
        hint, facts = slip.told
        at_place = {"braces", "item"} if slip.name == "wrong-type" or hint == "list" else set()
        raised.append(("form", slip.name, hint, set(facts) | at_place))     # where it stands is known when it is told
        return of_slip(self, slip, *rest)

    monkeypatch.setattr(Teller, "of_hit", hit_seen)
    monkeypatch.setattr(Teller, "of_slip", slip_seen)
    result = invoked("rules", "lint", "--rules", BUNDLED, "--lang", "en")
    assert (result.exit_code, result.output) == (0, "nothing found in the pack\n")
    assert len(raised) > 500
    for kind, options, hint, facts in raised:
        table = CHECK_KINDS[kind].raises if options is None else raises(kind, options)
        if kind == "form" and hint is None and None not in table:      # one text for all variants
            table = {None: " ".join(set.intersection(*(set(names.split()) for names in table.values())))}
        assert hint in table, (kind, options, hint)
        assert set(table[hint].split()) <= facts, (kind, options, hint, facts)


# -- conditions that contradict each other, or the reports that their rule is for ----------------------------------

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
    ("paid is given and paid is not given", "paid", None),
    ("paid is given or paid is not given", None, "paid"),
    ("paid is not given and paid == 3", "paid", None),
    ("paid is given and paid == 3", None, None),
    ("paid is not given or paid == 3", None, None),
    ("count(visits) >= 0", None, "count"), ("count(visits) > -1", None, "count"), ("0 <= 个数(visits)", None, "count"),
    ("count(visits) < 0", "count", None), ("-1 == count(visits)", "count", None), ("count(visits) >= 1", None, None),
    ("count(visits) >= 0 or paid == 3", None, "count"), ("count(visits) >= 1 and count(visits) < 1", "count", None),
    ("count(visits) >= 1 and count(activities) < 1", None, None),
    ("count(visits[grade > 3]) >= 1 and count(visits[grade > 4]) < 1", None, None),
    ("collected.due >= 0", None, "due"), ("collected.due < 0", "due", None), ("paid >= 0", None, None),   # is money
    ("collected.due is given and collected.due >= 0", None, None),
    ("length(unit.name) < 0", "length", None), ("length(unit.name) >= 0", None, "length"),
])
def test_what_no_value_can_be(service: Pack, text: str, field: str | None, contrary: str | None) -> None:
    must = understand(SentenceTexts(text), [service.shapes["unit"]], service).must
    assert must is not None
    found = [impossible([one], {}) for one in (must, Negated(must.type, 0, must))]
    assert [one and (one.name if isinstance(one, Call) else one.steps[-1]) for one in found] == [field, contrary]


def test_lint_tells_them_at_their_line(tmp_path: Path) -> None:
    rules = [("mending", "unit", "when: phase == 'checking'\n  must: paid <= grants", "when", "一次也不会问"),
             ("checking", "station", "must: unit.level == 'bureau'", "must", "永远达不到"),
             ("checking", "station", "must: unit.level != 'bureau'", "must",
              "规则问到的地方，“层级”不论填什么、填不填，这个要求不会不成立，规则一次也不会提出；请改严一些，"),
             ("checking", "unit", "each: visits[]\n  where: grade > 3 and grade < 3\n  must: firm is given", "where",
              "不会问"),
             ("checking", "unit", "must: 个数(visits) >= 0", "must",
              "规则问到的地方，“个数(走访企业)”（不会小于 0）不论是多少，这个要求不会不成立，规则一次也不会提出；"
              "请改严一些，例如把 or 改成 and，或者改这里写的数"),
             ("checking", "unit", "when: count(visits) < 0\n  must: paid is given", "when",
              "“个数(走访企业)”（不会小于 0）没有一个值能同时合乎这里写的和规则适用的范围，这个条件永远不成立，"),
             ("checking", "unit", "when: phase == 'mending'\n  must: paid <= grants", "", "")]
    text = "family: FX\ntitle: 试\nrules:\n" + "".join(
        f"- id: FX0{at}\n  title: 甲\n  who: [{who}]\n  from: {first}\n  {said}\n"
        "  basis: {practice: 试}\n  remedy: 请改。\n"
        for at, (first, who, said, *_) in enumerate(rules, 1))
    folder = own_pack(tmp_path, {"families/FX.yaml": text}, SERVICE)
    lines = text.splitlines()
    found = [one for one in lint(folder) if one.check == "contradiction"]
    assert [one.facts["rule"] for one in found] == [f"FX0{at}" for at in range(1, 7)]
    assert not [one for one in lint(folder) if one.check.endswith(("-fires", "-base"))]     # which follows of FX02
    assert "wherever the rule asks, whatever “level” is, and whether or not it is filled in, " in found[2].text("en")
    assert "whatever “count(visits)” is (never less than 0), what it asks is never false" in found[4].text("en")
    for flaw, (*_, part, words) in zip(found, rules, strict=False):
        assert lines[flaw.line - 1].startswith(f"  {part}: ")
        assert words in flaw.text("zh") and "例如" in flaw.text("zh")
