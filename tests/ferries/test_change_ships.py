"""Journeys with one or two changes: found, priced as one, sold whole or not at all."""

import json
from datetime import UTC, datetime, timedelta

import pytest
from multidict import MultiDict

from maritime_app.ferries.model import Operator, OperatorKind, Place
from maritime_app.ferries.search import store
from maritime_app.ferries.search.journeys import connecting
from maritime_app.ferries.search.journeys.changing import Changing
from maritime_app.ferries.search.model import JourneySale, SailingOffer, WhyNot
from maritime_app.ferries.search.results.filters import Filters
from maritime_app.ferries.timetables.editions import service
from maritime_app.money import Money
from tests.factories import ADA, BO, an_ask, book
from tests.ferries.feeds import feed

A, B, C, D = (
    Place(code, code.title(), "UTC", "GR") for code in ("ALPHA", "BETA", "GAMMA", "DELTA")
)
LINE = Operator("LIN", "Line", OperatorKind.HOUSE)
DAY = datetime(2026, 12, 1, tzinfo=UTC)
USUAL = Changing(lambda _port, _operator: 45, longest_hours=14.0)


def boat(leaves, arrives, price=10, currency="EUR", why_not=None):
    """A sailing at these hours of the day."""
    departs, lands = DAY + timedelta(hours=leaves), DAY + timedelta(hours=arrives)
    sold = Money(price * 100, currency) if why_not is not WhyNot.TIMETABLE_ONLY else None
    return SailingOffer(
        sailing_id=f"{leaves}-{arrives}-{price}",
        operator=LINE,
        ferry="Aurora",
        departs_at=departs,
        arrives_at=lands,
        departs_local=departs.isoformat(),
        arrives_local=lands.isoformat(),
        duration_minutes=int((arrives - leaves) * 60),
        price=sold,
        bookable=why_not is None,
        places_left=9,
        vehicle_fits=True,
        why_not=why_not,
    )


def travelled(first, second, changing=USUAL):
    """The journeys from A over B to C, as (first, second) ids."""
    boats = {("ALPHA", "BETA"): first, ("BETA", "GAMMA"): second}
    return connecting.journeys((A, C), [((A, B), (B, C))], boats, boats, changing)


def test_it_works():
    (journey,) = travelled([boat(8, 10)], [boat(11, 13, price=7)])

    assert [leg.change_minutes for leg in journey.legs] == [None, 60]
    assert (journey.duration_minutes, journey.changes) == (300, 1)
    assert (journey.sold, journey.price) == (JourneySale.TOGETHER, Money(1700, "EUR"))


@pytest.mark.parametrize(
    ("minutes", "leaves"), [(44, None), (45, 10.75), (14 * 60, 24), (14 * 60 + 1, None)]
)
def test_there_must_be_time_to_change_and_not_too_much(minutes, leaves):
    found = travelled([boat(8, 10)], [boat(10 + minutes / 60, 30)])

    assert [journey.legs[1].sailing.departs_at for journey in found] == (
        [] if leaves is None else [DAY + timedelta(hours=leaves)]
    )


def test_the_minutes_are_those_of_the_port_and_of_the_operator_who_sails_on():
    slow = Changing(lambda port, operator: {("BETA", "LIN"): 180}[port, operator], 14.0)

    found = travelled([boat(8, 10)], [boat(11, 12), boat(13, 14)], slow)

    assert [journey.arrives_at.hour for journey in found] == [14]


@pytest.mark.parametrize("reason", [WhyNot.FULL, WhyNot.CANCELLED, WhyNot.SALES_CLOSED])
def test_a_boat_that_nobody_can_take_leads_nowhere(reason):
    assert travelled([boat(8, 10)], [boat(11, 12, why_not=reason)]) == []


def test_the_first_boat_on_and_the_first_that_is_sold_here():
    listed = boat(11, 12, why_not=WhyNot.TIMETABLE_ONLY)

    found = travelled([boat(8, 10)], [listed, boat(12, 13), boat(14, 15)])

    assert [(each.arrives_at.hour, each.sold) for each in found] == [
        (12, JourneySale.NOT_SOLD),
        (13, JourneySale.TOGETHER),
    ]


def test_two_currencies_are_two_purchases():
    (journey,) = travelled([boat(8, 10)], [boat(11, 12, currency="SEK")])

    assert (journey.sold, journey.price) == (JourneySale.SEPARATELY, None)


def test_two_changes():
    pairs = [("ALPHA", "BETA"), ("BETA", "GAMMA"), ("GAMMA", "DELTA")]
    boats = dict(zip(pairs, ([boat(6, 8)], [boat(9, 10)], [boat(12, 14)]), strict=True))

    (journey,) = connecting.journeys((A, D), [((A, B), (B, C), (C, D))], boats, boats, USUAL)

    assert (journey.changes, journey.price) == (2, Money(3000, "EUR"))
    assert [leg.destination.code for leg in journey.legs] == ["BETA", "GAMMA", "DELTA"]


@pytest.mark.parametrize(
    ("direct", "stays"),
    [
        (boat(8, 13, price=17), False),  # as good without a change
        (boat(9, 12, price=1), False),
        (boat(8, 13, price=18), True),  # dearer
        (boat(7, 12, price=1), True),  # leaves earlier
        (boat(9, 14, price=1), True),  # arrives later
        (boat(9, 12, why_not=WhyNot.FULL), True),
        (boat(9, 12, why_not=WhyNot.TIMETABLE_ONLY), True),  # not sold here
    ],
)
def test_a_direct_sailing_makes_a_journey_needless(direct, stays):
    found = travelled([boat(8, 10)], [boat(11, 13, price=7)])

    assert bool(connecting.worthwhile(found, [direct])) is stays


def test_of_two_boats_that_reach_the_same_one_the_later_is_kept():
    found = travelled([boat(6, 8), boat(8, 10)], [boat(11, 13)])

    assert [each.departs_at.hour for each in connecting.worthwhile(found, [])] == [8]


def test_there_are_ten_at_most():
    first = [boat(hour, hour + 0.5) for hour in range(16)]
    second = [boat(hour + 1.5, hour + 2) for hour in range(16)]

    shown = connecting.worthwhile(travelled(first, second), [])

    assert len(shown) == 10
    assert list(shown) == sorted(shown, key=lambda each: each.departs_at)


@pytest.mark.parametrize(
    ("query", "left"),
    [
        ("", 1),
        ("direct=1", 0),
        ("hours=4", 0),
        ("hours=8", 1),
        ("leaves=morning", 1),
        ("leaves=evening", 0),
        ("leaves=evening&leaves=morning", 1),
        ("ship=Aurora", 1),
        ("ship=Other", 0),
        ("cabin=1", 0),
        ("operator=LIN", 1),
        ("operator=OTH", 0),
        ("hours=5&leaves=never&sort=best", 1),  # what is not known leaves nothing out
    ],
)
def test_filters_of_the_address(query, left):
    pairs = [part.split("=") for part in query.split("&") if part]
    found = travelled([boat(8, 10)], [boat(11, 13)])

    assert len(Filters.of(MultiDict(pairs)).journeys(found)) == left


@pytest.fixture
async def visby(client):
    """Visby to Gdansk over Nynäshamn: the first day from the day after tomorrow with a journey."""
    start = datetime.now(UTC).date() + timedelta(days=2)
    for number in range(7):
        found = await search(client, start + timedelta(days=number))
        if found["outbound_connections"]:
            return found
    raise AssertionError("no day has a journey")


async def search(client, day, **more):
    query = {"from": "SEVBY", "to": "PLGDN", "date": day.isoformat(), "adults": 2, **more}
    async with client.get("/api/v1/ferries/search", params=query) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


@pytest.mark.demo
async def test_a_journey_is_one_booking_at_its_price(client, db, visby):
    assert visby["outbound"] == []
    journey = visby["outbound_connections"][0]
    assert [leg["to"]["code"] for leg in journey["legs"]] == ["SENYN", "PLGDN"]
    ids = [leg["sailing"]["sailing_id"] for leg in journey["legs"]]

    booked = await book(client, an_ask(*ids, people=[ADA, BO], total=journey["price"]))

    assert booked["total"] == journey["price"]
    again = await search(client, datetime.fromisoformat(journey["departs_local"]).date())
    left = again["outbound_connections"][0]["legs"][1]["sailing"]["places_left"]
    assert left == journey["legs"][1]["sailing"]["places_left"] - 2  # the answer was dropped


@pytest.mark.demo
async def test_all_sailings_are_held_or_none(client, db, visby):
    first, second = (
        leg["sailing"]["sailing_id"] for leg in visby["outbound_connections"][0]["legs"]
    )
    full = "update capacity set taken = total where sailing_id = $1 and resource = 'passenger'"
    taken = "select taken from capacity where sailing_id = $1 and resource = 'passenger'"
    async with db.acquire() as conn:
        await conn.execute(full, second)
        before = await conn.fetchval(taken, first)

    async with client.post("/api/v1/bookings", json=an_ask(first, second)) as answer:
        assert answer.status == 409

    async with db.acquire() as conn:
        assert await conn.fetchval(taken, first) == before


@pytest.mark.demo
async def test_the_page_chooses_all_sailings_with_one_button(client, visby):
    ids = [leg["sailing"]["sailing_id"] for leg in visby["outbound_connections"][0]["legs"]]
    query = {"from": "SEVBY", "to": "PLGDN", "date": visby["date"], "adults": 2}
    async with client.get("/ferries", params=query) as answer:
        page = await answer.text()
    assert f'value="{" ".join(ids)}"' in page
    assert "change in Nynäshamn" in page

    async with client.get("/bookings/new", params={"out": " ".join(ids), "adults": 2}) as answer:
        form = await answer.text()
    assert answer.status == 200
    assert all(
        f'name="legs-{number}-sailing_id" value="{ids[number]}"' in form for number in (0, 1)
    )
    assert "from=SEVBY&amp;to=PLGDN" in form  # back to the search that it came from

    async with client.get("/ferries", params={**query, "direct": "1"}) as answer:
        assert "change in" not in await answer.text()


async def test_one_does_not_step_off_a_boat_and_on_to_it_again(client, resources, tmp_path):
    """One line alone makes no journey: its boat goes all the way."""
    await service.import_file(resources, feed(tmp_path), service.Wish("isle", days=7))
    day = datetime.now(UTC).date() + timedelta(days=3)
    query = {"from": "isle:a", "to": "isle:d", "date": day.isoformat()}
    async with client.get("/api/v1/ferries/search", params=query) as answer:
        found = await answer.json()

    assert (len(found["outbound"]), found["outbound_connections"]) == (1, [])


@pytest.mark.demo
async def test_the_plan_of_a_search_is_kept(db):
    """Planning anew for each search takes ten times as long as searching. PostgreSQL keeps the plan
    for any values only while it expects no more of it than of one for just these.
    """
    asked = "execute pairs (array['SEVBY'], array['SENYN'], '2026-12-01', 1, 30, 200)"
    costs = []
    async with db.transaction() as conn:
        kinds = "text[], text[], date, int, int, int"
        await conn.execute(f"prepare pairs ({kinds}) as {store.SQL.sailings_of_pairs.sql}")
        for plan in ("force_generic_plan", "force_custom_plan"):
            await conn.execute(f"set local plan_cache_mode = {plan}")
            explained = await conn.fetchval(f"explain (format json) {asked}")
            found = json.loads(explained) if isinstance(explained, str) else explained
            costs.append(found[0]["Plan"]["Total Cost"])
        await conn.execute("deallocate pairs")
    generic, custom = costs
    assert generic < 2 * custom
