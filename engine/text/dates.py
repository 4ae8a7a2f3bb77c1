"""Dates, months, quarters and halves as people write them. Text in, ISO text out; never a clock, never a zone."""

from __future__ import annotations

import contextlib
import datetime
import re
from functools import lru_cache

from .regex import regex

SAMPLES = {"date": "2022-04-30", "month": "2022-04", "quarter": "2022-Q1", "half": "2022-H1"}   # how each is written
_SPELLED = regex(r"(\d{4})([-/. ]|年)(\d{1,2})(?:\2|月)(\d{1,2})日?", re.ASCII)
_WHOLE = regex(r"(\d{4})([-/.]?)(\d{2})\2(\d{2})", re.ASCII)
_MONTH = regex(r"(\d{4})(?:(?:[-/.]|年)(\d{1,2})|(\d{2}))月?", re.ASCII)
_QUARTER = regex(r"(\d{4})(?:[-/.]|年)?(?:[Qq]([1-4])|第?([一二三四1-4])季度?)", re.ASCII)
_HALF = regex(r"(\d{4})(?:[-/.]|年)?(?:[Hh]([12])|([上下])半年)", re.ASCII)
BLANK_DAY = r"[\s_＿]*年[\s_＿]*月[\s_＿]*日"      # a date that is still to be filled in
_DIGIT = {"一": "1", "二": "2", "三": "3", "四": "4", "上": "1", "下": "2"}

# Full-width letters, digits and signs are their narrow ones; what input methods put for a hyphen is one, what they put
# for a dot between the parts is one too.
_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} \
    | dict.fromkeys(map(ord, "—–―−‐‑‒"), "-") | dict.fromkeys(map(ord, "。｡、·・•‧"), ".") | {0x53F7: "日"}     # and 号
MARKS = "。，；,;.｡．、"      # what may stand after a date, a count or a listed value without being a part of it
_BESIDE = regex(r"\s*([^\d\s])\s*", re.ASCII)


def narrow(text: str) -> str:
    """A text with full-width letters, digits and signs made narrow, without blanks and marks at its end."""
    return text.rstrip(MARKS + " \t\n\u3000\xa0").translate(_NARROW)


@lru_cache(maxsize=4096)
def parse_date(text: str) -> tuple[str, bool] | None:
    """`2022-04-30` -> (ISO text, True); another known spelling -> (ISO text, False); no date -> None."""
    if len(text) > _LONGEST:
        return None
    if len(text) == 10 and text[4] == text[7] == "-":       # as most are
        with contextlib.suppress(ValueError):
            return datetime.date.fromisoformat(text).isoformat(), True
    typed = _BESIDE.sub(r"\1", narrow(" ".join(text.split())))
    match = _SPELLED.fullmatch(typed)
    if match is None or (match[2] == "年") != ("月" in typed):      # or blanks inside a number: only of a whole date
        match = _WHOLE.fullmatch(typed.replace(" ", ""))
    if match is None:
        return None
    try:
        return datetime.date(int(match[1]), int(match[3]), int(match[4])).isoformat(), False
    except ValueError:
        return None


def _bare(text: str) -> str:
    """The same as `narrow` without any blank; nothing of a text that is too long."""
    return "".join(narrow(text).split()) if len(text) <= _LONGEST else ""


_LONGEST = 60       # characters of any date that people type, blanks and all


def parse_month(text: str) -> tuple[str, bool] | None:
    """`2022-03` and its spellings -> (`2022-03`, whether it was typed so), else None."""
    typed = _bare(text)
    match = _MONTH.fullmatch(typed)
    if match is None or not 1 <= int(match[2] or match[3]) <= 12 or ("年" in typed) != ("月" in typed):
        return None
    value = f"{match[1]}-{int(match[2] or match[3]):02d}"
    return value, value == text


def parse_quarter(text: str) -> tuple[str, bool] | None:
    """`2022-Q1`, `2022年一季度` -> (`2022-Q1`, whether it was typed so), else None."""
    return _parse_part(_QUARTER, "Q", text)


def parse_half(text: str) -> tuple[str, bool] | None:
    """`2022-H1`, `2022上半年` -> (`2022-H1`, whether it was typed so), else None."""
    return _parse_part(_HALF, "H", text)


def _parse_part(pattern: re.Pattern[str], letter: str, text: str) -> tuple[str, bool] | None:
    match = pattern.fullmatch(_bare(text))
    if match is None:
        return None
    number = match[2] or match[3]
    value = f"{match[1]}-{letter}{_DIGIT.get(number, number)}"
    return value, value == text


_NUMERALS = "123456789一二三四五六七八九"
_ORDINAL = regex(f"第 ?([{_NUMERALS}])(?![0十{_NUMERALS}])|^[^0十{_NUMERALS}]+([{_NUMERALS}])$")


def ordinal(text: str) -> int | None:
    """The number from 1 to 9 by which a text names one of several, such as 第三; None where it names none."""
    found = _ORDINAL.search(narrow(text))
    return _NUMERALS.index(found[found.lastindex or 1]) % 9 + 1 if found else None


def day_after(iso: str) -> str:
    """The day after an ISO date, as ISO text."""
    return (datetime.date.fromisoformat(iso) + datetime.timedelta(days=1)).isoformat()


def days_between(first: str, last: str) -> int:
    """The days from one ISO date to another, less than 0 to an earlier one."""
    return (datetime.date.fromisoformat(last) - datetime.date.fromisoformat(first)).days
