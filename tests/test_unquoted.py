"""A sentence or text of a rule that stands unquoted where YAML takes a sign of it for itself is told with line, column,
what YAML made of it, and the line quoted to paste (docs/packs.md).
"""

from __future__ import annotations

from pathlib import Path

import pytest
from running import SERVICE, invoked, own_pack

from bayang.engine.packs.loading import read_typed
from bayang.engine.packs.unquoted import misread_lines
from bayang.engine.records import PackError

HEAD = "family: FX\ntitle: 试\nrules:\n- id: FX01\n  title: 甲\n  who: [unit]\n"      # six lines
TAIL = "\n  basis: {practice: 试}\n  remedy: 请改。\n"
# What stands on the line -> the sign and its column, and the line as it should be.
SLIPS = [
    ("must: [paid] <= grants", "[", 9, 'must: paid <= grants'),
    ("must: [paid]", "[", 9, 'must: paid'),
    ("must: [paid", "[", 9, 'must: paid'),
    ("must: {paid: 1} <= grants", "{", 9, 'must: "{paid: 1} <= grants"'),
    ("must: {paid: 1}", "{", 9, 'must: paid == 1'),
    ("must: *paid <= grants", "*", 9, 'must: paid <= grants'),
    ("must: &paid <= grants", "&", 9, 'must: paid <= grants'),
    ("must: !paid <= grants", "!", 9, 'must: not paid <= grants'),
    ("must: %paid <= grants", "%", 9, 'must: paid <= grants'),
    ("must: @paid <= grants", "@", 9, 'must: paid <= grants'),
    ("must: `paid` <= grants", "`", 9, 'must: paid <= grants'),
    ("must: | paid <= grants", "|", 9, 'must: paid <= grants'),
    ("must: >= 3", ">", 9, 'must: ">= 3"'),
    ("must: - paid <= grants", "-", 9, 'must: paid <= grants'),
    ("must: ? paid", "?", 9, 'must: paid'),
    ("must: '十' in remarks", "'", 9, "must: \"'十' in remarks\""),
    ('must: "十" in remarks', '"', 9, "must: '\"十\" in remarks'"),
    ("must: same(remarks, 'a: b')", ":", 25, "must: \"same(remarks, 'a: b')\""),
    ("must: paid <= grants:", ":", 23, 'must: "paid <= grants:"'),
    ("must: same(remarks, 'a #b')", "#", 26, "must: \"same(remarks, 'a #b')\""),
    ("要求: [paid] <= grants", "[", 7, '要求: paid <= grants'),
    ("each: *.x", "*", 9, 'each: "*.x"'),
    ("remedy_: 1\n  message: 请改: 好", ":", 14, 'message: "请改: 好"'),
    ("check: {must: count(visits[grade is given]) >= 1, message: 要写}", "[", 29,
     'check: {must: "count(visits[grade is given]) >= 1", message: 要写}'),
    ("check: {must: holds(remarks, 'a', 'b')}", ",", 30, "check: {must: \"holds(remarks, 'a', 'b')\"}"),
    ("check: {must: paid <= grants, message: 请改: 好}", ":", 44, 'check: {must: paid <= grants, message: "请改: 好"}'),
    ("check: [{must: visits[grade > 3] is given}]", "[", 24, 'check: [{must: "visits[grade > 3] is given"}]'),
    ("check: {every: {月: visits[grade is given].date}}", "[", 28,
     'check: {every: {月: "visits[grade is given].date"}}'),
    ("when:\n  - [paid] == 1", "[", 5, '- paid == 1'),
    ("let: {n: count(visits[grade is given])}", "[", 24, 'let: {n: "count(visits[grade is given])"}'),
    ("must: !paid", "!", 9, "must: paid is not given"),
    ("要求: !失分原因", "!", 7, "要求: 失分原因 is not given"),
    ("must: !(paid is given or grants is given)", "!", 9, "must: not (paid is given or grants is given)"),
    ("must: [paid <= grants, 'same(remarks, \"a, b\")']", "[", 9, 'must: paid <= grants and same(remarks, "a, b")'),
    ("must: [paid is given or grants is given, paid <= 3", "[", 9,
     "must: (paid is given or grants is given) and paid <= 3"),
    ("where: {paid is given, visits[grade > 3].date is given}", "{", 10,
     "where: paid is given and visits[grade > 3].date is given"),
    ("check: {must: [paid is given, grants is given], message: 请改}", "[", 17,
     "check: {must: paid is given and grants is given, message: 请改}"),
    ("message: {zh: 请改: 好, en: Mend it}", ":", 19, 'message: {zh: "请改: 好", en: Mend it}'),
    ("check: {must: paid <= grants, message: {zh: 请改: 好, en: [a] b}}", ":", 49,
     'check: {must: paid <= grants, message: {zh: "请改: 好", en: "[a] b"}}'),
    ("hints: {late: {zh: 晚了, en: late: mend it}}", ":", 34, 'hints: {late: {zh: 晚了, en: "late: mend it"}}'),
    ("basis_: {plan: [{clause: 一, quote: 好: 坏}]}", ":", 39, 'basis_: {plan: [{clause: 一, quote: "好: 坏"}]}'),
]


def told(text: str) -> list[PackError]:
    data = (HEAD + text + TAIL).encode()
    try:
        return misread_lines(read_typed(data, "families/FX.yaml", "rules"), data, "families/FX.yaml", "rules")
    except PackError as fault:
        return [fault, *fault.also]


@pytest.mark.parametrize(("line", "sign", "column", "fixed"), SLIPS, ids=lambda one: str(one)[:30])
def test_what_yaml_made_of_it_and_the_line_quoted(line: str, sign: str, column: int, fixed: str) -> None:
    [fault] = told(f"  {line}")
    assert (fault.file, fault.line) == ("families/FX.yaml", 7 + line.count("\n"))
    assert (fault.key, fault.facts["sign"], fault.facts["column"]) == ("lint.unquoted", sign, column)
    assert fault.facts["fixed"] == fixed
    *before, last = line.split("\n")        # pasted in its place it says no more, and the next line is not blamed
    indent = len(last) - len(last.lstrip()) if before else 2
    assert told("\n".join([*[f"  {one}" for one in before[:1]], *before[1:], " " * indent + fixed])) == []


@pytest.mark.parametrize("line", [
    "must: paid <= grants  # 说明", "check: {must: \"count(visits[grade is given]) >= 1\"}",
    "each: [a, b]\n  must: x == 'a'",
    "must: >-\n    paid <=\n    grants", "message: {zh: 甲, en: a}", "when: [a == 1, b == 2]"])
def test_what_is_right_is_left_alone(line: str) -> None:
    assert told(f"  {line}") == []


def test_a_field_whose_place_stands_unquoted_in_braces(tmp_path: Path) -> None:
    text = "增加:\n- {字段: 走访, 类型: 列表, 每项: 一组}\n- {字段: 走访[].日期, 类型: 日期}\n"
    said = invoked("rules", "lint", own_pack(tmp_path, {"fields.yaml": text}, SERVICE)).stdout
    assert "fields.yaml 第 3 行：[unquoted]" in said and '整行应为：- {字段: "走访[].日期", 类型: 日期}' in said


def test_other_slips_are_told_as_before() -> None:
    for line in ("who: [unit", "must:paid <= grants"):
        [fault] = told(f"  {line}")
        assert fault.key == "pack.unreadable"


def test_all_of_a_file_are_told_at_once(tmp_path: Path) -> None:
    text = HEAD + "  check:\n  - must: '十' in remarks\n  - must: [paid] <= grants" + TAIL
    said = invoked("rules", "lint", own_pack(tmp_path, {"families/FX.yaml": text}, SERVICE)).stdout
    assert ("families/FX.yaml 第 8 行：[unquoted] “must”后面，第 11 列的“'”被 YAML 当成引号，到下一个引号就算完了；"
            "请给这段文字加上引号，整行应为：- must: \"'十' in remarks\"") in said
    assert ("families/FX.yaml 第 9 行：[unquoted] “must”后面，第 11 列的“[”被 YAML 当成一组内容的开始；"
            "几句都要成立的用 and 连起来，整行应为：- must: paid <= grants") in said


@pytest.mark.parametrize(("line", "key", "sign", "column", "fixed"), [
    ("check: {every: {季度: 走访.日期，至少: 3}}", "季度", "，", 28, "check: {every: {季度: 走访.日期, 至少: 3}}"),
    ("check: {must: paid <= grants，message: 请改； hint: late}", "must", "，", 31,
     "check: {must: paid <= grants, message: 请改, hint: late}"),
    ("检查: ｛必填: ｛字段: ［owner，due］｝｝", "检查", "｛", 7, "检查: {必填: {字段: [owner, due]}}"),
    ("检查: {必填: {字段: 【责任人】}}", "字段", "【", 17, "检查: {必填: {字段: [责任人]}}"),
    ("check: {required: {fields: [owner]｝}", "fields", "｝", 37, "check: {required: {fields: [owner]}}"),
    ("check: ｛must: count(visits[grade is given]) >= 1，message: 【请】改，例如: a｝", "check", "｛", 10,
     "check: {must: \"count(visits[grade is given]) >= 1\", message: \"【请】改，例如: a\"}"),
    ("check:\n  - ｛must: paid <= grants｝", "", "｛", 5, "- {must: paid <= grants}"),
    ("from: 整改\n  check：{required: {fields: [owner]}}   # 【注】", "check", "：", 8,
     "check: {required: {fields: [owner]}}   # 【注】"),
    ("level: {市局：error}", "市局", "：", 13, ""),
    ("level: ｛市局: error, 分局: info｝", "level", "｛", 10, "level: {市局: error, 分局: info}"),
    ("when: ［paid is given，grants is given］", "when", "［", 9, "when: [paid is given, grants is given]"),
])
def test_a_full_width_sign_where_yaml_wants_its_own(line: str, key: str, sign: str, column: int, fixed: str) -> None:
    if not fixed:       # a word that is no key of ours
        assert told(f"  {line}") == []
        return
    [fault] = told(f"  {line}")
    assert (fault.line, fault.key, fault.facts) == (7 + line.count("\n"), "lint.wide", {
        "key": key, "sign": sign, "column": column, "fixed": fixed})
    assert told("\n".join([*[f"  {one}" for one in line.split("\n")[:-1]], f"  {fixed}"])) == []


def test_full_width_brackets_are_told_in_every_file_of_a_pack_and_texts_may_begin_with_them(tmp_path: Path) -> None:
    files = {"plan.yaml": ("- {id: station, name: 服务站}", "- ｛id: station，name: 【服务站】｝"),
             "themes/1-visit.yaml": ("- {id: visit-1, text: 长年不到企业", "- {id: visit-1, text: 【长年】不到企业")}
    folder = own_pack(tmp_path, files, SERVICE)
    for language, words in (("zh", "第 20 行：[wide] 第 3 列的“｛”是全角的，YAML 不认；请改成半角的，整行应为："),
                            ("en", "line 20: [wide] the ｛ in column 3 is of full width and means "
                                   "nothing to YAML; write it in half width, so that the line is: ")):
        said = invoked("rules", "lint", "--lang", language, folder).stdout
        assert words + "- {id: station, name: 【服务站】}\n" in said
        assert "themes/1-visit.yaml" not in said


@pytest.mark.parametrize("line", [
    "message: {zh: 请写日期，例如: 2022-04-30, en: Write it}",
    "check: {must: paid <= grants, message: 请改，例如: 本人}",
])
def test_a_word_before_a_colon_that_is_no_key_belongs_to_the_text(line: str) -> None:
    [fault] = told(f"  {line}")
    assert fault.key == "lint.unquoted" and "，例如: " in fault.facts["fixed"]


def test_signs_between_the_words_of_a_list_are_left_in_brackets_of_half_width() -> None:
    """A full-width comma parts items only where the brackets are as wide; what else stands on the line is mended."""
    for typed, fixed in (("[甲、乙，丙]", "[甲、乙，丙]"), ("［甲、乙，丙］", "[甲, 乙, 丙]")):
        [fault] = told(f"  when：{typed}")
        assert (fault.key, fault.facts["fixed"]) == ("lint.wide", f"when: {fixed}")


@pytest.mark.parametrize(("lines", "zh", "en"), [
    ("  must:\n  - 已兑现 <= 奖补资金\n  - 满意率 is given or 备注 is given\n",
     "“must”后面只写一句，这里是几句的列表；几句都要成立的用 and 连起来，"
     "应为 must: 已兑现 <= 奖补资金 and (满意率 is given or 备注 is given)",
     "“must” has one sentence, and this is a list of them; those that must all be true are joined by and: write must: "
     "已兑现 <= 奖补资金 and (满意率 is given or 备注 is given)"),
    ("  要求:\n    - \"'走访' in 备注\"\n    - \"!满意率\"\n", "应为 要求: \"'走访' in 备注 and 满意率 is not given\"",
     "write 要求: \"'走访' in 备注 and 满意率 is not given\""),
])
def test_a_list_of_sentences_in_place_of_one(tmp_path: Path, lines: str, zh: str, en: str) -> None:
    text = HEAD.rstrip("\n") + f"\n{lines}" + TAIL.lstrip("\n")
    folder = own_pack(tmp_path, {"families/FX.yaml": text}, SERVICE)
    for language, said in (("zh", zh), ("en", en)):
        assert said in invoked("rules", "lint", "--lang", language, folder).stdout
