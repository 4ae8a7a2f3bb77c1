"""The ready-made gates, each run as far as it can run here: what is pushed is checked, and decides nothing (contract
§8.9; docs/gates.md).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import sys
from importlib.metadata import Distribution, distribution
from pathlib import Path

import pytest
import yaml
from gating import COMMANDS, ROOT, commit, environment, stand_in, write
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from running import FAULTY, GOOD

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="the gates are shell scripts"),
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed"),
]

# What a gate installs is bayang alone, built with the setuptools that come with pip; what it needs is here already.
PLAIN = {"PIP_NO_COMPILE": "1", "PIP_DISABLE_PIP_VERSION_CHECK": "1", "PIP_NO_DEPS": "1", "PIP_NO_INDEX": "1",
         "PIP_NO_BUILD_ISOLATION": "0", "VIRTUALENV_SETUPTOOLS": "bundle",
         "VIRTUALENV_NO_PERIODIC_UPDATE": "1"}
CONFIG = "as-of: 2022-08-08\nselect: [CV01, RO01]\n"
ROSTER = """\
人员:
  - {人员编号: P-002, 姓名: 顾明堂, 单位编号: U-000, 职务: 科员, 党员: 是}
单位:
  - {单位编号: U-900, 单位名称: 测试单位, 层级: 科室单位, 主要负责人: 某人}
"""
# What those who are checked might push to be checked less.
TRICKS = {
    "reports/roster.yaml": "人员: []\n",
    "reports/waivers.yaml": "waivers: [{rule: CV01, subject: P-003, reason: 甲, by: 乙, until: 2099-12-31}]\n",
    "reports/bayang.yaml": "fail-on: never\n",
    "reports/setup.cfg": "[bayang]\nignore = CV01\n",
    "bayang.yaml": "exclude: P-003.yaml\n",
    "baseline.json": "{}\n",
    "office/bayang.yaml": CONFIG + "ignore: CV01\nfail-on: never\n",
    "office/waivers.yaml": "waivers: [{rule: CV01, subject: P-003, reason: 甲, by: 乙, until: 2099-12-31}]\n",
    ".gitattributes": "reports/P-003.yaml export-ignore\n*.yaml export-subst\n",
    "reports/.gitattributes": "P-003.yaml export-ignore\n",
    "venv.py": "raise SystemExit(0)\n",
    "bayang.py": "raise SystemExit(0)\n",
}


def shell(*command: object, cwd: Path, code: int | None = 0, **more: str) -> subprocess.CompletedProcess[bytes]:
    said = subprocess.run(list(map(str, command)), cwd=cwd, env=environment(**PLAIN, **more), capture_output=True,
                          timeout=240)
    assert code is None or said.returncode == code, (said.stdout + said.stderr).decode()
    return said


@pytest.fixture
def clone(tmp_path: Path) -> Path:
    """A clone of a server's repository whose main branch holds the office's folder and one good report."""
    shell("git", "init", "-q", "--bare", "-b", "main", "server", cwd=tmp_path)
    shell("git", "clone", "-q", "server", "clone", cwd=tmp_path)
    here = tmp_path / "clone"
    write(here, {"office/bayang.yaml": CONFIG, "office/roster.yaml": ROSTER,
                 "reports/P-002.yaml": GOOD.read_text(encoding="utf-8")})
    commit(here, "main")
    shell("git", "push", "-q", "origin", "main", cwd=here)
    return here


def add_faulty(clone: Path, tricks: bool = False) -> None:
    write(clone, {"reports/P-003.yaml": FAULTY.read_text(encoding="utf-8")} | (TRICKS if tricks else {}))
    commit(clone, "work")


# -- bayang-gate, which all of them call ----------------------------------------------------------------------------

def gate(clone: Path, *options: str, code: int, **more: str) -> str:
    said = shell("bayang-gate", "reports", "origin/main:office", *options, cwd=clone, code=code, **more)
    assert b"bayang-gate." not in said.stdout + said.stderr     # the private folder is nobody's business
    return said.stdout.decode()


def test_the_folder_is_checked_with_the_offices_files(clone: Path) -> None:
    text = gate(clone, code=1)
    assert "RO01" in text and "U-900" in text           # of the roster: a unit that has filed nothing
    assert "用了配置 origin/main:office/bayang.yaml\n" in text


def test_nothing_that_is_pushed_decides(clone: Path) -> None:
    add_faulty(clone)
    plain = gate(clone, "--format", "json", code=1)
    add_faulty(clone, tricks=True)
    tricked = json.loads(gate(clone, "--format", "json", code=1))
    for result in (tricked, plain := json.loads(plain)):
        result["summary"].pop("ignored"), result.pop("ignored")
    assert tricked == plain
    assert {one["rule"] for one in plain["findings"]} == {"CV01", "RO01"}


def test_all_of_the_offices_files_count(clone: Path) -> None:
    add_faulty(clone)
    known = shell("bayang", "check", "reports", "--config", "office/bayang.yaml", "--roster", "office/roster.yaml",
                  "--write-baseline", "office/baseline.json", cwd=clone, code=1)
    assert known.stdout
    write(clone, {"office/waivers.yaml": TRICKS["office/waivers.yaml"]})
    commit(clone, "work")
    said = shell("bayang-gate", "reports", "work:office", cwd=clone)
    assert "已免责 1 处" in said.stdout.decode() and "基线内 1 处" in said.stdout.decode()
    assert shell("bayang-gate", "reports", "office", cwd=clone).returncode == 0         # a folder will do


@pytest.mark.parametrize(("arguments", "word"), [
    ([], "REPORTS"), (["reports"], "REPORTS"), (["reports", "nowhere"], "nowhere"),
    (["reports", "origin/main:nowhere"], "no such folder: origin/main:nowhere"),
    (["reports", "nowhere:office"], "no such branch, tag or commit, or not fetched yet: nowhere\n"),
    (["nowhere", "origin/main:office"], "nowhere"), (["--help", "origin/main:office"], "--help"),
    (["reports", "origin/main:office", "--no-such-option"], "--no-such-option"),
])
def test_doubt_stops_the_gate(arguments: list[str], word: str, clone: Path) -> None:
    said = shell("bayang-gate", *arguments, cwd=clone, code=2)
    assert word in said.stderr.decode()


# -- a Git server's hook (more of it in `test_gate_alone.py`) -------------------------------------------------------

def test_a_report_taken_away_is_missed(clone: Path) -> None:
    """No file that could be checked has changed: that is why the folder is checked. The roster asks for one person."""
    write(clone, {"office/roster.yaml": ROSTER.split("单位:")[0]})
    commit(clone, "main")
    shell("git", "push", "-q", "origin", "main", cwd=clone)
    shutil.copy(ROOT / "gates/pre-receive", clone.parent / "server/hooks/pre-receive")
    (clone / "reports/P-002.yaml").unlink()
    for files in ({"reports/.gitkeep": ""}, {}):
        write(clone, files)
        commit(clone, "work")
        said = shell("git", "push", "origin", "work", cwd=clone, code=1).stderr.decode()
        assert "RO01" in said and "[remote rejected]" in said
        shutil.rmtree(clone / "reports", ignore_errors=True)


# -- the action -----------------------------------------------------------------------------------------------------

def beside(env: Path) -> None:
    """Put what bayang says it needs, and what that needs, into the environment that it was installed in; no more."""
    [site] = env.glob("lib/python*/site-packages")
    [info] = site.glob("bayang-*.dist-info")
    rest, done = [Distribution.at(info)], {"bayang"}
    while rest:
        for needed in map(Requirement, rest.pop().requires or ()):
            name = canonicalize_name(needed.name)
            if name not in done and (needed.marker is None or needed.marker.evaluate({"extra": ""})):
                done.add(name)
                rest.append(distribution(name))
                for top in {file.parts[0] for file in rest[-1].files or ()} - {"..", "__pycache__"}:
                    (site / top).symlink_to(rest[-1].locate_file(top))


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that a runner keeps for a job, in which the action's first step has installed bayang.

    Virtualenv, of pre-commit, makes the same environment as Python's own `venv`, in a tenth of the time.
    """
    home = tmp_path_factory.mktemp("runner")
    [install, *_] = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))["runs"]["steps"]
    python = stand_in(home / "python", python3=f'''[ "$1 $2 $3" = "-I -m venv" ] || exit 9
exec "{sys.executable}" -m virtualenv -q "$4"''')
    shell("bash", "-e", "-c", install["run"], cwd=home, RUNNER_TEMP=str(home), GITHUB_ACTION_PATH=str(ROOT),
          PATH=environment(python)["PATH"])
    beside(home / "bayang")
    return home


def run_action(clone: Path, installed: Path, **inputs: str) -> subprocess.CompletedProcess[bytes]:
    """The further steps of the action in a checkout, as GitHub would run them."""
    action = yaml.safe_load((ROOT / "action.yml").read_text(encoding="utf-8"))
    assert set(inputs) <= set(action["inputs"])
    values = {f"inputs.{name}": inputs.get(name, one.get("default", "")) for name, one in action["inputs"].items()}
    values["github.event.repository.default_branch"] = "main"

    def expression(found: re.Match[str]) -> str:
        return next(filter(None, (values[name.strip()] for name in found[1].split("||"))), "")

    for step in action["runs"]["steps"][1:]:
        assert step["shell"] == "bash" and "${{" not in step["run"]      # an expression in a script could be code
        env = {name: re.sub(r"\$\{\{(.*?)\}\}", expression, text) for name, text in step["env"].items()}
        said = shell("bash", "--noprofile", "--norc", "-eo", "pipefail", "-c", step["run"], cwd=clone, code=None,
                     RUNNER_TEMP=str(installed), GITHUB_WORKSPACE=str(clone), GITHUB_ACTION_PATH=str(ROOT), **env)
        if said.returncode:
            return said
    return said


def test_the_action(clone: Path, installed: Path) -> None:
    add_faulty(clone)
    plain = run_action(clone, installed, reports="reports")
    assert plain.returncode == 1
    assert "::error file=reports/P-003.yaml,line=" in plain.stdout.decode()
    add_faulty(clone, tricks=True)
    tricked = run_action(clone, installed, reports="reports")
    lines = [[line for line in said.stdout.decode().splitlines() if line.startswith("::")]
             for said in (plain, tricked)]
    assert tricked.returncode == 1 and lines[0] == lines[1]
    said = run_action(clone, installed, reports="reports", options="--select CV0? --fail-on never")
    assert said.returncode == 0
    assert run_action(clone, installed, reports="reports", ref="no-such-branch").returncode != 0
    assert run_action(clone, installed, reports="reports; touch x").returncode == 2
    assert not (clone / "x").exists()


# -- GitLab ---------------------------------------------------------------------------------------------------------

def test_the_gitlab_job(clone: Path, installed: Path) -> None:
    """Its script, line by line in one shell; the environment it makes is the one that was installed above."""
    [(_, job)] = yaml.safe_load((ROOT / "gates/gitlab-ci.yml").read_text(encoding="utf-8")).items()
    make, *rest = job["script"][1:]
    assert make == 'python3 -I -m venv "$home" && "$home/bin/pip" install -q "$GATE_SOURCE"'
    script = "\n".join([f'home="{installed}/bayang"', *rest])
    add_faulty(clone, tricks=True)
    said = shell("bash", "-eo", "pipefail", "-c", script, cwd=clone, code=1,
                 CI_PROJECT_DIR=str(clone))
    assert "CV01" in said.stdout.decode()
    listed = json.loads((clone / job["artifacts"]["reports"]["codequality"]).read_text(encoding="utf-8"))
    assert ("CV01", "reports/P-003.yaml") in [(one["check_name"], one["location"]["path"]) for one in listed]
    assert (clone / job["artifacts"]["reports"]["junit"]).read_bytes().startswith(b"<?xml")


# -- pre-commit -----------------------------------------------------------------------------------------------------

def copy_of_the_project(home: Path) -> str:
    """A repository with the project as it is now, and the commit."""
    if not (ROOT / ".git").exists():
        pytest.skip("not a git clone")
    listed = shell("git", "ls-files", "--cached", "--others", "--exclude-standard", "-z", cwd=ROOT).stdout.decode()
    for name in filter(None, listed.split("\0")):
        if (ROOT / name).is_file():
            (home / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy(ROOT / name, home / name)
    shell("git", "init", "-q", cwd=home)
    commit(home, "main")
    return shell("git", "rev-parse", "HEAD", cwd=home).stdout.decode().strip()


def test_pre_commit(clone: Path, tmp_path: Path) -> None:
    """A commit is refused and another is made, by the hook as pre-commit installs it from the project."""
    project = tmp_path / "project"
    project.mkdir()
    rev = copy_of_the_project(project)
    hook = {"id": "bayang", "args": ["reports", "origin/main:office", "--ignore", "RO01"]}
    write(clone, {".pre-commit-config.yaml": yaml.safe_dump({"repos": [
        {"repo": str(project), "rev": rev, "hooks": [hook]}]})})
    cache = {"PRE_COMMIT_HOME": str(tmp_path / "cache")}
    shell("git", "add", "-A", cwd=clone)
    shell(COMMANDS / "pre-commit", "install", "--install-hooks", cwd=clone, **cache)
    [env] = (tmp_path / "cache").glob("repo*/py_env-*")
    beside(env)
    shell("git", "commit", "-q", "-m", "in order", cwd=clone, **cache)
    write(clone, {"reports/P-003.yaml": FAULTY.read_text(encoding="utf-8")} | TRICKS)
    shell("git", "add", "-A", "-f", cwd=clone)
    said = shell("git", "commit", "-q", "-m", "faulty", cwd=clone, code=1, **cache)
    assert "CV01" in (said.stdout + said.stderr).decode()
