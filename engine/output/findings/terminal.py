"""The text that people read in a terminal: file by file, then totals. Widths are East Asian widths."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby

from ...batch.outcome import Result
from ...batch.standing import EARLIER_REPORT, STATES
from ...judging.offering import blank_in, clearing, hollow, typing
from ...records import LEVELS, Finding, Insert, Subject
from ...text.lines import WIDTH, safe, tame, wrap
from ...text.messages import NONE, joined, say, shown_date
from ...text.regex import regex
from ...text.wording import id_key, width
from . import filing
from .setting import Setting

NOBODY = Subject("", None, None)        # of a finding on the roster there is always somebody
_WHOLE = "partial", "roster"        # why a rule may not be judged at all
_COLOURS = {"error": "31", "warning": "33", "info": "36", "file": "1"}     # red, yellow, cyan, bold


def as_text(result: Result, setting: Setting) -> Iterator[str]:
    """Who has filed and who has not, the findings that count, what remains once a file is mended, and the totals."""
    return (f"{tame(line.rstrip())}\n" for line in _lines(result, setting))


def _lines(result: Result, setting: Setting) -> Iterator[str]:
    language = setting.language
    if not setting.quiet:
        yield from filing_lines(result, language)
        yield from ignored_lines(result, language, setting.verbose)
    if setting.counts:
        from .details import of_rules  # few ask for them

        yield from of_rules(_shown(result, setting), setting)
    else:
        yield from _on_roster([one for one in _shown(result, setting) if one.shared], result, setting)
        alone = (one for one in _shown(result, setting) if not one.shared)
        for file, findings in groupby(alone, key=lambda one: one.file):
            yield from _file(file, list(findings), setting)
    if setting.verbose:
        from .details import details

        yield from details(result, setting)
    yield from quiet_end(result, setting, any(_shown(result, setting))) if setting.quiet else totals(result, setting)


def _shown(result: Result, setting: Setting) -> Iterator[Finding]:
    """The findings that count or remain once a file is mended, and are grave enough."""
    return (one for one in setting.shown(result.findings) if one.gates or one.remains)


def filing_lines(result: Result, language: str) -> Iterator[str]:
    """The table: of each unit how many are in which state, and under it who."""
    if not result.roster:
        return
    rows = filing.units(result)
    states = filing.shown_states(rows)
    labels = {state: filing.label(state, language) for state in states}
    sizes = {state: max(width(labels[state]), 3) for state in STATES}
    room = WIDTH - sum(size + 2 for size in sizes.values())

    def line(name: str, cells: dict[str, str]) -> Iterator[str]:
        *above, last = (tame(part) for part in wrap(safe(name), "", "  ", room - 1))     # which may add a blank
        yield from above
        yield last + " " * (room - width(last)) + "".join(
            " " * (size + 2 - width(cells[state])) + cells[state] for state, size in sizes.items())

    def counts(some: Sequence[filing.Unit]) -> dict[str, str]:
        return {state: str(sum(len(row.of(state)) for row in some)) if filing.known(state, result) else NONE
                for state in STATES}

    yield say("filing.title", language)
    yield from line(say("filing.unit", language), labels)
    for row in rows:
        yield from line(row.name, counts([row]))
        for state in states:
            if row.of(state):
                idents = joined(row.of(state), language)
                yield from wrap(say("filing.of_state", language, state=labels[state], idents=idents), "  ", "    ")
    yield from line(say("filing.total", language), counts(rows))
    for note in filing.notes(result, language):
        yield from wrap(safe(note), "", "  ")
    yield ""


def ignored_lines(result: Result, language: str, every: bool = False) -> Iterator[str]:
    """The files that are no reports, and what they are; those that may be anything only where there is nothing else, or
    with `every`.
    """
    listed = filing.ignored(result, language, plain=not every)
    if listed:
        yield say("filing.ignored", language)
    most = len(listed) if every else filing.MOST_IGNORED
    for one in listed[:most]:
        yield from wrap(say("filing.ignored_item", language, file=safe(one.file), what=one.what, ident=one.ident),
                        "  ", "    ")
    if len(listed) > most:
        yield "  " + say("output.more", language, count=len(listed) - most)
    if listed:
        yield ""


def _on_roster(findings: list[Finding], result: Result, setting: Setting) -> Iterator[str]:
    """Findings that say the same of several on the roster: once, and by unit of whom."""
    language, groups = setting.language, defaultdict(list)
    places = {(one.entry.kind, one.entry.key): at for at, one in enumerate(result.standing)}
    for one in sorted(findings, key=lambda one: places[(one.subject or NOBODY).kind, one.owner]):
        groups[one.file, one.rule, one.level, one.shared, one.remedy].append(one)
    asides = {(one.entry.kind, one.entry.key): one.aside for one in result.standing      # the rest is most people's
              if one.aside and one.aside.hint != EARLIER_REPORT}
    for (file, rule, level, shared, remedy), some in groups.items():
        head = f"{say(f'level.{level}', language)} {rule}"
        title = setting.compiled.pack.rules[rule].title[language]
        for line in wrap(safe(f"{file}  {title}"), "", "  "):
            yield _coloured(line, line, "file", setting)
        yield _coloured(f"  {head}", head, level, setting)
        yield from _paragraph(shared)
        yield from _paragraph(say("finding.remedy", language, text=remedy))
        if clauses := [*dict.fromkeys(one.clause for one in some if one.clause)]:       # a unit's may be another
            yield f"      {say('finding.clause', language, clause=joined(clauses, language))}"
        by_unit: dict[str, tuple[str, list[str]]] = {}
        for one in some:
            who = one.subject or NOBODY
            aside = asides.get((who.kind, one.owner))
            code = who.unit or ""
            by_unit.setdefault(id_key(code), (filing.unit_name(code, result.roster), []))[1].append(
                say("filing.with_file", language, ident=who.id, file=aside.file if aside else ""))
        for name, idents in by_unit.values():
            yield from wrap(safe(say("filing.of_state", language, state=name, idents=joined(idents, language))),
                            "      ", "        ")
        yield ""


def _file(file: str, findings: list[Finding], setting: Setting) -> Iterator[str]:
    language = setting.language
    idents = {one.subject.id for one in findings if one.subject and one.subject.id}
    who = f"  {idents.pop()}" if len(idents) == 1 else ""
    for line in wrap(safe(file + who), "", "  "):
        yield _coloured(line, line, "file", setting)
    provisional = False
    told: set[Insert | None] = {None}
    above: Finding | None = None
    for one in sorted(findings, key=lambda one: one.provisional):
        if one.provisional and not provisional:
            provisional = True
            yield from wrap(say("finding.provisional", language), "  ", "  ")
        head = safe(one.at)
        label = say(f"level.{one.level}", language)
        for line in wrap(f"  {head}  {label} {one.rule}  {safe(trail(one, language))}", "", "      "):
            yield _coloured(line, f"{label} {one.rule}", one.level, setting)
        yield from _paragraph(one.message)
        yield from _remedy(one, above, language, one.insert in told)
        told.add(one.insert)
        above = one
        if one.clause:
            yield f"      {say('finding.clause', language, clause=one.clause)}"
    yield ""


def _remedy(one: Finding, above: Finding | None, language: str, told: bool) -> Iterator[str]:
    """The repair, said once of findings of one rule that follow each other; several lines that are to be typed stand as
    they are, to be copied, unless they were told already.
    """
    text = _in_general(one, language)
    typed = one.remedy[len(text):]
    if above and above.rule == one.rule and _in_general(above, language) == text:
        text = say("finding.same-remedy", language)
    block = one.insert.text.split("\n") if one.insert else []
    if one.insert is None or len(block) < 2:
        text += typed
    elif told:
        text += typing(one.insert, language, told=True)
    else:
        text += clearing(one.insert, language) + say(
            "insert.block", language, line=one.insert.line, count=len(block), several=one.insert.several,
            stacked=one.insert.stacked, hollow=hollow(block), blank=blank_in(one.insert.text))
    yield from _paragraph(say("finding.remedy", language, text=text))
    if len(block) > 1 and not told:
        yield from block


def _in_general(one: Finding, language: str) -> str:
    """The repair without what is to be typed where."""
    return one.remedy.removesuffix(typing(one.insert, language)) if one.insert else one.remedy


@lru_cache(maxsize=4096)
def _paragraph(text: str) -> tuple[str, ...]:
    """A text under a finding in lines; what many findings say is broken once."""
    return tuple(wrap(safe(text), "      ", "      "))


def _coloured(line: str, words: str, colour: str, setting: Setting) -> str:
    """The line with its words in a colour, on a terminal that shows any."""
    return line.replace(words, f"\x1b[{_COLOURS[colour]}m{words}\x1b[0m", 1) if setting.colour else line


_ITEM = regex(r"#(\d+)(?:\(([^)]*)\))?")


def trail(one: Finding, language: str) -> str:
    """The way to a finding's field, with the positions in it, `#2(P-1)`, as people say them."""
    return _ITEM.sub(lambda item: say("finding.item", language, number=item[1], ident=item[2] or ""), one.trail)


def quiet_end(result: Result, setting: Setting, shown: bool) -> Iterator[str]:
    """What has to be said even to who wants findings alone: that there are more, that not all could be judged, and of
    which day it is true; nothing where there is nothing.
    """
    rows = [*hidden(result, setting), *unread(_unjudged(result)[1], setting.language)]
    if rows or shown:
        for row in (*rows, say("totals.as_of", setting.language, date=shown_date(result.as_of, setting.language))):
            yield from wrap(row, "", "  ")


def hidden(result: Result, setting: Setting) -> Iterator[str]:
    """That findings which count are not shown, and how many."""
    levels = LEVELS[len(setting.levels):]
    left = Counter(one.level for one in result.findings if one.gates and one.level in levels) if levels else None
    if left:
        yield say("show.hidden", setting.language, warning=left["warning"], info=left["info"])


def totals(result: Result, setting: Setting) -> Iterator[str]:
    yield "─" * (WIDTH // 2)
    for row in (*summary(result, setting.language), *hidden(result, setting)):
        yield from wrap(row, "", "  ")


def summary(result: Result, language: str) -> list[str]:
    """What was looked at and what came of it, a sentence each."""
    total = result.summary
    rows = [say("totals.files", language, **total)]
    if total["error"] or total["warning"] or total["info"]:
        rows.append(say("totals.findings", language, **total))
        tables = {source["file"] for source in result.sources.values() if source}
        faulty, unlisted = set[str](), 0
        for one in result.findings:
            if one.gates and one.level != "info":
                faulty.add(one.file)
                unlisted += max(0, one.slips - 1)
        faulty -= tables
        if unlisted:
            rows.append(say("totals.unlisted", language, count=unlisted))
        clean = total["files"] - total["later"] - len(faulty)
        rows.append(say("totals.clean", language, faulty=len(faulty), clean=clean, apart=filing.has_apart(result)))
    else:
        rows.append(say(filing.nothing(result), language))
    for name in ("waived", "baselined", "superseded", "provisional", "later", "ignored"):
        if total[name]:
            rows.append(say(f"totals.{name}", language, count=total[name]))
    baseline = result.sources.get("baseline")
    if baseline and baseline["gone"]:
        rows.append(say("totals.gone", language, count=len(baseline["gone"])))
    whole, places = _unjudged(result)
    for reason in _WHOLE if total["files"] else _WHOLE[:1]:
        if whole[reason]:
            rows.append(say(f"totals.{reason}", language, rules=joined(sorted(whole[reason]), language)))
    rows += unread(places, language)
    if result.crashes:
        rows.append(say("totals.crashes", language, count=len(result.crashes)))
    config = result.sources.get("config")
    if config:
        rows.append(say("totals.config", language, file=safe(config["file"])))
    rows.append(say("totals.as_of", language, date=shown_date(result.as_of, language)))
    return rows


def _unjudged(result: Result) -> tuple[dict[str, set[str]], int]:
    """The rules that could not be judged at all, by reason, and how many other places were not judged."""
    whole: dict[str, set[str]] = {reason: set() for reason in _WHOLE}
    places = 0
    for one in result.not_assessed:
        if one.file is None and one.reason in whole:
            whole[one.reason].add(one.rule)
        else:
            places += 1
    return whole, places


def unread(count: int, language: str) -> Iterator[str]:
    """At how many places a rule could not be judged for what stands there."""
    if count:
        yield say("totals.not_assessed", language, count=count)
