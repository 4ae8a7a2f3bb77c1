"""The archive of a phase: what lies in it, that sums prove it unchanged, the same bytes each time, nothing written over
(contract 10.10; docs/archive.md).
"""

from __future__ import annotations

import hashlib
import io
import json
import shutil
import stat
import subprocess
import zipfile
from pathlib import Path

import pytest
from making import write
from running import SAMPLES, here
from test_ledger import report

from bayang.engine.output.archive.packing import Packed, inner_name

AS_OF = "2022-08-08"
ROSTER = "units: [{code: U-1, name: 月牙区分局, level: branch}]\npeople: [{id: P-1, name: 郑禾, unit: U-1}]\n"
PROBLEMS = [("shigan", "S-1", "partial", ["2022-06-01"], None)]


@pytest.fixture
def office(tmp_path: Path) -> Path:
    write(tmp_path / "in" / "roster.yaml", ROSTER)
    write(tmp_path / "in" / "waivers.yaml", "waivers: [{rule: CV01, subject: P-1, reason: 缘故, by: 某甲, "
                                            "until: 2022-12-31}]\n")
    write(tmp_path / "in" / "a" / "P-1.yaml", report("P-1", PROBLEMS))
    write(tmp_path / "in" / "b" / "P-1.yaml", report("P-1", PROBLEMS, "inspection"))
    write(tmp_path / "in" / "U-1.yaml", b"\xff\xfe\x00")
    write(tmp_path / "in" / "note.docx", b"PK")
    write(tmp_path / "in" / "发文登记.csv", "编号\n")
    write(tmp_path / "in" / "notice.yaml", "issuer: 月牙区活动办\n")
    write(tmp_path / "sent" / "P-1" / "通知.docx", b"letter")
    write(tmp_path / "sent" / ".~lock", b"")
    return tmp_path


def archived(office: Path, name: str = "x.zip", *more: object) -> zipfile.ZipFile:
    said = here("archive", office / "in", "--as-of", AS_OF, "--to", office / name, *more)
    assert said.returncode == 0, said.stderr.decode()
    data = (office / name).read_bytes()
    assert hashlib.sha256(data).hexdigest() in said.stdout.decode()
    return zipfile.ZipFile(io.BytesIO(data))


def test_10_10_what_lies_in_it(office: Path) -> None:
    packed = archived(office, "x.zip", "--letters", office / "sent")
    assert packed.namelist() == [
        "说明.txt", "SHA256SUMS", "发文登记.csv", "名册等/roster.yaml", "名册等/waivers.yaml", "报告/U-1.yaml",
        "报告/a/P-1.yaml", "报告/b/P-1.yaml", "核查结果/核查结果.html", "核查结果/核查结果.json", "通知/P-1/通知.docx"]
    assert packed.read("报告/a/P-1.yaml") == (office / "in" / "a" / "P-1.yaml").read_bytes()
    assert packed.read("报告/U-1.yaml") == b"\xff\xfe\x00"
    document = json.loads(packed.read("核查结果/核查结果.json"))
    assert (document["as_of"], document["summary"]["reports"]) == (AS_OF, 2)
    text = packed.read("说明.txt").decode("utf-8-sig")
    for words in ("核查过的报告 3 份，一字未动，其中读不出的 1 份", "roster.yaml、waivers.yaml",
                  "写出的通知等文件 1 个", "发文登记.csv：发文登记表", "sha256sum -c SHA256SUMS"):
        assert words in text


def test_10_10_without_letters_and_register(office: Path) -> None:
    (office / "in" / "发文登记.csv").unlink()
    packed = archived(office)
    assert not [name for name in packed.namelist() if "通知" in name or "登记" in name]
    assert "通知" not in packed.read("说明.txt").decode("utf-8-sig").replace("发文通知", "")


def test_10_10_sums_prove_it_unchanged(office: Path) -> None:
    packed = archived(office, "x.zip", "--letters", office / "sent")
    packed.extractall(office / "out")
    sums = packed.read("SHA256SUMS").decode().splitlines()
    assert sorted(line[66:] for line in sums) == sorted(set(packed.namelist()) - {"SHA256SUMS"})
    for line in sums:
        assert hashlib.sha256(packed.read(line[66:])).hexdigest() == line[:64]
    if not shutil.which("sha256sum"):
        return
    check = ["sha256sum", "--quiet", "--strict", "-c", "SHA256SUMS"]
    assert subprocess.run(check, cwd=office / "out", capture_output=True, check=False).returncode == 0
    write(office / "out" / "报告" / "a" / "P-1.yaml", "changed")
    assert subprocess.run(check, cwd=office / "out", capture_output=True, check=False).returncode == 1


def test_10_10_the_same_bytes_whenever_and_wherever(office: Path) -> None:
    """Neither the time nor modes and days of files matter, nor that the last archive lies among the letters."""
    archived(office, "sent/x.zip", "--letters", office / "sent")
    first = (office / "sent" / "x.zip").read_bytes()
    file = office / "in" / "a" / "P-1.yaml"
    file.touch()
    file.chmod(0o640)
    packed = archived(office, "sent/x.zip", "--letters", office / "sent")
    assert (office / "sent" / "x.zip").read_bytes() == first
    assert {(one.date_time, one.external_attr >> 16, one.create_system) for one in packed.infolist()} == {
        ((2022, 8, 8, 0, 0, 0), 0o600, 3)}
    assert stat.S_IMODE((office / "sent" / "x.zip").stat().st_mode) == 0o600


def test_10_10_a_later_phase_stays_out(office: Path) -> None:
    packed = archived(office, "x.zip", "--phase", "inspection")
    assert "报告/a/P-1.yaml" not in packed.namelist()
    assert "写的阶段在后的报告 1 份" in packed.read("说明.txt").decode("utf-8-sig")


@pytest.mark.parametrize(("arguments", "words"), [
    (("--to", "x.rar"), "以 .zip 结尾"), (("--to", "x.zip", "--letters", "none"), "没有这个文件或文件夹"),
    (("--to", "x.zip", "--register", "none.csv"), "没有这个文件或文件夹"),
    (("--to", "roster.zip"), "这次要读的文件"), (("--to", "letter.zip", "--letters", "sent"), "这次要读的文件"),
])
def test_10_10_wrong_use_writes_nothing(office: Path, arguments: tuple[str, ...], words: str) -> None:
    (office / "roster.zip").hardlink_to(office / "in" / "roster.yaml")
    (office / "letter.zip").hardlink_to(office / "sent" / "P-1" / "通知.docx")
    said = here("archive", office / "in", *arguments, cwd=office)
    assert (said.returncode, said.stdout, words in said.stderr.decode()) == (2, b"", True)
    assert not (office / "x.zip").exists()
    assert (office / "in" / "roster.yaml").read_text(encoding="utf-8") == ROSTER
    assert (office / "letter.zip").read_bytes() == b"letter"


def test_10_10_nothing_to_archive(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    said = here("archive", tmp_path / "empty", "--to", tmp_path / "x.zip")
    assert (said.returncode, (tmp_path / "x.zip").exists()) == (3, False)
    said = here("archive", "-", "--to", tmp_path / "x.zip")
    assert (said.returncode, (tmp_path / "x.zip").exists()) == (2, False)


@pytest.mark.parametrize(("name", "inside"), [
    ("../../etc/P-1.yaml", "etc/P-1.yaml"), ("/abs/P-1.yaml", "abs/P-1.yaml"), ("C:\\x\\P-1.yaml", "C_/x/P-1.yaml"),
    ("a/P\n1.yaml", "a/P_1.yaml"), ("a./b /c.yaml", "a/b/c.yaml"), ("\udc80.yaml", "_.yaml"), ("...", "_"),
])
def test_10_10_no_name_leads_outside(name: str, inside: str) -> None:
    assert inner_name(name) == inside


def test_10_10_names_that_are_the_same_on_some_system_are_numbered() -> None:
    found = Packed()
    for name in ("P-1.yaml", "p-1.YAML", "../P-1.yaml", "x", "X"):
        found.add("reports", "报告", name, b"")
    assert list(found.files) == ["报告/P-1.yaml", "报告/p-1(2).YAML", "报告/P-1(3).yaml", "报告/x", "报告/X(2)"]


def test_10_10_several_paths_and_a_path_above(office: Path) -> None:
    said = here("archive", "../in/a", "../in/b", "--as-of", AS_OF, "--to", "x.zip", cwd=office / "sent")
    assert said.returncode == 0, said.stderr.decode()
    names = zipfile.ZipFile(office / "sent" / "x.zip").namelist()
    assert [name for name in names if name.startswith("报告")] == ["报告/in/a/P-1.yaml", "报告/in/b/P-1.yaml"]


def test_10_10_the_samples_in_english(tmp_path: Path) -> None:
    said = here("archive", SAMPLES, "--as-of", AS_OF, "--to", tmp_path / "x.zip", "--lang", "en")
    assert said.returncode == 0, said.stderr.decode()
    names = zipfile.ZipFile(tmp_path / "x.zip").namelist()
    assert names[:2] == ["CONTENTS.txt", "SHA256SUMS"]
    assert {name.split("/")[0] for name in names[2:]} == {"reports", "result", "tables"}
