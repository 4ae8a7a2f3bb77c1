"""A cure says which of several faults it is, and names fields as the report writes them (contract §8.2, 9.10)."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from making import PACK

from bayang.engine.authoring.examples import base_report, change
from bayang.engine.batch.run import Options, run
from bayang.engine.reading.typed import as_typed, in_chinese
from bayang.engine.records import Finding


def of_unit(folder: Path, collected: dict | None, chinese: bool) -> list[Finding]:
    """What RO06 says of a branch with two people, neither of whom has filed."""
    data = base_report(PACK, "branch", "inspection")
    change(data, {"/collected": collected} if collected else {}, [] if collected else ["/collected"])
    text = as_typed(in_chinese(data, PACK.shapes["unit"]) if chinese else data)
    (folder / "b.yaml").write_text(text, encoding="utf-8")
    (folder / "roster.yaml").write_text(yaml.safe_dump({
        "units": [{"code": "U-001", "name": "云岭市青溪生态环境分局", "level": "branch", "head": "贺建平"}],
        "people": [{"id": f"P-{number}", "name": name, "unit": "U-001"}
                   for number, name in enumerate(("林一东", "林二东"))]}, allow_unicode=True), encoding="utf-8")
    return [one for one in run([str(folder)], Options(as_of="2022-05-08")).findings if one.rule == "RO06"]


@pytest.mark.parametrize(("chinese", "due", "received"), [
    (True, "应报", "实报"), (False, "due", "received")])
def test_ro06_says_of_a_figure_that_it_differs(tmp_path: Path, chinese: bool, due: str, received: str) -> None:
    first, second = of_unit(tmp_path, {"due": 5, "received": 1}, chinese)
    assert first.message == f"“{due}”与名册不符，名册上本单位应报个人报告 2 份。"
    assert first.remedy.startswith(f"请按名册和本单位收到的个人报告核对，把“{due}”改成 2：应报是")
    assert second.message == f"“{received}”与实际不符，到本报告的填报日期，本单位写到这一阶段的个人报告有 0 份。"
    assert second.remedy.startswith(f"请按名册和本单位收到的个人报告核对，改正“{received}”：应报是")


@pytest.mark.parametrize(("chinese", "due", "received"), [
    (True, "应报", "实报"), (False, "due（应报）", "received（实报）")])
def test_ro06_says_of_a_figure_that_it_is_missing(tmp_path: Path, chinese: bool, due: str, received: str) -> None:
    [one] = of_unit(tmp_path, {"received": 0}, chinese)
    assert one.message == f"没有填写“{due}”，名册上本单位应报个人报告 2 份。"
    assert one.remedy.startswith(f"请按名册和本单位收到的个人报告核对，填写“{due}”：")
    [one] = of_unit(tmp_path, {"due": 2}, chinese)
    assert one.message == f"没有填写“{received}”，到本报告的填报日期，本单位写到这一阶段的个人报告有 0 份。"


def test_ro06_says_that_both_figures_are_missing(tmp_path: Path) -> None:
    [one] = of_unit(tmp_path, None, False)
    assert one.message == "没有填写“collected（个人清单汇总）”，名册上本单位应报个人报告 2 份。"
    assert one.remedy.startswith("请按名册和本单位收到的个人报告核对，填写其中的应报和实报：")
    assert one.insert and one.insert.text == "collected:\n  due: \n  received: "
    assert one.remedy.endswith(
        "“collected:”（行首不空格）、“due: ”（行首空 2 格）、“received: ”（行首空 2 格）；冒号后面空一格再填。")


def test_ro06_says_in_which_order_it_is_typed_with_others(tmp_path: Path) -> None:
    """What the batch asks for is no other than what the report itself asks for."""
    def of(*left_out: str) -> dict[str, Finding]:
        data = base_report(PACK, "branch", "inspection")
        change(data, {}, ["/collected", *left_out])
        (tmp_path / "b.yaml").write_text(as_typed(in_chinese(data, PACK.shapes["unit"])), encoding="utf-8")
        return {one.rule: one for one in run([str(tmp_path)], Options(as_of="2022-05-08")).findings if one.insert}

    of_unit(tmp_path, None, True)       # and its roster
    assert "最后一处" not in of()["RO06"].remedy
    order = "要加好几处的，从最后一处加起；同一行后面同样的几行只加一次。"
    two = of("/contact/phone")
    assert sorted(two) == ["OR04", "RO06"]
    assert [one.remedy.count(order) for one in two.values()] == [1, 1]
    three = of("/contact/phone", "/column/location")
    assert [one.remedy.count(order) for one in three.values()] == [1, 1, 1]
    assert all(one.insert and one.insert.several for one in three.values())
