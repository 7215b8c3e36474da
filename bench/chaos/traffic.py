"""Passengers: they search, book, pay, walk away, cancel; each remembers what it was promised."""

import asyncio
import random
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

from yarl import URL

from bench.chaos import changes
from bench.chaos.api import DECLINED_CARD, GOOD_CARD, Answer, Calls
from bench.chaos.promises import Promise
from bench.chaos.world import HOT_ROUTE

_SURNAMES = ("Lund", "Berg", "Papadaki", "Öztürk", "O'Neill")
# Both remote operators, two sailings that soon are full, and others.
_ROUTES = (
    ("DEKEL", "SEGOT"),
    ("GRPIR", "GRHER"),
    HOT_ROUTE,
    HOT_ROUTE,
    ("FRBIA", "ITLIV"),
    ("IEDUB", "GBHLY"),
)


@dataclass
class Traffic:
    """All passengers of a run."""

    calls: Calls
    dice: random.Random
    promises: list[Promise] = field(default_factory=list)
    running: bool = True

    async def search_all_the_time(self, number: int) -> None:
        """Somebody who only looks."""
        while self.running:
            await self._search(self.dice.choice(_ROUTES), f"10.1.0.{number}")
            await asyncio.sleep(self.dice.uniform(0.05, 0.3))

    async def travel_all_the_time(self, number: int) -> None:
        """One passenger after another."""
        while self.running:
            await self._journey(number)
            await asyncio.sleep(self.dice.uniform(0.0, 0.4))

    async def look(self, caller: str) -> None:
        """Search once, over the balancer, by a connection that is kept."""
        base, query = self.calls.here.balancer.url, self._question(self.dice.choice(_ROUTES))
        headers = {"X-Forwarded-For": caller}
        await self.calls.look(base + "/api/v1/ferries/search", params=query, headers=headers)

    def _question(self, route: tuple[str, str]) -> dict[str, str]:
        day = datetime.now(UTC).date() + timedelta(days=self.dice.choice((5, 5, 12, 20)))
        return {"from": route[0], "to": route[1], "date": day.isoformat(), "adults": "2"}

    async def _search(self, route: tuple[str, str], caller: str) -> list[dict[str, Any]]:
        answer = await self.calls.ask(
            "search", "GET", "/api/v1/ferries/search", caller, params=self._question(route)
        )
        found = answer.body.get("outbound", []) if answer.status == 200 else []
        return [offer for offer in found if offer["bookable"]]

    async def _journey(self, number: int) -> None:
        caller = f"10.{self.dice.randrange(2, 250)}.{self.dice.randrange(250)}.{number}"
        offers = await self._search(self.dice.choice(_ROUTES), caller)
        if not offers:
            await asyncio.sleep(0.5)
            return
        offer = offers[0] if self.dice.random() < 0.5 else self.dice.choice(offers)
        promise = Promise(
            str(UUID(int=self.dice.getrandbits(128))), surname=self.dice.choice(_SURNAMES)
        )
        promise.remote = offer["operator"]["kind"] == "remote"
        promise.others = [one["sailing_id"] for one in offers if one is not offer]
        self.promises.append(promise)
        answer = await self._book(promise, offer["sailing_id"], caller)
        if promise.status == "booked":
            await self._go_to_pay(promise, answer.body["checkout_url"], caller)
        if promise.status == "paid" and self.dice.random() < 0.35:
            await asyncio.sleep(self.dice.uniform(0.5, 8.0))
            await changes.change(self.calls, self.dice, promise, caller)
        if promise.status == "paid" and self.dice.random() < 0.35:
            await asyncio.sleep(self.dice.uniform(0.5, 8.0))
            await self._cancel(promise, caller)

    async def _book(self, promise: Promise, sailing_id: str, caller: str) -> Answer:
        people = self.dice.choice((1, 2, 2, 4, 9, 20))
        ask = {
            "legs": [{"sailing_id": sailing_id}],
            "passengers": [
                {"given_name": f"P{place}", "family_name": promise.surname}
                for place in range(people)
            ],
            "vehicles": [{"kind": "car"}] if self.dice.random() < 0.4 else [],
            "contact": {"email": f"{promise.key[:13]}@example.org", "language": "en"},
        }
        key = {"Idempotency-Key": promise.key}
        answer = await self.calls.insist(
            "book", "POST", "/api/v1/bookings", caller, json=ask, headers=key
        )
        if answer.status == 201:
            promise.reference, promise.status = answer.body["reference"], "booked"
            promise.total_minor = answer.body["total"]["amount_minor"]
            # A version before this one knows no other.
            promise.token = answer.body.get("booking_token") or answer.body["token"]
        elif answer.status == 409:
            promise.status = "refused"
        promise.note(f"book {answer.status}")
        return answer

    async def _go_to_pay(self, promise: Promise, checkout_url: str | None, caller: str) -> None:
        if checkout_url is None:  # it was for sale when it was booked, and is not any more
            promise.status = "turned away"
            return
        if self.dice.random() < 0.12:
            promise.status = "abandoned"
            return
        # Links name the first web process; any of them answers.
        path = URL(checkout_url).relative()
        there = await self.calls.insist("checkout", "GET", str(path), caller, allow_redirects=False)
        promise.note(f"checkout {there.status}")
        if there.location:
            await self._pay(promise, there.location)
        else:
            promise.status = "turned away"

    async def _pay(self, promise: Promise, checkout_url: str) -> None:
        choice = self.dice.random()
        if choice < 0.12:
            answer = await self.calls.pay(checkout_url, DECLINED_CARD)
            promise.note(f"declined card {answer.status}")
            if self.dice.random() < 0.5:
                promise.status = "declined"
                return
        if choice > 0.9:
            # Somebody who comes back when the hold may just have run out.
            await asyncio.sleep(self.dice.uniform(20, 40))
        answer = Answer(0)
        for _ in range(20):
            answer = await self.calls.pay(checkout_url, GOOD_CARD)
            promise.note(f"pay {answer.status}")
            if answer.status:
                break
            await asyncio.sleep(0.5)
        if answer.status == 303:
            promise.status = "paid"
        elif answer.status == 410:
            # Expired by us, or an earlier try went through and its answer was lost: the books will
            # tell.
            promise.status = "closed"

    async def _cancel(self, promise: Promise, caller: str) -> None:
        path, proof = f"/api/v1/bookings/{promise.reference}", {"surname": promise.surname}
        secret = {"token": promise.token}
        shown = await self.calls.ask("show", "GET", path, caller, params=proof)
        if shown.status == 200:
            promise.note(f"shown as {shown.body['status']}")
        quote = await self.calls.insist("quote", "POST", f"{path}/cancel-quote", caller, json=proof)
        if quote.status != 200:
            promise.note(f"quote {quote.status}")
            return
        fee_minor = quote.body["fee"]["amount_minor"]
        sent = secret | {"fee_minor": fee_minor}
        answer = await self.calls.insist("cancel", "POST", f"{path}/cancel", caller, json=sent)
        promise.note(f"cancel {answer.status}")
        if answer.status == 409:
            # One that got no answer was asked for again, and was done: the booking says so.
            shown = await self.calls.insist("show", "GET", path, caller, params=proof)
            done = shown.status == 200 and shown.body["status"] == "cancelled"
        else:
            done = answer.status == 200
        if done:
            promise.status, promise.fee_minor = "cancelled", fee_minor
