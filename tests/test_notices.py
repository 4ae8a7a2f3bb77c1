"""Notices: what they say and to whom, the files they become, and what nobody may read in them (contract §6, 8.8, 9.17;
docs/notices.md).
"""

from __future__ import annotations

import html
import io
import json
import os
import re
import runpy
import shutil
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import pytest
import running
import yaml
from click.testing import Result as Outcome
from letters import kept
from making import write
from running import ROOT, SAMPLES, bayang, invoked

from bayang.engine.batch.database import Stored
from bayang.engine.batch.outcome import Result
from bayang.engine.batch.run import Options, run
from bayang.engine.judging.compile import Compiled
from bayang.engine.output.notices.content import Notices, compose
from bayang.engine.output.notices.deadline import after_working_days
from bayang.engine.output.notices.delivery import Dispatch, deliver, renderer
from bayang.engine.output.notices.fonts import font_rules
from bayang.engine.output.notices.office import Office, convert, undated
from bayang.engine.output.notices.overview import overview
from bayang.engine.output.notices.rounds import load_previous
from bayang.engine.output.notices.settings import Settings, Terms
from bayang.engine.output.notices.templates import FOLDER, HEADS, known_names, markdown
from bayang.engine.packs.pack import Pack
from bayang.engine.records import UsageError
from bayang.engine.text.naming import file_names

GOLDEN = ROOT / "tests" / "golden"
ONE = SAMPLES / "市局/整改落实/P-003.yaml"
TEXTS = ("docx", "html", "md")
DAY = "2022-08-08"
MENDED = ["P-006", "P-008", "P-012"]        # who have a file that can't be read beside one with something to correct
TOLD = ["U-102", "U-202", "P-003", "P-006", "P-007", "P-008", "P-011", "P-012", "P-013", "P-014"]


def checked(compiled: Compiled, folder: Path = SAMPLES, as_of: str = DAY, **options: Any) -> Result:
    return run([str(folder)], Options(as_of, **options), compiled)


@pytest.fixture(scope="module")
def result(compiled: Compiled) -> Result:
    return checked(compiled)


@pytest.fixture(scope="module")
def notices(result: Result, compiled: Compiled) -> Notices:
    return compose(result, compiled, Settings(), Terms(reply_by="2022-08-15"))


def written(notices: Notices, result: Result, folder: Path, formats: tuple[str, ...] = TEXTS, language: str = "zh",
            **dispatch: Any) -> Any:
    return deliver(notices, overview(notices, result, language), Dispatch(folder, formats, language, **dispatch))


HAS_OFFICE = shutil.which("soffice") is not None and shutil.which("pdftotext") is not None
OFFICE = Office(shutil.which("soffice") or "", dict(os.environ)) if HAS_OFFICE else None
needs_office = pytest.mark.skipif(not HAS_OFFICE, reason="LibreOffice or poppler is not installed")
EVERY = [*TEXTS, pytest.param("pdf", marks=needs_office)]


@pytest.fixture
def few(notices: Notices) -> Notices:
    """The first three of them."""
    return replace(notices, listed=notices.listed[:3])


@pytest.fixture(scope="module")
def folder(notices: Notices, result: Result, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The samples' notices in every format that this machine can make."""
    made = tmp_path_factory.mktemp("notices") / "to"
    written(notices, result, made, (*TEXTS, "pdf") if HAS_OFFICE else TEXTS, office=OFFICE)
    return made


def words(path: Path) -> str:
    """The text that a file shows."""
    if path.suffix == ".docx":
        with zipfile.ZipFile(path) as packed:
            parts = [packed.read(name).decode() for name in packed.namelist() if name.endswith(".xml")]
        return html.unescape(re.sub("<[^>]*>", "", re.sub("</w:p>", "\n", "\n".join(parts))))
    if path.suffix == ".pdf":
        return subprocess.run(["pdftotext", path, "-"], capture_output=True, check=True).stdout.decode()
    text = path.read_text(encoding="utf-8")
    return html.unescape(re.sub("<style>.*?</style>|<[^>]*>", "", text, flags=re.DOTALL)) \
        if path.suffix == ".html" else re.sub(r"\\(?=\W)", "", text)


def name_of(ident: str) -> str:
    """The file name of a sample's letter: P-011 has filed nothing."""
    return f"{'补报' if ident == 'P-011' else '补正'}通知-{ident}"


def files(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if path.is_file())


def notice(folder: Path, *arguments: str | Path) -> Outcome:
    return invoked("notice", *arguments, "--as-of", DAY, "--to", folder, "--register", folder.parent / "发文登记.csv")


# -- what a notice says -----------------------------------------------------------------------------------


@pytest.mark.parametrize("ident", ["U-102", "P-003", "P-011"])
def test_the_whole_notice(folder: Path, ident: str) -> None:
    """Set UPDATE_GOLDEN=1 to write it anew."""
    [path] = (folder / ident).glob("*.md")
    text = path.read_text(encoding="utf-8")
    golden = GOLDEN / f"notice-{ident}.md"
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(text, encoding="utf-8", newline="\n")
    assert text == golden.read_text(encoding="utf-8")


def test_each_subject_with_deficiencies_has_one_and_nobody_else(notices: Notices) -> None:
    assert [one.ident for one in notices.listed] == TOLD
    assert [one.ident for one in notices.listed if one.kinds == ("correct", "mend")] == MENDED
    assert [one.ident for one in notices.listed if one.letter == "missing"] == ["P-011"]
    assert [(one.rule, one.owner) for one in notices.lost] == [("RO02", "p-016")]


def test_nothing_is_lost(notices: Notices, result: Result) -> None:
    """Every deficiency stands in exactly one notice or on the office's list."""
    told = [(item["rule"], int(re.search(r"第 (\d+) 行", place)[1]) if "行" in place else item["line"])
            for one in notices.listed for item in one.data["items"] if not item["later"] for place in item["places"]]
    told += [(one.rule, one.line) for one in notices.lost]
    assert sorted(told) == sorted((one.rule, one.line) for one in result.findings if one.gates and one.level != "info")


PARTS = [
    "自查自纠报告需补正完善的通知", "生态环境监测科：", "根据《开展“八扬八治”深化作风建设活动实施方案》",
    "一、审核情况", "共提出 4 项：必须补正 3 项，建议完善 1 项",
    "形式审核，只核对格式、要素是否齐全、前后是否一致，不对问题定性，不评判任何人",
    "二、必须补正的事项", "三、建议完善的事项", "四、补正要求", "（一）时限。", "2022年8月15日（星期一）",
    "（二）方式。", "（三）延期。", "（四）异议。", "五、联系方式", "联系人：〔        〕",
    "附件1", "需补正完善事项清单", "切实做好以案促建，以案促治，堵塞漏洞，完善工作机制", "附件2", "异议及理由",
    "P-012（2 项）、P-013（3 项）、P-014（1 项）"]


@pytest.mark.parametrize("form", TEXTS)
def test_it_has_every_part(folder: Path, form: str) -> None:
    text = words(folder / "U-202" / f"补正通知-U-202.{form}")
    text = text.replace("“八扬八治”\n", "“八扬八治”")       # the title is parted where it makes sense
    for part in PARTS:
        assert part in text, part
    assert text.count("2022-08-15") == 4        # one in each row of annex 1


def test_five_items_in_the_body_and_all_in_the_annex(compiled: Compiled, tmp_path: Path) -> None:
    """Four themes left out are one item, with one bare and four warnings: the body writes out the first five."""
    report = (SAMPLES / "市局/整改落实/P-003.yaml").read_text(encoding="utf-8")
    for theme in ("拼搏", "严谨", "廉洁"):
        report, count = re.subn(f"  {theme}:.*(\n    .*)*", "", report)
        assert count == 1
    report = report.replace("文化影响:", "备注:", 1).replace("典型事例: ", "典型事例: # ", 1)
    write(tmp_path / "P-003.yaml", report)
    found = checked(compiled, tmp_path)
    [one] = compose(found, compiled, Settings(), Terms()).listed
    levels = [item["level"] for item in one.data["items"]]
    assert levels == sorted(levels) and len(levels) == 6 and levels.count("error") == 2
    assert [item["count"] for item in one.data["items"] if item["rule"] == "CV01"] == [4]
    body = [line["lead"] for section in one.data["sections"] for line in section["paragraphs"]
            if re.fullmatch(r"\d+\. ", line["lead"])]
    assert body == ["1. ", "2. ", "3. ", "4. ", "5. "]
    rest = [line["text"] for section in one.data["sections"] for line in section["paragraphs"]
            if re.fullmatch("其余 \\d+ 项见附件1。|共 \\d+ 项，见附件1。", line["text"])]
    assert sum(int(re.search(r"\d+", text)[0]) for text in rest) == len(levels) - 5
    listed, reply = (annex["rows"] for annex in one.data["annexes"])
    assert [row[0] for row in listed] == [["1-1"], ["1-2"], ["1-3"], ["1-4"], *([str(at)] for at in range(2, 7))]
    assert [row[2] for row in listed[:4]] == [["CV01"], [""], [""], [""]] and len(reply) == len(levels)


def test_without_a_roster_the_name_is_a_blank(compiled: Compiled, tmp_path: Path) -> None:
    shutil.copy(SAMPLES / "市局/整改落实/P-003.yaml", tmp_path)
    [one] = compose(checked(compiled, tmp_path), compiled, Settings(), Terms()).listed
    assert one.data["addressee"] == "〔        〕同志（编号 P-003）："
    assert "陆以宁" not in json.dumps(one.data, ensure_ascii=False)


def test_in_english(compiled: Compiled, tmp_path: Path) -> None:
    found = checked(compiled, language="en")
    made = compose(found, compiled, Settings(), Terms(language="en", reply_by="2022-08-15"))
    written(made, found, tmp_path / "to", language="en")
    text = words(tmp_path / "to/P-003/notice-P-003.docx")
    assert "Please answer by 2022-08-15 (Monday), this day included." in text
    assert "Objection and reason" in text and "Annex 1" not in text     # two items need no list
    assert (tmp_path / "to/overview.html").exists()


# -- who may read what ------------------------------------------------------------------------------------


def everybody() -> dict[str, set[str]]:
    """Subject -> the names by which the roster knows it."""
    roster = yaml.load((SAMPLES / "roster.yaml").read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
    names = {one["单位编号"]: {one["单位名称"]} for one in roster["单位"]}
    return names | {one["人员编号"]: {one["姓名"], *one.get("别名", ())} for one in roster["人员"]}


def submitted() -> dict[str, set[str]]:
    """Subject -> the texts of its reports that are long enough to be its own words."""
    found: dict[str, set[str]] = {}

    def texts(node: Any) -> Iterator[str]:
        for one in node.values() if isinstance(node, dict) else node if isinstance(node, list) else ():
            yield from texts(one) if isinstance(one, dict | list) else [one] if isinstance(one, str) else []

    for path in SAMPLES.rglob("[PU]-*.yaml"):
        try:
            report = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
            found.setdefault(path.stem[:5], set()).update(text for text in texts(report) if len(text) >= 8)
        except (yaml.YAMLError, UnicodeDecodeError, AttributeError):
            continue
    return found


def allowed(pack: Pack) -> str:
    """What the plan and its rules say, and what everybody on the roster is called."""
    return "\n".join([
        *(text for path in Path(pack.folder).rglob("*.yaml") for text in [path.read_text(encoding="utf-8")]),
        (SAMPLES / "roster.yaml").read_text(encoding="utf-8"),
        *(path.relative_to(SAMPLES).as_posix() for path in SAMPLES.rglob("*.yaml"))])


@pytest.mark.parametrize("form", EVERY)
def test_no_notice_shows_another_subject(folder: Path, form: str, pack: Pack) -> None:
    names, texts, ours = everybody(), submitted(), allowed(pack)
    roster = yaml.load((SAMPLES / "roster.yaml").read_text(encoding="utf-8"), Loader=yaml.CBaseLoader)
    unit_of = {one["人员编号"]: one["单位编号"] for one in roster["人员"]}
    assert sum(len(found) for found in texts.values()) > 300
    seen = 0
    for path in folder.rglob(f"*.{form}"):
        if path.parent == folder:
            continue
        seen += 1
        ident, text = path.parent.name, "".join(words(path).split())
        for other, called in names.items():
            if other not in (ident, unit_of.get(ident)):
                for name in called - names.get(ident, set()) - names.get(unit_of.get(ident, ""), set()):
                    assert name not in re.sub("|".join(names["U-000"] | {"澄岚市生态环境局"}), "", text), (path, name)
        for value in {value for found in texts.values() for value in found}:
            assert "".join(value.split()) not in text or value in ours, (path, value)
    assert seen == len(TOLD)


@pytest.mark.parametrize("form", TEXTS)
def test_nothing_of_the_sensitive_theme_and_no_number(compiled: Compiled, tmp_path: Path, form: str) -> None:
    report = (SAMPLES / "市局/整改落实/P-003.yaml").read_text(encoding="utf-8")
    secret = "收受礼金金丝雀"
    (tmp_path / "in").mkdir()
    report = re.sub(r"  廉洁:.*(\n    .*)*", f"""  廉洁:
    问题清单:
      - 编号: 廉-1
        问题表现: {secret}XX
        对应表现: {secret}
        {secret}: {secret}
        整改措施: [{{措施: {secret}}}]""", report)
    assert secret in report
    write(tmp_path / "in/P-003.yaml", report)
    found = checked(compiled, tmp_path / "in")
    assert any(one.theme == "lianjie" for one in found.findings)
    written(compose(found, compiled, Settings(), Terms()), found, tmp_path / "to", (form,))
    assert (tmp_path / f"to/P-003/补正通知-P-003.{form}").is_file()
    for path in files(tmp_path / "to"):
        assert "金丝雀" not in words(path)
        assert "礼金" not in words(path)


def test_a_path_called_after_somebody_else_is_hidden(compiled: Compiled, tmp_path: Path) -> None:
    shutil.copy(SAMPLES / "roster.yaml", tmp_path)
    for name in ("乐向榆补.yaml", "P-014.yaml"):
        shutil.copy(SAMPLES / "生态环境监测科/整改落实/P-014.yaml", tmp_path / name)
    found = checked(compiled, tmp_path)
    [one] = [one for one in compose(found, compiled, Settings(), Terms()).listed if one.ident == "P-014"]
    text = json.dumps(one.data, ensure_ascii=False)
    assert "乐向榆" in " ".join(item.message for item in found.findings)
    assert "乐向榆" not in text and "〔略〕补.yaml" in text


# -- the files --------------------------------------------------------------------------------------------


def test_each_lies_in_its_own_folder_and_is_its_owners(folder: Path) -> None:
    assert {path.relative_to(folder).as_posix() for path in files(folder)} == {"发送清单.html"} | {
        f"{ident}/{name}.{form}" for form in (*TEXTS, *(["pdf"] if HAS_OFFICE else []))
        for ident, name in ((one, name_of(one)) for one in TOLD)}
    if os.name != "nt":
        assert {path.stat().st_mode & 0o777 for path in files(folder)} == {0o600}
        assert {path.stat().st_mode & 0o777 for path in [folder, *folder.iterdir()] if path.is_dir()} == {0o700}


def test_the_same_input_gives_the_same_bytes(folder: Path, notices: Notices, result: Result, compiled: Compiled,
                                             tmp_path: Path) -> None:
    found = checked(compiled)
    again = compose(found, compiled, Settings(), Terms(reply_by="2022-08-15"))
    written(again, found, tmp_path / "to")
    made = {path.relative_to(tmp_path / "to"): path for path in files(tmp_path / "to")}
    assert [*made] == [path.relative_to(folder) for path in files(folder) if path.suffix != ".pdf"]
    made.pop(Path("发送清单.html"))         # which names the PDFs
    assert overview(again, found, "zh") == overview(notices, result, "zh")
    for name, path in made.items():
        assert path.read_bytes() == (folder / name).read_bytes(), name


def test_nothing_is_overwritten_unasked(folder: Path, tmp_path: Path) -> None:
    to = tmp_path / "to"
    assert notice(to, SAMPLES, "--format", "md").exit_code == 0
    edited = to / "P-003/补正通知-P-003.md"
    write(edited, "改过")
    shutil.rmtree(to / "P-006")
    again = notice(to, SAMPLES, "--format", "md")
    assert again.exit_code == 2
    assert "已经有了，没有写出任何通知" in again.output
    assert edited.read_text(encoding="utf-8") == "改过" and not (to / "P-006").exists()
    assert notice(to, SAMPLES, "--format", "md", "--overwrite").exit_code == 0
    assert edited.read_text(encoding="utf-8") != "改过"


def test_word_in_place_of_a_pdf_overwrites_nothing_either(notices: Notices, result: Result, tmp_path: Path) -> None:
    edited = tmp_path / "to/P-003/补正通知-P-003.docx"
    write(edited, "改过")
    with pytest.raises(UsageError) as refused:
        written(notices, result, tmp_path / "to", ("pdf",))
    assert refused.value.key == "noticed.exists"
    assert files(tmp_path / "to") == [edited]


def test_a_file_in_place_of_the_folder(tmp_path: Path) -> None:
    write(tmp_path / "to", "x")
    outcome = notice(tmp_path / "to", SAMPLES, "--format", "md")
    assert outcome.exit_code == 2 and "写不出" in outcome.output
    assert (tmp_path / "to").read_text(encoding="utf-8") == "x"


def test_no_link_leads_out(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "to").mkdir()
    (tmp_path / "to/P-003").symlink_to(tmp_path / "elsewhere")
    outcome = notice(tmp_path / "to", SAMPLES, "--format", "md", "--overwrite")
    assert outcome.exit_code == 2 and "通到别处的链接" in outcome.output
    assert list((tmp_path / "elsewhere").iterdir()) == []


@pytest.mark.parametrize(("idents", "names"), [
    (["P-1", "p-1", "P－1"], ["P-1", "p-1-2", "P-1-3"]),
    (["..", ".x", "-rf", "CON", "con.txt", "Lpt1", "a."], ["_._", "_.x", "_-rf", "_CON", "_con.txt", "_Lpt1", "a_"]),
    (["../x", "a/b", "a\\b", "a\nb", "a\0b"], ["_.._x", "a_b", "a_b-2", "a_b-3", "a_b-4"]),
    ([None, "110***************", None], ["id", "id-2", "id-3"]),
    (["东岭-3", "𠮷-1"], ["东岭-3", "𠮷-1"]),
])
def test_names_of_files(idents: list[str | None], names: list[str]) -> None:
    assert file_names(idents) == names


def test_names_of_files_are_short_and_different() -> None:
    names = file_names(["𠮷" * 64, "𠮷" * 63 + "乙", "a" * 64])
    assert len(set(names)) == 3
    assert all(len(f"补正通知-{name}-第12次.docx".encode()) <= 120 for name in names)


# -- hostile text -----------------------------------------------------------------------------------------

HOSTILE = ["{{7*7}}", "{% raw %}", "<b>&", "</w:t></w:r>", "../x", "长" * 3000, "[x](http://y)|`", "&#x41;",
           "{_{7*7}_}"]


@pytest.mark.parametrize("form", TEXTS)
def test_hostile_text_is_only_text(compiled: Compiled, tmp_path: Path, form: str) -> None:
    (tmp_path / "in").mkdir()
    people = "\n".join(f"- {json.dumps({'id': f'P-{at}', 'name': text, 'unit': 'CON'}, ensure_ascii=False)}"
                       for at, text in enumerate(HOSTILE))
    write(tmp_path / "in/roster.yaml",
          f"units: [{{code: CON, name: '<i>{{{{1+1}}}}', level: department}}]\npeople:\n{people}\n")
    if os.name != "nt":
        write(tmp_path / "in/a\n<b>&.yaml", "report: unit\n")
    found = checked(compiled, tmp_path / "in")
    settings = Settings(issuer="<b>&{{7*7}}\x07\u202e", head="red", series="]]>|",
                        contact={"name": "</w:t>" + "号" * 3000})
    written(compose(found, compiled, settings, Terms(reply_by="2022-08-15")), found, tmp_path / "to", (form,))
    assert {path.parent.name for path in files(tmp_path / "to")} == {
        "to", "_CON", *(f"P-{at}" for at in range(len(HOSTILE)))}
    for at, text in enumerate(HOSTILE):
        path = tmp_path / f"to/P-{at}/补报通知-P-{at}.{form}"
        shown = words(path)
        assert text.replace("{_{", "{{").replace("}_}", "}}") in shown.replace("{_{", "{{").replace("}_}", "}}"), text
        assert "<b>&{{7*7}}<U+0007><U+202E>" in shown
        assert "49" not in shown
        if form == "docx":
            from docx import Document

            Document(str(path))
        if form == "html":
            raw = path.read_text(encoding="utf-8")
            assert "<b>" not in raw and "<i>" not in raw
        if form == "md":
            assert "<b>" not in path.read_text(encoding="utf-8").replace("\\<b\\>", "")


def test_markdown_shows_what_it_is_given() -> None:
    assert markdown("1. a") == "1\\. a"
    assert markdown("- a*b*_c_ [d](e) <f> | `g` # ~~h~~ &i;") == \
        "\\- a\\*b\\*\\_c\\_ \\[d\\](e) \\<f\\> \\| \\`g\\` \\# \\~\\~h\\~\\~ \\&i;"


# -- deadline and settings --------------------------------------------------------------------------------


@pytest.mark.parametrize(("start", "count", "day", "sure"), [
    ("2022-08-08", 5, "2022-08-15", True),
    ("2022-04-28", 3, "2022-05-06", True),      # 30 April to 4 May are days off
    ("2022-04-22", 1, "2022-04-24", True),      # a Sunday that was worked
    ("2031-09-26", 5, "2031-10-03", False),     # nobody knows the days off of 2031
])
def test_working_days(pack: Pack, start: str, count: int, day: str, sure: bool) -> None:
    assert after_working_days(start, count, pack) == (day, sure)


def test_working_days_without_the_calendar_library(pack: Pack, monkeypatch: pytest.MonkeyPatch) -> None:
    """The pack's own days off serve, and the office is asked to look."""
    monkeypatch.setitem(sys.modules, "chinese_calendar", None)
    assert after_working_days("2022-04-28", 3, pack) == ("2022-05-06", False)


def test_without_the_library_for_word_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from importlib import util

    there = util.find_spec
    monkeypatch.setattr(util, "find_spec", lambda name, *rest: None if name == "docxtpl" else there(name, *rest))
    outcome = notice(tmp_path / "to", SAMPLES)
    assert outcome.exit_code == 2 and "office.missing" in outcome.output      # its words are `office: missing`
    assert not (tmp_path / "to").exists()
    assert notice(tmp_path / "to", SAMPLES, "--format", "html").exit_code == 0


def test_an_unsure_deadline_is_told(compiled: Compiled, tmp_path: Path) -> None:
    found = replace(checked(compiled), as_of="2031-09-26")
    made = compose(found, compiled, Settings(working_days=5), Terms())
    assert not made.sure
    written(made, found, tmp_path / "to", ("md",))
    assert "不在已知的节假日安排之内" in words(tmp_path / "to/发送清单.html")


def test_the_settings_of_the_samples(tmp_path: Path) -> None:
    outcome = notice(tmp_path / "to", SAMPLES, "--format", "md")
    assert outcome.exit_code == 0, outcome.output
    first, person = words(tmp_path / "to/U-102/补正通知-U-102.md"), words(tmp_path / "to/P-003/补正通知-P-003.md")
    assert "澄环党函〔2022〕12号" in first and "澄环党函〔2022〕14号" in person
    assert "请于2022年8月15日（星期一）17:00前报回。" in first
    assert "联系人：陆以宁；联系电话：0793-8230000；办公地点：机关党委305室。" in first
    bare = notice(tmp_path / "bare", SAMPLES, "--format", "md", "--no-config")
    assert bare.exit_code == 0
    assert "没有给出期限" in bare.output
    assert "请于〔    年  月  日〕前（含当日）报回。" in words(next((tmp_path / "bare").rglob("*.md")))


@pytest.mark.parametrize(("text", "line", "said"), [
    ("issuer: 甲\n版头: 大红\n", 2, "版头 的值不在可选范围；可用：无、信函、红头"),
    ("issuer: 甲\nnumber: {next: 3}\n", 2, "缺少 机关代字（series）"),
    ("working_days: 0\n", 1, "working_days 要从 1 开始"),
    ("isuer: 甲\n", 1, "是不是“issuer”"),
    ("issuer：甲\n", 1, "："),
])
def test_a_bad_notice_yaml_stops_the_run(tmp_path: Path, text: str, line: int, said: str) -> None:
    write(tmp_path / "n.yaml", text)
    outcome = notice(tmp_path / "to", ONE, "--config", tmp_path / "n.yaml")
    assert outcome.exit_code == 2
    assert f"n.yaml 第 {line} 行" in outcome.output and said in outcome.output
    assert not (tmp_path / "to").exists()


def test_a_past_deadline_is_refused(tmp_path: Path) -> None:
    outcome = notice(tmp_path / "to", SAMPLES, "--reply-by", "2022-08-07")
    assert outcome.exit_code == 2 and "早于时点 2022-08-08" in outcome.output


# -- rounds -----------------------------------------------------------------------------------------------


def second(tmp_path: Path, compiled: Compiled, change: dict[str, tuple[str, str]], first: Result | None = None,
           as_of: str = "2022-08-20", edit: dict[str, Any] | None = None) -> dict[str, Any]:
    """The items of the second notices after changes to samples: subject -> {rule: state}, and the notices."""
    shutil.copytree(SAMPLES, tmp_path / "in")
    for name, (old, new) in change.items():
        running.edit(tmp_path / "in" / name, old, new)
    now = checked(compiled, tmp_path / "in", as_of)
    file = kept(first or checked(compiled), tmp_path / "first.json")
    if edit:
        write(Path(file), json.dumps(json.loads(Path(file).read_text(encoding="utf-8")) | edit))
    made = compose(now, compiled, Settings(), Terms(previous=load_previous(file, now)))
    return {one.ident: one.data for one in made.listed}


def states(data: dict[str, Any]) -> dict[str, str]:
    return {item["rule"]: item["state"] for item in data["items"]}


def checked_part(data: dict[str, Any]) -> str:
    return "\n".join(line["text"] for line in data["sections"][0]["paragraphs"])


def test_what_is_open_and_what_is_put_right(tmp_path: Path, compiled: Compiled) -> None:
    """P-003 answers the theme it forgot; P-013 corrects a name and makes a new slip; the others do nothing."""
    answer = "  斗争: {未发现问题: {排查方式: 查会议记录, 依据: 都提了意见}, 逐条对照: 全部}\n"
    data = second(tmp_path, compiled, {
        "市局/整改落实/P-003.yaml": ("  廉洁:", answer + "  廉洁:"),
        "生态环境监测科/整改落实/P-013.yaml": ("审核人员: 韩牧川", "审核人: 韩牧川\n补正日期: 八月")})
    assert states(data["P-003"]) == {"SE01": "open"}
    assert "这是第 2 次通知。与2022年8月8日的上一次核查相比：已补正 1 处，未补正 1 处，新增 0 处。" in \
        checked_part(data["P-003"])
    assert states(data["P-013"]) == {"TX03": "open", "PB11": "open", "FM05": "new"}
    assert "现已补正的：CV01 有的方面没有回答（市局/整改落实/P-003.yaml 第 15 行）。" in checked_part(data["P-003"])
    assert data["P-003"]["title"].endswith("自查自纠报告需完善的通知（第2次）")
    assert data["P-003"]["items"][0]["label"] == "建议完善、未补正"
    assert states(data["P-011"]) == {"RO01": "open"}
    assert set(states(data["U-202"]).values()) == {"open"}


def test_what_the_earlier_notice_could_have_named(tmp_path: Path, compiled: Compiled) -> None:
    """The first check left PB04 and RC10 out: PB04 looks at the report alone, RC10 at an earlier one too."""
    first = checked(compiled, ignore=("PB04", "RC10"))
    data = second(tmp_path, compiled, {}, first)
    assert states(data["P-007"]) == {"RC10": "new", "PB05": "open", "PB04": "late_"}
    number = next(item["number"] for item in data["P-007"]["items"] if item["rule"] == "PB04")
    assert f"第 {number} 项，上一次核查时已经存在" in checked_part(data["P-007"])
    assert "新增（应当早告知）" in json.dumps(data["P-007"]["annexes"], ensure_ascii=False)


def test_not_late_when_the_rules_changed(tmp_path: Path, compiled: Compiled) -> None:
    data = second(tmp_path, compiled, {}, checked(compiled, ignore=("PB04",)), edit={"pack_digest": "0" * 64})
    assert states(data["P-007"])["PB04"] == "ruled_"


@pytest.mark.parametrize("change", [
    {"苇江分局/整改落实/P-007.yaml": ("submitted: 2022-07-25", "submitted: 2022-07-25\ncorrected: 2022-08-12")},
    {"苇江分局/整改落实/P-007.yaml": ("submitted: 2022-07-25", "submitted: 2022-08-12")},
])
def test_not_late_when_the_report_was_filed_again(tmp_path: Path, compiled: Compiled,
                                                  change: dict[str, tuple[str, str]]) -> None:
    assert states(second(tmp_path, compiled, change, checked(compiled, ignore=("PB04",)))["P-007"])["PB04"] == "new"


def test_what_the_first_check_looked_for_and_did_not_find_is_new(tmp_path: Path, compiled: Compiled) -> None:
    """Whoever changes a report without a word of it in its dates did that: the office overlooked nothing."""
    change = {"苇江分局/整改落实/P-008.yaml": ("        文化影响: 重痕迹、轻实效的风气。\n", "")}
    data = second(tmp_path, compiled, change)
    assert states(data["P-008"]) == {"TX01": "open", "FM06": "open", "PB03": "new", "IN05": "open"}
    assert "疏漏" not in checked_part(data["P-008"])


def test_not_late_when_something_was_put_right(tmp_path: Path, compiled: Compiled) -> None:
    """The file was changed, whatever its dates say."""
    data = second(tmp_path, compiled, {"苇江分局/整改落实/P-008.yaml": ("2022年7月8日", "2022-07-08")},
                  checked(compiled, ignore=("TX01",)))
    assert states(data["P-008"]) == {"TX01": "new", "IN05": "open"}


def test_what_was_waived_then_is_not_late(tmp_path: Path, compiled: Compiled) -> None:
    waivers = write(tmp_path / "waivers.yaml",
                    "waivers: [{rule: PB04, subject: P-007, reason: 台账封存, by: 陆以宁, until: 2022-08-10}]\n")
    data = second(tmp_path, compiled, {}, checked(compiled, waivers=str(waivers)))
    assert states(data["P-007"])["PB04"] == "new"


def test_what_is_waived_now_is_dealt_with_otherwise(tmp_path: Path, compiled: Compiled) -> None:
    first = kept(checked(compiled), tmp_path / "first.json")
    waivers = write(tmp_path / "waivers.yaml",
                    "waivers: [{rule: PB04, subject: P-007, reason: 台账封存, by: 陆以宁, until: 2022-12-31}]\n")
    now = checked(compiled, as_of="2022-08-20", waivers=str(waivers))
    made = compose(now, compiled, Settings(), Terms(previous=load_previous(first, now)))
    [one] = [one for one in made.listed if one.ident == "P-007"]
    assert "已补正 0 处，未补正 2 处，新增 0 处，已免责、列入基线或者被后一阶段报告取代的 1 处。" in \
        checked_part(one.data)


def test_a_run_is_gone_through_as_often_for_many_letters_as_for_few(
        tmp_path: Path, compiled: Compiled, monkeypatch: pytest.MonkeyPatch) -> None:
    """Else the letters of a large office, held against an earlier check, take the square of the time."""
    counted: list[type] = []
    through = Stored.__iter__

    def counting(stored: Stored[Any]) -> Any:
        counted.append(type(stored))
        return through(stored)

    def letters_and_passes(folder: Path) -> tuple[int, list[type]]:
        file = kept(checked(compiled, folder), tmp_path / "first.json")
        now = checked(compiled, folder, "2022-08-20")
        previous = load_previous(file, now)
        counted.clear()
        made = compose(now, compiled, Settings(), Terms(previous=previous))
        return len(made.listed), list(counted)

    monkeypatch.setattr(Stored, "__iter__", counting)
    (few, passes), (many, more) = letters_and_passes(SAMPLES / "市局"), letters_and_passes(SAMPLES)
    assert 0 < few < many and passes and more == passes


@pytest.mark.parametrize(("options", "settings", "number"), [
    ((), "", 2), (("--round", "3"), "", 3), ((), "次数: 4\n", 4), (("--round", "3"), "次数: 4\n", 3)])
def test_the_number_of_the_round(tmp_path: Path, compiled: Compiled, options: tuple[str, ...], settings: str,
                                 number: int) -> None:
    first = kept(checked(compiled, as_of="2022-08-01"), tmp_path / "first.json")
    write(tmp_path / "n.yaml", settings + "版头: 无\n")
    outcome = notice(tmp_path / "to", SAMPLES, "--previous", first, "--format", "md", "--config", tmp_path / "n.yaml",
                     *options)
    assert outcome.exit_code == 0, outcome.output
    text = words(tmp_path / f"to/P-003/补正通知-P-003-第{number}次.md")
    assert f"的通知（第{number}次）" in text and f"这是第 {number} 次通知。" in text


@pytest.mark.parametrize(("text", "said"), [
    ("{", "读不出来，或者不是 bayang check --format json 的结果"), ("[]", "读不出来"),
    ('{"format": "bayang/2"}', "读不出来"),
    (json.dumps({"format": "bayang/1", "as_of": "2022-08-01", "pack": "bayang-bazhi", "pack_digest": "",
                 "findings": [{"rule": 1}], "not_assessed": []}), "读不出来"),
    (json.dumps({"format": "bayang/1", "as_of": "2022-08-01", "pack": "other", "pack_digest": "", "findings": [],
                 "not_assessed": []}), "另一个规则包（other）"),
    (json.dumps({"format": "bayang/1", "as_of": "2022-08-08", "pack": "bayang-bazhi", "pack_digest": "",
                 "findings": [], "not_assessed": []}), "不早于这次的 2022-08-08"),
])
def test_another_previous_file_is_refused(tmp_path: Path, text: str, said: str) -> None:
    write(tmp_path / "first.json", text)
    outcome = notice(tmp_path / "to", ONE, "--previous", tmp_path / "first.json")
    assert outcome.exit_code == 2 and said in outcome.output
    assert not (tmp_path / "to").exists()


# -- Word -------------------------------------------------------------------------------------------------


def parts(data: bytes) -> dict[str, bytes]:
    with zipfile.ZipFile(io.BytesIO(data)) as packed:
        return {name: packed.read(name) for name in packed.namelist()}


@pytest.mark.parametrize("head", HEADS)
@pytest.mark.parametrize("letter", ["notice", "reminder"])
def test_the_script_makes_the_template_that_is_kept(letter: str, head: str) -> None:
    made = runpy.run_path(str(ROOT / "docs/scripts/word_templates.py"))[letter]
    assert parts(made(head)) == parts((FOLDER / f"{letter}.{head}.docx").read_bytes())


# Of some elements of Word's files, the order in which their parts must stand (ISO/IEC 29500).
IN_ORDER = {
    "rPr": ["rStyle", "rFonts", "b", "i", "color", "spacing", "sz", "szCs", "lang"],
    "pPr": ["pStyle", "keepNext", "keepLines", "widowControl", "pBdr", "snapToGrid", "spacing", "ind", "jc", "rPr",
            "sectPr"],
    "tblPr": ["tblStyle", "tblW", "tblLayout", "tblCellMar", "tblLook"],
}


@pytest.mark.parametrize("head", HEADS)
def test_the_parts_of_a_template_stand_in_order(head: str) -> None:
    """Word refuses, or repairs, a file in which they do not."""
    for name, data in parts((FOLDER / f"notice.{head}.docx").read_bytes()).items():
        for element in ElementTree.fromstring(data).iter() if name.endswith(".xml") else ():
            order = IN_ORDER.get(element.tag.rpartition("}")[2], [])
            inside = [child.tag.rpartition("}")[2] for child in element]
            places = [order.index(child) for child in inside if child in order]
            assert places == sorted(places), (name, inside)


@pytest.mark.parametrize("head", HEADS)
def test_the_numbers_of_the_standard(notices: Notices, head: str) -> None:
    from docx import Document

    data = {**notices.listed[0].data, "head": head}
    made = Document(io.BytesIO(renderer("docx", (FOLDER / f"notice.{head}.docx").read_bytes())(data)))
    body, across, reply = made.sections
    for section in (body, reply):
        assert [round(getattr(section, name).mm) for name in (
            "page_width", "page_height", "top_margin", "left_margin", "right_margin", "bottom_margin")] == [
            210, 297, 37, 28, 26, 35]
    assert (round(across.page_width.mm), round(across.page_height.mm)) == (297, 210)
    styles = {style.name: style for style in made.styles}
    xml = {name: styles[name].element.xml for name in styles if name.startswith("Notice")}
    for name, font, size in (("Text", "仿宋_GB2312", 16), ("Heading", "黑体", 16), ("Title", "方正小标宋简体", 22),
                             ("Page", "宋体", 14)):
        assert f'w:eastAsia="{font}"' in xml[f"Notice {name}"] and 'w:hint="eastAsia"' in xml[f"Notice {name}"]
        assert styles[f"Notice {name}"].font.size.pt == size
    assert 'w:ascii="Times New Roman"' in xml["Notice Text"]
    assert styles["Notice Text"].paragraph_format.line_spacing.pt == pytest.approx(28.9)
    assert styles["Notice Heading"].paragraph_format.keep_with_next
    assert '<w:snapToGrid w:val="0"/>' in xml["Notice Cell"]
    document = made.element.xml
    assert 'w:type="lines" w:linePitch="579"' in document
    assert "楷体_GB2312" in document
    for table, width in zip(made.tables, (225, 156), strict=True):
        grid = [int(column) for column in re.findall(r'<w:gridCol w:w="(\d+)"', table._tbl.xml)]
        assert sum(grid) / 56.7 == pytest.approx(width, abs=1)
    assert "w:evenAndOddHeaders" in made.settings.element.xml
    odd, even = (footer.paragraphs[0] for footer in (body.footer, body.even_page_footer))
    assert (odd.alignment, even.alignment) == (2, 0)        # right, left
    assert odd.text == "— 1 —" and "PAGE" in odd._p.xml
    assert body.different_first_page_header_footer == (head == "letter")
    assert ("E60012" in document) == (head == "red")


def test_no_seal_is_drawn(folder: Path) -> None:
    for path in folder.rglob("*.docx"):
        assert not [name for name in parts(path.read_bytes()) if "media" in name]


QUOTED = "例如“应报: 5”“实报: 5”：加“due: ”（行首空 2 格）"


def quoting(language: str) -> Any:
    """The paragraphs of a Word file with quotation marks after a digit, a letter and a blank."""
    from docx import Document
    from docx.oxml.ns import qn

    template = Document()
    template.styles["Normal"].element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), "仿宋_GB2312")
    template.add_paragraph("{{ text }}")
    template.add_table(1, 1).rows[0].cells[0].paragraphs[0].add_run("{{ text }}").bold = True
    out = io.BytesIO()
    template.save(out)
    document = Document(io.BytesIO(renderer("docx", out.getvalue())({"language": language, "text": QUOTED})))
    return [document.paragraphs[0], document.tables[0].rows[0].cells[0].paragraphs[0]]


def test_9_17_quotation_marks_after_digits_are_in_the_chinese_font() -> None:
    for paragraph in quoting("zh"):
        assert paragraph.text == QUOTED
        runs = [(run.text, run.font.name) for run in paragraph.runs]
        assert runs == [("例如“应报: 5", None), ("”“", "仿宋_GB2312"), ("实报: 5", None), ("”", "仿宋_GB2312"),
                        ("：加“due: ", None), ("”", "仿宋_GB2312"), ("（行首空 2 格）", None)]
    assert all(run.bold for run in paragraph.runs)


def test_marks_of_an_english_text_stay_as_they_are() -> None:
    assert [len(paragraph.runs) for paragraph in quoting("en")] == [1, 1]


def test_a_word_file_holds_nothing_of_the_one_before() -> None:
    """Its title, header, rows and lines are filled in for each anew, and there is no style that nothing has."""
    from docx import Document

    template = Document(str(FOLDER / "reminder.none.docx"))
    template.core_properties.title = "{{ name }}"
    template.sections[0].header.paragraphs[0].text = "{{ name }}"
    template.paragraphs[0].text = "{{ name }}"
    for paragraph in template.paragraphs[1:]:
        paragraph._p.getparent().remove(paragraph._p)
    for text in ("{%p for row in rows %}", "{{ row }}", "{%p endfor %}"):
        template.add_paragraph(text)
    out = io.BytesIO()
    template.save(out)
    made = renderer("docx", out.getvalue())
    first = made({"name": "甲 <b>&", "rows": ["1\n2", "3"]})
    second = Document(io.BytesIO(made({"name": "乙", "rows": []})))
    assert made({"name": "甲 <b>&", "rows": ["1\n2", "3"]}) == first
    document = Document(io.BytesIO(first))
    assert [one.text for one in document.paragraphs] == ["甲 <b>&", "1\n2", "3"]
    assert [one.text for one in second.paragraphs] == ["乙"]
    for one, name in ((document, "甲 <b>&"), (second, "乙")):
        assert (one.core_properties.title, one.sections[0].header.paragraphs[0].text) == (name, name)
    assert {style.name for style in document.styles if not style.name.startswith("Notice ")} == {
        "Normal", "Default Paragraph Font", "Normal Table", "No List", "Table Grid"}


# -- templates of the office's own ------------------------------------------------------------------------


def test_a_template_of_ones_own(notices: Notices, result: Result, tmp_path: Path) -> None:
    write(tmp_path / "own/notice.md", "给 {{ subject.id }}：{{ counts.error }}\n")
    written(notices, result, tmp_path / "to", ("md", "html"), templates=tmp_path / "own")
    assert (tmp_path / "to/P-003/补正通知-P-003.md").read_text(encoding="utf-8") == "给 P-003：1\n"
    assert "一、审核情况" in words(tmp_path / "to/P-003/补正通知-P-003.html")


def test_a_word_template_of_ones_own(notices: Notices, result: Result, tmp_path: Path) -> None:
    """The office writes a sentence of its own into a copy of ours."""
    from docx import Document

    copy = Document(str(FOLDER / "notice.none.docx"))
    copy.paragraphs[0].insert_paragraph_before("〔内部〕{{ subject.id }}，共 {{ counts.error }} 项")
    (tmp_path / "own").mkdir()
    copy.save(str(tmp_path / "own/notice.none.docx"))
    delivery = written(notices, result, tmp_path / "to", ("docx",), templates=tmp_path / "own")
    assert not delivery.failed
    text = words(tmp_path / "to/P-003/补正通知-P-003.docx")
    assert "〔内部〕P-003，共 1 项" in text and "一、审核情况" in text


@pytest.mark.parametrize("template", [
    "{{ ''.__class__.__mro__ }}", "{{ subject.__init__.__globals__ }}", "{% include '/etc/passwd' %}", "{{ lipsum }}",
    "{{ 'a'|attr('upper') }}", "{{ cycler }}", "{{ '%s'|format('x') }}", "{{ nothing }}", "{{ 1/0 }}",
    "{{ '{0.__class__}'.format(1) }}", "{% import 'os' as os %}",
])
def test_a_template_reaches_nothing(tmp_path: Path, template: str) -> None:
    write(tmp_path / "own/notice.md", template)
    outcome = notice(tmp_path / "to", ONE, "--format", "md,html", "--templates", tmp_path / "own")
    assert outcome.exit_code in (2, 4), outcome.output
    assert outcome.output.count("[TP0") == 1 and "Traceback" not in outcome.output
    assert list((tmp_path / "to").rglob("*.md")) == []
    assert len(list((tmp_path / "to").rglob("*通知*.html"))) == (outcome.exit_code == 4)
    assert "passwd" not in outcome.output.replace("/etc/passwd", "") and "root:" not in outcome.output


@pytest.mark.parametrize("template", [
    "{% for a in range(99999) %}{% for b in range(99999) %}{% endfor %}{% endfor %}", "{{ 9**(9**9) }}",
    "{{ 'a'.center(900000000) }}", "{% for a in range(99999) %}{{ 'a' * 9999 }}{% endfor %}",
])
def test_a_template_that_takes_too_much_is_stopped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                   template: str) -> None:
    monkeypatch.setattr("bayang.engine.output.notices.guard.SECONDS", 1.0)
    monkeypatch.setattr("bayang.engine.output.notices.guard.START", 3.0)
    write(tmp_path / "own/notice.md", template)
    outcome = notice(tmp_path / "to", ONE, "--format", "md,html", "--templates", tmp_path / "own")
    assert outcome.exit_code in (2, 4)
    assert outcome.output.count("[TP0") == 1 and ("[TP01]" in outcome.output or "[TP03]" in outcome.output)
    assert list((tmp_path / "to").rglob("*.md")) == []


def test_a_template_that_fails_on_one_costs_that_one(tmp_path: Path) -> None:
    write(tmp_path / "own/notice.md", "{% if subject.id == 'P-003' %}{{ 1/0 }}{% endif %}{{ title }}")
    outcome = notice(tmp_path / "to", SAMPLES, "--format", "md", "--templates", tmp_path / "own")
    assert outcome.exit_code == 4
    assert outcome.output.count("[TP02]") == 1 and "P-003" in outcome.output
    assert len(list((tmp_path / "to").rglob("*.md"))) == len(TOLD) - 1


def test_a_broken_template_is_named(tmp_path: Path) -> None:
    write(tmp_path / "own/notice.none.docx", b"no zip")
    outcome = notice(tmp_path / "to", SAMPLES, "--no-config", "--templates", tmp_path / "own")
    assert outcome.exit_code == 2 and "notice.none.docx" in outcome.output
    (tmp_path / "empty").mkdir()
    outcome = notice(tmp_path / "to", SAMPLES, "--templates", tmp_path / "empty")
    assert outcome.exit_code == 2 and all(name in outcome.output for name in known_names())
    assert not (tmp_path / "to").exists()


# -- PDF --------------------------------------------------------------------------------------------------


def test_without_the_office_program_there_is_word(few: Notices, result: Result, tmp_path: Path) -> None:
    delivery = written(few, result, tmp_path / "to", ("pdf",))
    assert delivery.said == [("noticed.no_office", {})] and not delivery.failed
    assert len(list((tmp_path / "to").rglob("*.docx"))) == 3


def test_the_command_says_that_there_is_no_pdf(tmp_path: Path) -> None:
    said = bayang("notice", ONE, "--as-of", DAY, "--no-config", "--to", tmp_path / "to", "--format", "pdf", PATH="")
    assert said.returncode == 0
    assert said.stderr.decode().splitlines() == ["没有找到 LibreOffice（soffice），不能转成 PDF，已改写 .docx"]
    assert list((tmp_path / "to").rglob("*.docx")) != [] and list((tmp_path / "to").rglob("*.pdf")) == []


@pytest.mark.skipif(os.name == "nt", reason="stands in for the office program with a shell script")
@pytest.mark.parametrize(("script", "said"), [("sleep 60 &\nsleep 60", "长时间没有进展"), ("exit 7", "返回码 7"),
                                              ("echo broken > out/000000.pdf", "返回码 0")])
def test_an_office_program_that_fails_costs_no_notice(few: Notices, result: Result, tmp_path: Path, script: str,
                                                      said: str) -> None:
    from bayang.engine.text.messages import say

    program = tmp_path / "soffice"
    write(program, f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    office = Office(str(program), dict(os.environ), still=1)
    delivery = written(few, result, tmp_path / "to", ("pdf",), office=office)
    assert delivery.failed
    [(key, facts)] = delivery.said
    assert said in say(key, "zh", **facts) and "3 份" in say(key, "zh", **facts)
    assert len(list((tmp_path / "to").rglob("*.docx"))) == 3


@pytest.mark.skipif(os.name == "nt", reason="stands in for the office program with a shell script")
def test_one_call_makes_all_of_them(notices: Notices, result: Result, tmp_path: Path) -> None:
    """In a home and with fonts and settings of its own, and nothing of it is left."""
    program, log, settings = tmp_path / "soffice", tmp_path / "log", tmp_path / "settings"
    program.write_text(
        f"""#!/bin/sh
echo "$1 $FONTCONFIG_FILE $HOME" >> {log}
cp "$HOME/home0/user/registrymodifications.xcu" {settings}
for file in "$@"; do
  case "$file" in in/*) printf '%%PDF-1.6\\n%%%%%%%%EOF\\n' > "out/$(basename "$file" .docx).pdf";; esac
done
""", encoding="utf-8")
    program.chmod(0o755)
    delivery = written(notices, result, tmp_path / "to", ("pdf",), office=Office(str(program), dict(os.environ)))
    assert (delivery.said, delivery.failed) == ([], False)
    assert len(list((tmp_path / "to").rglob("*.pdf"))) == len(TOLD)
    [call] = log.read_text(encoding="utf-8").splitlines()
    profile, fonts, home = call.split()
    assert profile == f"-env:UserInstallation={Path(home, 'home0').as_uri()}"
    assert fonts == f"{home}/fonts.conf" and not Path(home).exists()
    assert [node.tag for node in ElementTree.parse(settings).getroot()] == ["item", "item"]


@needs_office
def test_pages(folder: Path, notices: Notices) -> None:
    """22 lines of 28 characters; a rare name is shown; a letter's first page has no number, the others have. The same
    Word files give the same bytes again.
    """
    again = [next((folder / one.folder).glob("*.pdf")) for one in notices.listed[:2]]
    data = {**notices.listed[0].data, "addressee": "堃䶮𬍡同志：", "basis": "国" * 28 * 60}
    made = [renderer("docx", (FOLDER / f"notice.{head}.docx").read_bytes())({**data, "head": head}) for head in HEADS]
    heard: list[int] = []
    pages, fault = convert([path.with_suffix(".docx").read_bytes() for path in again] + made, OFFICE, heard.append)
    assert (fault, None in pages, heard[-1]) == (None, False, 5)
    assert pages[:2] == [path.read_bytes() for path in again]
    for head, page in zip(HEADS, pages[2:], strict=True):
        assert undated(page) == page and b"D:19800101000000" in page
        text = subprocess.run(["pdftotext", "-layout", "-", "-"], input=page, capture_output=True, check=True)
        first, full, *_ = text.stdout.decode().split("\f")
        assert "堃䶮𬍡同志：" in first.replace(" ", "")
        assert ("—1—" in first.replace(" ", "")) == (head != "letter")
        assert re.findall("国+", full) == ["国" * 28] * 22
        assert "—2—" in full.replace(" ", "")


@needs_office
def test_no_mark_is_lost_at_the_end_of_a_line(folder: Path) -> None:
    """What hangs at the end of a line in Word is on the page too."""
    pages = [path for path in files(folder) if path.suffix == ".pdf"]
    assert len(pages) == len(TOLD)
    for path in pages:
        with zipfile.ZipFile(path.with_suffix(".docx")) as packed:
            typed = "".join(re.findall("<w:t(?: [^>]*)?>([^<]*)</w:t>", packed.read("word/document.xml").decode()))
        shown = words(path)
        assert [shown.count(mark) for mark in "，、。；："] == [typed.count(mark) for mark in "，、。；："], path


@needs_office
def test_each_page_has_its_number_on_the_outside(folder: Path) -> None:
    """Odd pages right, even pages left: by the place of the number on the page."""
    path = next((folder / "U-202").glob("*.pdf"))
    said = subprocess.run(["pdftotext", "-bbox", path, "-"], capture_output=True, check=True).stdout.decode()
    pages = re.findall(r'<page width="([\d.]+)" height="([\d.]+)">(.*?)</page>', said, re.DOTALL)
    assert len(pages) > 4
    for number, (width, height, inside) in enumerate(pages, 1):
        [left] = [float(x) for x, y, word in re.findall(r'xMin="([\d.]+)" yMin="([\d.]+)"[^>]*>([^<]*)<', inside)
                  if word == str(number) and float(y) > float(height) * 0.88]
        assert (left > float(width) / 2) == (number % 2 == 1), number


def test_every_chain_of_fonts_ends_in_one_with_all_characters() -> None:
    root = ElementTree.fromstring(font_rules(None))
    chains = {rule.findtext("test/string"): [one.text for one in rule.iterfind("edit/string")]
              for rule in root.iter("match")}
    assert set(chains) == {"仿宋_GB2312", "楷体_GB2312", "黑体", "方正小标宋简体", "宋体", "Times New Roman"}
    for name, chain in chains.items():
        assert chain[0] == name
        assert any(one.startswith(("Noto Serif CJK", "Noto Sans CJK")) for one in chain)
