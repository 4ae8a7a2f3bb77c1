"""The office's year as its page tells it (docs/year.md): every command in its order, on a made bureau, and what the
register, the letters and the comparison say at each step.
"""

from __future__ import annotations

import csv
import json
import re
import shlex
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

import yaml
from making import write
from running import Said, here
from test_carrying import filled

from bayang.engine.authoring.examples import base_report
from bayang.engine.packs.pack import Pack

DOCS = Path(__file__).parent.parent / "docs"
FACT = "四月的两次例会都没有讨论督办清单，三件逾期事项没有人过问，会后也没有补。"       # of the fourth, as its own


class Year:
    """The bureau, what its people do between the office's commands, and those commands."""

    def __init__(self, folder: Path, made: Any, pack: Pack, blocks: list[list[str]]) -> None:
        self.folder, self.pack, self.made, self.blocks = folder, pack, made, blocks
        made.reports, made.office = folder / "报告", folder / "办公室"
        for name in ("报告/问题查摆", "报告/整改落实", "办公室", "结果", "归档"):
            (folder / name).mkdir(parents=True)
        made.enrol()
        write(made.office / "notice.yaml", "发文机关: 云溪局活动办\n发文字号: {机关代字: 云作风办}\n")

    def play(self, block: int, *codes: int) -> list[str]:
        """Run the commands of a block; what each said."""
        said: list[Said] = [here(*shlex.split(line)[1:], cwd=self.folder) for line in self.blocks[block]]
        assert [one.returncode for one in said] == list(codes), [one.stderr.decode() for one in said]
        return [one.stdout.decode() for one in said]

    def report(self, ident: str, phase: str) -> dict[str, Any]:
        """What somebody has to report: of the base's three problems one, as its own."""
        data = base_report(self.pack, "department" if ident == "U-002" else "personal", phase)
        if ident == "U-002":
            text = yaml.dump(data, allow_unicode=True, Dumper=yaml.CSafeDumper)
            data = yaml.load(re.sub(r"owner: \S+", "owner: 韩甲一", text), Loader=yaml.CSafeLoader)
            return data | {"collected": {"due": "4", "received": "3"}}
        at = self.made.people.index(ident)
        problems = [(theme, one) for theme, answer in data["themes"].items() for one in answer.get("problems", ())]
        for theme, answer in data["themes"].items():
            data["themes"][theme] = {"examined": "all", "none_found": answer.get("none_found") or {
                "method": "与科长谈一次，翻看工作日志", "basis": "没有这方面的事例"}}
        theme, problem = problems[at % 3]
        problem = problem | {"id": f"{ident}-1", "measures": [one | {"owner": "本人"} for one in problem["measures"]]}
        if at == 3:
            problem |= {"fact": FACT, "instance": f"三月二十八日例会。{FACT}", "cause": FACT[::-1]}
        data["themes"][theme] = {"examined": "all", "problems": [problem]}
        name = "韩甲" + chr(0x4E00 + at)
        return data | {"person": data["person"] | {"id": ident, "name": name}, "filled_by": name}

    def file(self, ident: str, phase: str = "inspection", folder: str = "问题查摆", **fields: Any) -> Path:
        data = {key: value for key, value in (self.report(ident, phase) | fields).items() if value is not None}
        return self.made.save(self.made.reports / folder / f"{ident}.yaml", data)

    @property
    def register(self) -> list[dict[str, str]]:
        with (self.made.office / "发文登记.csv").open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))

    def entered(self, day: str) -> list[tuple[str, str, str, str]]:
        return [(row["文号"], row["对象"], row["类别"], row["次数"]) for row in self.register if row["日期"] == day]


def first_problem(data: dict[str, Any]) -> dict[str, Any]:
    return next(answer["problems"][0] for answer in data["themes"].values() if "problems" in answer)


def commands_of(page: str) -> list[list[str]]:
    """The lines of each block of commands of a page."""
    text = (DOCS / page).read_text(encoding="utf-8")
    return [block.splitlines() for block in re.findall("^```sh\n(.*?)^```$", text, re.MULTILINE | re.DOTALL)]


def test_a_year_in_the_order_of_the_page(tmp_path: Path, pack: Pack, bureau: Callable[[int], Any]) -> None:
    year = Year(tmp_path, bureau(4), pack, commands_of("year.zh-CN.md"))
    assert year.blocks == commands_of("year.md")

    # 1. forms for the unit and its four people
    year.play(0, 0)
    assert len(list((tmp_path / "填报/问题查摆").rglob("*.yaml"))) == 5

    # 2. one has filed: the others are named and reminded
    year.file("P-001", submitted="2022-04-18")
    due, told = year.play(1, 0, 0)
    assert "截止，还有 10 天；还没有报的 4 个" in due.replace("\n  ", "") and "U-002、P-002、P-003、P-004" in due
    assert "提醒 4 份" in told
    assert year.entered("2022-04-20") == [
        (f"云作风办〔2022〕{at}号", f"{ident}（{'单位' if ident[0] == 'U' else '个人'}）", "提醒", "1")
        for at, ident in enumerate(["U-002", "P-002", "P-003", "P-004"], 1)]

    # 3. one report is faulty, one can't be read, one is missing
    faulty = year.report("P-002", "inspection")
    first_problem(faulty).pop("cause")
    first_problem(faulty).pop("culture")
    year.made.save(year.made.reports / "问题查摆/P-002.yaml", faulty | {"submitted": "2022-04-24"})
    broken = year.file("P-003", submitted="2022-04-26")
    write(broken, re.sub(r"^(filled_by|person|phase):", r"\1：", broken.read_text(encoding="utf-8"),
                         flags=re.MULTILINE))
    year.file("U-002", submitted="2022-04-28")
    text, told = year.play(2, 1, 0)
    assert "未报：P-004" in text and "读不出：P-003" in text and "已报待补正：P-002" in text
    assert year.entered("2022-05-05") == [
        ("云作风办〔2022〕5号", "P-002（个人）", "补正", "1"), ("云作风办〔2022〕6号", "P-003（个人）", "改文件", "1"),
        ("云作风办〔2022〕7号", "P-004（个人）", "补报", "1")]
    missing = (tmp_path / "通知/0505/P-004/补报通知-P-004.md").read_text(encoding="utf-8")
    assert "登记在册的上一份提醒是2022年4月20日的云作风办〔2022〕4号，期限为2022年4月30日。" in missing
    shown, done = year.play(3, 1, 0)
    assert shown.count("字段名后面的符号改成英文冒号") == 3 and "已改好 1 个文件" in done
    (year.made.reports / "问题查摆/P-003.yaml.bak").unlink()

    # 4. an extension is granted and used; one fault of two is corrected
    year.made.enrol(extensions=[{"subject": "P-004", "phase": "inspection", "until": "2022-05-10", "by": "沈雨桐"}])
    year.file("P-004", submitted="2022-05-08")
    mended = broken.read_text(encoding="utf-8")
    write(broken, mended + "corrected: 2022-05-09\n")
    first_problem(faulty)["cause"] = first_problem(year.report("P-002", "inspection"))["cause"]
    year.made.save(year.made.reports / "问题查摆/P-002.yaml",
                   faulty | {"submitted": "2022-04-24", "corrected": "2022-05-09"})
    _, changed, _ = year.play(4, 0, 0, 0)       # what is left should be completed: no error
    for words in ("新报：P-003（调查研究和问题查摆）、P-004（调查研究和问题查摆）\n",
                  "新补正：P-002（调查研究和问题查摆）\n", "仍未补正 1 处：\n  P-002 PB03 ",
                  "不再出现 5 处：\n  P-002 PB01 ", "P-004 RO01 "):
        assert words in changed
    assert year.entered("2022-05-16") == [("云作风办〔2022〕8号", "P-002（个人）", "补正", "2")]
    second = (tmp_path / "通知/0516/P-002/补正通知-P-002-第2次.md").read_text(encoding="utf-8")
    assert "云作风办〔2022〕5号" in second and "已补正 1 处，未补正 1 处" in second

    # 5. all is in order, and archived with its letters
    first_problem(faulty)["culture"] = first_problem(year.report("P-002", "inspection"))["culture"]
    year.made.save(year.made.reports / "问题查摆/P-002.yaml",
                   faulty | {"submitted": "2022-04-24", "corrected": "2022-05-20"})
    _, changed, _ = year.play(5, 0, 0, 0)
    assert "新补正：P-002" in changed and "不再出现 1 处：\n  P-002 PB03 " in changed and "仍未补正" not in (
        changed.partition("序号")[0].partition("按单位")[2] + changed.rpartition("─")[2])
    found = json.loads((tmp_path / "结果/0523.json").read_bytes())
    assert (found["summary"]["error"], found["summary"]["warning"]) == (0, 0)
    with zipfile.ZipFile(tmp_path / "归档/问题查摆.zip") as packed:
        names = packed.namelist()
    assert any(name.endswith("P-004.yaml") for name in names) and any("补正通知-P-002-第2次" in name for name in names)

    # 6. the next phase goes on in these reports
    [told] = year.play(6, 0)
    assert "接着写的 5 份" in told
    forms = {path.stem: path for path in (tmp_path / "填报/整改落实").rglob("*.yaml")}
    assert forms.keys() == {"U-002", *year.made.people}
    assert "P-002-1" in forms["P-002"].read_text(encoding="utf-8-sig")

    # 7. in the middle of it
    _, due, told = year.play(7, 0, 0, 0)
    assert "截止，还有 11 天；还没有报的 5 个" in due.replace("\n  ", "") and "P-001-1" in due
    assert "提醒 5 份" in told and "P-001-1" in (tmp_path / "结果/台账0720.md").read_text(encoding="utf-8")
    assert [row[2] for row in year.entered("2022-07-20")] == ["提醒"] * 5

    # 8. filled in, they come back: nothing vanished, and what is closed is listed
    for ident, path in forms.items():
        blank = yaml.load(path.read_text(encoding="utf-8-sig"), Loader=yaml.BaseLoader)
        whole = year.report(ident, "rectification")
        if ident == "U-002":
            whole["collected"] = blank["collected"] = {"due": "4", "received": "4"}
        year.made.save(year.made.reports / f"整改落实/{ident}.yaml", filled(blank, whole))
    _, changed, *_ = year.play(8, 0, 0, 0, 0, 0)
    assert "新报：U-002（监督检查和整改落实）、P-001（" in changed and "新增 " not in changed.rpartition("─")[2]
    found = json.loads((tmp_path / "结果/0808.json").read_bytes())
    assert [one["rule"] for one in found["findings"] if one["level"] == "error" and not one["superseded"]] == []
    assert "P-001-1" in (tmp_path / "结果/已销号.md").read_text(encoding="utf-8")
    assert (tmp_path / "归档/整改落实.zip").exists()
    numbers = [row["文号"] for row in year.register]
    assert numbers == [f"云作风办〔2022〕{at}号" for at in range(1, len(numbers) + 1)]
