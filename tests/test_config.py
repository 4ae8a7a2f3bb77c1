"""Where options come from: a configuration, the environment, the command line; and what is said of wrong ones (contract
§8.9; docs/settings.md).
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path

import click
import pytest
from making import write
from running import FAULTY, GOOD, ROOT, SAMPLES, WINDOW, Said, complaint, folder_of, here

from bayang import cli
from bayang.engine.console.config import LISTS, PATHS, TYPED, Config, find_config, load_config
from bayang.engine.console.settings import options
from bayang.engine.records import PackError
from bayang.engine.text.messages import told
from bayang.engine.text.wording import width

CLOCK = "--as-of=2022-08-08"


def found(said: Said) -> set[str]:
    return {one["rule"] for one in json.loads(said.stdout)["findings"]}


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder `reports` with two reports; one has two findings."""
    return folder_of(tmp_path / "reports", GOOD, FAULTY).parent


# -- which one wins -----------------------------------------------------------------------------------------------

def test_later_ones_win(home: Path) -> None:
    """A configuration, then the environment, then an option: each alone decides `--fail-on`."""
    write(home / "bayang.yaml", "as-of: 2022-08-08\nfail-on: never\n")
    assert here("check", "reports", cwd=home).returncode == 0
    assert here("check", "reports", cwd=home, BAYANG_FAIL_ON="error").returncode == 1
    assert here("check", "reports", "--fail-on", "never", cwd=home, BAYANG_FAIL_ON="error").returncode == 0
    assert here("check", "reports", CLOCK, "--no-config", cwd=home).returncode == 1


@pytest.mark.parametrize("place", ["bayang.yaml", "bayang.yml", "reports/bayang.yaml"])
def test_found_upwards_from_the_path(place: str, home: Path) -> None:
    write(home / place, "fail-on: never\n")
    elsewhere = home / "elsewhere"
    elsewhere.mkdir()
    for path in (home / "reports", home / "reports/P-003.yaml"):
        said = here("check", path, CLOCK, cwd=elsewhere)
        assert (said.returncode, said.stderr) == (0, b"")
        assert f"用了配置 ../{place}" in said.stdout.decode()


def test_the_nearest_one_counts(home: Path) -> None:
    write(home / "bayang.yaml", "nonsense: 1\n")
    write(home / "reports/bayang.yaml", "fail-on: never\n")
    assert here("check", "reports", CLOCK, cwd=home).returncode == 0
    assert "nonsense" in complaint(here("check", "-", CLOCK, cwd=home))       # standard input: from here


def test_a_section_of_setup_cfg(home: Path) -> None:
    write(home / "setup.cfg", "[metadata]\nname = x\n\n[bayang]\nfail-on = warning\nselect =\n    SE01\n    PB*\n")
    said = here("check", "reports", CLOCK, "--format", "json", cwd=home)
    assert (said.returncode, found(said)) == (1, {"SE01"})
    write(home / "setup.cfg", "[metadata]\nname = bayang\n")        # of other tools alone
    assert found(here("check", "reports", CLOCK, "--format", "json", cwd=home)) == {"SE01", "CV01"}


def test_the_result_names_it_with_its_digest(home: Path) -> None:
    file = write(home / "bayang.yaml", "lang: en\n")
    result = json.loads(here("check", "reports", CLOCK, "--format", "json", cwd=home).stdout)
    assert result["sources"]["config"] == {
        "file": "bayang.yaml", "digest": hashlib.sha256(file.read_bytes()).hexdigest()}
    assert "configured by bayang.yaml" in here("check", "reports", CLOCK, cwd=home).stdout.decode()
    result = json.loads(here("check", "reports", CLOCK, "--format", "json", "--no-config", cwd=home).stdout)
    assert result["sources"]["config"] is None


def test_paths_are_relative_to_the_file(home: Path) -> None:
    write(home / "表/roster.yaml", (SAMPLES / "roster.yaml").read_text(encoding="utf-8"))
    write(home / "表/waivers.yaml", "waivers: []\n")
    write(home / "office.yaml", "roster: 表/roster.yaml\nwaivers: ./表/waivers.yaml\n")
    (home / "there").mkdir()
    said = here("check", "../reports", "--config", "../office.yaml", CLOCK, "--format", "json", cwd=home / "there")
    assert said.returncode == 1
    assert json.loads(said.stdout)["sources"]["roster"]["file"] == "../表/roster.yaml"


def test_a_configuration_named_switches_finding_one_off(home: Path) -> None:
    write(home / "bayang.yaml", "nonsense: 1\n")
    office = write(home / "reports/office.yaml", "fail-on: never\n")
    said = here("check", "reports", CLOCK, "--config", office, cwd=home)
    assert (said.returncode, said.stderr) == (0, b"")           # nor is it taken for a report
    assert here("check", "reports", CLOCK, cwd=home, BAYANG_CONFIG=str(office)).returncode == 0
    said = here("check", "reports", CLOCK, "--no-config", "--config", office, cwd=home)
    assert said.returncode == 0                                 # --no-config looks for none; this one is given


def test_no_config_finds_nothing_at_all(home: Path) -> None:
    for name in ("roster", "waivers", "bayang"):
        write(home / f"reports/{name}.yaml", "nonsense: 1\n")
    for said in (here("check", "reports", CLOCK, "--no-config", cwd=home),
                 here("check", "reports", CLOCK, cwd=home, BAYANG_NO_CONFIG="1")):
        assert (said.returncode, said.stderr) == (1, b"")
    assert "nonsense" in complaint(here("check", "reports", CLOCK, cwd=home))


def test_every_command_that_reads_a_batch_takes_it(home: Path) -> None:
    write(home / "reports/bayang.yaml", "nonsense: 1\n")
    batches = [name for name, one in cli.bayang.commands.items() if "no-config" in options(one)]
    assert "check" in batches
    for name in batches:
        to = ["--to", "out"] if any("--to" in one.opts for one in cli.bayang.commands[name].params) else []
        assert "reports/bayang.yaml 第 1 行：没有 nonsense 这一项" in complaint(
            here(name, "reports", CLOCK, *to, cwd=home))


def test_another_plan(home: Path) -> None:
    write(home / "bayang.yaml", f"rules: {WINDOW}\nphase: nowhere\n")
    line = complaint(here("check", "reports", cwd=home))
    assert line.startswith("bayang.yaml 第 2 行：phase：没有阶段“nowhere”")
    write(home / "bayang.yaml", f"rules: {WINDOW}\n")
    assert json.loads(here("check", "reports", "--format", "json", cwd=home).stdout)["pack"] == "window-2023"


# -- several PATHs, several files ----------------------------------------------------------------------------------

def test_paths_with_different_configurations(home: Path) -> None:
    write(home / "甲/bayang.yaml", "lang: en\n")
    write(home / "乙/bayang.yaml", "lang: zh\n")
    line = complaint(here("check", "甲", "乙", cwd=home))
    assert "甲/bayang.yaml" in line and "乙/bayang.yaml" in line and "--config" in line
    line = complaint(here("check", "甲", "reports", cwd=home))
    assert "甲/bayang.yaml 只管一部分 PATH（reports 没有配置）" in line
    assert here("check", "甲", "乙", "reports", CLOCK, "--no-config", cwd=home).returncode == 1
    write(home / "bayang.yaml", "fail-on: never\n")
    assert here("check", "reports/P-002.yaml", "reports/P-003.yaml", CLOCK, cwd=home).returncode == 0


def test_two_in_one_folder(home: Path) -> None:
    write(home / "bayang.yaml", "lang: en\n")
    write(home / "setup.cfg", "[bayang]\nlang = zh\n")
    line = complaint(here("check", "reports", cwd=home))
    assert "bayang.yaml" in line and "setup.cfg" in line


def test_finding_is_a_function(home: Path) -> None:
    assert find_config([]) is None
    file = write(home / "bayang.yaml", "# nothing yet\n")
    assert os.path.samefile(find_config([str(home / "reports")]), file)
    config = load_config(str(file))
    assert config == Config({}, {}, str(file), hashlib.sha256(file.read_bytes()).hexdigest())


# -- what is wrong -------------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("text", "line", "words"), [
    ("as_of: 2022-08-08\n", 1, ["as_of", "as-of"]),
    ("lang: zh\nselekt: CV01\n", 2, ["selekt", "select"]),
    ("lang: zh\n名册: roster.yaml\n", 2, ["名册", "roster", "waivers"]),
    ("lang: fr\n", 1, ["lang", "zh", "en"]),
    ("\n\nfail-on: warn\n", 3, ["fail-on", "error", "warning", "info", "never"]),
    ("partial: yes\n", 1, ["partial", "true"]),
    ("jobs: many\n", 1, ["jobs", "数字"]),
    ("lang: zh\njobs: 0\n", 2, ["jobs", "1"]),
    ("as-of: soon\n", 1, ["as-of", "2022-04-30"]),
    ("lang: zh\nroster: nowhere.yaml\n", 2, ["roster", "nowhere.yaml"]),
    ("lang: zh\nselect: [CV01, XY99]\n", 2, ["select", "XY99"]),
    ("ignore: no-such-rule\n", 1, ["ignore", "no-such-rule"]),
    ("phase: inspektion\n", 1, ["phase", "inspection"]),
    ("lang: zh\nshow-values: true\n", 2, ["show-values", "命令行"]),
    ("write-baseline: b.json\n", 1, ["write-baseline", "命令行"]),
    ("format: json=out.json\n", 1, ["format", "命令行"]),
    ("config: other.yaml\n", 1, ["config", "命令行"]),
    ("lang: zh\nlang: en\n", 2, []),
    ("lang：zh\n", 1, ["英文冒号"]),
    ("lang: [zh]\n", 1, ["lang"]),
    ("- lang: zh\n", 1, []),
    ("lang: !x zh\n", 1, []),
])
def test_a_wrong_one_is_named_with_its_line_and_repair(text: str, line: int, words: list[str], home: Path) -> None:
    write(home / "bayang.yaml", text)
    said = complaint(here("check", "reports", cwd=home))
    assert said.startswith(f"bayang.yaml 第 {line} 行：")
    assert [word for word in words if word not in said] == []
    assert sorted(path.name for path in home.iterdir()) == ["bayang.yaml", "reports"]


@pytest.mark.parametrize(("text", "line", "key"), [
    ("[bayang]\nlang = zh\nfail_on = never\n", 3, "config.no-key"),
    ("[bayang]\nlang = zh\nlang = en\n", 3, "config.section"),
    ("[bayang]\nlang\n", 2, "config.section"),
    ("lang = zh\n[bayang]\n", 1, "config.section"),
    ("[bayang]\nlang = fr\n", 2, "table.unknown-value"),
    ("[other]\nlang = fr\n", 1, "config.no-section"),
])
def test_a_wrong_section(text: str, line: int, key: str, tmp_path: Path) -> None:
    file = write(tmp_path / "setup.cfg", text)
    with pytest.raises(PackError) as fault:
        load_config(str(file))
    assert (fault.value.line, fault.value.key) == (line, key)
    assert told(fault.value, "zh") != told(fault.value, "en")


def test_unreadable_ones(home: Path) -> None:
    said = here("check", "reports", "--config", "nowhere.yaml", cwd=home)
    assert complaint(said).startswith("nowhere.yaml 第 1 行：")
    (home / "bayang.yaml").write_bytes("语言: zh\n".encode("gb18030"))
    assert complaint(here("check", "reports", cwd=home)).startswith("bayang.yaml 第 1 行：")
    (home / "bayang.yaml").unlink()
    (home / "setup.cfg").write_bytes("[bayang]\n# 语言\nlang = zh\n".encode("gb18030"))
    assert "UTF-8" in complaint(here("check", "reports", cwd=home))


# -- the environment -----------------------------------------------------------------------------------------------

def test_variables_stand_for_options(home: Path) -> None:
    said = here("check", "reports", "--format", "json", cwd=home, BAYANG_AS_OF="2022-08-08",
                  BAYANG_IGNORE="CV*, TX04", BAYANG_PARTIAL="true", BAYANG_LANG="en", BAYANG_JOBS="1")
    assert found(said) == {"SE01"}
    result = json.loads(said.stdout)
    assert result["as_of"] == "2022-08-08"
    assert {one["reason"] for one in result["not_assessed"]} == {"partial", "roster"}
    said = here("check", "reports", CLOCK, cwd=home, BAYANG_FORMAT="json=甲 乙.json,text", BAYANG_LANG="")
    assert "基线" not in said.stdout.decode() and json.loads((home / "甲 乙.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("name", "value", "words"), [
    ("BAYANG_ROSTR", "x", ["BAYANG_ROSTR", "BAYANG_ROSTER"]),
    ("BAYANG_JOBS", "many", ["BAYANG_JOBS", "1"]),
    ("BAYANG_LANG", "fr", ["BAYANG_LANG", "fr", "zh"]),
    ("BAYANG_AS_OF", "soon", ["BAYANG_AS_OF", "2022-04-30"]),
    ("BAYANG_PARTIAL", "perhaps", ["BAYANG_PARTIAL"]),
    ("BAYANG_SELECT", "XY99", ["XY99"]),
])
def test_a_wrong_variable(name: str, value: str, words: list[str], home: Path) -> None:
    said = complaint(here("check", "reports", cwd=home, **{name: value}))
    assert [word for word in words if word not in said] == []


def test_other_commands_take_language_and_pack_from_the_environment(tmp_path: Path) -> None:
    english = here("rules", "list", cwd=tmp_path, BAYANG_LANG="en", BAYANG_RULES=str(WINDOW), BAYANG_ROSTER="x")
    assert english.stdout == here("rules", "list", "--lang", "en", "--rules", WINDOW, cwd=tmp_path).stdout


# -- what the schema says ------------------------------------------------------------------------------------------

def test_the_schema_has_every_option_of_a_check() -> None:
    schema = json.loads((ROOT / "schemas/config.json").read_text(encoding="utf-8"))
    known = {name: one for name, one in options(cli.bayang.commands["check"]).items() if name not in TYPED}
    assert set(schema["properties"]) == set(known)
    for name, one in known.items():
        field = schema["properties"][name]
        assert field["title"] == name
        if isinstance(one.type, click.Choice):
            assert [choice["const"] for choice in field["oneOf"]] == list(one.type.choices)
        assert (field.get("type") == "boolean") is bool(one.is_flag)
        assert (name in LISTS) is (field.get("type") == ["string", "array"]) is one.multiple
        assert (name in PATHS) is (one.metavar in ("FILE", "DIR"))


# -- the command line in words --------------------------------------------------------------------------------------

@pytest.mark.parametrize(("arguments", "zh", "en"), [
    (["check"], "PATH…：没有写；这一项必须给出", "PATH…: it is missing and must be given"),
    (["check", ".", "--rooster", "x"], "没有选项 --rooster，是不是 --roster？",
     "there is no option --rooster; did you mean --roster?"),
    (["check", ".", "--zzz"], "没有选项 --zzz", "there is no option --zzz"),
    (["rules", "init", "--to", "x"], "没有选项 --to（", "there is no option --to ("),
    (["check", ".", "--roster"], "--roster 后面要写一个值", "--roster takes a value"),
    (["check", ".", "--partial=3"], "--partial 后面不写值", "--partial takes no value"),
    (["check", ".", "--fail-on", "fatal"], "--fail-on：没有“fatal”；可用：error、warning、info、never",
     "--fail-on: there is no “fatal”; use one of error, warning, info, never"),
    (["check", ".", "--fail-on", "ERROR"], "--fail-on：没有“ERROR”；是不是 error？可用：error、warning、info、never（",
     "--fail-on: there is no “ERROR”; did you mean error? It is one of error, warning, info, never. ("),
    (["check", ".", "--format", "jsn"], "--format：没有格式 jsn；是不是 json？（",       # of so many the nearest alone
     "--format: there is no format jsn; did you mean json? ("),
    (["check", ".", "--format", "zip"], "--format：没有格式 zip；可用：text、json、jsonl、",
     "--format: there is no format zip; use one of text, json, jsonl, "),
    (["check", ".", "--phase", "第二阶段"],
     "没有阶段“第二阶段”；是不是 调查研究和问题查摆？可用：学习教育和动员",
     "no phase “第二阶段”; did you mean 调查研究和问题查摆? It is one of education, inspection, "),
    (["check", ".", "--phase", "查摆"],
     "没有阶段“查摆”；是不是 调查研究和问题查摆？", "no phase “查摆”; did you mean "),
    (["check", ".", "--select", "pbo8"],
     "没有规则符合“pbo8”；是不是 PB08？", "no rule matches “pbo8”; did you mean PB08?"),
    (["check", ".", "--jobs", "0"], "--jobs：要写不小于 1 的整数", "--jobs: give a whole number of 1 or more"),
    (["check", ".", "--as-of", "soon"], "--as-of：请写成 2022-04-30 的样子", "--as-of: write it as 2022-04-30"),
    (["chek"], "没有命令 chek；是不是 check？", "there is no command chek; did you mean check?"),
    (["rules", "lst"], "没有命令 lst；是不是 list？", "there is no command lst; did you mean list?"),
    (["explain", "CV01", "CV02"], "参数写多了", "there are too many arguments"),
])
def test_wrong_use_is_told_in_the_language_asked_for(arguments: list[str], zh: str, en: str, tmp_path: Path) -> None:
    assert complaint(here(*arguments, cwd=tmp_path)).startswith(f"用法不对：{zh}")
    command = arguments[:1] + ["--lang", "en"] if arguments[0] in ("check", "explain") else []
    said = here(*command, *arguments[len(command[:1]):], cwd=tmp_path) if command else \
        here(*arguments, cwd=tmp_path, BAYANG_LANG="en")
    assert complaint(said).startswith(f"wrong use: {en}")


@pytest.mark.parametrize("arguments", [[], ["check"], ["rules"], ["rules", "docs"], ["schema"]])
def test_help_is_chinese_first_and_fits_a_terminal(arguments: list[str], tmp_path: Path) -> None:
    said = here(*arguments, "--help", cwd=tmp_path)
    assert (said.returncode, said.stderr) == (0, b"")
    lines = said.stdout.decode().splitlines()
    assert lines[0].startswith("用法 Usage: bayang") and "选项 Options:" in lines
    assert [line for line in lines if width(line) > 80] == []
    assert "Show this message" not in said.stdout.decode()
    for one in ([cli.bayang, *cli.bayang.commands.values()] if not arguments else []):
        assert (one.help or "")[:8] in said.stdout.decode()


def test_help_is_shown_whatever_else_is_wrong(home: Path) -> None:
    write(home / "bayang.yaml", "nonsense: 1\n")
    assert here("check", "reports", "--help", cwd=home, BAYANG_NO_SUCH="1").returncode == 0
    assert "nonsense" in complaint(here("check", "reports", "--", "--help", cwd=home))     # a PATH of that name


def test_a_command_with_settings_of_its_own_has_the_configuration_by_a_variable(home: Path) -> None:
    write(home / "office.yaml", "as-of: 2022-08-08\nselect: SE01\nfail-on: never\n")
    for name, one in cli.bayang.commands.items():
        if "no-config" in options(one):
            to = ["--to", f"{name}.{'zip' if name == 'archive' else 'csv'}"] if "to" in options(one) else []
            said = here(name, "reports", *to, cwd=home, BAYANG_CONFIG="office.yaml")
            assert said.returncode == 0, said.stderr.decode()
            line = complaint(here(name, "reports", *to, cwd=home, BAYANG_CONFIG="nowhere.yaml"))
            assert line.startswith("nowhere.yaml 第 1 行：")
