"""Results in which a hostile text stands wherever a report, a path or an ID could have put it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

from bayang.engine.batch.outcome import Result
from bayang.engine.records import Subject

CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]")


def poisoned(plain: Result, text: str) -> Result:
    """The result with a text wherever a report, a path or an ID could have put it."""
    subject = Subject("personal", text or None, text)
    waived = {"reason": text, "by": text, "until": "2022-12-31"}
    findings = [replace(one, file=text or "a", message=f"{text}", remedy=text, trail=f"#1({text}) › {text}",
                        subject=subject, pointer=f"/{text}", owner="x") for one in plain.findings]
    findings += [replace(findings[0], waived=waived, fingerprint="0" * 32)]
    skipped = [replace(one, file=text or "a", pointer=f"/{text}", subject=subject) for one in plain.not_assessed]
    return replace(plain, findings=findings, not_assessed=skipped, reports=[],
                   summary=plain.summary | {"waived": 1}, crashes=[(text, plain.findings[0].rule, "ValueError")])


def shape(tree: Any) -> list:
    """The elements of a document with the names of their attributes, but for those that keep an ID on one line."""
    return [(one.tag, sorted(one.attrib)) for one in tree.iter() if one.get("class") != "whole"]
