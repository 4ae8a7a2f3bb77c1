"""An editor's view of a report: the real yaml-language-server with our schemas, spoken to as an editor does
(docs/editors.md).
"""

from __future__ import annotations

import contextlib
import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from running import ROOT, SAMPLES, WINDOW
from speaking import Speaker

from bayang.engine.authoring.published import publish
from bayang.engine.packs.pack import load_pack

SERVER = ROOT / ".tools/node_modules/.bin/yaml-language-server"
NODE = shutil.which("node")

pytestmark = pytest.mark.skipif(NODE is None or not SERVER.exists(),
                                reason="yaml-language-server is not installed; run tests/tools.py")


class Editor(Speaker):
    """A client of yaml-language-server; it opens texts and asks about places in them."""

    def __init__(self, home: Path, settings: dict[str, Any]) -> None:
        """`settings` are those of the section yaml. None may have anything fetched from a store of schemas."""
        assert settings["schemaStore"]["enable"] is False
        self.home, self.root, self.settings = home, home.as_uri(), {"yaml": settings}
        self.marked: dict[str, list[dict]] = {}
        super().__init__([NODE, SERVER.resolve(), "--stdio"], stderr=subprocess.DEVNULL)

    def open(self, schema: str, text: str) -> str:
        """Open a text, with the first line that names its schema; its uri, once it is diagnosed."""
        self.last += 1
        return self.open_as(f"报告 {self.last}.yaml", f"# yaml-language-server: $schema={schema}\n{text}")

    def open_as(self, name: str, text: str) -> str:
        uri = (self.home / name).as_uri()
        self.marked[uri] = self.opened(uri, text)
        return uri

    def red(self, schema: str, text: str) -> list[tuple[int, str]]:
        """The lines of the text that are marked, counted from 1, each with what is said of it."""
        found = self.marked[self.open(schema, text)]
        return [(one["range"]["start"]["line"], one["message"]) for one in found]

    def hover(self, uri: str, line: int, column: int) -> str:
        found = self.at("hover", uri, line, column)
        return found["contents"]["value"] if found else ""

    def offered(self, uri: str, line: int, column: int) -> list[str]:
        found = self.at("completion", uri, line, column)
        return [one["label"] for one in (found["items"] if isinstance(found, dict) else found)]

    def close(self) -> None:
        with contextlib.suppress(Exception):
            self.ask("shutdown")
            self.tell("exit")
            self.process.wait(10)
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            stream.close()


@pytest.fixture(scope="module")
def editor(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Editor]:
    """An editor in a folder that holds the schemas, as `bayang schema` prints them."""
    home = tmp_path_factory.mktemp("报告 夹")
    pack, window = load_pack(), load_pack(WINDOW)
    for name in ("personal", "unit"):
        for keys in ("zh", "en"):
            (home / f"{name}.{keys}.json").write_text(
                json.dumps(publish(pack, name, keys), ensure_ascii=False), encoding="utf-8")
        (home / f"{name}.window.json").write_text(
            json.dumps(publish(window, name, "zh"), ensure_ascii=False), encoding="utf-8")
    (home / "config.json").write_text(json.dumps(publish(pack, "config"), ensure_ascii=False), encoding="utf-8")
    opened = Editor(home, {"validate": True, "hover": True, "completion": True, "schemas": {},
                           "schemaStore": {"enable": False}})
    yield opened
    opened.close()


def read(path: str) -> str:
    return (SAMPLES / path).read_text(encoding="utf-8")


def chinese() -> str:
    """The short report in Chinese that the pages show."""
    [found, *_] = re.findall(r"^```yaml\n(.*?)^```$", (ROOT / "docs/report.md").read_text(encoding="utf-8"),
                             re.MULTILINE | re.DOTALL)
    return found


def test_the_command_prints_these_schemas(editor: Editor) -> None:
    said = subprocess.run([sys.executable, "-m", "bayang", "schema", "personal", "--keys", "zh"], capture_output=True)
    assert json.loads(said.stdout) == json.loads((editor.home / "personal.zh.json").read_text(encoding="utf-8"))


@pytest.mark.parametrize(("path", "schema"), [
    ("市局/整改落实/P-002.yaml", "personal.en.json"),
    ("市局/整改落实/U-000.yaml", "unit.zh.json"),
    ("砚川分局/整改落实/U-101.yaml", "unit.en.json"),
])
def test_a_compliant_report_is_not_marked(path: str, schema: str, editor: Editor) -> None:
    assert editor.red(schema, read(path)) == []


def test_a_compliant_report_in_chinese_is_not_marked(editor: Editor) -> None:
    assert editor.red("personal.zh.json", chinese()) == []


@pytest.mark.parametrize(("old", "new", "word"), [
    ("填报人: 郑禾", "填表人: 郑禾", "填表人"),                         # an unknown key
    ("所处阶段: 调查研究和问题查摆", "所处阶段: 查摆", "value"),          # an unknown value
    ("填报日期: 2022-04-20", "填报日期: 四月二十日", "pattern"),
    ("        问题来源: 群众反映", "        问题来源: 群众", "value"),     # deep inside
])
def test_a_slip_is_marked_in_its_line(old: str, new: str, word: str, editor: Editor) -> None:
    text = chinese()
    assert old in text
    line = text[:text.index(old)].count("\n") + 1
    marked = editor.red("personal.zh.json", text.replace(old, new, 1))
    assert [at for at, _ in marked] == [line]
    assert word in marked[0][1].lower()


def test_a_missing_field_is_said(editor: Editor) -> None:
    marked = editor.red("personal.zh.json", chinese().replace("填报日期: 2022-04-20\n", "", 1))
    assert ["填报日期" in said for _, said in marked] == [True]


def test_english_keys_are_marked_where_chinese_ones_are_wanted(editor: Editor) -> None:
    assert editor.red("personal.zh.json", "phase: inspection\n" + chinese().split("\n", 3)[3])


def test_chinese_keys_are_offered(editor: Editor) -> None:
    uri = editor.open("personal.zh.json", "报告类型: 个人\n\n个人:\n  人员编号: P-101\n  \n所处阶段: \n")
    assert {"活动方案", "填报日期", "八个方面", "附件", "备注"} <= set(editor.offered(uri, 2, 0))
    assert {"姓名", "单位编号", "职务", "党员"} <= set(editor.offered(uri, 5, 2))
    assert {"学习教育和动员部署", "调查研究和问题查摆"} <= set(editor.offered(uri, 6, 6))
    assert {"report", "phase", "themes"}.isdisjoint(editor.offered(uri, 2, 0))


def test_english_keys_are_offered(editor: Editor) -> None:
    uri = editor.open("unit.en.json", "report: unit\n\n")
    assert {"plan", "phase", "submitted", "leading_group"} <= set(editor.offered(uri, 2, 0))


def test_what_to_write_is_told_in_chinese(editor: Editor) -> None:
    """A hover tells the field's name and what to write; with English keys too."""
    uri = editor.open("personal.zh.json", chinese())
    assert "第一次报送的日期，例如 2022-04-20" in editor.hover(uri, 4, 1)
    line = chinese()[:chinese().index("        问题表现:")].count("\n") + 1
    assert "问题表现" in editor.hover(uri, line, 9)
    uri = editor.open("personal.en.json", read("市局/整改落实/P-002.yaml"))
    line = read("市局/整改落实/P-002.yaml").split("\n").index("plan: bayang-bazhi") + 1
    assert "活动方案" in editor.hover(uri, line, 1)


def test_another_plan(editor: Editor) -> None:
    uri = editor.open("personal.window.json", "报告类型: 个人\n所处阶段: \n")
    phases = [one.name["zh"] for one in load_pack(WINDOW).phases.values()]
    assert set(phases) <= set(editor.offered(uri, 2, 6))


def test_a_configuration_too(editor: Editor) -> None:
    assert editor.red("config.json", "fail-on: warning\nignore: [TX04]\njobs: 2\n") == []
    assert [line for line, _ in editor.red("config.json", "lang: zh\nfail_on: warning\n")] == [2]


def test_the_settings_shown_tie_reports_to_their_forms(editor: Editor, tmp_path: Path) -> None:
    """The same are shown on the pages of both languages."""
    shown, again = (block for page in ("docs/editors.md", "docs/editors.zh-CN.md") for block in re.findall(
        r"^ *```json\n(.*?)^ *```$", (ROOT / page).read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL)
        if "yaml.schemas" in block)
    assert shown == again
    settings: dict[str, Any] = {}
    for name, value in json.loads(shown).items():
        first, *rest = name.split(".")
        if first == "yaml":
            settings |= {rest[0]: {rest[1]: value} if rest[1:] else value}
    for name in ("personal", "unit"):
        shutil.copy(editor.home / f"{name}.zh.json", tmp_path / f"{name}.schema.json")
    other = Editor(tmp_path, {"validate": True, "hover": True, "completion": True} | settings)
    try:
        assert other.marked[other.open_as("P-101.yaml", chinese())] == []
        assert "个人" in str(other.marked[other.open_as("P-102.yaml", read("市局/整改落实/U-000.yaml"))])
        assert other.marked[other.open_as("U-000.yaml", read("市局/整改落实/U-000.yaml"))] == []
    finally:
        other.close()
