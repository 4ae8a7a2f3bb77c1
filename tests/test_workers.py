"""Several processes give what one gives, whatever happens to them: order, clock zones, death, interruption."""

from __future__ import annotations

import contextlib
import json
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from running import SAMPLES, as_json, bayang, invoked

from bayang.engine.authoring.examples import base_report, change, dump
from bayang.engine.batch import run as running
from bayang.engine.batch import workers
from bayang.engine.batch.outcome import Result
from bayang.engine.batch.run import Options, run
from bayang.engine.judging import check as checking
from bayang.engine.judging import results
from bayang.engine.judging.compile import Compiled
from bayang.engine.judging.kinds import sharing as judging
from bayang.engine.judging.results import FileResult, as_text, from_lines
from bayang.engine.packs.pack import Pack
from bayang.engine.reading.files import Listed, Listing
from bayang.engine.records import NotAssessed

CLOCK = "2022-08-08"
COUNT = 300
forks = pytest.mark.skipif("fork" not in multiprocessing.get_all_start_methods(), reason="hooks need fork")


@pytest.fixture(scope="module")
def reports(pack: Pack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples and some hundred reports, good and faulty, of every phase, unreadable ones among them. One in ten is
    of more than the first phase asks for; half of these have the texts, all alike, and half lack them.
    """
    folder = tmp_path_factory.mktemp("reports")
    shutil.copytree(SAMPLES, folder / "samples")
    phases = list(pack.phases)
    for number in range(COUNT):
        report = base_report(pack, "personal", phases[0 if number % 10 else number // 20 % len(phases)])
        change(report, {"/person/id": f"Q-{number:03d}"}, ["/submitted"] if number % 7 == 0 else ())
        if number % 20:
            report.pop("themes", None)
        data = dump(report)
        name = f"{number % 3}/Q-{number:03d}.yaml"
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"\xff\xfe\x00" + data if number % 50 == 1 else data)
    return folder


def document(result: Result) -> bytes:
    return as_json(result)


@pytest.fixture(scope="module")
def alone(reports: Path, compiled: Compiled) -> bytes:
    """What one process gives."""
    return document(check(reports, compiled, 1))


def check(folder: Path, compiled: Compiled, jobs: int, progress: Callable = lambda *told: None) -> Result:
    return run([str(folder)], Options(as_of=CLOCK, jobs=jobs), compiled, progress)


def by_name(files: list[Listed], compiled: Compiled, jobs: int) -> dict[str, FileResult]:
    """What each file gives; each is given once."""
    checker, found = running.Checker(compiled, running.World(CLOCK)), {}

    def put(at: int, lines: bytes) -> None:
        assert at not in found
        result = "\n".join(as_text(lines).split("\n")[:6])       # without the checksum of its file
        found[at] = from_lines(result, files[at].name, files[at].folder, compiled.pack.rules)

    workers.check_files(files, checker, put, jobs)
    return {one.name: found[at] for at, one in enumerate(files)}


@pytest.fixture(scope="module")
def each(reports: Path, compiled: Compiled) -> dict[str, FileResult]:
    """What one process gives, by file."""
    return by_name(running.list_files([str(reports)]).files, compiled, 1)


def killing(monkeypatch: pytest.MonkeyPatch, *names: str) -> None:
    """Let a worker die by SIGKILL over these files."""
    here, check_one = os.getpid(), workers.check_one

    def hook(listed: Listed, *more: Any) -> bytes:
        if listed.name in names:
            assert os.getpid() != here
            os.kill(os.getpid(), signal.SIGKILL)
        return check_one(listed, *more)

    monkeypatch.setattr(workers, "check_one", hook)


def children() -> list:
    return multiprocessing.active_children()


# -- the same result ------------------------------------------------------------------------------------------------

def test_any_number_of_jobs_gives_the_same_bytes(reports: Path, compiled: Compiled, alone: bytes) -> None:
    assert json.loads(alone)["summary"]["files"] > COUNT
    assert {jobs for jobs in (0, 2, 3, 500) if document(check(reports, compiled, jobs)) != alone} == set()
    assert children() == []


def test_the_samples_give_the_same_bytes(compiled: Compiled) -> None:
    assert len({document(check(SAMPLES, compiled, jobs)) for jobs in (1, 2, 3)}) == 1


@pytest.mark.parametrize("seed", [1, 2])
def test_the_order_of_files_changes_nothing(seed: int, reports: Path, compiled: Compiled, alone: bytes,
                                            monkeypatch: pytest.MonkeyPatch) -> None:
    list_files = running.list_files

    def shuffled(*arguments: object, **more: object) -> Listing:
        listing = list_files(*arguments, **more)
        listing.files = random.Random(seed).sample(list(listing.files), len(listing.files))
        return listing

    monkeypatch.setattr(running, "list_files", shuffled)
    assert document(check(reports, compiled, 2)) == alone


@forks
def test_results_stand_in_the_order_of_the_list_whoever_is_first(reports: Path, compiled: Compiled,
                                                                 monkeypatch: pytest.MonkeyPatch) -> None:
    files = running.list_files([str(SAMPLES)]).files
    alone, check_one = by_name(files, compiled, 1), workers.check_one

    def slow(listed: Listed, *more: Any) -> bytes:
        time.sleep(0.05 * (listed is files[0]))
        return check_one(listed, *more)

    monkeypatch.setattr(workers, "check_one", slow)
    assert list(by_name(files, compiled, 3).items()) == list(alone.items())


def test_time_zones_change_nothing(reports: Path) -> None:
    said = [bayang("check", reports, "--as-of", CLOCK, "--format", "json", "--jobs", jobs, TZ=zone)
            for jobs, zone in (("1", "UTC"), ("2", "UTC"), ("2", "Asia/Shanghai"), ("3", "Pacific/Kiritimati"))]
    assert {(one.returncode, one.stderr) for one in said} == {(1, b"")}
    assert len({one.stdout for one in said}) == 1


def test_workers_that_inherit_nothing_give_the_same(reports: Path, compiled: Compiled, alone: bytes,
                                                    monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(multiprocessing, "get_all_start_methods", lambda: ["spawn"])
    assert document(check(reports, compiled, 2)) == alone
    assert children() == []


def test_standard_input_is_read_here(reports: Path) -> None:
    arguments = ["check", "-", str(reports), "--no-config", "--as-of", CLOCK, "--format", "json"]
    said = [bayang(*arguments, "--jobs", jobs, data=(reports / "0/Q-003.yaml").read_bytes()).stdout
            for jobs in ("1", "2")]
    assert said[0] == said[1] != b""
    assert json.loads(said[0])["summary"]["unreadable"] < 20


@pytest.mark.parametrize(("jobs", "count", "wanted"), [
    (0, workers.FEW - 1, None), (0, workers.FEW, 5), (1, workers.FEW, None), (2, 1, 1), (3, 2, 2), (4, 9, 4),
    (1000, 1000, workers.MOST)])
def test_how_many_workers(jobs: int, count: int, wanted: int | None, compiled: Compiled,
                          monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []
    monkeypatch.setattr(workers, "cores", lambda: 5)
    monkeypatch.setattr(workers, "check_one", lambda listed, *more: workers.crashed(listed, more[0], ""))
    monkeypatch.setattr(workers, "_share_out", lambda left, files, checker, cache, jobs, put: asked.append(jobs))
    by_name([Listed(str(at), str(at), None) for at in range(count)], compiled, jobs)
    assert asked == ([] if wanted is None else [wanted])
    monkeypatch.undo()
    assert workers.cores() >= 1


@pytest.mark.parametrize("jobs", ["0", "-1", "many"])
def test_2_wrong_number(jobs: str) -> None:
    said = invoked("check", SAMPLES, "--jobs", jobs)
    assert (said.exit_code, said.stdout) == (2, "")


def test_progress_counts_every_file_once(reports: Path, compiled: Compiled) -> None:
    told: list[tuple] = []
    total = check(reports, compiled, 2, lambda *counts: told.append(counts)).summary["files"]
    assert told[:total] == [(done, total) for done in range(1, total + 1)]
    assert {rule for _, _, rule in told[total:]} == {"BT01"}        # the rule over the batch that takes long


# -- death ----------------------------------------------------------------------------------------------------------

@forks
@pytest.mark.parametrize("names", [
    ["0/Q-090.yaml"], ["samples/市局/整改落实/P-002.yaml"],
    ["0/Q-000.yaml", "0/Q-003.yaml", "1/Q-151.yaml", "2/Q-296.yaml", "2/Q-299.yaml"]])
def test_a_dead_worker_costs_the_file_in_hand_alone(names: list[str], reports: Path, compiled: Compiled,
                                                    each: dict[str, FileResult],
                                                    monkeypatch: pytest.MonkeyPatch) -> None:
    killing(monkeypatch, *names)
    found = by_name(running.list_files([str(reports)]).files, compiled, 2)
    assert {name for name in each if found[name] != each[name]} == set(names)
    for name in names:
        assert found[name].crashes == [("*", "SIGKILL")]
        assert (found[name].findings, found[name].facts) == ([], None)
        assert [(one.rule, one.file, one.reason) for one in found[name].not_assessed] == [
            (rule, name, "crash") for rule in compiled.pack.rules]
    assert children() == []


def _dies(*given: Any) -> Any:
    os.kill(os.getpid(), signal.SIGKILL)


def _fails(*given: Any) -> Any:
    raise LookupError


@forks
@pytest.mark.parametrize(("how", "error"), [(_dies, "ProcessEnded"), (_fails, "LookupError")])
def test_a_long_judgement_that_ends_badly_costs_its_rule_alone(
    how: Callable, error: str, reports: Path, compiled: Compiled, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Similar texts are looked for in a process of its own."""
    alone = check(reports, compiled, 2)
    monkeypatch.setattr(judging, "candidates", how)
    found = check(reports, compiled, 2)
    assert found.crashes == [*alone.crashes, ("", "BT01", error)]
    assert [one for one in found.not_assessed if one not in alone.not_assessed] == [
        NotAssessed("BT01", None, None, None, None, "crash")]
    assert "BT01" in {one.rule for one in alone.findings}
    assert found.findings == [one for one in alone.findings if one.rule != "BT01"]
    assert children() == []


@forks
def test_without_a_process_of_its_own_it_is_judged_here(reports: Path, compiled: Compiled, alone: bytes,
                                                        monkeypatch: pytest.MonkeyPatch) -> None:
    def full(process: object) -> None:
        raise BlockingIOError(11, "no more processes")

    monkeypatch.setattr(multiprocessing.process.BaseProcess, "start", full)
    assert document(check(reports, compiled, 2)) == alone


@forks
def test_every_file_may_kill(compiled: Compiled, monkeypatch: pytest.MonkeyPatch) -> None:
    files = running.list_files([str(SAMPLES)]).files
    killing(monkeypatch, *(one.name for one in files))
    assert all(one.crashes == [("*", "SIGKILL")] for one in by_name(files, compiled, 3).values())


@forks
def test_4_when_a_worker_died(reports: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    killing(monkeypatch, "0/Q-090.yaml")
    said = invoked("check", reports, "--as-of", CLOCK, "--jobs", "2", "--format", "json")
    assert said.exit_code == 4
    assert said.stderr.count("\n") == 1 and "0/Q-090.yaml" in said.stderr and "SIGKILL" in said.stderr
    left = {one["file"] for one in json.loads(said.stdout)["not_assessed"] if one["reason"] == "crash"}
    assert left == {"0/Q-090.yaml"}


@forks
def test_a_result_that_cannot_be_sent_costs_its_file(compiled: Compiled, monkeypatch: pytest.MonkeyPatch) -> None:
    files = running.list_files([str(SAMPLES)]).files
    alone, odd = by_name(files, compiled, 1), files[5].name

    def to_lines(result: FileResult) -> str:
        if result.facts and result.facts.file == odd:
            result.facts.data["BT03"] = {1, 2}
        return results.to_lines(result)

    monkeypatch.setattr(checking, "to_lines", to_lines)
    found = by_name(files, compiled, 2)
    assert {name for name in alone if found[name] != alone[name]} == {odd}
    assert [rule for rule, _ in found[odd].crashes] == ["*"]


@forks
def test_much_that_is_sent_to_and_fro_does_not_wait_for_itself(compiled: Compiled,
                                                               monkeypatch: pytest.MonkeyPatch) -> None:
    much = partial(bytes, 30_000)       # so many times that is more than a pipe holds, each way
    files = [Listed(f"{number:03d}.yaml", f"{number:03d}.yaml", None) for number in range(workers.FEW + COUNT)]
    monkeypatch.setattr(workers, "check_one", lambda *given: much())
    monkeypatch.setattr(workers, "_with_entries", lambda batch, files, cache: workers.Batch(
        batch.files, None, {at: (files[at], much()) for at in batch.files}))
    came: list[int] = []
    with workers.Alarm(60, wall=True):
        workers.check_files(files, running.Checker(compiled, running.World(CLOCK)), lambda at, lines: came.append(at),
                            jobs=2)
    assert sorted(came) == list(range(len(files)))


def test_without_workers_the_work_is_done_here(compiled: Compiled, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(process: object) -> None:
        raise BlockingIOError(11, "no more processes")

    files = running.list_files([str(SAMPLES)]).files
    alone = by_name(files, compiled, 1)
    monkeypatch.setattr(multiprocessing.process.BaseProcess, "start", full)
    assert by_name(files, compiled, 2) == alone


# -- interruption ---------------------------------------------------------------------------------------------------

def start(reports: Path, home: Path, seconds: float) -> tuple[subprocess.Popen, list[int]]:
    """A check with two workers that take so long over each file, and the processes of these."""
    code = f"""
import os, pathlib, sys, time
from bayang import cli
from bayang.engine.batch import workers
check_one = workers.check_one
def slow(listed, *more):
    pathlib.Path({str(home)!r}, str(os.getpid())).touch()
    time.sleep({seconds})
    return check_one(listed, *more)
workers.check_one = slow
sys.argv = ["bayang", "check", {str(reports)!r}, "--as-of", {CLOCK!r}, "--jobs", "2"]
cli.main()
"""
    begun = subprocess.Popen([sys.executable, "-W", "error", "-c", code], stdout=subprocess.PIPE,
                             stderr=subprocess.PIPE, start_new_session=True)
    until = time.monotonic() + 20
    while len(list(home.iterdir())) < 2 and time.monotonic() < until:
        time.sleep(0.02)
    pids = [int(path.name) for path in home.iterdir()]
    assert len(pids) == 2 and begun.pid not in pids
    return begun, pids


def alive(pid: int) -> bool:
    with contextlib.suppress(OSError):      # a system without /proc
        return Path(f"/proc/{pid}/stat").read_text(encoding="utf-8").rpartition(")")[2].split()[0] != "Z"
    with contextlib.suppress(ProcessLookupError):
        os.kill(pid, 0)
        return True
    return False


@forks
@pytest.mark.parametrize("whole_group", [True, False])
def test_130_interrupted(whole_group: bool, reports: Path, tmp_path: Path) -> None:
    begun, pids = start(reports, tmp_path, 60)
    clock = time.monotonic()
    (os.killpg if whole_group else os.kill)(begun.pid, signal.SIGINT)
    said, complaint = begun.communicate(timeout=20)
    assert time.monotonic() - clock < 1
    assert (begun.returncode, said) == (130, b"")
    assert complaint.count(b"\n") == 1 and b"Traceback" not in complaint
    assert [pid for pid in pids if alive(pid)] == []


@forks
@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGKILL])
def test_workers_end_with_their_parent(number: int, reports: Path, tmp_path: Path) -> None:
    begun, pids = start(reports, tmp_path, 0.2)
    os.kill(begun.pid, number)
    said, complaint = begun.communicate(timeout=20)
    assert (begun.returncode, said) == (143 if number == signal.SIGTERM else -number, b"")
    assert complaint.count(b"\n") == (number == signal.SIGTERM) and b"Traceback" not in complaint
    until = time.monotonic() + 2
    while any(map(alive, pids)) and time.monotonic() < until:
        time.sleep(0.02)
    assert [pid for pid in pids if alive(pid)] == []
