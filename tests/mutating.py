"""Changes a sentence of a rule in one small way, token by token, for the mutation test; not knowing what it means."""

from __future__ import annotations

import datetime
import re
from collections.abc import Callable, Iterator
from itertools import pairwise

_TOKEN = re.compile(r"""'[^']*'|"[^"]*"|\w+|[<>=!]=|[^\s\w]""")
_OTHER = {"<=": "<", "<": "<=", ">=": ">", ">": ">=", "==": "!=", "!=": "==", "+": "-", "-": "+", "and": "or",
          "or": "and", "earliest": "latest", "latest": "earliest", "min": "max", "max": "min", "any": "all",
          "all": "any", "first": "last", "last": "first", "days": "workdays", "workdays": "days", "start": "end",
          "end": "start"}
_COMPARED = {"<", "<=", ">", ">=", "==", "!=", "in"}
_WORDS = {"and", "or", "not", "in", "is", "given"}
_STEPS = {"(": 1, "[": 1, ")": -1, "]": -1}

Spans = list[tuple[int, int]]
Tokens = list[re.Match[str]]
Siblings = Callable[[str], Iterator[str]]       # names beside a field, the likeliest first


def sentence_mutants(text: str, siblings: Siblings) -> Iterator[tuple[str, list[str]]]:
    """(what was done, the sentences that it may have come to, of which the first that makes sense counts)."""
    tokens = list(_TOKEN.finditer(text))
    words = [one.group() for one in tokens]
    for at, one in enumerate(tokens):
        word = words[at]
        beside: list[str] = []
        if word in _OTHER and not (word in ("start", "end") and words[at - 1] != "."):
            beside = [_OTHER[word]]
        elif word.isdigit():
            for step in (-1, 1):
                yield f"{at} {word} as {int(word) + step}", [_with(text, one, str(int(word) + step))]
        elif word[0] in "'\"":
            for moved in _moved(word[1:-1]):
                yield f"{at} {word} as {moved}", [_with(text, one, repr(moved))]
        elif word == "not":
            yield f"{at} not dropped", [_with(text, one, "")]
        elif word == "distinct":
            yield f"{at} distinct dropped", [_with(text, one, "")]
        elif word in ("in", "is") and words[at - 1] != "not" and words[at + 1:at + 2] != ["not"]:
            yield f"{at} {word} not", [_with(text, one, "not in" if word == "in" else "is not")]
        elif word[0].isalpha() and word not in _WORDS and words[at + 1:at + 2] != ["("]:
            beside = list(siblings(word))
        if beside:
            yield f"{at} {word} as another", [_with(text, one, other) for other in beside]
    for what, (start, end) in _dropped(tokens):
        yield f"without {text[start:end].strip()} ({what})", [text[:start] + text[end:]]
    for start, end in _members(tokens):
        yield f"without {text[start:end].strip(' ,')} at {start}", [text[:start] + text[end:], _row_of_one(
            text[:start] + text[end:], start)]


def _with(text: str, one: re.Match[str], other: str) -> str:
    return text[:one.start()] + other + text[one.end():]


def _moved(text: str) -> Iterator[str]:
    """A date a day earlier and a day later."""
    try:
        day = datetime.date.fromisoformat(text)
    except ValueError:
        return
    for step in (-1, 1):
        yield (day + datetime.timedelta(days=step)).isoformat()


def _groups(tokens: Tokens) -> Iterator[tuple[int, int]]:
    """The first and last token of what stands between each pair of brackets, and of the whole."""
    opened = [-1]
    for at, one in enumerate(tokens):
        step = _STEPS.get(one.group(), 0)
        if step > 0:
            opened.append(at)
        elif step:
            yield opened.pop() + 1, at
    yield 0, len(tokens)


def _cut(tokens: Tokens, first: int, last: int, signs: set[str]) -> list[int]:
    """Where some signs stand between two tokens, not inside of brackets."""
    depth, found = 0, []
    for at in range(first, last):
        depth += _STEPS.get(tokens[at].group(), 0)
        if not depth and tokens[at].group() in signs:
            found.append(at)
    return found


def _dropped(tokens: Tokens) -> Iterator[tuple[str, tuple[int, int]]]:
    """The stretches of text that hold one condition of several, or one end of a comparison of three."""
    for first, last in _groups(tokens):
        parts = _cut(tokens, first, last, {"and", "or", ","})
        bounds = [first - 1, *parts, last]
        for number, at in enumerate(parts):
            if tokens[at].group() == ",":
                continue
            before, after = bounds[number] + 1, bounds[number + 2]
            yield f"before {at}", (tokens[before].start(), tokens[at].end())
            yield f"after {at}", (tokens[at].start(), tokens[after - 1].end())
        for start, end in pairwise(bounds):
            signs = _cut(tokens, start + 1, end, _COMPARED)
            if len(signs) == 2:
                yield "chain", (tokens[start + 1].start(), tokens[signs[0]].end())
                yield "chain", (tokens[signs[1]].start(), tokens[end - 1].end())


def _members(tokens: Tokens) -> Spans:
    """The stretches of text that hold one member of a row, or one argument of several, with a comma."""
    found: Spans = []
    for first, last in _groups(tokens):
        commas = _cut(tokens, first, last, {","})
        for number in range(len(commas) + 1 if commas else 0):
            if number < len(commas):
                start = tokens[commas[number - 1] + 1 if number else first].start()
                found.append((start, tokens[commas[number] + 1].start()))
            else:
                found.append((tokens[commas[-1]].start(), tokens[last - 1].end()))
    return found


def _row_of_one(text: str, at: int) -> str:
    """The same with a comma behind the only member of a row."""
    close = text.index(")", at)
    return f"{text[:close]},{text[close:]}"
