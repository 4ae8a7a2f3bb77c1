"""One file in, one result out: bytes -> report -> findings and facts. No global state, no files, no clock."""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

from ..reading.form_marks import is_workbook
from ..reading.report import Place, locate
from ..recording import dataclass, replace
from ..records import Finding, Limits, NotAssessed, Route, Unreadable
from .case import Case, Hit
from .compile import Check, Compiled
from .examining import examine
from .kinds.late import Verdict
from .opening import Opener
from .results import About, FileResult, Late, about_of, as_bytes, from_lines, late_line, late_of, of_line, to_lines
from .telling import NOBODY, Style, Teller, some_of
from .world import World

if TYPE_CHECKING:
    from ..packs.pack import Pack
    from ..reading.mending import Mended

_STYLE, _LIMITS = Style(), Limits()
IN_THE_WAY = 5      # places of one file that can't be mended, of which people are told; to find each takes a reading


@dataclass(frozen=True, slots=True)
class Answer:
    """What is said to a question, and where: a verdict, or the kind of exception that kept it from one."""

    question: Late
    path: Route
    verdict: Verdict
    crash: str = ""

    @classmethod
    def of(cls, question: Late, said: Verdict) -> Answer:
        return cls(question, question.path if said.path is None else said.path, said)

    @property
    def place(self) -> Place | None:
        return self.question.places.get(self.path)


def _mend(text: str, pack: Pack) -> Mended | None:
    from ..reading.mending import mend  # of what can be read nothing is mended

    return mend(text, tuple(pack.shapes.values()), pack.fields)


def _without(text: str, line: int) -> str | None:
    from ..reading.mending import without

    return without(text, line)


class Checker:
    """Checks files one by one against a compiled pack."""

    def __init__(self, compiled: Compiled, world: World, style: Style = _STYLE, limits: Limits = _LIMITS) -> None:
        self.compiled = compiled
        self.pack = compiled.pack
        self.world = world
        self.style = style
        self.limits = limits
        self.opener = Opener(compiled.pack, world.roster, limits)
        self.teller = Teller(compiled, style, limits.told)

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
            case, about = self.opener.open(data, folder)
        except Unreadable as fault:
            mended = self._mended(fault, data, file, folder)
            return (self.teller.unreadable(fault, file), [], None, []) if mended is None else (mended, [], None, None)
        result, late = examine(case, about, file, self.teller, self.world.roster is not None)
        answers = self._placed(late, case, about)
        return result, answers, case, None if result.crashes or "level" in case.memo else late

    def _placed(self, late: list[Late], case: Case, about: About) -> list[Answer]:
        """The answers to a report's questions, with their places."""
        answers = self._answers(late, about)
        for one in answers:
            one.question.places[one.path] = locate(case.report, one.path)
        return answers

    def _mended(self, fault: Unreadable, data: bytes, file: str, folder: str | None) -> FileResult | None:
        """Of a file that can be read once its slips are mended: each slip, and what remains then. Else None."""
        if fault.name not in ("broken-yaml", "not-a-form", "duplicate-key") or is_workbook(data):
            return None
        mended = _mend(data.decode("utf-8").removeprefix("\ufeff"), self.pack)
        if mended is None:
            return None
        try:
            case, about = self.opener.open(mended.text.encode("utf-8"), folder)
        except Unreadable as rest:
            return self._in_the_way(mended, rest, file, folder)
        case.memo["moved"] = mended.moved
        result, late = examine(case, about, file, self.teller, self.world.roster is not None)
        result = self._conclude(result, self._placed(late, case, about), case)
        remaining = [replace(one, provisional=True, column=max(1, one.column + mended.moved.get(one.line, 0)))
                     for one in result.findings]
        told = self._slips(mended.told(), file, about)
        skipped = [one for one in result.not_assessed if one.reason == "crash"]
        return FileResult(sorted([*told, *remaining], key=lambda one: one.order), skipped, None, result.crashes, about)

    def _in_the_way(self, mended: Mended, rest: Unreadable, file: str, folder: str | None) -> FileResult | None:
        """Each slip, and what can't be read even once these are mended; nothing else was looked at."""
        ways: list[Unreadable] = []
        text: str | None = mended.text
        while text is not None and (rest.name == "broken-yaml" or (rest.name == "duplicate-key" and not ways)):
            ways.append(rest)
            text = _without(text, rest.line) if rest.name == "broken-yaml" and len(ways) < IN_THE_WAY else None
            try:
                if text is not None:
                    self.opener.open(text.encode("utf-8"), folder)
                text = None
            except Unreadable as other:
                rest = other
        told = self._slips(mended.told(ways), file, NOBODY)
        return FileResult(sorted(told, key=lambda one: one.order), [], None) if ways else None

    def _slips(self, told: list[Unreadable], file: str, who: About) -> list[Finding]:
        """The findings of slips; the last may stand for the rest of them."""
        return [replace(self.teller.unread(one, file, who), slips=one.facts.get("count", +one.mended)) for one in told]

    def recall(self, kept: str, file: str, folder: str | None) -> bytes | None:
        """The result, as lines, of what `examine` once made of the same bytes; None where the report must be seen."""
        first, second, rest = kept.split("\n", 2)
        late = late_of(second)
        whose = any([self.compiled.checks[one.number].kind.of_whom for one in late])
        answers = self._answers(late, about_of(of_line(first), folder) if whose else None)
        if any(one.place is None for one in answers):
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
                answers.extend(Answer.of(one, said) for said in check.run.judge(one.fact, about, self.world))
            except Exception as fault:      # a broken rule must not take the file, or the batch, with it
                broken.add(one.number)
                answers.append(Answer(one, (), Verdict(), type(fault).__name__))
        return answers

    def _conclude(self, result: FileResult, answers: Iterable[Answer], case: Case | None) -> FileResult:
        """A result with what was answered; each question has its place."""
        facts, teller = result.facts, self.teller
        if facts is None:       # of a file that can't be read nothing is asked
            return result
        hits: dict[str, list[tuple[Check, Hit, Place]]] = {}
        spoken: set[tuple[str, Route]] = set()
        for one in answers:
            check, place, said = self.compiled.checks[one.question.number], one.place, one.verdict
            assert place is not None
            if not one.crash and not said.unjudged:
                where = check.rule.id, one.path
                if not (check.is_sentence and where in spoken):     # the first sentence that is false says enough
                    hits.setdefault(check.rule.id, []).append((check, Hit(one.path, said.hint, {**said.facts}), place))
                spoken.add(where)
                continue
            if one.crash:
                result.crashes.append((check.rule.id, one.crash))
            result.not_assessed.append(NotAssessed(check.rule.id, facts.file, place.line, place.pointer,
                                                   facts.about.subject, "crash" if one.crash else said.unjudged or ""))
        for found in hits.values():
            result.findings.extend(some_of(
                found, lambda one: teller.rank(one[0], one[1], facts.about),
                lambda one: teller.of_place(*one, case, facts.about, facts.file), teller))
        result.findings.sort(key=lambda finding: finding.order)
        return result
