"""The language server as an editor meets it: a small client of JSON-RPC over the pipes of a real process (contract
§10.11; docs/editors.md).
"""

from __future__ import annotations

import asyncio
import importlib.util
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from making import COMPILED, PACK, found
from running import bayang, complaint, scrubbed
from speaking import Speaker

from bayang.engine.console.editor_session import PAUSE, Session
from bayang.engine.judging.check import Checker
from bayang.engine.judging.compile import Compiled
from bayang.engine.judging.telling import Style
from bayang.engine.judging.world import World
from bayang.engine.output.editing.assistant import Assistant
from bayang.engine.output.editing.outline import Outline, lines_of
from bayang.engine.packs.pack import load_pack

URI = "file:///nowhere/P-101.yaml"
CLOCK = "2022-05-01"
COMMAND = [sys.executable, "-X", "warn_default_encoding", "-W", "error", "-m", "bayang", "server", f"--as-of={CLOCK}"]
REPORT = """\
报告类型: 个人
活动方案: bayang-bazhi
所处阶段: 调查研究和问题查摆
填报日期: 2022-04-20
填表人: 郑禾
个人: {人员编号: P-101, 姓名: 郑禾, 单位编号: U-201}
八个方面:
  实干:
    问题清单:
      - 编号: SG-01
        对应表现: 😀不是表现
        整改措施:
          - 措施: 每周下沉
            整改时限: 长期坚持
"""


class Client(Speaker):
    """An editor of a few lines."""

    def offered(self, uri: str, text: str) -> dict[str, str]:
        """What is offered at the `|` of a text, and what the text is once it is chosen."""
        before, after = text.split("|")
        self.opened(uri, before + after)
        line, character = before.count("\n"), len(before.rpartition("\n")[2])
        lines = (before + after).split("\n")
        found = {}
        for one in self.at("completion", uri, line, character):
            start, end = (one["textEdit"]["range"][edge] for edge in ("start", "end"))
            assert start["line"] == end["line"] == line and start["character"] <= character <= end["character"]
            edited = lines[line][:start["character"]] + one["textEdit"]["newText"] + lines[line][end["character"]:]
            found[one["label"]] = "\n".join([*lines[:line], edited, *lines[line + 1:]])
        return found


@pytest.fixture(scope="module")
def editor() -> Iterator[Client]:
    client = Client(COMMAND, stderr=subprocess.PIPE, env=scrubbed())
    yield client
    client.ask("shutdown")
    client.tell("exit")
    with client.process as process:
        assert (process.wait(60), process.stderr.read()) == (0, b"")     # nothing of what was typed is logged
    assert client.inbox.empty()


def units(line: str, column: int) -> int:
    """A column in characters as an editor counts it."""
    return len(line[:column].encode("utf-16-le")) // 2


def test_marks_are_the_findings_of_a_check_on_what_they_are_about(editor: Client) -> None:
    text = REPORT + "备注: {😀😀: 一, 填报人: 二}\n"
    marks, known, lines = editor.opened(URI, text), found(text, clock=CLOCK), text.split("\n")
    assert [(one["code"], one["range"]["start"]["line"] + 1, one["severity"]) for one in marks] == [
        (one.rule, one.line, {"error": 1, "warning": 2, "info": 3}[one.level]) for one in known]
    for mark, one in zip(marks, known, strict=True):
        assert mark["range"]["start"]["character"] == units(lines[one.line - 1], one.column - 1)
        assert one.message in mark["message"] and one.remedy in mark["message"]
        assert one.clause is None or f"方案 {one.clause}" in mark["message"]
    [slip] = [one for one in marks if one["code"] == "FM02" and one["range"]["start"]["line"] == 4]
    assert (slip["range"]["start"]["character"], slip["range"]["end"]["character"]) == (0, len("填表人"))


def test_places_behind_an_emoji_are_where_the_editor_has_them(editor: Client) -> None:
    line = "个人: {人员编号: P-101, 姓名: 😀, 单位编号: U-201, 党员身份: 是}"
    marks = editor.opened(URI, REPORT.replace("个人: {人员编号: P-101, 姓名: 郑禾, 单位编号: U-201}", line))
    [strange] = [one for one in marks if one["code"] == "FM02" and one["range"]["start"]["line"] == 5]
    at = line.index("党员身份")
    assert [strange["range"][edge]["character"] for edge in ("start", "end")] == [at + 1, at + 5]


def test_what_is_typed_is_checked_when_nobody_types_and_forgotten_when_closed(editor: Client) -> None:
    editor.opened(URI, REPORT)
    for text in ("报告", "报告类型：个人\n", REPORT.replace("填表人", "填报人")):
        editor.tell("textDocument/didChange", textDocument={"uri": URI, "version": 2}, contentChanges=[{"text": text}])
    assert not [one for one in editor.marks(URI) if one["code"].startswith(("FM02", "IN"))]     # of the last alone
    editor.tell("textDocument/didClose", textDocument={"uri": URI})
    assert editor.marks(URI) == []


def test_a_check_that_waited_and_fails_is_told_by_its_kind(capsys: pytest.CaptureFixture[str]) -> None:
    def checker() -> Checker:
        return Checker(COMPILED, World(CLOCK), Style("zh"))

    async def wait() -> None:
        session = Session(COMPILED, checker)        # no editor has said what is open
        session.soon(URI)
        await asyncio.sleep(2 * PAUSE)

    asyncio.run(wait())
    assert capsys.readouterr().err == "语言服务内部出错（RuntimeError），这一次没有回答\n"


def test_hover_tells_what_a_field_is_for_and_the_clause(editor: Client) -> None:
    editor.opened(URI, REPORT)
    told = editor.at("hover", URI, 13, 14)
    assert (told["range"]["start"]["character"], told["range"]["end"]["character"]) == (12, 16)
    text = told["contents"]["value"]
    assert "**整改时限** · `due`" in text and "不要写“长期坚持”" in text
    [basis] = PACK.rules["PB09"].bases
    assert f"**PB09** 整改时限不是日期\n\n依据：方案 {basis.clause}\n> {basis.quote}" in text
    theme = editor.at("hover", URI, 7, 3)["contents"]["value"]
    assert "依据：方案 三.1" in theme and "检查考核“多头查”“重复查” `shigan-06`" in theme
    assert editor.at("hover", URI, 4, 1) is None        # 填表人 is no field


@pytest.mark.parametrize(("text", "some", "chosen", "then"), [
    ("报告类型: |", ["个人", "单位"], "单位", "报告类型: 单位"),
    ("报告类型:|", ["个人", "单位"], "单位", "报告类型: 单位"),
    ("报告类型: 个人\n所处|", ["活动方案", "所处阶段"], "所处阶段", "报告类型: 个人\n所处阶段: "),
    ("报告类型: 个人\n所|处阶段: x", ["所处阶段"], "所处阶段", "报告类型: 个人\n所处阶段: x"),
    ("报告类型: 单位\n单位:\n  层级: 科|", ["市局", "县级分局", "科室单位"], "科室单位",
     "报告类型: 单位\n单位:\n  层级: 科室单位"),
    ("八个方面:\n  实干:\n    问题清单:\n    - 对应表现: 😀|", ["检查考核“多头查”“重复查”", "其他"], "其他",
     "八个方面:\n  实干:\n    问题清单:\n    - 对应表现: 其他"),
    ("八个方面:\n  廉洁:\n    逐条对照:\n    - |", ["其他"], "其他", "八个方面:\n  廉洁:\n    逐条对照:\n    - 其他"),
    ("八个方面:\n  实干:\n    |", ["问题清单", "未发现问题", "逐条对照"], "问题清单",
     "八个方面:\n  实干:\n    问题清单:\n      - "),
    ("八个方面:\n  实干:\n    问题清单:\n      |", ["编号", "对应表现"], "编号",
     "八个方面:\n  实干:\n    问题清单:\n      - 编号: "),
    ("report: personal\nphase: |", ["education", "consolidation"], "education", "report: personal\nphase: education"),
    ("report: personal\n|", ["plan", "person"], "person", "report: personal\nperson:\n  "),
])
def test_completion(text: str, some: list[str], chosen: str, then: str, editor: Client) -> None:
    offered = editor.offered(URI, text)
    assert [one for one in offered if one in some] == some and offered[chosen] == then
    assert not offered.keys() & {one for one in ("报告类型", "report") if one in text}     # is there already


def test_nothing_is_offered_inside_a_text(editor: Client) -> None:
    assert editor.offered(URI, "备注: |\n".replace("|", "x") + "自我剖析:\n  自己: >\n    写到这里 |\n") == {}
    assert editor.offered(URI, "报告类型: 个人 # 注释 |") == {}


def test_another_pack_has_its_own_fields_and_values() -> None:
    pack = load_pack(Path(__file__).parent / "packs/window")
    assistant = Assistant(Compiled(pack), "zh")
    for kind, shape in pack.shapes.items():
        [report] = {title for key, title in shape.titles.items() if key == "report"}
        value = next(word for word, value in shape.fields["report"][1].values.items() if value == kind and word != kind)
        lines = lines_of(f"{report}: {value}\n")
        offered = [one.label for one in assistant.offers(Outline(lines), 1, 0)]
        assert offered == [title for title in shape.titles.values() if title != report]


@pytest.mark.parametrize("kind", ["个人", "单位"])
def test_a_field_that_is_chosen_breaks_nothing(kind: str) -> None:
    """Fields chosen one inside the other, down to four levels: the file can be read, and every key in it is a field."""
    assistant, waiting, tried = Assistant(COMPILED, "zh"), [f"报告类型: {kind}\n"], 0
    while waiting:
        lines = lines_of(waiting.pop())
        offers = [one for one in assistant.offers(Outline(lines), len(lines) - 1, len(lines[-1])) if not one.is_value]
        deeper = [one for one in offers if "\n" in one.text]
        for one in (*deeper, *[one for one in offers if one not in deeper][:1]):
            tried += 1
            text = "\n".join([*lines[:-1], lines[-1][:one.start] + one.text])
            assert not {hit.rule for hit in found(text)} & {"IN05", "IN06", "IN07", "FM02"}, text
            if one in deeper and len(lines) < 5:
                waiting.append(text)
    assert tried > 20


def test_without_the_extra_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
    assert "pip install -e '.[lsp]'" in complaint(bayang("server"))
