"""How texts, names and IDs are compared, private numbers found and masked, texts shown. Pure functions on text."""

from __future__ import annotations

import datetime
import re
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator
from functools import cache, lru_cache
from typing import Any

from .regex import regex

_HAN = "\u3007\u3400-\u4dbf\u4e00-\u9fff\U00020000-\U0003fffd"
_ASCII_ID = regex(r"[A-Za-z0-9_.-]{1,64}")
# Patterns that hold all Chinese characters take long to compile: only where one is asked for.
_ID = regex(f"[A-Za-z0-9{_HAN}_.-]{{1,64}}")

# between names; a blank beside a single character parts none: it is how a short name is set wide
_BETWEEN_NAMES = regex(f"[、，,；;/]|(?<=[{_HAN}\\0]{{2}})\\s+(?=[{_HAN}]{{2}})")
_BRACKETS = regex(r"[（(【\[][^（）()【】\[\]]*[)）】\]]")
_DOTS = str.maketrans({"•": "·", "‧": "·", "・": "·"})

# What people put between the digits of a long number, by the sign that stands for it here; what is not seen counts as a
# blank. Full-width digits and letters are as good as others.
_GAPS = {
    " ": " \t\xa0\xad\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u200b\u200c\u200d"
         "\u202f\u205f\u2060\u3000\ufe0f",
    "-": "-\u2010\u2011\u2012\u2013\u2014\u2015\u2212\ufe63\uff0d",
    ".": ".\uff0e",
    "\xb7": "\xb7\u2022\u2027\u30fb",
}
_ANY_GAP = f"[{re.escape(''.join(_GAPS.values()))}]{{0,3}}"
_GAP = "[ .\xb7-]{0,3}"
_START, _END = "(?<![0-9A-Za-z])", "(?![0-9A-Za-z])"


def _row(start: str, more: int, last: str = "") -> re.Pattern[str]:
    """A pattern of a start, so many digits, together or in groups, and an end; linear on any text.

    It matches before the row, so that no row hides another that begins inside it.
    """
    return regex(f"{_START}(?=({start}(?:{_GAP}[0-9]){{{more}}}{last}){_END})")


_SOLID_ID_CARD = regex(f"{_START}[1-9][0-9]{{16}}[0-9Xx]{_END}")
# in groups, what begins with a year or has none where that of birth belongs is a row of dates and counts
_ID_CARD = _row(f"(?!19|20)[1-9](?:{_GAP}[0-9]){{5}}{_GAP}(?:1{_GAP}[89]|2{_GAP}0)", 9, f"{_GAP}[0-9Xx]")
_BANK_CARDS = [_row("[3-6][0-9]{3}", count - 4) for count in (19, 16)]
_MOBILE = _row(f"(?:\\+?0{{0,2}}86{_GAP})?(1(?:[3-9][0-9]|({_GAP})[3-9]\\3[0-9])", 8, ")")
# How people group them, beside fours; other groupings of a mobile number count where it stands apart.
_CARD_GROUPS = frozenset({(6, 13), (6, 10), (4, 12), (6, 6, 7), (6, 6, 4)})
_MOBILE_GROUPS = frozenset({(4, 3, 4), (4, 4, 3), (5, 6), (3, 8), (7, 4), (3, 3, 5)})
# One character each, without a repeat: `re` looks for these much faster.
_NOT_WORD_OR_SEPARATOR = regex(r"[^\w\x1f]")
_NOT_WORD = regex(r"[\W_]")
_MARKS = "，。、：；（）！？“”"      # of Chinese sentences: they don't count, nor does what NFKC makes of some
_DIGITS = regex(f"[0-9\uff10-\uff19](?:{_ANY_GAP}[0-9\uff10-\uff19]){{10}}")
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
    return bool(_ID.fullmatch(text)) and unicodedata.is_normalized("NFKC", text)


def is_han(char: str) -> bool:
    """Whether a character is a Chinese one, compatibility forms too."""
    point = ord(char)
    return 0x3400 <= point <= 0x9FFF or 0xF900 <= point <= 0xFAFF or 0x20000 <= point <= 0x3FFFD or point == 0x3007


def joined_keys(texts: list[str], signs: frozenset[str] | None = None) -> str:
    """The text_key of each of several texts, joined by the unit separator, which no report can hold.

    `signs` are all their characters that normal forms may change, but for wide punctuation, where these are known.
    """
    bare = _without(" \n_", _folded("\x1f".join(texts), signs))
    return bare if bare.replace("\x1f", "").isalnum() else _NOT_WORD_OR_SEPARATOR.sub("", bare)


def _folded(text: str, signs: frozenset[str] | None = None) -> str:
    """A text in NFKC, perhaps without some punctuation; to leave that out is 20 times as fast as to normalise it."""
    bare = _without(_MARKS, text)
    asked = bare if signs is None else _without(_MARKS, "".join(signs))
    return bare if unicodedata.is_normalized("NFKC", asked) else unicodedata.normalize("NFKC", text)


def _without(signs: str, text: str) -> str:
    for sign in signs:
        if sign in text:        # to look takes less than to replace nothing
            text = text.replace(sign, "")
    return text


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
def name_parts(text: str) -> tuple[str, ...]:
    """What a field for names holds between separators, with posts and brackets; each as its name_key."""
    shape = _BRACKETS.sub(lambda found: "\0" * len(found[0]), text)     # what is in brackets parts nothing
    parts, start = [], 0
    for found in _BETWEEN_NAMES.finditer(shape):
        parts.append(text[start:found.start()])
        start = found.end()
    return tuple(filter(None, map(name_key, (*parts, text[start:]))))


def split_names(text: str) -> tuple[str, ...]:
    """The names in a field for names, what stands in brackets dropped; each as its name_key."""
    return tuple(filter(None, (_BRACKETS.sub("", part) for part in name_parts(text))))


class Names:
    """Finds the names in what people write for names: without posts, forms of address, units and what somebody does.

    `posts` stand on either side of a name, `duties` after it; what is left and ends like one of `organs` is no name,
    unless it is short and begins with one of `surnames`.
    """

    LONGEST = 40        # characters of a post or a unit's name
    TRIED = 200         # steps that are taken after the first way to cut

    def __init__(self, posts: Iterable[str], duties: Iterable[str], organs: Iterable[str],
                 surnames: Iterable[str]) -> None:
        self.before = frozenset(map(name_key, posts))
        self.after = self.before.union(map(name_key, duties))
        self.organs, self.surnames = tuple(organs), tuple(surnames)

    def bare(self, parts: Iterable[str], units: Collection[str] = frozenset(),
             known: Callable[[str], bool] = lambda name: False) -> list[str]:
        """The names in some name_parts; `units` are units' names (name_key), `known` says which names are never cut.

        A part that says a post only names nobody, where another part names somebody.
        """
        parts = list(parts)
        names = [name for part in parts if (name := self._bare(part, units, known))]
        return names or [_BRACKETS.sub("", part) or part for part in parts]

    def _bare(self, part: str, units: Collection[str], known: Callable[[str], bool]) -> str | None:
        if known(part):
            return part
        name = _BRACKETS.sub("", part)
        if self._says_posts_only(name, units):
            return name if known(name) else None
        others = self._cut(name, units, known)
        left = next(others)
        if left == name or known(left) or not left.endswith(self.organs):
            return left
        if len(left) <= 3 and left.startswith(self.surnames):
            return left
        return next(filter(known, others), None)        # a post may be cut in two: 办公室主任·科员, 主任科员

    def _cut(self, name: str, units: Collection[str], known: Callable[[str], bool]) -> Iterator[str]:
        """What is left without posts and units on either side: of the longest ones first, then of some others."""
        waiting, seen, tried = [(0, len(name))], {(0, len(name))}, 0
        while waiting and tried < self.TRIED:
            start, end = waiting.pop()
            tried += bool(tried)
            cuts = []
            if end - start > self.LONGEST or not known(name[start:end]):
                for size in range(1, min(self.LONGEST, end - start - 2) + 1):     # two characters are left
                    head, tail = name[start:start + size], name[end - size:end]
                    if tail in self.after or tail in units:
                        cuts.append((start, end - size))
                    if head in self.before or head in units:
                        cuts.append((start + size, end))
            if not cuts:
                yield name[start:end]
                tried += 1
            waiting += [cut for cut in cuts if cut not in seen]
            seen.update(cuts)

    def _says_posts_only(self, name: str, units: Collection[str]) -> bool:
        at = 0
        while at < len(name):
            at = next((at + size for size in range(min(self.LONGEST, len(name) - at), 0, -1)
                       if (word := name[at:at + size]) in self.after or word in units), 0)
            if not at:
                return False
        return True


def has_long_number(text: str, signs: frozenset[str] | None = None) -> bool:
    """Whether so many digits stand in a row, with what parts groups between, that a private number may be there.

    `signs` are characters that it holds, the wide digits among them, where these are known.
    """
    # a quick look first: without what parts groups and all that is not ASCII a row can only grow longer
    digits = text.encode("ascii", "ignore").translate(_ALL_ZERO, b" \t-.")
    held = text if signs is None and not text.isascii() else signs or ""
    may = b"0" * 11 in digits or any([digit in held for digit in _WIDE_DIGITS])
    return may and bool(_DIGITS.search(text))


def private_numbers(text: str) -> list[tuple[int, int, str]]:
    """(start, end, kind) of every identity-card, bank-card and mobile number, in order, none inside another.

    Digits may stand together or in groups. kind is id-card, bank-card or mobile.
    """
    if not _DIGITS.search(text):
        return []
    if "\t" in text or not text.isascii():
        text = text.translate(_fold())
    found = [(*match.span(), "id-card") for match in _SOLID_ID_CARD.finditer(text) if _is_id_card(match[0])]
    found += [(*match.span(1), "id-card") for match in _ID_CARD.finditer(text) if _is_id_card(match[1])]
    for cards in _BANK_CARDS:
        found += [(*match.span(1), "bank-card") for match in cards.finditer(text) if _is_bank_card(match[1])]
    found += [(*match.span(1), "mobile") for match in _MOBILE.finditer(text)
              if _is_mobile(match[2], text, *match.span(1))]
    whole: list[tuple[int, int, str]] = []
    for one in sorted(found, key=lambda one: (one[0], -one[1])):
        if not whole or one[1] > whole[-1][1]:
            whole.append(one)
    return whole


_WIDE_DIGITS = "\uff10\uff11\uff12\uff13\uff14\uff15\uff16\uff17\uff18\uff19"


@cache
def _fold() -> dict[int, str]:
    """What private numbers may be written with -> the sign that stands for it; one character for one."""
    wide = "".join(map(chr, range(0xFF10, 0xFF1A))) + "\uff38\uff58"
    signs = {char: sign for sign, group in _GAPS.items() for char in group}
    return str.maketrans(dict(zip(wide, "0123456789Xx", strict=True)) | signs)


def _groups(row: str) -> tuple[tuple[int, ...], set[str]]:
    """How many digits stand together in each group of a row, and the kinds of sign between."""
    parts = re.split("[ .\xb7-]+", row)
    return tuple(map(len, parts)), set(row).intersection(_GAPS)


def _is_bank_card(row: str) -> bool:
    if not _luhn(row if row.isdigit() else re.sub("[^0-9]", "", row)):
        return False
    sizes, signs = _groups(row)
    fours = set(sizes[:-1]) == {4} and sizes[-1] <= 4
    return len(sizes) == 1 or fours or (sizes in _CARD_GROUPS and signs != {"."})


def _is_mobile(row: str, text: str, start: int, end: int) -> bool:
    """Whether the groups of eleven digits are those of a telephone number, and not of dates, sums or addresses."""
    sizes, signs = _groups(row)
    if len(sizes) == 1 or sizes == (3, 4, 4):
        return True
    if len(signs) > 1 or ("." in signs and (len(sizes) == 2 or max(sizes) < 4)) or ("-" in signs and sizes == (5, 6)):
        return False        # 135.12345678, 192.168.10.101 and 15000-150000 are none
    if sizes in _MOBILE_GROUPS:
        return True
    apart = not _BEFORE.search(text, max(0, start - 4), start) and not _AFTER.match(text, end)
    return apart and ((sizes[0] > 2 and min(sizes) > 1) or max(sizes) == 1)


# Stars are masked digits: a number beside one that was masked stands no more apart than before.
_BEFORE = regex("[0-9*][ .\xb7-]{1,3}\\Z")
_AFTER = regex("[ .\xb7-]{1,3}[0-9*]")


def _is_id_card(row: str) -> bool:
    number = re.sub("[^0-9Xx]", "", row)
    try:
        datetime.date(int(number[6:10]), int(number[10:12]), int(number[12:14]))
    except ValueError:
        return False
    rest = sum(int(digit) * weight for digit, weight in zip(number[:17], _WEIGHTS, strict=True)) % 11
    return "10X98765432"[rest] == number[17].upper()


_DOUBLED = str.maketrans("0123456789", "0246813579")


def _luhn(digits: str) -> bool:
    return (sum(map(int, digits[-1::-2])) + sum(map(int, digits[-2::-2].translate(_DOUBLED)))) % 10 == 0


def mask_numbers(text: str) -> str:
    """The text with each private number cut to its first three characters and stars.

    What stood in a row with a number may be one itself once that is cut, so it is looked for until there is none.
    """
    while found := private_numbers(text):
        for start, end, _ in reversed(found):
            text = text[:start + 3] + "*" * (end - start - 3) + text[end:]
    return text


# A Chinese character with a selector of its variant; an emoji with what chooses its look, or joined to others.
_SELECTOR = "\u180b-\u180d\ufe00-\ufe0f\U000e0100-\U000e01ef"
_EMOJI = "(?:[\xa9\xae\u203c\u2049\u2122\u2139\u2190-\u2bff\u3030\u303d\u3297\u3299\U0001f000-\U0001faff]" \
    "[\ufe0f\U0001f3fb-\U0001f3ff]?(?:[\U000e0020-\U000e007e]+\U000e007f)?)"
_WHOLE = f"[{_HAN}\uf900-\ufaff][{_SELECTOR}]|{_EMOJI}(?:\u200d{_EMOJI})*|[0-9#*]\ufe0f\u20e3"


def unseen(text: str) -> list[str]:
    """The characters of a text that nobody sees, but for those that are part of a Chinese character or an emoji."""
    return [char for char in re.sub(_WHOLE, "", text) if char > "\xa0" and is_invisible(char)]


# what is_invisible knows beside format characters, which are not printable
_UNSEEN = regex("[\u034f\u115f\u1160\u17b4\u17b5\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0000-\U000e0fff]")


def visible(text: str) -> str:
    """The text with control, format and other unseen characters written as U+XXXX, so that no sink obeys them.

    What is part of a Chinese character or an emoji stays.
    """
    if text.isprintable() and not _UNSEEN.search(text):
        return text
    return re.sub(f"({_WHOLE})|.", lambda found: found[1] or _visible(found[0]), text, flags=re.DOTALL)


def one_line(text: str) -> str:
    """The same on one line, without double blanks."""
    return " ".join(visible(part) for part in text.split())


def _visible(char: str) -> str:
    shown = (char == " " or char.isprintable()) and not is_invisible(char)
    return char if shown else f"<U+{ord(char):04X}>"


def width(text: str) -> int:
    """Columns that a text takes: two for wide and full-width characters, none for combining and unseen ones."""
    if text.isascii():
        return len(text)
    return sum(0 if unicodedata.category(char) in ("Mn", "Cf") else
               2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text)


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
    """The known word with the fewest edits from `text`, if it may be meant; of several that with most of its
    characters, the first one wins.
    """
    text = text[:40]
    best, least = None, (1 + max(1, len(text) // 2), -len(text))
    for word in known:
        edits_needed = edits(text, word, least[0])
        rank = edits_needed, -len({*text} & {*word})
        if rank < least and _may_be(word, text, edits_needed):
            best, least = word, rank
    return best


def _may_be(word: str, text: str, edits_needed: int) -> bool:
    """Whether a word may be meant: there is only too much or too little; or half of its Chinese characters differ, not
    the first; of letters, which say less, a third, or two changed places.
    """
    longest = max(len(word), len(text))
    if edits_needed == abs(len(word) - len(text)):
        return edits_needed < longest
    if word.isascii():
        return edits_needed * 3 <= longest or sorted(text) == sorted(word)
    return edits_needed * 2 < longest + (word[:1] == text[:1])


def sharing(text: str, known: Iterable[str]) -> str | None:
    """The one known word that has the longest piece of `text` in it: two characters and half of the text at least, of
    letters three.
    """
    known, text = list(known), text[:40]
    for size in range(len(text), max(2 if text.isascii() else 1, (len(text) - 1) // 2), -1):
        pieces = {text[at:at + size] for at in range(len(text) - size + 1)}
        found = [word for word in known if any(piece in word for piece in pieces)]
        if found:
            return found[0] if len(found) == 1 else None
    return None


_FEW = 6        # names that are all told beside the nearest one


def offered(typed: str, names: Iterable[str], shown: Any = None) -> dict[str, Any]:
    """What a message on a name that is none of these offers: `near`, the one that is meant, and `known`, all of them as
    `shown`, unless they are many and one is near.
    """
    folded = {fold(name): name for name in names}
    text = fold(typed)
    whole = [name for name in folded if text in name] if len(text) > 1 else []
    near = whole[0] if len(whole) == 1 else nearest(text, list(folded)) or sharing(text, folded)
    listed = list(folded.values()) if shown is None else shown
    count = max(map(len, listed.values())) if isinstance(listed, dict) else len(listed)
    return {"near": near and folded[near], "known": listed if near is None or count <= _FEW else []}


def slip_of(text: str, known: Iterable[str], half: bool = False) -> str | None:
    """The field's name of which a key is plainly a slip (two edits, at most 20 characters), the nearest one first.

    A Chinese word carries more in each character, so a person's name could be one edit from a field's name:
    there, less than half of the word may differ. With `half` it may be half: enough to ask for no second such field,
    not to show the key.
    """
    if len(text) > 20:
        return None
    best, least = None, 3
    letters = frozenset(text)
    for word in known:
        if abs(len(word) - len(text)) > 2 or len(letters.difference(word)) > 2:
            continue        # most are not near at all, and to see that takes less than to count edits
        distance = edits(text, word, 2)
        if distance < least and distance * 2 <= len(word) - (not half and not word.isascii()):
            best, least = word, distance
    return best


def held_in(text: str, known: Iterable[str]) -> str | None:
    """The one Chinese name that stands in `text`, blanks and a remark aside; of names within each other the longest."""
    text = "".join(without_remark(text[:40]).split())
    found = sorted((word for word in known if len(word) > 1 and not word.isascii() and word in text), key=len)
    return found[-1] if found and all(word in found[-1] for word in found) else None


_FOLD_DASHES = str.maketrans(dict.fromkeys("—–―−‐‑‒", "-"))
_END_MARKS = " 。，；,;.、．｡！!"
_REMARK = regex(r"[（(【\[][^（）()【】\[\]]*[)）】\]]$")


def fold(text: str) -> str:
    """The form in which listed values are compared: NFKC, lower case, all dashes alike, without blanks."""
    return "".join(unicodedata.normalize("NFKC", text).translate(_FOLD_DASHES).casefold().split())


def without_remark(text: str) -> str:
    """A listed value without the marks and the remark in brackets that may stand after it."""
    bare = text.rstrip(_END_MARKS)
    return _REMARK.sub("", bare).rstrip(_END_MARKS) if bare[-1:] in ")）】]" else bare


def split_list(text: str, marks: str = "、，；,;") -> list[str]:
    """The items of a list on one line: what stands between marks, unless these stand in brackets or quotation marks."""
    parts, depth, start = [], 0, 0
    for at, char in enumerate(text):
        if char in "（(【[《〈“‘「":
            depth += 1
        elif char in "）)】]》〉”’」":
            depth -= depth > 0
        elif char in marks and not depth:
            parts.append(text[start:at])
            start = at + 1
    parts.append(text[start:])
    return [part for part in (one.strip().rstrip("。").rstrip() for one in parts) if part]
