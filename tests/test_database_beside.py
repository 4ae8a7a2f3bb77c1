"""A process beside a run reads what lies in its database while the run goes on writing there."""

from __future__ import annotations

import os

import pytest

from bayang.engine.batch.database import Database


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs a process that is a copy")
def test_a_process_beside_reads_whole_rows_while_others_are_written() -> None:
    for _ in range(4):
        base = Database("CREATE TABLE t (at INTEGER PRIMARY KEY, x); CREATE TABLE f (a, b); CREATE INDEX i ON f (a);")
        for number in range(2000):
            base.later("INSERT INTO t VALUES (?, ?)", (number, b"x" * 400))
        base.settle()
        child = os.fork()
        if not child:
            try:
                base.go_on_alone()
                whole = all(len(list(base.pages("SELECT at, x FROM t WHERE at > ? ORDER BY at"))) == 2000
                            for _ in range(4))
            except BaseException:
                whole = False
            os._exit(not whole)
        number, ended = 0, (0, 0)
        while ended == (0, 0):
            base.later("INSERT INTO f VALUES (?, ?)", (number * 7919 % 100_003, b"y" * 300))
            number += 1
            ended = os.waitpid(child, os.WNOHANG)
        assert ended[1] == 0
