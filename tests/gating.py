"""What the tests of gates share: an environment without what this machine sets, git in it, and a bayang that is quick.

A gate has no pack kept ready for the next, so each would compile it anew; the command that stands here on the path is
bayang itself but for that. Where it matters what bayang itself takes from its surroundings, `COMMANDS` come first.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from running import GOOD

from bayang.engine.console.checking import cache_folder

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = Path(sys.executable).parent
WITHOUT = ("GIT_", "BAYANG_", "PRE_COMMIT")
QUICK = """\
import sys
from bayang.engine.judging import ready
from bayang.__main__ import main
kept = ready.compiled
ready.compiled = lambda folder, home: kept(folder, {home!r})
sys.argv[0] = "bayang"
main()
"""


def stand_in(folder: Path, **programs: str) -> Path:
    """A folder of programs, each a few lines of shell."""
    folder.mkdir(exist_ok=True)
    for name, text in programs.items():
        (folder / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    return folder


@cache
def quick() -> Path:
    """The folder of a bayang that finds the bundled pack ready, whatever its environment."""
    folder = Path(tempfile.mkdtemp(dir=os.environ["XDG_CACHE_HOME"]))
    (folder / "start.py").write_text(QUICK.format(home=cache_folder()), encoding="utf-8")
    stand_in(folder, bayang=f'''[ "$1" = check ] || exec '{COMMANDS}/bayang' "$@"
exec '{sys.executable}' '{folder}/start.py' "$@"''')
    subprocess.run([folder / "bayang", "check", GOOD], check=True, capture_output=True)
    return folder


def environment(*first: Path, **more: str) -> dict[str, str]:
    """Without the configuration of this machine's git and of bayang; `first` of the path, then the gate's commands."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(WITHOUT)}
    names = {f"GIT_{who}_{what}": "a@b" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    path = os.pathsep.join(map(str, [*first, ROOT / "gates", quick(), COMMANDS, kept["PATH"]]))
    return kept | names | {"PATH": path, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull} | more


def git(home: Path, *arguments: object) -> str:
    """What git says, without the last line's end."""
    return subprocess.run(["git", *map(str, arguments)], cwd=home, env=environment(), capture_output=True, check=True,
                          encoding="utf-8").stdout.strip()


def write(home: Path, files: dict[str, str | bytes]) -> None:
    """Files of a checkout, with the folders above them."""
    for name, text in files.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_bytes(text if isinstance(text, bytes) else text.encode())


def commit(home: Path, branch: str, files: dict[str, str | bytes] | None = None) -> None:
    """All that lies in a checkout, on a branch that starts there, with these files."""
    git(home, "checkout", "-q", "-B", branch)
    write(home, files or {})
    git(home, "add", "-A", "-f")
    git(home, "commit", "-q", "-m", "m", "--allow-empty")
