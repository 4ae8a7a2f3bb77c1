"""Hundreds of hostile files in one run: each gives what its manifest says, and none touches a good file (contract §7,
IN; 5).

The files are made by a generator that may stand in a folder beside the project; without it there is nothing to run.
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
from collections import defaultdict
from pathlib import Path
from typing import Any

import pytest
from running import COMMAND

OPTIONS = ["--ignore", "BT*", "--as-of", "2022-05-01"]      # the good files share their words on purpose
Findings = dict[str, list[dict[str, Any]]]


@pytest.fixture(scope="module")
def made(shared: Path | None, tmp_path_factory: pytest.TempPathFactory) -> Any:
    """The folder that the generator fills."""
    maker = shared / "hostile.py" if shared else None
    if maker is None or not maker.is_file():
        pytest.skip("no generator of hostile files beside the project")
    out = tmp_path_factory.mktemp("hostile") / "out"
    subprocess.run([sys.executable, maker, out, "--good", "60"], check=True, stdout=subprocess.DEVNULL)
    yield out
    subprocess.run([sys.executable, maker, out, "--clean"], check=True, stdout=subprocess.DEVNULL)


@pytest.fixture(scope="module")
def manifest(made: Path) -> list[dict[str, Any]]:
    """What each report must lead to; `name` is the name in a finding."""
    files = [one for one in json.loads((made / "manifest.json").read_text(encoding="utf-8"))["files"]
             if one["kind"] == "report"]
    for one in files:
        raw = base64.b64decode(one["file_b64"]) if "file_b64" in one else one["file"].encode()
        one["name"] = raw.decode("utf-8", "backslashreplace").removeprefix("reports/")
        one["path"] = os.path.join(os.fsencode(made), raw)
    return files


def check(*paths: object, form: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([*COMMAND, "check", *paths, *OPTIONS, "--format", form], capture_output=True, timeout=120)


@pytest.fixture(scope="module")
def runs(made: Path) -> dict[str, subprocess.CompletedProcess[bytes]]:
    """Standard output and standard error of the whole folder, by format."""
    return {form: check(made / "reports", form=form) for form in ("text", "json")}


@pytest.fixture(scope="module")
def found(runs: dict[str, subprocess.CompletedProcess[bytes]]) -> Findings:
    """The findings by file."""
    return by_file(json.loads(runs["json"].stdout))


def by_file(result: dict[str, Any]) -> Findings:
    files: Findings = defaultdict(list)
    for one in result["findings"]:
        files[one["file"]].append(one)
    return files


def rules_of(findings: list[dict[str, Any]]) -> list[str]:
    return [one["rule"] for one in findings]


def closed(path: bytes) -> bool:
    """Whether a file or folder without permissions is closed to whoever runs the tests: not to root."""
    return not (os.stat(path).st_mode & 0o777) and not os.access(path, os.R_OK)


def test_no_run_falls_over(runs: dict[str, subprocess.CompletedProcess[bytes]]) -> None:
    for said in runs.values():
        assert (said.returncode, said.stderr) == (1, b"")


def test_a_file_that_cannot_be_read_has_one_finding(found: Findings, manifest: list[dict[str, Any]]) -> None:
    wanted = {one["name"]: one for one in manifest if one["outcome"] == "intake-error"}
    opened = {name for name, one in wanted.items()
              if one.get("special") in ("mode000", "dir000") and not closed(one["path"])}
    assert len(wanted) > 100
    told = {name: [one["rule"] for one in found[name] if not one["provisional"]] for name in wanted}
    mended = {"h20a-all.yaml": "IN05"}      # every colon is full-width: told line by line
    assert {name: told[name][:1] for name in wanted if name not in opened} == {
        name: [mended.get(name, one["code"])] for name, one in wanted.items() if name not in opened}
    # of what can be mended, each slip is told and nothing else
    assert {one for rules in told.values() for one in rules[1:]} == {"IN05"}


# Two that are understood now: a date in full-width digits is a spelling, a joiner between emoji is part of them.
UNDERSTOOD = {"h28e-fullwidth.yaml": ["FM06"], "h64c-emoji.yaml": []}


def test_a_hazard_is_named(found: Findings, manifest: list[dict[str, Any]]) -> None:
    wanted = [one for one in manifest if one["outcome"] == "finding" and one["name"] not in UNDERSTOOD]
    assert wanted
    assert [(one["name"], one["code"]) for one in wanted if one["code"] not in rules_of(found[one["name"]])] == []
    assert {name: rules_of(found[name]) for name in UNDERSTOOD} == UNDERSTOOD


def test_harmless_files_have_nothing_to_correct(found: Findings, manifest: list[dict[str, Any]]) -> None:
    """A note (a very long text, no problem anywhere) is no deficiency; that two files share an ID is RO04."""
    harmless = [one["name"] for one in manifest if one["outcome"] == "ok" and one["case"] != "GOOD"]
    assert len(harmless) > 50
    assert {name: rules_of(found[name]) for name in harmless
            if any(one["level"] != "info" and one["rule"] != "RO04" for one in found[name])} == {}


def test_good_files_are_as_if_alone(made: Path, found: Findings, manifest: list[dict[str, Any]]) -> None:
    good = [one["name"] for one in manifest if one["case"] == "GOOD"]
    assert len(good) == 60
    alone = by_file(json.loads(check(*(made / "reports" / name for name in good), form="json").stdout))
    prefix = f"{made}/reports/"
    assert {name: rules_of(found[name]) for name in good} == {
        name: rules_of(alone[prefix + name]) for name in good} == {name: [] for name in good}


def test_nothing_is_left_out(runs: dict[str, subprocess.CompletedProcess[bytes]], made: Path) -> None:
    """Every file is counted once: as a report, as unreadable, or as ignored."""
    summary = json.loads(runs["json"].stdout)["summary"]
    assert summary["files"] == summary["reports"] + summary["unreadable"] + summary["later"]
    ignored = json.loads((made / "manifest.json").read_text(encoding="utf-8"))["ignored"]
    assert summary["ignored"] == len(ignored)


def test_nothing_of_a_report_is_echoed(runs: dict[str, subprocess.CompletedProcess[bytes]],
                                       manifest: list[dict[str, Any]]) -> None:
    canaries = {text for one in manifest for text in one.get("must_not", ())}
    assert canaries
    for said in runs.values():
        shown = (said.stdout + said.stderr).decode("utf-8")
        assert [text for text in canaries if text in shown] == []


def test_no_control_character_reaches_the_terminal(runs: dict[str, subprocess.CompletedProcess[bytes]]) -> None:
    text = runs["text"].stdout.decode("utf-8")
    assert {char for char in text if char != "\n" and not char.isprintable()} == set()
    assert not any(line.lstrip().startswith("::") or "##[" in line for line in text.splitlines())
