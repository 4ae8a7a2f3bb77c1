"""Similar texts: what is told is exact, what is alike is found among stock phrases, and few pairs are looked at
(contract §7, BT01; 8.6).
"""

from __future__ import annotations

import random
import re
from itertools import combinations
from pathlib import Path

import pytest

from bayang.engine.authoring.examples import base_report, change, dump
from bayang.engine.batch.outcome import Result
from bayang.engine.batch.run import Options, run
from bayang.engine.batch.view import View
from bayang.engine.judging.alike import HEAD, SKETCH, candidates, groups, hashes, marks, sketch
from bayang.engine.judging.compile import Compiled
from bayang.engine.judging.kinds.batch import Stripper
from bayang.engine.packs.pack import Pack
from bayang.engine.reading.columns import Rows, packed, unpacked
from bayang.engine.text.messages import NAMED

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
            parts.append(seed.choice([one[begin:begin + seed.randint(1, 9)], text_of(seed, 3), "\x1f", one]))
        text = "".join(parts)
        left = stripper._without_plan(text)
        assert left == read_through(text, stripper.own, stripper.RUN), text
        cut += left != text
    assert cut > 1000


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
        assert len(found) == 2 + HEAD and list(found[2:]) == sorted(set(numbers))[:HEAD]
        assert list(sketch(numbers)) == sorted(set(numbers))[:SKETCH]
        assert unpacked(packed(found, numbers)) == found and unpacked(packed(found, numbers), 1) == numbers


def test_texts_that_share_nothing_are_passed_over_and_equal_ones_are_one() -> None:
    marked, seed = Rows(), random.Random(1)
    twin = text_of(seed, 300)
    for at, text in enumerate([twin, *(text_of(seed, 300) for _ in range(50)), twin]):
        marked.add(at, marks(hashes(text, 5)))
    assert [0, 51] in list(groups(marked)) and sum(map(len, groups(marked))) < 10


def test_of_texts_that_all_share_most_few_pairs_are_looked_at() -> None:
    """However many there are, the pairs for each are as few."""
    seed, looked = random.Random(2), []
    stock = [text_of(seed, 12) for _ in range(STOCK)]
    for count in (200, 400, 800):
        rows = Rows()
        for at in range(count):
            rows.add(at, sketch(hashes("".join(seed.sample(stock, STOCK - 4)), 5)))
        looked.append(sum(1 for _ in candidates(rows, bytearray(count), lambda done, total: None)) / count)
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
