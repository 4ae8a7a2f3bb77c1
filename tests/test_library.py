"""bayang in a program of one's own: the names it offers, the example of the docs, and the types that a client sees
(contract §6; docs/settings.md).
"""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
import sysconfig
import textwrap
from pathlib import Path

import pytest
from running import ROOT, WINDOW

import bayang
from bayang.engine.batch.outcome import Result
from bayang.engine.batch.run import Options, run
from bayang.engine.packs.pack import load_pack
from bayang.engine.records import Finding

SAMPLES = str(ROOT / "samples")
SHIPPED = ("__init__.py", "__main__.py", "cli.py", "py.typed", "setup.cfg", "pyproject.toml", "README.md", "LICENSE",
           "engine", "rules", "schemas", "gates")
PYTHON = re.compile(r"^( *)```python\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
IMPORT = re.compile(r"^ *((?:from bayang[\w.]* import|import bayang)\b.*)$", re.MULTILINE)


def test_it_offers_what_a_program_needs() -> None:
    assert (bayang.check, bayang.load_pack, bayang.Options, bayang.Result, bayang.Finding) == (
        run, load_pack, Options, Result, Finding)
    assert set(bayang.__all__) == {"Finding", "Options", "PackError", "Result", "UsageError", "__version__", "check",
                                   "load_pack", "told"}
    assert set(bayang.__all__) <= set(dir(bayang))
    with pytest.raises(AttributeError, match="nothing_of_ours"):
        _ = bayang.nothing_of_ours      # type: ignore[attr-defined]


def test_importing_it_loads_nothing_more() -> None:
    code = "import sys; before = set(sys.modules); import bayang; print(sorted(set(sys.modules) - before))"
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, encoding="utf-8", check=True)
    assert said.stdout == "['bayang']\n"


def test_a_check_takes_a_pack_of_ones_own() -> None:
    options = bayang.Options(as_of="2022-08-08", find_tables=False)
    assert bayang.check([SAMPLES], options).pack == bayang.load_pack().id == "bayang-bazhi"
    assert bayang.check([SAMPLES], options, bayang.load_pack(WINDOW)).pack == "window-2023"


def test_errors_are_those_of_the_library_and_have_words() -> None:
    options = bayang.Options(as_of="2022-08-08")
    with pytest.raises(bayang.UsageError) as wrong:
        bayang.check(["nowhere"], options)
    assert "nowhere" in bayang.told(wrong.value, "zh")
    with pytest.raises(bayang.PackError) as broken:
        bayang.check([SAMPLES], bayang.Options(as_of="2022-08-08", roster=str(ROOT / "LICENSE")))
    assert broken.value.file.endswith("LICENSE")


def test_no_page_shows_what_is_internal() -> None:
    assert [path.name for path in ROOT.glob("docs/*.md") if "bayang.engine" in path.read_text(encoding="utf-8")] == []


# -- types: what `mypy --strict` says of a client ------------------------------------------------------------------

def shown() -> str:
    """A client with every import of bayang that a page shows, and the whole example of the page on Python."""
    blocks = {path.name: [textwrap.dedent(text) for _, text in PYTHON.findall(path.read_text(encoding="utf-8"))]
              for path in sorted(ROOT.glob("docs/*.md"))}
    imports = {line.strip() for texts in blocks.values() for text in texts for line in IMPORT.findall(text)}
    assert imports == {"from bayang import Finding, Options, PackError, Result, UsageError, check, load_pack, told"}
    return "\n".join([*blocks["settings.md"], *sorted(imports)]) + "\n"


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A copy of what is shipped, so that building leaves nothing in the project."""
    copy = tmp_path_factory.mktemp("source")
    for name in SHIPPED:
        if (ROOT / name).is_dir():
            shutil.copytree(ROOT / name, copy / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copyfile(ROOT / name, copy / name)
    return copy


@pytest.mark.parametrize("how", [[], ["--config-settings", "editable_mode=strict", "-e"]], ids=["wheel", "editable"])
def test_a_client_is_checked_against_what_is_installed(how: list[str], source: Path, tmp_path: Path) -> None:
    """`mypy` needs no dependency of ours in that environment: it reports nothing of what is installed."""
    pytest.importorskip("mypy")
    home, client = tmp_path / "venv", tmp_path / "client"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", home], check=True)
    site = sysconfig.get_path("purelib", "venv", {"base": str(home), "platbase": str(home)})
    subprocess.run([sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index", "--no-build-isolation",
                    "--no-compile", "--target", site, *how, source], check=True, capture_output=True)
    client.mkdir()
    (client / "fitting.py").write_text(shown(), encoding="utf-8")
    (client / "wrong.py").write_text("from bayang import check, nothing\ncheck(1, 2)\n", encoding="utf-8")
    python = Path(sysconfig.get_path("scripts", "venv", {"base": str(home)})) / Path(sys.executable).name
    said = subprocess.run([sys.executable, "-m", "mypy", "--strict", "--no-error-summary", "--hide-error-context",
                           "--cache-dir", source.parent / "types", "--python-executable", python, "."],
                          cwd=client, capture_output=True, text=True, encoding="utf-8")
    told = [re.sub(r":.*\[(.*)]$", r" \1", line) for line in said.stdout.splitlines()]
    assert told == ["wrong.py attr-defined", "wrong.py arg-type", "wrong.py arg-type"], said.stdout + said.stderr
