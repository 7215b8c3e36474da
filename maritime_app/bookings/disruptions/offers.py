"""Other sailings for a party, and places held on the next one."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from uuid import UUID

import msgspec

from maritime_app import clock
from maritime_app.bookings import rights
from maritime_app.bookings.changes import service as changes, store as change_store
from maritime_app.bookings.changes.model import Change, Content, Draft
from maritime_app.bookings.changes.orders import content as contents
from maritime_app.bookings.changes.states import ChangeEvent
from maritime_app.bookings.disruptions import rules, store
from maritime_app.bookings.disruptions.model import Alternative, AlternativeView, Party
from maritime_app.bookings.holds.service import places_of
from maritime_app.bookings.model import Booking, Leg
from maritime_app.bookings.open_change import ChangeOrigin
from maritime_app.ferries.model import OperatorKind
from maritime_app.infra.db import Conn
from maritime_app.resources import Resources

_ANY_TIME = timedelta(days=400)
_MOST_TRIES = 5


@dataclass(frozen=True, slots=True)
class Proposal:
    """A sailing on which places are held for a party."""

    change: Change
    sailing: Alternative


async def alternatives(conn: Conn, res: Resources, booking: Booking, leg: Leg) -> list[Alternative]:
    """Return the sailings that the party may take instead of a leg, the next ones first.

    Empty for a remote operator's leg: its sailings are asked for when somebody looks.
    """
    if leg.operator.kind is not OperatorKind.HOUSE:
        return []
    settings = res.settings.sailings
    return await store.alternatives(
        conn,
        booking.leg_rows[leg.number].sailing_id,
        _fitting(booking, leg),
        settings.rebook_days,
        settings.sales_close_minutes,
    )


async def views(
    conn: Conn, res: Resources, booking: Booking, leg: Leg, party: Party
) -> list[AlternativeView]:
    """Return the sailings to choose from, the one on which places are held first."""
    held = await _held_sailing(conn, party)
    found = await alternatives(conn, res, booking, leg)
    if held is not None:
        found = [held, *(one for one in found if one.sailing_id != held.sailing_id)]
    return [
        AlternativeView(
            str(one.sailing_id),
            one.departs_at,
            one.arrives_at,
            leg.operator.name,
            one.ferry,
            held=held is not None and one.sailing_id == held.sailing_id,
        )
        for one in found
    ]


async def _held_sailing(conn: Conn, party: Party) -> Alternative | None:
    """Return the sailing on which places are held for the party."""
    change = await change_store.open_change(conn, party.booking_id)
    if change is None or change.id != party.change_id:
        return None
    moved = [leg.sailing_id for leg in change.content.legs if leg.new]
    return await store.sailing_by_id(conn, moved[0]) if moved else None


async def propose(conn: Conn, res: Resources, booking: Booking, leg: Leg) -> Proposal | None:
    """Hold places on the next sailing that has them; None where there is none.

    The caller holds the booking's row. What an older offer held is free again. Others may take the
    last places between the look and the hold: then it is looked again.
    """
    await withdraw_open(conn, res, booking.id)
    for _try in range(_MOST_TRIES):
        found = await alternatives(conn, res, booking, leg)
        if not found:
            return None
        hours = res.settings.sailings.answer_hours
        deadline = rules.answer_by(clock.now(), hours, found[0].sales_close_at)
        held = await hold_on(conn, res, booking, {leg.number: found[0].sailing_id}, deadline)
        if held is not None:
            return Proposal(held, found[0])
    return None


async def hold_on(
    conn: Conn, res: Resources, booking: Booking, sailings: dict[int, UUID], expires_at: datetime
) -> Change | None:
    """Hold places for legs on other sailings of ours, for nothing; None where they lack."""
    after = await content_of(conn, booking)
    legs = {leg.number: leg for leg in booking.legs}
    for number, sailing_id in sailings.items():
        places = {part.resource: part.quantity for part in places_of(booking, legs[number])}
        after = contents.moved(after, number, sailing_id, places)
    draft = Draft(after, booking.total_minor)
    return await changes.hold(conn, res, booking, draft, ChangeOrigin.DISRUPTION, expires_at)


async def content_of(conn: Conn, booking: Booking) -> Content:
    """Return the booking as it is, with what it has of capacity."""
    return contents.as_it_is(booking, await change_store.reserved_legs(conn, booking.id))


async def withdraw_open(conn: Conn, res: Resources, booking_id: UUID) -> None:
    """End the change of a booking that waits for an answer: it was of another time."""
    waiting = await change_store.open_change(conn, booking_id)
    if waiting is not None:
        await changes.withdraw(conn, res, waiting.id, ChangeEvent.WITHDRAW)


def legs_on(booking: Booking, sailing_id: UUID) -> list[Leg]:
    """Return the legs of the booking on that sailing."""
    return [leg for leg in booking.legs if booking.leg_rows[leg.number].sailing_id == sailing_id]


def leg_by(leg: Leg, other: Alternative) -> Leg:
    """Return the leg as it would be by another sailing."""
    return msgspec.structs.replace(
        leg,
        sailing_id=str(other.sailing_id),
        departs_at=other.departs_at,
        arrives_at=other.arrives_at,
        ferry=other.ferry,
        expected_departs_at=None,
        expected_arrives_at=None,
    )


def refund_minor(booking: Booking, now: datetime) -> int:
    """Return what goes back of the price when they would rather not travel: all that is unmade."""
    return sum(leg.price.amount_minor for leg in rights.unmade(booking, now))


def _fitting(booking: Booking, leg: Leg) -> store.Fitting:
    """Return what the other sailing must have room for, between the legs before and after."""
    now = clock.now()
    before = [other for other in booking.legs if other.number < leg.number]
    after = [other for other in booking.legs if other.number > leg.number]
    return store.Fitting(
        places={part.resource: part.quantity for part in places_of(booking, leg)},
        height_cm=_most(vehicle.height_cm for vehicle in booking.vehicles),
        weight_kg=_most(vehicle.weight_kg or 0 for vehicle in booking.vehicles),
        after=max((other.arrives_at for other in before), default=now),
        before=min((other.departs_at for other in after), default=now + _ANY_TIME),
    )


def _most(sizes: Iterable[int]) -> int:
    return max(sizes, default=0)
