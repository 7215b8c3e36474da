"""Wish for beds on a journey of several sailings: a short hop without cabins refuses nobody."""

import html
import re
from datetime import UTC, datetime, timedelta

import pytest

from maritime_app.ferries.model import Operator, OperatorKind, Place
from maritime_app.ferries.search.journeys import bedless, connecting
from maritime_app.ferries.search.journeys.changing import Changing
from maritime_app.ferries.search.model import CabinOffer, JourneySale, SailingOffer, WhyNot
from maritime_app.money import Money

A, B, C = (Place(code, code.title(), "UTC", "GR") for code in ("ALPHA", "BETA", "GAMMA"))
DAY = datetime(2026, 12, 1, tzinfo=UTC)
USUAL = Changing(lambda _port, _operator: 45, longest_hours=14.0)
CABIN = CabinOffer("inside2", Money(5000, "EUR"), 2, 0)
SEAT = CabinOffer("reclining", Money(900, "EUR"), 1, 9)


def boat(leaves, arrives, cabins=(), berths_in=None, why_not=WhyNot.NO_BERTHS):
    """A sailing at these hours for a party that wishes for beds."""
    departs, lands = DAY + timedelta(hours=leaves), DAY + timedelta(hours=arrives)
    return SailingOffer(
        sailing_id=f"{leaves}-{arrives}",
        operator=Operator("LIN", "Line", OperatorKind.HOUSE),
        ferry="Aurora",
        departs_at=departs,
        arrives_at=lands,
        departs_local=departs.isoformat(),
        arrives_local=lands.isoformat(),
        duration_minutes=int((arrives - leaves) * 60),
        price=Money(1000, "EUR"),
        bookable=why_not is None,
        places_left=9,
        vehicle_fits=True,
        why_not=why_not,
        cabins=tuple(cabins),
        **({"berths_in": berths_in} if berths_in else {}),
    )


NIGHT = boat(11, 20, [CABIN], {"inside2": 1}, None)


def travelled(first, second):
    boats = bedless.offered({("ALPHA", "BETA"): [first], ("BETA", "GAMMA"): [second]})
    return bedless.with_beds(connecting.journeys((A, C), [((A, B), (B, C))], boats, boats, USUAL))


def test_it_works():
    """Beds at night, and none on the hop before: it costs what a place on it costs."""
    (journey,) = travelled(boat(8, 10), NIGHT)

    assert (journey.sold, journey.price) == (JourneySale.TOGETHER, Money(2000, "EUR"))
    assert [leg.sailing.berths_in for leg in journey.legs] == [{}, {"inside2": 1}]


@pytest.mark.parametrize(
    ("hop", "found"),
    [
        (boat(8, 10, [SEAT]), 1),  # nobody lies in a seat
        (boat(8, 10, [CABIN]), 0),  # sold out, or too few for all
        (boat(8, 10, why_not=WhyNot.FULL), 0),
        (boat(8, 10, why_not=WhyNot.NO_ROOM_FOR_VEHICLE), 0),
    ],
)
def test_only_a_ship_that_sells_no_beds_goes_without(hop, found):
    assert len(travelled(hop, NIGHT)) == found


def test_a_wish_that_is_met_nowhere_is_refused():
    assert travelled(boat(8, 10), boat(11, 20)) == []


def test_a_timetable_promises_no_beds_and_stays():
    listed = boat(11, 20, why_not=WhyNot.TIMETABLE_ONLY)
    assert [one.sold for one in travelled(NIGHT, boat(22, 23, why_not=WhyNot.FULL))] == []
    assert len(travelled(boat(8, 10, [CABIN], {"inside2": 1}, None), listed)) == 1


@pytest.mark.demo
async def test_the_page_says_so_and_the_form_asks_the_same(client, db):
    """Visby to Gdansk over Nynäshamn, the boats to the mainland without cabins."""
    async with db.acquire() as conn:
        await conn.execute(
            "delete from ferry_cabin where ferry_id in (select s.ferry_id from sailing s"
            " join port o on o.id = s.origin_id join port d on d.id = s.destination_id"
            " where o.code = 'SEVBY' and d.code = 'SENYN')"
        )
    query = {"from": "SEVBY", "to": "PLGDN", "adults": 2, "berths": 1}
    start, found = datetime.now(UTC).date() + timedelta(days=2), []
    for number in range(7):
        query["date"] = (start + timedelta(days=number)).isoformat()
        async with client.get("/api/v1/ferries/search", params=query) as answer:
            found = (await answer.json())["outbound_connections"]
        if found:
            break
    legs = [leg["sailing"] for leg in found[0]["legs"]]
    assert [leg["berths_in"] == {} for leg in legs] == [True, False]
    async with client.get("/ferries", params=query) as answer:
        assert "this ship has no cabins" in await answer.text()

    out = " ".join(leg["sailing_id"] for leg in legs)
    asked = {"out": out, "adults": 2, "berths": 1}
    async with client.get("/bookings/new", params=asked) as answer:
        form = html.unescape(await answer.text())
    total = re.search(r'name="total_minor" value="(\d+)"', form)
    assert total
    assert int(total[1]) == found[0]["price"]["amount_minor"]
