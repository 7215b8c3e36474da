"""Query strings, JSON bodies and HTML forms to validated structs.

One struct describes a question wherever it comes from. Nested form fields are written
`passengers-0-surname` (rows in the order of their numbers, rows without any value left out).
"""

import re
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from aiohttp import web

from maritime_app.errors import Invalid, NotFound
from maritime_app.i18n import translate as _
from maritime_app.web.forms import csrf, validation

T = TypeVar("T")
_ROW = re.compile(r"^(\w+)-(\d{1,3})-(\w+)$")
_MAX_BODY_BYTES = 256 * 1024
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
NO_TEXT = "The character NUL is part of no text."  # and PostgreSQL keeps none


def query(request: web.Request, kind: type[T]) -> T:
    """Return the query string as that struct; raise Invalid with a message per field."""
    return validation.convert(nest(request.rel_url.query.items()), kind, strict=False)


async def json_body(request: web.Request, kind: type[T]) -> T:
    """Return the JSON body as that struct; raise Invalid for anything that is not."""
    if request.content_length is not None and request.content_length > _MAX_BODY_BYTES:
        raise Invalid("The body is too large.", code="too_large")
    body = await request.read()
    if b"\\u0000" in body:
        raise Invalid(NO_TEXT, code="not_text")
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        raise validation.refusal(_plain(body), kind, error, strict=True) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _no_json(error) from error


def _plain(body: bytes) -> Any:
    """The body without types; what breaks behind the first wrong type is found here."""
    try:
        return msgspec.json.decode(body)
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise _no_json(error) from error


def _no_json(error: Exception) -> Invalid:
    return Invalid(f"The body is not valid JSON: {error}", code="not_json")


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

    Raise Forbidden when it was not sent from our own page, Invalid for what is no form.
    """
    if request.content_type not in _FORMS:
        raise Invalid("Please send a form.", code="not_a_form")
    try:
        posted = await request.post()
    except (ValueError, LookupError) as error:
        # Bytes that are no text, an unheard-of charset, a broken multipart.
        raise Invalid("Please send a form.", code="not_a_form") from error
    fields = {name: value for name, value in posted.items() if isinstance(value, str)}
    if any("\0" in value for value in fields.values()):
        raise Invalid(NO_TEXT, code="not_text")
    csrf.check(request, fields.pop(csrf.FIELD, ""))
    return fields


def nest(items: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return fields as plain values: `a-0-b` become rows of `a`, `c-d` a group `c`; what is empty
    counts as not given.
    """
    flat: dict[str, Any] = {}
    rows: dict[str, dict[int, dict[str, str]]] = {}
    for name, raw in items:
        value = raw.strip()
        row = _ROW.match(name)
        if value == "":
            continue
        if row:
            rows.setdefault(row[1], {}).setdefault(int(row[2]), {})[row[3]] = value
        elif "-" in name:
            group, _dash, field = name.partition("-")
            flat.setdefault(group, {})
            if isinstance(flat[group], dict):
                flat[group][field] = value
        else:
            flat[name] = value
    for name, numbered in rows.items():
        flat[name] = [numbered[number] for number in sorted(numbered)]
    return flat
