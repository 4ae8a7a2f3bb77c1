"""What outputs for people say: what was not assessed and why, whose files lie beside the reports, units and IDs
(contract §9.11, 9.12, 9.16).
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
from pathlib import Path

import pytest
from gating import environment
from lxml import html
from making import write
from running import here, output_of

from bayang.engine.authoring.examples import base_report, dump
from bayang.engine.batch.run import Options, run
from bayang.engine.judging.compile import Compiled
from bayang.engine.output.findings import Setting

DAY = "2022-02-10"                      # the first phase closed on 2022-01-31


# -- the environment ------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("command", [
    ["rules", "list"], ["rules", "lint"], ["rules", "test"], ["new", "personal"], ["explain", "CV01"],
    ["schema", "roster"]], ids=lambda command: command[0] + command[1])
def test_9_16_a_misspelt_variable_stops_every_command(command: list[str], tmp_path: Path) -> None:
    said = here(*command, cwd=tmp_path, BAYANG_ROSTR="x")
    assert (said.returncode, said.stdout) == (2, b"")
    assert b"BAYANG_ROSTR" in said.stderr and b"BAYANG_ROSTER" in said.stderr
    assert here(*command, "--help", cwd=tmp_path, BAYANG_ROSTR="x").returncode == 0


@pytest.mark.parametrize(("name", "code"), [
    ("BAYANG_FOO", 0), ("BAYANG_T", 2), ("BAYANG_HASE", 2), ("BAYANG_PLACE", 0), ("BAYANG_FAILON", 2),
    ("BAYANG_BASE_LIN", 2), ("BAYANG_FORMATING", 0)])
def test_9_16_of_a_short_name_two_edits_make_another_word(name: str, code: int, tmp_path: Path) -> None:
    said = here("explain", "CV01", cwd=tmp_path, **{name: "x"})
    assert said.returncode == code, said.stderr
    assert bool(said.stderr) == (code == 2)


# -- rules ----------------------------------------------------------------------------------------------------------

def test_a_rule_that_is_not_there_is_told_in_whole_sentences(tmp_path: Path) -> None:
    (tmp_path / "a.yaml").write_text("x", encoding="utf-8")
    assert here("check", ".", "--select", "NOPE", cwd=tmp_path).stderr.decode() == (
        "用法不对：没有规则符合“NOPE”。全部规则见 bayang rules list\n")


# -- without a roster -----------------------------------------------------------------------------------------------

@pytest.mark.parametrize("language", ["zh", "en"])
@pytest.mark.parametrize("paths", [["a.yaml"], [".", "--partial"], ["."]], ids=["file", "partial", "folder"])
def test_9_11_without_a_roster_text_names_the_rules_that_need_one(
        paths: list[str], language: str, tmp_path: Path, compiled: Compiled) -> None:
    (tmp_path / "a.yaml").write_bytes(dump(base_report(compiled.pack, "personal", "education")))
    said = here("check", *paths, "--as-of", DAY, "--no-config", "--lang", language,
                  cwd=tmp_path).stdout.decode()
    tail = "".join(line.strip() for line in said.split("─\n")[1].splitlines()).replace(" ", "")
    comma = {"zh": "、", "en": ","}[language]
    listed = comma.join(["OR05", "RO01", "RO02", "RO03", "RO05", "RO06"])
    assert {"zh": f"编号和单位对不对都没有核对（{listed}）", "en": f"areright({listed})"}[language] in tail
    assert ({"zh": "这次只检查了一部分文件", "en": "onlyapartofthebatch"}[language] in tail) == (paths != ["."])


# -- the gate -------------------------------------------------------------------------------------------------------

@pytest.mark.skipif(os.name == "nt" or shutil.which("git") is None, reason="the gate is a shell script that needs git")
@pytest.mark.parametrize("office", ["main:office", "main:office/", "HEAD:./office"])
def test_9_15_the_gate_names_the_offices_files_as_typed_and_says_the_same_twice(office: str, tmp_path: Path,
                                                                               compiled: Compiled) -> None:
    (tmp_path / "reports").mkdir()
    (tmp_path / "office").mkdir()
    (tmp_path / "reports/a.yaml").write_bytes(dump(base_report(compiled.pack, "personal", "education")))
    (tmp_path / "office/roster.yaml").write_text("people: [{id: P-11, name: 林一东, unit: U-1}]\n", encoding="utf-8")
    (tmp_path / "office/bayang.yaml").write_text("as-of: 2022-02-10\n", encoding="utf-8")
    git = ["git", "-c", "user.name=a", "-c", "user.email=a@b"]
    for command in (["init", "-q", "-b", "main"], ["add", "."], ["commit", "-q", "-m", "m"]):
        subprocess.run([*git, *command], cwd=tmp_path, check=True)
    gate = str(Path(__file__).resolve().parents[1] / "gates" / "bayang-gate")
    path = environment()["PATH"]

    def said() -> dict[str, bytes]:
        names = ("json", "sarif", "github", "gitlab", "junit", "markdown", "html", "csv")
        done = subprocess.run([gate, "reports", office, "--format=text",
                               *(f"--format={name}=out.{name}" for name in names)],
                              cwd=tmp_path, capture_output=True, env={"PATH": path}, timeout=120)
        assert (done.returncode, done.stderr) == (1, b"")
        return {"text": done.stdout} | {name: (tmp_path / f"out.{name}").read_bytes() for name in names}

    outputs = said()
    assert outputs == said()
    assert not any(b"/tmp/bayang-gate" in output or not output for output in outputs.values())
    roster = f"{office.rstrip('/')}/roster.yaml"
    result = json.loads(outputs["json"])
    assert result["sources"]["roster"]["file"] == roster
    assert {one["file"] for one in result["findings"] if one["rule"] == "RO01"} == {roster}
    assert "::error file=office/roster.yaml,line=1" in outputs["github"].decode()     # where the repository has it

    (tmp_path / "office/roster.yaml").write_text("people: 1\n", encoding="utf-8")
    subprocess.run([*git, "commit", "-q", "-a", "-m", "m"], cwd=tmp_path, check=True)
    done = subprocess.run([gate, "reports", office], cwd=tmp_path, capture_output=True, env={"PATH": path}, timeout=120)
    assert done.returncode == 2 and done.stderr.decode().startswith(f"{roster} 第 1 行：")


# -- files beside the reports ---------------------------------------------------------------------------------------

ROSTER = """\
units:
  - {code: U-1, name: 云岭甲科, level: department, head: 沈一川}
people:
  - {id: P-11, name: 林一东, unit: U-1}
  - {id: P-12, name: 秦可为, unit: U-1}
  - {id: P-13, name: 卢定远, unit: U-1}
"""


def personal(compiled: Compiled, ident: str, **fields: object) -> bytes:
    data = base_report(compiled.pack, "personal", "education")
    data["person"] |= {"id": ident, "unit": "U-1"}
    return dump(data | fields)


@pytest.fixture
def beside(tmp_path: Path, compiled: Compiled) -> Path:
    """Two people's reports with attachments, and a folder of pictures that none of them names."""
    write(tmp_path / "roster.yaml", ROSTER)
    write(tmp_path / "甲/P-11.yaml", personal(compiled, "P-11", attachments=[
        "附件/学习笔记.docx", ".\\附件\\照片.jpg", "P-11.pdf", "P-12.docx", "空.docx",
        "没有.docx", "../乙/外.docx"]))
    write(tmp_path / "甲/P-13.yaml", personal(compiled, "P-13"))
    for name in ("附件/学习笔记.docx", "附件/照片.jpg", "附件/没有写的.docx", "P-11.pdf", "P-12.docx"):
        write(tmp_path / "甲" / name, b"PK\x03\x04")
    write(tmp_path / "甲/空.docx", b"")
    for name in ("乙/外.docx", "照片/1.jpg", "照片/2.jpg", "照片/3.jpg", "照片/P-13.jpg"):
        write(tmp_path / name, b"\xff\xd8\xff")
    return tmp_path


def test_9_12_attachments_are_known_and_not_listed_as_ignored(beside: Path, compiled: Compiled) -> None:
    found = run([str(beside)], Options(as_of=DAY), compiled)
    assert [one.file for one in found.ignored] == [
        "roster.yaml", "乙/外.docx", "照片/1.jpg", "照片/2.jpg", "照片/3.jpg", "照片/P-13.jpg",
        "甲/P-12.docx",                 # it may be the report of one of whom none came
        "甲/附件/没有写的.docx"]
    assert found.summary["ignored"] == 8
    assert json.loads(output_of("json", found, Setting(compiled, "zh")))["summary"]["ignored"] == 8
    states = {one.entry.id: one.state for one in found.standing}
    assert states["P-12"] == "other-format"


@pytest.mark.parametrize("jobs", [1, 2])
def test_9_12_attachments_are_known_from_the_cache_too(jobs: int, beside: Path, compiled: Compiled,
                                                      tmp_path_factory: pytest.TempPathFactory) -> None:
    options = Options(as_of=DAY, jobs=jobs, cache=str(tmp_path_factory.mktemp("cache")), cache_always=True)
    first, again = (run([str(beside)], options, compiled) for _ in range(2))
    assert first.ignored == again.ignored and len(first.ignored) == 8
    several = run([str(beside / "甲"), str(beside / "照片")], options, compiled)
    assert [one.file.rpartition("/")[2] for one in several.ignored] == [
        "1.jpg", "2.jpg", "3.jpg", "P-13.jpg", "没有写的.docx"]      # without a roster P-12.docx is nobody's report


def test_9_12_ordinary_files_bury_nothing(beside: Path, compiled: Compiled) -> None:
    for at in range(1, 31):
        write(beside / f"甲/佐证{at}.pdf", b"%PDF-")
        write(beside / f"甲/截图{at}.png", b"\x89PNG")
    write(beside / "甲/汇总.zip", b"PK\x03\x04")
    found = run([str(beside)], Options(as_of=DAY), compiled)
    whole = output_of("text", found, Setting(compiled, "zh")).decode()
    text = whole.split("不是报告、没有检查的文件：\n")[1].split("\n\n")[0]
    assert text.splitlines() == [
        "  甲/P-12.docx  Word 文档（P-12）", "  照片/P-13.jpg  图片（P-13）", "  乙/外.docx  Word 文档",
        "  甲/汇总.zip  压缩包", "  甲/附件/没有写的.docx  Word 文档", "  照片/  没有报告的文件夹，内有这样的文件 3 个",
        "  甲/  这样的文件 30 个：PDF"]
    page = output_of("markdown", found, Setting(compiled, "zh")).decode()
    rows = page.split("## 不是报告的文件")[1].split("\n## ")[0]
    assert rows.count("\n| ") == 1 + 8 and "| 甲/ | 这样的文件 30 个：图片 |  |" in rows


# -- pages ----------------------------------------------------------------------------------------------------------

def test_pages_tell_what_was_not_assessed_once_a_file_with_its_rules(tmp_path: Path, compiled: Compiled) -> None:
    write(tmp_path / "a.yaml", personal(compiled, "P-11", learning="x", themes=1, submitted="x"))
    write(tmp_path / "b.yaml", personal(compiled, "P-12"))
    found = run([str(tmp_path / "a.yaml"), str(tmp_path / "b.yaml")], Options(as_of=DAY), compiled)
    files = [one.file for one in found.not_assessed]
    assert len(set(files)) == 2 and files.count(None) == 9 and len(files) > 12
    for name in ("markdown", "html"):
        page = output_of(name, found, Setting(compiled, "zh")).decode().split("未能判断的（不等于通过）")[-1]
        rows = re.findall(r"^\| (?!编号|-).*|(?<=<tr>)<td>.*(?=</tr>)", page, re.MULTILINE)
        assert len(rows) == 2
        assert "CV06、PH45、WV01（这次只检查了一部分文件）；OR05、RO01、RO02、RO03、RO05、RO06（没有名册）" in rows[0]
        own = [one for one in found.not_assessed if one.file]
        assert "a.yaml" in rows[1] and rows[1].count("（") == len({one.reason for one in own})
        assert {one.rule for one in own} == set(re.findall(r"[A-Z]{2}\d{2}", rows[1]))


def test_9_12_pages_show_units_by_their_names_and_ids_as_the_roster_spells_them(
        tmp_path: Path, compiled: Compiled) -> None:
    write(tmp_path / "roster.yaml", ROSTER)
    write(tmp_path / "甲.yaml", personal(compiled, "p－11", reflection=None))
    write(tmp_path / "乙.yaml", personal(compiled, "P-12").replace(b"U-1", b"U-9"))
    found = run([str(tmp_path)], Options(as_of=DAY), compiled)
    page = output_of("html", found, Setting(compiled, "zh")).decode()
    tables = html.document_fromstring(page).get_element_by_id("long-findings").findall(".//table")
    heads = [(table.find("caption").text, row.find(".//bdi").text) for table in tables for row in table.iter("tr")
             if (row.get("id") or "").startswith("s")]
    assert heads == [("云岭甲科", who) for who in ("单位 U-1", "个人 P-11", "个人 P-12", "个人 P-13")]
    [*rows] = html.document_fromstring(page).get_element_by_id("long-map").findall(".//tbody/tr")
    assert [row[0].text_content().strip() for row in rows] == [
        "云岭甲科", "单位 U-1", "个人 P-11", "个人 P-12", "个人 P-13"]
    assert "### 个人 P-12（云岭甲科）" in output_of("markdown", found, Setting(compiled, "zh")).decode()


def test_9_12_no_id_on_a_page_breaks_at_its_hyphen(beside: Path, compiled: Compiled) -> None:
    page = output_of("html", run([str(beside)], Options(as_of=DAY), compiled), Setting(compiled, "zh")).decode()
    tables = "".join(re.findall("<tbody>.*?</tbody>", page, re.DOTALL))
    assert ".whole { white-space: nowrap; }" in page
    assert '<span class="whole">P-11、</span><span class="whole">P-13</span>' in tables
    assert "P-12" in tables and not re.search(r"(?<!<span class=\"whole\">)\bP-\d", tables)
