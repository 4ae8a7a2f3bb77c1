"""Lines of a pack file in which signs of YAML stand in full width: colons behind keys, brackets around lists and maps,
commas between their parts. Of lines alone: what is a text between them stays as it was typed.
"""

from __future__ import annotations

from functools import cache

from ..text.regex import regex
from .written import keys_of

_HALF = dict(zip("｛｝［］【】（）：，；、", "{}[][]():,,,", strict=True))
PAIRS = {"(": ")", "[": "]", "{": "}"}
_BEGINS = regex(r"\s*(?:- *)*")
_KEY = regex(r"([\w-]+)(?:：\s*|:(?:\s+|$))")
_NEXT = regex(r"\s*([\w-]+)[:：]")
OPENING = tuple(sign for sign, half in _HALF.items() if half in "[{")


@cache
def keys(shape: str | None) -> tuple[frozenset[str], frozenset[str]]:
    """Every key of a file of a pack in both languages, and of them those behind which a list or a map stands."""
    names, holders = set[str](), set[str]()
    for key, title, forms in keys_of(shape) if shape else ():
        names.update((key, title))
        holders.update((key, title) if forms & {"array", "object"} else ())
    return frozenset(names), frozenset(holders)


def narrowed(line: str, shape: str | None) -> str:
    """A line of a file of a pack with the signs in half width that stand where YAML wants one."""
    names, holders = keys(shape)
    at = _BEGINS.match(line).end()      # type: ignore[union-attr]  # it matches anything
    out, around, key, fresh = [line[:at]], list[tuple[str, bool, str, bool]](), "", True
    while at < len(line):
        char, begins = line[at], _KEY.match(line, at) if fresh else None
        half, inside = _HALF.get(char, char), bool(around) and around[-1][1]
        if begins and (begins[1] in names or line[begins.end(1)] == ":"):
            key = begins[1]
            out.append(f"{key}: " if line[begins.end(1)] == "：" else begins[0])
            at = begins.end()
            continue
        end = line.find(char, at + 1) if char in "'\"" else -1
        if end > 0:
            out.append(line[at:end + 1])
            at, fresh = end + 1, False
            continue
        if char == "#" and line[:at].endswith(" "):
            return "".join(out) + line[at:]
        if half in PAIRS:
            fresh = fresh and half != "(" and (half == char or key in holders or (half == "{" and not key))
            around.append((PAIRS[half], fresh, key, half != char))
            out.append(half if fresh else char)
        elif around and half == around[-1][0]:
            _, was_sign, key, _ = around.pop()
            out.append(half if was_sign else char)
            fresh = False
        elif half == "," and inside and (char == half or _parts(line, at, names, around[-1][::3] == ("]", True))):
            out.append(char if char == half else ", ")
            at = at if char == half else len(line) - len(line[at + 1:].lstrip()) - 1
            fresh = True
        else:
            out.append(char)
            fresh = fresh and char == " "
        at += 1
    return "".join(out)


def _parts(line: str, at: int, names: frozenset[str], wide_list: bool) -> bool:
    """Whether a full-width comma parts two items of a list in brackets like it, or two keys of a map: any other is one
    of the text.
    """
    found = _NEXT.match(line, at + 1)
    return wide_list or (line[at] != "、" and found is not None and found[1] in names)
