"""What a template sees of a letter: plain data. Every text is ready to be shown as it is; one of few lists them, and a
template that asks for another is refused.
"""

from __future__ import annotations

from typing import Annotated, TypedDict


class PointData(TypedDict):
    """One fact of an item and its repair, with the places where it stands."""

    spot: str               # all places in short
    fact: str
    places: list[str]       # each in full
    repair: str


class ItemData(TypedDict):
    """One item: what one rule found in one subject's files."""

    number: int
    rule: str
    title: str
    level: Annotated[str, "error", "warning"]
    label: str              # the level in words, and what the item is beside the letter before
    state: Annotated[str, "open", "new", "late_", "ruled_", ""]
    later: bool             # found only in a text that was mended
    count: int              # places
    file: str
    line: int
    places: list[str]
    place: str
    spot: str
    clause: str
    basis: list[str]
    fact: str
    repair: str
    deadline: str
    told: list[PointData]
    common: str             # the repair, where it holds for all of `told` alike
    roster: bool            # it stands on the roster, not in a report


class Paragraph(TypedDict):
    """A paragraph, with the words that stand before it in bold."""

    lead: str
    text: str


class Section(TypedDict):
    """A part of the letter's body."""

    heading: str
    paragraphs: list[Paragraph]
    last: bool


class Annex(TypedDict):
    """A table after the letter. A cell is a list of lines."""

    label: str
    title: str
    notes: list[str]
    columns: list[str]
    rows: list[list[list[str]]]
    signing: str
    shown: bool


class SubjectData(TypedDict):
    """Whom a letter is to."""

    kind: Annotated[str, "personal", "unit"]
    id: str
    name: str               # on the roster, or nothing


class Counts(TypedDict):
    """Items by level."""

    error: int
    warning: int


class ContactData(TypedDict):
    """Whom to ask, as the office's settings have it."""

    name: str
    phone: str
    email: str
    address: str


class NoticeData(TypedDict):
    """One letter. What comes after `annexes` is for templates of the office's own."""

    language: Annotated[str, "zh", "en"]
    head: Annotated[str, "none", "letter", "red"]
    round: int
    letter: Annotated[str, "reminder", "missing", "mend", "correct", "verify"]
    issuer: str
    number: str
    numbered: bool
    title: str
    title_lines: list[str]
    addressee: str
    basis: str
    sections: list[Section]
    attached: str
    seal: str
    date: str
    annexes: list[Annex]
    subject: SubjectData
    items: list[ItemData]
    listed: bool
    counts: Counts
    missing: bool
    deadline: str
    contact: ContactData
    plan: str
    campaign: str
    as_of: str
