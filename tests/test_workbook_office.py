"""A form filled in through LibreOffice as a person would gives a clean report (contract 10.1, 10.2)."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest
from running import invoked

TYPIST = Path(__file__).parent / "office_typist.py"
PYTHONS = ("/usr/bin/python3", "/usr/lib/libreoffice/program/python", "/opt/libreoffice/program/python")


def office_python() -> str | None:
    """A Python that can speak to LibreOffice."""
    for python in PYTHONS:
        if os.path.exists(python) and subprocess.run([python, "-c", "import uno"], capture_output=True,
                                                     check=False).returncode == 0:
            return python
    return None


@pytest.fixture(scope="module")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Path, dict[str, int]]]:
    """A workbook that was typed into, and how many choices its lists offered."""
    program, python = shutil.which("soffice"), office_python()
    if not program or not python:
        pytest.skip("no LibreOffice with uno")
    folder = tmp_path_factory.mktemp("office")
    form, target = folder / "form.xlsx", folder / "P-102.xlsx"
    said = invoked("new", "个人", "--phase", "inspection", "--to", form)
    assert said.exit_code == 0, said.output
    pipe = f"bayang-{os.getpid()}"
    office = subprocess.Popen([program, "--headless", "--norestore", f"--accept=pipe,name={pipe};urp;",
                               f"-env:UserInstallation=file://{folder}/profile"],
                              stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True)
    try:
        typed = subprocess.run([python, str(TYPIST), pipe, str(form), str(target)], capture_output=True,
                               encoding="utf-8", timeout=150, check=False)
    finally:
        os.killpg(office.pid, 15)
        office.wait(30)
    if not target.exists() and "could not be loaded" in typed.stderr + typed.stdout:
        pytest.skip("LibreOffice without spreadsheets")
    assert typed.returncode == 0, typed.stderr
    yield target, {name: int(count) for name, count in map(str.split, typed.stdout.splitlines())}


def test_10_1_lists_offer_what_may_be_chosen(filled: tuple[Path, dict[str, int]]) -> None:
    """In LibreOffice itself: six behaviours of the row's theme and the word for others, one problem to belong to."""
    assert filled[1] == {"behaviours": 7, "sources": 5, "themes": 8, "problems": 1}


def test_10_2_it_imports_to_a_clean_report(filled: tuple[Path, dict[str, int]], tmp_path: Path) -> None:
    said = invoked("import", filled[0], "--to", tmp_path)
    assert said.exit_code == 0, said.output
    assert "工作表“草稿”不是填报表的" in said.output
    text = (tmp_path / "P-102.yaml").read_text(encoding="utf-8-sig")
    for line in ("填报日期: 2022-04-20\n", "对应表现: shigan-03\n", "发现日期: 2022-03-15\n",
                 "措施: 每月底向科长报一次逾期件\n"):
        assert line in text
    checked = invoked("check", tmp_path / "P-102.yaml", "--as-of", "2022-04-25")
    assert checked.exit_code == 0, checked.output
    assert "没有发现需要补正的事项" in checked.output or "必须补正 0 处，建议完善 0 处" in checked.output


def test_10_3_it_checks_clean_as_it_is(filled: tuple[Path, dict[str, int]]) -> None:
    checked = invoked("check", filled[0], "--as-of", "2022-04-25")
    assert checked.exit_code == 0, checked.output
