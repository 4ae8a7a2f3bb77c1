"""Contract 10.8: `bayang fix` mends what is certain, shows it, and never touches what people wrote as text."""

from __future__ import annotations

import os
import re
import stat
from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import PACK, write
from running import SAMPLES, complaint, here
from test_inserting import REPORTS, report, written

from bayang.engine.judging.fixing import CERTAIN, NAMELESS, Fixed, fix
from bayang.engine.judging.opening import Opener
from bayang.engine.packs.pack import load_pack
from bayang.engine.records import Limits, Unreadable

LAW = settings(max_examples=100, derandomize=True)
YEAR = re.compile("[〔【（(［\\[]([0-9]{4})[〕】）)］\\]]")


@cache
def opened(data: bytes) -> Any:
    """What a file says as a report; None where it can't be read."""
    try:
        return Opener(PACK, None, Limits()).open(data)[0].report.doc
    except Unreadable:
        return None


@cache
def compliant(name: str, phase: str, chinese: bool, flow: str) -> str:
    return written(report(name, phase, chinese), flow)


def level(data: Any) -> Any:
    """The same with one kind of brackets around years, without what can't be read."""
    if isinstance(data, dict):
        return {key: level(one) for key, one in data.items()}
    if isinstance(data, list):
        return [level(one) for one in data]
    return YEAR.sub(r"〔\1〕", data) if isinstance(data, str) else data if isinstance(data, int) else None


def fixed(text: str | bytes) -> Fixed:
    return fix(text if isinstance(text, bytes) else text.encode(), PACK)


def whats(made: Fixed) -> list[tuple[int, str]]:
    return [(one.line, one.what) for one in made.changes]


# -- laws --------------------------------------------------------------------------------------------------

SLIPS = {
    "wide-colon": lambda line: re.sub(r"^( *(?:- )?[^ :]+): ?", r"\1：", line),
    "tight-colon": lambda line: re.sub(r"^( *(?:- )?[^ :]+): (?=[^\s\d\"'\[{|>])", r"\1:", line),
    "wide-indent": lambda line: re.sub("^ +", lambda lead: "\u3000" * (len(lead[0]) // 2), line),
    "wide-dash": lambda line: re.sub(r"^( *)- (?=\S+: )", r"\1－ ", line),
}


@LAW
@given(st.data())
def test_10_8_what_a_keyboard_did_is_undone(data: st.DataObject) -> None:
    """A compliant report, with slips on some lines: all of it says again what it said."""
    name, phase = data.draw(st.sampled_from(REPORTS))
    text = compliant(name, phase, data.draw(st.booleans()), "none")
    lines = text.split("\n")
    slips = data.draw(st.lists(st.sampled_from(sorted(SLIPS)), min_size=1, max_size=2, unique=True))
    for at in data.draw(st.lists(st.integers(0, len(lines) - 1), min_size=1, max_size=8)):
        lines[at] = SLIPS[slips[at % len(slips)]](lines[at])
    typed = "\n".join(lines)
    made = fixed(typed)
    if opened(typed.encode()) is None and made.readable:
        assert level(opened(made.data)) == level(opened(text.encode()))
    again = fix(made.data, PACK)
    assert again.data == made.data and again.changes == ()


@LAW
@given(st.data())
def test_10_8_a_report_that_can_be_read_says_the_same_afterwards(data: st.DataObject) -> None:
    name, phase = data.draw(st.sampled_from(REPORTS))
    text = compliant(name, phase, data.draw(st.booleans()), data.draw(st.sampled_from(["none", "part", "all"])))
    for found in data.draw(st.lists(st.sampled_from(sorted(set(re.findall(r"\b2022-0\d-\d\d\b", text)) or {"x"})),
                                    max_size=4, unique=True)):
        spelling = data.draw(st.sampled_from(["{0}.{1}.{2}", "{0}年{1}月{2}日", "{0}/{1}/{2}", "{0}-{1}-{2}。"]))
        text = text.replace(found, spelling.format(*found.split("-"))) if "-" in found else text
    text = text.replace("〔", data.draw(st.sampled_from(["〔", "【", "（"]))).replace("〕", data.draw(
        st.sampled_from(["〕", "】", "）"])))
    before = opened(text.encode())
    made = fixed(text)
    if before is not None:
        assert made.readable and level(opened(made.data)) == level(before)
    assert fix(made.data, PACK).changes == ()


@LAW
@given(st.one_of(st.binary(max_size=200), st.text(st.characters(exclude_categories=["Cs"]), max_size=300).map(
    str.encode), st.lists(st.sampled_from([
    "报告类型: 个人", "姓名：张三", "填报日期: 2022.4.20", "－ 一项", "1、二项", "\t备注: 见附件", "\u3000学习情况:",
    "八个方面: {实干: }", "备注: '", "  - 形式：会议", "附件: 甲、乙", "---", "备注: |", "  云环发【2021】3号",
    "# 说明", "个人:"]),
    max_size=12).map(lambda lines: "\n".join(lines).encode())))
def test_10_8_nothing_is_too_strange(data: bytes) -> None:
    before, made = opened(data), fix(data, PACK)
    assert made.readable == (opened(made.data) is not None) or made.data == data
    if before is not None:
        assert level(opened(made.data)) == level(before)
    for change in made.changes:
        assert "张三" not in change.before + change.after and "见附件" not in change.before + change.after


# -- one by one --------------------------------------------------------------------------------------------

HEAD = "报告类型: 个人\n活动方案: 八扬八治\n所处阶段: 学习教育和动员部署\n填报日期: 2022-01-20\n"


@pytest.mark.parametrize(("typed", "right", "what"), [
    ("填报人：金丝雀\n", "填报人: 金丝雀\n", (5, "wide_colon")),
    ("个人:\n\t姓名: 金丝雀\n", "个人:\n  姓名: 金丝雀\n", (6, "tab")),
    ("个人:\n\u3000\u3000姓名: 金丝雀\n  人员编号: P-1\n", "个人:\n  姓名: 金丝雀\n  人员编号: P-1\n",
     (6, "wide_indent")),
    ("附件:\n  － 金丝雀.docx\n个人：\n  姓名: 甲\n", "附件:\n  - 金丝雀.docx\n个人:\n  姓名: 甲\n",
     (6, "wide_dash")),
    ("附件:\n  1、金丝雀.docx\n个人：\n  姓名: 甲\n", "附件:\n  - 金丝雀.docx\n个人:\n  姓名: 甲\n",
     (6, "number_mark")),
    ("备注: %金丝雀\n", "备注: '%金丝雀'\n", (5, "sign")),
    ("备注: 甲: 金丝雀\n", "备注: '甲: 金丝雀'\n", (5, "second_colon")),
    ("补正日期: 2022年1月28日\n", "补正日期: 2022-01-28\n", (5, "spelling")),
    ("备注: 学习云环发【2021】36号\n", "备注: 学习云环发〔2021〕36号\n", (5, "brackets")),
    ("备注: |\n  见云环发(2021)36号\n  金丝雀\n", "备注: |\n  见云环发〔2021〕36号\n  金丝雀\n", (6, "brackets")),
])
def test_10_8_slips_that_are_certain(typed: str, right: str, what: tuple[int, str]) -> None:
    made = fixed(HEAD + typed)
    assert made.data.decode() == HEAD + right and made.readable
    assert what in whats(made)
    assert not any("金丝雀" in one.before + one.after for one in made.changes)


@pytest.mark.parametrize("typed", [
    "备注: 市发【2021】19号\n",                      # the plan's own
    "备注: 型号A[2021]15号\n",
    "备注: 会议时间：9点，地点:三楼\n",
    "备注: |\n  姓名：张三\n  1、先学\n  －再做\n",      # a text over several lines
    "附件:\n  - 甲：乙.docx\n",
    "备注: 2022.4.20 开会\n",
    "附件:\n  － 甲.docx\n",                         # YAML reads it: as a text
])
def test_10_8_texts_stay_as_they_are(typed: str) -> None:
    assert fixed(HEAD + typed) == Fixed((HEAD + typed).encode(), (), True)


def test_10_8_a_remark_behind_a_value_stays() -> None:
    text = (SAMPLES / "市局/整改落实/P-002.yaml").read_text(encoding="utf-8")
    typed = text.replace("status: partial", "status: 部分到位（还差六家）", 1)
    assert typed != text and fixed(typed).changes == ()
    plain = fixed(text.replace("status: partial", "status: 部分到位。", 1))
    assert [one.what for one in plain.changes] == ["spelling"] and b"status: \xe9\x83\xa8\xe5\x88\x86" in plain.data


def test_10_8_a_list_on_one_line_becomes_one() -> None:
    made = fixed(HEAD.replace("个人", "单位") + "调查研究:\n  方式: 个别访谈、发放问卷\n")
    assert "  方式: [个别访谈, 发放问卷]\n" in made.data.decode()
    assert [(one.before, one.after) for one in made.changes] == [(NAMELESS, f"[{NAMELESS}]")]


def test_10_8_what_is_doubtful_is_left_to_people() -> None:
    """The quotation mark that never closes is a guess; the colon above is none."""
    made = fixed(HEAD + "填报人：甲\n备注: \"学了一天\n个人:\n  姓名: 甲\n")
    assert b"\xe5\xa1\xab\xe6\x8a\xa5\xe4\xba\xba: " in made.data and b'"\xe5\xad\xa6' in made.data
    assert not made.readable
    assert "unclosed-quote" not in CERTAIN and "quote-comma" not in CERTAIN and "no-colon" not in CERTAIN


def test_10_8_a_dash_that_has_no_place_is_left_to_people() -> None:
    made = fixed(HEAD + "填报人：甲\n八个方面:\n  实干:\n   － 逐条对照: 全部\n    问题清单:\n      - 编号: 甲-1\n")
    assert fix(made.data, PACK).changes == ()


@pytest.mark.parametrize(("encoding", "what"), [("gb18030", "gb18030"), ("utf-16", "utf_16")])
def test_10_8_other_encodings(encoding: str, what: str) -> None:
    made = fixed((HEAD + "填报人：甲\n备注: 学了一天\n").encode(encoding))
    assert made.data.decode() == HEAD + "填报人: 甲\n备注: 学了一天\n"
    assert (0, what) in whats(made) and made.readable


def test_10_8_marks_of_direction_that_nobody_sees_go() -> None:
    typed = HEAD + "填报人: \u202a甲\u202c\n备注: 学了\u200e一天\n"
    made = fixed("\ufeff" + typed)
    assert made.readable and made.data.decode() == "\ufeff" + HEAD + "填报人: 甲\n备注: 学了一天\n"
    assert whats(made) == [(5, "unseen"), (6, "unseen")]
    assert fixed(HEAD + "备注: 学了\u2028一天\n").changes == ()        # which may have been a new line


def test_10_8_marks_and_line_ends_are_kept() -> None:
    typed = ("\ufeff" + HEAD + "填报人：甲\n").replace("\n", "\r\n").encode()
    assert fixed(typed).data == typed.replace("：".encode(), b": ")


@pytest.mark.parametrize("path", sorted(SAMPLES.rglob("*.yaml")), ids=lambda path: path.stem)
def test_10_8_the_samples_say_the_same(path: Path) -> None:
    before, made = opened(path.read_bytes()), fix(path.read_bytes(), PACK)
    assert made.readable
    if before is not None:
        assert level(opened(made.data)) == level(before)


def test_10_8_another_plan_with_fields_of_its_own() -> None:
    pack = load_pack(Path(__file__).parent / "packs/service")
    typed = ("报告类型: 单位\n活动方案: wuxiang-2024\n所处阶段: 自查\n交表日期：2024年6月20日\n满意率: ９２.5%\n"
             "五项行动：\n  走访：\n")
    made = fix(typed.encode(), pack)
    assert made.readable and "交表日期: 2024-06-20\n" in made.data.decode()
    assert "五项行动:\n  走访:\n" in made.data.decode()
    assert (4, "spelling") in whats(made)


# -- the command -------------------------------------------------------------------------------------------


def test_10_8_shows_and_writes_nothing_unless_told_to(tmp_path: Path) -> None:
    file = write(tmp_path / "P-1.yaml", HEAD + "填报人：金丝雀\n")
    said = here("fix", file)
    assert said.returncode == 1 and said.stderr == b""
    assert ("  第 5 行：字段名后面的符号改成英文冒号，后面空一格\n    - 填报人：…\n    + 填报人: …\n"
            in said.stdout.decode())
    assert "--write" in said.stdout.decode() and "金丝雀" not in said.stdout.decode()
    assert os.listdir(tmp_path) == ["P-1.yaml"] and "：金丝雀" in file.read_text(encoding="utf-8")


def test_10_8_writes_and_keeps_what_was_there(tmp_path: Path) -> None:
    file = write(tmp_path / "P-1.yaml", HEAD + "填报人：金丝雀\n")
    file.chmod(0o640)
    said = here("fix", "--write", file)
    assert said.returncode == 0 and "已改好 1 个文件" in said.stdout.decode().replace("\n  ", "")
    assert file.read_text(encoding="utf-8") == HEAD + "填报人: 金丝雀\n"
    kept = tmp_path / "P-1.yaml.bak"
    assert kept.read_text(encoding="utf-8") == HEAD + "填报人：金丝雀\n"
    assert {stat.S_IMODE(path.stat().st_mode) for path in (file, kept)} == {0o640}
    assert here("fix", "--write", file).returncode == 0 and len(os.listdir(tmp_path)) == 2     # nothing more to do
    write(file, HEAD + "填报人：乙\n")
    here("fix", "--write", file)
    assert sorted(os.listdir(tmp_path)) == ["P-1.yaml", "P-1.yaml.bak", "P-1.yaml.bak2"]
    assert "金丝雀" in kept.read_text(encoding="utf-8")


def test_10_8_a_hidden_extension_goes(tmp_path: Path) -> None:
    file = write(tmp_path / "P-1.yaml.txt", HEAD)
    assert here("fix", file).returncode == 1
    said = here("fix", "--write", file)
    assert said.returncode == 0 and "P-1.yaml" in said.stdout.decode()
    assert sorted(os.listdir(tmp_path)) == ["P-1.yaml", "P-1.yaml.txt.bak"]
    assert (tmp_path / "P-1.yaml").read_text(encoding="utf-8") == HEAD
    write(file, HEAD)
    assert "重名" in complaint(here("fix", "--write", file)) and file.exists()


def test_10_8_a_link_stays_a_link(tmp_path: Path) -> None:
    file = write(tmp_path / "own/P-1.yaml", HEAD + "填报人：甲\n")
    link = tmp_path / "P-1.yaml"
    link.symlink_to(file)
    assert here("fix", "--write", link).returncode == 0
    assert link.is_symlink() and file.read_text(encoding="utf-8") == HEAD + "填报人: 甲\n"


def test_10_8_codes_and_several_files(tmp_path: Path) -> None:
    good, bad, odd = (write(tmp_path / f"{name}.yaml", text) for name, text in (
        ("good", HEAD), ("bad", HEAD + "填报人：甲\n"), ("odd", HEAD + "备注: \"学了\n")))
    assert here("fix", good).returncode == 0 and "没有要改的" in here("fix", good).stdout.decode()
    assert here("fix", good, bad).returncode == 1
    assert here("fix", "--write", good, bad).returncode == 0
    said = here("fix", "--write", odd)
    assert said.returncode == 1 and "仍然读不出来" in said.stdout.decode()
    assert "nothing that is certain" in here("fix", good, "--lang", "en").stdout.decode()
    for wrong in (tmp_path, "-", tmp_path / "gone.yaml", write(tmp_path / "a.docx", "x")):
        complaint(here("fix", wrong))
    assert here("fix", good, tmp_path / "gone.yaml", "--write").returncode == 2


def test_10_8_the_fixed_file_is_checked_clean_of_what_was_mended(tmp_path: Path) -> None:
    file = tmp_path / "P-006.yaml"
    file.write_bytes((SAMPLES / "砚川分局/问题查摆/P-006.yaml").read_bytes())
    assert b"IN05" in here("check", file, "--as-of", "2022-08-08").stdout
    assert here("fix", "--write", file).returncode == 0
    assert b"IN05" not in here("check", file, "--as-of", "2022-08-08").stdout
