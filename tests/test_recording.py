"""Records behave as those of the standard library (engine/recording.py)."""

from __future__ import annotations

import dataclasses
import pickle

import pytest

from bayang.engine.recording import dataclass, field, fields, replace


@dataclass(frozen=True, slots=True)
class Point:
    x: int
    y: int = 0
    seen: list[int] = field(default_factory=list, compare=False, repr=False)


@dataclass(kw_only=True)
class Base:
    name: str
    tags: list[str] = field(default_factory=list)


@dataclass(kw_only=True)
class Wider(Base):
    size: int = 1

    def __post_init__(self) -> None:
        self.tags.append(self.name)


def test_records_are_made_compared_hashed_and_shown() -> None:
    one, same = Point(1), Point(x=1, seen=[2])
    assert (one, hash(one), repr(one)) == (same, hash(same), "Point(x=1, y=0)")
    assert one != Point(1, 2) and Point(1).seen is not Point(1).seen and not hasattr(one, "__dict__")
    assert pickle.loads(pickle.dumps(Point(1, 2, [3]))).seen == [3]
    with pytest.raises(TypeError):
        Point()
    with pytest.raises(TypeError):
        hash(Base(name="a"))


def test_what_the_standard_library_does_with_its_own_it_does_with_them() -> None:
    wider = Wider(name="a", size=2)
    assert (wider.tags, [one.name for one in fields(wider)]) == (["a"], ["name", "tags", "size"])
    assert replace(Point(1, 2), x=3) == dataclasses.replace(Point(1, 2), x=3) == Point(3, 2)
    assert dataclasses.asdict(Point(1)) == {"x": 1, "y": 0, "seen": []}
    assert [one.name for one in dataclasses.fields(Point)] == ["x", "y", "seen"]


def test_the_first_records_of_a_class_are_made_like_all_others() -> None:
    calls: list[tuple[tuple[object, ...], dict[str, object]]] = [
        ((), {"name": "a"}), ((), {"name": "a", "tags": ["b"], "size": 3}), ((), {}), (("a",), {"name": "b"}),
        (("a",), {}), ((), {"name": "a", "other": 1}), (("a", "b", 1, 2), {}),
    ]

    def told(cls: type, args: tuple[object, ...], given: dict[str, object]) -> object:
        try:
            return repr(cls(*args, **given)).rpartition(".")[2]
        except TypeError as fault:
            return str(fault).rpartition(".")[2].replace("made()", "__init__()")

    for kw_only in (False, True):
        for args, given in calls:
            @dataclass(kw_only=kw_only)
            class Record:
                name: str
                tags: list[str] = field(default_factory=list)
                size: int = 1

                def __post_init__(self) -> None:
                    self.size += 1

            first = told(Record, args, given)
            assert [told(Record, args, given) for _ in range(20)] == [first] * 20
            made = dataclasses.dataclass(kw_only=kw_only)(type("Record", (), {
                "__annotations__": {"name": str, "tags": list, "size": int}, "size": 1,
                "tags": dataclasses.field(default_factory=list), "__post_init__": Record.__post_init__}))
            assert told(made, args, given) == first
