"""What a run reads it never writes over, by whatever name (9.15); what it writes keeps its mode and is whole (9.16)."""

from __future__ import annotations

import itertools
import os
import select
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import pytest
import running
from running import COMMAND, FAULTY, WINDOW, folder_of, in_text, scrubbed

from bayang.engine.packs.pack import load_pack
from bayang.engine.writing import clear_drafts, draft_prefix, drafted, own_folder

CLOCK = "--as-of=2022-08-08"
ROSTER = "人员:\n  - {人员编号: P-003, 姓名: 甲乙, 单位编号: U-000, 职务: 科员, 党员: 是}\n单位: []\n"
posix = pytest.mark.skipif(os.name == "nt", reason="modes and links of POSIX")


def bayang(*arguments: object, cwd: Path, **more: str) -> subprocess.CompletedProcess[str]:
    return in_text(running.here(*arguments, cwd=cwd, **more))


@pytest.fixture(autouse=True)
def umask() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    folder_of(tmp_path / "reports", FAULTY)
    (tmp_path / "reports/left.yaml").write_text("x", encoding="utf-8")
    (tmp_path / "reports/waivers.yaml").write_text("waivers: []\n", encoding="utf-8")
    (tmp_path / "roster.yaml").write_text(ROSTER, encoding="utf-8")
    (tmp_path / "bayang.yaml").write_text("exclude: left.yaml\nroster: roster.yaml\n", encoding="utf-8")
    (tmp_path / "notice.yaml").write_text("issuer: 某局活动办\n", encoding="utf-8")
    return tmp_path


def all_of(home: Path) -> dict[str, bytes]:
    return {str(path.relative_to(home)): path.read_bytes() for path in sorted(home.rglob("*")) if path.is_file()}


@posix
def test_9_15_no_output_is_an_input(home: Path) -> None:
    """Each file that is read, as an output of each kind; also by a link, a hard link and a roundabout way."""
    shutil.copytree(WINDOW, home / "pack")
    (home / "tpl").mkdir()
    (home / "tpl/circular.docx").write_bytes(b"x")
    os.link(home / "reports/P-003.yaml", home / "hard.csv")
    (home / "soft.csv").symlink_to("reports/P-003.yaml")
    (home / "way").symlink_to("reports")
    assert bayang("check", "reports", CLOCK, "--write-baseline", "baseline.json", cwd=home).returncode == 1
    before = all_of(home)
    reads = ["reports/P-003.yaml", "reports/../reports/./P-003.yaml", "hard.csv", "soft.csv", "way/P-003.yaml",
             "reports/waivers.yaml", "reports/left.yaml", "roster.yaml", "bayang.yaml", "pack/plan.yaml",
             "pack/families/QZ.yaml"]
    for file in reads:
        said = bayang("check", "reports", CLOCK, "--rules", "pack", "--format", "json=new.json", "--format",
                      f"csv={file}", cwd=home)
        assert said.returncode == 2 and Path(file).name in said.stderr and not said.stdout, file
    for arguments in (
            ("check", "reports", CLOCK, "--baseline", "baseline.json", "--format", "json=baseline.json"),
            ("check", "reports", CLOCK, "--write-baseline", "roster.yaml"),
            ("check", "reports", CLOCK, "--baseline", "roster.yaml", "--write-baseline", "reports/P-003.yaml"),
            ("stats", "reports", CLOCK, "--format", "csv=reports/P-003.yaml"),
            ("check", "reports/P-003.yaml", CLOCK, "--format", "csv=hard.csv")):
        said = bayang(*arguments, cwd=home)
        assert said.returncode == 2 and not said.stdout, arguments
    said = bayang("check", "reports", CLOCK, cwd=home, GITHUB_STEP_SUMMARY=str(home / "roster.yaml"))
    assert said.returncode == 2
    assert all_of(home) == before
    renewed = bayang("check", "reports", CLOCK, "--baseline", "baseline.json", "--write-baseline", "./baseline.json",
                     cwd=home)
    assert renewed.returncode == 0, renewed.stderr


@posix
def test_9_15_notices_take_the_place_of_no_input(home: Path) -> None:
    first = bayang("notice", "reports", CLOCK, "--to", "out", "--format", "md", cwd=home)
    assert first.returncode == 0, first.stderr
    [letter] = (home / "out").rglob("*.md")
    letter.unlink()
    os.link(home / "reports/P-003.yaml", letter)
    before = all_of(home)
    said = bayang("notice", "reports", CLOCK, "--to", "out", "--format", "md", "--overwrite", cwd=home)
    assert said.returncode == 2 and letter.name in said.stderr
    assert all_of(home) == before


def test_9_15_what_will_be_an_input_is_told(home: Path) -> None:
    said = bayang("check", "reports", CLOCK, "--format", "json=reports/new.yaml", cwd=home)
    assert said.returncode == 1 and "reports/new.yaml" in said.stderr
    assert not bayang("check", "reports", CLOCK, "--format", "json=reports/new.json", cwd=home).stderr


def test_9_15_a_path_with_nothing_in_it_is_told(home: Path) -> None:
    (home / "empty").mkdir()
    (home / "empty/x.txt").write_text("x", encoding="utf-8")
    said = bayang("check", "reports", "empty", CLOCK, cwd=home)
    assert said.returncode == 1 and said.stderr.startswith("empty ") and said.stderr.count("\n") == 1
    said = bayang("check", "empty", "--roster", "roster.yaml", CLOCK, cwd=home)
    assert said.returncode == 1 and said.stderr.startswith("empty ")
    assert bayang("check", "empty", CLOCK, "--no-config", cwd=home).returncode == 3
    assert bayang("check", "reports", "reports/../reports", CLOCK, cwd=home).stderr == ""


def test_9_15_a_report_in_the_folder_of_the_pack_is_read(home: Path) -> None:
    shutil.copytree(load_pack().folder, home / "reports/rules")
    shutil.copy(FAULTY, home / "reports/rules/P-009.yaml")
    said = bayang("check", "reports", CLOCK, "--rules", "reports/rules", "--no-config", "--format", "csv", cwd=home)
    assert said.returncode == 1
    assert "rules/P-009.yaml" in said.stdout and "families" not in said.stdout


@posix
def test_9_16_modes_and_links_are_kept(home: Path) -> None:
    for name, mode in (("a.json", 0o640), ("b.json", 0o604)):
        (home / name).write_text("old", encoding="utf-8")
        (home / name).chmod(mode)
    (home / "link.json").symlink_to("b.json")
    (home / "nowhere.json").symlink_to("made.json")
    said = bayang("check", "reports", CLOCK, "--format", "json=a.json", "--format", "csv=link.json",
                  "--format", "jsonl=nowhere.json", "--format", "text=new.txt", "--write-baseline", "b", cwd=home)
    assert said.returncode == 1, said.stderr
    modes = {name: stat.S_IMODE((home / name).lstat().st_mode)
             for name in ("a.json", "b.json", "made.json", "new.txt", "b")}
    assert modes == {"a.json": 0o640, "b.json": 0o604, "made.json": 0o644, "new.txt": 0o644, "b": 0o644}
    assert (home / "link.json").is_symlink() and (home / "nowhere.json").is_symlink()
    assert (home / "b.json").read_bytes() != b"old"


@posix
def test_9_16_what_shows_values_is_for_its_owner(home: Path) -> None:
    assert bayang("check", "reports", CLOCK, "--show-values", "--format", "json=v.json", cwd=home).returncode == 1
    assert bayang("notice", "reports", CLOCK, "--to", "out", "--format", "md,html", cwd=home).returncode == 0
    files = [home / "v.json", *(path for path in (home / "out").rglob("*") if path.is_file())]
    assert len(files) >= 4 and {stat.S_IMODE(path.stat().st_mode) for path in files} == {0o600}
    assert bayang("new", "personal", "--to", "form.yaml", cwd=home).returncode == 0
    assert stat.S_IMODE((home / "form.yaml").stat().st_mode) == 0o644


def test_9_16_variables(home: Path) -> None:
    quiet = {"BAYANG_PORT": "x", "BAYANG_PORT_80_TCP": "x", "BAYANG_SERVICE_HOST": "x", "BAYANG_WEB_SERVICE_PORT": "1",
             "BAYANG_EMPTY": "", "BAYANG_ROSTR": ""}
    said = bayang("check", "reports", CLOCK, cwd=home, **quiet)
    assert (said.returncode, said.stderr) == (1, "")
    said = bayang("check", "reports", CLOCK, cwd=home, BAYANG_VERSION="1", BAYANG_HOMEPAGE="x")
    assert said.returncode == 1 and said.stderr.count("\n") == 1
    assert "BAYANG_HOMEPAGE" in said.stderr and "BAYANG_VERSION" in said.stderr


@posix
@pytest.mark.parametrize(("command", "stdout"), [
    *itertools.product(["check", "notice", "new"], ["closed", "full", "pipe"]), ("stats", "full"), ("docs", "pipe")])
def test_8_9_without_standard_output_no_file_is_written(command: str, stdout: str, home: Path) -> None:
    arguments = {
        "check": ["check", "reports", CLOCK, "--format", "text", "--format", "json=x.json", "--write-baseline", "b"],
        "stats": ["stats", "reports", CLOCK, "--format", "text", "--format", "json=x.json"],
        "notice": ["notice", "reports", CLOCK, "--to", "out", "--format", "md"],
        "new": ["new", "personal", "--to", "form.yaml"],
        "docs": ["rules", "docs", "--to", "manual", "--rules", str(WINDOW)]}[command]
    end = {"closed": ">&-", "full": ">/dev/full", "pipe": "| true; exit ${PIPESTATUS[0]}"}[stdout]
    before = all_of(home)
    script = f'"$@" {end}'
    said = subprocess.run(["bash", "-c", script, "-", *COMMAND, *arguments], cwd=home, env=scrubbed(),
                          capture_output=True, encoding="utf-8", timeout=120)
    assert said.returncode == 2, said.stderr
    assert said.stderr.count("\n") == 1 and "Traceback" not in said.stderr
    assert all_of(home) == before


@posix
def test_drafts_of_a_killed_run_are_removed(tmp_path: Path) -> None:
    """Only ours and only those that nobody is making any more; whatever else is called so stays."""
    ended = subprocess.Popen(["true"])
    ended.wait()
    mine, own = draft_prefix(), f".bayang-{draft_prefix().split('-')[1]}-{ended.pid}-"
    gone = [f"{own}0a1b2c3d.tmp", ".bayang-00000000-1-0a1b2c3d.tmp"]
    stay = [f"{mine}0a1b2c3d.tmp", ".bayang-00000001-1-0a1b2c3d.tmp", ".bayang-x.tmp", "bayang.tmp", ".bayang-.tmp",
            f"{own}0a1b2c3d.tmp.yaml"]
    for name in gone + stay:
        (tmp_path / name).write_text("x", encoding="utf-8")
    (tmp_path / f"{own}ffffffff.tmp").mkdir()
    (tmp_path / f"{own}eeeeeeee.tmp").symlink_to("bayang.tmp")
    old = time.time() - 25 * 3600
    os.utime(tmp_path / gone[1], (old, old))
    with drafted([(tmp_path / "x", b"x")]) as put:
        put()
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {*stay, f"{own}ffffffff.tmp", f"{own}eeeeeeee.tmp", "x"}
    clear_drafts(tmp_path / "nowhere")


@posix
def test_what_a_killed_run_left_where_the_system_keeps_such_things_is_removed(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    ended = subprocess.Popen(["true"])
    ended.wait()
    own = f".bayang-{draft_prefix().split('-')[1]}-{ended.pid}-"
    gone, stay = tmp_path / f"{own}0a1b2c3d.tmp", [f"{draft_prefix()}0a1b2c3d.tmp", ".bayang-00000001-1-a.tmp", "mine"]
    for path in (gone, *(tmp_path / name for name in stay)):
        path.mkdir()
        (path / "words").write_text("x", encoding="utf-8")
    with own_folder() as folder:
        assert stat.S_IMODE(os.stat(folder).st_mode) == 0o700
        (Path(folder) / "words").write_text("x", encoding="utf-8")
    assert {path.name for path in tmp_path.iterdir()} == set(stay)


@posix
@pytest.mark.parametrize(("sent", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143), (signal.SIGHUP, 129)])
def test_a_signal_leaves_no_half_file(sent: signal.Signals, code: int, home: Path) -> None:
    """While it writes: a reader of a pipe that takes nothing holds it there."""
    (home / "old.json").write_text("old", encoding="utf-8")
    before = all_of(home)
    for at in range(40):
        shutil.copy(FAULTY, home / f"reports/P-{at:03}.yaml")
        before[f"reports/P-{at:03}.yaml"] = FAULTY.read_bytes()
    process = subprocess.Popen([*COMMAND, "check", "reports", CLOCK, "--format", "json=old.json", "--format", "html=n",
                                "--format", "jsonl"], cwd=home, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    assert select.select([process.stdout], [], [], 60)[0]       # it has begun to write, and all drafts are made
    assert len(list(home.glob(".bayang-*.tmp"))) == 2
    process.send_signal(sent)
    assert process.wait(timeout=60) == code
    process.communicate()
    assert all_of(home) == before


@pytest.mark.skipif(not hasattr(signal, "pthread_sigmask"), reason="needs signals that can wait")
@pytest.mark.parametrize("when", ["replace", "unlink"])
def test_an_interruption_that_comes_too_late_is_none(when: str, home: Path) -> None:
    """While files get their names, or what stood there is removed: all are new, nothing else is left, no word of it."""
    for name in ("a.json", "b.csv"):
        (home / name).write_text("old", encoding="utf-8")
    before = set(all_of(home))

    def interrupting() -> None:
        do = getattr(os, when)

        def interrupted(*paths: str) -> None:
            do(*paths)
            if str(paths[-1]).endswith((".json", ".csv", ".tmp")):
                os.kill(os.getpid(), signal.SIGTERM)

        setattr(os, when, interrupted)

    said = running.bayang("check", "reports", CLOCK, "--format", "json=a.json", "--format", "csv=b.csv", cwd=home,
                          before=interrupting)
    assert (said.returncode, said.stderr) == (1, b"")
    assert set(all_of(home)) == before
    assert b"old" not in ((home / "a.json").read_bytes(), (home / "b.csv").read_bytes())
