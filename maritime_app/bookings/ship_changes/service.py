"""Look at a change of ship, and do it: in one transaction, or not at all.

Rows are locked in the order of the house: the bookings aboard, the sailing, its counters. Whoever
came aboard before the counters were held is found then, and it is begun anew.
"""

from collections.abc import Mapping
from contextlib import suppress
from uuid import UUID

import msgspec

from maritime_app import clock
from maritime_app.bookings.disruptions import service as disruptions, store as parties
from maritime_app.bookings.model import Booking, BookingStatus, DisruptionKind
from maritime_app.bookings.open_change import ChangeStatus
from maritime_app.bookings.ship_changes import looking, moving, store, telling
from maritime_app.bookings.ship_changes.looking import Plan
from maritime_app.bookings.ship_changes.model import (
    OfferedShip,
    OfferedShips,
    ShipPreview,
    ShipRequest,
)
from maritime_app.errors import Conflict, Invalid, Unavailable
from maritime_app.ferries.capacity import service as capacity
from maritime_app.ferries.operations import service as operations
from maritime_app.ferries.operations.model import ActingStaff, ManagedSailing, Ship
from maritime_app.ferries.operations.states import SailingEvent
from maritime_app.ferries.sailings import service as sailings
from maritime_app.i18n import translate as _
from maritime_app.infra.db import Conn
from maritime_app.resources import Resources

_MOST_TRIES = 10
_SECONDS_OF_AN_OPERATOR = 10


class _CameAboard(Exception):
    """Somebody took places before the counters were held."""


async def ships(res: Resources, acting: ActingStaff, sailing_id: UUID) -> OfferedShips:
    """Return the ships that could sail instead; raise as `operations.sailing` does."""
    sailing = await operations.sailing(res, acting, sailing_id)
    found = await _ships(res, acting, sailing)
    return OfferedShips(tuple(OfferedShip(s.code, s.name, s.passengers) for s in found.values()))


async def preview(
    res: Resources, acting: ActingStaff, sailing_id: UUID, ship_code: str
) -> ShipPreview:
    """Return what another ship means now; nothing is written.

    Raise Conflict where it cannot be changed any more, Invalid for a ship that cannot sail.
    """
    sailing = await operations.sailing(res, acting, sailing_id)
    ship = _named(await _ships(res, acting, sailing), ship_code)
    async with res.db.acquire() as conn:
        await _check(conn, sailing)
        seen = looking.preview(sailing, await looking.plan(conn, sailing, ship))
        arrives_at = sailing.expected_arrives_at or sailing.arrives_at
        voyage = sailing.leaves_at, arrives_at
        elsewhere = await store.other_voyages(conn, ship.id, sailing.id, *voyage)
    return msgspec.structs.replace(seen, elsewhere=tuple(elsewhere))


async def change_ship(
    res: Resources, acting: ActingStaff, sailing_id: UUID, asked: ShipRequest
) -> ManagedSailing:
    """Let another ship sail: its totals are worked out anew, and who has no place on it is asked.

    Raise Invalid and Conflict as `preview`, Conflict where the sailing or who loses is not as it
    was seen, Unavailable while an operator is being asked about somebody aboard.
    """
    sailing = await operations.sailing(res, acting, sailing_id)
    known = await _ships(res, acting, sailing)
    for _try in range(_MOST_TRIES):
        with suppress(_CameAboard):
            async with res.db.transaction() as conn:
                return await _change(conn, res, acting, sailing_id, known, asked)
    raise Unavailable(
        _("Many are booking this sailing just now. Close its sales first, or try again."),
        retry_after_seconds=1,
    )


async def _change(
    conn: Conn,
    res: Resources,
    acting: ActingStaff,
    sailing_id: UUID,
    known: Mapping[str, Ship],
    asked: ShipRequest,
) -> ManagedSailing:
    locked = await store.lock_aboard(conn, sailing_id)
    event = SailingEvent.CHANGE_SHIP
    before = await operations.begin(conn, res, acting, sailing_id, asked.version, event)
    ship = _named(known, asked.ship)
    await _check(conn, before)
    await store.lock_counters(conn, sailing_id, locked)
    planned = await looking.plan(conn, before, ship)
    if {one.id for one in planned.bookings} - set(locked):
        raise _CameAboard
    _check_seen(planned, asked)
    await _make_room(conn, res, sailing_id, planned, before.version + 1)
    await operations.put_ship(conn, sailing_id, ship.id, planned.carried)
    after = msgspec.structs.replace(
        before,
        ferry_id=ship.id,
        ferry=ship.name,
        max_height_cm=planned.carried.max_height_cm,
        max_vehicle_kg=planned.carried.max_vehicle_kg,
        note=asked.note or before.note,
    )
    detail = {
        "lost": [one.reference for one in planned.of(planned.seating.lost)],
        "other_cabins": [one.reference for one in planned.relodged],
        "ended": len(planned.seating.ended),
    }
    changed = await operations.finish(conn, res, acting, before, after, event, detail)
    state = await parties.sailing_state(conn, sailing_id)
    losing = [one.id for one in _paid(planned)]
    if losing:
        await disruptions.begin(conn, state, DisruptionKind.NO_PLACE, losing)
    await telling.enqueue_news(conn, before, changed.version, planned, asked.note)
    return changed


async def _make_room(
    conn: Conn, res: Resources, sailing_id: UUID, planned: Plan, version: int
) -> None:
    """Let go who does not fit, give others their cabins, and write what there is of everything.

    For a moment there is as much as on both ships together, so that cabins can be exchanged.
    """
    tags = await sailings.tags_of(conn, [sailing_id])
    totals = planned.carried.totals
    counters = await capacity.counters(conn, sailing_id)
    wide = {one.resource: one.total + totals.get(one.resource, 0) for one in counters}
    await capacity.set_totals(conn, res.cache, sailing_id, {**totals, **wide}, tags)
    await moving.end_changes(conn, res, sailing_id, planned, version)
    lost = planned.of(planned.seating.lost)
    await moving.end_holds(conn, res, [b for b in lost if b.status is BookingStatus.HELD])
    await moving.lose_places(conn, res, sailing_id, [one.id for one in _paid(planned)])
    await moving.relodge(conn, res, planned)
    short = await capacity.set_totals(conn, res.cache, sailing_id, totals, tags)
    if short:
        raise RuntimeError(f"more is taken than the ship has: {short}")


def _paid(planned: Plan) -> list[Booking]:
    lost = planned.of(planned.seating.lost)
    return [one for one in lost if one.status is not BookingStatus.HELD]


async def _check(conn: Conn, sailing: ManagedSailing) -> None:
    """Raise Conflict for a sailing that has begun."""
    if sailing.leaves_at <= clock.now() or sailing.departed_at is not None:
        raise Conflict(_("That is not possible with this sailing any more."), code="sailing_state")
    if await store.has_boarded(conn, sailing.id):
        words = _("Somebody is aboard already: take the admissions back first.")
        raise Conflict(words, code="boarded")


def _check_seen(planned: Plan, asked: ShipRequest) -> None:
    """Raise Conflict where others lose than were seen, Unavailable where somebody cannot wait."""
    if len(planned.seating.lost) != asked.losing:
        words = _("Somebody has booked or cancelled meanwhile. Please look at it again.")
        raise Conflict(words, code="other_parties")
    disturbed = [*planned.of(planned.seating.lost), *planned.relodged]
    busy = [
        one
        for one in disturbed
        if one.change is not None and one.change.status is ChangeStatus.ACCEPTED
    ]
    if busy or not planned.firm:
        raise Unavailable(
            _("An operator is just being asked about a change of somebody aboard. Try again soon."),
            retry_after_seconds=_SECONDS_OF_AN_OPERATOR,
        )


async def _ships(res: Resources, acting: ActingStaff, sailing: ManagedSailing) -> dict[str, Ship]:
    """Return the ships that could sail instead, by code."""
    found = await operations.ships(res, acting)
    return {
        ship.code: ship
        for ship in found
        if ship.operator_id == sailing.operator_id and ship.id != sailing.ferry_id
    }


def _named(known: Mapping[str, Ship], code: str) -> Ship:
    if code not in known:
        words = _("There is no such ship to choose.")
        raise Invalid(words, {"ship": words}, code="ship")
    return known[code]
