"""The rule table, the plan's words in the pack, the examples in the rules, and what findings say (contract §7)."""

from __future__ import annotations

import csv
import hashlib
import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import yaml

from bayang.engine.authoring.examples import Trial, batch_of, findings_in
from bayang.engine.judging.compile import Compiled
from bayang.engine.packs.pack import Pack, load_pack
from bayang.engine.packs.rule import Rule
from bayang.engine.records import Finding

# The table of the rules: ID, name, who, from, level.
# P personal, U unit (b bureau, c branch, d department), B batch.
TABLE = """\
IN01  unreadable-file           P U    any              error
IN02  oversized-file            P U    any              error
IN03  wrong-encoding            P U    any              error
IN04  forbidden-character       P U    any              error
IN05  broken-yaml               P U    any              error
IN06  not-a-form                P U    any              error
IN07  duplicate-key             P U    any              error
IN08  forbidden-yaml            P U    any              error
IN09  too-large-inside          P U    any              error
IN10  empty-file                P U    any              error
FM01  missing-field             P U    any              error
FM02  unknown-field             P U    any              error
FM03  wrong-type                P U    any              error
FM04  unknown-value             P U    any              error
FM05  not-a-date                P U    any              error
FM06  date-spelling             P U    any              warning
FM07  cut-value                 P U    any              warning
FM08  unknown-behaviour         P U    any              error
FM09  other-plan                P U    any              error
FM10  swallowed-line            P U    any              warning
FM11  odd-id                    P U    any              error
ID01  late                      P U    any              error
ID02  from-the-future           P U    any              error
ID03  before-its-phase          P U    any              warning
ID04  self-reviewed             P U    any              warning
RO01  missing-report            B      -                error
RO02  unknown-subject           P U    any              error
RO03  identity-mismatch         P U    any              error
RO04  duplicate-report          B      -                error
RO05  owner-unknown             P U    inspection       warning
RO06  collected-mismatch        U      inspection       error
CV01  theme-unanswered          P U    inspection       error
CV02  none-found-bare           P U    inspection       error
CV03  contradicted              P U    inspection       error
CV04  behaviour-unexamined      P U    inspection       warning
CV05  nothing-anywhere          P U    inspection       info
CV06  unit-nothing-anywhere     B      -                info
PB01  problem-incomplete        P U    inspection       error
PB02  problem-id-repeated       P U    inspection       error
PB03  no-cultural-cause         P U    inspection       warning
PB04  no-instance               P U    inspection       warning
PB05  plan-copied               P U    inspection       warning
PB06  fact-repeated             P U    inspection       error
PB07  action-repeated           P U    inspection       warning
PB08  measure-incomplete        P U    inspection       error
PB09  vague-due                 P U    inspection       error
PB10  due-in-the-past           P U    inspection only  error
PB11  due-too-late              P U    inspection       error
PB12  vague-owner               P U    inspection       error
PB13  no-leader                 U      inspection       warning
PB14  leader-is-owner           U      inspection       info
PB15  vague-action              P U    inspection       warning
PB16  no-standard               P U    inspection       warning
PB17  stock-phrases             P U    inspection       info
SE01  self-left-out             P      inspection       warning
RC01  no-status                 P U    rectification    error
RC02  done-undated              P U    rectification    error
RC03  done-unproved             P U    rectification    error
RC04  completed-out-of-order    P U    rectification    error
RC05  overdue                   P U    rectification    error
RC06  continuing-unchecked      P U    rectification    error
RC07  deferral-incomplete       P U    rectification    error
RC08  self-accepted             P U    rectification    error
RC09  closed-unaccepted         P U    rectification    error
RC10  problem-vanished          B      rectification    error
RC11  unresolved                P U    consolidation    error
RC12  reported-to-meeting       P U    consolidation    warning P, error U
RC13  statistics-mismatch       U      rectification    error
PH11  no-mobilisation           U      education        error
PH12  one-form-only             U      education        warning
PH13  no-study                  P      education        warning
PH14  outside-the-campaign      P U    any              warning
PH21  no-research-report        U      inspection       error
PH22  one-method-only           U      inspection       warning
PH23  no-taskforce              U b    inspection       error
PH41  no-institution            U      consolidation    error
PH42  no-summary                U c d  consolidation    error
PH43  summary-late              U c d  consolidation    error
PH44  wrong-office              U      consolidation    warning
PH45  no-upward-report          U b    consolidation    error
OR01  no-leading-group          U b c  education        error
OR02  leading-group-incomplete  U b    education        error
OR03  not-led-from-the-top      U b c  education        error
OR05  members-left-out          U b    education        warning
OR06  branch-group-incomplete   U c    education        warning
OR04  no-contact                U      any              warning
ME11  no-column                 U      education        error b, warning c d
ME41  organisation-life-gaps    U      consolidation    warning
ME51  no-case-lessons           U      rectification    warning
ME61  no-incentives             U b    consolidation    error
ME71  no-evaluation             U b    consolidation    warning
ME81  no-channel                U b    rectification    warning
ME83  no-commitment             U b    consolidation    warning
ME82  handled-over-received     U      rectification    error
ME91  no-inspection             U b    rectification    error
ME93  no-annual-plan            U b    rectification    warning
ME92  no-circular               U      rectification    warning
CA01  weekly-gap                U b    education        error
CA02  monthly-gap               U      education        error
CA03  quarterly-gap             U b    inspection       error
CA04  half-year-gap             U b    rectification    error
TX01  placeholder               P U    any              error
TX02  form-text-left            P U    any              error
TX03  private-number            P U    any              error
TX04  very-long                 P U    any              info
TX07  mojibake                  P U    any              error
TX08  invisible                 P U    any              error
TX05  year-brackets             P U    any              warning
TX06  attachment-missing        P U    any              error
BT01  same-text                 B      inspection       warning
BT02  unit-text-in-person       B      inspection       warning
BT03  problem-id-clash          B      inspection       error
WV01  stale-waiver              B      -                warning
"""
ROWS = [re.split(r"\s{2,}", line) for line in TABLE.splitlines()]
IDS = [row[0] for row in ROWS]
LETTERS = {"personal": "P", "unit": "U", "bureau": "b", "branch": "c", "department": "d", "batch": "B"}

# The plan's own numbers: behaviours of each theme, and the digest of all their words, one a line, in order.
BEHAVIOURS = {"shigan": 6, "dandang": 4, "gongpu": 9, "pinbo": 5, "yanjin": 9,
              "chuangyou": 4, "douzheng": 4, "lianjie": 6}
WORDS = "ca7ed9b78cf51fd1c2c999bdb7619d388f7b162e2aeba202702a440ea4cb6ff4"

HAN = re.compile("[\u3400-\u9fff]+")
SAFE = re.compile(r"\d{4}-\d\d-\d\d|[a-z_]+|[\w.-]*-\d+", re.ASCII)     # a date, a listed value, an ID
LANGUAGES = ("zh", "en")


# --- the table ------------------------------------------------------------------------------------


def who(rule: Rule) -> str:
    """Whom a rule concerns, as the table writes it."""
    letters = [LETTERS[one] for one in rule.who]
    return " ".join(letters if letters[0] in "PUB" else ["U", *letters])


def first(rule: Rule) -> str:
    """From which phase on a rule applies, as the table writes it; rules over the batch alone have none."""
    if rule.last:
        assert rule.last == rule.first
        return f"{rule.first} only"
    return "-" if rule.who == ("batch",) and rule.first == "any" else rule.first


def level(rule: Rule) -> str:
    """The level of a rule, as the table writes it: one, or one for each kind of subject."""
    if isinstance(rule.level, str):
        return rule.level
    groups: dict[str, list[str]] = {}
    for kind, one in rule.level.items():
        groups.setdefault(one, []).append(LETTERS[kind])
    return ", ".join(f"{one} {' '.join(kinds)}" for one, kinds in groups.items())


def test_the_table_has_113_rules() -> None:
    assert len(ROWS) == len(set(IDS)) == len({row[1] for row in ROWS}) == 113


def test_the_pack_has_these_rules_and_no_others(pack: Pack) -> None:
    assert set(pack.rules) == set(IDS)


@pytest.mark.parametrize("row", ROWS, ids=IDS)
def test_a_rule_is_as_the_table_says(pack: Pack, row: list[str]) -> None:
    rule = pack.rules[row[0]]
    assert [rule.id, rule.name, who(rule), first(rule), level(rule)] == row


def test_only_one_rule_has_a_harder_part(pack: Pack) -> None:
    """A gap without a mechanism is an error, though the rule is a warning."""
    mixed = {one.id for one in pack.rules.values() if isinstance(one.level, str) and one.levels != {one.level}}
    assert mixed == {"ME51"}
    assert pack.rules["ME51"].levels == {"error", "warning"}


def test_the_table_is_the_shared_one(shared: Path | None) -> None:
    if shared:
        with open(shared / "rules.tsv", encoding="utf-8", newline="") as file:
            assert list(csv.reader(file, delimiter="\t"))[1:] == ROWS


# --- the plan's words -----------------------------------------------------------------------------


def test_the_behaviours_are_counted(pack: Pack) -> None:
    assert {theme.id: len(theme.behaviours) for theme in pack.themes.values()} == BEHAVIOURS
    assert list(pack.themes) == list(BEHAVIOURS)
    assert len(pack.behaviours) == 47


def test_the_behaviours_are_numbered(pack: Pack) -> None:
    for theme in pack.themes.values():
        assert [one.id for one in theme.behaviours] == [
            f"{theme.id}-{number:02}" for number in range(1, BEHAVIOURS[theme.id] + 1)]


def test_the_behaviours_are_the_plans_words(pack: Pack) -> None:
    words = "\n".join(one.text for one in pack.behaviours.values())
    assert hashlib.sha256(words.encode()).hexdigest() == WORDS


def test_the_headings_name_virtue_and_habit(pack: Pack) -> None:
    for number, theme in enumerate(pack.themes.values(), 1):
        assert theme.heading == f"{number}.扬“{theme.virtue}”正气、治“{theme.habit}”习气。"
        assert theme.name["zh"] == theme.virtue
        assert theme.clause == f"三.{number}"


def test_the_themes_are_those_of_the_inventory(pack: Pack, shared: Path | None) -> None:
    if not shared:
        return
    inventory = yaml.load((shared / "plan" / "inventory.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
    assert inventory["counts"]["negative_segments"] == 47
    for theme, said in zip(pack.themes.values(), inventory["themes"], strict=True):
        assert (theme.virtue, theme.habit) == (said["yang"], said["zhi"])
        assert theme.heading == said["heading"]["text"]
        assert list(theme.upholds) == [one["text"] for one in said["positive"]]
        assert [(one.text, one.leaning) for one in theme.behaviours] == [
            (one["text"], one["editor_hint"]) for one in said["negative"]]


def test_the_themes_stand_whole_in_the_plan(pack: Pack, shared: Path | None) -> None:
    if not shared:
        return
    plan = (shared / "plan" / "plan.txt").read_text(encoding="utf-8")
    for theme in pack.themes.values():
        listed = "；".join(one.text for one in theme.behaviours)
        verb = "坚决纠治" if theme.id == "lianjie" else "坚决整治"
        assert f"{theme.heading}{''.join(theme.upholds)}{verb}{listed}等。" in plan


def clauses(plan: str) -> dict[str, str]:
    """The plan by its numbering: `三` is a part's heading and opening, `三.1` a numbered paragraph."""
    found: dict[str, str] = {}
    part = ""
    for line in plan.splitlines():
        if line[1:2] == "、" and line[0] in "一二三四五":
            part = key = line[0]
        elif line[1:2] == "." and part:
            key = f"{part}.{line[0]}"
        else:
            key = part
        found[key] = found.get(key, "") + line
    return found


def test_the_plan_has_this_numbering(shared: Path | None) -> None:
    if shared:
        found = clauses((shared / "plan" / "plan.txt").read_text(encoding="utf-8"))
        numbered = [f"{part}.{number}" for part, count in (("三", 8), ("四", 9), ("五", 4))
                    for number in range(1, count + 1)]
        assert set(found) == {"", *"一二三四五", *numbered}


@pytest.mark.parametrize("ident", IDS)
def test_every_quote_stands_in_its_clause(pack: Pack, shared: Path | None, ident: str) -> None:
    rule = pack.rules[ident]
    assert rule.bases or rule.practice
    if shared:
        found = clauses((shared / "plan" / "plan.txt").read_text(encoding="utf-8"))
        assert [cite for cite in rule.bases if cite.quote not in found.get(cite.clause, "")] == []


# --- the examples: that they hold is said by lint, in test_lint.py ---------------------------------


def examples(rule: Rule) -> list[tuple[str, int, dict[str, Any]]]:
    return [(side, at, one) for side in ("pass", "fail") for at, one in enumerate(rule.examples[side], 1)]


@pytest.mark.parametrize("ident", IDS)
def test_a_rule_has_both_kinds_of_example(pack: Pack, ident: str) -> None:
    rule = pack.rules[ident]
    assert rule.examples["pass"] and rule.examples["fail"]
    tested = [one["tested"] for _, _, one in examples(rule) if "tested" in one]
    assert [name for name in tested if not (Path(__file__).parents[1] / name).is_file()] == []


# --- what a finding says --------------------------------------------------------------------------


def scalars(pack: Pack, example: dict[str, Any], batch: Trial) -> set[str]:
    """Every text that the submitters of an example wrote, but for dates, IDs and listed values."""
    found: set[str] = set()
    for one, data in zip(example.get("files") or [example], batch.files.values(), strict=True):
        if "base64" in one:
            continue
        text = data.decode(one.get("encoding", "utf-8"), "replace")
        try:
            rest = list(yaml.load_all(text, Loader=yaml.CSafeLoader))
        except (yaml.YAMLError, ValueError):
            rest = [line.split(":", 1)[-1].strip(" \"'") for line in text.splitlines()]
        while rest:
            node = rest.pop()
            if isinstance(node, dict):
                rest.extend(node.values())
            elif isinstance(node, list):
                rest.extend(node)
            elif isinstance(node, str):
                found.add(node)
    known = {*pack.fields, *pack.vocabulary.phases, *pack.vocabulary.plans}
    return {one for one in found if one not in known and not SAFE.fullmatch(one)}


def fixed(rule: Rule, language: str) -> str:
    """All that a rule says whatever was written."""
    return "\n".join(text[language] for text in (rule.message, rule.remedy, *rule.hints.values()))


@pytest.mark.parametrize("ident", IDS)
def test_findings_speak_without_quoting(compiled: Compiled, ident: str) -> None:
    """Of each failing example: message and remedy are there, in the language asked for, and quote nothing."""
    pack, rule = compiled.pack, compiled.pack.rules[ident]
    for example in rule.examples["fail"]:
        if "tested" in example:
            continue
        batch = batch_of(pack, example)
        texts = {one for one in scalars(pack, example, batch) if len(one) >= 6}
        for language in LANGUAGES:
            said = [one for one in findings_in(compiled, batch, language) if one.rule == ident]
            assert said
            own = fixed(rule, language)
            written = {one for one in texts if one not in own}
            for one in said:
                speaks_without_quoting(one, written, language)


def speaks_without_quoting(one: Finding, written: set[str], language: str) -> None:
    assert one.message.strip() and one.remedy.strip()
    lines = [line.lstrip(" ") for line in one.insert.text.split("\n")] if one.insert else []
    remedy = one.remedy
    for line in lines:      # to be pasted: names of fields, and braces
        remedy = remedy.replace(f"“{line}”", "“…”").replace(f'"{line}"', '"…"')
    for text in (one.message, remedy):
        assert not [quoted for quoted in written if quoted in text]
        assert not re.search(r"[{}]|“”|\bNone\b(?! found)", text)
        check_language(text, language)


@pytest.mark.parametrize("ident", IDS)
def test_the_texts_of_a_rule_are_in_both_languages(pack: Pack, ident: str) -> None:
    rule = pack.rules[ident]
    for text in (rule.title, rule.message, rule.remedy, *rule.hints.values(), rule.practice or rule.title):
        assert list(text) == ["zh", "en"]
        for language in LANGUAGES:
            bare = re.sub(r"\{[{%].*?[%}]\}", "", text[language], flags=re.DOTALL)
            assert bare.strip()
            check_language(bare, language)


def check_language(text: str, language: str) -> None:
    """Chinese holds no run of English words; English no Chinese but in quotes, and short samples of what to type."""
    if language == "zh":
        assert HAN.search(text)
        assert not re.search(r"[A-Za-z]{2,},? +[A-Za-z]{2,}", re.sub("“[^”]*”", "", text)), text
        return
    assert re.search("[A-Za-z]{2,}", text) and "(s)" not in text
    assert not re.search("[。，；：！？]", re.sub("“[^”]*”", "", text)), text
    assert max(map(len, HAN.findall(re.sub("“[^”]*”|（[^）]*）", "", text))), default=0) <= 10, text


@pytest.mark.parametrize("ident", ["RC05", "RC06", "RC07", "RC09", "WV01"])
def test_no_remedy_gives_a_day_for_an_example_that_may_be_too_early(pack: Pack, ident: str) -> None:
    """What lies after another day: an example shows how a day is written, and is none to be typed."""
    for text in pack.rules[ident].remedy.values():
        assert re.search("20[0-9]{2}-[0-9]{2}-[0-9]{2}", text)
        assert not re.search("(例如|写|e\\.g\\.) 20", text)


def test_a_pack_without_examples_is_the_same_but_for_them() -> None:
    """A check passes the examples over when it loads a pack; nothing else may be lost with them."""
    whole, short = load_pack(), load_pack(examples=False)
    none: dict[str, list] = {"pass": [], "fail": []}
    assert {name: replace(rule, examples=none) for name, rule in whole.rules.items()} == short.rules
    assert whole.digest == short.digest
