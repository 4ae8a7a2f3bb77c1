"""What many tests make and look at: files with their folders, and the findings of one report on the bundled pack."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from bayang.engine.authoring.examples import base_report, change
from bayang.engine.judging.check import Checker, Style, World
from bayang.engine.judging.compile import Compiled
from bayang.engine.packs.pack import load_pack
from bayang.engine.reading.typed import as_typed, in_chinese
from bayang.engine.records import Finding

PACK = load_pack()
COMPILED = Compiled(PACK)


# Units of three levels, called as in the compliant reports of the pack.
UNITS = [
    {"code": "U-000", "name": "云岭市生态环境局", "level": "bureau", "head": "顾长林"},
    {"code": "U-001", "name": "云岭市青溪生态环境分局", "level": "branch", "head": "贺建平"},
    {"code": "U-002", "name": "大气环境科", "level": "department", "head": "沈雨桐"},
]
# A unit's report of a plan with fields of its own: a problem is open, one is settled, one goes on.
SERVICE_REPORT = """\
报告类型: 单位
活动方案: wuxiang-2024
所处阶段: 自查
单位: {单位编号: S-1, 单位名称: 东站, 层级: 服务站}
交表日期: 2024-06-20
五项行动:
  走访:
    问题清单:
    - {编号: 甲-1, 线索: 走访发现, 办理情况: 未办, 整改措施: [{措施: 秘语, 责任人: 秘名, 整改时限: 2024-07-01}]}
    - {编号: 甲-2, 线索: 企业反映, 办理情况: 已办结, 整改措施: [{措施: 秘语, 责任人: 秘名, 整改时限: 2024-07-01}]}
    - {编号: 甲-3, 办理情况: 长期坚持, 整改措施: [{措施: 秘语, 责任人: 秘名, 整改时限: 2024-07-01}]}
"""


def write(path: Path, data: str | bytes) -> Path:
    """A file, with the folders above it."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data if isinstance(data, bytes) else data.encode())
    return path


def report(base: str, phase: str, sets: dict[str, Any] | None = None, removed: Sequence[str] = (),
           chinese: bool = True) -> str:
    """A compliant report with fields that are set and others taken away, as one types it."""
    data = base_report(PACK, base, phase)
    change(data, sets or {}, removed)
    return as_typed(in_chinese(data, PACK.shapes["personal" if base == "personal" else "unit"]) if chinese else data)


def line_of(text: str, start: str) -> int:
    """The number of the first line that begins so."""
    return next(at for at, line in enumerate(text.split("\n"), 1) if line.startswith(start))


def found(text: str | bytes, language: str = "zh", clock: str = "2023-01-15") -> list[Finding]:
    """What is found in a report, without roster and neighbours."""
    data = text if isinstance(text, bytes) else text.encode()
    return Checker(COMPILED, World(clock), Style(language)).check(data, "x.yaml").findings


def only(findings: list[Finding], rule: str) -> Finding:
    """The one finding of a rule."""
    [one] = [one for one in findings if one.rule == rule]
    return one
