"""How the search for similar texts grows: python benchmarks/similar_texts.py [COUNT ...]   (2000 20000 unless given)

For each COUNT it makes that many personal reports of which 100 share a text in 50 known pairs (a tenth of the text
differs), checks them, and compares the pairs reported with the known ones. Prints CPU seconds for the whole check and
for the rule alone, and how both grow against the first COUNT.
"""

from __future__ import annotations

import random
import re
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from reports import clean_report, plain_report, words

from bayang.engine.batch import Result
from bayang.engine.columns import Rows
from bayang.engine.compile import Compiled
from bayang.engine.examples import dump
from bayang.engine.kinds import batch
from bayang.engine.pack import load_pack
from bayang.engine.run import Options, run

PAIRS = 50


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


def main(counts: list[int]) -> None:
    """Measure and print."""
    compiled = Compiled(load_pack(examples=False))
    spent = [0.0]
    find = batch.candidates

    def timed(sketches: Rows, full: bytearray, tell: Callable[[int, int], None]) -> list[tuple[int, int]]:
        start = time.process_time()
        found = list(find(sketches, full, tell))
        spent[0] += time.process_time() - start
        return found

    batch.candidates = timed
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
    main([int(value) for value in sys.argv[1:]] or [2000, 20000])
