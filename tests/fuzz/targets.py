"""What is fuzzed: functions of any bytes that come to an end and raise nothing, or something is wrong.

`tests/test_fuzz.py` runs them over the corpus and some changes of it, `tests/fuzz/fuzz.py` for as long as one likes.
"""

from __future__ import annotations

import csv
import io
import json
import re
import tempfile
import zipfile
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any
from xml.sax.saxutils import escape

from lxml import etree, html
from making import COMPILED, PACK
from poison import CONTROL, poisoned
from stock import plain, stock

from bayang.engine.authoring.examples import base_report, change, dump
from bayang.engine.batch.outcome import Result
from bayang.engine.batch.run import Options, run
from bayang.engine.judging.case import Case
from bayang.engine.judging.check import Checker, Style, World
from bayang.engine.judging.fixing import fix
from bayang.engine.judging.opening import Opener
from bayang.engine.judging.results import FileResult, as_text, from_lines
from bayang.engine.judging.strict import fault_text
from bayang.engine.language.reads import Unassessed
from bayang.engine.language.sentence import RuleSentence, SentenceTexts
from bayang.engine.language.types import Fault
from bayang.engine.output.findings import FORMATS, Setting
from bayang.engine.reading.form_marks import is_workbook
from bayang.engine.reading.intake import read
from bayang.engine.reading.workbook import read_cells
from bayang.engine.records import Limits, Unreadable
from bayang.engine.text.messages import LANGUAGES
from bayang.engine.writing import pieces

CHECKERS = [Checker(COMPILED, World("2022-12-31"), Style(language)) for language in LANGUAGES]
LIMITS = Limits()
DAY = "2022-08-08"


# -- intake ----------------------------------------------------------------------------------------------------------

def intake(data: bytes) -> None:
    """A report's bytes: read as PyYAML reads them or refused at a place in them, checked, mended."""
    if is_workbook(data):
        return
    try:
        tree = plain(read(data, LIMITS, PACK.fields))
    except Unreadable as fault:
        height = data.count(b"\n") + data.count(b"\r") + 1
        assert 1 <= fault.line <= height and fault.column >= 1, (fault.name, fault.line, fault.column)
    else:
        assert tree == stock(data)
    checked(data)
    fixed = fix(data, PACK)
    if fixed.readable:
        read(fixed.data, LIMITS, PACK.fields)


def checked(data: bytes) -> FileResult:
    """The result of a file: no rule crashes, each finding has its place, what is kept of it gives the same again."""
    for checker in CHECKERS:
        lines, kept = checker.lines(data, "x.yaml", None)
        result = from_lines(as_text(lines), "x.yaml", None, PACK.rules)
        assert not result.crashes, result.crashes
        height = data.count(b"\n") + data.count(b"\r") + 1
        for one in result.findings:
            assert 1 <= one.line <= height and one.column >= 1, one
            assert one.message and one.remedy, one
        if kept:
            assert checker.recall(kept, "x.yaml", None) in (None, lines)
    return result


# -- expressions -----------------------------------------------------------------------------------------------------

EACH = (None, "themes.*", "themes.*.problems[]", "themes.*.problems[].measures[]", "activities[]", "cadence.weekly[]",
        "institutions[]", "organisation_life.meetings[]")
KINDS = (("personal",), ("unit",), ("personal", "unit"))


def expressions(data: bytes) -> None:
    """A sentence, its scope and what it shows: refused with a place and a text, or asked of reports."""
    parts = data[1:].decode("utf-8", "replace").split("\n")
    first = data[:1] or b"\0"
    each, kinds = EACH[first[0] % len(EACH)], KINDS[first[0] // len(EACH) % len(KINDS)]
    must, where, shown, *_ = *parts, "", ""
    texts = SentenceTexts(must, each, (), where or None, let={"it": shown} if shown else None)
    try:
        sentence = RuleSentence(texts, [PACK.shapes[kind] for kind in kinds], PACK)
    except Fault as fault:
        text = {"must": must, "where": where, "let": shown, "each": each}[fault.part]
        assert 0 <= fault.at <= len(text or ""), (texts, fault.at)
        assert all(fault_text(fault, language, PACK) for language in LANGUAGES)
        return
    if sentence.later:
        return
    for case in _cases(kinds):
        for scope in sentence.scopes(case):
            try:
                if sentence.speaks(case, scope):
                    sentence.facts(case, scope)
            except Unassessed:
                continue


@cache
def _cases(kinds: tuple[str, ...]) -> tuple[Case, ...]:
    """Reports to ask, whole ones and one with a text in the place of a date."""
    found = []
    for kind in kinds:
        report = base_report(PACK, "personal" if kind == "personal" else "bureau", "consolidation")
        for odd in (False, True):
            if odd:
                change(report, {"/submitted": "不详", "/themes/shigan": "不详"}, [])
            found.append(Opener(PACK, None, LIMITS).open(dump(report))[0])
    return tuple(found)


# -- formats ---------------------------------------------------------------------------------------------------------

COMMAND = re.compile(r"\s*(?:##\w*\[|section_(?:start|end):|::(?!(?:error|warning|notice) file=))")


def formats(data: bytes) -> None:
    """A text wherever a report, a path or an ID could have put it: each output is well-formed and obeys none of it."""
    names = list(FORMATS)
    name = names[data[0] % len(names)] if data else names[0]
    text = data[1:].decode("utf-8", "surrogateescape")
    made = b"".join(pieces(FORMATS[name](poisoned(_result(), text), Setting(COMPILED, LANGUAGES[len(data) % 2]))))
    if name == "xlsx":
        _no_formulas(made)
        return
    said = made.decode("utf-8")
    assert not CONTROL.search(said.removeprefix("\ufeff"))
    for line in re.split("[\n\r]", said):
        assert not COMMAND.match(line), line
    WELL_FORMED[name](said)


@cache
def _result() -> Result:
    """A result with findings of each level and a rule that was not assessed."""
    with tempfile.TemporaryDirectory() as home:
        report = base_report(PACK, "personal", "rectification")
        change(report, {"/themes/pinbo": "x", "/remarks": "长" * 3001}, ["/reflection/duty"])
        Path(home, "a.yaml").write_bytes(dump(report))
        return run([home], Options(as_of=DAY), COMPILED)


def _no_formulas(book: bytes) -> None:
    with zipfile.ZipFile(io.BytesIO(book)) as packed:
        for part in packed.namelist():
            data = packed.read(part)
            etree.fromstring(data)
            assert b"<f>" not in data and b"<f " not in data and b"hyperlink" not in data, part
    read_cells(book, LIMITS)


def _tags(tree: Any) -> list[str]:
    return [one.tag for one in tree.iter() if isinstance(one.tag, str)]


def _rows(said: str) -> None:
    for row in csv.reader(io.StringIO(said.removeprefix("\ufeff"), newline=""), strict=True):
        assert len(row) == 18, row
        assert not any(cell.lstrip().startswith(("=", "+", "-", "@", "＝")) for cell in row), row


def _page(said: str) -> None:
    tree = html.document_fromstring(said)
    assert not {"img", "link", "iframe", "object", "embed", "base"} & set(_tags(tree))
    for one in tree.iter():
        assert not any(name.startswith("on") or name in ("src", "style", "srcset") for name in one.attrib)
        assert one.get("href", "#").startswith("#")


WELL_FORMED: dict[str, Callable[[str], Any]] = {
    "text": str.splitlines, "markdown": str.splitlines, "github": str.splitlines, "json": json.loads,
    "jsonl": lambda said: [json.loads(line) for line in said.splitlines()], "sarif": json.loads, "gitlab": json.loads,
    "junit": lambda said: etree.fromstring(said.encode()), "csv": _rows, "html": _page,
}


# -- workbooks -------------------------------------------------------------------------------------------------------

RELATION = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"


def workbooks(data: bytes) -> None:
    """A workbook: the bytes themselves, one part of a good one, or a table of cells; checked like any report."""
    way, rest = (data[0], data[1:]) if data else (0, b"")
    parts = packed_parts(GRID)
    if way == 0:
        book = rest
    elif way <= len(parts):
        book = packed(parts | {list(parts)[way - 1]: rest})
    else:
        book = packed(packed_parts(rest.decode("utf-8", "replace")))
    if is_workbook(book):
        checked(book)


def packed(parts: dict[str, bytes]) -> bytes:
    """The parts in a zip."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w") as book:
        for name, data in parts.items():
            book.writestr(zipfile.ZipInfo(name), data)
    return out.getvalue()


# Sheets between \x1c, the first line of each its name; rows are lines, cells lie between tabs.
GRID = """填报
栏目\t填写
报告类型\t个人
活动方案\t八扬八治
所处阶段\t调查研究和问题查摆
填报日期\t2022-04-20
人员编号\tP-1
姓名\t郑禾
\x1c问题清单
方面\t编号\t对应表现\t问题表现\t发现日期
严谨\tW-1\tyanjin-01\t答复群众来电两次没有登记\t2022-03-02
\x1c整改措施
问题编号\t措施\t责任人\t整改时限
W-1\t来电当天登记\t郑禾\t2022-06-30"""


def packed_parts(grid: str) -> dict[str, bytes]:
    """The parts of a workbook with these cells, some of them as shared texts."""
    names, sheets, shared = [], [], []
    for sheet in grid.split("\x1c"):
        name, *rows = sheet.split("\n")
        names.append(name)
        lines = []
        for row in rows:
            cells = []
            for at, cell in enumerate(row.split("\t")):
                if at % 2:
                    cells.append(f'<c t="s"><v>{len(shared)}</v></c>')
                    shared.append(f"<si><t>{_xml(cell)}</t></si>")
                else:
                    cells.append(f'<c t="inlineStr"><is><t>{_xml(cell)}</t></is></c>')
            lines.append(f"<row>{''.join(cells)}</row>")
        sheets.append(f'<worksheet xmlns="{MAIN}"><sheetData>{"".join(lines)}</sheetData></worksheet>')
    listed = "".join(f'<sheet name="{_xml(name)}" sheetId="{at}" r:id="s{at}"/>' for at, name in enumerate(names))
    kinds = [("styles", "styles.xml"), ("sharedStrings", "sharedStrings.xml"),
             *(("worksheet", f"worksheets/sheet{at}.xml") for at in range(len(sheets)))]
    links = "".join(f'<Relationship Id="{"s" + str(at - 2) if at > 1 else "x" + str(at)}" Type="{RELATION}/{kind}" '
                    f'Target="{target}"/>' for at, (kind, target) in enumerate(kinds))
    whole = f'<Relationship Id="r" Type="{RELATION}/officeDocument" Target="xl/workbook.xml"/>'
    parts = {
        "xl/worksheets/sheet0.xml": sheets[0], "xl/sharedStrings.xml": f'<sst xmlns="{MAIN}">{"".join(shared)}</sst>',
        "xl/styles.xml": f'<styleSheet xmlns="{MAIN}"><cellXfs><xf/><xf numFmtId="14"/></cellXfs></styleSheet>',
        "xl/workbook.xml": f'<workbook xmlns="{MAIN}" xmlns:r="{RELATION}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f"<Relationships>{links}</Relationships>",
        "_rels/.rels": f"<Relationships>{whole}</Relationships>"}
    parts |= {f"xl/worksheets/sheet{at}.xml": sheet for at, sheet in enumerate(sheets) if at}
    return {name: text.encode("utf-8", "surrogatepass") for name, text in parts.items()}


def _xml(text: str) -> str:
    return escape(re.sub("[\x00-\x08\x0b-\x1f\ufffe\uffff]", "", text), {'"': "&quot;"})


TARGETS: dict[str, Callable[[bytes], None]] = {
    one.__name__: one for one in (intake, expressions, formats, workbooks)}
