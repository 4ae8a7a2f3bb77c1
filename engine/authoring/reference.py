"""The rules in words: the reference manual made from a pack, and one rule explained.

What a rule says to people is shown as its first failing example makes it say it.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from ..judging.compile import Compiled
from ..packs.pack import Pack
from ..packs.pack_files import BUNDLED
from ..packs.rule import Rule
from ..records import LEVELS, UsageError
from ..text.lines import WIDTH, wrap
from ..text.messages import joined, say
from ..text.wording import clean_id, offered
from .fragments import Shown

FILES = {"zh": "rules.zh-CN.md", "en": "rules.md"}


def reference(compiled: Compiled, language: str) -> str:
    """The manual of all rules as Markdown."""
    pack = compiled.pack
    lines = [say("reference.title", language, name=pack.name[language], count=len(pack.rules)), "",
             say("reference.intro", language), "",
             "| " + " | ".join(say(f"reference.{one}", language) for one in ("rule", "title_", "who", "from", "level"))
             + " |", "|---|---|---|---|---|"]
    for rule in pack.rules.values():
        lines.append(f"| [{rule.id}](#{rule.id.lower()}) `{rule.name}` | {rule.title[language]} | "
                     f"{who(rule, pack, language)} | {since(rule, pack, language)} | {level(rule, pack, language)} |")
    for rule in pack.rules.values():
        lines += ["", *_section(compiled, rule, language)]
    return "\n".join(lines) + "\n"


def _section(compiled: Compiled, rule: Rule, language: str) -> Iterator[str]:
    pack = compiled.pack
    yield f'<a id="{rule.id.lower()}"></a>'
    yield ""
    yield f"## {rule.id} {rule.title[language]}"
    yield ""
    yield " · ".join([f"`{rule.name}`", *(one(rule, pack, language) for one in (who, since, level))])
    yield ""
    shown = Shown(compiled, rule, language)
    yield f"- {say('reference.says', language)}{shown.said}"
    yield f"- {say('reference.remedy', language)}{shown.remedy}"
    for line in basis(rule, pack, language):
        yield f"- {say('reference.basis', language)}{line}"
    for side, excerpt in (("fail", shown.bad), ("pass", shown.good)):
        if excerpt:
            yield f"- {say(f'reference.{side}', language)}{excerpt.name}"
            yield from ("", "  ```text", *(f"  {line}" for line in excerpt.lines), "  ```")


def rule_called(pack: Pack, typed: str) -> Rule:
    """The rule of an ID or a name. Raises UsageError."""
    key = clean_id(typed).casefold()
    rule = next((one for one in pack.rules.values() if key in (one.id.casefold(), one.name.casefold())), None)
    if rule is None:
        if os.path.isdir(typed):
            raise UsageError("usage.folder", typed=typed)
        by_id = any(char.isdigit() for char in key)
        names = list(pack.rules) if by_id else [one.name for one in pack.rules.values()]
        raise UsageError("usage.no-rule", typed=typed, near=offered(key, names)["near"], place=os.path.isfile(typed),
                         folder="" if pack.folder == BUNDLED else pack.folder)
    return rule


def explain(compiled: Compiled, typed: str, language: str) -> str:
    """One rule, by ID or name: what, why, the plan's words, a good and a bad example. Raises UsageError."""
    pack = compiled.pack
    rule = rule_called(pack, typed)
    shown = Shown(compiled, rule, language)
    prose = [f"{rule.id} {rule.title[language]} ({rule.name})",
             f"{who(rule, pack, language)} · {since(rule, pack, language)} · {level(rule, pack, language)}", "",
             say("reference.says", language) + shown.said, say("reference.remedy", language) + shown.remedy,
             *(say("reference.basis", language) + line for line in basis(rule, pack, language))]
    lines = [line for text in prose for part in text.split("\n") for line in wrap(part, "", "  ")]
    for side, excerpt in (("fail", shown.bad), ("pass", shown.good)):
        if excerpt:
            lines += ["", say(f"reference.{side}", language) + excerpt.name]
            for line in excerpt.lines:
                start = len(line) - len(line.lstrip("→ 0123456789"))       # of what stands in the report
                lines += wrap(line, "", " " * (start + 4 if start < WIDTH // 2 else 0))
    return "\n".join(lines) + "\n"


def who(rule: Rule, pack: Pack, language: str) -> str:
    names = [pack.levels[one][language] if one in pack.levels else say(f"reference.{one}", language)
             for one in rule.who]
    return joined(names, language)


def since(rule: Rule, pack: Pack, language: str) -> str:
    if rule.first == "any":
        return say("reference.any", language)
    if rule.last == rule.first:
        return say("reference.only", language, phase=pack.phases[rule.first].name[language])
    return say("reference.since", language, phase=pack.phases[rule.first].name[language])


def level(rule: Rule, pack: Pack, language: str) -> str:
    """The level of a rule's findings, apart for those for whom it differs."""
    if not isinstance(rule.level, dict):
        levels = [one for one in LEVELS if one in rule.levels]
        levels.sort(key=lambda one: one != rule.level)
        return " / ".join(say(f"level.{one}", language) for one in levels)
    return joined([f"{pack.levels[one][language] if one in pack.levels else say(f'reference.{one}', language)} "
                   f"{say(f'level.{value}', language)}" for one, value in rule.level.items()], language)


def basis(rule: Rule, pack: Pack, language: str) -> Iterator[str]:
    """The clauses with the plan's words and for whom each is cited, and the reason from practice."""
    for one in rule.bases:
        names = [*(pack.phases[phase].name[language] for phase in one.phases),
                 *(pack.levels[level][language] for level in one.levels)]
        yield say("reference.clause", language, clause=one.clause, quote=one.quote, whose=joined(names, language))
    if rule.practice:
        yield rule.practice[language]
