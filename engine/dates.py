"""Dates, months, quarters and halves as people write them. Text in, ISO text out; never a clock, never a zone."""

from __future__ import annotations

import datetime
import re

_ISO = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_SPELLED = re.compile(r"(\d{4})(?:-|/|\.|年)(\d{1,2})(?:-|/|\.|月)(\d{1,2})日?", re.ASCII)
_MONTH = re.compile(r"(\d{4})(?:-|/|\.|年)(\d{1,2})月?", re.ASCII)
_QUARTER = re.compile(r"(\d{4})(?:-|年)?(?:[Qq]([1-4])|第?([一二三四1-4])季度?)", re.ASCII)
_HALF = re.compile(r"(\d{4})(?:-|年)?(?:[Hh]([12])|([上下])半年)", re.ASCII)
_DIGIT = {"一": "1", "二": "2", "三": "3", "四": "4", "上": "1", "下": "2"}

_known: dict[str, tuple[str, bool] | None] = {}


def parse_date(text: str) -> tuple[str, bool] | None:
    """`2022-04-30` -> (ISO text, True); another known spelling -> (ISO text, False); no date -> None."""
    found = _known.get(text, "")
    if found == "":
        found = _parse_date(text)
        if len(_known) < 4096:
            _known[text] = found
    return found


def _parse_date(text: str) -> tuple[str, bool] | None:
    match = _SPELLED.fullmatch(text)
    if match is None or len(set(re.findall(r"[-/.]", text))) > 1 or ("年" in text) != ("月" in text):
        return None
    try:
        value = datetime.date(*map(int, match.groups())).isoformat()
    except ValueError:
        return None
    return value, bool(_ISO.fullmatch(text))


def parse_month(text: str) -> tuple[str, bool] | None:
    """`2022-03` and its spellings -> (`2022-03`, whether it was typed so), else None."""
    match = _MONTH.fullmatch(text)
    if match is None or not 1 <= int(match[2]) <= 12 or ("年" in text) != ("月" in text):
        return None
    value = f"{match[1]}-{int(match[2]):02d}"
    return value, value == text


def parse_quarter(text: str) -> tuple[str, bool] | None:
    """`2022-Q1`, `2022年一季度` -> (`2022-Q1`, whether it was typed so), else None."""
    match = _QUARTER.fullmatch(text)
    if match is None:
        return None
    number = match[2] or match[3]
    value = f"{match[1]}-Q{_DIGIT.get(number, number)}"
    return value, value == text


def parse_half(text: str) -> tuple[str, bool] | None:
    """`2022-H1`, `2022上半年` -> (`2022-H1`, whether it was typed so), else None."""
    match = _HALF.fullmatch(text)
    if match is None:
        return None
    number = match[2] or match[3]
    value = f"{match[1]}-H{_DIGIT.get(number, number)}"
    return value, value == text


def day_after(iso: str) -> str:
    """The day after an ISO date, as ISO text."""
    return (datetime.date.fromisoformat(iso) + datetime.timedelta(days=1)).isoformat()
