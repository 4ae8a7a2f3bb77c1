"""How the house is kept: linted, imports that go downwards, nothing large, one name for one thing (CONTRIBUTING.md)."""

from __future__ import annotations

import ast
import subprocess
import sys
from collections import defaultdict
from functools import cache
from pathlib import Path

import pytest
from running import ROOT

MODULES = [ROOT / "cli.py", *sorted((ROOT / "engine").rglob("*.py"))]
LONG = {"tree"}         # the reader of events: one loop over what YAML can bring


@cache
def nodes(kind: type[ast.AST]) -> list[tuple[Path, ast.AST]]:
    return [(path, node) for path, node in every_node() if isinstance(node, kind)]


@cache
def every_node() -> list[tuple[Path, ast.AST]]:
    return [(path, node) for path in MODULES for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))]


def lines(node: ast.AST) -> int:
    return node.end_lineno - node.lineno + 1


@pytest.mark.parametrize("command", [["ruff", "check", "--quiet", "."], ["importlinter.cli", "lint"]],
                         ids=lambda one: one[0])
def test_it_is_in_order(command: list[str]) -> None:
    """By the settings in pyproject.toml: style, and that no room imports from one behind it."""
    if command[0] == "importlinter.cli":
        command = [sys.executable, "-c", "from importlinter.cli import lint_imports; raise SystemExit(lint_imports())"]
    else:
        command = [sys.executable, "-m", *command]
    said = subprocess.run(command, cwd=ROOT, capture_output=True, encoding="utf-8", check=False)
    assert said.returncode == 0, said.stdout + said.stderr


def test_rooms_and_at_most_three_modules_beside_them() -> None:
    beside = {path.name for path in (ROOT / "engine").glob("*.py")} - {"__init__.py"}
    rooms = {path.parent.name for path in (ROOT / "engine").glob("*/__init__.py")}
    assert beside == {"recording.py", "records.py", "writing.py"}
    assert rooms == {"text", "reading", "packs", "language", "judging", "batch", "authoring", "output", "console"}


def test_no_class_over_150_lines_and_no_function_over_60() -> None:
    assert [(path.name, node.name, lines(node)) for path, node in nodes(ast.ClassDef) if lines(node) > 150] == []
    assert [(path.name, node.name, lines(node)) for path, node in nodes(ast.FunctionDef)
            if lines(node) > 60 and node.name not in LONG] == []
    assert len((ROOT / "cli.py").read_text(encoding="utf-8").splitlines()) < 350


def test_one_name_for_one_class() -> None:
    homes = defaultdict(list)
    for path, node in nodes(ast.ClassDef):
        homes[node.name].append(path.relative_to(ROOT).as_posix())
    assert {name: places for name, places in homes.items() if len(places) > 1} == {}


def test_few_parameters_are_of_any_type() -> None:
    listed = [one for _, node in nodes(ast.FunctionDef)
              for one in (*node.args.posonlyargs, *node.args.args, *node.args.kwonlyargs)]
    found = [one.annotation for one in listed if one.arg not in ("self", "cls")]
    anything = sum(one is None or "Any" in ast.unparse(one) for one in found)
    assert anything / len(found) < 0.08
