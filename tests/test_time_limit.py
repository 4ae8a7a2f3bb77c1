"""A file that hangs is given up after `--time-limit`, told as not assessed, and the others are checked."""

from __future__ import annotations

import json
import shutil
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from running import FAULTY, bayang

from bayang.engine.judging.check import Checker
from bayang.engine.packs.pack import Pack

HANGS = "P-004.yaml"


def spin() -> None:
    while True:
        pass


def hanging(what: Callable[[], None]) -> Callable[[], None]:
    """Has a rule never come to an end over one file."""
    plain = Checker.lines

    def lines(self: Checker, data: bytes, file: str, *more: Any, **named: Any) -> Any:
        if file == HANGS:
            what()
        return plain(self, data, file, *more, **named)

    return lambda: setattr(Checker, "lines", lines)


@pytest.mark.parametrize(("given", "what"), [("option", spin), ("file", lambda: time.sleep(60))])
def test_a_file_that_hangs(given: str, what: Callable[[], None], tmp_path: Path, pack: Pack) -> None:
    """Spinning, in this process, by the option; waiting, in a worker, by the configuration."""
    for name in ("P-003.yaml", HANGS, "P-005.yaml"):
        shutil.copy(FAULTY, tmp_path / name)
    if given == "file":
        (tmp_path / "bayang.yaml").write_text("time-limit: 1\njobs: 2\n", encoding="utf-8")
    options = [] if given == "file" else ["--time-limit", "1"]
    check = ["check", ".", "--as-of", "2022-08-08", "--format", "json", *options]
    said = bayang(*check, cwd=tmp_path, before=hanging(what))
    alone = bayang(*check, "--exclude", HANGS, cwd=tmp_path)
    assert said.returncode == 4
    assert said.stderr.decode() == f"检查 {HANGS} 用时超过时限，已经停下：这份文件各条规则都未判断，其余照常检查\n"
    found, others = json.loads(said.stdout), json.loads(alone.stdout)
    late = [one for one in found["not_assessed"] if one["file"] == HANGS]
    assert {(one["rule"], one["reason"]) for one in late} == {(rule, "time") for rule in pack.rules}
    assert [one for one in found["findings"] if one["rule"] != "RO04"] == [
        one for one in others["findings"] if one["rule"] != "RO04"] != []
