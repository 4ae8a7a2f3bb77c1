"""What intake accepts, what it refuses, and the exact place and hint of each refusal (contract §2; 7, IN)."""

from __future__ import annotations

import contextlib
import pickle
import random
from typing import Any

import jinja2
import pytest
import yaml
from running import ROOT
from stock import plain, stock

from bayang.engine.reading.intake import FORBIDDEN, Map, Seq, Suspect, most_nodes, read
from bayang.engine.records import Limits, Unreadable

LIMITS = Limits()
FIELDS = frozenset(
    "report plan phase submitted person id name unit post study form date title themes problems fact cause "
    "measures action owner due remarks 报告类型 个人 姓名 职务 备注 学习情况 形式 日期 措施 责任人".split()
)
FAMILY = yaml.load((ROOT / "rules" / "families" / "IN.yaml").read_text(encoding="utf-8"), Loader=yaml.CSafeLoader)
RULES = {rule["name"]: rule for rule in FAMILY["rules"]}

GOOD = """报告类型: 个人
个人:
  姓名: 张三
  职务: 一级科员
学习情况:
  - 形式: 主题党日
    日期: 2022-01-11
"""


def refusal(data: bytes | str, limits: Limits = LIMITS) -> Unreadable:
    with pytest.raises(Unreadable) as caught:
        read(data.encode() if isinstance(data, str) else data, limits, FIELDS)
    assert caught.value.__cause__ is None and caught.value.__context__ is None  # nothing that quotes the file
    return caught.value


# --- what is read ---------------------------------------------------------------------------------

READ = {
    "all scalars stay as typed": (
        "a: no\nb: 010\nc: 17:00\nd: 2022-04-30\ne: 1e9\nf: 0x1F\ng: '~'\nh: TRUE\ni: .nan\n",
        {"a": "no", "b": "010", "c": "17:00", "d": "2022-04-30", "e": "1e9", "f": "0x1F", "g": "~",
         "h": "TRUE", "i": ".nan"},
    ),
    "nulls": (
        'a:\nb: ~\nc: null\nd: Null\ne: NULL\nf: ""\ng: nUll\nh: [~, x]\ni:\n-\n- y\n',
        {"a": None, "b": None, "c": None, "d": None, "e": None, "f": "", "g": "nUll", "h": [None, "x"],
         "i": [None, "y"]},
    ),
    "keys stay text": (
        "1: a\ntrue: b\n~: c\n1.5: d\n? e\n: f\n",
        {"1": "a", "true": "b", "~": "c", "1.5": "d", "e": "f"},
    ),
    "a quoted merge sign": ('"<<": a\n', {"<<": "a"}),
    "JSON": ('{"报告类型": "个人", "个人": {"姓名": "张三"}}',
             {"报告类型": "个人", "个人": {"姓名": "张三"}}),
    "BOM and CR LF": ("\ufeffa: 1\r\nb:\r\n  c: 2\r\n", {"a": "1", "b": {"c": "2"}}),
    "bare CR": ("a: 1\rb: 2\r", {"a": "1", "b": "2"}),
    "document marks and a directive": ("%YAML 1.2\n---\na: 1\n...\n", {"a": "1"}),
    "wide spaces inside block text": ("a: |\n  \u3000\u3000第一段\n  \u3000\u3000第二段\n",
                                      {"a": "\u3000\u3000第一段\n\u3000\u3000第二段\n"}),
    "harmless escapes": (r'a: "\t=1+1\r\n\"\\\/\_"', {"a": "\t=1+1\r\n\"\\/\xa0"}),
    "signs inside text": ("a: 一&二*三!四%五@六#七\nb: '# x'\n", {"a": "一&二*三!四%五@六#七", "b": "# x"}),
    "rare characters": (
        "a: \U00020bb7田㐀·\uf90a\U0001fffe\ufffd\n",
        {"a": "\U00020bb7田㐀·\uf90a\U0001fffe\ufffd"},
    ),
    "an empty map": ("{}\n", {}),
    "folded text": ("a: 一\n  二\n\n  三\n", {"a": "一 二\n三"}),
    "full-width signs in text": ("a: 一：二，（三）－四\n", {"a": "一：二，（三）－四"}),
    "placeholders of one brace": ("a: {姓名}\n", {"a": {"姓名": None}}),
}


@pytest.mark.parametrize("text, data", READ.values(), ids=READ)
def test_read(text: str, data: Any) -> None:
    assert plain(read(text.encode(), LIMITS, FIELDS)) == data


def test_places() -> None:
    top = read(GOOD.replace("\n", "\r\n").encode("utf-8-sig"), LIMITS, FIELDS)
    assert [(mark.line, mark.column) for mark in top.at.values()] == [(0, 0), (1, 0), (4, 0)]
    person, study = top.entries["个人"], top.entries["学习情况"]
    assert isinstance(person, Map) and isinstance(study, Seq)
    assert (top.mark.line, top.mark.column) == (0, 0)
    assert (person.at["职务"].line, person.at["职务"].column) == (3, 2)
    assert [(mark.line, mark.column) for mark in study.at] == [(5, 4)]


SUSPECTS = {
    "cut": ("a: 现场检查 #3 号企业\n", "cut-value", "现场检查"),
    "cut after a tab": ("a: 一\t#二\n", "cut-value", "一"),
    "cut in the last line": ("a: 一\n  二 #三\n", "cut-value", "一 二"),
    "cut with CR LF": ("a: 一 #二\r\nb: 1\r\n", "cut-value", "一"),
    "in place of the value": ("a: #3 号企业\nb: 1\n", "cut-value", ""),
    "in place of the last value": ("b: 1\na: #3 号企业", "cut-value", ""),
    "after a null": ("a: ~ #无\n", "cut-value", ""),
    "swallowed full-width": ("a: 一\n  职务：科长\n", "swallowed-line", "一 职务：科长"),
    "swallowed without a space": ("a: 一\n  职务:科长\n", "swallowed-line", "一 职务:科长"),
    "swallowed after a blank line": ("a: 一\n\n  姓名：张三\n", "swallowed-line", "一\n姓名：张三"),
    "swallowed item": ("a: 一\n  - 措施：二\n", "swallowed-line", "一 - 措施：二"),
    "swallowed after a wide space": ("a: 一\n  \u3000措施：二\n", "swallowed-line", "一 \u3000措施：二"),
    "a field on the same line": ("a: 一，措施：二\n", "same-line", "一，措施：二"),
    "a field on the same line after a blank": ("a: 一 措施 ：二\n", "same-line", "一 措施 ：二"),
    "a field on the same line, with a plain colon": ("a: 一，措施:二\n", "same-line", "一，措施:二"),
    "swallowed in a later line": ("a: 一\n  二\n  措施 ：三\n", "swallowed-line", "一 二 措施 ：三"),
}


@pytest.mark.parametrize("text, slip, value", SUSPECTS.values(), ids=SUSPECTS)
def test_suspect(text: str, slip: str, value: str) -> None:
    found = read(text.encode(), LIMITS, FIELDS).entries["a"]
    assert isinstance(found, Suspect) and (found.slip, str(found)) == (slip, value)
    copy = pickle.loads(pickle.dumps(found))
    assert (copy.slip, copy) == (slip, value)


UNSUSPECTED = {
    "comment on its own line": "# 一\na: 二\n  # 三\nb: 四\n",
    "comment after a quoted value": "a: '一' # 二\nb: \"三\" #四\n",
    "comment after a key with a block value": "a: # 一\n  b: 1\nc: #二\n  - d\ne: #三\n  四\n",
    "comment after a block header": "a: | # 一\n  二 #三\n",
    "number sign inside a word": "a: 一#二\n",
    "colon in the first line": "a: 职务：科长\n  一\n",
    "plain colon after a word that ends like a field": "a: 一，下步措施:二，17:30 职务\n",
    "plain colon after other words": "a: 见http://措施.cn/职务:1 和 8:30\n",
    "no field's name": "a: 一\n  其中：二\n",
    "quoted over two lines": 'a: "一\n  职务：科长"\n',
    "block text": "a: |\n  一\n  职务：科长\n",
}


@pytest.mark.parametrize("text", UNSUSPECTED.values(), ids=UNSUSPECTED)
def test_unsuspected(text: str) -> None:
    waiting: list[Any] = [read(text.encode(), LIMITS, FIELDS)]
    while waiting:
        value = waiting.pop()
        assert value.__class__ is not Suspect
        if isinstance(value, Map):
            waiting.extend(value.entries.values())
        elif isinstance(value, Seq):
            waiting.extend(value.items)


# --- what is refused: name, line, column, hint, facts ---------------------------------------------

ENCODING = [
    (GOOD.encode("gb18030"), 1, 1, "gb18030"),
    ("姓名: 張三\n備註: 無\n".encode("big5"), 1, 1, "gb18030"),
    (GOOD.encode("utf-16"), 1, 1, "utf-16"),
    (b"\xfe\xff" + GOOD.encode("utf-16-be"), 1, 1, "utf-16"),
    (GOOD.encode("utf-16-le"), 1, 1, "utf-16"),
    (b"report: personal\n".decode().encode("utf-16-be"), 1, 1, "utf-16"),
    (GOOD.encode("utf-32"), 1, 1, "utf-32"),
    (GOOD.encode("utf-32-le"), 1, 1, "utf-32"),
    ("姓名: 张三".encode()[:-1], 1, 6, "cut-off"),
    (b"\xef\xbb\xbf" + "a: 1\r\n姓名: 张三".encode()[:-2], 2, 6, "cut-off"),
    ("姓名: 张三\n职务: ".encode() + b"\xff\xfe\n", 2, 5, "not-utf-8"),
    ("姓名: 张三\n".encode() + b"a: \xc0\xaf\n", 2, 4, "not-utf-8"),
    ("姓名: 张三\n".encode() + b"a: \xed\xa0\x80\n", 2, 4, "not-utf-8"),
    ("姓名: 张三\n".encode() + b"a: \xf5\x80\x80\x80\n", 2, 4, "not-utf-8"),
    (b"PK\x03\x04" + b"\0" * 26 + b"word/document.xml", 1, 1, "word"),
    (b"{\\rtf1\\ansi}", 1, 1, "word"),
    (b"PK\x03\x04" + b"\0" * 26 + b"xl/workbook.xml", 1, 1, "excel"),
    (b"PK\x03\x04" + b"\0" * 26 + b"a.yaml", 1, 1, "zip"),
    (b"PK\x03\x04" + b"\0" * 26 + b"mimetypeapplication/vnd.oasis.opendocument.spreadsheet", 1, 1, "ods"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 504, 1, 1, "old-office"),
    (b"%PDF-1.4\n%\xe2\xe3\xcf\xd3\n", 1, 1, "pdf"),
    (b"\x1f\x8b\x08\0\0\0\0\0", 1, 1, "archive"),
    (b"Rar!\x1a\x07\x01\0", 1, 1, "archive"),
    (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", 1, 1, "image"),
    (b"\xff\xd8\xff\xe0\0\x10JFIF", 1, 1, "image"),
    (b"GIF89a\1\0\1\0", 1, 1, "image"),
]


@pytest.mark.parametrize("data, line, column, hint", ENCODING)
def test_wrong_encoding(data: bytes, line: int, column: int, hint: str) -> None:
    found = refusal(data)
    assert (found.name, found.line, found.column, found.hint) == ("wrong-encoding", line, column, hint)


CHARACTERS = [
    ("a: 1\nb: 张\x00三\n", 2, 5, "nul", "U+0000"),
    ("a: 1\n" + "\x00" * 4096, 2, 1, "nul", "U+0000"),
    ("\x00" * 4096, 1, 1, "nul", "U+0000"),
    ('a: "\x1b[2J"\n', 1, 5, "control", "U+001B"),
    ("a: x\x7f\n", 1, 5, "control", "U+007F"),
    ("a: 1\r\nb: \x9b2J\r\n", 2, 4, "control", "U+009B"),
    ("a: 1\n\x1a", 2, 1, "control", "U+001A"),
    ("a: x\x0cy\n", 1, 5, "control", "U+000C"),
    ("\ufeff\ufeffa: 1\n", 1, 1, "bom", "U+FEFF"),
    ("a: 1\rb: 2\r\ufeffc: 3\r", 3, 1, "bom", "U+FEFF"),
    ("a: 一\u2028b: 二\n", 1, 5, "line-separator", "U+2028"),
    ("a: 一\u2029b: 二\n", 1, 5, "line-separator", "U+2029"),
    ("a: 一\x85b: 二\n", 1, 5, "line-separator", "U+0085"),
    ("a: 一\ufffe\n", 1, 5, "noncharacter", "U+FFFE"),
    ("a: 一\uffff\n", 1, 5, "noncharacter", "U+FFFF"),
    *[(f"a: 张{mark}三\n", 1, 5, "direction", f"U+{ord(mark):04X}")
      for mark in "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"],
    ("# 注释\u202e\na: 1\n", 1, 5, "direction", "U+202E"),
    (r'a: "\0"', 1, 5, "escape", "U+0000"),
    ('a: "x\\\\\n\n  y\\e[31m"', 3, 4, "escape", "U+001B"),
    (r'a: "\\a\a"', 1, 8, "escape", "U+0007"),
    (r'a: "\b"', 1, 5, "escape", "U+0008"),
    (r'a: "\v"', 1, 5, "escape", "U+000B"),
    (r'a: "\f"', 1, 5, "escape", "U+000C"),
    (r'a: "\x9b2J"', 1, 5, "escape", "U+009B"),
    (r'a: "\N"', 1, 5, "escape", "U+0085"),
    (r'a: "\L"', 1, 5, "escape", "U+2028"),
    (r'a: "\P"', 1, 5, "escape", "U+2029"),
    (r'a: "一\u202e"', 1, 6, "escape", "U+202E"),
    (r'a: "\ufeff"', 1, 5, "escape", "U+FEFF"),
    (r'a: "\U0000FFFE"', 1, 5, "escape", "U+FFFE"),
    (r'"a\0": 1', 1, 3, "escape", "U+0000"),
    (r'a: "\uD800"', 1, 5, "surrogate", "U+D800"),
    (r'a: "一\ud83d\ude00"', 1, 6, "surrogate", "U+D83D"),
    (r'a: "\U0000DFFF"', 1, 5, "surrogate", "U+DFFF"),
]


@pytest.mark.parametrize("text, line, column, hint, character", CHARACTERS)
def test_forbidden_character(text: str, line: int, column: int, hint: str, character: str) -> None:
    found = refusal(text)
    assert (found.name, found.line, found.column, found.hint) == ("forbidden-character", line, column, hint)
    assert found.facts == {"character": character}


def test_further_forbidden_characters_are_told_with_the_first() -> None:
    """Nobody sees them, so nobody finds the next before the first is gone."""
    found = refusal("a: \u202a一\u202c\nb: 二\u2028三\n")
    assert found.facts == {"character": "U+202A", "rest": "1:6 2:5"}
    remedy = jinja2.Environment().from_string(RULES[found.name]["remedy"]["zh"]).render(**found.variables)
    assert remedy.endswith("；文件里还有这样的字符，在（行:列）1:6 2:5，请一并删除。")
    many = refusal("a: " + "一\u200e" * 100 + "\n").facts["rest"].split()
    assert len(many) == 20 and many[0] == "1:7"


def test_each_forbidden_character_is_refused_wherever_it_stands() -> None:
    """Some of them only libyaml looks for."""
    marks = [chr(code) for code in (*range(0xD800), *range(0xE000, 0x10000)) if FORBIDDEN.match(chr(code))]
    # controls but tab and line breaks; DEL and C1; ALM, two marks; separators, embeddings; isolates; BOM, two more
    assert len(marks) == 29 + 33 + 1 + 2 + 7 + 4 + 1 + 2
    for mark in marks:
        first = f"{mark}a: 1" if mark != "\ufeff" else f"{mark}{mark}a: 1"      # one BOM may stand there
        for text, line, column in ((first, 1, 1), (f"a: 张{mark}三\n", 1, 5), (f"a: 1\n# 注{mark}", 2, 4),
                                   (f"a: '张\n\n  {mark}'", 3, 3), (f"a: 1\n...\n{mark}", 3, 1)):
            found = refusal(text)
            assert (found.name, found.line, found.column) == ("forbidden-character", line, column), (text, found)


@pytest.mark.parametrize("mark", "\x07\x9b\u202e\ufeff\uffff")
@pytest.mark.parametrize("fault", ["a: 1\na: 2\n", "a: 1\n  b: 2\n", "a: !x 1\n\n", "a: 1\n---\n", "a: &x\n<<: 1\n"])
def test_a_forbidden_character_comes_before_all_other_faults(fault: str, mark: str) -> None:
    found = refusal(f"{fault}c: 张{mark}三\n")
    assert (found.name, found.line, found.column) == ("forbidden-character", 3, 5)


@pytest.mark.parametrize("mark", "\u200b\u200c\u200d\u2060\xad\ufe0f\U000e0041\u3164\ue000")
def test_other_invisible_characters_are_read(mark: str) -> None:
    """They are findings of the rules on text, not of intake."""
    assert plain(read(f"a: 张{mark}三\n".encode(), LIMITS, FIELDS)) == {"a": f"张{mark}三"}


WIDE = {"character": "U+3000"}
BROKEN: list[tuple[str, int, int, str | None, dict[str, Any]]] = [
    # full-width colon: on its own line, not on the next
    ("a: 1\n姓名：张三\nb: 2\n", 2, 3, "wide-colon", {"mark": "："}),
    ("姓名：张三\na: 1\n", 1, 3, "wide-colon", {"mark": "："}),
    ("个人:\n  姓名: 张三\n  职务：x\nb: 1\n", 3, 5, "wide-colon", {"mark": "："}),
    ("个人：\n  姓名: 张三\n", 1, 3, "wide-colon", {"mark": "："}),
    ("a:\n  - 形式：主题党日\n    日期: 2022\n", 2, 7, "wide-colon", {"mark": "："}),
    ("a: 1\r\nb：2\r\nc: 3\r\n", 2, 2, "wide-colon", {"mark": "："}),
    ('{"a"：1}\n"b": 2', 1, 1, "bracket", {"mark": "{", "inner": True}),
    # no space after the colon, or no colon
    ("a:1\nb: 2\n", 1, 2, "tight-colon", {"mark": ":"}),
    ("a: 1\nb:2\nc: 3\n", 2, 2, "tight-colon", {"mark": ":"}),
    ("备注: 第一行\n第二行没有缩进\n姓名: x\n", 2, 1, "no-colon", {}),
    # more colons
    ("a: 问题: 未解决\n", 1, 6, "second-colon", {"mark": ":"}),
    ("a: b:\n", 1, 5, "second-colon", {"mark": ":"}),
    ("a: it's: x\n", 1, 8, "second-colon", {"mark": ":"}),
    # indentation
    ("a:\n\tb: 1\n", 2, 1, "tab", {}),
    ("a: x\n\ty: 1\n", 2, 1, "tab", {}),
    ("\ta: 1\n", 1, 1, "tab", {}),
    ("个人:\n\u3000\u3000姓名: 张三\n", 2, 1, "wide-indent", WIDE),
    ("个人:\n  \u3000姓名: 张三\n", 2, 3, "wide-indent", WIDE),
    ("个人:\n\xa0\xa0姓名: 张三\n", 2, 1, "wide-indent", {"character": "U+00A0"}),
    ("x:\n  - a\n\u3000- b\n", 3, 1, "wide-indent", WIDE),
    ("a: |\n\u3000\u3000正文\nb: 1\n", 2, 1, "wide-indent", WIDE),
    ("a:\n  b: 1\n   c: 2\n", 3, 4, "indentation", {"above": 2}),
    ("a:\n    b: 1\n  c: 2\n", 3, 3, "indentation", {"above": 0}),
    ("a: 1\n  b: 2\n", 2, 3, "indentation", {"above": 1}),
    (" a: 1\nb: 2\n", 2, 1, "indentation", {"above": 0}),
    ("- a: 1\n  b: 2\nc: 3\n", 3, 1, "mixed", {}),
    ("a:\n  - b\n  c: 1\n", 3, 3, "mixed", {}),
    ("a:\n  b: 1\n  - c\n", 3, 3, "mixed", {}),
    ("a:\n  -{b: 1, c: 2}\n", 2, 3, "tight-dash", {"mark": "-"}),
    ('"' + "x" * 1100 + '": 1\n', 1, 1, "long-key", {}),
    # list marks
    ("学习情况:\n  － 形式: 主题党日\n    日期: 2022\n", 2, 3, "wide-dash", {"mark": "－"}),
    ("学习情况:\n  － 形式: 主题党日\n", 2, 3, "wide-dash", {"mark": "－"}),
    ("学习情况:\n  — 形式: a\n    日期: b\n", 2, 3, "wide-dash", {"mark": "—"}),
    ("学习情况:\n  - 形式: a\n  • 形式: b\n", 3, 3, "wide-dash", {"mark": "•"}),
    ("x:\n  - a\n  — b\n", 3, 3, "wide-dash", {"mark": "—"}),
    ("学习情况:\n  -形式: a\n    日期: b\n", 2, 3, "tight-dash", {"mark": "-"}),
    ("学习情况:\n  -形式: a\n", 2, 3, "tight-dash", {"mark": "-"}),
    # text that begins with a sign
    ("a: @张三 负责\n", 1, 4, "sign", {"mark": "@"}),
    ("a: `x` y\n", 1, 4, "sign", {"mark": "`"}),
    ("a: %80 以上\n", 1, 4, "sign", {"mark": "%"}),
    ("%80\na: 1\n", 1, 1, "sign", {"mark": "%"}),
    ("a: *重点\n", 1, 4, "sign", {"mark": "*"}),
    ("a: *A 类问题\n", 1, 4, "sign", {"mark": "*"}),
    ("a: &重点 说明\n", 1, 4, "sign", {"mark": "&"}),
    ("a: !重要 说明\n", 1, 4, "sign", {"mark": "!"}),
    ("a: !x!y z\n", 1, 4, "sign", {"mark": "!"}),
    ("a: |正文\n", 1, 4, "sign", {"mark": "|"}),
    ("a: >80%\n", 1, 4, "sign", {"mark": ">"}),
    ("a: - b\n", 1, 4, "sign", {"mark": "-"}),
    ("a: ? b\n", 1, 4, "sign", {"mark": "?"}),
    ("a: ,b\n", 1, 4, "sign", {"mark": ","}),
    ("a: ]b\n", 1, 4, "sign", {"mark": "]"}),
    # quotes and brackets
    ("a: '空喊'习气\n", 1, 4, "after-quote", {"mark": "'"}),
    ('a:\n  - "空喊"习气\n', 2, 5, "after-quote", {"mark": '"'}),
    ('a: "帮扶次数偏少\nb: 1\n', 1, 4, "unclosed-quote", {"mark": '"'}),
    ('a: "x\nb: "y"\nc: 1\n', 1, 4, "unclosed-quote", {"mark": '"'}),
    ("a: 1\nb: 'x\nc: 'y'\n", 2, 4, "unclosed-quote", {"mark": "'"}),
    ('a: "x\n---\ny\n', 1, 4, "unclosed-quote", {"mark": '"'}),
    ("a: [2021]19号\nb: 1\n", 1, 4, "bracket", {"mark": "["}),
    ("a: [x\nb: 1\n", 1, 4, "bracket", {"mark": "["}),
    ("a: {x\nb: 1\n", 1, 4, "bracket", {"mark": "{"}),
    ("a: 1\nb: [\n", 2, 4, "bracket", {"mark": "["}),
    # escapes
    ('a: "C:\\Windows"\n', 1, 7, "escape", {"mark": "\\"}),
    ('a: "\\U00110000"\n', 1, 5, "escape", {"mark": "\\"}),
    ('a: "\\xzz"\n', 1, 5, "escape", {"mark": "\\"}),
    # the rest
    ("a: x #b\n  y\nc: 1\n", 1, 6, "cut", {"mark": "#"}),
    ("a: 1\n<<<<<<< HEAD\nb: 1\n=======\nb: 2\n>>>>>>> x\n", 2, 1, "conflict", {}),
    ("a: 1\n" + "键" * 2000 + ": 1\n", 2, 1, "long-key", {}),
    ("键" * 2000 + ": 1\n", 1, 1, "long-key", {}),
    ("%YAML 9.9\n---\na: 1\n", 1, 1, "directive", {"mark": "%"}),
    ("%YAML 1." + "9" * 20000 + "\n---\na: 1\n", 1, 1, "directive", {"mark": "%"}),
    ("a: 1\n...\nb: 2\n", 2, 1, "after-end", {}),
    ("a: 1\n---\nb: [\n", 3, 4, "bracket", {"mark": "["}),
]


@pytest.mark.parametrize("text, line, column, hint, facts", BROKEN)
def test_broken_yaml(text: str, line: int, column: int, hint: str | None, facts: dict[str, Any]) -> None:
    found = refusal(text)
    assert (found.name, found.line, found.column, found.hint) == ("broken-yaml", line, column, hint)
    assert found.facts == facts


OTHERS: list[tuple[str, str, int, int, str | None]] = [
    ("", "empty-file", 1, 1, None),
    (" \n\n  \n", "empty-file", 1, 1, None),
    ("\t\n", "empty-file", 1, 1, None),
    ("\u3000\n\u3000", "empty-file", 1, 1, None),
    ("\ufeff", "empty-file", 1, 1, None),
    ("# 只有注释\n  # 请填写\n", "empty-file", 1, 1, None),
    ("---\n...\n", "empty-file", 1, 1, None),
    ("---\n---\n", "empty-file", 1, 1, None),
    ("--- # 注释\n", "empty-file", 1, 1, None),
    ("%YAML 1.1\n---\n", "empty-file", 1, 1, None),
    ("~\n", "not-a-form", 1, 1, "one-value"),
    ("# 注释\n\n  42\n", "not-a-form", 3, 3, "one-value"),
    ('""\n', "not-a-form", 1, 1, "one-value"),
    ("--- null\n", "not-a-form", 1, 1, "one-value"),
    ("自查报告\n\n我今后一定改进。\n", "not-a-form", 1, 1, "text"),
    ("姓名,单位\n张三,一科\n", "not-a-form", 1, 1, "text"),
    ("<!doctype html><html></html>\n", "not-a-form", 1, 1, "text"),
    ("# 自查报告\n\n- 姓名 张三\n", "not-a-form", 3, 1, "list"),
    ("[a, b]\n", "not-a-form", 1, 1, "list"),
    ("version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 1\n", "not-a-form", 1, 1, "pointer"),
    ("# 注释\n报告类型：个人\n姓名：张三\n", "not-a-form", 2, 5, "wide-colon"),
    ("自查报告\n姓名：张三\n", "not-a-form", 2, 3, "wide-colon"),
    ("a:1\nb:2\n", "not-a-form", 1, 2, "tight-colon"),
    ("a: 1\nb: 2\na: 3\n", "duplicate-key", 3, 1, None),
    ("a:\n  b: 1\n  \"\\u0062\": 2\n", "duplicate-key", 3, 3, None),
    ("a: {b: 1, b: 2}\n", "duplicate-key", 1, 11, None),
    ("a: &x 1\n", "forbidden-yaml", 1, 4, "anchor"),
    ("a:\n  &x b: 1\n", "forbidden-yaml", 2, 3, "anchor"),
    ("a: &x [*x]\n", "forbidden-yaml", 1, 4, "anchor"),
    ("a: &A 类问题\n", "forbidden-yaml", 1, 4, "anchor"),
    ("a: !A 类问题\n", "forbidden-yaml", 1, 4, "tag"),
    ("a: !!str x\n", "forbidden-yaml", 1, 4, "tag"),
    ("a: !!python/object/apply:os.system ['true']\n", "forbidden-yaml", 1, 4, "tag"),
    ("a: ! x\n", "forbidden-yaml", 1, 4, "tag"),
    ("!x {a: 1}\n", "forbidden-yaml", 1, 1, "tag"),
    ("a: !x &y z\n", "forbidden-yaml", 1, 4, "tag"),
    ("%TAG !e! tag:example.com,2022:\n---\na: !e!x 张三\n", "forbidden-yaml", 3, 4, "tag"),
    ("a:\n  <<: {b: 1}\n", "forbidden-yaml", 2, 3, "merge-key"),
    ("a: {{姓名}}\n", "forbidden-yaml", 1, 4, "placeholder"),
    ("a: 1\nb: {{ 姓名 }}\n", "forbidden-yaml", 2, 4, "placeholder"),
    ("? [a, b]\n: 1\n", "forbidden-yaml", 1, 3, "complex-key"),
    ("a: {[b]: 1}\n", "forbidden-yaml", 1, 5, "complex-key"),
    ("a: 1\n---\nb: 2\n", "forbidden-yaml", 2, 1, "second-document"),
    ("a: 1\n---\n", "forbidden-yaml", 2, 1, "second-document"),
    ("a: 1\n---\nb: &x 1\n", "forbidden-yaml", 2, 1, "second-document"),
    ("a: 1\n---\n" + "[" * 100_000, "forbidden-yaml", 2, 1, "second-document"),
    ("a: " + "[" * 32 + "]" * 32 + "\n", "too-large-inside", 1, 35, "depth"),
    ("a: " + "[" * 100_000 + "]" * 100_000 + "\n", "too-large-inside", 1, 35, "depth"),
    ("a:\n  " + "- " * 30_000 + "b\n", "too-large-inside", 2, 65, "depth"),
    ("a: " + "{a: " * 20_000 + "1" + "}" * 20_000, "too-large-inside", 1, 128, "depth"),
    ("a:\n" + "- b\n" * 19_998, "too-large-inside", 19_999, 3, "nodes"),
    ("".join(f"k{n}: v\n" for n in range(40_000)), "too-large-inside", 10_000, 8, "nodes"),
    ("a: 1\nb: " + "帮" * 65_537 + "\n", "too-large-inside", 2, 1, "characters"),
    ("a:\n  - " + "帮" * 65_537 + "\n", "too-large-inside", 2, 5, "characters"),
    ("a: 1" + ":59" * 200_000 + "\n", "too-large-inside", 1, 1, "characters"),
]


@pytest.mark.parametrize("text, name, line, column, hint", OTHERS, ids=lambda value: ascii(value)[:40])
def test_other_refusals(text: str, name: str, line: int, column: int, hint: str | None) -> None:
    found = refusal(text)
    assert (found.name, found.line, found.column, found.hint) == (name, line, column, hint)


def test_duplicates_name_both_lines() -> None:
    assert refusal("b: 1\na: 1\nc: 1\na: 2\n").facts == {"first": 2, "second": 4}


@pytest.mark.parametrize("text", [
    "a: " + "[" * 31 + "]" * 31 + "\n",
    "a:\n" + "- b\n" * 19_997,
    "a: " + "诺" * 65_536 + "\n",
    "a: 1\n" + "#" * 900_000 + "\n",
])  # fmt: skip
def test_just_inside_the_limits(text: str) -> None:
    read(text.encode(), LIMITS, FIELDS)


def test_limits_are_settable() -> None:
    text = b"a: [[b, c]]\n"
    read(text, Limits(depth=3, nodes=6, characters=1))
    assert refusal("a: [[b, c]]\n", Limits(depth=2)).hint == "depth"
    assert refusal("a: [[b, c]]\n", Limits(nodes=5)).hint == "nodes"
    assert refusal("a: [[b, cd]]\n", Limits(characters=1)).hint == "characters"


def test_nodes_come_with_signs() -> None:
    # nodes are counted only in texts of so many signs that there might be too many
    chance, densest = random.Random(7), 0.0
    signs = ["?", "?", ":", ": ", ":", ",", ",", "-", "- ", "? ", *"[]{} \na'", '"', "|\n", "#x"]
    for _ in range(20_000):
        text = "".join(chance.choices(signs, k=chance.randint(2, 18)))
        nodes = 0
        with contextlib.suppress(yaml.YAMLError):
            for event in yaml.parse(text, Loader=yaml.CSafeLoader):
                nodes += isinstance(event, yaml.NodeEvent)
        assert nodes <= most_nodes(text.encode()), text
        densest = max(densest, nodes / most_nodes(text.encode()))
    assert densest > 0.6


def test_refusals_survive_a_process_border() -> None:
    found = refusal("a: 1\na: 2\n")
    copy = pickle.loads(pickle.dumps(found))
    assert (copy.name, copy.line, copy.column, copy.hint, copy.facts) == (
        found.name, found.line, found.column, found.hint, found.facts)  # fmt: skip


# --- the family's texts ---------------------------------------------------------------------------

def said(found: Unreadable) -> list[str]:
    """The rule's sentences for a refusal, in both languages; fails if one is missing or lacks a fact."""
    rule = RULES[found.name]
    message = rule["message"] if found.hint is None else rule["hints"][found.hint]
    jinja = jinja2.Environment(undefined=jinja2.StrictUndefined)
    return [jinja.from_string(message[language]).render(**found.variables) for language in ("zh", "en")]


def test_every_hint_is_raised_and_has_its_text() -> None:
    raised: set[tuple[str, str]] = set()
    texts = [text for text, *_ in CHARACTERS + BROKEN + OTHERS]
    for data in [data for data, *_ in ENCODING] + [text.encode() for text in texts]:
        found = refusal(data)
        assert all(said(found))
        if found.hint is not None:
            raised.add((found.name, found.hint))
    written = {(name, hint) for name, rule in RULES.items() for hint in rule.get("hints", {})}
    elsewhere = {pair for pair in written if pair[0] == "unreadable-file"} | {("duplicate-key", "two-names"),
                                                                                    ("duplicate-key", "more")} | {
        ("broken-yaml", hint) for hint in          # told of a mended text
        ("number-mark", "guidance", "quote-comma", "more", "content-below", "in-braces", "heading", "no-dash",
             "below-bar", "beside-bar", "between")} | {
        ("too-large-inside", "cells"), ("too-large-inside", "sheets"), ("too-large-inside", "unpacked"),
        ("forbidden-yaml", "document-type"), ("wrong-encoding", "workbook")}      # told of workbooks
    assert raised == written - elsewhere


# --- nothing but Unreadable ever comes out --------------------------------------------------------

TOKENS = [
    *("：", ":", " ", "\t", "\n", "\r", "- ", "－ ", "—", "[", "]", "{", "}", "{{x}}", "'", '"', "#", " #"),
    *("&a ", "*a", "!", "!!str ", "%", "@", "`", "|", "> ", "? ", "---\n", "...\n", "\u3000", "\xa0", "\\"),
    *("\\u", "\\x00", '"\\ud800"', "<<: ", "~", "\ufeff", "\u2028", "\x00", "  姓名：张三\n"),
    "<<<<<<< a\n=======\n>>>>>>> b\n",
]


def mutated(seed: int) -> bytes:
    """A report with a few slips, the same for the same seed."""
    chance = random.Random(seed)
    text = GOOD * chance.randint(1, 2)
    for _ in range(chance.randint(1, 4)):
        kind, at, other = chance.random(), chance.randrange(len(text) + 1), chance.randrange(len(text) + 1)
        if kind < 0.6:
            text = text[:at] + chance.choice(TOKENS) + text[at:]
        elif kind < 0.8:
            text = text[:at] + text[at + chance.randint(1, 30) :]
        elif kind < 0.9:
            text = text[:at] + text[other : other + 40] + text[at:]
        else:
            text = text[: at + 1]
    data = bytearray(text.encode())
    if data and chance.random() < 0.2:
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data)


@pytest.mark.parametrize("seed", range(0, 2400, 300))
def test_mutations(seed: int) -> None:
    for number in range(seed, seed + 300):
        data = mutated(number)
        try:
            tree = plain(read(data, LIMITS, FIELDS))
        except Unreadable as found:
            lines = data.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n")
            assert 1 <= found.line <= len(lines), number
            if found.name != "wrong-encoding":
                assert 1 <= found.column <= len(lines[found.line - 1]) + 1, number
            for fact in found.facts.values():
                assert isinstance(fact, int) or len(fact) <= 8, number
            for sentence in said(found):
                assert "张三" not in sentence and "2022" not in sentence, number
        else:
            assert tree == stock(data), number
