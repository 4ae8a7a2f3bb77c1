"""What a sentence is made of: the nodes of its tree, each with its type and the place where it begins."""

from __future__ import annotations

from typing import Any

from ..reading.paths import EACH, ITEM
from ..recording import dataclass
from .types import Steps, Type


@dataclass(frozen=True, slots=True)
class Node:
    """A part of a sentence: what it is, and how many characters stand before it."""

    type: Type
    at: int


@dataclass(frozen=True, slots=True)
class Const(Node):
    """A value that the sentence itself says, in its canonical form; of a list, a tuple."""

    value: Any


@dataclass(frozen=True, slots=True)
class Read(Node):
    """What stands at the end of some steps from a scope: 0 is the report, then each item around; -1 a kept item,
    -2 one kept inside of a condition on such.

    A list ends with the step into its items.
    """

    level: int
    steps: Steps

    @property
    def lists(self) -> bool:
        """Whether the steps go through a list or a map before the last field."""
        return any(step is ITEM or step is EACH for step in self.home)

    @property
    def home(self) -> Steps:
        """The steps to the field itself: a list as a whole."""
        return self.steps[:-1] if self.steps and self.steps[-1] is ITEM else self.steps


@dataclass(frozen=True, slots=True)
class Keep(Node):
    """The items of a list that meet a condition; in it, the item has a level of its own below 0."""

    items: Node
    test: Node
    level: int


@dataclass(frozen=True, slots=True)
class Below(Node):
    """What stands at the end of some steps from each of some maps."""

    maps: Node
    steps: Steps


@dataclass(frozen=True, slots=True)
class Edge(Node):
    """The first or last day of the report's phase."""

    edge: str


@dataclass(frozen=True, slots=True)
class Compare(Node):
    """Two values compared: == != < <= > >= in, as Python writes them; one of them may be a list of them."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Both(Node):
    """Several conditions: all of them, or any of them."""

    every: bool
    parts: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Negated(Node):
    """The contrary of a condition."""

    part: Node


@dataclass(frozen=True, slots=True)
class Filled(Node):
    """Whether a field is filled in."""

    part: Node


@dataclass(frozen=True, slots=True)
class Sum(Node):
    """Two numbers, or a date and days, put together: + - * /."""

    sign: str
    left: Node
    right: Node


@dataclass(frozen=True, slots=True)
class Call(Node):
    """A function of the language with its arguments."""

    name: str
    parts: tuple[Node, ...]
