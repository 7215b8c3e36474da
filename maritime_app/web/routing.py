"""A route: method and path, handler, who may call it, and the structs of its question and answer.

`access` has no default on purpose: nothing is reachable by having forgotten something.
"""

from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import dataclass, field

from aiohttp import web

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]
Context = Callable[[web.Application], AsyncIterator[None]]

API = "/api/"  # whatever is for programs stands below it

PUBLIC = "public"  # anybody
GUEST = "guest"  # the handler asks for a proof: surname or signed link
SIGNED = "signed"  # the handler verifies a signature: over the body, or in the address


@dataclass(frozen=True, slots=True)
class Route:
    """One entry of a domain's ROUTES. `access` is one of the words above, or a permission.

    `limit` names a rate limit of settings.limits. With `cached`, answers may be kept as complete
    responses and served before the route's wrapper: they are public, and nothing personal is in
    them. With `recent` a session must have begun a short while ago: who finds a browser open does
    not give money away. With `pulled` an answer may be 202 with `Retry-After`: what it stands on is
    being pulled from outside for the first time. `media` is the type of an answer that has no
    struct, where the address does not tell it. `idempotent` ones do their work once for each
    Idempotency-Key, and what is `signed_by` a header takes nothing without it.
    """

    method: str
    path: str
    handler: Handler
    access: str
    summary: str = ""
    query: type | None = None
    body: type | None = None
    answer: type | None = None
    status: int = 200
    limit: str = ""
    cached: bool = False
    recent: bool = False
    pulled: bool = False
    media: str = ""
    idempotent: bool = False
    signed_by: str = ""
    # Whether it is for programs: errors are problem documents, and OpenAPI lists it. Worked out
    # once, since each request asks for it several times.
    is_api: bool = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "is_api", self.path.startswith(API))

    @property
    def label(self) -> str:
        """How logs name it."""
        return f"{self.method} {self.path}"


ROUTE = web.RequestKey("route", Route)  # whose request it is


def get(
    path: str,
    handler: Handler,
    *,
    access: str,
    summary: str = "",
    query: type | None = None,
    answer: type | None = None,
    limit: str = "",
    cached: bool = False,
    pulled: bool = False,
    media: str = "",
) -> Route:
    """Return a GET route."""
    return Route(
        "GET",
        path,
        handler,
        access,
        summary,
        query,
        None,
        answer,
        200,
        limit,
        cached,
        pulled=pulled,
        media=media,
    )


def post(
    path: str,
    handler: Handler,
    *,
    access: str,
    summary: str = "",
    body: type | None = None,
    answer: type | None = None,
    status: int = 200,
    limit: str = "",
    recent: bool = False,
    media: str = "",
    idempotent: bool = False,
    signed_by: str = "",
) -> Route:
    """Return a POST route."""
    return Route(
        "POST",
        path,
        handler,
        access,
        summary,
        None,
        body,
        answer,
        status,
        limit,
        recent=recent,
        media=media,
        idempotent=idempotent,
        signed_by=signed_by,
    )
