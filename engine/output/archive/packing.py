"""Makes the archive: the same bytes for the same files, in an order of its own, each with the same day and mode."""

from __future__ import annotations

import hashlib
import io
import os
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import nullcontext
from pathlib import Path

from .... import __version__
from ...batch import reopening
from ...batch.outcome import Result
from ...judging.compile import Compiled
from ...reading.files import read_bytes
from ...recording import dataclass, field
from ...records import Limits, Unreadable, UsageError
from ...text.messages import say, shown_date
from ...text.regex import regex
from ...writing import pieces
from ..findings import FORMATS
from ..findings.setting import Setting

SUMS = "SHA256SUMS"
_MODE = 0o600 << 16         # of every file, where the system that unpacks it keeps modes
_UNIX = 3                   # the system on which ZIP says that it was made
_FIRST_DAY = "1980-01-01"   # that ZIP knows
_LIMITS = Limits(bytes=64 << 20)
_UNSAFE = regex(r'[<>:"|?*\\\x00-\x1f\x7f\ud800-\udfff]')     # not in names on every system
_RESULTS = ("json", "html")


@dataclass(slots=True)
class Packed:
    """What lies in the archive so far; `kinds` counts the files of each kind, `missing` what could not be taken in."""

    files: dict[str, bytes] = field(default_factory=dict)
    kinds: Counter[str] = field(default_factory=Counter)
    missing: list[str] = field(default_factory=list)
    register: str = ""          # its name, if there is one
    _taken: set[str] = field(default_factory=set)

    def add(self, kind: str, folder: str, name: str, data: bytes) -> None:
        """Put in a file under a name that every system takes, and that no other file has."""
        name = inner_name(f"{folder}/{name}" if folder else name)
        stem, dot, ending = name.rpartition(".")
        number = 1
        while name.casefold() in self._taken:
            number += 1
            name = f"{stem}({number}){dot}{ending}" if dot else f"{ending}({number})"
        self._taken.add(name.casefold())
        self.files[name] = data
        self.kinds[kind] += 1


def inner_name(name: str) -> str:
    """A path that stays inside, without what is no part of a name somewhere."""
    parts = [_UNSAFE.sub("_", part).rstrip(". ") or "_" for part in name.replace("\\", "/").split("/")
             if part not in ("", ".", "..")]
    return "/".join(parts)


def packed(result: Result, compiled: Compiled, language: str, letters: str | None, register: Path | None,
           to: str, progress: Callable[[int, int], None]) -> Packed:
    """All that belongs into the archive but the list and the sums."""
    found = Packed()
    total = result.summary["files"]
    for done, (listed, what) in enumerate(result.came(), 1):
        progress(done, total)
        if what == reopening.LATER:
            found.kinds[what] += 1
            continue
        try:
            found.add("reports", say("archive.reports", language), listed.name, read_bytes(listed, _LIMITS))
            found.kinds[reopening.UNREADABLE] += what == reopening.UNREADABLE
        except Unreadable:
            found.missing.append(listed.name)
    for path in result.own.values():
        found.add("tables", say("archive.tables", language), os.path.basename(path), Path(path).read_bytes())
    setting = Setting(compiled, language, reading=lambda: nullcontext(progress))
    for name in _RESULTS:
        found.add("results", say("archive.results", language), f"{say('archive.result', language)}.{name}",
                  b"".join(pieces(FORMATS[name](result, setting))))
    for file in letters_in(letters, to) if letters else ():
        found.add("letters", say("archive.letters", language), file.relative_to(letters or "").as_posix(),
                  file.read_bytes())
    if register and register.is_file():
        found.register = inner_name(register.name)
        found.add("register", "", found.register, register.read_bytes())
    return found


def letters_in(folder: str, to: str) -> list[Path]:
    """The files in the folder of letters, but for the archive itself; what is hidden is no letter, nor a link."""
    if not os.path.isdir(folder):
        raise UsageError("usage.no-path", path=folder)
    home = Path(folder)
    return sorted(file for file in home.rglob("*")
                  if file.is_file() and not file.is_symlink() and os.path.realpath(file) != os.path.realpath(to)
                  and not any(part.startswith((".", "~$")) for part in file.relative_to(home).parts))


def as_zip(found: Packed, result: Result, compiled: Compiled, language: str) -> bytes:
    """The archive. Its list comes first, then the sums, then the files in order of their names."""
    lists = {say("archive.list", language): "\r\n".join(_listed(found, result, compiled, language)).encode("utf-8-sig")}
    sums = "".join(f"{hashlib.sha256(data).hexdigest()}  {name}\n"
                   for name, data in sorted({**lists, **found.files}.items()))
    out = io.BytesIO()
    day = max(result.as_of, _FIRST_DAY)
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in (*lists.items(), (SUMS, sums.encode()), *sorted(found.files.items())):
            entry = zipfile.ZipInfo(name, (int(day[:4]), int(day[5:7]), int(day[8:]), 0, 0, 0))
            entry.compress_type, entry.create_system, entry.external_attr = zipfile.ZIP_DEFLATED, _UNIX, _MODE
            archive.writestr(entry, data)
    return out.getvalue()


def _listed(found: Packed, result: Result, compiled: Compiled, language: str) -> Iterator[str]:
    """What lies in the archive, what does not, and how to tell that nothing was changed; CR LF for old editors."""
    def line(key: str, **facts: object) -> str:
        return say(f"archive.{key}", language, **facts)

    pack, summary = compiled.pack, result.summary
    yield line("title", name=pack.name, report=pack.report_title)
    yield ""
    yield line("as_of", date=shown_date(result.as_of, language), phase=pack.phases[result.phase].name)
    yield line("made", version=__version__, pack=pack.id, digest=result.pack_digest)
    yield line("found", **{name: summary[name] for name in ("error", "warning", "info", "waived")})
    yield ""
    yield line("holds")
    yield line("holds_reports", folder=line("reports"), count=found.kinds["reports"],
               unread=found.kinds[reopening.UNREADABLE])
    yield line("holds_tables", folder=line("tables"), files=[os.path.basename(path) for path in result.own.values()])
    yield line("holds_results", folder=line("results"))
    if found.kinds["letters"]:
        yield line("holds_letters", folder=line("letters"), count=found.kinds["letters"])
    if found.register:
        yield line("holds_register", file=found.register)
    yield line("holds_sums", file=SUMS)
    yield ""
    yield line("leaves", ignored=summary["ignored"], later=found.kinds[reopening.LATER])
    for name in found.missing:
        yield line("missing", file=inner_name(name))
    yield ""
    yield line("verify", file=SUMS)
    yield line("stay")
    yield ""
