"""Check kinds on wording: word lists, the plan's own words, placeholders, private numbers, unseen characters."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable

from ...packs.pack import Pack
from ...packs.patterns import uncommon
from ...reading.intake import Pin
from ...reading.paths import Field, Scope
from ...reading.scalars import Typed
from ...reading.schema import Facts
from ...text.regex import alternation, regex
from ...text.wording import has_long_number, is_han, private_numbers, text_key, unseen
from ..case import Case, Hit, leaves
from .fields import Check
from .kind import Kind, Options


def everywhere(case: Case, asks: Callable[[str], Facts | None]) -> list[Hit]:
    """One hit for each text of the right form of which `asks` says facts."""
    return [Hit(path, facts=facts) for path, text in leaves(case.report.doc) if (facts := asks(text))]


def as_typed(case: Case, asks: Callable[[Typed], Facts | tuple[str, Facts] | None]) -> list[Hit]:
    """One hit for each text as typed of which `asks` says facts (a dict, or a (hint, dict) pair); one for a key and
    its value together.
    """
    hits: list[Hit] = []
    last: Pin | None = None
    for one in case.typed:
        found = asks(one)
        if found and last is not one.mark:
            last = one.mark
            hint, facts = found if isinstance(found, tuple) else (None, found)
            hits.append(Hit(one.path, hint, facts, typed=one))
    return hits


def placeholder(options: Options, pack: Pack) -> Check:
    """No placeholder is left in any text, but for those in the plan's own words, and those that hide a name on purpose.

    `spared_after_surname` are spared after one of `surnames` and, where given, before a word of `spared_before`;
    `spared_in_quotes` inside one pair of `titles`, or at the head of one of `quotes`, that holds more than that and no
    mark of a sentence.
    """
    pattern = pack.patterns(options["patterns"])
    masked = pack.patterns(options["spared_after_surname"], beside=True)
    surname = regex(f"(?:{alternation(pack.words(options['surnames'])).pattern})$")
    places = pack.patterns(options["spared_before"], beside=True) if "spared_before" in options else None
    quoted = pack.patterns(options["spared_in_quotes"], beside=True) if "spared_in_quotes" in options else None
    pairs = [(pair, at_head) for name, at_head in (("titles", False), ("quotes", True)) if name in options
             for pair in pack.words(options[name])]
    own = [text_key(text) for text in pack.own_words(options["spared_plan_parts"])]
    run = options["spared_run"]

    def spared(text: str, match: re.Match[str]) -> bool:
        if masked.regex.fullmatch(match[0]) and (
                (places and places.regex.match(text, match.end())) or surname.search(text[:match.start()])):
            return True
        if quoted and quoted.regex.fullmatch(match[0]) and any(_stands_in(text, match, *pair) for pair in pairs):
            return True
        before, held = text_key(text[:match.start()]), text_key(match[0])
        if not held:
            return False
        whole = before + held + text_key(text[match.end():])
        start, end = len(before), len(before) + len(held)
        size = max(run, len(held))
        return any(whole[at:at + size] in part for part in own
                   for at in range(max(0, end - size), min(start, len(whole) - size) + 1))

    def asks(one: Typed) -> Facts | tuple[str, Facts] | None:
        for match in pattern.regex.finditer(one.text):
            if not spared(one.text, match):
                return {"found": True}
        return None

    return lambda case, scope: as_typed(case, asks) if pattern.occurs(case.joined, case.signs) else []


_SENTENCE = regex("[，。；：！？,;:!?\n]")


def _stands_in(text: str, match: re.Match[str], pair: str, at_head: bool) -> bool:
    """Whether a match stands in a pair of quotation marks, with more than itself and not with a sentence."""
    start, end = text.rfind(pair[0], 0, match.start()), text.find(pair[-1], match.end())
    inner = text[start + 1:end]
    return start >= 0 <= end and not _SENTENCE.search(inner) and not any(mark in inner for mark in pair) \
        and len(inner) > len(match[0]) and (start == match.start() - 1 or not at_head)


def same_as(options: Options, pack: Pack) -> Check:
    """No line of any text is one of the listed texts."""
    listed = frozenset(text_key(text) for text in pack.words(options["words"]))
    heads = pack.patterns(options["words"], heads=True)

    def asks(text: str) -> Facts | None:
        lines = text.splitlines()
        return {"lines": len(lines)} if any(text_key(line) in listed for line in lines) else None

    def check(case: Case, scope: Scope) -> list[Hit]:
        return everywhere(case, asks) if heads.occurs(case.joined, case.signs) or case.is_odd else []

    return check


def pattern(options: Options, pack: Pack) -> Check:
    """No text holds a match of a pattern, but for the spared ones."""
    wanted = pack.patterns(options["patterns"])
    spared = list(options.get("spared", ()))

    def asks(one: Typed) -> Facts | tuple[str, Facts] | None:
        text = one.text
        for match in wanted.regex.finditer(text):
            if not any(one in text[max(0, match.start() - len(one)):match.end() + len(one)] for one in spared):
                return {"found": True}
        return None

    return lambda case, scope: as_typed(case, asks) if wanted.occurs(case.joined, case.signs) else []


_PRIVATE = ("id-card", "bank-card", "mobile")


def private_number(options: Options, pack: Pack) -> Check:
    """No identity-card, bank-card or mobile number stands in any text, but for the kinds a field may hold."""
    allowed = {Field(one["field"]).steps: one["kind"] for one in options.get("allowed", ())}
    identity = pack.roles.identity
    of_roster = {*identity.values(), (identity["personal"][0], pack.roles.person_unit)}     # where its IDs belong

    def asks(one: Typed) -> Facts | tuple[str, Facts] | None:
        numbers = private_numbers(one.text)
        if not numbers:
            return None
        steps = tuple(step for step in one.path if type(step) is str) if not one.unknown else ()
        found = {kind for _, _, kind in numbers} - {allowed.get(steps)}
        facts = {"roster_id": steps in of_roster}
        if len(found) > 1:
            return "several", facts | {kind.replace("-", "_"): kind in found for kind in _PRIVATE}
        return (found.pop(), facts) if found else None

    return lambda case, scope: as_typed(case, asks) if has_long_number(case.joined, case.signs) else []


_ODD = regex(uncommon())
_LATIN = regex(
    "[\u0080-\u00ff\u0152\u0153\u0160\u0161"
    "\u0178\u017d\u017e\u0192\u02c6\u02dc\u2013-\u203a\u20ac\u2122]{3,}")


def mojibake(options: Options, pack: Pack) -> Check:
    """No text shows the traces of a wrong encoding or holds a character that no font can be expected to have."""
    listed = pack.patterns(options["words"])
    unassigned = pack.is_unassigned

    def asks(one: Typed) -> Facts | tuple[str, Facts] | None:
        text = one.text
        if listed.regex.search(text):
            return "known-traces", {"characters": ""}
        odd = _ODD.findall(text)
        if not odd:
            return None
        if "\ufffd" in odd:
            return "replacement", {"characters": "U+FFFD"}
        for run in _LATIN.findall(text):
            if _twice_encoded(run):
                return "twice-encoded", {"characters": ""}
        broken = sorted({char for char in set(odd)
                         if unicodedata.category(char) == "Co" or _is_noncharacter(char) or unassigned(char)})
        return ("no-character", {"characters": " ".join(f"U+{ord(char):04X}" for char in broken[:5])}) \
            if broken else None

    def check(case: Case, scope: Scope) -> list[Hit]:
        return as_typed(case, asks) if case.is_odd or listed.occurs(case.joined, case.signs) else []

    return check


def _is_noncharacter(char: str) -> bool:
    return ord(char) & 0xFFFE == 0xFFFE or "\ufdd0" <= char <= "\ufdef"


def _twice_encoded(run: str) -> bool:
    raw = bytearray()
    for char in run:
        try:
            raw += char.encode("cp1252")
        except UnicodeEncodeError:
            if ord(char) > 0xFF:
                return False
            raw.append(ord(char))
    decoded = bytes(raw).decode("utf-8", "ignore")
    return any(map(is_han, decoded))


def invisible(options: Options, pack: Pack) -> Check:
    """No text holds a format character, a filler or a stray selector; those that are part of a Chinese character or
    an emoji are none.
    """

    def asks(one: Typed) -> Facts | tuple[str, Facts] | None:
        odd = unseen(one.text)
        return {"characters": " ".join(f"U+{ord(char):04X}" for char in sorted(set(odd))[:5])} if odd else None

    return lambda case, scope: as_typed(case, asks) if case.is_odd else []


CHECK_KINDS = {
    "placeholder": Kind(make=placeholder, raises={None: ""}, any_report=True),
    "same_as": Kind(make=same_as, raises={None: "lines"}, any_report=True),
    "pattern": Kind(make=pattern, raises={None: ""}, any_report=True),
    "private_number": Kind(make=private_number, any_report=True,
        raises={**dict.fromkeys(_PRIVATE, "roster_id"), "several": "roster_id id_card bank_card mobile"}),
    "mojibake": Kind(make=mojibake,
        raises={"known-traces": "characters", "replacement": "characters", "twice-encoded": "characters",
                 "no-character": "characters"},
        any_report=True),
    "invisible": Kind(make=invisible, raises={None: "characters"}, any_report=True),
}
