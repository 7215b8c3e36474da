"""Who comes in: requests that can be text, within the caller's rate limit, by who may call."""

from aiohttp import web

from maritime_app.errors import Forbidden, Invalid, NotFound, Refusal
from maritime_app.web import access, gate, limits
from maritime_app.web.app_keys import resources
from maritime_app.web.routing import GUEST, PUBLIC, SIGNED, Route

# What these routes need is checked by their handlers.
_OPEN = frozenset((PUBLIC, GUEST, SIGNED))


class TooMany(Refusal):
    """The caller asks too often."""

    title = "Too many requests"

    def __init__(self, wait_seconds: float) -> None:
        super().__init__("You are asking too often. Please wait a moment.", code="too_many")
        self.retry_after_seconds = max(1, round(wait_seconds))


def caller_address(request: web.Request) -> str:
    """Return whom a rate limit counts: the peer, or X-Forwarded-For's last entry behind a trusted
    proxy.
    """
    peer = request.remote or ""
    if not resources(request).settings.web.trust_proxy:
        return peer
    return request.headers.get("X-Forwarded-For", "").rpartition(",")[2].strip() or peer


async def admit(route: Route, request: web.Request) -> None:
    """Let the request through; raise Invalid, TooMany or Forbidden."""
    gate.check(request)
    if route.is_api and route.method == "GET" and route.query is None and request.query_string:
        raise Invalid("This address takes no parameters.", code="invalid")
    if route.limit:
        cost = 0 if route.limit in limits.FAILURES_ONLY else 1
        wait = await limits.take(resources(request), route.limit, caller_address(request), cost)
        if wait:
            raise TooMany(wait)
    if route.access not in _OPEN:
        await access.require(request, route.access)


async def count_failure(route: Route, request: web.Request, refusal: Refusal) -> None:
    """Take a token for a wrong guess, where guessing must be slow."""
    if route.limit in limits.FAILURES_ONLY and isinstance(refusal, NotFound | Forbidden):
        await limits.take(resources(request), route.limit, caller_address(request))
