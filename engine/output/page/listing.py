"""The long tables of a page as lines of HTML, written short: a page of 50,000 findings stays under 8 MB.

The end tags of rows and cells are left out, as HTML allows. Whatever a line holds has been through `shown` or is ours.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice

from markupsafe import Markup, escape

from ...packs.pack import Pack
from ...recording import dataclass
from ...records import LEVELS, Finding
from ...text.lines import tame
from ...text.messages import say
from ...text.wording import visible
from ..due.agenda import Measure
from ..findings.accounts import Account, state
from ..findings.terminal import trail
from ..statistics.counting import asking_from
from .picture import ANSWERS, ThemeCell, ThemeRow, theme_cells
from .texts import GAP, Parts, Shared

SHORT = 8           # digits of a fingerprint that name a finding; more where two would have the same


def shown(value: object) -> Markup:
    """A text of a result on the page: nothing of it is markup, obeyed or unseen."""
    return escape(tame(visible(str(value))))


@dataclass(frozen=True, slots=True)
class Words:
    """What the pack and the catalogues call things, as HTML."""

    pack: Pack
    language: str

    def say(self, key: str, **facts: object) -> Markup:
        return shown(say(key, self.language, **facts))

    def theme(self, ident: str | None) -> Markup:
        return escape(self.pack.themes[ident].name[self.language]) if ident else Markup("")

    def phase(self, ident: str | None) -> Markup:
        return escape(self.pack.phases[ident].name[self.language]) if ident else Markup("")

    def level(self, level: str) -> Markup:
        return Markup(f"<b class={level}>{self.say(f'level.{level}')}</b>")

    def rule(self, rule: str) -> Markup:
        return escape(f"{rule} {self.pack.rules[rule].title[self.language]}")

    def parts(self, one: Finding) -> Parts:
        """What is told of a finding beside its place: rule, level, message, remedy, way to the field, clause."""
        texts = (one.message, one.remedy, trail(one, self.language), one.clause or "")
        return (one.rule, one.level, *(tame(visible(text)) for text in texts))

    def told(self, parts: Parts) -> Markup:
        """Message, remedy, way and clause of a finding or of a note, its gaps numbered."""
        message, remedy, way, clause = (Markup(GAP.sub(r"<i>\1</i>", escape(part))) for part in parts[2:])
        before, after = say("finding.remedy", self.language, text="\n").split("\n")
        more = " · ".join(filter(None, (way, clause and self.say("finding.clause", clause=clause))))
        return Markup(f"<bdi>{message}</bdi><p>{before}{remedy}{after}" + (f"<p class=way>{more}" if more else ""))


def anchors(findings: Iterable[Finding]) -> Callable[[Finding], str]:
    """What names each finding on the page, the same in every run: the beginning of its fingerprint."""
    used: dict[str, str] = {}       # a name -> the fingerprint that has it

    def anchor(one: Finding) -> str:
        mark = one.fingerprint
        return "f" + next((mark[:size] for size in range(SHORT, len(mark))
                           if used.setdefault(mark[:size], mark) == mark), mark)

    for one in findings:
        anchor(one)
    return anchor


@dataclass(frozen=True, slots=True)
class ListedAccount:
    """An account with what counts in it, as the table of findings has it."""

    number: int         # of the subject on the page
    unit: str           # its name, of an account that is nobody's a word for that
    account: Account
    count: int          # of its findings, the first of which are on the page

    @property
    def findings(self) -> Iterator[Finding]:
        return islice(self.account.gating, self.count)


def finding_tables(found: Sequence[ListedAccount], shared: Shared, anchor: Callable[[Finding], str],
                   words: Words) -> Iterator[Markup]:
    """A table a unit, in it a body a subject and file; `shared` was given the texts of the same findings."""
    head = "".join(f"<th scope=col>{words.say(f'board.column_{name}')}" for name in ("line", "theme", "rule", "told"))
    for unit, some in groupby(found, key=lambda one: one.unit):
        yield Markup(f"<table class=rows><caption>{shown(unit)}</caption>\n<thead><tr>{head}</thead>\n")
        for one in some:
            mark = f" id=s{one.number}"
            for (file, phase), group in groupby(one.findings, key=lambda hit: (hit.file, hit.phase)):
                name = shown(one.account.name(words.language))
                yield Markup(f"<tbody data-s={one.number}><tr{mark}><th colspan=4 scope=rowgroup><bdi>{name}</bdi> "
                             f"<small>{words.phase(phase)}</small> <bdi>{shown(file)}</bdi>\n")
                mark = ""
                for hit in group:
                    yield _finding(hit, shared, anchor(hit), words)
        yield Markup("</table>\n")


def _finding(one: Finding, shared: Shared, anchor: str, words: Words) -> Markup:
    parts = words.parts(one)
    told = shared.of(parts)
    start = f"<tr id={anchor}><td>{shown(one.cell or one.line)}<td>{words.theme(one.theme)}<td>"
    if told:
        return Markup(f"{start}<a href=#m{told[0].number}>{one.rule}</a><td>{' · '.join(told[1])}\n")
    return Markup(f"{start}{words.level(one.level)} {words.rule(one.rule)}<td>{words.told(parts)}\n")


def note_rows(shared: Shared, words: Words) -> Iterator[Markup]:
    """What is told once."""
    for note in shared.notes.values():
        rule, level = note.parts[:2]
        yield Markup(f"<tr id=m{note.number}><th scope=row>{words.rule(rule)}<td>{words.level(level)}"
                     f"<td>{words.told(note.parts)}<td>{note.count}\n")


def theme_bodies(rows: Sequence[ThemeRow], unit: Callable[[ThemeRow], tuple[str, str]], linked: set[int],
                 words: Words) -> Iterator[Markup]:
    """The table of subjects by themes, a body a unit; `unit` gives its code and name, `linked` who has findings."""
    asking = asking_from(words.pack)
    signs = {answer: words.say(f"board.sign_{answer.replace('-', '_')}") for answer in ANSWERS}
    phases, width = {phase: at for at, phase in enumerate(words.pack.phases, 1)}, len(words.pack.themes)
    for (code, name), some in groupby(enumerate(rows, 1), key=lambda one: unit(one[1])):
        yield Markup(f'<tbody data-u="{shown(code)}"><tr class=unit><th colspan={width + 3} scope=rowgroup>'
                     f"<bdi>{shown(name)}</bdi>\n")
        for number, row in some:
            who = words.say(f"output.{row.subject.kind}") + " " + shown(row.subject.id or "")
            if number in linked:
                who = Markup(f"<a href=#s{number}>{who}</a>")
            *cells, last = theme_cells(row.account, words.pack, asking)
            phase = row.account.report.phase if row.account.report else None
            first = "".join(_theme_cell(cell, signs) for cell in cells) \
                if any(cell.answer or cell.hits for cell in cells) else f"<td colspan={width} class=no>—"
            yield Markup(f"<tr data-p={phases.get(phase or '', 0)}><th scope=row>{who}"
                         f"<td>{words.say(label_of(row.state))}{first}{_theme_cell(last, signs)}\n")


def label_of(state: str) -> str:
    """The name of the text for a state in the table of who has filed."""
    return f"filing.{state.replace('-', '_')}"


def _theme_cell(cell: ThemeCell, signs: Mapping[str, str]) -> str:
    """In classes of one letter: of a level and an answer the first."""
    worst = next((level for level in LEVELS if cell.hits[level]), None)
    mark = f"<b class={worst[0]}>{cell.hits.total()}</b>" if worst else ""
    return f"<td class={cell.answer[0]}>{signs[cell.answer]}{mark}" if cell.answer else f"<td>{mark}"


def measure_rows(measures: Iterable[Measure], numbers: Mapping[tuple[str, str], int], unit: Callable[[str], str],
                 words: Words) -> Iterator[Markup]:
    """Measures that are overdue or due soon; `numbers` has a subject's number by kind and ID."""
    for one in measures:
        put_off = words.say("board.deferred") if one.deferred else ""
        days = words.say("board.days_over" if one.left < 0 else "board.days_left", days=abs(one.left))
        who = words.say(f"output.{one.kind}") + " " + shown(one.ident)
        yield Markup(f"<tr data-s={numbers.get((one.kind, one.ident), 0)} data-d={one.left}><td>{shown(unit(one.unit))}"
                     f"<th scope=row>{who}<td>{words.theme(one.theme)}<td>{shown(one.problem or '')}"
                     f"<td>{one.number}<td>{one.day}{put_off}"
                     f"<td><b class={'error' if one.left < 0 else 'warning'}>{days}</b>\n")


def unit_of(one: Finding | Account) -> str | None:
    """The code of the unit of a finding's subject, or of an account."""
    subject = one.subject if isinstance(one, Finding) else one
    return None if subject is None else subject.unit or (subject.id if subject.kind == "unit" else None)


def apart_rows(findings: Iterable[Finding], words: Words) -> Iterator[Markup]:
    """Findings that do not count, with the reason why."""
    for one in findings:
        remedy = words.say("finding.remedy", text=one.remedy) if one.remains else ""
        ident = (one.subject.id if one.subject else None) or ""
        facets = (state(one), one.rule, one.level, one.theme or "", one.phase or "", unit_of(one) or "")
        yield Markup(f'<tr data-apart="{shown("|".join(facets))}"><td>'
                     f"{words.say(f'output.{state(one)}')}<td><bdi class=whole>{shown(ident)}</bdi>"
                     f"<td><bdi>{shown(one.file)}</bdi><td>{shown(one.cell or one.line)}<td>{words.rule(one.rule)}"
                     f"<td><bdi>{shown(one.message)} {remedy}</bdi>\n")
