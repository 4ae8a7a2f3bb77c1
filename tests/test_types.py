"""The types of the project hold: mypy in its strict mode finds nothing (CONTRIBUTING.md)."""

import gc
import os
import sys
from pathlib import Path

import pytest
from mypy import api
from running import ROOT

HELD = ("__init__.py", "__main__.py", "cli.py", "engine")


@pytest.mark.filterwarnings("ignore::EncodingWarning")      # mypy reads its settings so
@pytest.mark.skipif(sys.platform == "win32", reason="links need rights there")
def test_types_hold(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "bayang").symlink_to(ROOT, target_is_directory=True)        # whatever the folder is called
    monkeypatch.chdir(tmp_path)
    gc.disable()        # nearly all that mypy makes it holds to its end
    try:
        told, faults, _ = api.run(["--config-file", str(ROOT / "setup.cfg"), "--cache-dir", os.devnull,
                                   *(f"bayang/{name}" for name in HELD)])
    finally:
        gc.enable()
    assert (faults, [line for line in told.splitlines() if ": error:" in line]) == ("", [])
