"""Query strings, JSON bodies and HTML forms to validated structs, with words that help; CSRF for
forms.

One struct describes a question wherever it comes from. Nested form fields are written
`passengers-0-surname`
(rows in the order of their numbers, rows without any value left out).
"""

import re
import secrets
from collections.abc import Iterable, Mapping
from typing import Any, TypeVar
from uuid import UUID

import msgspec
from aiohttp import web

from maritime_app import signing
from maritime_app.errors import Forbidden, Invalid, NotFound
from maritime_app.i18n import translate as _
from maritime_app.web import sessions
from maritime_app.web.app_keys import resources

T = TypeVar("T")
VISITOR_COOKIE = "visitor"
CSRF_FIELD = "csrf_token"
_CSRF = "csrf"  # the purpose under which they are signed
_CSRF_SECONDS = 86_400  # a page may be left open over night
_VISITOR_BYTES = 18
_VISITOR: web.RequestKey[str] = web.RequestKey("visitor", str)
_ROW = re.compile(r"^(\w+)-(\d{1,3})-(\w+)$")
_PATH = re.compile(r" - at `\$\.?([^`]*)`$")
_MAX_BODY_BYTES = 256 * 1024
NO_TEXT = "The character NUL is part of no text."  # and PostgreSQL keeps none


def query(request: web.Request, kind: type[T]) -> T:
    """The query string as that struct. Raises Invalid with a message per field."""
    return convert(nest(request.rel_url.query.items()), kind, strict=False)


async def json_body(request: web.Request, kind: type[T]) -> T:
    """The JSON body as that struct. Raises Invalid for anything that is not."""
    if request.content_length is not None and request.content_length > _MAX_BODY_BYTES:
        raise Invalid("The body is too large.", code="too_large")
    body = await request.read()
    if b"\\u0000" in body:
        raise Invalid(NO_TEXT, code="not_text")
    try:
        return msgspec.json.decode(body, type=kind)
    except msgspec.ValidationError as error:
        raise _explain(error) from error
    except (msgspec.DecodeError, UnicodeDecodeError, RecursionError) as error:
        raise Invalid(f"The body is not valid JSON: {error}", code="not_json") from error


def id_in_path(request: web.Request, name: str) -> UUID:
    """Return the id that the address has in that place; raise NotFound for what is none."""
    try:
        return UUID(request.match_info[name])
    except ValueError as error:
        raise NotFound(_("There is no page at this address.")) from error


async def form(request: web.Request, kind: type[T]) -> T:
    """A submitted HTML form as that struct, after checking that it came from our own page."""
    fields = await form_fields(request)
    return convert(nest(fields.items()), kind, strict=False)


async def form_fields(request: web.Request) -> Mapping[str, str]:
    """The raw fields of a submitted form, checked for CSRF.

    Raises Forbidden when it is not ours.
    """
    if request.content_type not in ("application/x-www-form-urlencoded", "multipart/form-data"):
        raise Invalid("Please send a form.", code="not_a_form")
    try:
        posted = await request.post()
    except (
        ValueError,
        LookupError,
    ) as error:  # bytes that are no text, an unheard-of charset, a broken multipart
        raise Invalid("Please send a form.", code="not_a_form") from error
    fields = {name: value for name, value in posted.items() if isinstance(value, str)}
    if request.headers.get("Sec-Fetch-Site", "same-origin") not in ("same-origin", "none"):
        raise Forbidden("This form was not sent from our own page.", code="csrf")
    if any("\0" in value for value in fields.values()):
        raise Invalid(NO_TEXT, code="not_text")
    if not _is_ours(request, fields.pop(CSRF_FIELD, "")):
        raise Forbidden(
            _("The page was open for too long. Please go back, reload it and send it again."),
            code="csrf",
        )
    return fields


def csrf_token(request: web.Request) -> str:
    """The token for a form on this page; remembers the visitor by a cookie (see
    `remember_visitor`).
    """
    visitor = _visitor(request) or secrets.token_urlsafe(_VISITOR_BYTES)
    request[_VISITOR] = visitor
    return signing.sign_dated(resources(request).settings, _CSRF, visitor)


def remember_visitor(request: web.Request, response: web.StreamResponse) -> None:
    """Set the cookie that a token on this page is bound to, if one was handed out."""
    visitor = request.get(_VISITOR)
    if visitor and request.cookies.get(VISITOR_COOKIE) != visitor:
        response.set_cookie(
            VISITOR_COOKIE,
            visitor,
            httponly=True,
            samesite="Lax",
            path="/",
            secure=sessions.is_https(request),
            max_age=30 * 86_400,
        )


def _visitor(request: web.Request) -> str:
    return request.get(_VISITOR) or request.cookies.get(VISITOR_COOKIE, "")


def _is_ours(request: web.Request, token: str) -> bool:
    """Whether the token stood in a page of ours that was shown to this visitor a while ago."""
    settings, visitor = resources(request).settings, _visitor(request)
    return "." in token and signing.verify_dated(
        settings, _CSRF, visitor, token, max_age_seconds=_CSRF_SECONDS
    )


def nest(items: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """`a-0-b` fields become rows of `a`;

    `c-d` fields a group `c`; empty values count as not given.
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
            group, _, field = name.partition("-")
            flat.setdefault(group, {})
            if isinstance(flat[group], dict):
                flat[group][field] = value
        else:
            flat[name] = value
    for name, numbered in rows.items():
        flat[name] = [numbered[number] for number in sorted(numbered)]
    return flat


def convert(raw: Any, kind: type[T], *, strict: bool) -> T:
    """Plain values as that struct. Raises Invalid with a message per field."""
    try:
        return msgspec.convert(raw, kind, strict=strict)
    except msgspec.ValidationError as error:
        raise _explain(error) from error


def _explain(error: msgspec.ValidationError) -> Invalid:
    text = str(error)
    path = _PATH.search(text)
    field = path[1] if path else ""
    reason = _PATH.sub("", text)
    missing = re.match(r"Object missing required field `(\w+)`", reason)
    if missing:
        field = f"{field}.{missing[1]}" if field else missing[1]
        reason = _("This is required.")
    unknown = re.match(r"Object contains unknown field `(.+)`", reason)
    if unknown:
        field = f"{field}.{unknown[1]}" if field else unknown[1]
    reason = _in_words(reason)
    where = field or _("the request")
    return Invalid(f"{where}: {reason}", {field: reason} if field else {}, code="invalid")


def _in_words(reason: str) -> str:
    """What msgspec says of a value, for somebody who has never heard of it; what is not foreseen
    stays as it is.
    """
    bound = re.match(r"Expected `(\w+)`(?: of length)? (>=|<=) (\d+)$", reason)
    if bound:
        kind, side, number = bound.groups()
        if kind == "str" and side == ">=":
            return (
                _("This is required.") if number == "1" else _("At least %s characters.") % number
            )
        if kind == "str":
            return _("At most %s characters.") % number
        return (_("At least %s.") if side == ">=" else _("At most %s.")) % number
    wrong = re.match(r"(?:Expected `(\w+)|Invalid RFC3339 encoded (\w+)|Invalid (UUID))", reason)
    kind = (
        next(filter(None, wrong.groups()), "").lower() if wrong and "matching" not in reason else ""
    )
    kinds = {
        "int": _("This must be a whole number."),
        "float": _("This must be a number."),
        "str": _("This must be text."),
        "bool": _("This must be yes or no (true or false)."),
        "array": _("This must be a list."),
        "object": _("This must be an object."),
        "date": _("Please write the date as year-month-day, such as 2027-05-31."),
        "datetime": _("Please write the time such as 2027-05-31T12:00:00Z."),
        "uuid": _("This is not an id of ours."),
    }
    starts = {
        "Invalid enum value": _("This is not one of the choices."),
        "Expected `str` matching regex": _("This is not written as it should be."),
        "Object contains unknown field": _("There is no such field."),
    }
    return kinds.get(kind) or next(
        (words for start, words in starts.items() if reason.startswith(start)), reason
    )
