"""Runs the command `bayang` for the tests: `bayang` as a process of its own with real streams, folder and exit code.

Where the system can fork, the process is a copy of the tests' own with everything loaded: that takes a tenth of the
time. What loading itself does (the locale, hash seeds, an interruption before the first line) wants a `fresh` one. What
needs no process is done `here`: most of what a command says and writes.
"""

from __future__ import annotations

import gc
import importlib
import io
import os
import pkgutil
import shutil
import signal
import subprocess
import sys
import tempfile
import time
import traceback
import warnings
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import NoReturn

import pytest
from click.testing import CliRunner
from click.testing import Result as Outcome

from bayang import cli, engine
from bayang.engine.batch.outcome import Result
from bayang.engine.batch.run import Options, run
from bayang.engine.judging import ready
from bayang.engine.output.findings import FORMATS, document
from bayang.engine.output.findings.setting import Setting
from bayang.engine.packs import pack_files
from bayang.engine.text.messages import say
from bayang.engine.writing import pieces

COMMAND = [sys.executable, "-X", "warn_default_encoding", "-W", "error", "-m", "bayang"]
ROOT = Path(__file__).resolve().parent.parent
BUNDLED = Path(pack_files.BUNDLED)
SAMPLES = ROOT / "samples"
PACKS = ROOT / "tests/packs"
WINDOW, SERVICE = PACKS / "window", PACKS / "service"       # other plans: of one pack, its own form too
GOOD = SAMPLES / "市局/整改落实/P-002.yaml"             # no finding
FAULTY = SAMPLES / "市局/整改落实/P-003.yaml"           # SE01 (warning) and CV01 (error)
UNREADABLE = SAMPLES / "生态环境监测科/问题查摆/P-012.yaml"    # GBK
PATIENCE = 120      # seconds that a command or a sign of it may take
OUTSIDE = {"COLUMNS", "NO_COLOR", "TERM", "LANG", "LC_ALL", "PYTHONIOENCODING", "PYTHONUTF8", "CI_PROJECT_DIR"}

Said = subprocess.CompletedProcess[bytes]


def output_of(name: str, result: Result, setting: Setting) -> bytes:
    """An output of a check, whole."""
    return b"".join(pieces(FORMATS[name](result, setting)))


def as_json(result: Result) -> bytes:
    """The findings document of a result, whole."""
    return b"".join(pieces(document.as_json(result)))


def scrubbed(**more: str) -> dict[str, str]:
    """The environment without what would change an output."""
    return {name: value for name, value in os.environ.items()
            if name not in OUTSIDE and not name.startswith(("BAYANG_", "GITHUB_"))} | more


def bayang(*arguments: object, data: bytes = b"", cwd: Path | None = None, before: Callable[[], object] | None = None,
           **environment: str) -> Said:
    """Run the command: what it said, as bytes, and its code. `before` is done first, in its process, if that forks."""
    if not hasattr(os, "fork"):
        return fresh(*arguments, data=data, cwd=cwd, **environment)
    return launched(*arguments, data=data, cwd=cwd, before=before, **environment)()


def launched(*arguments: object, data: bytes = b"", cwd: Path | None = None, before: Callable[[], object] | None = None,
             **environment: str) -> Callable[[], Said]:
    """Start the command; what waits for its end gives the same."""
    load()
    given, out, told = streams = [tempfile.TemporaryFile() for _ in range(3)]
    given.write(data)
    given.seek(0)
    child = os.fork()
    if not child:
        become([one.fileno() for one in streams], arguments, cwd, before, scrubbed(**environment))

    def ended() -> Said:
        code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
        with given, out, told:
            out.seek(0)
            told.seek(0)
            return subprocess.CompletedProcess(arguments, code, out.read(), told.read())

    return ended


def fresh(*arguments: object, data: bytes = b"", cwd: Path | None = None, **environment: str) -> Said:
    """The same with a process that loads everything anew."""
    return subprocess.run([*COMMAND, *map(str, arguments)], input=data, capture_output=True, cwd=cwd,
                          env=scrubbed(**environment), timeout=PATIENCE)


@cache
def load() -> None:
    """Whatever a command may load, and the pack that comes along; a process of its own finds them there, and used."""
    for module in pkgutil.walk_packages(engine.__path__, "bayang.engine."):
        importlib.import_module(module.name)
    for language in ("zh", "en"):
        say("run.nothing", language)
    run([str(SAMPLES)], Options("2022-08-08", jobs=1), ready.compiled(BUNDLED, None))


def become(streams: list[int], arguments: Sequence[object], cwd: Path | None,
           before: Callable[[], object] | None, env: dict[str, str]) -> NoReturn:
    """The child: it is the command from here on, and ends with it."""
    code = 70
    try:
        gc.freeze()         # what is shared is not looked through, nor copied for it
        signal.alarm(PATIENCE)
        for number, stream in enumerate(streams):
            os.dup2(stream, number)
        sys.stdin, sys.stdout, sys.stderr = (open(number, mode, encoding="utf-8", closefd=False)
                                             for number, mode in enumerate("rww"))
        os.environ.clear()
        os.environ.update(env)
        time.tzset()
        os.chdir(cwd or ".")
        warnings.simplefilter("error")
        sys.argv = ["bayang", *map(str, arguments)]
        if before:
            before()
        cli.main()
    except SystemExit as end:
        code = end.code or 0
    except BaseException:
        traceback.print_exc()
    finally:
        for stream in (sys.stdout, sys.stderr):
            stream.flush()
        os._exit(code)


def here(*arguments: object, data: bytes = b"", cwd: Path | None = None, **environment: str) -> Said:
    """The same within this process, which takes a quarter of that: where workers, signals and what streams are don't
    matter.
    """
    out, told, code = io.BytesIO(), io.BytesIO(), 0
    terminate = signal.getsignal(signal.SIGTERM)
    with pytest.MonkeyPatch.context() as patch, warnings.catch_warnings(action="error"):
        for name, stream in (("stdin", io.BytesIO(data)), ("stdout", out), ("stderr", told)):
            patch.setattr(sys, name, io.TextIOWrapper(stream, encoding="utf-8"))
        patch.setattr(sys, "argv", ["bayang", *map(str, arguments)])
        wanted = scrubbed(**environment)
        for name in os.environ.keys() - wanted:
            patch.delenv(name)
        for name, value in environment.items():
            patch.setenv(name, value)
        patch.chdir(cwd or ".")
        try:
            cli.main()
        except SystemExit as end:
            code = end.code or 0
        finally:
            signal.signal(signal.SIGTERM, terminate)
        sys.stdout.flush()
        sys.stderr.flush()
        return subprocess.CompletedProcess(arguments, code, out.getvalue(), told.getvalue())


def invoked(*arguments: object) -> Outcome:
    """The command within this process, which takes least: where streams, folder and signals don't matter."""
    return CliRunner().invoke(cli.bayang, [*map(str, arguments)])


def edit(path: Path, old: str, new: str) -> None:
    """Put one text in the place of another, where that first stands in a file."""
    text = path.read_text(encoding="utf-8")
    assert old in text, old
    path.write_text(text.replace(old, new, 1), encoding="utf-8")


def folder_of(home: Path, *files: Path) -> Path:
    """A folder with copies of some samples."""
    home.mkdir(parents=True, exist_ok=True)
    for file in files:
        shutil.copyfile(file, home / file.name)
    return home


def own_pack(home: Path, files: Mapping[str, str | tuple[str, str]], of: Path = WINDOW) -> Path:
    """A copy of a pack with files of one's own: with their text, or with one text in the place of another."""
    folder: Path = shutil.copytree(of, home / "pack")
    for name, own in files.items():
        if isinstance(own, str):
            (folder / name).write_text(own, encoding="utf-8")
        else:
            edit(folder / name, *own)
    return folder


def in_text(said: Said) -> subprocess.CompletedProcess[str]:
    """The same, with what was said as text."""
    return subprocess.CompletedProcess(said.args, said.returncode, said.stdout.decode(), said.stderr.decode())


def complaint(said: Said) -> str:
    """The one line on standard error of a run that stopped."""
    assert (said.returncode, said.stdout) == (2, b"")
    [line] = said.stderr.decode().splitlines()
    return line


def until(sign: Callable[[], object]) -> None:
    """Wait for a sign of another process."""
    end = time.monotonic() + PATIENCE
    while not sign():
        assert time.monotonic() < end, "no sign came"
        time.sleep(0.005)
