"""Whose money it is, and in which currency, whatever was changed about it at Stripe."""

import msgspec
import pytest

from maritime_app.payments import gateway
from maritime_app.payments.checkouts import service as checkouts
from maritime_app.payments.disputes import service as disputes
from maritime_app.payments.jobs import verify_payment_status
from tests.booked import drained, nothing_is_broken, state_of, until
from tests.factories import a_sailing, an_ask, book, pay, signed
from tests.rows import execute, value, values

LOST = {"stripe": {"deliver": False}}


@pytest.fixture
def changed_intent(played, monkeypatch):
    """Let intents say something else of themselves at Stripe."""

    def change(**fields):
        usual = gateway.of(played).intent

        async def intent(intent_id):
            return msgspec.structs.replace(await usual(intent_id), **fields)

        monkeypatch.setattr(gateway.of(played), "intent", intent)

    return change


@pytest.mark.parametrize("named", [None, "0190a0a0-0000-7000-8000-000000000000"])
async def test_it_works(shop, played, switch, changed_intent, named):
    """What the intent named was taken away in the dashboard: its page tells whose it is."""
    await switch(LOST)
    changed_intent(payment_id=named)
    booking = await book(shop, an_ask(await a_sailing(played.db)))
    await pay(shop, booking)

    await verify_payment_status(
        played, payment_id=str(await value(played, "select id from payment"))
    )

    await until(shop, booking, "confirmed")
    await drained(played)
    await nothing_is_broken(played)


async def test_the_event_of_the_page_tells_too(shop, played, changed_intent):
    changed_intent(payment_id=None)
    booking = await book(shop, an_ask(await a_sailing(played.db)))

    await pay(shop, booking)

    await until(shop, booking, "confirmed")


async def test_what_is_settled_is_no_other_bookings_money(shop, played, changed_intent):
    """The intent names another booking afterwards: that one is not paid by it."""
    ours = await book(shop, an_ask(await a_sailing(played.db)))
    await pay(shop, ours)
    await until(shop, ours, "confirmed")
    intent_id = await value(played, "select intent_id from payment")
    other = await book(shop, an_ask(await a_sailing(played.db)))
    changed_intent(payment_id=await value(played, "select id from payment where status = 'open'"))

    assert await checkouts.settle_intent(played, intent_id) == "settled before"

    assert (await state_of(shop, other))["status"] == "held"


async def test_money_of_another_currency_pays_nothing_and_goes_back_in_it(
    shop, played, changed_intent
):
    changed_intent(currency="SEK")
    booking = await book(shop, an_ask(await a_sailing(played.db)))

    await pay(shop, booking)
    await drained(played)

    assert (await state_of(shop, booking))["status"] == "held"
    assert "wrong_amount" in await values(played, "select kind from alert")
    back = "select p.currency from refund r join payment p on p.id = r.payment_id"
    assert await values(played, back) == ["SEK"]
    assert await value(played, "select count(*) from ledger where currency = 'EUR'") == 0


@pytest.mark.parametrize(
    ("kind", "about", "outcome"),
    [
        ("payment_intent.succeeded", {"id": "pi_of_another_account"}, "not at Stripe"),
        ("charge.refunded", {"id": "ch_1", "payment_intent": ["pi_1"]}, "not understood"),
        ("refund.failed", {"id": 5}, "not understood"),
    ],
)
async def test_an_event_about_money_that_cannot_be_followed_is_told(
    shop, played, kind, about, outcome
):
    await told(shop, "evt_1", kind, about)
    await told(shop, "evt_2", "customer.updated", {"id": 5})
    await drained(played)

    assert await value(played, "select subject_id from alert") == kind
    stored = await value(played, "select outcome from stripe_event where id = 'evt_1'")
    assert stored.startswith(outcome)
    assert await value(played, "select count(*) from alert") == 1


async def test_a_dispute_that_is_opened_again_is_asked_after(shop, played, dashboard):
    booking = await book(shop, an_ask(await a_sailing(played.db)))
    await pay(shop, booking)
    await until(shop, booking, "confirmed")
    charge = await value(played, "select charge_id from payment")
    dispute = await dashboard("disputes", charge=charge)
    await drained(played)
    await execute(played, "update dispute set status = 'won', closed_at = now()")

    await disputes.learn_dispute(played, dispute["id"])

    assert await value(played, "select closed_at from dispute") is None


async def told(shop, event_id, kind, about):
    body, headers = signed({"id": event_id, "type": kind, "data": {"object": about}})
    async with shop.post("/api/v1/webhooks/stripe", data=body, headers=headers) as answer:
        assert answer.status == 200
