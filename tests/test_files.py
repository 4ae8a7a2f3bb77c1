"""Which files are listed, ignored or refused, and that reading one neither hangs nor swells (contract §8.9, 9.15)."""

from __future__ import annotations

import io
import os
import shutil
import socket
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from bayang.engine.reading import files
from bayang.engine.reading.files import Listed, Listing, list_files, read_bytes
from bayang.engine.records import Limits, Unreadable, UsageError
from bayang.engine.text.messages import told

LIMITS = Limits()
posix = pytest.mark.skipif(sys.platform == "win32", reason="needs POSIX file kinds")


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path


def make(*names: str) -> None:
    """Files holding their own name; folders where a name ends in a slash."""
    for name in names:
        path = Path(name)
        if name.endswith("/"):
            path.mkdir(parents=True)
            continue
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(os.fsencode(name))


def names(listing: Listing) -> list[str]:
    return [listed.name for listed in listing.files]


def faults(listing: Listing) -> list[tuple[str, str | None, bool]]:
    assert all(found.name == "unreadable-file" for _, found in listing.faults)
    return [(name, found.hint, found.facts["folder"]) for name, found in listing.faults]


def refusal(listed: Listed, limits: Limits = LIMITS) -> tuple[str, str | None]:
    with pytest.raises(Unreadable) as caught:
        read_bytes(listed, limits)
    assert (caught.value.line, caught.value.column) == (1, 1)
    return caught.value.name, caught.value.hint


# --- listing --------------------------------------------------------------------------------------


def test_a_folder(place: Path) -> None:
    make("in/b.yaml", "in/a.yml", "in/C.YAML", "in/d.YmL", "in/科室/深/e.yaml", "in/empty/",
         "in/x.yaml/f.yaml")  # fmt: skip
    listing = list_files(["in"])
    assert names(listing) == ["C.YAML", "a.yml", "b.yaml", "d.YmL", "x.yaml/f.yaml", "科室/深/e.yaml"]
    assert (listing.faults, listing.ignored, listing.whole) == ([], [], True)
    assert [read_bytes(listed, LIMITS).decode() for listed in listing.files] == [
        f"in/{name}" for name in names(listing)]  # fmt: skip
    assert [Path(listed.folder or "").resolve() for listed in listing.files][-1] == place / "in/科室/深"


def test_ignored_files_are_listed(place: Path) -> None:
    make("in/a.yaml", "in/.b.yaml", "in/~$c.yaml", "in/d.yaml~", "in/e.txt", "in/roster.yaml",
         "in/waivers.YML", "in/bayang.yaml",
         "in/notice.yml", "in/.git/f.yaml", "in/sub/roster.yaml", "in/sub/g.yaml",
         "in/rosters.yaml", "in/名册.xlsx")  # fmt: skip
    listing = list_files(["in"])
    assert names(listing) == ["a.yaml", "rosters.yaml", "sub/g.yaml"]
    assert listing.ignored == [".b.yaml", ".git/", "bayang.yaml", "d.yaml~", "e.txt", "notice.yml",
                               "roster.yaml",
                               "sub/roster.yaml", "waivers.YML", "~$c.yaml", "名册.xlsx"]  # fmt: skip
    assert [listed.name for listed in listing.rosters] == ["roster.yaml"]
    assert [listed.name for listed in listing.waivers] == ["waivers.YML"]
    assert read_bytes(listing.rosters[0], LIMITS) == b"in/roster.yaml"


def test_two_rosters(place: Path) -> None:
    make("in/roster.yaml", "in/roster.yml", "b/roster.yaml", "b/sub/x.yaml")
    assert [listed.name for listed in list_files(["in"]).rosters] == ["roster.yaml", "roster.yml"]
    rosters = {listed.name for listed in list_files(["b", "in"]).rosters}
    assert rosters == {"b/roster.yaml", "in/roster.yaml", "in/roster.yml"}


EXCLUDE: list[tuple[list[str], list[str]]] = [
    (["b.yaml"], ["a.yaml", "sub/c.yaml", "sub/deep/d.yaml"]),
    (["*"], []),
    (["sub"], ["a.yaml", "b.yaml"]),
    (["sub/"], ["a.yaml", "b.yaml"]),
    (["./sub/*"], ["a.yaml", "b.yaml"]),
    (["sub/*.yaml"], ["a.yaml", "b.yaml"]),
    (["**/d.yaml"], ["a.yaml", "b.yaml", "sub/b.yaml", "sub/c.yaml"]),
    (["**/a.yaml"], ["b.yaml", "sub/b.yaml", "sub/c.yaml", "sub/deep/d.yaml"]),
    (["[ab].yaml", "deep"], ["sub/c.yaml"]),
    (["sub/b.yaml"], ["a.yaml", "b.yaml", "sub/c.yaml", "sub/deep/d.yaml"]),
    (["nothing"], ["a.yaml", "b.yaml", "sub/b.yaml", "sub/c.yaml", "sub/deep/d.yaml"]),
]


@pytest.mark.parametrize("globs, left", EXCLUDE, ids=[" ".join(globs) for globs, _ in EXCLUDE])
def test_exclude(place: Path, globs: list[str], left: list[str]) -> None:
    make("in/a.yaml", "in/b.yaml", "in/sub/b.yaml", "in/sub/c.yaml", "in/sub/deep/d.yaml")
    listing = list_files(["in"], globs)
    assert names(listing) == left
    assert bool(listing.ignored) == (len(left) < 5)


def test_exclude_composed_and_decomposed_names(place: Path) -> None:
    make("in/Zoe\u0308.yaml")
    assert names(list_files(["in"], ["Zo\u00eb.yaml"])) == []


def test_the_pack_and_named_files_are_skipped(place: Path) -> None:
    make("in/a.yaml", "in/rules/b.yaml", "in/rules/c/d.yaml", "in/ours.yaml", "in/sub/e.yaml")
    listing = list_files(["in"], skip=["in/rules", Path("in") / "ours.yaml"])
    assert names(listing) == ["a.yaml", "sub/e.yaml"]
    assert listing.ignored == ["ours.yaml", "rules/"]
    assert list_files(["in/rules"], skip=["in/rules"]).ignored == ["in/rules/"]
    assert list_files(["in/rules/b.yaml", "in/ours.yaml"], skip=["in/rules", "in/ours.yaml"]).files == []


PATHS: list[tuple[list[str], list[str], bool]] = [
    (["in"], ["a.yaml", "sub/b.yaml"], True),
    (["in/"], ["a.yaml", "sub/b.yaml"], True),
    (["./in"], ["a.yaml", "sub/b.yaml"], True),
    (["in", "in"], ["a.yaml", "sub/b.yaml"], True),
    (["in/a.yaml"], ["a.yaml"], False),
    (["./in/sub/../a.yaml"], ["a.yaml"], False),
    (["in/note.txt"], ["note.txt"], False),
    (["in", "out/"], ["in/a.yaml", "in/sub/b.yaml", "out/c.yaml"], True),
    (["out", "in"], ["in/a.yaml", "in/sub/b.yaml", "out/c.yaml"], True),
    (["in", "in/sub"], ["in/a.yaml", "in/sub/b.yaml"], True),
    (["in/sub", "in"], ["in/a.yaml", "in/sub/b.yaml"], True),
    (["in", "in/a.yaml"], ["in/a.yaml", "in/sub/b.yaml"], False),
    (["in/a.yaml", "out/c.yaml"], ["in/a.yaml", "out/c.yaml"], False),
    (["in/a.yaml", "./in/a.yaml"], ["in/a.yaml"], False),
    (["-"], ["-"], False),
    (["-", "-", "in"], ["-", "in/a.yaml", "in/sub/b.yaml"], False),
]


@pytest.mark.parametrize("paths, shown, whole", PATHS, ids=[" ".join(paths) for paths, *_ in PATHS])
def test_paths(place: Path, paths: list[str], shown: list[str], whole: bool) -> None:
    make("in/a.yaml", "in/sub/b.yaml", "in/note.txt", "out/c.yaml")
    listing = list_files(paths)
    assert (names(listing), listing.whole) == (shown, whole)


def test_ignored_files_given_by_name_stay_ignored(place: Path) -> None:
    make("in/roster.yaml", "in/.a.yaml", "in/b.yaml", "in/c.yaml")
    listing = list_files(["in/roster.yaml", "in/.a.yaml", "in/b.yaml", "in/c.yaml"], ["b.yaml"])
    assert names(listing) == ["in/c.yaml"]
    assert listing.ignored == ["in/.a.yaml", "in/b.yaml", "in/roster.yaml"]
    assert listing.rosters == []


@pytest.mark.parametrize("path", ["nowhere", "nowhere/a.yaml", "in/a.yaml/b.yaml", "", "in\0", "x" * 5000])
def test_a_path_that_does_not_exist(place: Path, path: str) -> None:
    make("in/a.yaml")
    with pytest.raises(UsageError) as caught:
        list_files(["in", path])
    assert path in told(caught.value, "zh") and path in told(caught.value, "en")


def test_order_does_not_matter(place: Path) -> None:
    make("a/1.yaml", "b/2.yaml", "b/c/3.yaml", "d.yaml", "b/x.txt")
    first = list_files(["a", "b", "d.yaml"])
    assert list_files(["d.yaml", "b", "a"]) == first
    assert names(first) == ["a/1.yaml", "b/2.yaml", "b/c/3.yaml", "d.yaml"]


def test_a_folder_of_any_size_is_listed_in_order(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Some names at a time; a folder stands where its name does with the slash after it."""
    make(*(f"in/{name}" for name in ("b.yaml", "b-1.yaml", "b/x.yaml", "局.yaml", "A.yaml", "é.yaml", "e\u0301a.yaml",
                                     "roster.yaml", "b.txt", "c.xlsx", "ab/2.yaml", "ab/1.yaml", "ab.yaml")))
    whole = list_files(["in"])
    assert names(whole) == ["A.yaml", "ab.yaml", "ab/1.yaml", "ab/2.yaml", "b-1.yaml", "b.yaml", "b/x.yaml",
                            "e\u0301a.yaml", "é.yaml", "局.yaml"]
    for size in (1, 2, 3, 5):
        monkeypatch.setattr(files, "PIECE", size)
        assert list_files(["in"]) == whole


@posix
def test_names_that_are_no_text(place: Path) -> None:
    os.mkdir("in")
    make("in/-rf.yaml", "in/新\n::error::x.yaml", "in/局.yaml")
    try:
        Path(os.fsdecode(b"in/bad\xff\xfe.yaml")).write_bytes(b"a: 1")
        os.mkdir(os.fsdecode(b"in/\xe5\xb1"))
        Path(os.fsdecode(b"in/\xe5\xb1/a.yaml")).write_bytes(b"b: 1")
    except OSError:
        pytest.skip("this file system takes only UTF-8 names")
    listing = list_files(["in"])
    assert names(listing) == ["-rf.yaml", "\\xe5\\xb1/a.yaml", "bad\\xff\\xfe.yaml", "局.yaml",
                              "新\n::error::x.yaml"]  # fmt: skip
    for name in names(listing):
        name.encode()
    assert [read_bytes(listed, LIMITS) for listed in listing.files][1:3] == [b"b: 1", b"a: 1"]
    alone = list_files([os.fsdecode(b"in/bad\xff\xfe.yaml")])
    assert names(alone) == ["bad\\xff\\xfe.yaml"]
    with pytest.raises(UsageError) as caught:
        list_files([os.fsdecode(b"in/\xff")])
    assert "in/\\xff" in told(caught.value, "zh")


# --- links ----------------------------------------------------------------------------------------

LINKS: dict[str, tuple[str, str, list[tuple[str, str | None, bool]], list[str], list[str]]] = {
    # link, target, faults, listed, ignored
    "out": ("in/l.yaml", "../out.yaml", [("l.yaml", "link-out", False)], ["a.yaml", "sub/b.yaml"], []),
    "device": ("in/l.yaml", "/dev/zero", [("l.yaml", "link-out", False)], ["a.yaml", "sub/b.yaml"], []),
    "loop": ("in/l.yaml", "l.yaml", [("l.yaml", "link-loop", False)], ["a.yaml", "sub/b.yaml"], []),
    "dangling": ("in/l.yml", "nowhere", [("l.yml", "dangling", False)], ["a.yaml", "sub/b.yaml"], []),
    "below a file": ("in/l.yml", "a.yaml/x", [("l.yml", "dangling", False)], ["a.yaml", "sub/b.yaml"], []),
    "real entry wins": ("in/0.yaml", "sub/b.yaml", [], ["a.yaml", "sub/b.yaml"], []),
    "to another kind of name": ("in/l.yaml", "n.txt", [], ["a.yaml", "l.yaml", "sub/b.yaml"], []),
    "to an ignored file": ("in/l.yaml", "roster.yaml", [], ["a.yaml", "sub/b.yaml"], ["l.yaml"]),
    "into an ignored folder": ("in/l.yaml", ".h/c.yaml", [], ["a.yaml", "sub/b.yaml"], ["l.yaml"]),
    "no report's name": ("in/l.txt", "../out.yaml", [], ["a.yaml", "sub/b.yaml"], ["l.txt"]),
    "no report's name, dangling": ("in/l", "nowhere", [], ["a.yaml", "sub/b.yaml"], ["l"]),
    "hidden": ("in/.l.yaml", "../out.yaml", [], ["a.yaml", "sub/b.yaml"], [".l.yaml"]),
    "folder out": ("in/l", "..", [("l", "link-out", True)], ["a.yaml", "sub/b.yaml"], []),
    "folder out with a report's name": ("in/l.yaml", "../other", [("l.yaml", "link-out", True)],
                                        ["a.yaml", "sub/b.yaml"], []),
    "folder beside": ("in/l", "../inside", [("l", "link-out", True)], ["a.yaml", "sub/b.yaml"], []),
    "folder loop": ("in/sub/l", "..", [("sub/l", "link-loop", True)], ["a.yaml", "sub/b.yaml"], []),
    "folder loop to itself": ("in/sub/l", ".", [("sub/l", "link-loop", True)], ["a.yaml", "sub/b.yaml"], []),
    "folder inside": ("in/l", "sub", [], ["a.yaml", "sub/b.yaml"], []),
    "folder inside, ignored": ("in/l", ".h", [], ["a.yaml", "sub/b.yaml"], ["l"]),
}


@posix
@pytest.mark.parametrize("link, target, bad, listed, ignored", LINKS.values(), ids=LINKS)
def test_links(
    place: Path, link: str, target: str, bad: Any, listed: list[str], ignored: list[str]
) -> None:
    make("in/a.yaml", "in/sub/b.yaml", "in/n.txt", "in/.h/c.yaml", "in/roster.yaml", "out.yaml",
         "other/d.yaml", "inside/e.yaml")  # fmt: skip
    os.symlink(target, link)
    listing = list_files(["in"])
    assert (faults(listing), names(listing)) == (bad, listed)
    assert listing.ignored == sorted([".h/", "n.txt", "roster.yaml", *ignored])
    for one in listing.files:
        read_bytes(one, LIMITS)


@posix
def test_links_to_links_and_two_links_to_one_file(place: Path) -> None:
    make("in/n.txt")
    os.symlink("n.txt", "in/b.yaml")
    os.symlink("b.yaml", "in/a.yaml")
    listing = list_files(["in"])
    assert (names(listing), faults(listing)) == (["a.yaml"], [])
    assert read_bytes(listing.files[0], LIMITS) == b"in/n.txt"


@posix
def test_a_path_that_is_a_link_is_followed(place: Path) -> None:
    make("in/a.yaml", "in/sub/b.yaml")
    os.symlink("in", "folder")
    os.symlink("in/a.yaml", "file.yaml")
    os.symlink("nowhere", "dangling.yaml")
    os.symlink("self.yaml", "self.yaml")
    assert names(list_files(["folder"])) == ["a.yaml", "sub/b.yaml"]
    assert [read_bytes(one, LIMITS) for one in list_files(["file.yaml"]).files] == [b"in/a.yaml"]
    assert names(list_files(["folder", "in"])) == ["folder/a.yaml", "folder/sub/b.yaml"]
    listing = list_files(["dangling.yaml", "self.yaml"])
    assert faults(listing) == [("dangling.yaml", "dangling", False), ("self.yaml", "link-loop", False)]
    assert not listing.whole


@posix
def test_a_roster_that_links_out_is_never_read(place: Path) -> None:
    make("in/a.yaml", "out.yaml", "in/real.txt")
    os.symlink("../out.yaml", "in/roster.yaml")
    os.symlink("real.txt", "in/waivers.yaml")
    listing = list_files(["in"])
    assert refusal(listing.rosters[0]) == ("unreadable-file", "link-out")
    assert read_bytes(listing.waivers[0], LIMITS) == b"in/real.txt"


@posix
def test_a_file_that_becomes_a_link_is_not_followed(place: Path) -> None:
    make("in/a.yaml", "out.yaml")
    listed = list_files(["in"]).files[0]
    os.remove("in/a.yaml")
    os.symlink("../out.yaml", "in/a.yaml")
    assert refusal(listed) == ("unreadable-file", "link-out")


# --- folders that resist --------------------------------------------------------------------------


@pytest.fixture
def nobody() -> Iterator[Path]:
    """A folder of an ordinary user, also where the tests run as root."""
    if sys.platform == "win32":
        pytest.skip("needs POSIX permissions")
    folder = Path(tempfile.mkdtemp())
    root = os.geteuid() == 0
    if root:
        os.chown(folder, 65534, 65534)
        os.seteuid(65534)
    try:
        yield folder
    finally:
        for path in (folder / "in", folder / "in/closed", folder / "in/a.yaml"):
            if path.exists():
                path.chmod(0o700)
        if root:
            os.seteuid(0)
        shutil.rmtree(folder)


def test_permission(nobody: Path) -> None:
    inside = nobody / "in"
    (inside / "closed").mkdir(parents=True)
    (inside / "closed/b.yaml").write_bytes(b"b: 1")
    (inside / "a.yaml").write_bytes(b"a: 1")
    (inside / "a.yaml").chmod(0)
    (inside / "closed").chmod(0)
    listing = list_files([str(inside)])
    assert faults(listing) == [("closed", "permission", True)]
    assert refusal(listing.files[0]) == ("unreadable-file", "permission")
    assert faults(list_files([str(inside / "closed")])) == [(str(inside / "closed"), "permission", True)]
    assert faults(list_files([str(inside / "closed/b.yaml")])) == [("b.yaml", "permission", False)]


@posix
def test_a_deep_chain_is_walked(place: Path) -> None:
    here = os.open(".", os.O_RDONLY)
    depth = 1200
    try:
        os.mkdir("in")
        os.chdir("in")
        for _ in range(depth):
            os.mkdir("d")
            os.chdir("d")
        Path("a.yaml").write_bytes(b"a: 1")
        os.fchdir(here)
        listing = list_files(["in"])
        assert names(listing) == ["d/" * depth + "a.yaml"] and not listing.faults
        assert read_bytes(listing.files[0], LIMITS) == b"a: 1"
    finally:
        os.fchdir(here)
        os.close(here)
        remove_chain("in", "d")


@posix
def test_a_path_too_long_for_the_system_is_one_fault(place: Path) -> None:
    here = os.open(".", os.O_RDONLY)
    part = "e" * 200
    try:
        os.mkdir("in")
        os.chdir("in")
        for _ in range(40):
            os.mkdir(part)
            os.chdir(part)
            Path("a.yaml").write_bytes(b"a: 1")
        os.fchdir(here)
        listing = list_files(["in"])
        assert [hint for _, hint, _ in faults(listing)] == ["path-too-long"]
        assert len(listing.files) >= 15
    finally:
        os.fchdir(here)
        os.close(here)
        remove_chain("in", part)


def remove_chain(top: str, part: str) -> None:
    """Takes a deep chain apart from the top; shutil.rmtree recurses in some Pythons."""
    number = 0
    while os.path.isdir(os.path.join(top, part)):
        number += 1
        os.rename(os.path.join(top, part), f"chain-{number}")
        if number > 1:
            for name in os.listdir(top):
                os.remove(os.path.join(top, name))
            os.rmdir(top)
        top = f"chain-{number}"


def test_a_folder_that_vanishes_meanwhile(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make("in/a.yaml", "in/sub/b.yaml")
    scandir = os.scandir

    def vanishing(path: str) -> Any:
        if path.endswith("sub"):
            raise FileNotFoundError(2, "gone", path)
        return scandir(path)

    monkeypatch.setattr(os, "scandir", vanishing)
    listing = list_files(["in"])
    assert (names(listing), faults(listing)) == (["a.yaml"], [("sub", "vanished", True)])


# --- reading --------------------------------------------------------------------------------------


@posix
def test_what_is_no_regular_file(place: Path) -> None:
    make("in/a.yaml")
    os.mkfifo("in/fifo.yaml")
    with socket.socket(socket.AF_UNIX) as listening:
        listening.bind("in/socket.yaml")
        listing = list_files(["in"])
        assert names(listing) == ["a.yaml", "fifo.yaml", "socket.yaml"]
        assert refusal(listing.files[1]) == ("unreadable-file", "not-a-file")
        assert refusal(listing.files[2]) == ("unreadable-file", "not-a-file")
    assert faults(list_files(["in/fifo.yaml"])) == [("fifo.yaml", "not-a-file", False)]
    assert faults(list_files(["/dev/null"])) == [("null", "not-a-file", False)]
    assert refusal(Listed("in", "in", None)) == ("unreadable-file", "not-a-file")


def test_a_file_that_vanished(place: Path) -> None:
    make("in/a.yaml")
    listed = list_files(["in"]).files[0]
    os.remove("in/a.yaml")
    assert refusal(listed) == ("unreadable-file", "vanished")


def test_size(place: Path) -> None:
    Path("a.yaml").write_bytes(b"#" * (1 << 20))
    Path("b.yaml").write_bytes(b"#" * ((1 << 20) + 1))
    Path("c.yaml").write_bytes(b"a: 1")
    os.truncate("c.yaml", 1 << 30)
    Path("d.yaml").write_bytes(b"")
    listing = list_files(["."])
    assert len(read_bytes(listing.files[0], LIMITS)) == 1 << 20
    assert refusal(listing.files[1]) == ("oversized-file", None)
    assert refusal(listing.files[2]) == ("oversized-file", None)
    assert read_bytes(listing.files[3], LIMITS) == b""


@pytest.mark.parametrize("size, words", [(1 << 20, "1 MiB"), (3 << 10, "3 KiB"), (1000, "1000 B")])
def test_the_limit_in_words(place: Path, size: int, words: str) -> None:
    Path("a.yaml").write_bytes(b"#" * (size + 1))
    with pytest.raises(Unreadable) as caught:
        read_bytes(list_files(["a.yaml"]).files[0], Limits(bytes=size))
    assert (caught.value.name, caught.value.facts) == ("oversized-file", {"limit": words})


@pytest.mark.parametrize("times, outcome", [(1, b"a: 12"), (2, "changing")])
def test_a_file_that_changes_while_it_is_read(
    place: Path, monkeypatch: pytest.MonkeyPatch, times: int, outcome: bytes | str
) -> None:
    make("a.yaml")
    Path("a.yaml").write_bytes(b"a: 1")
    listed = list_files(["a.yaml"]).files[0]
    read, left = os.read, [times]

    def growing(opened: int, size: int) -> bytes:
        data = read(opened, size)
        if left[0] and data:
            left[0] -= 1
            with open("a.yaml", "ab") as more:
                more.write(b"2")
        return data

    monkeypatch.setattr(os, "read", growing)
    if isinstance(outcome, bytes):
        assert read_bytes(listed, LIMITS) == outcome
    else:
        assert refusal(listed) == ("unreadable-file", outcome)


def test_a_short_read_is_carried_on(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    Path("a.yaml").write_bytes(b"a: 123456789")
    read = os.read
    monkeypatch.setattr(os, "read", lambda opened, size: read(opened, min(size, 5)))
    assert read_bytes(list_files(["a.yaml"]).files[0], LIMITS) == b"a: 123456789"


def test_an_error_of_the_disk(place: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    make("a.yaml")

    def failing(opened: int, size: int) -> bytes:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "read", failing)
    assert refusal(list_files(["a.yaml"]).files[0]) == ("unreadable-file", "device")


class Input:
    """Standard input with these bytes."""

    def __init__(self, data: bytes) -> None:
        self.buffer = io.BytesIO(data)


def test_standard_input(monkeypatch: pytest.MonkeyPatch) -> None:
    listing = list_files(["-"])
    assert listing.files[0].folder is None
    monkeypatch.setattr(sys, "stdin", Input(b"a: 1\n"))
    assert read_bytes(listing.files[0], LIMITS) == b"a: 1\n"
    monkeypatch.setattr(sys, "stdin", Input(b"#" * ((1 << 20) + 1)))
    assert refusal(listing.files[0]) == ("oversized-file", None)
    monkeypatch.setattr(sys, "stdin", None)
    assert refusal(listing.files[0]) == ("unreadable-file", "vanished")


@posix
def test_no_open_files_are_left_behind(place: Path) -> None:
    make("in/a.yaml")
    os.mkfifo("in/b.yaml")
    before = len(os.listdir("/dev/fd"))
    for _ in range(20):
        for listed in list_files(["in"]).files:
            try:
                read_bytes(listed, LIMITS)
            except Unreadable:
                pass
    assert len(os.listdir("/dev/fd")) == before
