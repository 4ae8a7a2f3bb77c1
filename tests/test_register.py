"""Ruling 9.17, numbers: the register of letters, which gives each its number once and keeps what people write in it."""

from __future__ import annotations

import csv
import io
import multiprocessing
import os
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from bayang.engine.output.notices.register import Issued, mark_of, number_parts, registered
from bayang.engine.packs.pack import Pack
from bayang.engine.records import PackError, UsageError

FILE = "发文登记.csv"
HEAD = "文号,日期,对象,类别,阶段,次数,事项,期限,签收,回复,核对码\r\n"


def rows(file: Path) -> list[dict[str, str]]:
    """The rows of a register by their columns."""
    return list(csv.DictReader(io.StringIO(file.read_text(encoding="utf-8-sig"), newline="")))


def texts(folder: Path) -> dict[str, str]:
    """The letters under a folder, by file."""
    return {path.relative_to(folder).as_posix(): re.sub(r"\\(?=\W)", "", path.read_text(encoding="utf-8"))
            for path in sorted(folder.rglob("*.md"))}


def numbers(folder: Path) -> list[str]:
    """The numbers that letters bear."""
    return [re.search(r"云作风办〔\d+〕\d+号", text)[0] for text in texts(folder).values()]


def letter(ident: str = "P-1", date: str = "2022-08-08", mark: str = "") -> Issued:
    return Issued(("personal", ident), ("correct",), "监督检查和整改落实", 1, date, "2022-08-15", 2,
                  mark or mark_of("bayang-bazhi", [ident, date]))


def enter(file: Path, pack: Pack, *letters: Issued, series: str | None = "云作风办", first: int = 1) -> list[str]:
    """Enter letters as a run does: their numbers."""
    with registered(file, pack, "zh") as book:
        given = [book.number(one, series, 2022, first) for one in letters]
        if book.data() is not None:
            file.write_bytes(book.data())
    return given


# -- three rounds and a rerun ------------------------------------------------------------------------------


def test_9_17_three_rounds_and_a_rerun(bureau: Callable[[int], Any], tmp_path: Path) -> None:
    """No two letters share a number, the second cites the first, and a rerun of any round gives the same bytes."""
    office = bureau(12)
    for ident in office.people[2:]:
        office.report(ident, study=None)        # PH13; the first two have filed nothing
    office.report("U-002")
    assert office.notice(tmp_path / "1", "2022-02-05", "--reply-by", "2022-02-11").exit_code == 0
    register = office.office / FILE
    before = register.read_bytes()
    assert before.startswith(b"\xef\xbb\xbf") and b"\n" not in before.replace(b"\r\n", b"")
    assert office.notice(tmp_path / "1b", "2022-02-05", "--reply-by", "2022-02-11").exit_code == 0
    assert register.read_bytes() == before and texts(tmp_path / "1") == texts(tmp_path / "1b")

    office.report("P-003")                      # one puts it right, one files at last, and not well
    office.report("P-001", study=None)
    assert office.notice(tmp_path / "2", "2022-02-15", "--reply-by", "2022-02-21").exit_code == 0
    assert office.notice(tmp_path / "3", "2022-02-25", "--reply-by", "2022-03-03").exit_code == 0
    after = register.read_bytes()
    given = [number for at in "123" for number in numbers(tmp_path / at)]
    assert len(given) == 12 + 11 + 11 == len(set(given)) == len(rows(register))
    assert sorted(given, key=lambda one: number_parts(one)[2]) == [f"云作风办〔2022〕{at}号" for at in range(1, 35)]

    first, second, third = (texts(tmp_path / at) for at in "123")
    assert "登记在册" not in "".join(first.values())
    assert "上一份通知是2022年2月5日的云作风办〔2022〕2号，期限为2022年2月11日。" in \
        second["P-002/补报通知-P-002-第2次.md"]
    assert "的通知（第2次）" in second["P-002/补报通知-P-002-第2次.md"]
    corrected = second["P-001/补正通知-P-001.md"]       # the first of its kind, the second letter to this person
    assert "上一份通知是2022年2月5日的云作风办〔2022〕1号" in corrected and "第 2 次" not in corrected
    assert "云作风办〔2022〕14号，期限为2022年2月21日。" in third["P-002/补报通知-P-002-第3次.md"]

    for at, day, by in (("1", "2022-02-05", "2022-02-11"), ("2", "2022-02-15", "2022-02-21")):
        if at == "1":
            (office.reports / "P-001.yaml").unlink()
            office.report("P-003", study=None)
        else:
            office.report("P-001", study=None)
            office.report("P-003")
        assert office.notice(tmp_path / f"{at}c", day, "--reply-by", by).exit_code == 0
        assert texts(tmp_path / f"{at}c") == texts(tmp_path / at)
    assert register.read_bytes() == after


def test_9_17_another_result_of_the_same_day_takes_a_new_number(bureau: Callable[[int], Any], tmp_path: Path) -> None:
    office = bureau(1)
    office.report("U-002")
    office.report("P-001", study=None)
    office.notice(tmp_path / "1", "2022-02-05")
    office.report("P-001", study=None, submitted="2022-02-03")      # ID01 too
    office.notice(tmp_path / "2", "2022-02-05")
    assert (numbers(tmp_path / "1"), numbers(tmp_path / "2")) == (["云作风办〔2022〕1号"], ["云作风办〔2022〕2号"])


def test_9_17_nothing_is_entered_where_nothing_is_written(bureau: Callable[[int], Any], tmp_path: Path) -> None:
    office = bureau(2)
    (tmp_path / "to/P-001").mkdir(parents=True)
    (tmp_path / "to/P-001/补报通知-P-001.md").write_text("改过", encoding="utf-8")
    assert office.notice(tmp_path / "to", "2022-02-05").exit_code == 2
    assert sorted(path.name for path in office.office.iterdir()) == ["notice.yaml", "roster.yaml"]


def test_9_17_without_a_number_and_without_a_register(bureau: Callable[[int], Any], tmp_path: Path) -> None:
    office = bureau(1)
    (office.office / "notice.yaml").write_text("发文机关: 云溪局活动办\n", encoding="utf-8")
    office.notice(tmp_path / "1", "2022-02-05", "--reply-by", "2022-02-11")
    office.notice(tmp_path / "2", "2022-02-15")
    columns = ("文号", "对象", "类别", "次数", "期限")
    assert [tuple(row[name] for name in columns) for row in rows(office.office / FILE)] == [
        ("", "U-002（单位）", "补报", "1", "2022-02-11"), ("", "P-001（个人）", "补报", "1", "2022-02-11"),
        ("", "U-002（单位）", "补报", "2", ""), ("", "P-001（个人）", "补报", "2", "")]
    assert "上一份通知是2022年2月5日的通知（没有文号），期限为2022年2月11日。" in \
        texts(tmp_path / "2")["P-001/补报通知-P-001-第2次.md"]
    assert office.notice(tmp_path / "3", "2022-02-15", "--register", tmp_path / "own.csv").exit_code == 0
    assert len(rows(tmp_path / "own.csv")) == 2


def test_9_17_kinds_are_chosen_and_only_those_are_entered(bureau: Callable[[int], Any], tmp_path: Path) -> None:
    office = bureau(3)
    office.report("U-002")
    office.report("P-001", study=None)
    office.report("P-002")
    outcome = office.notice(tmp_path / "to", "2022-02-05", "--kind", "missing")
    assert list(texts(tmp_path / "to")) == ["P-003/补报通知-P-003.md"] and len(rows(office.office / FILE)) == 1
    assert "补报 1 份，改文件 0 份，补正 0 份" in outcome.output
    assert office.notice(tmp_path / "no", "2022-02-05", "--kind", "late").exit_code == 2


@pytest.mark.parametrize(("typed", "first"), [
    ("补报、补正、提醒", "missing"), ("补正", "correct"), ("补正， 提醒", "correct"), ("to mend, reminder", "mend"),
    ("电话", None)])
def test_a_row_is_counted_by_the_first_of_its_kinds(tmp_path: Path, pack: Pack, typed: str, first: str | None) -> None:
    """Also where it was typed, or written when a row named that one alone."""
    file = tmp_path / FILE
    row = f'云作风办〔2022〕4号,2022-08-01,P-1（个人）,"{typed}",监督检查和整改落实,1,2,2022-08-05,,,\r\n'
    file.write_text(HEAD + row, encoding="utf-8")
    with registered(file, pack, "zh") as book:
        assert [row.letter for row in book.earlier(("personal", "P-1"), "2022-08-08")] == [first]


def test_a_row_names_all_kinds_of_its_letter(bureau: Callable[[int], Any], tmp_path: Path) -> None:
    """In their order in the letter; the next one of the same leading kind is the second, whatever else it is."""
    office = bureau(2).filed()
    office.report("P-001", study=None)
    both = "补报、补正"
    for at, day, kinds in (("1", "2022-04-25", "补正、提醒"), ("2", "2022-05-05", both), ("3", "2022-05-15", both)):
        assert office.notice(tmp_path / at, day).exit_code == 0
        [row] = [row for row in rows(office.office / FILE) if row["日期"] == day and row["对象"] == "P-001（个人）"]
        assert (row["类别"], row["次数"]) == (kinds, "2" if at == "3" else "1")
    assert "P-001/补报通知-P-001-第2次.md" in texts(tmp_path / "3")
    english = tmp_path / "english.csv"
    assert office.notice(tmp_path / "4", "2022-05-15", "--register", english, "--lang", "en").exit_code == 0
    assert "to file, to correct" in english.read_text(encoding="utf-8-sig")


# -- what people do to it ----------------------------------------------------------------------------------


def test_what_people_write_is_kept_as_it_stands(tmp_path: Path, pack: Pack) -> None:
    file = tmp_path / FILE
    file.write_bytes(("\ufeff经办," + HEAD.replace(",回复", ",回复,备 注") +
                      "甲,云作风办〔2022〕4号,2022/8/1,P-1（个人）,补正,,1,2,2022/8/5,"
                      '"=签收, ""王""",8月3日,"两\r\n行",\r\n'
                      ",,,,,,,,,,,,\r\n手写一行,,,,,,,,,,,,\r\n").encode())
    before = file.read_bytes()
    assert enter(file, pack, letter()) == ["云作风办〔2022〕5号"]
    after = file.read_bytes()
    assert after.startswith(before)
    [*_, new] = rows(file)
    assert new["经办"] == new["备 注"] == new["签收"] == "" and new["文号"] == "云作风办〔2022〕5号"
    with registered(file, pack, "zh") as book:
        [old] = book.earlier(("personal", "p-1"), "2022-08-02")
        assert (old.number, old.date, old.deadline) == ("云作风办〔2022〕4号", "2022-08-01", "2022-08-05")


def test_a_register_that_excel_saved_in_gbk_or_with_other_signs_is_read(tmp_path: Path, pack: Pack) -> None:
    text = HEAD + "云作风办〔2022〕7号,2022/8/1,P-1（个人）,补正,监督检查和整改落实,1,2,2022/8/5,已签,,\r\n"
    for name, data in (("a.csv", text.encode("gb18030")), ("b.csv", text.replace(",", "\t").encode("utf-16")),
                       ("c.csv", text.replace(",", ";").encode())):
        (tmp_path / name).write_bytes(data)
        assert enter(tmp_path / name, pack, letter()) == ["云作风办〔2022〕8号"]
        written = (tmp_path / name).read_text(encoding="utf-8-sig")
        assert "已签" in written and written.count("〔2022〕") == 2
        assert enter(tmp_path / name, pack, letter()) == ["云作风办〔2022〕8号"]        # and read again


@pytest.mark.parametrize("typed", [
    "云作风办[2022]30号", "云作风办（2022）第30号", "云作风办〔２０２２〕３０号", " 云作风办 〔2022〕 030 号"])
def test_9_17_a_number_that_was_edited_counts(tmp_path: Path, pack: Pack, typed: str) -> None:
    file = tmp_path / FILE
    enter(file, pack, letter())
    file.write_text(file.read_text(encoding="utf-8-sig").replace("云作风办〔2022〕1号", typed), encoding="utf-8-sig")
    assert enter(file, pack, letter("P-2")) == ["云作风办〔2022〕31号"]
    assert enter(file, pack, letter()) == [typed.strip()]


def test_9_17_the_number_of_a_deleted_row_is_not_given_again(tmp_path: Path, pack: Pack) -> None:
    file = tmp_path / FILE
    assert enter(file, pack, letter("P-1"), letter("P-2")) == ["云作风办〔2022〕1号", "云作风办〔2022〕2号"]
    lines = file.read_bytes().splitlines(keepends=True)
    file.write_bytes(b"".join(lines[:-1]))
    assert enter(file, pack, letter("P-3")) == ["云作风办〔2022〕3号"]
    file.unlink()
    assert enter(file, pack, letter("P-4")) == ["云作风办〔2022〕4号"]


def test_numbers_go_by_series_and_year_and_not_below_the_first(tmp_path: Path, pack: Pack) -> None:
    file = tmp_path / FILE
    assert enter(file, pack, letter("P-1"), first=12) == ["云作风办〔2022〕12号"]
    assert enter(file, pack, letter("P-2"), series="云(党)函") == ["云(党)函〔2022〕1号"]
    assert enter(file, pack, letter("P-3"), first=3) == ["云作风办〔2022〕13号"]
    assert enter(file, pack, letter("P-4"), first=40) == ["云作风办〔2022〕40号"]
    assert enter(file, pack, letter("P-5"), series=None) == [""]


def test_two_letters_with_one_mark_take_two_rows(tmp_path: Path, pack: Pack) -> None:
    """IDs that hold a private number are masked alike."""
    file, same = tmp_path / FILE, letter("110***", mark="bayang-bazhi-a")
    both = ["云作风办〔2022〕1号", "云作风办〔2022〕2号"]
    assert enter(file, pack, same, same) == enter(file, pack, same, same) == both
    with registered(file, pack, "zh") as book:
        assert book.earlier(("personal", "110***"), "2023-01-01") == []


def test_no_cell_that_we_write_is_a_formula(tmp_path: Path, pack: Pack) -> None:
    file = tmp_path / FILE
    enter(file, pack, letter("-1+2"), series="=云")
    [row] = rows(file)
    assert row["文号"] == "'=云〔2022〕1号" and row["对象"] == "'-1+2（个人）"
    assert enter(file, pack, letter("-1+2"), series="=云") == ["=云〔2022〕1号"]
    with registered(file, pack, "zh") as book:
        assert len(book.earlier(("personal", "-1+2"), "2023-01-01")) == 1


def test_rows_of_another_plan_only_keep_their_numbers(tmp_path: Path, pack: Pack) -> None:
    file = tmp_path / FILE
    enter(file, pack, letter(mark="another-plan-c0ffee"))
    assert enter(file, pack, letter()) == ["云作风办〔2022〕2号"]
    with registered(file, pack, "zh") as book:
        assert [row.number for row in book.earlier(("personal", "P-1"), "2023-01-01")] == ["云作风办〔2022〕2号"]


@pytest.mark.parametrize(("text", "line", "said"), [
    ("一,二,三\r\n", 1, "第一行里没有“文号”这一栏"),
    (HEAD.replace("日期", "发文日"), 1, "第一行里没有“日期”这一栏"),
    (HEAD.replace("签收", "文号"), 1, "“文号”出现了不止一次"),
    (HEAD + ',,,,,,,,,,\r\n甲,八月八日,P-1（个人）,补正,,1,2,,,,\r\n', 3, "“日期”不是日期"),
    (HEAD + '甲,2022-08-08,P-1（个人）,补正,,1,2,下周,,,\r\n', 2, "“期限”不是日期"),
    (HEAD + '甲,,,,,,,,,,\r\n乙,,,,,,,,,,\r\n甲,,,,,,,,,,\r\n', 4, "与第 2 行相同"),
    (HEAD + '甲,,,,,,,,"两\r\n行,,\r\n', 2, "双引号没有成对"),
])
def test_9_17_a_broken_register_stops_the_run(bureau: Callable[[int], Any], tmp_path: Path, text: str, line: int,
                                              said: str) -> None:
    office = bureau(1)
    (office.office / FILE).write_bytes(text.encode())
    outcome = office.notice(tmp_path / "to", "2022-02-05")
    assert outcome.exit_code == 2 and f"{FILE} 第 {line} 行" in outcome.output and said in outcome.output
    assert not (tmp_path / "to").exists() and (office.office / FILE).read_bytes() == text.encode()


def test_a_register_in_an_unknown_encoding_is_told(tmp_path: Path, pack: Pack) -> None:
    (tmp_path / FILE).write_bytes(b"\xff\x81\xff")
    with pytest.raises(PackError) as told:
        enter(tmp_path / FILE, pack, letter())
    assert told.value.key == "register.encoding"


def test_the_register_is_no_letter_and_no_folder(bureau: Callable[[int], Any], tmp_path: Path) -> None:
    office = bureau(1)
    assert office.notice(tmp_path / "a", "2022-02-05", "--register", tmp_path / "a/发送清单.html").exit_code == 2
    assert office.notice(tmp_path / "b", "2022-02-05", "--register", office.reports).exit_code == 2
    assert office.notice(tmp_path / "c", "2022-02-05", "--register", office.office / "roster.yaml").exit_code == 2
    assert not any((tmp_path / name).exists() for name in "bc")


def test_in_english_the_register_is_the_same(bureau: Callable[[int], Any], tmp_path: Path) -> None:
    office = bureau(1)
    office.notice(tmp_path / "1", "2022-02-05")
    outcome = office.notice(tmp_path / "2", "2022-02-15", "--lang", "en")
    assert outcome.exit_code == 0, outcome.output
    assert [row["文号"] for row in rows(office.office / FILE)] == [
        "云作风办〔2022〕1号", "云作风办〔2022〕2号", "云作风办〔2022〕3", "云作风办〔2022〕4"]
    text = texts(tmp_path / "2")["P-001/to-file-P-001-2.md"]
    assert "The last notice in the register is 云作风办〔2022〕2号 of 2022-02-05." in text


# -- several runs ------------------------------------------------------------------------------------------


def _enter_some(file: str, start: int) -> list[str]:
    from bayang.engine.packs.pack import load_pack

    return [number for at in range(3) for number in enter(Path(file), load_pack(), letter(f"P-{start}-{at}"))]


def test_9_17_runs_side_by_side_share_no_number(tmp_path: Path) -> None:
    with multiprocessing.get_context("spawn").Pool(4) as pool:
        given = pool.starmap(_enter_some, [(str(tmp_path / FILE), at) for at in range(4)])
    assert sorted(number_parts(one)[2] for some in given for one in some) == list(range(1, 13))


def test_a_run_waits_for_another_and_says_so_in_the_end(tmp_path: Path, pack: Pack) -> None:
    with registered(tmp_path / FILE, pack, "zh"), pytest.raises(UsageError) as told:
        with registered(tmp_path / FILE, pack, "zh", wait=0.2):
            pass
    assert told.value.key == "register.busy"
    assert list(tmp_path.iterdir()) == []           # nothing was entered, and nothing is left


def test_a_run_that_was_killed_gives_no_number_twice(tmp_path: Path, pack: Pack) -> None:
    """The register is put in place before the letters, the highest number is remembered after them."""
    file = tmp_path / FILE
    with pytest.raises(KeyboardInterrupt), registered(file, pack, "zh") as book:
        book.number(letter(), "云作风办", 2022, 1)
        file.write_bytes(book.data())
        raise KeyboardInterrupt
    assert enter(file, pack, letter("P-2")) == ["云作风办〔2022〕2号"]
    assert enter(file, pack, letter()) == ["云作风办〔2022〕1号"]


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0 if hasattr(os, "geteuid") else True,
                    reason="needs a user who may not write everywhere")
def test_a_folder_that_may_not_be_written_is_told(bureau: Callable[[int], Any], tmp_path: Path) -> None:
    office = bureau(1)
    office.notice(tmp_path / "1", "2022-02-05")
    (office.office / FILE).unlink()
    office.office.chmod(0o500)
    try:
        assert office.notice(tmp_path / "2", "2022-02-05").exit_code == 2
    finally:
        office.office.chmod(0o700)
