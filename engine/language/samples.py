"""Samples in what is told of a sentence, in the words of the form at hand: those that name a field or a listed value
which it has not are left out where there are others; where there is none, dots stand for what it has not.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from ..packs.own_fields import in_own_days
from ..packs.pack import KINDS, Pack
from ..reading.roles import Roles, defaults
from ..reading.schema import MapShape, Shapes, field_names, maps_in
from ..text.messages import catalogue
from ..text.regex import regex

_LISTED = regex("⟨(.*?)⟩")      # several of them, parted by |; behind || stands what takes their place
_WORD = regex(r"\{\{.*?\}\}|\w+")
_PATH = regex(r"\w*…[\w.…]*|[\w.]+…\w*")


def in_own_fields(text: str, language: str, pack: Pack) -> str:
    """A text, not yet worded, with its samples as they hold in the pack's form."""
    own = _own(pack)

    def chosen(found: re.Match[str]) -> str:
        rows = [[own_sample(one, own) for one in row.split("|")] for row in found[1].split("||")]
        whole = [[one for one in row if "…" not in one] for row in rows]
        return catalogue(language)["words.either"].join(next(filter(None, whole), rows[0][:1]))

    days = in_own_days({"start": pack.start, "end": pack.end}) if pack.schemas else str
    return days(_LISTED.sub(chosen, text))


def own_sample(sample: str, own: dict[str, str]) -> str:
    """One sample with the words of a form in place of others; dots for a path through what it has not."""
    return _PATH.sub("…", _WORD.sub(lambda found: own.get(found[0], found[0]), sample))


def hidden(pack: Pack) -> list[str]:
    """The names, in both languages, of fields of the shared form that a pack's has not, under no other name."""
    return sorted(field_names(_shared(pack)) - pack.fields - pack.titles.keys()) if pack.schemas else []


def _shared(pack: Pack) -> list[MapShape]:
    return [Shapes(pack.vocabulary).load(kind) for kind in KINDS]


def _own(pack: Pack) -> dict[str, str]:
    """Words of the shared form -> those of the pack's, dots for what it has not."""
    if not pack.schemas:
        return {}
    own = _values(pack.shapes.values())
    gone = dict.fromkeys((*(one for one in hidden(pack) if one not in own), *(_values(_shared(pack)) - own)), "…")
    before = vars(Roles(defaults()))
    moved = {one: vars(pack.roles)[role] for role, one in before.items()
             if isinstance(one, str) and one != vars(pack.roles)[role]}
    return gone | moved | pack.titles


def _values(shapes: Iterable[MapShape]) -> set[str]:
    """Every listed value of some forms, in both languages."""
    fields = (shape for one in maps_in(shapes) for _, shape in one.fields.values())
    return {value for shape in fields for value in getattr(shape, "values", ())}
