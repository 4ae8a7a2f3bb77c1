"""What the worst files cost: python benchmarks/worst.py [FILTER]

Each file is within the limits (1 MiB, 20,000 nodes, 65,536 characters a value) and made to be as dear as can be for
some check: a list of the schemas as long as a file can hold, with equal values, different ones, wrong ones and long
ones; texts of nothing but what a rule looks for. Prints for each the CPU seconds of a check (form, rules, findings),
the ratio to `yaml.load(..., CSafeLoader)` of the same bytes, and how many findings it gives; the dearest first.
FILTER: only those with this in their names.
"""

from __future__ import annotations

import copy
import json
import random
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from bayang.engine.authoring.examples import base_report
from bayang.engine.batch.workers import check_one
from bayang.engine.judging.check import Checker, World
from bayang.engine.judging.compile import Compiled
from bayang.engine.packs.pack import Pack, load_pack
from bayang.engine.reading.files import Listed
from bayang.engine.records import Limits

LIMITS = Limits(seconds=600)
NODES, BYTES, CHARACTERS = LIMITS.nodes - 1000, LIMITS.bytes - 20_000, LIMITS.characters - 10


def nodes_of(data: Any) -> int:
    """Nodes as the limits count them: keys too."""
    if isinstance(data, dict):
        return 1 + sum(1 + nodes_of(one) for one in data.values())
    return 1 + sum(map(nodes_of, data)) if isinstance(data, list) else 1


def report(pack: Pack, base: str) -> dict[str, Any]:
    """A compliant report of the last phase with one answered theme that has one problem."""
    data = copy.deepcopy(base_report(pack, base, list(pack.phases)[-1]))
    theme, answer = next((theme, one) for theme, one in data["themes"].items() if one.get("problems"))
    data["themes"] = {theme: {"problems": answer["problems"][:1]}}
    return data


def lists_in(data: Any, path: tuple = ()) -> Iterator[tuple]:
    """The paths of all lists that have something in them."""
    for key, one in data.items() if isinstance(data, dict) else enumerate(data) if isinstance(data, list) else ():
        if isinstance(one, list) and one:
            yield (*path, key)
        yield from lists_in(one, (*path, key))


def at(data: Any, path: tuple) -> Any:
    for key in path:
        data = data[key]
    return data


def numbered(data: Any, number: int) -> Any:
    """The same with texts that nothing else has."""
    if isinstance(data, dict):
        return {key: numbered(one, number) for key, one in data.items()}
    if isinstance(data, list):
        return [numbered(one, number) for one in data]
    return f"{data}{number}" if isinstance(data, str) and not data[:4].isdigit() else data


def spoilt(data: Any) -> Any:
    """The same with a map where a value should be."""
    if isinstance(data, dict):
        return {key: spoilt(one) for key, one in data.items()}
    return [spoilt(one) for one in data] if isinstance(data, list) else {"?": 1}


def long_lists(pack: Pack) -> Iterator[tuple[str, dict]]:
    """Each list of each kind of report, as long as it can be."""
    for base in ("personal", "bureau"):
        plain = report(pack, base)
        plain.setdefault("attachments", ["附件/a.pdf"])
        measure = next(at(plain, path) for path in lists_in(plain) if path[-1] == "measures")[0]
        measure["shared_with"] = ["1"]
        for path in dict.fromkeys(lists_in(plain)):
            item = at(plain, path)[0]
            for name, make in (("equal", lambda one, number: one), ("different", numbered),
                               ("wrong", lambda one, number: spoilt(one)), ("empty", lambda one, number: {})):
                made = make(item, 10_000)
                count = min((NODES - nodes_of(plain)) // nodes_of(made), BYTES // (len(dumped(made).encode()) + 2))
                data = copy.deepcopy(plain)
                at(data, path)[:] = [make(copy.deepcopy(item), number) for number in range(count)]
                yield f"{base} {'/'.join(map(str, path))}: {count} {name}", data


def contents(pack: Pack) -> dict[str, str]:
    """What rules look for, in a row."""
    seed = random.Random(1)
    listed = yaml.safe_load(Path(pack.folder, "words.yaml").read_text(encoding="utf-8"))["words"]
    words = [word for one in listed.values() if isinstance(one, list) for word in one if isinstance(word, str)]
    seed.shuffle(words)
    return {
        "characters": "".join(chr(seed.randrange(0x4E00, 0x9FA0)) for _ in range(CHARACTERS)),
        "one character": "甲", "blanks": "甲 ", "words": "".join(words), "words, parted": "、".join(words),
        "the plan's words": "".join(one.text for one in pack.behaviours.values()),
        "most of a behaviour": next(iter(pack.behaviours.values())).text[:-2] + "甲乙",
        "placeholders": "张某某XX，", "brackets": "（", "quotation marks": "“", "digits": "1",
        "numbers": "13800138000 ",
        "cards": "6222020200112233 ", "years": "〔2021〕[2021]", "Latin": "Ã©â", "unseen": "甲\u200b", "marks": "，",
        "surnames": "张王李赵", "separators": "张三、李四 王五，",
    }


PLACES = {
    "facts and causes": [("fact",), ("cause",), ("instance",), ("culture",), ("standard",)],
    "actions": [("measures", number, "action") for number in range(5)],
    "owners and leaders": [("leader",), *(("measures", number, "owner") for number in range(4))],
    "dates": [("found",), ("completed",), ("next_check",), *(("measures", number, "due") for number in range(2))],
    "IDs": [("id",), ("behaviour",), ("source",), ("status",), ("evidence", 0)],
}


def long_texts(pack: Pack) -> Iterator[tuple[str, dict]]:
    """Texts as long as they can be."""
    for name, text in contents(pack).items():
        for place, paths in PLACES.items():
            data = report(pack, "bureau")
            problem = next(iter(data["themes"].values()))["problems"][0]
            problem["measures"] = [dict(problem["measures"][0]) for _ in range(5)]
            problem["evidence"] = ["记录"]
            room = min(CHARACTERS, BYTES // len(text.encode()) * len(text) // len(paths))
            for path in paths:
                at(problem, path[:-1])[path[-1]] = (text * (room // len(text) + 1))[:room]
            yield f"{place} of {name}", data


def dumped(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False)


def main(wanted: str) -> None:
    """Measure and print."""
    pack = load_pack()
    checker = Checker(Compiled(pack), World("2023-02-01"), limits=LIMITS)
    rows = []
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "worst.yaml"
        listed = Listed(file.name, str(file), folder)
        file.write_text(dumped(report(pack, "bureau")), encoding="utf-8")
        check_one(listed, checker)      # what is made once for all files
        for name, data in (*long_lists(pack), *long_texts(pack)):
            if wanted not in name:
                continue
            file.write_text(dumped(data), encoding="utf-8")
            start = time.process_time()
            yaml.load(file.read_bytes(), Loader=yaml.CSafeLoader)
            parsed = time.process_time()
            lines = check_one(listed, checker)
            rows.append((time.process_time() - parsed, parsed - start, len(json.loads(lines.split(b"\n")[3])[1]), name))
    for seconds, parsing, findings, name in sorted(rows, reverse=True):
        print(f"{seconds:7.2f} s  x{seconds / parsing:6.1f}  {findings:6d} findings  {name}")


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
