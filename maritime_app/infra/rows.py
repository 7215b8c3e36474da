"""From a row to a struct, by column name.

A field takes the column of its name. A field that is itself a struct takes the columns that begin
with its name (`origin: Place` takes `origin_code`, `origin_name`, ...), or one jsonb column of its
own name. A field with a default may have no column; a column without a field is an error, because
it would be read for nothing. Types and nullability are not looked at here, row by row:
`tests/test_queries.py` compares them once, on a migrated database.
"""

import dataclasses
import inspect
import types
from collections.abc import Callable, Mapping, Sequence
from enum import Enum
from functools import cache, partial
from operator import itemgetter
from typing import Any, NamedTuple, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

T = TypeVar("T")
Make = Callable[[Any], Any]


class Field(NamedTuple):
    """One field of a struct: its type without `None`, whether None is allowed, its absence too."""

    kind: Any
    optional: bool
    has_default: bool


def is_struct(kind: Any) -> bool:
    """Whether rows become this kind by column name; any other kind is a row's only column."""
    return isinstance(kind, type) and (
        issubclass(kind, msgspec.Struct) or dataclasses.is_dataclass(kind)
    )


@cache
def fields(kind: type) -> Mapping[str, Field]:
    """The fields of a struct or dataclass, in order."""
    hints = get_type_hints(kind)
    if issubclass(kind, msgspec.Struct):
        required = {field.name: field.required for field in msgspec.structs.fields(kind)}
    else:
        required = {
            field.name: field.default is field.default_factory is dataclasses.MISSING
            for field in dataclasses.fields(kind)  # type: ignore[arg-type]
        }
    return {name: Field(*split(hints[name]), not needed) for name, needed in required.items()}


def split(hint: Any) -> tuple[Any, bool]:
    """A type without `| None`, and whether it had that."""
    if get_origin(hint) not in (Union, types.UnionType):
        return hint, False
    rest = tuple(arm for arm in get_args(hint) if arm is not types.NoneType)
    return (rest[0] if len(rest) == 1 else Union[rest]), len(rest) < len(get_args(hint))  # noqa: UP007


def maker(kind: type[T], columns: Sequence[str]) -> Callable[[Any], T]:
    """A function that makes a `kind` of a row with these columns.

    Raises TypeError when a field without a default has no column, or a column no field.
    """
    if is_struct(kind):
        make, used = _struct_maker(kind, columns, "")
    else:
        make, used = _column_maker(kind), set(columns[:1])
    if unused := set(columns) - used:
        raise TypeError(f"{kind.__name__} has no field for {', '.join(sorted(unused))}")
    return make


def _column_maker(kind: Any) -> Make:
    convert = conversion(kind)
    return itemgetter(0) if convert is None else lambda row: convert(row[0])


def _struct_maker(kind: Any, columns: Sequence[str], prefix: str) -> tuple[Make, set[str]]:
    """How to make a struct of the columns that begin with the prefix, and which those are."""
    taken: dict[str, int] = {}
    converted: list[tuple[int, Make]] = []
    nested: list[tuple[int, Make]] = []
    used: set[str] = set()
    for name, field in fields(kind).items():
        column = prefix + name
        if column in columns:
            used.add(column)
            if convert := conversion(field.kind):
                converted.append((len(taken), convert))
            taken[name] = columns.index(column)
        elif is_struct(field.kind) and any(other.startswith(f"{column}_") for other in columns):
            make, below = _struct_maker(field.kind, columns, f"{column}_")
            places = [columns.index(other) for other in below]
            nested.append(
                (len(taken), partial(_unless_null, make, places) if field.optional else make)
            )
            taken[name] = places[0]
            used |= below
        elif not field.has_default:
            raise TypeError(f"{kind.__name__}.{name} has no column {column}")
    return _assembled(kind, taken, converted, nested), used


def _assembled(
    kind: Any,
    taken: Mapping[str, int],
    converted: Sequence[tuple[int, Make]],
    nested: Sequence[tuple[int, Make]],
) -> Make:
    """Take all columns in one go, then change the few that need it: most rows need nothing."""
    names = tuple(taken)
    take = _taker(tuple(taken.values()))
    build = kind if names == _positional(kind)[: len(names)] else partial(_by_name, kind, names)
    if not (converted or nested):
        return lambda row: build(*take(row))

    def make(row: Any) -> Any:
        values = list(take(row))
        for place, convert in converted:
            values[place] = convert(values[place])
        for place, below in nested:
            values[place] = below(row)
        return build(*values)

    return make


def _taker(places: tuple[int, ...]) -> Callable[[Any], Sequence[Any]]:
    """The values at these places as a sequence."""
    return itemgetter(*places) if len(places) > 1 else lambda row: [row[place] for place in places]


def _positional(kind: Any) -> tuple[str, ...]:
    """The fields that may be given by position."""
    parameters = inspect.signature(kind).parameters.values()
    return tuple(one.name for one in parameters if one.kind is one.POSITIONAL_OR_KEYWORD)


def _by_name(kind: Any, names: Sequence[str], *values: Any) -> Any:
    return kind(**dict(zip(names, values, strict=True)))


def _unless_null(make: Make, places: Sequence[int], row: Any) -> Any:
    """None where an outer join found nothing."""
    return make(row) if any(row[place] is not None for place in places) else None


def conversion(kind: Any) -> Make | None:
    """What turns the driver's value into this kind; None where it is that already.

    Enumerations come as text. Structs and typed collections come from jsonb and arrays.
    """
    if isinstance(kind, type) and issubclass(kind, Enum):
        return {None: None, **{member.value: member for member in kind}}.__getitem__
    if is_struct(kind) or get_origin(kind) is not None:
        return partial(_converted, kind)
    return None


def _converted(kind: Any, value: Any) -> Any:
    return None if value is None else msgspec.convert(value, kind)
