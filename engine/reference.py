"""The rules in words: the reference manual made from a pack, and one rule explained.

What a rule says to people is shown as its first failing example makes it say it.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from .compile import Compiled
from .examples import findings_of
from .messages import joined, say
from .pack import Pack, Rule
from .records import UsageError
from .wording import nearest

FILES = {"zh": "rules.md", "en": "rules.en.md"}
_LINES = 14     # of a text example
_LEVELS = ("error", "warning", "info")


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
    said, remedy = spoken(compiled, rule, language)
    yield f"- {say('reference.says', language)}{said}"
    yield f"- {say('reference.remedy', language)}{remedy}"
    for line in basis(rule, language):
        yield f"- {say('reference.basis', language)}{line}"
    for side in ("pass", "fail"):
        for example in rule.examples[side][:1]:
            text, block = example_of(example, language)
            yield f"- {say(f'reference.{side}', language)}{text}"
            if block:
                yield from ("", "  ```yaml", *(f"  {line}" for line in block), "  ```")


def explain(compiled: Compiled, typed: str, language: str) -> str:
    """One rule, by ID or name: what, why, the plan's words, a good and a bad example. Raises UsageError."""
    pack = compiled.pack
    rule = pack.rules.get(typed.upper()) or next(
        (one for one in pack.rules.values() if one.name == typed.lower()), None)
    if rule is None:
        near = nearest(typed, [*pack.rules, *(one.name for one in pack.rules.values())]) or next(iter(pack.rules))
        raise UsageError("usage.no-rule", typed=typed, near=near)
    said, remedy = spoken(compiled, rule, language)
    lines = [f"{rule.id} {rule.title[language]} ({rule.name})",
             f"{who(rule, pack, language)} · {since(rule, pack, language)} · {level(rule, pack, language)}", "",
             say("reference.says", language) + said, say("reference.remedy", language) + remedy]
    lines += [say("reference.basis", language) + line for line in basis(rule, language)]
    for side in ("pass", "fail"):
        for example in rule.examples[side][:1]:
            text, block = example_of(example, language)
            lines += ["", say(f"reference.{side}", language) + text, *(f"    {line}" for line in block)]
    return "\n".join(lines) + "\n"


def who(rule: Rule, pack: Pack, language: str) -> str:
    """Those of whom a rule speaks."""
    names = [pack.levels[one][language] if one in pack.levels else say(f"reference.{one}", language)
             for one in rule.who]
    return joined(names, language)


def since(rule: Rule, pack: Pack, language: str) -> str:
    """The phases in which a rule applies."""
    if rule.first == "any":
        return say("reference.any", language)
    if rule.last == rule.first:
        return say("reference.only", language, phase=pack.phases[rule.first].name[language])
    return say("reference.since", language, phase=pack.phases[rule.first].name[language])


def level(rule: Rule, pack: Pack, language: str) -> str:
    """The level of a rule's findings, apart for those for whom it differs."""
    if not isinstance(rule.level, dict):
        levels = [one for one in _LEVELS if one in rule.levels]
        levels.sort(key=lambda one: one != rule.level)
        return " / ".join(say(f"level.{one}", language) for one in levels)
    return joined([f"{pack.levels[one][language] if one in pack.levels else say(f'reference.{one}', language)} "
                   f"{say(f'level.{value}', language)}" for one, value in rule.level.items()], language)


def basis(rule: Rule, language: str) -> Iterator[str]:
    """The clauses with the plan's words, and the reason from practice."""
    for clause, quote in rule.clauses:
        yield say("reference.clause", language, clause=clause, quote=quote)
    if rule.practice:
        yield rule.practice[language]


def spoken(compiled: Compiled, rule: Rule, language: str) -> tuple[str, str]:
    """Message and remedy as the first failing example brings them out; else without their variables."""
    for example in rule.examples["fail"]:
        if "tested" not in example:
            for one in findings_of(compiled, example, language):
                if one.rule == rule.id:
                    return _flat(one.message), _flat(one.remedy)
    return unfilled(rule.message[language]), unfilled(rule.remedy[language])


def unfilled(text: str) -> str:
    """A rule's text as it is without any report: a mark where something would be filled in."""
    return _flat(re.sub(r"{{.*?}}", "…", re.sub(r"{%.*?%}", "", text, flags=re.DOTALL)))


def _flat(text: str) -> str:
    return " ".join(text.split())


def example_of(example: dict[str, Any], language: str) -> tuple[str, list[str]]:
    """An example in short: what it is, and the lines of its text if it is one."""
    if "files" in example:
        parts = [f"{one['name']}: {example_of(one, language)[0]}" for one in example["files"]]
        return "; ".join(parts), []
    if "text" in example:
        lines = example["text"].rstrip("\n").split("\n")
        shown = [line if line.isprintable() else ascii(line)[1:-1] for line in lines[:_LINES]]
        return say("reference.text", language), shown + (["…"] if len(lines) > _LINES else [])
    if "base" not in example:
        return say("reference.bytes", language), []
    said = [say("reference.base", language, base=example["base"], phase=example.get("phase", ""))]
    said += [f"`{pointer}` = `{_short(value)}`" for pointer, value in example.get("set", {}).items()]
    said += [say("reference.without", language, pointer=pointer) for pointer in example.get("remove", ())]
    return joined(said, language), []


def _short(value: Any) -> str:
    if isinstance(value, dict):
        text = "{" + ", ".join(f"{key}: {_short(one)}" for key, one in value.items()) + "}"
    elif isinstance(value, list):
        text = "[" + ", ".join(map(_short, value)) + "]"
    else:
        text = "null" if value is None else str(value) if str(value).isprintable() else ascii(str(value))[1:-1]
    text = text.replace("`", "'")
    return text if len(text) <= 80 else text[:79] + "…"
