"""The versions that bayang was tested with, of all that it needs to run, its extras too.

By hand, after the tests passed: `.venv/bin/python tests/constraints.py > constraints.txt`
"""

from __future__ import annotations

import configparser
import importlib.metadata
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

ROOT = Path(__file__).resolve().parent.parent
OF_DEVELOPERS = {"test", "docs", "fuzz"}        # extras that nobody needs to run it
HEAD = """\
# Versions with which bayang was tested, of all that it needs to run, its extras too:
#     .venv/bin/pip install -c constraints.txt -e '.[office]'
# Made by tests/constraints.py. Without it pip takes the newest that setup.cfg allows.
"""


def asked() -> list[Requirement]:
    """What setup.cfg asks for to run bayang with all its extras."""
    parser = configparser.ConfigParser()
    parser.read(ROOT / "setup.cfg", encoding="utf-8")
    extras = [text for name, text in parser["options.extras_require"].items() if name not in OF_DEVELOPERS]
    return [Requirement(line) for text in (parser["options"]["install_requires"], *extras)
            for line in text.splitlines() if line.strip()]


def needed() -> dict[str, str]:
    """All of that and what it needs in turn: name -> version that is installed."""
    found: dict[str, str] = {}
    waiting = asked()
    while waiting:
        one = waiting.pop()
        name = canonicalize_name(one.name)
        if name in found or (one.marker and not one.marker.evaluate()):
            continue
        found[name] = importlib.metadata.version(name)
        for line in importlib.metadata.requires(name) or ():
            inner = Requirement(line)
            if inner.marker is None or any(inner.marker.evaluate({"extra": extra}) for extra in ("", *one.extras)):
                inner.marker = None
                waiting.append(inner)
    return dict(sorted(found.items()))


if __name__ == "__main__":
    print(HEAD + "\n".join(f"{name}=={version}" for name, version in needed().items()))
