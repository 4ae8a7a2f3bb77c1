"""A pack of another campaign, in YAML alone, works with the same engine: nothing of the first plan stands in Python
(docs/packs.md).
"""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from click.testing import Result
from running import WINDOW, invoked

from bayang.engine.authoring.examples import base_report, change
from bayang.engine.packs.pack import Pack, load_pack
from bayang.engine.records import PackError
from bayang.engine.text.messages import told

ENGINE = Path(__file__).parent.parent / "engine"

CHINESE = """\
报告类型: 个人
活动方案: 窗口三提升
所处阶段: 自查
填报日期: 2023-05-20
个人: {人员编号: G-01, 姓名: 蓝秋水, 单位编号: W-01}
三个方面:
  提速:
    逐条对照: 全部
    问题清单:
    - 编号: G01-1
      对应表现: 材料齐全仍让人多次往返
      问题表现: 四月有两位客户因为我漏看清单多跑了一趟。
      思想根源: 我没有先核对清单就让客户回去。
      整改措施:
      - {措施: 受理前照清单逐项打勾, 责任人: 本人, 整改时限: 2023-07-10}
  明白:
    逐条对照: [clarity-1, 别的, 同一事项前后说法不一]
    未发现问题: {排查方式: 翻看告知单, 依据: 均写明所缺材料}
  热情:
    逐条对照: [低头玩手机, 对老年人催促]
    未发现问题: {排查方式: 调看监控, 依据: 均有应答}
"""


@pytest.fixture(scope="module")
def window() -> Pack:
    return load_pack(WINDOW)


def check(folder: Path, *more: str) -> Result:
    return invoked("check", folder, "--rules", WINDOW, "--as-of", "2023-09-05", "--format", "json", *more)


def found(result: Result) -> list[tuple[str, str]]:
    return [(one["rule"], one["pointer"]) for one in json.loads(result.output)["findings"]]


def write(folder: Path, name: str, report: Any) -> None:
    text = report if isinstance(report, str) else yaml.dump(report, allow_unicode=True, Dumper=yaml.CSafeDumper)
    (folder / f"{name}.yaml").write_text(text, encoding="utf-8")


@pytest.mark.parametrize("phase", ["checking", "mending"])
def test_compliant_reports_are_clean(window: Pack, tmp_path: Path, phase: str) -> None:
    for base in ("personal", "headquarters", "branch-office"):
        write(tmp_path, base, base_report(window, base, phase))
    result = check(tmp_path)
    assert found(result) == []
    assert result.exit_code == 0
    document = json.loads(result.output)
    assert document["pack"] == "window-2023"
    assert list(document["summary"]["statistics"]["reports_by_phase"]) == ["checking", "mending"]
    assert list(document["summary"]["statistics"]["problems_by_theme"]) == ["speed", "clarity", "warmth"]


def test_a_report_in_chinese_is_clean(tmp_path: Path) -> None:
    write(tmp_path, "蓝秋水", CHINESE)
    result = check(tmp_path)
    assert found(result) == [] and result.exit_code == 0


def test_faults_are_found_with_the_words_of_this_plan(window: Pack, tmp_path: Path) -> None:
    personal = base_report(window, "personal", "checking")
    change(personal, {"/submitted": "2023-06-01", "/themes/speed/problems/0/behaviour": "态度生硬"}, ["/themes/warmth"])
    write(tmp_path, "personal", personal)
    unit = base_report(window, "branch-office", "mending")
    change(unit, {"/unit/level": "分理处", "/phase": "整改"}, ["/summary"])
    write(tmp_path, "unit", unit)
    write(tmp_path, "other", CHINESE.replace("窗口三提升", "八扬八治"))
    result = check(tmp_path)
    assert result.exit_code == 1
    assert set(found(result)) == {
        ("FM09", "/plan"),
        ("FM08", "/themes/speed/problems/0/behaviour"),
        ("QZ01", "/themes/warmth"),
        ("QZ04", "/submitted"),
        ("QZ07", "/summary/date"),
    }
    said = {one["rule"]: one["message"] + one["remedy"] for one in json.loads(result.output)["findings"]}
    assert "speed-1" in said["FM08"] and "窗口三提升" in said["FM09"] and "热情" in said["QZ01"]
    assert not re.search("八扬八治|shigan|市局", "".join(said.values()))
    english = {one["rule"]: one["message"] for one in json.loads(check(tmp_path, "--lang", "en").output)["findings"]}
    assert "warmth" in english["QZ01"] and "checking" in english["QZ04"]


def test_phases_of_this_plan_are_chosen_in_both_languages(window: Pack, tmp_path: Path) -> None:
    write(tmp_path, "personal", base_report(window, "personal", "mending"))
    for name in ("checking", "自查"):
        result = check(tmp_path, "--phase", name)
        assert json.loads(result.output)["summary"]["later"] == 1
    assert check(tmp_path, "--phase", "inspection").exit_code == 2


def test_its_roster_and_waivers_know_its_levels_and_rules(window: Pack, tmp_path: Path) -> None:
    (tmp_path / "roster.yaml").write_bytes((WINDOW / "bases" / "roster.yaml").read_bytes())
    (tmp_path / "waivers.yaml").write_text(
        "waivers:\n- {rule: QZ07, subject: W-01, reason: 合并报送, by: 关山月, until: 2023-12-31}\n", encoding="utf-8")
    unit = base_report(window, "branch-office", "mending")
    change(unit, {}, ["/summary"])
    write(tmp_path, "unit", unit)
    result = check(tmp_path)
    assert [(one["rule"], one["waived"]["by"]) for one in json.loads(result.output)["findings"]] == [("QZ07", "关山月")]
    assert result.exit_code == 0


@pytest.mark.parametrize("command", [["rules", "test"], ["rules", "lint"], ["rules", "list"],
                                     ["rules", "trace", str(WINDOW / "plan.txt")]])
@pytest.mark.parametrize("lang", ["zh", "en"])
def test_the_commands_on_packs_pass(command: list[str], lang: str) -> None:
    result = invoked(*command, "--rules", WINDOW, "--lang", lang)
    assert result.exit_code == 0, result.output


def test_inherited_rules_leave_their_plan_behind(window: Pack) -> None:
    taken = [rule for rule in window.rules.values() if rule.inherited]
    assert {rule.id[:2] for rule in taken} == {"IN", "FM", "TX"}
    assert all(not rule.bases and rule.practice for rule in taken)
    assert not window.rules["FM04"].inherited        # the pack's own takes its place


def test_a_rule_that_rests_on_its_plan_alone_cant_be_inherited(tmp_path: Path) -> None:
    text = (WINDOW / "plan.yaml").read_text(encoding="utf-8").replace("[IN, FM, TX]", "[IN, FM, CA]")
    (tmp_path / "plan.yaml").write_text(text, encoding="utf-8")
    for name in ("themes", "families", "bases"):
        (tmp_path / name).symlink_to(WINDOW / name)
    (tmp_path / "words.yaml").symlink_to(WINDOW / "words.yaml")
    with pytest.raises(PackError) as fault:
        load_pack(tmp_path)
    assert "CA01" in told(fault.value, "en")


def test_no_name_of_the_first_plan_stands_in_the_engine(pack: Pack) -> None:
    names = [*pack.themes, *pack.phases, *pack.levels, pack.id, *(one.virtue for one in pack.themes.values())]
    names = [name for name in names if name not in ("branch", "department")] + ["八扬", "市局", "分局"]
    pattern = re.compile("|".join(rf"\b{name}\b" if name.isascii() else name for name in names))
    for path in sorted(ENGINE.rglob("*.py")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            assert not pattern.search(line.split("#")[0]), f"{path.name}:{number}: {line.strip()}"
