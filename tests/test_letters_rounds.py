"""What a second letter says of what came before: which files are gone, which can't be read any more, and how the
items of the first letter are counted (contract §9.12, 9.17).
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import letters
import pytest
from letters import DAY, SECOND, bodies, body, checked
from running import edit

from bayang.engine.judging.compile import Compiled
from bayang.engine.output.notices.content import compose
from bayang.engine.output.notices.delivery import Dispatch
from bayang.engine.output.notices.overview import overview, summary_lines
from bayang.engine.output.notices.register import registered
from bayang.engine.output.notices.settings import Settings, Terms

GONE = "2022年2月5日核查时收到过 P-001.yaml，现在不在报送文件夹里。"
AGAIN = "请把原来的报告重报，所处阶段至少写到“学习教育和动员部署”；有意撤回的，请告知活动办；"
BROKEN = "# 空\n"      # nothing that could be mended


def rounds(*given: Any, **more: Any) -> dict[tuple[str, str], str]:
    """What the second letters say after a change."""
    return {key: body(one) for key, one in letters.rounds(*given, **more).items()}


@pytest.mark.parametrize("faulty", [False, True])
def test_9_17_a_report_that_came_and_is_gone_is_not_denied(office: Any, compiled: Compiled, tmp_path: Path,
                                                           faulty: bool) -> None:
    """Whether it was in order or not."""
    office.report("P-001", **({"study": None} if faulty else {}))
    text = rounds(office, compiled, tmp_path, (office.reports / "P-001.yaml").unlink)["P-001", "missing"]
    assert GONE + AGAIN in text and "没有收到" not in text
    assert "报送文件夹里现在没有你应报的“学习教育和动员部署”阶段报告。" in text
    assert ("已补正 0 处，未补正 0 处，新增 1 处，因原来的文件不在报送文件夹里而没有核对的 1 处。" in text) == faulty


def test_9_17_a_report_that_is_gone_in_english(office: Any, compiled: Compiled, tmp_path: Path) -> None:
    text = rounds(office, compiled, tmp_path, (office.reports / "P-001.yaml").unlink, language="en")["P-001", "missing"]
    assert "There at the check on 2022-02-05, and not in the folder any more: P-001.yaml." in text
    assert "Please file the report that had come in again" in text and "has come in" not in text


def test_9_17_a_word_file_in_place_of_the_report(office: Any, compiled: Compiled, tmp_path: Path) -> None:
    """Both are told: the new file is no report, and the report is gone."""
    path = office.reports / "P-001.yaml"
    text = rounds(office, compiled, tmp_path, lambda: path.rename(path.with_suffix(".docx")))["P-001", "missing"]
    assert GONE in text and "收到的文件 P-001.docx 是 Word 文档" in text and "还没有收到" not in text


def test_9_17_what_was_no_report_need_not_come_again(office: Any, compiled: Compiled, tmp_path: Path) -> None:
    path = office.reports / "P-001.yaml"
    path = path.rename(path.with_suffix(".docx"))
    text = rounds(office, compiled, tmp_path, path.unlink)["P-001", "missing"]
    assert "收到过 P-001.docx，现在不在报送文件夹里。请补报，" in text and "请把原来的报告重报" not in text


def test_9_17_what_could_not_be_read_is_mended_and_filed_again(office: Any, compiled: Compiled, tmp_path: Path) -> None:
    path = office.reports / "P-001.yaml"
    path.write_text(BROKEN, encoding="utf-8")
    text = rounds(office, compiled, tmp_path, path.unlink)["P-001", "missing"]
    assert GONE + "请把原来的文件改好重报，" in text and "没有收到" not in text


def test_9_17_what_stood_in_a_file_that_cannot_be_read_now_waits(office: Any, compiled: Compiled,
                                                                 tmp_path: Path) -> None:
    office.report("P-001", study=None)
    path = office.reports / "P-001.yaml"
    text = rounds(office, compiled, tmp_path, lambda: path.write_text(BROKEN, encoding="utf-8"))["P-001", "mend"]
    assert "已补正 0 处，未补正 0 处，新增 1 处，要等文件改好重报以后再核对的 1 处。" in text
    assert "P-001.yaml 在2022年2月5日核查时能够读出，这一次读不出来。" in text


def test_9_17_a_report_of_an_earlier_phase_in_its_place(office: Any, compiled: Compiled, tmp_path: Path) -> None:
    """The report of the phase that is over is gone, though one of an earlier phase has the same name."""
    (office.reports / "P-001.yaml").unlink()
    path = office.report("P-001", "问题查摆/P-001.yaml", phase="inspection")

    def change() -> None:
        path.unlink()
        office.report("P-001", "学习教育/P-001.yaml")

    text = rounds(office, compiled, tmp_path, change, ("2022-05-06", "2022-05-16"))["P-001", "missing"]
    assert "2022年5月6日核查时收到过 问题查摆/P-001.yaml，现在不在报送文件夹里。" in text
    assert "收到的报告（学习教育/P-001.yaml）写到的是“学习教育和动员部署”阶段。请把原来的报告重报，" in text


def test_9_17_what_came_for_an_earlier_phase_is_no_answer_to_the_next(office: Any, compiled: Compiled,
                                                                      tmp_path: Path) -> None:
    """The file that is gone was of the phase before: it is named, and the report of this phase never came."""
    text = rounds(office, compiled, tmp_path, (office.reports / "P-001.yaml").unlink, (DAY, "2022-05-06"))[
        "P-001", "missing"]
    assert "没有收到你应报的“调查研究和问题查摆”阶段报告" in text and GONE + "请补报，" in text


@pytest.mark.parametrize("move", ["大气环境科/P-001.yaml", "韩某.yaml"])
def test_9_17_a_report_that_was_moved_is_there(office: Any, compiled: Compiled, tmp_path: Path, move: str) -> None:
    (office.reports / "大气环境科").mkdir()
    path = office.reports / "P-001.yaml"
    assert rounds(office, compiled, tmp_path, lambda: path.rename(office.reports / move)) == {}


def test_9_17_nothing_is_gone_that_lies_in_a_folder_further_down(office: Any, compiled: Compiled,
                                                                 tmp_path: Path) -> None:
    """The first check was of the folder, the second of the one above it."""
    office.report("P-001", study=None)
    path = office.reports / "P-001.yaml"
    text = rounds(office, compiled, tmp_path, lambda: path.write_text(BROKEN, encoding="utf-8"),
                  folder=office.reports.parent)["P-001", "mend"]
    assert "P-001.yaml 在2022年2月5日核查时能够读出，这一次读不出来。" in text and "不在报送文件夹里" not in text


def test_9_17_the_unit_hears_who_has_a_report_that_is_gone(office: Any, compiled: Compiled, tmp_path: Path) -> None:
    office.report("U-002", plan=None)
    (office.reports / "P-002.yaml").rename(office.reports / "P-002.docx")
    (office.reports / "P-003.yaml").unlink()
    text = rounds(office, compiled, tmp_path, (office.reports / "P-001.yaml").unlink)["U-002", "correct"]
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
    text = rounds(office, compiled, tmp_path, lambda: path.write_text(typed, encoding="utf-8"))["P-001", "mend"]
    assert "已补正 0 处，未补正 0 处，新增 1 处；照此改好以后还要改的 1 处，另行列出。" in text
    assert "现已补正的" not in text and "P-001.yaml 在2022年2月5日核查时能够读出，这一次读不出来。" in text


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
            "取不回来的，再发改文件通知：P-001.yaml。") in overview(made, result, "zh")["warnings"]


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
    text = rounds(office, compiled, tmp_path, lambda: office.report("P-001", study=None))["P-001", "correct"]
    assert "与2022年2月5日的上一次核查相比：已补正 1 处，未补正 0 处，新增 1 处。" in text and "RO01" in text
    assert "第 2 次" not in text and "（第2次）" not in text
