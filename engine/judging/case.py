"""One report under examination, what a check says of it (`Hit`)."""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from typing import Any
from zlib import crc32

from ..language.reads import TEXTS, remembered
from ..packs.pack import Pack
from ..reading.intake import Pin, Seq
from ..reading.paths import Field, Nodes, Scope, reader, steps_of
from ..reading.report import Doc, Items, Place, Report, locate
from ..reading.scalars import Typed, bare_texts, typed_texts
from ..reading.schema import FREE, EitherShape, ListShape, Shape, Slip
from ..recording import dataclass, field
from ..records import Route
from ..text.wording import has_long_number, id_keys, joined_keys, private_numbers

HEARD = 200     # places that can't be read: each rule is told of so many, which is more than anybody is told


@dataclass(frozen=True, slots=True)
class Hit:
    """What a check found at one path. A fact that is a path (tuple) is shown by its line, a list of paths by names."""

    path: Route
    hint: str | None = None
    facts: dict[str, Any] = field(default_factory=dict)
    level: str | None = None        # only where a rule has a harder part than its own level
    typed: Typed | None = None      # the text in which it was found as typed; `path` then has positions as typed


class Case:
    """A report and what its examination gathers: the places that could not be read, and shared selections."""

    __slots__ = (
        "_heard",
        "_scopes",
        "astray",
        "claimed",
        "data",
        "memo",
        "nodes",
        "pack",
        "report",
        "rule",
        "skipped",
        "slips",
    )

    def __init__(self, report: Report, pack: Pack, slips: list[Slip], astray: Iterable[Route] = (),
                 data: bytes = b"") -> None:
        self.report = report
        self.data = data                                # the file, or what it was mended to
        self.pack = pack
        self.slips = slips                              # form slips met while binding
        self.astray = list(astray)                      # paths, as typed, of fields whose names are misspelt
        self.claimed: set[int] = set()                  # positions of slips that a rule speaks for
        self.skipped: dict[tuple[str, Route], str] = {}  # (rule ID, path) -> reason
        self.rule = ""
        self.memo: dict[Any, Any] = {}                            # what several rules need and one works out
        self.nodes = Nodes(report.doc)                  # what is at a path, if all in the report can be read
        self._heard: list[tuple[Route, str]] | None = None      # what a reader tells while it is listened to
        self._scopes: dict[str, tuple[list[Scope], list[tuple[Route, str]]]] = {}

    @property
    def in_cells(self) -> bool:
        """Whether the report was filled in in a workbook."""
        return getattr(self.report.doc.src.mark, "cell", None) is not None

    def place(self, path: Route) -> Place:
        """Where a path is."""
        known: dict[Route, Place] = self.memo.setdefault("places", {})
        if path not in known:
            known[path] = locate(self.report, path)
        return known[path]

    def skip(self, path: Route, reason: str) -> None:
        """Note that the rule at work could not read `path`."""
        self.skipped.setdefault((self.rule, path), reason)
        if self._heard is not None:
            self._heard.append((path, reason))

    def scopes(self, text: str) -> list[Scope]:
        """The nodes at a path from the report. Rules share them; each is told of what can't be read there."""
        known = self._scopes.get(text)
        if known is None:
            nodes: list[tuple[Route, Any]] = []
            self._heard = []
            if text == TEXTS:
                nodes += leaves(self.report.doc)
            else:
                reader(steps_of(text))(self.report.doc, (), self, nodes)
            known = self._scopes[text] = [Scope(node, path) for path, node in nodes], self._heard
            self._heard = None
        for path, reason in known[1][:HEARD]:
            self.skipped.setdefault((self.rule, path), reason)
        return known[0]

    def values(self, text: str) -> list[Any]:
        """The values at a path from the report that can be read."""
        if self.slips:
            return [value for _, value in _field("/" + text).read(self, report_scope(self))]
        return self.nodes[text]

    def joined_keys(self, text: str) -> str:
        """The comparable forms (text_key) of the texts at a path, with a unit separator between."""
        found = self.memo.get(("keys", text))
        if found is None:
            found = self.memo["keys", text] = joined_keys(self.values(text), None if self.is_odd else self.signs)
        return found

    def keys(self, text: str) -> list[str]:
        """The comparable form of each text at a path."""
        return self.joined_keys(text).split("\x1f") if self.values(text) else []

    def id_keys(self, text: str) -> list[str]:
        """The comparable form (id_key) of each ID at a path."""
        found = self.memo.get(("ids", text))
        if found is None:
            found = self.memo["ids", text] = id_keys(self.values(text))
        return found

    def id_hashes(self, text: str) -> list[int]:
        """A hash of four bytes of the comparable form of each ID at a path."""
        found = self.memo.get(("hashes", text))
        if found is None:
            found = self.memo["hashes", text] = [crc32(key.encode()) for key in self.id_keys(text)]
        return found

    def slip_at(self, name: str, path: Route) -> int | None:
        """The position of the slip of this name at a path as typed."""
        if "slips" not in self.memo:
            self.memo["slips"] = {(slip.name, slip.path): at for at, slip in reversed(list(enumerate(self.slips)))}
        known: dict[tuple[str, Route], int] = self.memo["slips"]
        return known.get((name, path))

    @property
    def source(self) -> str:
        """The file as text, without its BOM."""
        return self.data.decode("utf-8").removeprefix("\ufeff")

    @property
    def texts(self) -> list[str]:
        """The texts of the report in any order; of one with a slip also what is not of the form asked for."""
        if not self.slips:
            return self.report.texts
        root = self.report.doc
        found: list[str] = remembered(self, "all", lambda: bare_texts(root.src, root.shape))
        return found

    @property
    def joined(self) -> str:
        """All texts of the report, one a line, to ask whether something occurs at all."""
        found: str = remembered(self, "joined", lambda: "\n".join(self.texts))
        return found

    @property
    def typed(self) -> list[Typed]:
        """Every text of the file as typed, also what is not of the form asked for."""
        root = self.report.doc
        found: list[Typed] = remembered(self, "typed", lambda: list(typed_texts(root.src, root.shape)))
        return found

    @property
    def private_keys(self) -> frozenset[Pin | None]:
        """The marks of the keys that are no field and hold a private number, or have one under them."""
        found: frozenset[Pin | None] = remembered(self, "private", lambda: frozenset(
            one.unknown for one in self.typed if one.unknown and private_numbers(one.text)
        ) if has_long_number(self.joined, self.signs) else frozenset())
        return found

    @property
    def signs(self) -> frozenset[str]:
        """The characters of all texts that patterns of the pack need, and the uncommon ones."""
        found: frozenset[str] = remembered(self, "signs", lambda: self.pack.signs.of(self.joined))
        return found

    @property
    def is_odd(self) -> bool:
        """Whether any text holds an uncommon character."""
        return not self.signs <= self.pack.signs.needed


def leaves(doc: Doc) -> Iterable[tuple[Route, str]]:
    """(path, text) of every text of a report that is of the form asked for, in the order of the file.

    What is one of a few values, a date or a number is none.
    """
    rest: list[tuple[Route, Any, Shape | None]] = [((), doc, None)]
    while rest:
        path, node, shape = rest.pop()
        kind = type(node)
        if kind is Doc:
            fields = node.shape.fields
            rest.extend(((*path, key), node[key], fields[key][1]) for key in reversed(node))
        elif kind is Items or kind is str:
            way = shape.fitting[Seq if kind is Items else str] if isinstance(shape, EitherShape) else shape
            if kind is str and type(way) in FREE:
                yield path, node
            elif isinstance(way, ListShape):
                rest.extend(((*path, at), node[at], way.item) for at in range(len(node) - 1, -1, -1))


@cache
def _field(text: str) -> Field:
    return Field(text)


def report_scope(case: Case) -> Scope:
    """The report itself as a scope."""
    return Scope(case.report.doc, ())
