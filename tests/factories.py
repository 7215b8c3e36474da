"""The cast and their world:

Ada Lund and Bo Berg travel, mallory must see nothing; the Aurora Borealis sails.
"""

import hashlib
import hmac
import json
import re
import time
from datetime import UTC, date, datetime, timedelta
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from aiohttp.test_utils import TestClient

from maritime_app.ids import uuid7
from maritime_app.infra.db import Conn, Database
from maritime_app.ports import service as port_service
from maritime_app.ports.model import NewPort, PortKind
from maritime_app.sandbox.model import DEFAULT_WEBHOOK_SECRET

ADA = {"given_name": "Ada", "family_name": "Lund", "birth_date": "1980-02-03"}
BO = {"given_name": "Bo", "family_name": "Berg", "birth_date": "1984-07-01"}
CAR = {"kind": "car", "plate": "AB 12345"}
CONTACT = {"email": "ada@example.org", "phone": "+47 555 01 23", "language": "en"}
PRICES = {
    "adult": 4300,
    "child": 2150,
    "infant": 0,
    "car": 9200,
    "cabin:inside2": 5400,
    "pet": 1500,
}


def local_day(days_ahead: float) -> date:
    """The day in Oslo and Kiel on which a sailing so far ahead leaves: late in the evening it is
    another one than in UTC.
    """
    return (datetime.now(ZoneInfo("Europe/Oslo")) + timedelta(days=days_ahead)).date()


async def a_sailing(
    db: Database,
    *,
    places: int = 100,
    lane_cm: int = 10_000,
    cabins: int = 10,
    days_ahead: float = 20.0,
) -> UUID:
    """A sailing of the Aurora Borealis from Oslo to Kiel, sold by us, with that much room."""
    async with db.transaction() as conn:
        operator, ferry, route, fare = await _line(conn)
        departs = (datetime.now(UTC) + timedelta(days=days_ahead)).replace(second=0, microsecond=0)
        sailing = uuid7()
        await conn.execute(
            "insert into sailing (id, route_id, operator_id, origin_id, destination_id, ferry_id,"
            " fare_id, departs_at, arrives_at, max_height_cm, cars_allowed, source, source_key)"
            " select $1, r.id, $2, r.origin_id, r.destination_id, $3, $4, $5, $6, 420, true,"
            " 'test', $7 from route r where r.id = $8",
            sailing,
            operator,
            ferry,
            fare,
            departs,
            departs + timedelta(hours=20),
            str(sailing),
            route,
        )
        for resource, total in (
            ("passenger", places),
            ("lane_cm", lane_cm),
            ("cabin:inside2", cabins),
            ("pet", 5),
        ):
            await conn.execute("insert into capacity values ($1, $2, $3)", sailing, resource, total)
    return sailing


async def a_return(db: Database, *, days_ahead: float) -> UUID:
    """A sailing of the other direction, on a route of its own."""
    sailing = await a_sailing(db, days_ahead=days_ahead)
    async with db.transaction() as conn:
        await conn.execute(
            "insert into route (id, operator_id, code, name, origin_id, destination_id, source)"
            " select gen_random_uuid(), operator_id, 'KEL-OSL', 'Kiel - Oslo', destination_id,"
            " origin_id, 'demo' from route on conflict do nothing"
        )
        await conn.execute(
            "update sailing s set route_id = r.id, origin_id = r.origin_id,"
            " destination_id = r.destination_id"
            " from route r where r.code = 'KEL-OSL' and s.id = $1",
            sailing,
        )
    return sailing


def a_port(code: str, name: str, lat: float, lon: float, timezone: str) -> NewPort:
    """A harbour of the demo world by its UN/LOCODE."""
    return NewPort(
        code=code,
        name=name,
        lat=lat,
        lon=lon,
        timezone=timezone,
        kind=PortKind.HARBOUR,
        source="demo",
        unlocode=code,
        country=code[:2],
    )


async def _line(conn: Conn) -> tuple[UUID, UUID, UUID, UUID]:
    """One operator with one ferry, one route and one fare; made once per database."""
    found = await conn.fetchrow(
        "select r.operator_id, f.id as ferry, r.id as route, fa.id as fare from route r"
        " join ferry f on f.operator_id = r.operator_id join fare fa on fa.operator_id ="
        " r.operator_id"
    )
    if found:
        return tuple(found)
    ends = [
        a_port("NOOSL", "Oslo", 59.9, 10.7, "Europe/Oslo"),
        a_port("DEKEL", "Kiel", 54.3, 10.1, "Europe/Berlin"),
    ]
    await port_service.seed_ports(conn, ends)
    ports = await port_service.port_ids(conn, [port.code for port in ends])
    operator, ferry, route, fare = (uuid7() for _ in range(4))
    await conn.execute(
        "insert into operator (id, code, name, kind, currency, timezone, source)"
        " values ($1, 'NOR', 'Northern Test Line', 'house', 'EUR', 'Europe/Oslo', 'demo')",
        operator,
    )
    await conn.execute(
        "insert into ferry (id, operator_id, code, name, mmsi, passengers, pets, source)"
        " values ($1, $2, 'AUR', 'Aurora Borealis', 230111000, 100, 5, 'demo')",
        ferry,
        operator,
    )
    await conn.execute(
        "insert into ferry_deck values ($1, 1, 'main deck', 10000, 420, 44000)", ferry
    )
    await conn.execute("insert into ferry_cabin values ($1, 'inside2', 10, 2)", ferry)
    await conn.execute(
        "insert into route (id, operator_id, code, name, origin_id, destination_id, source)"
        " values ($1, $2, 'OSL-KEL', 'Oslo - Kiel', $3, $4, 'demo')",
        route,
        operator,
        ports["NOOSL"],
        ports["DEKEL"],
    )
    await conn.execute(
        "insert into fare (id, operator_id, code, currency, infant_to_age, child_to_age,"
        " harbour_tax_minor, source) values ($1, $2, 'STD', 'EUR', 3, 12, 250, 'demo')",
        fare,
        operator,
    )
    await conn.executemany(
        "insert into fare_price values ($1, $2, $3)", [(fare, *price) for price in PRICES.items()]
    )
    await conn.executemany(
        "insert into cancel_rule values ($1, $2, $3)",
        [(fare, 336, 0), (fare, 72, 25), (fare, 24, 50)],
    )
    return operator, ferry, route, fare


def an_ask(
    *sailings: Any, people: Any = (ADA, BO), vehicles: Any = (), **more: Any
) -> dict[str, Any]:
    """The body of POST /api/v1/bookings."""
    legs = [{"sailing_id": str(sailing)} for sailing in sailings]
    return {
        "legs": legs,
        "passengers": list(people),
        "vehicles": list(vehicles),
        "contact": CONTACT,
        **more,
    }


async def book(client: TestClient, ask: dict[str, Any], **headers: str) -> dict[str, Any]:
    """Book, and insist that it worked."""
    async with client.post("/api/v1/bookings", json=ask, headers=headers) as answer:
        assert answer.status == 201, await answer.text()
        made: dict[str, Any] = await answer.json()
        return made


async def pay(client: TestClient, booking: dict[str, Any], number: str = "4242424242424242") -> str:
    """Pay as a customer without JavaScript: follow the link, fill the sandbox's form in.

    Returns where it ends.
    """
    async with client.session.get(booking["checkout_url"]) as form:
        assert form.status == 200, await form.text()
        page, address = await form.text(), form.url
    action = re.search(r'<form[^>]*method="post"[^>]*action="([^"]+)"', page) or re.search(
        r'<form[^>]*action="([^"]+)"', page
    )
    assert action, page
    fields = dict(re.findall(r'<input[^>]*name="([^"]+)"[^>]*value="([^"]*)"', page)) | {
        "number": number,
        "action": "pay",
    }
    async with client.session.post(address.join(type(address)(action[1])), data=fields) as paid:
        return str(paid.url)


def signed(
    event: Any, secret: str = DEFAULT_WEBHOOK_SECRET, at: float | None = None
) -> tuple[bytes, dict[str, str]]:
    """A Stripe event (or a body as bytes) as it travels: raw body and signature header."""
    body = event if isinstance(event, bytes) else json.dumps(event).encode()
    stamp = str(int(at or time.time()))
    digest = hmac.new(secret.encode(), f"{stamp}.".encode() + body, hashlib.sha256).hexdigest()
    return body, {"Stripe-Signature": f"t={stamp},v1={digest}", "Content-Type": "application/json"}
