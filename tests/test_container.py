"""What stands beside the package for those who run it elsewhere: the container file and the versions that were tested
(contract §10.11; docs/settings.md).
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from constraints import asked, needed
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from running import ROOT

HADOLINT = shutil.which("hadolint", path=str(Path(sys.executable).parent))


def constraints() -> dict[str, Requirement]:
    lines = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    found = [Requirement(line) for line in lines if line and not line.startswith("#")]
    assert [len(one.specifier) for one in found] == [1] * len(found) and all("==" in str(one) for one in found)
    return {canonicalize_name(one.name): one for one in found}


def test_constraints_name_all_that_it_needs_within_what_setup_cfg_asks() -> None:
    known = constraints()
    assert needed().keys() <= known.keys(), "renew it: .venv/bin/python tests/constraints.py > constraints.txt"
    for one in asked():
        [pinned] = known[canonicalize_name(one.name)].specifier
        assert one.specifier.contains(pinned.version), one


def test_the_container_runs_without_root_on_a_python_that_it_supports() -> None:
    """The last stage: a slim Python, the wheel alone with tested versions, a user by number, no shell in between."""
    text = (ROOT / "Containerfile").read_text(encoding="utf-8")
    lines = [line for line in text.rpartition("\nFROM ")[2].replace("\\\n", "").splitlines() if line]
    said = {word: rest for word, _, rest in (line.partition(" ") for line in lines[1:])}
    assert re.fullmatch(r"python:3\.1[1-3]-slim", lines[0]) and int(said["USER"]) > 0
    assert "--constraint /wheels/constraints.txt" in said["RUN"] and f"--uid {said['USER']} " in said["RUN"]
    assert (said["ENTRYPOINT"], said["CMD"]) == ('["bayang"]', '["--help"]')


def test_the_image_is_made_of_what_the_wheel_needs_and_no_reports_go_into_it() -> None:
    taken = (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()
    names = {line[1:] for line in taken if line.startswith("!")}
    assert taken[0] == "*" and all((ROOT / name).exists() for name in names)
    assert {"engine", "rules", "schemas", "desk", "cli.py", "setup.cfg", "pyproject.toml", "README.md",
            "gates/bayang-gate"} <= names and not names & {"samples", "tests", ".git"}


@pytest.mark.skipif(HADOLINT is None, reason="hadolint is not installed")
def test_the_container_file_is_linted() -> None:
    said = subprocess.run([HADOLINT, ROOT / "Containerfile"], capture_output=True)
    assert (said.returncode, said.stdout.decode()) == (0, "")
