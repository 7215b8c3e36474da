"""A whole booking, with Stripe failing at each of its calls in turn, once or for a while: it ends
as it would have, with the same money at Stripe as in our books and the same mails, and what is said
meanwhile is true.

`STORIES=all make test ARGS="-k outlast_stripe"` tells every one of them.
"""

import asyncio
import json
import os
from collections import Counter
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from maritime_app import domains
from maritime_app.bookings import jobs as bookings
from maritime_app.jobs.outbox import sweep_once
from maritime_app.ops import invariants
from maritime_app.payments import gateway, jobs as payments
from maritime_app.payments.balance import service as balance
from maritime_app.settings.file import replace
from tests.booked import drained, state_of
from tests.factories import ADA, BO, a_sailing, an_ask, book, pay
from tests.payments.line_to_stripe import (
    FAULTS,
    LASTING,
    LIBRARY_TRIES,
    Plan,
)

AT_ONCE = 24
BROWSER = {"User-Agent": "Mozilla/5.0 (tests)"}
# What the story asks of Stripe, how often each.
CALLS = {
    "POST /v1/checkout/sessions": 2,
    "GET /v1/payment_intents/{id}": 6,
    "POST /v1/refunds": 3,
    "GET /v1/refunds": 3,
    "GET /v1/refunds/{id}": 6,
    "GET /v1/disputes/{id}": 4,
}


@pytest.fixture
def settings(settings):
    """Many people book from one address, as often as they like."""
    limits = dict.fromkeys(settings.limits.__struct_fields__, (100000, 100000.0))
    names = ("per_address", "per_contact", "per_sailing", "per_token")
    unpaid = {f"unpaid_{name}": 0 for name in names}
    return replace(settings, bookings=unpaid, limits=limits)


@pytest.fixture
def played(over_line):
    return over_line


async def test_it_works(shop, played, line, dashboard):
    """Whoever adds a call to the story adds it to CALLS, where it learns to fail."""
    undisturbed = Story(shop, played, line, dashboard, Plan())
    await undisturbed.tell()
    await drained(played)
    assert undisturbed.plan.made == Counter(CALLS)
    expected = await undisturbed.end()
    told = [Story(shop, played, line, dashboard, plan) for plan in plans()]

    async with hurrying(played):
        for first in range(0, len(told), AT_ONCE):
            await asyncio.gather(*(one.tell() for one in told[first : first + AT_ONCE]))
        await a_night(played)

    for one in told:
        assert one.plan.struck, one.plan
        assert await one.end() == expected, one.plan
    await the_books_agree(played)


def plans():
    """Every fault at every call, for one call or until Stripe is looked after; a draw of them
    without STORIES.
    """
    every = [
        Plan(call, nth, fault, tries)
        for call, times in CALLS.items()
        for nth in range(1, times + 1)
        for fault in FAULTS
        for tries in (LIBRARY_TRIES, LASTING)
    ]
    return every if os.environ.get("STORIES") else every[::17]


@asynccontextmanager
async def hurrying(played):
    """No pause between tries of what works for a booking, in here."""

    async def hurry():
        while True:
            async with played.db.transaction() as conn:
                await conn.execute(
                    "update job set run_at = now(), handed_at = null,"
                    " created_at = created_at - interval '3 seconds' where state = 'queued'"
                    " and run_at > now() and queue in ('bookings', 'payments', 'emails')"
                )
            await sweep_once(played.db, played.redis_jobs)
            await asyncio.sleep(0.3)

    task = asyncio.create_task(hurry())
    yield
    task.cancel()


async def a_night(played):
    """The tasks that otherwise run by the clock."""
    await bookings.expire_holds(played)
    await payments.check_open_payments(played)
    await payments.compare_with_stripe(played)
    await payments.check_unsettled(played)
    await balance.read_balance(played)
    await drained(played)


async def the_books_agree(played):
    """Invariants hold, and Stripe's balance is the ledger's account."""
    broken = await invariants.broken(played, domains.INVARIANTS)
    assert broken == []
    async with played.db.acquire() as conn:
        ledger = await conn.fetchval(
            "select coalesce(sum(amount_minor), 0)::bigint from ledger where account = 'stripe'"
        )
    assert ledger == sum((await gateway.of(played).balance()).values())


@asynccontextmanager
async def told_late(one, what):
    """A minute for a step; who is late says which, and how far it came."""
    try:
        async with asyncio.timeout(60):
            yield
    except TimeoutError:
        pytest.fail(f"{one.plan}: {what.__qualname__}: {await one.end()}")


class Story:
    """One booking, its traveller, and what Stripe does to it."""

    def __init__(self, shop, played, line, dashboard, plan):
        self.shop, self.played, self.line, self.dashboard = shop, played, line, dashboard
        self.plan = plan
        self.booking = {}
        self.dispute = {}
        self.looked = 0

    async def tell(self):
        """Told in a browser of its own."""
        jar = aiohttp.CookieJar(unsafe=True)
        async with aiohttp.ClientSession(headers=BROWSER, cookie_jar=jar) as self.session:
            await self.live()

    async def live(self):
        """Held, paid, made dearer, a part cancelled, disputed, and cancelled as a whole."""
        sailing = await a_sailing(self.played.db, days_ahead=3)
        self.booking = await book(self.shop, an_ask(sailing, people=[ADA]))
        self.line.plans[self.booking["reference"]] = self.plan
        await self.until(self.is_confirmed, self.pays)
        await self.until(self.has_ticket)
        await self.until(self.is_changed(2, 1), self.brings_bo)
        await self.until(self.is_changed(1, 2), self.leaves_bo)
        await self.until(self.is_back(1))
        await self.until(self.is_disputed, self.disputes)
        await self.until(self.is_given_back, self.loses_dispute)
        await self.until(self.is_cancelled, self.cancels)
        await self.until(self.is_back(3))

    async def until(self, done, act=None):
        """Do it, again where Stripe did not answer, and wait until it has come about."""
        is_acted = act is None
        async with told_late(self, done):
            while True:
                is_acted = is_acted or await act()
                if is_acted and await done():
                    return
                if self.plan.struck > self.looked:
                    self.looked = self.plan.struck
                    await self.look()
                if self.plan.struck >= 2 * LIBRARY_TRIES:
                    self.plan.heal()
                await asyncio.sleep(0.05)

    async def look(self):
        """What the traveller sees meanwhile is there, and true."""
        reference, token = self.booking["reference"], self.booking["token"]
        for page in ("", "/return"):
            url = self.shop.make_url(f"/bookings/{reference}{page}?token={token}")
            async with self.session.get(url) as answer:
                assert answer.status == 200, await answer.text()
        state = await self.state()
        assert state["story"]["situation"] not in ("expired", "refused", "paid_too_late")
        charged = sum(one["amount_received"] for one in await self.intents())
        sent = sum(
            one["amount"]["amount_minor"]
            for one in state["story"]["money"]
            if one["state"] == "sent"
        )
        assert sent <= await self.refunded(), state
        assert charged or state["status"] == "held", state

    async def state(self):
        return await state_of(self.shop, self.booking)

    async def pays(self, due=None):
        """Go to the payment page and pay; False where it could not be had."""
        url = (due or self.booking)["checkout_url"]
        async with self.session.get(url) as page:
            text = await page.text()
            assert page.status in (200, 503), text
            if page.status == 503:
                assert "Nothing was charged. Your places are held until" in text
                assert "Try again" in text
                return False
        browser: Any = self  # it has a session, as tests' clients do
        await pay(browser, due or self.booking)
        return True

    async def ask(self, what, **fields):
        url = f"/api/v1/bookings/{self.booking['reference']}/{what}"
        body = {"token": self.booking["token"], **fields}
        async with self.shop.post(url, json=body) as answer:
            text = await answer.text()
            assert answer.status in (200, 503), text
            return json.loads(text) if answer.status == 200 else None

    async def changes(self, people):
        change = {"passengers": people}
        quote = await self.ask("change-quote", change=change)
        due = quote["difference"]["amount_minor"]
        return await self.ask("change", change=change, difference_minor=due)

    async def brings_bo(self):
        held = (await self.state())["change"] or (await self.changes([{**ADA, "number": 1}, BO]))[
            "change"
        ]
        return await self.pays(held)

    async def leaves_bo(self):
        return await self.changes([{**ADA, "number": 1}])

    async def disputes(self):
        first = self.booking["total"]["amount_minor"]
        charge = next(one for one in await self.intents() if one["amount"] == first)
        self.dispute = await self.dashboard("disputes", charge=charge["latest_charge"])
        return True

    async def loses_dispute(self):
        await self.dashboard("disputes", dispute=self.dispute["id"], won=True)
        return True

    async def cancels(self):
        quote = await self.ask("cancel-quote")
        return await self.ask("cancel", fee_minor=quote["fee"]["amount_minor"])

    async def is_confirmed(self):
        state = await self.state()
        return state["story"]["situation"] == "confirmed"

    async def has_ticket(self):
        return any("confirm" in one for one in await self.mails())

    def is_changed(self, people, tickets):
        """And its tickets are sent: whoever changes it once more before gets those of both."""

        async def done():
            state, mails = await self.state(), await self.mails()
            is_done = len(state["passengers"]) == people and state["change"] is None
            return is_done and mails.get("booking_changed", 0) >= tickets

        return done

    def is_back(self, times):
        async def done():
            return Counter(one["status"] for one in await self.refunds())["succeeded"] >= times

        return done

    async def is_disputed(self):
        return "disputed" in [one["state"] for one in (await self.state())["story"]["money"]]

    async def is_given_back(self):
        return not await self.is_disputed()

    async def is_cancelled(self):
        return (await self.state())["status"] == "cancelled"

    async def intents(self):
        """What Stripe says was charged for this booking."""
        found = await self.line.at_stripe("payment_intents?")
        reference = self.booking["reference"]
        return [
            one
            for one in found
            if one["metadata"].get("reference") == reference and one["status"] == "succeeded"
        ]

    async def refunded(self):
        """What Stripe says went back."""
        ours = [one["id"] for one in await self.intents()]
        found = await self.line.at_stripe("refunds?")
        return sum(one["amount"] for one in found if one["payment_intent"] in ours)

    async def refunds(self):
        async with self.played.db.acquire() as conn:
            return await conn.fetch(
                "select r.amount_minor, r.status, r.method from refund r join payment p"
                " on p.id = r.payment_id join booking b on b.id = p.subject_id"
                " where b.reference = $1 order by 1, 2",
                self.booking["reference"],
            )

    async def mails(self):
        async with self.played.db.acquire() as conn:
            rows = await conn.fetch(
                "select template, count(*) from mail where sent_at is not null"
                " and context::text like '%' || $1 || '%' group by 1",
                self.booking["reference"],
            )
        return dict(rows)

    async def end(self):
        """All that was done, as a story without faults ends, too."""
        state = await self.state()
        return {
            "situation": (state["story"]["situation"], state["story"]["sentence"]),
            "money": [(one["state"], one["sentence"]) for one in state["story"]["money"]],
            "mails": await self.mails(),
            "refunds": [tuple(row) for row in await self.refunds()],
            "charged": sorted(one["amount_received"] for one in await self.intents()),
            "documents": [one["total"]["amount_minor"] for one in state["invoices"]],
        }
