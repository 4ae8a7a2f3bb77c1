"""The pages for authors of packs name every function with a valid use; for what went a sentence is given
(docs/packs.md).
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from running import ROOT, WINDOW, own_pack

from bayang.engine.authoring.examples import base_report, dump
from bayang.engine.authoring.lint import lint
from bayang.engine.judging.check import Checker
from bayang.engine.judging.compile import Compiled
from bayang.engine.judging.telling import Style
from bayang.engine.judging.world import World
from bayang.engine.language.beyond import offered
from bayang.engine.language.functions import FUNCTIONS, NAMES
from bayang.engine.language.meaning import understood
from bayang.engine.language.scopes import levels_of
from bayang.engine.packs.pack import Pack, load_pack

QZ = "families/QZ.yaml"
SENTENCE = "  - must: status in ('done', 'closed')\n"


@pytest.mark.parametrize(("page", "language"), [("packs.md", "en"), ("packs.zh-CN.md", "zh")])
def test_every_function_stands_in_the_table(page: str, language: str) -> None:
    text = (ROOT / "docs" / page).read_text(encoding="utf-8")
    for name, one in FUNCTIONS.items():
        assert f"| `{name}` | {one.chinese} | `{one.sample[language]}` |" in text


def test_the_language_has_a_name_in_chinese_for_each_and_no_other() -> None:
    assert list(NAMES["functions"]) == list(FUNCTIONS)


@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("name", FUNCTIONS)
def test_its_sample_is_valid_and_means_the_same_in_both_languages(pack: Pack, name: str, language: str) -> None:
    sample, roots = FUNCTIONS[name].sample[language], list(pack.shapes.values())
    each = "themes.*.problems[].measures[]" if FUNCTIONS[name].sample["en"].startswith("due ") else None
    levels = levels_of(roots, each, offered(pack, None))
    assert understood(sample, levels, pack)
    if language == "zh":
        assert sample.isascii() is False and not re.search("[a-z]{3,}", re.sub(r"'[^']*'|\bnot\b", "", sample))


@pytest.mark.parametrize(("old", "new"), [
    ("value: {field: status, in: [done]}", "must: status in ('done', 'closed')"),
    ("dates: {fields: [found], not_after: phase.end}", "must: due <= phase.end"),
    ("length: {at_most: 3000}", "check: {each: 'texts[]', must: length(value) <= 3000}"),
    ("has_items: {list: \"measures[]\"}", "must: count(activities) >= 1"),
])
def test_a_kind_that_is_gone_is_refused_with_the_sentence_in_its_place(tmp_path: Path, old: str, new: str) -> None:
    folder = own_pack(tmp_path, {QZ: (SENTENCE, f"  - {old}\n")})
    typed = (WINDOW / QZ).read_text(encoding="utf-8")
    line = typed[:typed.index(SENTENCE)].count("\n") + 1
    flaw = lint(folder)[0]
    assert (flaw.file, flaw.line) == (QZ, line)
    assert f"例如 {new}" in flaw.text("zh") and f"e.g. {new}" in flaw.text("en")


@pytest.mark.parametrize(("language", "said"), [("zh", "状态还是部分到位。"), ("en", "It is still partial.")])
def test_a_message_shows_a_listed_value_as_people_know_it(tmp_path: Path, language: str, said: str) -> None:
    pack = load_pack(own_pack(tmp_path, {QZ: (SENTENCE, SENTENCE + (
        "    let: {state: status}\n    message: {zh: '状态还是{{ state }}。', en: 'It is still {{ state }}.'}\n"))}))
    report = base_report(pack, "personal", None)
    report["themes"]["speed"]["problems"][0]["status"] = "partial"
    checker = Checker(Compiled(pack), World("2023-12-31"), Style(language))
    found = [one for one in checker.check(dump(report), "a.yaml").findings if one.rule == "QZ08"]
    assert [one.message for one in found] == [said]
