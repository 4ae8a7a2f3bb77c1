"""One file in, one result out: bytes -> report -> findings and facts. No global state, no files, no clock."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field, replace
from itertools import islice
from typing import Any

from .case import Case, Hit, Unassessed
from .compile import Check, Compiled
from .files import attachment_mark
from .hidden import answer_to
from .inserting import Forms
from .intake import Map, read
from .kinds.kind import BATCH, LATE
from .kinds.late import Folders, Unjudged
from .mending import mend
from .messages import Some, Spot, joined, render, say, shown_date
from .pack import KINDS, LEVELS, Rule
from .records import Finding, Insert, Limits, NotAssessed, Subject, Unreadable
from .report import BAD, IDENTITY, Doc, Items, Place, Report, escape, field_name, locate, pointer_of, printable_id
from .results import (
    About,
    FileFacts,
    FileResult,
    Late,
    about_of,
    as_bytes,
    from_lines,
    late_line,
    late_of,
    of_line,
    to_lines,
)
from .schema import Binding, Slip
from .wording import clean_id, id_key, mask_numbers, visible


@dataclass(frozen=True, slots=True)
class World:
    """What a judgement may know beside the report."""

    as_of: str                      # the office's clock, ISO date
    declared: bool = False          # the clock was set by a phase, not by a date
    roster: Any = None
    waivers: Any = None
    whole: bool = True              # every PATH is a folder
    level_of: Any = None
    folders: Folders = field(default_factory=Folders, compare=False, repr=False)    # where attachments are looked for

    def same_name(self, name: str) -> str:
        """The one form of a comparable name: an alias becomes the name it stands for."""
        return self.roster.aliases.get(name, name) if self.roster else name


@dataclass(frozen=True, slots=True)
class Style:
    """How findings are worded."""

    language: str = "zh"
    show_values: bool = False


_LIMITS = Limits()

# (question, "hit", verdict), (question, "skip", why it can't be judged) or (question, "crash", kind of exception)
Answer = tuple[Late, str, Any]


class Checker:
    """Checks files one by one against a compiled pack."""

    def __init__(self, compiled: Compiled, world: World, style: Style = Style(), limits: Limits = _LIMITS) -> None:
        self.compiled = compiled
        self.pack = compiled.pack
        self.world = world
        self.style = style
        self.limits = limits
        self.forms = Forms(compiled)

    def check(self, data: bytes, file: str, folder: str | None = None) -> FileResult:
        """The result of one file's bytes; `folder` is where attachments are looked for."""
        result, answers, case, _ = self._examine(data, file, folder)
        return self._conclude(result, answers, case)

    def lines(self, data: bytes, file: str, folder: str | None, keep: bool = True) -> tuple[bytes, str | None]:
        """The same as lines, and, if it is to be kept, what `recall` makes the result of again.

        That holds what the file gives without roster, clock and neighbours; None where it gives nothing without them.
        """
        result, answers, case, late = self._examine(data, file, folder)
        lines = to_lines(result)
        kept = None
        if keep and late is not None:
            first, rest = lines.split("\n", 1)
            kept = "\n".join((first, late_line(late), rest))
        return as_bytes(to_lines(self._conclude(result, answers, case)) if answers else lines), kept

    def _examine(self, data: bytes, file: str, folder: str | None) -> tuple[FileResult, list[Answer], Case | None,
                                                                            list[Late] | None]:
        """What a report gives by itself; what is answered to its questions; these, or None where it depends on more."""
        try:
            case, about = self.bind(data, folder)
        except Unreadable as fault:
            mended = self._mended(fault, data, file, folder)
            return (self.unreadable(fault, file), [], None, []) if mended is None else (mended, [], None, None)
        result, late = self._judged(case, about, file)
        answers = self._placed(late, case, about)
        return result, answers, case, None if result.crashes or "level" in case.memo else late

    def _judged(self, case: Case, about: About, file: str) -> tuple[FileResult, list[Late]]:
        """What a report gives by itself, and the questions that it leaves."""
        result, late = FileResult([], [], FileFacts(file, about)), []
        self._run(case, about, result, late)
        self._tell_slips(case, about, result)
        self._list_skipped(case, about, result)
        for one in late:
            check = self.compiled.checks[one.number]
            if check.kind.of_files:
                result.facts.data.setdefault(check.rule.id, []).append(attachment_mark(one.fact))
        if about.key and not self._other_plan(case):
            result.facts.data[""] = _tally(case)
        self._tell_order(result.findings)
        result.findings.sort(key=lambda finding: finding.order)
        return result, late

    def _tell_order(self, findings: list[Finding]) -> None:
        """Where something is to be typed at several places, each finding says in which order."""
        offers = {at: one.insert for at, one in enumerate(findings) if one.insert}
        if len(offers) < 2:
            return
        blanks: dict[int, set[int]] = {}        # before what goes after a line
        for one in offers.values():
            if one.column is None:
                blanks.setdefault(one.line, set()).add(leading(one.text))
        for at, offer in offers.items():
            stacked = offer.column is None and len(blanks[offer.line]) > 1
            insert = replace(offer, several=True, stacked=stacked)
            findings[at] = replace(findings[at], insert=insert, remedy=findings[at].remedy + say(
                "insert.several", self.style.language, stacked=stacked))

    def _placed(self, late: list[Late], case: Case, about: About) -> list[Answer]:
        """The answers to a report's questions, with their places."""
        answers = self._answers(late, about)
        for one, _, _ in answers:
            one.place = locate(case.report, one.path)
        return answers

    def _mended(self, fault: Unreadable, data: bytes, file: str, folder: str | None) -> FileResult | None:
        """Of a file that can be read once its slips are mended: each slip, and what remains then. Else None."""
        if fault.name not in ("broken-yaml", "not-a-form"):
            return None
        mended = mend(data.decode("utf-8").removeprefix("\ufeff"), tuple(self.pack.shapes.values()), self.pack.fields)
        if mended is None:
            return None
        try:
            case, about = self.bind(mended.text.encode("utf-8"), folder)
        except Unreadable:
            return None
        case.memo["moved"] = mended.moved
        result, late = self._judged(case, about, file)
        result = self._conclude(result, self._placed(late, case, about), case)
        remaining = [replace(one, provisional=True, column=max(1, one.column + mended.moved.get(one.line, 0)))
                     for one in result.findings]
        told = [replace(self._unread(one, file, about), slips=one.facts.get("count", 1)) for one in mended.told()]
        skipped = [one for one in result.not_assessed if one.reason == "crash"]
        return FileResult(sorted([*told, *remaining], key=lambda one: one.order), skipped, None, result.crashes, about)

    def recall(self, kept: str, file: str, folder: str | None) -> bytes | None:
        """The result, as lines, of what `examine` once made of the same bytes; None where the report must be seen."""
        first, second, rest = kept.split("\n", 2)
        late = late_of(second)
        whose = any([self.compiled.checks[one.number].kind.of_whom for one in late])
        answers = self._answers(late, about_of(of_line(first), folder) if whose else None)
        if any(one.place is None for one, _, _ in answers):
            return None
        lines = first + "\n" + rest
        if answers:
            result = from_lines(lines, file, folder, self.pack.rules)
            lines = to_lines(self._conclude(result, answers, None))
        return as_bytes(lines)

    def _answers(self, late: list[Late], about: About | None) -> list[Answer]:
        """What roster, clock and folder say to a report's questions, where they say something.

        `about` is not needed where no question depends on it.
        """
        answers: list[Answer] = []
        broken = set()
        for one in late:
            check = self.compiled.checks[one.number]
            if one.number in broken:
                continue
            try:
                answers.extend((one, "hit", verdict) for verdict in check.run.judge(one.fact, about, self.world))
            except Unjudged as reason:
                answers.append((one, "skip", reason.args[0]))
            except Exception as fault:      # a broken rule must not take the file, or the batch, with it
                broken.add(one.number)
                answers.append((Late(one.number, (), None), "crash", type(fault).__name__))
        return answers

    def _conclude(self, result: FileResult, answers: Iterable[Answer], case: Case | None) -> FileResult:
        """A result with what was answered; each question has its place."""
        facts = result.facts
        hits: dict[str, list[tuple[Check, Hit, Place]]] = {}
        for one, what, details in answers:
            check, place = self.compiled.checks[one.number], one.place
            if what == "hit":
                hits.setdefault(check.rule.id, []).append((check, Hit(one.path, *details), place))
                continue
            if what == "crash":
                result.crashes.append((check.rule.id, details))
            entry = NotAssessed(check.rule.id, facts.file, place.line, place.pointer, facts.about.subject,
                                "crash" if what == "crash" else details)
            result.not_assessed.append(entry)
        for found in hits.values():
            result.findings.extend(self._told(found, lambda one: self._rank(one[0], one[1], facts.about),
                                              lambda one: self._of_place(*one, case, facts.about, facts.file)))
        result.findings.sort(key=lambda finding: finding.order)
        return result

    def _told(self, found: list[Any], grave: Callable[[Any], int],
              tell: Callable[[Any], Finding]) -> Iterator[Finding]:
        """The findings of one rule in one file; of more than a person reads, the gravest come first, and the number of
        the others is told in the last.
        """
        most = self.limits.told
        if len(found) <= most:
            yield from map(tell, found)
            return
        found = sorted(found, key=grave)
        yield from map(tell, found[:most])
        one, language = tell(found[most]), self.style.language
        yield replace(one, message=say("finding.more", language, count=len(found) - most, told=most,
                                        title=self.pack.rules[one.rule].title),
                      remedy=say("finding.more-remedy", language), hint="more", stable=f"{one.stable}/more")

    def _rank(self, check: Check, hit: Hit, about: About) -> int:
        """How grave a hit is, the gravest first."""
        return LEVELS.index(hit.level or self.compiled.level_of(check.rule, check.level, about.kind, about.level))

    def bind(self, data: bytes, folder: str | None = None) -> tuple[Case, About]:
        """The report in a file's bytes and who it is about. Raises Unreadable."""
        root = read(data, self.limits, self.pack.fields)
        run = Binding(self.pack.absent)
        said = self._kind_of(root)
        kind = said or KINDS[0]
        mark = next(iter(root.at.values())) if root.at else root.mark
        doc = self.pack.shapes[kind].bind(root, run, None, mark, None)
        if doc is None:
            doc = Doc()
            doc.src, doc.shape, doc.misspelt = root, self.pack.shapes[kind], None
            for name in doc.shape.required:
                doc.shape.missing(name, doc, run, None, mark)
        valid = doc.get("report") in KINDS
        phase = doc.get("phase") if doc.get("phase") in self.pack.phases else None
        unit = doc.get("unit")
        level = unit.get("level") if kind == "unit" and unit.__class__ is Doc else None
        report = Report(doc, kind if valid else None, phase, level if level in self.pack.levels else None, run.texts,
                        run.chinese * 2 > len(doc))
        case = Case(report, self.pack, run.slips, run.astray, data)
        for slip in run.slips:
            if slip.name == "unknown-field":
                slip.facts["private"] = slip.mark in case.private_keys      # which must not go into the remarks
        about = self._about(report, said, folder)
        if report.level is None and level is not BAD and about.kind == "unit":
            case.memo["level"] = "roster"
            entry = self.world.roster.units.get(about.key or "") if self.world.roster else None
            report.level = entry.level if entry else None
            if entry:
                unit["level"] = entry.level     # conditions on /unit/level read it
            about = replace(about, level=report.level)
        return case, about

    def _kind_of(self, root: Map) -> str | None:
        """The kind that the file says, or else the kind whose fields it has; None where neither tells."""
        entries = root.entries
        for shape in self.pack.shapes.values():
            for written, (key, choice) in shape.fields.items():
                if key == "report" and written in entries and isinstance(entries[written], str):
                    found = choice.values.get(entries[written].strip())
                    if found:
                        return found
        return self.pack.kind_by_fields(entries)

    def _about(self, report: Report, kind: str | None, folder: str | None) -> About:
        """Who a report of this kind is about; of what says no kind validly it is the one whose fields it has."""
        doc = report.doc
        map_, name = IDENTITY[kind] if kind else ("", "")
        owner = doc.get(map_) if kind else None
        owner = owner if owner.__class__ is Doc else {}
        ident = owner.get(name)
        unit = owner.get("unit") if kind == "personal" else ident
        ident, unit = (one if one.__class__ is str else None for one in (ident, unit))
        subject = Subject(kind, _shown_id(ident), _shown_id(unit)) if kind and ident else None
        dates = [value if value.__class__ is str else None for value in (doc.get("submitted"), doc.get("corrected"))]
        return About(kind, (id_key(ident) or None) if ident else None, subject, id_key(unit) if unit else None,
                     report.level, report.phase, dates[0], dates[1], folder)

    def _other_plan(self, case: Case) -> bool:
        return any(slip.name == "other-plan" for slip in case.slips)

    def _run(self, case: Case, about: About, result: FileResult, late: list[Late]) -> None:
        """Run the checks of a report; what roster, clock and folder must answer is put to `late`."""
        in_form = not case.slips
        found: dict[str, list[tuple[Check, Hit]]] = {}
        for check in self._checks(case):
            try:
                if in_form and check.quick is not None and check.quick(case):
                    continue
                case.rule = check.rule.id
                if check.kind.stage == BATCH:
                    self._collect(check, case, result)
                    continue
                if check.kind.stage == LATE and check.kind.on_roster and self.world.roster is None:
                    continue
                for scope in check.scopes(case):
                    try:
                        if check.when is not None and not check.when(case, scope):
                            continue
                        if check.kind.stage == LATE:
                            late.extend(Late(check.number, path, fact) for path, fact in check.run.collect(case, scope))
                            continue
                        hits = check.run(case, scope)
                    except Unassessed:
                        continue
                    found.setdefault(check.rule.id, []).extend(
                        (check, hit) for hit in hits if not self._spared(hit, case))
            except Exception as fault:      # a broken rule must not take the file, or the batch, with it
                self._crashed(check.rule.id, fault, case, result)
        case.memo["missing"] = [path for hits in found.values() for _, hit in hits for path in _missing(hit)]
        for rule, hits in found.items():
            try:
                result.findings.extend(self._told(
                    hits, lambda one: self._rank(*one, about),
                    lambda one: self.of_hit(*one, case, about, result.facts.file)))
            except Exception as fault:
                self._crashed(rule, fault, case, result)

    @staticmethod
    def _crashed(rule: str, fault: Exception, case: Case, result: FileResult) -> None:
        result.crashes.append((rule, type(fault).__name__))
        case.skipped[rule, ()] = "crash"

    def _tell_slips(self, case: Case, about: About, result: FileResult) -> None:
        """The findings of what is wrong in form and no other rule spoke for."""
        slips: dict[str, list[Slip]] = {}
        for at, slip in enumerate(case.slips):
            if at not in case.claimed:
                slips.setdefault(slip.name, []).append(slip)
        for found in slips.values():
            result.findings.extend(self._told(found, lambda slip: slip.mark.line,
                                              lambda slip: self.of_slip(slip, case, about, result.facts.file)))

    def _collect(self, check: Check, case: Case, result: FileResult) -> None:
        before = len(case.skipped)
        data = check.run.collect(case, result.facts.about)
        if len(case.skipped) > before:
            paths = [path for _, path in islice(case.skipped, before, None)]
            if len(paths) > self.limits.told:
                paths = [min(paths, key=pointer_of)]
            # the order of keys must not decide which of them is told
            place = min((locate(case.report, path) for path in paths), key=lambda one: one.pointer)
            result.facts.skipped[check.rule.id] = place.pointer, place.line
        elif data is not None:
            (result.facts.apart if check.kind.long else result.facts.data)[check.rule.id] = data

    def _checks(self, case: Case) -> list[Check]:
        """What runs on a report: of another plan only rules on form, of no valid kind only those on form and texts."""
        report, compiled = case.report, self.compiled
        if self._other_plan(case):
            return [check for check in compiled.checks if check.rule in compiled.form.values()]
        if report.kind is None:
            return [check for check in compiled.checks if check.kind.any_report]
        return compiled.active(report.kind, report.level, report.phase)

    def _spared(self, hit: Hit, case: Case) -> bool:
        """Whether the finding is on an absent field that the unit says does not concern it."""
        doc = case.report.doc
        if not hit.path or hit.typed or hit.path[0] in doc \
                or doc.get("not_applicable").__class__ is not Items:
            return False
        if "spared" not in case.memo:
            case.memo["spared"] = self._spares(case)
        return hit.path[0] in case.memo["spared"]

    def _spares(self, case: Case) -> set[str]:
        """The fields that `not_applicable` names, but for entries that are refused themselves."""
        listed = case.report.doc["not_applicable"]
        refused = {hit.path[:2] for check in self._checks(case) if check.kind.unspares
                   for scope in check.scopes(case) for hit in check.run(case, scope)}
        refused |= {("not_applicable", at) for at in range(len(listed))
                    if case.slip_at("missing-field", ("not_applicable", listed.position(at), "reason")) is not None}
        return {one["item"] for at, one in enumerate(listed)
                if one.__class__ is Doc and one.get("item").__class__ is str and ("not_applicable", at) not in refused}

    def unreadable(self, fault: Unreadable, file: str) -> FileResult:
        """The one finding of a file that can't be read."""
        return FileResult([self._unread(fault, file)], [], None)

    def _unread(self, fault: Unreadable, file: str, about: About | None = None) -> Finding:
        """The finding of a fault in reading; further ones on its line are said with it."""
        rule = self.compiled.intake[fault.name]
        text = rule.hints.get(fault.hint or "", rule.message)
        variables = {"field": "", "theme": "", "phase": "", "problem": "", **fault.variables}
        finding = self._finding(rule, self.compiled.level_of(rule, None, None, None), file, fault.line, fault.column,
                                None, about, None, None, text, variables, fault.hint)
        also = [self._unread(one, file).message for one in fault.also]
        between = "" if self.style.language == "zh" else " "
        return replace(finding, message=between.join((finding.message, *also))) if also else finding

    def of_hit(self, check: Check, hit: Hit, case: Case, about: About, file: str) -> Finding:
        """The finding of a hit, with everything that the one caller stamps."""
        place = self._place_of(hit, case)
        if hit.typed is not None and not place.field:   # a key that may not be shown, and nothing around it has a name
            place = replace(place, field=say("finding.of-line", self.style.language, line=place.line))
        return self._of_place(check, hit, place, case, about, file)

    def _place_of(self, hit: Hit, case: Case) -> Place:
        if hit.typed is None:
            return locate(case.report, hit.path)
        return self._place_at(case.report, hit.path, hit.typed.mark, hit.typed.name)

    def _place_at(self, report: Report, path: tuple, mark: Any, key: str | None) -> Place:
        """The place of what was typed at a mark. `path` has positions as typed; `key` is one below it that is no field
        and may be shown.
        """
        around = locate(report, self._bound_path(report, path))
        pointer = pointer_of(path) + (f"/{escape(key)}" if key else "")
        theme = path[1] if len(path) > 1 and path[0] == "themes" else None
        return replace(
            around, pointer=pointer, line=mark.line + 1, column=mark.column + 1,
            theme=theme if theme.__class__ is str else None, field=key or around.field,
            stable=around.stable + pointer[len(around.pointer):])

    def _of_place(self, check: Check, hit: Hit, place: Place, case: Case | None, about: About, file: str) -> Finding:
        """The same where the place is known; without the report no value of it can be shown."""
        text = check.rule.hints.get(hit.hint or "", check.rule.message)
        level = hit.level or self.compiled.level_of(check.rule, check.level, about.kind, about.level)
        variables = self._variables(place, about, case, hit.facts, hit.hint)
        finding = self._finding(check.rule, level, file, place.line, place.column, place.pointer, about, place.theme,
                                place, text, variables, hit.hint)
        if case is None:
            return finding
        finding = self._with_insert(finding, _missing(hit), case)
        # under a key that is no field nobody knows whether it is of a theme that is never printed
        value = _value_at(case.report, hit.path) if hit.typed is None else \
            hit.typed.text if hit.typed.unknown is None else None
        return self._with_value(finding, value, place.theme)

    def _behind_hash(self, finding: Finding, paths: list[tuple], case: Case) -> Finding:
        """A finding on missing fields also says in which line the answer to one stands behind a `#`."""
        for path in paths if b"#" in case.data else ():
            parent = _node_at(case.report, path[:-1])
            if path and parent.__class__ is Doc and path[-1] not in parent:
                line = answer_to(case.hidden, parent, path[-1])
                if line is not None:
                    said = say("finding.behind-hash", self.style.language, line=line,
                               name=field_name(case.report, parent.shape, path[-1]))
                    return replace(finding, message=finding.message + said, hint=finding.hint or "behind-hash")
        return finding

    def of_slip(self, slip: Slip, case: Case, about: About, file: str) -> Finding:
        """The finding of a form slip."""
        rule = self.compiled.form[slip.name]
        hint, facts = slip.told
        if slip.name == "unknown-field":
            shown = slip.value if hint == "elsewhere" else slip.field       # a field's name, be it of another place
            place = replace(self._place_at(case.report, slip.path, slip.mark, slip.field), field=shown or "")
        else:
            place = self._place_at(case.report, slip.path, slip.mark, None)
            place = replace(place, field=slip.field or place.field)
        if "places" in facts:
            facts = facts | {"places": [one or say("words.top", self.style.language) for one in facts["places"]]}
        variables = self._variables(place, about, case, facts, hint)
        if "typed" in facts:        # as it is to be typed; under a sensitive theme nothing is shown
            variables["typed"] = "" if self.pack.sensitive(place.theme) else facts["typed"] or ""
        finding = self._finding(rule, self.compiled.level_of(rule, None, about.kind, case.report.level), file,
                                place.line, place.column, place.pointer, about, place.theme, place,
                                rule.hints.get(hint or "", rule.message), variables, hint)
        if slip.name == "missing-field":
            finding = self._with_insert(finding, [self._bound_path(case.report, slip.path)], case)
        return self._with_value(finding, slip.value, place.theme)

    @staticmethod
    def _bound_path(report: Report, path: tuple) -> tuple:
        """A path with positions as typed -> the same with positions in the bound lists, as far as they exist."""
        node: Any = report.doc
        bound: list = []
        for segment in path:
            if isinstance(segment, int):
                kept = getattr(node, "kept", None)
                at = kept.index(segment) if kept and segment in kept else segment
                if node is BAD or node is None or at >= len(node) or (kept and segment not in kept):
                    break
                bound.append(at)
                node = node[at]
            else:
                if node.__class__ is not Doc:
                    break
                bound.append(segment)
                node = node.get(segment)
        return tuple(bound)

    def _variables(self, place: Place, about: About, case: Case | None, facts: dict[str, Any],
                   hint: str | None) -> dict[str, Any]:
        return {
            "field": place.field, "problem": place.problem or "", "hint": hint or "",
            "theme": self.theme_name(place.theme), "phase": self.phase_name(about.phase),
            **{name: self._shown(one, case) for name, one in facts.items()},
        }

    def theme_name(self, theme: str | None) -> str:
        """A theme's name for people, or nothing."""
        return self.pack.themes[theme].name[self.style.language] if theme in self.pack.themes else ""

    def phase_name(self, phase: str | None) -> str:
        """A phase's name for people, or nothing."""
        return self.pack.phases[phase].name[self.style.language] if phase in self.pack.phases else ""

    def _shown(self, one: Any, case: Case | None) -> Any:
        """A fact as a message shows it."""
        if isinstance(one, tuple):
            place = locate(case.report, one)
            return Spot(place.line, place.problem or "", place.field)
        if isinstance(one, list):
            words = [str(self._shown(part, case)) for part in one]
            return joined(words, self.style.language, isinstance(one, Some) and one.more)
        if isinstance(one, str):
            if one in self.pack.themes:
                return self.theme_name(one)
            return shown_date(one, self.style.language)
        return "" if one is None else one

    def _finding(self, rule: Rule, level: str, file: str, line: int, column: int, pointer: str | None,
                 about: About | None, theme: str | None, place: Place | None, text: dict[str, str],
                 variables: dict[str, Any], hint: str | None) -> Finding:
        language = self.style.language
        return Finding(
            rule=rule.id, name=rule.name, level=level, file=file, line=line, column=column, pointer=pointer,
            subject=about.subject if about else None, theme=theme, phase=about.phase if about else None,
            clause=rule.clause_for(about.phase, about.level) if about else rule.clause_for(None, None),
            message=render(text[language], variables),
            remedy=render(rule.remedy[language], variables), stable=place.stable if place else "",
            hint=hint, trail=place.trail if place else "", owner=about.key or "" if about else "")

    def _with_insert(self, finding: Finding, missing: list[tuple], case: Case) -> Finding:
        """The finding with where to type what is missing, if anything is and the answer does not stand behind a `#`."""
        told = self._behind_hash(finding, missing, case)
        if told is not finding:
            return told
        insert = self.forms.insert(case, missing)
        if insert is None:
            return finding
        return replace(finding, insert=insert, remedy=finding.remedy + typing(insert, self.style.language))

    def _with_value(self, finding: Finding, value: Any, theme: str | None) -> Finding:
        if not self.style.show_values or value is None or self.pack.sensitive(theme):
            return finding
        if theme is None and f"{finding.pointer}/".startswith("/themes/") and finding.name != "unknown-field":
            return finding      # what stands in place of all themes may be of one that is never printed
        text = visible(mask_numbers(" ".join(str(value).split())))
        text = text if len(text) <= 60 else text[:60] + "…"
        return replace(finding, message=finding.message + say("finding.value", self.style.language, text=text))

    def _list_skipped(self, case: Case, about: About, result: FileResult) -> None:
        """`not_assessed`: what could not be read, and the rules that an invalid kind, phase or level keeps back."""
        file, report = result.facts.file, case.report
        entries = {(rule, path): reason for (rule, path), reason in case.skipped.items()
                   if rule not in result.facts.skipped or reason == "crash"}
        blocked = None
        if self._other_plan(case):
            blocked = "plan"
        elif report.kind is None:
            blocked = "report"
        elif report.phase is None:
            blocked = "phase"
        if blocked or report.doc.get("unit").__class__ is Doc and report.doc["unit"].get("level") is BAD:
            path = (blocked,) if blocked else ("unit", "level")
            ran = {check.rule.id for check in self._checks(case)}
            for check in self.compiled.checks:
                if check.kind.stage != BATCH and check.rule.id not in ran and self._might(check.rule, report, blocked):
                    entries[check.rule.id, path] = "type"
        astray = {self._bound_path(report, path) for path in case.astray}
        for path in astray:
            parent = _node_at(report, path[:-1])
            if path[-1] in parent.shape.required:
                entries[self.compiled.form["missing-field"].id, path] = "slip"
        many: Counter[str] = Counter()
        for (rule, path), reason in entries.items():
            many[rule] += 1
            if many[rule] > self.limits.told:
                continue
            if astray and reason != "crash" and any(path[:end] in astray for end in range(1, len(path) + 1)):
                reason = "slip"
            place = locate(report, path)
            result.not_assessed.append(NotAssessed(rule, file, place.line, place.pointer, about.subject, reason))

    def _might(self, rule: Rule, report: Report, blocked: str | None) -> bool:
        """Whether a rule could have applied, had the report said what it does not."""
        if blocked in ("plan", "report") or report.kind in rule.who:
            return True
        levels = set(self.pack.levels) & set(rule.who)
        if report.kind != "unit" or not levels:
            return False
        if blocked is None and not any(self.compiled.applies(rule, "unit", one, report.phase) for one in levels):
            return False
        return report.level is None or report.level in levels


def typing(insert: Insert, language: str) -> str:
    """Where to type what, in words."""
    lines = insert.text.split("\n")
    several = say("insert.several", language, stacked=insert.stacked) if insert.several else ""
    if insert.column is not None:
        return say("insert.braces", language, line=insert.line, column=insert.column, text=insert.text) + several
    listed = [say("insert.one", language, blanks=leading(line), text=line.lstrip(" "))
              for line in lines]
    return say("insert.lines", language, line=insert.line, count=len(lines), listed=listed,
               hollow=hollow(lines)) + several


def leading(text: str) -> int:
    """The blanks before a line, or before the first of several."""
    return len(text) - len(text.lstrip(" "))


def hollow(lines: list[str]) -> bool:
    """Whether a field in a block has others under it that the block leaves out."""
    depths = [len(line) - len(line.lstrip(" -")) for line in lines] + [0]
    return any(line.endswith(":") and below <= depth
               for line, depth, below in zip(lines, depths, depths[1:], strict=False))


def _tally(case: Case) -> dict[str, Any]:
    """What a report leaves behind for the totals of a run; small, since every file does.

    `problems`: (theme, source, status, last day) of each; `answered`: how many themes are; `institutions`: the kind of
    each. None stands for what is absent or can't be read.
    """
    doc = case.report.doc
    themes = doc.get("themes")
    answers = [(theme, one) for theme, one in themes.items() if one.__class__ is Doc] \
        if themes.__class__ is Doc else []
    problems: list[tuple] = []
    answered = 0
    for theme, answer in answers:
        listed = answer.get("problems")
        if listed.__class__ is Items:
            problems += [(theme, _text(one, "source"), _text(one, "status"), _last_day(one))
                         for one in listed if one.__class__ is Doc]
        answered += listed.__class__ is Items or answer.get("none_found").__class__ is Doc
    tally: dict[str, Any] = {"problems": problems, "answered": answered}
    if doc.get("institutions").__class__ is Items:
        tally["institutions"] = [_text(one, "kind") for one in doc["institutions"] if one.__class__ is Doc]
    return tally


def _text(node: Doc, name: str) -> str | None:
    value = node.get(name)
    return value if value.__class__ is str else None


def _last_day(problem: Doc) -> str | None:
    """The day by which a problem is to be put right: the last of its measures', or what it is deferred to.

    None where a measure has no day that can be read: then nobody knows which is the last.
    """
    deferral, measures = problem.get("deferral"), problem.get("measures")
    until = _text(deferral, "until") if deferral.__class__ is Doc else None
    typed = [one.get("due") if one.__class__ is Doc else None for one in measures] if measures.__class__ is Items \
        else [None]
    days = [day for day in typed if day.__class__ is str]
    if until:
        return max([*days, until])
    return max(days) if days and len(days) == len(typed) else None


def _shown_id(ident: str | None) -> str | None:
    """An ID as it may be printed: as typed where its form is right, else without unseen characters, else nothing."""
    return printable_id(ident) or printable_id(clean_id(ident)) if ident else None


def _missing(hit: Hit) -> list[tuple]:
    """The paths at which something may be missing."""
    missing = hit.facts.get("missing")
    return missing if isinstance(missing, list) else [hit.path]


def _node_at(report: Report, path: tuple) -> Any:
    """What is bound at a path, None where nothing is."""
    node: Any = report.doc
    for segment in path:
        if not (node.__class__ is Doc and segment in node) and not (node.__class__ is Items and segment < len(node)):
            return None
        node = node[segment]
    return node


def _value_at(report: Report, path: tuple) -> Any:
    """What was written at a path; where it is not of the form asked for, the text as typed."""
    node: Any = report.doc
    for segment in path:
        if not isinstance(node, dict | list) or (isinstance(node, dict) and segment not in node):
            return None
        above, node = node, node[segment]
        if node is BAD and above.__class__ is Doc:
            node = above.src.entries[above.written(segment)]
    return node if isinstance(node, str | int) else None
