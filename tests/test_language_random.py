"""Random sentences over the bundled form: refused with a place and a text, or of one meaning with a slow evaluator.

10,000 of them, with those that name what stands beside a report (`test_language_beside_random`):
`BAYANG_SENTENCES=10000 pytest tests/test_language*random.py`.
"""

from __future__ import annotations

import copy
import os
import random
from collections import Counter
from functools import cache, lru_cache
from typing import Any

import pytest
from evaluating import outcomes, plain
from hypothesis import given, settings
from hypothesis import strategies as st
from sentences import Grammar, Sentence, Writer, levels_of, spoilt

from bayang.engine.authoring.examples import base_report, dump
from bayang.engine.judging.case import Case
from bayang.engine.judging.opening import Opener
from bayang.engine.judging.strict import fault_text
from bayang.engine.language.reads import Unassessed
from bayang.engine.language.sentence import RuleSentence, SentenceTexts
from bayang.engine.language.types import Fault
from bayang.engine.packs.pack import Pack, load_pack
from bayang.engine.reading.paths import split
from bayang.engine.records import Limits, Unreadable
from bayang.engine.text.messages import LANGUAGES

MOST = int(os.environ.get("BAYANG_SENTENCES", "400"))
REPORTS = 60 if MOST < 1000 else 2000
EACH = (None, None, None, "themes.*", "themes.*.problems[]", "themes.*.problems[].measures[]", "activities[]",
        "cadence.weekly[]", "themes.*.problems[].found", "institutions[]", "organisation_life.meetings[]")
KINDS = (("personal",), ("unit",), ("personal", "unit"))
BASES = ("personal", "department", "branch", "bureau")
SPOILS = ("remove", "remove", "misspell", "text", "list", "map", "date", "date", "date", "swap", "swap", "null")


@lru_cache(maxsize=1)
def bundled() -> Pack:
    return load_pack(examples=False)


@cache
def grammar_of(kinds: tuple[str, ...], each: str | None) -> Grammar | None:
    """The grammar of a scope; None where the form has none such."""
    levels = levels_of(bundled(), kinds, each)
    return Grammar(bundled(), levels) if levels else None


@lru_cache(maxsize=4096)
def report_bytes(kind: str, number: int) -> bytes:
    """A report of a pack's base, every second one changed by chance in some places."""
    chance = random.Random(number)
    base = "personal" if kind == "personal" else chance.choice(BASES[1:])
    data = copy.deepcopy(base_report(bundled(), base, chance.choice(list(bundled().phases))))
    for _ in range(chance.choice((0, 2, 6, 15))):
        spoil(data, chance, valid=number % 2 == 0)
    return dump(data)


def spoil(data: dict[str, Any], chance: random.Random, valid: bool) -> None:
    """Change one field by chance, in a way that keeps the form, or in any."""
    homes: list[tuple[Any, Any]] = []
    rest: list[Any] = [data]
    while rest:
        node = rest.pop()
        for key in list(node) if isinstance(node, dict) else range(len(node)):
            homes.append((node, key))
            if isinstance(node[key], dict | list):
                rest.append(node[key])
    node, key = chance.choice(homes)
    if key in ("report", "plan") and node is data:
        return
    what = chance.choice(("remove", "date", "swap") if valid else SPOILS)
    if what == "remove":
        del node[key]
    elif what == "date" and isinstance(node[key], str) and node[key][:2] == "20" and len(node[key]) == 10:
        node[key] = f"2022-{chance.randint(1, 12):02}-{chance.randint(1, 28):02}"
    elif what == "swap" and isinstance(node, list) and node:
        node.append(copy.deepcopy(chance.choice(node)))
    elif what == "misspell" and isinstance(node, dict):
        node[key[:-1] + "q"] = node.pop(key)
    elif what in ("text", "list", "map", "null"):
        node[key] = {"text": "不详", "list": ["甲"], "map": {"甲": "乙"}, "null": None}[what]


def case_of(kind: str, number: int) -> Case | None:
    try:
        case, _ = Opener(bundled(), None, Limits()).open(report_bytes(kind, number))
    except Unreadable:
        return None
    return case


def engine_says(sentence: RuleSentence, case: Case) -> list[bool | None]:
    """Of each scope of a report whether the sentence speaks there; None where that is not assessed."""
    found: list[bool | None] = []
    for scope in sentence.scopes(case):
        try:
            found.append(sentence.speaks(case, scope))
        except Unassessed:
            found.append(None)
    return found


def written(chance: random.Random, kinds: tuple[str, ...], each: str | None,
            parts: tuple[bool, bool]) -> tuple[Sentence | None, Sentence | None, Sentence] | None:
    """`when`, `where` and `must` of a random rule; None where the form has no such items."""
    own, whole = grammar_of(kinds, each), grammar_of(kinds, None)
    if own is None or whole is None:
        return None
    return (Writer(whole, chance).truth(2) if parts[0] else None, Writer(own, chance).truth(2) if parts[1] else None,
            Writer(own, chance).truth(3))


COUNTED: Counter[str] = Counter()


@settings(max_examples=MOST * 3 // 4, derandomize=MOST < 1000)
@given(st.integers(0, 2 ** 40), st.sampled_from(KINDS), st.sampled_from(EACH), st.booleans(), st.booleans())
def test_sentences_are_refused_or_mean_what_a_slow_evaluator_says(
        seed: int, kinds: tuple[str, ...], each: str | None, has_when: bool, has_where: bool) -> None:
    chance = random.Random(seed)
    made = written(chance, kinds, each, (has_when, has_where))
    if made is None:
        return
    when, where, must = made
    broken = spoilt(must.text, chance) if chance.random() < 0.25 else None
    texts = SentenceTexts(broken or must.text, each, (when.text,) if when else (), where.text if where else None)
    try:
        sentence = RuleSentence(texts, [bundled().shapes[kind] for kind in kinds], bundled())
    except Fault as fault:
        COUNTED["refused"] += 1
        text = {"must": texts.must, "where": texts.where, "when": "".join(texts.when), "each": each}[fault.part]
        assert 0 <= fault.at <= len(text or "")
        assert all(fault_text(fault, language, bundled()) for language in LANGUAGES)
        return
    COUNTED["spoilt, yet understood" if broken else "understood"] += 1
    for kind in kinds:
        for _ in range(3):
            case = case_of(kind, chance.randrange(REPORTS))
            if case is None:
                continue
            said = engine_says(sentence, case)
            if not case.slips:
                assert sentence.look is not None and sentence.look(case) is not any(said), texts
                assert None not in said, texts
            COUNTED.update(str(one) for one in said)
            if broken is None:
                trees = [when.tree] if when else [], where.tree if where else None, must.tree
                slow = outcomes(trees, split(each or ""), bundled(), plain(case.report.doc), case.report.phase,
                                tuple(bundled().shapes[one] for one in kinds))
                assert said == slow, (texts, said, slow)


def test_enough_of_them_made_sense_and_were_answered_in_each_way() -> None:
    if not COUNTED:
        pytest.skip("the random sentences did not run in this process")
    assert COUNTED["understood"] > MOST // 4, COUNTED
    assert COUNTED["refused"] > MOST // 30, COUNTED
    assert all(COUNTED[one] > MOST // 30 for one in ("True", "False", "None")), COUNTED
