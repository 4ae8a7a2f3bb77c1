"""The project as it is installed: the wheel holds what the tree holds, and works alone in an environment of its own
(docs/commands.md); the container file, and the versions that were tested (contract §10.11; docs/settings.md).
"""

from __future__ import annotations

import importlib.metadata
import os
import re
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from constraints import asked, needed
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
from running import ROOT

NEEDED = ("click", "yaml", "jinja2", "markupsafe", "jsonschema")
SHIPPED = ("__init__.py", "__main__.py", "cli.py", "py.typed", "engine/", "rules/", "schemas/", "desk/")


def tree() -> list[str]:
    """The project's files: what git knows or would take in."""
    if not (ROOT / ".git").exists() or shutil.which("git") is None:
        pytest.skip("not a git clone")
    listed = subprocess.run(
        ["git", "-c", "core.quotePath=false", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
        cwd=ROOT, capture_output=True, check=True).stdout.decode().split("\0")
    return [name for name in dict.fromkeys(listed) if name and (ROOT / name).is_file()]


def has_setuptools() -> bool:
    """Whether a wheel can be built with what is installed, so that nothing is downloaded."""
    try:
        version = importlib.metadata.version("setuptools")
    except importlib.metadata.PackageNotFoundError:
        return False
    return tuple(int(part) for part in version.split(".")[:2]) >= (70, 1)


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel of a clean copy of the tree."""
    copy, out = tmp_path_factory.mktemp("源 码"), tmp_path_factory.mktemp("wheel")
    for name in tree():
        (copy / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(ROOT / name, copy / name)
    alone = ["--no-build-isolation", "--no-index"] if has_setuptools() else []
    subprocess.run([sys.executable, "-m", "pip", "wheel", "-q", "--no-deps", *alone, "-w", out, copy],
                   check=True, env=without_path())
    return next(out.glob("bayang-*.whl"))


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of commands of a fresh environment that holds the wheel and sees the packages it needs."""
    home = tmp_path_factory.mktemp("fresh") / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home], check=True)
    commands = home / ("Scripts" if os.name == "nt" else "bin")
    subprocess.run([sys.executable, "-m", "pip", "--python", home, "install", "-q", "--no-deps", "--no-index", wheel],
                   check=True, env=without_path())
    needed = {str(Path(__import__(name).__file__).parent.parent) for name in NEEDED}
    site = subprocess.run([commands / "python", "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"],
                          capture_output=True, text=True, encoding="utf-8", check=True).stdout.strip()
    Path(site, "needed.pth").write_text("\n".join(sorted(needed)) + "\n", encoding="utf-8")
    return commands


def without_path() -> dict[str, str]:
    return {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}


def test_the_wheel_holds_what_the_tree_holds(wheel: Path) -> None:
    wanted = {f"bayang/{name}" for name in tree() if name.startswith(SHIPPED)}
    with zipfile.ZipFile(wheel) as packed:
        held = {name for name in packed.namelist() if ".dist-info/" not in name and ".data/scripts/" not in name}
        scripts = [name for name in packed.namelist() if ".data/scripts/" in name]
        licensed = [name for name in packed.namelist() if name.endswith("LICENSE")]
    assert held == wanted
    assert [name.rpartition("/")[2] for name in scripts] == ["bayang-gate"]
    assert licensed


def test_every_package_is_listed() -> None:
    """A folder with Python in it that setup.cfg forgets would be missing from every install."""
    folders = {str(Path("bayang", name).parent).replace("/", ".") for name in tree()
               if name.endswith(".py") and name.startswith(("engine/",))}
    listed = (ROOT / "setup.cfg").read_text(encoding="utf-8").split("packages =")[1].split("include_package_data")[0]
    assert folders | {"bayang"} == set(listed.split())


def test_no_other_module_stands_at_the_root() -> None:
    """Any root module is shipped as a part of the package."""
    assert {name for name in tree() if name.endswith(".py") and "/" not in name} == {
        "__init__.py", "__main__.py", "cli.py"}


def test_the_installed_command_checks_the_samples(installed: Path, tmp_path: Path) -> None:
    fresh = subprocess.run([installed / "bayang", "check", ROOT / "samples", "--as-of", "2022-08-08"],
                           cwd=tmp_path, capture_output=True, env=without_path())
    here = subprocess.run([sys.executable, "-m", "bayang", "check", ROOT / "samples", "--as-of", "2022-08-08"],
                          cwd=tmp_path, capture_output=True)
    assert (fresh.returncode, fresh.stderr) == (1, b"")
    assert fresh.stdout == here.stdout


def test_the_installed_package_is_the_wheel(installed: Path, tmp_path: Path) -> None:
    said = subprocess.run([installed / "python", "-c", "import bayang; print(bayang.__file__)"],
                          cwd=tmp_path, capture_output=True, text=True, encoding="utf-8", env=without_path())
    assert Path(said.stdout.strip()).is_relative_to(installed.parent.resolve())


def test_the_installed_rules_load(installed: Path, tmp_path: Path) -> None:
    said = subprocess.run([installed / "python", "-m", "bayang", "rules", "list"],
                          cwd=tmp_path, capture_output=True, env=without_path())
    assert said.returncode == 0
    assert len(said.stdout.splitlines()) > 100


# -- what stands beside the package: the container file, the versions that were tested -----------------------------

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
