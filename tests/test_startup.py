"""What a command loads: who checks one file does not wait for what that check has no use for (docs/performance.md)."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest
from running import SAMPLES

REPORT = SAMPLES / "市局" / "整改落实" / "P-002.yaml"         # without any finding, so that no text is rendered

# Libraries that take long to load, and parts that belong to other commands or outputs.
LIBRARIES = ("jsonschema", "jinja2", "multiprocessing", "xml", "http", "email", "docx", "docxtpl", "xlsxwriter")
PARTS = ("authoring.examples", "authoring.lint", "authoring.reference", "authoring.trace", "output.findings.junit",
         "output.findings.pages", "output.findings.sarif", "output.findings.workbook", "output.forms",
         "output.notices.content", "output.sheets", "output.statistics.counting")

LIST = """
import sys
from bayang.cli import main
sys.argv[0] = "bayang"
try:
    main()
finally:
    print("loaded:", *sys.modules, file=sys.stderr)
"""


@pytest.mark.parametrize("arguments", [
    ["check", str(REPORT), "--as-of", "2022-08-08", "--fail-on", "never", "--format", "json"],
    ["rules", "list"],
], ids=["check", "list"])
def test_nothing_is_loaded_that_is_not_used(arguments: list[str]) -> None:
    loaded = loaded_by(arguments)
    assert "bayang.engine.packs.pack" in loaded
    unused = {*LIBRARIES, *(f"bayang.engine.{part}" for part in PARTS)}
    if arguments[0] == "check":
        unused.remove("jinja2")     # sentences of rules are parsed
    assert sorted(loaded & unused) == []


def test_for_help_no_command_is_loaded() -> None:
    """Only what shows the page: neither a room of the engine but its texts, nor a library but click and PyYAML."""
    loaded = {one for one in loaded_by(["--help"]) if one.startswith("bayang.engine.")}
    assert {one.split(".")[2] for one in loaded} == {"console", "recording", "records", "text"}
    assert not [one for one in loaded if one.endswith("_commands")]


def loaded_by(arguments: list[str]) -> set[str]:
    done = subprocess.run([sys.executable, "-c", LIST, *arguments], capture_output=True, check=True)
    return set(done.stderr.decode().partition("loaded: ")[2].split())


@pytest.mark.parametrize("part", PARTS)
def test_what_is_not_to_be_loaded_is_there(part: str) -> None:
    """A part that has moved would never be loaded under its old name."""
    assert Path(__file__).parent.parent.joinpath("engine", *part.split(".")).with_suffix(".py").is_file()


END = """
import atexit, os, sys
leave = os._exit
os._exit = lambda code: (os.write(1, b"at once"), leave(code))
if "called" in sys.argv:
    sys.argv.remove("called")
    atexit.register(os.write, 1, b"called")
from bayang.__main__ import main
main()
"""


@pytest.mark.skipif(sys.platform == "win32", reason="it ends by itself there")
@pytest.mark.parametrize(("more", "last"), [([], b"at once"), (["called"], b"called")])
def test_it_ends_at_once_unless_something_is_to_be_called(more: list[str], last: bytes) -> None:
    done = subprocess.run([sys.executable, "-c", END, "check", str(REPORT), "--as-of", "2022-08-08", "--lang", "en",
                           *more], capture_output=True, check=True)
    assert done.stdout.endswith(b"no judgement on any problem\n" + last)
