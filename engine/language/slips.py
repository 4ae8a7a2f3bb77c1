"""What people write where the language has another sign or word, told once a sentence can't be read."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from ..text.regex import regex
from .functions import BY_NAME, NAMES
from .types import Fault

SLIPS = NAMES["slips"]
_WIDE = dict(zip("（），；：“”‘’＜＞＝！＋－＊／［］。、．０１２３４５６７８９",
                 "(),;:''''<>=!+-*/[].,.0123456789", strict=True))
_QUOTED = regex(r"'[^'\n]*'|\"[^\"\n]*\"")
_COUNTED = regex(r"(?<![\w.])(\d+)\s*([^\W\d]+)")
_PERCENT = regex(r"\d\s*[%％]")
_WORD = regex(r"[^\W\d]\w*")
_PAIRS = {"(": ")", "[": "]"}
_OPENS = ("(", "（")
_ENDS = "；;。？?"
_PARTS = "，,、；;"


@cache
def _signs() -> re.Pattern[str]:
    """Signs that are none of the language; those that are, are looked at first, so that none is cut in two."""
    listed = sorted({*SLIPS["signs"], *_WIDE, "=", ","}, key=len, reverse=True)
    long = [sign for sign in listed if len(sign) > 2]
    return re.compile("|".join(map(re.escape, [*long, "==", "!=", "<=", ">=", *listed])))


def fault_in(text: str, at: int) -> Fault:
    """Why a sentence can't be read: the first slip in it, else the place where the reader stopped."""
    bare = _QUOTED.sub(lambda quoted: "\0" * len(quoted[0]), text)
    found = min(_slips(text, bare, at), key=lambda fault: fault.at, default=None)
    if found is not None:
        return found
    rest = text[at:].lstrip()
    if not rest:
        return _unclosed(bare) or Fault("ends", len(text))
    return Fault("syntax", len(text) - len(rest), found=rest.split()[0][:20])


def _slips(text: str, bare: str, stopped: int) -> Iterator[Fault]:
    """Every slip outside of quotation marks that is known."""
    for match in _PERCENT.finditer(bare):
        yield Fault("percent", match.start())
    for match in _COUNTED.finditer(bare):
        span = SLIPS["spans"].get(match[2])
        if is_year(match[1]):
            yield Fault("bare-date", match.start())
        elif span or match[2] in SLIPS["units"]:
            yield Fault("unit", match.start(), found=match[0], plain=f"{span}({match[1]})" if span else match[1])
    for match in _signs().finditer(bare):
        fault = _of_sign(match[0], match.start(), len(text.rstrip()), _is_inside(bare[:match.start()]))
        if fault:
            yield fault
    for match in re.finditer("['\"]", bare):
        yield Fault("open-quote", match.start())
    for match in _WORD.finditer(bare):
        if bare[match.end():][:1] == "(" or bare[:match.start()].rstrip()[-1:] == ".":
            continue        # a function, a field
        if match[0] in SLIPS["conditions"]:
            yield Fault("no-if", match.start(), found=match[0])
        elif match[0] in SLIPS["words"] and match.end() + 1 >= stopped:
            yield Fault("word", match.start(), found=match[0], plain=SLIPS["words"][match[0]])
        elif match[0] in BY_NAME and match.end() + 1 >= stopped and bare[match.end():].lstrip()[:1] not in _OPENS:
            yield Fault("no-call-brackets", match.start(), name=match[0], sample=BY_NAME[match[0]].sample)


def is_year(digits: str) -> bool:
    """Whether digits begin a date without quotation marks."""
    return len(digits) == 4 and digits[:2] in ("19", "20")


def is_number(word: str) -> bool:
    """Whether a name is a number in Chinese."""
    return bool(word) and set(word) <= set(SLIPS["digits"])


def _is_inside(before: str) -> bool:
    """Whether brackets are open at the end of a text, of whatever width."""
    return sum(map(before.count, "([（【")) > sum(map(before.count, ")]）】"))


def _of_sign(sign: str, at: int, end: int, inside: bool) -> Fault | None:
    """What is wrong with one sign, if anything."""
    if sign == "=":
        return Fault("one-equals", at)
    if sign in _ENDS and at == end - 1:
        return Fault("end-sign", at, sign=sign)
    if sign in _PARTS and not inside:
        return Fault("joined", at, sign=sign)
    if sign in SLIPS["signs"]:
        return Fault("sign", at, sign=sign, plain=SLIPS["signs"][sign] or ",")
    if sign in _WIDE:
        return Fault("wide-sign", at, sign=sign, plain=_WIDE[sign])
    return None


def _unclosed(bare: str) -> Fault | None:
    """The bracket that is never closed."""
    left: list[tuple[str, int]] = []
    for at, sign in enumerate(bare):
        if sign in _PAIRS:
            left.append((sign, at))
        elif left and sign == _PAIRS[left[-1][0]]:
            left.pop()
    return Fault("open-bracket", left[-1][1], sign=left[-1][0], plain=_PAIRS[left[-1][0]]) if left else None
