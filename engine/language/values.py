"""What compiled sentences call while they run: dates, counts, words. A missing value is None and gives None."""

from __future__ import annotations

import datetime
from collections.abc import Callable, Iterable, Sequence
from functools import lru_cache
from math import ceil
from typing import TYPE_CHECKING, Any

from ..text.regex import regex
from ..text.wording import text_key

if TYPE_CHECKING:
    import re
    from decimal import Decimal

Truth = bool | None
_DAY = datetime.timedelta(days=1)
_APART = regex(r"[、，,；;/\s（）()]+")


def lifted(test: Callable[[Any], Truth], values: Iterable[Any]) -> list[Truth]:
    """A condition asked of each of some values."""
    return [test(value) for value in values]


def any_of(truths: Sequence[Truth]) -> Truth:
    """Whether one holds; None where none does and one can't be told."""
    return True if True in truths else None if None in truths else False


def all_of(truths: Sequence[Truth]) -> Truth:
    """Whether all hold; None where none fails and one can't be told."""
    return False if False in truths else None if None in truths else True


def count_true(truths: Sequence[Truth]) -> int:
    """Of how many it holds."""
    return truths.count(True)


def row(*parts: Any) -> list[Any]:
    """Values and lists of them in one row, without what is missing."""
    return [one for part in parts for one in (part if isinstance(part, list) else (part,)) if one is not None]


def least(values: Sequence[Any]) -> Any:
    """The first in order; None of none."""
    return min(values, default=None)


def most(values: Sequence[Any]) -> Any:
    """The last in order; None of none."""
    return max(values, default=None)


def first_of(values: Sequence[Any]) -> Any:
    """The first that is there."""
    return values[0] if values else None


def last_of(values: Sequence[Any]) -> Any:
    """The last that is there."""
    return values[-1] if values else None


def ratio(left: int | Decimal, right: int | Decimal) -> Decimal | None:
    """One number by another; None by 0."""
    from decimal import Decimal

    return Decimal(left) / right if right else None


@lru_cache(maxsize=4096)
def later(iso: str, days: int | Decimal) -> str | None:
    """So many whole days after a date; None where there is no such date."""
    try:
        return (datetime.date.fromisoformat(iso) + _DAY * int(days)).isoformat()
    except OverflowError:
        return None


@lru_cache(maxsize=4096)
def months_later(iso: str, months: int | Decimal) -> str | None:
    """So many whole months after a date: the same day, or the last of a shorter month; None as above."""
    day = datetime.date.fromisoformat(iso)
    year, month = divmod(day.year * 12 + day.month - 1 + int(months), 12)
    if not datetime.MINYEAR <= year <= datetime.MAXYEAR:
        return None
    for number in range(day.day, day.day - 4, -1):
        try:
            return datetime.date(year, month + 1, number).isoformat()
        except ValueError:
            continue
    return None


def workdays_later(iso: str, days: int | Decimal, is_working_day: Callable[[str], bool]) -> str | None:
    """So many whole working days after a date, or before it."""
    step, left, day = (1 if days > 0 else -1), min(abs(int(days)), 4000), iso
    while left:
        found = later(day, step)
        if found is None:
            return None
        day = found
        left -= is_working_day(day)
    return day


@lru_cache(maxsize=4096)
def days_between(later_day: str, earlier_day: str) -> int:
    """How many days one date is after another."""
    return (datetime.date.fromisoformat(later_day) - datetime.date.fromisoformat(earlier_day)).days


def share(text: str, words: re.Pattern[str]) -> int:
    """How many percent of a text the words of some lists make up, rounded down; marks and blanks don't count."""
    key = text_key(text)
    held = words.findall(key)
    return sum(map(len, held)) * 100 // len(key) if held else 0


@lru_cache(maxsize=4096)
def left(text: str, needed: re.Pattern[str], removed: re.Pattern[str], single: frozenset[str]) -> int | None:
    """How many characters of a text are left without some words and marks; None where it holds none of those needed.

    A word of one character goes only where it stands among such words alone, so that it never cuts a name.
    """
    if not needed.search(text_key(text)):
        return None
    runs = [run for part in _APART.split(text) for run in removed.sub("\0", text_key(part)).split("\0")]
    return sum(len(run) for run in runs if not single.issuperset(run))


def from_plan(text: str, percent: int | Decimal, plan: str) -> bool:
    """Whether so many percent of a text or more are one run of the plan's words."""
    key = text_key(text)
    run = max(1, ceil(len(key) * percent / 100))
    return is_any_near([key], percent, plan) and any(key[at:at + run] in plan for at in range(len(key) - run + 1))


def is_any_near(keys: Iterable[str], percent: int | Decimal, plan: str) -> bool:
    """Whether of any text_key that stands in the plan's words which every such run has in common: its middle."""
    for key in keys:
        run = max(1, ceil(len(key) * percent / 100))
        if key[len(key) - run:run] in plan:
            return True
    return False


def month_of(iso: str) -> str:
    """The month of a date, 2022-03."""
    return iso[:7]


def quarter_of(iso: str) -> str:
    """The quarter of a date, 2022-Q1."""
    return f"{iso[:4]}-Q{(int(iso[5:7]) + 2) // 3}"


def half_of(iso: str) -> str:
    """The half of a year of a date, 2022-H1."""
    return f"{iso[:4]}-H{1 if iso[5:7] < '07' else 2}"
