"""A rule pack: the plan, its themes, word lists and rules, read from YAML and checked against their schemas.

A pack is a folder: `plan.yaml`, `plan.txt`, `fields.yaml`, `words.yaml`, `calendar.yaml`, `themes/*.yaml`,
`families/*.yaml`.
What is wrong in it is a PackError that names file, line and repair; nothing of a broken pack is used.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cached_property
from os import PathLike
from typing import TYPE_CHECKING, Any

from ..reading.roles import Roles, defaults
from ..reading.schema import (
    BehaviourNames,
    MapShape,
    Schema,
    Shapes,
    Vocabulary,
    field_names,
    keys_by_title,
    know_each_other,
    schema_file,
)
from ..recording import dataclass, field
from ..text.messages import LANGUAGES
from ..text.wording import Names, text_key
from .pack_files import BUNDLED
from .patterns import Pattern, Signs, pattern_of
from .plan import Plan

if TYPE_CHECKING:
    from .inheriting import Inheritance
    from .own_figures import OwnFigure
    from .plan_text import PlanText
    from .rule import Rule

KINDS = ("personal", "unit")


@dataclass(kw_only=True, eq=False)
class Pack(Plan):
    """A pack that passed its checks: a plan, its rules, its word lists and the form of its reports."""

    rules: dict[str, Rule]
    digest: str
    folder: str
    files: tuple[str, ...] = ()        # its own, and what it took over
    schemas: dict[str, Schema] = field(default_factory=dict)    # of its reports, where they are not the shared ones
    figures: tuple[OwnFigure, ...] = ()     # the numbers that its form adds to the shared one
    titles: dict[str, str] = field(default_factory=dict)    # of the shared form -> what its own calls it
    roles: Roles = field(default_factory=lambda: Roles(defaults()))     # by which fields things are found in reports
    languages: tuple[str, ...] = LANGUAGES      # in which it is written; in the others stands the Chinese
    text: PlanText | None = None        # the plan's own, where it lies in the pack
    taken: dict[str, Inheritance] = field(default_factory=dict)     # rule taken over -> by what entry
    _words: dict[str, Any] = field(default_factory=dict)
    _unassigned: str = ""
    _patterns: dict[tuple[str, bool, bool], Pattern] = field(default_factory=dict)

    @property
    def bundled(self) -> bool:
        """Whether it is the pack that comes with bayang, whose rules are held by the tests."""
        return self.folder == BUNDLED

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The names that the pack gives to the schemas."""
        name, also = self.name["zh"], self._words["written_also"]
        return Vocabulary(
            plans={self.id: self.id, name: self.id},
            phases={written: one.id for one in self.phases.values() for written in (one.id, one.name["zh"])},
            levels={written: ident for ident, name in self.levels.items() for written in (ident, name["zh"])},
            themes={one.id: one.name["zh"] for one in self.themes.values()},
            behaviours=BehaviourNames(
                {one.id: {behaviour.id: text_key(behaviour.text) for behaviour in one.behaviours}
                 for one in self.themes.values()},
                dict.fromkeys((self.other, self._words["other"]), self.other),
                frozenset(also.get(self._words["other"], ()))),
            units=tuple(self.words("count_units")), also=also | {name: [*also.get(name, ()), self.title["zh"]]},
        )

    def schema(self, file: str) -> Schema:
        """The schema of a file, of a report with what the pack's form has of its own."""
        return self.schemas.get(file) or schema_file(file)

    @cached_property
    def _own_fields(self) -> dict[str, set[str]]:
        """Kind of report -> its top fields that the other kind has not, as written in either language."""
        written = {kind: set(shape.fields) for kind, shape in self.shapes.items()}
        return {kind: names.difference(*(written[other] for other in written if other != kind))
                for kind, names in written.items()}

    def kind_by_fields(self, written: Iterable[str]) -> str | None:
        """The kind of report whose own fields these top fields are, more of them than of the other; None of neither."""
        names = set(written)
        found = {kind: len(own & names) for kind, own in self._own_fields.items()}
        best = max(found, key=found.__getitem__)
        return best if list(found.values()).count(found[best]) == 1 else None

    @cached_property
    def roster_shape(self) -> MapShape:
        """The shape of a roster."""
        return Shapes(self.vocabulary).load("roster")

    @cached_property
    def shapes(self) -> dict[str, MapShape]:
        """The shapes of both report kinds, which know each other's name."""
        first, last = map(int, self.words("years"))
        shapes = {kind: Shapes(self.vocabulary, years=(first, last), schemas=self.schemas).load(kind)
                  for kind in KINDS}
        either = {written: kind for shape in shapes.values()
                  for written, kind in shape.fields["report"][1].values.items()}
        for shape in shapes.values():
            shape.fields["report"][1].values = either
        know_each_other(shapes, self.roles, {ident: one.heading for ident, one in self.themes.items()})
        return shapes

    @cached_property
    def fields(self) -> frozenset[str]:
        """Every key of a report, English and Chinese."""
        return field_names(self.shapes.values())

    @cached_property
    def key_of(self) -> dict[str, str]:
        """The key of each field's title that means nothing else."""
        return keys_by_title(self.shapes.values())

    @cached_property
    def absent(self) -> frozenset[str]:
        """Texts that say "nothing"."""
        return frozenset(self.words("absent"))

    @property
    def other_word(self) -> str:
        """The Chinese word for a behaviour that the plan does not name."""
        return str(self._words["other"])

    def words(self, name: str) -> list[str]:
        """A list of words. Raises KeyError when the pack has none of that name."""
        listed = self._words[name]
        return [one for one in listed if isinstance(one, str)] if isinstance(listed, list) else list(listed)

    def patterns(self, name: str, heads: bool = False, beside: bool = False) -> Pattern:
        """A list of {pattern: ...} or of plain words as one pattern, or how its words begin where texts are compared.
        One that is wanted `beside` another is not looked for by itself. Raises ValueError for what won't do.
        """
        if (name, heads, beside) not in self._patterns:
            self._patterns[name, heads, beside] = pattern_of(self._words[name], heads, self.common)
            self.__dict__.pop("signs", None)
        return self._patterns[name, heads, beside]

    @cached_property
    def signs(self) -> Signs:
        """What to look for in a report before any of the patterns."""
        return Signs(one for (*_, beside), one in self._patterns.items() if not beside)

    @cached_property
    def synonyms(self) -> dict[str, list[str]]:
        """The plan's word -> other words for it."""
        return {**self._words.get("synonyms", {})}

    def with_synonyms(self, words: Iterable[str]) -> list[str]:
        """The words and all that the pack takes to mean the same."""
        return [one for word in words for one in (word, *self.synonyms.get(word, ()))]

    @cached_property
    def names(self) -> Names:
        """Finds names in what people write for names."""
        return Names(*map(self.words, ("posts", "duties", "organs", "surnames")))

    def plan_word(self, text: str) -> str:
        """The plan's word that a text holds (itself or a synonym), else the text's comparable form."""
        key = text_key(text)
        return next((word for word, keys in self._plan_words if any(one in key for one in keys)), key)

    @cached_property
    def _plan_words(self) -> list[tuple[str, list[str]]]:
        return [(word, list(map(text_key, self.with_synonyms([word])))) for word in self.synonyms]

    @cached_property
    def _unassigned_points(self) -> frozenset[int]:
        points: set[int] = set()
        for span in self._unassigned.split():
            first, _, last = span.partition("-")
            points.update(range(int(first, 16), int(last or first, 16) + 1))
        return frozenset(points)

    def is_unassigned(self, char: str) -> bool:
        """Whether the Unicode version that the pack names gives the character no meaning; planes 2 and 3 never."""
        point = ord(char)
        return (point < 0x20000 and point in self._unassigned_points) or 0x40000 <= point < 0xE0000


def load_pack(folder: str | PathLike[str] = BUNDLED, examples: bool = True) -> Pack:
    """The pack in a folder, with or without what only its writers need: the examples and the plan's own text.

    Raises PackError naming file, line and repair of the first fault; all others are its `also`.
    """
    from . import assembling, loading  # which a pack that is ready needs not

    loader = loading.Loader(folder, examples)
    pack = assembling.assemble(loader)
    if pack is None or loader.faults:
        raise loader.stop()
    return pack
