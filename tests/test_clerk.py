"""Whole folders as a careful clerk would judge them: every list of findings here was written before it was run
(contract §4, 7, 8).
"""

from __future__ import annotations

import random
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any
from zlib import crc32

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from making import write

from bayang.cli import bayang
from bayang.engine.authoring.examples import base_report, change, dump
from bayang.engine.batch.outcome import Result
from bayang.engine.batch.run import Options, run
from bayang.engine.judging.compile import Compiled
from bayang.engine.output.findings import FORMATS, Setting
from bayang.engine.packs.pack import Pack
from bayang.engine.records import Subject

END = "2022-12-31"
THEMES = ("shigan", "dandang", "gongpu", "pinbo", "chuangyou", "douzheng", "lianjie")       # all but yanjin


def judged(compiled: Compiled, folder: Path, as_of: str = END, **options: Any) -> Result:
    result = run([str(folder)], Options(as_of=as_of, **options), compiled)
    assert result.crashes == []
    return result


# --- a roster of three levels and twelve persons --------------------------------------------------

ROSTER = """\
units:
- {code: U-000, name: 云岭市生态环境局, level: bureau, head: 顾长林}
- {code: U-100, name: 云岭市青溪生态环境分局, level: branch, head: 贺建平}
- {code: U-200, name: 云岭市南河生态环境分局, level: branch, head: 陆远航}
- {code: U-300, name: 大气环境科, level: department, head: 沈雨桐}
- {code: U-400, name: 水生态环境科, level: department, head: 江云帆}
people:
- {id: P-01, name: 石磊, unit: U-100}
- {id: P-02, name: 宋晓岚, unit: U-100}
- {id: P-03, name: 韩雪松, unit: U-100, excused: {reason: 借调在外, until: 2022-04-30}}
- {id: P-04, name: 罗子谦, unit: U-200}
- {id: P-05, name: 苏婉清, unit: U-200, aliases: [苏琬清]}
- {id: P-06, name: 邓志远, unit: U-200}
- {id: P-07, name: 叶青, unit: U-300}
- {id: P-08, name: 程敏, unit: U-300}
- {id: P-09, name: 方志刚, unit: U-300}
- {id: P-10, name: 周启明, unit: U-400}
- {id: P-11, name: 林见溪, unit: U-400}
- {id: P-12, name: 杜若川, unit: U-400}
extensions:
- {subject: P-04, phase: inspection, until: 2022-05-10, by: 市局活动办}
"""

WAIVERS = """\
waivers:
- {rule: PB04, subject: P-11, reason: 台账暂时封存, by: 市局活动办, until: 2022-12-31}
- {rule: ID04, subject: P-01, reason: 科室只有一人, by: 市局活动办, until: 2022-04-30}
- {rule: PB03, subject: P-09, reason: 已当面说明, by: 市局活动办, until: 2022-12-31}
- {rule: PB04, subject: P-77, reason: 已当面说明, by: 市局活动办, until: 2022-12-31}
"""

FACTS = {
    "P-01": "采样车三次出门没带备用电瓶，两个点位当天没有采成。",
    "P-05": "信访件回访电话打过一次没人接，就在表上写了已回访。",
    "P-06": "河道巡查照片存在个人手机里，换手机后丢了两个月的。",
    "P-07": "月报把两家停产企业的用电量算进在产数，审核时退回。",
    "P-08": "值班室交接簿有四天没有签名，接班人不知道前班的事。",
    "P-09": "走航数据每次都等催了才传，最长的一次晚了十一天。",
    "P-10": "排污口编号改过之后旧牌子没有换，群众按旧号举报。",
    "P-11": "水质快报里同一断面前后两处数值不同，印发后才改。",
    "P-99": "仓库里的应急物资清点表抄了上一次的数，少了六件。",
    "U-200": "入河口复查排在年底一次做完，七个口子没有复查记录。",
    "U-400": "断面超标通报发到分局要转三个人，平均用去两天半。",
}


def person(ident: str, name: str, unit: str, *, day: str = "2022-04-20", reviewer: str = "顾长林",
           instance: str = "      instance: 2022年3月有一次就是这样。\n") -> str:
    """A personal report for inspection of known lines: reviewed_by 6, id 8, name 9, unit 10, the problem 25."""
    head = (
        "report: personal\nplan: bayang-bazhi\nphase: inspection\n"
        f"submitted: {day}\nfilled_by: {name}\nreviewed_by: {reviewer}\n"
        f"person:\n  id: {ident}\n  name: {name}\n  unit: {unit}\n  party_member: 是\n"
        "study: [{form: 主题党日, title: 对照岗位谈差距, date: 2022-01-14}]\n"
        "reflection: {self: 我办事图快, thought: 怕麻烦, duty: 岗位说明写得清楚, work: 一季度有疏漏}\n"
        "themes:\n")
    none = "".join(f"  {one}: {{examined: all, none_found: {{method: 翻看{ident}承办件, basis: 均有记录}}}}\n"
                   for one in THEMES)
    problem = (
        "  yanjin:\n    examined: all\n    problems:\n"
        f"    - id: {ident}-1\n      behaviour: yanjin-02\n      fact: {FACTS[ident.upper()]}\n{instance}"
        "      source: self\n      found: 2022-04-06\n      cause: 想着过后再补也不迟。\n"
        "      culture: 差不多就行的习惯。\n      standard: 每次都有记录可查。\n"
        "      measures: [{action: 每周五下午对照清单逐项核对, owner: 本人, due: 2022-06-30}]\n")
    return head + none + problem


def unit(compiled: Compiled, base: str, changes: dict[str, Any], collected: tuple[int, int] | None) -> bytes:
    """A unit's report for inspection; `collected` stands first: due in line 2, received in line 3."""
    data = base_report(compiled.pack, base, "inspection")
    change(data, changes, [])
    first = {} if collected is None else {"collected": dict(zip(("due", "received"), collected, strict=True))}
    return dump(first | {key: value for key, value in data.items() if key != "collected"})


@pytest.fixture
def office(tmp_path: Path, compiled: Compiled) -> Path:
    """The folder of an office: units of three levels, and whatever twelve persons have handed in."""
    folder = tmp_path / "报送"
    write(folder / "roster.yaml", ROSTER)
    write(folder / "市局/U-000.yaml", unit(compiled, "bureau", {
        "/leading_group/members": ["贺建平", "沈雨桐", "陆远航", "江云帆"]}, None))
    # due: P-01 and P-02, P-03 being excused; received: P-01
    write(folder / "分局/U-100.yaml", unit(compiled, "branch", {"/unit/code": "U-100"}, (2, 1)))
    # due: three; received: P-05 and P-06, P-04 having filed for education only
    write(folder / "分局/U-200.yaml", another(compiled, "branch", "U-200", "云岭市南河生态环境分局", "陆远航", (3, 3)))
    # due: three; received: P-07 (once, though filed twice) and P-09, P-08 having filed after the unit
    write(folder / "科室/U-300.yaml", unit(compiled, "department", {"/unit/code": "U-300"}, (3, 2)))
    # due: three; received: P-10 and P-11, the roster deciding whose they are; P-12's can't be read, P-99 is unknown
    write(folder / "科室/U-400.yaml", another(compiled, "department", "U-400", "水生态环境科", "江云帆", (4, 2)))
    write(folder / "分局/P-01.yaml", person("P-01", "石磊", "U-100", reviewer="石磊"))
    education = base_report(compiled.pack, "personal", "education")
    change(education, {"/person": {"id": "P-04", "name": "罗子谦", "unit": "U-200"}, "/filled_by": "罗子谦"}, [])
    write(folder / "分局/P-04.yaml", dump(education))
    write(folder / "分局/P-05.yaml", person("P-05", "苏琬清", "U-200"))
    write(folder / "分局/P-06.yaml", person("P-06", "邓致远", "U-200"))
    write(folder / "科室/P-07 再报.yaml", person("P-07", "叶青", "U-300", day="2022-04-25"))
    write(folder / "科室/P-07.yaml", person("P-07", "叶青", "U-300"))
    write(folder / "科室/P-08.yaml", person("p-08", "程敏", "U-300", day="2022-05-02"))
    write(folder / "科室/P-09.yaml", person("P-09", "方志刚", "U-300"))
    write(folder / "科室/P-10.yaml", person("P-10", "周启明", "U-300"))
    write(folder / "科室/P-11.yaml", person("P-11", "林见溪", "U-400", instance=""))
    write(folder / "科室/P-12.yaml", "report: personal\n\tplan: bayang-bazhi\n")
    write(folder / "科室/P-99.yaml", person("P-99", "钱小满", "U-400"))
    write(folder / "科室/说明.txt", "不是报告")
    return folder


def another(compiled: Compiled, base: str, code: str, name: str, head: str, collected: tuple[int, int]) -> bytes:
    """A second unit of a level: its own name, head, IDs and a text of its own."""
    level_group = {"/leading_group/head": head} if base == "branch" else {}
    problem = {
        "id": f"{code}-1", "behaviour": "yanjin-02", "fact": FACTS[code], "instance": "2022年3月有一次就是这样。",
        "source": "self", "found": "2022-04-06", "cause": "以为还来得及。", "culture": "拖一拖的习惯。",
        "standard": "三天内办完。", "leader": head,
        "measures": [{"action": "每周五下午逐件核对", "owner": "石磊", "due": "2022-06-30"}]}
    none = {one: {"examined": "all", "none_found": {"method": "翻看承办件", "basis": "均有记录"}} for one in THEMES}
    return unit(compiled, base, {
        "/unit": {"code": code, "name": name, "level": base, "head": head}, **level_group,
        "/themes": none | {"yanjin": {"examined": "all", "problems": [problem]}}}, collected)


Row = tuple[str, str, str, int, str | None, str | None, bool, bool]
PROBLEM = "/themes/yanjin/problems/0"

# rule, level, file, line, pointer, subject, superseded, waived
MISSING: list[Row] = [
    ("RO01", "error", "roster.yaml", 9, "/people/1", "P-02", False, False),
]
EXTENDED: Row = ("RO01", "error", "roster.yaml", 11, "/people/3", "P-04", False, False)
STALE: list[Row] = [
    ("WV01", "warning", "waivers.yaml", 3, "/waivers/1", None, False, False),
    ("WV01", "warning", "waivers.yaml", 4, "/waivers/2", None, False, False),
]
WHOLE_IN_REPORTS: list[Row] = [
    ("RO06", "error", "分局/U-200.yaml", 3, "/collected/received", "U-200", False, False),
    ("RO06", "error", "科室/U-400.yaml", 2, "/collected/due", "U-400", False, False),
]
IN_REPORTS: list[Row] = [
    ("ID04", "warning", "分局/P-01.yaml", 6, "/reviewed_by", "P-01", False, False),
    ("RO03", "error", "分局/P-06.yaml", 9, "/person/name", "P-06", False, False),
    ("RO04", "error", "科室/P-07 再报.yaml", 1, "", "P-07", False, False),
    ("RO04", "error", "科室/P-07.yaml", 1, "", "P-07", False, False),
    ("ID01", "error", "科室/P-08.yaml", 4, "/submitted", "p-08", False, False),
    ("RO03", "error", "科室/P-10.yaml", 10, "/person/unit", "P-10", False, False),
    ("PB04", "warning", "科室/P-11.yaml", 25, f"{PROBLEM}/instance", "P-11", False, False),
    ("IN05", "error", "科室/P-12.yaml", 2, None, "P-12", False, False),
    ("RO02", "error", "科室/P-99.yaml", 8, "/person/id", "P-99", False, False),
]
NEED_THE_WHOLE = ["CV06", "PH45", "RO01", "RO06", "WV01"]


def expected(as_of: str, waivers: bool, partial: bool) -> list[Row]:
    rows = list(IN_REPORTS)
    if waivers:
        rows = [(*row[:7], True) if row[0] == "PB04" else row for row in rows]
    if not partial:
        rows += MISSING + WHOLE_IN_REPORTS
        rows += [EXTENDED] if as_of > "2022-05-10" else []
        rows += STALE if waivers else []
    return sorted(rows, key=lambda row: (row[2], row[3], row[0]))


def rows_of(result: Result) -> list[Row]:
    return [(one.rule, one.level, one.file, one.line, one.pointer, one.subject.id if one.subject else None,
             one.superseded, one.waived is not None) for one in result.findings if not one.provisional]


@pytest.mark.parametrize("partial", [False, True])
@pytest.mark.parametrize("waivers", [False, True])
@pytest.mark.parametrize("as_of", ["2022-05-10", "2022-05-11"])
def test_an_office_gives_exactly_what_a_careful_clerk_would_write(
    office: Path, compiled: Compiled, as_of: str, waivers: bool, partial: bool
) -> None:
    if waivers:
        write(office / "waivers.yaml", WAIVERS)
    result = judged(compiled, office, as_of, partial=partial)
    wanted = expected(as_of, waivers, partial)
    assert rows_of(result) == wanted
    assert [(one.rule, one.file, one.line, one.pointer, one.subject, one.reason) for one in result.not_assessed] == [
        (rule, None, None, None, None, "partial") for rule in NEED_THE_WHOLE if partial] + [
        ("RO06", "科室/U-400.yaml", 3, "/collected/received", Subject("unit", "U-400", "U-400"), "type")
        for _ in range(not partial)]     # P-12's file can't be read: it may have come in time
    counted = {level: sum(row[1] == level and not row[7] for row in wanted) for level in ("error", "warning", "info")}
    assert {name: result.summary[name] for name in counted} == counted
    assert {name: result.summary[name] for name in (
        "files", "reports", "unreadable", "later", "subjects", "waived", "superseded", "not_assessed")} == {
        "files": 17, "reports": 16, "unreadable": 1, "later": 0, "subjects": 15, "waived": int(waivers),
        "superseded": 0, "not_assessed": 5 if partial else 1}


def test_what_is_missing_is_dated_and_counts_the_unreadable_that_are_nobodys(office: Path, compiled: Compiled) -> None:
    write(office / "科室/报告.yaml", "report: personal\n\tplan: bayang-bazhi\n")
    missing = [one for one in judged(compiled, office, "2022-05-11").findings if one.rule == "RO01"]
    assert [(one.phase, one.subject and one.subject.unit, one.column) for one in missing] == [
        ("inspection", "U-100", 3), ("inspection", "U-200", 3)]
    assert all("1 个读不出来的文件不知道是谁的" in one.message for one in missing)


def test_what_waived_and_stale_waivers_say(office: Path, compiled: Compiled) -> None:
    write(office / "waivers.yaml", WAIVERS)
    found = judged(compiled, office, "2022-05-11").findings
    assert [one.waived for one in found if one.waived] == [
        {"reason": "台账暂时封存", "by": "市局活动办", "until": "2022-12-31"}]
    assert [one.hint for one in found if one.rule == "WV01"] == ["expired", "idle"]


# --- two phases of one subject --------------------------------------------------------------------


def test_a_vanished_problem_is_found_once_and_the_earlier_report_never_gates(
    tmp_path: Path, compiled: Compiled
) -> None:
    """Of the earlier file a warning and an error are kept, superseded; of the later one only the lost problem."""
    earlier = base_report(compiled.pack, "personal", "inspection")
    change(earlier, {"/reviewed_by": "韩雪松", "/submitted": "2022-05-03"}, [])
    whole = base_report(compiled.pack, "personal", "rectification")
    later = base_report(compiled.pack, "personal", "rectification")
    del later["themes"]["yanjin"]["problems"][1]
    folder = tmp_path / "报送"
    write(folder / "二阶段.yaml", dump(earlier))
    lines = dump(later).decode().splitlines()
    write(folder / "三阶段.yaml", dump(later))
    result = judged(compiled, folder)
    old = [("ID01", "error", "二阶段.yaml", 4, "/submitted", "P-001", True, False),
           ("ID04", "warning", "二阶段.yaml", 6, "/reviewed_by", "P-001", True, False)]
    new = ("RC10", "error", "三阶段.yaml", lines.index("themes:") + 1, "/themes", "P-001", False, False)
    assert rows_of(result) == [new, *old]       # 三 is U+4E09, 二 U+4E8C
    assert [result.summary[one] for one in ("error", "warning", "superseded")] == [1, 0, 2]
    assert exit_code(folder) == 1

    write(folder / "三阶段.yaml", dump(whole))
    result = judged(compiled, folder)
    assert rows_of(result) == old
    assert [result.summary[one] for one in ("error", "warning", "superseded")] == [0, 0, 2]
    assert result.summary["statistics"]["problems"] == 3        # of the later report alone
    assert exit_code(folder, "--fail-on", "info") == 0


def exit_code(folder: Path, *options: str) -> int:
    with pytest.raises(SystemExit) as stopped:
        bayang.main(["check", "--as-of", END, "--format", "json", *options, str(folder)], prog_name="bayang")
    return int(stopped.value.code or 0)


# --- same texts -----------------------------------------------------------------------------------

SIZE = 5


def grams(text: str) -> set[str]:
    return {text[at:at + SIZE] for at in range(len(text) - SIZE + 1)}


def han(count: int, seed: int) -> str:
    """Different Chinese characters, none twice."""
    return "".join(map(chr, random.Random(seed).sample(range(0x4E00, 0x9FA5), count)))


def answered(ident: str, fact: str, cause: str, *, name: str = "韩雪松", unit_code: str = "U-002",
             kind: str = "personal", phase: str = "inspection", owner: str = "本人") -> dict[str, Any]:
    """A report with one problem: all that BT01 reads is its fact and its cause."""
    about = {"person": {"id": ident, "name": name, "unit": unit_code}} if kind == "personal" else {
        "unit": {"code": ident, "name": name, "level": "department"}}
    problem = {"id": "1", "behaviour": "other", "fact": fact, "cause": cause,
               "measures": [{"action": "每周核对", "owner": owner, "due": "2022-06-30"}]}
    return {"report": kind, "plan": "bayang-bazhi", "phase": phase, "submitted": "2022-04-20", **about,
            "themes": {"yanjin": {"problems": [problem]}}}


def answer(*given: str, **how: str) -> bytes:
    return dump(answered(*given, **how))


def same_texts(compiled: Compiled, folder: Path, texts: dict[str, tuple[str, str]], **how: Any) -> dict[str, str]:
    """What BT01 says on each of some subjects' (fact, cause): file -> message."""
    for ident, (fact, cause) in texts.items():
        write(folder / f"{ident}.yaml", answer(ident, fact, cause, **how))
    found = judged(compiled, folder, select=("BT01",)).findings
    assert {(one.rule, one.level, one.pointer) for one in found} <= {("BT01", "warning", "/themes")}
    assert len({one.file for one in found}) == len(found)
    return {one.file.removesuffix(".yaml"): one.message for one in found}


def overlapping(common: int, union: int) -> tuple[str, str]:
    """Two texts of which so many of so many shingles are the same."""
    assert (common + union) % 2 == 0
    length = (common + union) // 2 + SIZE - 1
    characters = han(2 * length, union)
    head = characters[:common + SIZE - 1]
    rest = length - len(head)
    one, other = head + characters[length:length + rest], head + characters[length + rest:length + 2 * rest]
    assert (len(grams(one) & grams(other)), len(grams(one) | grams(other))) == (common, union)
    return one, other


@pytest.mark.parametrize(("common", "union", "share"), [
    (80, 100, "80%"), (79, 99, None), (800, 1000, "80%"), (799, 999, None), (81, 101, "80%"), (60, 64, "93%"),
    (99, 99, "100%"),
])
def test_same_texts_at_exactly_four_fifths(
    compiled: Compiled, tmp_path: Path, common: int, union: int, share: str | None
) -> None:
    """The bound is not rounded: 799 of 999 are 79.98 per cent."""
    one, other = overlapping(common, union)
    said = same_texts(compiled, tmp_path, {
        "P-1": (one[:40], one[40:]), "P-2": (other[:40], other[40:])})
    assert sorted(said) == (["P-1", "P-2"] if share else [])
    assert not share or (f"P-2 {share}" in said["P-1"] and f"P-1 {share}" in said["P-2"])


def test_three_subjects_share_one_text(compiled: Compiled, tmp_path: Path) -> None:
    text = han(100, 3)
    said = same_texts(compiled, tmp_path, dict.fromkeys(("P-3", "P-1", "P-2"), (text[:70], text[70:])) | {
        "P-4": (han(70, 4), han(30, 5))})
    assert sorted(said) == ["P-1", "P-2", "P-3"]
    for ident, message in said.items():
        assert [other for other in ("P-1", "P-2", "P-3", "P-4") if f"{other} 100%" in message] == [
            other for other in ("P-1", "P-2", "P-3") if other != ident]


@pytest.mark.parametrize(("shingles", "compared"), [(49, False), (50, True)])
def test_under_fifty_shingles_silent(compiled: Compiled, tmp_path: Path, shingles: int, compared: bool) -> None:
    text = han(shingles + SIZE - 1, 6)
    assert len(grams(text)) == shingles
    said = same_texts(compiled, tmp_path, {"P-1": (text[:20], text[20:]), "P-2": (text[:20], text[20:])})
    assert bool(said) is compared


def test_a_repeated_text_has_few_shingles(compiled: Compiled, tmp_path: Path) -> None:
    """Two hundred characters, but ten different shingles."""
    text = han(10, 7) * 20
    assert len(grams(text)) == 10
    assert same_texts(compiled, tmp_path, {"P-1": (text, "拖"), "P-2": (text, "拖")}) == {}


def test_a_unit_and_a_person_are_never_compared(compiled: Compiled, tmp_path: Path) -> None:
    text = han(100, 8)
    write(tmp_path / "U-9.yaml", answer("U-9", text, "拖", kind="unit", name="水科"))
    assert same_texts(compiled, tmp_path, {"P-1": (text, "拖")}) == {}
    write(tmp_path / "U-8.yaml", answer("U-8", text, "拖", kind="unit", name="气科"))
    found = judged(compiled, tmp_path, select=("BT01",)).findings
    assert [one.file for one in found] == ["U-8.yaml", "U-9.yaml"]


def plan_text(pack: Pack, *themes: str) -> str:
    return "".join(f"{one.text}。" for ident, one in pack.behaviours.items() if ident.split("-")[0] in themes)


@pytest.mark.parametrize("kind", ["plan", "form", "quotes", "names"])
def test_what_is_not_ones_own_never_makes_two_texts_the_same(
    compiled: Compiled, tmp_path: Path, kind: str
) -> None:
    """Own texts of 60 characters have nothing in common; what stands around them is the same."""
    around = {"plan": plan_text(compiled.pack, "gongpu", "yanjin"),
              "form": "。".join(compiled.pack.words("form_texts")),
              "quotes": "".join(f"“{han(150, 20 + at)}”" for at in range(4)), "names": "阿卜杜拉买买提江" * 60}[kind]
    assert len(around) > 240
    said = same_texts(compiled, tmp_path, {
        f"P-{at}": (han(60, 30 + at) + around, "拖") for at in range(2)}, owner="阿卜杜拉买买提江")
    assert said == {}


@pytest.mark.parametrize("kind", ["plan", "the whole plan", "form", "quotes", "names"])
def test_what_is_not_ones_own_never_hides_that_texts_are_the_same(
    compiled: Compiled, tmp_path: Path, kind: str
) -> None:
    """Own texts of 60 characters are the same; what stands around them differs."""
    themes = ("gongpu", "yanjin")
    whole = "。".join(compiled.pack.parts.values())
    forms = compiled.pack.words("form_texts")
    names = ("阿卜杜拉买买提江", "古丽娜尔艾山江")
    text = han(60, 40)
    for at in range(2):
        around = {"plan": plan_text(compiled.pack, themes[at]), "form": "。".join(forms[at::2]),
                  "the whole plan": whole[:len(whole) // 2] if at else whole[len(whole) // 2:],
                  "quotes": "".join(f"“{han(150, 50 + 10 * at + part)}”" for part in range(4)),
                  "names": "、".join([names[at]] * 40)}[kind]
        write(tmp_path / f"P-{at}.yaml", answer(f"P-{at}", around + text, "拖", owner=names[at]))
    found = judged(compiled, tmp_path, select=("BT01",)).findings
    assert [one.file for one in found] == ["P-0.yaml", "P-1.yaml"]


@pytest.mark.parametrize("between", [" ", "，", "\u3000", "、"])
@pytest.mark.parametrize("length", [60, 200, 1000])
def test_spaces_and_punctuation_hide_nothing(
    compiled: Compiled, tmp_path: Path, between: str, length: int
) -> None:
    text = han(length, 60)
    spaced = between.join(text[at:at + 3] for at in range(0, length, 3))
    assert sorted(same_texts(compiled, tmp_path, {"P-1": (text, "拖"), "P-2": (spaced, "拖")})) == ["P-1", "P-2"]


# --- texts of the unit, IDs of problems -----------------------------------------------------------


def findings(result: Result) -> list[tuple[str, str, str | None]]:
    return [(one.rule, one.file, one.pointer) for one in result.findings]


def test_a_persons_fact_is_the_units_own(compiled: Compiled, tmp_path: Path) -> None:
    """Word for word in the person's own unit: punctuation aside, names aside, ten characters, current reports."""
    facts = {
        "P-1": ("U-1", "夜里三点的泵房，没有人签到！"), "P-2": ("U-2", "夜里三点的泵房没有人签到"),
        "P-3": ("U-1", "夜里三点的泵房没有人签名"), "P-4": ("u-1", "夜里三点 的泵房没有人签到"),
        "P-5": ("U-9", "夜里三点的泵房没有人签到"),
    }
    write(tmp_path / "U-1.yaml", answer("U-1", "夜里三点的泵房没有人签到。", "拖", kind="unit", name="水科"))
    write(tmp_path / "U-2.yaml", answer("U-2", "九个字的一句话在此", "拖", kind="unit", name="气科"))
    for ident, (own, fact) in facts.items():
        write(tmp_path / f"{ident}.yaml", answer(ident, fact, "急", unit_code=own))
    write(tmp_path / "P-6.yaml", answer("P-6", "九个字的一句话在此", "急", unit_code="U-2"))
    fact = "/themes/yanjin/problems/0/fact"
    assert findings(judged(compiled, tmp_path, select=("BT02",))) == [
        ("BT02", "P-1.yaml", fact), ("BT02", "P-4.yaml", fact)]


def test_another_fact_with_the_hash_of_the_units_is_no_copy(compiled: Compiled, tmp_path: Path) -> None:
    """Files leave four bytes of each fact; two that differ may leave the same."""
    own, other = "牵倈談猌僋杧話砥庑靷慓忩菏缋橕焔闚耐漋祽瞕榪笧篲", "緺丱瓎嵁寒拐騷椱喕诬澉談坬蠙荣碅壭醡頜嵆膱霁各暔"
    assert crc32(own.encode()) == crc32(other.encode())
    write(tmp_path / "U-1.yaml", answer("U-1", own, "拖", kind="unit", name="水科"))
    write(tmp_path / "P-1.yaml", answer("P-1", other, "急", unit_code="U-1"))
    write(tmp_path / "P-2.yaml", answer("P-2", own, "急", unit_code="U-1"))
    assert findings(judged(compiled, tmp_path, select=("BT02",))) == [
        ("BT02", "P-2.yaml", "/themes/yanjin/problems/0/fact")]


def test_problem_ids_belong_to_one_subject(compiled: Compiled, tmp_path: Path) -> None:
    """Compared as IDs are; full-width and other scripts' plain numbers are spared too; each file is named once."""
    ids = {"甲": ("P-1", "QT-1"), "乙": ("P-2", "qt-1"), "丙": ("P-2", "QT-1"), "丁": ("P-3", "１"), "戊": ("P-4", "1"),
           "己": ("P-5", "QT-2"), "庚": ("P-5", "QT-2")}
    for number, (name, (subject, ident)) in enumerate(ids.items()):
        data = answered(subject, "事", "因", phase="rectification" if name in "丙庚" else "inspection")
        data["themes"]["yanjin"]["problems"][0]["id"] = ident
        write(tmp_path / f"{number}{name}.yaml", dump(data))
    result = judged(compiled, tmp_path, select=("BT03",))
    place = "/themes/yanjin/problems/0/id"
    assert findings(result) == [("BT03", f"{one}.yaml", place) for one in ("0甲", "1乙", "2丙")]
    assert ["P-2" in one.message for one in result.findings] == [True, False, False]
    assert ["P-1" in one.message for one in result.findings] == [False, True, True]
    assert not any(one.superseded for one in result.findings)


# --- masked IDs -----------------------------------------------------------------------------------


def id_card(serial: int) -> str:
    """An identity-card number with its check digit."""
    head = f"11010519491231{serial:03}"
    rest = sum(int(digit) * (1 << (17 - at)) % 11 for at, digit in enumerate(head)) % 11
    return head + "10X98765432"[rest]


FIRST, SECOND = id_card(2), id_card(4)
SHOWN = "110" + "*" * 15


def test_an_identity_card_number_is_masked_everywhere_and_never_compared_masked(
    compiled: Compiled, tmp_path: Path
) -> None:
    """Two numbers that look the same when masked are two subjects, to duplicates, waivers, roster and clashes."""
    assert FIRST == "11010519491231002X" and FIRST != SECOND and FIRST[:3] == SECOND[:3]
    folder = tmp_path / "报送"
    write(folder / "roster.yaml", "people:\n" + "".join(
        f"- {{id: '{one}', name: 韩雪松, unit: U-002}}\n" for one in (FIRST, SECOND, id_card(6))))
    text = han(100, 80)
    for name, ident in (("a", FIRST), ("b", SECOND)):
        data = answered(ident, text, "拖")
        data["themes"]["yanjin"]["problems"][0]["id"] = "QT-1"
        write(folder / f"{name}.yaml", dump(data | {"submitted": "2022-05-01"}))
    write(folder / "waivers.yaml", dump({"waivers": [
        {"rule": "ID01", "subject": SECOND.lower(), "reason": "已说明", "by": "市局活动办", "until": END},
        {"rule": "RO02", "subject": FIRST, "reason": "已说明", "by": "市局活动办", "until": END}]}))
    result = judged(compiled, folder, "2022-05-05", select=(
        "RO0[1-4]", "ID01", "BT*", "WV01", "TX03"))
    assert [(one.rule, one.file, one.subject and one.subject.id, bool(one.waived)) for one in result.findings] == [
        ("ID01", "a.yaml", SHOWN, False), ("TX03", "a.yaml", SHOWN, False), ("BT01", "a.yaml", SHOWN, False),
        ("BT03", "a.yaml", SHOWN, False),
        ("ID01", "b.yaml", SHOWN, True), ("TX03", "b.yaml", SHOWN, False), ("BT01", "b.yaml", SHOWN, False),
        ("BT03", "b.yaml", SHOWN, False),
        ("RO01", "roster.yaml", SHOWN, False), ("WV01", "waivers.yaml", None, False)]
    assert len({one.fingerprint for one in result.findings}) == len(result.findings)
    for language in ("zh", "en"):
        for show in (False, True):
            shown = judged(compiled, folder, "2022-05-05", language=language, show_values=show)
            for form in FORMATS.values():
                said = form(shown, Setting(compiled, language))
                said = said.decode("utf-8", "replace") if isinstance(said, bytes) else said
                assert not [one for one in (FIRST, SECOND, id_card(6)) if one[3:] in said or one[3:].lower() in said]


# --- the sum of files -----------------------------------------------------------------------------

KINDS = st.sampled_from(["education", "inspection", "rectification", "consolidation", "nothing", "list", "bytes",
                         "broken", "other plan", "no phase", "no subject", "note", "hidden"])


def content(kind: str, number: int) -> tuple[str, bytes]:
    """The name and the bytes of a file."""
    name = {"note": f"{number}.txt", "hidden": f".{number}.yaml"}.get(kind, f"{number}.YAML")
    data = answered(f"P-{number % 3}", "事", "因")
    match kind:
        case "nothing":
            return name, b"# \n"
        case "list":
            return name, b"- 1\n"
        case "bytes":
            return name, b"\xff\xfe\x00"
        case "broken":
            return name, b"a: [1\n"
        case "other plan":
            data["plan"] = "主题教育"
        case "no phase":
            del data["phase"]
        case "no subject":
            del data["person"]
        case "note" | "hidden":
            pass
        case phase:
            data["phase"] = phase
    return name, dump(data)


def listed(kinds: Iterable[str], wanted: Iterable[str]) -> int:
    chosen = set(wanted)
    return sum(kind in chosen for kind in kinds)


@settings(max_examples=40)
@given(kinds=st.lists(KINDS, max_size=8), phase=st.sampled_from([None, "education", "inspection", "consolidation"]))
def test_files_are_reports_and_unreadable_and_later(
    compiled: Compiled, kinds: list[str], phase: str | None
) -> None:
    """And every one of them is in one heap only, whatever phase is asked for."""
    order = ["education", "inspection", "rectification", "consolidation"]
    after = order[order.index(phase) + 1:] if phase else []
    with tempfile.TemporaryDirectory() as place:
        for number, kind in enumerate(kinds):
            name, data = content(kind, number)
            write(Path(place, *(["内"] if number % 2 else []), name), data)
        result = judged(compiled, Path(place), phase=phase)
    total = result.summary
    assert total["files"] == total["reports"] + total["unreadable"] + total["later"]
    assert total["unreadable"] == listed(kinds, ["nothing", "list", "bytes", "broken"])
    # `content` gives the other kinds the phase of `answer`, inspection
    assert total["later"] == listed(kinds, after) + (
        listed(kinds, ["other plan", "no subject"]) if "inspection" in after else 0)
    assert total["ignored"] == len(result.ignored) == listed(kinds, ["note", "hidden"])
    assert total["files"] + total["ignored"] == len(kinds)
    assert total["error"] + total["warning"] + total["info"] + total["waived"] + total["superseded"] == len(
        result.findings)
