"""The baseline: what is in it does not gate, what is gone from it is said, and a broken one stops the run (contract
§8.7, 8.9).
"""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
from jsonschema import Draft7Validator
from running import FAULTY, GOOD, ROOT, SAMPLES, UNREADABLE, Said, edit, folder_of, here

from bayang.engine.batch.baseline import Baseline, Known, as_baseline, compare, load_baseline
from bayang.engine.batch.store import Store
from bayang.engine.packs.pack import Pack
from bayang.engine.records import Finding, PackError, Subject

CLOCK = "--as-of=2022-08-08"


def check(*arguments: object, cwd: Path) -> Said:
    return here("check", *arguments, CLOCK, cwd=cwd)


def document(*arguments: object, cwd: Path) -> dict:
    said = check(*arguments, "--format", "json", cwd=cwd)
    assert said.returncode in (0, 1), said.stderr.decode()
    return json.loads(said.stdout)


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder of two reports, one with two findings, and a baseline of it."""
    folder_of(tmp_path / "reports", GOOD, FAULTY)
    assert check("reports", "--write-baseline", "b.json", cwd=tmp_path).returncode == 1
    return tmp_path


def entries(file: Path) -> list[tuple]:
    return [(one["rule"], one["subject"] and one["subject"]["id"], one["phase"], one["file"])
            for one in json.loads(file.read_text(encoding="utf-8"))["entries"]]


def test_files_with_what_is_known_are_not_said_to_be_in_order(home: Path) -> None:
    shutil.copyfile(UNREADABLE, home / "reports" / UNREADABLE.name)
    text = check("reports", "--baseline", "b.json", cwd=home).stdout.decode()
    assert "需补正或完善的文件 1 份，其余 2 份没有要补正或完善的（另计的除外）\n" in text
    text = check("reports", "--baseline", "b.json", "--lang=en", cwd=home).stdout.decode()
    assert "1 file needs work, the other 2 have nothing to correct, but for what is counted apart\n" in text.replace(
        "\n  ", " ")


def test_what_is_known_does_not_gate_and_is_counted_apart(home: Path) -> None:
    said = check("reports", "--baseline", "b.json", "--fail-on", "info", cwd=home)
    assert (said.returncode, said.stderr) == (0, b"")
    text = said.stdout.decode()
    assert "基线内 2 处（另计）" in text and "CV01" not in text
    assert "除了另计的，没有发现需要补正的事项" in text and "\n没有发现" not in text
    result = document("reports", "--baseline", "b.json", cwd=home)
    assert [(one["rule"], one["baselined"]) for one in result["findings"]] == [("SE01", True), ("CV01", True)]
    assert [result["summary"][name] for name in ("error", "warning", "info", "baselined")] == [0, 0, 0, 2]
    assert result["sources"]["baseline"]["file"] == "b.json"
    assert result["sources"]["baseline"]["gone"] == []


def test_only_what_is_new_gates(home: Path) -> None:
    report = home / "reports/P-003.yaml"
    report.write_text("# 前面多出一行，行号都变了\n" + report.read_text(encoding="utf-8").replace(
        "填报日期: ", "填报日期: 2023", 1), encoding="utf-8")
    result = document("reports", "--baseline", "b.json", cwd=home)
    new = {one["rule"] for one in result["findings"] if not one["baselined"]}
    assert {one["rule"] for one in result["findings"] if one["baselined"]} == {"SE01", "CV01"}
    assert new and not new & {"SE01", "CV01"}
    assert check("reports", "--baseline", "b.json", cwd=home).returncode == 1


def test_as_many_others_instead_are_not_hidden(home: Path) -> None:
    """It goes by fingerprint: two findings known do not excuse two others."""
    shutil.move(home / "reports/P-003.yaml", home / "P-003.yaml")
    text = (home / "P-003.yaml").read_text(encoding="utf-8").replace("P-003", "P-004")
    (home / "reports/P-004.yaml").write_text(text, encoding="utf-8")
    said = check("reports", "--baseline", "b.json", cwd=home)
    assert said.returncode == 1
    assert len(said.stderr.splitlines()) == 2       # both of P-003 are gone


def test_what_is_put_right_is_said(home: Path) -> None:
    edit(home / "reports/P-003.yaml", "自我剖析:\n", "自我剖析:\n  职责: 对下属单位的文稿把关不严。\n")
    said = check("reports", "--baseline", "b.json", cwd=home)
    assert said.returncode == 0
    assert said.stderr.decode() == "基线里的 SE01（P-003，rectification）已不再出现\n"
    assert "基线里有 1 条已不再出现" in said.stdout.decode()
    said = check("reports", "--baseline", "b.json", "--lang", "en", cwd=home)
    assert said.stderr.decode() == "no longer found: SE01 of the baseline (P-003, rectification)\n"
    [gone] = document("reports", "--baseline", "b.json", cwd=home)["sources"]["baseline"]["gone"]
    assert (gone["rule"], gone["subject"]["id"], gone["file"]) == ("SE01", "P-003", "P-003.yaml")


def test_a_long_list_of_what_is_gone_is_cut(tmp_path: Path) -> None:
    check(SAMPLES, "--write-baseline", "b.json", cwd=tmp_path)
    folder_of(tmp_path / "reports", GOOD)
    said = check("reports", "--baseline", "b.json", cwd=tmp_path)
    lines = said.stderr.decode().splitlines()
    assert len(lines) == 11
    gone = len(document("reports", "--baseline", "b.json", cwd=tmp_path)["sources"]["baseline"]["gone"])
    assert lines[-1].startswith(f"另有 {gone - 10} 条")


@pytest.mark.parametrize("arguments", [
    ["reports/P-002.yaml"],                             # a file is a part
    ["reports", "--exclude", "P-003.yaml", "--partial"],
    ["reports", "--ignore", "SE01,CV01"],               # rules that were not asked for
    ["reports", "--select", "PB08"],
])
def test_what_was_not_looked_at_is_not_called_gone(arguments: list[str], home: Path) -> None:
    said = check(*arguments, "--baseline", "b.json", cwd=home)
    assert (said.returncode, said.stderr) == (0, b"")


def test_an_unreadable_report_is_not_put_right(home: Path) -> None:
    """What nobody could read may still lack what it lacked; the file itself is found whatever the baseline says."""
    (home / "reports/P-003.yaml").write_bytes(UNREADABLE.read_bytes())
    said = check("reports", "--baseline", "b.json", cwd=home)
    assert (said.returncode, said.stderr) == (1, b"")
    assert "IN03" in said.stdout.decode()


def test_reading_is_never_in_a_baseline(tmp_path: Path) -> None:
    folder_of(tmp_path / "reports", UNREADABLE, FAULTY)
    check("reports", "--write-baseline", "b.json", cwd=tmp_path)
    assert {rule for rule, *_ in entries(tmp_path / "b.json")} == {"CV01", "SE01"}
    assert check("reports", "--baseline", "b.json", cwd=tmp_path).returncode == 1


def test_what_is_waived_or_superseded_is_not_in_a_baseline(tmp_path: Path) -> None:
    check(SAMPLES, "--write-baseline", "all.json", cwd=tmp_path)
    assert ("CV01", "P-003", "rectification", "市局/整改落实/P-003.yaml") in entries(tmp_path / "all.json")
    found = document(SAMPLES, cwd=tmp_path)["findings"]
    counted = [one for one in found if not (one["superseded"] or one["provisional"]) and one["pointer"]
               is not None]
    assert len(entries(tmp_path / "all.json")) == len(counted) < len(found)
    (tmp_path / "w.yaml").write_text(
        "waivers: [{rule: CV01, subject: P-003, reason: 甲, by: 乙, until: 2022-12-31}]\n", encoding="utf-8")
    check(SAMPLES, "--waivers", "w.yaml", "--write-baseline", "waived.json", cwd=tmp_path)
    assert set(entries(tmp_path / "all.json")) - set(entries(tmp_path / "waived.json")) == {
        ("CV01", "P-003", "rectification", "市局/整改落实/P-003.yaml")}
    result = document(SAMPLES, "--waivers", "w.yaml", "--baseline", "all.json", cwd=tmp_path)
    [both] = [one for one in result["findings"] if one["waived"]]
    assert not both["baselined"]
    assert result["sources"]["baseline"]["gone"] == []


def test_missing_reports_can_be_known(tmp_path: Path) -> None:
    """A finding at the roster; without a roster nobody can say that it is gone."""
    folder_of(tmp_path / "reports", GOOD)
    shutil.copyfile(SAMPLES / "roster.yaml", tmp_path / "roster.yaml")
    check("reports", "--roster", "roster.yaml", "--write-baseline", "b.json", cwd=tmp_path)
    assert "RO01" in {rule for rule, *_ in entries(tmp_path / "b.json")}
    assert check("reports", "--roster", "roster.yaml", "--baseline", "b.json", cwd=tmp_path).returncode == 0
    said = check("reports", "--baseline", "b.json", cwd=tmp_path)
    assert b"RO01" not in said.stderr


def test_the_file_is_as_its_schema_says_and_holds_no_text(home: Path) -> None:
    text = (home / "b.json").read_text(encoding="utf-8")
    schema = json.loads((ROOT / "schemas/baseline.json").read_text(encoding="utf-8"))
    assert list(Draft7Validator(schema).iter_errors(json.loads(text))) == []
    assert sum(line.startswith("  {") for line in text.splitlines()) == 2      # one entry a line, for merges
    for shown in ("--show-values", "--lang=en"):
        check("reports", shown, "--write-baseline", "other.json", cwd=home)
        assert (home / "other.json").read_text(encoding="utf-8") == text


def test_moved_files_stay_known_and_the_order_is_by_subject(home: Path) -> None:
    (home / "reports/甲").mkdir()
    shutil.move(home / "reports/P-003.yaml", home / "reports/甲/报告.yml")
    assert check("reports", "--baseline", "b.json", cwd=home).returncode == 0
    check("reports", "--write-baseline", "c.json", cwd=home)
    one, two = (json.loads((home / name).read_text(encoding="utf-8"))["entries"] for name in ("b.json", "c.json"))
    assert [entry["fingerprint"] for entry in one] == [entry["fingerprint"] for entry in two]


def test_a_rewrite_keeps_what_was_not_looked_at(home: Path) -> None:
    edit(home / "reports/P-003.yaml", "自我剖析:\n", "自我剖析:\n  职责: 对下属单位的文稿把关不严。\n")
    said = check("reports/P-002.yaml", "--baseline", "b.json", "--write-baseline", "b.json", cwd=home)
    assert said.returncode == 0
    assert {rule for rule, *_ in entries(home / "b.json")} == {"CV01", "SE01"}
    check("reports", "--baseline", "b.json", "--write-baseline", "b.json", cwd=home)
    assert {rule for rule, *_ in entries(home / "b.json")} == {"CV01"}


def test_written_whole_or_left_alone(home: Path) -> None:
    before = (home / "b.json").read_bytes()
    assert check("reports", "--write-baseline", "b.json", "--format", "json=no/such/a.json", cwd=home).returncode == 2
    assert check("nowhere", "--write-baseline", "b.json", cwd=home).returncode == 2
    assert (home / "b.json").read_bytes() == before
    assert check("reports", "--write-baseline", "no/such/b.json", cwd=home).returncode == 2
    assert check("reports", "--write-baseline", "x", "--format", "json=./x", cwd=home).returncode == 2
    (home / "empty").mkdir()
    assert check("empty", "--write-baseline", "b.json", cwd=home).returncode == 3
    assert json.loads((home / "b.json").read_text(encoding="utf-8"))["entries"] == []
    assert sorted(path.name for path in home.iterdir()) == ["b.json", "empty", "reports"]


ENTRY = ('{"fingerprint": "f", "rule": "CV01", "subject": {"kind": "personal", "id": "P-1", "unit": null}, '
         '"phase": null, "file": "a.yaml"}')


@pytest.mark.parametrize(("text", "line", "key"), [
    ("", 1, "broken"),
    ('{"format": "bayang-baseline/1",\n<<<<<<< HEAD\n', 2, "broken"),
    ("[" * 100_000, 1, "broken"),
    ("[]", 1, "other-format"),
    ('{"format": "bayang/1", "findings": []}', 1, "other-format"),
    ('{"format": "bayang-baseline/2", "pack": "bayang-bazhi", "entries": []}', 1, "other-format"),
    ('{"format": "bayang-baseline/1",\n"pack": "other", "entries": []}', 2, "other-plan"),
    ('{"format": "bayang-baseline/1", "pack": "bayang-bazhi", "entries": [\n' + ENTRY + ',\n{}]}', 3, "entry"),
    ('{"format": "bayang-baseline/1", "pack": "bayang-bazhi", "entries": [\n\n'
     + ENTRY.replace('"f"', "7") + ']}', 3, "entry"),
    ('{"format": "bayang-baseline/1", "pack": "bayang-bazhi", "entries": [\n' + ENTRY + ',\n'
     + ENTRY.replace("CV01", "IN03") + ']}', 3, "reading"),
])
def test_a_broken_baseline_says_where_and_what_to_do(text: str, line: int, key: str, pack: Pack) -> None:
    with pytest.raises(PackError) as fault:
        load_baseline(text.encode(), "b.json", pack)
    assert (fault.value.file, fault.value.line, fault.value.key) == ("b.json", line, f"baseline.{key}")


def test_a_broken_baseline_is_exit_2(home: Path) -> None:
    (home / "b.json").write_text('{"format": "bayang-baseline/1",\n', encoding="utf-8")
    said = check("reports", "--baseline", "b.json", cwd=home)
    assert (said.returncode, said.stdout) == (2, b"")
    assert said.stderr.decode().startswith("b.json 第 2 行：不是完整的 JSON")
    said = check("reports", "--baseline", "nowhere.json", "--lang", "en", cwd=home)
    assert said.returncode == 2
    assert said.stderr.decode().startswith("nowhere.json line 1: ")


def finding(fingerprint: str, **more: object) -> Finding:
    return Finding(rule="CV01", name="n", level="error", file="a.yaml", line=1, column=1, pointer="/x",
                   subject=Subject("personal", "P-1", None), theme=None, phase="inspection", clause=None, message="m",
                   remedy="r", fingerprint=fingerprint, **more)


def test_comparing_is_by_fingerprint_alone(pack: Pack) -> None:
    def entry(mark: str) -> Known:
        return Known(mark, "CV01", Subject("personal", "P-9", None), "education", "b.yaml")

    known = Baseline(tuple(map(entry, "abcd")), "b.json", "")
    findings = Store([], pack).findings
    findings.extend([finding("a"), finding("b", waived={"reason": "r", "by": "b", "until": "u"}),
                     finding("c", superseded=True), finding("e")])
    findings.arrange()
    comparison = compare(known, findings, lambda one: True)
    assert [one.baselined for one in findings] == [True, False, False, False]
    assert comparison.gone == [entry("d")] and comparison.beyond == []
    comparison = compare(known, findings, lambda one: False)
    assert comparison.gone == [] and comparison.beyond == [entry("d")]


def test_a_written_baseline_reads_back(pack: Pack) -> None:
    text = as_baseline([finding("b"), finding("a")], pack)
    assert [one.fingerprint for one in load_baseline(text.encode(), "b.json", pack).entries] == ["a", "b"]
    assert load_baseline(as_baseline([], pack).encode(), "b.json", pack).entries == ()
