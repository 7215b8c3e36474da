"""Which language a request wants, and the cookie that keeps a choice."""

from aiohttp import web

from maritime_app.i18n import DEFAULT, current

COOKIE = "lang"
_YEAR_SECONDS = 365 * 86_400
_MOST_TAGS = 8  # browsers send fewer; whoever sends more is not looked at any further


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
    for part in header.split(",")[:_MOST_TAGS]:
        tag = part.split(";")[0].strip().lower()
        for language in (tag, tag.partition("-")[0]):
            if language in offered:
                return language
    return DEFAULT


def remember(request: web.Request, response: web.StreamResponse) -> None:
    """Set the cookie when a language was chosen on this page (?lang=)."""
    chosen = request.rel_url.query.get("lang") if request.query_string else None
    if chosen and chosen == current() and request.cookies.get(COOKIE) != chosen:
        response.set_cookie(
            COOKIE, chosen, max_age=_YEAR_SECONDS, path="/", samesite="Lax", httponly=True
        )
