"""Letters and tables say nothing that is not so (contract §9.12, 9.13, 9.17): whose a file is, what came of it, what is
asked and of whom; nothing that came is denied, and each number is a true one.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from letters import DAY, SECOND, bodies, body, checked, kept, letters, rounds
from making import write
from running import edit, here
from test_check_workbooks import as_workbook

from bayang.engine.batch.outcome import Result
from bayang.engine.judging.compile import Compiled
from bayang.engine.output.findings.terminal import summary
from bayang.engine.output.notices.content import Notice, compose
from bayang.engine.output.notices.delivery import Dispatch
from bayang.engine.output.notices.items import Itemiser
from bayang.engine.output.notices.overview import overview, summary_lines
from bayang.engine.output.notices.register import registered
from bayang.engine.output.notices.rounds import load_previous
from bayang.engine.output.notices.settings import Settings, Terms
from bayang.engine.output.notices.templates import environment

LATER = "2022-05-06"        # the second one too


def unsigned(office: Any, ident: str, name: str | None = None, **fields: Any) -> Path:
    """A report of a person in which no ID stands."""
    path: Path = office.report(ident, name, **fields)
    edit(path, f"  id: {ident}\n", "")
    return path


def standing(result: Result) -> dict[str, tuple[str, tuple[str, ...]]]:
    return {one.entry.id: (one.state, one.files) for one in result.standing}


def test_9_12_a_report_without_an_id_belongs_to_whom_it_is_called_after(office: Any, compiled: Compiled) -> None:
    unsigned(office, "P-001")
    result = checked(office, compiled)
    [found] = [one for one in result.findings if one.gates and one.level == "error"]
    assert (found.rule, found.subject and found.subject.id, found.file) == ("FM01", "P-001", "P-001.yaml")
    assert standing(result)["P-001"] == ("to-correct", ("P-001.yaml",))
    made = letters(result, compiled)
    assert list(made) == [("P-001", "correct")]
    text = body(made["P-001", "correct"])
    assert "对标有你编号（P-001）的自查自纠报告（P-001.yaml）进行了形式审核" in text
    assert "第 7 行（person › id（人员编号））：没有填写必填项“id（人员编号）”。" in text


def test_9_12_a_report_without_an_id_of_an_earlier_phase(office: Any, compiled: Compiled) -> None:
    """It is no answer to the phase that is over since; beside a later report nothing is asked of it."""
    unsigned(office, "P-001")
    office.report("P-002", phase="inspection")
    unsigned(office, "P-002", "学习教育/P-002.yaml")
    result = checked(office, compiled, LATER)
    assert standing(result)["P-001"][0] == "missing"
    found = {(one.subject and one.subject.id, one.superseded) for one in result.findings if one.rule == "FM01"}
    assert found == {("P-001", False), ("P-002", True)}
    made = letters(result, compiled)
    assert made["P-001", "missing"].kinds == ("missing", "correct")
    assert "FM01" not in [item["rule"] for key, one in made.items() if key[0] == "P-002" for item in one.data["items"]]


@pytest.mark.parametrize("name", ["韩某.yaml", "U-002.yaml"])
def test_9_12_a_report_without_an_id_is_nobodys_where_its_name_says_nothing(office: Any, compiled: Compiled,
                                                                          name: str) -> None:
    """A unit's ID on a person's report is no person's."""
    (office.reports / "U-002.yaml").unlink()
    (office.reports / "P-001.yaml").unlink()
    unsigned(office, "P-001", name)
    result = checked(office, compiled)
    assert {one.subject and one.subject.id for one in result.findings if one.rule == "FM01"} == {None}
    assert standing(result)["P-001"][0] == "missing"


def test_9_17_nothing_is_asked_of_a_file_that_is_called_after_another(office: Any, compiled: Compiled,
                                                                      tmp_path: Path) -> None:
    """P-002 has two reports, and P-001's file holds P-002's ID: P-002 hears of its own two alone."""
    def two() -> tuple[Result, Notice]:
        result = checked(office, compiled, days[0])
        return result, letters(result, compiled, **more)["P-002", "correct"]

    days, more = [DAY], {}
    office.report("P-002", "P-002补报.yaml")
    path = office.reports / "P-001.yaml"
    own = path.read_text(encoding="utf-8")
    path.write_text(own.replace("id: P-001", "id: P-002"), encoding="utf-8")
    result, one = two()
    [item] = one.data["items"]
    assert (item["rule"], item["count"]) == ("RO04", 2)
    assert [told["fact"] for told in item["told"]] == [
        "同一对象、同一阶段的报告不止这一份，另有：P-002补报.yaml。",
        "同一对象、同一阶段的报告不止这一份，另有：P-002.yaml。"]
    lost = compose(result, compiled, Settings(), Terms(reply_by=DAY)).lost
    assert {(found.rule, found.file) for found in lost} == {("RO04", "P-001.yaml"), ("RO03", "P-001.yaml")}

    # what is gone in the next round is P-001's alone, though all three were alike; P-002 had not been told of it
    first = kept(result, tmp_path / "first.json")
    path.write_text(own, encoding="utf-8")
    days[0] = "2022-02-20"
    more["previous"] = load_previous(first, checked(office, compiled, days[0]))
    _, again = two()
    text = body(again)
    assert "已补正 0 处，未补正 2 处，新增 0 处。" in text
    assert "RO04 重复报送（P-" not in text and [item["count"] for item in again.data["items"]] == [2]


def test_9_17_a_file_of_another_form_is_filed_again_and_not_anew_too(office: Any, compiled: Compiled) -> None:
    (office.reports / "P-001.yaml").rename(office.reports / "P-001.yaml.txt")
    text = body(letters(checked(office, compiled), compiled)["P-001", "missing"])
    assert "把末尾的 .txt 删去后重报。重报或者补报的所处阶段至少写到“学习教育和动员部署”；" in text
    assert "请补报" not in text


def typed_in(office: Any, ident: str) -> None:
    """P-001's file holds another ID."""
    edit(office.reports / "P-001.yaml", "id: P-001", f"id: {ident}")


@pytest.mark.parametrize(("ident", "said"), [
    ("P-002", "其中写的却是名册上另一个编号"), ("P-O01", "其中写的编号却不在名册上"),
    ("P-001 P-002", "其中写的编号却不在名册上")])
def test_9_12_a_file_called_after_one_with_another_id_in_it(office: Any, compiled: Compiled, ident: str,
                                                            said: str) -> None:
    typed_in(office, ident)
    made = letters(checked(office, compiled), compiled)
    assert [key for key in made if key[0] not in ("P-001", "P-002")] == []
    text = body(made["P-001", "missing"])
    assert "收到了文件名或者文件夹名是你编号的文件，但其中的编号没有写成 P-001，" in text
    assert (f"收到的文件 P-001.yaml，文件名或者文件夹名是你的编号，{said}：这份报告是你的，"
            "请把其中的编号改成 P-001 后重报；不是的，请补报你自己的报告。") in text
    assert not any(denied in text for denied in ("没有收到你应报", "没有收到写有"))


def test_9_17_whose_id_stands_in_anothers_file(office: Any, compiled: Compiled) -> None:
    """Nobody is told to have filed what is called after somebody else."""
    typed_in(office, "P-002")
    assert ("P-002", "correct") not in letters(checked(office, compiled), compiled)
    office.report("P-002", plan=None)
    one = letters(checked(office, compiled), compiled)["P-002", "correct"]
    text = body(one)
    assert "，对你报送的“学习教育和动员部署”阶段自查自纠报告（P-002.yaml，填报日期2022年1月24日）进行了形式审核" in text
    assert ("2. 收到 P-001.yaml，文件名或者文件夹名是别的编号，里面写的却是你的编号（P-002），看不出是谁的，"
            "其中如有事项，没有列入这份通知。请在附件里写明是不是你报的，报告不用改。") in text
    assert [row[:2] for row in one.data["annexes"][1]["rows"]] == [
        [["1"], ["FM01 必填项没有填写"]], [["2"], ["P-001.yaml 是不是你报的"]]]


def test_9_17_whoevers_id_stood_in_anothers_file_is_not_told_of_it_afterwards(office: Any, compiled: Compiled,
                                                                             tmp_path: Path) -> None:
    """P-001 had typed P-002's ID, and P-002 has filed nothing: once it is put right P-002 has no file that is gone."""
    typed_in(office, "P-002")
    (office.reports / "P-002.yaml").unlink(missing_ok=True)

    def put_right() -> None:
        path = office.reports / "P-001.yaml"
        path.write_text(path.read_text(encoding="utf-8").replace("id: P-002", "id: P-001"), encoding="utf-8")
        path.rename(office.reports / "P-001-改.yaml")

    text = body(rounds(office, compiled, tmp_path, put_right)["P-002", "missing"])
    assert "没有收到你应报的“学习教育和动员部署”阶段报告。" in text
    assert "已补正 0 处，未补正 0 处，新增 1 处。" in text
    assert "现在没有" not in text and "P-001" not in text


@pytest.mark.parametrize(("name", "said"), [
    ("学习教育/P-001.yaml.txt", "收到的文件 学习教育/P-001.yaml.txt 是前面阶段的，也不是报告格式，"),
    ("学习教育/P-001.yaml", "收到的文件 学习教育/P-001.yaml 是前面阶段的，也读不出来，")])
def test_9_12_a_file_of_an_earlier_phase_is_named(office: Any, compiled: Compiled, name: str, said: str) -> None:
    office.report("P-001", name)
    (office.reports / "P-001.yaml").unlink()
    (office.reports / name).write_bytes("所处阶段：学习教育和动员部署\n".encode("gb18030"))
    text = body(letters(checked(office, compiled, LATER), compiled)["P-001", "missing"])
    assert f"{said}不能代替“调查研究和问题查摆”阶段的报告。" in text
    assert "收到了标有你编号的文件，但它是前面阶段的，" in text and "没有收到你应报" not in text


def test_9_13_where_nothing_remains_it_is_said(office: Any, compiled: Compiled) -> None:
    edit(office.reports / "P-001.yaml", "plan: ", "plan：")
    text = body(letters(checked(office, compiled), compiled)["P-001", "mend"])
    assert ("照此改好后的内容也核查过，没有别的需要补正或者完善的事项（要与其他报告汇总核对的除外）；"
            "改好重报以后再审核。") in text
    assert "请在原来的文件上改正" in text


def test_9_13_what_can_not_be_mended_is_not_said_to_be_checked(office: Any, compiled: Compiled) -> None:
    edit(office.reports / "P-001.yaml", "plan: ", "plan：")
    edit(office.reports / "P-001.yaml", "submitted: ", "? ? submitted: ")
    text = body(letters(checked(office, compiled), compiled)["P-001", "mend"])
    assert "这个文件读不出来，要改的地方列在下面。改好重报以后再审核。" in text
    assert "请照说明改正，别的行有同样情况的一并改正。改好以前，其余内容都没有检查；" in text
    assert "照此改好" not in text


def test_9_13_every_slip_is_counted(office: Any, compiled: Compiled) -> None:
    """Twenty slips are told one by one and the rest by their number."""
    lines = ["report：personal", "plan：bayang-bazhi", "phase：education", "submitted：2022-01-24", "person:",
             "  id：P-001", "  name：韩甲一", "  unit：U-002", "study:",
             *["  - form：主题党日", "    title：谈体会", "    date：2022-01-05"] * 30]
    (office.reports / "P-001.yaml").write_text("\n".join(lines) + "\n", encoding="utf-8")
    made = letters(checked(office, compiled), compiled)["P-001", "mend"]
    [item] = [one for one in made.data["items"] if one["rule"] == "IN05"]
    [more] = [told for told in item["told"] if "还有" in told["fact"]]
    assert item["count"] == 97 and "还有 77 行" in more["fact"]


@pytest.mark.parametrize("data", [b"", "报告类型: 个人\n".encode("gb18030"), b"PK\x03\x04" + bytes(60)])
def test_9_17_a_fault_of_the_whole_file_is_on_no_line(office: Any, compiled: Compiled, data: bytes) -> None:
    (office.reports / "P-001.yaml").write_bytes(data)
    made = letters(checked(office, compiled), compiled)["P-001", "mend"]
    assert "第 1 行" not in body(made) and made.data["items"][0]["places"] == ["P-001.yaml"]
    assert "请照上面写的办法改好" in body(made) and "照此改好后的内容" not in body(made)


def test_9_14_the_order_of_several_places_is_said_once(office: Any, compiled: Compiled) -> None:
    said = "要加好几处的，从最后一处加起；"
    office.report("P-001", plan=None)
    office.report("P-002", plan=None, report=None)
    made = letters(checked(office, compiled), compiled)
    once = "同一行后面同样的几行只加一次"
    assert body(made["P-001", "correct"]).count(once) == 0
    assert body(made["P-002", "correct"]).count(said) == body(made["P-002", "correct"]).count(once) == 1


def test_9_17_a_letter_on_another_phase_is_a_first_one(office: Any, compiled: Compiled, tmp_path: Any) -> None:
    (office.reports / "P-001.yaml").unlink()
    for as_of, round_ in (("2022-02-20", 2), (LATER, 1)):
        made = rounds(office, compiled, tmp_path, lambda: None, (DAY, as_of))
        assert made["P-001", "missing"].data["round"] == round_
    assert "已补正 0 处，未补正 0 处，新增 1 处。" in body(made["P-001", "missing"])   # nothing that nobody could judge


def test_9_17_the_office_is_told_of_units_that_hear_nothing(office: Any, compiled: Compiled) -> None:
    (office.reports / "P-001.yaml").unlink()
    office.report("P-002", plan=None)
    said = "所属人员却有；个人的通知只给本人，单位还不知道，请另行告知：大气环境科（2 人）。"
    for fields, told in (({}, True), ({"plan": None}, False)):
        office.report("U-002", **fields)
        result = checked(office, compiled)
        made = compose(result, compiled, Settings(), Terms(reply_by=DAY))
        assert any(said in line for line in overview(made, result, "zh")["warnings"]) == told


def test_9_17_the_list_says_what_each_file_is(office: Any, compiled: Compiled) -> None:
    (office.reports / "P-001.yaml").rename(office.reports / "P-001.docx")
    result = checked(office, compiled)
    made = compose(result, compiled, Settings(), Terms(reply_by=DAY))
    assert overview(made, result, "zh")["ignored"] == [{"file": "P-001.docx", "what": "Word 文档", "ident": "P-001"}]


def test_9_17_many_lines_are_named_so_that_a_line_can_break(office: Any, compiled: Compiled) -> None:
    result = checked(office, compiled)
    itemiser = Itemiser(result, compiled.pack, "zh", "")
    assert itemiser.on_lines("", {3, 9, 11, 12}) == "第 3、9、11、12 行"
    assert itemiser.on_lines("", {1, 2, 3, 7, 9, 11, 13}) == "第 1 至 3 行、第 7 行、第 9 行、第 11 行、第 13 行"
    assert itemiser.on_lines("", {5}) == "第 5 行"
    assert itemiser._runs({1, 2, 3, 5, 8, 9}) == "1 至 3、5、8、9"


def test_no_line_of_a_page_breaks_within_an_id() -> None:
    shown = environment("html").from_string("{{ text | unbroken }}").render(text="P-001、U-002 <b> 2022-08-08")
    assert shown == ('<span class="id">P-001</span>、<span class="id">U-002</span> &lt;b&gt; '
                     '<span class="id">2022-08-08</span>')


def test_9_13_nothing_is_said_of_a_mended_file_that_needs_the_other_reports(office: Any, compiled: Compiled) -> None:
    """A problem that vanished shows only beside the report before: no letter says that nothing is left to correct."""
    office.report("P-001", "P-001.yaml", phase="inspection", submitted="2022-04-20")
    path = office.report("P-001", "P-001 整改.yaml", phase="rectification", submitted="2022-07-20")
    whole = path.read_text(encoding="utf-8").replace("P001-1", "P001-9")
    path.write_text(whole, encoding="utf-8")
    assert "RC10" in {one.rule for one in checked(office, compiled, "2022-08-05").findings}
    path.write_text(whole.replace("plan: ", "plan：", 1), encoding="utf-8")
    result = checked(office, compiled, "2022-08-05")
    for language, said in (("zh", "要与其他报告汇总核对的除外"), ("en", "can be told without the other reports")):
        assert said in body(letters(result, compiled, language=language)["P-001", "correct"])


def test_9_17_lines_to_type_are_told_once_in_a_letter(office: Any, compiled: Compiled) -> None:
    """And what stands alike under several headings once, also under a heading of their own."""
    office.report("P-001", "P-001.yaml", phase="inspection", submitted="2022-04-20")
    office.report("P-001", "P-001 整改.yaml", phase="rectification", submitted="2022-07-20", themes=None)
    text = body(letters(checked(office, compiled, "2022-08-05"), compiled)["P-001", "correct"])
    assert text.count("“shigan:”（行首空 2 格）") == text.count("“none_found:”（行首空 4 格）") == 1
    assert "接着是“dandang:”（行首空 2 格）、“gongpu:”（行首空 2 格）" in text
    assert "各自下面照写“shigan:”下面的 4 行" in text
    assert "要加的 41 行上面已经列出（加在第" in text.partition("没有列入")[2]      # RC10 after CV01
    assert text.count("后面加 41 行") == 1


def test_9_14_what_gives_way_to_lines_is_not_told_to_be_kept_as_well(office: Any, compiled: Compiled) -> None:
    """Empty braces: each of the themes that are missing, and the problems of before, ask for the same lines."""
    office.report("P-001", "P-001.yaml", phase="inspection", submitted="2022-04-20")
    office.report("P-001", "P-001 整改.yaml", phase="rectification", submitted="2022-07-20", themes={})
    offers = [(one.rule, one.insert) for one in checked(office, compiled, "2022-08-05").findings if one.insert]
    assert {rule for rule, _ in offers} == {"CV01", "RC10"} and len({insert for _, insert in offers}) == 1
    text = body(letters(checked(office, compiled, "2022-08-05"), compiled)["P-001", "correct"])
    assert text.count("请先把第") == 1 and "右花括号" not in text


def test_9_17_places_that_are_not_listed_one_by_one_are_counted(office: Any, compiled: Compiled) -> None:
    """Of very many places of one rule the last that is listed stands for the rest."""
    lacking = [{"id": f"X-{at}", "fact": f"第{at}件来信晚答复"} for at in range(1, 81)]
    office.report("P-001", phase="inspection", submitted="2022-04-20", themes={"shigan": {"problems": lacking}})
    one = letters(checked(office, compiled, "2022-05-05"), compiled)["P-001", "correct"]
    counts = {item["rule"]: item["count"] for item in one.data["items"]}
    assert counts["PB01"] == 80 * 3 and counts["PB04"] == 80     # behaviour, cause and measures of each; the instance
    assert "共 240 处" in body(one)
    told = summary(checked(office, compiled, "2022-05-05"), "zh")
    rest = sum(count - 50 - 1 for count in counts.values() if count > 50)
    assert rest and any(row.startswith(f"另有 {rest} 处没有一一列出") for row in told)


# -- what a second letter says of what came before -----------------------------------------------------------------

GONE = "2022年2月5日核查时收到过 P-001.yaml，现在不在报送文件夹里。"
AGAIN = "请把原来的报告重报，所处阶段至少写到“学习教育和动员部署”；有意撤回的，请告知活动办；"
BROKEN = "# 空\n"      # nothing that could be mended


def second(*given: Any, **more: Any) -> dict[tuple[str, str], str]:
    """What the second letters say after a change."""
    return {key: body(one) for key, one in rounds(*given, **more).items()}


@pytest.mark.parametrize("faulty", [False, True])
def test_9_17_a_report_that_came_and_is_gone_is_not_denied(office: Any, compiled: Compiled, tmp_path: Path,
                                                           faulty: bool) -> None:
    """Whether it was in order or not."""
    office.report("P-001", **({"study": None} if faulty else {}))
    text = second(office, compiled, tmp_path, (office.reports / "P-001.yaml").unlink)["P-001", "missing"]
    assert GONE + AGAIN in text and "没有收到" not in text
    assert "报送文件夹里现在没有你应报的“学习教育和动员部署”阶段报告。" in text
    assert ("已补正 0 处，未补正 0 处，新增 1 处，因原来的文件不在报送文件夹里而没有核对的 1 处。" in text) == faulty


def test_9_17_a_report_that_is_gone_in_english(office: Any, compiled: Compiled, tmp_path: Path) -> None:
    text = second(office, compiled, tmp_path, (office.reports / "P-001.yaml").unlink, language="en")["P-001", "missing"]
    assert "There at the check on 2022-02-05, and not in the folder any more: P-001.yaml." in text
    assert "Please file the report that had come in again" in text and "has come in" not in text


def test_9_17_a_word_file_in_place_of_the_report(office: Any, compiled: Compiled, tmp_path: Path) -> None:
    """Both are told: the new file is no report, and the report is gone."""
    path = office.reports / "P-001.yaml"
    text = second(office, compiled, tmp_path, lambda: path.rename(path.with_suffix(".docx")))["P-001", "missing"]
    assert GONE in text and "收到的文件 P-001.docx 是 Word 文档" in text and "还没有收到" not in text


def test_9_17_what_was_no_report_need_not_come_again(office: Any, compiled: Compiled, tmp_path: Path) -> None:
    path = office.reports / "P-001.yaml"
    path = path.rename(path.with_suffix(".docx"))
    text = second(office, compiled, tmp_path, path.unlink)["P-001", "missing"]
    assert "收到过 P-001.docx，现在不在报送文件夹里。请补报，" in text and "请把原来的报告重报" not in text


def test_9_17_what_could_not_be_read_is_mended_and_filed_again(office: Any, compiled: Compiled, tmp_path: Path) -> None:
    path = office.reports / "P-001.yaml"
    path.write_text(BROKEN, encoding="utf-8")
    text = second(office, compiled, tmp_path, path.unlink)["P-001", "missing"]
    assert GONE + "请把原来的文件改好重报，" in text and "没有收到" not in text


def test_9_17_what_stood_in_a_file_that_cannot_be_read_now_waits(office: Any, compiled: Compiled,
                                                                 tmp_path: Path) -> None:
    office.report("P-001", study=None)
    path = office.reports / "P-001.yaml"
    text = second(office, compiled, tmp_path, lambda: path.write_text(BROKEN, encoding="utf-8"))["P-001", "mend"]
    assert "已补正 0 处，未补正 0 处，新增 1 处，要等文件改好重报以后再核对的 1 处。" in text
    assert "P-001.yaml 在2022年2月5日核查时能够读出，这一次读不出来。" in text


def test_9_17_a_report_of_an_earlier_phase_in_its_place(office: Any, compiled: Compiled, tmp_path: Path) -> None:
    """The report of the phase that is over is gone, though one of an earlier phase has the same name."""
    (office.reports / "P-001.yaml").unlink()
    path = office.report("P-001", "问题查摆/P-001.yaml", phase="inspection")

    def change() -> None:
        path.unlink()
        office.report("P-001", "学习教育/P-001.yaml")

    text = second(office, compiled, tmp_path, change, ("2022-05-06", "2022-05-16"))["P-001", "missing"]
    assert "2022年5月6日核查时收到过 问题查摆/P-001.yaml，现在不在报送文件夹里。" in text
    assert "收到的报告（学习教育/P-001.yaml）写到的是“学习教育和动员部署”阶段。请把原来的报告重报，" in text


def test_9_17_what_came_for_an_earlier_phase_is_no_answer_to_the_next(office: Any, compiled: Compiled,
                                                                      tmp_path: Path) -> None:
    """The file that is gone was of the phase before: it is named, and the report of this phase never came."""
    text = second(office, compiled, tmp_path, (office.reports / "P-001.yaml").unlink, (DAY, "2022-05-06"))[
        "P-001", "missing"]
    assert "没有收到你应报的“调查研究和问题查摆”阶段报告" in text and GONE + "请补报，" in text


@pytest.mark.parametrize("move", ["大气环境科/P-001.yaml", "韩某.yaml"])
def test_9_17_a_report_that_was_moved_is_there(office: Any, compiled: Compiled, tmp_path: Path, move: str) -> None:
    (office.reports / "大气环境科").mkdir()
    path = office.reports / "P-001.yaml"
    assert second(office, compiled, tmp_path, lambda: path.rename(office.reports / move)) == {}


def test_9_17_nothing_is_gone_that_lies_in_a_folder_further_down(office: Any, compiled: Compiled,
                                                                 tmp_path: Path) -> None:
    """The first check was of the folder, the second of the one above it."""
    office.report("P-001", study=None)
    path = office.reports / "P-001.yaml"
    text = second(office, compiled, tmp_path, lambda: path.write_text(BROKEN, encoding="utf-8"),
                  folder=office.reports.parent)["P-001", "mend"]
    assert "P-001.yaml 在2022年2月5日核查时能够读出，这一次读不出来。" in text and "不在报送文件夹里" not in text


def test_9_17_the_unit_hears_who_has_a_report_that_is_gone(office: Any, compiled: Compiled, tmp_path: Path) -> None:
    office.report("U-002", plan=None)
    (office.reports / "P-002.yaml").rename(office.reports / "P-002.docx")
    (office.reports / "P-003.yaml").unlink()
    text = second(office, compiled, tmp_path, (office.reports / "P-001.yaml").unlink)["U-002", "correct"]
    assert "你单位所属人员中，应报的报告没有收到的 1 人：P-003。" in text
    assert "只收到不是报告格式、编号不对等不能当作应报报告的文件的 1 人：P-002。" in text
    assert "收到过报告文件，现在不在报送文件夹里的 1 人：P-001。" in text


def test_9_17_the_register_alone_knows_that_a_file_had_come(office: Any, compiled: Compiled, tmp_path: Path) -> None:
    office.report("P-001", study=None)
    file = tmp_path / "发文登记.csv"
    with registered(file, compiled.pack, "zh") as book:
        bodies(checked(office, compiled), compiled, book=book)
        assert book
        file.write_bytes(book.data() or b"")
    (office.reports / "P-001.yaml").unlink()
    with registered(file, compiled.pack, "zh") as book:
        text = bodies(checked(office, compiled, SECOND), compiled, book=book)["P-001", "missing"]
    assert "以前发出的通知核对过标有你编号的文件。" + AGAIN in text and "没有收到" not in text


def test_9_17_new_places_are_those_that_are_listed(office: Any, compiled: Compiled, tmp_path: Path) -> None:
    """What remains once the file is mended is counted apart."""
    office.report("P-001", study=None)
    path = office.reports / "P-001.yaml"
    typed = path.read_text(encoding="utf-8").replace("plan: ", "plan：")
    text = second(office, compiled, tmp_path, lambda: path.write_text(typed, encoding="utf-8"))["P-001", "mend"]
    assert "已补正 0 处，未补正 0 处，新增 1 处；照此改好以后还要改的 1 处，另行列出。" in text
    assert "现已补正的" not in text and "P-001.yaml 在2022年2月5日核查时能够读出，这一次读不出来。" in text


def test_9_17_what_was_told_to_remain_is_no_news_once_the_file_is_mended(office: Any, compiled: Compiled,
                                                                         tmp_path: Path) -> None:
    """And lines that were put right are named once, with their file."""
    path = office.report("P-001", study=None)
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole.replace("plan: ", "plan：").replace("phase: ", "phase："), encoding="utf-8")
    text = second(office, compiled, tmp_path, lambda: path.write_text(whole, encoding="utf-8"))["P-001", "correct"]
    assert "已补正 2 处，未补正 1 处，新增 0 处。" in text
    assert "现已补正的：IN05 格式有误，无法解析（P-001.yaml 第 2、3 行，2 处）。" in text


def test_9_17_places_that_were_only_counted_are_put_right_with_the_others(office: Any, compiled: Compiled,
                                                                          tmp_path: Path) -> None:
    path = office.report("P-001", "旧/P-001.yaml", phase="inspection", submitted="2022-04-20")
    whole = path.read_text(encoding="utf-8")
    path.write_text(whole.replace(": ", "："), encoding="utf-8")
    (office.reports / "P-001.yaml").unlink()
    first = body(letters(checked(office, compiled, "2022-05-05"), compiled)["P-001", "mend"])
    count = int(first.partition("格式有误，无法解析，共 ")[2].partition(" 处")[0])
    assert count > 40
    mended = whole.replace("study:", "stady:")
    text = second(office, compiled, tmp_path, lambda: path.write_text(mended, encoding="utf-8"),
                  ("2022-05-05", "2022-05-15"))["P-001", "correct"]
    assert f"已补正 {count} 处，" in text and f" 行，{count} 处）" in text


@pytest.mark.parametrize("again", [False, True])
def test_9_17_what_could_not_be_read_and_is_gone_is_not_put_right(office: Any, compiled: Compiled, tmp_path: Path,
                                                                  again: bool) -> None:
    """Beside a report that was there before; one that has come since stands in its place."""
    office.report("P-001", study=None)
    path = office.reports / "旧/P-001.yml"
    path.parent.mkdir()
    path.write_text(BROKEN, encoding="utf-8")

    def change() -> None:
        path.unlink()
        if again:
            (office.reports / "P-001.yaml").rename(office.reports / "P-001 再报.yaml")

    text = second(office, compiled, tmp_path, change)["P-001", "correct"]
    assert ("已补正 1 处，未补正 1 处，新增 0 处。" in text) == again
    assert ("未补正 1 处，新增 0 处，因原来的文件不在报送文件夹里而没有核对的 1 处。" in text) == (not again)


def test_9_17_the_office_gets_what_a_pointer_points_at(office: Any, compiled: Compiled) -> None:
    """And the one who filed is asked for the original report alone."""
    (office.reports / "P-001.yaml").write_text(
        "version https://git-lfs.github.com/spec/v1\noid sha256:" + "4d" * 32 + "\nsize 12\n", encoding="utf-8")
    result = checked(office, compiled)
    text = bodies(result, compiled)["P-001", "mend"]
    assert "请把原来的报告文件重报；这个指针文件里没有要改的。" in text
    assert not any(said in text for said in ("git lfs pull", "请照上面写的办法改好", "请在原来的文件上改正", "第 1 行"))
    made = compose(result, compiled, Settings(), Terms(reply_by=DAY))
    assert ("下列文件是“Git LFS”的指针，不是报告本身：请先用“git lfs pull”取回报告，重新核查；"
            "取不回来的，再发通知：P-001.yaml。") in overview(made, result, "zh")["warnings"]


def test_9_17_what_is_nobodys_is_not_all_that_goes_out_with_no_notice(office: Any, compiled: Compiled) -> None:
    """A report that is called after one and holds the ID of another is plainly somebody's."""
    path = office.reports / "P-001.yaml"
    edit(path, "id: P-001", "id: P-002")
    result = checked(office, compiled)
    made = compose(result, compiled, Settings(), Terms(reply_by=DAY))
    [line] = [line for line in summary_lines(made, Dispatch(office.reports, ()), 0) if "没有随通知发出" in line]
    assert line.startswith("3 处没有随通知发出（在免责表里的，不知道是谁的，编号不在名册上，"
                           "或者与文件名上的编号不是同一个对象），")


def test_what_came_at_last_is_put_right(office: Any, compiled: Compiled, tmp_path: Path) -> None:
    """And the first letter of its kind is not called the second."""
    (office.reports / "P-001.yaml").unlink()
    text = second(office, compiled, tmp_path, lambda: office.report("P-001", study=None))["P-001", "correct"]
    assert "与2022年2月5日的上一次核查相比：已补正 1 处，未补正 0 处，新增 1 处。" in text and "RO01" in text
    assert "第 2 次" not in text and "（第2次）" not in text


@pytest.mark.parametrize(("change", "counts"), [
    (lambda path: edit(path, "plan: ", "plan："), (4, 4)), (lambda path: path.unlink(), (4, 4)),
    (lambda path: path.write_text(path.read_text("utf-8").replace("P001-", "P002-"), "utf-8"), (5, 3))],
    ids=["unread", "gone", "mended"])
def test_9_17_what_came_of_anothers_report_is_not_said_to_be_put_right(
        office: Any, compiled: Compiled, tmp_path: Path, change: Callable[[Path], Any],
        counts: tuple[int, int]) -> None:
    """P-002 has P-001's problems: that these are not found any more need not be P-001's doing."""
    for ident in ("P-001", "P-002"):
        office.report(ident, phase="inspection", submitted="2022-04-20", reflection={"self": "某"})
    text = body(rounds(office, compiled, tmp_path, lambda: change(office.reports / "P-002.yaml"),
                       ("2022-05-03", "2022-05-10"))["P-001", "correct"])
    still, others = counts
    assert f"已补正 0 处，未补正 {still} 处，新增 0 处，与别人的报告比较提出、这一次没有再提出的 {others} 处。" in text
    assert "现已补正的" not in text


def test_10_3_of_a_workbook_the_cell_is_named_and_no_line(office: Any, compiled: Compiled, tmp_path: Path) -> None:
    """What was put right, and what the next check finds gone."""
    def filed(**fields: Any) -> None:
        path = office.report("P-001", **fields)
        write(path.with_suffix(".xlsx"), as_workbook(path.read_bytes(), "personal"))
        path.unlink()

    filed(submitted="2022-02-04", filled_by="某", reviewed_by="某")
    first = kept(checked(office, compiled), tmp_path / "first.json")
    filed(submitted="2022-02-04", filled_by="某", reviewed_by="另一人")
    now = checked(office, compiled, SECOND)
    text = body(letters(now, compiled, previous=load_previous(first, now))["P-001", "correct"])
    assert "现已补正的：ID04 填报人和审核人是同一人（P-001.xlsx 填报!B" in text and "第 1 行" not in text
    said = here("diff", first, kept(now, tmp_path / "second.json")).stdout.decode()
    assert re.search(r"ID04 填报人和审核人是同一人  P-001.xlsx 填报!B\d+\n", said)


@pytest.mark.parametrize("own", [False, True])
def test_9_17_nothing_is_open_or_put_right_of_which_no_letter_told(office: Any, compiled: Compiled, tmp_path: Path,
                                                                   own: bool) -> None:
    """P-001's report held P-002's ID, and P-002 had filed nothing, or what had but a second report beside it."""
    office.report("P-001", submitted="2022-02-03")
    typed_in(office, "P-002")
    if not own:
        (office.reports / "P-002.yaml").unlink()

    def change() -> None:
        edit(office.reports / "P-001.yaml", "id: P-002", "id: P-001")
        office.report("P-002", submitted="2022-02-04")

    text = body(rounds(office, compiled, tmp_path, change)["P-002", "correct"])
    assert "已补正 0 处，未补正 0 处，新增 1 处。" in text and "现已补正的" not in text


def test_9_17_what_is_alike_in_a_report_that_may_be_anothers_moves_nothing(office: Any, compiled: Compiled,
                                                                           tmp_path: Path) -> None:
    """P-002 has two late reports, and P-001's file holds its ID and is late too: the first is taken away."""
    for name in ("A.yaml", "P-001.yaml", "学习教育/P-002.yaml"):
        office.report("P-002", name, submitted="2022-02-03")
    (office.reports / "P-002.yaml").unlink()
    text = body(rounds(office, compiled, tmp_path, (office.reports / "A.yaml").unlink)["P-002", "correct"])
    assert "已补正 2 处，未补正 1 处，新增 0 处。" in text       # ID01 and RO04 of what is gone; ID01 of what is there
