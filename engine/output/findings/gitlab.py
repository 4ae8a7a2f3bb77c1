"""GitLab Code Quality: a JSON array of the findings that count; what is set apart is one entry of level info."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain
from typing import Any

from ...batch.outcome import Result
from ...text.messages import joined, say
from ...text.wording import one_line
from .document import dumped_list
from .setting import Setting

_SEVERITIES = {"error": "major", "warning": "minor", "info": "info"}


def as_gitlab(result: Result, setting: Setting) -> Iterator[str]:
    """An entry a finding, without BOM, each with a fingerprint of its own; the clock stands in each description."""
    return chain(dumped_list(_entries(result, setting), 0), "\n")


def _entries(result: Result, setting: Setting) -> Iterator[dict[str, Any]]:
    language = setting.language
    clock = say("output.as_of", language, date=result.as_of)
    apart = None
    for one in result.findings:
        if one.gates:
            text = f"{one.rule} {one.placed} {say('finding.remedy', language, text=one.remedy)} {clock}"
            yield _entry(one.rule, text, one.fingerprint, _SEVERITIES[one.level], setting.place(one.file), one.line)
        else:
            apart = apart or one
    if result.empty:
        yield _entry("nothing", f"{say('run.nothing', language)} {clock}", f"nothing-{result.pack}", "info", ".", 1)
    if apart:
        counts = [say(f"totals.{name}", language, count=result.summary[name])
                  for name in ("waived", "baselined", "superseded", "provisional") if result.summary[name]]
        yield _entry("apart", f"{joined(counts, language)} {clock}", f"apart-{result.pack}", "info",
                     setting.place(apart.file), 1)


def _entry(check: str, text: str, fingerprint: str, severity: str, path: str, line: int) -> dict[str, Any]:
    return {"description": one_line(text), "check_name": check,
            "fingerprint": fingerprint, "severity": severity, "location": {"path": path, "lines": {"begin": line}}}
