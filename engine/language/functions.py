"""The functions of the language: what they are called, take and give. What they do stands in `values`."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import yaml

from ..recording import dataclass
from .nodes import Node
from .types import COUNT, DATE, HALF, MAP, MONTH, ORDERED, PERSON, QUARTER, SPAN, TEXT, TRUTH, Fault, Type, fields_of

Types = tuple[Type, ...]
NAMES = yaml.load((Path(__file__).parent / "names.yaml").read_bytes(), Loader=yaml.CSafeLoader)


def either(word: str) -> tuple[str, str]:
    """A word of the language in both languages."""
    return word, NAMES["words"][word]


@dataclass(frozen=True, slots=True)
class Function:
    """One function; `result` says of what type a call is, None where its arguments are not what it takes."""

    name: str
    result: Callable[[Types], Type | None]
    least: int = 1
    most: int = 1
    words: bool = False         # all arguments but the first are words of the rule, not of the report
    lists: bool = False         # the same, names of lists in words.yaml

    @property
    def chinese(self) -> str:
        """Its name in Chinese."""
        return str(NAMES["functions"][self.name]["zh"])

    @property
    def sample(self) -> dict[str, str]:
        """A valid use, for people, by language."""
        found: dict[str, str] = NAMES["functions"][self.name]["sample"]
        return found


def _any(types: Types) -> Type | None:
    return Type(TRUTH) if types[0].form == TRUTH and types[0].many else None


def _count(types: Types) -> Type | None:
    return Type(COUNT) if types[0].many else None


def _like_first(*forms: str) -> Callable[[Types], Type | None]:
    """A value like the arguments, which are all of one of some forms."""
    return lambda types: types[0].one if types[0].form in forms and all(one.form == types[0].form for one in types) \
        else None


def _of(result: Type, *wanted: str, many: bool = False) -> Callable[[Types], Type | None]:
    """A fixed result; each argument is one value of the form wanted at its place."""
    return lambda types: result if all(
        one.form == form and one.many == many for one, form in zip(types, wanted, strict=False)) else None


def _distinct(types: Types) -> Type | None:
    return types[0] if types[0].many and types[0].form not in (MAP, TRUTH) else None


def _end(types: Types) -> Type | None:
    return types[0].one if types[0].many and types[0].form != MAP else None


def _first(types: Types) -> Type | None:
    return types[0].one if types[0].form not in (MAP, SPAN) and all(one == types[0] for one in types) else None


def _holds(types: Types) -> Type | None:
    return Type(TRUTH, many=types[0].many) if types[0].form == TEXT else None


def _names(types: Types) -> Type | None:
    return Type(PERSON, many=True) if all(one.form == TEXT for one in types) else None


def _of_names(types: Types) -> Type | None:
    return Type(TRUTH) if all(one.form == TEXT or one == Type(PERSON, many=True) for one in types) else None


def _off_roster(types: Types) -> Type | None:
    return Type(PERSON, many=True) if types[0] == Type(TEXT) else None


def _named(types: Types) -> Type | None:
    """A text, and somebody or a unit of the roster."""
    entered = types[1].form == MAP and not types[1].many and all(
        fields_of(types[1].shapes, name) for name in ("name", "aliases"))
    return Type(TRUTH) if types[0] == Type(TEXT) and entered else None


FUNCTIONS = {one.name: one for one in (
    Function("any", _any),
    Function("all", _any),
    Function("count", _count),
    Function("sum", _like_first(COUNT), most=99),
    Function("earliest", _like_first(DATE, MONTH, QUARTER, HALF), most=99),
    Function("latest", _like_first(DATE, MONTH, QUARTER, HALF), most=99),
    Function("min", _like_first(*ORDERED), most=99),
    Function("max", _like_first(*ORDERED), most=99),
    Function("distinct", _distinct),
    Function("first", _first, most=9),
    Function("last", _end),
    Function("days", _of(Type(SPAN), COUNT)),
    Function("workdays", _of(Type(SPAN), COUNT)),
    Function("months", _of(Type(SPAN), COUNT)),
    Function("month", _of(Type(MONTH), DATE)),
    Function("quarter", _of(Type(QUARTER), DATE)),
    Function("half", _of(Type(HALF), DATE)),
    Function("length", _of(Type(COUNT), TEXT)),
    Function("same", _of(Type(TRUTH), TEXT, TEXT), least=2, most=2),
    Function("holds", _holds, least=2, most=99, words=True),
    Function("share", _of(Type(COUNT), TEXT), least=2, most=9, words=True, lists=True),
    Function("left", _of(Type(COUNT), TEXT), least=2, most=9, words=True, lists=True),
    Function("from_plan", _of(Type(TRUTH), TEXT, COUNT), least=2, most=2),
    Function("names", _names, most=9),
    Function("same_person", _of_names, least=2, most=2),
    Function("named", _named, least=2, most=2),
    Function("off_roster", _off_roster, most=9, words=True, lists=True),
    Function("field", lambda types: Type("field"), most=9),
)}
BY_NAME = {**FUNCTIONS, **{one.chinese: one for one in FUNCTIONS.values()}}


def result_of(function: Function, parts: tuple[Node, ...], at: int) -> Type:
    """What a call gives. Raises Fault where its arguments are not what it takes."""
    if not function.least <= len(parts) <= function.most:
        raise Fault("arguments", at, name=function.chinese, least=function.least, most=function.most,
                    given=len(parts), sample=function.sample)
    found = function.result(tuple(one.type for one in parts))
    if found is None and function.name == "month" and parts[0].type == Type(COUNT):
        raise Fault("plain-days", at)
    if found is None:
        raise Fault("wrong-argument", at, name=function.chinese, is_=[one.type for one in parts],
                    sample=function.sample)
    return found

