"""Public answers that take tens of milliseconds to make, kept until what they show changes."""

from collections.abc import Sequence
from typing import Final

import msgspec
from aiohttp import web
from yarl import URL

from maritime_app import i18n
from maritime_app.infra.cache.two_level import Filled
from maritime_app.web import render
from maritime_app.web.app_keys import resources
from maritime_app.web.forms import csrf
from maritime_app.web.routing import API, Handler

# Anybody may ask for every port in every language: each answer has a bound, and lives for minutes,
# so that all of them together have one in Redis.
_LONGEST_ADDRESS: Final = 300
_MOST_BYTES: Final = 300_000


class _KeptResponse(msgspec.Struct, frozen=True, array_like=True):
    """What the handler made: its own headers, and the body before it is packed."""

    headers: dict[str, str]
    body: bytes


class _NotKeptError(Exception):
    """The handler made something else than an answer for everybody."""


def kept(
    handler: Handler,
    *,
    tags: Sequence[str],
    seconds: int,
    query: type[msgspec.Struct] | None = None,
) -> Handler:
    """Return the handler of a public GET route whose answers are kept for so many seconds, or until
    one of the tags is bumped: for all who ask the same in the same language.

    `query` has the parameters on which an answer depends; a page is made as if no others had been
    sent. What is no plain answer (another status, a form with a token, too much) is made each time.
    """
    names = frozenset(query.__struct_encode_fields__) if query else frozenset[str]()

    async def answer(request: web.Request) -> web.StreamResponse:
        address = _address(request, names)
        if address is None:
            return await handler(request)
        key = f"page:{i18n.current()}:{render.is_signed_in(request)}:{address}"
        own: list[web.StreamResponse] = []

        async def fill() -> Filled:
            shared = request.clone(rel_url=address)
            own.append(await handler(shared))
            body = msgspec.msgpack.encode(_for_all(shared, own[0]))
            return Filled(body, tags, seconds)

        try:
            found = await resources(request).cache.get(key, tags, fill)
        except _NotKeptError:  # it goes to one client only: others who waited make their own
            return own[0] if own else await handler(request)
        stored = msgspec.msgpack.decode(found.body, type=_KeptResponse)
        return web.Response(body=stored.body, headers=stored.headers)

    return answer


def _address(request: web.Request, names: frozenset[str]) -> URL | None:
    """Return what all share who ask the same; None where the handler is to answer itself."""
    url = request.rel_url
    given = {name: value for name, value in url.query.items() if name in names and value}
    if url.absolute or (request.path.startswith(API) and len(given) != len(url.query)):
        return None  # programs are told of a parameter that there is not
    address = url.with_query(sorted(given.items()))
    return address if len(str(address)) <= _LONGEST_ADDRESS else None


def _for_all(request: web.Request, response: web.StreamResponse) -> _KeptResponse:
    is_plain = isinstance(response, web.Response) and response.status == 200
    body = response.body if isinstance(response, web.Response) else None
    is_for_all = not csrf.is_on_page(request) and not response.cookies
    if not is_plain or not is_for_all or not isinstance(body, bytes) or len(body) > _MOST_BYTES:
        raise _NotKeptError
    return _KeptResponse(dict(response.headers), body)
