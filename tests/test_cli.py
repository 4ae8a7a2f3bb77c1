"""The real command: exit codes and their order, options, streams, interruption. Every run is a process of its own
(contract §5, 6, 8.9).
"""

from __future__ import annotations

import json
import os
import shlex
import shutil
import signal
import subprocess
import unicodedata
from functools import cache
from pathlib import Path

import pytest
from running import (
    BUNDLED,
    COMMAND,
    FAULTY,
    GOOD,
    ROOT,
    SAMPLES,
    UNREADABLE,
    Said,
    bayang,
    complaint,
    folder_of,
    fresh,
    here,
    own_pack,
    scrubbed,
)

GOLDEN = Path(__file__).parent / "golden"
CLOCK = "--as-of=2022-08-08"
CARD = "11010519491231002X"     # the standard's own example of an identity number


def document(*arguments: object, **more: object) -> dict:
    """The JSON document of a check."""
    said = here("check", *arguments, "--format", "json", **more)
    assert said.returncode in (0, 1, 3, 4), said.stderr.decode()
    return json.loads(said.stdout)


def rules_found(*arguments: object, **more: object) -> set[str]:
    return {one["rule"] for one in document(*arguments, **more)["findings"]}


def lines_of(said: Said) -> list[str]:
    """Standard error in lines, which never is a traceback."""
    text = said.stderr.decode("utf-8")
    assert "Traceback" not in text
    return text.splitlines()


def columns(line: str) -> int:
    return sum(2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in line)


# -- exit codes ----------------------------------------------------------------------------------------------------

@cache
def plain_run() -> Said:
    """The check of the samples as it comes."""
    return fresh("check", SAMPLES, CLOCK)


def test_0_nothing_found() -> None:
    said = here("check", GOOD, CLOCK)
    assert (said.returncode, said.stderr) == (0, b"")


def test_1_something_found() -> None:
    said = here("check", FAULTY, CLOCK)
    assert (said.returncode, said.stderr) == (1, b"")


def test_1_for_a_file_that_cannot_be_read() -> None:
    assert here("check", UNREADABLE, CLOCK).returncode == 1


@pytest.mark.parametrize(("arguments", "word"), [
    (["check", "nowhere"], "nowhere"),
    (["check", FAULTY, "nowhere"], "nowhere"),
    (["check", GOOD, "--as-of", "2022-02-30"], "2022-04-30"),
    (["check", GOOD, "--phase", "inspektion"], "inspection"),
    (["check", GOOD, "--select", "XY99"], "XY99"),
    (["check", GOOD, "--ignore", "no-such-rule"], "no-such-rule"),
    (["check", GOOD, "--select", "SE01,nothing-like-it"], "nothing-like-it"),
    (["check", GOOD, "--format", "latin"], "json"),
    (["check", GOOD, "--format", "json="], "json="),
    (["check", GOOD, "--format", "json", "--format", "text"], "--format"),
    (["check", GOOD, "--format", "json=a.txt", "--format", "text=./a.txt"], "--format"),
    (["check", GOOD, "--format", "json=no/such/folder/a.json"], "no/such/folder/a.json"),
    (["check", GOOD, "--format", "json=."], "."),
    (["check", GOOD, "--rules", "."], "plan.yaml"),
    (["check", GOOD, "--roster", "nowhere.yaml"], "nowhere.yaml"),
])
def test_2_wrong_use(arguments: list, word: str, tmp_path: Path) -> None:
    said = here(*arguments, cwd=tmp_path)
    assert (said.returncode, said.stdout) == (2, b"")
    assert word in "\n".join(lines_of(said))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.skipif(os.name == "nt", reason="needs a shell that closes what a command reads")
@pytest.mark.parametrize("more", ["", "--stdin-name a.yaml"])
def test_2_without_standard_input_there_is_none_to_check(more: str) -> None:
    said = subprocess.run(f"{shlex.join(COMMAND)} check - {more} <&-", shell=True, capture_output=True, env=scrubbed())
    assert complaint(said) == "用法不对：“-”是标准输入，可这里没有标准输入；请用管道或者 < 把报告接进来，或者给出文件"


def test_2_two_rosters_are_both_named(tmp_path: Path) -> None:
    for name, report in (("甲", GOOD), ("乙", SAMPLES / "市局/整改落实/P-001.yaml")):
        folder_of(tmp_path / name, SAMPLES / "roster.yaml", report)
    said = here("check", "甲", "乙", CLOCK, cwd=tmp_path)
    assert said.returncode == 2
    assert "甲/roster.yaml" in said.stderr.decode() and "乙/roster.yaml" in said.stderr.decode()
    assert here("check", "甲", "乙", CLOCK, "--roster", "甲/roster.yaml", cwd=tmp_path).returncode != 2
    assert here("check", "甲", "乙", CLOCK, "--no-config", cwd=tmp_path).returncode == 0


@pytest.mark.parametrize(("name", "text", "line"), [
    ("roster", "单位:\n  - {单位编号: U-1, 单位名称: 甲, 层级: 省厅, 主要负责人: 张三}\n", 2),
    ("roster", "人员:\n  - {姓名: 张三}\n", 2),
    ("roster", "人员：\n  - 张三\n", 1),
    ("waivers", "免责:\n  - {规则: XY01, 对象: P-1, 理由: 甲, 批准人: 乙, 至: 2022-12-31}\n", 2),
    ("waivers", "免责:\n  - {规则: IN03, 对象: P-1, 理由: 甲, 批准人: 乙, 至: 2022-12-31}\n", 2),
    ("waivers", "免责:\n\n  - {规则: CV01, 对象: P-1, 理由: 甲}\n", 3),
])
def test_2_a_broken_table_is_named_with_its_line(name: str, text: str, line: int, tmp_path: Path) -> None:
    folder_of(tmp_path, GOOD)
    (tmp_path / f"{name}.yaml").write_text(text, encoding="utf-8")
    said = here("check", tmp_path, CLOCK)
    assert (said.returncode, said.stdout) == (2, b"")
    assert lines_of(said)[0].startswith(f"{name}.yaml 第 {line} 行：")


# The command where messages that hold some words can't be worded: no pack can make a rule fall over any more.
CRASHING = """
import sys
from bayang.engine.judging import telling
words, real = sys.argv.pop(1), telling.render

def render(text, variables):
    if words in text:
        raise ZeroDivisionError
    return real(text, variables)

telling.render = render
from bayang.__main__ import main
main()
"""


def crashing(words: str, *arguments: str | Path) -> Said:
    """The command, with the rule falling over whose message holds these words."""
    return subprocess.run([*COMMAND[:-2], "-c", CRASHING, words, *map(str, arguments)], capture_output=True,
                          env=scrubbed(), timeout=60)


def test_4_a_rule_that_crashes_takes_nothing_with_it(tmp_path: Path) -> None:
    folder = folder_of(tmp_path / "reports", GOOD, FAULTY)
    said = crashing("四个摆进去还差这一项", "check", folder, CLOCK, "--format", "json")
    assert said.returncode == 4
    assert "SE01" in lines_of(said)[0] and "P-003.yaml" in lines_of(said)[0]
    result = json.loads(said.stdout)
    assert {one["rule"] for one in result["findings"]} == {"CV01"}
    assert [(one["rule"], one["file"], one["reason"]) for one in result["not_assessed"]
            if one["reason"] == "crash"] == [("SE01", "P-003.yaml", "crash")]
    said = crashing("四个摆进去还差这一项", "check", folder, CLOCK)
    assert said.returncode == 4
    assert "CV01" in said.stdout.decode()


def test_4_a_rule_over_the_batch_that_crashes(tmp_path: Path) -> None:
    said = crashing("阶段报告里", "check", SAMPLES, CLOCK, "--format", "json")
    assert said.returncode == 4
    assert "PB09" in said.stdout.decode()
    assert "RC10" in lines_of(said)[0]


def test_4_outranks_never(tmp_path: Path) -> None:
    assert crashing("四个摆进去", "check", FAULTY, CLOCK, "--fail-on", "never").returncode == 4


def test_2_a_broken_pack_is_named_with_its_line(tmp_path: Path) -> None:
    change = "  level: warning\n", "  level: warning\n  levle: warning\n"
    pack = own_pack(tmp_path, {"families/SE.yaml": change}, BUNDLED)
    said = here("check", GOOD, CLOCK, "--rules", pack)
    assert (said.returncode, said.stdout) == (2, b"")
    assert lines_of(said)[0].startswith("families/SE.yaml 第 ")
    assert "“levle”" in lines_of(said)[0]        # `level` is there already, so that it is not meant
    said = here("rules", "test", "--rules", pack, "--lang", "en")
    assert said.returncode == 2
    assert lines_of(said)[0].startswith("families/SE.yaml line ")


def test_2_outranks_4_and_1(tmp_path: Path) -> None:
    change = "“{{ missing }}”，四个摆进去", "“{{ 1 // 0 }}”，四个摆进去"
    pack = own_pack(tmp_path, {"families/SE.yaml": change}, BUNDLED)
    said = here("check", FAULTY, CLOCK, "--rules", pack, "--format", f"json={tmp_path}/no/a.json")
    assert (said.returncode, said.stdout) == (2, b"")


@pytest.mark.skipif(os.name == "nt", reason="signals of POSIX")
def test_130_interrupted(tmp_path: Path) -> None:
    out = tmp_path / "result.json"
    out.write_text("old", encoding="utf-8")
    running = subprocess.Popen([*COMMAND, "check", "-", CLOCK, "--format", f"json={out}", "--format", "text"],
                               stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.PIPE, env=scrubbed())
    running.stdin.write(b"#" * (1 << 17))       # more than a pipe holds: it is through when standard input is read
    running.send_signal(signal.SIGINT)
    said, complaint = running.communicate(timeout=60)
    assert running.returncode == 130
    assert said == b""
    assert b"Traceback" not in complaint and complaint.count(b"\n") == 1
    assert [path.name for path in tmp_path.iterdir()] == ["result.json"]
    assert out.read_text(encoding="utf-8") == "old"


# -- what is asked for ----------------------------------------------------------------------------------------------

@pytest.mark.parametrize(("arguments", "rules"), [
    (["--select", "SE01"], {"SE01"}),
    (["--select", "se01"], {"SE01"}),
    (["--select", "self-left-out"], {"SE01"}),
    (["--select", "CV*"], {"CV01"}),
    (["--select", "theme-*"], {"CV01"}),
    (["--select", "SE01,CV01"], {"SE01", "CV01"}),
    (["--select", "SE01", "--select", "CV0?"], {"SE01", "CV01"}),
    (["--select", "SE01, CV01", "--ignore", "CV*"], {"SE01"}),
    (["--ignore", "SE01"], {"CV01"}),
    (["--ignore", "SE*,CV*"], set()),
    (["--select", "PB08"], set()),
])
def test_select_and_ignore(arguments: list[str], rules: set[str]) -> None:
    assert rules_found(FAULTY, CLOCK, *arguments) == rules


def test_reading_cannot_be_switched_off() -> None:
    for pattern in ("IN*,*", "IN03", "wrong-encoding"):
        assert rules_found(UNREADABLE, CLOCK, "--ignore", pattern) == {"IN03"}
    assert rules_found(UNREADABLE, CLOCK, "--select", "PB*") == {"IN03"}


def test_phase_sets_the_clock_and_leaves_later_reports_out() -> None:
    result = document(SAMPLES, "--phase", "inspection")
    assert result["as_of"] == "2022-05-01"
    assert result["summary"]["later"] > 0
    assert result["summary"]["files"] == sum(result["summary"][name] for name in ("reports", "unreadable", "later"))
    assert {one["phase"] for one in result["findings"]} <= {None, "education", "inspection"}
    assert "ID02" in {one["rule"] for one in result["not_assessed"] if one["reason"] == "declared"}
    assert document(SAMPLES, "--phase", "调查研究和问题查摆")["as_of"] == "2022-05-01"
    assert document(SAMPLES, "--phase", "inspection", "--as-of", "2022-06-01")["as_of"] == "2022-06-01"


def test_as_of_decides_who_is_late() -> None:
    early, late = document(SAMPLES, "--as-of", "2022-07-31"), document(SAMPLES, "--as-of", "2022-08-01")
    assert (early["as_of"], late["as_of"]) == ("2022-07-31", "2022-08-01")
    missing = [[one for one in result["findings"] if one["rule"] == "RO01" and one["phase"] == "rectification"]
               for result in (early, late)]
    assert not missing[0] and missing[1]
    assert "ID02" in rules_found(GOOD, "--as-of", "2022-07-25")
    assert document(GOOD)["as_of"] >= "2024-01-01"      # today, without --as-of


def test_english_holds_no_chinese_of_ours() -> None:
    text = here("check", GOOD, CLOCK, "--lang", "en").stdout.decode()
    assert not any("\u4e00" <= char <= "\u9fff" for char in text)
    assert "must correct CV01" in here("check", FAULTY, CLOCK, "--lang", "en").stdout.decode()


def test_languages_agree_but_for_their_words() -> None:
    chinese, english = (document(SAMPLES, CLOCK, "--lang", lang) for lang in ("zh", "en"))
    for result in (chinese, english):
        for one in result["findings"]:
            del one["message"], one["remedy"]
    assert chinese == english


def with_texts(home: Path) -> Path:
    """A report with faults at a value, at one that holds a number, and at one of a theme that is never shown."""
    text = GOOD.read_text(encoding="utf-8")
    text = text.replace("due: 2022-06-30", "due: 年底之前办妥", 1)
    text = text.replace("已巡检十六家", f"XX 已巡检十六家 {CARD}", 1)
    text = text.replace("审批环节廉政风险点", "XX审批环节廉政风险点", 1)
    path = home / "P-002.yaml"
    path.write_text(text, encoding="utf-8")
    return path


def test_nothing_written_is_shown_unless_asked_for(tmp_path: Path) -> None:
    path = with_texts(tmp_path)
    for form in ("text", "json"):
        shown = here("check", path, CLOCK, "--format", form).stdout.decode()
        assert "PB09" in shown
        assert not any(word in shown for word in ("年底之前办妥", "巡检", "廉政风险点", CARD, "顾明堂"))


def test_show_values(tmp_path: Path) -> None:
    path = with_texts(tmp_path)
    for form in ("text", "json"):
        shown = "".join(here("check", path, CLOCK, "--format", form, "--show-values").stdout.decode().split())
        assert "年底之前办妥" in shown and "巡检十六家" in shown
        assert CARD not in shown
        assert "廉政风险点" not in shown
        assert shown.count("TX01") >= 2


def test_partial_batch_rules_are_listed_not_passed() -> None:
    def partly(*arguments: object, **more: object) -> set[str]:
        left = document(*arguments, CLOCK, **more)["not_assessed"]
        return {one["rule"] for one in left if one["reason"] == "partial"}

    assert {"RO01", "RO06", "CV06"} <= partly(SAMPLES, "--partial")
    assert {"RO01", "CV06"} <= partly(GOOD, "--roster", SAMPLES / "roster.yaml")
    assert {"RO01", "CV06"} <= partly("-", "--roster", SAMPLES / "roster.yaml", data=GOOD.read_bytes())
    assert partly(SAMPLES) == set()


def test_exclude() -> None:
    whole, less = document(SAMPLES, CLOCK), document(SAMPLES, CLOCK, "--exclude", "市局/*")
    assert less["summary"]["files"] < whole["summary"]["files"]
    assert not any(one["file"].startswith("市局/") for one in less["findings"])


# -- streams and files ------------------------------------------------------------------------------------------------

def test_standard_input() -> None:
    said = bayang("check", "-", CLOCK, data=FAULTY.read_bytes())
    assert said.returncode == 1
    assert said.stdout.decode().startswith("-  P-003\n")
    assert bayang("check", "-", CLOCK, data=b"").returncode == 1
    assert {one["file"] for one in document("-", CLOCK, data=FAULTY.read_bytes())["findings"]} == {"-"}


def test_a_file_and_standard_output(tmp_path: Path) -> None:
    out = tmp_path / "结果.json"
    said = bayang("check", FAULTY, CLOCK, "--format", f"json={out}", "--format", "text")
    assert said.returncode == 1
    assert "CV01" in said.stdout.decode()
    alone = bayang("check", FAULTY, CLOCK, "--format", "json")
    assert out.read_bytes() == alone.stdout
    assert b"\r" not in alone.stdout and alone.stdout.endswith(b"}\n")
    assert [path.name for path in tmp_path.iterdir()] == ["结果.json"]
    said = bayang("check", FAULTY, CLOCK, "--format", f"json={out}")
    assert (said.returncode, said.stdout) == (1, b"")


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")
def test_a_full_disk_is_said() -> None:
    with open("/dev/full", "wb") as full:
        said = subprocess.run([*COMMAND, "check", str(FAULTY), CLOCK], stdout=full, stderr=subprocess.PIPE,
                              env=scrubbed(), timeout=60)
    assert said.returncode == 2
    assert len(lines_of(said)) == 1


@pytest.mark.skipif(not os.path.exists("/dev/null"), reason="needs /dev/null")
def test_a_device_is_written_to_and_stays_one() -> None:
    assert here("check", GOOD, CLOCK, "--format", f"json={os.devnull}").returncode == 0
    assert not os.path.isfile(os.devnull)


@pytest.mark.skipif(shutil.which("bash") is None, reason="needs bash")
@pytest.mark.parametrize(("path", "code"), [(SAMPLES, 1), (GOOD, 0)])
def test_a_closed_pipe_is_no_error(path: Path, code: int) -> None:
    script = '"$@" | true; echo ${PIPESTATUS[0]}'
    said = subprocess.run(["bash", "-c", script, "-", *COMMAND, "check", str(path), CLOCK],
                          capture_output=True, env=scrubbed(), timeout=60)
    assert (said.stdout.decode().strip(), said.stderr) == (str(code), b"")


@pytest.mark.parametrize("environment", [
    {"LANG": "C", "LC_ALL": "C"},
    {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"},
    {"LC_ALL": "POSIX", "PYTHONIOENCODING": "gbk"},
    {"TZ": "Pacific/Kiritimati"}, {"PYTHONHASHSEED": "1"}, {"PYTHONHASHSEED": "2"},
])
def test_the_surroundings_change_nothing(environment: dict[str, str]) -> None:
    if environment.get("PYTHONUTF8") == "0" and not str(ROOT).isascii():
        pytest.skip("Python itself can't import from a folder whose name it may not decode")
    plain, odd = plain_run(), fresh("check", SAMPLES, CLOCK, **environment)
    assert (odd.returncode, odd.stdout, odd.stderr) == (plain.returncode, plain.stdout, plain.stderr)


def test_progress_goes_to_standard_error() -> None:
    loud, quiet = bayang("check", SAMPLES, CLOCK, "--progress", "always"), bayang("check", SAMPLES, CLOCK)
    assert loud.stdout == quiet.stdout
    assert lines_of(loud)[-1].count("30") == 2
    assert quiet.stderr == bayang("check", SAMPLES, CLOCK, "--progress", "never").stderr == b""


@pytest.mark.skipif(os.name == "nt", reason="terminals of POSIX")
def test_progress_leaves_nothing_on_a_terminal() -> None:
    import pty

    here, there = pty.openpty()
    running = subprocess.Popen([*COMMAND, "check", str(SAMPLES), CLOCK, "--progress", "always"],
                               stdout=subprocess.DEVNULL, stderr=there, env=scrubbed())
    os.close(there)
    shown = b""
    try:
        while part := os.read(here, 4096):
            shown += part
    except OSError:             # the other side has gone
        pass
    os.close(here)
    assert running.wait(20) == 1
    assert "已检查".encode() in shown
    assert shown.endswith(b" \r")


@pytest.mark.parametrize("arguments", [["--version"], ["-h"], ["--help"], ["check", "-h"], ["check", "--help"],
                                       ["rules", "-h"], ["rules", "test", "-h"], ["rules", "list"]])
def test_help_and_lists(arguments: list[str]) -> None:
    said = bayang(*arguments, LC_ALL="C")
    assert (said.returncode, said.stderr) == (0, b"")
    assert said.stdout


# -- the whole text ---------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("language", ["zh", "en"])
def test_golden_text(language: str, tmp_path: Path) -> None:
    """Set UPDATE_GOLDEN=1 to write the expected text anew, then read the difference."""
    folder_of(tmp_path, GOOD, FAULTY, UNREADABLE, SAMPLES / "生态环境监测科/整改落实/P-013.yaml")
    said = here("check", tmp_path, CLOCK, "--lang", language)
    golden = GOLDEN / f"check.{language}.txt"
    if os.environ.get("UPDATE_GOLDEN"):
        GOLDEN.mkdir(exist_ok=True)
        golden.write_bytes(said.stdout)
    assert said.returncode == 1
    assert said.stdout.decode() == golden.read_text(encoding="utf-8")


@pytest.mark.parametrize("language", ["zh", "en"])
def test_no_line_is_wider_than_a_terminal(language: str) -> None:
    text = here("check", SAMPLES, CLOCK, "--lang", language).stdout.decode()
    assert [line for line in text.splitlines() if columns(line) > 80] == []
