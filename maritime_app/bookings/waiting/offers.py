"""Places offered to whoever waits first, through the holds that everybody books by.

An offer is an ordinary hold with a longer time to pay, so it can oversell as little as any booking
and ends by the same job. It is written down before the places are taken, with the reference that
they are taken under: whoever comes after a crash finds what was held.
"""

from uuid import UUID

import msgspec

from maritime_app import ids
from maritime_app.bookings import service as bookings, store as rows
from maritime_app.bookings.model import Booking, BookingRequest, BookingStatus
from maritime_app.bookings.waiting import mails, store
from maritime_app.bookings.waiting.model import Waiter
from maritime_app.bookings.waiting.states import WaitingEvent
from maritime_app.errors import Conflict, Invalid, NotFound
from maritime_app.ferries.capacity import service as capacity
from maritime_app.infra.db import Conn
from maritime_app.jobs.outbox import enqueue
from maritime_app.resources import Resources

_MOST_OFFERS = 50  # of one job; what is left is for the next one
_FASTER = "sold_out"  # somebody else took the places: the party waits on, in its place
_PAID = (BookingStatus.PAID, BookingStatus.CONFIRMING, BookingStatus.CONFIRMED)


async def offer(res: Resources, sailing_id: UUID) -> int:
    """Offer what is free on a sailing to whoever waits first and fits; return how many offers."""
    offers = 0
    while offers < _MOST_OFFERS:
        party = await _begin(res, sailing_id)
        if party is None or not await finish(res, party):
            break
        offers += 1
    return offers


async def _begin(res: Resources, sailing_id: UUID) -> Waiter | None:
    """Choose the first party that fits, and write down that its places are being held."""
    async with res.db.transaction() as conn:
        waiting = await store.lock_waiting(conn, sailing_id)
        available = await capacity.available_of(conn, sailing_id)
        first = next((one for one in waiting if _fits(one, available)), None)
        if first is None or not await store.begin(conn, first.id, ids.reference()):
            return None
        return await store.waiter(conn, first.id)


async def finish(res: Resources, party: Waiter) -> bool:
    """Hold the places of a begun offer, unless they are held, and say so.

    Return False where nothing could be offered; it keeps its place where somebody was faster.
    Raise Unavailable when nobody answers: the offer stays begun.
    """
    assert party.reference is not None
    async with res.db.acquire() as conn:
        held = await rows.booking_by_reference(conn, party.reference)
        asked = await store.request_of(conn, party.id)
    try:
        if held is None and asked is not None:
            request = msgspec.convert(asked, BookingRequest)
            held = await bookings.hold(res, request, party.reference, _minutes(res))
    except Conflict as refusal:
        event = WaitingEvent.LOSE if refusal.code == _FASTER else WaitingEvent.CLOSE
        await _end(res, party, event)
        return False
    except (Invalid, NotFound):
        await _end(res, party, WaitingEvent.CLOSE)
        return False
    return held is not None and await _offered(res, party, held)


async def _offered(res: Resources, party: Waiter, held: Booking) -> bool:
    base = f"{res.settings.public_url}/bookings/{held.reference}"
    async with res.db.transaction() as conn:
        if not await store.apply(conn, party.id, WaitingEvent.OFFER, held.reference):
            return False
        await mails.write(
            conn,
            res,
            party,
            mails.OFFER,
            key=f"waiting:{party.id}:{held.reference}",
            pay_url=f"{base}?token={bookings.token_of(res, held.reference)}",
            until=held.expires_at,
            total=held.total,
        )
    return True


async def _end(res: Resources, party: Waiter, event: WaitingEvent) -> None:
    async with res.db.transaction() as conn:
        changed = await store.apply(conn, party.id, event, party.reference)
        if changed and event is WaitingEvent.CLOSE:
            await mails.write(conn, res, party, mails.CLOSED, key=f"waiting:{party.id}:closed")


async def settle(res: Resources, party: Waiter, status: BookingStatus) -> None:
    """End an offer whose booking was paid, or ended unpaid: then the next one has its turn."""
    is_paid = status in _PAID
    event = WaitingEvent.TAKE if is_paid else WaitingEvent.RUN_OUT
    async with res.db.transaction() as conn:
        if not await store.apply(conn, party.id, event) or is_paid:
            return
        key = f"waiting:{party.id}:passed"
        await mails.write(conn, res, party, mails.PASSED, key=key)
        await enqueue_offer(conn, party.sailing_id)


async def close(res: Resources, party: Waiter) -> None:
    """End the wait for a sailing that is not sold any more."""
    await _end(res, party, WaitingEvent.CLOSE)


async def enqueue_offer(conn: Conn, sailing_id: UUID, slot: str | None = None) -> None:
    """Ask for a look at who waits for a sailing; `slot` makes it one look for all who ask."""
    await enqueue(
        conn,
        "bookings.offer_places",
        {"sailing_id": str(sailing_id)},
        subject=("sailing", str(sailing_id)),
        unique_key=f"offer_places:{sailing_id}:{slot}" if slot else None,
    )


def _fits(party: Waiter, available: dict[str, int]) -> bool:
    return all(available.get(resource, 0) >= count for resource, count in party.places.items())


def _minutes(res: Resources) -> float:
    return res.settings.bookings.offer_minutes
