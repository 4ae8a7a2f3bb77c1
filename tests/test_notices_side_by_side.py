"""Many letters are made in several processes: the same bytes for any number of them, and nothing lost with a process
(docs/performance.md, docs/reliability.md).
"""

from __future__ import annotations

import hashlib
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path

import pytest
from running import SAMPLES, bayang

from bayang.engine.output.notices import delivery, office
from bayang.engine.output.notices.guard import Guarded, NoticeFault, Trusted
from bayang.engine.output.notices.office import Office, convert

HERE = os.getpid()


def numbered(form: str, template: bytes) -> Callable[[Mapping[str, object]], bytes]:
    """Says which notice it is; at one of them its process is killed, another it can't make."""
    def made(data: Mapping[str, object]) -> bytes:
        if data["killed"] and os.getpid() != HERE:
            os.kill(os.getpid(), signal.SIGKILL)
        if data.get("wrong"):
            raise ValueError
        return b"%s %d" % (template, data["number"])

    return made


@pytest.mark.skipif(os.name == "nt", reason="kills a process by a signal")
@pytest.mark.parametrize("kind", ["Trusted", "Guarded"])
def test_processes_that_make_notices_end_with_the_run_that_is_killed(kind: str) -> None:
    """Else they would hold the register locked for ever. What they hold of the pipe shows when they have ended."""
    begin = f"""if True:
        import os, signal
        from bayang.engine.output.notices.guard import {kind}
        made = {kind}(lambda form, template: lambda data: b"", "md", b"", processes=3)
        assert len(made.crew) == 3
        os.kill(os.getpid(), signal.SIGKILL)
    """
    said = subprocess.run([sys.executable, "-c", begin], capture_output=True, timeout=60)
    assert (said.returncode, said.stderr) == (-signal.SIGKILL, b"")


@pytest.mark.skipif(os.name == "nt", reason="kills a process by a signal")
def test_notices_of_a_process_that_died_are_made_all_the_same() -> None:
    template = Trusted(numbered, "md", b"no.", processes=3)
    notices = [{"number": at, "killed": at == 4} for at in range(12)]
    assert list(template.each(notices)) == [b"no. %d" % at for at in range(12)]
    template.close()


def test_what_fails_on_one_notice_costs_that_one_in_any_process() -> None:
    template = Guarded(numbered, "md", b"no.", processes=3)
    found = list(template.each({"number": at, "killed": False, "wrong": at in (2, 3)} for at in range(7)))
    template.close()
    assert [one.args if isinstance(one, NoticeFault) else one for one in found] == [
        b"no. 0", b"no. 1", (0, "ValueError"), (0, "ValueError"), b"no. 4", b"no. 5", b"no. 6"]


def test_word_files_are_the_same_however_many_processes_make_them(tmp_path: Path,
                                                                  monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(delivery, "FEW", 2)
    digests = []
    for jobs in (1, 3):
        to = tmp_path / str(jobs)
        said = bayang("notice", SAMPLES, "--as-of", "2022-08-08", "--to", to, "--jobs", jobs, "--no-config")
        assert said.returncode == 0, said.stderr
        digests.append({path.relative_to(to): hashlib.sha256(path.read_bytes()).hexdigest()
                        for path in to.rglob("*.docx")})
    assert digests[0] == digests[1] and len(digests[0]) == 10


@pytest.mark.skipif(os.name == "nt", reason="stands in for the office program with a shell script")
def test_each_call_gets_the_same_files_however_many_run_at_once(tmp_path: Path,
                                                                monkeypatch: pytest.MonkeyPatch) -> None:
    """A call's later files come out otherwise than its first; no home is used by two at once."""
    monkeypatch.setattr(office, "FEW", 4)
    monkeypatch.setattr(office, "SHARE", 2)
    program = tmp_path / "soffice"
    program.write_text(r"""#!/bin/sh
home="${1#-env:UserInstallation=file://}/busy"
mkdir "$home" || exit 3
all=""
for file in "$@"; do
  case "$file" in in/*)
    all="$all $(basename "$file" .docx)"
    printf '%%PDF-1.6\n%s\n%%%%EOF\n' "$all" > "out/$(basename "$file" .docx).pdf";; esac
done
sleep 0.1
rmdir "$home"
""", encoding="utf-8")
    program.chmod(0o755)
    made = [convert([b"x"] * 8, Office(str(program), dict(os.environ), processes=count)) for count in (1, 2, 9)]
    assert made[0][1] is None and made[0] == made[1] == made[2]
    shown = [re.findall(rb"\d{6}", page or b"") for page in made[0][0]]
    assert [len(one) for one in shown] == [1, 2, 1, 2, 1, 2, 1, 2]      # four calls of two
    made = [convert([b"x"] * count, Office(str(program), dict(os.environ), processes=2)) for count in (3, 4, 5)]
    shown = [re.findall(rb"\d{6}", page or b"") for pages, _ in made for page in pages]
    assert [len(one) for one in shown] == [1, 2, 3, 1, 2, 1, 2, 1, 2, 1, 2, 3]     # a few in one call, more in two
