"""JUnit XML: a suite a subject, a case a rule, passed ones too. What is not judged or is set apart is skipped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from html import escape

from ...batch.outcome import Result
from ...packs.rule import Rule
from ...records import Finding, NotAssessed
from ...text.messages import joined, say
from ...text.wording import one_line
from .accounts import accounts, state
from .setting import Setting

Case = tuple[str | None, str]       # the outcome, None when passed; the element after its classname


def as_junit(result: Result, setting: Setting) -> Iterator[str]:
    """A document of the schema junit-10; times are 0, since the same result is the same bytes."""
    language, pack = setting.language, setting.compiled.pack
    rules = [rule for rule in pack.rules.values() if rule.id in result.rules]
    broken = {(file, rule): error for file, rule, error in result.crashes}
    # by kind, level and phase: what rules are that find nothing
    silent: dict[tuple[str | None, str | None, str | None], dict[str, Case]] = {}
    names: set[str] = set()
    whole = {one.rule: one.reason for one in result.not_assessed if one.file is None}
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="bayang">\n'
    for account in accounts(result):
        cases: dict[str, Case] = {}
        if account.report:
            key = account.report[:3]
            if key not in silent:
                silent[key] = {rule.id: case for rule in rules if (case := _silent(rule, *key, whole, setting))}
            cases = silent[key]
        found, unjudged = list(account.findings), list(account.not_assessed)
        named = {one.rule for one in found} | {one.rule for one in unjudged} | {rule for _, rule in broken}
        spoken = {rule.id: case for rule in rules if (rule.id in named or "*" in named)
                  and (case := _spoken(rule, account.file, found, unjudged, broken, setting))}
        yield from _suite(_unused(account.name(language), names), setting.place(account.file), cases | spoken)
    spoke = {one.rule for one in result.findings}
    cases = {rule.id: _unjudged(rule, whole[rule.id], language) if rule.id in whole else _case(rule, language)
             for rule in rules if rule.id in whole or (
                 "batch" in rule.who and rule.id not in spoke and not result.empty)}
    yield from _suite(_unused(say("output.batch", language), names), None, cases, {
        "as_of": result.as_of, "pack": result.pack, "pack_digest": result.pack_digest,
        **{name: count for name, count in result.summary.items() if isinstance(count, int)}})
    yield "</testsuites>\n"


def _unused(name: str, names: set[str]) -> str:
    """The name, numbered where it is taken: masked IDs may look alike, and those who read drop what repeats."""
    number, free = 1, name
    while free in names:
        number += 1
        free = f"{name} ({number})"
    names.add(free)
    return free


def _silent(rule: Rule, kind: str | None, level: str | None, phase: str | None, whole: dict[str, str],
            setting: Setting) -> Case | None:
    """A rule that found nothing in such a report: passed, skipped until a later phase or since it was not assessed in
    the `whole` run, or None.
    """
    language, compiled = setting.language, setting.compiled
    if "batch" in rule.who:
        return None
    if compiled.applies(rule, kind, level, phase):
        return _unjudged(rule, whole[rule.id], language) if rule.id in whole else _case(rule, language)
    speaks, order = kind in rule.who or level in rule.who, compiled.pack.order
    if speaks and rule.first != "any" and order(phase) < order(rule.first):
        since = say("reference.since", language, phase=compiled.pack.phases[rule.first].name[language])
        return _case(rule, language, "skipped", "not-yet-due", since)
    return None


def _spoken(rule: Rule, file: str, found: Iterable[Finding], unjudged: Iterable[NotAssessed],
            broken: Mapping[tuple[str, str], str], setting: Setting) -> Case | None:
    """A rule that found something of a subject, failed on it or could not be judged; None for any other."""
    language = setting.language
    mine = [one for one in found if one.rule == rule.id]
    lines = [_line(one, setting) for one in mine]
    files = {file, *(one.file for one in mine)} if broken else ()
    error = next((broken[file, one] for file in files for one in (rule.id, "*") if (file, one) in broken), None)
    if error:
        return _case(rule, language, "error", error, say("output.crashed", language))
    counted = [one for one in mine if one.gates and one.level != "info"]
    if counted:
        return _case(rule, language, "failure", counted[0].level, counted[0].placed, lines)
    skipped = next((one for one in unjudged if one.rule == rule.id), None)
    if skipped:
        return _unjudged(rule, skipped.reason, language)
    if mine and not any(one.gates for one in mine):
        states = joined([say(f"output.{name}", language) for name in dict.fromkeys(map(state, mine))], language)
        return _case(rule, language, "skipped", state(mine[0]), states, lines)
    return _case(rule, language, lines=lines) if mine else None


def _unjudged(rule: Rule, reason: str, language: str) -> Case:
    return _case(rule, language, "skipped", f"not-assessed-{reason}", say("output.not_assessed", language))


def _line(one: Finding, setting: Setting) -> str:
    label = say(f"level.{one.level}", setting.language) if one.gates else say(f"output.{state(one)}", setting.language)
    return (f"{label} {setting.place(one.file)}:{one.at} {one.message} "
            f"{say('finding.remedy', setting.language, text=one.remedy)}")


def _case(rule: Rule, language: str, outcome: str | None = None, kind: str = "", message: str = "",
          lines: Iterable[str] = ()) -> Case:
    start = f' name={_quoted(f"{rule.id} {rule.title[language]}")} time="0"'
    body = "\n".join(map(_text, lines))
    if outcome:
        said = f"type={_quoted(kind)} message={_quoted(message)}"
        return outcome, f"{start}><{outcome} {said}>{body}</{outcome}></testcase>\n"
    return None, f"{start}><system-out>{body}</system-out></testcase>\n" if body else f"{start}/>\n"


def _suite(name: str, file: str | None, cases: dict[str, Case],
           properties: dict[str, object] | None = None) -> Iterator[str]:
    count = Counter(outcome for outcome, _ in cases.values())
    quoted = _quoted(name)
    place = f" file={_quoted(file)}" if file else ""
    yield (f' <testsuite name={quoted} tests="{len(cases)}" failures="{count["failure"]}" '
           f'errors="{count["error"]}" skipped="{count["skipped"]}" time="0"{place}>\n')
    if properties:
        yield "  <properties>\n"
        for key, value in properties.items():
            yield f"   <property name={_quoted(key)} value={_quoted(str(value))}/>\n"
        yield "  </properties>\n"
    for _, case in cases.values():
        yield f"  <testcase classname={quoted}{place}{case}"
    yield " </testsuite>\n"


def _text(text: str) -> str:
    """Text that XML 1.0 can hold, on one line, and that is no command to a log either."""
    return escape(one_line(text)).replace("##", "#&#35;")


def _quoted(text: str) -> str:
    return f'"{_text(text)}"'
