"""What outputs for people say: what was not assessed and why, whose files lie beside the reports, units and IDs."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from bayang.engine.compile import Compiled
from bayang.engine.examples import base_report, dump

DAY = "2022-02-10"                      # the first phase closed on 2022-01-31


def bayang(*arguments: str, cwd: Path, **variables: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("BAYANG_", "GITHUB_"))}
    return subprocess.run([sys.executable, "-m", "bayang", *arguments], cwd=cwd, env=kept | variables,
                          capture_output=True, encoding="utf-8", timeout=120)


# -- the environment ------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("command", [
    ["rules", "list"], ["rules", "lint"], ["rules", "test"], ["new", "personal"], ["explain", "CV01"],
    ["schema", "roster"]], ids=lambda command: command[0] + command[1])
def test_9_16_a_misspelt_variable_stops_every_command(command: list[str], tmp_path: Path) -> None:
    said = bayang(*command, cwd=tmp_path, BAYANG_ROSTR="x")
    assert (said.returncode, said.stdout) == (2, "")
    assert "BAYANG_ROSTR" in said.stderr and "BAYANG_ROSTER" in said.stderr
    assert bayang(*command, "--help", cwd=tmp_path, BAYANG_ROSTR="x").returncode == 0


@pytest.mark.parametrize(("name", "code"), [
    ("BAYANG_FOO", 0), ("BAYANG_T", 2), ("BAYANG_HASE", 2), ("BAYANG_PLACE", 0), ("BAYANG_FAILON", 2),
    ("BAYANG_BASE_LIN", 2), ("BAYANG_FORMATING", 0)])
def test_9_16_of_a_short_name_two_edits_make_another_word(name: str, code: int, tmp_path: Path) -> None:
    said = bayang("explain", "CV01", cwd=tmp_path, **{name: "x"})
    assert said.returncode == code, said.stderr
    assert bool(said.stderr) == (code == 2)


# -- rules ----------------------------------------------------------------------------------------------------------

def test_a_rule_that_is_not_there_is_told_in_whole_sentences(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("x", encoding="utf-8")
    assert bayang("check", ".", "--select", "NOPE", cwd=tmp_path).stderr == (
        "用法不对：没有规则符合“NOPE”。全部规则见 bayang rules list\n")


# -- without a roster -----------------------------------------------------------------------------------------------

@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("paths", [["a.yaml"], [".", "--partial"], ["."]], ids=["file", "partial", "folder"])
def test_9_11_without_a_roster_text_names_the_rules_that_need_one(
        paths: list[str], language: str, tmp_path: Path, compiled: Compiled) -> None:
    (tmp_path / "a.yaml").write_bytes(dump(base_report(compiled.pack, "personal", "education")))
    said = bayang("check", *paths, "--as-of", DAY, "--no-config", "--lang", language, cwd=tmp_path).stdout
    tail = "".join(line.strip() for line in said.split("─\n")[1].splitlines()).replace(" ", "")
    comma = {"zh": "、", "en": ","}[language]
    listed = comma.join(["OR05", "RO01", "RO02", "RO03", "RO05", "RO06"])
    assert {"zh": f"编号和单位对不对都没有核对（{listed}）", "en": f"areright({listed})"}[language] in tail
    assert ({"zh": "这次只检查了一部分文件", "en": "onlyapartofthebatch"}[language] in tail) == (paths != ["."])


# -- the gate -------------------------------------------------------------------------------------------------------

@pytest.mark.skipif(os.name == "nt" or shutil.which("git") is None, reason="the gate is a shell script that needs git")
@pytest.mark.parametrize("office", ["main:office", "main:office/", "HEAD:./office"])
def test_9_15_the_gate_names_the_offices_files_as_typed_and_says_the_same_twice(office: str, tmp_path: Path,
                                                                               compiled: Compiled) -> None:
    (tmp_path / "reports").mkdir()
    (tmp_path / "office").mkdir()
    (tmp_path / "reports/a.yaml").write_bytes(dump(base_report(compiled.pack, "personal", "education")))
    (tmp_path / "office/roster.yaml").write_text("people: [{id: P-11, name: 林一东, unit: U-1}]\n", encoding="utf-8")
    (tmp_path / "office/bayang.yaml").write_text("as-of: 2022-02-10\n", encoding="utf-8")
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b"]
    for command in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "m"]):
        subprocess.run([*git, *command], cwd=tmp_path, check=True)
    gate = str(Path(__file__).resolve().parents[1] / "gates" / "bayang-gate")
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])

    def said(name: str) -> bytes:
        done = subprocess.run([gate, "reports", office, "--format", name], cwd=tmp_path, capture_output=True,
                              env={"PATH": path}, timeout=120)
        assert (done.returncode, done.stderr) == (1, b"")
        return done.stdout

    for name in ("text", "json", "sarif", "github", "gitlab", "junit", "markdown", "html", "csv"):
        output = said(name)
        assert output == said(name)
        assert b"/tmp/bayang-gate" not in output
    roster = f"{office.rstrip('/')}/roster.yaml"
    result = json.loads(said("json"))
    assert result["sources"]["roster"]["file"] == roster
    assert {one["file"] for one in result["findings"] if one["rule"] == "RO01"} == {roster}
    assert "::error file=office/roster.yaml,line=1" in said("github").decode()     # where the repository has it

    (tmp_path / "office/roster.yaml").write_text("people: 1\n", encoding="utf-8")
    subprocess.run([*git, "commit", "-q", "-a", "-m", "m"], cwd=tmp_path, check=True)
    done = subprocess.run([gate, "reports", office], cwd=tmp_path, capture_output=True, env={"PATH": path}, timeout=120)
    assert done.returncode == 2 and done.stderr.decode().startswith(f"{roster} 第 1 行：")
