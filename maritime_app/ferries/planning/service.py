"""Look at what a pattern means, and write it; writing the same again writes nothing."""

import datetime as dt
from typing import TypeVar

import msgspec

from maritime_app import clock
from maritime_app.accounts import service as accounts
from maritime_app.errors import Invalid
from maritime_app.ferries.capacity import service as capacity
from maritime_app.ferries.capacity.model import Carried
from maritime_app.ferries.capacity.ships import carried
from maritime_app.ferries.operations import service as operations
from maritime_app.ferries.operations.model import ActingStaff, Ship
from maritime_app.ferries.planning import pattern as patterns, store
from maritime_app.ferries.planning.model import (
    Choices,
    Departure,
    PatternRequest,
    Plan,
    PlanFare,
    PlanRoute,
    Standing,
)
from maritime_app.ferries.sailings.service import day_tag
from maritime_app.formatting import localdate
from maritime_app.i18n import translate as _
from maritime_app.infra.cache_changes import drop_cached
from maritime_app.infra.db import Conn
from maritime_app.resources import Resources

_T = TypeVar("_T", PlanRoute, PlanFare, Ship)


class _Parts(msgspec.Struct, frozen=True):
    """What a pattern names, looked up."""

    route: PlanRoute
    ship: Ship
    fare: PlanFare
    carried: Carried


async def choices(res: Resources, acting: ActingStaff) -> Choices:
    """Return what this person's patterns can be made of."""
    ships = await operations.ships(res, acting)
    async with res.db.acquire() as conn:
        routes = await store.routes(conn, acting.operator_id)
        fares = await store.fares(conn, acting.operator_id)
    return Choices(tuple(routes), tuple(ships), tuple(fares))


async def preview(res: Resources, acting: ActingStaff, asked: PatternRequest) -> Plan:
    """Return what the pattern means now; nothing is written.

    Raise Invalid for what cannot be planned or is not this person's to plan.
    """
    parts = await _parts(res, acting, asked)
    async with res.db.acquire() as conn:
        return await _plan(conn, res, asked, parts)


async def write(res: Resources, acting: ActingStaff, asked: PatternRequest) -> tuple[Plan, int]:
    """Write the sailings that are new; return the plan and how many were written.

    Raise Invalid as `preview` does.
    """
    parts = await _parts(res, acting, asked)
    async with res.db.transaction() as conn:
        await store.lock_ship(conn, parts.ship.id)
        plan = await _plan(conn, res, asked, parts)
        new = [one for one in plan.departures if one.standing is Standing.NEW]
        added = await store.add_sailings(
            conn, parts.route, parts.ship.id, parts.fare.id, parts.carried, new
        )
        await capacity.add_extras(conn, added)
        detail = {**msgspec.to_builtins(asked), "written": len(added)}
        subject = ("route", f"{asked.operator}:{asked.route}")
        await accounts.audit(conn, acting.staff_id, "sailings_planned", subject, detail)
        await drop_cached(conn, res.cache, _tags(plan, new))
    return plan, len(added)


async def _parts(res: Resources, acting: ActingStaff, asked: PatternRequest) -> _Parts:
    known = await choices(res, acting)
    routes = [one for one in known.routes if one.operator_code == asked.operator]
    route = _named(routes, asked.route)
    owner = route.operator_id if route else None
    ship = _named([one for one in known.ships if owner in (None, one.operator_id)], asked.ship)
    fare = _named([one for one in known.fares if owner in (None, one.operator_id)], asked.fare)
    wrong = _wrong(asked, route, ship, fare)
    if wrong or not (route and ship and fare):
        raise Invalid(next(iter(wrong.values())), wrong, code="pattern")
    return _Parts(route, ship, fare, ship_carries(ship))


def _wrong(
    asked: PatternRequest, route: PlanRoute | None, ship: Ship | None, fare: PlanFare | None
) -> dict[str, str]:
    """Return all that is wrong with a pattern, by field."""
    unknown = _("There is no such thing to choose.")
    chosen = {"route": route, "ship": ship, "fare": fare}
    wrong = {field: unknown for field, found in chosen.items() if found is None}
    try:
        patterns.departures(asked, route.origin.timezone if route else "UTC")
        if ship:
            ship_carries(ship)
    except Invalid as refusal:
        wrong |= refusal.fields
    if fare and fare.last_day is not None and asked.last > fare.last_day:
        words = _("This price list ends on %(day)s.")
        wrong["fare"] = words % {"day": localdate(fare.last_day)}
    return wrong


def ship_carries(ship: Ship) -> Carried:
    """Return what a sailing of the ship can sell; raise Invalid where that is not known."""
    if ship.passengers is None:
        words = _("How many passengers this ship carries is not known.")
        raise Invalid(words, {"ship": words}, code="ship")
    return carried(ship.passengers, ship.pets, ship.decks, ship.cabins)


async def _plan(conn: Conn, res: Resources, asked: PatternRequest, parts: _Parts) -> Plan:
    route = parts.route
    planned = patterns.departures(asked, route.origin.timezone)
    span = planned[0].departs_at, planned[-1].arrives_at
    voyages = await store.ship_voyages(conn, parts.ship.id, *span)
    times = await store.route_times(conn, route, *span)
    sellable_from = clock.now() + dt.timedelta(minutes=res.settings.sailings.sales_close_minutes)
    judged = patterns.judged(planned, route.id, voyages, times, sellable_from)
    return Plan(route.origin, route.destination, parts.ship.name, tuple(judged))


def _named(known: list[_T], code: str) -> _T | None:
    return next((one for one in known if one.code == code), None)


def _tags(plan: Plan, new: list[Departure]) -> list[str]:
    days = {departure.day for departure in new}
    return [day_tag(plan.origin.code, plan.destination.code, day) for day in sorted(days)]
