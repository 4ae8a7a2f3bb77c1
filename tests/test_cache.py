"""The cache changes nothing but the time: cold, warm, damaged, shared, read-only or full, the output is the same."""

from __future__ import annotations

import contextlib
import json
import os
import random
import re
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from running import COMMAND, ROOT, Said, as_json, bayang, launched

from bayang.engine.authoring.examples import base_report, change, dump
from bayang.engine.batch import cache
from bayang.engine.batch import run as running
from bayang.engine.batch.run import Options, run
from bayang.engine.judging.check import Checker
from bayang.engine.judging.compile import Compiled
from bayang.engine.packs.pack import Pack, load_pack

CLOCK = "2022-08-08"
# The same, silent on a file that was only just opened when a signal came: Python closes it by itself.
QUIET = [*COMMAND[:-2], "-W", "ignore::ResourceWarning", *COMMAND[-2:]]
CANARY = "金丝雀翠鸟白鹭"

BROKEN = {
    "empty.yaml": b"", "gbk.yaml": "报告类型: 个人\n".encode("gbk"), "wide.yaml": "报告类型：个人\n".encode(),
    "deep.yaml": b"[" * 200, "twice.yaml": "报告类型: 个人\n报告类型: 单位\n".encode(), "zip.yaml": b"PK\x03\x04",
    "anchor.yaml": b"a: &x 1\nb: *x\n", "list.yaml": b"- 1\n", "nul.yaml": b"a: \0\n",
    "big.yaml": b"#" * (1 << 20) + b"#",
    "kind.yaml": "报告类型: 别的\n备注: 无\n".encode(), "plan.yaml": "报告类型: 个人\n活动方案: 另一个\n".encode(),
    "level.yaml": "报告类型: 单位\n单位: {单位编号: U-000, 名称: 甲}\n".encode(),
}


@pytest.fixture(scope="module")
def reports(pack: Pack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples with roster and waivers, hostile files, and a report of which every text is a canary."""
    folder = tmp_path_factory.mktemp("reports")
    shutil.copytree(ROOT / "samples", folder, dirs_exist_ok=True)
    (folder / "waivers.yaml").write_text(
        "waivers:\n  - {rule: CV01, subject: P-003, reason: 公出, by: 陆以宁, until: 2022-12-31}\n", encoding="utf-8")
    (folder / "坏文件").mkdir()
    for name, data in BROKEN.items():
        (folder / "坏文件" / name).write_bytes(data)
    report = base_report(pack, "personal", "rectification")
    problems = [{
        "id": f"{CANARY}-{at}", "behaviour": "shigan-01", "fact": f"{CANARY}问题{at}", "cause": f"{CANARY}根源{at}",
        "status": "done", "completed": "2022-05-08", "progress": CANARY, "acceptance": {"by": CANARY},
        "measures": [{"action": f"{CANARY}措施", "owner": f"{CANARY}人", "due": "2022-05-30"}]} for at in range(3)]
    change(report, {"/person/id": "P-900", "/person/name": CANARY, "/remarks": CANARY,
                    "/attachments": [f"{CANARY}.pdf"], "/themes/shigan": {"examined": "all", "problems": problems}}, ())
    (folder / "canary.yaml").write_bytes(dump(report))
    return folder


WAYS: list[dict[str, Any]] = [
    {"as_of": CLOCK}, {"as_of": "2021-12-02"}, {"as_of": CLOCK, "find_tables": False}, {"as_of": CLOCK, "jobs": 2},
    {"as_of": CLOCK, "phase": "inspection"}, {"as_of": CLOCK, "language": "en"}, {"as_of": CLOCK, "partial": True},
    {"as_of": CLOCK, "show_values": True}, {"as_of": CLOCK, "select": ("PB*", "ID*")},
]


def checked(folder: Path, compiled: Compiled, kept: Path | None = None, **way: Any) -> bytes:
    """The JSON of a run."""
    options = Options(cache=str(kept) if kept else None, cache_always=True, **({"as_of": CLOCK} | way))
    return as_json(run([str(folder)], options, compiled))


@pytest.fixture(scope="module")
def without(reports: Path, compiled: Compiled) -> list[bytes]:
    """What each of the ways gives without a cache."""
    return [checked(reports, compiled, **way) for way in WAYS]


def stored(kept: Path) -> Path:
    """The file that entries lie in."""
    [path] = (path for path in kept.glob("*/*") if path.is_file())
    return path


def entries(kept: Path) -> dict[bytes, bytes]:
    """The sealed entries by digests of names."""
    with contextlib.closing(sqlite3.connect(stored(kept))) as db:
        return dict(db.execute("SELECT name, sealed FROM entries"))


@pytest.fixture
def examined(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files whose reports are read and checked in this process."""
    names: list[str] = []
    lines = Checker.lines

    def hook(self: Checker, data: bytes, file: str, *more: Any, **named: Any) -> tuple[bytes, str | None]:
        names.append(file)
        return lines(self, data, file, *more, **named)

    monkeypatch.setattr(Checker, "lines", hook)
    return names


# -- the same output ------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("first", [0, 4])
def test_whatever_was_asked_before(first: int, reports: Path, compiled: Compiled, without: list[bytes],
                                   tmp_path: Path) -> None:
    ways = WAYS[first:] + WAYS[:first]
    for way in (*ways, *ways):      # the second time all is there
        assert checked(reports, compiled, tmp_path, **way) == without[WAYS.index(way)], way
    assert len(entries(tmp_path)) > 20


def test_a_warm_run_checks_nothing_again(reports: Path, compiled: Compiled, tmp_path: Path,
                                         examined: list[str]) -> None:
    checked(reports, compiled, tmp_path)
    assert len(examined) > 40
    examined.clear()
    checked(reports, compiled, tmp_path)
    # of the first the roster tells the level; the others are mended, and what remains then may depend on the roster
    anew = ["坏文件/level.yaml", "坏文件/wide.yaml", "砚川分局/问题查摆/P-006.yaml", "苇江分局/问题查摆/P-008.yaml"]
    assert examined == anew
    examined.clear()
    checked(reports, compiled, tmp_path, as_of="2022-12-31")
    assert examined == anew


def test_what_has_changed_is_checked_again(reports: Path, compiled: Compiled, tmp_path: Path,
                                           examined: list[str]) -> None:
    folder, kept = tmp_path / "in", tmp_path / "kept"
    folder.mkdir()
    for name in ("a.yaml", "b.yaml", "c.yaml"):
        shutil.copy(reports / "canary.yaml", folder / name)
    for step, again in (
            (lambda: None, ["a.yaml", "b.yaml", "c.yaml"]), (lambda: None, []),
            (lambda: (folder / "b.yaml").write_bytes(b"a: 1\n"), ["b.yaml"]),
            (lambda: (folder / "b.yaml").rename(folder / "d.yaml"), ["d.yaml"]),
            (lambda: os.utime(folder / "a.yaml", (1, 1)), []),
            (lambda: (folder / "a.yaml").write_bytes((folder / "d.yaml").read_bytes()), ["a.yaml"])):
        step()
        examined.clear()
        assert checked(folder, compiled, kept) == checked(folder, compiled, kept) == checked(folder, compiled)
        assert examined == [*again, *sorted(path.name for path in folder.iterdir())]


def test_another_pack_and_other_limits_are_another_matter(reports: Path, tmp_path: Path, examined: list[str]) -> None:
    folder = tmp_path / "in"
    folder.mkdir()
    shutil.copy(reports / "canary.yaml", folder)
    window = Compiled(load_pack(ROOT / "tests/packs/window"))
    plain = Compiled(load_pack(examples=False))
    for compiled in (plain, window, plain, window):
        kept = checked(folder, compiled, tmp_path / "kept")
        assert kept == checked(folder, compiled) and examined.count("canary.yaml") == 2
        examined.clear()


def test_the_window_pack_keeps_too(tmp_path: Path, examined: list[str]) -> None:
    window = Compiled(load_pack(ROOT / "tests/packs/window"))
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.yaml").write_bytes(dump(base_report(window.pack, "personal", list(window.pack.phases)[-1])))
    first = checked(tmp_path / "in", window, tmp_path / "kept")
    examined.clear()
    assert checked(tmp_path / "in", window, tmp_path / "kept") == first
    assert examined == []


def test_few_files_keep_nothing_unless_asked(reports: Path, compiled: Compiled, tmp_path: Path) -> None:
    run([str(reports)], Options(CLOCK, cache=str(tmp_path)), compiled)
    checked(reports, compiled, tmp_path, show_values=True)
    assert list(tmp_path.iterdir()) == []


def test_nothing_can_be_read_in_it(reports: Path, compiled: Compiled, tmp_path: Path) -> None:
    checked(reports, compiled, tmp_path)
    kept = [path for path in tmp_path.rglob("*") if path.is_file()]
    data = b"".join(path.read_bytes() for path in kept)
    assert len(data) > 20_000
    # four bytes and more: shorter ones stand by chance in what is sealed
    for text in (CANARY, CANARY[:3], "P-900", "P-003", "陆以宁", "rectification", "shigan", "补正", "2022"):
        assert text.encode() not in data, text
    assert stored(tmp_path).stat().st_mode & 0o077 == 0


def test_the_last_folders_stay(compiled: Compiled, tmp_path: Path) -> None:
    for number in range(cache.KEPT + 3):
        folder = tmp_path / f"in-{number}"
        folder.mkdir()
        (folder / "a.yaml").write_bytes(b"")
        checked(folder, compiled, tmp_path / "kept")
    places = [path for path in (tmp_path / "kept").iterdir() if path.is_dir()]
    assert len(places) == cache.KEPT
    assert (tmp_path / "kept/CACHEDIR.TAG").read_bytes().startswith(b"Signature: 8a477f597d28d172789f06886806bc55")


def test_a_clock_that_was_set_back_costs_no_cache(compiled: Compiled, tmp_path: Path) -> None:
    """The folder in use is the last to go, though others seem to have been used later."""
    kept, later = tmp_path / "kept", time.time() + 100_000
    for number in range(cache.KEPT + 3):
        (kept / f"{number:016x}").mkdir(parents=True)
        os.utime(kept / f"{number:016x}", (later, later))
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.yaml").write_bytes(b"")
    result = run([str(tmp_path / "in")], Options(CLOCK, cache=str(kept), cache_always=True), compiled)
    assert result.cache_fault is None
    assert sum(path.is_dir() for path in kept.iterdir()) == cache.KEPT
    assert list(kept.glob("*/entries.db"))


def test_runs_that_make_the_folder_at_once_all_keep(compiled: Compiled, tmp_path: Path,
                                                    monkeypatch: pytest.MonkeyPatch) -> None:
    """Another run made the folder, and removes old ones, in between."""
    (tmp_path / "in").mkdir()
    (tmp_path / "in/a.yaml").write_bytes(b"")
    make = Path.mkdir

    def after_another(path: Path, mode: int = 0o777, parents: bool = False, exist_ok: bool = False) -> None:
        make(path, mode, True, True)
        make(path, mode, parents, exist_ok)

    def gone(folder: Path, but: Path) -> None:
        (folder / "gone").stat()

    monkeypatch.setattr(Path, "mkdir", after_another)
    monkeypatch.setattr(cache, "_forget", gone)
    options = Options(CLOCK, cache=str(tmp_path / "kept"), cache_always=True)
    assert run([str(tmp_path / "in")], options, compiled).cache_fault is None


# -- damage ---------------------------------------------------------------------------------------------------------

def damage(path: Path, chance: random.Random) -> None:
    """One of the things that happen to files."""
    data = bytearray(path.read_bytes())
    way = chance.randrange(7)
    if way == 0:
        data[chance.randrange(len(data))] ^= 1 << chance.randrange(8)
    elif way == 1:
        del data[chance.randrange(len(data)):]
    elif way == 2:
        at = chance.randrange(len(data))
        data[at:at + 40] = chance.randbytes(40)
    elif way == 3:
        data = bytearray(chance.randbytes(chance.randrange(2000)))
    elif way == 4:
        at = chance.randrange(len(data))
        data[at:at] = chance.randbytes(chance.randrange(1, 20))
    elif way == 5:
        data = data[:len(data) // 2] * 2
    else:
        path.unlink()
        path.mkdir()
        return
    path.write_bytes(data)


def test_300_damages_change_no_byte(reports: Path, compiled: Compiled, tmp_path: Path) -> None:
    folder, kept, chance, done = tmp_path / "in", tmp_path / "kept", random.Random(20220430), 0
    shutil.copytree(reports / "市局", folder)
    alone = checked(folder, compiled)
    while done < 300:
        assert checked(folder, compiled, kept) == alone
        damage(stored(kept), chance)
        done += 1
        assert checked(folder, compiled, kept) == alone
        for path in kept.glob("*/*"):
            if path.is_dir():
                path.rmdir()


@pytest.mark.parametrize("forged", [
    "DROP TABLE entries; CREATE VIEW entries AS WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) "
    "SELECT x AS name, x AS sealed FROM n",
    "CREATE TABLE other (x); DELETE FROM entries; CREATE TRIGGER never AFTER INSERT ON entries BEGIN INSERT INTO other "
    "SELECT a.x FROM (WITH RECURSIVE n (x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT x FROM n) a; END"])
def test_a_cache_that_would_never_answer_is_made_anew(forged: str, reports: Path, alone: Said, tmp_path: Path) -> None:
    asked(reports, "--cache-dir", tmp_path)
    with contextlib.closing(sqlite3.connect(stored(tmp_path))) as db:
        db.executescript(forged)
    said = subprocess.run([*COMMAND, "check", str(reports), "--as-of", CLOCK, "--format", "json", "--cache-dir",
                           str(tmp_path)], capture_output=True, timeout=30)
    assert (said.returncode, said.stdout, said.stderr) == (1, alone.stdout, alone.stderr)
    assert entries(tmp_path)


def test_what_stands_in_other_places_opens_for_nobody(reports: Path, compiled: Compiled, tmp_path: Path) -> None:
    """Entries of others, parts of entries, what is no entry at all, and tables that are not ours."""
    alone, chance = checked(reports, compiled), random.Random(5)
    checked(reports, compiled, tmp_path)
    held = entries(tmp_path)
    names, sealed = list(held), list(held.values())
    mixed = [dict(zip(names, chance.sample(sealed, len(sealed)), strict=True)),
             {name: one[:chance.randrange(len(one))] for name, one in held.items()},
             {name: chance.choice([None, 7, "text", b"", 1.5]) for name in names}]
    for rows in mixed:
        with contextlib.closing(sqlite3.connect(stored(tmp_path), isolation_level=None)) as db:
            db.executemany("REPLACE INTO entries VALUES (?, ?)", rows.items())
        assert checked(reports, compiled, tmp_path) == alone
    for statement in ("DROP TABLE entries", "ALTER TABLE entries RENAME TO others", "CREATE TABLE entries (name)",
                      "DROP TABLE whole", "DELETE FROM entries"):
        with contextlib.closing(sqlite3.connect(stored(tmp_path), isolation_level=None)) as db:
            with contextlib.suppress(sqlite3.OperationalError):
                db.execute(statement)
        assert checked(reports, compiled, tmp_path) == alone


def test_of_files_that_are_no_more_nothing_stays(reports: Path, compiled: Compiled, tmp_path: Path) -> None:
    folder, kept = tmp_path / "in", tmp_path / "kept"
    folder.mkdir()
    for name in ("a.yaml", "b.yaml", "c.yaml"):
        shutil.copy(reports / "canary.yaml", folder / name)
    checked(folder, compiled, kept)
    before = entries(kept)
    (folder / "b.yaml").unlink()
    checked(folder, compiled, kept)
    assert len(before) == 3 and len(entries(kept)) == 2
    assert entries(kept).items() < before.items()       # and of those that are still there nothing was made anew


def test_while_another_writes_nothing_is_waited_for_long(reports: Path, compiled: Compiled, tmp_path: Path,
                                                         monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "_BUSY", 0.1)
    alone = checked(reports, compiled)
    checked(reports, compiled, tmp_path)
    before = entries(tmp_path)
    with contextlib.closing(sqlite3.connect(stored(tmp_path), isolation_level=None)) as other:
        for lock in ("IMMEDIATE", "EXCLUSIVE"):
            other.execute(f"BEGIN {lock}")
            assert checked(reports, compiled, tmp_path, language="en") == checked(reports, compiled, language="en")
            other.execute("ROLLBACK")
        held = cache.Cache(stored(tmp_path).parent, b"")
        other.execute("BEGIN EXCLUSIVE")
        assert held.piece(0) is None and held.held([]) == {}
        other.execute("ROLLBACK")
        assert held.held(["canary.yaml"]) == {}     # who could not be read once is not asked for each file again
        assert cache.Cache(stored(tmp_path).parent, b"").held(["canary.yaml"]) != {}
    assert entries(tmp_path) == before and checked(reports, compiled, tmp_path) == alone


def test_an_old_entry_of_the_same_file_is_not_believed(reports: Path, compiled: Compiled, tmp_path: Path) -> None:
    folder, kept = tmp_path / "in", tmp_path / "kept"
    folder.mkdir()
    (folder / "a.yaml").write_bytes(b"")
    checked(folder, compiled, kept)
    old = stored(kept).read_bytes()
    shutil.copy(reports / "canary.yaml", folder / "a.yaml")
    alone = checked(folder, compiled)
    stored(kept).write_bytes(old)
    assert checked(folder, compiled, kept) == alone


# -- through the command --------------------------------------------------------------------------------------------

def asked(reports: Path, *arguments: Any, **more: Any) -> Said:
    """The command."""
    return bayang("check", reports, *arguments, "--as-of", CLOCK, "--format", "json", **more)


@pytest.fixture(scope="module")
def alone(reports: Path) -> Said:
    """What it says without a cache."""
    said = asked(reports, "--no-cache")
    assert (said.returncode, said.stderr) == (1, b"")
    return said


def test_two_runs_share_one(reports: Path, alone: Said, tmp_path: Path) -> None:
    for _ in range(2):
        ends = [launched("check", reports, "--as-of", CLOCK, "--format", "json", "--jobs", jobs,
                         "--cache-dir", tmp_path) for jobs in ("1", "2", "1")]
        assert {(said.stdout, said.stderr) for said in (ended() for ended in ends)} == {(alone.stdout, b"")}
    assert [path.name for path in tmp_path.rglob("*.tmp")] == []


def test_it_lies_where_the_system_keeps_such_things(reports: Path, tmp_path: Path) -> None:
    said = asked(reports, "--cache", XDG_CACHE_HOME=str(tmp_path), HOME=str(tmp_path))
    assert (said.returncode, said.stderr) == (1, b"")
    asked(reports, XDG_CACHE_HOME=str(tmp_path / "other"), HOME=str(tmp_path))
    home = {"darwin": tmp_path / "Library/Caches/bayang"}.get(sys.platform, tmp_path / "bayang")
    assert len(entries(home)) > 20
    assert {path.parent.name for path in (tmp_path / "other").rglob("*") if path.is_file()} <= {"packs"}


@pytest.mark.skipif(os.name != "posix", reason="needs a umask")
def test_whatever_the_umask_only_the_owner_enters(reports: Path, tmp_path: Path) -> None:
    home = {"darwin": tmp_path / "Library/Caches/bayang"}.get(sys.platform, tmp_path / "bayang")
    for option in ([], ["--cache-dir", home]):
        said = asked(reports, "--cache", *option, XDG_CACHE_HOME=str(tmp_path), HOME=str(tmp_path),
                     before=lambda: os.umask(0))
        assert (said.returncode, said.stderr) == (1, b"")
        assert {path.name: path.stat().st_mode & 0o777 for path in (home, *home.iterdir())
                if path.is_dir() and path.stat().st_mode & 0o077} == {}
        shutil.rmtree(home)


def test_where_nothing_can_be_kept_one_line_says_so(reports: Path, alone: Said, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    for place in (tmp_path / "file", tmp_path / "file/below", "/dev/null/x"):
        said = asked(reports, "--cache-dir", place)
        assert (said.returncode, said.stdout) == (1, alone.stdout)
        assert said.stderr.decode().count("\n") == 1 and "--no-cache" in said.stderr.decode()
        assert re.match("缓存写不了（[^A-Za-z]+）：", said.stderr.decode())
    english = asked(reports, "--cache-dir", place, "--lang", "en").stderr.decode()
    assert english.startswith("the cache can't be written")


def test_one_that_can_only_be_read_is_read(reports: Path, alone: Said, tmp_path: Path) -> None:
    """Root may write everywhere, so that right is taken from it first."""
    able = [] if os.geteuid() else [shutil.which("setpriv"), "--bounding-set", "-dac_override"]
    if None in able:
        pytest.skip("needs setpriv, or another user than root")
    assert asked(reports, "--cache-dir", tmp_path).stdout == alone.stdout
    places = [path for path in (tmp_path, *tmp_path.rglob("*")) if path.is_dir()]
    for kept in (stored(tmp_path).read_bytes(), b"damaged"):
        stored(tmp_path).write_bytes(kept)
        for path in places:
            path.chmod(0o500)
        try:
            said = subprocess.run([*able, *COMMAND, "check", str(reports), "--as-of", CLOCK, "--format", "json",
                                   "--cache-dir", str(tmp_path)], capture_output=True, timeout=60)
        finally:
            for path in places:
                path.chmod(0o700)
        assert (said.returncode, said.stdout) == (1, alone.stdout)
        assert said.stderr.decode().count("\n") == 1
        assert stored(tmp_path).read_bytes() == kept


def limited(size: int, *arguments: Any, **environment: str) -> Said:
    """The command where no file of its may grow beyond so many bytes, as on a disk that is full."""
    resource = pytest.importorskip("resource", reason="needs a system that can limit the size of files")
    return subprocess.run([*COMMAND, "check", *map(str, arguments), "--as-of", CLOCK, "--format", "json"],
                          env=os.environ | environment, capture_output=True, timeout=60,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (size, size)))


@pytest.mark.parametrize("size", [0, 20, 3000])
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_a_full_disk_costs_only_the_cache(size: int, jobs: str, reports: Path, alone: Said, tmp_path: Path) -> None:
    said = limited(size, reports, "--cache-dir", tmp_path / "kept", "--jobs", jobs, TMPDIR=str(tmp_path))
    assert (said.returncode, said.stdout) == (1, alone.stdout)
    assert said.stderr.decode().count("\n") <= 1
    assert list(tmp_path.rglob("*.tmp")) == []
    assert asked(reports, "--cache-dir", tmp_path / "kept").stdout == alone.stdout


def test_2_when_an_output_does_not_fit(reports: Path, tmp_path: Path) -> None:
    (tmp_path / "old.json").write_bytes(b"old")
    said = limited(3000, reports, "--format", f"jsonl={tmp_path / 'old.json'}")
    assert (said.returncode, said.stdout) == (2, b"")
    assert "old.json" in said.stderr.decode() and "Traceback" not in said.stderr.decode()
    assert [path.read_bytes() for path in tmp_path.iterdir()] == [b"old"]
    if Path("/dev/full").exists():
        said = asked(reports, "--format", "jsonl=/dev/full")
        assert (said.returncode, said.stdout, said.stderr.count(b"\n")) == (2, b"", 1)


# -- death and interruption -----------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def many(pack: Pack, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Some hundred reports, so that a run takes about a second."""
    folder = tmp_path_factory.mktemp("many")
    whole = dump(base_report(pack, "personal", "inspection"))
    assert whole.count(b"P-001") == 1
    for number in range(800):
        (folder / f"Q-{number:03d}.yaml").write_bytes(whole.replace(b"P-001", b"Q-%03d" % number))
    return folder


def test_4_the_file_that_kills_is_named_and_not_kept(reports: Path, alone: Said, tmp_path: Path) -> None:
    if sys.platform == "win32":
        pytest.skip("needs a system with SIGKILL")
    lines = Checker.lines

    def hook(self: Checker, data: bytes, file: str, *more: Any, **named: Any) -> tuple[bytes, str | None]:
        if file == "canary.yaml":
            os.kill(os.getpid(), signal.SIGKILL)
        return lines(self, data, file, *more, **named)

    said = asked(reports, "--jobs", "2", "--cache-dir", tmp_path, before=lambda: setattr(Checker, "lines", hook))
    assert said.returncode == 4
    assert said.stderr.decode().count("\n") == 1 and "canary.yaml" in said.stderr.decode()
    left = {one["file"] for one in json.loads(said.stdout)["not_assessed"] if one["reason"] == "crash"}
    assert left == {"canary.yaml"}
    assert asked(reports, "--cache-dir", tmp_path).stdout == alone.stdout


def in_session(number: int) -> Iterator[int]:
    """The processes of a session that still run."""
    for path in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(OSError):
            state, _, _, session = path.read_text(encoding="utf-8", errors="replace").rpartition(")")[2].split()[:4]
            if int(session) == number and state != "Z":
                yield int(path.parent.name)


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc to look for processes")
@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_interrupted_at_any_moment_nothing_is_left(number: int, code: int, many: Path, tmp_path: Path) -> None:
    codes = []
    for wait in (0.15, 0.25, 0.35, 0.5, 0.7, 0.9, 1.2):
        out, temporary, kept = (tmp_path / f"{name}-{wait}" for name in ("out", "tmp", "kept"))
        for path in (out, temporary):
            path.mkdir()
        begun = subprocess.Popen(
            [*QUIET, "check", str(many), "--as-of", CLOCK, "--jobs", "2", "--format", f"json={out / 'a.json'}",
             "--cache-dir", str(kept)], env=os.environ | {"TMPDIR": str(temporary)}, stdout=subprocess.PIPE,
            stderr=subprocess.PIPE, start_new_session=True)
        time.sleep(wait)
        begun.send_signal(number)
        ends_soon(begun)
        said, complaint = begun.communicate()
        if b"site" in complaint.partition(b"\n")[0]:
            continue            # Python itself was not there yet
        codes.append(begun.returncode)
        assert b"Traceback" not in complaint
        assert list(in_session(begun.pid)) == []
        assert list(temporary.iterdir()) == [] and list(kept.rglob("*.tmp")) == []
        if begun.returncode == code:
            assert list(out.iterdir()) == [] and complaint.count(b"\n") <= 1
        elif begun.returncode == 0:
            assert json.loads((out / "a.json").read_bytes())["summary"]["files"] == 800
        else:
            assert begun.returncode == -number and said == b""      # before the program was there
    assert code in codes


def ends_soon(process: subprocess.Popen[bytes]) -> None:
    """Wait for the end of a process, which neither works nor waits for long until then. Seconds in which the processor
    has other work to do are none of these.
    """
    begun, waited = None, 0
    while process.poll() is None:
        state, *rest = Path(f"/proc/{process.pid}/stat").read_text(encoding="utf-8").rpartition(") ")[2].split()
        worked = (int(rest[10]) + int(rest[11])) / os.sysconf("SC_CLK_TCK")
        begun = worked if begun is None else begun
        waited += state == "S"
        assert worked - begun < 3 and waited < 300      # each look at it is 0.01 s or more
        time.sleep(0.01)


def test_what_does_not_end_soon_is_seen() -> None:
    for endless in ("import time; time.sleep(60)", "while True: pass"):
        with subprocess.Popen([sys.executable, "-c", endless]) as begun:
            with pytest.raises(AssertionError):
                ends_soon(begun)
            begun.kill()


def test_an_interruption_says_how_far_it_came(many: Path, tmp_path: Path) -> None:
    def before() -> None:
        listed = running.check_files

        def check_files(files: Any, checker: Any, put: Any, jobs: int, progress: Any, cache: Any) -> None:
            def told(done: int, total: int) -> None:
                progress(done, total)
                if done == 321:
                    os.kill(os.getpid(), signal.SIGINT)

            listed(files, checker, put, jobs, told, cache)

        running.check_files = check_files

    for more, wanted in (([], "已中断：已检查 321/800 份，没有写出结果\n"),
                         (["--lang", "en"], "interrupted: 321 of 800 files checked, nothing was written\n")):
        said = bayang("check", many, "--as-of", CLOCK, *more, "--cache-dir", tmp_path, before=before)
        assert (said.returncode, said.stdout, said.stderr.decode()) == (130, b"", wanted)
