"""Makes and words findings: the one place where that is done."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, TypeVar

from ..packs.rule import Rule
from ..reading.form_marks import NOTES
from ..reading.report import Doc, Place, field_shown
from ..reading.schema import Facts, Slip
from ..recording import dataclass, replace
from ..records import LEVELS, Finding, Unreadable
from ..text.messages import Row, Some, Spot, render, say, shown_date
from ..text.regex import regex
from ..text.wording import mask_numbers, visible
from .case import Case, Hit
from .compile import Check, Compiled
from .kinds.batch import Mark
from .offering import Offers, missing_of
from .places import bound_path, node_at, place_at, value_at
from .results import About, FileResult


@dataclass(frozen=True, slots=True)
class Style:
    """How findings are worded."""

    language: str = "zh"
    show_values: bool = False


_QUOTED = regex("“([^“”]+)”")
Found = TypeVar("Found")

NOBODY = About(None, None, None, None, None, None, None, None, None)
NOWHERE = Place("", "", 1, 1, None, "", "", None)


def _whose(mark: Mark) -> tuple[About, str]:
    """Who an entry of the roster is about; of a waiver what stands for its place in fingerprints."""
    from ..packs.roster import Entry

    about, entry = replace(NOBODY, phase=mark.phase), mark.entry
    assert entry is not None
    if isinstance(entry, Entry):
        return replace(about, kind=entry.kind, key=entry.key, subject=entry.subject, level=entry.level), ""
    return about, f"/waivers/{entry.rule}/{entry.subject}"


class Remedies:
    """What the rules of a pack say is to be done, in one language."""

    def __init__(self, compiled: Compiled, language: str) -> None:
        self.compiled, self.language = compiled, language
        self._with_keys: dict[str, str] = {}        # by the rule's ID

    def of(self, rule: Rule, chinese: bool) -> str:
        """The remedy of a rule; in a report in English keys each field that it names in quotes has its key."""
        if not chinese and rule.id not in self._with_keys:
            key_of = self.compiled.pack.key_of
            self._with_keys[rule.id] = _QUOTED.sub(
                lambda one: f"“{field_shown(key_of[one[1]], one[1])}”" if one[1] in key_of else one[0],
                rule.remedy[self.language])
        return rule.remedy[self.language] if chinese else self._with_keys[rule.id]


class Teller:
    """Tells what was found, for one pack and in one style."""

    def __init__(self, compiled: Compiled, style: Style, told: int) -> None:
        """`told` is how many findings of a rule a person reads in one file."""
        self.compiled, self.pack, self.style, self.told = compiled, compiled.pack, style, told
        self.offers = Offers(compiled, style.language)
        self.remedies = Remedies(compiled, style.language)

    def unreadable(self, fault: Unreadable, file: str) -> FileResult:
        """The one finding of a file that can't be read."""
        return FileResult([self.unread(fault, file)], [], None)

    def unread(self, fault: Unreadable, file: str, about: About = NOBODY) -> Finding:
        """The finding of a fault in reading; further ones on its line are said with it."""
        rule, place = self.compiled.intake[fault.name], replace(NOWHERE, line=fault.line, column=fault.column,
                                                                cell=fault.cell)
        variables = {"field": "", "theme": "", "phase": "", "problem": "", "cell": place.cell or "",
                     **fault.variables}
        finding = self._finding(rule, self.compiled.level_of(rule, None, None, None), file, place, about, fault.hint,
                                variables)
        also = [self.unread(one, file).message for one in fault.also]
        between = "" if self.style.language == "zh" else " "
        return replace(finding, pointer=None, message=between.join((finding.message, *also)))

    def of_entry(self, check: Check, mark: Mark, file: str) -> Finding:
        """The finding of a rule over the batch that stands at a line of the roster or the waivers."""
        rule, entry = check.rule, mark.entry
        assert entry is not None
        about, stable = _whose(mark)
        place = replace(NOWHERE, line=entry.line, column=entry.column, pointer=entry.pointer, stable=stable)
        variables = self._variables(place, about, None, mark.facts, mark.hint)
        finding = self._finding(rule, self.compiled.level_of(rule, check.level, about.kind, None), file, place,
                                about, mark.hint, variables)
        if "ident" not in mark.facts:
            return finding
        text = rule.hints.get(mark.hint or "", rule.message)[self.style.language]
        return replace(finding, shared=render(text, variables | {"ident": "", "file": ""}))

    def of_hit(self, check: Check, hit: Hit, case: Case, about: About, file: str) -> Finding:
        """The finding of a hit, with everything that the one caller stamps."""
        typed = hit.typed
        place = case.place(hit.path) if typed is None else place_at(
            case.report, hit.path, typed.mark, typed.name)
        if hit.typed is not None and not place.field:   # a key that may not be shown, and nothing around it has a name
            place = replace(place, field=place.cell or say("finding.of-line", self.style.language, line=place.line))
        return self.of_place(check, hit, place, case, about, file)

    def of_place(self, check: Check, hit: Hit, place: Place, case: Case | None, about: About, file: str) -> Finding:
        """The same where the place is known; without the report no value of it can be shown."""
        level = hit.level or self.compiled.level_of(check.rule, check.level, about.kind, about.level)
        variables = self._variables(place, about, case, hit.facts, hit.hint)
        finding = self._finding(check.rule, level, file, place, about, hit.hint, variables, check.message)
        if case is None:
            return finding
        finding = self.offers.add(finding, missing_of(hit), case)
        # under a key that is no field nobody knows whether it is of a theme that is never printed
        value = value_at(case.report, hit.path) if hit.typed is None else \
            hit.typed.text if hit.typed.unknown is None else None
        return self._with_value(finding, value, place.theme)

    def of_slip(self, slip: Slip, case: Case, about: About, file: str) -> Finding:
        """The finding of a form slip."""
        rule = self.compiled.form[slip.name]
        hint, facts = slip.told
        if slip.name == "unknown-field":
            # a field's name, be it of another place
            shown = slip.value if hint in ("elsewhere", "other-kind") else slip.field
            place = replace(place_at(case.report, slip.path, slip.mark, slip.field), field=shown or "")
        else:
            place = place_at(case.report, slip.path, slip.mark, None)
            place = replace(place, field=slip.field or place.field)
        if "places" in facts:
            facts = facts | {"places": [one or say("words.top", self.style.language) for one in facts["places"]]}
        path = bound_path(case.report, slip.path)
        items = self.offers.forms.itemised(case, path) if hint == "list" else None
        if slip.name == "wrong-type" or hint == "list":
            holder = node_at(case.report, path[:-1])
            facts = facts | {"braces": isinstance(holder, Doc) and holder.src.flow and items is None,
                             "item": any(isinstance(one, int) for one in slip.path[-1:])}
        variables = self._variables(place, about, case, facts, hint)
        if "typed" in facts:        # as it is to be typed; under a sensitive theme nothing is shown
            variables["typed"] = "" if self.pack.sensitive(place.theme) else facts["typed"] or ""
        level = self.compiled.level_of(rule, NOTES.get(hint or ""), about.kind, case.report.level)
        finding = self._finding(rule, level, file, place, about, hint, variables)
        finding = self.offers.offered(finding, items)
        if slip.name == "missing-field" or hint in ("want-map", "want-list", "want-none_found"):
            finding = self.offers.add(finding, [path], case)
        return self._with_value(finding, slip.value, place.theme)

    def _variables(self, place: Place, about: About, case: Case | None, facts: Facts,
                   hint: str | None) -> dict[str, Any]:
        return {
            "field": place.field, "problem": place.problem or "", "hint": hint or "", "cell": place.cell or "",
            "theme": self.theme_name(place.theme), "phase": self.phase_name(about.phase),
            **{name: self._shown(one, case) for name, one in facts.items()},
        }

    def _shown(self, one: object, case: Case | None) -> Any:
        """A fact as a message shows it."""
        if isinstance(one, tuple):
            assert case is not None     # what is told without the report has no places in it
            place = case.place(one)
            return Spot(place.cell or place.line, place.problem or "", place.field)
        if isinstance(one, list):
            words = [str(self._shown(part, case)) for part in one]
            return Row(words, self.style.language, isinstance(one, Some) and one.more)
        if isinstance(one, dict):       # a listed value in each language
            return one[self.style.language]
        if isinstance(one, str):
            if one in self.pack.themes:
                return self.theme_name(one)
            return shown_date(one, self.style.language)
        return "" if one is None else one

    def theme_name(self, theme: str | None) -> str:
        """A theme's name for people, or nothing."""
        return self.pack.themes[theme].name[self.style.language] if theme in self.pack.themes else ""

    def phase_name(self, phase: str | None) -> str:
        """A phase's name for people, or nothing."""
        return self.pack.phases[phase].name[self.style.language] if phase in self.pack.phases else ""

    def _finding(self, rule: Rule, level: str, file: str, place: Place, about: About, hint: str | None,
                 variables: dict[str, Any], message: dict[str, str] | None = None) -> Finding:
        language = self.style.language
        text = render((message or rule.hints.get(hint or "", rule.message))[language], variables)
        text = text if text.strip() else rule.title[language]       # nobody gets a letter that says nothing
        return Finding(
            rule=rule.id, name=rule.name, level=level, file=file, line=place.line, column=place.column,
            pointer=place.pointer, subject=about.subject, theme=place.theme, phase=about.phase,
            clause=rule.clause_for(about.phase, about.level),
            message=_by_cells(text, variables, language) if place.cell else text,
            remedy=render(self.remedies.of(rule, place.chinese), variables), stable=place.stable,
            hint=hint, trail=place.trail, owner=about.key or "", cell=place.cell, sheet=place.sheet)

    def _with_value(self, finding: Finding, value: object, theme: str | None) -> Finding:
        if not self.style.show_values or value is None or self.pack.sensitive(theme):
            return finding
        inside = f"{finding.pointer}/".startswith(f"/{self.pack.roles.themes}/")
        if theme is None and inside and finding.name != "unknown-field":
            return finding      # what stands in place of all themes may be of one that is never printed
        text = visible(mask_numbers(" ".join(str(value).split())))
        text = text if len(text) <= 60 else text[:60] + "…"
        return replace(finding, message=finding.message + say("finding.value", self.style.language, text=text))

    def rank(self, check: Check, hit: Hit, about: About) -> int:
        """How grave a hit is, the gravest first."""
        return LEVELS.index(hit.level or self.compiled.level_of(check.rule, check.level, about.kind, about.level))


def _by_cells(text: str, variables: dict[str, Any], language: str) -> str:
    """A message with the names of cells where a line would be named."""
    for one in variables.values():
        if isinstance(one, Spot):
            text = text.replace(say("finding.of-line", language, line=one.line), str(one.line))
    return text


def some_of(found: list[Found], grave: Callable[[Found], int], tell: Callable[[Found], Finding],
            teller: Teller) -> Iterator[Finding]:
    """The findings of one rule in one file; of more than a person reads, the gravest come first, and the number of
    the others is told in the last.
    """
    most = teller.told
    if len(found) <= most:
        yield from map(tell, found)
        return
    found = sorted(found, key=grave)
    yield from map(tell, found[:most])
    one, language = tell(found[most]), teller.style.language
    yield replace(one, message=say("finding.more", language, count=len(found) - most, told=most,
                                   title=teller.pack.rules[one.rule].title),
                  remedy=say("finding.more-remedy", language), hint="more", stable=f"{one.stable}/more",
                  slips=len(found) - most)
