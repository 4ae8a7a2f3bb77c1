"""What counts themes, fields or listed values says what is true of the pack's own plan (docs/packs.md)."""

from __future__ import annotations

from pathlib import Path

import pytest
from making import write
from openpyxl import load_workbook
from running import invoked

from bayang.engine.authoring.draft import draft

NUMERALS = "一二三四五六七八"
BUNDLED = ("八扬八治", "四十七", "市局", "市委", "县级分局", "实干", "shigan", "forty-seven", "eight themes")


def plan(count: int) -> str:
    """A plan with so many themes."""
    themes = "".join(f"（{one}）抓{one}事。重点解决：{one}事没人管；{one}事拖着办。\n" for one in NUMERALS[:count])
    return f"""关于开展“抓作风”行动的方案
一、行动内容
{themes}二、方法步骤
（一）动员学习阶段（2025年3月1日至4月15日）。各处室召开动员会。
（二）集中整改阶段（2025年4月16日至9月30日）。对查出的问题制定整改措施，明确责任人和完成时限。抓好整改落实。
"""


def drafted(folder: Path, count: int) -> None:
    """A pack of such a plan, as it is drafted: without a form of its own."""
    for name, data in draft(plan(count), "own-2025").files.items():
        write(folder / name, data)


def run(*arguments: str) -> str:
    done = invoked(*arguments)
    assert done.exit_code == 0, done.output
    return done.stdout


@pytest.mark.parametrize("count", [5, 8])
def test_a_pack_without_fields_speaks_of_its_own_plan(tmp_path: Path, count: int) -> None:
    pack = tmp_path / "pack"
    drafted(pack, count)
    title = f"{NUMERALS[count - 1]}个方面"
    shown = {}
    for kind, more in (("personal", ()), ("unit", ("--level", "level-1"))):
        form = ("new", kind, *more, "--phase", "phase-2", "--rules", str(pack))
        shown[kind] = run(*form)
        run(*form, "--to", str(tmp_path / f"{kind}.xlsx"))
        shown[f"{kind}.xlsx"] = "\n".join(
            str(cell) for sheet in load_workbook(tmp_path / f"{kind}.xlsx") for row in sheet.values for cell in row)
        shown[f"schema {kind}"] = run("schema", kind, "--keys", "zh", "--rules", str(pack))
        assert all(title in shown[each] for each in (kind, f"{kind}.xlsx", f"schema {kind}"))
    shown["findings"] = run("schema", "findings", "--rules", str(pack))
    shown["manual"] = "".join(run("explain", rule, "--rules", str(pack), "--lang", language)
                              for rule in ("CV01", "CV04", "RC01") for language in ("zh", "en"))
    for what, text in shown.items():
        wrong = [word for word in (*BUNDLED, *(() if count == 8 else ("八个",))) if word in text]
        assert not wrong, (what, wrong)


def test_descriptions_list_and_count_the_fields_that_are_there(tmp_path: Path) -> None:
    drafted(tmp_path, 5)
    (tmp_path / "fields.yaml").write_text("""\
不用:
- "五个方面.*.问题清单[].整改措施[].整改时限"
- {字段: reflection.duty}
改动:
- {字段: "study[].date", 名称: 学习日}
- {字段: "inspections[].kind", 可选值: {a: 自查, b: 互查, c: 督查}}
- {字段: summary.to, 样例: 行动办公室}
""", encoding="utf-8")
    (tmp_path / "families").joinpath("ZA.yaml").unlink()
    text = "".join(run("schema", kind, "--keys", "zh", "--rules", str(tmp_path)) for kind in ("personal", "unit"))
    for said in ("措施、责任人两样写全", "每项写明措施、责任人。", "自己、思想、工作，三样都写",
                 "一次学习写一项：形式、主题、学习日。", "从列出的几种里选一种，例如 自查。",
                 "写收件单位的名称，例如 行动办公室。"):
        assert said in text, said
