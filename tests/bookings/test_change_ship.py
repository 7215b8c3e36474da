"""Another ship sails: who fits keeps a place, perhaps in other cabins; who does not is asked."""

import pytest

from maritime_app.bookings.ship_changes import service as ship_changes
from tests.booked import (
    nothing_is_broken,
    state_of,
    taken,
    until,
    until_mail,
)
from tests.factories import ADA, BO, CAR, a_sailing, an_ask, book, local_day
from tests.other_ship import HOUSE, a_ship, booked, change, choice, choose, confirmed, lost
from tests.rows import execute, value, values

IN_A_CABIN = {"inside2": 1}


async def test_it_works(shop, played):
    """Three parties of two on a ship for four: the last that booked is offered the next sailing."""
    sailing, other = (
        await a_sailing(played.db, days_ahead=5),
        await a_sailing(played.db, days_ahead=6),
    )
    await a_ship(played.db, passengers=4)
    booked = [await confirmed(shop, an_ask(sailing)) for _one in range(3)]

    seen = await ship_changes.preview(played, HOUSE, sailing, "POL")
    assert [(one.reference, one.lacks) for one in seen.losing] == [
        (booked[2]["reference"], ("passenger",))
    ]
    assert seen.keeping == 2
    await change(played, sailing, losing=1)
    await until_mail(played, "disruption_offer")

    shown = await choice(shop, booked[2])
    assert (shown["kind"], shown["status"], shown["refund"]) == (
        "no_place",
        "offered",
        booked[2]["total"],
    )
    assert [(one["sailing_id"], one["held"]) for one in shown["alternatives"]] == [
        (str(other), True)
    ]
    assert (await taken(played.db, sailing))["passenger"] == 4
    assert (await taken(played.db, other))["passenger"] == 2
    await choose(shop, booked[2], "rebook", sailing_id=str(other))

    moved = await state_of(shop, booked[2])
    assert moved["legs"][0]["sailing_id"] == str(other)
    assert moved["total"] == booked[2]["total"]
    assert (await state_of(shop, booked[0]))["legs"][0]["ferry"] == "Polaris"
    assert await value(played, "select count(*) from mail where template = 'other_ship'") == 2
    await nothing_is_broken(played)


async def test_an_unpaid_hold_goes_before_a_paid_party(shop, played):
    """The hold was first, and has not been paid; what it bought nothing of is said to it."""
    sailing = await a_sailing(played.db)
    await a_ship(played.db, passengers=2)
    unpaid = await book(shop, an_ask(sailing))
    async with shop.session.get(unpaid["checkout_url"]) as form:
        assert form.status == 200
    paid = await confirmed(shop, an_ask(sailing))

    seen = await ship_changes.preview(played, HOUSE, sailing, "POL")
    assert [(one.reference, one.unpaid) for one in seen.losing] == [(unpaid["reference"], True)]
    await change(played, sailing, losing=1)

    await until(shop, unpaid, "expired")
    await until_mail(played, "disruption_news")
    assert (await state_of(shop, paid))["status"] == "confirmed"
    await nothing_is_broken(played)
    assert await values(played, "select status from payment order by created_at") == [
        "closed",
        "succeeded",
    ]


async def test_a_smaller_party_after_them_may_still_fit(client, resources):
    sailing = await a_sailing(resources.db)
    await a_ship(resources.db, passengers=3)
    first = await booked(client, resources, an_ask(sailing))
    pair = await booked(client, resources, an_ask(sailing))
    single = await booked(client, resources, an_ask(sailing, people=[BO]))

    seen = await ship_changes.preview(resources, HOUSE, sailing, "POL")

    assert [one.reference for one in seen.losing] == [pair.reference]
    await change(resources, sailing, losing=1)
    assert await lost(resources) == [pair.reference]
    assert first.reference != single.reference
    assert (await taken(resources.db, sailing))["passenger"] == 3


@pytest.mark.parametrize(
    ("ship", "lack"),
    [
        ({"height_cm": 140}, "height"),
        ({"max_kg": 1_000}, "weight"),
        ({"lane_cm": 300}, "lane_cm"),
        ({"decks": False}, "height"),
    ],
)
async def test_a_vehicle_that_the_ship_does_not_take(client, resources, ship, lack):
    sailing = await a_sailing(resources.db)
    await a_ship(resources.db, passengers=100, **ship)
    car = {**CAR, "length_cm": 450, "height_cm": 150, "weight_kg": 1_500}
    with_car = await booked(client, resources, an_ask(sailing, vehicles=[car]))
    await booked(client, resources, an_ask(sailing))

    (losing,) = (await ship_changes.preview(resources, HOUSE, sailing, "POL")).losing
    assert (losing.reference, losing.lacks[0]) == (with_car.reference, lack)
    await change(resources, sailing, losing=1)

    assert await lost(resources) == [with_car.reference]
    async with client.post("/api/v1/bookings", json=an_ask(sailing, vehicles=[car])) as answer:
        assert answer.status == 409


async def test_other_cabins_are_given_and_told(shop, played):
    """No cabins for two there: they get two for one, at the same price, with a new ticket."""
    sailing = await a_sailing(played.db)
    await a_ship(played.db, passengers=100, cabins={"inside1": (4, 1)})
    ask = an_ask(sailing) | {"legs": [{"sailing_id": str(sailing), "cabins": IN_A_CABIN}]}
    booking = await confirmed(shop, ask)

    seen = await ship_changes.preview(played, HOUSE, sailing, "POL")
    assert [(one.before, one.after) for one in seen.relodged] == [(IN_A_CABIN, {"inside1": 2})]
    await change(played, sailing, losing=0)

    now = await state_of(shop, booking)
    assert (now["legs"][0]["cabins"], now["total"]) == ({"inside1": 2}, booking["total"])
    assert (await taken(played.db, sailing))["cabin:inside1"] == 2
    await until_mail(played, "other_ship")
    await until_mail(played, "booking_changed")
    told = await value(
        played, "select context->'news'->'cabins' from mail where template = 'other_ship'"
    )
    assert told == {"inside1": 2}
    await nothing_is_broken(played)


async def test_cabins_are_exchanged_between_parties(client, resources):
    """What one gives back another one takes: on neither ship are there so many of both."""
    sailing = await a_sailing(resources.db, cabins=2)
    await a_ship(resources.db, passengers=100, cabins={"inside2": (1, 2), "outside2": (1, 2)})
    ask = an_ask(sailing) | {"legs": [{"sailing_id": str(sailing), "cabins": IN_A_CABIN}]}
    for _one in range(2):
        await booked(client, resources, ask)

    await change(resources, sailing, losing=0)

    now = await taken(resources.db, sailing)
    assert (now["cabin:inside2"], now["cabin:outside2"]) == (1, 1)


@pytest.mark.parametrize("status", ["paid", "confirming"])
async def test_who_has_paid_and_no_ticket_yet_sleeps_in_other_cabins(client, resources, status):
    """No change is written of what was never confirmed: it is confirmed with the cabins it has."""
    sailing = await a_sailing(resources.db)
    await a_ship(resources.db, passengers=100, cabins={"inside1": (4, 1)})
    ask = an_ask(sailing) | {"legs": [{"sailing_id": str(sailing), "cabins": IN_A_CABIN}]}
    booking = await booked(client, resources, ask)
    await execute(resources, f"update booking set status = '{status}', confirmed_at = null")

    await change(resources, sailing, losing=0)

    now = await taken(resources.db, sailing)
    assert (now["cabin:inside1"], now["cabin:inside2"], now["passenger"]) == (2, 0, 2)
    lines = "select quantity from booking_item where item = 'cabin:inside1'"
    assert await values(resources, lines) == [2]
    total = "select sum(amount_minor)::bigint from booking_item"
    assert await value(resources, total) == booking.total_minor
    assert await value(resources, "select count(*) from booking_change") == 0


async def test_smaller_cabins_of_the_same_name(client, resources):
    """They get two where there was one: for a moment more than either ship has is counted."""
    sailing = await a_sailing(resources.db, cabins=1)
    await a_ship(resources.db, passengers=100, cabins={"inside2": (2, 1)})
    ask = an_ask(sailing) | {"legs": [{"sailing_id": str(sailing), "cabins": IN_A_CABIN}]}
    await execute(
        resources,
        "insert into ferry_cabin select id, 'inside2', 1, 2 from ferry where code = 'AUR'"
        " on conflict do nothing",
    )
    await booked(client, resources, ask)

    await change(resources, sailing, losing=0)

    assert (await taken(resources.db, sailing))["cabin:inside2"] == 2
    assert await values(
        resources, "select total from capacity where resource = 'cabin:inside2'"
    ) == [2]


async def test_who_would_lose_a_berth_is_asked(client, resources):
    sailing = await a_sailing(resources.db)
    await a_ship(resources.db, passengers=100, cabins={"inside1": (1, 1)})
    ask = an_ask(sailing) | {"legs": [{"sailing_id": str(sailing), "cabins": IN_A_CABIN}]}
    await booked(client, resources, ask)

    (losing,) = (await ship_changes.preview(resources, HOUSE, sailing, "POL")).losing

    assert losing.lacks == ("berth",)


async def test_the_sailing_names_its_ship_everywhere(client, resources):
    sailing = await a_sailing(resources.db, days_ahead=1)
    await a_ship(resources.db, passengers=50)
    await booked(client, resources, an_ask(sailing, people=[ADA]))
    when = local_day(1)
    addresses = (
        f"/api/v1/ferries/search?from=NOOSL&to=DEKEL&date={when}",
        f"/api/v1/ports/NOOSL/departures?date={when}",
        f"/bookings/new?out={sailing}",
    )
    for address in addresses:
        async with client.get(address) as answer:
            assert "Aurora Borealis" in await answer.text()

    await change(resources, sailing, losing=0, note="In the dock.")

    for address in addresses:
        async with client.get(address) as answer:
            text = await answer.text()
            assert "Polaris" in text, address
            assert "Aurora Borealis" not in text, address
    logged = await value(resources, "select detail from audit where action = 'sailing_change_ship'")
    assert logged["ferry"] == ["Aurora Borealis", "Polaris"]
    assert logged["lost"] == []


async def test_cabins_are_passed_on_from_party_to_party(client, resources):
    """The first ones move where the next ones are, and those to a third kind."""
    sailing = await a_sailing(resources.db, cabins=1)
    await execute(resources, "insert into capacity select id, 'cabin:outside2', 1 from sailing")
    await execute(
        resources,
        "insert into ferry_cabin select id, 'outside2', 1, 2 from ferry where code = 'AUR'"
        " on conflict do nothing",
    )
    await execute(
        resources,
        "insert into fare_price select fare_id, 'cabin:outside2', amount_minor from fare_price"
        " where item = 'cabin:inside2' on conflict do nothing",
    )
    cabins = {"outside2": (1, 2), "suite2": (1, 2)}
    await a_ship(resources.db, passengers=100, cabins=cabins)
    for kind in ("inside2", "outside2"):
        legs = [{"sailing_id": str(sailing), "cabins": {kind: 1}}]
        await booked(client, resources, an_ask(sailing) | {"legs": legs})

    await change(resources, sailing, losing=0)

    now = await taken(resources.db, sailing)
    assert (now["cabin:outside2"], now["cabin:suite2"], now.get("cabin:inside2", 0)) == (1, 1, 0)
