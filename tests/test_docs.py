"""The pages people read: what they show runs, what they name exists, nothing of the command is missing, and what is
promised has its test (CONTRIBUTING.md).
"""

from __future__ import annotations

import os
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import click
import pytest
import running
from running import ROOT

from bayang.cli import bayang
from bayang.engine.authoring import lint
from bayang.engine.authoring.examples import fault_of, run_examples
from bayang.engine.authoring.reference import FILES
from bayang.engine.judging.compile import Compiled
from bayang.engine.output.findings import FORMATS
from bayang.engine.packs.pack import Pack, load_pack

READMES = ["README.md", "README.zh-CN.md"]
DOCS = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("docs/*.md"))
PAGES = [*READMES, "CONTRIBUTING.md", "CHANGELOG.md", "samples/README.md", *DOCS]


def both(name: str) -> list[str]:
    """A page of docs/ in both languages."""
    return [f"docs/{name}.md", f"docs/{name}.zh-CN.md"]


OF_USERS = {".fuzz/", ".helix/languages.toml", ".vscode/settings.json",
            "P-101.yaml", "roster.yaml", "waivers.yaml", "notice.yaml", "bayang.yaml", "baseline.json", "plan.yaml",
            "times.py", "words.py", "late.py", "batch.py", "notice.html", "notice.md",
            "office/", "office/bayang.yaml", ".pre-commit-config.yaml", ".github/", "U-301.yaml", "bases/",
            "plan.txt", "themes/", "families/", "families/ZA.yaml", "words.yaml", "calendar.yaml",     # of a pack
            "fields.yaml",
            "settings.json", "personal.schema.json", "P-101.yaml.txt", ".yaml.txt"}


def page(name: str) -> str:
    return (ROOT / name).read_text(encoding="utf-8")


def blocks(name: str, language: str) -> list[str]:
    """The fenced blocks of a page in one language, without the indentation of a list."""
    found = re.findall(rf"^( *)```{language}\n(.*?)^ *```$", page(name), re.MULTILINE | re.DOTALL)
    return [re.sub(rf"^{indent}", "", text, flags=re.MULTILINE) for indent, text in found]


def commands(group: click.Group, above: str = "bayang") -> Iterator[tuple[str, click.Command]]:
    """Every command with its full name."""
    for name, one in group.commands.items():
        if isinstance(one, click.Group):
            yield from commands(one, f"{above} {name}")
        else:
            yield f"{above} {name}", one


def run(*arguments: str | Path, cwd: Path = ROOT) -> running.Said:
    return running.here(*arguments, cwd=cwd)


@pytest.mark.parametrize("ending", [".md", ".zh-CN.md"])
def test_every_command_option_and_format_is_there(ending: str) -> None:
    text = "".join(page(f"docs/{name}{ending}") for name in (
        "commands", "report", "notices", "statistics", "excel", "desk"))
    for full, one in commands(bayang):
        assert f"`{full}" in text, full
        for option in one.params:
            if isinstance(option, click.Option):
                assert any(f"`{written}" in text for written in option.opts), (full, option.opts)
    assert [form for form in FORMATS if f"`{form}`" not in text] == []


@pytest.mark.parametrize("name", READMES)
def test_the_first_two_commands(name: str) -> None:
    """The setup is what CI does, word for word; what follows it is run here."""
    samples, tests = (text.strip() for text in blocks(name, "sh")[:2])
    assert all(text.startswith("python3 -m venv .venv && .venv/bin/pip install -q -e ") for text in (samples, tests))
    assert tests in (ROOT / ".ci/run").read_text(encoding="utf-8").splitlines()
    command, *arguments = shlex.split(samples.rsplit(" && ")[-1])
    assert command == ".venv/bin/bayang"
    said = run(*arguments)
    assert (said.returncode, said.stderr) == (1, b"")


def test_no_mark_of_a_merge_is_left() -> None:
    pages = [path for ending in ("*.md", "docs/*.md", "*.py", "engine/**/*.py", "engine/text/texts/*.yaml", "setup.cfg")
             for path in ROOT.glob(ending)]
    assert ROOT / "CHANGELOG.md" in pages
    for path in pages:
        assert not re.search("^(<{7}|>{7}) ", path.read_text(encoding="utf-8"), re.MULTILINE), path


def test_ci_can_run() -> None:
    assert os.name == "nt" or os.access(ROOT / ".ci/run", os.X_OK)


@pytest.mark.parametrize("name", READMES)
def test_the_output_shown_is_the_output(name: str) -> None:
    """Set UPDATE_GOLDEN=1 to write what is shown anew."""
    [line] = re.findall(r"^`(bayang check [^`]*)`[:：]$", page(name), re.MULTILINE)
    said = run(*shlex.split(line)[1:])
    assert said.returncode == 1
    shown = said.stdout.decode()
    if os.environ.get("UPDATE_GOLDEN"):
        (ROOT / name).write_text(page(name).replace(blocks(name, "text")[0], shown), encoding="utf-8", newline="\n")
    assert blocks(name, "text") == [shown]


@pytest.mark.parametrize("name", both("report"))
def test_the_report_shown_is_in_order(name: str, tmp_path: Path) -> None:
    (tmp_path / "P-101.yaml").write_text(blocks(name, "yaml")[0], encoding="utf-8")
    said = run("check", tmp_path, "--as-of", "2022-05-01", "--fail-on", "info")
    assert said.returncode == 0, said.stdout.decode()


@pytest.mark.parametrize(("name", "reports"), list(zip(both("office"), both("report"), strict=True)))
def test_the_waiver_shown_works(name: str, reports: str, tmp_path: Path) -> None:
    report, waivers = blocks(reports, "yaml")[0], blocks(name, "yaml")[0]
    (tmp_path / "P-101.yaml").write_text(re.sub("典型事例: .*", "", report), encoding="utf-8")
    (tmp_path / "waivers.yaml").write_text(waivers, encoding="utf-8")
    for day, code in (("2022-06-30", 0), ("2022-07-01", 1)):
        assert run("check", tmp_path, "--as-of", day, "--fail-on", "warning").returncode == code


@pytest.mark.parametrize(("name", "reports"), list(zip(both("settings"), both("report"), strict=True)))
def test_the_configuration_shown_works(name: str, reports: str, tmp_path: Path) -> None:
    report, config = blocks(reports, "yaml")[0], blocks(name, "yaml")[0]
    (tmp_path / "P-101.yaml").write_text(re.sub("学习情况:\n.*\n", "", report), encoding="utf-8")     # a warning
    (tmp_path / "bayang.yaml").write_text(config, encoding="utf-8")
    (tmp_path / "office").mkdir()
    shutil.copyfile(ROOT / "samples/roster.yaml", tmp_path / "office/roster.yaml")
    said = run("check", tmp_path / "P-101.yaml", "--as-of", "2022-05-01", "--select", "PH13")
    assert said.returncode == 1, said.stderr.decode()
    assert run("check", tmp_path / "P-101.yaml", "--as-of", "2022-05-01", "--select", "PH13",
               "--no-config").returncode == 0


@pytest.mark.parametrize("name", both("settings"))
def test_the_python_shown_runs(name: str) -> None:
    [code] = blocks(name, "python")
    said = subprocess.run([sys.executable, "-X", "utf8", "-W", "error", "-c", code], cwd=ROOT, capture_output=True)
    assert (said.returncode, said.stderr) == (0, b"")
    assert b"PB09" in said.stdout


def test_the_page_on_formats_runs(tmp_path: Path) -> None:
    for name in both("formats"):
        assert [form for form in FORMATS if f"`{form}`" not in page(name)] == []
        assert blocks(name, "sh") == blocks("docs/formats.md", "sh")
    shutil.copytree(ROOT / "samples", tmp_path / "samples")
    for command in blocks("docs/formats.md", "sh"):
        said = run(*shlex.split(command)[1:], cwd=tmp_path)
        assert (said.returncode, said.stderr) == (1, b"")
    assert {file.name for file in tmp_path.iterdir()} == {"samples", "out.sarif", "out.html"}


def test_the_rule_of_the_recipe_holds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The examples of all other rules are tried elsewhere."""
    monkeypatch.setattr(lint, "fault_of", lambda compiled, rule, *more, **named:
                        fault_of(compiled, rule, *more, **named) if rule.id == "ZZ01" else None)
    shutil.copytree(ROOT / "rules", tmp_path / "pack")
    [rule] = blocks("CONTRIBUTING.md", "yaml")
    (tmp_path / "pack/families/ZZ.yaml").write_text(rule, encoding="utf-8")
    assert "ZZ01" in run("rules", "list", "--rules", tmp_path / "pack").stdout.decode()
    assert lint.lint(tmp_path / "pack") == []
    compiled = Compiled(load_pack(tmp_path / "pack"))
    outcomes = list(run_examples(compiled, [compiled.pack.rules["ZZ01"]]))
    assert [one.side for one in outcomes if not one.fault] == ["pass", "pass", "fail"]


@pytest.mark.parametrize("name", PAGES)
def test_every_file_named_exists(name: str) -> None:
    words = {word for code in re.findall(r"`([^`\n]+)`", page(name)) for word in code.split()}
    paths = {word for word in words if re.fullmatch(r"[\w./*-]+(/|\.(yaml|json|py|md|cfg|toml|txt))|\.ci/run", word)}
    paths |= {file for file in re.findall(r"\]\(([^)#\s]+)\)", page(name)) if "://" not in file}
    paths -= OF_USERS | set(FILES.values())         # the manuals are made with the site
    bases = (ROOT, (ROOT / name).parent, ROOT / "engine", *(ROOT / "engine").glob("*/"))
    missing = [path for path in paths if "LANG" not in path and "PLAN" not in path and not path.startswith(".venv")
               and not any(list(base.glob(path.rstrip("/"))) for base in bases)]
    assert missing == []


@pytest.mark.parametrize("names", [READMES, *map(both, ("report", "commands", "office", "settings"))])
def test_both_languages_have_the_same_parts(names: list[str]) -> None:
    heads = [len(re.findall("^## ", page(name), re.MULTILINE)) for name in names]
    tables = [re.findall(r"^\| `(.*?)` \|", page(name), re.MULTILINE) for name in names]
    assert heads[0] == heads[1]
    assert tables[0] == tables[1]


@pytest.mark.parametrize("name", READMES)
def test_a_readme_is_short(name: str) -> None:
    assert len(page(name).splitlines()) <= 120


def test_the_site_builds_without_a_warning(tmp_path: Path) -> None:
    """Every page is in its menu, every link and anchor leads somewhere; what is built fetches nothing."""
    said = subprocess.run([sys.executable, "-m", "mkdocs", "build", "--strict", "--quiet", "--site-dir", tmp_path],
                          cwd=ROOT, capture_output=True, timeout=120, env={**os.environ, "NO_MKDOCS_2_WARNING": "1"})
    assert said.returncode == 0, said.stderr.decode()
    assert {f"{Path(name).stem}.html" for name in DOCS} <= {file.name for file in tmp_path.iterdir()}
    start = (tmp_path / "index.html").read_text(encoding="utf-8")
    assert not re.search(r"""<(?:link|script|img)[^>]+(?:href|src)=["']?https?:""", start)


def test_rules_named_in_the_pages_exist(pack: Pack) -> None:
    for name in {*READMES, *PAGES} - {"CONTRIBUTING.md", "docs/notices.md", "docs/notices.zh-CN.md"}:
        named = set(re.findall(r"\b(?!ZA)[A-Z]{2}\d{2}\b", page(name)))         # ZA: of a pack yet to be written
        assert named - set(pack.rules) == set()


def test_the_changelog_has_this_version() -> None:
    from bayang import __version__

    assert f"## [{__version__}]" in page("CHANGELOG.md")
    assert "## [Unreleased]" in page("CHANGELOG.md")


# -- each promise names a test that is there -----------------------------------------------------------------------

def named(text: str) -> list[tuple[str, str]]:
    """(file, test or nothing) in the order in which a page names them."""
    return re.findall(r"`(?:\.venv/bin/python )?(tests/[\w/]+\.py)(?:::(\w+))?", text)


def test_every_promise_has_its_test() -> None:
    english, chinese = (named(page(f"docs/reliability{ending}"))
                        for ending in (".md", ".zh-CN.md"))
    first, second = page("SECURITY.md").split("\n# 安全\n")
    assert english == chinese and len(english) > 30
    assert named(first) == named(second) and len(named(first)) > 20
    for file, test in {*english, *named(first)}:
        assert not test or f"def {test}(" in page(file), (file, test)
