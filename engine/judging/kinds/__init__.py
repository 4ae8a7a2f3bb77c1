"""The check kinds that rules configure: one table, name -> record. Each record stands in the module of its kin."""

from __future__ import annotations

from typing import Any

from . import batch, fields, late, sharing, times, words
from .built_in import BUILT_IN
from .kind import MAYBE, NUMBER, NUMBERS, SENTENCE, SPOT, TEXT, Kind, Raises

CHECK_KINDS: dict[str, Kind] = {
    "must": SENTENCE, **fields.CHECK_KINDS, **times.CHECK_KINDS, **words.CHECK_KINDS, **late.CHECK_KINDS,
    **batch.CHECK_KINDS, **sharing.CHECK_KINDS}


def raises(kind: str, options: Any) -> Raises:
    """What a check of this kind may raise with these options; of a built-in kind they are the fault's name."""
    if kind in BUILT_IN:
        return BUILT_IN[kind][options]
    return CHECK_KINDS[kind].raises


def quotes(kind: str, options: Any) -> bool:
    """Whether a check of this kind asks for the behaviours of the themes; a sentence is asked itself."""
    return options == "unknown-behaviour" if kind in BUILT_IN else CHECK_KINDS[kind].quotes


def type_of(kind: str, name: str) -> str:
    """What a fact of a check of this kind is in a message."""
    if name in NUMBERS:
        return NUMBER
    one = CHECK_KINDS.get(kind)
    if one is None:
        return TEXT
    return SPOT if name in one.spots else MAYBE if name in one.maybe_spots else TEXT
