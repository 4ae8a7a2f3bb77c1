"""Lines for terminals and logs: tamed, and wrapped as terminals show them. Widths are East Asian widths."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from .regex import regex
from .wording import visible, width

WIDTH = 80
_NO_BREAK_BEFORE = "，。；：、！？）】》〉〕”’」』,.;:!?)]}…"
_NO_BREAK_AFTER = "（【《〈〔“‘「『([{"
_COMMAND = regex(r"##(?=\w*\[)")                                  # ##[error], ##vso[, ##teamcity[: anywhere
_OPENING = regex(r"^(\s*)(?:(:):|(section_(?:start|end)):)")       # of a line, blanks before it or not


def safe(text: str) -> str:
    """Text from a path or a report that no terminal and no log reader obeys."""
    return tame(visible(text))


def tame(line: str) -> str:
    """A line of text that is no command to the log of a pipeline (GitHub, Azure, TeamCity, GitLab)."""
    return _OPENING.sub(r"\1\2\3 :", _COMMAND.sub("# #", line))


def wrap(text: str, first: str, rest: str, columns: int = WIDTH) -> Iterator[str]:
    """A text in lines of at most `columns`; Latin words stay whole, punctuation stays with what it opens or closes."""
    line, used = first, width(first)
    for word in _unbroken(text):
        size = width(word)
        if used + size > columns and line.strip():
            yield line
            word = word.lstrip()
            line, used, size = rest, width(rest), width(word)
        while used + size > columns and len(word) > 1:      # longer than a line of its own
            cut = next((at for at in range(1, len(word)) if used + width(word[:at + 1]) > columns), len(word))
            yield line + word[:cut]
            word, line, used = word[cut:], rest, width(rest)
            size = width(word)
        line, used = line + word, used + size
    yield line


def _unbroken(text: str) -> Iterator[str]:
    """Words with the blank before them and single wide characters, each with the punctuation that no line may begin or
    end with.
    """
    piece, wide = "", False     # the last character is
    for char in text:
        beside, wide = wide, unicodedata.east_asian_width(char) in "WF"
        apart = wide or beside or (char == " " and piece[-1:] != " ")
        if piece and apart and char not in _NO_BREAK_BEFORE and piece[-1] not in _NO_BREAK_AFTER:
            yield piece
            piece = ""
        piece += char
    if piece:
        yield piece
