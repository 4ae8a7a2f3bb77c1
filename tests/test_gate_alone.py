"""The gate stands alone: no neighbour, no variable of the caller's and nothing that was pushed changes what it says
(contract §8.9; docs/gates.md).
"""

from __future__ import annotations

import contextlib
import itertools
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from gating import COMMANDS, ROOT, commit, environment, git, stand_in
from running import FAULTY, until

SHELLS = [name for name in ("dash", "bash", "busybox", "mksh") if shutil.which(name)]
FOLDERS = Path("/tmp")

pytestmark = [
    pytest.mark.skipif(os.name == "nt", reason="the gates are shell scripts"),
    pytest.mark.skipif(shutil.which("git") is None, reason="git is not installed"),
]


@pytest.fixture(scope="module")
def checkout(tmp_path_factory: pytest.TempPathFactory) -> Path:
    here = tmp_path_factory.mktemp("made") / "checkout"
    here.mkdir()
    git(here, "init", "-q", "-b", "strict", "--template=")
    commit(here, "strict", {"reports/P-003.yaml": FAULTY.read_bytes(),
                            "office/bayang.yaml": "as-of: 2022-08-08\nselect: [CV01]\n"})
    commit(here, "mild", {"office/bayang.yaml": "as-of: 2022-08-08\nselect: [CV01]\nfail-on: never\n"})
    return here


@pytest.fixture
def home(checkout: Path, tmp_path: Path) -> Path:
    """A checkout with a faulty report; `strict` refuses it, `mild` lets it pass."""
    return shutil.copytree(checkout, tmp_path / "checkout")


def gate(home: Path, *arguments: object, first: tuple[Path, ...] = (), command: str = "bayang-gate",
         **more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([command, *map(str, arguments)], cwd=home, env=environment(*first, **more),
                          capture_output=True, encoding="utf-8", timeout=120)


def left() -> set[str]:
    return {path.name for path in FOLDERS.glob("bayang-*.????????")}


def all_gone_but(before: set[str]) -> None:
    """No gate's private folder stays; those of gates that others run at the same time go by themselves."""
    made = left() - before
    until(lambda: not made & left())


# -- two of them ----------------------------------------------------------------------------------------------------

STEPS = 7       # git rev-parse, ls-tree, cat-file; bayang check comes and goes, so does bayang --version
STAND_IN = """\
#!/bin/sh
# Each call of a program is a step: it says that it has come and waits until it may go on.
mark=$(dirname "$0")
n=$(cat "$mark/n"); n=$((n + 1)); echo "$n" >"$mark/n"
step() { echo "$1" >"$mark/at"; read -r _ <"$mark/go"; }
step come
case ${0##*/} in
git) %s "$@" ;;
bayang) %s ;;
esac
code=$?
[ "${0##*/}" = git ] || step gone
exit "$code"
"""
# As bayang itself does with a configuration of these tests.
FOR_BAYANG = """\
    (code=9
    while [ $# -gt 1 ]; do
        [ "$1" != --config ] || { if grep -q never "$2"; then code=0; else code=1; fi; }
        shift
    done
    [ "$*" != --version ] || code=0
    exit "$code")"""


class Stepped:
    """A gate that does a step when it is told to; its programs are stand-ins that wait."""

    def __init__(self, home: Path, folder: Path, office: str) -> None:
        folder.mkdir(parents=True)
        for name in ("git", "bayang"):
            (folder / name).write_text(STAND_IN % (shutil.which("git"), FOR_BAYANG), encoding="utf-8")
            (folder / name).chmod(0o755)
        (folder / "n").write_text("0", encoding="utf-8")
        for name in ("at", "go"):
            os.mkfifo(folder / name)
        self.at = os.open(folder / "at", os.O_RDWR | os.O_NONBLOCK)
        self.go = os.open(folder / "go", os.O_RDWR)
        self.process = subprocess.Popen(["bayang-gate", "reports", office], cwd=home, env=environment(folder),
                                        stdout=subprocess.DEVNULL, stderr=subprocess.PIPE)
        self.waits = False
        self.come()

    def come(self) -> None:
        """Wait until it waits at its next step, or has ended."""
        until(lambda: self.waiting() or self.process.poll() is not None)

    def waiting(self) -> bool:
        with contextlib.suppress(BlockingIOError):
            self.waits = bool(os.read(self.at, 64))
        return self.waits

    def step(self, times: int = 99) -> None:
        while times and self.waits:
            self.waits, times = False, times - 1
            os.write(self.go, b"\n")
            self.come()

    def end(self) -> tuple[int, str]:
        self.step()
        _, said = self.process.communicate(timeout=60)
        os.close(self.at), os.close(self.go)
        return self.process.returncode, said.decode()


def test_two_gates_interleaved_at_every_pair_of_steps(home: Path, tmp_path: Path) -> None:
    before = left()
    whole = Stepped(home, tmp_path / "whole", "strict:office")
    steps = 0
    while whole.waits:
        whole.step(1)
        steps += 1
    assert whole.end()[0] == 1 and steps == STEPS
    for at, (one, two) in enumerate(itertools.product(range(STEPS + 1), repeat=2)):
        strict = Stepped(home, tmp_path / f"{at}a", "strict:office")
        mild = Stepped(home, tmp_path / f"{at}b", "mild:office")
        strict.step(one)
        mild.step(two)
        first = (strict, mild) if at % 2 else (mild, strict)
        ends = {gate: gate.end() for gate in first}
        assert (ends[strict], ends[mild]) == ((1, ""), (0, "")), (one, two)
    all_gone_but(before)


def test_eighty_gates_two_by_two(home: Path, tmp_path: Path) -> None:
    """With git itself and a stand-in for bayang, started at times by chance."""
    folder = stand_in(tmp_path / "bin", bayang=FOR_BAYANG)
    chance = random.Random(4)
    for _ in range(40):
        started = []
        for office, right in chance.sample([("strict:office", 1), ("mild:office", 0)], 2):
            started.append((right, subprocess.Popen(["bayang-gate", "reports", office], cwd=home,
                                                    env=environment(folder), stderr=subprocess.PIPE)))
            time.sleep(chance.random() / 50)
        for right, process in started:
            _, said = process.communicate(timeout=60)
            assert process.returncode == right, said.decode()


def test_pairs_with_bayang_itself(home: Path) -> None:
    for _ in range(2):
        started = [(right, subprocess.Popen(["bayang-gate", "reports", office], cwd=home, env=environment(COMMANDS),
                                            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE))
                   for office, right in (("strict:office", 1), ("mild:office", 0))]
        for right, process in started:
            _, said = process.communicate(timeout=60)
            assert process.returncode == right, said.decode()


# -- the caller's environment ---------------------------------------------------------------------------------------

def test_no_variable_decides(home: Path, tmp_path: Path) -> None:
    """Whatever Python, git, a shell or bayang would take from the environment; all of it forged."""
    forged = tmp_path / "forged"
    site = forged / f".local/lib/python{sys.version_info[0]}.{sys.version_info[1]}/site-packages"
    site.mkdir(parents=True)
    for name in ("usercustomize.py", "sitecustomize.py", "yaml.py", "bayang.py", "start.py"):
        for folder in (site, forged):
            (folder / name).write_text("import os\nos._exit(0)\n", encoding="utf-8")
    (forged / "sh").write_text("exit 0\n", encoding="utf-8")
    (forged / ".gitconfig").write_text("[core]\n\tworktree = /\n", encoding="utf-8")
    other = forged / "other"
    other.mkdir()
    git(other, "init", "-q")
    commit(other, "strict", {"office/bayang.yaml": "fail-on: never\n"})
    git(home, "checkout", "-q", "strict")
    hostile = {
        "PYTHONPATH": str(forged), "PYTHONSTARTUP": str(forged / "start.py"), "PYTHONHOME": str(forged),
        "PYTHONUSERBASE": str(forged / ".local"), "PYTHONINSPECT": "1", "HOME": str(forged),
        "XDG_CACHE_HOME": str(forged), "XDG_CONFIG_HOME": str(forged), "TMPDIR": "/nowhere",
        "GIT_DIR": str(other / ".git"), "GIT_WORK_TREE": str(other), "GIT_INDEX_FILE": "/nowhere",
        "GIT_OBJECT_DIRECTORY": "/nowhere", "GIT_EXEC_PATH": str(forged), "GIT_NAMESPACE": "x",
        "GIT_CEILING_DIRECTORIES": str(home.parent), "GIT_REPLACE_REF_BASE": "refs/heads/",
        "GIT_CONFIG_COUNT": "1", "GIT_CONFIG_KEY_0": "core.worktree", "GIT_CONFIG_VALUE_0": "/",
        "BAYANG_FAIL_ON": "never", "BAYANG_IGNORE": "CV01", "BAYANG_CACHE_DIR": str(forged), "BAYANG_NO_SUCH": "1",
        "ENV": str(forged / "sh"), "BASH_ENV": str(forged / "sh"), "CDPATH": str(forged), "IFS": "r",
        "BASH_FUNC_git%%": "() { exit 0; }", "BASH_FUNC_echo%%": "() { exit 0; }", "LC_ALL": "xx", "LANG": "xx",
    }
    for name in ("PYTHONPATH", "PYTHONHOME", "HOME", "GIT_DIR", "GIT_REPLACE_REF_BASE", "BAYANG_FAIL_ON"):
        assert gate(home, "reports", "strict:office", **{name: hostile[name]}).returncode == 1, name
    assert gate(home, "reports", "strict:office", first=(COMMANDS,), **hostile).returncode == 1


def test_no_program_of_the_checkout_is_called(home: Path) -> None:
    for name in ("git", "bayang", "grep", "mktemp"):
        (home / name).write_text("#!/bin/sh\nexit 0\n", encoding="utf-8")
        (home / name).chmod(0o755)
    for path in (".", "", "x/.."):
        assert gate(home, "reports", "strict:office", first=(Path(path),)).returncode == 1
    said = subprocess.run(["/bin/sh", str(ROOT / "gates/bayang-gate"), "reports", "strict:office"], cwd=home,
                          env={"PATH": "."}, capture_output=True, timeout=60)
    assert said.returncode == 2


def test_a_forged_cache_opens_for_no_gate(home: Path, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    office = "strict:office"
    assert gate(home, "reports", office, "--cache", "--cache-dir", cache, first=(COMMANDS,)).returncode == 1
    assert not cache.exists()


@pytest.mark.parametrize("mask", ["0777", "0000", "0077"])
def test_the_umask_counts_for_outputs_alone(mask: str, home: Path) -> None:
    command = f'umask {mask}; exec bayang-gate reports strict:office --format json=out.json'
    said = subprocess.run(["sh", "-c", command], cwd=home, env=environment(), capture_output=True, timeout=60)
    assert said.returncode == 1, said.stderr.decode()
    assert (home / "out.json").stat().st_mode & 0o777 == 0o666 & ~int(mask, 8)


@pytest.mark.parametrize("shell", SHELLS)
def test_every_shell(shell: str, home: Path, tmp_path: Path) -> None:
    command = f"{shutil.which(shell)} sh" if shell == "busybox" else str(shutil.which(shell))
    text = (ROOT / "gates/bayang-gate").read_text(encoding="utf-8")
    assert text.count("/bin/sh") == 2
    own = tmp_path / "bin" / "bayang-gate"
    own.parent.mkdir()
    own.write_text(text.replace("/bin/sh", command), encoding="utf-8")
    own.chmod(0o755)
    stand_in(own.parent, bayang=FOR_BAYANG)
    before = left()
    for office, code in (("strict:office", 1), ("mild:office", 0), ("office", 0), ("none:office", 2)):
        said = subprocess.run([*command.split(), str(own), "reports", office], cwd=home, env=environment(),
                              capture_output=True, encoding="utf-8", timeout=60)
        assert said.returncode == code, said.stderr
    all_gone_but(before)


# -- what the tree holds --------------------------------------------------------------------------------------------

def test_the_tree_decides_which_files_there_are(home: Path) -> None:
    """Neither the work tree nor what an earlier run left; a folder below is no part of it."""
    git(home, "checkout", "-q", "strict")
    (home / "office/waivers.yaml").write_text("broken", encoding="utf-8")
    (home / ".git/bayang-office").mkdir()
    (home / ".git/bayang-office/bayang.yaml").write_text("fail-on: never\n", encoding="utf-8")
    assert gate(home, "reports", "strict:office").returncode == 1
    (home / "office").rename(home / "away")
    assert gate(home, "reports", "strict:office").returncode == 1
    (home / "reports/office").mkdir()           # the same from a folder of the checkout
    assert gate(home / "reports", ".", "strict:office").returncode == 1


@pytest.mark.parametrize("kind", ["link", "module", "folder", "upper case", "yml"])
def test_an_entry_that_is_no_plain_file_is_refused(kind: str, home: Path) -> None:
    commit(home, "odd", {"office/rest.txt": "x"})
    office = home / "office"
    if kind == "link":
        (office / "roster.yaml").symlink_to("rest.txt")
    elif kind == "folder":
        (office / "roster.yaml").mkdir()
        (office / "roster.yaml/x").write_text("x", encoding="utf-8")
    elif kind == "module":
        git(home, "update-index", "--add", "--cacheinfo", f"160000,{git(home, 'rev-parse', 'HEAD')},office/roster.yaml")
        git(home, "commit", "-q", "-m", "m")
    else:
        (office / ("Roster.YAML" if kind == "upper case" else "roster.yml")).write_text("x", encoding="utf-8")
    if kind != "module":
        commit(home, "odd", {})
    said = gate(home, "reports", "odd:office")
    assert said.returncode == 2 and "roster" in said.stderr.lower()
    if kind not in ("module", "link"):
        assert gate(home, "reports", "office").returncode == 2
    if kind == "link":
        (office / "rest.txt").unlink()          # a link to nothing is no file that is not there
        assert gate(home, "reports", "office").returncode == 2


def test_a_name_that_means_two_things_is_refused(home: Path) -> None:
    """A tag that somebody pushed, called like the branch, would come first."""
    git(home, "tag", "strict", "mild")
    said = gate(home, "reports", "strict:office")
    assert said.returncode == 2 and "ambiguous" in said.stderr
    assert gate(home, "reports", "refs/heads/strict:office").returncode == 1


def test_replaced_objects_are_not_looked_at(home: Path) -> None:
    git(home, "replace", git(home, "rev-parse", "strict:office"), git(home, "rev-parse", "mild:office"))
    assert gate(home, "reports", "strict:office").returncode == 1


# -- its own failures -----------------------------------------------------------------------------------------------

@pytest.mark.parametrize("programs", [
    {"git": "echo 'fatal: no such thing' >&2; exit 1"}, {"git": "kill -9 $$"}, {"git": "exit 0"},
    {"git": f'[ "$5" != cat-file ] || exit 1; exec {shutil.which("git")} "$@"'},
    {"git": f'[ "$5" != ls-tree ] || exit 1; exec {shutil.which("git")} "$@"'},
    {"git": f'[ "$5" != cat-file ] || exec {shutil.which("git")} "$@" >/dev/full; exec {shutil.which("git")} "$@"'},
    {"bayang": "exit 1"}, {"bayang": "exit 127"}, {"bayang": "kill -9 $$"}, {"bayang": "exit 5"},
    {"mktemp": "exit 1"}, {"cat": "exit 2"},
], ids=str)
def test_every_failure_of_its_own_is_two(programs: dict[str, str], home: Path, tmp_path: Path) -> None:
    before = left()
    said = gate(home, "reports", "strict:office", first=(stand_in(tmp_path / "bin", **programs),))
    assert said.returncode == 2 and said.stderr
    all_gone_but(before)


@pytest.mark.parametrize("shell", SHELLS)
def test_no_room_for_any_file_is_two(shell: str, home: Path, tmp_path: Path) -> None:
    import resource

    command = "busybox sh" if shell == "busybox" else shell
    own = tmp_path / "gate"
    text = (ROOT / "gates/bayang-gate").read_text(encoding="utf-8")
    own.write_text(text.replace("/bin/sh", f"{shutil.which(shell)}{command.removeprefix(shell)}"), encoding="utf-8")
    before = left()
    said = subprocess.run([*command.split(), str(own), "reports", "strict:office"], cwd=home, env=environment(),
                          capture_output=True, timeout=60,
                          preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (0, 0)))
    assert said.returncode == 2 and said.stderr
    all_gone_but(before)


def test_gits_own_words_are_shown(home: Path) -> None:
    for office, words in (("none:office", "fatal:"), ("strict:none", "fatal:"), ("strict:office/bayang.yaml", "tree")):
        said = gate(home, "reports", office)
        assert said.returncode == 2 and words in said.stderr, said.stderr
    said = gate(home.parent, "reports", "strict:office")
    assert said.returncode == 2 and "not a git repository" in said.stderr


@pytest.mark.parametrize(("sent", "code"), [("HUP", 129), ("INT", 130), ("TERM", 143)])
def test_a_signal_ends_it_and_what_it_started(sent: str, code: int, home: Path, tmp_path: Path) -> None:
    before = left()
    first = stand_in(tmp_path / "bin", bayang=f"echo $$ >{tmp_path}/pid; exec sleep 60")
    process = subprocess.Popen(["bayang-gate", "reports", "strict:office"], cwd=home, env=environment(first))
    until(lambda: (tmp_path / "pid").exists() and (tmp_path / "pid").read_text(encoding="utf-8"))
    process.send_signal(getattr(signal, "SIG" + sent))
    assert process.wait(timeout=30) == code
    with pytest.raises(ProcessLookupError):
        os.kill(int((tmp_path / "pid").read_text(encoding="utf-8")), 0)
    all_gone_but(before)


def test_the_private_folder_is_ones_own(home: Path, tmp_path: Path) -> None:
    first = stand_in(tmp_path / "bin", bayang='while [ "$1" != --config ]; do shift; done; '
                     f'stat -c %a "$(dirname "$2")" "$2" >{tmp_path}/modes; exit 0')
    assert gate(home, "reports", "strict:office", first=(first,)).returncode == 0
    assert (tmp_path / "modes").read_text(encoding="utf-8").split() == ["700", "600"]


# -- the hook of a server -------------------------------------------------------------------------------------------

@pytest.fixture
def server(tmp_path: Path) -> Path:
    """A server's repository with the hook and no branch yet; beside it a clone."""
    git(tmp_path, "init", "-q", "--bare", "-b", "main", "--template=", "server")
    git(tmp_path, "clone", "-q", "--template=", "server", "clone")
    hook = tmp_path / "server/hooks/pre-receive"
    hook.parent.mkdir()
    shutil.copy(ROOT / "gates/pre-receive", hook)
    hook.chmod(0o755)
    return tmp_path / "server"


def keep(server: Path, keepers: str) -> None:
    hook = server / "hooks/pre-receive"
    text = hook.read_text(encoding="utf-8")
    assert text.count('keepers=""') == 1
    hook.write_text(text.replace('keepers=""', f'keepers="{keepers}"'), encoding="utf-8")


def push(server: Path, *what: str, **more: str) -> tuple[int, str]:
    said = subprocess.run(["git", "push", "origin", *what], cwd=server.parent / "clone", env=environment(**more),
                          capture_output=True, encoding="utf-8", timeout=120)
    return said.returncode, said.stderr


OFFICE = {"office/bayang.yaml": "as-of: 2022-08-08\nselect: [CV01]\n"}
GOOD = {"reports/P-002.yaml": (FAULTY.parent / "P-002.yaml").read_bytes()}
BAD = {"reports/P-003.yaml": FAULTY.read_bytes()}


def test_the_very_first_push_brings_the_office(server: Path) -> None:
    before = left()
    clone = server.parent / "clone"
    commit(clone, "main", GOOD)
    code, said = push(server, "main")
    assert code == 1 and "refs/heads/main:office" in said
    commit(clone, "main", OFFICE)
    commit(clone, "bad", BAD)
    code, said = push(server, "main", "bad")
    assert code == 1 and "CV01" in said and git(server, "branch") == ""
    code, said = push(server, "main")
    assert code == 0 and "没有发现需要补正的事项" in said
    code, said = push(server, "bad")
    assert code == 1 and "CV01" in said
    all_gone_but(before)


def test_only_a_keeper_changes_the_offices_folder(server: Path) -> None:
    clone = server.parent / "clone"
    commit(clone, "main", OFFICE | GOOD)
    assert push(server, "main")[0] == 0
    commit(clone, "work", BAD | {"office/bayang.yaml": "fail-on: never\n"})
    for what in (("work:main",), ("main", "work"), ("work:main", "work:other")):
        code, said = push(server, *what)
        assert code == 1 and "CV01" in said
    git(clone, "checkout", "-q", "main")
    commit(clone, "next", {"office/bayang.yaml": OFFICE["office/bayang.yaml"] + "fail-on: warning\n"})
    code, said = push(server, "next:main")
    assert code == 1 and "refs/heads/main:office" in said and "CV01" not in said
    assert push(server, "next")[0] == 0             # elsewhere it counts for nothing
    keep(server, "someone " + subprocess.run(
        ["id", "-un"], capture_output=True, encoding="utf-8", check=True).stdout.strip())
    assert push(server, "next:main")[0] == 0
    git(clone, "checkout", "-q", "main")
    commit(clone, "late", BAD | {"office/bayang.yaml": "fail-on: never\n"})
    code, said = push(server, "-f", "late:main")
    assert code == 1 and "CV01" in said             # even a keeper's push is checked with what stood before it


def test_the_protected_branch_stays(server: Path) -> None:
    clone = server.parent / "clone"
    git(server, "config", "receive.denyDeleteCurrent", "ignore")
    commit(clone, "main", OFFICE | GOOD)
    assert push(server, "main", "main:other")[0] == 0
    for what in ((":main",), (":main", "main:new")):
        code, said = push(server, *what)
        assert code == 1 and "refs/heads/main" in said
    assert push(server, ":other")[0] == 0
    code, said = push(server, "main:refs/replace/0000000000000000000000000000000000000001")
    assert code == 1


@pytest.mark.parametrize("kind", ["link", "file", "module", "attributes", "office link"])
def test_what_is_pushed_is_checked_as_it_is(kind: str, server: Path) -> None:
    clone = server.parent / "clone"
    commit(clone, "main", OFFICE | GOOD)
    assert push(server, "main")[0] == 0
    git(clone, "checkout", "-q", "-b", "work")
    if kind == "attributes":
        rules = server.parent / "rules"
        rules.write_text("*.yaml working-tree-encoding=UTF-16 ident export-ignore\n", encoding="utf-8")
        for file, name in ((FAULTY, "P-003.yaml"), (rules, ".gitattributes")):
            blob = git(clone, "hash-object", "-w", "--no-filters", str(file))
            git(clone, "update-index", "--add", "--cacheinfo", f"100644,{blob},reports/{name}")
        git(clone, "commit", "-q", "-m", "m")
    elif kind == "module":
        git(clone, "update-index", "--add", "--cacheinfo", f"160000,{git(clone, 'rev-parse', 'HEAD')},reports/sub")
        git(clone, "commit", "-q", "-m", "m")
    else:
        name = "office" if "office" in kind else "reports"
        shutil.rmtree(clone / name)
        (clone / name).symlink_to("elsewhere") if "link" in kind else (clone / name).write_text("x", encoding="utf-8")
        commit(clone, "work", {})
    code, said = push(server, "work:main" if "office" in kind else "work")
    assert code == 1 and {"attributes": "CV01", "office link": "office"}.get(kind, "reports") in said
    assert kind != "attributes" or "IN0" not in said


def test_a_failing_hook_refuses(server: Path, tmp_path: Path) -> None:
    clone = server.parent / "clone"
    commit(clone, "main", OFFICE | GOOD)
    for programs in ({"mktemp": "exit 1"}, {"bayang": "exit 0", "bayang-gate": "exit 127"}):
        first = stand_in(tmp_path / "bin", **programs)
        path = f"{first}{os.pathsep}{environment()['PATH']}"
        assert push(server, "main", PATH=path)[0] == 1
        shutil.rmtree(first)
    assert push(server, "main")[0] == 0
