"""Wish for beds where a ship has none: a day's crossing refuses nobody, and it is said so."""

import html
import re
from datetime import UTC, date, datetime, timedelta
from uuid import UUID

import pytest

from maritime_app.ferries import parties
from maritime_app.ferries.cabins import CabinStock
from maritime_app.ferries.lowest_fares.house_prices import house_prices
from maritime_app.ferries.lowest_fares.model import HouseBoat
from maritime_app.ferries.model import Fare, Party
from tests.factories import PRICES, a_sailing, local_day

PAIR = {"adults": 2, "berths": 1}
WITHOUT = 2 * (PRICES["adult"] + 250)
INSIDE = CabinStock("inside2", 5400, 2, 3)
SOLD_OUT = CabinStock("inside2", 5400, 2, 0)
SEAT = CabinStock("reclining", 900, 1, 9)


@pytest.fixture
async def sailing(db):
    """The Aurora Borealis by day: nobody sleeps on her."""
    sailing = await a_sailing(db)
    async with db.acquire() as conn:
        await conn.execute("delete from ferry_cabin")
    return sailing


async def test_it_works(client, sailing):
    query = {"from": "NOOSL", "to": "DEKEL", "date": local_day(20).isoformat(), **PAIR}
    async with client.get("/api/v1/ferries/search", params=query) as answer:
        (offer,) = (await answer.json())["outbound"]
    async with client.get("/ferries", params=query) as answer:
        page = " ".join((await answer.text()).split())

    assert (offer["bookable"], offer["berths_in"]) == (True, {})
    assert offer["price"]["amount_minor"] == WITHOUT
    assert "without beds: this ship has no cabins" in page
    assert "<b>€91.00</b>" in page  # the strip of days has it, too


async def test_the_form_says_so_and_takes_the_booking(client, sailing):
    asked = {"out": str(sailing), **PAIR}
    async with client.get("/bookings/new", params=asked) as answer:
        with_wish = await answer.text()
    async with client.get("/bookings/new", params={**asked, "berths": 0}) as answer:
        without = await answer.text()

    words = "This ship has no cabins: you travel on it without a bed."
    assert words in with_wish
    assert f'name="total_minor" value="{WITHOUT}"' in with_wish
    assert words not in without


@pytest.mark.parametrize(
    ("stock", "cabins"),
    [
        ([INSIDE], (("inside2", 1),)),
        ([], ()),
        ([SEAT], ()),  # nobody lies in a seat
        ([SOLD_OUT, SEAT], None),
    ],
)
def test_only_a_ship_that_sells_no_beds_goes_without(stock, cabins):
    found = parties.lodged(Party(2, 0, 0, berths=True), stock)
    assert (found.cabins if found else None) == cabins


def test_a_day_costs_what_a_bed_costs_where_another_ship_has_one():
    fare = Fare(UUID(int=1), "F", "EUR", 3, 12, 0, {"adult": 4000, "cabin:inside2": 5000}, ())
    first, second = date(2026, 12, 1), date(2026, 12, 2)

    def boat(day, berths):
        left = {"passenger": 9, "cabin:inside2": 3}
        return HouseBoat(day, "Line", fare.id, None, None, True, left, berths)

    boats = [boat(first, {}), boat(first, {"inside2": 2}), boat(second, {})]

    def amounts(party):
        found = house_prices(boats, {fare.id: fare}, party, datetime.now(UTC))
        return [each.amount_minor for each in found]

    assert amounts(Party(2, 0, 0, berths=True)) == [None, 13_000, 8_000]
    assert amounts(Party(2, 0, 0)) == [8_000] * 3


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


@pytest.mark.demo
async def test_a_seat_is_not_called_a_berth(client):
    """Lavrio to Mykonos is sailed by day, with reclining seats; Piraeus to Heraklion has both."""
    for way, words in (
        (("GRLAV", "GRJMK"), "A seat for each of 2 people"),
        (("GRPIR", "GRHER"), "A berth or a seat for each of 2 people"),
    ):
        query = {"from": way[0], "to": way[1], "date": local_day(5).isoformat(), "adults": 2}
        async with client.get("/api/v1/ferries/search", params=query) as answer:
            offers = (await answer.json())["outbound"]
        sailing = next(one for one in offers if one["operator"]["kind"] == "house")
        asked = {"out": sailing["sailing_id"], "adults": 2}
        async with client.get("/bookings/new", params=asked) as answer:
            assert words in await answer.text()
