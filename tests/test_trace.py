"""A plan's sentences against the quotes in a pack (contract §6)."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from running import SERVICE, WINDOW, here, invoked

from bayang.engine.authoring.trace import cites, read_plan, show_trace, trace
from bayang.engine.packs.pack import Pack, load_pack
from bayang.engine.packs.plan_text import sentences
from bayang.engine.recording import replace
from bayang.engine.records import UsageError


def test_sentences_end_at_full_stops_outside_quotation_marks() -> None:
    text = "制定本方案。\n一、目标\n要求一；要求二“先；后。”不变。\n1.学习。读书；写字等。\n二、其他\n没有句号的一行"
    found = [(one.clause, one.text, one.heading) for one in sentences(text)]
    assert found == [
        ("前言", "制定本方案。", False),
        ("一", "一、目标", True),
        ("一", "要求一；", False),
        ("一", "要求二“先；后。”不变。", False),
        ("一.1", "1.学习。", True),
        ("一.1", "读书；", False),
        ("一.1", "写字等。", False),
        ("二", "二、其他", True),
        ("二", "没有句号的一行", False),
    ]
    assert all(text[one.start:one.end] == one.text for one in sentences(text))


def test_the_plan_is_cited_sentence_by_sentence(pack: Pack, shared: Path | None) -> None:
    if shared is None:
        pytest.skip("the plan is not at hand")
    found = trace(pack, read_plan(shared / "plan" / "plan.txt"))
    assert [one.text for one in found.uncited] == []
    assert found.astray == []
    assert [rest for one in found.sentences for rest in one.rest] == []     # no word is left without a quote


def test_every_obligation_is_cited_or_said_to_be_uncheckable(pack: Pack, shared: Path | None) -> None:
    if shared is None:
        pytest.skip("the inventory is not at hand")
    inventory = yaml.load((shared / "plan" / "inventory.yaml").read_text(encoding="utf-8"), yaml.CSafeLoader)
    obligations = inventory["general"] + [
        one for section in ("phases", "measures", "requirements") for part in inventory[section]
        for one in part["obligations"]]
    assert len(obligations) == 65
    listed = list(cites(pack))
    for one in obligations:
        near = [cite for cite in listed if cite.quote in one["text"] or one["text"] in cite.quote]
        assert near, one["id"]
        assert one.get("checkable", True) or any(cite.reason for cite in near), one["id"]
        assert not one.get("checkable", True) or any(cite.by for cite in near), one["id"]


def test_a_pack_of_another_plan_is_traced_too() -> None:
    found = trace(load_pack(WINDOW), read_plan(WINDOW / "plan.txt"))
    assert not found.uncited and not found.astray
    behaviours = [one for one in found.sentences if one.text.startswith("叫号以后")]
    assert [{cite.by for cite in one.cites} for one in behaviours] == [{"FM08", "QZ02"}]


def test_a_theme_file_cites_only_through_a_rule_that_reads_it() -> None:
    pack = load_pack(WINDOW)
    del pack.rules["QZ02"], pack.rules["FM08"]
    found = trace(pack, read_plan(WINDOW / "plan.txt"))
    assert "叫号以后久等无人应答；" in [one.text for one in found.uncited]


@pytest.mark.parametrize(("texts", "reads"), [
    ({"must": "not from_plan (fact, 80)"}, True),
    ({"must": "not 相同(问题表现, 典型事例) or 同方案 (问题表现, 80)"}, True),
    ({"must": "cause is given", "where": "from_plan(fact, 80)"}, True),
    ({"must": "not holds(fact, 'from_plan(fact, 80)')"}, False),
])
def test_a_sentence_reads_the_theme_files_where_it_calls_the_function(texts: dict[str, str], reads: bool) -> None:
    pack = load_pack(WINDOW)
    del pack.rules["QZ02"], pack.rules["FM08"]
    check = {"each": "themes.*.problems[]", "when": (), **texts}
    pack.rules["QZ03"] = replace(pack.rules["QZ03"], checks=(check,), sources=(None,))
    listed = [one for one in trace(pack, read_plan(WINDOW / "plan.txt")).sentences if one.text.startswith("叫号以后")]
    assert [{cite.by for cite in one.cites} for one in listed] == [{"QZ03"} if reads else set()]


def test_a_sentence_nobody_cites_and_quotes_that_are_astray() -> None:
    text = read_plan(WINDOW / "plan.txt").replace("总部编制问题汇总。", "总部定期调度。")
    found = trace(load_pack(WINDOW), text.replace("1.自查阶段。", "4.自查阶段。"))
    assert [one.text for one in found.uncited] == ["总部定期调度。"]      # a wrong clause apart, the words are cited
    assert {(cite.by, cite.quote, stands) for cite, stands in found.astray} == {
        ("QZ03", "个人列出问题，写明原因和措施，措施要有责任人和期限", "三.4"),
        ("QZ04", "2023年5月31日前", "三.4"),
        ("QZ05", "总部编制问题汇总", None),
        ("QZ06", "写明原因和措施", "三.4"),
    }
    for language in ("zh", "en"):
        lines = "\n".join(show_trace(found, language))
        assert "总部定期调度" in lines and "总部编制问题汇总" in lines


def test_line_ends_and_a_byte_order_mark_make_no_difference(tmp_path: Path) -> None:
    text = read_plan(WINDOW / "plan.txt")
    (tmp_path / "plan.txt").write_bytes(b"\xef\xbb\xbf" + text.replace("\n", "\r\n").encode())
    assert read_plan(tmp_path / "plan.txt") == text


@pytest.mark.parametrize("data", [b"", b" \n", "方案".encode("gb18030"), None])
def test_what_is_no_plan_is_wrong_use(tmp_path: Path, data: bytes | None) -> None:
    path = tmp_path / "plan.txt"
    if data is not None:
        path.write_bytes(data)
    with pytest.raises(UsageError):
        read_plan(path)
    assert invoked("rules", "trace", path).exit_code == 2


def test_the_command_fails_on_either_fault(tmp_path: Path) -> None:
    good = invoked("rules", "trace", WINDOW / "plan.txt", "--rules", WINDOW)
    assert good.exit_code == 0 and "QZ05" in good.output
    text = read_plan(WINDOW / "plan.txt")
    for name, changed in (("more", text + "每月通报一次。\n"), ("less", text.replace("问题全部改完", "问题改完"))):
        (tmp_path / f"{name}.txt").write_text(changed, encoding="utf-8")
        result = invoked("rules", "trace", tmp_path / f"{name}.txt", "--rules", WINDOW, "--lang", "en")
        assert result.exit_code == 1, name


@pytest.mark.parametrize("command", [
    "rules test {}", "rules examples {}", "explain {}", "rules trace {}", "rules list {}", "rules docs {}",
    "rules lint . {}", "schema rules {}"])
def test_a_folder_in_another_place_is_told_where_that_of_a_pack_goes(command: str) -> None:
    result = here(*command.format(SERVICE).split())
    assert result.returncode == 2
    said = f"“{SERVICE}”是文件夹；规则包的文件夹要写在 --rules 后面，例如 --rules \"{SERVICE}\""
    assert said in result.stderr.decode()


@pytest.mark.parametrize(("command", "zh", "en"), [
    ("rules trace nowhere.txt", "读不出方案 nowhere.txt（没有这个文件或文件夹）",
     "can't read the plan nowhere.txt (there is no such file or folder)"),
    ("rules init {}/new --plan {}", "读不出方案 {}（它是文件夹，不是文件）",
     "can't read the plan {} (it is a folder, not a file)"),
    ("rules docs --to {}/file", "写不出 {}/file/rules.zh-CN.md：路径里有一段是文件，不是文件夹",
     "can't write {}/file/rules.zh-CN.md: a part of the path is a file, not a folder")])
def test_what_the_system_refuses_is_told_in_the_readers_language(tmp_path: Path, command: str, zh: str,
                                                                 en: str) -> None:
    (tmp_path / "file").touch()
    for language, said in (("zh", zh), ("en", en)):
        result = invoked(*command.format(tmp_path, tmp_path).split(), "--lang", language)
        assert result.exit_code == 2 and said.format(tmp_path) in result.output
