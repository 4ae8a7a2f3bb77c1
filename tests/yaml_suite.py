"""The yaml-test-suite against what is read here. By hand, with a copy of https://github.com/yaml/yaml-test-suite:

    .venv/bin/python tests/yaml_suite.py FOLDER

Each case, as it is and once more as the value of a field, must be read as PyYAML reads it (scalars as typed), or be
refused with the code of a rule. What differs is printed, and the command ends with 1.
"""

from __future__ import annotations

import re
import sys
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import yaml
from stock import plain, stock

from bayang.engine.packs.pack import load_pack
from bayang.engine.reading.intake import read
from bayang.engine.records import Limits, Unreadable

SIGNS = (("␣", " "), ("—*»", "\t"), ("←", "\r"), ("⇔", "\ufeff"), ("↵", ""), ("∎\n\\Z", ""))
OF_FILE = re.compile(r"^(?:%|---|\.\.\.)|[\r\ufeff]", re.MULTILINE)     # what can't stand below a field
PACK = load_pack(examples=False)
CODES = {rule.name: rule.id for rule in PACK.rules.values()}


def cases(folder: Path) -> Iterator[tuple[str, str]]:
    """(name, text) of each case of a suite; what its signs stand for is in its ReadMe."""
    for path in sorted((folder / "src").glob("*.yaml")):
        text = ""
        for number, case in enumerate(yaml.load(path.read_bytes(), Loader=yaml.CBaseLoader)):
            text = case.get("yaml", text)
            made = text
            for sign, meant in SIGNS:
                made = re.sub(sign, meant, made)
            yield f"{path.stem}/{number}", made
            if not OF_FILE.search(made):
                yield f"{path.stem}/{number} in a field", "备注:\n" + re.sub("^(?=.)", "  ", made, flags=re.MULTILINE)


def verdict(data: bytes) -> str:
    """What became of a case: read, the code with which it is refused, or what is wrong."""
    try:
        tree = plain(read(data, Limits(), PACK.fields))
    except Unreadable as fault:
        return CODES[fault.name]
    except Exception as fault:
        return f"fails with {type(fault).__name__}"
    try:
        return "read" if tree == stock(data) else "read otherwise"
    except yaml.YAMLError:
        return "read, and PyYAML refuses it"


def main(arguments: list[str]) -> int:
    if len(arguments) != 1:
        print(__doc__)
        return 2
    counts: Counter[str] = Counter()
    wrong = 0
    for name, text in cases(Path(arguments[0])):
        found = verdict(text.encode("utf-8", "surrogatepass"))
        counts[found] += 1
        if " " in found:
            wrong += 1
            print(f"{name}: {found}")
    print(f"{counts.total()} cases:", ", ".join(f"{count} {found}" for found, count in sorted(counts.items())))
    return bool(wrong or not counts)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
