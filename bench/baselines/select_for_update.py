"""A booking as it is usually written: lock the rows, look, write table by table, commit;
asyncpg.Pool as delivered.

The same rows as ours: booking, leg, three taken resources, two passengers, a vehicle, price lines,
the payment.
"""

import json
import os
import uuid
from datetime import UTC, datetime, timedelta

import asyncpg
import uvloop
from aiohttp import web

POOL: web.AppKey[asyncpg.Pool] = web.AppKey("pool")
PRICES: dict[str, dict[str, int]] = {}  # by sailing; read once, kept for ever


async def prices_of(pool: asyncpg.Pool, sailing: str) -> dict[str, int]:
    if sailing not in PRICES:
        rows = await pool.fetch(
            "select p.item, p.amount_minor from fare_price p join sailing s on s.fare_id ="
            " p.fare_id where s.id = $1",
            uuid.UUID(sailing),
        )
        PRICES[sailing] = {row["item"]: row["amount_minor"] for row in rows}
    return PRICES[sailing]


async def book(request: web.Request) -> web.Response:
    ask = json.loads(await request.read())
    pool = request.app[POOL]
    leg = ask["legs"][0]
    cabin = f"cabin:{leg['cabin']}"
    prices = await prices_of(pool, leg["sailing_id"])
    items = [("adult", len(ask["passengers"])), ("car", 1), (cabin, 1)]
    total = sum(prices[item] * quantity for item, quantity in items)
    wanted = {
        "passenger": len(ask["passengers"]),
        "lane_cm": ask["vehicles"][0]["length_cm"] + 30,
        cabin: 1,
    }
    booking_id, reference = uuid.uuid4(), uuid.uuid4().hex[:12]
    expires_at = datetime.now(UTC) + timedelta(minutes=30)
    async with pool.acquire() as conn, conn.transaction():
        if not await take_places(conn, uuid.UUID(leg["sailing_id"]), wanted):
            return web.json_response({"code": "sold_out"}, status=409)
        contact = ask["contact"]
        await conn.execute(
            "insert into booking (id, reference, status, contact_email, contact_phone, language,"
            " currency, total_minor, expires_at) values ($1, $2, 'held', $3, $4, $5, 'EUR', $6,"
            " $7)",
            booking_id,
            reference,
            contact["email"],
            contact["phone"],
            contact["language"],
            total,
            expires_at,
        )
        await write_details(
            conn, booking_id, ask, wanted, [(*item, prices[item[0]]) for item in items]
        )
        await conn.execute(
            "insert into payment (id, subject_kind, subject_id, amount_minor, currency)"
            " values ($1, 'bookings', $2, $3, 'EUR')",
            uuid.uuid4(),
            booking_id,
            total,
        )
    answer = {
        "reference": reference,
        "status": "held",
        "expires_at": expires_at.isoformat(),
        "total": total,
    }
    return web.json_response(answer, status=201)


async def take_places(conn: asyncpg.Connection, sailing: uuid.UUID, wanted: dict[str, int]) -> bool:
    rows = await conn.fetch(
        "select resource, total - taken as left_over from capacity where sailing_id = $1 and"
        " resource = any($2) order by resource for update",
        sailing,
        list(wanted),
    )
    left = {row["resource"]: row["left_over"] for row in rows}
    if any(left.get(resource, 0) < quantity for resource, quantity in wanted.items()):
        return False
    await conn.executemany(
        "update capacity set taken = taken + $3 where sailing_id = $1 and resource = $2",
        [(sailing, resource, quantity) for resource, quantity in wanted.items()],
    )
    return True


async def write_details(
    conn: asyncpg.Connection, booking_id: uuid.UUID, ask: dict, wanted: dict, items: list
) -> None:
    sailing = uuid.UUID(ask["legs"][0]["sailing_id"])
    price = sum(quantity * unit for _, quantity, unit in items)
    await conn.execute(
        "insert into booking_leg (booking_id, number, sailing_id, price_minor) values ($1, 1, $2,"
        " $3)",
        booking_id,
        sailing,
        price,
    )
    await conn.executemany(
        "insert into leg_capacity (booking_id, leg_number, sailing_id, resource, quantity) values"
        " ($1, 1, $2, $3, $4)",
        [(booking_id, sailing, resource, quantity) for resource, quantity in wanted.items()],
    )
    await conn.executemany(
        "insert into passenger (booking_id, number, kind, given_name, family_name) values ($1, $2,"
        " $3, $4, $5)",
        [
            (booking_id, number, person["kind"], person["given_name"], person["family_name"])
            for number, person in enumerate(ask["passengers"], start=1)
        ],
    )
    for number, car in enumerate(ask["vehicles"], start=1):
        await conn.execute(
            "insert into vehicle (booking_id, number, kind, length_cm, height_cm, plate) values"
            " ($1, $2, $3, $4, $5, $6)",
            booking_id,
            number,
            car["kind"],
            car["length_cm"],
            car["height_cm"],
            car["plate"],
        )
    await conn.executemany(
        "insert into booking_item (booking_id, number, leg_number, item, quantity, unit_minor)"
        " values ($1, $2, 1, $3, $4, $5)",
        [(booking_id, number, *item) for number, item in enumerate(items, start=1)],
    )


async def pool_context(app: web.Application):
    app[POOL] = await asyncpg.create_pool(os.environ["DATABASE_URL"])
    yield
    await app[POOL].close()


if __name__ == "__main__":
    app = web.Application()
    app.router.add_post("/api/v1/bookings", book)
    app.cleanup_ctx.append(pool_context)
    uvloop.install()
    web.run_app(app, host="127.0.0.1", port=int(os.environ["PORT"]), access_log=None, print=None)
