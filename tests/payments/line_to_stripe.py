"""A line between us and the Stripe of the sandbox that fails for one booking, at one of its calls.

It knows whose call each is by what the sandbox says of the object that is asked about.
"""

import asyncio
import re
from collections import Counter
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import parse_qsl

import aiohttp
from aiohttp import web

TIMEOUT_SECONDS = 1.0  # of our side
LIBRARY_TRIES = 2  # the library asks once more by itself
LASTING = 10**9
# What befalls a request: whether Stripe carries it out, and what is heard of it.
FAULTS = ("silent", "cut", "500", "done and not said", "done after the time-out")
_AS_US = {"Authorization": "Bearer sk_test_sandbox"}
_ID = re.compile(r"(?<=/)(cs|pi|re|du|seti|pm|cus)_\w+")


@dataclass
class Plan:
    """What befalls a booking: `tries` requests from that call on, so often since it was written."""

    call: str = ""
    nth: int = 1
    fault: str = ""
    tries: int = 0
    made: Counter = field(default_factory=Counter)
    struck: int = 0

    def strikes(self, call):
        """Count a call, and say whether it fails."""
        self.made[call] += 1
        begins = call == self.call and self.made[call] >= self.nth
        if (begins or self.struck) and self.struck < self.tries:
            self.struck += 1
            return True
        return False

    def heal(self):
        """Stripe answers again, for good."""
        self.tries = 0


class LineToStripe:
    """A proxy; `plans` are by the reference of a booking."""

    url = ""

    def __init__(self, stripe_url):
        self.stripe_url = stripe_url
        self.plans = {}
        self._whose = {}

    @asynccontextmanager
    async def served(self):
        """Listen within this context."""
        app = web.Application()
        app.router.add_route("*", "/{path:.*}", self._pass_on)
        runner = web.AppRunner(app, shutdown_timeout=0.1)
        await runner.setup()
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
        async with aiohttp.ClientSession() as self._session:
            yield self
            await runner.cleanup()

    async def _pass_on(self, request):
        body = await request.read()
        reference = await self._booking_of(request, dict(parse_qsl(body.decode())))
        plan = self.plans.get(reference)
        call = f"{request.method} {_ID.sub('{id}', request.path)}"
        if plan is None or not plan.strikes(call):
            return await self._ask(request, body)
        return await self._fail(plan.fault, request, body)

    async def _fail(self, fault, request, body):
        if fault == "500":
            return web.json_response({"error": {"type": "api_error"}}, status=500)
        if fault == "done and not said":
            await self._ask(request, body)
        if fault != "cut":
            await asyncio.sleep(TIMEOUT_SECONDS * 1.1)
        if fault == "done after the time-out":
            await self._ask(request, body)
        if request.transport is not None:
            request.transport.abort()
        return web.Response()

    async def _ask(self, request, body):
        headers = {name: value for name, value in request.headers.items() if name != "Host"}
        url = f"{self.stripe_url}{request.path_qs}"
        async with self._session.request(request.method, url, data=body, headers=headers) as answer:
            said = await answer.read()
            return web.Response(body=said, status=answer.status, content_type=answer.content_type)

    async def _booking_of(self, request, sent):
        """The reference of the booking that a request is about; None where it is about all."""
        if "client_reference_id" in sent:
            return sent["client_reference_id"]
        found = _ID.search(request.path)
        about = found[0] if found else sent.get("payment_intent")
        about = about or request.query.get("payment_intent")
        return await self._owner(about) if about else None

    async def _owner(self, about):
        while about not in self._whose:
            kind = {"cs": "checkout/sessions", "pi": "payment_intents"}
            kind |= {"re": "refunds", "du": "disputes"}
            url = f"{self.stripe_url}/v1/{kind[about.partition('_')[0]]}/{about}"
            async with self._session.get(url, headers=_AS_US) as answer:
                said = await answer.json()
            reference = said.get("metadata", {}).get("reference")
            if reference is None:
                return await self._owner(said["payment_intent"])
            self._whose[about] = reference
        return self._whose[about]

    async def at_stripe(self, path):
        """What Stripe itself says, all pages of a list."""
        found, after, more = [], "", True
        while more:
            url = f"{self.stripe_url}/v1/{path}&limit=100{after}"
            async with self._session.get(url, headers=_AS_US) as answer:
                said = await answer.json()
            found += said["data"]
            more = said["has_more"]
            after = f"&starting_after={found[-1]['id']}" if found else ""
        return found
