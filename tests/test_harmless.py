"""Whatever stands in a report or a file name, no output obeys it: no command, markup, formula or control sequence
(contract §5, 8.8).
"""

from __future__ import annotations

import base64
import csv
import hashlib
import io
import json
import os
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import pytest
from lxml import etree, html
from markdown_it import MarkdownIt
from poison import CONTROL, poisoned, shape
from running import here, output_of

from bayang.engine.authoring.examples import base_report, change, dump
from bayang.engine.batch.outcome import Result
from bayang.engine.batch.run import Options, run
from bayang.engine.judging.compile import Compiled
from bayang.engine.output.findings import FORMATS, Setting
from bayang.engine.text.wording import visible

TEXTS = [name for name in FORMATS if name != "xlsx"]

HOSTILE = [
    "::error file=x::y", "  ::set-output name=x::y", "##[error]x", "##vso[task.complete]x", "##teamcity[x]",
    "section_start:1:x", "::stop-commands::x", "%0A::error::x", "a\n::error::b", "a\r\n##[error]b", "a\n  ::warning::c",
    "]]>", "<![CDATA[x", "<script>alert(1)</script>", "<img src=x onerror=alert(1)>", "\" onmouseover=\"x", "' x='",
    "javascript:alert(1)", "</style><b>", "&lt;b&gt;", "&amp;", "<!-- x", "-->", "<?xml x?>",
    "=cmd|' /C calc'!A0", "+1+1", "-2+3", "@SUM(1)", "\t=1+1", "\r=1+1", "＝1+1", " =1+1", "=HYPERLINK(\"http://x\")",
    "http://example.invalid/x", "www.example.invalid", "x@example.invalid", "@team", "#123", "GH-1",
    "[x](http://example.invalid)", "![x](http://example.invalid/x.png)", "`x`", "**x**", "| a | b |", "~~x~~", "$x$",
    "# x", "- x", "1. x", "> x", "\\", "x\\", "{{ 7*7 }}", "{% raw %}", "{0}", "%s", "${x}",
    "\x00\x07\x08\x1b[31mred\x1b[0m", "\x9b31m", "\x1b]0;title\x07", "\x7f", "\u202eabc\u202c", "\u200b\ufeff",
    "\u2028x", "\ufffe\uffff", "\ud800", "𠮷㐀", "阿卜杜·热依木", "é" * 40, "长" * 2000, "x" * 2000, "", " ", "\n",
]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory, compiled: Compiled) -> Result:
    """A result with one finding of each level and a rule that was not assessed."""
    home = tmp_path_factory.mktemp("r")
    report = base_report(compiled.pack, "personal", "rectification")
    change(report, {"/themes/pinbo": "x", "/remarks": "长" * 3001}, ["/reflection/duty"])
    (home / "a.yaml").write_bytes(dump(report))
    result = run([str(home)], Options(as_of="2022-08-08"), compiled)
    assert {one.level for one in result.findings} == {"error", "warning", "info"}
    assert result.not_assessed
    return result


def written(name: str, result: Result, compiled: Compiled) -> str:
    return output_of(name, result, Setting(compiled)).decode("utf-8")


@pytest.mark.parametrize("name", TEXTS)
def test_no_line_is_a_command_or_a_control_sequence(name: str, plain: Result, compiled: Compiled) -> None:
    own = r"::(error|warning|notice) file=[^:]*,line=\d+,col=\d+,endLine=\d+,endColumn=\d+,title=[^:,]*::"
    for text in HOSTILE:
        said = written(name, poisoned(plain, text), compiled)
        for line in re.split("[\n\r]", said):
            assert not re.search(r"##\w*\[", line), (text, line)
            assert not line.lstrip().startswith(("section_start:", "section_end:")), (text, line)
            if line.lstrip().startswith("::"):
                assert name == "github" and re.match(own, line), (text, line)
        assert not CONTROL.search(said.removeprefix("\ufeff")), (text, CONTROL.search(said))
        if name == "github":
            assert said.count("\n::") + said.startswith("::") == 3


def test_json_gives_back_what_was_put_in(plain: Result, compiled: Compiled) -> None:
    for text in HOSTILE:
        result = poisoned(plain, text)
        document = json.loads(output_of("json", result, Setting(compiled)))
        lines = [json.loads(line) for line in written("jsonl", result, compiled).splitlines()]
        assert [one["message"] for one in document["findings"]] == [text] * 4
        assert [one["message"] for one in lines if one["record"] == "finding"] == [text] * 4
        assert document["findings"][-1]["waived"] == {"reason": text, "by": text, "until": "2022-12-31"}


def test_xml_has_the_same_elements(plain: Result, compiled: Compiled) -> None:
    wanted = None
    for text in HOSTILE[:-3]:
        tree = etree.fromstring(written("junit", poisoned(plain, text), compiled).encode())
        wanted = wanted or shape(tree)
        assert shape(tree) == wanted, text
        shown = " ".join(visible(part) for part in text.split())
        assert tree.find(".//failure").get("message") == shown


def test_html_has_the_same_elements_and_asks_for_nothing(plain: Result, compiled: Compiled) -> None:
    wanted = None
    for text in HOSTILE[:-3]:
        said = written("html", poisoned(plain, text), compiled)
        tree = html.document_fromstring(said)
        wanted = wanted or shape(tree)
        assert shape(tree) == wanted, text
        assert {one.tag for one in tree.iter()} & {"img", "link", "iframe", "object", "embed", "base"} == set()
        for one in tree.iter():
            assert not any(name.startswith("on") or name in ("src", "style", "srcset") for name in one.attrib)
            assert one.get("href", "#").startswith("#")
        allowed = tree.find(".//meta[@http-equiv]").get("content")
        policy = "default-src 'none'; style-src # #; script-src #; base-uri 'none'; form-action 'none'"
        assert re.fullmatch(policy.replace("#", r"'sha256-[\w+/=]+'"), allowed)
        own = [one.text for name in ("style", "script") for one in tree.iter(name)]
        assert [base64.b64encode(hashlib.sha256(text.encode()).digest()).decode() for text in own] == re.findall(
            r"sha256-([\w+/=]+)", allowed)


def test_markdown_has_the_same_blocks_and_no_markup_of_a_value(plain: Result, compiled: Compiled) -> None:
    reader = MarkdownIt("commonmark").enable(["table", "strikethrough"])
    wanted = None
    for text in HOSTILE[:-3]:
        tokens = reader.parse(written("markdown", poisoned(plain, text), compiled))
        inline = [child.type for token in tokens for child in token.children or ()]
        assert set(inline) <= {"text", "text_special", "softbreak", "hardbreak", "strong_open", "strong_close"}, text
        blocks = [token.type for token in tokens]
        wanted = wanted or blocks
        assert blocks == wanted and "html_block" not in blocks, text


def test_csv_cells_are_no_formulas(plain: Result, compiled: Compiled) -> None:
    for text in HOSTILE:
        said = output_of("csv", poisoned(plain, text), Setting(compiled))
        assert said.startswith(b"\xef\xbb\xbf")
        assert said.count(b"\r\n") == said.count(b"\n") == 5 and said.endswith(b"\r\n")
        rows = list(csv.reader(io.StringIO(said.decode("utf-8-sig"), newline="")))
        assert {len(row) for row in rows} == {18}
        for row in rows:
            assert not any(cell.lstrip().startswith(("=", "+", "-", "@", "＝")) for cell in row), (text, row)


def test_xlsx_cells_are_no_formulas_and_no_links(plain: Result, compiled: Compiled) -> None:
    found = [one for text in HOSTILE for one in poisoned(plain, text).findings]
    output = output_of("xlsx", replace(poisoned(plain, "=1"), findings=found), Setting(compiled))
    with zipfile.ZipFile(io.BytesIO(output)) as packed:
        parts = {name: packed.read(name) for name in packed.namelist()}
    for name, part in parts.items():
        etree.fromstring(part)
        assert b"<f>" not in part and b"<f " not in part and b"hyperlink" not in part, name
    assert [name for name in parts if re.search(r"externalLink|vba|drawing", name)] == []
    assert sum(name.startswith("xl/worksheets/sheet") for name in parts) == 3


# -- the real command ----------------------------------------------------------------------------------------------

NAMES = ["::error::x", "##[error]x", "##vso[x]y", "section_start:1:x", "=cmd|x", "]]>", "<img src=x>", "a\n::error::b",
         "\x1b[31mred", "a,b:c%d 报 告", "[x](y)", "\u202ex"]


@pytest.mark.skipif(os.name == "nt", reason="these file names cannot be made on Windows")
def test_file_names_and_texts_of_a_real_run(tmp_path: Path, compiled: Compiled) -> None:
    reports = tmp_path / "::error::报 送"
    reports.mkdir()
    for number, name in enumerate(NAMES):
        report = base_report(compiled.pack, "personal", "rectification")
        problem = "/themes/yanjin/problems/0"
        change(report, {"/person/id": f"Q-{number}", f"{problem}/measures/0/due": f"XX\n{name}",
                        f"{problem}/fact": "::error::x\n##[error]y", "/submitted": name}, ["/reflection"])
        (reports / f"{name}.yaml").write_bytes(dump(report))
    (reports / "sub\n::error::").mkdir()
    (reports / "sub\n::error::" / "::error::.yaml").write_bytes(b"a: [")
    out = tmp_path / "out"
    out.mkdir()
    shown = {}
    for name in TEXTS:
        said = here("check", reports, "--as-of=2022-08-08", "--show-values", f"--format={name}", cwd=tmp_path)
        assert (said.returncode, said.stderr) == (1, b"")
        shown[name] = said.stdout.decode("utf-8")
        for line in re.split("[\n\r]", shown[name]):
            assert not re.search(r"##\w*\[", line), (name, line)
            assert not line.lstrip().startswith(("section_start:",)), (name, line)
            assert not line.lstrip().startswith("::") or name == "github", (name, line)
        assert not CONTROL.search(shown[name].removeprefix("\ufeff"))
    etree.fromstring(shown["junit"].encode())
    assert len({one["location"]["path"] for one in json.loads(shown["gitlab"])}) == len(NAMES) + 1
    assert all(one["file"].removesuffix(".yaml") in [*NAMES, "sub\n::error::/::error::"]
               for one in json.loads(shown["json"])["findings"] if "/" not in one["file"][:3])


@pytest.mark.skipif(os.name == "nt", reason="these file names cannot be made on Windows")
@pytest.mark.parametrize("arguments", [
    ["check", "::error::nowhere"], ["check", "-x\n::error::y"], ["check", ".", "--format=##[error]"],
    ["check", ".", "--format=json=::error::/x"], ["check", ".", "--rules=::error::"], ["::error::"],
    ["check", ".", "--roster", "::error::x"], ["check", ".", "--phase", "a\n::error::"], ["explain", "::error::"],
    ["check", ".", "--select", "::error::"], ["rules", "trace", "::error::"], ["check", ".", "--as-of", "\n::error::"],
])
def test_errors_are_no_commands(arguments: list[str], tmp_path: Path) -> None:
    said = here(*arguments, cwd=tmp_path)
    assert said.returncode == 2
    for line in re.split("[\n\r]", (said.stdout + said.stderr).decode()):
        assert not line.lstrip().startswith("::") and "##[" not in line, said.stderr


def test_everything_is_printed_by_the_one_function_that_looks_at_it() -> None:
    """`echo`; an output goes to standard output as the bytes that its format made."""
    root = Path(__file__).resolve().parent.parent
    source = "".join(path.read_text(encoding="utf-8") for path in (root / "cli.py", *root.glob("engine/console/*.py")))
    assert source.count("click.echo(") == source.count("def echo(") == 1
    assert "print(" not in source and "click.secho(" not in source
