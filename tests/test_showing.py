"""What a check shows; none of it changes what is found (contract §10.11; docs/commands.md)."""

from __future__ import annotations

import json
import re
from collections import Counter
from pathlib import Path

import pytest
from making import write
from running import FAULTY, GOOD, SAMPLES, Said, complaint, here

from bayang.engine.output.findings import FORMATS

CLOCK = "--as-of=2022-08-08"
ESCAPE = b"\x1b["


def check(*arguments: object, **given: object) -> Said:
    return here("check", CLOCK, *arguments, **given)


@pytest.fixture(scope="module")
def found() -> dict:
    """What is found in the samples."""
    return json.loads(check(SAMPLES, "--format=json").stdout)


def rules_in(said: Said) -> list[str]:
    """The rules of the findings in a text for a terminal."""
    return re.findall(r"^  \S+  (?:必须补正|建议完善|提示) ([A-Z]{2}\d\d)", said.stdout.decode(), re.MULTILINE)


def test_what_is_shown_changes_neither_exit_code_nor_what_programs_and_letters_read(tmp_path: Path) -> None:
    formats = sorted(FORMATS.keys() - {"text", "markdown", "github"})
    outputs = []
    for options in ([], ["-q", "--counts"], ["-v", "--min-level=error", "--color=always"]):
        said = check(FAULTY, "--fail-on=warning", "--format=text", *options, *(
            f"--format={name}={tmp_path / name}" for name in formats))
        assert said.returncode == 1
        outputs.append({name: (tmp_path / name).read_bytes() for name in formats})
    assert outputs[1] == outputs[2] == outputs[0]


def test_min_level_lists_the_graver_ones_counts_all_and_says_so(tmp_path: Path) -> None:
    whole, graver = check(FAULTY), check(FAULTY, "--min-level", "error", f"--format=markdown={tmp_path / 'a.md'}",
                                         "--format=text", f"--format=github={tmp_path / 'a.txt'}")
    assert (rules_in(whole), rules_in(graver)) == (["SE01", "CV01"], ["CV01"])
    files = [(tmp_path / name).read_text("utf-8") for name in ("a.md", "a.txt")]
    for text in (graver.stdout.decode(), *files):
        assert "必须补正 1 处，建议完善 1 处" in text and "SE01" not in text.partition("## ")[0]
        assert "没有列出：建议完善 1 处；它们照样计入合计和退出码" in text
    assert check(FAULTY, "--min-level", "error", "--fail-on", "warning", "--ignore", "CV01").returncode == 1


def test_counts_are_those_of_the_findings_that_count(found: dict) -> None:
    said = check(SAMPLES, "--counts", "--quiet")
    counted = Counter((one["rule"], one["level"]) for one in found["findings"] if not (
        one["waived"] or one["superseded"] or one["baselined"] or one.get("provisional")))
    words = {"必须补正": "error", "建议完善": "warning", "提示": "info"}
    rows = [(rule, words[level], int(count)) for count, level, rule in re.findall(
        r"^ *(\d+)  (\S+) +([A-Z]{2}\d\d)  ", said.stdout.decode(), re.MULTILINE)]
    assert {(rule, level): count for rule, level, count in rows} == counted
    assert [count for *_, count in rows] == sorted(counted.values(), reverse=True)
    assert said.returncode == 1


def test_quiet_says_nothing_where_there_is_nothing_and_findings_alone_else() -> None:
    assert (check(GOOD, "-q").stdout, check(GOOD, "-q").returncode) == (b"", 0)
    said = check(FAULTY, "-q", "--format=github").stdout.decode().splitlines()
    assert [line.partition(" ")[0] for line in said] == ["::error", "::warning", "时点"]
    text = check(FAULTY, "-q").stdout.decode()
    assert text.startswith("P-003.yaml") and "───" not in text


def test_verbose_lists_what_is_only_counted_else(found: dict) -> None:
    text = check(SAMPLES, "-v").stdout.decode()
    _, _, apart = text.partition("不计入的问题：\n")
    assert apart.partition("\n\n")[0].count("（已被取代）") == found["summary"]["superseded"] == 27
    assert all(one["rule"] in text.partition("没有判断的（不等于通过）：")[2] for one in found["not_assessed"])
    assert f"名册 roster.yaml  sha256 {found['sources']['roster']['digest'][:12]}" in text
    assert "苇江分局/整改落实/P-009.expected.tsv" in text and "没有列在这里" not in text


@pytest.mark.parametrize(("arguments", "words"), [
    (["-q", "-v"], "--quiet 和 --verbose"), (["--counts", "--format=json"], "--format text"),
    (["--stdin-name=x.yaml"], "PATH 里却没有 -")])
def test_options_that_contradict_each_other_are_refused(arguments: list[str], words: str) -> None:
    assert words in complaint(check(GOOD, *arguments))


def test_standard_input_under_a_name_is_that_file(tmp_path: Path) -> None:
    """The same bytes in any format, with its attachments and its configuration; it need not be there."""
    text = FAULTY.read_text("utf-8") + "attachments: [证明.txt, 没有.txt]\n"
    write(tmp_path / "甲/P-003.yaml", text)
    write(tmp_path / "甲/证明.txt", "x")
    write(tmp_path / "甲/bayang.yaml", "ignore: [SE01]\n")
    formats = [f"--format={name}=%s/{name}" for name in ("text", "json", "sarif", "html")]
    for where, path in (("a", ["甲/P-003.yaml"]), ("b", ["-", "--stdin-name", "甲/P-003.yaml"])):
        write(tmp_path / where / "x", "")
        said = check(*path, *(one % where for one in formats), cwd=tmp_path, data=text.encode())
        assert (said.returncode, said.stderr) == (1, b"")
        (tmp_path / "甲/P-003.yaml").unlink(missing_ok=True)
    for name in ("text", "json", "sarif", "html"):
        assert (tmp_path / "a" / name).read_bytes() == (tmp_path / "b" / name).read_bytes()
    found = json.loads((tmp_path / "b/json").read_bytes())["findings"]
    assert [(one["file"], one["rule"]) for one in found] == [("P-003.yaml", "CV01"), ("P-003.yaml", "TX06")]


def test_what_is_typed_takes_the_place_of_the_file_in_its_folder(tmp_path: Path) -> None:
    write(tmp_path / "P-003.yaml", GOOD.read_text("utf-8"))
    said = check("-", ".", "--stdin-name", "./P-003.yaml", "--format=json", cwd=tmp_path, data=FAULTY.read_bytes())
    found = json.loads(said.stdout)
    assert found["summary"]["files"] == 1 and {one["rule"] for one in found["findings"]} == {"CV01", "SE01"}


@pytest.mark.parametrize(("option", "environment", "coloured"), [
    ("auto", {}, False), ("always", {"NO_COLOR": "1"}, True), ("never", {"FORCE_COLOR": "1"}, False),
    ("auto", {"FORCE_COLOR": "1"}, True), ("auto", {"FORCE_COLOR": "1", "NO_COLOR": "1"}, False)])
def test_colours(option: str, environment: dict[str, str], coloured: bool, tmp_path: Path) -> None:
    said = check(FAULTY, "--color", option, "--format=text", f"--format=github={tmp_path / 'a'}", **environment)
    assert (ESCAPE in said.stdout) == coloured
    assert ESCAPE not in (tmp_path / "a").read_bytes()


def test_settings_shown_are_a_configuration_that_says_the_same(tmp_path: Path) -> None:
    write(tmp_path / "r/P-003.yaml", FAULTY.read_text("utf-8"))
    said = check("r", "--select", "PB*,CV01", "--show-settings", "--format=json=x", cwd=tmp_path, BAYANG_FAIL_ON="info")
    text = said.stdout.decode()
    assert said.returncode == 0 and not (tmp_path / "x").exists()
    assert re.search(r'^fail-on: "info" +# BAYANG_FAIL_ON$', text, re.MULTILINE)
    assert re.search(r'^select: \["PB\*", "CV01"\] +# 命令行$', text, re.MULTILINE)
    write(tmp_path / "bayang.yaml", text)
    again = here("check", "r", "--show-settings", cwd=tmp_path).stdout.decode()
    values = [[line.partition("  # ")[0] for line in one.splitlines() if line[0] != "#"] for one in (text, again)]
    assert values[0] == values[1] and "# bayang.yaml:" in again


def test_files_shown_are_those_checked(found: dict) -> None:
    said = check(SAMPLES, "--show-files")
    files = said.stdout.decode().splitlines()
    assert len(files) == found["summary"]["files"] and all(Path(one).is_file() for one in files)
    assert said.returncode == 0


def test_nothing_to_show_is_told_as_nothing_to_check(tmp_path: Path) -> None:
    said = check(tmp_path, "--show-files")
    assert (said.returncode, said.stdout) == (3, b"") and "没有可检查的报告" in said.stderr.decode()
