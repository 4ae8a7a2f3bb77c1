"""What the tests of gates share: an environment without what this machine sets, git in it, and a bayang that is quick.

A gate starts bayang anew and has no pack kept ready for the next; the command that stands here on the path is bayang
itself but for that. Where it matters what bayang itself takes from its surroundings, `COMMANDS` come first.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
from functools import cache
from pathlib import Path

from running import become, load

ROOT = Path(__file__).resolve().parent.parent
COMMANDS = Path(sys.executable).parent
WITHOUT = ("GIT_", "BAYANG_", "PRE_COMMIT")
CLIENT = """\
import os, socket, sys
asked = socket.socket(socket.AF_UNIX)
asked.connect({place!r})
told = [os.getcwd(), str(os.umask(0)), str(len(sys.argv) - 1), *sys.argv[1:], *map("=".join, os.environ.items())]
socket.send_fds(asked, [b"\\0".join(map(os.fsencode, told))], [0, 1, 2])
asked.shutdown(socket.SHUT_WR)
sys.exit(asked.recv(1)[0])
"""


def stand_in(folder: Path, **programs: str) -> Path:
    """A folder of programs, each a few lines of shell."""
    folder.mkdir(exist_ok=True)
    for name, text in programs.items():
        (folder / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        (folder / name).chmod(0o755)
    return folder


@cache
def quick() -> Path:
    """The folder of a bayang that is a copy of the tests' own process, with the bundled pack ready."""
    folder = Path(tempfile.mkdtemp())
    (folder / "client.py").write_text(CLIENT.format(place=str(folder / "socket")), encoding="utf-8")
    _serve(folder / "socket")
    return stand_in(folder, bayang=f'''[ "$1" = check ] || exec '{COMMANDS}/bayang' "$@"
exec '{sys.executable}' -I -S '{folder}/client.py' "$@"''')


def _serve(place: Path) -> None:
    """A process that is the command for each who asks at a socket, until the one that it comes from ends."""
    load()
    owner, waiting = os.getpid(), socket.socket(socket.AF_UNIX)
    with waiting:
        waiting.bind(str(place))
        waiting.listen()
        if os.fork():
            return
        try:
            for stream in range(3):
                os.dup2(os.open(os.devnull, os.O_RDWR), stream)
            os.closerange(3, waiting.fileno())
            os.closerange(waiting.fileno() + 1, 4096)
            signal.signal(signal.SIGCHLD, signal.SIG_IGN)
            waiting.settimeout(1)
            while os.getppid() == owner:
                with contextlib.suppress(TimeoutError), waiting.accept()[0] as asked:
                    if not os.fork():
                        _answer(asked)
            shutil.rmtree(place.parent)
        finally:
            os._exit(1)


def _answer(asked: socket.socket) -> None:
    """The command with what was given along; its exit code is the answer."""
    signal.signal(signal.SIGCHLD, signal.SIG_DFL)
    told, streams, *_ = socket.recv_fds(asked, 1 << 16, 3)
    while more := asked.recv(1 << 16):
        told += more
    folder, mask, count, *rest = os.fsdecode(told).split("\0")
    arguments, variables = rest[:int(count)], dict(one.split("=", 1) for one in rest[int(count):])
    child = os.fork()
    if not child:
        become(streams, arguments, Path(folder), lambda: os.umask(int(mask)), variables)
    asked.send(bytes([os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) % 256]))
    os._exit(0)


def environment(*first: Path, **more: str) -> dict[str, str]:
    """Without the configuration of this machine's git and of bayang; `first` of the path, then the gate's commands."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(WITHOUT)}
    names = {f"GIT_{who}_{what}": "a@b" for who in ("AUTHOR", "COMMITTER") for what in ("NAME", "EMAIL")}
    path = os.pathsep.join(map(str, [*first, ROOT / "gates", quick(), COMMANDS, kept["PATH"]]))
    return kept | names | {"PATH": path, "GIT_CONFIG_GLOBAL": os.devnull, "GIT_CONFIG_SYSTEM": os.devnull} | more


def git(home: Path, *arguments: object) -> str:
    """What git says, without the last line's end."""
    return subprocess.run(["git", *map(str, arguments)], cwd=home, env=environment(), capture_output=True, check=True,
                          encoding="utf-8").stdout.strip()


def write(home: Path, files: dict[str, str | bytes]) -> None:
    """Files of a checkout, with the folders above them."""
    for name, text in files.items():
        (home / name).parent.mkdir(parents=True, exist_ok=True)
        (home / name).write_bytes(text if isinstance(text, bytes) else text.encode())


def commit(home: Path, branch: str, files: dict[str, str | bytes] | None = None) -> None:
    """All that lies in a checkout, on a branch that starts there, with these files."""
    git(home, "checkout", "-q", "-B", branch)
    write(home, files or {})
    git(home, "add", "-A", "-f")
    git(home, "commit", "-q", "-m", "m", "--allow-empty")
