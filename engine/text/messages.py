"""Renders the texts of rules and of the program for people, in Chinese or English. Knows no rule by name."""

from __future__ import annotations

import datetime
import errno
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from itertools import islice
from typing import Any

from ..recording import dataclass
from ..records import Told
from .dates import parse_date
from .regex import regex
from .templates import Written, compiled

LANGUAGES = ("zh", "en")
NONE = "—"          # what cannot be told: no number, or 0 of 0
_FOLDER = os.path.join(os.path.dirname(__file__), "texts")
_SECTION = regex(r"^([\w-]+):\n", re.MULTILINE)


@dataclass(slots=True)
class Spot:
    """A place as a message shows it: `{{ other.line }}`, `{{ other.problem }}`, or just `{{ other }}` for its field."""

    line: int | str         # or the cell of a workbook
    problem: str
    field: str

    def __str__(self) -> str:
        return self.field


@lru_cache(maxsize=2048)
def template(text: str) -> Written:
    """A message with variables as a function of them. Raises TemplateError."""
    return compiled(text, {"quoted": _quoted, "length": len, "int": int})


def render(text: str, variables: dict[str, Any]) -> str:
    """A message with its variables. Raises TemplateError when the text is at fault, KeyError where one is missing."""
    return text if "{" not in text else template(text)(variables)


NAMED = 20      # of many others, a message names no more: a person reads them, and a thousand alike must not swell


class Some(list[str]):
    """The first of several words, as many as a message names, and whether there are more."""

    def __init__(self, words: Iterable[str]) -> None:
        words = iter(words)
        super().__init__(islice(words, NAMED))
        self.more = next(words, None) is not None


class Row(str):
    """Words in a row as a message shows them, and each by itself, for those that quote them."""

    __slots__ = ("language", "more", "words")
    words: list[str]
    language: str
    more: bool

    def __new__(cls, words: list[str], language: str, more: bool = False) -> Row:
        """`more`: they are only some."""
        row = super().__new__(cls, joined(words, language, more))
        row.words, row.language, row.more = words, language, more
        return row


def _quoted(text: str | Spot) -> str:
    """A name, or each of the words of a row, in quotation marks."""
    if not isinstance(text, Row):
        return f"“{text}”"
    return joined([f"“{word}”" for word in text.words], text.language, text.more)


def joined(words: list[str] | tuple[str, ...], language: str, more: bool = False) -> str:
    """Words in a row, as the language writes them; `more`: they are only some."""
    row = catalogue(language)["words.comma"].join(words)
    return say("words.some", language, listed=row) if more else row


def shown_date(iso: str, language: str) -> str:
    """An ISO date as people read it; other text as it is."""
    if len(iso) == 10 and parse_date(iso):
        return say("words.date", language, year=iso[:4], month=iso[5:7], day=iso[8:])
    return iso


def weekday(iso: str, language: str) -> str:
    """The day of the week of an ISO date."""
    return say("notice.weekday", language, number=datetime.date.fromisoformat(iso).weekday())


class Catalogue(Mapping[str, str]):
    """The program's own texts in one language, `section.name` -> template. A section is read when it is asked for."""

    def __init__(self, text: str) -> None:
        parts = _SECTION.split(text)
        self._sections: dict[str, str | dict[str, str]] = dict(zip(parts[1::2], parts[2::2], strict=True))

    def __getitem__(self, key: str) -> str:
        section, _, name = key.partition(".")
        return self._section(section)[name]

    def __iter__(self) -> Iterator[str]:
        return (f"{section}.{name}" for section in self._sections for name in self._section(section))

    def __len__(self) -> int:
        return sum(1 for _ in self)

    def _section(self, section: str) -> dict[str, str]:
        texts = self._sections[section]
        if isinstance(texts, str):
            import yaml

            texts = self._sections[section] = yaml.load(texts, Loader=yaml.CSafeLoader) or {}
        return texts


@lru_cache(maxsize=4)
def catalogue(language: str) -> Catalogue:
    """The program's own texts in a language."""
    with open(os.path.join(_FOLDER, f"{language}.yaml"), encoding="utf-8") as file:
        return Catalogue(file.read())


def say(key: str, language: str, /, **facts: Any) -> str:
    """One of the program's own texts. A fact may be a map from language to text, a list of words, or an error."""
    return worded(catalogue(language)[key], language, facts)


def worded(text: str, language: str, facts: dict[str, Any]) -> str:
    """A text of the program's own with its facts."""
    return render(text, {name: one if type(one) is str else _worded(one, language) for name, one in facts.items()})


def told(error: Told, language: str) -> str:
    return say(error.key, language, **error.facts)


def of_system(fault: OSError) -> dict[str, str]:
    """Why the system refuses something, in every language."""
    name = errno.errorcode.get(fault.errno or 0, type(fault).__name__)
    return {one: catalogue(one).get(f"system.{name}") or say("system.other", one, name=name) for one in LANGUAGES}


def both(key: str, **facts: Any) -> str:
    """A text for those whose language is not known yet: Chinese, then English."""
    return "".join(say(key, language, **facts) for language in LANGUAGES)


def _worded(fact: Any, language: str) -> Any:
    if isinstance(fact, Told):
        return told(fact, language)
    if isinstance(fact, dict) and language in fact:
        return _worded(fact[language], language)
    return joined(fact, language) if isinstance(fact, (list, tuple)) else fact
