"""No command asks the network for anything (SECURITY.md): a connection that is looked up or made would fail here."""

from __future__ import annotations

import itertools
import shutil
import socket
import sys
from pathlib import Path

from running import FAULTY, SAMPLES, bayang

from bayang.engine.output.findings import FORMATS

ASKS = ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.bind", "socket.sendto",
        "urllib.Request")


def offline() -> None:
    def hook(event: str, arguments: object) -> None:
        if event in ASKS:
            raise AssertionError(event)

    sys.addaudithook(hook)


def test_no_command_asks_the_network(tmp_path: Path) -> None:
    (tmp_path / "in").mkdir()
    for one in (FAULTY, SAMPLES / "roster.yaml"):
        shutil.copy(one, tmp_path / "in")
    day = ("--as-of", "2022-08-08")
    every = itertools.chain(*(["--format", f"{name}=a.{name}"] for name in FORMATS))
    for command in (["check", "in", *day, *every], ["check", "http://127.0.0.1:9/a.yaml", *day],
                    ["notice", "in", *day, "--to", "letters", "--format", "docx,html,md"],
                    ["schema", "personal"]):
        said = bayang(*command, cwd=tmp_path, before=offline)
        assert said.returncode in (0, 1, 2) and b"AssertionError" not in said.stderr, said.stderr.decode()
    asking = bayang("schema", "personal", before=lambda: (offline(), socket.getaddrinfo("localhost", 9)))
    assert b"AssertionError: socket.getaddrinfo" in asking.stderr
