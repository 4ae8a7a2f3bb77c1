"""The day by which an answer is due, counted in working days of China's calendar."""

from __future__ import annotations

import datetime
from collections.abc import Callable

from ...packs.pack import Pack
from ...records import UsageError


def after_working_days(start: str, count: int, pack: Pack) -> tuple[str, bool]:
    """(ISO date of the `count`-th working day after `start`, whether China's days off were known for all of it).

    Where they are not, the days are Monday to Friday and those of the pack's calendar. Raises UsageError where there
    is no such day.
    """
    known = _calendar()
    day, sure = datetime.date.fromisoformat(start), True
    while count:
        try:
            day += datetime.timedelta(days=1)
        except OverflowError:           # after the year 9999
            raise UsageError("noticed.no-day", as_of=start) from None
        try:
            works = known(day)
        except NotImplementedError:     # a year that the library does not have
            works, sure = pack.is_working_day(day.isoformat()), False
        count -= works
    return day.isoformat(), sure


def is_day_off(day: str, pack: Pack) -> bool:
    """Whether an ISO date is known to be no working day."""
    try:
        return not _calendar()(datetime.date.fromisoformat(day))
    except NotImplementedError:
        return not pack.is_working_day(day)


def _calendar() -> Callable[[datetime.date], bool]:
    try:
        from chinese_calendar import is_workday
    except ImportError:                 # the extra `office` is not installed
        return _unknown
    works: Callable[[datetime.date], bool] = is_workday
    return works


def _unknown(day: datetime.date) -> bool:
    raise NotImplementedError
