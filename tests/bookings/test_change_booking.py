"""A booking changes: quoted first, for exactly that price, in one piece or not at all."""

import asyncio
import contextlib
import re
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import aiohttp
import pytest
from aiohttp.test_utils import TestClient, TestServer

from maritime_app import domains
from maritime_app.app import create_app
from maritime_app.bookings import service as bookings
from maritime_app.bookings.changes import paying, service as changes
from maritime_app.bookings.changes.jobs import end_changes
from maritime_app.bookings.changes.orders import ordering
from maritime_app.bookings.changes.pricing.requests import ChangeOrder, ChangeRequest, LegChange
from maritime_app.bookings.changes.states import ChangeEvent
from maritime_app.bookings.jobs import accept_payment
from maritime_app.bookings.model import Proof
from maritime_app.bookings.tickets import codes
from maritime_app.errors import Conflict
from maritime_app.jobs.workers import working
from maritime_app.payments import service as payments
from maritime_app.payments.checkouts import service as checkouts
from tests.booked import (
    SHOWN_BY_MALLORY,
    fields_of,
    nothing_is_broken,
    quoted as cancellation_quoted,
    state_of,
    taken as all_taken,
    until,
    until_mail,
)
from tests.factories import ADA, BO, CAR, a_return, a_sailing, an_ask, book, local_day, pay
from tests.killed import Death, Killed

CY = {"given_name": "Cy", "family_name": "Dahl", "birth_date": "1990-05-05"}


async def test_it_works(shop, played):
    """Another day at the same price: free by the fare, done at once, a new ticket."""
    sailing, other = await two_sailings(played)
    booking = await confirmed(shop, an_ask(sailing, vehicles=[CAR]))
    change = {"legs": [{"number": 1, "sailing_id": str(other)}]}

    quote = await quoted(shop, booking, change)
    assert (quote["difference"]["amount_minor"], quote["fees"]["amount_minor"]) == (0, 0)
    done = await ordered(shop, booking, change, 0)

    assert (done["legs"][0]["sailing_id"], done["change"]) == (str(other), None)
    assert done["total"] == booking["total"]
    assert await taken(played, sailing) == {}
    assert await taken(played, other) == {"passenger": 2, "lane_cm": 480}
    await until_mail(played, "booking_changed")
    assert await issue_of(played) == 2
    await nothing_is_broken(played)


async def test_dearer_is_held_until_it_is_paid(shop, played):
    """Places are taken before the money moves; until then ticket and booking are as they were."""
    sailing = await a_sailing(played.db)
    booking = await confirmed(shop, an_ask(sailing))
    change = {"passengers": [numbered(ADA, 1), numbered(BO, 2), CY], "vehicles": [CAR]}

    due = (await quoted(shop, booking, change))["difference"]["amount_minor"]
    assert due == 4300 + 250 + 9200
    held = await ordered(shop, booking, change, due)

    assert (held["total"], held["change"]["status"]) == (booking["total"], "held")
    assert held["story"]["situation"] == "change_held"
    assert held["ticket_url"]
    assert await taken(played, sailing) == {"passenger": 3, "lane_cm": 480}
    await pay(shop, held["change"])
    done = await until_changed(shop, booking)

    assert done["total"]["amount_minor"] == booking["total"]["amount_minor"] + due
    assert [one["given_name"] for one in done["passengers"]] == ["Ada", "Bo", "Cy"]
    assert [one["plate"] for one in done["vehicles"]] == ["AB 12345"]
    await until_mail(played, "booking_changed")
    await nothing_is_broken(played)


async def test_cheaper_goes_back_less_the_share_that_cancelling_costs(shop, played):
    """Five days ahead the fare keeps 25 percent; the harbour's tax goes back whole."""
    sailing = await a_sailing(played.db, days_ahead=5)
    booking = await confirmed(shop, an_ask(sailing, vehicles=[CAR]))
    change = {"passengers": [numbered(ADA, 1)], "vehicles": []}

    quote = await quoted(shop, booking, change)
    assert quote["fees"]["amount_minor"] == (4300 + 9200) // 4
    assert quote["difference"]["amount_minor"] == -(4300 + 9200) * 3 // 4 - 250
    done = await ordered(shop, booking, change, quote["difference"]["amount_minor"])

    assert done["total"] == quote["total"]
    assert await taken(played, sailing) == {"passenger": 1}
    await until_mail(played, "refund_confirmation")
    (refund,) = (await state_of(shop, booking))["refunds"]
    assert refund["amount"]["amount_minor"] == -quote["difference"]["amount_minor"]
    await nothing_is_broken(played)


async def test_what_was_kept_is_not_given_back_by_cancelling(shop, played):
    sailing = await a_sailing(played.db, days_ahead=5)
    booking = await confirmed(shop, an_ask(sailing))
    change = {"passengers": [numbered(ADA, 1)]}
    quote = await quoted(shop, booking, change)
    await ordered(shop, booking, change, quote["difference"]["amount_minor"])

    cost = await cancellation_quoted(shop, booking)

    fee = quote["fees"]["amount_minor"]
    left = quote["total"]["amount_minor"] - fee
    assert cost["fee"]["amount_minor"] == fee - (-left // 4)


async def test_a_change_to_a_later_day_makes_no_ticket_free(shop, played):
    """Cancelling would have cost a quarter; it still does, although the new day is far away."""
    sailing, later = await a_sailing(played.db, days_ahead=5), await a_sailing(played.db)
    booking = await confirmed(shop, an_ask(sailing))
    await ordered(shop, booking, {"legs": [{"number": 1, "sailing_id": str(later)}]}, 0)

    cost = await cancellation_quoted(shop, booking)

    assert cost["fee"]["amount_minor"] == -(-booking["total"]["amount_minor"] // 4)


async def test_fees_of_the_fare(shop, played):
    sailing, other = await two_sailings(played)
    async with played.db.acquire() as conn:
        await conn.execute("update fare set change_fee_minor = 1500, name_change_fee_minor = 700")
    booking = await confirmed(shop, an_ask(sailing))
    change = {
        "legs": [{"number": 1, "sailing_id": str(other)}],
        "passengers": [numbered(CY, 1), numbered(BO, 2)],
    }

    quote = await quoted(shop, booking, change)

    assert (quote["difference"]["amount_minor"], quote["fees"]["amount_minor"]) == (2200, 2200)
    lines = {line["item"]: line["amount"]["amount_minor"] for line in quote["items"]}
    assert (lines["change_fee"], lines["name_change_fee"]) == (1500, 700)


async def test_a_fare_may_allow_no_change(shop, played):
    sailing, other = await two_sailings(played)
    async with played.db.acquire() as conn:
        await conn.execute("update fare set change_fee_minor = null, name_change_fee_minor = null")
    booking = await confirmed(shop, an_ask(sailing))

    moved = {"legs": [{"number": 1, "sailing_id": str(other)}]}
    assert await refused(shop, booking, moved) == (409, "not_changeable")
    renamed = {"passengers": [numbered(CY, 1), numbered(BO, 2)]}
    assert await refused(shop, booking, renamed) == (409, "not_changeable")


async def test_too_little_to_be_charged_is_waived(shop, played):
    """Stripe takes no 30 cents: the price stays what it was, and a line says so."""
    sailing, other = await two_sailings(played)
    async with played.db.acquire() as conn:
        await conn.execute("update fare set change_fee_minor = 30")
    booking = await confirmed(shop, an_ask(sailing))

    done = await ordered(shop, booking, {"legs": [{"number": 1, "sailing_id": str(other)}]}, 0)

    assert done["total"] == booking["total"]
    lines = {line["item"]: line["amount"]["amount_minor"] for line in done["items"]}
    assert (lines["change_fee"], lines["waived"]) == (30, -30)
    await nothing_is_broken(played)


@pytest.mark.parametrize(
    "spelt",
    [
        {"given_name": "Adah", "family_name": "Lund"},
        {"given_name": "Ada", "family_name": "Berg"},
        {"given_name": "Ada Maria", "family_name": "Lund-Berg"},
    ],
)
async def test_correcting_a_name_is_free(shop, played, spelt):
    sailing = await a_sailing(played.db)
    async with played.db.acquire() as conn:
        await conn.execute("update fare set name_change_fee_minor = 700")
    booking = await confirmed(shop, an_ask(sailing))
    change = {"passengers": [{"number": 1, **spelt}, numbered(BO, 2)]}

    done = await ordered(shop, booking, change, 0)

    assert done["passengers"][0]["given_name"] == spelt["given_name"]
    assert done["total"] == booking["total"]
    await nothing_is_broken(played)


async def test_another_person_says_their_birth_date(shop, played):
    """What was said of the one before is nobody else's; a correction keeps it."""
    sailing = await a_sailing(played.db)
    ada = {**ADA, "assistance": "walking", "nationality": "NO"}
    booking = await confirmed(shop, an_ask(sailing, people=[ada]))
    instead = {"number": 1, "given_name": "Cy", "family_name": "Dahl"}

    assert await refused(shop, booking, {"passengers": [instead]}) == (422, "birth_date")
    await ordered(shop, booking, {"passengers": [{**instead, "given_name": "Ada"}]}, 0)
    assert await said_of(played) == ("walking", "NO")
    await ordered(shop, booking, {"passengers": [{**instead, "birth_date": "1990-05-05"}]}, 0)
    assert await said_of(played) == (None, None)


async def test_a_child_is_a_child_until_its_birthday(shop, played):
    """On the other day it is an adult: today's price for it, and its kind on the ticket."""
    birthday = (datetime.now(UTC) + timedelta(days=21)).date()
    child = {**BO, "birth_date": f"{birthday.replace(year=birthday.year - 13)}"}
    sailing = await a_sailing(played.db, days_ahead=19)
    other = await a_sailing(played.db, days_ahead=23)
    booking = await confirmed(shop, an_ask(sailing, people=[ADA, child]))
    assert booking["passengers"][1]["kind"] == "child"

    change = {"legs": [{"number": 1, "sailing_id": str(other)}]}
    held = await ordered(shop, booking, change, 4300 - 2150)
    await pay(shop, held["change"])

    done = await until_changed(shop, booking)
    assert [one["kind"] for one in done["passengers"]] == ["adult", "adult"]
    await nothing_is_broken(played)


async def test_who_is_aboard_changes_nothing(shop, played):
    sailing, other = await two_sailings(played)
    booking = await confirmed(shop, an_ask(sailing))
    async with played.db.acquire() as conn:
        await conn.execute(
            "insert into admission (id, booking_id, leg_number, holder, sailing_id, gate,"
            " admitted_at) select gen_random_uuid(), id, 1, 'p1', $1, 'A', now() from booking",
            sailing,
        )

    moved = {"legs": [{"number": 1, "sailing_id": str(other)}]}
    assert await refused(shop, booking, moved) == (409, "departed")


async def test_add_and_drop_a_leg(shop, played):
    """A way back at the end; then it is dropped for what cancelling it costs."""
    out, back = await a_sailing(played.db), await a_return(played.db, days_ahead=25)
    booking = await confirmed(shop, an_ask(out))
    added = {"legs": [{"number": 1}, {"sailing_id": str(back)}]}
    due = (await quoted(shop, booking, added))["difference"]["amount_minor"]
    assert due == booking["total"]["amount_minor"]
    await pay(shop, (await ordered(shop, booking, added, due))["change"])
    assert len((await until_changed(shop, booking))["legs"]) == 2

    dropped = {"legs": [{"number": 1}]}
    done = await ordered(shop, booking, dropped, -due)

    assert [leg["sailing_id"] for leg in done["legs"]] == [str(out)]
    assert done["total"] == booking["total"]
    assert await taken(played, back) == {}
    await nothing_is_broken(played)


async def test_cabins_and_pets(shop, played):
    sailing = await a_sailing(played.db)
    booking = await confirmed(shop, an_ask(sailing))
    change = {"legs": [{"number": 1, "cabins": {"inside2": 1}}], "pets": 1}

    held = await ordered(shop, booking, change, 5400 + 1500)
    await pay(shop, held["change"])
    done = await until_changed(shop, booking)

    assert done["legs"][0]["cabins"] == {"inside2": 1}
    assert await taken(played, sailing) == {"passenger": 2, "cabin:inside2": 1, "pet": 1}
    await ordered(shop, booking, {"legs": [{"number": 1, "cabins": {}}], "pets": 0}, -6900)
    assert await taken(played, sailing) == {"passenger": 2}
    await nothing_is_broken(played)


async def test_who_does_not_pay_keeps_the_booking(shop, played):
    """The payment page is closed first; then the places are free again."""
    sailing = await a_sailing(played.db)
    booking = await confirmed(shop, an_ask(sailing))
    change = {"vehicles": [CAR]}
    held = await ordered(shop, booking, change, 9200)
    async with shop.session.get(held["change"]["checkout_url"]) as form:
        assert form.status == 200
    async with played.db.acquire() as conn:
        await conn.execute("update booking_change set expires_at = now()")

    await end_changes(played)

    shown = await state_of(shop, booking)
    assert (shown["change"], shown["total"]) == (None, booking["total"])
    assert await taken(played, sailing) == {"passenger": 2}
    async with shop.session.get(held["change"]["checkout_url"]) as form:
        assert f"/bookings/{booking['reference']}" in str(form.url)
    await nothing_is_broken(played)


async def test_money_that_comes_too_late_goes_back(shop, played):
    """Somebody else's change of the booking made this one void while its page was open."""
    sailing, other = await two_sailings(played)
    booking = await confirmed(shop, an_ask(sailing))
    held = await ordered(shop, booking, {"vehicles": [CAR]}, 9200)
    page = await paying.payment_page(played, await stored(played, booking))
    async with played.db.transaction() as conn:
        change_id = await conn.fetchval("select id from booking_change")
        await changes.withdraw(conn, played, change_id, ChangeEvent.WITHDRAW)
    assert held["change"]["status"] == "held"

    await pay(shop, {"checkout_url": page})
    await until_mail(played, "refund_confirmation")

    shown = await state_of(shop, booking)
    assert shown["total"] == booking["total"]
    assert [refund["amount"]["amount_minor"] for refund in shown["refunds"]] == [9200]
    assert "booking is as it was" in await why_in_mail(played)
    assert await taken(played, other) == {}
    await nothing_is_broken(played)


async def test_a_change_may_be_withdrawn_or_ordered_anew(shop, played):
    sailing = await a_sailing(played.db)
    booking = await confirmed(shop, an_ask(sailing))
    await ordered(shop, booking, {"vehicles": [CAR]}, 9200)
    await ordered(shop, booking, {"pets": 1}, 1500)
    assert await taken(played, sailing) == {"passenger": 2, "pet": 1}

    async with shop.post(
        f"{address(booking)}/withdraw", json={"token": booking["token"]}
    ) as answer:
        assert (await answer.json())["change"] is None

    assert await taken(played, sailing) == {"passenger": 2}
    await nothing_is_broken(played)


async def test_another_difference_is_refused_and_nothing_happens(shop, played):
    sailing = await a_sailing(played.db)
    booking = await confirmed(shop, an_ask(sailing))

    async with answer_to_order(shop, booking, {"vehicles": [CAR]}, 0) as answer:
        assert (answer.status, (await answer.json())["code"]) == (409, "price_changed")

    assert await taken(played, sailing) == {"passenger": 2}
    assert (await state_of(shop, booking))["change"] is None


async def test_never_oversold(shop, played):
    """One place is left and two bookings want it at once."""
    sailing = await a_sailing(played.db, places=5)
    first = await confirmed(shop, an_ask(sailing))
    second = await confirmed(shop, an_ask(sailing))
    change = {"passengers": [numbered(ADA, 1), numbered(BO, 2), CY]}

    statuses = await asyncio.gather(*(order_status(shop, b, change) for b in (first, second)))

    assert sorted(statuses) == [200, 409]
    assert await taken(played, sailing) == {"passenger": 5}
    await nothing_is_broken(played)


async def test_two_at_once_are_one_change(shop, played):
    sailing, other = await two_sailings(played)
    booking = await confirmed(shop, an_ask(sailing))
    change = {"legs": [{"number": 1, "sailing_id": str(other)}]}

    async def click():
        async with answer_to_order(shop, booking, change, 0) as answer:
            return answer.status

    statuses = await asyncio.gather(*(click() for _ in range(6)))

    assert statuses.count(200) == 1
    assert set(statuses) == {200, 409}
    assert await taken(played, other) == {"passenger": 2}
    await nothing_is_broken(played)


async def test_changing_and_cancelling_at_once(shop, played):
    sailing, other = await two_sailings(played)
    booking = await confirmed(shop, an_ask(sailing))
    change = {"legs": [{"number": 1, "sailing_id": str(other)}]}

    async def cancel():
        cost = await cancellation_quoted(shop, booking)
        body = {"token": booking["token"], "fee_minor": cost["fee"]["amount_minor"]}
        url = f"/api/v1/bookings/{booking['reference']}/cancel"
        async with shop.post(url, json=body) as answer:
            return answer.status

    async def move():
        async with answer_to_order(shop, booking, change, 0) as answer:
            return answer.status

    statuses = await asyncio.gather(cancel(), move())

    assert 200 in statuses
    await nothing_is_broken(played)


async def test_cancelling_ends_a_change_that_waits(shop, played):
    sailing = await a_sailing(played.db)
    booking = await confirmed(shop, an_ask(sailing))
    await ordered(shop, booking, {"vehicles": [CAR]}, 9200)

    cost = await cancellation_quoted(shop, booking)
    body = {"token": booking["token"], "fee_minor": cost["fee"]["amount_minor"]}
    url = f"/api/v1/bookings/{booking['reference']}/cancel"
    async with shop.post(url, json=body) as answer:
        assert answer.status == 200, await answer.text()

    assert await taken(played, sailing) == {}
    await nothing_is_broken(played)


@pytest.mark.parametrize(
    ("change", "status", "code"),
    [
        ({"legs": [{"number": 7}]}, 422, "unknown_number"),
        ({"legs": [{"number": 1}, {"number": 1}]}, 422, "unknown_number"),
        ({"legs": []}, 422, "invalid"),
        ({"passengers": []}, 422, "invalid"),
        ({"passengers": [{"given_name": "1", "family_name": "2"}]}, 422, "invalid"),
        ({"vehicles": [{"kind": "car", "length_cm": 1}]}, 422, "vehicle_size"),
        ({"legs": [{"number": 1, "cabins": {"inside2": 9}}]}, 422, "cabins"),
        ({"legs": [{"number": 1, "sailing_id": "x"}]}, 404, "sailing"),
        ({"passengers": [{**BO, "number": 2, "birth_date": "2025-01-01"}]}, 422, "alone"),
    ],
)
async def test_what_cannot_be(shop, played, change, status, code):
    booking = await confirmed(shop, an_ask(await a_sailing(played.db)))

    assert await refused(shop, booking, change) == (status, code)


async def test_nothing_to_change(shop, played):
    booking = await confirmed(shop, an_ask(await a_sailing(played.db)))

    async with answer_to_order(shop, booking, {"pets": 0}, 0) as answer:
        assert (answer.status, (await answer.json())["code"]) == (409, "nothing_to_change")


async def test_what_has_left_does_not_change(shop, played):
    sailing, other = await two_sailings(played)
    booking = await confirmed(shop, an_ask(sailing))
    async with played.db.acquire() as conn:
        past = datetime.now(UTC) - timedelta(minutes=1)
        await conn.execute("update sailing set departs_at = $1 where id = $2", past, sailing)

    moved = {"legs": [{"number": 1, "sailing_id": str(other)}]}
    assert await refused(shop, booking, moved) == (409, "departed")


async def test_an_unpaid_booking_is_not_changed(shop, played):
    booking = await book(shop, an_ask(await a_sailing(played.db)))

    assert await refused(shop, booking, {"pets": 1}) == (409, "not_changeable")


@pytest.mark.parametrize(("proof", "refusal"), SHOWN_BY_MALLORY)
async def test_mallory_changes_nothing(shop, played, proof, refusal):
    booking = await confirmed(shop, an_ask(await a_sailing(played.db)))

    change: dict[str, object] = {"change": {"pets": 1}}
    asked: dict[str, dict[str, object]] = {
        "-quote": change,
        "": {**change, "difference_minor": 1500},
        "/withdraw": {},
    }
    for verb, body in asked.items():
        async with shop.post(f"{address(booking)}{verb}", json={**proof, **body}) as answer:
            assert (answer.status, (await answer.json())["code"]) == refusal
    assert (await state_of(shop, booking))["change"] is None


async def test_old_codes_are_dead(shop, played):
    sailing, other = await two_sailings(played)
    booking = await confirmed(shop, an_ask(sailing))
    old = codes.code_of(played.settings, booking["reference"], 1, "p1", 1)
    await ordered(shop, booking, {"legs": [{"number": 1, "sailing_id": str(other)}]}, 0)

    async with shop.get(
        f"/bookings/{booking['reference']}/ticket?token={booking['token']}"
    ) as page:
        text = await page.text()

    assert old not in text
    known = codes.read(played.settings, old)
    assert known
    assert known.issue < await issue_of(played)


async def test_the_page_does_it_without_javascript(shop, played):
    """Choose another sailing of that day, see the price, do it."""
    sailing, other = await two_sailings(played)
    booking = await confirmed(shop, an_ask(sailing, vehicles=[CAR]))
    day = local_day(21)

    text = await shown(shop, f"{page_of(booking)}&day_1={day}")
    assert str(other) in text
    fields = fields_of(text) | {"legs-0-sailing_id": str(other), "act": "quote"}
    text = await posted(shop, booking, fields)
    assert "Change the booking" in text
    text = await posted(shop, booking, fields_of(text) | {"act": "order"})

    assert "Everything is confirmed" in text
    done = await state_of(shop, booking)
    assert done["legs"][0]["sailing_id"] == str(other)
    assert [one["given_name"] for one in done["passengers"]] == ["Ada", "Bo"]
    assert len(done["vehicles"]) == 1


async def test_the_page_leads_to_the_payment(shop, played):
    booking = await confirmed(shop, an_ask(await a_sailing(played.db)))
    fields = fields_of(await shown(shop, page_of(booking)))
    new = {"given_name": "Cy", "family_name": "Dahl", "birth_date": "1990-05-05"}
    fields |= {f"passengers-2-{name}": value for name, value in new.items()}

    text = await posted(shop, booking, fields | {"act": "quote"})
    assert "45.50" in text
    text = await posted(shop, booking, fields_of(text) | {"act": "order"}, follow=False)

    assert (await state_of(shop, booking))["change"]["difference"]["amount_minor"] == 4550
    text = await shown(shop, f"/bookings/{booking['reference']}?token={booking['token']}")
    assert "Your change waits for its payment" in text
    assert "Pay for the change" in text
    await posted(
        shop, booking, fields_of(await shown(shop, page_of(booking))) | {"act": "withdraw"}
    )
    assert (await state_of(shop, booking))["change"] is None


@pytest.mark.parametrize(
    ("more", "words"),
    [
        ({"legs-0-drop": "yes"}, "please cancel the booking instead"),
        ({"passengers-2-given_name": "Cy", "passengers-2-family_name": "Dahl"}, "required"),
        ({"vehicles-0-kind": "car", "vehicles-0-length_cm": "90000"}, "At most 2500"),
        ({"legs-0-sailing_id": "0" * 32}, "There is no sailing"),
    ],
)
async def test_the_page_says_what_is_wrong(shop, played, more, words):
    booking = await confirmed(shop, an_ask(await a_sailing(played.db)))
    fields = fields_of(await shown(shop, page_of(booking))) | {"act": "quote"}

    async with shop.post(page_of(booking), data=fields | more) as page:
        assert page.status in (404, 422)
        assert words in await page.text()


async def test_the_page_takes_no_other_price(shop, played):
    booking = await confirmed(shop, an_ask(await a_sailing(played.db)))
    fields = fields_of(await shown(shop, page_of(booking)))
    wanted = {"act": "order", "wanted": '{"pets": 1}', "difference_minor": "0"}

    for broken in ({}, {"difference_minor": "x"}, {"wanted": "{"}):
        async with shop.post(page_of(booking), data=fields | wanted | broken) as page:
            assert page.status in (409, 422)
    assert (await state_of(shop, booking))["change"] is None


@pytest.mark.parametrize("before", [True, False])
async def test_killed_at_every_step(played, monkeypatch, before):
    """Ordered, paid, carried out: whoever dies in between is followed by one who looks again."""
    monkeypatch.setattr(domains, "CRONS", [])
    death = Death(monkeypatch)
    death.install()
    step = 1
    while await died_at(played, death, step, before=before):
        step += 1
    assert step > 8


async def died_at(res, death, step, *, before):
    """Move one booking (free) and add a cabin to another (paid), dying once at that step.

    Return whether there was such a step.
    """
    sailing, other = await two_sailings(res)
    async with opened(res) as shop:
        free, dearer = [await confirmed(shop, an_ask(sailing, people=[ADA])) for _ in range(2)]
        await nothing_is_broken(res)
    death.arm(step, before=before)
    await surviving(lambda: change(res, free, LegChange(1, str(other)), 0))
    await surviving(lambda: change(res, dearer, LegChange(1, cabins={"inside2": 1}), 5400))
    await surviving(lambda: paid(res, dearer))
    happened = death.at == 0
    death.arm(0, before=before)
    async with opened(res) as shop:
        await end_changes(res)
        await nothing_is_broken(res)
        assert (await state_of(shop, free))["legs"][0]["sailing_id"] == str(other)
        shown = await state_of(shop, dearer)
        assert (shown["legs"][0]["cabins"], shown["change"]) == ({"inside2": 1}, None)
    assert await taken(res, sailing) == {"passenger": 1, "cabin:inside2": 1}
    assert await taken(res, other) == {"passenger": 1}
    return happened


async def surviving(act):
    """Do it again after a death, as a customer or the ledger of jobs does."""
    try:
        await act()
    except Killed:
        await act()


async def change(res, booking, leg, difference_minor):
    """Order it, unless it is done."""
    request = ChangeRequest(legs=[leg])
    try:
        await ordering.order(
            res, await stored(res, booking), ChangeOrder(request, difference_minor)
        )
    except Conflict as done:
        if done.code not in ("nothing_to_change", "price_changed"):
            raise


async def paid(res, booking):
    """Pay what the change costs, and do what the webhook's jobs do."""
    now = await stored(res, booking)
    if now.change is not None:
        with contextlib.suppress(Conflict):  # paid before
            url = await paying.payment_page(res, now)
            async with aiohttp.ClientSession() as session:
                await pay_there(session, url)
    async with res.db.acquire() as conn:
        found = await payments.payments_of(conn, "bookings", now.id)
    (payment,) = [one for one in found if one.part_id and one.status != "closed"]
    await checkouts.reconcile(res, payment.id)
    await accept_payment(res, payment_id=str(payment.id))


async def pay_there(session, url):
    """Fill Stripe's form in, and never come back from there."""
    async with session.get(url) as form:
        text, at = await form.text(), form.url
    action = re.search(r'<form[^>]*action="([^"]+)"', text)
    if action is None:
        return  # paid before
    fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', text))
    fields |= {"number": "4242424242424242", "action": "pay"}
    target = at.join(type(at)(action[1]))
    async with session.post(target, data=fields, allow_redirects=False) as answer:
        assert answer.status in (302, 303), await answer.text()


@asynccontextmanager
async def opened(res):
    """The application with its workers: what a customer meets."""
    async with (
        TestClient(TestServer(create_app(res), port=res.settings.web.port)) as made,
        working(res, domains.TASKS, domains.CRONS),
    ):
        yield made


async def stored(res, booking):
    return await bookings.by_reference(res, booking["reference"], Proof(token=booking["token"]))


async def confirmed(shop, ask):
    booking = await book(shop, ask)
    await pay(shop, booking)
    return await until(shop, booking, "confirmed")


async def until_changed(shop, booking):
    """Wait until no change is open any more; return the booking."""
    async with asyncio.timeout(60):
        while (shown := await state_of(shop, booking))["change"]:
            await asyncio.sleep(0.05)
    return shown


async def quoted(shop, booking, change):
    async with shop.post(
        f"{address(booking)}-quote", json={"token": booking["token"], "change": change}
    ) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def refused(shop, booking, change):
    """Status and code of a quote that is refused."""
    async with shop.post(
        f"{address(booking)}-quote", json={"token": booking["token"], "change": change}
    ) as answer:
        return answer.status, (await answer.json()).get("code")


async def ordered(shop, booking, change, difference_minor):
    async with answer_to_order(shop, booking, change, difference_minor) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def order_status(shop, booking, change):
    due = (await quoted(shop, booking, change))["difference"]["amount_minor"]
    async with answer_to_order(shop, booking, change, due) as answer:
        return answer.status


def answer_to_order(shop, booking, change, difference_minor):
    body = {"token": booking["token"], "change": change, "difference_minor": difference_minor}
    return shop.post(address(booking), json=body)


def address(booking):
    return f"/api/v1/bookings/{booking['reference']}/change"


def numbered(person, number):
    return {**person, "number": number}


async def two_sailings(played):
    return await a_sailing(played.db, days_ahead=20), await a_sailing(played.db, days_ahead=21)


async def taken(played, sailing):
    return {name: count for name, count in (await all_taken(played.db, sailing)).items() if count}


async def issue_of(played):
    async with played.db.acquire() as conn:
        return await conn.fetchval("select ticket_issue from booking")


async def why_in_mail(played):
    async with played.db.acquire() as conn:
        return await conn.fetchval(
            "select context->>'why' from mail where template = 'refund_confirmation'"
        )


def page_of(booking):
    return f"/bookings/{booking['reference']}/change?token={booking['token']}"


async def shown(shop, url):
    async with shop.get(url) as page:
        assert page.status == 200, await page.text()
        return await page.text()


async def posted(shop, booking, fields, *, follow=True):
    async with shop.post(page_of(booking), data=fields, allow_redirects=follow) as page:
        assert page.status in (200, 303), await page.text()
        return await page.text()


async def said_of(played):
    async with played.db.acquire() as conn:
        return tuple(await conn.fetchrow("select assistance, nationality from passenger"))
