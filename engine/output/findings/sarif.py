"""SARIF 2.1.0 for code scanning. What does not gate is left out and only counted."""

from __future__ import annotations

import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Any
from urllib.parse import quote

from .... import __version__
from ...authoring.fragments import unfilled
from ...authoring.reference import basis
from ...batch.outcome import Result
from ...packs.pack import Pack
from ...packs.rule import Rule
from ...records import LEVELS, Finding
from ...text.messages import say
from ...text.wording import one_line
from .document import dumped, dumped_list
from .setting import Setting

SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
LANGUAGES = {"zh": "zh-CN", "en": "en-US"}
_LEVELS = {"error": "error", "warning": "warning", "info": "note"}

# What code scanning takes of one run; more makes it refuse the whole file.
MOST_RESULTS = 25_000
MOST_BYTES = 10_000_000 * 9 // 10       # compressed; a tenth is left for the rules and for other compressors
_MORE = "more"
_NAMES = "urn:bayang"       # the project has no address on the net; a name says as much, and lasts


def as_sarif(result: Result, setting: Setting) -> Iterator[str]:
    """One run with the findings that count, the gravest first to stay where there are too many."""
    pack = setting.compiled.pack
    kept, left = _fitting(result, setting)
    rules = [_rule(rule, pack, setting.language) for rule in pack.rules.values()]
    if left:
        text = {"text": say("output.more_title", setting.language)}
        rules.append({"id": _MORE, "name": _MORE, "shortDescription": text, "fullDescription": text, "help": text,
                      "helpUri": f"{_NAMES}:rule:{_MORE}", "defaultConfiguration": {"level": "warning"}})
    run = {
        "tool": {"driver": {"name": "bayang", "semanticVersion": __version__,
                            "informationUri": f"{_NAMES}:tool", "rules": rules}},
        "language": LANGUAGES[setting.language],
        "columnKind": "unicodeCodePoints",
        "automationDetails": {"id": f"bayang/{pack.id}/"},
        "invocations": [{
            "executionSuccessful": not (result.crashes or result.empty),
            "toolExecutionNotifications": [
                *([{"level": "error", "message": {"text": say("run.nothing", setting.language)}}] if result.empty
                  else []),
                *({"level": "error", "message": {"text": one_line(
                    say("run.crash", setting.language, file=file, rule=rule, error=error))}}
                  for file, rule, error in result.crashes)]}],
        "properties": {"pack": result.pack, "packDigest": result.pack_digest, "asOf": result.as_of,
                       "summary": result.summary, "cut": left},
    }
    yield f'{{\n "$schema": {dumped(SCHEMA)},\n "version": "2.1.0",\n "runs": [\n  {{'
    for name, value in run.items():
        yield f'\n   "{name}": {dumped(value, 3)},'
    yield '\n   "results": '
    numbers = {rule["id"]: at for at, rule in enumerate(rules)}
    yield from dumped_list(_results(result, kept, left, numbers, setting), 3)
    yield "\n  }\n ]\n}\n"


def _fitting(result: Result, setting: Setting) -> tuple[dict[str, int], int]:
    """How many findings of each level one run may hold, the gravest first where it is not all; how many are left."""
    packer, size = zlib.compressobj(1), 0
    every = sum(one.gates for one in result.findings)
    kept = dict.fromkeys(LEVELS, 0)
    for level in LEVELS:
        for one in _counted(result, level):
            size += len(packer.compress(dumped(_result(one, 0, setting), 4).encode("utf-8")))
            count = sum(kept.values())
            if size > MOST_BYTES or (count == MOST_RESULTS - 1 and every > MOST_RESULTS):
                return kept, every - count
            kept[level] += 1
    return kept, 0


def _counted(result: Result, *levels: str) -> Iterator[Finding]:
    return (one for one in result.findings if one.gates and one.level in levels)


def _results(result: Result, kept: dict[str, int], left: int, numbers: dict[str, int],
             setting: Setting) -> Iterator[dict[str, Any]]:
    begun, file = Counter[str](), None
    for one in _counted(result, *LEVELS):
        begun[one.level] += 1
        if begun[one.level] <= kept[one.level]:
            file = file or one.file
            yield _result(one, numbers[one.rule], setting)
    if left:
        yield {"ruleId": _MORE, "ruleIndex": numbers[_MORE], "level": "warning",
               "message": {"text": say("output.more", setting.language, count=left)},
               "locations": [_location(file or "", 1, 1, setting)]}


def _result(one: Finding, number: int, setting: Setting) -> dict[str, Any]:
    return {
        "ruleId": one.rule, "ruleIndex": number, "level": _LEVELS[one.level],
        "message": {"text": one_line(f"{one.placed} {say('finding.remedy', setting.language, text=one.remedy)}")},
        "locations": [_location(one.file, one.line, one.column, setting)],
        "partialFingerprints": {"primaryLocationLineHash": one.fingerprint},
        "properties": {"subject": one.subject.id if one.subject else None, "pointer": one.pointer,
                       "theme": one.theme, "phase": one.phase, "clause": one.clause},
    }


def _location(file: str, line: int, column: int, setting: Setting) -> dict[str, Any]:
    """A place; a field is where its first character stands, so the region is that character."""
    return {"physicalLocation": {
        "artifactLocation": {"uri": quote(setting.place(file), safe="/~", errors="replace")},
        "region": {"startLine": line, "startColumn": column, "endLine": line, "endColumn": column + 1}}}


def _rule(rule: Rule, pack: Pack, language: str) -> dict[str, Any]:
    levels = [level for level in LEVELS if level in rule.levels]
    return {
        "id": rule.id, "name": rule.name,
        "shortDescription": {"text": one_line(rule.title[language])},
        "fullDescription": {
            "text": one_line(" ".join(basis(rule, pack, language))) or unfilled(rule.message[language])},
        "helpUri": f"{_NAMES}:rule:{quote(rule.id, safe='')}", "help": {"text": unfilled(rule.remedy[language])},
        "defaultConfiguration": {"level": _LEVELS[levels[0]]},
    }
