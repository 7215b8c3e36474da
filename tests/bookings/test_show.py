"""Who may see a booking: whoever knows a passenger's surname or holds the signed link. mallory sees
nothing.
"""

import pytest

from tests.factories import a_sailing, an_ask, book


async def test_it_works(client, db):
    booking = await book(client, an_ask(await a_sailing(db)))

    for proof in ("surname=LUND", "surname=berg", f"token={booking['token']}"):
        async with client.get(f"/api/v1/bookings/{booking['reference']}?{proof}") as answer:
            assert answer.status == 200, proof
            assert (await answer.json())["reference"] == booking["reference"]


@pytest.mark.parametrize(
    ("proof", "status", "where"),
    [
        ("", 422, "AAAAAAAA"),
        ("surname=", 422, "AAAAAAAA?surname="),
        ("token=", 422, "AAAAAAAA?token="),
        ("surname=mallory", 404, "AAAAAAAA?surname=lund"),
        ("token=AAAAAAAAAAAAAAAAAAAAAAAA", 404, "AAAAAAAA?token=AAAAAAAAAAAAAAAAAAAAAAAA"),
    ],
)
async def test_mallory_sees_nothing(client, db, proof, status, where):
    """Nor does any answer tell a wrong surname, or none, from a wrong reference."""
    booking = await book(client, an_ask(await a_sailing(db)))

    async with client.get(f"/api/v1/bookings/{booking['reference']}?{proof}") as answer:
        assert answer.status == status
        refused = await answer.json()
    async with client.get(f"/api/v1/bookings/{where}") as unknown:
        assert await unknown.json() == refused


@pytest.mark.parametrize(
    "page", ["", "/pay", "/return", "/ticket", "/ticket.pdf", "/calendar.ics", "/trip", "/cancel"]
)
async def test_pages_need_the_link(client, db, page):
    booking = await book(client, an_ask(await a_sailing(db)))

    async with client.get(
        f"/bookings/{booking['reference']}{page}", allow_redirects=False
    ) as answer:
        assert answer.status == 404


async def test_another_bookings_token_does_not_open_it(client, db):
    sailing = await a_sailing(db)
    ours, theirs = await book(client, an_ask(sailing)), await book(client, an_ask(sailing))

    async with client.get(f"/bookings/{ours['reference']}?token={theirs['token']}") as answer:
        assert answer.status == 404


async def test_what_booking_answers_is_what_looking_it_up_says(client, db):
    booking = await book(client, an_ask(await a_sailing(db)))

    async with client.get(
        f"/api/v1/bookings/{booking['reference']}?token={booking['token']}"
    ) as answer:
        found = await answer.json()
    # Every answer has a token of its own second.
    with_token = {"token", "booking_url", "checkout_url"}
    for answered in (found, booking):
        assert all(answered.pop(name) for name in with_token)
    assert booking.pop("booking_token")  # a secret, said once
    assert found.pop("booking_token") is None
    assert found == booking


async def test_a_program_reads_the_story_in_the_language_that_it_accepts(client, db):
    booking = await book(client, an_ask(await a_sailing(db)))
    address = f"/api/v1/bookings/{booking['reference']}?token={booking['token']}"

    async with client.get(address, headers={"Accept-Language": "de-AT, en;q=0.5"}) as answer:
        german = (await answer.json())["story"]
    async with client.get(address) as answer:
        english = (await answer.json())["story"]

    assert (german["headline"], english["headline"]) == (
        "Ihre Plätze sind reserviert",
        "Your places are held",
    )
    assert german["situation"] == english["situation"] == "held"
