"""One intent of one agent: search, hold, pay with a mandate or hand over to the person who pays; or
give it up.
"""

import asyncio
import random
from dataclasses import dataclass
from typing import Any

import aiohttp
from yarl import URL

from bench.agents.holder import Holders
from bench.agents.lossy import Line, Refused

_CARD = {"action": "pay", "expiry": "12/34", "cvc": "123", "name": "Ada Lund"}
_GOOD, _DECLINED = "4242424242424242", "4000000000000002"
_GIVES_UP, _CARD_DECLINED, _OPENS_TWICE = 0.15, 0.15, 0.3
_HAS_MANDATE = 0.35
_WAIT_SECONDS = 120.0
_PATIENCE = 60  # an operator that is slow right now does not say whether it still holds the places


@dataclass(frozen=True, slots=True)
class Intent:
    """What is to be bought once, for whom: `email` is like no other intent's."""

    number: int
    origin: str
    destination: str
    day: str

    @property
    def email(self) -> str:
        """Return the address of whoever it is for."""
        return f"intent{self.number}@example.org"


@dataclass(frozen=True, slots=True)
class Outcome:
    """How it ended, as the agent knows it: `status` of the booking, or why there is none.

    `mandate` says what came of paying with one: "paid", "handed_over", the code of a refusal; or
    "" without.
    """

    intent: Intent
    reference: str
    status: str
    mandate: str = ""


async def pursue(line: Line, intent: Intent, holders: Holders) -> Outcome:
    """Buy, or give it up on the way; return how it ended."""
    found = await line.insist(
        "search_ferries", {"from": intent.origin, "to": intent.destination, "date": intent.day}
    )
    offers = [one for one in found["outbound"] if one["bookable"] and one["price"]]
    if not offers:
        return Outcome(intent, "", "nothing to buy")
    asked = _asked(intent, line.dice.choice(offers))
    try:
        held = await line.insist("hold_booking", asked)
    except Refused as refused:
        return Outcome(intent, "", refused.code)
    proof = {"reference": held["reference"], "token": held["token"]}
    if line.dice.random() < _GIVES_UP:
        return await _give_up(line, intent, proof)
    mandate = ""
    if line.dice.random() < _HAS_MANDATE:
        mandate = await _pay_by_mandate(line, intent, holders, held, proof)
    if mandate != "paid":
        await _pay(line.http, line.dice, held["checkout_url"])
    return await _until_settled(line, intent, proof, mandate)


def _asked(intent: Intent, offer: dict[str, Any]) -> dict[str, Any]:
    """Return what is bought; the key is the intent's, however often it is asked."""
    return {
        "key": f"intent-{intent.number:06}",
        "booking": {
            "legs": [{"sailing_id": offer["sailing_id"]}],
            "passengers": [{"given_name": "Ada", "family_name": f"Lund{intent.number}"}],
            "contact": {"email": intent.email, "language": "en"},
            "total": offer["price"],
        },
    }


async def _give_up(line: Line, intent: Intent, proof: dict[str, str]) -> Outcome:
    """Cancel what was held, under a key of its own, for what it costs."""
    quoted = await line.insist("quote_cancellation", proof)
    asked = {"key": f"no-{intent.number:06}", "fee_minor": quoted["fee"]["amount_minor"], **proof}
    done = await line.insist("cancel_booking", asked)
    return Outcome(intent, proof["reference"], done["status"])


async def _pay_by_mandate(
    line: Line, intent: Intent, holders: Holders, held: dict[str, Any], proof: dict[str, str]
) -> str:
    """Return what came of it; whatever is not paid is left to a person."""
    mandate = await holders.mandate(held["total"]["currency"])
    asked = {"key": f"pay-{intent.number:06}", "mandate": mandate.key, **proof}
    try:
        answer = await line.insist("pay_booking", asked)
    except Refused as refused:
        if not refused.code.startswith("mandate_"):
            raise
        return refused.code
    return str(answer["payment"]["outcome"])


async def _until_settled(
    line: Line, intent: Intent, proof: dict[str, str], mandate: str
) -> Outcome:
    async with asyncio.timeout(_WAIT_SECONDS):
        while True:
            shown = await line.insist("get_booking", proof)
            if shown["status"] in ("confirmed", "refused", "cancelled", "expired"):
                return Outcome(intent, proof["reference"], shown["status"], mandate)
            await asyncio.sleep(0.5)


async def _pay(http: aiohttp.ClientSession, dice: random.Random, link: str) -> None:
    """Pay as the person who was given the link, and who has troubles of their own: a card that is
    declined at first, a link that is opened in two tabs.
    """
    pages = [await _opened(http, link)]
    if dice.random() < _OPENS_TWICE:
        pages.append(await _opened(http, link))
    if dice.random() < _CARD_DECLINED:
        await _sent(http, pages[0], _DECLINED)
    await asyncio.gather(*(_sent(http, page, _GOOD) for page in pages))


async def _opened(http: aiohttp.ClientSession, link: str) -> URL:
    """Return the payment page that the link leads to; who is told to try again later does so."""
    for _try in range(_PATIENCE):
        async with http.get(link) as page:
            if page.status not in (429, 503):
                page.raise_for_status()
                return page.url
        await asyncio.sleep(1.0)
    raise RuntimeError("nobody could pay")


async def _sent(http: aiohttp.ClientSession, page: URL, number: str) -> None:
    async with http.post(page, data={**_CARD, "number": number}, allow_redirects=False):
        pass  # paid already in the other tab is no fault
