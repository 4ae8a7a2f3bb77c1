"""How texts, names and IDs are compared, private numbers found and masked, texts shown. Pure functions on text."""

from __future__ import annotations

import datetime
import re
import unicodedata
from functools import lru_cache

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003fffd"
_ASCII_ID = re.compile(r"[A-Za-z0-9_.-]{1,64}")
# Patterns that hold all Chinese characters take long to compile: only where one is asked for.
_ID = f"[A-Za-z0-9{_HAN}_.-]{{1,64}}"

_SEPARATORS = re.compile("[、，,；;/]")
_BETWEEN_NAMES = f"(?<=[{_HAN}]{{2}})\\s+(?=[{_HAN}]{{2}})"
_BRACKETS = re.compile(r"[（(【\[][^（）()【】\[\]]*[)）】\]]")
_DOTS = str.maketrans({"•": "·", "‧": "·", "・": "·"})

_ID_CARD = re.compile(r"(?<![0-9A-Za-z])[1-9]\d{16}[0-9Xx](?![0-9A-Za-z])", re.ASCII)
_BANK_CARD = re.compile(r"(?<![0-9A-Za-z])[3-6]\d{3}([ -]?)\d{4}\1\d{4}\1\d{4}(?:\1\d{3})?(?![0-9A-Za-z])", re.ASCII)
_MOBILE = re.compile(r"(?<![0-9A-Za-z])(?:\+?86[ -]?)?1[3-9]\d{9}(?![0-9A-Za-z])", re.ASCII)
# One character each, without a repeat: `re` looks for these much faster.
_NOT_WORD_OR_SEPARATOR = re.compile(r"[^\w\x1f]")
_NOT_WORD = re.compile(r"[\W_]")
_WIDE_MARKS = "，：；（）！？"      # of Chinese sentences; NFKC writes them otherwise, as marks that don't count either
_DIGITS = re.compile(r"[0-9][0-9 -]{9}")
_ALL_ZERO = bytes(48 if 48 <= code <= 57 else code for code in range(256))      # every digit becomes 0
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)


def is_invisible(char: str) -> bool:
    """Format characters, fillers and variation selectors: nothing of them is seen on a page."""
    return (
        unicodedata.category(char) == "Cf"
        or char in "\u034f\u115f\u1160\u17b4\u17b5\u3164\uffa0"
        or "\u180b" <= char <= "\u180f" or "\ufe00" <= char <= "\ufe0f" or "\U000e0000" <= char <= "\U000e0fff"
    )


@lru_cache(maxsize=4096)
def id_key(text: str) -> str:
    """The form in which IDs are compared: NFKC, case folded, without white space and invisible characters."""
    return clean_id(text).casefold()


def id_keys(texts: list[str]) -> list[str]:
    """The id_key of each of several texts."""
    joined = "\n".join(texts)
    if joined.isascii():
        keys = joined.casefold().split()
        if len(keys) == len(texts):     # no white space inside any of them
            return keys
    return list(map(id_key, texts))


def is_id(text: str) -> bool:
    """Whether a text has the form of an ID: 1 to 64 letters, digits, Chinese characters and - _ . in NFKC."""
    if text.isascii():
        return bool(_ASCII_ID.fullmatch(text))
    return bool(re.fullmatch(_ID, text)) and unicodedata.is_normalized("NFKC", text)


def is_han(char: str) -> bool:
    """Whether a character is a Chinese one, compatibility forms too."""
    point = ord(char)
    return 0x3400 <= point <= 0x9FFF or 0xF900 <= point <= 0xFAFF or 0x20000 <= point <= 0x3FFFD or point == 0x3007


def joined_keys(texts: list[str]) -> str:
    """The text_key of each of several texts, joined by the unit separator, which no report can hold."""
    return _NOT_WORD_OR_SEPARATOR.sub("", _folded("\x1f".join(texts))).replace("_", "")


def _folded(text: str) -> str:
    """A text in NFKC, perhaps without some of its punctuation.

    Most texts are in NFKC but for wide punctuation. To leave that out is 20 times as fast as to normalise it.
    """
    bare = text
    for mark in _WIDE_MARKS:
        bare = bare.replace(mark, "")
    return bare if unicodedata.is_normalized("NFKC", bare) else unicodedata.normalize("NFKC", text)


def clean_id(text: str) -> str:
    """An ID without what the eye can't see: NFKC, no white space, no invisible characters; letters as typed."""
    if text.isascii():
        return "".join(text.split())
    return "".join(char for char in unicodedata.normalize("NFKC", text)
                   if not char.isspace() and not is_invisible(char))


@lru_cache(maxsize=65536)
def text_key(text: str) -> str:
    """The form in which texts are compared: NFKC, without white space and punctuation."""
    return _NOT_WORD.sub("", _folded(text))


@lru_cache(maxsize=16384)
def name_key(text: str) -> str:
    """The form in which names are compared: NFKC, without white space, all middle dots alike."""
    folded = unicodedata.normalize("NFKC", text).translate(_DOTS)
    return "".join(char for char in folded if not char.isspace())


@lru_cache(maxsize=16384)
def split_names(text: str) -> tuple[str, ...]:
    """The names in a field for owners: split at separators, posts in brackets dropped; each as its name_key.

    A blank beside a single character parts no names: it is how a short name is set wide.
    """
    parts = _SEPARATORS.split(_BRACKETS.sub("", text))
    names = [name for part in parts
             for name in (re.split(_BETWEEN_NAMES, part) if len(part.split()) > 1 else (part,))]
    return tuple(filter(None, map(name_key, names)))


def has_long_number(text: str) -> bool:
    """Whether so many ASCII digits stand in a row, blanks and hyphens between, that a private number may be there."""
    # a quick look first: without blanks, hyphens and all that is not ASCII a row can only grow longer
    digits = text.encode("ascii", "ignore").translate(_ALL_ZERO, b" -")
    return b"0" * 11 in digits and bool(_DIGITS.search(text))


def private_numbers(text: str) -> list[tuple[int, int, str]]:
    """(start, end, kind) of every identity-card, bank-card and mobile number; kind is id-card, bank-card or mobile."""
    if not text.isascii() and any(digit in text for digit in _FULL_WIDTH.values()):
        text = text.translate(_FOLD)
    if not _DIGITS.search(text):
        return []
    folded = text
    found = [(*match.span(), "id-card") for match in _ID_CARD.finditer(folded) if _is_id_card(match[0])]
    taken = [(start, end) for start, end, _ in found]
    for match in _BANK_CARD.finditer(folded):
        digits = re.sub(r"[ -]", "", match[0])
        if match.span() not in taken and len(digits) in (16, 19) and _luhn(digits):
            found.append((*match.span(), "bank-card"))
    found.extend((*match.span(), "mobile") for match in _MOBILE.finditer(folded))
    return sorted(found)


_FULL_WIDTH = {str(digit): chr(0xFF10 + digit) for digit in range(10)}
_FOLD = {ord(wide): narrow for narrow, wide in _FULL_WIDTH.items()} | {0xFF38: "X", 0xFF58: "x"}


def _is_id_card(number: str) -> bool:
    try:
        datetime.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    rest = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True)) % 11
    return "10X98765432"[rest] == number[17].upper()


def _luhn(digits: str) -> bool:
    doubled = [int(digit) for digit in reversed(digits)]
    return sum(sum(divmod(digit * 2, 10)) if at % 2 else digit for at, digit in enumerate(doubled)) % 10 == 0


def mask_numbers(text: str) -> str:
    """The text with each private number cut to its first three characters and stars."""
    for start, end, _ in reversed(private_numbers(text)):
        text = text[:start + 3] + "*" * (end - start - 3) + text[end:]
    return text


# what is_invisible knows beside format characters, which are not printable
_UNSEEN = re.compile("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]")


def visible(text: str) -> str:
    """The text with control, format and other unseen characters written as U+XXXX, so that no sink obeys them."""
    if text.isprintable() and not _UNSEEN.search(text):
        return text
    return "".join(
        char if (char == " " or char.isprintable()) and not is_invisible(char) else f"<U+{ord(char):04X}>"
        for char in text
    )


def width(text: str) -> int:
    """Columns that a text takes: two for wide and full-width characters, none for combining ones."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1
               for char in text)


def edits(left: str, right: str, most: int) -> int:
    """Levenshtein distance of two short texts, or `most` + 1 when it is larger."""
    if abs(len(left) - len(right)) > most:
        return most + 1
    row = list(range(len(right) + 1))
    for at, char in enumerate(left, 1):
        above, row[0] = row[0], at
        for to, other in enumerate(right, 1):
            above, row[to] = row[to], min(row[to] + 1, row[to - 1] + 1, above + (char != other))
    return min(row[-1], most + 1)


def nearest(text: str, known: list[str]) -> str | None:
    """The known word with the fewest edits from `text`, if it is at most half of the word away; first one wins."""
    text = text[:40]
    best, distance = None, 1 + max(1, len(text) // 2)
    for word in known:
        edits_needed = edits(text, word, distance)
        if edits_needed < distance and edits_needed < max(len(word), len(text)):
            best, distance = word, edits_needed
    return best


def is_slip_of(text: str, known: list[str]) -> bool:
    """Whether a key is so near to a field's name (two edits, at most 20 characters) that it is plainly a slip of it.

    A Chinese word carries more in each character, so a person's name could be one edit from a field's name:
    there, less than half of the word may differ.
    """
    if len(text) > 20:
        return False
    for word in known:
        distance = edits(text, word, 2)
        if distance <= 2 and (distance * 2 <= len(word) if word.isascii() else distance * 2 < len(word)):
            return True
    return False
