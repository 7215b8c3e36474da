"""Many parties on one sailing: they book, pay, and choose when it is cancelled."""

import asyncio
import contextlib
import random
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

import aiohttp
from yarl import URL

from bench.chaos.world import World

_AT_ONCE = 12
_TRIES = 40
_MAILBOX_SECONDS = 60.0  # on a busy machine
_CARD = {
    "action": "pay",
    "number": "4242424242424242",
    "expiry": "12/34",
    "cvc": "123",
    "name": "Ada Lund",
}


@dataclass(frozen=True, slots=True)
class Party:
    """A booking as its customer knows it."""

    reference: str
    token: str
    email: str


class Passengers:
    """All of them; a call without an answer is made again."""

    def __init__(self, here: World, seed: int) -> None:
        self.here, self.dice = here, random.Random(seed)
        self._slots = asyncio.Semaphore(_AT_ONCE)

    async def fill(self, sailing_id: str, count: int) -> list[Party]:
        """Let so many parties of two book and pay; return those that booked."""
        made = await asyncio.gather(*(self._board(sailing_id, n) for n in range(count)))
        return [party for party in made if party is not None]

    async def leave(self, parties: Iterable[Party]) -> None:
        """Let parties that could not pay give their places back."""
        for party in parties:
            path = f"/api/v1/bookings/{party.reference}/cancel"
            await self._insist(0, path, {"token": party.token, "fee_minor": 0})

    async def choose(self, parties: list[Party]) -> dict[str, int]:
        """Let two of five take another sailing, two their money, and one wait; return how many
        did so.
        """
        acts = [self.dice.choices(("rebook", "refund", "wait"), (2, 2, 1))[0] for _ in parties]
        done = await asyncio.gather(
            *(self._choose(party, act) for party, act in zip(parties, acts, strict=True))
        )
        return dict(Counter(done))

    async def mails_received(self, addresses: Iterable[str]) -> Counter[str]:
        """Return how often each mail to these addresses arrived, by our id of it.

        A worker that dies after the mail server took a mail sends it again under the same
        Message-ID: mail programs show it once.
        """
        found: Counter[str] = Counter()
        for ids in await asyncio.gather(*map(self._mails_to, addresses)):
            found.update(ids)
        return found

    async def _mails_to(self, address: str) -> list[str]:
        url = f"{self.here.sandbox_url}/mailbox/messages.json"
        patience = aiohttp.ClientTimeout(total=_MAILBOX_SECONDS)
        async with (
            self._slots,
            self.here.http.get(url, params={"to": address}, timeout=patience) as answer,
        ):
            messages = (await answer.json())["messages"]
        return [message["message_id"].strip("<>").partition("@")[0] for message in messages]

    async def _board(self, sailing_id: str, number: int) -> Party | None:
        email = f"party{number}@example.org"
        ask = {
            "legs": [{"sailing_id": sailing_id}],
            "passengers": [
                {"given_name": name, "family_name": f"Lund{number}"} for name in ("Ada", "Bo")
            ],
            "contact": {"email": email, "language": "en"},
        }
        async with self._slots:
            key = {"Idempotency-Key": f"party-{number}"}
            status, booked, _to = await self._insist(number, "/api/v1/bookings", ask, key)
            if status != 201:
                return None
            party = Party(booked["reference"], booked["token"], email)
            path = str(URL(booked["checkout_url"]).relative())
            _status, _body, checkout = await self._insist(number, path)
            if checkout:
                await self._pay(checkout)
            return party

    async def _pay(self, checkout: str) -> None:
        """Pay on the provider's page, once: without an answer the booking says what came of it."""
        with contextlib.suppress(aiohttp.ClientError, TimeoutError, OSError):
            async with self.here.http.post(checkout, data=_CARD, allow_redirects=False) as paid:
                await paid.read()

    async def _choose(self, party: Party, act: str) -> str:
        """Return what became of the choice."""
        base, proof = f"/api/v1/bookings/{party.reference}/disruption", {"token": party.token}
        if act == "wait":
            return act
        async with self._slots:
            more: dict[str, Any] = {}
            if act == "rebook":
                _status, choice, _to = await self._insist(0, base, proof)
                others = choice.get("alternatives") or []
                if not others:
                    act = "refund"
                else:
                    more = {"sailing_id": others[0]["sailing_id"]}
            status, _body, _to = await self._insist(0, f"{base}/{act}", proof | more)
        return f"{act} {status}"

    async def _insist(
        self, number: int, path: str, body: Any = None, headers: dict[str, str] | None = None
    ) -> tuple[int, Any, str]:
        """Return status, JSON and Location of a call, made until it is answered."""
        caller = {"X-Forwarded-For": f"10.{number // 250}.{number % 250}.1"}
        text: Any = {}
        status, location = 0, ""
        for _try in range(_TRIES):
            try:
                async with self.here.http.request(
                    "GET" if body is None else "POST",
                    self.dice.choice(self.here.web_urls) + path,
                    json=body,
                    headers=caller | (headers or {}),
                    allow_redirects=False,
                ) as answer:
                    status, location = answer.status, answer.headers.get("Location", "")
                    text = await answer.json() if "json" in answer.content_type else {}
            except (aiohttp.ClientError, TimeoutError, OSError):
                status = 0
            if status not in (0, 429, 502, 503):
                break
            await asyncio.sleep(self.dice.uniform(0.2, 1.0))
        return status, text, location
