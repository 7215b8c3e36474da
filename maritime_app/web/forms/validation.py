"""Plain values to structs; what does not fit is said at each field, in words for everybody.

msgspec converts and refuses. Only then the value is walked through beside the struct's types
(field_errors), so an error costs some tens of microseconds and an accepted value nothing.
"""

import re
from collections.abc import Iterator, Mapping
from datetime import date
from functools import cache
from typing import Any, TypeVar

import msgspec
from msgspec import inspect

from maritime_app.errors import Invalid
from maritime_app.i18n import translate as _
from maritime_app.infra.telemetry import log
from maritime_app.web.forms.field_errors import FieldError, Wrong, errors, unknown_names

T = TypeVar("T")
logger = log.get(__name__)
_YEARS = range(1000, 3000)  # a day outside is a slip of the pen


def convert(raw: Any, kind: type[T], *, strict: bool) -> T:
    """Return plain values as that struct; raise Invalid with a message per field.

    Unless `strict`, numbers and booleans may be written as text, as in forms and query strings.
    """
    try:
        return with_near_days(msgspec.convert(raw, kind, strict=strict))
    except msgspec.ValidationError as error:
        raise refusal(raw, kind, error, strict=strict) from error


def convert_noted(raw: Any, kind: type[T], noted: Mapping[str, str]) -> T:
    """Return a form's entries as that struct; raise Invalid for what cannot be read, and for what
    was `noted` as wrong before, all at once.
    """
    try:
        read = convert(raw, kind, strict=False)
    except Invalid as refusal:
        if not noted:
            raise
        wrong = {**refusal.fields, **noted}
        raise Invalid(_("Please look at the marked fields."), wrong) from refusal
    if noted:
        raise Invalid(_("Please look at the marked fields."), noted)
    return read


def convert_entries(
    raw: Mapping[str, Any], kind: type[T], usual: Mapping[str, Any]
) -> tuple[T, dict[str, str]]:
    """Return a form's entries as that struct, and what is wrong by field.

    What cannot be read is as in `usual`, or as if it was not entered: the others can be looked at
    all the same, and everything that is wrong is said at once. Raise Invalid where there is no
    struct without it.
    """
    try:
        return convert(raw, kind, strict=False), {}
    except Invalid as refusal:
        unread = {re.split(r"[.\[]", path)[0] for path in refusal.fields}
        rest = {name: value for name, value in raw.items() if name not in unread}
        rest |= {name: usual[name] for name in unread & usual.keys()}
        try:
            return convert(rest, kind, strict=False), dict(refusal.fields)
        except Invalid:
            raise refusal from None


def with_near_days(value: T) -> T:
    """Return the value; raise Invalid by field where it has a day so far away that the day before
    it, or its hour in UTC, may be none that Python can count (years 1 to 9999).
    """
    if not _is_near(value):
        far = {path: _("This is too far away.") for path in _far_days(value, "")}
        where, words = next(iter(far.items()))
        raise Invalid(f"{where}: {words}", far, code="invalid")
    return value


def _is_near(value: Any) -> bool:
    """Return whether `_far_days` finds none: without their paths, what nearly every value costs."""
    if isinstance(value, msgspec.Struct):
        for name, _written in _dated(type(value)):
            within = getattr(value, name)
            if within is not None and not _is_near(within):
                return False
        return True
    if isinstance(value, list | tuple):
        return all(map(_is_near, value))
    return not isinstance(value, date) or value.year in _YEARS


def _far_days(value: Any, path: str) -> Iterator[str]:
    if isinstance(value, date):  # an instant is one, too
        if value.year not in _YEARS:
            yield path
    elif isinstance(value, msgspec.Struct):
        for name, written in _dated(type(value)):
            yield from _far_days(getattr(value, name), f"{path}.{written}" if path else written)
    elif isinstance(value, list | tuple):
        for place, item in enumerate(value):
            yield from _far_days(item, f"{path}[{place}]")


@cache  # a booking has forty fields, and days in one of them
def _dated(kind: type[msgspec.Struct]) -> list[tuple[str, str]]:
    """Return the fields in which a day may stand, however deep: name and name as written."""
    info = inspect.type_info(kind)
    assert isinstance(info, inspect.StructType)
    return [
        (field.name, field.encode_name)
        for field in info.fields
        if _may_hold_days(field.type, frozenset((kind,)))
    ]


def _may_hold_days(kind: inspect.Type, within: frozenset[type]) -> bool:
    """Return whether a day may stand in a value of that type; one that holds itself is walked."""
    if isinstance(kind, inspect.Metadata):
        return _may_hold_days(kind.type, within)
    if isinstance(kind, inspect.StructType):
        inner = within | {kind.cls}
        return kind.cls in within or any(_may_hold_days(one.type, inner) for one in kind.fields)
    if isinstance(kind, inspect.UnionType):
        return any(_may_hold_days(one, within) for one in kind.types)
    if isinstance(kind, inspect.ListType | inspect.VarTupleType):
        return _may_hold_days(kind.item_type, within)
    if isinstance(kind, inspect.TupleType):
        return any(_may_hold_days(one, within) for one in kind.item_types)
    return isinstance(kind, inspect.DateType | inspect.DateTimeType | inspect.AnyType)


def refuse_unknown(given: Mapping[str, Any], kind: Any) -> None:
    """Raise Invalid where a name is none of the struct's fields."""
    if given.keys() <= _names(kind):
        return
    unknown = {error.path: in_words(error) for error in unknown_names(given, _names(kind))}
    where, words = next(iter(unknown.items()))
    raise Invalid(f"{where}: {words}", unknown, code="invalid")


def fields_of(row: Mapping[str, Any], kind: type[msgspec.Struct]) -> dict[str, Any]:
    """Return what of a form's row belongs to the struct: a page has fields of its own beside it,
    such as the model that a vehicle was chosen by.
    """
    return {name: value for name, value in row.items() if name in _names(kind)}


@cache  # msgspec evaluates the annotations each time: twenty microseconds
def _names(kind: Any) -> frozenset[str]:
    return frozenset(field.encode_name for field in msgspec.structs.fields(kind))


def refusal(raw: Any, kind: Any, error: msgspec.ValidationError, *, strict: bool) -> Invalid:
    """Return what is to be raised for a value that msgspec has refused."""
    faults = errors(raw, kind, strict=strict)
    if not faults:
        logger.error("validation_unexplained", kind=kind.__name__, error=str(error))
        faults = [FieldError("", Wrong.NO_PATTERN)]
    fields: dict[str, str] = {}
    for fault in faults:
        if fault.path:
            fields.setdefault(fault.path, in_words(fault))
    where = faults[0].path or _("the request")
    return Invalid(f"{where}: {in_words(faults[0])}", fields, code="invalid")


def in_words(error: FieldError) -> str:
    """Return the error for somebody who has never heard of types."""
    if error.bound is not None:
        return _with_bound(error.wrong, error.bound)
    if error.wrong is Wrong.UNKNOWN and error.example:
        return _("There is no such field. Did you mean %s?") % error.example
    if error.example:
        return _("Please write this such as %s.") % error.example
    return {
        Wrong.MISSING: _("This is required."),
        Wrong.UNKNOWN: _("There is no such field."),
        Wrong.NO_CHOICE: _("This is not one of the choices."),
        Wrong.NO_INTEGER: _("This must be a whole number."),
        Wrong.NO_NUMBER: _("This must be a number."),
        Wrong.NO_TEXT: _("This must be text."),
        Wrong.NO_BOOLEAN: _("This must be yes or no (true or false)."),
        Wrong.NO_LIST: _("This must be a list."),
        Wrong.NO_OBJECT: _("This must be an object."),
        Wrong.UNSEEN: _("This has characters that nobody can see."),
        Wrong.NO_DAY: _("There is no such day."),
        Wrong.NO_DATE: _("Please write the date as year-month-day, such as 2027-05-31."),
        Wrong.NO_INSTANT: _("Please write the time such as 2027-05-31T12:00:00Z."),
        Wrong.NO_ID: _("This is not an id of ours."),
    }.get(error.wrong, _("This is not written as it should be."))


def _with_bound(wrong: Wrong, bound: float) -> str:
    number = f"{bound:.0f}" if bound == int(bound) else f"{bound:g}"
    if wrong in (Wrong.TOO_SHORT, Wrong.TOO_FEW) and bound == 1:
        return _("This is required.")
    return {
        Wrong.TOO_SHORT: _("At least %s characters."),
        Wrong.TOO_LONG: _("At most %s characters."),
        Wrong.TOO_FEW: _("At least %s."),
        Wrong.TOO_SMALL: _("At least %s."),
    }.get(wrong, _("At most %s.")) % number
