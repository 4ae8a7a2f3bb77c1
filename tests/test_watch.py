"""Contract 10.9: `bayang check --watch` looks again at what was saved, until Ctrl-C."""

from __future__ import annotations

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from making import write
from running import COMMAND, FAULTY, GOOD, PATIENCE, bayang, complaint, scrubbed, until

DAY = ("--as-of", "2022-08-08")
AGAIN = "保存了哪个文件就再检查一次"


class Watch:
    """The command at work, and what it has said so far."""

    def __init__(self, out: Path, *arguments: object) -> None:
        self.out = out
        with out.open("wb") as stream:
            self.process = subprocess.Popen([*COMMAND, "check", "--watch", *map(str, arguments), *DAY], stdout=stream,
                                            stderr=subprocess.STDOUT, env=scrubbed())

    @property
    def said(self) -> bytes:
        return self.out.read_bytes()

    @property
    def text(self) -> str:
        return self.said.decode("utf-8", "replace")

    def looked(self, times: int) -> None:
        until(lambda: self.text.count(AGAIN) >= times or self.process.poll() is not None)
        assert self.process.poll() is None, self.text

    def end(self, number: int = signal.SIGINT) -> int:
        self.process.send_signal(number)
        return self.process.wait(PATIENCE)


@pytest.fixture
def started(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[..., Watch]]:
    made: list[Watch] = []

    def start(*arguments: object) -> Watch:
        made.append(Watch(tmp_path_factory.mktemp("said") / "out", *arguments))
        return made[-1]

    yield start
    for one in made:
        one.process.kill()
        one.process.wait(PATIENCE)


def test_10_9_looks_again_when_a_report_is_saved(tmp_path: Path, started: Callable[..., Watch]) -> None:
    file = write(tmp_path / "P-003.yaml", FAULTY.read_bytes())
    watch = started(tmp_path)
    watch.looked(1)
    assert "CV01" in watch.text and "SE01" in watch.text
    time.sleep(1.2)         # nothing is saved: nothing is said
    assert watch.text.count(AGAIN) == 1
    before = len(watch.said)
    write(file, GOOD.read_bytes())
    watch.looked(2)
    assert "CV01" not in watch.said[before:].decode()
    (tmp_path / "second.yaml").write_bytes(FAULTY.read_bytes())     # a new one
    watch.looked(3)
    (tmp_path / "second.yaml").unlink()
    watch.looked(4)
    assert watch.end() == 0 and "Traceback" not in watch.text


def test_10_9_its_own_output_is_no_change(tmp_path: Path, started: Callable[..., Watch]) -> None:
    write(tmp_path / "P-003.yaml", FAULTY.read_bytes())
    out = tmp_path / "out.json"
    watch = started(tmp_path, "--format", f"json={out}")
    watch.looked(1)
    time.sleep(1.5)
    assert watch.text.count(AGAIN) == 1 and out.exists()
    assert watch.end() == 0


def test_10_9_a_roster_broken_by_a_save_is_told_and_looked_at_again(
        tmp_path: Path, started: Callable[..., Watch]) -> None:
    write(tmp_path / "reports/P-002.yaml", GOOD.read_bytes())
    good = "units: []\npeople: []\n"
    roster = write(tmp_path / "roster.yaml", good)
    watch = started(tmp_path / "reports", "--roster", roster)
    watch.looked(1)
    write(roster, "units：[]\n")
    watch.looked(2)
    assert "roster.yaml" in watch.text
    before = len(watch.said)
    write(roster, good)
    watch.looked(3)
    assert "RO02" in watch.said[before:].decode()
    assert watch.end() == 0


@pytest.mark.skipif(os.name == "nt", reason="no such signal there")
def test_10_9_ended_from_outside_it_says_so(tmp_path: Path, started: Callable[..., Watch]) -> None:
    write(tmp_path / "P-002.yaml", GOOD.read_bytes())
    watch = started(tmp_path)
    watch.looked(1)
    assert watch.end(signal.SIGTERM) == 143


def test_10_9_what_can_not_be_watched(tmp_path: Path) -> None:
    assert "--watch" in complaint(bayang("check", "--watch", "-", data=b"x"))
    assert bayang("check", "--watch", tmp_path / "gone").returncode == 2
    config = write(tmp_path / "bayang.yaml", "watch: true\n")
    write(tmp_path / "P-002.yaml", GOOD.read_bytes())
    assert bayang("check", tmp_path, *DAY).returncode == 2 and config.exists()
