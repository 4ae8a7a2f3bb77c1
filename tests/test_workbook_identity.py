"""YAML -> workbook -> YAML is the identity: for every report that the form can hold, of three packs (contract 10.2)."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from running import BUNDLED

from bayang.engine.output.forms import Order
from bayang.engine.output.workbooks.book import book
from bayang.engine.output.workbooks.content import content
from bayang.engine.packs.pack import KINDS, Pack, load_pack
from bayang.engine.reading.form_sheets import read_form
from bayang.engine.reading.intake import Map, read
from bayang.engine.reading.layout import is_row_name, row_name
from bayang.engine.reading.schema import (
    BehaviourShape,
    ChoiceShape,
    CountShape,
    DateShape,
    EitherShape,
    IdShape,
    ListShape,
    MapShape,
    NumberShape,
    Shape,
    plain,
)
from bayang.engine.reading.typed import as_typed, in_chinese
from bayang.engine.records import Limits
from bayang.engine.text.messages import LANGUAGES

PACKS = {"bundled": BUNDLED, **{name: Path(__file__).parent / "packs" / name for name in ("service", "window")}}
# Words as people type them, and all that could be mistaken: for lists, dates, numbers, formulas, our own signs.
WORDS = st.one_of(
    st.text(st.characters(categories=("L", "N", "P", "S")), min_size=1, max_size=12),
    st.sampled_from([
        "登记本（一、二月）", "=1+1", "'甲", "2022-04-30", "2022年4月30日", "年底前", "007", "1.50", "1e5", "12",
        "- 甲", "-", "※ 请填写", "第5行", "全部", "甲、乙，丙；丁", "甲\n乙", "- 甲\n- 乙", "甲\n\n  乙", "no", "~",
        "#1 号窗口", "a: b", "_x000A_", "&amp;", "TRUE", "92.5%", "𠮷野家", "甲 ", " 甲", "2022-04",
        "123456789012345678"]),
)


@cache
def pack_named(name: str) -> Pack:
    return load_pack(PACKS[name])


@cache
def values(shape: Shape) -> st.SearchStrategy[Any]:
    """What people may type for a shape, right or wrong, but always in its form."""
    if isinstance(shape, MapShape):
        fields = {key: shape.fields[key][1] for key in shape.titles}
        return st.fixed_dictionaries({}, optional={key: values(one) for key, one in fields.items()})
    if isinstance(shape, ListShape):
        return st.lists(values(shape.item), max_size=3)
    if isinstance(shape, EitherShape):
        return st.one_of([st.just(next(iter(way.values))) if isinstance(way, ChoiceShape) else
                          values(way) if isinstance(way, ListShape) else names() for way in shape.ways])
    if isinstance(shape, ChoiceShape):
        return st.one_of(st.sampled_from(sorted({*shape.values.values()})), WORDS)
    if isinstance(shape, BehaviourShape):
        return st.one_of(st.sampled_from(sorted(shape.names.by_theme[shape.theme])), WORDS)
    if isinstance(shape, DateShape):
        return st.one_of(st.dates().map(str), st.sampled_from(["2022-04", "2022-Q1", "2022-H1"]), WORDS)
    if isinstance(shape, CountShape | NumberShape):
        return st.one_of(st.integers(0, 10 ** 15).map(str), st.decimals(0, 1000, places=2).map(str), WORDS)
    return st.one_of(st.sampled_from(["SG-01", "SG-02", "1"]), WORDS) if isinstance(shape, IdShape) else WORDS


def names() -> st.SearchStrategy[str]:
    """A text where a list may stand too: on one line."""
    return st.sampled_from(["李四", "李四、钱七", "李 四"])


def without_absent(data: Any, absent: frozenset[str]) -> Any:
    """Plain data without blank texts and what holds nothing; words for nothing stay."""
    if isinstance(data, dict):
        return {key: one for key, value in data.items() if (one := without_absent(value, absent)) not in (None, {}, [])}
    if isinstance(data, list):
        return [one for value in data if (one := without_absent(value, absent)) not in (None, {}, [])]
    return data if data and data.strip() else None


def lines(data: Any, way: str = "") -> dict[str, str]:
    """Every text of plain data by the way to it."""
    if isinstance(data, dict):
        return {key: one for name, value in data.items() for key, one in lines(value, f"{way}/{name}").items()}
    if isinstance(data, list):
        return {key: one for at, value in enumerate(data) for key, one in lines(value, f"{way}/{at}").items()}
    return {way: data}


def there_and_back(pack: Pack, kind: str, typed: Map, keys: str) -> Map:
    level = next(iter(pack.levels)) if kind == "unit" else None
    order = Order((kind,), next(iter(pack.phases)), level, keys, "zh")
    data = book(content(pack, order, kind, level, report=typed))
    taken = read_form(data, pack.shapes, Limits())
    assert taken is not None
    assert (taken.kind, taken.strays, taken.passed) == (kind, [], [])
    return taken.root


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", PACKS)
@settings(max_examples=15)
@given(data=st.data())
def test_10_2_yaml_to_workbook_to_yaml_is_the_identity(name: str, kind: str, data: st.DataObject) -> None:
    pack = pack_named(name)
    shape = pack.shapes[kind]
    report = without_absent(data.draw(values(shape)), pack.absent) | {"report": kind}
    keys = data.draw(st.sampled_from(["zh", "en"]))
    report = in_chinese(report, shape) if keys == "zh" else report
    typed = read(as_typed(report).encode(), Limits(), pack.fields)
    back = without_absent(plain(there_and_back(pack, kind, typed, keys)), pack.absent)
    assert lines(back) == lines(report)
    if keys == "zh":
        assert as_typed(in_chinese(back, shape)) == as_typed(report)


def test_10_2_a_problem_is_called_as_it_was_however_odd() -> None:
    """Only what names a row by its place is none: no digit that is not of a number, no number beyond all rows."""
    for name in ("⓵", "第⓵行", "9" * 5000, f"第{'9' * 5000}行", "第 4 页"):
        assert not is_row_name(name)
    assert all(is_row_name(row_name(12, language)) for language in LANGUAGES)
