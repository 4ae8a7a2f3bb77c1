"""What one file gives, as records, and as lines of JSON: the form in which it leaves a worker and lies on disk."""

from __future__ import annotations

from array import array
from binascii import a2b_base64, b2a_base64
from collections.abc import Iterator
from functools import lru_cache
from json import JSONDecoder, JSONEncoder
from typing import Any

from ..packs.rule import Rule
from ..reading.report import Place
from ..recording import dataclass, field
from ..records import Finding, Insert, NotAssessed, Route, Subject

Row = list[Any]         # of a line of JSON

_decode = JSONDecoder().raw_decode
_text_of = JSONEncoder(ensure_ascii=False, check_circular=False, separators=(",", ":")).encode


@dataclass(slots=True)
class About:
    """Who a file is about, as far as it says so validly."""

    kind: str | None
    key: str | None             # comparable ID
    subject: Subject | None
    unit_key: str | None        # comparable code of the unit (a person's, or its own)
    level: str | None
    phase: str | None
    submitted: str | None
    corrected: str | None
    folder: str | None          # where the file lies; None for standard input


@dataclass(slots=True)
class FileFacts:
    """What one file leaves behind for the rules over the batch."""

    file: str
    about: About
    # rule ID -> what its batch check collected: plain data of JSON, and no text of the report but IDs and dates
    data: dict[str, Any] = field(default_factory=dict)
    apart: dict[str, str] = field(default_factory=dict)     # the same where it is rows of numbers, packed
    skipped: dict[str, tuple[str, int]] = field(default_factory=dict)   # rule ID -> pointer and line it could not read


@dataclass(slots=True)
class FileResult:
    """What one file gives. `facts` is None for a file that can't be read."""

    findings: list[Finding]
    not_assessed: list[NotAssessed]
    facts: FileFacts | None
    crashes: list[tuple[str, str]] = field(default_factory=list)    # (rule ID, kind of exception)
    whose: About | None = None      # of a file that can't be read: who it is about, as far as its mended text says


@dataclass(slots=True)
class Late:
    """A question that the report alone can't answer: a late check's fact, and the places of what was answered once."""

    number: int                 # of the check in the compiled pack
    path: Route
    fact: Any
    places: dict[Route, Place] = field(default_factory=dict)


# A result is six lines: who it is about (null for a file that can't be read); what rules over the batch collected; the
# rules that collected rows of numbers, each followed by these, packed; what they could not read, findings, not
# assessed, crashes and, of a file that could only be read mended, whose it is; theme, source and state of each problem;
# what else the tally holds. The third is no JSON, which would look at each of its many characters.
# A file's name and folder, and what the pack says of a rule, are left out: whoever reads it knows them.

NOTHING = b"[{},[],[],[]]"     # the fourth line of most files


def to_lines(result: FileResult) -> str:
    """A result as six lines of JSON without the last newline."""
    facts = result.facts
    about, data, apart, skipped = (facts.about, facts.data, facts.apart, facts.skipped) if facts else (None, {}, {}, {})
    tally = data.get("")
    told = skipped or result.findings or result.not_assessed or result.crashes or result.whose
    lines = [
        about_line(about),
        _text_of({rule: fact for rule, fact in data.items() if rule}),
        " ".join([part for pair in apart.items() for part in pair]),
        as_text(NOTHING) if not told else _text_of([
            skipped,
            [[one.rule, one.level, one.line, one.column, one.pointer, one.theme, one.message, one.remedy, one.stable,
              one.hint, one.trail, insert_row(one.insert), one.provisional, one.slips, one.cell,
              one.sheet]
             for one in result.findings],
            [[one.rule, one.line, one.pointer, one.reason] for one in result.not_assessed], result.crashes,
            *([_listed_about(result.whose)] if result.whose else ())]),
        _text_of([one[:3] for one in tally["problems"]]) if tally else "",
        _text_of([[one[3] for one in tally["problems"]], {name: fact for name, fact in tally.items()
                                                          if name != "problems"}]) if tally else "",
    ]
    return "\n".join(lines)


def pairs_of(apart: str) -> Iterator[tuple[str, str]]:
    """Rules and their numbers, packed, of the third line."""
    parts = iter(apart.split())
    return zip(parts, parts, strict=True)


def packed(numbers: array[int], *more: array[int]) -> str:
    """Rows of numbers of four bytes as text that JSON can hold."""
    return ".".join([b2a_base64(one.tobytes(), newline=False).decode() for one in (numbers, *more)])


def unpacked(text: str, row: int = 0) -> array[int]:
    """One of the rows again."""
    return array("I", a2b_base64(text.split(".", row + 1)[row]))


def as_bytes(lines: str) -> bytes:
    """Lines as they are sent and stored."""
    return lines.encode("utf-8", "surrogatepass")


def as_text(data: bytes) -> str:
    """The lines again."""
    return data.decode("utf-8", "surrogatepass")


def of_line(line: str) -> Any:
    """What a line holds."""
    return _decode(line)[0]


def about_line(about: About | None) -> str:
    """Who a file is about as a line of JSON."""
    return "null" if about is None else _text_of(_listed_about(about))


def _listed_about(about: About) -> Row:
    subject = about.subject
    return [about.kind, about.key, [subject.id, subject.unit] if subject else None, about.unit_key,
            about.level, about.phase, about.submitted, about.corrected]


def insert_row(insert: Insert | None) -> Row | None:
    return [insert.line, insert.column, insert.text, insert.several, insert.stacked,
            list(insert.clear) if insert.clear else None, insert.dash] if insert else None


def insert_of(row: Row | None) -> Insert | None:
    if not row:
        return None
    line, column, text, several, stacked, clear, dash = row
    return Insert(line, column, text, several, stacked, (clear[0], clear[1], clear[2]) if clear else None, dash)


def about_of(listed: Row | None, folder: str | None) -> About | None:
    """Who a file is about, of a line of JSON that was read."""
    if listed is None:
        return None
    kind, key, subject, unit_key, level, phase, submitted, corrected = listed
    return About(kind, key, Subject(kind, *subject) if subject else None, unit_key, level, phase, submitted, corrected,
                 folder)


def from_lines(text: str, file: str, folder: str | None, rules: dict[str, Rule]) -> FileResult:
    """The result of six lines; `rules` are those of the pack."""
    first, collected, apart, body, problems, tally = text.split("\n")
    about = about_of(of_line(first), folder)
    skipped, findings, not_assessed, crashes, *whose = of_line(body)
    facts = None
    if about:
        facts = FileFacts(file, about, of_line(collected), dict(pairs_of(apart)),
                          {rule: tuple(place) for rule, place in skipped.items()})
        if tally:
            days, others = of_line(tally)
            listed = [[*one, day] for one, day in zip(of_line(problems), days, strict=True)]
            facts.data[""] = {"problems": listed} | others
    told = about_of(whose[0], folder) if whose else None
    return FileResult(list(findings_of(findings, file, about or told, rules)),
                      list(not_assessed_of(not_assessed, file, about)), facts, list(map(tuple, crashes)), told)


def findings_of(listed: Row, file: str, about: About | None, rules: dict[str, Rule]) -> Iterator[Finding]:
    """Findings of what a line held."""
    subject, phase, owner = (about.subject, about.phase, about.key or "") if about else (None, None, "")
    unit_level = about.level if about else None
    return (Finding(rule, rules[rule].name, level, file, line, column, pointer, subject, theme, phase,
                    rules[rule].clause_for(phase, unit_level), message, remedy, stable=stable, hint=hint,
                    trail=trail, owner=owner, insert=insert_of(insert), provisional=provisional,
                    slips=slips, cell=cell, sheet=sheet)
            for (rule, level, line, column, pointer, theme, message, remedy, stable, hint, trail, insert, provisional,
                 slips, cell, sheet) in listed)


def not_assessed_of(listed: Row, file: str, about: About | None) -> list[NotAssessed]:
    """What was not assessed, of what a line held."""
    subject = about.subject if about else None
    return [NotAssessed(rule, file, line, pointer, subject, reason) for rule, line, pointer, reason in listed]


def late_line(late: list[Late]) -> str:
    """Questions as a line of JSON."""
    return _text_of([[one.number, one.path, one.fact, [[path, _listed(place)] for path, place in one.places.items()]]
                     for one in late])


@lru_cache(maxsize=256)
def late_of(line: str) -> list[Late]:
    """Questions of a line of JSON; of most files they are the same as of others."""
    return [Late(number, tuple(path), fact, {tuple(at): Place(*place) for at, place in places})
            for number, path, fact, places in of_line(line)]


def _listed(place: Place) -> Row:
    return [getattr(place, name) for name in Place.__slots__]
