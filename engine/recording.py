"""Classes of records: those of the standard library's `dataclasses`, made for a tenth of their price.

A constructor is compiled once a class has some records, and comparing, hashing and showing need no code of each class:
of some two hundred classes a command makes records of thirty, of most of these one or two. To type checkers they are
dataclasses, which is also what forbids changing a frozen one; `dataclasses.fields`, `replace` and `asdict` take them.
"""

from __future__ import annotations

from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any

__all__ = ["dataclass", "field", "fields", "replace"]

if TYPE_CHECKING:
    from dataclasses import dataclass, field, fields, replace
else:
    _NOTHING = object()
    _FIELDS = "__record_fields__"
    _FEW = 16       # records that are sooner made field by field than a constructor is compiled

    class _Field:
        __slots__ = ("compare", "default", "default_factory", "init", "kw_only", "name", "repr")

        def __init__(self, default: Any = _NOTHING, default_factory: Any = _NOTHING, compare: bool = True,
                     repr: bool = True, init: bool = True) -> None:    # noqa: A002 - as in `dataclasses`
            self.default, self.default_factory, self.compare, self.repr = default, default_factory, compare, repr
            self.init, self.name, self.kw_only = init, "", False

    field = _Field

    def dataclass(cls: type | None = None, **how: bool) -> Any:
        return (lambda given: _made(given, **how)) if cls is None else _made(cls, **how)

    def fields(record: Any) -> tuple[_Field, ...]:
        return tuple(getattr(record, _FIELDS).values())

    def replace(record: Any, /, **changes: Any) -> Any:
        for name in getattr(record, _FIELDS):
            if name not in changes:
                changes[name] = getattr(record, name)
        return type(record)(**changes)

    def _made(cls: type, frozen: bool = False, slots: bool = False, kw_only: bool = False, eq: bool = True) -> type:
        own: dict[str, _Field] = {}
        for name in vars(cls).get("__annotations__", ()):
            given = vars(cls).get(name, _NOTHING)
            one = own[name] = given if type(given) is _Field else _Field(given)
            one.name, one.kw_only = name, kw_only
        listed = getattr(cls, _FIELDS, {}) | own
        space = {name: one for name, one in vars(cls).items() if name not in ("__dict__", "__weakref__")}
        for name, one in own.items():
            if slots or one.default is _NOTHING:
                space.pop(name, None)
        if slots:
            space["__slots__"] = tuple(own)
        space |= {_FIELDS: listed, "__dataclass_fields__": _Public()}
        space.setdefault("__repr__", _shown)
        compared = [name for name, one in listed.items() if one.compare]
        if eq and compared and "__eq__" not in space:
            key = attrgetter(*compared)
            space["__eq__"] = lambda one, other: \
                key(one) == key(other) if type(one) is type(other) else NotImplemented
            space["__hash__"] = (lambda one: hash(key(one))) if frozen else None
        made = type(cls)(cls.__name__, cls.__bases__, space)
        if "__init__" not in space:
            made.__init__ = _first(made, listed)
        return made

    def _first(cls: type, listed: dict[str, _Field]) -> Callable[..., None]:
        """What stands for the constructor of the first records."""
        wanted = {one.name: one for one in listed.values() if one.init}
        places = [name for name, one in wanted.items() if not one.kw_only]
        needed = {name for name, one in wanted.items() if one.default is one.default_factory is _NOTHING}
        left = _FEW

        def first(self: Any, /, *args: Any, **given: Any) -> None:
            nonlocal left
            left -= 1
            values = dict(zip(places, args))    # noqa: B905 - too many are too many below
            if left < 0 or len(args) > len(places) or values.keys() & given or not needed <= values.keys() | given \
                    or not given.keys() <= wanted.keys():
                cls.__init__ = _constructor(cls, listed)        # which says what is wrong with a call
                cls.__init__(self, *args, **given)
                return
            values.update(given)
            for name, one in wanted.items():
                if name not in values:
                    values[name] = one.default if one.default_factory is _NOTHING else one.default_factory()
                setattr(self, name, values[name])
            if hasattr(cls, "__post_init__"):
                self.__post_init__()

        return first

    def _constructor(cls: type, listed: dict[str, _Field]) -> Callable[..., None]:
        space, heads, lines = {"__": _NOTHING}, ["self"], []
        for one in sorted(listed.values(), key=lambda one: one.kw_only):
            if not one.init:
                continue
            if one.kw_only and "*" not in heads:
                heads.append("*")
            head = value = one.name
            if one.default_factory is not _NOTHING:
                space[f"made_{one.name}"] = one.default_factory
                head, value = f"{one.name}=__", f"made_{one.name}() if {one.name} is __ else {one.name}"
            elif one.default is not _NOTHING:
                space[f"given_{one.name}"] = one.default
                head = f"{one.name}=given_{one.name}"
            heads.append(head)
            lines.append(f"    self.{one.name} = {value}")
        if hasattr(cls, "__post_init__"):
            lines.append("    self.__post_init__()")
        exec("\n".join([f"def made({', '.join(heads)}):", *lines, "    return"]), space)    # noqa: S102 - names of fields
        return space["made"]

    def _shown(self: Any) -> str:
        """What a record shows of itself."""
        parts = (f"{one.name}={getattr(self, one.name)!r}" for one in fields(self) if one.repr)
        return f"{type(self).__qualname__}({', '.join(parts)})"

    class _Public:
        """The fields of a class as the standard library has them, for those who ask it about our records."""

        def __get__(self, record: object, cls: type) -> dict[str, Any]:
            import dataclasses

            made = dataclasses.make_dataclass(cls.__name__, [
                (one.name, Any, dataclasses.field(default=None, init=one.init, compare=one.compare, repr=one.repr))
                for one in fields(cls)])
            cls.__dataclass_fields__ = made.__dataclass_fields__        # asked once, they stand there like any other's
            return made.__dataclass_fields__
