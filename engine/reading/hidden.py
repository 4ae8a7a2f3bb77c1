"""Answers that stand behind a `#`: lines of a report that look like a field which is missing beside them.

A person who answers in a line of guidance leaves the field empty. It looks at lines and columns alone, and shows none
of their text. Lines above the first field are never answers: there a form says how to fill it in.
"""

from __future__ import annotations

from ..text.regex import regex
from .intake import BREAK
from .report import Doc

# `#姓名: 周敏`, also with blanks and a dash before the name; guidance is prose without a plain colon and a blank
_ANSWER = regex(r"[ \t]*#[# \t]*(?:-[ \t]+)?([^\s:#][^:\n]{0,40}?)[ \t]*:[ \t]+\S")
_CONTENT = regex(r"[ \t]*[^\s#]")

# name -> (line, column of `#`, column of the name, line of content above, line of content below), all from 0
Hidden = dict[str, list[tuple[int, int, int, int, int]]]


def hidden_answers(data: bytes) -> Hidden:
    """Every line of a file that looks like an answer behind a `#`."""
    found: Hidden = {}
    if b"#" not in data:
        return found
    waiting: list[tuple[str, int, int, int, int]] = []
    above = -1
    for at, line in enumerate(BREAK.split(data.decode("utf-8", "replace").removeprefix("\ufeff"))):
        if _CONTENT.match(line):
            for name, line_at, hash_at, name_at, over in waiting:
                found.setdefault(name, []).append((line_at, hash_at, name_at, over, at))
            waiting, above = [], at
        elif match := _ANSWER.match(line):
            waiting.append((match[1], at, line.index("#"), match.start(1), above))
    for name, line_at, hash_at, name_at, over in waiting:
        found.setdefault(name, []).append((line_at, hash_at, name_at, over, -1))
    return found


def answer_to(hidden: Hidden, parent: Doc, name: str) -> int | None:
    """The line, from 1, where the answer to a missing field of a map stands behind a `#`; None if there is none."""
    if parent.src.flow or not parent.src.at:
        return None
    lines = {mark.line for mark in parent.src.at.values()}
    column = next(iter(parent.src.at.values())).column
    for written in (name, parent.shape.titles.get(name, name)):
        for line, hash_at, name_at, above, below in hidden.get(written, ()):
            beside = above in lines or (below in lines and above >= 0)
            if beside and (hash_at == column or name_at - column in (0, 1)):
                return line + 1
    return None
