"""Numbers, percentages and sums of money as people write them. Text in, exact decimals out; no unit is guessed."""

from __future__ import annotations

import re
from decimal import Decimal

from .dates import MARKS
from .regex import regex

MONEY = {"元": 1, "千元": 1_000, "万元": 10_000, "百万元": 1_000_000, "千万元": 10_000_000, "亿元": 100_000_000}

_NARROW = {wide: wide - 0xFEE0 for wide in range(0xFF01, 0xFF5F)} \
    | dict.fromkeys(map(ord, "—–―−‐‑‒"), "-") | {0xFE6A: "%", 0xFFE5: "¥"}
_PLAIN = regex(r"-?\d+(?:\.\d+)?", re.ASCII)
_NUMBER = regex(r"[+-]?(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?", re.ASCII)
_CURRENCY = regex(r"^(?:¥|人民币|RMB)")
_LONGEST = 40       # characters of any number that people type, blanks and unit and all
_DIGITS = 18        # of a number, as of a count

Read = tuple[Decimal, str]      # the value, and the text to type where it was typed otherwise, else nothing


def parse_number(text: str, unit: str) -> Read | None:
    """`12.5`, and `12.5吨` where the field names that unit -> its value; None where it is no number."""
    bare = _bare(text)
    return _read(bare.removesuffix(unit), text, unit)


def parse_percent(text: str) -> Read | None:
    """`85%` and `85` -> 85; what is between 0 and 1 without a sign may be meant either way: None."""
    bare = _bare(text)
    marked = bare.endswith("%") or bare.startswith("百分之")
    found = _read(bare.removesuffix("%").removeprefix("百分之"), text, "%")
    return None if found and not marked and 0 < abs(found[0]) < 1 else found


def parse_money(text: str, unit: str) -> Read | None:
    """A sum in the unit that the field names: `3.5`, `3.5万元`; `35000元` is converted and to be typed otherwise.

    With a sign before it and no unit it may be meant in 元 or in the field's unit: None where these differ.
    """
    bare, signed = _CURRENCY.subn("", _bare(text))
    given = next((one for one in sorted(MONEY, key=len, reverse=True) if bare.endswith((one, one[:-1] or one))), "")
    if signed and not given and unit != "元":
        return None
    factor = Decimal(MONEY[given or unit]) / MONEY[unit]
    return _read(bare.removesuffix(given).removesuffix(given[:-1]), text, unit, factor)


def _bare(text: str) -> str:
    return "".join(text.rstrip(MARKS + " \t\n\u3000\xa0").translate(_NARROW).split()) if len(text) <= _LONGEST else ""


def _read(bare: str, text: str, unit: str, factor: Decimal = Decimal(1)) -> Read | None:
    """The number that is left without its unit; digits alone, or with the field's own unit, are as they should be."""
    if _NUMBER.fullmatch(bare) is None or sum(map(str.isdigit, bare)) > _DIGITS:
        return None
    value = Decimal(bare.replace(",", "")) * factor
    proper = _PLAIN.fullmatch(text.removesuffix(unit)) is not None
    return value, "" if proper else shown(value) + unit


def shown(value: Decimal) -> str:
    """A number in plain digits, without zeros at its end that say nothing."""
    digits = format(value, "f")
    return digits.rstrip("0").rstrip(".") if "." in digits else digits
