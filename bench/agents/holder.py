"""A person who lets an agent pay: asks for a mandate, saves a card, and copies its key."""

import asyncio
import random
import re
from dataclasses import dataclass
from enum import StrEnum

import aiohttp

_TRIES = 120
_PAUSE_SECONDS = 0.5
_BOOKINGS, _GIVEN_TO = 6, 8
_CARDS = (6, 1, 1)  # how often which
_CSRF = re.compile(r'name="csrf_token" value="([^"]+)"')
_KEY = re.compile(r"fm_[\w-]{43}")


class Card(StrEnum):
    """The sandbox's cards: one that pays, and two that a bank does not charge unattended."""

    GOOD = "4242424242424242"
    ALWAYS_ASKS = "4000002760003184"
    NEVER_PAYS = "4000000000000341"


@dataclass(frozen=True, slots=True)
class Mandate:
    """A mandate for so many bookings in one currency; `card` says what its bank does."""

    key: str
    currency: str
    bookings: int
    card: Card


async def grant(
    url: str, sandbox: str, number: int, currency: str, bookings: int, card: Card
) -> Mandate:
    """Make a mandate as its holder does: form, mail, card, key."""
    email, address = f"holder{number}@example.org", f"10.250.{number // 250}.{number % 250 + 1}"
    headers = {"X-Forwarded-For": address}
    jar = aiohttp.CookieJar(unsafe=True)  # of an address that is no name
    async with aiohttp.ClientSession(cookie_jar=jar, headers=headers) as http:
        form = {"limit": "5000", "currency": currency, "days": "7", "email": email}
        form |= {"bookings": str(bookings), "csrf_token": await _csrf(http, f"{url}/mandates/new")}
        async with http.post(f"{url}/mandates", data=form) as answer:
            answer.raise_for_status()
        async with http.get(await _link(http, sandbox, email)) as opened:
            opened.raise_for_status()
            page = str(opened.url)
        await _save_card(http, page, email, card)
        async with http.post(f"{page}/key", data={"csrf_token": await _csrf(http, page)}) as shown:
            key = _KEY.search(await shown.text())
    if key is None:
        raise RuntimeError(f"mandate {number} showed no key")
    return Mandate(key[0], currency, bookings, card)


async def _save_card(http: aiohttp.ClientSession, page: str, email: str, card: Card) -> None:
    """Save it on the provider's page, confirming at the bank where that asks."""
    sent = {"csrf_token": await _csrf(http, page)}
    async with http.post(f"{page}/card", data=sent, allow_redirects=False) as on:
        there = on.headers["Location"]
    form = {"number": card, "expiry": "12/34", "cvc": "123", "name": "Ada Lund", "email": email}
    async with http.post(there, data={**form, "action": "pay"}, allow_redirects=False) as saved:
        after = saved.headers["Location"]
    if after.endswith("/authenticate"):
        confirmed = {"action": "complete"}
        async with http.post(
            f"{there}/authenticate", data=confirmed, allow_redirects=False
        ) as saved:
            after = saved.headers["Location"]
    async with http.get(after) as back:
        back.raise_for_status()


async def _csrf(http: aiohttp.ClientSession, page: str) -> str:
    async with http.get(page) as shown:
        found = _CSRF.search(await shown.text())
    if found is None:
        raise RuntimeError(f"no form on {page}: {shown.status}")
    return found[1]


async def _link(http: aiohttp.ClientSession, sandbox: str, email: str) -> str:
    """Return the link of the mail, once it has come."""
    for _try in range(_TRIES):
        async with http.get(f"{sandbox}/mailbox/messages.json", params={"to": email}) as answer:
            mails = (await answer.json())["messages"]
        found = re.search(
            r"https?://[^\s\"<>]+/mandates/[\w.~-]+", mails[0]["text"] if mails else ""
        )
        if found:
            return found[0]
        await asyncio.sleep(_PAUSE_SECONDS)
    raise RuntimeError(f"no mail came to {email}")


class Holders:
    """Who lets agents pay: each mandate is given to more agents than it has bookings for, so that
    some are refused and hand over to their person.
    """

    def __init__(self, url: str, sandbox: str, dice: random.Random) -> None:
        self.url = url
        self.sandbox = sandbox
        self._dice = dice
        self._made = 0
        self._given: dict[str, list[Mandate]] = {}  # of the newest of a currency, what is left
        self._turn = asyncio.Lock()

    async def mandate(self, currency: str) -> Mandate:
        """Return a mandate in that currency."""
        async with self._turn:
            left = self._given.setdefault(currency, [])
            if not left:
                self._made += 1
                card = self._dice.choices(list(Card), _CARDS)[0]
                made = await grant(self.url, self.sandbox, self._made, currency, _BOOKINGS, card)
                left.extend([made] * _GIVEN_TO)
            return left.pop()
