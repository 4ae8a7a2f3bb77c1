"""A file that takes too long, and a worker that stops or hangs, cost that file alone, and are told as `time` (contract
§5, exit code 4).
"""

from __future__ import annotations

import json
import multiprocessing
import os
import shutil
import signal
import struct
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator
from running import FAULTY, PATIENCE, as_json, bayang, scrubbed

from bayang.engine.authoring.examples import base_report, change, dump
from bayang.engine.authoring.published import publish
from bayang.engine.batch import workers
from bayang.engine.batch.run import Options, run
from bayang.engine.judging.check import Checker
from bayang.engine.judging.compile import Compiled
from bayang.engine.packs.pack import Pack
from bayang.engine.reading.files import Listed
from bayang.engine.records import Limits
from bayang.engine.text.messages import say

CLOCK = "2022-08-08"
SLOW = "B-3.yaml"
forks = pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="hooks need fork")


@pytest.fixture(scope="module")
def folder(pack: Pack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Eight people's reports."""
    folder = tmp_path_factory.mktemp("reports")
    for number in range(8):
        report = base_report(pack, "personal", "education")
        change(report, {"/person/id": f"B-{number}"}, ["/submitted"] if number % 2 else ())
        (folder / f"B-{number}.yaml").write_bytes(dump(report))
    return folder


def spin() -> None:
    while True:
        pass


def sleep() -> None:
    time.sleep(120)


def stop() -> None:
    os.kill(os.getpid(), signal.SIGSTOP)


# A worker that waits for a disk which gives no answer: nothing ends it.
STUCK = """
import os, sys, time
from multiprocessing.process import BaseProcess
from bayang import cli
from bayang.engine.batch import workers
check_one = workers.check_one
def stuck(listed, *more):
    if listed.name == "B-3.yaml":
        print(os.getpid(), file=sys.stderr, flush=True)
        time.sleep(600)
    return check_one(listed, *more)
workers.check_one = stuck
BaseProcess.kill = BaseProcess.terminate = lambda self: None
cli.main()
"""


@forks
def test_what_waits_for_a_disk_that_gives_no_answer_is_left_behind(folder: Path, tmp_path: Path) -> None:
    """The run ends with all else, though that process does not."""
    out, told = tmp_path / "out.json", tmp_path / "told"
    with told.open("wb") as stderr:
        ended = subprocess.run(
            [sys.executable, "-c", STUCK, "check", str(folder), "--as-of", CLOCK, "--no-cache", "--jobs", "2",
             "--time-limit", "1", "--format", f"json={out}"], stderr=stderr, timeout=PATIENCE, env=scrubbed())
    [process, line] = told.read_text(encoding="utf-8").splitlines()
    os.kill(int(process), signal.SIGKILL)       # it was there all the time
    assert (ended.returncode, line.split()[1]) == (4, SLOW)
    assert json.loads(out.read_bytes())["summary"]["files"] == 8


def hook(monkeypatch: pytest.MonkeyPatch, what: Callable[[], None]) -> None:
    plain = workers.check_one

    def check_one(listed: Listed, *more: Any) -> bytes:
        if listed.name == SLOW:
            what()
        return plain(listed, *more)

    monkeypatch.setattr(workers, "check_one", check_one)


@forks
@pytest.mark.parametrize(("jobs", "what"), [(1, spin), (2, spin), (2, sleep), (2, stop), (3, stop)])
def test_a_file_that_takes_too_long_is_told_alone(jobs: int, what: Callable, folder: Path, compiled: Compiled,
                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    options = Options(as_of=CLOCK, jobs=jobs, limits=Limits(seconds=1.5))
    alone = run([str(folder)], options, compiled)
    assert not alone.crashes
    hook(monkeypatch, what)
    found = run([str(folder)], options, compiled)
    assert found.crashes == [(SLOW, "*", "time")]
    late = [one for one in found.not_assessed if one not in alone.not_assessed]
    assert {(one.file, one.reason) for one in late} == {(SLOW, "time")}
    assert {one.rule for one in late} == set(compiled.pack.rules)
    assert found.findings == [one for one in alone.findings if one.file != SLOW]
    assert multiprocessing.active_children() == []
    assert signal.getsignal(signal.SIGPROF) is signal.SIG_DFL


@forks
def test_the_reason_is_in_the_schema_and_in_words(folder: Path, pack: Pack, compiled: Compiled,
                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    hook(monkeypatch, spin)
    found = run([str(folder)], Options(as_of=CLOCK, limits=Limits(seconds=0.5)), compiled)
    document = json.loads(as_json(found))
    assert not list(Draft7Validator(publish(pack, "findings")).iter_errors(document))
    assert "time" in {one["reason"] for one in document["not_assessed"]}
    assert "用时超过时限" in say("run.crash", "zh", file=SLOW, rule="*", error="time")
    assert "longer than allowed" in say("run.crash", "en", file=SLOW, rule="*", error="time")


def test_a_worker_that_stops_in_the_middle_of_an_answer_is_not_waited_for() -> None:
    ours, theirs = multiprocessing.Pipe()
    os.write(theirs.fileno(), struct.pack("!i", 100) + b"half of it")
    worker = workers._Worker(None, ours, None)
    assert worker.hear(0.3) is None and worker.still == 0.3


@forks
def test_a_judgement_that_says_nothing_is_not_waited_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "TICK", 0.1)
    with workers.beside(lambda send: sleep(), True, 0.3) as receive, pytest.raises(workers.ProcessEnded):
        receive()
    assert multiprocessing.active_children() == []


def test_time_of_others_does_not_count() -> None:
    """A process that was stopped, or got no time, is not blamed for it."""
    with workers.Alarm(0.2):
        time.sleep(0.5)
    with pytest.raises(workers.OutOfTime), workers.Alarm(0.2, wall=True):
        time.sleep(5)
    with pytest.raises(workers.OutOfTime), workers.Alarm(0.2):
        spin()


# -- through the command -------------------------------------------------------------------------------------------

HANGS = "P-004.yaml"


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


@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_limit_beyond_all_clocks_is_none(jobs: str, folder: Path) -> None:
    plain = bayang("check", folder, "--as-of", CLOCK)
    said = bayang("check", folder, "--as-of", CLOCK, "--time-limit", "9" * 30, "--jobs", jobs)
    assert (said.returncode, said.stdout, said.stderr) == (plain.returncode, plain.stdout, b"")
