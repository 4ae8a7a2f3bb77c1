"""Compiled packs kept for the next command: the same answers, and nothing is believed that others could write."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from running import BUNDLED, FAULTY, GOOD, PACKS, SAMPLES, fresh, own_pack

import bayang
from bayang.engine.judging import ready
from bayang.engine.judging.check import Checker
from bayang.engine.judging.compile import Compiled
from bayang.engine.judging.world import World
from bayang.engine.packs.pack import Pack, load_pack
from bayang.engine.records import PackError

pytestmark = pytest.mark.skipif(os.name != "posix", reason="elsewhere nothing is kept")

SMALL = ("--rules", PACKS / "window", "--as-of", "2022-08-08")     # compiled in moments; of another plan
LOOK = """
import sys
from bayang.cli import main
sys.argv = ["bayang", "check", sys.argv[1], "--as-of", "2022-08-08"]
try:
    main()
finally:
    print(*sys.modules, file=sys.stderr)
"""


class Home:
    """A user's folder for such things, and how often a pack had to be read because of what is in it."""

    def __init__(self, path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.path, self.read = path, 0
        monkeypatch.setattr(ready, "compiled", ready.compiled.__wrapped__)
        monkeypatch.setattr(ready, "load_pack", self._load)

    def _load(self, folder: Path, examples: bool) -> Pack:
        self.read += 1
        return load_pack(folder, examples=examples)

    def compiled(self, folder: Path) -> Compiled:
        return ready.compiled(folder, str(self.path))

    @property
    def kept(self) -> list[Path]:
        return sorted(self.path.glob("packs/*"))


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    return Home(tmp_path / "cache" / "bayang", monkeypatch)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    """A small pack that may be changed, compiled in moments."""
    return own_pack(tmp_path, {})


@pytest.mark.parametrize("folder", [BUNDLED, PACKS / "window", PACKS / "service"], ids=lambda one: one.name)
def test_what_was_kept_finds_what_the_pack_finds(folder: Path, home: Home) -> None:
    """Of every sample of the bundled pack, faulty in every way, also those that no other pack knows."""
    plain, first, second = Compiled(load_pack(folder, examples=False)), home.compiled(folder), home.compiled(folder)
    assert home.read == 1 and second is not first
    checkers = [Checker(one, World("2022-08-08", False, None, None, True)) for one in (plain, second)]
    for path in sorted(SAMPLES.rglob("*.yaml")):
        one, other = (checker.lines(path.read_bytes(), path.name, str(path.parent)) for checker in checkers)
        assert one == other, path
    assert (second.pack.digest, second.pack.files, list(second.pack.rules)) == (
        plain.pack.digest, plain.pack.files, list(plain.pack.rules))
    assert second.pack.rules == plain.pack.rules


def test_the_same_bytes_with_and_without(tmp_path: Path) -> None:
    """Of commands that start anew; the second takes what the first kept. A report's own words are not in it."""
    cache = tmp_path / "cache"
    (tmp_path / "reports").mkdir()
    for path in (GOOD, FAULTY):
        shutil.copy(path, tmp_path / "reports")
    command = ("check", "reports", "--as-of", "2022-08-08", "--format", "json")
    said = [fresh(*command, *more, cwd=tmp_path, XDG_CACHE_HOME=str(cache)) for more in (["--no-cache"], [], [])]
    assert said[0].returncode == 1 and {(one.returncode, one.stdout, one.stderr) for one in said} == {
        (1, said[0].stdout, b"")}
    [kept] = cache.rglob("packs/*")
    assert stat.S_IMODE(kept.stat().st_mode) == 0o600 and stat.S_IMODE(kept.parent.stat().st_mode) == 0o700
    for word in ("江予安", "P-002", "P-003"):
        assert word.encode() not in kept.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["cache", "reports"]


def test_no_cache_keeps_nothing(tmp_path: Path) -> None:
    for more in (["--no-cache"], []):
        given = {} if more else {"BAYANG_CACHE": "false"}
        said = fresh("check", GOOD, *more, *SMALL, XDG_CACHE_HOME=str(tmp_path), **given)
        assert (said.returncode, said.stderr) == (1, b"")
    assert not [*tmp_path.iterdir()]


def test_a_folder_that_an_option_names_is_not_taken(tmp_path: Path) -> None:
    shared, private = tmp_path / "shared", tmp_path / "private"
    assert fresh("check", GOOD, *SMALL, "--cache-dir", shared, XDG_CACHE_HOME=str(private)).returncode == 1
    assert not [*shared.rglob("packs")] and len([*private.rglob("packs/*")]) == 1


def add(text: str, path: Path) -> None:
    path.write_text(path.read_text(encoding="utf-8") + text, encoding="utf-8")


@pytest.mark.parametrize("change", [
    lambda own: add("\n# other\n", own / "words.yaml"),
    lambda own: next(own.glob("bases/*.yaml")).unlink(),
    lambda own: own.joinpath("bases/more.yaml").write_text("a: b\n", encoding="utf-8"),
    lambda own: add("\n", own / "plan.txt"),
], ids=["text", "gone", "new", "plan"])
def test_a_pack_that_was_changed_is_read_anew(change: Callable[[Path], object], own: Path, home: Home) -> None:
    home.compiled(own)
    change(own)
    changed = home.compiled(own)
    assert home.read == 2 and changed.pack.digest == load_pack(own, examples=False).digest
    assert changed.pack.files == load_pack(own, examples=False).files


def test_a_pack_with_faults_is_told_as_ever_and_not_kept(own: Path, home: Home) -> None:
    home.compiled(own)
    plan = own / "plan.yaml"
    text = plan.read_text(encoding="utf-8")
    plan.write_text(text.replace("phases:", "phasen:", 1), encoding="utf-8")
    with pytest.raises(PackError) as told:
        home.compiled(own)
    with pytest.raises(PackError) as plain:
        load_pack(own, examples=False)
    assert (told.value.args, told.value.facts) == (plain.value.args, plain.value.facts)
    assert len(home.kept) == 1
    plan.write_text(text, encoding="utf-8")
    home.compiled(own)
    assert home.read == 2


def test_another_program_or_python_keeps_its_own(own: Path, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    home.compiled(own)
    for owner, name in ((sys, "version"), (bayang, "__version__")):
        with monkeypatch.context() as patch:
            patch.setattr(owner, name, "0")
            home.compiled(own)
    monkeypatch.setattr(ready, "_sources", lambda: [("engine/records.py", 1, 1)])
    home.compiled(own)
    assert home.read == 4 == len(home.kept)


def forged(kept: Path) -> None:
    """What would run if it were believed."""
    kept.write_bytes(b"cos\n_exit\n(I77\ntR.")


@pytest.mark.parametrize("harm", [
    lambda kept: kept.chmod(0o664), lambda kept: kept.chmod(0o606), lambda kept: kept.parent.chmod(0o777),
    lambda kept: kept.parent.chmod(0o720), forged, lambda kept: kept.write_bytes(b""),
    lambda kept: kept.write_bytes(kept.read_bytes()[:-1]), lambda kept: kept.write_bytes(kept.read_bytes()[:40]),
    lambda kept: kept.write_bytes(kept.read_bytes().replace(b"pack 2", b"pack 0", 1)),
    lambda kept: kept.write_bytes(kept.read_bytes().replace(b"themes", b"themas", 1)),
    lambda kept: (kept.rename(kept.with_name("x")), kept.symlink_to("x")),
    lambda kept: (kept.parent.rename(kept.parents[1] / "x"), kept.parent.symlink_to("x")),
    lambda kept: (kept.unlink(), kept.mkdir()), lambda kept: (kept.unlink(), os.mkfifo(kept, 0o600)),
    lambda kept: (shutil.rmtree(kept.parent), kept.parent.write_text("x", encoding="utf-8")),
])
def test_what_others_may_write_or_is_damaged_is_not_believed(harm: Callable[[Path], object], own: Path,
                                                             home: Home) -> None:
    home.compiled(own)
    [kept] = home.kept
    harm(kept)
    assert home.compiled(own).pack.id == load_pack(own).id
    assert home.read == 2


def test_what_another_user_owns_is_not_believed(own: Path, home: Home, monkeypatch: pytest.MonkeyPatch) -> None:
    """The folder, or what lies in it; nor is a folder made in another's home."""
    home.compiled(own)
    away = home.path.with_name("away")
    with monkeypatch.context() as patch:
        patch.setattr(os, "geteuid", lambda: 4711)
        home.compiled(own)
        ready.compiled(own, str(away))
    assert home.read == 3 and len(home.kept) == 1 and not away.exists()
    monkeypatch.setattr(ready, "_is_ours", lambda status: stat.S_ISDIR(status.st_mode))
    home.compiled(own)
    assert home.read == 4


@pytest.mark.parametrize("fails", ["open", "replace", "makedirs"])
def test_where_nothing_can_be_written_nothing_is_said(fails: str, own: Path, home: Home,
                                                      monkeypatch: pytest.MonkeyPatch) -> None:
    """A full disk, a home that may only be read, none at all."""
    plain = getattr(os, fails)

    def full(path: object, *args: object, **more: object) -> object:
        if fails == "open" and not (args and isinstance(args[0], int) and args[0] & os.O_CREAT):
            return plain(path, *args, **more)
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, fails, full)
        assert home.compiled(own).pack.id == load_pack(own).id
    assert home.kept == []
    for nowhere in (None, "/nonexistent/home/.cache/bayang", str(own / "plan.yaml" / "x"), "a\0b"):
        assert ready.compiled(own, nowhere).pack.folder == str(own)
    assert home.read == 5


def test_many_at_once_and_the_oldest_go(own: Path, home: Home) -> None:
    with ThreadPoolExecutor(6) as crew:
        made = [*crew.map(lambda _: home.compiled(own), range(6))]
    assert len({one.pack.digest for one in made}) == len(home.kept) == 1
    for old in range(ready.KEPT + 2):
        home.path.joinpath("packs", f"{old:032x}").write_bytes(b"")
    add("\n", own / "plan.txt")
    home.compiled(own)
    assert len(home.kept) == ready.KEPT and not [*home.path.rglob("*.tmp")]
    home.read = 0
    home.compiled(own)
    assert home.read == 0


def test_a_check_that_finds_it_ready_needs_no_parser(tmp_path: Path) -> None:
    loaded = [subprocess.run([sys.executable, "-c", LOOK, str(GOOD)], capture_output=True, check=True,
                             env=os.environ | {"XDG_CACHE_HOME": str(tmp_path)}).stderr.decode().split()
              for _ in range(2)]
    assert "jinja2" in loaded[0]
    assert not {"jinja2", "bayang.engine.language.meaning", "bayang.engine.authoring.examples"} & {*loaded[1]}
