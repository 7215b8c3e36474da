"""Which language a request wants, and the cookie that keeps a choice."""

import re
from functools import lru_cache
from typing import Final

from aiohttp import web

from maritime_app.i18n import DEFAULT, current

COOKIE = "lang"
_YEAR_SECONDS = 365 * 86_400
_MOST_TAGS = 8  # browsers send fewer; whoever sends more is not looked at any further
_MOST_HEADERS: Final = 256  # whose language is remembered
_PREFERENCE = re.compile(  # a range with its quality (RFC 9110 section 12.4.2)
    r"\s*(?P<tag>[A-Za-z0-9*-]+)\s*(?:;\s*q=(?P<quality>0(?:\.[0-9]{0,3})?|1(?:\.0{0,3})?)\s*)?",
    re.IGNORECASE,
)


def choose(request: web.Request, offered: tuple[str, ...]) -> str:
    """Return the language: of ?lang=, else the cookie, else Accept-Language, else English."""
    for wish in (request.rel_url.query.get("lang"), request.cookies.get(COOKIE)):
        if wish in offered:
            return str(wish)
    return accepted(request, offered)


def accepted(request: web.Request, offered: tuple[str, ...]) -> str:
    """Return the language of Accept-Language, else English: what a program gets."""
    header = request.headers.get("Accept-Language")
    if not header:
        return DEFAULT
    return _preferred(header, offered)


@lru_cache(maxsize=_MOST_HEADERS)
def _preferred(header: str, offered: tuple[str, ...]) -> str:
    """Return the language of the highest quality, of equals the first; what is refused (q=0) or
    written otherwise than RFC 9110 has it does not count.
    """
    wishes = [_PREFERENCE.fullmatch(part) for part in header.split(",")[:_MOST_TAGS]]
    weighed = [(float(wish["quality"] or 1), wish["tag"].lower()) for wish in wishes if wish]
    for quality, tag in sorted(weighed, key=lambda one: -one[0]):
        for language in (tag, tag.partition("-")[0]):
            if quality and language in offered:
                return language
    return DEFAULT


def is_chosen(request: web.Request) -> bool:
    """Return whether a language is named in the address (?lang=)."""
    return "lang" in request.rel_url.query


def remember(request: web.Request, response: web.StreamResponse) -> None:
    """Set the cookie when a language was chosen on this page (?lang=)."""
    chosen = request.rel_url.query.get("lang") if request.query_string else None
    if chosen and chosen == current() and request.cookies.get(COOKIE) != chosen:
        response.set_cookie(
            COOKIE, chosen, max_age=_YEAR_SECONDS, path="/", samesite="Lax", httponly=True
        )
