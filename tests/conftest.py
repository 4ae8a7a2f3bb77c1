"""What several tests need: the bundled pack, compiled once, and the shared folder when it is at hand."""

from __future__ import annotations

import gc
import os
import signal
import sys
from collections.abc import Callable, Generator, Iterator
from functools import lru_cache, wraps
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import Result as Outcome
from hypothesis import HealthCheck, settings
from running import BUNDLED, SERVICE, WINDOW, invoked

from bayang.engine.authoring import lint
from bayang.engine.authoring.examples import base_report
from bayang.engine.batch import workers
from bayang.engine.judging import ready
from bayang.engine.judging.compile import Compiled
from bayang.engine.packs import assembling as packs
from bayang.engine.packs import loading
from bayang.engine.packs.pack import Pack, load_pack

# A shell that runs the tests in the background has them ignore signals, and what they start would inherit that.
signal.signal(signal.SIGINT, signal.default_int_handler)
if hasattr(signal, "SIGHUP"):
    signal.signal(signal.SIGHUP, signal.SIG_DFL)

# The hundreds of commands that tests start compile each module once, whatever this machine wants of others.
os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
sys.dont_write_bytecode = False

# Of no example it matters how long it takes: others may work on this machine.
settings.register_profile("unhurried", deadline=None, database=None, suppress_health_check=list(HealthCheck))
settings.load_profile("unhurried")

# Files of which some tests take long; they come first, so that no process waits for another at the end.
FIRST = ("test_workers", "test_cache", "test_on_a_cluster", "test_notices", "test_mutation", "test_lint", "test_gates",
         "test_gate_alone", "test_page_in_a_browser", "test_leaks", "test_statistics", "test_docs", "test_cli",
         "test_strict_packs", "test_reference", "test_ledger", "test_ready", "test_rules")

# So is the pack that comes along put together once in a process, but for lint, which looks at how that goes.
assert lint.assemble is packs.assemble
_assemble, _bundled = packs.assemble, {}


def _once(loader: packs.Loader) -> Pack | None:
    if loader.folder != BUNDLED:
        return _assemble(loader)
    if loader.examples not in _bundled:
        _bundled[loader.examples] = _assemble(loader)
    return _bundled[loader.examples]


packs.assemble = _once

# A file of a pack that many packs of the tests hold, or take over, is parsed once; nobody changes what is in it.
loading.read_typed = lru_cache(maxsize=256)(loading.read_typed)

# A command in this process finds a pack compiled until a file of it changes, as one that starts anew finds it kept; no
# pack is put away here.
_compiled = ready.compiled


@lru_cache(maxsize=16)
def _kept(folder: Path, _files: frozenset[tuple[Path, int, int]]) -> Compiled:
    return _compiled(folder, None)


@wraps(_compiled)
def _ready(folder: Path, home: Path | None) -> Compiled:
    files = Path(folder).absolute().rglob("*") if Path(folder) != BUNDLED else ()
    return _kept(folder, frozenset((path, (one := path.lstat()).st_mtime_ns, one.st_size) for path in files))


ready.compiled = _ready

SHARED = Path(__file__).resolve().parents[2] / "shared"


@pytest.hookimpl(optionalhook=True)
def pytest_xdist_auto_num_workers() -> int | None:
    """Two processes more than there are cores: now and then a test waits for a program, a sign or the clock."""
    return None if os.environ.get("PYTEST_XDIST_AUTO_NUM_WORKERS") else workers.cores() + 2


def pytest_configure(config: pytest.Config) -> None:
    config.option.loadscopereorder = False      # of pytest-xdist: files are shared out in the order in which they come
    gc.set_threshold(50_000)


@pytest.hookimpl(wrapper=True)
def pytest_make_collect_report() -> Generator[None, pytest.CollectReport, pytest.CollectReport]:
    """Each process begins with another file, so that it finds compiled what another has compiled."""
    report = yield
    if any(isinstance(one, pytest.Module) for one in report.result):
        begin = len(report.result) * int(os.environ.get("PYTEST_XDIST_WORKER", "gw0")[2:]) // (workers.cores() + 2)
        report.result = report.result[begin:] + report.result[:begin]
    return report


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: (
        FIRST.index(item.path.stem) if item.path.stem in FIRST else len(FIRST), item.path))


def pytest_collection_finish() -> None:
    """Thousands of tests are not looked through each time that one leaves garbage."""
    gc.collect()
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def own_cache(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """No test reads or writes what the person at this machine has in the cache."""
    with pytest.MonkeyPatch.context() as patch:
        for name in ("XDG_CACHE_HOME", "LOCALAPPDATA"):
            patch.setenv(name, str(tmp_path_factory.mktemp("cache")))
        yield


@pytest.fixture(scope="session")
def shared() -> Path | None:
    """A folder `shared` beside the project root with the plan and the table of rules; None without one."""
    return SHARED if (SHARED / "plan").is_dir() else None


@pytest.fixture(scope="session")
def pack() -> Pack:
    return load_pack()


@pytest.fixture(scope="session")
def window() -> Pack:
    return load_pack(WINDOW)


@pytest.fixture(scope="session")
def service() -> Pack:
    return load_pack(SERVICE)


@pytest.fixture(scope="session")
def compiled() -> Compiled:
    from making import COMPILED  # which is compiled once the pack is put together as above

    return COMPILED


class Bureau:
    """A made office with a roster and reports of the first phase; all of it invented."""

    def __init__(self, folder: Path, pack: Pack, people: int) -> None:
        self.reports, self.office, self.pack = folder / "reports", folder / "office", pack
        self.reports.mkdir(parents=True)
        self.office.mkdir()
        self.people = [f"P-{at:03}" for at in range(1, people + 1)]
        self.enrol()

    def enrol(self, **more: Any) -> None:
        """Write the roster: a unit and its people, with `more` of its tables."""
        listed = [{"id": ident, "name": "韩甲" + chr(0x4E00 + at), "unit": "U-002"}
                  for at, ident in enumerate(self.people)]
        units = [{"code": "U-002", "name": "大气环境科", "level": "department", "head": "沈雨桐"}]
        self.save(self.office / "roster.yaml", {"units": units, "people": listed} | more)

    def report(self, ident: str, name: str | None = None, phase: str = "education", **fields: Any) -> Path:
        """File a compliant report of a person, or of the unit, but for these fields; None takes one out."""
        unit = ident.startswith("U")
        data = base_report(self.pack, "department" if unit else "personal", phase)
        if not unit:
            at = self.people.index(ident)
            data["person"] |= {"id": ident, "name": "韩甲" + chr(0x4E00 + at)}
            data |= {"filled_by": data["person"]["name"], "submitted": "2022-01-24"}
        data = {key: value for key, value in (data | fields).items() if value is not None}
        return self.save(self.reports / (name or f"{ident}.yaml"), data)

    def filed(self) -> Bureau:
        """The same, once everybody and the unit have filed a compliant report."""
        for ident in ["U-002", *self.people]:
            self.report(ident)
        return self

    @staticmethod
    def save(path: Path, data: Any) -> Path:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(yaml.dump(data, allow_unicode=True, sort_keys=False, Dumper=yaml.CSafeDumper), encoding="utf-8")
        return path

    def notice(self, to: Path, as_of: str, *options: str | Path) -> Outcome:
        """`bayang notice` on it; the register lies beside its notice.yaml."""
        settings = self.office / "notice.yaml"
        if not settings.exists():
            settings.write_text("发文机关: 云溪局活动办\n发文字号: {机关代字: 云作风办}\n", encoding="utf-8")
        return invoked("notice", self.reports, "--roster", self.office / "roster.yaml", "--config", settings, "--as-of",
                       as_of, "--to", to, "--format", "md", *options)


@pytest.fixture
def bureau(tmp_path: Path, pack: Pack) -> Callable[[int], Bureau]:
    """Makes such an office with so many people."""
    return lambda people: Bureau(tmp_path, pack, people)


@pytest.fixture
def office(bureau: Callable[[int], Bureau]) -> Bureau:
    """Three people, whose reports and the unit's are compliant."""
    return bureau(3).filed()
