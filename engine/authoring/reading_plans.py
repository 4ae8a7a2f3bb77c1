"""Reads out of a plan's text what a pack says of it: title, days, phases, levels of units, themes and behaviours.

It takes words as they stand and guesses nothing that is not there; its author reads the draft and puts it right. The
patterns are data, in `draft.yaml`.
"""

from __future__ import annotations

import calendar
import datetime
import re
from collections import Counter
from collections.abc import Iterator
from functools import cache, cached_property
from pathlib import Path
from typing import Any

import yaml

from ..packs.plan_text import NUMBERING, PREFACE, PlanText, Sentence, within
from ..recording import dataclass
from ..text.regex import regex

_MARKS = "；。，、：;,: "
_COMMAS = "，；：。"
_BRACKETS = regex("[（(][^（()）]*[）)]$")
_QUOTED = regex("“([^“”]+)”")


@dataclass(frozen=True, slots=True)
class Span:
    """A phase, or the whole: its name and its first and last day in ISO form, empty where the plan does not say."""

    name: str
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class ThemeText:
    """A theme in the plan's words, or a measure, which names no behaviours."""

    clause: str
    heading: str
    upholds: list[str]
    behaviours: list[str]

    @property
    def name(self) -> str:
        """Its heading without the number and what stands in brackets at the end."""
        return re.sub(words()["aspect"], "", _BRACKETS.sub("", NUMBERING.sub("", self.heading).strip(_MARKS)))

    @property
    def halves(self) -> tuple[str, str]:
        """What it upholds and what it cures: two quoted words of the heading, its two halves, or twice the whole."""
        quoted = _QUOTED.findall(self.heading)
        if len(quoted) == 2:
            return quoted[0], quoted[1]
        bare = self.name
        parts = bare.split("、")
        return (parts[0], parts[1]) if len(parts) == 2 else (bare, bare)


@cache
def words() -> dict[str, Any]:
    """The patterns and lists by which a plan is read."""
    found: dict[str, Any] = yaml.load((Path(__file__).parent / "draft.yaml").read_bytes(), Loader=yaml.CSafeLoader)
    return found


class PlanReader:
    """One plan's text, and what it says."""

    def __init__(self, text: str) -> None:
        self.text = PlanText(text)
        self.said = [one for one in self.text.sentences if not one.heading]

    @cached_property
    def title(self) -> str:
        """The plan's title: the first line that sounds like one, else its first words."""
        heads = [one.text for one in self.text.sentences if one.heading and one.clause == PREFACE]
        found = next((one for one in heads if re.search(words()["title"], one)), None)
        return found or (self.text.sentences[0].text[:40].strip(_MARKS) if self.text.sentences else "")

    @cached_property
    def name(self) -> str:
        """What the campaign is called: the first quoted word of the title, or of what stands above part one."""
        above = (one.text for one in self.text.sentences if one.clause == PREFACE)
        found = next(filter(None, (re.search(words()["name"], text) for text in (self.title, *above))), None)
        return found[1] if found else self.title[:20]

    @cached_property
    def phases(self) -> list[Span]:
        """The phases in order, each with the days that it gives; what one leaves open its neighbours give."""
        found: dict[str, Span] = {}
        year = ""
        for line in self.text.text.split("\n"):
            if words()["phases"] in line:
                for match in re.finditer(words()["phase"], line):
                    start, end, year = _days(match["dates"], year)
                    if (start or end) and match["name"] not in found:
                        found[match["name"]] = Span(match["name"], start, end)
            year = [year, *filter(None, (one["year"] for one in re.finditer(words()["date"], line)))][-1]
        listed = list(found.values())
        for at, one in enumerate(listed):
            before = _next(listed[at - 1].end, 1) if at else self._whole[0]
            after = _next(listed[at + 1].start, -1) if at + 1 < len(listed) else self._whole[1]
            listed[at] = Span(one.name, one.start or before, one.end or after)
        return listed

    @cached_property
    def _whole(self) -> tuple[str, str]:
        """First and last day, where one sentence gives both."""
        for one in self.said:
            match = re.search(words()["campaign"], one.text)
            if match:
                start, end, _ = _days(one.text[match.start():], "")
                if start and end:
                    return start, end
        return "", ""

    @cached_property
    def campaign(self) -> tuple[str, str]:
        """First and last day; of a plan that names no days, empty."""
        start, end = self._whole
        days = [day for one in self.phases for day in (one.start, one.end) if day]
        return start or min(days, default=""), end or max(days, default="")

    @cached_property
    def levels(self) -> list[str]:
        """The levels of units that it names, in order."""
        sure = "|".join(map(re.escape, sorted(words()["levels"], key=len, reverse=True)))
        either, joined = f"各?(?:{sure}|{'|'.join(words()['beside'])})", words()["joined"]
        lists = re.finditer(rf"(?:{either}(?:{joined}))*各?(?:{sure})(?:(?:{joined}){either})*", self.text.text)
        found = [(match.start(), one) for match in lists for one in re.findall(either, match[0])]
        found += [(sentence.start + match.start(), one) for sentence in self.text.sentences
                  if re.search(words()["filing"], sentence.text)
                  for match in re.finditer(words()["filers"], sentence.text) for one in re.split(joined, match[0])]
        ordered = sorted(found, key=lambda one: one[0])
        return [*dict.fromkeys(one.removeprefix("各") for _, one in ordered)] or [words()["level"]]

    def whom(self, text: str) -> list[str]:
        """Whom a sentence is about, as a rule says it: persons or units, both where it names both or neither."""
        kinds = {**words()["who"]}
        unit = list(kinds)[-1]
        kinds[unit] = "|".join((kinds[unit], *map(re.escape, self.levels)))
        return [kind for kind, pattern in kinds.items() if re.search(pattern, text)] or list(kinds)

    @cached_property
    def themes(self) -> list[ThemeText]:
        """The numbered clauses of one part that list behaviours, else those of the part with the measures; none where
        no two do.
        """
        found = [theme for clause in dict.fromkeys(one.clause for one in self.text.sentences)
                 if (theme := self._theme(clause)) is not None]
        homes = Counter(self.above(one.clause) for one in found)
        home, count = homes.most_common(1)[0] if homes else ("", 0)
        return [one for one in found if self.above(one.clause) == home] if count > 1 else self._measures()

    def _measures(self) -> list[ThemeText]:
        """The clauses with a heading of the first part that is called after measures; none where there is only one."""
        for part in self.text.sentences:
            if part.heading and re.search(words()["tasks"], part.text):
                found = [ThemeText(one.clause, one.text, [], []) for one in self.text.sentences
                         if one.heading and one.clause != part.clause and self.above(one.clause) == part.clause]
                if len(found) > 1:
                    return found
        return []

    def above(self, clause: str) -> str:
        """The clause that a clause stands in."""
        return next((one.clause for one in reversed(self.text.sentences)
                     if one.clause != clause and within(clause, one.clause)), clause)

    def _theme(self, clause: str) -> ThemeText | None:
        listed = [one for one in self.text.sentences if one.clause == clause]
        heading = next((one for one in listed if one.heading), None)
        if heading is None:
            return None
        said = [one for one in listed if not one.heading]
        for at, one in enumerate(said):
            match = re.search(words()["behaviours"], one.text)
            if match:
                behaviours = list(_behaviours(one.text[match.end():], said[at + 1:]))
                if len(behaviours) > 1:
                    return ThemeText(clause, heading.text, [before.text for before in said[:at]], behaviours)
        items = self._items(clause) if not said else []
        return ThemeText(clause, heading.text, [], items) if len(items) > 1 else None

    def _items(self, clause: str) -> list[str]:
        """What is listed right under a clause, each item on a line with a number of its own."""
        below = [one for one in self.text.sentences if one.clause != clause and within(one.clause, clause)]
        clauses = {one.clause for one in below}
        is_list = len(clauses) == len(below) and all(one.text.endswith("；") for one in below[:-1]) \
            and not any(one.heading for one in below)
        return [NUMBERING.sub("", one.text).strip(_MARKS) for one in below] if is_list else []

    def first_with(self, pattern: str) -> tuple[Sentence, str] | None:
        """The first sentence that a pattern fits, and the part of it between commas that does; none of those that
        describe a theme, for they ask for nothing.
        """
        told = [one.clause for one in self.themes if one.behaviours]
        for one in self.said:
            match = re.search(rf"[^{_COMMAS}]*(?:{pattern})[^{_COMMAS}]*", one.text)
            if match and not any(within(one.clause, clause) for clause in told):
                return one, match[0]
        return None

    @cached_property
    def signed(self) -> list[Sentence]:
        """Who signed and when: lines at the end that are no sentences."""
        found = []
        for one in reversed(self.said):
            if not re.match(words()["ignored"], one.text):
                break
            found.append(one)
        return found[::-1]


def phase_in(text: PlanText, phase: str) -> tuple[str, str] | None:
    """The clause in which a phase stands with its days, and the words."""
    for one in text.sentences:
        for match in re.finditer(words()["phase"], one.text):
            if match["name"] == phase:
                return one.clause, one.text[match.start():match.end() + one.text.startswith(("）", ")"), match.end())]
    return None


def _behaviours(first: str, rest: list[Sentence]) -> Iterator[str]:
    """The items of a list that begins in one sentence and goes on until a full stop."""
    for text in (first, *(one.text for one in rest)):
        bare = re.sub(words()["edges"], "", text.strip(_MARKS)).strip(_MARKS)
        if bare:
            yield bare
        if not text.endswith("；"):
            return


def _days(text: str, year: str) -> tuple[str, str, str]:
    """First and last day in a text, and the year that holds after it."""
    days: list[tuple[str, str, str]] = []       # as a first day, as a last day, what follows
    for match in re.finditer(words()["date"], text):
        year = match["year"] or year
        if not year or not 1 <= int(match["month"]) <= 12:
            continue
        last = calendar.monthrange(int(year), int(match["month"]))[1]
        stem = f"{year}-{int(match['month']):02}"
        first_day, last_day = (min(int(match["day"] or other), last) for other in (1, last))
        days.append((f"{stem}-{first_day:02}", f"{stem}-{last_day:02}", text[match.end():match.end() + 2]))
    if len(days) > 1:
        return days[0][0], days[1][1], year
    if not days:
        return "", "", year
    first, end, after = days[0]
    if re.match(words()["until"], after):
        return "", end, year
    return first, "" if re.search(words()["from"], after) else end, year


def _next(iso: str, days: int) -> str:
    return iso and (datetime.date.fromisoformat(iso) + datetime.timedelta(days)).isoformat()
