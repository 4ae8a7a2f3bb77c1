"""What lies where a report is expected and is none, and a cache that is damaged: through the command, as people run it
(docs/reliability).
"""

from __future__ import annotations

import json
import os
import random
import shutil
from pathlib import Path

import pytest
from running import FAULTY, GOOD, UNREADABLE, bayang

CHECK = ("check", "in", "--as-of", "2022-08-08", "--format", "json")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    (tmp_path / "in").mkdir()
    for report in (GOOD, FAULTY, UNREADABLE):
        shutil.copy(report, tmp_path / "in")
    return tmp_path


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs POSIX kinds of files")
def test_what_is_no_file_is_a_finding_and_nothing_waits_for_it(home: Path) -> None:
    """A pipe, a device, a loop of links, a link to nothing; a folder that is called like a report is looked into."""
    alone = json.loads(bayang(*CHECK, cwd=home).stdout)
    os.mkfifo(home / "in/pipe.yaml")
    (home / "in/zero.yaml").symlink_to("/dev/zero")
    (home / "in/loop.yaml").symlink_to("round.yaml")
    (home / "in/round.yaml").symlink_to("loop.yaml")
    (home / "in/nothing.yaml").symlink_to("never.yaml")
    (home / "in/folder.yaml").mkdir()
    shutil.copy(FAULTY, home / "in/folder.yaml/P-777.yaml")
    (home / "in/folder.yaml/P-777.yaml").write_text(FAULTY.read_text(encoding="utf-8").replace("P-003", "P-777"),
                                                    encoding="utf-8")
    said = bayang(*CHECK, "--ignore", "BT*", cwd=home)
    assert (said.returncode, said.stderr) == (1, b"")
    found = json.loads(said.stdout)
    odd = {one["file"]: one["rule"] for one in found["findings"] if one["rule"] == "IN01"}
    assert odd == dict.fromkeys(("pipe.yaml", "zero.yaml", "loop.yaml", "round.yaml", "nothing.yaml"), "IN01")
    assert "SE01" in {one["rule"] for one in found["findings"] if one["file"] == "folder.yaml/P-777.yaml"}
    assert [one for one in found["findings"] if one["file"] in ("P-002.yaml", "P-003.yaml", "P-012.yaml")] == [
        one for one in alone["findings"] if not one["rule"].startswith("BT")]


def test_a_damaged_cache_is_not_believed(home: Path) -> None:
    """Whatever has become of its files, the same bytes come out, and at most a line says that nothing can be kept."""
    chance = random.Random(14)
    alone = bayang(*CHECK, cwd=home)
    ways = {
        "empty": lambda data: b"", "half": lambda data: data[:len(data) // 2], "rubbish": lambda data: b"\xff" * 5000,
        "twice": lambda data: data + data,
        "bits": lambda data: bytes(one ^ (1 << chance.randrange(8)) * (chance.random() < 0.02) for one in data)}
    bayang(*CHECK, "--cache-dir", "kept", cwd=home)
    for way in (*ways, "folders", "gone"):
        shutil.copytree(home / "kept", home / way)
        files = [path for path in (home / way).rglob("*") if path.is_file()]
        assert len(files) > 1, way
        for path in files:
            data = path.read_bytes()
            path.unlink()
            if way == "folders":
                path.mkdir()
            elif way != "gone":
                path.write_bytes(ways[way](data))
        said = bayang(*CHECK, "--cache-dir", way, cwd=home)
        assert (said.returncode, said.stdout) == (alone.returncode, alone.stdout), way
        assert said.stderr.count(b"\n") <= 1 and b"Traceback" not in said.stderr, way
