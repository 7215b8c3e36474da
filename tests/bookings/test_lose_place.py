"""Who has no place on another ship is asked what becomes of them, and every surface says so."""

from datetime import timedelta

import pytest

from maritime_app.bookings.changes.orders import ordering
from maritime_app.bookings.changes.pricing.requests import ChangeOrder, ChangeRequest, LegChange
from maritime_app.bookings.confirmation import service as confirmation
from maritime_app.bookings.ship_changes import service as ship_changes
from maritime_app.errors import Conflict
from maritime_app.ferries.operations import service as operations
from maritime_app.ferries.operations.model import (
    CancelRequest,
    ChangeReason,
    TimesRequest,
)
from tests import signed_in
from tests.booked import (
    nothing_is_broken,
    taken,
    until_mail,
)
from tests.factories import CAR, a_sailing, an_ask, book
from tests.other_ship import (
    HOUSE,
    a_ship,
    booked,
    change,
    choice,
    choose,
    confirmed,
    confirmed_by,
    written,
)
from tests.rows import execute, value, values


async def test_it_works(shop, played):
    sailing = await a_sailing(played.db, days_ahead=0.5)  # cancelling would cost everything
    await a_ship(played.db, passengers=1)
    booking = await confirmed(shop, an_ask(sailing))
    await change(played, sailing, losing=1)
    await until_mail(played, "disruption_offer")

    done = await choose(shop, booking, "refund")

    assert (done["status"], done["cancel_fee"]["amount_minor"]) == ("cancelled", 0)
    await until_mail(played, "refund_confirmation")
    await nothing_is_broken(played)


async def test_every_surface_says_who_has_no_place(shop, played):
    """No sailing was cancelled, so nobody says that one was."""
    sailing = await a_sailing(played.db, days_ahead=0.1)
    await a_ship(played.db, passengers=1)
    booking = await confirmed(shop, an_ask(sailing))
    await change(played, sailing, losing=1)
    await until_mail(played, "disruption_offer")

    token = f"token={booking['token']}"
    base = f"/bookings/{booking['reference']}"
    for address, said in (
        (f"{base}/disruption?{token}", "Another ship sails, and it has no room for you"),
        (f"{base}?{token}", "Your ferry does not sail as booked"),
    ):
        async with shop.get(address) as page:
            text = await page.text()
        assert said in text
        assert "was cancelled" not in text
    keep = {"token": booking["token"]}
    async with shop.post(f"/api/v1{base}/disruption/keep", json=keep) as answer:
        assert (answer.status, (await answer.json())["code"]) == (409, "no_place")
    boarding = await signed_in.token(played, "boarding")
    async with shop.get(f"/api/v1/boarding/{sailing}/list", headers=boarding) as answer:
        assert answer.status == 200, await answer.text()
        standings = {one["standing"] for one in (await answer.json())["tickets"]}
    assert standings == {"no_place"}


async def test_a_larger_ship_takes_them_back(client, resources):
    """They have not answered yet: their own sailing is among what they may choose."""
    sailing = await a_sailing(resources.db, days_ahead=5)
    await a_ship(resources.db, passengers=1)
    booking = await confirmed_by(client, resources, sailing)
    await change(resources, sailing, losing=1)
    await written(resources)
    assert (await choice(client, booking))["alternatives"] == []

    await change(resources, sailing, ship="AUR", losing=0)

    (own,) = (await choice(client, booking))["alternatives"]
    assert own["sailing_id"] == str(sailing)
    await choose(client, booking, "rebook", sailing_id=str(sailing))
    assert (await taken(resources.db, sailing))["passenger"] == 2
    assert (
        await value(resources, "select count(*) from booking_leg where place_lost_at is not null")
        == 0
    )
    assert (await choice(client, booking))["status"] == "moved"


async def test_a_delay_does_not_take_the_place_of_their_question(client, resources):
    """They have no place: that the ship leaves later is no news to them, and no reason to stay."""
    sailing = await a_sailing(resources.db, days_ahead=5)
    await a_ship(resources.db, passengers=2)
    kept = await confirmed_by(client, resources, sailing)
    losing = await confirmed_by(client, resources, sailing)
    await change(resources, sailing, losing=1)
    await written(resources)
    found = await operations.sailing(resources, HOUSE, sailing)
    later = found.departs_at + timedelta(hours=3)
    asked = TimesRequest(found.version, later, reason=ChangeReason.WEATHER)
    await operations.retime(resources, HOUSE, sailing, asked)
    await written(resources)

    shown = await choice(client, losing)
    assert (shown["kind"], shown["status"], shown["reason"]) == ("no_place", "offered", None)
    assert (await choice(client, kept))["kind"] == "delayed"
    await operations.cancel(
        resources, HOUSE, sailing, CancelRequest(found.version + 1, ChangeReason.WEATHER, "")
    )
    await written(resources)
    assert (await choice(client, losing))["kind"] == "cancelled"


async def test_a_delay_that_nobody_followed_yet_is_told_all_the_same(client, resources):
    """Two acts within a second: the job of the first finds a newer version."""
    sailing = await a_sailing(resources.db, days_ahead=5)
    await a_ship(resources.db, passengers=2)
    kept = await confirmed_by(client, resources, sailing)
    losing = await confirmed_by(client, resources, sailing)
    found = await operations.sailing(resources, HOUSE, sailing)
    later = found.departs_at + timedelta(hours=3)
    asked = TimesRequest(found.version, later, reason=ChangeReason.WEATHER)
    await operations.retime(resources, HOUSE, sailing, asked)
    await change(resources, sailing, losing=1)
    await written(resources)

    assert (await choice(client, kept))["kind"] == "delayed"
    assert (await choice(client, losing))["kind"] == "no_place"


async def test_who_was_offered_a_place_there_is_offered_another(client, resources):
    """An offer that nobody has answered goes before a party that has paid."""
    gone = await a_sailing(resources.db, days_ahead=5)
    sailing = await a_sailing(resources.db, days_ahead=6)
    later = await a_sailing(resources.db, days_ahead=7)
    await a_ship(resources.db, passengers=2)
    asked = await confirmed_by(client, resources, gone)
    cancelled = CancelRequest(1, ChangeReason.TECHNICAL, "")
    await operations.cancel(resources, HOUSE, gone, cancelled)
    await written(resources)
    assert held(await choice(client, asked)) == [str(sailing)]
    await booked(client, resources, an_ask(sailing))

    seen = await ship_changes.preview(resources, HOUSE, sailing, "POL")
    assert (seen.keeping, seen.ended, seen.losing) == (1, 1, ())
    await change(resources, sailing, losing=0)
    await written(resources)

    assert held(await choice(client, asked)) == [str(later)]
    assert (await taken(resources.db, sailing))["passenger"] == 2
    told = await values(
        resources,
        "select context->'news'->>'held_cancelled' from mail where template ="
        " 'disruption_offer' order by id",
    )
    assert told == ["false", "true"]


def held(shown):
    return [one["sailing_id"] for one in shown["alternatives"] if one["held"]]


async def test_money_for_a_hold_that_ended_buys_no_place_for_a_high_vehicle(client, resources):
    """There are lanes enough, and the deck is too low: the money goes back."""
    sailing = await a_sailing(resources.db)
    await a_ship(resources.db, passengers=100, height_cm=140)
    await book(client, an_ask(sailing, vehicles=[{**CAR, "height_cm": 150}]))
    await change(resources, sailing, losing=1)
    await execute(
        resources,
        "update payment set status = 'succeeded', received_minor = amount_minor, intent_id = 'pi',"
        " charge_id = 'ch'",
    )
    payment_id = await value(resources, "select id from payment")

    assert await confirmation.accept_payment(resources, payment_id) == "refunded: late"

    assert await values(resources, "select status from booking") == ["expired"]
    assert (await taken(resources.db, sailing))["lane_cm"] == 0


async def test_nobody_moves_a_high_vehicle_to_a_ship_that_was_changed(client, resources):
    """The process still has the ship that was sold: it is looked at again under the lock."""
    sailing, other = [await a_sailing(resources.db, days_ahead=day) for day in (5, 6)]
    high = an_ask(sailing, vehicles=[{**CAR, "height_cm": 150}])
    booking = await booked(client, resources, high)
    wanted = ChangeRequest(legs=[LegChange(1, str(other))])
    price = (await ordering.quote(resources, booking, wanted)).difference.amount_minor
    await execute(resources, f"update sailing set max_height_cm = 140 where id = '{other}'")

    with pytest.raises(Conflict) as refused:
        await ordering.order(resources, booking, ChangeOrder(wanted, price))

    assert refused.value.code == "sold_out"
