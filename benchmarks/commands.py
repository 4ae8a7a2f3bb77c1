"""How each command grows with the office: python benchmarks/commands.py [COUNT [TIMES]]   (500 and 4 unless given)

Makes an office of COUNT people and another of so many times as many, in units of 20, with a roster on which one in ten
has not filed; of the reports one in three has five findings. Runs every command and format over both, with a warm
cache, letters held against an earlier check and entered in a register too. Prints seconds of the processor and the peak
memory in MiB of both, and how many times as much the larger one takes: more than TIMES grows faster than the office
does. Not on Windows.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from costs import Cost, cost
from outputs import spoil
from reports import make

from bayang.engine.output.findings import FORMATS

UNIT = 20
NOTICE = ("notice", "--format", "md")


def enrol(file: Path, count: int) -> None:
    """A roster of all who have reports, and of one in ten more."""
    units = range(-(-count // UNIT))
    lines = ["单位:", *(f"  - {{单位编号: U-{at:05d}, 单位名称: 第{at}科, 层级: 科室单位}}" for at in units)]
    lines += ["人员:", *(f"  - {{人员编号: B-{at:06d}, 姓名: 张{at}, 单位编号: U-{at % len(units):05d}}}"
                       for at in range(count + count // 10))]
    file.write_text("\n".join(lines) + "\n", encoding="utf-8")


def commands(top: Path) -> Iterator[tuple[str, list[str | Path]]]:
    """What is run, by name; the first fills the cache and makes the earlier result."""
    reports, roster = top / "reports", top / "roster.yaml"
    over = [reports, "--cache-dir", top / "cache", "--roster", roster]
    then, now = [*over, "--as-of", "2022-05-06"], [*over, "--as-of", "2022-05-20"]
    yield "first", ["check", *then, "--format", f"json={top / 'then.json'}"]
    for form in FORMATS:
        yield f"check {form}", ["check", *now, "--format", f"{form}={top / f'now.{form}'}"]
    yield "baseline", ["check", *now, "--counts", "--write-baseline", top / "baseline.json"]
    yield "with baseline", ["check", *now, "--counts", "--baseline", top / "baseline.json"]
    for form in ("text", "markdown", "csv", "xlsx", "docx"):
        yield f"stats {form}", ["stats", *now, "--format", f"{form}={top / f'stats.{form}'}"]
    for form in ("text", "markdown", "csv", "xlsx", "json"):
        yield f"due {form}", ["due", *now, "--format", f"{form}={top / f'due.{form}'}"]
    for form in ("csv", "xlsx", "html"):
        yield f"ledger {form}", ["ledger", *now, "--to", top / f"ledger.{form}"]
    register = ["--register", top / "register.csv"]
    yield "notice", [*NOTICE, *now, "--no-config", "--to", top / "letters"]
    yield "notice previous", [*NOTICE, *now, "--no-config", "--to", top / "second", "--previous", top / "then.json"]
    yield "notice register", [*NOTICE, *now, "--to", top / "third", *register]
    yield "notice again", [*NOTICE, *now, "--to", top / "fourth", *register]
    yield "archive", ["archive", *now, "--to", top / "archive.zip", "--letters", top / "third", *register]
    for form in ("text", "markdown", "xlsx", "json"):
        yield f"diff {form}", ["diff", top / "then.json", top / "now.json", "--format",
                               f"{form}={top / f'diff.{form}'}"]
    yield "fix", ["fix", *sorted(reports.glob("*.yaml"))]
    yield "new all", ["new", "all", "--roster", roster, "--to", top / "forms"]


def measured(count: int) -> dict[str, Cost]:
    """What each command takes for an office of so many people."""
    with tempfile.TemporaryDirectory() as name:
        top = Path(name)
        make(top / "reports", count)
        spoil(top / "reports", count)
        enrol(top / "roster.yaml", count)
        found = {}
        for what, arguments in commands(top):
            found[what], status, said = cost([sys.executable, "-m", "bayang", *arguments])
            assert status in (0, 1), (what, status, said)
        return found


def main(count: int, times: int) -> None:
    """Measure and print."""
    small, large = measured(count), measured(count * times)
    for what, one in small.items():
        other = large[what]
        print(f"{what:16s} {one.cpu:7.2f} {other.cpu:7.2f} s  {other.cpu / one.cpu:5.2f}   "
              f"{one.peak:6.1f} {other.peak:6.1f} MiB  {other.peak / one.peak:5.2f}")


if __name__ == "__main__":
    given = [int(one) for one in sys.argv[1:]]
    main(*(given or [500]), *([4] if len(given) < 2 else []))
