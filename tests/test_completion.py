"""Completion in shells: what a Tab offers, in bash as it runs, and the scripts for the others (contract §10.11;
docs/settings.md).
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from running import ROOT, bayang

from bayang.engine.output.findings import FORMATS

COMMANDS = Path(sys.executable).parent


def environment(**more: str) -> dict[str, str]:
    """The command as it is installed comes first."""
    return os.environ | {"PATH": f"{COMMANDS}{os.pathsep}{os.environ['PATH']}"} | more


def script(shell: str) -> str:
    said = subprocess.run([COMMANDS / "bayang"], capture_output=True, timeout=60,
                          env=environment(_BAYANG_COMPLETE=f"{shell}_source"))
    assert said.returncode == 0, said.stderr.decode()
    return said.stdout.decode()


def has_bash() -> bool:
    if shutil.which("bash") is None or not (COMMANDS / "bayang").exists():
        return False
    said = subprocess.run(["bash", "-c", "echo $((BASH_VERSINFO[0] * 100 + BASH_VERSINFO[1]))"], capture_output=True)
    return int(said.stdout or 0) >= 404


def offered(*lines: str, cwd: Path) -> list[set[str]]:
    """What bash offers at the end of each line after the shell has read the line of the pages."""
    script = 'eval "$(_BAYANG_COMPLETE=bash_source bayang)"'
    for words in (line.split(" ") for line in lines):
        quoted = " ".join(f"'{word}'" for word in words)
        script += (f"\nCOMPREPLY=(); COMP_WORDS=({quoted}); COMP_CWORD={len(words) - 1}; _bayang_completion bayang; "
                   "printf '%s\\n' \"${COMPREPLY[@]}\" =")
    said = subprocess.run(["bash", "--norc", "-c", script], capture_output=True, cwd=cwd, timeout=60, env=environment())
    assert said.stderr == b""
    return [set(part.split("\n")) - {""} for part in said.stdout.decode().split("=\n")[:-1]]


@pytest.mark.skipif(not has_bash(), reason="no bash of version 4.4 or newer, or bayang is not installed as a command")
def test_bash_completes(tmp_path: Path) -> None:
    assert offered("bayang ch", "bayang check --format = js", "bayang check --select CV01,SE0", cwd=tmp_path) == [
        {"check"}, {"json", "jsonl"}, {"CV01,SE01"}]


@pytest.mark.skipif(not has_bash(), reason="no bash of version 4.4 or newer, or bayang is not installed as a command")
def test_bash_is_left_to_complete_files(tmp_path: Path) -> None:
    """Where a file or folder belongs, the shell's own completion is called for; click answers with a type alone."""
    said = subprocess.run([COMMANDS / "bayang"], capture_output=True, cwd=tmp_path, timeout=60, env=environment(
        _BAYANG_COMPLETE="bash_complete", COMP_WORDS="bayang check --roster ro", COMP_CWORD="3"))
    assert said.stdout.decode().split() == ["file,ro"]
    said = subprocess.run([COMMANDS / "bayang"], capture_output=True, cwd=tmp_path, timeout=60, env=environment(
        _BAYANG_COMPLETE="bash_complete", COMP_WORDS="bayang check re", COMP_CWORD="2"))
    assert said.stdout.decode().split() == ["file,re"]


@pytest.mark.skipif(shutil.which("fish") is None or not (COMMANDS / "bayang").exists(), reason="no fish")
def test_fish_completes(tmp_path: Path) -> None:
    script = "_BAYANG_COMPLETE=fish_source bayang | source; complete -C 'bayang check --select=CV01,SE0'"
    said = subprocess.run(["fish", "--no-config", "-c", script], capture_output=True, cwd=tmp_path, timeout=60,
                          env=environment(HOME=str(tmp_path)))
    assert said.stdout.decode().partition("\t")[0] == "--select=CV01,SE01"


@pytest.mark.parametrize(("shell", "line", "words"), [
    ("bash", "bayang check --write-b", {"--write-baseline"}),
    ("bash", "bayang check --fail-on w", {"warning"}),
    ("bash", "bayang check --format =", set(FORMATS)),                  # which takes it for three words
    ("bash", "bayang schema per", {"personal"}),
    ("bash", "bayang explain missing-r", {"missing-report"}),
    ("zsh", "bayang check --format=mark", {"--format=markdown"}),       # which takes it for one
    ("zsh", "bayang check --format=sarif=o", {"--format=sarif=out.sarif"}),
    ("zsh", "bayang check --ignore=CV01,SE0", {"--ignore=CV01,SE01"}),
    ("zsh", "bayang check --rules . --phase insp", set()),              # no pack lies there
    ("fish", "bayang new personal --phase 调", {"调查研究和问题查摆"}),
])
def test_what_shells_are_given(shell: str, line: str, words: set[str], tmp_path: Path) -> None:
    (tmp_path / "out.sarif").touch()
    at = line.rpartition(" ")[2] if shell == "fish" else line.count(" ")
    said = bayang(cwd=tmp_path, _BAYANG_COMPLETE=f"{shell}_complete", COMP_WORDS=line, COMP_CWORD=str(at))
    lines = said.stdout.decode().split("\n")
    found = lines[1::3] if shell == "zsh" else [one.partition(",")[2].partition("\t")[0] for one in lines]
    assert set(found) - {""} == words


@pytest.mark.skipif(not (COMMANDS / "bayang").exists(), reason="bayang is not installed as a command")
@pytest.mark.parametrize(("shell", "sign"), [
    ("zsh", "#compdef bayang"), ("fish", "complete --no-files --command bayang")])
def test_scripts_for_other_shells(shell: str, sign: str) -> None:
    text = script(shell)
    assert sign in text and f"_BAYANG_COMPLETE={shell}_complete" in text
    if shutil.which(shell):
        said = subprocess.run([shell, "-n"], input=text.encode(), capture_output=True, timeout=60)
        assert (said.returncode, said.stderr) == (0, b"")


@pytest.mark.parametrize("name", ["docs/settings.md", "docs/settings.zh-CN.md"])
def test_the_pages_say_how(name: str) -> None:
    text = (ROOT / name).read_text(encoding="utf-8")
    assert 'eval "$(_BAYANG_COMPLETE=bash_source bayang)"' in text
    assert 'eval "$(_BAYANG_COMPLETE=zsh_source bayang)"' in text
    assert "_BAYANG_COMPLETE=fish_source bayang | source" in text
