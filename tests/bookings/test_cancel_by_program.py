"""What a program shows to cancel: a secret that the customer was given, not a surname."""

import pytest

from maritime_app.bookings.link_tokens import Entry, token
from tests.booked import cancellation_address as address, nothing_is_broken, quoted, until
from tests.factories import a_sailing, an_ask, book, pay


async def test_it_works(shop, played):
    booking = await confirmed(shop, an_ask(await a_sailing(played.db, days_ahead=5)))
    fee = (await quoted(shop, booking))["fee"]["amount_minor"]

    proof = {"token": booking["booking_token"], "fee_minor": fee}
    async with shop.post(address(booking), json=proof) as answer:
        assert answer.status == 200, await answer.text()
        assert (await answer.json())["status"] == "cancelled"
    await nothing_is_broken(played)


async def test_a_surname_does_not_cancel_what_is_paid(shop, played):
    """Nor does any token that a surname was answered."""
    booking = await confirmed(shop, an_ask(await a_sailing(played.db, days_ahead=5)))
    shown = await by_surname(shop, booking)
    fee = (await quoted(shop, booking))["fee"]["amount_minor"]

    for proof in ({"surname": "Lund"}, {"token": shown["token"]}):
        async with shop.post(address(booking), json={**proof, "fee_minor": fee}) as answer:
            assert answer.status == 403
            assert answer.content_type == "application/problem+json"
            problem = await answer.json()
        assert problem["code"] == "proof_too_weak"
        assert "booking_token" in problem["detail"]
    assert (await by_surname(shop, booking))["status"] == "confirmed"


async def test_what_a_surname_is_answered_is_worth_a_surname(shop, played):
    """It shows the booking and opens its pages; there a code by mail is asked for."""
    booking = await confirmed(shop, an_ask(await a_sailing(played.db, days_ahead=5)))
    shown = await by_surname(shop, booking)

    assert shown["booking_token"] is None
    assert booking["token"] not in str(shown)
    async with shop.get(api(booking), params={"token": shown["token"]}) as answer:
        assert answer.status == 200
        assert booking["token"] not in await answer.text()
    cancel_page = f"/bookings/{booking['reference']}/cancel?token={shown['token']}"
    async with shop.get(cancel_page) as page:
        assert page.status == 200
        assert f"/bookings/{booking['reference']}/cancel/code" in await page.text()


async def test_a_token_may_travel_in_the_header(client, db):
    """A staff token, or another booking's, stands there in vain."""
    booking = await book(client, an_ask(await a_sailing(db)))
    other = await book(client, an_ask(await a_sailing(db)))

    for token_shown, status in ((booking["token"], 200), (other["token"], 404), ("mat_x", 404)):
        header = {"Authorization": f"Bearer {token_shown}"}
        async with client.get(api(booking), headers=header) as answer:
            assert answer.status == status
        where = f"{api(booking)}/cancel-quote"
        async with client.post(where, headers=header, json={}) as answer:
            assert answer.status == status


async def test_who_shows_nothing_is_told_what_to_show(client, db):
    """In the same words for a booking that there is and one that there is not."""
    booking = await book(client, an_ask(await a_sailing(db)))

    for where in (api(booking), "/api/v1/bookings/AAAAAAAA"):
        async with client.get(where) as answer:
            assert answer.status == 422
            problem = await answer.json()
        assert problem["code"] == "proof_missing"
        assert set(problem["errors"]) == {"surname", "token"}


async def test_the_secret_stands_in_the_first_answer_alone(client, db):
    ask = an_ask(await a_sailing(db))
    key = {"Idempotency-Key": "a-key-of-one-trip"}
    booking = await book(client, ask, **key)

    async with client.get(api(booking), params={"token": booking["booking_token"]}) as answer:
        assert answer.status == 200
        assert (await answer.json())["booking_token"] is None
    assert (await book(client, ask, **key))["booking_token"] == booking["booking_token"]


async def test_an_unpaid_hold_is_released_with_a_surname(client, db):
    booking = await book(client, an_ask(await a_sailing(db)))

    async with client.post(address(booking), json={"surname": "lund", "fee_minor": 0}) as answer:
        assert answer.status == 200, await answer.text()


@pytest.mark.parametrize("entry", ["booked", "found", "returned", "staff_view"])
async def test_tokens_that_carry_a_browser_over_prove_nothing(client, db, resources, entry):
    booking = await book(client, an_ask(await a_sailing(db)))
    given = token(resources.settings, booking["reference"], Entry(entry))
    async with client.get(api(booking), params={"token": given}) as answer:
        assert answer.status == 404


async def confirmed(shop, ask):
    """A booking as it was answered when it was made, paid and confirmed by now."""
    booking = await book(shop, ask)
    await pay(shop, booking)
    await until(shop, booking, "confirmed")
    return booking


async def by_surname(client, booking):
    async with client.get(api(booking), params={"surname": "lund"}) as answer:
        assert answer.status == 200
        return await answer.json()


def api(booking):
    return f"/api/v1/bookings/{booking['reference']}"
