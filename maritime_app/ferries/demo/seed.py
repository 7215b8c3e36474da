"""The authored demo world into the database, and its sailings 90 days ahead; rolling it on is one
call.
"""

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date, timedelta
from importlib import resources
from typing import Any
from uuid import UUID, uuid5

from maritime_app import clock
from maritime_app.ferries.capacity import service as capacity
from maritime_app.ferries.capacity.model import Carried, Deck
from maritime_app.ferries.capacity.ships import carried
from maritime_app.ferries.demo.codec import departures, load_world
from maritime_app.ferries.demo.model import DemoFerry, Departure, World
from maritime_app.infra import queries
from maritime_app.infra.db import Conn
from maritime_app.infra.queries import Query
from maritime_app.infra.telemetry import log
from maritime_app.ports.model import NewPort, PortKind
from maritime_app.ports.service import seed_ports
from maritime_app.resources import Resources

SQL = queries.load("ferries_demo")
logger = log.get(__name__)
HORIZON_DAYS = 90
# Raised when this file writes something new into a world that has not changed.
_EDITION = "4"
_NAMESPACE = UUID("5f3c6f0e-3a4d-5b8a-9a55-0c4be3a9d7d1")
_LOCK_KEY = 7_166_002


async def seed_demo(res: Resources, today: date | None = None) -> int:
    """Write what of the demo world is not there yet; how many sailings were added.

    With nothing to do this is one look at a mark. Sailings are written for yesterday to 90 days
    ahead; those
    that exist are never touched. `today` is a UTC date.
    """
    today = today or clock.now().date()
    digest = _digest()
    last = today + timedelta(days=HORIZON_DAYS)
    async with res.db.acquire() as conn:
        if await _is_written(conn, digest, last):
            return 0
    world = load_world()
    async with res.db.transaction() as conn:
        await SQL.lock_demo.run(conn, _LOCK_KEY)
        mark = await SQL.demo_mark.maybe(conn)
        first = today - timedelta(days=1)
        if mark and mark["digest"] == digest:
            first = max(first, mark["through"] + timedelta(days=1))
        else:
            await _write_world(conn, world)
        added = await _write_sailings(conn, world, first, last)
        await SQL.set_demo_mark.run(conn, digest, last)
    logger.info("demo_written", sailings=added, through=last.isoformat())
    return added


async def _is_written(conn: Conn, digest: str, last: date) -> bool:
    mark = await SQL.demo_mark.maybe(conn)
    return mark is not None and mark["digest"] == digest and mark["through"] >= last


async def _write_world(conn: Conn, world: World) -> None:
    await seed_ports(conn, [_port(world, port.code) for port in world.ports])
    await _put(conn, SQL.upsert_demo_operators, _operators(world))
    await _put(conn, SQL.upsert_demo_check_ins, _check_ins(world))
    changes = [(c.port, c.foot_minutes, c.vehicle_minutes) for c in world.changes]
    await _put(conn, SQL.upsert_demo_changes, changes)
    await _put(conn, SQL.upsert_demo_ferries, _ferries(world))
    await _put(conn, SQL.upsert_demo_decks, _decks(world))
    await _put(conn, SQL.upsert_demo_cabins, _cabins(world))
    await _put(conn, SQL.upsert_demo_routes, _routes(world))
    await _put(conn, SQL.add_demo_fares, _fares(world))
    prices = [
        (_id("fare", f.code), item, minor) for f in world.fares for item, minor in f.prices.items()
    ]
    await _put(conn, SQL.add_demo_prices, prices)
    rules = [
        (_id("fare", f.code), hours, percent)
        for f in world.fares
        for hours, percent in f.cancel_rules
    ]
    await _put(conn, SQL.add_demo_cancel_rules, rules)
    residents = [
        (_id("fare", f.code), one.area, one.percent, "{" + ",".join(one.proofs) + "}")
        for f in world.fares
        for one in f.residents
    ]
    await _put(conn, SQL.add_demo_residents, residents)
    extras = [
        (_id("fare", f.code), one.kind, one.unit, one.price_minor, one.per_sailing)
        for f in world.fares
        for one in f.extras
    ]
    await _put(conn, SQL.add_demo_extras, extras)


async def _write_sailings(conn: Conn, world: World, first: date, last: date) -> int:
    days = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    found = [departure for day in days for departure in _house_departures(world, day)]
    rows = [_sailing(world, departure) for departure in found]
    added = await _put(conn, SQL.add_demo_sailings, rows)
    totals = [
        (_id("ferry", ferry.code), *total)
        for ferry in world.ferries
        for total in _carried(ferry).totals.items()
    ]
    columns = (list(column) for column in zip(*totals, strict=True))
    await SQL.add_demo_capacity.run(conn, [row[0] for row in rows], *columns)
    await capacity.add_extras(conn, [row[0] for row in rows])
    return added


def _house_departures(world: World, day: date) -> Iterator[Departure]:
    for route in world.routes:
        if world.operator(route.operator).kind == "house":
            yield from departures(world, route, day)


def _sailing(world: World, departure: Departure) -> tuple[Any, ...]:
    carried = _carried(world.ferry(departure.ferry_code))
    return (
        _id("sailing", departure.code),
        _id("route", departure.route_code),
        _id("ferry", departure.ferry_code),
        _id("fare", world.route(departure.route_code).fare),
        departure.departs_at,
        departure.arrives_at,
        carried.max_height_cm,
        carried.max_vehicle_kg,
        departure.code,
    )


def _carried(ferry: DemoFerry) -> Carried:
    decks = [Deck(deck.lane_cm, deck.height_cm, deck.max_kg) for deck in ferry.decks]
    cabins = {cabin.type: cabin.count for cabin in ferry.cabins}
    return carried(ferry.passengers, ferry.pets, decks, cabins)


def _port(world: World, code: str) -> NewPort:
    port = world.port(code)
    return NewPort(
        code=port.code,
        name=port.name,
        lat=port.lat,
        lon=port.lon,
        timezone=port.timezone,
        kind=PortKind.HARBOUR,
        source="demo",
        unlocode=port.code,
        country=port.country,
    )


def _operators(world: World) -> Iterator[tuple[Any, ...]]:
    zones = {route.operator: world.port(route.origin).timezone for route in reversed(world.routes)}
    for o in world.operators:
        names = (o.code, o.name, o.kind, o.currency, o.country)
        reached = (o.website, o.support_email, o.phone)
        yield _id("operator", o.code), *names, zones[o.code], *reached


def _check_ins(world: World) -> Iterator[tuple[Any, ...]]:
    for rule in world.check_ins:
        says = (rule.foot_minutes, rule.vehicle_minutes, rule.terminal)
        yield _id("operator", rule.operator), rule.port, *says


def _ferries(world: World) -> Iterator[tuple[Any, ...]]:
    for f in world.ferries:
        numbers = (f.imo, f.mmsi, f.length_m, f.beam_m, f.speed_knots, f.passengers, f.pets)
        yield _id("ferry", f.code), _id("operator", f.operator), f.code, f.name, *numbers


def _decks(world: World) -> Iterator[tuple[Any, ...]]:
    for ferry in world.ferries:
        for number, deck in enumerate(ferry.decks, start=1):
            yield (
                _id("ferry", ferry.code),
                number,
                deck.name,
                deck.lane_cm,
                deck.height_cm,
                deck.max_kg,
            )


def _cabins(world: World) -> Iterator[tuple[Any, ...]]:
    for ferry in world.ferries:
        for cabin in ferry.cabins:
            yield _id("ferry", ferry.code), cabin.type, cabin.count, cabin.berths


def _routes(world: World) -> Iterator[tuple[Any, ...]]:
    for r in world.routes:
        name = f"{world.port(r.origin).name} – {world.port(r.destination).name}"
        house = world.operator(r.operator).kind == "house"
        source = "demo" if house else f"remote:{r.operator}"
        length_m = round(world.lane(r.code).length_m)
        ends = (r.origin, r.destination)
        yield (
            _id("route", r.code),
            _id("operator", r.operator),
            r.code,
            name,
            *ends,
            length_m,
            source,
        )


def _fares(world: World) -> Iterator[tuple[Any, ...]]:
    sellers = {route.fare: route.operator for route in world.routes}
    for f in world.fares:
        ages = (f.infant_to_age, f.child_to_age)
        owner = _id("operator", sellers[f.code])
        yield _id("fare", f.code), owner, f.code, f.currency, *ages, f.harbour_tax_minor


async def _put(conn: Conn, query: Query, rows: Iterable[tuple[Any, ...]]) -> int:
    """Run a query that takes one array per column."""
    found = list(rows)
    if not found:
        return 0
    return await query.run(conn, *(list(column) for column in zip(*found, strict=True)))


def _id(kind: str, code: str) -> UUID:
    # The same world gives the same ids everywhere, so that writing it twice can never make two of
    # anything.
    return uuid5(_NAMESPACE, f"{kind}:{code}")


def _digest() -> str:
    world = resources.files("maritime_app.ferries.demo").joinpath("world.toml").read_bytes()
    return f"{_EDITION}:{hashlib.sha256(world).hexdigest()}"
