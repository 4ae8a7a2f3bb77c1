"""PDF from Word files by LibreOffice: a call for some fifty, a few calls side by side, each in a home of its own, with
fonts for the official names.

What a PDF's bytes are depends on the files that the same call made before; so each call gets the same files, however
many run at once.
"""

from __future__ import annotations

import contextlib
import os
import re
import signal
import subprocess
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise
from pathlib import Path

from ...recording import dataclass
from ...records import UsageError
from ...text.regex import regex
from ...writing import own_folder
from .fonts import font_rules

STILL = 120         # seconds without a new PDF after which the program is taken to hang
SHARE = 48          # files of one call, about
FEW = 24            # files for which a second call does not pay
_TICK = 0.1
# What the program is told in each home: that it was there before, so that it does not try how it draws when it starts;
# and that no character is forbidden where a line of English begins or ends, which it else looks up at each change of
# language.
_SETTINGS = """<?xml version="1.0" encoding="UTF-8"?>
<oor:items xmlns:oor="http://openoffice.org/2001/registry">
<item oor:path="/org.openoffice.Setup/Product"><prop oor:name="ooSetupLastVersion" oor:op="fuse">
<value>999.0</value></prop></item>
<item oor:path="/org.openoffice.Office.Common/AsianLayout/StartEndCharacters">
<node oor:name="en-US" oor:op="replace"><prop oor:name="StartCharacters" oor:op="fuse"><value></value></prop>
<prop oor:name="EndCharacters" oor:op="fuse"><value></value></prop></node></item>
</oor:items>
"""
# glibc keeps what is freed at hand and takes large pages: for each file the characters of each font are listed anew, in
# tens of thousands of small pieces.
_MEMORY = "glibc.malloc.tcache_count=20000:glibc.malloc.hugetlb=1"


@dataclass(frozen=True, slots=True)
class Office:
    """The program and the environment that it is to run in."""

    program: str
    environment: dict[str, str]
    still: float = STILL
    processes: int = 1      # that may run side by side


def convert(files: Sequence[bytes], office: Office,
            progress: Callable[[int], None] = lambda done: None) -> tuple[list[bytes | None], UsageError | None]:
    """The PDF of each Word file, None where there is none, and what went wrong. `progress` hears how many are done."""
    if not files:
        return [], None
    if not has_chinese_font(office):
        return [None] * len(files), UsageError("noticed.no_font")
    with own_folder() as name:
        home = Path(name)
        names = [f"{at:06d}" for at in range(len(files))]
        (home / "in").mkdir()
        (home / "out").mkdir()
        for stem, data in zip(names, files, strict=True):
            (home / "in" / f"{stem}.docx").write_bytes(data)
        (home / "fonts.conf").write_text(font_rules(office.environment.get("FONTCONFIG_FILE")), encoding="utf-8")
        fault = _run(home, [f"in/{stem}.docx" for stem in names], office, progress)
        pages = []
        for stem in names:
            page = home / "out" / f"{stem}.pdf"
            data = page.read_bytes() if page.is_file() else b""
            pages.append(undated(data) if data.rstrip().endswith(b"%%EOF") else None)
    return pages, fault if None in pages else None


def _run(home: Path, files: Sequence[str], office: Office, progress: Callable[[int], None]) -> UsageError | None:
    """Have the files made to PDF, in as many calls at once as there may be."""
    calls = deque(_shares(files))
    running: dict[int, subprocess.Popen[bytes]] = {}        # by the number of the home
    done, quiet, code = 0, 0.0, 0
    try:
        while calls or running:
            for at in range(office.processes):
                if calls and at not in running:
                    running[at] = _begin(home, at, calls.popleft(), office)
            with contextlib.suppress(subprocess.TimeoutExpired):
                next(iter(running.values())).wait(_TICK)
            for at, one in list(running.items()):
                if one.poll() is not None:
                    code = code or one.returncode
                    _end(running.pop(at))
            now = sum(1 for _ in (home / "out").iterdir())
            quiet = 0.0 if now > done else quiet + _TICK
            if now > done:
                done = now
                progress(done)
            if quiet >= office.still and running:
                return UsageError("noticed.office_timeout")
    except OSError:
        return UsageError("noticed.office_start")
    finally:
        for one in running.values():
            _end(one)
    progress(len(files))
    return UsageError("noticed.office_exit", code=code)


def _shares(files: Sequence[str]) -> Iterator[Sequence[str]]:
    """The files of each call, as many in each; several come in pairs, so that both of two cores end at once."""
    calls = 2 * max(1, round(len(files) / SHARE / 2)) if len(files) >= FEW else 1
    ends = [len(files) * at // calls for at in range(calls + 1)]
    return (files[start:end] for start, end in pairwise(ends))


def _begin(home: Path, at: int, files: Sequence[str], office: Office) -> subprocess.Popen[bytes]:
    own = home / f"home{at}"
    settings = own / "user" / "registrymodifications.xcu"
    if not settings.exists():
        settings.parent.mkdir(parents=True, exist_ok=True)
        settings.write_text(_SETTINGS, encoding="utf-8")
    command = [office.program, f"-env:UserInstallation={own.as_uri()}", "--headless", "--norestore",
               "--nolockcheck", "--convert-to", "pdf:writer_pdf_Export", "--outdir", "out", *files]
    environment = {**office.environment, "FONTCONFIG_FILE": str(home / "fonts.conf"), "SOURCE_DATE_EPOCH": "0",
                   "HOME": str(home), "SAL_USE_VCLPLUGIN": "svp", "GLIBC_TUNABLES": _MEMORY}
    return subprocess.Popen(command, cwd=home, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                            stderr=subprocess.DEVNULL, start_new_session=os.name != "nt")


def _end(process: subprocess.Popen[bytes]) -> None:
    """End the program and what it started."""
    if process.poll() is None and os.name == "nt":
        process.kill()
    elif os.name != "nt":
        with contextlib.suppress(OSError):
            os.killpg(process.pid, signal.SIGKILL)
    process.wait()


def has_chinese_font(office: Office) -> bool:
    """Whether any font has Chinese characters, as far as the system can say."""
    try:
        listed = subprocess.run(["fc-list", ":lang=zh-cn", "family"], env=office.environment, capture_output=True,
                                timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return True
    return listed.returncode != 0 or bool(listed.stdout.strip())


_DATE = regex(rb"(/(?:CreationDate|ModDate)\s*\(D:)\d{14}([^)]*\))")
_IDENTITY = regex(rb"(/ID\s*\[\s*)<([0-9A-Fa-f]+)>(\s*)<([0-9A-Fa-f]+)>")
_CHECKSUM = regex(rb"(/DocChecksum\s*/)([0-9A-Fa-f]+)")


def undated(page: bytes) -> bytes:
    """The PDF without the hour at which it was made, so that the same notice gives the same bytes; no offset moves."""
    page = _DATE.sub(lambda found: found[1] + b"19800101000000" + re.sub(rb"[0-9]", b"0", found[2]), page)
    page = _IDENTITY.sub(lambda found: b"%s<%s>%s<%s>" % (
        found[1], b"0" * len(found[2]), found[3], b"0" * len(found[4])), page)
    return _CHECKSUM.sub(lambda found: found[1] + b"0" * len(found[2]), page)
