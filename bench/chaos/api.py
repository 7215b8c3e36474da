"""The calls a passenger makes, and which answers were to be expected while things break."""

import asyncio
import random
import time
from collections import Counter
from dataclasses import dataclass, field
from typing import Any

import aiohttp

from bench.chaos.world import World

# 503 is what an honest server says while something it needs is away; 429 while too much is asked.
_ALWAYS = {429, 503}
EXPECTED = {
    "search": {200},
    "book": {201, 409},
    "show": {200},
    "quote": {200, 409},
    "cancel": {200, 409},
    "change quote": {200, 409},
    "change": {200, 409},
    "checkout": {302, 303, 409},
    "pay": {303, 402, 410},
    "staff looks": {200},
    "staff times": {200, 409},
    "staff close": {200, 409},
    "staff open": {200, 409},
    "staff cancel": {200, 409},
    "staff contact": {200, 409},
    "staff refund": {200, 409, 422},  # 422: the passenger has cancelled meanwhile
    "staff decide": {200, 404, 409},  # 404: we have not heard of the dispute yet
    "dashboard looks": {200, 500},  # 500: an error that was switched on
    "dashboard acts": {200, 400},  # 400: it went back meanwhile, or is disputed
}
GOOD_CARD = "4242424242424242"
DECLINED_CARD = "4000000000000002"
_TRIES = 12
_HURT_SECONDS = 20.0  # longer than any call is waited for
# The connection stood and ended without an answer: closed or reset. One that was refused never
# reached anybody.
_TAKEN = (
    aiohttp.ServerDisconnectedError,
    aiohttp.ClientPayloadError,
    aiohttp.ClientOSError,
    ConnectionResetError,
)
_NOT_TAKEN = aiohttp.ClientConnectorError


@dataclass
class Answer:
    """What came back; status 0 means nothing did."""

    status: int
    body: Any = None
    location: str = ""


@dataclass
class Calls:
    """Every call of the run: how many, how they ended, what was not expected."""

    here: World
    dice: random.Random
    counts: Counter[str] = field(default_factory=Counter)
    unexpected: Counter[str] = field(default_factory=Counter)
    examples: dict[str, str] = field(default_factory=dict)
    lost: Counter[str] = field(default_factory=Counter)

    def broken(self) -> list[str]:
        """What no fault of ours excuses: answers that were not expected, requests that a process
        took and never answered though it was neither killed nor frozen, processes that ended.
        """
        found = [
            f"unexpected answer: {what}, {count} times" for what, count in self.unexpected.items()
        ]
        found += [
            f"taken and not answered: {what}, {count} times" for what, count in self.lost.items()
        ]
        return found + [
            f"the process {one.name} ended by itself with {one.ended_by_itself}"
            for one in self.here.processes
            if one.ended_by_itself
        ]

    async def ask(self, what: str, method: str, path: str, caller: str, **more: Any) -> Answer:
        """One call, not repeated: to either web process, or over the balancer, where connections
        are kept.
        """
        base = self.dice.choice((*self.here.web_urls, self.here.balancer.url))
        return await self.ask_at(base, what, method, path, caller, **more)

    async def ask_at(
        self, base: str, what: str, method: str, path: str, caller: str, **more: Any
    ) -> Answer:
        """One call to whoever serves at that address."""
        headers = {"X-Forwarded-For": caller} | more.pop("headers", {})
        return await self._send(what, method, base + path, headers=headers, **more)

    async def insist(self, what: str, method: str, path: str, caller: str, **more: Any) -> Answer:
        """The same call again until there is an answer: what a program with an idempotency key
        does.
        """
        answer = Answer(0)
        for attempt in range(_TRIES):
            answer = await self.ask(what, method, path, caller, **more)
            if answer.status not in (0, 409, 429, 500, 502, 503):
                break
            if answer.status == 409 and not _in_progress(answer):
                break
            await asyncio.sleep(min(3.0, 0.2 * 2**attempt) * self.dice.uniform(0.5, 1.5))
        return answer

    async def pay(self, checkout_url: str, card: str) -> Answer:
        """Submit the provider's hosted page."""
        form = {
            "action": "pay",
            "number": card,
            "expiry": "12/34",
            "cvc": "123",
            "name": "Ada Lund",
        }
        return await self._send("pay", "POST", checkout_url, data=form, allow_redirects=False)

    async def ask_provider(self, what: str, method: str, path: str, **more: Any) -> Answer:
        """One call to the payment provider, not repeated: of somebody who is not us."""
        return await self._send(what, method, self.here.sandbox_url + path, **more)

    async def look(self, url: str, **more: Any) -> None:
        """Search and do not read what is found: many times a second."""
        await self._send("search", "GET", url, parsed=False, **more)

    async def _send(
        self, what: str, method: str, url: str, parsed: bool = True, **more: Any
    ) -> Answer:
        http = self.here.kept if url.startswith(self.here.balancer.url) else self.here.http
        try:
            async with http.request(method, url, **more) as reply:
                text = (await reply.read()).decode()
                body = await reply.json() if parsed and "json" in reply.content_type else text
                answer = Answer(reply.status, body, reply.headers.get("Location", ""))
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            self.counts[f"{what} no answer"] += 1
            self.examples.setdefault(f"{what} no answer", f"{type(error).__name__}: {error}"[:200])
            if was_taken(error) and not self._was_hurt(url):
                road = "over the balancer" if http is self.here.kept else "directly"
                self.lost[f"{what} {road} ({type(error).__name__})"] += 1
            return Answer(0)
        code = (
            answer.body.get("code", "")
            if answer.status == 409 and isinstance(answer.body, dict)
            else ""
        )
        self.counts[f"{what} {answer.status} {code}".strip()] += 1
        if answer.status not in EXPECTED[what] | _ALWAYS:
            self.unexpected[f"{what} {answer.status}"] += 1
            self.examples.setdefault(
                f"{what} {answer.status}", f"{method} {url.partition('?')[0]}: {text[:300]}"
            )
        return answer

    def _was_hurt(self, url: str) -> bool:
        """Return whether we have killed or frozen a process behind that address lately."""
        now = time.monotonic()
        if url.startswith(self.here.balancer.url):
            return any(now - web.hurt_at < _HURT_SECONDS for web in self.here.webs)
        for web, address in zip(self.here.webs, self.here.web_urls, strict=True):
            if url.startswith(address):
                return now - web.hurt_at < _HURT_SECONDS
        return True  # the outside world: losing is what it is there for


def was_taken(error: Exception) -> bool:
    """Return whether a server had taken the request: it cannot be known what became of it."""
    return isinstance(error, _TAKEN) and not isinstance(error, _NOT_TAKEN)


def _in_progress(answer: Answer) -> bool:
    code = str(answer.body.get("code", "")) if isinstance(answer.body, dict) else ""
    return "progress" in code or "idempotency" in code
