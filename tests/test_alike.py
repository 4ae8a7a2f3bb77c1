"""Similar texts: what is told is exact, what is alike is found among stock phrases, and few pairs are looked at
(contract §7, BT01; 8.6).
"""

from __future__ import annotations

import random
import re
from array import array
from itertools import combinations
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from running import SAMPLES

from bayang.engine.authoring.examples import base_report, change, dump
from bayang.engine.batch.database import Database
from bayang.engine.batch.outcome import Result
from bayang.engine.batch.run import Options, run
from bayang.engine.batch.view import View
from bayang.engine.judging.alike import (
    HEAD,
    MARK,
    SKETCH,
    TABLES,
    candidates,
    hashes,
    marks,
    may_be_alike,
    neighbours,
    repeated,
    sketch,
)
from bayang.engine.judging.compile import Compiled
from bayang.engine.judging.kinds.sharing import Stripper
from bayang.engine.judging.results import packed, unpacked
from bayang.engine.packs.pack import Pack
from bayang.engine.text.messages import NAMED
from bayang.engine.text.wording import joined_keys, text_key

STOCK = 40


def text_of(seed: random.Random, count: int) -> str:
    return "".join(chr(seed.randrange(0x4E00, 0x9FA0)) for _ in range(count))


def runs_of(text: str, size: int = 5) -> set[str]:
    return {text[at:at + size] for at in range(len(text) - size + 1)}


def read_through(text: str, own: set[str], run: int) -> str:
    """A text without the plan's runs, character by character from the left."""
    kept, at = "", 0
    while at < len(text):
        if text[at:at + run] in own:
            while text[at + 1:at + 1 + run] in own:
                at += 1
            at += run
        else:
            kept, at = kept + text[at], at + 1
    return kept


def test_what_is_left_without_the_plan_is_what_a_reader_leaves(compiled: Compiled) -> None:
    stripper, seed, cut = Stripper(compiled.pack), random.Random(7), 0
    ones = [text for text in stripper.texts if len(text) > 12]
    assert stripper._without_plan(f"我们{ones[0]}了") == "我们了"
    assert stripper._without_plan(f"甲{ones[0][:5]}乙{ones[1][-6:]}\x1f丙") == f"甲{ones[0][:5]}乙\x1f丙"
    for _ in range(3000):
        parts = []
        for _ in range(seed.randint(1, 8)):
            one, begin = seed.choice(ones), seed.randint(0, 9)
            parts.append(seed.choice([one[begin:begin + seed.randint(1, 9)], text_of(seed, 3), "\x1f", one, "𠮷"]))
        text = "".join(parts)
        left = stripper._without_plan(text)
        assert left == read_through(text, stripper.own, stripper.RUN), text
        cut += left != text
    assert cut > 1000


@given(st.lists(st.text("表 \n_，a1.“𠮷\u00b2", max_size=6)))
def test_joined_keys_are_the_keys_joined(texts: list[str]) -> None:
    assert joined_keys(texts) == "\x1f".join(map(text_key, texts))


def test_the_signs_of_a_text_tell_what_its_normal_form_changes(compiled: Compiled) -> None:
    signs, seed, changed = compiled.pack.signs, random.Random(8), 0
    for _ in range(3000):
        texts = ["".join(seed.choices("表 \n_，a1.“（…﹝ヤ〈Ｘｄ×", k=seed.randint(0, 6))) for _ in range(3)]
        found = signs.of("\n".join(texts))
        assert found <= signs.needed and joined_keys(texts, found) == "\x1f".join(map(text_key, texts))
        changed += any(char in "Ｘｄ" for text in texts for char in text)
    assert changed > 1000


@pytest.mark.parametrize("size", [1, 2, 5, 8])
@pytest.mark.parametrize("text", ["", "甲乙丙丁", "甲乙丙丁戊己庚" * 3, "a1\U00020000甲\U0010ffff乙" * 5, "甲" * 70])
def test_a_hash_depends_on_its_run_alone(text: str, size: int) -> None:
    found = hashes(text, size)
    assert len(found) == max(0, len(text) - size + 1)
    alone = {run: hashes(run, size)[0] for run in runs_of(text, size)}
    assert [alone[text[at:at + size]] for at in range(len(found))] == list(found)
    assert len(set(alone.values())) == len(alone)


def test_runs_that_differ_in_little_have_hashes_of_their_own() -> None:
    """Numbers, dates and names that differ in one character are what reports are full of."""
    runs = {f"{year}年{month:02}月{day:02}日第{number}次" for year in (2021, 2022) for month in range(1, 13)
            for day in range(1, 32) for number in range(1, 10)}
    many = runs_of("".join(sorted(runs)), 5) | runs_of(text_of(random.Random(3), 20000))
    known = {number for run in many for number in hashes(run, 5)}
    assert len(many) - len(known) < 2       # of so many one pair by chance at most


def test_marks_are_the_smallest_hashes_whatever_the_order() -> None:
    for count in (60, 300, 5000):
        numbers = hashes(text_of(random.Random(count), count), 5)
        found = marks(numbers)
        assert len(found) == MARK + HEAD and list(found[MARK:]) == sorted(set(numbers))[:HEAD]
        assert list(sketch(numbers)) == sorted(set(numbers))[:SKETCH]
        assert unpacked(packed(found, numbers)) == found and unpacked(packed(found, numbers), 1) == numbers


def numbers_of(seed: random.Random, many: int) -> array[int]:
    return array("I", [seed.randrange(1 << 32) for _ in range(5 * many)])


def test_texts_that_share_nothing_are_passed_over() -> None:
    seed = random.Random(1)
    twin = text_of(seed, 300)
    rows = [marks(hashes(text, 5)) for text in [twin, *(text_of(seed, 300) for _ in range(50)), twin]]
    repeats = repeated(map(neighbours, rows), len(rows) * HEAD)
    alike = [at for at, row in enumerate(rows) if may_be_alike(row, sum(map(repeats, neighbours(row))))]
    assert alike == [0, 51]


def test_texts_that_share_much_are_never_passed_over_and_those_that_share_some_are() -> None:
    """Of texts exactly 80 % alike, of the same length or one within the other, one of 10^4 may be missed; of texts that
    have a quarter in common, hardly any is looked at.
    """
    seed, missed, looked = random.Random(8), 0, 0
    for at in range(1500):
        common, mine, their = (numbers_of(seed, many) for many in ((80, 0, 20), (80, 10, 10), (25, 75, 75))[at % 3])
        rows = [marks(common + mine), marks(common + their)]
        repeats = repeated(map(neighbours, rows), 2 * HEAD)
        alike = may_be_alike(rows[0], sum(map(repeats, neighbours(rows[0]))))
        missed += at % 3 != 2 and not alike
        looked += at % 3 == 2 and alike
    assert missed <= 1 and looked < 40


def test_of_texts_that_all_share_most_few_pairs_are_looked_at() -> None:
    """However many there are, the pairs for each are as few."""
    seed, looked = random.Random(2), []
    stock = [text_of(seed, 12) for _ in range(STOCK)]
    for count in (200, 400, 800):
        tables = tables_of(["".join(seed.sample(stock, STOCK - 4)) for _ in range(count)])
        looked.append(sum(1 for _ in candidates(tables, bytearray(count), lambda done, total: None)) / count)
    assert max(looked) <= 2 * NAMED


@pytest.fixture(scope="module")
def stock_reports(pack: Pack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """150 people whose texts are all put together from the same phrases; one in five changes little of another's."""
    folder, seed = tmp_path_factory.mktemp("stock"), random.Random(5)
    stock = [text_of(seed, 12) for _ in range(STOCK)]
    pairs: list[list[str]] = []
    for number in range(150):
        facts = ["，".join(seed.sample(stock, 3)) for _ in range(10)]
        if number % 5 == 4:
            facts = [*pairs[-1][:9], facts[9]]
        pairs.append(facts)
        report = base_report(pack, "personal", "inspection")
        problems = [{"id": f"S{number}-{at}", "fact": fact} for at, fact in enumerate(facts)]
        change(report, {"/person/id": f"S-{number:03}", "/themes": {"yanjin": {"problems": problems}}}, ())
        (folder / f"{number:03}.yaml").write_bytes(dump(report))
    return folder


def shares_told(result: Result) -> dict[str, dict[str, int]]:
    return {one.subject.id: {other: int(share) for other, share in re.findall(r"(S-\d{3}) (\d+)%", one.message)}
            for one in result.findings if one.rule == "BT01"}


def shares_of(folder: Path, compiled: Compiled) -> dict[str, dict[str, int]]:
    """The same by the definition: each with each."""
    from bayang.engine.judging.check import Checker, World

    checker, stripper, texts = Checker(compiled, World("2022-08-08")), Stripper(compiled.pack), {}
    for file in sorted(folder.glob("*.yaml")):
        case, about = checker.opener.open(file.read_bytes())
        own = [text for name in ("fact", "cause") for text in stripper.own_texts(f"themes.*.problems[].{name}", case)]
        texts[about.subject.id] = runs_of("".join(own))
    found: dict[str, dict[str, int]] = {}
    for one, other in combinations(texts, 2):
        common = len(texts[one] & texts[other])
        whole = len(texts[one]) + len(texts[other]) - common
        if common * 100 >= 80 * whole:
            found.setdefault(one, {})[other] = found.setdefault(other, {})[one] = common * 100 // whole
    return found


def test_among_stock_phrases_all_that_are_alike_are_told_with_the_true_share(
        stock_reports: Path, compiled: Compiled) -> None:
    found = shares_told(run([str(stock_reports)], Options(as_of="2022-08-08"), compiled))
    assert len(found) > 50
    assert found == shares_of(stock_reports, compiled)


def test_no_report_is_read_again_to_compare_it(stock_reports: Path, compiled: Compiled,
                                               monkeypatch: pytest.MonkeyPatch) -> None:
    def bind(view: View, one: object) -> None:
        raise AssertionError("a report is read again")

    monkeypatch.setattr(View, "bind", bind)
    result = run([str(stock_reports)], Options(as_of="2022-08-08", select=("BT01",)), compiled)
    assert result.crashes == [] and shares_told(result)


# -- many reports with one text, or with the same IDs --------------------------------------------------------------

SAMPLE = SAMPLES / "市局/整改落实/P-001.yaml"


@pytest.fixture(scope="module")
def result(compiled: Compiled, tmp_path_factory: pytest.TempPathFactory) -> Result:
    """Sixty people who filed one and the same report."""
    folder = tmp_path_factory.mktemp("clones")
    text = SAMPLE.read_text(encoding="utf-8")
    assert "P-001" in text
    for number in range(60):
        (folder / f"{number:02}.yaml").write_text(text.replace("P-001", f"P-1{number:02}"), encoding="utf-8")
    return run([str(folder)], Options(as_of="2022-08-08"), compiled)


def told(result: Result, rule: str) -> list[str]:
    return [one.message for one in result.findings if one.rule == rule]


def test_each_clone_is_told_and_names_no_more_than_a_person_reads(result: Result) -> None:
    messages = told(result, "BT01")
    assert len(messages) == 60
    assert all(one.endswith("等。") and one.count(" 100%") == NAMED for one in messages)
    assert "P-100 100%" in messages[59] and "P-100 100%" not in messages[0]


def test_an_id_that_all_have_names_the_first_others(result: Result) -> None:
    clashes = told(result, "BT03")
    assert clashes and len(clashes) % 60 == 0
    first = "、".join(f"P-1{number:02}" for number in range(1, NAMED + 1))
    assert f"：{first}等。" in clashes[0]


def test_a_subject_with_many_files_names_some(compiled: Compiled, tmp_path: Path) -> None:
    for number in range(NAMED + 2):
        (tmp_path / f"{number:02}.yaml").write_bytes(SAMPLE.read_bytes())
    first, *_, last = told(run([str(tmp_path)], Options(as_of="2022-08-08"), compiled), "RO04")
    assert first.endswith("：" + "、".join(f"{number:02}.yaml" for number in range(1, NAMED + 1)) + "等。")
    assert last.endswith("：" + "、".join(f"{number:02}.yaml" for number in range(NAMED)) + "等。")


def tables_of(texts: list[str]) -> Database:
    tables = Database(TABLES)
    for at, text in enumerate(texts):
        tables.later("INSERT INTO texts VALUES (?, '', ?)", (at, sketch(hashes(text, 5)).tobytes()))
    return tables


def test_of_few_alike_every_pair_is_found() -> None:
    """A text, two that are like it, and one of its own: all that are alike meet."""
    ground = "".join(chr(0x4E00 + at * 7 % 9000) for at in range(400))
    like = ground[:380] + "".join(chr(0x6000 + at) for at in range(20))
    other = "".join(chr(0x9000 - at * 5 % 3000) for at in range(400))
    texts = [ground, like, other, ground[20:] + like[380:]]
    pairs = set(candidates(tables_of(texts), bytearray(len(texts)), lambda done, total: None))
    assert pairs == {(0, 1), (0, 3), (1, 3)}


def test_of_many_alike_not_every_pair_is_looked_at() -> None:
    """Two thousand texts that differ in one character would make two million pairs."""
    ground = "".join(chr(0x4E00 + at * 7 % 9000) for at in range(400))
    tables = tables_of([ground[:200] + chr(0x4E00 + at) + ground[200:] for at in range(2000)])
    full, partners, pairs = bytearray(2000), [0] * 2000, 0
    for one, other in candidates(tables, full, lambda done, total: None):
        pairs += 1
        for row in (one, other):
            partners[row] += 1
            full[row] = partners[row] > NAMED
    assert pairs < 2000 * (NAMED + 2) and min(partners) > NAMED // 4
