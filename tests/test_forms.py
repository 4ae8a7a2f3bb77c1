"""Fill-in forms: filled in as their guidance says they are clean; as made they only lack things; nothing is lost
(contract §6; docs/forms.md).
"""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import unicodedata
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import Result
from hypothesis import given, settings
from hypothesis import strategies as st
from making import COMPILED, write
from running import WINDOW, invoked

from bayang.engine.authoring.examples import base_report, bases, change, dump
from bayang.engine.judging.check import Checker, World
from bayang.engine.judging.compile import Compiled
from bayang.engine.judging.results import FileResult
from bayang.engine.output.forms import Order, for_notepad, for_roster, outline, phase_at, sheet
from bayang.engine.packs.pack import Pack, load_pack
from bayang.engine.packs.roster import load_roster
from bayang.engine.reading.intake import read
from bayang.engine.reading.schema import EitherShape, ListShape, MapShape, plain
from bayang.engine.reading.typed import quoted
from bayang.engine.records import Limits, PackError
from bayang.engine.text.dates import day_after

PACKS = {"rules": COMPILED, "window": Compiled(load_pack(WINDOW))}
FORMS = [(name, base, phase, keys) for name, compiled in PACKS.items() for base in bases(compiled.pack)
         for phase in compiled.pack.phases for keys in ("zh", "en")]
IDS = [f"{name}-{base[0]}-{phase}-{keys}" for name, base, phase, keys in FORMS]


def check(compiled: Compiled, data: bytes, folder: Path | None = None) -> FileResult:
    last = list(compiled.pack.phases.values())[-1]
    return Checker(compiled, World(day_after(last.end))).check(data, "form.yaml", str(folder) if folder else None)


def made(compiled: Compiled, base: tuple[str, str, str | None], phase: str, keys: str, lang: str = "zh") -> str:
    _, kind, level = base
    return sheet(compiled.pack, Order((kind,), phase, level, keys, lang), kind, level).text()


# -- filling in: only what the form's own guidance says ------------------------------------------------------


def indent_of(line: str) -> int:
    return len(line) - len(line.lstrip(" "))


def is_note(line: str) -> bool:
    return not line.strip() or line.lstrip().startswith("#")


def entries(lines: list[str], indent: int) -> list[tuple[list[str], str, list[str]]]:
    """(notes before, line, lines below) of each field at an indentation."""
    found: list[tuple[list[str], str, list[str]]] = []
    notes: list[str] = []
    for line in lines:
        if is_note(line):
            notes.append(line)
        elif indent_of(line) == indent:
            found.append((notes, line, []))
            notes = []
        else:
            found[-1][2].extend([*notes, line])
            notes = []
    if found:
        found[-1][2].extend(notes)
    return found


def as_typed(value: Any) -> str:
    return json.dumps(str(value), ensure_ascii=False)


def fill(lines: list[str], indent: int, data: dict[str, Any], shape: Any, placed: list[str],
         path: str = "") -> list[str]:
    """The lines of a map with its blanks replaced by the data; what the data lacks stays blank."""
    out: list[str] = []
    for notes, line, below in entries(lines, indent):
        name, _, value = line.strip().partition(":")
        key, inner = shape.fields[name]
        given, where = data.get(key), f"{path}/{key}"
        out += notes
        if value.strip() or given is None:
            out += [line, *below]
            placed += [where] if value.strip() else []
        elif isinstance(given, dict):
            out += [line, *fill(below, indent + 2, given, inner, placed, where)]
        elif isinstance(given, list) and below and isinstance(inner, ListShape) and isinstance(inner.item, MapShape):
            out.append(line)
            for at, one in enumerate(given):
                out += fill_item(below, indent + 2, one, inner.item, placed, f"{where}/{at}")
        elif isinstance(given, list):
            one_line = isinstance(inner, EitherShape) and key != "examined"        # names, as the guidance says
            out += [line + as_typed("、".join(given))] if one_line else [
                line, *(" " * (indent + 2) + "- " + as_typed(one) for one in given)]
            placed += [f"{where}/{at}" for at in range(len(given))]
        else:
            assert line.endswith(": "), "there is a blank to write after"
            out.append(line + as_typed(given))
            placed.append(where)
    return out


def fill_item(lines: list[str], indent: int, data: dict[str, Any], shape: Any, placed: list[str],
              path: str) -> list[str]:
    """One item of a list: the block copied from its line with the dash on."""
    first = next(at for at, line in enumerate(lines) if not is_note(line))
    assert lines[first].startswith(" " * indent + "- ")
    undashed = [*lines[:first], lines[first].replace("- ", "  ", 1), *lines[first + 1:]]
    filled = fill(undashed, indent + 2, data, shape, placed, path)
    first = next(at for at, line in enumerate(filled) if not is_note(line))
    filled[first] = " " * indent + "- " + filled[first].lstrip(" ")
    return filled


def leaves(data: Any, path: str = "") -> list[str]:
    if isinstance(data, dict):
        return [leaf for key, one in data.items() for leaf in leaves(one, f"{path}/{key}")]
    if isinstance(data, list):
        return [leaf for at, one in enumerate(data) for leaf in leaves(one, f"{path}/{at}")]
    return [path]


@pytest.mark.parametrize(("name", "base", "phase", "keys"), FORMS, ids=IDS)
def test_a_form_filled_in_is_clean(name: str, base: tuple[str, str, str | None], phase: str, keys: str) -> None:
    compiled = PACKS[name]
    report = base_report(compiled.pack, base[0], phase)
    placed: list[str] = []
    text = made(compiled, base, phase, keys)
    filled = fill(text.splitlines(), 0, report, compiled.pack.shapes[base[1]], placed)
    assert sorted(placed) == sorted(leaves(report)), "the form has a place for all that a compliant report holds"
    assert [line for line in text.splitlines() if is_note(line)] != []
    result = check(compiled, for_notepad("\n".join(filled) + "\n"))
    assert [(one.rule, one.line, one.message) for one in result.findings] == []
    assert result.facts is not None and result.facts.about.phase == phase


@pytest.mark.parametrize(("name", "base", "phase", "keys"), FORMS, ids=IDS)
def test_a_form_as_made_only_lacks_things(name: str, base: tuple[str, str, str | None], phase: str, keys: str) -> None:
    compiled = PACKS[name]
    result = check(compiled, for_notepad(made(compiled, base, phase, keys)))
    rules = {one.rule for one in result.findings}
    assert "FM01" in rules
    assert {rule for rule in rules if rule[:2] in ("IN", "FM", "TX")} == {"FM01"}
    assert result.crashes == []


def test_what_does_not_concern_a_unit_can_be_said() -> None:
    text = made(PACKS["rules"], ("department", "unit", "department"), "education", "zh")
    said = text.replace("事项: ", "事项: 活动专栏").replace("  理由: ", "  理由: 科室没有单独的网站")
    rules = {one.rule for one in check(PACKS["rules"], said.encode()).findings}
    assert "ME11" in {one.rule for one in check(PACKS["rules"], text.encode()).findings} and "ME11" not in rules
    assert not {rule for rule in rules if rule[:2] in ("FM", "TX")} - {"FM01"}


def test_the_form_in_full() -> None:
    """Set UPDATE_GOLDEN=1 to write it anew."""
    golden = Path(__file__).parent / "golden" / "form.zh.yaml"
    text = made(PACKS["rules"], ("personal", "personal", None), "inspection", "zh")
    if os.environ.get("UPDATE_GOLDEN"):
        golden.write_text(text, encoding="utf-8", newline="\n")
    assert golden.read_text(encoding="utf-8") == text


# -- values that the roster gives -----------------------------------------------------------------------------


def roster_of(people: list[dict[str, Any]], units: list[dict[str, Any]] | None = None) -> bytes:
    units = units or [{"code": "U-1", "name": "甲科", "level": "department", "head": "丁一"}]
    return yaml.safe_dump({"units": units, "people": people}, allow_unicode=True, sort_keys=False).encode()


def forms_of(pack: Pack, data: bytes, to: Path, order: Order | None = None) -> dict[str, Any]:
    """The forms of a roster, written and read back: path below `to` -> plain data."""
    order = order or Order(("personal", "unit"), list(pack.phases)[0])
    for_roster(pack, order, load_roster(data, "roster.yaml", pack), to).write(pack, order)
    return {path.relative_to(to).as_posix(): plain(read(path.read_bytes(), Limits(), pack.fields))
            for path in sorted(to.rglob("*")) if path.is_file()}


# what a roster may hold at all: no control characters, no character that reading refuses
TEXTS = st.text(st.characters(exclude_categories=["Cc", "Cs", "Cn", "Co"], exclude_characters=(
    "\u2028\u2029\ufeff\ufffe\uffff" + "".join(map(chr, [*range(0x202a, 0x202f), *range(0x2066, 0x206a), 0x200e, 0x200f,
                                                         0x61c])))), min_size=1, max_size=30)


@given(name=TEXTS, post=TEXTS)
@settings(max_examples=200)
def test_any_name_and_post_is_the_same_text_when_the_form_is_read(name: str, post: str) -> None:
    pack = PACKS["rules"].pack
    order = Order(("personal",), "education")
    data = roster_of([{"id": "P-1", "name": name, "unit": "U-1", "post": post}])
    try:
        entry = load_roster(data, "roster.yaml", pack).people["p-1"]
    except PackError:       # a name that is none: blank, 无
        return
    text = sheet(pack, order, "personal", None).text({f"/person/{key}": one for key, one in entry.doc.items()})
    person = plain(read(for_notepad(text), Limits(), pack.fields))["个人"]
    assert (person["姓名"], person["职务"] or "") == (name.strip(), entry.doc.get("post", ""))
    assert entry.doc.get("post", post.strip()) == post.strip()


@pytest.mark.parametrize("text", [
    "no", "010", "2022-04-30", "17:00", "~", "null", "", "- a", "a: b", "a #b", "#1", "'", '"', "\\", "%a", "@a", "*a",
    "&a", "!a", "[a]", "{a}", "{{7*7}}", "{% raw %}", "<b>&", "堃䶮𬍡", "：", "a\nb", "| ", ">", "?", "? a", "---",
    "...", "\ta\u3000b", "a" * 3000])
def test_quoted_texts_are_the_same_when_read(text: str) -> None:
    line = f"a: {quoted(text)}\n" if text else "a: \n"
    assert (plain(read(line.encode(), Limits(), frozenset()))["a"] or "").strip() == text.strip()
    assert line.count("\n") == 1


HOSTILE = ["..", ".", ".git", "-rf", "CON", "con", "nul.txt", "COM1.yaml", "a.", "roster", "Waivers", "bayang",
           "notice", "堃䶮𬍡", "字" * 64, "字" * 63 + "乙", "110101199003070011", "A" * 64, "P-001", "p-001-2"]


def masked(one: dict[str, str]) -> dict[str, str]:
    """What may be shown of a person: the one identity number among the hostile IDs is not."""
    return {name: value.replace("110101199003070011", "110***************") for name, value in one.items()}


def test_hostile_ids_give_safe_files_with_the_same_values(tmp_path: Path) -> None:
    pack = PACKS["rules"].pack
    names = ["{{7*7}}", "a: b #c", '"\'', "- x", "无名", "堃䶮𬍡", "<b>&</w:t>", "=1+1"]
    people = [{"id": ident, "name": names[at % len(names)], "unit": HOSTILE[-1 - at], "post": "科员",
               "party_member": "yes"} for at, ident in enumerate(HOSTILE) if ident != "con"]
    found = forms_of(pack, roster_of(people, [{"code": "U-1", "name": "x: y #z", "level": "bureau"}]), tmp_path / "to")
    assert len(found) == len(people) + 1
    persons = {one["个人"]["人员编号"]: one["个人"] for one in found.values() if "个人" in one}
    assert persons == {one["id"]: {"人员编号": one["id"], "姓名": one["name"], "单位编号": one["unit"], "职务": "科员",
                                   "党员": "是"} for one in map(masked, people)}
    assert [one["单位"]["单位名称"] for one in found.values() if "单位" in one] == ["x: y #z"]
    assert {one.name for one in tmp_path.iterdir()} == {"to"}
    folded = set()
    for path in found:
        for part in path.split("/"):
            stem = part.removesuffix(".yaml")
            assert re.fullmatch(r"[^\W.][\w.-]*(?<!\.)|_[\w.-]+", stem) and len(part.encode()) <= 120, part
            assert not re.fullmatch(r"(?i)(con|nul|com1)(\..*)?|roster|waivers|bayang|notice", stem), part
            assert "1101" not in part
        folded.add(unicodedata.normalize("NFKC", path).casefold())
    assert len(folded) == len(found)
    result = invoked("check", tmp_path / "to", "--format", "json", "--fail-on", "never")
    assert json.loads(result.output)["summary"]["reports"] == len(found)


@pytest.mark.parametrize("ident", ["../x", "a/b", "a\\b", "a b", "", "字" * 65, "a:b"])
def test_an_id_that_is_none_is_told_with_its_line(tmp_path: Path, ident: str) -> None:
    file = tmp_path / "roster.yaml"
    file.write_bytes(roster_of([{"id": ident, "name": "甲", "unit": "U-1"}]))
    result = invoked("new", "all", "--roster", file, "--to", tmp_path / "to")
    assert result.exit_code == 2 and not (tmp_path / "to").exists()
    assert f"{file} 第 7 行：" in result.output and "编号" in result.output


# -- the command ------------------------------------------------------------------------------------------------

ROSTER = """\
units:
- {code: U-0, name: 某局, level: bureau, head: 丁一}
- {code: U-1, name: 甲科, level: department}
people:
- {id: P-1, name: 韩一, unit: U-0, post: "主任: 兼", party_member: yes}
- {id: P-2, name: 韩二, unit: U-1}
- {id: P-3, name: 韩三, unit: U-1, excused: {reason: 借调}}
- {id: P-4, name: 韩四, unit: U-1, excused: {reason: 病假, until: 2022-01-31}}
"""


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    file = tmp_path / "名册.yaml"
    file.write_text(ROSTER, encoding="utf-8")
    return file


def new(*arguments: object) -> Result:
    return invoked("new", *arguments)


def files(folder: Path) -> dict[str, bytes]:
    return {path.relative_to(folder).as_posix(): path.read_bytes()
            for path in sorted(folder.rglob("*")) if path.is_file()}


def test_a_form_for_everyone_in_the_folder_of_the_unit(tmp_path: Path, roster: Path) -> None:
    to = tmp_path / "填报"
    result = new("all", "--roster", roster, "--to", to, "--phase", "学习教育和动员部署")
    assert result.exit_code == 0
    assert list(files(to)) == ["U-0/P-1.yaml", "U-0/U-0.yaml", "U-1/P-2.yaml", "U-1/U-1.yaml"]
    assert result.output.splitlines() == [
        f"已写出 4 份，写到“学习教育和动员部署”阶段，放在 {to}", "免报、没有做的 2 人：P-3、P-4",
        f"填好以后运行：bayang check {to}"]
    person = plain(read((to / "U-0/P-1.yaml").read_bytes(), Limits(), frozenset()))
    assert person["个人"] == {"人员编号": "P-1", "姓名": "韩一", "单位编号": "U-0", "职务": "主任: 兼", "党员": "是"}
    assert (person["报告类型"], person["所处阶段"]) == ("个人", "学习教育和动员部署")
    unit = plain(read((to / "U-1/U-1.yaml").read_bytes(), Limits(), frozenset()))
    assert unit["单位"] == {"单位编号": "U-1", "单位名称": "甲科", "层级": "科室单位", "主要负责人": None}
    assert "领导小组" not in unit and "领导小组" in (to / "U-0/U-0.yaml").read_text(encoding="utf-8-sig")


def test_an_excuse_ends_with_its_day(tmp_path: Path, roster: Path) -> None:
    result = new("personal", "--roster", roster, "--to", tmp_path / "to", "--phase", "inspection")
    assert list(files(tmp_path / "to")) == ["U-0/P-1.yaml", "U-1/P-2.yaml", "U-1/P-4.yaml"]
    assert "免报、没有做的 1 人：P-3" in result.output


def test_what_is_there_is_never_written_over(tmp_path: Path, roster: Path) -> None:
    to = tmp_path / "to"
    (to / "U-1").mkdir(parents=True)
    (to / "U-1/P-2.yaml").write_text("我填的", encoding="utf-8")
    (to / "U-1/U-1.yaml").symlink_to(tmp_path / "nowhere")
    result = new("all", "--roster", roster, "--to", to, "--phase", "education")
    assert (to / "U-1/P-2.yaml").read_text(encoding="utf-8") == "我填的" and not (tmp_path / "nowhere").exists()
    assert f"已经有了、没有改动的 2 份：\n  {to}/U-1/U-1.yaml\n  {to}/U-1/P-2.yaml" in result.output
    before = files(to)
    again = new("all", "--roster", roster, "--to", to, "--phase", "education")
    assert again.exit_code == 0 and "没有改动的 4 份" in again.output and files(to) == before

    one = tmp_path / "我的.yaml"
    assert new("personal", "--to", one).exit_code == 0
    one.write_text("我填的", encoding="utf-8")
    assert "没有改动的 1 份" in new("personal", "--to", one).output and one.read_text(encoding="utf-8") == "我填的"


def test_a_roster_of_nobody_is_told(tmp_path: Path) -> None:
    (tmp_path / "roster.yaml").write_text("units:\n- {code: U-1, name: 甲科, level: bureau}\n", encoding="utf-8")
    result = new("personal", "--roster", tmp_path / "roster.yaml", "--to", tmp_path / "to")
    assert result.output == "名册上没有要填报的对象，没有做填报表；请核对名册里的单位和人员\n"
    assert not (tmp_path / "to").exists()


def test_a_link_in_the_way_leads_nowhere(tmp_path: Path, roster: Path) -> None:
    (tmp_path / "to").mkdir()
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "to/U-1").symlink_to(tmp_path / "elsewhere")
    result = new("all", "--roster", roster, "--to", tmp_path / "to")
    assert result.exit_code == 2 and "U-1 是通到别处去的链接" in result.output
    assert list((tmp_path / "elsewhere").iterdir()) == [] and files(tmp_path / "to") == {}


def test_a_form_opens_in_old_notepad(tmp_path: Path) -> None:
    new("unit", "--level", "科室单位", "--to", tmp_path)
    data = (tmp_path / "unit.yaml").read_bytes()
    assert data.startswith(b"\xef\xbb\xbf# ") and data.count(b"\n") == data.count(b"\r\n") > 100


def test_without_a_place_the_form_is_shown() -> None:
    said = subprocess.run([sys.executable, "-m", "bayang", "new", "个人", "--phase", "education"], capture_output=True)
    assert said.returncode == 0 and said.stderr == b""
    assert said.stdout.decode().startswith("# 八扬八治个人自查自纠报告填报表，写到“学习教育和动员部署”阶段为止\n")
    assert b"\r" not in said.stdout


@pytest.mark.parametrize(("arguments", "words"), [
    (["persona"], "是不是 personal"), (["报告"], "可用："), (["all"], "--roster"),
    (["unit"], "市局（bureau）"), (["unit", "--level", "burea"], "是不是 bureau"),
    (["personal", "--phase", "开头"], "没有阶段"), (["all", "--roster", "ROSTER"], "--to"),
    (["all", "--roster", "ROSTER", "--to", "a.yaml"], "文件夹"),
    (["all", "--roster", "nowhere.yaml", "--to", "x"], "nowhere.yaml"),
])
def test_wrong_use_is_told(roster: Path, arguments: list[str], words: str) -> None:
    result = new(*(str(roster) if one == "ROSTER" else one for one in arguments))
    assert result.exit_code == 2 and words in result.output


def test_a_place_that_cant_be_written_is_told(tmp_path: Path, roster: Path) -> None:
    (tmp_path / "file").write_text("", encoding="utf-8")
    result = new("all", "--roster", roster, "--to", tmp_path / "file")
    assert result.exit_code == 2 and "写不出" in result.output


@pytest.mark.parametrize(("day", "phase"), [
    ("2000-01-01", "education"), ("2022-01-31", "education"), ("2022-02-01", "inspection"),
    ("2030-01-01", "consolidation")])
def test_the_phase_of_a_day(day: str, phase: str) -> None:
    assert phase_at(PACKS["rules"].pack, day) == phase


def test_a_pack_without_compliant_reports_gives_every_field(tmp_path: Path) -> None:
    for one in WINDOW.iterdir():
        if one.name != "bases":
            (tmp_path / one.name).symlink_to(one)
    pack = load_pack(tmp_path)
    assert outline(pack, "unit", "checking", "headquarters") is None
    text = sheet(pack, Order(("unit",), "checking", "headquarters"), "unit", "headquarters").text()
    fields = plain(read(text.encode(), Limits(), pack.fields))
    assert set(fields) == set(pack.shapes["unit"].titles.values())
    assert set(fields["三个方面"]["提速"]["问题清单"][0]) >= {"责任领导", "验收", "延期"}


def test_a_form_in_english_guides_in_english() -> None:
    text = made(PACKS["rules"], ("bureau", "unit", "bureau"), "consolidation", "en", "en")
    assert "# The day of the first filing, e.g. 2022-04-20." in text
    assert "# How it came to light. One of: self, peer, superior, public, audit." in text
    assert not re.search("请|例如|填写|可选", text)


@pytest.mark.parametrize("page", ["forms.md", "forms.zh-CN.md"])
def test_the_commands_of_the_guide_work(page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "roster.yaml").write_text(ROSTER, encoding="utf-8")
    last = base_report(PACKS["rules"].pack, "personal", "inspection")
    change(last, {"/person/id": "P-101"}, ())
    for folder in ("inspection", "问题查摆"):       # what is gone on from
        write(tmp_path / folder / "P-101.yaml", dump(last))
    text = (Path(__file__).parent.parent / "docs" / page).read_text(encoding="utf-8")
    commands = [line.split()[1:] for line in text.splitlines() if line.startswith("bayang ")]
    assert len(commands) >= 3
    for command in commands:
        result = invoked(*command)
        assert result.exit_code == (1 if command[0] == "check" else 0), result.output      # nothing is filled in yet


# -- what is said of a form that is half filled in ----------------------------------------------------------------


def test_a_blank_field_is_found_where_it_stands() -> None:
    text = made(PACKS["rules"], ("personal", "personal", None), "inspection", "zh")
    lines = text.splitlines()
    found = {(one.rule, lines[one.line - 1].strip()) for one in check(PACKS["rules"], text.encode()).findings}
    assert {("FM01", "填报日期:"), ("SE01", "职责:"), ("CV01", "廉洁:"), ("PH13", "学习情况:")} <= found
