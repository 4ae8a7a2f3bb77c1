"""The items of a letter: what one rule found in one subject's files, with all its places, as plain data."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Any

from ...batch.outcome import Result
from ...batch.standing import is_repeated
from ...judging.offering import typing
from ...packs.pack import Pack
from ...packs.roster import Roster
from ...packs.rule import Basis, Rule
from ...recording import dataclass, replace
from ...records import Finding
from ...text.messages import joined, say
from ...text.regex import regex
from ...text.wording import visible
from ..findings.terminal import trail
from .data import ItemData
from .letters import Letter, is_pointer

# Faults of a whole file: the line where they stand tells nobody anything.
WHOLE = frozenset({"unreadable-file", "oversized-file", "wrong-encoding", "empty-file"})
IN_BODY = 5         # items that the body writes out where there is a list of all of them, and places of one item
RUNS = 4            # so many lines or runs of lines are named in one breath
QUOTED = 150        # characters of the plan that are quoted at most
_BLANK = "[XxＸｘ×]{2,}"       # what the plan leaves to be filled in: XX, and several in a row
_BLANKS = regex(f"(?<![A-Za-z]){_BLANK}(?:、{_BLANK})*(?![A-Za-z])")


@dataclass(frozen=True, slots=True)
class Point:
    """One fact and its repair, and the findings that say so."""

    fact: str
    repair: str
    findings: Sequence[Finding]
    typing: str = ""            # what to type where, which is part of the repair

    @property
    def whole(self) -> str:
        """All of the repair."""
        return (self.repair + self.typing).strip()


class Itemiser:
    """Makes the items of one letter after the other. `day` is their deadline as people read it."""

    def __init__(self, result: Result, pack: Pack, language: str, day: str) -> None:
        self.result, self.pack, self.language, self.day = result, pack, language, day
        self.names = _roster_names(result.roster)

    def say(self, key: str, **facts: Any) -> str:
        return say(f"notice.{key}", self.language, **facts)

    def items(self, one: Letter, states: dict[str, str], own: Point | None) -> list[ItemData]:
        """The findings of a letter, those of one rule as one item. `own` are its own words in place of the rule's."""
        groups: dict[tuple[bool, str, str, str], list[Finding]] = {}
        for finding in (*one.findings, *one.later):
            groups.setdefault((finding.provisional, finding.level, finding.rule, states.get(finding.fingerprint, "")),
                              []).append(finding)
        several, typed, items = len(one.files) > 1, set[tuple[str, str]](), list[ItemData]()
        for at, (key, found) in enumerate(groups.items(), 1):
            told = [own] if own and found[0] in own.findings else self._told(one, found, typed)
            items.append(self._item(at, one, found, key[3], told, several))
            typed.update((finding.file, offered.text) for entry in told[:IN_BODY] for finding in entry.findings
                         if entry.typing and (offered := finding.insert))
        return items

    def _item(self, number: int, one: Letter, found: list[Finding], state: str, told: list[Point],
              several: bool) -> ItemData:
        first, rule = found[0], self.pack.rules[found[0].rule]
        level = say(f"level.{first.level}", self.language)
        label = joined([level, *([self.say(state)] if state else [])], self.language)
        repairs, whole = ({getattr(entry, name): entry for entry in told} for name in ("repair", "whole"))
        alone, apart = len(told) == 1, len(repairs) > 1     # what is alike in all is said once
        places = {id(finding): self._place(finding, one, first) for finding in found}
        return {
            "number": number, "rule": first.rule, "title": rule.title[self.language], "level": first.level,
            "label": self.say("later_label", label=label) if first.provisional else label, "state": state,
            "later": first.provisional, "count": sum(finding.slips or 1 for finding in found),
            "file": self.hide(first.file, one), "line": first.line, "places": list(places.values()),
            "place": "\n".join(places.values()),
            "spot": self._spot(found, one, several), "clause": first.clause or "",
            "basis": self._basis(rule, found, one), "fact": "\n".join(entry.fact for entry in told),
            "repair": "\n".join(whole), "deadline": self.day,
            "told": [{"spot": self._spot(entry.findings, one, several), "fact": entry.fact,
                      "places": [places[id(finding)] for finding in entry.findings],
                      "repair": entry.whole if alone or apart else "" if len(whole) == 1 else entry.typing.strip()}
                     for entry in told],
            "common": "" if alone or apart else next(iter(whole if len(whole) == 1 else repairs)),
            "roster": self._on_roster(first),
        }

    def _told(self, one: Letter, found: Iterable[Finding], before: set[tuple[str, str]]) -> list[Point]:
        """What was found, what is said alike only once. `before` are the lines to type that items before have told."""
        groups: dict[tuple[str, str, str], list[Finding]] = {}
        for finding in found:
            typed = typing(finding.insert, self.language) if finding.insert else ""
            repair = finding.remedy.removesuffix(typed)
            if typed != finding.remedy[len(repair):]:
                typed = ""
            elif finding.insert:        # the order of several is said once in a letter
                typed = typing(replace(finding.insert, several=False), self.language,
                               told=(finding.file, finding.insert.text) in before)
            fact = visible(finding.message)
            if is_repeated(self.pack.rules[finding.rule]):      # names the subject's other files
                fact = self.hide(finding.message, one) if not one.doubtful else self.say("repeated", files=[
                    self.hide(other.file, one) for other in one.findings
                    if (other.rule, other.phase) == (finding.rule, finding.phase) and other is not finding])
            if is_pointer(finding):         # the rule speaks to the office too
                repair = self.say("pointer")
            groups.setdefault((fact, visible(repair), visible(typed)), []).append(finding)
        return [Point(fact, repair, group, typed) for (fact, repair, typed), group in groups.items()]

    def _on_roster(self, finding: Finding) -> bool:
        return self.result.roster is not None and finding.file == self.result.roster.file

    def _place(self, finding: Finding, one: Letter, first: Finding | None = None) -> str:
        """Where a finding stands, in full; without the file that the first of its item has named."""
        if self._on_roster(finding):
            return self.say("roster")
        way = visible(trail(finding, self.language))
        if is_whole(finding):
            return self.hide(finding.file, one)
        if first is not None and finding is not first and finding.file == first.file:
            return self.say("at", line=finding.line, cell=finding.cell, trail=way)
        return self.say("at_file", file=self.hide(finding.file, one), line=finding.line, cell=finding.cell, trail=way)

    def _spot(self, found: Sequence[Finding], one: Letter, several: bool) -> str:
        """Where findings stand, in short: the file only where there are several, the way only to a single one."""
        if self._on_roster(found[0]):
            return self.say("roster")
        if len(found) == 1:
            return self._place(found[0], one) if several else "" if is_whole(found[0]) else self.say(
                "at", line=found[0].line, cell=found[0].cell, trail=visible(trail(found[0], self.language)))
        lines: dict[str, set[int]] = {}
        cells: dict[str, list[str]] = {}
        for finding in found:
            if finding.cell:
                cells.setdefault(finding.file, []).append(finding.cell)
            else:
                lines.setdefault(finding.file, set()).add(finding.line)
        return joined([self.on_lines(self.hide(file, one) if several else "", numbers)
                       for file, numbers in lines.items()] + [
                           self.say("at_cells", file=self.hide(file, one) if several else "", cells=list(dict.fromkeys(
                               named))) for file, named in cells.items()], self.language)

    def on_lines(self, file: str, lines: set[int]) -> str:
        """One line or several, of a file if it is to be named."""
        if len(lines) > 1:
            return self.say("at_lines", file=file, lines=self._runs(lines))
        [line] = lines
        return self.say("at_file", file=file, line=line, cell=None, trail="") if file else self.say(
            "at", line=line, cell=None, trail="")

    def _runs(self, lines: Iterable[int]) -> str:
        """Line numbers in their order; three or more in a row by the first and the last."""
        runs: list[list[int]] = []
        for line in sorted(lines):
            if runs and line == runs[-1][-1] + 1:
                runs[-1].append(line)
            else:
                runs.append([line])
        words = [word for run in runs for word in (
            [self.say("run", first=run[0], last=run[-1])] if len(run) > 2 else map(str, run))]
        return self.say("runs_gap" if len(words) > RUNS else "run_gap").join(words)

    def _basis(self, rule: Rule, found: Sequence[Finding], one: Letter) -> list[str]:
        """What the rule rests on there: the fitting words of the plan, else the reason."""
        themes = {self.pack.themes[item.theme].clause for item in found if item.theme in self.pack.themes}
        words = [self.say("quoted", clause=cited.clause, quote=quoted(cited.quote, self.language))
                 for item in found[:1] for at, cited in enumerate(rule.bases_for(item.phase, one.level))
                 if at == 0 or cited.clause in themes]
        return words or ([rule.practice[self.language]] if rule.practice else [])

    def cited(self, one: Letter) -> Basis | None:
        """The clause on which most findings of a letter rest; of as many the first."""
        counts: dict[Basis, int] = {}
        for item in one.told[one.letter]:
            for cited in self.pack.rules[item.rule].bases_for(item.phase, one.level)[:1]:
                counts[cited] = counts.get(cited, 0) + 1
        return max(counts, key=lambda cited: counts[cited], default=None)

    def hide(self, text: str, one: Letter) -> str:
        """A path, or a text with paths, without the names of other people: files may be called after them."""
        if self.names:
            own = one.entry.names if one.entry else frozenset()     # of a unit its head's too
            text = self.names.sub(lambda found: found[0] if found[0] in own else self.say("hidden"), text)
        return visible(text)


def is_whole(finding: Finding) -> bool:
    """Whether a finding is about a file as a whole."""
    return (finding.name in WHOLE or is_pointer(finding)) and finding.at == "1:1"


def quoted(text: str, language: str) -> str:
    """Words that are set between double quotation marks: those inside are single ones, and what the plan left blank
    (XX) is an ellipsis. A whole part of a plan is no sentence of a letter: nothing is quoted of it.
    """
    if len(text) > QUOTED:
        return ""
    return _BLANKS.sub(say("notice.elided", language), text.replace("“", "‘").replace("”", "’"))


def _roster_names(roster: Roster | None) -> re.Pattern[str] | None:
    """Finds every name of a person that the roster knows, longer ones first."""
    if roster is None:
        return None
    names = sorted(roster.known | set(roster.aliases), key=lambda name: (-len(name), name))
    return re.compile("|".join(map(re.escape, names))) if names else None
