"""Query strings, JSON bodies and HTML forms to validated structs.

One struct describes a question wherever it comes from. Nested form fields are written
`passengers-0-surname` (rows in the order of their numbers, rows without any value left out).
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar
from urllib.parse import parse_qsl
from uuid import UUID

import msgspec
from aiohttp import web

from maritime_app.errors import Invalid, NotFound
from maritime_app.i18n import translate as _
from maritime_app.web.forms import bodies, csrf, json_text, validation

T = TypeVar("T")
_ROW = re.compile(r"^(\w+)-(\d{1,3})-(\w+)$")
_MOST_FIELDS = 1_000  # the largest form, a full booking, has about 200
NO_TEXT = "The character NUL is part of no text."  # and PostgreSQL keeps none


def query(request: web.Request, kind: type[T]) -> T:
    """Return the query string as that struct; raise Invalid with a message per field.

    Programs are also refused what no parameter is called, what is given twice, and what is empty
    where that is no value of the parameter's type: a filter that is silently left out answers
    another question than the one that was put. Pages leave empty fields of their forms out.
    """
    given = request.rel_url.query
    if not request.path.startswith("/api/"):
        return validation.convert(nest(given.items()), kind, strict=False)
    if len(given) > len(names := set(given)):
        name = next(name for name in names if len(given.getall(name)) > 1)
        raise Invalid(f"{name}: given twice.", {name: "This is given twice."}, code="invalid")
    plain = nest(given.items(), with_empty=True)
    validation.refuse_unknown(plain, kind)
    return validation.convert(plain, kind, strict=False)


async def json_body(request: web.Request, kind: type[T]) -> T:
    """Return the JSON body as that struct.

    Raise Invalid for anything that is not: 415 for another media type, 400 for no JSON or a name
    that an object has twice, 413 for too much, 422 with a message per field for other values.
    """
    body = await bodies.utf8_body(request, bodies.JSON)
    if bodies.has_nul(body):
        raise Invalid(NO_TEXT, code="not_text")
    plain = json_text.decode(body)
    try:
        return validation.with_near_days(msgspec.convert(plain, kind))
    except msgspec.ValidationError as error:
        return _with_whole_numbers(plain, kind, error)


def _with_whole_numbers(plain: Any, kind: type[T], error: msgspec.ValidationError) -> T:
    """Read 1200.0 as 1200, which to JSON Schema (section 6.1.1) is the same; raise Invalid for what
    is wrong then.
    """
    try:
        return validation.with_near_days(msgspec.convert(_whole(plain), kind))
    except msgspec.ValidationError:
        raise validation.refusal(plain, kind, error, strict=True) from error


def _whole(value: Any) -> Any:
    if isinstance(value, float) and value.is_integer():
        return int(value)
    if isinstance(value, list):
        return [_whole(item) for item in value]
    if isinstance(value, dict):
        return {name: _whole(item) for name, item in value.items()}
    return value


def id_in_path(request: web.Request, name: str) -> UUID:
    """Return the id that the address has in that place; raise NotFound for what is none."""
    try:
        return UUID(request.match_info[name])
    except ValueError as error:
        raise NotFound(_("There is no page at this address.")) from error


async def form(request: web.Request, kind: type[T]) -> T:
    """Return a submitted HTML form as that struct, after checking that our own page sent it."""
    fields = await form_fields(request)
    return validation.convert(nest(fields.items()), kind, strict=False)


async def form_fields(request: web.Request) -> Mapping[str, str]:
    """Return the raw fields of a submitted form.

    Raise Forbidden when it was not sent from our own page, Invalid for what is no form of ours:
    every form here is application/x-www-form-urlencoded in UTF-8, as HTML sends it.
    """
    body = await bodies.utf8_body(request, bodies.FORM)
    try:
        pairs = parse_qsl(
            body.decode(), keep_blank_values=True, errors="strict", max_num_fields=_MOST_FIELDS
        )
    except ValueError as error:  # bytes that are no text, too many fields
        raise Invalid("Please send a form.", code="not_a_form") from error
    fields = dict(pairs)
    if any("\0" in value for value in fields.values()):
        raise Invalid(NO_TEXT, code="not_text")
    csrf.check(request, fields.pop(csrf.FIELD, ""))
    return fields


def nest(items: Iterable[tuple[str, str]], *, with_empty: bool = False) -> dict[str, Any]:
    """Return fields as plain values: `a-0-b` become rows of `a`, `c-d` a group `c`; what is empty
    counts as not given, unless `with_empty`.
    """
    flat: dict[str, Any] = {}
    rows: dict[str, dict[int, dict[str, str]]] = {}
    for name, raw in items:
        value = raw.strip()
        if value == "" and not with_empty:
            continue
        if "-" not in name:
            flat[name] = value
        elif row := _ROW.match(name):
            rows.setdefault(row[1], {}).setdefault(int(row[2]), {})[row[3]] = value
        else:
            group, _dash, field = name.partition("-")
            flat.setdefault(group, {})
            if isinstance(flat[group], dict):
                flat[group][field] = value
    for name, numbered in rows.items():
        flat[name] = [numbered[number] for number in sorted(numbered)]
    return flat
