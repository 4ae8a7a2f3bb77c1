"""Ruling 9.17 (and 9.12, 9.13, 9.19 in letters): three kinds of letters, and no sentence in them that is not so."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from letters import DAY, body, checked, letters
from making import write
from running import ROOT, edit

from bayang.engine.batch.run import Options, run
from bayang.engine.judging.compile import Compiled
from bayang.engine.output.notices.content import Notice, compose
from bayang.engine.output.notices.items import QUOTED, quoted
from bayang.engine.output.notices.settings import Settings, Terms
from bayang.engine.text.messages import say

THIRD = "2022-08-08"        # the third phase has closed
BROKEN = "}: [\n"      # which is not mended
ONE_COLON = "报告类型：个人\n活动方案: 八扬八治\n所处阶段: 学习教育和动员部署\n填报日期: 2022-01-24\n"


def items(one: Notice) -> dict[str, Any]:
    return {item["rule"]: item for item in one.data["items"]}


@pytest.fixture
def office(bureau: Callable[[int], Any]) -> Any:
    """Eight people, whose reports and the unit's are compliant."""
    return bureau(8).filed()


# -- not filed ---------------------------------------------------------------------------------------------


def test_9_17_who_filed_nothing_is_told_so(office: Any, compiled: Compiled) -> None:
    (office.reports / "P-001.yaml").unlink()
    [(key, one)] = letters(checked(office, compiled), compiled, reply_by="2022-02-12").items()
    assert key == ("P-001", "missing") and one.name == "补报通知-P-001"
    text = body(one)
    assert text.startswith("关于请韩甲一同志补报“八扬八治”自查自纠报告的通知\n韩甲一同志：\n")
    assert "没有收到你应报的“学习教育和动员部署”阶段报告。" in one.data["basis"]
    assert ("1. “学习教育和动员部署”阶段的报告应于2022年1月31日前（含当日）报送，截至2022年2月5日，"
            "没有收到写有你编号（P-001）、写到这一阶段的报告。"
            "请补报，所处阶段至少写到“学习教育和动员部署”；已经报送的，请核对报告里的编号、所处阶段和文件能否打开；"
            "已经批准免报或者延期的，请告知活动办登记到名册上。") in text
    assert "请于2022年2月12日（星期六）前（含当日）报回。" in text and "读不出来" not in text
    assert "对象" not in text


def test_9_17_the_clause_of_a_missing_report_is_of_its_phase(office: Any, compiled: Compiled) -> None:
    for as_of, phase in ((DAY, "学习教育和动员部署阶段（2022年1月31日前）"),
                         ("2022-08-08", "监督检查和整改落实阶段（2022年5月1日至7月31日）")):
        (office.reports / "P-001.yaml").unlink(missing_ok=True)
        one = letters(checked(office, compiled, as_of), compiled)["P-001", "missing"]
        assert f"“{phase}" in one.data["basis"]


@pytest.mark.parametrize(("name", "said"), [
    ("P-001.yaml.txt", "收到的文件 P-001.yaml.txt 名称末尾多了 .txt，不是报告格式："
                       "请在资源管理器的“查看”里勾选“文件扩展名”，把末尾的 .txt 删去后重报。"),
    ("P-001.docx", "收到的文件 P-001.docx 是 Word 文档，不是报告格式："
                   "请把内容填到填报表（Excel 工作簿或者 .yaml 文件）里重报。"),
    ("P-001.xlsx", "收到的文件 P-001.xlsx 是 Excel 一类的表格，不是报告格式："
                   "它是填好的填报表，只是加了密码或者存成了别的格式（.xls、.et、.ods 等）的，"
                   "请用原来的程序打开，不加密码，另存为 .xlsx 工作簿后重报（"
                   ".csv 里只有一张表，要打开的是原来的工作簿）；"
                   "不是的，请把内容填到填报表（Excel 工作簿或者 .yaml 文件）里重报。"),
    ("P-001.csv", "收到的文件 P-001.csv 是 Excel 一类的表格，不是报告格式："),
    ("P-001.txt", "它是照填报表填写的文字的，请把名称末尾改成 .yaml 后重报；是表格、照片、扫描件等的，改名没有用，"),
    ("P-001.pdf", "收到的文件 P-001.pdf 是 PDF 文件，不是报告格式："),
    ("P-001.zip", "收到的文件 P-001.zip 是压缩包，不是报告格式：请解压后把里面的报告（.xlsx 或者 .yaml）重报。"),
    ("P-001.wps1", "收到的文件 P-001.wps1 名称末尾不是 .yaml 或者 .yml，不是报告格式："),
])
def test_9_12_a_file_of_ones_own_that_is_no_report_is_named(office: Any, compiled: Compiled, name: str,
                                                            said: str) -> None:
    (office.reports / "P-001.yaml").rename(office.reports / name)
    [(key, one)] = letters(checked(office, compiled), compiled).items()
    assert key == ("P-001", "missing")
    assert said in body(one)
    assert "收到了标有你编号的文件，但它不是报告格式，" in one.data["basis"]
    assert "你应报的“学习教育和动员部署”阶段报告还没有收到。" in one.data["basis"]
    assert "没有收到你应报的" not in one.data["basis"]


def test_9_17_what_came_of_another_phase_is_not_denied(office: Any, compiled: Compiled) -> None:
    edit(office.reports / "P-002.yaml", "phase: education", "phase: 第二阶段")
    made = letters(checked(office, compiled, "2022-05-06"), compiled)
    assert "收到的报告（P-001.yaml）写到的是“学习教育和动员部署”阶段。" in body(made["P-001", "missing"])
    assert ("P-002", "missing") not in made and ("P-002", "correct") in made       # one letter: it is there
    assert "FM04" in items(made["P-002", "correct"])
    assert "对你报送的自查自纠报告（P-002.yaml）进行了形式审核" in made["P-002", "correct"].data["basis"]


def test_9_17_a_file_that_is_nobodys_may_be_the_missing_one(office: Any, compiled: Compiled) -> None:
    (office.reports / "P-001.yaml").unlink()
    (office.reports / "张三.yaml").write_text("a：b\n", encoding="utf-8")
    result = checked(office, compiled)
    [one] = letters(result, compiled).values()
    assert "收到的文件里还有 1 个读不出来、也看不出是谁报的，你的报告可能就在其中。" in body(one)
    lost = compose(result, compiled, Settings(), Terms()).lost
    assert [finding.file for finding in lost] == ["张三.yaml"]


def test_9_19_the_excused_get_none_and_those_in_time_a_reminder(office: Any, compiled: Compiled) -> None:
    for ident in office.people[:2]:
        (office.reports / f"{ident}.yaml").unlink()
    office.enrol(extensions=[{"subject": "P-002", "phase": "education", "until": "2022-02-10", "by": "沈雨桐"}])
    edit(office.office / "roster.yaml", "- id: P-001\n", "- id: P-001\n  excused: {reason: 借调}\n")
    found = letters(checked(office, compiled), compiled)
    assert list(found) == [("P-002", "reminder")]
    assert found["P-002", "reminder"].data["deadline"].startswith("2022年2月10日")
    late = letters(checked(office, compiled, "2022-02-11"), compiled)
    assert list(late) == [("P-002", "missing")]
    assert "应于2022年2月10日前（含当日）报送" in body(late["P-002", "missing"])


# -- can't be read -----------------------------------------------------------------------------------------


def test_9_12_who_filed_a_file_that_cannot_be_read_is_told_how_to_mend_it(office: Any, compiled: Compiled) -> None:
    (office.reports / "P-001.yaml").write_text(ONE_COLON, encoding="utf-8")
    (office.reports / "P-002.yaml").write_bytes("报告类型: 个人\n".encode("gb18030") * 3)
    made = letters(checked(office, compiled), compiled)
    assert list(made) == [("P-001", "mend"), ("P-002", "mend")]
    text = body(made["P-001", "mend"])
    assert text.startswith("关于请韩甲一同志改正“八扬八治”自查自纠报告文件的通知\n")
    assert "收到了标有你编号（P-001）的文件（P-001.yaml），但是读不出来，请改正后重报。" in text
    assert "没有收到" not in text and "应报" not in text
    assert "二、读不出来的原因和办法\n1. 第 1 行" in text and "中文冒号“：”" in text
    assert "请在原来的文件上改正" in text and "这个文件不用再报的，请在附件里写明。" in text
    assert "GB18030" in body(made["P-002", "mend"]) or "ANSI" in body(made["P-002", "mend"])


def test_9_17_a_file_beside_a_good_report_is_mended_too(office: Any, compiled: Compiled) -> None:
    write(office.reports / "旧/P-001.yaml", ONE_COLON)
    [(key, one)] = letters(checked(office, compiled), compiled).items()
    assert key == ("P-001", "mend")
    assert "另外收到了你的报告（P-001.yaml，所处阶段写的是“学习教育和动员部署”），能够读出。" in body(one)


def test_9_13_what_remains_once_the_file_is_mended_stands_apart(office: Any, compiled: Compiled) -> None:
    (office.reports / "P-001.yaml").write_text(ONE_COLON, encoding="utf-8")
    office.report("P-002", study=None, submitted="2022-02-03")
    result = checked(office, compiled)
    [fault] = [one for one in result.findings if one.file == "P-001.yaml" and one.gates]
    again = [replace(one, file=fault.file, subject=fault.subject, owner=fault.owner, provisional=True, fingerprint=at)
             for at, one in zip("ab", [one for one in result.findings if one.file == "P-002.yaml"], strict=True)]
    result = replace(result, findings=[fault, *again])
    [one] = letters(result, compiled).values()
    text = body(one)
    assert ("三、照此改好以后还要改的\n下面是假定已经照上面改好，对其余内容审核提出的："
            "必须补正 1 项，建议完善 1 项。请一并改好。") in text
    assert "照此改好以后还要改的，一并列出（要与其他报告汇总核对的除外）；" in text
    assert "文件里的内容还没有审核" not in text
    assert [item["label"] for item in one.data["items"]] == ["必须补正", "改好以后必须补正", "改好以后建议完善"]
    assert (one.error, one.warning) == (1, 0)


# -- all in one --------------------------------------------------------------------------------------------


def test_a_subject_is_told_all_in_one_letter(office: Any, compiled: Compiled) -> None:
    """A file of an earlier phase that can't be read, nothing of the last one, and one that can be read with a fault."""
    (office.reports / "P-001.yaml").unlink()
    write(office.reports / "问题查摆/P-001.yaml", BROKEN)
    office.report("P-001", "学习教育/P-001.yaml", study=None)
    result = checked(office, compiled, THIRD)
    [one] = [one for (ident, _), one in letters(result, compiled).items() if ident == "P-001"]
    assert (one.letter, one.kinds, one.name) == ("missing", ("missing", "correct", "mend"), "补报通知-P-001")
    assert [item["rule"] for item in one.data["items"]] == ["RO01", "PH13", "IN05"]
    text = body(one)
    assert "\n对能够读出的报告（学习教育/P-001.yaml），按2022年8月8日的时点，" in text
    assert ("共提出 1 项：必须补正 0 项，建议完善 1 项。\n截至2022年8月8日，"
            "收到的文件 问题查摆/P-001.yaml 读不出来，要改的地方列在下面。改好重报以后再审核。\n") in text
    assert "这个文件" not in text and "另外收到了" not in text
    assert re.findall(r"(?m)^[二三四]、(.+)\n(\d)\. ", text) == [
        ("需要补报的报告", "1"), ("建议完善的事项", "2"), ("读不出来的原因和办法", "3")]
    assert ("请按要求填写要补报的报告；能够读出的报告，请在原来的文件上改正，同一阶段的不要另外再报一份，"
            "在补报的报告里一并改好的不用再改；读不出来的文件，请在原来的文件上改正。"
            "改正的，“填报日期”仍写第一次报送的日期，") in text
    assert [row[0] for row in one.data["annexes"][1]["rows"]] == [["1"], ["2"], ["3"]]
    assert one.data["annexes"][1]["columns"][2:4] == ["补报补正情况", "报送日期或者修改位置"]
    for kind, rule in (("missing", "RO01"), ("mend", "IN05"), ("correct", "PH13")):     # which are asked for alone
        alone = letters(result, compiled, kinds=(kind,))["P-001", kind]
        assert alone.kinds == (kind,) and [item["rule"] for item in alone.data["items"]] == [rule]


def test_what_a_later_report_does_not_replace_is_not_spared(office: Any, compiled: Compiled) -> None:
    """Several reports of a phase stay a fault, whatever comes later."""
    office.report("P-001", "学习教育/P-001.yaml")
    text = body(letters(checked(office, compiled, THIRD), compiled)["P-001", "missing"])
    assert "RO04" in {one.rule for one in checked(office, compiled, THIRD).findings}
    assert "能够读出的报告，请在原来的文件上改正，同一阶段的不要另外再报一份。" in text


def test_a_subject_is_told_all_in_one_letter_in_english(office: Any, compiled: Compiled) -> None:
    write(office.reports / "旧/P-001.yaml", BROKEN)
    office.report("P-001", study=None)
    text = body(letters(checked(office, compiled), compiled, language="en")["P-001", "correct"])
    assert "As of 2022-02-05 the report that can be read (P-001.yaml) was held against the " in text
    assert ("As of 2022-02-05 旧/P-001.yaml can’t be read; what is to be mended is listed below. "
            "It is checked when it comes in again.\n") in text
    assert ("Please correct what can be read in the file that was filed, without a second report for the same phase, "
            "and mend what can’t be read in the file itself. What is mended") in text


def test_who_owes_a_report_and_has_time_for_the_next_hears_it_in_one_letter(office: Any, compiled: Compiled) -> None:
    office.enrol(extensions=[{"subject": "P-001", "phase": "rectification", "until": "2022-08-20", "by": "沈雨桐"}])
    result = checked(office, compiled, THIRD)
    [one] = [one for (ident, _), one in letters(result, compiled).items() if ident == "P-001"]
    assert one.kinds == ("missing", "reminder")
    text = body(one)
    assert ("三、快到期限的报告\n“监督检查和整改落实”阶段的报告应于2022年8月20日（星期六）前（含当日）报送，"
            "自2022年8月8日起还有 12 天。") in text
    assert ("还有 12 天。\n写到“监督检查和整改落实”阶段的报告，包括前面各阶段的内容。\n"
            "请按期报送，所处阶段写“监督检查和整改落实”。\n四、") in text
    assert text.count("收到的报告（P-001.yaml）写到的是") == 1
    assert "请于2022年8月8日（星期一）前（含当日）报回。" in text
    assert one.data["annexes"][1]["columns"][2:4] == ["补报情况", "报送日期"]      # nothing else has to be answered


def test_a_unit_counts_in_a_persons_one_letter_what_is_to_correct(office: Any, compiled: Compiled) -> None:
    write(office.reports / "旧/P-001.yaml", BROKEN)
    office.report("P-001", study=None)
    office.report("U-002", submitted="2022-02-03")
    text = body(letters(checked(office, compiled), compiled)["U-002", "correct"])
    assert "文件读不出来的 1 人：P-001。" in text and "编号和项数为：P-001（1 项）。" in text


def test_what_a_later_report_has_taken_the_place_of_is_not_asked_for(office: Any, compiled: Compiled) -> None:
    """Of a file of an earlier phase that is mended only why it can't be read has to be put right."""
    write(office.reports / "学习教育/P-001.yaml", ONE_COLON)
    write(office.reports / "P-002.yaml", ONE_COLON)
    office.report("P-001", phase="inspection", submitted="2022-04-20")
    result = checked(office, compiled, "2022-05-06")
    assert {(one.file, one.superseded, one.remains) for one in result.findings if one.provisional} == {
        ("P-002.yaml", False, True), ("学习教育/P-001.yaml", True, False)}
    made = {ident: one for (ident, _), one in letters(result, compiled).items()}
    assert "没有别的需要补正或者完善的事项" not in body(made["P-001"])      # nobody can say that of the file
    items = {ident: one.data["items"] for ident, one in made.items()}
    assert not any(item["later"] for item in items["P-001"]) and any(item["later"] for item in items["P-002"])


# -- to be corrected ---------------------------------------------------------------------------------------


def test_9_17_the_clause_is_of_the_reports_own_phase(office: Any, compiled: Compiled) -> None:
    """A report of 整改落实 filed on 2022-08-05, once cited with the deadline of the first phase."""
    office.report("P-001", phase="rectification", submitted="2022-08-05")
    one = letters(checked(office, compiled, "2022-08-08"), compiled)["P-001", "correct"]
    assert "ID01" in items(one)
    assert items(one)["ID01"]["basis"] == ["方案五.3：“监督检查和整改落实阶段（2022年5月1日至7月31日）”"]
    assert "学习教育和动员部署阶段" not in json.dumps(one.data, ensure_ascii=False)
    assert "（P-001.yaml，填报日期2022年8月5日）进行了形式审核" in one.data["basis"]


def test_9_17_findings_of_one_rule_are_one_item_with_its_lines(office: Any, compiled: Compiled) -> None:
    study = [{"form": "动员大会", "title": f"第{at}次", "date": f"2022.1.{at}"} for at in range(1, 5)]
    office.report("P-001", study=study, submitted="2022-02-03")
    [one] = letters(checked(office, compiled), compiled).values()
    lines = [at for at, text in enumerate((office.reports / "P-001.yaml").read_text(encoding="utf-8").split("\n"), 1)
             if "2022.1." in text]
    dates = items(one)["FM06"]
    assert dates["count"] == 4 and [int(re.search(r"第 (\d+) 行", place)[1]) for place in dates["places"]] == lines
    assert [item["number"] for item in one.data["items"]] == [1, 2] and (one.error, one.warning) == (1, 1)
    assert "共提出 2 项（5 处）：必须补正 1 项，建议完善 1 项。" in body(one)
    text = body(one)
    assert f"2. {dates['title']}，共 4 处。" in text
    assert [int(line) for line in re.findall(r"(?m)^（\d）第 (\d+) 行（", text)] == lines
    assert one.data["annexes"][1]["rows"][1][1] == [f"FM06 {dates['title']}（4 处）"]


def test_9_17_three_items_need_no_list_and_four_do(office: Any, compiled: Compiled) -> None:
    fields = {"study": None, "submitted": "2022-02-03", "remarks": "到XX县调研", "filled_by": "沈雨桐"}
    office.report("P-001", **{name: fields[name] for name in ("study", "submitted", "remarks")})
    office.report("P-002", **fields)
    made = letters(checked(office, compiled), compiled)
    three, four = made["P-001", "correct"], made["P-002", "correct"]
    assert [len(one.data["items"]) for one in (three, four)] == [3, 4]
    assert [annex["shown"] for annex in three.data["annexes"]] == [False, True]
    assert three.data["annexes"][1]["label"] == "附件" and "附件1" not in body(three) and "附件2" not in body(three)
    assert "逐项填写附件后" in body(three) and re.findall(r"(?m)^(\d)\. ", body(three)) == ["1", "2", "3"]
    assert three.data["annexes"][1]["notes"][1].startswith("按正文的序号逐项填写")
    assert [annex["shown"] for annex in four.data["annexes"]] == [True, True]
    assert [annex["label"] for annex in four.data["annexes"]] == ["附件1", "附件2"] and "逐项填写附件2后" in body(four)


def test_9_17_what_the_plan_left_blank_is_an_ellipsis() -> None:
    assert quoted("由市局党组书记、局长XX任组长", "zh") == "由市局党组书记、局长……任组长"
    assert quoted("成立由XX为组长，XXX为副组长，XXX、XXX、XXX为成员的工作专班", "zh") == \
        "成立由……为组长，……为副组长，……为成员的工作专班"
    assert quoted("深化“XXX、XX”以案促改", "zh") == "深化‘……’以案促改"
    assert quoted("AXXB 与 X 不变", "zh") == "AXXB 与 X 不变"


def test_a_whole_part_of_a_plan_is_named_and_not_quoted() -> None:
    """A basis without a quote is the whole clause, as a drafted pack has it for its themes."""
    whole = quoted("重点解决：材料重复提交。" * (QUOTED // 12 + 1), "zh")
    facts = {"plan": "方案", "clause": "二", "quote": whole, "date": "2025年10月10日", "report": "报告"}
    assert "根据《方案》（二）的要求，现将" in say("notice.basis_reminder", "zh", **facts)
    assert "Under “方案” (二), this" in say("notice.basis_reminder", "en", **facts)
    facts = {"clause": "二", "quote": whole}
    assert say("notice.quoted", "zh", **facts) == "方案二"
    assert say("notice.quoted", "en", **facts) == "plan 二"


def test_9_17_places_in_several_files_name_the_file(office: Any, compiled: Compiled) -> None:
    """Duplicates of one phase: the letter says of which file it speaks, and not one date of filing for both."""
    office.report("P-001", study=None)
    office.report("P-001", "b/P-001.yaml", study=None)
    [one] = letters(checked(office, compiled), compiled).values()
    assert "对你报送的自查自纠报告（P-001.yaml、b/P-001.yaml）进行了形式审核" in one.data["basis"]
    assert "填报日期" not in one.data["basis"] and "按2022年2月5日的时点进行了核查，共提出 2 项（4 处）" in body(one)
    assert "P-001.yaml 第 " in body(one) and "b/P-001.yaml 第 " in body(one)


def test_what_is_waived_makes_no_letter(office: Any, compiled: Compiled, tmp_path: Path) -> None:
    office.report("P-001", study=None)
    waivers = write(tmp_path / "w.yaml",
                    "waivers: [{rule: PH13, subject: P-001, reason: 病假, by: 沈雨桐, until: 2022-12-31}]\n")
    assert letters(checked(office, compiled, waivers=str(waivers)), compiled) == {}


def test_9_17_a_unit_reads_of_its_people_by_what_they_are(office: Any, compiled: Compiled) -> None:
    """A unit that has nothing of its own gets no letter; one that does hears of each person in its state."""
    (office.reports / "P-001.yaml").unlink()
    (office.reports / "P-002.yaml").write_text(ONE_COLON, encoding="utf-8")
    office.report("P-003", study=None, submitted="2022-02-03")
    assert {ident for ident, _ in letters(checked(office, compiled), compiled)} == {"P-001", "P-002", "P-003"}
    office.report("U-002", submitted="2022-02-03")
    text = body(letters(checked(office, compiled), compiled)["U-002", "correct"])
    assert "你单位所属人员中，应报的报告没有收到的 1 人：P-001。" in text
    assert "你单位所属人员中，文件读不出来的 1 人：P-002。怎样改只通知本人。" in text
    assert "有需要补正或者完善事项的 1 人，编号和项数为：P-003（2 项）。具体事项只通知本人。" in text
    assert "对你单位报送的" in text and "该" not in text.replace("应该", "")


def test_no_letter_speaks_of_its_addressee_as_somebody_else(compiled: Compiled) -> None:
    for language, words in (("zh", ("该对象", "下列对象")), ("en", ("this subject", "those below"))):
        result = run([str(ROOT / "samples")], Options("2022-08-08", language=language), compiled)
        for one in compose(result, compiled, Settings(), Terms(language)).listed:
            text = json.dumps(one.data, ensure_ascii=False)
            assert not [word for word in words if word in text], one.ident
            assert "XX" not in json.dumps([item["basis"] for item in one.data["items"]])
