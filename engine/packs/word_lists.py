"""Whether the word lists of a pack can be used: lists of words and patterns, not too long, and none that runs away."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ..reading.intake import Map, Seq, Value, line_in
from ..records import OptionError, PackError, Route
from ..text.regex import regex
from .patterns import MOST_STEPS, Pattern

_YEAR = regex(r"[0-9]{4}")

MOST_WORDS = 2_000          # of one list
MOST_CHARACTERS = 200       # of one word
MAPS = ("synonyms", "written_also")     # word -> other words; all others are lists


def hold_words(tree: Map, file: str) -> list[PackError]:
    """The faults of a file of word lists, as typed."""
    words = tree.entries["words"]
    assert isinstance(words, Map)       # its form was bound before
    return [PackError(file, line_in(tree, "words", *place), f"lint.{key}", **facts)
            for place, key, facts in _faults(words)]


def _faults(words: Map) -> Iterator[tuple[Route, str, dict[str, Any]]]:
    for name, listed in words.entries.items():
        if name in MAPS:
            if not isinstance(listed, Map):
                yield (name,), "word-map", {"name": name}
                continue
            for word, others in listed.entries.items():
                yield from _of_list(word, others, (name, word), False)
        else:
            yield from _of_list(name, listed, (name,), True)
        if name == "years" and not (isinstance(listed, Seq) and len(listed.items) == 2 and all(
                isinstance(one, str) and _YEAR.fullmatch(one) for one in listed.items)):
            yield (name,), "years", {}


def _of_list(name: str, listed: Value, place: Route, patterns: bool) -> Iterator[tuple[Route, str, dict[str, Any]]]:
    if not isinstance(listed, Seq) or not 0 < len(listed.items) <= MOST_WORDS:
        yield place, "word-list", {"name": name, "most": MOST_WORDS}
        return
    steps = 0
    for at, one in enumerate(listed.items):
        if patterns and isinstance(one, Map) and list(one.entries) == ["pattern"] \
                and isinstance(one.entries["pattern"], str):
            try:
                steps += Pattern([one.entries["pattern"]]).steps
            except OptionError as fault:
                yield (*place, at), "pattern", {"name": name, "text": fault}
            if steps > MOST_STEPS * 5:
                yield (*place, at), "many-patterns", {"name": name, "most": MOST_STEPS * 5}
        elif not isinstance(one, str) or not 0 < len(one.strip()) <= MOST_CHARACTERS:
            yield (*place, at), "word", {"name": name, "most": MOST_CHARACTERS}
