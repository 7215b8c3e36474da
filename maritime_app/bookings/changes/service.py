"""Hold a change, accept it, withdraw it. The booking stays what it is until the change is applied.

Whoever calls holds the booking's row: one change at a time.
"""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from maritime_app.bookings import store as bookings
from maritime_app.bookings.changes import places, store
from maritime_app.bookings.changes.model import Change, Content, Draft, HoldChange
from maritime_app.bookings.changes.states import ChangeEvent
from maritime_app.bookings.model import Booking
from maritime_app.bookings.open_change import ChangeOrigin
from maritime_app.errors import Conflict
from maritime_app.ferries.capacity import service as capacity
from maritime_app.ferries.sailings import service as sailings
from maritime_app.ferries.sailings.sales import SaleEnd
from maritime_app.i18n import translate as _
from maritime_app.ids import uuid7
from maritime_app.infra.db import Conn
from maritime_app.jobs.outbox import enqueue
from maritime_app.resources import Resources


async def hold(
    conn: Conn,
    res: Resources,
    booking: Booking,
    draft: Draft,
    origin: ChangeOrigin,
    expires_at: datetime,
) -> Change | None:
    """Take the places that the change needs more, and write it down.

    Return None, and take none, where some are gone. `booking` is as its locked row says.
    """
    held = await hold_all(conn, res, [HoldChange(booking, draft, expires_at)], origin)
    return await store.change(conn, held[0]) if held else None


async def hold_all(
    conn: Conn, res: Resources, requests: Sequence[HoldChange], origin: ChangeOrigin
) -> list[UUID] | None:
    """Hold a change for each of several bookings, in few statements; return their ids in order.

    Return None, and take none, where places of any of them are gone.
    """
    ids = [uuid7() for _one in requests]
    has = await store.reserved_of(conn, [one.booking.id for one in requests])
    extra = {
        change_id: places.beyond(places.needed(one.draft.content), places.held(has[one.booking.id]))
        for change_id, one in zip(ids, requests, strict=True)
    }
    taken = [part for parts in extra.values() for part in parts]
    tags = await sailings.tags_of(conn, {part.sailing_id for part in taken})
    if not await capacity.reserve(conn, res.cache, taken, tags):
        return None
    await store.add_changes(conn, origin, dict(zip(ids, requests, strict=True)))
    await store.add_places(conn, extra)
    return ids


async def sale_end(
    conn: Conn, res: Resources, booking_id: UUID, content: Content
) -> SaleEnd | None:
    """Return why something that a change sells is not sold any more; None while all of it is.

    That stays so until the transaction ends, but for the time that passes.
    """
    reserved = await store.reserved_legs(conn, booking_id)
    selling = places.selling(content, reserved)
    await bookings.lock_sailings(conn, selling)
    return await store.sale_end(conn, selling, res.settings.sailings.sales_close_minutes)


async def accept(conn: Conn, change: Change) -> bool:
    """Decide for a held change: it is carried out by its job. Return False where it has ended."""
    if not await store.apply(conn, change.id, ChangeEvent.ACCEPT):
        return False
    await enqueue(
        conn,
        "bookings.carry_out_change",
        {"change_id": str(change.id)},
        subject=("bookings", str(change.booking_id)),
        unique_key=f"carry_out_change:{change.id}",
    )
    return True


async def withdraw(conn: Conn, res: Resources, change_id: UUID, event: ChangeEvent) -> bool:
    """End a change that was not accepted: its places are free, here and at remote operators.

    Return False where it has ended.
    """
    if not await store.apply(conn, change_id, event):
        return False
    await free_places(conn, res, change_id)
    ended = await store.change(conn, change_id)
    if ended.held_remotely():
        await give_up_legs(conn, ended)
    return True


async def give_up_legs(conn: Conn, change: Change) -> None:
    """Have cancelled at remote operators what a change has replaced, or what it held in vain."""
    await enqueue(
        conn,
        "bookings.give_up_legs",
        {"change_id": str(change.id)},
        subject=("bookings", str(change.booking_id)),
        unique_key=f"give_up_legs:{change.id}",
    )


def booking_changed() -> Conflict:
    """Return the refusal of whoever looked at a booking that is another one by now."""
    words = _("This booking has just changed. Please look at it again.")
    return Conflict(words, code="booking_changed")


async def free_places(conn: Conn, res: Resources, change_id: UUID) -> None:
    """Give back what the change holds, once."""
    taken = await store.take_places(conn, change_id)
    tags = await sailings.tags_of(conn, [part.sailing_id for part in taken])
    await capacity.release(conn, res.cache, taken, tags)
