"""Whoever has a berth has one on the other ship too, in the same cabins or others, or is told."""

from datetime import UTC, datetime, timedelta
from uuid import UUID

import msgspec
import pytest

from maritime_app.bookings.changes.model import Content
from maritime_app.bookings.changes.orders import content as contents
from maritime_app.bookings.disruptions import candidates
from maritime_app.bookings.disruptions.candidates import Need
from maritime_app.bookings.disruptions.model import Candidate
from maritime_app.bookings.holds.model import HoldItem
from maritime_app.ferries.model import PriceReason
from maritime_app.ferries.operations import service as operations
from maritime_app.ferries.operations.model import ActingStaff, CancelRequest, ChangeReason
from tests.booked import nothing_is_broken, state_of, taken, until, until_mail
from tests.factories import a_sailing, an_ask, book, pay

START = datetime(2026, 5, 4, 18, tzinfo=UTC)
FAMILY = Need(
    places={"passenger": 4},
    height_cm=0,
    weight_kg=0,
    after=START - timedelta(days=1),
    before=START + timedelta(days=9),
    lodging=(("inside4", 1),),
    sleepers=4,
    without_berth=0,
)


async def test_it_works(shop, played):
    """Two in one cabin, and cabins for one on the other ship: two of them, at no extra price."""
    sailing, other = (
        await a_sailing(played.db, days_ahead=5),
        await a_sailing(played.db, days_ahead=6),
    )
    await sails_with_small_cabins(played.db, other)
    ask = an_ask(sailing) | {"legs": [{"sailing_id": str(sailing), "cabins": {"inside2": 1}}]}
    booking = await book(shop, ask)
    await pay(shop, booking)
    await until(shop, booking, "confirmed")
    staff, reason = ActingStaff(), ChangeReason.TECHNICAL
    await operations.cancel(played, staff, sailing, CancelRequest(1, reason, ""))
    await until_mail(played, "disruption_offer")

    url = f"/bookings/{booking['reference']}/disruption"
    async with shop.get(f"{url}?token={booking['token']}") as page:
        assert "Your cabins there, at no extra price: 2 × Inside cabin" in await page.text()
    proof = {"token": booking["token"], "sailing_id": str(other)}
    async with shop.post(f"/api/v1{url}/rebook", json=proof) as answer:
        assert answer.status == 200, await answer.text()

    moved = await state_of(shop, booking)
    assert [leg["cabins"] for leg in moved["legs"]] == [{"inside2": 2}]
    assert moved["total"] == booking["total"]
    assert (await taken(played.db, other))["cabin:inside2"] == 2
    await nothing_is_broken(played)


@pytest.mark.parametrize(
    ("there", "cabins", "without_berth"),
    [
        pytest.param({"inside4": (4, 1)}, {"inside4": 1}, 0, id="the same cabin"),
        pytest.param({"inside4": (2, 9)}, {"inside4": 2}, 0, id="smaller, so two of them"),
        pytest.param({"inside4": (2, 1)}, {"inside4": 1}, 2, id="smaller, and one left: told"),
        pytest.param({"outside2": (2, 2)}, {"outside2": 2}, 0, id="of another family"),
        pytest.param(
            {"inside4": (2, 1), "lux2": (2, 2)}, {"inside4": 1, "lux2": 1}, 0, id="of two families"
        ),
        pytest.param({"inside2": (2, 2), "lux4": (4, 1)}, {"inside2": 2}, 0, id="its own first"),
        pytest.param({"pet4": (4, 1), "inside4": (4, 0)}, None, 0, id="pets' cabins are for pets"),
        pytest.param({}, None, 0, id="no cabins at all"),
    ],
)
def test_in_which_cabins(there, cabins, without_berth):
    found = candidates.suitable([a_candidate(1, there)], FAMILY)

    assert [dict(one.cabins) for one in found] == ([cabins] if cabins else [])
    assert [one.without_berth for one in found] == ([without_berth] if cabins else [])


def test_who_sits_up_now_needs_no_berth_there():
    need = FAMILY._replace(lodging=(("inside2", 1),), without_berth=2)

    (found,) = candidates.suitable([a_candidate(1, {"inside2": (2, 1)})], need)

    assert (dict(found.cabins), found.without_berth) == ({"inside2": 1}, 0)


def test_a_later_sailing_with_berths_comes_before_an_earlier_without():
    short, whole = a_candidate(1, {"inside4": (2, 1)}), a_candidate(2, {"inside4": (4, 1)})

    found = candidates.suitable([short, whole], FAMILY)

    assert candidates.best(found) == found[1]
    assert candidates.best(found[:1]) == found[0]
    assert candidates.best([]) is None


@pytest.mark.parametrize(
    "wanting",
    [
        {"places": {"passenger": 21}},
        {"places": {"lane_cm": 1}},
        {"height_cm": 421},
        {"weight_kg": 44_001},
        {"after": START + timedelta(days=1, hours=1)},
        {"before": START + timedelta(days=1)},
    ],
)
def test_what_does_not_fit_is_not_offered(wanting):
    need = FAMILY._replace(lodging=(), **wanting)

    assert candidates.suitable([a_candidate(1, {})], need) == []
    assert candidates.suitable([a_candidate(1, {})], FAMILY._replace(lodging=())) != []


@pytest.mark.parametrize(("left", "taken_there"), [(1, {}), (2, {"extra:lounge": 2})])
def test_nobody_stays_ashore_for_want_of_a_lounge(left, taken_there):
    need = FAMILY._replace(lodging=(), extras={"extra:lounge": 2})
    plain = a_candidate(1, {})
    lounge = {**plain.available, "extra:lounge": left}

    (found,) = candidates.suitable([msgspec.structs.replace(plain, available=lounge)], need)

    assert candidates.places_on(need, found) == {**need.places, **taken_there}


@pytest.mark.parametrize("cabins", [(("inside2", 2),), (("inside2", 3), ("outside2", 1))])
def test_other_cabins_cost_what_the_booked_ones_did(cabins):
    lines = [
        HoldItem(1, 1, "adult", 4, 4000, PriceReason.FARE),
        HoldItem(2, 1, "cabin:inside4", 1, 1001, PriceReason.FARE),
        HoldItem(3, 1, "car", 1, 900, PriceReason.FARE),
        HoldItem(4, 2, "cabin:inside4", 1, 700, PriceReason.FARE),
    ]
    before = Content((), tuple(lines))

    after = contents.relodged(before, 1, cabins)

    assert contents.cabins_of(after, 1) == cabins
    assert contents.cabins_of(after, 2) == (("inside4", 1),)
    assert sum(item.amount_minor for item in after.items) == 6601
    assert [item.number for item in after.items] == list(range(1, len(after.items) + 1))


def a_candidate(days, cabins):
    """A sailing so many days later; `cabins` are berths and how many are left, by type."""
    departs = START + timedelta(days=days)
    left = {f"cabin:{kind}": many for kind, (_berths, many) in cabins.items()}
    return Candidate(
        sailing_id=UUID(int=days),
        departs_at=departs,
        arrives_at=departs + timedelta(hours=20),
        sales_close_at=departs,
        ferry=None,
        max_height_cm=420,
        max_vehicle_kg=44_000,
        available={"passenger": 20, **left},
        berths={kind: berths for kind, (berths, _many) in cabins.items()},
    )


async def sails_with_small_cabins(db, sailing):
    """Give the sailing another ship, whose cabins are for one."""
    async with db.transaction() as conn:
        ferry = await conn.fetchval(
            "insert into ferry (id, operator_id, code, name, mmsi, passengers, pets, source)"
            " select gen_random_uuid(), operator_id, 'POL', 'Polaris', 230111009, 100, 5, 'demo'"
            " from ferry returning id"
        )
        await conn.execute("insert into ferry_cabin values ($1, 'inside2', 10, 1)", ferry)
        await conn.execute("update sailing set ferry_id = $1 where id = $2", ferry, sailing)
