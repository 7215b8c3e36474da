"""Follow a sailing: everybody aboard is written to, once, and nobody is forgotten.

The parties are rows that are written in the transaction that writes the disruption down; writers
work through them, and a process may die between any two transactions.
"""

from collections.abc import Sequence
from uuid import UUID

from maritime_app.bookings import store as bookings
from maritime_app.bookings.changes import service as changes
from maritime_app.bookings.changes.states import ChangeEvent
from maritime_app.bookings.disruptions import rules, store, writers, writing
from maritime_app.bookings.disruptions.model import SailingState
from maritime_app.bookings.disruptions.states import PartyEvent
from maritime_app.bookings.disruptions.store import PartyKey
from maritime_app.bookings.model import Booking, DisruptionKind
from maritime_app.errors import Unavailable
from maritime_app.infra.alerts import raise_alert
from maritime_app.infra.db import Conn
from maritime_app.jobs.outbox import enqueue
from maritime_app.resources import Resources


async def follow(res: Resources, sailing_id: UUID, version: int) -> str:
    """Work out what passengers must hear of this version of a sailing, and begin to tell them.

    Raise Unavailable while somebody aboard is just moving to another sailing.
    """
    async with res.db.transaction() as conn:
        for disruption_id in set(await store.lose_offers(conn)):
            await writers.enqueue_first(conn, disruption_id, f"lost:{sailing_id}:{version}")
    async with res.db.transaction() as conn:
        followed = await _begin_version(conn, res, sailing_id, version)
    # Whose unpaid places end with this is written down by now. A transaction of its own: it locks
    # bookings of all sailings in their order, and those aboard would be locked before.
    async with res.db.transaction() as conn:
        if await store.shorten_holds(conn, res.settings.sailings.sales_close_minutes):
            await enqueue(conn, "bookings.expire_holds")
    return followed


async def _begin_version(conn: Conn, res: Resources, sailing_id: UUID, version: int) -> str:
    sailing = await store.sailing_at(conn, sailing_id, version)
    if sailing is None:
        return "a newer version is followed"
    told = await store.last_told(conn, sailing_id)
    kind = rules.kind_of(sailing, told, res.settings.sailings.choice_minutes)
    if kind is None:
        return "nothing to tell"
    if not await begin(conn, sailing, kind):
        return "followed before"
    return f"{kind}: everybody aboard is written to"


async def begin(
    conn: Conn,
    sailing: SailingState,
    kind: DisruptionKind,
    booking_ids: Sequence[UUID] | None = None,
) -> bool:
    """Write a disruption down with everybody (or these bookings) aboard, and begin to tell them.

    Return False where this version of the sailing was followed before. Raise Unavailable while
    somebody aboard is just moving to another sailing.
    """
    await store.lock_aboard(conn, sailing.id)
    if await store.moving(conn, sailing.id):
        raise Unavailable("Somebody is just moving to another sailing.", retry_after_seconds=5)
    disruption_id = await store.add_disruption(conn, sailing, kind, booking_ids)
    if disruption_id is None:
        return False
    await writers.enqueue_first(conn, disruption_id)
    return True


async def remind(res: Resources, party: PartyKey) -> None:
    """Remind a party that has not answered."""
    async with res.db.transaction() as conn:
        booking = await bookings.locked_booking(conn, party.booking_id)
        row = await store.open_party(conn, party.booking_id)
        found = await _affected(conn, party.disruption_id, booking)
        if found and row and row.answer_by and row.disruption_id == party.disruption_id:
            await writing.remind(conn, res, found, row.change_id, row.answer_by)


async def pass_deadline(res: Resources, party: PartyKey) -> None:
    """Nobody has answered: a late sailing takes them along; otherwise a person looks after them.

    Places that were held for them are free again; the money stays owed.
    """
    async with res.db.transaction() as conn:
        await bookings.lock_booking(conn, party.booking_id)
        row = await store.open_party(conn, party.booking_id)
        if row is None or row.disruption_id != party.disruption_id:
            return
        if row.kind is DisruptionKind.DELAYED:
            await store.apply(conn, row, PartyEvent.KEEP)
            return
        if not await store.apply(conn, row, PartyEvent.PASS_DEADLINE):
            return
        if row.change_id:
            await changes.withdraw(conn, res, row.change_id, ChangeEvent.EXPIRE)
        await raise_alert(
            conn,
            "disruption_unanswered",
            "Passengers who cannot sail as booked have not chosen: call them.",
            subject=("bookings", str(party.booking_id)),
        )


async def _affected(conn: Conn, disruption_id: UUID, booking: Booking) -> writing.Affected | None:
    disruption = await store.disruption(conn, disruption_id)
    sailing = await store.sailing_state(conn, disruption.sailing_id)
    return writing.affected(disruption, sailing, booking)
