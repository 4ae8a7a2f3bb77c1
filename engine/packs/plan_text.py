"""A plan's own text: its sentences under the numbering that plans use (一、 （一） 1.), and the words of a clause.

A sentence ends at 。！？ or ； outside quotation marks and brackets, so that each named behaviour of a theme stands by
itself. Headings are a line like 一、… without a full stop, the first words of a numbered paragraph (1.强化宣传教育。),
a numbered line right above those below it, and what stands without a full stop above part 一 or in an appendix, whose
numbering begins anew: its clauses are those of 附件, or of 附件1.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from itertools import pairwise

from ..recording import dataclass
from ..text.regex import regex
from ..text.wording import is_han

PREFACE = "前言"          # the clause of what stands before part 一
MOST = 4 << 20          # bytes of a plan

_DIGITS = "一二三四五六七八九十"
FIRST = _DIGITS[0]      # the clause that most plans have
_APPENDIX = regex(rf"附件\s*[{_DIGITS}\d]*(?=\s*(?:[：:]|$))")
_PART = regex(rf"([{_DIGITS}]+)、")
_CHAPTER = regex(rf"[（(]([{_DIGITS}]+)[)）]")
_NUMBER = regex(r"(\d+)[.．、]\s*")
NUMBERING = regex(rf"^(?:{_PART.pattern}|{_CHAPTER.pattern}|{_NUMBER.pattern})\s*")      # before a heading's words
_STEPS = regex(rf"附件[{_DIGITS}\d]*|[{_DIGITS}]+|\d+")
_OPENING, _CLOSING = "“‘（(《〈「『【〔[", "”’）)》〉」』】〕]"
_ENDS = "。！？；"


@dataclass(slots=True)
class Sentence:
    """One sentence or heading of a plan."""

    clause: str             # 前言, 二, 四.3, or where parts have chapters 四（一）3
    text: str
    line: int               # 1-based
    start: int              # in the plan's text
    heading: bool

    @property
    def end(self) -> int:
        """The position after its last character."""
        return self.start + len(self.text)


@dataclass(frozen=True)
class PlanText:
    """The text of a plan; lines end in newlines alone."""

    text: str

    @cached_property
    def sentences(self) -> list[Sentence]:
        """Its sentences and headings in order."""
        return sentences(self.text)

    @property
    def characters(self) -> Mapping[str, int]:
        """How often each Chinese character stands in it."""
        return Counter(filter(is_han, self.text))

    @cached_property
    def sample(self) -> str:
        """A clause of the plan, to show how one is written."""
        return next((one.clause for one in self.sentences if not one.heading and one.clause != PREFACE), FIRST)

    def words_of(self, clause: str) -> str:
        """What stands under a clause, without its heading; nothing where there is no such clause."""
        under = [one for one in self.sentences if within(one.clause, clause)]
        said = [one for one in under if not one.heading] or under
        return self.text[said[0].start:said[-1].end] if said else ""


def decoded(data: bytes) -> str | None:
    """A plan's text from the bytes of its file; None where it is no UTF-8."""
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return None
    return text.replace("\r\n", "\n").replace("\r", "\n")


def within(stands: str, said: str) -> bool:
    """Whether a clause is the one said, or one below it; 四（一）1, 四.（一）.1 and 四.一.1 are the same."""
    stands_at, said_at = (_STEPS.findall(one) or [one] for one in (stands, said))
    return stands_at[:len(said_at)] == said_at


def sentences(text: str) -> list[Sentence]:
    """The sentences and headings of a plan with the plan's own numbering: 二, 三.1, 四.3."""
    found: list[Sentence] = []
    part, chapter, number, appendix, alone, at = "", "", "", "", False, 0
    for count, line in enumerate(text.split("\n"), 1):
        body = line.strip()
        start = at + line.index(body)
        at += len(line) + 1
        opens, opens_chapter, numbered = _PART.match(body), _CHAPTER.match(body), _NUMBER.match(body)
        begins = _APPENDIX.match(body) if part else None
        if begins:
            appendix = part = "".join(begins[0].split())
            chapter = number = ""
        elif opens:
            part, chapter, number = f"{appendix}.{opens[1]}" if appendix else opens[1], "", ""
        elif opens_chapter and part:
            chapter, number = opens_chapter[1], ""
        elif numbered and part:
            number = numbered[1]
        elif body and not alone:        # under a heading that fills its line stand the lines below it
            number = ""
        heads = bool(opens or ((opens_chapter or numbered) and part))
        listed = list(_split(body))
        alone = heads and len(listed) == 1
        for place, (offset, one) in enumerate(listed):
            open_end = one[-1] not in _ENDS
            heading = place == 0 and ((heads and (open_end or (not opens and one[-1] == "。" and len(listed) > 1)))
                                      or (open_end and bool(appendix or not part)))
            found.append(Sentence(_clause(part, chapter, number), one, count, start + offset, heading))
    for above, below in pairwise(found):
        if NUMBERING.match(above.text) and below.clause != above.clause and within(below.clause, above.clause):
            above.heading = True
    return found


def _clause(part: str, chapter: str, number: str) -> str:
    if chapter:
        return f"{part}（{chapter}）{number}"
    return f"{part}.{number}" if number else part or PREFACE


def _split(body: str) -> Iterator[tuple[int, str]]:
    """(offset, sentence) of each sentence of a line."""
    depth = begin = 0
    for at, char in enumerate(body):
        if char in _OPENING:
            depth += 1
        elif char in _CLOSING:
            depth = max(0, depth - 1)
        elif char in _ENDS and not depth:
            yield begin, body[begin:at + 1]
            begin = at + 1
    if body[begin:].strip():
        yield begin, body[begin:]
