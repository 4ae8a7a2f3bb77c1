"""What the world does to a run is told with exit 2 or as IN01, never as a fault of the program (exit 4) (contract §5,
8.9).
"""

from __future__ import annotations

import errno
import json
import os
import random
import shutil
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import running
from making import write
from running import FAULTY, GOOD, SAMPLES, UNREADABLE, folder_of

from bayang.engine.batch.run import Options, run
from bayang.engine.console.config import find_config
from bayang.engine.judging.compile import Compiled
from bayang.engine.packs.pack import load_pack
from bayang.engine.records import PackError, UsageError

GROWN = {"P-003": FAULTY.read_text(encoding="utf-8")}
posix = pytest.mark.skipif(os.name == "nt", reason="needs POSIX file kinds")


def bayang(*arguments: object, cwd: Path) -> tuple[int, str]:
    said = running.here(*arguments, cwd=cwd)
    return said.returncode, said.stderr.decode()


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return folder_of(tmp_path / "reports", FAULTY).parent


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01"])
def test_the_ends_of_the_calendar(day: str, home: Path) -> None:
    (home / "notice.yaml").write_text("working_days: 3\n", encoding="utf-8")
    assert bayang("check", "reports", "--as-of", day, cwd=home)[0] in (0, 1)
    assert bayang("stats", "reports", "--as-of", day, "--phase", "inspection", cwd=home)[0] == 0
    notice = ("notice", "reports", "--as-of", day, "--config", "notice.yaml", "--to", "out", "--format", "md")
    code, said = bayang(*notice, cwd=home)
    assert (code, day in said) == ((2, True) if day[0] == "9" else (0, False))
    assert bayang(*notice, "--overwrite", "--reply-by", day, cwd=home)[0] == 0


def test_a_huge_number_of_working_days(home: Path) -> None:
    (home / "notice.yaml").write_text("issuer: 某局\nworking_days: 999999999\n", encoding="utf-8")
    code, said = bayang("notice", "reports", "--as-of", "2022-08-08", "--config", "notice.yaml", "--to", "o", cwd=home)
    assert code == 2 and "notice.yaml" in said and "2" in said and "1000" in said


@posix
@pytest.mark.parametrize("option", ["--rules", "--roster", "--waivers", "--baseline", "--config", "PATH", "--format",
                                    "--write-baseline"])
def test_paths_that_no_file_can_have(option: str, home: Path) -> None:
    for path in ("x" * 300, "x/" * 3000):
        given = {"PATH": [path], "--format": ["--format", f"json={path}"]}.get(option, [option, path])
        code, said = bayang("check", "reports", "--as-of", "2022-08-08", *given, cwd=home)
        assert code == 2 and said.count("\n") == 1 and "Traceback" not in said


@posix
@pytest.mark.parametrize("kind", ["pipe", "folder", "device", "big", "nul"])
def test_what_is_no_table(kind: str, home: Path, compiled: Compiled) -> None:
    """A pipe is not waited for, a device not read to its end, and no table is taken of any size."""
    path = home / "table"
    if kind == "pipe":
        os.mkfifo(path)
    elif kind == "folder":
        path.mkdir()
    elif kind == "big":
        with path.open("wb") as file:
            file.truncate(1 << 30)
    name = {"device": "/dev/zero", "nul": "a\0b"}.get(kind, str(path))
    for option in ("roster", "waivers", "baseline"):
        with pytest.raises(PackError):
            run([str(home / "reports")], Options("2022-08-08", **{option: name}), compiled)
    with pytest.raises(PackError):
        load_pack(Path(name))
    if kind in ("pipe", "folder", "big"):
        assert bayang("check", "reports", "--config", name, cwd=home)[0] == 2
    if kind == "nul":
        with pytest.raises(UsageError):
            run([name], Options("2022-08-08", outputs=(name,), cache=name), compiled)


def grow(folder: Path, count: int) -> None:
    folder.mkdir()
    for at in range(count):
        (folder / f"P-{at}.yaml").write_text(GROWN["P-003"].replace("P-003", f"P-{at}"), encoding="utf-8")


@pytest.mark.parametrize("when", [1, 20, 40])
def test_a_folder_that_goes_during_the_run(when: int, tmp_path: Path, compiled: Compiled) -> None:
    """What is gone before it is read, and what a rule over the batch asks for once more, is IN01."""
    grow(tmp_path / "in", 40)

    def remove(done: int, total: int, rule: str = "") -> None:
        if done == when and not rule:
            shutil.rmtree(tmp_path / "in")

    result = run([str(tmp_path / "in")], Options("2022-08-08"), compiled, remove)
    assert result.crashes == []
    gone = {one.file for one in result.findings if (one.rule, one.hint) == ("IN01", "vanished")}
    assert len(gone) == 40 if when > 1 else 39
    left = {one.rule for one in result.not_assessed if one.reason == "partial"}
    assert ("BT01" in left) == (when > 1) and "crash" not in {one.reason for one in result.not_assessed}


@pytest.mark.parametrize(("jobs", "cached"), [(1, False), (2, False), (1, True)])
def test_a_file_that_changes_between_its_check_and_the_rules_over_the_batch(
        jobs: int, cached: bool, tmp_path: Path, compiled: Compiled) -> None:
    """What of it was found stands at the lines that were checked, and nothing at those of now: that is IN01."""
    shutil.copytree(SAMPLES, tmp_path / "in")
    changed = tmp_path / "in" / "苇江分局" / "整改落实" / "P-007.yaml"

    def prepend(done: int, total: int, rule: str = "") -> None:
        if done == total and not rule:
            changed.write_bytes(b"# one\n# two\n" + changed.read_bytes())

    options = Options("2022-08-08", jobs=jobs, cache=str(tmp_path / "cache") if cached else None, cache_always=cached)
    before, after = (run([str(tmp_path / "in")], options, compiled, *more) for more in ((), (prepend,)))
    [rc10] = [one for one in before.findings if (one.rule, one.file) == ("RC10", "苇江分局/整改落实/P-007.yaml")]
    kept = [(one.rule, one.line, one.hint) for one in before.findings if one.file == rc10.file and one != rc10]
    assert kept
    assert [(one.rule, one.line, one.hint) for one in after.findings if one.file == rc10.file] == [
        ("IN01", 1, "changing"), *kept]
    assert [one.reason for one in after.not_assessed if (one.rule, one.file) == ("RC10", rc10.file)] == ["partial"]


@posix
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can give files away")
def test_a_configuration_of_another_user_is_not_taken(home: Path) -> None:
    (home / "bayang.yaml").write_text("fail-on: never\n", encoding="utf-8")
    assert bayang("check", "reports", "--as-of", "2022-08-08", cwd=home) == (0, "")
    os.chown(home / "bayang.yaml", 12345, 12345)
    code, said = bayang("check", "reports", "--as-of", "2022-08-08", cwd=home)
    assert code == 1 and said.count("\n") == 1 and "--config bayang.yaml" in said
    assert bayang("check", "reports", "--as-of", "2022-08-08", "--config", "bayang.yaml", cwd=home)[0] == 0


def test_whose_configuration_counts(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (home / "bayang.yaml").write_text("fail-on: never\n", encoding="utf-8")
    told: list[str] = []
    owner = os.stat(home / "bayang.yaml").st_uid
    for user, taken in ((owner, True), (owner + 1, owner == 0)):
        monkeypatch.setattr(os, "geteuid", who(user), raising=False)
        assert bool(find_config([str(home / "reports")], told.append)) == taken
    assert len(told) == (owner != 0)


def who(user: int) -> Callable[[], int]:
    return lambda: user


# -- what lies where a report is expected and is none; a damaged cache ---------------------------------------------

CHECK = ("check", "in", "--as-of", "2022-08-08", "--format", "json")


@pytest.fixture
def three(tmp_path: Path) -> Path:
    return folder_of(tmp_path / "in", GOOD, FAULTY, UNREADABLE).parent


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs POSIX kinds of files")
def test_what_is_no_file_is_a_finding_and_nothing_waits_for_it(three: Path) -> None:
    """A pipe, a device, a loop of links, a link to nothing; a folder that is called like a report is looked into."""
    alone = json.loads(running.bayang(*CHECK, cwd=three).stdout)
    os.mkfifo(three / "in/pipe.yaml")
    (three / "in/zero.yaml").symlink_to("/dev/zero")
    (three / "in/loop.yaml").symlink_to("round.yaml")
    (three / "in/round.yaml").symlink_to("loop.yaml")
    (three / "in/nothing.yaml").symlink_to("never.yaml")
    (three / "in/folder.yaml").mkdir()
    write(three / "in/folder.yaml/P-777.yaml", GROWN["P-003"].replace("P-003", "P-777"))
    said = running.bayang(*CHECK, "--ignore", "BT*", cwd=three)
    assert (said.returncode, said.stderr) == (1, b"")
    found = json.loads(said.stdout)
    odd = {one["file"]: one["rule"] for one in found["findings"] if one["rule"] == "IN01"}
    assert odd == dict.fromkeys(("pipe.yaml", "zero.yaml", "loop.yaml", "round.yaml", "nothing.yaml"), "IN01")
    assert "SE01" in {one["rule"] for one in found["findings"] if one["file"] == "folder.yaml/P-777.yaml"}
    assert [one for one in found["findings"] if one["file"] in ("P-002.yaml", "P-003.yaml", "P-012.yaml")] == [
        one for one in alone["findings"] if not one["rule"].startswith("BT")]


def test_a_damaged_cache_is_not_believed(three: Path) -> None:
    """Whatever has become of its files, the same bytes come out, and at most a line says that nothing can be kept."""
    chance = random.Random(14)
    alone = running.bayang(*CHECK, cwd=three)
    ways = {
        "empty": lambda data: b"", "half": lambda data: data[:len(data) // 2], "rubbish": lambda data: b"\xff" * 5000,
        "twice": lambda data: data + data,
        "bits": lambda data: bytes(one ^ (1 << chance.randrange(8)) * (chance.random() < 0.02) for one in data)}
    running.bayang(*CHECK, "--cache-dir", "kept", cwd=three)
    for way in (*ways, "folders", "gone"):
        shutil.copytree(three / "kept", three / way)
        files = [path for path in (three / way).rglob("*") if path.is_file()]
        assert len(files) > 1, way
        for path in files:
            data = path.read_bytes()
            path.unlink()
            if way == "folders":
                path.mkdir()
            elif way != "gone":
                path.write_bytes(ways[way](data))
        said = running.bayang(*CHECK, "--cache-dir", way, cwd=three)
        assert (said.returncode, said.stdout) == (alone.returncode, alone.stdout), way
        assert said.stderr.count(b"\n") <= 1 and b"Traceback" not in said.stderr, way


@pytest.mark.skipif(os.name != "posix", reason="names are bytes there alone")
def test_where_python_knows_no_chinese_names_are_as_ever(three: Path) -> None:
    """What a configuration names, what is written and what is shown."""
    (three / "in/名册.yaml").write_text("units: []\npeople: []\n", encoding="utf-8")
    (three / "in/bayang.yaml").write_text("roster: 名册.yaml\n", encoding="utf-8")
    (three / "信").mkdir()
    for command in (CHECK, ("notice", "in", "--as-of", "2022-08-08", "--format", "md", "--to", "信", "--overwrite"),
                    ("desk", "--to", "桌面.zip")):
        plain = running.fresh(*command, cwd=three)
        said = running.fresh(*command, cwd=three, LC_ALL="C", PYTHONUTF8="0", PYTHONCOERCECLOCALE="0")
        assert (said.returncode, said.stdout, said.stderr) == (plain.returncode, plain.stdout, plain.stderr), command
        assert plain.returncode in (0, 1)


@posix
def test_a_folder_that_is_gone_is_said(tmp_path: Path) -> None:
    for language, said in (("zh", "现在所在的文件夹已经不在了，请换到别的文件夹（cd）再运行"),
                           ("en", "the folder that this runs in is gone; change to another (cd) and run it again")):
        (tmp_path / "gone").mkdir()
        done = subprocess.run(["sh", "-c", 'rmdir ../gone && exec "$@"', "sh", *running.COMMAND, "check", "x.yaml",
                               "--lang", language], cwd=tmp_path / "gone", capture_output=True, text=True,
                              encoding="utf-8", check=False)
        assert (done.returncode, done.stdout, done.stderr) == (2, "", said + "\n")


@pytest.mark.parametrize("number", [errno.EMFILE, errno.ENFILE, errno.ENOMEM])
@pytest.mark.parametrize("jobs", ["1", "2"])
def test_what_the_machine_is_short_of_is_no_fault_of_a_file(number: int, jobs: str, tmp_path: Path) -> None:
    """Nobody's report is told as unreadable, and no attachment as missing: it is not assessed."""
    folder = folder_of(tmp_path / "in", FAULTY, GOOD)
    with (folder / GOOD.name).open("a", encoding="utf-8") as file:
        file.write("附件: [目录/证明.pdf]\n")
    (folder / "目录").mkdir()
    (folder / "目录/证明.pdf").write_text("x", encoding="utf-8")
    plain = {"open": os.open, "listdir": os.listdir}

    def short(name: str, end: str) -> None:
        def call(path: Any, *more: Any, **how: Any) -> Any:
            if str(path).endswith(end):
                raise OSError(number, "short", path)
            return plain[name](path, *more, **how)

        setattr(os, name, call)

    def said(name: str, end: str) -> tuple[int, list[str], set[tuple[str, str]]]:
        said = running.bayang("check", folder, "--as-of", "2022-08-08", "--jobs", jobs, "--format", "json",
                              before=lambda: short(name, end))
        found = json.loads(said.stdout)
        return said.returncode, said.stderr.decode().splitlines(), {
            (one["file"], one["rule"]) for one in found["findings"] if one["rule"] in ("IN01", "TX06")}

    code = errno.errorcode[number]
    assert said("open", FAULTY.name) == (
        4, [f"检查 {FAULTY.name} 时出错（{code}）：这份文件各条规则都未判断，其余照常检查"], set())
    assert said("listdir", "目录") == (
        4, [f"规则 TX06 在 {GOOD.name} 上出错（OSError）：这一条未判断，其余照常检查"], set())
