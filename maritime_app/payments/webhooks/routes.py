"""Stripe's webhook."""

from aiohttp import web

from maritime_app.errors import Invalid
from maritime_app.payments.webhooks import service as webhooks
from maritime_app.web.app_keys import resources
from maritime_app.web.responses.raw_responses import RAW_RESPONSES
from maritime_app.web.routing import SIGNED, Route, post

_SIGNATURE = "Stripe-Signature"

_LARGEST_EVENT_BYTES = 512 * 1024
_RECEIVED = b'{"received":true}'


async def stripe_event(request: web.Request) -> web.StreamResponse:
    """Take an event in: 200 once it is written down, 400 when it is not Stripe's, 5xx so that
    Stripe repeats it.
    """
    if (request.content_length or 0) > _LARGEST_EVENT_BYTES:
        raise Invalid("The event is too large.", code="too_large")
    content = request.content
    # Nearly always all of it came with the head: nothing to wait for, and nothing to copy.
    body = content.read_nowait() if content.is_eof() else await request.read()
    await webhooks.of(resources(request)).take(body, request.headers.get(_SIGNATURE, ""))
    return request.app[RAW_RESPONSES].constant(request, _RECEIVED, "application/json")


ROUTES: list[Route] = [
    post(
        "/api/v1/webhooks/stripe",
        stripe_event,
        access=SIGNED,
        summary="Events from Stripe, signed",
        signed_by=_SIGNATURE,
    ),
]
