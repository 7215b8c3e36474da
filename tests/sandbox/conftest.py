"""A sandbox of its own for each test, quick to answer; the real Stripe library; a webhook
receiver.
"""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager

import aiohttp
import pytest
import stripe
from aiohttp import web

from maritime_app.sandbox.app import serving_sandbox
from maritime_app.sandbox.model import Faults, OperatorFaults, SandboxConfig

SECRET = "whsec_of_this_test"
QUICK = OperatorFaults(
    offer_latency_min_seconds=0, offer_latency_max_seconds=0, call_latency_seconds=0
)


class Receiver:
    """A webhook endpoint that verifies with the real library and can be told to fail."""

    def __init__(self):
        self.url = ""
        self.events: list[stripe.Event] = []
        self.refused = 0
        self.fail_next = 0

    async def receive(self, request: web.Request) -> web.Response:
        payload = await request.read()
        event = stripe.Webhook.construct_event(payload, request.headers["Stripe-Signature"], SECRET)
        if self.fail_next > 0:
            self.fail_next -= 1
            self.refused += 1
            return web.Response(status=500)
        self.events.append(event)
        return web.Response()

    @property
    def types(self) -> list[str]:
        return [event.type for event in self.events]

    async def until(self, enough: Callable[[], bool]) -> None:
        async with asyncio.timeout(60):
            while not enough():  # any condition may be waited for
                await asyncio.sleep(0.02)


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    receiver = Receiver()
    app = web.Application()
    app.router.add_post("/hook", receiver.receive)
    runner = web.AppRunner(app)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    receiver.url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield receiver
    await runner.cleanup()


@pytest.fixture
def config(receiver, tmp_path) -> SandboxConfig:
    faults = Faults(operators={"NDL": QUICK, "THA": QUICK})
    return SandboxConfig(
        webhook_url=receiver.url, webhook_secret=SECRET, var_dir=tmp_path / "sandbox", faults=faults
    )


@pytest.fixture
async def sandbox(config):
    async with serving_sandbox(config) as addresses:
        yield addresses


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@asynccontextmanager
async def stripe_for(address: str) -> AsyncIterator[stripe.StripeClient]:
    """The real library, pointed at the sandbox."""
    async with aiohttp.ClientSession() as session:
        client = stripe.AIOHTTPClient(session=session, timeout=5)
        yield stripe.StripeClient(
            "sk_test_tests",
            base_addresses={"api": address},
            http_client=client,
            max_network_retries=0,
        )


@pytest.fixture
async def stripe_client(sandbox):
    async with stripe_for(sandbox.stripe_url) as client:
        yield client


def checkout(amount_minor: int = 12_050, **more):
    """Parameters of a session as the product makes it."""
    return {
        "mode": "payment",
        "line_items": [
            {
                "price_data": {
                    "currency": "eur",
                    "unit_amount": amount_minor,
                    "product_data": {"name": "Piraeus to Heraklion"},
                },
                "quantity": 1,
            }
        ],
        "client_reference_id": "W7XN4QTR",
        "customer_email": "ada@example.org",
        "metadata": {"booking": "W7XN4QTR"},
        "payment_intent_data": {"metadata": {"booking": "W7XN4QTR", "version": "1"}},
        "success_url": "http://shop.example/return?session={CHECKOUT_SESSION_ID}",
        "cancel_url": "http://shop.example/back",
    } | more


CARD = {"expiry": "12 / 34", "cvc": "123", "name": "Ada Lund", "email": "ada@example.org"}


@pytest.fixture
def pay(http):
    """Submit the hosted page as a browser without JavaScript would."""

    async def pay(session, number="4242424242424242", action="pay", suffix=""):
        form = CARD | {"number": number, "action": action}
        async with http.post(session.url + suffix, data=form, allow_redirects=False) as answer:
            return answer.status, answer.headers.get("Location", ""), await answer.text()

    return pay


@pytest.fixture
def switch(http, sandbox):
    """Change the faults as a script does."""

    async def switch(patch):
        async with http.post(f"{sandbox.url}/control", json=patch) as answer:
            assert answer.status == 200, await answer.text()
            return await answer.json()

    return switch
