"""Who comes in: requests that can be text, within the caller's rate limit, by who may call."""

from aiohttp import web

from maritime_app.errors import Forbidden, Invalid, NotFound, Refusal
from maritime_app.web import access, limits
from maritime_app.web.dispatch import gate
from maritime_app.web.routing import GUEST, PUBLIC, SIGNED, Route

# What these routes need is checked by their handlers.
_OPEN = frozenset((PUBLIC, GUEST, SIGNED))
# Refusals before anything was guessed: a form from elsewhere, a caller who may not come here.
_NO_GUESS = frozenset(
    ("csrf", "origin", "sign_in", "second_factor", "permission", "recent_sign_in", "proof_too_weak")
)
_WRONG = frozenset((403, 404))
# Refusals of a field that say as much as one of an address.
_GUESSED_FIELDS = frozenset(("promo_code_unknown",))


def check(route: Route, request: web.Request) -> None:
    """Raise Invalid or NotFound for what is no request of this route's."""
    gate.check(request)
    if route.is_api and route.method == "GET" and route.query is None and request.query_string:
        raise Invalid("This address takes no parameters.", code="invalid")


def is_asked(route: Route) -> bool:
    """Return whether callers of this route are counted, or asked who they are."""
    return bool(route.limit) or route.access not in _OPEN


async def admit(route: Route, request: web.Request) -> None:
    """Let the caller through; raise TooMany or Forbidden."""
    if route.limit:
        await limits.take(request, route.limit)
    if route.access not in _OPEN:
        await access.require(request, route.access, recent=route.recent)


async def settle_refused(request: web.Request, refusal: Refusal) -> None:
    """Keep what was taken for a wrong guess, give back what was taken for anything else."""
    wrong = isinstance(refusal, NotFound | Forbidden) and refusal.code not in _NO_GUESS
    wrong = wrong or refusal.code in _GUESSED_FIELDS
    await limits.settle(request, wrong=wrong)


async def settle_answered(request: web.Request, response: web.StreamResponse) -> None:
    """The same, where a page says that the guess was wrong."""
    await limits.settle(request, wrong=response.status in _WRONG)
