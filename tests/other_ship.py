"""Another ship for a sailing, and what becomes of its parties: as tests let it sail and see it."""

from maritime_app.bookings.disruptions import service as disruptions, writers
from maritime_app.bookings.ship_changes import service as ship_changes
from maritime_app.bookings.ship_changes.model import ShipRequest
from maritime_app.ferries.operations import service as operations
from maritime_app.ferries.operations.model import ActingStaff
from tests.booked import confirmed_in_rows, until
from tests.factories import an_ask, book, pay
from tests.rows import values

HOUSE = ActingStaff()


async def a_ship(
    db,
    *,
    passengers,
    code="POL",
    lane_cm=10_000,
    height_cm=420,
    max_kg=40_000,
    cabins=None,
    decks=True,
):
    """Another ship of the operator; `cabins` are how many and their berths, by type."""
    async with db.transaction() as conn:
        ferry = await conn.fetchval(
            "insert into ferry (id, operator_id, code, name, passengers, pets, source) select"
            " gen_random_uuid(), operator_id, $1, $2, $3, 5, 'demo' from ferry limit 1"
            " returning id",
            code,
            "Polaris" if code == "POL" else code,
            passengers,
        )
        if decks:
            await conn.execute(
                "insert into ferry_deck (ferry_id, number, name, lane_cm, height_cm, max_kg)"
                " values ($1, 1, 'Deck', $2, $3, $4)",
                ferry,
                lane_cm,
                height_cm,
                max_kg,
            )
        for kind, (count, berths) in (cabins or {"inside2": (10, 2)}).items():
            await conn.execute(
                "insert into ferry_cabin values ($1, $2, $3, $4)", ferry, kind, count, berths
            )


async def change(res, sailing, *, losing, ship="POL", note=""):
    """Let another ship sail, as it stands now."""
    version = (await operations.sailing(res, HOUSE, sailing)).version
    asked = ShipRequest(version, ship, losing, note)
    return await ship_changes.change_ship(res, HOUSE, sailing, asked)


async def confirmed(shop, ask):
    booking = await book(shop, ask)
    await pay(shop, booking)
    await until(shop, booking, "confirmed")
    return booking


async def booked(client, res, ask):
    return await confirmed_in_rows(res, await book(client, ask))


async def confirmed_by(client, res, sailing):
    booking = await book(client, an_ask(sailing))
    await confirmed_in_rows(res, booking)
    return booking


async def written(res):
    """What the jobs that wait would do: follow the sailings, then write to the parties."""
    async with res.db.acquire() as conn:
        versions = await conn.fetch("select id, version from sailing")
    for row in versions:
        await disruptions.follow(res, row["id"], row["version"])
    for disruption_id in await values(res, "select id from disruption order by created_at"):
        await writers.write_to_parties(res, disruption_id)


async def lost(res):
    return await values(
        res,
        "select b.reference from booking b join booking_leg l on l.booking_id = b.id"
        " where l.place_lost_at is not null order by b.created_at",
    )


async def choice(shop, booking):
    url = f"/api/v1/bookings/{booking['reference']}/disruption"
    async with shop.post(url, json={"token": booking["token"]}) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()


async def choose(shop, booking, verb, **more):
    url = f"/api/v1/bookings/{booking['reference']}/disruption/{verb}"
    async with shop.post(url, json={"token": booking["token"], **more}) as answer:
        assert answer.status == 200, await answer.text()
        return await answer.json()
