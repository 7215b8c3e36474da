"""What a program's request has made (201), answered as complete bytes.

Such an answer goes to one caller once: it is not packed, not validated and not kept. So of its head
only the place, the request and what is left of a limit are its own, the rest is the route's; and it
is written in one piece, where aiohttp builds each header into a mapping and out of it again.
"""

from typing import Final

from aiohttp import web
from aiohttp.http import HttpVersion11

from maritime_app.infra.telemetry import request_id
from maritime_app.web.app_keys import resources
from maritime_app.web.limits.headers import rate_limit_headers
from maritime_app.web.responses import representations
from maritime_app.web.responses.raw_response import DateHeader, RawResponse
from maritime_app.web.responses.security_headers import referrer_policy, security_headers
from maritime_app.web.routing import Route

CREATED: Final = 201
_ITS_OWN = 2  # headers of such an answer as a handler makes it: its type, and the place


class CreatedAnswers:
    """The heads of one application's routes."""

    def __init__(self) -> None:
        self._heads: dict[tuple[str, str], bytes] = {}  # by path of the route and type
        self._date = DateHeader()

    def of(
        self, route: Route, request: web.Request, response: web.StreamResponse
    ) -> RawResponse | None:
        """Return the answer with what every answer carries; None where it says more than the place
        of what was made, or its connection closes: then it is aiohttp's to write.
        """
        body = _body(response)
        if body is None or not route.is_api or not _stays_open(request):
            return None
        own = {"Location": response.headers["Location"], request_id.HEADER: request_id.current()}
        own |= rate_limit_headers(request)
        kind = response.headers["Content-Type"]
        head = self._heads.get((route.path, kind)) or self._head(route, request, response, kind)
        end = b"\r\nContent-Length: %d\r\n\r\n" % len(body)
        return RawResponse(self._date, CREATED, (head, representations.lines(own), end), body)

    def _head(
        self, route: Route, request: web.Request, response: web.StreamResponse, kind: str
    ) -> bytes:
        """Work out, once, what all such answers of the route say."""
        headers = {"Content-Type": kind, **security_headers(request, kind)}
        if (policy := referrer_policy(route)) is not None:
            headers["Referrer-Policy"] = policy
        headers["Cache-Control"] = representations.cache_control(route, request, response)
        headers["Vary"] = representations.varies_by(route)
        head = self._heads[route.path, kind] = representations.lines(headers)
        return head


CREATED_ANSWERS = web.AppKey("created_answers", CreatedAnswers)


def _body(response: web.StreamResponse) -> bytes | None:
    """Return the body of an answer that says where something is, and nothing else; else None."""
    headers = response.headers
    if len(headers) != _ITS_OWN or not headers.get("Location", "").isprintable():
        return None
    if "Location" not in headers or "Content-Type" not in headers or response.cookies:
        return None
    body = response.body if isinstance(response, web.Response) else None
    return body if isinstance(body, bytes) else None


def _stays_open(request: web.Request) -> bool:
    """Return whether the connection does: a complete answer cannot say that it closes."""
    stays = request.version == HttpVersion11 and request.keep_alive
    return stays and not resources(request).lifecycle.draining
