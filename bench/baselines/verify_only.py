"""The webhook's first half: signature over the raw body and the event decoded, then 200.

Nothing is kept.
"""

import os

import msgspec
import uvloop
from aiohttp import web

from maritime_app.payments.model import Event
from maritime_app.payments.webhooks.service import verify

SECRETS = [os.environ["STRIPE_WEBHOOK_SECRET"].encode()]


async def take(request: web.Request) -> web.Response:
    body = await request.read()
    verify(body, request.headers["Stripe-Signature"], SECRETS)
    msgspec.json.decode(body, type=Event)
    return web.Response(body=b'{"received":true}', content_type="application/json")


if __name__ == "__main__":
    app = web.Application()
    app.router.add_post("/api/v1/webhooks/stripe", take)
    uvloop.install()
    web.run_app(app, host="127.0.0.1", port=int(os.environ["PORT"]), access_log=None, print=None)
