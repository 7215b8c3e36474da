"""What is wrong with plain values, field by field, by the types of a struct (msgspec.inspect)."""

import datetime as dt
import math
import re
from collections.abc import Callable, Iterator, Mapping, Set
from difflib import get_close_matches
from enum import StrEnum
from functools import cache
from itertools import islice
from typing import Any, Literal, NamedTuple
from uuid import UUID

import msgspec
from msgspec import inspect

from maritime_app.text.unseen import has_unseen

_Walker = Callable[[Any, Any, str, bool], Iterator["FieldError"]]
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_NEAR = 0.8  # difflib's likeness: one letter of five, two of ten
_LONGEST_NAME = 40
_MAX_ERRORS = 50  # a body of a thousand wrong rows is answered with the first ones


class Wrong(StrEnum):
    """What can be wrong with a value."""

    MISSING = "missing"
    UNKNOWN = "unknown"
    NO_CHOICE = "no_choice"
    NO_PATTERN = "no_pattern"
    UNSEEN = "unseen"
    NO_INTEGER = "no_integer"
    NO_NUMBER = "no_number"
    NO_TEXT = "no_text"
    NO_BOOLEAN = "no_boolean"
    NO_LIST = "no_list"
    NO_OBJECT = "no_object"
    NO_DATE = "no_date"
    NO_DAY = "no_day"
    NO_INSTANT = "no_instant"
    NO_ID = "no_id"
    TOO_SHORT = "too_short"
    TOO_LONG = "too_long"
    TOO_FEW = "too_few"
    TOO_MANY = "too_many"
    TOO_SMALL = "too_small"
    TOO_LARGE = "too_large"


class FieldError(NamedTuple):
    """What is wrong at `path` ("passengers[0].surname"); `bound` is the limit that was passed,
    `example` a value as it should be written, or the name that was meant.
    """

    path: str
    wrong: Wrong
    bound: float | None = None
    example: str = ""


class Expected(NamedTuple):
    """A plain type: what a value that is not of it is called, and how it is converted."""

    wrong: Wrong
    kind: Any


_PLAIN: dict[type[inspect.Type], Expected] = {
    inspect.BoolType: Expected(Wrong.NO_BOOLEAN, bool),
    inspect.IntType: Expected(Wrong.NO_INTEGER, int),
    inspect.FloatType: Expected(Wrong.NO_NUMBER, float),
    inspect.StrType: Expected(Wrong.NO_TEXT, str),
    inspect.DateType: Expected(Wrong.NO_DATE, dt.date),
    inspect.DateTimeType: Expected(Wrong.NO_INSTANT, dt.datetime),
    inspect.UUIDType: Expected(Wrong.NO_ID, UUID),
}


def errors(raw: Any, kind: Any, *, strict: bool) -> list[FieldError]:
    """Return what is wrong with the values, field by field, in the struct's order."""
    return list(islice(_walk(raw, _type_of(kind), "", strict), _MAX_ERRORS))


@cache
def _type_of(kind: Any) -> inspect.Type:
    return inspect.type_info(kind)


def _walk(raw: Any, kind: inspect.Type, path: str, strict: bool) -> Iterator[FieldError]:
    """Yield the errors of one value; none for a type that is not foreseen here."""
    walker: _Walker = _WALKERS.get(type(kind), _walk_plain)
    return walker(raw, kind, path, strict)


def _walk_metadata(
    raw: Any, kind: inspect.Metadata, path: str, strict: bool
) -> Iterator[FieldError]:
    examples = (kind.extra_json_schema or {}).get("examples", [""])
    for error in _walk(raw, kind.type, path, strict):
        is_helped = error.wrong is Wrong.NO_PATTERN
        yield error._replace(example=examples[0]) if is_helped else error


def _walk_union(raw: Any, kind: inspect.UnionType, path: str, strict: bool) -> Iterator[FieldError]:
    """None fits where it may; else the alternative with the fewest errors is what was meant."""
    alternatives = [one for one in kind.types if not isinstance(one, inspect.NoneType)]
    if raw is None and len(alternatives) < len(kind.types):
        return
    tried = [list(_walk(raw, one, path, strict)) for one in alternatives]
    yield from min(tried, key=len, default=[])


def _walk_struct(
    raw: Any, kind: inspect.StructType, path: str, strict: bool
) -> Iterator[FieldError]:
    if not isinstance(raw, dict):
        yield FieldError(path, Wrong.NO_OBJECT)
        return
    for field in kind.fields:
        inner = f"{path}.{field.encode_name}" if path else field.encode_name
        if field.encode_name in raw:
            yield from _walk(raw[field.encode_name], field.type, inner, strict)
        elif field.required:
            yield FieldError(inner, Wrong.MISSING)
    if kind.forbid_unknown_fields:
        known = {field.encode_name for field in kind.fields}
        for error in unknown_names(raw, known):
            yield error._replace(path=f"{path}.{error.path}" if path else error.path)


def unknown_names(raw: Mapping[str, Any], known: Set[str]) -> Iterator[FieldError]:
    """Yield the names that are none of a struct's, each with the one that was meant if it is only a
    slip of the pen away.
    """
    for name in sorted(raw.keys() - known):
        yield FieldError(name, Wrong.UNKNOWN, example=_meant(name, known))


def _meant(name: str, known: Set[str]) -> str:
    """Return the known name that is nearly the given one; "" for none."""
    if len(name) > _LONGEST_NAME:  # comparing takes the product of both lengths
        return ""
    return next(iter(get_close_matches(name, sorted(known), 1, _NEAR)), "")


def _walk_dict(raw: Any, kind: inspect.DictType, path: str, strict: bool) -> Iterator[FieldError]:
    if not isinstance(raw, dict):
        yield FieldError(path, Wrong.NO_OBJECT)
        return
    yield from _bounds_of_size(len(raw), kind.min_length, kind.max_length, path)
    for key, value in raw.items():
        yield from _walk(key, kind.key_type, path, strict)
        yield from _walk(value, kind.value_type, f"{path}.{key}" if path else str(key), strict)


def _walk_list(raw: Any, kind: Any, path: str, strict: bool) -> Iterator[FieldError]:
    if not isinstance(raw, list | tuple):
        yield FieldError(path, Wrong.NO_LIST)
        return
    yield from _bounds_of_size(len(raw), kind.min_length, kind.max_length, path)
    for place, value in enumerate(raw):
        yield from _walk(value, kind.item_type, f"{path}[{place}]", strict)


def _walk_tuple(raw: Any, kind: inspect.TupleType, path: str, strict: bool) -> Iterator[FieldError]:
    if not isinstance(raw, list | tuple):
        yield FieldError(path, Wrong.NO_LIST)
        return
    length = len(kind.item_types)
    yield from _bounds_of_size(len(raw), length, length, path)
    for place, (value, inner) in enumerate(zip(raw, kind.item_types, strict=False)):
        yield from _walk(value, inner, f"{path}[{place}]", strict)


def _bounds_of_size(
    size: int, least: int | None, most: int | None, path: str
) -> Iterator[FieldError]:
    if least is not None and size < least:
        yield FieldError(path, Wrong.TOO_FEW, least)
    if most is not None and size > most:
        yield FieldError(path, Wrong.TOO_MANY, most)


def _walk_choice(
    raw: Any, kind: inspect.EnumType | inspect.LiteralType, path: str, strict: bool
) -> Iterator[FieldError]:
    # Not by `in`: to Python true is 1.
    choice = kind.cls if isinstance(kind, inspect.EnumType) else Literal[kind.values]
    try:
        msgspec.convert(raw, choice, strict=strict)
    except msgspec.ValidationError:
        yield FieldError(path, Wrong.NO_CHOICE)


def _walk_plain(raw: Any, kind: inspect.Type, path: str, strict: bool) -> Iterator[FieldError]:
    expected = _PLAIN.get(type(kind))
    if expected is None:
        return
    try:
        value = msgspec.convert(raw, expected.kind, strict=strict)
    except msgspec.ValidationError:
        is_day = expected.wrong is Wrong.NO_DATE and _DAY.fullmatch(str(raw))
        yield FieldError(path, Wrong.NO_DAY if is_day else expected.wrong)
        return
    if isinstance(kind, inspect.StrType):
        yield from _bounds_of_text(value, kind, path)
    elif isinstance(kind, inspect.IntType | inspect.FloatType):
        yield from _bounds_of_number(value, kind, path)
    elif isinstance(kind, inspect.DateTimeType) and kind.tz is not None:
        has_zone = value.tzinfo is not None
        if has_zone is not kind.tz:
            yield FieldError(path, expected.wrong)


def _bounds_of_text(text: str, kind: inspect.StrType, path: str) -> Iterator[FieldError]:
    if kind.min_length is not None and len(text) < kind.min_length:
        yield FieldError(path, Wrong.TOO_SHORT, kind.min_length)
    elif kind.max_length is not None and len(text) > kind.max_length:
        yield FieldError(path, Wrong.TOO_LONG, kind.max_length)
    elif kind.pattern is not None and not re.search(kind.pattern, text):
        yield FieldError(path, Wrong.UNSEEN if has_unseen(text) else Wrong.NO_PATTERN)


def _bounds_of_number(
    number: float, kind: inspect.IntType | inspect.FloatType, path: str
) -> Iterator[FieldError]:
    if not -math.inf <= number <= math.inf:  # no number: it is within no bound
        yield FieldError(path, Wrong.NO_NUMBER)
    elif kind.ge is not None and number < kind.ge:
        yield FieldError(path, Wrong.TOO_SMALL, kind.ge)
    elif kind.gt is not None and number <= kind.gt:
        yield FieldError(path, Wrong.TOO_SMALL, kind.gt)
    elif kind.le is not None and number > kind.le:
        yield FieldError(path, Wrong.TOO_LARGE, kind.le)
    elif kind.lt is not None and number >= kind.lt:
        yield FieldError(path, Wrong.TOO_LARGE, kind.lt)


_WALKERS: dict[type[inspect.Type], _Walker] = {
    inspect.Metadata: _walk_metadata,
    inspect.UnionType: _walk_union,
    inspect.StructType: _walk_struct,
    inspect.DictType: _walk_dict,
    inspect.ListType: _walk_list,
    inspect.VarTupleType: _walk_list,
    inspect.TupleType: _walk_tuple,
    inspect.EnumType: _walk_choice,
    inspect.LiteralType: _walk_choice,
}
