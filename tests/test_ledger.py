"""The ledger of rectification: a bureau counted by hand, what each mark means to the day, and that it never seems whole
where it is not (contract 10.4; docs/ledger.md).
"""

from __future__ import annotations

import base64
import csv
import datetime
import hashlib
import io
import re
import shutil
import stat
import zipfile
from collections import Counter
from pathlib import Path

import openpyxl
import pytest
from making import COMPILED, PACK, SERVICE_REPORT, write
from running import SAMPLES, SERVICE, here
from test_check_workbooks import as_workbook
from test_leaks import all_of, leaked, some_of
from test_leaks import planted as reports_with_canaries

from bayang.engine.batch.run import Options, run
from bayang.engine.output.ledger.marks import MARKS, mark, sunday_of
from bayang.engine.output.ledger.outputs import FORMATS
from bayang.engine.output.ledger.rows import Gathered, LedgerRow, gather
from bayang.engine.output.ledger.tables import tables
from bayang.engine.output.ledger.words import Ask
from bayang.engine.output.statistics.counting import count
from bayang.engine.writing import pieces

planted = reports_with_canaries      # a fixture

AS_OF = "2022-06-15"        # a Wednesday; its week ends on Sunday, June 19

ROSTER = """\
units:
- {code: U-1, name: 月牙区分局, level: branch}
- {code: U-2, name: 监测科, level: department}
people:
- {id: P-1, name: 郑禾, unit: U-1}
- {id: P-2, name: 文川, unit: U-1}
- {id: P-3, name: 柳岸, unit: U-2}
- {id: P-4, name: 高远, unit: U-2}
"""

# (theme, ID, state, due of each measure, deferred to) by report; the comment is the mark, counted by hand for AS_OF.
UNIT = [
    ("shigan", "A-1", "partial", ["2022-06-14"], None),                     # overdue, 1 day
    ("shigan", "A-2", "partial", ["2022-06-15"], None),                     # this week: the day itself is in time
    ("dandang", "A-3", "not_started", ["2022-06-19"], None),                # this week: Sunday
    ("dandang", "A-4", "not_started", ["2022-06-20"], None),                # 30 days: Monday, 5 days
    ("gongpu", "A-5", "partial", ["2022-07-15"], None),                     # 30 days: 30 days
    ("gongpu", "A-6", "partial", ["2022-07-16"], None),                     # later: 31 days
    ("pinbo", "A-7", "partial", ["2022-05-31"], "2022-07-31"),              # later: deferred, 46 days
    ("pinbo", "A-8", "partial", ["2022-05-31"], "2022-06-10"),              # overdue: deferred until 5 days ago
    ("yanjin", "A-9", "done", ["2022-05-31"], None),                        # to be closed
    ("yanjin", "A-10", "closed", ["2022-05-31"], None),                     # closed
    ("chuangyou", "A-11", "continuing", ["2022-05-31"], None),              # continuing
    ("lianjie", "A-12", "partial", ["年底前"], None),                        # no clear day
]
PERSON = [
    ("shigan", "B-1", "partial", ["2022-07-31", "2022-06-01"], None),       # overdue by its second measure, 14 days
    ("shigan", "B-2", "partial", ["2022-06-18", "长期坚持"], None),          # this week, and one day can't be read
    ("dandang", "B-3", None, ["2022-06-14"], None),                         # overdue, 1 day: nobody says it is done
    ("dandang", "B-4", "改完了", ["2022-06-01"], None),                      # no clear day: the state is not valid
    ("gongpu", "B-5", "partial", [], None),                                 # no clear day: no measures
    ("gongpu", "B-6", "partial", ["2022-09-30"], "改天"),                    # no clear day: the deferral is not valid
]
OVERDUE = {"A-1": -1, "A-8": -5, "B-1": -14, "B-3": -1}
WEEK = {"A-2": 0, "A-3": 4, "B-2": 3}
MONTH = {"A-4": 5, "A-5": 30}
AHEAD = {"A-6": 31, "A-7": 46}
REST = {"A-9": "to-close", "A-10": "closed", "A-11": "lasting", "A-12": "unclear", "B-4": "unclear", "B-5": "unclear",
        "B-6": "unclear"}


def problem(ident: str, state: str | None, days: list[str], until: str | None = None) -> str:
    lines = [f"    - id: {ident}", f"      fact: 机密{ident}", *([f"      status: {state}"] if state else []),
             *(["      measures:"] if days else [])]
    for day in days:
        lines += [f"      - {{action: 措辞{ident}, owner: 某甲, due: {day}}}"]
    return "\n".join([*lines, *([f"      deferral: {{reason: 缘故, until: {until}}}"] if until else [])]) + "\n"


def report(who: str, problems: list[tuple[str, str, str | None, list[str], str | None]],
           phase: str = "rectification") -> str:
    owner = f"unit: {{code: {who}, name: 月牙区分局, level: branch}}" if who.startswith("U") else \
        f"person: {{id: {who}, name: 郑禾, unit: U-1}}"
    text = f"report: {'unit' if who.startswith('U') else 'personal'}\nplan: bayang-bazhi\nphase: {phase}\n" \
        f"submitted: 2022-06-10\n{owner}\nthemes:\n"
    for theme in dict.fromkeys(one[0] for one in problems):
        text += f"  {theme}:\n    problems:\n" + "".join(problem(*rest) for at, *rest in problems if at == theme)
    return text


@pytest.fixture(scope="module")
def bureau(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bureau")
    write(folder / "roster.yaml", ROSTER)
    write(folder / "月牙" / "U-1.yaml", report("U-1", UNIT))
    write(folder / "月牙" / "P-1.yaml", report("P-1", PERSON))
    write(folder / "监测" / "P-3.yaml", "report： personal\n".encode("gbk"))
    write(folder / "监测" / "P-4.docx", b"PK")
    return folder


def gathered(folder: Path, as_of: str = AS_OF, **more: str) -> Gathered:
    return gather(run([str(folder)], Options(as_of=as_of, **more), COMPILED), PACK)


def made(folder: Path, name: str, *more: str, as_of: str = AS_OF) -> bytes:
    """The ledger as a file, outside of the reports."""
    to = folder.parent / f"{folder.name}-out" / name
    to.parent.mkdir(exist_ok=True)
    said = here("ledger", folder, "--as-of", as_of, "--to", to, *more)
    assert said.returncode == 0, said.stderr.decode()
    return to.read_bytes()


def by_mark(found: Gathered, name: str) -> dict[str, int]:
    return {row.ident or "": row.left or 0 for row in found.rows if row.mark == name}


def one_of(found: Gathered, ident: str) -> LedgerRow:
    [row] = [row for row in found.rows if row.ident == ident]
    return row


def rows_of(data: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(data.decode("utf-8-sig"))))


def test_10_4_the_lists_of_a_made_bureau_agree_with_a_count_by_hand(bureau: Path) -> None:
    found = gathered(bureau)
    assert by_mark(found, "overdue") == OVERDUE
    assert by_mark(found, "week") == WEEK
    assert by_mark(found, "month") == MONTH
    assert by_mark(found, "ahead") == AHEAD
    assert {row.ident: row.mark for row in found.rows if row.mark in REST.values()} == REST
    assert [row.ident for row in found.rows] == [one[1] for one in (*UNIT, *PERSON)]


@pytest.mark.parametrize(("only", "wanted"), [
    ("overdue", {*OVERDUE}), ("due-soon", {*WEEK, *MONTH}), ("to-close", {"A-9"}), ("closed", {"A-10"})])
def test_10_4_only_one_kind(bureau: Path, only: str, wanted: set[str]) -> None:
    rows = rows_of(made(bureau, f"{only}.csv", "--only", only))
    assert {row["问题编号"] for row in rows if row["问题编号"]} == wanted
    assert sum(not row["问题编号"] for row in rows) == 4        # who is not in it stands there all the same


def test_10_4_what_cannot_be_told_stands_in_its_row(bureau: Path) -> None:
    doubts = {row.ident: row.doubts for row in gathered(bureau).rows if row.doubts}
    assert doubts == {"A-12": ["due-unread"], "B-2": ["due-unread"], "B-4": ["state-unread"], "B-5": ["no-measures"],
                      "B-6": ["until-unread"]}
    row = next(row for row in rows_of(made(bureau, "doubts.csv")) if row["问题编号"] == "B-2")
    assert (row["标记"], row["没有判断的"], row["整改时限"]) == (
        "本周到期", "有措施的时限没有填对", "1. 2022-06-18；2. 未填对")


def test_10_4_who_is_not_in_it_is_named(bureau: Path) -> None:
    gaps = [(gap.entry and gap.entry.id, gap.state, gap.files) for gap in gathered(bureau).gaps]
    assert gaps == [("P-2", "missing", ()), ("U-2", "missing", ()), ("P-3", "unreadable", ("监测/P-3.yaml",)),
                    ("P-4", "other-format", ("监测/P-4.docx",))]
    page = made(bureau, "gaps.html").decode()
    assert all(f"<bdi>{ident}</bdi>" in page for ident in ("P-2", "U-2", "P-3", "P-4"))


def test_10_4_what_stands_where_nobody_looks_is_told(tmp_path: Path) -> None:
    """Problems under a theme that is none, under a misspelt field or in a text: they are missing, and it says so."""
    text = report("U-1", UNIT[:1]).replace("  shigan:", "  shigann:")
    text += "  dandang:\n    problem: [{id: X}]\n  gongpu: 有三个问题\n  pinbo:\n    problems: [一个问题]\n"
    write(tmp_path / "a" / "U-1.yaml", text)
    found = gathered(tmp_path / "a")
    assert [(gap.state, gap.count, gap.phase) for gap in found.gaps] == [("partly", 4, "rectification")]
    assert not found.rows


def test_10_4_totals_by_unit_and_theme(bureau: Path) -> None:
    result = run([str(bureau)], Options(as_of=AS_OF), COMPILED)
    units, themes = tables(gather(result, PACK), result, PACK, Ask(only="closed")).sums
    assert "、".join(column.title for column in units.columns) == \
        "单位、问题数、逾期、本周到期、30日内到期、未到期、时限不明、持续整改、待销号、已销号、反弹"
    assert units.rows == [["月牙区分局", 18, 4, 3, 2, 2, 4, 1, 1, 1, 0], ["合计", 18, 4, 3, 2, 2, 4, 1, 1, 1, 0]]
    assert {row[0]: row[1:3] for row in themes.rows} == {
        "实干": [4, 2], "担当": [4, 1], "公仆": [4, 0], "拼搏": [2, 1], "严谨": [2, 0], "创优": [1, 0], "斗争": [0, 0],
        "廉洁": [1, 0], "合计": [18, 4]}


@pytest.mark.parametrize(("as_of", "sunday"), [
    ("2022-06-13", "2022-06-19"), ("2022-06-19", "2022-06-19"), ("2022-06-20", "2022-06-26"),
    ("2021-12-31", "2022-01-02"), ("9999-12-31", "9999-12-31")])
def test_10_4_a_week_is_monday_to_sunday(as_of: str, sunday: str) -> None:
    assert sunday_of(as_of) == sunday
    assert mark("partial", [sunday], as_of, PACK.roles)[0] == "week"
    if as_of < "9999":
        after = (datetime.date.fromisoformat(sunday) + datetime.timedelta(days=1)).isoformat()
        before = (datetime.date.fromisoformat(as_of) - datetime.timedelta(days=1)).isoformat()
        assert mark("partial", [after], as_of, PACK.roles)[0] == "month"
        assert mark("partial", [before], as_of, PACK.roles) == ("overdue", -1)


def test_10_4_overdue_is_what_the_statistics_count_where_each_problem_has_one_day() -> None:
    result = run([str(SAMPLES)], Options(as_of="2022-08-08"), COMPILED)
    found, figures = gather(result, PACK), count(result, PACK)
    problems = [one for row in (*figures.rows, figures.outside) for one in (row.own, row.personal)]
    assert len(found.rows) == sum(one.total for one in problems) == 39
    assert sorted(row.ident or "" for row in found.rows if row.mark == "overdue") == [
        "FZ-2", "P002-2", "市局-02", "郁-1"]
    assert sum(one.overdue for one in problems) == 4


def test_10_4_the_ledger_of_the_samples_is_as_their_page_says() -> None:
    """Counted in the files by hand: P-006 overdue; U-000, P-002 and U-201 due on July 31."""
    rows = gather(run([str(SAMPLES)], Options(as_of="2022-07-15"), COMPILED), PACK).rows
    assert Counter(row.mark for row in rows) == {"overdue": 1, "month": 3, "to-close": 27, "closed": 2, "lasting": 6}
    assert {row.about.key for row in rows if row.mark in ("overdue", "month")} == {"p-006", "u-000", "p-002", "u-201"}


EARLIER = "inspection"


@pytest.mark.parametrize(("before", "now", "relapsed", "doubts"), [
    ("closed", "partial", True, []),
    ("closed", "continuing", True, []),
    ("closed", "done", True, []),               # put right once more, and still to be closed
    ("closed", "closed", False, []),
    ("done", "partial", False, []),             # had not been closed
    ("closed", None, False, ["relapse-unsure"]),
    ("closed", "改完了", False, ["state-unread", "relapse-unsure"]),
])
def test_10_4_a_relapse_was_closed_in_an_earlier_phase(tmp_path: Path, before: str, now: str | None, relapsed: bool,
                                                       doubts: list[str]) -> None:
    write(tmp_path / "b" / "1.yaml", report("P-1", [("shigan", "b-1", before, ["2022-09-01"], None)], EARLIER))
    write(tmp_path / "b" / "2.yaml", report("P-1", [("shigan", "Ｂ-1", now, ["2022-09-01"], None)]))
    [row] = gathered(tmp_path / "b").rows       # IDs are compared as everywhere
    assert (row.relapsed, row.doubts) == (relapsed, doubts)


def test_10_4_which_of_two_with_one_id_came_back_nobody_can_tell(tmp_path: Path) -> None:
    write(tmp_path / "c" / "1.yaml", report("P-1", [("shigan", "B", "closed", ["2022-09-01"], None)], EARLIER))
    write(tmp_path / "c" / "2.yaml", report("P-1", [("shigan", "B", "partial", ["2022-09-01"], None),
                                                    ("dandang", "B", "partial", ["2022-09-01"], None)]))
    assert [(row.relapsed, row.doubts) for row in gathered(tmp_path / "c").rows] == [(False, ["relapse-unsure"])] * 2


def test_10_4_only_current_reports_have_rows(tmp_path: Path) -> None:
    """Of an earlier phase, of a later one than asked for, and the second of one phase have none, and are told."""
    folder = tmp_path / "d"
    for name, ident, phase in (("1", "OLD", EARLIER), ("2", "NOW", "rectification"), ("3", "TWO", "rectification"),
                               ("4", "LATE", "consolidation")):
        write(folder / f"{name}.yaml", report("P-1", [("shigan", ident, "partial", ["2022-09-01"], None)], phase))
    found = gathered(folder, phase="rectification")
    assert [row.ident for row in found.rows] == ["NOW"]
    assert [(gap.state, gap.files, gap.phase) for gap in found.gaps] == [
        ("second", ("3.yaml",), "rectification"), ("later", ("4.yaml",), "rectification")]


def test_10_4_a_report_in_a_workbook_has_the_same_rows(tmp_path: Path) -> None:
    text = report("P-1", PERSON).encode()
    write(tmp_path / "y" / "P-1.yaml", text)
    write(tmp_path / "x" / "P-1.xlsx", as_workbook(text, "personal"))
    typed, filled = ([(row.ident, row.mark, row.left, row.doubts, row.steps) for row in gathered(tmp_path / one).rows]
                     for one in ("y", "x"))
    assert filled == typed
    assert len(typed) == len(PERSON)


# outputs

def cells(data: bytes, number: int) -> list[list[str]]:
    """The texts of a sheet."""
    book = openpyxl.load_workbook(io.BytesIO(data))
    return [["" if value is None else str(value) for value in row] for row in book.worksheets[number - 1].values]


def test_10_4_the_workbook_has_filters_colours_and_four_sheets(bureau: Path) -> None:
    data = made(bureau, "book.xlsx")
    with zipfile.ZipFile(io.BytesIO(data)) as book:
        sheet = book.read("xl/worksheets/sheet1.xml").decode()
        names = re.findall('<sheet name="([^"]+)"', book.read("xl/workbook.xml").decode())
        looks = book.read("xl/styles.xml").decode()
    assert names == ["台账", "按单位", "按方面", "没有列入或者没有列全的"]
    assert "<autoFilter ref=" in sheet
    assert all(f"<formula>&quot;{name}&quot;</formula>" in sheet or f'<formula>"{name}"</formula>' in sheet
               for name in ("逾期", "本周到期", "30日内到期", "时限不明", "待销号", "已销号", "反弹"))
    assert "逾期 " in looks     # numbers of days are numbers, shown in words
    head = next(row for row in cells(data, 1) if row and row[0] == "标记")
    assert head[:3] == ["标记", "剩余天数", "反弹"]
    assert [row[0] for row in cells(data, 1)].count("逾期") == 4


def test_10_4_the_page_asks_for_nothing_and_works_without_a_script(bureau: Path) -> None:
    page = made(bureau, "page.html").decode()
    [style] = re.findall("<style>(.*?)</style>", page, re.DOTALL)
    digest = re.search("style-src 'sha256-([^']+)'", page)
    assert digest
    assert digest[1] == base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert "default-src 'none'" in page
    assert not re.search(r"<script|https?:|src=|url\(|@import", page)
    assert len(re.findall('<tr class="overdue', page)) == 4
    for name in MARKS:
        assert f"#only-{name}:checked ~ .scroll tbody tr:not(.{name})" in style


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_10_4_the_same_bytes_each_time_and_no_name_without_being_asked(bureau: Path, ending: str,
                                                                       language: str) -> None:
    said = [made(bureau, f"{language}{number}{ending}", "--lang", language) for number in (1, 2)]
    assert said[0] == said[1]
    if ending != ".xlsx":
        assert not re.search("郑禾|某甲|机密|措辞|缘故|改天|改完了|年底前", said[0].decode())


def test_10_4_values_are_shown_when_asked_for_but_for_sensitive_themes(bureau: Path) -> None:
    rows = {row["问题编号"]: row for row in rows_of(made(bureau, "values.csv", "--show-values")) if row["问题编号"]}
    assert (rows["B-1"]["对象"], rows["B-1"]["问题表现"]) == ("P-1 郑禾", "机密B-1")
    assert (rows["A-1"]["整改措施"], rows["A-1"]["责任人"]) == ("措辞A-1", "某甲")
    quiet = rows["A-12"]
    assert (quiet["问题表现"], quiet["对应表现"]) == ("〔略〕", "〔略〕")
    assert (quiet["整改措施"], quiet["责任人"]) == ("1 条", "已填")
    file = bureau.parent / f"{bureau.name}-out" / "values.csv"
    assert stat.S_IMODE(file.stat().st_mode) == 0o600


def test_10_4_wrong_use_writes_nothing(bureau: Path, tmp_path: Path) -> None:
    said = here("ledger", bureau, "--to", tmp_path / "台账.doc")
    assert (said.returncode, "可用：.xlsx" in said.stderr.decode()) == (2, True)
    copy = tmp_path / "copy"
    shutil.copytree(bureau, copy)
    (copy / "名册.csv").symlink_to(copy / "roster.yaml")
    said = here("ledger", copy, "--to", copy / "名册.csv")
    assert (said.returncode, "这次要读的文件" in said.stderr.decode()) == (2, True)
    assert (copy / "roster.yaml").read_text(encoding="utf-8") == ROSTER
    (tmp_path / "empty").mkdir()
    said = here("ledger", tmp_path / "empty", "--to", tmp_path / "x.csv")
    assert said.returncode == 3


def test_10_4_standard_input_is_refused(tmp_path: Path) -> None:
    """It can be read only once, and a row needs a report twice."""
    said = here("ledger", "-", "--to", tmp_path / "in.csv", data=report("U-1", UNIT).encode())
    assert (said.returncode, "标准输入" in said.stderr.decode(), list(tmp_path.iterdir())) == (2, True, [])


def test_10_4_no_canary_leaves(planted: Path, tmp_path: Path) -> None:
    """Reports in order and in disorder, with a canary wherever people write; the command's own words, and every
    format.
    """
    canaries = some_of(planted, tmp_path / "in")
    result = run([str(canaries)], Options("2022-08-08"), COMPILED)
    found = gather(result, PACK)
    for values, kinds in ((), set()), (("--show-values",), {b"TEXT", b"ROLL"}):
        out = tmp_path / f"out{len(values)}"
        out.mkdir()
        said = here("ledger", canaries, "--as-of=2022-08-08", "--progress=always", "--to", out / "x.csv", *values)
        assert said.returncode == 0, said.stderr.decode()
        assert leaked(said.stdout + said.stderr) == []
        assert set(leaked(all_of(out))) == kinds
        made = tables(found, result, PACK, Ask("zh", bool(values)))
        assert b"".join(pieces(FORMATS[".csv"](made, "zh", result.as_of))) == (out / "x.csv").read_bytes()
        for ending in FORMATS:
            write(out / f"x{ending}", b"".join(pieces(FORMATS[ending](made, "zh", result.as_of))))
            assert set(leaked(all_of(out))) == kinds
            (out / f"x{ending}").unlink()


# a plan with other fields


def test_10_4_a_plan_in_chinese_with_fields_of_its_own(tmp_path: Path) -> None:
    write(tmp_path / "e" / "站.yaml", SERVICE_REPORT)
    rows = rows_of(made(tmp_path / "e", "e.csv", "--rules", str(SERVICE), as_of="2024-07-03"))
    assert [(row["标记"], row["剩余天数"], row["线索"], row["办理情况"]) for row in rows if row["问题编号"]] == [
        ("逾期", "-2", "走访发现", "未办"), ("已办结", "", "企业反映", "已办结"), ("持续整改", "", "未填", "长期坚持")]
    assert not any("秘" in "".join(row.values()) for row in rows)
