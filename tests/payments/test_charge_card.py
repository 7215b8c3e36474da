"""A saved card is charged for an open payment: nothing is settled before the provider says so."""

import pytest

from maritime_app.errors import NotFound, Unavailable
from maritime_app.ids import uuid7
from maritime_app.payments import gateway
from maritime_app.payments.balance import service as balance
from maritime_app.payments.model import IntentState
from maritime_app.payments.saved_card import CardCharge, SavedCard
from maritime_app.payments.saved_cards import service as saved_cards
from tests.booked import until
from tests.factories import a_sailing, an_ask, book
from tests.mandates import granted, intents, try_to_pay
from tests.rows import value

CARD = SavedCard("cus_1", "pm_1", "visa", "4242")


async def test_it_works(shop, played):
    """Charged once, settled, and confirmed."""
    _here, key = await granted(shop, played)
    booking = await book(shop, an_ask(await a_sailing(played.db)))

    assert await try_to_pay(shop, booking, key) == (200, "paid")

    await until(shop, booking, "confirmed")
    assert await intents(played) == 1


@pytest.mark.parametrize("status", ["processing", "requires_action", "requires_capture"])
async def test_what_is_not_decided_yet_is_not_settled(client, resources, monkeypatch, status):
    """It may still fail: the program is told to ask again, and the booking waits."""
    await book(client, an_ask(await a_sailing(resources.db)))
    charge = await a_charge(resources)

    async def charge_card(*_any):
        return IntentState("pi_1", status, 0, "EUR", charge.payment_id)

    monkeypatch.setattr(gateway.Stripe, "charge_card", charge_card)

    with pytest.raises(Unavailable):
        await saved_cards.charge(resources, charge)

    assert await value(resources, "select status from payment") == "open"
    assert await value(resources, "select status from booking") == "held"
    assert await value(resources, "select count(*) from ledger") == 0


async def test_nothing_is_charged_for_a_payment_that_is_none(resources, monkeypatch):
    asked = list[CardCharge]()

    async def charge_card(_stripe, _payment, charge):
        asked.append(charge)

    monkeypatch.setattr(gateway.Stripe, "charge_card", charge_card)
    charge = CardCharge(uuid7(), uuid7(), CARD, "A crossing", "22222222")

    with pytest.raises(NotFound):
        await saved_cards.charge(resources, charge)

    assert asked == []


async def test_before_any_money_has_moved_there_is_no_balance_to_read(resources):
    assert await balance.read_balance(resources) == "no money has moved"


async def a_charge(res):
    """A charge for the only payment there is."""
    payment_id = await value(res, "select id from payment")
    return CardCharge(uuid7(), payment_id, CARD, "A crossing", "22222222")
