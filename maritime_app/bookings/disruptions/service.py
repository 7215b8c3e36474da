"""Follow a sailing: everybody aboard is written to, once, and nobody is forgotten.

The parties are rows that are written in the transaction that writes the disruption down; each is
worked through in a transaction of its own, by as many workers as there are. A process may die
between any two of them.
"""

import time
from collections.abc import Sequence
from uuid import UUID

from maritime_app.bookings import store as bookings
from maritime_app.bookings.changes import service as changes
from maritime_app.bookings.changes.states import ChangeEvent
from maritime_app.bookings.disruptions import rules, store, writing
from maritime_app.bookings.disruptions.model import Disruption, SailingState
from maritime_app.bookings.disruptions.states import PartyEvent
from maritime_app.bookings.disruptions.store import PartyKey
from maritime_app.bookings.model import DisruptionKind
from maritime_app.errors import Unavailable
from maritime_app.infra.alerts import raise_alert
from maritime_app.infra.db import Conn
from maritime_app.infra.telemetry import log
from maritime_app.jobs.outbox import enqueue
from maritime_app.resources import Resources

logger = log.get(__name__)
WRITERS = 4  # at once for one disruption
_LONGEST_SECONDS = 40.0  # of one job; what is left is for the next one


async def follow(res: Resources, sailing_id: UUID, version: int) -> str:
    """Work out what passengers must hear of this version of a sailing, and begin to tell them.

    Raise Unavailable while somebody aboard is just moving to another sailing.
    """
    minutes = res.settings.sailings.sales_close_minutes
    async with res.db.transaction() as conn:
        if await store.shorten_holds(conn, minutes):
            await enqueue(conn, "bookings.expire_holds")
        sailing = await store.sailing_state(conn, sailing_id)
        if sailing is None or sailing.version != version:
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
    if await store.moving(conn, sailing.id):
        raise Unavailable("Somebody is just moving to another sailing.", retry_after_seconds=5)
    disruption_id = await store.add_disruption(conn, sailing, kind, booking_ids)
    if disruption_id is None:
        return False
    for writer in range(WRITERS):
        await enqueue_writing(conn, disruption_id, f"{writer}")
    return True


async def enqueue_writing(conn: Conn, disruption_id: UUID, name: str) -> None:
    """Ask for a writer of that name."""
    await enqueue(
        conn,
        "bookings.write_to_parties",
        {"disruption_id": str(disruption_id)},
        subject=("disruption", str(disruption_id)),
        unique_key=f"write_to_parties:{disruption_id}:{name}",
    )


async def write_to_parties(res: Resources, disruption_id: UUID) -> str:
    """Write to one party after the other until nobody waits, or the time is over.

    One that cannot be written to keeps nobody else waiting: a person is called.
    """
    until, written, failed = time.monotonic() + _LONGEST_SECONDS, 0, list[UUID]()
    while time.monotonic() < until:
        booking_id = None
        try:
            async with res.db.transaction() as conn:
                booking_id = await store.next_waiting(conn, disruption_id, failed)
                if booking_id is None:
                    break
                await _write_to(conn, res, disruption_id, booking_id)
        except Exception as error:
            if booking_id is None:
                raise
            logger.exception("party_not_written_to", booking=str(booking_id))
            failed.append(booking_id)
            await _call_somebody(res, booking_id, type(error).__name__)
        else:
            written += 1
    return f"{written} written to, {len(failed)} failed"


async def remind(res: Resources, party: PartyKey) -> None:
    """Remind a party that has not answered."""
    async with res.db.transaction() as conn:
        await bookings.lock_booking(conn, party.booking_id)
        found = await _affected(conn, party.disruption_id, party.booking_id)
        row = await store.open_party(conn, party.booking_id)
        if found and row and row.answer_by and row.disruption_id == party.disruption_id:
            await writing.remind(conn, res, found, row.answer_by)


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
            "Passengers of a sailing that does not go have not chosen: call them.",
            subject=("bookings", str(party.booking_id)),
        )


async def _write_to(conn: Conn, res: Resources, disruption_id: UUID, booking_id: UUID) -> None:
    found = await _affected(conn, disruption_id, booking_id)
    if found is None:
        await store.apply(conn, PartyKey(disruption_id, booking_id), PartyEvent.END)
    else:
        await writing.write_to(conn, res, found)


async def _affected(conn: Conn, disruption_id: UUID, booking_id: UUID) -> writing.Affected | None:
    disruption: Disruption | None = await store.disruption(conn, disruption_id)
    booking = await bookings.booking_by_id(conn, booking_id)
    if disruption is None or booking is None:
        return None
    sailing = await store.sailing_state(conn, disruption.sailing_id)
    return writing.affected(disruption, sailing, booking) if sailing else None


async def _call_somebody(res: Resources, booking_id: UUID, what: str) -> None:
    async with res.db.transaction() as conn:
        subject = ("bookings", str(booking_id))
        await raise_alert(conn, "party_not_written_to", what, subject=subject)
