"""The page: what people look at first, then what they read, and a script that filters both; from a template."""

from __future__ import annotations

import json
from collections import Counter, defaultdict
from collections.abc import Iterator
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

from markupsafe import Markup

from .... import __version__
from ...batch.outcome import Result
from ...batch.standing import APART, STATES
from ...recording import dataclass, field
from ...records import LEVELS, Finding
from ...text.messages import say
from ...text.wording import id_key, mask_numbers
from ..findings import filing
from ..findings.pages import apart_tables, embedded, environment, skipped_rows
from ..findings.setting import Setting
from ..findings.terminal import summary
from . import listing
from .listing import ListedAccount, shown, unit_of
from .looks import SOON, Looks, whole
from .picture import ThemeRow
from .texts import MANY, Shared

if TYPE_CHECKING:       # loaded for a page alone
    from jinja2 import Template

_FOLDER = Path(__file__).parent / "templates"
FULL = 3_000            # findings up to which each is told in its own words
MOST = 60_000           # findings that the page lists
MOST_BESIDE = 1_000     # rows of each other long table
WEEK = 7
# What the script says.
_SAID = ("none", "before", "after", "page", "pages_of", "shown", "who", "line", "link", "link_to", "people", "silent",
         "column_level", "column_rule", "column_unit", "column_subject", "column_theme", "column_told", "look_system",
         "look_dark", "look_light")


def as_html(result: Result, setting: Setting) -> Iterator[str]:
    """One file that asks for no other: pictures and tables; with a script filters and pages, without one all of it."""
    page = PageTables(result, setting)
    return (_template().generate(page=page, say=page.say, result=result, pack=page.pack, soon=SOON,
                                         language=page.language, levels=LEVELS, version=__version__))


@dataclass(slots=True)
class RuleTotal:
    """What was found by one rule."""

    rule: str
    title: str
    levels: Counter[str] = field(default_factory=Counter)
    subjects: set[tuple[str | None, str]] = field(default_factory=set)

    @property
    def count(self) -> int:
        return self.levels.total()


class PageTables(Looks):
    """A result as the page shows it, down to each finding."""

    def __init__(self, result: Result, setting: Setting) -> None:
        super().__init__(result, setting)
        self.findings = list(self._listed())
        listed = sum(one.count for one in self.findings)
        self.large = listed > FULL
        self.shared = Shared(map(self.words.parts, self._hits()), MANY if self.large else listed + 1)
        self.more = sum(one.counted.total() for one in self.accounts) - listed
        self.measures = sorted(self.agenda.measures, key=lambda one: one.left)
        self._anchor = listing.anchors(self._hits())

    def _hits(self) -> Iterator[Finding]:
        """The findings that the page lists."""
        return (one for listed in self.findings for one in listed.findings)

    def _listed(self) -> Iterator[ListedAccount]:
        """The accounts with findings that count, as many as the page holds."""
        numbers = {row.place: number for number, row in enumerate(self.themes, 1)}
        left, others = MOST, len(self.themes)
        for at, one in enumerate(self.accounts):
            count = min(left, one.counted.total())
            left -= count
            if at not in numbers:
                others += 1
            if count:
                name = self.unit(unit_of(one)) if one.kind else self.say("board.nobodys")
                yield ListedAccount(numbers.get(at, others), name, one, count)

    def theme_bodies(self) -> Iterator[Markup]:
        def unit(row: ThemeRow) -> tuple[str, str]:
            code = row.subject.unit or (row.subject.id if row.subject.kind == "unit" else None)
            known = not self.result.roster or self.result.roster.entry(
                row.subject.kind, id_key(row.subject.id or "")) is not None
            return code or "", self.unit(code) if known else self.say("board.outside")

        return listing.theme_bodies(self.themes, unit, {one.number for one in self.findings}, self.words)

    def finding_tables(self) -> Iterator[Markup]:
        return listing.finding_tables(self.findings, self.shared, self._anchor, self.words)

    def note_rows(self) -> Iterator[Markup]:
        return listing.note_rows(self.shared, self.words)

    def measure_rows(self) -> Iterator[Markup]:
        numbers = {(row.subject.kind, row.subject.id or ""): at for at, row in enumerate(self.themes, 1)}
        return listing.measure_rows(self.measures[:MOST_BESIDE], numbers, self.unit, self.words)

    @property
    def measures_more(self) -> int:
        return max(0, len(self.measures) - MOST_BESIDE)

    def measure_units(self) -> list[tuple[str, str, int, int, int]]:
        """Of each unit with measures that are overdue or due soon: code, name, overdue, due within a week, later."""
        found: dict[str, list[int]] = defaultdict(lambda: [0, 0, 0])
        for one in self.agenda.measures:
            found[one.unit][0 if one.left < 0 else 1 if one.left <= WEEK else 2] += 1
        return [(mask_numbers(code), self.unit(code), over, week, month)
                for code, (over, week, month) in found.items()]

    def rules(self) -> list[RuleTotal]:
        """The rules by which something was found, the gravest and the most frequent first."""
        found: dict[str, RuleTotal] = {}
        for account in self.accounts:
            for (rule, level, _), count in account.counted.items():
                total = found.setdefault(rule, RuleTotal(rule, self.pack.rules[rule].title[self.language]))
                total.levels[level] += count
                total.subjects.add((account.kind, account.key or account.file))
        return sorted(found.values(), key=lambda one: (
            min(LEVELS.index(level) for level in one.levels), -one.count, one.rule))

    def apart(self) -> Iterator[tuple[str, Iterator[Markup], int]]:
        every = self.result.findings if filing.has_apart(self.result) else ()
        for heading, some, more in apart_tables(every, MOST_BESIDE):
            yield heading, listing.apart_rows(some, self.words), more

    def ignored(self) -> tuple[list[filing.OtherFile], int]:
        """As many as the page holds, and how many more."""
        found = filing.ignored(self.result, self.language)
        return found[:MOST_BESIDE], max(0, len(found) - MOST_BESIDE)

    def skipped(self) -> tuple[list[tuple[str, str, str]], int]:
        """As many as the page holds, and how many more."""
        found = list(skipped_rows(self.result, self.language))
        return found[:MOST_BESIDE], max(0, len(found) - MOST_BESIDE)

    def summary(self) -> list[str]:
        return summary(self.result, self.language)

    def nothing(self) -> str:
        return self.say(filing.nothing(self.result))

    def choices(self) -> dict[str, list[tuple[str, str]]]:
        """What each filter can be set to: a value and its name."""
        pack, language = self.pack, self.language
        units = {row.code: row.name for row in self.phases if row.code}
        for row in self.themes:
            if row.subject.unit:
                units.setdefault(row.subject.unit, self.unit(row.subject.unit))
        states = [*STATES, *APART] if self.result.roster else STATES[3:]
        own = {row.state for row in self.themes}
        return {"unit": list(units.items()),
                "phase": [(one.id, one.name[language]) for one in pack.phases.values()],
                "theme": [(one.id, one.name[language]) for one in pack.themes.values()],
                "level": [(level, self.say(f"level.{level}")) for level in LEVELS],
                "rule": [(one.rule, f"{one.rule} {one.title}") for one in sorted(
                    self.rules(), key=lambda one: one.rule)],
                "state": [(state, filing.label(state, language)) for state in states if state in own]}

    def said(self) -> str:
        """What the script says, as JSON."""
        return json.dumps({name: say(f"script.{name}", self.language) for name in _SAID}, ensure_ascii=False)


@lru_cache(maxsize=1)
def _template() -> Template:
    """The template and what it needs."""
    made = environment(_FOLDER, shown)
    made.filters["whole"] = whole
    for name in ("page.css", "dark.css", "page.js"):
        text, digest = embedded(_FOLDER / name)
        made.globals[name.replace(".", "_")] = Markup(text)
        made.globals[f"{name.replace('.', '_')}_hash"] = Markup(f"'sha256-{digest}'")
    return made.get_template("page.html.j2")
