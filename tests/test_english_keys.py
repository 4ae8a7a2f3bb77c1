"""A report in English keys is told of fields by the key and the Chinese name; no field is asked for beside the key that
is told as its nearest (FM02).
"""

from __future__ import annotations

from making import found, only

REPORT = """\
report: personal
plan: bayang-bazhi
phase: rectification
submitted: 2022-07-20
person: {id: DL-003, name: 张三, unit: DL}
themes:
  shigan:
    problems:
      - id: SG-01
        measures:
          - {action: 建立咨询登记本, owner: 张三, due: 2022-06-30}
"""
CHINESE = """\
报告类型: 个人
活动方案: 八扬八治
所处阶段: 监督检查和整改落实
填报日期: 2022-07-20
个人: {人员编号: DL-003, 姓名: 张三, 单位编号: DL}
"""


def test_a_remedy_names_fields_by_their_keys_where_the_report_has_keys() -> None:
    wanted = "请在“{}”中填写参加过的学习活动"
    assert only(found(REPORT), "PH13").remedy.startswith(wanted.format("study（学习情况）"))
    assert only(found(CHINESE), "PH13").remedy.startswith(wanted.format("学习情况"))


def test_what_is_told_as_the_nearest_is_not_asked_for() -> None:
    listed = found(REPORT.replace("due:", "整改完成时间:"))
    assert "最接近的是“整改时限”" in only(listed, "FM02").message
    assert not [one for one in listed if one.rule == "PB08"]


def test_a_nearest_key_is_named_as_it_is_to_be_typed() -> None:
    """Nobody types “due（整改时限）”."""
    remedy = only(found(REPORT.replace("due:", "整改完成时间:")), "FM02").remedy
    assert "如果就是“整改时限”，请照此改写字段名" in remedy and "“remarks（备注）”" in remedy
    assert "“closed（" not in "".join(one.remedy for one in found(REPORT))      # a value is no field
