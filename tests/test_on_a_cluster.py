"""A check on a Dask cluster gives what a check here gives, whatever happens to its workers (docs/scale.md)."""

from __future__ import annotations

import contextlib
import json
import os
import pickle
import shutil
import signal
import socket
import subprocess
import sys
import threading
import time
import types
import urllib.parse
import urllib.request
import warnings
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from queue import SimpleQueue

import pytest
from running import BUNDLED, FAULTY, PATIENCE, SAMPLES, Said, bayang, complaint, own_pack, scrubbed

from bayang.engine.batch import cluster
from bayang.engine.judging.check import Checker
from bayang.engine.output.findings import FORMATS
from bayang.engine.packs.pack import Pack
from bayang.engine.reading import stores
from bayang.engine.reading.files import Listed, read_bytes
from bayang.engine.records import Limits, Unreadable, UsageError

DAY = ("--as-of", "2022-08-08")
KEYS = {"AWS_ACCESS_KEY_ID": "a", "AWS_SECRET_ACCESS_KEY": "b", "AWS_DEFAULT_REGION": "us-east-1"}
# An S3 store, and a scheduler with two workers, each in a process that a nanny starts anew; a task may take one along.
CLUSTER = """
import asyncio, os
from distributed import Nanny, Scheduler
from moto.server import ThreadedMotoServer
async def main():
    store = ThreadedMotoServer("127.0.0.1", 0, verbose=False)
    store.start()
    os.environ["AWS_ENDPOINT_URL"] = "http://%s:%s" % store.get_host_and_port()
    how = {"dashboard": False, "host": "127.0.0.1"}
    async with Scheduler(port=0, **how) as scheduler, Nanny(scheduler.address, nthreads=1, **how), \\
               Nanny(scheduler.address, nthreads=1, **how):
        print(scheduler.address, os.environ["AWS_ENDPOINT_URL"], flush=True)
        await scheduler.finished()
if __name__ == "__main__":
    asyncio.run(main())
"""
# What stands for faults of rules and machines: by the name of the file that is checked.
FAULTS = """
import os, pathlib, signal, time
from bayang.engine.batch import workers
check_one, once = workers.check_one, pathlib.Path(__file__).with_name("once")
def faulty(listed, *more):
    if "KILLS" in listed.name:
        os.kill(os.getpid(), signal.SIGKILL)
    if "FELLS" in listed.name or ("ONCE" in listed.name and not once.exists()):     # the worker of the cluster itself
        once.touch()
        os.kill(os.getppid(), signal.SIGKILL)
        time.sleep(60)
    if "HANGS" in listed.name:
        time.sleep(60)
    return check_one(listed, *more)
workers.check_one = faulty
"""


class Cluster:
    """Its address, that of its store, and a folder in which its workers leave signs."""

    def __init__(self, home: Path) -> None:
        self.home = home
        (home / "sitecustomize.py").write_text(FAULTS, encoding="utf-8")
        self.log = (home / "log").open("wb")
        self.process = subprocess.Popen(
            [sys.executable, "-c", CLUSTER], stdout=subprocess.PIPE, stderr=self.log, cwd=home,
            env=scrubbed(**KEYS, PYTHONPATH=str(home), DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES="1",
                         DASK_DISTRIBUTED__WORKER__MULTIPROCESSING_METHOD="forkserver"))
        assert self.process.stdout
        address, self.store = self.process.stdout.readline().decode().split()
        self.address = address.replace("tcp://", "dask://")

    def put(self, key: str, data: bytes | None = None) -> None:
        """Store an object; without data, make a bucket."""
        request = urllib.request.Request(f"{self.store}/{urllib.parse.quote(key)}", data,
                                         {"Content-Type": "application/octet-stream"}, method="PUT")
        urllib.request.urlopen(request, timeout=10).close()

    def end(self) -> None:
        self.process.terminate()
        self.process.wait()
        self.process.stdout.close()
        self.log.close()


@pytest.fixture(scope="module")
def there(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    found = Cluster(tmp_path_factory.mktemp("cluster"))
    with warnings.catch_warnings(action="ignore"):
        import distributed  # noqa: F401 - once, for the commands that are copies of this process
        import s3fs  # noqa: F401
    yield found
    found.end()


def named(folder: Path, *names: str) -> Path:
    """A folder with copies of one report under these names, and two others."""
    folder.mkdir()
    for name in ("P-003.yaml", "P-005.yaml", *names):
        shutil.copy(FAULTY, folder / name)
    return folder


def check(*arguments: object, before: Callable[[], object] = lambda: None, **more: object) -> Said:
    def first() -> None:
        warnings.simplefilter("ignore")     # what libraries do
        before()

    form = () if any("--format" in str(one) for one in arguments) else ("--format", "json")
    return bayang("check", *arguments, *DAY, *form, before=first, **more)


def outputs(place: object, home: Path, *more: object, names: Iterable[str] = ("json", "text", "csv"),
            **how: object) -> tuple[int, list[bytes]]:
    """The exit code and the outputs of a check in several formats."""
    home.mkdir()
    said = check(place, *more, *(f"--format={name}={home / name}" for name in names), **how)
    assert (said.stdout, said.stderr) == (b"", b"")
    return said.returncode, [(home / name).read_bytes() for name in names]


def test_the_same_bytes_as_here(there: Cluster, tmp_path: Path) -> None:
    """The workers stand elsewhere than the command, which is given a relative path."""
    here = outputs(SAMPLES, tmp_path / "here", names=FORMATS)
    assert outputs("samples", tmp_path / "there", "--on", there.address, cwd=SAMPLES.parent, names=FORMATS) == here
    assert here[0] == 1 and min(map(len, here[1])) > 5_000


def test_a_file_that_kills_or_hangs_is_told_as_here(there: Cluster, tmp_path: Path, pack: Pack) -> None:
    """The process beside the cluster's worker dies or is ended; the worker goes on."""
    found, said = told(check(named(tmp_path / "in", "KILLS.yaml", "HANGS.yaml"), "--time-limit", "3",
                             "--on", there.address))
    assert found == {("KILLS.yaml", "crash"), ("HANGS.yaml", "time")}
    assert said == [
        "检查 HANGS.yaml 用时超过时限，已经停下：这份文件各条规则都未判断，其余照常检查",
        "检查 KILLS.yaml 时出错（SIGKILL）：这份文件各条规则都未判断，其余照常检查"]


def test_a_worker_that_dies_is_replaced(there: Cluster, tmp_path: Path) -> None:
    """By the engine, which gives its task to another."""
    folder = named(tmp_path / "in", "ONCE.yaml")
    here, said = check(folder), check(folder, "--on", there.address)
    assert (there.home / "once").exists()
    assert (said.returncode, said.stdout, said.stderr) == (1, here.stdout, b"")


def test_a_file_that_fells_the_workers_is_told_alone(there: Cluster, tmp_path: Path) -> None:
    found, said = told(check(named(tmp_path / "in", "FELLS.yaml"), "--on", there.address))
    assert found == {("FELLS.yaml", "crash")}
    assert said == ["检查 FELLS.yaml 时出错（KilledWorker）：这份文件各条规则都未判断，其余照常检查"]


def told(said: Said) -> tuple[set[tuple[str, str]], list[str]]:
    """(file, reason) of what was not assessed for a fault, and what is told on standard error; the other files are."""
    found = json.loads(said.stdout)
    assert said.returncode == 4 and found["summary"]["files"] > 2
    assert {one["file"] for one in found["findings"]} == {"P-003.yaml", "P-005.yaml"}
    return {(one["file"], one["reason"]) for one in found["not_assessed"] if one["reason"] in ("crash", "time")}, \
        sorted(said.stderr.decode().splitlines())


@pytest.fixture(scope="module")
def stored(there: Cluster) -> dict[str, str]:
    """The samples in a bucket, with what only a store holds; and the environment that finds it."""
    there.put("reports")
    for path in SAMPLES.rglob("*"):
        if path.is_file():
            there.put(f"reports/year/{path.relative_to(SAMPLES).as_posix()}", path.read_bytes())
    there.put("reports/year/", b"")     # how some programs make a folder
    return {**KEYS, "AWS_ENDPOINT_URL": there.store}


def test_a_store_gives_the_same_bytes(there: Cluster, stored: dict[str, str], tmp_path: Path) -> None:
    found = outputs("s3://reports/year/", tmp_path / "there", "--on", there.address, **stored)
    assert found == outputs(SAMPLES, tmp_path / "here")


def test_odd_files_of_a_store(there: Cluster, stored: dict[str, str], tmp_path: Path) -> None:
    folder = named(tmp_path / "in")
    (folder / "empty.yaml").touch()
    (folder / "large.yaml").write_bytes(b"#" * (1 << 20) + b"\n")
    for path in folder.iterdir():
        there.put(f"reports/odd/{path.name}", path.read_bytes())
    here, said = check(folder), check("s3://reports/odd", "--on", there.address, **stored)
    assert (said.returncode, said.stdout) == (here.returncode, here.stdout)
    there.put("reports/odd/x//y.yaml", b"a: 1")      # a folder without a name is none of a disk
    found = json.loads(check("s3://reports/odd", "--on", there.address, **stored).stdout)
    assert [one["file"] for one in found["ignored"]] == ["x//"]
    one = json.loads(check("s3://reports/odd/P-003.yaml", "--on", there.address, **stored).stdout)
    assert {hit["file"] for hit in one["findings"]} == {"P-003.yaml"}


def test_a_file_and_a_folder_of_one_name(there: Cluster, stored: dict[str, str]) -> None:
    """As no disk has them: nobody makes another's report vanish by storing something below its name."""
    for name in ("P-003.yaml", "P-003.yaml/P-005.yaml", ".x", ".x/y.yaml", "roster.yml", "roster.yml/P-003.yaml"):
        there.put(f"reports/both/{name}", FAULTY.read_bytes() if "P-" in name else b"units: []")
    found = json.loads(check("s3://reports/both", "--no-config", "--on", there.address, **stored).stdout)
    assert {one["file"] for one in found["findings"]} == {
        "P-003.yaml", "P-003.yaml/P-005.yaml", "roster.yml/P-003.yaml"}
    assert [one["file"] for one in found["ignored"]] == [".x", ".x/", "roster.yml"]


class Answering:
    """A store in which each file gives one thing."""

    def __init__(self, given: object) -> None:
        self.given = given

    def cat_ranges(self, paths: list[str], *bounds: object, on_error: str) -> list[object]:
        return [self.given for _ in paths]

    def info(self, path: str) -> dict[str, int]:
        return {"size": 5}


def test_what_a_store_gives_in_place_of_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """One that is gone or may not be read is a finding; a store that is down or throttled blames nobody's report."""
    listed = Listed("x.yaml", None, "s3://reports")
    for given, hint in ((FileNotFoundError(), "vanished"), (PermissionError(), "permission")):
        monkeypatch.setattr(stores, "_system", lambda scheme, given=given: Answering(given))
        with pytest.raises(Unreadable) as gone:
            read_bytes(listed, Limits())
        assert gone.value.hint == hint
    for other in (OSError(16, "SlowDown"), TimeoutError(), ValueError()):
        monkeypatch.setattr(stores, "_system", lambda scheme, other=other: Answering(other))
        with pytest.raises(UsageError) as fault:
            read_bytes(listed, Limits())
        assert (fault.value.key, fault.value.facts) == (
            "cluster.no-url", {"path": "s3://reports/x.yaml", "error": type(other).__name__})


def test_a_file_url_is_a_path(there: Cluster, tmp_path: Path) -> None:
    folder = named(tmp_path / "in")
    said = check(f"file://{folder}", "--on", there.address)
    assert (said.returncode, said.stdout, said.stderr) == (1, check(folder).stdout, b"")


def test_2_a_store_that_is_not_there(there: Cluster, stored: dict[str, str]) -> None:
    for place, words in (("s3://reports/none", "s3://reports/none"), ("s3://none/a", "s3://none/a")):
        assert words in complaint(check(place, "--on", there.address, **stored))
    gone = stored | {"AWS_ENDPOINT_URL": "http://127.0.0.1:1", "AWS_MAX_ATTEMPTS": "1"}
    assert "s3://reports/year 读不了（" in complaint(check("s3://reports/year", "--on", there.address, **gone))


def test_2_another_program(there: Cluster) -> None:
    said = check(FAULTY, "--on", there.address, before=lambda: setattr(cluster, "__version__", "0.0.1"))
    assert "请各处装成一样的再核查" in complaint(said)


def test_the_pack_is_sent_along(there: Cluster, tmp_path: Path) -> None:
    """No worker need see the folder of a pack; here it is gone when they begin."""
    reports, rules = named(tmp_path / "in"), own_pack(tmp_path, {}, of=BUNDLED)

    def gone() -> None:
        def dumps(checker: Checker) -> bytes:
            shutil.rmtree(rules)
            return pickle.dumps(checker)

        cluster.pickle = types.SimpleNamespace(dumps=dumps)

    here = check(reports, "--rules", rules)
    there_too = check(reports, "--rules", rules, "--on", there.address, before=gone)
    assert not rules.exists() and (there_too.returncode, there_too.stdout) == (here.returncode, here.stdout)
    assert json.loads(here.stdout)["findings"]


def test_2_what_the_workers_do_not_see(there: Cluster, tmp_path: Path) -> None:
    """Nothing is told of a file that is only not where the cluster looks."""
    folder = named(tmp_path / "in")

    def elsewhere() -> None:
        plain = cluster.away
        cluster.away = lambda one: plain(one).__class__(one.name, "/nowhere/x.yaml", "/nowhere")

    assert "这里打得开" in complaint(check(folder, "--on", there.address, before=elsewhere))
    (folder / "P-004.yaml").symlink_to("/nowhere")      # nobody sees that
    here, said = check(folder), check(folder, "--on", there.address)
    assert (said.returncode, said.stdout) == (1, here.stdout)


@pytest.mark.parametrize(("arguments", "words"), [
    (("--on", "127.0.0.1:8786"), "要写成 dask://主机:端口"),
    (("--on", "dask://127.0.0.1:1"), "连不上 dask://127.0.0.1:1 的集群"),
    (("--on", "dask://127.0.0.1:1", "--watch"), "--on 和 --watch 不能一起用"),
    (("s3://reports/year", "--on", "dask://127.0.0.1:1", "--mark"), "URL 上的报告旁边写不了"),
    (("s3://reports/year",), "s3://reports/year"),
    (("nil://reports/year", "--on", "dask://127.0.0.1:1"), "nil:// 的存储要另装"),
])
def test_2_wrong_use(arguments: tuple[str, ...], words: str) -> None:
    assert words in complaint(check(FAULTY, *arguments, before=lambda: setattr(cluster, "CONNECTING", 0.3)))


@pytest.fixture
def ended() -> Iterator[threading.Event]:
    """Comes with the end of a test; a thread that waited for it is gone then, beside which no other test would fork."""
    before, event = threading.enumerate(), threading.Event()
    yield event
    event.set()
    for one in threading.enumerate():
        if one not in before:
            one.join(PATIENCE)
            assert not one.is_alive()


@pytest.mark.parametrize("says", [b"", b"HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n", b"\xff" * 99])
def test_2_what_is_no_scheduler(says: bytes, ended: threading.Event) -> None:
    """Somebody who listens and says nothing, or something else."""
    with socket.create_server(("127.0.0.1", 0)) as server, contextlib.ExitStack() as kept:
        def answer() -> None:
            while not ended.is_set():
                with contextlib.suppress(OSError):
                    kept.enter_context(server.accept()[0]).send(says)

        server.settimeout(0.2)
        threading.Thread(target=answer, daemon=True).start()
        begun = time.monotonic()
        address = f"dask://127.0.0.1:{server.getsockname()[1]}"
        assert f"连不上 {address} 的集群" in complaint(check(
            FAULTY, "--on", address, before=lambda: setattr(cluster, "CONNECTING", 1)))
        assert time.monotonic() - begun < 60


def test_workers_that_do_not_say_what_they_have(monkeypatch: pytest.MonkeyPatch, ended: threading.Event) -> None:
    """One that stands still, or goes just then: others do its work, or it says so with its first files."""
    class Client:
        def __init__(self, run: Callable[..., object]) -> None:
            self.run = run

    monkeypatch.setattr(cluster, "CONNECTING", 0.1)
    assert cluster._programs(Client(lambda *_, **__: ended.wait())) == {}
    assert cluster._programs(Client(lambda *_, **__: {"a": OSError(), "b": "0.1"})) == {"b": "0.1"}


@pytest.mark.parametrize(("name", "value"), [("flags", types.SimpleNamespace(optimize=2)),
                                             ("getfilesystemencoding", lambda: "ascii")])
def test_what_has_to_be_the_same_on_each_worker(name: str, value: object, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beside version and files: what Python leaves out of compiled code, and how it takes names of files."""
    here = cluster.own_program()
    monkeypatch.setattr(cluster, "sys", types.SimpleNamespace(**vars(sys) | {name: value}))
    with pytest.raises(UsageError, match="cluster.program"):
        cluster._hold_alike("tcp://127.0.0.1:1", cluster.own_program(), here)


def test_a_disk_that_gives_no_answer_on_a_worker(monkeypatch: pytest.MonkeyPatch, ended: threading.Event) -> None:
    """Only what waits for it is given up, by the process beside; nothing waits for ever to ask what can be opened."""
    def access(path: str, mode: int) -> bool:
        if path == "hangs":
            ended.wait()
        return path != "none"

    monkeypatch.setattr(cluster, "os", types.SimpleNamespace(access=access, R_OK=os.R_OK))
    assert cluster._can_be_opened({3: "a", 4: "hangs", 5: "none", 7: "b"}, 0.2) == [3, 4, 7]


def test_a_scheduler_that_goes_while_a_result_is_fetched(monkeypatch: pytest.MonkeyPatch,
                                                         ended: threading.Event) -> None:
    """It is told as gone, not as one that failed."""
    class Future:
        result = staticmethod(ended.wait)

    errand, future = object.__new__(cluster._Errand), Future()
    errand.client, errand.going, errand.ended = types.SimpleNamespace(), {future: cluster.Batch([0])}, SimpleQueue()
    errand.ended.put(future)
    monkeypatch.setattr(cluster, "PATIENCE", 0.2)       # after which the client is asked, which can't say anything
    errand.client.run_on_scheduler = lambda ask: time.sleep(0.3)
    with pytest.raises(cluster._Gone):
        errand._receive()


def test_2_the_extra_is_missing() -> None:
    without = dict.fromkeys(("distributed",))
    said = check(FAULTY, "--on", "dask://127.0.0.1:8786", before=lambda: sys.modules.update(without))
    assert "'.[dask]'" in complaint(said)


def test_2_no_file_names_a_cluster(tmp_path: Path) -> None:
    (tmp_path / "bayang.yaml").write_text("on: dask://127.0.0.1:8786\n", encoding="utf-8")
    shutil.copy(FAULTY, tmp_path)
    assert "bayang.yaml 第 1 行：on 不能写在配置里" in complaint(check(tmp_path))


def test_2_a_scheduler_that_stands_still(there: Cluster, tmp_path: Path) -> None:
    """It answers nobody, and nothing tells that it is gone; once it goes on all is as before."""
    folder, out = named(tmp_path / "in", "HANGS.yaml"), tmp_path / "out.json"

    def soon() -> None:
        cluster.PATIENCE = cluster.LEAVING = 1.0
        if not os.fork():
            time.sleep(3)
            os.kill(there.process.pid, signal.SIGSTOP)
            os._exit(0)

    try:
        said = check(folder, "--on", there.address, f"--format=json={out}", before=soon)
    finally:
        os.kill(there.process.pid, signal.SIGCONT)
    assert "断了联系" in complaint(said) and not out.exists()


def test_2_a_scheduler_that_goes(there: Cluster, tmp_path: Path) -> None:
    """The last of these tests: nothing is there any more after it."""
    folder, out = named(tmp_path / "in", "HANGS.yaml"), tmp_path / "out.json"

    def soon() -> None:
        if not os.fork():
            time.sleep(3)
            os.kill(there.process.pid, signal.SIGKILL)
            os._exit(0)

    said = check(folder, "--on", there.address, f"--format=json={out}", before=soon)
    assert "断了联系" in complaint(said) and not out.exists()
