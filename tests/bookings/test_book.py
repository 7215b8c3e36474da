"""Booking: priced by who travels, held for a while, or refused with words."""

import asyncio

import pytest

from maritime_app import ids
from tests.booked import taken
from tests.factories import ADA, CAR, a_sailing, an_ask, book


async def test_it_works(client, db):
    sailing = await a_sailing(db)

    booking = await book(client, an_ask(sailing, vehicles=[CAR]))

    assert booking["status"] == "held"
    assert booking["total"] == {"amount_minor": 2 * 4300 + 9200 + 2 * 250, "currency": "EUR"}
    assert booking["checkout_url"].endswith(
        f"/bookings/{booking['reference']}/pay?token={booking['token']}"
    )
    assert await taken(db, sailing) == {
        "passenger": 2,
        "lane_cm": 480,
        "cabin:inside2": 0,
        "pet": 0,
    }


async def test_a_misspelt_field_books_nothing(client, db):
    """Without it the car would stay on the quay, and the price look right."""
    sailing = await a_sailing(db)
    ask = {**an_ask(sailing, people=[{**ADA, "wheelchair": True}]), "vehicels": [CAR]}
    async with client.post("/api/v1/bookings", json=ask) as answer:
        refusal = await answer.json()

    assert answer.status == 422
    assert refusal["errors"] == {
        "vehicels": "There is no such field. Did you mean vehicles?",
        "passengers[0].wheelchair": "There is no such field.",
    }
    assert (await taken(db, sailing))["passenger"] == 0


async def test_a_child_pays_as_a_child_by_birth_date(client, db):
    sailing = await a_sailing(db)
    child = {
        "given_name": "Cleo",
        "family_name": "Lund",
        "birth_date": "2019-05-05",
        "kind": "adult",
    }

    booking = await book(client, an_ask(sailing, people=[ADA, child]))

    assert [person["kind"] for person in booking["passengers"]] == ["adult", "child"]
    assert booking["total"]["amount_minor"] == 4300 + 2150 + 2 * 250


async def test_a_cabin_is_priced_and_taken(client, db):
    sailing = await a_sailing(db, cabins=1)
    ask = an_ask(sailing)
    ask["legs"][0]["cabin"] = "inside2"

    booking = await book(client, ask)

    assert booking["total"]["amount_minor"] == 2 * 4300 + 2 * 250 + 5400
    async with client.post("/api/v1/bookings", json=ask) as second:
        assert second.status == 409
        assert (await second.json())["detail"] == "There is no such cabin left on this sailing."


@pytest.mark.parametrize(
    ("change", "status", "words"),
    [
        ({"passengers": []}, 422, "passengers"),
        ({"legs": []}, 422, "legs"),
        ({"contact": {"email": "not an address"}}, 422, "contact.email"),
        ({"passengers": [{"given_name": "Ada", "family_name": ""}]}, 422, "passengers"),
        ({"passengers": [{**ADA, "birth_date": "2031-01-01"}]}, 422, "birth date"),
        ({"total": {"amount_minor": 1, "currency": "EUR"}}, 409, "price has changed"),
        ({"vehicles": [{"kind": "camper", "height_cm": 430}]}, 409, "high"),
        ({"legs": [{"sailing_id": "9e0e0000-0000-7000-8000-000000000000"}]}, 404, "no sailing"),
        ({"legs": [{"sailing_id": "XYZ~nothing"}]}, 404, "no such sailing"),
    ],
)
async def test_what_cannot_be_is_refused_with_words(client, db, change, status, words):
    sailing = await a_sailing(db)

    async with client.post("/api/v1/bookings", json={**an_ask(sailing), **change}) as answer:
        problem = await answer.json()

    assert answer.status == status, problem
    assert answer.content_type == "application/problem+json"
    assert words in str(problem)
    assert (await taken(db, sailing))["passenger"] == 0


async def test_a_sailing_that_has_left_is_refused(client, db):
    sailing = await a_sailing(db, days_ahead=-0.01)

    async with client.post("/api/v1/bookings", json=an_ask(sailing)) as answer:
        assert answer.status == 409
        assert (await answer.json())["code"] == "departed"


async def test_a_reference_that_another_booking_has_is_drawn_anew(client, db, monkeypatch):
    """Among some million bookings it happens. Who travels in the same statement is held, too."""
    sailing = await a_sailing(db)
    drawn = iter(["AAAAAAAA", "AAAAAAAA", "CCCCCCCC", "DDDDDDDD"])
    monkeypatch.setattr(ids, "reference", lambda: next(drawn))
    first = await book(client, an_ask(sailing))

    both = await asyncio.gather(*(book(client, an_ask(sailing)) for _ in range(2)))

    assert first["reference"] == "AAAAAAAA"
    assert {booking["reference"] for booking in both} == {"CCCCCCCC", "DDDDDDDD"}
    assert (await taken(db, sailing))["passenger"] == 6


async def test_where_every_reference_is_another_bookings_nothing_is_held(client, db, monkeypatch):
    sailing = await a_sailing(db)
    monkeypatch.setattr(ids, "reference", lambda: "AAAAAAAA")
    await book(client, an_ask(sailing))

    async with client.post("/api/v1/bookings", json=an_ask(sailing)) as answer:
        assert (answer.status, answer.headers["Retry-After"]) == (503, "1")

    assert (await taken(db, sailing))["passenger"] == 2
