"""What a run keeps lies in a private database: what no disk takes goes on in memory, a forked process reads it too."""

from __future__ import annotations

import os
import sqlite3
import tempfile
import time
from pathlib import Path

import pytest

from bayang.engine.batch.database import Database

TABLE = "CREATE TABLE texts (at INTEGER PRIMARY KEY, text)"
PUT = "INSERT INTO texts VALUES (?, CAST(? AS TEXT))"
EVERY = "SELECT at, text FROM texts WHERE at > ? ORDER BY at"


def filled(database: Database, rows: range) -> None:
    for at in rows:
        database.later(PUT, (at, f"第{at}行".encode() * 50))


def test_what_the_disk_does_not_take_goes_on_in_memory() -> None:
    database = Database(TABLE)
    filled(database, range(1000))
    database.settle()
    [[pages]] = database.read("PRAGMA page_count")
    database.read(f"PRAGMA max_page_count = {pages + 5}")       # the disk is full now
    read = []
    for at, text in database.pages(EVERY):      # what is being read meanwhile goes on
        read.append(at)
        assert text == f"第{at}行" * 50
        if at == 10:
            filled(database, range(1000, 3000))
    assert read == [*range(3000)]
    assert database.read("PRAGMA database_list")[0][2] == ""        # of memory


def test_nobody_else_sees_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    database = Database(TABLE)
    filled(database, range(2000))
    assert len(database.read("SELECT at FROM texts")) == 2000
    assert [*tmp_path.iterdir()] == [] or os.name == "nt"
    del database
    assert [*tmp_path.iterdir()] == []


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a process that is a copy")
def test_what_a_killed_run_left_of_it_the_next_removes(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It has a name for a moment; whoever dies in that leaves an empty file."""
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    (tmp_path / "bayang-mine").touch()
    child = os.fork()
    if not child:
        os.unlink = lambda path: os._exit(9)
        Database(TABLE)
        os._exit(0)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 9
    assert len([*tmp_path.iterdir()]) == 2
    database = Database(TABLE)
    assert [path.name for path in tmp_path.iterdir()] == ["bayang-mine"]
    del database


def test_without_a_folder_for_it_it_is_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "nowhere"))
    database = Database(TABLE)
    filled(database, range(600))
    assert len(database.read("SELECT at FROM texts")) == 600


def test_where_files_cannot_be_locked_it_is_in_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As on some network disks; nobody waits there for a lock that never comes."""
    path = tmp_path / "locked"
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN EXCLUSIVE")
    monkeypatch.setattr(tempfile, "mkstemp", lambda *_: (os.open(path, os.O_RDWR), str(path)))
    begun = time.monotonic()
    database = Database(TABLE)
    filled(database, range(600))
    assert len(database.read("SELECT at FROM texts")) == 600 and time.monotonic() - begun < 30
    assert database.read("PRAGMA database_list")[0][2] == ""        # of memory
    other.close()


def test_one_that_is_let_go_leaves_nothing_to_the_next() -> None:
    for _ in range(2):
        database = Database(TABLE, small=True)
        filled(database, range(3))
        database.write(PUT, None, b"a\xed\xb3\xbf")
        assert [at for at, _ in database.pages(EVERY)] == [0, 1, 2, 3]
        database.let_go()
    other = Database(TABLE, small=True)
    assert other.read("SELECT count(*) FROM texts") == [(0,)]
    large = Database(TABLE)
    large.let_go()      # that lies on a disk, and goes with it
    assert large.read("SELECT count(*) FROM texts") == [(0,)]


def test_texts_may_be_the_names_of_any_file() -> None:
    database = Database(TABLE)
    names = ["a\udcff.yaml", "报告.yaml", "\U0001f600"]
    for at, name in enumerate(names):
        database.later(PUT, (at, name.encode("utf-8", "surrogatepass")))
    assert [text for _, text in database.pages(EVERY)] == names
    assert [at for [at] in database.read("SELECT at FROM texts ORDER BY text")] == [
        names.index(name) for name in sorted(names)]


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork on Windows")
def test_a_forked_process_reads_what_was_written() -> None:
    database = Database(TABLE)
    filled(database, range(3000))
    database.settle()
    filled(database, range(3000, 3010))     # not written yet: that is left to this process
    child = os.fork()
    if not child:
        database.go_on_alone()
        whole = all(text == f"第{at}行" * 50 for at, text in database.pages(EVERY))
        os._exit(0 if whole and len(database.read("SELECT at FROM texts")) == 3000 else 1)
    assert os.waitpid(child, 0)[1] == 0
    assert [at for at, _ in database.pages(EVERY)] == [*range(3010)]


# -- a process beside ----------------------------------------------------------------------------------------------

@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a process that is a copy")
def test_a_process_beside_reads_whole_rows_while_others_are_written() -> None:
    for _ in range(4):
        base = Database(f"{TABLE}; CREATE TABLE f (a, b); CREATE INDEX i ON f (a);")
        filled(base, range(2000))
        base.settle()
        child = os.fork()
        if not child:
            try:
                base.go_on_alone()
                whole = all(len(list(base.pages(EVERY))) == 2000 for _ in range(4))
            except BaseException:
                whole = False
            os._exit(not whole)
        number, ended = 0, (0, 0)
        while ended == (0, 0):
            base.later("INSERT INTO f VALUES (?, ?)", (number * 7919 % 100_003, b"y" * 300))
            number += 1
            ended = os.waitpid(child, os.WNOHANG)
        assert ended[1] == 0
