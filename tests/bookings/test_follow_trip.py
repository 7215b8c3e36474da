"""The page of a crossing: before sailing it speaks of this voyage only, then of the ship."""

from datetime import timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from maritime_app import clock, formatting, i18n
from maritime_app.bookings import service
from maritime_app.bookings.tickets import service as tickets
from maritime_app.bookings.trips import views
from maritime_app.bookings.trips.views import TripState
from maritime_app.ferries.forecasts import store
from maritime_app.ferries.forecasts.model import ForecastBasis, SailingForecast
from tests.factories import a_sailing, an_ask, book


@pytest.fixture
async def booking(client, resources):
    """A confirmed booking from Oslo to Kiel, address and proof."""
    made = await book(client, an_ask(await a_sailing(resources.db)))
    async with resources.db.acquire() as conn:
        await conn.execute("update booking set status = 'confirmed'")
        stored = await service.by_id(resources, await conn.fetchval("select id from booking"))
    return stored, f"/bookings/{made['reference']}", f"?token={made['token']}"


async def test_it_works(client, booking):
    stored, address, proof = booking
    async with client.get(f"{address}/trip{proof}") as page:
        text = await page.text()

    assert page.status == 200
    arrives = stored.legs[0].arrives_at.astimezone(ZoneInfo("Europe/Berlin")).strftime("%-d %b %Y")
    for words in ("Oslo", "Kiel", "Aurora Borealis", "Check-in closes", "Not sailed yet", arrives):
        assert words in text, words


@pytest.mark.parametrize(
    ("hours", "state", "shown"),
    [
        (-30.0, TripState.BEFORE, False),
        (-0.5, TripState.BOARDING, True),
        (1.0, TripState.UNDER_WAY, True),
        (40.0, TripState.ARRIVED, False),
    ],
)
async def test_the_ship_is_shown_while_it_sails_for_these_people(
    booking, resources, hours, state, shown
):
    """What it does on the voyages before and after concerns others."""
    stored, _address, _proof = booking
    leg = stored.legs[0]
    ends = (await tickets.quays(resources, stored))[1]
    i18n.use("en")

    trip = views.trip_leg(leg, ends, a_ship(), leg.departs_at + timedelta(hours=hours))

    assert (trip.state, trip.ship is not None) == (state, shown)
    assert trip.percent is None or shown or state is TripState.ARRIVED


def a_ship() -> Any:
    """The Aurora Borealis, half-way at 18 knots."""
    report = {
        "sog_knots": 18.0,
        "cog_deg": 190.0,
        "reported_at": clock.now(),
        "stale": False,
        "integrity": "plausible",
    }
    position = SimpleNamespace(lat=57.0, lon=10.5, **report)
    return SimpleNamespace(mmsi=230111000, name="AURORA BOREALIS", position=position)


async def test_the_weather_on_the_way_is_a_part_of_the_page(booking, resources):
    """Of both ends and both times; once the ship has arrived it is nobody's business."""
    stored, _address, _proof = booking
    leg = stored.legs[0]
    ends = (await tickets.quays(resources, stored))[1]
    i18n.use("en")

    trip = views.trip_leg(leg, ends, None, leg.departs_at - timedelta(hours=3))
    after = views.trip_leg(leg, ends, None, leg.arrives_at + timedelta(hours=3))

    assert ends.origin is not None
    assert trip.weather_url is not None
    assert trip.weather_url.startswith(f"/weather/crossing?from_lat={round(ends.origin[0], 4)}&")
    assert after.weather_url is None


async def test_what_is_predicted_of_its_sailing_is_on_the_page(client, booking, resources):
    """With its bounds, and what it rests on."""
    stored, address, proof = booking
    leg = stored.legs[0]
    at = [leg.arrives_at + timedelta(minutes=late) for late in (17, 7, 31)]
    row = SailingForecast(
        sailing_id=UUID(leg.sailing_id),
        made_at=clock.now(),
        departs_at=leg.departs_at,
        arrives_at=at[0],
        low_at=at[1],
        high_at=at[2],
        basis=ForecastBasis.TURN_ROUND,
    )
    async with resources.db.transaction() as conn:
        await store.upsert(conn, [row])
    async with client.get(f"{address}/trip{proof}") as page:
        text = await page.text()
    median, low, high = (formatting.localtime(each, "Europe/Berlin") for each in at)
    for words in (median, f"between {low} and {high}", "sailing before, its time in port"):
        assert words in text, words
