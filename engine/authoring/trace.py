"""Holds a plan's own text against a pack: which sentence is cited by which rule or by none, which quote is not in it.

A sentence ends at 。！？ or ； outside quotation marks and brackets, so that each named behaviour of a theme stands by
itself. A line like 一、… without a full stop and the first words of a numbered paragraph (1.强化宣传教育。) are
headings: shown, but nobody need cite them. A sentence counts as cited when a quote covers any of its words; what no
quote covers is shown as its rest.

Cited are the quotes in `basis.plan` of the rules, those of the `uncheckable` entries of plan.yaml (sentences that no
machine can judge, each with the reason), and the words of the theme files. These last count for the rules that read
them: `heading` and `upholds` for the rules that ask for an answer to every theme, the `behaviours` for the rules that
compare with the named behaviours. Without such a rule a theme file cites nothing. A quote under a clause in which it
does not stand is a fault, like one that is not in the plan at all.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

from ..judging.kinds import quotes
from ..judging.strict import BESIDE
from ..packs.pack import Pack
from ..packs.pack_files import listed
from ..packs.rule import Rule
from ..records import UsageError
from ..text.messages import say

PREFACE = "前言"          # the clause of what stands before part 一
_MOST = 4 << 20         # bytes of a plan

_PART = re.compile(r"([一二三四五六七八九十]+)、")
_NUMBER = re.compile(r"(\d+)[.．、]\s*")
_OPENING, _CLOSING = "“‘（(《〈「『【〔[", "”’）)》〉」』】〕]"
_ENDS = "。！？；"
_WORD = re.compile(r"\w+")


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
class Sentence:
    """One sentence or heading of the plan, and who cites it."""

    clause: str
    text: str
    line: int               # 1-based
    start: int              # in the plan's text
    heading: bool
    cites: list[Cite] = field(default_factory=list)
    rest: list[str] = field(default_factory=list)       # words that no quote covers

    @property
    def end(self) -> int:
        return self.start + len(self.text)


@dataclass(slots=True)
class Trace:
    """A plan held against a pack. `uncited` and `astray` are the faults."""

    sentences: list[Sentence]
    astray: list[tuple[Cite, str | None]]       # a quote, and the clause in which it stands instead, if in any

    @property
    def uncited(self) -> list[Sentence]:
        return [one for one in self.sentences if not one.cites and not one.heading]


def read_plan(path: Path) -> str:
    """The text of a plan. Raises UsageError."""
    try:
        with open(path, "rb") as file:
            data = file.read(_MOST + 1)
    except OSError as fault:
        raise UsageError("trace.unreadable", path=path, fault=fault.strerror) from None
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise UsageError("trace.encoding", path=path) from None
    if len(data) > _MOST or not text.strip():
        raise UsageError("trace.size", path=path)
    return text.replace("\r\n", "\n").replace("\r", "\n")


def sentences(text: str) -> list[Sentence]:
    """The sentences and headings of a plan with the plan's own numbering: 二, 三.1, 四.3."""
    found: list[Sentence] = []
    part, number, at = "", "", 0
    for count, line in enumerate(text.split("\n"), 1):
        body = line.strip()
        start = at + line.index(body)
        at += len(line) + 1
        opens = _PART.match(body)
        if opens:
            part, number = opens[1], ""
        numbered = None if opens else _NUMBER.match(body)
        if numbered and part:
            number = numbered[1]
        elif not opens:
            number = ""
        clause = f"{part}.{number}" if number else part or PREFACE
        for place, (offset, one) in enumerate(_split(body)):
            heading = place == 0 and ((bool(numbered) and one.endswith("。") and len(one) < len(body))
                                      or (bool(opens) and one[-1] not in _ENDS))
            found.append(Sentence(clause, one, count, start + offset, heading))
    return found


def _split(body: str) -> Iterator[tuple[int, str]]:
    """(offset, sentence) of each sentence of a line."""
    depth = begin = 0
    for at, char in enumerate(body):
        if char in _OPENING:
            depth += 1
        elif char in _CLOSING:
            depth = max(0, depth - 1)
        elif char in _ENDS and not depth:
            yield begin, body[begin:at + 1]
            begin = at + 1
    if body[begin:].strip():
        yield begin, body[begin:]


def trace(pack: Pack, text: str) -> Trace:
    """Every sentence of a plan with those who cite it, and the quotes that are astray."""
    listed = sentences(text)
    covered = [False] * len(text)
    astray: list[tuple[Cite, str | None]] = []
    for cite in cites(pack):
        places = [match.start() for match in re.finditer(re.escape(cite.quote), text)] if cite.quote else []
        spans = [(at, at + len(cite.quote), one.clause) for at in places
                 for one in listed if one.start <= at < one.end]
        right = [span for span in spans if f"{span[2]}.".startswith(f"{cite.clause}.")]
        if not right:
            astray.append((cite, spans[0][2] if spans else None))
        for start, end, _ in right:
            covered[start:end] = [True] * (end - start)
            for one in listed:
                if one.start < end and start < one.end and cite not in one.cites:
                    one.cites.append(cite)
    astray += [(Cite("", part, words, "plan.yaml", 1), None) for part, words in pack.parts.items() if words not in text]
    for one in listed:
        one.rest = [] if one.heading else _uncovered(one, covered)
    return Trace(listed, astray)


def _uncovered(one: Sentence, covered: list[bool]) -> list[str]:
    free = "".join(" " if covered[one.start + at] else char for at, char in enumerate(one.text))
    return [part for piece in free.split() if len(part := piece.strip("，、；。：等")) > 1 and _WORD.search(part)]


def cites(pack: Pack) -> Iterator[Cite]:
    """Every quote of the plan in a pack: of its rules, of its theme files for the rules that read them, uncheckable."""
    for rule in pack.rules.values():
        for one in rule.bases:
            yield Cite(rule.id, one.clause, one.quote, rule.file, rule.line)
    asking, comparing = (_asking_for(pack, what) for what in ("headings", "behaviours"))
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


def _asking_for(pack: Pack, what: str) -> list[Rule]:
    """The rules with a check that asks for the headings or the behaviours of the themes."""
    return [rule for rule in pack.rules.values()
            if any(quotes(kind, check[kind]) == what for check in rule.checks for kind in check.keys() - set(BESIDE))]


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
