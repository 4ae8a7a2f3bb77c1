"""The targets of tests/fuzz over their corpus and some changes of it; tests/fuzz/fuzz.py goes on for longer."""

from __future__ import annotations

import random
import sys
from pathlib import Path

import pytest

HERE = Path(__file__).resolve().parent / "fuzz"
sys.path.append(str(HERE))
from targets import TARGETS  # noqa: E402

CHANGES = {"intake": 150, "expressions": 1500, "formats": 150, "workbooks": 60}


def changed(data: bytes, others: list[bytes], chance: random.Random) -> bytes:
    """An input with some bytes changed, moved, left out or taken from another one."""
    made = bytearray(data)
    for _ in range(chance.randint(1, 4)):
        at, size = chance.randrange(len(made) + 1), chance.randint(1, 12)
        way = chance.randrange(4)
        if way == 0:
            made[at:at + 1] = bytes([chance.randrange(256)])
        elif way == 1:
            del made[at:at + size]
        elif way == 2:
            other = chance.choice(others)
            start = chance.randrange(len(other) + 1)
            made[at:at] = other[start:start + 3 * size]
        else:
            made[at:at] = made[max(0, at - size):at]
    return bytes(made)


@pytest.mark.parametrize("name", TARGETS)
def test_nothing_falls_over(name: str) -> None:
    corpus = [path.read_bytes() for path in sorted((HERE / "corpus" / name).iterdir())]
    assert len(corpus) > 10
    chance = random.Random(name)
    for data in [*corpus, *(changed(chance.choice(corpus), corpus, chance) for _ in range(CHANGES[name]))]:
        try:
            TARGETS[name](data)
        except Exception as fault:
            raise AssertionError(f"{name} fails on {data!r}") from fault
