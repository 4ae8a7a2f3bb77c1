"""A rule pack: the plan, its themes, word lists and rules, read from YAML and checked against their schemas.

A pack is a folder: `plan.yaml`, `words.yaml`, `calendar.yaml`, `unicode.yaml`, `themes/*.yaml`, `families/*.yaml`.
What is wrong in it is a PackError that names file, line and repair; nothing of a broken pack is used.
"""

from __future__ import annotations

import hashlib
import re
import zoneinfo
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from ..reading.intake import line_in, read
from ..reading.report import BAD, Doc, Items
from ..reading.schema import BehaviourNames, Binding, FormFields, MapShape, Shape, Shapes, Slip, Vocabulary, field_names
from ..records import PackError, Unreadable
from ..text.messages import catalogue, render
from ..text.wording import Names, text_key
from .pack_files import LIMITS, PackReader, is_there, listed, shown
from .patterns import Pattern, Signs
from .plan import Behaviour, Phase, Plan, Theme
from .word_lists import hold_words

BUNDLED = Path(__file__).parents[2] / "rules"
KINDS = ("personal", "unit")


@dataclass(frozen=True, slots=True)
class Basis:
    """A clause of the plan with its exact words, and for whom it is cited: phases and levels of units, none for all."""

    clause: str
    quote: str
    phases: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()

    def fits(self, phase: str | None, level: str | None) -> bool:
        """Whether it is cited in a report of this phase and, of a unit, of this level."""
        return (not self.phases or phase in self.phases) and (not self.levels or level in self.levels)

    @property
    def narrowness(self) -> int:
        """By how many of phase and level it is narrowed."""
        return bool(self.phases) + bool(self.levels)


@dataclass(frozen=True, slots=True)
class Rule:
    """One rule as its family file has it."""

    id: str
    name: str
    title: dict[str, str]
    who: tuple[str, ...]            # personal, unit, levels of units, or batch
    first: str                      # "any" or a phase ID
    last: str | None
    level: str | dict[str, str]     # a level, or {kind or unit level: level}
    checks: tuple[dict[str, Any], ...]      # each {kind: options} with each, when, level beside
    bases: tuple[Basis, ...]        # of the plan, as the rule lists them
    practice: dict[str, str] | None
    message: dict[str, str]
    remedy: dict[str, str]
    hints: dict[str, dict[str, str]]
    examples: dict[str, list[dict[str, Any]]]
    file: str = ""                  # its family file, relative to the pack
    line: int = 0
    inherited: bool = False         # taken over from the pack that comes with bayang
    typed: Any = field(default=None, repr=False, compare=False)     # as its file has it, for the lines

    def bases_for(self, phase: str | None, level: str | None) -> list[Basis]:
        """What of the plan the rule rests on in a report of this phase and level of unit, the narrowest first."""
        return sorted((one for one in self.bases if one.fits(phase, level)), key=lambda one: -one.narrowness)

    def clause_for(self, phase: str | None, level: str | None) -> str | None:
        """The plan's numbering of the clause to cite there; None where the rule names none that fits."""
        fitting = self.bases_for(phase, level)
        return fitting[0].clause if fitting else None

    @property
    def levels(self) -> set[str]:
        """Every level that its findings may have."""
        levels = set(self.level.values()) if isinstance(self.level, dict) else {self.level}
        return levels | {check["level"] for check in self.checks if "level" in check}

    @property
    def reads(self) -> bool:
        """Whether it is one on reading: nobody can switch it off, waive it or take it into a baseline."""
        return any("intake" in check for check in self.checks)


@dataclass(kw_only=True)
class Pack(Plan):
    """A pack that passed its checks: a plan, its rules, its word lists and the form of its reports."""

    rules: dict[str, Rule]
    digest: str
    folder: Path
    files: tuple[Path, ...] = ()        # its own, and what it took over
    _words: dict[str, Any] = field(default_factory=dict)
    _unassigned: str = ""
    _patterns: dict[str, Pattern] = field(default_factory=dict)

    @property
    def bundled(self) -> bool:
        """Whether it is the pack that comes with bayang, whose rules are held by the tests."""
        return self.folder == BUNDLED

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The names that the pack gives to the schemas."""
        return Vocabulary(
            plans={self.id: self.id, self.name["zh"]: self.id},
            phases={written: one.id for one in self.phases.values() for written in (one.id, one.name["zh"])},
            levels={written: ident for ident, name in self.levels.items() for written in (ident, name["zh"])},
            themes={one.id: one.name["zh"] for one in self.themes.values()},
            behaviours=BehaviourNames(
                {one.id: {behaviour.id: text_key(behaviour.text) for behaviour in one.behaviours}
                 for one in self.themes.values()},
                dict.fromkeys((self.other, self._words["other"]), self.other),
                frozenset(self._words["written_also"].get(self._words["other"], ())),
            ),
            units=tuple(self.words("count_units")), also=self._words["written_also"],
        )

    @cached_property
    def _own_fields(self) -> dict[str, set[str]]:
        """Kind of report -> its top fields that the other kind has not, as written in either language."""
        written = {kind: set(shape.fields) for kind, shape in self.shapes.items()}
        return {kind: names.difference(*(written[other] for other in written if other != kind))
                for kind, names in written.items()}

    def kind_by_fields(self, written: Iterable[str]) -> str | None:
        """The kind of report whose own fields these top fields are, more of them than of the other; None of neither."""
        names = set(written)
        found = {kind: len(own & names) for kind, own in self._own_fields.items()}
        best = max(found, key=found.__getitem__)
        return best if list(found.values()).count(found[best]) == 1 else None

    @cached_property
    def shapes(self) -> dict[str, MapShape]:
        """The shapes of both report kinds, which know each other's name."""
        first, last = map(int, self.words("years"))
        shapes = {kind: Shapes(self.vocabulary, years=(first, last)).load(kind) for kind in KINDS}
        either = {written: kind for shape in shapes.values()
                  for written, kind in shape.fields["report"][1].values.items()}
        for shape in shapes.values():
            shape.fields["report"][1].values = either
            FormFields(shape)
        return shapes

    @cached_property
    def fields(self) -> frozenset[str]:
        """Every key of a report, English and Chinese."""
        return field_names(self.shapes.values())

    @cached_property
    def absent(self) -> frozenset[str]:
        """Texts that say "nothing"."""
        return frozenset(self.words("absent"))

    @property
    def other_word(self) -> str:
        """The Chinese word for a behaviour that the plan does not name."""
        word: str = self._words["other"]
        return word

    def words(self, name: str) -> list[str]:
        """A list of words. Raises KeyError when the pack has none of that name."""
        listed = self._words[name]
        return [one for one in listed if isinstance(one, str)] if isinstance(listed, list) else list(listed)

    def patterns(self, name: str) -> Pattern:
        """A list of {pattern: ...} or of plain words as one pattern. Raises ValueError for a pattern that won't do."""
        if name not in self._patterns:
            listed = self._words[name]
            self._patterns[name] = Pattern([one["pattern"] for one in listed if isinstance(one, dict)],
                                           [one for one in listed if not isinstance(one, dict)])
            self.__dict__.pop("signs", None)
        return self._patterns[name]

    @cached_property
    def signs(self) -> Signs:
        """What to look for in a report before any of the patterns."""
        return Signs(self._patterns.values())

    @cached_property
    def synonyms(self) -> dict[str, list[str]]:
        """The plan's word -> other words for it."""
        known: dict[str, list[str]] = self._words.get("synonyms", {})
        return known

    def with_synonyms(self, words: Iterable[str]) -> list[str]:
        """The words and all that the pack takes to mean the same."""
        return [one for word in words for one in (word, *self.synonyms.get(word, ()))]

    @cached_property
    def names(self) -> Names:
        """Finds names in what people write for names."""
        return Names(*map(self.words, ("posts", "duties", "organs", "surnames")))

    def plan_word(self, text: str) -> str:
        """The plan's word that a text holds (itself or a synonym), else the text's comparable form."""
        key = text_key(text)
        return next((word for word, keys in self._plan_words if any(one in key for one in keys)), key)

    @cached_property
    def _plan_words(self) -> list[tuple[str, list[str]]]:
        return [(word, list(map(text_key, self.with_synonyms([word])))) for word in self.synonyms]

    @cached_property
    def _unassigned_points(self) -> frozenset[int]:
        points: set[int] = set()
        for span in self._unassigned.split():
            first, _, last = span.partition("-")
            points.update(range(int(first, 16), int(last or first, 16) + 1))
        return frozenset(points)

    def is_unassigned(self, char: str) -> bool:
        """Whether the Unicode version that the pack names gives the character no meaning; planes 2 and 3 never."""
        point = ord(char)
        return (point < 0x20000 and point in self._unassigned_points) or 0x40000 <= point < 0xE0000


# The examples of a rule, where they stand as every family file here has them: two blanks before the key, more before
# what belongs to it. More than half of a family is examples, and a check has no use for them; lines keep their numbers.
_EXAMPLES = re.compile(rb"^  examples:[ ]*\n(?:(?:   [^\n]*)?\n)*", re.MULTILINE)


def load_pack(folder: Path = BUNDLED, examples: bool = True) -> Pack:
    """The pack in a folder, with or without its examples. Raises PackError naming file, line and repair."""
    if not is_there(folder / "plan.yaml"):
        raise PackError(str(folder), 1, "pack.no-plan")
    reader = PackReader(folder)
    digest, files = hashlib.sha256(), []
    shapes = Shapes(passed_over=() if examples else ("examples",))

    def one(path: Path, shape: str) -> Any:
        data = reader.read(path)
        files.append(path)
        digest.update(path.name.encode() + b"\0" + data + b"\0")
        if not examples:
            data = _EXAMPLES.sub(lambda cut: b"\n" * cut[0].count(b"\n"), data)
        return bind_file(data, shown(path, folder), shapes.load(shape))

    plan = one(folder / "plan.yaml", "plan")
    themes = [_theme(one(path, "theme"), path, folder) for path in listed(folder, "themes")]
    if not themes:
        raise PackError("themes", 1, "pack.no-themes")
    words: dict[str, Any] = {}
    for path in (BUNDLED / "words.yaml", folder / "words.yaml"):
        if is_there(path):
            bound = one(path, "words")
            if path.parent != BUNDLED:      # those that come along are held by the tests
                hold_words(bound.src, shown(path, folder))
            words |= bound["words"]
    words["other"] = plan["other"]["name"]["zh"]
    calendar = one(folder / "calendar.yaml", "calendar") if is_there(folder / "calendar.yaml") else {}
    unicode_version = plan["plan"]["unicode"]
    unassigned = one(BUNDLED / "unicode" / f"{unicode_version}.yaml", "unicode")["unassigned"]
    rules = _all_rules([(path, one(path, "rules")) for path in (*_inherited_files(plan), *listed(folder, "families"))],
                       len(plan.get("inherit", ())), folder)
    phases = {one["id"]: Phase(one["id"], one["name"], one["start"], one["end"]) for one in plan["phases"]}
    head = plan["plan"]
    try:
        zoneinfo.ZoneInfo(head["timezone"])
    except (KeyError, OSError, ValueError):
        line = head.src.at[head.written("timezone")].line + 1
        raise PackError("plan.yaml", line, "pack.timezone") from None
    return Pack(
        id=head["id"], name=head["name"], title=head["title"], timezone=head["timezone"],
        start=head["campaign"]["start"], end=head["campaign"]["end"], roll=head["roll"], phases=phases,
        levels={one["id"]: one["name"] for one in plan["levels"]},
        themes={theme.id: theme for _, theme in sorted(themes, key=lambda one: one[0])},
        other=plan["other"]["id"], parts={one["part"]: one["text"] for one in plan.get("parts", ())},
        uncheckable=list(plan.get("uncheckable", ())), rules=rules, digest=digest.hexdigest(), folder=folder,
        files=(*files, *folder.glob("bases/*.yaml"), *folder.glob("unicode/*.yaml")),
        _words=words, _calendar=calendar, _unassigned=unassigned,
    )


def _all_rules(families: list[tuple[Path, Any]], inherited: int, folder: Path) -> dict[str, Rule]:
    """The rules of a pack's family files by ID; the first `inherited` files are taken over. Raises PackError."""
    rules: dict[str, Rule] = {}
    for at, (path, bound) in enumerate(families):
        for rule in _rules(bound, path, folder):
            if at < inherited:
                rule = _inherited(rule)
            elif rule.id in rules and rules[rule.id].inherited:
                del rules[rule.id]      # a rule of the pack's own takes the place of the one taken over
            if rule.id in rules or any(rule.name == other.name for other in rules.values()):
                raise PackError(rule.file, rule.line, "pack.rule-twice", rule=rule.id, name=rule.name)
            rules[rule.id] = rule
    if not rules:
        raise PackError("families", 1, "pack.no-rules")
    return rules


def bind_file(data: bytes, shown: str, shape: Shape) -> Any:
    """A rule file's data bound to a shape. Raises PackError at its first fault."""
    try:
        typed = read(data, LIMITS, frozenset())
        run = Binding(frozenset())
        bound = shape.bind(typed, run, None, typed.mark, None)
    except Unreadable as fault:
        raise PackError(shown, fault.line, "pack.unreadable", text=why_unreadable(fault)) from None
    faults = [slip for slip in run.slips if slip.name != "cut-value"]
    if faults:
        raise _pack_error(shown, min(faults, key=lambda slip: (slip.mark.line, slip.mark.column)))
    if bound is None or bound is BAD:
        raise PackError(shown, 1, "pack.empty")
    return bound


def why_unreadable(fault: Unreadable) -> dict[str, str]:
    """Why a roster, waivers or rule file can't be read, in every language: the words used of a report."""
    import yaml

    bundled = yaml.load((BUNDLED / "families" / "IN.yaml").read_bytes(), Loader=yaml.CSafeLoader)["rules"]
    rule = next(one for one in bundled if one["name"] == fault.name)
    text = rule.get("hints", {}).get(fault.hint or "", rule["message"])
    return {language: render(one, fault.variables).rstrip("。.") for language, one in text.items()}


def _pack_error(shown: str, slip: Slip) -> PackError:
    (hint, facts), name = slip.told, slip.name
    if name == "date-spelling" and hint in ("count", "list", "value"):
        name = "wrong-form"
    key = f"pack.{name}" if f"pack.{name}" in catalogue("zh") else "pack.wrong-form"
    values = facts.get("english", ()) if name == "unknown-value" else ()
    return PackError(shown, slip.mark.line + 1, key, place="/" + "/".join(map(str, slip.path)), value=slip.value,
                     near=facts.get("nearest"), values=values, missing=facts.get("missing"))


def _inherited_files(plan: Doc) -> Iterator[Path]:
    """The families of the bundled pack that a plan takes over, each once."""
    known = {path.stem: path for path in listed(BUNDLED, "families")}
    for at, name in enumerate(plan.get("inherit", ())):
        if name not in known:
            raise PackError("plan.yaml", line_in(plan.src, "inherit", at), "pack.no-family", known=list(known))
        yield known.pop(name)


def _theme(bound: Doc, path: Path, folder: Path) -> tuple[int, Theme]:
    behaviours = tuple(Behaviour(one["id"], one["text"], one["leaning"], one.get("en", ""))
                       for one in bound["behaviours"])
    return bound["seq"], Theme(bound["id"], bound["name"], bound["virtue"], bound["habit"], bound["clause"],
                               bound["heading"], tuple(bound.get("upholds", ())), bound.get("sensitive", False),
                               behaviours)


def _inherited(rule: Rule) -> Rule:
    """A rule taken over from the bundled pack: its reason from practice goes with it, the quotes of the plan do not.

    Its examples stay behind too: they are made of the bundled pack's reports and run there.
    """
    if not rule.practice:
        raise PackError("plan.yaml", 1, "pack.not-inheritable", rule=rule.id)
    return replace(rule, bases=(), examples={"pass": [], "fail": []}, inherited=True)


def _rules(bound: Doc, path: Path, folder: Path) -> Iterable[Rule]:
    file = shown(path, folder)
    for at, one in enumerate(bound["rules"]):
        line = bound["rules"].src.at[at].line + 1
        parts = one["check"] if isinstance(one["check"], list) else [one["check"]]
        if isinstance(one["check"], Items) and one["check"].kept is not None:
            raise PackError(file, line_in(one.src, "check"), "pack.blank-check", rule=one["id"])
        if one["level"] == {}:
            raise PackError(file, line_in(one.src, "level"), "pack.blank-level", rule=one["id"])
        checks = tuple(
            {"each": one.get("each"), **part, "when": [*one.get("when", ()), *part.get("when", ())]}
            for part in parts)
        basis = one["basis"]
        if not basis.get("plan") and not basis.get("practice"):
            raise PackError(file, line, "pack.no-basis", rule=one["id"])
        yield Rule(
            id=one["id"], name=one["name"], title=one["title"], who=tuple(one["who"]), first=one["from"],
            last=one.get("until"), level=one["level"], checks=checks,
            bases=tuple(Basis(cite["clause"], cite["quote"], _several(cite.get("phase")), _several(cite.get("level")))
                        for cite in basis.get("plan", ())),
            practice=basis.get("practice"), message=one["message"], remedy=one["remedy"],
            hints=one.get("hints", {}), examples=one.get("examples", {}), file=file, line=line,
            typed=one.src)


def _several(value: str | Sequence[str] | None) -> tuple[str, ...]:
    """One value or a list of them."""
    return () if value is None else (value,) if isinstance(value, str) else tuple(value)
