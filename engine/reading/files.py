"""Finds the report files under the PATHs and reads their bytes; nothing here looks into a report.

Links are never walked: a link may only name a file inside the folder it stands in. Whatever can't be listed
or read becomes an Unreadable, never silence.
"""

from __future__ import annotations

import errno
import fnmatch
import io
import os
import re
import stat
import sys
import unicodedata
from array import array
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import lru_cache
from itertools import islice, pairwise
from typing import BinaryIO

from ..recording import dataclass, field
from ..records import Limits, PackError, Unreadable, UsageError
from ..text.messages import LANGUAGES, say
from . import stores
from .form_marks import signs
from .stores import is_url

STDIN = "-"
REPORTS = (".yaml", ".yml")
WORKBOOKS = (".xlsx", ".xlsm")
# Files of ours that may lie among reports, by their name without the extension.
OWN = frozenset({"roster", "waivers", "bayang", "notice"})

HIDDEN = (".", "~$")
PIECE = 1 << 15     # names of a folder that are put in order at once

REASONS = {
    errno.EACCES: "permission",
    errno.EPERM: "permission",
    errno.ENOENT: "vanished",
    errno.ENOTDIR: "vanished",
    errno.ENXIO: "not-a-file",
    errno.ENODEV: "not-a-file",
    errno.EISDIR: "not-a-file",
    errno.ELOOP: "link-out",  # O_NOFOLLOW met a link that was not accepted when listing
    errno.ENAMETOOLONG: "path-too-long",
}

# The same where a link is followed on purpose.
LINK_REASONS = {errno.ENOENT: "dangling", errno.ENOTDIR: "dangling", errno.ELOOP: "link-loop"}

SHORT = {errno.EMFILE, errno.ENFILE, errno.ENOMEM}      # what we are short of: no fault of a file


@dataclass(slots=True)
class Listed:
    """A file to read: its shown name, the path to open it by, and the folder that its attachments lie in."""

    name: str
    given: str | None  # the path; None where it is the end of the name in the folder, as of most of many files
    folder: str | None  # None for standard input

    @property
    def path(self) -> str:
        if self.given is not None:
            return self.given
        return f"{self.folder}{'/' if self.in_store else os.sep}{self.name.rpartition('/')[2]}"

    @property
    def in_store(self) -> bool:
        """Whether it was found at a URL."""
        return self.folder is not None and is_url(self.folder)


class Files(Sequence[Listed]):
    """Files to read, in few bytes: each is made when it is asked for."""

    def __init__(self, files: Iterable[Listed] = ()) -> None:
        self._names, self._ends = bytearray(), array("I", [0])
        self._folders: dict[str | None, int] = {}       # each once, by its number
        self._in, self._given = array("I"), dict[int, str]()
        self._folder: list[str | None] = []
        for one in files:
            self.append(one)

    def append(self, one: Listed) -> None:
        """Add one at the end."""
        self._names += one.name.encode("utf-8", "surrogatepass")
        if one.given is not None:
            self._given[len(self)] = one.given
        if one.folder not in self._folders:
            self._folders[one.folder] = len(self._folder)
            self._folder.append(one.folder)
        self._in.append(self._folders[one.folder])
        self._ends.append(len(self._names))

    def in_order(self) -> Files:
        """The same in the order of their names, which is that of their bytes."""
        if all(one <= after for one, after in pairwise(map(self._name, range(len(self))))):
            return self
        return Files(map(self.__getitem__, sorted(range(len(self)), key=self._name)))

    def _name(self, at: int) -> bytearray:
        return self._names[self._ends[at]:self._ends[at + 1]]

    def name(self, at: int) -> str:
        return self._name(at).decode("utf-8", "surrogatepass")

    def __len__(self) -> int:
        return len(self._ends) - 1

    def __getitem__(self, at: int) -> Listed:  # type: ignore[override]  # nobody asks for a part of them
        return Listed(self.name(at), self._given.get(at), self._folder[self._in[at]])

    def __iter__(self) -> Iterator[Listed]:
        return map(self.__getitem__, range(len(self)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Sequence) and list(self) == list(other)

    def on_stdin(self) -> list[int]:
        """The positions of what only this process can read."""
        return [at for at, given in self._given.items() if given == STDIN]

    def names(self) -> Iterator[str]:
        return map(self.name, range(len(self)))


def names_of(files: Sequence[Listed]) -> Iterator[str]:
    return files.names() if isinstance(files, Files) else (one.name for one in files)


@dataclass(slots=True)
class Listing:
    """What stands under the PATHs, each list in the order of names."""

    files: Sequence[Listed] = ()
    faults: list[tuple[str, Unreadable]] = field(default_factory=list)
    ignored: list[str] = field(default_factory=list)
    others: dict[str, Listed] = field(default_factory=dict)     # of these, those that only are no reports by their name
    rosters: list[Listed] = field(default_factory=list)
    waivers: list[Listed] = field(default_factory=list)
    bare: list[str] = field(default_factory=list)  # folders given that hold neither report nor table
    whole: bool = True  # every PATH is a folder
    stores: set[str] = field(default_factory=set)   # the URLs of folders among them, with a slash


@dataclass(frozen=True, slots=True)
class Link:
    """A link met while walking, judged when all real entries are known."""

    shown: str
    path: str
    folder: str
    root: str  # the real path of the PATH that it stands in
    report: bool  # its own name is that of a report


@dataclass(slots=True)
class Search:
    """One listing under way. Paths in its sets are real paths."""

    excluded: Callable[[str, str], bool] | None
    skip_names: frozenset[str]
    skipped: set[str]
    listing: Listing = field(default_factory=Listing)
    files: Files = field(default_factory=Files)
    seen: set[str] = field(default_factory=set)  # listed files, but those that a walk came upon
    walked: dict[str, str] = field(default_factory=dict)  # listed folders, and the paths that they were opened by
    passed: set[str] = field(default_factory=set)  # what is ignored, so that no link brings it back
    links: list[Link] = field(default_factory=list)


def list_files(
    paths: Sequence[str],
    exclude: Sequence[str] = (),
    skip_names: frozenset[str] = OWN,
    skip: Iterable[str | os.PathLike[str]] = (),
    stdin: str = STDIN,
    urls: bool = False,
) -> Listing:
    """Lists the reports under `paths` (files, folders, `-`; with `urls` also those of stores).

    `exclude` are GLOBs on the path below a folder or on a file's own name. `skip` are files and folders
    that are no reports wherever they lie: the pack, a roster given by name. `stdin` is the file that stands on standard
    input, there or not; its place in a folder given is taken. Raises UsageError for a PATH that isn't there.
    """
    search = Search(matcher(exclude), skip_names, {real_path(path) for path in skip})
    listing = search.listing
    several = len(set(paths)) > 1
    if STDIN in paths and stdin != STDIN:
        search.seen.add(real_path(stdin))
    # The innermost PATH first, so that each folder given is the top of its own files.
    for given in sorted(dict.fromkeys(paths), key=depth, reverse=True):
        if given == STDIN:
            listing.whole = False
            add_stdin(stdin, several, search)
            continue
        typed = shown_name(given)
        shown = typed if several else own_name(given)
        if urls and is_url(given := stores.local(given)):
            given = given.rstrip("/")
            if stores.is_folder(given):
                listing.stores.add(given + "/")
                walk(given, typed, typed.rstrip("/") + "/" if several else "", search)
            else:
                listing.whole = False
                add(given, shown, given, given.rpartition("/")[0], search)
            continue
        try:
            status = os.stat(given)
        except (OSError, ValueError) as error:  # ValueError: a NUL in the name
            listing.whole = False
            listing.faults.append((shown, unreadable(why_not_there(given, typed, error))))
            continue
        if stat.S_ISDIR(status.st_mode):
            walk(given, typed, typed.rstrip("/") + "/" if several else "", search)
        else:
            listing.whole = False
            # whatever its extension, and through a link if it is one
            add(given, shown, os.path.realpath(given), os.path.dirname(os.path.abspath(given)), search,
                stat.S_ISREG(status.st_mode))

    judge_links(search)
    listing.files = search.files.in_order()
    listing.bare = [shown_name(given) for given in dict.fromkeys(paths) if is_bare(given, several, listing)]
    listing.faults.sort(key=lambda fault: fault[0])
    listing.ignored.sort()
    return listing


def is_bare(given: str, several: bool, listing: Listing) -> bool:
    """Whether a PATH is a folder with nothing in it that is read, nor could be."""
    if given == STDIN or not (os.path.isdir(given) or real_path(given) + "/" in listing.stores):
        return False
    if not several:
        return not (listing.files or listing.rosters or listing.waivers or listing.faults)
    root, typed = real_path(given), shown_name(given).rstrip("/")
    tables = [*listing.files, *listing.rosters, *listing.waivers]
    return not (any(one.folder and lies_in(real_path(one.folder), root) for one in tables)
                or any(name == typed or name.startswith(typed + "/") for name, _ in listing.faults))


def real_path(path: str | os.PathLike[str]) -> str:
    """The path without links; as it is where there can be no such path, and a URL but for a slash at its end."""
    if is_url(given := os.fspath(path)):
        return given.rstrip("/")
    try:
        return os.path.realpath(path)
    except (OSError, ValueError):
        return os.fspath(path)


def depth(path: str) -> int:
    return 0 if path == STDIN else os.path.realpath(path.replace("\0", "")).count(os.sep)


def why_not_there(given: str, typed: str, error: OSError | ValueError) -> str:
    """The hint for a PATH that stands there and can't be reached; UsageError if there is none."""
    number = error.errno if isinstance(error, OSError) else errno.ENOENT
    absent = number in (errno.ENOENT, errno.ENOTDIR, errno.ENAMETOOLONG, errno.EINVAL)
    if absent and ("\0" in given or not os.path.lexists(given)):
        raise UsageError("usage.no-path", path=typed) from None
    return LINK_REASONS.get(number or 0) or REASONS.get(number or 0, "device")


def add_stdin(named: str, several: bool, search: Search) -> None:
    """Standard input, as the file that it stands for would be added: by its name, and beside its attachments.

    Raises UsageError if there is none.
    """
    if sys.stdin is None:
        raise UsageError("usage.no-stdin")
    shown = shown_name(named) if several else own_name(named)
    if named == STDIN:
        search.files.append(Listed(STDIN, STDIN, None))
    elif is_own(own_name(named), search.skip_names) or (search.excluded and search.excluded(shown, own_name(named))):
        search.listing.ignored.append(shown)
    else:
        search.files.append(Listed(shown, STDIN, os.path.dirname(os.path.abspath(named))))


def add(given: str, shown: str, real: str, folder: str, search: Search, regular: bool = True) -> None:
    """A PATH that is no folder, by its path without links and its folder."""
    name = own_name(given)
    if is_own(name, search.skip_names) or under_any(real, search.skipped) or (
            search.excluded and search.excluded(shown, name)):
        search.listing.ignored.append(shown)
    elif not regular:
        search.listing.faults.append((shown, unreadable("not-a-file")))
    elif real not in search.seen:
        search.seen.add(real)
        search.files.append(Listed(shown, real, folder))


def walk(given: str, typed: str, prefix: str, search: Search) -> None:
    """Lists one folder without recursion; links are kept for later."""
    root, sep = real_path(given), "/" if is_url(given) else os.sep
    listing, excluded, skip_names = search.listing, search.excluded, search.skip_names
    skipped, seen, passed = search.skipped, search.seen, search.passed
    if under_any(root, skipped):
        listing.ignored.append(typed.rstrip("/") + "/")
        return
    # Folders being listed: the path to open, the shown and the real path, both with a slash at the end, the names that
    # are left, what is no plain file, and all workbooks.
    frames: list[tuple[str, str, str, Iterator[str], dict[str, str], list[str]]] = []

    def enter(folder: str, above: str, real: str) -> None:
        if real in search.walked:
            return
        search.walked[real] = folder
        others: dict[str, str] = {}
        workbooks: list[str] = []
        try:
            found = sorted_names(entries(folder, others, workbooks), lambda raw: (
                raw if raw.isascii() else shown_name(raw)) + "/" * (others.get(raw) == "folder"))
        except OSError as error:
            listing.faults.append((above[:-1] or typed, unreadable(reason(error), folder=True)))
            return
        frames.append((folder, above, real, found, others, workbooks))

    enter(given, prefix, root if root.endswith(sep) else root + sep)
    while frames:
        folder, above, real, left, others, workbooks = frames[-1]
        raw = next(left, None)
        if raw is None:
            frames.pop()
            continue
        name = raw if raw.isascii() else shown_name(raw)
        shown = above + name
        here = real + raw
        kind = others.get(raw)
        if kind == "both":      # of a store: it comes twice, first the file
            kind, others[raw] = "", "folder"
        link, is_folder = kind == "link", kind == "folder"
        if (not raw or raw.startswith(HIDDEN) or here in skipped
                or (excluded and excluded(shown[len(prefix) :], name))):
            listing.ignored.append(shown + "/" if is_folder else shown)
            passed.add(here)
        elif is_folder:
            enter(folder + sep + raw, shown + "/", here + sep)
        elif is_own(raw, skip_names):
            listing.ignored.append(shown)
            passed.add(here)
            if above == prefix:
                add_table(raw, shown, folder, root if link else None, listing)
        elif link:
            report = raw.lower().endswith(REPORTS)
            search.links.append(Link(shown, os.path.join(folder, raw), folder, root, report))
        elif not raw.lower().endswith(REPORTS) and not is_form(folder, raw, workbooks):
            listing.ignored.append(shown)
            listing.others[shown] = Listed(shown, os.path.join(folder, raw), folder)
        elif here not in seen:
            search.files.append(Listed(shown, None if name == raw else os.path.join(folder, raw), folder))


def add_table(raw: str, shown: str, folder: str, root: str | None, listing: Listing) -> None:
    """A file of ours at the top of a folder, if it is a roster or waivers; `root` is that folder where it is a link."""
    kept = {"roster": listing.rosters, "waivers": listing.waivers}.get(raw.rpartition(".")[0])
    if kept is not None:
        path = os.path.join(folder, raw)
        if root and lies_in(os.path.realpath(path), root):      # one that leads out reading refuses
            path = os.path.realpath(path)
        kept.append(Listed(shown, path, folder))


def entries(folder: str, others: dict[str, str], workbooks: list[str]) -> Iterator[str]:
    """The names of what stands in a folder; put aside what those are which are no plain files, and which are workbooks.
    Raises OSError.
    """
    for name, what in stored(folder) if is_url(folder) else on_disk(folder):
        if what:
            others[name] = what
        if name.lower().endswith(WORKBOOKS):
            workbooks.append(name)
        yield name


def stored(folder: str) -> Iterator[tuple[str, str]]:
    files, folders = stores.entries(folder)
    yield from ((name, "both" if name in folders else "") for name in files)
    yield from ((name, "both" if name in files else "folder") for name in folders)


def on_disk(folder: str) -> Iterator[tuple[str, str]]:
    with os.scandir(folder) as listed:
        for entry in listed:
            yield entry.name, what_is(entry)


def sorted_names(names: Iterator[str], key: Callable[[str], str]) -> Iterator[str]:
    """Names of one folder in order, however many; in memory they lie side by side, as few bytes."""
    pieces = []
    while piece := sorted(islice(names, PIECE), key=key):
        pieces.append("/".join(piece))
    if len(pieces) < 2:
        return iter(pieces[0].split("/") if pieces else ())
    from heapq import merge  # few folders are so large

    return merge(*map(_apart, pieces), key=key)


def _apart(names: str) -> Iterator[str]:
    start = 0
    while (end := names.find("/", start)) >= 0:
        yield names[start:end]
        start = end + 1
    yield names[start:]


def is_form(folder: str, name: str, beside: Sequence[str]) -> bool:
    """Whether a file in a folder is the workbook of a form: by its name, and words that a cell of it holds.

    A marked copy beside the workbook that it was made of is none.
    """
    stem, dot, ending = name.rpartition(".")
    if dot + ending.lower() not in WORKBOOKS or (original(stem) + dot + ending in beside and original(stem) != stem):
        return False
    from .workbook import UNPACKED, holds, holds_in

    path = os.path.join(folder, name)
    return holds_in(io.BytesIO(read_start(path, UNPACKED)), signs()) if is_url(path) else holds(path, signs())


def original(stem: str) -> str:
    """The name, without its ending, of the workbook of which one of this name is a marked copy; else this name."""
    bare = re.sub("-[0-9]+$", "", stem)
    ends = (say("workbook.marked", language) for language in LANGUAGES)
    return next((bare.removesuffix(end) for end in ends if bare.endswith(end)), stem)


def judge_links(search: Search) -> None:
    """Sorts the links out after all real entries, so that a file reached twice goes by its real name."""
    listing, passed = search.listing, search.passed | search.skipped
    if search.links:
        real = {folder: path for path, folder in search.walked.items()}
        search.seen.update(real[one.folder] + os.path.basename(one.path) for one in search.files
                           if one.folder in real)
    for link in sorted(search.links, key=lambda link: link.shown):
        try:
            status = os.stat(link.path)
        except OSError as error:
            if link.report:
                hint = LINK_REASONS.get(error.errno or 0) or reason(error)
                listing.faults.append((link.shown, unreadable(hint)))
            else:
                listing.ignored.append(link.shown)
            continue
        target = os.path.realpath(link.path)
        is_folder = stat.S_ISDIR(status.st_mode)
        if not is_folder and not link.report:
            listing.ignored.append(link.shown)
            listing.others[link.shown] = Listed(link.shown, link.path, link.folder)
        elif not lies_in(target, link.root):
            listing.faults.append((link.shown, unreadable("link-out", folder=is_folder)))
        elif is_folder and lies_in(os.path.realpath(link.folder), target):
            listing.faults.append((link.shown, unreadable("link-loop", folder=True)))
        elif under_any(target, passed):
            listing.ignored.append(link.shown)
        elif not is_folder and target not in search.seen:
            search.seen.add(target)
            search.files.append(Listed(link.shown, target, link.folder))


def what_is(entry: os.DirEntry[str]) -> str:
    """What an entry of a folder is by itself: a link, a folder, or else nothing special."""
    try:
        return "link" if entry.is_symlink() else "folder" if entry.is_dir(follow_symlinks=False) else ""
    except OSError:
        return ""


def lies_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(folder if folder.endswith(os.sep) else folder + os.sep)


def under_any(path: str, folders: set[str]) -> bool:
    return any(lies_in(path, folder) for folder in folders)


def is_own(name: str, skip_names: frozenset[str]) -> bool:
    """Names that are no reports: hidden and lock files, roster, waivers, settings."""
    if name.startswith(HIDDEN):
        return True
    stem, dot, extension = name.rpartition(".")
    return stem in skip_names and dot + extension.lower() in REPORTS


def as_named(paths: Sequence[str], stdin: str) -> list[str]:
    """The PATHs, with the file that stands on standard input in its place."""
    return [stdin if path == STDIN else path for path in paths]


def own_name(path: str) -> str:
    return shown_name(os.path.basename(path.rstrip("/" + os.sep)) or path)


def shown_name(path: str) -> str:
    r"""The path as text for people: `/` everywhere, undecodable bytes as \xff, never a lone surrogate."""
    text = os.fsencode(path).decode("utf-8", "backslashreplace") if not path.isascii() else path
    return text if os.sep == "/" else text.replace(os.sep, "/")


def attachment_mark(typed: str) -> str:
    """What is the same for a path as a report lists it and as it is found below the report's folder; not the path."""
    parts = unicodedata.normalize("NFC", typed).replace("\\", "/").split("/")
    path = "/".join(part for part in parts if part not in ("", "."))
    from hashlib import blake2b

    return blake2b(path.encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()


def matcher(globs: Sequence[str]) -> Callable[[str, str], bool] | None:
    """Whether --exclude names a path, if it is given. `*` stands for `/` too; a GLOB without `/` means any own name."""
    patterns = []
    for glob in globs:
        glob = unicodedata.normalize("NFC", glob.replace(os.sep, "/")).removeprefix("./").rstrip("/")
        for form in {glob, glob.removeprefix("**/")} - {""}:
            patterns.append((re.compile(fnmatch.translate(form)), "/" in form))
    if not patterns:
        return None

    def excluded(path: str, name: str) -> bool:
        path, name = unicodedata.normalize("NFC", path), unicodedata.normalize("NFC", name)
        return any(pattern.match(path) or (not whole and pattern.match(name)) for pattern, whole in patterns)

    return excluded


def unreadable(hint: str, folder: bool = False) -> Unreadable:
    """Something that can't be read or listed; `folder` tells the message what it is."""
    return Unreadable("unreadable-file", 1, 1, hint, {"folder": folder})


def reason(error: OSError) -> str:
    """The hint for an error of the operating system. Raises the error where it is no fault of a file."""
    if error.errno in SHORT:
        raise error
    return REASONS.get(error.errno or 0, "device")


def read_bytes(listed: Listed, limits: Limits) -> bytes:
    """The bytes of one listed file, at most `limits.bytes`; Unreadable if it is no quiet regular file."""
    if listed.given == STDIN:
        return read_stdin(getattr(sys.stdin, "buffer", None), limits)
    path = listed.path
    if listed.in_store:
        return _from_store(path, limits)
    data = read_once(path, limits)
    if data is None:  # it changed meanwhile: once more
        data = read_once(path, limits)
    if data is None:
        raise unreadable("changing")
    return data


def _from_store(url: str, limits: Limits) -> bytes:
    [data] = stores.fetched([url], limits.bytes + 1)
    if not isinstance(data, bytes):
        raise unreadable("permission" if isinstance(data, PermissionError) else "vanished")
    if len(data) > limits.bytes:
        raise oversized(limits)
    return data


def read_own(listed: Listed, limits: Limits) -> bytes:
    """The bytes of a file of ours: a table, a baseline, settings. Raises PackError if it can't be opened."""
    try:
        return read_bytes(listed, limits)
    except Unreadable:
        raise PackError(listed.name, 1, "table.unopened") from None


def read_start(path: str, size: int) -> bytes:
    """The first bytes of a file; nothing of what is no quiet regular file."""
    if is_url(path):        # listed as such
        [data] = stores.fetched([path], size)
        return data if isinstance(data, bytes) else b""
    try:
        opened = os.open(path, FLAGS)
    except (OSError, ValueError) as error:
        if isinstance(error, OSError):
            reason(error)
        return b""
    try:
        return os.read(opened, size) if stat.S_ISREG(os.fstat(opened).st_mode) else b""
    except OSError:
        return b""
    finally:
        os.close(opened)


# Never wait for a pipe, never follow a link, never become a terminal's owner; as far as the system knows these.
FLAGS = os.O_RDONLY
for _flag in ("O_NONBLOCK", "O_CLOEXEC", "O_NOFOLLOW", "O_NOCTTY", "O_BINARY"):
    FLAGS |= getattr(os, _flag, 0)


def read_once(path: str, limits: Limits) -> bytes | None:
    """One reading; None if the file changed during it."""
    try:
        opened = os.open(path, FLAGS)
    except (OSError, ValueError) as error:
        raise unreadable(reason(error) if isinstance(error, OSError) else "vanished") from None
    try:
        status = os.fstat(opened)
        if not stat.S_ISREG(status.st_mode):
            raise unreadable("not-a-file")
        if status.st_size > limits.bytes:
            raise oversized(limits)
        data = os.read(opened, status.st_size + 1)  # never more than one byte over what was promised
        while len(data) < status.st_size and (more := os.read(opened, status.st_size + 1 - len(data))):
            data += more
        later = os.fstat(opened)
    except OSError as error:
        raise unreadable(reason(error)) from None
    finally:
        os.close(opened)
    same = (status.st_size, status.st_mtime_ns) == (later.st_size, later.st_mtime_ns)
    return data if same and len(data) == status.st_size else None


@lru_cache(maxsize=1)
def read_stdin(stream: BinaryIO | None, limits: Limits) -> bytes:
    """Standard input to its end, or to one byte over the limit; kept for who asks once more."""
    if stream is None:
        raise unreadable("vanished")
    try:
        data = bytes(stream.read(limits.bytes + 1))
    except (OSError, ValueError) as error:
        raise unreadable(reason(error) if isinstance(error, OSError) else "vanished") from None
    if len(data) > limits.bytes:
        raise oversized(limits)
    return data


def oversized(limits: Limits) -> Unreadable:
    """The file is over the limit; `limit` says it as people do."""
    size, unit = next((size, unit) for size, unit in ((1 << 20, "MiB"), (1 << 10, "KiB"), (1, "B"))
                      if limits.bytes % size == 0)
    return Unreadable("oversized-file", facts={"limit": f"{limits.bytes // size} {unit}"})
