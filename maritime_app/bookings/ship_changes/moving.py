"""Places lost, cabins changed, changes and offers that end: all in the transaction that lets
another ship sail.
"""

from collections.abc import Iterable, Sequence
from datetime import timedelta
from uuid import UUID

import msgspec

from maritime_app import clock
from maritime_app.bookings import store as bookings
from maritime_app.bookings.changes import (
    places,
    service as changes,
    store as change_store,
    together,
)
from maritime_app.bookings.changes.model import Content, Draft, HoldChange
from maritime_app.bookings.changes.orders import content as contents
from maritime_app.bookings.changes.states import ChangeEvent
from maritime_app.bookings.confirmation.service import ask_operators_to_cancel
from maritime_app.bookings.disruptions import store as disruptions, writers
from maritime_app.bookings.disruptions.candidates import Lodging
from maritime_app.bookings.disruptions.states import PartyEvent
from maritime_app.bookings.holds import service as holds
from maritime_app.bookings.holds.model import HoldReserved
from maritime_app.bookings.model import Booking, BookingStatus, Leg
from maritime_app.bookings.open_change import ChangeOrigin
from maritime_app.bookings.ship_changes import store
from maritime_app.bookings.ship_changes.looking import Plan
from maritime_app.bookings.ship_changes.seating import cabins_as_places
from maritime_app.bookings.states import BookingEvent
from maritime_app.ferries.capacity import service as capacity
from maritime_app.ferries.fares.rules import CABIN
from maritime_app.ferries.sailings import service as sailings
from maritime_app.infra.db import Conn
from maritime_app.jobs.outbox import enqueue
from maritime_app.resources import Resources

_SHORT = timedelta(minutes=10)  # a change that is applied in the same transaction


async def end_changes(
    conn: Conn, res: Resources, sailing_id: UUID, planned: Plan, version: int
) -> None:
    """End changes and offers that do not fit any more, and those of whoever loses or is relodged,
    on whichever sailing they hold places; a party gets another offer then.
    """
    disturbed = [*planned.seating.lost, *(one.id for one in planned.relodged)]
    unfit = set(planned.seating.ended)
    others = set(await change_store.open_changes(conn, disturbed)) - unfit
    asked_anew = set[UUID]()
    for change_ids, lost_it in ((unfit, True), (others, False)):
        for party in await disruptions.offered_by(conn, change_ids):
            if await disruptions.apply(conn, party, PartyEvent.ASK_AGAIN):
                asked_anew.add(party.disruption_id)
            if not lost_it:  # that sailing can still take them
                await disruptions.set_change(conn, party, None)
    for change_id in sorted(unfit | others):
        await changes.withdraw(conn, res, change_id, ChangeEvent.WITHDRAW)
    for disruption_id in sorted(asked_anew):
        await writers.enqueue_first(conn, disruption_id, f"ship:{sailing_id}:{version}")


async def end_holds(conn: Conn, res: Resources, unpaid: Iterable[Booking]) -> None:
    """End bookings that are not paid; money that arrives for one all the same finds no place."""
    for booking in unpaid:
        await bookings.apply(conn, booking.id, BookingEvent.EXPIRE)
        await holds.release(conn, res, booking)
        await ask_operators_to_cancel(conn, booking)
        await enqueue(  # which closes its payment page
            conn,
            "bookings.expire_hold",
            {"booking_id": str(booking.id)},
            subject=("bookings", str(booking.id)),
        )


async def lose_places(
    conn: Conn, res: Resources, sailing_id: UUID, booking_ids: Sequence[UUID]
) -> None:
    """Take their places from parties that have paid; they are asked what becomes of them."""
    lost = await store.lose_places(conn, sailing_id, booking_ids)
    await capacity.release(conn, res.cache, lost, await sailings.tags_of(conn, [sailing_id]))


async def relodge(conn: Conn, res: Resources, planned: Plan) -> None:
    """Give parties their other cabins, at the price that was paid, with new tickets."""
    reserved = await change_store.reserved_of(conn, [one.id for one in planned.relodged])
    until, requests = clock.now() + _SHORT, list[HoldChange]()
    for booking in planned.relodged:
        leg, cabins = planned.legs[booking.id], planned.seating.kept[booking.id]
        after = _relodged(booking, reserved[booking.id], leg, cabins)
        if booking.status is BookingStatus.CONFIRMED:
            requests.append(HoldChange(booking, Draft(after, booking.total_minor), until))
        else:
            await _rewrite(conn, res, booking, reserved[booking.id], after)
    if not await together.relodge(conn, res, requests, reserved, ChangeOrigin.DISRUPTION):
        raise RuntimeError("the counters were held, and the cabins are gone")


async def _rewrite(
    conn: Conn,
    res: Resources,
    booking: Booking,
    reserved: Sequence[HoldReserved],
    after: Content,
) -> None:
    """Write other cabins into a booking that has no ticket yet."""
    needed, held, tags = places.needed(after), places.held(reserved), holds.cache_tags(booking)
    if not await capacity.reserve(conn, res.cache, places.beyond(needed, held), tags):
        raise RuntimeError("the counters were held, and the cabins are gone")
    await capacity.release(conn, res.cache, places.beyond(held, needed), tags)
    await change_store.rewrite_lines(conn, booking.id, after)


def _relodged(
    booking: Booking, reserved: Sequence[HoldReserved], leg: Leg, cabins: Lodging
) -> Content:
    """Return the booking with other cabins on a leg, at the price that was paid."""
    content = contents.relodged(contents.as_it_is(booking, reserved), leg.number, cabins)
    legs = tuple(
        msgspec.structs.replace(
            one,
            places={name: count for name, count in one.places.items() if not name.startswith(CABIN)}
            | cabins_as_places(cabins),
        )
        if one.number == leg.number
        else one
        for one in content.legs
    )
    return msgspec.structs.replace(content, legs=legs)
