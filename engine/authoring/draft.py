"""Drafts a pack from a plan's text: what can be read out of it, the rules that hold in any plan, and one rule to write
for each sentence left. A draft is loaded and traced before it is written, so that it can be used at once.
"""

from __future__ import annotations

import json
import re
import tempfile
from bisect import bisect_right
from collections.abc import Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import yaml

from ..judging.compile import Compiled
from ..packs.own_fields import FILE as FIELDS
from ..packs.pack import Pack, load_pack
from ..packs.pack_files import BUNDLED
from ..packs.plan_text import NUMBERING
from ..reading.intake import WIDE_SPACES
from ..reading.roles import Roles
from ..reading.schema import ListShape, MapShape
from ..recording import dataclass
from ..records import PackError, UsageError
from ..text.dates import parse_date
from ..text.messages import say
from .examples import base_report, findings_of
from .reading_plans import PlanReader, Span, ThemeText, phase_in, words
from .trace import Traced, trace

FAMILY = "ZA"
_ZONE, _UNICODE = "Asia/Shanghai", "14.0.0"
Data = dict[str, Any]       # of a file of a pack


@dataclass(frozen=True, slots=True)
class DraftedPack:
    """The files of a pack by name, how many of what was read, and what rules that are taken over rest on.

    `hidden` are fields that it does without, `rests` (rule, its title, the words of the plan), `lacking` rules of which
    no sentence was found: (rule, title).
    """

    files: dict[str, bytes]
    counts: dict[str, int]
    hidden: list[str]
    rests: list[tuple[str, str, str]]
    lacking: list[tuple[str, str]]


def draft(text: str, name: str) -> DraftedPack:
    """A pack for a plan; `name` is its English one. Raises UsageError for a plan without days, or without themes and
    measures.
    """
    plan = PlanReader(text)
    if not all(plan.campaign):
        raise UsageError("draft.no-days")
    if not plan.themes:
        raise UsageError("draft.no-themes")
    phases = plan.phases or [Span(say("draft.whole", "zh"), *plan.campaign)]
    other = load_pack(BUNDLED, examples=False)
    roles = _roles([one.name for one in phases], list(other.phases))
    files = {"plan.txt": text.encode(), "plan.yaml": _plan(plan, phases, roles, name)}
    files |= {f"themes/{at}-theme-{at}.yaml": _dump(_theme(one, at)) for at, one in enumerate(plan.themes, 1)}
    for kind in words()["bases"]:
        files[f"bases/{kind}.yaml"] = _dump(_base(plan, kind, phases, roles, other, name))
    files[f"families/{FAMILY}.yaml"] = _family("")
    with tempfile.TemporaryDirectory() as folder:
        for file, data in files.items():
            path = Path(folder) / file
            path.parent.mkdir(exist_ok=True)
            path.write_bytes(data)
        pack = load_pack(Path(folder))
        pack, hidden = _without_unasked(pack, text)
        if hidden:
            files[FIELDS] = Path(folder, FIELDS).read_bytes()
        found = trace(pack, text).sentences
        _mend_bases(pack, files)
    left = [one for one in found if not one.heading and not one.cites]
    partly = [one for one in found if one.cites and one.rest
              and all(cite.by in words()["rested"] for cite in one.cites)]
    todo = "\n".join(_to_write(number, one, plan) for number, one in enumerate(
        sorted([*left, *partly], key=lambda one: one.start), 1))
    files[f"families/{FAMILY}.yaml"] = _family(todo)
    behaviours = sum(len(one.behaviours) for one in plan.themes)
    counts = {"phases": len(phases), "levels": len(plan.levels), "themes": len(plan.themes),
              "behaviours": behaviours, "rules": len(pack.rules), "left": len(left), "partly": len(partly)}
    rested = words()["rested"]
    return DraftedPack(
        files, counts, hidden,
        [(rule, pack.rules[rule].title["zh"], basis.quote) for rule in rested if rule in pack.rules
         for basis in pack.rules[rule].bases],
        [(rule, other.rules[rule].title["zh"]) for rule in rested if rule not in pack.rules])


def _plan(plan: PlanReader, phases: list[Span], roles: dict[str, int], name: str) -> bytes:
    bases = {rule: found for rule, pattern in words()["rested"].items() if (found := plan.first_with(pattern))}
    home = plan.above(plan.themes[0].clause)
    intro = next((one for one in plan.said if one.clause == home), None)
    basis: Data = {rule: [{"clause": one.clause, "quote": quote}] for rule, (one, quote) in sorted(bases.items())}
    heading = next((NUMBERING.sub("", one.text) for one in plan.text.sentences if one.clause == home), "")
    days = [(f"phase-{at}", phase_in(plan.text, one.name)) for at, one in enumerate(phases, 1)]
    if "RO01" in basis and all(said for _, said in days):       # who has not filed is told the words of that phase
        basis["RO01"] = [{"clause": said[0], "quote": said[1], "phase": ident} for ident, said in days if said]
    basis = {"CV01": [{"clause": home, "quote": intro.text if intro else heading}], **basis}
    taken = {"rules": [*words()["practice"], *basis],
             "phases": {phase: phases[at].name for phase, at in roles.items()}, "basis": basis}
    data: Data = {
        "plan": {"id": name, "name": plan.name, "title": plan.title, "timezone": _ZONE, "unicode": _UNICODE,
                 "campaign": {"start": plan.campaign[0], "end": plan.campaign[1]}, "roll": "none"},
        "languages": ["zh"],
        "phases": [{"id": f"phase-{at}", "name": one.name, "start": one.start, "end": one.end}
                   for at, one in enumerate(phases, 1)],
        "levels": [{"id": f"level-{at}", "name": one} for at, one in enumerate(plan.levels, 1)],
        "other": {"id": "other", "name": say("draft.other", "zh")},
        "inherit": [*words()["inherit"], taken],
    }
    if not any(one.behaviours for one in plan.themes):
        data["themes_title"] = heading
    if plan.signed:
        data["uncheckable"] = [{"clause": one.clause, "quote": one.text, "reason": say("draft.signed", "zh")}
                               for one in plan.signed]
    return say("draft.plan", "zh").encode() + _dump(data)


def _theme(theme: ThemeText, at: int) -> Data:
    found: Data = {"id": f"theme-{at}", "seq": at}
    if not theme.behaviours:
        return found | {"name": theme.name, "clause": theme.clause, "heading": theme.heading}
    virtue, habit = theme.halves
    halves = {"virtue": virtue, "habit": habit} if virtue != habit else {}
    behaviours = [{"id": f"theme-{at}-{number:02}", "text": text, "leaning": "both"}
                  for number, text in enumerate(theme.behaviours, 1)]
    found |= {**halves, "name": virtue, "clause": theme.clause, "heading": theme.heading}
    return found | ({"upholds": theme.upholds} if theme.upholds else {}) | {"behaviours": behaviours}


def _without_unasked(pack: Pack, text: str) -> tuple[Pack, list[str]]:
    """A pack without the parts of the shared form of which its plan says no word, unless a rule needs one; the titles.

    What is left out is written to its folder.
    """
    kept = {*words()["kept"], *words()["beside_kept"]}
    found = [(kind, title) for kind, shape in pack.shapes.items() for key, title in shape.titles.items()
             if isinstance(shape.fields[key][1], MapShape | ListShape) and title not in text and key not in kept]
    tried = _hiding(pack, found) if found else None
    if tried is None:
        found = [one for one in found if _hiding(pack, [one])]
        tried = _hiding(pack, found) if found else None
    return (tried, list(dict.fromkeys(title for _, title in found))) if tried else (pack, [])


def _hiding(pack: Pack, hidden: list[tuple[str, str]]) -> Pack | None:
    """A pack that does without some parts of the form, of a kind of report each; None where a rule needs one."""
    said = "\n".join(f"- {{{say('draft.field', 'zh', name=title, kind=kind)}}}" for kind, title in hidden)
    Path(pack.folder, FIELDS).write_bytes(say("draft.fields", "zh", fields=said).encode() + b"\n")
    try:
        made = load_pack(pack.folder)
        Compiled(made)
    except PackError:
        return None
    return made


def _roles(names: list[str], others: list[str]) -> dict[str, int]:
    """Phase of the pack that comes along -> place of the phase of this plan that it falls in, never going back."""
    found, least = {}, 0
    for at, other in enumerate(others):
        pattern = words()["roles"][other]
        fitting = [place for place, name in enumerate(names) if place >= least and re.search(pattern, name)]
        least = fitting[0] if fitting else max(least, min(at * len(names) // len(others), len(names) - 1))
        found[other] = least
    return found


def _base(plan: PlanReader, kind: str, phases: list[Span], roles: dict[str, int], other: Pack, name: str) -> Data:
    """A report that no rule has anything against, made of one of the pack that comes along, in this plan's days."""
    days = _Days(other, phases, roles)
    steps: Data = {}
    for at in range(len(phases)):
        source = [phase for phase, place in roles.items() if place <= at][-1]
        report = {key: one for key, one in base_report(other, words()["bases"][kind], source).items()
                  if key in words()["kept"]}
        report |= {"plan": name, "phase": f"phase-{at + 1}"}
        if "unit" in report:
            report["unit"] = report["unit"] | {"level": "level-1", "name": words()["unit"]}
        if other.roles.themes in report:
            answers = _answers(report[other.roles.themes], plan.themes, other.roles)
            report[other.roles.themes] = _said(answers, words()["said"][kind])
        steps[f"phase-{at + 1}"] = {"report": days.moved(report)}
    return {"kind": kind, **({"level": "level-1"} if kind == "unit" else {}), "phases": steps}


def _answers(themes: Data, listed: list[ThemeText], roles: Roles) -> Data:
    """Answers to the themes listed: one with the first problem of those there, the others with nothing found."""
    problem = next(one[roles.problems][0] for one in themes.values() if roles.problems in one)
    nothing = next(one for one in themes.values() if roles.none_found in one)
    first = "theme-1-01" if listed[0].behaviours else "other"
    found = {"theme-1": {roles.examined: "all", roles.problems: [problem | {"behaviour": first}]}}
    return found | {f"theme-{at}": nothing for at in range(2, len(listed) + 1)}


def _said(value: Any, texts: Data, at: int = 0) -> Any:
    """The same data with the texts of fields of these names in place of its own; of several texts a list has as many as
    it had, and the field of an item of a list its own.
    """
    if isinstance(value, list):
        return [_said(one, texts, at) for at, one in enumerate(value)]
    if not isinstance(value, dict):
        return value
    found = {}
    for key, one in value.items():
        text = texts.get(key)
        if isinstance(text, list):
            text = text[:len(one)] if isinstance(one, list) else text[at % len(text)]
        found[key] = _said(one, texts) if text is None else text
    return found


class _Days:
    """Moves days of the plan that comes along to those of another, phase by phase, in their order."""

    def __init__(self, other: Pack, phases: list[Span], roles: dict[str, int]) -> None:
        listed = list(other.phases.values())
        self.old = [date.fromisoformat(one.start) for one in listed] + [date.fromisoformat(listed[-1].end)]
        self.new = []
        for one in listed:      # phases that fall into one share its days
            same = [phase for phase, place in roles.items() if place == roles[one.id]]
            first, last = (date.fromisoformat(day) for day in (phases[roles[one.id]].start, phases[roles[one.id]].end))
            self.new.append(first + (last - first) * same.index(one.id) // len(same))
        self.new.append(date.fromisoformat(phases[-1].end))

    def moved(self, value: Any) -> Any:
        """The same data with its days moved."""
        if isinstance(value, dict):
            return {key: self.moved(one) for key, one in value.items()}
        if isinstance(value, list):
            return [self.moved(one) for one in value]
        return self.day(value) if isinstance(value, str) and len(value) == 10 and parse_date(value) else value

    def day(self, iso: str) -> str:
        """One day, at the same part of its phase."""
        day = date.fromisoformat(iso)
        at = max(0, min(bisect_right(self.old, day) - 1, len(self.old) - 2))
        length = max(1, (self.old[at + 1] - self.old[at]).days)
        part = (day - self.old[at]).days * (self.new[at + 1] - self.new[at]).days // length
        return (self.new[at] + timedelta(part)).isoformat()


def _mend_bases(pack: Pack, files: dict[str, bytes]) -> None:
    """Leave out a base that a rule has something against: its author makes a better one."""
    compiled = Compiled(pack)
    for kind in words()["bases"]:
        if any(findings_of(compiled, {"base": kind, "phase": phase}) for phase in pack.phases):
            del files[f"bases/{kind}.yaml"]


def _family(rules: str) -> bytes:
    return say("draft.family", "zh", family=FAMILY, rules=rules).rstrip().encode() + b"\n"


def _to_write(number: int, one: Traced, plan: PlanReader) -> str:
    """What is to be written for a sentence; of one on a part of which a rule rests already, for the rest."""
    quotes = one.rest if one.cites else [one.text.strip(WIDE_SPACES)]
    cited = ", ".join(f"{{clause: {one.clause}, quote: {json.dumps(quote, ensure_ascii=False)}}}" for quote in quotes)
    said = say("draft.rule", "zh", id=f"{FAMILY}{number:02}", clause=one.clause, text=one.text, line=one.line,
               cited=cited, who=", ".join(plan.whom(one.text)), rules=sorted({cite.by for cite in one.cites}))
    return "".join(f"# {row}\n" for row in said.splitlines())


def _dump(data: Data) -> bytes:
    text: str = yaml.dump(data, Dumper=_Plain, allow_unicode=True, sort_keys=False, width=4096)
    return text.encode()


class _Plain(yaml.SafeDumper):
    """Writes every text where it stands, never as a reference to one before."""

    def ignore_aliases(self, data: object) -> bool:
        return True


def listed(made: DraftedPack, folder: Path, language: str) -> Iterator[str]:
    """What a draft has, and what comes next, for people."""
    yield say("draft.made", language, folder=folder, **made.counts)
    if made.hidden:
        yield say("draft.hidden", language, names=made.hidden, file=FIELDS)
    if made.rests:
        yield say("draft.rests", language)
    for rule, title, quote in made.rests:
        yield say("draft.rest", language, rule=rule, title=title, quote=quote)
    if made.lacking:
        yield say("draft.lacking", language, rules=[f"{rule} {title}" for rule, title in made.lacking])
    yield say("draft.next", language, folder=folder)
