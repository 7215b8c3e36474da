"""What else sails from where a sailing is late or cancelled: of our own tables, never a promise."""

import re
from datetime import UTC, datetime, timedelta
from types import SimpleNamespace
from typing import Any
from uuid import UUID

import msgspec
import pytest

from maritime_app.bookings.model import Leg
from maritime_app.bookings.trips.elsewhere import elsewhere_view, stranded_leg
from maritime_app.ferries.model import Operator, OperatorKind, Place, SailingStatus
from maritime_app.ferries.timetables.model import BoardLine
from maritime_app.money import Money
from tests.booked import until
from tests.factories import a_sailing, an_ask, book, pay

OSLO, KIEL = Place("NOOSL", "Oslo", "Europe/Oslo"), Place("DEKEL", "Kiel", "Europe/Berlin")
AARHUS = Place("DKAAR", "Aarhus", "Europe/Copenhagen")
LINE = Operator("NOR", "Northern Test Line", OperatorKind.HOUSE)
LEAVES = datetime(2026, 11, 26, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)


def a_leg(**more: Any) -> Leg:
    leg = Leg(
        number=1,
        sailing_id=str(UUID(int=1)),
        origin=OSLO,
        destination=KIEL,
        departs_at=LEAVES,
        arrives_at=LEAVES + 20 * HOUR,
        operator=LINE,
        ferry=None,
        mmsi=None,
        operator_reference=None,
        price=Money(10_000, "EUR"),
    )
    return msgspec.structs.replace(leg, **more)


def a_boat(number: int, other: Place = KIEL, **more: Any) -> BoardLine:
    boat = BoardLine(
        id=UUID(int=number),
        at=LEAVES + number * HOUR,
        other_at=LEAVES + (number + 20) * HOUR,
        expected_at=None,
        status=SailingStatus.SCHEDULED,
        sold_here=True,
        headway_seconds=None,
        ferry=None,
        mmsi=None,
        listing=None,
        operator=LINE,
        other=other,
    )
    return msgspec.structs.replace(boat, **more)


def test_it_works():
    boats = [a_boat(1), a_boat(2), a_boat(3, AARHUS, sold_here=False)]

    found = elsewhere_view(a_leg(), boats, ("Far Line",))

    assert [other.boat.id.int for other in found.same_way] == [2]  # its own sailing is no other one
    assert found.same_way[0].url == "/ferries?from=NOOSL&to=DEKEL&date=2026-11-26"
    assert [(other.boat.other, other.url) for other in found.others] == [(AARHUS, None)]
    assert found.asked == ("Far Line",)


def test_what_does_not_sail_is_no_help_and_what_is_late_says_when():
    late = LEAVES + 9 * HOUR
    boats = [a_boat(2, status=SailingStatus.CANCELLED), a_boat(3, expected_at=late)]

    found = elsewhere_view(a_leg(), boats, ())

    assert [other.leaves_at for other in found.same_way] == [late]


@pytest.mark.parametrize(
    ("known", "at", "is_stranded"),
    [
        ({}, LEAVES - HOUR, False),
        ({"status": SailingStatus.CANCELLED}, LEAVES - HOUR, True),
        ({"status": SailingStatus.CANCELLED}, LEAVES + HOUR, False),
        ({"expected_departs_at": LEAVES + 2 * HOUR}, LEAVES - HOUR, True),
        ({"expected_departs_at": LEAVES + 2 * HOUR}, LEAVES + 2 * HOUR, False),
    ],
)
def test_it_is_shown_while_a_late_or_cancelled_sailing_is_ahead(known, at, is_stranded):
    booking: Any = SimpleNamespace(legs=(a_leg(**known),))
    assert (stranded_leg(booking, at) is not None) is is_stranded


async def test_the_page_of_a_late_booking_shows_it(shop, played):
    booking = await book(shop, an_ask(await a_sailing(played.db, days_ahead=5)))
    other = await a_sailing(played.db, days_ahead=5.05)  # an hour later
    await a_sailing(played.db, days_ahead=1)  # too early to help
    async with played.db.acquire() as conn:
        day = str(
            await conn.fetchval(
                "select (departs_at at time zone 'Europe/Oslo')::date from sailing where id = $1",
                other,
            )
        )
    await pay(shop, booking)
    await until(shop, booking, "confirmed")
    url = f"/bookings/{booking['reference']}?token={booking['token']}"
    async with shop.get(url) as answer:
        assert 'id="elsewhere"' not in await answer.text()

    async with played.db.acquire() as conn:
        await conn.execute(
            "update sailing set expected_departs_at = departs_at + interval '2 hours',"
            " expected_arrives_at = arrives_at + interval '2 hours'"
        )
    async with shop.get(url) as answer:
        page = await answer.text()
    assert 'id="elsewhere"' in page
    assert str(other) not in page  # the day's boats are told, not bought here
    assert re.search(r"/ferries\?from=NOOSL&amp;to=DEKEL&amp;date=" + day, page)
    assert "What else sails from Oslo" in page
