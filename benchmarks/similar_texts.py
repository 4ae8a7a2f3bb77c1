"""How the search for similar texts grows: python benchmarks/similar_texts.py [templated] [COUNT ...]

For each COUNT it makes that many personal reports of which 100 share a text in 50 known pairs (a tenth of the text
differs), checks them, and compares the pairs reported with the known ones. Prints CPU seconds for the whole check and
for the rule alone, and how both grow against the first COUNT. 2000 and 20000 unless given.

With `templated` all texts are put together from the same stock phrases (600, 1200 and 2400 reports unless given). It
prints how the whole check compares with one without the rules on equal texts, and, for up to 600 reports, what was
found beside what a comparison of each with each finds.
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
import time
from collections.abc import Callable
from itertools import combinations
from pathlib import Path

from reports import clean_report, plain_report, words

from bayang.engine.authoring.examples import dump
from bayang.engine.batch.outcome import Result
from bayang.engine.batch.run import Options, run
from bayang.engine.judging.alike import Tables
from bayang.engine.judging.check import Checker, World
from bayang.engine.judging.compile import Compiled
from bayang.engine.judging.kinds import sharing
from bayang.engine.packs.pack import load_pack
from bayang.engine.text.messages import NAMED

PAIRS = 50
PHRASES = 60        # in the stock of which texts are put together
EXACT = 600         # reports that are compared each with each


def share_text(report: dict, other: dict, seed: random.Random) -> None:
    """Give a report the facts and causes of another, one fact in ten put anew."""
    for theme, answer in report["themes"].items():
        for at, problem in enumerate(answer["problems"]):
            twin = other["themes"][theme]["problems"][at]
            problem["fact"], problem["cause"] = twin["fact"], twin["cause"]
    problem["fact"] = words(seed, 18)


def make(folder: Path, count: int) -> set[frozenset[str]]:
    """Write the reports; gives the IDs of the pairs that share a text."""
    pack, seed, pairs = load_pack(), random.Random(count), set()
    chosen = seed.sample(range(count), 2 * PAIRS)
    twins = dict(zip(chosen[:PAIRS], chosen[PAIRS:], strict=True))
    for number in range(count):
        if number in twins:
            report = plain_report(pack, number)
            share_text(report, plain_report(pack, twins[number]), seed)
            data = dump(report)
            pairs.add(frozenset((f"B-{number:06d}", f"B-{twins[number]:06d}")))
        else:
            data = clean_report(pack, number)
        (folder / f"B-{number:06d}.yaml").write_bytes(data)
    return pairs


def make_templated(folder: Path, count: int) -> None:
    """Write reports of which all facts and causes are put together from the same stock phrases.

    One in ten takes over the texts of the report before it, all but one.
    """
    pack, seed = load_pack(), random.Random(count)
    phrases = [words(random.Random(-at), 10) for at in range(1, PHRASES + 1)]
    before: dict = {}
    for number in range(count):
        report = plain_report(pack, number)
        problems = [problem for answer in report["themes"].values() for problem in answer.get("problems", ())]
        for problem in problems:
            problem["fact"], problem["cause"] = "，".join(seed.sample(phrases, 3)), "，".join(seed.sample(phrases, 2))
        if number % 10 == 9:
            share_text(report, before, seed)
            problems[-1]["fact"] = "，".join(seed.sample(phrases, 3))
        before = report
        (folder / f"B-{number:06d}.yaml").write_bytes(dump(report))


def exact(folder: Path, compiled: Compiled) -> dict[str, set[str]]:
    """Who is alike by the definition itself: each with each, by their stripped texts."""
    check = next(one for one in compiled.pack.rules["BT01"].checks if "similar_text" in one)["similar_text"]
    stripper, checker, texts = sharing.Stripper(compiled.pack), Checker(compiled, World("2022-05-06")), {}
    for file in sorted(folder.glob("*.yaml")):
        case, about = checker.opener.open(file.read_bytes())
        text = "".join(text for one in check["fields"] for text in stripper.own_texts(one, case))
        texts[about.subject.id] = {text[at:at + check["shingle"]] for at in range(len(text) - check["shingle"] + 1)}
    found: dict[str, set[str]] = {name: set() for name in texts}
    for one, other in combinations(texts, 2):
        common = len(texts[one] & texts[other])
        if common * 100 >= (len(texts[one]) + len(texts[other]) - common) * check["percent"]:
            found[one].add(other)
            found[other].add(one)
    return found


def templated(counts: list[int], compiled: Compiled) -> None:
    """Measure and print for reports of stock phrases."""
    first = 0.0
    for count in counts:
        with tempfile.TemporaryDirectory() as name:
            folder = Path(name)
            make_templated(folder, count)
            seconds, results = [], []
            for ignored in ((), ("BT01", "BT02")):
                start = time.process_time()
                results.append(run([name], Options(as_of="2022-05-06", ignore=ignored), compiled))
                seconds.append(time.process_time() - start)
            whole, without = seconds
            first = first or whole
            print(f"{count:6d} of stock phrases: whole check {whole:6.1f} s, x{whole / without:.2f} that without BT01 "
                  f"and BT02; x{count / counts[0]:.1f} reports, x{whole / first:.2f} the time")
            if count <= EXACT:
                told = {one.subject.id: set(re.findall(r"B-\d{6}", one.message)) - {one.subject.id}
                        for one in results[0].findings if one.rule == "BT01"}
                compare(told, exact(folder, compiled))


def compare(told: dict[str, set[str]], known: dict[str, set[str]]) -> None:
    """Print what was told beside what an exact comparison of each with each finds."""
    alike = {name: others for name, others in known.items() if others}
    few = {name: others for name, others in alike.items() if len(others) <= NAMED}
    pairs, named = sum(map(len, few.values())), sum(len(told.get(name, set()) & few[name]) for name in few)
    print(f"       each with each: {len(alike)} reports have partners, {len(alike.keys() & told.keys())} of them told; "
          f"of {pairs} partners of those with at most {NAMED}, {named} named; "
          f"{sum(len(others - known[name]) for name, others in told.items())} invented")


def main(counts: list[int]) -> None:
    """Measure and print."""
    compiled = Compiled(load_pack(examples=False))
    spent = [0.0]
    find = sharing.candidates

    def timed(tables: Tables, full: bytearray, tell: Callable[[int, int], None]) -> list[tuple[int, int]]:
        start = time.process_time()
        found = list(find(tables, full, tell))
        spent[0] += time.process_time() - start
        return found

    sharing.candidates = timed
    first: tuple[float, float] | None = None
    for count in counts:
        with tempfile.TemporaryDirectory() as folder:
            pairs = make(Path(folder), count)
            spent[0], start = 0.0, time.process_time()
            result = run([folder], Options(as_of="2022-05-06"), compiled)
            whole = time.process_time() - start
        reported = named_pairs(result)
        first = first or (whole, spent[0])
        print(f"{count:6d} reports: {len(reported & pairs)} of {len(pairs)} pairs reported, "
              f"{len(reported - pairs)} invented; whole check {whole:6.1f} s, candidates {spent[0]:5.2f} s; "
              f"x{count / counts[0]:.0f} reports, x{whole / first[0]:.1f} and x{spent[0] / first[1]:.1f} the time")


def named_pairs(result: Result) -> set[frozenset[str]]:
    """The pairs that the findings name: each subject's ID and those in its message."""
    return {frozenset((one.subject.id, other)) for one in result.findings if one.rule == "BT01"
            for other in re.findall(r"B-\d{6}", one.message) if other != one.subject.id}


if __name__ == "__main__":
    counts = [int(value) for value in sys.argv[1:] if value != "templated"]
    if "templated" in sys.argv:
        templated(counts or [600, 1200, 2400], Compiled(load_pack(examples=False)))
    else:
        main(counts or [2000, 20000])
