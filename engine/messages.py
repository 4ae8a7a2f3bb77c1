"""Renders the texts of rules and of the program for people, in Chinese or English. Knows no rule by name."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import Any

from .dates import parse_date

LANGUAGES = ("zh", "en")
_FOLDER = Path(__file__).parent / "texts"


class Spot:
    """A place as a message shows it: `{{ other.line }}`, `{{ other.problem }}`, or just `{{ other }}` for its field."""

    __slots__ = ("line", "problem", "field")

    def __init__(self, line: int, problem: str, field: str) -> None:
        self.line = line
        self.problem = problem
        self.field = field

    def __str__(self) -> str:
        return self.field


@lru_cache(maxsize=1)
def _environment() -> Any:
    from jinja2 import StrictUndefined
    from jinja2.sandbox import ImmutableSandboxedEnvironment

    return ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=False)


@lru_cache(maxsize=2048)
def _template(text: str) -> Any:
    return _environment().from_string(text)


def render(text: str, variables: dict[str, Any]) -> str:
    """A message template with its variables. Raises jinja2.TemplateError when the template is at fault."""
    return text if "{" not in text else _template(text).render(variables)


def joined(words: list[str], language: str) -> str:
    """Words in a row, as the language writes them."""
    return ("、" if language == "zh" else ", ").join(words)


def shown_date(iso: str, language: str) -> str:
    """An ISO date as people read it; other text as it is."""
    if language == "zh" and len(iso) == 10 and parse_date(iso):
        return f"{int(iso[:4])}年{int(iso[5:7])}月{int(iso[8:])}日"
    return iso


@lru_cache(maxsize=4)
def catalogue(language: str) -> dict[str, str]:
    """The program's own texts, `section.name` -> template."""
    import yaml

    with open(_FOLDER / f"{language}.yaml", encoding="utf-8") as file:
        sections = yaml.load(file, Loader=yaml.CSafeLoader)
    return {f"{section}.{name}": text for section, texts in sections.items() for name, text in texts.items()}


def say(key: str, language: str, **variables: Any) -> str:
    """One of the program's own texts."""
    return render(catalogue(language)[key], variables)
