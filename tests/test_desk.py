"""What is double-clicked checks what is dropped on it and opens the page (contract 10.3)."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from running import ROOT, SERVICE, invoked

DESK = ROOT / "desk"


def surroundings(folder: Path) -> dict[str, str]:
    """Commands as an office computer has them: bayang, and something that opens a page."""
    commands = folder / "commands"
    commands.mkdir()
    for name, body in (("bayang", f'exec "{sys.executable}" -m bayang "$@"'), ("xdg-open", 'echo "opened $1"'),
                       ("open", 'echo "opened $1"')):
        (commands / name).write_text(f"#!/bin/sh\n{body}\n", encoding="utf-8")
        (commands / name).chmod(0o755)
    return {"PATH": f"{commands}{os.pathsep}{os.environ['PATH']}", "TMPDIR": str(folder), "LC_ALL": "C.UTF-8",
            "PYTHONPATH": os.environ.get("PYTHONPATH", "")}


@pytest.mark.skipif(os.name == "nt" or not shutil.which("sh"), reason="a shell script")
@pytest.mark.parametrize("asked", [False, True], ids=["dropped", "asked"])
def test_10_3_what_is_dropped_is_checked_and_the_page_opened(tmp_path: Path, asked: bool) -> None:
    reports = tmp_path / "报 告"
    reports.mkdir()
    (reports / "P-1.yaml").write_text("报告类型: 个人\n", encoding="utf-8")
    typed = str(reports).replace(" ", "\\ ") + " \n" if asked else ""
    said = subprocess.run([DESK / "核查.command", *([] if asked else [reports])], input=typed, capture_output=True,
                          encoding="utf-8", env=surroundings(tmp_path), check=False, cwd=tmp_path)
    assert said.returncode == 1, said.stderr
    page = Path(said.stdout.rpartition("opened ")[2].strip())
    assert page.name == "核查结果.html"
    assert "P-1.yaml" in page.read_text(encoding="utf-8")
    assert stat.S_IMODE(page.parent.stat().st_mode) == 0o700


@pytest.mark.skipif(os.name == "nt" or not shutil.which("sh"), reason="a shell script")
@pytest.mark.parametrize("typed", [
    "{0}/一\\ 月\\(1\\).yaml {0}/二\\'月.yaml ", "'{0}/一 月(1).yaml' \"{0}/二'月.yaml\"", "{0}/一 月(1).yaml"])
def test_10_3_several_files_dropped_into_its_window(tmp_path: Path, typed: str) -> None:
    """As terminals write them: with backslashes or in quotation marks; one alone also as it is."""
    for name in ("一 月(1)", "二'月"):
        (tmp_path / f"{name}.yaml").write_text("报告类型: 个人\n", encoding="utf-8")
    said = subprocess.run([DESK / "核查.command"], input=typed.format(tmp_path) + "\n", capture_output=True,
                          encoding="utf-8", env=surroundings(tmp_path), check=False, cwd=tmp_path)
    assert said.returncode == 1, said.stderr
    page = Path(said.stdout.rpartition("opened ")[2].strip()).read_text(encoding="utf-8")
    assert "一 月(1).yaml" in page and ("二&#39;月.yaml" in page or "二'月.yaml" in page) == ("二" in typed)


@pytest.mark.skipif(os.name == "nt" or not shutil.which("sh"), reason="a shell script")
@pytest.mark.parametrize("typed", ["$(touch gone) `touch gone` ; touch gone *", "it's.yaml", '"'])
def test_10_3_what_is_typed_into_its_window_is_never_run(tmp_path: Path, typed: str) -> None:
    said = subprocess.run([DESK / "核查.command"], input=typed + "\n", capture_output=True, encoding="utf-8",
                          env=surroundings(tmp_path), check=False, cwd=tmp_path)
    assert said.returncode == 2 and "没有做成核查结果" in said.stdout
    assert not (tmp_path / "gone").exists()


@pytest.mark.skipif(os.name == "nt" or not shutil.which("sh"), reason="a shell script")
def test_10_3_what_is_not_there_opens_nothing(tmp_path: Path) -> None:
    said = subprocess.run([DESK / "核查.command", tmp_path / "没有"], capture_output=True, encoding="utf-8",
                          env=surroundings(tmp_path), check=False)
    assert said.returncode == 2
    assert "opened" not in said.stdout
    assert "没有做成核查结果" in said.stdout


def test_10_3_the_file_for_windows_is_as_windows_reads_it() -> None:
    """Not run here: there is no Windows. Lines end in CR LF, UTF-8 is set before any Chinese, paths are quoted."""
    data = (DESK / "核查.cmd").read_bytes()
    assert data.count(b"\n") == data.count(b"\r\n")
    assert not data.startswith(b"\xef\xbb\xbf")
    first, second, *rest = data.decode().split("\r\n")
    assert (first, second) == ("@echo off", "chcp 65001 >nul")
    assert sum("check %*" in line for line in rest) == 2
    assert all('"html=%PAGE%"' in line for line in rest if "check %*" in line)


def embedded(folder: Path) -> Path:
    path = folder / "python-3.11.9-embed-amd64.zip"
    with zipfile.ZipFile(path, "w") as made:
        made.writestr("python.exe", "no program")
        made.writestr("python311._pth", "python311.zip\r\n.\r\n\r\n# Uncomment it\r\n#import site\r\n")
    return path


def test_10_3_one_zip_holds_all_that_is_needed(tmp_path: Path) -> None:
    wheels = tmp_path / "wheels"
    wheels.mkdir()
    with zipfile.ZipFile(wheels / "thing-1-py3-none-any.whl", "w") as made:
        made.writestr("thing/__init__.py", "")
        made.writestr("../outside.py", "")
    target = tmp_path / "核查.zip"
    options = ("desk", "--python", embedded(tmp_path), "--wheels", wheels, "--to")
    assert invoked(*options, target).exit_code == 0
    assert invoked(*options, tmp_path / "again.zip").exit_code == 0
    assert target.read_bytes() == (tmp_path / "again.zip").read_bytes()
    with zipfile.ZipFile(target) as made:
        names = made.namelist()
        made.extractall(tmp_path / "unpacked")
    assert {"bayang/核查.cmd", "bayang/核查.command", "bayang/python/python.exe",
            "bayang/python/Lib/site-packages/thing/__init__.py"} <= {*names}
    assert not [name for name in names if "outside" in name or "__pycache__" in name or "/tests/" in name]
    home = tmp_path / "unpacked" / "bayang" / "python"
    assert (home / "python311._pth").read_text(encoding="utf-8").split() == ["python311.zip", ".", "Lib\\site-packages"]
    shown = subprocess.run([sys.executable, "-c", "; ".join((
        f"import sys; sys.path.insert(0, {str(home / 'Lib' / 'site-packages')!r})",
        "import bayang; print(bayang.__file__); from bayang.cli import main",
        f"sys.argv = ['bayang', 'check', {str(ROOT / 'samples')!r}, '--as-of', '2022-08-08']", "main()"))],
        capture_output=True, encoding="utf-8", check=False, cwd=tmp_path)
    assert shown.returncode == 1, shown.stderr
    assert str(home) in shown.stdout.splitlines()[0]


@pytest.mark.skipif(os.name == "nt" or not shutil.which("sh"), reason="a shell script")
def test_what_is_dropped_is_checked_by_the_pack_that_goes_along(tmp_path: Path) -> None:
    """Else each report of another plan would be told that it is of another plan."""
    made = invoked("desk", "--rules", SERVICE, "--to", tmp_path / "核查.zip")
    assert made.exit_code == 0, made.output
    with zipfile.ZipFile(tmp_path / "核查.zip") as zipped:
        zipped.extractall(tmp_path / "解 开")
    home = tmp_path / "解 开" / "bayang"
    held = {path.relative_to(SERVICE) for path in SERVICE.rglob("*") if path.is_file()}
    assert {path.relative_to(home / "pack") for path in (home / "pack").rglob("*") if path.is_file()} == held
    (home / "核查.command").chmod(0o755)
    (tmp_path / "S-01.yaml").write_text("报告类型: 单位\n活动方案: 企业服务五项行动\n", encoding="utf-8")
    said = subprocess.run([home / "核查.command", tmp_path / "S-01.yaml"], capture_output=True, encoding="utf-8",
                          env=surroundings(tmp_path), check=False, cwd=tmp_path)
    page = Path(said.stdout.rpartition("opened ")[2].strip()).read_text(encoding="utf-8")
    assert "交表日期" in page and "FM09" not in page
    assert '"%HERE%pack\\plan.yaml" set "BAYANG_RULES=%HERE%pack"' in (home / "核查.cmd").read_text(encoding="utf-8")


@pytest.mark.parametrize(("options", "word"), [
    (("--to", "a.txt"), ".zip"), (("--to", "a.zip", "--python", "p.zip"), "python.org"),
    (("--to", "a.zip", "--python", "e.zip"), "--wheels"), (("--to", "a.zip", "--python", "broken.zip"), "broken.zip")])
def test_10_3_what_cannot_be_put_together_is_said(tmp_path: Path, options: tuple[str, ...], word: str,
                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    embedded(tmp_path).rename("e.zip")
    (tmp_path / "broken.zip").write_bytes(b"PK\x03\x04")
    with zipfile.ZipFile("p.zip", "w") as made:
        made.writestr("readme", "")
    said = invoked("desk", *options)
    assert (said.exit_code, word in said.output) == (2, True)
    assert not Path("a.zip").exists()
