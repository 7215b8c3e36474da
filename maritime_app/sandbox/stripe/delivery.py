"""Signed posts of events to the webhook address, again and again until it answers 2xx."""

import asyncio
import heapq
import time
from collections.abc import Callable

import aiohttp
import msgspec

from maritime_app.sandbox.faults import FaultSwitches
from maritime_app.sandbox.model import StripeFaults
from maritime_app.sandbox.stripe.codec import signature
from maritime_app.sandbox.stripe.ledger import Ledger
from maritime_app.sandbox.stripe.model import Obj

_AT_ONCE = 16
_ANSWER_WITHIN_SECONDS = 10.0
_FIRST_RETRY_SECONDS = 0.5
_LONGEST_RETRY_SECONDS = 60.0
_GIVE_UP_SECONDS = 3 * 86_400
_REORDER_WITHIN_SECONDS = 2.0


class Delivery:
    """Events on their way. Order is not promised, nor that one comes only once; both can be made
    worse.

    An event counts as delivered after its first 2xx; until then `pending_webhooks` stays 1, in the
    journal too, so a restarted sandbox goes on where it was.
    """

    def __init__(
        self,
        ledger: Ledger,
        switches: FaultSwitches,
        endpoints: Callable[[], list[str]],
        secret: str,
    ) -> None:
        self._ledger = ledger
        self._switches = switches
        self._endpoints = endpoints
        self._secret = secret
        self._due: list[tuple[float, int, str, int]] = []
        self._sequence = 0
        self._wake = asyncio.Event()
        self._turn = 0
        self._running: set[asyncio.Task[None]] = set()

    @property
    def waiting(self) -> int:
        """How many posts are still to be made or under way."""
        return len(self._due) + len(self._running)

    def schedule(self, event: Obj) -> None:
        """Plan the posts of a new event, as many and as late as the faults say."""
        if not self._endpoints():
            return
        faults = self._switches.faults.stripe
        for _ in range(max(1, faults.duplicates)):
            self._plan(self._lateness_seconds(faults), event["id"], 0)

    def _lateness_seconds(self, faults: StripeFaults) -> float:
        seconds = (
            self._switches.dice.uniform(0, faults.delay_seconds) if faults.delay_seconds else 0.0
        )
        return seconds + (
            self._switches.dice.uniform(0, _REORDER_WITHIN_SECONDS) if faults.reorder else 0.0
        )

    def _plan(self, in_seconds: float, event_id: str, attempt: int) -> None:
        self._sequence += 1
        heapq.heappush(
            self._due, (time.monotonic() + in_seconds, self._sequence, event_id, attempt)
        )
        self._wake.set()

    async def run(self) -> None:
        """Deliver until cancelled; starts with what an earlier life left undelivered."""
        for event in reversed(list(self._ledger.all("event"))):
            if event["pending_webhooks"]:
                self._plan(0.0, event["id"], 0)
        timeout = aiohttp.ClientTimeout(total=_ANSWER_WITHIN_SECONDS)
        async with aiohttp.ClientSession(timeout=timeout) as http:
            try:
                while True:
                    await self._deliver_due(http)
            finally:
                for task in self._running:
                    task.cancel()

    async def _deliver_due(self, http: aiohttp.ClientSession) -> None:
        self._wake.clear()
        now = time.monotonic()
        idle = self._switches.faults.stripe.deliver and len(self._running) < _AT_ONCE
        if idle and self._due and self._due[0][0] <= now:
            _, _, event_id, attempt = heapq.heappop(self._due)
            task = asyncio.create_task(self._attempt(http, event_id, attempt))
            self._running.add(task)
            task.add_done_callback(self._finished)
            return
        nap = min(0.25, max(0.0, self._due[0][0] - now)) if idle and self._due else 0.25
        try:
            await asyncio.wait_for(self._wake.wait(), nap)
        except TimeoutError:
            return

    def _finished(self, task: asyncio.Task[None]) -> None:
        self._running.discard(task)
        self._wake.set()

    async def _attempt(self, http: aiohttp.ClientSession, event_id: str, attempt: int) -> None:
        event = self._ledger.find(event_id)
        endpoints = self._endpoints()
        if event is None or not endpoints:
            return
        self._turn += 1
        url = endpoints[self._turn % len(endpoints)]
        if await self._post(http, url, msgspec.json.encode(event)):
            if event["pending_webhooks"]:
                event["pending_webhooks"] = 0
                self._ledger.put(event)
                self._ledger.flush()
        elif time.time() - event["created"] < _GIVE_UP_SECONDS:
            longest = min(_LONGEST_RETRY_SECONDS, _FIRST_RETRY_SECONDS * 2 ** min(attempt, 10))
            self._plan(self._switches.dice.uniform(longest / 2, longest), event_id, attempt + 1)

    async def _post(self, http: aiohttp.ClientSession, url: str, payload: bytes) -> bool:
        headers = {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (sandbox)",
            "Stripe-Signature": signature(payload, self._secret, int(time.time())),
        }
        try:
            async with http.post(
                url, data=payload, headers=headers, allow_redirects=False
            ) as answer:
                await answer.read()
                return 200 <= answer.status < 300
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False
