"""What a text tells on request alone: how many findings each rule has, and what is only counted otherwise."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from .... import __version__
from ...batch.outcome import Result
from ...records import Finding
from ...text.lines import safe, wrap
from ...text.messages import say
from ...text.wording import width
from .accounts import state
from .pages import skipped_rows
from .setting import Setting

_DIGEST = 12            # digits of one that people compare


def of_rules(findings: Iterable[Finding], setting: Setting) -> Iterator[str]:
    """A row a rule and level: how many of the findings count, the most first."""
    language, rules = setting.language, setting.compiled.pack.rules
    counted = Counter((one.rule, one.level) for one in findings if one.gates)
    rows = [[str(count), say(f"level.{level}", language), rule, rules[rule].title[language]]
            for (rule, level), count in sorted(counted.items(), key=lambda one: (-one[1], one[0]))]
    if not rows:
        return
    rows.insert(0, [say(f"show.column_{name}", language) for name in ("count", "level", "rule", "title")])
    first, *others = (max(width(row[at]) for row in rows) for at in range(3))
    for count, *cells, title in rows:
        head = " " * (first - width(count)) + count + "".join(
            "  " + cell + " " * (size - width(cell)) for cell, size in zip(cells, others, strict=True))
        yield from wrap(safe(title), head + "  ", " " * (width(head) + 2))
    yield ""


def details(result: Result, setting: Setting) -> Iterator[str]:
    """What is set apart, what could not be assessed and why, and of which files and rules the result was made."""
    language = setting.language
    apart = [one for one in setting.shown(result.findings) if not (one.gates or one.remains)]
    yield from _listed("apart", (say("show.one_apart", language, file=one.file, at=one.at, rule=one.rule, state=say(
        f"output.{state(one)}", language), title=setting.compiled.pack.rules[one.rule].title[language])
        for one in apart), language)
    yield from _listed("skipped", (say("show.one_skipped", language, file=file, rules=rules)
                                   for _, file, rules in skipped_rows(result, language)), language)
    used = {name: source for name, source in result.sources.items() if source}
    yield from _listed("sources", (f"bayang {__version__}", *(
        say("show.one_source", language, name=say(f"show.{name}", language), file=one["file"],
            digest=one["digest"][:_DIGEST]) for name, one in used.items())), language)


def _listed(heading: str, rows: Iterable[str], language: str) -> Iterator[str]:
    lines = [line for row in rows for line in wrap(safe(row), "  ", "    ")]
    if lines:
        yield from (say(f"show.{heading}", language), *lines, "")
