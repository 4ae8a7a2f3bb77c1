"""JUnit XML: a suite a subject, a case a rule, passed ones too. What is not judged or is set apart is skipped."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from html import escape

from ..batch import Result
from ..compile import Compiled
from ..messages import joined, say
from ..pack import Rule
from ..records import Finding
from ..wording import visible
from ..writing import gathered
from .accounts import Account, accounts, state
from .setting import Setting


@dataclass(slots=True)
class Case:
    """What a rule said of a subject: `error`, `failure`, `skipped` or, with nothing of these, passed."""

    rule: Rule
    outcome: str | None = None
    kind: str = ""              # of the outcome
    message: str = ""
    lines: list[str] = field(default_factory=list)


def as_junit(result: Result, setting: Setting) -> bytes:
    """A document of the schema junit-10; times are 0, since the same result is the same bytes."""
    return gathered(_document(result, setting))


def _document(result: Result, setting: Setting) -> Iterator[str]:
    language, compiled = setting.language, setting.compiled
    rules = [rule for rule in compiled.pack.rules.values() if rule.id in result.rules]
    broken = {(file, rule): error for file, rule, error in result.crashes}
    spoke = {one.rule for one in result.findings}
    yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="bayang">\n'
    names: Counter = Counter()
    for account in accounts(result):
        name = account.name(language)
        names[name] += 1        # masked IDs may look alike
        name += f" ({names[name]})" if names[name] > 1 else ""
        cases = [case for rule in rules if (case := _case(rule, account, compiled, broken, setting))]
        yield from _suite(name, setting.place(account.file), cases, language)
    whole = {one.rule: one.reason for one in result.not_assessed if one.file is None}
    cases = [_unjudged(rule, whole[rule.id], language) if rule.id in whole else Case(rule) for rule in rules
             if rule.id in whole or ("batch" in rule.who and rule.id not in spoke)]
    yield from _suite(say("output.batch", language), None, cases, language, {
        "as_of": result.as_of, "pack": result.pack, "pack_digest": result.pack_digest,
        **{name: count for name, count in result.summary.items() if isinstance(count, int)}})
    yield "</testsuites>\n"


def _case(rule: Rule, account: Account, compiled: Compiled, broken: dict, setting: Setting) -> Case | None:
    """The rule's case for a subject; None where it does not speak of such a subject at all."""
    language = setting.language
    mine = [one for one in account.findings if one.rule == rule.id]
    files = {account.file, *(one.file for one in mine)}
    error = next((broken[file, one] for file in files for one in (rule.id, "*") if (file, one) in broken), None)
    if error:
        return Case(rule, "error", error, say("output.crashed", language))
    counted = [one for one in mine if one.gates and one.level != "info"]
    if counted:
        return Case(rule, "failure", counted[0].level, counted[0].message, [_line(one, setting) for one in mine])
    skipped = next((one for one in account.not_assessed if one.rule == rule.id), None)
    if skipped:
        return _unjudged(rule, skipped.reason, language)
    if mine and not any(one.gates for one in mine):
        states = joined([say(f"output.{name}", language) for name in dict.fromkeys(map(state, mine))], language)
        return Case(rule, "skipped", state(mine[0]), states, [_line(one, setting) for one in mine])
    if mine:
        return Case(rule, lines=[_line(one, setting) for one in mine])
    if account.report is None or "batch" in rule.who:
        return None
    about = account.report.about
    if compiled.applies(rule, about.kind, about.level, about.phase):
        return Case(rule)
    later = about.kind in rule.who or about.level in rule.who
    if later and rule.first != "any" and compiled.pack.order(about.phase) < compiled.pack.order(rule.first):
        phase = compiled.pack.phases[rule.first].name[language]
        return Case(rule, "skipped", "not-yet-due", say("reference.since", language, phase=phase))
    return None


def _unjudged(rule: Rule, reason: str, language: str) -> Case:
    return Case(rule, "skipped", f"not-assessed-{reason}", say("output.not_assessed", language))


def _line(one: Finding, setting: Setting) -> str:
    label = say(f"level.{one.level}", setting.language) if one.gates else say(f"output.{state(one)}", setting.language)
    return (f"{label} {setting.place(one.file)}:{one.line}:{one.column} {one.message} "
            f"{say('finding.remedy', setting.language, text=one.remedy)}")


def _suite(name: str, file: str | None, cases: list[Case], language: str,
           properties: dict[str, object] | None = None) -> Iterator[str]:
    count = Counter(case.outcome for case in cases)
    place = f" file={_quoted(file)}" if file else ""
    yield (f' <testsuite name={_quoted(name)} tests="{len(cases)}" failures="{count["failure"]}" '
           f'errors="{count["error"]}" skipped="{count["skipped"]}" time="0"{place}>\n')
    if properties:
        yield "  <properties>\n"
        for key, value in properties.items():
            yield f"   <property name={_quoted(key)} value={_quoted(str(value))}/>\n"
        yield "  </properties>\n"
    for case in cases:
        title = f"{case.rule.id} {case.rule.title[language]}"
        start = f"  <testcase classname={_quoted(name)} name={_quoted(title)} time=\"0\""
        body = "\n".join(map(_text, case.lines))
        if case.outcome:
            yield (f"{start}><{case.outcome} type={_quoted(case.kind)} message={_quoted(case.message)}>"
                   f"{body}</{case.outcome}></testcase>\n")
        elif body:
            yield f"{start}><system-out>{body}</system-out></testcase>\n"
        else:
            yield f"{start}/>\n"
    yield " </testsuite>\n"


def _text(text: str) -> str:
    """Text that XML 1.0 can hold, on one line, and that is no command to a log either."""
    return escape(" ".join(visible(part) for part in text.split())).replace("##", "#&#35;")


def _quoted(text: str) -> str:
    return f'"{_text(text)}"'
