"""Holds a plan's own text against a pack: which sentence is cited by which rule or by none, which quote is not in it.

What a sentence and a heading is says `packs/plan_text.py`; headings are shown, but nobody need cite them. A sentence
counts as cited when a quote covers any of its words; what no quote covers is shown as its rest.

Cited are the quotes in `basis.plan` of the rules, those of the `uncheckable` entries of plan.yaml (sentences that no
machine can judge, each with the reason), and the words of the theme files. These last count for the rules that read
them: `heading` and `upholds` for the rules that ask for an answer to every theme, the `behaviours` for the rules that
compare with the named behaviours. Without such a rule a theme file cites nothing. A quote under a clause in which it
does not stand is a fault, like one that is not in the plan at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import asdict
from pathlib import Path

from ..judging.kinds import quotes
from ..judging.strict import BESIDE, sentence_of
from ..packs.pack import Pack
from ..packs.pack_files import listed
from ..packs.plan_text import MOST, PlanText, Sentence, decoded, within
from ..recording import dataclass, field
from ..records import UsageError
from ..text.messages import of_system, say
from ..text.regex import regex

_WORD = regex(r"\w+")


@dataclass(frozen=True, slots=True)
class Cite:
    """A quote of the plan somewhere in the pack. `by` is the ID of a rule, or nothing for an `uncheckable` entry."""

    by: str
    clause: str
    quote: str
    file: str
    line: int
    reason: dict[str, str] | None = None    # why no machine can check it


@dataclass(slots=True)
class Traced(Sentence):
    """One sentence or heading of the plan, and who cites it."""

    cites: list[Cite] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)       # words that no quote covers


@dataclass(slots=True)
class Trace:
    """A plan held against a pack. `uncited` and `astray` are the faults."""

    sentences: list[Traced]
    astray: list[tuple[Cite, str | None]]       # a quote, and the clause in which it stands instead, if in any

    @property
    def uncited(self) -> list[Traced]:
        return [one for one in self.sentences if not one.cites and not one.heading]


def read_plan(path: Path) -> str:
    """The text of a plan. Raises UsageError."""
    try:
        with open(path, "rb") as file:
            data = file.read(MOST + 1)
    except OSError as fault:
        raise UsageError("trace.unreadable", path=path, fault=of_system(fault)) from None
    text = decoded(data)
    if text is None:
        raise UsageError("trace.encoding", path=path)
    if len(data) > MOST or not text.strip():
        raise UsageError("trace.size", path=path)
    return text


def own_plan(pack: Pack) -> str:
    """The text of the plan that lies in a pack. Raises UsageError."""
    if pack.text is None:
        raise UsageError("trace.no-plan", folder=pack.folder)
    return pack.text.text


def trace(pack: Pack, text: str, more: Iterable[Cite] = ()) -> Trace:
    """Every sentence of a plan with those who cite it, and the quotes that are astray; `more` are quotes beside those
    of the pack.
    """
    listed = [Traced(**asdict(one)) for one in PlanText(text).sentences]
    covered = [False] * len(text)
    astray: list[tuple[Cite, str | None]] = []
    for cite in (*cites(pack), *more):
        places = [match.start() for match in re.finditer(re.escape(cite.quote), text)] if cite.quote else []
        spans = [(at, at + len(cite.quote), one.clause) for at in places
                 for one in listed if one.start <= at < one.end]
        right = [span for span in spans if within(span[2], cite.clause)]
        if not right:
            astray.append((cite, spans[0][2] if spans else None))
        for start, end, _ in right or spans[:1]:     # where only the clause is wrong, the words are cited all the same
            covered[start:end] = [True] * (end - start)
            for one in listed:
                if one.start < end and start < one.end and cite not in one.cites:
                    one.cites.append(cite)
    astray += [(Cite("", part, words, "plan.yaml", 1), None) for part, words in pack.parts.items() if words not in text]
    for one in listed:
        one.rest = [] if one.heading else _uncovered(one, covered)
    return Trace(listed, astray)


def _uncovered(one: Traced, covered: list[bool]) -> list[str]:
    free = "".join(" " if covered[one.start + at] else char for at, char in enumerate(one.text))
    return [part for piece in free.split() if len(part := piece.strip("，、；。：等")) > 1 and _WORD.search(part)]


def cites(pack: Pack) -> Iterator[Cite]:
    """Every quote of the plan in a pack: of its rules, of its theme files for the rules that read them, uncheckable."""
    for rule in pack.rules.values():
        for one in rule.bases:
            yield Cite(rule.id, one.clause, one.quote, rule.file, rule.line)
    asking = [rule for rule in pack.rules.values() if rule.of_every_theme(pack.roles.themes)]
    comparing = [rule for rule in pack.rules.values() if any(
        quotes(kind, check[kind]) for check in rule.checks for kind in check.keys() - set(BESIDE))
        or any(sentence_of(rule, check, pack).understood.quotes for check in rule.checks)]
    for theme in pack.themes.values():
        file = next((path.name for path in listed(pack.folder, "themes") if path.stem.endswith(theme.id)), theme.id)
        for readers, texts in ((asking, (theme.heading, *theme.upholds)),
                               (comparing, tuple(one.text for one in theme.behaviours))):
            for rule in readers:
                for quote in texts:
                    yield Cite(rule.id, theme.clause, quote, f"themes/{file}", 1)
    for entry in pack.uncheckable:
        line = next(iter(entry.src.at.values())).line + 1
        yield Cite("", entry["clause"], entry["quote"], "plan.yaml", line, entry["reason"])


def show_trace(found: Trace, language: str) -> Iterable[str]:
    """The lines of a trace for people: each sentence with its rules, then what is wrong."""
    for one in found.sentences:
        mark = "#" if one.heading else " " if one.cites else "!"
        yield f"{mark} {one.clause:<4} {one.line}: {one.text}"
        rules = sorted({cite.by for cite in one.cites if cite.by})
        if rules:
            yield "    " + say("trace.rules", language, rules=" ".join(rules))
        for cite in one.cites:
            if cite.reason:
                yield "    " + say("trace.uncheckable", language, quote=cite.quote, reason=cite.reason[language])
        if one.rest and one.cites:
            yield "    " + say("trace.rest", language, rest=" / ".join(one.rest))
    yield ""
    for one in found.uncited:
        yield say("trace.uncited", language, line=one.line, clause=one.clause, text=one.text)
    for cite, stands in found.astray:
        yield say("trace.elsewhere" if stands else "trace.absent", language, file=cite.file, line=cite.line,
                  rule=cite.by or "uncheckable", clause=cite.clause, quote=cite.quote, stands=stands or "")
    yield say("trace.totals", language, sentences=sum(not one.heading for one in found.sentences),
              uncited=len(found.uncited), astray=len(found.astray))
